//! How numbers enter the document: finite, and the same on every machine.

/// Interval ends and p-values carry 12 significant digits; what lies beyond is arithmetic noise.
pub fn twelve_digits(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return if value.is_finite() { 0.0 } else { value };
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

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
