//! Forms of report that a rule or a habit prescribes, filled in from a result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A form, its edition, and what is missing from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    pub id: String,
    pub edition: String,
    /// `in_force`, `proposed`, `contested`, `repealed`, `voluntary` or `draft`.
    pub status: String,
    /// The day on which the form was last held against its source.
    pub verified_on: String,
    /// What the form asks and nobody answered.
    pub missing: Vec<String>,
}
