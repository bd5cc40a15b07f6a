//! Limits for metrics of a classifier that are not one share.
//!
//! All take the four counts of a group: true and false positives, false and true negatives.

use crate::inference::limits::Limits;
use crate::inference::mover;
use crate::inference::share::wilson;
use crate::inference::trials::Trials;

/// The limits of the balanced accuracy, the mean of the true positive and the true negative rate.
///
/// The Wilson limits of both rates, combined by [`mover::mean_of_two`]: the rates come from different rows and are
/// independent. None when a class has no rows.
pub fn balanced_accuracy(tp: u64, fp: u64, fn_: u64, tn: u64, z: f64) -> Option<Limits> {
    let sensitivity = Trials { hits: tp, of: tp.saturating_add(fn_) };
    let specificity = Trials { hits: tn, of: tn.saturating_add(fp) };
    let rate = |t: Trials| t.hits as f64 / t.of as f64;
    let (first, second) = (wilson(sensitivity, z)?, wilson(specificity, z)?);
    Some(mover::mean_of_two(rate(sensitivity), first, rate(specificity), second))
}

/// The limits of the F1 score, `2 TP / (2 TP + FP + FN)`.
///
/// The Wilson limits of J = TP / (TP + FP + FN), the share of true positives among the rows that are not true
/// negatives, mapped by the rising function 2J / (1 + J). None when there is no such row.
pub fn f1(tp: u64, fp: u64, fn_: u64, z: f64) -> Option<Limits> {
    let jaccard = Trials { hits: tp, of: tp.saturating_add(fp).saturating_add(fn_) };
    let limits = wilson(jaccard, z)?;
    let score = |j: f64| 2.0 * j / (1.0 + j);
    let estimate = 2.0 * tp as f64 / (tp as f64 + jaccard.of as f64);
    Some(Limits { low: score(limits.low), high: score(limits.high) }.around(estimate))
}

/// The Matthews correlation coefficient: the correlation between decision and outcome.
///
/// `(TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN))`. None when a margin is 0.
pub fn matthews_coefficient(tp: u64, fp: u64, fn_: u64, tn: u64) -> Option<f64> {
    crate::inference::two_by_two::phi(
        Trials { hits: tp, of: tp.saturating_add(fn_) },
        Trials { hits: fp, of: fp.saturating_add(tn) },
    )
}

/// The limits of the Matthews correlation coefficient.
///
/// `tanh(atanh phi +- z se / (1 - phi^2))` with the large-sample standard error of a multinomial table, both on counts
/// with 1/2 added, which exist at the edges; widened to contain the estimate, always inside [-1, 1]. None when a margin
/// is 0.
///
/// Measured coverage of the 95% limits in 18 populations (base rate .1, .3, .5; true and false positive rate from
/// .3/.05 to .95/.02), 20 000 tables each (4 000 at n = 1000), lowest / mean / highest: n = 30 .853/.943/.980, n = 50
/// .890/.942/.968, n = 100 .916/.945/.957, n = 200 .936/.948/.954, n = 1000 .941/.949/.955, among the tables where the
/// coefficient exists. The lowest up to n = 100 are nearly perfect classifiers, with fewer than three expected errors.
///
/// Source: Bishop, Fienberg and Holland 1975, chapter 11 (variance); Fisher 1921 (scale).
pub fn matthews(tp: u64, fp: u64, fn_: u64, tn: u64, z: f64) -> Option<Limits> {
    let estimate = matthews_coefficient(tp, fp, fn_, tn)?;
    let cells = [tp, fp, fn_, tn].map(|n| n as f64 + 0.5);
    let (phi, variance) = correlation(cells);
    let spread = if z > 0.0 { z * variance.sqrt() / (1.0 - phi * phi) } else { 0.0 };
    let centre = libm::atanh(phi);
    let limits = Limits { low: libm::tanh(centre - spread), high: libm::tanh(centre + spread) };
    Some(limits.around(estimate))
}

/// The correlation of a two by two table and its large-sample variance under multinomial sampling.
///
/// `[1 - phi^2 + phi (1 + phi^2/2) a b / sqrt(..) - 3/4 phi^2 (a^2/(rows) + b^2/(columns))] / N`, where a and b are the
/// differences of the row and of the column shares. Source: Bishop, Fienberg and Holland 1975, chapter 11.
fn correlation([tp, fp, fn_, tn]: [f64; 4]) -> (f64, f64) {
    let all = tp + fp + fn_ + tn;
    let (decided, refused) = ((tp + fp) / all, (fn_ + tn) / all);
    let (positive, negative) = ((tp + fn_) / all, (fp + tn) / all);
    let (rows, columns) = (decided * refused, positive * negative);
    let phi = (tp / all * (tn / all) - fp / all * (fn_ / all)) / (rows * columns).sqrt();
    let (a, b) = (decided - refused, positive - negative);
    let square = phi * phi;
    let variance = 1.0 - square + phi * (1.0 + 0.5 * square) * a * b / (rows * columns).sqrt()
        - 0.75 * square * (a * a / rows + b * b / columns);
    (phi, (variance / all).max(0.0))
}
