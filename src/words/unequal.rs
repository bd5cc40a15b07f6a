//! How unequally outcomes are spread over everybody, in words: what can be said where no segment is known.

use super::numbers::{apart, count, in_unit, percent};
use super::outcomes::spaced;
use super::page::{Block, Table};
use super::pictures::shown;
use super::sentences::upper_first;
use super::tables::no_value;
use crate::result::{Certain, Document};

/// Sentences and the table; none where no amount and no duration was measured.
pub fn inequality(document: &Document) -> Vec<Block> {
    let Some(table) = table(document) else { return Vec::new() };
    let words = "How unequally it is spread over everybody, whatever their segment. The Gini coefficient is 0 where all have the \
                 same and near 1 where one has everything; of fewer than some hundred cases it comes out too low.";
    vec![Block::Paragraph(words.to_owned()), Block::Table(table)]
}

/// One row for each outcome.
pub fn table(document: &Document) -> Option<Table> {
    let heads = ["What", ">Cases", ">Average", ">Average of the worst tenth", ">Held by the top tenth", ">Gini"];
    let mut table = Table::new("How unequally it is spread over everybody", &heads);
    for one in &document.outcome_inequality {
        let unit = one.unit.as_deref();
        let told = |number: &Certain, words: &dyn Fn(f64) -> String| {
            number.value.map_or_else(|| no_value(number.undefined.as_deref()), words)
        };
        let gini = &one.gini;
        table.rows.push(vec![
            upper_first(&spaced(&one.outcome)),
            count(one.rows),
            in_unit(unit, one.mean, &[]),
            told(&one.worst_tenth, &|v| in_unit(unit, v, &[])),
            told(&one.top_tenth, &percent),
            match gini.value {
                Some(_) => shown(gini.value, gini.low, gini.high, |v| apart(v, &[])),
                None => no_value(gini.undefined.as_deref()),
            },
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// That groups were not compared, where none is known.
pub fn without_segments(document: &Document) -> Option<Block> {
    document.policy.axes.is_empty().then(|| {
        Block::Paragraph(
            "No segments were compared: the policy names no column to group people by, so every number is of everybody together. \
             A gap between groups cannot show here."
                .to_owned(),
        )
    })
}
