//! Which metrics of outcomes there are: the words of each, the kinds of outcomes it is of, and by name how it is computed.

use super::gauges;
use super::kind::{Better, CATEGORY, ERRORS, MEASURED, NUMBERS, OPEN, OutcomeKind, QUANTITIES, YES_NO};
use super::told::{self, Told};
use crate::cell::{Trials, Values};
use crate::exact::Exact;
use crate::metrics::metric::{Gauge, Worse};

/// One declared metric of outcomes.
pub struct OutcomeMetric {
    /// What follows the name of the outcome in the id.
    pub id: &'static str,
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub says: &'static str,
    pub formula: &'static str,
    pub notation: &'static str,
    /// What the group had, for sentences, with `{outcome}` and `{bound}`; empty for what is no share.
    pub did: &'static str,
    /// The same for people; every one of `kinds` has its words.
    pub told: &'static [Told],
    pub kinds: &'static [OutcomeKind],
    /// Kinds, as a policy declares them, whose figure shows the ratios of this metric, where an earlier one of the list is not
    /// measured: an outcome with open cases is declared as a duration.
    pub drawn: &'static [OutcomeKind],
    /// It needs the `bound` of the outcome.
    pub at_bound: bool,
    /// Whether `better` says who is worse off; else nobody is by the number alone.
    pub takes_side: bool,
    pub kind: Of,
    pub not_for: &'static str,
    pub cite: &'static [&'static str],
}

/// How a metric of outcomes is computed.
#[derive(Clone, Copy)]
pub enum Of {
    /// Hits out of trials, given the bound.
    Share(fn(&Values, f64) -> Trials),
    Gauge(&'static Gauge),
}

/// To add a metric of outcomes: one entry here, its words in `told`, and its figure in `gauges` where it is no share.
pub static OUTCOMES: &[OutcomeMetric] = &[
    OutcomeMetric {
        id: "share-yes",
        name: "Share of yes",
        aliases: &[],
        says: "The share of the group's rows with an answer whose answer is yes.",
        formula: "yes / answered",
        notation: "P(V=yes | A=a)",
        did: "had {outcome}",
        told: told::SHARE_YES,
        kinds: YES_NO,
        drawn: YES_NO,
        at_bound: false,
        takes_side: true,
        kind: Of::Share(|values, _| Trials { hits: values.at_least(1.0), of: values.rows() }),
        not_for: "Where many rows have no answer, look at the share that has one (`answered`) beside it.",
        cite: &["wilson-1927"],
    },
    OutcomeMetric {
        id: "share-from",
        name: "Share from the bound up",
        aliases: &["top-box"],
        says: "The share of the group's values that are at or above the bound that the policy names.",
        formula: "values at or above the bound / values",
        notation: "P(V>=b | A=a)",
        did: "had {outcome} of {bound} or more",
        told: told::SHARE_FROM,
        kinds: NUMBERS,
        drawn: &[OutcomeKind::Ordinal],
        at_bound: true,
        takes_side: true,
        kind: Of::Share(|values, bound| Trials { hits: values.at_least(bound), of: values.rows() }),
        not_for: "A share does not say how far beyond the bound the values are.",
        cite: &["wilson-1927"],
    },
    OutcomeMetric {
        id: "share-of",
        name: "Share of a category",
        aliases: &[],
        says: "The share of the group's rows with a value whose value is the category that is named.",
        formula: "rows of the category / rows with a value",
        notation: "P(V=c | A=a)",
        did: "had {outcome} {bound}",
        told: told::SHARE_OF,
        kinds: CATEGORY,
        drawn: CATEGORY,
        at_bound: false,
        takes_side: false,
        kind: Of::Share(|values, category| Trials {
            hits: values.at_least(category).saturating_sub(values.above(category)),
            of: values.rows(),
        }),
        not_for: "The shares of all categories add up to 1: where one is larger another is smaller, so one gap can show as two.",
        cite: &["wilson-1927"],
    },
    OutcomeMetric {
        id: "median",
        name: "Median",
        aliases: &["p50"],
        says: "The value in the middle: half of the group has less, half has more.",
        formula: "the value of rank 1/2, between two ranks by straight line (type 7)",
        notation: "Q(V, 1/2 | A=a)",
        did: "",
        told: told::MEDIAN,
        kinds: NUMBERS,
        drawn: &[OutcomeKind::Duration],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::MEDIAN),
        not_for: "Where most values are 0 the median is 0 for everybody; look at the mean and at the share from a bound.",
        cite: &["conover-1999", "hyndman-fan-1996"],
    },
    OutcomeMetric {
        id: "p90",
        name: "Ninetieth percentile",
        aliases: &["90th-percentile"],
        says: "What the worst or best tenth of the group begins with: nine in ten have less.",
        formula: "the value of rank 9/10, between two ranks by straight line (type 7)",
        notation: "Q(V, 9/10 | A=a)",
        did: "",
        told: told::P90,
        kinds: QUANTITIES,
        drawn: &[],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::P90),
        not_for: "At a level of 95 % its interval has no upper end with fewer than 36 values.",
        cite: &["conover-1999", "hyndman-fan-1996"],
    },
    OutcomeMetric {
        id: "mean",
        name: "Mean",
        aliases: &["average"],
        says: "The average of the group's values.",
        formula: "sum(value) / values",
        notation: "E[V | A=a]",
        did: "",
        told: told::MEAN,
        kinds: NUMBERS,
        drawn: &[OutcomeKind::Amount, OutcomeKind::Ordinal],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::MEAN),
        not_for: "A few very large values move it; the trimmed mean and the median stand beside it.",
        cite: &["student-1908", "welch-1947"],
    },
    OutcomeMetric {
        id: "trimmed-mean",
        name: "Trimmed mean",
        aliases: &[],
        says: "The average of the middle: without the fifth with the lowest and the fifth with the highest values.",
        formula: "the mean of what is left when floor(n/5) values are left out at each end",
        notation: "E[V | A=a, V in the middle three fifths]",
        did: "",
        told: told::TRIMMED_MEAN,
        kinds: QUANTITIES,
        drawn: &[],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::TRIMMED_MEAN),
        not_for: "It leaves out on purpose what the largest buyers spend and the longest waits; the total is not in it.",
        cite: &["yuen-1974"],
    },
    OutcomeMetric {
        id: "median-time",
        name: "Median time",
        aliases: &[],
        says: "After how long half of the group's cases had ended; open cases count as long as they were seen.",
        formula: "the first duration at which at most half are still open, by the product of (1 - ended/at risk)",
        notation: "min{t : S(t | A=a) <= 1/2}",
        did: "",
        told: told::MEDIAN_TIME,
        kinds: OPEN,
        drawn: &[OutcomeKind::Duration],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::MEDIAN_TIME),
        not_for: "While more than half of the cases are open there is none; the restricted mean needs fewer to have ended.",
        cite: &["kaplan-meier-1958", "brookmeyer-crowley-1982"],
    },
    OutcomeMetric {
        id: "restricted-mean",
        name: "Mean time up to the bound",
        aliases: &[],
        says: "How long the group's cases lasted on average when longer ones count as the bound; open cases count as long as they \
               were seen.",
        formula: "the area under the share still open, from 0 to the bound",
        notation: "E[min(V, b) | A=a]",
        did: "",
        told: told::RESTRICTED_MEAN,
        kinds: OPEN,
        drawn: &[],
        at_bound: true,
        takes_side: true,
        kind: Of::Gauge(&gauges::RESTRICTED_MEAN),
        not_for: "It says nothing of how long cases last beyond the bound, and there is none where nobody was seen so long.",
        cite: &["irwin-1949", "royston-parmar-2013"],
    },
    OutcomeMetric {
        id: "bias",
        name: "Mean error of the prediction",
        aliases: &[],
        says: "How far predictions for the group are too high on average; below 0 they are too low.",
        formula: "sum(predicted - actual) / rows with both",
        notation: "E[P - V | A=a]",
        did: "",
        told: told::BIAS,
        kinds: ERRORS,
        drawn: &[],
        at_bound: false,
        takes_side: false,
        kind: Of::Gauge(&gauges::BIAS),
        not_for: "Errors to both sides cancel: 0 says that nobody is favoured on average, not that predictions are right.",
        cite: &["student-1908", "welch-1947"],
    },
    OutcomeMetric {
        id: "mean-absolute-error",
        name: "Mean size of the error of the prediction",
        aliases: &["mae"],
        says: "How far predictions for the group are off on average, whether too high or too low.",
        formula: "sum(|predicted - actual|) / rows with both",
        notation: "E[|P - V| | A=a]",
        did: "",
        told: told::MEAN_ABSOLUTE_ERROR,
        kinds: ERRORS,
        drawn: &[],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::MEAN_ABSOLUTE_ERROR),
        not_for: "Groups with larger amounts have larger errors; look at the mean amount beside it.",
        cite: &["student-1908", "welch-1947"],
    },
    OutcomeMetric {
        id: "root-mean-squared-error",
        name: "Root of the mean squared error of the prediction",
        aliases: &["rmse"],
        says: "How far predictions for the group are off, with large errors counted more than small ones.",
        formula: "sqrt(sum((predicted - actual)^2) / rows with both)",
        notation: "sqrt(E[(P - V)^2 | A=a])",
        did: "",
        told: told::ROOT_MEAN_SQUARED_ERROR,
        kinds: ERRORS,
        drawn: &[],
        at_bound: false,
        takes_side: true,
        kind: Of::Gauge(&gauges::ROOT_MEAN_SQUARED_ERROR),
        not_for: "A single large error can be most of it; the mean size of the errors stands beside it.",
        cite: &["student-1908"],
    },
    OutcomeMetric {
        id: "answered",
        name: "Share with a value",
        aliases: &["response-rate"],
        says: "The share of the group's rows that have a value of this outcome at all: how many answered, or were measured.",
        formula: "rows with a value / rows",
        notation: "P(V known | A=a)",
        did: "had a value of {outcome}",
        told: told::ANSWERED,
        kinds: MEASURED,
        drawn: &[],
        at_bound: false,
        takes_side: false,
        kind: Of::Share(|values, _| Trials { hits: values.rows(), of: values.rows() + values.missing() }),
        not_for: "It is no satisfaction and no speed; it says how far the other numbers of the outcome can be trusted for this group.",
        cite: &["wilson-1927"],
    },
];

/// The declaration of the metric that counts who has a value at all.
pub fn presence() -> Option<&'static OutcomeMetric> {
    // Having a value is no gain or loss by itself; every other number is of the values.
    OUTCOMES.iter().find(|template| template.is_presence())
}

impl OutcomeMetric {
    /// How it is told of outcomes of a kind.
    pub fn told_of(&self, kind: OutcomeKind) -> Option<Told> {
        self.told.iter().find(|told| told.kinds.contains(&kind)).copied()
    }

    /// Whether it is a share, in percent.
    pub fn is_share(&self) -> bool {
        matches!(self.kind, Of::Share(_))
    }

    /// Whether it is the share that has a value at all, which stands beside everything else.
    pub fn is_presence(&self) -> bool {
        self.id == "answered"
    }

    /// Whether it is about the errors of a prediction: more of these is good for nobody, whatever the outcome.
    pub fn is_of_errors(&self) -> bool {
        self.kinds == ERRORS
    }

    /// Whether it is of one category at a time, whose name ends its id.
    pub fn is_of_category(&self) -> bool {
        self.kinds == CATEGORY
    }

    /// Whether it is measured of an outcome of that kind.
    pub fn is_of(&self, kind: OutcomeKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// What an id of this metric says of its bound.
    pub fn bound_of(&self, id: &str) -> Option<Exact> {
        Exact::parse(id.strip_prefix(self.id)?.strip_prefix('-')?)
    }

    /// The category that an id of this metric names.
    pub fn category_of<'a>(&self, id: &'a str) -> Option<&'a str> {
        let named = id.strip_prefix(self.id)?.strip_prefix('-')?;
        Some(named).filter(|named| self.is_of_category() && !named.is_empty())
    }

    /// Who is worse off by it, given what is good for the person.
    pub fn worse(&self, better: Better) -> Worse {
        match better {
            _ if !self.takes_side => Worse::Nobody,
            _ if self.is_of_errors() => Worse::Higher,
            Better::More => Worse::Lower,
            Better::Less => Worse::Higher,
            Better::Neither => Worse::Nobody,
        }
    }
}

/// The declaration of a metric of outcomes, by what follows the name of the outcome, or by an alias of it.
pub fn template(id: &str) -> Option<&'static OutcomeMetric> {
    OUTCOMES.iter().find(|template| {
        let named = template.id == id || template.aliases.contains(&id);
        named || template.at_bound && template.bound_of(id).is_some() || template.category_of(id).is_some()
    })
}
