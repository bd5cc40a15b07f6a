//! All groups of an axis at once: do they differ at all?

use super::groups::AxisGroups;
use crate::policy::Policy;
use crate::result::Omnibus;
use crate::tally::Cells;

/// The tests of every axis.
pub fn test_all(_policy: &Policy, _cells: &Cells, _axes: &[AxisGroups]) -> Vec<Omnibus> {
    Vec::new()
}
