//! Evidence about one share against a bound, from period to period.

use crate::inference::sequence::evidence::Evidence;
use crate::inference::sequence::hypothesis::Relation;
use crate::inference::sequence::learned::{Learned, Rate};
use crate::inference::trials::Trials;

/// A running bet against a bound on one share.
///
/// As [`Process`](crate::inference::sequence::process::Process), where the nearest share under the hypothesis is the
/// bound itself unless the earlier periods agree with the hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareProcess {
    relation: Relation,
    bound: f64,
    learned: Learned,
    evidence: Evidence,
}

impl ShareProcess {
    /// None for a bound that is not between 0 and 1: nothing refutes it in degrees.
    pub fn new(relation: Relation, bound: f64) -> Option<ShareProcess> {
        (bound > 0.0 && bound < 1.0).then(|| ShareProcess {
            relation,
            bound,
            learned: Learned::default(),
            evidence: Evidence::default(),
        })
    }

    /// Settles the bet on a period, and learns from it; a period without trials changes nothing.
    pub fn observe(&mut self, t: Trials) {
        let rate = self.learned.rate().hit;
        let holds = match self.relation {
            Relation::AtLeast => rate >= self.bound,
            Relation::AtMost => rate <= self.bound,
            Relation::Exactly => rate == self.bound,
        };
        if self.learned.is_enough()
            && !holds
            && let Some(gain) = self.learned.log_gain(t, Rate { hit: self.bound, miss: 1.0 - self.bound })
        {
            self.evidence.grow(gain);
        }
        self.learned.learn(t);
    }

    /// How strongly the bound is refuted.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }
}
