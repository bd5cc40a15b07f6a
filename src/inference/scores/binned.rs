//! Calibration by bins of the score: reliability curves and calibration errors.

use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::scores::atoms::{Atom, totals};
use crate::inference::scores::sum::{Sum, sum};
use crate::inference::share::wilson;
use crate::inference::trials::Trials;
use std::f64::consts::PI;

/// The rows whose scores fall into one bin. A bin that is listed has rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The place of the bin, from 0.
    pub index: u32,
    pub negatives: u64,
    pub positives: u64,
    /// The lowest and the highest score in the bin.
    pub low: f64,
    pub high: f64,
    /// The mean of the scores.
    pub mean_score: f64,
    /// The mean of `s (1 - s)`: the variance of a label if its score is right.
    pub variance: f64,
}

impl Bin {
    /// The rows in the bin.
    pub fn rows(self) -> u64 {
        self.negatives.saturating_add(self.positives)
    }

    /// The share of positive labels.
    pub fn rate(self) -> f64 {
        self.positives as f64 / self.rows() as f64
    }

    /// The Wilson limits of the share of positive labels.
    pub fn limits(self, z: f64) -> Limits {
        let rate = self.rate();
        let trials = Trials { hits: self.positives, of: self.rows() };
        wilson(trials, z).unwrap_or(Limits { low: rate, high: rate })
    }

    /// How far the mean score lies above the share of positive labels.
    pub fn gap(self) -> f64 {
        self.mean_score - self.rate()
    }
}

/// The bin of a score among bins of equal width, closed on the left, the last on both sides.
///
/// `min(floor(s B), B - 1)`, corrected so that bin k starts at the number nearest to k/B: a score written as 0.29 is in
/// bin 29 of 100 although 0.29 times 100 is less than 29 in floating point. 0 for a score below 0, NaN or no bins.
pub fn place(score: f64, bins: u32) -> u32 {
    let width = f64::from(bins);
    // The conversion takes what is below 0 and NaN to 0 and what is too large to the largest.
    let mut k = (score * width).floor() as u32;
    if f64::from(k) / width > score {
        k = k.saturating_sub(1);
    } else if (f64::from(k) + 1.0) / width <= score {
        k = k.saturating_add(1);
    }
    k.min(bins.saturating_sub(1))
}

/// The bins of equal width that have rows.
pub fn equal_width(atoms: &[Atom], bins: u32) -> Vec<Bin> {
    gather(atoms.iter().map(|a| (place(a.score, bins), a)))
}

/// The bins of about equal numbers of rows that have rows; rows with equal scores are never divided.
///
/// A score with c rows below it and n at it goes to bin `floor(B (c + n/2) / N)`.
pub fn equal_mass(atoms: &[Atom], bins: u32) -> Vec<Bin> {
    gather(equal_mass_places(atoms, bins).zip(atoms))
}

/// The bin of every atom.
pub(super) fn equal_mass_places(atoms: &[Atom], bins: u32) -> impl Iterator<Item = u32> + '_ {
    let twice = 2 * u128::from(totals(atoms).rows());
    let mut below = 0_u128;
    atoms.iter().map(move |a| {
        let middle = 2 * below + u128::from(a.rows());
        below += u128::from(a.rows());
        // At most B: an atom without rows behind the last row.
        let k = middle.saturating_mul(u128::from(bins)).checked_div(twice).unwrap_or(0) as u32;
        k.min(bins.saturating_sub(1))
    })
}

fn gather<'a>(placed: impl Iterator<Item = (u32, &'a Atom)>) -> Vec<Bin> {
    let mut bins: Vec<(Bin, Sum, Sum)> = Vec::new();
    for (index, a) in placed.filter(|(_, a)| a.rows() > 0) {
        if bins.last().is_none_or(|(bin, ..)| bin.index != index) {
            let (low, high) = (a.score, a.score);
            let empty = Bin { index, negatives: 0, positives: 0, low, high, mean_score: 0.0, variance: 0.0 };
            bins.push((empty, Sum::default(), Sum::default()));
        }
        if let Some((bin, scores, variances)) = bins.last_mut() {
            bin.negatives = bin.negatives.saturating_add(a.negatives);
            bin.positives = bin.positives.saturating_add(a.positives);
            bin.high = a.score;
            scores.add(a.rows() as f64 * a.score);
            variances.add(a.rows() as f64 * (a.score * (1.0 - a.score)));
        }
    }
    let finish = |(bin, scores, variances): (Bin, Sum, Sum)| {
        let rows = bin.rows() as f64;
        Bin { mean_score: scores.value() / rows, variance: variances.value() / rows, ..bin }
    };
    bins.into_iter().map(finish).collect()
}

/// The calibration errors of one way of binning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationError {
    /// The expected calibration error: the mean over rows of the absolute gap of their bin.
    pub mean: f64,
    /// What the mean would be on average if every score were right: to be read beside it, always.
    pub mean_if_calibrated: f64,
    /// The root of the mean over rows of the squared gap.
    pub root_mean_square: f64,
    /// The largest absolute gap of any bin.
    pub largest: f64,
    /// The mean over bins of the absolute gap, whatever their rows.
    pub mean_of_bins: f64,
    /// The mean squared gap less what chance adds to it; below 0 when there is less gap than chance would give.
    pub debiased_square: f64,
    /// The mean absolute gap less what chance adds to it, in the normal approximation; may be below 0.
    pub debiased_mean: f64,
}

impl CalibrationError {
    /// The root of the debiased squared gap; 0 where that is below 0.
    pub fn debiased_root(self) -> f64 {
        self.debiased_square.max(0.0).sqrt()
    }
}

/// The calibration errors over these bins; None without rows.
///
/// With n_b rows, mean score s and positive share y in bin b: `mean = sum n_b/n |s - y|`; `mean_if_calibrated =
/// sum n_b/n sqrt(2 V_b / (pi n_b))` with V_b the mean of s(1-s); `debiased_square = sum n_b/n [(s-y)^2 -
/// y(1-y)/(n_b-1)]` over bins of at least two rows; `debiased_mean = 2 mean - sum n_b/n E|N(s-y, y(1-y)/n_b)|`. Errors
/// of groups of different size are comparable only after the chance part is taken off. Sources: Naeini et al. 2015;
/// Guo et al. 2017; Kumar, Liang and Ma 2019.
pub fn calibration_error(bins: &[Bin]) -> Option<CalibrationError> {
    let n = bins.iter().fold(0_u64, |n, b| n.saturating_add(b.rows()));
    if n == 0 {
        return None;
    }
    let over_rows =
        |of: &dyn Fn(&Bin, f64) -> f64| sum(bins.iter().map(|b| b.rows() as f64 * of(b, b.rows() as f64))) / n as f64;
    let chance = |b: &Bin| b.rate() * (1.0 - b.rate());
    let mean = over_rows(&|b, _| b.gap().abs());
    let smeared = over_rows(&|b, rows| folded_normal_mean(b.gap(), chance(b) / rows));
    Some(CalibrationError {
        mean,
        mean_if_calibrated: over_rows(&|b, rows| (2.0 * b.variance / (PI * rows)).sqrt()),
        root_mean_square: over_rows(&|b, _| b.gap() * b.gap()).sqrt(),
        largest: bins.iter().map(|b| b.gap().abs()).fold(0.0, f64::max),
        mean_of_bins: sum(bins.iter().map(|b| b.gap().abs())) / bins.len() as f64,
        debiased_square: over_rows(&|b, rows| {
            if rows > 1.0 { b.gap() * b.gap() - chance(b) / (rows - 1.0) } else { 0.0 }
        }),
        debiased_mean: 2.0 * mean - smeared,
    })
}

/// The mean of the absolute value of a normal variable: `sqrt(2v/pi) exp(-m^2/2v) + m (1 - 2 Phi(-m/sqrt v))`.
fn folded_normal_mean(mean: f64, variance: f64) -> f64 {
    let m = mean.abs();
    if variance <= 0.0 {
        return m;
    }
    let spread = variance.sqrt();
    (2.0 * variance / PI).sqrt() * libm::exp(-0.5 * (m / spread) * (m / spread))
        + m * (1.0 - 2.0 * normal::sf(m / spread))
}
