//! How long cases last on average within a stated time: a mean that open cases do not spoil.

use super::curve::Curve;
use crate::inference::limits::Limits;
use crate::inference::measured::contrast::Contrast;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::Sum;

/// The mean duration up to a stated time, and its variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Restricted {
    pub value: f64,
    pub variance: f64,
    /// The stated time.
    pub until: f64,
    /// The lowest and the highest value possible where durations are kept in bins.
    pub bounds: Limits,
}

/// How long a case lasts on average, longer ones counted as `until`: the area under the curve up to there.
///
/// `integral of S(t) from 0 to T`; variance `sum A^2 d / (n (n - d))` over durations up to T, A being the area from there to
/// T. Undefined for a time that is not above 0, and beyond the longest duration seen unless all cases have ended by then.
/// Sources: Irwin 1949; Royston and Parmar 2013.
pub fn restricted_mean(curve: &Curve, until: f64) -> Result<Restricted, Undefined> {
    if !(until > 0.0 && until.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    let all_ended = curve.steps.last().is_some_and(|step| step.open == 0.0);
    if until > curve.longest && !all_ended {
        return Err(Undefined::NotReached);
    }
    let steps: Vec<_> = curve.steps.iter().filter(|step| step.time <= until).collect();
    // From the last step back, so that the area from each step on is at hand.
    let (mut area, mut variance) = (Sum::default(), Sum::default());
    let mut end = until;
    for step in steps.iter().rev() {
        area.add(step.open * (end - step.time));
        let from = area.value();
        if step.at_risk > step.ended {
            let n = step.at_risk as f64;
            variance.add(from * from * (step.ended as f64 / (n * (n - step.ended as f64))));
        }
        end = step.time;
    }
    area.add(end);
    let value = finite(area.value())?.min(until);
    let low = area_under(curve, until, |step| (step.low, step.least_open));
    let high = area_under(curve, until, |step| (step.high, step.open));
    let bounds = Limits { low, high }.around(value);
    Ok(Restricted { value, variance: finite(variance.value().max(0.0))?, until, bounds })
}

/// The limits of a restricted mean at critical value `z`, inside the time stated: `mean +- z sqrt(variance)`; of durations in
/// bins so much wider as its bounds are.
///
/// Undefined where the variance is 0, as when no case ended before that time.
///
/// Measured coverage of the 95 % limits: 92 % with 20 cases, 93.5 to 95 % with 50, about 95 % from 200 on
/// (`reports/coverage_of_outcomes.md`).
pub fn limits(of: Restricted, z: f64) -> Result<Limits, Undefined> {
    if of.variance <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let reach = if z > 0.0 { z * of.variance.sqrt() } else { 0.0 };
    Ok(Limits { low: (of.bounds.low - reach).max(0.0), high: (of.bounds.high + reach).min(of.until) })
}

/// How much longer a case of the focal group lasts on average up to the same time: `m1 - m0 +- z sqrt(v1 + v0)`; of durations
/// in bins so much wider as the bounds of both are.
///
/// Undefined where neither varies, and for means up to different times.
pub fn difference(focal: Restricted, reference: Restricted, z: f64) -> Result<Contrast, Undefined> {
    let error = (focal.variance + reference.variance).sqrt();
    comparable(focal, reference, error)?;
    let value = focal.value - reference.value;
    let reach = if z > 0.0 { z * error } else { 0.0 };
    let (least, most) = (focal.bounds.low - reference.bounds.high, focal.bounds.high - reference.bounds.low);
    Ok(Contrast { value, limits: Limits { low: least - reach, high: most + reach } })
}

/// How many times as long a case of the focal group lasts on average up to the same time:
/// `ln(m1/m0) +- z sqrt(v1/m1^2 + v0/m0^2)`.
///
/// Undefined as [`difference`], and unless both means are above 0.
pub fn ratio(focal: Restricted, reference: Restricted, z: f64) -> Result<Contrast, Undefined> {
    if focal.value <= 0.0 || reference.value <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let relative = |of: Restricted| of.variance / of.value / of.value;
    let error = (relative(focal) + relative(reference)).sqrt();
    comparable(focal, reference, error)?;
    let value = finite(focal.value / reference.value)?;
    let stretch = if z > 0.0 { libm::exp(z * error) } else { 1.0 };
    let (least, most) = (focal.bounds.low / reference.bounds.high, focal.bounds.high / reference.bounds.low);
    Ok(Contrast { value, limits: Limits { low: least / stretch, high: most * stretch } })
}

fn comparable(focal: Restricted, reference: Restricted, error: f64) -> Result<(), Undefined> {
    if focal.until != reference.until {
        return Err(Undefined::Inconsistent);
    }
    if error > 0.0 { Ok(()) } else { Err(Undefined::NoVariance) }
}

/// The area under a curve of steps at other times or of other heights.
fn area_under(curve: &Curve, until: f64, of: impl Fn(&super::curve::Step) -> (f64, f64)) -> f64 {
    let (mut area, mut before, mut height) = (Sum::default(), 0.0, 1.0);
    for (time, open) in curve.steps.iter().map(of).filter(|(time, _)| *time <= until) {
        area.add(height * (time - before));
        (before, height) = (time, open);
    }
    area.add(height * (until - before));
    area.value()
}
