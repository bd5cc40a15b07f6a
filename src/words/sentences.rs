//! One sentence for one finding: "*Group* got *outcome* *x* times as often as *reference* (*lo* to *hi*; *n* cases)", and
//! always who is worse off.

use super::cases::Cases;
use super::numbers::{apart, in_unit, limit, points, round_in_unit, short_decimal, spelled};
use super::outcomes::{self, Telling};
use super::sequence;
use super::waivers;
use super::worsening;
use crate::metrics::{self, Metric};
use crate::result::{
    Adjusted, CheckRow, DiagnosticView, Document, Group, Measurement, ReferenceView, Verdict, levels_of,
};

/// The name of a group in the order of its axes: `sex Female, customer new`.
pub fn group_name(axes: &[String], group: &Group) -> String {
    if axes.is_empty() {
        return "everybody".to_owned();
    }
    levels_of(axes, group)
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
    let mut sentence = finding(document, metric, row);
    if let Some(clause) = waivers::clause(document, row) {
        sentence.push(' ');
        sentence.push_str(&clause);
    }
    sentence
}

fn finding(document: &Document, metric: &Metric, row: &CheckRow) -> String {
    if row.is_worsening() {
        let cases = Cases::of(document, &row.axes).counted(row.rows);
        return worsening::sentence(document, row, &cases, || undefined_words(row).to_owned());
    }
    let verdict = verdict_clause(document, row);
    match row.value {
        None => {
            let worse = without_hits(document, row).map(|w| format!(" {w}")).unwrap_or_default();
            let alike = alike(row).map(|alike| format!(", {}", lower_first(&alike))).unwrap_or_default();
            format!("{}{alike}: {verdict}.{worse}", subject(document, metric, row))
        }
        Some(value) => {
            let worse = worse_off(document, row, value).map(|w| format!(" {w}")).unwrap_or_default();
            let alike = alike(row).map(|alike| format!("{alike}, ")).unwrap_or_default();
            let differs = if differs(document, row) {
                format!(" It is not the same in every {}.", row.strata.join(" and "))
            } else {
                String::new()
            };
            let since = worsening::since(document, row).map(|since| format!(" {since}")).unwrap_or_default();
            let unheard = outcomes::unheard(document, row).map(|words| format!(" {words}")).unwrap_or_default();
            format!("{alike}{}: {verdict}.{worse}{unheard}{differs}{since}", statement(document, metric, row, value))
        }
    }
}

/// Among whom the number of a row was found, where that is people who are alike.
fn alike(row: &CheckRow) -> Option<String> {
    (!row.strata.is_empty()).then(|| format!("Among people of the same {}", row.strata.join(" and ")))
}

/// Whether one number hides that strata are not alike.
fn differs(document: &Document, row: &CheckRow) -> bool {
    let same = |a: &&Adjusted| a.metric == row.metric && a.axes == row.axes && a.group == row.group;
    !row.strata.is_empty() && document.adjusted.iter().find(same).is_some_and(|a| a.strata_differ)
}

/// What the group did or had, with the label of these data in place of "a positive label".
pub fn did(document: &Document, metric: &Metric) -> String {
    with_label(document, metric.did)
}

fn with_label(document: &Document, words: &str) -> String {
    let policy = &document.policy;
    let Some(label) = &policy.label else { return words.to_owned() };
    let positive = policy.positive.join(" or ");
    words
        .replace("a positive label", &format!("`{label}` {positive}"))
        .replace("each positive label", &format!("each `{label}` {positive}"))
        .replace("a negative label", &format!("`{label}` other than {positive}"))
}

fn subject(document: &Document, metric: &Metric, row: &CheckRow) -> String {
    let name = if row.group.is_empty() && !row.axes.is_empty() {
        row.axes.join(" and ")
    } else {
        group_name(&row.axes, &row.group)
    };
    match Telling::of(document, &row.metric) {
        Some(telling) => format!("{} for {name}", upper_first(&telling.noun())),
        None => format!("{} of {name}", metric.name),
    }
}

/// The number of an outcome as people say it.
fn outcome_statement(document: &Document, telling: &Telling, row: &CheckRow, value: f64) -> String {
    let group = group_name(&row.axes, &row.group);
    let reference = row.reference.as_ref().map(|r| reference_name(&row.axes, r)).unwrap_or_default();
    let cases = Cases::of(document, &row.axes).counted(row.rows);
    let (shown, ends_shown) = (spelled(&number(row, value)), interval(row, |v| number(row, v)));
    let (less, more) = telling.sides();
    let axes = row.axes.join(" and ");
    let (said, ends) = match row.contrast.as_str() {
        "ratio" => (telling.tells(&group, &telling.times(&shown), &reference), ends_shown),
        "difference" if value == 0.0 => {
            (telling.tells(&group, &telling.exactly(), &reference), ends(row, short(less), short(more)))
        }
        "difference" => {
            let gap = format!("{} than", gap(row, value, less, more));
            (telling.tells(&group, &gap, &reference), ends(row, short(less), short(more)))
        }
        "spread" => (format!("By {axes}, {} differs by {shown} between the extremes", telling.noun()), ends_shown),
        "worst-ratio" => (
            format!("By {axes}, {} is at its lowest {shown} times what it is at its highest", telling.noun()),
            ends_shown,
        ),
        _ => (format!("For {group} {} was {shown}", telling.noun()), ends_shown),
    };
    // A sentence that begins with the outcome and not with the name of a group has a capital.
    let said = if said.starts_with(&group) { said } else { upper_first(&said) };
    format!("{said} ({ends}; {cases})")
}

/// `less often` beside an interval is `less`.
fn short(word: &str) -> &str {
    word.strip_suffix(" often").unwrap_or(word)
}

fn statement(document: &Document, metric: &Metric, row: &CheckRow, value: f64) -> String {
    if let Some(telling) = Telling::of(document, &row.metric) {
        return outcome_statement(document, &telling, row, value);
    }
    let group = group_name(&row.axes, &row.group);
    let reference = row.reference.as_ref().map(|r| reference_name(&row.axes, r)).unwrap_or_default();
    let cases = Cases::of(document, &row.axes).counted(row.rows);
    let is_share = !metric.did.is_empty();
    let did = did(document, metric);
    let interval = interval(row, |v| number(row, v));
    let axes = row.axes.join(" and ");
    match row.contrast.as_str() {
        "ratio" if is_share => {
            let value = number(row, value);
            format!("{group} {did} {value} times as often as {reference} ({interval}; {cases})")
        }
        "ratio" => {
            let value = number(row, value);
            format!("{} of {group} was {value} times that of {reference} ({interval}; {cases})", metric.name)
        }
        "difference" if is_share && value == 0.0 => {
            let ends = ends(row, "less", "more");
            format!("{group} {did} exactly as often as {reference} ({ends}; {cases})")
        }
        "difference" if is_share => {
            let gap = gap(row, value, "less often", "more often");
            let ends = ends(row, "less", "more");
            format!("{group} {did} {gap} than {reference} ({ends}; {cases})")
        }
        "difference" => {
            let gap = gap(row, value, "lower", "higher");
            let ends = ends(row, "lower", "higher");
            format!("{} of {group} was {gap} than that of {reference} ({ends}; {cases})", metric.name)
        }
        "spread" => {
            let value = number(row, value);
            format!("{} differs by {value} between the extremes of {axes} ({interval}; {cases})", metric.name)
        }
        "worst-ratio" => {
            let value = number(row, value);
            format!(
                "The lowest {} of {axes} is {value} times the highest ({interval}; {cases})",
                lower_first(metric.name)
            )
        }
        _ => match metric.tells() {
            Some(tells) => {
                let told =
                    with_label(document, tells).replace("{group}", &group).replace("{value}", &number(row, value));
                format!("{told} ({interval}; {cases})")
            }
            None => format!("{} of {group} is {} ({interval}; {cases})", metric.name, number(row, value)),
        },
    }
}

/// A number in the unit of its row: times, percentage points, percent.
pub fn number(row: &CheckRow, value: f64) -> String {
    if row.is_worsening() {
        return worsening::distance(row, value);
    }
    match &row.unit {
        Some(unit) => in_unit(Some(unit), value, &[row.min, row.max]),
        None => number_of(&row.metric, &row.contrast, &[row.min, row.max], value),
    }
}

/// A number of a metric and contrast, told apart from its limits.
pub fn number_of(metric: &str, contrast: &str, bounds: &[Option<f64>], value: f64) -> String {
    let is_share = metrics::find(metric).is_some_and(|metric| !metric.did.is_empty());
    match contrast {
        "difference" | "spread" if is_share => format!("{} pp", points(value, bounds)),
        "value" if is_share => format!("{}%", points(value, bounds)),
        _ => apart(value, bounds),
    }
}

/// A difference without its sign: `12.0 percentage points less often`.
fn gap(row: &CheckRow, value: f64, less: &str, more: &str) -> String {
    let word = if value < 0.0 { less } else { more };
    // The sign goes into the word, so the limit that the number is told apart from is without it too.
    let plain = CheckRow { min: row.min.map(f64::abs), max: row.max.map(f64::abs), ..row.clone() };
    format!("{} {word}", spelled(&number(&plain, value.abs())))
}

/// Both ends of a difference: `20.9 to 33.7 less`, `7.8 less to 11.1 more`.
fn ends(row: &CheckRow, less: &str, more: &str) -> String {
    let plain = CheckRow { min: row.min.map(f64::abs), max: row.max.map(f64::abs), ..row.clone() };
    let bare = |v: f64| number(&plain, v.abs()).replace(" pp", "");
    match (row.low, row.high) {
        (Some(low), Some(high)) if high <= 0.0 => format!("{} to {} {less}", bare(high), bare(low)),
        (Some(low), Some(high)) if low >= 0.0 => format!("{} to {} {more}", bare(low), bare(high)),
        (Some(low), Some(high)) => format!("{} {less} to {} {more}", bare(low), bare(high)),
        _ => interval(row, bare),
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

/// A limit in the unit of its row, with the fraction it was written as: `0.8 (4/5)`, `-10 pp`.
pub fn limit_of(row: &CheckRow, text: &str, value: f64) -> String {
    if row.is_worsening() {
        return worsening::allowed(row);
    }
    let is_share = metrics::find(&row.metric).is_some_and(|metric| !metric.did.is_empty());
    match row.contrast.as_str() {
        "difference" | "spread" if is_share => format!("{} pp", short_decimal(100.0 * value)),
        "value" if is_share => format!("{}%", short_decimal(100.0 * value)),
        _ => match &row.unit {
            // The number has its unit, so the limit has it too; what is written stays beside it where it is no decimal.
            Some(unit) if unit == "s" => round_in_unit(Some(unit), value),
            Some(unit) => format!("{} {unit}", limit(text, value)),
            None => limit(text, value),
        },
    }
}

/// The limits in words: `0.8 (4/5) to 1.25 (5/4)`.
pub fn limits(row: &CheckRow) -> String {
    let side = |text: &Option<String>, value: Option<f64>| {
        text.as_ref().zip(value).map(|(text, value)| limit_of(row, text, value))
    };
    match (side(&row.min_text, row.min), side(&row.max_text, row.max)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => String::new(),
    }
}

/// A limit by its side, in words: `the limit of 0.8 (4/5)`.
pub fn named_limit(row: &CheckRow, side: &str) -> String {
    let (text, value) = if side == "below" { (&row.min_text, row.min) } else { (&row.max_text, row.max) };
    let named = text.as_ref().zip(value).map(|(text, value)| limit_of(row, text, value)).unwrap_or_default();
    format!("the limit of {named}")
}

fn verdict_clause(document: &Document, row: &CheckRow) -> String {
    if let Some(clause) = sequence::verdict_clause(document, row) {
        return clause;
    }
    let by = if row.evidence == "point" { "the estimate is" } else { "shown to be" };
    match row.verdict {
        Verdict::Met => format!("{by} within the limits, {}", limits(row)),
        Verdict::NotMet => {
            let below = row.value.zip(row.min).is_some_and(|(value, min)| value < min);
            let side = if below { "below" } else { "above" };
            format!("{by} {side} {}", named_limit(row, side))
        }
        Verdict::Inconclusive => match row.reason.as_deref() {
            Some("too-few") => {
                let (asked, cases) = (document.policy.min_group, Cases::of(document, &row.axes).noun());
                match row.contrast.as_str() {
                    "value" => format!("too few {cases} to judge (the policy asks for {asked})"),
                    "spread" | "worst-ratio" => {
                        format!("a group has too few {cases} to judge (the policy asks for {asked})")
                    }
                    _ => format!("too few {cases} to judge (the policy asks for {asked} on both sides)"),
                }
            }
            Some("adjustment") => {
                let alone = "beyond the limit when looked at alone, but among so many checks that can be chance";
                format!("{alone}{}", more_would_tell(document, row))
            }
            Some("incomplete") => "cannot tell, because a group has no value".to_owned(),
            Some("no-interval") => {
                format!(
                    "cannot tell whether it is within the limits, {}, because {}",
                    limits(row),
                    undefined_words(row)
                )
            }
            _ => {
                let more = more_would_tell(document, row);
                format!("cannot tell yet whether it is within the limits, {}{more}", limits(row))
            }
        },
        Verdict::NotApplicable if super::privacy::is_hidden(row) => {
            "hidden, because a small number of people could be worked out from it".to_owned()
        }
        Verdict::NotApplicable => format!("not defined, because {}", undefined_words(row)),
    }
}

/// Why a row has no number.
fn undefined_words(row: &CheckRow) -> &'static str {
    let reason = metrics::Undefined::ALL.iter().find(|u| row.reason.as_deref() == Some(u.id()));
    reason.map_or("there is nothing to compare", |u| u.says())
}

/// How many more cases would tell, where that is known.
fn more_would_tell(document: &Document, row: &CheckRow) -> String {
    let more = |needed| format!("; {} would tell", Cases::of(document, &row.axes).more(needed));
    row.rows_needed.map(more).unwrap_or_default()
}

/// Who is worse off, if the metric says so and the numbers differ.
fn worse_off(document: &Document, row: &CheckRow, value: f64) -> Option<String> {
    let lower_is_worse = document.policy.lower_is_worse(&row.metric)?;
    let parity = match row.contrast.as_str() {
        "ratio" => 1.0,
        "difference" => 0.0,
        "spread" | "worst-ratio" => return spread_worse(document, row, lower_is_worse),
        _ => return None,
    };
    if value == parity {
        return Some("Neither is worse off.".to_owned());
    }
    let reference = match row.reference.as_ref()? {
        // A group is part of everybody: worse off are the others.
        overall if overall.kind == "overall" => "the others, taken together".to_owned(),
        other => reference_name(&row.axes, other),
    };
    let who = if (value < parity) == lower_is_worse { group_name(&row.axes, &row.group) } else { reference };
    Some(match row.verdict {
        Verdict::NotMet => format!("Worse off: {who}."),
        Verdict::Met => format!("What gap there is goes against {who}."),
        _ => format!("If there is a gap, it goes against {who}."),
    })
}

/// A ratio to a reference without any hit has no number, and still somebody is worse off.
fn without_hits(document: &Document, row: &CheckRow) -> Option<String> {
    let reference = row.reference.as_ref().filter(|_| row.reason.as_deref() == Some("infinite"))?;
    let (group, reference) = (group_name(&row.axes, &row.group), reference_name(&row.axes, reference));
    let who = if document.policy.lower_is_worse(&row.metric)? { reference } else { group };
    Some(format!("If there is a gap, it goes against {who}; check the difference."))
}

/// The group at the worse end of a spread, among those large enough to be judged.
fn spread_worse(document: &Document, row: &CheckRow, lower_is_worse: bool) -> Option<String> {
    let judged = |m: &&Measurement| {
        m.metric == row.metric
            && m.axes == row.axes
            && !m.group.values().any(|level| level == "(missing)")
            && Cases::of_measurement(document, m).is_some_and(|of| of >= document.policy.min_group)
    };
    let mut found: Vec<&Measurement> = document.measurements.iter().filter(judged).collect();
    found.retain(|m| m.value.is_some());
    found.sort_by(|a, b| a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0)));
    let (lowest, highest) = (found.first()?, found.last()?);
    if lowest.value == highest.value {
        return Some("None is worse off.".to_owned());
    }
    let worst = if lower_is_worse { lowest } else { highest };
    Some(format!("Worst off: {}.", group_name(&row.axes, &worst.group)))
}

pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A diagnostic as a line of a list.
pub fn diagnosed(diagnostic: &DiagnosticView) -> String {
    let place = diagnostic.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let end = if diagnostic.message.ends_with('?') { "" } else { "." };
    format!("{} [{}]{place}: {}{end}", upper_first(&diagnostic.level), diagnostic.code, diagnostic.message)
}
