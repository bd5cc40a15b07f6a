//! A folder of reports, and what lies beside it: hashes, reports rendered again, the policy, its lock, the history, the data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::differ::differ;
use super::figures::{RESULT, figures};
use super::tally::Tallies;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::history::chain;
use crate::input::hash::hash_bytes;
use crate::policy::lock::LockFile;
use crate::policy::{Policy, check, read};
use crate::release;
use crate::render::manifest::{self, MANIFEST};
use crate::render::{Format, forms, json};
use crate::report::{VERSION, policy_view};
use crate::result::Document;

/// What there is to verify, read already.
#[derive(Debug, Default)]
pub struct Folder {
    /// The folder as it was named.
    pub shown: String,
    /// Its files by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The policy and the lock beside it, each with its name.
    pub policy: Option<(String, Vec<u8>)>,
    pub lock: Option<(String, Vec<u8>)>,
    pub history: Option<(String, Vec<u8>)>,
    /// For each file of data that was found where the result says: its name there, and its hash now.
    pub inputs: Vec<(String, String)>,
    /// The result of auditing the data again.
    pub again: Option<Document>,
}

/// The part of a manifest that is held against other things.
#[derive(Deserialize)]
struct Manifest {
    run: String,
    files: serde_json::Map<String, serde_json::Value>,
    policy: ManifestPolicy,
}

#[derive(Deserialize)]
struct ManifestPolicy {
    sha256: String,
}

/// Verifies everything there is; gives the document too, where it can be read.
///
/// # Errors
/// The folder holds neither a manifest nor a result.
pub fn verify(folder: &Folder) -> Result<(Tallies, Option<Document>), Error> {
    if !folder.files.contains_key(MANIFEST) && !folder.files.contains_key(RESULT) {
        let place = Place::of_file(&folder.shown);
        let why = format!("it holds neither {MANIFEST} nor {RESULT}; `audit -o DIR` writes both");
        return Err(Error::data(Diagnostic::new("cannot-read", why).at(place)));
    }
    let mut tallies = Tallies::default();
    let manifest = hashes(folder, &mut tallies);
    let document = document(folder, &mut tallies);
    if let Some(document) = &document {
        reports(folder, document, manifest.as_ref(), &mut tallies);
        let given = policy(folder, document, &mut tallies);
        match document.privacy {
            None => figures(document, given.as_ref(), &mut tallies),
            Some(_) => tallies.left("figures", "numbers are hidden or rounded for the audience of the result"),
        }
        inputs(folder, document, &mut tallies);
    }
    history(folder, document.as_ref(), &mut tallies);
    if let Some((document, again)) = document.as_ref().zip(folder.again.as_ref()) {
        whole(document, again, &mut tallies);
    }
    Ok((tallies, document))
}

/// Every file that the manifest lists has the hash it says, and no report lies there that is not listed.
fn hashes(folder: &Folder, tallies: &mut Tallies) -> Option<Manifest> {
    let what = "files";
    let Some(bytes) = folder.files.get(MANIFEST) else {
        tallies.wrong(what, MANIFEST, "", "it is not there");
        return None;
    };
    let manifest: Manifest = match serde_json::from_slice(bytes) {
        Ok(manifest) => manifest,
        Err(e) => {
            tallies.wrong(what, MANIFEST, "", format!("it is no manifest: {e}"));
            return None;
        }
    };
    for (name, said) in &manifest.files {
        let said = said.get("sha256").and_then(|sha256| sha256.as_str()).unwrap_or_default();
        match folder.files.get(name) {
            None => tallies.wrong(what, name, "", "the manifest lists it, and it is not there"),
            Some(bytes) => tallies.hold(what, hash_bytes(bytes) == said, name, "", || {
                "its sha256 is not the one in the manifest".to_owned()
            }),
        }
    }
    let reports = Format::FILES.iter().map(|(_, name)| (*name).to_owned()).chain(forms::names());
    for name in reports.filter(|name| folder.files.contains_key(name) && !manifest.files.contains_key(name)) {
        tallies.wrong(what, &name, "", "it is there and the manifest does not list it");
    }
    Some(manifest)
}

/// The result, which is written in one way only.
fn document(folder: &Folder, tallies: &mut Tallies) -> Option<Document> {
    let what = "files";
    let Some(bytes) = folder.files.get(RESULT) else {
        tallies.wrong(what, RESULT, "", "it is not there, so nothing can be recomputed");
        return None;
    };
    let read = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()).and_then(json::read);
    let document = match read {
        Ok(document) => document,
        Err(why) => {
            tallies.wrong(what, RESULT, "", why);
            return None;
        }
    };
    if document.tool.version == VERSION {
        let mut again = Vec::new();
        let written = json::write(&document, &mut again).is_ok();
        tallies.hold(what, written && again == *bytes, RESULT, "", || {
            "it is not written as evenhand writes it: something was added or set otherwise".to_owned()
        });
    }
    Some(document)
}

/// Every report is what this version renders from the result, and the manifest what it writes about them.
fn reports(folder: &Folder, document: &Document, manifest: Option<&Manifest>, tallies: &mut Tallies) {
    let what = "reports rendered again";
    if let Some(manifest) = manifest {
        tallies.hold(what, manifest.run == document.run.id, MANIFEST, "run", || {
            format!("it is of another run than {RESULT}")
        });
        tallies.hold(what, manifest.policy.sha256 == document.policy.sha256, MANIFEST, "policy.sha256", || {
            format!("it names another policy than {RESULT}")
        });
    }
    if document.tool.version != VERSION {
        let (theirs, ours) = (&document.tool.version, VERSION);
        tallies.left(what, format!("they are of evenhand {theirs}, and this is {ours}"));
        return;
    }
    // What was stored has hidden already what its audience must not see.
    let Ok(released) = release::release(document.clone(), release::stored_for(document), &[]) else {
        return tallies.left(what, "the result is for no audience that this version knows");
    };
    let reports = Format::FILES
        .iter()
        .filter(|(_, name)| folder.files.contains_key(*name))
        .filter_map(|(format, name)| Some(((*name).to_owned(), format.to_bytes(&released).ok()?)));
    let of_forms = forms::render_all(&released).unwrap_or_default();
    let expected = Format::FILES.iter().map(|(_, name)| (*name).to_owned());
    let expected: Vec<String> = expected.chain(of_forms.iter().map(|(name, _)| name.clone())).collect();
    let mut rendered: BTreeMap<String, String> = BTreeMap::new();
    for (name, again) in reports.chain(of_forms) {
        rendered.insert(name.clone(), hash_bytes(&again));
        if name != RESULT
            && let Some(bytes) = folder.files.get(&name)
        {
            tallies.hold(what, again == *bytes, &name, "", || format!("it is not what {RESULT} renders to"));
        }
    }
    let Some(manifest) = manifest else { return };
    for name in expected.iter().filter(|name| !manifest.files.contains_key(*name)) {
        tallies.wrong(what, MANIFEST, "files", format!("it does not list {name}, which every audit writes"));
    }
    // Files that are not rendered from the result alone count as they are.
    let hash_of = |name: &String| {
        let own = folder.files.get(name).map(|bytes| hash_bytes(bytes)).unwrap_or_default();
        (name.clone(), rendered.get(name.as_str()).cloned().unwrap_or(own))
    };
    let listed: Vec<(String, String)> = manifest.files.keys().map(hash_of).collect();
    let agrees = folder.files.get(MANIFEST).is_some_and(|bytes| *bytes == manifest::to_bytes(&released, &listed));
    tallies.hold(what, agrees, MANIFEST, "", || format!("it is not the manifest of {RESULT} and its reports"));
}

/// The policy has the hash that the result and the lock say, and says what the result says of it. It is given back where it
/// is the one of the result.
fn policy(folder: &Folder, document: &Document, tallies: &mut Tallies) -> Option<Policy> {
    let what = "policy";
    let Some(path) = &document.policy.path else {
        let why = match document.privacy {
            None => "the roles came from flags, so there is no policy file",
            Some(_) => "the result names no policy file: it is for the public",
        };
        tallies.left(what, why);
        return None;
    };
    let Some((name, bytes)) = &folder.policy else {
        tallies.left(what, format!("{path} was not found beside the reports: name it with -p"));
        return None;
    };
    let sha256 = hash_bytes(bytes);
    if let Some((name, bytes)) = &folder.lock {
        match (LockFile::parse(bytes), &document.run.lock) {
            (Ok(lock), Some(seen)) => {
                let same = (&lock.sha256, &lock.time) == (&seen.sha256, &seen.time);
                tallies.hold("lock", same, name, "", || format!("it is not the lock that {RESULT} names"));
            }
            (Err(why), Some(_)) => tallies.wrong("lock", name, "", format!("it {why}")),
            // The run was not held to a lock.
            (_, None) => {}
        }
    }
    let same = sha256 == document.policy.sha256;
    tallies.hold(what, same, name, "", || format!("its sha256 is not the one in {RESULT}"));
    if !same || document.run.exploratory || document.tool.version != VERSION {
        return None;
    }
    let (draft, problems) = read::read(std::str::from_utf8(bytes).ok()?, name);
    let checked = if problems.is_empty() { check::check(draft).ok() } else { None };
    let Some((mut policy, _)) = checked else {
        tallies.left(what, "this version of evenhand cannot read it");
        return None;
    };
    policy.path.clone_from(&document.policy.path);
    policy.sha256 = sha256;
    let differences = differ("policy", &document.policy, &policy_view(&policy), 0.0);
    if differences.is_empty() {
        tallies.agree(what, 1);
    }
    for found in differences {
        let why = format!("{} is stored, and the policy says {}", found.stored, found.again);
        tallies.wrong(what, RESULT, found.at, why);
    }
    Some(policy)
}

/// Data that are still where the result says have the hash it says.
fn inputs(folder: &Folder, document: &Document, tallies: &mut Tallies) {
    let what = "data files";
    for (place, (named, stored)) in document.inputs().enumerate() {
        let key = match place < document.data.sources.len() {
            true => format!("data.sources[{place}].sha256"),
            false => "consent.ledger.sha256".to_owned(),
        };
        match folder.inputs.iter().find(|(path, _)| *path == named) {
            None => tallies.left(what, format!("{named} was not found")),
            Some((path, sha256)) => tallies
                .hold(what, *sha256 == stored, path, "", || format!("its sha256 is not the one in {RESULT} ({key})")),
        }
    }
}

/// The chain of reviews, and the reviews of this very run.
fn history(folder: &Folder, document: Option<&Document>, tallies: &mut Tallies) {
    let what = "reviews";
    let Some((name, bytes)) = &folder.history else {
        return tallies.left(what, "no history was found: name it with --history");
    };
    let lines = match std::str::from_utf8(bytes) {
        Ok(text) => chain::read(text),
        Err(e) => {
            let line = 1 + bytes[..e.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            Err(chain::Broken { line, why: "it is not UTF-8 text: the line was changed".to_owned() })
        }
    };
    let lines = match lines {
        Ok(lines) => lines,
        Err(broken) => return tallies.wrong(what, name, format!("line {}", broken.line), broken.why),
    };
    tallies.agree(what, lines.len() as u64);
    let Some(document) = document else { return };
    let result = folder.files.get(RESULT).map(|bytes| hash_bytes(bytes)).unwrap_or_default();
    let lock = folder.lock.as_ref().map(|(name, bytes)| (name, hash_bytes(bytes)));
    for line in lines.iter().filter(|line| line.entry.result.run == document.run.id) {
        let number = line.entry.number;
        tallies.hold(what, line.entry.result.sha256 == result, RESULT, "", || {
            format!("review {number} in {name} was made of another file of this run")
        });
        if let Some(((lock, now), then)) = lock.as_ref().zip(line.entry.policy.lock.as_ref()) {
            tallies.hold(what, now == then, lock, "", || format!("it is not the lock of review {number} in {name}"));
        }
    }
}

/// The whole result again from the data; where the data lie may differ.
fn whole(document: &Document, again: &Document, tallies: &mut Tallies) {
    let what = "the whole result from the data";
    let placeless = |document: &Document| {
        let mut document = document.clone();
        document.data.sources.clear();
        document
    };
    let mut differences = differ("", &placeless(document), &placeless(again), 0.0);
    let read = |document: &Document| {
        let mut read: Vec<(String, u64)> = document.data.sources.iter().map(|s| (s.sha256.clone(), s.rows)).collect();
        read.sort();
        read
    };
    if read(document) != read(again) {
        tallies.left(what, "the data come in other files than those of the result");
    }
    if differences.is_empty() {
        return tallies.agree(what, 1);
    }
    let most = 20;
    let more = differences.len().saturating_sub(most);
    differences.truncate(most);
    for found in differences {
        let why = format!("{} is stored, and the data give {}", found.stored, found.again);
        tallies.wrong(what, RESULT, found.at, why);
    }
    if more > 0 {
        tallies.wrong(what, RESULT, "", format!("{more} more keys differ"));
    }
}
