//! The share of rows that stand for different numbers of people.

use crate::inference::linearised::{Linearised, Undefined, Weight, weighted_rows};

/// The share of hits among rows with survey or importance weights, with its linearised variance.
///
/// `p = sum w x / sum w`, `variance = n/(n-1) sum w^2 (x-p)^2 / (sum w)^2`. Its limits are the
/// [`wilson`](crate::inference::share::wilson) limits of
/// [`kish_effective`](crate::inference::linearised::Linearised::kish_effective). The unit of weight does not matter;
/// rows of weight 0 belong to neither sum nor `rows`. One row has a share but no variance. Weights that stand for
/// repeated rows are counts, not weights. Sources: Kish 1965; Korn and Graubard 1998.
///
/// # Errors
/// [`Undefined`] without rows or weight, or when the sums show a negative weight or no rows that could give them.
pub fn share(rows: u64, hits: Weight, misses: Weight) -> Result<Linearised, Undefined> {
    let correction = if rows > 1 { rows as f64 / (rows - 1) as f64 } else { 1.0 };
    weighted_rows(rows, hits, misses, correction)
}

/// Kish's design effect: how many times larger the variance is for unequal weights alone.
///
/// `n sum w^2 / (sum w)^2`, at least 1.
pub fn kish_design_effect(weighted: &Linearised) -> f64 {
    (weighted.rows / weighted.kish).max(1.0)
}
