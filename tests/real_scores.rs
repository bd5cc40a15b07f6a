//! Real scores through the program against the figures of scikit-learn and relplot: ranking, losses, calibration.
//!
//! The data lie outside the repository (see `tests/support`); where they are absent these tests say so and pass.

use std::path::Path;
use std::sync::Arc;

use crate::support;
use crate::support::{audit_files, close, group, measurement, policy};
use evenhand::assess::AxisGroups;
use evenhand::cell::{Cell, Scores};
use evenhand::inference::scores::{Atom, atoms, binned};
use evenhand::input::Source;
use evenhand::result::{Document, Group};
use evenhand::tally;
use serde_json::Value;

const TIGHT: f64 = 1e-9;

/// Our names of the figures of the score, and the names in the oracle files.
const FIGURES: [(&str, &str); 7] = [
    ("mean-score", "mean_score"),
    ("auc", "roc_auc"),
    ("average-precision", "average_precision"),
    ("brier", "brier"),
    ("log-loss", "log_loss"),
    ("calibration-error", "ece_10_left_closed"),
    ("smooth-calibration-error", "smECE_relplot"),
];

/// Keys of one group in an oracle file that are about the score, each compared below.
const SCORE_KEYS: [&str; 14] = [
    "mean_score",
    "roc_auc",
    "average_precision",
    "brier",
    "log_loss",
    "ece_10_left_closed",
    "smECE_relplot",
    "mce_10_left_closed",
    "ece_15_left_closed",
    "mce_15_left_closed",
    "score_sd_ddof1",
    "calibration_in_the_large",
    "brier_decomposition_isotonic",
    "bins10_right_closed[idx,n,mean_score,frac_pos]",
];

/// Of decisions, compared in `tests/real_data.rs`; and the calibration errors of bins that are closed on the right.
const OTHER_KEYS: [&str; 27] = [
    "n",
    "n_label_1",
    "n_pred_1",
    "tp",
    "fp",
    "tn",
    "fn",
    "base_rate",
    "selection_rate",
    "accuracy",
    "tpr",
    "fnr",
    "fpr",
    "tnr",
    "ppv",
    "fdr",
    "npv",
    "forate",
    "f1",
    "mcc",
    "balanced_accuracy",
    "selection_rate_ci95_wilson",
    "selection_rate_ci95_clopper_pearson",
    "ece_10_right_closed",
    "mce_10_right_closed",
    "ece_15_right_closed",
    "mce_15_right_closed",
];

fn policy_for(model: &Value) -> String {
    let mut policy = String::from(
        "version = 1\n[data]\ndecision = \"prediction\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n\
         score = \"score\"\n",
    );
    for name in model["by_attribute"].as_object().expect("attributes").keys() {
        policy += &format!("[[attribute]]\nname = {name:?}\n");
    }
    let sets = model["intersections"].as_object().expect("sets");
    let sets: Vec<Vec<&str>> = sets.keys().map(|k| k.split('|').collect()).collect();
    policy + &format!("[intersections]\nsets = {sets:?}\n")
}

/// How many figures agree, and how many of them are curve bins.
#[derive(Debug, Default, PartialEq)]
struct Compared {
    figures: usize,
    bins: usize,
}

fn number(expected: &Value, key: &str) -> f64 {
    expected[key].as_f64().unwrap_or_else(|| panic!("{key} is no number"))
}

/// Bins of tenths, closed on the right as the oracle has them: rows, mean score, share of positives.
fn right_closed(atoms: &[Atom]) -> Vec<(usize, u64, f64, f64)> {
    let mut bins = [(0_u64, 0.0_f64, 0_u64); 10];
    for atom in atoms {
        let at = (0..10).rev().find(|k| *k as f64 / 10.0 < atom.score).unwrap_or(0);
        bins[at].0 += atom.rows();
        bins[at].1 += atom.rows() as f64 * atom.score;
        bins[at].2 += atom.positives;
    }
    let filled = bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0);
    filled.map(|(at, bin)| (at, bin.0, bin.1 / bin.0 as f64, bin.2 as f64 / bin.0 as f64)).collect()
}

/// Every score figure of one group, in the document and in the cell.
fn group_agrees(document: &Document, scores: &Scores, of: &Group, expected: &Value, compared: &mut Compared) {
    for key in expected.as_object().expect("figures").keys() {
        assert!(SCORE_KEYS.contains(&key.as_str()) || OTHER_KEYS.contains(&key.as_str()), "{key} is not compared");
    }
    assert!(scores.is_exact() && scores.everyone_is_exact());
    let value = |metric: &str| measurement(document, metric, of).value;
    for (ours, theirs) in FIGURES {
        let what = format!("{ours} of {of:?}");
        match expected.get(theirs) {
            None => {}
            // The authors give no smooth error of a group this small; it is no undefined one.
            Some(Value::Null) if ours == "smooth-calibration-error" => {
                assert!(number(expected, "n") < 30.0 && value(ours).is_some(), "{what}");
            }
            Some(figure) => {
                let found = value(ours).unwrap_or_else(|| panic!("{what} is undefined"));
                close(found, figure.as_f64().expect("a number"), TIGHT, &what);
                assert_eq!(measurement(document, ours, of).bounds, None, "{what} is exact");
                compared.figures += 1;
            }
        }
    }
    if let Some(parts) = expected.get("brier_decomposition_isotonic") {
        let what = format!("parts of the Brier score of {of:?}");
        let ours = |metric: &str| value(metric).unwrap_or_else(|| panic!("{what}"));
        let rate = ours("base-rate");
        close(ours("brier-miscalibration"), number(parts, "miscalibration"), TIGHT, &what);
        close(ours("brier-discrimination"), number(parts, "discrimination"), TIGHT, &what);
        close(ours("brier"), number(parts, "score"), TIGHT, &what);
        close(rate * (1.0 - rate), number(parts, "uncertainty"), TIGHT, &what);
        compared.figures += 4;
    }
    if expected.get("calibration_in_the_large").is_some() {
        let what = format!("gap in the large of {of:?}");
        let (score, rate) = (value("mean-score").expect("rows"), value("base-rate").expect("rows"));
        close(score - rate, number(expected, "calibration_in_the_large"), TIGHT, &what);
        let variance = scores.mean_score().and_then(|mean| mean.variance).expect("two rows");
        close(variance.sqrt(), number(expected, "score_sd_ddof1"), TIGHT, &format!("deviation of {of:?}"));
        compared.figures += 2;
    }
    for (bins, mean, largest) in
        [(10, "ece_10_left_closed", "mce_10_left_closed"), (15, "ece_15_left_closed", "mce_15_left_closed")]
    {
        if expected.get(largest).is_some() {
            let error = binned::calibration_error(&binned::equal_width(scores.atoms(), bins)).expect("rows");
            close(error.mean, number(expected, mean), TIGHT, &format!("{mean} of {of:?}"));
            close(error.largest, number(expected, largest), TIGHT, &format!("{largest} of {of:?}"));
            compared.figures += 2;
        }
    }
    if let Some(bins) = expected.get("bins10_right_closed[idx,n,mean_score,frac_pos]") {
        let ours = right_closed(scores.atoms());
        let theirs = bins.as_array().expect("bins");
        assert_eq!(ours.len(), theirs.len(), "bins of {of:?}");
        for (bin, expected) in ours.iter().zip(theirs) {
            let what = format!("bin {} of {of:?}", bin.0);
            assert_eq!((Some(bin.0 as u64), Some(bin.1)), (expected[0].as_u64(), expected[1].as_u64()), "{what}");
            close(bin.2, expected[2].as_f64().expect("a mean"), TIGHT, &what);
            close(bin.3, expected[3].as_f64().expect("a share"), TIGHT, &what);
            compared.bins += 1;
        }
    }
    // The curve holds every row once, and its bins say the mean score and the share of all of them.
    let curve = document.curves.iter().find(|curve| curve.group == *of).expect("a curve");
    let rows = expected["n"].as_u64().expect("rows");
    assert_eq!(curve.bins.iter().map(|bin| bin.rows).sum::<u64>(), rows, "{of:?}");
    assert_eq!(curve.histogram.iter().sum::<u64>(), rows, "{of:?}");
    let mean = |of: &dyn Fn(&evenhand::result::CurveBin) -> f64| {
        curve.bins.iter().map(|bin| bin.rows as f64 * of(bin)).sum::<f64>() / rows as f64
    };
    close(mean(&|bin| bin.mean_score), number(expected, "mean_score"), TIGHT, "mean score of a curve");
    close(mean(&|bin| bin.observed), number(expected, "base_rate"), TIGHT, "base rate of a curve");
    compared.figures += 2;
}

fn model_agrees(folder: &Path, name: &str) -> Compared {
    let text = std::fs::read_to_string(folder.join(name).join(format!("{name}.oracle.json"))).expect("the file");
    let oracle: Value = serde_json::from_str(&text).expect("JSON");
    let mut compared = Compared::default();
    for model in oracle["models"].as_object().expect("models").values() {
        let path = folder.join(model["file"].as_str().expect("a file"));
        let text = policy_for(model);
        let document = audit_files(&text, std::slice::from_ref(&path));
        let policy = policy(&text).0;
        let source = Source::File { shown: "rows.csv".to_owned(), path };
        let cells =
            tally::count(&policy, &[source], Default::default(), &(Arc::new(|_| {}) as _)).expect("the file is read").0;
        let overall = cells.overall();
        let axes: Vec<AxisGroups> =
            policy.axes.iter().map(|axis| AxisGroups::new(&cells, &overall, &policy, axis)).collect();
        let cell = |of: &Group| -> &Cell {
            let mut all = axes.iter().flat_map(|axis| &axis.groups);
            &all.find(|g| g.group == *of).unwrap_or_else(|| panic!("no cell of {of:?}")).cell
        };
        let mut check = |of: &Group, cell: &Cell, expected: &Value| {
            let scores = cell.scores().expect("scores");
            assert_eq!(Some(atoms::totals(scores.atoms()).rows()), expected["n"].as_u64(), "{of:?}");
            group_agrees(&document, scores, of, expected, &mut compared);
        };
        check(&Group::new(), &overall, &model["overall"]);
        for (name, expected) in model["by_attribute"].as_object().expect("attributes") {
            for (level, figures) in expected["by_group"].as_object().expect("groups") {
                let of = group(&[(name, level)]);
                check(&of, cell(&of), figures);
            }
        }
        for (set, groups) in model["intersections"].as_object().expect("sets") {
            let names: Vec<&str> = set.split('|').collect();
            for (levels, figures) in groups.as_object().expect("groups") {
                let pairs: Vec<(&str, &str)> = names.iter().copied().zip(levels.split('|')).collect();
                let of = group(&pairs);
                check(&of, cell(&of), figures);
            }
        }
    }
    compared
}

#[test]
fn adult_scores_agree() {
    let Some(folder) = support::shared_data() else { return };
    assert_eq!(model_agrees(&folder, "adult"), Compared { figures: 278, bins: 119 });
}

#[test]
fn telco_churn_scores_agree() {
    let Some(folder) = support::shared_data() else { return };
    assert_eq!(model_agrees(&folder, "telco_churn"), Compared { figures: 191, bins: 80 });
}

#[test]
fn bank_marketing_scores_agree() {
    let Some(folder) = support::shared_data() else { return };
    assert_eq!(model_agrees(&folder, "bank_marketing"), Compared { figures: 249, bins: 109 });
}

#[test]
fn german_credit_scores_agree() {
    let Some(folder) = support::shared_data() else { return };
    assert_eq!(model_agrees(&folder, "german_credit"), Compared { figures: 148, bins: 66 });
}
