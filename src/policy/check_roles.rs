//! The roles of a draft: which columns, which values.

use std::collections::BTreeMap;

use num_traits::One;

use super::check::Checker;
use super::draft::{DataDraft, Draft, Given};
use super::types::{DecisionRole, Roles};
use super::value::Values;
use crate::diagnostic::Place;

impl Checker {
    pub(super) fn roles(&mut self, draft: &Draft) -> Roles {
        let data = &draft.data;
        let decision = match (&data.decision, &data.score, &data.threshold) {
            (Some(decision), ..) => DecisionRole::Column(decision.value.clone()),
            (None, Some(score), Some(threshold)) => {
                DecisionRole::Threshold { score: score.value.clone(), threshold: threshold.value.clone() }
            }
            (None, ..) => {
                self.unasked(draft);
                DecisionRole::Unasked
            }
        };
        if let (Some(threshold), None) = (&data.threshold, &data.score) {
            self.problem("missing-key", Some(&threshold.place), "a `threshold` needs the column of the `score`");
        }
        // An empty field is never a value, whether the policy says so or not.
        let mut missing = data.missing.as_ref().map(|at| at.value.clone()).unwrap_or_default();
        if !missing.iter().any(String::is_empty) {
            missing.insert(0, String::new());
        }
        let missing = Values::new(missing);
        let favourable = self.known_values(&data.favourable, "favourable", &missing);
        if data.favourable.is_none() && decision.is_asked() {
            let message = "which values of the decision are good for the person? Give `favourable` in [data], or \
                           --favourable VALUE. It is never guessed: a discount is good, a fraud flag is not";
            self.problem("missing-key", data.decision.as_ref().map(|d| &d.place), message);
        }
        let selected = match &data.selected {
            Some(_) => self.known_values(&data.selected, "selected", &missing),
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
        let positive = self.known_values(&data.positive, "positive", &missing);
        let mut filter = Vec::new();
        for at in &data.filter {
            let (column, values) = &at.value;
            if values.is_empty() {
                self.problem("bad-value", Some(&at.place), format!("`where` lists no value for `{column}`"));
            }
            filter.push((column.clone(), Values::new(values.clone())));
        }
        let roles = Roles {
            decision,
            favourable,
            selected,
            label: data.label.as_ref().map(|at| at.value.clone()),
            positive,
            count: data.count.as_ref().map(|at| at.value.clone()),
            weight: data.weight.as_ref().map(|at| at.value.clone()),
            unit: data.unit.as_ref().map(|at| at.value.clone()),
            filter,
            missing,
            delimiter: data.delimiter.as_ref().and_then(|at| at.value.bytes().next()),
            decimal_comma: data.decimal.as_ref().map(|at| at.value == ","),
            score: data.score.as_ref().map(|at| at.value.clone()),
            threshold: data.threshold.as_ref().map(|at| at.value.clone()),
            previous_decision: data.previous_decision.as_ref().map(|at| at.value.clone()),
            previous_score: data.previous_score.as_ref().map(|at| at.value.clone()),
        };
        self.one_role_a_column(draft);
        self.previous(draft, &roles);
        if let Some(threshold) = &roles.threshold
            && (threshold.is_negative() || threshold.value > One::one())
        {
            let place = data.threshold.as_ref().map(|at| &at.place);
            self.problem("bad-value", place, "`threshold` is from 0 to 1, because a score is a probability");
        }
        if let DecisionRole::Threshold { .. } = &roles.decision {
            self.threshold(data, &roles);
        }
        for (at, (column, values)) in data.filter.iter().zip(&roles.filter) {
            if let Some(text) = values.texts().iter().find(|text| roles.missing.contains(text)) {
                let message =
                    format!("`where` keeps `{text}` of `{column}`, which means missing, and missing is never kept");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        roles
    }

    /// Nothing is said of decisions: then there is something else to measure, and nothing that speaks of decisions.
    fn unasked(&mut self, draft: &Draft) {
        let data = &draft.data;
        if !measures_more(draft) {
            let (place, message) = match &data.score {
                Some(score) => (
                    Some(&score.place),
                    "a score alone is no decision: give the column with the decision, or a `threshold`; or the `label`, to see \
                     whether the score is right",
                ),
                None => (
                    None,
                    "which column says what the system did, and which of its values are good for the person? Give `decision` and \
                     `favourable` in [data], or --decision COLUMN and --favourable VALUE: what is good is never guessed, because a \
                     discount is good and a fraud flag is not. Or give what people got as an [[outcome]]",
                ),
            };
            return self.problem("missing-key", place, message);
        }
        for (key, given) in [("favourable", &data.favourable), ("selected", &data.selected)] {
            if let Some(at) = given {
                let message =
                    format!("`{key}` lists values of a decision: give its column (`decision`), or leave `{key}` out");
                self.problem("missing-key", Some(&at.place), message);
            }
        }
        for (key, given) in [("previous_decision", &data.previous_decision), ("previous_score", &data.previous_score)] {
            if let Some(at) = given {
                let message = format!(
                    "`{key}` is held against what is decided now: give its column (`decision`), or a `threshold`"
                );
                self.problem("missing-key", Some(&at.place), message);
            }
        }
    }

    /// Where a threshold makes the decision there are the decisions 1 and 0 and no others.
    fn threshold(&mut self, data: &DataDraft, roles: &Roles) {
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

    /// An earlier model has to be told as far as this one is, and rows have to be alike.
    fn previous(&mut self, draft: &Draft, roles: &Roles) {
        let data = &draft.data;
        let Some(given) = data.previous_decision.as_ref().or(data.previous_score.as_ref()) else { return };
        let score = data.previous_score.as_ref().map(|at| &at.place);
        match (score, &roles.score, &roles.decision) {
            (Some(place), None, _) => {
                let message = "`previous_score` needs the column of the `score` that took its place";
                self.problem("missing-key", Some(place), message);
            }
            (Some(place), Some(_), DecisionRole::Column(_)) if data.previous_decision.is_none() => {
                let message = "`previous_score` says how the earlier model scored, not what was decided: give `previous_decision`";
                self.problem("missing-key", Some(place), message);
            }
            _ => {}
        }
        self.rows_are_alike(draft, &given.place, "two models on the same rows are compared", true);
    }

    /// Refuses rows that are not persons of their own where something is done as if they were; `apart`: and rows that belong to
    /// several groups in part.
    pub(super) fn rows_are_alike(&mut self, draft: &Draft, place: &Place, done: &str, apart: bool) {
        let unlike = [
            ("`unit`", draft.data.unit.is_some()),
            ("`weight`", draft.data.weight.is_some()),
            ("an attribute of probabilities", apart && draft.attributes.iter().any(|of| of.columns.is_some())),
        ];
        for (what, _) in unlike.iter().filter(|(_, given)| *given) {
            let message = format!(
                "{done} as if every row were a person of its own; with {what} that is not so, and not in this version of evenhand"
            );
            self.problem("bad-value", Some(place), message);
        }
    }

    /// A column cannot be the decision and the count at once; that is a slip of the pen.
    fn one_role_a_column(&mut self, draft: &Draft) {
        let data = &draft.data;
        let model = draft.human.as_ref().and_then(|human| human.model_decision.clone());
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (role, given) in [
            ("decision", &data.decision),
            ("label", &data.label),
            ("score", &data.score),
            ("count", &data.count),
            ("weight", &data.weight),
            ("unit", &data.unit),
            ("period", &data.period),
            ("previous decision", &data.previous_decision),
            ("previous score", &data.previous_score),
            ("model's decision", &model),
        ] {
            let Some(at) = given else { continue };
            if let Some(other) = taken.insert(&at.value, role) {
                let message = format!("column `{}` is both the {other} and the {role}", at.value);
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        for attribute in &draft.attributes {
            let Some(at) = attribute.column.as_ref().or(attribute.name.as_ref()) else { continue };
            if let Some(role @ ("decision" | "count" | "weight" | "unit" | "model's decision")) =
                taken.get(at.value.as_str()).copied()
            {
                let message = format!("column `{}` is the {role}; people cannot be grouped by it", at.value);
                self.problem("bad-value", Some(&at.place), message);
            }
        }
    }

    /// Values of a column that a key lists; none of them means missing.
    pub(super) fn known_values(&mut self, given: &Given<Vec<String>>, name: &str, missing: &Values) -> Values {
        let Some(at) = given else { return Values::default() };
        if at.value.is_empty() {
            self.problem("bad-value", Some(&at.place), format!("`{name}` lists no value"));
        }
        let values = Values::new(at.value.clone());
        if let Some(text) = values.texts().iter().find(|text| missing.contains(text)) {
            self.problem("bad-value", Some(&at.place), format!("`{name}` and `missing` both list `{text}`"));
        }
        values
    }
}

/// Whether a policy that says nothing of decisions still asks for something of every row: what it got, or what turned out.
fn measures_more(draft: &Draft) -> bool {
    // Scores are not weighted.
    let scored = draft.data.score.is_some() && draft.data.weight.is_none();
    let more = scored || draft.classes.is_some() || draft.funnel.is_some();
    !draft.outcomes.is_empty() || (more && draft.data.label.is_some())
}
