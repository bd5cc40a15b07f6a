//! The outcomes of a draft: what is measured of every row beside the decision.

use std::collections::BTreeSet;

use super::check::Checker;
use super::classes::MOST_CLASSES;
use super::draft::{Draft, OutcomeDraft};
use super::instant::Instant;
use super::outcome::{Better, Look, Outcome, OutcomeKind, Times};
use super::theme::Theme;
use super::value::Values;

impl Checker {
    pub(super) fn outcomes(&mut self, draft: &Draft, missing: &Values) -> Vec<Outcome> {
        let mut declared = BTreeSet::new();
        let mut outcomes = Vec::new();
        for one in &draft.outcomes {
            let Some(outcome) = self.outcome(one, missing) else { continue };
            if !declared.insert(outcome.name.clone()) {
                let place = one.name.as_ref().map_or(&one.place, |at| &at.place);
                let message = format!("there are two outcomes named `{}`", outcome.name);
                self.problem("bad-value", Some(place), message);
            }
            outcomes.push(outcome);
        }
        let first = draft.outcomes.first().map(|one| &one.place);
        let roles = &draft.data;
        let alone = [
            ("weight", &roles.weight),
            ("unit", &roles.unit),
            ("previous_decision", &roles.previous_decision),
            ("previous_score", &roles.previous_score),
        ];
        for (key, given) in alone {
            if let (Some(at), Some(_)) = (given, first) {
                let message = format!("an [[outcome]] and `{key}` cannot stand together: leave one of them out");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        outcomes
    }

    /// The times between which a duration lies.
    fn times(&mut self, draft: &OutcomeDraft, kind: Option<OutcomeKind>) -> Option<Times> {
        let (from, to) = match (&draft.from, &draft.to) {
            (None, None) => {
                if let Some(at) = &draft.until {
                    self.problem("missing-key", Some(&at.place), "`until` needs the columns `from` and `to`");
                }
                return None;
            }
            (Some(from), Some(to)) => (from, to),
            (Some(at), None) | (None, Some(at)) => {
                self.problem("missing-key", Some(&at.place), "a duration between two times needs both `from` and `to`");
                return None;
            }
        };
        if kind.is_some_and(|kind| kind != OutcomeKind::Duration) {
            self.problem("bad-value", Some(&from.place), "`from` and `to` are for kind = \"duration\"");
        }
        if let Some(at) = draft.column.as_ref().or(draft.ended.as_ref()) {
            let message = "a duration is read from one column (`column`, and `ended` for open cases) or from two (`from` and \
                           `to`, and `until` for open cases)";
            self.problem("bad-value", Some(&at.place), message);
        }
        let until = draft.until.as_ref().map(|at| {
            let known = Instant::parse(&at.value);
            if known.is_none() {
                self.problem("bad-value", Some(&at.place), "`until` is a time such as 2026-11-21T18:00:00, or a day");
            }
            // Whatever it was meant to be, cases can be open, and what is wrong with that is told as well.
            Look { text: at.value.clone(), at: known.unwrap_or(Instant::at(0)) }
        });
        Some(Times { from: from.value.clone(), to: to.value.clone(), until })
    }

    /// The column that says whether a case had ended.
    fn ended(&mut self, draft: &OutcomeDraft, kind: Option<OutcomeKind>) -> Option<(String, Values)> {
        let (column, values) = match (&draft.ended, &draft.ended_values) {
            (None, None) => return None,
            (Some(column), Some(values)) => (column, values),
            (Some(at), None) => {
                self.problem("missing-key", Some(&at.place), "`ended` needs `ended_values`: which values say so");
                return None;
            }
            (None, Some(at)) => {
                self.problem(
                    "missing-key",
                    Some(&at.place),
                    "`ended_values` are the values of a column: name it as `ended`",
                );
                return None;
            }
        };
        if kind.is_some_and(|kind| kind != OutcomeKind::Duration) {
            self.problem("bad-value", Some(&column.place), "`ended` is for kind = \"duration\"");
        }
        if values.value.is_empty() {
            self.problem("bad-value", Some(&values.place), "`ended_values` lists no value");
        }
        Some((column.value.clone(), Values::new(values.value.clone())))
    }

    /// The categories of an outcome that has some, each with one spelling.
    fn categories(&mut self, draft: &OutcomeDraft, kind: Option<OutcomeKind>, missing: &Values) -> Vec<String> {
        let is_category = kind == Some(OutcomeKind::Category);
        let Some(at) = &draft.categories else {
            if is_category {
                let message =
                    "an outcome of kind \"category\" needs `categories`: which there are, such as [\"web\", \"phone\"]";
                self.problem("missing-key", Some(&draft.place), message);
            }
            return Vec::new();
        };
        if let Some(kind) = kind.filter(|_| !is_category) {
            let message = format!("`categories` is for kind = \"category\", and this one is \"{}\"", kind.name());
            self.problem("bad-value", Some(&at.place), message);
        }
        // Two that a value of the data would match are one.
        let are_one = |known: &str, text: &str| Values::new(vec![known.to_owned()]).contains(text);
        let categories = self.distinct(at, "categories", missing, are_one);
        if !(2..=MOST_CLASSES).contains(&at.value.len()) {
            self.problem(
                "bad-value",
                Some(&at.place),
                format!("`categories` lists from 2 to {MOST_CLASSES} categories"),
            );
        }
        categories
    }

    /// What is good for the person; of categories none is more than another.
    fn better(&mut self, draft: &OutcomeDraft, name: &str, kind: Option<OutcomeKind>) -> Option<Better> {
        let better = draft.better.as_ref().and_then(|at| Better::find(&at.value));
        match &draft.better {
            None if kind == Some(OutcomeKind::Category) => return Some(Better::Neither),
            None => {
                let message = format!(
                    "is more of `{name}` better for the person? Write `better`: one of {}",
                    Better::NAMES.join(", ")
                );
                self.problem("missing-key", Some(&draft.place), message);
            }
            Some(at)
                if kind == Some(OutcomeKind::Category) && better.is_some_and(|better| better != Better::Neither) =>
            {
                let message = "of categories none is more than another: leave `better` out, and declare the category that is good \
                               as an [[outcome]] of kind \"yes-no\"";
                self.problem("bad-value", Some(&at.place), message);
            }
            Some(_) => {}
        }
        better
    }

    fn outcome(&mut self, draft: &OutcomeDraft, missing: &Values) -> Option<Outcome> {
        let Some(name) = &draft.name else {
            self.problem("missing-key", Some(&draft.place), "an [[outcome]] needs a `name`");
            return None;
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.value.is_empty() || !name.value.chars().all(plain) {
            let message = format!(
                "`{}` cannot be the name of an outcome, because the ids of its metrics begin with it: use letters, digits, _ and \
                 -, and give the column as `column`",
                name.value
            );
            self.problem("bad-value", Some(&name.place), message);
        }
        let kind = draft.kind.as_ref().and_then(|at| OutcomeKind::find(&at.value));
        if draft.kind.is_none() {
            let message = format!("an [[outcome]] needs a `kind`: one of {}", OutcomeKind::NAMES.join(", "));
            self.problem("missing-key", Some(&draft.place), message);
        }
        let better = self.better(draft, &name.value, kind);
        let categories = self.categories(draft, kind, missing);
        match (kind, &draft.yes, &draft.bound) {
            (Some(OutcomeKind::YesNo), None, _) => {
                let message = "an outcome of kind \"yes-no\" needs `yes`: which values are yes, such as [1]";
                self.problem("missing-key", Some(&draft.place), message);
            }
            (Some(OutcomeKind::YesNo | OutcomeKind::Category), _, Some(at)) => {
                self.problem("bad-value", Some(&at.place), "`bound` is for numbers, and an answer in words is none");
            }
            (Some(kind), Some(at), _) if kind != OutcomeKind::YesNo => {
                let message = format!("`yes` is for kind = \"yes-no\", and this one is \"{}\"", kind.name());
                self.problem("bad-value", Some(&at.place), message);
            }
            _ => {}
        }
        match (kind, &draft.unit) {
            (Some(OutcomeKind::YesNo | OutcomeKind::Category | OutcomeKind::Ordinal), Some(at)) => {
                self.problem("bad-value", Some(&at.place), "an answer has no `unit`");
            }
            (Some(OutcomeKind::Duration), Some(at)) => {
                let message = "durations are read as seconds; leave out `unit`, or call it an amount";
                self.problem("bad-value", Some(&at.place), message);
            }
            _ => {}
        }
        let times = self.times(draft, kind);
        let ended = self.ended(draft, kind);
        if let (Some(kind), Some(at)) = (kind.filter(|kind| *kind != OutcomeKind::Amount), &draft.prediction) {
            let message = format!("`prediction` is for kind = \"amount\", and this one is \"{}\"", kind.name());
            self.problem("bad-value", Some(&at.place), message);
        }
        if let (Some(at), Some(bound)) = (&draft.bound, draft.bound.as_ref().map(|at| at.value.approximate()))
            && (ended.is_some() || times.as_ref().is_some_and(|times| times.until.is_some()))
            && bound <= 0.0
        {
            let message = "`bound` is the time up to which the mean is measured where cases can be open: above 0";
            self.problem("bad-value", Some(&at.place), message);
        }
        let theme = draft.theme.as_ref().and_then(|at| Theme::find(&at.value));
        if theme.or(kind.and_then(Theme::of)).is_none() && Theme::OTHERS.contains(&name.value.as_str()) {
            let message = format!(
                "the scorecard has a line `{}` of its own: give the outcome another name, or a `theme`",
                name.value
            );
            self.problem("bad-value", Some(&name.place), message);
        }
        Some(Outcome {
            times,
            ended,
            prediction: draft.prediction.as_ref().map(|at| at.value.clone()),
            name: name.value.clone(),
            column: draft.column.as_ref().map_or_else(|| name.value.clone(), |at| at.value.clone()),
            kind: kind?,
            unit: draft.unit.as_ref().map(|at| at.value.clone()),
            better: better?,
            theme,
            yes: Values::new(draft.yes.as_ref().map(|at| at.value.clone()).unwrap_or_default()),
            categories,
            bound: draft.bound.as_ref().map(|at| at.value.clone()),
        })
    }
}
