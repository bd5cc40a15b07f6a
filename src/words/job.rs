//! The summary of a run on the page of a job: whether it gates, the rows that matter most, what was not judged.

use std::collections::BTreeMap;

use super::change::{ends, shift};
use super::compose::importance;
use super::gate::waiver;
use super::headline::{gate_line, headline};
use super::masthead::{stamp, title};
use super::numbers::counted;
use super::page::{Block, Mark, Page, Table};
use super::privacy;
use super::sentences::{diagnosed, limits, number, upper_first};
use super::tables::{check_names, interval, interval_head, mark, subject};
use crate::metrics::Undefined;
use crate::result::{Change, CheckRow, Document, Gate};

/// Diagnostics that are told one by one.
const DIAGNOSTICS: usize = 20;

/// The summary with at most so many rows of checks; it says how many are left out.
pub fn summary(document: &Document, most: usize) -> Page {
    let mut blocks = stamp(document);
    blocks.push(Block::Finding(Mark::of_run(document.verdict), headline(document)));
    blocks.extend(gate_line(document));
    blocks.extend(document.change.as_ref().map(since));
    blocks.extend(checks(document, most));
    let unjudged = unjudged(document);
    if !unjudged.is_empty() {
        blocks.push(Block::Heading("What was not judged".to_owned()));
        blocks.push(Block::List(unjudged));
    }
    blocks.extend(worth_knowing(document));
    blocks.push(Block::Paragraph(document.statement.clone()));
    Page { title: title(document), blocks }
}

/// Against what the run was held, and how many rows of checks came out otherwise.
fn since(change: &Change) -> Block {
    let baseline = &change.baseline;
    let named = match (&baseline.path, &baseline.as_of) {
        (Some(path), Some(day)) => format!("{path} of {day}"),
        (Some(path), None) => path.clone(),
        _ => "the earlier model on the same rows".to_owned(),
    };
    let of = |status: &str| change.checks.iter().filter(|check| check.status == status).count();
    let order = ["new", "worsened", "added", "no-longer-tested", "improved", "resolved", "unchanged"];
    let counts: Vec<String> = order
        .into_iter()
        .map(|status| (of(status), status.replace('-', " ")))
        .filter(|(n, _)| *n > 0)
        .map(|(n, status)| format!("{n} {status}"))
        .collect();
    let counts = if counts.is_empty() { "no check row to compare".to_owned() } else { counts.join(", ") };
    Block::Paragraph(format!("Held against {named}: {counts}."))
}

fn checks(document: &Document, most: usize) -> Vec<Block> {
    if document.checks.is_empty() {
        return Vec::new();
    }
    // The public is not told by which waiver a row is let through, so nothing is told of the gate.
    let told = !privacy::is_public(document);
    let mut heads = vec!["Verdict"];
    heads.extend(told.then_some("Gate"));
    heads.extend(["Check", "Group", ">Value"]);
    let level = interval_head(document);
    heads.extend([level.as_str(), "Limits"]);
    if document.change.is_some() {
        heads.extend(["Before → now", "Change"]);
    }
    let mut table = Table::new(if told { "Checks, what gates first" } else { "Checks" }, &heads);
    let name = check_names(document);
    let mut rows: Vec<&CheckRow> = document.checks.iter().collect();
    rows.sort_by_key(|row| (row.gate(), importance(row)));
    for row in rows.iter().take(most) {
        let shown = |value: f64| number(row, value);
        let mut cells = vec![mark(row)];
        cells.extend(told.then(|| gates(document, row)));
        cells.extend([
            name(row),
            subject(row),
            row.value.map_or_else(|| "not defined".to_owned(), shown),
            interval(row.value, row.low, row.high, shown),
            limits(row),
        ]);
        if let Some(change) = &document.change {
            cells.extend(changed(change, row));
        }
        table.rows.push(cells);
    }
    let left_out = document.checks.len().saturating_sub(most);
    let mut blocks = if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
    if left_out > 0 {
        let more = counted(left_out as u64, "more check row");
        blocks
            .push(Block::Paragraph(format!("Left out here: {more}. The reports that `-o DIR` writes have them all.")));
    }
    blocks
}

/// What a row does to the gate, in a word or two.
fn gates(document: &Document, row: &CheckRow) -> String {
    match row.gate() {
        Gate::NotMet | Gate::Open => "gates".to_owned(),
        Gate::Warned => "warns only".to_owned(),
        Gate::Known => "known, no worse".to_owned(),
        Gate::Reported => "reported only".to_owned(),
        Gate::Waived => match waiver(document, row) {
            Some(waiver) => format!("waived until {}", waiver.expires),
            None => "waived".to_owned(),
        },
        Gate::Unjudged | Gate::Ignored | Gate::Met => "–".to_owned(),
    }
}

/// The number before and now, and by how much it changed with its interval.
fn changed(change: &Change, row: &CheckRow) -> [String; 2] {
    let Some(found) = change.of(row) else { return ["–".to_owned(), "–".to_owned()] };
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number(row, value));
    let status = found.status.replace('-', " ");
    let before = format!("{} → {} ({status})", shown(found.value_before), shown(found.value_after));
    let moved = |by: f64| shift(found.unit.as_deref(), &row.metric, &row.contrast, by);
    let by = found
        .change
        .map_or_else(|| "–".to_owned(), |by| format!("{} ({})", moved(by), ends(found.low, found.high, moved)));
    [before, by]
}

/// How many rows were not judged for which reason, and what the data do not allow to ask.
fn unjudged(document: &Document) -> Vec<String> {
    let mut by_reason: BTreeMap<&str, u64> = BTreeMap::new();
    for row in document
        .checks
        .iter()
        .filter(|row| matches!(Mark::of(row), Mark::Inconclusive | Mark::TooFew | Mark::NotTested))
    {
        *by_reason.entry(row.reason.as_deref().unwrap_or("straddles")).or_default() += 1;
    }
    let rows = by_reason.into_iter().map(|(reason, n)| format!("{}: {}.", counted(n, "check row"), in_words(reason)));
    let asked = document.not_tested.iter().map(|n| format!("{}: {}.", upper_first(&n.what), n.why));
    rows.chain(asked).collect()
}

fn in_words(reason: &str) -> String {
    match reason {
        "too-few" => "too few cases to judge".to_owned(),
        "straddles" => "cannot tell yet whether the number is within the limits".to_owned(),
        "adjustment" => "beyond a limit when looked at alone, but among so many checks that can be chance".to_owned(),
        "evidence-too-weak" => "the evidence of all periods together is too weak".to_owned(),
        "incomplete" => "a group has no value".to_owned(),
        "no-interval" => format!("cannot tell, because {}", Undefined::NoInterval.says()),
        "nothing-to-compare" => "there are no two groups to compare".to_owned(),
        other => match Undefined::ALL.iter().find(|undefined| undefined.id() == other) {
            Some(undefined) => format!("not defined, because {}", undefined.says()),
            None => other.to_owned(),
        },
    }
}

fn worth_knowing(document: &Document) -> Vec<Block> {
    // What gates, and then what warns, before mere notes.
    let of = |level: &'static str| document.diagnostics.iter().filter(move |d| d.level == level);
    let ordered: Vec<_> = of("error").chain(of("warning")).chain(of("note")).collect();
    if ordered.is_empty() {
        return Vec::new();
    }
    let mut list: Vec<String> = ordered.iter().take(DIAGNOSTICS).map(|found| diagnosed(found)).collect();
    if ordered.len() > DIAGNOSTICS {
        list.push(format!("{} more in the reports.", ordered.len() - DIAGNOSTICS));
    }
    vec![Block::Heading("Worth knowing".to_owned()), Block::List(list)]
}
