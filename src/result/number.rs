//! How numbers enter the document: finite, and the same on every machine.

pub use crate::exact::twelve_digits;
use crate::inference::limits::Limits;
use crate::result::Bounds;

/// A limit of an interval; one without end is null.
pub fn limit(value: f64) -> Option<f64> {
    value.is_finite().then(|| twelve_digits(value))
}

/// Bounds that are certain stay so: each end is rounded away from the other.
pub fn outward(bounds: Limits) -> Bounds {
    let step = |value: f64| value.abs() * 1e-11;
    let low = twelve_digits(bounds.low);
    let low = if low > bounds.low { twelve_digits(low - step(low)) } else { low };
    let high = limit(bounds.high).map(|high| if high < bounds.high { twelve_digits(high + step(high)) } else { high });
    Bounds { low, high }
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

    #[test]
    fn bounds_are_rounded_outward() {
        let thirds = outward(Limits { low: 2.0 / 3.0, high: 1.0 / 3.0 });
        assert!(thirds.low <= 2.0 / 3.0 && thirds.high.is_some_and(|high| high >= 1.0 / 3.0), "{thirds:?}");
        assert_eq!(outward(Limits { low: 0.0, high: f64::INFINITY }), Bounds { low: 0.0, high: None });
    }
}
