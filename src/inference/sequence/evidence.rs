//! How strongly a hypothesis is refuted, now and at the best of times.

/// The stake of a bet against a hypothesis, in logarithms: 0 at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    now: f64,
    highest: f64,
}

impl Evidence {
    /// The logarithm of the e-value: how much the stake has grown.
    pub fn log_e(self) -> f64 {
        self.now
    }

    /// The largest logarithm of the e-value so far; never negative, because the stake starts at 1.
    pub fn highest(self) -> f64 {
        self.highest
    }

    /// The p-value that holds at every look: `min(1, 1 / max E)`.
    pub fn p_value(self) -> f64 {
        libm::exp(-self.highest)
    }

    /// Tells whether the hypothesis has ever been refuted with an error of at most alpha: `max E >= 1/alpha`.
    pub fn refutes(self, alpha: f64) -> bool {
        self.highest >= -libm::log(alpha)
    }

    /// Multiplies the stake.
    pub(super) fn grow(&mut self, log_factor: f64) {
        self.come_to(self.now + log_factor);
    }

    /// Says what the stake has come to.
    pub(super) fn come_to(&mut self, log_e: f64) {
        self.now = log_e;
        self.highest = self.highest.max(log_e);
    }
}
