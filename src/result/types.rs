//! The keys of `result.json`, contract §6. Counts are integers, other numbers finite or null with a reason.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::budget::BudgetView;
use super::campaign::CampaignView;
use super::change::Change;
use super::check::{CheckRow, Verdict};
use super::classes::ClassesView;
use super::consent::ConsentView;
use super::form::Form;
use super::funnel::FunnelView;
use super::human::HumanView;
use super::inequality::Inequality;
use super::omnibus::Omnibus;
use super::outcomes::{OutcomeCalibration, OutcomeComparison, OutcomeTail};
use super::policy::{AboutView, PolicyView};
use super::privacy::PrivacyView;
use super::scorecard::ScorecardRow;
use super::scores::{Bounds, Curve, ScoreComparison, Sweep};
use super::sequence::{EarlierView, Sequence};
use super::strata::Adjusted;
use super::unequal::OutcomeInequality;
use super::unknown::Unknown;
use super::waiver::WaiverView;

/// The group of a number: attribute and level. Empty is everybody.
pub type Group = BTreeMap<String, String>;

/// A group as it is written, in the order of its axes: `sex Female, customer new`; nothing for everybody.
pub fn levels_of(axes: &[String], group: &Group) -> String {
    axes.iter().filter_map(|axis| group.get(axis).map(|level| format!("{axis} {level}"))).collect::<Vec<_>>().join(", ")
}

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
    /// Groups against their references by all values of a measured outcome.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcome_comparisons: Vec<OutcomeComparison>,
    /// Whether a few rows carry the mean of an amount or a duration.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcome_tails: Vec<OutcomeTail>,
    /// How unequally an amount or a duration is spread over everybody.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcome_inequality: Vec<OutcomeInequality>,
    /// Whether predictions of an amount came true, tenth by tenth of what was predicted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub outcome_calibration: Vec<OutcomeCalibration>,
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
    /// Whose rows count, whom consent covers, and what those without it could change; where the policy asks for consent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consent: Option<ConsentView>,
    /// Whom a campaign reached, and how each outcome differs between its arms; where the policy declares one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub campaign: Option<CampaignView>,
    /// Where people changed what the model said, and what that did to each gap; where the policy tells them apart.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub human: Option<HumanView>,
    /// How far the rows of each group came along the stages of the policy, and at which stage a gap arises.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub funnel: Option<FunnelView>,
    /// Which class the rows of each group were given, how often the right one is found, and what wrong ones cost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub classes: Option<ClassesView>,
    /// Who would be reached if a budget went to the highest scores; where the policy names one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub budgets: Vec<BudgetView>,
    /// Evidence that adds up over periods.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sequences: Vec<Sequence>,
    /// One line for each theme, where the policy measures outcomes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scorecard: Vec<ScorecardRow>,
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

impl Document {
    /// Path and SHA-256 of every file that was read: the data, then the ledger of consent.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &str)> {
        let data = self.data.sources.iter().map(|source| (source.path.as_str(), source.sha256.as_str()));
        let ledger = self.consent.iter().filter_map(|consent| consent.ledger.as_ref());
        data.chain(ledger.map(|ledger| (ledger.path.as_str(), ledger.sha256.as_str())))
    }
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
    /// `csv`, `ndjson`, `parquet`, `arrow-ipc`, or `cells` that were counted before.
    pub format: String,
    pub sha256: String,
    pub rows: u64,
    /// What was found out about the file, such as its encoding.
    pub notes: Vec<String>,
    /// Of `cells`: the files whose rows they count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<SourceView>,
}

impl SourceView {
    /// The files whose rows it has: cells stand for those that they count.
    pub fn files(&self) -> impl Iterator<Item = &SourceView> {
        self.holds.iter().chain([self])
    }
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
