//! What kinds of outcomes there are, how their numbers are held against each other, and what is good for the person.

/// How the values of an outcome are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// A number of any sign: money, a count, a number of units.
    Amount,
    /// How long something took: seconds, `mm:ss` or `hh:mm:ss`, never below 0.
    Duration,
    /// An answer on a scale, as a number: 1 to 5 stars.
    Ordinal,
    YesNo,
    /// One of some categories, which have no order: the channel, the reason, the way it was settled.
    Category,
    /// A duration of which some cases are still open; a policy says so by other keys than `kind`.
    Open,
    /// How far a prediction of an amount was above what turned out; a policy says so by `prediction`.
    Error,
    /// What was predicted of an amount, with what turned out; a policy says so by `prediction`.
    Prediction,
}

impl OutcomeKind {
    pub const NAMES: &[&str] = &["amount", "duration", "ordinal", "yes-no", "category"];

    pub fn find(name: &str) -> Option<OutcomeKind> {
        Some(match name {
            "amount" => OutcomeKind::Amount,
            "duration" => OutcomeKind::Duration,
            "ordinal" => OutcomeKind::Ordinal,
            "yes-no" => OutcomeKind::YesNo,
            "category" => OutcomeKind::Category,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            OutcomeKind::Amount => "amount",
            OutcomeKind::Duration => "duration",
            OutcomeKind::Ordinal => "ordinal",
            OutcomeKind::YesNo => "yes-no",
            OutcomeKind::Category => "category",
            OutcomeKind::Open => "open duration",
            OutcomeKind::Error => "error",
            OutcomeKind::Prediction => "prediction",
        }
    }

    /// How its numbers are held against each other: as long as, shorter, longer.
    pub fn comparative(self) -> Comparative {
        let [as_much, less, more] = match self {
            OutcomeKind::Amount | OutcomeKind::Ordinal | OutcomeKind::Error | OutcomeKind::Prediction => {
                ["as high as", "lower", "higher"]
            }
            OutcomeKind::Duration | OutcomeKind::Open => ["as long as", "shorter", "longer"],
            OutcomeKind::YesNo | OutcomeKind::Category => ["as often as", "less often", "more often"],
        };
        Comparative { as_much, less, more }
    }
}

/// Words for one number beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparative {
    pub as_much: &'static str,
    pub less: &'static str,
    pub more: &'static str,
}

/// What is good for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    More,
    Less,
    /// It takes no side.
    Neither,
}

impl Better {
    pub const NAMES: &[&str] = &["more", "less", "neither"];

    pub fn find(name: &str) -> Option<Better> {
        Some(match name {
            "more" => Better::More,
            "less" => Better::Less,
            "neither" => Better::Neither,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Better::More => "more",
            Better::Less => "less",
            Better::Neither => "neither",
        }
    }
}

pub(super) const NUMBERS: &[OutcomeKind] = &[OutcomeKind::Amount, OutcomeKind::Duration, OutcomeKind::Ordinal];
pub(super) const QUANTITIES: &[OutcomeKind] = &[OutcomeKind::Amount, OutcomeKind::Duration];
/// Whatever is measured itself; the errors of a prediction are not.
pub(super) const MEASURED: &[OutcomeKind] = &[
    OutcomeKind::Amount,
    OutcomeKind::Duration,
    OutcomeKind::Ordinal,
    OutcomeKind::YesNo,
    OutcomeKind::Category,
    OutcomeKind::Open,
];
pub(super) const OPEN: &[OutcomeKind] = &[OutcomeKind::Open];
pub(super) const ERRORS: &[OutcomeKind] = &[OutcomeKind::Error];
pub(super) const YES_NO: &[OutcomeKind] = &[OutcomeKind::YesNo];
pub(super) const CATEGORY: &[OutcomeKind] = &[OutcomeKind::Category];
