//! The figures of a report: which numbers are drawn, in which order, and what is said about them.

use std::collections::BTreeMap;

use super::cases::Cases;
use super::numbers::{apart, count, level, percent};
use super::sentences::{group_name, limits, reference_name};
use super::tables::{compared, interval, measured, no_value};
use crate::figures::figure::{Heads, Kind, Limits};
use crate::figures::{Drawing, Estimate, Figure, Panel, Row, Scale};
use crate::metrics;
use crate::result::{CheckRow, Comparison, Document, Group, Mark, Measurement};

pub use super::heat::intersection;

/// Rows of a figure that fit on a page of paper; of more groups the lowest are shown.
pub(super) const MOST: usize = 30;
/// Rows of each of two panels.
const MOST_OF_TWO: usize = 15;
/// The metric of the decision.
pub const OUTCOME: &str = "selection-rate";
/// The metrics of the figure of errors.
const ERRORS: [&str; 2] = ["true-positive-rate", "false-positive-rate"];

/// The groups of an axis in the order of their ratios, so that every figure of a metric has the same order.
pub(super) struct Order<'a> {
    pub groups: Vec<&'a Group>,
    pub ratios: BTreeMap<&'a Group, &'a Comparison>,
    /// Which are drawn, where not all are.
    pub said: String,
}

impl<'a> Order<'a> {
    pub fn new(document: &'a Document, metric: &str, axes: &'a [String], most: usize) -> Order<'a> {
        // An axis may have thousands of groups: its comparisons are gone through once.
        let ratios: BTreeMap<&Group, &Comparison> =
            comparisons(document, metric, axes).map(|c| (&c.group, c)).collect();
        let reference = reference_of(document, metric, axes);
        let place = |group: &Group| match ratios.get(group) {
            Some(c) => c.value.unwrap_or(f64::INFINITY),
            None if Some(group) == reference => 1.0,
            None => f64::INFINITY,
        };
        let of_axis = |m: &&Measurement| m.metric == metric && m.axes == axes;
        let mut groups: Vec<&Group> = document.measurements.iter().filter(of_axis).map(|m| &m.group).collect();
        groups.sort_by(|a, b| place(a).total_cmp(&place(b)));
        let all = groups.len();
        if all <= most {
            return Order { groups, ratios, said: String::new() };
        }
        // Those that have most of what is bad are at the end that is kept, and the reference with them.
        let worse_is_high = document.policy.lower_is_worse(metric) == Some(false);
        groups.retain(|group| !worse_is_high || place(group).is_finite());
        let last = groups.len();
        let kept = |at: usize| if worse_is_high { at + most > last } else { at + 1 < most };
        let mut at = 0..;
        groups.retain(|group| at.next().is_some_and(kept) || Some(*group) == reference);
        let ends = if worse_is_high { "highest" } else { "lowest" };
        let (drawn, all) = (count(groups.len() as u64), count(all as u64));
        let said =
            format!(" Of {all} groups, {drawn} are drawn, those with the {ends} ratios; the table has them all.");
        Order { groups, ratios, said }
    }
}

/// Rates with their intervals, and the forest of their ratios to the reference.
pub fn outcomes(document: &Document, axes: &[String]) -> Vec<Figure> {
    if axes.is_empty() {
        return Vec::new();
    }
    let order = Order::new(document, OUTCOME, axes, MOST);
    let title = format!("Share with the favourable decision, by {}", axes.join(" and "));
    let rates = rates(document, axes, &order, &[OUTCOME], title);
    rates.into_iter().chain(forest(document, axes, &order)).collect()
}

/// True and false positive rates with their intervals.
pub fn errors(document: &Document, axes: &[String]) -> Option<Figure> {
    if axes.is_empty() {
        return None;
    }
    let title = format!("True and false positive rates, by {}", axes.join(" and "));
    rates(document, axes, &Order::new(document, OUTCOME, axes, MOST_OF_TWO), &ERRORS, title)
}

fn rates(document: &Document, axes: &[String], order: &Order, ids: &[&str], title: String) -> Option<Figure> {
    let mut panels: Vec<Panel> = Vec::new();
    // Panels under each other have one scale, so that they can be compared.
    let on_figure = |m: &&Measurement| ids.contains(&m.metric.as_str()) && (m.axes.is_empty() || m.axes == axes);
    let numbers =
        document.measurements.iter().filter(on_figure).flat_map(|m| [m.value, m.high.filter(|_| m.axes == axes)]);
    let scale = Scale::shares(numbers.flatten());
    let (mut message, mut description) = (String::new(), String::new());
    for id in ids {
        let metric = metrics::find(id)?;
        let found: Vec<&Measurement> =
            order.groups.iter().filter_map(|g| measured(document, id, axes).find(|m| m.group == **g)).collect();
        let everybody = document.measurements.iter().find(|m| m.metric == *id && m.axes.is_empty());
        let overall = everybody.and_then(|m| m.value);
        let name = metric.name.to_owned();
        let (title, axis) = if ids.len() > 1 { (name, String::new()) } else { (String::new(), name) };
        let heads = heads(document, axes, axis, "Rate");
        let rows: Vec<Row> = found.iter().map(|m| rate_row(document, axes, m)).collect();
        message.push_str(&rates_message(axes, metric.name, &found, overall));
        description.push_str(&format!("{}: {}. ", metric.name, told(&rows, Cases::of(document, axes))));
        let line = overall.map(|value| (value, format!("everybody {}", percent(value))));
        panels.push(Panel { title, heads, scale: scale.clone(), rows, line, limits: None });
    }
    let drawn = panels.iter().any(|panel| panel.rows.iter().any(|row| row.estimate.is_some()));
    let message = format!("{}{}", message.trim_end(), order.said);
    let description = format!("{message} {}", description.trim_end());
    drawn.then_some(Figure { title, message, description, drawing: Drawing::Panels(panels) })
}

fn rates_message(axes: &[String], name: &str, found: &[&Measurement], overall: Option<f64>) -> String {
    let mut valued: Vec<(&Measurement, f64)> = found.iter().filter_map(|m| m.value.map(|v| (*m, v))).collect();
    valued.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (Some((low, lowest)), Some((high, highest))) = (valued.first(), valued.last()) else { return String::new() };
    let everybody = overall.map(|v| format!("; of everybody {}", percent(v))).unwrap_or_default();
    let end = |m: &Measurement, v: f64| format!("{} ({})", percent(v), group_name(axes, &m.group));
    format!("{name} from {} to {}{everybody}. ", end(low, *lowest), end(high, *highest))
}

fn rate_row(document: &Document, axes: &[String], m: &Measurement) -> Row {
    let cases = Cases::of_measurement(document, m);
    let few = cases.is_some_and(|n| n < document.policy.min_group);
    Row {
        label: levels(axes, &m.group),
        estimate: m.value.map(|value| Estimate { value, low: m.low, high: m.high }),
        start: None,
        kind: if few { Kind::Judged(Mark::TooFew) } else { Kind::Plain },
        value: if m.value.is_some() {
            shown(m.value, m.low, m.high, percent)
        } else {
            no_value(m.undefined.as_deref())
        },
        cases: cases.map(count).unwrap_or_default(),
        word: if few { Mark::TooFew.word().to_owned() } else { String::new() },
    }
}

/// The ratios of an axis on a logarithmic scale, with the limits of the check that judges them.
fn forest(document: &Document, axes: &[String], order: &Order) -> Option<Figure> {
    let first = comparisons(document, OUTCOME, axes).next()?;
    let reference = reference_name(axes, &first.reference);
    let judged = check(document, axes);
    let found: Vec<(Row, Option<&Comparison>)> = order
        .groups
        .iter()
        .map(|group| order.row(document, OUTCOME, axes, group, cases(document, axes, group)))
        .collect();
    let drawn = found.iter().any(|(row, comparison)| comparison.is_some() && row.estimate.is_some());
    let bounds = judged.map_or([None, None], |check| [check.min, check.max]);
    let numbers = found.iter().filter_map(|(_, c)| c.and_then(|c| c.value)).chain(bounds.into_iter().flatten());
    let scale = Scale::ratios(numbers);
    let limit = |value: Option<f64>| value.map(|v| (v, super::numbers::short_decimal(v)));
    let limits_drawn = judged.map(|check| Limits { low: limit(check.min), high: limit(check.max) });
    let lowest = found
        .iter()
        .filter_map(|(row, c)| c.and_then(|c| c.value.map(|value| (row, c, value))))
        .min_by(|a, b| a.2.total_cmp(&b.2))?;
    let message = format!(
        "The lowest ratio: {}.{}{}",
        ratio_sentence(document, axes, lowest.1, lowest.2, &lowest.0.word),
        judged.map(|check| format!(" Limits of the check {}: {}.", check.id, limits(check))).unwrap_or_default(),
        order.said
    );
    let rows: Vec<Row> = found.into_iter().map(|(row, _)| row).collect();
    let description = format!("{message} {}. The scale is logarithmic.", told(&rows, Cases::of(document, axes)));
    let mut heads = heads(document, axes, "Ratio, on a logarithmic scale".to_owned(), "Ratio");
    heads.verdict = if judged.is_some() { "Verdict".to_owned() } else { String::new() };
    let line = Some((1.0, String::new()));
    let panel = Panel { title: String::new(), heads, scale, rows, line, limits: limits_drawn };
    let title = format!("How often, as a ratio to {reference}, by {}", axes.join(" and "));
    drawn.then_some(Figure { title, message, description, drawing: Drawing::Panels(vec![panel]) })
}

/// How often a group got the favourable decision, held against its reference, and the verdict.
pub fn ratio_sentence(document: &Document, axes: &[String], c: &Comparison, value: f64, word: &str) -> String {
    let did = metrics::find(OUTCOME).map_or("", |metric| metric.did);
    let n = cases(document, axes, &c.group).unwrap_or_default();
    let ends = interval(c.value, c.low, c.high, ratio_shown);
    let verdict = if word.is_empty() { String::new() } else { format!(", {word}") };
    format!(
        "{} {did} {} times as often as {} ({ends}; {}){verdict}",
        group_name(axes, &c.group),
        ratio_shown(value),
        reference_name(axes, &c.reference),
        Cases::of(document, axes).counted(n)
    )
}

impl<'a> Order<'a> {
    /// The ratio of a group as it is drawn, and where it comes from.
    pub fn row(
        &self,
        document: &'a Document,
        metric: &str,
        axes: &'a [String],
        group: &Group,
        cases: Option<u64>,
    ) -> (Row, Option<&'a Comparison>) {
        let is_reference = Some(group) == reference_of(document, metric, axes);
        let ratio = self.ratios.get(group).copied();
        let (estimate, value) = match ratio {
            Some(c) => (
                c.value.map(|value| Estimate { value, low: c.low, high: c.high }),
                if c.value.is_some() {
                    shown(c.value, c.low, c.high, ratio_shown)
                } else {
                    no_value(c.undefined.as_deref())
                },
            ),
            None if is_reference && cases.is_none() => (None, super::privacy::HIDDEN.to_owned()),
            None if is_reference => (Some(Estimate { value: 1.0, low: None, high: None }), "1".to_owned()),
            None => (None, "–".to_owned()),
        };
        let (kind, word) = kind_of(document, metric, axes, group, cases);
        let cases = cases.map(count).unwrap_or_default();
        (Row { label: levels(axes, group), estimate, start: None, kind, value, cases, word }, ratio)
    }
}

/// How a group of the outcome is marked.
pub fn kind(document: &Document, axes: &[String], group: &Group, cases: Option<u64>) -> (Kind, String) {
    kind_of(document, OUTCOME, axes, group, cases)
}

/// How a group is marked: by its check, as the reference, as too small, or as measured only.
fn kind_of(document: &Document, metric: &str, axes: &[String], group: &Group, cases: Option<u64>) -> (Kind, String) {
    if Some(group) == reference_of(document, metric, axes) {
        return (Kind::Reference, "(reference)".to_owned());
    }
    let judged = check_of(document, metric, axes);
    let of_check = |row: &&CheckRow| {
        judges(row, metric, axes) && judged.is_some_and(|check| check.id == row.id) && row.group == *group
    };
    if let Some(row) = document.checks.iter().find(of_check) {
        let mark = Mark::of(row);
        return (Kind::Judged(mark), mark.word().to_owned());
    }
    let few = cases.is_some_and(|n| n < document.policy.min_group);
    if few && compared(document, metric, "ratio", axes, group).is_some() {
        return (Kind::Judged(Mark::TooFew), Mark::TooFew.word().to_owned());
    }
    let word = if judged.is_some() && cases.is_some() { "not judged" } else { "" };
    (Kind::Plain, word.to_owned())
}

/// The same for the decision.
pub fn check<'a>(document: &'a Document, axes: &[String]) -> Option<&'a CheckRow> {
    check_of(document, OUTCOME, axes)
}

/// A row of the check whose limits are drawn: the first on the ratios of the axis, one that the interval decides before others.
pub(super) fn check_of<'a>(document: &'a Document, metric: &str, axes: &[String]) -> Option<&'a CheckRow> {
    let rows = || document.checks.iter().filter(|row| judges(row, metric, axes));
    rows().find(|row| row.evidence == "interval").or_else(|| rows().next())
}

fn judges(row: &CheckRow, metric: &str, axes: &[String]) -> bool {
    // What is drawn is the crude ratio, so a check within strata does not mark it.
    row.metric == metric && row.contrast == "ratio" && row.axes == axes && row.strata.is_empty()
}

fn comparisons<'a>(document: &'a Document, metric: &str, axes: &[String]) -> impl Iterator<Item = &'a Comparison> {
    document.comparisons.iter().filter(move |c| c.metric == metric && c.contrast == "ratio" && c.axes == axes)
}

pub fn ratio<'a>(document: &'a Document, axes: &'a [String], group: &Group) -> Option<&'a Comparison> {
    compared(document, OUTCOME, "ratio", axes, group)
}

/// The group that the others of an axis are held against; none when they are held against the rest or everybody.
pub fn reference_of<'a>(document: &'a Document, metric: &str, axes: &[String]) -> Option<&'a Group> {
    comparisons(document, metric, axes).next().map(|c| &c.reference.group).filter(|group| !group.is_empty())
}

pub fn cases(document: &Document, axes: &[String], group: &Group) -> Option<u64> {
    measured(document, OUTCOME, axes).find(|m| m.group == *group).and_then(|m| Cases::of_measurement(document, m))
}

/// A ratio, told apart from the usual limits.
pub fn ratio_shown(value: f64) -> String {
    apart(value, &[Some(0.8), Some(1.25)])
}

pub(super) fn heads(document: &Document, axes: &[String], axis: String, value: &str) -> Heads {
    Heads {
        group: axes.join(", "),
        axis,
        value: format!("{value} ({} interval)", level(document.policy.level)),
        cases: Cases::of(document, axes).head().to_owned(),
        verdict: String::new(),
    }
}

/// A number with its interval: `0.61 (0.56 to 0.67)`.
pub(super) fn shown(
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    words: impl Fn(f64) -> String + Copy,
) -> String {
    match (value, low, high) {
        (None, ..) => "not defined".to_owned(),
        (Some(value), None, None) => words(value),
        (Some(number), ..) => format!("{} ({})", words(number), interval(value, low, high, words)),
    }
}

/// The levels of a group, without the names of the attributes that the heads of a figure give.
pub(super) fn levels(axes: &[String], group: &Group) -> String {
    axes.iter().filter_map(|axis| group.get(axis).map(String::as_str)).collect::<Vec<_>>().join(", ")
}

/// Every row in words.
pub(super) fn told(rows: &[Row], cases: Cases) -> String {
    let (worth, noun) = (if cases == Cases::Worth { "worth " } else { "" }, cases.noun());
    let row = |row: &Row| {
        let word = if row.word.is_empty() || row.word == row.value { String::new() } else { format!(", {}", row.word) };
        if row.value == super::privacy::HIDDEN {
            return format!("{}: {}{word}", row.label, row.value);
        }
        format!("{}: {}, {worth}{} {noun}{word}", row.label, row.value, row.cases)
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}
