//! The rows of checks: one group held against the limits of a check, and its verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};
use crate::input::hash::hash_bytes;

/// Met, not met, cannot tell yet, or does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    NotMet,
    Inconclusive,
    NotApplicable,
}

impl Verdict {
    pub const ALL: [Verdict; 4] = [Verdict::Met, Verdict::NotMet, Verdict::Inconclusive, Verdict::NotApplicable];

    pub fn id(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not_met",
            Verdict::Inconclusive => "inconclusive",
            Verdict::NotApplicable => "not_applicable",
        }
    }
}

/// One group (or one pair of extremes) held against the limits of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRow {
    pub id: String,
    pub metric: String,
    pub contrast: String,
    /// What `value`, its interval and the limits are in: `s` of durations, `EUR`; absent of ratios, shares and numbers without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub min_text: Option<String>,
    pub max_text: Option<String>,
    pub evidence: String,
    pub verdict: Verdict,
    /// For an inconclusive row: the side on which the estimate lies.
    pub leaning: Option<Verdict>,
    /// Why a row is inconclusive or not applicable.
    pub reason: Option<String>,
    /// One-sided, against the nearer bound.
    pub p_value: Option<f64>,
    pub p_adjusted: Option<f64>,
    pub on_fail: String,
    pub on_inconclusive: String,
    /// The waiver that covers the row.
    pub waived_by: Option<String>,
    /// Cases of the group that the metric rests on: people where `unit` is given; where rows weigh differently or groups are
    /// probabilities, so many cases as they are worth. Where the reason is `suppressed` it is hidden, and the 0 says nothing.
    pub rows: u64,
    /// What the review could have seen: the true ratio, difference or share nearest to the limit that a review with groups
    /// of this size, the reference having the rate it had, would have found to be beyond the limit with the power of the
    /// policy. It lies on the side on which the group is worse off, where the metric takes no side on the lower one, and
    /// where the check has no limit on that side on the other. The row is looked at alone: the error of its verdict is (1 -
    /// level) / 2, and the number of checks is not allowed for. Null where no value, however far, would have been found so
    /// surely; for spreads, worst ratios and numbers that are no shares; and for rows that no interval judged.
    pub smallest_detectable: Option<f64>,
    /// For ratios and differences of shares that an interval judged: the chance that the review would have shown the group to
    /// be within the limits, had its rate been exactly that of its reference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub power_at_parity: Option<f64>,
    /// For rows that `smallest_detectable` is about and that straddle a limit, or that the number of checks makes doubtful:
    /// about how many more cases of the group, counted as `rows` counts them and everybody else growing in proportion, it
    /// takes until the row is decided with the power of the policy, if the estimate is the truth. Absent where no number is
    /// enough because the estimate lies on the limit, and for rows that are decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rows_needed: Option<u64>,
    /// Present where the number is the one within strata (Mantel-Haenszel): what was held equal. `rows` are then those in
    /// strata that group and reference share.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub strata: Vec<String>,
    /// Present on rows whose id ends in `-worsening` and whose contrast is `worsening`: the number before and after. `value`
    /// is then how much farther from equality it has gone (a value: how much farther in the harmful direction), `low` and
    /// `high` are the interval of that, and `max` is how much it may be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worsening: Option<Worsening>,
    /// The row was beyond the limit in the earlier result as well, and the check lets that be while it gets no worse: it does
    /// not gate.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub known: bool,
}

/// A number before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Worsening {
    /// `value`, `ratio` or `difference`: the contrast of the number, while that of the row is `worsening`.
    pub contrast: String,
    /// Null where there is no such number.
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// The same rows before and after.
    pub paired: bool,
}

/// What follows the id of a check in the id of its rows on how much worse a number has got.
pub const WORSENING: &str = "-worsening";

/// What tells one row of a check from another: check, metric, contrast, axes, group.
pub type RowKey<'a> = (&'a str, &'a str, &'a str, &'a [String], &'a Group);

impl CheckRow {
    pub fn key(&self) -> RowKey<'_> {
        (&self.id, &self.metric, &self.contrast, &self.axes, &self.group)
    }

    /// Whether the row is about how much worse a number has got.
    pub fn is_worsening(&self) -> bool {
        self.worsening.is_some()
    }

    /// The id of the check in the policy that asks for the row.
    pub fn check(&self) -> &str {
        if self.is_worsening() { self.id.strip_suffix(WORSENING).unwrap_or(&self.id) } else { &self.id }
    }
}

/// Whose finding it is, whatever its number and its line. JSON keeps groups apart whose names hold signs of ours.
pub fn fingerprint((id, metric, _, axes, group): RowKey) -> String {
    let group = serde_json::to_string(group).unwrap_or_default();
    hash_bytes(format!("{id}|{metric}|{}|{group}", axes.join(":")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_whose_names_hold_our_signs_are_told_apart() {
        let group = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, l)| ((*a).to_owned(), (*l).to_owned())).collect();
        let axes = ["a".to_owned(), "b".to_owned()];
        let of = |group: &Group| fingerprint(("check", "accuracy", "ratio", &axes, group));
        assert_ne!(of(&group(&[("a", "x\",\"b\":\"y")])), of(&group(&[("a", "x"), ("b", "y")])));
        assert_ne!(fingerprint(("check", "accuracy", "ratio", &axes[..1], &Group::new())), of(&Group::new()));
        assert_eq!(of(&Group::new()), "8e9be7edc61ae17688470fad21fcb9b02304ca5089c7c2c1b1cfbcfc5b9d763f");
    }
}
