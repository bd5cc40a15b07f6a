//! What a job of GitHub Actions gives to its steps by the environment: where its summary goes, where the repository lies.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::release::Release;
use crate::render::github;

/// The file of the job summary of this step.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// The folder of the repository.
const WORKSPACE: &str = "GITHUB_WORKSPACE";

fn given(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

fn summary() -> Option<PathBuf> {
    given(SUMMARY).map(PathBuf::from)
}

fn open(path: &Path) -> Result<File, Error> {
    OpenOptions::new().append(true).create(true).open(path).map_err(|e| Error::output(path, &e))
}

/// Checks that the summary can be written, before the data are read.
///
/// # Errors
/// It cannot.
pub fn prepare() -> Result<(), Error> {
    summary().map_or(Ok(()), |path| open(&path).map(drop))
}

/// What goes to standard output; the summary goes to its file where there is one.
///
/// # Errors
/// The summary cannot be written.
pub fn tell(release: &Release, policy: Option<&Path>) -> Result<Vec<u8>, Error> {
    let stdout = |e: std::io::Error| Error::output(Path::new("(standard output)"), &e);
    let mut out = Vec::new();
    let named = policy.map(in_repository).or(release.document().policy.path.clone());
    github::annotate(release, named.as_deref(), &mut out).map_err(stdout)?;
    let text = github::summarise(release).map_err(stdout)?;
    match summary() {
        Some(path) => open(&path)?.write_all(&text).map_err(|e| Error::output(&path, &e))?,
        None => github::group(&text, &mut out).map_err(stdout)?,
    }
    Ok(out)
}

/// The policy as it lies in the repository, so that an annotation finds its line; else as it was named.
fn in_repository(policy: &Path) -> String {
    let root = given(WORKSPACE).and_then(|root| std::fs::canonicalize(root).ok());
    let inside = root.zip(std::fs::canonicalize(policy).ok());
    let inside = inside.and_then(|(root, path)| path.strip_prefix(root).map(Path::to_path_buf).ok());
    let shown = inside.unwrap_or_else(|| policy.to_path_buf());
    shown.to_string_lossy().replace('\\', "/")
}
