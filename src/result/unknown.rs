//! What is not known, and how far it could move a number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Verdict;
use super::types::{Group, ReferenceView};

/// What cannot be known from the data, and how far it could move a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// `missing-group`: rows whose group is missing could be anybody's. `missing-label`: labels known for some decisions
    /// only. `probability-any`: whatever the truth behind the probabilities. `probability-covariance`: if what
    /// `assumes` says holds (Elzayn et al. 2024).
    pub kind: String,
    pub metric: String,
    /// `value`, `ratio` or `difference`.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    /// The value of what is known.
    pub value: Option<f64>,
    /// The least and the greatest value there can be. Not an interval of chance: more rows of the same kind would make it
    /// no shorter.
    pub low: Option<f64>,
    /// Null beside a `low` is unbounded.
    pub high: Option<f64>,
    /// Rows that are not known.
    pub rows: u64,
    /// The first check with a row of the same comparison.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub check: Option<String>,
    /// What its limits say of the bounds: `met` when the whole range is within them, `not_met` when none of it is,
    /// `inconclusive` when it depends on what is not known. It is no verdict: chance is not in it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holds: Option<Verdict>,
    /// What must hold for the bounds to hold; empty where nothing needs to.
    pub assumes: String,
}
