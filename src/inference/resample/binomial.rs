//! Random numbers of successes, at a cost that does not grow with the number of trials.

use crate::inference::resample::rejection::{Bell, draw};
use crate::inference::resample::stream::Stream;
use crate::inference::saddle::{deviance, stirling_error};
use std::f64::consts::PI;

/// Below this mean counting up is quicker, and the envelope of the other method not proved.
pub(super) const FEW: f64 = 10.0;

/// The successes of `n` independent trials that succeed with probability `p` each.
///
/// By counting up from 0 while the smaller of np and n(1-p) is below 10, else by the ratio of uniforms. A p below 0 or
/// NaN counts as 0, above 1 as 1. Exact up to 2^53 trials; above that the last digits are not random.
pub fn binomial(stream: &mut Stream, n: u64, p: f64) -> u64 {
    if p > 0.5 { n - rarer(stream, n, 1.0 - p, p) } else { rarer(stream, n, p, 1.0 - p) }
}

/// The successes of `n` trials that succeed with probability `hits / of`; every trial does if hits exceed `of`.
fn binomial_of(stream: &mut Stream, n: u64, hits: u64, of: u64) -> u64 {
    let misses = of.saturating_sub(hits);
    let (p, q) = (hits as f64 / of as f64, misses as f64 / of as f64);
    if hits > misses { n - rarer(stream, n, q, p) } else { rarer(stream, n, p, q) }
}

/// The successes of `n` draws with replacement from cells with these counts, cell by cell.
///
/// A binomial number for each cell given the cells before it. `drawn` gets as many cells as there are counts; all 0
/// without any count. Counts add up to less than 2^64.
pub fn multinomial(stream: &mut Stream, n: u64, counts: &[u64], drawn: &mut [u64]) {
    let mut left = counts.iter().fold(0, |sum: u64, &count| sum.saturating_add(count));
    let mut draws = if left == 0 { 0 } else { n };
    for (cell, &count) in drawn.iter_mut().zip(counts) {
        *cell = if draws == 0 || count == 0 { 0 } else { binomial_of(stream, draws, count, left) };
        draws -= *cell;
        left -= count.min(left);
    }
}

/// For p of at most one half, with q = 1 - p.
fn rarer(stream: &mut Stream, n: u64, p: f64, q: f64) -> u64 {
    if n == 0 || p.is_nan() || p <= 0.0 {
        return 0;
    }
    let trials = n as f64;
    let mean = trials * p;
    if mean < FEW {
        return count_up(stream, n, trials, p, q);
    }
    let mode = ((trials + 1.0) * p).floor();
    let ln_weight = |k: f64| ln_binomial(k, trials, p, q);
    draw(stream, &Bell { mean, variance: mean * q, highest: trials, mode, ln_weight }).min(n)
}

fn count_up(stream: &mut Stream, n: u64, trials: f64, p: f64, q: f64) -> u64 {
    let odds = p / q;
    let none = libm::exp(trials * libm::log1p(-p));
    step_up(stream, n, none, |k| (trials - k) / (k + 1.0) * odds)
}

/// Inverts a distribution from 0 upward, given the probability of 0 and the ratio of that of k + 1 to that of k.
pub(super) fn step_up(stream: &mut Stream, highest: u64, none: f64, rise: impl Fn(f64) -> f64) -> u64 {
    // With a mean below 10 a count of 150 is less likely than 1e-100: u lay within rounding of 1, and is drawn again.
    const FARTHEST: u64 = 150;
    loop {
        let (mut u, mut weight, mut k) = (stream.uniform(), none, 0);
        while u > weight && k < highest.min(FARTHEST) {
            u -= weight;
            weight *= rise(k as f64);
            k += 1;
        }
        if u <= weight || highest == 0 {
            return k;
        }
    }
}

/// The logarithm of the probability of `k` successes in `n` trials, without cancellation however large they are
/// (Loader 2000). For p and q = 1 - p above 0.
pub(super) fn ln_binomial(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if k <= 0.0 {
        return n * if p < 0.5 { libm::log1p(-p) } else { libm::log(q) };
    }
    let rest = n - k;
    if rest <= 0.0 {
        return n * if q < 0.5 { libm::log1p(-q) } else { libm::log(p) };
    }
    let errors = stirling_error(n) - stirling_error(k) - stirling_error(rest);
    errors - deviance(k, n * p) - deviance(rest, n * q) + 0.5 * libm::log(n / (2.0 * PI * k * rest))
}
