//! How far each group comes along the stages of a funnel, and at which stage its gap to the reference arises.

use super::shares::{Estimated, estimate};
use std::collections::BTreeMap;

use super::earlier::is_missing;
use super::groups::AxisGroups;
use crate::diagnostic::Diagnostic;
use crate::inference::funnel::funnel;
use crate::inference::trials::Trials;
use crate::inference::{normal, pair};
use crate::metrics::Undefined;
use crate::policy::Policy;
use crate::result::number::{limit, twelve_digits};
use crate::result::{FunnelGap, FunnelGroup, FunnelPart, FunnelView, Group, ReferenceView, StageReached, StageView};
use crate::tally::{Cells, Staged};

/// Everything that a report says of a funnel; none where the policy has none.
pub fn follow(policy: &Policy, cells: &Cells, axes: &[AxisGroups]) -> Option<FunnelView> {
    let (asked, staged) = (policy.funnel.as_ref()?, cells.staged.as_ref()?);
    let names: Vec<String> = asked.stages.iter().map(|stage| stage.name.clone()).collect();
    let z = normal::critical(policy.statistics.level.approximate());
    let all = staged.overall();
    let mut groups = vec![reached(&[], &Group::new(), &all.counts, &names, z)];
    let mut gaps = Vec::new();
    for (axis, declared) in axes.iter().zip(&policy.axes).filter(|(axis, _)| !axis.in_part) {
        let counts = by_group(cells, staged, &axis.axes, &declared.attributes);
        let none = vec![0; names.len() + 1];
        let of = |group: &Group| counts.get(group).unwrap_or(&none);
        for group in axis.groups.iter().filter(|group| !group.absent) {
            groups.push(reached(&axis.axes, &group.group, of(&group.group), &names, z));
        }
        for group in axis.judged().filter(|group| !group.absent) {
            let Some((view, _)) = axis.standing_reference(group) else { continue };
            let other = if view.group.is_empty() {
                let rest = axis.judged().filter(|one| !one.absent && one.group != group.group);
                together(rest.map(|one| of(&one.group)), names.len())
            } else {
                of(&view.group).clone()
            };
            let own = of(&group.group);
            let few = own[0].min(other[0]) < policy.statistics.min_group;
            let whom = Whom { axes: axis.axes.clone(), group: group.group.clone(), reference: view, too_few: few };
            gaps.push(gap(whom, own, &other, &names, z));
        }
    }
    let stage = |stage: &crate::policy::Stage| StageView {
        name: stage.name.clone(),
        column: stage.column.clone(),
        yes: stage.yes.texts().to_vec(),
    };
    Some(FunnelView {
        stages: asked.stages.iter().map(stage).collect(),
        rows_late: Some(all.late),
        rows_unknown: Some(all.unknown),
        groups,
        gaps,
        hidden: Vec::new(),
    })
}

/// What is worth saying of rows that do not go from stage to stage.
pub fn diagnose(cells: &Cells) -> Vec<Diagnostic> {
    let Some(all) = cells.staged.as_ref().map(Staged::overall) else { return Vec::new() };
    let mut found = Vec::new();
    if all.late > 0 {
        let message = format!(
            "{} rows say yes at a stage of the funnel after one that they did not reach; they count as having stopped there",
            all.late
        );
        found.push(Diagnostic::new("stage-after-no", message));
    }
    if all.unknown > 0 {
        let message = format!(
            "{} rows came as far as a stage of the funnel at which they have no value; they count as having stopped there",
            all.unknown
        );
        found.push(Diagnostic::new("stage-without-value", message));
    }
    found
}

/// The counts of the groups of an axis by their names.
fn by_group(cells: &Cells, staged: &Staged, axes: &[String], attributes: &[usize]) -> BTreeMap<Group, Vec<u64>> {
    let name = |key: &Vec<usize>| -> Group {
        let levels = cells.level_names(attributes, key).into_iter().map(str::to_owned);
        axes.iter().cloned().zip(levels).collect()
    };
    staged.along(attributes).into_iter().map(|(key, of)| (name(&key), of.counts)).collect()
}

/// The counts of several groups together.
pub fn together<'a>(parts: impl Iterator<Item = &'a Vec<u64>>, stages: usize) -> Vec<u64> {
    let mut sums = vec![0_u64; stages + 1];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, count)| *sum = sum.saturating_add(*count));
    }
    sums
}

/// How far the rows of a group came: `counts` are all rows, then those that reached each stage.
pub fn reached(axes: &[String], group: &Group, counts: &[u64], names: &[String], z: f64) -> FunnelGroup {
    let all = counts.first().copied().unwrap_or(0);
    let stages = names.iter().zip(counts.windows(2)).map(|(name, step)| {
        let Estimated { share, low, high } = estimate(Trials { hits: step[1], of: step[0] }, z);
        let of_all = estimate(Trials { hits: step[1], of: all }, z);
        StageReached {
            stage: name.clone(),
            reached: step[1],
            share,
            low,
            high,
            of_all: of_all.share,
            of_all_low: of_all.low,
            of_all_high: of_all.high,
        }
    });
    FunnelGroup { axes: axes.to_vec(), group: group.clone(), rows: all, stages: stages.collect() }
}

/// Two groups whose gap is divided.
pub struct Whom {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub too_few: bool,
}

/// The gap at the end between two groups, divided among the stages.
pub fn gap(whom: Whom, own: &[u64], other: &[u64], names: &[String], z: f64) -> FunnelGap {
    let Whom { axes, group, reference, too_few } = whom;
    let out =
        |counts: &[u64]| Trials { hits: counts.last().copied().unwrap_or(0), of: counts.first().copied().unwrap_or(0) };
    let (focal, theirs) = (out(own), out(other));
    let limits = pair::score_difference(focal, theirs, z);
    let direction = match limits {
        _ if too_few => "too-few",
        Some(limits) if limits.low > 0.0 => "more",
        Some(limits) if limits.high < 0.0 => "fewer",
        _ => "cannot-tell",
    };
    let mut row = FunnelGap {
        axes,
        group,
        reference,
        value: focal.share().map(twelve_digits),
        reference_value: theirs.share().map(twelve_digits),
        difference: focal.share().zip(theirs.share()).map(|(a, b)| twelve_digits(a - b)),
        low: limits.and_then(|limits| limit(limits.low)),
        high: limits.and_then(|limits| limit(limits.high)),
        direction: direction.to_owned(),
        ratio: None,
        log_ratio: None,
        parts: Vec::new(),
        largest: None,
        too_few,
        undefined: None,
    };
    let Ok(divided) = funnel(own, other, z) else {
        row.undefined = Some(Undefined::ZeroDenominator.id().to_owned());
        return row;
    };
    let shares = divided.shares();
    let parts = names.iter().zip(&divided.parts).enumerate().map(|(place, (name, part))| FunnelPart {
        stage: name.clone(),
        share: part.focal.share().map(twelve_digits),
        reference_share: part.reference.share().map(twelve_digits),
        difference: twelve_digits(part.difference),
        low: limit(part.limits.low),
        high: limit(part.limits.high),
        clear: part.limits.low > 0.0 || part.limits.high < 0.0,
        part_of_gap: shares.as_ref().map(|shares| twelve_digits(shares[place])),
        log_ratio: part.log_ratio.map(twelve_digits),
        ratio: part.log_ratio.map(|log| twelve_digits(libm::exp(log))),
    });
    row.parts = parts.collect();
    let logs: Option<Vec<f64>> = divided.parts.iter().map(|part| part.log_ratio).collect();
    row.ratio = logs.as_ref().map(|logs| twelve_digits(libm::exp(logs.iter().sum())));
    row.log_ratio = logs.map(|logs| twelve_digits(logs.iter().sum()));
    let largest = row
        .parts
        .iter()
        .filter(|part| part.part_of_gap.is_some_and(|of| of > 0.0))
        .max_by(|a, b| a.part_of_gap.unwrap_or(0.0).total_cmp(&b.part_of_gap.unwrap_or(0.0)));
    row.largest = largest.map(|part| part.stage.clone());
    row
}

/// All rows of a group, then those that reached each stage.
pub fn counts_of(one: &FunnelGroup) -> Vec<u64> {
    std::iter::once(one.rows).chain(one.stages.iter().map(|stage| stage.reached)).collect()
}

/// A gap from the counts of all groups of its axis. What `direction` and `clear` say is of these counts; whoever rounded them keeps what
/// the exact ones said ([`as_decided`]).
pub fn gap_again(old: &FunnelGap, groups: &[FunnelGroup], names: &[String], z: f64) -> FunnelGap {
    let sum = |wanted: &dyn Fn(&FunnelGroup) -> bool| {
        let found = groups.iter().filter(|one| one.axes == old.axes && wanted(one));
        together(found.map(counts_of).collect::<Vec<_>>().iter(), names.len())
    };
    let own = sum(&|one| one.group == old.group);
    let other = if old.reference.group.is_empty() {
        sum(&|one| one.group != old.group && !is_missing(&one.group))
    } else {
        sum(&|one| one.group == old.reference.group)
    };
    let whom = Whom {
        axes: old.axes.clone(),
        group: old.group.clone(),
        reference: old.reference.clone(),
        too_few: old.too_few,
    };
    gap(whom, &own, &other, names, z)
}

/// A gap worked out from rounded counts, with what the exact ones showed.
pub fn as_decided(again: FunnelGap, decided: &FunnelGap) -> FunnelGap {
    let clear = |stage: &str| decided.parts.iter().any(|part| part.stage == stage && part.clear);
    let parts = again.parts.into_iter().map(|part| FunnelPart { clear: clear(&part.stage), ..part }).collect();
    FunnelGap { direction: decided.direction.clone(), parts, ..again }
}
