//! How far apart the values of two groups lie, over the whole range and not only on average.

use crate::inference::brownian;
use crate::inference::limits::Limits;
use crate::inference::measured::span::{self, Span, beside};
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::Sum;

/// The distribution of the largest gap is summed up for at most so many pairs.
pub const MOST_EXACT: u64 = 1_000_000;

/// A distance and, where values are kept in bins, what it could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    pub value: f64,
    pub bounds: Limits,
}

/// The largest gap between the shares of two groups at or below any value, and its p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LargestGap {
    pub distance: Distance,
    /// The probability that chance alone gives so large a gap: exact up to [`MOST_EXACT`] pairs, Kolmogorov's limit beyond;
    /// of tied values it is too large rather than too small.
    pub p: f64,
    /// Kolmogorov's limit, `P(K > D sqrt(n1 n0 / (n1 + n0)))`.
    pub p_limit: f64,
}

/// The largest difference of the shares of both groups at or below any value: Kolmogorov and Smirnov's distance.
///
/// `max |F1 - F0|`, an exact quotient of whole numbers, with the test that both groups have one distribution. Of values in
/// bins the distance is at least that at the ends of the bins and at most the largest that the rows of a bin allow.
/// Undefined without rows in either group. It has no interval: a distance is never below 0. Sources: Kolmogorov 1933;
/// Smirnov 1939.
pub fn largest_gap(focal: &[Span], reference: &[Span]) -> Result<LargestGap, Undefined> {
    let both = beside(focal, reference)?;
    let [n1, n0] = span::sizes(&both)?.map(i128::from);
    let (mut a, mut b, mut low, mut high) = (0_i128, 0_i128, 0_i128, 0_i128);
    for at in &both {
        let start = (a.saturating_mul(n0), b.saturating_mul(n1));
        (a, b) = (a + i128::from(at.first), b + i128::from(at.second));
        let end = (a.saturating_mul(n0), b.saturating_mul(n1));
        let gap = end.0.saturating_sub(end.1).abs();
        low = low.max(gap);
        high = high.max(gap);
        if at.high > at.low {
            high = high.max(end.0.saturating_sub(start.1).abs()).max(end.1.saturating_sub(start.0).abs());
        }
    }
    let pairs = n1 as f64 * n0 as f64;
    let share = |gap: i128| (gap as f64 / pairs).min(1.0);
    let value = share(low);
    let p_limit = brownian::kolmogorov_sf(value * (pairs / (n1 as f64 + n0 as f64)).sqrt());
    let few = n1.checked_mul(n0).is_some_and(|pairs| pairs <= i128::from(MOST_EXACT));
    let p = if few { exact(n1, n0, low) } else { p_limit };
    Ok(LargestGap { distance: Distance { value, bounds: Limits { low: value, high: share(high) } }, p, p_limit })
}

/// How far the values of one group would have to move on average to match the other's: Wasserstein's distance, in the
/// unit of the values.
///
/// `integral |F1 - F0| dx`. Of values in bins the area between bins is known, and inside a bin at least that between the
/// two groups' means there: the value is the lower bound. Undefined without rows in either group. It has no interval.
pub fn wasserstein(focal: &[Span], reference: &[Span]) -> Result<Distance, Undefined> {
    let both = beside(focal, reference)?;
    let [n1, n0] = span::sizes(&both)?.map(|n| n as f64);
    let (mut area, mut most) = (Sum::default(), Sum::default());
    let (mut a, mut b) = (0_u64, 0_u64);
    for (place, at) in both.iter().enumerate() {
        let width = at.high - at.low;
        let start = [a as f64 / n1, b as f64 / n0];
        (a, b) = (a.saturating_add(at.first), b.saturating_add(at.second));
        let end = [a as f64 / n1, b as f64 / n0];
        if width > 0.0 {
            // The integral of a share over the bin, of which only the mean of its rows is known and needed.
            let inside = |k: usize| start[k] * width + (end[k] - start[k]) * (at.high - at.means[k]);
            let surely = (inside(0) - inside(1)).abs();
            area.add(surely);
            let widest = (end[0] - start[1]).abs().max((end[1] - start[0]).abs());
            most.add((widest * width).max(surely));
        }
        if let Some(next) = both.get(place + 1) {
            let between = gap(a, b, n1, n0) * (next.low - at.high);
            area.add(between);
            most.add(between);
        }
    }
    let value = finite(area.value().max(0.0))?;
    Ok(Distance { value, bounds: Limits { low: value, high: finite(most.value())? }.around(value) })
}

/// The absolute difference of two shares, exact before it is rounded wherever its parts are.
fn gap(a: u64, b: u64, n1: f64, n0: f64) -> f64 {
    (a as f64 * n0 - b as f64 * n1).abs() / (n1 * n0)
}

/// The probability that `|i n0 - j n1|` reaches `gap` anywhere on a random path from (0, 0) to (n1, n0).
///
/// Paths that have reached it are counted, not those that have not, so that small probabilities keep their digits. Source:
/// Hodges 1958.
fn exact(n1: i128, n0: i128, gap: i128) -> f64 {
    if gap <= 0 {
        return 1.0;
    }
    let reached = |i: i128, j: i128| (i * n0 - j * n1).abs() >= gap;
    // The probability of having reached the gap before or at (i, j), over all paths to it.
    let mut of: Vec<f64> = Vec::with_capacity(n0 as usize + 1);
    for i in 0..=n1 {
        for j in 0..=n0 {
            let chance = if reached(i, j) {
                1.0
            } else if i == 0 {
                0.0
            } else if j == 0 {
                of[0]
            } else {
                // The last step to (i, j) came from the left with probability i / (i + j).
                let left = i as f64 / (i + j) as f64;
                left * of[j as usize] + (1.0 - left) * of[j as usize - 1]
            };
            // On the edges all paths are one: what was reached stays reached.
            let chance = match (i, j) {
                (0, j) if j > 0 => chance.max(of[j as usize - 1]),
                (_, 0) if i > 0 => chance.max(of[0]),
                _ => chance,
            };
            if i == 0 {
                of.push(chance);
            } else {
                of[j as usize] = chance;
            }
        }
    }
    of.last().copied().unwrap_or(1.0).min(1.0)
}
