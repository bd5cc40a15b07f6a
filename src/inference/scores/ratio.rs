//! Observed over expected: how many positive labels there were for each that the scores expected.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, Totals, expected, totals};
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
    let (all, expected) = (totals(atoms), expected(atoms));
    if all.rows() == 0 {
        return Err(Undefined::NoRows);
    }
    let limits = limits(all, expected, z).ok_or(Undefined::NothingExpected)?;
    Ok(ObservedExpected { observed: all.positives, expected, ratio: all.positives as f64 / expected, limits })
}

/// The limits of the ratio, from the rows of each label and the expected number of positive labels; None without rows
/// and where nothing is expected. See [`observed_expected`].
pub fn limits(all: Totals, expected: f64, z: f64) -> Option<Limits> {
    let (observed, n) = (all.positives, all.rows() as f64);
    let share = wilson(Trials { hits: observed, of: all.rows() }, z)?;
    if expected <= 0.0 {
        return None;
    }
    let ratio = observed as f64 / expected;
    let limits = if all.both() && z > 0.0 {
        let stretch = libm::exp(z * (all.negatives as f64 / n / observed as f64).sqrt());
        Limits { low: ratio / stretch, high: ratio * stretch }
    } else {
        Limits { low: share.low * n / expected, high: share.high * n / expected }
    };
    Some(limits.around(ratio))
}
