//! All groups of an axis at once: do they differ at all?

use super::alike::is_adjusted;
use super::groups::{AxisGroups, GroupCell};
use super::strata::chi_squared;
use crate::cell::Trials;
use crate::cores;
use crate::inference::chi_squared::Test;
use crate::inference::proportion::Proportion;
use crate::inference::resample::permutation::{Effort, Method, permute_within};
use crate::inference::resample::stream::Streams;
use crate::inference::resample::tables::{self, Tables};
use crate::inference::strata::general::general_association;
use crate::inference::strata::omnibus::omnibus;
use crate::inference::table::{Association, Unvaried, association, trend};
use crate::metrics::{self, Metric, Undefined};
use crate::policy::Policy;
use crate::policy::types::Attribute;
use crate::result::number::twelve_digits;
use crate::result::{Omnibus, Permutation, Trend};

/// Drawing stops once so many tables were at least as extreme: the p-value is then known to a tenth of itself.
const ENOUGH: u64 = 100;

/// Up to so many tables are gone through instead: it takes as long as drawing a few hundred.
const ENUMERATED: u64 = 1000;

/// What is tested together, and of what shares: those of a bundle count the same event in both of its parts, so that a
/// gap of one sign is one of one sign in the sum.
const QUESTIONS: [(&str, &[&str]); 4] = [
    ("selection-rate", &["selection-rate"]),
    ("true-positive-rate", &["true-positive-rate"]),
    ("equalized-odds", &["true-positive-rate", "false-positive-rate"]),
    ("predictive-parity", &["positive-predictive-value", "false-omission-rate"]),
];

/// The tests of every axis whose groups share no row; of weighted rows none.
pub fn test_all(policy: &Policy, axes: &[AxisGroups]) -> Vec<Omnibus> {
    if !policy.roles.decision.is_asked() {
        return Vec::new();
    }
    let has_label = policy.roles.label.is_some();
    let mut questions = Vec::new();
    for (id, parts) in QUESTIONS {
        let parts: Vec<&'static Metric> = parts.iter().filter_map(|part| metrics::find(part)).collect();
        if is_adjusted(policy) && parts.iter().all(|part| has_label || !part.needs.label) {
            let asked = axes.iter().zip(&policy.axes).filter(|(axis, _)| !axis.in_part);
            questions.extend(asked.map(|(axis, of)| {
                let ordered = match of.attributes.as_slice() {
                    [one] => policy.attributes.get(*one).filter(|attribute| !attribute.bins.is_empty()),
                    _ => None,
                };
                Question { id, parts: parts.clone(), axis, ordered }
            }));
        }
    }
    // Exchanging groups at random takes time: every core works on a question, and no number depends on which.
    cores::each(questions, |question| question.answer(policy))
}

struct Question<'a> {
    id: &'static str,
    parts: Vec<&'static Metric>,
    axis: &'a AxisGroups,
    /// The attribute whose bins give the groups an order.
    ordered: Option<&'a Attribute>,
}

impl Question<'_> {
    fn groups(&self) -> impl Iterator<Item = &GroupCell> {
        self.axis.judged().filter(|group| !group.absent)
    }

    fn answer(&self, policy: &Policy) -> Omnibus {
        // A table for each part: hits and trials of every group.
        let of = |part: &&'static Metric| -> Vec<Trials> {
            self.groups().map(|group| part.trials(&group.cell).unwrap_or(Trials { hits: 0, of: 0 })).collect()
        };
        let tables: Vec<Vec<Trials>> = self.parts.iter().map(of).collect();
        let tested: Vec<Result<Association, Unvaried>> = tables.iter().map(|table| of_table(table)).collect();
        let known: Vec<&Association> = tested.iter().filter_map(|found| found.as_ref().ok()).collect();
        let effect = self.design_effect(&tables);
        let single = self.parts.len() == 1;
        let divide = |test: Option<Test>| test.and_then(|t| divide(t, effect)).map(chi_squared);
        let likelihood = Test::new(
            known.iter().map(|found| found.likelihood.chi2).sum(),
            known.iter().map(|found| found.likelihood.df).sum(),
        );
        let sparse = effect.is_none() && known.iter().any(|found| found.is_sparse());
        let permuted = sparse.then(|| self.permute(policy, &tables)).flatten();
        let smallest = known.iter().map(|found| found.smallest_expected).fold(f64::INFINITY, f64::min);
        let within = self.axis.within.as_ref().filter(|_| single);
        Omnibus {
            metric: self.id.to_owned(),
            axes: self.axis.axes.clone(),
            groups: self.groups().enumerate().filter(|(at, _)| tables.iter().any(|t| t[*at].of > 0)).count() as u64,
            pearson: divide(omnibus(&tables)),
            g: divide(likelihood),
            directional: if single { None } else { divide(general_association(&tables)) },
            trend: self.ordered.filter(|_| single).and_then(|by| self.trend(by, &tables[0], effect)),
            permutation_p: permuted.as_ref().map(|(p, _)| *p),
            permutation: permuted.map(|(_, how)| how),
            strength: known.first().filter(|_| single).and_then(|f| f.cramer_v_corrected).map(twelve_digits),
            within_strata: within.and_then(|w| divide(general_association(&sorted(w.tables(self.parts[0]))))),
            smallest_expected: smallest.is_finite().then(|| twelve_digits(smallest)),
            design_effect: effect.map(twelve_digits),
            undefined: if known.is_empty() { Some(why(&tested).to_owned()) } else { None },
        }
    }

    /// Rao and Scott's mean design effect of the shares, where people are counted; never below 1.
    ///
    /// `sum (1 - n_g/N) d_g / (K - 1)` over the groups of every part, with d_g the rows of a group over its effective
    /// ones; a group whose rows are all of one person counts as one row. Of several parts the mean by their degrees.
    fn design_effect(&self, tables: &[Vec<Trials>]) -> Option<f64> {
        self.groups().next()?.cell.design()?;
        let (mut sum, mut degrees) = (0.0, 0.0);
        for (part, table) in self.parts.iter().zip(tables) {
            let all: u64 = table.iter().map(|t| t.of).sum();
            let present = table.iter().filter(|t| t.of > 0).count();
            if present < 2 {
                continue;
            }
            for (group, t) in self.groups().zip(table).filter(|(_, t)| t.of > 0) {
                let effective = part.effective(&group.cell).map_or(1.0, |e| e.of());
                sum += (1.0 - t.of as f64 / all as f64) * (t.of as f64 / effective);
            }
            degrees += present as f64 - 1.0;
        }
        Some(if degrees > 0.0 { (sum / degrees).max(1.0) } else { 1.0 })
    }

    /// Groups exchanged at random within each part, by Pearson's statistic.
    fn permute(&self, policy: &Policy, tables: &[Vec<Trials>]) -> Option<(f64, Permutation)> {
        let draws = policy.statistics.permutations;
        if draws == 0 {
            return None;
        }
        let counts = tables.iter().flatten().flat_map(|t| [t.hits.min(t.of), t.of - t.hits.min(t.of)]).collect();
        let counts = Tables::new(tables.first()?.len(), 2, counts)?;
        let name = format!("omnibus {} {}", self.id, self.axis.axes.join(":"));
        let streams = Streams::new(policy.statistics.seed, &name);
        let effort = Effort { draws, enumerated: ENUMERATED.min(draws), enough: ENOUGH };
        let found = permute_within(&counts, tables::chi_squared, &streams, effort)?;
        let (method, tables) = match found.method {
            Method::Exact { tables } => ("exact", tables),
            Method::Random { draws } => ("random", draws),
        };
        Some((twelve_digits(found.p), Permutation { method: method.to_owned(), tables }))
    }

    fn trend(&self, ordered: &Attribute, table: &[Trials], effect: Option<f64>) -> Option<Trend> {
        let bins = ordered.bin_names();
        let place = |group: &GroupCell| Some(bins.iter().position(|bin| *bin == group.levels[0])? as f64);
        let scores: Option<Vec<f64>> = self.groups().map(place).collect();
        let found = trend::trend(table, Some(&scores?)).ok()?;
        let z = found.z / effect.unwrap_or(1.0).sqrt();
        let p = crate::inference::normal::two_sided(z);
        Some(Trend { z: twelve_digits(z), p_value: twelve_digits(p) })
    }
}

fn of_table(table: &[Trials]) -> Result<Association, Unvaried> {
    let rows: Vec<[u64; 2]> = table.iter().map(|t| [t.hits.min(t.of), t.of - t.hits.min(t.of)]).collect();
    association(&rows)
}

fn divide(test: Test, effect: Option<f64>) -> Option<Test> {
    effect.map_or(Some(test), |effect| Test::new(test.chi2 / effect, test.df))
}

/// In an order of counts, so that no number depends on what the strata are called.
fn sorted(mut strata: Vec<Vec<Trials>>) -> Vec<Vec<Trials>> {
    strata.sort_by_cached_key(|groups| groups.iter().map(|t| (t.of, t.hits)).collect::<Vec<_>>());
    strata
}

/// Why nothing can be tested: the reason of the first part.
fn why(tested: &[Result<Association, Unvaried>]) -> &'static str {
    match tested.iter().find_map(|found| found.as_ref().err()) {
        Some(Unvaried::OneGroup) => "nothing-to-compare",
        Some(Unvaried::OneOutcome) => Undefined::NoVariance.id(),
        _ => Undefined::NoRows.id(),
    }
}
