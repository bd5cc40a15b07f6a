//! The tables of a report. Every number is the document's; nothing is computed here.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Cases;
use super::numbers::{apart, count, in_unit, level, p_value, percent, points};
use super::outcomes::Telling;
use super::page::{Mark, Table};
use super::privacy::{HIDDEN, is_hidden, is_public};
use super::sentences::{group_name, limits, number, reference_name};
use crate::metrics;
use crate::result::{CheckRow, Comparison, Document, Group, Measurement, Verdict};

/// What stands behind the verdict of a row that a waiver covers.
const LET_THROUGH: &str = ", let through";
/// Rows of the table on a terminal.
const GLANCE: usize = 40;
/// Rows of the table of the lowest ratios of an intersection.
const LOWEST: usize = 10;
/// Metrics that the table of errors shows; all are in `metrics.csv`.
const ERRORS: &[&str] =
    &["base-rate", "true-positive-rate", "false-positive-rate", "positive-predictive-value", "accuracy"];

/// The head of a column of intervals, with their level.
pub fn interval_head(document: &Document) -> String {
    format!("{} interval", level(document.policy.level))
}

/// A table for each check and metric.
pub fn checks(document: &Document) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut last: Option<(&str, &str)> = None;
    let most = Cases::of_most(document);
    let cases = format!(">{}", most.head());
    // The public gets no p-values: an empty column would make them look for one.
    let p_values = !is_public(document);
    for row in &document.checks {
        if last != Some((&row.id, &row.metric)) {
            last = Some((&row.id, &row.metric));
            let interval = interval_head(document);
            let heads = ["Verdict", "Group", "Compared with", &cases, ">Value", &interval, ">p adjusted"];
            let shown = if p_values { &heads[..] } else { &heads[..heads.len() - 1] };
            tables.push(Table::new(check_caption(document, row), shown));
        }
        let Some(table) = tables.last_mut() else { continue };
        let value = |v: f64| number(row, v);
        let mut cells = vec![
            mark(row),
            subject(row),
            row.reference.as_ref().map_or_else(|| "–".to_owned(), |r| reference_name(&row.axes, r)),
            cases_of(document, row, most),
            row.value.map_or_else(|| no_value(row.reason.as_deref()), value),
            interval(row.value, row.low, row.high, value),
        ];
        cells.extend(p_values.then(|| row.p_adjusted.map_or_else(|| "–".to_owned(), p_value)));
        table.rows.push(cells);
    }
    tables
}

fn check_caption(document: &Document, row: &CheckRow) -> String {
    let named = metrics::find(&row.metric).map_or(row.metric.as_str(), |metric| metric.name);
    let metric = match Telling::of(document, &row.metric) {
        Some(telling) => format!("{} (`{}`)", telling.noun(), row.metric),
        None => named.to_owned(),
    };
    let gate = match row.on_fail.as_str() {
        "error" => "",
        "warn" => "; warns only",
        _ => "; reported only",
    };
    let within = within(row);
    let evidence = match row.evidence.as_str() {
        "point" => "; the estimate alone decides",
        "sequential" => "; evidence added up over periods decides, and numbers are of all periods",
        _ => "",
    };
    let rationale =
        document.policy.checks.iter().find(|check| check.id == row.check()).and_then(|check| check.rationale.clone());
    let rationale = rationale.map(|why| format!(". {why}")).unwrap_or_default();
    let contrast = match &row.worsening {
        Some(worsening) if worsening.contrast == "value" => "how much worse".to_owned(),
        Some(worsening) => format!("how much farther from equality the {} is", worsening.contrast),
        None => row.contrast.clone(),
    };
    format!("{}: {metric}, {contrast}{within}, {}{gate}{evidence}{rationale}", row.id, limits(row))
}

/// Within what the number of a row was found.
fn within(row: &CheckRow) -> String {
    if row.strata.is_empty() { String::new() } else { format!(" within {}", row.strata.join(" and ")) }
}

/// Names checks: by their id, with the metric where they have several. All rows are looked at once, for any number of names.
pub fn check_names(document: &Document) -> impl Fn(&CheckRow) -> String {
    let mut metrics: BTreeMap<&str, &str> = BTreeMap::new();
    let mut several: BTreeSet<&str> = BTreeSet::new();
    for row in &document.checks {
        if *metrics.entry(&row.id).or_insert(&row.metric) != row.metric {
            several.insert(&row.id);
        }
    }
    move |row| if several.contains(row.id.as_str()) { format!("{} {}", row.id, row.metric) } else { row.id.clone() }
}

pub fn mark(row: &CheckRow) -> String {
    let mark = Mark::of(row);
    let waived = if row.waived_by.is_some() { LET_THROUGH } else { "" };
    format!("{} {}{waived}", mark.shape(), mark.word())
}

pub fn subject(row: &CheckRow) -> String {
    if row.group.is_empty() && !row.axes.is_empty() { row.axes.join(", ") } else { group_name(&row.axes, &row.group) }
}

fn is_share(metric: &str) -> bool {
    metrics::find(metric).is_some_and(|metric| !metric.did.is_empty())
}

pub fn interval(value: Option<f64>, low: Option<f64>, high: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    match (value, low, high) {
        (None, ..) | (_, None, None) => "–".to_owned(),
        (_, Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
        (_, Some(low), None) => format!("{} or more", shown(low)),
        (_, None, Some(high)) => format!("{} or less", shown(high)),
    }
}

/// What stands where there is no number: that it is hidden, takes no side, or is not defined.
pub fn no_value(reason: Option<&str>) -> String {
    match reason {
        Some("suppressed") => HIDDEN.to_owned(),
        Some("takes-no-side") => "takes no side".to_owned(),
        _ => "not defined".to_owned(),
    }
}

pub(super) fn no_count(m: &Measurement) -> String {
    if m.undefined.as_deref() == Some("suppressed") { HIDDEN.to_owned() } else { "–".to_owned() }
}

/// The cases of a check row, which may be hidden.
pub fn cases_of(document: &Document, row: &CheckRow, most: Cases) -> String {
    if is_hidden(row) {
        return HIDDEN.to_owned();
    }
    Cases::of(document, &row.axes).in_column(most, row.rows)
}

/// All check rows in one table, short enough for a terminal.
pub fn checks_at_a_glance(document: &Document) -> Table {
    let most = Cases::of_most(document);
    let cases = format!(">{}", most.head());
    let heads = ["Verdict", "Check", "Group", &cases, ">Value", &interval_head(document), "Limits"];
    let mut table = Table::new("Checks", &heads);
    let name = check_names(document);
    let mut rows: Vec<&CheckRow> = document.checks.iter().collect();
    if rows.len() > GLANCE {
        // What does not fit is what is met.
        rows.sort_by_key(|row| (row.verdict != Verdict::NotMet, row.verdict == Verdict::Met));
    }
    for row in rows.into_iter().take(GLANCE) {
        let value = |v: f64| number(row, v);
        table.rows.push(vec![
            mark(row),
            format!("{}{}", name(row), within(row)),
            subject(row),
            cases_of(document, row, most),
            row.value.map_or_else(|| no_value(row.reason.as_deref()), value),
            interval(row.value, row.low, row.high, value),
            limits(row),
        ]);
    }
    if document.checks.len() > GLANCE {
        table.caption =
            format!("Checks ({GLANCE} of {}, what is met last; -o DIR writes them all)", document.checks.len());
    }
    table
}

/// The selection rate of every group of every attribute.
pub fn rates_at_a_glance(document: &Document) -> Option<Table> {
    let heads = ["Group", ">Got it", ">Of", ">Rate", &interval_head(document)];
    let mut table = Table::new("Who got the favourable decision", &heads);
    let wanted = |m: &&Measurement| m.metric == "selection-rate" && m.axes.len() < 2;
    for m in document.measurements.iter().filter(wanted) {
        table.rows.push(vec![
            group_name(&m.axes, &m.group),
            m.numerator.map_or_else(|| no_count(m), count),
            m.denominator.map_or_else(|| no_count(m), count),
            m.value.map_or_else(|| no_value(m.undefined.as_deref()), percent),
            interval(m.value, m.low, m.high, percent),
        ]);
    }
    at_a_glance(table)
}

/// The first rows of a table; none where it has none.
pub(super) fn at_a_glance(mut table: Table) -> Option<Table> {
    let all = table.rows.len();
    if all > GLANCE {
        table.rows.truncate(GLANCE);
        table.caption = format!("{} (the first {GLANCE} of {all}; -o DIR writes them all)", table.caption);
    }
    (all > 0).then_some(table)
}

/// How many rows each group has.
pub fn people(document: &Document) -> Vec<Table> {
    let mut tables = Vec::new();
    for attribute in &document.data.attributes {
        let mut table = Table::new(format!("Rows by {}", attribute.name), &["Group", ">Rows", ">Share"]);
        for group in &attribute.groups {
            table.rows.push(vec![group.group.clone(), count(group.rows), percent(group.share)]);
        }
        if attribute.missing_rows > 0 {
            let share = attribute.missing_rows as f64 / document.data.rows_used.max(1) as f64;
            table.rows.push(vec!["(missing)".to_owned(), count(attribute.missing_rows), percent(share)]);
        }
        for group in hidden_groups(document, &attribute.name) {
            table.rows.push(vec![group, HIDDEN.to_owned(), HIDDEN.to_owned()]);
        }
        tables.push(table);
    }
    tables
}

/// The groups of an attribute whose numbers are hidden.
fn hidden_groups(document: &Document, attribute: &str) -> Vec<String> {
    let axes = [attribute.to_owned()];
    let of_whom = document.policy.of_whom();
    let hidden = measured(document, &of_whom, &axes).filter(|m| m.undefined.as_deref() == Some("suppressed"));
    hidden.filter_map(|m| m.group.get(attribute).cloned()).collect()
}

/// A caption that says so where a table has not everything.
pub(super) fn caption(caption: &str, shown: usize, all: usize, what: &str) -> String {
    if all > shown { format!("{caption} ({shown} of {all} {what})") } else { caption.to_owned() }
}

/// Rates of the favourable decision of one axis, with the ratio to the reference.
pub fn outcomes(document: &Document, axes: &[String]) -> Table {
    let heads = [
        "Group",
        ">Got it",
        ">Of",
        ">Rate",
        &interval_head(document),
        "Compared with",
        ">Ratio",
        "Its interval",
        ">Pooled SDs",
        ">Fisher p",
        ">Short of parity",
    ];
    let mut table = Table::new(format!("Share with the favourable decision, by {}", by(axes)), &heads);
    for m in measured(document, "selection-rate", axes) {
        let ratio = compared(document, "selection-rate", "ratio", axes, &m.group);
        table.rows.push(outcome_row(m, ratio));
    }
    table
}

/// What rows are grouped by.
pub(super) fn by(axes: &[String]) -> String {
    if axes.is_empty() { "everybody".to_owned() } else { axes.join(" and ") }
}

fn outcome_row(m: &Measurement, ratio: Option<&Comparison>) -> Vec<String> {
    let dash = || "–".to_owned();
    let details = ratio.and_then(|c| c.details.as_ref());
    vec![
        group_name(&m.axes, &m.group),
        m.numerator.map_or_else(|| no_count(m), count),
        m.denominator.map_or_else(|| no_count(m), count),
        m.value.map_or_else(|| undefined(m.undefined.as_deref()), percent),
        interval(m.value, m.low, m.high, percent),
        ratio.map_or_else(dash, |c| reference_name(&c.axes, &c.reference)),
        ratio.map_or_else(dash, |c| {
            c.value.map_or_else(|| undefined(c.undefined.as_deref()), |v| apart(v, &[Some(0.8), Some(1.25)]))
        }),
        ratio.map_or_else(dash, |c| interval(c.value, c.low, c.high, |v| apart(v, &[Some(0.8), Some(1.25)]))),
        details.and_then(|d| d.z).map_or_else(dash, |z| format!("{z:.2}")),
        details.map_or_else(dash, |d| p_value(d.fisher_p)),
        details.filter(|d| d.shortfall.parity > 0.0).map_or_else(dash, |d| format!("{:.1}", d.shortfall.parity)),
    ]
}

pub fn undefined(reason: Option<&str>) -> String {
    if reason == Some("suppressed") {
        return HIDDEN.to_owned();
    }
    format!("not defined ({})", reason.unwrap_or("no value"))
}

/// Error rates of one axis; none without a label.
pub fn errors(document: &Document, axes: &[String]) -> Option<Table> {
    document.policy.label.as_ref()?;
    let mut heads = vec!["Group"];
    heads.extend(ERRORS.iter().filter_map(|id| metrics::find(id)).map(|metric| metric.name));
    let interval = level(document.policy.level);
    let mut table = Table::new(format!("Error rates by {}, with their {interval} intervals", by(axes)), &heads);
    for first in measured(document, ERRORS[0], axes) {
        let mut row = vec![group_name(axes, &first.group)];
        for id in ERRORS {
            let found = measured(document, id, axes).find(|m| m.group == first.group);
            row.push(found.map_or_else(|| "–".to_owned(), share_cell));
        }
        table.rows.push(row);
    }
    Some(table)
}

/// The groups of an axis with the lowest ratios, worst first.
pub fn lowest(document: &Document, axes: &[String]) -> Option<Table> {
    let mut found: Vec<(&Comparison, f64)> = document
        .comparisons
        .iter()
        .filter(|c| c.metric == "selection-rate" && c.contrast == "ratio" && c.axes == axes)
        .filter_map(|c| c.value.map(|value| (c, value)))
        .collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    let heads = ["Group", "Compared with", ">Ratio", &interval_head(document)];
    let mut table = Table::new(format!("The groups with the lowest ratios, by {}", by(axes)), &heads);
    for (c, value) in found.into_iter().take(LOWEST) {
        let shown = |v: f64| apart(v, &[Some(0.8), Some(1.25)]);
        table.rows.push(vec![
            group_name(axes, &c.group),
            reference_name(axes, &c.reference),
            shown(value),
            interval(c.value, c.low, c.high, shown),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn share_cell(m: &Measurement) -> String {
    match m.value {
        None => undefined(m.undefined.as_deref()),
        Some(value) => format!("{} ({})", percent(value), interval(m.value, m.low, m.high, percent)),
    }
}

/// The extremes of every metric and axis.
pub fn gaps(document: &Document) -> Table {
    let mut table = Table::new(
        "The lowest and the highest group of each metric, groups of any size",
        &["Metric", "By", "Lowest", ">Value", "Highest", ">Value", ">Difference", ">Ratio"],
    );
    for spread in &document.spreads {
        let (Some(lowest), Some(highest)) = (&spread.lowest, &spread.highest) else { continue };
        let share = is_share(&spread.metric);
        let unit = document.policy.outcome(&spread.metric).and_then(|outcome| outcome.unit.as_deref());
        let shown = |v: f64| if share { percent(v) } else { in_unit(unit, v, &[]) };
        let gap = |v: f64| if share { format!("{} pp", points(v, &[])) } else { in_unit(unit, v, &[]) };
        table.rows.push(vec![
            metrics::find(&spread.metric).map_or(spread.metric.as_str(), |metric| metric.name).to_owned(),
            spread.axes.join(" and "),
            group_name(&spread.axes, &lowest.group),
            shown(lowest.value),
            group_name(&spread.axes, &highest.group),
            shown(highest.value),
            spread.difference.map_or_else(|| "–".to_owned(), gap),
            spread.ratio.map_or_else(|| "–".to_owned(), |v| apart(v, &[])),
        ]);
    }
    table
}

/// The axes of the policy, or everybody when it has none.
pub fn axes_of(document: &Document) -> Vec<Vec<String>> {
    if document.policy.axes.is_empty() {
        return vec![Vec::new()];
    }
    document.policy.axes.iter().map(|axis| axis.axes.clone()).collect()
}

pub fn measured<'a>(
    document: &'a Document,
    metric: &'a str,
    axes: &'a [String],
) -> impl Iterator<Item = &'a Measurement> {
    document.measurements.iter().filter(move |m| m.metric == metric && m.axes == axes)
}

pub fn compared<'a>(
    document: &'a Document,
    metric: &str,
    contrast: &str,
    axes: &[String],
    group: &Group,
) -> Option<&'a Comparison> {
    document
        .comparisons
        .iter()
        .find(|c| c.metric == metric && c.contrast == contrast && c.axes == axes && c.group == *group)
}
