//! Would a difference between two groups have been noticed? The power of the test that they share one rate.

use crate::inference::power::{Rates, Sizes, is_critical, is_rate, variance};
use crate::inference::{normal, root};

/// The probability that the pooled z test finds two groups with these rates different, in either direction.
///
/// `Phi-bar((z s0 - |d|)/s1) + Phi((-z s0 - |d|)/s1)` with s0 from the pooled and s1 from the separate rates. The second
/// term, the wrong direction, counts for no more than its error of `Phi(-z)`: it would where one group is tiny and the
/// rate of the other near 0 or 1. 0 where both rates are 0 or both 1, because then nothing can differ. None for an empty group, a rate outside [0, 1] or a z
/// that is negative or not finite.
pub fn power(sizes: Sizes, rates: Rates, z: f64) -> Option<f64> {
    if !sizes.are_sizes() || !rates.are_rates() || !is_critical(z) {
        return None;
    }
    let (n1, n0) = (sizes.focal, sizes.reference);
    let pooled = (n1 * rates.focal + n0 * rates.reference) / (n1 + n0);
    let bar = z * (variance(pooled, n1) + variance(pooled, n0)).sqrt();
    let spread = (variance(rates.focal, n1) + variance(rates.reference, n0)).sqrt();
    let gap = rates.difference().abs();
    Some(if spread > 0.0 {
        normal::sf((bar - gap) / spread) + normal::sf((bar + gap) / spread).min(normal::sf(z))
    } else if gap > bar {
        1.0
    } else {
        0.0
    })
}

/// The nearest lower focal rate that the pooled z test tells from the reference rate with this power.
///
/// The usual "minimum detectable effect", downward; it says nothing about a bound such as four fifths. None when not
/// even a rate of 0 would be found with that power, or where [`power`] has none.
pub fn detectable_below(sizes: Sizes, reference: f64, z: f64, wanted: f64) -> Option<Rates> {
    if !is_rate(reference) {
        return None;
    }
    // z s0 + z_b s1 - |d| is concave in the focal rate and positive at the reference rate: it crosses 0 once a side.
    nearest(sizes, reference, z, wanted, 0.0)
}

/// The nearest higher focal rate that the pooled z test tells from the reference rate with this power.
///
/// [`detectable_below`], upward.
pub fn detectable_above(sizes: Sizes, reference: f64, z: f64, wanted: f64) -> Option<Rates> {
    if !is_rate(reference) {
        return None;
    }
    nearest(sizes, reference, z, wanted, 1.0)
}

/// The focal rate between the reference rate and `end` at which the wanted power is reached.
fn nearest(sizes: Sizes, reference: f64, z: f64, wanted: f64, end: f64) -> Option<Rates> {
    let at = |focal: f64| power(sizes, Rates { focal, reference }, z);
    // The wanted power must be more than the chance of a false alarm, and within reach.
    if !(wanted > normal::two_sided(z) && wanted <= at(end)?) {
        return None;
    }
    let excess = |t: f64| at(end + t * (reference - end)).map_or(0.0, |power| power - wanted);
    let focal = end + root::falling(excess, 0.0, 1.0) * (reference - end);
    Some(Rates { focal, reference })
}
