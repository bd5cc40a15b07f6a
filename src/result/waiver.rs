//! Findings that are let through for a time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::Group;

/// A waiver of the policy, and what it did in this run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverView {
    pub id: String,
    pub check: String,
    /// Null: every metric of the check.
    pub metric: Option<String>,
    pub group: Group,
    /// The waiver lapses where the value is farther beyond the limit than this.
    pub bound: Option<String>,
    pub reason: String,
    pub compensating: Option<String>,
    pub owner: String,
    pub approved_by: String,
    pub created: Option<String>,
    /// The last day on which it holds.
    pub expires: String,
    /// Days from the run to the last day; negative once it is over.
    pub days_left: i64,
    pub model_version: Option<String>,
    pub ticket: Option<String>,
    /// `active`, `unused`, `expired`, `self-approved`, `too-long`, `unknown-check`, `other-model` or `lapsed`.
    pub status: String,
    /// Check rows it lets through.
    pub covers: u64,
    /// Line in the policy file.
    pub line: Option<u64>,
}
