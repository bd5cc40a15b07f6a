//! Rates of groups when some rows may not be looked at at all: neither their decision is known, nor, maybe, their group.

use super::joining;
use crate::inference::limits::Limits;
use crate::inference::trials::Trials;

/// The least and the greatest share when each of some rows of the group may be a hit or a miss.
///
/// `hits / (of + absent)` to `(hits + absent) / (of + absent)`. None without any row. Source: Manski 1989.
pub fn rate(known: Trials, absent: u64) -> Option<Limits> {
    let hits = known.hits.min(known.of);
    joining(hits, known.of - hits, absent, absent)
}

/// The least and the greatest difference of the focal to the reference rate when each of some rows may belong to either
/// group, or to none, and be a hit or a miss.
///
/// The focal rate is highest against the reference with every row put where it helps: `a` hits to the focal group and the
/// others as misses to the reference. The gain of a row more on one side shrinks with every row, so the best `a` is found
/// by bisection. None where a group has no row of its own.
pub fn difference_anywhere(focal: Trials, reference: Trials, absent: u64) -> Option<Limits> {
    let (focal, reference) = (whole(focal)?, whole(reference)?);
    let value = |first: Trials, second: Trials| {
        let a = split(absent, |a| raises_difference(first, second, absent, a));
        let (first, second) = with(first, second, absent, a);
        first.hits as f64 / first.of as f64 - second.hits as f64 / second.of as f64
    };
    Some(Limits { low: -value(reference, focal), high: value(focal, reference) })
}

/// The least and the greatest ratio of the focal to the reference rate, in the same way.
///
/// +inf where the reference rate may be 0. None where a group has no row of its own, or where no way leaves a ratio.
pub fn ratio_anywhere(focal: Trials, reference: Trials, absent: u64) -> Option<Limits> {
    let (focal, reference) = (whole(focal)?, whole(reference)?);
    // The greatest ratio of the first to the second.
    let greatest = |first: Trials, second: Trials| {
        if second.hits == 0 {
            return (first.hits > 0 || absent > 0).then_some(f64::INFINITY);
        }
        let a = split(absent, |a| raises_ratio(first, second, absent, a));
        let (first, second) = with(first, second, absent, a);
        Some((first.hits as f64 * second.of as f64) / (second.hits as f64 * first.of as f64))
    };
    // Without a way that leaves one there is no way for either end.
    let (least, high) = (greatest(reference, focal)?, greatest(focal, reference)?);
    Some(Limits { low: if least == 0.0 { f64::INFINITY } else { 1.0 / least }, high })
}

/// Counts that hang together, with at least one row.
fn whole(trials: Trials) -> Option<Trials> {
    (trials.of > 0).then(|| Trials { hits: trials.hits.min(trials.of), of: trials.of })
}

/// `a` of the rows as hits in the first group, the others as misses in the second.
fn with(first: Trials, second: Trials, absent: u64, a: u64) -> (Trials, Trials) {
    (Trials { hits: first.hits + a, of: first.of + a }, Trials { hits: second.hits, of: second.of + (absent - a) })
}

/// The first number of rows at which one more does not help.
fn split(absent: u64, helps: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, absent);
    while low < high {
        let middle = low + (high - low) / 2;
        if helps(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Whether a row more in the first group, and one less in the second, makes the ratio greater: exact below 10^12 rows.
fn raises_ratio(first: Trials, second: Trials, absent: u64, a: u64) -> bool {
    let (hits, of, other) =
        (u128::from(first.hits + a), u128::from(first.of + a), u128::from(second.of + (absent - a)));
    (hits + 1) * of * (other - 1) > hits * (of + 1) * other
}

/// The same of the difference: `d / (n (n + 1)) > h / (m (m - 1))`.
fn raises_difference(first: Trials, second: Trials, absent: u64, a: u64) -> bool {
    let (of, other) = (u128::from(first.of + a), u128::from(second.of + (absent - a)));
    let (misses, hits) = (u128::from(first.of - first.hits), u128::from(second.hits));
    misses * other * (other - 1) > hits * of * (of + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to share out the rows: hits and misses to the focal group, to the reference, to nobody.
    fn by_hand(focal: Trials, reference: Trials, absent: u64) -> (Limits, Option<Limits>) {
        let mut difference = Limits { low: f64::INFINITY, high: f64::NEG_INFINITY };
        let mut ratio: Option<Limits> = None;
        for a in 0..=absent {
            for b in 0..=absent - a {
                for c in 0..=absent - a - b {
                    for d in 0..=absent - a - b - c {
                        let f = (focal.hits + a) as f64 / (focal.of + a + b) as f64;
                        let r = (reference.hits + c) as f64 / (reference.of + c + d) as f64;
                        difference = difference.around(f - r);
                        if f > 0.0 || r > 0.0 {
                            let one = f / r;
                            ratio = Some(ratio.map_or(Limits { low: one, high: one }, |known| known.around(one)));
                        }
                    }
                }
            }
        }
        (difference, ratio)
    }

    #[test]
    fn no_way_to_share_out_the_rows_is_outside_and_the_ends_are_reached() {
        let near = |a: f64, b: f64| a == b || (a - b).abs() < 1e-12;
        for (h1, n1, h0, n0) in
            [(2, 5, 3, 4), (0, 3, 2, 6), (1, 1, 0, 4), (0, 2, 0, 3), (4, 4, 3, 3), (3, 9, 1, 2), (0, 1, 5, 5)]
        {
            let (focal, reference) = (Trials { hits: h1, of: n1 }, Trials { hits: h0, of: n0 });
            for absent in 0..6 {
                let (difference, ratio) = by_hand(focal, reference, absent);
                let found = difference_anywhere(focal, reference, absent).expect("both have rows");
                assert!(
                    near(found.low, difference.low) && near(found.high, difference.high),
                    "{focal:?} {reference:?} {absent}"
                );
                let found = ratio_anywhere(focal, reference, absent);
                let same = match (found, ratio) {
                    (Some(a), Some(b)) => near(a.low, b.low) && near(a.high, b.high),
                    (a, b) => a.is_none() && b.is_none(),
                };
                assert!(same, "{focal:?} {reference:?} {absent}: {found:?} {ratio:?}");
            }
        }
    }

    #[test]
    fn a_share_lies_between_all_misses_and_all_hits() {
        let known = Trials { hits: 401, of: 654 };
        let bounds = rate(known, 346).expect("rows");
        assert!((bounds.low - 0.401).abs() < 1e-12 && (bounds.high - 0.747).abs() < 1e-12, "{bounds:?}");
        assert_eq!(rate(Trials { hits: 0, of: 0 }, 0), None);
    }
}
