//! The document as JSON, with a line end at its end.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::release::Release;
use crate::result::{Document, SCHEMA};

/// What `explain json` says.
pub const SAYS: &str = "\
The result itself, result.json: the one document from which every report is rendered. `evenhand report \
result.json --format F` renders it again without the data; `evenhand schema result` prints its JSON Schema.";

/// The name of the format of a stored document.
#[derive(Deserialize)]
struct Named {
    schema: String,
}

pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    write(release.document(), out)
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
    // Another format may lack what this one has, so its name is looked at first.
    let Named { schema } = serde_json::from_str(text).map_err(no_result)?;
    if schema != SCHEMA {
        // Only a name of ours is told.
        let named = if schema.starts_with("evenhand.") { schema.as_str() } else { "something else" };
        return Err(format!("it is of the format {named}, and this evenhand reads {SCHEMA}"));
    }
    serde_json::from_str(text).map_err(no_result)
}

/// Why a text is no result. Only what is missing is named: a value of a file that was taken for a result may be of a person.
fn no_result(error: serde_json::Error) -> String {
    let (words, line, column) = (error.to_string(), error.line(), error.column());
    if !error.is_data() || words.starts_with("missing field") {
        return format!("it is not a result of evenhand: {words}");
    }
    format!("it is not a result of evenhand: something else is due at line {line} column {column}")
}
