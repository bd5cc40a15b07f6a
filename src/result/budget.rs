//! Budgets: who would be reached if so many rows with the highest scores were.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// A budget, and whom it reaches when it goes to the highest scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetView {
    /// As the policy writes it.
    pub top: String,
    /// The share of the rows that it stands for; null where it is a number of rows.
    pub share: Option<f64>,
    /// What becomes of rows that tie at the cut: `out`, none of them is reached; `in`, all of them are.
    pub ties: String,
    /// Rows with a score, and rows without one, which nobody can rank.
    pub rows: u64,
    pub rows_without_score: u64,
    /// For how many rows there is money; of a share, rounded down.
    pub asked: u64,
    /// How many are reached, which ties make fewer or more than `asked`.
    pub reached: u64,
    /// Rows at the cut with the same score, or in the same bin, of which only some fit; 0 where the cut divides none.
    pub tied: u64,
    /// Their score; null where the cut divides none.
    pub tied_at: Option<f64>,
    /// The lowest score that is reached; null where nobody is. Of scores that are kept in bins, where the bin begins.
    pub from: Option<f64>,
    /// False where the cut divides a bin of scores, which is then treated as one tie.
    pub exact: bool,
    /// Everybody, then every group of every axis.
    pub groups: Vec<BudgetGroup>,
    /// Every group held against its reference.
    pub gaps: Vec<BudgetGap>,
}

/// How many of a group are reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetGroup {
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows with a score.
    pub rows: u64,
    pub reached: u64,
    /// The share that is reached, with Wilson's interval; null where no row has a score.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Null, or why there is no share.
    pub undefined: Option<String>,
}

/// How many times as often as its reference a group is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetGap {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// The shares that are reached.
    pub value: Option<f64>,
    pub reference_value: Option<f64>,
    /// Group over reference, with the interval that the policy asks for.
    pub ratio: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub method: String,
    /// What the interval shows: `more` or `fewer` of the group are reached where it leaves out 1, `too-few` where `too_few`, else
    /// `cannot-tell`.
    pub direction: String,
    /// The whole interval is below 4/5 or above 5/4.
    pub far: bool,
    /// A side has fewer rows with a score than `min_group`.
    pub too_few: bool,
    /// Null, or why there is no ratio.
    pub undefined: Option<String>,
}
