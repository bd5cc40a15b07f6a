//! Stored results: from files to documents.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::assess::Earlier;
use crate::change::Baseline;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::history::{Line, chain};
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
    let place = || Place::of_file(shown);
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

/// A history of reviews: its bytes and its lines; none where there is no file yet.
///
/// # Errors
/// The file cannot be read, or its chain does not hold.
pub fn history(path: &Path) -> Result<(Vec<u8>, Vec<Line>), Error> {
    let shown = path.display();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        Err(e) => return Err(Error::usage(format!("the history {shown} cannot be read: {e}"))),
    };
    let broken = |why: String| {
        Error::Incomplete(format!("{shown}: {why}. The chain of reviews does not hold; put back the file as it was"))
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| broken("it is not UTF-8 text".to_owned()))?;
    let lines = chain::read(text).map_err(|e| broken(e.to_string()))?;
    Ok((bytes, lines))
}

/// The signatures of the last review of a run that was decided; none when the history has no such review.
///
/// # Errors
/// As [`history`]; or there is no file.
pub fn signatures(path: &Path, run: &str) -> Result<Vec<Signature>, Error> {
    if !path.exists() {
        return Err(Error::usage(format!("the history {} cannot be read: there is no such file", path.display())));
    }
    let (_, lines) = history(path)?;
    let Some(review) = lines.iter().map(|line| &line.entry).rfind(|entry| entry.result.run == run && !entry.draft)
    else {
        return Ok(Vec::new());
    };
    let on = |signed: &crate::history::Signature| Signature {
        role: signed.role.clone(),
        name: signed.name.clone(),
        on: review.day.clone(),
    };
    Ok(review.signed.iter().map(on).collect())
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
