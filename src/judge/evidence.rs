//! One number against its limits: by the whole interval, or by the estimate alone.

use num_rational::BigRational;

use crate::exact::Exact;
use crate::inference::limits::Limits;

/// The limits of a check; a value equal to one is inside.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    pub min: Option<&'a Exact>,
    pub max: Option<&'a Exact>,
}

/// What the numbers show, before the number of checks is allowed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Inside,
    Outside,
    Straddles,
}

impl Bounds<'_> {
    /// Inside when the whole interval is, outside when the whole interval is beyond one bound.
    pub fn hold_interval(&self, limits: Limits) -> Finding {
        let (min, max) = (self.min.map(Exact::approximate), self.max.map(Exact::approximate));
        if min.is_some_and(|min| limits.high < min) || max.is_some_and(|max| limits.low > max) {
            return Finding::Outside;
        }
        let inside = min.is_none_or(|min| limits.low >= min) && max.is_none_or(|max| limits.high <= max);
        if inside { Finding::Inside } else { Finding::Straddles }
    }

    /// Whether an estimate is inside: exactly, where it is a fraction of counts.
    pub fn hold_estimate(&self, exact: Option<&BigRational>, value: f64) -> bool {
        match exact {
            Some(exact) => {
                self.min.is_none_or(|min| *exact >= min.value) && self.max.is_none_or(|max| *exact <= max.value)
            }
            None => {
                self.min.is_none_or(|min| value >= min.approximate())
                    && self.max.is_none_or(|max| value <= max.approximate())
            }
        }
    }

    /// The one-sided p-value against the nearer bound.
    pub fn p_value(&self, below: impl Fn(f64) -> f64, above: impl Fn(f64) -> f64) -> Option<f64> {
        let low = self.min.map(|min| below(min.approximate()));
        let high = self.max.map(|max| above(max.approximate()));
        match (low, high) {
            (Some(low), Some(high)) => Some(low.min(high)),
            (one, other) => one.or(other),
        }
    }
}
