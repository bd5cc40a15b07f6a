//! Two independent groups: the ratio and the difference of their rates, limits and tests.

use crate::inference::constrained::{under_difference, under_ratio};
use crate::inference::limits::Limits;
use crate::inference::share::{over, wilson};
use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;
use crate::inference::{mover, root};

/// exp of this is near the largest number: a limit beyond it is no limit.
const FARTHEST: f64 = 700.0;

/// How many standard errors the ratio of two rates lies above `r`, the standard error being the one under r.
///
/// `(p1 - r p0) / sqrt([p1~(1-p1~)/n1 + r^2 p0~(1-p0~)/n0] N/(N-1))` with the rates most likely under r. Where the
/// variance is 0: 0 if there is no gap, else an infinity of its sign. 0 when a group is empty: no evidence either way.
/// Falls as r rises. Source: Miettinen and Nurminen 1985.
pub fn z_ratio(focal: Trials, reference: Trials, r: f64) -> f64 {
    koopman_z(focal, reference, r) / inflation(focal, reference)
}

/// How many standard errors the difference of two rates lies above `d`, the standard error being the one under d.
///
/// `(p1 - p0 - d) / sqrt([p1~(1-p1~)/n1 + p0~(1-p0~)/n0] N/(N-1))` with the rates most likely under d; the same edge
/// cases as [`z_ratio`]. Source: Miettinen and Nurminen 1985.
pub fn z_difference(focal: Trials, reference: Trials, d: f64) -> f64 {
    mee_z(focal, reference, d) / inflation(focal, reference)
}

/// The Miettinen-Nurminen limits of the ratio of two rates: every ratio that [`z_ratio`] does not reject at `z`.
///
/// Low is 0 when the focal group has no hit, high is +inf when the reference group has none, and both are so when
/// neither has. None when a group is empty. A z that is not positive gives the estimate.
pub fn score_ratio(focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
    ratio_limits(focal, reference, z * inflation(focal, reference))
}

/// The Koopman limits of the ratio of two rates: [`score_ratio`] without the factor N/(N-1) (Koopman 1984).
pub fn koopman_ratio(focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
    ratio_limits(focal, reference, z)
}

/// The Miettinen-Nurminen limits of the difference of two rates: every difference that [`z_difference`] does not reject
/// at `z`.
///
/// None when a group is empty. A z that is not positive gives the estimate.
pub fn score_difference(focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
    if focal.of == 0 || reference.of == 0 {
        return None;
    }
    let z = z * inflation(focal, reference);
    let high = difference_upper(focal, reference, z);
    Some(Limits { low: -difference_upper(reference, focal, z), high })
}

/// The Newcombe limits of the difference of two rates: the Wilson limits of each, combined in closed form.
///
/// None when a group is empty. Source: Newcombe 1998, method 10 of the eleven.
pub fn newcombe_difference(focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
    Some(mover::difference(rate(focal), wilson(focal, z)?, rate(reference), wilson(reference, z)?))
}

fn rate(t: Trials) -> f64 {
    t.hits.min(t.of) as f64 / t.of as f64
}

/// sqrt(N/(N-1)), by which Miettinen and Nurminen widen the standard error.
fn inflation(focal: Trials, reference: Trials) -> f64 {
    let all = focal.of as f64 + reference.of as f64;
    if all > 1.0 { (all / (all - 1.0)).sqrt() } else { 1.0 }
}

fn koopman_z(focal: Trials, reference: Trials, r: f64) -> f64 {
    if focal.of == 0 || reference.of == 0 {
        return 0.0;
    }
    let (x1, x0) = (focal.hits.min(focal.of) as f64, reference.hits.min(reference.of) as f64);
    let (n1, n0) = (focal.of as f64, reference.of as f64);
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
fn mee_z(focal: Trials, reference: Trials, d: f64) -> f64 {
    if focal.of == 0 || reference.of == 0 {
        return 0.0;
    }
    let gap = cross_difference(focal, reference) / (focal.of as f64 * reference.of as f64) - d;
    over(gap, under_difference(focal, reference, d).variance)
}

/// A lower limit is the inverse of the upper limit with the groups exchanged, so that mirrored groups have mirrored
/// limits.
fn ratio_limits(focal: Trials, reference: Trials, z: f64) -> Option<Limits> {
    if focal.of == 0 || reference.of == 0 {
        return None;
    }
    let limits = Limits { low: 1.0 / ratio_upper(reference, focal, z), high: ratio_upper(focal, reference, z) };
    Some(limits.around(rate(focal) / rate(reference)))
}

/// The ratio at which the score statistic has fallen to -z, sought on the logarithmic scale.
fn ratio_upper(focal: Trials, reference: Trials, z: f64) -> f64 {
    if reference.hits == 0 {
        return f64::INFINITY;
    }
    let estimate = rate(focal) / rate(reference);
    if z.is_nan() || z <= 0.0 {
        return estimate;
    }
    let excess = |t: f64| koopman_z(focal, reference, libm::exp(t)) + z;
    let spread = z * (1.0 / (focal.hits as f64 + 0.5) + 1.0 / (reference.hits as f64 + 0.5)).sqrt();
    let (start, floor) = if focal.hits > 0 {
        (libm::log(estimate), libm::log(estimate))
    } else {
        // Without a hit z is about -sqrt(n1 r p0); a thousandth of the ratio that gives -z is below the limit.
        (libm::log(1e-3 * z * z / (focal.of as f64 * rate(reference))), -FARTHEST)
    };
    let found = root::falling_beyond(excess, start, spread.max(1e-12), floor, FARTHEST);
    found.map_or(f64::INFINITY, |t| libm::exp(t).max(estimate))
}

/// The difference at which the score statistic has fallen to -z.
fn difference_upper(focal: Trials, reference: Trials, z: f64) -> f64 {
    let (n1, n0) = (focal.of as f64, reference.of as f64);
    let estimate = cross_difference(focal, reference) / (n1 * n0);
    if z.is_nan() || z <= 0.0 {
        return estimate;
    }
    let excess = |d: f64| mee_z(focal, reference, d) + z;
    let spread = |t: Trials| {
        let p = (t.hits.min(t.of) as f64 + 0.5) / (t.of as f64 + 1.0);
        p * (1.0 - p) / t.of as f64
    };
    let step = (z * (spread(focal) + spread(reference)).sqrt()).max(1e-15);
    root::falling_beyond(excess, estimate, step, estimate, 1.0).unwrap_or(1.0).clamp(estimate, 1.0)
}
