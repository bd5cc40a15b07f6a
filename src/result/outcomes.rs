//! The keys of `result.json` about measured outcomes: groups held against each other, and what carries their means.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scores::{Bounds, Ranked};
use super::types::{Group, ReferenceView};

/// A group and whom it is compared with, by all values of an outcome and not by one number of them. Where the reference is
/// everybody or the highest rate, it is all others on the axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeComparison {
    pub outcome: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// How many standard deviations the mean of the group lies above that of the reference (Hedges' g). Categories have none.
    pub standardised_gap: Ranked,
    /// How often a random member of the group has more than one of the reference, equal values counted as one half; one half
    /// is no gap (Brunner-Munzel). Categories have no order, and none.
    pub has_more: Ranked,
    /// Of the test that neither has more, two-sided; of categories, of the chi-squared test that both are spread alike over them. Null
    /// where nothing varies, and where fewer cases are expected of categories than that test needs (Cochran).
    pub p_value: Option<f64>,
    /// The largest difference of the shares of both groups at or below any value (Kolmogorov-Smirnov); of categories the share of one
    /// group that would have to be of another category for both to be spread alike (total variation).
    pub distance: Option<f64>,
    /// Present where there are too many distinct values to keep each: what the distance lies between for certain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance_bounds: Option<Bounds>,
    /// How far values would have to move on average to match, in the unit of the outcome (Wasserstein).
    pub transport: Option<f64>,
    /// Present where there are too many distinct values to keep each: what `transport` lies between for certain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transport_bounds: Option<Bounds>,
    /// Present where the values look alike and having one does not: `group` or `reference`, whichever has a value clearly less
    /// often. Alike: the interval of `has_more` lies within 0.44 and 0.56. Clearly: the interval of the ratio of the shares with
    /// a value lies beyond 4/5 or 5/4.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unheard: Option<String>,
    /// The unit of `transport`: `s` of durations.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
}

/// How much a few rows carry the mean of an amount or a duration. Axes `[]` and group `{}` are everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeTail {
    pub outcome: String,
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows that have a value.
    pub rows: u64,
    pub mean: f64,
    /// The mean without the lowest and the highest fifth, to be read beside it.
    pub trimmed_mean: f64,
    /// The share of the total that the 1 % of the rows with the most have; null where values are below 0 or all are 0.
    pub top_share: Option<f64>,
    /// 0 when high and low values are balanced.
    pub skewness: f64,
    /// So many rows the interval of the mean needs to be about right (Cochran: 25 times the squared skewness).
    pub rows_for_mean: f64,
    /// Fewer rows than that: the trimmed mean and the median say more.
    pub heavy: bool,
}

/// Whether predictions of every size came true: the rows of a group in tenths by what was predicted of them. Axes `[]` and
/// group `{}` are everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeCalibration {
    pub outcome: String,
    /// What `predicted` and `actual` are in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows that have a prediction and an amount.
    pub rows: u64,
    /// From the lowest predictions to the highest. Rows with one prediction are in one tenth, so that some may have more rows and
    /// some none; those with none are left out.
    pub tenths: Vec<Tenth>,
    /// Null, or why there are none.
    pub undefined: Option<String>,
}

/// About a tenth of the rows of a group, by what was predicted of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tenth {
    /// 1 is of the lowest predictions, 10 of the highest.
    pub tenth: u32,
    pub rows: u64,
    /// The mean prediction, and the mean of what turned out.
    pub predicted: f64,
    pub actual: f64,
    /// The interval of what turned out, given what was predicted: the mean prediction less the limits of the mean error
    /// (Student's t). Null for one row, and where all errors are the same.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Fewer rows than `min_group`.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub few: bool,
    /// Present where the interval, looked at alone, leaves out the mean prediction and the rows are not few: `high` or `low`, as the
    /// prediction was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub off: Option<String>,
}
