//! The gallery in `reports/` is what the program prints today. Renew it with `EVENHAND_RENEW=1 cargo test --test suite reports::`,
//! and read what changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use evenhand::explain;

/// Policies of the gallery and the name of their report.
const GALLERY: &[(&str, &str)] = &[
    ("campaign/evenhand.toml", "campaign"),
    ("calibrated/evenhand.toml", "calibrated"),
    ("four_fifths/evenhand.toml", "four_fifths"),
    ("local_law_144/sex.toml", "local_law_144.sex"),
    ("local_law_144/race_ethnicity.toml", "local_law_144.race_ethnicity"),
    ("local_law_144/intersectional.toml", "local_law_144.intersectional"),
    ("local_law_144/scoring.toml", "local_law_144.scoring"),
    ("berkeley/evenhand.toml", "berkeley"),
    ("support_tickets/evenhand.toml", "support_tickets"),
    ("campaign_uplift/evenhand.toml", "campaign_uplift"),
    ("offers_and_consent/evenhand.toml", "offers_and_consent"),
    ("small_groups/evenhand.toml", "small_groups"),
    ("small_groups/point_rule.toml", "small_groups.point_rule"),
];
/// Forms of the gallery.
const FORMS: &[(&str, &str)] =
    &[("local_law_144.intersectional", "ll144"), ("local_law_144.scoring", "ll144"), ("campaign", "periodic-review")];
const AS_OF: &str = "2026-11-21";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Holds a file of the gallery against what it should be, or renews it.
fn hold(name: &str, now: &str) {
    let path = root().join("reports").join(name);
    if std::env::var_os("EVENHAND_RENEW").is_some() {
        fs::write(&path, now).expect("the gallery can be written");
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == now, "reports/{name} is stale: EVENHAND_RENEW=1 cargo test --test suite reports::");
}

fn evenhand(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand"))
        .args(arguments)
        .current_dir(root())
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("GITHUB_WORKSPACE")
        .output()
        .expect("evenhand runs");
    // That strata differ is what the admissions to Berkeley show; the example of Local Law 144 has few people in some cells.
    let said = String::from_utf8_lossy(&output.stderr);
    let known = ["warning[strata-differ]", "warning[form-small-cells]"];
    assert!(said.lines().all(|line| known.iter().any(|start| line.starts_with(start))), "{said}");
    String::from_utf8(output.stdout).expect("reports are UTF-8")
}

#[test]
fn every_dataset_has_its_current_report() {
    for (policy, name) in GALLERY {
        let policy = format!("datasets/{policy}");
        let audit = |format: &str| evenhand(&["audit", "-p", &policy, "--as-of", AS_OF, "--format", format]);
        hold(&format!("{name}.md"), &audit("markdown"));
        hold(&format!("{name}.txt"), &audit("text"));
        if ["campaign", "berkeley", "calibrated", "support_tickets", "campaign_uplift", "offers_and_consent"]
            .contains(name)
        {
            hold(&format!("{name}.html"), &audit("html"));
        }
        if *name == "four_fifths" {
            hold(&format!("{name}.json"), &audit("json"));
            hold(&format!("{name}.csv"), &audit("csv"));
            hold(&format!("{name}.junit.xml"), &audit("junit"));
            hold(&format!("{name}.sarif"), &audit("sarif"));
        }
        if *name == "campaign" {
            hold(&format!("{name}.github.txt"), &audit("github"));
        }
    }
}

#[test]
fn every_form_has_its_current_rendering() {
    for (name, form) in FORMS {
        let (policy, _) = GALLERY.iter().find(|(_, other)| other == name).expect("a policy of the gallery");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let result = folder.path().join("result.json").display().to_string();
        let json = evenhand(&["audit", "-p", &format!("datasets/{policy}"), "--as-of", AS_OF, "--format", "json"]);
        fs::write(&result, json).expect("written");
        for (format, ending) in [("html", "html"), ("markdown", "md")] {
            let rendered = evenhand(&["report", &result, "--form", form, "--format", format]);
            hold(&format!("{name}.{form}.{ending}"), &rendered);
        }
    }
}

#[test]
fn every_policy_of_the_datasets_is_in_the_gallery() {
    let pattern = root().join("datasets/*/*.toml");
    let policies = glob::glob(&pattern.to_string_lossy()).expect("a pattern").filter_map(Result::ok);
    let names: Vec<String> = policies
        .map(|path| path.strip_prefix(root().join("datasets")).map(Path::to_path_buf).unwrap_or(path))
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .collect();
    assert_eq!(names.len(), GALLERY.len());
    assert!(names.iter().all(|name| GALLERY.iter().any(|(policy, _)| policy == name)), "{names:?}");
}

#[test]
fn the_reference_pages_are_current() {
    hold("metrics.md", &explain::catalogue::metrics_page());
    let pretty = |schema| serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    hold("policy.schema.json", &pretty(explain::schema::policy()));
    hold("result.schema.json", &pretty(explain::schema::result()));
    hold("change.schema.json", &pretty(explain::schema::change()));
}

#[test]
fn the_synthetic_data_are_what_the_generator_writes() {
    // The example is built with the tests; it stands beside them in the target folder.
    let tests = std::env::current_exe().expect("a test has a path");
    let debug = tests.parent().and_then(Path::parent).expect("the target folder");
    let generator = debug.join("examples").join(format!("generate_datasets{}", std::env::consts::EXE_SUFFIX));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let status = Command::new(&generator).arg(folder.path()).output().expect("the generator is built with the tests");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let mut compared = 0;
    for path in glob::glob(&format!("{}/**/*", folder.path().display())).expect("a pattern").filter_map(Result::ok) {
        if path.is_file() {
            let name = path.strip_prefix(folder.path()).expect("inside");
            let committed = fs::read(root().join("datasets").join(name)).unwrap_or_default();
            assert!(
                committed == fs::read(&path).expect("just written"),
                "datasets/{} is not what the generator writes",
                name.display()
            );
            compared += 1;
        }
    }
    assert!(compared >= 4, "only {compared} files were compared");
}
