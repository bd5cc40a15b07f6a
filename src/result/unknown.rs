//! What is not known, and how far it could move a number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scores::Bounds;
use super::types::{Group, ReferenceView};

/// What cannot be known from the data, and how far it could move a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// `missing-group`: rows whose group is missing could be anybody's. `missing-label`: labels known for some decisions
    /// only. `probability-any`: whatever the truth behind the probabilities. `probability-covariance`: if, at the same
    /// probability, decisions and membership do not go opposite ways.
    pub kind: String,
    pub metric: String,
    /// `value`, `ratio` or `difference`.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    pub value: Option<f64>,
    pub bounds: Option<Bounds>,
    /// Rows that are not known.
    pub rows: u64,
    /// What must hold for the bounds to hold; empty where nothing needs to.
    pub assumes: String,
}
