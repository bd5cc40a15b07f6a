//! Which files are read: patterns expanded, none named twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Stdin,
    File {
        /// As the user wrote it; this is what reports print.
        shown: String,
        path: PathBuf,
    },
}

impl Source {
    /// Expands the names of files and patterns, relative to a folder.
    pub fn resolve(names: &[String], folder: &Path) -> Result<Vec<Source>, Error> {
        if names.is_empty() {
            return Err(Error::usage("which data? Name a file, or give `files` in [data]; `-` is standard input"));
        }
        let mut sources = Vec::new();
        let mut seen = BTreeSet::new();
        for name in names {
            if name == "-" {
                if sources.contains(&Source::Stdin) {
                    return Err(Error::usage("standard input (`-`) is named twice"));
                }
                sources.push(Source::Stdin);
                continue;
            }
            for (shown, path) in expand(name, folder)? {
                let same = path.canonicalize().unwrap_or_else(|_| path.clone());
                if !seen.insert(same) {
                    return Err(Error::usage(format!("{shown} is named twice; its rows would count double")));
                }
                sources.push(Source::File { shown, path });
            }
        }
        Ok(sources)
    }

    pub fn shown(&self) -> &str {
        match self {
            Source::Stdin => "(standard input)",
            Source::File { shown, .. } => shown,
        }
    }

    pub fn place(&self) -> Place {
        Place::of_file(self.shown())
    }

    /// The file; none for standard input.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Source::Stdin => None,
            Source::File { path, .. } => Some(path),
        }
    }

    /// An error that this source cannot be read.
    pub fn unreadable(&self, why: impl Into<String>) -> Error {
        Error::data(Diagnostic::new("cannot-read", why).at(self.place()))
    }
}

fn expand(name: &str, folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let path = folder.join(name);
    let is_pattern = name.contains(['*', '?', '[']) && !path.exists();
    if !is_pattern {
        return Ok(vec![(name.to_owned(), path)]);
    }
    // The folder is taken as it is, whatever marks are in its name.
    let folder_part = glob::Pattern::escape(&folder.to_string_lossy());
    let pattern = Path::new(&folder_part).join(name).to_string_lossy().into_owned();
    let found = glob::glob(&pattern).map_err(|e| Error::usage(format!("`{name}` is no pattern of files: {e}")))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).filter(|p| p.is_file()).collect();
    paths.sort();
    if paths.is_empty() {
        let place = Place::of_file(name);
        return Err(Error::data(Diagnostic::new("cannot-read", "no file matches this pattern").at(place)));
    }
    let shown = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
    Ok(paths.iter().map(|path| (shown(path), path.clone())).collect())
}
