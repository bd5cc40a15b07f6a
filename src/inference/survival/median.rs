//! After how long half of the cases, or any other part, have ended.

use super::curve::Curve;
use crate::inference::limits::Limits;
use crate::inference::measured::contrast::Contrast;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::mover;

/// A share this much above another, relatively, is the other and a rounding.
const ROUNDING: f64 = 1e-12;

/// The duration after which a part of the cases have ended, and what it could be where durations are kept in bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ended {
    pub value: f64,
    pub bounds: Limits,
}

/// After how long the part `p` of the cases have ended: of p = 1/2 the median, open cases counted as long as they were seen.
///
/// The first duration at which at most 1 - p are still open. Undefined for p outside (0, 1), and
/// [`Undefined::NotReached`] while more are open at the end: then only its lower limit is known. Source: Kaplan and Meier
/// 1958.
pub fn ended(curve: &Curve, p: f64) -> Result<Ended, Undefined> {
    let left = left(p)?;
    let at = curve.steps.iter().find(|step| step.open <= left).ok_or(Undefined::NotReached)?;
    let earliest = curve.steps.iter().find(|step| step.least_open <= left).map_or(at.low, |step| step.low);
    Ok(Ended { value: at.time, bounds: Limits { low: earliest.min(at.time), high: at.high.max(at.time) } })
}

/// The limits of that duration: those at which the limits of the share still open cross 1 - p.
///
/// From the first duration at which the lower limit of the share is at most 1 - p, to the first at which the upper one is;
/// infinite where that is not reached. Durations kept in bins count with the end of their bin. They exist where the duration itself is not reached: "more than 40 minutes".
/// Undefined for p outside (0, 1), and where not even the lower limit is reached. Source: Brookmeyer and Crowley 1982, on
/// the scale of [`Step::limits`](super::curve::Step::limits).
///
/// Measured coverage of the 95 % limits of a median with three in ten cases open, 20 to 5,000 cases: 94.6 to 96.2 %
/// (`reports/coverage_of_outcomes.md`).
pub fn limits(curve: &Curve, p: f64, z: f64) -> Result<Limits, Undefined> {
    let left = left(p)?;
    let low = curve.steps.iter().find(|step| step.limits(z).low <= left).ok_or(Undefined::NotReached)?;
    let high = curve.steps.iter().find(|step| step.limits(z).high <= left).map_or(f64::INFINITY, |step| step.high);
    let limits = Limits { low: low.low, high: high.max(low.high) };
    Ok(ended(curve, p).map_or(limits, |of| limits.around(of.bounds.low).around(of.bounds.high)))
}

/// How much later the part `p` of the focal group's cases have ended. The limits are those of both groups, combined.
///
/// Undefined as [`ended`] for either group. Source: Zou and Donner 2008 (see [`mover::bounded_difference`]).
pub fn difference(focal: &Curve, reference: &Curve, p: f64, z: f64) -> Result<Contrast, Undefined> {
    let (a, b) = (ended(focal, p)?, ended(reference, p)?);
    let limits = mover::bounded_difference(a.bounds, limits(focal, p, z)?, b.bounds, limits(reference, p, z)?);
    Ok(Contrast { value: finite(a.value - b.value)?, limits })
}

/// How many times as long it takes until the part `p` of the focal group's cases have ended.
///
/// Undefined as [`ended`] for either group, and where the reference takes no time. Source: Donner and Zou 2012 (see
/// [`mover::bounded_ratio`]).
pub fn ratio(focal: &Curve, reference: &Curve, p: f64, z: f64) -> Result<Contrast, Undefined> {
    let (a, b) = (ended(focal, p)?, ended(reference, p)?);
    if b.value <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let limits = mover::bounded_ratio(a.bounds, limits(focal, p, z)?, b.bounds, limits(reference, p, z)?);
    Ok(Contrast { value: finite(a.value / b.value)?, limits })
}

/// The share still open when the part p has ended, and a rounding.
fn left(p: f64) -> Result<f64, Undefined> {
    if p > 0.0 && p < 1.0 { Ok((1.0 - p) * (1.0 + ROUNDING)) } else { Err(Undefined::OutOfRange) }
}
