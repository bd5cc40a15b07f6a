//! The area under the curve: how often a positive row scores higher than a negative one.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, totals};
use crate::inference::scores::sum::sum;
use crate::inference::{mover, normal, root};

/// Below this many rows of either label the logit interval is too short.
const FEW: u64 = 10;

/// The area under the ROC curve and what its limits need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    pub value: f64,
    /// DeLong's variance; None with fewer than two rows of either label.
    pub variance: Option<f64>,
    pub negatives: u64,
    pub positives: u64,
}

/// The probability that a positive row scores higher than a negative one, ties counted as one half.
///
/// `sum n1 (C0 + n0/2) / (n1 n0)`, C0 being the negatives with a lower score: an exact quotient of whole numbers. None
/// unless both labels occur. Variance: `S10/n1 + S01/n0`, exact under ties (DeLong, DeLong and Clarke-Pearson 1988; Sun
/// and Xu 2014).
pub fn auc(atoms: &[Atom]) -> Option<Auc> {
    let all = totals(atoms);
    if !all.both() {
        return None;
    }
    let (n1, n0) = (i128::from(all.positives), i128::from(all.negatives));
    let twice_wins = doubled(atoms, |a, below| i128::from(a.positives).saturating_mul(below));
    let pairs = 2.0 * n1 as f64 * n0 as f64;
    let variance = (n1 > 1 && n0 > 1).then(|| {
        // (V10 - AUC) 2 n1 n0 and (V01 - AUC) 2 n1 n0 are whole: nothing cancels.
        let (mut s10, mut s01) = (Vec::new(), Vec::new());
        let mut below = Below::default();
        for a in atoms {
            let (negatives, positives) = below.pass(a);
            let won = negatives.saturating_mul(n1).saturating_sub(twice_wins) as f64 / pairs;
            let lost = (2 * n1 - positives).saturating_mul(n0).saturating_sub(twice_wins) as f64 / pairs;
            s10.push(a.positives as f64 * (won * won));
            s01.push(a.negatives as f64 * (lost * lost));
        }
        let spread = |squares: Vec<f64>, n: i128| sum(squares) / ((n - 1) as f64 * n as f64);
        spread(s10, n1) + spread(s01, n0)
    });
    Some(Auc { value: twice_wins as f64 / pairs, variance, negatives: all.negatives, positives: all.positives })
}

/// Twice the midrank position within each label.
#[derive(Default)]
struct Below {
    negatives: i128,
    positives: i128,
}

impl Below {
    /// Twice the negatives and positives below an atom, its own counted once.
    fn pass(&mut self, a: &Atom) -> (i128, i128) {
        let (n0, n1) = (i128::from(a.negatives), i128::from(a.positives));
        let at = (self.negatives + n0, self.positives + n1);
        self.negatives += 2 * n0;
        self.positives += 2 * n1;
        at
    }
}

fn doubled(atoms: &[Atom], term: impl Fn(&Atom, i128) -> i128) -> i128 {
    let mut below = Below::default();
    atoms.iter().fold(0_i128, |total, a| total.saturating_add(term(a, below.pass(a).0)))
}

/// The Gini coefficient of the ranking: `2 AUC - 1`.
pub fn gini(auc: Auc) -> f64 {
    2.0 * auc.value - 1.0
}

/// The limits of an AUC at critical value `z`.
///
/// `logit(A) +- z sqrt(V) / (A (1 - A))`, which stays inside (0, 1); where either label has fewer than 10 rows, A is 0
/// or 1, or V is 0, Newcombe's method 5: every AUC t with
/// `|A - t| <= z sqrt(t (1-t) [1 + M (1-t)/(2-t) + M t/(1+t)] / (n1 n0))`, M = (n1 + n0)/2 - 1. Source: Newcombe 2006.
pub fn limits(auc: Auc, z: f64) -> Limits {
    let a = auc.value;
    let point = Limits { low: a, high: a };
    if z.is_nan() || z <= 0.0 {
        return point;
    }
    let usual = auc.variance.filter(|&v| v > 0.0 && a > 0.0 && a < 1.0 && auc.negatives.min(auc.positives) >= FEW);
    let Some(variance) = usual else {
        // The formula is symmetric under exchange of the labels.
        return Limits { low: lower(a, auc, z), high: 1.0 - lower(1.0 - a, auc, z) }.around(a);
    };
    let odds = a / (1.0 - a);
    let stretch = libm::exp(z * variance.sqrt() / (a * (1.0 - a)));
    Limits { low: odds / (odds + stretch), high: 1.0 / (1.0 + 1.0 / (odds * stretch)) }.around(a)
}

fn lower(a: f64, auc: Auc, z: f64) -> f64 {
    let (n1, n0) = (auc.positives as f64, auc.negatives as f64);
    let m = 0.5 * (n1 + n0) - 1.0;
    let spread = |t: f64| {
        let inside = 1.0 + m * (1.0 - t) / (2.0 - t) + m * t / (1.0 + t);
        (t * (1.0 - t) / n1 * inside / n0).max(0.0).sqrt()
    };
    if a <= 0.0 {
        return 0.0;
    }
    // Convex in t, positive at 0 and not positive at A: it crosses once, before t = 1 where it vanishes if A is 1.
    let excess = |t: f64| if t >= 1.0 { -1.0 } else { a - t - z * spread(t) };
    root::falling(excess, 0.0, a)
}

/// The difference of two AUCs of independent groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AucDifference {
    pub difference: f64,
    pub limits: Limits,
    /// `(A1 - A0) / sqrt(V1 + V0)` and its two-sided p-value; None where a variance is missing or both are 0.
    pub test: Option<(f64, f64)>,
}

/// The difference of the AUCs of two groups that share no row, focal minus reference.
///
/// The limits combine the [`limits`] of each by [`mover::difference`], so that they exist at the edges too.
pub fn difference(focal: Auc, reference: Auc, z: f64) -> AucDifference {
    let gap = focal.value - reference.value;
    let variance = focal.variance.zip(reference.variance).map(|(a, b)| a + b).filter(|&v| v > 0.0);
    let test = variance.map(|v| gap / v.sqrt()).map(|z| (z, normal::two_sided(z)));
    let limits = mover::difference(focal.value, limits(focal, z), reference.value, limits(reference, z));
    AucDifference { difference: gap, limits, test }
}

/// The lowest and the highest AUC possible when each atom stands for a bin of unknown scores.
///
/// `AUC +- sum n1 n0 of a bin / (2 n1 n0)`: the pairs inside a bin may all be won or all be lost. None unless both
/// labels occur.
pub fn bounds(atoms: &[Atom]) -> Option<Limits> {
    let all = totals(atoms);
    if !all.both() {
        return None;
    }
    let pairs = 2.0 * all.positives as f64 * all.negatives as f64;
    let middle = doubled(atoms, |a, below| i128::from(a.positives).saturating_mul(below));
    let open = atoms
        .iter()
        .fold(0_i128, |open, a| open.saturating_add(i128::from(a.positives).saturating_mul(i128::from(a.negatives))));
    let at = |wins: i128| (wins as f64 / pairs).clamp(0.0, 1.0);
    Some(Limits { low: at(middle.saturating_sub(open)), high: at(middle.saturating_add(open)) })
}
