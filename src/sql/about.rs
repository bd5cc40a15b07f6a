//! What a table says of itself: everything that is needed to understand its lines without the policy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use crate::cell::scores::GRID;
use crate::policy::Policy;
use crate::policy::counted::counted;
use crate::policy::margin::{Margin, needed};
use crate::policy::outcome::{Outcome, OutcomeKind, predicted};
use crate::policy::value::Values;

/// The form of the table that this version prints and reads.
pub const SCHEMA: &str = "evenhand.sql/1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub schema: String,
    /// The version of evenhand that printed the statement.
    pub tool: String,
    pub dialect: String,
    pub table: String,
    pub policy_sha256: String,
    /// What of the policy decides what is counted, by key.
    pub rules: BTreeMap<String, String>,
    pub groupings: Vec<Grouping>,
    pub favourable: Vec<String>,
    pub selected: Vec<String>,
    pub positive: Vec<String>,
    pub missing: Vec<String>,
    /// The columns of the decision and of the label; the score makes the decision where there is none.
    pub decision: Option<String>,
    pub label: Option<String>,
    pub threshold: Option<String>,
    /// What is measured beside the decision, then the errors of predictions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<AboutOutcome>,
    /// Whether texts with a comma are numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decimal_comma: bool,
    /// The margins that the policy needs, to be kept where the full cross is too large.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub margins: Vec<Margin>,
    /// The name of the bins of scores.
    pub grid: String,
    pub faults: Vec<Fault>,
}

/// A column by whose values rows are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grouping {
    pub name: String,
    pub column: String,
    /// Names of the bins, from the lowest; none where the values are the groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<String>,
    /// Declared groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// A measured outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutOutcome {
    pub name: String,
    pub column: String,
    /// `amount`, `duration`, `ordinal`, `yes-no`, `category`, or `error` of a prediction.
    pub kind: String,
    /// Which values are yes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yes: Vec<String>,
    /// The categories that there are, which cells hold as their places in this list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Which values of a column say that a case had ended; the others are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<AboutEnded>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutEnded {
    pub column: String,
    pub values: Vec<String>,
}

/// Values that cannot be used in their role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What stands in the column `what`.
    pub what: String,
    pub column: String,
    pub kind: FaultKind,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// A number is due, and this is none.
    NoNumber,
    /// The score is outside 0 to 1.
    NoScore,
    NoCount,
    NoWeight,
}

impl FaultKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            FaultKind::NoNumber => "no number",
            FaultKind::NoScore => "no score from 0 to 1",
            FaultKind::NoCount => "no count",
            FaultKind::NoWeight => "no weight",
        }
    }
}

impl About {
    pub(super) fn of(policy: &Policy, dialect: Dialect, table: &str, tool: &str, faults: Vec<Fault>) -> About {
        let roles = &policy.roles;
        let listed = |values: &Values| values.texts().to_vec();
        let grouping = |of: &crate::policy::Attribute| Grouping {
            name: of.name.clone(),
            column: of.column.clone(),
            bins: of.bin_names(),
            groups: of.groups.clone(),
        };
        About {
            schema: SCHEMA.to_owned(),
            tool: tool.to_owned(),
            dialect: dialect.id().to_owned(),
            table: table.to_owned(),
            policy_sha256: policy.sha256.clone(),
            rules: counted(policy),
            groupings: policy.groupings().map(grouping).collect(),
            favourable: listed(&roles.favourable),
            selected: listed(&roles.selected),
            positive: listed(&roles.positive),
            missing: listed(&roles.missing),
            decision: roles.decision.held_in().map(str::to_owned),
            label: roles.label.clone(),
            threshold: roles.threshold.as_ref().map(|threshold| threshold.text.clone()),
            outcomes: About::outcomes(policy),
            decimal_comma: roles.decimal_comma == Some(true),
            margins: needed(policy),
            grid: GRID.to_owned(),
            faults,
        }
    }

    /// What is measured, in the order of the places in the result.
    pub(super) fn outcomes(policy: &Policy) -> Vec<AboutOutcome> {
        let of = |outcome: &Outcome| AboutOutcome {
            name: outcome.name.clone(),
            column: outcome.column.clone(),
            kind: outcome.kind.name().to_owned(),
            yes: outcome.yes.texts().to_vec(),
            categories: outcome.categories.clone(),
            ended: outcome
                .ended
                .as_ref()
                .map(|(column, values)| AboutEnded { column: column.clone(), values: values.texts().to_vec() }),
            bound: outcome.bound.as_ref().map(|bound| bound.text.clone()),
        };
        let error = |(_, outcome): (usize, &Outcome)| AboutOutcome {
            name: outcome.error_name(),
            column: outcome.prediction.clone().unwrap_or_default(),
            kind: OutcomeKind::Error.name().to_owned(),
            yes: Vec::new(),
            categories: Vec::new(),
            ended: None,
            bound: None,
        };
        policy.outcomes.iter().map(of).chain(predicted(&policy.outcomes).map(error)).collect()
    }
}
