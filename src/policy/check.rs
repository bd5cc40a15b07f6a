//! Draft → policy, or every mistake at once.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One, Signed, Zero};

use super::draft::{AttributeDraft, CheckDraft, DataDraft, Draft, Given, ReferenceDraft};
use super::types::{
    About, Adjust, Attribute, Axis, Check, Contrast, DecisionRole, Evidence, Gate, OnFail, OnInconclusive, Policy,
    Reference, Roles, Statistics,
};
use super::value::{MISSING, Values};
use crate::diagnostic::{Diagnostic, Place, suggest};
use crate::exact::Exact;
use crate::metrics::{self, Metric, bundles};

/// Checks a draft. Warnings come back beside the policy; any error means there is none.
pub fn check(draft: Draft) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut checker = Checker { problems: Vec::new(), warnings: Vec::new() };
    let roles = checker.roles(&draft);
    let attributes = checker.attributes(&draft.attributes);
    let axes = checker.axes(&draft, &attributes);
    let statistics = checker.statistics(&draft);
    let names = axes.iter().map(|axis| axis_name(axis, &attributes)).collect::<Vec<_>>();
    let has_label = draft.data.label.is_some();
    let checks = if draft.checks.is_empty() && checker.problems.is_empty() {
        default_checks(has_label, axes.len())
    } else {
        checker.checks(&draft.checks, &axes, &names, &attributes, has_label)
    };
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
        attributes,
        axes,
        statistics,
        checks,
        exploratory: false,
    };
    Ok((policy, checker.warnings))
}

fn axis_name(axis: &Axis, attributes: &[Attribute]) -> String {
    axis.attributes.iter().map(|i| attributes[*i].name.as_str()).collect::<Vec<_>>().join(":")
}

/// The checks of a policy that has none: contract §4.
fn default_checks(has_label: bool, axes: usize) -> Vec<Check> {
    let exact = |text: &str| Exact::parse(text);
    let check = |metric: &'static Metric, contrast: Contrast, min: &str, max: &str| Check {
        id: check_id(metric.id, contrast),
        metrics: vec![metric],
        contrast,
        across: Some((0..axes).collect()),
        min: exact(min),
        max: exact(max),
        evidence: Evidence::Interval,
        gate: Gate { on_fail: OnFail::Error, on_inconclusive: OnInconclusive::Warn },
        rationale: None,
        line: None,
    };
    let mut wanted = vec![("selection-rate", Contrast::Ratio, "4/5", "5/4")];
    if has_label {
        wanted.push(("true-positive-rate", Contrast::Difference, "-0.1", "0.1"));
        wanted.push(("false-positive-rate", Contrast::Difference, "-0.1", "0.1"));
    }
    wanted
        .into_iter()
        .filter_map(|(id, contrast, min, max)| Some(check(metrics::find(id)?, contrast, min, max)))
        .collect()
}

fn check_id(metric: &str, contrast: Contrast) -> String {
    match contrast {
        Contrast::Value => metric.to_owned(),
        other => format!("{metric}-{}", other.id()),
    }
}

struct Checker {
    problems: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Checker {
    fn problem(&mut self, code: &'static str, place: Option<&Place>, message: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, message);
        self.problems.push(match place {
            Some(place) => diagnostic.at(place.clone()),
            None => diagnostic,
        });
    }

    fn roles(&mut self, draft: &Draft) -> Roles {
        let data = &draft.data;
        let decision = match (&data.decision, &data.score, &data.threshold) {
            (Some(decision), ..) => DecisionRole::Column(decision.value.clone()),
            (None, Some(score), Some(threshold)) => {
                DecisionRole::Threshold { score: score.value.clone(), threshold: threshold.value.clone() }
            }
            (None, Some(score), None) => {
                self.problem(
                    "missing-key",
                    Some(&score.place),
                    "a score alone is no decision: give the column with the decision, or a `threshold`",
                );
                DecisionRole::Column(String::new())
            }
            (None, None, _) => {
                self.problem(
                    "missing-key",
                    None,
                    "which column says what the system did? Give `decision` in [data], or --decision COLUMN",
                );
                DecisionRole::Column(String::new())
            }
        };
        if let (Some(threshold), None) = (&data.threshold, &data.score) {
            self.problem("missing-key", Some(&threshold.place), "a `threshold` needs the column of the `score`");
        }
        let favourable = self.values(&data.favourable, "favourable");
        if data.favourable.is_none() {
            let message = "which values of the decision are good for the person? Give `favourable` in [data], or \
                           --favourable VALUE. It is never guessed: a discount is good, a fraud flag is not";
            self.problem("missing-key", data.decision.as_ref().map(|d| &d.place), message);
        }
        if let (DecisionRole::Threshold { .. }, Some(at)) = (&decision, &data.favourable)
            && let Some(other) = favourable.texts().iter().find(|text| !["0", "1"].contains(&text.as_str()))
        {
            let message = format!("a threshold makes the decision 1 or 0, so `favourable` cannot be `{other}`");
            self.problem("bad-value", Some(&at.place), message);
        }
        let selected = match &data.selected {
            Some(_) => self.values(&data.selected, "selected"),
            None => favourable.clone(),
        };
        match (&data.label, &data.positive) {
            (Some(label), None) => self.problem(
                "missing-key",
                Some(&label.place),
                "which values of the label are positive? Give `positive`, or --positive VALUE",
            ),
            (None, Some(positive)) => {
                self.problem("missing-key", Some(&positive.place), "`positive` needs the column of the `label`");
            }
            _ => {}
        }
        let positive = self.values(&data.positive, "positive");
        let mut filter = Vec::new();
        for at in &data.filter {
            let (column, values) = &at.value;
            if values.is_empty() {
                self.problem("bad-value", Some(&at.place), format!("`where` lists no value for `{column}`"));
            }
            filter.push((column.clone(), Values::new(values.clone())));
        }
        // An empty field is never a value, whether the policy says so or not.
        let mut missing = data.missing.as_ref().map(|at| at.value.clone()).unwrap_or_default();
        if !missing.iter().any(String::is_empty) {
            missing.insert(0, String::new());
        }
        let roles = Roles {
            decision,
            favourable,
            selected,
            label: data.label.as_ref().map(|at| at.value.clone()),
            positive,
            count: data.count.as_ref().map(|at| at.value.clone()),
            filter,
            missing: Values::new(missing),
            delimiter: data.delimiter.as_ref().and_then(|at| at.value.bytes().next()),
            decimal_comma: data.decimal.as_ref().map(|at| at.value == ","),
            score: data.score.as_ref().map(|at| at.value.clone()),
        };
        self.one_role_a_column(draft);
        if let DecisionRole::Threshold { threshold, .. } = &roles.decision {
            self.threshold(data, threshold, &roles);
        }
        for (at, (column, values)) in data.filter.iter().zip(&roles.filter) {
            if let Some(text) = values.texts().iter().find(|text| roles.missing.contains(text)) {
                let message =
                    format!("`where` keeps `{text}` of `{column}`, which means missing, and missing is never kept");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        for (name, given, values) in [
            ("favourable", &data.favourable, &roles.favourable),
            ("selected", &data.selected, &roles.selected),
            ("positive", &data.positive, &roles.positive),
        ] {
            if let Some(at) = given
                && let Some(text) = values.texts().iter().find(|text| roles.missing.contains(text))
            {
                let message = format!("`{name}` and `missing` both list `{text}`");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        roles
    }

    /// Where a threshold makes the decision there are the decisions 1 and 0 and no others.
    fn threshold(&mut self, data: &DataDraft, threshold: &Exact, roles: &Roles) {
        if threshold.is_negative() || threshold.value > One::one() {
            let place = data.threshold.as_ref().map(|at| &at.place);
            self.problem("bad-value", place, "`threshold` is from 0 to 1, because a score is a probability");
        }
        let is_decision = |text: &&String| matches!(super::value::number(text), Some(0.0 | 1.0));
        for (name, given, values) in
            [("favourable", &data.favourable, &roles.favourable), ("selected", &data.selected, &roles.selected)]
        {
            if let Some(at) = given
                && let Some(text) = values.texts().iter().find(|text| !is_decision(text))
            {
                let message = format!(
                    "`{name}` lists `{text}`, but a `threshold` makes the decisions 1 (at or above) and 0 (below)"
                );
                self.problem("bad-value", Some(&at.place), message);
            }
        }
    }

    /// A column cannot be the decision and the count at once; that is a slip of the pen.
    fn one_role_a_column(&mut self, draft: &Draft) {
        let data = &draft.data;
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (role, given) in
            [("decision", &data.decision), ("label", &data.label), ("score", &data.score), ("count", &data.count)]
        {
            let Some(at) = given else { continue };
            if let Some(other) = taken.insert(&at.value, role) {
                let message = format!("column `{}` is both the {other} and the {role}", at.value);
                self.problem("bad-value", Some(&at.place), message);
            }
        }
    }

    fn values(&mut self, given: &Given<Vec<String>>, name: &str) -> Values {
        let Some(at) = given else { return Values::default() };
        if at.value.is_empty() {
            self.problem("bad-value", Some(&at.place), format!("`{name}` lists no value"));
        }
        Values::new(at.value.clone())
    }

    fn attributes(&mut self, drafts: &[AttributeDraft]) -> Vec<Attribute> {
        let mut names = BTreeSet::new();
        let mut attributes = Vec::new();
        for draft in drafts {
            let Some(name) = &draft.name else {
                self.problem("missing-key", Some(&draft.place), "an [[attribute]] needs a `name`");
                continue;
            };
            if name.value.is_empty() {
                self.problem("bad-value", Some(&name.place), "the `name` of an [[attribute]] is empty");
            } else if name.value.contains(':') {
                let message = format!(
                    "`{}` cannot be the name of an attribute, because a colon means an intersection; give another `name`, \
                     and the column as `column`",
                    name.value
                );
                self.problem("bad-value", Some(&name.place), message);
            }
            if !names.insert(name.value.clone()) {
                let message = format!("there are two attributes named `{}`", name.value);
                self.problem("bad-value", Some(&name.place), message);
            }
            let bins = draft.bins.as_ref().map(|at| at.value.clone()).unwrap_or_default();
            if let Some(at) = &draft.bins {
                if bins.is_empty() || bins.windows(2).any(|pair| pair[0].value >= pair[1].value) {
                    let message = "`bins` are edges that rise, such as [18, 25, 40, 65]";
                    self.problem("bad-value", Some(&at.place), message);
                }
                if let Some(groups) = &draft.groups {
                    let message = "bins name the groups themselves; leave out `groups`";
                    self.problem("bad-value", Some(&groups.place), message);
                }
            }
            let groups = draft.groups.as_ref().map(|at| at.value.clone()).unwrap_or_default();
            let groups: Vec<String> = Values::new(groups).texts().to_vec();
            if let Some(at) = &draft.groups {
                let mut seen = BTreeSet::new();
                if let Some(twice) = groups.iter().find(|group| !seen.insert(group.as_str())) {
                    self.problem("bad-value", Some(&at.place), format!("group `{twice}` is listed twice"));
                }
            }
            let column = draft.column.as_ref().map_or_else(|| name.value.clone(), |at| at.value.clone());
            attributes.push(Attribute { name: name.value.clone(), column, bins, groups });
        }
        attributes
    }

    fn axes(&mut self, draft: &Draft, attributes: &[Attribute]) -> Vec<Axis> {
        let mut axes = Vec::new();
        for (index, attribute) in attributes.iter().enumerate() {
            let given = draft.attributes.iter().find(|d| d.name.as_ref().is_some_and(|n| n.value == attribute.name));
            let own = given.and_then(|d| d.reference.as_ref());
            let reference = match (&draft.every_reference, own) {
                (Some(at), _) | (None, Some(at)) => self.reference(&at.value, &at.place, Some(attribute), attributes),
                (None, None) => Reference::Largest,
            };
            axes.push(Axis { attributes: vec![index], reference });
        }
        let Some(sets) = &draft.sets else { return axes };
        let given = draft.every_reference.as_ref().or(draft.sets_reference.as_ref());
        let reference = match given {
            Some(at) => self.reference(&at.value, &at.place, None, attributes),
            None => Reference::Largest,
        };
        let mut seen = BTreeSet::new();
        for set in &sets.value {
            let mut indices = Vec::new();
            for name in set {
                match attributes.iter().position(|attribute| attribute.name == *name) {
                    Some(index) if indices.contains(&index) => {
                        let message = format!("an intersection names `{name}` twice");
                        self.problem("bad-value", Some(&sets.place), message);
                    }
                    Some(index) => indices.push(index),
                    None => {
                        let hint = suggest(name, attributes.iter().map(|a| a.name.as_str()));
                        let message = format!("an intersection names `{name}`, which is no attribute{hint}");
                        self.problem("unknown-group-axis", Some(&sets.place), message);
                    }
                }
            }
            if set.len() < 2 {
                self.problem("bad-value", Some(&sets.place), "an intersection has two attributes or more");
            } else if !seen.insert(indices.iter().copied().collect::<BTreeSet<usize>>()) && indices.len() == set.len() {
                let message = format!("the intersection `{}` is listed twice", set.join(":"));
                self.problem("bad-value", Some(&sets.place), message);
            }
            axes.push(Axis { attributes: indices, reference: reference.clone() });
        }
        axes
    }

    /// `within` is the attribute that the reference stands in; none for intersections.
    fn reference(
        &mut self,
        draft: &ReferenceDraft,
        place: &Place,
        within: Option<&Attribute>,
        attributes: &[Attribute],
    ) -> Reference {
        let (attribute, group) = match draft {
            ReferenceDraft::Kind(kind) => {
                return match kind.as_str() {
                    "highest-rate" => Reference::HighestRate,
                    "rest" => Reference::Rest,
                    "overall" => Reference::Overall,
                    _ => Reference::Largest,
                };
            }
            ReferenceDraft::Of(name, group) => {
                let Some(named) = attributes.iter().find(|attribute| attribute.name == *name) else {
                    let hint = suggest(name, attributes.iter().map(|a| a.name.as_str()));
                    let message = format!("the reference names `{name}`, which is no attribute{hint}");
                    self.problem("unknown-group-axis", Some(place), message);
                    return Reference::Largest;
                };
                // A reference of one attribute leaves the others as they are.
                if within.is_none_or(|attribute| attribute.name != named.name) {
                    return Reference::Largest;
                }
                (named, group)
            }
            ReferenceDraft::Group(group) => match within {
                Some(attribute) => (attribute, group),
                None => {
                    let message = format!("the reference of intersections is one of {}", Reference::KINDS.join(", "));
                    self.problem("bad-value", Some(place), message);
                    return Reference::Largest;
                }
            },
        };
        let level = super::value::canonical(group).into_owned();
        let known = if attribute.bins.is_empty() { attribute.groups.clone() } else { attribute.bin_names() };
        if level == MISSING {
            self.problem("bad-value", Some(place), "rows without a group cannot be the reference");
        } else if !known.is_empty() && !known.contains(&level) {
            let hint = suggest(&level, known.iter().map(String::as_str));
            let message = format!("`{}` declares no group `{level}`{hint}", attribute.name);
            self.problem("bad-value", Some(place), message);
        }
        Reference::Group(BTreeMap::from([(attribute.name.clone(), level)]))
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
        let adjust = match draft.adjust.as_ref().map(|at| at.value.as_str()) {
            Some("none") => Adjust::None,
            Some("bh") => Adjust::Bh,
            _ => Adjust::Holm,
        };
        let level = draft.level.as_ref().map(|at| at.value.clone()).or_else(|| Exact::parse("0.95"));
        Statistics {
            level: level.unwrap_or_else(|| Exact { text: "1".into(), value: One::one() }),
            min_group: draft.min_group.as_ref().map_or(30, |at| at.value),
            adjust,
            seed: draft.seed.as_ref().map_or(20_261_121, |at| at.value),
        }
    }

    fn checks(
        &mut self,
        drafts: &[CheckDraft],
        axes: &[Axis],
        names: &[String],
        attributes: &[Attribute],
        has_label: bool,
    ) -> Vec<Check> {
        let mut ids = BTreeSet::new();
        let mut checks = Vec::new();
        for draft in drafts {
            let Some(check) = self.one_check(draft, axes, names, attributes, has_label) else { continue };
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
        has_label: bool,
    ) -> Option<Check> {
        let metrics = self.check_metrics(draft, has_label);
        let contrast = draft.contrast.as_ref().and_then(|at| Contrast::find(&at.value));
        if draft.contrast.is_none() {
            let message = format!("a check needs a `contrast`: one of {}", Contrast::NAMES.join(", "));
            self.problem("missing-key", Some(&draft.place), message);
        }
        let across = self.across(draft, contrast, names);
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
        let metric_name = draft.metric.as_ref().map(|at| at.value.as_str())?;
        let named = metrics::find(metric_name).map_or(metric_name, |metric| metric.id);
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
            _ => Evidence::Interval,
        };
        Some(Check {
            id,
            metrics,
            contrast,
            across,
            min,
            max,
            evidence,
            gate: Gate { on_fail, on_inconclusive },
            rationale: draft.rationale.as_ref().map(|at| at.value.clone()),
            line: draft.place.line,
        })
    }

    fn check_metrics(&mut self, draft: &CheckDraft, has_label: bool) -> Option<Vec<&'static Metric>> {
        let Some(at) = &draft.metric else {
            self.problem("missing-key", Some(&draft.place), "a check needs a `metric`");
            return None;
        };
        let name = at.value.as_str();
        let found: Vec<&'static Metric> = match bundles::find(name) {
            Some(bundle) => bundle.parts.iter().filter_map(|part| metrics::find(part)).collect(),
            None => metrics::find(name).into_iter().collect(),
        };
        if found.is_empty() {
            if metrics::catalogue::LATER.contains(&name) {
                self.problem(
                    "later-key",
                    Some(&at.place),
                    format!("metric `{name}` is not in this version of evenhand"),
                );
            } else {
                let hint = suggest(name, metrics::names());
                let message = format!("there is no metric `{name}`{hint} (`evenhand explain` lists them)");
                self.problem("unknown-metric", Some(&at.place), message);
            }
            return None;
        }
        if let Some(metric) = found.iter().find(|metric| metric.needs.label && !has_label) {
            let message = format!("`{}` needs a `label` in [data]: what turned out", metric.id);
            self.problem("check-needs-role", Some(&at.place), message);
        }
        Some(found)
    }

    fn across(&mut self, draft: &CheckDraft, contrast: Option<Contrast>, names: &[String]) -> Option<Vec<usize>> {
        let Some(at) = &draft.across else { return Some((0..names.len()).collect()) };
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
        if min.is_none() && max.is_none() {
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
