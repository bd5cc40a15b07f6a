//! The GitHub Action and the hooks: their YAML is whole, what they name exists, and their scripts do what they say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use yaml_rust2::{Yaml, YamlLoader};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const POLICY: &str = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\ncount = \"rows\"\nfiles = [\"rows.csv\"]\n\
                      [[attribute]]\nname = \"sex\"\n[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";
const ROWS: &str = "sex,got,rows\nA,1,300\nA,0,100\nB,1,100\nB,0,300\n";

fn read(name: &str) -> (String, Yaml) {
    let text = fs::read_to_string(Path::new(ROOT).join(name)).expect("it is there");
    let mut parsed = YamlLoader::load_from_str(&text).expect("it is YAML");
    assert_eq!(parsed.len(), 1, "{name}");
    (text, parsed.remove(0))
}

fn keys(yaml: &Yaml) -> BTreeSet<String> {
    yaml.as_hash().into_iter().flatten().filter_map(|(key, _)| key.as_str().map(str::to_owned)).collect()
}

/// The names after a prefix wherever it stands: `inputs.` gives those of all inputs that are used.
fn after(text: &str, prefix: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect();
    text.split(prefix).skip(1).map(name).collect()
}

fn steps(action: &Yaml) -> &[Yaml] {
    action["runs"]["steps"].as_vec().expect("steps")
}

fn step<'a>(action: &'a Yaml, id: &str) -> &'a Yaml {
    steps(action).iter().find(|step| step["id"].as_str() == Some(id)).unwrap_or_else(|| panic!("there is no step {id}"))
}

#[test]
fn the_action_is_whole() {
    let (text, action) = read("action.yml");
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    for key in ["name", "description"] {
        assert!(action[key].as_str().is_some_and(|words| !words.is_empty()), "{key}");
    }
    let inputs = keys(&action["inputs"]);
    let wanted = ["policy", "data", "baseline", "output", "version", "args"];
    assert_eq!(inputs, wanted.into_iter().map(str::to_owned).collect());
    assert_eq!(after(&text, "${{ inputs."), inputs, "every input is used, and none that is not declared");
    for input in &inputs {
        let input = &action["inputs"][input.as_str()];
        assert!(input["description"].as_str().is_some() && input["default"].as_str().is_some());
    }
    let ids: BTreeSet<String> =
        steps(&action).iter().filter_map(|step| step["id"].as_str()).map(str::to_owned).collect();
    assert!(after(&text, "steps.").is_subset(&ids), "{:?}", after(&text, "steps."));
    for step in steps(&action) {
        // A composite action must name the shell of every script.
        assert_eq!(step["run"].as_str().is_some(), step["shell"].as_str().is_some(), "{step:?}");
        assert!(step["run"].as_str().is_some() != step["uses"].as_str().is_some(), "{step:?}");
        // What a user gives never becomes part of a script.
        assert!(step["run"].as_str().is_none_or(|script| !script.contains("${{")), "{step:?}");
    }
    let outputs = keys(&action["outputs"]);
    let script = step(&action, "audit")["run"].as_str().expect("a script");
    assert!(outputs.iter().all(|output| script.contains(&format!("echo \"{output}="))), "{outputs:?}");
}

/// Runs the script of a step as GitHub does, with the built evenhand on the path.
fn run(script: &str, folder: &Path, given: &[(&str, &str)]) -> Option<Output> {
    let path = Path::new(env!("CARGO_BIN_EXE_evenhand")).parent()?.to_path_buf();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let paths = [path].into_iter().chain(std::env::split_paths(&others));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]).current_dir(folder);
    command.env("PATH", std::env::join_paths(paths).ok()?).env("GITHUB_WORKSPACE", folder);
    command.env("GITHUB_OUTPUT", folder.join("outputs")).env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    command.envs(given.iter().copied());
    let output = command.output();
    if output.is_err() {
        eprintln!("skipped: there is no bash");
    }
    output.ok()
}

#[test]
fn the_audit_step_gates_and_writes_the_summary_even_so() {
    let (_, action) = read("action.yml");
    let script = step(&action, "audit")["run"].as_str().expect("a script").to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("my policies")).expect("a folder");
    fs::write(at("my policies/evenhand.toml"), POLICY).expect("written");
    fs::write(at("my policies/rows.csv"), ROWS).expect("written");
    let given = |name: &'static str, value: &'static str| {
        let mut all = vec![
            ("POLICY", "my policies/evenhand.toml"),
            ("DATA", ""),
            ("BASELINE", ""),
            ("OUTPUT", "out"),
            ("ARGS", ""),
        ];
        all.retain(|(known, _)| *known != name);
        all.push((name, value));
        all
    };
    let Some(failed) = run(&script, folder.path(), &given("ARGS", "--as-of 2026-11-21")) else { return };
    assert_eq!(failed.status.code(), Some(1), "{}", String::from_utf8_lossy(&failed.stderr));
    let printed = String::from_utf8_lossy(&failed.stdout);
    assert!(
        printed.starts_with("::error file=my policies/evenhand.toml,line=9,title=selection-rate-ratio%3A sex B::"),
        "{printed}"
    );
    assert!(!printed.contains("::group::"), "the summary is in its file");
    let summary = fs::read_to_string(at("summary.md")).expect("a summary");
    assert!(summary.contains("▲ **not met**") && summary.contains("sex B"), "{summary}");
    assert_eq!(fs::read_to_string(at("outputs")).expect("outputs"), "exit-code=1\noutput=out\n");
    assert!(at("out/junit.xml").exists() && at("out/result.sarif").exists());

    // Other data, one file on each line, blanks in the name.
    fs::write(at("even rows.csv"), ROWS.replace("B,1,100\nB,0,300", "B,1,300\nB,0,100")).expect("written");
    let passed = run(&script, folder.path(), &given("DATA", "even rows.csv\n")).expect("bash is there");
    assert_eq!(passed.status.code(), Some(0), "{}", String::from_utf8_lossy(&passed.stderr));

    let broken = run(&script, folder.path(), &given("POLICY", "none.toml")).expect("bash is there");
    assert_eq!(broken.status.code(), Some(2));
    let summary = fs::read_to_string(at("summary.md")).expect("a summary");
    assert!(summary.ends_with("evenhand stopped with exit code 2 and judged nothing: the log of the step says why.\n"));
}

#[test]
fn the_install_step_knows_what_it_builds() {
    let (_, action) = read("action.yml");
    let script = step(&action, "sources")["run"].as_str().expect("a script");
    let folder = tempfile::tempdir().expect("a folder");
    let Some(output) = run(script, folder.path(), &[("VERSION", "")]) else { return };
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("outputs")).expect("outputs"), "there=yes\n");
    // Without evenhand on the path.
    let bare = script.replace("command -v evenhand", "false");
    let output = run(&bare, folder.path(), &[("VERSION", ""), ("GITHUB_ACTION_PATH", ROOT)]).expect("bash is there");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let outputs = fs::read_to_string(folder.path().join("outputs")).expect("outputs");
    let hash = outputs.lines().find_map(|line| line.strip_prefix("hash=")).expect("a hash");
    assert!(hash.len() >= 40 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{hash}");
}

#[test]
fn the_hooks_check_every_policy_that_changed() {
    let (_, hooks) = read(".pre-commit-hooks.yaml");
    let hooks = hooks.as_vec().expect("a list of hooks");
    assert_eq!(hooks.len(), 2);
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.toml"), POLICY).expect("written");
    fs::write(folder.path().join("bad.toml"), POLICY.replace("metric", "metrick")).expect("written");
    for hook in hooks {
        for key in ["id", "name", "entry", "language", "files"] {
            assert!(hook[key].as_str().is_some_and(|words| !words.is_empty()), "{key}");
        }
        assert!(["rust", "system"].contains(&hook["language"].as_str().unwrap_or_default()));
        let entry = hook["entry"].as_str().expect("an entry");
        let checked = |files: &str| run(&format!("{entry} {files}"), folder.path(), &[]);
        let Some(good) = checked("good.toml good.toml") else { return };
        assert_eq!((good.status.code(), good.stdout.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&good.stderr));
        let bad = checked("bad.toml good.toml").expect("bash is there");
        assert_eq!(bad.status.code(), Some(2), "a mistake is not forgotten over the next file");
        assert!(
            String::from_utf8_lossy(&bad.stderr).contains("bad.toml:10"),
            "{}",
            String::from_utf8_lossy(&bad.stderr)
        );
    }
}
