//! How many people a gap amounts to.
//!
//! All counts are exact integers; a ratio such as 0.8 is taken as the decimal a reader sees, so that 4/5 of 25 is 20
//! and not one person more.

use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;

/// How many more focal hits the rate of both groups together would have given: `n1 X/N - x1`.
///
/// Negative when the focal group is ahead. None without rows.
pub fn shortfall_pooled(focal: Trials, reference: Trials) -> Option<f64> {
    let all = focal.of as f64 + reference.of as f64;
    (all > 0.0).then(|| 0.0 - cross_difference(focal, reference) / all)
}

/// How many more focal hits the rate of the reference group would have given: `n1 p0 - x1`.
///
/// Negative when the focal group is ahead. None when the reference group is empty.
pub fn shortfall_parity(focal: Trials, reference: Trials) -> Option<f64> {
    (reference.of > 0).then(|| 0.0 - cross_difference(focal, reference) / reference.of as f64)
}

/// How many more focal hits `tau` times the rate of the reference group would have given: `max(0, tau n1 p0 - x1)`.
///
/// None when the reference group is empty, or tau is negative or not finite.
pub fn shortfall_to_ratio(focal: Trials, reference: Trials, tau: f64) -> Option<f64> {
    let tau = Decimal::read(tau)?;
    if reference.of == 0 {
        return None;
    }
    let Gap { missing, per_reference_hit: _, unit } = gap(focal, reference, tau);
    Some(missing / unit)
}

/// How many whole hits must be added to the focal group to reach `tau` times the rate of the reference group.
///
/// [`shortfall_to_ratio`], rounded up. None as there.
pub fn additions_to_ratio(focal: Trials, reference: Trials, tau: f64) -> Option<u64> {
    let tau = Decimal::read(tau)?;
    if reference.of == 0 {
        return None;
    }
    Some(exact(focal, reference, tau, false).unwrap_or_else(|| {
        let gap = gap(focal, reference, tau);
        (gap.missing / gap.unit).ceil() as u64
    }))
}

/// The smallest number of hits that, moved from the reference to the focal group, makes the focal rate at least equal.
///
/// None when a group is empty.
pub fn swap_to_parity(focal: Trials, reference: Trials) -> Option<u64> {
    swap_to_ratio(focal, reference, 1.0)
}

/// The smallest number of hits that, moved from the reference to the focal group, makes the ratio of rates at least
/// `tau`.
///
/// The smallest k with `(x1 + k)/n1 >= tau (x0 - k)/n0`. None when a group is empty, tau is negative or not finite, or
/// the focal group is too small to hold so many hits (possible only for tau above 1).
pub fn swap_to_ratio(focal: Trials, reference: Trials, tau: f64) -> Option<u64> {
    let tau = Decimal::read(tau)?;
    if focal.of == 0 || reference.of == 0 {
        return None;
    }
    let k = exact(focal, reference, tau, true).unwrap_or_else(|| {
        let gap = gap(focal, reference, tau);
        (gap.missing / (gap.unit + gap.per_reference_hit)).ceil() as u64
    });
    (k <= focal.of - focal.hits.min(focal.of)).then_some(k)
}

/// Tells whether moving a single hit from the reference to the focal group would put the focal group ahead.
///
/// `x1/n1 < x0/n0` and `(x1 + 1)/n1 > (x0 - 1)/n0`: numbers too small to rely on. False when the focal group is not
/// behind. Source: Uniform Guidelines on Employee Selection Procedures, question 21 (44 FR 11996).
pub fn one_person_reversal(focal: Trials, reference: Trials) -> bool {
    let (x1, n1, x0, n0) = wide(focal, reference);
    let behind = x1 * n0 < x0 * n1;
    // (x1 + 1) n0 > (x0 - 1) n1 with nothing subtracted; being behind means x0 > 0.
    behind && x1 * n0 + (n0 + n1) > x0 * n1
}

fn wide(focal: Trials, reference: Trials) -> (u128, u128, u128, u128) {
    // Counts above 2^62 do not occur; cut there, no product or sum of two can overflow.
    let cut = |n: u64| u128::from(n.min(1 << 62));
    (cut(focal.hits.min(focal.of)), cut(focal.of), cut(reference.hits.min(reference.of)), cut(reference.of))
}

/// The whole number of hits that closes the gap: moved between the groups, or only added to the focal group.
///
/// None where the products do not fit 128 bits.
fn exact(focal: Trials, reference: Trials, tau: Decimal, moved: bool) -> Option<u64> {
    let (x1, n1, x0, n0) = wide(focal, reference);
    let wanted = tau.digits.checked_mul(x0.checked_mul(n1)?)?;
    let had = tau.scale.checked_mul(x1.checked_mul(n0)?)?;
    let unit = tau.scale.checked_mul(n0)?;
    let each = if moved { unit.checked_add(tau.digits.checked_mul(n1)?)? } else { unit };
    u64::try_from(wanted.saturating_sub(had).div_ceil(each)).ok()
}

/// `tau x0 n1 - x1 n0`, not below 0, and what one focal hit (`unit`) and one reference hit less change of it.
struct Gap {
    missing: f64,
    per_reference_hit: f64,
    unit: f64,
}

fn gap(focal: Trials, reference: Trials, tau: Decimal) -> Gap {
    let (x1, n1, x0, n0) = wide(focal, reference);
    let scale = tau.scale as f64;
    let (wanted, had) = (tau.digits.checked_mul(x0 * n1), tau.scale.checked_mul(x1 * n0));
    let missing = match (wanted, had) {
        (Some(wanted), Some(had)) => wanted.saturating_sub(had) as f64 / scale,
        _ => (tau.digits as f64 / scale * (x0 * n1) as f64 - (x1 * n0) as f64).max(0.0),
    };
    Gap { missing, per_reference_hit: tau.digits as f64 / scale * n1 as f64, unit: n0 as f64 }
}

/// A number as its shortest decimal: `digits / scale`, the scale a power of ten.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u128,
    scale: u128,
}

impl Decimal {
    /// None for a negative number, one that is not finite, or one with more digits than 128 bits hold.
    fn read(value: f64) -> Option<Decimal> {
        if !value.is_finite() || value < 0.0 {
            return None;
        }
        let text = format!("{}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        Some(Decimal { digits: format!("{whole}{fraction}").parse().ok()?, scale })
    }
}
