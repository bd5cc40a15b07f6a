//! What a report says about what it hides.

use super::numbers::{count, counted};
use super::page::Block;
use super::tables::by;
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
    let of_whom = document.policy.of_whom();
    let everybody = document.measurements.iter().find(|m| m.metric == of_whom && m.axes.is_empty());
    everybody.is_some_and(|m| m.undefined.as_deref() == Some("suppressed"))
}

/// Which axes of a table of its own are hidden; nothing where none is.
pub fn hidden_axes(hidden: &[Vec<String>]) -> Option<Block> {
    let named: Vec<String> = hidden.iter().map(|axes| by(axes)).collect();
    let told = "Hidden here, because a count of a group is small or could be worked out";
    (!named.is_empty()).then(|| Block::Paragraph(format!("{told}: {}.", named.join("; "))))
}

/// What is hidden and rounded, and why; nothing where nothing is.
pub fn hidden(document: &Document) -> Vec<Block> {
    let Some(privacy) = &document.privacy else { return Vec::new() };
    let mut items = Vec::new();
    if privacy.min_cell > 1 {
        items.push(small(privacy));
        if privacy.hidden_outcomes > 0 {
            items.push(format!(
                "Numbers of what was measured of people are hidden where they rest on few people of a group or leave out few, or where \
                 few have come or gone since they were published, and then for every group of that way of grouping: {}.",
                counted(privacy.hidden_outcomes, "measured quantity")
            ));
        }
        let hidden = |changes: bool| {
            let rows = document.checks.iter().filter(|row| is_hidden(row) && row.is_worsening() == changes);
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
        if document.policy.decision.is_some() {
            items.push("Rows without a decision are in no number of this report.".to_owned());
        }
    }
    if privacy.round > 1 {
        items.push(format!(
            "Counts are rounded to the nearest {}. Rates, and ratios of one group to another, are worked out from the rounded \
             counts and given to three decimals.",
            count(privacy.round)
        ));
        if !document.policy.outcomes.is_empty() {
            items.push(
                "Averages, middle values and other numbers of what was measured of people are worked out from the values \
                 themselves and given to three digits. A middle value can be that of one person."
                    .to_owned(),
            );
        }
    }
    items.push(match document.checks.iter().any(is_hidden) {
        true => "Every verdict was decided before anything was hidden or rounded. The result at the top is that of the checks \
                 that are shown."
            .to_owned(),
        false => "Every verdict was decided before anything was hidden or rounded.".to_owned(),
    });
    vec![Block::List(items)]
}

fn rows_are(rows: u64) -> String {
    if rows == 1 { "The result of 1 check is".to_owned() } else { format!("The results of {} checks are", count(rows)) }
}

fn small(privacy: &PrivacyView) -> String {
    let most = count(privacy.min_cell - 1);
    let groups = |n: u64| counted(n, "group");
    match (privacy.hidden, privacy.hidden_besides) {
        (0, _) if privacy.hidden_outcomes > 0 => {
            format!("Counts from 1 to {most} are hidden to protect the people in small groups. No group is so small.")
        }
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
