//! The result of a printed statement that came by another way than a file.

use polars::prelude::{Column, DataFrame};

use super::{Shard, from_table};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;

/// A column of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct FromColumn {
    pub name: String,
    pub values: FromValues,
}

/// Values of a column: numbers where the engine gave floating ones, else their texts.
#[derive(Clone, Debug, PartialEq)]
pub enum FromValues {
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<f64>>),
}

/// The result of a printed statement by its columns, as a shard; `place` is where it is from.
///
/// # Errors
/// As [`from_table`].
pub fn from_columns(place: &Place, columns: Vec<FromColumn>) -> Result<Shard, Error> {
    let column = |of: FromColumn| match of.values {
        FromValues::Texts(texts) => Column::new(of.name.into(), texts),
        FromValues::Numbers(numbers) => Column::new(of.name.into(), numbers),
    };
    let columns: Vec<Column> = columns.into_iter().map(column).collect();
    let height = columns.first().map_or(0, |column| column.len());
    let frame = DataFrame::new(height, columns)
        .map_err(|e| Error::data(Diagnostic::new("cannot-read", e.to_string()).at(place.clone())))?;
    from_table(place, &frame)
}
