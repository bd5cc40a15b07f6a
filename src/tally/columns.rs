//! A column of a batch, whatever its type → the codes of its values.

use polars::prelude::{ChunkedArray, Column, DataType, PolarsError, PolarsNumericType};

use super::codes::Codes;
use super::meaning::{Fault, Number, read_number};
use crate::input::batch::{Entries, Texts};

/// Longest text that is stored in the view itself.
const INLINE: u32 = 12;

pub(super) const NO_COUNT: &str = "a count is a whole number that is not negative";

/// A fault with its row in the batch, if it has one.
pub type Located = (Option<usize>, Fault);

/// Replaces `into` by the codes of the column.
pub fn encode(entries: &Entries, codes: &mut Codes, into: &mut Vec<u32>) -> Result<(), Located> {
    into.clear();
    let column = match entries {
        Entries::Plain(column) => column,
        Entries::Coded { keys, texts } => return encode_keys(keys, texts, codes, into),
    };
    into.reserve(column.len());
    match column.dtype() {
        DataType::String => encode_texts(column, codes, into),
        DataType::Boolean => encode_with(column, into, |column, into| {
            for (row, value) in column.bool()?.iter().enumerate() {
                let text = value.map(|v| if v { "true" } else { "false" });
                into.push(text.map_or(Ok(codes.of_nothing()), |t| codes.of_text(t)).map_err(|f| (Some(row), f)));
            }
            Ok(())
        }),
        DataType::Int8 => encode_whole(column.i8(), codes, into),
        DataType::Int16 => encode_whole(column.i16(), codes, into),
        DataType::Int32 => encode_whole(column.i32(), codes, into),
        DataType::Int64 => encode_whole(column.i64(), codes, into),
        DataType::UInt8 => encode_whole(column.u8(), codes, into),
        DataType::UInt16 => encode_whole(column.u16(), codes, into),
        DataType::UInt32 => encode_whole(column.u32(), codes, into),
        // Numbers beyond the signed range go as text, never as null.
        DataType::UInt64 => match column.strict_cast(&DataType::Int64) {
            Ok(wide) => encode_whole(wide.i64(), codes, into),
            Err(_) => encode_as_text(column, codes, into),
        },
        DataType::Float32 => {
            let values = column.f32().map_err(|_| unreadable())?;
            for (row, value) in values.iter().enumerate() {
                let code = value.map_or(Ok(codes.of_nothing()), |v| codes.of_number(Number::Single(v)));
                into.push(code.map_err(|fault| (Some(row), fault))?);
            }
            Ok(())
        }
        DataType::Float64 => {
            let values = column.f64().map_err(|_| unreadable())?;
            for (row, value) in values.iter().enumerate() {
                let code = value.map_or(Ok(codes.of_nothing()), |v| codes.of_number(Number::Double(v)));
                into.push(code.map_err(|fault| (Some(row), fault))?);
            }
            Ok(())
        }
        DataType::Null => {
            into.resize(column.len(), codes.of_nothing());
            Ok(())
        }
        _ => encode_as_text(column, codes, into),
    }
}

pub fn unreadable() -> Located {
    (None, Fault::Row("the values of this column cannot be read as text or number"))
}

fn encode_as_text(column: &Column, codes: &mut Codes, into: &mut Vec<u32>) -> Result<(), Located> {
    let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
    encode_texts(&texts, codes, into)
}

fn encode_with(
    column: &Column,
    into: &mut Vec<u32>,
    fill: impl FnOnce(&Column, &mut Vec<Result<u32, Located>>) -> Result<(), PolarsError>,
) -> Result<(), Located> {
    let mut found = Vec::with_capacity(column.len());
    fill(column, &mut found).map_err(|_| unreadable())?;
    for code in found {
        into.push(code?);
    }
    Ok(())
}

fn encode_whole<T: PolarsNumericType<Native: Into<i64>>>(
    values: Result<&ChunkedArray<T>, PolarsError>,
    codes: &mut Codes,
    into: &mut Vec<u32>,
) -> Result<(), Located> {
    for chunk in values.map_err(|_| unreadable())?.downcast_iter() {
        let start = into.len();
        into.resize(start + chunk.len(), codes.of_nothing());
        let validity = chunk.validity();
        for (i, (code, value)) in into[start..].iter_mut().zip(chunk.values().iter()).enumerate() {
            if validity.is_some_and(|there| !there.get_bit(i)) {
                continue;
            }
            let value = (*value).into();
            *code = match codes.known_whole(value) {
                Some(known) => known,
                None => codes.of_whole(value).map_err(|fault| (Some(start + i), fault))?,
            };
        }
    }
    Ok(())
}

fn encode_texts(column: &Column, codes: &mut Codes, into: &mut Vec<u32>) -> Result<(), Located> {
    let texts = column.str().map_err(|_| unreadable())?;
    for (chunk, untyped) in texts.downcast_iter().zip(texts.chunks()) {
        let start = into.len();
        into.resize(start + untyped.len(), codes.of_nothing());
        let validity = untyped.validity();
        for (i, (code, view)) in into[start..].iter_mut().zip(chunk.views().iter()).enumerate() {
            if validity.is_some_and(|there| !there.get_bit(i)) {
                continue;
            }
            let short = view.length <= INLINE;
            // Only short texts are known by their views, and a view begins with the length.
            *code = match codes.known_view(view.as_u128()) {
                Some(known) => known,
                None if short => {
                    codes.of_view(view.as_u128(), chunk.value(i)).map_err(|fault| (Some(start + i), fault))?
                }
                None => codes.of_text(chunk.value(i)).map_err(|fault| (Some(start + i), fault))?,
            };
        }
    }
    Ok(())
}

/// Keys into a dictionary: every text of it costs one look-up, when a row has it for the first time.
fn encode_keys(keys: &Column, texts: &Texts, codes: &mut Codes, into: &mut Vec<u32>) -> Result<(), Located> {
    codes.open_dictionary(texts);
    for chunk in keys.u32().map_err(|_| unreadable())?.downcast_iter() {
        let start = into.len();
        let (keys, validity) = (chunk.values().as_slice(), chunk.validity());
        if validity.is_none() && codes.known_keys(keys, into) {
            continue;
        }
        into.truncate(start);
        into.resize(start + keys.len(), codes.of_nothing());
        for (i, (code, key)) in into[start..].iter_mut().zip(keys).enumerate() {
            if validity.is_some_and(|there| !there.get_bit(i)) {
                continue;
            }
            *code = match codes.known_key(*key) {
                Some(known) => known,
                None => {
                    let text = texts.get(*key as usize).ok_or_else(unreadable)?;
                    codes.of_key(*key, text).map_err(|fault| (Some(start + i), fault))?
                }
            };
        }
    }
    Ok(())
}

/// The rows that each row stands for: whole numbers that are not negative. They are read as such, not by way of
/// [`numbers`](super::numbers): a double does not tell 2^64 from the largest count below it, and no count is unknown.
pub fn counts(entries: &Entries, decimal_comma: bool) -> Result<Vec<Result<u64, &'static str>>, Located> {
    let of_number = |value: f64| {
        let whole = value >= 0.0 && value.fract() == 0.0 && value <= (1_u64 << 53) as f64;
        if whole { Ok(value as u64) } else { Err(NO_COUNT) }
    };
    let of_text = |text: &str| match text.trim().parse::<u64>() {
        Ok(count) => Ok(count),
        Err(_) => read_number(text, decimal_comma).map_or(Err(NO_COUNT), of_number),
    };
    let missing = Err("a count is missing");
    let column = entries.column();
    Ok(match column.dtype() {
        DataType::Float32 | DataType::Float64 => {
            let wide = column.cast(&DataType::Float64).map_err(|_| unreadable())?;
            let values = wide.f64().map_err(|_| unreadable())?;
            values.iter().map(|v| v.map_or(missing, of_number)).collect()
        }
        _ => {
            let texts = column.cast(&DataType::String).map_err(|_| unreadable())?;
            let values = texts.str().map_err(|_| unreadable())?;
            values.iter().map(|v| v.map_or(missing, of_text)).collect()
        }
    })
}
