//! Which class each group is given, how often the right one is found and what wrong ones cost, in words.

mod pictures;
mod tables;

use tables::dash;

use super::numbers::{apart, count, counted, percent, points, short_decimal};
use super::page::Block;
use super::sentences::{group_name, reference_name};
use super::tables::interval;
use crate::figures::Figure;
use crate::result::{ClassGap, ClassesView, Document, HarmGap, HarmView};

/// Gaps that are told in a sentence.
const TOLD: usize = 5;

/// The sentences and tables; none where the policy has no classes.
pub fn classes(document: &Document) -> Vec<Block> {
    let Some(view) = &document.classes else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(lead(view))];
    blocks.extend(hidden(view).map(Block::Paragraph));
    blocks.extend(found(view));
    let drawn = |figure: fn(&Document, &ClassesView, &[String]) -> Option<Figure>| {
        pictures::axes_of(view).into_iter().filter_map(move |axes| figure(document, view, axes)).map(Block::Figure)
    };
    if !view.groups.is_empty() {
        blocks.extend(drawn(pictures::shares));
        blocks.push(Block::Table(tables::shares(document, view)));
    }
    if view.groups.iter().any(|one| one.right.is_some()) {
        blocks.extend(drawn(pictures::found));
        blocks.push(Block::Table(tables::rates(document, view)));
        blocks.push(Block::Table(tables::overall(document, view)));
    }
    if !view.gaps.is_empty() {
        blocks.push(Block::Table(tables::gaps(document, view)));
    }
    if !view.harm_gaps.is_empty() {
        blocks.push(Block::Table(tables::harm_gaps(document, view)));
    }
    if !view.spreads.is_empty() {
        blocks.push(Block::Table(tables::spreads(view)));
    }
    blocks.push(Block::Paragraph(reading(view)));
    blocks
}

/// The widest gap that is shown, and the largest gap of harm where the policy weighs harm, for the first screen.
pub fn glance(document: &Document) -> Vec<Block> {
    let Some(view) = &document.classes else { return Vec::new() };
    let widest = told(view).first().map(|gap| sentence(view, gap));
    let worst = harms(view).first().filter(|_| !view.harm.is_empty()).map(|gap| harm_sentence(view, gap));
    widest.into_iter().chain(worst).map(Block::Paragraph).collect()
}

fn lead(view: &ClassesView) -> String {
    let rows = |rows: Option<u64>, what: &str| {
        let rows = rows.filter(|rows| *rows > 0)?;
        Some(format!(" {} {what}.", counted(rows, "row")))
    };
    let right = view.right.as_ref().map_or_else(
        || " Which class was right is not known (`right`), so only how the classes are spread is told.".to_owned(),
        |right| format!(" `{right}` says which one was right."),
    );
    let chosen = rows(view.rows_without_chosen, "had no class and are in no number here");
    let known = rows(view.rows_without_right, "had no right class and are in the shares only");
    let listed = if view.classes.len() > 12 {
        format!("{} classes", count(view.classes.len() as u64))
    } else {
        view.classes.join(", ")
    };
    format!(
        "`{}` says which class each case was given: {listed}.{right}{}{}",
        view.chosen,
        chosen.unwrap_or_default(),
        known.unwrap_or_default()
    )
}

fn hidden(view: &ClassesView) -> Option<String> {
    let named = |axes: &[Vec<String>]| {
        let name = |axes: &Vec<String>| if axes.is_empty() { "everybody".to_owned() } else { axes.join(" and ") };
        axes.iter().map(name).collect::<Vec<_>>().join("; ")
    };
    let because = "because a count of a group is small or could be worked out";
    let all = (!view.hidden.is_empty()).then(|| format!("Hidden here, {because}: {}.", named(&view.hidden)));
    let right = (!view.hidden_right.is_empty()).then(|| {
        format!("How often the right class was chosen is hidden, {because}, by: {}.", named(&view.hidden_right))
    });
    match (all, right) {
        (Some(all), Some(right)) => Some(format!("{all} {right}")),
        (all, right) => all.or(right),
    }
}

/// The measure that matters most: whether the right class is found, and else how the classes are spread.
fn measure(view: &ClassesView) -> &'static str {
    if view.right.is_some() { "true-positive-rate" } else { "share" }
}

/// The gaps that are shown: those of the measure that matters most first, then the widest.
fn told(view: &ClassesView) -> Vec<&ClassGap> {
    let mut found: Vec<&ClassGap> = view.gaps.iter().filter(|gap| gap.shown).collect();
    let size = |gap: &ClassGap| gap.difference.unwrap_or(0.0).abs();
    let later = |gap: &ClassGap| gap.measure != measure(view);
    found.sort_by(|a, b| later(a).cmp(&later(b)).then_with(|| size(b).total_cmp(&size(a))));
    found
}

fn harms(view: &ClassesView) -> Vec<&HarmGap> {
    let mut found: Vec<&HarmGap> = view.harm_gaps.iter().filter(|gap| gap.shown).collect();
    let size = |gap: &HarmGap| gap.difference.unwrap_or(0.0).abs();
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    found
}

fn found(view: &ClassesView) -> Vec<Block> {
    let told = told(view);
    let mut items: Vec<String> = told.iter().take(TOLD).map(|gap| sentence(view, gap)).collect();
    if told.len() > TOLD {
        items.push(format!("In the table of gaps: {}.", counted((told.len() - TOLD) as u64, "more gap")));
    }
    let harms = harms(view);
    let whole = view.hidden.is_empty() && view.hidden_right.is_empty();
    if items.is_empty() && harms.is_empty() && whole && !view.gaps.is_empty() {
        items.push(
            "No gap between groups is shown for any class: each can be chance among so many, or too few rows stand behind it. That is \
             no proof that all groups are alike."
                .to_owned(),
        );
    }
    items.extend(harms.iter().take(TOLD).map(|gap| harm_sentence(view, gap)));
    if items.is_empty() { Vec::new() } else { vec![Block::List(items)] }
}

/// One gap: `Of the cases of region south that belonged to "billing" 71.0% were sent there, of region north 84.0%: …`.
fn sentence(view: &ClassesView, gap: &ClassGap) -> String {
    let size = |value: f64| points(value.abs(), &[]);
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    let behind = gap.difference.is_some_and(|difference| difference < 0.0);
    let (group, reference) = (group_name(&gap.axes, &gap.group), reference_name(&gap.axes, &gap.reference));
    let (value, other) = (shown(gap.value), shown(gap.reference_value));
    let said = if view.right.is_some() && gap.measure != "share" {
        format!(
            "Of the cases of {group} that belonged to \"{}\" {value} were sent there, of those of {reference} {other}",
            gap.class
        )
    } else {
        format!("Of the cases of {group} {value} were sent to \"{}\", of those of {reference} {other}", gap.class)
    };
    let ends = ends((gap.difference, gap.low, gap.high), size, |value| format!("{} pp", points(value, &[])));
    format!(
        "{said}: {} percentage points {} often ({ends}).",
        gap.difference.map_or_else(String::new, size),
        if behind { "less" } else { "more" }
    )
}

/// The ends of an interval beside a size without its sign: as sizes where both lie on its side of 0, else with their signs.
fn ends(
    (difference, low, high): (Option<f64>, Option<f64>, Option<f64>),
    size: impl Fn(f64) -> String + Copy,
    signed: impl Fn(f64) -> String + Copy,
) -> String {
    // Of limits on both sides of 0, as rounded counts can have, the size alone would mislead.
    match low.zip(high) {
        Some((low, high)) if low > 0.0 && high > 0.0 => interval(difference, Some(low), Some(high), size),
        Some((low, high)) if low < 0.0 && high < 0.0 => interval(difference, Some(high), Some(low), size),
        _ => interval(difference, low, high, signed),
    }
}

/// One gap of the harm per case; the share of wrong classes where the policy weighs none more than others.
fn harm_sentence(view: &ClassesView, gap: &HarmGap) -> String {
    let (group, reference) = (group_name(&gap.axes, &gap.group), reference_name(&gap.axes, &gap.reference));
    let behind = gap.difference.is_some_and(|difference| difference < 0.0);
    let way = if behind { "less" } else { "more" };
    let told = |value: Option<f64>, how: &dyn Fn(f64) -> String| value.map_or_else(dash, how);
    if view.harm.is_empty() {
        let size = |value: f64| points(value.abs(), &[]);
        let ends = ends((gap.difference, gap.low, gap.high), size, |value| format!("{} pp", points(value, &[])));
        return format!(
            "Of the cases of {group} {} were given a wrong class, of those of {reference} {}: {} percentage points {way} ({ends}).",
            told(gap.value, &percent),
            told(gap.reference_value, &percent),
            told(gap.difference, &size)
        );
    }
    let plain = |value: f64| apart(value, &[]);
    let ends = ends((gap.difference, gap.low, gap.high), |value: f64| plain(value.abs()), plain);
    format!(
        "By the weights of the policy, wrong classes did {} of harm per case to {group} and {} to {reference}: {} {way} ({ends}).",
        told(gap.value, &plain),
        told(gap.reference_value, &plain),
        told(gap.difference.map(f64::abs), &plain)
    )
}

/// How the tables are read.
fn reading(view: &ClassesView) -> String {
    let mut words = String::new();
    if view.right.is_some() {
        words.push_str(
            "Each class is held against all others together. A mean of the classes counts every class alike, however few cases it has; \
             a class without a case has none and is left out of it. ",
        );
        words.push_str(&weighed(&view.harm));
        words.push(' ');
    }
    words.push_str(
        "A gap is shown where chance alone would rarely give one as large anywhere among all classes and groups together (Holm, at the \
         level of the report). Farthest apart is the share of cases that would have to be sent elsewhere to make the two groups alike.",
    );
    words
}

/// What wrong classes cost.
fn weighed(harm: &[HarmView]) -> String {
    if harm.is_empty() {
        return "Harm per case is the share of wrong classes, because the policy weighs none of them more than others."
            .to_owned();
    }
    let listed = |classes: &[String], any: &str| if classes.is_empty() { any.to_owned() } else { classes.join(" or ") };
    let one = |harm: &HarmView| {
        let (right, chosen) = (listed(&harm.right, "any class"), listed(&harm.chosen, "any other"));
        format!("{} where {right} was right and {chosen} was chosen", short_decimal(harm.weight))
    };
    let all: Vec<String> = harm.iter().map(one).collect();
    format!(
        "Harm per case: what is right has 0, a wrong class 1, but {} (of several that fit, the last).",
        all.join("; ")
    )
}
