//! What could data of this size have shown? Power, the smallest gap that would have been seen, and the rows it takes.
//!
//! Two questions are easily confused, and both have their smallest gap:
//!
//! - *Would a difference have been noticed at all?* [`notice`]: the test that both groups share one rate, and the
//!   nearest rate it finds with the wanted power.
//! - *Would a bound have been proved kept or broken?* [`claim`] for two groups, [`share`] for one: an interval clear of
//!   the bound, and the nearest rate for which it would be so with the wanted power. The second gap is the wider one
//!   where the bound lies beyond equality.
//!
//! All are large-sample figures from rates supposed to be true. Every function takes the critical value `z` of the test
//! or interval it is about: an interval of level 0.95 clears a bound at its z of 1.96, an error of 0.025 on that side.
//! The factor N/(N-1) of Miettinen and Nurminen is left out, as in the literature.

pub mod claim;
pub mod growth;
pub mod notice;
pub mod share;

use crate::inference::normal;

/// How many rows two groups have; planned numbers need not be whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    pub focal: f64,
    pub reference: f64,
}

/// The rates of two groups, supposed to be true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    pub focal: f64,
    pub reference: f64,
}

impl Sizes {
    /// Both groups grown in proportion.
    pub fn scaled(self, factor: f64) -> Sizes {
        Sizes { focal: self.focal * factor, reference: self.reference * factor }
    }

    fn are_sizes(self) -> bool {
        self.focal > 0.0 && self.reference > 0.0 && self.focal.is_finite() && self.reference.is_finite()
    }
}

impl Rates {
    /// The focal over the reference rate; +inf over 0, none for 0 over 0.
    pub fn ratio(self) -> Option<f64> {
        (self.focal > 0.0 || self.reference > 0.0).then(|| self.focal / self.reference)
    }

    /// The focal less the reference rate.
    pub fn difference(self) -> f64 {
        self.focal - self.reference
    }

    fn are_rates(self) -> bool {
        is_rate(self.focal) && is_rate(self.reference)
    }
}

fn is_rate(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

fn is_critical(z: f64) -> bool {
    z >= 0.0 && z.is_finite()
}

/// The variance of an observed share of `n` trials.
fn variance(p: f64, n: f64) -> f64 {
    p * (1.0 - p) / n
}

/// The probability that an estimate lies more than `z` standard errors above its bound, the standard error being the
/// one under the bound.
///
/// `Phi-bar((z s0 - gap) / s1)`. Where the true variance is 0 the estimate is the truth, and the answer is 0 or 1.
fn clears(gap: f64, under_bound: f64, in_truth: f64, z: f64) -> f64 {
    let short = z * under_bound.sqrt() - gap;
    if in_truth > 0.0 {
        normal::sf(short / in_truth.sqrt())
    } else if short < 0.0 {
        1.0
    } else {
        0.0
    }
}

/// The probability that an interval is clear of both its bounds, from the probability of each.
///
/// `max(0, a + b - 1)`: exact for a difference and one share unless the interval misses both bounds at once, and never
/// too high.
fn both(a: f64, b: f64) -> f64 {
    (a + b - 1.0).max(0.0)
}
