//! Policies: every mistake is told at once with its place and what to do; what is in force reads back as itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A policy in force as text, what was said beside it, and the exit code.
struct DryRun {
    code: Option<i32>,
    out: String,
    err: String,
}

fn dry_run(folder: &Path, policy: &Path) -> DryRun {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(["audit", "--dry-run", "-p"])
        .arg(policy)
        .current_dir(folder)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    DryRun { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies")
}

/// The policies of a folder by their names.
fn policies(kind: &str) -> BTreeMap<String, PathBuf> {
    let entries = std::fs::read_dir(folder().join(kind)).expect("the folder of policies");
    let paths = entries.map(|entry| PathBuf::from(kind).join(entry.expect("a file").file_name()));
    let named = paths.map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), path));
    let found: BTreeMap<_, _> = named.collect();
    assert!(found.len() > 5, "policies are there to be tested");
    found
}

#[test]
fn every_mistake_is_told() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, path) in policies("bad") {
        let run = dry_run(&folder(), &path);
        assert_eq!(run.code, Some(2), "{name}: {}", run.err);
        assert_eq!(run.out, "", "{name}");
        for line in run.err.lines() {
            assert!(line.starts_with("error["), "{name}: {line}");
        }
        settings.bind(|| insta::assert_snapshot!(format!("policy_{name}"), run.err));
    }
}

#[test]
fn what_is_in_force_reads_back_as_itself() {
    for (name, path) in policies("good") {
        let run = dry_run(&folder(), &path);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        let again = tempfile::tempdir().expect("a folder");
        let policy = again.path().join("evenhand.toml");
        std::fs::write(&policy, &run.out).expect("a file");
        let second = dry_run(again.path(), &policy);
        assert_eq!(second.code, Some(0), "{name}: {}{}", run.out, second.err);
        // The comments name the file's hash and its data.
        let rules =
            |text: &str| text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rules(&second.out), rules(&run.out), "{name}");
        let warnings = |text: &str| text.lines().filter(|line| line.contains("warning[")).count();
        assert_eq!(warnings(&second.err), warnings(&run.err), "{name}");
    }
}

#[test]
fn the_example_of_the_contract_means_what_it_says() {
    let run = dry_run(&folder(), Path::new("good/contract.toml"));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    for line in [
        "decision = \"offered\"",
        "favourable = [\"1\"]",
        "selected = [\"1\"]",
        "missing = [\"\", \"NA\", \"unknown\"]",
        "bins = [\"18\", \"25\", \"40\", \"65\"]",
        "sets = [[\"sex\", \"age_band\"]]",
        "level = \"0.95\"",
        "min_group = 30",
        "adjust = \"holm\"",
        "seed = 20261121",
        "across = [\"sex\", \"age_band\", \"sex:age_band\"]",
        "min = \"4/5\"",
        "max = \"5/4\"",
        "evidence = \"interval\"",
        "on_fail = \"error\"",
        "on_inconclusive = \"warn\"",
    ] {
        assert!(run.out.lines().any(|l| l == line), "`{line}` is not in:\n{}", run.out);
    }
}

#[test]
fn a_lone_lower_limit_is_warned_of() {
    let run = dry_run(&folder(), Path::new("good/every_check.toml"));
    assert!(run.err.contains("warning[one-sided-ratio] good/every_check.toml:"), "{}", run.err);
    assert_eq!(run.err.matches("warning[").count(), 1, "{}", run.err);
}

#[test]
fn a_policy_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = dry_run(folder.path(), Path::new("none.toml"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("the policy none.toml cannot be read"), "{}", run.err);
    std::fs::write(folder.path().join("latin.toml"), b"version = 1 # \xe4\n").expect("a file");
    let run = dry_run(folder.path(), Path::new("latin.toml"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("latin.toml is not UTF-8"), "{}", run.err);
    std::fs::write(folder.path().join("large.toml"), "# a long comment\n".repeat(100_000)).expect("a file");
    let run = dry_run(folder.path(), Path::new("large.toml"));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("larger than 1 MiB"), "{}", run.err);
}
