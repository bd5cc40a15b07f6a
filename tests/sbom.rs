//! `sbom.cdx.json` lists what the program is built of; it is made of `cargo tree` and Cargo.lock, and held to them here.
//! `EVENHAND_RENEW=1 cargo test --test suite sbom::` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const FILE: &str = "sbom.cdx.json";

/// Name, version and licence of everything that a build for Linux with these features links or runs as a macro.
fn built(features: &str) -> Option<BTreeSet<(String, String, String)>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--features", features, "--prefix", "none", "--format", "{p}|{l}"])
        .current_dir(ROOT)
        .output()
        .expect("cargo runs");
    if !tree.status.success() {
        return None;
    }
    let text = String::from_utf8(tree.stdout).expect("cargo prints text");
    let package = |line: &str| {
        let (name, licence) = line.trim_end_matches(" (*)").split_once('|').expect("a package and its licence");
        let mut words = name.split(' ');
        let (name, version) = (words.next()?.to_owned(), words.next()?.trim_start_matches('v').to_owned());
        // Older manifests write a bar for a choice.
        let licence = licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ");
        Some((name, version, licence))
    };
    Some(text.lines().filter_map(package).collect())
}

fn checksums() -> BTreeMap<(String, String), String> {
    let lock: toml::Table = fs::read_to_string(format!("{ROOT}/Cargo.lock")).expect("read").parse().expect("TOML");
    let text = |value: &toml::Value, key: &str| value.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let packages = lock["package"].as_array().expect("packages").iter();
    packages.filter_map(|p| Some(((text(p, "name")?, text(p, "version")?), text(p, "checksum")?))).collect()
}

/// CycloneDX 1.6, one component on a line so that a change of one is a change of one line.
fn write(built: &BTreeSet<(String, String, String)>) -> String {
    let checksums = checksums();
    let mut own = Value::Null;
    let mut lines = Vec::new();
    for (name, version, licence) in built {
        let component = |kind: &str| {
            json!({ "type": kind, "name": name, "version": version, "purl": format!("pkg:cargo/{name}@{version}"),
                    "licenses": [{ "expression": licence }] })
        };
        match checksums.get(&(name.clone(), version.clone())) {
            None => own = component("application"),
            Some(sha256) => {
                let mut component = component("library");
                component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
                lines.push(component.to_string());
            }
        }
    }
    format!(
        "{{\n\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"version\": 1,\n\"metadata\": {{ \"component\": {own} }},\n\
         \"components\": [\n{}\n]\n}}\n",
        lines.join(",\n")
    )
}

#[test]
fn the_list_of_what_is_built_is_current() {
    let Some(built) = built("") else {
        eprintln!("skipped: cargo cannot list what is built");
        return;
    };
    let path = format!("{ROOT}/{FILE}");
    let written = write(&built);
    if std::env::var_os("EVENHAND_RENEW").is_some() {
        fs::write(&path, &written).expect("written");
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == written, "{FILE} is not current: EVENHAND_RENEW=1 cargo test --test suite sbom::");
    let list: Value = serde_json::from_str(&stored).expect("JSON");
    let components = list["components"].as_array().expect("components");
    assert!(components.len() > 100, "{}", components.len());
    assert_eq!(list["metadata"]["component"]["name"], "evenhand");
    for component in components {
        assert_eq!(component["hashes"][0]["content"].as_str().map(str::len), Some(64), "{component}");
        assert_ne!(component["licenses"][0]["expression"], "", "{component}");
    }
}

/// Whether a licence expression is met by what is allowed: one of its alternatives, with every part of it.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let plain = expression.replace(['(', ')'], "");
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(|part| allowed.contains(&part.trim())))
}

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let deny: toml::Table = fs::read_to_string(format!("{ROOT}/deny.toml")).expect("read").parse().expect("TOML");
    let allowed = deny["licenses"]["allow"].as_array().expect("a list");
    let allowed: Vec<&str> = allowed.iter().filter_map(|licence| licence.as_str()).collect();
    let list: Value = serde_json::from_str(&fs::read_to_string(format!("{ROOT}/{FILE}")).expect("read")).expect("JSON");
    for component in list["components"].as_array().expect("components") {
        let licence = component["licenses"][0]["expression"].as_str().expect("an expression");
        assert!(is_allowed(licence, &allowed), "{} is under {licence}", component["name"]);
    }
    // So is every one of what databases need beyond it.
    for (name, _, licence) in built("adbc").unwrap_or_default() {
        assert!(is_allowed(&licence, &allowed), "{name} is under {licence}");
    }
    assert!(is_allowed("MIT OR GPL-3.0", &["MIT"]) && !is_allowed("MIT AND GPL-3.0", &["MIT"]));
}
