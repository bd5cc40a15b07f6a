//! The document as JSON, with a line end at its end.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::result::{Document, SCHEMA};

/// The name of the format of a stored document.
#[derive(Deserialize)]
struct Named {
    schema: String,
}

pub fn render(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    write(document, out)
}

/// Anything that has a format of its own.
pub fn write(what: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, what)?;
    out.write_all(b"\n")
}

/// The name of the format of the first value that is read; none where it is no object with one. Data with a line for every
/// row have many values, and only the first is looked at.
pub fn named(reader: impl Read) -> Option<String> {
    let first = serde_json::Deserializer::from_reader(reader).into_iter::<Named>().next()?;
    first.ok().map(|named| named.schema)
}

/// Reads a stored document.
///
/// # Errors
/// A message with line and column: it is not a result, or of another version.
pub fn read(text: &str) -> Result<Document, String> {
    let no_result = |e: serde_json::Error| format!("it is not a result of evenhand: {e}");
    // Another format may lack what this one has, so its name is looked at first.
    let Named { schema } = serde_json::from_str(text).map_err(no_result)?;
    if schema != SCHEMA {
        return Err(format!("it is of the format {schema}, and this evenhand reads {SCHEMA}"));
    }
    serde_json::from_str(text).map_err(no_result)
}
