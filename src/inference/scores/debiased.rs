//! Limits of the debiased calibration error: what the rows prove about the gaps of the bins, near none and far from it.

use crate::inference::limits::Limits;
use crate::inference::root;
use crate::inference::scores::binned::{Bin, calibration_error};
use crate::inference::scores::sum::sum;

/// Below this skewness a sum of squares is normal to the last digit.
const SYMMETRIC: f64 = 1e-12;

/// The limits of the root of the mean squared gap at critical value `z`: every error that the gaps seen do not reject.
///
/// With `Q = sum w g^2` over bins of at least two rows (w the share of rows, g the gap) and a candidate error e, the
/// true gaps are taken as `f g` with `f = e / sqrt Q`, and g as normal about them with variance `v = p (1 - p) / n`, p
/// being the mean score moved `min(f, 1) n / (n + 1)` of the way to the share of positive labels. Then Q has mean
/// `e^2 + sum w v`, variance `2 sum w^2 v (v + 2 f^2 g^2)` and third cumulant `8 sum w^3 v^2 (v + 3 f^2 g^2)`; the
/// shifted gamma distribution with these, made normal by Wilson and Hilferty's cube root, must put Q within z. From 0,
/// and always with the estimate `debiased_root`. Simulated coverage is in reports/coverage.md. None where no bin has
/// two rows. Sources: Imhof 1961; Wilson and Hilferty 1931; Kumar, Liang and Ma 2019.
pub fn limits(bins: &[Bin], z: f64) -> Option<Limits> {
    let estimate = calibration_error(bins)?.debiased_root();
    let squares = Squares::new(bins)?;
    if z.is_nan() || z <= 0.0 {
        return Some(Limits { low: estimate, high: estimate });
    }
    // No gap is larger than 1. At an end where Q is not far enough off, the end is the limit.
    let low = root::falling(|e| squares.normal(e) - z, 0.0, 1.0);
    let high = root::falling(|e| squares.normal(e) + z, 0.0, 1.0);
    Some(Limits { low, high }.around(estimate))
}

/// The bins that chance can be told from a gap in, and their mean squared gap.
struct Squares {
    /// Share of all rows, rows, mean score, gap.
    bins: Vec<(f64, f64, f64, f64)>,
    square: f64,
}

impl Squares {
    fn new(bins: &[Bin]) -> Option<Squares> {
        let n = bins.iter().fold(0_u64, |n, b| n.saturating_add(b.rows())) as f64;
        let usable = bins.iter().filter(|b| b.rows() > 1);
        let bins: Vec<_> = usable.map(|b| (b.rows() as f64 / n, b.rows() as f64, b.mean_score, b.gap())).collect();
        let square = sum(bins.iter().map(|&(w, _, _, gap)| w * (gap * gap)));
        (!bins.is_empty()).then_some(Squares { bins, square })
    }

    /// How many standard deviations, on a scale where Q is normal, Q lies above what error `e` leads to expect.
    fn normal(&self, e: f64) -> f64 {
        let part = if self.square > 0.0 { e / self.square.sqrt() } else { 0.0 };
        let (mut mean, mut variance, mut third) = (e * e, 0.0, 0.0);
        for &(w, n, mean_score, gap) in &self.bins {
            let p = mean_score - gap * (part.min(1.0) * (n / (n + 1.0)));
            let v = w * (p * (1.0 - p) / n);
            // Without any gap to go by, the error is the same in every bin.
            let gap = w * if self.square > 0.0 { (part * gap) * (part * gap) } else { e * e };
            mean += v;
            variance += 2.0 * v * (v + 2.0 * gap);
            third += 8.0 * v * v * (v + 3.0 * gap);
        }
        let excess = self.square - mean;
        if variance <= 0.0 {
            // Scores of exactly 0 and 1 that come true leave nothing to chance.
            return if excess == 0.0 { 0.0 } else { f64::INFINITY.copysign(excess) };
        }
        let spread = variance.sqrt();
        let skewness = third / (variance * spread);
        let off = excess / spread;
        if skewness < SYMMETRIC {
            return off;
        }
        let root = libm::expm1(libm::log1p((0.5 * skewness * off).max(-1.0)) / 3.0);
        6.0 * root / skewness + skewness / 6.0
    }
}
