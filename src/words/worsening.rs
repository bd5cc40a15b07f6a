//! Sentences on how much worse a number has got, and on what it was before.

use super::change::{ends, is_share, shift, shown};
use super::numbers::{in_unit, points, round_in_unit, short_decimal};
use super::outcomes::Telling;
use super::sentences::{group_name, reference_name, upper_first};
use crate::metrics;
use crate::result::{CheckChange, CheckRow, Document, Verdict};

/// What is said after the sentence of a check row: what it was before.
pub fn since(document: &Document, row: &CheckRow) -> Option<String> {
    let same = |c: &&CheckChange| {
        c.id == row.id && c.metric == row.metric && c.axes == row.axes && c.group == row.group && !row.is_worsening()
    };
    let all = document.change.as_ref()?;
    let change = all.checks.iter().find(same)?;
    let unit = row.unit.as_deref();
    let told = |v: f64| shown(unit, &row.metric, &row.contrast, v);
    let before = change.value_before.map(told);
    if row.known {
        let when = if all.paired { "for the earlier model" } else { "in the earlier result" };
        let before = before.map(|before| format!(" ({before})")).unwrap_or_default();
        return Some(format!("It was beyond the limit {when} as well{before}, so what gates is whether it got worse."));
    }
    let before = before?;
    if !["new", "worsened", "resolved", "improved"].contains(&change.status.as_str()) {
        return None;
    }
    let moved = |v: f64| shift(unit, &row.metric, &row.contrast, v);
    let by =
        change.change.map(|by| format!("; the change is {} ({})", moved(by), ends(change.low, change.high, moved)));
    Some(format!("Before it was {before}{}.", by.unwrap_or_default()))
}

/// The sentence of a row on how much worse a number has got.
pub fn sentence(document: &Document, row: &CheckRow, cases: &str, reason: impl Fn() -> String) -> String {
    let Some(worsening) = &row.worsening else { return String::new() };
    let group = group_name(&row.axes, &row.group);
    let telling = Telling::of(document, &row.metric);
    let name = match &telling {
        Some(telling) => upper_first(&telling.noun()),
        None => metrics::find(&row.metric).map_or(row.metric.as_str(), |metric| metric.name).to_owned(),
    };
    let contrast = worsening.contrast.as_str();
    let (Some(value), Some(before), Some(after)) = (row.value, worsening.before, worsening.after) else {
        return format!("{name} of {group}: how much worse it got is not known, because {}.", reason());
    };
    let number = |v: f64| shown(row.unit.as_deref(), &row.metric, contrast, v);
    let farther = |v: f64| distance(row, v);
    let against = match (&row.reference, contrast) {
        (Some(reference), "ratio") => format!(", as a ratio to {},", reference_name(&row.axes, reference)),
        (Some(reference), _) => format!(", less that of {},", reference_name(&row.axes, reference)),
        _ => String::new(),
    };
    let (better, worse) = if contrast == "value" { ("better", "worse") } else { ("nearer", "farther") };
    let direction = match (contrast, value < 0.0) {
        ("value", true) => better,
        ("value", false) => worse,
        (_, true) => "nearer to equality",
        (_, false) => "farther from equality",
    };
    let way = |v: f64| if v < 0.0 { better } else { worse };
    let interval = match (row.low, row.high) {
        (Some(low), Some(high)) if way(low) == way(high) => {
            let (near, far) = if low < 0.0 { (high, low) } else { (low, high) };
            format!("{} to {} {}", farther(near.abs()), farther(far.abs()), way(low))
        }
        (Some(low), Some(high)) => {
            format!("{} {} to {} {}", farther(low.abs()), way(low), farther(high.abs()), way(high))
        }
        (low, high) => ends(low, high, farther),
    };
    let size = farther(value.abs());
    let within = if row.strata.is_empty() {
        String::new()
    } else {
        format!(" Among people of the same {}.", row.strata.join(" and "))
    };
    let allowed = allowed(row);
    let by = if row.evidence == "point" { "the estimate is" } else { "shown to be" };
    let verdict = match (row.verdict, row.reason.as_deref()) {
        (Verdict::Met, _) => format!("{by} no more than the {allowed} allowed"),
        (Verdict::NotMet, _) => format!("{by} more than the {allowed} allowed"),
        (_, Some("too-few")) => format!(
            "too few cases at one of the two times to judge (the policy asks for {} on both sides)",
            document.policy.min_group
        ),
        (_, Some("adjustment")) => {
            format!("more than the {allowed} allowed when looked at alone, but among so many checks that can be chance")
        }
        _ => format!("cannot tell yet whether that is more than the {allowed} allowed"),
    };
    format!(
        "{name} of {group}{against} is {} now and was {} before: {size} {direction} ({interval}; {cases}), {verdict}.{within}",
        number(after),
        number(before)
    )
}

/// How much worse a number may get, in its unit.
pub fn allowed(row: &CheckRow) -> String {
    let in_points = in_points(row);
    if let (Some(unit), Some(max)) = (row.unit.as_deref(), row.max) {
        return round_in_unit(Some(unit), max);
    }
    let said = |max: f64| if in_points { format!("{} pp", short_decimal(100.0 * max)) } else { short_decimal(max) };
    row.max.map(said).unwrap_or_default()
}

/// How much farther from equality, in the unit of the number.
pub fn distance(row: &CheckRow, value: f64) -> String {
    if in_points(row) {
        format!("{} pp", points(value, &[row.max]))
    } else {
        in_unit(row.unit.as_deref(), value, &[row.max])
    }
}

/// Whether the number of a row is told in percentage points.
fn in_points(row: &CheckRow) -> bool {
    row.worsening.as_ref().is_some_and(|w| w.contrast != "ratio") && is_share(&row.metric)
}
