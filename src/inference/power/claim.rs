//! Would a bound on two groups have been proved kept, or broken? The power of an interval to clear its bounds.

use crate::inference::constrained::{Counts, under_difference, under_ratio};
use crate::inference::limits::Limits;
use crate::inference::measure::Measure;
use crate::inference::power::growth::{Growth, growth};
use crate::inference::power::{Rates, Sizes, both, clears, is_critical, is_rate, variance};
use crate::inference::{normal, root};

/// What is to be proved: that the ratio or the difference of two rates lies within these limits.
///
/// A limit at or beyond the end of the range (0 or +inf for a ratio, -1 or 1 for a difference) binds nothing. "Complies
/// with four fifths" is a ratio within [0.8, +inf], "violates it" a ratio within [0, 0.8].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    pub measure: Measure,
    pub within: Limits,
}

impl Claim {
    /// The claim that the measure is above a bound.
    pub fn above(measure: Measure, bound: f64) -> Claim {
        Claim { measure, within: Limits { low: bound, high: f64::INFINITY } }
    }

    /// The claim that the measure is below a bound.
    pub fn below(measure: Measure, bound: f64) -> Claim {
        Claim { measure, within: Limits { low: f64::NEG_INFINITY, high: bound } }
    }
}

/// The probability that the score interval at `z` proves the claim, if the rates are these.
///
/// For a bound b with the contrast c = p1 - b p0 (ratio) or p1 - p0 - b (difference): `Phi-bar((z s0 - c)/s1)`, where s1
/// is the standard error of c and s0 the same at the rates most likely under the bound, given the counts that the rates
/// lead to expect. For two bounds `max(0, P + P' - 1)`. None for an empty group, a rate outside [0, 1], limits that are
/// NaN or a z that is negative or not finite. Source: Farrington and Manning 1990.
pub fn power(claim: Claim, sizes: Sizes, rates: Rates, z: f64) -> Option<f64> {
    let Limits { low, high } = claim.within;
    if !sizes.are_sizes() || !rates.are_rates() || !is_critical(z) || low.is_nan() || high.is_nan() {
        return None;
    }
    let (bottom, top) = match claim.measure {
        Measure::Ratio => (0.0, f64::INFINITY),
        Measure::Difference => (-1.0, 1.0),
    };
    let clear_of = |bound: f64, sign: f64| {
        let Moments { gap, under_bound, in_truth } = moments(claim.measure, bound, sizes, rates);
        clears(sign * gap, under_bound, in_truth, z)
    };
    let above = if low <= bottom {
        1.0
    } else if low >= top {
        0.0
    } else {
        clear_of(low, 1.0)
    };
    let below = if high >= top {
        1.0
    } else if high <= bottom {
        0.0
    } else {
        clear_of(high, -1.0)
    };
    Some(both(above, below))
}

/// The highest focal rate that would have been proved to lie below a bound with this power.
///
/// "This review could only have shown a ratio under r to be below four fifths": the power of [`Claim::below`] is the
/// wanted one there. None when not even a rate of 0 would have been, or where [`power`] has none.
pub fn provable_below(
    measure: Measure,
    bound: f64,
    sizes: Sizes,
    reference: f64,
    z: f64,
    wanted: f64,
) -> Option<Rates> {
    nearest(Claim::below(measure, bound), bound, sizes, reference, z, wanted, 0.0)
}

/// The lowest focal rate that would have been proved to lie above a bound with this power.
///
/// [`provable_below`], upward: the ratio a group must truly have for its compliance to be proved. None when not even a
/// rate of 1 would have been.
pub fn provable_above(
    measure: Measure,
    bound: f64,
    sizes: Sizes,
    reference: f64,
    z: f64,
    wanted: f64,
) -> Option<Rates> {
    nearest(Claim::above(measure, bound), bound, sizes, reference, z, wanted, 1.0)
}

/// How far both groups must grow, in proportion, until the claim is proved with the wanted power, if the rates are
/// these.
///
/// None when no number of focal rows up to 10^9 is enough: the claim is not true of the rates, or lies on a bound.
pub fn rows_needed(claim: Claim, focal: u64, reference: u64, rates: Rates, z: f64, wanted: f64) -> Option<Growth> {
    let sizes = Sizes { focal: focal as f64, reference: reference as f64 };
    growth(focal, wanted, |factor| power(claim, sizes.scaled(factor), rates, z))
}

/// How far a contrast lies above its bound, with its variance under the bound and in truth.
struct Moments {
    gap: f64,
    under_bound: f64,
    in_truth: f64,
}

fn moments(measure: Measure, bound: f64, sizes: Sizes, rates: Rates) -> Moments {
    let (focal, reference) =
        (Counts::expected(sizes.focal, rates.focal), Counts::expected(sizes.reference, rates.reference));
    let (v1, v0) = (variance(rates.focal, sizes.focal), variance(rates.reference, sizes.reference));
    match measure {
        Measure::Ratio => Moments {
            gap: rates.focal - bound * rates.reference,
            under_bound: under_ratio(focal, reference, bound).variance,
            in_truth: v1 + bound * bound * v0,
        },
        Measure::Difference => Moments {
            gap: rates.difference() - bound,
            under_bound: under_difference(focal, reference, bound).variance,
            in_truth: v1 + v0,
        },
    }
}

/// The focal rate between the bound and `end` at which the claim has the wanted power.
fn nearest(claim: Claim, bound: f64, sizes: Sizes, reference: f64, z: f64, wanted: f64, end: f64) -> Option<Rates> {
    if !is_rate(reference) || bound.is_nan() {
        return None;
    }
    let edge = match claim.measure {
        Measure::Ratio => bound * reference,
        Measure::Difference => reference + bound,
    };
    let edge = edge.clamp(0.0, 1.0);
    let at = |focal: f64| power(claim, sizes, Rates { focal, reference }, z);
    // The wanted power must be more than the chance of a false proof, and within reach.
    if !(wanted > normal::sf(z) && wanted <= at(end)?) {
        return None;
    }
    let excess = |t: f64| at(end + t * (edge - end)).map_or(0.0, |power| power - wanted);
    let focal = end + root::falling(excess, 0.0, 1.0) * (edge - end);
    Some(Rates { focal, reference })
}
