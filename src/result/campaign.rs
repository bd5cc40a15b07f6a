//! The keys of `result.json` about a campaign: its arms, and what it changed, by group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// A campaign: how large and how alike its arms are, and how each outcome differs between them. Axes `[]` and group `{}` are
/// everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CampaignView {
    /// The column that says whom the campaign reached.
    pub treatment: String,
    pub treated: Vec<String>,
    /// Values of those who were held back; empty: all others that are not missing.
    pub control: Vec<String>,
    /// `random`: differences between the arms are effects. `observed`: association, not effect.
    pub assignment: String,
    /// The planned share of the treated among both arms; null where the policy does not say.
    pub planned_share: Option<f64>,
    /// The assignment was by chance, no arm is other than planned, and no groups are treated unequally often: differences between
    /// the arms are what the campaign did.
    pub effect: bool,
    /// Everybody, then every group of every axis.
    pub arms: Vec<ArmSizes>,
    /// For each axis, whether its groups are treated equally often.
    pub balance: Vec<ArmBalance>,
    /// For each outcome: everybody, then every group of every axis.
    pub lifts: Vec<Lift>,
    /// For each outcome and axis, whether all groups have one lift.
    pub equal_lift: Vec<EqualLift>,
    /// For each yes-no outcome, where there is a score: how well it finds those whom the campaign moves.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub ranked: Vec<RankedLift>,
}

/// How many rows of a group are in each arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArmSizes {
    pub axes: Vec<String>,
    pub group: Group,
    pub treated: Option<u64>,
    pub control: Option<u64>,
    /// Rows in neither arm: their value is missing, or listed for none.
    pub left_out: Option<u64>,
    /// Treated among both arms, with Wilson's interval.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Of the test that the arms have the planned sizes (Pearson); null where no share is planned.
    pub p_value: Option<f64>,
    /// The arms are not as planned: p is below 0.001, divided by the number of groups of all axes where it is of a group.
    pub mismatch: bool,
    /// The group among the treated and among those held back; null of everybody.
    pub of_treated: Option<f64>,
    pub of_control: Option<f64>,
    /// How far these two shares are apart, in standard deviations (Austin 2009); a tenth is worth a look.
    pub standardised_gap: Option<f64>,
    /// Why there is no share.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}

/// Whether the groups of an axis are treated equally often: Pearson's test.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArmBalance {
    pub axes: Vec<String>,
    pub groups: u64,
    pub chi2: Option<f64>,
    pub df: Option<u64>,
    pub p_value: Option<f64>,
    /// They are not: p is below 0.001. Where the assignment was by chance, something went wrong with it.
    pub uneven: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}

/// An outcome in one arm of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArmValue {
    /// Rows of the arm, and those of them that have a value.
    pub rows: Option<u64>,
    pub valued: Option<u64>,
    /// Rows that are yes; null where the outcome is a number.
    pub yes: Option<u64>,
    /// Their share, or the mean.
    pub value: Option<f64>,
}

/// How an outcome of a group differs between the arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lift {
    pub outcome: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub treated: ArmValue,
    pub control: ArmValue,
    /// The treated less those held back: a difference of shares, or of means in the unit of the outcome.
    pub lift: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// `miettinen-nurminen` of shares, `welch` of means.
    pub method: String,
    /// An arm has fewer rows with a value than `min_group`: measured, and in no test and no finding.
    pub few: bool,
    /// Whom the lift is compared with; null of everybody, of the reference itself, and where there is none.
    pub reference: Option<ReferenceView>,
    pub reference_lift: Option<f64>,
    /// The lift of the group less that of the reference, with its interval and the p-value that they are one.
    pub difference: Option<f64>,
    pub difference_low: Option<f64>,
    pub difference_high: Option<f64>,
    pub p_value: Option<f64>,
    /// `harmed`: the whole interval of the lift is on the side that is worse for people, and its p, allowing for the number of
    /// lifts, is below one less the level. `less` or `more`: the lift is worse or better than that of the reference, by the interval
    /// of the difference and by the test of equal lift (`differs`). `differs`: the same where the outcome takes no side. Null else.
    pub finding: Option<String>,
    /// The unit of the means: `s` of durations.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}

/// Whether all groups of an axis have one lift: Cochran's Q.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EqualLift {
    pub outcome: String,
    pub axes: Vec<String>,
    /// Groups in the test, and those with too few rows or no interval.
    pub groups: u64,
    pub left_out: u64,
    pub chi2: Option<f64>,
    pub df: Option<u64>,
    pub p_value: Option<f64>,
    /// The lift they would have, each weighted by how certain it is.
    pub common: Option<f64>,
    /// The share of the differences between lifts that chance does not account for (I squared).
    pub beyond_chance: Option<f64>,
    /// Allowing for the number of these tests, as `adjust` of the policy says.
    pub p_adjusted: Option<f64>,
    /// They have not: that p is below one less the level.
    pub differs: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}

/// How well the score of a group finds those whom the campaign moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedLift {
    pub outcome: String,
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows of both arms with a score and a value.
    pub rows: u64,
    /// Responses gained per person over treating the same number at random, averaged over all cuts.
    pub qini: Option<f64>,
    /// The same as a share of the largest possible.
    pub qini_normalised: Option<f64>,
    pub top: Vec<TopLift>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}

/// The lift among the people of a group with the highest scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopLift {
    /// The share asked for, as written in the policy.
    pub part: String,
    /// Rows there: more than the share where people of one score would have been divided.
    pub rows: Option<u64>,
    pub lift: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undefined: Option<String>,
}
