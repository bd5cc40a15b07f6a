//! Evidence about two groups from period to period.

use crate::inference::sequence::Period;
use crate::inference::sequence::evidence::Evidence;
use crate::inference::sequence::hypothesis::Hypothesis;
use crate::inference::sequence::learned::Both;

/// A running bet against a hypothesis about two groups.
///
/// In every period the counts are bet to follow the rates of the periods before, th, rather than the nearest rates under
/// the hypothesis, q: the stake is multiplied by `prod_i (th_i/q_i)^{x_i} ((1-th_i)/(1-q_i))^{n_i-x_i}`. Its expectation
/// is at most 1 under every pair of rates for which the hypothesis holds, even if the rates differ from period to
/// period. Within a period only the counts matter, not the order of rows.
///
/// Sources: Turner, Ly and Grunwald 2024; Turner and Grunwald 2023.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Process {
    hypothesis: Hypothesis,
    learned: Both,
    evidence: Evidence,
}

impl Process {
    /// A bet that has not begun.
    pub fn new(hypothesis: Hypothesis) -> Process {
        Process { hypothesis, learned: Both::default(), evidence: Evidence::default() }
    }

    /// The bet after these periods, in their order.
    pub fn over(hypothesis: Hypothesis, periods: &[Period]) -> Process {
        let mut process = Process::new(hypothesis);
        periods.iter().for_each(|&period| process.observe(period));
        process
    }

    /// Settles the bet on a period, and learns from it.
    ///
    /// A period in which a group is missing changes nothing. Nothing is bet before both groups have 30 trials in earlier
    /// periods.
    pub fn observe(&mut self, period: Period) {
        self.evidence.grow(self.learned.log_gain(self.hypothesis, period));
        self.learned.learn(period);
    }

    /// How strongly the hypothesis is refuted.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }
}
