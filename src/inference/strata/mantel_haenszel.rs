//! One comparison of two groups over all strata: the test and the pooled measures of Mantel and Haenszel.
//!
//! The pooled difference, ratio and odds ratio and the test always point the same way: each compares `sum x1 n0 / N`
//! with `sum x0 n1 / N`.

use super::{Cells, Stratum, score};
use crate::inference::chi_squared::Test;
use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::share::over;
use crate::inference::two_by_two::cross_difference;

/// A variance that is this small a part of the terms it is the sum of is what rounding leaves of 0.
const ROUNDING: f64 = 1e-13;

/// A ratio pooled over strata, with its standard error on the logarithmic scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PooledRatio {
    /// 0 without a hit of the focal group that has somebody to be compared with, +inf without one of the reference.
    pub value: f64,
    /// None when the value is 0 or infinite, or nothing varies; [`score_ratio`] has limits even so.
    pub log_se: Option<f64>,
}

impl PooledRatio {
    /// The limits `value exp(-+ z log_se)`; none without a standard error.
    pub fn limits(self, z: f64) -> Option<Limits> {
        let reach = libm::exp(z.max(0.0) * self.log_se?);
        Some(Limits { low: self.value / reach, high: self.value * reach }.around(self.value))
    }

    /// How many standard errors the ratio lies above a bound, on the logarithmic scale; none without a standard error
    /// or for a bound that is not positive.
    pub fn z_against(self, bound: f64) -> Option<f64> {
        let se = self.log_se?;
        (bound > 0.0).then(|| libm::log(self.value / bound) / se)
    }

    /// The one-sided p-value of the claim that the ratio is above the bound.
    pub fn p_above(self, bound: f64) -> Option<f64> {
        self.z_against(bound).map(normal::sf)
    }

    /// The one-sided p-value of the claim that the ratio is below the bound.
    pub fn p_below(self, bound: f64) -> Option<f64> {
        self.z_against(bound).map(normal::cdf)
    }
}

/// A difference pooled over strata, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PooledDifference {
    pub value: f64,
    /// None where the variance is 0, as when everybody is a hit in one group and nobody in the other;
    /// [`score_difference`] has limits even so.
    pub se: Option<f64>,
}

impl PooledDifference {
    /// The limits `value -+ z se`, within -1 and 1; none without a standard error.
    pub fn limits(self, z: f64) -> Option<Limits> {
        let reach = z.max(0.0) * self.se?;
        Some(Limits { low: (self.value - reach).max(-1.0), high: (self.value + reach).min(1.0) })
    }

    /// How many standard errors the difference lies above a bound; none without a standard error.
    pub fn z_against(self, bound: f64) -> Option<f64> {
        self.se.map(|se| (self.value - bound) / se)
    }

    /// The one-sided p-value of the claim that the difference is above the bound.
    pub fn p_above(self, bound: f64) -> Option<f64> {
        self.z_against(bound).map(normal::sf)
    }

    /// The one-sided p-value of the claim that the difference is below the bound.
    pub fn p_below(self, bound: f64) -> Option<f64> {
        self.z_against(bound).map(normal::cdf)
    }
}

/// How many standard deviations the focal hits lie above what equal rates within every stratum lead to expect.
///
/// `sum (x1 - n1 X / N) / sqrt(sum n1 n0 X (N - X) / (N^2 (N - 1)))`, the square of which is [`cmh`]; none when no
/// stratum has both groups and both outcomes. Sources: Cochran 1954; Mantel and Haenszel 1959.
pub fn z(strata: &[Stratum]) -> Option<f64> {
    let (gap, variance) = hypergeometric(strata)?;
    Some(over(gap, variance))
}

/// The Cochran-Mantel-Haenszel test that both groups have one rate within every stratum, without a continuity
/// correction.
///
/// Directional: gaps of opposite sign cancel in it, so it belongs beside [`super::homogeneity`] or
/// [`super::omnibus`]. None when no stratum has both groups and both outcomes.
pub fn cmh(strata: &[Stratum]) -> Option<Test> {
    let z = z(strata)?;
    Test::new(z * z, 1)
}

/// [`cmh`] with half a case taken off the gap, as older programs do by default.
pub fn cmh_corrected(strata: &[Stratum]) -> Option<Test> {
    let (gap, variance) = hypergeometric(strata)?;
    let z = over((gap.abs() - 0.5).max(0.0), variance);
    Test::new(z * z, 1)
}

/// The gap between focal hits and their expectation, and its variance given all margins.
fn hypergeometric(strata: &[Stratum]) -> Option<(f64, f64)> {
    let (mut gap, mut variance, mut informative) = (0.0, 0.0, false);
    for (stratum, c) in compared(strata).filter(|(_, c)| c.varies()) {
        gap += cross_difference(stratum.focal, stratum.reference) / c.all;
        variance += (c.n1 / c.all) * (c.n0 / c.all) * (c.x1 + c.x0) * ((c.f1 + c.f0) / (c.all - 1.0));
        informative = true;
    }
    informative.then_some((gap, variance))
}

/// The ratio of the rates that all strata are taken to share.
///
/// `sum (x1 n0 / N) / sum (x0 n1 / N)`; none when there is no hit in any comparable stratum. Standard error of its
/// logarithm: Greenland and Robins 1985, `sum (n1 n0 X - x1 x0 N) / N^2` over the product of both sums.
pub fn ratio(strata: &[Stratum]) -> Option<PooledRatio> {
    let (mut above, mut below, mut spread) = (0.0, 0.0, 0.0);
    for (_, c) in compared(strata) {
        above += c.x1 * (c.n0 / c.all);
        below += c.x0 * (c.n1 / c.all);
        // n1 n0 X - x1 x0 N without its cancellation.
        spread += (c.x0 * (c.n0 / c.all)) * (c.f1 / c.all) + (c.x1 * (c.n1 / c.all)) * (c.f0 / c.all);
    }
    pooled_ratio(above, below, spread / (above * below))
}

/// The odds ratio that all strata are taken to share.
///
/// `sum (x1 f0 / N) / sum (x0 f1 / N)` with f the misses; none when both sums are 0. Standard error of its logarithm:
/// Robins, Breslow and Greenland 1986.
pub fn odds_ratio(strata: &[Stratum]) -> Option<PooledRatio> {
    let (mut above, mut below) = (0.0, 0.0);
    let (mut pr, mut cross, mut qs) = (0.0, 0.0, 0.0);
    for (_, c) in compared(strata) {
        let (r, s) = (c.x1 * (c.f0 / c.all), c.x0 * (c.f1 / c.all));
        let (p, q) = ((c.x1 + c.f0) / c.all, (c.f1 + c.x0) / c.all);
        above += r;
        below += s;
        pr += p * r;
        cross += p * s + q * r;
        qs += q * s;
    }
    let (a, b) = (above, below);
    pooled_ratio(above, below, 0.5 * (pr / a / a + cross / a / b + qs / b / b))
}

fn pooled_ratio(above: f64, below: f64, log_variance: f64) -> Option<PooledRatio> {
    if above <= 0.0 && below <= 0.0 {
        return None;
    }
    let defined = above > 0.0 && below > 0.0 && log_variance > 0.0;
    Some(PooledRatio { value: above / below, log_se: defined.then(|| log_variance.sqrt()) })
}

/// The difference of the rates that all strata are taken to share.
///
/// `sum w (p1 - p0) / sum w` with `w = n1 n0 / N`; none when no stratum has both groups. Variance: Sato 1989, which
/// holds for few large and for many small strata.
pub fn difference(strata: &[Stratum]) -> Option<PooledDifference> {
    let (mut gap, mut weight, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    for (stratum, c) in compared(strata) {
        gap += cross_difference(stratum.focal, stratum.reference) / c.all;
        weight += c.n1 * (c.n0 / c.all);
        let (s1, s0) = (c.n1 / c.all, c.n0 / c.all);
        p += s1 * s1 * c.x0 - s0 * s0 * c.x1 + 0.5 * s1 * s0 * (c.n0 - c.n1);
        q += 0.5 * (c.x1 * (c.f0 / c.all) + c.x0 * (c.f1 / c.all));
    }
    if weight <= 0.0 {
        return None;
    }
    let value = gap / weight;
    let spread = value * p + q;
    Some(PooledDifference { value, se: (spread > ROUNDING * q).then(|| spread.sqrt() / weight) })
}

/// The weights of Mantel and Haenszel: `n1 n0 / N`, 0 where a group is absent.
pub fn weights(strata: &[Stratum]) -> Vec<f64> {
    strata.iter().map(|s| s.cells().map_or(0.0, |c| c.n1 * (c.n0 / c.all))).collect()
}

/// Score limits of [`ratio`]: they exist without a hit in one group, where they are 0 or +inf at one end.
///
/// See [`score::ratio_limits`]. None when no stratum has both groups.
pub fn score_ratio(strata: &[Stratum], z: f64) -> Option<Limits> {
    score::ratio_limits(strata, &weights(strata), z)
}

/// Score limits of [`difference`]: they exist whatever the counts.
///
/// See [`score::difference_limits`]. None when no stratum has both groups.
pub fn score_difference(strata: &[Stratum], z: f64) -> Option<Limits> {
    score::difference_limits(strata, &weights(strata), z)
}

fn compared(strata: &[Stratum]) -> impl Iterator<Item = (&Stratum, Cells)> {
    strata.iter().filter_map(|stratum| Some((stratum, stratum.cells()?)))
}
