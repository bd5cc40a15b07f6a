//! What the oracle tests share: rows as values, and their comparison.

pub mod labels;
pub mod not_offered;

use evenhand::cell::Trials;
use evenhand::inference::limits::Limits;
use serde_json::{Value, json};

pub fn trials(hits: &Value, of: &Value) -> Trials {
    Trials { hits: hits.as_u64().expect("hits"), of: of.as_u64().expect("of") }
}

/// JSON has no infinity: the oracle file writes it as a word. An undefined value is its "nan".
pub fn number(value: f64) -> Value {
    if value.is_finite() {
        json!(value)
    } else if value.is_nan() {
        json!("nan")
    } else if value > 0.0 {
        json!("inf")
    } else {
        json!("-inf")
    }
}

pub fn defined(value: Option<f64>) -> Value {
    value.map_or(json!("nan"), number)
}

pub fn ends(limits: Option<Limits>) -> Value {
    limits.map_or(json!("nan"), |l| json!([number(l.low), number(l.high)]))
}

pub fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().expect("list").iter().map(|v| v.as_f64().expect("number")).collect()
}

/// The first place where two values differ by more than `close` allows of what was got and what is expected.
///
/// `elsewhere` names the figures that are not compared here, and why.
pub fn difference(
    at: &str,
    got: &Value,
    expected: &Value,
    elsewhere: &[(&str, &str)],
    close: &impl Fn(f64, f64) -> bool,
) -> Option<String> {
    match (got, expected) {
        (Value::Object(got), Value::Object(expected)) => expected.iter().find_map(|(key, value)| {
            if elsewhere.iter().any(|(name, _)| name == key) {
                return None;
            }
            match got.get(key) {
                Some(got) => difference(&format!("{at}.{key}"), got, value, elsewhere, close),
                None => Some(format!("{at}.{key} is not checked")),
            }
        }),
        (Value::Array(got), Value::Array(expected)) if got.len() == expected.len() => {
            (0..got.len()).find_map(|k| difference(&format!("{at}[{k}]"), &got[k], &expected[k], elsewhere, close))
        }
        (Value::Number(got), Value::Number(expected)) => {
            let (got, expected) = (got.as_f64()?, expected.as_f64()?);
            (!close(got, expected)).then(|| format!("{at}: got {got:e}, expected {expected:e}"))
        }
        _ => (got != expected).then(|| format!("{at}: got {got}, expected {expected}")),
    }
}

/// Compares every row of a file with what `run` gives for its function and inputs.
///
/// `elsewhere` names the figures of a row that are not compared here, and why.
pub fn check(text: &str, elsewhere: &[(&str, &str)], run: impl Fn(&str, &Value) -> Option<Value>) {
    let file: Value = serde_json::from_str(text).expect("JSON");
    let rows = file["vectors"].as_array().expect("vectors");
    assert!(!rows.is_empty());
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (id, function) = (row["id"].as_str().expect("id"), row["function"].as_str().expect("function"));
            let Some(got) = run(function, &row["inputs"]) else {
                return Some(format!("{id}: no runner for {function}"));
            };
            let (rtol, atol) = (row["rtol"].as_f64().expect("rtol"), row["atol"].as_f64().unwrap_or(1e-12));
            let close = |got: f64, expected: f64| (got - expected).abs() <= atol.max(rtol * expected.abs());
            difference(id, &got, &row["expected"], elsewhere, &close)
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} rows:\n{}", failures.len(), rows.len(), failures.join("\n"));
}
