//! The first rows of a file, column by column: what `init` looks at. Nothing of it is stored or printed but column names and
//! the values of columns with few of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::{Column, DataType};

use super::format::Format;
use super::open::{self, Begun, TextOptions};
use super::sniff::{Shape, looks_like_data, split_fields};
use super::source::Source;
use crate::error::Error;

/// How many rows are looked at.
const ROWS: usize = 5_000;

/// The beginning of a file.
pub struct Sample {
    pub format: Format,
    pub shape: Option<Shape>,
    /// Names and values; an empty value is none.
    pub columns: Vec<(String, Vec<String>)>,
}

/// Looks at the beginning of a source.
pub fn sample(source: &Source) -> Result<Sample, Error> {
    match open::begin(source, TextOptions::default())? {
        Begun::Columns(file) => {
            let found = catch_unwind(AssertUnwindSafe(|| file.head(ROWS)));
            let Ok(Ok(frame)) = found else { return Err(source.unreadable("its first rows cannot be read")) };
            let columns = frame.columns().iter().map(|column| (column.name().to_string(), texts(column))).collect();
            Ok(Sample { format: file.format, shape: None, columns })
        }
        Begun::Text { reader, format, columns } => {
            let shape = columns.shape;
            // A row in place of the header must not be printed as the names of columns.
            if shape.is_some() && looks_like_data(&columns.names) {
                return Err(source.unreadable("the first line looks like data, not like names: is the header missing?"));
            }
            let mut found: Vec<(String, Vec<String>)> =
                columns.names.into_iter().map(|name| (name, Vec::new())).collect();
            // The last line of a sample may be cut in the middle.
            let whole = reader.sample().rfind('\n').map_or(reader.sample(), |end| &reader.sample()[..end]);
            for line in whole.lines().filter(|line| !line.trim().is_empty()).take(ROWS) {
                match &shape {
                    Some(shape) => {
                        let fields = split_fields(line, shape.delimiter);
                        found.iter_mut().zip(fields).for_each(|((_, values), field)| values.push(field));
                    }
                    None => {
                        let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
                        else {
                            continue;
                        };
                        for (name, values) in &mut found {
                            let text = match object.get(name) {
                                None | Some(serde_json::Value::Null) => String::new(),
                                Some(serde_json::Value::String(text)) => text.clone(),
                                Some(other) => other.to_string(),
                            };
                            values.push(text);
                        }
                    }
                }
            }
            Ok(Sample { format, shape, columns: found })
        }
    }
}

fn texts(column: &Column) -> Vec<String> {
    match column.cast(&DataType::String) {
        Ok(cast) => match cast.str() {
            Ok(values) => values.iter().map(|v| v.unwrap_or_default().to_owned()).collect(),
            Err(_) => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}
