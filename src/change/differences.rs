//! What is not the same about two runs, so that a change of a number may come from it.

use std::collections::BTreeMap;

use crate::assess::definitions::meaning;
use crate::input::hash::short_hash;
use crate::result::{AttributeView, CheckRow, Differing, Document, OutcomeView, PolicyView};

/// Share of all rows by which a group has to grow or shrink to be told, and to call for a review.
pub const SHARE_MOVED: f64 = 0.05;

/// Model, tool, policy, data, groups: everything that is not as it was.
pub fn differences(before: &Document, after: &Document) -> Vec<Differing> {
    let mut found = Found(Vec::new());
    let (was, is) = (&before.about, &after.about);
    found.differ("system", was.system.clone(), is.system.clone());
    found.differ("model version", was.model_version.clone(), is.model_version.clone());
    found.differ("evenhand", Some(before.tool.version.clone()), Some(after.tool.version.clone()));
    let sha256 = |document: &Document| Some(format!("sha256 {}", short_hash(&document.policy.sha256)));
    found.differ("policy", sha256(before), sha256(after));
    settings(&mut found, &before.policy, &after.policy);
    measured(&mut found, &before.policy, &after.policy);
    let consent = |document: &Document| document.consent.as_ref().map(|consent| consent.asked().words());
    found.differ("consent", consent(before), consent(after));
    limits(&mut found, &before.checks, &after.checks);
    data(&mut found, before, after);
    found.0
}

struct Found(Vec<Differing>);

impl Found {
    fn differ(&mut self, what: impl Into<String>, before: Option<String>, after: Option<String>) {
        if before != after {
            self.0.push(Differing { what: what.into(), before, after });
        }
    }
}

/// Keys of the policy that bear on numbers or verdicts.
fn settings(found: &mut Found, was: &PolicyView, is: &PolicyView) {
    let some = |text: &str| Some(text.to_owned());
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(", "));
    found.differ("level", Some(was.level.to_string()), Some(is.level.to_string()));
    found.differ("min_group", Some(was.min_group.to_string()), Some(is.min_group.to_string()));
    found.differ("adjust", some(&was.adjust), some(&is.adjust));
    for (what, was, is) in [
        ("threshold", &was.threshold, &is.threshold),
        ("score", &was.score, &is.score),
        ("count", &was.count, &is.count),
        ("unit", &was.unit, &is.unit),
        ("weight", &was.weight, &is.weight),
        ("period", &was.period, &is.period),
    ] {
        found.differ(what, was.clone(), is.clone());
    }
    found.differ("strata", list(&was.strata), list(&is.strata));
    let references = |policy: &PolicyView| -> BTreeMap<String, String> {
        policy.axes.iter().map(|axis| (axis.axes.join(":"), axis.reference.clone())).collect()
    };
    each(found, &references(was), &references(is), |axis| format!("reference of {axis}"));
}

/// What the outcomes are, key by key, and which of them came or went.
fn measured(found: &mut Found, was: &PolicyView, is: &PolicyView) {
    let keys = |policy: &PolicyView| -> BTreeMap<String, String> {
        let of = |outcome: &OutcomeView| {
            let bound = ("bound", outcome.bound.clone());
            let keys = meaning(outcome).into_iter().chain([bound]);
            let named = keys.filter_map(|(key, value)| Some((format!("{key} of {}", outcome.name), value?)));
            named.collect::<Vec<_>>()
        };
        policy.outcomes.iter().flat_map(of).collect()
    };
    each(found, &keys(was), &keys(is), str::to_owned);
}

/// Limits, evidence and gate of each check.
fn limits(found: &mut Found, was: &[CheckRow], is: &[CheckRow]) {
    let written = |rows: &[CheckRow]| -> BTreeMap<String, String> {
        let say = |row: &CheckRow| {
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
            let gate = format!("on_fail {}, on_inconclusive {}", row.on_fail, row.on_inconclusive);
            format!("{} to {}, {}, {gate}", side(&row.min_text), side(&row.max_text), row.evidence)
        };
        rows.iter().map(|row| (row.id.clone(), say(row))).collect()
    };
    each(found, &written(was), &written(is), |id| format!("check {id}"));
}

/// Sources, rows, and how many belong to each group.
fn data(found: &mut Found, before: &Document, after: &Document) {
    let sources = |document: &Document| {
        let told = document.data.sources.iter().map(|s| format!("{} (sha256 {})", s.path, short_hash(&s.sha256)));
        Some(told.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let hashes = |document: &Document| -> Vec<String> {
        let mut hashes: Vec<String> = document.data.sources.iter().map(|source| source.sha256.clone()).collect();
        hashes.sort();
        hashes
    };
    if hashes(before) != hashes(after) {
        found.differ("data", sources(before), sources(after));
    }
    found.differ("rows used", Some(before.data.rows_used.to_string()), Some(after.data.rows_used.to_string()));
    for now in &after.data.attributes {
        match before.data.attributes.iter().find(|then| then.name == now.name) {
            None => found.differ(format!("attribute {}", now.name), None, Some("there".to_owned())),
            Some(then) => shares(found, then, now),
        }
    }
    for then in &before.data.attributes {
        if !after.data.attributes.iter().any(|now| now.name == then.name) {
            found.differ(format!("attribute {}", then.name), Some("there".to_owned()), None);
        }
    }
}

/// Groups that came, went, or whose share of all rows moved.
fn shares(found: &mut Found, then: &AttributeView, now: &AttributeView) {
    let of = |view: &AttributeView| -> BTreeMap<String, f64> {
        let present = view.groups.iter().filter(|group| group.rows > 0);
        present.map(|group| (group.group.clone(), group.share)).collect()
    };
    let (then_shares, now_shares) = (of(then), of(now));
    let told = |share: &f64| format!("{:.1}% of rows", 100.0 * share);
    let mut names: Vec<&String> = then_shares.keys().chain(now_shares.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (was, is) = (then_shares.get(name), now_shares.get(name));
        let moved = was.zip(is).is_none_or(|(was, is)| (was - is).abs() > SHARE_MOVED);
        if moved {
            found.differ(format!("group {} {name}", now.name), was.map(told), is.map(told));
        }
    }
}

/// Entries of two tables that are not the same.
fn each(
    found: &mut Found,
    was: &BTreeMap<String, String>,
    is: &BTreeMap<String, String>,
    named: impl Fn(&str) -> String,
) {
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        found.differ(named(name), was.get(name).cloned(), is.get(name).cloned());
    }
}
