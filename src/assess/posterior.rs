//! What to believe about a ratio after the counts: how likely it is to be beyond the limits.

use super::carry::{bring_back, carry};
use super::contrast::{Against, Contrasted};
use crate::inference::limits::Limits;
use crate::inference::posterior::Posterior;
use crate::metrics::Metric;
use crate::policy::{Contrast, Policy};
use crate::result;
use crate::result::number::{limit, twelve_digits};

/// The limits that a ratio of the metric is held against: those of the first check of it, else 4/5 to 5/4.
pub fn ratio_limits(policy: &Policy, metric: &'static Metric) -> [Option<f64>; 2] {
    let check = policy.checks.iter().find(|c| c.contrast == Contrast::Ratio && c.metrics.contains(&metric));
    match check {
        Some(check) => [&check.min, &check.max].map(|bound| bound.as_ref().map(|bound| bound.approximate())),
        None => [Some(0.8), Some(1.25)],
    }
}

/// The posterior of the ratio of two counted shares. None for other numbers, where rows are not alike, where a group has no
/// rows, and where the sums do not settle.
pub fn ratio(against: &Against, [min, max]: [Option<f64>; 2], level: f64) -> Option<result::Posterior> {
    let pair = against.pair();
    if pair.is_designed() {
        return None;
    }
    let posterior = Posterior::jeffreys(pair.metric.trials(&pair.focal)?, pair.metric.trials(&pair.reference)?)?;
    let part = if let Against::Overall { weight, .. } = against { Some(*weight) } else { None };
    // Against everybody the question is about the ratio to all others; a limit out of reach is above every ratio.
    let asked = |bound: f64| part.map_or(Some(bound), |part| bring_back(Contrasted::Ratio, bound, part));
    let told = |ratio: f64| limit(part.map_or(ratio, |part| carry(Contrasted::Ratio, ratio, part)));
    let low = min.map_or(0.0, |min| asked(min).unwrap_or(f64::INFINITY));
    let high = max.map_or(f64::INFINITY, |max| asked(max).unwrap_or(f64::INFINITY));
    let Limits { low: least, high: most } = posterior.limits(level).ok()?;
    Some(result::Posterior {
        min,
        max,
        below: twelve_digits(posterior.sides(low).ok()?.below),
        within: twelve_digits(posterior.between(low, high).ok()?),
        above: twelve_digits(posterior.sides(high).ok()?.above),
        median: told(posterior.quantile(0.5).ok()?),
        low: told(least),
        high: told(most),
    })
}
