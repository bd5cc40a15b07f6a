//! Where along the way does a gap arise? A funnel of stages that only those reach who passed the one before.

use crate::inference::limits::Limits;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::sum;
use crate::inference::trials::Trials;

/// No funnel has more stages than this.
pub const MOST_STAGES: usize = 16;

/// What a stage adds to the gap between two groups' shares that come out at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Those of the focal group, and of the reference, who pass the stage, out of those who reach it.
    pub focal: Trials,
    pub reference: Trials,
    /// The part of the difference at the end that arises here; the parts add up to the difference.
    pub difference: f64,
    /// Of the difference.
    pub limits: Limits,
    /// The logarithm of the ratio of both shares that pass here; these add up to that of the ratio at the end. None where
    /// nobody of a group passes.
    pub log_ratio: Option<f64>,
}

/// The gap at the end of a funnel, and the part of it that arises at each stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The shares of all who started that come out at the end.
    pub focal: f64,
    pub reference: f64,
    /// The focal share less the reference's.
    pub difference: f64,
    pub parts: Vec<Part>,
}

impl Funnel {
    /// The share of the final gap that arises at each stage; the shares add up to 1. A stage that works against the gap has a
    /// share below 0, and then others have more than 1 together. None without a gap.
    pub fn shares(&self) -> Option<Vec<f64>> {
        (self.difference != 0.0).then(|| self.parts.iter().map(|part| part.difference / self.difference).collect())
    }
}

/// Divides the gap at the end of a funnel among its stages, from how many of each group are at each of them.
///
/// `focal` and `reference` hold the number of people at the start and after each stage, none rising. The share that comes out
/// is the product of the shares that pass; the part of a stage is what exchanging the reference's share for the focal
/// group's changes there, averaged over all orders in which the stages can be exchanged (Shapley's value): the only division
/// that adds up, gives stages at which both groups pass alike nothing, and does not depend on an order. It exists where a
/// share is 0, which a division of logarithms does not; both are given. Limits by the delta method, the shares of different
/// stages being independent. Undefined for fewer than one stage or more than 16, where the numbers rise or the groups
/// have different stages, and where nobody of a group reaches a stage. Sources: Shapley 1953; Shorrocks 2013.
pub fn funnel(focal: &[u64], reference: &[u64], z: f64) -> Result<Funnel, Undefined> {
    let falls = |counts: &[u64]| counts.windows(2).all(|step| step[1] <= step[0]);
    if focal.len() != reference.len() || !falls(focal) || !falls(reference) {
        return Err(Undefined::Inconsistent);
    }
    let stages = focal.len().saturating_sub(1);
    if stages == 0 || stages > MOST_STAGES {
        return Err(Undefined::OutOfRange);
    }
    let passed = |counts: &[u64]| -> Result<Vec<Trials>, Undefined> {
        let step =
            |step: &[u64]| (step[0] > 0).then_some(Trials { hits: step[1], of: step[0] }).ok_or(Undefined::NoRows);
        counts.windows(2).map(step).collect()
    };
    let (first, second) = (passed(focal)?, passed(reference)?);
    let share = |t: &Trials| t.hits as f64 / t.of as f64;
    let rates: [Vec<f64>; 2] = [first.iter().map(share).collect(), second.iter().map(share).collect()];
    let variances = [&first, &second].map(|trials| trials.iter().map(variance).collect::<Vec<f64>>());
    let parts: Vec<Part> = (0..stages)
        .map(|stage| {
            let value = part(&rates, stage);
            let error = sum([0, 1].into_iter().flat_map(|group| {
                let rates = &rates;
                variances[group].iter().enumerate().map(move |(at, variance)| {
                    let slope = slope(rates, stage, group, at);
                    variance * slope * slope
                })
            }))
            .sqrt();
            let reach = if z > 0.0 { z * error } else { 0.0 };
            let (a, b) = (rates[0][stage], rates[1][stage]);
            let log_ratio = (a > 0.0 && b > 0.0).then(|| libm::log(a / b));
            let limits = Limits { low: (value - reach).max(-1.0), high: (value + reach).min(1.0) };
            Part { focal: first[stage], reference: second[stage], difference: value, limits, log_ratio }
        })
        .collect();
    let out = |counts: &[u64]| counts[stages] as f64 / counts[0] as f64;
    let (focal, reference) = (out(focal), out(reference));
    Ok(Funnel { focal, reference, difference: finite(focal - reference)?, parts })
}

/// The variance of a share, with one half added to hits and misses so that it exists at 0 and 1.
fn variance(t: &Trials) -> f64 {
    let n = t.of as f64 + 1.0;
    let p = (t.hits as f64 + 0.5) / n;
    p * (1.0 - p) / n
}

/// Shapley's value of a stage: `(a - b)` there times the mean, over all orders, of the product of the other stages' shares.
fn part(rates: &[Vec<f64>; 2], stage: usize) -> f64 {
    (rates[0][stage] - rates[1][stage]) * others(rates, stage, None)
}

/// How fast the part of `stage` changes with the share of `group` at the stage `at`. It is linear in every share.
fn slope(rates: &[Vec<f64>; 2], stage: usize, group: usize, at: usize) -> f64 {
    if at == stage {
        let mean = others(rates, stage, None);
        return if group == 0 { mean } else { -mean };
    }
    let with = |value: f64| others(rates, stage, Some((group, at, value)));
    (rates[0][stage] - rates[1][stage]) * (with(1.0) - with(0.0))
}

/// The mean over all orders of the product of the shares of all stages but one: those that come before it in the order have
/// the focal group's share, those after it the reference's. One of the shares may be another.
fn others(rates: &[Vec<f64>; 2], stage: usize, instead: Option<(usize, usize, f64)>) -> f64 {
    let rate = |group: usize, at: usize| match instead {
        Some((g, a, value)) if g == group && a == at => value,
        _ => rates[group][at],
    };
    // Coefficients by how many others have the focal group's share: the product of (a x + b) over the other stages.
    let mut products = vec![1.0];
    for at in (0..rates[0].len()).filter(|at| *at != stage) {
        let (a, b) = (rate(0, at), rate(1, at));
        let mut next = vec![0.0; products.len() + 1];
        for (taken, product) in products.iter().enumerate() {
            next[taken] += product * b;
            next[taken + 1] += product * a;
        }
        products = next;
    }
    // Of m others, k come first in 1 / ((m + 1) C(m, k)) of the orders, for each choice of them.
    let m = products.len() - 1;
    let mut ways = 1.0;
    let weighted = products.iter().enumerate().map(|(k, product)| {
        if k > 0 {
            ways *= (m - k + 1) as f64 / k as f64;
        }
        product / ways
    });
    sum(weighted.collect::<Vec<f64>>()) / (m + 1) as f64
}
