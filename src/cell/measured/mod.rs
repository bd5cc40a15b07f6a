//! What was measured of a group: amounts, durations, answers on a scale, and what goes with a score.
//!
//! Everything here adds up: merging the cells of split data gives, bit by bit, the cells of the whole.

pub mod counts;
pub mod ledger;
pub mod sums;

use std::sync::{Arc, OnceLock};

pub use counts::{Arms, Cases, Counts, Turned};
pub use ledger::Ledger;

use crate::inference::measured::error::Predicted;
use crate::inference::measured::grid::Grid;
use crate::inference::measured::span::Span;
use crate::inference::survival::Seen;
use crate::inference::uplift::qini::Scored;

/// The name of the bins that every grid of measured values has. Bins of grids with other names are never added.
pub const GRID: &str = "evenhand.measured/1";

/// The measured values of a group's rows, and how many rows have none.
///
/// Values are finite numbers of any sign; whoever reads them refuses others. Sums are exact whatever the size of the
/// values; an amount of 10^15 with cents keeps its cents as far as a number of double precision has them.
#[derive(Clone, Debug)]
pub struct Measured<C = u64> {
    grid: Arc<Grid>,
    ledger: Ledger<C>,
    missing: u64,
    spans: OnceLock<Vec<Span>>,
}

impl<C: Counts> PartialEq for Measured<C> {
    fn eq(&self, other: &Self) -> bool {
        self.ledger == other.ledger && self.missing == other.missing
    }
}

impl<C: Counts> Measured<C> {
    pub fn new(grid: Arc<Grid>, ledger: Ledger<C>, missing: u64) -> Measured<C> {
        Measured { grid, ledger, missing, spans: OnceLock::new() }
    }

    /// The values of several groups together; None of no group.
    pub fn together(parts: &[&Measured<C>]) -> Option<Measured<C>> {
        let grid = Arc::clone(&parts.first()?.grid);
        let ledgers: Vec<&Ledger<C>> = parts.iter().map(|part| &part.ledger).collect();
        let missing = parts.iter().map(|part| part.missing).sum();
        Some(Measured::new(Arc::clone(&grid), Ledger::together(&ledgers, &grid), missing))
    }

    /// The values that are not in `part`, which must be a part of these.
    pub fn without(&self, part: &Measured<C>) -> Measured<C> {
        let ledger = self.ledger.without(&part.ledger, &self.grid);
        Measured::new(Arc::clone(&self.grid), ledger, self.missing.saturating_sub(part.missing))
    }

    pub fn grid(&self) -> &Arc<Grid> {
        &self.grid
    }

    pub fn ledger(&self) -> &Ledger<C> {
        &self.ledger
    }

    /// Rows that have a value.
    pub fn rows(&self) -> u64 {
        self.ledger.rows()
    }

    /// Rows that have none.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// Whether every distinct value is kept.
    pub fn is_exact(&self) -> bool {
        self.ledger.is_exact()
    }

    /// The rows by value, or by bin, as figures take them.
    pub fn spans(&self) -> &[Span] {
        self.spans.get_or_init(|| self.ledger.spans(&self.grid).into_iter().map(|(span, _)| span).collect())
    }

    /// The rows of this group and of another at common values: at every distinct one, or in the bins of the grid.
    pub fn beside(&self, other: &Measured<C>) -> (Vec<Span>, Vec<Span>) {
        if self.is_exact() == other.is_exact() {
            return (self.spans().to_vec(), other.spans().to_vec());
        }
        let in_bins = |measured: &Measured<C>| {
            let bins = measured.ledger.bins(&measured.grid);
            bins.iter().filter_map(|bin| bin.span(&measured.grid)).collect()
        };
        (in_bins(self), in_bins(other))
    }

    /// Rows with a value of at least the bound, which must be declared in the grid.
    pub fn at_least(&self, bound: f64) -> u64 {
        self.ledger.at_least(bound, &self.grid).rows()
    }

    /// Rows with a value above the bound, which must be declared in the grid.
    pub fn above(&self, bound: f64) -> u64 {
        self.ledger.above(bound, &self.grid).rows()
    }

    /// What a hash of the values is made of.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        self.ledger.bytes(out);
        out.extend(self.missing.to_le_bytes());
    }
}

impl Measured<Cases> {
    /// Cases that were still open when last seen.
    pub fn open(&self) -> u64 {
        self.ledger.open()
    }

    /// The durations of ended and of open cases, as the curve of open cases takes them.
    pub fn seen(&self) -> Vec<Seen> {
        let of = |(duration, cases): (Span, &Cases)| Seen { duration, ended: cases.ended, open: cases.open };
        self.ledger.spans(&self.grid).into_iter().map(of).collect()
    }

    /// Predictions beside what turned out, as the calibration of amounts takes them; none of other values.
    pub fn predicted(&self) -> Vec<Predicted> {
        let of = |(predicted, cases): (Span, &Cases)| {
            let turned = cases.turned.as_ref()?;
            Some(Predicted { predicted, actual: turned.actual.value(), squares: turned.squares.value() })
        };
        self.ledger.spans(&self.grid).into_iter().filter_map(of).collect()
    }
}

impl Measured<Arms> {
    /// Both arms at every score, rising, as the Qini curve takes them; scores of one bin count as one score.
    pub fn scored(&self) -> Vec<Scored> {
        let of = |(_, arms): (Span, &Arms)| Scored { treated: arms.treated, control: arms.control };
        self.ledger.spans(&self.grid).into_iter().map(of).collect()
    }
}
