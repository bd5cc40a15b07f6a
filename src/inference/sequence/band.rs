//! Evidence about a number and its limits: that it is beyond one of them, and that it is within both.

use crate::inference::measure::Measure;
use crate::inference::sequence::Period;
use crate::inference::sequence::evidence::Evidence;
use crate::inference::sequence::hypothesis::{Hypothesis, Relation};
use crate::inference::sequence::learned::Both;

/// On which side of the limits something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Below,
    Above,
}

/// Two running bets about the limits of a ratio or a difference: one against its being within both, one against its being
/// at a limit or beyond.
///
/// *Beyond.* The bet against "within" is the product of a [`Process`](super::process::Process) against "at least the
/// lower limit" and one against "at most the upper limit". The expected rates cannot lie below the one and above the
/// other at once, so in every period at most one of the two is played: the product is a single bet, and its expectation
/// is at most 1 under every pair of rates within both limits. Nothing is lost for there being two limits.
///
/// *Within.* The evidence is the smaller one of a process against "at most the lower limit" and one against "at least the
/// upper limit". Whichever of the two holds, its own process is not expected to grow, and the smaller one is never above
/// it (intersection-union).
///
/// A limit may differ from period to period. A missing limit, and one that no ratio or difference can break (a ratio of at
/// least 0, a difference of at most 1), is never bet on and asks for no evidence.
///
/// Sources: Turner, Ly and Grunwald 2024; Berger 1982.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    measure: Measure,
    learned: Both,
    /// Against "at least the lower limit" and "at most the upper one", in logarithms.
    below: f64,
    above: f64,
    beyond: Evidence,
    side: Option<Side>,
    /// Against "at most the lower limit" and "at least the upper one"; none before the first period with such a limit.
    over_min: Option<f64>,
    under_max: Option<f64>,
    within: Evidence,
}

impl Band {
    /// Bets that have not begun.
    pub fn new(measure: Measure) -> Band {
        Band {
            measure,
            learned: Both::default(),
            below: 0.0,
            above: 0.0,
            beyond: Evidence::default(),
            side: None,
            over_min: None,
            under_max: None,
            within: Evidence::default(),
        }
    }

    /// Settles the bets on a period with its limits, and learns from it.
    pub fn observe(&mut self, period: Period, min: Option<f64>, max: Option<f64>) {
        let gain = |relation: Relation, bound: Option<f64>| {
            let hypothesis = Hypothesis::new(self.measure, relation, bound?)?;
            Some(self.learned.log_gain(hypothesis, period))
        };
        let (below, above) = (gain(Relation::AtLeast, min), gain(Relation::AtMost, max));
        let (over_min, under_max) = (gain(Relation::AtMost, min), gain(Relation::AtLeast, max));
        self.learned.learn(period);
        self.below += below.unwrap_or(0.0);
        self.above += above.unwrap_or(0.0);
        let before = self.beyond.highest();
        self.beyond.come_to(self.below + self.above);
        if self.beyond.highest() > before {
            self.side = Some(if self.below >= self.above { Side::Below } else { Side::Above });
        }
        let add = |sum: Option<f64>, gain: Option<f64>| gain.map_or(sum, |gain| Some(sum.unwrap_or(0.0) + gain));
        self.over_min = add(self.over_min, over_min);
        self.under_max = add(self.under_max, under_max);
        let smaller = [self.over_min, self.under_max].into_iter().flatten().reduce(f64::min);
        self.within.come_to(smaller.unwrap_or(0.0));
    }

    /// How strongly "within both limits in every period" is refuted.
    pub fn beyond(&self) -> Evidence {
        self.beyond
    }

    /// How strongly "at a limit or beyond it in every period" is refuted.
    pub fn within(&self) -> Evidence {
        self.within
    }

    /// To which side the evidence of being beyond pointed when it was strongest; none while there is none.
    pub fn side(&self) -> Option<Side> {
        self.side
    }
}
