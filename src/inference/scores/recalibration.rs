//! Logistic recalibration: are the scores too high or too low overall, and are they too extreme or too timid?
//!
//! All work on the logits of the scores, with scores closer than 1e-12 to 0 or 1 moved to that distance; the number of
//! rows so moved is reported. Sources: Cox 1958; Van Calster et al. 2019.

use crate::inference::limits::Limits;
use crate::inference::normal;
use crate::inference::scores::atoms::Atom;
use crate::inference::scores::logistic::{EXACT, Logits, Slopes};
use crate::inference::scores::profile::profile;
pub use crate::inference::scores::recalibration_bounds::{in_the_large_bounds, slope_bounds};
use crate::inference::scores::undefined::Undefined;
use std::sync::OnceLock;

/// An estimate, its standard error and two kinds of limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    pub value: f64,
    pub standard_error: f64,
    /// `value +- z standard_error`.
    pub wald: Limits,
    /// Every value that the likelihood ratio does not reject at z; better than Wald's limits in small groups.
    pub profile: Limits,
}

/// Calibration in the large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InTheLarge {
    /// Its standard error and limits are those of slope 1: where scores are too extreme they are too short, whatever the
    /// number of rows.
    pub intercept: Coefficient,
    /// The standard error that holds whatever the slope: `sqrt(n/(n-1) sum (y - p)^2) / sum p (1 - p)`, the sandwich.
    pub robust_error: f64,
    /// `value +- z robust_error`.
    pub robust: Limits,
    /// Twice the gain in log-likelihood over the scores as they are, and its p with one degree of freedom.
    pub likelihood_ratio: (f64, f64),
    /// Rows whose score was moved away from 0 or 1.
    pub clipped: u64,
}

/// The labels of a group against the logits of its scores, made ready once for everything here.
pub struct Recalibration {
    logits: Logits,
    plain: f64,
    large: OnceLock<Result<Large, Undefined>>,
    line: OnceLock<Result<Best, Undefined>>,
}

/// The most likely intercept of the centred logits at slope 1.
#[derive(Clone, Copy)]
struct Large {
    best: f64,
    top: f64,
    standard_error: f64,
    robust_error: f64,
}

/// The most likely intercept of the centred logits and slope.
#[derive(Clone, Copy)]
struct Best {
    intercept: f64,
    slope: f64,
    at: Slopes,
}

impl Recalibration {
    /// Undefined without rows and where all labels are the same.
    pub fn new(atoms: &[Atom]) -> Result<Recalibration, Undefined> {
        let logits = Logits::new(atoms)?;
        let plain = logits.log_likelihood(logits.centre, 1.0);
        Ok(Recalibration { logits, plain, large: OnceLock::new(), line: OnceLock::new() })
    }

    fn large(&self) -> Result<Large, Undefined> {
        *self.large.get_or_init(|| {
            let best = self.logits.intercept(1.0, self.logits.centre, EXACT);
            let at = self.logits.slopes(best, 1.0);
            let standard_error = 1.0 / at.intercept_information.sqrt();
            let squares = self.logits.squared_residuals(best, 1.0) * (self.logits.rows / (self.logits.rows - 1.0));
            let robust_error = squares.sqrt() / at.intercept_information;
            let settled = standard_error.is_finite() && robust_error.is_finite();
            let large = Large { best, top: at.likelihood, standard_error, robust_error };
            settled.then_some(large).ok_or(Undefined::Unsettled)
        })
    }

    fn best(&self) -> Result<Best, Undefined> {
        *self.line.get_or_init(|| self.logits.both().map(|(intercept, slope, at)| Best { intercept, slope, at }))
    }

    /// See [`in_the_large()`].
    pub fn in_the_large(&self, z: f64) -> Result<InTheLarge, Undefined> {
        let logits = &self.logits;
        let Large { best, top, standard_error, robust_error } = self.large()?;
        // With slope 1 the centre moves the intercept and nothing else.
        let shift = |centred: f64| centred - logits.centre;
        let profile = profile(best, standard_error, z, |a| {
            let at = logits.tangent(a, 1.0);
            (2.0 * (top - at.likelihood), at.by_intercept)
        });
        let gain = (2.0 * (top - self.plain)).max(0.0);
        Ok(InTheLarge {
            intercept: Coefficient {
                value: shift(best),
                standard_error,
                wald: wald(shift(best), standard_error, z),
                profile: Limits { low: shift(profile.low), high: shift(profile.high) },
            },
            robust_error,
            robust: wald(shift(best), robust_error, z),
            likelihood_ratio: (gain, normal::two_sided(gain.sqrt())),
            clipped: logits.clipped,
        })
    }

    /// See [`line()`].
    pub fn line(&self, z: f64) -> Result<Line, Undefined> {
        let logits = &self.logits;
        let Best { intercept: a, slope: b, at } = self.best()?;
        let (top, centre) = (at.likelihood, logits.centre);
        // The fitted logit at `middle` is independent of the slope.
        let slope_error = 1.0 / at.slope_information.sqrt();
        let lever = (at.middle + centre) * slope_error;
        let intercept_variance = 1.0 / at.intercept_information + lever * lever;
        if !(slope_error.is_finite() && intercept_variance > 0.0 && intercept_variance.is_finite()) {
            return Err(Undefined::Unsettled);
        }
        let gain = (2.0 * (top - self.plain)).max(0.0);
        let profile = profile(b, slope_error, z, |slope| {
            // Near the estimate the fitted logit at `middle` stays where it is.
            let (likelihood, by_slope) = logits.ridge(slope, a - at.middle * (slope - b));
            (2.0 * (top - likelihood), by_slope)
        });
        Ok(Line {
            intercept: a - b * centre,
            intercept_error: intercept_variance.sqrt(),
            slope: Coefficient { value: b, standard_error: slope_error, wald: wald(b, slope_error, z), profile },
            likelihood_ratio: (gain, libm::exp(-0.5 * gain)),
            clipped: logits.clipped,
        })
    }

    /// See [`intercept_root()`].
    pub fn intercept_root(&self, bound: f64) -> Result<f64, Undefined> {
        let Large { best, top, .. } = self.large()?;
        let a = bound + self.logits.centre;
        Ok(signed_root(best - a, top - self.logits.log_likelihood(a, 1.0)))
    }

    /// See [`slope_root()`].
    pub fn slope_root(&self, bound: f64) -> Result<f64, Undefined> {
        let Best { intercept: a, slope: b, at } = self.best()?;
        let (likelihood, _) = self.logits.ridge(bound, a - at.middle * (bound - b));
        Ok(signed_root(b - bound, at.likelihood - likelihood))
    }
}

/// By how much all logits must be raised to make the expected number of positive labels the observed one.
///
/// The most likely a of `logit P(y = 1) = a + logit(s)`, above 0 when the scores are too low. Undefined without rows
/// and where all labels are the same.
pub fn in_the_large(atoms: &[Atom], z: f64) -> Result<InTheLarge, Undefined> {
    Recalibration::new(atoms)?.in_the_large(z)
}

/// How many standard deviations the intercept in the large lies above a bound, by the likelihood.
///
/// `sign(a - bound) sqrt(2 (top - log-likelihood at the bound))`, +-z where the bound is a profile limit at z: `sf` of
/// it is the one-sided p-value of an intercept at most the bound. Undefined where [`in_the_large()`] is.
pub fn intercept_root(atoms: &[Atom], bound: f64) -> Result<f64, Undefined> {
    Recalibration::new(atoms)?.intercept_root(bound)
}

/// The recalibration line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub intercept: f64,
    pub intercept_error: f64,
    pub slope: Coefficient,
    /// Twice the gain in log-likelihood over the scores as they are, and its p with two degrees of freedom.
    pub likelihood_ratio: (f64, f64),
    /// Rows whose score was moved away from 0 or 1.
    pub clipped: u64,
}

/// The line that maps the logits of the scores to those of honest scores.
///
/// The most likely a and b of `logit P(y = 1) = a + b logit(s)`, by Newton's method; b below 1 says that the scores are
/// too extreme. Undefined without rows, where all labels or all scores are the same, and where some score separates the
/// labels.
pub fn line(atoms: &[Atom], z: f64) -> Result<Line, Undefined> {
    Recalibration::new(atoms)?.line(z)
}

/// How many standard deviations the slope lies above a bound, by the likelihood; see [`intercept_root()`].
///
/// The likelihood at the bound is that with the intercept most likely there. Undefined where [`line()`] is.
pub fn slope_root(atoms: &[Atom], bound: f64) -> Result<f64, Undefined> {
    Recalibration::new(atoms)?.slope_root(bound)
}

/// The score test that intercept 0 and slope 1 are right, and the line after one step of Newton's method from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreTest {
    pub chi2: f64,
    /// With two degrees of freedom: `exp(-chi2 / 2)`.
    pub p: f64,
    pub one_step_intercept: f64,
    pub one_step_slope: f64,
}

/// Tests the scores as they are without fitting anything, so that it exists where the [`line()`] does not.
///
/// `U' I^-1 U` with the derivatives and the information of the log-likelihood at intercept 0 and slope 1. Undefined
/// without rows and where all labels or all scores are the same.
pub fn score_test(atoms: &[Atom]) -> Result<ScoreTest, Undefined> {
    let logits = Logits::new(atoms)?;
    if let Some(Undefined::OneScore) = logits.obstacle() {
        return Err(Undefined::OneScore);
    }
    let at = logits.slopes(logits.centre, 1.0);
    let (da, db) = at.step().ok_or(Undefined::Unsettled)?;
    let chi2 = at.chi2();
    Ok(ScoreTest {
        chi2,
        p: libm::exp(-0.5 * chi2),
        one_step_intercept: da - db * logits.centre,
        one_step_slope: 1.0 + db,
    })
}

/// The difference of a coefficient between two groups that share no row, with its z statistic and two-sided p.
///
/// `(v1 - v0) / sqrt(se1^2 + se0^2)`.
pub fn coefficient_difference(focal: Coefficient, reference: Coefficient) -> (f64, f64, f64) {
    let gap = focal.value - reference.value;
    let z = gap / libm::hypot(focal.standard_error, reference.standard_error);
    (gap, z, normal::two_sided(z))
}

fn wald(value: f64, standard_error: f64, z: f64) -> Limits {
    let reach = if z > 0.0 { z * standard_error } else { 0.0 };
    Limits { low: value - reach, high: value + reach }
}

fn signed_root(distance: f64, drop: f64) -> f64 {
    (2.0 * drop).max(0.0).sqrt().copysign(distance)
}
