//! Files → batches of the needed columns, each file read once, in memory that does not grow with rows.
//!
//! Text formats come through one pipe: bytes are hashed, decompressed, decoded and cut into chunks of whole records, which
//! polars parses on every core. Parquet and Arrow files go through polars' streaming scan.

pub mod accumulate;
pub mod columnar;
pub mod csv;
pub mod format;
pub mod hash;
pub mod ndjson;
pub mod read;
pub mod sample;
pub mod sniff;
pub mod source;
pub mod text;

pub use crate::policy::names;
pub use accumulate::{Accumulate, BadRow};
pub use read::{SourceRead, read};
pub use source::Source;
