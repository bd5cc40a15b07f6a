//! What the data leave open when part of them is missing: bounds that no assumption about the missing part can break.
//!
//! Not an interval of chance: more rows of the same kind make it no shorter. Every end is reached by some completion of
//! the data, so that no shorter interval would be safe. Source: Manski 1989, 2003.

pub mod absent;
pub mod membership;

use crate::inference::limits::Limits;

/// The least and the greatest share when some rows may join the hits or stay out, and some the misses or stay out.
///
/// `hits / (hits + misses + more_misses)` to `(hits + more_hits) / (hits + more_hits + misses)`: a row that joins the
/// hits never lowers the share, one that joins the misses never raises it. Completions without any row have no share;
/// none when there is no other.
fn joining(hits: u64, misses: u64, more_hits: u64, more_misses: u64) -> Option<Limits> {
    let share = |hits: u64, misses: u64| {
        let of = hits as f64 + misses as f64;
        (of > 0.0).then(|| hits as f64 / of)
    };
    // Where only rows that may join could make up the share, one of them has to.
    let low = share(hits, misses.saturating_add(more_misses)).or((more_hits > 0).then_some(1.0))?;
    let high = share(hits.saturating_add(more_hits), misses).or((more_misses > 0).then_some(0.0))?;
    Some(Limits { low, high })
}

/// The bounds of a difference of two groups whose missing parts have nothing to do with each other.
///
/// One group's lowest against the other's highest, and the reverse.
pub fn difference(focal: Limits, reference: Limits) -> Limits {
    Limits { low: focal.low - reference.high, high: focal.high - reference.low }
}

/// The bounds of a ratio of two groups whose missing parts have nothing to do with each other.
///
/// Where both rates are 0 there is no ratio; the bounds are those of the completions that have one, none when none has.
/// High is +inf where the reference rate may be 0.
pub fn ratio(focal: Limits, reference: Limits) -> Option<Limits> {
    if focal.high <= 0.0 && reference.high <= 0.0 {
        return None;
    }
    let low = if reference.high <= 0.0 { f64::INFINITY } else { focal.low / reference.high };
    let high = if focal.high <= 0.0 { 0.0 } else { focal.high / reference.low };
    Some(Limits { low, high })
}
