//! The page of figures in words: one line for each theme, with what is not there said as plainly as what is.

use super::change::against;
use super::numbers::{apart, in_unit, level, percent};
use super::outcomes::{Telling, spaced};
use super::page::{Mark, Table};
use super::pictures::shown;
use super::sentences::{did, group_name, number_of, upper_first};
use super::tables::no_value;
use crate::metrics;
use crate::result::{Document, NumberChange, ScorecardGap, ScorecardRow};

/// What stands where no check judges.
const NOT_JUDGED: &str = "not judged";
const NONE: &str = "–";

/// The table; none where the policy measures no outcome.
pub fn scorecard(document: &Document) -> Option<Table> {
    let since = document.change.is_some();
    let mut heads = vec!["Verdict", "Theme", "Figure", ">Everybody", "Worst segment", "Gap"];
    let since_what = document.change.as_ref().map(against);
    heads.extend(since_what.as_deref());
    let level = level(document.policy.level);
    let caption =
        format!("Scorecard, with {level} intervals: it sums nothing, and judges nothing that no check judges");
    let mut table = Table::new(caption, &heads);
    for row in &document.scorecard {
        let mut cells = match &row.not_tested {
            Some(why) => {
                let none = || NONE.to_owned();
                let verdict = format!("{} {}", Mark::NotTested.shape(), Mark::NotTested.word());
                vec![verdict, theme(row), format!("not tested: {why}"), none(), none(), none()]
            }
            None => {
                let gap = row.gap.as_ref();
                let verdict = gap.and_then(verdict).unwrap_or_else(|| NOT_JUDGED.to_owned());
                vec![
                    verdict,
                    theme(row),
                    figure(document, row),
                    overall(document, row),
                    worst(document, row),
                    gap_of(document, row),
                ]
            }
        };
        cells.extend(since.then(|| changes(document, row)));
        table.rows.push(cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn theme(row: &ScorecardRow) -> String {
    upper_first(&spaced(&row.theme))
}

/// What the number is, and which other outcomes of the theme are told further down.
fn figure(document: &Document, row: &ScorecardRow) -> String {
    let figure = match &row.metric {
        None => "Share with consent".to_owned(),
        Some(id) => match (Telling::of(document, id), metrics::find(id)) {
            (Some(telling), _) => upper_first(&telling.bare_noun()),
            (None, Some(metric)) if !metric.did.is_empty() => format!("Share that {}", did(document, metric)),
            (None, metric) => metric.map_or(id.as_str(), |metric| metric.name).to_owned(),
        },
    };
    match row.also.as_slice() {
        [] => figure,
        also => {
            let names: Vec<String> = also.iter().map(|name| spaced(name)).collect();
            format!("{figure} (below also: {})", names.join(", "))
        }
    }
}

/// A number of the line by itself.
fn value(document: &Document, row: &ScorecardRow, number: f64) -> String {
    match &row.metric {
        None => percent(number),
        Some(id) => match Telling::of(document, id).and_then(|telling| telling.unit()) {
            Some(unit) => in_unit(Some(unit), number, &[]),
            None => number_of(id, "value", &[], number),
        },
    }
}

fn overall(document: &Document, row: &ScorecardRow) -> String {
    match &row.overall {
        None => NONE.to_owned(),
        Some(overall) => match overall.value {
            Some(number) => value(document, row, number),
            None => no_value(overall.undefined.as_deref()),
        },
    }
}

fn worst(document: &Document, row: &ScorecardRow) -> String {
    if document.policy.axes.is_empty() {
        return "no segments compared".to_owned();
    }
    let hidden = if row.some_hidden { " (of those shown)" } else { "" };
    match &row.worst {
        Some(worst) => {
            let name = group_name(&worst.axes, &worst.group);
            format!("{name}: {}{hidden}", value(document, row, worst.value))
        }
        None if row.some_hidden => "hidden".to_owned(),
        None if row.metric.as_ref().is_some_and(|id| document.policy.lower_is_worse(id).is_none()) => {
            "takes no side".to_owned()
        }
        None if row.metric.is_none() => "not counted by segment".to_owned(),
        None => NONE.to_owned(),
    }
}

/// The gap with its interval; whose it is where it is not that of the worst segment.
fn gap_of(document: &Document, row: &ScorecardRow) -> String {
    let Some(gap) = &row.gap else { return NONE.to_owned() };
    let Some(number) = gap.value else { return no_value(gap.reason.as_deref()) };
    let told = shown(Some(number), gap.low, gap.high, |v| contrasted(document, row, &gap.contrast, v));
    let of_worst = row.worst.as_ref().is_some_and(|worst| worst.axes == gap.axes && worst.group == gap.group);
    if of_worst && gap.contrast != "value" {
        return told;
    }
    let of = if gap.group.is_empty() && !gap.axes.is_empty() {
        format!("by {}", gap.axes.join(" and "))
    } else {
        group_name(&gap.axes, &gap.group)
    };
    match (gap.contrast.as_str(), gap.axes.is_empty()) {
        ("value", true) => format!("judged by itself: {told}"),
        ("value", false) => format!("{of} by itself: {told}"),
        _ => format!("{of}: {told}"),
    }
}

fn contrasted(document: &Document, row: &ScorecardRow, contrast: &str, number: f64) -> String {
    match (contrast, &row.metric) {
        ("value", _) => value(document, row, number),
        ("ratio" | "worst-ratio", _) | (_, None) => apart(number, &[]),
        (contrast, Some(id)) => match Telling::of(document, id).and_then(|telling| telling.unit()) {
            Some(unit) => in_unit(Some(unit), number, &[]),
            None => number_of(id, contrast, &[], number),
        },
    }
}

/// The words of the verdict, where a check judges the gap.
fn verdict(gap: &ScorecardGap) -> Option<String> {
    let mark = Mark::told(gap.verdict?, gap.reason.as_deref());
    let waived = if gap.waived { ", let through" } else { "" };
    Some(format!("{} {}{waived}", mark.shape(), mark.word()))
}

/// What everybody's number and the gap were before.
fn changes(document: &Document, row: &ScorecardRow) -> String {
    let told = |change: &NumberChange| {
        let (before, after) = change.before.zip(change.after)?;
        let words = |v: f64| contrasted(document, row, &change.contrast, v);
        let of = match (change.axes.is_empty(), change.contrast.as_str()) {
            (true, _) => "everybody",
            (false, "value") => "by itself",
            (false, _) => "gap",
        };
        let clear = match (change.clear, change.low.or(change.high)) {
            (true, _) => "",
            (false, Some(_)) => ", no change shown",
            (false, None) => ", no interval of the change",
        };
        Some(format!("{of} {} to {}{clear}", words(before), words(after)))
    };
    let told: Vec<String> = row.changes.iter().filter_map(told).collect();
    if told.is_empty() { NONE.to_owned() } else { told.join("; ") }
}
