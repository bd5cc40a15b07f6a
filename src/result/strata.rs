//! Like with like: what remains of a gap within strata.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// A share of a group against its reference, crude and within strata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Adjusted {
    pub metric: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// What was held equal: the names of the strata.
    pub strata: Vec<String>,
    /// Without regard to strata.
    pub crude_ratio: Option<f64>,
    pub crude_difference: Option<f64>,
    /// Mantel-Haenszel.
    pub ratio: Option<Estimate>,
    pub difference: Option<Estimate>,
    pub odds_ratio: Option<Estimate>,
    /// Both rates as they would be if each group had everybody's mixture of strata, on the strata that both are in.
    pub standardised: Option<Standardised>,
    /// Cochran-Mantel-Haenszel: no difference within any stratum, against one in the same direction in all.
    pub association: Option<ChiSquared>,
    /// Breslow-Day with Tarone's correction: the odds ratio is the same in every stratum.
    pub homogeneity: Option<ChiSquared>,
    /// Crude and adjusted point opposite ways.
    pub reversed: bool,
    /// Strata in which both groups are, and rows of either group in strata where the other is not.
    pub strata_used: u64,
    pub rows_alone: u64,
    /// Rows of either group whose stratum is missing.
    pub rows_without_stratum: u64,
    pub undefined: Option<String>,
}

/// A number with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    pub value: f64,
    pub low: Option<f64>,
    /// Null beside a value is unbounded.
    pub high: Option<f64>,
    pub method: String,
}

/// Directly standardised rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standardised {
    pub focal: f64,
    pub reference: f64,
    pub ratio: Option<Estimate>,
    pub difference: Option<Estimate>,
    /// Share of the rows of both groups that no common stratum holds.
    pub excluded: f64,
}

/// A chi-squared test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChiSquared {
    pub chi2: f64,
    pub df: u64,
    pub p_value: f64,
}
