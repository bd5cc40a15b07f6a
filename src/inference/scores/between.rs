//! Equal calibration of two groups: do people with the same score have the same outcomes, whichever group they are in?

use crate::inference::brownian;
use crate::inference::normal;
use crate::inference::scores::atoms::{Atom, Totals, merge, paired};
use crate::inference::scores::binned::{equal_mass_places, place};
use crate::inference::scores::cumulative::tail;
use crate::inference::scores::sum::{Sum, sum};
use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;

/// The rows of both groups with scores in one bin: positive labels out of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    pub focal: Trials,
    pub reference: Trials,
}

/// The rows of two groups in bins of equal width; bins without rows are left out.
pub fn equal_width_strata(focal: &[Atom], reference: &[Atom], bins: u32) -> Vec<Stratum> {
    gather(paired(focal, reference).map(|(score, a, b)| (place(score, bins), a, b)))
}

/// The rows of two groups in common bins of about equal numbers of rows; bins without rows are left out.
pub fn equal_mass_strata(focal: &[Atom], reference: &[Atom], bins: u32) -> Vec<Stratum> {
    let both = merge(focal, reference);
    gather(equal_mass_places(&both, bins).zip(paired(focal, reference)).map(|(at, (_, a, b))| (at, a, b)))
}

fn gather(placed: impl Iterator<Item = (u32, Totals, Totals)>) -> Vec<Stratum> {
    let mut strata: Vec<(u32, Stratum)> = Vec::new();
    for (at, a, b) in placed.filter(|(_, a, b)| a.rows() > 0 || b.rows() > 0) {
        if strata.last().is_none_or(|&(last, _)| last != at) {
            let none = Trials { hits: 0, of: 0 };
            strata.push((at, Stratum { focal: none, reference: none }));
        }
        if let Some((_, stratum)) = strata.last_mut() {
            stratum.focal = add(stratum.focal, a);
            stratum.reference = add(stratum.reference, b);
        }
    }
    strata.into_iter().map(|(_, stratum)| stratum).collect()
}

fn add(t: Trials, rows: Totals) -> Trials {
    Trials { hits: t.hits.saturating_add(rows.positives), of: t.of.saturating_add(rows.rows()) }
}

/// Two tests that both groups have the same outcomes at the same scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EqualCalibration {
    /// The mean over bins of the focal less the reference group's share of positive labels.
    pub mean_difference: f64,
    /// Maximum less minimum of the running sum of those differences, which finds gaps that change sign.
    pub range: f64,
    /// The standard deviation of the mean difference if the groups are equal.
    pub sigma: f64,
    /// The probability that chance gives the running sum this range.
    pub p_range: f64,
    /// The Cochran-Mantel-Haenszel statistic, without continuity correction: the squared mean difference over sigma.
    pub cmh: f64,
    /// The probability of such a statistic with one degree of freedom.
    pub p_cmh: f64,
    /// Rows in bins that hold one group only and so compare nothing.
    pub excluded: u64,
    /// All rows.
    pub rows: u64,
}

/// Tests whether two groups have the same share of positive labels in every bin of the score.
///
/// With w = n1 n0 / (n1 + n0) in each bin and W their sum: the path is the running sum of `w/W (y1 - y0)`, its variance
/// `sum (w/W)^2 y (1 - y) n/(n-1) (1/n1 + 1/n0)` with the pooled share y. Bins in which a group is missing are left out
/// and counted. None where no bin holds both groups; where sigma is 0: p = 1 if there is no gap, else 0. Sources:
/// Mantel and Haenszel 1959; Tygert 2021.
pub fn equal_calibration(strata: &[Stratum]) -> Option<EqualCalibration> {
    let rows_of = |s: &Stratum| s.focal.of.saturating_add(s.reference.of);
    let rows = strata.iter().fold(0_u64, |n, s| n.saturating_add(rows_of(s)));
    let used: Vec<&Stratum> = strata.iter().filter(|s| s.focal.of > 0 && s.reference.of > 0).collect();
    if used.is_empty() {
        return None;
    }
    let compared = used.iter().fold(0_u64, |n, s| n.saturating_add(rows_of(s)));
    let size = |s: &Stratum| (s.focal.of as f64, s.reference.of as f64);
    let weight = |s: &Stratum| {
        let (n1, n0) = size(s);
        n1 / (n1 + n0) * n0
    };
    let all = sum(used.iter().map(|s| weight(s)));
    let (mut path, mut low, mut high) = (Sum::default(), 0.0_f64, 0.0_f64);
    for s in &used {
        // w (y1 - y0) is the cross difference over n: whole numbers before the only division.
        let (n1, n0) = size(s);
        path.add(cross_difference(s.focal, s.reference) / (n1 + n0));
        low = low.min(path.value());
        high = high.max(path.value());
    }
    let variance = sum(used.iter().map(|s| {
        let n = rows_of(s) as f64;
        let hits = s.focal.hits.saturating_add(s.reference.hits) as f64;
        // w^2 (1/n1 + 1/n0) = w.
        weight(s) * (hits / n * ((n - hits) / n)) * (n / (n - 1.0))
    }));
    let spread = variance.max(0.0).sqrt();
    let end = path.value();
    let z = if end == 0.0 { 0.0 } else { end / spread };
    Some(EqualCalibration {
        mean_difference: end / all,
        range: (high - low) / all,
        sigma: spread / all,
        p_range: tail(high - low, spread, brownian::range_sf),
        cmh: z * z,
        p_cmh: normal::two_sided(z),
        excluded: rows - compared,
        rows,
    })
}
