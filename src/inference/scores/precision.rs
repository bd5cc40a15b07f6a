//! Average precision: how pure the top of the ranking is.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, totals};
use crate::inference::scores::sum::{Sum, sum};

/// Below this information the logit interval says nothing.
const FEW: f64 = 4.0;

/// So many terms are added one by one; the rest of a bin in closed form.
const ONE_BY_ONE: u64 = 64;

/// The precision at every distinct threshold, weighted by the positives that the threshold adds.
///
/// `sum (R_k - R_(k-1)) P_k` from the highest score down, without interpolation. None without a positive row; 1 without
/// a negative one. Source: scikit-learn, `average_precision_score`.
pub fn average_precision(atoms: &[Atom]) -> Option<f64> {
    let parts = atoms.iter().rev().scan((0_u64, 0_u64), |(hits, all), a| {
        *hits = hits.saturating_add(a.positives);
        *all = all.saturating_add(a.rows());
        Some(if a.positives == 0 { 0.0 } else { a.positives as f64 * (*hits as f64 / *all as f64) })
    });
    of_positives(atoms, sum(parts))
}

/// The limits of an average precision of so many positive rows, at critical value `z`.
///
/// `logit(AP) +- z / sqrt(n1 AP (1 - AP))`; where `n1 AP (1 - AP)` is below 4, as it is at 0 and 1, every t with
/// `|AP - t| <= z sqrt(t (1 - t) / n1)` instead, which the logit would stretch to all of [0, 1]. From 0 to 1 without
/// positive rows. Source: Boyd, Eng and Page 2013.
pub fn limits(ap: f64, positives: u64, z: f64) -> Limits {
    if z.is_nan() || z <= 0.0 {
        return Limits { low: ap, high: ap };
    }
    let n = positives as f64;
    let information = n * (ap * (1.0 - ap));
    if information >= FEW {
        let odds = ap / (1.0 - ap);
        let stretch = libm::exp(z / information.sqrt());
        return Limits { low: odds / (odds + stretch), high: 1.0 / (1.0 + 1.0 / (odds * stretch)) }.around(ap);
    }
    // Wilson's limits of a share that need not be a quotient of whole numbers; the lower root without cancellation.
    let spread = z * (information + 0.25 * z * z).sqrt();
    let upper = |share: f64| ((n * share + 0.5 * z * z + spread) / (n + z * z)).min(1.0);
    Limits { low: 1.0 - upper(1.0 - ap), high: upper(ap) }.around(ap)
}

/// The lowest and the highest average precision possible when each atom stands for a bin of unknown scores.
///
/// Lowest: inside a bin every negative scores above every positive, and the positives differ. Highest: the positives
/// share the highest score, so that all have the precision of the last. None without a positive row.
pub fn bounds(atoms: &[Atom]) -> Option<Limits> {
    let (mut low, mut high) = (Sum::default(), Sum::default());
    let (mut hits, mut misses) = (0_u64, 0_u64);
    for a in atoms.iter().rev() {
        let reached = hits.saturating_add(a.positives);
        if a.positives > 0 {
            high.add(a.positives as f64 * (reached as f64 / (reached as f64 + misses as f64)));
        }
        misses = misses.saturating_add(a.negatives);
        low.add(one_by_one(hits, a.positives, misses));
        hits = reached;
    }
    Some(Limits { low: of_positives(atoms, low.value())?, high: of_positives(atoms, high.value())? })
}

fn of_positives(atoms: &[Atom], total: f64) -> Option<f64> {
    let positives = totals(atoms).positives;
    (positives > 0).then(|| (total / positives as f64).clamp(0.0, 1.0))
}

/// `sum (hits + i) / (hits + i + misses)` for i from 1 to `more`, or a little less.
fn one_by_one(hits: u64, more: u64, misses: u64) -> f64 {
    if misses == 0 {
        return more as f64;
    }
    let few = more.min(ONE_BY_ONE);
    let (hits, misses) = (hits as f64, misses as f64);
    let mut total = Sum::default();
    for i in 1..=few {
        let reached = hits + i as f64;
        total.add(reached / (reached + misses));
    }
    // The sum of 1/(c + i) is at most the integral from c + 1/2 on, because 1/x is convex.
    let rest = (more - few) as f64;
    let passed = hits + misses + few as f64 + 0.5;
    total.value() + (rest - misses * libm::log1p(rest / passed)).max(0.0)
}
