//! A funnel as its audience may see it.
//!
//! How many reached a stage may be small, and so may the difference of two stages next to each other, or of a stage and of
//! what another table counts of the same columns. An axis is shown whole or not at all, and sets of attributes are never shown.

use super::counts::to_nearest;
use super::groups::Groups;
use super::known::{Asked, Known};
use crate::assess::funnel::{as_decided, counts_of, gap_again, reached};
use crate::result::{FunnelGap, FunnelGroup, FunnelView, StageView};

/// Takes out every axis that has a small count, or from which one could be worked out, given the counts that are shown elsewhere.
pub(super) fn mask(funnel: &mut Option<FunnelView>, known: &Known, groups: &Groups, min_cell: u64) {
    let Some(FunnelView { stages, rows_late, rows_unknown, groups: counted, gaps, hidden }) = funnel else { return };
    (*rows_late, *rows_unknown) = (None, None);
    let small = |count: u64| count > 0 && count < min_cell;
    let stages: &[StageView] = stages;
    let yes: Vec<Asked> = stages.iter().map(|stage| Asked::new(&stage.column, &stage.yes)).collect();
    let tells = |one: &FunnelGroup| {
        let near = |asked: &[Asked], rows| known.tells(&one.axes, &one.group, asked, rows, min_cell);
        let counts = counts_of(one);
        let mut stopped = counts.windows(2).enumerate().map(|(stage, step)| {
            let asked: Vec<Asked> = yes[..stage].iter().cloned().chain([yes[stage].not()]).collect();
            (asked, step[0].saturating_sub(step[1]))
        });
        let mut came = counts.iter().enumerate().map(|(stages, rows)| (&yes[..stages], *rows));
        !known.has(&one.axes, &one.group)
            || came.any(|(asked, rows)| small(rows) || near(asked, rows))
            || stopped.any(|(asked, rows)| small(rows) || near(&asked, rows))
    };
    let measured = stages.iter().any(|stage| known.measures(&stage.column));
    let (kept, taken) = groups.whole_axes(counted.iter().map(|one| &one.axes), |of| {
        measured || counted.iter().filter(|one| one.axes == of).any(tells)
    });
    counted.retain(|one| kept.contains(&one.axes));
    gaps.retain(|gap| kept.contains(&gap.axes));
    *hidden = taken;
}

/// Takes out what is not for the public whatever it counts.
pub(super) fn strip(funnel: &mut Option<FunnelView>) {
    if let Some(funnel) = funnel {
        (funnel.rows_late, funnel.rows_unknown) = (None, None);
    }
}

/// Works everything out again from rounded counts; what the exact intervals show stays.
pub(super) fn round(funnel: &mut Option<FunnelView>, of: u64, z: f64) {
    let Some(funnel) = funnel else { return };
    (funnel.rows_late, funnel.rows_unknown) = (None, None);
    let names: Vec<String> = funnel.stages.iter().map(|stage| stage.name.clone()).collect();
    for one in &mut funnel.groups {
        let counts: Vec<u64> = counts_of(one).into_iter().map(|count| to_nearest(count, of)).collect();
        *one = reached(&one.axes, &one.group, &counts, &names, z);
    }
    let groups = &funnel.groups;
    let again = |gap: &FunnelGap| as_decided(gap_again(gap, groups, &names, z), gap);
    funnel.gaps = funnel.gaps.iter().map(again).collect();
}
