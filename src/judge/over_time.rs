//! Rows judged by evidence that was added up over periods.

use std::collections::BTreeMap;

use num_rational::BigRational;

use super::evidence::Finding;
use super::rows::Number;
use crate::assess::Contrasted;
use crate::assess::contrast::exact_shares;
use crate::inference::limits::Limits;
use crate::metrics::Undefined;
use crate::policy::{Check, Contrast};
use crate::result::{Group, Sequence, Verdict};

/// The sequences by the row that each belongs to.
pub struct Sequences<'a> {
    by_row: BTreeMap<(&'a str, &'a str, &'a [String], &'a Group), &'a Sequence>,
}

impl<'a> Sequences<'a> {
    pub fn new(sequences: &'a [Sequence]) -> Sequences<'a> {
        let key = |s: &'a Sequence| (s.id.as_str(), s.metric.as_str(), s.axes.as_slice(), &s.group);
        Sequences { by_row: sequences.iter().map(|s| (key(s), s)).collect() }
    }

    /// The sequence of a row.
    pub fn of(&self, check: &Check, metric: &str, axes: &[String], group: &Group) -> Option<&'a Sequence> {
        self.by_row.get(&(check.id.as_str(), metric, axes, group)).copied()
    }
}

/// What a sequence shows: its last look decides. The number, its cases and its limits are of all periods together.
pub(super) fn number(sequence: &Sequence, contrast: Contrast) -> Number {
    let how = if contrast == Contrast::Ratio { Contrasted::Ratio } else { Contrasted::Difference };
    let (own, other) = (sequence.counts(), sequence.reference_counts());
    let undefined = sequence
        .undefined
        .as_ref()
        .map(|reason| Undefined::ALL.into_iter().find(|known| known.id() == reason).unwrap_or(Undefined::NoRows));
    let without_hits = if own.hits == 0 { Undefined::BothZero } else { Undefined::Infinite };
    let estimate = match undefined {
        Some(reason) => Err(reason),
        None => sequence.value.ok_or(without_hits),
    };
    let exact: Option<BigRational> = estimate.ok().and_then(|_| exact_shares(own, other, how));
    let finding = sequence.looks.last().map(|look| match look.verdict {
        Verdict::NotMet => Finding::Outside,
        Verdict::Met => Finding::Inside,
        _ => Finding::Straddles,
    });
    let limits = estimate.ok().map(|_| Limits {
        low: sequence.low.unwrap_or(f64::NEG_INFINITY),
        high: sequence.high.unwrap_or(f64::INFINITY),
    });
    Number {
        estimate,
        exact,
        limits,
        finding,
        p_value: sequence.anytime_p_beyond,
        denominator: own.of.min(other.of),
        incomplete: None,
        alone: false,
        basis: None,
    }
}
