//! Several classes: which of them each group is given, how often the right one is found, and what wrong ones cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::strata::ChiSquared;
use super::types::{Group, ReferenceView};

/// The classes that cases were given, by group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassesView {
    /// The column of the class that was chosen.
    pub chosen: String,
    /// The column of the class that was right; null where the policy names none.
    pub right: Option<String>,
    /// All classes, in the order of every list and table below.
    pub classes: Vec<String>,
    /// How bad wrong classes are, where the policy says so; every other one has 1, and what is right 0. The last that fits counts.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub harm: Vec<HarmView>,
    /// Rows that were given no class, and are in no number here; null where hidden.
    pub rows_without_chosen: Option<u64>,
    /// Rows that were given a class and whose right one is not known; null where hidden, and where no right class is asked for.
    pub rows_without_right: Option<u64>,
    /// Everybody, then every group of every axis that may be shown.
    pub groups: Vec<ClassesGroup>,
    /// For every axis, whether the class depends on the group.
    pub spreads: Vec<ClassesSpread>,
    /// Every group held against its reference, class by class.
    pub gaps: Vec<ClassGap>,
    /// Every group held against its reference by the harm per case; empty where no right class is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub harm_gaps: Vec<HarmGap>,
    /// Axes of which nothing is shown, because a count of a group is small or could be worked out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hidden: Vec<Vec<String>>,
    /// Axes of which only the shares of the classes are shown, for the same reason.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub hidden_right: Vec<Vec<String>>,
}

/// How bad it is that cases of some classes were given some others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HarmView {
    /// The right classes; empty: every one.
    pub right: Vec<String>,
    /// The wrong classes that were chosen; empty: every one.
    pub chosen: Vec<String>,
    pub weight: f64,
}

/// The rows of a group by class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassesGroup {
    pub axes: Vec<String>,
    pub group: Group,
    /// Rows that were given a class.
    pub rows: u64,
    /// How many of them were given each class.
    pub given: Vec<ClassGiven>,
    /// Present where the right class is asked for and may be shown.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub right: Option<ClassesRight>,
}

/// The rows of a group that were given a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassGiven {
    pub class: String,
    pub rows: u64,
    /// Of all that were given a class, with Wilson's interval; null without any.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// How the classes of a group agree with the right ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassesRight {
    /// Rows of which both classes are known.
    pub rows: u64,
    /// These by their right class, and in each by the class that they were given.
    pub table: Vec<Vec<u64>>,
    /// Each class against the rest.
    pub classes: Vec<ClassRates>,
    /// The share of all rows that were given their right class. It is also recall and precision over all rows (micro).
    pub accuracy: ClassRate,
    /// The mean over classes of the true positive rate.
    pub macro_recall: ClassMean,
    /// The mean over classes of the precision.
    pub macro_precision: ClassMean,
    /// The mean over classes of F1, `2 TP / (2 TP + FP + FN)`.
    pub macro_f1: ClassMean,
    /// Cohen's kappa: agreement beyond what the frequencies of the classes give by chance.
    pub kappa: Option<f64>,
    /// Null, or why there is no kappa.
    pub kappa_undefined: Option<String>,
    /// Matthews' correlation for several classes (Gorodkin 2004).
    pub matthews: Option<f64>,
    /// Null, or why there is no correlation.
    pub matthews_undefined: Option<String>,
    /// The harm per case.
    pub harm: HarmPerCase,
}

/// One class against all others together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassRates {
    pub class: String,
    /// Of the rows whose right class it is, those that were given it (recall).
    pub true_positive_rate: ClassRate,
    /// Of the rows of other classes, those that were given it.
    pub false_positive_rate: ClassRate,
    /// Of the rows that were given it, those whose right class it is.
    pub precision: ClassRate,
}

/// A share with Wilson's interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassRate {
    pub hits: u64,
    pub of: u64,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Null, or why there is no share.
    pub undefined: Option<String>,
}

/// A mean over the classes for which a figure exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassMean {
    pub value: Option<f64>,
    /// Over so many classes; the others have no such figure.
    pub classes: u64,
    /// Null, or why there is no mean.
    pub undefined: Option<String>,
}

/// The mean over rows of the harm that the policy gives their classes, with the interval of a mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HarmPerCase {
    pub value: Option<f64>,
    /// Wilson's where all that does harm does the same; else that of a mean, and null where a weight has fewer than ten cases.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Null, or why there is no mean.
    pub undefined: Option<String>,
}

/// Whether the class that rows are given depends on their group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassesSpread {
    pub axes: Vec<String>,
    /// Groups with a row; a group whose value is missing is none.
    pub groups: u64,
    /// Pearson; null where hidden.
    pub pearson: Option<ChiSquared>,
    /// More than a fifth of the cells have fewer than 5 rows expected, or one fewer than 1: chi-squared is a poor guide.
    pub sparse: bool,
    /// Bias-corrected Cramer's V, 0 to 1.
    pub strength: Option<f64>,
    /// The largest total variation between two groups: the share of rows of one that would have to be given another class to match
    /// the other.
    pub total_variation: Option<f64>,
    /// Between the same two groups, in nats (Jensen-Shannon).
    pub jensen_shannon: Option<f64>,
    /// These two groups.
    pub between: Vec<Group>,
    /// Null, or why there is no test.
    pub undefined: Option<String>,
}

/// A rate of one class in a group, held against that of its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassGap {
    /// `share` (of all rows that were given a class) or `true-positive-rate` (of those whose right class it is).
    pub measure: String,
    pub class: String,
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub value: Option<f64>,
    pub reference_value: Option<f64>,
    /// The group's rate less the reference's, with the interval of Miettinen and Nurminen.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Of the test that there is no difference, two-sided: N-1 chi-squared, Fisher's where fewer than five rows are expected in a
    /// cell; null where a side has too few rows, and where hidden.
    pub p_value: Option<f64>,
    /// By Holm, over all classes, groups and axes of the measure.
    pub p_adjusted: Option<f64>,
    /// The adjusted p-value is below 1 less the level: there is a difference.
    pub shown: bool,
    /// A side has fewer rows of the kind than `min_group`.
    pub too_few: bool,
    /// Null, or why there is no difference.
    pub undefined: Option<String>,
}

/// The harm per case of a group, held against that of its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HarmGap {
    pub axes: Vec<String>,
    pub group: Group,
    pub reference: ReferenceView,
    pub value: Option<f64>,
    pub reference_value: Option<f64>,
    /// The group's harm per case less the reference's, with the interval of Miettinen and Nurminen
    /// where all that does harm does the same; else Welch's, and null where a weight has fewer than ten cases on a side.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Of the test that there is no difference, two-sided, with the variance of both sides together; null where a side has too few
    /// rows or harms, and where hidden.
    pub p_value: Option<f64>,
    /// By Holm, over all groups and axes.
    pub p_adjusted: Option<f64>,
    pub shown: bool,
    /// A side has fewer rows than `min_group`, or too few cases of some weight are expected on it.
    pub too_few: bool,
    /// Null, or why there is no difference.
    pub undefined: Option<String>,
}
