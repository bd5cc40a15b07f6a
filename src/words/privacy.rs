//! What a report says about what it hides.

use super::numbers::{count, counted};
use super::page::Block;
use crate::result::{CheckRow, Document, PrivacyView};

/// What stands in a table where a number is hidden.
pub const HIDDEN: &str = "hidden";

/// Whether the numbers of a row are hidden; its `rows` then say nothing.
pub fn is_hidden(row: &CheckRow) -> bool {
    row.reason.as_deref() == Some("suppressed")
}

/// Whether the report is for the public.
pub fn is_public(document: &Document) -> bool {
    document.privacy.as_ref().is_some_and(|privacy| privacy.audience == "public")
}

/// Whether the number of all people is hidden.
pub fn hides_everybody(document: &Document) -> bool {
    let everybody = document.measurements.iter().find(|m| m.metric == "selection-rate" && m.axes.is_empty());
    everybody.is_some_and(|m| m.undefined.as_deref() == Some("suppressed"))
}

/// What is hidden and rounded, and why; nothing where nothing is.
pub fn hidden(document: &Document) -> Vec<Block> {
    let Some(privacy) = &document.privacy else { return Vec::new() };
    let mut items = Vec::new();
    if privacy.min_cell > 1 {
        items.push(small(privacy));
        let hidden = |changes: bool| {
            let rows = document.checks.iter().filter(|row| is_hidden(row) && row.worsening.is_some() == changes);
            rows.count() as u64
        };
        if hidden(false) > 0 {
            let words = rows_are(hidden(false));
            items.push(format!("{words} hidden with them. Hidden is not zero, and it is not a verdict."));
        }
        if hidden(true) > 0 {
            let words = rows_are(hidden(true));
            items.push(format!(
                "{words} hidden because they compare with an earlier result, of which nothing is shown here."
            ));
        }
        items.push("Rows without a decision are in no number of this report.".to_owned());
    }
    if privacy.round > 1 {
        items.push(format!(
            "Counts are rounded to the nearest {}. Rates, and ratios of one group to another, are worked out from the rounded \
             counts and given to three decimals.",
            count(privacy.round)
        ));
    }
    items.push("Verdicts were decided on all numbers before anything was hidden or rounded.".to_owned());
    vec![Block::List(items)]
}

fn rows_are(rows: u64) -> String {
    if rows == 1 { "The result of 1 check is".to_owned() } else { format!("The results of {} checks are", count(rows)) }
}

fn small(privacy: &PrivacyView) -> String {
    let most = count(privacy.min_cell - 1);
    let groups = |n: u64| counted(n, "group");
    match (privacy.hidden, privacy.hidden_besides) {
        (0, _) => format!(
            "Counts from 1 to {most} would be hidden, to protect the people in small groups; there are none here."
        ),
        (small, 0) => format!(
            "Counts from 1 to {most} are hidden to protect the people in small groups: {} with such a count.",
            groups(small)
        ),
        (small, besides) => format!(
            "Counts from 1 to {most} are hidden to protect the people in small groups: {} with such a count, and {} more, from \
             which it could be worked out.",
            groups(small),
            groups(besides)
        ),
    }
}
