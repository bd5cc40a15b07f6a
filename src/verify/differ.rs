//! Two documents, key by key.

use serde::Serialize;
use serde_json::Value;

/// Where two values differ: the key, what is stored and what was recomputed.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub at: String,
    pub stored: String,
    pub again: String,
}

/// Every key at which two things differ; numbers may be apart by so much of themselves.
pub fn differ(at: &str, stored: &impl Serialize, again: &impl Serialize, apart: f64) -> Vec<Difference> {
    let value = |thing: Result<Value, serde_json::Error>| thing.unwrap_or(Value::Null);
    let mut found = Vec::new();
    walk(at, &value(serde_json::to_value(stored)), &value(serde_json::to_value(again)), apart, &mut found);
    found
}

fn walk(at: &str, stored: &Value, again: &Value, apart: f64, found: &mut Vec<Difference>) {
    match (stored, again) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            for key in keys {
                let place = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                let side = |of: &serde_json::Map<String, Value>| of.get(key).cloned().unwrap_or(Value::Null);
                walk(&place, &side(a), &side(b), apart, found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                walk(&format!("{at}[{i}]"), a, b, apart, found);
            }
        }
        _ if same(stored, again, apart) => {}
        _ => found.push(Difference { at: at.to_owned(), stored: shown(stored), again: shown(again) }),
    }
}

fn same(stored: &Value, again: &Value, apart: f64) -> bool {
    match (stored.as_f64(), again.as_f64()) {
        (Some(a), Some(b)) if apart > 0.0 => (a - b).abs() <= apart * a.abs().max(b.abs()),
        // The same number may have been read as whole and recomputed as a fraction.
        (Some(a), Some(b)) if stored.is_f64() || again.is_f64() => a == b,
        _ => stored == again,
    }
}

/// A value in few signs.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "a table".to_owned(),
        Value::Null => "nothing".to_owned(),
        other => {
            let text = other.to_string();
            if text.chars().count() <= 60 { text } else { format!("{}…", text.chars().take(60).collect::<String>()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_key_of_a_difference_is_named() {
        let (a, b) = (json!({"x": [{"y": 1.0}, {"y": 2.0}]}), json!({"x": [{"y": 1.0}, {"y": 2.5}]}));
        let found = differ("", &a, &b, 0.0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].at.as_str(), found[0].again.as_str()), ("x[1].y", "2.5"));
        assert!(differ("", &json!(1), &json!(1.0), 0.0).is_empty());
        assert!(differ("", &json!(1.0), &json!(1.0 + 1e-12), 1e-9).is_empty());
        assert_eq!(differ("", &json!({}), &json!({"z": 1}), 0.0)[0].at, "z");
        assert_eq!(differ("l", &json!([1]), &json!([1, 2]), 0.0)[0].stored, "a list of 1");
    }
}
