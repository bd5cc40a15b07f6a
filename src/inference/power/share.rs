//! Would a bound on one share have been proved kept, or broken? The power of the Wilson interval to clear its bounds.

use crate::inference::limits::Limits;
use crate::inference::power::growth::{Growth, growth};
use crate::inference::power::{both, clears, is_critical, is_rate, variance};
use crate::inference::{normal, root};

/// The probability that the Wilson interval at `z` of a share of `n` trials lies within these limits, if the share is
/// truly `p`.
///
/// For a bound b below `Phi-bar((z s0 - (p - b))/s1)` with `s0^2 = b(1-b)/n` and `s1^2 = p(1-p)/n`, mirrored for a bound
/// above, and `max(0, P + P' - 1)` for two. A limit at or beyond 0 or 1 binds nothing. None without trials, for a share
/// outside [0, 1], limits that are NaN or a z that is negative or not finite.
pub fn power(within: Limits, n: f64, p: f64, z: f64) -> Option<f64> {
    let Limits { low, high } = within;
    let defined = n > 0.0 && n.is_finite() && is_rate(p) && is_critical(z) && !low.is_nan() && !high.is_nan();
    if !defined {
        return None;
    }
    let clear_of = |bound: f64, gap: f64| clears(gap, variance(bound, n), variance(p, n), z);
    let above = if low <= 0.0 {
        1.0
    } else if low >= 1.0 {
        0.0
    } else {
        clear_of(low, p - low)
    };
    let below = if high >= 1.0 {
        1.0
    } else if high <= 0.0 {
        0.0
    } else {
        clear_of(high, high - p)
    };
    Some(both(above, below))
}

/// The highest share that would have been proved to lie below a bound with this power; None when not even 0 would.
pub fn provable_below(bound: f64, n: f64, z: f64, wanted: f64) -> Option<f64> {
    nearest(Limits { low: 0.0, high: bound }, bound, n, z, wanted, 0.0)
}

/// The lowest share that would have been proved to lie above a bound with this power; None when not even 1 would.
pub fn provable_above(bound: f64, n: f64, z: f64, wanted: f64) -> Option<f64> {
    nearest(Limits { low: bound, high: 1.0 }, bound, n, z, wanted, 1.0)
}

/// How far the trials must grow until the interval lies within the limits with the wanted power, if the share is `p`.
///
/// None when no number of trials up to 10^9 is enough: the share is not within the limits, or lies on one.
pub fn rows_needed(within: Limits, n: u64, p: f64, z: f64, wanted: f64) -> Option<Growth> {
    growth(n, wanted, |factor| power(within, n as f64 * factor, p, z))
}

fn nearest(within: Limits, bound: f64, n: f64, z: f64, wanted: f64, end: f64) -> Option<f64> {
    let edge = bound.clamp(0.0, 1.0);
    // The wanted power must be more than the chance of a false proof, and within reach.
    if !(wanted > normal::sf(z) && wanted <= power(within, n, end, z)?) {
        return None;
    }
    let excess = |t: f64| power(within, n, end + t * (edge - end), z).map_or(0.0, |power| power - wanted);
    Some(end + root::falling(excess, 0.0, 1.0) * (edge - end))
}
