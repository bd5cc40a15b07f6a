//! Figures of other libraries that this crate does not offer, and why: their rows are checked by direct formulas, so
//! that nothing in the files is taken on trust.

use evenhand::cell::Trials;
use evenhand::inference::normal;
use serde_json::{Value, json};

fn parts(t: Trials) -> (f64, f64) {
    (t.hits as f64, t.of as f64)
}

fn rate(t: Trials) -> f64 {
    let (x, n) = parts(t);
    x / n
}

/// Can leave [0, 1], and is Wilson's interval made symmetric.
pub fn agresti_coull(t: Trials, z: f64) -> Value {
    let (x, n) = parts(t);
    let (all, p) = (n + z * z, (x + 0.5 * z * z) / (n + z * z));
    let half = z * (p * (1.0 - p) / all).sqrt();
    json!([(p - half).max(0.0), (p + half).min(1.0)])
}

/// Too short with few hits: covers down to 54 % of the time at 95 %.
pub fn katz(focal: Trials, reference: Trials, z: f64) -> Value {
    log_ratio(focal, reference, z, 0.0)
}

/// As Katz, with half a hit added to everything.
pub fn walter(focal: Trials, reference: Trials, z: f64) -> Value {
    log_ratio(focal, reference, z, 0.5)
}

fn log_ratio(focal: Trials, reference: Trials, z: f64, add: f64) -> Value {
    let ((x1, n1), (x0, n0)) = (parts(focal), parts(reference));
    let (x1, n1, x0, n0) = (x1 + add, n1 + add, x0 + add, n0 + add);
    let half = z * (1.0 / x1 - 1.0 / n1 + 1.0 / x0 - 1.0 / n0).sqrt();
    let centre = (x1 / n1 / (x0 / n0)).ln();
    json!([(centre - half).exp(), (centre + half).exp()])
}

/// Its size is far below the level: every gap is made half a case smaller.
pub fn chi2_yates(focal: Trials, reference: Trials) -> f64 {
    let ((x1, n1), (x0, n0)) = (parts(focal), parts(reference));
    let (all, hits) = (n1 + n0, x1 + x0);
    let gap = ((x1 * n0 - x0 * n1).abs() - 0.5 * all).max(0.0);
    all * gap * gap / (n1 * n0 * hits * (all - hits))
}

pub fn p_yates(focal: Trials, reference: Trials) -> f64 {
    normal::two_sided(chi2_yates(focal, reference).sqrt())
}

/// Its standard error is not the one under the hypothesis that it tests.
pub fn z_unpooled(focal: Trials, reference: Trials) -> f64 {
    let variance = |t: Trials| rate(t) * (1.0 - rate(t)) / t.of as f64;
    (rate(focal) - rate(reference)) / (variance(focal) + variance(reference)).sqrt()
}

/// Holm is never worse.
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter().map(|x| (x * p.len() as f64).min(1.0)).collect()
}

/// Needs independent or positively dependent tests, for next to nothing more than Holm gives without.
pub fn holm_sidak(p: &[f64]) -> Vec<f64> {
    let from = |i: usize| (p.len() - at_most(p, p[i]) + equal(p, i)) as f64;
    let step = |i: usize| 1.0 - (1.0 - p[i]).powf(from(i));
    (0..p.len()).map(|i| (0..p.len()).filter(|&j| p[j] <= p[i]).map(step).fold(0.0, f64::max)).collect()
}

/// Needs independent or positively dependent tests.
pub fn hochberg(p: &[f64]) -> Vec<f64> {
    let step = |i: usize| (p.len() - at_most(p, p[i]) + 1) as f64 * p[i];
    (0..p.len()).map(|i| (0..p.len()).filter(|&j| p[j] >= p[i]).map(step).fold(1.0, f64::min)).collect()
}

fn at_most(p: &[f64], bound: f64) -> usize {
    p.iter().filter(|&&x| x <= bound).count()
}

fn equal(p: &[f64], i: usize) -> usize {
    p.iter().filter(|&&x| x == p[i]).count()
}

/// A point estimate: computed where the counts are.
pub fn impact_ratio(focal: Trials, reference: Trials) -> f64 {
    rate(focal) / rate(reference)
}

/// The focal hits to expect at the rate of both groups.
pub fn expected_pooled(focal: Trials, reference: Trials) -> f64 {
    let ((x1, n1), (x0, n0)) = (parts(focal), parts(reference));
    n1 * (x1 + x0) / (n1 + n0)
}

/// What `one_person_reversal` looks at.
pub fn after_moving_one(focal: Trials, reference: Trials) -> Value {
    json!({ "focal": (focal.hits + 1) as f64 / focal.of as f64,
            "reference": (reference.hits - 1) as f64 / reference.of as f64 })
}
