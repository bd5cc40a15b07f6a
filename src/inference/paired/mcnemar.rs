//! Did as many rows turn one way as the other? McNemar's test of the rows that turned.

use crate::inference::beta::ibeta;
use crate::inference::chi_squared;

/// The rows that turned: so many one way, so many the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    pub forth: u64,
    pub back: u64,
}

impl Turned {
    fn fewer(self) -> u64 {
        self.forth.min(self.back)
    }

    fn all(self) -> u64 {
        self.forth.saturating_add(self.back)
    }

    /// The two-sided exact p-value: twice the binomial tail of the rarer direction at one half, at most 1.
    ///
    /// 1 where no row turned. Source: McNemar 1947.
    pub fn exact(self) -> f64 {
        match self.at_most(self.fewer()) {
            Some(tail) => (2.0 * tail).min(1.0),
            None => self.asymptotic_corrected().p,
        }
    }

    /// The two-sided mid-p value: the exact one with half the probability of what was seen.
    ///
    /// `P(X <= k) + P(X <= k - 1)`; nearer to its level than the exact test, which errs on the safe side. 1 where no row
    /// turned. Sources: Lancaster 1961; Fagerland, Lydersen and Laake 2013.
    pub fn mid_p(self) -> f64 {
        let fewer = self.fewer();
        let below = if fewer == 0 { Some(0.0) } else { self.at_most(fewer - 1) };
        match self.at_most(fewer).zip(below) {
            Some((tail, below)) => (tail + below).min(1.0),
            None => self.asymptotic().p,
        }
    }

    /// The asymptotic test: `(b - c)^2 / (b + c)`, chi-squared with one degree of freedom; 0 where no row turned.
    pub fn asymptotic(self) -> chi_squared::Test {
        self.test(self.forth.abs_diff(self.back) as f64)
    }

    /// The same with Edwards' continuity correction: `(|b - c| - 1)^2 / (b + c)`.
    ///
    /// Where both directions are even the difference is one from its expectation, not none, as the formula has it.
    /// Source: Edwards 1948.
    pub fn asymptotic_corrected(self) -> chi_squared::Test {
        self.test(self.forth.abs_diff(self.back) as f64 - 1.0)
    }

    fn test(self, distance: f64) -> chi_squared::Test {
        let all = self.all();
        let chi2 = if all == 0 { 0.0 } else { distance * distance / all as f64 };
        chi_squared::Test { chi2, df: 1, p: chi_squared::sf(chi2, 1.0) }
    }

    /// How many times more often rows turned forth than back: the odds ratio of the pairs. +inf over 0, none for 0/0.
    pub fn odds_ratio(self) -> Option<f64> {
        (self.all() > 0).then(|| self.forth as f64 / self.back as f64)
    }

    /// The probability that at most `k` of the rows that turned did so one way, if either way were as likely. None
    /// where the tail does not settle, with millions of rows, where the asymptotic tests have all digits that matter.
    fn at_most(self, k: u64) -> Option<f64> {
        if k >= self.all() {
            return Some(1.0);
        }
        ibeta((self.all() - k) as f64, k as f64 + 1.0, 0.5).ok()
    }
}
