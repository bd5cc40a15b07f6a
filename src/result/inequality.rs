//! How unequally the benefit of decisions is spread.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Half the squared coefficient of variation of benefits: 0 for a row that was missed, 1 for one decided as it turned out,
/// 2 for one selected although it turned out otherwise (generalised entropy of order 2; Speicher et al. 2018).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inequality {
    /// Empty: the index of everybody. Else its part that lies between the groups.
    pub axes: Vec<String>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub method: String,
    /// How many times the counts were drawn again, and in how many of these the index was undefined.
    pub draws: u64,
    pub undefined_draws: u64,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub without_interval: Option<String>,
}
