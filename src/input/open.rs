//! A source, opened: what it is, and the names of its columns.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use super::columnar::Columnar;
use super::format::{self, Format, Outside};
use super::hash::{self, HashingReader, Progress};
use super::ndjson;
use super::sniff::{self, Shape};
use super::source::Source;
use super::text::{TextError, TextReader};
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;

/// A Parquet or Arrow file on standard input has to be held in memory, because its directory is at its end.
const LARGEST_PIPED: u64 = 1 << 30;

/// How text is to be read, where the policy says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextOptions {
    pub delimiter: Option<u8>,
    pub decimal_comma: Option<bool>,
}

/// A file that has been opened and recognised.
pub(super) enum Opened {
    Columns { file: Columnar, hash: Hash },
    Text { reader: TextReader, hash: hash::HashHandle },
}

pub(super) enum Hash {
    /// To be hashed beside the scan, which reads the file itself.
    Beside(PathBuf),
    Known(String),
}

/// The names of the columns of a source and how their texts look.
pub struct Columns {
    pub names: Vec<String>,
    pub shape: Option<Shape>,
}

/// The names of the columns of a source; none where it has columns that cannot be known, as reading it will tell.
///
/// # Errors
/// It cannot be opened, or is nothing that is read.
pub fn column_names(source: &Source, options: TextOptions) -> Result<Vec<String>, Error> {
    Ok(match begin(source, options)? {
        Begun::Text { columns, .. } => columns.names,
        Begun::Columns(file) => {
            file.schema().map(|schema| schema.into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
        }
    })
}

/// A source whose columns are known and whose rows have not been read.
pub enum Begun {
    Columns(Columnar),
    Text { reader: TextReader, format: Format, columns: Columns },
}

/// Opens a source and finds its columns.
pub fn begin(source: &Source, options: TextOptions) -> Result<Begun, Error> {
    let quiet: Progress = Arc::new(|_| {});
    match open(source, &quiet)? {
        Opened::Columns { file, .. } => Ok(Begun::Columns(file)),
        Opened::Text { mut reader, .. } => {
            let format = text_format(source, &reader)?;
            let columns = text_columns(source, &mut reader, format, options)?;
            Ok(Begun::Text { reader, format, columns })
        }
    }
}

pub(super) fn open(source: &Source, progress: &Progress) -> Result<Opened, Error> {
    let cannot = |e: std::io::Error| source.unreadable(format!("it cannot be opened: {e}"));
    let raw: Box<dyn Read + Send> = match source {
        Source::Stdin => Box::new(std::io::stdin()),
        Source::File { path, .. } => {
            if path.is_dir() {
                return Err(source.unreadable("it is a folder; name files, or a pattern such as folder/*.parquet"));
            }
            Box::new(File::open(path).map_err(cannot)?)
        }
    };
    let (mut raw, hash) = HashingReader::new(raw, progress.clone());
    let mut head = vec![0; 6];
    let mut length = 0;
    while length < head.len() {
        match raw.read(&mut head[length..]).map_err(cannot)? {
            0 => break,
            n => length += n,
        }
    }
    head.truncate(length);
    let format = match format::outside(&head) {
        Outside::NotRead(what) => return Err(source.unreadable(format!("it is {what}"))),
        Outside::Gzip => {
            let text = MultiGzDecoder::new(Cursor::new(head).chain(raw));
            return text_reader(source, Box::new(text), Vec::new(), hash);
        }
        Outside::Text => return text_reader(source, Box::new(raw), head, hash),
        Outside::Parquet => Format::Parquet,
        Outside::ArrowIpc => Format::ArrowIpc,
    };
    match source {
        Source::File { path, .. } => {
            Ok(Opened::Columns { file: Columnar::file(path, format), hash: Hash::Beside(path.clone()) })
        }
        Source::Stdin => {
            let mut rest = head;
            let read = (&mut raw).take(LARGEST_PIPED).read_to_end(&mut rest);
            read.map_err(cannot)?;
            if rest.len() as u64 > LARGEST_PIPED {
                let why = "a Parquet or Arrow file on standard input is held in memory, and this one is over 1 GiB; give it as a file";
                return Err(source.unreadable(why));
            }
            Ok(Opened::Columns { file: Columnar::piped(rest, format), hash: Hash::Known(hash.hex()) })
        }
    }
}

fn text_reader(
    source: &Source,
    raw: Box<dyn Read + Send>,
    head: Vec<u8>,
    hash: hash::HashHandle,
) -> Result<Opened, Error> {
    let reader = TextReader::open(raw, head).map_err(|e| text_error(source, e))?;
    Ok(Opened::Text { reader, hash })
}

pub(super) fn text_format(source: &Source, reader: &TextReader) -> Result<Format, Error> {
    let name = match source {
        Source::Stdin => "",
        Source::File { path, .. } => path.to_str().unwrap_or_default(),
    };
    format::text_format(name, reader.sample()).map_err(|what| source.unreadable(format!("it is {what}")))
}

pub(super) fn text_columns(
    source: &Source,
    reader: &mut TextReader,
    format: Format,
    options: TextOptions,
) -> Result<Columns, Error> {
    if reader.sample().trim().is_empty() {
        return Err(source.unreadable("the file is empty"));
    }
    if format == Format::Ndjson {
        return Ok(Columns { names: ndjson::keys(reader.sample()), shape: None });
    }
    let shape = sniff::sniff(reader.sample(), options.delimiter, options.decimal_comma)
        .map_err(|why| source.unreadable(why))?;
    reader.delimiter = Some(shape.delimiter);
    reader.skip_record();
    Ok(Columns { names: shape.header.clone(), shape: Some(shape) })
}

pub(super) fn text_error(source: &Source, error: TextError) -> Error {
    let place = Place { line: error.line, ..source.place() };
    Error::data(Diagnostic::new("cannot-read", error.why).at(place))
}
