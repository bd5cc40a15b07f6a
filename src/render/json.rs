//! The document as JSON, with a line end at its end.

use std::io::{self, Write};

use crate::result::Document;

pub fn render(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

/// Reads a stored document.
///
/// # Errors
/// A message with line and column: it is not a result, or of another version.
pub fn read(text: &str) -> Result<Document, String> {
    let document: Document = serde_json::from_str(text).map_err(|e| format!("it is not a result of evenhand: {e}"))?;
    if document.schema != crate::result::SCHEMA {
        return Err(format!(
            "it is of the format {}, and this evenhand reads {}",
            document.schema,
            crate::result::SCHEMA
        ));
    }
    Ok(document)
}
