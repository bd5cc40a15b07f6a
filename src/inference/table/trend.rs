//! Ordered groups, such as bands of age: does the rate rise or fall along the order?

use super::{Unvaried, gap};
use crate::inference::normal;
use crate::inference::share::over;
use crate::inference::trials::Trials;

/// A trend of a rate along ordered groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Positive when the rate rises with the score.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
    /// `z sqrt((N-1)/N)`, the permutation form, which is 0.02 smaller at a z of 4 in 400 rows.
    pub z_permutation: f64,
    pub p_permutation: f64,
}

/// Tests whether a rate rises or falls along groups in order (Cochran 1954; Armitage 1955).
///
/// `sum s_g (x_g - n_g p) / sqrt(p(1-p) sum n_g (s_g - mean)^2)` with the pooled rate p and the mean score of all rows.
/// Scores are 0, 1, 2 … unless given; only their spacing matters. Empty groups tell nothing.
///
/// # Errors
/// [`Unvaried`]: no rows, groups of one score only, one outcome only, or a score that is missing or not finite.
pub fn trend(groups: &[Trials], scores: Option<&[f64]>) -> Result<Trend, Unvaried> {
    if scores.is_some_and(|s| s.len() != groups.len() || !s.iter().all(|x| x.is_finite())) {
        return Err(Unvaried::NoScore);
    }
    let hits = |t: &Trials| t.hits.min(t.of);
    let scored: Vec<(f64, u64, u64)> = groups
        .iter()
        .enumerate()
        .map(|(k, t)| (scores.and_then(|s| s.get(k).copied()).unwrap_or(k as f64), hits(t), t.of))
        .filter(|&(_, _, of)| of > 0)
        .collect();
    let all: u128 = scored.iter().map(|&(_, _, of)| u128::from(of)).sum();
    let x: u128 = scored.iter().map(|&(_, hits, _)| u128::from(hits)).sum();
    let Some(&(first, _, _)) = scored.first() else { return Err(Unvaried::NoRows) };
    // Halved, because the distance between two finite scores may not be finite; the scale does not matter.
    let widest = scored.iter().fold(0.0, |far: f64, s| far.max((0.5 * s.0 - 0.5 * first).abs()));
    if widest <= 0.0 {
        return Err(Unvaried::OneGroup);
    }
    if x == 0 || x == all {
        return Err(Unvaried::OneOutcome);
    }
    let n = all as f64;
    let place = |score: f64| (0.5 * score - 0.5 * first) / widest;
    let mean = scored.iter().map(|&(s, _, of)| place(s) * (of as f64 / n)).sum::<f64>();
    let (mut drift, mut spread) = (0.0, 0.0);
    for &(score, hits, of) in &scored {
        let from_mean = place(score) - mean;
        drift += from_mean * (gap(hits, all, u128::from(of), x) / n);
        spread += of as f64 * from_mean * from_mean;
    }
    let z = over(drift, (x as f64 / n) * ((all - x) as f64 / n) * spread);
    let z_permutation = z * ((n - 1.0) / n).sqrt();
    Ok(Trend { z, p: normal::two_sided(z), z_permutation, p_permutation: normal::two_sided(z_permutation) })
}
