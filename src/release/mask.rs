//! Takes out of a document what its audience must not see.
//!
//! Every field is named here, so that one that is added does not compile until somebody has decided about it.

use super::groups::{Groups, MISSING};
use super::table::Shown;
use super::{Audience, Settings};
use crate::metrics;
use crate::result::*;

/// The reason of a number that is hidden.
const SUPPRESSED: &str = "suppressed";

/// What a metric needs to be shown of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The counts of the group at this level.
    Counts(Shown),
    /// More than counts: everything of every group of the axis.
    Axis,
    /// It is never shown.
    Never,
}

struct Eyes<'a> {
    groups: &'a Groups,
    audience: Audience,
}

impl Eyes<'_> {
    fn needs(&self, metric: &str) -> Needs {
        let bundle = || Needs::Counts(Shown::Everything);
        match metrics::find(metric) {
            _ if metric == "base-rate" && self.groups.labels_apart => Needs::Never,
            Some(found) if found.needs.score => Needs::Axis,
            Some(found) if !found.needs.label => Needs::Counts(Shown::Outcomes),
            _ => bundle(),
        }
    }

    /// Whether the number of a group is shown.
    fn group(&self, metric: &str, axes: &[String], group: &Group) -> bool {
        match self.needs(metric) {
            Needs::Never => false,
            Needs::Counts(level) => self.groups.shows(level, axes, group),
            Needs::Axis => self.groups.shows_axis(Shown::Everything, axes),
        }
    }

    /// Whether the numbers of all groups of an axis are shown.
    fn axis(&self, metric: &str, axes: &[String]) -> bool {
        match self.needs(metric) {
            Needs::Never => false,
            Needs::Counts(level) => self.groups.shows_axis(level, axes),
            Needs::Axis => self.groups.shows_axis(Shown::Everything, axes),
        }
    }

    /// Whether a group may be held against its reference.
    fn pair(&self, metric: &str, axes: &[String], group: &Group, reference: &ReferenceView) -> bool {
        self.group(metric, axes, group) && self.reference(metric, axes, reference)
    }

    fn reference(&self, metric: &str, axes: &[String], reference: &ReferenceView) -> bool {
        match reference.kind.as_str() {
            "overall" => self.group(metric, &[], &Group::new()),
            // Everybody else on the axis is everybody less those without a level.
            "rest" => self.group(metric, &[], &Group::new()) && self.missing(metric, axes),
            // Who has the highest rate says that nobody else has a higher one.
            "highest-rate" => self.axis(metric, axes),
            _ => self.group(metric, axes, &reference.group),
        }
    }

    fn missing(&self, metric: &str, axes: &[String]) -> bool {
        match self.needs(metric) {
            Needs::Counts(level) => self.groups.shows_missing(level, axes),
            _ => self.axis(metric, axes),
        }
    }

    /// The reference as far as it may be named: whom the data chose is not told where it is hidden.
    fn name(&self, metric: &str, axes: &[String], reference: &mut ReferenceView) {
        let chosen = matches!(reference.kind.as_str(), "largest" | "highest-rate");
        if chosen && !self.reference(metric, axes, reference) {
            reference.group.clear();
        }
    }
}

/// Hides small counts and whatever tells them.
pub fn mask(document: &mut Document, settings: &Settings, groups: &Groups) {
    let eyes = Eyes { groups, audience: settings.audience };
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
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        sequences,
        checks,
        change,
        waivers: _,
        privacy: _,
        forms,
        diagnostics,
        not_tested: _,
        verdict: _,
        exit_code: _,
        statement: _,
    } = document;
    let everybody = measurements.iter().find(|m| m.metric == "selection-rate" && m.axes.is_empty());
    mask_data(&eyes, data, everybody.and_then(|m| m.denominator), measurements);
    measurements.iter_mut().for_each(|m| mask_measurement(&eyes, m));
    comparisons.iter_mut().for_each(|c| mask_comparison(&eyes, c));
    spreads.iter_mut().for_each(|s| mask_spread(&eyes, s));
    omnibus.iter_mut().for_each(|o| mask_omnibus(&eyes, o));
    let any_hidden = !groups.hides_nothing();
    checks.iter_mut().for_each(|row| mask_check(&eyes, row, any_hidden));
    let whole = |axes: &[String]| groups.shows_axis(Shown::Everything, axes);
    inequality.retain(|one| whole(&one.axes) && whole(&[]));
    score_comparisons.retain(|one| whole(&one.axes));
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
    // These rest on other tables of the same people: by stratum, by period, by what is missing, by an earlier result.
    adjusted.clear();
    unknown.clear();
    sequences.clear();
    *change = None;
    // A form shows every count, as its rule asks.
    forms.clear();
    for diagnostic in diagnostics {
        diagnostic.message = "what it says is hidden with the small groups".to_owned();
    }
}

fn mask_data(eyes: &Eyes, data: &mut DataView, decided: Option<u64>, measurements: &[Measurement]) {
    let DataView { sources, rows_read, rows_used, excluded, attributes, left_out, earlier: _ } = data;
    // Rows without a decision are in no number that is shown; their count could be small.
    let everybody = eyes.groups.shows(Shown::Outcomes, &[], &Group::new());
    let shown = decided.filter(|_| everybody).unwrap_or(0);
    let all_used = *rows_read == shown;
    (*rows_read, *rows_used) = (shown, shown);
    excluded.clear();
    left_out.clear();
    let one = sources.len() == 1;
    for source in sources {
        let SourceView { path: _, format: _, sha256: _, rows, notes } = source;
        if !(one && all_used) {
            *rows = 0;
        }
        notes.clear();
    }
    for attribute in attributes {
        let axes = std::slice::from_ref(&attribute.name);
        let of = |level: &str| {
            let group = Group::from([(attribute.name.clone(), level.to_owned())]);
            let found =
                measurements.iter().find(|m| m.metric == "selection-rate" && m.axes == axes && m.group == group);
            found.and_then(|m| m.denominator).filter(|_| eyes.groups.shows(Shown::Outcomes, axes, &group))
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
    eyes.name(&c.metric, &c.axes, &mut c.reference);
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
    let crude = row.strata.is_empty() && row.evidence != "sequential" && row.worsening.is_none();
    let of = match (row.contrast.as_str(), &row.reference) {
        ("spread" | "worst-ratio", _) => eyes.axis(&row.metric, &row.axes),
        ("ratio" | "difference", Some(reference)) => eyes.pair(&row.metric, &row.axes, &row.group, reference),
        _ => eyes.group(&row.metric, &row.axes, &row.group),
    };
    let shown = crude && of;
    if let Some(reference) = &mut row.reference {
        eyes.name(&row.metric, &row.axes, reference);
    }
    let public = eyes.audience == Audience::Public;
    let CheckRow {
        id: _,
        metric: _,
        contrast: _,
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
    if public {
        *waived_by = None;
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

/// Takes out what is not for the public whatever it counts: files, people, hashes, tests, and numbers of scores in detail.
pub fn strip(document: &mut Document) {
    let Document {
        schema: _,
        tool: _,
        run: _,
        policy,
        about,
        data,
        measurements,
        comparisons,
        spreads: _,
        curves,
        score_comparisons,
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        sequences,
        checks,
        change,
        waivers,
        privacy: _,
        forms,
        diagnostics,
        not_tested: _,
        verdict: _,
        exit_code: _,
        statement: _,
    } = document;
    policy.path = None;
    for check in &mut policy.checks {
        check.line = None;
    }
    about.owner = None;
    data.sources.clear();
    data.earlier.clear();
    for m in measurements {
        (m.p_value, m.if_calibrated, m.bounds) = (None, None, None);
        m.test = None;
    }
    for c in comparisons {
        (c.p_value, c.test, c.details) = (None, None, None);
    }
    for row in checks {
        (row.p_value, row.p_adjusted, row.smallest_detectable, row.power_at_parity, row.rows_needed) =
            (None, None, None, None, None);
        row.waived_by = None;
    }
    curves.clear();
    score_comparisons.clear();
    sweeps.clear();
    omnibus.clear();
    inequality.clear();
    adjusted.clear();
    unknown.clear();
    sequences.clear();
    *change = None;
    waivers.clear();
    forms.clear();
    diagnostics.clear();
}
