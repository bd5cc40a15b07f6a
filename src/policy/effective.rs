//! The policy as it is in force, flags and defaults included: what `--dry-run` prints and what the run id is made of.

use std::fmt::Write;

use super::campaign::Campaign;
use super::checks::{Check, Evidence, StrataUse};
use super::consent::{Consent, ConsentRecord};
use super::outcome::Outcome;
use super::theme::Theme;
use super::types::{Attribute, Policy, Reference};
use super::value::Values;

/// The effective policy as TOML, without the files it is applied to.
pub fn rules(policy: &Policy) -> String {
    let mut out = String::from("version = 1\n");
    if policy.frozen {
        out.push_str("frozen = true\n");
    }
    about(&mut out, policy);
    data(&mut out, policy);
    if let Some(of) = &policy.consent {
        consent(&mut out, of);
    }
    if let Some(of) = &policy.campaign {
        campaign(&mut out, of);
    }
    super::effective_people::sections(&mut out, policy);
    super::effective_classes::section(&mut out, policy);
    for (index, attribute) in policy.attributes.iter().enumerate() {
        attribute_section(&mut out, policy, index, attribute);
    }
    for probable in &policy.probable {
        let columns: Vec<String> =
            probable.groups.iter().map(|(group, column)| format!("{} = {}", text(group), text(column))).collect();
        let name = text(&probable.name);
        let _ = writeln!(
            out,
            "\n[[attribute]]\nname = {name}\nkind = \"probability\"\ncolumns = {{ {} }}",
            columns.join(", ")
        );
        reference(&mut out, &probable.reference);
    }
    for outcome in &policy.outcomes {
        outcome_section(&mut out, outcome);
    }
    let sets: Vec<_> = policy.axes.iter().filter(|axis| axis.attributes.len() > 1).collect();
    if let Some(first) = sets.first() {
        let listed: Vec<String> = sets.iter().map(|axis| list(&policy.axis_attributes(axis))).collect();
        let _ = writeln!(out, "\n[intersections]\nsets = [{}]", listed.join(", "));
        reference(&mut out, &first.reference);
    }
    let statistics = &policy.statistics;
    let _ = writeln!(
        out,
        "\n[statistics]\nlevel = {}\nmin_group = {}\nadjust = {}\nseed = {}\nratio_interval = {}\npower = {}\n\
         replicates = {}\npermutations = {}\nposterior = {}",
        text(&statistics.level.text),
        statistics.min_group,
        text(statistics.adjust.name()),
        statistics.seed,
        text(statistics.ratio_interval.name()),
        text(&statistics.power.text),
        statistics.replicates,
        statistics.permutations,
        text(if statistics.posterior { "yes" } else { "no" }),
    );
    let sequential = policy.checks.iter().any(|check| check.evidence == Evidence::Sequential);
    if !statistics.earlier.is_empty() || (sequential && policy.period.is_none()) {
        let _ = writeln!(out, "earlier = {}", list(&statistics.earlier));
    }
    for check in &policy.checks {
        check_section(&mut out, policy, check);
    }
    super::effective_record::sections(&mut out, policy);
    out
}

fn about(out: &mut String, policy: &Policy) {
    let about = &policy.about;
    let entries = [
        ("system", &about.system),
        ("model_version", &about.model_version),
        ("purpose", &about.purpose),
        ("owner", &about.owner),
    ];
    if entries.iter().any(|(_, value)| value.is_some()) {
        out.push_str("\n[about]\n");
    }
    for (key, value) in entries {
        optional(out, key, value.as_deref());
    }
}

fn data(out: &mut String, policy: &Policy) {
    let roles = &policy.roles;
    out.push_str("\n[data]\n");
    optional(out, "decision", roles.decision.held_in());
    optional(out, "threshold", roles.threshold.as_ref().map(|threshold| threshold.text.as_str()));
    optional(out, "score", roles.score.as_deref());
    values(out, "favourable", &roles.favourable);
    values(out, "selected", &roles.selected);
    optional(out, "label", roles.label.as_deref());
    values(out, "positive", &roles.positive);
    optional(out, "count", roles.count.as_deref());
    optional(out, "weight", roles.weight.as_deref());
    optional(out, "unit", roles.unit.as_deref());
    optional(out, "previous_decision", roles.previous_decision.as_deref());
    optional(out, "previous_score", roles.previous_score.as_deref());
    let groupings: Vec<&Attribute> = policy.groupings().collect();
    optional(out, "period", policy.period.map(|place| groupings[place].name.as_str()));
    if !policy.strata.is_empty() {
        let names: Vec<String> = policy.strata.iter().map(|place| groupings[*place].name.clone()).collect();
        let _ = writeln!(out, "strata = {}", list(&names));
    }
    if !roles.filter.is_empty() {
        let pairs: Vec<String> = roles
            .filter
            .iter()
            .map(|(column, listed)| format!("{} = {}", text(column), list(listed.texts())))
            .collect();
        let _ = writeln!(out, "where = {{ {} }}", pairs.join(", "));
    }
    let _ = writeln!(out, "missing = {}", list(roles.missing.texts()));
    let delimiter = roles.delimiter.map(|byte| char::from(byte).to_string());
    optional(out, "delimiter", delimiter.as_deref());
    optional(out, "decimal", roles.decimal_comma.map(|comma| if comma { "," } else { "." }));
}

fn consent(out: &mut String, consent: &Consent) {
    out.push_str("\n[consent]\n");
    optional(out, "purpose", consent.purpose.as_deref());
    match &consent.record {
        ConsentRecord::Column { column, given } => {
            optional(out, "column", Some(column));
            values(out, "given", given);
        }
        ConsentRecord::Ledger(ledger) => {
            optional(out, "ledger", Some(&ledger.name));
            optional(out, "id", Some(&ledger.id));
            optional(out, "at", ledger.at.as_deref());
            values(out, "given", &ledger.given);
            values(out, "withdrawn", &ledger.withdrawn);
        }
    }
    if let Some(reason) = &consent.coverage {
        out.push_str("coverage_by_segment = true\n");
        optional(out, "coverage_reason", Some(reason));
    }
    optional(out, "personal", consent.personal.as_deref());
    if !consent.compare.is_empty() {
        let _ = writeln!(out, "compare = {}", list(&consent.compare));
    }
}

fn campaign(out: &mut String, campaign: &Campaign) {
    out.push_str("\n[campaign]\n");
    optional(out, "treatment", Some(&campaign.treatment));
    values(out, "treated", &campaign.treated);
    values(out, "control", &campaign.control);
    optional(out, "assignment", Some(campaign.assignment.name()));
    optional(out, "share", campaign.share.as_ref().map(|share| share.text.as_str()));
    if !campaign.top.is_empty() {
        let shares: Vec<String> = campaign.top.iter().map(|share| text(&share.text)).collect();
        let _ = writeln!(out, "top = [{}]", shares.join(", "));
    }
}

fn attribute_section(out: &mut String, policy: &Policy, index: usize, attribute: &Attribute) {
    out.push_str("\n[[attribute]]\n");
    optional(out, "name", Some(&attribute.name));
    if attribute.column != attribute.name {
        optional(out, "column", Some(&attribute.column));
    }
    if !attribute.bins.is_empty() {
        let edges: Vec<String> = attribute.bins.iter().map(|edge| text(&edge.text)).collect();
        let _ = writeln!(out, "bins = [{}]", edges.join(", "));
    }
    if !attribute.groups.is_empty() {
        let _ = writeln!(out, "groups = {}", list(&attribute.groups));
    }
    if let Some(axis) = policy.axes.iter().find(|axis| axis.attributes == [index]) {
        reference(out, &axis.reference);
    }
}

fn outcome_section(out: &mut String, outcome: &Outcome) {
    out.push_str("\n[[outcome]]\n");
    optional(out, "name", Some(&outcome.name));
    if outcome.column != outcome.name {
        optional(out, "column", Some(&outcome.column));
    }
    optional(out, "kind", Some(outcome.kind.name()));
    optional(out, "better", Some(outcome.better.name()));
    optional(out, "theme", outcome.theme.map(Theme::name));
    optional(out, "unit", outcome.unit.as_deref());
    values(out, "yes", &outcome.yes);
    values(out, "categories", &Values::new(outcome.categories.clone()));
    optional(out, "bound", outcome.bound.as_ref().map(|bound| bound.text.as_str()));
    if let Some(times) = &outcome.times {
        optional(out, "from", Some(&times.from));
        optional(out, "to", Some(&times.to));
        optional(out, "until", times.until.as_ref().map(|until| until.text.as_str()));
    }
    if let Some((column, ended)) = &outcome.ended {
        optional(out, "ended", Some(column));
        values(out, "ended_values", ended);
    }
    optional(out, "prediction", outcome.prediction.as_deref());
}

fn check_section(out: &mut String, policy: &Policy, check: &Check) {
    out.push_str("\n[[check]]\n");
    optional(out, "id", Some(&check.id));
    let metric = match check.metrics.as_slice() {
        [one] => one.id,
        several => crate::metrics::bundles::BUNDLES
            .iter()
            .find(|bundle| bundle.parts.iter().copied().eq(several.iter().map(|m| m.id)))
            .map_or("", |bundle| bundle.id),
    };
    optional(out, "metric", Some(metric));
    optional(out, "contrast", Some(check.contrast.id()));
    let across: Vec<String> =
        check.across.iter().flatten().map(|index| policy.axis_name(&policy.axes[*index])).collect();
    // An empty list is everybody; a check across all of no attributes has nothing to list.
    if check.across.as_ref().is_none_or(|indices| !indices.is_empty()) {
        let _ = writeln!(out, "across = {}", list(&across));
    }
    optional(out, "min", check.min.as_ref().map(|min| min.text.as_str()));
    optional(out, "max", check.max.as_ref().map(|max| max.text.as_str()));
    optional(out, "max_worsening", check.max_worsening.as_ref().map(|most| most.text.as_str()));
    optional(out, "evidence", Some(check.evidence.name()));
    if check.strata == StrataUse::Adjust {
        optional(out, "strata", Some(check.strata.name()));
    }
    optional(out, "on_fail", Some(check.gate.on_fail.name()));
    optional(out, "on_inconclusive", Some(check.gate.on_inconclusive.name()));
    optional(out, "rationale", check.rationale.as_deref());
}

fn reference(out: &mut String, reference: &Reference) {
    match reference {
        Reference::Group(group) => {
            if let Some(level) = group.values().next() {
                let _ = writeln!(out, "reference = {{ group = {} }}", text(level));
            }
        }
        other => optional(out, "reference", Some(other.kind())),
    }
}

pub(super) fn optional(out: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(out, "{key} = {}", text(value));
    }
}

fn values(out: &mut String, key: &str, values: &Values) {
    if !values.is_empty() {
        let _ = writeln!(out, "{key} = {}", list(values.texts()));
    }
}

pub(super) fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|t| text(t)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A TOML text with everything escaped that must be.
pub(super) fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}
