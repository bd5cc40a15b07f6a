//! The score statistic of a weighted comparison over strata: limits that exist whatever the counts.
//!
//! With `w` the weight of a stratum, the statistic of a ratio r is `sum w (p1 - r p0) / sqrt(sum w^2 V(r))`, V being
//! the variance under the rates most likely under r within the stratum, times N/(N-1) (Miettinen and Nurminen 1985).
//! For one stratum it is theirs; with the weights of Mantel and Haenszel its square is the Cochran-Mantel-Haenszel
//! statistic at a ratio of 1 or a difference of 0. The variance takes the ratio or difference to be the same in all
//! strata; where it is not, the limits are somewhat wide.
//!
//! A stratum without a hit has no variance at a difference of 0, and some at any other (as one without a miss at a
//! ratio of 1). So the statistic may have a peak there: equality is rejected, and differences on the far side of it
//! are not. The limits span all that is not rejected. Whoever wants a p-value that never contradicts them inverts the
//! limits.

use super::Stratum;
use crate::inference::constrained::{under_difference, under_ratio};
use crate::inference::limits::Limits;
use crate::inference::root;
use crate::inference::share::over;
use crate::inference::two_by_two::cross_difference;

/// exp of this is near the largest number: a limit beyond it is no limit.
const FARTHEST: f64 = 700.0;

/// So many places are looked at between a crossing and equality.
const PLACES: u32 = 24;

/// How many standard errors the weighted ratio of the rates lies above `r`; see the module.
///
/// 0 without a comparable stratum of positive weight: no evidence either way. At r = 0 and r = +inf the limit, which is
/// infinite unless the group has no hit.
pub fn z_ratio(strata: &[Stratum], weights: &[f64], r: f64) -> f64 {
    if r <= 0.0 {
        return if Sums::new(strata, weights).focal > 0.0 { f64::INFINITY } else { 0.0 };
    }
    if r == f64::INFINITY {
        return if Sums::new(strata, weights).reference > 0.0 { f64::NEG_INFINITY } else { 0.0 };
    }
    let (mut gap, mut variance) = (0.0, 0.0);
    for (s, w) in weighted(strata, weights) {
        let (n1, n0) = (s.focal.of as f64, s.reference.of as f64);
        let (x1, x0) = (s.focal.hits.min(s.focal.of) as f64, s.reference.hits.min(s.reference.of) as f64);
        gap += w * ((x1 * n0 - r * (x0 * n1)) / (n1 * n0));
        variance += w * w * inflation(n1 + n0) * under_ratio(s.focal, s.reference, r).variance;
    }
    over(gap, variance)
}

/// How many standard errors the weighted difference of the rates lies above `d`; see the module.
///
/// 0 without a comparable stratum of positive weight: no evidence either way.
pub fn z_difference(strata: &[Stratum], weights: &[f64], d: f64) -> f64 {
    let (mut gap, mut variance) = (0.0, 0.0);
    for (s, w) in weighted(strata, weights) {
        let (n1, n0) = (s.focal.of as f64, s.reference.of as f64);
        gap += w * (cross_difference(s.focal, s.reference) / (n1 * n0) - d);
        variance += w * w * inflation(n1 + n0) * under_difference(s.focal, s.reference, d).variance;
    }
    over(gap, variance)
}

/// Every ratio of weighted rates that [`z_ratio`] does not reject at critical value `z`.
///
/// Low is 0 when the focal group has no hit where it is compared, high is +inf when the reference group has none. None
/// without a comparable stratum of positive weight. A z that is not positive gives the estimate `sum w p1 / sum w p0`,
/// none where that is 0/0.
pub fn ratio_limits(strata: &[Stratum], weights: &[f64], z: f64) -> Option<Limits> {
    let sums = Sums::new(strata, weights);
    if sums.weight <= 0.0 {
        return None;
    }
    let free = sums.focal <= 0.0 && sums.reference <= 0.0;
    if z.is_nan() || z <= 0.0 {
        let estimate = sums.focal / sums.reference;
        return (!free).then_some(Limits { low: estimate, high: estimate });
    }
    if free {
        return Some(Limits { low: 0.0, high: f64::INFINITY });
    }
    // A lower limit is the inverse of the upper limit with the groups exchanged, as for a single pair.
    let exchanged: Vec<Stratum> = strata.iter().map(|s| s.exchanged()).collect();
    let low = 1.0 / ratio_upper(&exchanged, weights, z);
    Some(Limits { low, high: ratio_upper(strata, weights, z) }.around(sums.focal / sums.reference))
}

/// Every difference of weighted rates that [`z_difference`] does not reject at critical value `z`.
///
/// None without a comparable stratum of positive weight. A z that is not positive gives the estimate.
pub fn difference_limits(strata: &[Stratum], weights: &[f64], z: f64) -> Option<Limits> {
    if Sums::new(strata, weights).weight <= 0.0 {
        return None;
    }
    let exchanged: Vec<Stratum> = strata.iter().map(|s| s.exchanged()).collect();
    let high = difference_upper(strata, weights, z);
    Some(Limits { low: -difference_upper(&exchanged, weights, z), high })
}

/// The ratio at which the statistic has fallen to -z, sought on the logarithmic scale.
fn ratio_upper(strata: &[Stratum], weights: &[f64], z: f64) -> f64 {
    let sums = Sums::new(strata, weights);
    if sums.reference <= 0.0 {
        return f64::INFINITY;
    }
    let excess = |t: f64| z_ratio(strata, weights, libm::exp(t)) + z;
    let step = (z * (1.0 / (sums.focal_hits + 0.5) + 1.0 / (sums.reference_hits + 0.5)).sqrt()).max(1e-12);
    let estimate = sums.focal / sums.reference;
    let (start, floor) = if sums.focal > 0.0 {
        (libm::log(estimate), libm::log(estimate))
    } else {
        // Without a hit z is about minus the square root of the hits expected; well below the limit fewer are.
        (libm::log(1e-3 * z * z * sums.weight / (sums.focal_rows * sums.reference)), -FARTHEST)
    };
    let found = root::falling_beyond(excess, start, step, floor, FARTHEST);
    found.map_or(f64::INFINITY, |t| libm::exp(beyond_equality(excess, t, FARTHEST)).max(estimate))
}

/// The difference at which the statistic has fallen to -z.
fn difference_upper(strata: &[Stratum], weights: &[f64], z: f64) -> f64 {
    let sums = Sums::new(strata, weights);
    let gap: f64 = weighted(strata, weights)
        .map(|(s, w)| w * (cross_difference(s.focal, s.reference) / (s.focal.of as f64 * s.reference.of as f64)))
        .sum();
    let estimate = (gap / sums.weight).clamp(-1.0, 1.0);
    if z.is_nan() || z <= 0.0 {
        return estimate;
    }
    let excess = |d: f64| z_difference(strata, weights, d) + z;
    let step = (z * (0.25 / sums.focal_rows + 0.25 / sums.reference_rows).sqrt()).max(1e-15);
    let found = root::falling_beyond(excess, estimate, step, estimate, 1.0).unwrap_or(1.0);
    beyond_equality(excess, found, 1.0).clamp(estimate, 1.0)
}

/// The last crossing up to `end`, `first` being the first, when equality is 0.
///
/// Where the variance is concave on either side of equality, the statistic falls all the way on the estimate's side,
/// and on the other it may rise to one peak before it falls for good. Weights that lean on strata in which the gap is
/// of another kind can break that on the estimate's side too, by a little; a row of places on the way finds it.
fn beyond_equality(excess: impl Fn(f64) -> f64, first: f64, end: f64) -> f64 {
    if first >= 0.0 {
        return first;
    }
    if let Some(peak) = root::positive_between(&excess, 0.0, end) {
        return root::falling(&excess, peak, end);
    }
    let place = |k: u32| first * f64::from(k) / f64::from(PLACES);
    let last = (0..PLACES).find(|&k| excess(place(k)) > 0.0);
    // Equality itself is rejected, or the far side would have been reached: the crossing is before it.
    last.map_or(first, |k| root::falling(&excess, place(k), place(k.saturating_sub(1))))
}

fn inflation(all: f64) -> f64 {
    all / (all - 1.0)
}

/// The strata that compare both groups and count for something.
fn weighted<'a>(strata: &'a [Stratum], weights: &'a [f64]) -> impl Iterator<Item = (&'a Stratum, f64)> {
    let counts = |(s, w): &(&Stratum, f64)| s.focal.of > 0 && s.reference.of > 0 && *w > 0.0 && w.is_finite();
    strata.iter().zip(weights.iter().copied()).filter(counts)
}

/// Sums over the strata that count.
#[derive(Default)]
struct Sums {
    weight: f64,
    focal: f64,
    reference: f64,
    focal_hits: f64,
    reference_hits: f64,
    focal_rows: f64,
    reference_rows: f64,
}

impl Sums {
    fn new(strata: &[Stratum], weights: &[f64]) -> Sums {
        let mut sums = Sums::default();
        for (s, w) in weighted(strata, weights) {
            let (x1, x0) = (s.focal.hits.min(s.focal.of) as f64, s.reference.hits.min(s.reference.of) as f64);
            let (n1, n0) = (s.focal.of as f64, s.reference.of as f64);
            sums.weight += w;
            sums.focal += w * (x1 / n1);
            sums.reference += w * (x0 / n0);
            sums.focal_hits += x1;
            sums.reference_hits += x0;
            sums.focal_rows += n1;
            sums.reference_rows += n0;
        }
        sums
    }
}
