//! What is bet against: a bound on the ratio or the difference of two rates.

use crate::inference::constrained::{Counts, under_difference, under_ratio};
use crate::inference::measure::Measure;
use crate::inference::sequence::learned::Rate;

/// On which side of a bound something is said to lie, the bound included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    AtLeast,
    AtMost,
    Exactly,
}

/// A bound on the ratio or the difference of two rates, to be refuted.
///
/// Refuting "the ratio is at least 0.8" proves a violation of four fifths, refuting "at most 0.8" compliance; refuting
/// "the ratio is exactly 1" proves that the groups are not treated alike. All pairs of rates for which a bound holds
/// form a convex set, on which the bets rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hypothesis {
    measure: Measure,
    relation: Relation,
    bound: f64,
}

impl Hypothesis {
    /// None for a bound that nothing refutes: a ratio that no counts tell from 0 or infinity (10^-100, 10^100), a
    /// difference not between -1 and 1.
    pub fn new(measure: Measure, relation: Relation, bound: f64) -> Option<Hypothesis> {
        let can = match measure {
            Measure::Ratio => (1e-100..=1e100).contains(&bound),
            Measure::Difference => bound > -1.0 && bound < 1.0,
        };
        can.then_some(Hypothesis { measure, relation, bound })
    }

    /// The rates under the hypothesis that make these counts the likeliest, given the rates that do so without it.
    ///
    /// For counts that rates lead to expect this is the projection of those rates in the sense of Kullback and Leibler.
    pub(super) fn nearest(self, focal: Counts, reference: Counts, free: (Rate, Rate)) -> (Rate, Rate) {
        let gap = match self.measure {
            Measure::Ratio => free.0.hit - self.bound * free.1.hit,
            Measure::Difference => free.0.hit - free.1.hit - self.bound,
        };
        let holds = match self.relation {
            Relation::AtLeast => gap >= 0.0,
            Relation::AtMost => gap <= 0.0,
            Relation::Exactly => gap == 0.0,
        };
        if holds {
            return free;
        }
        let likely = match self.measure {
            Measure::Ratio => under_ratio(focal, reference, self.bound),
            Measure::Difference => under_difference(focal, reference, self.bound),
        };
        (
            Rate { hit: likely.focal, miss: likely.focal_rest },
            Rate { hit: likely.reference, miss: likely.reference_rest },
        )
    }
}
