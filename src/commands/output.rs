//! Writing: files whole or not at all, readable by their owner only, and paths tried before the data are read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;
use crate::input::hash::hash_bytes;
use crate::release::Release;
use crate::render::manifest::{self, MANIFEST};
use crate::render::{Format, forms};

/// The names of all files that `-o DIR` can write.
pub fn names() -> impl Iterator<Item = String> {
    let reports = Format::FILES.iter().map(|(_, name)| (*name).to_owned());
    reports.chain([MANIFEST.to_owned()]).chain(forms::names())
}

/// Makes the folder and checks that every file can be written into it.
pub fn prepare(folder: &Path) -> Result<(), Error> {
    make_folder(folder).map_err(|e| Error::output(folder, &e))?;
    if let Some(path) = names().map(|name| folder.join(name)).find(|path| path.is_dir()) {
        return Err(Error::output(&path, &std::io::Error::other("it is a folder")));
    }
    NamedTempFile::new_in(folder).map(drop).map_err(|e| Error::output(folder, &e))
}

/// Makes a folder and those above it; on Unix only their owner can look into those that are new.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Checks that a file can be written where it is wanted, and that it is none of those that the run reads: data, a result, or the
/// policy would be lost.
pub fn prepare_file<'a>(path: &Path, read: impl IntoIterator<Item = &'a Path>) -> Result<(), Error> {
    // One that is not there yet is read by nobody.
    if let Ok(real) = path.canonicalize()
        && read.into_iter().any(|other| other.canonicalize().is_ok_and(|other| other == real))
    {
        return Err(Error::usage(format!("{} is read and cannot be written in the same run", path.display())));
    }
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
    let mut written = Vec::new();
    let mut files = Vec::new();
    for (format, name) in Format::FILES {
        let path = folder.join(name);
        let bytes = format.to_bytes(release).map_err(|e| Error::output(&path, &e))?;
        write(&path, &bytes)?;
        files.push(((*name).to_owned(), hash_bytes(&bytes)));
        written.push(path);
    }
    for (name, bytes) in forms::render_all(release).map_err(|e| Error::output(folder, &e))? {
        let path = folder.join(&name);
        write(&path, &bytes)?;
        files.push((name, hash_bytes(&bytes)));
        written.push(path);
    }
    let path = folder.join(MANIFEST);
    write(&path, &manifest::to_bytes(release, &files))?;
    written.push(path);
    Ok(written)
}
