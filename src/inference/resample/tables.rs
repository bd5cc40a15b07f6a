//! Groups by outcomes within strata, and how far the groups are apart.

use crate::inference::scores::sum::Sum;
use crate::inference::share::over;
use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;

/// The counts of every group and outcome in every stratum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    pub(super) groups: usize,
    pub(super) outcomes: usize,
    pub(super) counts: Vec<u64>,
}

impl Tables {
    /// Counts stratum by stratum, in each group by group, in each outcome by outcome.
    ///
    /// None unless the counts fill whole strata of at least one group and one outcome, and are below 2^62 in all.
    pub fn new(groups: usize, outcomes: usize, counts: Vec<u64>) -> Option<Tables> {
        let size = groups.checked_mul(outcomes).filter(|&size| size > 0)?;
        let all = counts.iter().try_fold(0, |sum: u64, &count| sum.checked_add(count))?;
        (counts.len().is_multiple_of(size) && all < 1 << 62).then_some(Tables { groups, outcomes, counts })
    }

    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn outcomes(&self) -> usize {
        self.outcomes
    }

    /// The counts of each stratum, group by group.
    pub fn strata(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.groups * self.outcomes)
    }

    /// The focal and the reference group of every stratum that has both, with its number of rows.
    fn pairs(&self) -> Option<impl Iterator<Item = (Trials, Trials, f64)>> {
        (self.groups == 2 && self.outcomes == 2).then(|| {
            self.strata().filter_map(|t| {
                let trials = |hits: u64, misses: u64| Trials { hits, of: hits + misses };
                let (focal, reference) = (trials(t[0], t[1]), trials(t[2], t[3]));
                let all = focal.of as f64 + reference.of as f64;
                (focal.of > 0 && reference.of > 0).then_some((focal, reference, all))
            })
        })
    }
}

/// How far the shares of two groups lie apart, whichever is higher.
///
/// `|sum w (p1 - p0)| / sum w` over strata with weights `w = n1 n0 / N` (Mantel and Haenszel); of a single stratum `|p1 -
/// p0|`. The first group is the focal one, the first outcome the hit. None unless there are two groups and two outcomes,
/// and some stratum has both groups.
pub fn difference(tables: &Tables) -> Option<f64> {
    let [mut gaps, mut sizes, mut weights] = [Sum::default(); 3];
    for (focal, reference, all) in tables.pairs()? {
        add_gap(&mut gaps, &mut sizes, focal, reference, all);
        weights.add(focal.of as f64 / all * reference.of as f64);
    }
    let weight = weights.value();
    (weight > 0.0).then(|| settled(gaps, sizes).abs() / weight)
}

/// How many of its own standard errors the difference of two groups lies from 0, in either direction.
///
/// [`difference`] over `sqrt(sum w^2 (p1(1-p1)/n1 + p0(1-p0)/n0)) / sum w`: a permutation test of it holds its level
/// for the hypothesis of equal shares also where variances differ. Infinite for a gap without variance, 0 for none.
/// None as there. Source: Chung and Romano 2013.
pub fn studentised_difference(tables: &Tables) -> Option<f64> {
    let [mut gaps, mut sizes, mut variance] = [Sum::default(); 3];
    let mut any = false;
    for (focal, reference, all) in tables.pairs()? {
        add_gap(&mut gaps, &mut sizes, focal, reference, all);
        let spread = |t: Trials, other: Trials| {
            let weight = other.of as f64 / all;
            t.hits as f64 * ((t.of - t.hits) as f64 / t.of as f64) * (weight * weight)
        };
        variance.add(spread(focal, reference) + spread(reference, focal));
        any = true;
    }
    any.then(|| over(settled(gaps, sizes).abs(), variance.value()))
}

/// Adds `w (p1 - p0)` of a stratum, and its size.
fn add_gap(gaps: &mut Sum, sizes: &mut Sum, focal: Trials, reference: Trials, all: f64) {
    let gap = cross_difference(focal, reference) / all;
    gaps.add(gap);
    sizes.add(gap.abs());
}

/// Gaps of strata that cancel but for rounding are no gap: tables that tie must not differ by it.
fn settled(gaps: Sum, sizes: Sum) -> f64 {
    let gap = gaps.value();
    if gap.abs() <= 1e-13 * sizes.value() { 0.0 } else { gap }
}

/// Pearson's chi-squared of the tables: how far any group lies from what all groups of its stratum together lead to
/// expect.
///
/// `sum (observed - expected)^2 / expected` over cells, then over strata; the differences are exact before they are
/// rounded. Empty groups and outcomes add nothing. None where no stratum has two groups and two outcomes.
pub fn chi_squared(tables: &Tables) -> Option<f64> {
    let mut chi2 = Sum::default();
    let mut any = false;
    for stratum in tables.strata() {
        let rows: Vec<u64> = stratum.chunks_exact(tables.outcomes).map(|row| row.iter().sum()).collect();
        let column = |j: usize| stratum.iter().skip(j).step_by(tables.outcomes).sum::<u64>();
        let all: u64 = rows.iter().sum();
        for j in 0..tables.outcomes {
            let of_outcome = column(j);
            any |= of_outcome > 0 && of_outcome < all && rows.iter().all(|&row| row < all);
            for (i, &of_group) in rows.iter().enumerate().filter(|&(_, &row)| row > 0 && of_outcome > 0) {
                let observed = u128::from(stratum[i * tables.outcomes + j]) * u128::from(all);
                let expected = u128::from(of_group) * u128::from(of_outcome);
                let gap = observed.abs_diff(expected) as f64;
                chi2.add(gap / (of_group as f64 * of_outcome as f64) * (gap / all as f64));
            }
        }
    }
    any.then(|| chi2.value())
}
