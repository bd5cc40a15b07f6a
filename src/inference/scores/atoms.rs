//! Counts of labels at every distinct score: what the scores of a group come down to.

use crate::inference::scores::sum::sum;

/// The rows that share one score.
///
/// A group is a slice of atoms with rising distinct scores between 0 and 1. Atoms without rows are allowed and change
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    pub score: f64,
    pub negatives: u64,
    pub positives: u64,
}

impl Atom {
    /// The rows at this score, whatever their label.
    pub fn rows(self) -> u64 {
        self.negatives.saturating_add(self.positives)
    }
}

/// Rows of which only the range of the scores and their sums are kept.
///
/// Spans of a group follow each other without overlap: the high end of one is at most the low end of the next, and
/// equal scores never fall into two of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub low: f64,
    pub high: f64,
    pub negatives: u64,
    pub positives: u64,
    /// The sum of the scores of the rows with a negative label.
    pub negative_sum: f64,
    /// The sum of the scores of the rows with a positive label.
    pub positive_sum: f64,
}

impl Span {
    /// The rows of this span as if all had their mean score; the middle of the span when it is empty.
    pub fn as_atom(self) -> Atom {
        let Span { low, high, negatives, positives, .. } = self;
        let rows = negatives.saturating_add(positives);
        let mean = (self.negative_sum + self.positive_sum) / rows as f64;
        let score = if rows > 0 { mean.clamp(low, high.max(low)) } else { 0.5 * (low + high) };
        Atom { score, negatives, positives }
    }
}

/// Scores nearer to 0 or 1 than this have logits that their mean does not tell.
const NEXT_TO: f64 = 1e-9;

/// Neighbouring spans joined until there are about so many: coarser, and as certain. Those next to 0 and 1 stay alone.
pub fn coarser(spans: &[Span], most: usize) -> Vec<Span> {
    let from = spans.partition_point(|s| s.low < NEXT_TO);
    let to = spans.partition_point(|s| s.high <= 1.0 - NEXT_TO).max(from);
    let each = spans.len().div_ceil(most.max(1)).max(1);
    let join = |part: &[Span]| {
        part[1..].iter().fold(part[0], |all, next| Span {
            high: next.high,
            negatives: all.negatives.saturating_add(next.negatives),
            positives: all.positives.saturating_add(next.positives),
            negative_sum: all.negative_sum + next.negative_sum,
            positive_sum: all.positive_sum + next.positive_sum,
            ..all
        })
    };
    let joined = spans[from..to].chunks(each).map(join);
    spans[..from].iter().copied().chain(joined).chain(spans[to..].iter().copied()).collect()
}

impl From<Atom> for Span {
    /// An atom is a span without width.
    fn from(Atom { score, negatives, positives }: Atom) -> Span {
        let (negative_sum, positive_sum) = (negatives as f64 * score, positives as f64 * score);
        Span { low: score, high: score, negatives, positives, negative_sum, positive_sum }
    }
}

/// How many rows of each label a group has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub negatives: u64,
    pub positives: u64,
}

impl Totals {
    /// The rows of both labels.
    pub fn rows(self) -> u64 {
        self.negatives.saturating_add(self.positives)
    }

    /// The share of positive labels; None without rows.
    pub fn base_rate(self) -> Option<f64> {
        (self.rows() > 0).then(|| self.positives as f64 / self.rows() as f64)
    }

    /// Tells whether both labels occur.
    pub fn both(self) -> bool {
        self.negatives > 0 && self.positives > 0
    }
}

/// The rows of each label.
pub fn totals(atoms: &[Atom]) -> Totals {
    atoms.iter().fold(Totals::default(), |t, a| Totals {
        negatives: t.negatives.saturating_add(a.negatives),
        positives: t.positives.saturating_add(a.positives),
    })
}

/// The rows of two groups together: merging the atoms of split data gives the atoms of the whole.
pub fn merge(first: &[Atom], second: &[Atom]) -> Vec<Atom> {
    paired(first, second)
        .map(|(score, a, b)| Atom {
            score,
            negatives: a.negatives.saturating_add(b.negatives),
            positives: a.positives.saturating_add(b.positives),
        })
        .collect()
}

/// The positive rows of one group against the negative rows of another.
pub fn cross(positives_of: &[Atom], negatives_of: &[Atom]) -> Vec<Atom> {
    paired(positives_of, negatives_of)
        .map(|(score, a, b)| Atom { score, negatives: b.negatives, positives: a.positives })
        .collect()
}

/// Every score of either group in rising order, with the rows of both at it.
pub(super) fn paired<'a>(first: &'a [Atom], second: &'a [Atom]) -> impl Iterator<Item = (f64, Totals, Totals)> + 'a {
    let (mut i, mut j) = (0, 0);
    let take = |atoms: &[Atom], at: &mut usize, score: f64| {
        atoms.get(*at).filter(|a| a.score == score).map_or(Totals::default(), |a| {
            *at += 1;
            Totals { negatives: a.negatives, positives: a.positives }
        })
    };
    std::iter::from_fn(move || {
        let score = match (first.get(i), second.get(j)) {
            (Some(a), Some(b)) => a.score.min(b.score),
            (Some(a), None) => a.score,
            (None, Some(b)) => b.score,
            (None, None) => return None,
        };
        let at = (i, j);
        let pair = (score, take(first, &mut i, score), take(second, &mut j, score));
        // A score that is not a number equals nothing, not even itself: it ends the walk.
        ((i, j) != at).then_some(pair)
    })
}

/// The sum of the scores of all rows, which is the number of positive labels to expect.
pub fn expected(atoms: &[Atom]) -> f64 {
    sum(atoms.iter().map(|a| a.rows() as f64 * a.score))
}

/// The variance of the number of positive labels if every score is right: `sum s (1 - s)`.
pub fn expected_variance(atoms: &[Atom]) -> f64 {
    sum(atoms.iter().map(|a| a.rows() as f64 * (a.score * (1.0 - a.score))))
}

/// The mean score of all rows; None without rows.
pub fn mean_score(atoms: &[Atom]) -> Option<f64> {
    mean(expected(atoms), totals(atoms).rows())
}

/// The mean score of the rows whose label is positive; None without such a row.
pub fn mean_score_of_positives(atoms: &[Atom]) -> Option<f64> {
    mean(sum(atoms.iter().map(|a| a.positives as f64 * a.score)), totals(atoms).positives)
}

fn mean(total: f64, rows: u64) -> Option<f64> {
    (rows > 0).then(|| total / rows as f64)
}
