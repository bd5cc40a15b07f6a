//! Can the mean be trusted? A few very large amounts can carry it, and then it tells little of everybody else.

use crate::inference::measured::mean;
use crate::inference::measured::span::{self, Span};
use crate::inference::measured::trimmed;
use crate::inference::measured::undefined::{Undefined, finite};
use crate::inference::measured::unequal;
use crate::inference::scores::sum::sum;

/// The part of the rows that is looked at.
pub const TOP: f64 = 0.01;

/// Cochran's rule: the interval of a mean needs so many times the squared skewness of rows.
const COCHRAN: f64 = 25.0;

/// How much a few rows carry the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    pub mean: f64,
    /// The mean without the lowest and the highest fifth, to be read beside it.
    pub trimmed: f64,
    /// The share of the total that the 1 % of the rows with the most have; None where values are below 0 or all are 0.
    pub top_share: Option<f64>,
    /// `m3 / m2^(3/2)`: 0 when high and low values are balanced.
    pub skewness: f64,
    /// `m4 / m2^2 - 3`: 0 for a normal distribution.
    pub excess_kurtosis: f64,
    /// As many rows the interval of the mean needs to be about right: 25 times the squared skewness.
    pub needed: f64,
    pub rows: u64,
}

impl Tail {
    /// Tells whether the tail is too heavy for the interval of the mean: fewer rows than Cochran's rule asks for.
    pub fn is_heavy(&self) -> bool {
        (self.rows as f64) < self.needed
    }
}

/// How heavy the tails of the values are.
///
/// Moments are sums of powers of distances from the mean, over n. Of values in bins they are at most a thousandth off.
/// Undefined with fewer than three rows and where all values are one. Source: Cochran 1977, section 2.15.
pub fn tail(spans: &[Span]) -> Result<Tail, Undefined> {
    let rows = span::rows(spans);
    if rows < 3 {
        return Err(if rows == 0 { Undefined::NoRows } else { Undefined::TooFew { rows, needed: 3 } });
    }
    let centre = mean::mean(spans)?.value;
    let trimmed = trimmed::trimmed(spans, trimmed::PART)?.value;
    let moment = |power: i32, part: f64| {
        let of = |s: &Span| {
            let far = s.mean() - centre;
            let square = if s.rows > 0 { s.within / s.rows as f64 } else { 0.0 };
            // The expansion about the mean of the bin, to the second order.
            let bend = part * square * (0..power - 2).map(|_| far).product::<f64>();
            s.rows as f64 * ((0..power).map(|_| far).product::<f64>() + bend)
        };
        sum(spans.iter().map(of)) / rows as f64
    };
    let (second, third, fourth) = (moment(2, 1.0), moment(3, 3.0), moment(4, 6.0));
    if second <= 0.0 {
        return Err(Undefined::NoVariance);
    }
    let skewness = finite(third / (second * second.sqrt()))?;
    let excess_kurtosis = finite(fourth / (second * second))? - 3.0;
    let top_share = unequal::top_share(spans, TOP).ok().map(|top| top.value);
    let needed = COCHRAN * skewness * skewness;
    Ok(Tail { mean: centre, trimmed, top_share, skewness, excess_kurtosis, needed, rows })
}
