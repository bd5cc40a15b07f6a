//! Stored results: from files to documents.

use std::path::Path;

use crate::assess::Earlier;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::Source;
use crate::input::hash::hash_bytes;
use crate::policy::Policy;
use crate::render::json;
use crate::result::Document;

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

/// The results that a policy says were published, relative to its folder.
///
/// # Errors
/// As [`read`].
pub fn published(policy: &Policy, folder: &Path) -> Result<Vec<Document>, Error> {
    let names = &policy.privacy.published;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let stored = |source: Source| match source {
        Source::File { shown, path } => Ok(read(&path, &shown)?.0),
        Source::Stdin => Err(Error::usage("`published` names files; standard input (`-`) is none")),
    };
    Source::resolve(names, folder)?.into_iter().map(stored).collect()
}
