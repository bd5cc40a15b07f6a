//! What a metric is: its words, what it needs, and how its kind decides value, interval and test.

use num_rational::BigRational;

use crate::cell::{Cell, Confusion, Trials};
use crate::exact;
use crate::inference::limits::Limits;
use crate::inference::share;

/// Why a number does not exist. It is never replaced by 0, 1 or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    NoRows,
    ZeroDenominator,
    OneClass,
    BothZero,
    NoVariance,
    Infinite,
    Absent,
}

impl Undefined {
    pub const ALL: [Undefined; 7] = [
        Undefined::NoRows,
        Undefined::ZeroDenominator,
        Undefined::OneClass,
        Undefined::BothZero,
        Undefined::NoVariance,
        Undefined::Infinite,
        Undefined::Absent,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Undefined::NoRows => "no-rows",
            Undefined::ZeroDenominator => "zero-denominator",
            Undefined::OneClass => "one-class",
            Undefined::BothZero => "both-zero",
            Undefined::NoVariance => "no-variance",
            Undefined::Infinite => "infinite",
            Undefined::Absent => "absent",
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
                "decisions or labels of the group are all the same, so they cannot go together or apart"
            }
            Undefined::Infinite => "the rate of the reference is zero, so the ratio has no end",
            Undefined::Absent => "no row belongs to the group, or to the reference that the policy names",
        }
    }
}

/// A number, or the reason why there is none.
pub type Measured = Result<f64, Undefined>;

/// Which columns a metric needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    pub decision: bool,
    pub label: bool,
}

/// Who is worse off when the metric differs between two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// The group with the lower value.
    Lower,
    /// The group with the higher value.
    Higher,
    /// The group that is selected less, where being selected is good; selected more, where it is a burden.
    LessSelected,
    /// The same for a metric that counts those who are not selected.
    MoreUnselected,
    /// Nobody: the metric describes the people, not what was done to them.
    Nobody,
}

/// How a metric is computed decides its interval and its test.
pub enum Kind {
    /// Hits out of trials: Wilson interval, score interval of a contrast, exact tests.
    Share(fn(&Cell) -> Trials),
    /// A function of the four counts with an interval of its own; contrasts by MOVER.
    Composite(Composite),
}

/// A metric that is a function of the four counts.
pub struct Composite {
    pub value: fn(&Confusion) -> Measured,
    /// The value as an exact fraction, where it is one.
    pub exact: fn(&Confusion) -> Option<BigRational>,
    pub limits: fn(&Confusion, f64) -> Option<Limits>,
    /// The smallest count that the value rests on, to be held against `min_group`.
    pub of: fn(&Confusion) -> u64,
    /// What a group weighs in the number of everybody, where that number is a weighted mean of the groups'.
    pub weighs: Option<fn(&Confusion) -> u64>,
    pub method: &'static str,
    /// Whether the value can be negative, so that a ratio has no meaning.
    pub signed: bool,
}

/// One declared metric.
pub struct Metric {
    pub id: &'static str,
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// One sentence a user could read aloud.
    pub says: &'static str,
    pub formula: &'static str,
    pub notation: &'static str,
    /// What the group did or had, for sentences: "{group} {did} 0.6 times as often as {reference}". Empty for composites.
    pub did: &'static str,
    pub worse: Worse,
    pub needs: Needs,
    pub kind: Kind,
    pub not_for: &'static str,
    pub cite: &'static [&'static str],
}

impl Metric {
    pub fn measure(&self, cell: &Cell) -> Measured {
        if cell.rows() == 0 {
            return Err(Undefined::NoRows);
        }
        match &self.kind {
            Kind::Share(trials) => trials(cell).share().ok_or(Undefined::ZeroDenominator),
            Kind::Composite(composite) => (composite.value)(&cell.confusion()),
        }
    }

    /// The value as an exact fraction; none where it is undefined or irrational.
    pub fn measure_exactly(&self, cell: &Cell) -> Option<BigRational> {
        match &self.kind {
            Kind::Share(trials) => {
                let trials = trials(cell);
                exact::fraction(trials.hits, trials.of)
            }
            Kind::Composite(composite) => (composite.exact)(&cell.confusion()),
        }
    }

    pub fn trials(&self, cell: &Cell) -> Option<Trials> {
        match &self.kind {
            Kind::Share(trials) => Some(trials(cell)),
            Kind::Composite(_) => None,
        }
    }

    /// The interval of the value at a normal quantile.
    pub fn limits(&self, cell: &Cell, z: f64) -> Option<Limits> {
        match &self.kind {
            Kind::Share(trials) => share::wilson(trials(cell), z),
            Kind::Composite(composite) => (composite.limits)(&cell.confusion(), z),
        }
    }

    /// The count that is held against `min_group`: the denominator, or the smallest of them.
    pub fn denominator(&self, cell: &Cell) -> u64 {
        match &self.kind {
            Kind::Share(trials) => trials(cell).of,
            Kind::Composite(composite) => (composite.of)(&cell.confusion()),
        }
    }

    /// What the cell weighs in the number of everybody: its denominator, or what stands for one. None where the number of
    /// everybody is no weighted mean of the groups'.
    pub fn weight(&self, cell: &Cell) -> Option<u64> {
        match &self.kind {
            Kind::Share(trials) => Some(trials(cell).of),
            Kind::Composite(composite) => composite.weighs.map(|weighs| weighs(&cell.confusion())),
        }
    }

    pub fn method(&self) -> &'static str {
        match &self.kind {
            Kind::Share(_) => "wilson",
            Kind::Composite(composite) => composite.method,
        }
    }

    pub fn can_be_negative(&self) -> bool {
        matches!(&self.kind, Kind::Composite(composite) if composite.signed)
    }

    /// Rows of the cell that the metric had to leave out because a decision or a label is missing.
    pub fn left_out(&self, cell: &Cell) -> u64 {
        let used = match (self.needs.decision, self.needs.label) {
            (true, true) => cell.decided_and_labelled(),
            (true, false) => cell.decided(),
            (false, _) => cell.labelled(),
        };
        cell.rows() - used
    }
}

impl std::fmt::Debug for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
