//! Exact numbers: limits as they were written, and shares compared without rounding.
//!
//! Four fifths is not a binary fraction: (1/3)/(5/12) is 0.7999999999999999 in floating point and exactly 4/5 in counts.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

/// A number that decides a verdict: a decimal or a fraction, kept as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    pub text: String,
    pub value: BigRational,
}

/// Longest text of a number that is read; more digits than this are a mistake, not a limit.
const LONGEST: usize = 64;

impl Exact {
    /// Reads `4/5`, `0.8`, `-1`, `2.5e-3`; none when the text is not such a number.
    pub fn parse(text: &str) -> Option<Exact> {
        let clean = text.trim();
        if clean.is_empty() || clean.len() > LONGEST {
            return None;
        }
        let value = match clean.split_once('/') {
            Some((over, under)) => {
                let under = decimal(under.trim())?;
                if under.is_zero() {
                    return None;
                }
                decimal(over.trim())? / under
            }
            None => decimal(clean)?,
        };
        Some(Exact { text: clean.to_owned(), value })
    }

    /// One over the number: the other end of `within` for a ratio; none for zero.
    pub fn reciprocal(&self) -> Option<Exact> {
        if self.value.is_zero() {
            return None;
        }
        let value = self.value.recip();
        let text = if value.is_integer() { value.numer().to_string() } else { value.to_string() };
        Some(Exact { text, value })
    }

    pub fn negated(&self) -> Exact {
        let value = -self.value.clone();
        let text = match self.text.strip_prefix('-') {
            _ if value.is_zero() => self.text.clone(),
            Some(positive) => positive.to_owned(),
            None => format!("-{}", self.text),
        };
        Exact { text, value }
    }

    /// The nearest floating number, for formulas and for reading; never for a comparison that has counts on its other side.
    pub fn approximate(&self) -> f64 {
        approximate(&self.value)
    }

    pub fn is_negative(&self) -> bool {
        self.value.is_negative()
    }
}

/// The nearest floating number to a fraction.
pub fn approximate(value: &BigRational) -> f64 {
    value.to_f64().filter(|v| v.is_finite()).unwrap_or(0.0)
}

/// A share as an exact fraction; none when there is nothing to divide by.
pub fn fraction(hits: u64, of: u64) -> Option<BigRational> {
    (of > 0).then(|| BigRational::new(BigInt::from(hits), BigInt::from(of)))
}

fn decimal(text: &str) -> Option<BigRational> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if exponent.unsigned_abs() > 300 {
        return None;
    }
    let (sign, digits) = match mantissa.as_bytes().first()? {
        b'-' => (-1, &mantissa[1..]),
        b'+' => (1, &mantissa[1..]),
        _ => (1, mantissa),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if (whole.is_empty() && part.is_empty()) || !plain(whole) || !plain(part) {
        return None;
    }
    let joined: String = whole.chars().chain(part.chars()).filter(|c| *c != '_').collect();
    let places = part.bytes().filter(|b| *b != b'_').count() as i32;
    let number = BigInt::parse_bytes(joined.as_bytes(), 10)? * sign;
    let ten = BigInt::from(10);
    let power = exponent - places;
    let scale = Pow::pow(&ten, power.unsigned_abs());
    Some(if power < 0 { BigRational::new(number, scale) } else { BigRational::new(number * scale, BigInt::one()) })
}

/// Interval ends, p-values and results of a search carry 12 significant digits; what lies beyond is arithmetic noise.
pub fn twelve_digits(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return if value.is_finite() { 0.0 } else { value };
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_fractions_of_equal_value_are_equal() {
        let four_fifths = Exact::parse("4/5").unwrap().value;
        for text in ["0.8", "0.80", ".8", "8e-1", "80/100", "+0.8", " 4 / 5 "] {
            assert_eq!(Exact::parse(text).unwrap().value, four_fifths, "{text}");
        }
        assert_eq!(Exact::parse("4/5").unwrap().reciprocal().unwrap().text, "5/4");
        assert_eq!(Exact::parse("1").unwrap().reciprocal().unwrap().text, "1");
        assert_eq!(Exact::parse("0.1").unwrap().negated().text, "-0.1");
    }

    #[test]
    fn what_is_not_a_number_is_none() {
        for text in ["", "4/0", "abc", "1/2/3", "nan", "inf", "0x10", "1e999", "--1", ".", "1 2", "5%"] {
            assert!(Exact::parse(text).is_none(), "{text}");
        }
    }
}
