//! The columns of a printed statement's result, in whatever types they have come.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use polars::prelude::{Column, DataFrame, DataType};

use crate::cell::scores::GRID;
use crate::diagnostic::{Diagnostic, Place, so_many};
use crate::error::Error;
use crate::policy::value;
use crate::sql::about::{self, About, FaultKind};
use crate::sql::columns as sql;
use crate::tally::columns::NO_COUNT;
use crate::tally::meaning::NO_NUMBER;
use crate::tally::quantities::NO_WEIGHT;
use crate::tally::scores::OUTSIDE;

/// The columns of the result by name, as text; names in capitals are the same.
pub(super) struct Table {
    texts: BTreeMap<String, Column>,
    numbers: BTreeMap<String, Column>,
    height: usize,
}

pub(super) const IN_PART: &str = "it is not the whole result of the statement: export all of it, into one file";

impl Table {
    pub(super) fn new(frame: &DataFrame) -> Result<Table, String> {
        let cast = |column: &Column, kind: &DataType| {
            column
                .cast(kind)
                .map(|column| column.rechunk())
                .map_err(|_| format!("its column `{}` is of a type that is not read", column.name()))
        };
        let mut texts = BTreeMap::new();
        let mut of_numbers = BTreeMap::new();
        for column in frame.columns() {
            let name = column.name().to_lowercase();
            let is_number = [sql::SCORE, sql::SCORE_TO, sql::OUTCOME_NUMBER].contains(&name.as_str());
            if is_number && *column.dtype() != DataType::String {
                of_numbers.insert(name, cast(column, &DataType::Float64)?);
            } else if is_number {
                // Read by the code that reads scores of rows.
                of_numbers.insert(name, numbers(column)?);
            } else {
                // A decimal of no places is whole; a float that was is read as one below.
                texts.insert(name, cast(column, &DataType::String)?);
            }
        }
        let table = Table { texts, numbers: of_numbers, height: frame.height() };
        for line in 0..table.height {
            let form = table.text(sql::FORM, line)?;
            if form.strip_suffix(".0").unwrap_or(form) != sql::VERSION {
                return Err(format!("it is a table of form {form}, and this version reads {}", sql::VERSION));
            }
        }
        Ok(table)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// The text of a line; nothing and null are the same.
    pub(super) fn text(&self, name: &str, line: usize) -> Result<&str, String> {
        let column = self.texts.get(name).ok_or_else(|| format!("it has no column `{name}`"))?;
        Ok(column.str().map_err(|e| e.to_string())?.get(line).unwrap_or_default())
    }

    /// The digits of a whole number.
    fn digits(&self, name: &str, line: usize) -> Result<&str, String> {
        let text = self.text(name, line)?;
        // Some programs make a float of a column that has a gap.
        let digits = text.strip_suffix(".0").filter(|digits| digits.len() < 16).unwrap_or(text);
        let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then_some(digits).ok_or_else(|| no_whole_number(name))
    }

    pub(super) fn whole(&self, name: &str, line: usize) -> Result<u64, String> {
        self.digits(name, line)?.parse().map_err(|_| no_whole_number(name))
    }

    /// A whole number of any length.
    pub(super) fn wide(&self, name: &str, line: usize) -> Result<BigUint, String> {
        BigUint::parse_bytes(self.digits(name, line)?.as_bytes(), 10).ok_or_else(|| no_whole_number(name))
    }

    /// The floating number of a line; none where there is no such column.
    pub(super) fn number(&self, name: &str, line: usize) -> Result<Option<f64>, String> {
        let Some(column) = self.numbers.get(name) else { return Ok(None) };
        Ok(column.f64().map_err(|e| e.to_string())?.get(line))
    }

    pub(super) fn scores(&self, line: usize) -> Result<Option<(f64, f64)>, String> {
        if [sql::SCORE, sql::SCORE_TO].iter().any(|name| !self.numbers.contains_key(*name)) {
            return Ok(None);
        }
        match (self.number(sql::SCORE, line)?, self.number(sql::SCORE_TO, line)?) {
            (None, None) => Ok(None),
            // There is one zero.
            (Some(from), Some(to)) => Ok(Some((from + 0.0, to + 0.0))),
            _ => Err("a line of it has half a score".to_owned()),
        }
    }

    fn lines(&self, what: &str) -> Result<Vec<usize>, String> {
        let mut found = Vec::new();
        for line in 0..self.height {
            if self.text(sql::WHAT, line)? == what {
                found.push(line);
            }
        }
        Ok(found)
    }

    /// What the table says of itself.
    pub(super) fn about(&self) -> Result<About, String> {
        let line = match self.lines(sql::TABLE_LINE)?.as_slice() {
            [one] => *one,
            [] => return Err(IN_PART.to_owned()),
            _ => return Err("it holds the results of several statements; give each as a file of its own".to_owned()),
        };
        let text = self.text(sql::ABOUT, line)?;
        let value: serde_json::Value = serde_json::from_str(text)
            .map_err(|_| "its column `about` is damaged; run the statement again".to_owned())?;
        match value.get("schema").and_then(serde_json::Value::as_str) {
            Some(about::SCHEMA) => {}
            other => {
                let other = other.unwrap_or("no form at all");
                return Err(format!("it is a table of {other}, and this version reads {}", about::SCHEMA));
            }
        }
        let about: About =
            serde_json::from_value(value).map_err(|e| format!("its column `about` is not whole: {e}"))?;
        if about.grid != GRID {
            return Err(format!("its scores are in the bins `{}`, and this version has `{GRID}`", about.grid));
        }
        Ok(about)
    }

    /// Tells of values that cannot be used: what they are, in which column and in how many rows, for only rows can tell which.
    pub(super) fn faults(&self, about: &About, place: &Place) -> Result<(), Error> {
        let unread = |why: String| Error::data(Diagnostic::new("cannot-read", why).at(place.clone()));
        for fault in &about.faults {
            let Some(line) = self.lines(&fault.what).map_err(unread)?.first().copied() else { continue };
            let rows = self.whole(sql::ROWS, line).map_err(unread)?;
            let says = match fault.kind {
                FaultKind::NoNumber => NO_NUMBER,
                FaultKind::NoScore => OUTSIDE,
                FaultKind::NoCount => NO_COUNT,
                FaultKind::NoWeight => NO_WEIGHT,
            };
            let message = format!("{says} ({} of the table that was counted)", so_many(rows, "row"));
            let place = Place { column: Some(fault.column.clone()), ..place.clone() };
            return Err(Error::data(Diagnostic::new("bad-data", message).at(place)));
        }
        Ok(())
    }
}

fn no_whole_number(name: &str) -> String {
    format!("a line of it has no whole number in `{name}`")
}

/// Texts that are numbers; nothing and null, which ClickHouse writes as `\N`, are the same.
fn numbers(column: &Column) -> Result<Column, String> {
    let texts = column.str().map_err(|e| e.to_string())?;
    let number = |text: &str| match text.trim() {
        "" | "\\N" => Ok(None),
        text => {
            value::number(text).map(Some).ok_or_else(|| format!("a line of it has no number in `{}`", column.name()))
        }
    };
    let numbers =
        texts.iter().map(|text| text.map_or(Ok(None), number)).collect::<Result<Vec<Option<f64>>, String>>()?;
    Ok(Column::new(column.name().clone(), numbers))
}
