//! The scores of a group, and what has been found out about them: each figure is computed when it is first asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Label;
use super::ledger::{Bin, Ledger};
use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{self, Atom, Span, Totals, coarser};
use crate::inference::scores::auc::{self, Auc};
use crate::inference::scores::binned::{self, CalibrationError};
use crate::inference::scores::cumulative::{self, Cumulative, CumulativeBounds};
use crate::inference::scores::grid::Grid;
use crate::inference::scores::isotonic::{self, Decomposition, PartBounds};
use crate::inference::scores::mean::{self, Mean};
use crate::inference::scores::recalibration::{self, Coefficient, InTheLarge, Line, Recalibration};
use crate::inference::scores::smooth::{self, SmoothError};
use crate::inference::scores::{Undefined, precision, proper};

/// Bins of the calibration error; of equal width, as the metric says.
const CALIBRATION_BINS: u32 = 10;

/// So many spans are enough for bounds of fits.
const COARSE: usize = 1_000;

/// Edges of bins of equal width that stay exact once scores are kept in bins: hundredths and fifteenths.
const EXACT_PARTS: [u32; 2] = [100, 15];

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
    let wide = f64::from(score);
    let millionths = wide * 1e6;
    // A score is never negative: adding a half and cutting off is rounding.
    let whole = f64::from((millionths + 0.5) as i32);
    // A decimal that rounds to the score is within a 2^-24th part of it: most others need no division.
    if (millionths - whole).abs() > 0.0625 {
        return wide;
    }
    let places = whole / 1e6;
    if places as f32 == score { places } else { wide }
}

/// The scores of the rows that have one, by label.
#[derive(Debug)]
pub struct Scores {
    grid: Arc<Grid>,
    ledgers: [Ledger; Label::KINDS],
    known: Known,
}

impl PartialEq for Scores {
    fn eq(&self, other: &Self) -> bool {
        self.ledgers == other.ledgers
    }
}

/// What has been computed; never part of what the scores are.
#[derive(Debug, Default)]
struct Known {
    atoms: OnceLock<Vec<Atom>>,
    spans: OnceLock<Option<Vec<Span>>>,
    apart: OnceLock<Vec<Atom>>,
    everyone: OnceLock<Vec<Atom>>,
    auc: OnceLock<Option<Auc>>,
    auc_bounds: OnceLock<Option<Limits>>,
    precision: OnceLock<Option<f64>>,
    precision_bounds: OnceLock<Option<Limits>>,
    totals: OnceLock<Totals>,
    mean_score: OnceLock<Option<Mean>>,
    mean_of_positives: OnceLock<Option<Mean>>,
    mean_of_negatives: OnceLock<Option<Mean>>,
    squared_errors: OnceLock<Option<Mean>>,
    log_losses: OnceLock<Result<Mean, Undefined>>,
    expected: OnceLock<f64>,
    brier_parts: OnceLock<Option<Decomposition>>,
    brier_bounds: OnceLock<Option<Limits>>,
    log_loss_bounds: OnceLock<Option<Limits>>,
    calibration_bins: OnceLock<Vec<binned::Bin>>,
    smooth: OnceLock<Option<SmoothError>>,
    cumulative: OnceLock<Option<Cumulative>>,
    cumulative_bounds: OnceLock<Option<CumulativeBounds>>,
    intercept_bounds: OnceLock<Option<Limits>>,
    slope_bounds: OnceLock<Option<Limits>>,
    smooth_bounds: OnceLock<Option<(SmoothError, Limits)>>,
    part_bounds: OnceLock<Option<PartBounds>>,
    /// By the critical value they were asked for.
    fits: Mutex<Vec<(u64, Fits)>>,
}

/// The logistic recalibrations of a group, with their limits at a critical value.
#[derive(Clone, Copy, Debug)]
struct Fits {
    in_the_large: Result<InTheLarge, Undefined>,
    line: Result<Line, Undefined>,
}

impl Scores {
    pub fn new(grid: Arc<Grid>, ledgers: [Ledger; Label::KINDS]) -> Scores {
        Scores { grid, ledgers, known: Known::default() }
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

    fn ledger(&self, label: Label) -> &Ledger {
        &self.ledgers[label.index()]
    }

    /// Rows that have a score, with a label or without.
    pub fn rows(&self) -> u64 {
        self.ledgers.iter().map(Ledger::rows).sum()
    }

    /// Rows that have a score and a label.
    pub fn totals(&self) -> Totals {
        *self.known.totals.get_or_init(|| atoms::totals(self.atoms()))
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
        self.known.atoms.get_or_init(|| match (self.ledger(Label::Negative), self.ledger(Label::Positive)) {
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
    fn labels_apart(&self) -> &[Atom] {
        let Some(spans) = self.spans() else { return self.atoms() };
        let one = |span: &Span, negative: bool| {
            let (negatives, positives) = if negative { (span.negatives, 0) } else { (0, span.positives) };
            let sum = if negative { span.negative_sum } else { span.positive_sum };
            let (negative_sum, positive_sum) = if negative { (sum, 0.0) } else { (0.0, sum) };
            Span { negatives, positives, negative_sum, positive_sum, ..*span }.as_atom()
        };
        let both = |span: &Span| [one(span, true), one(span, false)];
        self.known.apart.get_or_init(|| spans.iter().flat_map(both).filter(|atom| atom.rows() > 0).collect())
    }

    /// The bins of the rows with a label; none while every distinct score is kept.
    pub fn spans(&self) -> Option<&[Span]> {
        let of_bins = || {
            let (negatives, positives) = (self.ledger(Label::Negative), self.ledger(Label::Positive));
            let exact = negatives.is_exact() && positives.is_exact();
            (!exact).then(|| self.spans_of(&negatives.bins(&self.grid), &positives.bins(&self.grid)))
        };
        self.known.spans.get_or_init(of_bins).as_deref()
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
        self.known.everyone.get_or_init(|| {
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
    pub fn beside(&self, other: &Scores) -> (Vec<Atom>, Vec<Atom>) {
        if self.is_exact() && other.is_exact() {
            return (self.atoms().to_vec(), other.atoms().to_vec());
        }
        (self.at_edges(), other.at_edges())
    }

    fn at_edges(&self) -> Vec<Atom> {
        let bins = |label| self.ledger(label).bins(&self.grid);
        let spans = self.spans_of(&bins(Label::Negative), &bins(Label::Positive));
        let atom = |span: Span| Atom { score: span.low, negatives: span.negatives, positives: span.positives };
        spans.into_iter().map(atom).collect()
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

    /// Every distinct score, while there are at most so many.
    pub fn distinct(&self, most: usize) -> Option<Vec<f64>> {
        let few = self.everyone_is_exact() && self.everyone().len() <= most;
        few.then(|| self.everyone().iter().map(|atom| atom.score).collect())
    }

    /// What a hash of the scores is made of.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        self.ledgers.iter().for_each(|ledger| ledger.bytes(out));
    }

    /// Finds out everything that is costly, so that several groups can be worked on at once; it changes no number.
    pub fn prepare(&self, z: f64) {
        if self.totals().rows() == 0 {
            return;
        }
        let _ = (self.line(z), self.in_the_large(z), self.smooth_error(), self.smooth_error_bounds());
        let _ = (self.auc(), self.average_precision(), self.brier_parts(), self.cumulative(), self.squared_errors());
        let _ = (self.auc_bounds(), self.slope_bounds(), self.intercept_bounds(), self.part_bounds());
        let _ = (self.mean_score(), self.log_losses(), self.expected(), self.average_precision_bounds());
        let _ = (self.brier_bounds(), self.log_loss_bounds(), self.cumulative_bounds(), self.calibration_bins());
    }

    pub fn auc(&self) -> Option<Auc> {
        *self.known.auc.get_or_init(|| auc::auc(self.atoms()))
    }

    pub fn auc_bounds(&self) -> Option<Limits> {
        *self.known.auc_bounds.get_or_init(|| self.spans().and_then(|_| auc::bounds(self.atoms())))
    }

    pub fn average_precision(&self) -> Option<f64> {
        *self.known.precision.get_or_init(|| precision::average_precision(self.atoms()))
    }

    pub fn average_precision_bounds(&self) -> Option<Limits> {
        *self.known.precision_bounds.get_or_init(|| self.spans().and_then(|_| precision::bounds(self.atoms())))
    }

    /// The mean of all scores, with a label or without.
    pub fn mean_score(&self) -> Option<Mean> {
        *self.known.mean_score.get_or_init(|| mean::of_scores(self.everyone()))
    }

    pub fn mean_score_of_positives(&self) -> Option<Mean> {
        *self.known.mean_of_positives.get_or_init(|| mean::of_scores_of_positives(self.labels_apart()))
    }

    pub fn mean_score_of_negatives(&self) -> Option<Mean> {
        *self.known.mean_of_negatives.get_or_init(|| mean::of_scores_of_negatives(self.labels_apart()))
    }

    pub fn squared_errors(&self) -> Option<Mean> {
        *self.known.squared_errors.get_or_init(|| mean::of_squared_errors(self.labels_apart()))
    }

    pub fn log_losses(&self) -> Result<Mean, Undefined> {
        *self.known.log_losses.get_or_init(|| mean::of_log_losses(self.labels_apart()))
    }

    /// The number of positive labels that the scores expect.
    pub fn expected(&self) -> f64 {
        *self.known.expected.get_or_init(|| atoms::expected(self.atoms()))
    }

    pub fn brier_parts(&self) -> Option<Decomposition> {
        *self.known.brier_parts.get_or_init(|| {
            let parts = isotonic::brier_parts(self.atoms())?;
            // Of scores kept in bins the score itself is known better, because the sums are kept by label.
            let score = self.squared_errors()?.value;
            let best = parts.score - parts.miscalibration;
            Some(Decomposition { score, miscalibration: (score - best).max(0.0), ..parts })
        })
    }

    pub fn brier_bounds(&self) -> Option<Limits> {
        *self.known.brier_bounds.get_or_init(|| self.spans().and_then(proper::brier_bounds))
    }

    pub fn log_loss_bounds(&self) -> Option<Limits> {
        *self.known.log_loss_bounds.get_or_init(|| self.spans().and_then(proper::log_loss_bounds))
    }

    /// The bins of equal width that the calibration error is made of.
    pub fn calibration_bins(&self) -> &[binned::Bin] {
        self.known.calibration_bins.get_or_init(|| binned::equal_width(self.atoms(), CALIBRATION_BINS))
    }

    pub fn calibration_error(&self) -> Option<CalibrationError> {
        binned::calibration_error(self.calibration_bins())
    }

    pub fn smooth_error(&self) -> Option<SmoothError> {
        match self.spans() {
            None => *self.known.smooth.get_or_init(|| smooth::smooth_error(self.atoms())),
            Some(_) => self.smooth_in_bins().map(|(found, _)| found),
        }
    }

    pub fn cumulative(&self) -> Option<Cumulative> {
        *self.known.cumulative.get_or_init(|| cumulative::cumulative(self.atoms()))
    }

    pub fn cumulative_bounds(&self) -> Option<CumulativeBounds> {
        *self.known.cumulative_bounds.get_or_init(|| self.spans().and_then(cumulative::bounds))
    }

    pub fn intercept_bounds(&self) -> Option<Limits> {
        let found = || recalibration::in_the_large_bounds(&self.coarse_spans()?).ok();
        *self.known.intercept_bounds.get_or_init(found)
    }

    pub fn slope_bounds(&self) -> Option<Limits> {
        *self.known.slope_bounds.get_or_init(|| recalibration::slope_bounds(&self.coarse_spans()?))
    }

    /// Coarser spans for bounds of fits, which are far narrower than intervals all the same.
    fn coarse_spans(&self) -> Option<Vec<Span>> {
        self.spans().map(|spans| coarser(spans, COARSE))
    }

    pub fn smooth_error_bounds(&self) -> Option<Limits> {
        self.smooth_in_bins().map(|(_, bounds)| bounds)
    }

    /// The smooth calibration error of scores in bins, and its bounds.
    fn smooth_in_bins(&self) -> Option<(SmoothError, Limits)> {
        *self.known.smooth_bounds.get_or_init(|| self.spans().and_then(smooth::with_bounds))
    }

    /// Of miscalibration and discrimination.
    pub fn part_bounds(&self) -> Option<PartBounds> {
        *self.known.part_bounds.get_or_init(|| self.spans().and_then(isotonic::bounds))
    }

    /// The signed likelihood root of the slope against a bound: a standard normal number if the bound is the truth.
    pub fn slope_root(&self, bound: f64) -> Result<f64, Undefined> {
        recalibration::slope_root(self.atoms(), bound)
    }

    /// The intercept that makes the scores right on average.
    pub fn intercept(&self) -> Result<InTheLarge, Undefined> {
        self.fits(None).in_the_large
    }

    /// The slope of the recalibration line.
    pub fn slope(&self) -> Result<Coefficient, Undefined> {
        self.fits(None).line.map(|line| line.slope)
    }

    /// The recalibration line, with its profile limits at a normal quantile.
    pub fn line(&self, z: f64) -> Result<Line, Undefined> {
        self.fits(Some(z)).line
    }

    /// Calibration in the large, with its limits at a normal quantile.
    pub fn in_the_large(&self, z: f64) -> Result<InTheLarge, Undefined> {
        self.fits(Some(z)).in_the_large
    }

    /// The fits at a critical value; at any that is known already when none is asked for.
    fn fits(&self, z: Option<f64>) -> Fits {
        let mut known = self.known.fits.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = z.map(f64::to_bits);
        if let Some((_, found)) = known.iter().find(|(bits, _)| wanted.is_none_or(|wanted| wanted == *bits)) {
            return *found;
        }
        let z = z.unwrap_or(0.0);
        // The rows are made ready on the logit scale once for both.
        let found = match Recalibration::new(self.atoms()) {
            Ok(ready) => Fits { in_the_large: ready.in_the_large(z), line: ready.line(z) },
            Err(reason) => Fits { in_the_large: Err(reason), line: Err(reason) },
        };
        known.push((z.to_bits(), found));
        found
    }
}

/// A span as one atom whose score lies before the next span begins, so that no edge has its rows on the wrong side.
fn inside(span: Span) -> Atom {
    let atom = span.as_atom();
    if atom.score >= span.high && span.high > span.low { Atom { score: span.high.next_down(), ..atom } } else { atom }
}
