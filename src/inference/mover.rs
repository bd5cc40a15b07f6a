//! Limits of a difference, ratio or mean of two independent estimates from the limits of each.
//!
//! The method of variance estimates recovery: the distance from an estimate to its limit stands for its standard error
//! on that side. Sources: Zou and Donner 2008; Donner and Zou 2012; with a correlation Zou 2007.

use crate::inference::limits::Limits;

/// The limits of `v1 - v0`.
///
/// `d - sqrt((v1 - low1)^2 + (high0 - v0)^2)` to `d + sqrt((high1 - v1)^2 + (v0 - low0)^2)`.
pub fn difference(v1: f64, l1: Limits, v0: f64, l0: Limits) -> Limits {
    let d = v1 - v0;
    Limits { low: d - libm::hypot(v1 - l1.low, l0.high - v0), high: d + libm::hypot(l1.high - v1, v0 - l0.low) }
        .around(d)
}

/// The limits of `v1 - v0` where values kept in bins leave open what each of the two is.
///
/// They hold [`difference`] at every pair of estimates within `b1` and `b0`: it rises with the first and falls with the
/// second, so that its ends are those at the ends of both. The limits `l1` and `l0` must hold their bounds.
pub fn bounded_difference(b1: Limits, l1: Limits, b0: Limits, l0: Limits) -> Limits {
    let (least, most) = (difference(b1.low, l1, b0.high, l0), difference(b1.high, l1, b0.low, l0));
    Limits { low: least.low, high: most.high }
}

/// The limits of `v1 - v0` where the two estimates go together.
///
/// `d - sqrt(a^2 + b^2 - 2 r a b)` with `a = v1 - low1` and `b = high0 - v0`, and the other end likewise; `r` is the
/// correlation of the estimates, from -1 to 1. At 0 it is [`difference`]. Sources: Zou 2007; Newcombe 1998.
pub fn correlated_difference(v1: f64, l1: Limits, v0: f64, l0: Limits, r: f64) -> Limits {
    let reach = |a: f64, b: f64| {
        if a.is_infinite() || b.is_infinite() {
            return f64::INFINITY;
        }
        // (a - b)^2 + 2 (1 - r) a b, which cannot be negative.
        libm::hypot(a - b, (2.0 * (1.0 - r) * (a * b)).max(0.0).sqrt())
    };
    if r == 0.0 {
        return difference(v1, l1, v0, l0);
    }
    let d = v1 - v0;
    // The same number of the same rows: its limits may lie at unequal distances, and still nothing changed.
    if r == 1.0 && v1 == v0 && l1 == l0 {
        return Limits { low: d, high: d };
    }
    Limits { low: d - reach(v1 - l1.low, l0.high - v0), high: d + reach(l1.high - v1, v0 - l0.low) }.around(d)
}

/// The limits of `v1 / v0` for quantities that cannot be negative.
///
/// Donner and Zou's MOVER-R in a form that does not cancel. High is +inf when `l0.low` is 0, low is 0 when `l1.low` is
/// 0. An end that is open, and infinite, leaves that of the ratio open: high is +inf when `l1.high` is, low is 0 when
/// `l0.high` is infinite.
pub fn ratio(v1: f64, l1: Limits, v0: f64, l0: Limits) -> Limits {
    let product = v1 * v0;
    // With g(l) = l (2v - l), never above v^2 where l is one of v's limits, the limits are the roots of
    // g0 R^2 - 2 v1 v0 R + g1 = 0; the lower root is written as g1 over the larger numerator.
    let bend = |v: f64, limit: f64| limit * (2.0 * v - limit);
    let low = if l1.low <= 0.0 {
        0.0
    } else {
        let g1 = bend(v1, l1.low);
        g1 / (product + (product * product - g1 * bend(v0, l0.high)).max(0.0).sqrt())
    };
    let high = if l0.low <= 0.0 {
        f64::INFINITY
    } else {
        let g0 = bend(v0, l0.low);
        (product + (product * product - g0 * bend(v1, l1.high)).max(0.0).sqrt()) / g0
    };
    Limits { low, high }.around(v1 / v0)
}

/// The limits of `v1 / v0` where values kept in bins leave open what each of the two is.
///
/// As [`bounded_difference`]: the ratio too rises with the first and falls with the second.
pub fn bounded_ratio(b1: Limits, l1: Limits, b0: Limits, l0: Limits) -> Limits {
    let (least, most) = (ratio(b1.low, l1, b0.high, l0), ratio(b1.high, l1, b0.low, l0));
    Limits { low: least.low, high: most.high }
}

/// The limits of `(a + b) / 2`.
pub fn mean_of_two(a: f64, la: Limits, b: f64, lb: Limits) -> Limits {
    let mean = 0.5 * (a + b);
    Limits {
        low: mean - 0.5 * libm::hypot(a - la.low, b - lb.low),
        high: mean + 0.5 * libm::hypot(la.high - a, lb.high - b),
    }
    .around(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_end_leaves_that_of_the_ratio_open() {
        let closed = Limits { low: 2.0, high: 5.0 };
        let open = |low: f64| Limits { low, high: f64::INFINITY };
        for own in [closed, open(2.0), open(0.0)] {
            for other in [Limits { low: 1.0, high: 4.0 }, open(1.0), open(0.0)] {
                let found = ratio(3.0, own, 2.0, other);
                // 2 - R 2 = sqrt((3 - 2)^2 + (R inf)^2) has no root above 0, and the mirror of it none below infinity.
                assert_eq!(found.low == 0.0, own.low == 0.0 || other.high.is_infinite(), "{own:?} {other:?}");
                assert_eq!(found.high.is_infinite(), own.high.is_infinite() || other.low == 0.0, "{own:?} {other:?}");
                assert!(found.contains(1.5));
            }
        }
    }

    #[test]
    fn bounds_hold_the_limits_at_every_pair_of_estimates() {
        let (b1, l1) = (Limits { low: 2.9, high: 3.1 }, Limits { low: 2.0, high: 5.0 });
        let (b0, l0) = (Limits { low: 1.8, high: 2.1 }, Limits { low: 1.0, high: 4.0 });
        let (far, times) = (bounded_difference(b1, l1, b0, l0), bounded_ratio(b1, l1, b0, l0));
        for step in 0..=10_u32 {
            for other in 0..=10_u32 {
                let at = |b: Limits, k: u32| b.low + f64::from(k) / 10.0 * (b.high - b.low);
                let (v1, v0) = (at(b1, step), at(b0, other));
                let (d, r) = (difference(v1, l1, v0, l0), ratio(v1, l1, v0, l0));
                assert!(far.low <= d.low + 1e-12 && d.high <= far.high + 1e-12);
                assert!(times.low <= r.low + 1e-12 && r.high <= times.high + 1e-12);
            }
        }
    }
}
