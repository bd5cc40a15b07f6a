//! What is worth saying about the data themselves: groups that are absent, misspelt or empty, and a decision the wrong way
//! round.

use std::collections::BTreeSet;

use crate::assess::{AxisGroups, Contrasted, GroupCell};
use crate::cell::design::kind;
use crate::cell::measured::Ledger;
use crate::cell::{Cell, Decision, Label, Values as Measured};
use crate::diagnostic::{Diagnostic, suggest};
use crate::error::Error;
use crate::metrics::{self, Undefined};
use crate::policy::outcome::OutcomeKind;
use crate::policy::value::Values;
use crate::policy::{Contrast, DecisionRole, Policy, Reference};
use crate::tally::ledgers::MOST_TOGETHER;
use crate::tally::margins::MOST_CROSSED;
use crate::tally::meaning::MOST_VALUES;
use crate::tally::{Cells, Seen};

/// Names that mostly stand for a value that is not known.
const LOOKS_MISSING: &[&str] =
    &["", "na", "n/a", "nan", "null", "none", "unknown", "missing", "?", "-", "not known", "prefer not to say"];

/// A decision that the policy lists and that never occurs while others do: a mistake for the rows of an earlier model too.
pub fn check_decisions(policy: &Policy, cells: &Cells) -> Result<(), Error> {
    let problems = unmet_decisions(policy, cells);
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

fn unmet_decisions(policy: &Policy, cells: &Cells) -> Vec<Diagnostic> {
    let roles = &policy.roles;
    let Some(column) = roles.decision.held_in() else { return Vec::new() };
    let look = |name: &str, values: &Values| unmet(name, column, values, &cells.decision_values, &cells.decision_met);
    let selected = (roles.selected != roles.favourable).then(|| look("selected", &roles.selected)).flatten();
    look("favourable", &roles.favourable).into_iter().chain(selected).collect()
}

/// What is wrong where listed values never occur in a column that has others.
pub(super) fn unmet(
    name: &str,
    column: &str,
    values: &Values,
    seen: &Seen,
    met: &BTreeSet<String>,
) -> Option<Diagnostic> {
    let unmet: Vec<&String> = values.texts().iter().filter(|text| !met.contains(*text)).collect();
    if seen.count() == 0 || unmet.is_empty() {
        return None;
    }
    let listed = |texts: Vec<&String>| texts.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ");
    let others = match seen.names() {
        None => format!("more than {MOST_VALUES} other values"),
        Some(names) => listed(names.iter().collect()),
    };
    let message = format!("`{name}` lists {}, which never occurs in column `{column}`; it has {others}", listed(unmet));
    Some(Diagnostic::new("value-never-occurs", message))
}

/// A value that the policy lists and that never occurs while others do is a mistake, and nothing is measured.
pub fn check_values(policy: &Policy, cells: &Cells) -> Result<(), Error> {
    let mut problems = unmet_decisions(policy, cells);
    if let Some(label) = &policy.roles.label {
        let (values, positive) = (&cells.label_values, &policy.roles.positive);
        problems.extend(unmet("positive", label, positive, values, &cells.label_met));
    }
    for axis in &policy.axes {
        let ([index], Reference::Group(wanted)) = (axis.attributes.as_slice(), &axis.reference) else { continue };
        let (attribute, levels) = (&policy.attributes[*index], &cells.levels[*index]);
        let declared = if attribute.bins.is_empty() { attribute.groups.clone() } else { attribute.bin_names() };
        // A declared group that is absent is a finding of its own; one that is neither declared nor there is a slip.
        for level in wanted.values().filter(|level| !levels.names.contains(level) && !declared.contains(level)) {
            let names = levels.names.iter().map(String::as_str);
            let hint = suggest(level, names.clone());
            let groups = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!(
                "the reference of {} is `{level}`, which is no group of it{hint} (it has {groups})",
                attribute.name
            );
            problems.push(Diagnostic::new("bad-value", message));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

/// Everything worth saying about the data of a run.
pub fn diagnose(policy: &Policy, cells: &Cells, overall: &Cell, axes: &[AxisGroups]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if cells.rows_excluded > 0 {
        let message = format!("{} rows do not match `where` and were left out", cells.rows_excluded);
        found.push(Diagnostic::new("rows-excluded", message));
    }
    if let Some(consent) = cells.consent.as_ref().filter(|consent| consent.rows_without > 0) {
        let message = format!("consent was not in force for {} rows, and they were left out", consent.rows_without);
        found.push(Diagnostic::new("without-consent", message));
    }
    for (attribute, levels) in policy.attributes.iter().zip(&cells.levels) {
        let name = &attribute.name;
        let single = axes.iter().find(|axis| axis.axes == [name.clone()]);
        let groups = || single.into_iter().flat_map(|axis| &axis.groups);
        for group in groups().filter(|g| g.absent) {
            let message = format!("{name} `{}` is declared, and no row belongs to it", group.levels[0]);
            found.push(Diagnostic::new("group-absent", message));
        }
        let present: Vec<&String> =
            levels.names.iter().enumerate().filter(|(i, _)| levels.missing != Some(*i)).map(|(_, n)| n).collect();
        if attribute.bins.is_empty() && !attribute.groups.is_empty() {
            for level in present.iter().filter(|level| !attribute.groups.contains(level)) {
                let message = format!("{name} `{level}` is not among the declared groups");
                found.push(Diagnostic::new("undeclared-level", message));
            }
        }
        found.extend(near_duplicates(name, &present));
        for level in present.iter().filter(|l| LOOKS_MISSING.contains(&l.trim().to_lowercase().as_str())) {
            let message =
                format!("{name} `{level}` is counted as a group; if it means `not known`, list it under `missing`");
            found.push(Diagnostic::new("looks-missing", message));
        }
        if present.len() == 1 {
            let message = format!("{name} has the one group `{}`, so there is nobody to compare it with", present[0]);
            found.push(Diagnostic::new("one-level", message));
        }
        if let Some(group) = groups().find(|g| g.missing) {
            let message = format!(
                "{} rows have no value for {name}; they are measured as (missing) and not judged",
                group.cell.rows()
            );
            found.push(Diagnostic::new("missing-group", message));
        }
    }
    found.extend(never_yes(policy, overall));
    found.extend(without_cross(policy, cells));
    found.extend(without_period(policy, cells));
    found.extend(references_without_hits(policy, axes));
    found.extend(decisions_and_labels(policy, cells, overall));
    found
}

/// Outcomes of which nobody has a value that the policy lists, while people have others.
fn never_yes(policy: &Policy, overall: &Cell) -> Vec<Diagnostic> {
    let all_no = |values: &Measured| matches!(values.ledger(), Ledger::Exact(values) if values.iter().all(|(value, _)| *value == 0.0));
    let mut found = Vec::new();
    for (place, outcome) in policy.outcomes.iter().enumerate() {
        let Some(values) = overall.values(place).filter(|values| values.rows() > 0) else { continue };
        let (key, column, what) = match &outcome.ended {
            Some((column, _)) if values.open() == values.rows() => ("ended_values", column, "every case is open"),
            None if outcome.kind == OutcomeKind::YesNo && all_no(values) => {
                ("yes", &outcome.column, "everybody is a no")
            }
            _ => continue,
        };
        let message = format!(
            "outcome `{}`: no value that `{key}` lists occurs in column `{column}`, so {what}; is it spelled as in the data?",
            outcome.name
        );
        found.push(Diagnostic::new("yes-never-occurs", message));
    }
    found
}

/// That only margins are kept.
fn without_cross(policy: &Policy, cells: &Cells) -> Option<Diagnostic> {
    let count = policy.groupings().count();
    let what = if policy.grounds.is_empty() { "attributes" } else { "attributes, strata and periods" };
    let scores = policy.roles.score.as_ref().map(|_| format!(" or {MOST_TOGETHER} distinct scores"));
    let message = format!(
        "the full cross of {count} {what} would be more than {MOST_CROSSED} combinations{}; only the margins and declared \
         intersections were counted",
        scores.unwrap_or_default()
    );
    (!cells.is_cross()).then(|| Diagnostic::new("margins-only", message))
}

/// Rows that belong to no period, where there are periods.
fn without_period(policy: &Policy, cells: &Cells) -> Option<Diagnostic> {
    let period = policy.period?;
    let rows = cells.rows_of(period)[cells.levels[period].missing?];
    let name = &policy.groupings().nth(period)?.name;
    let message = format!("{rows} rows have no value for {name}; they are left out of the evidence over time");
    (rows > 0).then(|| Diagnostic::new("without-period", message))
}

/// A ratio to a reference whose rate is zero has no number, so its check cannot see what is done to the reference.
fn references_without_hits(policy: &Policy, axes: &[AxisGroups]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for check in policy.checks.iter().filter(|check| check.contrast == Contrast::Ratio) {
        let looked_at = check.across.iter().flatten().map(|axis| &axes[*axis]);
        for (axis, metric) in looked_at.flat_map(|axis| check.metrics.iter().map(move |metric| (axis, *metric))) {
            let infinite = |group: &&GroupCell| {
                let chosen = axis.reference_of(group, metric, policy.statistics.min_group);
                let against = chosen.and_then(|chosen| chosen.against.ok());
                against.is_some_and(|against| against.estimate(Contrasted::Ratio) == Err(Undefined::Infinite))
            };
            if axis.judged().any(|group| infinite(&group)) {
                let message = format!(
                    "check `{}`: the {} of the reference of {} is zero and that of another group is not, so their ratio is not \
                     judged; check the difference, or choose another reference",
                    check.id,
                    metric.id,
                    axis.axes.join(":")
                );
                found.push(Diagnostic::new("reference-without-hits", message));
            }
        }
    }
    found
}

fn near_duplicates(attribute: &str, levels: &[&String]) -> Vec<Diagnostic> {
    let plain = |level: &str| level.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut found = Vec::new();
    for (i, level) in levels.iter().enumerate() {
        if let Some(twin) = levels[i + 1..].iter().find(|other| plain(other) == plain(level)) {
            let message = format!(
                "{attribute} `{level}` and `{twin}` differ only in case or blanks, and are counted as two groups"
            );
            found.push(Diagnostic::new("near-duplicate-levels", message));
        }
    }
    found
}

/// Labels that are seen after one decision and not after the other make error rates speak of a part of the people.
fn labels_by_decision(overall: &Cell) -> Option<Diagnostic> {
    let counts: Vec<u64> = overall.counts().collect();
    let rows = |selected: bool, labelled: bool| {
        let decisions = (0..Decision::KINDS).filter(
            |decision| matches!(Decision::from_index(*decision), Decision::Made { selected: s, .. } if s == selected),
        );
        let labels = |decision: usize| {
            let labels = [Label::Negative, Label::Positive].map(|label| counts[kind(decision, label.index())]);
            labels.iter().sum::<u64>() + if labelled { 0 } else { counts[kind(decision, Label::Missing.index())] }
        };
        decisions.map(labels).sum::<u64>() as f64
    };
    let known = |selected: bool| rows(selected, true) / rows(selected, false);
    let (selected, others) = (known(true), known(false));
    // A twentieth more or less is how data are.
    ((selected - others).abs() > 0.05).then(|| {
        let message = format!(
            "the label is known for {:.0}% of the rows that were selected and for {:.0}% of those that were not; error rates \
             speak of rows with a label only",
            100.0 * selected,
            100.0 * others
        );
        Diagnostic::new("labels-by-decision", message)
    })
}

/// A value spelt almost like a favourable one counts as unfavourable, which is seldom meant.
fn near_decisions(policy: &Policy, cells: &Cells) -> Vec<Diagnostic> {
    let favourable = &policy.roles.favourable;
    let twin = |value: &&String| {
        let plain = value.trim().to_lowercase();
        !favourable.contains(value) && favourable.texts().iter().any(|text| text.trim().to_lowercase() == plain)
    };
    let near = cells.decision_values.names().into_iter().flatten().filter(twin);
    near.map(|value| {
        let message = format!(
            "the decision `{value}` differs from a favourable one only in case or blanks, and counts as unfavourable"
        );
        Diagnostic::new("near-duplicate-decision", message)
    })
    .collect()
}

fn decisions_and_labels(policy: &Policy, cells: &Cells, overall: &Cell) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let decided = overall.decided();
    found.extend(near_decisions(policy, cells));
    if decided > 0 && (overall.favourable() == 0 || overall.favourable() == decided) {
        let which = if overall.favourable() == 0 { "unfavourable" } else { "favourable" };
        found.push(Diagnostic::new("one-decision", format!("every decision is {which}, so no rate can differ")));
    }
    let undecided = overall.rows() - decided;
    let lacks = match &policy.roles.decision {
        DecisionRole::Column(_) => Some("no decision"),
        DecisionRole::Threshold { .. } => Some("no score, so no decision,"),
        DecisionRole::Unasked => None,
    };
    if let Some(lacks) = lacks.filter(|_| undecided > 0) {
        let message = format!("{undecided} rows have {lacks} and are left out of the metrics that need one");
        found.push(Diagnostic::new("left-out", message));
    }
    if policy.roles.label.is_none() {
        return found;
    }
    let unlabelled = overall.rows() - overall.labelled();
    if unlabelled > 0 {
        found.push(Diagnostic::new(
            "left-out",
            format!("{unlabelled} rows have no label and are left out of the metrics that need one"),
        ));
    }
    found.extend(labels_by_decision(overall));
    if cells.label_values.count() > policy.roles.positive.texts().len() + 1 {
        let positive = policy.roles.positive.texts().join(", ");
        let message = format!("the label has more than two values; {positive} is positive, every other value negative");
        found.push(Diagnostic::new("label-many-values", message));
    }
    let accuracy = metrics::find("accuracy").and_then(|accuracy| accuracy.measure(overall).ok());
    if let Some(accuracy) = accuracy
        && accuracy < 0.5
    {
        let message = format!(
            "decision and label agree in {:.1}% of rows only; are `selected` and `positive` the right way round?",
            100.0 * accuracy
        );
        found.push(Diagnostic::new("accuracy-below-half", message));
    }
    found
}
