//! Sums of products that do not fit into 128 bits: exact, so that neither the order of rows nor of threads can show.

/// A whole number of up to 192 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wide {
    low: u128,
    high: u64,
}

impl Wide {
    /// Adds `a * b`, so many times. Sums beyond 192 bits stay at the largest number; no data reach them.
    pub fn add_product(&mut self, a: u64, b: u64, times: u64) {
        let product = u128::from(a) * u128::from(b);
        // Product times `times` in two halves, because it can need 192 bits.
        let low = (product & u128::from(u64::MAX)) * u128::from(times);
        let high = (product >> 64) * u128::from(times);
        self.add(Wide { low, high: 0 });
        self.add(Wide { low: high << 64, high: (high >> 64) as u64 });
    }

    pub fn add(&mut self, other: Wide) {
        let (low, carried) = self.low.overflowing_add(other.low);
        self.low = low;
        self.high = self.high.saturating_add(other.high).saturating_add(u64::from(carried));
    }

    /// The number less another that is not larger; 0 where it is.
    pub fn less(self, other: Wide) -> Wide {
        let (low, borrowed) = self.low.overflowing_sub(other.low);
        let high = self.high.checked_sub(other.high).and_then(|high| high.checked_sub(u64::from(borrowed)));
        high.map_or(Wide::default(), |high| Wide { low, high })
    }

    /// The nearest number of double precision, or one beside it.
    pub fn approximate(self) -> f64 {
        const TWO_TO_128: f64 = 340_282_366_920_938_463_463_374_607_431_768_211_456.0;
        self.high as f64 * TWO_TO_128 + self.low as f64
    }

    /// The number divided by a power of two, rounded down; the largest of 128 bits where it is more.
    pub fn shifted(self, bits: u32) -> u128 {
        let high = u128::from(self.high);
        match bits {
            0 if high > 0 => u128::MAX,
            0 => self.low,
            1..128 if high >> bits > 0 => u128::MAX,
            1..128 => self.low >> bits | high << (128 - bits),
            128..192 => high >> (bits - 128),
            _ => 0,
        }
    }

    /// The number of these bytes, the lowest first.
    pub fn from_bytes(bytes: [u8; 24]) -> Wide {
        let (mut low, mut high) = ([0; 16], [0; 8]);
        low.copy_from_slice(&bytes[..16]);
        high.copy_from_slice(&bytes[16..]);
        Wide { low: u128::from_le_bytes(low), high: u64::from_le_bytes(high) }
    }

    /// The bytes of the number, the lowest first.
    pub fn bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&self.low.to_le_bytes());
        bytes[16..].copy_from_slice(&self.high.to_le_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Wide;

    #[test]
    fn shifts() {
        let mut number = Wide::default();
        number.add_product(u64::MAX, u64::MAX, 1 << 20);
        assert_eq!(number.shifted(20), u128::from(u64::MAX) * u128::from(u64::MAX));
        assert_eq!(number.shifted(0), u128::MAX);
        assert_eq!(number.shifted(140), 255);
        assert_eq!(number.shifted(200), 0);
    }

    #[test]
    fn bytes_are_the_number() {
        let mut number = Wide::default();
        number.add_product(u64::MAX, 3, u64::MAX);
        assert_eq!(Wide::from_bytes(number.bytes()), number);
        assert_eq!(Wide::from_bytes([0; 24]), Wide::default());
    }

    #[test]
    fn carries() {
        let mut sum = Wide::default();
        let mut slow = Wide::default();
        sum.add_product(u64::MAX, u64::MAX, 5);
        for _ in 0..5 {
            slow.add_product(u64::MAX, u64::MAX, 1);
        }
        assert_eq!(sum, slow);
        let exact = 5.0 * (u64::MAX as f64) * (u64::MAX as f64);
        assert!((sum.approximate() / exact - 1.0).abs() < 1e-15);
        assert_eq!(
            {
                let mut small = Wide::default();
                small.add_product(3, 7, 11);
                small.approximate()
            },
            231.0
        );
    }
}
