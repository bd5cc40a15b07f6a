//! A funnel: how far the rows of each group came, and at which stage a gap arises.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// The stages on which rows drop out, by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelView {
    pub stages: Vec<StageView>,
    /// Rows that say yes at a stage after one that they did not reach, and rows whose first stage that is not a yes has no value.
    /// Both count as having stopped there. Null where hidden.
    pub rows_late: Option<u64>,
    pub rows_unknown: Option<u64>,
    /// Everybody, then every group of every axis that may be shown.
    pub groups: Vec<FunnelGroup>,
    /// Every group held against its reference.
    pub gaps: Vec<FunnelGap>,
    /// Axes that are not shown, because a count of a group is small or could be worked out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hidden: Vec<Vec<String>>,
}

/// A stage as the policy names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageView {
    pub name: String,
    pub column: String,
    pub yes: Vec<String>,
}

/// How far the rows of a group came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelGroup {
    pub axes: Vec<String>,
    pub group: Group,
    pub rows: u64,
    pub stages: Vec<StageReached>,
}

/// The rows of a group that reached a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageReached {
    pub stage: String,
    /// Rows that reached it and all before.
    pub reached: u64,
    /// Of those that reached the stage before, with Wilson's interval; null where nobody did.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Of all rows of the group, with Wilson's interval.
    pub of_all: Option<f64>,
    pub of_all_low: Option<f64>,
    pub of_all_high: Option<f64>,
}

/// The gap between the shares of a group and of its reference that come out at the end, by where it arises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelGap {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// The shares of all rows that come out at the end.
    pub value: Option<f64>,
    pub reference_value: Option<f64>,
    /// The group's share less the reference's, with the interval of Miettinen and Nurminen.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// What the interval shows, decided before anything is rounded: `more` or `fewer` of the group come out where it leaves out 0,
    /// `too-few` where `too_few`, else `cannot-tell`.
    pub direction: String,
    /// Their ratio and its logarithm; null where nobody of a group comes through a stage.
    pub ratio: Option<f64>,
    pub log_ratio: Option<f64>,
    /// One for each stage. Their differences add up to `difference`, their logarithms to `log_ratio`.
    pub parts: Vec<FunnelPart>,
    /// The stage with the largest part in the direction of the gap; null without a gap.
    pub largest: Option<String>,
    /// A side has fewer rows than `min_group`.
    pub too_few: bool,
    /// Null, or why there are no parts: nobody of a group reaches a stage.
    pub undefined: Option<String>,
}

/// What a stage adds to the gap at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelPart {
    pub stage: String,
    /// The shares that pass, of those that reach it.
    pub share: Option<f64>,
    pub reference_share: Option<f64>,
    /// The part of the difference at the end that arises here (Shapley's value), with its interval.
    pub difference: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The interval leaves out 0, decided before anything is rounded.
    pub clear: bool,
    /// The part of the difference over the whole difference; below 0 where the stage works against the gap. Null without a gap.
    pub part_of_gap: Option<f64>,
    /// The logarithm of the ratio of both shares that pass; null where nobody of a group comes through.
    pub log_ratio: Option<f64>,
    /// The ratio itself.
    pub ratio: Option<f64>,
}
