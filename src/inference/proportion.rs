//! What limits and tests of a share need to know of it, be it counted or effective.

use crate::inference::effective::Effective;
use crate::inference::trials::Trials;
use crate::inference::two_by_two;

/// Hits out of so many: whole numbers of [`Trials`], or the real numbers of an [`Effective`] share.
///
/// One set of formulas serves both. `hits + misses = of`, none of them negative; `of` may be 0.
pub trait Proportion: Copy + sealed::Sealed {
    fn hits(self) -> f64;
    fn misses(self) -> f64;
    fn of(self) -> f64;

    /// `x1 n0 - x0 n1`: the sign says which share is higher.
    fn cross_difference(self, reference: Self) -> f64;

    /// Tells whether there is nothing to divide by.
    fn is_empty(self) -> bool {
        self.of() <= 0.0
    }

    /// The share itself; NaN without trials.
    fn rate(self) -> f64 {
        self.hits() / self.of()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::inference::trials::Trials {}
    impl Sealed for crate::inference::effective::Effective {}
}

/// Hits beyond the number of trials count as that number.
impl Proportion for Trials {
    fn hits(self) -> f64 {
        self.hits.min(self.of) as f64
    }

    fn misses(self) -> f64 {
        (self.of - self.hits.min(self.of)) as f64
    }

    fn of(self) -> f64 {
        self.of as f64
    }

    fn cross_difference(self, reference: Trials) -> f64 {
        two_by_two::cross_difference(self, reference)
    }
}

impl Proportion for Effective {
    fn hits(self) -> f64 {
        self.hits
    }

    fn misses(self) -> f64 {
        self.misses
    }

    fn of(self) -> f64 {
        self.of
    }

    /// From the smaller sides of the shares, so that shares near 1 keep the digits of their difference.
    fn cross_difference(self, reference: Effective) -> f64 {
        if self.hits + reference.hits <= self.misses + reference.misses {
            self.hits * reference.of - reference.hits * self.of
        } else {
            reference.misses * self.of - self.misses * reference.of
        }
    }
}
