//! Limits of a mean that hold at every look, for large numbers of rows.

use crate::inference::limits::Limits;
use crate::inference::root;

/// The limits of a mean that hold at every look, in the limit of many rows.
///
/// `mean +- sd sqrt(2 (n rho^2 + 1) / (n^2 rho^2) ln(sqrt(n rho^2 + 1) / alpha))` with rho from [`spread`]. None without
/// rows, for a standard deviation that is negative or not finite, a mean that is not finite, or where [`spread`] has
/// none. Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, theorem 2.2.
pub fn limits(mean: f64, sd: f64, n: u64, alpha: f64, tightest_at: u64) -> Option<Limits> {
    if n == 0 || !mean.is_finite() || !(sd >= 0.0 && sd.is_finite()) {
        return None;
    }
    let rho = spread(alpha, tightest_at)?;
    let n = n as f64;
    let scaled = n * rho * rho;
    let log = 0.5 * libm::log1p(scaled) - libm::log(alpha);
    let half = sd * (2.0 * (1.0 + 1.0 / scaled) / n * log).sqrt();
    Some(Limits { low: mean - half, high: mean + half })
}

/// The parameter rho that makes the limits tightest after `tightest_at` rows.
///
/// `sqrt((-W(-alpha^2/e) - 1) / n)` with the lower branch of Lambert's function: y = n rho^2 solves `y - ln(1 + y) = -2 ln
/// alpha`. None for no rows or an alpha not between 0 and 1.
pub fn spread(alpha: f64, tightest_at: u64) -> Option<f64> {
    if tightest_at == 0 || !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let target = -2.0 * libm::log(alpha);
    // At y = 2 target + 2 the left side is beyond the target, because ln(2 target + 3) is below target + 2.
    let y = root::falling(|y| target - (y - libm::log1p(y)), 0.0, 2.0 * (target + 1.0));
    Some((y / tightest_at as f64).sqrt())
}
