//! The section on measured outcomes: what each group got, how long it waited, what it answered.

use std::collections::BTreeMap;

use super::experience_pictures as pictures;
use super::numbers::{apart, count, in_unit, level, p_value, percent};
use super::outcomes::{Telling, spaced};
use super::page::{Block, Table};
use super::pictures::shown;
use super::sentences::{group_name, reference_name, upper_first};
use super::tables::{self, by, interval, no_count, no_value};
use super::tenths;
use crate::metrics::outcome::{OutcomeKind, OutcomeMetric, template};
use crate::result::{Comparison, Document, Group, Measurement, OutcomeView, Ranked};

/// Groups of heavy tails that are named.
const NAMED: usize = 5;

/// One block for each outcome.
pub fn experience(document: &Document) -> Vec<Block> {
    document.policy.outcomes.iter().flat_map(|outcome| of_outcome(document, outcome)).collect()
}

fn of_outcome(document: &Document, outcome: &OutcomeView) -> Vec<Block> {
    let mut blocks = Vec::new();
    for axes in tables::axes_of(document) {
        let Some(table) = numbers(document, outcome, &axes) else { continue };
        if is_hidden(document, outcome, &axes) {
            let by = axes.join(" and ");
            blocks.push(Block::Paragraph(format!(
                "By {by} it is hidden, because a small number of people could be worked out from it."
            )));
            continue;
        }
        blocks.extend(pictures::forest(document, outcome, &axes).map(Block::Figure));
        blocks.extend(pictures::categories(document, outcome, &axes).map(Block::Figure));
        blocks.extend(pictures::middle_and_end(document, outcome, &axes).map(Block::Figure));
        blocks.push(Block::Table(table));
        blocks.extend(held_against(document, outcome, &axes).map(Block::Table));
        blocks.extend(tenths::by_axis(document, outcome, &axes));
    }
    if blocks.is_empty() {
        return blocks;
    }
    let reading = tenths::reading(document, outcome);
    let beginning = std::iter::once(introduction(outcome)).chain(reading).map(Block::Paragraph);
    blocks.splice(0..0, beginning);
    blocks.extend(tails(document, outcome).map(Block::Paragraph));
    blocks
}

/// Whether no number of any group of the axis is shown.
fn is_hidden(document: &Document, outcome: &OutcomeView, axes: &[String]) -> bool {
    let of_axis = |m: &&Measurement| {
        m.axes == axes && document.policy.outcome(&m.metric).is_some_and(|found| found.name == outcome.name)
    };
    document.measurements.iter().filter(of_axis).all(|m| m.undefined.as_deref() == Some("suppressed"))
}

/// What the outcome is, and what is not told of it.
fn introduction(outcome: &OutcomeView) -> String {
    let unit = outcome.unit.as_ref().filter(|unit| *unit != "s").map(|unit| format!(", in {unit}"));
    let good = match outcome.better.as_str() {
        "neither" => "it takes no side by itself".to_owned(),
        better => format!("{better} is good for the person"),
    };
    let kind = match OutcomeKind::find(&outcome.kind) {
        Some(OutcomeKind::Amount) => "an amount",
        Some(OutcomeKind::Duration) => "how long it took",
        Some(OutcomeKind::Ordinal) => "an answer on a scale",
        Some(OutcomeKind::YesNo) => "yes or no",
        Some(OutcomeKind::Category) => "one of several categories",
        _ => &outcome.kind,
    };
    let has_words = [OutcomeKind::YesNo, OutcomeKind::Category].iter().any(|kind| outcome.kind == kind.name());
    let lacks = outcome.bound.is_none() && !has_words;
    let lacks = if lacks { " Share from a bound up: not tested: needs `bound`." } else { "" };
    format!("{}: {kind}{}; {good}.{lacks}", upper_first(&spaced(&outcome.name)), unit.unwrap_or_default())
}

/// The metrics of an outcome that its table has, each with the id under which it was measured.
fn measured_metrics<'a>(document: &'a Document, outcome: &OutcomeView) -> Vec<(&'static OutcomeMetric, &'a str)> {
    let mut found: Vec<(&OutcomeMetric, &str)> = Vec::new();
    for m in document.measurements.iter().filter(|m| m.axes.is_empty()) {
        let Some((name, id)) = m.metric.split_once('.') else { continue };
        let declared = template(id).filter(|_| name == outcome.name);
        found.extend(declared.map(|declared| (declared, m.metric.as_str())));
    }
    // How many have a value at all comes first: everything else is of those who have.
    found.sort_by_key(|(declared, _)| !declared.is_presence());
    found
}

/// Every number of every group; none where the axis was not measured.
fn numbers(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<Table> {
    let metrics = measured_metrics(document, outcome);
    let heads: Vec<String> = metrics.iter().map(|(declared, metric)| head(document, declared, metric)).collect();
    let mut columns = vec!["Group", ">Cases"];
    columns.extend(heads.iter().map(String::as_str));
    let level = level(document.policy.level);
    let name = upper_first(&spaced(&outcome.name));
    let mut table = Table::new(format!("{name} by {}, with {level} intervals", by(axes)), &columns);
    // An axis may have thousands of groups: its numbers are gone through once.
    let by_metric: Vec<BTreeMap<&Group, &Measurement>> =
        metrics.iter().map(|(_, id)| tables::measured(document, id, axes).map(|m| (&m.group, m)).collect()).collect();
    let (_, first) = metrics.first()?;
    for of in tables::measured(document, first, axes) {
        let cases = of.denominator.map_or_else(|| no_count(of), count);
        let mut row = vec![group_name(axes, &of.group), cases];
        row.extend(by_metric.iter().map(|found| found.get(&of.group).map_or("–".to_owned(), |m| cell(document, m))));
        table.rows.push(row);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The head of the column of a metric: its name, with the bound that the outcome has.
fn head(document: &Document, declared: &OutcomeMetric, metric: &str) -> String {
    match Telling::of(document, metric) {
        Some(telling) if declared.is_share() => upper_first(&telling.bare_noun()),
        Some(telling) => match telling.unit().filter(|unit| *unit != "s") {
            Some(unit) => format!("{}, {unit}", declared.name),
            None => declared.name.to_owned(),
        },
        None => declared.name.to_owned(),
    }
}

fn cell(document: &Document, m: &Measurement) -> String {
    let Some(_) = m.value else { return no_value(m.undefined.as_deref()) };
    let telling = Telling::of(document, &m.metric);
    match telling.as_ref().map(Telling::unit) {
        // Durations have a unit in every number; others have it in the head of the column.
        Some(unit) if m.numerator.is_none() => {
            shown(m.value, m.low, m.high, |v| in_unit(unit.filter(|unit| *unit == "s"), v, &[]))
        }
        _ => shown(m.value, m.low, m.high, percent),
    }
}

/// One number of every outcome for every group of every attribute: the one whose ratios are drawn, and how many it is of.
pub fn at_a_glance(document: &Document) -> Option<Table> {
    let heads = ["What", "Group", ">Cases", ">Of", ">Value", &tables::interval_head(document)];
    let mut table = Table::new("What they experienced", &heads);
    for outcome in &document.policy.outcomes {
        for axes in tables::axes_of(document).into_iter().filter(|axes| axes.len() < 2) {
            let presence = measured_metrics(document, outcome).into_iter().find(|(declared, _)| declared.is_presence());
            let metrics = glanced_at(document, outcome, &axes);
            let told = metrics.iter().filter_map(|metric| Some((metric, Telling::of(document, metric)?)));
            let numbers = told.flat_map(|(metric, telling)| {
                tables::measured(document, metric, &axes).map(move |m| (m, telling.clone()))
            });
            for (m, telling) in numbers {
                let of =
                    presence.and_then(|(_, id)| tables::measured(document, id, &axes).find(|one| one.group == m.group));
                let counted = |n: Option<u64>| n.map_or_else(|| no_count(m), count);
                let value = |v: f64| if m.numerator.is_some() { percent(v) } else { in_unit(telling.unit(), v, &[]) };
                table.rows.push(vec![
                    upper_first(&telling.bare_noun()),
                    group_name(&axes, &m.group),
                    counted(of.and_then(|of| of.numerator)),
                    counted(of.and_then(|of| of.denominator)),
                    m.value.map_or_else(|| no_value(m.undefined.as_deref()), value),
                    interval(m.value, m.low, m.high, value),
                ]);
            }
        }
    }
    tables::at_a_glance(table)
}

/// What is looked at first of an outcome: the number whose ratios are drawn, or the share of every category.
fn glanced_at(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Vec<String> {
    let of_categories = pictures::shares_of(document, outcome, axes);
    if !of_categories.is_empty() {
        return of_categories.into_iter().map(|(_, metric)| metric).collect();
    }
    let drawn = pictures::drawn(document, outcome, axes).or_else(|| of_everybody(document, outcome, axes));
    drawn.into_iter().collect()
}

/// Where nobody is held against anybody, the number that would be.
fn of_everybody(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<String> {
    let kind = OutcomeKind::find(&outcome.kind)?;
    let measured = measured_metrics(document, outcome).into_iter();
    let (_, id) = measured.filter(|_| axes.is_empty()).find(|(declared, _)| declared.drawn.contains(&kind))?;
    Some(id.to_owned())
}

/// Groups against their references by all values; none where there is no reference.
fn held_against(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<Table> {
    let kind = OutcomeKind::find(&outcome.kind)?;
    let drawn = pictures::drawn(document, outcome, axes);
    let ratio_head = drawn
        .as_ref()
        .and_then(|metric| Telling::of(document, metric))
        .map(|telling| format!(">{}, as a ratio", upper_first(&telling.bare_noun())));
    let more = format!(">Chance of a {} {}", kind.comparative().more, spaced(&outcome.name));
    let to_match = format!(">Share that would need another {} for both to be alike", spaced(&outcome.name));
    let mut heads = vec!["Group", "Compared with"];
    heads.extend(ratio_head.as_deref());
    match kind {
        // The share says it all.
        OutcomeKind::YesNo => {}
        OutcomeKind::Category => heads.extend([to_match.as_str(), ">p"]),
        _ => heads.extend([
            more.as_str(),
            ">p",
            ">Gap in standard deviations",
            ">Largest gap of shares",
            ">Average shift",
        ]),
    }
    let name = upper_first(&spaced(&outcome.name));
    let caption = format!("{name} of one group held against that of another, by {}", axes.join(" and "));
    let mut table = Table::new(caption, &heads);
    let unit = outcome.unit.as_deref();
    let of_axis = |c: &&Comparison| Some(&c.metric) == drawn.as_ref() && c.contrast == "ratio" && c.axes == axes;
    let ratios: BTreeMap<&Group, &Comparison> =
        document.comparisons.iter().filter(of_axis).map(|c| (&c.group, c)).collect();
    for one in document.outcome_comparisons.iter().filter(|one| one.outcome == outcome.name && one.axes == axes) {
        let dash = || "–".to_owned();
        let mut row = vec![group_name(axes, &one.group), reference_name(axes, &one.reference)];
        if drawn.is_some() {
            let ratio = ratios.get(&one.group).copied();
            row.push(ratio.map_or_else(dash, |c| {
                let value = c.value.map(super::pictures::ratio_shown);
                let ends = interval(c.value, c.low, c.high, super::pictures::ratio_shown);
                value.map_or_else(|| no_value(c.undefined.as_deref()), |value| format!("{value} ({ends})"))
            }));
        }
        let p = one.p_value.map_or_else(dash, p_value);
        match kind {
            OutcomeKind::YesNo => {}
            OutcomeKind::Category => row.extend([one.distance.map_or_else(dash, percent), p]),
            _ => row.extend([
                ranked(&one.has_more, percent),
                p,
                ranked(&one.standardised_gap, |v| apart(v, &[])),
                one.distance.map_or_else(dash, |v| format!("{} pp", super::numbers::points(v, &[]))),
                one.transport.map_or_else(dash, |v| in_unit(unit, v, &[])),
            ]),
        }
        table.rows.push(row);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn ranked(of: &Ranked, words: impl Fn(f64) -> String + Copy) -> String {
    if of.value.is_none() { no_value(of.undefined.as_deref()) } else { shown(of.value, of.low, of.high, words) }
}

/// Whose mean a few rows carry.
fn tails(document: &Document, outcome: &OutcomeView) -> Option<String> {
    let heavy: Vec<String> = document
        .outcome_tails
        .iter()
        .filter(|tail| tail.outcome == outcome.name && tail.heavy)
        .map(|tail| group_name(&tail.axes, &tail.group))
        .collect();
    let more = heavy.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = heavy[..heavy.len().min(NAMED)].join("; ");
    (!heavy.is_empty()).then(|| {
        format!(
            "A few rows carry the average {} of {named}{more}: its interval is too narrow, so read the trimmed mean and the \
             median.",
            spaced(&outcome.name)
        )
    })
}
