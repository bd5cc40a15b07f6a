//! A chunk of JSON lines → a batch, by polars' own parser. Every column is read as text.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::io::ndjson::core::parse_ndjson;
use polars::prelude::{DataFrame, DataType, Field, Schema};

use super::format::Format;
use super::text::{self, Chunk};

/// How an NDJSON file is parsed.
pub struct NdjsonPlan {
    schema: Schema,
    wanted: Vec<String>,
}

impl NdjsonPlan {
    pub fn new(wanted: &[String]) -> NdjsonPlan {
        let names: BTreeSet<&String> = wanted.iter().collect();
        let schema =
            Schema::from_iter(names.into_iter().map(|name| Field::new(name.as_str().into(), DataType::String)));
        NdjsonPlan { schema, wanted: wanted.to_vec() }
    }

    /// Parses a chunk; the error is a line and what is wrong with it.
    pub fn parse(&self, chunk: &Chunk) -> Result<DataFrame, (u64, String)> {
        let parse = || parse_ndjson(&chunk.bytes, None, &self.schema, false);
        let parsed = catch_unwind(AssertUnwindSafe(parse));
        let Ok(Ok(frame)) = parsed else { return Err(faulty_line(chunk)) };
        let columns: Option<Vec<_>> = self.wanted.iter().map(|name| frame.column(name).ok().cloned()).collect();
        let columns = columns.ok_or_else(|| faulty_line(chunk))?;
        DataFrame::new(frame.height(), super::csv::number_columns(columns)).map_err(|_| faulty_line(chunk))
    }
}

fn faulty_line(chunk: &Chunk) -> (u64, String) {
    for (line, record) in text::records(chunk, Format::Ndjson, b',') {
        if serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(record).is_err() {
            return (line, "the line is not a JSON object".to_owned());
        }
    }
    (chunk.first_line, "the lines from here on are not JSON objects that can be read".to_owned())
}

/// The names of all keys in the lines of a sample.
pub fn keys(sample: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    for line in sample.lines() {
        if let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line) {
            names.extend(object.into_iter().map(|(key, _)| key));
        }
    }
    names.into_iter().collect()
}
