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
}
