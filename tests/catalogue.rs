//! What can drift is tested: ids are unique, every name is explained, every citation resolves, the schema knows every key.

use std::collections::BTreeSet;
use std::path::Path;

use evenhand::metrics::{self, Kind, bundles};
use evenhand::policy::keys;
use evenhand::{diagnostic, explain, words};

fn is_kebab(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn ids_and_aliases_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for name in metrics::names() {
        assert!(is_kebab(name), "{name}");
        assert!(seen.insert(name), "{name} names two things");
    }
    let mut codes = BTreeSet::new();
    for code in diagnostic::CODES {
        assert!(is_kebab(code.id) && codes.insert(code.id), "{}", code.id);
    }
}

#[test]
fn the_metrics_of_the_contract_are_there() {
    // Contract §5, under "Decision" and "With a label".
    let promised = [
        "selection-rate",
        "base-rate",
        "true-positive-rate",
        "false-positive-rate",
        "true-negative-rate",
        "false-negative-rate",
        "positive-predictive-value",
        "negative-predictive-value",
        "false-discovery-rate",
        "false-omission-rate",
        "accuracy",
        "error-rate",
        "balanced-accuracy",
        "f1",
        "matthews-correlation",
        "false-negative-share",
        "mean-score",
        "auc",
        "average-precision",
        "brier",
        "log-loss",
        "observed-expected-ratio",
        "calibration-intercept",
        "calibration-slope",
        "calibration-error",
        "calibration-error-debiased",
        "smooth-calibration-error",
        "kuiper-calibration",
        "brier-miscalibration",
        "brier-discrimination",
    ];
    // Balance for the classes, beside those of the contract.
    let more = ["mean-score-positives", "mean-score-negatives"];
    for id in promised.into_iter().chain(more) {
        assert!(metrics::find(id).is_some_and(|metric| metric.id == id), "{id}");
    }
    assert_eq!(metrics::all().count(), promised.len() + more.len());
    for bundle in ["demographic-parity", "equal-opportunity", "equalized-odds", "predictive-parity"] {
        assert!(bundles::find(bundle).is_some(), "{bundle}");
    }
    for (alias, id) in [
        ("tpr", "true-positive-rate"),
        ("recall", "true-positive-rate"),
        ("fpr", "false-positive-rate"),
        ("ppv", "positive-predictive-value"),
        ("precision", "positive-predictive-value"),
        ("disparate-impact", "selection-rate"),
        ("dpd", "selection-rate"),
    ] {
        assert_eq!(metrics::find(alias).map(|metric| metric.id), Some(id), "{alias}");
    }
}

#[test]
fn every_declaration_is_complete() {
    for metric in metrics::all() {
        assert!(
            metric.says.ends_with('.') && metric.not_for.ends_with('.'),
            "{}: sentences end with a full stop",
            metric.id
        );
        assert!(!metric.formula.is_empty() && !metric.notation.is_empty(), "{}", metric.id);
        assert_eq!(
            metric.did.is_empty(),
            !matches!(metric.kind, Kind::Share(_)),
            "{}: a share says what the group did",
            metric.id
        );
        assert!(words::method::method_words(metric.method()).is_some(), "{}: its method is in METHODS", metric.id);
        for key in metric.cite {
            assert!(bundles::reference(key).is_some(), "{}: `{key}` is no reference", metric.id);
        }
    }
    for bundle in bundles::BUNDLES {
        assert!(bundle.parts.iter().all(|part| metrics::find(part).is_some()), "{}", bundle.id);
        assert!(bundle.cite.iter().all(|key| bundles::reference(key).is_some()), "{}", bundle.id);
    }
    let cited: BTreeSet<&str> =
        metrics::all().flat_map(|m| m.cite).chain(bundles::BUNDLES.iter().flat_map(|b| b.cite)).copied().collect();
    for (key, _) in bundles::REFERENCES {
        assert!(cited.contains(key), "nothing cites `{key}`");
    }
}

#[test]
fn every_name_is_explained() {
    for name in explain::names() {
        assert!(explain::explain(&name).is_some_and(|page| page.len() > name.len() + 10), "{name} has no page");
    }
    assert!(explain::explain("no such thing").is_none());
}

#[test]
fn every_code_is_raised_somewhere() {
    let pattern = concat!(env!("CARGO_MANIFEST_DIR"), "/src/**/*.rs");
    let sources: String = glob::glob(pattern)
        .expect("a pattern")
        .filter_map(Result::ok)
        .filter(|path| !path.ends_with("diagnostic.rs"))
        .map(|path| std::fs::read_to_string(path).expect("a source can be read"))
        .collect();
    for code in diagnostic::CODES {
        assert!(sources.contains(&format!("\"{}\"", code.id)), "nothing raises {}", code.id);
    }
}

#[test]
fn the_policy_schema_knows_every_key_and_no_later_one() {
    let schema = explain::schema::policy();
    for key in keys::KEYS {
        let at = if key.section.is_empty() {
            &schema["properties"][key.name]
        } else if keys::LISTS.contains(&key.section) {
            &schema["properties"][key.section]["items"]["properties"][key.name]
        } else {
            &schema["properties"][key.section]["properties"][key.name]
        };
        assert!(at.is_object() && at["description"].is_string(), "{} of [{}]", key.name, key.section);
    }
    for (section, name) in keys::LATER {
        let at = if section.is_empty() {
            &schema["properties"][name]
        } else {
            &schema["properties"][section]["properties"][name]
        };
        assert!(at.is_null(), "{name} is not in this version");
    }
}

#[test]
fn templates_promise_nothing() {
    // Words a report must never say of a system, outside the fixed closing statement and the documentation of what is not said.
    let banned = [
        "compliant",
        "lawful",
        "non-discriminatory",
        "bias-free",
        "unbiased",
        "safe harbour",
        "guarantees",
        "proves",
        "certified",
        "eeoc-approved",
    ];
    for folder in ["words", "render", "explain", "metrics", "judge"] {
        let pattern = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder).join("**/*.rs");
        for path in glob::glob(&pattern.to_string_lossy()).expect("a pattern").filter_map(Result::ok) {
            let text = std::fs::read_to_string(&path).expect("a source can be read").to_lowercase();
            for word in banned {
                let found = text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|w| w == word);
                assert!(!found, "{} says `{word}`", path.display());
            }
        }
    }
}
