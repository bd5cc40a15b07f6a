//! Files → batches of the needed columns, each file read once, in memory that does not grow with rows.
//!
//! Text formats come through one pipe: bytes are hashed, decompressed, decoded and cut into chunks of whole records, which
//! polars parses on every core. Parquet files of common types are decoded row group by row group, also on every core; other
//! Parquet files and Arrow files go through polars' streaming scan.

pub mod accumulate;
pub mod batch;
pub mod columnar;
pub mod csv;
pub mod format;
pub mod hash;
pub mod ndjson;
pub mod open;
mod workers;
pub mod read;
pub mod row_groups;
pub mod sample;
pub mod sniff;
pub mod source;
pub mod text;

pub use crate::policy::names;
pub use accumulate::{Accumulate, BadRow};
pub use batch::Batch;
pub use open::column_names;
pub use read::{Origin, SourceRead, read_into};
pub use row_groups::read_small;
pub use source::Source;
