//! Figures of many groups at once: every core works on a group, and no number depends on which.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::groups::AxisGroups;
use crate::cell::{Cell, Scores};
use crate::inference::normal;
use crate::policy::Policy;

/// Finds out what is costly of every group's scores, on all cores.
pub fn prepare(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) {
    let groups = axes.iter().flat_map(|axis| axis.groups.iter().map(|group| &group.cell));
    let all: Vec<&Scores> = std::iter::once(overall).chain(groups).filter_map(Cell::scores).collect();
    let z = normal::critical(policy.statistics.level.approximate());
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(scores) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            scores.prepare(z);
        }
    };
    let helpers = std::thread::available_parallelism().map_or(1, |n| n.get()).min(all.len()).saturating_sub(1);
    std::thread::scope(|scope| {
        (0..helpers).for_each(|_| drop(scope.spawn(work)));
        work();
    });
}
