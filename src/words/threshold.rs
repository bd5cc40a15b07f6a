//! The section of the threshold: is it the model, or the cut-off?

use super::numbers::{apart, percent, points, short_decimal};
use super::page::{Block, Table};
use super::pictures;
use super::sentences::{group_name, reference_name};
use super::tables::{axes_of, interval};
use crate::figures::figure::Limits;
use crate::figures::sweep::{Measure, Sweep as Drawn};
use crate::figures::{Drawing, Estimate, Figure, Scale};
use crate::result::{Document, Sweep, SweepPoint};

/// Groups that a figure tells apart; of more those with the widest gap at the threshold in use are drawn.
const MOST: usize = 6;

/// The figure and the table of every attribute.
pub fn threshold(document: &Document) -> Vec<Block> {
    if document.policy.score.is_none() {
        let words = "Not tested: needs a column with the score (`score`), a probability from 0 to 1.";
        return vec![Block::Paragraph(words.to_owned())];
    }
    let mut blocks = Vec::new();
    for axes in axes_of(document).into_iter().filter(|axes| axes.len() == 1) {
        let sweeps: Vec<&Sweep> = document.sweeps.iter().filter(|sweep| sweep.axes == axes).collect();
        if sweeps.is_empty() {
            continue;
        }
        blocks.extend(figure(document, &axes, &sweeps).map(Block::Figure));
        blocks.push(Block::Table(table(document, &axes, &sweeps)));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph("Not tested: there are no two groups of one attribute to compare.".to_owned()));
    }
    blocks
}

/// The point at the threshold in use.
fn in_use(sweep: &Sweep) -> Option<&SweepPoint> {
    sweep.points.iter().find(|point| Some(point.threshold) == sweep.current)
}

fn figure(document: &Document, axes: &[String], sweeps: &[&Sweep]) -> Option<Figure> {
    let mut drawn: Vec<&Sweep> = sweeps.to_vec();
    if drawn.len() > MOST {
        let gap = |sweep: &&Sweep| {
            in_use(sweep).and_then(|p| p.ratio).map_or(f64::NEG_INFINITY, |r| (r.max(1e-9)).log2().abs())
        };
        drawn.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
        drawn.truncate(MOST);
    }
    let first = drawn.first()?;
    let thresholds: Vec<f64> = first.points.iter().map(|point| point.threshold).collect();
    let lines = |of: fn(&SweepPoint) -> Option<Estimate>| {
        drawn.iter().map(|sweep| sweep.points.iter().map(of).collect()).collect::<Vec<Vec<Option<Estimate>>>>()
    };
    let ratios = lines(|p| p.ratio.filter(|r| *r > 0.0).map(|value| Estimate { value, low: p.low, high: p.high }));
    let hits = lines(|p| p.true_positive_rate_difference.map(plain));
    let alarms = lines(|p| p.false_positive_rate_difference.map(plain));
    let numbers = |lines: &[Vec<Option<Estimate>>]| -> Vec<f64> {
        lines.iter().flatten().flatten().map(|estimate| estimate.value).collect()
    };
    let check = pictures::check(document, axes);
    let limit = |value: Option<f64>| value.map(|v| (v, short_decimal(v)));
    let limits = check.map(|check| Limits { low: limit(check.min), high: limit(check.max) });
    let bounds = check.map_or([None, None], |check| [check.min, check.max]).into_iter().flatten();
    let few = "every threshold leaves too few cases".to_owned();
    let mut measures = vec![Measure {
        title: "Ratio of the shares with the favourable decision, logarithmic".to_owned(),
        scale: Scale::ratios(numbers(&ratios).into_iter().filter(|r| (0.1..=10.0).contains(r)).chain(bounds)),
        lines: ratios,
        line: Some((1.0, String::new())),
        limits,
        empty: few.clone(),
    }];
    for (lines, title) in [
        (hits, "Difference of true positive rates, in percentage points"),
        (alarms, "Difference of false positive rates, in percentage points"),
    ] {
        if document.policy.label.is_some() {
            measures.push(Measure {
                title: title.to_owned(),
                scale: Scale::differences(numbers(&lines).into_iter()),
                lines,
                line: Some((0.0, String::new())),
                limits: None,
                empty: few.clone(),
            });
        }
    }
    let reference = reference_name(axes, &first.reference);
    let current =
        first.current.zip(first.current_text.as_ref()).map(|(t, text)| (t, format!("{}: {text}", marked(document))));
    let message = message(document, axes, &drawn, sweeps.len());
    let told: Vec<String> = drawn.iter().map(|sweep| told(axes, sweep)).collect();
    Some(Figure {
        title: format!("What other thresholds would do, by {}, against {reference}", axes.join(" and ")),
        description: format!("{message} {}", told.join(" ")),
        message,
        drawing: Drawing::Sweep(Drawn {
            across: "Threshold of the score".to_owned(),
            groups: drawn.iter().map(|sweep| group_name(axes, &sweep.group)).collect(),
            ribbon: format!("{} interval", super::numbers::level(document.policy.level)),
            thresholds,
            current,
            measures,
        }),
    })
}

/// A number without an interval.
fn plain(value: f64) -> Estimate {
    Estimate { value, low: None, high: None }
}

/// What each threshold in use gives, and between what all of them do.
fn message(document: &Document, axes: &[String], drawn: &[&Sweep], all: usize) -> String {
    let used = marked(document);
    let mut words: Vec<String> = Vec::new();
    for sweep in drawn {
        let name = group_name(axes, &sweep.group);
        let at = in_use(sweep).and_then(|p| p.ratio).map(|r| (r, sweep.current_text.clone().unwrap_or_default()));
        let ratios: Vec<f64> = sweep.points.iter().filter_map(|p| p.ratio).collect();
        let (Some(low), Some(high)) =
            (ratios.iter().copied().reduce(f64::min), ratios.iter().copied().reduce(f64::max))
        else {
            continue;
        };
        let span = format!("from {} to {}", pictures::ratio_shown(low), pictures::ratio_shown(high));
        words.push(match at {
            Some((ratio, text)) => {
                format!(
                    "{name}: ratio {} at the threshold {used} ({text}), {span} over all thresholds",
                    pictures::ratio_shown(ratio)
                )
            }
            None => format!("{name}: ratio {span} over all thresholds"),
        });
    }
    let more = if drawn.len() < all {
        format!(" Of {all} groups, {} are drawn, those with the widest gap; the table has them all.", drawn.len())
    } else {
        String::new()
    };
    let few = document.policy.min_group;
    format!(
        "{}. No ratio is given where a side has fewer than {few} cases, or both together fewer than {few} favourable decisions.{more}",
        words.join("; ")
    )
}

fn told(axes: &[String], sweep: &Sweep) -> String {
    let points: Vec<String> = tenths(sweep)
        .filter_map(|p| Some(format!("at {} ratio {}", short_decimal(p.threshold), pictures::ratio_shown(p.ratio?))))
        .collect();
    format!("{}: {}.", group_name(axes, &sweep.group), points.join(", "))
}

/// The threshold that makes the decisions is in use; beside a column of decisions it is only marked.
fn marked(document: &Document) -> &'static str {
    if document.policy.threshold.is_some() { "in use" } else { "marked" }
}

/// The points of a table: tenths and the threshold that is marked; where there are not all tenths, about as many points.
fn tenths(sweep: &Sweep) -> impl Iterator<Item = &SweepPoint> {
    let current = sweep.current;
    let tenth = |t: f64| ((10.0 * t).round() / 10.0 - t).abs() < 1e-9;
    let tenths = sweep.points.iter().filter(|p| tenth(p.threshold)).count() >= 9;
    let each = sweep.points.len().div_ceil(12).max(1);
    let wanted =
        move |place: usize, p: &SweepPoint| if tenths { tenth(p.threshold) } else { place.is_multiple_of(each) };
    let shown = move |(place, p): &(usize, &SweepPoint)| wanted(*place, p) || Some(p.threshold) == current;
    sweep.points.iter().enumerate().filter(shown).map(|(_, p)| p)
}

fn table(document: &Document, axes: &[String], sweeps: &[&Sweep]) -> Table {
    let heads = [
        "Group",
        "Compared with",
        ">Threshold",
        ">Scores at or above",
        ">Ratio",
        "Its interval",
        ">True positive rate, difference",
        ">False positive rate, difference",
    ];
    let mut table = Table::new(format!("What other thresholds would do, by {}", axes.join(" and ")), &heads);
    let dash = || "–".to_owned();
    let points = |gap: Option<f64>| gap.map_or_else(dash, |gap| format!("{} pp", points(gap, &[])));
    for sweep in sweeps {
        let current = sweep.current;
        for p in tenths(sweep) {
            let shown = |v: f64| apart(v, &[Some(0.8), Some(1.25)]);
            let mark = if Some(p.threshold) == current { format!(" ({})", marked(document)) } else { String::new() };
            table.rows.push(vec![
                group_name(axes, &sweep.group),
                reference_name(axes, &sweep.reference),
                format!("{}{mark}", short_decimal(p.threshold)),
                percent(p.selected),
                p.ratio.map_or_else(dash, shown),
                interval(p.ratio, p.low, p.high, shown),
                points(p.true_positive_rate_difference),
                points(p.false_positive_rate_difference),
            ]);
        }
    }
    if document.policy.label.is_none() {
        table.columns.truncate(6);
        table.rows.iter_mut().for_each(|row| row.truncate(6));
    }
    table
}
