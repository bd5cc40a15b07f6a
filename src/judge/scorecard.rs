//! Figures of a document → one line for each theme. It takes what is shown and adds nothing to it, so that of what a reader must not
//! see nothing can be told: whoever releases a document takes its scorecard again from what is left.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::metrics::outcome::{OUTCOMES, OutcomeKind, presence};
use crate::metrics::{self, Metric};
use crate::policy::theme::Theme;
use crate::policy::value::MISSING;
use crate::result::{
    CheckRow, Comparison, Coverage, Document, Group, Mark, Measurement, NumberChange, OutcomeView, ScorecardGap,
    ScorecardGroup, ScorecardNumber, ScorecardRow,
};

/// The metric whose denominator is everybody with a decision.
const DECIDED: &str = "selection-rate";

/// What is lacking where nothing is asked about decisions.
const NO_DECISION: &str = "needs a column with what the system did: decision";

/// What hides a number.
const SUPPRESSED: &str = "suppressed";

/// The lines in their order; none where the policy measures no outcome.
pub fn of(document: &Document) -> Vec<ScorecardRow> {
    let outcomes = &document.policy.outcomes;
    if outcomes.is_empty() {
        return Vec::new();
    }
    let figures = Figures::of(document);
    let mut rows = Vec::new();
    for theme in Theme::ALL {
        let of_theme: Vec<&OutcomeView> = outcomes.iter().filter(|outcome| theme_of(outcome) == theme.name()).collect();
        rows.push(match of_theme.is_empty() {
            true => absent(theme.name(), format!("needs an [[outcome]] with theme = \"{}\"", theme.name())),
            false => of_outcomes(&figures, theme.name(), &of_theme),
        });
    }
    for outcome in outcomes.iter().filter(|outcome| Theme::find(theme_of(outcome)).is_none()) {
        rows.push(of_outcomes(&figures, &outcome.name, &[outcome]));
    }
    rows.push(consent(document));
    rows.push(match (&document.policy.label, &document.policy.decision) {
        (None, _) => absent("accuracy", "needs a column with what turned out: label".to_owned()),
        (_, None) => absent("accuracy", NO_DECISION.to_owned()),
        (Some(_), Some(_)) => of_decisions(&figures, "accuracy", "accuracy", |metric| metric.needs.label),
    });
    rows.push(match document.policy.decision {
        None => absent("disparity", NO_DECISION.to_owned()),
        Some(_) => of_decisions(&figures, "disparity", DECIDED, |metric| !metric.needs.label && !metric.needs.score),
    });
    rows
}

/// The theme of an outcome; one that is called like a theme and says nothing is of it.
fn theme_of(outcome: &OutcomeView) -> &str {
    outcome.theme.as_deref().unwrap_or(&outcome.name)
}

fn absent(theme: &str, why: String) -> ScorecardRow {
    ScorecardRow { theme: theme.to_owned(), not_tested: Some(why), ..ScorecardRow::default() }
}

/// A document with its measurements found by metric, axes and group.
struct Figures<'a> {
    document: &'a Document,
    measured: HashMap<(&'a str, &'a [String], &'a Group), &'a Measurement>,
}

impl<'a> Figures<'a> {
    fn of(document: &'a Document) -> Figures<'a> {
        let key = |m: &'a Measurement| ((m.metric.as_str(), m.axes.as_slice(), &m.group), m);
        // The first of several, as a reader finds it.
        let measured = document.measurements.iter().rev().map(key).collect();
        Figures { document, measured }
    }

    fn find(&self, metric: &str, axes: &[String], group: &Group) -> Option<&'a Measurement> {
        self.measured.get(&(metric, axes, group)).copied()
    }

    /// Whether a group has a level, and as many cases as a judged one.
    fn is_large(&self, m: &Measurement) -> bool {
        // What has no denominator is of those who have a value, or a decision.
        let of = || match (self.document.policy.outcome(&m.metric), presence()) {
            (Some(outcome), Some(presence)) => {
                self.find(&format!("{}.{}", outcome.name, presence.id), &m.axes, &m.group)?.numerator
            }
            _ => self.find(DECIDED, &m.axes, &m.group)?.denominator,
        };
        let cases = m.denominator.or_else(of).unwrap_or(0);
        cases >= self.document.policy.min_group && m.group.values().all(|level| level != MISSING)
    }
}

/// A metric that could stand for its theme, the segment that fared worst by it, and the row of a check that says most about it.
struct Candidate<'a> {
    metric: &'a str,
    worst: Option<ScorecardGroup>,
    judged: Option<&'a CheckRow>,
}

fn of_outcomes(figures: &Figures, theme: &str, outcomes: &[&OutcomeView]) -> ScorecardRow {
    let document = figures.document;
    let drawn = outcomes.iter().filter_map(|outcome| drawn(document, outcome));
    let of_theme = |row: &&CheckRow| {
        document.policy.outcome(&row.metric).is_some_and(|of| outcomes.iter().any(|one| one.name == of.name))
    };
    let Some(chosen) = choose(figures, drawn.collect(), of_theme) else {
        return absent(theme, "has no number".to_owned());
    };
    let of = document.policy.outcome(chosen.metric).map(|outcome| outcome.name.as_str());
    let also = outcomes.iter().map(|outcome| outcome.name.clone()).filter(|name| Some(name.as_str()) != of);
    ScorecardRow { also: also.collect(), ..line(figures, theme, chosen) }
}

/// The metric that figures show of an outcome.
fn drawn<'a>(document: &'a Document, outcome: &OutcomeView) -> Option<&'a str> {
    let kind = OutcomeKind::find(&outcome.kind)?;
    let measured = |m: &&Measurement| {
        let of = m.metric.split_once('.').filter(|(name, _)| *name == outcome.name && m.axes.is_empty());
        of.is_some_and(|(_, id)| {
            OUTCOMES.iter().any(|one| {
                let at = one.at_bound && one.bound_of(id).is_some() || one.category_of(id).is_some();
                let named = one.id == id || at;
                // Where cases can be open, only what allows for that is measured.
                named
                    && (one.drawn.contains(&kind)
                        || one.drawn.contains(&OutcomeKind::Open) && kind == OutcomeKind::Duration)
            })
        })
    };
    let mut found = document.measurements.iter().filter(measured).map(|m| m.metric.as_str());
    if kind != OutcomeKind::Category {
        return found.next();
    }
    // Of categories the one whose shares lie farthest apart; the first of equals.
    let apart = |metric: &str| {
        let own = document.spreads.iter().filter(|spread| spread.metric == metric);
        own.filter_map(|spread| spread.difference).fold(0.0, f64::max)
    };
    found.reduce(|most, next| if apart(next) > apart(most) { next } else { most })
}

fn of_decisions(figures: &Figures, theme: &str, usual: &str, is_of: impl Fn(&Metric) -> bool) -> ScorecardRow {
    let document = figures.document;
    let of_theme = |row: &&CheckRow| {
        let metric = metrics::find(&row.metric);
        document.policy.outcome(&row.metric).is_none() && metric.is_some_and(&is_of)
    };
    let usual = document.measurements.iter().find(|m| m.metric == usual).map(|m| m.metric.as_str());
    match choose(figures, usual.into_iter().collect(), of_theme) {
        Some(chosen) => line(figures, theme, chosen),
        None => absent(theme, "has no number".to_owned()),
    }
}

/// Of the usual metrics and those that checks judge, the one whose judged row is the worst; the first of equals.
fn choose<'a>(
    figures: &Figures<'a>,
    usual: Vec<&'a str>,
    of_theme: impl Fn(&&'a CheckRow) -> bool,
) -> Option<Candidate<'a>> {
    let document = figures.document;
    let rows: Vec<&CheckRow> = document.checks.iter().filter(|row| !row.is_worsening()).filter(of_theme).collect();
    let mut names = usual;
    for row in &rows {
        if !names.contains(&row.metric.as_str()) {
            names.push(&row.metric);
        }
    }
    let candidates = names.into_iter().map(|metric| {
        let worst = worst_group(figures, metric);
        let judged = rows.iter().copied().filter(|row| row.metric == metric);
        let judged = judged.min_by(|a, b| says_more(a, b, worst.as_ref()));
        Candidate { metric, worst, judged }
    });
    candidates.min_by_key(|candidate| match candidate.judged.map_or(UNJUDGED, severity) {
        // That as many have a value says nothing of the values.
        told if told >= WITHIN && is_presence(candidate.metric) => u8::MAX,
        told => told,
    })
}

/// After what was judged, and before what could not be.
const UNJUDGED: u8 = 6;

/// A row that is met, or could not be judged.
const WITHIN: u8 = 4;

fn is_presence(metric: &str) -> bool {
    metric.split_once('.').zip(presence()).is_some_and(|((_, id), presence)| presence.id == id)
}

/// How much the verdict of a row asks to be looked at; less comes first.
fn severity(row: &CheckRow) -> u8 {
    match Mark::of(row) {
        Mark::NotMet if row.waived_by.is_none() => 0,
        Mark::NotMet => 1,
        Mark::Inconclusive if row.leaning == Some(crate::result::Verdict::NotMet) => 2,
        Mark::Inconclusive => 3,
        Mark::Met => WITHIN,
        Mark::TooFew => 5,
        Mark::NotTested => 7,
        Mark::Hidden => 8,
    }
}

/// The worse verdict first; of equals a gap before a number by itself, the segment that fared worst, what is farther from
/// equality.
fn says_more(a: &CheckRow, b: &CheckRow, worst: Option<&ScorecardGroup>) -> Ordering {
    let is_worst = |row: &CheckRow| worst.is_some_and(|worst| worst.axes == row.axes && worst.group == row.group);
    // How far two numbers are from equality says which is farther within one contrast only.
    let place = |row: &CheckRow| CONTRASTS.iter().position(|contrast| *contrast == row.contrast);
    let key = |row: &CheckRow| (severity(row), row.contrast == "value", !is_worst(row), place(row));
    let far = |row: &CheckRow| row.value.map_or(f64::NEG_INFINITY, |value| distance(&row.contrast, value));
    key(a).cmp(&key(b)).then_with(|| far(b).total_cmp(&far(a)))
}

/// In the order in which they stand for a gap.
const CONTRASTS: [&str; 4] = ["worst-ratio", "ratio", "difference", "spread"];

/// How far a number is from equality, within one contrast.
fn distance(contrast: &str, value: f64) -> f64 {
    match contrast {
        "ratio" | "worst-ratio" if value > 0.0 => value.max(1.0 / value),
        "ratio" | "worst-ratio" => f64::INFINITY,
        _ => value.abs(),
    }
}

fn line(figures: &Figures, theme: &str, chosen: Candidate) -> ScorecardRow {
    let document = figures.document;
    let Candidate { metric, worst, judged } = chosen;
    let everybody = document.measurements.iter().find(|m| m.metric == metric && m.axes.is_empty());
    let gap = match judged {
        // Whose it is and what it came to is not told.
        Some(row) if Mark::of(row) == Mark::Hidden => {
            Some(ScorecardGap { group: Group::new(), reference: None, ..of_check(row) })
        }
        judged => judged.map(of_check).or_else(|| unjudged(figures, metric, worst.as_ref())),
    };
    let mut row = ScorecardRow {
        theme: theme.to_owned(),
        metric: Some(metric.to_owned()),
        overall: everybody.map(|m| ScorecardNumber {
            value: m.value,
            low: m.low,
            high: m.high,
            undefined: m.undefined.clone(),
        }),
        some_hidden: document
            .measurements
            .iter()
            .any(|m| m.metric == metric && !m.axes.is_empty() && m.undefined.as_deref() == Some(SUPPRESSED)),
        worst,
        gap,
        ..ScorecardRow::default()
    };
    row.changes = changes(document, &row);
    row
}

/// Of the segments that are shown and large enough, the one that fared worst.
fn worst_group(figures: &Figures, metric: &str) -> Option<ScorecardGroup> {
    let document = figures.document;
    let lower = document.policy.lower_is_worse(metric)?;
    let mut found: Option<ScorecardGroup> = None;
    for axis in document.policy.axes.iter() {
        let groups: Vec<(&Group, f64)> = document
            .measurements
            .iter()
            .filter(|m| m.metric == metric && m.axes == axis.axes && figures.is_large(m))
            .filter_map(|m| Some((&m.group, m.value?)))
            .collect();
        let differ = groups.iter().any(|(_, value)| *value != groups[0].1);
        for (group, value) in groups.into_iter().filter(|_| differ) {
            let worse =
                found.as_ref().is_none_or(|worst| if lower { value < worst.value } else { value > worst.value });
            if worse {
                found = Some(ScorecardGroup { axes: axis.axes.clone(), group: group.clone(), value });
            }
        }
    }
    found
}

fn of_check(row: &CheckRow) -> ScorecardGap {
    ScorecardGap {
        contrast: row.contrast.clone(),
        axes: row.axes.clone(),
        group: row.group.clone(),
        reference: row.reference.clone(),
        value: row.value,
        low: row.low,
        high: row.high,
        check: Some(row.id.clone()),
        verdict: Some(row.verdict),
        reason: row.reason.clone(),
        waived: row.waived_by.is_some(),
    }
}

/// The gap where no check judges one: that of the segment that fared worst, else the one farthest from equality.
fn unjudged(figures: &Figures, metric: &str, worst: Option<&ScorecardGroup>) -> Option<ScorecardGap> {
    let large = |c: &Comparison| figures.find(metric, &c.axes, &c.group).is_some_and(|m| figures.is_large(m));
    let gaps = |contrast: &str| -> Vec<&Comparison> {
        let fits = |c: &&Comparison| c.metric == metric && c.contrast == contrast && c.value.is_some() && large(c);
        figures.document.comparisons.iter().filter(fits).collect()
    };
    let farthest = |gaps: &[&'_ Comparison]| {
        let far = |c: &Comparison| c.value.map_or(0.0, |value| distance(&c.contrast, value));
        let is_worst = |c: &Comparison| worst.is_some_and(|worst| worst.axes == c.axes && worst.group == c.group);
        let first = |a: &usize, b: &usize| {
            let (a, b) = (gaps[*a], gaps[*b]);
            is_worst(b).cmp(&is_worst(a)).then_with(|| far(b).total_cmp(&far(a)))
        };
        (0..gaps.len()).min_by(first)
    };
    let ratios = gaps("ratio");
    let gaps = if ratios.is_empty() { gaps("difference") } else { ratios };
    let c = gaps[farthest(&gaps)?];
    Some(ScorecardGap {
        contrast: c.contrast.clone(),
        axes: c.axes.clone(),
        group: c.group.clone(),
        reference: Some(c.reference.clone()),
        value: c.value,
        low: c.low,
        high: c.high,
        check: None,
        verdict: None,
        reason: None,
        waived: false,
    })
}

/// What the numbers of a line were in the earlier result: that of everybody, then the gap.
fn changes(document: &Document, row: &ScorecardRow) -> Vec<NumberChange> {
    let (Some(change), Some(metric)) = (&document.change, &row.metric) else { return Vec::new() };
    let (nobody, everybody) = (Vec::new(), Group::new());
    let mut wanted = vec![("value", &nobody, &everybody)];
    wanted.extend(row.gap.as_ref().map(|gap| (gap.contrast.as_str(), &gap.axes, &gap.group)));
    wanted.dedup();
    let found = wanted.into_iter().filter_map(|(contrast, axes, group)| {
        change
            .numbers
            .iter()
            .find(|n| n.metric == *metric && n.contrast == contrast && n.axes == *axes && n.group == *group)
    });
    found.cloned().collect()
}

/// Whose rows the report speaks for.
fn consent(document: &Document) -> ScorecardRow {
    const THEME: &str = "consent";
    let Some(view) = &document.consent else { return absent(THEME, "needs [consent]".to_owned()) };
    let Some(everybody) = view.coverage.iter().find(|one| one.axes.is_empty()) else {
        if view.share.is_none() {
            return absent(THEME, "hidden from this audience".to_owned());
        }
        let overall = ScorecardNumber { value: view.share, low: view.low, high: view.high, undefined: None };
        return ScorecardRow { theme: THEME.to_owned(), overall: Some(overall), ..ScorecardRow::default() };
    };
    let large = |one: &&Coverage| {
        let known = one.group.values().all(|level| level != MISSING);
        !one.axes.is_empty() && known && one.rows >= document.policy.min_group && one.share.is_some()
    };
    let share = |one: &Coverage| one.share.unwrap_or(f64::INFINITY);
    let groups: Vec<&Coverage> = view.coverage.iter().filter(large).collect();
    let differ = groups.iter().any(|one| share(one) != share(groups[0]));
    let worst = groups.iter().filter(|_| differ).min_by(|a, b| share(a).total_cmp(&share(b)));
    let ratio = |one: &Coverage| one.ratio.map_or(0.0, |ratio| distance("ratio", ratio));
    let of_gap = worst
        .filter(|one| one.ratio.is_some())
        .or_else(|| groups.iter().filter(|one| one.ratio.is_some()).max_by(|a, b| ratio(a).total_cmp(&ratio(b))));
    ScorecardRow {
        theme: THEME.to_owned(),
        overall: Some(ScorecardNumber {
            value: everybody.share,
            low: everybody.low,
            high: everybody.high,
            undefined: None,
        }),
        worst: worst.map(|one| ScorecardGroup { axes: one.axes.clone(), group: one.group.clone(), value: share(one) }),
        gap: of_gap.map(|one| ScorecardGap {
            contrast: "ratio".to_owned(),
            axes: one.axes.clone(),
            group: one.group.clone(),
            reference: one.reference.clone(),
            value: one.ratio,
            low: one.ratio_low,
            high: one.ratio_high,
            check: None,
            verdict: None,
            reason: None,
            waived: false,
        }),
        ..ScorecardRow::default()
    }
}
