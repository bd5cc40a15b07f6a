//! The cumulative calibration test: does the running sum of label minus score stray further than chance would take it?

use crate::inference::brownian;
use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, Span, expected_variance, totals};
use crate::inference::scores::sum::{Sum, sum};

/// The cumulative miscalibration of a group and its p-values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cumulative {
    /// Maximum less minimum of the path: the largest sum of gaps over any stretch of scores, per row of the group.
    pub range: f64,
    /// The largest distance of the path from 0.
    pub farthest: f64,
    /// The standard deviation of the end of the path if every score is right.
    pub sigma: f64,
    /// Kuiper: the probability that chance gives the path this range.
    pub p_range: f64,
    /// Kolmogorov-Smirnov: the probability that chance takes the path this far.
    pub p_farthest: f64,
}

/// The test that every score is the probability it claims to be.
///
/// The path is `C(s) = sum over rows at or below s of (y - s) / n`, from 0, read after each distinct score, so that the
/// order of tied rows cannot matter; `sigma = sqrt(sum s (1 - s)) / n`; the p-values are those of a Brownian motion's
/// range and largest distance. Where sigma is 0 (all scores 0 or 1): p = 1 if no row contradicts, else 0. None without
/// rows. Source: Arrieta-Ibarra, Gujral, Tannen, Tygert and Xu 2022.
pub fn cumulative(atoms: &[Atom]) -> Option<Cumulative> {
    let rows = totals(atoms).rows();
    if rows == 0 {
        return None;
    }
    let n = rows as f64;
    let (mut path, mut low, mut high) = (Sum::default(), 0.0_f64, 0.0_f64);
    for a in atoms {
        path.add(a.positives as f64 * (1.0 - a.score));
        path.add(-(a.negatives as f64 * a.score));
        low = low.min(path.value());
        high = high.max(path.value());
    }
    let spread = expected_variance(atoms).max(0.0).sqrt();
    Some(Cumulative {
        range: (high - low) / n,
        farthest: high.max(-low) / n,
        sigma: spread / n,
        p_range: tail(high - low, spread, brownian::range_sf),
        p_farthest: tail(high.max(-low), spread, brownian::absmax_sf),
    })
}

/// What the cumulative test could be when of each bin only the range and the sums of the scores are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CumulativeBounds {
    pub range: Limits,
    pub sigma: Limits,
    pub p_range: Limits,
}

/// The lowest and the highest range, sigma and p-value that the spans leave open.
///
/// Low: the range of the path at the ends of spans. High: within a span all positives might come first, or all
/// negatives: `max(C + sum(1 - s | y = 1)/n) - min(C - sum(s | y = 0)/n)` with C the path before the span. Sigma: as
/// s(1-s) is concave, its sum lies between that of scores at the ends of the span and that of scores at its mean. None
/// without rows.
pub fn bounds(spans: &[Span]) -> Option<CumulativeBounds> {
    let rows = spans.iter().fold(0_u64, |n, s| n.saturating_add(s.negatives).saturating_add(s.positives));
    if rows == 0 {
        return None;
    }
    let n = rows as f64;
    let mut path = Sum::default();
    let (mut inner, mut outer) = (Limits { low: 0.0, high: 0.0 }, Limits { low: 0.0, high: 0.0 });
    for s in spans {
        let (up, down) = ((s.positives as f64 - s.positive_sum).max(0.0), s.negative_sum.max(0.0));
        // A span without width is one distinct score: the path is read at its end only.
        if s.high > s.low {
            outer = outer.around(path.value() + up).around(path.value() - down);
        }
        path.add(up);
        path.add(-down);
        inner = inner.around(path.value());
        outer = outer.around(path.value());
    }
    let range = Limits { low: inner.high - inner.low, high: outer.high - outer.low };
    let least = sum(spans.iter().map(|s| span_variance(s).low)).max(0.0).sqrt();
    let most = sum(spans.iter().map(|s| span_variance(s).high)).max(0.0).sqrt();
    let p_range =
        Limits { low: tail(range.high, least, brownian::range_sf), high: tail(range.low, most, brownian::range_sf) };
    let share = |l: Limits| Limits { low: l.low / n, high: l.high / n };
    Some(CumulativeBounds { range: share(range), sigma: share(Limits { low: least, high: most }), p_range })
}

/// The least and the largest sum of s(1 - s) in a span.
fn span_variance(s: &Span) -> Limits {
    let rows = s.negatives.saturating_add(s.positives) as f64;
    if rows == 0.0 {
        return Limits { low: 0.0, high: 0.0 };
    }
    let total = (s.negative_sum + s.positive_sum).clamp(rows * s.low, (rows * s.high).max(rows * s.low));
    // The chord of s(1-s) over [low, high] is low high taken off (low + high - 1) s, with the sign reversed.
    let chord = total * (1.0 - s.low - s.high) + rows * (s.low * s.high);
    let mean = total / rows;
    let high = rows * (mean * (1.0 - mean));
    Limits { low: chord.clamp(0.0, high.max(0.0)), high }
}

/// The probability of straying this far by chance; without any chance, whether there was no straying.
pub(super) fn tail(strayed: f64, spread: f64, sf: fn(f64) -> f64) -> f64 {
    if spread > 0.0 {
        sf(strayed / spread)
    } else if strayed > 0.0 {
        0.0
    } else {
        1.0
    }
}
