//! Medians and other quantiles: the value that a stated part of the rows does not exceed.

use crate::inference::beta::ibeta_with;
use crate::inference::limits::Limits;
use crate::inference::measured::contrast::Contrast;
use crate::inference::measured::span::{self, Span};
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::{mover, normal};

/// A quantile and, where values are kept in bins, what it could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    pub rows: u64,
    pub value: f64,
    /// The lowest and the highest value possible; the value itself where every distinct one is kept.
    pub bounds: Limits,
}

/// The value below which the part `p` of the rows lies, with linear interpolation between two rows.
///
/// With h = (n - 1) p the value of rank floor(h) and that part of the way to the next which h has beyond it: type 7 of
/// Hyndman and Fan 1996. A row kept in a bin counts with the mean of its bin, at most 1/1024 away. Undefined without rows
/// and for p outside [0, 1].
pub fn quantile(spans: &[Span], p: f64) -> Result<Quantile, Undefined> {
    if !(0.0..=1.0).contains(&p) {
        return Err(Undefined::OutOfRange);
    }
    let rows = span::rows(spans);
    let last = rows.checked_sub(1).ok_or(Undefined::NoRows)?;
    let h = last as f64 * p;
    let rank = (h.floor() as u64).min(last);
    let part = h - rank as f64;
    let below = at(spans, rank)?;
    let above = if part > 0.0 && rank < last { at(spans, rank + 1)? } else { below };
    let between = |a: f64, b: f64| if a == b { a } else { (1.0 - part) * a + part * b };
    let value = finite(between(below.mean(), above.mean()))?;
    let bounds = Limits { low: between(below.low, above.low), high: between(below.high, above.high) };
    Ok(Quantile { rows, value, bounds: bounds.around(value) })
}

/// The limits of the quantile `p` at critical value `z`: the values of the two ranks between which it lies.
///
/// The lower limit is the row of rank l, counted from 1, for the largest l at which fewer than l of n rows lie below the
/// quantile with at most the probability of z's tail, `P(B < l) <= sf(z)`, B being binomial (n, p); the upper limit is
/// its mirror image. That holds for any distribution: the limits are wrong at most as often as they say. Where no row is
/// low (or high) enough the end is open, and infinite: with fewer than 6 rows both ends of a median at 95 %, with fewer
/// than 36 the upper end of the ninetieth percentile. Rows kept in bins count with the end of their bin, so that the limits
/// hold those of any values that these bins could have. Undefined without rows and for p outside (0, 1). Source: Conover
/// 1999, section 3.2.
pub fn limits(spans: &[Span], p: f64, z: f64) -> Result<Limits, Undefined> {
    if !(p > 0.0 && p < 1.0) {
        return Err(Undefined::OutOfRange);
    }
    let of = quantile(spans, p)?;
    if z.is_nan() || z <= 0.0 {
        return Ok(of.bounds);
    }
    let tail = normal::sf(z);
    let low = match rank(of.rows, p, tail)? {
        0 => f64::NEG_INFINITY,
        rank => at(spans, rank - 1)?.low,
    };
    // From above, the quantile is that of the part 1 - p.
    let high = match rank(of.rows, 1.0 - p, tail)? {
        0 => f64::INFINITY,
        rank => at(spans, of.rows - rank)?.high,
    };
    Ok(Limits { low, high }.around(of.bounds.low).around(of.bounds.high))
}

/// How much higher the focal group's quantile is: its limits are those of both groups, combined.
///
/// Undefined as [`limits`]. Source: Zou and Donner 2008 (see [`mover::bounded_difference`]).
pub fn difference(focal: &[Span], reference: &[Span], p: f64, z: f64) -> Result<Contrast, Undefined> {
    let (a, b) = (quantile(focal, p)?, quantile(reference, p)?);
    let (la, lb) = (limits(focal, p, z)?, limits(reference, p, z)?);
    let value = finite(a.value - b.value)?;
    Ok(Contrast { value, limits: mover::bounded_difference(a.bounds, la, b.bounds, lb) })
}

/// How many times the reference's quantile the focal group's is; of values that are never below 0.
///
/// The lower limit is 0, and the upper infinite, where a group's quantile has no limit above 0 on that side. Undefined as
/// [`limits`], where a value is below 0 and where the reference's quantile is 0. Source: Donner and Zou 2012 (see
/// [`mover::bounded_ratio`]).
pub fn ratio(focal: &[Span], reference: &[Span], p: f64, z: f64) -> Result<Contrast, Undefined> {
    span::never_negative(&[focal, reference])?;
    let (a, b) = (quantile(focal, p)?, quantile(reference, p)?);
    if b.value <= 0.0 {
        return Err(Undefined::NotPositive);
    }
    let (la, lb) = (limits(focal, p, z)?, limits(reference, p, z)?);
    let value = finite(a.value / b.value)?;
    let (la, lb) = (Limits { low: la.low.max(0.0), ..la }, Limits { low: lb.low.max(0.0), ..lb });
    Ok(Contrast { value, limits: mover::bounded_ratio(a.bounds, la, b.bounds, lb) })
}

/// The span that holds the row of a rank, counted from 0.
fn at(spans: &[Span], rank: u64) -> Result<Span, Undefined> {
    let mut before = 0_u64;
    for s in spans {
        before = before.saturating_add(s.rows);
        if rank < before {
            return Ok(*s);
        }
    }
    Err(Undefined::NoRows)
}

/// The largest l with `P(B < l) <= tail` for B binomial (n, p); 0 where there is none.
fn rank(n: u64, p: f64, tail: f64) -> Result<u64, Undefined> {
    // P(B <= l - 1) = I_{1-p}(n - l + 1, l).
    let fewer = |l: u64| ibeta_with((n - l) as f64 + 1.0, l as f64, 1.0 - p, p).map_err(|_| Undefined::Overflow);
    if n == 0 || fewer(1)? > tail {
        return Ok(0);
    }
    let (mut low, mut high) = (1, n + 1);
    // At n + 1 the probability is 1.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if middle <= n && fewer(middle)? <= tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
