//! Every folder of `tests/cli` is a case: `cmd` holds command lines, the other files are the working folder, and
//! `expected.snap` is what came out. To add a case: one folder, no Rust. Accept with `cargo insta review`, after reading it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn every_case_gives_what_is_expected() {
    let mut cases: Vec<PathBuf> = glob::glob(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/*/cmd"))
        .expect("a pattern")
        .filter_map(Result::ok)
        .collect();
    cases.sort();
    assert!(cases.len() >= 20, "only {} cases were found", cases.len());
    let mut failed = Vec::new();
    for cmd in cases {
        let folder = cmd.parent().expect("a case has a folder").to_path_buf();
        let name = folder.file_name().expect("a case has a name").to_string_lossy().into_owned();
        // What is written down is of the default build; with databases there is more.
        if evenhand::database::BUILT && ["help", "source-not-built", "sql"].contains(&name.as_str()) {
            continue;
        }
        let told = tell(&folder, &fs::read_to_string(&cmd).expect("cmd can be read"));
        let check = || {
            insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!("expected", told);
            });
        };
        if std::panic::catch_unwind(check).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "these cases give something else: {failed:?}");
}

/// Runs the lines of a case in a copy of its folder and tells what came out.
fn tell(folder: &Path, lines: &str) -> String {
    let work = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(folder).expect("the case can be listed").flatten() {
        let name = entry.file_name();
        if name != "cmd" && name != "expected.snap" {
            fs::copy(entry.path(), work.path().join(name)).expect("a file of the case can be copied");
        }
    }
    let before = files(work.path());
    let mut told = String::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        told.push_str(&run(work.path(), line));
    }
    let written: Vec<String> = files(work.path()).into_iter().filter(|file| !before.contains(file)).collect();
    if !written.is_empty() {
        told.push_str(&format!("files written:\n{}\n", written.join("\n")));
    }
    told
}

fn run(folder: &Path, line: &str) -> String {
    let (line, input) = match line.split_once(" < ") {
        Some((line, file)) => {
            (line, Some(fs::File::open(folder.join(file.trim())).expect("the input is a file of the case")))
        }
        None => (line, None),
    };
    let mut words = split(line).into_iter();
    assert_eq!(words.next().as_deref(), Some("evenhand"), "a line of a case starts with evenhand");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(words)
        .current_dir(folder)
        .env_clear()
        .stdin(input.map_or_else(Stdio::null, Stdio::from))
        .output()
        .expect("evenhand runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*folder.to_string_lossy(), "@FOLDER@");
    let mut told = format!("$ {line}\nexit {}\n", output.status.code().unwrap_or(-1));
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            told.push_str(&format!("--- {name}\n{}\n", text(bytes).trim_end()));
        }
    }
    told + "\n"
}

/// Words of a line; quotes keep blanks together.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.trim().chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("there is a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn files(folder: &Path) -> Vec<String> {
    let pattern = format!("{}/**/*", folder.display());
    let mut found: Vec<String> = glob::glob(&pattern)
        .expect("a pattern")
        .filter_map(Result::ok)
        .filter(|path| path.is_file())
        .map(|path| format!("{}{}", path.strip_prefix(folder).unwrap_or(&path).display(), mode(&path)))
        .collect();
    found.sort();
    found
}

#[cfg(unix)]
fn mode(path: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).map(|m| format!(" (mode {:o})", m.permissions().mode() & 0o777)).unwrap_or_default()
}

#[cfg(not(unix))]
fn mode(_: &Path) -> String {
    String::new()
}
