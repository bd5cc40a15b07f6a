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
    /// As in `comparisons`, but for two kinds: instead of everybody it is the rest, who share no row with the group; and
    /// the group with the highest crude rate is taken as if it had been named.
    pub reference: ReferenceView,
    /// What was held equal: the names of the strata.
    pub strata: Vec<String>,
    /// Without regard to strata, rows without a stratum included.
    pub crude_ratio: Option<f64>,
    pub crude_difference: Option<f64>,
    /// Mantel-Haenszel.
    pub ratio: Option<Estimate>,
    /// Why there is no ratio though there is a difference: `both-zero` or `infinite`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ratio_undefined: Option<String>,
    pub difference: Option<Estimate>,
    /// Null also where it would be 0 or without end.
    pub odds_ratio: Option<Estimate>,
    /// Both rates as they would be if each group had everybody's mixture of strata, on the strata that both are in. None
    /// beyond 200 strata.
    pub standardised: Option<Standardised>,
    /// Cochran-Mantel-Haenszel: no difference within any stratum, against one in the same direction in all.
    pub association: Option<ChiSquared>,
    /// Breslow-Day with Tarone's correction: the odds ratio is the same in every stratum.
    pub homogeneity: Option<ChiSquared>,
    /// That test has a p-value below 0.05: one number for all strata hides that they differ.
    #[serde(default)]
    pub strata_differ: bool,
    /// Crude and adjusted point opposite ways.
    pub reversed: bool,
    /// Strata in which both groups are, and in how many of them the rate of the group is lower, equal and higher.
    pub strata_used: u64,
    pub strata_lower: u64,
    pub strata_equal: u64,
    pub strata_higher: u64,
    /// Cases of the group and of its reference in these strata.
    pub rows: u64,
    pub reference_rows: u64,
    /// Cases of either in strata where the other is not.
    pub rows_alone: u64,
    /// Cases of either whose stratum is missing.
    pub rows_without_stratum: u64,
    /// Present where people are counted (`unit`): by its square root intervals are wider than if every row were a person
    /// of its own, and tests are divided by it. It is that of the crude difference, so both are approximate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub design_effect: Option<f64>,
    /// Both groups in every stratum; present where there are at most 12.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by_stratum: Vec<StratumView>,
    pub undefined: Option<String>,
}

/// Two groups in one stratum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StratumView {
    /// The level of each of the strata.
    pub stratum: Group,
    pub numerator: u64,
    pub denominator: u64,
    pub reference_numerator: u64,
    pub reference_denominator: u64,
    /// Null where the rate of the reference is 0 or a group is absent.
    pub ratio: Option<Estimate>,
    pub difference: Option<Estimate>,
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

/// Directly standardised rates and how they compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standardised {
    pub focal: f64,
    pub reference: f64,
    pub ratio: Option<Estimate>,
    pub difference: Option<Estimate>,
    /// Share of everybody who is in strata where one of the two groups is not, and so is left out.
    pub excluded: f64,
    /// The fewest cases of either group in any of these strata; below about 5 its rate there says little.
    pub fewest: u64,
}

/// A chi-squared test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChiSquared {
    pub chi2: f64,
    pub df: u64,
    pub p_value: f64,
}
