//! Sums of any finite numbers, exact: neither the order of rows nor of threads can show, and nothing cancels.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::inference::measured::grid::parts;

/// The exact sum of finite numbers: for each power of two that occurs, how many times it is in the sum.
///
/// Numbers with the same exponent add up as whole numbers of up to 53 bits; 127 bits hold more of them than there are
/// rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExactSum {
    /// Rising exponents; none whose sum is 0.
    parts: Vec<(i32, i128)>,
}

impl ExactSum {
    /// Adds a number so many times; false for what is no finite number, which changes nothing.
    pub fn add(&mut self, value: f64, times: u64) -> bool {
        if !value.is_finite() {
            return false;
        }
        let (mantissa, exponent) = parts(value);
        let whole = i128::from(mantissa) * i128::from(times);
        self.put(exponent, if value < 0.0 { -whole } else { whole });
        true
    }

    /// Adds another sum.
    pub fn join(&mut self, other: &ExactSum) {
        other.parts.iter().for_each(|(exponent, whole)| self.put(*exponent, *whole));
    }

    /// Takes another sum away.
    pub fn take(&mut self, other: &ExactSum) {
        other.parts.iter().for_each(|(exponent, whole)| self.put(*exponent, -whole));
    }

    fn put(&mut self, exponent: i32, whole: i128) {
        match self.parts.binary_search_by_key(&exponent, |part| part.0) {
            Ok(at) => {
                self.parts[at].1 = self.parts[at].1.saturating_add(whole);
                if self.parts[at].1 == 0 {
                    self.parts.remove(at);
                }
            }
            Err(_) if whole == 0 => {}
            Err(at) => self.parts.insert(at, (exponent, whole)),
        }
    }

    /// The sum, rounded once; infinite where it is too large for a number.
    pub fn value(&self) -> f64 {
        let Some((lowest, _)) = self.parts.first() else { return 0.0 };
        let whole = |(exponent, whole): &(i32, i128)| BigInt::from(*whole) << (exponent - lowest).unsigned_abs();
        let sum: BigInt = self.parts.iter().map(whole).sum();
        scaled(&sum, *lowest)
    }

    /// The sum as text that [`ExactSum::parse`] reads: `exponent:whole` for each power of two, with blanks between.
    pub fn text(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(|(exponent, whole)| format!("{exponent}:{whole}")).collect();
        parts.join(" ")
    }

    /// The sum that a text gives; None of any other text than [`ExactSum::text`] writes.
    pub fn parse(text: &str) -> Option<ExactSum> {
        let part = |part: &str| {
            let (exponent, whole) = part.split_once(':')?;
            let of: (i32, i128) = (exponent.parse().ok()?, whole.parse().ok()?);
            // The exponents that finite numbers have.
            (of.1 != 0 && (-1074..=971).contains(&of.0)).then_some(of)
        };
        let parts: Vec<(i32, i128)> = text.split_ascii_whitespace().map(part).collect::<Option<_>>()?;
        let rising = parts.windows(2).all(|two| two[0].0 < two[1].0);
        rising.then_some(ExactSum { parts })
    }

    /// What a hash of the sum is made of.
    pub fn bytes(&self, out: &mut Vec<u8>) {
        for (exponent, whole) in &self.parts {
            out.extend(exponent.to_le_bytes());
            out.extend(whole.to_le_bytes());
        }
        out.extend(i32::MAX.to_le_bytes());
    }
}

/// `whole * 2^exponent`, whatever the size of the whole number.
pub(super) fn scaled(whole: &BigInt, exponent: i32) -> f64 {
    // The conversion keeps 53 bits and would be infinite beyond 2^1024: the rest goes into the exponent first.
    let spare = whole.bits().saturating_sub(1000);
    let few = whole >> spare;
    libm::scalbn(few.to_f64().unwrap_or(0.0), exponent.saturating_add(spare as i32))
}
