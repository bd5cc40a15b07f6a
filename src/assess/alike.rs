//! A group held against its reference within strata: estimate, interval at any level, and evidence against a bound.
//!
//! The numbers are those of Mantel and Haenszel. The reference of a group is the one of the crude comparison, but for two
//! kinds: everybody shares rows with the group, so the rest takes its place; and the group with the highest crude rate is
//! taken as if it had been named, because which group is highest within strata is another question.

use super::contrast::{Contrasted, Pair};
use super::groups::{AxisGroups, GroupCell};
use super::within::{Other, Within};
use crate::cell::Cell;
use crate::exact::twelve_digits;
use crate::inference::chi_squared::Test;
use crate::inference::invert;
use crate::inference::limits::Limits;
use crate::inference::proportion::Proportion;
use crate::inference::strata::{Stratum, homogeneity, mantel_haenszel};
use crate::metrics::designed::Reach;
use crate::metrics::{Measured, Metric, Undefined};
use crate::policy::{Policy, Reference};
use crate::result::{Group, ReferenceView};

/// Two groups within strata.
pub struct Alike<'a> {
    pub metric: &'static Metric,
    pub within: &'a Within,
    pub focal: usize,
    pub other: Other,
    /// Without regard to strata.
    pub crude: Pair,
    /// In an order of counts, so that no number depends on what the strata are called.
    strata: Vec<Stratum>,
    /// Where people are counted: by how much intervals are wider, of a ratio and of a difference; none where a single
    /// person leaves nothing to judge by.
    people: Option<Option<[Reach; 2]>>,
}

/// Whom a group is held against within strata, and the two together; none when the group is itself the reference.
pub fn against<'a>(
    axis: &'a AxisGroups,
    within: &'a Within,
    group: &GroupCell,
    metric: &'static Metric,
    min_group: u64,
) -> Option<(ReferenceView, Result<Alike<'a>, Undefined>)> {
    let rest = || ReferenceView { kind: Reference::Rest.kind().to_owned(), group: Group::new() };
    let (view, other) = match axis.reference {
        Reference::Rest | Reference::Overall => (rest(), Ok(Other::Rest)),
        _ => {
            let chosen = axis.reference_of(group, metric, min_group)?;
            let place = axis.groups.iter().position(|g| g.group == chosen.view.group && !chosen.view.group.is_empty());
            let other = match chosen.against {
                Err(reason) => Err(reason),
                Ok(_) => place.map(Other::Group).ok_or(Undefined::Absent),
            };
            (chosen.view, other)
        }
    };
    let focal = axis.groups.iter().position(|g| g.levels == group.levels)?;
    let alike = if group.absent { Err(Undefined::Absent) } else { other };
    Some((view, alike.and_then(|other| Alike::new(axis, within, focal, other, metric))))
}

/// Whether any number is adjusted for strata: of weighted rows none is.
pub fn is_adjusted(policy: &Policy) -> bool {
    policy.roles.weight.is_none()
}

impl<'a> Alike<'a> {
    fn new(
        axis: &'a AxisGroups,
        within: &'a Within,
        focal: usize,
        other: Other,
        metric: &'static Metric,
    ) -> Result<Alike<'a>, Undefined> {
        let own = &axis.groups[focal];
        let reference = match other {
            Other::Group(place) => &axis.groups[place].cell,
            Other::Rest => axis.rest(own),
        };
        if reference.rows() == 0 {
            return Err(Undefined::NoRows);
        }
        let crude = Pair::new(metric, &own.cell, reference);
        let mut strata = within.pairs(metric, focal, other);
        strata.retain(|s| s.focal.of > 0 && s.reference.of > 0);
        strata.sort_by_key(|s| (s.focal.of, s.focal.hits, s.reference.of, s.reference.hits));
        let people = crude.is_designed().then(|| {
            let reach = |how| wider(metric, &own.cell, reference, how);
            Some([reach(Contrasted::Ratio)?, reach(Contrasted::Difference)?])
        });
        Ok(Alike { metric, within, focal, other, crude, strata, people })
    }

    /// Strata in which both groups are.
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    pub fn estimate(&self, how: Contrasted) -> Measured {
        if self.strata.is_empty() {
            return Err(Undefined::NoCommonStratum);
        }
        let value = match how {
            Contrasted::Difference => mantel_haenszel::difference(&self.strata).map(|d| d.value),
            Contrasted::Ratio => mantel_haenszel::ratio(&self.strata).map(|r| r.value),
        };
        match value {
            None => Err(Undefined::BothZero),
            Some(value) if value.is_infinite() => Err(Undefined::Infinite),
            Some(value) => Ok(twelve_digits(value)),
        }
    }

    /// The limits at a normal quantile: by the standard error, and by the score where there is none.
    pub fn limits(&self, how: Contrasted, z: f64) -> Option<Limits> {
        let z = self.widen(how, z)?;
        let by_error = match how {
            Contrasted::Ratio => mantel_haenszel::ratio(&self.strata).and_then(|r| r.limits(z)),
            Contrasted::Difference => mantel_haenszel::difference(&self.strata).and_then(|d| d.limits(z)),
        };
        let limits = by_error.or_else(|| match how {
            Contrasted::Ratio => mantel_haenszel::score_ratio(&self.strata, z),
            Contrasted::Difference => mantel_haenszel::score_difference(&self.strata, z),
        })?;
        Some(self.estimate(how).map_or(limits, |estimate| limits.around(estimate)))
    }

    /// One-sided p-value of the true number being below the bound: small is evidence that it is.
    pub fn p_below(&self, how: Contrasted, bound: f64) -> f64 {
        invert::p_below(self.score(how, bound), |z| self.limits(how, z), bound)
    }

    /// One-sided p-value of the true number being above the bound.
    pub fn p_above(&self, how: Contrasted, bound: f64) -> f64 {
        invert::p_above(self.score(how, bound), |z| self.limits(how, z), bound)
    }

    /// The normal statistic against a bound; none where the limits are not by the standard error.
    fn score(&self, how: Contrasted, bound: f64) -> Option<f64> {
        let z = match how {
            // No ratio is below zero and no difference of shares beyond one: the evidence is complete.
            Contrasted::Ratio if bound <= 0.0 => return Some(f64::INFINITY),
            Contrasted::Difference if bound <= -1.0 => return Some(f64::INFINITY),
            Contrasted::Difference if bound >= 1.0 => return Some(f64::NEG_INFINITY),
            Contrasted::Ratio => mantel_haenszel::ratio(&self.strata)?.z_against(bound)?,
            Contrasted::Difference => mantel_haenszel::difference(&self.strata)?.z_against(bound)?,
        };
        match self.people {
            None => Some(z),
            Some(reach) => Some(reach?[place(how)].narrow(z)),
        }
    }

    /// The critical value that takes the place of a normal one; none where nothing can be judged.
    pub fn widen(&self, how: Contrasted, z: f64) -> Option<f64> {
        match self.people {
            None => Some(z),
            Some(reach) => Some(reach?[place(how)].widen(z)),
        }
    }

    /// How the limits come about.
    pub fn method(&self, how: Contrasted) -> &'static str {
        let by_error = match how {
            Contrasted::Ratio => mantel_haenszel::ratio(&self.strata).is_some_and(|r| r.log_se.is_some()),
            Contrasted::Difference => mantel_haenszel::difference(&self.strata).is_some_and(|d| d.se.is_some()),
        };
        match (by_error, self.people.is_some(), how) {
            (true, true, _) => "mantel-haenszel-design-effect",
            (true, false, Contrasted::Ratio) => "greenland-robins",
            (true, false, Contrasted::Difference) => "sato",
            (false, true, _) => "stratified-score-design-effect",
            (false, false, _) => "stratified-score",
        }
    }

    /// By what tests are divided; none where every row stands for itself.
    pub fn design_effect(&self) -> Option<f64> {
        self.people.flatten().map(|reach| reach[place(Contrasted::Difference)].factor.powi(2))
    }

    /// The Cochran-Mantel-Haenszel test.
    pub fn association(&self) -> Option<Test> {
        self.divide(mantel_haenszel::cmh(&self.strata)?)
    }

    /// Tarone's test that the odds ratio is the same in every stratum.
    pub fn homogeneity(&self) -> Option<Test> {
        self.divide(homogeneity::homogeneity(&self.strata).ok()?.tarone)
    }

    fn divide(&self, test: Test) -> Option<Test> {
        match self.people {
            None => Some(test),
            Some(_) => Test::new(test.chi2 / self.design_effect()?, test.df),
        }
    }

    /// The cases of either side that a check may lean on: people where people are counted.
    pub fn denominators(&self) -> (u64, u64) {
        let (own, theirs) = self.within.comparable(self.metric, self.focal, self.other);
        (self.metric.denominator(&own), self.metric.denominator(&theirs))
    }
}

fn place(how: Contrasted) -> usize {
    match how {
        Contrasted::Ratio => 0,
        Contrasted::Difference => 1,
    }
}

/// How much wider the crude contrast is because rows of one person go together; never narrower, since within strata
/// people who are in both groups need not make up for each other.
fn wider(metric: &Metric, focal: &Cell, reference: &Cell, how: Contrasted) -> Option<Reach> {
    let effective = metric.effective_pair(focal, reference, how == Contrasted::Ratio)?;
    let (own, other) = (metric.trials(focal)?, metric.trials(reference)?);
    let spread = |p: f64| match how {
        Contrasted::Ratio => (1.0 - p) / p,
        Contrasted::Difference => p * (1.0 - p),
    };
    let variance = |n1: f64, n0: f64, s1: f64, s0: f64| s1 / n1 + s0 / n0;
    let (e1, e0) = (effective.focal.of(), effective.reference.of());
    let (s1, s0) = (spread(own.rate()), spread(other.rate()));
    let effect = variance(e1, e0, s1, s0) / variance(own.of(), other.of(), s1, s0);
    // Nobody or everybody was selected: by the rows alone.
    let effect = if effect.is_finite() { effect } else { (own.of() / e1).max(other.of() / e0) };
    Some(Reach { factor: effect.max(1.0).sqrt(), df: effective.df })
}
