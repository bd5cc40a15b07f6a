//! What has been found out about the scores of a group: each figure is computed when it is first asked for.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::scores::Scores;
use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{self, Span, coarser};
use crate::inference::scores::auc::{self, Auc};
use crate::inference::scores::binned::{self, CalibrationError};
use crate::inference::scores::cumulative::{self, Cumulative, CumulativeBounds};
use crate::inference::scores::isotonic::{self, Decomposition, PartBounds};
use crate::inference::scores::mean::{self, Mean};
use crate::inference::scores::recalibration::{self, Coefficient, InTheLarge, Line, Recalibration};
use crate::inference::scores::smooth::{self, SmoothError};
use crate::inference::scores::{Undefined, precision, proper};

/// Bins of the calibration error; of equal width, as the metric says.
const CALIBRATION_BINS: u32 = 10;

/// So many spans are enough for bounds of fits.
const COARSE: usize = 1_000;

/// What has been computed so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    auc: OnceLock<Option<Auc>>,
    auc_bounds: OnceLock<Option<Limits>>,
    precision: OnceLock<Option<f64>>,
    precision_bounds: OnceLock<Option<Limits>>,
    mean_score: OnceLock<Option<Mean>>,
    mean_of_positives: OnceLock<Option<Mean>>,
    mean_of_negatives: OnceLock<Option<Mean>>,
    squared_errors: OnceLock<Option<Mean>>,
    log_losses: OnceLock<Result<Mean, Undefined>>,
    expected: OnceLock<f64>,
    brier_parts: OnceLock<Option<Decomposition>>,
    brier_bounds: OnceLock<Option<Limits>>,
    log_loss_bounds: OnceLock<Option<Limits>>,
    calibration_bins: OnceLock<Vec<binned::Bin>>,
    smooth: OnceLock<Option<SmoothError>>,
    cumulative: OnceLock<Option<Cumulative>>,
    cumulative_bounds: OnceLock<Option<CumulativeBounds>>,
    intercept_bounds: OnceLock<Option<Limits>>,
    slope_bounds: OnceLock<Option<Limits>>,
    smooth_bounds: OnceLock<Option<(SmoothError, Limits)>>,
    part_bounds: OnceLock<Option<PartBounds>>,
    /// By the critical value they were asked for.
    fits: Mutex<Vec<(u64, Fits)>>,
}

/// The logistic recalibrations of a group, with their limits at a critical value.
#[derive(Clone, Copy, Debug)]
struct Fits {
    in_the_large: Result<InTheLarge, Undefined>,
    line: Result<Line, Undefined>,
}

impl Scores {
    /// Finds out everything that is costly, so that several groups can be worked on at once; it changes no number.
    pub fn prepare(&self, z: f64) {
        if self.totals().rows() == 0 {
            return;
        }
        let _ = (self.line(z), self.in_the_large(z), self.smooth_error(), self.smooth_error_bounds());
        let _ = (self.auc(), self.average_precision(), self.brier_parts(), self.cumulative(), self.squared_errors());
        let _ = (self.auc_bounds(), self.slope_bounds(), self.intercept_bounds(), self.part_bounds());
        let _ = (self.mean_score(), self.log_losses(), self.expected(), self.average_precision_bounds());
        let _ = (self.brier_bounds(), self.log_loss_bounds(), self.cumulative_bounds(), self.calibration_bins());
    }

    pub fn auc(&self) -> Option<Auc> {
        *self.known.auc.get_or_init(|| auc::auc(self.atoms()))
    }

    pub fn auc_bounds(&self) -> Option<Limits> {
        *self.known.auc_bounds.get_or_init(|| self.spans().and_then(|_| auc::bounds(self.atoms())))
    }

    pub fn average_precision(&self) -> Option<f64> {
        *self.known.precision.get_or_init(|| precision::average_precision(self.atoms()))
    }

    pub fn average_precision_bounds(&self) -> Option<Limits> {
        *self.known.precision_bounds.get_or_init(|| self.spans().and_then(|_| precision::bounds(self.atoms())))
    }

    /// The mean of all scores, with a label or without.
    pub fn mean_score(&self) -> Option<Mean> {
        *self.known.mean_score.get_or_init(|| mean::of_scores(self.everyone()))
    }

    pub fn mean_score_of_positives(&self) -> Option<Mean> {
        *self.known.mean_of_positives.get_or_init(|| mean::of_scores_of_positives(self.labels_apart()))
    }

    pub fn mean_score_of_negatives(&self) -> Option<Mean> {
        *self.known.mean_of_negatives.get_or_init(|| mean::of_scores_of_negatives(self.labels_apart()))
    }

    pub fn squared_errors(&self) -> Option<Mean> {
        *self.known.squared_errors.get_or_init(|| mean::of_squared_errors(self.labels_apart()))
    }

    pub fn log_losses(&self) -> Result<Mean, Undefined> {
        *self.known.log_losses.get_or_init(|| mean::of_log_losses(self.labels_apart()))
    }

    /// The number of positive labels that the scores expect.
    pub fn expected(&self) -> f64 {
        *self.known.expected.get_or_init(|| atoms::expected(self.atoms()))
    }

    pub fn brier_parts(&self) -> Option<Decomposition> {
        *self.known.brier_parts.get_or_init(|| {
            let parts = isotonic::brier_parts(self.atoms())?;
            // Of scores kept in bins the score itself is known better, because the sums are kept by label.
            let score = self.squared_errors()?.value;
            let best = parts.score - parts.miscalibration;
            Some(Decomposition { score, miscalibration: (score - best).max(0.0), ..parts })
        })
    }

    pub fn brier_bounds(&self) -> Option<Limits> {
        *self.known.brier_bounds.get_or_init(|| self.spans().and_then(proper::brier_bounds))
    }

    pub fn log_loss_bounds(&self) -> Option<Limits> {
        *self.known.log_loss_bounds.get_or_init(|| self.spans().and_then(proper::log_loss_bounds))
    }

    /// The bins of equal width that the calibration error is made of.
    pub fn calibration_bins(&self) -> &[binned::Bin] {
        self.known.calibration_bins.get_or_init(|| binned::equal_width(self.atoms(), CALIBRATION_BINS))
    }

    pub fn calibration_error(&self) -> Option<CalibrationError> {
        binned::calibration_error(self.calibration_bins())
    }

    pub fn smooth_error(&self) -> Option<SmoothError> {
        match self.spans() {
            None => *self.known.smooth.get_or_init(|| smooth::smooth_error(self.atoms())),
            Some(_) => self.smooth_in_bins().map(|(found, _)| found),
        }
    }

    pub fn cumulative(&self) -> Option<Cumulative> {
        *self.known.cumulative.get_or_init(|| cumulative::cumulative(self.atoms()))
    }

    pub fn cumulative_bounds(&self) -> Option<CumulativeBounds> {
        *self.known.cumulative_bounds.get_or_init(|| self.spans().and_then(cumulative::bounds))
    }

    pub fn intercept_bounds(&self) -> Option<Limits> {
        let found = || recalibration::in_the_large_bounds(&self.coarse_spans()?).ok();
        *self.known.intercept_bounds.get_or_init(found)
    }

    pub fn slope_bounds(&self) -> Option<Limits> {
        *self.known.slope_bounds.get_or_init(|| recalibration::slope_bounds(&self.coarse_spans()?))
    }

    /// Coarser spans for bounds of fits, which are far narrower than intervals all the same.
    fn coarse_spans(&self) -> Option<Vec<Span>> {
        self.spans().map(|spans| coarser(spans, COARSE))
    }

    pub fn smooth_error_bounds(&self) -> Option<Limits> {
        self.smooth_in_bins().map(|(_, bounds)| bounds)
    }

    /// The smooth calibration error of scores in bins, and its bounds.
    fn smooth_in_bins(&self) -> Option<(SmoothError, Limits)> {
        *self.known.smooth_bounds.get_or_init(|| self.spans().and_then(smooth::with_bounds))
    }

    /// Of miscalibration and discrimination.
    pub fn part_bounds(&self) -> Option<PartBounds> {
        *self.known.part_bounds.get_or_init(|| self.spans().and_then(isotonic::bounds))
    }

    /// The signed likelihood root of the slope against a bound: a standard normal number if the bound is the truth.
    pub fn slope_root(&self, bound: f64) -> Result<f64, Undefined> {
        recalibration::slope_root(self.atoms(), bound)
    }

    /// The intercept that makes the scores right on average.
    pub fn intercept(&self) -> Result<InTheLarge, Undefined> {
        self.fits(None).in_the_large
    }

    /// The slope of the recalibration line.
    pub fn slope(&self) -> Result<Coefficient, Undefined> {
        self.fits(None).line.map(|line| line.slope)
    }

    /// The recalibration line, with its profile limits at a normal quantile.
    pub fn line(&self, z: f64) -> Result<Line, Undefined> {
        self.fits(Some(z)).line
    }

    /// Calibration in the large, with its limits at a normal quantile.
    pub fn in_the_large(&self, z: f64) -> Result<InTheLarge, Undefined> {
        self.fits(Some(z)).in_the_large
    }

    /// The fits at a critical value; at any that is known already when none is asked for.
    fn fits(&self, z: Option<f64>) -> Fits {
        let mut known = self.known.fits.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = z.map(f64::to_bits);
        if let Some((_, found)) = known.iter().find(|(bits, _)| wanted.is_none_or(|wanted| wanted == *bits)) {
            return *found;
        }
        let z = z.unwrap_or(0.0);
        // The rows are made ready on the logit scale once for both.
        let found = match Recalibration::new(self.atoms()) {
            Ok(ready) => Fits { in_the_large: ready.in_the_large(z), line: ready.line(z) },
            Err(reason) => Fits { in_the_large: Err(reason), line: Err(reason) },
        };
        known.push((z.to_bits(), found));
        found
    }
}
