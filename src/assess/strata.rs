//! Like with like: what remains of a gap within strata.

use super::alike::{Alike, against, is_adjusted};
use super::contrast::{Contrasted, contrast_shares};
use super::groups::AxisGroups;
use super::measure::measurable;
use super::within::Level;
use crate::inference::chi_squared::Test;
use crate::inference::limits::Limits;
use crate::inference::strata::{Stratum, mantel_haenszel, simpson, standardise, support};
use crate::inference::{normal, pair};
use crate::metrics::{Metric, Undefined};
use crate::policy::Policy;
use crate::result::number::{limit, twelve_digits};
use crate::result::{Adjusted, ChiSquared, Estimate, ReferenceView, Standardised, StratumView};

/// Both groups are told stratum by stratum up to so many.
const TOLD: usize = 12;

/// With a smaller p-value the odds ratios of the strata are said to differ, so that one number for all hides something.
const DIFFER: f64 = 0.05;

/// Rates are standardised over so many strata at most; of more, most hold too few rows for a rate.
const STANDARDISED: usize = 200;

/// The selection rate and every share that a check names, each group against its reference, within strata.
pub fn adjust_all(policy: &Policy, axes: &[AxisGroups]) -> Vec<Adjusted> {
    let mut found = Vec::new();
    if !is_adjusted(policy) {
        return found;
    }
    let z = normal::critical(policy.statistics.level.approximate());
    for metric in adjustable(policy) {
        for (axis, within) in axes.iter().filter_map(|axis| axis.within.as_ref().map(|within| (axis, within))) {
            for group in axis.judged().filter(|group| !group.absent) {
                let chosen = against(axis, within, group, metric, policy.statistics.min_group);
                let Some((view, alike)) = chosen else { continue };
                let names = (axis.axes.clone(), group.group.clone(), within.names.clone());
                found.push(match alike {
                    Ok(alike) => adjusted(&alike, view, names, z),
                    Err(reason) => nothing(metric, view, names, reason),
                });
            }
        }
    }
    found
}

/// The shares that are looked at within strata.
fn adjustable(policy: &Policy) -> Vec<&'static Metric> {
    let named = |metric: &&Metric| policy.checks.iter().any(|check| check.metrics.iter().any(|m| m.id == metric.id));
    let shares = measurable(policy).into_iter().filter(|m| m.is_share() && !m.needs.outcome);
    shares.filter(|m| m.id == "selection-rate" || named(m)).collect()
}

type Names = (Vec<String>, crate::result::Group, Vec<String>);

fn nothing(metric: &Metric, reference: ReferenceView, (axes, group, strata): Names, reason: Undefined) -> Adjusted {
    Adjusted {
        metric: metric.id.to_owned(),
        axes,
        group,
        reference,
        strata,
        crude_ratio: None,
        crude_difference: None,
        ratio: None,
        ratio_undefined: None,
        difference: None,
        odds_ratio: None,
        standardised: None,
        association: None,
        homogeneity: None,
        strata_differ: false,
        reversed: false,
        strata_used: 0,
        strata_lower: 0,
        strata_equal: 0,
        strata_higher: 0,
        rows: 0,
        reference_rows: 0,
        rows_alone: 0,
        rows_without_stratum: 0,
        design_effect: None,
        by_stratum: Vec::new(),
        undefined: Some(reason.id().to_owned()),
    }
}

fn adjusted(alike: &Alike, reference: ReferenceView, names: Names, z: f64) -> Adjusted {
    let (metric, within) = (alike.metric, alike.within);
    let pairs = within.pairs(metric, alike.focal, alike.other);
    let without = within.without_stratum(metric, alike.focal, alike.other);
    let directions = directions(&pairs, without);
    let support = support(&pairs);
    let ratio = alike.estimate(Contrasted::Ratio);
    let difference = alike.estimate(Contrasted::Difference);
    let rows = |of: fn(&Stratum) -> u64| alike.strata().iter().map(of).sum();
    let homogeneity = alike.homogeneity();
    let told = pairs.len() <= TOLD;
    let by_stratum = || within.strata.iter().zip(&pairs).map(|(level, pair)| by_stratum(alike, level, pair, z));
    let with_limits = |how, value: f64| estimate(value, alike.limits(how, z), alike.method(how));
    Adjusted {
        crude_ratio: alike.crude.estimate(Contrasted::Ratio).ok(),
        crude_difference: alike.crude.estimate(Contrasted::Difference).ok(),
        ratio_undefined: ratio.err().filter(|_| difference.is_ok()).map(|reason| reason.id().to_owned()),
        undefined: difference.err().map(|reason| reason.id().to_owned()),
        ratio: ratio.ok().map(|value| with_limits(Contrasted::Ratio, value)),
        difference: difference.ok().map(|value| with_limits(Contrasted::Difference, value)),
        odds_ratio: odds_ratio(alike, z),
        standardised: standardised(alike, &pairs, z),
        association: alike.association().map(chi_squared),
        strata_differ: homogeneity.as_ref().is_some_and(|test| test.p < DIFFER),
        homogeneity: homogeneity.map(chi_squared),
        reversed: directions.is_some_and(|d| d.reversed()),
        strata_used: support.comparable as u64,
        strata_lower: directions.map_or(0, |d| d.lower as u64),
        strata_equal: directions.map_or(0, |d| d.equal as u64),
        strata_higher: directions.map_or(0, |d| d.higher as u64),
        rows: rows(|s| s.focal.of),
        reference_rows: rows(|s| s.reference.of),
        rows_alone: u64::try_from(support.rows_alone).unwrap_or(u64::MAX),
        rows_without_stratum: without.focal.of + without.reference.of,
        design_effect: alike.design_effect().map(twelve_digits),
        by_stratum: if told { by_stratum().collect() } else { Vec::new() },
        ..nothing(metric, reference, names, Undefined::NoRows)
    }
}

/// The crude side counts every row, those without a stratum included: they compare nobody within one.
fn directions(pairs: &[Stratum], without: Stratum) -> Option<simpson::Directions> {
    let nobody = crate::cell::Trials { hits: 0, of: 0 };
    let alone = [Stratum { reference: nobody, ..without }, Stratum { focal: nobody, ..without }];
    simpson::directions(&[pairs, &alone].concat())
}

pub(super) fn chi_squared(test: Test) -> ChiSquared {
    ChiSquared { chi2: twelve_digits(test.chi2), df: test.df, p_value: twelve_digits(test.p) }
}

fn estimate(value: f64, limits: Option<Limits>, method: &str) -> Estimate {
    let value = twelve_digits(value);
    let limits = limits.map(|limits| limits.around(value));
    let end = |of: fn(&Limits) -> f64| limits.as_ref().map(of).and_then(limit);
    Estimate { value, low: end(|l| l.low), high: end(|l| l.high), method: method.to_owned() }
}

fn odds_ratio(alike: &Alike, z: f64) -> Option<Estimate> {
    let pooled = mantel_haenszel::odds_ratio(alike.strata()).filter(|pooled| pooled.log_se.is_some())?;
    let limits = alike.widen(Contrasted::Ratio, z).and_then(|z| pooled.limits(z));
    let people = alike.design_effect().is_some();
    let method = if people { "mantel-haenszel-design-effect" } else { "robins-breslow-greenland" };
    Some(estimate(pooled.value, limits, method))
}

fn standardised(alike: &Alike, pairs: &[Stratum], z: f64) -> Option<Standardised> {
    if pairs.len() > STANDARDISED {
        return None;
    }
    // In an order of counts, like every sum over strata.
    let mut weighed: Vec<(Stratum, u64)> = pairs.iter().copied().zip(alike.within.everybody(alike.metric)).collect();
    weighed.sort_by_key(|(s, rows)| (s.focal.of, s.focal.hits, s.reference.of, s.reference.hits, *rows));
    let (strata, everybody): (Vec<Stratum>, Vec<u64>) = weighed.into_iter().unzip();
    let wide = |how| alike.widen(how, z);
    let of_ratio = standardise::contrast(&strata, Some(&everybody), wide(Contrasted::Ratio).unwrap_or(z))?;
    let of_difference = standardise::contrast(&strata, Some(&everybody), wide(Contrasted::Difference).unwrap_or(z))?;
    let people = alike.crude.is_designed();
    let method = if people { "standardised-score-design-effect" } else { "standardised-score" };
    let with = |how, value: f64, limits| estimate(value, wide(how).map(|_| limits), method);
    let ratio = of_ratio.ratio.filter(|ratio| ratio.is_finite());
    Some(Standardised {
        focal: twelve_digits(of_ratio.focal.value),
        reference: twelve_digits(of_ratio.reference.value),
        ratio: ratio.map(|value| with(Contrasted::Ratio, value, of_ratio.ratio_limits)),
        difference: Some(with(Contrasted::Difference, of_difference.difference, of_difference.difference_limits)),
        excluded: twelve_digits(of_ratio.outside),
        fewest: of_ratio.fewest,
    })
}

fn by_stratum(alike: &Alike, level: &Level, both: &Stratum, z: f64) -> StratumView {
    let (own, theirs) = (both.focal, both.reference);
    let contrast = |how: Contrasted| {
        if own.of == 0 || theirs.of == 0 || (how == Contrasted::Ratio && theirs.hits == 0) {
            return None;
        }
        let limits = alike.widen(how, z).and_then(|z| match how {
            Contrasted::Ratio => pair::score_ratio(own, theirs, z),
            Contrasted::Difference => pair::score_difference(own, theirs, z),
        });
        let method = if alike.crude.is_designed() { "stratified-score-design-effect" } else { "miettinen-nurminen" };
        Some(estimate(contrast_shares(own, theirs, how), limits, method))
    };
    StratumView {
        stratum: alike.within.names.iter().cloned().zip(level.levels.iter().cloned()).collect(),
        numerator: own.hits,
        denominator: own.of,
        reference_numerator: theirs.hits,
        reference_denominator: theirs.of,
        ratio: contrast(Contrasted::Ratio),
        difference: contrast(Contrasted::Difference),
    }
}
