//! Columns that say whose a row is, what it weighs, or how likely it belongs to a group.

use std::hash::{BuildHasher, Hasher};

use polars::prelude::DataType;

use super::columns::{Located, unreadable};
use super::meaning::{is_nan, read_number};
use super::numbers::{self, Read};
use crate::cell::design::{MOST_WEIGHT, ONE};
use crate::input::batch::Entries;
use crate::policy::value::{Values, canonical};

/// Somebody who is not named.
pub const NOBODY: u64 = 0;

pub(super) const NO_WEIGHT: &str = "a weight is a number from 0 to 16777215, and this is none";
const CHANCE: &str = "a probability from 0 to 1 is due here, and this is none";
pub const TOO_HEAVY: &str = "the weights of one person add up to more than 16777215";

/// Replaces `into` by a number for each person: equal for equal values, and so seldom equal for others that it never
/// matters (64 bits). [`NOBODY`] where the value is missing.
pub fn read_people(entries: &Entries, missing: &Values, into: &mut Vec<u64>) -> Result<(), Located> {
    let column = entries.column();
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
pub fn read_weights(entries: &Entries, decimal_comma: bool, into: &mut Vec<u64>) -> Result<(), Located> {
    // Nobody's weight is unknown.
    read(entries, &Values::default(), decimal_comma, into, |read| match read {
        Read::Number(value) if (0.0..=MOST_WEIGHT as f64).contains(&value) => Ok(fixed(value)),
        _ => Err(NO_WEIGHT),
    })
}

/// Replaces `into` by probabilities in units of 2^-40; `u64::MAX` where there is none.
pub fn read_chances(
    entries: &Entries,
    missing: &Values,
    decimal_comma: bool,
    into: &mut Vec<u64>,
) -> Result<(), Located> {
    read(entries, missing, decimal_comma, into, |read| match read {
        Read::Missing => Ok(u64::MAX),
        Read::Number(value) if (0.0..=1.0).contains(&value) => Ok(fixed(value)),
        _ => Err(CHANCE),
    })
}

fn fixed(value: f64) -> u64 {
    (value * ONE as f64).round() as u64
}

fn read(
    entries: &Entries,
    missing: &Values,
    decimal_comma: bool,
    into: &mut Vec<u64>,
    of: impl Fn(Read) -> Result<u64, &'static str>,
) -> Result<(), Located> {
    let column = entries.column();
    into.clear();
    into.reserve(column.len());
    let take = |read| {
        into.push(of(read)?);
        Ok(())
    };
    numbers::each(&column, missing, |text| read_number(text, decimal_comma), take)
}
