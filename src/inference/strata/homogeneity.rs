//! Is the odds ratio the same in every stratum? If not, one pooled figure hides more than it shows.

use super::{Cells, Stratum, mantel_haenszel};
use crate::inference::chi_squared::Test;

/// The test that all strata share one odds ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homogeneity {
    /// With the correction of Tarone (1985), without which the statistic is slightly too large.
    pub tarone: Test,
    /// As Breslow and Day (1980) published it.
    pub breslow_day: Test,
}

/// Why the strata's odds ratios cannot be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// Fewer than two strata have both groups and both outcomes.
    TooFewStrata,
    /// The common odds ratio is 0 or infinite, so that every stratum is as it would have to be.
    NoOddsRatio,
}

/// Tests that all strata share one odds ratio (Breslow and Day 1980; Tarone 1985).
///
/// `sum (x1 - e)^2 / v` less `(sum (x1 - e))^2 / sum v`, where e is the count of focal hits at which the stratum, with
/// its margins, has the pooled odds ratio, and `1/v` the sum of the inverse expected cells. Degrees of freedom:
/// informative strata less one. A rough guide where strata are small.
///
/// # Errors
/// [`Incomparable`] when there is nothing to compare.
pub fn homogeneity(strata: &[Stratum]) -> Result<Homogeneity, Incomparable> {
    let informative: Vec<Cells> = strata.iter().filter_map(|s| s.cells()).filter(Cells::varies).collect();
    if informative.len() < 2 {
        return Err(Incomparable::TooFewStrata);
    }
    let common = mantel_haenszel::odds_ratio(strata).map_or(0.0, |pooled| pooled.value);
    if common <= 0.0 || common.is_infinite() {
        return Err(Incomparable::NoOddsRatio);
    }
    let (mut chi2, mut gaps, mut variances) = (0.0, 0.0, 0.0);
    for c in &informative {
        let (hits, misses) = (c.x1 + c.x0, c.f1 + c.f0);
        // Each cell is a root of its own: differences from the margins would lose the digits of a small one.
        let cells = [
            expected(c.n1, c.n0, hits, misses, common),
            expected(c.n1, c.n0, misses, hits, 1.0 / common),
            expected(c.n0, c.n1, hits, misses, 1.0 / common),
            expected(c.n0, c.n1, misses, hits, common),
        ];
        let variance = 1.0 / cells.iter().map(|cell| 1.0 / cell).sum::<f64>();
        let gap = c.x1 - cells[0];
        if variance > 0.0 {
            chi2 += gap * (gap / variance);
            gaps += gap;
            variances += variance;
        }
    }
    let df = informative.len() as u64 - 1;
    let corrected = (chi2 - gaps * (gaps / variances)).max(0.0);
    let tests = Test::new(corrected, df).zip(Test::new(chi2, df));
    tests.map(|(tarone, breslow_day)| Homogeneity { tarone, breslow_day }).ok_or(Incomparable::NoOddsRatio)
}

/// The hits of the first group at which a table with these margins has this odds ratio.
///
/// The root of `(1 - o) a^2 + (m - X + o (n + X)) a - o n X = 0` in the form that does not cancel; its discriminant is
/// written as a sum, `(o (n - X) + m - X)^2 + 4 o X F`.
fn expected(n: f64, m: f64, hits: f64, misses: f64, odds: f64) -> f64 {
    let half = odds * (n - hits) + (m - hits);
    let root = (half * half + 4.0 * odds * hits * misses).sqrt();
    let linear = m - hits + odds * (n + hits);
    if linear >= 0.0 { 2.0 * odds * n * (hits / (linear + root)) } else { (root - linear) / (2.0 * (1.0 - odds)) }
}
