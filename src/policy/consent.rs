//! Whose rows may be used: people whose consent was in force when the decision was made.

use std::borrow::Cow;
use std::path::PathBuf;

use super::instant::Instant;
use super::outcome::Outcome;
use super::types::Policy;
use super::value::Values;

/// What stands for the decision where people without consent are counted: that they have none.
pub const NO_CONSENT: &str = "no consent";

/// Consent for the purpose of the system, and where it is recorded.
#[derive(Clone, Debug)]
pub struct Consent {
    /// What people consented to, such as `personalization`.
    pub purpose: Option<String>,
    pub record: ConsentRecord,
    /// Why people without consent are counted by group; none where they are not.
    pub coverage: Option<String>,
    /// The outcome that says whether somebody was given something personal.
    pub personal: Option<String>,
    /// Outcomes that are read of people without consent as well; none where nothing is.
    pub compare: Vec<String>,
}

/// Where consent is recorded.
#[derive(Clone, Debug)]
pub enum ConsentRecord {
    /// A column of the data, and its values that say yes.
    Column { column: String, given: Values },
    /// A file of its own.
    Ledger(ConsentLedger),
}

/// A file that says who gave consent for what, when, and who took it back when.
#[derive(Clone, Debug)]
pub struct ConsentLedger {
    /// As the policy names it.
    pub name: String,
    /// Where it is, as seen from here.
    pub path: PathBuf,
    /// The column of the data that says whose row it is.
    pub id: String,
    /// The column of the data with the time of the decision.
    pub at: Option<String>,
    /// The time of every decision where no column says it: the day of the run.
    pub day: Option<Instant>,
    /// Values of `status` that say that consent was given, and that it was given and withdrawn.
    pub given: Values,
    pub withdrawn: Values,
}

impl Consent {
    /// The columns of the data that say whether a row counts, in their order.
    pub fn columns(&self) -> Vec<String> {
        match &self.record {
            ConsentRecord::Column { column, .. } => vec![column.clone()],
            ConsentRecord::Ledger(ledger) => std::iter::once(&ledger.id).chain(&ledger.at).cloned().collect(),
        }
    }

    pub fn ledger(&self) -> Option<&ConsentLedger> {
        match &self.record {
            ConsentRecord::Ledger(ledger) => Some(ledger),
            ConsentRecord::Column { .. } => None,
        }
    }
}

impl Policy {
    /// The policy on a day: where no column has the time of the decision, the day of the run is that time.
    pub fn on(&self, as_of: &str) -> Cow<'_, Policy> {
        let day = Instant::parse(as_of);
        match self.consent.as_ref().and_then(Consent::ledger) {
            Some(ledger) if ledger.at.is_none() && ledger.day != day => {
                let mut dated = self.clone();
                if let Some(Consent { record: ConsentRecord::Ledger(ledger), .. }) = &mut dated.consent {
                    ledger.day = day;
                }
                Cow::Owned(dated)
            }
            _ => Cow::Borrowed(self),
        }
    }

    /// The policy by which coverage is counted: the decision is whether consent was in force, and of a row nothing is read
    /// but its groups.
    pub fn of_coverage(&self) -> Policy {
        self.by_groups_alone("consent")
    }

    /// The outcomes that are read of people without consent as well, each with its place in the policy.
    pub fn compared_outcomes(&self) -> impl Iterator<Item = (usize, &Outcome)> {
        let names = self.consent.as_ref().map(|consent| consent.compare.as_slice()).unwrap_or_default();
        self.outcomes.iter().enumerate().filter(|(_, outcome)| names.contains(&outcome.name))
    }

    /// The policy by which people without consent are counted where outcomes are read of them: by groups and by these.
    pub fn of_refusals(&self) -> Policy {
        let outcomes = self.compared_outcomes().map(|(_, one)| Outcome { prediction: None, ..one.clone() }).collect();
        Policy { outcomes, ..self.by_groups_alone(NO_CONSENT) }
    }
}
