//! Whose rows count: consent, whom it covers, and what those without it could change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};
use super::unknown::Unknown;
use crate::policy::Consent;
use crate::policy::consent::ConsentRecord;

/// Consent as the policy asks for it, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsentView {
    /// What people consented to; null where the policy does not say.
    pub purpose: Option<String>,
    /// Where consent is recorded: `column` or `ledger`.
    pub record: String,
    /// The column that says so, or the one that is held against the ids of the ledger.
    pub column: String,
    /// Which values say that consent was given.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub given: Vec<String>,
    /// The column with the time of the decision; null where it is the day of the run, or where a column records consent.
    pub at: Option<String>,
    /// The file that says who consented; null where a column does, and in what is meant for the public.
    pub ledger: Option<LedgerView>,
    /// Rows that count, and rows that were left out because consent was not in force; null where they are hidden.
    pub rows_with: Option<u64>,
    pub rows_without: Option<u64>,
    /// Rows that count of both, with Wilson's interval; null where they are hidden, and the interval where `without_interval` says
    /// why.
    #[serde(default)]
    pub share: Option<f64>,
    #[serde(default)]
    pub low: Option<f64>,
    #[serde(default)]
    pub high: Option<f64>,
    /// Why people without consent are counted by group; null where they are not.
    pub coverage_reason: Option<String>,
    /// Why shares of rows with consent have no interval.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub without_interval: Option<String>,
    /// Everybody, then every group of every axis; empty where the policy does not ask.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub coverage: Vec<Coverage>,
    /// By how the last answer was collected (`method`), and by what people were told (`notice_version`).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by_answer: Vec<CoverageBy>,
    /// For each group: who consented, and what they got. Empty where the policy does not ask for coverage.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub balance: Vec<Balance>,
    /// The outcome that says whether somebody was given something personal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub personal: Option<String>,
    /// Outcomes that were read of people without consent as well.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub compared: Vec<String>,
    /// What people who said no got beside those who said yes: everybody, then every group of every axis, for each outcome of
    /// `compared`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub served: Vec<Served>,
    /// How far those without consent could move the selection rate. Of kind `no-consent-in-group` where it is known how many
    /// of each group they are, else `no-consent-anywhere`: each could belong to any group.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bounds: Vec<Unknown>,
}

/// Whose rows count by a policy: for what, by which record, by which of its values, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentAsked {
    pub purpose: Option<String>,
    pub record: String,
    pub column: String,
    pub given: Vec<String>,
    pub at: Option<String>,
}

impl ConsentAsked {
    pub fn of(consent: &Consent) -> ConsentAsked {
        let (record, given) = match &consent.record {
            ConsentRecord::Column { given, .. } => ("column", given),
            ConsentRecord::Ledger(ledger) => ("ledger", &ledger.given),
        };
        ConsentAsked {
            purpose: consent.purpose.clone(),
            record: record.to_owned(),
            column: consent.columns().into_iter().next().unwrap_or_default(),
            given: given.texts().to_vec(),
            at: consent.ledger().and_then(|ledger| ledger.at.clone()),
        }
    }

    /// In a few words, the same for the same question.
    pub fn words(&self) -> String {
        let purpose = self.purpose.as_ref().map(|purpose| format!("for {purpose}, ")).unwrap_or_default();
        let mut given: Vec<&str> = self.given.iter().map(String::as_str).collect();
        given.sort_unstable();
        let at = self.at.as_ref().map(|at| format!(", at {at}")).unwrap_or_default();
        format!("{purpose}by the {} {} [{}]{at}", self.record, self.column, given.join(", "))
    }
}

impl ConsentView {
    pub fn asked(&self) -> ConsentAsked {
        ConsentAsked {
            purpose: self.purpose.clone(),
            record: self.record.clone(),
            column: self.column.clone(),
            given: self.given.clone(),
            at: self.at.clone(),
        }
    }
}

/// The file that was read to tell who consented.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerView {
    pub path: String,
    pub format: String,
    pub sha256: String,
    /// Entries, for any purpose.
    pub rows: u64,
}

/// How many rows of a group have consent, and how that compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    pub axes: Vec<String>,
    pub group: Group,
    pub rows: u64,
    pub with_consent: u64,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Whom the group is compared with; null where it is the reference itself.
    pub reference: Option<ReferenceView>,
    /// The share over that of the reference.
    pub ratio: Option<f64>,
    pub ratio_low: Option<f64>,
    pub ratio_high: Option<f64>,
    /// The interval of the ratio, looked at alone, leaves out 1.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub clear: bool,
}

/// How many rows of those who answered in one way have consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageBy {
    /// `method` or `notice_version`.
    pub by: String,
    pub value: String,
    pub rows: u64,
    pub with_consent: u64,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Who consented, and what they got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows with consent, of all.
    pub consented: Option<f64>,
    /// Rows that were given something personal, of those with consent and a value of that outcome; null where the policy names none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub personal: Option<f64>,
    /// Favourable decisions, of those with consent.
    pub favourable: Option<f64>,
    /// Decisions that were as it turned out, of those with consent and a label; null without a label.
    pub right: Option<f64>,
    /// `consented` times `favourable`: those who consented and got the favourable decision, of all.
    pub reached: Option<f64>,
}

/// What people of a group who said no got, beside those of the same group who said yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Served {
    pub outcome: String,
    /// The metric of both numbers, such as `wait.median`.
    pub metric: String,
    /// What the numbers are in; absent for shares.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows that have a value of the outcome.
    pub rows_with: u64,
    pub rows_without: u64,
    /// The number of those with consent and of those without.
    pub with_consent: Option<f64>,
    pub without_consent: Option<f64>,
    /// Those without less those with, with the interval.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Present where the interval, looked at alone, leaves out 0 and both have at least `min_group` rows: `worse` or `better` for
    /// those who said no, `differs` where the outcome takes no side, `less-personal` or `more-personal` of the outcome `personal`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<String>,
}
