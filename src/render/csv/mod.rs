//! `metrics.csv`: one number per row. An exploratory run begins with a row of the kind `run` that says so.

mod sections;

use std::io::{self, Write};

use crate::release::Release;
use crate::result::{Estimate, Group, Ranked, ReferenceView};

/// What `explain csv` says.
pub const SAYS: &str = "\
One number per row, metrics.csv: kind, metric, contrast, axes, group, reference, estimate, low, high, \
numerator, denominator, undefined. A field that a spreadsheet would take for a formula has a blank in front. \
Rows of the kinds consent, campaign, human, funnel, classes and budget are of the sections of that name: a number of a stage or a class has its \
name in front of the metric (`responded.of-all`, `billing.share`), a budget behind it (`reached-top-0.1`).";

const HEADER: &str = "kind,metric,contrast,axes,group,reference,estimate,low,high,numerator,denominator,undefined";

pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    let document = release.document();
    writeln!(out, "{HEADER}")?;
    // Such a file may be parted from the others, so it says by itself that it is no evidence.
    if document.run.exploratory {
        let numbers = ["1".to_owned(), String::new(), String::new()];
        line(out, &["run", "exploratory", "value", "", "", ""], &numbers, &Default::default(), &None)?;
    }
    for m in &document.measurements {
        let counts = [m.numerator, m.denominator].map(|n| n.map(|n| n.to_string()).unwrap_or_default());
        let numbers = [number(m.value), number(m.low), number(m.high)];
        let group = group(&m.axes, &m.group);
        line(
            out,
            &["measurement", &m.metric, "value", &m.axes.join(":"), &group, ""],
            &numbers,
            &counts,
            &m.undefined,
        )?;
    }
    for c in &document.comparisons {
        let reference = reference(&c.axes, &c.reference);
        let numbers = [number(c.value), number(c.low), number(c.high)];
        let group = group(&c.axes, &c.group);
        let names = ["comparison", &c.metric, &c.contrast, &c.axes.join(":"), &group, &reference];
        line(out, &names, &numbers, &Default::default(), &c.undefined)?;
    }
    for s in &document.spreads {
        let ends = |extreme: &Option<crate::result::Extreme>| {
            extreme.as_ref().map(|e| group(&s.axes, &e.group)).unwrap_or_default()
        };
        for (contrast, value) in [("spread", s.difference), ("worst-ratio", s.ratio)] {
            let names = ["spread", &s.metric, contrast, &s.axes.join(":"), &ends(&s.lowest), &ends(&s.highest)];
            let numbers = [number(value), String::new(), String::new()];
            line(out, &names, &numbers, &Default::default(), &None)?;
        }
    }
    for o in &document.outcome_comparisons {
        let reference = reference(&o.axes, &o.reference);
        let of = |ranked: &Ranked| [number(ranked.value), number(ranked.low), number(ranked.high)];
        let plain = |value: Option<f64>| [number(value), String::new(), String::new()];
        let numbers = [
            ("standardised-gap", of(&o.standardised_gap), &o.standardised_gap.undefined),
            ("has-more", of(&o.has_more), &o.has_more.undefined),
            ("distance", plain(o.distance), &None),
            // What has no order has no way to go.
            ("transport", plain(o.transport), o.transport.map_or(&o.has_more.undefined, |_| &None)),
        ];
        for (contrast, numbers, undefined) in numbers {
            let names = ["outcome", &o.outcome, contrast, &o.axes.join(":"), &group(&o.axes, &o.group), &reference];
            line(out, &names, &numbers, &Default::default(), undefined)?;
        }
    }
    for one in &document.outcome_calibration {
        let (axes, group) = (one.axes.join(":"), group(&one.axes, &one.group));
        for of in &one.tenths {
            let (place, rows) = (format!("tenth-{}", of.tenth), [String::new(), of.rows.to_string()]);
            let predicted = [number(Some(of.predicted)), String::new(), String::new()];
            let came = [number(Some(of.actual)), number(of.low), number(of.high)];
            for (what, numbers) in [("predicted", predicted), ("actual", came)] {
                let names = ["calibration", &format!("{}.{what}", one.outcome), &place, &axes, &group, ""];
                line(out, &names, &numbers, &rows, &None)?;
            }
        }
    }
    for a in &document.adjusted {
        let standardised = a.standardised.as_ref();
        let numbers = [
            ("adjusted", "ratio", &a.ratio),
            ("adjusted", "difference", &a.difference),
            ("adjusted", "odds-ratio", &a.odds_ratio),
            ("standardised", "ratio", standardised.map_or(&None, |s| &s.ratio)),
            ("standardised", "difference", standardised.map_or(&None, |s| &s.difference)),
        ];
        for (kind, contrast, estimate) in numbers {
            let end = |of: fn(&Estimate) -> Option<f64>| number(estimate.as_ref().and_then(of));
            let undefined = match contrast {
                "ratio" => a.undefined.clone().or_else(|| a.ratio_undefined.clone()),
                _ => a.undefined.clone(),
            };
            let reference = reference(&a.axes, &a.reference);
            let names = [kind, &a.metric, contrast, &a.axes.join(":"), &group(&a.axes, &a.group), &reference];
            let ends = [end(|e| Some(e.value)), end(|e| e.low), end(|e| e.high)];
            line(out, &names, &ends, &Default::default(), &undefined)?;
        }
    }
    sections::render(document, out)
}

fn reference(axes: &[String], reference: &ReferenceView) -> String {
    match reference.kind.as_str() {
        kind @ ("rest" | "overall") => kind.to_owned(),
        _ => group(axes, &reference.group),
    }
}

fn line(
    out: &mut dyn Write,
    names: &[&str; 6],
    numbers: &[String; 3],
    counts: &[String; 2],
    undefined: &Option<String>,
) -> io::Result<()> {
    let fields = names.iter().map(|name| quoted(name)).chain(numbers.iter().cloned()).chain(counts.iter().cloned());
    let fields: Vec<String> = fields.chain(std::iter::once(undefined.clone().unwrap_or_default())).collect();
    writeln!(out, "{}", fields.join(","))
}

fn number(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

/// Levels in the order of the axes: `sex=Female:age_band=65+`.
fn group(axes: &[String], group: &Group) -> String {
    axes.iter().filter_map(|axis| group.get(axis).map(|level| format!("{axis}={level}"))).collect::<Vec<_>>().join(":")
}

/// A spreadsheet takes a field that starts with one of these signs for a formula; a blank in front keeps it text.
fn quoted(field: &str) -> String {
    let field: String = field.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let field = if field.starts_with(['=', '+', '-', '@', '\t']) { format!(" {field}") } else { field };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}
