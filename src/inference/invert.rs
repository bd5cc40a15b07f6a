//! A p-value for an interval that has no test of its own.

use crate::inference::limits::Limits;
use crate::inference::normal;

/// Beyond this z a normal tail is below the smallest number.
const FARTHEST: f64 = 40.0;

/// One-sided p-value of the true value being below the bound: small is evidence that it is.
///
/// The tail of `z`, the statistic of the value against the bound, where there is one; else by inverting the limits.
pub fn p_below(z: Option<f64>, limits: impl Fn(f64) -> Option<Limits>, bound: f64) -> f64 {
    match z {
        Some(z) => normal::cdf(z),
        None => p_against(|z| limits(z).map_or(f64::INFINITY, |l| l.high), bound),
    }
}

/// The same of the true value being above the bound.
pub fn p_above(z: Option<f64>, limits: impl Fn(f64) -> Option<Limits>, bound: f64) -> f64 {
    match z {
        Some(z) => normal::sf(z),
        None => p_against(|z| limits(z).map_or(f64::NEG_INFINITY, |l| l.low), bound),
    }
}

/// The one-sided p-value with which an interval's limit clears a bound.
///
/// `limit(z)` is the lower limit (falling in z) or the upper limit (rising in z) at critical value z >= 0, and
/// `limit(0)` the estimate. The result is `sf(z)` for the smallest z at which the limit touches the bound, found by
/// bisection: p < a exactly when the limit at `quantile(1 - a)` is still clear of the bound. 0 when the limit is clear
/// even at z = 40; 1/2 when the estimate sits on the bound; 1 when the estimate is on the wrong side, or a limit is NaN
/// or does not move, because then nothing is proved.
pub fn p_against(limit: impl Fn(f64) -> f64, bound: f64) -> f64 {
    let (start, end) = (limit(0.0), limit(FARTHEST));
    let clear: fn(f64, f64) -> bool = if end < start {
        |limit, bound| limit > bound
    } else if end > start {
        |limit, bound| limit < bound
    } else {
        return 1.0;
    };
    if start == bound {
        return 0.5;
    }
    if !clear(start, bound) {
        return 1.0;
    }
    if clear(end, bound) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, FARTHEST);
    loop {
        let z = 0.5 * (low + high);
        if z <= low || z >= high {
            return normal::sf(low);
        }
        if clear(limit(z), bound) { low = z } else { high = z }
    }
}
