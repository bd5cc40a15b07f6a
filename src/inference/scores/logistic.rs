//! The likelihood of labels under `logit P(y = 1) = intercept + slope logit(s)`, from atoms.

use crate::inference::scores::atoms::Atom;
use crate::inference::scores::sum::{Sum, sum};
use crate::inference::scores::undefined::Undefined;

/// Scores closer than this to 0 or 1 count as this far away, where the logit still exists.
const NEAREST: f64 = 1e-12;

/// After a Newton step of this size the rest is below rounding: the steps shrink quadratically.
pub(super) const EXACT: f64 = 1e-9;

/// After a step of this size the log-likelihood is exact, because it is flat at its top.
pub(super) const NEAR: f64 = 1e-5;

/// The rows on the logit scale.
pub(super) struct Logits {
    /// Logit less `centre`, negatives, positives.
    points: Vec<(f64, f64, f64)>,
    pub(super) centre: f64,
    pub(super) rows: f64,
    pub(super) positives: f64,
    pub(super) clipped: u64,
    /// The lowest and highest centred logit.
    ends: (f64, f64),
}

/// The derivatives of the log-likelihood and its information, taken about the place `middle` where intercept and slope
/// are independent, so that nothing cancels however the information is spread.
pub(super) struct Slopes {
    pub(super) middle: f64,
    by_intercept: f64,
    by_slope: f64,
    pub(super) intercept_information: f64,
    pub(super) slope_information: f64,
}

impl Slopes {
    /// Newton's step for intercept and slope; None where the information is 0.
    pub(super) fn step(&self) -> Option<(f64, f64)> {
        let slope = self.by_slope / self.slope_information;
        let intercept = self.by_intercept / self.intercept_information - self.middle * slope;
        (slope.is_finite() && intercept.is_finite()).then_some((intercept, slope))
    }

    /// The score statistic: the squared derivatives over the information.
    pub(super) fn chi2(&self) -> f64 {
        self.by_intercept * self.by_intercept / self.intercept_information
            + self.by_slope * self.by_slope / self.slope_information
    }
}

impl Logits {
    /// Undefined without rows and where all rows have the same label.
    pub(super) fn new(atoms: &[Atom]) -> Result<Logits, Undefined> {
        let mut clipped = 0_u64;
        let mut points: Vec<(f64, f64, f64)> = Vec::with_capacity(atoms.len());
        for a in atoms.iter().filter(|a| a.rows() > 0) {
            // 1 - s is exact from 1/2 on: the logit is as exact near 1 as near 0.
            let (mut hit, mut miss) = (a.score, 1.0 - a.score);
            if hit.min(miss) < NEAREST {
                clipped = clipped.saturating_add(a.rows());
                (hit, miss) = if hit < miss { (NEAREST, 1.0 - NEAREST) } else { (1.0 - NEAREST, NEAREST) };
            }
            points.push((libm::log(hit / miss), a.negatives as f64, a.positives as f64));
        }
        let positives = sum(points.iter().map(|p| p.2));
        let rows = positives + sum(points.iter().map(|p| p.1));
        if points.is_empty() {
            return Err(Undefined::NoRows);
        }
        if positives <= 0.0 || positives >= rows {
            return Err(Undefined::OneClass);
        }
        let centre = sum(points.iter().map(|p| (p.1 + p.2) * p.0)) / rows;
        points.iter_mut().for_each(|p| p.0 -= centre);
        let ends = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p.0), h.max(p.0)));
        Ok(Logits { points, centre, rows, positives, clipped, ends })
    }

    /// Why no slope is the most likely one, if so.
    ///
    /// The most likely slope is finite exactly if the ranges of the logits of both labels overlap in more than a point.
    pub(super) fn obstacle(&self) -> Option<Undefined> {
        let range = |n: fn(&(f64, f64, f64)) -> f64| {
            let of = self.points.iter().filter(move |p| n(p) > 0.0);
            of.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p.0), h.max(p.0)))
        };
        let (negatives, positives) = (range(|p| p.1), range(|p| p.2));
        if self.ends.0 >= self.ends.1 {
            Some(Undefined::OneScore)
        } else if positives.0 >= negatives.1 || negatives.0 >= positives.1 {
            Some(Undefined::Separated)
        } else {
            None
        }
    }

    pub(super) fn log_likelihood(&self, intercept: f64, slope: f64) -> f64 {
        sum(self.points.iter().map(|&(l, n0, n1)| {
            let eta = intercept + slope * l;
            let common = libm::log1p(libm::exp(-eta.abs()));
            -n0 * (eta.max(0.0) + common) - n1 * ((-eta).max(0.0) + common)
        }))
    }

    /// The residuals and the information of every row together, with the logits they are at.
    fn weigh(&self, intercept: f64, slope: f64) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        self.points.iter().map(move |&(l, n0, n1)| {
            let eta = intercept + slope * l;
            let e = libm::exp(-eta.abs());
            let (near, far) = (1.0 / (1.0 + e), e / (1.0 + e));
            let (p, q) = if eta >= 0.0 { (near, far) } else { (far, near) };
            (l, n1 * q - n0 * p, (n0 + n1) * (p * q))
        })
    }

    /// The derivative by the intercept and its information.
    pub(super) fn by_intercept(&self, intercept: f64, slope: f64) -> (f64, f64) {
        let (mut residuals, mut information) = (Sum::default(), Sum::default());
        for (_, residual, weight) in self.weigh(intercept, slope) {
            residuals.add(residual);
            information.add(weight);
        }
        (residuals.value(), information.value())
    }

    pub(super) fn slopes(&self, intercept: f64, slope: f64) -> Slopes {
        let weighed: Vec<(f64, f64, f64)> = self.weigh(intercept, slope).collect();
        let intercept_information = sum(weighed.iter().map(|w| w.2));
        let middle = sum(weighed.iter().map(|w| w.2 * w.0)) / intercept_information;
        Slopes {
            middle,
            by_intercept: sum(weighed.iter().map(|w| w.1)),
            by_slope: sum(weighed.iter().map(|w| w.1 * (w.0 - middle))),
            intercept_information,
            slope_information: sum(weighed.iter().map(|w| w.2 * (w.0 - middle) * (w.0 - middle))),
        }
    }

    /// The most likely intercept for a given slope.
    ///
    /// Newton's method inside a bracket: `logit(rate) - slope l` for the lowest and the highest l hold it between them.
    pub(super) fn intercept(&self, slope: f64, start: f64, small: f64) -> f64 {
        let middle = libm::log(self.positives / (self.rows - self.positives));
        let (a, b) = (middle - slope * self.ends.0, middle - slope * self.ends.1);
        let (mut low, mut high) = (a.min(b), a.max(b));
        let mut at = if start > low && start < high { start } else { 0.5 * (low + high) };
        for _ in 0..200 {
            let (residuals, information) = self.by_intercept(at, slope);
            if residuals > 0.0 {
                low = at;
            } else {
                high = at;
            }
            let next = at + residuals / information;
            let inside = next >= low && next <= high;
            let moved = if inside { next } else { 0.5 * (low + high) };
            let done = (moved - at).abs() <= small * (1.0 + at.abs());
            at = moved;
            if (inside && done) || high - low <= f64::EPSILON * (1.0 + at.abs()) {
                break;
            }
        }
        at
    }

    /// The most likely intercept (of the centred logit) and slope.
    pub(super) fn both(&self) -> Result<(f64, f64), Undefined> {
        if let Some(reason) = self.obstacle() {
            return Err(reason);
        }
        // Without a slope every row tells as much as it can about both: a safe start, however extreme the scores.
        let (mut a, mut b) = (libm::log(self.positives / (self.rows - self.positives)), 0.0);
        let mut likelihood = self.log_likelihood(a, b);
        for _ in 0..200 {
            let (da, db) = self.slopes(a, b).step().ok_or(Undefined::Unsettled)?;
            let mut part = 1.0;
            let mut reached = self.log_likelihood(a + da, b + db);
            // The log-likelihood is concave: a short enough step climbs, unless only rounding is left to gain.
            while reached < likelihood - 1e-12 * likelihood.abs() && part > 1e-12 {
                part *= 0.5;
                reached = self.log_likelihood(a + part * da, b + part * db);
            }
            (a, b, likelihood) = (a + part * da, b + part * db, reached);
            if da.abs() <= EXACT * (1.0 + a.abs()) && db.abs() <= EXACT * (1.0 + b.abs()) {
                return Ok((a, b));
            }
        }
        Err(Undefined::Unsettled)
    }
}
