//! Evidence from the counts of all periods together: a mixture of all rates against the best under a hypothesis.
//!
//! It does not depend on how the rows were cut into periods, and supposes that the rates never changed.

use crate::inference::constrained::Counts;
use crate::inference::saddle::{deviance, stirling_error};
use crate::inference::sequence::Period;
use crate::inference::sequence::hypothesis::Hypothesis;
use crate::inference::sequence::learned::Rate;
use crate::inference::trials::Trials;
use std::f64::consts::PI;

/// How much likelier Jeffreys' mixture of all shares makes the counts than the share `p` does, in logarithms.
///
/// `ln [B(x + 1/2, n - x + 1/2) / B(1/2, 1/2)] - x ln p - (n - x) ln(1 - p)`, `q` being 1 - p. 0 without trials; +inf
/// where p rules the counts out. Source: Robbins 1970.
pub fn log_ratio(t: Trials, p: f64, q: f64) -> f64 {
    let (x, f) = split(t);
    let n = x + f;
    if n == 0.0 { 0.0 } else { regret(x, f) + deviance(x, n * p) + deviance(f, n * q) }
}

/// The evidence against a hypothesis about two groups from their counts in all periods, in logarithms.
///
/// The mixture over the largest likelihood under the hypothesis; it may be looked at again and again as the counts
/// grow. Source: Wasserman, Ramdas and Balakrishnan 2020.
pub fn universal(hypothesis: Hypothesis, counts: Period) -> f64 {
    let Period { focal, reference } = counts;
    let regrets = [focal, reference].map(|t| {
        let (x, f) = split(t);
        regret(x, f)
    });
    let own = regrets[0] + regrets[1];
    // Without trials of one group the other one's rate is free.
    if focal.of == 0 || reference.of == 0 {
        return own;
    }
    let rate = |t: Trials| {
        let (x, f) = split(t);
        Rate { hit: x / t.of as f64, miss: f / t.of as f64 }
    };
    let free = (rate(focal), rate(reference));
    let q = hypothesis.nearest(Counts::from(focal), Counts::from(reference), free);
    own + missed(focal, q.0) + missed(reference, q.1)
}

/// What the mixture loses to the observed share: `ln [B(x + 1/2, f + 1/2) / B(1/2, 1/2)] - x ln(x/n) - f ln(f/n)`.
///
/// In a form without large terms; 0 without trials, else negative.
fn regret(x: f64, f: f64) -> f64 {
    let n = x + f;
    // (x + 1/2)/(n + 1) over x/n, less 1.
    let shift = |k: f64| if k > 0.0 { k * libm::log1p((0.5 * n - k) / ((n + 1.0) * k)) } else { 0.0 };
    let errors = stirling_error(x + 0.5) + stirling_error(f + 0.5) - stirling_error(n + 1.0);
    shift(x) + shift(f) + 0.5 * libm::log(2.0 / (PI * (n + 1.0))) + errors
}

/// How much likelier the observed share makes the counts than another one does, in logarithms.
fn missed(t: Trials, q: Rate) -> f64 {
    let (x, f) = split(t);
    let n = x + f;
    deviance(x, n * q.hit) + deviance(f, n * q.miss)
}

fn split(t: Trials) -> (f64, f64) {
    let hits = t.hits.min(t.of);
    (hits as f64, (t.of - hits) as f64)
}
