//! How far what is not known could move a number: rows whose group is missing, labels that were never seen, groups that
//! are probabilities.

use super::contrast::Contrasted;
use super::groups::{AxisGroups, GroupCell};
use super::measure::measurable;
use crate::cell::design::{KINDS, ONE, Weighing, kind};
use crate::cell::{Cell, Decision, Label, Trials};
use crate::inference::limits::Limits;
use crate::inference::membership::{self, Assumption, Membership, Proxied};
use crate::inference::partial;
use crate::metrics::Metric;
use crate::policy::{Policy, Reference};
use crate::result::number::{outward, twelve_digits};
use crate::result::{Group, ReferenceView, Unknown};
use crate::tally::Cells;
use crate::tally::sampled::Likely;

/// Bounds of every share that something unknown could move: of the selection rate, and of what checks name.
pub fn bound_all(policy: &Policy, cells: &Cells, axes: &[AxisGroups]) -> Vec<Unknown> {
    let named = |metric: &&&'static Metric| {
        metric.id == "selection-rate" || policy.checks.iter().any(|check| check.metrics.contains(metric))
    };
    let metrics = measurable(policy);
    let metrics: Vec<&'static Metric> = metrics.iter().filter(named).copied().filter(|m| m.is_share()).collect();
    let mut found = Vec::new();
    for axis in axes.iter().filter(|axis| !axis.in_part) {
        for metric in &metrics {
            // Weighted rows have no counts to share out.
            if policy.roles.weight.is_none() {
                found.extend(missing_groups(axis, metric, policy.statistics.min_group));
                found.extend(missing_labels(axis, metric, policy.statistics.min_group));
            }
        }
    }
    for (place, likely) in cells.likely.iter().enumerate() {
        let axis = policy.axes.iter().zip(axes).find(|(axis, _)| axis.probable == Some(place));
        let Some((_, axis)) = axis else { continue };
        metrics.iter().for_each(|metric| found.extend(likely_groups(axis, likely, metric)));
    }
    found
}

/// Whom a group is compared with where rows could change sides: a group that does not depend on the rate, or all others.
pub(super) fn apart<'a>(
    axis: &'a AxisGroups,
    focal: &'a GroupCell,
    metric: &'static Metric,
    min_group: u64,
) -> Option<(ReferenceView, Cell)> {
    let chosen = axis.reference_of(focal, metric, min_group)?;
    let cell = match axis.reference {
        // Everybody has the missing rows already.
        Reference::Overall => axis.rest(focal).clone(),
        _ => chosen.against.ok()?.pair().reference.clone(),
    };
    (cell.rows() > 0).then_some((chosen.view, cell))
}

/// Rows whose group is missing could be anybody's: the joint bounds of each comparison, and of each rate.
fn missing_groups(axis: &AxisGroups, metric: &'static Metric, min_group: u64) -> Vec<Unknown> {
    let missing = Cell::together(axis.groups.iter().filter(|group| group.missing).map(|group| &group.cell));
    let Some(unknown) = metric.trials(&missing).filter(|trials| trials.of > 0) else { return Vec::new() };
    let mut found = Vec::new();
    for group in axis.judged().filter(|group| !group.absent) {
        let Some(own) = metric.trials(&group.cell) else { continue };
        let row = Row { kind: "missing-group", metric, axis, group: &group.group, rows: unknown.of };
        found.push(row.value(own.share(), partial::membership::rate(own, unknown)));
        let Some((view, reference)) = apart(axis, group, metric, min_group) else { continue };
        let Some(other) = metric.trials(&reference) else { continue };
        for how in Contrasted::BOTH {
            let bounds = match how {
                Contrasted::Ratio => partial::membership::ratio(own, other, unknown),
                Contrasted::Difference => partial::membership::difference(own, other, unknown),
            };
            found.push(row.contrast(how, contrasted(own.share(), other.share(), how), bounds, &view));
        }
    }
    found
}

/// Labels that are missing could be either: the bounds of each rate that needs a label, and of each comparison.
fn missing_labels(axis: &AxisGroups, metric: &'static Metric, min_group: u64) -> Vec<Unknown> {
    if !metric.needs.label {
        return Vec::new();
    }
    let unlabelled = |cell: &Cell| cell.rows() - cell.labelled();
    let mut found = Vec::new();
    for group in axis.judged().filter(|group| !group.absent) {
        let own = complete(metric, &group.cell);
        let value = metric.measure(&group.cell).ok();
        let row = Row { kind: "missing-label", metric, axis, group: &group.group, rows: unlabelled(&group.cell) };
        if row.rows > 0 {
            found.push(row.value(value, own));
        }
        let Some((view, reference)) = apart(axis, group, metric, min_group) else { continue };
        let row = Row { rows: unlabelled(&group.cell) + unlabelled(&reference), ..row };
        if row.rows == 0 {
            continue;
        }
        let Some((own, other)) = own.zip(complete(metric, &reference)) else { continue };
        for how in Contrasted::BOTH {
            let bounds = match how {
                Contrasted::Ratio => partial::ratio(own, other),
                Contrasted::Difference => Some(partial::difference(own, other)),
            };
            let known = contrasted(value, metric.measure(&reference).ok(), how);
            found.push(row.contrast(how, known, bounds, &view));
        }
    }
    found
}

/// The least and the greatest value of a share over all labels that rows without one may have.
///
/// Every such row is a hit, a miss or not counted under either label; taking for each the better of its two gives the
/// greatest value, because a hit never lowers a share and a miss never raises it; the worse the least. None where no
/// labels give a value. Source: Manski 1989.
pub fn complete(metric: &Metric, cell: &Cell) -> Option<Limits> {
    let counted = metric.counted()?;
    let known = metric.trials(cell)?;
    let counts: Vec<u64> = cell.counts().collect();
    // What a row is worth under a label: a miss, nothing, a hit.
    let worth = |decision: usize, label: Label| {
        let bit = 1_u16 << kind(decision, label.index());
        match (counted.hits & bit != 0, counted.of & bit != 0) {
            (true, _) => 2,
            (false, true) => 0,
            (false, false) => 1,
        }
    };
    let end = |best: bool| {
        let mut trials = known;
        for decision in 0..Decision::KINDS {
            let rows = counts[kind(decision, Label::Missing.index())];
            let (a, b) = (worth(decision, Label::Negative), worth(decision, Label::Positive));
            match if best { a.max(b) } else { a.min(b) } {
                2 => trials = Trials { hits: trials.hits + rows, of: trials.of + rows },
                0 => trials.of += rows,
                _ => {}
            }
        }
        // Where only rows without a label could make up the share, one of them has to.
        let forced = |decision: usize| {
            let rows = counts[kind(decision, Label::Missing.index())];
            rows > 0 && [Label::Negative, Label::Positive].into_iter().any(|label| worth(decision, label) != 1)
        };
        trials.share().or_else(|| (0..Decision::KINDS).any(forced).then_some(if best { 0.0 } else { 1.0 }))
    };
    Some(Limits { low: end(false)?, high: end(true)? })
}

/// What probabilities of belonging leave open: whatever the truth behind them, and under an assumption.
fn likely_groups(axis: &AxisGroups, likely: &Likely, metric: &'static Metric) -> Vec<Unknown> {
    let Some(counted) = metric.counted() else { return Vec::new() };
    let has = |kinds: u16, kind: usize| kinds >> kind & 1 == 1;
    let misses = counted.of & !counted.hits;
    let others = ReferenceView { kind: Reference::Rest.kind().to_owned(), group: Group::new() };
    let mut found = Vec::new();
    for (place, group) in axis.groups.iter().enumerate() {
        let sums = &likely.parts.groups[place];
        let proxied = |kinds: u16| {
            let mut proxied = Proxied::default();
            for kind in (0..KINDS).filter(|kind| has(kinds, *kind)) {
                proxied.rows += sums[kind].rows;
                proxied.sum += sums[kind].total as f64 / ONE as f64;
                proxied.squares += sums[kind].squares.approximate() / (ONE as f64 * ONE as f64);
            }
            proxied
        };
        let membership = Membership { hits: proxied(counted.hits), misses: proxied(misses) };
        let rows = membership.hits.rows + membership.misses.rows;
        let row = Row { kind: "probability-any", metric, axis, group: &group.group, rows };
        let value = membership.members().ok().map(|share| share.share);
        if let Ok(joint) =
            membership::joint(likely.shelves[place].iter().map(|shelf| shelved(shelf, counted.of, counted.hits)))
        {
            found.push(row.value(value, joint.members()));
            let known = contrasted(value, membership.others().ok().map(|share| share.share), Contrasted::Difference);
            found.push(row.contrast(Contrasted::Difference, known, joint.disparity(), &others));
        }
        if let Some(disparity) = membership.disparity() {
            let row = Row { kind: "probability-covariance", ..row };
            let unknown =
                row.contrast(Contrasted::Difference, Some(disparity.weighted), Some(disparity.between), &others);
            let ways = match disparity.assumption {
                Assumption::NeitherNegative => "at least",
                Assumption::NeitherPositive => "at most",
            };
            let assumes = format!(
                "on average, among people with the same probability members are counted {ways} as often as others, and among \
                 members, as among others, people with a higher probability {ways} as often as those with a lower one"
            );
            found.push(Unknown { assumes, ..unknown });
        }
    }
    found
}

/// The rows of a hundredth of the probability: how many count, how many are hits, and how many members are expected.
fn shelved(shelf: &[Weighing; KINDS], of: u16, hits: u16) -> membership::Cell {
    let mut cell = membership::Cell { rows: 0, hits: 0, members: 0.0 };
    for (kind, weighing) in shelf.iter().enumerate().filter(|(kind, _)| of >> kind & 1 == 1) {
        cell.rows += weighing.rows;
        cell.hits += if hits >> kind & 1 == 1 { weighing.rows } else { 0 };
        cell.members += weighing.total as f64 / ONE as f64;
    }
    cell
}

pub(super) fn contrasted(own: Option<f64>, other: Option<f64>, how: Contrasted) -> Option<f64> {
    let (own, other) = own.zip(other)?;
    match how {
        Contrasted::Difference => Some(own - other),
        Contrasted::Ratio => (other > 0.0).then(|| own / other),
    }
}

/// What every row of the same group and metric has in common.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) kind: &'static str,
    pub(super) metric: &'static Metric,
    pub(super) axis: &'a AxisGroups,
    pub(super) group: &'a Group,
    pub(super) rows: u64,
}

impl Row<'_> {
    pub(super) fn value(&self, value: Option<f64>, bounds: Option<Limits>) -> Unknown {
        self.unknown("value", value, bounds, None)
    }

    pub(super) fn contrast(
        &self,
        how: Contrasted,
        value: Option<f64>,
        bounds: Option<Limits>,
        view: &ReferenceView,
    ) -> Unknown {
        self.unknown(how.id(), value, bounds, Some(view.clone()))
    }

    fn unknown(
        &self,
        contrast: &str,
        value: Option<f64>,
        bounds: Option<Limits>,
        reference: Option<ReferenceView>,
    ) -> Unknown {
        let ends = bounds.map(|bounds| {
            // What is known is one of the possibilities; rounding in the last digit must not put it outside.
            value.map_or(bounds, |value| bounds.around(value))
        });
        Unknown {
            kind: self.kind.to_owned(),
            metric: self.metric.id.to_owned(),
            contrast: contrast.to_owned(),
            axes: self.axis.axes.clone(),
            group: self.group.clone(),
            reference,
            value: value.map(twelve_digits),
            low: ends.filter(|ends| ends.low.is_finite()).map(|ends| outward(ends).low),
            high: ends.and_then(|ends| outward(ends).high),
            rows: self.rows,
            check: None,
            holds: None,
            assumes: String::new(),
        }
    }
}
