//! The checks of a draft: metric, contrast, where, limits.

use std::collections::BTreeSet;

use num_traits::{One, Signed, Zero};

use super::check::{Checker, check_id};
use super::checks::{Check, Contrast, Evidence, Gate, OnFail, OnInconclusive, StrataUse};
use super::draft::{CheckDraft, Given};
use super::outcome::{self, Outcome};
use super::types::{Attribute, Axis, Reference};
use crate::diagnostic::{Diagnostic, suggest};
use crate::exact::Exact;
use crate::metrics::outcome::template;
use crate::metrics::{self, Metric, Needs, Worse, bundles};

impl Checker {
    pub(super) fn checks(
        &mut self,
        drafts: &[CheckDraft],
        axes: &[Axis],
        names: &[String],
        attributes: &[Attribute],
        outcomes: &[Outcome],
        given: Needs,
    ) -> Vec<Check> {
        let mut ids = BTreeSet::new();
        let mut checks = Vec::new();
        for draft in drafts {
            let Some(check) = self.one_check(draft, axes, names, attributes, outcomes, given) else { continue };
            if !ids.insert(check.id.clone()) {
                let place = draft.id.as_ref().map_or(&draft.place, |at| &at.place);
                self.problem("bad-value", Some(place), format!("there are two checks with the id `{}`", check.id));
            }
            checks.push(check);
        }
        checks
    }

    fn one_check(
        &mut self,
        draft: &CheckDraft,
        axes: &[Axis],
        names: &[String],
        attributes: &[Attribute],
        outcomes: &[Outcome],
        given: Needs,
    ) -> Option<Check> {
        let metrics = self.check_metrics(draft, outcomes, given);
        let contrast = draft.contrast.as_ref().and_then(|at| Contrast::find(&at.value));
        if draft.contrast.is_none() {
            let message = format!("a check needs a `contrast`: one of {}", Contrast::NAMES.join(", "));
            self.problem("missing-key", Some(&draft.place), message);
        }
        let across = self.across(draft, contrast, axes, names);
        let (min, max) = contrast.map(|contrast| self.bounds(draft, contrast)).unwrap_or_default();
        let (metrics, contrast) = (metrics?, contrast?);
        if contrast.is_ratio()
            && let Some(metric) = metrics.iter().find(|metric| metric.can_be_negative())
        {
            let place = draft.contrast.as_ref().map_or(&draft.place, |at| &at.place);
            let message = format!(
                "a {} of `{}` has no meaning, because it can be negative; use difference",
                contrast.id(),
                metric.id
            );
            self.problem("contrast-not-defined", Some(place), message);
        }
        if let Some(metric) = metrics.iter().find(|metric| !metric.has_interval()) {
            if contrast != Contrast::Value {
                let place = draft.contrast.as_ref().map_or(&draft.place, |at| &at.place);
                let message = format!(
                    "`{}` is never compared between groups, because chance alone makes it differ where sizes differ; use \
                     contrast = \"value\", or compare `calibration-error-debiased`, `calibration-slope` or `auc`",
                    metric.id
                );
                self.problem("contrast-not-defined", Some(place), message);
            } else if draft.evidence.as_ref().is_none_or(|at| at.value != "point") {
                let place = draft.evidence.as_ref().map_or(&draft.place, |at| &at.place);
                let message = format!(
                    "`{}` has no interval, so only evidence = \"point\" can judge it; `calibration-error-debiased`, \
                     `calibration-slope` and `observed-expected-ratio` have one",
                    metric.id
                );
                self.problem("bad-value", Some(place), message);
            }
        }
        let metric_name = draft.metric.as_ref().map(|at| at.value.as_str())?;
        let named = if bundles::find(metric_name).is_some() { metric_name } else { metrics[0].id };
        let id = draft.id.as_ref().map_or_else(|| check_id(named, contrast), |at| at.value.clone());
        if contrast == Contrast::Ratio && min.is_some() && max.is_none() {
            self.one_sided(&id, draft, across.as_deref(), axes, names, attributes);
        }
        let on_fail = match draft.on_fail.as_ref().map(|at| at.value.as_str()) {
            Some("warn") => OnFail::Warn,
            Some("report") => OnFail::Report,
            _ => OnFail::Error,
        };
        let on_inconclusive = match draft.on_inconclusive.as_ref().map(|at| at.value.as_str()) {
            Some("error") => OnInconclusive::Error,
            Some("ignore") => OnInconclusive::Ignore,
            _ => OnInconclusive::Warn,
        };
        let evidence = match draft.evidence.as_ref().map(|at| at.value.as_str()) {
            Some("point") => Evidence::Point,
            Some("sequential") => Evidence::Sequential,
            _ => Evidence::Interval,
        };
        self.worsening(draft, &metrics, contrast, evidence);
        Some(Check {
            id,
            metrics,
            contrast,
            across,
            min,
            max,
            evidence,
            strata: match draft.strata.as_ref().map(|at| at.value.as_str()) {
                Some("adjust") => StrataUse::Adjust,
                _ => StrataUse::Ignore,
            },
            max_worsening: draft.max_worsening.as_ref().map(|at| at.value.clone()),
            gate: Gate { on_fail, on_inconclusive },
            rationale: draft.rationale.as_ref().map(|at| at.value.clone()),
            line: draft.place.line,
        })
    }

    /// What cannot be held against how much worse it may get.
    fn worsening(&mut self, draft: &CheckDraft, metrics: &[&'static Metric], contrast: Contrast, evidence: Evidence) {
        let Some(at) = &draft.max_worsening else { return };
        let takes_no_side = metrics.iter().find(|metric| metric.worse == Worse::Nobody);
        let message = match (contrast, evidence, takes_no_side) {
            (Contrast::Spread | Contrast::WorstRatio, ..) => {
                "`max_worsening` is judged group by group; use contrast = \"difference\" or \"ratio\"".to_owned()
            }
            (_, Evidence::Sequential, _) => {
                "evidence over time holds the earlier periods already, so it has no `max_worsening`; give that a check of \
                 its own, with evidence = \"interval\""
                    .to_owned()
            }
            (Contrast::Value, _, Some(metric)) => format!(
                "`{}` takes no side, so its value by itself gets neither better nor worse; use contrast = \"difference\" or \
                 \"ratio\"",
                metric.id
            ),
            _ => return,
        };
        self.problem("bad-value", Some(&at.place), message);
    }

    fn check_metrics(
        &mut self,
        draft: &CheckDraft,
        outcomes: &[Outcome],
        given: Needs,
    ) -> Option<Vec<&'static Metric>> {
        let Some(at) = &draft.metric else {
            self.problem("missing-key", Some(&draft.place), "a check needs a `metric`");
            return None;
        };
        let name = at.value.as_str();
        let found: Vec<&'static Metric> = match bundles::find(name) {
            Some(bundle) => bundle.parts.iter().filter_map(|part| metrics::find(part)).collect(),
            None => outcome::find_metric(outcomes, name)
                .or_else(|| metrics::find(name).filter(|metric| !metric.needs.outcome))
                .into_iter()
                .collect(),
        };
        if found.is_empty() {
            let message = no_metric(name, outcomes);
            self.problem("unknown-metric", Some(&at.place), message);
            return None;
        }
        if let Some(metric) = found.iter().find(|metric| metric.needs.decision && !given.decision) {
            let message = format!("`{}` needs a `decision` in [data]: what the system did", metric.id);
            self.problem("check-needs-role", Some(&at.place), message);
        }
        if let Some(metric) = found.iter().find(|metric| metric.needs.label && !given.label) {
            let message = format!("`{}` needs a `label` in [data]: what turned out", metric.id);
            self.problem("check-needs-role", Some(&at.place), message);
        }
        if let Some(metric) = found.iter().find(|metric| metric.needs.score && !given.score) {
            let message = format!("`{}` needs a `score` in [data]: a probability from 0 to 1", metric.id);
            self.problem("check-needs-role", Some(&at.place), message);
        }
        Some(found)
    }

    fn across(
        &mut self,
        draft: &CheckDraft,
        contrast: Option<Contrast>,
        axes: &[Axis],
        names: &[String],
    ) -> Option<Vec<usize>> {
        let Some(at) = &draft.across else { return Some(certain(axes)) };
        if at.value.is_empty() {
            if contrast.is_some_and(|c| c != Contrast::Value) {
                let message = "`across = []` is everybody together, which has nobody to be compared with; use contrast = \"value\"";
                self.problem("bad-value", Some(&at.place), message);
            }
            return None;
        }
        let mut indices = Vec::new();
        for name in &at.value {
            match names.iter().position(|known| known == name) {
                Some(index) if indices.contains(&index) => {
                    self.problem("bad-value", Some(&at.place), format!("`across` lists `{name}` twice"));
                }
                Some(index) => indices.push(index),
                None => {
                    let hint = suggest(name, names.iter().map(String::as_str));
                    let hint = if hint.is_empty() && name.contains(':') {
                        "; list it under `sets` in [intersections]".to_owned()
                    } else if hint.is_empty() && !names.is_empty() {
                        format!("; it has {}", names.join(", "))
                    } else {
                        hint
                    };
                    let message = format!("`{name}` is no attribute or intersection of this policy{hint}");
                    self.problem("unknown-group-axis", Some(&at.place), message);
                }
            }
        }
        Some(indices)
    }

    fn bounds(&mut self, draft: &CheckDraft, contrast: Contrast) -> (Option<Exact>, Option<Exact>) {
        let literal = |given: &Given<Exact>| given.as_ref().map(|at| at.value.clone());
        let (min, max) = match &draft.within {
            None => (literal(&draft.min), literal(&draft.max)),
            Some(at) => {
                if draft.min.is_some() || draft.max.is_some() {
                    self.problem("bad-value", Some(&at.place), "give `within`, or `min` and `max`, not both");
                }
                match self.within(&at.value, contrast) {
                    Ok(bounds) => bounds,
                    Err(message) => {
                        self.problem("bad-value", Some(&at.place), message);
                        return (None, None);
                    }
                }
            }
        };
        if let Some(at) = draft.max_worsening.as_ref().filter(|at| at.value.is_negative()) {
            self.problem("bad-value", Some(&at.place), "`max_worsening` is how much worse it may be: not negative");
        }
        if min.is_none() && max.is_none() && draft.max_worsening.is_none() {
            self.problem("missing-key", Some(&draft.place), "a check needs a limit: `within`, `min` or `max`");
        }
        if let (Some(min), Some(max)) = (&min, &max)
            && min.value > max.value
        {
            let place = draft.min.as_ref().map_or(&draft.place, |at| &at.place);
            self.problem("bad-value", Some(place), "`min` is larger than `max`, so nothing could be within");
        }
        // Judged by pairs, a spread knows only how large it may be, and a worst ratio only how small.
        let meaningless = match contrast {
            Contrast::Spread => {
                draft.min.as_ref().map(|at| (at, "a spread has an upper limit only: `max` or `within`"))
            }
            Contrast::WorstRatio => {
                draft.max.as_ref().map(|at| (at, "a worst ratio has a lower limit only: `min` or `within`"))
            }
            _ => None,
        };
        if let Some((at, message)) = meaningless {
            self.problem("bad-value", Some(&at.place), message);
        }
        if contrast.is_ratio() {
            for at in [&draft.min, &draft.max].into_iter().flatten().filter(|at| at.value.is_negative()) {
                self.problem("bad-value", Some(&at.place), "a ratio is never negative");
            }
        }
        (min, max)
    }

    fn within(&self, limit: &Exact, contrast: Contrast) -> Result<(Option<Exact>, Option<Exact>), &'static str> {
        let zero_or_less = limit.value.is_zero() || limit.value.is_negative();
        match contrast {
            Contrast::Ratio | Contrast::WorstRatio if zero_or_less => {
                Err("`within` of a ratio is above zero, such as \"4/5\"")
            }
            Contrast::Ratio => {
                let other = limit.reciprocal();
                if limit.value <= One::one() {
                    Ok((Some(limit.clone()), other))
                } else {
                    Ok((other, Some(limit.clone())))
                }
            }
            Contrast::WorstRatio if limit.value > One::one() => {
                Err("the worst ratio is at most 1: give its lower limit, such as \"4/5\"")
            }
            Contrast::WorstRatio => Ok((Some(limit.clone()), None)),
            _ if limit.value.is_negative() => {
                Err("`within` of a difference is how far it may go either way: not negative")
            }
            Contrast::Difference => Ok((Some(limit.negated()), Some(limit.clone()))),
            Contrast::Spread => Ok((None, Some(limit.clone()))),
            Contrast::Value => Err("`within` needs something to be compared with; give `min` and `max`"),
        }
    }

    /// A lone lower limit looks one way only; it is right when nobody has a higher rate than the reference.
    fn one_sided(
        &mut self,
        id: &str,
        draft: &CheckDraft,
        across: Option<&[usize]>,
        axes: &[Axis],
        names: &[String],
        attributes: &[Attribute],
    ) {
        let open: Vec<&str> = across
            .unwrap_or_default()
            .iter()
            .filter(|i| axes[**i].reference != Reference::HighestRate)
            .map(|i| names[*i].as_str())
            .collect();
        if !open.is_empty() && !attributes.is_empty() {
            let message = format!(
                "check `{id}` has a lower limit only, and the reference of {} is not the group with the highest rate: \
                 a harm to the reference group would pass. `within` looks both ways",
                open.join(", ")
            );
            self.warnings.push(Diagnostic::new("one-sided-ratio", message).at(draft.place.clone()));
        }
    }
}

/// Every axis whose groups are known; probabilities gate nothing unless a check names them.
fn certain(axes: &[Axis]) -> Vec<usize> {
    (0..axes.len()).filter(|place| axes[*place].probable.is_none()).collect()
}

/// That there is no such metric, and what may have been meant.
fn no_metric(name: &str, outcomes: &[Outcome]) -> String {
    if template(name).is_some() {
        let of = outcomes.first().map_or("wait", |outcome| outcome.name.as_str());
        return format!("`{name}` is measured of an [[outcome]]: write its name before it, such as `{of}.{name}`");
    }
    if let Some((of, id)) = name.split_once('.')
        && let Some(outcome) = outcomes.iter().find(|outcome| outcome.name == of && outcome.has_open())
        && template(id).is_some_and(|metric| metric.is_of(outcome.kind))
    {
        return format!(
            "`{name}` is not measured, because cases of `{of}` can be still open, and without their ends it would be wrong; \
             write `{of}.median-time`, or `{of}.restricted-mean` with a `bound`"
        );
    }
    let known = metrics::names().chain(outcome::metrics(outcomes).map(|metric| metric.id));
    format!("there is no metric `{name}`{} (`evenhand explain` lists them)", suggest(name, known))
}
