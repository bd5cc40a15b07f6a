//! A validator of JSON Schema for the schemas in `tests/schemas`: it knows every keyword that occurs there and stops at any
//! other, so that nothing is passed over.

use serde_json::Value;

/// The faults of a value, each with its place; none where it is valid.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Validator { root: schema }.check(schema, value, "", &mut faults);
    faults
}

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        for (keyword, rule) in schema.as_object().expect("a schema is an object") {
            let fault = match keyword.as_str() {
                "$schema" | "$id" | "title" | "description" | "default" | "definitions" => None,
                // They are looked at together.
                "properties" | "additionalProperties" => None,
                "$ref" => {
                    let target = rule.as_str().and_then(|name| name.strip_prefix('#')).expect("a reference within");
                    self.check(self.root.pointer(target).expect("what is referred to"), value, at, faults);
                    None
                }
                "type" => (!is_of(rule.as_str().expect("one type"), value)).then(|| format!("is no {rule}")),
                "enum" => {
                    let known = rule.as_array().expect("a list");
                    (!known.contains(value)).then(|| format!("{value} is none of {rule}"))
                }
                "required" => {
                    let names = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
                    let missing: Vec<&str> =
                        names.filter(|name| value.is_object() && value.get(name).is_none()).collect();
                    (!missing.is_empty()).then(|| format!("lacks {missing:?}"))
                }
                "items" => {
                    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{i}"), faults);
                    }
                    None
                }
                "minItems" => value
                    .as_array()
                    .is_some_and(|items| (items.len() as u64) < rule.as_u64().expect("a count"))
                    .then(|| format!("has fewer than {rule} items")),
                "uniqueItems" => {
                    let twice = |items: &Vec<Value>| (1..items.len()).any(|i| items[..i].contains(&items[i]));
                    (rule == &Value::Bool(true) && value.as_array().is_some_and(twice))
                        .then(|| "has an item twice".to_owned())
                }
                "minimum" => value
                    .as_f64()
                    .is_some_and(|number| number < rule.as_f64().expect("a number"))
                    .then(|| format!("is below {rule}")),
                "maximum" => value
                    .as_f64()
                    .is_some_and(|number| number > rule.as_f64().expect("a number"))
                    .then(|| format!("is above {rule}")),
                "pattern" => value
                    .as_str()
                    .is_some_and(|text| !matches(rule.as_str().expect("a pattern"), text))
                    .then(|| format!("{value} does not match {rule}")),
                "format" => value
                    .as_str()
                    .is_some_and(|text| !is_formed(rule.as_str().expect("a format"), text))
                    .then(|| format!("{value} is no {rule}")),
                "anyOf" | "oneOf" => {
                    let valid = |schema: &&Value| {
                        let mut inner = Vec::new();
                        self.check(schema, value, at, &mut inner);
                        inner.is_empty()
                    };
                    let fitting = rule.as_array().expect("a list").iter().filter(valid).count();
                    let fits = fitting == 1 || (fitting > 1 && keyword == "anyOf");
                    (!fits).then(|| format!("fits {fitting} of {keyword}"))
                }
                other => panic!("this validator does not know the keyword {other}"),
            };
            faults.extend(fault.map(|fault| format!("{at}: {fault}")));
        }
        let none = serde_json::Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        for (name, value) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            match (properties.get(name), &schema["additionalProperties"]) {
                (Some(schema), _) | (None, schema @ Value::Object(_)) => self.check(schema, value, &at, faults),
                (None, Value::Bool(false)) => faults.push(format!("{at}: is not known")),
                (None, _) => {}
            }
        }
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        other => panic!("this validator does not know the type {other}"),
    }
}

/// The patterns of the schemas, by what they are.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
            lengths == [8, 4, 4, 4, 12]
                && parts.concat().chars().all(|c| c.is_ascii_hexdigit())
                && parts[2].starts_with(|c| ('1'..='5').contains(&c))
                && parts[3].starts_with(['8', '9', 'a', 'b', 'A', 'B'])
        }
        other => panic!("this validator does not know the pattern {other}"),
    }
}

fn is_formed(format: &str, text: &str) -> bool {
    let signs = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let scheme = text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric())
    });
    match format {
        "uri" => scheme && text.chars().all(signs),
        "uri-reference" => text.chars().all(signs),
        other => panic!("this validator does not know the format {other}"),
    }
}
