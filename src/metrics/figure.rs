//! What the metrics of the score share: the columns they need, the rows they rest on, why they are not defined.

use super::metric::{Figure, Interval, Needs};
use super::undefined::Undefined;
use crate::cell::Scores;
use crate::inference::scores;
use crate::inference::scores::mean::Mean;

pub(super) const SCORE: Needs = Needs { decision: false, label: false, score: true, outcome: false };
pub(super) const BOTH: Needs = Needs { decision: false, label: true, score: true, outcome: false };

/// The values that a score, a squared error and a share can have.
pub(super) const UNIT: (f64, f64) = (0.0, 1.0);
/// Losses and ratios have no upper end.
pub(super) const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
pub(super) const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The reason as reports name it.
pub(super) fn reason(reason: scores::Undefined) -> Undefined {
    match reason {
        scores::Undefined::NoRows | scores::Undefined::NothingExpected => Undefined::ZeroDenominator,
        scores::Undefined::OneClass => Undefined::OneClass,
        scores::Undefined::OneScore | scores::Undefined::NoVariance => Undefined::NoVariance,
        scores::Undefined::Separated | scores::Undefined::Unsettled => Undefined::Separation,
        scores::Undefined::Impossible { .. } => Undefined::Infinite,
    }
}

/// Rows that have a score and a label.
pub(super) fn labelled(s: &Scores) -> u64 {
    s.totals().rows()
}

pub(super) fn positives(s: &Scores) -> u64 {
    s.totals().positives
}

pub(super) fn negatives(s: &Scores) -> u64 {
    s.totals().negatives
}

/// The rows of the rarer label.
pub(super) fn rarer(s: &Scores) -> u64 {
    positives(s).min(negatives(s))
}

pub(super) fn one_class(s: &Scores) -> Undefined {
    if labelled(s) == 0 { Undefined::ZeroDenominator } else { Undefined::OneClass }
}

pub(super) fn value_of(mean: Option<Mean>) -> Result<f64, Undefined> {
    mean.map(|mean| mean.value).ok_or(Undefined::ZeroDenominator)
}

/// What most figures have in common: a number from 0 to 1 of the rows with a label, printed without an interval.
pub(super) const FIGURE: Figure = Figure {
    value: |_| Err(Undefined::ZeroDenominator),
    interval: Interval::None,
    bounds: |_| None,
    range: UNIT,
    of: labelled,
    weighs: None,
    method: "none",
    signed: false,
    beside: None,
    tells: "",
};
