//! The share of cases that are still open after each duration.

use crate::inference::limits::Limits;
use crate::inference::measured::span::Span;
use crate::inference::measured::undefined::Undefined;

/// Cases of one duration, or of durations of one bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Of all of them.
    pub duration: Span,
    /// Cases that ended after it.
    pub ended: u64,
    /// Cases that were still open when last seen.
    pub open: u64,
}

/// A step of the curve: a duration after which cases ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The duration; of a bin its mean, between `low` and `high`.
    pub time: f64,
    pub low: f64,
    pub high: f64,
    pub at_risk: u64,
    pub ended: u64,
    /// The share still open from here on, up to the next step.
    pub open: f64,
    /// Greenwood's sum `sum d / (n (n - d))` up to here; infinite when nobody is left.
    pub spread: f64,
    /// The lowest share possible where durations are kept in bins: had all open cases of a bin been left before any ended.
    pub least_open: f64,
}

/// The share of cases that are still open after each duration.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub steps: Vec<Step>,
    pub cases: u64,
    pub ended: u64,
    /// The longest duration seen, ended or not.
    pub longest: f64,
}

/// The share of cases still open after each duration, open cases counted as long as they were seen.
///
/// `S(t) = product of (n - d) / n` over durations up to t after which d of the n cases ended that had lasted as long; cases
/// that were last seen open at a duration count as having lasted it. Undefined without cases, with a duration below 0 and
/// where the counts do not agree. Source: Kaplan and Meier 1958.
pub fn curve(seen: &[Seen]) -> Result<Curve, Undefined> {
    let filled: Vec<&Seen> = seen.iter().filter(|s| s.ended > 0 || s.open > 0).collect();
    let Some(last) = filled.last() else { return Err(Undefined::NoRows) };
    if filled.iter().any(|s| s.duration.low < 0.0) {
        return Err(Undefined::Negative);
    }
    let of = |s: &Seen| s.ended.saturating_add(s.open);
    if filled.iter().any(|s| s.duration.rows != of(s)) {
        return Err(Undefined::Inconsistent);
    }
    let cases = filled.iter().fold(0_u64, |n, s| n.saturating_add(of(s)));
    let (mut at_risk, mut open, mut least_open, mut spread) = (cases, 1.0, 1.0, 0.0);
    let mut steps = Vec::new();
    for s in &filled {
        if s.ended > 0 {
            let (n, d) = (at_risk as f64, s.ended as f64);
            let left = at_risk - s.ended;
            open *= left as f64 / n;
            // In a bin some of the open cases may have been left before any ended.
            let certain = if s.duration.is_value() { at_risk } else { at_risk - s.open };
            least_open *= (certain - s.ended) as f64 / certain as f64;
            spread += if left > 0 { d / (n * left as f64) } else { f64::INFINITY };
            let (time, low, high) = (s.duration.mean(), s.duration.low, s.duration.high);
            steps.push(Step { time, low, high, at_risk, ended: s.ended, open, spread, least_open });
        }
        at_risk -= of(s);
    }
    let ended = filled.iter().fold(0_u64, |n, s| n.saturating_add(s.ended));
    Ok(Curve { steps, cases, ended, longest: last.duration.mean() })
}

impl Step {
    /// The limits of the share still open, on the scale `ln(-ln S)`, which stays inside (0, 1); where the share is 0 nobody is
    /// left, and the upper limit is not known: 1. Sources: Greenwood 1926; Kalbfleisch and Prentice 1980.
    pub fn limits(&self, z: f64) -> Limits {
        if self.open <= 0.0 {
            return Limits { low: 0.0, high: 1.0 };
        }
        if z.is_nan() || z <= 0.0 {
            return Limits { low: self.open, high: self.open };
        }
        let log = libm::log(self.open);
        let stretch = libm::exp(z * self.spread.sqrt() / -log);
        Limits { low: libm::exp(log * stretch), high: libm::exp(log / stretch) }.around(self.open)
    }
}
