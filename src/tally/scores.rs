//! A column of scores: probabilities from 0 to 1, and the decision that a threshold makes of them.

use polars::prelude::{Column, DataType};

use super::columns::{Located, unreadable};
use super::meaning::{Classes, Fault, NO_NUMBER, Number, read_number};
use super::numbers::{self, Read};
use crate::cell::Decision;
use crate::cell::scores::of_single;
use crate::input::batch::Entries;
use crate::policy::value::Values;

pub(super) const OUTSIDE: &str =
    "a score is a probability from 0 to 1, and this is outside; percent must be divided by 100";

/// How the scores of a file are read.
#[derive(Clone)]
pub struct Scoring {
    missing: Values,
    decimal_comma: bool,
    threshold: Option<f64>,
}

impl Scoring {
    pub fn new(missing: &Values, decimal_comma: bool, threshold: Option<f64>) -> Scoring {
        Scoring { missing: missing.clone(), decimal_comma, threshold }
    }

    /// Replaces `into` by the scores of the column, NaN where there is none. A score of single precision that is the
    /// threshold, rounded to single precision, is the threshold.
    pub fn read(&self, entries: &Entries, into: &mut Vec<f64>) -> Result<(), Located> {
        let column = entries.column();
        into.clear();
        into.reserve(column.len());
        match column.dtype() {
            DataType::Float32 => {
                let values = column.f32().map_err(|_| unreadable())?;
                let threshold = self.threshold.map(|t| (t as f32, t));
                let stands_for = |single: f32| match threshold {
                    _ if single.is_nan() || Number::Single(single).is_in(&self.missing) => Read::Missing,
                    Some((rounded, threshold)) if rounded == single => Read::Number(threshold),
                    _ => Read::Number(of_single(single)),
                };
                for chunk in values.downcast_iter() {
                    if chunk.validity().is_none() && self.missing.numbers().is_empty() {
                        let values = chunk.values().as_slice();
                        all_inside(values, into.len())?;
                        let start = into.len();
                        into.extend(values.iter().map(|value| of_single(*value) + 0.0));
                        if let Some((rounded, threshold)) = threshold {
                            let scores = into[start..].iter_mut().zip(values);
                            scores.filter(|(_, value)| **value == rounded).for_each(|(score, _)| *score = threshold);
                        }
                        continue;
                    }
                    for value in chunk.iter() {
                        let read = value.map_or(Read::Missing, |single| stands_for(*single));
                        put(into, read).map_err(|message| (Some(into.len()), Fault::Row(message)))?;
                    }
                }
                Ok(())
            }
            kind if kind.is_primitive_numeric() => {
                let wide = column.cast(&DataType::Float64).map_err(|_| unreadable())?;
                self.read_doubles(&wide, into)
            }
            _ => self.read_each(&column, into),
        }
    }

    fn read_doubles(&self, column: &Column, into: &mut Vec<f64>) -> Result<(), Located> {
        let values = column.f64().map_err(|_| unreadable())?;
        if values.null_count() > 0 || !self.missing.numbers().is_empty() {
            return self.read_each(column, into);
        }
        for chunk in values.downcast_iter() {
            let values = chunk.values().as_slice();
            all_inside(values, into.len())?;
            // There is one zero.
            into.extend(values.iter().map(|value| value + 0.0));
        }
        Ok(())
    }

    fn read_each(&self, column: &Column, into: &mut Vec<f64>) -> Result<(), Located> {
        numbers::each(column, &self.missing, |text| read_number(text, self.decimal_comma), |read| put(into, read))
    }
}

/// Appends a score, NaN where there is none.
fn put(into: &mut Vec<f64>, read: Read) -> Result<(), &'static str> {
    into.push(match read {
        Read::Missing => f64::NAN,
        // There is one zero.
        Read::Number(value) if (0.0..=1.0).contains(&value) => value + 0.0,
        Read::Number(_) => return Err(OUTSIDE),
        Read::NoNumber => return Err(NO_NUMBER),
    });
    Ok(())
}

/// Tells of the first score that is no probability; a number that is none is a missing score. `before` counts the rows
/// that came before.
fn all_inside<T: PartialOrd + From<u8>>(values: &[T], before: usize) -> Result<(), Located> {
    let (zero, one) = (T::from(0), T::from(1));
    let outside = |value: &T| (*value < zero) | (*value > one);
    // Most often there is none: several are looked at at once.
    if !values.iter().fold(false, |any, value| any | outside(value)) {
        return Ok(());
    }
    let row = values.iter().position(outside).map(|row| before + row);
    Err((row, Fault::Row(OUTSIDE)))
}

/// Scores at or above a threshold are decision 1.
#[derive(Clone)]
pub struct Cut {
    threshold: f64,
    /// Codes of the decisions 1 and 0.
    above: u32,
    below: u32,
}

impl Cut {
    pub fn new(threshold: f64, favourable: &Values, selected: &Values) -> Cut {
        let mut classes = Classes::of_decision(favourable, selected, &Values::default());
        Cut { threshold, above: classes.code("1"), below: classes.code("0") }
    }

    /// The decisions of scores.
    pub fn decide(&self, scores: &[f64], into: &mut Vec<u32>) {
        let missing = Decision::Missing.index() as u32;
        into.clear();
        into.extend(scores.iter().map(|score| match score {
            score if score.is_nan() => missing,
            score if *score >= self.threshold => self.above,
            _ => self.below,
        }));
    }
}
