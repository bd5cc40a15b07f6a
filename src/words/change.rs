//! What changed since an earlier result: one sentence first, then the checks, what else is not the same, and the numbers
//! that moved most.

use super::change_pictures;
use super::numbers::{apart, count, counted, in_unit, level, percent, points};
use super::page::{Block, Mark, Page, Table};
use super::sentences::{diagnosed, group_name, reference_name};
use super::turned;
use crate::metrics;
use crate::result::{BaselineView, Change, CheckChange, Comparing, DiagnosticView, Document, NumberChange, Verdict};

/// What became of a row, the weightiest first, each in words after a number: "2 newly beyond their limits".
const STATUSES: &[(&str, &str)] = &[
    ("new", "newly beyond the limits"),
    ("worsened", "worse"),
    ("no-longer-tested", "no longer tested"),
    ("resolved", "resolved (beyond the limits before, and shown to be within them now)"),
    ("improved", "better"),
    ("added", "added"),
    ("unchanged", "without a change that can be shown"),
];
/// Rows of the table of checks in a report; `result.json` has them all.
const CHECKS: usize = 60;
/// Rows of the table of numbers that moved.
const MOVED: usize = 15;

/// The section of a report; none where nothing was compared with.
pub fn change(document: &Document) -> Vec<Block> {
    let Some(change) = &document.change else { return Vec::new() };
    blocks(change, Some(document.policy.level))
}

/// One sentence for a terminal; none where nothing was compared with.
pub fn glance(document: &Document) -> Option<Block> {
    document.change.as_ref().map(|change| Block::Paragraph(lead(change)))
}

/// The page of two results held against each other.
pub fn page(comparing: &Comparing) -> Page {
    let change = &comparing.change;
    let mut facts = Vec::new();
    for (name, side) in [("Before", &change.baseline), ("After", &comparing.after)] {
        facts.push((name.to_owned(), side_words(side)));
    }
    let mut page = Page { title: "evenhand: what changed".to_owned(), blocks: vec![Block::Facts(facts)] };
    page.blocks.push(Block::Heading("What changed?".to_owned()));
    page.blocks.extend(worth_knowing(&comparing.diagnostics));
    page.blocks.extend(blocks(change, comparing.level));
    page.blocks.push(Block::Paragraph(format!("Gate: exit code {} ({}).", comparing.exit_code, gate(comparing))));
    page
}

fn gate(comparing: &Comparing) -> &'static str {
    match comparing.exit_code {
        0 => "nothing disappeared, and nothing that gates is newly beyond its limits, or beyond them and worse",
        _ if comparing.diagnostics.iter().any(|d| d.level == "error") => "a check or a group disappeared",
        _ => "a check that gates is newly beyond its limits, or beyond them and worse",
    }
}

/// `last/result.json, as of 2026-08-01, model 3.1.0, 1,240 rows`.
fn side_words(side: &BaselineView) -> String {
    let as_of = side.as_of.as_ref().map(|day| format!("as of {day}"));
    let model = side.model_version.as_ref().map(|version| format!("model {version}"));
    let parts = [side.path.clone(), as_of, model, Some(counted(side.rows, "row"))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn worth_knowing(diagnostics: &[DiagnosticView]) -> Option<Block> {
    (!diagnostics.is_empty()).then(|| Block::List(diagnostics.iter().map(diagnosed).collect()))
}

fn blocks(change: &Change, confidence: Option<f64>) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(lead(change)), Block::Paragraph(samples(change, confidence))];
    blocks.extend(checks(change, confidence).map(Block::Table));
    blocks.extend(confidence.into_iter().flat_map(|level| change_pictures::forests(change, level)).map(Block::Figure));
    blocks.extend(
        [turned::table(change), differing(change), moved(change, confidence)].into_iter().flatten().map(Block::Table),
    );
    blocks
}

/// What a result is held against: `Since the result of 2026-10-01`.
pub fn against(change: &Change) -> String {
    match change.baseline.kind.as_str() {
        "result" => match &change.baseline.as_of {
            Some(day) => format!("Since the result of {day}"),
            None => "Since the earlier result".to_owned(),
        },
        _ => "Against the earlier version of the model".to_owned(),
    }
}

/// How many rows are new, worse, better, resolved, gone.
fn lead(change: &Change) -> String {
    let of = |status: &str| change.checks.iter().filter(|row| row.status == status).count();
    let counts = STATUSES.iter().map(|(status, words)| (of(status), *words)).filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, words)| format!("{} {words}", count(n as u64))).collect();
    let rows = counted(change.checks.len() as u64, "check row");
    let since = against(change);
    if change.checks.is_empty() {
        return format!("{since}: there is no row of a check with limits to compare.");
    }
    format!("{since}, of {rows}: {}.", counts.join(", "))
}

/// How intervals of changes are to be read.
fn samples(change: &Change, confidence: Option<f64>) -> String {
    let baseline = &change.baseline;
    let at = confidence.map_or_else(
        || "The two results have intervals of different levels, so changes have none.".to_owned(),
        |confidence| format!("Intervals of changes are at {}.", level(confidence)),
    );
    if change.paired {
        let alone = baseline.rows_only_before + baseline.rows_only_after;
        let alone = if alone > 0 { format!("; {} are left out", counted(alone, "row")) } else { String::new() };
        return format!(
            "Before and after are of the same {}{alone}, and intervals of changes allow for it. {at}",
            counted(baseline.rows, "row")
        );
    }
    format!("The two results are taken for independent samples, of different rows. {at}")
}

fn checks(change: &Change, confidence: Option<f64>) -> Option<Table> {
    let head = confidence.map_or_else(|| "Interval".to_owned(), |confidence| format!("{} interval", level(confidence)));
    let heads = ["What", "Check", "Group", ">Before", ">After", ">Change", &head, "Verdict before", "Verdict after"];
    let mut table = Table::new("Checks before and after", &heads);
    let rank = |row: &&CheckChange| STATUSES.iter().position(|(status, _)| *status == row.status);
    let mut rows: Vec<&CheckChange> = change.checks.iter().collect();
    rows.sort_by_key(rank);
    if rows.len() > CHECKS {
        table.caption = format!("Checks before and after ({CHECKS} of {}, what is unchanged last)", rows.len());
    }
    let several =
        |row: &CheckChange| change.checks.iter().any(|other| other.id == row.id && other.metric != row.metric);
    for row in rows.into_iter().take(CHECKS) {
        let number = |v: Option<f64>| {
            v.map_or_else(|| "–".to_owned(), |v| shown(row.unit.as_deref(), &row.metric, &row.contrast, v))
        };
        let moved = |v: f64| shift(row.unit.as_deref(), &row.metric, &row.contrast, v);
        let name = if several(row) { format!("{} {}", row.id, row.metric) } else { row.id.clone() };
        let whole = row.group.is_empty() && !row.axes.is_empty();
        table.rows.push(vec![
            row.status.replace('-', " "),
            name,
            if whole { row.axes.join(", ") } else { group_name(&row.axes, &row.group) },
            number(row.value_before),
            number(row.value_after),
            row.change.map_or_else(|| "–".to_owned(), moved),
            ends(row.low, row.high, moved),
            verdict(row.before),
            verdict(row.after),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn verdict(verdict: Option<Verdict>) -> String {
    let say = |verdict: Verdict| {
        let mark = Mark::of_run(verdict);
        format!("{} {}", mark.shape(), mark.word())
    };
    verdict.map_or_else(|| "–".to_owned(), say)
}

fn differing(change: &Change) -> Option<Table> {
    let mut table = Table::new("What else is not the same", &["What", "Before", "After"]);
    for differing in &change.differences {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "–".to_owned());
        table.rows.push(vec![differing.what.clone(), text(&differing.before), text(&differing.after)]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Numbers whose interval of the change leaves out 0, those that got most worse or better first.
fn moved(change: &Change, confidence: Option<f64>) -> Option<Table> {
    let mut rows: Vec<&NumberChange> = change.numbers.iter().filter(|row| row.clear).collect();
    let size = |row: &NumberChange| row.worsening.or(row.change).unwrap_or(0.0).abs();
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let head = confidence.map_or_else(|| "Interval".to_owned(), |confidence| format!("{} interval", level(confidence)));
    let heads = ["Metric", "Contrast", "Group", "Compared with", ">Before", ">After", ">Change", &head];
    let all = rows.len();
    let caption = match all {
        0 => return None,
        _ if all > MOVED => {
            format!("The {MOVED} numbers that moved most, of {all} whose interval leaves out no change")
        }
        _ => "Numbers that moved: the interval of their change leaves out 0".to_owned(),
    };
    let mut table = Table::new(caption, &heads);
    for row in rows.into_iter().take(MOVED) {
        let number = |v: Option<f64>| {
            v.map_or_else(|| "–".to_owned(), |v| shown(row.unit.as_deref(), &row.metric, &row.contrast, v))
        };
        let moved = |v: f64| shift(row.unit.as_deref(), &row.metric, &row.contrast, v);
        table.rows.push(vec![
            metrics::find(&row.metric).map_or(row.metric.as_str(), |metric| metric.name).to_owned(),
            row.contrast.clone(),
            group_name(&row.axes, &row.group),
            row.reference.as_ref().map_or_else(|| "–".to_owned(), |r| reference_name(&row.axes, r)),
            number(row.before),
            number(row.after),
            row.change.map_or_else(|| "–".to_owned(), moved),
            ends(row.low, row.high, moved),
        ]);
    }
    Some(table)
}

pub(super) fn is_share(metric: &str) -> bool {
    metrics::find(metric).is_some_and(|metric| !metric.did.is_empty())
}

/// A number in its unit, or in that of its contrast.
pub(super) fn shown(unit: Option<&str>, metric: &str, contrast: &str, value: f64) -> String {
    match contrast {
        _ if unit.is_some() => in_unit(unit, value, &[]),
        "difference" | "spread" if is_share(metric) => format!("{} pp", points(value, &[])),
        "value" if is_share(metric) => percent(value),
        _ => apart(value, &[]),
    }
}

/// A change with its sign, in the unit of its number.
pub(super) fn shift(unit: Option<&str>, metric: &str, contrast: &str, value: f64) -> String {
    let plain = match contrast {
        _ if unit.is_some() => in_unit(unit, value, &[]),
        "difference" | "spread" | "value" if is_share(metric) => format!("{} pp", points(value, &[])),
        _ => apart(value, &[]),
    };
    let is_zero = plain.chars().all(|c| !c.is_ascii_digit() || c == '0');
    if value > 0.0 && !is_zero { format!("+{plain}") } else { plain }
}

pub(super) fn ends(low: Option<f64>, high: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
        (Some(low), None) => format!("{} or more", shown(low)),
        (None, Some(high)) => format!("{} or less", shown(high)),
        (None, None) => "no interval".to_owned(),
    }
}
