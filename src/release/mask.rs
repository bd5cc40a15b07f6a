//! Takes out of a document what its audience must not see.
//!
//! Every field is named here, so that one that is added does not compile until somebody has decided about it.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use super::campaign;
use super::counts::{Counts, counts};
use super::eyes::Eyes;
use super::groups::{Groups, Key};
use super::known::Known;
use super::table::Shown;
use super::thin::Thin;
use crate::metrics::outcome::presence;
use crate::policy::value::MISSING;
use crate::result::*;

/// The reason of a number that is hidden.
const SUPPRESSED: &str = "suppressed";

/// Hides small counts and whatever tells them, given what was published before; gives how many outcomes are hidden beside groups.
pub fn mask(document: &mut Document, settings: &Settings, groups: &Groups, published: &[Document]) -> u64 {
    super::classes::mask(document, groups, settings.min_cell);
    let eyes = Eyes { groups, thin: Thin::of(document, settings, published) };
    let hidden_outcomes = eyes.thin.count();
    let people = counts(document);
    let mut known = Known::of(document, &eyes);
    let Document {
        schema: _,
        tool: _,
        run: _,
        policy: _,
        about: _,
        data,
        measurements,
        comparisons,
        spreads,
        curves,
        score_comparisons,
        outcome_comparisons,
        outcome_tails,
        outcome_inequality,
        outcome_calibration,
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        consent,
        campaign,
        human,
        funnel,
        // Done above, beside the exact counts of the others.
        classes: _,
        budgets,
        sequences,
        // It is taken again from what is left.
        scorecard,
        checks,
        change,
        waivers,
        privacy: _,
        forms: _,
        diagnostics,
        not_tested: _,
        verdict: _,
        exit_code: _,
        statement: _,
    } = document;
    super::human::mask(human, &known, groups, settings.min_cell);
    known.add_steps(human.as_ref());
    super::funnel::mask(funnel, &known, groups, settings.min_cell);
    mask_data(&eyes, data, &people);
    measurements.iter_mut().for_each(|m| mask_measurement(&eyes, m));
    comparisons.retain(|c| eyes.names(&c.metric, &c.axes, &c.reference));
    comparisons.iter_mut().for_each(|c| mask_comparison(&eyes, c));
    spreads.iter_mut().for_each(|s| mask_spread(&eyes, s));
    omnibus.iter_mut().for_each(|o| mask_omnibus(&eyes, o));
    let any_hidden = !groups.hides_nothing() || hidden_outcomes > 0;
    checks.iter_mut().for_each(|row| mask_check(&eyes, row, any_hidden));
    let mut nameless = BTreeSet::new();
    checks.retain_mut(|row| match &mut row.reference {
        Some(reference) if !eyes.names(&row.metric, &row.axes, reference) => {
            reference.group.clear();
            row.group.clear();
            nameless.insert((
                row.id.clone(),
                row.metric.clone(),
                row.contrast.clone(),
                row.axes.clone(),
                row.strata.clone(),
            ))
        }
        _ => true,
    });
    // Who needed a waiver was beyond a limit.
    let shown: BTreeSet<&String> = checks.iter().filter_map(|row| row.waived_by.as_ref()).collect();
    waivers.retain(|waiver| !any_hidden || shown.contains(&waiver.id));
    let whole = |axes: &[String]| groups.shows_axis(Shown::Everything, axes);
    inequality.retain(|one| whole(&one.axes) && whole(&[]));
    score_comparisons.retain(|one| whole(&one.axes));
    // Of an outcome that few have a value of, nothing is told.
    let known = |outcome: &str, axes: &[String]| {
        let metric = presence().map(|presence| format!("{outcome}.{}", presence.id)).unwrap_or_default();
        eyes.axis(&metric, axes)
    };
    outcome_comparisons.retain(|one| known(&one.outcome, &one.axes));
    outcome_tails.retain(|one| known(&one.outcome, &one.axes));
    // A tenth of everybody may be fewer people than may be told of.
    outcome_inequality.retain(|one| known(&one.outcome, &[]) && one.rows / 10 >= settings.min_cell);
    // A tenth is finer than any count that was looked at: an axis is shown whole or not at all.
    let small_tenth = |one: &OutcomeCalibration| one.tenths.iter().any(|of| of.rows < settings.min_cell);
    let of_few: BTreeSet<(String, Vec<String>)> = outcome_calibration
        .iter()
        .filter(|one| small_tenth(one) || (one.rows > 0 && one.rows < settings.min_cell))
        .map(|one| (one.outcome.clone(), one.axes.clone()))
        .collect();
    outcome_calibration.retain(|one| {
        let errors = eyes.axis(&format!("{}.bias", one.outcome), &one.axes);
        errors && known(&one.outcome, &one.axes) && !of_few.contains(&(one.outcome.clone(), one.axes.clone()))
    });
    // Bins and thresholds of scores cut groups finer than any count that was looked at.
    let small = |count: u64| count > 0 && count < settings.min_cell;
    let fine = |curve: &Curve| {
        let bins = curve.bins.iter().all(|bin| {
            let positives = (bin.observed * bin.rows as f64).round() as u64;
            !small(bin.rows) && !small(positives) && !small(bin.rows.saturating_sub(positives))
        });
        bins && !small(curve.rows) && !curve.histogram.iter().any(|rows| small(*rows))
    };
    let coarse: Vec<Vec<String>> = curves.iter().filter(|curve| !fine(curve)).map(|curve| curve.axes.clone()).collect();
    curves.retain(|curve| whole(&curve.axes) && !coarse.contains(&curve.axes));
    sweeps.clear();
    budgets.clear();
    // These rest on other tables of the same people: by stratum, by period, by what is missing, by an earlier result.
    adjusted.clear();
    unknown.clear();
    hide_consent(consent);
    campaign::mask(campaign, settings.min_cell, whole);
    sequences.clear();
    scorecard.clear();
    *change = None;
    for diagnostic in diagnostics {
        diagnostic.message = "what it says is hidden with the small groups".to_owned();
    }
    hidden_outcomes
}

/// Leaves whose rows count, and takes out how many these are and how many are not: counts of people who said no are of no
/// group whose counts were looked at.
pub(super) fn hide_consent(consent: &mut Option<ConsentView>) {
    let Some(ConsentView {
        purpose: _,
        record: _,
        column: _,
        given: _,
        at: _,
        ledger,
        rows_with,
        rows_without,
        share,
        low,
        high,
        coverage_reason: _,
        without_interval,
        coverage,
        by_answer,
        balance,
        personal: _,
        compared: _,
        served,
        bounds,
    }) = consent
    else {
        return;
    };
    *ledger = None;
    (*rows_with, *rows_without, *without_interval) = (None, None, None);
    (*share, *low, *high) = (None, None, None);
    coverage.clear();
    by_answer.clear();
    balance.clear();
    served.clear();
    bounds.clear();
}

fn mask_data(eyes: &Eyes, data: &mut DataView, people: &BTreeMap<Key, Counts>) {
    let DataView { sources, rows_read, rows_used, excluded, attributes, left_out, earlier: _ } = data;
    // Rows without a decision are in no number that is shown; their count could be small.
    let everybody = eyes.groups.shows(Shown::Outcomes, &[], &Group::new());
    let shown = people.get(&Key::default()).filter(|_| everybody).map_or(0, Counts::decided);
    let all_used = *rows_read == shown;
    (*rows_read, *rows_used) = (shown, shown);
    excluded.clear();
    left_out.clear();
    let one = sources.len() == 1;
    for source in sources {
        let SourceView { path: _, format: _, sha256: _, rows, notes, holds } = source;
        if !(one && all_used) {
            *rows = 0;
        }
        notes.clear();
        holds.clear();
    }
    for attribute in attributes {
        let of = |level: &str| {
            let key = (vec![attribute.name.clone()], Group::from([(attribute.name.clone(), level.to_owned())]));
            let found = people.get(&key).map(Counts::decided);
            found.filter(|_| eyes.groups.shows(Shown::Outcomes, &key.0, &key.1))
        };
        attribute.missing_rows = of(MISSING).unwrap_or(0);
        let mut kept = Vec::new();
        for group in &attribute.groups {
            if let Some(rows) = of(&group.group) {
                let share = if everybody { rows as f64 / shown.max(1) as f64 } else { 0.0 };
                kept.push(GroupView { group: group.group.clone(), rows, share });
            }
        }
        attribute.groups = if everybody { kept } else { Vec::new() };
    }
}

fn mask_measurement(eyes: &Eyes, m: &mut Measurement) {
    let shown = eyes.group(&m.metric, &m.axes, &m.group);
    let Measurement {
        metric: _,
        axes: _,
        group: _,
        numerator,
        denominator,
        value,
        low,
        high,
        method: _,
        undefined,
        if_calibrated,
        p_value,
        test,
        bounds,
        people,
        effective_rows,
    } = m;
    (*people, *effective_rows) = (None, None);
    if shown {
        return;
    }
    (*numerator, *denominator) = (None, None);
    (*value, *low, *high, *if_calibrated, *p_value) = (None, None, None, None, None);
    (*test, *bounds) = (None, None);
    *undefined = Some(SUPPRESSED.to_owned());
}

fn mask_comparison(eyes: &Eyes, c: &mut Comparison) {
    let shown = eyes.pair(&c.metric, &c.axes, &c.group, &c.reference);
    let Comparison {
        metric: _,
        contrast: _,
        axes: _,
        group: _,
        reference: _,
        value,
        low,
        high,
        method: _,
        p_value,
        test,
        undefined,
        details,
    } = c;
    if shown {
        return;
    }
    (*value, *low, *high, *p_value) = (None, None, None, None);
    (*test, *details) = (None, None);
    *undefined = Some(SUPPRESSED.to_owned());
}

fn mask_spread(eyes: &Eyes, spread: &mut Spread) {
    let shown = eyes.axis(&spread.metric, &spread.axes);
    let Spread { metric: _, axes: _, difference, ratio, lowest, highest, complete } = spread;
    if shown {
        return;
    }
    (*difference, *ratio, *lowest, *highest, *complete) = (None, None, None, None, false);
}

fn mask_omnibus(eyes: &Eyes, omnibus: &mut Omnibus) {
    let shown = eyes.axis(&omnibus.metric, &omnibus.axes);
    let Omnibus {
        metric: _,
        axes: _,
        groups: _,
        pearson,
        g,
        directional,
        trend,
        permutation_p,
        permutation,
        strength,
        within_strata,
        smallest_expected,
        design_effect,
        undefined,
    } = omnibus;
    *within_strata = None;
    if shown {
        return;
    }
    (*pearson, *g, *directional, *trend, *permutation_p, *permutation) = (None, None, None, None, None, None);
    (*strength, *smallest_expected, *design_effect) = (None, None, None);
    *undefined = Some(SUPPRESSED.to_owned());
}

fn mask_check(eyes: &Eyes, row: &mut CheckRow, any_hidden: bool) {
    let crude = row.strata.is_empty() && row.evidence != "sequential" && !row.is_worsening();
    let of = match (row.contrast.as_str(), &row.reference) {
        ("spread" | "worst-ratio", _) => eyes.axis(&row.metric, &row.axes),
        ("ratio" | "difference", Some(reference)) => eyes.pair(&row.metric, &row.axes, &row.group, reference),
        _ => eyes.group(&row.metric, &row.axes, &row.group),
    };
    let shown = crude && of;
    let CheckRow {
        id: _,
        metric: _,
        contrast: _,
        unit: _,
        axes: _,
        group: _,
        reference: _,
        value,
        low,
        high,
        min: _,
        max: _,
        min_text: _,
        max_text: _,
        evidence: _,
        verdict,
        leaning,
        reason,
        p_value,
        p_adjusted,
        on_fail: _,
        on_inconclusive: _,
        waived_by,
        rows,
        smallest_detectable,
        power_at_parity,
        rows_needed,
        strata: _,
        worsening,
        known,
    } = row;
    if any_hidden {
        // A correction for the number of checks tells of what was found elsewhere.
        (*p_adjusted, *rows_needed) = (None, None);
    }
    if shown {
        return;
    }
    (*value, *low, *high, *p_value, *p_adjusted) = (None, None, None, None, None);
    (*smallest_detectable, *power_at_parity, *rows_needed) = (None, None, None);
    (*leaning, *waived_by, *worsening, *known) = (None, None, None, false);
    *rows = 0;
    *verdict = Verdict::NotApplicable;
    *reason = Some(SUPPRESSED.to_owned());
}
