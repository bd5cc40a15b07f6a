//! Verdicts, the number of checks, the verdict and the exit code of the run, and the closing statement.

use std::collections::BTreeMap;

use super::counts::named;
use super::differ::differ;
use super::figures::RESULT;
use super::tally::Tallies;
use crate::exact::Exact;
use crate::inference::family;
use crate::inference::limits::Limits;
use crate::judge::rows::{Judged, conclude};
use crate::judge::{Bounds, Finding, Outcome};
use crate::policy::Policy;
use crate::report;
use crate::result::number::twelve_digits;
use crate::result::{CheckRow, Document, Family, RowKey, Verdict};

/// Holds every row against what the counts give, as far as they give it, and the run against its rows.
pub fn hold(document: &Document, policy: Option<&Policy>, judged: Vec<Judged>, apart: f64, tallies: &mut Tallies) {
    let stored: BTreeMap<RowKey, usize> = document.checks.iter().enumerate().map(|(i, row)| (row.key(), i)).collect();
    let mut again: Vec<Option<Judged>> = document.checks.iter().map(|_| None).collect();
    for found in judged {
        match stored.get(&found.0.key()).copied() {
            Some(place) => again[place] = Some(found),
            None => {
                let row = &found.0;
                let why = format!("check {}, {} is not there", row.id, named(&row.axes, &row.group));
                tallies.wrong("check rows", RESULT, "checks", why);
            }
        }
    }
    let known: Vec<bool> = again.iter().map(Option::is_some).collect();
    if let Some(policy) = policy {
        // Rows that counts do not give are members of the family with the p-value that is stored.
        let whole = again.into_iter().zip(&document.checks).map(|(judged, row)| judged.unwrap_or_else(|| alone(row)));
        let rows = conclude(policy, whole.collect());
        let apart = if known.iter().all(|known| *known) { apart } else { apart.max(1e-10) };
        for (place, (mut row, stored)) in rows.into_iter().zip(&document.checks).enumerate() {
            // Waivers and what was known before come after the judgement.
            row.waived_by.clone_from(&stored.waived_by);
            row.known = stored.known;
            told(place, stored, &row, apart, tallies);
        }
    } else {
        adjusted(document, tallies);
    }
    for (place, row) in document.checks.iter().enumerate().filter(|(place, _)| !known[*place]) {
        verdict(document, place, row, tallies);
    }
    known_before(document, tallies);
    waivers(document, tallies);
    run(document, tallies);
}

fn told(place: usize, stored: &CheckRow, again: &CheckRow, apart: f64, tallies: &mut Tallies) {
    let differences = differ(&format!("checks[{place}]"), stored, again, apart);
    if differences.is_empty() {
        tallies.agree("check rows", 1);
    }
    for found in differences {
        let group = named(&stored.axes, &stored.group);
        let why = format!("check {}, {group}: {} is stored, and it comes to {}", stored.id, found.stored, found.again);
        tallies.wrong("check rows", RESULT, found.at, why);
    }
}

/// A row as it was before the number of checks was allowed for.
fn alone(row: &CheckRow) -> Judged {
    let mut row = row.clone();
    row.p_adjusted = None;
    if row.reason.as_deref() == Some("adjustment") {
        (row.verdict, row.leaning, row.reason) = (Verdict::NotMet, None, None);
    }
    (row, None)
}

/// Where the policy is not known again: the adjusted p-values from the stored ones.
fn adjusted(document: &Document, tallies: &mut Tallies) {
    for of in Family::ALL {
        let belongs = |(_, row): &(usize, &CheckRow)| row.p_value.is_some() && row.family() == of;
        let places: Vec<usize> = document.checks.iter().enumerate().filter(belongs).map(|(place, _)| place).collect();
        let raw: Vec<f64> = places.iter().filter_map(|place| document.checks[*place].p_value).collect();
        let again = match document.policy.adjust.as_str() {
            "holm" => family::holm(&raw),
            "bh" => family::benjamini_hochberg(&raw),
            _ => raw,
        };
        for (place, p) in places.into_iter().zip(again) {
            let stored = document.checks[place].p_adjusted;
            let agrees = stored.is_some_and(|stored| (stored - twelve_digits(p)).abs() <= 1e-10 * p.abs());
            tallies.hold("check rows", agrees, RESULT, format!("checks[{place}].p_adjusted"), || {
                "it does not follow from the p-values of the run".to_owned()
            });
        }
    }
}

/// The verdict of a row from the numbers of the row itself: its interval or its estimate, its limits and its p-value.
fn verdict(document: &Document, place: usize, row: &CheckRow, tallies: &mut Tallies) {
    let by_itself = !matches!(row.contrast.as_str(), "spread" | "worst-ratio");
    let reason = row.reason.as_deref().unwrap_or_default();
    let Some(value) = row.value else {
        let agrees = row.verdict == Verdict::NotApplicable || reason == "too-few";
        tallies.hold("check rows", agrees, RESULT, format!("checks[{place}].verdict"), || {
            format!("check {} has no value, and a verdict", row.id)
        });
        return;
    };
    if !by_itself || matches!(reason, "too-few" | "incomplete") || row.evidence == "sequential" {
        return;
    }
    let bound = |text: &Option<String>| text.as_deref().and_then(Exact::parse);
    let (min, max) = (bound(&row.min_text), bound(&row.max_text));
    let bounds = Bounds { min: min.as_ref(), max: max.as_ref() };
    let end = |end: Option<f64>, open: f64| end.unwrap_or(open);
    let (low, high) = (end(row.low, f64::NEG_INFINITY), end(row.high, f64::INFINITY));
    let agrees = if row.evidence == "point" {
        (row.verdict == Verdict::Met) == bounds.hold_estimate(None, value)
    } else {
        let side = (1.0 - document.policy.level) / 2.0;
        let beyond = row.p_adjusted.is_none_or(|p| p <= side * (1.0 + 1e-9));
        match bounds.hold_interval(Limits { low, high }) {
            Finding::Inside => row.verdict == Verdict::Met,
            Finding::Outside if beyond => row.verdict == Verdict::NotMet,
            Finding::Outside => reason == "adjustment",
            Finding::Straddles => row.verdict == Verdict::Inconclusive && reason != "adjustment",
        }
    };
    tallies.hold("check rows", agrees, RESULT, format!("checks[{place}].verdict"), || {
        format!("check {}, {}: its interval and limits give another verdict", row.id, named(&row.axes, &row.group))
    });
}

/// What does not gate because it was so before was so before.
fn known_before(document: &Document, tallies: &mut Tallies) {
    for (place, row) in document.checks.iter().enumerate().filter(|(_, row)| row.known) {
        let before = document.change.as_ref().and_then(|change| change.of(row)).and_then(|change| change.before);
        let holds = row.verdict == Verdict::NotMet && before == Some(Verdict::NotMet);
        tallies.hold("check rows", holds, RESULT, format!("checks[{place}].known"), || {
            format!("check {} was not beyond the limit before", row.id)
        });
    }
}

/// A row is let through by a waiver that is there and holds, and waivers say how many rows they let through.
fn waivers(document: &Document, tallies: &mut Tallies) {
    for (place, row) in document.checks.iter().enumerate() {
        let Some(id) = &row.waived_by else { continue };
        let holds = document.waivers.iter().any(|waiver| {
            let of_row = waiver.check == row.id && waiver.group == row.group;
            let of_metric = waiver.metric.as_ref().is_none_or(|metric| *metric == row.metric);
            waiver.id == *id && waiver.status == "active" && of_row && of_metric
        });
        tallies
            .hold("waivers", holds, RESULT, format!("checks[{place}].waived_by"), || format!("no waiver `{id}` holds"));
    }
    for (place, waiver) in document.waivers.iter().enumerate() {
        let covers = document.checks.iter().filter(|row| row.waived_by.as_ref() == Some(&waiver.id)).count() as u64;
        tallies.hold("waivers", waiver.covers == covers, RESULT, format!("waivers[{place}].covers"), || {
            format!("waiver `{}` lets {covers} rows through, and says {}", waiver.id, waiver.covers)
        });
    }
}

/// The verdict, the exit code and the statement of the run from its rows.
fn run(document: &Document, tallies: &mut Tallies) {
    let outcome = Outcome::of(&document.checks, document.diagnostics.iter().any(|d| d.level == "error"));
    let what = "the run as a whole";
    tallies.hold(what, document.verdict == outcome.verdict, RESULT, "verdict", || {
        format!("{} is stored, and the rows come to {}", document.verdict.id(), outcome.verdict.id())
    });
    tallies.hold(what, document.exit_code == outcome.exit_code, RESULT, "exit_code", || {
        format!("{} is stored, and the rows come to {}", document.exit_code, outcome.exit_code)
    });
    if document.tool.version == report::VERSION {
        let agrees = document.statement == report::statement(&document.checks);
        tallies.hold(what, agrees, RESULT, "statement", || "the closing statement is another".to_owned());
    }
}
