//! Columns that say whose a row is, what it weighs, or how likely it belongs to a group.

use std::hash::{BuildHasher, Hasher};

use polars::prelude::{Column, DataType};

use super::columns::{Located, unreadable};
use super::meaning::{Fault, is_nan, read_number};
use crate::cell::design::ONE;
use crate::policy::value::{Values, canonical};

/// The largest weight of a row, and of the rows of one person together.
const MOST_WEIGHT: f64 = 16_777_215.0;
/// Somebody who is not named.
pub const NOBODY: u64 = 0;

const WEIGHT: &str = "a weight is a number from 0 to 16777215, and this is none";
const CHANCE: &str = "a probability from 0 to 1 is due here, and this is none";
pub const TOO_HEAVY: &str = "the weights of one person add up to more than 16777215";

/// Replaces `into` by a number for each person: equal for equal values, and so seldom equal for others that it never
/// matters (64 bits). [`NOBODY`] where the value is missing.
pub fn read_people(column: &Column, missing: &Values, into: &mut Vec<u64>) -> Result<(), Located> {
    into.clear();
    into.reserve(column.len());
    let state = foldhash::quality::FixedState::with_seed(0x6576_656e_6861_6e64);
    let of_whole = |value: i64| {
        let mut hasher = state.build_hasher();
        hasher.write_i64(value);
        hasher.finish().max(1)
    };
    match column.dtype() {
        kind if kind.is_integer() && *kind != DataType::UInt64 => {
            let wide = column.cast(&DataType::Int64).map_err(|_| unreadable())?;
            let is_missing = |value: i64| missing.numbers().contains(&(value as f64));
            let values = wide.i64().map_err(|_| unreadable())?;
            into.extend(values.iter().map(|v| v.filter(|v| !is_missing(*v)).map_or(NOBODY, of_whole)));
        }
        _ => {
            let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
            let texts = texts.str().map_err(|_| unreadable())?;
            let of_text = |text: &str| {
                let text = canonical(text.trim());
                if text.is_empty() || is_nan(&text) || missing.contains(&text) {
                    return NOBODY;
                }
                // A whole number is the same person in a file that stores numbers.
                if let Ok(value) = text.parse::<i64>()
                    && value.to_string() == text
                {
                    return of_whole(value);
                }
                let mut hasher = state.build_hasher();
                hasher.write(text.as_bytes());
                hasher.finish().max(1)
            };
            into.extend(texts.iter().map(|text| text.map_or(NOBODY, of_text)));
        }
    }
    Ok(())
}

/// Replaces `into` by the weights of rows, in units of 2^-40.
pub fn read_weights(column: &Column, decimal_comma: bool, into: &mut Vec<u64>) -> Result<(), Located> {
    read(
        column,
        decimal_comma,
        |value| match value {
            Some(value) if (0.0..=MOST_WEIGHT).contains(&value) => Ok(fixed(value)),
            _ => Err(WEIGHT),
        },
        into,
    )
}

/// Replaces `into` by probabilities in units of 2^-40; `u64::MAX` where there is none.
pub fn read_chances(
    column: &Column,
    missing: &Values,
    decimal_comma: bool,
    into: &mut Vec<u64>,
) -> Result<(), Located> {
    read(
        column,
        decimal_comma,
        |value| match value {
            None => Ok(u64::MAX),
            Some(value) if missing.numbers().contains(&value) => Ok(u64::MAX),
            Some(value) if (0.0..=1.0).contains(&value) => Ok(fixed(value)),
            Some(_) => Err(CHANCE),
        },
        into,
    )
}

fn fixed(value: f64) -> u64 {
    (value * ONE as f64).round() as u64
}

fn read(
    column: &Column,
    decimal_comma: bool,
    of: impl Fn(Option<f64>) -> Result<u64, &'static str>,
    into: &mut Vec<u64>,
) -> Result<(), Located> {
    into.clear();
    into.reserve(column.len());
    let mut push = |row: usize, value: Option<f64>| {
        into.push(of(value.filter(|value| !value.is_nan())).map_err(|message| (Some(row), Fault::Row(message)))?);
        Ok(())
    };
    if column.dtype().is_primitive_numeric() {
        let wide = column.cast(&DataType::Float64).map_err(|_| unreadable())?;
        let values = wide.f64().map_err(|_| unreadable())?;
        return values.iter().enumerate().try_for_each(|(row, value)| push(row, value));
    }
    let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
    let texts = texts.str().map_err(|_| unreadable())?;
    texts.iter().enumerate().try_for_each(|(row, text)| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let value = text.map(|text| read_number(text, decimal_comma).ok_or((Some(row), Fault::Row(WEIGHT))));
        push(row, value.transpose()?)
    })
}
