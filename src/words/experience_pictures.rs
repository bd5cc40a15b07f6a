//! The figures of a measured outcome: the forest of its ratios, and its middle and its end by group.

use std::collections::BTreeMap;

use super::cases::Cases;
use super::numbers::{count, in_unit, round_in_unit, short_decimal};
use super::outcomes::{Telling, spaced};
use super::pictures::{MOST, Order, check_of, heads, levels, ratio_shown, shown, told};
use super::sentences::{group_name, limits, reference_name, upper_first};
use super::share_panels::{self, FEW, MOST_PANELS, Share, Shares, Words, span};
use super::tables::{interval, measured, no_value};
use crate::figures::figure::{Heads, Kind, Limits};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale};
use crate::metrics::outcome::{OUTCOMES, OutcomeKind, presence};
use crate::result::{Comparison, Document, Group, Measurement, OutcomeView};

/// The quantiles of the figure of skewed values.
const QUANTILES: [&str; 2] = ["median", "p90"];
/// Rows of each of two panels.
const MOST_OF_TWO: usize = 15;

/// The metric whose ratios are drawn: the first of those declared for the kind that has been held against references.
pub fn drawn(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<String> {
    let kind = OutcomeKind::find(&outcome.kind)?;
    let declared = OUTCOMES.iter().filter(|one| one.drawn.contains(&kind));
    let mut ids = declared.map(|one| match (&outcome.bound, one.at_bound) {
        (Some(bound), true) => format!("{}.{}-{bound}", outcome.name, one.id),
        _ => format!("{}.{}", outcome.name, one.id),
    });
    let held =
        |id: &String| document.comparisons.iter().any(|c| c.metric == *id && c.contrast == "ratio" && c.axes == axes);
    ids.find(held)
}

/// The ratios of an axis on a logarithmic scale, with the limits of the check that judges them.
pub fn forest(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<Figure> {
    let metric = drawn(document, outcome, axes)?;
    let telling = Telling::of(document, &metric)?;
    let of_axis = |c: &&Comparison| c.metric == metric && c.contrast == "ratio" && c.axes == axes;
    let first = document.comparisons.iter().find(of_axis)?;
    let reference = reference_name(axes, &first.reference);
    let judged = check_of(document, &metric, axes);
    let order = Order::new(document, &metric, axes, MOST);
    let cases = valued_rows(document, &metric, axes);
    let of_group = |group: &&Group| order.row(document, &metric, axes, group, cases.get(*group).copied());
    let found: Vec<(Row, Option<&Comparison>)> = order.groups.iter().map(of_group).collect();
    let bounds = judged.map_or([None, None], |check| [check.min, check.max]);
    let numbers = found.iter().filter_map(|(_, c)| c.and_then(|c| c.value)).chain(bounds.into_iter().flatten());
    let scale = Scale::ratios(numbers);
    let limit = |value: Option<f64>| value.map(|v| (v, short_decimal(v)));
    let limits_drawn = judged.map(|check| Limits { low: limit(check.min), high: limit(check.max) });
    let far = |value: f64| libm::log(value.max(f64::MIN_POSITIVE)).abs();
    let (row, c, value) = found
        .iter()
        .filter_map(|(row, c)| c.and_then(|c| c.value.map(|value| (row, c, value))))
        .max_by(|a, b| far(a.2).total_cmp(&far(b.2)))?;
    let ends = interval(c.value, c.low, c.high, ratio_shown);
    let said = telling.tells(&group_name(axes, &c.group), &telling.times(&ratio_shown(value)), &reference);
    let word = if row.word.is_empty() { String::new() } else { format!(", {}", row.word) };
    let message = format!(
        "The widest gap: {} ({ends}; {} {}){word}.{}{}",
        lower_first(&said, "For "),
        row.cases,
        Cases::of(document, axes).noun(),
        judged.map(|check| format!(" Limits of the check {}: {}.", check.id, limits(check))).unwrap_or_default(),
        order.said,
    );
    let rows: Vec<Row> = found.iter().map(|(row, _)| row.clone()).collect();
    let description = format!("{message} {}. The scale is logarithmic.", told(&rows, Cases::of(document, axes)));
    let mut heads = heads(document, axes, "Ratio, on a logarithmic scale".to_owned(), "Ratio");
    heads.verdict = if judged.is_some() { "Verdict".to_owned() } else { String::new() };
    let panel =
        Panel { title: String::new(), heads, scale, rows, line: Some((1.0, String::new())), limits: limits_drawn };
    let title = format!("{}, as a ratio to {reference}, by {}", upper_first(&telling.noun()), axes.join(" and "));
    Some(Figure { title, message, description, drawing: Drawing::Panels(vec![panel]) })
}

/// The categories of an outcome, each with the metric of its share that was measured by these axes.
pub fn shares_of(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Vec<(String, String)> {
    let id = |metric: &str| metric.strip_prefix(&outcome.name)?.strip_prefix('.').map(str::to_owned);
    let mut found: Vec<(String, String)> = Vec::new();
    for m in document.measurements.iter().filter(|m| m.axes == axes) {
        let Some(id) = id(&m.metric) else { continue };
        let category = OUTCOMES.iter().find_map(|declared| declared.category_of(&id));
        if let Some(category) = category.filter(|_| found.iter().all(|(_, known)| *known != m.metric)) {
            found.push((category.to_owned(), m.metric.clone()));
        }
    }
    found
}

/// The share of every category by group; of many categories those that differ most.
pub fn categories(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<Figure> {
    if axes.is_empty() {
        return None;
    }
    let named = shares_of(document, outcome, axes);
    let parts = named.iter().map(|(category, metric)| {
        let of_group = measured(document, metric, axes).map(|m| Share {
            group: &m.group,
            rows: m.denominator.unwrap_or(0),
            value: m.value,
            low: m.low,
            high: m.high,
            undefined: m.undefined.as_deref(),
        });
        let everybody = document.measurements.iter().find(|m| m.metric == *metric && m.axes.is_empty());
        Shares { title: category.clone(), everybody: everybody.and_then(|m| m.value), groups: of_group.collect() }
    });
    let all: Vec<Shares> = parts.collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| share_panels::reach(document, &all[*b]).total_cmp(&share_panels::reach(document, &all[*a])));
    let mut drawn: Vec<usize> = order.iter().copied().take(MOST_PANELS).collect();
    drawn.sort_unstable();
    let widest = order.first().and_then(|place| drawn.iter().position(|one| one == place))?;
    let cut = if all.len() > drawn.len() {
        format!(" Of {} categories, the {} that differ most are drawn.", all.len(), drawn.len())
    } else {
        String::new()
    };
    let parts: Vec<Shares> =
        all.into_iter().enumerate().filter(|(place, _)| drawn.contains(place)).map(|(_, part)| part).collect();
    let name = spaced(&outcome.name);
    let told = span(document, axes, parts.get(widest)?)
        .map(|span| format!("The widest gap: {name} was \"{}\" {span}.", parts[widest].title));
    let message = format!("{}{cut}", told.as_deref().unwrap_or(FEW));
    let title = format!("{}: the share of each category, by {}", upper_first(&name), axes.join(" and "));
    share_panels::figure(document, axes, &parts, Words { title, message, told: vec![widest] })
}

/// A sentence that begins so, in the middle of another.
fn lower_first(said: &str, begins: &str) -> String {
    said.strip_prefix(begins).map_or_else(|| said.to_owned(), |rest| format!("{}{rest}", begins.to_lowercase()))
}

/// The rows of every group that have a value of the outcome.
fn valued_rows<'a>(document: &'a Document, metric: &str, axes: &'a [String]) -> BTreeMap<&'a Group, u64> {
    let id =
        presence().zip(metric.split_once('.')).map(|(presence, (outcome, _))| format!("{outcome}.{}", presence.id));
    let of_axis = |m: &&Measurement| Some(&m.metric) == id.as_ref() && m.axes == axes;
    document.measurements.iter().filter(of_axis).filter_map(|m| Some((&m.group, m.numerator?))).collect()
}

/// The groups at both ends of a number.
fn extremes<'a>(
    axes: &[String],
    name: &str,
    found: impl Iterator<Item = &'a &'a Measurement>,
    everybody: Option<f64>,
    number: impl Fn(f64) -> String,
) -> String {
    let mut valued: Vec<(f64, &Measurement)> = found.filter_map(|m| m.value.map(|value| (value, *m))).collect();
    valued.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(lowest), Some(highest)) = (valued.first(), valued.last()) else { return String::new() };
    let end = |(value, m): &(f64, &Measurement)| format!("{} ({})", number(*value), group_name(axes, &m.group));
    let of_all = everybody.map(|value| format!("; of everybody {}", number(value))).unwrap_or_default();
    // What is printed alike is told as one number.
    if valued.len() > 1 && number(lowest.0) == number(highest.0) {
        return format!("{name}: {} in every group{of_all}. ", number(lowest.0));
    }
    format!("{name}: from {} to {}{of_all}. ", end(lowest), end(highest))
}

/// The middle of the values and where the last tenth begins, for values that a mean does not tell; none of values below 0.
pub fn middle_and_end(document: &Document, outcome: &OutcomeView, axes: &[String]) -> Option<Figure> {
    if axes.is_empty() {
        return None;
    }
    let unit = outcome.unit.as_deref();
    let ids = QUANTILES.map(|id| format!("{}.{id}", outcome.name));
    let of_axis = |m: &&Measurement| ids.contains(&m.metric) && m.axes == axes;
    let numbers: Vec<f64> =
        document.measurements.iter().filter(of_axis).flat_map(|m| [m.value, m.low, m.high]).flatten().collect();
    let scale = Scale::amounts(&numbers, unit == Some("s"), |v| round_in_unit(unit, v))?;
    let ratios = drawn(document, outcome, axes);
    let order = ratios.as_ref().map(|metric| Order::new(document, metric, axes, MOST_OF_TWO));
    let cases = valued_rows(document, &ids[0], axes);
    let number = |v: f64| in_unit(unit, v, &[]);
    let (mut panels, mut message, mut description) = (Vec::new(), String::new(), String::new());
    for id in &ids {
        let telling = Telling::of(document, id)?;
        let found: BTreeMap<&Group, &Measurement> = measured(document, id, axes).map(|m| (&m.group, m)).collect();
        let groups: Vec<&Group> = match &order {
            Some(order) => order.groups.clone(),
            None => measured(document, id, axes).map(|m| &m.group).take(MOST_OF_TWO).collect(),
        };
        // Beside the picture there is no room for the ends of the interval; they are in the description and in the table.
        let row = |m: &Measurement, with_ends: bool| Row {
            label: levels(axes, &m.group),
            estimate: m.value.map(|value| Estimate { value, low: m.low, high: m.high }),
            start: None,
            kind: Kind::Plain,
            value: match m.value {
                None => no_value(m.undefined.as_deref()),
                Some(_) if with_ends => shown(m.value, m.low, m.high, number),
                Some(value) => number(value),
            },
            cases: cases.get(&m.group).copied().map(count).unwrap_or_default(),
            word: String::new(),
        };
        let rows = |with_ends: bool| -> Vec<Row> {
            groups.iter().filter_map(|group| found.get(group)).map(|m| row(m, with_ends)).collect()
        };
        let everybody = document.measurements.iter().find(|m| m.metric == *id && m.axes.is_empty());
        let everybody = everybody.and_then(|m| m.value);
        let line = everybody.map(|v| (v, format!("everybody {}", number(v))));
        let title = upper_first(&telling.noun());
        message.push_str(&extremes(axes, &title, found.values(), everybody, number));
        description.push_str(&format!("{title}: {}. ", told(&rows(true), Cases::of(document, axes))));
        let heads = Heads { value: "Value".to_owned(), ..heads(document, axes, String::new(), "Value") };
        panels.push(Panel { title, heads, scale: scale.clone(), rows: rows(false), line, limits: None });
    }
    let name = spaced(&outcome.name);
    let title = format!("{}: its middle and its last tenth, by {}", upper_first(&name), axes.join(" and "));
    message.push_str(order.as_ref().map_or("", |order| &order.said));
    let message = message.trim().to_owned();
    let drawn = panels.iter().any(|panel| panel.rows.iter().any(|row| row.estimate.is_some()));
    let description = format!("{message} {}", description.trim_end());
    drawn.then_some(Figure { title, message, description, drawing: Drawing::Panels(panels) })
}
