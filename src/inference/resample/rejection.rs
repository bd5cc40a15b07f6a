//! Drawing a count from a bell-shaped distribution in a number of steps that does not grow with the counts.

use crate::inference::resample::stream::Stream;

/// A distribution of counts by its mean and variance, the values it takes, its likeliest value, and the logarithm of its
/// probabilities up to a constant.
pub(super) struct Bell<F> {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) highest: f64,
    pub(super) mode: f64,
    pub(super) ln_weight: F,
}

/// Draws a value between 0 and `highest` by the ratio of two uniform numbers.
///
/// Accepts `k = floor(mean + 1/2 + h (v - 1/2)/u)` when `u^2 <= weight(k) / weight(mode)`, with `h = 2 sqrt(2/e)
/// sqrt(variance + 1/2) + 3 - 2 sqrt(3/e)`: exact for binomial and hypergeometric counts with a mean of at least 10
/// (their weights stay under that envelope), about 1.4 trials a draw. Source: Stadlober 1990.
pub(super) fn draw<F: Fn(f64) -> f64>(stream: &mut Stream, bell: &Bell<F>) -> u64 {
    let top = (bell.ln_weight)(bell.mode);
    let width = 1.715_527_769_921_413_5 * (bell.variance + 0.5).sqrt() + 0.898_916_162_058_898_8;
    loop {
        let u = stream.uniform();
        let x = bell.mean + 0.5 + width * (stream.uniform() - 0.5) / u;
        if !(x >= 0.0 && x < bell.highest + 1.0) {
            continue;
        }
        let k = x.floor();
        let height = (bell.ln_weight)(k) - top;
        // 2 ln u lies between (u - 1/u) and (u (4 - u) - 3): most trials need no logarithm.
        if u * (4.0 - u) - 3.0 <= height {
            return k as u64;
        }
        if u * (u - height) < 1.0 && 2.0 * libm::log(u) <= height {
            return k as u64;
        }
    }
}
