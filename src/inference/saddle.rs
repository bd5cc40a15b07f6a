//! The two pieces from which tails of large counts are built without cancellation (Loader 2000).

use std::f64::consts::PI;

/// The error of Stirling's formula: `ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi) / 2]`, for x > 0.
pub fn stirling_error(x: f64) -> f64 {
    if x < 10.0 {
        return libm::lgamma(x) - ((x - 0.5) * libm::log(x) - x + 0.5 * libm::log(2.0 * PI));
    }
    // The asymptotic series B_2k / (2k (2k - 1) x^(2k - 1)); its eighth term is below 3e-17 from x = 10 on.
    let inverse = 1.0 / x;
    let s = inverse * inverse;
    let terms = 1.0 / 1188.0 - s * (691.0 / 360360.0 - s * (1.0 / 156.0));
    inverse * (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * terms))))
}

/// How far an observed amount lies from an expected one: `observed ln(observed / expected) + expected - observed`.
///
/// Never negative; 0 exactly when both are equal, `expected` when nothing was observed, +inf when something was
/// observed that was not expected at all. The series of Loader (2000) keeps the digits when the two are close.
pub fn deviance(observed: f64, expected: f64) -> f64 {
    let gap = observed - expected;
    let sum = observed + expected;
    if observed <= 0.0 {
        return expected;
    }
    if gap.abs() >= 0.1 * sum {
        return observed * libm::log(observed / expected) - gap;
    }
    let v = gap / sum;
    let square = v * v;
    let mut total = gap * v;
    let mut power = 2.0 * observed * v;
    let mut odd = 3.0;
    // |v| < 0.1, so the terms fall by more than a hundredfold each: about ten of them.
    for _ in 0..32 {
        power *= square;
        let next = total + power / odd;
        if next == total {
            break;
        }
        total = next;
        odd += 2.0;
    }
    total
}
