//! Groups compared within strata, like with like: the departments of a university, the products of a bank.
//!
//! A stratum in which one of two groups is absent compares nobody with anybody. It contributes to nothing here, and
//! [`Support`] says how many rows that leaves out.

pub mod general;
pub mod homogeneity;
pub mod mantel_haenszel;
pub mod omnibus;
pub mod score;
pub mod simpson;
pub mod standardise;

use crate::inference::trials::Trials;

/// The two groups of a comparison within one stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    pub focal: Trials,
    pub reference: Trials,
}

/// How much of the data the strata let speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// Strata with at least one row.
    pub strata: usize,
    /// Strata in which both groups are present.
    pub comparable: usize,
    /// Comparable strata in which both outcomes occur: those a test can learn from.
    pub informative: usize,
    pub rows: u128,
    /// Rows in strata in which one group is absent: nobody to compare with.
    pub rows_alone: u128,
    /// Rows in comparable strata in which everybody or nobody was a hit.
    pub rows_unvarying: u128,
}

/// Counts the strata that compare both groups, and the rows in those that do not.
pub fn support(strata: &[Stratum]) -> Support {
    let mut support = Support::default();
    for stratum in strata {
        let rows = u128::from(stratum.focal.of) + u128::from(stratum.reference.of);
        if rows == 0 {
            continue;
        }
        support.strata += 1;
        support.rows += rows;
        let Some(cells) = stratum.cells() else {
            support.rows_alone += rows;
            continue;
        };
        support.comparable += 1;
        if cells.varies() {
            support.informative += 1;
        } else {
            support.rows_unvarying += rows;
        }
    }
    support
}

impl Stratum {
    /// The same comparison seen from the other group.
    pub fn exchanged(self) -> Stratum {
        Stratum { focal: self.reference, reference: self.focal }
    }

    /// The counts of a stratum that compares both groups; none where one is absent.
    fn cells(self) -> Option<Cells> {
        if self.focal.of == 0 || self.reference.of == 0 {
            return None;
        }
        let split = |t: Trials| {
            let hits = t.hits.min(t.of);
            (hits as f64, (t.of - hits) as f64, t.of as f64)
        };
        let ((x1, f1, n1), (x0, f0, n0)) = (split(self.focal), split(self.reference));
        Some(Cells { x1, f1, n1, x0, f0, n0, all: n1 + n0 })
    }
}

/// Hits, misses and rows of the focal (1) and the reference group (0).
#[derive(Clone, Copy)]
struct Cells {
    x1: f64,
    f1: f64,
    n1: f64,
    x0: f64,
    f0: f64,
    n0: f64,
    all: f64,
}

impl Cells {
    fn varies(&self) -> bool {
        self.x1 + self.x0 > 0.0 && self.f1 + self.f0 > 0.0
    }
}
