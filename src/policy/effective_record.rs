//! The part of the effective policy about waivers, privacy, reviews and forms; nothing where the policy says nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::effective::{list, optional, text};
use super::record::UnusedWaiver;
use super::types::Policy;

pub(super) fn sections(out: &mut String, policy: &Policy) {
    for waiver in &policy.waivers {
        out.push_str("\n[[waiver]]\n");
        optional(out, "id", Some(&waiver.id));
        optional(out, "check", Some(&waiver.check));
        optional(out, "metric", waiver.metric.map(|metric| metric.id));
        let _ = writeln!(out, "group = {}", table(&waiver.group));
        optional(out, "bound", waiver.bound.as_ref().map(|bound| bound.text.as_str()));
        optional(out, "reason", Some(&waiver.reason));
        optional(out, "compensating", waiver.compensating.as_deref());
        optional(out, "owner", Some(&waiver.owner));
        optional(out, "approved_by", Some(&waiver.approved_by));
        optional(out, "created", waiver.created.as_deref());
        optional(out, "expires", Some(&waiver.expires));
        optional(out, "model_version", waiver.model_version.as_deref());
        optional(out, "ticket", waiver.ticket.as_deref());
    }
    if !policy.waivers.is_empty() {
        let unused = if policy.waiver_rules.unused == UnusedWaiver::Error { "error" } else { "warn" };
        let _ = writeln!(out, "\n[waivers]\nmax_days = {}\nunused = {}", policy.waiver_rules.max_days, text(unused));
    }
    let privacy = &policy.privacy;
    if privacy.min_cell.is_some() || privacy.round.is_some() || !privacy.published.is_empty() {
        out.push_str("\n[privacy]\n");
        for (key, count) in [("min_cell", privacy.min_cell), ("round", privacy.round)] {
            if let Some(count) = count {
                let _ = writeln!(out, "{key} = {count}");
            }
        }
        if !privacy.published.is_empty() {
            let _ = writeln!(out, "published = {}", list(&privacy.published));
        }
    }
    for profile in &policy.profiles {
        let _ = writeln!(out, "\n[[profile]]\nid = {}\nanswers = {}", text(&profile.id), table(&profile.answers));
    }
}

fn table(pairs: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{} = {}", text(key), text(value))).collect();
    format!("{{ {} }}", pairs.join(", "))
}
