//! `verify` names what was altered: a byte of any file, and a number that follows from counts even where all hashes were
//! made anew.

use std::collections::{BTreeMap, BTreeSet};

use crate::support;
use evenhand::history::{Decision, Request, ResultSeen, Signature, chain, record};
use evenhand::input::hash::hash_bytes;
use evenhand::policy::lock::LockFile;
use evenhand::render::{Format, json, manifest};
use evenhand::result::{Document, LockView};
use evenhand::verify::{Folder, Tallies, verify};
use proptest::prelude::*;
use serde_json::Value;

const POLICY: &str = r#"
version = 1
[data]
decision = "got"
favourable = [1]
label = "good"
positive = [1]
count = "n"
[[attribute]]
name = "sex"
[[attribute]]
name = "age"
bins = [30, 60]
[statistics]
permutations = 0
[[check]]
metric = "selection-rate"
contrast = "ratio"
within = "4/5"
[[check]]
metric = "equalized-odds"
contrast = "difference"
within = "0.1"
[[check]]
metric = "accuracy"
contrast = "spread"
max = "0.2"
across = ["age"]
[[check]]
metric = "f1"
contrast = "value"
min = "0.3"
"#;

/// A policy of few figures, for what is verified many times.
const SMALL: &str = r#"
version = 1
data = { decision = "got", favourable = [1], count = "n" }
attribute = [{ name = "sex" }]
statistics = { permutations = 0 }
check = [{ metric = "selection-rate", contrast = "ratio", within = "4/5" }]
"#;

/// Counts with a missing group, a missing decision and a missing label.
fn rows() -> String {
    let mut rows = "sex,age,got,good,n\n".to_owned();
    let mut random = support::SplitMix64(7);
    for sex in ["F", "M", ""] {
        for age in [20, 40, 70] {
            for (got, good) in [("1", "1"), ("1", "0"), ("0", "1"), ("0", "0"), ("", "1"), ("1", "")] {
                let few = if got.is_empty() || good.is_empty() || sex.is_empty() { 5 } else { 90 };
                rows.push_str(&format!("{sex},{age},{got},{good},{}\n", 2 + random.below(few)));
            }
        }
    }
    rows
}

/// A folder as `audit -o` writes it, with policy, lock and a history of two reviews of it and of another run.
fn folder(policy: &str, document: &Document) -> Folder {
    let mut folder = Folder { shown: "out".to_owned(), ..Folder::default() };
    write_reports(&mut folder, document);
    folder.policy = Some(("evenhand.toml".to_owned(), policy.as_bytes().to_vec()));
    let lock = lock(policy).to_toml().expect("a lock");
    let person = |role: &str, name: &str| Signature { role: role.to_owned(), name: name.to_owned() };
    let request = Request {
        day: "2026-02-01".to_owned(),
        decision: Some(Decision::Continue),
        reason: Some("nothing was found that would have to be mended at once".to_owned()),
        roles: vec!["reviewer".to_owned()],
        signed: vec![person("reviewer", "Ana Ruiz")],
        lock: Some(hash_bytes(lock.as_bytes())),
        ..Request::default()
    };
    let mut earlier = document.clone();
    earlier.run.id = hash_bytes(b"another run");
    let mut text = String::new();
    for document in [&earlier, document] {
        let lines = chain::read(&text).expect("a history");
        let bytes = Format::Json.to_bytes(&support::internal(document)).expect("rendered");
        let run = document.run.clone();
        let seen = ResultSeen { path: "out".to_owned(), sha256: hash_bytes(&bytes), run: run.id, as_of: run.as_of };
        let entry = record::record(&lines, document, seen, &request).expect("recorded");
        text.push_str(&chain::write(&entry));
    }
    folder.lock = Some(("evenhand.lock".to_owned(), lock.into_bytes()));
    folder.history = Some(("evenhand-reviews.jsonl".to_owned(), text.into_bytes()));
    folder
}

/// Every report of a document, and a manifest that fits them.
fn write_reports(folder: &mut Folder, document: &Document) {
    let mut hashes = Vec::new();
    for (format, name) in Format::FILES {
        let bytes = format.to_bytes(&support::internal(document)).expect("rendered");
        hashes.push(((*name).to_owned(), hash_bytes(&bytes)));
        folder.files.insert((*name).to_owned(), bytes);
    }
    folder.files.insert(manifest::MANIFEST.to_owned(), manifest::to_bytes(&support::internal(document), &hashes));
}

fn audited(policy: &str) -> Document {
    let mut document = support::audit_text(policy, &rows());
    document.policy.path = Some("evenhand.toml".to_owned());
    document.policy.sha256 = hash_bytes(policy.as_bytes());
    let seen = lock(policy);
    document.run.lock = Some(LockView { sha256: seen.sha256, time: seen.time });
    document
}

fn lock(policy: &str) -> LockFile {
    LockFile::new("evenhand.toml", &hash_bytes(policy.as_bytes()), "2026-01-01T00:00:00Z", "0.1.0", "version = 1\n")
}

fn verified(folder: &Folder) -> Tallies {
    verify(folder).expect("a folder").0
}

/// All files that can be altered, by name.
fn files(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let beside = [&folder.policy, &folder.lock, &folder.history];
    folder.files.clone().into_iter().chain(beside.into_iter().flatten().cloned()).collect()
}

fn with(folder: &Folder, name: &str, bytes: Vec<u8>) -> Folder {
    let mut altered = Folder {
        shown: folder.shown.clone(),
        files: folder.files.clone(),
        policy: folder.policy.clone(),
        lock: folder.lock.clone(),
        history: folder.history.clone(),
        ..Folder::default()
    };
    if let Some(file) = altered.files.get_mut(name) {
        *file = bytes;
        return altered;
    }
    for beside in [&mut altered.policy, &mut altered.lock, &mut altered.history] {
        if let Some(file) = beside.as_mut().filter(|file| file.0 == name) {
            file.1.clone_from(&bytes);
        }
    }
    altered
}

#[track_caller]
fn is_named(altered: &Folder, name: &str, what: &str) {
    let tallies = verified(altered);
    assert!(
        tallies.wrongs().any(|wrong| wrong.file == name),
        "{what} of {name}: {:?}",
        tallies.wrongs().collect::<Vec<_>>()
    );
}

#[test]
fn what_was_not_altered_agrees() {
    let document = audited(POLICY);
    let tallies = verified(&folder(POLICY, &document));
    assert!(tallies.all_agree(), "{:?}", tallies.wrongs().collect::<Vec<_>>());
    let agree = |what: &str| tallies.0.iter().find(|held| held.what == what).map_or(0, |held| held.agree);
    assert_eq!(agree("measurements"), document.measurements.len() as u64);
    assert_eq!(agree("comparisons"), document.comparisons.len() as u64);
    assert_eq!(agree("spreads"), document.spreads.len() as u64);
    assert_eq!(agree("omnibus tests"), document.omnibus.len() as u64);
    assert!(document.omnibus.iter().any(|omnibus| omnibus.trend.is_some()), "a trend is among them");
    assert!(document.checks.iter().any(|row| row.p_adjusted.is_some()));
}

#[test]
fn a_flipped_byte_of_any_file_is_named() {
    let folder = folder(SMALL, &audited(SMALL));
    for (name, bytes) in files(&folder) {
        let mut places: BTreeSet<usize> = [0, 1, bytes.len() / 2, bytes.len() - 2, bytes.len() - 1].into();
        places.extend((1..6).map(|part| bytes.len() * part / 6));
        for place in places {
            for mask in [1, 0x80] {
                let mut flipped = bytes.clone();
                flipped[place] ^= mask;
                is_named(&with(&folder, &name, flipped), &name, &format!("byte {place} flipped by {mask}"));
            }
        }
        let mut longer = bytes.clone();
        longer.push(b' ');
        is_named(&with(&folder, &name, longer), &name, "a byte more");
        is_named(&with(&folder, &name, bytes[..bytes.len() - 1].to_vec()), &name, "a byte less");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_byte_flipped_anywhere_is_named(file in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), mask in 1u8..) {
        thread_local! {
            static FOLDER: Folder = folder(SMALL, &audited(SMALL));
        }
        FOLDER.with(|folder| {
            let files: Vec<(String, Vec<u8>)> = files(folder).into_iter().collect();
            let (name, bytes) = &files[file.index(files.len())];
            let mut flipped = bytes.clone();
            flipped[place.index(bytes.len())] ^= mask;
            is_named(&with(folder, name, flipped), name, "a byte");
        });
    }
}

#[test]
fn a_line_taken_out_of_the_history_or_put_in_is_named() {
    let folder = folder(SMALL, &audited(SMALL));
    let (name, bytes) = folder.history.clone().expect("a history");
    let text = String::from_utf8(bytes).expect("text");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let wrong =
        [lines[1].to_owned(), format!("{}{}", lines[1], lines[0]), format!("{text}{}", lines[1]), format!("{text}\n")];
    for altered in wrong {
        is_named(&with(&folder, &name, altered.into_bytes()), &name, "lines");
    }
    // What nothing can show without a hash kept elsewhere: that the last line is gone.
    assert!(verified(&with(&folder, &name, lines[0].as_bytes().to_vec())).all_agree());
}

#[test]
fn a_file_that_is_gone_or_not_listed_is_named() {
    let folder = folder(SMALL, &audited(SMALL));
    for name in folder.files.keys() {
        let mut without = with(&folder, "", Vec::new());
        without.files.remove(name);
        is_named(&without, name, "absence");
    }
    let mut empty = with(&folder, "", Vec::new());
    empty.files.clear();
    assert!(verify(&empty).is_err());
}

/// Every number and word of a document that follows from its counts, as pointers into its JSON.
fn derivable(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(of) => of.iter().for_each(|(key, value)| derivable(value, format!("{at}/{key}"), found)),
        Value::Array(of) => of.iter().enumerate().for_each(|(i, value)| derivable(value, format!("{at}/{i}"), found)),
        Value::Number(_) | Value::Bool(_) => found.push(at),
        Value::String(_)
            if ["verdict", "leaning", "method", "test", "undefined"].iter().any(|key| at.ends_with(key)) =>
        {
            found.push(at);
        }
        _ => {}
    }
}

#[test]
fn a_number_that_does_not_follow_is_named_although_every_hash_fits() {
    let document = audited(POLICY);
    let honest = folder(POLICY, &document);
    let whole = serde_json::to_value(&document).expect("JSON");
    let mut places = Vec::new();
    for section in ["measurements", "comparisons", "spreads", "checks", "omnibus", "verdict", "exit_code"] {
        derivable(&whole[section], format!("/{section}"), &mut places);
    }
    derivable(&whole["data"]["attributes"], "/data/attributes".to_owned(), &mut places);
    places.push("/data/rows_used".to_owned());
    assert!(places.len() > 800, "{}", places.len());
    // Every kind of key, and a part of the rest: each takes a run of the checks.
    let kind = |at: &str| at.split('/').filter(|part| part.parse::<u64>().is_err()).collect::<Vec<_>>().join("/");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut tried = 0;
    for (i, at) in places.iter().enumerate() {
        let count = seen.entry(kind(at)).or_default();
        *count += 1;
        if *count > 1 && i % 293 != 0 {
            continue;
        }
        let mut altered = whole.clone();
        let value = altered.pointer_mut(at).expect("a place");
        *value = match value.clone() {
            Value::Bool(was) => Value::Bool(!was),
            Value::Number(n) if n.is_u64() => Value::from(n.as_u64().unwrap_or(0) + 1),
            Value::Number(n) => Value::from(n.as_f64().unwrap_or(0.0) * (1.0 + 1e-9) + 1e-9),
            Value::String(was) if was == "met" => Value::from("not_met"),
            Value::String(_) if at.ends_with("verdict") || at.ends_with("leaning") => Value::from("met"),
            _ => Value::from("wald"),
        };
        let Ok(altered) = json::read(&altered.to_string()) else { continue };
        let mut folder = with(&honest, "", Vec::new());
        folder.history = None;
        // Reports that are not there need not be rendered again; what is asked is whether the figure is named.
        let bytes = Format::Json.to_bytes(&support::internal(&altered)).expect("rendered");
        let listed = [("result.json".to_owned(), hash_bytes(&bytes))];
        let manifest = manifest::to_bytes(&support::internal(&altered), &listed);
        folder.files = BTreeMap::from([("result.json".to_owned(), bytes), (manifest::MANIFEST.to_owned(), manifest)]);
        let tallies = verified(&folder);
        assert!(
            tallies.wrongs().any(|wrong| wrong.file == "result.json" && !wrong.at.is_empty()),
            "{at} was altered and nothing is named"
        );
        tried += 1;
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn counts_that_contradict_each_other_are_named() {
    let mut document = audited(POLICY);
    let honest = folder(POLICY, &document);
    let of = |m: &&mut evenhand::result::Measurement| m.metric == "true-positive-rate" && m.group.is_empty();
    let found = document.measurements.iter_mut().find(of).expect("a rate");
    found.denominator = Some(u64::MAX);
    let mut folder = with(&honest, "", Vec::new());
    write_reports(&mut folder, &document);
    let tallies = verified(&folder);
    assert!(tallies.wrongs().any(|wrong| wrong.at.starts_with("measurements[")), "{:?}", tallies.0);
}
