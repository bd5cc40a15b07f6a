//! The section of what is not known: could it change the picture?

use super::numbers::{apart, count, counted, percent, points};
use super::page::{Block, Table};
use super::sentences::{group_name, limits, reference_name};
use crate::metrics;
use crate::result::{CheckRow, Document, Unknown, Verdict};

/// Rows of a table; all are in `result.json`.
const MOST: usize = 60;

/// The sentences and tables; none where there is nothing to tell.
pub fn unknown(document: &Document) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (kind, says) in [
        (
            "missing-group",
            "Some rows have no value for an attribute. Whoever these people are, the numbers of all rows lie between the least \
             and the greatest given here; each row is put where it moves the number furthest.",
        ),
        (
            "missing-label",
            "Some rows have no label, often because what turned out is only seen where the decision was made. Whatever their \
             labels would be, the numbers of all rows lie between the least and the greatest given here.",
        ),
        (
            "probability-any",
            "Groups of these attributes are probabilities. If the probabilities are right, the numbers of the true groups lie \
             between the least and the greatest given here, whatever the truth behind them.",
        ),
        (
            "probability-covariance",
            "The difference between members and all others lies in a narrower range under an assumption that these data cannot \
             test.",
        ),
    ] {
        let of_kind: Vec<&Unknown> = document.unknown.iter().filter(|unknown| unknown.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        blocks.push(Block::Paragraph(says.to_owned()));
        if kind == "probability-any" {
            let words = "Rates of such groups are means weighted by the probability. They miss the truth by as much as, among \
                         people with the same probability, decisions go with membership; nothing in these data shows by how \
                         much that is.";
            blocks.push(Block::Paragraph(words.to_owned()));
        }
        let mut assumed: Vec<&str> = of_kind.iter().map(|u| u.assumes.as_str()).filter(|a| !a.is_empty()).collect();
        assumed.sort_unstable();
        assumed.dedup();
        blocks.extend(
            (!assumed.is_empty())
                .then(|| Block::List(assumed.iter().map(|assumes| format!("The assumption: {assumes}.")).collect())),
        );
        blocks.extend(answers(document, &of_kind));
        blocks.push(Block::Table(table(&of_kind)));
    }
    blocks
}

/// What the bounds mean for the checks that name the same number.
pub(super) fn answers(document: &Document, unknown: &[&Unknown]) -> Option<Block> {
    let mut told: Vec<String> = Vec::new();
    for bounds in unknown {
        let (Some(holds), Some(reference)) = (bounds.holds, bounds.reference.as_ref()) else { continue };
        let of_check = |row: &&CheckRow| {
            bounds.check.as_ref() == Some(&row.id) && row.metric == bounds.metric && row.group == bounds.group
        };
        let Some(row) = document.checks.iter().find(of_check) else { continue };
        let is = match holds {
            Verdict::Met => "within the limits whatever they are",
            Verdict::NotMet => "beyond the limits whatever they are",
            Verdict::Inconclusive | Verdict::NotApplicable => {
                "within the limits or beyond them, depending on what they are"
            }
        };
        let metric = metrics::find(&bounds.metric).map_or(bounds.metric.as_str(), |metric| metric.name);
        let known = bounds.value.map_or_else(|| "not defined".to_owned(), |value| number(bounds, value));
        told.push(format!(
            "{metric} of {} against {}: {known} among the rows that are known; with {} that are not, from {}. That is {is} \
             (check `{}`, {})",
            group_name(&bounds.axes, &bounds.group),
            reference_name(&row.axes, reference),
            counted(bounds.rows, "row"),
            range(bounds),
            row.id,
            limits(row)
        ));
    }
    (!told.is_empty()).then(|| Block::List(told.into_iter().take(MOST).map(|one| format!("{one}.")).collect()))
}

pub(super) fn table(unknown: &[&Unknown]) -> Table {
    let more = unknown.len().saturating_sub(MOST);
    let caption = match more {
        0 => "What is known, and how far the rest could move it".to_owned(),
        more => format!(
            "What is known, and how far the rest could move it; {} are in result.json",
            counted(more as u64, "more line")
        ),
    };
    let mut table =
        Table::new(caption, &["Number", "Group", "Compared with", ">Known", ">Least", ">Greatest", ">Rows not known"]);
    for one in unknown.iter().take(MOST) {
        let metric = metrics::find(&one.metric).map_or(one.metric.as_str(), |metric| metric.name);
        let what = if one.contrast == "value" { metric.to_owned() } else { format!("{metric}, {}", one.contrast) };
        let shown = |value: Option<f64>, none: &str| value.map_or_else(|| none.to_owned(), |value| number(one, value));
        table.rows.push(vec![
            what,
            group_name(&one.axes, &one.group),
            one.reference.as_ref().map_or_else(|| "–".to_owned(), |reference| reference_name(&one.axes, reference)),
            shown(one.value, "not defined"),
            shown(one.low, "not defined"),
            if one.low.is_some() { shown(one.high, "no end") } else { "not defined".to_owned() },
            count(one.rows),
        ]);
    }
    table
}

fn range(bounds: &Unknown) -> String {
    let low = bounds.low.map_or_else(|| "no end".to_owned(), |low| number(bounds, low));
    let high = bounds.high.map_or_else(|| "no end".to_owned(), |high| number(bounds, high));
    format!("{low} to {high}")
}

fn number(of: &Unknown, value: f64) -> String {
    match of.contrast.as_str() {
        "ratio" => apart(value, &[]),
        "difference" => format!("{} pp", points(value, &[])),
        _ => percent(value),
    }
}
