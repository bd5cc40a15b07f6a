//! What to believe about the ratio of two rates after the counts: its posterior distribution.

use crate::inference::beta::{NotConverged, ibeta_with, ln_log_odds_density};
use crate::inference::limits::Limits;
use crate::inference::peak::{self, Peak};
use crate::inference::root;
use crate::inference::trials::Trials;
use std::cell::Cell;

/// Beyond these log-odds a share is no number any more.
const FARTHEST: f64 = 700.0;

/// Below the logarithm of any density of counts that fit 64 bits.
const NOWHERE: f64 = -1e25;

/// The posterior distribution of the ratio of two rates: independent Beta(hits + 1/2, misses + 1/2) of each.
///
/// Jeffreys' prior, half a hit and half a miss. Everything is computed by the trapezoidal rule on the log-odds of one
/// rate, which for such integrands converges faster than any power of the step; the step is halved until the sum
/// settles. No random numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    focal: Beta,
    reference: Beta,
}

/// The probabilities that the ratio lies below and above a value, each with its own digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sides {
    pub below: f64,
    pub above: f64,
}

impl Posterior {
    /// The posterior after these counts; none when a group is empty.
    pub fn jeffreys(focal: Trials, reference: Trials) -> Option<Posterior> {
        let beta = |t: Trials| {
            let hits = t.hits.min(t.of);
            Beta { a: hits as f64 + 0.5, b: (t.of - hits) as f64 + 0.5 }
        };
        (focal.of > 0 && reference.of > 0).then(|| Posterior { focal: beta(focal), reference: beta(reference) })
    }

    /// The probabilities that the focal rate is below and above `tau` times the reference rate.
    ///
    /// # Errors
    /// [`NotConverged`] for a tau that is negative or NaN, or where the incomplete beta function or the sum does not
    /// settle.
    pub fn sides(&self, tau: f64) -> Result<Sides, NotConverged> {
        Ok(Sides { below: self.chance(tau, Side::Below)?, above: self.chance(tau, Side::Above)? })
    }

    fn chance(&self, tau: f64, side: Side) -> Result<f64, NotConverged> {
        if tau.is_nan() || tau < 0.0 {
            Err(NotConverged)
        } else if tau == 0.0 {
            Ok(if side == Side::Above { 1.0 } else { 0.0 })
        } else if tau == f64::INFINITY {
            Ok(if side == Side::Below { 1.0 } else { 0.0 })
        } else if tau >= 1.0 {
            chance(self.focal, self.reference, tau, side)
        } else {
            // The same question about the reference rate: the larger multiple keeps both rates inside [0, 1].
            let other = if side == Side::Below { Side::Above } else { Side::Below };
            chance(self.reference, self.focal, 1.0 / tau, other)
        }
    }

    /// The probability that the ratio lies between two values, such as 0.8 and 1.25.
    ///
    /// # Errors
    /// As [`Posterior::sides`].
    pub fn between(&self, low: f64, high: f64) -> Result<f64, NotConverged> {
        let (low, high) = (self.sides(low)?, self.sides(high)?);
        // From the tails that are smaller, so that a small probability keeps its digits.
        let inside = if high.below <= low.above { high.below - low.below } else { low.above - high.above };
        Ok(inside.max(0.0))
    }

    /// The ratio that the true one is below with probability `p`: the median at 1/2.
    ///
    /// # Errors
    /// As [`Posterior::sides`]; also for p not between 0 and 1.
    pub fn quantile(&self, p: f64) -> Result<f64, NotConverged> {
        if !(p > 0.0 && p < 1.0) {
            return Err(NotConverged);
        }
        let failed = Cell::new(false);
        // From the smaller tail, whose digits are its own.
        let excess = |t: f64| {
            let tau = libm::exp(t);
            let excess = if p <= 0.5 {
                self.chance(tau, Side::Below).map(|below| p - below)
            } else {
                self.chance(tau, Side::Above).map(|above| above - (1.0 - p))
            };
            excess.unwrap_or_else(|NotConverged| {
                failed.set(true);
                0.0
            })
        };
        let centre = libm::log(self.focal.mean() / self.reference.mean());
        let mut step = self.focal.log_spread() + self.reference.log_spread();
        let (mut low, mut high) = (centre, centre);
        while excess(low) < 0.0 && low > -FARTHEST {
            high = low;
            low = (low - step).max(-FARTHEST);
            step *= 2.0;
        }
        while excess(high) > 0.0 && high < FARTHEST {
            low = high;
            high = (high + step).min(FARTHEST);
            step *= 2.0;
        }
        let found = libm::exp(root::falling(excess, low, high));
        if failed.get() { Err(NotConverged) } else { Ok(found) }
    }

    /// The limits between which the ratio lies with probability `level`, with equal probability on both sides.
    ///
    /// # Errors
    /// As [`Posterior::quantile`].
    pub fn limits(&self, level: f64) -> Result<Limits, NotConverged> {
        let tail = 0.5 * (1.0 - level);
        Ok(Limits { low: self.quantile(tail)?, high: self.quantile(1.0 - tail)? })
    }
}

/// A Beta(a, b) distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Beta {
    a: f64,
    b: f64,
}

impl Beta {
    fn mean(self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// About the standard deviation of the logarithm.
    fn log_spread(self) -> f64 {
        (self.b / self.a / (self.a + self.b)).sqrt()
    }

    fn cdf(self, x: f64, y: f64) -> Result<f64, NotConverged> {
        ibeta_with(self.a, self.b, x, y)
    }

    fn sf(self, x: f64, y: f64) -> Result<f64, NotConverged> {
        ibeta_with(self.b, self.a, y, x)
    }
}

/// A rate and its complement.
type Share = (f64, f64);

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Below,
    Above,
}

/// The probability that `first / second` is on one side of a tau of at least 1.
///
/// Both rates follow from the log-odds v of the first: `s = 1/(1 + e^-v)` and `t = s/tau`, never beyond 1. The density
/// is taken of the narrower distribution and the tail of the wider one, which then bends less than the density does.
fn chance(first: Beta, second: Beta, tau: f64, side: Side) -> Result<f64, NotConverged> {
    let shares = |v: f64| -> (Share, Share) {
        let (s, rest) = (logistic(v), logistic(-v));
        ((s, rest), (s / tau, ((tau - 1.0) + rest) / tau))
    };
    if first.log_spread() <= second.log_spread() {
        let density = |v: f64| {
            let (s, t) = shares(v);
            (ln_log_odds_density(first.a, first.b, s.0, s.1), t)
        };
        return match side {
            Side::Below => integral(density, |(t, rest)| second.sf(t, rest), Emptiness::Right),
            Side::Above => integral(density, |(t, rest)| second.cdf(t, rest), Emptiness::Left),
        };
    }
    let density = |v: f64| {
        let (s, t) = shares(v);
        // dt = t (1 - s) dv, where the log-odds density expects t (1 - t) dv.
        (ln_log_odds_density(second.a, second.b, t.0, t.1) + libm::log(s.1 / t.1), s)
    };
    match side {
        Side::Below => {
            let within = integral(density, |(s, rest)| first.cdf(s, rest), Emptiness::Left)?;
            // Where the second rate is above 1/tau the first cannot reach it.
            Ok((within + second.sf(1.0 / tau, (tau - 1.0) / tau)?).min(1.0))
        }
        Side::Above => integral(density, |(s, rest)| first.sf(s, rest), Emptiness::Right),
    }
}

fn logistic(v: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-v))
}

/// On which side the tail underflows.
#[derive(Clone, Copy, PartialEq)]
enum Emptiness {
    Left,
    Right,
}

/// The integral over v of a density, given by its logarithm and the share it leaves to the tail, times that tail.
fn integral(
    density: impl Fn(f64) -> (f64, Share),
    tail: impl Fn(Share) -> Result<f64, NotConverged>,
    empty: Emptiness,
) -> Result<f64, NotConverged> {
    // NaN is a tail that did not settle; it ends every loop below and becomes the error.
    let value = |v: f64| {
        let (log, share) = density(v);
        (log, tail(share).unwrap_or(f64::NAN))
    };
    let log = |v: f64| {
        let (log, tail) = value(v);
        let sum = log + libm::log(tail);
        // A slope instead of a plain where the tail is no number, so that the search finds its way out of it.
        let slope = if empty == Emptiness::Left { v } else { -v };
        if sum == f64::NEG_INFINITY { NOWHERE * (2.0 - slope / FARTHEST) } else { sum }
    };
    let term = |v: f64| {
        let (log, tail) = value(v);
        libm::exp(log) * tail
    };
    let Peak { at: middle, height } = peak::highest(log, -FARTHEST, FARTHEST, 60);
    if height <= NOWHERE {
        return Ok(0.0);
    }
    let mut step = 1.0;
    while step > 1e-9 && log(middle + step).min(log(middle - step)) < height - 2.0 {
        step *= 0.5;
    }
    let mut sum = term(middle) + walk(term, middle, step, step) + walk(term, middle, -step, -step);
    let mut before = sum * step;
    for _ in 0..12 {
        let half = 0.5 * step;
        sum += walk(term, middle, half, step) + walk(term, middle, -half, -step);
        step = half;
        let now = sum * step;
        if (now - before).abs() <= 1e-13 * now {
            return Ok(now.min(1.0));
        }
        before = now;
    }
    Err(NotConverged)
}

/// The sum of the terms from `middle + first` on, in steps, until they no longer count.
fn walk(term: impl Fn(f64) -> f64, middle: f64, first: f64, step: f64) -> f64 {
    let mut sum = 0.0;
    let mut v = middle + first;
    while v.abs() <= FARTHEST {
        let next = term(v);
        sum += next;
        if next.is_nan() || next <= 1e-20 * sum {
            break;
        }
        v += step;
    }
    sum
}
