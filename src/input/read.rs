//! One source → the pool: finds out what it is, checks its columns, and gives every batch to an accumulator.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use super::accumulate::{Accumulate, BadRow, Pool};
use super::columnar::{self, Columnar, ScanError};
use super::csv::CsvPlan;
use super::format::{self, Format, Outside};
use super::hash::{self, HashingReader, Progress};
use super::ndjson::{self, NdjsonPlan};
use super::sniff::{self, Shape};
use super::source::Source;
use super::text::{self, Chunk, TextError, TextReader};
use crate::diagnostic::{Diagnostic, Place, suggest};
use crate::error::Error;

/// A Parquet or Arrow file on standard input has to be held in memory, because its directory is at its end.
const LARGEST_PIPED: u64 = 1 << 30;

/// How text is to be read, where the policy says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextOptions {
    pub delimiter: Option<u8>,
    pub decimal_comma: Option<bool>,
}

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
}

/// A file that has been opened and recognised.
enum Opened {
    Columns { file: Columnar, hash: Hash },
    Text { reader: TextReader, hash: hash::HashHandle },
}

enum Hash {
    /// To be hashed beside the scan, which reads the file itself.
    Beside(PathBuf),
    Known(String),
}

/// The names of the columns of a source and how their texts look.
pub struct Columns {
    pub names: Vec<String>,
    pub shape: Option<Shape>,
}

/// Reads a source. `wanted` names the columns of a batch in their order; `empty` makes the accumulator once it is known
/// whether numbers have a decimal comma.
pub fn read<A: Accumulate>(
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
            let pool = pool(false);
            let before = pool.rows();
            let hashed = std::thread::scope(|scope| {
                let hashing = match hash {
                    Hash::Known(hash) => Ok(hash),
                    Hash::Beside(path) => Err(scope.spawn(move || hash::hash_file(&path, progress))),
                };
                let read = file.read(wanted, &pool);
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
            })
        }
    }
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

fn open(source: &Source, progress: &Progress) -> Result<Opened, Error> {
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

fn text_format(source: &Source, reader: &TextReader) -> Result<Format, Error> {
    let name = match source {
        Source::Stdin => "",
        Source::File { path, .. } => path.to_str().unwrap_or_default(),
    };
    format::text_format(name, reader.sample()).map_err(|what| source.unreadable(format!("it is {what}")))
}

fn text_columns(
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

enum Plan {
    Csv(Box<CsvPlan>),
    Ndjson(NdjsonPlan),
}

/// Why reading a text stopped.
enum Fault {
    Text(TextError),
    Line(u64, String),
    Bad { line: Option<u64>, bad: BadRow },
}

/// The workers that parse and count chunks.
struct Reading<'a, A> {
    format: Format,
    delimiter: u8,
    plan: Plan,
    pool: &'a Arc<Pool<A>>,
}

impl<A: Accumulate> Reading<'_, A> {
    fn chunk(&self, chunk: &Chunk) -> Result<(), Fault> {
        let parsed = match &self.plan {
            Plan::Csv(plan) => plan.parse(chunk),
            Plan::Ndjson(plan) => plan.parse(chunk),
        };
        let batch = parsed.map_err(|(line, why)| Fault::Line(line, why))?;
        self.pool.push(&batch).map_err(|bad| {
            let line = bad.row.and_then(|row| {
                let records = text::records(chunk, self.format, self.delimiter);
                records.get(row).map(|(line, _)| *line)
            });
            Fault::Bad { line, bad }
        })
    }

    /// Chunks go to the workers in the order of the file, and all that were given out are finished before a fault is
    /// reported: so it is the first of the file, whatever the number of threads.
    fn run(&self, reader: &mut TextReader) -> Option<Fault>
    where
        A: Sync,
    {
        let first = match reader.next_chunk() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return None,
            Err(e) => return Some(Fault::Text(e)),
        };
        let second = match reader.next_chunk() {
            Ok(None) => return self.chunk(&first).err(),
            Ok(Some(chunk)) => chunk,
            Err(e) => return self.chunk(&first).err().or(Some(Fault::Text(e))),
        };
        let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
        let (sender, receiver) = sync_channel::<(usize, Chunk)>(workers);
        let receiver = Mutex::new(receiver);
        let faults: Mutex<Vec<(usize, Fault)>> = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((index, chunk)) = next else { return };
                        if let Err(fault) = self.chunk(&chunk) {
                            faults.lock().unwrap_or_else(PoisonError::into_inner).push((index, fault));
                        }
                    }
                });
            }
            let send = |index: usize, chunk: Chunk| sender.send((index, chunk)).is_ok();
            let mut index = 2;
            let mut going = send(0, first) && send(1, second);
            while going && faults.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                match reader.next_chunk() {
                    Ok(Some(chunk)) => going = send(index, chunk),
                    Ok(None) => break,
                    Err(e) => {
                        faults.lock().unwrap_or_else(PoisonError::into_inner).push((index, Fault::Text(e)));
                    }
                }
                index += 1;
            }
            drop(sender);
        });
        let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults.into_iter().min_by_key(|(index, _)| *index).map(|(_, fault)| fault)
    }
}

fn text_error(source: &Source, error: TextError) -> Error {
    let place = Place { line: error.line, ..source.place() };
    Error::data(Diagnostic::new("cannot-read", error.why).at(place))
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
