//! Limits by the likelihood: how far a coefficient can be moved before the labels become too unlikely.

use crate::inference::limits::Limits;

/// A profile limit is found when the last step was this small a part of its distance from the estimate: what is left
/// shrinks with its square.
const SETTLED: f64 = 1e-6;

/// The values around `best` whose likelihood-ratio statistic is at most z squared; `drop` gives the statistic and the
/// derivative of the log-likelihood.
pub(super) fn profile(best: f64, standard_error: f64, z: f64, drop: impl Fn(f64) -> (f64, f64)) -> Limits {
    if z.is_nan() || z <= 0.0 {
        return Limits { low: best, high: best };
    }
    let reach = |direction: f64| {
        // The root of the statistic is nearly linear, and its derivative is known: a cubic through two places settles in
        // a few steps, each a pass or two over all atoms. The ends hold the limit between them; halving is for a
        // statistic that is anything but a parabola.
        let mut last = Place { root: 0.0, at: 0.0, rise: standard_error };
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let (mut at, mut before) = (z * standard_error, f64::INFINITY);
        for _ in 0..100 {
            let (statistic, derivative) = drop(best + direction * at);
            let root = statistic.max(0.0).sqrt();
            let here = Place { root, at, rise: -direction * root / derivative };
            if root <= z {
                low = at;
            } else {
                high = at;
            }
            let next = here.through(last, z);
            let step = (next - at).abs();
            if step <= SETTLED * at {
                return next;
            }
            last = here;
            // A step that does not shrink, or that leaves the ends, is no step.
            let usable = next > low && next < high && step <= 0.5 * before;
            before = step;
            at = match (usable, high.is_finite()) {
                (true, _) => next,
                (false, true) => 0.5 * (low + high),
                (false, false) => 2.0 * at,
            };
        }
        at
    };
    Limits { low: best - reach(-1.0), high: best + reach(1.0) }
}

/// A distance from the estimate with the root of the statistic there and how the distance rises with the root.
#[derive(Clone, Copy)]
struct Place {
    root: f64,
    at: f64,
    rise: f64,
}

impl Place {
    /// The distance at which the root is `z` on the cubic through this place and another.
    fn through(self, other: Place, z: f64) -> f64 {
        let width = other.root - self.root;
        let t = (z - self.root) / width;
        let chord = (other.at - self.at) / width;
        let bend = 3.0 * chord - 2.0 * self.rise - other.rise;
        let twist = self.rise + other.rise - 2.0 * chord;
        self.at + (z - self.root) * (self.rise + t * (bend + t * twist))
    }
}
