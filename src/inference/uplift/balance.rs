//! Was the assignment random? Are the arms as large as they should be, and alike in what was known before?

use crate::inference::chi_squared::Test;
use crate::inference::measured::mean::Mean;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::scores::sum::sum;
use crate::inference::trials::Trials;

/// By convention a standardised difference of more than a tenth is worth a look (Austin 2009).
pub const NOTABLE: f64 = 0.1;

/// How far the arms' means of something known before the treatment are apart, in standard deviations.
///
/// `(m1 - m0) / sqrt((s1^2 + s0^2) / 2)`, which does not shrink or grow with the number of rows as a test would; 0 where
/// all rows have one value. Undefined with fewer than two rows in an arm, and where each arm has one value and these
/// differ. Source: Austin 2009.
pub fn of_means(treated: Mean, control: Mean) -> Result<f64, Undefined> {
    let needed = |mean: Mean| mean.variance.ok_or(Undefined::TooFew { rows: mean.rows, needed: 2 });
    let spread = 0.5 * needed(treated)? + 0.5 * needed(control)?;
    standardised(treated.value - control.value, spread)
}

/// The same of a share: `(p1 - p0) / sqrt((p1 (1-p1) + p0 (1-p0)) / 2)`. Undefined where an arm is empty, and where one
/// share is 0 and the other 1.
pub fn of_shares(treated: Trials, control: Trials) -> Result<f64, Undefined> {
    let (Some(p1), Some(p0)) = (treated.share(), control.share()) else { return Err(Undefined::NoRows) };
    standardised(p1 - p0, 0.5 * (p1 * (1.0 - p1) + p0 * (1.0 - p0)))
}

fn standardised(gap: f64, spread: f64) -> Result<f64, Undefined> {
    if gap == 0.0 {
        return Ok(0.0);
    }
    if spread.is_nan() || spread <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    finite(gap / spread.sqrt())
}

/// Do the arms have the sizes that the assignment should give? The test for a sample ratio mismatch.
///
/// Pearson's `sum (O - E)^2 / E` against the planned shares, which need not add up to 1, with one degree of freedom less
/// than there are arms. A small p (below 0.001 by convention) says that the assignment or the recording went wrong, and
/// then no lift can be trusted. Undefined for fewer than two arms, without rows, and unless every share is above 0.
/// Sources: Pearson 1900; Fabijan et al. 2019.
pub fn sample_ratio(observed: &[u64], planned: &[f64]) -> Result<Test, Undefined> {
    if observed.len() != planned.len() {
        return Err(Undefined::Inconsistent);
    }
    if observed.len() < 2 {
        return Err(Undefined::OneGroup);
    }
    if !planned.iter().all(|share| share.is_finite() && *share > 0.0) {
        return Err(Undefined::NotPositive);
    }
    let rows = observed.iter().fold(0_u64, |n, arm| n.saturating_add(*arm));
    if rows == 0 {
        return Err(Undefined::NoRows);
    }
    let all = finite(sum(planned.iter().copied()))?;
    let far = |(count, share): (&u64, &f64)| {
        let expected = rows as f64 * (share / all);
        (*count as f64 - expected) * ((*count as f64 - expected) / expected)
    };
    Test::new(finite(sum(observed.iter().zip(planned).map(far)))?, observed.len() as u64 - 1).ok_or(Undefined::OneGroup)
}
