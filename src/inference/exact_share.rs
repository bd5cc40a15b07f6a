//! Limits of one share from the binomial distribution itself, beside the Wilson limits: exact, mid-P and Jeffreys.
//!
//! All take `tail`, the error allowed on each side: 0.025 for limits of level 0.95. None without trials, for a tail that
//! is not between 0 and 1/2, or where the incomplete beta function does not settle. Hits beyond the number of trials
//! count as that number.

use crate::inference::beta::{ibeta_inv, ibeta_with};
use crate::inference::limits::Limits;
use crate::inference::root;
use crate::inference::trials::Trials;
use std::cell::Cell;

/// The Clopper-Pearson limits of a share: never wrong more often than allowed, and wider than need be for it.
///
/// The `tail` point of Beta(x, n - x + 1) and the `1 - tail` point of Beta(x + 1, n - x); 0 without hits and 1 without
/// misses. Source: Clopper and Pearson 1934.
pub fn clopper_pearson(t: Trials, tail: f64) -> Option<Limits> {
    mirrored(t, tail, |x, f| ibeta_inv(x, f + 1.0, tail).ok())
}

/// The mid-P limits of a share: the exact limits with half the probability of the observed count.
///
/// The share p with `P(X > x) + P(X = x)/2 = tail`, and its mirror image; right on average, not always. 0 without hits
/// and 1 without misses. Source: Lancaster 1961.
pub fn mid_p(t: Trials, tail: f64) -> Option<Limits> {
    mirrored(t, tail, |x, f| {
        // P(X >= x) and P(X > x) at the share whose log-odds are -u, so that the function falls.
        let excess = |u: f64| {
            let (p, q) = (1.0 / (1.0 + libm::exp(u)), 1.0 / (1.0 + libm::exp(-u)));
            let at_least = ibeta_with(x, f + 1.0, p, q).ok()?;
            let more = if f > 0.0 { ibeta_with(x + 1.0, f, p, q).ok()? } else { 0.0 };
            Some(0.5 * (at_least + more) - tail)
        };
        let exact = ibeta_inv(x, f + 1.0, tail).ok()?;
        let outer = libm::log((1.0 - exact) / exact);
        // The limit lies above the exact one, and below the one for twice the tail of the larger sum.
        let inner = ibeta_inv(x, f + 1.0, (2.0 * tail).min(1.0 - f64::EPSILON)).ok()?;
        let inner = libm::log((1.0 - inner) / inner);
        let settled = Cell::new(true);
        let u = root::falling(
            |u| {
                excess(u).unwrap_or_else(|| {
                    settled.set(false);
                    0.0
                })
            },
            inner,
            outer,
        );
        settled.get().then(|| 1.0 / (1.0 + libm::exp(u)))
    })
}

/// The Jeffreys limits of a share: the `tail` and `1 - tail` points of Beta(x + 1/2, n - x + 1/2).
///
/// 0 without hits and 1 without misses, where those points would leave the share out. Source: Brown, Cai and DasGupta
/// 2001.
pub fn jeffreys(t: Trials, tail: f64) -> Option<Limits> {
    mirrored(t, tail, |x, f| ibeta_inv(x + 0.5, f + 0.5, tail).ok())
}

/// Limits from a lower limit for some hits and misses: the upper one is that of the misses, turned round.
fn mirrored(t: Trials, tail: f64, lower: impl Fn(f64, f64) -> Option<f64>) -> Option<Limits> {
    let hits = t.hits.min(t.of);
    let misses = t.of - hits;
    if t.of == 0 || !(tail > 0.0 && tail < 0.5) {
        return None;
    }
    let low = if hits == 0 { 0.0 } else { lower(hits as f64, misses as f64)? };
    let high = if misses == 0 { 1.0 } else { 1.0 - lower(misses as f64, hits as f64)? };
    Some(Limits { low, high }.around(hits as f64 / t.of as f64))
}
