//! How far the mean over rows can be from the mean over everybody: limits of mean scores and mean losses.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::Atom;
use crate::inference::scores::proper::impossible;
use crate::inference::scores::sum::sum;
use crate::inference::scores::undefined::Undefined;
use crate::inference::{normal, student};

/// A standard deviation this small a part of the mean is rounding.
const ROUNDING: f64 = 1e-12;

/// The mean of a value over rows, and the spread of the value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    pub rows: u64,
    pub value: f64,
    /// With n - 1 in the denominator; None for a single row.
    pub variance: Option<f64>,
}

/// The mean score of all rows; None without rows.
pub fn of_scores(atoms: &[Atom]) -> Option<Mean> {
    over(atoms, |a| [(a.negatives, a.score), (a.positives, a.score)])
}

/// The mean score of the rows with a negative label; None without such a row.
pub fn of_scores_of_negatives(atoms: &[Atom]) -> Option<Mean> {
    over(atoms, |a| [(a.negatives, a.score), (0, 0.0)])
}

/// The mean score of the rows with a positive label; None without such a row.
pub fn of_scores_of_positives(atoms: &[Atom]) -> Option<Mean> {
    over(atoms, |a| [(0, 0.0), (a.positives, a.score)])
}

/// The Brier score as the mean of the squared errors `(s - y)^2`; None without rows.
pub fn of_squared_errors(atoms: &[Atom]) -> Option<Mean> {
    let square = |x: f64| x * x;
    over(atoms, |a| [(a.negatives, square(a.score)), (a.positives, square(1.0 - a.score))])
}

/// The log loss as the mean of minus the logarithms of the probabilities that the scores gave to what happened.
///
/// Undefined without rows and where a score of exactly 0 or 1 was wrong, which makes it infinite.
pub fn of_log_losses(atoms: &[Atom]) -> Result<Mean, Undefined> {
    let rows = impossible(atoms);
    if rows > 0 {
        return Err(Undefined::Impossible { rows });
    }
    let loss = |n: u64, log: f64| (n, if n == 0 { 0.0 } else { -log });
    over(atoms, |a| [loss(a.negatives, libm::log1p(-a.score)), loss(a.positives, libm::log(a.score))])
        .ok_or(Undefined::NoRows)
}

/// The mean of the values that `of` gives for the rows of an atom, each as a number of rows and their common value.
fn over(atoms: &[Atom], of: impl Fn(&Atom) -> [(u64, f64); 2]) -> Option<Mean> {
    let values = || atoms.iter().flat_map(&of);
    let rows = values().fold(0_u64, |rows, (n, _)| rows.saturating_add(n));
    if rows == 0 {
        return None;
    }
    let value = sum(values().map(|(n, v)| n as f64 * v)) / rows as f64;
    let squares = || sum(values().map(|(n, v)| n as f64 * ((v - value) * (v - value))));
    Some(Mean { rows, value, variance: (rows > 1).then(|| squares() / (rows - 1) as f64) })
}

/// The limits of a mean at critical value `z`, cut off at the ends of the `range` that values can have.
///
/// `value +- t sqrt(variance / n)` by Student's t with n - 1 degrees of freedom, t having the same tail as z has under
/// the normal distribution. None with fewer than two rows and where the rows do not vary, which tells nothing of how
/// much others would. Source: Student 1908.
pub fn limits(mean: Mean, z: f64, range: Option<(f64, f64)>) -> Option<Limits> {
    let variance = mean.variance?;
    let value = mean.value;
    // Equal values whose mean is rounded vary by the rounding only.
    let rounding = ROUNDING * value.abs();
    if variance <= rounding * rounding {
        return None;
    }
    if z.is_nan() || z <= 0.0 {
        return Some(Limits { low: value, high: value });
    }
    let t = -student::quantile(normal::sf(z), (mean.rows - 1) as f64);
    let reach = t * (variance / mean.rows as f64).sqrt();
    let (lowest, highest) = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    Some(Limits { low: (value - reach).max(lowest), high: (value + reach).min(highest) }.around(value))
}
