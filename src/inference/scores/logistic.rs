//! The likelihood of labels under `logit P(y = 1) = intercept + slope logit(s)`, from atoms.

use crate::inference::scores::atoms::Atom;
use crate::inference::scores::sum::{Logarithms, Sum, sum};
use crate::inference::scores::undefined::Undefined;

/// Scores closer than this to 0 or 1 count as this far away, where the logit still exists.
pub(super) const NEAREST: f64 = 1e-12;

/// After a Newton step of this size the rest is below rounding: the steps shrink quadratically.
pub(super) const EXACT: f64 = 1e-9;

/// What is left of a log-likelihood after a Newton step of which the square was added must be at most this.
const NEGLIGIBLE: f64 = 1e-13;

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

/// The log-likelihood, its derivatives and its information, the latter two taken about the place `middle` where intercept and slope
/// are independent, so that nothing cancels however the information is spread.
#[derive(Clone, Copy)]
pub(super) struct Slopes {
    pub(super) likelihood: f64,
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

/// The log-likelihood, its derivatives, the information about the intercept and that sum with the logits as factors.
#[derive(Clone, Copy, Default)]
pub(super) struct Tangent {
    pub(super) likelihood: f64,
    pub(super) by_intercept: f64,
    pub(super) by_slope: f64,
    information: f64,
    lever: f64,
}

/// A row's logit on the line: minus the part of its log-likelihood that is no logarithm, the exponential in the rest,
/// the probabilities of a positive and of a negative label.
fn row(eta: f64, n0: f64, n1: f64) -> (f64, f64, f64, f64) {
    let e = libm::exp(-eta.abs());
    let near = 1.0 / (1.0 + e);
    let far = e * near;
    if eta >= 0.0 { (n0 * eta, e, near, far) } else { (-n1 * eta, e, far, near) }
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
        Logits::of_points(points, clipped)
    }

    /// Of logits with numbers of negatives and positives, which need not be whole.
    pub(super) fn of_points(mut points: Vec<(f64, f64, f64)>, clipped: u64) -> Result<Logits, Undefined> {
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
        let (mut straight, mut bent) = (Sum::default(), Logarithms::new());
        for &(l, n0, n1) in &self.points {
            let eta = intercept + slope * l;
            straight.add(if eta >= 0.0 { n0 * eta } else { -n1 * eta });
            bent.add(n0 + n1, libm::exp(-eta.abs()));
        }
        -(straight.value() + bent.value())
    }

    /// The derivative by the intercept and its information.
    pub(super) fn by_intercept(&self, intercept: f64, slope: f64) -> (f64, f64) {
        let (mut residuals, mut information) = (Sum::default(), Sum::default());
        for &(l, n0, n1) in &self.points {
            let (_, _, p, q) = row(intercept + slope * l, n0, n1);
            residuals.add(n1 * q - n0 * p);
            information.add((n0 + n1) * (p * q));
        }
        (residuals.value(), information.value())
    }

    /// The sum of `(y - p)^2`.
    pub(super) fn squared_residuals(&self, intercept: f64, slope: f64) -> f64 {
        sum(self.points.iter().map(|&(l, n0, n1)| {
            let (_, _, p, q) = row(intercept + slope * l, n0, n1);
            n0 * (p * p) + n1 * (q * q)
        }))
    }

    pub(super) fn slopes(&self, intercept: f64, slope: f64) -> Slopes {
        let (mut straight, mut bent) = (Sum::default(), Logarithms::new());
        let mut weigh = |&(l, n0, n1): &(f64, f64, f64)| {
            let (part, e, p, q) = row(intercept + slope * l, n0, n1);
            straight.add(part);
            bent.add(n0 + n1, e);
            (l, n1 * q - n0 * p, (n0 + n1) * (p * q))
        };
        let weighed: Vec<(f64, f64, f64)> = self.points.iter().map(&mut weigh).collect();
        let intercept_information = sum(weighed.iter().map(|w| w.2));
        let middle = sum(weighed.iter().map(|w| w.2 * w.0)) / intercept_information;
        Slopes {
            likelihood: -(straight.value() + bent.value()),
            middle,
            by_intercept: sum(weighed.iter().map(|w| w.1)),
            by_slope: sum(weighed.iter().map(|w| w.1 * (w.0 - middle))),
            intercept_information,
            slope_information: sum(weighed.iter().map(|w| w.2 * (w.0 - middle) * (w.0 - middle))),
        }
    }

    /// Where the most likely intercept for a slope must lie: `logit(rate) - slope l` for the lowest and highest l.
    fn bracket(&self, slope: f64) -> (f64, f64) {
        let middle = libm::log(self.positives / (self.rows - self.positives));
        let (a, b) = (middle - slope * self.ends.0, middle - slope * self.ends.1);
        (a.min(b), a.max(b))
    }

    /// The most likely intercept for a given slope, by Newton's method inside a bracket.
    pub(super) fn intercept(&self, slope: f64, start: f64, small: f64) -> f64 {
        let (mut low, mut high) = self.bracket(slope);
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

    /// The log-likelihood and its derivatives in one pass.
    pub(super) fn tangent(&self, intercept: f64, slope: f64) -> Tangent {
        let (mut straight, mut bent) = (Sum::default(), Logarithms::new());
        let mut t = Tangent::default();
        for &(l, n0, n1) in &self.points {
            let (part, e, p, q) = row(intercept + slope * l, n0, n1);
            straight.add(part);
            bent.add(n0 + n1, e);
            let (residual, weight) = (n1 * q - n0 * p, (n0 + n1) * (p * q));
            t.by_intercept += residual;
            t.by_slope += residual * l;
            t.information += weight;
            t.lever += weight * l;
        }
        t.likelihood = -(straight.value() + bent.value());
        t
    }

    /// The top of the log-likelihood at a given slope, and its derivative by the slope along the top.
    ///
    /// As [`intercept`](Logits::intercept), but done once the last step's square, which is added, tells the rest.
    pub(super) fn ridge(&self, slope: f64, start: f64) -> (f64, f64) {
        let (mut low, mut high) = self.bracket(slope);
        let mut at = if start > low && start < high { start } else { 0.5 * (low + high) };
        for _ in 0..200 {
            let t = self.tangent(at, slope);
            if t.by_intercept > 0.0 {
                low = at;
            } else {
                high = at;
            }
            let step = t.by_intercept / t.information;
            let inside = step.is_finite() && at + step >= low && at + step <= high;
            if inside && t.information * (step * step * step).abs() <= NEGLIGIBLE {
                return (t.likelihood + 0.5 * step * t.by_intercept, t.by_slope - step * t.lever);
            }
            if high - low <= f64::EPSILON * (1.0 + at.abs()) {
                return (t.likelihood, t.by_slope);
            }
            at = if inside { at + step } else { 0.5 * (low + high) };
        }
        (f64::NAN, f64::NAN)
    }

    /// The most likely intercept (of the centred logit) and slope, with the derivatives there.
    pub(super) fn both(&self) -> Result<(f64, f64, Slopes), Undefined> {
        if let Some(reason) = self.obstacle() {
            return Err(reason);
        }
        // Without a slope every row tells as much as it can about both: a safe start, however extreme the scores. The
        // scores as they are are a nearer one, unless they are worse than the mere rate.
        let (mut a, mut b) = (self.centre, 1.0);
        let mut here = self.slopes(a, b);
        let negatives = self.rows - self.positives;
        let flat =
            self.positives * libm::log(self.positives / self.rows) + negatives * libm::log(negatives / self.rows);
        if here.likelihood <= flat || here.likelihood.is_nan() {
            (a, b) = (libm::log(self.positives / negatives), 0.0);
            here = self.slopes(a, b);
        }
        for _ in 0..200 {
            let (da, db) = here.step().ok_or(Undefined::Unsettled)?;
            let mut part = 1.0;
            let mut there = self.slopes(a + da, b + db);
            // The log-likelihood is concave: a short enough step climbs, unless only rounding is left to gain.
            while (there.likelihood < here.likelihood - 1e-12 * here.likelihood.abs()) && part > 1e-12 {
                part *= 0.5;
                there = self.slopes(a + part * da, b + part * db);
            }
            (a, b, here) = (a + part * da, b + part * db, there);
            if da.abs() <= EXACT * (1.0 + a.abs()) && db.abs() <= EXACT * (1.0 + b.abs()) {
                return Ok((a, b, here));
            }
        }
        Err(Undefined::Unsettled)
    }
}
