//! Proper scores: what an honest probability minimises.

use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::scores::atoms::{Atom, Span, expected_variance, totals};
use crate::inference::scores::sum::{Sum, sum};
use crate::inference::scores::undefined::Undefined;

/// The mean squared difference of score and label.
///
/// `sum (s - y)^2 / n`; None without rows. Source: Brier 1950.
pub fn brier(atoms: &[Atom]) -> Option<f64> {
    mean(totals(atoms).rows(), total(atoms.iter().map(|a| squared(a.negatives, a.positives, a.score))))
}

/// The mean of minus the logarithm of the probability that the score gave to what happened.
///
/// `-sum [y ln s + (1 - y) ln(1 - s)] / n` with 0 ln 0 = 0. Undefined without rows and where a score of exactly 0 or 1
/// was wrong, which makes it infinite; the reason says in how many rows.
pub fn log_loss(atoms: &[Atom]) -> Result<f64, Undefined> {
    let rows = impossible(atoms);
    if rows > 0 {
        return Err(Undefined::Impossible { rows });
    }
    let all = totals(atoms).rows();
    mean(all, total(atoms.iter().map(|a| logarithmic(a.negatives, a.positives, a.score)))).ok_or(Undefined::NoRows)
}

/// How many rows got a score of exactly 0 or 1 and turned out the other way.
pub fn impossible(atoms: &[Atom]) -> u64 {
    let wrong = |a: &Atom| match a.score {
        0.0 => a.positives,
        1.0 => a.negatives,
        _ => 0,
    };
    atoms.iter().fold(0, |rows: u64, a| rows.saturating_add(wrong(a)))
}

/// The lowest and the highest Brier score possible when of each bin only the range and the sums are known.
pub fn brier_bounds(spans: &[Span]) -> Option<Limits> {
    bounds(spans, |s| s * s, |s| (1.0 - s) * (1.0 - s))
}

/// The lowest and the highest log loss possible when of each bin only the range and the sums are known; the highest is
/// +inf where a bin reaches a score that would have been wrong for certain.
pub fn log_loss_bounds(spans: &[Span]) -> Option<Limits> {
    bounds(spans, |s| -libm::log1p(-s), |s| -libm::log(s))
}

/// The losses of a score for a negative and for a positive label, both convex.
fn bounds(spans: &[Span], negative: impl Fn(f64) -> f64, positive: impl Fn(f64) -> f64) -> Option<Limits> {
    let (mut low, mut high, mut rows) = (Sum::default(), Sum::default(), 0_u64);
    let mut side = |span: &Span, n: u64, total: f64, loss: &dyn Fn(f64) -> f64| {
        if n == 0 {
            return;
        }
        let (from, to) = (span.low, span.high);
        let mean = (total / n as f64).clamp(from, to.max(from));
        // A convex function is lowest when all are at their mean, highest when all are at the ends.
        low.add(n as f64 * loss(mean));
        let share = if to > from { (mean - from) / (to - from) } else { 0.0 };
        let part = |share: f64, end: f64| if share > 0.0 { share * loss(end) } else { 0.0 };
        high.add(n as f64 * (part(1.0 - share, from) + part(share, to)));
    };
    for s in spans {
        rows = rows.saturating_add(s.negatives).saturating_add(s.positives);
        side(s, s.negatives, s.negative_sum, &negative);
        side(s, s.positives, s.positive_sum, &positive);
    }
    let low = mean(rows, low.value())?;
    Some(Limits { low, high: mean(rows, high.value())? }.around(low))
}

/// Spiegelhalter's test that the squared error is what right scores would have.
///
/// `z = sum (y - s)(1 - 2s) / sqrt(sum (1 - 2s)^2 s (1 - s))`, with its two-sided p. None where the variance is 0, as
/// when all scores are 0, 1/2 or 1. It can miss a large shift of scores around 1/2. Source: Spiegelhalter 1986.
pub fn spiegelhalter(atoms: &[Atom]) -> Option<(f64, f64)> {
    let lean = |a: &Atom| 1.0 - 2.0 * a.score;
    let gap = sum(atoms.iter().map(|a| (a.positives as f64 - a.rows() as f64 * a.score) * lean(a)));
    let variance = sum(atoms.iter().map(|a| a.rows() as f64 * (lean(a) * lean(a) * a.score * (1.0 - a.score))));
    let z = (variance > 0.0).then(|| gap / variance.sqrt())?;
    Some((z, normal::two_sided(z)))
}

/// How many standard deviations the number of positive labels lies above what the scores expect, with its two-sided p.
///
/// `(O - E) / sqrt(sum s (1 - s))`; None where all scores are 0 or 1.
pub fn expected_z(atoms: &[Atom]) -> Option<(f64, f64)> {
    let variance = expected_variance(atoms);
    let gap = sum(atoms.iter().map(|a| a.positives as f64 * (1.0 - a.score) - a.negatives as f64 * a.score));
    let z = (variance > 0.0).then(|| gap / variance.sqrt())?;
    Some((z, normal::two_sided(z)))
}

/// The squared error of rows that share a score, as two terms that are never negative.
pub(super) fn squared(negatives: u64, positives: u64, score: f64) -> [f64; 2] {
    [negatives as f64 * (score * score), positives as f64 * ((1.0 - score) * (1.0 - score))]
}

/// The logarithmic loss of rows that share a score; a label that did not occur costs nothing.
pub(super) fn logarithmic(negatives: u64, positives: u64, score: f64) -> [f64; 2] {
    let part = |n: u64, log: f64| if n == 0 { 0.0 } else { -(n as f64 * log) };
    [part(negatives, libm::log1p(-score)), part(positives, libm::log(score))]
}

pub(super) fn total(parts: impl Iterator<Item = [f64; 2]>) -> f64 {
    sum(parts.flatten())
}

fn mean(rows: u64, total: f64) -> Option<f64> {
    (rows > 0).then(|| total / rows as f64)
}
