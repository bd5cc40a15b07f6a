//! A number of a group, or the reason why there is none.

use crate::inference::measured;

/// Why a number does not exist. It is never replaced by 0, 1 or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    NoRows,
    ZeroDenominator,
    OneClass,
    BothZero,
    NoVariance,
    Separation,
    Infinite,
    NotPositive,
    Absent,
    RowsNotIndependent,
    ReferenceChosenByData,
    NoCommonStratum,
    NoBaseline,
    NotInBaseline,
    OtherReference,
    OtherLevel,
    NoInterval,
    TakesNoSide,
    Suppressed,
    NotReached,
    BelowZero,
    NothingToShare,
    NoOrder,
}

impl Undefined {
    pub const ALL: [Undefined; 23] = [
        Undefined::NoRows,
        Undefined::ZeroDenominator,
        Undefined::OneClass,
        Undefined::BothZero,
        Undefined::NoVariance,
        Undefined::Separation,
        Undefined::Infinite,
        Undefined::NotPositive,
        Undefined::Absent,
        Undefined::RowsNotIndependent,
        Undefined::ReferenceChosenByData,
        Undefined::NoCommonStratum,
        Undefined::NoBaseline,
        Undefined::NotInBaseline,
        Undefined::OtherReference,
        Undefined::OtherLevel,
        Undefined::NoInterval,
        Undefined::TakesNoSide,
        Undefined::Suppressed,
        Undefined::NotReached,
        Undefined::BelowZero,
        Undefined::NothingToShare,
        Undefined::NoOrder,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Undefined::NoRows => "no-rows",
            Undefined::ZeroDenominator => "zero-denominator",
            Undefined::OneClass => "one-class",
            Undefined::BothZero => "both-zero",
            Undefined::NoVariance => "no-variance",
            Undefined::Separation => "separation",
            Undefined::Infinite => "infinite",
            Undefined::NotPositive => "not-positive",
            Undefined::Absent => "absent",
            Undefined::RowsNotIndependent => "rows-not-independent",
            Undefined::ReferenceChosenByData => "reference-chosen-by-data",
            Undefined::NoCommonStratum => "no-common-stratum",
            Undefined::NoBaseline => "no-baseline",
            Undefined::NotInBaseline => "not-in-baseline",
            Undefined::OtherReference => "other-reference",
            Undefined::OtherLevel => "other-level",
            Undefined::NoInterval => "no-interval",
            Undefined::TakesNoSide => "takes-no-side",
            Undefined::Suppressed => "suppressed",
            Undefined::NotReached => "not-reached",
            Undefined::BelowZero => "below-zero",
            Undefined::NothingToShare => "nothing-to-share",
            Undefined::NoOrder => "no-order",
        }
    }

    /// The reason in plain words; it follows "not defined: ".
    pub fn says(self) -> &'static str {
        match self {
            Undefined::NoRows => "the group, or whom it is compared with, has no rows",
            Undefined::ZeroDenominator => {
                "the group has no case of the kind the metric counts, so there is nothing to divide by"
            }
            Undefined::OneClass => "the group has labels of one kind only",
            Undefined::BothZero => "both rates are zero, so their ratio could be anything",
            Undefined::NoVariance => {
                "decisions, labels or scores of the group are all the same, so they cannot go together or apart"
            }
            Undefined::Separation => {
                "some score divides the positive labels from the negative ones without error, so the best slope has no end"
            }
            Undefined::Infinite => {
                "the rate of the reference is zero, so the ratio has no end; or, of a log loss, a score of exactly 0 or 1 was wrong"
            }
            Undefined::NotPositive => {
                "a number, or a value of those it is made of, is below zero, so that a ratio has no meaning; compare by difference"
            }
            Undefined::Absent => "no row belongs to the group, or to the reference that the policy names",
            Undefined::RowsNotIndependent => {
                "evidence over time adds up whole rows that are independent, and here, or in an earlier result, rows share a person, are weighted, or belong to groups in part"
            }
            Undefined::ReferenceChosenByData => {
                "every look could choose another group as the one with the highest rate, and evidence over time needs a reference that stays the same"
            }
            Undefined::NoCommonStratum => {
                "no stratum has both the group and whom it is compared with, so there are no people who are alike"
            }
            Undefined::NoBaseline => {
                "there is nothing to compare with: no earlier result (`baseline`, `--baseline`) and no earlier model on the same rows (`previous_decision`)"
            }
            Undefined::NotInBaseline => {
                "the earlier result has no such number: the group was not there, had no value, or was itself the reference"
            }
            Undefined::OtherReference => "the group is compared with another group than in the earlier result",
            Undefined::OtherLevel => "the earlier result has intervals of another level",
            Undefined::NoInterval => {
                "the number has no interval: nothing varies, there are too few rows, or it never has one"
            }
            Undefined::TakesNoSide => "the metric takes no side, so its value by itself gets neither better nor worse",
            Undefined::Suppressed => {
                "it is hidden from the reader, because a small count could be worked out from it (`privacy`); hidden is not zero"
            }
            Undefined::NotReached => {
                "too many cases were still open when last seen, or none was seen for so long, so the number is not known yet"
            }
            Undefined::BelowZero => "some values are below zero, so that nobody has a share of their total",
            Undefined::NothingToShare => "all values are zero, so there is no total to have a share of",
            Undefined::NoOrder => "categories have no order, so nobody has more or less of them",
        }
    }
}

impl From<measured::Undefined> for Undefined {
    /// The reason as reports name it.
    fn from(reason: measured::Undefined) -> Undefined {
        match reason {
            measured::Undefined::NoVariance => Undefined::NoVariance,
            measured::Undefined::NotPositive | measured::Undefined::Negative => Undefined::NotPositive,
            measured::Undefined::Overflow => Undefined::Infinite,
            measured::Undefined::NotReached => Undefined::NotReached,
            _ => Undefined::ZeroDenominator,
        }
    }
}

/// A number, or the reason why there is none.
pub type Measured = Result<f64, Undefined>;
