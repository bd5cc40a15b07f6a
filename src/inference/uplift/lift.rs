//! The lift: how much more those have who got the treatment than those who did not.

use crate::inference::chi_squared::Test;
use crate::inference::limits::Limits;
use crate::inference::measured::mean::Mean;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::measured::welch;
use crate::inference::scores::sum::sum;
use crate::inference::trials::Trials;
use crate::inference::{mover, normal, pair};

/// The lift of one segment, its limits, and its variance for comparisons with other segments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lift {
    pub value: f64,
    pub limits: Limits,
    /// The squared standard error.
    pub variance: f64,
}

/// How many more of the treated responded, in share of their number: `p1 - p0`.
///
/// Limits of Miettinen and Nurminen ([`pair::score_difference`]). The variance for comparisons is that of both shares with
/// one response and one other case added to each arm, which exists where nobody or everybody responded. Undefined where an
/// arm is empty. Sources: Miettinen and Nurminen 1985; Agresti and Caffo 2000 (variance).
pub fn of_shares(treated: Trials, control: Trials, z: f64) -> Result<Lift, Undefined> {
    let limits = pair::score_difference(treated, control, z).ok_or(Undefined::NoRows)?;
    let share = |t: Trials| t.hits.min(t.of) as f64 / t.of as f64;
    let spread = |t: Trials| {
        let n = t.of as f64 + 2.0;
        let p = (t.hits.min(t.of) as f64 + 1.0) / n;
        p * (1.0 - p) / n
    };
    Ok(Lift { value: share(treated) - share(control), limits, variance: spread(treated) + spread(control) })
}

/// How much more the treated spent, or waited, on average.
///
/// Limits of Welch ([`welch::difference`]); undefined as it is.
pub fn of_means(treated: Mean, control: Mean, z: f64) -> Result<Lift, Undefined> {
    let difference = welch::difference(treated, control, z)?;
    let square = |mean: Mean| mean.variance.map_or(0.0, |variance| variance / mean.rows as f64);
    Ok(Lift { value: difference.value, limits: difference.limits, variance: square(treated) + square(control) })
}

/// The difference of two segments' lifts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub value: f64,
    pub limits: Limits,
    /// `(l1 - l0) / sqrt(v1 + v0)`.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
}

/// How much more the treatment did for the focal segment than for the reference.
///
/// It is this difference that tells whether a campaign works better for some; that one lift differs from 0 and another does
/// not tells nothing of it. Limits from those of both lifts ([`mover::difference`]). Undefined where neither varies.
pub fn difference(focal: Lift, reference: Lift, z: f64) -> Result<Difference, Undefined> {
    let value = finite(focal.value - reference.value)?;
    let variance = focal.variance + reference.variance;
    if variance.is_nan() || variance <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let statistic = value / variance.sqrt();
    let limits = if z > 0.0 {
        mover::difference(focal.value, focal.limits, reference.value, reference.limits)
    } else {
        Limits { low: value, high: value }
    };
    Ok(Difference { value, limits, z: statistic, p: normal::two_sided(statistic) })
}

/// The test that all segments have one lift, and the lift they would have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EqualLift {
    pub test: Test,
    /// The mean of the lifts, each weighted by the inverse of its variance.
    pub common: f64,
    /// The share of the differences between lifts that chance does not account for (I squared): 0 to 1.
    pub beyond_chance: f64,
}

/// Does the treatment do the same for all segments?
///
/// Cochran's `Q = sum w (l - L)^2` with w the inverse variances and L the mean they give, chi-squared with one degree of
/// freedom less than there are segments; `I^2 = max(0, (Q - df) / Q)`. Of arms with 20 rows it
/// rejects equal lifts in 0 to 10 of 100, from 50 rows on in 0 to 8 of 100 (`reports/coverage_of_outcomes.md`). Undefined for
/// fewer than two segments and where one does not vary. Sources: Cochran 1954; Higgins and Thompson 2002.
pub fn equal_lift(lifts: &[Lift]) -> Result<EqualLift, Undefined> {
    if lifts.len() < 2 {
        return Err(if lifts.is_empty() { Undefined::NoRows } else { Undefined::OneGroup });
    }
    if lifts.iter().any(|lift| lift.variance.is_nan() || lift.variance <= 0.0) {
        return Err(Undefined::NoVariance);
    }
    let least = lifts.iter().map(|lift| lift.variance).fold(f64::INFINITY, f64::min);
    // Relative to the most certain lift, so that no weight overflows.
    let weight = |lift: &Lift| least / lift.variance;
    let all = sum(lifts.iter().map(weight));
    let common = sum(lifts.iter().map(|lift| weight(lift) / all * lift.value));
    let q = sum(lifts.iter().map(|lift| (lift.value - common) * (lift.value - common) / lift.variance));
    let df = lifts.len() as u64 - 1;
    let test = Test::new(finite(q)?, df).ok_or(Undefined::OneGroup)?;
    let beyond_chance = if q > 0.0 { ((q - df as f64) / q).max(0.0) } else { 0.0 };
    Ok(EqualLift { test, common, beyond_chance })
}
