//! The median score, and who is strictly above it.

use crate::cell::{Cell, Scores};
use crate::result::Bounds;

/// The two middle scores of a sample; of an odd number of rows they are one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    low: f64,
    high: f64,
}

impl Middle {
    /// The median.
    pub fn median(self) -> f64 {
        self.low + (self.high - self.low) / 2.0
    }

    /// Whether a score of the sample is strictly above the median. It is decided without the median itself, whose rounding
    /// could put it on one of the two.
    fn is_below(self, score: f64) -> bool {
        if self.low < self.high { score >= self.high } else { score > self.low }
    }

    /// Rows of a cell strictly above the median.
    pub fn above(self, cell: &Cell) -> u64 {
        let scores = cell.scores().map(Scores::everyone).unwrap_or_default();
        scores.iter().filter(|atom| self.is_below(atom.score)).map(|atom| atom.rows()).sum()
    }
}

/// The middle of the scores of a cell; none without scores, or where not each of them is kept.
pub fn middle(cell: &Cell) -> Option<Middle> {
    let scores = cell.scores().filter(|scores| scores.everyone_is_exact() && scores.rows() > 0)?;
    let rows = scores.rows();
    let at = |place: u64| {
        let mut before = 0;
        let passed = |atom: &&crate::inference::scores::atoms::Atom| {
            before += atom.rows();
            before > place
        };
        scores.everyone().iter().find(passed).map(|atom| atom.score)
    };
    Some(Middle { low: at((rows - 1) / 2)?, high: at(rows / 2)? })
}

/// Between which hundredths the median lies, where scores are kept in bins.
pub fn bounds(scores: &Scores) -> Option<Bounds> {
    let rows = scores.rows();
    if rows == 0 {
        return None;
    }
    let (low, high) = ((rows - 1) / 2, rows / 2);
    let hundredth = |k: u32| f64::from(k) / 100.0;
    let at_least = |k: u32| scores.at_least(hundredth(k));
    // The score at a place is at least the hundredth when fewer rows are below it than stand before the place.
    let least = (0..=100).rev().find(|k| rows - at_least(*k) <= low).unwrap_or(0);
    let most = (0..=100).find(|k| rows - at_least(*k) > high).unwrap_or(100);
    Some(Bounds { low: hundredth(least), high: Some(hundredth(most)) })
}
