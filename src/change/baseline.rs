//! The stored result that a run is compared with.

use crate::diagnostic::Place;
use crate::input::hash::hash_bytes;
use crate::result::{BaselineView, Document};

/// A stored result to compare with.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// As the policy or the command line names it.
    pub path: String,
    pub sha256: String,
    pub document: Document,
}

impl Baseline {
    pub fn view(&self) -> BaselineView {
        let Document { run, about, data, .. } = &self.document;
        BaselineView {
            kind: "result".to_owned(),
            path: Some(self.path.clone()),
            sha256: Some(self.sha256.clone()),
            run_id: Some(run.id.clone()),
            as_of: Some(run.as_of.clone()),
            model_version: about.model_version.clone(),
            rows: data.rows_used,
            rows_only_before: 0,
            rows_only_after: 0,
        }
    }

    pub(super) fn place(&self) -> Place {
        Place::of_file(&self.path)
    }
}

/// A text that two baselines share exactly when their numbers are equal, for the id of a run; empty for none.
pub fn fingerprint(baseline: Option<&Baseline>) -> String {
    let Some(Baseline { document, .. }) = baseline else { return String::new() };
    let numbers = (&document.measurements, &document.comparisons, &document.adjusted, &document.checks);
    let bytes = serde_json::to_vec(&numbers).unwrap_or_default();
    format!("{} {}\n", document.run.id, hash_bytes(&bytes))
}
