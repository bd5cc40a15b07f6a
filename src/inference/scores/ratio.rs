//! Observed over expected: how many positive labels there were for each that the scores expected.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, expected, totals};
use crate::inference::scores::undefined::Undefined;
use crate::inference::share::wilson;
use crate::inference::trials::Trials;

/// The observed number of positive labels, the expected one, and their ratio with its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObservedExpected {
    pub observed: u64,
    pub expected: f64,
    pub ratio: f64,
    pub limits: Limits,
}

/// The observed number of positive labels over the expected one, with limits at critical value `z`.
///
/// `O/E exp(+- z sqrt((1 - O/n) / O))`. Where every label is the same that has no width: then the Wilson limits of O/n,
/// over E/n. Undefined without rows and where all scores are 0. Source: Debray et al. 2017.
pub fn observed_expected(atoms: &[Atom], z: f64) -> Result<ObservedExpected, Undefined> {
    let all = totals(atoms);
    let (observed, n) = (all.positives, all.rows() as f64);
    let expected = expected(atoms);
    let share = wilson(Trials { hits: observed, of: all.rows() }, z).ok_or(Undefined::NoRows)?;
    if expected <= 0.0 {
        return Err(Undefined::NothingExpected);
    }
    let ratio = observed as f64 / expected;
    let limits = if all.both() && z > 0.0 {
        let stretch = libm::exp(z * (all.negatives as f64 / n / observed as f64).sqrt());
        Limits { low: ratio / stretch, high: ratio * stretch }
    } else {
        Limits { low: share.low * n / expected, high: share.high * n / expected }
    };
    Ok(ObservedExpected { observed, expected, ratio, limits: limits.around(ratio) })
}
