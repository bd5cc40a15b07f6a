//! Every row of every check before and after: what is new, worse, better, resolved, gone.

use std::collections::BTreeMap;

use super::numbers::{harm, same_reference};
use super::shift::{self, Estimate};
use super::side::{Key, Samples, Side, estimate};
use crate::inference::limits::Limits;
use crate::result::number::twelve_digits;
use crate::result::{CheckChange, CheckRow, Group, Verdict};

/// What became of the rows of checks: those of the side after in their order, then those that are gone. Rows on how much
/// worse a number has got are not among them, being about the change themselves.
pub fn change_all(before: &Side, after: &Side, samples: Samples) -> Vec<CheckChange> {
    let (then, now) = (rows(before.checks), rows(after.checks));
    let by_name: BTreeMap<_, &CheckRow> = then.iter().map(|row| (name(row), *row)).collect();
    let present: BTreeMap<_, ()> = now.iter().map(|row| (name(row), ())).collect();
    let changed = now.iter().map(|row| change(before, after, by_name.get(&name(row)).copied(), row, samples));
    let gone = then.iter().filter(|row| !present.contains_key(&name(row)));
    changed.chain(gone.map(|row| alone(row, None, "no-longer-tested"))).collect()
}

/// Rows that judge a number itself.
fn rows(checks: &[CheckRow]) -> Vec<&CheckRow> {
    checks.iter().filter(|row| !row.is_worsening()).collect()
}

type Name<'a> = (&'a str, &'a str, &'a [String], &'a Group);

fn name(row: &CheckRow) -> Name<'_> {
    (&row.id, &row.metric, &row.axes, &row.group)
}

fn change(before: &Side, after: &Side, then: Option<&CheckRow>, now: &CheckRow, samples: Samples) -> CheckChange {
    let Some(then) = then else { return alone(now, Some(now), "added") };
    let mut row = alone(now, Some(now), "unchanged");
    row.before = Some(then.verdict);
    // A number of another kind is no number before this one.
    row.value_before = then.value.filter(|_| same_kind(then, now));
    let same_level = before.level == after.level;
    let worse = same_number(then, now).then(|| estimates(then, now)).flatten().map(|(was, is)| {
        let key = Key { metric: &now.metric, contrast: &now.contrast, axes: &now.axes, group: &now.group };
        // How adjusted numbers go together is not known: they are taken for independent.
        let correlation = if now.strata.is_empty() { samples.correlation(&key) } else { 0.0 };
        let change = shift::change(was, is, correlation);
        row.change = Some(twelve_digits(change.value));
        (row.low, row.high) = change.only_if(same_level).ends();
        let harm = harm(&now.metric, &now.contrast, after);
        harm.and_then(|harm| shift::worsening(harm, was, is, correlation).only_if(same_level).limits)
    });
    row.status = status(then.verdict, now.verdict, worse.flatten()).to_owned();
    row
}

/// A verdict that became, or ceased to be, not met says most; then what the interval of the worsening shows.
fn status(then: Verdict, now: Verdict, worse: Option<Limits>) -> &'static str {
    match (then, now, worse) {
        (then, Verdict::NotMet, _) if then != Verdict::NotMet => "new",
        (Verdict::NotMet, Verdict::Met, _) => "resolved",
        (.., Some(worse)) if worse.low > 0.0 => "worsened",
        (.., Some(worse)) if worse.high < 0.0 => "improved",
        _ => "unchanged",
    }
}

/// Whether two rows judged the same kind of number.
fn same_kind(then: &CheckRow, now: &CheckRow) -> bool {
    let same_reference = same_reference(then.reference.as_ref(), now.reference.as_ref());
    same_reference && then.contrast == now.contrast && then.strata == now.strata && then.unit == now.unit
}

/// The same, each by rows of its own.
fn same_number(then: &CheckRow, now: &CheckRow) -> bool {
    // Evidence over time holds the earlier periods too, so the two are no samples of their own.
    let apart = [then, now].iter().all(|row| row.evidence != "sequential");
    apart && same_kind(then, now)
}

fn estimates(then: &CheckRow, now: &CheckRow) -> Option<(Estimate, Estimate)> {
    let stored = |row: &CheckRow| estimate(row.value, row.low, row.high, "", None).ok();
    Some((stored(then)?, stored(now)?))
}

/// A row that one side alone has.
fn alone(of: &CheckRow, after: Option<&CheckRow>, status: &str) -> CheckChange {
    let before = if after.is_none() { Some(of) } else { None };
    CheckChange {
        id: of.id.clone(),
        metric: of.metric.clone(),
        contrast: of.contrast.clone(),
        unit: of.unit.clone(),
        axes: of.axes.clone(),
        group: of.group.clone(),
        before: before.map(|row| row.verdict),
        after: after.map(|row| row.verdict),
        value_before: before.and_then(|row| row.value),
        value_after: after.and_then(|row| row.value),
        change: None,
        low: None,
        high: None,
        status: status.to_owned(),
    }
}
