//! Sums that keep the digits a plain sum loses.

/// So many equal factors are cheaper than a logarithm.
const FEW: u32 = 100;

/// A product of at most this many factors of at most 2 cannot overflow.
const FACTORS: u32 = 1000;

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

/// The sum of `n ln(1 + e)` for many e between 0 and 1, with one logarithm for many small n.
pub(super) struct Logarithms {
    total: Sum,
    product: f64,
    factors: u32,
}

impl Logarithms {
    pub(super) fn new() -> Logarithms {
        Logarithms { total: Sum::default(), product: 1.0, factors: 0 }
    }

    pub(super) fn add(&mut self, n: f64, e: f64) {
        let count = n as u32;
        if count > FEW || f64::from(count) != n {
            self.total.add(n * libm::log1p(e));
            return;
        }
        if self.factors + count > FACTORS {
            self.flush();
        }
        self.factors += count;
        let (mut power, mut left) = (1.0 + e, count);
        while left > 0 {
            if left & 1 == 1 {
                self.product *= power;
            }
            power *= power;
            left >>= 1;
        }
    }

    fn flush(&mut self) {
        self.total.add(libm::log(self.product));
        (self.product, self.factors) = (1.0, 0);
    }

    pub(super) fn value(mut self) -> f64 {
        self.flush();
        self.total.value()
    }
}
