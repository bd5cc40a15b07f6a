//! Every row of every check, judged.

use num_rational::BigRational;

use super::adjusted;
use super::evidence::{Bounds, Finding};
use super::over_time::{self, Sequences};
use super::power::{self, Basis};
use crate::assess::pairs::Pairs;
use crate::assess::{Against, AxisGroups, Contrasted};
use crate::cell::Cell;
use crate::inference::limits::Limits;
use crate::inference::{family, normal};
use crate::metrics::{Metric, Undefined};
use crate::policy::checks::StrataUse;
use crate::policy::types::Adjust;
use crate::policy::{Check, Contrast, Evidence, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{CheckRow, Family, Group, ReferenceView, Sequence, Verdict};

/// What a check row rests on, before it is judged.
pub(super) struct Number {
    pub(super) estimate: Result<f64, Undefined>,
    pub(super) exact: Option<BigRational>,
    pub(super) limits: Option<Limits>,
    pub(super) finding: Option<Finding>,
    pub(super) p_value: Option<f64>,
    /// The smallest denominator on either side.
    pub(super) denominator: u64,
    /// Something is missing from the comparison, so that it can at best be inconclusive; the reason.
    pub(super) incomplete: Option<&'static str>,
    /// There are no two groups to hold against each other.
    pub(super) alone: bool,
    /// What questions of power rest on.
    pub(super) basis: Option<Basis>,
}

/// A row, and what questions of power about it rest on.
pub type Judged = (CheckRow, Option<Basis>);

/// Judges every check of the policy; the rows come in the order of the policy and of the groups.
pub fn judge_all(policy: &Policy, overall: &Cell, axes: &[AxisGroups], sequences: &[Sequence]) -> Vec<CheckRow> {
    conclude(policy, judge_each(policy, overall, axes, sequences))
}

/// Judges every check of the policy by itself, before the number of checks is allowed for.
pub fn judge_each(policy: &Policy, overall: &Cell, axes: &[AxisGroups], sequences: &[Sequence]) -> Vec<Judged> {
    let level = policy.statistics.level.approximate();
    let sequences = &Sequences::new(sequences);
    let mut judged = Vec::new();
    // A check without limits only asks how much worse a number has got; that is judged later.
    for check in policy.checks.iter().filter(|check| check.min.is_some() || check.max.is_some()) {
        for metric in &check.metrics {
            let judge = Judge { policy, check, metric, level, sequences };
            match &check.across {
                None => judged.push(judge.value(&[], &Group::new(), overall, false)),
                Some(across) => {
                    let measured = across.iter().map(|axis| &axes[*axis]).filter(|axis| axis.measures(metric));
                    measured.for_each(|axis| judge.axis(axis, &mut judged));
                }
            }
        }
    }
    judged
}

/// Allows for the number of checks, and tells what the review could have seen.
pub fn conclude(policy: &Policy, judged: Vec<Judged>) -> Vec<CheckRow> {
    let (mut rows, bases): (Vec<CheckRow>, Vec<Option<Basis>>) = judged.into_iter().unzip();
    for family in Family::ALL {
        adjust(policy, rows.iter_mut().filter(|row| row.family() == family));
    }
    power::tell(policy, &mut rows, &bases);
    rows
}

/// Takes back a `not_met` that the number of checks makes doubtful. The family is every one of these rows that has a
/// p-value.
pub(crate) fn adjust<'a>(policy: &Policy, rows: impl Iterator<Item = &'a mut CheckRow>) {
    let family: Vec<(f64, &mut CheckRow)> = rows.filter_map(|row| Some((row.p_value?, row))).collect();
    let raw: Vec<f64> = family.iter().map(|(p, _)| *p).collect();
    let adjusted = match policy.statistics.adjust {
        Adjust::None => raw,
        Adjust::Holm => family::holm(&raw),
        Adjust::Bh => family::benjamini_hochberg(&raw),
    };
    let side = (1.0 - policy.statistics.level.approximate()) / 2.0;
    for ((_, row), p) in family.into_iter().zip(adjusted) {
        row.p_adjusted = Some(twelve_digits(p));
        row.p_value = row.p_value.map(twelve_digits);
        // Half of what the level leaves is the error of one side; the last digits of it are rounding.
        if row.verdict == Verdict::NotMet && p > side * (1.0 + 1e-9) {
            row.verdict = Verdict::Inconclusive;
            row.leaning = Some(Verdict::NotMet);
            row.reason = Some("adjustment".to_owned());
        }
    }
}

pub(super) struct Judge<'a> {
    pub(super) policy: &'a Policy,
    check: &'a Check,
    pub(super) metric: &'static Metric,
    pub(super) level: f64,
    sequences: &'a Sequences<'a>,
}

impl Judge<'_> {
    pub(super) fn bounds(&self) -> Bounds<'_> {
        Bounds { min: self.check.min.as_ref(), max: self.check.max.as_ref() }
    }

    fn axis(&self, axis: &AxisGroups, rows: &mut Vec<Judged>) {
        let min_group = self.policy.statistics.min_group;
        match self.check.contrast {
            Contrast::Spread => rows.push(self.pairs(axis, Contrasted::Difference)),
            Contrast::WorstRatio => rows.push(self.pairs(axis, Contrasted::Ratio)),
            Contrast::Value => {
                for group in axis.judged() {
                    rows.push(self.value(&axis.axes, &group.group, &group.cell, group.absent));
                }
            }
            Contrast::Ratio | Contrast::Difference => {
                let how =
                    if self.check.contrast == Contrast::Ratio { Contrasted::Ratio } else { Contrasted::Difference };
                if self.check.strata == StrataUse::Adjust {
                    return adjusted::judge(self, axis, how, rows);
                }
                for group in axis.judged() {
                    let Some(chosen) = axis.reference_of(group, self.metric, min_group) else { continue };
                    let against = if group.absent { Err(Undefined::Absent) } else { chosen.against };
                    let sequence = self.sequences.of(self.check, self.metric.id, &axis.axes, &group.group);
                    let (number, cases) = match (self.check.evidence, sequence) {
                        (Evidence::Sequential, Some(sequence)) => {
                            (over_time::number(sequence, self.check.contrast), sequence.counts().of)
                        }
                        // Without periods there is no evidence over time, and an interval must not decide in its place.
                        (Evidence::Sequential, None) => (undefined(Undefined::NoRows), 0),
                        _ => (self.contrasted(against, how), self.metric.denominator(&group.cell)),
                    };
                    rows.push(self.row(&axis.axes, &group.group, Some(chosen.view), number, cases));
                }
            }
        }
    }

    fn contrasted(&self, against: Result<Against, Undefined>, how: Contrasted) -> Number {
        let against = match against {
            Ok(against) => against,
            Err(reason) => return undefined(reason),
        };
        let limits = against.limits(how, self.level);
        Number {
            estimate: against.estimate(how),
            exact: against.exact(how),
            limits,
            finding: limits.map(|limits| self.bounds().hold_interval(limits)),
            p_value: self.bounds().p_value(|b| against.p_below(how, b), |b| against.p_above(how, b)),
            denominator: against.denominator(),
            incomplete: None,
            alone: false,
            basis: Basis::of_contrast(&against, how, self.level, self.bounds()),
        }
    }

    fn value(&self, axes: &[String], group: &Group, cell: &Cell, absent: bool) -> Judged {
        let cases = self.metric.denominator(cell);
        let number = if absent {
            undefined(Undefined::Absent)
        } else {
            let metric = self.metric;
            let limits = metric.limits(cell, normal::critical(self.level));
            let below = |bound: f64| metric.p_below(cell, bound);
            let above = |bound: f64| metric.p_above(cell, bound);
            Number {
                estimate: metric.measure(cell),
                exact: metric.measure_exactly(cell),
                limits,
                finding: limits.map(|limits| self.bounds().hold_interval(limits)),
                p_value: self.bounds().p_value(below, above),
                denominator: cases,
                incomplete: None,
                alone: false,
                basis: Basis::of_value(metric, cell, self.level, self.bounds()),
            }
        };
        self.row(axes, group, None, number, cases)
    }

    fn pairs(&self, axis: &AxisGroups, how: Contrasted) -> Judged {
        let pairs = Pairs::new(axis, self.metric, how, self.policy.statistics.min_group);
        let cases = pairs.groups.iter().map(|group| self.metric.denominator(&group.cell)).sum();
        let incomplete = match (pairs.too_few, pairs.undefined) {
            (_, true) => Some("incomplete"),
            (true, false) => Some("too-few"),
            _ => None,
        };
        let number = if pairs.pairs.is_empty() {
            // No pair is left: the groups are too small, or there is nobody to compare.
            match incomplete {
                Some("too-few") => Number { estimate: Ok(f64::NAN), ..undefined(Undefined::NoRows) },
                _ => Number { alone: true, ..undefined(Undefined::NoRows) },
            }
        } else {
            let bounds = self.bounds();
            let each = pairs.each(self.level);
            let p_value = bounds.p_value(|b| pairs.p_below(b), |b| pairs.p_above(b));
            let side = (1.0 - self.level) / 2.0;
            let all_inside = each.as_ref().map(|each| each.iter().all(|l| self.pair_inside(*l, how)));
            let finding = if p_value.is_some_and(|p| p <= side) && all_inside != Some(true) {
                Some(Finding::Outside)
            } else {
                all_inside.map(|inside| if inside { Finding::Inside } else { Finding::Straddles })
            };
            Number {
                estimate: pairs.estimate(),
                exact: pairs.worst().and_then(|pair| pair.exact(how)),
                limits: pairs
                    .limits(self.level)
                    .zip(pairs.estimate().ok())
                    .map(|(limits, estimate)| limits.around(estimate)),
                finding,
                p_value,
                denominator: u64::MAX,
                incomplete,
                alone: false,
                basis: None,
            }
        };
        self.row(&axis.axes, &Group::new(), None, number, cases)
    }

    /// Of an ordered pair only the harmful side counts: every pair comes both ways round.
    fn pair_inside(&self, limits: Limits, how: Contrasted) -> bool {
        match how {
            Contrasted::Difference => self.check.max.as_ref().is_some_and(|max| limits.high <= max.approximate()),
            Contrasted::Ratio => self.check.min.as_ref().is_some_and(|min| limits.low >= min.approximate()),
        }
    }

    pub(super) fn row(
        &self,
        axes: &[String],
        group: &Group,
        reference: Option<ReferenceView>,
        number: Number,
        cases: u64,
    ) -> Judged {
        let (verdict, leaning, reason) = self.verdict(&number);
        let judged_by_p_value = self.check.evidence != Evidence::Point
            && number.estimate.is_ok()
            && number.denominator >= self.policy.statistics.min_group
            && number.finding.is_some();
        let value = number.estimate.ok().filter(|v| v.is_finite());
        let limits = if value.is_some() { number.limits } else { None };
        let bound = |exact: &Option<crate::exact::Exact>| exact.as_ref().map(|e| e.approximate());
        let text = |exact: &Option<crate::exact::Exact>| exact.as_ref().map(|e| e.text.clone());
        let basis = number.basis.filter(|_| self.check.strata == StrataUse::Ignore);
        let row = CheckRow {
            id: self.check.id.clone(),
            metric: self.metric.id.to_owned(),
            contrast: self.check.contrast.id().to_owned(),
            unit: unit_of(self.policy, self.metric, self.check.contrast),
            axes: axes.to_vec(),
            group: group.clone(),
            reference,
            value,
            low: limits.and_then(|l| limit(l.low)),
            high: limits.and_then(|l| limit(l.high)),
            min: bound(&self.check.min),
            max: bound(&self.check.max),
            min_text: text(&self.check.min),
            max_text: text(&self.check.max),
            evidence: self.check.evidence.name().to_owned(),
            verdict,
            leaning,
            reason,
            p_value: if judged_by_p_value { number.p_value } else { None },
            p_adjusted: None,
            on_fail: self.check.gate.on_fail.name().to_owned(),
            on_inconclusive: self.check.gate.on_inconclusive.name().to_owned(),
            waived_by: None,
            rows: cases,
            smallest_detectable: None,
            strata: Vec::new(),
            power_at_parity: None,
            rows_needed: None,
            worsening: None,
            known: false,
        };
        (row, basis)
    }

    fn verdict(&self, number: &Number) -> (Verdict, Option<Verdict>, Option<String>) {
        let inconclusive = |leaning, reason: &str| (Verdict::Inconclusive, leaning, Some(reason.to_owned()));
        let value = match number.estimate {
            Err(_) if number.alone => return (Verdict::NotApplicable, None, Some("nothing-to-compare".to_owned())),
            Err(reason) => return (Verdict::NotApplicable, None, Some(reason.id().to_owned())),
            Ok(value) => value,
        };
        if number.denominator < self.policy.statistics.min_group {
            return inconclusive(None, "too-few");
        }
        let inside = self.bounds().hold_estimate(number.exact.as_ref(), value);
        let leaning = if inside { Verdict::Met } else { Verdict::NotMet };
        let finding = match self.check.evidence {
            Evidence::Point if inside => Some(Finding::Inside),
            Evidence::Point => Some(Finding::Outside),
            Evidence::Sequential | Evidence::Interval => number.finding,
        };
        match (finding, number.incomplete) {
            (Some(Finding::Outside), _) => (Verdict::NotMet, None, None),
            // What is missing could be beyond the limit.
            (_, Some("too-few")) => inconclusive(None, "too-few"),
            (_, Some(reason)) => inconclusive(Some(leaning), reason),
            (Some(Finding::Inside), None) => (Verdict::Met, None, None),
            _ if self.check.evidence == Evidence::Sequential => inconclusive(Some(leaning), "evidence-too-weak"),
            (None, None) => inconclusive(Some(leaning), Undefined::NoInterval.id()),
            (Some(Finding::Straddles), None) => inconclusive(Some(leaning), "straddles"),
        }
    }
}

/// What a number of a metric and a contrast is in; a ratio and a share have no unit.
pub(crate) fn unit_of(policy: &Policy, metric: &Metric, contrast: Contrast) -> Option<String> {
    let plain = matches!(contrast, Contrast::Ratio | Contrast::WorstRatio) || metric.is_share();
    let outcome = metric.outcome.filter(|_| !plain).and_then(|place| policy.outcomes.get(place));
    outcome.and_then(|outcome| outcome.unit()).map(str::to_owned)
}

pub(super) fn undefined(reason: Undefined) -> Number {
    Number {
        estimate: Err(reason),
        exact: None,
        limits: None,
        finding: None,
        p_value: None,
        denominator: 0,
        incomplete: None,
        alone: false,
        basis: None,
    }
}
