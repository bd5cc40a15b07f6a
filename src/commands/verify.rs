//! `verify`: what was written, recomputed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::audit;
use super::lock;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, exit};
use crate::input::hash::{hash_bytes, hash_file};
use crate::render::json;
use crate::result::Document;
use crate::verify::{self, Folder, Tallies, figures::RESULT};

/// Disagreements of one kind that are told one by one.
const TOLD: usize = 25;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand verify out
  evenhand verify out -p evenhand.toml --history evenhand-reviews.jsonl
  evenhand verify out --data offers.csv         audits again and compares everything

Exit codes:
  0  all that could be recomputed agrees        4  the folder cannot be read
  5  something is missing or was altered")]
pub struct VerifyArguments {
    /// A folder that `audit -o` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Data to audit again; the result must come out the same but for where the files lie
    #[arg(long, value_name = "DATA", num_args = 1..)]
    data: Vec<String>,
    /// The policy (default: the one of that name in the folder, beside it, or here)
    #[arg(short, long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The history of reviews (default: that of the policy, or one beside the folder)
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

pub fn run(arguments: &VerifyArguments) -> Result<u8, Error> {
    let mut folder = read(&arguments.folder)?;
    let document = folder.files.get(RESULT).and_then(|bytes| json::read(std::str::from_utf8(bytes).ok()?).ok());
    let policy = find_policy(arguments, document.as_ref())?;
    if let Some((path, bytes)) = &policy {
        folder.policy = Some((path.display().to_string(), bytes.clone()));
        let lock = lock::path_of(path).ok();
        folder.lock = lock.and_then(|lock| Some((lock.display().to_string(), fs::read(&lock).ok()?)));
    }
    folder.history = find_history(arguments, policy.as_ref().map(|(path, _)| path.as_path()))?;
    if let Some(document) = &document {
        folder.inputs = find_inputs(arguments, document, policy.as_ref().map(|(path, _)| path.as_path()));
    }
    if !arguments.data.is_empty() {
        folder.again = Some(again(arguments, document.as_ref(), policy.as_ref().map(|(path, _)| path.as_path()))?);
    }
    let (tallies, document) = verify::verify(&folder)?;
    audit::write_stdout(told(&arguments.folder, &tallies, document.as_ref()).as_bytes())?;
    Ok(if tallies.all_agree() { exit::OK } else { exit::INCOMPLETE })
}

/// The files that lie in a folder.
fn read(path: &Path) -> Result<Folder, Error> {
    let shown = path.display().to_string();
    let place = |file: String| Place::of_file(file);
    let unreadable = |file: String, why: std::io::Error| {
        Error::data(Diagnostic::new("cannot-read", format!("it cannot be read: {why}")).at(place(file)))
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(|e| unreadable(shown.clone(), e))?.flatten() {
        if entry.path().is_file() {
            let bytes = fs::read(entry.path()).map_err(|e| unreadable(entry.path().display().to_string(), e))?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
        }
    }
    Ok(Folder { shown, files, ..Folder::default() })
}

/// The file that was named, or of those that may be meant the first with the right hash, else the first.
fn find_policy(arguments: &VerifyArguments, document: Option<&Document>) -> Result<Option<(PathBuf, Vec<u8>)>, Error> {
    if let Some(path) = &arguments.policy {
        let bytes =
            fs::read(path).map_err(|e| Error::usage(format!("the policy {} cannot be read: {e}", path.display())))?;
        return Ok(Some((path.clone(), bytes)));
    }
    let Some((name, sha256)) = document.and_then(|d| Some((d.policy.path.clone()?, &d.policy.sha256))) else {
        return Ok(None);
    };
    let folder = &arguments.folder;
    let mut found: Vec<(PathBuf, Vec<u8>)> = [folder.join(&name), beside(folder).join(&name), PathBuf::from(&name)]
        .into_iter()
        .filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes)))
        .collect();
    found.sort_by_key(|(_, bytes)| hash_bytes(bytes) != *sha256);
    Ok(found.into_iter().next())
}

/// The folder in which a folder lies.
fn beside(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if folder.file_name().is_some() => parent.to_path_buf(),
        _ => folder.join(".."),
    }
}

fn find_history(arguments: &VerifyArguments, policy: Option<&Path>) -> Result<Option<(String, Vec<u8>)>, Error> {
    if let Some(path) = &arguments.history {
        let bytes =
            fs::read(path).map_err(|e| Error::usage(format!("the history {} cannot be read: {e}", path.display())))?;
        return Ok(Some((path.display().to_string(), bytes)));
    }
    let named = policy.and_then(|path| audit::load_policy(path).ok());
    let named = named.map(|loaded| loaded.folder.join(&loaded.policy.review.history));
    let usual = "evenhand-reviews.jsonl";
    let places = named.into_iter().chain([beside(&arguments.folder).join(usual), PathBuf::from(usual)]);
    Ok(places.into_iter().find_map(|path| fs::read(&path).ok().map(|bytes| (path.display().to_string(), bytes))))
}

/// The hash of every file of data that is where the result says, as seen from the policy, from here or from the folder.
fn find_inputs(arguments: &VerifyArguments, document: &Document, policy: Option<&Path>) -> Vec<(String, String)> {
    let folders = [policy.and_then(Path::parent).unwrap_or(Path::new("")), Path::new(""), &arguments.folder];
    let mut found = Vec::new();
    for (path, sha256) in document.inputs() {
        let hashes = folders.iter().filter_map(|folder| hash_file(&folder.join(path), &quiet()).ok());
        let mut hashes: Vec<String> = hashes.collect();
        hashes.sort_by_key(|found| found != sha256);
        found.extend(hashes.into_iter().next().map(|sha256| (path.to_owned(), sha256)));
    }
    found
}

fn quiet() -> crate::input::hash::Progress {
    Arc::new(|_| {})
}

/// The result again, from the data.
fn again(arguments: &VerifyArguments, document: Option<&Document>, policy: Option<&Path>) -> Result<Document, Error> {
    let Some(document) = document else {
        return Err(Error::usage(format!(
            "--data needs a {RESULT} to compare with, and there is none that can be read"
        )));
    };
    if document.run.exploratory || document.policy.path.is_none() {
        return Err(Error::usage(
            "--data: roles of this result came from flags, which are not stored. Audit again with the same flags and compare \
             the files",
        ));
    }
    let Some(policy) = policy else {
        return Err(Error::usage("--data needs the policy of the result: name it with -p"));
    };
    audit::again(policy, &arguments.data, document, true)
}

/// What was held, a line for each kind, then everything that does not agree.
fn told(folder: &Path, tallies: &Tallies, document: Option<&Document>) -> String {
    let mut out = folder.display().to_string();
    if let Some(document) = document {
        let run: String = document.run.id.chars().take(12).collect();
        out.push_str(&format!(": run {run}, {}", document.run.as_of));
    }
    out.push_str("\n\n");
    let widest = tallies.0.iter().map(|held| held.what.len()).max().unwrap_or(0);
    for held in &tallies.0 {
        let wrong = held.wrong.len() as u64;
        let all = held.agree + wrong;
        let mut parts = Vec::new();
        if all > 0 {
            parts.push(format!("{} of {all} agree", held.agree));
        }
        parts.extend(held.left.iter().map(|why| format!("not checked: {why}")));
        out.push_str(&format!("{:<widest$}  {}\n", held.what, parts.join("; ")));
    }
    out.push('\n');
    for held in &tallies.0 {
        for wrong in held.wrong.iter().take(TOLD) {
            let at = if wrong.at.is_empty() { String::new() } else { format!(", {}", wrong.at) };
            out.push_str(&format!("does not agree: {}{at}: {}\n", wrong.file, wrong.why));
        }
        if held.wrong.len() > TOLD {
            out.push_str(&format!("and {} more among the {}\n", held.wrong.len() - TOLD, held.what));
        }
    }
    if tallies.all_agree() {
        out.push_str("Everything that could be recomputed agrees.\n");
    }
    out
}
