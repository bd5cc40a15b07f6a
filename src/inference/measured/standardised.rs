//! The gap between two groups' means in units of their spread.

use crate::inference::limits::Limits;
use crate::inference::measured::mean::Mean;
use crate::inference::measured::undefined::{Undefined, finite};

/// The difference of two means over the spread of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Cohen's d: over the pooled standard deviation.
    pub cohen_d: f64,
    /// Hedges' g: d less its bias in small samples. By convention 0.2 is a small, 0.5 a medium, 0.8 a large gap.
    pub hedges_g: f64,
    /// The factor between the two.
    pub correction: f64,
    /// The standard error of d.
    pub error: f64,
    /// Of g.
    pub limits: Limits,
}

/// How many standard deviations the focal group's mean lies above the reference's.
///
/// `d = (m1 - m0) / s` with the pooled s on f = n1 + n0 - 2 degrees of freedom, `g = J d`,
/// `J = Gamma(f/2) / (Gamma((f-1)/2) sqrt(f/2))`, `se(d) = sqrt((n1+n0)/(n1 n0) + d^2 / (2 (n1+n0)))`, and the limits
/// `g +- z J se(d)`. The limits take both groups to be about normal and equally spread; of skewed amounts the probability
/// of having more ([`superiority`](super::superiority)) is the better figure. Undefined with fewer than two rows in a
/// group and where neither group varies. Sources: Cohen 1988; Hedges 1981; Hedges and Olkin 1985.
pub fn gap(focal: Mean, reference: Mean, z: f64) -> Result<Gap, Undefined> {
    let needed = |mean: Mean| mean.variance.ok_or(Undefined::TooFew { rows: mean.rows, needed: 2 });
    let (v1, v0) = (needed(focal)?, needed(reference)?);
    let (n1, n0) = (focal.rows as f64, reference.rows as f64);
    let df = n1 + n0 - 2.0;
    let pooled = finite((v1 * (n1 - 1.0) + v0 * (n0 - 1.0)) / df)?;
    if pooled <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let cohen_d = finite((focal.value - reference.value) / pooled.sqrt())?;
    let correction = correction(df);
    let error = (1.0 / n1 + 1.0 / n0 + cohen_d * (cohen_d / (2.0 * (n1 + n0)))).sqrt();
    let hedges_g = correction * cohen_d;
    let reach = if z > 0.0 { z * correction * error } else { 0.0 };
    let limits = Limits { low: hedges_g - reach, high: hedges_g + reach };
    Ok(Gap { cohen_d, hedges_g, correction, error, limits })
}

/// How many standard deviations of the reference group the focal group's mean lies above its mean: Glass's delta.
///
/// Undefined with fewer than two rows in the reference, without rows in the focal group, and where the reference does not
/// vary. Source: Glass 1976.
pub fn glass_delta(focal: Mean, reference: Mean) -> Result<f64, Undefined> {
    let variance = reference.variance.ok_or(Undefined::TooFew { rows: reference.rows, needed: 2 })?;
    if variance <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    finite((focal.value - reference.value) / variance.sqrt())
}

/// `Gamma(f/2) / (Gamma((f-1)/2) sqrt(f/2))`, which tends to 1 - 3 / (4f - 1).
fn correction(df: f64) -> f64 {
    // Two groups that vary have two rows each, and so 2 degrees of freedom or more. Far beyond, lgamma cancels, and the series 1 - 3/(4f) - 7/(32 f^2) + 9/(128 f^3) is exact.
    if df > 1000.0 {
        let r = 1.0 / df;
        return 1.0 - r * (0.75 + r * (7.0 / 32.0 - r * (9.0 / 128.0)));
    }
    libm::exp(libm::lgamma(0.5 * df) - libm::lgamma(0.5 * (df - 1.0))) / (0.5 * df).sqrt()
}
