//! The section of the score: does 0.7 mean 0.7 for everyone, and does the score order people equally well?

use super::numbers::{apart, count, counted, p_value, percent};
use super::page::{Block, Table};
use super::sentences::{group_name, reference_name};
use super::tables::{axes_of, compared, interval, interval_head, measured, undefined};
use crate::figures::reliability::{Bin, Reliability, Words};
use crate::figures::{Drawing, Estimate, Figure, reliability};
use crate::result::{Curve, Document, Measurement, Ranked};

/// Panels of a figure; of more groups those with most rows are shown.
const MOST: usize = 12;

const RATIO: &str = "observed-expected-ratio";

/// The figures and tables of every axis.
pub fn calibration(document: &Document) -> Vec<Block> {
    let needs = |what: &str| vec![Block::Paragraph(format!("Not tested: needs {what}."))];
    if document.policy.score.is_none() {
        return needs("a column with the score (`score`), a probability from 0 to 1");
    }
    if document.policy.label.is_none() {
        return needs("a column with what turned out (`label`)");
    }
    let mut blocks = vec![Block::Paragraph(reading(document))];
    for axes in axes_of(document) {
        blocks.extend(curves(document, &axes).map(Block::Figure));
        blocks.push(Block::Table(right(document, &axes)));
        blocks.push(Block::Table(ordered(document, &axes)));
        blocks.push(Block::Table(balanced(document, &axes)));
        blocks.extend(between(document, &axes).map(Block::Table));
    }
    blocks
}

/// How the section is read, in words that need no statistics.
fn reading(document: &Document) -> String {
    let everybody = measured(document, RATIO, &[]).next();
    let found = everybody.and_then(|m| m.value.map(|value| (m, value))).map_or_else(String::new, |(m, value)| {
        let ends = interval(m.value, m.low, m.high, ratio);
        format!(" Of everybody it is {} ({ends}).", ratio(value))
    });
    format!(
        "Observed over expected is how many positive labels there were for each one that the scores expected: 1 is right, above 1 \
         the scores are too low, below 1 too high.{found} In small groups a calibration error is large by chance alone; beside it \
         stands what chance alone would give. Where two groups are compared, people with about the same score are: +5 pp says that \
         of these the label of the group was positive that much more often."
    )
}

/// Reliability curves, one panel for each group.
fn curves(document: &Document, axes: &[String]) -> Option<Figure> {
    let of_axes = || document.curves.iter().filter(|curve| curve.axes == axes);
    let mut shown: Vec<&Curve> = of_axes().collect();
    let all = shown.len();
    if all > MOST {
        let mut by_rows = shown.clone();
        by_rows.sort_by_key(|curve| std::cmp::Reverse(curve.rows));
        let least = by_rows.get(MOST - 1).map_or(0, |curve| curve.rows);
        shown.retain(|curve| curve.rows >= least);
        shown.truncate(MOST);
    }
    if shown.iter().all(|curve| curve.bins.is_empty()) {
        return None;
    }
    let everybody = document.curves.iter().find(|curve| curve.axes.is_empty());
    let panels: Vec<reliability::Curve> = shown.iter().map(|curve| panel(document, axes, curve)).collect();
    let told: Vec<String> = shown.iter().zip(&panels).map(|(curve, panel)| told(axes, curve, panel)).collect();
    let some = if all > MOST {
        format!(" Of {all} groups, {} are drawn, those with most rows; the tables have them all.", panels.len())
    } else {
        String::new()
    };
    let message = format!("{}{some}", extremes(document, axes));
    let title = match axes {
        [] => "Score and what turned out, everybody".to_owned(),
        axes => format!("Score and what turned out, by {}", axes.join(" and ")),
    };
    let grey =
        everybody.filter(|_| !axes.is_empty()).map(|c| c.bins.iter().map(|b| (b.mean_score, b.observed)).collect());
    let drawing = Drawing::Reliability(Reliability {
        across: "Mean score".to_owned(),
        up: "Share with a positive label".to_owned(),
        key: Words {
            dot: format!("about a tenth of the group, with its {}", interval_head(document)),
            everybody: if axes.is_empty() { String::new() } else { "everybody".to_owned() },
            diagonal: "score is right".to_owned(),
            bars: "how many people have which score".to_owned(),
        },
        everybody: grey.unwrap_or_default(),
        curves: panels,
        scale: None,
    });
    let description = format!("{message} {}", told.join(" "));
    Some(Figure { title, message, description, drawing })
}

fn panel(document: &Document, axes: &[String], curve: &Curve) -> reliability::Curve {
    let of = |metric| measured(document, metric, axes).find(|m| m.group == curve.group);
    let mut lines = vec![counted(curve.rows, "case")];
    if let Some(m) = of(RATIO)
        && let Some(value) = m.value
    {
        lines.push(format!("observed/expected {}", ratio(value)));
    }
    if let Some(slope) = of("calibration-slope").and_then(|m| m.value) {
        lines.push(format!("slope {}", apart(slope, &[])));
    }
    let bin = |bin: &crate::result::CurveBin| Bin {
        across: bin.mean_score,
        up: Estimate { value: bin.observed, low: Some(bin.observed_low), high: Some(bin.observed_high) },
    };
    let levels: Vec<&str> = axes.iter().filter_map(|axis| curve.group.get(axis).map(String::as_str)).collect();
    reliability::Curve {
        title: if axes.is_empty() { "everybody".to_owned() } else { levels.join(", ") },
        lines,
        bins: curve.bins.iter().map(bin).collect(),
        empty: "no row has score and label".to_owned(),
        counts: curve.histogram.clone(),
    }
}

/// A panel in words.
fn told(axes: &[String], curve: &Curve, panel: &reliability::Curve) -> String {
    let bins: Vec<String> = curve
        .bins
        .iter()
        .map(|bin| format!("score {} turned out {}", apart(bin.mean_score, &[]), percent(bin.observed)))
        .collect();
    format!("{}: {}; {}.", group_name(axes, &curve.group), panel.lines.join(", "), bins.join(", "))
}

/// The groups whose scores are furthest off to either side.
fn extremes(document: &Document, axes: &[String]) -> String {
    let mut found: Vec<(&Measurement, f64)> =
        measured(document, RATIO, axes).filter_map(|m| m.value.map(|value| (m, value))).collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    let end = |(m, value): &(&Measurement, f64)| {
        let ends = interval(m.value, m.low, m.high, ratio);
        format!("{} ({}; {ends})", ratio(*value), group_name(axes, &m.group))
    };
    match found.as_slice() {
        [] => "Observed over expected is not defined for any group.".to_owned(),
        [one] => format!("Observed over expected: {}.", end(one)),
        [first, .., last] => format!("Observed over expected from {} to {}.", end(first), end(last)),
    }
}

fn ratio(value: f64) -> String {
    apart(value, &[Some(0.8), Some(1.25)])
}

/// Whether the scores of each group are right.
fn right(document: &Document, axes: &[String]) -> Table {
    let heads = [
        "Group",
        ">Cases",
        "Observed over expected",
        "Slope",
        "Debiased error",
        ">Error in ten bins",
        ">By chance alone",
        ">Brier",
        ">p of the cumulative gap",
    ];
    let mut table = Table::new(format!("Are the scores right? {}", by(axes)), &heads);
    for first in measured(document, RATIO, axes) {
        let of = |metric| of(document, metric, axes, first);
        let with = |metric, shown: fn(f64) -> String| of(metric).map_or_else(dash, |m| cell(m, shown));
        let number = |metric| of(metric).and_then(|m| m.value).map_or_else(dash, fixed);
        let cases = document.curves.iter().find(|c| c.axes == axes && c.group == first.group);
        table.rows.push(vec![
            group_name(axes, &first.group),
            cases.map_or_else(dash, |curve| count(curve.rows)),
            with(RATIO, ratio),
            with("calibration-slope", ratio),
            with("calibration-error-debiased", fixed),
            number("calibration-error"),
            of("calibration-error").and_then(|m| m.if_calibrated).map_or_else(dash, fixed),
            number("brier"),
            of("kuiper-calibration").and_then(|m| m.p_value).map_or_else(dash, p_value),
        ]);
    }
    table
}

/// How well the scores order the people of each group.
fn ordered(document: &Document, axes: &[String]) -> Table {
    let heads = ["Group", "AUC", "Compared with", "Difference", "Average precision"];
    let mut table = Table::new(format!("Do the scores order people equally well? {}", by(axes)), &heads);
    for first in measured(document, "auc", axes) {
        let mut row = vec![group_name(axes, &first.group), cell(first, fixed)];
        row.extend(gap(document, "auc", axes, first));
        row.push(of(document, "average-precision", axes, first).map_or_else(dash, |m| cell(m, fixed)));
        table.rows.push(row);
    }
    table
}

/// Whether people with the same label get the same scores on average: balance for the classes.
fn balanced(document: &Document, axes: &[String]) -> Table {
    let heads = ["Group", "Mean score", "Of positives", "Compared with", "Difference", "Of negatives", "Difference"];
    let caption = format!("Do people with the same outcome get the same scores? {}", by(axes));
    let mut table = Table::new(caption, &heads);
    for first in measured(document, "mean-score", axes) {
        let number = |metric| of(document, metric, axes, first).and_then(|m| m.value).map_or_else(dash, fixed);
        let [reference, positives] = gap(document, "mean-score-positives", axes, first);
        let [_, negatives] = gap(document, "mean-score-negatives", axes, first);
        table.rows.push(vec![
            group_name(axes, &first.group),
            first.value.map_or_else(|| undefined(first.undefined.as_deref()), fixed),
            number("mean-score-positives"),
            reference,
            positives,
            number("mean-score-negatives"),
            negatives,
        ]);
    }
    table
}

/// The same group measured by another metric.
fn of<'a>(document: &'a Document, metric: &'a str, axes: &'a [String], first: &Measurement) -> Option<&'a Measurement> {
    measured(document, metric, axes).find(|m| m.group == first.group)
}

/// Whom a group is compared with, and the difference with its interval.
fn gap(document: &Document, metric: &str, axes: &[String], first: &Measurement) -> [String; 2] {
    let Some(c) = compared(document, metric, "difference", axes, &first.group) else { return [dash(), dash()] };
    let signed = |v: f64| format!("{v:+.3}");
    let shown = match c.value {
        None => undefined(c.undefined.as_deref()),
        Some(value) => format!("{} ({})", signed(value), interval(c.value, c.low, c.high, signed)),
    };
    [reference_name(axes, &c.reference), shown]
}

fn fixed(value: f64) -> String {
    format!("{value:.3}")
}

/// Groups against their references by the score itself; none where nobody is compared.
fn between(document: &Document, axes: &[String]) -> Option<Table> {
    let heads = [
        "Group",
        "Compared with",
        ">Same score, different outcome",
        ">p",
        ">p, gaps of either sign",
        "Its positives above their negatives",
        "Their positives above its negatives",
        ">Distance of scores",
    ];
    let caption = format!("Does the same score mean the same in two groups? {}", by(axes));
    let mut table = Table::new(caption, &heads);
    for c in document.score_comparisons.iter().filter(|c| c.axes == axes) {
        let test = c.equal_calibration.as_ref();
        table.rows.push(vec![
            group_name(axes, &c.group),
            reference_name(axes, &c.reference),
            test.map_or_else(dash, |t| format!("{:+.1} pp", 100.0 * t.mean_difference)),
            test.map_or_else(dash, |t| p_value(t.p_cmh)),
            test.map_or_else(dash, |t| p_value(t.p_range)),
            ranked(&c.background_negative_group_positive),
            ranked(&c.background_positive_group_negative),
            c.distance.map_or_else(dash, |d| format!("{d:.2}")),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn ranked(found: &Ranked) -> String {
    match found.value {
        None => undefined(found.undefined.as_deref()),
        Some(value) => {
            format!("{value:.2} ({})", interval(found.value, found.low, found.high, |v| format!("{v:.2}")))
        }
    }
}

fn cell(m: &Measurement, shown: impl Fn(f64) -> String + Copy) -> String {
    match m.value {
        None => undefined(m.undefined.as_deref()),
        Some(value) if m.method == "none" => shown(value),
        Some(value) => format!("{} ({})", shown(value), interval(m.value, m.low, m.high, shown)),
    }
}

fn by(axes: &[String]) -> String {
    if axes.is_empty() { "Everybody".to_owned() } else { format!("By {}", axes.join(" and ")) }
}

fn dash() -> String {
    "–".to_owned()
}
