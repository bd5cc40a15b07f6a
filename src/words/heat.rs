//! The map of an intersection of two attributes, when it is small enough to be read.

use super::cases::Cases;
use super::pictures::{OUTCOME, cases, check, kind, ratio, ratio_sentence, ratio_shown, reference_of};
use super::privacy::HIDDEN;
use super::sentences::{group_name, limits, reference_name};
use super::tables::measured;
use crate::figures::figure::Kind;
use crate::figures::{Cell, Drawing, Figure, HeatMap};
use crate::result::{Comparison, Document, Group, Mark};

/// Levels along a side of the map.
const MOST: usize = 8;

/// The ratios of a set of two attributes as a map; none when a side has more than eight levels.
pub fn intersection(document: &Document, axes: &[String]) -> Option<Figure> {
    let [down, across] = axes else { return None };
    let rows = levels(document, axes, down);
    let columns = levels(document, axes, across);
    if rows.len() > MOST || columns.len() > MOST || rows.is_empty() {
        return None;
    }
    let group =
        |row: &String, column: &String| Group::from([(down.clone(), row.clone()), (across.clone(), column.clone())]);
    let mut cells = Vec::new();
    let mut told = Vec::new();
    let mut lowest: Option<(&Comparison, f64)> = None;
    for row in &rows {
        let mut line = Vec::new();
        for column in &columns {
            let group = group(row, column);
            let cell = cell(document, axes, &group);
            let cases = if cell.value == HIDDEN { String::new() } else { comma(&cell.cases) };
            let word = if cell.word == cell.value { String::new() } else { comma(&cell.word) };
            told.push(format!("{}: {}{cases}{word}", group_name(axes, &group), cell.value));
            if let Some((c, value)) = ratio(document, axes, &group).and_then(|c| c.value.map(|value| (c, value)))
                && lowest.is_none_or(|(_, low)| value < low)
            {
                lowest = Some((c, value));
            }
            line.push(cell);
        }
        cells.push(line);
    }
    let (worst, value) = lowest?;
    let (_, word) = kind(document, axes, &worst.group, cases(document, axes, &worst.group));
    let judged = check(document, axes);
    let message = format!(
        "{}The lowest ratio: {}.{}",
        counts(&cells),
        ratio_sentence(document, axes, worst, value, &word),
        judged.map(|check| format!(" Limits of the check {}: {}.", check.id, limits(check))).unwrap_or_default()
    );
    let reference = reference_name(axes, &worst.reference);
    Some(Figure {
        title: format!("Ratios of {down} and {across} to {reference}"),
        description: format!("{message} {}.", told.join("; ")),
        message,
        drawing: Drawing::Heat(HeatMap {
            down: (down.clone(), rows),
            across: (across.clone(), columns),
            cells,
            legend: "Colour by ratio".to_owned(),
        }),
    })
}

/// How many of the combinations have which verdict.
fn counts(cells: &[Vec<Cell>]) -> String {
    let of = |mark: Mark| cells.iter().flatten().filter(|cell| cell.kind == Kind::Judged(mark)).count();
    let found = Mark::ALL.into_iter().map(|mark| (of(mark), mark)).filter(|(n, _)| *n > 0);
    let words: Vec<String> = found.map(|(n, mark)| format!("{n} {}", mark.word())).collect();
    if words.is_empty() { String::new() } else { format!("Combinations: {}. ", words.join(", ")) }
}

fn comma(word: &str) -> String {
    if word.is_empty() { String::new() } else { format!(", {word}") }
}

/// The levels of an attribute in the order of the document.
fn levels(document: &Document, axes: &[String], attribute: &str) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    for level in measured(document, "selection-rate", axes).filter_map(|m| m.group.get(attribute)) {
        if !levels.contains(level) {
            levels.push(level.clone());
        }
    }
    levels
}

fn cell(document: &Document, axes: &[String], group: &Group) -> Cell {
    let cases = cases(document, axes, group);
    let (kind, word) = kind(document, axes, group, cases);
    let found = ratio(document, axes, group);
    let is_reference = kind == Kind::Reference || Some(group) == reference_of(document, OUTCOME, axes);
    let (ratio, value) = match found.and_then(|c| c.value) {
        Some(value) => (Some(value), ratio_shown(value)),
        None if is_reference && cases.is_some() => (Some(1.0), "1".to_owned()),
        None if is_hidden(document, axes, group) => (None, HIDDEN.to_owned()),
        None if cases.is_none() => (None, "no rows".to_owned()),
        None if found.is_none() => (None, "–".to_owned()),
        None => (None, "not defined".to_owned()),
    };
    let few = kind == Kind::Judged(Mark::TooFew);
    Cell {
        // The colour of too few would say more than their number can.
        ratio: ratio.filter(|_| !few),
        value,
        cases: cases.map_or_else(String::new, |n| Cases::of(document, axes).short(n)),
        kind,
        word,
    }
}

/// Whether the number of a group of the outcome is hidden.
fn is_hidden(document: &Document, axes: &[String], group: &Group) -> bool {
    let mut found = measured(document, "selection-rate", axes).filter(|m| m.group == *group);
    found.any(|m| m.undefined.as_deref() == Some("suppressed"))
}
