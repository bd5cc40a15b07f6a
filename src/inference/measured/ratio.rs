//! The ratio of two groups' means: one group gets so many times what the other gets.

use crate::inference::limits::Limits;
use crate::inference::measured::contrast::Contrast;
use crate::inference::measured::mean::{Mean, reach, satterthwaite, squared_error};
use crate::inference::measured::undefined::{Undefined, finite};

/// How many times the mean of the reference the focal group's mean is.
///
/// `ln(m1/m0) +- t sqrt(s1^2/(n1 m1^2) + s0^2/(n0 m0^2))`, by the delta method on the logarithmic scale with Satterthwaite's
/// degrees of freedom, so that exchanging the groups inverts both limits. Undefined with fewer than two rows in a group,
/// unless both means are above 0, and where neither group varies.
///
/// The means of small and very skewed samples are too small more often than too large: the 95 % limits held the truth of
/// lognormal amounts in 92 % of samples of 20 rows, 94 % of 50 and about 95 % from 200 on
/// (`reports/coverage_of_outcomes.md`).
pub fn ratio(focal: Mean, reference: Mean, z: f64) -> Result<Contrast, Undefined> {
    if focal.value <= 0.0 || reference.value <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let value = finite(focal.value / reference.value)?;
    let relative = |mean: Mean| squared_error(mean).map(|(square, df)| (square / mean.value / mean.value, df));
    let parts = [relative(focal)?, relative(reference)?];
    let square = finite(parts[0].0 + parts[1].0)?;
    if square <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let stretch = libm::exp(reach(z, satterthwaite(parts), square.sqrt()));
    Ok(Contrast { value, limits: Limits { low: value / stretch, high: value * stretch } })
}
