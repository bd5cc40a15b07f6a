//! Two independent groups: the ratio and the difference of their rates, limits and tests.
//!
//! Of counted shares at a normal z, or of effective shares at a critical value of Student's t.

use crate::inference::constrained::{under_difference, under_ratio};
use crate::inference::limits::Limits;
use crate::inference::proportion::Proportion;
use crate::inference::share::{over, wilson};
use crate::inference::{mover, root};

/// exp of this is near the largest number: a limit beyond it is no limit.
const FARTHEST: f64 = 700.0;

/// How many standard errors the ratio of two rates lies above `r`, the standard error being the one under r.
///
/// `(p1 - r p0) / sqrt([p1~(1-p1~)/n1 + r^2 p0~(1-p0~)/n0] N/(N-1))` with the rates most likely under r. Where the
/// variance is 0: 0 if there is no gap, else an infinity of its sign. 0 when a group is empty: no evidence either way.
/// Falls as r rises. Source: Miettinen and Nurminen 1985.
pub fn z_ratio<P: Proportion>(focal: P, reference: P, r: f64) -> f64 {
    koopman_z(focal, reference, r) / inflation(focal, reference)
}

/// How many standard errors the difference of two rates lies above `d`, the standard error being the one under d.
///
/// `(p1 - p0 - d) / sqrt([p1~(1-p1~)/n1 + p0~(1-p0~)/n0] N/(N-1))` with the rates most likely under d; the same edge
/// cases as [`z_ratio`]. Source: Miettinen and Nurminen 1985.
pub fn z_difference<P: Proportion>(focal: P, reference: P, d: f64) -> f64 {
    mee_z(focal, reference, d) / inflation(focal, reference)
}

/// The Miettinen-Nurminen limits of the ratio of two rates: every ratio that [`z_ratio`] does not reject at `z`.
///
/// Low is 0 when the focal group has no hit, high is +inf when the reference group has none, and both are so when
/// neither has. None when a group is empty. A z that is not positive gives the estimate.
pub fn score_ratio<P: Proportion>(focal: P, reference: P, z: f64) -> Option<Limits> {
    ratio_limits(focal, reference, z * inflation(focal, reference))
}

/// The Koopman limits of the ratio of two rates: [`score_ratio`] without the factor N/(N-1) (Koopman 1984).
pub fn koopman_ratio<P: Proportion>(focal: P, reference: P, z: f64) -> Option<Limits> {
    ratio_limits(focal, reference, z)
}

/// The Miettinen-Nurminen limits of the difference of two rates: every difference that [`z_difference`] does not reject
/// at `z`.
///
/// None when a group is empty. A z that is not positive gives the estimate.
pub fn score_difference<P: Proportion>(focal: P, reference: P, z: f64) -> Option<Limits> {
    if focal.is_empty() || reference.is_empty() {
        return None;
    }
    let z = z * inflation(focal, reference);
    let high = difference_upper(focal, reference, z);
    Some(Limits { low: -difference_upper(reference, focal, z), high })
}

/// The Newcombe limits of the difference of two rates: the Wilson limits of each, combined in closed form.
///
/// None when a group is empty. Source: Newcombe 1998, method 10 of the eleven.
pub fn newcombe_difference<P: Proportion>(focal: P, reference: P, z: f64) -> Option<Limits> {
    Some(mover::difference(focal.rate(), wilson(focal, z)?, reference.rate(), wilson(reference, z)?))
}

/// sqrt(N/(N-1)), by which Miettinen and Nurminen widen the standard error.
fn inflation<P: Proportion>(focal: P, reference: P) -> f64 {
    let all = focal.of() + reference.of();
    if all > 1.0 { (all / (all - 1.0)).sqrt() } else { 1.0 }
}

fn koopman_z<P: Proportion>(focal: P, reference: P, r: f64) -> f64 {
    if focal.is_empty() || reference.is_empty() {
        return 0.0;
    }
    let (x1, x0) = (focal.hits(), reference.hits());
    let (n1, n0) = (focal.of(), reference.of());
    // The limits of z as r goes to 0 and to infinity.
    if r <= 0.0 {
        return if x1 > 0.0 { f64::INFINITY } else { 0.0 };
    }
    if r == f64::INFINITY {
        return if x0 > 0.0 { f64::NEG_INFINITY } else { 0.0 };
    }
    over((x1 * n0 - r * (x0 * n1)) / (n1 * n0), under_ratio(focal, reference, r).variance)
}

/// The score statistic of a difference, without the factor N/(N-1) (Mee 1984).
fn mee_z<P: Proportion>(focal: P, reference: P, d: f64) -> f64 {
    if focal.is_empty() || reference.is_empty() {
        return 0.0;
    }
    let gap = focal.cross_difference(reference) / (focal.of() * reference.of()) - d;
    over(gap, under_difference(focal, reference, d).variance)
}

/// A lower limit is the inverse of the upper limit with the groups exchanged, so that mirrored groups have mirrored
/// limits.
fn ratio_limits<P: Proportion>(focal: P, reference: P, z: f64) -> Option<Limits> {
    if focal.is_empty() || reference.is_empty() {
        return None;
    }
    let limits = Limits { low: 1.0 / ratio_upper(reference, focal, z), high: ratio_upper(focal, reference, z) };
    Some(limits.around(focal.rate() / reference.rate()))
}

/// The ratio at which the score statistic has fallen to -z, sought on the logarithmic scale.
fn ratio_upper<P: Proportion>(focal: P, reference: P, z: f64) -> f64 {
    if reference.hits() == 0.0 {
        return f64::INFINITY;
    }
    let estimate = focal.rate() / reference.rate();
    if z.is_nan() || z <= 0.0 {
        return estimate;
    }
    let excess = |t: f64| koopman_z(focal, reference, libm::exp(t)) + z;
    let spread = z * (1.0 / (focal.hits() + 0.5) + 1.0 / (reference.hits() + 0.5)).sqrt();
    let (start, floor) = if focal.hits() > 0.0 {
        // Below exp(-700) numbers end; an effective share may be as small.
        let start = libm::log(estimate).max(-FARTHEST);
        (start, start)
    } else {
        // Without a hit z is about -sqrt(n1 r p0); a thousandth of the ratio that gives -z is below the limit.
        (libm::log(1e-3 * z * z / (focal.of() * reference.rate())), -FARTHEST)
    };
    let found = root::falling_beyond(excess, start, spread.max(1e-12), floor, FARTHEST);
    found.map_or(f64::INFINITY, |t| libm::exp(t).max(estimate))
}

/// The difference at which the score statistic has fallen to -z.
fn difference_upper<P: Proportion>(focal: P, reference: P, z: f64) -> f64 {
    let (n1, n0) = (focal.of(), reference.of());
    let estimate = focal.cross_difference(reference) / (n1 * n0);
    if z.is_nan() || z <= 0.0 {
        return estimate;
    }
    let excess = |d: f64| mee_z(focal, reference, d) + z;
    let spread = |t: P| {
        let p = (t.hits() + 0.5) / (t.of() + 1.0);
        p * (1.0 - p) / t.of()
    };
    let step = (z * (spread(focal) + spread(reference)).sqrt()).max(1e-15);
    root::falling_beyond(excess, estimate, step, estimate, 1.0).unwrap_or(1.0).clamp(estimate, 1.0)
}
