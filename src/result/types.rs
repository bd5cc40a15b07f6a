//! The keys of `result.json`, contract §6. Counts are integers, other numbers finite or null with a reason.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::form::Form;
use super::inequality::Inequality;
use super::omnibus::Omnibus;
use super::privacy::{PrivacyRules, PrivacyView};
use super::scores::{Bounds, Curve, ScoreComparison, Sweep};
use super::sequence::{EarlierView, Sequence};
use super::strata::Adjusted;
use super::unknown::Unknown;
use super::waiver::WaiverView;

/// The group of a number: attribute and level. Empty is everybody.
pub type Group = BTreeMap<String, String>;

/// The name of this format.
pub const SCHEMA: &str = "evenhand.result/1";

/// Everything that one run found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// The name of this format: `evenhand.result/1`.
    pub schema: String,
    pub tool: Tool,
    pub run: Run,
    pub policy: PolicyView,
    pub about: AboutView,
    pub data: DataView,
    pub measurements: Vec<Measurement>,
    pub comparisons: Vec<Comparison>,
    pub spreads: Vec<Spread>,
    /// Reliability curves: score against what turned out, for everybody and every group.
    pub curves: Vec<Curve>,
    /// Groups against their references by the score itself: ranking across groups, distance, equal calibration.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub score_comparisons: Vec<ScoreComparison>,
    /// What other thresholds of the score would do.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sweeps: Vec<Sweep>,
    /// All groups of an axis at once: whether they differ at all.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub omnibus: Vec<Omnibus>,
    /// How unequally the benefit of decisions is spread; where the policy asks for draws.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub inequality: Vec<Inequality>,
    /// What remains of each gap within strata.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub adjusted: Vec<Adjusted>,
    /// How far what is not known could move a number.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<Unknown>,
    /// Evidence that adds up over periods.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sequences: Vec<Sequence>,
    pub checks: Vec<CheckRow>,
    /// What changed since the earlier result that the run was compared with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change: Option<Change>,
    /// Findings that are let through for a time, and waivers that do not hold.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub waivers: Vec<WaiverView>,
    /// Who the result is meant for; absent where nothing is hidden.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub privacy: Option<PrivacyView>,
    /// Forms that the policy asks for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub forms: Vec<Form>,
    pub diagnostics: Vec<DiagnosticView>,
    pub not_tested: Vec<NotTested>,
    pub verdict: Verdict,
    pub exit_code: u8,
    /// The fixed closing statement.
    pub statement: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// SHA-256 of cells, effective policy, version and `as_of`.
    pub id: String,
    /// The day of the run, in UTC.
    pub as_of: String,
    /// A flag of the command line overrode the policy, or set its lock aside.
    pub exploratory: bool,
    /// The lock of the policy (`evenhand policy freeze`); absent where there is none that is of this policy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lock: Option<LockView>,
}

/// The record that the policy, as it is, existed at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LockView {
    /// SHA-256 of the policy file when it was locked; the same as `policy.sha256`.
    pub sha256: String,
    /// When it was locked, in UTC, as the lock says: the policy was recorded no later than this.
    pub time: String,
}

/// The policy as it was in force, as far as a reader of the result needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyView {
    /// The name of the policy file; null when the roles came from flags.
    pub path: Option<String>,
    /// SHA-256 of the policy file, or of the effective policy when there is no file.
    pub sha256: String,
    pub level: f64,
    pub min_group: u64,
    /// `none`, `holm` or `bh`.
    pub adjust: String,
    pub seed: u64,
    /// The column of the decision, or of the score that makes it.
    pub decision: String,
    /// The threshold that makes the decision from the score, as written.
    pub threshold: Option<String>,
    pub favourable: Vec<String>,
    pub selected: Vec<String>,
    /// What being selected means for the person: `benefit`, `burden` or `mixed`.
    pub selected_is: String,
    pub label: Option<String>,
    pub positive: Vec<String>,
    /// The column of the score, a probability from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<String>,
    pub count: Option<String>,
    /// The column that says whose a row is: intervals and denominators of checks count people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// The column that says what a row weighs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub weight: Option<String>,
    /// What people may rightly differ by.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub strata: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub period: Option<String>,
    /// Attributes whose groups are known as probabilities only.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub probable: Vec<String>,
    /// For what power it is told what the review could have seen.
    #[serde(default)]
    pub power: f64,
    /// The axes that were looked at, each with its reference.
    pub axes: Vec<AxisView>,
    pub checks: Vec<CheckView>,
    /// What the policy says of privacy; absent where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub privacy: Option<PrivacyRules>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AxisView {
    pub axes: Vec<String>,
    /// `largest`, `highest-rate`, `rest`, `overall` or `group`.
    pub reference: String,
}

/// A check of the policy, apart from its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckView {
    pub id: String,
    pub rationale: Option<String>,
    /// Line in the policy file.
    pub line: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AboutView {
    pub system: Option<String>,
    pub model_version: Option<String>,
    pub purpose: Option<String>,
    pub owner: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataView {
    /// The only part of the document that may differ between equal rows in other files.
    pub sources: Vec<SourceView>,
    pub rows_read: u64,
    pub rows_used: u64,
    pub excluded: Vec<Excluded>,
    pub attributes: Vec<AttributeView>,
    /// Rows that a metric had to leave out because a decision or a label is missing.
    pub left_out: Vec<LeftOut>,
    /// Stored results of earlier reviews whose counts were added to the evidence over time, and to nothing else. Their
    /// hashes are of files, so they may differ like `sources`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub earlier: Vec<EarlierView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceView {
    pub path: String,
    /// `csv`, `ndjson`, `parquet` or `arrow-ipc`.
    pub format: String,
    pub sha256: String,
    pub rows: u64,
    /// What was found out about the file, such as its encoding.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Excluded {
    pub reason: String,
    pub rows: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttributeView {
    pub name: String,
    pub groups: Vec<GroupView>,
    pub missing_rows: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupView {
    pub group: String,
    pub rows: u64,
    /// Share of all used rows.
    pub share: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    pub metric: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub rows: u64,
}

/// One number of one group. Axes `[]` and group `{}` are everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    pub metric: String,
    pub axes: Vec<String>,
    pub group: Group,
    /// Present for shares only. Rows, whatever they weigh; where groups are probabilities, expected rows, rounded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub numerator: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub denominator: Option<u64>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How the limits came about; `none`: the number has no interval, and null limits say nothing of it.
    pub method: String,
    /// Null, or why there is no value.
    pub undefined: Option<String>,
    /// What chance alone would give if every score were right; beside the calibration error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub if_calibrated: Option<f64>,
    /// The p-value of a number that is a test as well.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub test: Option<String>,
    /// Present where there are too many distinct scores to keep each: the value for these very rows lies between them for
    /// certain. `low` and `high` are widened by as much.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<Bounds>,
    /// Present where people are counted (`unit`): the people whose rows the number rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub people: Option<u64>,
    /// Present for shares of rows that are not alike (`unit`, `weight`, probabilities): so many independent, equally
    /// weighted rows would give the number the same uncertainty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_rows: Option<f64>,
}

/// Whom a group was compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReferenceView {
    pub kind: String,
    /// The group that was chosen; empty for the rest and for everybody.
    pub group: Group,
}

/// A group held against its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    pub metric: String,
    /// `ratio` or `difference`.
    pub contrast: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub value: Option<f64>,
    pub low: Option<f64>,
    /// Null beside a value is unbounded.
    pub high: Option<f64>,
    pub method: String,
    /// Two-sided, against equality; against the highest rate times the number of groups that could have had it, at most 1.
    /// Against everybody it is the test against all others, who share no row with the group.
    pub p_value: Option<f64>,
    pub test: Option<String>,
    pub undefined: Option<String>,
    /// For shares only.
    pub details: Option<Details>,
}

/// Further measures of two shares; tests against everybody are against all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Details {
    /// The difference in pooled standard deviations.
    pub z: Option<f64>,
    /// N-1 chi-squared.
    pub chi2: Option<f64>,
    pub fisher_p: f64,
    pub fisher_mid_p: f64,
    pub odds_ratio: Option<f64>,
    pub shortfall: Shortfall,
    /// One case more here and one less there would turn the sign of the difference: the numbers are too small to lean on.
    pub one_person_reversal: bool,
    /// Boschloo's exact test of equality, two-sided; present where a check judges the metric, the numbers are small (an expected
    /// count below 5, at most 200 cases of both together), neither side has fewer than `min_group`, and `fisher_p` is at most 0.2.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub boschloo_p: Option<f64>,
    /// Barnard's exact test of equality, two-sided; present where `boschloo_p` is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub barnard_p: Option<f64>,
    /// What to believe about the ratio; present where the policy asks for it (`posterior`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub posterior: Option<Posterior>,
}

/// What to believe about the ratio of two rates, given the counts and Jeffreys' prior for each rate; it decides nothing.
///
/// The reference is taken as it is, even where the data chose it. Against everybody, the part of the group in everybody is
/// taken as known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Posterior {
    /// The limits of the first check of this ratio, else 4/5 and 5/4; null where the check has none on that side.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// The probability that the ratio is below `min`; 0 without one.
    pub below: f64,
    /// The probability that it is within the limits.
    pub within: f64,
    /// The probability that it is above `max`; 0 without one.
    pub above: f64,
    /// The ratio that the true one is below as likely as above.
    pub median: Option<f64>,
    /// The range that holds the ratio with the probability `level`, either side of it being equally likely.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// How many hits the group lacks; negative when it has more than that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shortfall {
    /// Against the rate of group and reference together.
    pub pooled: f64,
    /// Against the rate of the reference.
    pub parity: f64,
    /// Against four fifths of the rate of the reference, whole cases; the ratio limit of the first check that has one replaces 4/5.
    pub to_bound: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Extreme {
    pub group: Group,
    pub value: f64,
}

/// The gap between the extremes of an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    pub metric: String,
    pub axes: Vec<String>,
    pub difference: Option<f64>,
    pub ratio: Option<f64>,
    pub lowest: Option<Extreme>,
    pub highest: Option<Extreme>,
    /// False when the metric is undefined for a group.
    pub complete: bool,
}

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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosticView {
    pub code: String,
    pub level: String,
    pub message: String,
    pub place: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotTested {
    pub what: String,
    pub why: String,
}
