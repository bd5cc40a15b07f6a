//! How far a number moved, and how much farther from equality, each with its interval.

use crate::inference::limits::Limits;
use crate::inference::{mover, normal};
use crate::result::number::limit;

/// A number with its interval, where it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub limits: Option<Limits>,
}

impl Estimate {
    /// The same with its interval only where both sides have intervals of one level.
    pub fn only_if(self, same_level: bool) -> Estimate {
        Estimate { limits: self.limits.filter(|_| same_level), ..self }
    }

    /// The limits as a result stores them.
    pub fn ends(self) -> (Option<f64>, Option<f64>) {
        (self.limits.and_then(|l| limit(l.low)), self.limits.and_then(|l| limit(l.high)))
    }
}

/// How a number is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Away from 1, to either side alike: `1 - min(r, 1/r)`.
    FromOne,
    /// Away from 0: the absolute value.
    FromZero,
    /// The lower the worse.
    Low,
    /// The higher the worse.
    High,
}

impl Harm {
    /// How a number of this contrast is bad; none where it takes no side. `lower_is_worse` is what the metric says of a value.
    pub fn of(contrast: &str, lower_is_worse: Option<bool>) -> Option<Harm> {
        match contrast {
            "ratio" | "worst-ratio" => Some(Harm::FromOne),
            "difference" | "spread" => Some(Harm::FromZero),
            _ => lower_is_worse.map(|lower| if lower { Harm::Low } else { Harm::High }),
        }
    }

    /// How bad a number is, and on which side of equality it lies.
    fn measure(self, value: f64) -> (f64, f64) {
        match self {
            Harm::FromOne if value <= 1.0 => (1.0 - value, -1.0),
            Harm::FromOne => (1.0 - 1.0 / value, 1.0),
            Harm::FromZero => (value.abs(), if value < 0.0 { -1.0 } else { 1.0 }),
            Harm::Low => (-value, 1.0),
            Harm::High => (value, 1.0),
        }
    }

    /// Every badness that the numbers of an interval have.
    fn image(self, limits: Limits) -> Limits {
        let (low, high) = (self.measure(limits.low).0, self.measure(limits.high).0);
        let equality = match self {
            Harm::FromOne => Some(1.0),
            Harm::FromZero => Some(0.0),
            Harm::Low | Harm::High => None,
        };
        // Between the ends lies equality itself, which is no distance away.
        let least = if equality.is_some_and(|at| limits.contains(at)) { 0.0 } else { low.min(high) };
        Limits { low: least, high: low.max(high) }
    }

    fn of_estimate(self, estimate: Estimate) -> (Estimate, f64) {
        // Of a ratio no value is below zero; where the interval has no lower end, that is it.
        let floor = if self == Harm::FromOne { 0.0 } else { f64::NEG_INFINITY };
        let limits = estimate.limits.map(|l| self.image(Limits { low: l.low.max(floor), high: l.high }));
        let (value, side) = self.measure(estimate.value);
        (Estimate { value, limits }, side)
    }
}

/// After minus before.
///
/// The interval is MOVER's ([`mover::correlated_difference`]); `correlation` is that of the two estimates, 0 for independent
/// samples. None where one of the two has none.
pub fn change(before: Estimate, after: Estimate, correlation: f64) -> Estimate {
    let limits = before.limits.zip(after.limits).map(|(before_limits, after_limits)| {
        mover::correlated_difference(after.value, after_limits, before.value, before_limits, correlation)
    });
    Estimate { value: after.value - before.value, limits }
}

/// How much worse the number is than before.
///
/// Each interval becomes the interval of how bad the number is; then [`change`]. Where the two numbers lie on different
/// sides of equality, what makes one worse makes the other better, so the correlation turns its sign.
pub fn worsening(harm: Harm, before: Estimate, after: Estimate, correlation: f64) -> Estimate {
    let ((before, before_side), (after, after_side)) = (harm.of_estimate(before), harm.of_estimate(after));
    change(before, after, correlation * before_side * after_side)
}

/// The one-sided p-value of the true worsening being above `most`: small is evidence that it is.
///
/// The distance from the estimate to its lower limit stands for `z` standard errors (`z` is the critical value of the level),
/// so the p-value is the normal tail beyond `z (value - most) / (value - low)`. It is below half of what the level leaves
/// exactly when the lower limit is above `most`. None without an interval.
pub fn p_above(worsening: Estimate, most: f64, level: f64) -> Option<f64> {
    let limits = worsening.limits?;
    let (beyond, reach) = (worsening.value - most, worsening.value - limits.low);
    Some(match beyond {
        0.0 => 0.5,
        beyond if reach > 0.0 => normal::sf(normal::critical(level) * beyond / reach),
        beyond if beyond > 0.0 => 0.0,
        _ => 1.0,
    })
}
