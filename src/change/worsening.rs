//! Rows that judge how much worse a number has got (`max_worsening`), and findings that are known from before.

use std::collections::BTreeMap;

use super::cases::Cases;
use super::numbers::{comparable, harm};
use super::shift::{self, Estimate};
use super::side::{Number, Samples, Side, index};
use crate::assess::earlier::is_missing;
use crate::exact::Exact;
use crate::judge::rows::{adjust, unit_of};
use crate::metrics::{Metric, Undefined};
use crate::policy::checks::StrataUse;
use crate::policy::{Check, Contrast, Evidence, Policy};
use crate::result::number::twelve_digits;
use crate::result::{CheckRow, Verdict, WORSENING, Worsening};

/// The contrast of these rows.
pub const CONTRAST: &str = "worsening";

/// The rows of the side after, with those of every check with `max_worsening` after its own, and with findings marked that
/// are known from before.
///
/// Without anything before, the rows are not applicable. They are a family of their own for `adjust`.
pub fn judge(policy: &Policy, before: Option<&Side>, after: &Side, samples: Samples) -> Vec<CheckRow> {
    let mut checks: Vec<CheckRow> = after.checks.iter().filter(|row| !row.is_worsening()).cloned().collect();
    for check in &policy.checks {
        let Some(most) = &check.max_worsening else { continue };
        let judge = Judge { policy, check, most, before, after, samples };
        let rows: Vec<CheckRow> = check.metrics.iter().flat_map(|metric| judge.rows(metric)).collect();
        let last = checks.iter().rposition(|row| row.id == check.id).map(|place| place + 1);
        // A check without limits has no rows of its own: its place is before the rows of the next check that has.
        let at = last.unwrap_or_else(|| place_of(policy, check, &checks));
        checks.splice(at..at, rows);
    }
    adjust(policy, checks.iter_mut().filter(|row| row.is_worsening()));
    if let Some(before) = before {
        know(policy, before, &mut checks);
    }
    checks
}

/// Where the rows of a check would stand.
fn place_of(policy: &Policy, check: &Check, checks: &[CheckRow]) -> usize {
    let place = |id: &str| policy.checks.iter().position(|c| c.id == id);
    let own = place(&check.id);
    checks.iter().position(|row| place(row.check()) > own).unwrap_or(checks.len())
}

/// The number before, where there is one, and the fewest cases it rested on.
type Then<'a> = Option<(&'a Number<'a>, u64)>;

struct Judge<'a> {
    policy: &'a Policy,
    check: &'a Check,
    most: &'a Exact,
    before: Option<&'a Side<'a>>,
    after: &'a Side<'a>,
    samples: Samples<'a>,
}

impl Judge<'_> {
    fn rows(&self, metric: &'static Metric) -> Vec<CheckRow> {
        let then = self.before.map(|before| (index(self.numbers(before)), Cases::new(before, metric)));
        let cases = Cases::new(self.after, metric);
        let across: Vec<Vec<String>> = match &self.check.across {
            None => vec![Vec::new()],
            Some(axes) => axes.iter().map(|axis| self.policy.axis_attributes(&self.policy.axes[*axis])).collect(),
        };
        let contrast = self.check.contrast.id();
        let mut rows = Vec::new();
        for axes in &across {
            let wanted = |now: &Number<'_>| {
                let key = now.key;
                key.metric == metric.id && key.contrast == contrast && key.axes == axes && !is_missing(key.group)
            };
            for now in self.numbers(self.after).filter(wanted) {
                let then = then.as_ref().map(|(numbers, cases)| {
                    numbers.get(&now.key).map(|then| (then, cases.fewest(&then.key, then.reference)))
                });
                rows.push(CheckRow {
                    unit: unit_of(self.policy, metric, self.check.contrast),
                    ..self.row(&now, then, &cases)
                });
            }
        }
        rows
    }

    /// The numbers that the check judges: those within strata where it asks for them.
    fn numbers<'b>(&self, side: &Side<'b>) -> Box<dyn Iterator<Item = Number<'b>> + 'b> {
        match (self.check.strata, self.check.contrast) {
            (StrataUse::Adjust, Contrast::Ratio) => Box::new(side.within_strata("ratio", self.strata())),
            (StrataUse::Adjust, Contrast::Difference) => Box::new(side.within_strata("difference", self.strata())),
            _ => Box::new(side.numbers()),
        }
    }

    fn row<'b>(&self, now: &Number<'b>, then: Option<Then>, cases: &Cases<'b>) -> CheckRow {
        let check = self.check;
        let key = now.key;
        let value = |number: &Number| number.estimate.ok().map(|estimate| estimate.value);
        let mut row = CheckRow {
            id: format!("{}{WORSENING}", check.id),
            metric: key.metric.to_owned(),
            contrast: CONTRAST.to_owned(),
            // What is known of the metric is told where it is known.
            unit: None,
            axes: key.axes.to_vec(),
            group: key.group.clone(),
            reference: now.reference.cloned(),
            value: None,
            low: None,
            high: None,
            min: None,
            max: Some(self.most.approximate()),
            min_text: None,
            max_text: Some(self.most.text.clone()),
            evidence: check.evidence.name().to_owned(),
            verdict: Verdict::NotApplicable,
            leaning: None,
            reason: None,
            p_value: None,
            p_adjusted: None,
            on_fail: check.gate.on_fail.name().to_owned(),
            on_inconclusive: check.gate.on_inconclusive.name().to_owned(),
            waived_by: None,
            rows: cases.of(&key),
            smallest_detectable: None,
            power_at_parity: None,
            rows_needed: None,
            strata: match check.strata {
                StrataUse::Adjust => self.strata(),
                StrataUse::Ignore => Vec::new(),
            },
            worsening: Some(Worsening {
                contrast: key.contrast.to_owned(),
                before: then.flatten().and_then(|(then, _)| value(then)),
                after: value(now),
                paired: self.samples.is_paired(),
            }),
            known: false,
        };
        match self.worse(now, then) {
            Err(reason) => row.reason = Some(reason),
            Ok((worse, fewest)) => self.judge(&mut row, worse, fewest.min(cases.fewest(&key, now.reference))),
        }
        row
    }

    fn strata(&self) -> Vec<String> {
        let names = self.policy.strata.iter().filter_map(|place| self.policy.groupings().nth(*place));
        names.map(|grouping| grouping.name.clone()).collect()
    }

    /// How much worse the number is, and the fewest cases it rested on before; or why that cannot be said.
    fn worse(&self, now: &Number, then: Option<Then>) -> Result<(Estimate, u64), String> {
        let reason = |undefined: Undefined| Err(undefined.id().to_owned());
        now.estimate.map_err(str::to_owned)?;
        let (Some(before), Some(then)) = (self.before, then) else { return reason(Undefined::NoBaseline) };
        let Some((then, fewest)) = then else { return reason(Undefined::NotInBaseline) };
        let (was, is) = comparable(then, now)?;
        let Some(harm) = harm(now.key.metric, now.key.contrast, self.after) else {
            return reason(Undefined::TakesNoSide);
        };
        let by_interval = self.check.evidence != Evidence::Point;
        if by_interval && before.level != self.after.level {
            return reason(Undefined::OtherLevel);
        }
        // How adjusted numbers go together is not known: they are taken for independent.
        let correlation = match self.check.strata {
            StrataUse::Adjust => 0.0,
            StrataUse::Ignore => self.samples.correlation(&now.key),
        };
        let worse = shift::worsening(harm, was, is, correlation);
        if by_interval && worse.limits.is_none() {
            return reason(Undefined::NoInterval);
        }
        Ok((worse.only_if(before.level == self.after.level), fewest))
    }

    fn judge(&self, row: &mut CheckRow, worse: Estimate, fewest: u64) {
        // Numbers with twelve digits are compared, so that 0.85 - 0.8 is not more than 0.05.
        let most = twelve_digits(self.most.approximate());
        let value = twelve_digits(worse.value);
        row.value = Some(value);
        (row.low, row.high) = worse.ends();
        let leaning = if value <= most { Verdict::Met } else { Verdict::NotMet };
        if fewest < self.policy.statistics.min_group {
            (row.verdict, row.reason) = (Verdict::Inconclusive, Some("too-few".to_owned()));
        } else if self.check.evidence == Evidence::Point {
            row.verdict = leaning;
        } else {
            row.p_value = shift::p_above(worse, self.most.approximate(), self.policy.statistics.level.approximate());
            if row.high.is_some_and(|high| high <= most) {
                row.verdict = Verdict::Met;
            } else if row.low.is_some_and(|low| low > most) {
                row.verdict = Verdict::NotMet;
            } else {
                row.verdict = Verdict::Inconclusive;
                (row.leaning, row.reason) = (Some(leaning), Some("straddles".to_owned()));
            }
        }
    }
}

/// Marks rows beyond the limits of a check with `max_worsening` that were beyond them before as well: what gates is then
/// the row on how much worse they have got. Where that could not be judged, nothing is known from before.
fn know(policy: &Policy, before: &Side, checks: &mut [CheckRow]) {
    type Name<'a> = (&'a str, &'a str, &'a [String], &'a crate::result::Group);
    fn name(row: &CheckRow) -> Name<'_> {
        (row.check(), &row.metric, &row.axes, &row.group)
    }
    let then: BTreeMap<Name, &CheckRow> =
        before.checks.iter().filter(|row| !row.is_worsening()).map(|row| (name(row), row)).collect();
    let judged: Vec<bool> = {
        let watched: BTreeMap<Name, Verdict> =
            checks.iter().filter(|row| row.is_worsening()).map(|row| (name(row), row.verdict)).collect();
        let known = |row: &CheckRow| {
            let watches = policy.checks.iter().any(|check| check.id == row.id && check.max_worsening.is_some());
            watches
                && !row.is_worsening()
                && row.verdict == Verdict::NotMet
                && watched.get(&name(row)).is_some_and(|verdict| *verdict != Verdict::NotApplicable)
                && then.get(&name(row)).is_some_and(|then| was_beyond(then, row))
        };
        checks.iter().map(known).collect()
    };
    for (row, known) in checks.iter_mut().zip(judged) {
        row.known = known;
    }
}

/// Whether the earlier row was beyond the limits of today: they may have been others then.
fn was_beyond(then: &CheckRow, now: &CheckRow) -> bool {
    let same_limits = then.min == now.min && then.max == now.max;
    let (low, high) = if now.evidence == "point" { (then.value, then.value) } else { (then.low, then.high) };
    let beyond =
        high.zip(now.min).is_some_and(|(high, min)| high < min) || low.zip(now.max).is_some_and(|(low, max)| low > max);
    then.verdict == Verdict::NotMet
        && then.contrast == now.contrast
        && then.strata == now.strata
        && (same_limits || beyond)
}
