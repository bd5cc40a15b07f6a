//! What people changed after a model, and what that did to each gap.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// The human step: the model's decision before, the final one after, of the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HumanView {
    /// The column with what the model said; `policy.decision` is what was finally done.
    pub model_decision: String,
    /// Which of its values are the favourable decision.
    pub favourable: Vec<String>,
    /// Rows that have a final decision and none of the model, and the other way; in no number here. Null where hidden.
    pub rows_without_model: Option<u64>,
    pub rows_without_decision: Option<u64>,
    /// Everybody, then every group of every axis that may be shown.
    pub steps: Vec<HumanStep>,
    /// Every group held against its reference, as difference and as ratio.
    pub gaps: Vec<HumanGap>,
    /// Axes that are not shown, because a count of a group is small or could be worked out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hidden: Vec<Vec<String>>,
}

/// How often people changed what the model said about a group, and which way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HumanStep {
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows with both decisions.
    pub rows: u64,
    /// Favourable by the model, and in the end.
    pub favourable_before: u64,
    pub favourable_after: u64,
    /// The model said no and a person yes, and the other way, where yes is the favourable decision.
    pub to_favourable: u64,
    pub from_favourable: u64,
    /// Both together.
    pub changed: u64,
    /// The shares of favourable decisions by the model, and in the end.
    pub rate_before: Option<f64>,
    pub rate_after: Option<f64>,
    /// The share of rows that people changed, with Wilson's interval.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The share of favourable decisions in the end less that by the model, with Newcombe's interval for pairs (method 10).
    pub change: Option<f64>,
    pub change_low: Option<f64>,
    pub change_high: Option<f64>,
    /// `to-favourable` or `from-favourable` where the interval of the change leaves out 0, `none` where no row was changed, else
    /// `cannot-tell`.
    pub direction: String,
    /// McNemar's test of whether both directions balance, mid-p. Absent in what is rounded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p_value: Option<f64>,
}

/// A group held against its reference before people looked and in the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HumanGap {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    /// Whom `before` is held against, where that is another group than in the end: the highest rate may change hands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference_before: Option<ReferenceView>,
    /// `difference` or `ratio` of the selection rates.
    pub contrast: String,
    /// By the model, and in the end.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// After less before: the difference of gaps, with its interval. A null end beside a method is unbounded.
    pub change: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How much farther from equality the gap is in the end: below 0 where it is nearer.
    pub widening: Option<f64>,
    pub widening_low: Option<f64>,
    pub widening_high: Option<f64>,
    /// How the intervals came about; `none` where there is none.
    pub method: String,
    /// `widens` or `narrows` where the interval of the widening leaves out 0, `unchanged` where people changed no row of either
    /// side, `too-few` where a side has fewer rows than `min_group`, `undefined`, else `cannot-tell`.
    pub effect: String,
    /// Null, or why there is no change or no interval of it.
    pub undefined: Option<String>,
}
