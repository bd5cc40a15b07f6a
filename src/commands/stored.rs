//! Stored results: from files to documents.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde_json::Value;

use crate::assess::Earlier;
use crate::change::Baseline;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::Source;
use crate::input::hash::hash_bytes;
use crate::policy::Policy;
use crate::render::json;
use crate::result::{Document, Signature};

/// Reads a stored result, with the SHA-256 of its bytes.
///
/// # Errors
/// The file cannot be read, or is no result that this version reads.
pub fn read(path: &Path, shown: &str) -> Result<(Document, String), Error> {
    let place = || Place { file: shown.to_owned(), ..Place::default() };
    let unreadable = |why: String| Error::data(Diagnostic::new("cannot-read", why).at(place()));
    let bytes = std::fs::read(path).map_err(|e| unreadable(format!("it cannot be read: {e}")))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))?;
    Ok((json::read(text).map_err(unreadable)?, hash_bytes(&bytes)))
}

/// Whether a file is a stored result rather than data: JSON that names a format of evenhand.
pub fn is_result(path: &Path) -> bool {
    File::open(path)
        .is_ok_and(|file| json::named(BufReader::new(file)).is_some_and(|name| name.starts_with("evenhand.")))
}

/// Reads a stored result to compare with.
///
/// # Errors
/// As [`read`].
pub fn baseline(path: &Path, shown: &str) -> Result<Baseline, Error> {
    let (document, sha256) = read(path, shown)?;
    Ok(Baseline { path: shown.to_owned(), sha256, document })
}

/// The results of earlier reviews that a policy names, relative to its folder.
///
/// # Errors
/// As [`read`]; or a file is named twice.
pub fn earlier(policy: &Policy, folder: &Path) -> Result<Vec<Earlier>, Error> {
    let names = &policy.statistics.earlier;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let stored = |source: Source| match source {
        Source::File { shown, path } => {
            let (document, sha256) = read(&path, &shown)?;
            Ok(Earlier { path: shown, sha256, document })
        }
        Source::Stdin => Err(Error::usage("`earlier` names files; standard input (`-`) is none")),
    };
    Source::resolve(names, folder)?.into_iter().map(stored).collect()
}

/// The signatures of the last review of a run in a record of reviews; none when the run is not in it.
///
/// A record has one JSON value on each line. One that has another shape is no review of this run.
///
/// # Errors
/// The file cannot be read.
pub fn signatures(path: &Path, run: &str) -> Result<Vec<Signature>, Error> {
    let place = Place { file: path.display().to_string(), ..Place::default() };
    let unreadable = |e: std::io::Error| {
        Error::data(Diagnostic::new("cannot-read", format!("it cannot be read: {e}")).at(place.clone()))
    };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let mut reviews = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_run = |review: &Value| review["run"] == run || review["run"]["id"] == run || review["run_id"] == run;
    let Some(review) = reviews.rfind(of_run) else { return Ok(Vec::new()) };
    let signed = review["signoffs"].as_array().cloned().unwrap_or_default();
    let part = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let signature =
        |value: &Value| Signature { role: part(value, "role"), name: part(value, "name"), on: part(value, "on") };
    Ok(signed.iter().map(signature).collect())
}
