//! Measured values by how many rows have them: what every figure of a measured outcome is made of.

use crate::inference::measured::undefined::Undefined;
use crate::inference::scores::sum::Sum;

/// Rows whose values lie in one range, ends included: rows of one value where it has no width.
///
/// A group is a slice of spans that follow each other: the high end of one is below the low end of the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub low: f64,
    pub high: f64,
    pub rows: u64,
    /// The sum of the values.
    pub sum: f64,
    /// The sum of the squared distances of the values from their mean in this span.
    pub within: f64,
}

impl Span {
    /// Rows that share one value.
    pub fn of_value(value: f64, rows: u64) -> Span {
        Span { low: value, high: value, rows, sum: value * rows as f64, within: 0.0 }
    }

    /// Tells whether all rows of the span have one value.
    pub fn is_value(self) -> bool {
        self.low == self.high
    }

    /// The mean of the values; the middle where there is no row.
    pub fn mean(self) -> f64 {
        if self.is_value() {
            self.low
        } else if self.rows == 0 {
            self.low + 0.5 * (self.high - self.low)
        } else {
            (self.sum / self.rows as f64).clamp(self.low, self.high)
        }
    }
}

/// Sorted values, each a row, as spans; None where one is no finite number.
pub fn of_values(values: &[f64]) -> Option<Vec<Span>> {
    let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    if !sorted.iter().all(|value| value.is_finite()) {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    Some(sorted.chunk_by(|a, b| a == b).map(|alike| Span::of_value(alike[0], alike.len() as u64)).collect())
}

/// The number of rows.
pub fn rows(spans: &[Span]) -> u64 {
    spans.iter().fold(0_u64, |rows, span| rows.saturating_add(span.rows))
}

/// Tells whether every row's value is known.
pub fn is_exact(spans: &[Span]) -> bool {
    spans.iter().all(|span| span.rows == 0 || span.is_value())
}

/// The sum of all values, off by a rounding of the result, whatever cancels.
pub fn total(spans: &[Span]) -> f64 {
    let mut sum = Sum::default();
    for span in spans {
        sum.add(span.sum);
        if span.is_value() {
            // What the rounding of the product lost.
            sum.add(libm::fma(span.low, span.rows as f64, -span.sum));
        }
    }
    sum.value()
}

/// That no value of any group is below 0.
pub(in crate::inference) fn never_negative(groups: &[&[Span]]) -> Result<(), Undefined> {
    let below = |s: &Span| s.rows > 0 && s.low < 0.0;
    if groups.iter().any(|spans| spans.iter().any(below)) { Err(Undefined::Negative) } else { Ok(()) }
}

/// The same spans with all values multiplied by -1.
pub fn negated(spans: &[Span]) -> Vec<Span> {
    spans.iter().rev().map(|s| Span { low: -s.high, high: -s.low, sum: -s.sum, ..*s }).collect()
}

/// The rows of two groups in one range of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Both {
    pub low: f64,
    pub high: f64,
    pub first: u64,
    pub second: u64,
    /// The mean values of the rows of each.
    pub means: [f64; 2],
}

/// The rows of two groups range by range, rising.
///
/// # Errors
/// [`Undefined::Inconsistent`] where ranges of the two groups overlap without being the same: they are not of one grid.
pub fn beside(first: &[Span], second: &[Span]) -> Result<Vec<Both>, Undefined> {
    let (mut i, mut j) = (0, 0);
    let mut both: Vec<Both> = Vec::with_capacity(first.len().max(second.len()));
    loop {
        let next = match (first.get(i), second.get(j)) {
            (None, None) => return Ok(both),
            (Some(a), None) => (Some(a), None),
            (None, Some(b)) => (None, Some(b)),
            (Some(a), Some(b)) if a.low == b.low && a.high == b.high => (Some(a), Some(b)),
            (Some(a), Some(b)) if a.high < b.low => (Some(a), None),
            (Some(a), Some(b)) if b.high < a.low => (None, Some(b)),
            _ => return Err(Undefined::Inconsistent),
        };
        let Some(of) = next.0.or(next.1) else { return Ok(both) };
        i += usize::from(next.0.is_some());
        j += usize::from(next.1.is_some());
        let count = |span: Option<&Span>| span.map_or(0, |span| span.rows);
        let means = [next.0, next.1].map(|span| span.unwrap_or(of).mean());
        both.push(Both { low: of.low, high: of.high, first: count(next.0), second: count(next.1), means });
    }
}

/// How many rows each of two groups has; undefined without rows in either.
pub(super) fn sizes(both: &[Both]) -> Result<[u64; 2], Undefined> {
    let size = |of: fn(&Both) -> u64| both.iter().fold(0_u64, |n, b| n.saturating_add(of(b)));
    match [size(|b| b.first), size(|b| b.second)] {
        [0, _] | [_, 0] => Err(Undefined::NoRows),
        sizes => Ok(sizes),
    }
}
