//! The best rising recalibration of the scores, and how much of the error it would remove.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, Span, totals};
use crate::inference::scores::proper::{self, brier, log_loss, logarithmic, squared, total};
use crate::inference::scores::sum::sum;
use crate::inference::scores::undefined::Undefined;

/// A stretch of scores that the recalibration gives one value: the share of positive labels in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// The lowest and the highest score of the stretch.
    pub low: f64,
    pub high: f64,
    pub negatives: u64,
    pub positives: u64,
}

impl Block {
    fn rows(self) -> u64 {
        self.negatives.saturating_add(self.positives)
    }

    /// The recalibrated score: the share of positive labels. A block always has rows.
    pub fn value(self) -> f64 {
        self.positives as f64 / self.rows() as f64
    }

    /// Tells whether this block has at least the share of positive labels of the next one, compared as whole numbers.
    fn reaches(self, next: Block) -> bool {
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        product(self.positives, next.negatives) >= product(next.positives, self.negatives)
    }

    fn join(self, next: Block) -> Block {
        Block {
            low: self.low,
            high: next.high,
            negatives: self.negatives.saturating_add(next.negatives),
            positives: self.positives.saturating_add(next.positives),
        }
    }
}

/// The rising function of the score that fits the labels best, as blocks of constant, strictly rising value.
///
/// Pools adjacent violators on whole numbers: rows with equal scores stay together, and the result does not depend on
/// rounding. The same blocks are best for the squared and for the logarithmic loss. Source: Ayer et al. 1955.
pub fn recalibrate(atoms: &[Atom]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for a in atoms.iter().filter(|a| a.rows() > 0) {
        let mut block = Block { low: a.score, high: a.score, negatives: a.negatives, positives: a.positives };
        while let Some(last) = blocks.pop_if(|last| last.reaches(block)) {
            block = last.join(block);
        }
        blocks.push(block);
    }
    blocks
}

/// A mean score split into what recalibration would remove, what the scores tell apart and what is left without them.
///
/// `score = miscalibration - discrimination + uncertainty`, none of them negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    pub score: f64,
    pub miscalibration: f64,
    pub discrimination: f64,
    pub uncertainty: f64,
}

/// The parts of the Brier score (CORP).
///
/// Miscalibration is `S(s) - S(r)` with the scores r of [`recalibrate`], discrimination `S(ybar) - S(r)`, uncertainty
/// `S(ybar)`. None without rows. Source: Dimitriadis, Gneiting and Jordan 2021.
pub fn brier_parts(atoms: &[Atom]) -> Option<Decomposition> {
    let rate = totals(atoms).base_rate()?;
    let score = brier(atoms)?;
    let blocks = recalibrate(atoms);
    Some(parts(atoms, score, &blocks, rate * (1.0 - rate), squared, |b| b.rows() as f64 * square(b.value() - rate)))
}

/// The parts of the log loss (CORP); see [`brier_parts`].
///
/// Undefined where [`log_loss`] is.
pub fn log_loss_parts(atoms: &[Atom]) -> Result<Decomposition, Undefined> {
    let rate = totals(atoms).base_rate().ok_or(Undefined::NoRows)?;
    let score = log_loss(atoms)?;
    let blocks = recalibrate(atoms);
    let all = totals(atoms);
    let entropy = total(std::iter::once(logarithmic(all.negatives, all.positives, rate))) / all.rows() as f64;
    let divergence = |b: &Block| {
        let part = |n: u64, value: f64, of: f64| if n == 0 { 0.0 } else { n as f64 * libm::log(value / of) };
        part(b.positives, b.value(), rate) + part(b.negatives, b.negatives as f64 / b.rows() as f64, 1.0 - rate)
    };
    Ok(parts(atoms, score, &blocks, entropy, logarithmic, divergence))
}

fn parts(
    atoms: &[Atom],
    score: f64,
    blocks: &[Block],
    uncertainty: f64,
    loss: fn(u64, u64, f64) -> [f64; 2],
    gain: impl Fn(&Block) -> f64,
) -> Decomposition {
    let rows = totals(atoms).rows() as f64;
    let best = total(blocks.iter().map(|b| loss(b.negatives, b.positives, b.value()))) / rows;
    // Neither is negative but for rounding.
    let discrimination = (sum(blocks.iter().map(gain)) / rows).max(0.0);
    Decomposition { score, miscalibration: (score - best).max(0.0), discrimination, uncertainty }
}

/// The parts of the Brier score over the distinct scores: reliability, resolution and uncertainty.
///
/// `sum n (s - ybar)^2 / N`, `sum n (ybar - rate)^2 / N` and `rate (1 - rate)`; reliability minus resolution plus
/// uncertainty is the Brier score. With few rows per score the first two are mostly noise, which the parts of
/// [`brier_parts`] are not. None without rows. Source: Murphy 1973.
pub fn murphy(atoms: &[Atom]) -> Option<Decomposition> {
    let rate = totals(atoms).base_rate()?;
    let rows = totals(atoms).rows() as f64;
    let over = |of: &dyn Fn(&Atom, f64) -> f64| {
        let part = |a: &Atom| a.rows() as f64 * square(of(a, a.positives as f64 / a.rows() as f64));
        sum(atoms.iter().filter(|a| a.rows() > 0).map(part)) / rows
    };
    Some(Decomposition {
        score: brier(atoms)?,
        miscalibration: over(&|a, share| a.score - share),
        discrimination: over(&|_, share| share - rate),
        uncertainty: rate * (1.0 - rate),
    })
}

/// The lowest and the highest parts that are possible when of each bin only the range and the sums are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartBounds {
    pub miscalibration: Limits,
    pub discrimination: Limits,
}

/// The certain bounds of the parts that [`brier_parts`] gives.
///
/// `S(r)` is lowest when inside each bin every negative scores below every positive, and highest when all rows of a bin
/// share a score; miscalibration adds the bounds of S(s). None without rows.
pub fn bounds(spans: &[Span]) -> Option<PartBounds> {
    part_bounds(spans, proper::brier_bounds(spans)?, squared)
}

/// The certain bounds of the parts that [`log_loss_parts`] gives; see [`bounds`].
///
/// The highest miscalibration is +inf where a bin reaches a score that would have been wrong for certain.
pub fn log_loss_part_bounds(spans: &[Span]) -> Option<PartBounds> {
    part_bounds(spans, proper::log_loss_bounds(spans)?, logarithmic)
}

fn part_bounds(spans: &[Span], score: Limits, loss: fn(u64, u64, f64) -> [f64; 2]) -> Option<PartBounds> {
    let pooled: Vec<Atom> = spans.iter().map(|s| s.as_atom()).collect();
    let all = totals(&pooled);
    let rows = all.rows() as f64;
    let uncertainty = total(std::iter::once(loss(all.negatives, all.positives, all.base_rate()?))) / rows;
    let best =
        |atoms: &[Atom]| total(recalibrate(atoms).iter().map(|b| loss(b.negatives, b.positives, b.value()))) / rows;
    let parted: Vec<Atom> = spans.iter().flat_map(|s| apart(*s)).collect();
    let (low, high) = (best(&parted), best(&pooled));
    Some(PartBounds {
        miscalibration: Limits { low: (score.low - high).max(0.0), high: (score.high - low).max(0.0) },
        discrimination: Limits { low: (uncertainty - high).max(0.0), high: (uncertainty - low).max(0.0) },
    })
}

/// A bin with the negatives before the positives; a bin without width is one score, which cannot be divided.
fn apart(span: Span) -> [Atom; 2] {
    let Span { low, high, negatives, positives, .. } = span;
    if low < high {
        [Atom { score: low, negatives, positives: 0 }, Atom { score: high, negatives: 0, positives }]
    } else {
        [span.as_atom(), Atom { score: high, negatives: 0, positives: 0 }]
    }
}

fn square(x: f64) -> f64 {
    x * x
}
