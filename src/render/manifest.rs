//! `manifest.json`: the SHA-256 of every file of a folder of reports, of the data and of the policy.

use serde_json::{Map, json};

use crate::release::Release;

/// The name of the file.
pub const MANIFEST: &str = "manifest.json";

/// The manifest of files with their hashes, in the order given.
pub fn to_bytes(release: &Release, files: &[(String, String)]) -> Vec<u8> {
    let document = release.document();
    let files: Map<_, _> = files.iter().map(|(name, sha256)| (name.clone(), json!({ "sha256": sha256 }))).collect();
    let inputs: Vec<_> = document.inputs().map(|(path, sha256)| json!({ "path": path, "sha256": sha256 })).collect();
    let manifest = json!({
        "schema": "evenhand.manifest/1",
        "run": document.run.id,
        "exploratory": document.run.exploratory,
        "files": files,
        "inputs": inputs,
        "policy": { "path": document.policy.path, "sha256": document.policy.sha256 },
    });
    let mut bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
