//! Writing: files whole or not at all, readable by their owner only, and paths tried before the data are read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::input::hash::hash_bytes;
use crate::release::Release;
use crate::render::Format;

const MANIFEST: &str = "manifest.json";

/// The names of all files that `-o DIR` writes.
pub fn names() -> impl Iterator<Item = &'static str> {
    Format::FILES.iter().map(|(_, name)| *name).chain([MANIFEST])
}

/// Makes the folder and checks that every file can be written into it.
pub fn prepare(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|e| Error::output(folder, &e))?;
    if let Some(path) = names().map(|name| folder.join(name)).find(|path| path.is_dir()) {
        return Err(Error::output(&path, &std::io::Error::other("it is a folder")));
    }
    NamedTempFile::new_in(folder).map(drop).map_err(|e| Error::output(folder, &e))
}

/// Checks that a file can be written where it is wanted.
pub fn prepare_file(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        let why = std::io::Error::other("it is a folder");
        return Err(Error::output(path, &why));
    }
    NamedTempFile::new_in(folder_of(path)).map(drop).map_err(|e| Error::output(path, &e))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file by a temporary one and a rename; on Unix only its owner can read it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = NamedTempFile::new_in(folder_of(path)).map_err(|e| Error::output(path, &e))?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|e| Error::output(path, &e))?;
    file.persist(path).map(drop).map_err(|e| Error::output(path, &e.error))
}

/// Writes every report of a result and a manifest of them; gives the paths.
pub fn write_reports(folder: &Path, release: &Release) -> Result<Vec<PathBuf>, Error> {
    let document = release.document();
    let mut written = Vec::new();
    let mut files = serde_json::Map::new();
    for (format, name) in Format::FILES {
        let path = folder.join(name);
        let bytes = format.to_bytes(release).map_err(|e| Error::output(&path, &e))?;
        write(&path, &bytes)?;
        files.insert((*name).to_owned(), json!({ "sha256": hash_bytes(&bytes) }));
        written.push(path);
    }
    let inputs: Vec<_> = document.data.sources.iter().map(|s| json!({ "path": s.path, "sha256": s.sha256 })).collect();
    let manifest = json!({
        "schema": "evenhand.manifest/1",
        "run": document.run.id,
        "files": files,
        "inputs": inputs,
        "policy": { "path": document.policy.path, "sha256": document.policy.sha256 },
    });
    let path = folder.join(MANIFEST);
    let mut bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    bytes.push(b'\n');
    write(&path, &bytes)?;
    written.push(path);
    Ok(written)
}
