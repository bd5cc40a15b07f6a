//! Rates of groups when nobody knows to which group some rows belong.
//!
//! The outcome of those rows is known. Each may belong to the focal group, to the reference group, or to neither, and
//! never to both.

use super::joining;
use crate::inference::limits::Limits;
use crate::inference::trials::Trials;
use crate::inference::two_by_two::cross_difference;

/// The least and the greatest rate of one group when any of the `missing` rows may belong to it.
///
/// Least when all missing misses do and no hit, greatest when all hits do and no miss. None when there is no row at
/// all.
pub fn rate(group: Trials, missing: Trials) -> Option<Limits> {
    let (hits, more) = (group.hits.min(group.of), missing.hits.min(missing.of));
    joining(hits, group.of - hits, more, missing.of - more)
}

/// The least and the greatest difference of the focal to the reference rate over all ways to share out the missing
/// rows.
///
/// A missing hit raises the rate of the group it joins and a missing miss lowers it. So the focal rate is highest with
/// every missing hit and no miss, the reference rate lowest with every miss and no hit: the two do not want the same
/// rows, and both extremes are reached at once, with no row left over. The bounds are therefore the same whether a
/// missing row may belong to a third group or not. Only a group without a row of its own may have to take one that it
/// would rather not, so that it has a rate. None when there are not enough rows for two groups.
pub fn difference(focal: Trials, reference: Trials, missing: Trials) -> Option<Limits> {
    let value = |f: Trials, r: Trials| Some(cross_difference(f, r) / (f.of as f64 * r.of as f64));
    bounds(focal, reference, missing, value)
}

/// The least and the greatest ratio of the focal to the reference rate over all ways to share out the missing rows.
///
/// The same two extremes as of [`difference`]. +inf where the reference rate may be 0; ways that leave both rates 0
/// have no ratio and do not count, and where there is no other the result is none.
pub fn ratio(focal: Trials, reference: Trials, missing: Trials) -> Option<Limits> {
    let value = |f: Trials, r: Trials| {
        (f.hits > 0 || r.hits > 0).then(|| (f.hits as f64 * r.of as f64) / (r.hits as f64 * f.of as f64))
    };
    bounds(focal, reference, missing, value)
}

fn bounds(
    focal: Trials,
    reference: Trials,
    missing: Trials,
    value: impl Fn(Trials, Trials) -> Option<f64>,
) -> Option<Limits> {
    let highest = extremes(focal, reference, missing).into_iter().flatten().filter_map(|(f, r)| value(f, r));
    let lowest = extremes(reference, focal, missing).into_iter().flatten().filter_map(|(r, f)| value(f, r));
    Some(Limits { low: lowest.min_by(f64::total_cmp)?, high: highest.max_by(f64::total_cmp)? })
}

/// The ways to share out the missing rows, one of which puts the first group furthest above the second: all hits to the
/// first and all misses to the second, or one row the other way where a group would be empty otherwise.
fn extremes(first: Trials, second: Trials, missing: Trials) -> [Option<(Trials, Trials)>; 3] {
    let hits = missing.hits.min(missing.of);
    let misses = missing.of - hits;
    let with = |t: Trials, hits: u64, misses: u64| {
        let own = t.hits.min(t.of);
        let of = t.of.saturating_add(hits).saturating_add(misses);
        (of > 0).then(|| Trials { hits: own.saturating_add(hits), of })
    };
    [(0, 0), (0, 1), (1, 0)].map(|(lost_hits, lost_misses)| {
        let (kept_hits, kept_misses) = (hits.checked_sub(lost_hits)?, misses.checked_sub(lost_misses)?);
        Some((with(first, kept_hits, lost_misses)?, with(second, lost_hits, kept_misses)?))
    })
}
