//! One sentence for one finding: "*Group* got *outcome* *x* times as often as *reference* (*lo* to *hi*; *n* cases)", and
//! always who is worse off.

use super::numbers::{apart, counted, limit, percent, points};
use crate::metrics::{self, Metric, Worse};
use crate::result::{CheckRow, Document, Group, ReferenceView, Verdict};

/// The name of a group in the order of its axes: `sex Female, customer new`.
pub fn group_name(axes: &[String], group: &Group) -> String {
    if axes.is_empty() {
        return "everybody".to_owned();
    }
    axes.iter().filter_map(|axis| group.get(axis).map(|level| format!("{axis} {level}"))).collect::<Vec<_>>().join(", ")
}

/// The name of a reference.
pub fn reference_name(axes: &[String], reference: &ReferenceView) -> String {
    match reference.kind.as_str() {
        "rest" => "everybody else".to_owned(),
        "overall" => "everybody".to_owned(),
        _ if reference.group.is_empty() => "the reference".to_owned(),
        _ => group_name(axes, &reference.group),
    }
}

/// The sentence of a check row.
pub fn check_sentence(document: &Document, row: &CheckRow) -> String {
    let Some(metric) = metrics::find(&row.metric) else { return String::new() };
    let verdict = verdict_clause(document, row);
    match row.value {
        None => format!("{}: {verdict}.", subject(metric, row)),
        Some(value) => {
            let worse = worse_off(document, metric, row, value).map(|w| format!(" {w}")).unwrap_or_default();
            format!("{}: {verdict}.{worse}", statement(metric, row, value))
        }
    }
}

fn subject(metric: &Metric, row: &CheckRow) -> String {
    let name = if row.group.is_empty() && !row.axes.is_empty() {
        row.axes.join(" and ")
    } else {
        group_name(&row.axes, &row.group)
    };
    format!("{} of {name}", metric.name)
}

fn statement(metric: &Metric, row: &CheckRow, value: f64) -> String {
    let group = group_name(&row.axes, &row.group);
    let reference = row.reference.as_ref().map(|r| reference_name(&row.axes, r)).unwrap_or_default();
    let bounds = [row.min, row.max];
    let cases = counted(row.rows, "case");
    let is_share = !metric.did.is_empty();
    match row.contrast.as_str() {
        "ratio" => {
            let interval = interval(row, |v| apart(v, &bounds));
            let value = apart(value, &bounds);
            if is_share {
                format!("{group} {} {value} times as often as {reference} ({interval}; {cases})", metric.did)
            } else {
                format!("{} of {group} was {value} times that of {reference} ({interval}; {cases})", metric.name)
            }
        }
        "difference" if is_share => {
            let interval = interval(row, |v| points(v, &bounds));
            let how = if value < 0.0 { "less" } else { "more" };
            let value = points(value.abs(), &[row.min.map(f64::abs), row.max.map(f64::abs)]);
            format!(
                "{group} {} {value} percentage points {how} often than {reference} ({interval}; {cases})",
                metric.did
            )
        }
        "difference" => {
            let interval = interval(row, |v| apart(v, &bounds));
            let how = if value < 0.0 { "lower" } else { "higher" };
            let value = apart(value.abs(), &[row.min.map(f64::abs), row.max.map(f64::abs)]);
            format!("{} of {group} was {value} {how} than that of {reference} ({interval}; {cases})", metric.name)
        }
        "spread" => {
            let axes = row.axes.join(" and ");
            let shown = |v: f64| if is_share { points(v, &bounds) } else { apart(v, &bounds) };
            let unit = if is_share { " percentage points" } else { "" };
            let interval = interval(row, shown);
            format!(
                "{} differs by {}{unit} between the extremes of {axes} ({interval}; {cases})",
                metric.name,
                shown(value)
            )
        }
        "worst-ratio" => {
            let axes = row.axes.join(" and ");
            let interval = interval(row, |v| apart(v, &bounds));
            let value = apart(value, &bounds);
            format!(
                "The lowest {} of {axes} is {value} times the highest ({interval}; {cases})",
                lower_first(metric.name)
            )
        }
        _ => {
            let shown = |v: f64| if is_share { percent(v) } else { apart(v, &bounds) };
            let interval = interval(row, shown);
            format!("{} of {group} is {} ({interval}; {cases})", metric.name, shown(value))
        }
    }
}

/// The two ends in words; a null end beside a value has no limit.
fn interval(row: &CheckRow, shown: impl Fn(f64) -> String) -> String {
    match (row.low, row.high) {
        (Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
        (Some(low), None) => format!("{} or more", shown(low)),
        (None, Some(high)) => format!("{} or less", shown(high)),
        (None, None) => "no interval".to_owned(),
    }
}

/// The limits in words: `0.8 (4/5) to 1.25 (5/4)`.
pub fn limits(row: &CheckRow) -> String {
    let side =
        |text: &Option<String>, value: Option<f64>| text.as_ref().zip(value).map(|(text, value)| limit(text, value));
    match (side(&row.min_text, row.min), side(&row.max_text, row.max)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}

fn verdict_clause(document: &Document, row: &CheckRow) -> String {
    let by = if row.evidence == "point" { "the estimate is" } else { "shown to be" };
    match row.verdict {
        Verdict::Met => format!("{by} within the limits, {}", limits(row)),
        Verdict::NotMet => {
            let below = row.value.zip(row.min).is_some_and(|(value, min)| value < min);
            let (side, text, value) =
                if below { ("below", &row.min_text, row.min) } else { ("above", &row.max_text, row.max) };
            let named = text.as_ref().zip(value).map(|(text, value)| limit(text, value)).unwrap_or_default();
            format!("{by} {side} the limit {named}")
        }
        Verdict::Inconclusive => match row.reason.as_deref() {
            Some("too-few") => {
                format!("too few cases to judge (the policy asks for {} on both sides)", document.policy.min_group)
            }
            Some("adjustment") => {
                "beyond the limit when looked at alone, but among so many checks that can be chance".to_owned()
            }
            Some("incomplete") => "cannot tell, because a group has no value".to_owned(),
            _ => format!("cannot tell yet whether it is within the limits, {}", limits(row)),
        },
        Verdict::NotApplicable => {
            let reason = metrics::Undefined::ALL.iter().find(|u| row.reason.as_deref() == Some(u.id()));
            format!("not defined, because {}", reason.map_or("there is nothing to compare", |u| u.says()))
        }
    }
}

/// Who is worse off, if the metric says so and the numbers differ.
fn worse_off(document: &Document, metric: &Metric, row: &CheckRow, value: f64) -> Option<String> {
    let lower_is_worse = lower_is_worse(metric, &document.policy.selected_is)?;
    let parity = match row.contrast.as_str() {
        "ratio" => 1.0,
        "difference" => 0.0,
        "spread" | "worst-ratio" => return spread_worse(document, row, lower_is_worse),
        _ => return None,
    };
    if value == parity {
        return Some("Neither is worse off.".to_owned());
    }
    let reference = reference_name(&row.axes, row.reference.as_ref()?);
    let who = if (value < parity) == lower_is_worse { group_name(&row.axes, &row.group) } else { reference };
    let verb = if who.starts_with("everybody") { "is on average" } else { "is" };
    Some(match row.verdict {
        Verdict::NotMet => format!("{} {verb} worse off.", upper_first(&who)),
        Verdict::Met => format!("What gap there is leaves {who} worse off."),
        _ => format!("If there is a gap, {who} {verb} worse off."),
    })
}

/// Whether a lower value is worse for the group; none when the metric takes no side.
pub fn lower_is_worse(metric: &Metric, selected_is: &str) -> Option<bool> {
    match (metric.worse, selected_is) {
        (Worse::Lower, _) => Some(true),
        (Worse::Higher, _) => Some(false),
        (Worse::Nobody, _) | (_, "mixed") => None,
        (Worse::LessSelected, selected_is) => Some(selected_is == "benefit"),
        (Worse::MoreUnselected, selected_is) => Some(selected_is != "benefit"),
    }
}

fn spread_worse(document: &Document, row: &CheckRow, lower_is_worse: bool) -> Option<String> {
    let spread = document.spreads.iter().find(|s| s.metric == row.metric && s.axes == row.axes)?;
    let (lowest, highest) = (spread.lowest.as_ref()?, spread.highest.as_ref()?);
    if lowest.value == highest.value {
        return Some("None is worse off.".to_owned());
    }
    let worst = if lower_is_worse { lowest } else { highest };
    Some(format!("Of all groups, {} is worst off.", group_name(&row.axes, &worst.group)))
}

pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
