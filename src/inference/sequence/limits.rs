//! Limits of a ratio, a difference and a share that hold at every look.

use crate::inference::limits::Limits;
use crate::inference::measure::Measure;
use crate::inference::peak;
use crate::inference::root;
use crate::inference::sequence::Period;
use crate::inference::sequence::hypothesis::{Hypothesis, Relation};
use crate::inference::sequence::mixture;
use crate::inference::sequence::process::Process;
use crate::inference::trials::Trials;

/// Beyond these log-odds a share is no number any more.
const FARTHEST_SHARE: f64 = 700.0;

/// The logarithm of a ratio that no counts of 64 bits can tell from infinity.
const FARTHEST_RATIO: f64 = 200.0;

/// How far from the estimate ratios are asked about, in logarithms, and the widest step of the grid up to there.
const FARTHEST_ASKED: f64 = 3.0;
const COARSEST: f64 = 0.02;

/// The limits of the ratio or the difference of two rates that hold at every look: the ends of all values whose
/// [`Process`] is not refuted, `E < 1/alpha`.
///
/// The whole range before the first bet. Values are tried on a grid about the estimate of all periods, a quarter of its
/// standard error apart and farther outside ten of them; peaks between them and the outermost crossings are refined.
/// Where periods contradict each other wildly, a stretch of values apart from the others can still be missed. None when
/// every value is refuted: no one ratio (or difference) held in all periods. None also for an alpha not between 0 and 1.
pub fn between(measure: Measure, periods: &[Period], alpha: f64) -> Option<Limits> {
    unrefuted(measure, periods, alpha, &[Relation::Exactly])
}

/// The limits of the ratio or the difference of two rates that hold at every look, each side with an error of its own:
/// the ends of all values of which neither "at least" nor "at most" is refuted, `E < 1/side`.
///
/// They go with [`Band`](super::band::Band): a bound that its bets refute at this error is not inside. Both sides together
/// err in at most twice `side`. Otherwise as [`between`].
pub fn each_side(measure: Measure, periods: &[Period], side: f64) -> Option<Limits> {
    unrefuted(measure, periods, side, &[Relation::AtLeast, Relation::AtMost])
}

/// The ends of all values that no relation to them refutes.
fn unrefuted(measure: Measure, periods: &[Period], alpha: f64, relations: &[Relation]) -> Option<Limits> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let bar = -libm::log(alpha);
    let scale = Scale::about(measure, periods);
    // How far a value is from being refuted; positive inside the limits.
    let room = |place: f64| {
        let log_e = |relation: &Relation| {
            let hypothesis = Hypothesis::new(measure, *relation, scale.value(place));
            hypothesis.map_or(f64::INFINITY, |h| Process::over(h, periods).evidence().log_e())
        };
        bar - relations.iter().map(log_e).fold(f64::NEG_INFINITY, f64::max)
    };
    let places = with_peaks(room, &scale.places());
    let open = |i: &usize| places[*i].1 > 0.0;
    let last = places.len() - 1;
    let (first, end) = ((0..=last).find(open)?, (0..=last).rfind(open)?);
    let place = |i: usize| places[i].0;
    let low = if first == 0 { scale.bottom() } else { scale.value(falls_to(room, place(first), place(first - 1))) };
    let high = if end == last { scale.top() } else { scale.value(falls_to(room, place(end), place(end + 1))) };
    Some(Limits { low, high })
}

/// A function on a grid, and at its peaks between the places of the grid where these are negative.
///
/// Values that are not refuted may be closer together than the grid, or lie apart from the others where periods
/// contradict each other.
fn with_peaks(f: impl Fn(f64) -> f64, grid: &[f64]) -> Vec<(f64, f64)> {
    let values: Vec<f64> = grid.iter().map(|&place| f(place)).collect();
    let mut places = Vec::with_capacity(grid.len());
    for i in 0..grid.len() {
        places.push((grid[i], values[i]));
        let inner = i > 0 && i + 1 < grid.len() && values[i] <= 0.0;
        if inner && values[i] >= values[i - 1] && values[i] >= values[i + 1] {
            let top = peak::highest(&f, grid[i - 1], grid[i + 1], 40);
            if top.height > 0.0 {
                places.push((top.at, top.height));
            }
        }
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places
}

/// The limits of one share that hold at every look.
///
/// All p with `B(x + 1/2, n - x + 1/2) / B(1/2, 1/2) < p^x (1-p)^{n-x} / alpha`; 0 without hits and 1 without misses.
/// Supposes that the share never changed. None without trials or for an alpha not between 0 and 1. Source: Robbins
/// 1970.
pub fn share(t: Trials, alpha: f64) -> Option<Limits> {
    if t.of == 0 || !(alpha > 0.0 && alpha < 1.0) {
        return None;
    }
    let hits = t.hits.min(t.of);
    let misses = t.of - hits;
    let bar = -libm::log(alpha);
    let lower = |hits: u64| {
        let t = Trials { hits, of: t.of };
        let room = |u: f64| bar - mixture::log_ratio(t, logistic(u), logistic(-u));
        let observed = libm::log(hits as f64 / (t.of - hits) as f64).min(FARTHEST_SHARE);
        if hits == 0 { 0.0 } else { logistic(falls_to(room, observed, -FARTHEST_SHARE)) }
    };
    Some(Limits { low: lower(hits), high: 1.0 - lower(misses) }.around(hits as f64 / t.of as f64))
}

fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-u))
}

/// Where a function that is positive at `inside` and negative at `outside`, on either side of it, crosses 0.
fn falls_to(f: impl Fn(f64) -> f64, inside: f64, outside: f64) -> f64 {
    let sign = if outside >= inside { 1.0 } else { -1.0 };
    sign * root::falling(|t| f(sign * t), sign * inside, sign * outside)
}

/// Places about the estimate: logarithms of a ratio, or differences.
struct Scale {
    measure: Measure,
    centre: f64,
    step: f64,
}

impl Scale {
    fn about(measure: Measure, periods: &[Period]) -> Scale {
        let sum = |of: fn(&Period) -> Trials| {
            periods.iter().map(of).fold((0.5, 0.5), |(hits, misses), t| {
                let x = t.hits.min(t.of);
                (hits + x as f64, misses + (t.of - x) as f64)
            })
        };
        let ((x1, f1), (x0, f0)) = (sum(|p| p.focal), sum(|p| p.reference));
        let (n1, n0) = (x1 + f1, x0 + f0);
        let (centre, variance) = match measure {
            Measure::Ratio => (libm::log(x1 / n1 / (x0 / n0)), f1 / (x1 * n1) + f0 / (x0 * n0)),
            Measure::Difference => (x1 / n1 - x0 / n0, x1 / n1 * (f1 / n1) / n1 + x0 / n0 * (f0 / n0) / n0),
        };
        Scale { measure, centre, step: 0.25 * variance.sqrt() }
    }

    /// The last place that is a value.
    fn reach(&self) -> f64 {
        match self.measure {
            Measure::Ratio => FARTHEST_RATIO,
            Measure::Difference => 1.0 - 1e-12,
        }
    }

    /// The grid, rising: even for ten standard errors on either side, then each step larger by a tenth.
    fn places(&self) -> Vec<f64> {
        let side = |sign: f64| {
            let mut places = Vec::new();
            let (mut at, mut step) = (0.0, self.step);
            while (self.centre + sign * at).abs() < self.reach() {
                places.push(self.centre + sign * at);
                at += step;
                // Beyond any ratio that is asked about there is nothing to miss.
                let near = self.measure == Measure::Difference || at < FARTHEST_ASKED;
                if places.len() > 40 && !(near && step > COARSEST) {
                    step *= 1.1;
                }
            }
            places.push(sign * self.reach());
            places
        };
        let mut places = side(-1.0);
        places.reverse();
        places.extend(side(1.0).into_iter().skip(1));
        places
    }

    fn value(&self, place: f64) -> f64 {
        match self.measure {
            Measure::Ratio => libm::exp(place),
            Measure::Difference => place,
        }
    }

    fn bottom(&self) -> f64 {
        if self.measure == Measure::Ratio { 0.0 } else { -1.0 }
    }

    fn top(&self) -> f64 {
        if self.measure == Measure::Ratio { f64::INFINITY } else { 1.0 }
    }
}
