//! Figures of many groups at once: every core works on a group, and no number depends on which.

use super::groups::AxisGroups;
use crate::cell::{Cell, Scores};
use crate::cores;
use crate::inference::normal;
use crate::policy::Policy;

/// Finds out what is costly of every group's scores, on all cores.
pub fn prepare(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) {
    let groups = axes.iter().flat_map(|axis| axis.groups.iter().map(|group| &group.cell));
    let all: Vec<&Scores> = std::iter::once(overall).chain(groups).filter_map(Cell::scores).collect();
    let z = normal::critical(policy.statistics.level.approximate());
    cores::each(all, |scores| scores.prepare(z));
}
