//! All groups of an axis at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::strata::ChiSquared;

/// All groups of an axis at once: whether they differ at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Omnibus {
    /// A metric, or a bundle whose parts are tested together: `equalized-odds`, `predictive-parity`.
    pub metric: String,
    pub axes: Vec<String>,
    pub groups: u64,
    /// Pearson; of a bundle the sum over its parts, in which opposite gaps do not cancel.
    pub pearson: Option<ChiSquared>,
    /// Likelihood ratio.
    pub g: Option<ChiSquared>,
    /// Only of a bundle: Cochran-Mantel-Haenszel over its parts, in which opposite gaps cancel.
    pub directional: Option<ChiSquared>,
    /// Only where the policy gives the groups an order (`bins`, or `groups` of an ordered attribute): Cochran-Armitage.
    pub trend: Option<Trend>,
    /// By exchanging groups at random, where an expected count is too small for the chi-squared.
    pub permutation_p: Option<f64>,
    /// Bias-corrected Cramer's V, 0 to 1.
    pub strength: Option<f64>,
    /// Within strata: generalised Cochran-Mantel-Haenszel.
    pub within_strata: Option<ChiSquared>,
    pub smallest_expected: Option<f64>,
    pub undefined: Option<String>,
}

/// A trend over ordered groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// Positive when the rate rises with the order.
    pub z: f64,
    pub p_value: f64,
}
