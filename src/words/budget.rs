//! Who would be reached if a budget went to the highest scores, in words.

use super::budget_pictures as pictures;
use super::numbers::{apart, count, counted, percent, short_decimal};
use super::page::{Block, Table};
use super::sentences::{group_name, reference_name};
use super::tables::{caption, interval, interval_head, no_value};
use crate::result::{BudgetGap, BudgetView, Document};

/// Rows of the table; `result.json` has them all.
const ROWS: usize = 90;

/// The sentences and the table; none where the policy has no budget.
pub fn budget(document: &Document) -> Vec<Block> {
    if document.budgets.is_empty() {
        return Vec::new();
    }
    let mut items: Vec<String> = document.budgets.iter().map(sentence).collect();
    let without = document.budgets.first().map_or(0, |view| view.rows_without_score);
    if without > 0 {
        items.push(format!("{} no score and cannot be ranked.", have(without)));
    }
    let words = "A budget judges nothing: it says whom these scores would choose if there were money for so many, whatever was decided.";
    let mut blocks = vec![Block::Paragraph(words.to_owned()), Block::List(items)];
    blocks.extend(pictures::reached(document).into_iter().map(Block::Figure));
    blocks.push(Block::Table(table(document)));
    blocks
}

/// The widest gap of which the whole interval lies beyond four fifths, for the first screen.
pub fn glance(document: &Document) -> Option<Block> {
    let far =
        document.budgets.iter().flat_map(|view| view.gaps.iter().filter(|gap| gap.far).map(move |gap| (view, gap)));
    let (view, gap) = far.min_by(|a, b| distance(b.1).total_cmp(&distance(a.1)))?;
    Some(Block::Paragraph(format!("{}: {}", money(view), told(gap))))
}

/// How far a ratio is from equality, either way.
fn distance(gap: &BudgetGap) -> f64 {
    let ratio = gap.ratio.unwrap_or(1.0);
    if ratio < 1.0 { 1.0 / ratio.max(f64::MIN_POSITIVE) } else { ratio }
}

fn sentence(view: &BudgetView) -> String {
    let money = money(view);
    let ties = ties(view);
    if view.reached == 0 {
        return format!("{money}.{ties}");
    }
    let clear = view.gaps.iter().filter(|gap| ["fewer", "more"].contains(&gap.direction.as_str()));
    match clear.min_by(|a, b| distance(b).total_cmp(&distance(a))) {
        Some(gap) => format!("{money}: {}{ties}", told(gap)),
        None if view.gaps.is_empty() => format!("{money}; no groups are compared.{ties}"),
        None => format!(
            "{money}; no group is shown to be reached more or less often than whom it is compared with. That is no proof that all \
             would be reached alike.{ties}"
        ),
    }
}

/// With money for the 10% with the highest scores (201 rows), 160 of 2,010 rows would be reached, at scores from 0.9 on
fn money(view: &BudgetView) -> String {
    let whom = match view.share {
        Some(share) => {
            format!("the {}% with the highest scores ({})", short_decimal(100.0 * share), counted(view.asked, "row"))
        }
        None => format!("the {} with the highest scores", counted(view.asked, "row")),
    };
    match view.from {
        Some(from) => format!(
            "With money for {whom}, {} of {} would be reached, at scores from {} on",
            count(view.reached),
            counted(view.rows, "row"),
            score(from)
        ),
        None => format!("With money for {whom}, nobody of {} would be reached", counted(view.rows, "row")),
    }
}

/// A score with four decimals, or with three digits where that would leave nothing of it.
fn score(value: f64) -> String {
    if value > 0.0 && value < 0.001 { format!("{value:.2e}") } else { short_decimal(value) }
}

fn told(gap: &BudgetGap) -> String {
    let group = group_name(&gap.axes, &gap.group);
    let reference = reference_name(&gap.axes, &gap.reference);
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    let limits = [Some(0.8), Some(1.0), Some(1.25)];
    let ratio = |value: f64| apart(value, &limits);
    format!(
        "{} of {group} and {} of {reference}, {} times as often ({}).",
        shown(gap.value),
        shown(gap.reference_value),
        gap.ratio.map_or_else(|| "–".to_owned(), ratio),
        interval(gap.ratio, gap.low, gap.high, ratio)
    )
}

/// What ties at the cut did.
fn ties(view: &BudgetView) -> String {
    let (Some(at), true) = (view.tied_at, view.tied > 0) else { return String::new() };
    let who = if view.exact {
        format!("{} the score {} at the cut", have(view.tied), score(at))
    } else {
        format!("The cut falls inside a bin of scores from {} on, which holds {}", score(at), counted(view.tied, "row"))
    };
    let then = if view.ties == "in" { "all of them would be reached" } else { "none of them would be reached" };
    format!(" {who}; {then}, so {} in place of {}.", count(view.reached), count(view.asked))
}

fn have(rows: u64) -> String {
    format!("{} {}", counted(rows, "row"), if rows == 1 { "has" } else { "have" })
}

/// A budget in a table or a figure: `10%` or `400 rows`.
pub(super) fn name(view: &BudgetView) -> String {
    match view.share {
        Some(share) => format!("{}%", short_decimal(100.0 * share)),
        None => counted(view.asked, "row"),
    }
}

fn table(document: &Document) -> Table {
    let head = interval_head(document);
    let heads = [
        "Budget",
        "Group",
        ">Rows with a score",
        ">Would be reached",
        ">Share",
        &head,
        "Compared with",
        ">Times as often",
        "Its interval",
    ];
    let all: usize = document.budgets.iter().map(|view| view.groups.len()).sum();
    let mut table = Table::new(caption("Who would be reached", ROWS, all, "lines"), &heads);
    let limits = [Some(0.8), Some(1.0), Some(1.25)];
    let ratio = |value: f64| apart(value, &limits);
    for view in &document.budgets {
        let name = name(view);
        // What would be cut off is not looked for.
        for one in view.groups.iter().take(ROWS.saturating_sub(table.rows.len())) {
            let gap = view.gaps.iter().find(|gap| gap.axes == one.axes && gap.group == one.group);
            let reference = gap.map_or_else(|| "–".to_owned(), |gap| reference_name(&gap.axes, &gap.reference));
            let times = gap.map_or_else(
                || "–".to_owned(),
                |gap| gap.ratio.map_or_else(|| no_value(gap.undefined.as_deref()), ratio),
            );
            table.rows.push(vec![
                name.clone(),
                group_name(&one.axes, &one.group),
                count(one.rows),
                count(one.reached),
                one.share.map_or_else(|| no_value(one.undefined.as_deref()), percent),
                interval(one.share, one.low, one.high, percent),
                reference,
                times,
                gap.map_or_else(|| "–".to_owned(), |gap| interval(gap.ratio, gap.low, gap.high, ratio)),
            ]);
        }
    }
    table
}
