//! The numbers of a column, whatever its type: equal in a file of text, of doubles and of single precision.

use polars::prelude::{Column, DataType};

use super::columns::{Located, unreadable};
use super::meaning::{Fault, Number, is_nan};
use crate::policy::value::Values;

/// What stands in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Read {
    /// Nothing, or what means that there is no value.
    Missing,
    /// It may be infinite.
    Number(f64),
    /// A text that is no number.
    NoNumber,
}

/// Gives every row of a column to `take`, which says what is wrong with it; `of_text` reads a text that says something.
///
/// A number of single precision stands for the shortest decimal that rounds to it, so that 4.2 is 4.2 in a file of any format.
pub fn each(
    column: &Column,
    missing: &Values,
    of_text: impl Fn(&str) -> Option<f64>,
    mut take: impl FnMut(Read) -> Result<(), &'static str>,
) -> Result<(), Located> {
    let known = |value: f64| {
        if value.is_nan() || missing.numbers().contains(&value) { Read::Missing } else { Read::Number(value) }
    };
    let mut put = |(row, read): (usize, Read)| take(read).map_err(|message| (Some(row), Fault::Row(message)));
    match column.dtype() {
        DataType::Null => (0..column.len()).map(|row| (row, Read::Missing)).try_for_each(put),
        DataType::Float32 => {
            let values = column.f32().map_err(|_| unreadable())?;
            let of = |single: f32| match Number::Single(single) {
                number if single.is_nan() || number.is_in(missing) => Read::Missing,
                number => Read::Number(number.wide()),
            };
            values.iter().map(|value| value.map_or(Read::Missing, of)).enumerate().try_for_each(put)
        }
        kind if kind.is_primitive_numeric() => {
            let wide = column.cast(&DataType::Float64).map_err(|_| unreadable())?;
            let values = wide.f64().map_err(|_| unreadable())?;
            values.iter().map(|value| value.map_or(Read::Missing, known)).enumerate().try_for_each(put)
        }
        _ => {
            let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
            let texts = texts.str().map_err(|_| unreadable())?;
            texts.iter().enumerate().try_for_each(|(row, text)| {
                let text =
                    text.map(str::trim).filter(|text| !text.is_empty() && !is_nan(text) && !missing.contains(text));
                let read = text.map_or(Read::Missing, |text| of_text(text).map_or(Read::NoNumber, known));
                put((row, read))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoColumn, NamedFrom, Series};

    use super::*;
    use crate::tally::meaning::read_number;

    fn read(column: &Column, missing: &[&str]) -> Vec<Read> {
        let missing = Values::new(missing.iter().map(|text| (*text).to_owned()).collect());
        let mut found = Vec::new();
        let take = |read| {
            found.push(read);
            Ok(())
        };
        each(column, &missing, |text| read_number(text, true), take).expect("it is read");
        found
    }

    #[test]
    fn numbers_are_equal_in_every_type() {
        let values = [Some(4.2), Some(-9.9), None, Some(f64::NAN), Some(16_777_216.0), Some(1e-7), Some(f64::INFINITY)];
        let doubles = Series::new("n".into(), values).into_column();
        let wanted = [
            Read::Number(4.2),
            Read::Missing,
            Read::Missing,
            Read::Missing,
            Read::Number(16_777_216.0),
            Read::Number(1e-7),
            Read::Number(f64::INFINITY),
        ];
        let missing = ["-9.9", "n/a"];
        assert_eq!(read(&doubles, &missing), wanted);
        assert_eq!(read(&doubles.cast(&DataType::Float32).expect("singles"), &missing), wanted);
        let texts =
            [Some(" 4,2"), Some("-9,90"), Some(" n/a "), Some("NaN"), Some("16777216"), Some("1e-7"), Some("inf")];
        let texts = read(&Series::new("n".into(), texts).into_column(), &missing);
        assert_eq!(texts[..6], wanted[..6]);
        assert_eq!(texts[6], Read::NoNumber);
        assert_eq!(read(&Column::full_null("n".into(), 2, &DataType::Null), &[]), [Read::Missing; 2]);
    }
}
