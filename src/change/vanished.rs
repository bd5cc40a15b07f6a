//! Checks and groups that were there before and are gone: a report that narrows in silence fails.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::result::{CheckRow, Document};

/// What the result after has: groups by attribute, and what its checks look at.
pub struct Present<'a> {
    pub groups: BTreeMap<&'a str, BTreeSet<&'a str>>,
    pub checks: &'a [CheckRow],
}

impl<'a> Present<'a> {
    pub fn of(document: &'a Document) -> Present<'a> {
        Present { groups: groups(document), checks: &document.checks }
    }
}

/// The groups of each attribute that rows belong to.
fn groups(document: &Document) -> BTreeMap<&str, BTreeSet<&str>> {
    let attributes = document.data.attributes.iter();
    attributes
        .map(|attribute| {
            let present = attribute.groups.iter().filter(|group| group.rows > 0);
            (attribute.name.as_str(), present.map(|group| group.group.as_str()).collect())
        })
        .collect()
}

/// One diagnostic for every check, axis of a check and group that disappeared. A group of an intersection may come and go by
/// chance, and is told in the table of changes only.
pub fn diagnose(before: &Baseline, after: &Present) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let meant = "if it was meant, write a new baseline; else put it back";
    for (id, then) in looked_at(&before.document.checks) {
        let now = after.checks.iter().filter(|row| row.id == id);
        let now: BTreeSet<Seen> = now.map(seen).collect();
        if now.is_empty() {
            let message = format!("the earlier result has a check `{id}`, and this one has not; {meant}");
            found.push(Diagnostic::new("check-disappeared", message).at(before.place()));
            continue;
        }
        let gone: Vec<String> = then.difference(&now).map(told).collect();
        if !gone.is_empty() {
            let message = format!("check `{id}` no longer looks at {}; {meant}", gone.join(", "));
            found.push(Diagnostic::new("check-disappeared", message).at(before.place()));
        }
    }
    for (attribute, then) in groups(&before.document) {
        match after.groups.get(attribute) {
            None => {
                let message =
                    format!("the earlier result has the attribute {attribute}, and this one has not; {meant}");
                found.push(Diagnostic::new("group-disappeared", message).at(before.place()));
            }
            Some(now) => {
                let gone: Vec<String> = then.difference(now).map(|group| format!("`{group}`")).collect();
                if !gone.is_empty() {
                    let message = format!(
                        "no row belongs to {attribute} {} any more, which the earlier result has; was it renamed, or left out of \
                         the data? If it was meant, write a new baseline",
                        gone.join(", ")
                    );
                    found.push(Diagnostic::new("group-disappeared", message).at(before.place()));
                }
            }
        }
    }
    found
}

/// A metric by an axis that a check looks at.
type Seen<'a> = (&'a str, &'a [String]);

fn seen(row: &CheckRow) -> Seen<'_> {
    (&row.metric, &row.axes)
}

/// What each check looks at.
fn looked_at(checks: &[CheckRow]) -> BTreeMap<&str, BTreeSet<Seen<'_>>> {
    let mut found: BTreeMap<&str, BTreeSet<Seen>> = BTreeMap::new();
    for row in checks {
        found.entry(&row.id).or_default().insert(seen(row));
    }
    found
}

fn told((metric, axes): &Seen) -> String {
    if axes.is_empty() { format!("{metric} of everybody") } else { format!("{metric} by {}", axes.join(":")) }
}
