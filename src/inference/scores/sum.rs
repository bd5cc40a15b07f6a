//! Sums that keep the digits a plain sum loses.

/// A running sum that carries its rounding error along (Neumaier 1974).
///
/// Its error is one rounding of the result plus a term of second order, however many values there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        let next = self.total + value;
        self.lost +=
            if self.total.abs() >= value.abs() { (self.total - next) + value } else { (value - next) + self.total };
        self.total = next;
    }

    /// The sum so far.
    pub fn value(self) -> f64 {
        // An infinite total has lost everything but its sign.
        if self.total.is_finite() { self.total + self.lost } else { self.total }
    }
}

/// The sum of all values.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut total = Sum::default();
    values.into_iter().for_each(|value| total.add(value));
    total.value()
}
