//! One share: its limits and its test.

use crate::inference::limits::Limits;
use crate::inference::proportion::Proportion;

/// The Wilson limits of a share at critical value `z`: every share that the score test does not reject.
///
/// `[(p + z^2/2n) +- z sqrt(p(1-p)/n + z^2/4n^2)] / (1 + z^2/n)`. Exactly 0 below no hit and exactly 1 above only hits;
/// a z that is not positive gives the share itself. None without trials. Hits beyond the number of trials count as that
/// number. Source: Wilson 1927.
pub fn wilson<P: Proportion>(t: P, z: f64) -> Option<Limits> {
    if t.is_empty() {
        return None;
    }
    let (hits, misses) = (t.hits(), t.misses());
    Some(
        Limits {
            low: if hits == 0.0 { 0.0 } else { lower(hits, misses, z) },
            // The upper limit of the hits is the complement of the lower limit of the misses, so that mirrored shares
            // have mirrored limits.
            high: if misses == 0.0 { 1.0 } else { 1.0 - lower(misses, hits, z) },
        }
        .around(t.rate()),
    )
}

/// The smaller root of `(n + z^2) b^2 - (2x + z^2) b + x^2/n = 0`, as the product of the roots over the larger: no
/// cancellation, however far z is out.
fn lower(x: f64, misses: f64, z: f64) -> f64 {
    let n = x + misses;
    let square = if z > 0.0 { z * z } else { 0.0 };
    if square.is_infinite() {
        return 0.0;
    }
    let larger = 2.0 * x + square + (square * (square + 4.0 * x * (misses / n))).sqrt();
    2.0 * x * (x / n) / larger
}

/// How many standard errors a share lies from a bound, the standard error being the one under the bound.
///
/// `(x - n b) / sqrt(n b (1 - b))`, whose inversion is the [`wilson`] interval. Where that variance is 0 (a bound of 0
/// or 1): 0 if the share is the bound, else an infinity of the sign of the gap. 0 without trials: no evidence either
/// way.
pub fn score_z<P: Proportion>(t: P, bound: f64) -> f64 {
    if t.is_empty() {
        return 0.0;
    }
    let n = t.of();
    over(t.hits() - n * bound, n * bound * (1.0 - bound))
}

/// A gap over its standard error: 0 for no gap, infinite for a gap that the variance excludes.
pub(crate) fn over(gap: f64, variance: f64) -> f64 {
    if gap == 0.0 {
        0.0
    } else if variance > 0.0 {
        gap / variance.sqrt()
    } else {
        gap.signum() * f64::INFINITY
    }
}
