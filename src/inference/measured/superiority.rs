//! Does a random member of one group have more than a random member of another?

use crate::inference::limits::Limits;
use crate::inference::measured::mean::{reach, satterthwaite};
use crate::inference::measured::span::{self, Both, Span, beside};
use crate::inference::measured::undefined::Undefined;
use crate::inference::measured::welch::Test;
use crate::inference::scores::auc::{self, Auc};
use crate::inference::scores::sum::sum;

/// Below this many rows in either group, or at 0 and 1, the limits on the logit scale are too short.
const FEW: u64 = 10;

/// The probability that a random member of the focal group has more than one of the reference, ties counted as one half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Superiority {
    pub value: f64,
    /// The lowest and the highest value possible where values are kept in bins; the value itself where they are not.
    pub bounds: Limits,
    pub focal: u64,
    pub reference: u64,
    /// The parts of the variance that come from the focal group and from the reference, each with its degrees of freedom;
    /// None with fewer than two rows in a group.
    parts: Option<[(f64, f64); 2]>,
}

impl Superiority {
    /// Cliff's delta: the probability of having more less the probability of having less. Source: Cliff 1993.
    pub fn cliff_delta(self) -> f64 {
        2.0 * self.value - 1.0
    }

    /// The variance of the probability; None with fewer than two rows in a group.
    pub fn variance(self) -> Option<f64> {
        self.parts.map(|[a, b]| a.0 + b.0)
    }
}

/// How often a random member of the focal group has more than a random member of the reference: `P(X > Y) + P(X = Y)/2`.
///
/// One half means that neither tends to have more. An exact quotient of whole numbers up to 2^126 pairs; it needs no
/// scale, only an order, and so serves answers as well as amounts. Variance by placements: `var(F0(X))/n1 + var(F1(Y))/n0`
/// with ties halved. Undefined without rows in either group. Source: Brunner and Munzel 2000.
pub fn superiority(focal: &[Span], reference: &[Span]) -> Result<Superiority, Undefined> {
    let both = beside(focal, reference)?;
    let [first, second] = span::sizes(&both)?;
    let (n1, n0) = (i128::from(first), i128::from(second));
    // Twice the rows below a place, those at it counted once: whole numbers.
    let mut places: Vec<(&Both, i128, i128)> = Vec::with_capacity(both.len());
    let (mut wins, mut open) = (0_i128, 0_i128);
    let (mut a, mut b) = (0_i128, 0_i128);
    for at in &both {
        let (x, y) = (i128::from(at.first), i128::from(at.second));
        places.push((at, a + x, b + y));
        wins = wins.saturating_add(x.saturating_mul(b + y));
        if at.high > at.low {
            open = open.saturating_add(x.saturating_mul(y));
        }
        (a, b) = (a + 2 * x, b + 2 * y);
    }
    let pairs = 2.0 * first as f64 * second as f64;
    let parts = (first > 1 && second > 1).then(|| {
        let focal = places.iter().map(|(at, _, below)| {
            let far = below.saturating_mul(n1).saturating_sub(wins) as f64 / pairs;
            at.first as f64 * (far * far)
        });
        let reference = places.iter().map(|(at, below, _)| {
            let far = (2 * n1 - below).saturating_mul(n0).saturating_sub(wins) as f64 / pairs;
            at.second as f64 * (far * far)
        });
        let (f1, f0) = (first as f64 - 1.0, second as f64 - 1.0);
        [(sum(focal) / f1 / first as f64, f1), (sum(reference) / f0 / second as f64, f0)]
    });
    let at = |wins: i128| (wins as f64 / pairs).clamp(0.0, 1.0);
    let bounds = Limits { low: at(wins.saturating_sub(open)), high: at(wins.saturating_add(open)) };
    Ok(Superiority { value: at(wins), bounds, focal: first, reference: second, parts })
}

/// The limits of the probability of having more, at critical value `z`.
///
/// `logit(P) +- t sqrt(V) / (P (1 - P))` with Satterthwaite's degrees of freedom, which stays inside (0, 1); with fewer
/// than 10 rows in a group, at 0 or 1, and where V is 0, Newcombe's method 5 (see [`auc::limits`]). Exchanging the groups
/// mirrors the limits. Sources: Brunner and Munzel 2000; Newcombe 2006.
pub fn limits(of: Superiority, z: f64) -> Limits {
    let p = of.value;
    let usual = of.parts.filter(|[a, b]| a.0 + b.0 > 0.0 && p > 0.0 && p < 1.0 && of.focal.min(of.reference) >= FEW);
    let Some(parts) = usual else {
        let few = Auc { value: p, variance: None, negatives: of.reference, positives: of.focal };
        return auc::limits(few, z);
    };
    let error = (parts[0].0 + parts[1].0).sqrt();
    let odds = p / (1.0 - p);
    let stretch = libm::exp(reach(z, satterthwaite(parts), error / (p * (1.0 - p))));
    Limits { low: odds / (odds + stretch), high: 1.0 / (1.0 + 1.0 / (odds * stretch)) }.around(p)
}

/// The test that neither group tends to have more, whatever their spreads: t of `P - 1/2`.
///
/// Undefined with fewer than two rows in a group and where the variance is 0, which happens when the groups do not overlap
/// or all values are one. Source: Brunner and Munzel 2000.
pub fn brunner_munzel(of: Superiority) -> Result<Test, Undefined> {
    let parts = of.parts.ok_or(Undefined::TooFew { rows: of.focal.min(of.reference), needed: 2 })?;
    let variance = parts[0].0 + parts[1].0;
    if variance <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    Ok(Test::new((of.value - 0.5) / variance.sqrt(), satterthwaite(parts)))
}
