//! What the recalibration can be when each atom stands for a bin of unknown scores: certain bounds.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, Span};
use crate::inference::scores::logistic::{EXACT, Logits, NEAREST};
use crate::inference::scores::sum::Sum;
use crate::inference::scores::undefined::Undefined;

/// A derivative this small a part of the sum of its parts may be rounding.
const ROUNDING: f64 = 1e-13;

/// A step of Newton's method this small leaves an error far below what the spans leave open.
const NEAR: f64 = 1e-5;

/// So many times the step away from the estimate is doubled.
const DOUBLINGS: u32 = 30;

/// The lowest and the highest intercept in the large that the spans leave open.
///
/// With slope 1 the probability after recalibration is a concave function of the score for an intercept above 0 and a
/// convex one below: for known sums it is largest when all scores of a span are at their mean and smallest when all are
/// at its ends, or the reverse. So the intercepts of these two cases hold every other between them. Spans that reach
/// closer than 1e-12 to 0 or 1 are taken with both means that moving their scores can give. Undefined without rows and
/// where all labels are the same.
pub fn in_the_large_bounds(spans: &[Span]) -> Result<Limits, Undefined> {
    let mut found = Limits { low: f64::INFINITY, high: f64::NEG_INFINITY };
    // Where no score was moved there is one mean.
    let moves = spans.iter().any(|s| s.as_atom().rows() > 0 && (clipped(s.low) != s.low || clipped(s.high) != s.high));
    for moved in [-NEAREST, NEAREST].into_iter().take(if moves { 2 } else { 1 }) {
        let (mut middles, mut ends) = (Vec::new(), Vec::new());
        for s in spans.iter().filter(|s| s.as_atom().rows() > 0) {
            let (low, high) = (clipped(s.low), clipped(s.high));
            let known = low == s.low && high == s.high;
            let mean = (s.as_atom().score + if known { 0.0 } else { moved }).clamp(low, high);
            let share = if high > low { (mean - low) / (high - low) } else { 0.0 };
            let (n0, n1) = (s.negatives as f64, s.positives as f64);
            middles.push((logit(mean), n0, n1));
            ends.push((logit(low), n0 * (1.0 - share), n1 * (1.0 - share)));
            ends.push((logit(high), n0 * share, n1 * share));
        }
        for points in [middles, ends] {
            let logits = Logits::of_points(points, 0)?;
            let best = logits.intercept(1.0, logits.centre, EXACT) - logits.centre;
            found = found.around(best);
        }
    }
    Ok(found)
}

fn clipped(score: f64) -> f64 {
    score.clamp(NEAREST, 1.0 - NEAREST)
}

fn logit(score: f64) -> f64 {
    // A score that was moved from 1 is as far from it as it was moved; 1 - score has lost these digits.
    let miss = if score >= 1.0 - NEAREST { NEAREST } else { 1.0 - score };
    libm::log(score / miss)
}

/// Values that hold the slope of the recalibration line between them, wherever in their spans the scores are.
///
/// For a slope b the intercept lies between two values at which the sum of the probabilities certainly is at most and
/// at least the number of positive labels; over these the derivative of the log-likelihood by the slope, whose only
/// root is the most likely slope, is bounded span by span. Each span gives the narrower of the range of its factors and
/// the value at the mean score plus or minus `n/2 max|h''| (high - mean)(mean - low)`. Both ends move away from the
/// slope of the means until the derivative there certainly has a sign; an end is infinite where it never has. None
/// where the means have no slope and where neither end is finite.
pub fn slope_bounds(spans: &[Span]) -> Option<Limits> {
    let atoms: Vec<Atom> = spans.iter().map(|s| s.as_atom()).collect();
    let logits = Logits::new(&atoms).ok()?;
    let (_, slope, at) = logits.both().ok()?;
    let middle = at.middle + logits.centre;
    let stretches: Vec<Stretch> = spans.iter().filter_map(|s| Stretch::new(*s, middle)).collect();
    let open = Open { logits, middle, stretches };
    let around = open.by_slope(slope)?;
    let first = ((around.high - around.low) / at.slope_information).max(1e-12 * (1.0 + slope.abs()));
    let low = open.end(slope, -first, |by| by.low > 0.0);
    let high = open.end(slope, first, |by| by.high < 0.0);
    (low.is_finite() || high.is_finite()).then_some(Limits { low, high })
}

/// A span on the logit scale, logits less the middle.
struct Stretch {
    low: f64,
    high: f64,
    negatives: Label,
    positives: Label,
}

/// The rows of one label in a span.
struct Label {
    rows: f64,
    /// The logit of the mean score, less the middle, and the factor of the second derivative; None where the mean is
    /// unknown, because scores next to 0 or 1 were moved.
    mean: Option<(f64, f64)>,
}

impl Stretch {
    fn new(span: Span, middle: f64) -> Option<Stretch> {
        let (low, high) = (clipped(span.low), clipped(span.high));
        // The smallest s (1 - s) is at one end.
        let least = (low * (1.0 - low)).min(high * (1.0 - high));
        let label = |n: u64, total: f64| {
            let mean = (total / n as f64).clamp(low, high);
            let known = low < high && low == span.low && high == span.high || low == high;
            let factor = 0.5 * ((high - mean).max(0.0) / least) * ((mean - low).max(0.0) / least);
            Label { rows: n as f64, mean: (n > 0 && known).then(|| (logit(mean) - middle, factor)) }
        };
        (span.negatives.saturating_add(span.positives) > 0).then(|| Stretch {
            low: logit(low) - middle,
            high: logit(high) - middle,
            negatives: label(span.negatives, span.negative_sum),
            positives: label(span.positives, span.positive_sum),
        })
    }

    /// The lowest and the highest logit on the line `a + b l`, for a between the limits.
    fn fitted(&self, a: Limits, b: f64) -> Limits {
        let (x, y) = (b * self.low, b * self.high);
        Limits { low: a.low + x.min(y), high: a.high + x.max(y) }
    }
}

/// The probability of a positive and of a negative label.
fn expit(eta: f64) -> (f64, f64) {
    let e = libm::exp(-eta.abs());
    let (near, far) = (1.0 / (1.0 + e), e / (1.0 + e));
    if eta >= 0.0 { (near, far) } else { (far, near) }
}

/// The probabilities at both ends of a stretch, and the largest p (1 - p) between them.
struct Ends {
    low: (f64, f64),
    high: (f64, f64),
    open: f64,
}

impl Ends {
    fn new(eta: Limits) -> Ends {
        let (low, high) = (expit(eta.low), expit(eta.high));
        let open = if eta.low > 0.0 {
            low.0 * low.1
        } else if eta.high < 0.0 {
            high.0 * high.1
        } else {
            0.25
        };
        Ends { low, high, open }
    }

    /// The range of the probability that the label is not what it is.
    fn missed(&self, positive: bool) -> Limits {
        if positive {
            Limits { low: self.high.1, high: self.low.1 }
        } else {
            Limits { low: self.low.0, high: self.high.0 }
        }
    }
}

fn narrower(a: Limits, b: Limits) -> Limits {
    Limits { low: a.low.max(b.low), high: a.high.min(b.high) }
}

struct Open {
    logits: Logits,
    middle: f64,
    stretches: Vec<Stretch>,
}

impl Open {
    /// The sum of the probabilities on the line, at most and at least.
    fn expected(&self, a: f64, b: f64) -> Limits {
        let (mut low, mut high) = (Sum::default(), Sum::default());
        for s in &self.stretches {
            let eta = s.fitted(Limits { low: a, high: a }, b);
            let ends = Ends::new(eta);
            let whole = Limits { low: ends.low.0, high: ends.high.0 };
            for label in [&s.negatives, &s.positives] {
                let mut p = whole;
                if let Some((mean, factor)) = label.mean {
                    let (at, _) = expit(a + b * mean);
                    let bend = factor * b.abs() * (b.abs() + 1.0) * ends.open;
                    p = narrower(p, Limits { low: at - bend, high: at + bend });
                }
                low.add(label.rows * p.low);
                high.add(label.rows * p.high);
            }
        }
        Limits { low: low.value(), high: high.value() }
    }

    /// Values that hold the most likely intercept (of the logits less the middle) for a slope between them.
    fn intercept(&self, b: f64) -> Option<Limits> {
        let best = self.logits.intercept(b, self.logits.centre, NEAR);
        let information = self.logits.by_intercept(best, b).1;
        let best = best + b * (self.middle - self.logits.centre);
        let observed = self.logits.positives;
        let here = self.expected(best, b);
        let certain = |direction: f64, excess: f64, clear: &dyn Fn(Limits) -> bool| {
            let mut step = 1.1 * (excess / information).abs() + 1e-14 * (1.0 + best.abs());
            (0..DOUBLINGS).find_map(|_| {
                let a = best + direction * step;
                step *= 2.0;
                clear(self.expected(a, b)).then_some(a)
            })
        };
        Some(Limits {
            low: certain(-1.0, here.high - observed, &|p| p.high <= observed)?,
            high: certain(1.0, observed - here.low, &|p| p.low >= observed)?,
        })
    }

    /// What the derivative of the log-likelihood by the slope can be, less what may be rounding.
    fn by_slope(&self, b: f64) -> Option<Limits> {
        let a = self.intercept(b)?;
        let (mut low, mut high, mut size) = (Sum::default(), Sum::default(), Sum::default());
        for s in &self.stretches {
            let eta = s.fitted(a, b);
            let ends = Ends::new(eta);
            let open = ends.open;
            let logits = Limits { low: s.low, high: s.high };
            let furthest = s.low.abs().max(s.high.abs());
            // A positive label adds (1 - p) l, a negative one -p l.
            for (label, sign) in [(&s.positives, 1.0), (&s.negatives, -1.0)].into_iter().filter(|(l, _)| l.rows > 0.0) {
                let residual = ends.missed(sign > 0.0);
                let mut term = product(logits, residual);
                if let Some((mean, factor)) = label.mean {
                    let here = Limits { low: a.low + b * mean, high: a.high + b * mean };
                    let here = Ends::new(here).missed(sign > 0.0);
                    let at = product(Limits { low: mean, high: mean }, here);
                    let b = b.abs();
                    let bend = factor * (open * (2.0 * b + furthest * b * (b + 1.0)) + residual.high);
                    term = narrower(term, Limits { low: at.low - bend, high: at.high + bend });
                }
                let (least, most) = if sign > 0.0 { (term.low, term.high) } else { (-term.high, -term.low) };
                low.add(label.rows * least);
                high.add(label.rows * most);
                size.add(label.rows * least.abs().max(most.abs()));
            }
        }
        let rounding = ROUNDING * size.value();
        Some(Limits { low: low.value() - rounding, high: high.value() + rounding })
    }

    /// A slope beyond `from` at which the derivative is certain, at most twice as far as need be; infinite where none is.
    fn end(&self, from: f64, step: f64, certain: impl Fn(Limits) -> bool) -> f64 {
        let at = |step: f64| self.by_slope(from + step).is_some_and(&certain);
        let mut outer = step;
        for _ in 0..DOUBLINGS {
            if at(outer) {
                return from + outer;
            }
            outer *= 2.0;
        }
        f64::INFINITY.copysign(step)
    }
}

/// The range of a product whose second factor is not negative.
fn product(a: Limits, b: Limits) -> Limits {
    Limits { low: (a.low * b.low).min(a.low * b.high), high: (a.high * b.low).max(a.high * b.high) }
}
