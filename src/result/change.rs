//! What changed since an earlier result, or between two versions of a model on the same rows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{CheckRow, RowKey, Verdict};
use super::types::{DiagnosticView, Group, ReferenceView, Tool};

/// The name of the format of a change that stands by itself.
pub const CHANGE_SCHEMA: &str = "evenhand.change/1";

/// A comparison of two results that stands by itself: what `evenhand compare --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparing {
    /// The name of this format: `evenhand.change/1`.
    pub schema: String,
    pub tool: Tool,
    /// The result that came after; the one before is `baseline`.
    pub after: BaselineView,
    /// The confidence of the intervals; null where the two results have different ones.
    pub level: Option<f64>,
    #[serde(flatten)]
    pub change: Change,
    pub diagnostics: Vec<DiagnosticView>,
    pub exit_code: u8,
}

/// Everything that changed, and against what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    pub baseline: BaselineView,
    /// The same rows before and after: intervals allow for it and are narrower.
    pub paired: bool,
    /// Model, policy, data, groups: what is not the same, so that a change of a number may come from it.
    pub differences: Vec<Differing>,
    pub numbers: Vec<NumberChange>,
    pub checks: Vec<CheckChange>,
    /// For the same rows: how many decisions turned which way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub flips: Vec<Flips>,
}

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineView {
    /// `result`: a stored result; `columns`: `previous_decision` or `previous_score` of the same rows; `joined`: another file,
    /// joined row by row.
    pub kind: String,
    pub path: Option<String>,
    pub sha256: Option<String>,
    pub run_id: Option<String>,
    pub as_of: Option<String>,
    pub model_version: Option<String>,
    /// Rows that were compared; where they are the same ones, those that have both.
    pub rows: u64,
    /// Rows of either side without a partner, where rows are the same ones; they are in no number of the change.
    pub rows_only_before: u64,
    pub rows_only_after: u64,
}

/// Something about a run that is not as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Differing {
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A number before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NumberChange {
    pub metric: String,
    /// `value`, `ratio` or `difference`.
    pub contrast: String,
    /// What its numbers are in, as in check rows; absent of ratios, shares and numbers without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: Option<ReferenceView>,
    pub before: Option<f64>,
    pub after: Option<f64>,
    /// After minus before.
    pub change: Option<f64>,
    /// The interval of the change; a null limit beside a change is unbounded, or there is none (`undefined` says why).
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The interval of the change leaves out 0.
    #[serde(default)]
    pub clear: bool,
    /// How much farther from equality than before; for a value how much farther in the harmful direction. A ratio `r` is
    /// `1 - min(r, 1/r)` away from equality, so that 0.8 and 1.25 are as far, a difference its absolute value.
    pub worsening: Option<f64>,
    pub worsening_low: Option<f64>,
    pub worsening_high: Option<f64>,
    /// How the limits came about; `none`: there are none.
    pub method: String,
    /// Null, or why there is no change or no interval of it.
    pub undefined: Option<String>,
    /// Null, or why there is no worsening though there is a change: the metric takes no side.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worsening_undefined: Option<String>,
}

/// A row of a check before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckChange {
    pub id: String,
    pub metric: String,
    pub contrast: String,
    /// What its numbers are in, as in check rows; absent of ratios, shares and numbers without.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    pub before: Option<Verdict>,
    pub after: Option<Verdict>,
    pub value_before: Option<f64>,
    pub value_after: Option<f64>,
    /// After minus before, with its interval where there is one.
    pub change: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// `new`: not met now and not before. `resolved`: met now and not met before. `worsened`, `improved`: the interval of
    /// the worsening leaves out 0. `unchanged`: no change was shown. `added`: there was no such row. `no-longer-tested`:
    /// there is no such row any more.
    pub status: String,
}

impl CheckChange {
    pub fn key(&self) -> RowKey<'_> {
        (&self.id, &self.metric, &self.contrast, &self.axes, &self.group)
    }
}

impl Change {
    /// What became of a row.
    pub fn of(&self, row: &CheckRow) -> Option<&CheckChange> {
        self.checks.iter().find(|change| change.key() == row.key())
    }
}

/// Decisions of the same rows that turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flips {
    pub axes: Vec<String>,
    pub group: Group,
    pub rows: u64,
    /// Not selected before and selected now, and the other way.
    pub to_selected: u64,
    pub from_selected: u64,
    /// McNemar's test of whether they balance, mid-p.
    pub p_value: f64,
    /// Present with a label.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correctness: Option<Correctness>,
    /// Present with both scores: the mean score now minus before, with its interval.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score_shift: Option<ScoreShift>,
}

/// Decisions that turned from right to wrong and back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Correctness {
    pub right_to_wrong: u64,
    pub wrong_to_right: u64,
    pub p_value: f64,
}

/// How far the scores of the same rows moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreShift {
    pub mean: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// The largest distance between the two distributions of scores (Kolmogorov-Smirnov).
    pub distance: Option<f64>,
}
