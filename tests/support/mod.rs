//! What the integration tests share: random numbers, policies from text, audits of text and of files, real data.

pub mod cells;
pub mod draws;
pub mod slow;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use evenhand::diagnostic::Diagnostic;
use evenhand::error::Error;
use evenhand::input::Source;
use evenhand::policy::{self, Policy};
use evenhand::release::{self, Audience, Release};
use evenhand::result::{CheckRow, Comparison, Document, Group, Measurement, Spread};

/// The folder of real data, from the folder of the manifest; the environment variable of [`SHARED_DATA_VARIABLE`] replaces it.
const SHARED_DATA: &str = "../shared/data";
const SHARED_DATA_VARIABLE: &str = "EVENHAND_SHARED_DATA";

/// The day of every test run.
pub const AS_OF: &str = "2026-01-31";

/// A document as those may see it who may see everything.
pub fn internal(document: &Document) -> Release {
    release::release(document.clone(), Audience::Internal, &[]).expect("nothing is hidden")
}

/// Runs one test of this program again, in a process with so many threads, and reads what it wrote: the variable tells it that it
/// is the one that writes, and where. The number of threads is fixed when a process starts.
pub fn run_with_threads(test: &str, threads: &str, variable: &str, into: &Path) -> String {
    let run = std::process::Command::new(std::env::current_exe().expect("this program of tests"))
        .args([test, "--exact", "--quiet"])
        .env(variable, into)
        .env("POLARS_MAX_THREADS", threads)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("it runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    std::fs::read_to_string(into).expect("the test of that name wrote a result")
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
pub struct SplitMix64(pub u64);

impl SplitMix64 {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0, below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Box and Muller's normal variable.
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.share(), self.share());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// A whole number from 0, below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// True so many times in a thousand.
    pub fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// The policy of a text, with its warnings, or every mistake in it.
pub fn try_policy(text: &str) -> Result<(Policy, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (draft, problems) = policy::read::read(text, "evenhand.toml");
    if !problems.is_empty() {
        return Err(problems);
    }
    policy::check::check(draft)
}

#[track_caller]
pub fn policy(text: &str) -> (Policy, Vec<Diagnostic>) {
    try_policy(text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// The whole flow over some files.
pub fn try_audit(policy_text: &str, files: &[PathBuf]) -> Result<Document, Error> {
    let (policy, warnings) = try_policy(policy_text).map_err(Error::Policy)?;
    let source = |path: &PathBuf| Source::File { shown: path.display().to_string(), path: path.clone() };
    let sources: Vec<Source> = files.iter().map(source).collect();
    evenhand::audit(&policy, warnings, &sources, AS_OF, &(Arc::new(|_| {}) as evenhand::input::hash::Progress))
}

#[track_caller]
pub fn audit_files(policy_text: &str, files: &[PathBuf]) -> Document {
    try_audit(policy_text, files).unwrap_or_else(|error| panic!("{error}\n{policy_text}"))
}

pub fn try_audit_text(policy_text: &str, csv: &str) -> Result<Document, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    try_audit(policy_text, &[path])
}

/// The whole flow over the text of one CSV file.
#[track_caller]
pub fn audit_text(policy_text: &str, csv: &str) -> Document {
    try_audit_text(policy_text, csv).unwrap_or_else(|error| panic!("{error}\n{policy_text}"))
}

/// The document as JSON, without what may differ between files of the same rows.
pub fn bytes_without_sources(mut document: Document) -> String {
    document.data.sources.clear();
    serde_json::to_string_pretty(&document).expect("a document is JSON")
}

/// The folder of real data; where it is absent a word on standard error, and none.
pub fn shared_data() -> Option<PathBuf> {
    let folder = match std::env::var_os(SHARED_DATA_VARIABLE) {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(SHARED_DATA),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not tested: there is no folder {}; {SHARED_DATA_VARIABLE} names another", folder.display());
    None
}

pub fn group(of: &[(&str, &str)]) -> Group {
    of.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect()
}

/// The one measurement of a metric and a group.
#[track_caller]
pub fn measurement<'a>(document: &'a Document, metric: &str, of: &Group) -> &'a Measurement {
    let found: Vec<_> = document.measurements.iter().filter(|m| m.metric == metric && m.group == *of).collect();
    assert_eq!(found.len(), 1, "{metric} of {of:?}");
    found[0]
}

/// The one comparison of a metric and a group.
#[track_caller]
pub fn comparison<'a>(document: &'a Document, metric: &str, contrast: &str, of: &Group) -> &'a Comparison {
    let wanted = |c: &&Comparison| c.metric == metric && c.contrast == contrast && c.group == *of;
    let found: Vec<_> = document.comparisons.iter().filter(wanted).collect();
    assert_eq!(found.len(), 1, "{metric} {contrast} of {of:?}");
    found[0]
}

/// The one spread of a metric along an axis.
#[track_caller]
pub fn spread<'a>(document: &'a Document, metric: &str, axes: &[&str]) -> &'a Spread {
    let found: Vec<_> = document.spreads.iter().filter(|s| s.metric == metric && s.axes == axes).collect();
    assert_eq!(found.len(), 1, "{metric} along {axes:?}");
    found[0]
}

/// The one row of a check and a group.
#[track_caller]
pub fn check_row<'a>(document: &'a Document, id: &str, of: &Group) -> &'a CheckRow {
    let found: Vec<_> = document.checks.iter().filter(|row| row.id == id && row.group == *of).collect();
    assert_eq!(found.len(), 1, "{id} of {of:?}");
    found[0]
}

/// Equal, or apart by no more than a part of the expected number (of 1, for one that is smaller).
#[track_caller]
pub fn close(got: f64, expected: f64, tolerance: f64, what: &str) {
    let far = (got - expected).abs() > tolerance * expected.abs().max(1.0);
    assert!(!far && got.is_finite(), "{what}: got {got:e}, expected {expected:e}");
}

/// Equal relative to the expected number, however small it is.
#[track_caller]
pub fn close_relative(got: f64, expected: f64, tolerance: f64, what: &str) {
    let far = (got - expected).abs() > tolerance * expected.abs();
    assert!(!far && got.is_finite(), "{what}: got {got:e}, expected {expected:e}");
}

/// Runs the program in a folder.
pub fn evenhand(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(words)
        .current_dir(folder)
        // What a CI service sets would write into its files.
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("GITHUB_WORKSPACE")
        .output()
        .expect("evenhand runs")
}

/// The report on a dataset of the project, by its own policy.
pub fn audit_dataset(name: &str, format: &str, exit: i32) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policy = format!("datasets/{name}/evenhand.toml");
    let output = evenhand(root, &["audit", "-p", &policy, "--as-of", "2026-11-22", "--format", format]);
    assert_eq!(output.status.code(), Some(exit), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("reports are UTF-8")
}

/// The lines of a report above its first table, as one.
pub fn first_screen(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("Verdict  ")).collect();
    assert!(lines.len() <= 24, "a terminal of 24 lines shows them all:\n{text}");
    lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}
