//! Wilcoxon's signed rank test and the sign test: did numbers of the same rows rise or fall?

use super::mcnemar::Turned;
use crate::inference::normal;

/// The distribution is summed up for at most this many differences; beyond, the normal approximation has its digits.
pub const MOST_EXACT: usize = 200;

/// Differences by rank and sign; those of 0 are left out, as Wilcoxon has it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedRanks {
    /// Sum of the ranks of differences above 0, and of those below.
    pub above: f64,
    pub below: f64,
    /// Differences that are not 0.
    pub used: u64,
    /// `sum t^3 - t` over groups of t equal distances.
    ties: f64,
    signs: Turned,
}

impl SignedRanks {
    /// Ranks the differences by their distance from 0; equal ones share their mean rank. None where one is no number.
    pub fn of(differences: &[f64]) -> Option<SignedRanks> {
        if !differences.iter().all(|d| d.is_finite()) {
            return None;
        }
        let mut sorted: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
        sorted.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        let mut ranks =
            SignedRanks { above: 0.0, below: 0.0, used: sorted.len() as u64, ties: 0.0, signs: Turned::default() };
        let mut before = 0.0;
        for alike in sorted.chunk_by(|a, b| a.abs() == b.abs()) {
            let t = alike.len() as f64;
            let up = alike.iter().filter(|d| **d > 0.0).count();
            let rank = before + 0.5 * (t + 1.0);
            ranks.above += rank * up as f64;
            ranks.below += rank * (alike.len() - up) as f64;
            ranks.ties += t * t * t - t;
            ranks.signs.forth += up as u64;
            ranks.signs.back += (alike.len() - up) as u64;
            before += t;
        }
        Some(ranks)
    }

    /// The smaller of the two sums: the statistic W.
    pub fn smaller(&self) -> f64 {
        self.above.min(self.below)
    }

    /// The exact two-sided p-value, twice `P(W <= w)` over all 2^n signs; 1 where no difference is left.
    ///
    /// None with ties, which have another distribution, and beyond [`MOST_EXACT`] differences. Source: Wilcoxon 1945.
    pub fn exact(&self) -> Option<f64> {
        let n = usize::try_from(self.used).ok().filter(|n| *n <= MOST_EXACT && self.ties == 0.0)?;
        let most = n * (n + 1) / 2;
        let mut chance = vec![0.0; most + 1];
        chance[0] = 1.0;
        for rank in 1..=n {
            for sum in (0..=most).rev() {
                let with = if sum >= rank { chance[sum - rank] } else { 0.0 };
                chance[sum] = 0.5 * (chance[sum] + with);
            }
        }
        let tail: f64 = chance[..=self.smaller() as usize].iter().sum();
        Some((2.0 * tail).min(1.0))
    }

    /// The two-sided p-value by the normal distribution with the variance for ties, with or without a correction of one
    /// half for continuity; 1 where no difference is left.
    pub fn approximate(&self, corrected: bool) -> f64 {
        let n = self.used as f64;
        let variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - self.ties / 48.0;
        if variance <= 0.0 {
            return 1.0;
        }
        let far = (self.smaller() - 0.25 * n * (n + 1.0)).abs();
        let far = if corrected { (far - 0.5).max(0.0) } else { far };
        normal::two_sided(far / variance.sqrt())
    }

    /// The sign test: as many differences above 0 as below? The exact binomial p-value.
    pub fn sign_test(&self) -> f64 {
        self.signs.exact()
    }
}
