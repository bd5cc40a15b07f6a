//! Evidence that adds up over periods.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Verdict;
use super::types::{Group, ReferenceView};
use crate::cell::Trials;

/// Evidence on a row of a check, added up period by period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// The check whose limits the evidence is about.
    pub id: String,
    pub metric: String,
    /// `ratio` or `difference`.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// One for each period, oldest first; those of earlier results come before those of the data.
    pub looks: Vec<Look>,
    /// The ratio or the difference of all periods together.
    pub value: Option<f64>,
    /// Confidence sequence: limits that hold at every look at once, as far as one ratio or difference held throughout.
    pub low: Option<f64>,
    /// Null beside a value is unbounded.
    pub high: Option<f64>,
    /// The natural logarithm of the evidence after the last period: that the number was not within the limits in every
    /// period, and that it was within them.
    pub log_e_beyond: Option<f64>,
    pub log_e_within: Option<f64>,
    /// The natural logarithm of the evidence that decides: 2 / (1 - level).
    pub log_e_needed: f64,
    /// Hold however often one looks: 1 over the largest evidence so far.
    pub anytime_p_beyond: Option<f64>,
    pub anytime_p_within: Option<f64>,
    /// `below` or `above`: the side to which the largest evidence of being beyond points.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub side: Option<String>,
    /// Null, or why no evidence is added up.
    pub undefined: Option<String>,
}

/// What a sequence had come to after a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Look {
    pub period: String,
    pub hits: u64,
    pub of: u64,
    /// Of the reference; against everybody, of all others, who share no row with the group.
    pub reference_hits: u64,
    pub reference_of: u64,
    pub log_e_beyond: f64,
    pub log_e_within: f64,
    /// What the evidence shows at this look, before the number of checks is allowed for: `not_met` once it was shown to be
    /// beyond at any look so far, `met` while it is shown to be within.
    pub verdict: Verdict,
}

/// A stored result of an earlier review whose counts were added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierView {
    /// As the policy names it.
    pub path: String,
    pub sha256: String,
    /// The id and the day of that run; the day names the period.
    pub run: String,
    pub as_of: String,
}

impl Sequence {
    /// The counts of the group in all periods together.
    pub fn counts(&self) -> Trials {
        let sum = |of: fn(&Look) -> u64| self.looks.iter().map(of).fold(0, u64::saturating_add);
        Trials { hits: sum(|look| look.hits), of: sum(|look| look.of) }
    }

    /// The counts of the reference itself in all periods together; everybody includes the group.
    pub fn reference_counts(&self) -> Trials {
        let sum = |of: fn(&Look) -> u64| self.looks.iter().map(of).fold(0, u64::saturating_add);
        let own = if self.reference.kind == "overall" { self.counts() } else { Trials { hits: 0, of: 0 } };
        Trials {
            hits: sum(|look| look.reference_hits).saturating_add(own.hits),
            of: sum(|look| look.reference_of).saturating_add(own.of),
        }
    }
}
