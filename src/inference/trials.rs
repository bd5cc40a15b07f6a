//! Hits out of trials: what a share is made of.

/// Hits out of trials: the numerator and the denominator of a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trials {
    pub hits: u64,
    pub of: u64,
}

impl Trials {
    /// The share itself; none when there is nothing to divide by.
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }
}
