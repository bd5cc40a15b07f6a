//! The policy as a result shows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::privacy::PrivacyRules;
use crate::metrics;
use crate::metrics::outcome::{Better, presence, template};
use crate::policy::Outcome;

/// The policy as it was in force, as far as a reader of the result needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyView {
    /// The name of the policy file; null when the roles came from flags.
    pub path: Option<String>,
    /// SHA-256 of the policy file, or of the effective policy when there is no file.
    pub sha256: String,
    pub level: f64,
    pub min_group: u64,
    /// `none`, `holm` or `bh`.
    pub adjust: String,
    pub seed: u64,
    /// The column of the decision, or of the score that makes it; null where the policy asks nothing about decisions.
    pub decision: Option<String>,
    /// The threshold that makes the decision from the score, as written.
    pub threshold: Option<String>,
    pub favourable: Vec<String>,
    pub selected: Vec<String>,
    /// What being selected means for the person: `benefit`, `burden` or `mixed`.
    pub selected_is: String,
    pub label: Option<String>,
    pub positive: Vec<String>,
    /// The column of the score, a probability from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<String>,
    pub count: Option<String>,
    /// The column that says whose a row is: intervals and denominators of checks count people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// The column that says what a row weighs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub weight: Option<String>,
    /// What people may rightly differ by.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub strata: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub period: Option<String>,
    /// Attributes whose groups are known as probabilities only.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub probable: Vec<String>,
    /// For what power it is told what the review could have seen.
    #[serde(default)]
    pub power: f64,
    /// The axes that were looked at, each with its reference.
    pub axes: Vec<AxisView>,
    pub checks: Vec<CheckView>,
    /// What was measured of every row beside the decision.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcomes: Vec<OutcomeView>,
    /// What the policy says of privacy; absent where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub privacy: Option<PrivacyRules>,
}

/// An outcome; the ids of its metrics begin with its name, such as `wait.median`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeView {
    pub name: String,
    pub column: String,
    /// `amount`, `duration`, `ordinal`, `yes-no` or `category`.
    pub kind: String,
    /// What its numbers are in; durations are in seconds, `s`.
    pub unit: Option<String>,
    /// What is good for the person: `more`, `less` or `neither`.
    pub better: String,
    /// Which line of the scorecard it stands in; absent where it stands under its own name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub theme: Option<String>,
    /// The share of values at or above it is measured, as written.
    pub bound: Option<String>,
    /// Which values are yes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub yes: Vec<String>,
    /// The categories that there are.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<String>,
    /// What says that a case had ended; absent where every case had.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<EndedView>,
    /// The column with what was predicted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prediction: Option<String>,
}

/// What says that a case had ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndedView {
    /// The column that says so, or the time of the last look at cases that had not ended.
    pub column: String,
    /// Which of its values say that a case had ended; empty where it is a time.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub values: Vec<String>,
}

impl OutcomeView {
    pub fn of(outcome: &Outcome) -> OutcomeView {
        let until = outcome.times.as_ref().and_then(|times| Some(times.until.as_ref()?.text.clone()));
        let ended = outcome.ended.as_ref().map(|(column, values)| (column.clone(), values.texts().to_vec()));
        let ended = ended.or_else(|| until.map(|column| (column, Vec::new())));
        OutcomeView {
            name: outcome.name.clone(),
            column: match &outcome.times {
                Some(times) => format!("{} to {}", times.from, times.to),
                None => outcome.column.clone(),
            },
            kind: outcome.kind.name().to_owned(),
            unit: outcome.unit().map(str::to_owned),
            better: outcome.better.name().to_owned(),
            theme: outcome.theme().map(|theme| theme.name().to_owned()),
            bound: outcome.bound.as_ref().map(|bound| bound.text.clone()),
            yes: outcome.yes.texts().to_vec(),
            categories: outcome.categories.clone(),
            ended: ended.map(|(column, values)| EndedView { column, values }),
            prediction: outcome.prediction.clone(),
        }
    }
}

/// What a number of a metric and contrast is in; none of ratios, shares and what has no unit.
pub fn unit_of<'a>(metric: &str, contrast: &str, outcomes: &'a [OutcomeView]) -> Option<&'a str> {
    let (name, id) = metric.split_once('.')?;
    let plain = matches!(contrast, "ratio" | "worst-ratio") || template(id)?.is_share();
    outcomes.iter().find(|outcome| outcome.name == name && !plain)?.unit.as_deref()
}

impl PolicyView {
    /// The outcome that a metric is about.
    pub fn outcome(&self, metric: &str) -> Option<&OutcomeView> {
        let (name, _) = metric.split_once('.')?;
        self.outcomes.iter().find(|outcome| outcome.name == name)
    }

    /// The metric whose denominator counts the people of a group: those with a decision; where nothing is asked about decisions
    /// everybody, of whom an outcome is known or not; without outcomes those with a label.
    pub fn of_whom(&self) -> String {
        match (&self.decision, self.outcomes.first().zip(presence())) {
            (Some(_), _) => "selection-rate".to_owned(),
            (None, Some((outcome, presence))) => format!("{}.{}", outcome.name, presence.id),
            (None, None) => "base-rate".to_owned(),
        }
    }

    /// Whether a lower value of a metric is worse for a group; none where the metric takes no side.
    pub fn lower_is_worse(&self, metric: &str) -> Option<bool> {
        lower_is_worse(metric, &self.selected_is, &self.outcomes)
    }
}

/// Whether a lower value of a metric is worse for a group, given what being selected and more of an outcome mean; none where
/// the metric takes no side.
pub fn lower_is_worse(metric: &str, selected_is: &str, outcomes: &[OutcomeView]) -> Option<bool> {
    let Some((name, id)) = metric.split_once('.') else { return metrics::find(metric)?.worse.is_lower(selected_is) };
    let of = outcomes.iter().find(|outcome| outcome.name == name);
    let better = of.and_then(|outcome| Better::find(&outcome.better)).unwrap_or(Better::Neither);
    template(id)?.worse(better).is_lower(selected_is)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AxisView {
    pub axes: Vec<String>,
    /// `largest`, `highest-rate`, `rest`, `overall` or `group`.
    pub reference: String,
}

/// A check of the policy, apart from its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckView {
    pub id: String,
    pub rationale: Option<String>,
    /// Line in the policy file.
    pub line: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AboutView {
    pub system: Option<String>,
    pub model_version: Option<String>,
    pub purpose: Option<String>,
    pub owner: Option<String>,
}
