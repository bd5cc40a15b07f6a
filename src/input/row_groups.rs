//! Parquet files whose columns are of common types, on every core: dictionaries stay what they are, and each worker holds
//! one batch of rows, however large a row group is.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{self, ArrowPrimitiveType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType as Stored, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy};
use polars::prelude::{
    BooleanChunked, ChunkedArray, Column, DataFrame, DataType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntoColumn, IntoSeries, NewChunkedArray, PolarsNumericType, StringChunked, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};

use super::accumulate::{Accumulate, BadRow, Pool};
use super::batch::{Batch, Entries, Texts};

/// Rows of a batch: few enough to stay in the cache of a core, with the codes that are made of them.
const BATCH: usize = 1 << 14;

/// Rows that a worker takes at a time, if the row group has more.
const PIECE: usize = 1 << 20;

/// The needed columns of a Parquet file.
pub struct RowGroups {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    projection: ProjectionMask,
    /// For each wanted column its place among those that are read.
    order: Vec<usize>,
    pieces: Vec<Piece>,
}

/// Rows of one row group.
struct Piece {
    group: usize,
    /// In the row group.
    start: usize,
    rows: usize,
    /// How many rows of the file come before.
    before: u64,
    is_whole: bool,
}

/// What stopped the reading.
pub enum Stopped {
    /// The file is damaged.
    Damaged,
    /// A value that cannot be used, with its row from 1 where it has one.
    Bad { row: Option<u64>, bad: BadRow },
}

impl RowGroups {
    /// None where a column is of another type, or stored in a way that is not read here; `schema` says how the rest of
    /// the program understands the columns.
    pub fn open(path: &Path, schema: &[(String, DataType)], wanted: &[String]) -> Option<RowGroups> {
        catch_unwind(AssertUnwindSafe(|| open(path, schema, wanted))).ok().flatten()
    }

    /// Gives every batch to an accumulator of the pool. Pieces are given out in the order of the file, and all that were
    /// given out are finished: so the fault that is reported is the first of the file, whatever the number of threads.
    pub fn read<A: Accumulate>(&self, pool: &Arc<Pool<A>>) -> Result<(), Stopped> {
        let next = AtomicUsize::new(0);
        let faults: Mutex<Vec<(usize, Stopped)>> = Mutex::new(Vec::new());
        let work = || {
            let mut accumulator = pool.lend();
            while faults.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(piece) = self.pieces.get(place) else { break };
                let read = catch_unwind(AssertUnwindSafe(|| self.read_piece(piece, &mut accumulator)));
                if let Err(stopped) = read.unwrap_or(Err(Stopped::Damaged)) {
                    faults.lock().unwrap_or_else(PoisonError::into_inner).push((place, stopped));
                }
            }
            pool.give_back(accumulator);
        };
        let workers = std::thread::available_parallelism().map_or(2, |n| n.get()).min(self.pieces.len());
        std::thread::scope(|scope| {
            (1..workers).for_each(|_| {
                scope.spawn(work);
            });
            work();
        });
        let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults.into_iter().min_by_key(|(place, _)| *place).map_or(Ok(()), |(_, stopped)| Err(stopped))
    }

    fn read_piece<A: Accumulate>(&self, piece: &Piece, accumulator: &mut A) -> Result<(), Stopped> {
        let mut row = piece.before;
        for batch in self.decode(piece).ok_or(Stopped::Damaged)? {
            let batch = batch.map_err(|_| Stopped::Damaged)?;
            let columns: Option<Vec<Entries>> = batch.columns().iter().map(values).collect();
            let columns = columns.ok_or(Stopped::Damaged)?;
            let columns = self.order.iter().map(|place| columns[*place].clone()).collect();
            accumulator.push(&Batch::new(batch.num_rows(), columns)).map_err(|bad| {
                let row = bad.row.map(|inside| row + inside as u64 + 1);
                Stopped::Bad { row, bad }
            })?;
            row += batch.num_rows() as u64;
        }
        if row == piece.before + piece.rows as u64 { Ok(()) } else { Err(Stopped::Damaged) }
    }

    fn decode(&self, piece: &Piece) -> Option<ParquetRecordBatchReader> {
        // Each piece has a handle of its own: the place in a file belongs to the handle.
        let file = File::open(&self.path).ok()?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_projection(self.projection.clone())
            .with_row_groups(vec![piece.group])
            .with_batch_size(BATCH);
        let reader = if piece.is_whole { reader } else { reader.with_offset(piece.start).with_limit(piece.rows) };
        reader.build().ok()
    }
}

fn open(path: &Path, schema: &[(String, DataType)], wanted: &[String]) -> Option<RowGroups> {
    let file = File::open(path).ok()?;
    // The index says where the pages of a large row group begin.
    let options = || ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
    let plain = ArrowReaderMetadata::load(&file, options().with_skip_arrow_metadata(true)).ok()?;
    let fields = plain.schema().fields();
    let mut read: Vec<usize> = Vec::new();
    for name in wanted {
        let (place, field) = fields.find(name)?;
        let (_, kind) = schema.iter().find(|(other, _)| other == name)?;
        if !is_taken(kind, field.data_type()) {
            return None;
        }
        read.push(place);
    }
    let mut projected = read.clone();
    projected.sort_unstable();
    projected.dedup();
    let order = read.iter().map(|place| projected.iter().position(|other| other == place)).collect::<Option<_>>()?;
    let projection = ProjectionMask::roots(plain.parquet_schema(), projected.iter().copied());
    let groups = plain.metadata().row_groups();
    let leaves = || (0..plain.parquet_schema().num_columns()).filter(|leaf| projection.leaf_included(*leaf));
    if !groups.iter().all(|group| leaves().all(|leaf| is_unpacked(group.column(leaf)))) {
        return None;
    }
    let coded = |place: usize| {
        let mut own = leaves().filter(|leaf| plain.parquet_schema().get_column_root_idx(*leaf) == place);
        own.all(|leaf| groups.iter().all(|group| has_dictionary(group.column(leaf))))
    };
    let hinted: Vec<Field> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let field = Field::clone(field);
            if *field.data_type() == Stored::Utf8 && projected.contains(&place) && coded(place) {
                let kind = Stored::Dictionary(Box::new(Stored::UInt32), Box::new(Stored::Utf8));
                return field.with_data_type(kind);
            }
            field
        })
        .collect();
    let hinted = Schema::new_with_metadata(hinted, plain.schema().metadata().clone());
    let metadata =
        ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options().with_schema(Arc::new(hinted))).ok()?;
    let mut pieces = Vec::new();
    let mut before = 0;
    for (place, group) in groups.iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).ok()?;
        for start in (0..rows).step_by(PIECE) {
            let of_piece = PIECE.min(rows - start);
            pieces.push(Piece { group: place, start, rows: of_piece, before, is_whole: of_piece == rows });
            before += of_piece as u64;
        }
    }
    Some(RowGroups { path: path.to_path_buf(), metadata, projection, order, pieces })
}

/// A whole Parquet file in memory: what its metadata say under a key, and its table, whose decimals without a fraction are texts.
/// polars' own reader of a damaged file may ask for more memory than there is, which ends the program.
///
/// None where the file is damaged; no table where that is, or where it holds a type that is not read here.
pub fn read_small(bytes: Vec<u8>, key: &str) -> Option<(Option<String>, Option<DataFrame>)> {
    let decode = || {
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes::Bytes::from(bytes), options).ok()?;
        let pairs = reader.metadata().file_metadata().key_value_metadata();
        let pair = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == key));
        let said = pair.map(|pair| pair.value.clone().unwrap_or_default());
        let table = catch_unwind(AssertUnwindSafe(|| decode_whole(reader))).ok().flatten();
        Some((said, table))
    };
    catch_unwind(AssertUnwindSafe(decode)).ok().flatten()
}

fn decode_whole(reader: ParquetRecordBatchReaderBuilder<bytes::Bytes>) -> Option<DataFrame> {
    let mut whole = table_of(&RecordBatch::new_empty(Arc::clone(reader.schema())))?;
    for batch in reader.with_batch_size(BATCH).build().ok()? {
        whole.vstack_mut(&table_of(&batch.ok()?)?).ok()?;
    }
    Some(whole)
}

fn table_of(batch: &RecordBatch) -> Option<DataFrame> {
    let schema = batch.schema();
    let column = |(field, array): (&Arc<Field>, &ArrayRef)| {
        let mut column = match array.data_type() {
            Stored::Decimal128(_, 0) => {
                let digits = array.as_primitive::<types::Decimal128Type>().iter();
                let texts = digits.map(|digits| digits.map(|digits| digits.to_string()));
                StringChunked::from_iter_options("".into(), texts).into_series().into_column()
            }
            _ => match values(array)? {
                Entries::Plain(column) => column,
                Entries::Coded { .. } => return None,
            },
        };
        column.rename(field.name().as_str().into());
        Some(column)
    };
    let columns = schema.fields().iter().zip(batch.columns()).map(column).collect::<Option<Vec<Column>>>()?;
    DataFrame::new(batch.num_rows(), columns).ok()
}

/// Whether the values that are stored are the values that are meant, with nothing to convert.
fn is_taken(meant: &DataType, stored: &Stored) -> bool {
    matches!(
        (meant, stored),
        (DataType::Boolean, Stored::Boolean)
            | (DataType::Int8, Stored::Int8)
            | (DataType::Int16, Stored::Int16)
            | (DataType::Int32, Stored::Int32)
            | (DataType::Int64, Stored::Int64)
            | (DataType::UInt8, Stored::UInt8)
            | (DataType::UInt16, Stored::UInt16)
            | (DataType::UInt32, Stored::UInt32)
            | (DataType::UInt64, Stored::UInt64)
            | (DataType::Float32, Stored::Float32)
            | (DataType::Float64, Stored::Float64)
            | (DataType::String | DataType::Categorical(..) | DataType::Enum(..), Stored::Utf8)
    )
}

fn is_unpacked(chunk: &ColumnChunkMetaData) -> bool {
    let known = matches!(
        chunk.compression(),
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
    );
    known && chunk.file_path().is_none()
}

/// Whether all values of a chunk are kept as keys into a dictionary, as far as the file says.
fn has_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    let of_pages = chunk.page_encoding_stats_mask();
    let all =
        of_pages.is_none_or(|mask| mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY));
    chunk.dictionary_page_offset().is_some() && all
}

/// A column as it was decoded; none for a type that is not asked for.
fn values(array: &ArrayRef) -> Option<Entries> {
    Some(Entries::Plain(match array.data_type() {
        Stored::Boolean => {
            BooleanChunked::from_iter_options("".into(), array.as_boolean().iter()).into_series().into_column()
        }
        Stored::Int8 => numbers::<types::Int8Type, Int8Type>(array),
        Stored::Int16 => numbers::<types::Int16Type, Int16Type>(array),
        Stored::Int32 => numbers::<types::Int32Type, Int32Type>(array),
        Stored::Int64 => numbers::<types::Int64Type, Int64Type>(array),
        Stored::UInt8 => numbers::<types::UInt8Type, UInt8Type>(array),
        Stored::UInt16 => numbers::<types::UInt16Type, UInt16Type>(array),
        Stored::UInt32 => numbers::<types::UInt32Type, UInt32Type>(array),
        Stored::UInt64 => numbers::<types::UInt64Type, UInt64Type>(array),
        Stored::Float32 => numbers::<types::Float32Type, Float32Type>(array),
        Stored::Float64 => numbers::<types::Float64Type, Float64Type>(array),
        Stored::Utf8 => {
            StringChunked::from_iter_options("".into(), array.as_string::<i32>().iter()).into_series().into_column()
        }
        Stored::Dictionary(..) => {
            let coded = array.as_dictionary_opt::<types::UInt32Type>()?;
            let texts = coded.values().as_string_opt::<i32>()?.clone();
            let keys: ArrayRef = Arc::new(coded.keys().clone());
            let keys = numbers::<types::UInt32Type, UInt32Type>(&keys);
            return Some(Entries::Coded { keys, texts: Texts::new(texts) });
        }
        _ => return None,
    }))
}

fn numbers<S: ArrowPrimitiveType, P: PolarsNumericType<Native = S::Native>>(array: &ArrayRef) -> Column
where
    ChunkedArray<P>: IntoSeries,
{
    let stored = array.as_primitive::<S>();
    let values = stored.values().to_vec();
    let found: ChunkedArray<P> = match stored.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => ChunkedArray::from_vec("".into(), values),
        Some(nulls) => {
            let there: BooleanChunked = nulls.iter().collect();
            let there = there.downcast_iter().next().map(|there| there.values().clone());
            ChunkedArray::from_vec_validity("".into(), values, there)
        }
    };
    found.into_series().into_column()
}
