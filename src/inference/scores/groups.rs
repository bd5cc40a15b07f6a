//! Ranking across groups: is a group's positive ranked above another group's negative?

use crate::inference::scores::atoms::{Atom, Totals, cross, paired};
use crate::inference::scores::auc::{Auc, AucDifference, auc, difference};

/// The probability that a positive row of one group scores higher than a negative row of another, ties counted as one
/// half: xAUC.
///
/// None when the first group has no positive or the second no negative. Source: Kallus and Zhou 2019.
pub fn xauc(positives_of: &[Atom], negatives_of: &[Atom]) -> Option<Auc> {
    auc(&cross(positives_of, negatives_of))
}

/// The difference of both cross comparisons: the first group's positives above the second's negatives, minus the
/// reverse.
///
/// Positive when the first group is ranked higher than the labels warrant. The four samples are independent. None where
/// either comparison is. Source: Kallus and Zhou 2019.
pub fn xauc_difference(first: &[Atom], second: &[Atom], z: f64) -> Option<AucDifference> {
    Some(difference(xauc(first, second)?, xauc(second, first)?, z))
}

/// Background positive, subgroup negative: the rows whose [`auc`] says how well the background's positives are ranked
/// above the subgroup's negatives.
///
/// Low when the subgroup's negatives score too high. Source: Borkan et al. 2019.
pub fn bpsn(subgroup: &[Atom], background: &[Atom]) -> Vec<Atom> {
    cross(background, subgroup)
}

/// Background negative, subgroup positive: the rows whose [`auc`] says how well the subgroup's positives are ranked
/// above the background's negatives.
///
/// Low when the subgroup's positives score too low. Source: Borkan et al. 2019.
pub fn bnsp(subgroup: &[Atom], background: &[Atom]) -> Vec<Atom> {
    cross(subgroup, background)
}

/// The rows whose [`auc`] says how often a subgroup's positive row scores higher than the background's; 1/2 is no gap.
///
/// `P(S_sub > S_bg | y = 1) + P(=)/2`. Less 1/2 it is the average equality gap, positive when the subgroup scores
/// higher. Source: Borkan et al. 2019, whose code has the opposite sign under old versions of scipy.
pub fn positive_gap(subgroup: &[Atom], background: &[Atom]) -> Vec<Atom> {
    contest(subgroup, background, |t| t.positives)
}

/// The same of negative rows; see [`positive_gap`].
pub fn negative_gap(subgroup: &[Atom], background: &[Atom]) -> Vec<Atom> {
    contest(subgroup, background, |t| t.negatives)
}

/// The subgroup's rows take the part of positives, the background's that of negatives.
fn contest(subgroup: &[Atom], background: &[Atom], rows: impl Fn(Totals) -> u64) -> Vec<Atom> {
    paired(subgroup, background)
        .map(|(score, sub, bg)| Atom { score, negatives: rows(bg), positives: rows(sub) })
        .collect()
}

/// The mean of the subgroup AUCs that the worst of them dominates: `(sum A^p / K)^(1/p)` with p = -5.
///
/// None without a value or where one is not above 0. Source: Borkan et al. 2019.
pub fn power_mean(aucs: &[f64]) -> Option<f64> {
    if aucs.is_empty() || !aucs.iter().all(|&a| a > 0.0) {
        return None;
    }
    let mean = aucs.iter().map(|a| 1.0 / (a * a * a * a * a)).sum::<f64>() / aucs.len() as f64;
    Some(libm::pow(mean, -0.2))
}
