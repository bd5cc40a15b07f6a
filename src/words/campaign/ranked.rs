//! How well a score finds those whom a campaign moves, in words.

use super::ASSOCIATION;
use crate::result::{CampaignView, Document, RankedLift};
use crate::words::numbers::{count, level, points};
use crate::words::outcomes::spaced;
use crate::words::page::{Block, Table};
use crate::words::sentences::{group_name, upper_first};
use crate::words::tables::{interval, no_value};

/// How well the score finds those whom the campaign moves.
pub(super) fn ranked(document: &Document, view: &CampaignView) -> Vec<Block> {
    let Some(first) = view.ranked.first() else { return Vec::new() };
    let words = "Does the score find those whom contacting moves? Qini is how many more responses per person the score gains than \
                 choosing at random, averaged over all cuts: above 0 it helps, below 0 it chooses those who are moved least. It has \
                 no interval here. The top shares are those of each group with the highest scores of that group.";
    let words = if view.effect { words.to_owned() } else { format!("{ASSOCIATION}{words}") };
    let mut heads = vec![
        "What".to_owned(),
        "Group".to_owned(),
        ">Rows".to_owned(),
        ">Qini".to_owned(),
        ">Of the largest possible".to_owned(),
    ];
    let share = |part: &str| part.parse::<f64>().map_or_else(|_| part.to_owned(), level);
    heads.extend(first.top.iter().map(|top| format!(">Top {}", share(&top.part))));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let caption = if view.effect {
        "What contacting changed among those with the highest scores"
    } else {
        "Contacted and not contacted among those with the highest scores; association, not effect"
    };
    let mut table = Table::new(caption, &heads);
    for one in &view.ranked {
        table.rows.push(ranked_row(one));
    }
    table.caption = format!("{}, with {} intervals", table.caption, level(document.policy.level));
    vec![Block::Paragraph(words), Block::Table(table)]
}

fn ranked_row(one: &RankedLift) -> Vec<String> {
    let number = |v: Option<f64>, decimals: usize| v.map_or_else(|| "–".to_owned(), |v| format!("{v:.decimals$}"));
    let mut cells = vec![
        upper_first(&spaced(&one.outcome)),
        group_name(&one.axes, &one.group),
        count(one.rows),
        number(one.qini, 4),
        number(one.qini_normalised, 2),
    ];
    let moved = |v: f64| format!("{} pp", points(v, &[]));
    cells.extend(one.top.iter().map(|top| match top.lift {
        Some(lift) => format!("{} ({})", moved(lift), interval(top.lift, top.low, top.high, moved)),
        None => no_value(top.undefined.as_deref()),
    }));
    cells
}
