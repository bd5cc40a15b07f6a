//! Balance for the classes: do people with the same label get the same scores on average?

use crate::inference::scores::atoms::Atom;
use crate::inference::scores::sum::sum;
use crate::inference::student;

/// The mean and the spread of the scores of some rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    pub rows: u64,
    pub mean: f64,
    /// With n - 1 in the denominator; None for a single row.
    pub variance: Option<f64>,
}

/// The mean and the variance of the scores, each atom counted as often as `rows` says; None without rows.
///
/// For instance `moments(atoms, |a| a.positives)` for the rows with a positive label.
pub fn moments(atoms: &[Atom], rows: impl Fn(&Atom) -> u64) -> Option<Moments> {
    let n = atoms.iter().fold(0_u64, |n, a| n.saturating_add(rows(a)));
    if n == 0 {
        return None;
    }
    let mean = sum(atoms.iter().map(|a| rows(a) as f64 * a.score)) / n as f64;
    let squares = sum(atoms.iter().map(|a| rows(a) as f64 * ((a.score - mean) * (a.score - mean))));
    Some(Moments { rows: n, mean, variance: (n > 1).then(|| squares / (n - 1) as f64) })
}

/// The difference of two mean scores with Welch's test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanDifference {
    pub difference: f64,
    pub standard_error: f64,
    pub t: f64,
    pub df: f64,
    pub p: f64,
}

/// The difference of the mean scores of a focal and a reference group, without assuming equal variances.
///
/// `t = (m1 - m0) / sqrt(v1/n1 + v0/n0)` with Welch's degrees of freedom. None when a group has fewer than two rows or
/// neither varies. Source: Welch 1947; Kleinberg, Mullainathan and Raghavan 2017 (balance for the classes).
pub fn mean_difference(focal: Moments, reference: Moments) -> Option<MeanDifference> {
    let share = |m: Moments| m.variance.map(|v| v / m.rows as f64);
    let (a, b) = (share(focal)?, share(reference)?);
    let squared = a + b;
    if squared <= 0.0 {
        return None;
    }
    let difference = focal.mean - reference.mean;
    let standard_error = squared.sqrt();
    // Shares of the variance, not its squares, which could vanish.
    let (a, b) = (a / squared, b / squared);
    let df = 1.0 / (a * a / (focal.rows - 1) as f64 + b * b / (reference.rows - 1) as f64);
    let t = difference / standard_error;
    Some(MeanDifference { difference, standard_error, t, df, p: (2.0 * student::sf(t.abs(), df)).min(1.0) })
}
