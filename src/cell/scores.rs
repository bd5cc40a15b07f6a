//! The scores of a group by label, and the forms in which figures take them.

use std::sync::{Arc, OnceLock};

use super::Label;
use super::figures::Known;
use super::ledger::{Bin, Ledger};
use crate::inference::scores::atoms::{self, Atom, Span, Totals};
use crate::inference::scores::grid::Grid;

/// Edges of bins of equal width that stay exact once scores are kept in bins: hundredths and fifteenths.
pub const EXACT_PARTS: [u32; 2] = [100, 15];

/// The name of the fine bins and of the edges that every grid has. Bins of grids with other names are never added.
pub const GRID: &str = "evenhand.grid/1";

/// The grid of a run: fine bins with equal parts and the declared threshold as exact edges.
pub fn grid(threshold: Option<f64>) -> Grid {
    let mut edges: Vec<f64> = Vec::new();
    for parts in EXACT_PARTS {
        edges.extend((1..parts).map(|k| f64::from(k) / f64::from(parts)));
    }
    edges.extend(threshold);
    Grid::new(&edges)
}

/// What a score of single precision stands for: the decimal of up to six places that rounds to it, if there is one, so
/// that 0.7 is 0.7 in a file of any format; else the number itself. It never changes the order of scores.
#[inline]
pub fn of_single(score: f32) -> f64 {
    // Added to 2^52 a number keeps its whole part alone. Nothing here asks first, so that several scores are read at once.
    const WHOLE: f64 = (1_u64 << 52) as f64;
    let wide = f64::from(score);
    let places = ((wide * 1e6 + WHOLE) - WHOLE) / 1e6;
    if places as f32 == score { places } else { wide }
}

/// The scores of the rows that have one, by label.
#[derive(Debug)]
pub struct Scores {
    grid: Arc<Grid>,
    ledgers: [Ledger; Label::KINDS],
    forms: Forms,
    /// What has been found out; never part of what the scores are.
    pub(super) known: Known,
}

/// Where so many rows with the highest scores end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// The rows above the cut, as many as were asked for or fewer, and their lowest score.
    pub above: u64,
    pub above_from: Option<f64>,
    /// The rows with the next score, where the cut divides them; else 0. And that score.
    pub tied: u64,
    pub tied_from: Option<f64>,
    /// False where it divides a bin, in which scores are not told apart.
    pub exact: bool,
}

impl Default for Cut {
    fn default() -> Self {
        Cut { above: 0, above_from: None, tied: 0, tied_from: None, exact: true }
    }
}

/// The ledgers as figures take them, made when first asked for.
#[derive(Debug, Default)]
struct Forms {
    atoms: OnceLock<Vec<Atom>>,
    spans: OnceLock<Option<Vec<Span>>>,
    apart: OnceLock<Vec<Atom>>,
    everyone: OnceLock<Vec<Atom>>,
    at_edges: OnceLock<Vec<Atom>>,
    totals: OnceLock<Totals>,
}

impl PartialEq for Scores {
    fn eq(&self, other: &Self) -> bool {
        self.ledgers == other.ledgers
    }
}

impl Scores {
    pub fn new(grid: Arc<Grid>, ledgers: [Ledger; Label::KINDS]) -> Scores {
        Scores { grid, ledgers, forms: Forms::default(), known: Known::default() }
    }

    /// The scores of several groups together.
    pub fn together(parts: &[&Arc<Scores>]) -> Scores {
        let grid = parts.first().map_or_else(|| Arc::new(grid(None)), |part| Arc::clone(&part.grid));
        let of = |label: usize| {
            let ledgers: Vec<&Ledger> = parts.iter().map(|part| &part.ledgers[label]).collect();
            Ledger::together(&ledgers, &grid)
        };
        let ledgers = std::array::from_fn(of);
        Scores::new(grid, ledgers)
    }

    /// The scores that are not in `part`, which must be a part of these.
    pub fn without(&self, part: &Scores) -> Scores {
        let left = |label: usize| self.ledgers[label].without(&part.ledgers[label], &self.grid);
        Scores::new(Arc::clone(&self.grid), std::array::from_fn(left))
    }

    /// The ledgers by label.
    pub fn ledgers(&self) -> &[Ledger; Label::KINDS] {
        &self.ledgers
    }

    fn ledger(&self, label: Label) -> &Ledger {
        &self.ledgers[label.index()]
    }

    /// Rows that have a score, with a label or without.
    pub fn rows(&self) -> u64 {
        self.ledgers.iter().map(Ledger::rows).sum()
    }

    /// Rows that have a score and a label.
    pub fn totals(&self) -> Totals {
        *self.forms.totals.get_or_init(|| atoms::totals(self.atoms()))
    }

    /// Whether every distinct score of the rows with a label is kept.
    pub fn is_exact(&self) -> bool {
        self.spans().is_none()
    }

    /// Whether every distinct score is kept.
    pub fn everyone_is_exact(&self) -> bool {
        self.ledgers.iter().all(Ledger::is_exact)
    }

    /// Labels at every distinct score; where scores are kept in bins, at the mean score of every bin.
    pub fn atoms(&self) -> &[Atom] {
        self.forms.atoms.get_or_init(|| match (self.ledger(Label::Negative), self.ledger(Label::Positive)) {
            (Ledger::Exact(negatives), Ledger::Exact(positives)) => {
                let atom = |score, negatives, positives| Atom { score, negatives, positives };
                let negatives: Vec<Atom> = negatives.iter().map(|(score, rows)| atom(*score, *rows, 0)).collect();
                let positives: Vec<Atom> = positives.iter().map(|(score, rows)| atom(*score, 0, *rows)).collect();
                atoms::merge(&negatives, &positives)
            }
            _ => self.spans().unwrap_or_default().iter().map(|span| inside(*span)).collect(),
        })
    }

    /// The same with each label at a score of its own where scores are kept in bins, whose sums are kept by label.
    pub(super) fn labels_apart(&self) -> &[Atom] {
        let Some(spans) = self.spans() else { return self.atoms() };
        let one = |span: &Span, negative: bool| {
            let (negatives, positives) = if negative { (span.negatives, 0) } else { (0, span.positives) };
            let sum = if negative { span.negative_sum } else { span.positive_sum };
            let (negative_sum, positive_sum) = if negative { (sum, 0.0) } else { (0.0, sum) };
            Span { negatives, positives, negative_sum, positive_sum, ..*span }.as_atom()
        };
        let both = |span: &Span| [one(span, true), one(span, false)];
        self.forms.apart.get_or_init(|| spans.iter().flat_map(both).filter(|atom| atom.rows() > 0).collect())
    }

    /// The bins of the rows with a label; none while every distinct score is kept.
    pub fn spans(&self) -> Option<&[Span]> {
        let of_bins = || {
            let (negatives, positives) = (self.ledger(Label::Negative), self.ledger(Label::Positive));
            let exact = negatives.is_exact() && positives.is_exact();
            (!exact).then(|| self.spans_of(&negatives.bins(&self.grid), &positives.bins(&self.grid)))
        };
        self.forms.spans.get_or_init(of_bins).as_deref()
    }

    fn spans_of(&self, negatives: &[Bin], positives: &[Bin]) -> Vec<Span> {
        let mut keys: Vec<u32> = negatives.iter().chain(positives).map(|bin| bin.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let find = |bins: &[Bin], key: u32| {
            bins.binary_search_by_key(&key, |bin| bin.key).map_or(Bin::default(), |place| bins[place])
        };
        let span = |key: u32| {
            let (low, high) = self.grid.bounds(key)?;
            let (n, p) = (find(negatives, key), find(positives, key));
            Some(Span {
                low,
                high,
                negatives: n.rows,
                positives: p.rows,
                negative_sum: n.total().clamp(low * n.rows as f64, high * n.rows as f64),
                // In the bin next to 0 scores were rounded down; of a positive label that would cost too much.
                positive_sum: if low < f64::MIN_POSITIVE { p.most() } else { p.total() }
                    .clamp(low * p.rows as f64, high * p.rows as f64),
            })
        };
        keys.into_iter().filter_map(span).collect()
    }

    /// All rows that have a score, as if their label were negative.
    pub fn everyone(&self) -> &[Atom] {
        self.forms.everyone.get_or_init(|| {
            let all = Ledger::together(&self.ledgers.each_ref(), &self.grid);
            match &all {
                Ledger::Exact(scores) => {
                    scores.iter().map(|(score, rows)| Atom { score: *score, negatives: *rows, positives: 0 }).collect()
                }
                Ledger::Binned(bins) => self.spans_of(bins, &[]).into_iter().map(inside).collect(),
            }
        })
    }

    /// The labels of this group and of another at common scores: at every distinct one, or at the low ends of bins.
    pub fn beside<'a>(&'a self, other: &'a Scores) -> (&'a [Atom], &'a [Atom]) {
        if self.is_exact() && other.is_exact() {
            return (self.atoms(), other.atoms());
        }
        (self.at_edges(), other.at_edges())
    }

    /// All rows of this and of another that have a score, whatever their label, at common scores as [`Scores::beside`].
    pub fn everyone_beside(&self, other: &Scores) -> (Vec<Atom>, Vec<Atom>) {
        if self.everyone_is_exact() && other.everyone_is_exact() {
            return (self.everyone().to_vec(), other.everyone().to_vec());
        }
        let at_edges = |scores: &Scores| {
            let all = Ledger::together(&scores.ledgers.each_ref(), &scores.grid);
            let spans = scores.spans_of(&all.bins(&scores.grid), &[]);
            spans.iter().map(|span| Atom { score: span.low, negatives: span.negatives, positives: 0 }).collect()
        };
        (at_edges(self), at_edges(other))
    }

    fn at_edges(&self) -> &[Atom] {
        let atom = |span: &Span| Atom { score: span.low, negatives: span.negatives, positives: span.positives };
        let at_edges = || match self.spans() {
            Some(spans) => spans.iter().map(atom).collect(),
            None => {
                let bins = |label| self.ledger(label).bins(&self.grid);
                self.spans_of(&bins(Label::Negative), &bins(Label::Positive)).iter().map(atom).collect()
            }
        };
        self.forms.at_edges.get_or_init(at_edges)
    }

    /// Rows of any label with a score of at least the threshold, which is declared or a hundredth.
    pub fn at_least(&self, threshold: f64) -> u64 {
        self.ledgers.iter().map(|ledger| ledger.at_least(threshold, &self.grid)).sum()
    }

    /// Rows of both labels with a score of at least the threshold.
    pub fn labels_at_least(&self, threshold: f64) -> Totals {
        let of = |label| self.ledger(label).at_least(threshold, &self.grid);
        Totals { negatives: of(Label::Negative), positives: of(Label::Positive) }
    }

    /// Where the `rows` with the highest scores end, whatever their label. Of scores in bins, a score is where its bin begins.
    /// `by_bins` cuts between bins even so, for the scores of a group that are kept in bins while all together are not.
    pub fn cut(&self, rows: u64, by_bins: bool) -> Cut {
        let all = Ledger::together(&self.ledgers.each_ref(), &self.grid);
        let all = if by_bins { Ledger::Binned(all.bins(&self.grid)) } else { all };
        // A score, its rows, and whether these have no other.
        let steps: Vec<(f64, u64, bool)> = match all {
            Ledger::Exact(scores) => scores.into_iter().map(|(score, rows)| (score, rows, true)).collect(),
            Ledger::Binned(bins) => {
                let step = |bin: Bin| self.grid.bounds(bin.key).map(|(low, high)| (low, bin.rows, low == high));
                bins.into_iter().filter_map(step).collect()
            }
        };
        let mut cut = Cut::default();
        for (score, tied, exact) in steps.into_iter().rev() {
            if cut.above == rows {
                break;
            }
            if tied > rows - cut.above {
                return Cut { tied, tied_from: Some(score), exact, ..cut };
            }
            (cut.above, cut.above_from) = (cut.above + tied, Some(score));
        }
        cut
    }

    /// Every distinct score, while there are at most so many.
    pub fn distinct(&self, most: usize) -> Option<Vec<f64>> {
        let few = self.everyone_is_exact() && self.everyone().len() <= most;
        few.then(|| self.everyone().iter().map(|atom| atom.score).collect())
    }

    /// What a hash of the scores is made of.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        self.ledgers.iter().for_each(|ledger| ledger.bytes(out));
    }
}

/// A span as one atom whose score lies before the next span begins, so that no edge has its rows on the wrong side.
fn inside(span: Span) -> Atom {
    let atom = span.as_atom();
    if atom.score >= span.high && span.high > span.low { Atom { score: span.high.next_down(), ..atom } } else { atom }
}
