//! Every copied oracle row about scores, and every score figure of the shared data sets: a row without a runner, or a
//! figure without a check, fails.
//!
//! The expected numbers come from scikit-learn, statsmodels, relplot, netcal, mcgrad, scipy and mpmath; each row names
//! its source.

use evenhand::inference::normal;
use evenhand::inference::scores::binned::{calibration_error, equal_mass, equal_width, place};
use evenhand::inference::scores::{
    Atom, Span, atoms, auc, balance, between, cumulative, distance, groups, isotonic, precision, proper, ratio,
    recalibration, smooth,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Where the shared data sets are, seen from the crate; the variable names another place.
const SHARED_DATA: &str = "../shared/data";
const SHARED_DATA_VARIABLE: &str = "EVENHAND_SHARED_DATA";

const Z: f64 = 1.959_963_984_540_054;

/// Rows of score, label and group.
#[derive(Default)]
struct Sample {
    score: Vec<f64>,
    label: Vec<bool>,
    group: Vec<String>,
}

impl Sample {
    fn from_json(value: &Value) -> Sample {
        let list = |key: &str| value[key].as_array().cloned().unwrap_or_default();
        Sample {
            score: list("score").iter().map(|s| s.as_f64().expect("score")).collect(),
            label: list("y").iter().map(|y| y.as_u64().expect("label") == 1).collect(),
            group: list("group").iter().map(|g| g.as_str().expect("group").to_owned()).collect(),
        }
    }

    /// The atoms of the rows that `keep` wants, with the scores as `place` moves them.
    fn atoms_of(&self, keep: impl Fn(usize) -> bool, place: impl Fn(f64) -> f64) -> Vec<Atom> {
        let mut counts: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
        for row in (0..self.score.len()).filter(|&row| keep(row)) {
            // Bits of numbers that are not negative rise with the number.
            let (negatives, positives) = counts.entry(place(self.score[row]).to_bits()).or_default();
            *(if self.label[row] { positives } else { negatives }) += 1;
        }
        let atom = |(bits, (negatives, positives))| Atom { score: f64::from_bits(bits), negatives, positives };
        counts.into_iter().map(atom).collect()
    }

    fn atoms(&self) -> Vec<Atom> {
        self.atoms_of(|_| true, |s| s)
    }

    fn group(&self, name: &str) -> Vec<Atom> {
        self.atoms_of(|row| self.group[row] == name, |s| s)
    }
}

/// The low end of the bin of a score.
fn binned(bins: u64) -> impl Fn(f64) -> f64 + Copy {
    move |s| f64::from(place(s, bins as u32)) / bins as f64
}

fn spans(atoms: &[Atom], bins: u64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for a in atoms {
        let low = binned(bins)(a.score);
        if spans.last().is_none_or(|s| s.low < low) {
            let high = low + 1.0 / bins as f64;
            spans.push(Span { low, high, negatives: 0, positives: 0, negative_sum: 0.0, positive_sum: 0.0 });
        }
        let span = spans.last_mut().expect("a span");
        span.negatives += a.negatives;
        span.positives += a.positives;
        span.negative_sum += a.negatives as f64 * a.score;
        span.positive_sum += a.positives as f64 * a.score;
    }
    spans
}

fn calibration_binned(atoms: &[Atom], i: &Value) -> Value {
    let count = i["bins"].as_u64().expect("bins") as u32;
    let bins = if i["scheme"] == "equal_mass" { equal_mass(atoms, count) } else { equal_width(atoms, count) };
    let error = calibration_error(&bins).expect("rows");
    json!({
        "ece": error.mean, "rmsce": error.root_mean_square, "max_calibration_error": error.largest,
        "average_bin_error": error.mean_of_bins, "debiased_l2_squared": error.debiased_square,
        "debiased_l2": error.debiased_root(), "ece_expected_if_calibrated": error.mean_if_calibrated,
        "ece_debiased_normal": error.debiased_mean, "counts": bins.iter().map(|b| b.rows()).collect::<Vec<_>>(),
    })
}

fn ecce(atoms: &[Atom]) -> Value {
    let c = cumulative::cumulative(atoms).expect("rows");
    json!({
        "ecce_range": c.range, "ecce_mad": c.farthest, "sigma": c.sigma, "p_kuiper": c.p_range, "p_ks": c.p_farthest,
    })
}

fn ecce_histogram(atoms: &[Atom], i: &Value) -> Value {
    let exact = cumulative::cumulative(atoms).expect("rows");
    let mut out = json!({ "exact": exact.range });
    for bins in i["bins"].as_array().expect("bins").iter().filter_map(Value::as_u64) {
        let bounds = cumulative::bounds(&spans(atoms, bins)).expect("rows");
        out[format!("b{bins}")] = json!([bounds.range.low, bounds.range.high]);
        assert!(bounds.sigma.contains(exact.sigma) && bounds.p_range.contains(exact.p_range), "{bounds:?}");
    }
    out
}

fn multicalibration(sample: &Sample) -> Value {
    let segments = [("all", sample.atoms()), ("a", sample.group("a")), ("b", sample.group("b"))];
    let tests: Vec<_> = segments.iter().map(|(_, s)| cumulative::cumulative(s).expect("rows")).collect();
    let worst = tests.iter().map(|t| t.range / t.sigma).fold(0.0, f64::max);
    let p = tests.iter().map(|t| t.p_range).fold(1.0, f64::min);
    json!({
        "segment_sigma": { "all": tests[0].range / tests[0].sigma, "a": tests[1].range / tests[1].sigma,
            "b": tests[2].range / tests[2].sigma },
        "mce_sigma": worst, "mce_absolute": worst * tests[0].sigma, "mde_absolute": 5.0 * tests[0].sigma,
        "p_unadjusted": p, "p_bonferroni": (3.0 * p).min(1.0),
    })
}

fn cox(atoms: &[Atom]) -> Value {
    let line = recalibration::line(atoms, Z).expect("a line");
    let large = recalibration::in_the_large(atoms, Z).expect("an intercept");
    let score = recalibration::score_test(atoms).expect("a test");
    json!({
        "intercept": line.intercept, "slope": line.slope.value, "se_intercept": line.intercept_error,
        "se_slope": line.slope.standard_error, "slope_ci": [line.slope.wald.low, line.slope.wald.high],
        "slope_ci_profile": [line.slope.profile.low, line.slope.profile.high],
        "calibration_in_the_large": large.intercept.value, "se_citl": large.intercept.standard_error,
        "citl_ci_profile": [large.intercept.profile.low, large.intercept.profile.high],
        "lr_chi2_2df": line.likelihood_ratio.0, "p_lr": line.likelihood_ratio.1,
        "lr_citl_1df": large.likelihood_ratio.0, "score_chi2_2df": score.chi2, "p_score": score.p,
        "one_step_intercept": score.one_step_intercept, "one_step_slope": score.one_step_slope,
        "oe_ratio": ratio::observed_expected(atoms, Z).expect("a ratio").ratio,
        "clipped": line.clipped,
    })
}

fn corp(parts: isotonic::Decomposition, score: &str) -> Value {
    json!({ score: parts.score, "mcb": parts.miscalibration, "dsc": parts.discrimination, "unc": parts.uncertainty })
}

fn class_balance(sample: &Sample) -> Value {
    let (a, b) = (sample.group("a"), sample.group("b"));
    let class = |rows: fn(&Atom) -> u64| {
        let (a, b) = (balance::moments(&a, rows).expect("rows"), balance::moments(&b, rows).expect("rows"));
        let d = balance::mean_difference(b, a).expect("varied");
        json!({ "mean_a": a.mean, "mean_b": b.mean, "diff": d.difference, "t": d.t, "df": d.df, "p": d.p })
    };
    assert_eq!(atoms::mean_score_of_positives(&a), balance::moments(&a, |x| x.positives).map(|m| m.mean));
    json!({ "class0": class(|a| a.negatives), "class1": class(|a| a.positives) })
}

fn auc_histogram(sample: &Sample, i: &Value) -> Value {
    let mut out = json!({ "exact": auc::auc(&sample.atoms()).expect("classes").value });
    for bins in i["bins"].as_array().expect("bins").iter().filter_map(Value::as_u64) {
        let coarse = sample.atoms_of(|_| true, binned(bins));
        let bounds = auc::bounds(&coarse).expect("classes");
        out[format!("b{bins}")] = json!([bounds.low, auc::auc(&coarse).expect("classes").value, bounds.high]);
    }
    out
}

fn subgroup_aucs(sample: &Sample) -> Value {
    let (sub, bg) = (sample.group("b"), sample.group("a"));
    let value = |a: Option<auc::Auc>| a.expect("classes").value;
    let (own, other) = (value(auc::auc(&sub)), value(auc::auc(&bg)));
    json!({
        "subgroup_auc": own, "bpsn_auc": value(auc::auc(&groups::bpsn(&sub, &bg))), "bnsp_auc": value(auc::auc(&groups::bnsp(&sub, &bg))),
        "xauc_a_pos_over_b_neg": value(groups::xauc(&bg, &sub)),
        "xauc_b_pos_over_a_neg": value(groups::xauc(&sub, &bg)),
        "delta_xauc": groups::xauc_difference(&bg, &sub, Z).expect("classes").difference,
        "positive_aeg": value(auc::auc(&groups::positive_gap(&sub, &bg))) - 0.5,
        "negative_aeg": value(auc::auc(&groups::negative_gap(&sub, &bg))) - 0.5,
        "power_mean_p_minus5_of_two_subgroup_aucs": groups::power_mean(&[own, other]).expect("positive"),
    })
}

fn distances(sample: &Sample, i: &Value) -> Value {
    let both = |place: &dyn Fn(f64) -> f64| {
        let group = |name: &str| sample.atoms_of(|row| sample.group[row] == name, place);
        distance::of_groups(&group("b"), &group("a"))
    };
    let exact = both(&|s| s);
    let mut out = json!({
        "ks": {}, "w1": {}, "ks_exact": distance::kolmogorov_smirnov(&exact).expect("rows"),
        "w1_exact": distance::wasserstein(&exact).expect("rows"),
    });
    for bins in i["bins"].as_array().expect("bins").iter().filter_map(Value::as_u64) {
        let coarse = both(&binned(bins));
        let bounds = distance::kolmogorov_smirnov_bounds(&coarse).expect("rows");
        out["ks"][format!("b{bins}")] = json!([bounds.low, bounds.high]);
        out["w1"][format!("b{bins}")] = json!(distance::wasserstein(&coarse).expect("rows"));
    }
    out
}

fn auc_limits(i: &Value) -> Value {
    let f = |key: &str| i[key].as_f64().expect(key);
    let n = |key: &str| i[key].as_u64().expect(key);
    let known = auc::Auc {
        value: f("auc"),
        variance: i["variance"].as_f64(),
        negatives: n("negatives"),
        positives: n("positives"),
    };
    let limits = auc::limits(known, f("z"));
    json!({ "limits": [limits.low, limits.high] })
}

/// What this crate computes for a row; None when nothing here runs the function.
fn run(function: &str, sample: &Sample, i: &Value) -> Option<Value> {
    let all = sample.atoms();
    Some(match function {
        "calibration_binned" => calibration_binned(&all, i),
        "smooth_ece" => {
            let s = smooth::smooth_error(&all).expect("rows");
            let at = |sigma: f64| smooth::at_bandwidth(&all, sigma).expect("rows");
            json!({
                "smece": s.value, "bandwidth": s.bandwidth, "smece_at_sigma_0p05": at(0.05),
                "smece_at_sigma_0p1": at(0.1),
                "smece_at_sigma_0p004": at(0.004), "smece_at_sigma_0p0063": at(0.0063),
            })
        }
        "ecce_histogram" => ecce_histogram(&all, i),
        "ecce" => ecce(&all),
        "multicalibration_error" => multicalibration(sample),
        "corp_decomposition" => corp(isotonic::brier_parts(&all).expect("rows"), "brier"),
        "corp_decomposition_log" => corp(isotonic::log_loss_parts(&all).expect("possible"), "logloss"),
        "murphy_decomposition" => {
            let m = isotonic::murphy(&all).expect("rows");
            json!({ "reliability": m.miscalibration, "resolution": m.discrimination, "uncertainty": m.uncertainty })
        }
        "spiegelhalter_z" => {
            let (z, p) = proper::spiegelhalter(&all).expect("variance");
            json!({ "z": z, "p_two_sided": p })
        }
        "cox_recalibration" => cox(&all),
        "observed_expected" => {
            let r = ratio::observed_expected(&all, Z).expect("a ratio");
            let (z, p) = proper::expected_z(&all).expect("variance");
            json!({ "observed": r.observed, "expected": r.expected, "oe": r.ratio, "z_null": z, "p": p,
                "oe_ci": [r.limits.low, r.limits.high] })
        }
        "sufficiency_cumulative" => {
            let group = |key: &str| sample.group(i[key].as_str().expect("a group"));
            let bins = i["bins"].as_u64().expect("bins") as u32;
            let strata = between::equal_width_strata(&group("focal"), &group("reference"), bins);
            let e = between::equal_calibration(&strata).expect("comparable");
            json!({
                "range": e.range, "sigma": e.sigma, "range_over_sigma": e.range / e.sigma,
                "end_over_sigma": e.mean_difference / e.sigma, "p_kuiper": e.p_range, "p_end_two_sided": e.p_cmh,
            })
        }
        "class_balance" => class_balance(sample),
        "auc_by_group" => {
            let a = auc::auc(&all).expect("classes");
            json!({ "auc": a.value, "var_delong": a.variance })
        }
        "auc_histogram" => auc_histogram(sample, i),
        "auc_limits" => auc_limits(i),
        "subgroup_auc_family" => subgroup_aucs(sample),
        "ranking_metrics" => json!({
            "average_precision": precision::average_precision(&all).expect("positives"),
            "gini": auc::gini(auc::auc(&all).expect("classes")),
            "ks": distance::kolmogorov_smirnov(&distance::of_labels(&all)).expect("classes"),
            "log_loss": proper::log_loss(&all).expect("possible"), "brier": proper::brier(&all).expect("rows"),
        }),
        "histogram_distance_bounds" => distances(sample, i),
        _ => return None,
    })
}

/// The first place where two values differ by more than the row allows.
fn difference(at: &str, got: &Value, expected: &Value, rtol: f64, atol: f64) -> Option<String> {
    match (got, expected) {
        (Value::Object(got), Value::Object(expected)) => expected.iter().find_map(|(key, value)| match got.get(key) {
            Some(got) => difference(&format!("{at}.{key}"), got, value, rtol, atol),
            None => Some(format!("{at}.{key} is not checked")),
        }),
        (Value::Array(got), Value::Array(expected)) if got.len() == expected.len() => {
            (0..got.len()).find_map(|k| difference(&format!("{at}[{k}]"), &got[k], &expected[k], rtol, atol))
        }
        (Value::Number(got), Value::Number(expected)) => {
            let (got, expected) = (got.as_f64()?, expected.as_f64()?);
            let close = (got - expected).abs() <= atol.max(rtol * expected.abs());
            (!close).then(|| format!("{at}: got {got:e}, expected {expected:e}"))
        }
        _ => (got != expected).then(|| format!("{at}: got {got}, expected {expected}")),
    }
}

#[test]
fn scores_agree_with_other_libraries() {
    let file: Value = serde_json::from_str(include_str!("oracles/scores.json")).expect("JSON");
    let rows = file["vectors"].as_array().expect("vectors");
    assert!(rows.len() >= 20);
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (id, function) = (row["id"].as_str().expect("id"), row["function"].as_str().expect("function"));
            let inputs = &row["inputs"];
            let sample = Sample::from_json(&file["samples"][inputs["sample"].as_str().unwrap_or_default()]);
            let Some(got) = run(function, &sample, inputs) else {
                return Some(format!("{id}: no runner for {function}"));
            };
            let (rtol, atol) = (row["rtol"].as_f64().expect("rtol"), row["atol"].as_f64().unwrap_or(1e-12));
            difference(id, &got, &row["expected"], rtol, atol)
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} rows:\n{}", failures.len(), rows.len(), failures.join("\n"));
    assert!((normal::critical(0.95) - Z).abs() < 1e-15);
}

/// Figures of the data sets that are not about scores, or that this crate does not offer, and why.
fn not_ours(key: &str) -> bool {
    let decisions = [
        "n_pred_1",
        "tp",
        "fp",
        "tn",
        "fn",
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
    ];
    // Bins are closed on the left, like "at least the threshold".
    decisions.contains(&key) || key.contains("right_closed")
}

fn figure(atoms: &[Atom], key: &str) -> Option<Value> {
    let bins = |n: u32| calibration_error(&equal_width(atoms, n)).expect("rows");
    let all = atoms::totals(atoms);
    Some(match key {
        "n" => json!(all.rows()),
        "n_label_1" => json!(all.positives),
        "base_rate" => json!(all.base_rate()),
        "mean_score" => json!(atoms::mean_score(atoms)),
        "score_sd_ddof1" => {
            json!(balance::moments(atoms, |a| a.rows()).and_then(|m| m.variance).map(f64::sqrt))
        }
        "calibration_in_the_large" => json!(atoms::mean_score(atoms).zip(all.base_rate()).map(|(s, y)| s - y)),
        "brier" => json!(proper::brier(atoms)),
        "roc_auc" => json!(auc::auc(atoms).map(|a| a.value)),
        "average_precision" => json!(precision::average_precision(atoms)),
        "log_loss" => json!(proper::log_loss(atoms).ok()),
        "ece_10_left_closed" => json!(bins(10).mean),
        "mce_10_left_closed" => json!(bins(10).largest),
        "ece_15_left_closed" => json!(bins(15).mean),
        "mce_15_left_closed" => json!(bins(15).largest),
        "smECE_relplot" => json!(smooth::smooth_error(atoms).map(|s| s.value)),
        "brier_decomposition_isotonic" => {
            let parts = isotonic::brier_parts(atoms)?;
            json!({ "miscalibration": parts.miscalibration, "discrimination": parts.discrimination,
                "uncertainty": parts.uncertainty, "score": parts.score })
        }
        _ => return None,
    })
}

/// The figures of one group that differ, and how many were compared.
fn compare(at: &str, atoms: &[Atom], expected: &Value, failures: &mut Vec<String>) -> usize {
    // Where a data set gives no smooth error its authors found the group too small.
    let given =
        |key: &str, value: &Value| !(value.is_null() && key == "smECE_relplot" && expected["n"].as_u64() < Some(30));
    let figures = expected.as_object().expect("figures").iter().filter(|(k, v)| !not_ours(k) && given(k, v));
    figures
        .map(|(key, value)| match figure(atoms, key) {
            Some(got) => failures.extend(difference(&format!("{at}.{key}"), &got, value, 1e-9, 1e-12)),
            None => failures.push(format!("{at}.{key} is not checked")),
        })
        .count()
}

fn check_data_set(folder: &std::path::Path, name: &str, failures: &mut Vec<String>) -> usize {
    let read = |path: PathBuf| std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let oracle: Value = serde_json::from_str(&read(folder.join(format!("{name}/{name}.oracle.json")))).expect("JSON");
    let mut compared = 0;
    for (model, figures) in oracle["models"].as_object().expect("models") {
        let text = read(folder.join(figures["file"].as_str().expect("a file")));
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().expect("a header");
        let rows: Vec<_> = lines.collect();
        let column = |name: &str| header.iter().position(|h| *h == name).expect("a column");
        let (score, label) = (column("score"), column("label"));
        let atoms = |keep: &dyn Fn(&[&str]) -> bool| {
            let mut sample = Sample::default();
            for row in rows.iter().filter(|row| keep(row)) {
                sample.score.push(row[score].parse().expect("a score"));
                sample.label.push(row[label] == "1");
            }
            sample.atoms()
        };
        let at = format!("{name}.{model}");
        compared += compare(&format!("{at}.overall"), &atoms(&|_| true), &figures["overall"], failures);
        for (attribute, groups) in figures["by_attribute"].as_object().expect("attributes") {
            let place = column(attribute);
            let seen: BTreeSet<&str> = rows.iter().map(|row| row[place]).collect();
            for (level, expected) in groups["by_group"].as_object().expect("groups") {
                assert!(seen.contains(level.as_str()), "{at}.{attribute} has no {level}");
                let group = atoms(&|row| row[place] == level);
                compared += compare(&format!("{at}.{attribute}={level}"), &group, expected, failures);
            }
        }
        for (pair, groups) in figures["intersections"].as_object().expect("intersections") {
            let (first, second) = pair.split_once('|').expect("two attributes");
            let (first, second) = (column(first), column(second));
            for (levels, expected) in groups.as_object().expect("groups") {
                let group = atoms(&|row| format!("{}|{}", row[first], row[second]) == *levels);
                compared += compare(&format!("{at}.{pair}={levels}"), &group, expected, failures);
            }
        }
    }
    compared
}

#[test]
fn scores_agree_on_real_data() {
    let folder = std::env::var_os(SHARED_DATA_VARIABLE)
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(SHARED_DATA), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: the shared data sets are not here ({SHARED_DATA_VARIABLE} says where)");
        return;
    }
    let mut failures = Vec::new();
    let names = ["adult", "telco_churn", "bank_marketing", "german_credit"];
    let compared: usize = names.iter().map(|name| check_data_set(&folder, name, &mut failures)).sum();
    assert!(failures.is_empty(), "{} of {compared} figures:\n{}", failures.len(), failures.join("\n"));
    assert!(compared > 500, "only {compared} figures were compared");
}

/// Fits of linfa-logistic without a penalty; the file names version and call of each row.
#[test]
fn the_recalibration_line_is_that_of_linfa() {
    let rows: Value = serde_json::from_str(include_str!("oracles/linfa.json")).expect("JSON");
    let rows = rows.as_array().expect("rows");
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert_eq!(row["source"]["library"], "linfa-logistic");
        let atoms = row["atoms"].as_array().expect("atoms").iter().map(|atom| Atom {
            score: atom[0].as_f64().expect("a score"),
            negatives: atom[1].as_u64().expect("a count"),
            positives: atom[2].as_u64().expect("a count"),
        });
        let line = recalibration::line(&atoms.collect::<Vec<_>>(), Z).expect("a line");
        let tolerance = row["tolerance"].as_f64().expect("a tolerance");
        for (ours, theirs) in [(line.intercept, &row["intercept"]), (line.slope.value, &row["slope"])] {
            let theirs = theirs.as_f64().expect("a number");
            assert!((ours - theirs).abs() <= tolerance, "{}: {ours} and {theirs}", row["name"]);
        }
    }
}
