//! `schema policy` and `schema result`: JSON Schema printed from the key table and the result's types.

use serde_json::{Map, Value, json};

use crate::metrics;
use crate::metrics::outcome::{OUTCOMES, OutcomeMetric};
use crate::policy::Reference;
use crate::policy::keys::{self, Key, Takes};
use crate::result::{Comparing, Document};

/// The JSON Schema of `result.json`.
pub fn result() -> Value {
    serde_json::to_value(schemars::schema_for!(Document)).unwrap_or(Value::Null)
}

/// The JSON Schema of what `compare --format json` prints.
pub fn change() -> Value {
    serde_json::to_value(schemars::schema_for!(Comparing)).unwrap_or(Value::Null)
}

/// The JSON Schema of the policy.
pub fn policy() -> Value {
    let mut root = section("");
    for table in keys::TABLES {
        root.insert((*table).to_owned(), object(section(table), &[]));
    }
    for list in keys::LISTS {
        let required: &[&str] = match *list {
            "attribute" => &["name"],
            "outcome" => &["name", "kind", "better"],
            "check" => &["metric", "contrast"],
            "waiver" => &["check", "group", "reason", "owner", "approved_by", "expires"],
            _ => &["id"],
        };
        root.insert((*list).to_owned(), json!({ "type": "array", "items": object(section(list), required) }));
    }
    let mut schema = object(root, &["version"]);
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!("The policy of evenhand, evenhand.toml"));
    }
    schema
}

fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn section(name: &str) -> Map<String, Value> {
    keys::of(name).map(|key| (key.name.to_owned(), property(key))).collect()
}

fn property(key: &Key) -> Value {
    let scalar = json!({ "type": ["string", "number", "boolean"] });
    let number = json!({ "type": ["number", "string"] });
    let mut value = match (key.section, key.name, key.takes) {
        ("", "version", _) => json!({ "const": 1 }),
        ("check", "metric", _) => json!({ "anyOf": [
            { "enum": metrics::names().collect::<Vec<_>>() },
            { "type": "string", "pattern": of_an_outcome() },
        ] }),
        (_, _, Takes::Text) => json!({ "type": "string" }),
        (_, _, Takes::Texts) => json!({ "type": ["array", "string"], "items": { "type": "string" } }),
        (_, _, Takes::Values) => json!({ "anyOf": [scalar, { "type": "array", "items": scalar }] }),
        (_, _, Takes::Number) => number,
        (_, _, Takes::Numbers) => json!({ "type": "array", "items": number }),
        (_, _, Takes::Count) => json!({ "type": "integer", "minimum": 0 }),
        (_, _, Takes::Choice(choices)) => json!({ "enum": choices }),
        (_, _, Takes::Reference) => json!({ "anyOf": [
            { "enum": Reference::KINDS },
            object(Map::from_iter([("group".to_owned(), scalar)]), &["group"]),
        ] }),
        (_, _, Takes::Where) => {
            json!({ "type": "object", "additionalProperties": { "anyOf": [scalar, { "type": "array", "items": scalar }] } })
        }
        (_, _, Takes::Columns) => {
            json!({ "type": "object", "minProperties": 2, "additionalProperties": { "type": "string" } })
        }
        (_, _, Takes::Flag) => json!({ "type": "boolean" }),
        (_, _, Takes::Day) => json!({ "type": "string", "format": "date" }),
        (_, _, Takes::Group | Takes::Answers) => json!({ "type": "object", "additionalProperties": scalar }),
        (_, _, Takes::Stages) => {
            let stage = object(section("funnel.stages"), &["name", "yes"]);
            json!({ "type": "array", "minItems": 2, "items": stage })
        }
        (_, _, Takes::Harms) => {
            json!({ "type": "array", "items": object(section("classes.harm"), &["weight"]) })
        }
        (_, _, Takes::Sets) => {
            json!({ "type": "array", "items": { "type": "array", "minItems": 2, "items": { "type": "string" } } })
        }
    };
    let default = key.default.map(|d| format!(" Default: {d}.")).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("description".to_owned(), json!(format!("{}{default}", key.says)));
    }
    value
}

/// The metrics of outcomes, whose ids begin with the name of the outcome.
fn of_an_outcome() -> String {
    let (of_categories, others): (Vec<&OutcomeMetric>, Vec<_>) =
        OUTCOMES.iter().partition(|metric| metric.is_of_category());
    let ids = others.iter().flat_map(|metric| std::iter::once(metric.id).chain(metric.aliases.iter().copied()));
    let ids = format!("({})(-[-0-9./]+)?", ids.collect::<Vec<_>>().join("|"));
    let shares = of_categories.iter().map(|metric| format!("{}-.+", metric.id));
    let all: Vec<String> = std::iter::once(ids).chain(shares).collect();
    format!("^[A-Za-z0-9_-]+\\.({})$", all.join("|"))
}
