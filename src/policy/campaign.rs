//! A campaign: whom it reached, who was held back, and whether chance decided that.

use super::outcome::{Outcome, OutcomeKind};
use super::types::Policy;
use super::value::Values;
use crate::exact::Exact;

/// The column of a batch that the cells of an arm are counted by; every row of an arm has it.
pub const IN_ARM: &str = "in arm";

/// Who was treated, and how that was decided.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The column that says who was treated.
    pub treatment: String,
    /// Which of its values mean treated.
    pub treated: Values,
    /// Which mean held back; empty: all others that are not missing.
    pub control: Values,
    pub assignment: Assignment,
    /// The planned share of the treated among both arms.
    pub share: Option<Exact>,
    /// Shares of the people with the highest scores among whom the lift is measured.
    pub top: Vec<Exact>,
}

/// How it was decided who is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// By chance: the arms differ by nothing but the treatment.
    Random,
    /// In any other way: what differs between the arms need not come from the treatment.
    Observed,
}

impl Assignment {
    pub const NAMES: &[&str] = &["random", "observed"];

    pub fn name(self) -> &'static str {
        match self {
            Assignment::Random => "random",
            Assignment::Observed => "observed",
        }
    }
}

impl Campaign {
    /// Whether both arms can be held against each other by the outcome: how long an open case will last is not known, and
    /// categories have no size.
    pub fn measures(outcome: &Outcome) -> bool {
        !outcome.has_open() && outcome.kind != OutcomeKind::Category
    }

    /// Whether people can be ranked by score for the outcome: responses are counted at every score.
    pub fn ranks(outcome: &Outcome) -> bool {
        outcome.kind == OutcomeKind::YesNo
    }
}

impl Policy {
    /// The outcomes by which the arms are held against each other, in the order of the policy.
    pub fn campaign_outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| self.campaign.is_some() && Campaign::measures(outcome))
    }

    /// The outcomes for which people are ranked; none where there is no score.
    pub fn campaign_responses(&self) -> impl Iterator<Item = &Outcome> {
        let scored = self.roles.score.is_some();
        self.campaign_outcomes().filter(move |outcome| scored && Campaign::ranks(outcome))
    }

    /// The policy by which the rows of an arm are counted: by groups, with their outcomes and nothing else.
    pub fn of_arm(&self) -> Policy {
        let measured = self.outcomes.iter().filter(|outcome| Campaign::measures(outcome));
        let outcomes = measured.map(|outcome| Outcome { prediction: None, ..outcome.clone() }).collect();
        Policy { outcomes, ..self.by_groups_alone(IN_ARM) }
    }

    /// The policy by which the scores of an arm are counted: by groups and by one response.
    pub fn of_responses(&self, response: &Outcome) -> Policy {
        let mut policy = self.of_arm();
        policy.roles.label = Some(response.column.clone());
        policy.roles.positive = response.yes.clone();
        policy.roles.score = self.roles.score.clone();
        policy.outcomes.clear();
        policy
    }
}
