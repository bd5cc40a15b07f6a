//! The keys of `result.json` about how unequally an outcome is spread over everybody, whatever their groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scores::{Bounds, Ranked};

/// How unequally an amount or a duration is spread over all rows that have one; it needs no attribute of anybody, and judges
/// nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeInequality {
    pub outcome: String,
    /// What `mean` and `worst_tenth` are in: `s` of durations.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Rows that have a value.
    pub rows: u64,
    pub mean: f64,
    /// 0 when all have the same, near 1 when one has everything (Gini coefficient), with its interval. Of fewer than some hundred
    /// rows it is too low, and its interval too narrow.
    pub gini: Ranked,
    /// The share of the total that the tenth of the rows with the most have.
    pub top_tenth: Certain,
    /// What the tenth of the rows that fared worst have on average: those with the least where more is better, those with the most
    /// where less is.
    pub worst_tenth: Certain,
}

/// A number without an interval of chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Certain {
    pub value: Option<f64>,
    /// Present where there are too many distinct values to keep each: what the number lies between for certain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<Bounds>,
    /// Null, or why there is no value.
    pub undefined: Option<String>,
}
