//! The data flow is the layout: a module uses only what stands before it in `lib.rs`.

use std::fs;
use std::path::Path;

/// The modules in the order of the flow, as `lib.rs` declares them.
fn flow() -> Vec<String> {
    let lib = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).expect("lib.rs can be read");
    let declared = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let flow = flow();
    assert!(flow.len() >= 16, "lib.rs declares the stages one by one");
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (place, module) in flow.iter().enumerate() {
        for (file, text) in sources(module) {
            for used in text.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                looked_at += 1;
                if let Some(other) = flow.iter().position(|known| *known == name)
                    && other > place
                {
                    wrong.push(format!("{file} uses {name}, which stands after {module}"));
                }
            }
        }
    }
    assert!(looked_at > 100, "only {looked_at} uses were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_pass_sees_rows() {
    // After `tally` nobody sees a row: polars is named in the reading and counting stages only.
    for module in flow().iter().filter(|module| !["input", "tally"].contains(&module.as_str())) {
        for (file, text) in sources(module) {
            assert!(!text.contains("polars::"), "{file} reads rows");
        }
    }
}

#[test]
fn renderers_see_only_pages_and_documents() {
    for (file, text) in sources("render").into_iter().chain(sources("words")).chain(sources("figures")) {
        for stage in ["assess", "judge", "tally", "input", "policy", "inference", "change", "forms", "join"] {
            assert!(!text.contains(&format!("crate::{stage}")), "{file} uses {stage}: a renderer computes nothing");
        }
    }
}

#[test]
fn words_and_renderers_start_from_a_release() {
    // Only `release` makes a release, and what a reader must not see is not in it.
    let made: Vec<String> = flow()
        .iter()
        .flat_map(|module| sources(module))
        .filter(|(_, text)| text.contains("Release {"))
        .map(|(file, _)| file)
        .collect();
    assert!(made.iter().all(|file| file.contains("/src/release/") || file.contains("\\src\\release\\")), "{made:?}");
    for (file, text) in sources("render") {
        let entries = text.split("pub fn ").skip(1).filter_map(|rest| rest.split('{').next());
        for entry in entries {
            assert!(!entry.contains("&Document"), "{file} renders a document that nobody has looked through: {entry}");
        }
    }
    for (file, text) in sources("words").into_iter().filter(|(file, _)| file.ends_with("compose.rs")) {
        for entry in ["pub fn compose(release: &Release)", "pub fn summarise(release: &Release)"] {
            assert!(text.contains(entry), "{file} starts from something else than a release");
        }
    }
    for (file, text) in sources("words").into_iter().filter(|(file, _)| file.ends_with("forms.rs")) {
        assert!(text.contains("pub fn form(release: &Release"), "{file} starts from something else than a release");
    }
}

#[test]
fn nothing_reads_the_clock_but_the_command_line() {
    for module in flow().iter().filter(|module| *module != "commands") {
        for (file, text) in sources(module) {
            for clock in ["Timestamp::now", "SystemTime::now", "Zoned::now"] {
                assert!(!text.contains(clock), "{file} reads the clock");
            }
        }
    }
}

#[test]
fn results_do_not_depend_on_the_platforms_mathematics() {
    let functions = [
        "ln", "exp", "powf", "sin", "cos", "tan", "acos", "asin", "atan", "ln_1p", "exp_m1", "log10", "log2", "cbrt",
        "tanh", "atanh",
    ];
    for module in ["inference", "cell", "metrics", "tally", "assess", "judge", "result", "figures"] {
        for (file, text) in sources(module) {
            for function in functions {
                assert!(
                    !text.contains(&format!(".{function}()")) && !text.contains(&format!("f64::{function}(")),
                    "{file} calls {function} of the platform; use libm"
                );
            }
        }
    }
}

fn sources(module: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let single = root.join(format!("{module}.rs"));
    let pattern = root.join(module).join("**/*.rs");
    let mut paths: Vec<_> = glob::glob(&pattern.to_string_lossy()).expect("a pattern").filter_map(Result::ok).collect();
    if single.exists() {
        paths.push(single);
    }
    assert!(!paths.is_empty(), "module {module} has no file");
    paths
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).expect("a source can be read")))
        .collect()
}
