//! README's console blocks are run; a line `...` stands for any lines. Its policy is audited, and it names every metric.

use std::fs;
use std::process::Command;

use evenhand::metrics::outcome::OUTCOMES;
use evenhand::metrics::{self, bundles};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn readme() -> String {
    fs::read_to_string(format!("{ROOT}/README.md")).expect("README can be read")
}

fn blocks(language: &str) -> Vec<String> {
    let readme = readme();
    let fence = format!("```{language}\n");
    let opened = readme.split(&fence).skip(1);
    opened.map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn console_blocks_print_what_readme_says() {
    let blocks = blocks("console");
    assert!(blocks.len() >= 3);
    for block in blocks {
        let (command, expected) = block.split_once('\n').expect("a command and its output");
        let words = command.strip_prefix("$ evenhand ").expect("a block starts with `$ evenhand`");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let arguments: Vec<String> =
            words.split(' ').map(|word| word.replace("datasets/", &format!("{ROOT}/datasets/"))).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(&arguments)
            .current_dir(folder.path())
            .output()
            .expect("evenhand runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(matches(expected, printed.trim_end()), "`{command}` prints\n{printed}\nand not\n{expected}");
    }
}

/// Whether the text is what is expected, where a line of three points stands for any lines.
fn matches(expected: &str, text: &str) -> bool {
    let mut rest = text;
    let mut anchored = true;
    for part in
        expected.split("\n...\n").flat_map(|part| part.strip_suffix("\n...").map_or(vec![part], |p| vec![p, ""]))
    {
        match rest.find(part) {
            Some(0) if anchored => rest = &rest[part.len()..],
            Some(at) if !anchored => rest = &rest[at + part.len()..],
            _ => return false,
        }
        anchored = false;
    }
    rest.trim().is_empty() || expected.ends_with("\n...")
}

#[test]
fn three_points_stand_for_any_lines_and_nothing_else_does() {
    assert!(matches("a\n...\nc", "a\nb\nc"));
    assert!(matches("a\n...", "a\nb\nc"));
    assert!(!matches("a\n...\nd", "a\nb\nc"));
    assert!(!matches("b\n...", "a\nb"));
    assert!(!matches("a", "a\nb"));
}

#[test]
fn the_policy_of_readme_is_a_policy() {
    let policy = blocks("toml").into_iter().next().expect("README shows a policy");
    assert_eq!(policy.lines().count(), 6);
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("evenhand.toml"), policy).expect("written");
    fs::copy(format!("{ROOT}/datasets/campaign/offers.csv"), folder.path().join("offers.csv")).expect("copied");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .arg("audit")
        .current_dir(folder.path())
        .output()
        .expect("evenhand runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_policy_of_outcomes_is_a_policy() {
    let policy = blocks("toml").into_iter().find(|block| block.contains("[[outcome]]")).expect("README shows outcomes");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("evenhand.toml"), policy).expect("written");
    fs::copy(format!("{ROOT}/datasets/support_tickets/tickets.csv"), folder.path().join("tickets.csv"))
        .expect("copied");
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .arg("audit")
        .current_dir(folder.path())
        .output()
        .expect("evenhand runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_metric_and_exit_code_is_named() {
    let readme = readme();
    let of_outcomes = OUTCOMES.iter().map(|declared| declared.id);
    let bundled = bundles::BUNDLES.iter().map(|bundle| bundle.id);
    for id in metrics::all().map(|metric| metric.id).chain(of_outcomes).chain(bundled) {
        assert!(readme.contains(&format!("`{id}`")), "README does not name {id}");
    }
    for (code, _) in evenhand::error::exit::ALL {
        assert!(readme.contains(&format!("| {code} |")), "README does not name exit code {code}");
    }
}

#[test]
fn links_lead_somewhere() {
    for link in readme().split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(link.starts_with("http") || std::path::Path::new(ROOT).join(link).exists(), "README links to {link}");
    }
}
