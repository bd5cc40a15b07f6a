//! Where people changed what the model said, and what that did to each gap, in words.

use super::human_pictures as pictures;
use super::numbers::{apart, count, counted, percent, points, signed_points, with_sign};
use super::page::{Block, Table};
use super::privacy::hidden_axes;
use super::sentences::{group_name, reference_name};
use super::tables::{caption, interval, interval_head};
use crate::result::{Document, HumanGap, HumanStep, HumanView, ReferenceView};

/// Gaps that are told in a sentence, and those that the first screen names.
const TOLD: usize = 5;
const FIRST: usize = 2;
/// Rows of a table; `result.json` has them all.
const ROWS: usize = 60;

/// The effects of the human step, each with its word in a table.
const EFFECTS: &[(&str, &str)] = &[
    ("widens", "wider"),
    ("narrows", "narrower"),
    ("unchanged", "no row changed"),
    ("cannot-tell", "cannot be told"),
    ("too-few", "too few rows"),
    ("undefined", "not defined"),
];

/// The sentences and tables; none where the policy does not tell the human step apart.
pub fn human(document: &Document) -> Vec<Block> {
    let Some(view) = &document.human else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(lead(document, view))];
    blocks.extend(hidden_axes(&view.hidden));
    if !view.gaps.is_empty() {
        blocks.extend(found(view));
    }
    if !view.steps.is_empty() {
        blocks.extend(pictures::before_and_after(document, view).into_iter().map(Block::Figure));
        blocks.push(Block::Table(steps(document, view)));
    }
    if !view.gaps.is_empty() {
        blocks.push(Block::Table(gaps(document, view)));
        let words = "A gap that people made wider is not by that alone wrong: they may know what the model does not. It is where to \
                     ask them why.";
        let by_chance = " Each interval stands for its own gap; among many gaps, some leave out 0 by chance.";
        blocks.push(Block::Paragraph(format!("{words}{}", if has_intervals(view) { by_chance } else { "" })));
    }
    blocks
}

/// The gaps that people made wider, for the first screen.
pub fn glance(document: &Document) -> Vec<Block> {
    let Some(view) = &document.human else { return Vec::new() };
    let wider = by_effect(view, "widens").into_iter().take(FIRST);
    wider.map(|gap| Block::Paragraph(sentence(view, gap))).collect()
}

/// What was changed in all.
fn lead(document: &Document, view: &HumanView) -> String {
    let columns = format!(
        "`{}` is what the model said, `{}` what was finally done, after a person.",
        view.model_decision,
        document.policy.decision.as_deref().unwrap_or_default()
    );
    let Some(all) = view.steps.iter().find(|step| step.axes.is_empty()) else { return columns };
    if all.changed == 0 {
        return format!("{columns} People changed none of {}.{}", counted(all.rows, "decision"), without(view));
    }
    let share = all.share.map_or_else(String::new, percent);
    let moved = match all.direction.as_str() {
        "to-favourable" => format!(" Together they made it more frequent, by {}.", moved(all)),
        "from-favourable" => format!(" Together they made it rarer, by {}.", moved(all)),
        _ => " Whether together they made it rarer or more frequent cannot be told.".to_owned(),
    };
    format!(
        "{columns} People changed {} of {} ({share}; {}): {} to the favourable decision and {} away from it.{moved}{}",
        count(all.changed),
        counted(all.rows, "decision"),
        interval(all.share, all.low, all.high, percent),
        count(all.to_favourable),
        count(all.from_favourable),
        without(view)
    )
}

/// How far the share of favourable decisions moved, whichever way.
fn moved(step: &HumanStep) -> String {
    let size = |value: f64| points(value.abs(), &[]);
    let (low, high) = match step.direction.as_str() {
        "from-favourable" => (step.change_high, step.change_low),
        _ => (step.change_low, step.change_high),
    };
    format!(
        "{} percentage points ({})",
        step.change.map_or_else(String::new, size),
        interval(step.change, low, high, size)
    )
}

/// Rows that are in no number here.
fn without(view: &HumanView) -> String {
    let told = |rows: Option<u64>, what: &str| {
        let rows = rows.filter(|rows| *rows > 0)?;
        Some(format!(
            " {} without {what} {} left out here.",
            counted(rows, "row"),
            if rows == 1 { "is" } else { "are" }
        ))
    };
    let parts = [
        told(view.rows_without_model, "a decision of the model"),
        told(view.rows_without_decision, "a final decision"),
    ];
    parts.into_iter().flatten().collect()
}

/// Whether gaps have their intervals; what is rounded has none.
fn has_intervals(view: &HumanView) -> bool {
    view.gaps.iter().any(|gap| gap.low.is_some() || gap.high.is_some())
}

/// The gaps of differences with an effect, the widest first.
fn by_effect<'a>(view: &'a HumanView, effect: &str) -> Vec<&'a HumanGap> {
    let mut found: Vec<&HumanGap> =
        view.gaps.iter().filter(|gap| gap.contrast == "difference" && gap.effect == effect).collect();
    let size = |gap: &HumanGap| gap.widening.or(gap.change).unwrap_or(0.0).abs();
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    found
}

/// What became of the gaps: a sentence for each that is shown to be wider or narrower, and how many are not.
fn found(view: &HumanView) -> Vec<Block> {
    let told: Vec<&HumanGap> = by_effect(view, "widens").into_iter().chain(by_effect(view, "narrows")).collect();
    let mut items: Vec<String> = told.iter().take(TOLD).map(|gap| sentence(view, gap)).collect();
    if told.len() > TOLD {
        items.push(format!("In the table: {}.", counted((told.len() - TOLD) as u64, "more gap")));
    }
    let open = by_effect(view, "cannot-tell").len() as u64;
    if open > 0 {
        let what = if open == 1 { "1 gap".to_owned() } else { format!("{} gaps", count(open)) };
        items.push(format!(
            "Of {what} it cannot be told whether people made it wider or narrower. That is no proof that they left it as it was{}.",
            if has_intervals(view) { "; the intervals say how far it could have moved" } else { "" }
        ));
    }
    let few = by_effect(view, "too-few").len() as u64;
    if few > 0 {
        items.push(format!("Of {} there are too few rows to say.", counted(few, "gap")));
    }
    if items.is_empty() { Vec::new() } else { vec![Block::List(items)] }
}

/// One gap before people looked and in the end.
fn sentence(view: &HumanView, gap: &HumanGap) -> String {
    let named = |of: &Option<ReferenceView>| of.as_ref().map(|of| reference_name(&gap.axes, of));
    let reference = named(&gap.reference).unwrap_or_default();
    let other = named(&gap.reference_before);
    let apart_by = |value: Option<f64>| match value {
        Some(value) if value < 0.0 => format!("{} percentage points less often than", points(-value, &[])),
        Some(value) if value > 0.0 => format!("{} percentage points more often than", points(value, &[])),
        Some(_) => "exactly as often as".to_owned(),
        None => "not comparably with".to_owned(),
    };
    let short = |value: Option<f64>| match value {
        Some(value) if value < 0.0 => format!("{} less often", points(-value, &[])),
        Some(value) if value > 0.0 => format!("{} more often", points(value, &[])),
        _ => "exactly as often".to_owned(),
    };
    let size = |value: f64| points(value.abs(), &[]);
    let (word, ends) = match gap.effect.as_str() {
        "narrows" => ("narrower", (gap.widening_high, gap.widening_low)),
        _ => ("wider", (gap.widening_low, gap.widening_high)),
    };
    let by = gap.widening.map(|by| format!(" by {} ({})", size(by), interval(gap.widening, ends.0, ends.1, size)));
    format!(
        "By the model {} got the favourable decision {} {}, in the end {}: people made the gap {word}{}.{}",
        group_name(&gap.axes, &gap.group),
        apart_by(gap.before),
        other.as_ref().unwrap_or(&reference),
        if other.is_some() { format!("{} {reference}", apart_by(gap.after)) } else { short(gap.after) },
        by.unwrap_or_default(),
        as_ratio(view, gap)
    )
}

/// Where the ratio of the two rates went the other way, it is said: both are true.
fn as_ratio(view: &HumanView, gap: &HumanGap) -> String {
    let other = view.gaps.iter().find(|one| {
        one.contrast == "ratio" && one.axes == gap.axes && one.group == gap.group && one.effect != gap.effect
    });
    match other.filter(|one| ["widens", "narrows"].contains(&one.effect.as_str())) {
        Some(HumanGap { before: Some(before), after: Some(after), effect, .. }) => format!(
            " As a ratio it became {}: {} by the model, {} in the end.",
            effect_word(effect),
            apart(*before, &[]),
            apart(*after, &[])
        ),
        _ => String::new(),
    }
}

/// The word of an effect in a table.
pub(super) fn effect_word(effect: &str) -> &str {
    EFFECTS.iter().find(|(id, _)| *id == effect).map_or(effect, |(_, word)| word)
}

fn steps(document: &Document, view: &HumanView) -> Table {
    let title = caption("What people changed; yes is the favourable decision", ROWS, view.steps.len(), "groups");
    let head = interval_head(document);
    let heads = [
        "Group",
        ">Rows",
        ">No to yes",
        ">Yes to no",
        ">Changed",
        &head,
        ">Yes by the model",
        ">Yes in the end",
        ">Moved by",
        &head,
    ];
    let mut table = Table::new(title, &heads);
    let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    for step in view.steps.iter().take(ROWS) {
        table.rows.push(vec![
            group_name(&step.axes, &step.group),
            count(step.rows),
            count(step.to_favourable),
            count(step.from_favourable),
            share(step.share),
            interval(step.share, step.low, step.high, percent),
            share(step.rate_before),
            share(step.rate_after),
            step.change.map_or_else(|| "–".to_owned(), signed_points),
            interval(step.change, step.change_low, step.change_high, signed_points),
        ]);
    }
    table
}

/// Whom a group is held against, by the model and in the end where that is not the same.
fn compared(gap: &HumanGap) -> Option<String> {
    let name = |of: &ReferenceView| reference_name(&gap.axes, of);
    let after = gap.reference.as_ref().map(name)?;
    Some(match gap.reference_before.as_ref().map(name) {
        Some(before) => format!("{before} by the model, {after} in the end"),
        None => after,
    })
}

fn gaps(document: &Document, view: &HumanView) -> Table {
    let title = caption("Gaps before people looked and in the end", ROWS, view.gaps.len(), "gaps");
    let head = interval_head(document);
    let heads = ["Group", "Compared with", "As", ">By the model", ">In the end", ">Change", &head, "The gap is"];
    let mut table = Table::new(title, &heads);
    for gap in view.gaps.iter().take(ROWS) {
        let shown = |value: f64| match gap.contrast.as_str() {
            "difference" => format!("{} pp", points(value, &[])),
            _ => apart(value, &[]),
        };
        let moved = |value: f64| match gap.contrast.as_str() {
            "difference" => signed_points(value),
            _ => with_sign(value, apart(value, &[])),
        };
        let none = || "–".to_owned();
        table.rows.push(vec![
            group_name(&gap.axes, &gap.group),
            compared(gap).unwrap_or_else(none),
            gap.contrast.clone(),
            gap.before.map_or_else(none, shown),
            gap.after.map_or_else(none, shown),
            gap.change.map_or_else(none, moved),
            interval(gap.change, gap.low, gap.high, moved),
            effect_word(&gap.effect).to_owned(),
        ]);
    }
    table
}
