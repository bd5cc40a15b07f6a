//! Parquet and Arrow files: every batch of rows is counted where it was decoded. What [`super::row_groups`] does not take goes
//! through polars' streaming scan.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{
    DataFrame, DataType, Engine, Field, HiveOptions, IpcScanOptions, LazyFrame, OptFlags, ParquetReader, PlRefPath,
    PolarsResult, ScanArgsParquet, ScanSources, Schema, SerReader, UnifiedScanArgs, col, polars_err,
};

use super::accumulate::{Accumulate, BadRow, Pool};
use super::batch::Batch;
use super::csv::number_columns;
use super::format::Format;
use super::row_groups::{RowGroups, Stopped};

/// Column that carries the number of a row while a fault is looked for.
const ROW: &str = "\u{1}row";

/// What stopped a scan.
pub enum ScanError {
    /// The file is not what it seems, or is damaged.
    Unreadable(String),
    /// A value that cannot be used, with its row from 1 where it has one.
    Bad { row: Option<u64>, bad: BadRow },
}

/// Rows of a stretch, more where a row group is larger.
const WINDOW: usize = 8_000_000;

#[derive(Clone, Copy)]
struct Window {
    start: i64,
    rows: u32,
}

/// A fault and the row it is in, from 1, where that is known.
type Located = (Option<u64>, BadRow);

/// A file of columns, on disk or held in memory.
pub struct Columnar {
    sources: ScanSources,
    pub format: Format,
}

impl Columnar {
    pub fn file(path: &Path, format: Format) -> Columnar {
        // A whole path is never taken for an address, whatever a folder is called: polars knows how to fetch `https://`.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let sources = ScanSources::Paths([PlRefPath::new(path.to_string_lossy())].into_iter().collect());
        Columnar { sources, format }
    }

    /// A file that came through standard input.
    pub fn piped(bytes: Vec<u8>, format: Format) -> Columnar {
        Columnar { sources: ScanSources::Buffers(Arc::new([bytes.into()])), format }
    }

    fn scan(&self, numbered: bool) -> PolarsResult<LazyFrame> {
        let sources = self.sources.clone();
        let frame = match self.format {
            Format::ArrowIpc => {
                let args =
                    UnifiedScanArgs { glob: false, hive_options: HiveOptions::new_disabled(), ..Default::default() };
                LazyFrame::scan_ipc_sources(sources, IpcScanOptions::default(), args)?
            }
            _ => {
                let hive_options = HiveOptions::new_disabled();
                let args = ScanArgsParquet { glob: false, hive_options, ..Default::default() };
                LazyFrame::scan_parquet_sources(sources, args)?
            }
        };
        Ok(if numbered { frame.with_row_index(ROW, Some(0)) } else { frame })
    }

    /// Names and types of the columns.
    pub fn schema(&self) -> Result<Vec<(String, DataType)>, ScanError> {
        let found = catch_unwind(AssertUnwindSafe(|| self.scan(false)?.collect_schema()));
        match found {
            Ok(Ok(schema)) => Ok(schema.iter().map(|(name, kind)| (name.to_string(), kind.clone())).collect()),
            _ => Err(ScanError::Unreadable(self.damaged())),
        }
    }

    /// The first rows of all columns that hold single values.
    pub fn head(&self, rows: usize) -> PolarsResult<DataFrame> {
        let mut frame = self.scan(false)?;
        let schema = frame.collect_schema()?;
        let usable = schema.iter().filter(|(_, kind)| unusable(kind).is_none()).map(|(name, _)| col(name.clone()));
        frame.select(usable.collect::<Vec<_>>()).limit(rows as u32).collect()
    }

    fn damaged(&self) -> String {
        let kind = if self.format == Format::Parquet { "Parquet" } else { "Arrow" };
        format!("it is not a whole {kind} file; is it cut short, or still being written?")
    }

    /// Stretches of rows that are read one after the other: polars decodes many row groups ahead, so memory would grow with
    /// their number. The ends are ends of row groups; none is the whole file.
    fn windows(&self) -> Result<Vec<Option<Window>>, ScanError> {
        let ScanSources::Paths(paths) = &self.sources else { return Ok(vec![None]) };
        let Some(path) = paths.first().filter(|_| self.format == Format::Parquet) else { return Ok(vec![None]) };
        let groups = catch_unwind(AssertUnwindSafe(|| -> PolarsResult<Vec<usize>> {
            let mut reader = ParquetReader::new(File::open(path.as_str())?);
            Ok(reader.get_metadata()?.row_groups.iter().map(|group| group.num_rows()).collect())
        }));
        let Ok(Ok(groups)) = groups else { return Err(ScanError::Unreadable(self.damaged())) };
        let mut windows = Vec::new();
        let (mut start, mut rows) = (0, 0);
        for (place, group) in groups.iter().enumerate() {
            rows += group;
            if rows >= WINDOW || place + 1 == groups.len() {
                let length =
                    u32::try_from(rows).map_err(|_| ScanError::Unreadable("a row group is too large".to_owned()))?;
                windows.push(Some(Window { start: start as i64, rows: length }));
                start += rows;
                rows = 0;
            }
        }
        Ok(windows)
    }

    /// Gives every batch of the wanted columns to the pool. `schema` holds names and types of all columns.
    pub fn read<A: Accumulate>(
        &self,
        schema: &[(String, DataType)],
        wanted: &[String],
        pool: &Arc<Pool<A>>,
    ) -> Result<(), ScanError> {
        if let (Format::Parquet, ScanSources::Paths(paths)) = (self.format, &self.sources)
            && let Some(path) = paths.first()
            && let Some(groups) = RowGroups::open(Path::new(path.as_str()), schema, wanted)
        {
            return groups.read(pool).map_err(|stopped| match stopped {
                Stopped::Damaged => ScanError::Unreadable(self.damaged()),
                Stopped::Bad { row, bad } => ScanError::Bad { row, bad },
            });
        }
        for window in self.windows()? {
            let shared = pool.clone();
            let first_fault = self.pass(wanted, window, false, move |batch| shared.push(batch))?;
            let Some((_, bad)) = first_fault else { continue };
            if bad.row.is_none() {
                return Err(ScanError::Bad { row: None, bad });
            }
            // Batches come in any order. The fault that is reported is the first of the file: a second pass over the
            // stretch looks for it.
            let shared = pool.clone();
            let found = self.pass(wanted, window, true, move |batch| shared.fresh().push(batch))?;
            let (row, bad) = found.map_or((None, bad), |(row, bad)| (row, bad));
            return Err(ScanError::Bad { row, bad });
        }
        Ok(())
    }

    /// Runs over a stretch of the file. Faults do not stop a numbered pass, so that the first row is found.
    fn pass(
        &self,
        wanted: &[String],
        window: Option<Window>,
        numbered: bool,
        push: impl Fn(&Batch) -> Result<(), BadRow> + Send + Sync + 'static,
    ) -> Result<Option<Located>, ScanError> {
        let fault: Arc<Mutex<Option<Located>>> = Arc::default();
        let seen = fault.clone();
        let step = move |frame: DataFrame| -> PolarsResult<DataFrame> {
            let mut columns = frame.columns().to_vec();
            let first = if numbered { Some(columns.remove(0)) } else { None };
            let batch = Batch::from(DataFrame::new(frame.height(), number_columns(columns))?);
            if let Err(bad) = push(&batch) {
                let start = first.and_then(|c| c.get(bad.row.unwrap_or(0)).ok().and_then(|v| v.extract::<u64>()));
                let row = start.map(|row| row + 1);
                let mut known = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if known.as_ref().is_none_or(|(other, _)| row < *other) {
                    *known = Some((row, bad));
                }
                if !numbered {
                    return Err(polars_err!(ComputeError: "stopped"));
                }
            }
            Ok(DataFrame::empty_with_schema(&empty_schema()))
        };
        let run = || -> PolarsResult<()> {
            let mut columns: Vec<_> =
                wanted.iter().enumerate().map(|(i, name)| col(name.as_str()).alias(i.to_string())).collect();
            if numbered {
                columns.insert(0, col(ROW));
            }
            let scan = self.scan(numbered)?;
            let scan = match window {
                Some(window) => scan.slice(window.start, window.rows),
                None => scan,
            };
            let frame = scan.select(columns);
            let schema = |_: &Schema| Ok(Arc::new(empty_schema()));
            let streaming = OptFlags::default() | OptFlags::STREAMING;
            let frame = frame.map(step, streaming, Some(Arc::new(schema)), Some("count"));
            frame.collect_with_engine(Engine::Streaming).map(|_| ())
        };
        let outcome = catch_unwind(AssertUnwindSafe(run));
        if let Some(found) = fault.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(Some(found));
        }
        match outcome {
            Ok(Ok(())) => Ok(None),
            _ => Err(ScanError::Unreadable(self.damaged())),
        }
    }
}

fn empty_schema() -> Schema {
    Schema::from_iter([Field::new("done".into(), DataType::Boolean)])
}

/// Why a column of this type cannot have a role; none when it can.
pub fn unusable(kind: &DataType) -> Option<&'static str> {
    match kind {
        DataType::List(_) | DataType::Array(..) | DataType::Struct(_) => {
            Some("it holds lists or records, not single values")
        }
        DataType::Binary => Some("it holds raw bytes"),
        _ => None,
    }
}
