//! Figures as a form prints them: rounded half up from exact fractions, never from a rounded number.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed};

/// A number of at least 0 with so many decimals, halves rounded up: 1/8 with two is 0.13.
pub fn half_up(value: &BigRational, digits: u32) -> String {
    let scale = Pow::pow(&BigInt::from(10), digits);
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let units = (value.abs() * BigRational::from(scale.clone()) + half).floor().to_integer();
    let (whole, part) = (&units / &scale, &units % &scale);
    match digits {
        0 => whole.to_string(),
        digits => format!("{whole}.{:0>width$}", part.to_string(), width = digits as usize),
    }
}

/// The same of a share, in percent and without the sign.
pub fn percent(share: &BigRational, digits: u32) -> String {
    half_up(&(share * BigRational::from(BigInt::from(100))), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up() {
        let fraction = |a: i64, b: i64| BigRational::new(a.into(), b.into());
        assert_eq!(half_up(&fraction(1, 8), 2), "0.13");
        assert_eq!(half_up(&fraction(1, 8), 0), "0");
        assert_eq!(half_up(&fraction(1, 2), 0), "1");
        assert_eq!(half_up(&fraction(1, 1), 3), "1.000");
        assert_eq!(half_up(&fraction(1, 1000), 2), "0.00");
        // 5/1000 is a half of the second decimal, which no binary fraction is.
        assert_eq!(half_up(&fraction(1005, 1000), 2), "1.01");
        assert_eq!(percent(&fraction(18, 28), 1), "64.3");
        assert_eq!(percent(&fraction(1, 1), 1), "100.0");
    }
}
