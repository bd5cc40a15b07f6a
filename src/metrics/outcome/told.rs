//! How metrics of outcomes are told to people who know no statistics: the words of each for outcomes of each kind.

use super::kind::{CATEGORY, MEASURED, NUMBERS, OutcomeKind, QUANTITIES, YES_NO};

/// How a metric of outcomes of some kinds is told to people who know no statistics.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub kinds: &'static [OutcomeKind],
    /// What the number is, with `{outcome}` and `{bound}`.
    pub noun: &'static str,
    /// A group held against its reference, with `{outcome}`, `{bound}`, `{noun}`, `{group}`, `{reference}` and `{times}`: `1.7 times
    /// as long as`, `12 s longer than`.
    pub tells: &'static str,
}

/// How numbers that are no shares are held against each other.
const FOR_BOTH: &str = "For {group} {noun} was {times} for {reference}";

pub(super) const SHARE_YES: &[Told] = &[Told {
    kinds: YES_NO,
    noun: "the share of yes for {outcome}",
    tells: "{outcome} was yes for {group} {times} for {reference}",
}];

pub(super) const SHARE_FROM: &[Told] = &[Told {
    kinds: NUMBERS,
    noun: "the share with {outcome} of {bound} or more",
    tells: "{outcome} was {bound} or more for {group} {times} for {reference}",
}];

pub(super) const SHARE_OF: &[Told] = &[Told {
    kinds: CATEGORY,
    noun: "the share whose {outcome} was {bound}",
    tells: "{outcome} was {bound} for {group} {times} for {reference}",
}];

pub(super) const MEDIAN: &[Told] = &[Told { kinds: NUMBERS, noun: "the middle {outcome}", tells: FOR_BOTH }];

pub(super) const P90: &[Told] =
    &[Told { kinds: QUANTITIES, noun: "the {outcome} that one in ten exceeds", tells: FOR_BOTH }];

pub(super) const MEAN: &[Told] = &[Told { kinds: NUMBERS, noun: "the average {outcome}", tells: FOR_BOTH }];

pub(super) const TRIMMED_MEAN: &[Told] =
    &[Told { kinds: QUANTITIES, noun: "the average {outcome} without the extremes", tells: FOR_BOTH }];

pub(super) const MEDIAN_TIME: &[Told] = &[Told {
    kinds: &[OutcomeKind::Open, OutcomeKind::Duration],
    noun: "the time until half of {outcome} was over",
    tells: FOR_BOTH,
}];

pub(super) const RESTRICTED_MEAN: &[Told] = &[Told {
    kinds: &[OutcomeKind::Open, OutcomeKind::Duration],
    noun: "the mean {outcome} up to {bound}",
    tells: "For {group} the mean {outcome} up to {bound} was {times} for {reference}",
}];

pub(super) const BIAS: &[Told] = &[Told {
    kinds: &[OutcomeKind::Error, OutcomeKind::Amount],
    noun: "the mean error of the predicted {outcome}",
    tells: FOR_BOTH,
}];

pub(super) const MEAN_ABSOLUTE_ERROR: &[Told] = &[Told {
    kinds: &[OutcomeKind::Error, OutcomeKind::Amount],
    noun: "the mean size of the error of the predicted {outcome}",
    tells: FOR_BOTH,
}];

pub(super) const ROOT_MEAN_SQUARED_ERROR: &[Told] = &[Told {
    kinds: &[OutcomeKind::Error, OutcomeKind::Amount],
    noun: "the root of the mean squared error of the predicted {outcome}",
    tells: FOR_BOTH,
}];

pub(super) const ANSWERED: &[Told] = &[
    Told {
        kinds: &[OutcomeKind::Ordinal],
        noun: "the share that answered {outcome}",
        tells: "{group} answered {outcome} {times} {reference}",
    },
    Told {
        kinds: MEASURED,
        noun: "the share whose {outcome} is known",
        tells: "{outcome} is known for {group} {times} for {reference}",
    },
];
