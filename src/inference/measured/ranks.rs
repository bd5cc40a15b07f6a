//! The rank sum test: are the two groups' values drawn from one distribution?

use crate::inference::measured::span::{self, Span, beside};
use crate::inference::measured::undefined::Undefined;
use crate::inference::normal;

/// The distribution is summed up for at most so many pairs, and only without ties.
pub const MOST_EXACT: u64 = 10_000;

/// The rank sum test of Mann, Whitney and Wilcoxon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankSum {
    /// Pairs in which the focal member has more, ties counted as one half.
    pub u: f64,
    focal: u64,
    reference: u64,
    /// `sum t^3 - t` over groups of t equal values.
    ties: f64,
}

/// Counts the pairs in which the focal member has more.
///
/// Undefined without rows in either group. Sources: Wilcoxon 1945; Mann and Whitney 1947.
pub fn rank_sum(focal: &[Span], reference: &[Span]) -> Result<RankSum, Undefined> {
    let both = beside(focal, reference)?;
    let [first, second] = span::sizes(&both)?;
    let (mut twice, mut below, mut ties) = (0_i128, 0_i128, 0.0);
    for at in &both {
        let (x, y) = (i128::from(at.first), i128::from(at.second));
        twice = twice.saturating_add(x.saturating_mul(2 * below + y));
        below += y;
        let t = at.first as f64 + at.second as f64;
        ties += t * t * t - t;
    }
    Ok(RankSum { u: 0.5 * twice as f64, focal: first, reference: second, ties })
}

impl RankSum {
    /// The two-sided p-value by the normal distribution with the variance for ties, with or without a correction of one
    /// half for continuity; 1 where all values are one.
    pub fn approximate(self, corrected: bool) -> f64 {
        let (n1, n0) = (self.focal as f64, self.reference as f64);
        let all = n1 + n0;
        let variance = n1 * n0 / 12.0 * (all + 1.0 - self.ties / (all * (all - 1.0)));
        if variance.is_nan() || variance <= 0.0 {
            return 1.0;
        }
        let far = (self.u - 0.5 * n1 * n0).abs();
        let far = if corrected { (far - 0.5).max(0.0) } else { far };
        normal::two_sided(far / variance.sqrt()).min(1.0)
    }

    /// The exact p-values of `U <= u` and of a value at least as far from its mean; None with ties and for more than
    /// [`MOST_EXACT`] pairs.
    pub fn exact(self) -> Option<Exact> {
        let pairs = self.focal.checked_mul(self.reference).filter(|pairs| *pairs <= MOST_EXACT)?;
        if self.ties > 0.0 {
            return None;
        }
        let chance = distribution(self.focal as usize, self.reference as usize);
        let u = self.u as usize;
        let less: f64 = chance[..=u].iter().sum();
        let more: f64 = chance[u..].iter().sum();
        let smaller = u.min(pairs as usize - u);
        let tail: f64 = chance[..=smaller].iter().sum();
        Some(Exact { less: less.min(1.0), more: more.min(1.0), two_sided: (2.0 * tail).min(1.0) })
    }
}

/// Exact p-values of a rank sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// Small is evidence that the focal group has less.
    pub less: f64,
    pub more: f64,
    pub two_sided: f64,
}

/// The probability of every U: the largest of all values is focal with probability `n1/(n1+n0)` and then beats all of
/// the reference.
fn distribution(n1: usize, n0: usize) -> Vec<f64> {
    // Rows by the number of focal members, for a rising number of reference members.
    let mut of: Vec<Vec<f64>> = (0..=n1).map(|_| vec![1.0]).collect();
    for reference in 1..=n0 {
        for focal in 1..=n1 {
            let first = focal as f64 / (focal + reference) as f64;
            let mut next = vec![0.0; focal * reference + 1];
            for (u, chance) in of[focal].iter().enumerate() {
                next[u] += (1.0 - first) * chance;
            }
            for (u, chance) in of[focal - 1].iter().enumerate() {
                next[u + reference] += first * chance;
            }
            of[focal] = next;
        }
    }
    of.pop().unwrap_or_default()
}
