//! One source → the pool: finds out what it is, checks its columns, and gives every batch to an accumulator.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::accumulate::{Accumulate, Pool};
use super::columnar::{self, ScanError};
use super::csv::CsvPlan;
use super::hash::{self, Progress};
use super::ndjson::NdjsonPlan;
use super::open::{Hash, Opened, TextOptions, open, text_columns, text_error, text_format};
use super::sniff;
use super::source::Source;
use super::workers::{Fault, Plan, Reading};
use crate::diagnostic::{Diagnostic, Place, suggest};
use crate::error::Error;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRead {
    pub path: String,
    pub format: &'static str,
    pub sha256: String,
    pub rows: u64,
    pub notes: Vec<String>,
    /// Names of all columns, read or not.
    pub columns: Vec<String>,
    /// Where rows that had been counted before came from.
    pub holds: Vec<Origin>,
}

impl SourceRead {
    /// Path and SHA-256 of the files whose rows it has: cells stand for those that they count.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let held = self.holds.iter().map(|origin| (origin.path.as_str(), origin.sha256.as_str()));
        held.chain([(self.path.as_str(), self.sha256.as_str())])
    }
}

/// A file whose rows were counted in an earlier run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    pub path: String,
    pub format: String,
    pub sha256: String,
    pub rows: u64,
    pub notes: Vec<String>,
}

/// Reads a source. `wanted` names the columns of a batch in their order; `empty` makes the accumulator once it is known
/// whether numbers have a decimal comma.
fn read<A: Accumulate>(
    source: &Source,
    wanted: &[String],
    options: TextOptions,
    pool: impl FnOnce(bool) -> Arc<Pool<A>>,
    progress: &Progress,
) -> Result<SourceRead, Error> {
    match open(source, progress)? {
        Opened::Columns { file, hash } => {
            let schema = file.schema().map_err(|e| scan_error(source, e))?;
            let names: Vec<String> = schema.iter().map(|(name, _)| name.clone()).collect();
            find_columns(source, &names, wanted)?;
            for (name, kind) in schema.iter().filter(|(name, _)| wanted.contains(name)) {
                if let Some(why) = columnar::unusable(kind) {
                    let place = Place { column: Some(name.clone()), ..source.place() };
                    return Err(Error::data(
                        Diagnostic::new("bad-data", format!("the column cannot be used: {why}")).at(place),
                    ));
                }
            }
            // Columns of text hold numbers as they were written, like a file of text.
            let pool = pool(options.decimal_comma.unwrap_or(false));
            let before = pool.rows();
            let hashed = std::thread::scope(|scope| {
                let hashing = match hash {
                    Hash::Known(hash) => Ok(hash),
                    Hash::Beside(path) => Err(scope.spawn(move || hash::hash_file(&path, progress))),
                };
                let read = file.read(&schema, wanted, &pool);
                let hashed = match hashing {
                    Ok(hash) => Ok(hash),
                    Err(thread) => thread.join().unwrap_or_else(|_| Err(std::io::Error::other("hashing stopped"))),
                };
                read.map_err(|e| scan_error(source, e))?;
                hashed.map_err(|e| source.unreadable(format!("it cannot be read to its end: {e}")))
            })?;
            let rows = pool.rows() - before;
            Ok(SourceRead {
                path: source.shown().to_owned(),
                format: file.format.name(),
                sha256: hashed,
                rows,
                notes: Vec::new(),
                columns: names,
                holds: Vec::new(),
            })
        }
        Opened::Text { mut reader, hash } => {
            let format = text_format(source, &reader)?;
            let columns = text_columns(source, &mut reader, format, options)?;
            let mut places = find_columns(source, &columns.names, wanted)?;
            places.truncate(wanted.len());
            let shape = columns.shape;
            let decimal_comma = shape.as_ref().map_or(options.decimal_comma.unwrap_or(false), |s| s.decimal_comma);
            let plan = match &shape {
                Some(shape) => Plan::Csv(Box::new(CsvPlan::new(shape.delimiter, shape.header.len(), &places))),
                None => Plan::Ndjson(NdjsonPlan::new(wanted)),
            };
            if decimal_comma && options.decimal_comma.is_none() {
                reader.notes.push("numbers have a decimal comma".to_owned());
            }
            let delimiter = shape.as_ref().map_or(b',', |shape| shape.delimiter);
            let pool = pool(decimal_comma);
            let before = pool.rows();
            let fault = Reading { format, delimiter, plan, pool: &pool }.run(&mut reader);
            if let Some(fault) = fault {
                return Err(text_fault(source, fault));
            }
            let rows = pool.rows() - before;
            let notes = std::mem::take(&mut reader.notes);
            Ok(SourceRead {
                path: source.shown().to_owned(),
                format: format.name(),
                sha256: hash.hex(),
                rows,
                notes,
                columns: columns.names,
                holds: Vec::new(),
            })
        }
    }
}

/// Reads a source into accumulators of its own, one for each worker; `make` makes an empty one. See [`read`].
pub fn read_into<A: Accumulate>(
    source: &Source,
    wanted: &[String],
    options: TextOptions,
    make: impl FnOnce(bool) -> A,
    progress: &Progress,
) -> Result<(Vec<A>, SourceRead), Error> {
    let mut pool: Option<Arc<Pool<A>>> = None;
    let pooled = |decimal_comma| pool.insert(Pool::new(make(decimal_comma))).clone();
    let read = read(source, wanted, options, pooled, progress)?;
    Ok((pool.map(|pool| pool.take()).unwrap_or_default(), read))
}

/// The places of the wanted columns; every one that is absent is named in one error.
fn find_columns(source: &Source, names: &[String], wanted: &[String]) -> Result<Vec<usize>, Error> {
    let mut places = Vec::new();
    let mut problems = Vec::new();
    for column in wanted {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == column);
        match (found.next(), found.next()) {
            (Some((place, _)), None) => places.push(place),
            (Some(_), Some(_)) => {
                let message = format!("two columns are named `{column}`; which one is meant?");
                problems.push(Diagnostic::new("unknown-column", message).at(source.place()));
            }
            (None, _) => {
                let message = format!("there is no column `{column}`{}", other_columns(column, names, wanted));
                let told = Diagnostic::new("unknown-column", message).at(source.place());
                if !problems.contains(&told) {
                    problems.push(told);
                }
            }
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(Error::Policy(problems)) }
}

fn other_columns(column: &str, names: &[String], wanted: &[String]) -> String {
    if sniff::looks_like_data(names) {
        return "; the first line looks like data, not like names: is the header missing?".to_owned();
    }
    let hint = suggest(column, names.iter().map(String::as_str));
    if !hint.is_empty() || names.len() > 40 {
        return hint;
    }
    // A first line that holds none of the names could be a row, and rows are not printed.
    if !wanted.iter().any(|name| names.contains(name)) {
        return "; none of the columns asked for is there: is the first line the header?".to_owned();
    }
    format!("; the columns are {}", names.join(", "))
}

fn text_fault(source: &Source, fault: Fault) -> Error {
    match fault {
        Fault::Text(error) => text_error(source, error),
        Fault::Line(line, why) => {
            let place = Place { line: Some(line), ..source.place() };
            Error::data(Diagnostic::new("cannot-read", why).at(place))
        }
        Fault::Bad { line, bad } => {
            let place = Place { line, column: Some(bad.column), ..source.place() };
            Error::data(Diagnostic::new(bad.code, bad.message).at(place))
        }
    }
}

fn scan_error(source: &Source, error: ScanError) -> Error {
    match error {
        ScanError::Unreadable(why) => source.unreadable(why),
        ScanError::Bad { row, bad } => {
            let place = Place { row, column: Some(bad.column), ..source.place() };
            Error::data(Diagnostic::new(bad.code, bad.message).at(place))
        }
    }
}
