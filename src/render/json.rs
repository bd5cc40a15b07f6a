//! The document as JSON, with a line end at its end.

use std::io::{self, Write};

use serde::Deserialize;

use crate::release::Release;
use crate::result::{Document, SCHEMA};

/// The name of the format of a stored document.
#[derive(Deserialize)]
struct Named {
    schema: String,
}

pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, release.document())?;
    out.write_all(b"\n")
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
