//! How unequally the benefit of decisions is spread, in words.

use super::page::{Block, Table};
use super::tables::{interval, interval_head};
use crate::result::Document;

/// The sentence and the table; none where the policy asks for no draws.
pub fn inequality(document: &Document) -> Vec<Block> {
    if document.inequality.is_empty() {
        return Vec::new();
    }
    let words = "How unequally the benefit of decisions is spread: a row counts 0 where somebody was missed, 1 where the decision \
                 was as it turned out, 2 where somebody was selected although it turned out otherwise. The index is 0 when all \
                 benefit alike. Its part between groups is what would remain if everybody had the mean benefit of their group; \
                 it is never below 0, so where groups are alike its interval lies close to 0.";
    let mut table =
        Table::new("Index of the spread of benefits", &["Of", ">Index", &interval_head(document), ">Draws"]);
    for one in &document.inequality {
        let of = if one.axes.is_empty() {
            "everybody".to_owned()
        } else {
            format!("between groups of {}", one.axes.join(" and "))
        };
        let shown = |value: f64| format!("{value:.4}");
        let ends = match &one.without_interval {
            Some(why) => format!("none: {why}"),
            None => interval(one.value, one.low, one.high, shown),
        };
        table.rows.push(vec![
            of,
            one.value.map_or_else(|| "not defined".to_owned(), shown),
            ends,
            super::numbers::count(one.draws),
        ]);
    }
    vec![Block::Paragraph(words.to_owned()), Block::Table(table)]
}
