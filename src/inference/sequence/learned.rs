//! What earlier periods teach about a rate, to bet on in the next one.

use crate::inference::constrained::Counts;
use crate::inference::trials::Trials;

/// No bet is placed on a rate known from fewer trials.
const LEAST: u64 = 30;

/// The counts of a group in the periods before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Learned {
    hits: u64,
    misses: u64,
}

impl Learned {
    /// Tells whether there is enough to bet on.
    pub(super) fn is_enough(self) -> bool {
        self.hits.saturating_add(self.misses) >= LEAST
    }

    /// The expected rate of hits: `(S + 1/2) / (N + 1)`, never 0 or 1.
    pub(super) fn rate(self) -> f64 {
        (self.hits as f64 + 0.5) / self.weight()
    }

    /// The expected rate of misses, with digits of its own.
    fn rest(self) -> f64 {
        (self.misses as f64 + 0.5) / self.weight()
    }

    fn weight(self) -> f64 {
        self.hits as f64 + self.misses as f64 + 1.0
    }

    /// The hits and misses expected of so many trials.
    pub(super) fn expected(self, of: u64) -> Counts {
        Counts::amounts(of as f64 * self.rate(), of as f64 * self.rest())
    }

    /// How much likelier the expected rate makes the counts than the rate `q` does, in logarithms.
    ///
    /// `x ln(rate/q) + (n - x) ln((1 - rate)/(1 - q))`; None where q leaves no room for a hit or for a miss.
    pub(super) fn log_gain(self, t: Trials, q: f64) -> Option<f64> {
        let hits = t.hits.min(t.of);
        let of = |count: u64, expected: f64, under: f64| {
            if count == 0 { 0.0 } else { count as f64 * libm::log(expected / under) }
        };
        (q > 0.0 && q < 1.0).then(|| of(hits, self.rate(), q) + of(t.of - hits, self.rest(), 1.0 - q))
    }

    pub(super) fn learn(&mut self, t: Trials) {
        let hits = t.hits.min(t.of);
        self.hits = self.hits.saturating_add(hits);
        self.misses = self.misses.saturating_add(t.of - hits);
    }
}
