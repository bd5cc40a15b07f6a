//! What a metric is: its words, what it needs, and how its kind decides value, interval and test.

use num_rational::BigRational;

use crate::cell::{Cell, Confusion, Scores, Trials, Values};
use crate::exact;
use crate::inference::limits::Limits;
use crate::inference::{invert, share, student};

use super::designed::Reach;
use super::undefined::{Measured, Undefined};

/// Which columns a metric needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    pub decision: bool,
    pub label: bool,
    pub score: bool,
    /// A measured outcome of the policy.
    pub outcome: bool,
}

impl Needs {
    /// The columns as a list of words.
    pub fn words(self) -> String {
        let all =
            [(self.decision, "decision"), (self.label, "label"), (self.score, "score"), (self.outcome, "outcome")];
        let named: Vec<&str> = all.iter().filter(|(needed, _)| *needed).map(|(_, word)| *word).collect();
        named.join(", ")
    }
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
    /// Nobody by the number alone: it describes the people, or a score that may be wrong to either side.
    Nobody,
}

impl Worse {
    /// Whether a lower value is worse for a group, when being selected is a `benefit`, a `burden` or `mixed`; none when the
    /// metric takes no side.
    pub fn is_lower(self, selected_is: &str) -> Option<bool> {
        match (self, selected_is) {
            (Worse::Lower, _) => Some(true),
            (Worse::Higher, _) => Some(false),
            (Worse::Nobody, _) | (_, "mixed") => None,
            (Worse::LessSelected, selected_is) => Some(selected_is == "benefit"),
            (Worse::MoreUnselected, selected_is) => Some(selected_is != "benefit"),
        }
    }
}

/// How a metric is computed decides its interval and its test.
pub enum Kind {
    /// Hits out of trials: Wilson interval, score interval of a contrast, exact tests.
    Share(fn(&Cell) -> Trials),
    /// A function of the four counts with an interval of its own; contrasts by MOVER.
    Composite(Composite),
    /// A figure of the scores and labels.
    Figure(Figure),
    /// Hits out of trials among the values of a measured outcome, given its bound.
    Part { trials: fn(&Values, f64) -> Trials, bound: f64 },
    /// A figure of the values of a measured outcome, given its bound.
    Gauge { gauge: &'static Gauge, bound: f64 },
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

/// A metric of the scores.
pub struct Figure {
    pub value: fn(&Scores) -> Measured,
    pub interval: Interval,
    /// The least and the largest value that scores kept in bins leave open; none where every score is kept.
    pub bounds: fn(&Scores) -> Option<Limits>,
    /// The least and the largest value that there can be at all.
    pub range: (f64, f64),
    /// The smallest count that the value rests on, to be held against `min_group`.
    pub of: fn(&Scores) -> u64,
    /// What a group weighs in the number of everybody, where that number is a weighted mean of the groups'.
    pub weighs: Option<fn(&Scores) -> u64>,
    pub method: &'static str,
    /// Whether the value can be negative, so that a ratio has no meaning.
    pub signed: bool,
    /// What is printed beside the value.
    pub beside: Option<fn(&Scores) -> Option<Beside>>,
    /// The value of a group as a sentence with `{group}` and `{value}`; empty where the name of the metric says it.
    pub tells: &'static str,
}

/// A metric of the values of an outcome. Every function takes the bound of the outcome beside the values; it is infinite where the
/// metric has none.
pub struct Gauge {
    pub value: fn(&Values, f64) -> Measured,
    /// Limits at a normal quantile, with what values kept in bins leave open.
    pub limits: fn(&Values, f64, f64) -> Option<Limits>,
    /// The least and the largest value that values kept in bins leave open; none where bins lose nothing of it.
    pub bounds: fn(&Values, f64) -> Option<Limits>,
    /// Limits of contrasts of their own, with what values kept in bins leave open; else by MOVER.
    pub contrast: Option<Contrasts>,
    /// Whether a ratio has a meaning though some values are below 0, as long as both numbers are above it.
    pub ratio_of_signed: bool,
    /// Whether the number of everybody is the mean of the groups' by their values.
    pub weighs: bool,
    pub method: &'static str,
}

/// The limits of a contrast of two groups' values at a normal quantile.
pub struct Contrasts {
    pub ratio: fn(&Values, &Values, f64, f64) -> Option<Limits>,
    pub difference: fn(&Values, &Values, f64, f64) -> Option<Limits>,
    pub ratio_method: &'static str,
    pub difference_method: &'static str,
}

/// What stands beside a value that has no interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    /// What chance alone would give if every score were right.
    pub if_calibrated: Option<f64>,
    pub p_value: Option<f64>,
    pub test: Option<&'static str>,
}

/// Where the interval of a figure comes from, and so how it is compared.
pub enum Interval {
    /// There is none: the number is printed and never compared between groups, because chance alone makes it larger in
    /// small ones.
    None,
    /// Limits at any normal quantile; contrasts by MOVER.
    Of(fn(&Scores, f64) -> Option<Limits>),
    /// A fit: limits of the value, standard errors for differences, and the statistic against a bound.
    Fitted {
        limits: fn(&Scores, f64) -> Option<Limits>,
        error: fn(&Scores) -> Option<f64>,
        root: fn(&Scores, f64) -> Option<f64>,
    },
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
    /// Which outcome of the cells it is about; none for a metric of decisions, labels and scores.
    pub outcome: Option<usize>,
    pub not_for: &'static str,
    pub cite: &'static [&'static str],
}

impl Metric {
    pub fn measure(&self, cell: &Cell) -> Measured {
        if cell.rows() == 0 {
            return Err(Undefined::NoRows);
        }
        match &self.kind {
            Kind::Share(trials) => match self.weighted_share(cell) {
                Some((_, 0)) => Err(Undefined::ZeroDenominator),
                Some((hits, of)) => Ok(hits as f64 / of as f64),
                None => trials(cell).share().ok_or(Undefined::ZeroDenominator),
            },
            Kind::Part { .. } => self.trials(cell).and_then(Trials::share).ok_or(Undefined::ZeroDenominator),
            Kind::Gauge { gauge, bound } => {
                let values = self.values(cell).filter(|values| values.rows() > 0).ok_or(Undefined::ZeroDenominator)?;
                (gauge.value)(values, *bound).map(exact::twelve_digits)
            }
            Kind::Composite(composite) => (composite.value)(&self.confusion(cell)),
            Kind::Figure(figure) => cell.scores().map_or(Err(Undefined::ZeroDenominator), figure.value),
        }
    }

    /// The value as an exact fraction; none where it is undefined or irrational.
    pub fn measure_exactly(&self, cell: &Cell) -> Option<BigRational> {
        match &self.kind {
            Kind::Share(trials) => {
                let trials = trials(cell);
                self.weighted_exactly(cell).or_else(|| exact::fraction(trials.hits, trials.of))
            }
            Kind::Composite(composite) => (composite.exact)(&self.confusion(cell)),
            Kind::Part { .. } => self.trials(cell).and_then(|trials| exact::fraction(trials.hits, trials.of)),
            Kind::Figure(_) | Kind::Gauge { .. } => None,
        }
    }

    /// The values of the outcome that the metric is about.
    pub fn values<'a>(&self, cell: &'a Cell) -> Option<&'a Values> {
        cell.values(self.outcome?)
    }

    /// Whether it is hits out of trials.
    pub fn is_share(&self) -> bool {
        matches!(self.kind, Kind::Share(_) | Kind::Part { .. })
    }

    pub fn trials(&self, cell: &Cell) -> Option<Trials> {
        match &self.kind {
            Kind::Share(trials) => Some(trials(cell)),
            Kind::Part { trials, bound } => self.values(cell).map(|values| trials(values, *bound)),
            Kind::Composite(_) | Kind::Figure(_) | Kind::Gauge { .. } => None,
        }
    }

    /// The interval of the value at a normal quantile, with what scores and values kept in bins leave open.
    pub fn limits(&self, cell: &Cell, z: f64) -> Option<Limits> {
        let limits = self.chance_limits(cell, z)?;
        let Kind::Figure(figure) = &self.kind else { return Some(limits) };
        let ((below, above), (least, most)) = (self.slack(cell), figure.range);
        Some(Limits { low: (limits.low - below).max(least), high: (limits.high + above).min(most) })
    }

    /// The interval as chance alone makes it; of values of an outcome with what bins leave open, which its gauge adds itself.
    pub fn chance_limits(&self, cell: &Cell, z: f64) -> Option<Limits> {
        if cell.design().is_some() && self.is_share() {
            let effective = self.effective(cell)?;
            return share::wilson(effective, student::of_normal(z, effective.df()));
        }
        let z = self.reach(cell).map_or(z, |reach| reach.widen(z));
        match &self.kind {
            Kind::Share(_) | Kind::Part { .. } => share::wilson(self.trials(cell)?, z),
            Kind::Gauge { gauge, bound } => (gauge.limits)(self.values(cell)?, *bound, z),
            Kind::Composite(composite) => (composite.limits)(&self.confusion(cell), z),
            Kind::Figure(figure) => match figure.interval {
                Interval::None => None,
                Interval::Of(limits) | Interval::Fitted { limits, .. } => limits(cell.scores()?, z),
            },
        }
    }

    /// The standard error by which differences are judged; none where they have limits of their own.
    pub fn standard_error(&self, cell: &Cell) -> Option<f64> {
        match &self.kind {
            Kind::Figure(Figure { interval: Interval::Fitted { error, .. }, .. }) => error(cell.scores()?),
            _ => None,
        }
    }

    /// The least and the largest value possible where scores or values are kept in bins.
    pub fn bounds(&self, cell: &Cell) -> Option<Limits> {
        match &self.kind {
            Kind::Figure(figure) => (figure.bounds)(cell.scores()?),
            Kind::Gauge { gauge, bound } => {
                let values = self.values(cell).filter(|values| !values.is_exact())?;
                (gauge.bounds)(values, *bound)
            }
            Kind::Share(_) | Kind::Composite(_) | Kind::Part { .. } => None,
        }
    }

    /// How far below and above the value the truth of these very rows may lie, because their scores are kept in bins: so much
    /// further out are its limits than chance alone makes them.
    pub fn slack(&self, cell: &Cell) -> (f64, f64) {
        let bounds = self.bounds(cell).filter(|_| matches!(self.kind, Kind::Figure(_)));
        match (bounds, self.measure(cell)) {
            (Some(bounds), Ok(value)) => ((value - bounds.low).max(0.0), (bounds.high - value).max(0.0)),
            _ => (0.0, 0.0),
        }
    }

    /// One-sided p-value of the true value being below the bound: small is evidence that it is.
    pub fn p_below(&self, cell: &Cell, bound: f64) -> f64 {
        invert::p_below(self.score(cell, bound - self.slack(cell).1), |z| self.limits(cell, z), bound)
    }

    /// One-sided p-value of the true value being above the bound.
    pub fn p_above(&self, cell: &Cell, bound: f64) -> f64 {
        invert::p_above(self.score(cell, bound + self.slack(cell).0), |z| self.limits(cell, z), bound)
    }

    /// The statistic of the value against a bound, where the interval has one.
    fn score(&self, cell: &Cell, bound: f64) -> Option<f64> {
        match &self.kind {
            Kind::Share(_) if cell.design().is_some() => {
                let effective = self.effective(cell)?;
                Some(Reach { factor: 1.0, df: effective.df() }.narrow(share::score_z(effective, bound)))
            }
            Kind::Share(_) | Kind::Part { .. } => Some(share::score_z(self.trials(cell)?, bound)),
            Kind::Figure(Figure { interval: Interval::Fitted { root, .. }, .. }) => {
                let z = root(cell.scores()?, bound)?;
                Some(self.reach(cell).map_or(z, |reach| reach.narrow(z)))
            }
            Kind::Composite(_) | Kind::Figure(_) | Kind::Gauge { .. } => None,
        }
    }

    /// What is printed beside the value.
    pub fn beside(&self, cell: &Cell) -> Option<Beside> {
        match &self.kind {
            Kind::Figure(figure) => (figure.beside?)(cell.scores()?),
            _ => None,
        }
    }

    /// The value of a group as a sentence, where there is a better one than the name of the metric.
    pub fn tells(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Figure(figure) if !figure.tells.is_empty() => Some(figure.tells),
            _ => None,
        }
    }

    /// Whether a ratio of the number has a meaning: not of one below 0, nor of one that tells how values of both signs cancel.
    pub fn has_ratio(&self, cell: &Cell, value: f64) -> bool {
        let Kind::Gauge { gauge, .. } = &self.kind else { return value >= 0.0 };
        let lowest = self.values(cell).and_then(|values| values.ledger().extremes()).map_or(0.0, |(lowest, _)| lowest);
        if lowest < 0.0 { gauge.ratio_of_signed && value > 0.0 } else { value >= 0.0 }
    }

    /// Whether the number has an interval; without one it is never compared between groups.
    pub fn has_interval(&self) -> bool {
        !matches!(&self.kind, Kind::Figure(Figure { interval: Interval::None, .. }))
    }

    /// The count that is held against `min_group`: the denominator, or the smallest of them.
    pub fn denominator(&self, cell: &Cell) -> u64 {
        // Several rows of one person are one person.
        self.rows_counted(cell).min(self.independent(cell).unwrap_or(u64::MAX))
    }

    fn rows_counted(&self, cell: &Cell) -> u64 {
        match &self.kind {
            Kind::Share(_) | Kind::Part { .. } => self.trials(cell).map_or(0, |trials| trials.of),
            Kind::Gauge { .. } => self.values(cell).map_or(0, Values::rows),
            Kind::Composite(composite) => (composite.of)(&cell.confusion()),
            Kind::Figure(figure) => cell.scores().map_or(0, figure.of),
        }
    }

    /// What the cell weighs in the number of everybody: its denominator, or what stands for one. None where the number of
    /// everybody is no weighted mean of the groups'.
    pub fn weight(&self, cell: &Cell) -> Option<f64> {
        if let Some(weight) = self.weight_of_weighted(cell) {
            return Some(weight);
        }
        let counted = match &self.kind {
            Kind::Share(_) | Kind::Part { .. } => self.trials(cell).map(|trials| trials.of),
            Kind::Gauge { gauge, .. } => self.values(cell).filter(|_| gauge.weighs).map(Values::rows),
            Kind::Composite(composite) => composite.weighs.map(|weighs| weighs(&cell.confusion())),
            Kind::Figure(figure) => figure.weighs.zip(cell.scores()).map(|(weighs, scores)| weighs(scores)),
        };
        counted.map(|rows| rows as f64)
    }

    /// How the limits of this very cell come about: the method, and that rows are not alike.
    pub fn method_of(&self, cell: &Cell) -> &'static str {
        match (cell.design(), &self.kind) {
            (None, _) => self.method(),
            (Some(_), Kind::Share(_) | Kind::Part { .. }) => "wilson-effective",
            (Some(_), _) if !self.has_interval() => self.method(),
            (Some(_), Kind::Composite(_)) => "design-effect",
            (Some(_), Kind::Figure(_) | Kind::Gauge { .. }) => "rows-of-a-person-alike",
        }
    }

    pub fn method(&self) -> &'static str {
        match &self.kind {
            Kind::Share(_) | Kind::Part { .. } => "wilson",
            Kind::Gauge { gauge, .. } => gauge.method,
            Kind::Composite(composite) => composite.method,
            Kind::Figure(figure) => figure.method,
        }
    }

    pub fn can_be_negative(&self) -> bool {
        match &self.kind {
            // Of an outcome the values say it, not the metric.
            Kind::Share(_) | Kind::Part { .. } | Kind::Gauge { .. } => false,
            Kind::Composite(composite) => composite.signed,
            Kind::Figure(figure) => figure.signed,
        }
    }

    /// Rows of the cell that the metric had to leave out because a decision, a label or a score is missing.
    pub fn left_out(&self, cell: &Cell) -> u64 {
        let Needs { decision, label, score, outcome } = self.needs;
        if outcome {
            let Some(values) = self.values(cell) else { return 0 };
            // Of the share that has a value at all, rows without one are part of what it is out of.
            let all = values.rows() + values.missing();
            return all.saturating_sub(self.rows_counted(cell));
        }
        let scores = cell.scores();
        let used = match (decision, label, score) {
            (_, true, true) => scores.map_or(0, |scores| scores.totals().rows()),
            (_, false, true) => scores.map_or(0, Scores::rows),
            (true, true, false) => cell.decided_and_labelled(),
            (true, false, false) => cell.decided(),
            (false, _, false) => cell.labelled(),
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
