//! What the tests of reading share: a folder of their own, runs of the program, random numbers that come again.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Planted in columns that no report may quote. Every run checks that it comes out nowhere.
pub const CANARY: &str = "canary";

/// A folder that goes away with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(TempDir::new().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders it stands in.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file that can be written");
        path
    }

    /// Runs the program in this folder.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    /// The same, with standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("standard input");
        let input = input.to_vec();
        // The program may stop before it has read everything, which is no fault of the test.
        let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the writer ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let run = Run {
            code: output.status.code().expect("an exit code, not a signal"),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        assert_ne!(run.code, 70, "a bug: {}", run.err);
        assert!(!run.out.contains(CANARY), "{arguments:?} printed a value of the data: {}", run.out);
        assert!(!run.err.contains(CANARY), "{arguments:?} printed a value of the data: {}", run.err);
        run
    }

    /// `audit --format json` with these arguments.
    pub fn audit(&self, arguments: &[&str]) -> Run {
        self.audit_with(arguments, b"")
    }

    pub fn audit_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut all = vec!["audit", "--format", "json", "--as-of", "2026-11-21"];
        all.extend(arguments);
        self.run_with(&all, input)
    }
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// The document of a run that got as far as one.
    pub fn document(&self) -> Value {
        assert!([0, 1, 3].contains(&self.code), "exit code {}: {}", self.code, self.err);
        serde_json::from_str(&self.out).expect("a document")
    }

    /// Favourable decisions and decisions of every group of an attribute: `F 20/40 M 10/40`.
    #[track_caller]
    pub fn rates(&self, attribute: &str) -> String {
        let document = self.document();
        let mut found = Vec::new();
        for m in document["measurements"].as_array().expect("measurements") {
            if m["metric"] == "selection-rate" && m["axes"] == serde_json::json!([attribute]) {
                let group = m["group"][attribute].as_str().expect("a group");
                found.push(format!("{group} {}/{}", m["numerator"], m["denominator"]));
            }
        }
        found.join(" ")
    }

    /// What was said about the sources while they were read.
    pub fn notes(&self) -> String {
        let document = self.document();
        let sources = document["data"]["sources"].as_array().expect("sources");
        sources.iter().map(|source| source["notes"].to_string()).collect()
    }

    pub fn codes(&self) -> Vec<String> {
        let document = self.document();
        let diagnostics = document["diagnostics"].as_array().expect("diagnostics");
        diagnostics.iter().filter_map(|d| d["code"].as_str().map(str::to_owned)).collect()
    }

    /// The run failed with this code and said all of this; standard output stayed empty.
    #[track_caller]
    pub fn fails(&self, code: i32, says: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert_eq!(self.out, "", "a failed run prints no document");
        for part in says {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
    }
}
