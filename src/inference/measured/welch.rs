//! The difference of two groups' means when their spreads may differ.

use crate::inference::limits::Limits;
use crate::inference::measured::mean::{Mean, reach, satterthwaite, squared_error};
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::student;

/// The difference of two means, its limits, and the test that it is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub value: f64,
    pub limits: Limits,
    /// None where neither group varies.
    pub test: Option<Test>,
}

/// Student's t of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    pub t: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Two-sided.
    pub p: f64,
}

impl Test {
    pub(super) fn new(t: f64, df: f64) -> Test {
        Test { t, df, p: student::two_sided(t, df).min(1.0) }
    }
}

/// How much more the focal group has on average than the reference: `m1 - m0 +- t sqrt(v1/n1 + v0/n0)`.
///
/// Degrees of freedom by Satterthwaite. Undefined with fewer than two rows in a group and where no value of either group
/// differs from the others in it: such groups tell nothing of how much other rows would vary. Source: Welch 1947.
pub fn difference(focal: Mean, reference: Mean, z: f64) -> Result<Difference, Undefined> {
    let value = finite(focal.value - reference.value)?;
    let of = variance(focal, reference)?;
    let reach = reach(z, of.df, of.error);
    let test = Test::new(value / of.error, of.df);
    Ok(Difference { value, limits: Limits { low: value - reach, high: value + reach }, test: Some(test) })
}

/// Two one-sided tests that a difference lies between two bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equivalence {
    /// The t against the lower bound, above which the difference should lie.
    pub t_low: f64,
    /// The t against the upper bound, below which it should lie.
    pub t_high: f64,
    /// The larger of the two one-sided p-values: small is evidence that the difference is between the bounds.
    pub p: f64,
}

/// Is the difference of the means too small to matter, that is between `low` and `high`?
///
/// Undefined as [`difference`], and where the bounds are not in order. Source: Schuirmann 1987.
pub fn equivalence(focal: Mean, reference: Mean, low: f64, high: f64) -> Result<Equivalence, Undefined> {
    if low.is_nan() || high.is_nan() || low >= high {
        return Err(Undefined::OutOfRange);
    }
    let of = variance(focal, reference)?;
    let value = focal.value - reference.value;
    let (t_low, t_high) = ((value - low) / of.error, (value - high) / of.error);
    Ok(Equivalence { t_low, t_high, p: student::sf(t_low, of.df).max(student::sf(-t_high, of.df)) })
}

/// The standard error of a difference of means and its degrees of freedom.
struct Spread {
    error: f64,
    df: f64,
}

fn variance(focal: Mean, reference: Mean) -> Result<Spread, Undefined> {
    let parts = [squared_error(focal)?, squared_error(reference)?];
    let square = finite(parts[0].0 + parts[1].0)?;
    if square <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    Ok(Spread { error: square.sqrt(), df: satterthwaite(parts) })
}
