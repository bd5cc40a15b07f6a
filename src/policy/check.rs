//! Draft → policy, or every mistake at once.

use num_traits::One;

use super::check_grounds::probable_axes;
use super::checks::{Check, Contrast, Evidence, Gate, OnFail, OnInconclusive, StrataUse};
use super::draft::{Draft, Given};
use super::types::{About, Adjust, Attribute, Axis, Policy, Probable, RatioInterval, Statistics};
use crate::diagnostic::{Diagnostic, Place};
use crate::exact::Exact;
use crate::metrics::{self, Metric, Needs};

/// Checks a draft. Warnings come back beside the policy; any error means there is none.
pub fn check(draft: Draft) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut checker = Checker { problems: Vec::new(), warnings: Vec::new() };
    let roles = checker.roles(&draft);
    let attributes = checker.attributes(&draft.attributes, &roles.missing);
    let outcomes = checker.outcomes(&draft, &roles.missing);
    let consent = checker.consent(draft.consent.as_ref(), &draft.data, &outcomes);
    let campaign = checker.campaign(&draft, &outcomes, &roles.missing);
    let human = checker.human(&draft, &roles);
    let funnel = checker.funnel(&draft, &roles);
    let classes = checker.classes(&draft, &roles);
    let budget = checker.budget(&draft);
    let grounds = checker.grounds(&draft, &attributes);
    let probable = checker.probable(&draft.attributes);
    checker.no_set_of_probabilities(&draft, &probable);
    let mut axes = checker.axes(&draft, &attributes);
    let certain = axes.len();
    axes.extend(probable_axes(&probable));
    let statistics = checker.statistics(&draft);
    let names = axes.iter().map(|axis| axis_name(axis, &attributes, &probable)).collect::<Vec<_>>();
    let given = Needs {
        decision: roles.decision.is_asked(),
        label: draft.data.label.is_some(),
        score: draft.data.score.is_some(),
        outcome: !outcomes.is_empty(),
    };
    let mut checks = if draft.checks.is_empty() && checker.problems.is_empty() {
        // Scores are not weighted.
        default_checks(Needs { score: given.score && roles.weight.is_none(), ..given }, certain)
    } else {
        checker.checks(&draft.checks, &axes, &names, &attributes, &outcomes, given)
    };
    checker.grounds_of_checks(
        &draft.checks,
        &mut checks,
        &axes,
        roles.weight.is_some(),
        &grounds,
        draft.earlier.is_some(),
    );
    let waivers = checker.waivers(&draft, &attributes, &probable);
    let waiver_rules = checker.waiver_rules(&draft);
    let privacy = checker.privacy(&draft);
    let review = checker.review(&draft);
    let profiles = checker.profiles(&draft.profiles, &attributes);
    if !checker.problems.is_empty() {
        return Err(checker.problems);
    }
    let text = |given: &Given<String>| given.as_ref().map(|at| at.value.clone());
    let about = About {
        system: text(&draft.about.system),
        model_version: text(&draft.about.model_version),
        purpose: text(&draft.about.purpose),
        owner: text(&draft.about.owner),
    };
    let files = draft.data.files.map(|at| at.value).unwrap_or_default();
    let policy = Policy {
        path: None,
        sha256: String::new(),
        about,
        files,
        roles,
        consent,
        campaign,
        human,
        funnel,
        classes,
        budget,
        attributes,
        outcomes,
        grounds: grounds.columns,
        strata: grounds.strata,
        period: grounds.period,
        probable,
        axes,
        statistics,
        checks,
        exploratory: false,
        frozen: draft.frozen.is_some_and(|at| at.value),
        lock: None,
        baseline: draft.baseline.map(|at| at.value),
        waivers,
        waiver_rules,
        privacy,
        review,
        profiles,
    };
    Ok((policy, checker.warnings))
}

fn axis_name(axis: &Axis, attributes: &[Attribute], probable: &[Probable]) -> String {
    let of_attributes = axis.attributes.iter().map(|i| attributes[*i].name.as_str());
    let names: Vec<&str> = of_attributes.chain(axis.probable.map(|place| probable[place].name.as_str())).collect();
    names.join(":")
}

/// The checks of a policy that has none: contract §4.
fn default_checks(given: Needs, axes: usize) -> Vec<Check> {
    let exact = |text: &str| Exact::parse(text);
    let check = |metric: &'static Metric, contrast: Contrast, min: &str, max: &str| Check {
        id: check_id(metric.id, contrast),
        metrics: vec![metric],
        contrast,
        across: Some((0..axes).collect()),
        min: exact(min),
        max: exact(max),
        evidence: Evidence::Interval,
        strata: StrataUse::Ignore,
        max_worsening: None,
        gate: Gate { on_fail: OnFail::Error, on_inconclusive: OnInconclusive::Warn },
        rationale: None,
        line: None,
    };
    let mut wanted = Vec::new();
    if given.decision {
        wanted.push(("selection-rate", Contrast::Ratio, "4/5", "5/4"));
    }
    if given.decision && given.label {
        wanted.push(("true-positive-rate", Contrast::Difference, "-0.1", "0.1"));
        wanted.push(("false-positive-rate", Contrast::Difference, "-0.1", "0.1"));
    }
    if given.label && given.score {
        wanted.push(("observed-expected-ratio", Contrast::Value, "0.8", "1.25"));
    }
    wanted
        .into_iter()
        .filter_map(|(id, contrast, min, max)| Some(check(metrics::find(id)?, contrast, min, max)))
        .collect()
}

/// The name of a check that was given none.
pub(super) fn check_id(metric: &str, contrast: Contrast) -> String {
    match contrast {
        Contrast::Value => metric.to_owned(),
        other => format!("{metric}-{}", other.id()),
    }
}

/// Collects mistakes and warnings while a draft is checked.
pub(super) struct Checker {
    pub(super) problems: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl Checker {
    pub(super) fn problem(&mut self, code: &'static str, place: Option<&Place>, message: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, message);
        self.problems.push(match place {
            Some(place) => diagnostic.at(place.clone()),
            None => diagnostic,
        });
    }

    fn statistics(&mut self, draft: &Draft) -> Statistics {
        if let Some(at) = &draft.level {
            let value = at.value.approximate();
            if !(0.5..1.0).contains(&value) || value > 1.0 - 1e-9 {
                self.problem("bad-value", Some(&at.place), "`level` is a confidence between 0.5 and 1, such as 0.95");
            }
        }
        if let Some(at) = &draft.min_group
            && at.value == 0
        {
            self.problem("bad-value", Some(&at.place), "`min_group` is at least 1");
        }
        if let Some(at) = &draft.power
            && !(0.5..1.0).contains(&at.value.approximate())
        {
            self.problem("bad-value", Some(&at.place), "`power` is from 0.5 to below 1, such as 0.8");
        }
        let adjust = match draft.adjust.as_ref().map(|at| at.value.as_str()) {
            Some("none") => Adjust::None,
            Some("bh") => Adjust::Bh,
            _ => Adjust::Holm,
        };
        let level = draft.level.as_ref().map(|at| at.value.clone()).or_else(|| Exact::parse("0.95"));
        Statistics {
            level: level.unwrap_or_else(one),
            min_group: draft.min_group.as_ref().map_or(30, |at| at.value),
            adjust,
            seed: draft.seed.as_ref().map_or(20_261_121, |at| at.value),
            ratio_interval: match draft.ratio_interval.as_ref().map(|at| at.value.as_str()) {
                Some("scas") => RatioInterval::Scas,
                _ => RatioInterval::MiettinenNurminen,
            },
            power: draft.power.as_ref().map(|at| at.value.clone()).or_else(|| Exact::parse("0.8")).unwrap_or_else(one),
            replicates: self.at_most(&draft.replicates, "replicates", 1_000_000, 0),
            permutations: self.at_most(&draft.permutations, "permutations", 10_000_000, 9999),
            posterior: draft.posterior.as_ref().is_some_and(|at| at.value == "yes"),
            earlier: draft.earlier.as_ref().map(|at| at.value.clone()).unwrap_or_default(),
        }
    }
}

fn one() -> Exact {
    Exact { text: "1".into(), value: One::one() }
}
