//! Consent of a draft: where it is recorded, and what cannot go with it.

use std::path::PathBuf;

use super::check::Checker;
use super::consent::{Consent, ConsentLedger, ConsentRecord};
use super::draft::{ConsentDraft, DataDraft, Given};
use super::outcome::{Outcome, OutcomeKind};
use super::value::Values;
use crate::diagnostic::Place;

fn no_outcome(key: &str, name: &str) -> String {
    format!("`{key}` names `{name}`, and there is no [[outcome]] of this name")
}

/// A reason in fewer characters tells nobody why.
const SHORTEST_REASON: usize = 20;

impl Checker {
    pub(super) fn consent(
        &mut self,
        draft: Option<&ConsentDraft>,
        data: &DataDraft,
        outcomes: &[Outcome],
    ) -> Option<Consent> {
        let draft = draft?;
        let coverage = self.coverage(draft);
        let personal = self.personal(draft, outcomes);
        let compare = self.compared(draft, outcomes);
        for (key, given) in [("previous_decision", &data.previous_decision), ("previous_score", &data.previous_score)] {
            if let Some(at) = given {
                let message = format!("[consent] and `{key}` cannot stand together: leave one of them out");
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        let record = match (&draft.column, &draft.ledger) {
            (None, None) => {
                let message = "where is consent recorded? Give the `column` of the data, or the file of the `ledger`";
                self.problem("missing-key", Some(&draft.place), message);
                None
            }
            (Some(_), Some(ledger)) => {
                let message = "consent is recorded in a `column` or in a `ledger`: leave one of them out";
                self.problem("bad-value", Some(&ledger.place), message);
                None
            }
            (Some(column), None) => self.consent_column(draft, data, &column.value, &column.place),
            (None, Some(ledger)) => self.consent_ledger(draft, &ledger.value, &ledger.place),
        };
        let purpose = draft.purpose.as_ref().map(|at| at.value.clone());
        Some(Consent { purpose, record: record?, coverage, personal, compare })
    }

    /// The outcome that says whether somebody was given something personal.
    fn personal(&mut self, draft: &ConsentDraft, outcomes: &[Outcome]) -> Option<String> {
        let at = draft.personal.as_ref()?;
        match outcomes.iter().find(|outcome| outcome.name == at.value) {
            Some(outcome) if outcome.kind == OutcomeKind::YesNo => return Some(at.value.clone()),
            Some(_) => {
                let message = format!("`personal` says yes or no, and the outcome `{}` is of another kind", at.value);
                self.problem("bad-value", Some(&at.place), message);
            }
            None => self.problem("bad-value", Some(&at.place), no_outcome("personal", &at.value)),
        }
        None
    }

    /// The outcomes that are read of people without consent as well.
    fn compared(&mut self, draft: &ConsentDraft, outcomes: &[Outcome]) -> Vec<String> {
        let Some(at) = &draft.compare else { return Vec::new() };
        if at.value.is_empty() {
            self.problem("bad-value", Some(&at.place), "`compare` lists no outcome");
        }
        let listed = |outcome: &&Outcome| at.value.contains(&outcome.name);
        if let Some(outcome) = outcomes.iter().filter(listed).find(|outcome| outcome.kind == OutcomeKind::Category) {
            let message = format!(
                "`compare` holds one number against another, and `{}` has one for each category: declare the category to look at \
                 as an [[outcome]] of kind \"yes-no\"",
                outcome.name
            );
            self.problem("bad-value", Some(&at.place), message);
        }
        if !draft.coverage_by_segment.as_ref().is_some_and(|on| on.value) {
            let message = "`compare` reads outcomes of people who said no: it needs `coverage_by_segment = true` and its \
                           `coverage_reason`";
            self.problem("missing-key", Some(&at.place), message);
        }
        for name in at.value.iter().filter(|name| !outcomes.iter().any(|outcome| outcome.name == **name)) {
            self.problem("bad-value", Some(&at.place), no_outcome("compare", name));
        }
        at.value.clone()
    }

    /// The reason for counting people without consent by group.
    fn coverage(&mut self, draft: &ConsentDraft) -> Option<String> {
        let wanted = draft.coverage_by_segment.as_ref().filter(|at| at.value);
        match (wanted, &draft.coverage_reason) {
            (Some(at), None) => {
                let message = "who said no is counted by group only for a reason: give `coverage_reason`";
                self.problem("missing-key", Some(&at.place), message);
                None
            }
            (Some(_), Some(at)) => {
                if at.value.trim().chars().count() < SHORTEST_REASON {
                    let message = format!(
                        "`coverage_reason` has at least {SHORTEST_REASON} characters, so that it tells why people without \
                         consent are counted by group"
                    );
                    self.problem("bad-value", Some(&at.place), message);
                }
                Some(at.value.clone())
            }
            (None, Some(at)) => {
                let message = "`coverage_reason` does nothing without `coverage_by_segment = true`";
                self.problem("bad-value", Some(&at.place), message);
                None
            }
            (None, None) => None,
        }
    }

    fn consent_column(
        &mut self,
        draft: &ConsentDraft,
        data: &DataDraft,
        column: &str,
        place: &Place,
    ) -> Option<ConsentRecord> {
        for (key, place) in [
            ("id", draft.id.as_ref().map(|at| &at.place)),
            ("at", draft.at.as_ref().map(|at| &at.place)),
            ("withdrawn", draft.withdrawn.as_ref().map(|at| &at.place)),
        ] {
            if let Some(place) = place {
                self.problem("bad-value", Some(place), format!("`{key}` goes with a `ledger`, not with a `column`"));
            }
        }
        for (role, given) in [("decision", &data.decision), ("label", &data.label), ("score", &data.score)] {
            if given.as_ref().is_some_and(|at| at.value == column) {
                self.problem("bad-value", Some(place), format!("column `{column}` is both the consent and the {role}"));
            }
        }
        let Some(given) = &draft.given else {
            let message = "which values of the column say yes? Give `given`, such as [\"yes\"]. It is never guessed";
            self.problem("missing-key", Some(place), message);
            return None;
        };
        let missing = data.missing.iter().flat_map(|at| &at.value).chain([&String::new()]).cloned().collect();
        Some(ConsentRecord::Column {
            column: column.to_owned(),
            given: self.listed(given, "given", &Values::new(missing)),
        })
    }

    fn consent_ledger(&mut self, draft: &ConsentDraft, name: &str, place: &Place) -> Option<ConsentRecord> {
        if name == "-" {
            self.problem("bad-value", Some(place), "a ledger is a file, and standard input (`-`) is none");
        }
        if draft.purpose.is_none() {
            let message = "consent is for something: give the `purpose`, as the ledger names it";
            self.problem("missing-key", Some(place), message);
        }
        if draft.id.is_none() {
            let message =
                "which column of the data says whose row it is? Give `id`; it is held against `id` of the ledger";
            self.problem("missing-key", Some(place), message);
        }
        let mut of = |values: &Given<Vec<String>>, name: &str| match values {
            Some(at) => self.listed(at, name, &Values::default()),
            None => Values::new(vec![name.to_owned()]),
        };
        let (given, withdrawn) = (of(&draft.given, "given"), of(&draft.withdrawn, "withdrawn"));
        if let Some(text) = given.texts().iter().find(|text| withdrawn.contains(text)) {
            let at = draft.withdrawn.as_ref().or(draft.given.as_ref()).map(|at| &at.place);
            self.problem("bad-value", at, format!("`given` and `withdrawn` both list `{text}`"));
        }
        Some(ConsentRecord::Ledger(ConsentLedger {
            name: name.to_owned(),
            path: PathBuf::from(name),
            id: draft.id.as_ref()?.value.clone(),
            at: draft.at.as_ref().map(|at| at.value.clone()),
            day: None,
            given,
            withdrawn,
        }))
    }

    fn listed(&mut self, at: &super::draft::At<Vec<String>>, name: &str, missing: &Values) -> Values {
        if at.value.is_empty() {
            self.problem("bad-value", Some(&at.place), format!("`{name}` lists no value"));
        }
        let values = Values::new(at.value.clone());
        if let Some(text) = values.texts().iter().find(|text| missing.contains(text)) {
            let message = format!("`{name}` lists `{text}`, which means missing, and a missing answer is no consent");
            self.problem("bad-value", Some(&at.place), message);
        }
        values
    }
}
