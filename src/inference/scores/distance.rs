//! How far apart the scores of two groups lie.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, paired};
use crate::inference::scores::sum::sum;

/// The rows of two samples at one score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Both {
    pub score: f64,
    pub first: u64,
    pub second: u64,
}

/// All rows of two groups, score by score.
pub fn of_groups(first: &[Atom], second: &[Atom]) -> Vec<Both> {
    paired(first, second).map(|(score, a, b)| Both { score, first: a.rows(), second: b.rows() }).collect()
}

/// The positive and the negative rows of one group, score by score.
pub fn of_labels(atoms: &[Atom]) -> Vec<Both> {
    atoms.iter().map(|a| Both { score: a.score, first: a.positives, second: a.negatives }).collect()
}

/// The Kolmogorov-Smirnov distance: the largest difference of the shares of both samples at or below any score.
///
/// `max |F1 - F0|`, an exact quotient of whole numbers. None when a sample is empty.
pub fn kolmogorov_smirnov(both: &[Both]) -> Option<f64> {
    let [n1, n0] = sizes(both)?;
    let largest = walk(both, n1, n0).map(|step| step.gap.unsigned_abs()).max().unwrap_or(0);
    Some(largest as f64 / (n1 as f64 * n0 as f64))
}

/// The smallest and the largest Kolmogorov-Smirnov distance possible when each score stands for a bin.
///
/// From the largest difference at the ends of the bins to the largest difference of one sample's share at the end of a
/// bin and the other's at its start. None when a sample is empty.
pub fn kolmogorov_smirnov_bounds(both: &[Both]) -> Option<Limits> {
    let [n1, n0] = sizes(both)?;
    let high = walk(both, n1, n0).map(|step| step.widest.unsigned_abs()).max().unwrap_or(0);
    let low = kolmogorov_smirnov(both)?;
    Some(Limits { low, high: (high as f64 / (n1 as f64 * n0 as f64)).min(1.0) }.around(low))
}

/// The Wasserstein distance: how far the scores of one sample would have to move on average to match the other's.
///
/// `integral |F1 - F0| ds`. None when a sample is empty.
pub fn wasserstein(both: &[Both]) -> Option<f64> {
    let [n1, n0] = sizes(both)?;
    let steps = both.windows(2).zip(walk(both, n1, n0));
    let area = sum(steps.map(|(at, step)| step.gap.unsigned_abs() as f64 * (at[1].score - at[0].score)));
    Some(area / (n1 as f64 * n0 as f64))
}

fn sizes(both: &[Both]) -> Option<[i128; 2]> {
    let size = |rows: fn(&Both) -> u64| both.iter().fold(0_u64, |n, b| n.saturating_add(rows(b)));
    let (first, second) = (size(|b| b.first), size(|b| b.second));
    (first > 0 && second > 0).then(|| [i128::from(first), i128::from(second)])
}

/// Differences of the two shares in units of 1/(n1 n0).
struct Step {
    /// At the end of the bin.
    gap: i128,
    /// The largest anywhere in the bin.
    widest: i128,
}

fn walk(both: &[Both], n1: i128, n0: i128) -> impl Iterator<Item = Step> + '_ {
    both.iter().scan((0_i128, 0_i128), move |(first, second), b| {
        let start = (first.saturating_mul(n0), second.saturating_mul(n1));
        *first += i128::from(b.first);
        *second += i128::from(b.second);
        let end = (first.saturating_mul(n0), second.saturating_mul(n1));
        let (above, below) = (end.0.saturating_sub(start.1), end.1.saturating_sub(start.0));
        Some(Step { gap: end.0.saturating_sub(end.1), widest: above.max(below) })
    })
}
