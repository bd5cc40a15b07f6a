//! Lines with hashes: each line ends with the hash of all that stands before it in the line, and holds the hash of the line
//! before it, so that no byte of any line can change unseen.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, SCHEMA};
use crate::input::hash::hash_bytes;

/// What stands in the first line in place of the hash of a line before it.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Stands before the hash of a line.
const SEAL: &str = ",\"sha256\":\"";

/// A line as it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    #[serde(flatten)]
    pub entry: Entry,
    /// SHA-256 of the whole line, which the next one holds.
    pub sha256: String,
}

/// The first line of a history that cannot be trusted, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Broken {
    pub line: usize,
    pub why: String,
}

/// The line of an entry, with its hash and its line end.
pub fn write(entry: &Entry) -> String {
    let text = serde_json::to_string(entry).unwrap_or_default();
    let open = text.strip_suffix('}').unwrap_or(&text);
    format!("{open}{SEAL}{}\"}}\n", hash_bytes(open.as_bytes()))
}

/// Every line, in order.
///
/// # Errors
/// The first line that is no review, does not have its own hash, or does not follow from the line before it.
pub fn read(text: &str) -> Result<Vec<Line>, Broken> {
    let mut lines: Vec<Line> = Vec::new();
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let broken = |why: String| Broken { line: place + 1, why };
        let Some(line) = line.strip_suffix('\n') else {
            return Err(broken("the line has no end: it was cut short or added by hand".to_owned()));
        };
        let previous = lines.last();
        let entry = open(line).map_err(broken)?;
        let expected = previous.map_or(FIRST, |line| line.sha256.as_str());
        if entry.previous != expected {
            let which = if place == 0 {
                "the first line names a line before it".to_owned()
            } else {
                format!("it does not follow from line {place}: a line was changed, taken out or put in")
            };
            return Err(broken(which));
        }
        let number = place as u64 + 1;
        if entry.number != number {
            return Err(broken(format!("it has the number {} and should have {number}", entry.number)));
        }
        if previous.is_some_and(|previous| entry.day < previous.entry.day) {
            return Err(broken("its day is before that of the line before it".to_owned()));
        }
        lines.push(Line { entry, sha256: hash_bytes(line.as_bytes()) });
    }
    Ok(lines)
}

/// The entry of a line whose hash is right.
fn open(line: &str) -> Result<Entry, String> {
    #[derive(Deserialize)]
    struct Named {
        schema: String,
    }
    let altered = || "its own hash does not fit it: the line was changed".to_owned();
    let (open, seal) = line.rsplit_once(SEAL).ok_or_else(altered)?;
    if seal != format!("{}\"}}", hash_bytes(open.as_bytes())) {
        return Err(altered());
    }
    let text = format!("{open}}}");
    let Named { schema } = serde_json::from_str(&text).map_err(|e| format!("it is no review: {e}"))?;
    if schema != SCHEMA {
        return Err(format!("it is of the format {schema}, and this evenhand reads {SCHEMA}"));
    }
    serde_json::from_str(&text).map_err(|e| format!("it is no review: {e}"))
}

/// The last review that was decided and signed.
pub fn last_review(lines: &[Line]) -> Option<&Line> {
    lines.iter().rev().find(|line| !line.entry.draft)
}
