//! The chi-squared distribution: upper tails for any number of degrees of freedom.

use std::f64::consts::PI;

use crate::inference::normal;
use crate::inference::saddle::{deviance, stirling_error};

/// From here on (a shape, half the degrees of freedom) Temme's expansion is exact to the last digits and costs nothing.
const MANY: f64 = 1e8;

/// A test whose statistic is chi-squared when the hypothesis holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    pub chi2: f64,
    /// Degrees of freedom.
    pub df: u64,
    pub p: f64,
}

impl Test {
    /// Puts the p-value to a statistic; none without a degree of freedom, because then nothing was tested.
    pub fn new(chi2: f64, df: u64) -> Option<Test> {
        (df > 0 && !chi2.is_nan()).then(|| Test { chi2, df, p: sf(chi2, df as f64) })
    }
}

/// The probability that a chi-squared variable with `df` degrees of freedom exceeds `x`.
///
/// `Q(df/2, x/2)`, the regularised upper incomplete gamma function, computed as a tail: relative error below 1e-13
/// down to tails of 1e-100, below 1e-12 from there. 1 for x <= 0; NaN unless df is positive and finite. Sources:
/// Loader 2000 (prefix); Abramowitz and Stegun 1964, 6.5.29 (series) and 6.5.31 (fraction); Temme 1979 (beyond 2e8
/// degrees of freedom).
pub fn sf(x: f64, df: f64) -> f64 {
    if x.is_nan() || df.is_nan() || df <= 0.0 || df.is_infinite() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() {
        return 0.0;
    }
    if df == 1.0 {
        return normal::two_sided(x.sqrt());
    }
    upper_gamma(0.5 * df, 0.5 * x)
}

/// Q(a, y) for positive numbers.
fn upper_gamma(a: f64, y: f64) -> f64 {
    if a >= MANY {
        return uniform(a, y);
    }
    // y^a e^-y / Gamma(a), free of the cancellation of its three factors.
    let front = (0.5 * a / PI).sqrt() * libm::exp(-deviance(a, y) - stirling_error(a));
    if y < a + 1.0 {
        // Near its middle and below it the tail is not small: the complement keeps its digits.
        (1.0 - front * series(a, y)).clamp(0.0, 1.0)
    } else {
        (front * fraction(a, y)).clamp(0.0, 1.0)
    }
}

/// `sum y^k / (a (a+1) ... (a+k))`: the lower tail over the prefix. The terms fall from the first where y < a + 1.
fn series(a: f64, y: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut k = a;
    for _ in 0..steps(a) {
        k += 1.0;
        term *= y / k;
        sum += term;
        if term <= 0.25 * f64::EPSILON * sum {
            break;
        }
    }
    sum
}

/// The upper tail over the prefix, by Lentz's method; for y >= a + 1.
fn fraction(a: f64, y: f64) -> f64 {
    let mut b = y + 1.0 - a;
    let mut c = 1.0 / f64::MIN_POSITIVE;
    let mut d = 1.0 / b;
    let mut value = d;
    for k in 1..steps(a) {
        let k = k as f64;
        let numerator = k * (a - k);
        b += 2.0;
        d = guarded(numerator * d + b);
        c = guarded(b + numerator / c);
        d = 1.0 / d;
        let factor = d * c;
        value *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

/// Both sums need about nine times the square root of the shape; the rest is reserve.
fn steps(a: f64) -> u64 {
    500 + (20.0 * a.sqrt()) as u64
}

fn guarded(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { x }
}

/// Temme's uniform expansion, of which the first term is enough: the second is below 1e-14 of the tail.
fn uniform(a: f64, y: f64) -> f64 {
    let distance = deviance(a, y);
    let mu = (y - a) / a;
    let eta = (2.0 * distance / a).sqrt().copysign(mu);
    // 1/mu - 1/eta, by its series where both are nearly equal.
    let c = if mu.abs() < 1e-3 {
        -1.0 / 3.0 + eta * (1.0 / 12.0 - eta * (2.0 / 135.0 - eta / 864.0))
    } else {
        1.0 / mu - 1.0 / eta
    };
    let root = distance.sqrt();
    let centre = 0.5 * libm::erfc(if mu < 0.0 { -root } else { root });
    (centre + c * libm::exp(-distance) / (2.0 * PI * a).sqrt()).clamp(0.0, 1.0)
}
