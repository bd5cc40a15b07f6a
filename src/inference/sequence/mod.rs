//! What do reviews prove that are looked at again and again? Evidence and limits that hold at every look.
//!
//! Evidence is a bet against a hypothesis whose stake is not expected to grow while the hypothesis is true, however
//! often and whenever one looks: a stake that has grown to 1/alpha refutes it with an error of at most alpha (Ville
//! 1939). Everything is on the logarithmic scale, because evidence outgrows numbers.

pub mod band;
pub mod evidence;
pub mod hypothesis;
mod learned;
pub mod limits;
pub mod mean;
pub mod mixture;
pub mod process;
pub mod share;

use crate::inference::trials::Trials;

/// The counts of two groups in one period, such as a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub focal: Trials,
    pub reference: Trials,
}

impl Period {
    /// Tells whether there is anything to compare: trials of either group.
    pub fn has_both(self) -> bool {
        self.focal.of > 0 && self.reference.of > 0
    }
}
