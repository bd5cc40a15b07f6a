//! Evidence that adds up over periods.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// Evidence on a check that adds up over periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    pub metric: String,
    /// `ratio` or `difference`.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub looks: Vec<Look>,
    /// The natural logarithm of the evidence that the number is beyond a bound, and that it is within both.
    pub log_e_beyond: Option<f64>,
    pub log_e_within: Option<f64>,
    /// Holds however often one looks: the largest evidence so far turned into a p-value.
    pub anytime_p_beyond: Option<f64>,
    pub anytime_p_within: Option<f64>,
    /// Confidence sequence: holds at every look at once.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub undefined: Option<String>,
}

/// One period of a sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    pub period: String,
    pub hits: u64,
    pub of: u64,
    pub reference_hits: u64,
    pub reference_of: u64,
    pub log_e_beyond: f64,
    pub log_e_within: f64,
}
