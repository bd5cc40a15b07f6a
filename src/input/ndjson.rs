//! A chunk of JSON lines → a batch. Every column is read as text, and numbers are the text that stands in the file, as in CSV, but
//! for those with an exponent: what a value means is decided once, where rows are counted.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use memchr::memchr_iter;
use polars::prelude::{Column, DataFrame, IntoColumn, StringChunkedBuilder};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::format::Format;
use super::text::{self, Chunk};

const NO_OBJECT: &str = "the line is not a JSON object";

/// How an NDJSON file is parsed.
pub struct NdjsonPlan {
    /// The keys that are read, each once.
    names: Vec<String>,
    /// For each wanted column its place among them.
    order: Vec<usize>,
}

impl NdjsonPlan {
    pub fn new(wanted: &[String]) -> NdjsonPlan {
        let names: Vec<String> = wanted.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let order = wanted.iter().map(|name| names.iter().position(|one| one == name).unwrap_or(0)).collect();
        NdjsonPlan { names, order }
    }

    /// Parses a chunk; the error is a line and what is wrong with it.
    pub fn parse(&self, chunk: &Chunk) -> Result<DataFrame, (u64, String)> {
        let rows = text::count_lines(&chunk.bytes) as usize + 1;
        let mut columns: Vec<StringChunkedBuilder> =
            self.names.iter().map(|_| StringChunkedBuilder::new("".into(), rows)).collect();
        let mut values: Vec<Option<&RawValue>> = vec![None; self.names.len()];
        let (mut start, mut height) = (0, 0);
        for end in memchr_iter(b'\n', &chunk.bytes).map(|at| at + 1).chain([chunk.bytes.len()]) {
            let record = &chunk.bytes[start..end];
            start = end;
            if record.trim_ascii().is_empty() {
                continue;
            }
            values.fill(None);
            let mut line = serde_json::Deserializer::from_slice(record);
            let read = line.deserialize_map(Line { names: &self.names, values: &mut values }).and_then(|()| line.end());
            read.map_err(|_| faulty_line(chunk))?;
            for (column, value) in columns.iter_mut().zip(&values) {
                let text = value.map_or(Ok(None), |value| text_of(value.get()));
                column.append_option(text.map_err(|why| faulty_record(chunk, height, why))?);
            }
            height += 1;
        }
        let read: Vec<Column> = columns.into_iter().map(|column| column.finish().into_column()).collect();
        let columns = super::csv::number_columns(self.order.iter().map(|place| read[*place].clone()).collect());
        DataFrame::new(height, columns).map_err(|_| faulty_line(chunk))
    }
}

/// The text that stands for a value; none for null.
///
/// # Errors
/// What is no value of a row.
fn text_of(raw: &str) -> Result<Option<Cow<'_, str>>, &'static str> {
    let quoted = || raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    let text = match raw.as_bytes() {
        [b'n', ..] => None,
        [b'[' | b'{', ..] => return Err("a value that is read is a list or an object; a row needs a text or a number"),
        [b'"', ..] if !raw.contains('\\') => quoted().map(Cow::Borrowed),
        [b'"', ..] => Some(Cow::Owned(serde_json::from_str(raw).map_err(|_| NO_OBJECT)?)),
        // An exponent is another way to write the same number.
        [b'-' | b'0'..=b'9', ..] if raw.contains(['e', 'E']) => {
            let value = raw.parse().ok().filter(|value: &f64| value.is_finite());
            Some(Cow::Owned(value.ok_or(NO_OBJECT)?.to_string()))
        }
        _ => Some(Cow::Borrowed(raw)),
    };
    Ok(text)
}

/// The values of one line, by the places of their names. Of a name that comes twice the last counts.
struct Line<'p, 'de> {
    names: &'p [String],
    values: &'p mut [Option<&'de RawValue>],
}

impl<'de> Visitor<'de> for Line<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(place) = map.next_key_seed(Key(self.names))? {
            match place {
                Some(place) => self.values[place] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The place of a key among the names that are read.
struct Key<'p>(&'p [String]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Option<usize>, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|name| name == key))
    }
}

/// What is wrong with a record, counted from 0.
fn faulty_record(chunk: &Chunk, record: usize, why: &str) -> (u64, String) {
    let records = text::records(chunk, Format::Ndjson, b',');
    records.get(record).map_or_else(|| faulty_line(chunk), |(line, _)| (*line, why.to_owned()))
}

fn faulty_line(chunk: &Chunk) -> (u64, String) {
    for (line, record) in text::records(chunk, Format::Ndjson, b',') {
        if serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(record).is_err() {
            return (line, NO_OBJECT.to_owned());
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
