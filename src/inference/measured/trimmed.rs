//! The mean without the lowest and the highest rows: a mean that a few very large amounts cannot move.

use crate::inference::limits::Limits;
use crate::inference::measured::contrast::Contrast;
use crate::inference::measured::mean::{reach, satterthwaite};
use crate::inference::measured::span::{self, Span};
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::measured::welch::{Difference, Test};
use crate::inference::mover;
use crate::inference::scores::sum::sum;

/// The usual part that is left out at each end.
pub const PART: f64 = 0.2;

/// The mean of the middle rows and what its limits need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trimmed {
    pub value: f64,
    /// The lowest and the highest value possible where values are kept in bins; the value itself where they are not.
    pub bounds: Limits,
    /// Rows left out at each end.
    pub cut: u64,
    /// Rows in the middle.
    pub kept: u64,
    /// The squared standard error: the winsorised sum of squares over `h (h - 1)`; None for a single row in the middle.
    pub squared_error: Option<f64>,
}

/// The mean of what is left when the `part` of the rows with the lowest values and as many with the highest are left out.
///
/// At each end `floor(part n)` rows. Its squared standard error is the sum of squares in which the rows left out have the
/// nearest value that is left, over h (h - 1) with h rows left. Undefined without rows and for a part outside [0, 1/2).
/// Sources: Tukey and McLaughlin 1963; Yuen 1974.
pub fn trimmed(spans: &[Span], part: f64) -> Result<Trimmed, Undefined> {
    if !(0.0..0.5).contains(&part) {
        return Err(Undefined::OutOfRange);
    }
    let rows = span::rows(spans);
    if rows == 0 {
        return Err(Undefined::NoRows);
    }
    let cut = left_out(rows, part);
    let kept = rows - 2 * cut;
    let middle = middle(spans, cut, rows - cut);
    let h = kept as f64;
    let value = finite(sum(middle.iter().map(|k| k.rows as f64 * k.value)) / h)?;
    let low = sum(middle.iter().map(|k| k.low)) / h;
    let high = sum(middle.iter().map(|k| k.high)) / h;
    let ends = [middle.first(), middle.last()].map(|k| k.map_or(value, |k| k.value));
    // The rows left out count with the nearest value left.
    let winsorised = (h * value + cut as f64 * (ends[0] + ends[1])) / rows as f64;
    let far = |x: f64| (x - winsorised) * (x - winsorised);
    let squares = sum(middle.iter().map(|k| k.rows as f64 * far(k.value) + k.within))
        + cut as f64 * (far(ends[0]) + far(ends[1]));
    let squared_error = if kept > 1 { Some(finite(squares / (h * (h - 1.0)))?) } else { None };
    Ok(Trimmed { value, bounds: Limits { low, high }.around(value), cut, kept, squared_error })
}

/// The limits of a trimmed mean at critical value `z`, by Student's t with h - 1 degrees of freedom; of values in bins so much
/// wider as its bounds are.
///
/// Undefined with fewer than two rows in the middle and where these do not vary.
pub fn limits(trimmed: Trimmed, z: f64) -> Result<Limits, Undefined> {
    let (square, df) = error(trimmed)?;
    if square <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let reach = reach(z, df, square.sqrt());
    Ok(Limits { low: trimmed.bounds.low - reach, high: trimmed.bounds.high + reach })
}

/// How much more the middle of the focal group has than the middle of the reference.
///
/// Of values in bins its limits are so much wider as the bounds of both are. Undefined as [`limits`] of either group, except
/// that one of the two may not vary. Source: Yuen 1974.
pub fn difference(focal: Trimmed, reference: Trimmed, z: f64) -> Result<Difference, Undefined> {
    let value = finite(focal.value - reference.value)?;
    let parts = [error(focal)?, error(reference)?];
    let square = finite(parts[0].0 + parts[1].0)?;
    if square <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let (df, error) = (satterthwaite(parts), square.sqrt());
    let reach = reach(z, df, error);
    let (least, most) = (focal.bounds.low - reference.bounds.high, focal.bounds.high - reference.bounds.low);
    let limits = Limits { low: least - reach, high: most + reach };
    Ok(Difference { value, limits, test: Some(Test::new(value / error, df)) })
}

/// How many times the trimmed mean of the reference the focal group's is; of values that are never below 0.
///
/// Undefined as [`limits`], where a value is below 0 and where the reference's trimmed mean is 0. Source: Donner and Zou
/// 2012 (see [`mover::bounded_ratio`]).
pub fn ratio(focal: &[Span], reference: &[Span], part: f64, z: f64) -> Result<Contrast, Undefined> {
    span::never_negative(&[focal, reference])?;
    let (a, b) = (trimmed(focal, part)?, trimmed(reference, part)?);
    if b.value <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let above_0 = |of: Limits| Limits { low: of.low.max(0.0), ..of };
    let limits = mover::bounded_ratio(a.bounds, above_0(limits(a, z)?), b.bounds, above_0(limits(b, z)?));
    Ok(Contrast { value: finite(a.value / b.value)?, limits })
}

fn error(trimmed: Trimmed) -> Result<(f64, f64), Undefined> {
    let square = trimmed.squared_error.ok_or(Undefined::TooFew { rows: trimmed.kept, needed: 2 })?;
    Ok((square, (trimmed.kept - 1) as f64))
}

/// The rows at each end, so that at least one is left.
fn left_out(rows: u64, part: f64) -> u64 {
    // A part such as 0.2 of 15 rows is 3 rows, which the product may miss by a rounding.
    let product = part * rows as f64;
    let cut = (product * (1.0 + f64::EPSILON)).floor() as u64;
    cut.min((rows - 1) / 2)
}

/// The rows of one span that are in the middle.
struct Kept {
    rows: u64,
    /// Their mean as far as it is known.
    value: f64,
    within: f64,
    /// The lowest and the highest sum they can have.
    low: f64,
    high: f64,
}

/// The rows of ranks from `from`, before `to`.
fn middle(spans: &[Span], from: u64, to: u64) -> Vec<Kept> {
    let mut middle = Vec::new();
    let mut before = 0_u64;
    for s in spans {
        let after = before.saturating_add(s.rows);
        let (first, last) = (before.max(from), after.min(to));
        if first < last {
            let (lower, upper) = (first - before, after - last);
            middle.push(kept(s, lower, last - first, upper));
        }
        before = after;
    }
    middle
}

/// So many rows of a span, with so many of its rows left out below and above.
fn kept(s: &Span, lower: u64, rows: u64, upper: u64) -> Kept {
    let (n, k, value) = (s.rows as f64, rows as f64, s.mean());
    let sum = n * value;
    let (low, high) = match (lower, upper) {
        (0, 0) => (sum, sum),
        // The highest rows of a span have at least its mean, and leave at least its low end to the others.
        (_, 0) => (k * value, (k * s.high).min(sum - lower as f64 * s.low)),
        (0, _) => ((k * s.low).max(sum - upper as f64 * s.high), k * value),
        _ => (k * s.low, k * s.high),
    };
    Kept { rows, value, within: s.within * (k / n), low, high }
}
