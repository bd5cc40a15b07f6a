//! Decisions of the same rows that turned between two models, group by group.

use super::numbers::{apart, count, p_value};
use super::page::Table;
use super::sentences::group_name;
use crate::result::{Change, Flips};

/// Rows of the table; `result.json` has them all.
const ROWS: usize = 60;

/// How many decisions of each group turned which way; none where the rows are not the same.
pub fn table(change: &Change) -> Option<Table> {
    let flips = &change.flips;
    let labelled = flips.iter().any(|row| row.correctness.is_some());
    let scored = flips.iter().any(|row| row.score_shift.is_some());
    let mut heads = vec!["Group", ">Rows", ">Selected now, not before", ">Selected before, not now", ">p (balance)"];
    if labelled {
        heads.extend([">Right before, wrong now", ">Wrong before, right now", ">p (balance)"]);
    }
    if scored {
        heads.extend([">Mean score moved by", "Interval", ">Largest distance"]);
    }
    let mut table = Table::new("Decisions of the same rows that turned", &heads);
    if flips.len() > ROWS {
        table.caption = format!("Decisions of the same rows that turned ({ROWS} of {} groups)", flips.len());
    }
    table.rows = flips.iter().take(ROWS).map(|row| cells(row, labelled, scored)).collect();
    (!table.rows.is_empty()).then_some(table)
}

fn cells(row: &Flips, labelled: bool, scored: bool) -> Vec<String> {
    let none = || "–".to_owned();
    let number = |value: Option<f64>| value.map_or_else(none, |value| apart(value, &[]));
    let mut cells = vec![
        group_name(&row.axes, &row.group),
        count(row.rows),
        count(row.to_selected),
        count(row.from_selected),
        p_value(row.p_value),
    ];
    if labelled {
        match &row.correctness {
            Some(of) => cells.extend([count(of.right_to_wrong), count(of.wrong_to_right), p_value(of.p_value)]),
            None => cells.extend([none(), none(), none()]),
        }
    }
    if scored {
        let shift = row.score_shift.as_ref();
        cells.push(number(shift.map(|shift| shift.mean)));
        let ends = shift.and_then(|shift| shift.low.zip(shift.high));
        cells.push(ends.map_or_else(none, |(low, high)| format!("{} to {}", number(Some(low)), number(Some(high)))));
        cells.push(number(shift.and_then(|shift| shift.distance)));
    }
    cells
}
