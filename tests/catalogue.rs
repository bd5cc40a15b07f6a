//! What can drift is tested: ids are unique, every name is explained, every citation resolves, the schema knows every key.

use std::collections::BTreeSet;
use std::path::Path;

use evenhand::metrics::outcome::{OUTCOMES, OutcomeKind, OutcomeMetric};
use evenhand::metrics::{self, bundles};
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
    let all = || metrics::all().chain(OUTCOMES.iter().map(OutcomeMetric::metric));
    for metric in all() {
        assert!(
            metric.says.ends_with('.') && metric.not_for.ends_with('.'),
            "{}: sentences end with a full stop",
            metric.id
        );
        assert!(!metric.formula.is_empty() && !metric.notation.is_empty(), "{}", metric.id);
        assert_eq!(metric.did.is_empty(), !metric.is_share(), "{}: a share says what the group did", metric.id);
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
        all().flat_map(|m| m.cite).chain(bundles::BUNDLES.iter().flat_map(|b| b.cite)).copied().collect();
    for (key, _) in bundles::REFERENCES {
        assert!(cited.contains(key), "nothing cites `{key}`");
    }
}

#[test]
fn every_metric_of_outcomes_has_words_for_every_kind_it_measures() {
    for metric in OUTCOMES {
        for kind in metric.kinds {
            let told = metric.told_of(*kind).unwrap_or_else(|| panic!("{} of {}", metric.id, kind.name()));
            assert!(told.noun.starts_with("the ") && told.noun.contains("{outcome}"), "{}", told.noun);
            for part in ["{group}", "{times}", "{reference}"] {
                assert!(told.tells.contains(part), "`{}` lacks {part}", told.tells);
            }
            let named = told.tells.contains("{noun}") || told.tells.contains("{outcome}");
            assert!(
                named && (!metric.at_bound && !metric.is_of_category() || told.tells.contains("{bound}")),
                "{}",
                told.tells
            );
        }
        for kind in metric.drawn {
            // A figure is looked up by the kind that the policy declares, and an outcome with open cases is declared as a duration.
            assert_eq!(OutcomeKind::find(kind.name()), Some(*kind), "{} is never drawn", metric.id);
            let open = *kind == OutcomeKind::Duration && metric.kinds.contains(&OutcomeKind::Open);
            assert!(open || metric.kinds.contains(kind), "{}", metric.id);
        }
    }
    for name in OutcomeKind::NAMES {
        let kind = OutcomeKind::find(name).expect("a kind");
        // A bound may be missing, so another metric without one must be there to be drawn.
        let drawn = OUTCOMES.iter().any(|metric| metric.drawn.contains(&kind) && !metric.at_bound);
        assert!(drawn, "no figure of {name} without a bound");
    }
    let neither: Vec<&str> = OUTCOMES.iter().filter(|metric| !metric.takes_side).map(|metric| metric.id).collect();
    assert_eq!(
        neither,
        ["share-of", "bias", "answered"],
        "of categories none is more, who has a value is one metric, and errors to both sides are nobody's harm"
    );
}

#[test]
fn every_name_is_explained() {
    for name in explain::names() {
        let page = explain::explain(&name).unwrap_or_default();
        assert!(page.len() > name.len() + 10, "{name} has no page");
        // A line of the source without its `\\` brings its indentation along, into the middle of a sentence.
        let torn = page.lines().find(|line| !line.starts_with(' ') && line.contains("     "));
        assert_eq!(torn, None, "{name}");
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
fn the_key_of_a_form_names_every_form() {
    let key = keys::of("profile").find(|key| key.name == "id").expect("a key");
    for form in evenhand::profiles::all() {
        assert!(is_kebab(&form.id) && key.says.contains(&format!("`{}`", form.id)), "{}", form.id);
        let page = explain::explain(&form.id).expect("a page");
        assert!(form.questions.iter().all(|question| page.contains(&question.asks)), "{}", form.id);
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
        } else if let Some((section, list)) = key.section.split_once('.') {
            &schema["properties"][section]["properties"][list]["items"]["properties"][key.name]
        } else {
            &schema["properties"][key.section]["properties"][key.name]
        };
        assert!(at.is_object() && at["description"].is_string(), "{} of [{}]", key.name, key.section);
    }
    for list in keys::LISTS {
        let of = &schema["properties"][list]["items"];
        for required in of["required"].as_array().expect("what is required") {
            let name = required.as_str().expect("a key");
            assert!(of["properties"][name].is_object(), "{name} is required in [[{list}]] and is no key of it");
        }
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

/// Words that no report says of a system. They stand in the fixed closing statement only, and there to deny them.
const BANNED: &[&str] = &[
    "compliant",
    "compliance certified",
    "passes",
    "legal",
    "lawful",
    "unlawful",
    "illegal",
    "non-discriminatory",
    "bias-free",
    "unbiased",
    "fair",
    "safe harbour",
    "safe harbor",
    "certified",
    "eeoc-approved",
    "eu-certified",
    "conformity assessed",
    "guarantees",
    "proves",
    "statistically proven",
    "anonymous",
    "required by ecoa",
];

/// The banned words in a text, as whole words.
fn said(text: &str) -> Vec<&'static str> {
    let words: Vec<String> = text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let text = format!(" {} ", words.join(" "));
    BANNED.iter().filter(|word| text.contains(&format!(" {word} "))).copied().collect()
}

#[test]
fn templates_promise_nothing() {
    // Titles of papers are quoted; a column can be called `legal_name`.
    let quoted = [("metrics/bundles.rs", "fair"), ("policy/names.rs", "legal")];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut looked_at = BTreeSet::new();
    for path in glob::glob(&root.join("**/*").to_string_lossy()).expect("a pattern").filter_map(Result::ok) {
        let name = path.strip_prefix(&root).expect("inside").display().to_string();
        // What only computes says nothing.
        let silent = ["inference", "input", "tally"].iter().any(|folder| name.starts_with(folder));
        let text = path.extension().is_some_and(|ending| ending == "rs" || ending == "toml");
        if silent || !text {
            continue;
        }
        looked_at.insert(name.split('/').next().unwrap_or_default().to_owned());
        let mut text = std::fs::read_to_string(&path).expect("a source can be read");
        if name == "report.rs" {
            let (before, statement) = text.split_once("fn statement(").expect("the closing statement");
            assert_eq!(said(statement), ["legal", "lawful"], "it says what it is not");
            text = before.to_owned();
        }
        let found: Vec<&str> =
            said(&text).into_iter().filter(|word| !quoted.contains(&(name.as_str(), word))).collect();
        assert!(found.is_empty(), "{name} says {found:?}");
    }
    for folder in ["words", "forms", "profiles", "render", "explain", "judge", "metrics", "commands"] {
        assert!(looked_at.contains(folder), "{folder} is not looked at");
    }
}

#[test]
fn reports_promise_nothing() {
    let pattern = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/*");
    let mut looked_at = 0;
    for path in glob::glob(pattern).expect("a pattern").filter_map(Result::ok) {
        let page = path.extension().is_some_and(|ending| ending == "md" || ending == "txt");
        // The list of metrics names its sources.
        if !page || path.ends_with("metrics.md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a report can be read");
        let open = "This report gives measurements made by evenhand";
        let close = "results are under a time-limited exception.";
        // Titles of papers are quoted.
        let text = bundles::REFERENCES.iter().fold(text, |text, (_, source)| text.replace(source, ""));
        let rest: String = text.split(open).map(|part| part.split_once(close).map_or(part, |(_, rest)| rest)).collect();
        assert_eq!(said(&rest), Vec::<&str>::new(), "{}", path.display());
        looked_at += 1;
    }
    assert!(looked_at >= 10, "only {looked_at} reports were looked at");
}

#[test]
fn whole_words_are_found_and_parts_are_not() {
    assert_eq!(said("It is Fair, and bias-free."), ["bias-free", "fair"]);
    assert_eq!(said("a safe\n harbour"), ["safe harbour"]);
    assert_eq!(said("unfair fairness bypasses legally improves"), Vec::<&str>::new());
}
