//! Spread and worst ratio: every ordered pair of groups, judged together.

use super::contrast::{Contrasted, Pair};
use super::groups::{AxisGroups, GroupCell};
use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::metrics::{Measured, Metric, Undefined};

/// All ordered pairs of the groups that are large enough and have a value.
pub struct Pairs<'a> {
    pub groups: Vec<&'a GroupCell>,
    pub pairs: Vec<Pair>,
    /// A group was too small to be judged.
    pub too_few: bool,
    /// A group has no value.
    pub undefined: bool,
    how: Contrasted,
}

impl<'a> Pairs<'a> {
    pub fn new(axis: &'a AxisGroups, metric: &'static Metric, how: Contrasted, min_group: u64) -> Pairs<'a> {
        let mut found = Pairs { groups: Vec::new(), pairs: Vec::new(), too_few: false, undefined: false, how };
        for group in axis.judged() {
            if metric.measure(&group.cell).is_err() {
                found.undefined = true;
            } else if metric.denominator(&group.cell) < min_group {
                found.too_few = true;
            } else {
                found.groups.push(group);
            }
        }
        for a in &found.groups {
            for b in found.groups.iter().filter(|b| b.levels != a.levels) {
                found.pairs.push(axis.pair(metric, &a.cell, &b.cell));
            }
        }
        // Numbers of which a ratio has no meaning are no numbers here.
        let signed = |pair: &Pair| pair.estimate(how) == Err(Undefined::NotPositive);
        found.undefined |= how == Contrasted::Ratio && found.pairs.iter().any(signed);
        found
    }

    /// The largest difference, or the smallest ratio; undefined when there is no pair, when every rate is zero, and when no ratio
    /// has a meaning. A pair whose second rate alone is zero has no ratio, and the same pair the other way round has the ratio 0.
    pub fn estimate(&self) -> Measured {
        let values: Vec<f64> = self.pairs.iter().filter_map(|pair| pair.estimate(self.how).ok()).collect();
        if !values.is_empty() {
            return Ok(self.extreme(values.into_iter()));
        }
        let signed = self.pairs.iter().any(|pair| pair.estimate(self.how) == Err(Undefined::NotPositive));
        Err(if signed { Undefined::NotPositive } else { Undefined::BothZero })
    }

    /// The pair that makes the estimate.
    pub fn worst(&self) -> Option<&Pair> {
        let estimate = self.estimate().ok()?;
        self.pairs.iter().find(|pair| pair.estimate(self.how) == Ok(estimate))
    }

    fn extreme(&self, values: impl Iterator<Item = f64>) -> f64 {
        match self.how {
            Contrasted::Difference => values.fold(f64::NEG_INFINITY, f64::max),
            Contrasted::Ratio => values.fold(f64::INFINITY, f64::min),
        }
    }

    /// Simultaneous limits: each unordered pair at 1 − (1 − level) / (K (K − 1) / 2), then the extreme of either end.
    pub fn limits(&self, level: f64) -> Option<Limits> {
        let unordered = self.pairs.len() / 2;
        if unordered == 0 {
            return None;
        }
        let z = normal::critical(1.0 - (1.0 - level) / unordered as f64);
        let all: Option<Vec<Limits>> = self.pairs.iter().map(|pair| pair.limits(self.how, z)).collect();
        let all = all?;
        let limits =
            Limits { low: self.extreme(all.iter().map(|l| l.low)), high: self.extreme(all.iter().map(|l| l.high)) };
        // A spread is never negative, and the smallest ratio never above one.
        Some(match self.how {
            Contrasted::Difference => Limits { low: limits.low.max(0.0), high: limits.high },
            Contrasted::Ratio => Limits { low: limits.low, high: limits.high.min(1.0) },
        })
    }

    /// The interval of every pair by itself.
    pub fn each(&self, level: f64) -> Option<Vec<Limits>> {
        let z = normal::critical(level);
        self.pairs.iter().map(|pair| pair.limits(self.how, z)).collect()
    }

    /// The smallest p-value of any pair being beyond the bound, times the number of pairs: the first step of Holm.
    pub fn p_below(&self, bound: f64) -> f64 {
        self.first_of_holm(|pair| pair.p_below(self.how, bound))
    }

    pub fn p_above(&self, bound: f64) -> f64 {
        self.first_of_holm(|pair| pair.p_above(self.how, bound))
    }

    fn first_of_holm(&self, p: impl Fn(&Pair) -> f64) -> f64 {
        let least = self.pairs.iter().map(p).fold(1.0, f64::min);
        (least * self.pairs.len() as f64).min(1.0)
    }
}
