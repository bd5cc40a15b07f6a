//! Student's t distribution, for any positive number of degrees of freedom.

use crate::inference::{beta, normal};
use std::f64::consts::PI;

/// From here on Hill's transform is more exact than the continued fraction and costs nothing.
const MANY: f64 = 1000.0;

/// From here on t is normal to the last digit wherever its tail is a number.
const NORMAL: f64 = 1e20;

/// The probability that a t variable with `df` degrees of freedom exceeds `t`.
///
/// `ibeta(df/2, 1/2, df/(df + t^2)) / 2` below 1000 degrees of freedom, Hill's normal transform (1970, AS 395) from
/// there on. NaN unless df is positive (+inf is the normal distribution).
pub fn sf(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let tail = upper(t.abs(), df);
    if t < 0.0 { 1.0 - tail } else { tail }
}

/// The value a t variable with `df` degrees of freedom stays below with probability `p`.
///
/// Newton's method on [`sf`]. -inf at 0, +inf at 1; NaN unless p is in [0, 1] and df positive.
pub fn quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if p < 0.5 { -upper_point(p, df) } else { upper_point(1.0 - p, df) }
}

/// The t that a two-sided test or interval of this level uses: 2.228138851986275 for 0.95 and 10 degrees of freedom.
///
/// As [`normal::critical`], to which it is equal at +inf degrees. 0 at level 0, +inf at 1; NaN outside [0, 1] or unless
/// df is positive.
pub fn critical(level: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&level) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    upper_point((1.0 - level) / 2.0, df)
}

/// The t with the same upper tail as the normal z: what takes the place of a critical z at these degrees of freedom.
///
/// z itself at +inf degrees; below 0 for a z below 0. NaN unless df is positive.
pub fn of_normal(z: f64, df: f64) -> f64 {
    if z.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if df > NORMAL { z } else { upper_point(normal::sf(z.abs()), df).copysign(z) }
}

/// The two-sided p-value of a t statistic: the probability of a value at least as far from 0, in either direction.
///
/// NaN unless df is positive.
pub fn two_sided(t: f64, df: f64) -> f64 {
    2.0 * sf(t.abs(), df)
}

fn upper(t: f64, df: f64) -> f64 {
    let r = t / df * t;
    if df >= MANY {
        return normal::sf(if t.is_infinite() || df > NORMAL { t } else { normal_equivalent(r, df) });
    }
    // Below MANY the fraction always settles; were it not to, NaN says so.
    beta::ibeta_with(0.5 * df, 0.5, 1.0 / (1.0 + r), 1.0 / (1.0 + 1.0 / r)).map_or(f64::NAN, |tail| 0.5 * tail)
}

/// The z with the same upper tail as the t whose square over the degrees of freedom is `r` (Hill 1970).
fn normal_equivalent(r: f64, df: f64) -> f64 {
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let y = a * libm::log1p(r);
    let correction = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b) + y + 3.0;
    (correction / b + 1.0) * y.sqrt()
}

fn density(t: f64, df: f64) -> f64 {
    // The constant tends to 1/sqrt(2 pi); its first correction is enough for Newton's slope where lgamma would cancel.
    let constant = if df >= MANY {
        (1.0 - 0.25 / df) / (2.0 * PI).sqrt()
    } else {
        libm::exp(libm::lgamma(0.5 * (df + 1.0)) - libm::lgamma(0.5 * df)) / (df * PI).sqrt()
    };
    constant * libm::exp(-0.5 * (df + 1.0) * libm::log1p(t / df * t))
}

fn upper_point(tail: f64, df: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    if tail >= 0.5 {
        return 0.0;
    }
    let mut t = -normal::quantile(tail);
    if df > NORMAL {
        return t;
    }
    // In the tail ln sf is concave in ln t, near the centre sf is convex in t: either way Newton's steps, after the
    // first, approach the root from one side.
    let (mut low, mut high) = (0.0, f64::MAX);
    let mut before = f64::INFINITY;
    for _ in 0..200 {
        let reached = upper(t, df);
        if reached == tail {
            break;
        }
        if reached > tail {
            low = t
        } else {
            high = t
        }
        let newton = if tail < 0.25 {
            t * libm::exp((libm::log(reached / tail) * reached / (t * density(t, df))).clamp(-40.0, 40.0))
        } else {
            t + (reached - tail) / density(t, df)
        };
        let step = (newton - t).abs();
        // Done at the last digit, or when rounding keeps the steps from shrinking further.
        if step <= 1e-15 * t || (step < 1e-9 * t && step >= 0.5 * before) {
            break;
        }
        t = if newton > low && newton < high {
            newton
        } else if high < f64::MAX {
            0.5 * (low + high)
        } else {
            2.0 * t
        };
        if !t.is_finite() {
            break;
        }
        before = step;
    }
    t
}
