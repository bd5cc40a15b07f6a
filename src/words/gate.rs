//! Check rows and diagnostics as continuous integration tells them: one by one, each with what it does to the gate.

use super::privacy::is_hidden;
use super::sentences::{check_sentence, group_name};
use super::waivers;
use crate::metrics;
use crate::result::{CheckRow, CheckView, DiagnosticView, Document, Gate, Group, WaiverView};

/// The name of a row where it stands alone: `Selection rate, ratio: sex Female`.
pub fn row_name(row: &CheckRow) -> String {
    format!("{}, {}: {}", metric_name(row), row.contrast, subject(row))
}

/// Whom a row is about: a group, everybody, or the attributes between whose groups there is a gap.
pub fn subject(row: &CheckRow) -> String {
    named(&row.axes, &row.group)
}

pub fn named(axes: &[String], group: &Group) -> String {
    if group.is_empty() && !axes.is_empty() { format!("by {}", axes.join(" and ")) } else { group_name(axes, group) }
}

pub fn metric_name(row: &CheckRow) -> &str {
    metrics::find(&row.metric).map_or(row.metric.as_str(), |metric| metric.name)
}

/// What was found: the sentence of the row, or its name and verdict where this version does not know the metric.
pub fn found(document: &Document, row: &CheckRow) -> String {
    let sentence = check_sentence(document, row);
    if sentence.is_empty() {
        let waived = waivers::clause(document, row).map(|clause| format!(" {clause}")).unwrap_or_default();
        return format!("{}: {}.{waived}", row_name(row), row.verdict.id().replace('_', " "));
    }
    sentence
}

/// What the row does to the gate, where its verdict alone does not say it.
pub fn why(row: &CheckRow) -> Option<String> {
    let on = |key: &str, value: &str| format!("`{key}` is \"{value}\"");
    Some(match row.gate() {
        Gate::NotMet | Gate::Met => return None,
        Gate::Open => format!("It gates: {}.", on("on_inconclusive", "error")),
        Gate::Warned | Gate::Reported => format!("It does not gate: {}.", on("on_fail", &row.on_fail)),
        Gate::Known => {
            "It does not gate: it was beyond the limit in the earlier result as well, and is no worse.".to_owned()
        }
        // By whom and until when, the sentence of the row says already.
        Gate::Waived => "It does not gate.".to_owned(),
        Gate::Unjudged | Gate::Ignored => {
            format!("It does not gate: {}.", on("on_inconclusive", &row.on_inconclusive))
        }
    })
}

/// What was found, and what it does to the gate.
pub fn told(document: &Document, row: &CheckRow) -> String {
    let found = found(document, row);
    match why(row) {
        Some(why) => format!("{found} {why}"),
        None => found,
    }
}

/// By what and until when a row is let through: `waived by students until 2027-01-31`.
pub fn waived(document: &Document, row: &CheckRow) -> String {
    let id = row.waived_by.as_deref().unwrap_or_default();
    match waiver(document, row) {
        Some(waiver) => format!("waived by {id} until {}", waiver.expires),
        None => format!("waived by {id}"),
    }
}

/// The waiver that lets a row through.
pub fn waiver<'a>(document: &'a Document, row: &CheckRow) -> Option<&'a WaiverView> {
    let id = row.waived_by.as_deref()?;
    document.waivers.iter().find(|waiver| waiver.id == id)
}

/// The check of a row; rows about worsening belong to the check that asks about it.
pub fn check<'a>(document: &'a Document, row: &CheckRow) -> Option<&'a CheckView> {
    document.policy.checks.iter().find(|check| check.id == row.check())
}

/// The line of the policy file that a row comes from; none without a file.
pub fn line(document: &Document, row: &CheckRow) -> Option<u64> {
    document.policy.path.as_ref()?;
    check(document, row)?.line
}

/// The line of the policy file that a diagnostic is about; none where it is about something else.
pub fn line_of(document: &Document, diagnostic: &DiagnosticView) -> Option<u64> {
    let path = document.policy.path.as_ref()?;
    let rest = diagnostic.place.as_ref()?.strip_prefix(path.as_str())?.strip_prefix(':')?;
    rest.split([':', ',']).next()?.parse().ok()
}

/// A diagnostic with its place, unless that is a line of the policy, which is told apart.
pub fn diagnosed(document: &Document, diagnostic: &DiagnosticView) -> String {
    match &diagnostic.place {
        Some(place) if line_of(document, diagnostic).is_none() => format!("{} ({place})", diagnostic.message),
        _ => diagnostic.message.clone(),
    }
}

/// Why the exit code is 3 although no row gates: nothing could be judged.
pub fn nothing_judged(document: &Document) -> Option<String> {
    let open = document.exit_code == crate::error::exit::INCONCLUSIVE
        && document.checks.iter().all(|row| row.gate() != Gate::Open && !is_hidden(row));
    open.then(|| {
        "Nothing was judged: there is no check row, or every row has too few cases or does not apply.".to_owned()
    })
}
