//! The incomplete beta function and its inverse: tails of shares, of Student's t and of counts.

use crate::inference::saddle::{deviance, stirling_error};
use std::f64::consts::PI;

/// A tail that could not be computed: the arguments lie outside the function, or the continued fraction did not settle.
///
/// Given instead of a number that might be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotConverged;

impl std::fmt::Display for NotConverged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the incomplete beta function has no value here, or did not converge")
    }
}

impl std::error::Error for NotConverged {}

/// The probability that a Beta(a, b) variable is at most `x`.
///
/// Continued fraction with a saddle-point prefix; relative error below 1e-12 up to a = b = 5e6.
///
/// # Errors
/// [`NotConverged`] for a or b not positive and finite, x outside [0, 1], or a fraction that does not settle.
///
/// Sources: Loader 2000 (prefix); DiDonato and Morris 1992 (fraction).
pub fn ibeta(a: f64, b: f64, x: f64) -> Result<f64, NotConverged> {
    ibeta_with(a, b, x, 1.0 - x)
}

/// The same as [`ibeta`] for a caller that knows `y = 1 - x` more exactly than the subtraction does.
///
/// # Errors
/// As [`ibeta`].
pub fn ibeta_with(a: f64, b: f64, x: f64, y: f64) -> Result<f64, NotConverged> {
    let shaped = a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
    if !shaped || !(0.0..=1.0).contains(&x) || !(0.0..=1.0).contains(&y) {
        return Err(NotConverged);
    }
    if x == 0.0 {
        return Ok(0.0);
    }
    if y == 0.0 {
        return Ok(1.0);
    }
    let front = slope(a, b, x, y);
    if x > (a + 1.0) / (a + b + 2.0) {
        Ok((1.0 - front * fraction(b, a, y, x)?).clamp(0.0, 1.0))
    } else {
        Ok((front * fraction(a, b, x, y)?).clamp(0.0, 1.0))
    }
}

/// The value a Beta(a, b) variable stays below with probability `p`.
///
/// Newton's method on the logarithm of the smaller tail against the log-odds of x. That tail is log-concave there (its
/// density, `a u - (a + b) ln(1 + e^u)` in logarithms, is concave), so the steps approach the root from one side; a
/// bracket guards them all the same.
///
/// # Errors
/// [`NotConverged`] for arguments outside the function.
pub fn ibeta_inv(a: f64, b: f64, p: f64) -> Result<f64, NotConverged> {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite() && (0.0..=1.0).contains(&p)) {
        return Err(NotConverged);
    }
    if p == 0.0 || p == 1.0 {
        return Ok(p);
    }
    if p <= 0.5 { Ok(logistic(log_odds(a, b, p)?)) } else { Ok(logistic(-log_odds(b, a, 1.0 - p)?)) }
}

/// The log-odds of the lower `p` point, for p of at most one half.
fn log_odds(a: f64, b: f64, p: f64) -> Result<f64, NotConverged> {
    let (mut low, mut high) = (-745.0, 745.0);
    let target = libm::log(p);
    let mut u = libm::log(a / b).clamp(low, high);
    let mut before = f64::INFINITY;
    for _ in 0..200 {
        let (x, y) = (logistic(u), logistic(-u));
        let tail = ibeta_with(a, b, x, y)?;
        let miss = libm::log(tail) - target;
        if miss == 0.0 {
            return Ok(u);
        }
        if miss > 0.0 {
            high = u
        } else {
            low = u
        }
        let newton = u - miss * tail / slope(a, b, x, y);
        let step = (newton - u).abs();
        // Done at the last digit, or when rounding keeps the steps from shrinking further.
        if step <= 1e-15 * u.abs().max(1.0) || (step < 1e-9 && step >= 0.5 * before) {
            return Ok(u);
        }
        // A root too small for a number leaves an empty bracket at the end of the range, where x is 0.
        if high - low <= 4.0 * f64::EPSILON * low.abs().max(1.0) {
            return Ok(low);
        }
        u = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        before = step;
    }
    Err(NotConverged)
}

fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-u))
}

/// The logarithm of `x^a y^b / B(a, b)`, the density against the log-odds of x, for positive a, b and y = 1 - x.
///
/// -inf where x or y is 0.
pub fn ln_log_odds_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let distance = deviance(a, sum * x) + deviance(b, sum * y);
    let errors = stirling_error(sum) - stirling_error(a) - stirling_error(b);
    0.5 * libm::log(a / sum * b / (2.0 * PI)) + errors - distance
}

/// `x^a y^b / B(a, b)`: the density at x times x y, which is the slope against the log-odds.
fn slope(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let distance = deviance(a, sum * x) + deviance(b, sum * y);
    let errors = stirling_error(sum) - stirling_error(a) - stirling_error(b);
    (a / sum * b / (2.0 * PI)).sqrt() * libm::exp(errors - distance)
}

/// The tail over its [`slope`], from a continued fraction by the modified Lentz method.
///
/// The even part of the usual fraction (DiDonato and Morris 1992, formula 9), written with x and y: where a tail lies
/// beyond the mean its leading terms are positive, so that nothing cancels however unequal a and b are.
fn fraction(a: f64, b: f64, x: f64, y: f64) -> Result<f64, NotConverged> {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let cap = 200.0 + 10.0 * a.min(b).sqrt();
    let beyond = a * y - b * x + 1.0;
    let mut value = away(a * beyond / (a + 1.0));
    let (mut c, mut d) = (value, 0.0);
    let mut m = 1.0;
    while m <= cap {
        let even = a + 2.0 * m - 1.0;
        let bend = m * (b - m) * x / even;
        let above = (a + m - 1.0) / even * (a + b + m - 1.0) * x * bend;
        let below = m + bend + (a + m) * (beyond + m * (1.0 + y)) / (even + 2.0);
        d = 1.0 / away(below + above * d);
        c = away(below + above / c);
        value *= c * d;
        // A few roundings separate c d from 1 for ever.
        if (c * d - 1.0).abs() <= 1e-15 {
            return Ok(1.0 / value);
        }
        m += 1.0;
    }
    Err(NotConverged)
}
