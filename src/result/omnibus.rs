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
    /// Groups with a case; a group whose value is missing is none.
    pub groups: u64,
    /// Pearson; of a bundle the sum over its parts, in which opposite gaps do not cancel.
    pub pearson: Option<ChiSquared>,
    /// Likelihood ratio.
    pub g: Option<ChiSquared>,
    /// Only of a bundle: Cochran-Mantel-Haenszel over its parts, in which opposite gaps cancel.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub directional: Option<ChiSquared>,
    /// Only of a metric of an attribute with `bins`, whose groups have an order: Cochran-Armitage.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trend: Option<Trend>,
    /// By exchanging groups at random, where more than a fifth of the expected counts are under 5 or one is under 1; the
    /// p-value to read there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub permutation_p: Option<f64>,
    /// Present beside it: `exact` over all tables with the same margins, or `random` over this many of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub permutation: Option<Permutation>,
    /// Bias-corrected Cramer's V, 0 to 1; not of a bundle.
    pub strength: Option<f64>,
    /// Within strata: generalised Cochran-Mantel-Haenszel; not of a bundle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub within_strata: Option<ChiSquared>,
    pub smallest_expected: Option<f64>,
    /// Present where people are counted (`unit`): every chi-squared was divided by it (Rao and Scott's mean design
    /// effect), so the tests are approximate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub design_effect: Option<f64>,
    pub undefined: Option<String>,
}

/// How a permutation test went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Permutation {
    /// `exact` or `random`.
    pub method: String,
    /// Tables gone through or drawn.
    pub tables: u64,
}

/// A trend over ordered groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// Positive when the rate rises with the order.
    pub z: f64,
    pub p_value: f64,
}
