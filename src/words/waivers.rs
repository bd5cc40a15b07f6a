//! The section of findings that are let through for a time: every one stays in sight, with who answers for it and how long.

use std::collections::BTreeSet;

use super::page::{Block, Mark, Table};
use super::sentences::{number, upper_first};
use crate::result::{CheckRow, Document, WaiverView};

/// The sentences and tables; none where the policy has no waiver.
pub fn waivers(document: &Document) -> Vec<Block> {
    if document.waivers.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Paragraph(let_through_in_all(document)),
        Block::Table(table(document)),
        Block::List(document.waivers.iter().map(record).collect()),
    ]
}

fn let_through_in_all(document: &Document) -> String {
    let covered = document.checks.iter().filter(|row| row.waived_by.is_some()).count();
    let all = document.checks.len();
    match covered {
        0 => "No check row is let through by a waiver.".to_owned(),
        1 => format!(
            "1 of {all} check rows is let through. Its number and its verdict are the same with the waiver and without."
        ),
        several => format!(
            "{several} of {all} check rows are let through. Their numbers and their verdicts are the same with the waivers and \
             without."
        ),
    }
}

/// One line for each row that a waiver is about, and one for a waiver that is about none.
fn table(document: &Document) -> Table {
    let heads = ["Waiver", "Status", "Check", "Group", "Verdict", ">Value now", ">Bound", "Last day", ">Days left"];
    let mut table = Table::new("Waivers", &heads);
    let name = super::tables::check_names(document);
    for waiver in &document.waivers {
        let mut rows: Vec<Option<&CheckRow>> = about(document, waiver).map(Some).collect();
        if rows.is_empty() {
            rows.push(None);
        }
        for row in rows {
            let dash = || "–".to_owned();
            table.rows.push(vec![
                waiver.id.clone(),
                status_words(&waiver.status).to_owned(),
                match row {
                    Some(row) => name(row),
                    None => waiver.check.clone(),
                },
                row.map_or_else(|| group_words(waiver), super::tables::subject),
                row.map_or_else(dash, verdict_words),
                row.map_or_else(dash, |row| row.value.map_or_else(|| "not defined".to_owned(), |v| number(row, v))),
                waiver.bound.clone().unwrap_or_else(dash),
                waiver.expires.clone(),
                waiver.days_left.to_string(),
            ]);
        }
    }
    table
}

/// The rows that a waiver is for.
fn about<'a>(document: &'a Document, waiver: &'a WaiverView) -> impl Iterator<Item = &'a CheckRow> {
    document.checks.iter().filter(move |row| {
        row.id == waiver.check
            && row.group == waiver.group
            && waiver.metric.as_ref().is_none_or(|metric| *metric == row.metric)
    })
}

fn verdict_words(row: &CheckRow) -> String {
    let mark = Mark::of(row);
    format!("{} {}", mark.shape(), mark.word())
}

pub fn status_words(status: &str) -> &str {
    match status {
        "active" => "holds",
        "unused" => "covers nothing",
        "expired" => "expired",
        "self-approved" => "approved by its owner",
        "too-long" => "lasts too long",
        "unknown-check" => "no such check",
        "other-model" => "for another model version",
        "lapsed" => "lapsed",
        other => other,
    }
}

/// Why, what is done in the meantime, and who answers for it.
fn record(waiver: &WaiverView) -> String {
    let closed = |text: &str| {
        let text = text.trim();
        let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
        format!("{text}{end}")
    };
    let mut words = format!("{}: {}", waiver.id, closed(&upper_first(&waiver.reason)));
    if let Some(compensating) = &waiver.compensating {
        words.push_str(&format!(" In the meantime: {}", closed(compensating)));
    }
    words.push_str(&format!(" Owner {}, approved by {}", waiver.owner, waiver.approved_by));
    let more =
        [("made on", &waiver.created), ("for model versions", &waiver.model_version), ("ticket", &waiver.ticket)];
    for (what, given) in more {
        if let Some(given) = given {
            words.push_str(&format!(", {what} {given}"));
        }
    }
    words.push('.');
    words
}

fn group_words(waiver: &WaiverView) -> String {
    if waiver.group.is_empty() {
        return "everybody".to_owned();
    }
    let pairs: Vec<String> = waiver.group.iter().map(|(name, level)| format!("{name} {level}")).collect();
    pairs.join(", ")
}

/// What is added to the sentence of a finding that is let through: until when, and by whom.
pub fn clause(document: &Document, row: &CheckRow) -> Option<String> {
    let id = row.waived_by.as_ref()?;
    let words = match document.waivers.iter().find(|waiver| waiver.id == *id) {
        Some(waiver) => format!("Let through until {} by {} (waiver {id}).", waiver.expires, waiver.approved_by),
        None => format!("Let through by the waiver {id}."),
    };
    Some(words)
}

/// `let through until 2027-01-31`, for rows that are; the last day only where it is the same for all.
pub fn let_through(document: &Document, rows: &[&CheckRow]) -> String {
    let days: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| document.waivers.iter().find(|waiver| row.waived_by.as_ref() == Some(&waiver.id)))
        .map(|waiver| waiver.expires.as_str())
        .collect();
    match (days.first(), days.len()) {
        (Some(day), 1) => format!("let through until {day}"),
        _ => "let through for a time".to_owned(),
    }
}
