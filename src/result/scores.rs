//! The keys of `result.json` about scores: curves, groups against each other, sweeps of the threshold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::{Group, ReferenceView};

/// What scores kept in bins leave open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    pub low: f64,
    /// Null is unbounded.
    pub high: Option<f64>,
}

/// How often the label was positive at each height of the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    /// `reliability`.
    pub kind: String,
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows that have a score and a label.
    pub rows: u64,
    /// Up to ten bins of about equal numbers of rows, so that none rests on a handful; rows with equal scores stay
    /// together. Empty where no row has score and label.
    pub bins: Vec<CurveBin>,
    /// Rows with a label in every twentieth of the score, from 0 to 1.
    pub histogram: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurveBin {
    /// The lowest and the highest score in the bin.
    pub low: f64,
    pub high: f64,
    pub rows: u64,
    pub mean_score: f64,
    /// The share of positive labels, with its Wilson interval.
    pub observed: f64,
    pub observed_low: f64,
    pub observed_high: f64,
}

/// A group and whom it is compared with, by their scores. Where the reference is everybody or the highest rate, it is all
/// others on the axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreComparison {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// How often a positive of the reference scores higher than a negative of the group; low when the group's negatives
    /// score too high.
    pub background_positive_group_negative: Ranked,
    /// How often a positive of the group scores higher than a negative of the reference; low when the group's positives
    /// score too low.
    pub background_negative_group_positive: Ranked,
    /// How often a positive of the group scores higher than a positive of the reference; one half is no gap.
    pub positives_above: Ranked,
    /// How often a negative of the group scores higher than a negative of the reference; one half is no gap.
    pub negatives_above: Ranked,
    /// The largest difference of the shares of both groups at or below any score (Kolmogorov-Smirnov).
    pub distance: Option<f64>,
    /// Present where there are too many distinct scores to keep each: what the distance lies between for certain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distance_bounds: Option<Bounds>,
    /// How far scores would have to move on average to match (Wasserstein).
    pub transport: Option<f64>,
    pub equal_calibration: Option<EqualCalibrationView>,
}

/// How often one sample scores higher than another, ties counted as one half, with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Null, or why there is no value.
    pub undefined: Option<String>,
}

/// Tests that people with the same score have the same outcomes in both groups, in ten common bins of about equal numbers
/// of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EqualCalibrationView {
    /// The average over bins of the group's share of positive labels less the reference's.
    pub mean_difference: f64,
    /// The largest sum of such differences over any stretch of bins.
    pub range: f64,
    /// Cochran-Mantel-Haenszel, one degree of freedom.
    pub cmh: f64,
    pub p_cmh: f64,
    /// Of the range, by a Brownian motion; it sees gaps that change sign.
    pub p_range: f64,
    /// Rows in bins that hold one of the groups only, which compare nothing.
    pub excluded: u64,
}

/// What other thresholds would do to a group and its reference: the same people, decided at every listed threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sweep {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    /// The threshold in use; null when the policy names none.
    pub current: Option<f64>,
    /// The same as written.
    pub current_text: Option<String>,
    pub points: Vec<SweepPoint>,
}

/// One threshold: scores at or above it are decision 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SweepPoint {
    pub threshold: f64,
    /// Share of everybody in the comparison who would get decision 1.
    pub selected: f64,
    /// Ratio of the shares with the favourable decision, group over reference, with its interval; null where the
    /// reference has none, where a side has fewer rows than `min_group`, or both together fewer such decisions.
    pub ratio: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Differences of the true and the false positive rate, group less reference.
    pub true_positive_rate_difference: Option<f64>,
    pub false_positive_rate_difference: Option<f64>,
}
