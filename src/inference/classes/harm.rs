//! What wrong classes cost, where some are worse than others.

use super::confusion::Classes;
use crate::inference::measured::mean::{Mean, mean};
use crate::inference::measured::span::Span;
use crate::inference::measured::undefined::Undefined;

/// The mean harm of a case, by the weight that the policy gives each wrong class.
///
/// `weights` holds the harm by true class (rows) and class given (columns). It is the mean of a number that every case has, so
/// that its limits and contrasts are those of means. Undefined without cases, where a weight is no finite number, and where
/// the weights are not as many as the counts.
pub fn mean_harm(classes: &Classes, weights: &[Vec<f64>]) -> Result<Mean, Undefined> {
    let harms = by_weight(classes, weights)?;
    let spans: Vec<Span> = harms.into_iter().map(|(weight, rows)| Span::of_value(weight, rows)).collect();
    mean(&spans)
}

/// The cases of every weight that a class can have, the lightest first.
pub fn by_weight(classes: &Classes, weights: &[Vec<f64>]) -> Result<Vec<(f64, u64)>, Undefined> {
    let counts = classes.counts();
    let fits = weights.len() == counts.len() && weights.iter().all(|row| row.len() == counts.len());
    if !fits || !weights.iter().flatten().all(|weight| weight.is_finite()) {
        return Err(Undefined::Inconsistent);
    }
    let mut harms: Vec<(f64, u64)> =
        counts.iter().flatten().zip(weights.iter().flatten()).map(|(n, w)| (*w, *n)).collect();
    harms.sort_by(|a, b| a.0.total_cmp(&b.0));
    harms.dedup_by(|next, first| {
        next.0 == first.0 && {
            first.1 += next.1;
            true
        }
    });
    Ok(harms)
}
