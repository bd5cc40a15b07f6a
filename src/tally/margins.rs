//! How much is kept of the full cross of all groupings, and of the margins that take its place.

use super::ledgers::MOST_TOGETHER;
use super::table::MOST_CELLS;

/// Most combinations of all groupings, the decision and the label that are kept as the full cross.
pub const MOST_CROSSED: usize = 200_000;

/// How much is kept. Beyond the first two limits margins are kept in place of the full cross, beyond the others nothing is
/// measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Combinations of all groupings, the decision and the label.
    pub cells: usize,
    /// Distinct scores of the full cross, and as many values of every outcome, see [`allowance`](super::ledgers::allowance).
    pub scores: usize,
    /// Combinations of the groupings of one margin, the decision and the label.
    pub cells_of_margin: usize,
    /// Distinct scores and values of all margins together.
    pub scores_of_margins: usize,
}

impl Default for Most {
    fn default() -> Most {
        Most {
            cells: MOST_CROSSED,
            scores: MOST_TOGETHER,
            cells_of_margin: MOST_CELLS,
            scores_of_margins: MOST_TOGETHER,
        }
    }
}
