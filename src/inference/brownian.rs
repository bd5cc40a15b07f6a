//! How far a random walk strays by chance: the limit distributions of cumulative calibration statistics.

use crate::inference::normal::sf;
use std::f64::consts::PI;

/// Terms are added until they no longer matter; at the switch points below that is a handful.
const MOST_TERMS: u32 = 200;

/// The probability that the range (maximum minus minimum) of a Brownian motion on [0, 1] exceeds `x`.
///
/// `8 sum (-1)^(k-1) k sf(k x)` from x = 1.2 on, which keeps tiny p-values; below,
/// `1 - sum (8/x^2 + 2/((k+1/2)^2 pi^2)) exp(-2 (k+1/2)^2 pi^2 / x^2)`. 1 for x <= 0. Source: Feller 1951.
pub fn range_sf(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x >= 1.2 {
        return (8.0 * alternate(|k| (k + 1.0) * sf((k + 1.0) * x))).clamp(0.0, 1.0);
    }
    let below = add(|k| {
        let h = (k + 0.5) * (k + 0.5) * PI * PI;
        (8.0 / (x * x) + 2.0 / h) * libm::exp(-2.0 * h / (x * x))
    });
    (1.0 - below).clamp(0.0, 1.0)
}

/// The probability that the largest distance from 0 of a Brownian motion on [0, 1] exceeds `x`.
///
/// `4 sum (-1)^k sf((2k+1) x)` from x = 1 on; below, `1 - (4/pi) sum (-1)^k/(2k+1) exp(-(2k+1)^2 pi^2 / (8 x^2))`, the
/// same function by the theta identity. 1 for x <= 0. Source: Feller 1971, X.5.
pub fn absmax_sf(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x >= 1.0 {
        return (4.0 * alternate(|k| sf((2.0 * k + 1.0) * x))).clamp(0.0, 1.0);
    }
    let below = alternate(|k| {
        let odd = 2.0 * k + 1.0;
        libm::exp(-odd * odd * PI * PI / (8.0 * x * x)) / odd
    });
    (1.0 - 4.0 / PI * below).clamp(0.0, 1.0)
}

/// The probability that the largest distance from 0 of a Brownian bridge on [0, 1] exceeds `x` (Kolmogorov 1933).
///
/// `2 sum (-1)^(k-1) exp(-2 k^2 x^2)` from x = 1 on; below, `1 - sqrt(2 pi)/x sum exp(-(2k-1)^2 pi^2 / (8 x^2))`. 1 for
/// x <= 0.
pub fn kolmogorov_sf(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x >= 1.0 {
        return (2.0 * alternate(|k| libm::exp(-2.0 * (k + 1.0) * (k + 1.0) * x * x))).clamp(0.0, 1.0);
    }
    let below = add(|k| {
        let odd = 2.0 * k + 1.0;
        libm::exp(-odd * odd * PI * PI / (8.0 * x * x))
    });
    (1.0 - (2.0 * PI).sqrt() / x * below).clamp(0.0, 1.0)
}

fn alternate(term: impl Fn(f64) -> f64) -> f64 {
    let mut sign = -1.0;
    add(|k| {
        sign = -sign;
        sign * term(k)
    })
}

fn add(mut term: impl FnMut(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for k in 0..MOST_TERMS {
        let next = sum + term(f64::from(k));
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}
