//! A share with Wilson's interval, as results hold it.

use crate::inference::share;
use crate::inference::trials::Trials;
use crate::result::number::{limit, twelve_digits};

/// A share, and its interval where there is one.
pub struct Estimated {
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The share of hits, with Wilson's limits at a normal quantile; nothing without trials.
pub fn estimate(trials: Trials, z: f64) -> Estimated {
    let limits = share::wilson(trials, z);
    Estimated {
        share: trials.share().map(twelve_digits),
        low: limits.and_then(|limits| limit(limits.low)),
        high: limits.and_then(|limits| limit(limits.high)),
    }
}

impl Estimated {
    /// The same without its interval, where rows are no independent answers.
    pub fn bare(self) -> Estimated {
        Estimated { low: None, high: None, ..self }
    }
}
