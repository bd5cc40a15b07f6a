//! What a result was asked, put together again from the result: the policy, and every group with its counts.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::counts::{Contradiction, Stored, is_counted};
use crate::assess::{AxisGroups, GroupCell};
use crate::cell::Cell;
use crate::policy::types::RatioInterval;
use crate::policy::value::Values;
use crate::policy::{DecisionRole, Evidence, Policy, Reference, check, read};
use crate::result::{CheckRow, Document, Group, Measurement};

/// The policy of a result as far as its counts go, and the groups of its axes.
pub struct Asked {
    pub policy: Policy,
    pub overall: Cell,
    /// In the order of the policy's axes.
    pub axes: Vec<AxisGroups>,
}

/// Why figures of counts cannot be recomputed, where they cannot.
pub fn out_of_reach(document: &Document) -> Option<&'static str> {
    let policy = &document.policy;
    if policy.weight.is_some() {
        Some("rows are weighted, and what they weigh is not stored: name the data with --data")
    } else if policy.unit.is_some() {
        Some("people have several rows, and how their rows go together is not stored: name the data with --data")
    } else {
        None
    }
}

/// Puts together what a result was asked; the policy file, where it is known, adds what the result does not say.
///
/// # Errors
/// Counts that are not there or contradict each other.
pub fn again(document: &Document, stored: &Stored, given: Option<&Policy>) -> Result<Asked, Vec<Contradiction>> {
    let policy = policy(document, given).map_err(|why| vec![Contradiction { at: "policy".to_owned(), why }])?;
    let mut wrong = Vec::new();
    let overall = stored.cell(&[], &Group::new()).unwrap_or_else(|contradiction| {
        wrong.push(contradiction);
        Cell::default()
    });
    let ratio = document.comparisons.iter().any(|comparison| comparison.method.starts_with("scas"));
    let ratio = if ratio { RatioInterval::Scas } else { RatioInterval::MiettinenNurminen };
    let of_whom = document.policy.of_whom();
    let mut axes = Vec::new();
    for axis in &policy.axes {
        let names = policy.axis_attributes(axis);
        let first = |m: &&Measurement| m.metric == of_whom && m.axes == names;
        let mut groups = Vec::new();
        for found in document.measurements.iter().filter(first) {
            let absent = found.undefined.as_deref() == Some("absent");
            let cell = if absent { Ok(Cell::default()) } else { stored.cell(&names, &found.group) };
            match cell {
                Ok(cell) => groups.push(GroupCell::known(&names, &found.group, cell, absent)),
                Err(contradiction) => wrong.push(contradiction),
            }
        }
        let reference = reference(document, &names);
        axes.push(AxisGroups::known(names, reference, groups, overall.clone(), ratio));
    }
    if wrong.is_empty() { Ok(Asked { policy, overall, axes }) } else { Err(wrong) }
}

fn reference(document: &Document, axes: &[String]) -> Reference {
    let kind = document.policy.axes.iter().find(|view| view.axes == axes).map_or("", |view| view.reference.as_str());
    match kind {
        "highest-rate" => Reference::HighestRate,
        "rest" => Reference::Rest,
        "overall" => Reference::Overall,
        "group" => {
            let named = document.comparisons.iter().find(|c| c.axes == axes && c.reference.kind == "group");
            // Without a comparison nobody was compared, whoever the reference is.
            named.map_or(Reference::Largest, |comparison| Reference::Group(comparison.reference.group.clone()))
        }
        _ => Reference::Largest,
    }
}

/// Whether the row follows from the counts, apart from the number of checks.
pub fn follows(document: &Document, row: &CheckRow) -> bool {
    is_counted(&row.metric)
        && row.strata.is_empty()
        && !row.is_worsening()
        && (row.min_text.is_some() || row.max_text.is_some())
        && !in_part(document, &row.axes)
}

/// Whether the groups of an axis are known as probabilities only.
pub fn in_part(document: &Document, axes: &[String]) -> bool {
    axes.iter().any(|axis| document.policy.probable.contains(axis))
}

/// The policy as the result tells it, read as every policy is. Each check stands for one metric.
fn policy(document: &Document, given: Option<&Policy>) -> Result<Policy, String> {
    let view = &document.policy;
    let text = |text: &str| Value::String(text.to_owned());
    let list = |texts: &[String]| Value::Array(texts.iter().map(|t| text(t)).collect());
    let mut data = Table::new();
    data.insert("decision".to_owned(), text("decision"));
    // Where nothing is asked about decisions some value stands here until the policy is read.
    let favourable = if view.decision.is_some() { list(&view.favourable) } else { list(&["1".to_owned()]) };
    data.insert("favourable".to_owned(), favourable);
    if view.decision.is_some() {
        data.insert("selected".to_owned(), list(&view.selected));
    }
    if view.label.is_some() {
        data.insert("label".to_owned(), text("label"));
        data.insert("positive".to_owned(), list(&view.positive));
    }
    let counted = || view.axes.iter().filter(|axis| !in_part(document, &axis.axes));
    let names: BTreeSet<&String> = counted().flat_map(|axis| &axis.axes).collect();
    let attributes = names.iter().map(|name| {
        let pairs = [("name".to_owned(), text(name)), ("column".to_owned(), text(&format!("attribute {name}")))];
        Value::Table(pairs.into_iter().collect())
    });
    let sets: Vec<Value> = counted().filter(|axis| axis.axes.len() > 1).map(|axis| list(&axis.axes)).collect();
    let mut statistics = Table::new();
    statistics.insert("level".to_owned(), text(&view.level.to_string()));
    if view.power > 0.0 {
        statistics.insert("power".to_owned(), text(&view.power.to_string()));
    }
    statistics.insert("min_group".to_owned(), Value::Integer(i64::try_from(view.min_group).unwrap_or(i64::MAX)));
    statistics.insert("adjust".to_owned(), text(&view.adjust));
    let posterior = document.comparisons.iter().any(|c| c.details.as_ref().is_some_and(|d| d.posterior.is_some()));
    // Without the file what was drawn at random is not drawn again.
    statistics.insert("permutations".to_owned(), Value::Integer(0));
    statistics.insert("posterior".to_owned(), text(if posterior { "yes" } else { "no" }));
    let asked = asked(document);
    let checks = asked.iter().enumerate().map(|(i, rows)| Value::Table(check_table(&format!("c{i}"), rows))).collect();
    let mut whole = Table::new();
    whole.insert("version".to_owned(), Value::Integer(1));
    whole.insert("data".to_owned(), Value::Table(data));
    whole.insert("attribute".to_owned(), Value::Array(attributes.collect()));
    whole.insert("statistics".to_owned(), Value::Table(statistics));
    whole.insert("check".to_owned(), Value::Array(checks));
    if !sets.is_empty() {
        whole.insert(
            "intersections".to_owned(),
            Value::Table([("sets".to_owned(), Value::Array(sets))].into_iter().collect()),
        );
    }
    let (draft, problems) = read::read(&whole.to_string(), "result.json");
    let first = |problems: &[crate::diagnostic::Diagnostic]| {
        let words = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("what the result says of its policy makes none: {words}")
    };
    if !problems.is_empty() {
        return Err(first(&problems));
    }
    let (mut policy, _) = check::check(draft).map_err(|problems| first(&problems))?;
    if asked.is_empty() {
        // Without a check there are those that every policy has by default.
        policy.checks.clear();
    }
    if view.decision.is_none() {
        let roles = &mut policy.roles;
        (roles.decision, roles.favourable, roles.selected) =
            (DecisionRole::Unasked, Values::default(), Values::default());
    }
    if let Some(given) = given {
        // The file knows what the result does not say: the order of bins, and what is drawn at random.
        policy.statistics.permutations = given.statistics.permutations;
        policy.statistics.seed = given.statistics.seed;
        for attribute in &mut policy.attributes {
            let same = given.attributes.iter().find(|other| other.name == attribute.name);
            attribute.bins = same.map(|other| other.bins.clone()).unwrap_or_default();
        }
    }
    for (check, rows) in policy.checks.iter_mut().zip(&asked) {
        let Some(row) = rows.first() else { continue };
        check.id = row.id.clone();
        if row.evidence == Evidence::Sequential.name() {
            check.evidence = Evidence::Sequential;
        }
    }
    Ok(policy)
}

/// The rows of each check and metric that follow from counts, in the order of the result.
fn asked(document: &Document) -> Vec<Vec<&CheckRow>> {
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut found: Vec<Vec<&CheckRow>> = Vec::new();
    for row in document.checks.iter().filter(|row| follows(document, row)) {
        let place = *places.entry((&row.id, &row.metric)).or_insert_with(|| {
            found.push(Vec::new());
            found.len() - 1
        });
        found[place].push(row);
    }
    found
}

fn check_table(id: &str, rows: &[&CheckRow]) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, value: &str| table.insert(key.to_owned(), Value::String(value.to_owned()));
    put("id", id);
    if let Some(row) = rows.first() {
        put("metric", &row.metric);
        put("contrast", &row.contrast);
        // Evidence over time needs periods, which are in the sequences.
        put("evidence", if row.evidence == "point" { "point" } else { "interval" });
        put("on_fail", &row.on_fail);
        put("on_inconclusive", &row.on_inconclusive);
        for (key, bound) in [("min", &row.min_text), ("max", &row.max_text)] {
            bound.as_ref().map(|bound| put(key, bound));
        }
    }
    let mut across: Vec<String> = Vec::new();
    for row in rows.iter().filter(|row| !row.axes.is_empty()) {
        let axis = row.axes.join(":");
        if !across.contains(&axis) {
            across.push(axis);
        }
    }
    table.insert("across".to_owned(), Value::Array(across.into_iter().map(Value::String).collect()));
    table
}
