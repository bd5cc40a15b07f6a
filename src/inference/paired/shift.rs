//! How far numbers of the same rows moved: the paired t test, from exact sums.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::inference::limits::Limits;
use crate::inference::scores::mean::{self, Mean};
use crate::inference::scores::sum::sum;
use crate::inference::student;

/// The mean of differences and its spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    pub mean: Mean,
}

/// The mean difference and its paired t test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedT {
    pub t: f64,
    /// Two-sided.
    pub p: f64,
}

impl Shift {
    /// The shift of some differences; none without one, or where one is no number.
    pub fn of(differences: &[f64]) -> Option<Shift> {
        if differences.is_empty() || !differences.iter().all(|d| d.is_finite()) {
            return None;
        }
        let rows = differences.len() as u64;
        let value = sum(differences.iter().copied()) / rows as f64;
        let squares = || sum(differences.iter().map(|d| (d - value) * (d - value)));
        let variance = (rows > 1).then(|| squares() / (rows - 1) as f64);
        Some(Shift { mean: Mean { rows, value, variance } })
    }

    /// The shift from sums of whole numbers: of the differences in one unit, and of them and their squares in another.
    ///
    /// The variance `(n sum d^2 - (sum d)^2) / (n (n - 1))` is exact before it is rounded. None without rows.
    pub fn of_sums(rows: u64, value: f64, sum: i128, squares: u128, unit: f64) -> Option<Shift> {
        if rows == 0 {
            return None;
        }
        let n = BigInt::from(rows);
        let spread = (&n * BigInt::from(squares) - BigInt::from(sum) * BigInt::from(sum)).to_f64().unwrap_or(0.0);
        let pairs = rows as f64 * (rows as f64 - 1.0);
        let variance = (rows > 1).then(|| (spread.max(0.0) / pairs) * unit * unit);
        Some(Shift { mean: Mean { rows, value, variance } })
    }

    /// The limits of the mean shift by Student's t; of differences that are all alike, that difference. None for a single
    /// row.
    pub fn limits(self, z: f64) -> Option<Limits> {
        let Mean { value, variance, .. } = self.mean;
        if variance? == 0.0 {
            return Some(Limits { low: value, high: value });
        }
        mean::limits(self.mean, z, None)
    }

    /// The test that the mean shift is 0: `mean / sqrt(variance / n)` on n - 1 degrees of freedom. None where the
    /// differences do not vary. Source: Student 1908.
    pub fn test(self) -> Option<PairedT> {
        let Mean { rows, value, variance } = self.mean;
        let error = (variance? / rows as f64).sqrt();
        if error == 0.0 {
            return None;
        }
        let t = value / error;
        Some(PairedT { t, p: (2.0 * student::sf(t.abs(), (rows - 1) as f64)).min(1.0) })
    }
}
