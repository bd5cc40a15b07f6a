//! What earlier periods teach about a rate, to bet on in the next one.

use crate::inference::constrained::Counts;
use crate::inference::sequence::Period;
use crate::inference::sequence::hypothesis::Hypothesis;
use crate::inference::trials::Trials;

/// No bet is placed on a rate known from fewer trials.
const LEAST: u64 = 30;

/// The probabilities of a hit and of a miss, each with its own digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub(super) hit: f64,
    pub(super) miss: f64,
}

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

    /// The expected rate: `(S + 1/2) / (N + 1)`, never 0 or 1.
    pub(super) fn rate(self) -> Rate {
        let weight = self.hits as f64 + self.misses as f64 + 1.0;
        Rate { hit: (self.hits as f64 + 0.5) / weight, miss: (self.misses as f64 + 0.5) / weight }
    }

    /// The hits and misses expected of so many trials.
    pub(super) fn expected(self, of: u64) -> Counts {
        let Rate { hit, miss } = self.rate();
        Counts::amounts(of as f64 * hit, of as f64 * miss)
    }

    /// How much likelier the expected rate makes the counts than another rate does, in logarithms.
    ///
    /// `x ln(rate/q) + (n - x) ln((1 - rate)/(1 - q))`; None where q leaves no room for a hit or for a miss.
    pub(super) fn log_gain(self, t: Trials, q: Rate) -> Option<f64> {
        let hits = t.hits.min(t.of);
        let expected = self.rate();
        let of = |count: u64, expected: f64, under: f64| {
            if count == 0 { 0.0 } else { count as f64 * libm::log(expected / under) }
        };
        (q.hit > 0.0 && q.miss > 0.0).then(|| of(hits, expected.hit, q.hit) + of(t.of - hits, expected.miss, q.miss))
    }

    pub(super) fn learn(&mut self, t: Trials) {
        let hits = t.hits.min(t.of);
        self.hits = self.hits.saturating_add(hits);
        self.misses = self.misses.saturating_add(t.of - hits);
    }
}

/// The counts of both groups in the periods before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Both {
    focal: Learned,
    reference: Learned,
}

impl Both {
    /// The logarithm of what the stake of a bet against a hypothesis is multiplied by in a period.
    ///
    /// 0, because nothing is bet, where a group is missing, where either has fewer than 30 trials in the periods before,
    /// and where the expected rates agree with the hypothesis.
    pub(super) fn log_gain(self, hypothesis: Hypothesis, period: Period) -> f64 {
        let Period { focal, reference } = period;
        if !period.has_both() || !self.focal.is_enough() || !self.reference.is_enough() {
            return 0.0;
        }
        let (x1, x0) = (self.focal.expected(focal.of), self.reference.expected(reference.of));
        let q = hypothesis.nearest(x1, x0, (self.focal.rate(), self.reference.rate()));
        match (self.focal.log_gain(focal, q.0), self.reference.log_gain(reference, q.1)) {
            (Some(first), Some(second)) => first + second,
            _ => 0.0,
        }
    }

    /// Remembers a period; one in which a group is missing teaches nothing.
    pub(super) fn learn(&mut self, period: Period) {
        if period.has_both() {
            self.focal.learn(period.focal);
            self.reference.learn(period.reference);
        }
    }
}
