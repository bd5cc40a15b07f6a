//! The two ends of an interval.

/// The lowest and the highest value the data leave open.
///
/// Either end may be infinite: a ratio to a group in which nobody was selected has no upper limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub low: f64,
    pub high: f64,
}

impl Limits {
    /// Tells whether a value lies between the limits, ends included; never for NaN.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Widens the limits so that they contain the estimate they are about.
    ///
    /// An interval that is centred away from its estimate, or rounded past it, would otherwise print an estimate
    /// outside its own limits. NaN changes nothing.
    pub fn around(self, value: f64) -> Limits {
        Limits { low: self.low.min(value), high: self.high.max(value) }
    }
}
