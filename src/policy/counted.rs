//! The part of a policy that decides what is counted: two runs whose parts are equal may be added, others may not.

use std::collections::BTreeMap;

use super::effective::{list, text};
use super::outcome::Outcome;
use super::types::{Attribute, Policy};
use super::value::Values;

/// What is counted, by key of the policy; keys that say nothing are left out.
///
/// How a file is written (`delimiter`, `decimal`), which groups are expected, what they are held against and how they are
/// judged changes no count, and is not in it.
pub fn counted(policy: &Policy) -> BTreeMap<String, String> {
    let roles = &policy.roles;
    let mut found = BTreeMap::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            found.insert(key.to_owned(), value);
        }
    };
    add("by", Some(policy.groupings().map(grouping).collect::<Vec<_>>().join(", ")));
    add("decision", roles.decision.held_in().map(text));
    add("threshold", roles.threshold.as_ref().map(|threshold| text(&threshold.text)));
    for (key, values) in [
        ("favourable", &roles.favourable),
        ("selected", &roles.selected),
        ("positive", &roles.positive),
        ("missing", &roles.missing),
    ] {
        add(key, (!values.is_empty()).then(|| sorted(values)));
    }
    for (key, column) in [
        ("label", &roles.label),
        ("score", &roles.score),
        ("count", &roles.count),
        ("weight", &roles.weight),
        ("unit", &roles.unit),
        ("previous_decision", &roles.previous_decision),
        ("previous_score", &roles.previous_score),
    ] {
        add(key, column.as_deref().map(text));
    }
    let mut filters: Vec<String> =
        roles.filter.iter().map(|(column, values)| format!("{} = {}", text(column), sorted(values))).collect();
    filters.sort();
    add("where", (!filters.is_empty()).then(|| filters.join(", ")));
    let probable = policy.probable.iter().map(|of| {
        let columns: Vec<String> =
            of.groups.iter().map(|(group, column)| format!("{} = {}", text(group), text(column))).collect();
        format!("{} from {}", text(&of.name), columns.join(", "))
    });
    add(
        "outcomes",
        (!policy.outcomes.is_empty()).then(|| policy.outcomes.iter().map(outcome).collect::<Vec<_>>().join("; ")),
    );
    let probable: Vec<String> = probable.collect();
    add("probabilities", (!probable.is_empty()).then(|| probable.join("; ")));
    found
}

fn grouping(attribute: &Attribute) -> String {
    let mut says = text(&attribute.name);
    if attribute.column != attribute.name {
        says += &format!(" of column {}", text(&attribute.column));
    }
    if !attribute.bins.is_empty() {
        let edges: Vec<&str> = attribute.bins.iter().map(|edge| edge.text.as_str()).collect();
        says += &format!(" in bins from {}", edges.join(" "));
    }
    says
}

/// Whether more is better changes no count.
fn outcome(outcome: &Outcome) -> String {
    let mut says = format!("{} {}", text(&outcome.name), outcome.kind.name());
    if outcome.column != outcome.name {
        says += &format!(" of column {}", text(&outcome.column));
    }
    if let Some(unit) = &outcome.unit {
        says += &format!(" in {}", text(unit));
    }
    if !outcome.yes.is_empty() {
        says += &format!(" where yes is {}", sorted(&outcome.yes));
    }
    if !outcome.categories.is_empty() {
        // Cells hold the place of a category in the list.
        says += &format!(" one of {}", list(&outcome.categories));
    }
    if let Some(times) = &outcome.times {
        says += &format!(" from {} to {}", text(&times.from), text(&times.to));
        if let Some(until) = &times.until {
            says += &format!(" until {}", until.text);
        }
    }
    if let Some((column, ended)) = &outcome.ended {
        says += &format!(" ended where {} is {}", text(column), sorted(ended));
    }
    if let Some(prediction) = &outcome.prediction {
        says += &format!(" predicted by {}", text(prediction));
    }
    if let Some(bound) = &outcome.bound {
        says += &format!(" with the bound {}", bound.text);
    }
    says
}

/// In which order values are listed changes nothing.
fn sorted(values: &Values) -> String {
    let mut texts = values.texts().to_vec();
    texts.sort();
    list(&texts)
}
