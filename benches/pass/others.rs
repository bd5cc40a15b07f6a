//! What evenhand is held against, each in a process of its own: polars' streaming group-by, polars' own scan of the needed
//! columns, and the bare decoding of Parquet by the fastest reader known.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_schema::{DataType as Stored, Field as StoredField, Schema as StoredSchema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use polars::prelude::*;

use crate::rows::KEYS;

/// Counts the rows of every combination of the five columns.
pub fn group_by(file: &Path) -> PolarsResult<()> {
    let counted = scan(file)?.group_by(KEYS.map(col)).agg([len()]);
    println!("{}", counted.collect_with_engine(Engine::Streaming)?.unwrap_single().height());
    Ok(())
}

/// Reads columns and drops them.
pub fn scan_only(file: &Path, columns: &[String]) -> PolarsResult<()> {
    let schema = Arc::new(Schema::from_iter([Field::new("done".into(), DataType::Boolean)]));
    let (empty, same) = (schema.clone(), schema);
    let frame = scan(file)?.select(columns.iter().map(|name| col(name.as_str())).collect::<Vec<_>>()).map(
        move |_| Ok(DataFrame::empty_with_schema(&empty)),
        OptFlags::default() | OptFlags::STREAMING,
        Some(Arc::new(move |_: &Schema| Ok(same.clone()))),
        Some("drop"),
    );
    frame.collect_with_engine(Engine::Streaming).map(|_| ())
}

fn scan(file: &Path) -> PolarsResult<LazyFrame> {
    let path = PlRefPath::new(file.to_string_lossy());
    match file.extension().and_then(|kind| kind.to_str()) {
        Some("csv") => LazyCsvReader::new(path).finish(),
        Some("ndjson") => LazyJsonLineReader::new(path).finish(),
        _ => LazyFrame::scan_parquet(path, ScanArgsParquet::default()),
    }
}

/// Decodes columns of a Parquet file and drops them: row groups on every core, dictionaries kept.
pub fn decode(path: &Path, columns: &[String]) -> Result<(), parquet::errors::ParquetError> {
    let file = File::open(path)?;
    let plain = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new().with_skip_arrow_metadata(true))?;
    let coded = |field: &Arc<StoredField>| match field.data_type() {
        Stored::Utf8 => StoredField::clone(field)
            .with_data_type(Stored::Dictionary(Box::new(Stored::UInt32), Box::new(Stored::Utf8))),
        _ => StoredField::clone(field),
    };
    let schema: Vec<StoredField> = plain.schema().fields().iter().map(coded).collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(StoredSchema::new(schema)));
    let metadata = ArrowReaderMetadata::try_new(plain.metadata().clone(), options)?;
    let projection = ProjectionMask::columns(metadata.parquet_schema(), columns.iter().map(String::as_str));
    let next = AtomicUsize::new(0);
    let work = || -> Result<usize, parquet::errors::ParquetError> {
        let mut rows = 0;
        loop {
            let group = next.fetch_add(1, Ordering::Relaxed);
            if group >= metadata.metadata().num_row_groups() {
                return Ok(rows);
            }
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(path)?, metadata.clone())
                .with_projection(projection.clone())
                .with_row_groups(vec![group])
                .with_batch_size(65_536)
                .build()?;
            for batch in reader {
                rows += batch?.num_rows();
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    let rows = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("the worker ends")).sum::<Result<usize, _>>()
    })?;
    println!("{rows}");
    Ok(())
}
