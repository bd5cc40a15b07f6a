//! The numbers of one side of a change, found by what they are of.

use std::collections::BTreeMap;

use super::shift::Estimate;
use crate::inference::limits::Limits;
use crate::metrics::Undefined;
use crate::result::{Adjusted, CheckRow, Comparison, Document, Group, Measurement, OutcomeView, ReferenceView};

/// What is compared of a result.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub measurements: &'a [Measurement],
    pub comparisons: &'a [Comparison],
    pub adjusted: &'a [Adjusted],
    pub checks: &'a [CheckRow],
    /// The confidence of its intervals.
    pub level: f64,
    /// What being selected means for the person: `benefit`, `burden` or `mixed`.
    pub selected_is: &'a str,
    pub outcomes: &'a [OutcomeView],
}

/// How the estimates of two sides go together.
#[derive(Clone, Copy)]
pub enum Samples<'a> {
    /// Different rows: not at all.
    Independent,
    /// The same rows: by the correlation of the two estimates of a number. One that is not known is taken for 0, which
    /// makes the interval too wide where the truth is above 0.
    Paired(&'a dyn Fn(&Key) -> Option<f64>),
}

impl Samples<'_> {
    pub fn is_paired(self) -> bool {
        matches!(self, Samples::Paired(_))
    }

    pub fn correlation(self, key: &Key) -> f64 {
        self.known(key).unwrap_or(0.0)
    }

    fn known(self, key: &Key) -> Option<f64> {
        match self {
            Samples::Independent => None,
            Samples::Paired(of) => of(key).filter(|r| r.is_finite()).map(|r| r.clamp(-1.0, 1.0)),
        }
    }

    /// The name of the method of an interval.
    pub fn method(self, key: &Key) -> &'static str {
        match self {
            Samples::Independent => "mover-independent",
            Samples::Paired(_) if self.known(key).is_some() => "mover-paired",
            Samples::Paired(_) => "mover-unpaired",
        }
    }
}

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key<'a> {
    pub metric: &'a str,
    /// `value`, `ratio` or `difference`.
    pub contrast: &'a str,
    pub axes: &'a [String],
    pub group: &'a Group,
}

/// A number of a side, with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a> {
    pub key: Key<'a>,
    pub reference: Option<&'a ReferenceView>,
    /// The number, or why there is none.
    pub estimate: Result<Estimate, &'a str>,
}

impl<'a> Side<'a> {
    pub fn of(document: &'a Document) -> Side<'a> {
        Side {
            measurements: &document.measurements,
            comparisons: &document.comparisons,
            adjusted: &document.adjusted,
            checks: &document.checks,
            level: document.policy.level,
            selected_is: &document.policy.selected_is,
            outcomes: &document.policy.outcomes,
        }
    }

    /// Every measurement and comparison, in the order of the result.
    pub fn numbers(&self) -> impl Iterator<Item = Number<'a>> + use<'a> {
        self.measurements.iter().map(measured).chain(self.comparisons.iter().map(compared))
    }

    /// The numbers of one contrast within these strata.
    pub fn within_strata(&self, contrast: &'a str, strata: Vec<String>) -> impl Iterator<Item = Number<'a>> + use<'a> {
        let same = self.adjusted.iter().filter(move |adjusted| adjusted.strata == strata);
        same.map(move |adjusted| within(adjusted, contrast))
    }
}

/// Numbers by what they are of.
pub fn index<'a>(numbers: impl Iterator<Item = Number<'a>>) -> BTreeMap<Key<'a>, Number<'a>> {
    numbers.map(|number| (number.key, number)).collect()
}

fn measured(m: &Measurement) -> Number<'_> {
    Number {
        key: Key { metric: &m.metric, contrast: "value", axes: &m.axes, group: &m.group },
        reference: None,
        estimate: estimate(m.value, m.low, m.high, &m.method, m.undefined.as_deref()),
    }
}

fn compared(c: &Comparison) -> Number<'_> {
    Number {
        key: Key { metric: &c.metric, contrast: &c.contrast, axes: &c.axes, group: &c.group },
        reference: Some(&c.reference),
        estimate: estimate(c.value, c.low, c.high, &c.method, c.undefined.as_deref()),
    }
}

fn within<'a>(adjusted: &'a Adjusted, contrast: &'a str) -> Number<'a> {
    let (found, missing) = match contrast {
        "ratio" => (&adjusted.ratio, adjusted.ratio_undefined.as_deref()),
        _ => (&adjusted.difference, None),
    };
    let undefined = adjusted.undefined.as_deref().or(missing);
    Number {
        key: Key { metric: &adjusted.metric, contrast, axes: &adjusted.axes, group: &adjusted.group },
        reference: Some(&adjusted.reference),
        estimate: match found {
            Some(found) => estimate(Some(found.value), found.low, found.high, &found.method, undefined),
            None => estimate(None, None, None, "none", undefined),
        },
    }
}

/// A stored number. A null limit beside a value is unbounded, unless the number has no interval at all.
pub(super) fn estimate<'a>(
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    method: &str,
    undefined: Option<&'a str>,
) -> Result<Estimate, &'a str> {
    let Some(value) = value else { return Err(undefined.unwrap_or(Undefined::NoRows.id())) };
    let limits = Limits { low: low.unwrap_or(f64::NEG_INFINITY), high: high.unwrap_or(f64::INFINITY) };
    let has_interval = method != "none" && (low.is_some() || high.is_some());
    Ok(Estimate { value, limits: has_interval.then_some(limits) })
}
