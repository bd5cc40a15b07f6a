//! How wrong are predicted amounts? Errors are predictions less what turned out; their [`mean`] is above 0 where predictions are too
//! high.

use crate::inference::limits::Limits;
use crate::inference::measured::mean::{self, Mean};
use crate::inference::measured::quantile;
use crate::inference::measured::span::{self, Span};
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::measured::welch::Test;
use crate::inference::scores::sum::sum;

/// The test that predictions are right on average, by Student's t.
///
/// Undefined for a single row and where all errors are one. Source: Student 1908.
pub fn bias_test(errors: &[Span]) -> Result<Test, Undefined> {
    let of = mean::mean(errors)?;
    let (square, df) = mean::squared_error(of)?;
    if square <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    Ok(Test::new(of.value / square.sqrt(), df))
}

/// The mean of the sizes of the errors, whatever their sign. Its limits are those of a [`mean`].
///
/// Undefined without rows.
pub fn mean_absolute(errors: &[Span]) -> Result<Mean, Undefined> {
    mean::mean(&sizes(errors))
}

/// The median of the sizes of the errors. Undefined without rows.
pub fn median_absolute(errors: &[Span]) -> Result<f64, Undefined> {
    Ok(quantile::quantile(&sizes(errors), 0.5)?.value)
}

/// The mean of the squared errors, which large errors dominate. The variance of values in bins is at most a thousandth off.
///
/// Undefined without rows.
pub fn mean_squared(errors: &[Span]) -> Result<Mean, Undefined> {
    let rows = span::rows(errors);
    if rows == 0 {
        return Err(Undefined::NoRows);
    }
    let n = rows as f64;
    let squares = |s: &Span| s.within + s.rows as f64 * (s.mean() * s.mean());
    let value = finite(sum(errors.iter().map(squares)) / n)?;
    let far = |s: &Span| {
        let gap = s.mean() * s.mean() - value;
        // Inside a bin the square varies by about twice the value times the distance.
        s.rows as f64 * (gap * gap) + 4.0 * (s.mean() * s.mean()) * s.within
    };
    let variance = if rows > 1 { Some(finite(sum(errors.iter().map(far)) / (n - 1.0))?) } else { None };
    Ok(Mean { rows, value, variance })
}

/// The root of the mean squared error and its limits, in the unit of the amounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootMeanSquare {
    pub value: f64,
    /// None for a single row and where all errors are of one size.
    pub limits: Option<Limits>,
}

/// The root of the mean squared error: its limits are the roots of those of the mean squared error, at least 0.
///
/// Undefined without rows.
pub fn root_mean_square(errors: &[Span], z: f64) -> Result<RootMeanSquare, Undefined> {
    let square = mean_squared(errors)?;
    let root = |x: f64| x.max(0.0).sqrt();
    let limits = mean::limits(square, z).ok().map(|l| Limits { low: root(l.low), high: root(l.high) });
    Ok(RootMeanSquare { value: root(square.value), limits })
}

/// The share of the variance of the amounts that the predictions explain: `1 - sum e^2 / sum (y - mean y)^2`.
///
/// 1 when all are right, 0 when the mean would do as well, below 0 when it would do better. Undefined without rows, where
/// the amounts do not vary, and where they are not as many as the errors.
pub fn explained(errors: &[Span], amounts: Mean) -> Result<f64, Undefined> {
    let square = mean_squared(errors)?;
    if square.rows != amounts.rows {
        return Err(Undefined::Inconsistent);
    }
    let variance = amounts.variance.ok_or(Undefined::TooFew { rows: amounts.rows, needed: 2 })?;
    let all = variance * (amounts.rows as f64 - 1.0);
    if all <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    finite(1.0 - square.value * square.rows as f64 / all)
}

/// The sizes of values of both signs.
fn sizes(errors: &[Span]) -> Vec<Span> {
    let size = |s: &Span| {
        if s.high > 0.0 { *s } else { Span { low: -s.high, high: -s.low, sum: -s.sum, ..*s } }
    };
    let mut sizes: Vec<Span> = errors.iter().map(size).collect();
    sizes.sort_by(|a, b| a.low.total_cmp(&b.low).then(a.high.total_cmp(&b.high)));
    sizes
}

/// Rows with one prediction, or with predictions of one bin, and what turned out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    pub predicted: Span,
    /// The sum of the amounts that turned out.
    pub actual: f64,
    /// The sum of the squared errors.
    pub squares: f64,
}

/// Rows with predictions of about one size: a point of the calibration curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decile {
    /// The place among the parts, from 0.
    pub index: u32,
    pub rows: u64,
    /// The mean prediction and the mean of what turned out.
    pub predicted: f64,
    pub actual: f64,
    /// How far predictions are too high on average.
    pub error: f64,
    /// Of the error; None for a single row and where all errors are one.
    pub limits: Option<Limits>,
}

/// Do predictions of every size come true? The rows in `parts` parts of about equal size by prediction, ten for deciles.
///
/// Rows with one prediction (or one bin of predictions) are never divided: with c rows below them, n of them and N in all
/// they go to part `floor(parts (c + n/2) / N)`. Limits of the mean error by Student's t. Undefined without rows or parts.
pub fn calibration(rows: &[Predicted], parts: u32, z: f64) -> Result<Vec<Decile>, Undefined> {
    let all = rows.iter().fold(0_u64, |n, p| n.saturating_add(p.predicted.rows));
    if all == 0 || parts == 0 {
        return Err(if all == 0 { Undefined::NoRows } else { Undefined::OutOfRange });
    }
    let mut below = 0_u128;
    let placed: Vec<(u32, &Predicted)> = rows
        .iter()
        .filter(|p| p.predicted.rows > 0)
        .map(|p| {
            let n = u128::from(p.predicted.rows);
            let place = (2 * below + n).saturating_mul(u128::from(parts)) / (2 * u128::from(all));
            below += n;
            ((place as u32).min(parts - 1), p)
        })
        .collect();
    placed.chunk_by(|a, b| a.0 == b.0).map(|part| decile(part, z)).collect()
}

fn decile(part: &[(u32, &Predicted)], z: f64) -> Result<Decile, Undefined> {
    let rows = part.iter().fold(0_u64, |n, (_, p)| n.saturating_add(p.predicted.rows));
    let n = rows as f64;
    let predicted = finite(sum(part.iter().map(|(_, p)| p.predicted.rows as f64 * p.predicted.mean())) / n)?;
    let actual = finite(sum(part.iter().map(|(_, p)| p.actual)) / n)?;
    let error = predicted - actual;
    let squares = sum(part.iter().map(|(_, p)| p.squares)) - n * error * error;
    let variance = (rows > 1).then(|| squares.max(0.0) / (n - 1.0));
    let limits = mean::limits(Mean { rows, value: error, variance }, z).ok();
    Ok(Decile { index: part[0].0, rows, predicted, actual, error, limits })
}
