//! The edges of scores: what has no value says why, what is no score is an error with its row, and nothing panics.

use crate::support_input::{Folder, Run};
use polars::prelude::*;
use serde_json::Value;

const FLAGS: [&str; 12] =
    ["--by", "g", "--score", "p", "--threshold", "0.5", "--favourable", "1", "--label", "y", "--positive", "1"];

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(more).copied().collect()
}

fn audit(csv: &str, flags: &[&str]) -> Run {
    let folder = Folder::new();
    folder.write("a.csv", csv);
    folder.audit(&with(&["a.csv"], flags))
}

/// The value of a metric for everybody or for a group of `g`, or the reason why there is none: never both, never neither.
#[track_caller]
fn figure(document: &Value, metric: &str, level: Option<&str>) -> Result<f64, String> {
    let wanted = level.map_or(serde_json::json!({}), |level| serde_json::json!({ "g": level }));
    let all = document["measurements"].as_array().expect("measurements");
    let found = all.iter().find(|m| m["metric"] == metric && m["group"] == wanted).expect("a measurement");
    match (found["value"].as_f64(), found["undefined"].as_str()) {
        (Some(value), None) => Ok(value),
        (None, Some(reason)) => {
            assert!(found["low"].is_null() && found["high"].is_null(), "{metric}: {found}");
            Err(reason.to_owned())
        }
        _ => panic!("{metric}: {found}"),
    }
}

fn undefined(reason: &str) -> Result<f64, String> {
    Err(reason.to_owned())
}

/// Metrics that need score and label, and the reason of each where no row has both.
const LABELLED: [&str; 15] = [
    "mean-score-positives",
    "mean-score-negatives",
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

#[test]
fn all_scores_equal() {
    let csv = "g,p,y\n".to_owned() + &"a,0.5,1\na,0.5,0\nb,0.5,1\nb,0.5,0\n".repeat(20);
    let document = audit(&csv, &FLAGS).document();
    assert_eq!(figure(&document, "auc", None), Ok(0.5));
    assert_eq!(figure(&document, "average-precision", None), Ok(0.5));
    assert_eq!(figure(&document, "brier", Some("a")), Ok(0.25));
    assert_eq!(figure(&document, "brier-miscalibration", Some("a")), Ok(0.0));
    assert_eq!(figure(&document, "brier-discrimination", Some("a")), Ok(0.0));
    assert_eq!(figure(&document, "calibration-intercept", None), Ok(0.0));
    assert_eq!(figure(&document, "calibration-slope", None), undefined("no-variance"));
    assert_eq!(document["curves"][0]["bins"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["score_comparisons"][0]["distance"], 0.0);
    assert_eq!(document["score_comparisons"][0]["positives_above"]["value"], 0.5);
}

#[test]
fn one_class_only() {
    for (label, average_precision) in [("1", Ok(1.0)), ("0", undefined("one-class"))] {
        // The other class is in group b, so that the positive value occurs.
        let rows: String = (1..40).map(|k| format!("a,0.{k:02},{label}\nb,0.{k:02},{}\n", k % 2)).collect();
        let document = audit(&("g,p,y\n".to_owned() + &rows), &FLAGS).document();
        let of_a = |metric| figure(&document, metric, Some("a"));
        assert_eq!(of_a("average-precision"), average_precision);
        for metric in ["auc", "calibration-intercept", "calibration-slope"] {
            assert_eq!(of_a(metric), undefined("one-class"), "{metric}");
        }
        let (present, absent) = match label {
            "1" => ("mean-score-positives", "mean-score-negatives"),
            _ => ("mean-score-negatives", "mean-score-positives"),
        };
        assert!((of_a(present).expect("rows") - 0.2).abs() < 1e-15);
        assert_eq!(of_a(absent), undefined("zero-denominator"));
        assert!(figure(&document, "auc", None).is_ok());
        let compared = &document["score_comparisons"][0];
        assert_eq!(compared["group"]["g"], "b");
    }
}

#[test]
fn scores_of_exactly_0_and_1() {
    let right = "a,0,0\na,1,1\nb,0,0\nb,1,1\n".repeat(20);
    let document = audit(&("g,p,y\n".to_owned() + &right), &FLAGS).document();
    for (metric, value) in [
        ("auc", 1.0),
        ("average-precision", 1.0),
        ("brier", 0.0),
        ("log-loss", 0.0),
        ("calibration-error", 0.0),
        ("calibration-error-debiased", 0.0),
        ("kuiper-calibration", 0.0),
        ("observed-expected-ratio", 1.0),
        ("mean-score", 0.5),
    ] {
        assert_eq!(figure(&document, metric, None), Ok(value), "{metric}");
    }
    assert_eq!(figure(&document, "calibration-slope", None), undefined("separation"));
    let kuiper = |document: &Value| {
        let all = document["measurements"].as_array().expect("measurements").clone();
        let found = all.into_iter().find(|m| m["metric"] == "kuiper-calibration").expect("everybody first");
        found["p_value"].as_f64()
    };
    assert_eq!(kuiper(&document), Some(1.0));
    // One certain score that is wrong makes the log loss infinite, and only that one.
    let document = audit(&("g,p,y\na,1,0\n".to_owned() + &right), &FLAGS).document();
    assert_eq!(figure(&document, "log-loss", Some("a")), undefined("infinite"));
    assert_eq!(figure(&document, "log-loss", Some("b")), Ok(0.0));
    assert_eq!(figure(&document, "log-loss", None), undefined("infinite"));
    assert_eq!(figure(&document, "brier", None), Ok(1.0 / 81.0));
    assert_eq!(kuiper(&document), Some(0.0));
    // Nothing is expected where every score is 0.
    let document = audit(&("g,p,y\n".to_owned() + &"a,0,1\na,0,0\n".repeat(20)), &FLAGS).document();
    assert_eq!(figure(&document, "observed-expected-ratio", None), undefined("zero-denominator"));
    assert_eq!(figure(&document, "calibration-slope", None), undefined("no-variance"));
}

#[test]
fn a_single_row() {
    let flags = with(&FLAGS, &["--min-group", "1"]);
    let document = audit("g,p,y\na,0.7,1\n", &flags).document();
    for (metric, expected) in [
        ("mean-score", Ok(0.7)),
        ("brier", Ok((1.0 - 0.7) * (1.0 - 0.7))),
        ("auc", undefined("one-class")),
        ("calibration-slope", undefined("one-class")),
        ("calibration-error-debiased", Ok(0.0)),
    ] {
        assert_eq!(figure(&document, metric, Some("a")), expected, "{metric}");
    }
    assert_eq!(document["score_comparisons"], Value::Null);
    assert_eq!(document["sweeps"], Value::Null);
}

#[test]
fn a_group_without_any_score() {
    let rows: String = (1..40).map(|k| format!("a,0.{k:02},{}\nb,,{}\n", k % 2, k % 2)).collect();
    let document = audit(&("g,p,y\n".to_owned() + &rows), &FLAGS).document();
    for metric in LABELLED.iter().chain(&["mean-score"]) {
        assert_eq!(figure(&document, metric, Some("b")), undefined("zero-denominator"), "{metric}");
        assert_eq!(figure(&document, metric, Some("a")), figure(&document, metric, None), "{metric}");
        let left = document["data"]["left_out"].as_array().expect("left out");
        let told = left.iter().find(|l| l["metric"] == *metric && l["group"]["g"] == "b").expect("told");
        assert_eq!(told["rows"], 39, "{metric}");
    }
    // The threshold decides nothing without a score.
    assert_eq!(figure(&document, "selection-rate", Some("b")), undefined("zero-denominator"));
    let curves = document["curves"].as_array().expect("curves");
    let of_b = curves.iter().find(|curve| curve["group"]["g"] == "b").expect("a curve");
    assert_eq!(of_b["bins"], serde_json::json!([]));
    let compared = &document["score_comparisons"][0];
    assert_eq!(compared["positives_above"]["undefined"], "one-class");
    assert!(compared["distance"].is_null() && compared["transport"].is_null());
    assert!(compared["equal_calibration"].is_null());
    assert!(document["sweeps"].is_null(), "there is nobody to sweep over");
}

#[test]
fn all_scores_missing() {
    let rows: String = (1..40).map(|k| format!("a,NA,{},{}\nb,,{},1\n", k % 2, k % 3 % 2, k % 2)).collect();
    let folder = Folder::new();
    folder.write("a.csv", "g,p,y,d\n".to_owned() + &rows);
    for decision in ["decision = \"d\"\n", "threshold = 0.5\n"] {
        folder.write(
            "evenhand.toml",
            format!(
                "version = 1\n[data]\nfiles = [\"a.csv\"]\n{decision}favourable = [1]\nlabel = \"y\"\npositive = [1]\n\
                 score = \"p\"\nmissing = [\"NA\"]\n[[attribute]]\nname = \"g\"\n"
            ),
        );
        let document = folder.audit(&[]).document();
        for metric in LABELLED.iter().chain(&["mean-score"]) {
            for level in [None, Some("a"), Some("b")] {
                assert_eq!(figure(&document, metric, level), undefined("zero-denominator"), "{metric}");
            }
        }
        let ranked = &document["score_comparisons"][0]["positives_above"];
        assert_eq!((ranked["value"].is_null(), &ranked["undefined"]), (true, &Value::from("no-rows")));
    }
}

#[test]
fn a_sweep_of_nobody_says_nothing() {
    let csv = "g,p,y\n".to_owned() + &"a,,1\na,,0\nb,,1\nb,,0\n".repeat(20);
    let document = audit(&csv, &FLAGS).document();
    let none = Vec::new();
    for sweep in document["sweeps"].as_array().unwrap_or(&none) {
        for point in sweep["points"].as_array().expect("points") {
            assert!(point["selected"].is_null(), "{point}");
        }
    }
}

#[test]
fn score_and_threshold_without_a_label() {
    let rows: String = (1..40).map(|k| format!("a,0.{k:02}\nb,0.{:02}\n", 2 * k)).collect();
    let document = audit(&("g,p\n".to_owned() + &rows), &FLAGS[..8]).document();
    assert!((figure(&document, "mean-score", Some("a")).expect("scores") - 0.2).abs() < 1e-15);
    assert_eq!(figure(&document, "selection-rate", Some("b")), Ok(15.0 / 39.0));
    let all = document["measurements"].as_array().expect("measurements");
    assert!(all.iter().all(|m| !LABELLED.contains(&m["metric"].as_str().expect("a metric"))));
    assert_eq!(document["curves"], serde_json::json!([]));
    assert_eq!(document["score_comparisons"], Value::Null);
    assert_eq!(document["sweeps"].as_array().map(Vec::len), Some(1));
    let told = document["not_tested"].as_array().expect("a list");
    assert!(told.iter().any(|t| t["what"].as_str().is_some_and(|what| what.contains("score"))), "{told:?}");
}

/// Beside a decision that was read, the score decides nothing, and a threshold marks the sweep.
#[test]
fn a_score_beside_a_decision() {
    let rows: String = (1..40).map(|k| format!("a,0.{k:02},{},yes\nb,0.{k:02},{},no\n", k % 2, k % 3 % 2)).collect();
    let csv = "g,p,y,d\n".to_owned() + &rows;
    let flags =
        ["--by", "g", "--decision", "d", "--favourable", "yes", "--score", "p", "--label", "y", "--positive", "1"];
    let without = audit(&csv, &flags).document();
    let marked = audit(&csv, &with(&flags, &["--threshold", "0.123"])).document();
    for document in [&without, &marked] {
        assert_eq!(figure(document, "selection-rate", Some("a")), Ok(1.0));
        assert_eq!(figure(document, "selection-rate", Some("b")), Ok(0.0));
        assert!(figure(document, "auc", None).is_ok());
    }
    assert_eq!(without["measurements"], marked["measurements"]);
    assert_eq!(without["curves"], marked["curves"]);
    assert_eq!(without["score_comparisons"], marked["score_comparisons"]);
    let thresholds = |document: &Value| -> Vec<f64> {
        let points = document["sweeps"][0]["points"].as_array().expect("points").clone();
        points.iter().map(|point| point["threshold"].as_f64().expect("a number")).collect()
    };
    assert!(without["sweeps"][0]["current"].is_null());
    assert_eq!(marked["sweeps"][0]["current"], 0.123);
    assert_eq!(marked["sweeps"][0]["current_text"], "0.123");
    let (plain, more) = (thresholds(&without), thresholds(&marked));
    assert_eq!(plain.len() + 1, more.len());
    assert!(more.contains(&0.123) && !plain.contains(&0.123));
    // A score alone decides nothing.
    let flags = ["--by", "g", "--score", "p", "--favourable", "1"];
    audit(&csv, &flags).fails(2, &["a score alone is no decision"]);
}

#[test]
fn a_threshold_outside_is_refused_beside_a_decision_too() {
    let csv = "g,p,d\n".to_owned() + &"a,0.4,yes\nb,0.6,no\n".repeat(40);
    let flags = ["--by", "g", "--decision", "d", "--favourable", "yes", "--score", "p", "--threshold", "7"];
    audit(&csv, &flags).fails(2, &["`threshold` is from 0 to 1"]);
}

/// At the threshold in use a sweep says what the decisions are.
#[track_caller]
fn sweep_agrees(selection: &[&str]) {
    let rows: String =
        (0..100).map(|k| format!("a,0.{k:02},{}\nb,0.{:02},{}\n", k % 2, k * k % 100, k % 3 % 2)).collect();
    let flags = with(
        &["--by", "g", "--score", "p", "--threshold", "0.4", "--label", "y", "--positive", "1", "--reference", "g=a"],
        selection,
    );
    let document = audit(&("g,p,y\n".to_owned() + &rows), &flags).document();
    let comparison = |metric: &str, contrast: &str| {
        let all = document["comparisons"].as_array().expect("comparisons");
        let found = all.iter().find(|c| c["metric"] == metric && c["contrast"] == contrast).expect("a comparison");
        found["value"].as_f64().expect("a value")
    };
    let points = document["sweeps"][0]["points"].as_array().expect("points");
    let point = points.iter().find(|point| point["threshold"] == 0.4).expect("the threshold in use");
    for (key, metric, contrast) in [
        ("ratio", "selection-rate", "ratio"),
        ("true_positive_rate_difference", "true-positive-rate", "difference"),
        ("false_positive_rate_difference", "false-positive-rate", "difference"),
    ] {
        let (swept, compared) = (point[key].as_f64().expect("a number"), comparison(metric, contrast));
        assert!((swept - compared).abs() < 1e-11, "{selection:?}, {key}: {swept} and {compared}");
    }
}

#[test]
fn at_the_threshold_in_use_the_sweep_is_the_comparison() {
    sweep_agrees(&["--favourable", "1"]);
    sweep_agrees(&["--favourable", "0", "--selected", "1"]);
}

#[test]
fn at_the_threshold_in_use_a_sweep_of_low_scores_is_the_comparison() {
    sweep_agrees(&["--favourable", "0"]);
    sweep_agrees(&["--favourable", "1", "--selected", "0"]);
}

/// What is no score is an error with its row, whatever the file; no value of it is printed.
#[test]
fn what_is_no_score_is_an_error_with_its_row() {
    let good: Vec<Option<f64>> = (0..50).map(|k| Some(f64::from(k) / 50.0)).collect();
    for bad in ["1.25", "-0.5", "1e3", "inf", "-1", "canary", "0.5x", "0,5;", "1.0000001"] {
        let rows: String = good
            .iter()
            .enumerate()
            .map(|(k, s)| {
                format!("a,{},{}\n", if k == 33 { format!("\"{bad}\"") } else { s.unwrap().to_string() }, k % 2)
            })
            .collect();
        let run = audit(&("g,p,y\n".to_owned() + &rows), &FLAGS);
        run.fails(4, &["a.csv:35, column `p`"]);
        assert!(!run.err.contains(bad), "{bad}: {}", run.err);
    }
    for (bad, single) in [(1.25, false), (-0.5, false), (f64::INFINITY, true), (1.000_000_2, true), (-1e-300, false)] {
        let scores: Vec<Option<f64>> =
            good.iter().enumerate().map(|(k, s)| if k == 33 { Some(bad) } else { *s }).collect();
        let labels: Vec<i64> = (0..50).map(|k| k % 2).collect();
        let mut frame = df!("g" => vec!["a"; 50], "p" => scores, "y" => labels).unwrap();
        if single {
            let narrow = frame.column("p").unwrap().cast(&DataType::Float32).unwrap();
            frame.with_column(narrow).unwrap();
        }
        let folder = Folder::new();
        let file = std::fs::File::create(folder.path().join("a.parquet")).unwrap();
        ParquetWriter::new(file).with_row_group_size(Some(7)).finish(&mut frame).unwrap();
        folder.audit(&with(&["a.parquet"], &FLAGS)).fails(4, &["a.parquet", "34", "column `p`", "from 0 to 1"]);
    }
}

/// Rows that are left out, and rows that stand for none, are never validated; their neighbours are, with the right row.
#[test]
fn rows_that_do_not_count_are_not_validated() {
    let rows: String = (1..40)
        .map(|k| {
            format!("a,0.{k:02},{},1,here\na,7,1,1,away\nb,canary,0,0,here\nb,0.{k:02},{},2,here\n", k % 2, k % 3 % 2)
        })
        .collect();
    let flags = with(&FLAGS, &["--count", "n", "--where", "site=here"]);
    let csv = "g,p,y,n,site\n".to_owned() + &rows;
    let document = audit(&csv, &flags).document();
    assert!((figure(&document, "mean-score", Some("b")).expect("scores") - 0.2).abs() < 1e-15);
    assert_eq!(document["data"]["rows_used"], 39 + 78);
    assert_eq!(document["data"]["excluded"][0]["rows"], 39);
    assert_eq!(document["data"]["left_out"], serde_json::json!([]));
    // A header and 156 rows come before it.
    audit(&(csv.clone() + "a,7,1,1,here\n"), &flags).fails(4, &["a.csv:158, column `p`", "outside"]);
    audit(&csv, &FLAGS).fails(4, &["a.csv:3, column `p`", "outside"]);
}

/// Ties across labels count one half, wherever they are.
#[test]
fn ties_count_one_half() {
    let csv = "g,p,y\n".to_owned() + "a,0.2,0\na,0.2,1\na,0.8,0\na,0.8,1\na,0.8,1\n";
    let document = audit(&csv, &with(&FLAGS, &["--min-group", "1"])).document();
    // Pairs: 0.2 against 0.2 is a half, against 0.8 none; each 0.8 wins one and ties one.
    assert_eq!(figure(&document, "auc", Some("a")), Ok((0.5 + 2.0 * 1.5) / 6.0));
    // Threshold 0.8: precision 2/3, recall 2/3; threshold 0.2: precision 3/5, recall 1.
    let ap: f64 = figure(&document, "average-precision", Some("a")).expect("positives");
    assert!((ap - (2.0 / 3.0 * 2.0 / 3.0 + 1.0 / 3.0 * 3.0 / 5.0)).abs() < 1e-15);
    // One sum of gaps for each distinct score: 2 * 0.2 expected and 1 there, 3 * 0.8 expected and 2 there.
    let gap = figure(&document, "kuiper-calibration", Some("a")).expect("rows");
    assert!((gap - 0.6 / 5.0).abs() < 1e-15, "{gap}");
}

/// A threshold is rounded to the float type of the scores before it decides; the sweep counts the same rows.
#[test]
fn the_sweep_rounds_the_threshold_like_the_decision() {
    let (scores, groups): (Vec<f32>, Vec<&str>) =
        (0..120).map(|k| ((k / 2 % 7) as f32 / 6.0, ["a", "b"][k % 2])).map(|(s, g)| (s.min(1.0), g)).unzip();
    let mut frame = df!("g" => groups, "p" => scores).unwrap();
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path().join("a.parquet")).unwrap();
    ParquetWriter::new(file).finish(&mut frame).unwrap();
    let flags = ["a.parquet", "--by", "g", "--score", "p", "--threshold", "5/6", "--favourable", "1"];
    let document = folder.audit(&flags).document();
    let points = document["sweeps"][0]["points"].as_array().expect("points");
    let point = points.iter().find(|point| point["threshold"] == 5.0 / 6.0).expect("the threshold in use");
    let decided = figure(&document, "selection-rate", None).expect("decisions");
    let swept = point["selected"].as_f64().expect("a share");
    assert!((swept - decided).abs() < 1e-11, "{swept} and {decided}");
}
