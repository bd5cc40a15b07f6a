//! How numbers enter the document: finite, and the same on every machine.

pub use crate::exact::twelve_digits;

/// A limit of an interval; one without end is null.
pub fn limit(value: f64) -> Option<f64> {
    value.is_finite().then(|| twelve_digits(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_are_kept() {
        assert_eq!(twelve_digits(0.123_456_789_012_345), 0.123_456_789_012);
        assert_eq!(twelve_digits(-0.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(twelve_digits(1e-300), 1e-300);
        assert_eq!(limit(f64::INFINITY), None);
    }
}
