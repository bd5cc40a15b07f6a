//! Every copied oracle row about random numbers and permutation.

use evenhand::inference::resample::permutation::{DRAWS, Method, permute};
use evenhand::inference::resample::stream::{Streams, chacha};
use evenhand::inference::resample::tables::{Tables, difference};
use serde_json::{Value, json};

fn hexadecimal(words: [u32; 16]) -> String {
    words.iter().flat_map(|word| word.to_le_bytes()).map(|byte| format!("{byte:02x}")).collect()
}

fn chacha_block(i: &Value) -> Value {
    let key = i["key"].as_str().expect("key");
    let word = |k: usize| {
        let byte = |b: usize| u8::from_str_radix(&key[8 * k + 2 * b..8 * k + 2 * b + 2], 16).expect("hexadecimal");
        u32::from_le_bytes(std::array::from_fn(byte))
    };
    let position = std::array::from_fn(|k| i["position"][k].as_u64().expect("word") as u32);
    let double_rounds = i["rounds"].as_u64().expect("rounds") as usize / 2;
    json!({ "block": hexadecimal(chacha(&std::array::from_fn(word), position, double_rounds)) })
}

fn permutation_p_counts(i: &Value) -> Value {
    let n = |key: &str| i[key].as_u64().expect("count");
    let counts = vec![n("x1"), n("n1") - n("x1"), n("x0"), n("n0") - n("x0")];
    let tables = Tables::new(2, 2, counts).expect("a table");
    let test = permute(&tables, difference, &Streams::new(1, "oracle"), DRAWS).expect("two groups");
    assert!(matches!(test.method, Method::Exact { .. }));
    json!({ "p_exact": test.p })
}

#[test]
fn random_numbers_and_permutation_agree_with_publications_and_scipy() {
    let file: Value = serde_json::from_str(include_str!("oracles/resample.json")).expect("JSON");
    let rows = file["vectors"].as_array().expect("vectors");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let (id, i) = (row["id"].as_str().expect("id"), &row["inputs"]);
        let got = match row["function"].as_str().expect("function") {
            "chacha_block" => chacha_block(i),
            "permutation_p_counts" => permutation_p_counts(i),
            other => panic!("{id}: no runner for {other}"),
        };
        for (key, expected) in row["expected"].as_object().expect("figures") {
            match (got[key].as_f64(), expected.as_f64()) {
                (Some(got), Some(expected)) => {
                    let relative = row["rtol"].as_f64().expect("rtol");
                    assert!((got - expected).abs() <= relative * expected, "{id}.{key}: {got} {expected}");
                }
                _ => assert_eq!(&got[key], expected, "{id}.{key}"),
            }
        }
    }
}
