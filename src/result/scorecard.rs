//! The page of figures: one line for each theme, taken from numbers that the result shows elsewhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::NumberChange;
use super::check::Verdict;
use super::types::{Group, ReferenceView};

/// One theme: what it came to for everybody, for the segment that fared worst, how far segments are apart, and what has changed.
/// Every number stands elsewhere in the result; nothing is summed, and nothing is judged that no check judges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorecardRow {
    /// `satisfaction`, `sales`, `cost`, `speed`, `incidents`, `consent`, `accuracy`, `disparity`; of an outcome without a theme its
    /// name.
    pub theme: String,
    /// The metric that stands for the theme: of all that checks judge, the one with the worst verdict, else the one that is drawn.
    /// Null of consent, and where there is none.
    pub metric: Option<String>,
    pub overall: Option<ScorecardNumber>,
    /// Of all segments of at least `min_group` cases that are shown, the one that fared worst; null where the metric takes no
    /// side, where all are alike, and where fewer than two are shown.
    pub worst: Option<ScorecardGroup>,
    pub gap: Option<ScorecardGap>,
    /// What changed since the earlier result, of everybody and of the gap; empty where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<NumberChange>,
    /// Other outcomes of the same theme; their numbers stand in the section on outcomes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// Some segments are hidden from the reader, so that the worst shown need not be the worst.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub some_hidden: bool,
    /// Why there is no figure; null where there is one.
    pub not_tested: Option<String>,
}

/// A number of everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorecardNumber {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Null, or why there is no value.
    pub undefined: Option<String>,
}

/// A number of one segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorecardGroup {
    pub axes: Vec<String>,
    pub group: Group,
    pub value: f64,
}

/// How far a segment is from its reference, and what a check makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScorecardGap {
    /// `ratio`, `difference`, `spread`, `worst-ratio`; `value` where a check judges the number of a group by itself.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The id of the check that judges it; null where none does.
    pub check: Option<String>,
    /// Its verdict, and why it is inconclusive or not applicable; null where no check judges it.
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    /// A waiver lets it through.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub waived: bool,
}
