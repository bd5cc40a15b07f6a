//! Like with like: what remains of a gap within strata.

use super::groups::AxisGroups;
use crate::policy::Policy;
use crate::result::Adjusted;
use crate::tally::Cells;

/// Every comparison of shares, within strata.
pub fn adjust_all(_policy: &Policy, _cells: &Cells, _axes: &[AxisGroups]) -> Vec<Adjusted> {
    Vec::new()
}
