//! Do all rows together and the strata one by one point opposite ways?

use std::cmp::Ordering;

use super::Stratum;
use crate::inference::two_by_two::cross_difference;

/// Which way the focal rate lies from the reference rate: over all rows, adjusted for strata, and stratum by stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directions {
    /// Over all rows, those in strata with one group included.
    pub crude: Ordering,
    /// Adjusted by the weights of Mantel and Haenszel; the sign of the pooled difference, ratio, odds ratio and test.
    pub adjusted: Ordering,
    /// Comparable strata in which the focal rate is lower than, equal to and higher than the reference rate.
    pub lower: usize,
    pub equal: usize,
    pub higher: usize,
}

impl Directions {
    /// Tells whether the crude and the adjusted comparison point opposite ways (Simpson 1951).
    pub fn reversed(&self) -> bool {
        self.crude != Ordering::Equal && self.adjusted == self.crude.reverse()
    }

    /// Tells whether, beyond that, no stratum points the way all rows together do.
    pub fn reversed_everywhere(&self) -> bool {
        let (with, against) = match self.crude {
            Ordering::Less => (self.lower, self.higher),
            Ordering::Equal => return false,
            Ordering::Greater => (self.higher, self.lower),
        };
        with == 0 && against > 0
    }
}

/// Finds which way the two groups differ over all rows, adjusted, and in every stratum.
///
/// On counts, not on rounded rates: exact stratum by stratum, over all rows, and adjusted unless the common denominator
/// of the strata passes 128 bits, beyond which the sign is that of the rounded sum. None when a group is empty or no
/// stratum has both.
pub fn directions(strata: &[Stratum]) -> Option<Directions> {
    let mut found = Directions { crude: crude(strata)?, adjusted: Ordering::Equal, lower: 0, equal: 0, higher: 0 };
    let mut parts = Vec::new();
    for s in strata.iter().filter(|s| s.focal.of > 0 && s.reference.of > 0) {
        let (over, under) = excess(s);
        *match over.cmp(&0) {
            Ordering::Less => &mut found.lower,
            Ordering::Equal => &mut found.equal,
            Ordering::Greater => &mut found.higher,
        } += 1;
        parts.push((over, under));
    }
    if parts.is_empty() {
        return None;
    }
    found.adjusted = if found.lower == 0 || found.higher == 0 {
        found.higher.cmp(&found.lower)
    } else {
        exact_sign(&parts).unwrap_or_else(|| rounded_sign(strata))
    };
    Some(found)
}

/// `x1 n0 - x0 n1` and N. A product of two counts has 128 bits at most; beyond 127, which would take 10^19 rows in each
/// group, it is held there.
fn excess(s: &Stratum) -> (i128, i128) {
    let product = |a: u64, b: u64| i128::try_from(u128::from(a) * u128::from(b)).unwrap_or(i128::MAX);
    let (x1, x0) = (s.focal.hits.min(s.focal.of), s.reference.hits.min(s.reference.of));
    (product(x1, s.reference.of) - product(x0, s.focal.of), i128::from(s.focal.of) + i128::from(s.reference.of))
}

fn crude(strata: &[Stratum]) -> Option<Ordering> {
    let sum = |count: fn(&Stratum) -> u64| strata.iter().map(|s| u128::from(count(s))).sum::<u128>();
    let (n1, n0) = (sum(|s| s.focal.of), sum(|s| s.reference.of));
    let (x1, x0) = (sum(|s| s.focal.hits.min(s.focal.of)), sum(|s| s.reference.hits.min(s.reference.of)));
    if n1 == 0 || n0 == 0 {
        return None;
    }
    match (x1.checked_mul(n0), x0.checked_mul(n1)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => (x1 as f64 / n1 as f64).partial_cmp(&(x0 as f64 / n0 as f64)),
    }
}

/// The sign of a sum of fractions over their common denominator; none where that overflows.
fn exact_sign(parts: &[(i128, i128)]) -> Option<Ordering> {
    let (mut over, mut under) = (0_i128, 1_i128);
    for &(a, n) in parts {
        let shared = greatest_common_divisor(under, n);
        let common = under.checked_mul(n / shared)?;
        over = over.checked_mul(common / under)?.checked_add(a.checked_mul(common / n)?)?;
        // In lowest terms, so that the denominator grows no more than it must.
        let reduce = greatest_common_divisor(over.checked_abs()?, common).max(1);
        (over, under) = (over / reduce, common / reduce);
    }
    Some(over.cmp(&0))
}

fn rounded_sign(strata: &[Stratum]) -> Ordering {
    let part = |s: &Stratum| cross_difference(s.focal, s.reference) / (s.focal.of as f64 + s.reference.of as f64);
    let both = strata.iter().filter(|s| s.focal.of > 0 && s.reference.of > 0);
    both.map(part).sum::<f64>().partial_cmp(&0.0).unwrap_or(Ordering::Equal)
}

fn greatest_common_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
