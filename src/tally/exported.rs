//! Files with the result of a printed statement, in whatever format an engine exports it.

use std::path::Path;

use polars::prelude::DataFrame;

use super::columns::unreadable;
use super::faults::bad_row;
use super::shard::{Shard, from_table, is_table};
use crate::error::Error;
use crate::input::hash::Progress;
use crate::input::open::TextOptions;
use crate::input::{Accumulate, BadRow, Batch, Source, column_names, read_into};

/// How the result of a statement is written.
const OPTIONS: TextOptions = TextOptions { delimiter: None, decimal_comma: Some(false) };

/// The names of the columns of a file that holds the result of a printed statement; none where it holds something else. What
/// is no file is not looked into: what is read of a pipe is gone.
pub fn find_table(path: &Path, source: &Source) -> Option<Vec<String>> {
    let names = path.is_file().then(|| column_names(source, TextOptions::default()).ok())??;
    is_table(names.iter().map(String::as_str)).then_some(names)
}

/// The cells of a result with these columns, and the SHA-256 of its file.
///
/// # Errors
/// The file cannot be read, or is not the whole result of a statement.
pub fn read_table(source: &Source, names: &[String], progress: &Progress) -> Result<(Shard, String), Error> {
    let (parts, read) = read_into(source, names, OPTIONS, |_| Gather::default(), progress)?;
    let unread = |e: polars::prelude::PolarsError| source.unreadable(e.to_string());
    let mut whole: Option<DataFrame> = None;
    for frame in parts.into_iter().flat_map(|gather| gather.frames) {
        match &mut whole {
            None => whole = Some(frame),
            Some(whole) => {
                whole.vstack_mut(&frame).map_err(unread)?;
            }
        }
    }
    let mut whole = whole.unwrap_or_default();
    if whole.width() == names.len() {
        whole.set_column_names(names).map_err(unread)?;
    }
    Ok((from_table(&source.place(), &whole)?, read.sha256))
}

/// Keeps all that is read: a result has as many lines as there are cells.
#[derive(Clone, Default)]
struct Gather {
    frames: Vec<DataFrame>,
    rows: u64,
}

impl Accumulate for Gather {
    fn push(&mut self, batch: &Batch) -> Result<(), BadRow> {
        self.rows += batch.height() as u64;
        self.frames.push(DataFrame::try_from(batch).map_err(|_| bad_row(unreadable(), ""))?);
        Ok(())
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}
