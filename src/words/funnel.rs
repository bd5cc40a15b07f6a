//! Where along the way a gap arises, in words.

use super::funnel_pictures as pictures;
use super::numbers::{apart, count, counted, percent, points};
use super::page::{Block, Table};
use super::privacy::hidden_axes;
use super::sentences::{group_name, reference_name};
use super::tables::{caption, interval, interval_head};
use crate::figures::Figure;
use crate::result::{Document, FunnelGap, FunnelPart, FunnelView};

/// Gaps that are told in a sentence.
const TOLD: usize = 5;
/// Rows of a table; `result.json` has them all.
const ROWS: usize = 90;

/// The sentences and tables; none where the policy has no funnel.
pub fn funnel(document: &Document) -> Vec<Block> {
    let Some(view) = &document.funnel else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(lead(view))];
    blocks.extend(hidden_axes(&view.hidden));
    let told = told(view);
    let mut items: Vec<String> = told.iter().take(TOLD).map(|gap| sentence(view, gap)).collect();
    if told.len() > TOLD {
        items.push(format!("In the table: {}.", counted((told.len() - TOLD) as u64, "more gap")));
    }
    if items.is_empty() && !view.gaps.is_empty() {
        items.push(
            "No gap at the end is shown: the interval of each difference holds 0, or too few rows stand behind it. That is no proof that \
             all came equally far."
                .to_owned(),
        );
    }
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    let drawn = |figure: fn(&Document, &FunnelView, &[String]) -> Option<Figure>| {
        pictures::axes_of(view).into_iter().filter_map(move |axes| figure(document, view, axes)).map(Block::Figure)
    };
    if !view.groups.is_empty() {
        blocks.extend(drawn(pictures::stages));
        blocks.push(Block::Table(stages(document, view)));
    }
    if !view.gaps.is_empty() {
        blocks.extend(drawn(pictures::parts));
        blocks.push(Block::Table(parts(document, view)));
        let words = "The parts add up to the gap at the end. Each is what the gap would lose if the group came through that stage as \
                     often as the group it is compared with, averaged over all orders in which the stages can be exchanged; a part \
                     of the other sign works against the gap. A stage is where to look, not yet the reason.";
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    blocks
}

/// The widest gap that is shown, for the first screen.
pub fn glance(document: &Document) -> Option<Block> {
    let view = document.funnel.as_ref()?;
    told(view).first().map(|gap| Block::Paragraph(sentence(view, gap)))
}

fn lead(view: &FunnelView) -> String {
    let names: Vec<&str> = view.stages.iter().map(|stage| stage.name.as_str()).collect();
    let rows = |rows: Option<u64>, what: &str| {
        let rows = rows.filter(|rows| *rows > 0)?;
        Some(format!(" {} {what}.", counted(rows, "row")))
    };
    let late = rows(view.rows_late, "said yes at a stage after one that was not reached");
    let unknown = rows(view.rows_unknown, "had no value at the stage where they stopped");
    format!(
        "The way is: all rows, then {}. A row reaches a stage only if it reached all before.{}{}",
        names.join(", then "),
        late.unwrap_or_default(),
        unknown.unwrap_or_default()
    )
}

/// The gaps that are shown to be there, the widest first.
fn told(view: &FunnelView) -> Vec<&FunnelGap> {
    let mut found: Vec<&FunnelGap> =
        view.gaps.iter().filter(|gap| ["more", "fewer"].contains(&gap.direction.as_str())).collect();
    let size = |gap: &FunnelGap| gap.difference.unwrap_or(0.0).abs();
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    found
}

/// One gap at the end, and the stage with the largest part of it.
fn sentence(view: &FunnelView, gap: &FunnelGap) -> String {
    let end = view.stages.last().map_or("the end", |stage| stage.name.as_str());
    let reference = reference_name(&gap.axes, &gap.reference);
    let size = |value: f64| points(value.abs(), &[]);
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    let behind = gap.direction == "fewer";
    let (low, high) = if behind { (gap.high, gap.low) } else { (gap.low, gap.high) };
    let group = group_name(&gap.axes, &gap.group);
    let said = format!(
        "Of {group} {} came to \"{end}\", of {reference} {}: {} percentage points {} ({}).",
        shown(gap.value),
        shown(gap.reference_value),
        gap.difference.map_or_else(String::new, size),
        gap.direction,
        interval(gap.difference, low, high, size)
    );
    let largest = gap.parts.iter().find(|part| Some(&part.stage) == gap.largest.as_ref());
    match largest {
        Some(part) => format!("{said} {}", arises(gap, part, &group, &reference, behind)),
        None => said,
    }
}

/// At which stage most of it arises.
fn arises(gap: &FunnelGap, part: &FunnelPart, group: &str, reference: &str, behind: bool) -> String {
    let size = |value: f64| points(value.abs(), &[]);
    let (low, high) = if behind { (part.high, part.low) } else { (part.low, part.high) };
    let doubt = if part.clear { "" } else { " Whether anything arises there cannot be told." };
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    // Of limits on both sides of 0 the size alone would mislead.
    let ends = if part.clear {
        interval(Some(part.difference), low, high, size)
    } else {
        interval(Some(part.difference), part.low, part.high, |value| format!("{} pp", points(value, &[])))
    };
    let amount = if part.part_of_gap.is_some_and(|of| of > 1.0) {
        let against = "more than the whole gap, because other stages work against it";
        format!("{} points ({ends}), {against}", size(part.difference))
    } else {
        format!("{} of the {} points ({ends})", size(part.difference), gap.difference.map_or_else(String::new, size))
    };
    format!(
        "The largest part of the gap arises at \"{}\": {amount}; there {} of {group} \
         came through and {} of {reference}.{doubt}",
        part.stage,
        shown(part.share),
        shown(part.reference_share)
    )
}

fn stages(document: &Document, view: &FunnelView) -> Table {
    let head = interval_head(document);
    let heads = ["Group", "Stage", ">Reached it", ">Of those at the stage before", &head, ">Of all", &head];
    let all: usize = view.groups.iter().map(|one| one.stages.len() + 1).sum();
    let mut table = Table::new(caption("How far the rows of each group came", ROWS, all, "lines"), &heads);
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    for one in &view.groups {
        let name = group_name(&one.axes, &one.group);
        let none = || "–".to_owned();
        table.rows.push(vec![name.clone(), "all rows".to_owned(), count(one.rows), none(), none(), none(), none()]);
        for stage in &one.stages {
            table.rows.push(vec![
                name.clone(),
                stage.stage.clone(),
                count(stage.reached),
                shown(stage.share),
                interval(stage.share, stage.low, stage.high, percent),
                shown(stage.of_all),
                interval(stage.of_all, stage.of_all_low, stage.of_all_high, percent),
            ]);
        }
    }
    table.rows.truncate(ROWS);
    table
}

fn parts(document: &Document, view: &FunnelView) -> Table {
    let head = interval_head(document);
    let heads = [
        "Group",
        "Compared with",
        "Stage",
        ">Group came through",
        ">Reference came through",
        ">Times as often",
        ">Part of the gap",
        &head,
        ">Share of the gap",
    ];
    let all: usize = view.gaps.iter().map(|gap| gap.parts.len() + 1).sum();
    let mut table = Table::new(caption("Where the gap arises", ROWS, all, "lines"), &heads);
    let none = || "–".to_owned();
    let shown = |value: Option<f64>| value.map_or_else(none, percent);
    let signed = |value: f64| format!("{} pp", points(value, &[]));
    for gap in &view.gaps {
        let names = [group_name(&gap.axes, &gap.group), reference_name(&gap.axes, &gap.reference)];
        for part in &gap.parts {
            let mut cells = names.to_vec();
            cells.extend([
                part.stage.clone(),
                shown(part.share),
                shown(part.reference_share),
                part.ratio.map_or_else(none, |ratio| apart(ratio, &[])),
                signed(part.difference),
                interval(Some(part.difference), part.low, part.high, signed),
                part.part_of_gap.map_or_else(none, whole_percent),
            ]);
            table.rows.push(cells);
        }
        let mut cells = names.to_vec();
        cells.extend([
            "in all".to_owned(),
            shown(gap.value),
            shown(gap.reference_value),
            gap.ratio.map_or_else(none, |ratio| apart(ratio, &[])),
            gap.difference.map_or_else(none, signed),
            interval(gap.difference, gap.low, gap.high, signed),
            if gap.undefined.is_some() { "not divided: nobody reaches a stage".to_owned() } else { none() },
        ]);
        table.rows.push(cells);
    }
    table.rows.truncate(ROWS);
    table
}

/// A share of the gap, which may be below 0 or above all of it.
fn whole_percent(share: f64) -> String {
    let shown = format!("{:.0}%", 100.0 * share);
    if shown == "-0%" { "0%".to_owned() } else { shown }
}
