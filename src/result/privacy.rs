//! Who a result is meant for, and what is hidden from them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What was hidden and rounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrivacyView {
    /// `internal` or `public`.
    pub audience: String,
    /// Counts from 1 to one less are hidden; 0 hides nothing.
    pub min_cell: u64,
    /// Counts are rounded to multiples of this.
    pub round: u64,
    /// Groups that are hidden because a count of theirs is small.
    pub hidden: u64,
    /// Groups that are hidden because a small count could be worked out from them.
    pub hidden_besides: u64,
    /// Measured outcomes that are hidden on an axis because few of a group have a value or few have none, each counted once for every
    /// axis; absent where there is none.
    #[serde(skip_serializing_if = "is_none", default)]
    pub hidden_outcomes: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What the policy says of privacy; where it says nothing, what is usual for the audience.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrivacyRules {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min_cell: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub round: Option<u64>,
}
