//! Every copied oracle row about tables, strata and bounds: a row without a runner, or a figure without a check, fails.
//!
//! The expected numbers come from scipy, statsmodels, numpy, aif360, mpmath, a rule and published tables; each row
//! names its source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support_oracles;
use crate::support_oracles::labels::PartlyLabelled;
use evenhand::cell::Trials;
use evenhand::inference::limits::Limits;
use evenhand::inference::partial;
use evenhand::inference::strata::{Stratum, general, homogeneity, mantel_haenszel, omnibus, simpson, standardise};
use evenhand::inference::table::{self, information, trend};
use evenhand::inference::{chi_squared, entropy, hypergeometric, two_by_two};
use serde_json::{Map, Value, json};

/// Where the shared data sets are, seen from the crate; the variable names another place.
const SHARED_DATA: &str = "../shared/data";
const SHARED_DATA_VARIABLE: &str = "EVENHAND_SHARED_DATA";

const Z: f64 = 1.959_963_984_540_054;

/// JSON has no infinity: the oracle file writes it as a word.
fn number(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { json!(if value > 0.0 { "inf" } else { "-inf" }) }
}

fn ends(limits: Option<Limits>) -> Value {
    limits.map_or(Value::Null, |l| json!([number(l.low), number(l.high)]))
}

fn counts(value: &Value) -> Vec<u64> {
    value.as_array().expect("a list").iter().map(|n| n.as_u64().expect("a count")).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|n| n.as_f64().expect("a number")).collect()
}

fn table_of(value: &Value) -> Vec<Vec<u64>> {
    value.as_array().expect("rows").iter().map(counts).collect()
}

/// Rows of hits and misses.
fn groups_of(value: &Value) -> Vec<Trials> {
    table_of(value).iter().map(|row| Trials { hits: row[0], of: row[0] + row[1] }).collect()
}

fn tables_of(value: &Value) -> Vec<Vec<Trials>> {
    value.as_array().expect("tables").iter().map(groups_of).collect()
}

/// Strata of hits and cases, the focal group first.
fn strata_of(value: &Value) -> Vec<Stratum> {
    let trials = |row: &[u64]| Trials { hits: row[0], of: row[1] };
    let stratum = |s: &Value| {
        let rows = table_of(s);
        Stratum { focal: trials(&rows[0]), reference: trials(&rows[1]) }
    };
    value.as_array().expect("strata").iter().map(stratum).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|t| t.as_str().expect("text").to_owned()).collect()
}

/// Hits of a column of 0 and 1 by stratum and group; groups in the order of their names.
fn by_stratum(hits: &[u64], strata: &[String], groups: &[String]) -> Vec<Vec<Trials>> {
    let names: BTreeSet<&String> = groups.iter().collect();
    let places: BTreeSet<&String> = strata.iter().collect();
    let trials = |place: &String, name: &String| {
        let rows: Vec<usize> = (0..hits.len()).filter(|&row| strata[row] == *place && groups[row] == *name).collect();
        Trials { hits: rows.iter().map(|&row| hits[row]).sum(), of: rows.len() as u64 }
    };
    places.iter().map(|place| names.iter().map(|name| trials(place, name)).collect()).collect()
}

fn names(groups: &[String]) -> Vec<String> {
    groups.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

fn test(found: chi_squared::Test) -> Value {
    json!({ "q": found.chi2, "df": found.df, "p": found.p })
}

fn contingency(i: &Value) -> Value {
    let rows = table_of(&i["table"]);
    let found = table::association(&rows).expect("varies");
    let told = information::information(&rows).expect("varies");
    let far = |a: usize, b: usize| information::total_variation(&rows[a], &rows[b]).expect("rows");
    json!({
        "chi2": found.pearson.chi2, "dof": found.pearson.df, "p": found.pearson.p,
        "g": found.likelihood.chi2, "p_g": found.likelihood.p,
        "cramers_v": found.cramer_v, "cramers_v_bias_corrected": found.cramer_v_corrected,
        "tschuprow": found.tschuprow_t, "min_expected": found.smallest_expected,
        "total_variation": { "1-0": far(1, 0), "2-0": far(2, 0), "2-1": far(2, 1) },
        "js_nats_0_1": information::jensen_shannon(&rows[0], &rows[1]),
        "mutual_information_nats": told.mutual, "theils_u_col_given_row": told.theil_u,
    })
}

fn cochran_armitage(i: &Value) -> Value {
    let found = trend::trend(&groups_of(&i["table"]), Some(&numbers(&i["scores"]))).expect("a trend");
    json!({ "z": found.z, "p": found.p, "z_n_minus_1": found.z_permutation, "p_n_minus_1": found.p_permutation })
}

fn separation(i: &Value) -> Value {
    let labels: Vec<String> = counts(&i["y"]).iter().map(u64::to_string).collect();
    let strata = by_stratum(&counts(&i["yhat"]), &labels, &texts(&i["group"]));
    test(general::general_association(&strata).expect("varies"))
}

fn opposite_signs(i: &Value) -> Value {
    let tables = tables_of(&i["tables"]);
    let strata: Vec<Stratum> = tables.iter().map(|t| Stratum { focal: t[0], reference: t[1] }).collect();
    let cmh = mantel_haenszel::cmh(&strata).expect("varies");
    json!({ "cmh": cmh.chi2, "omnibus": test(omnibus::omnibus(&tables).expect("varies")) })
}

fn standardised_rates(i: &Value) -> Value {
    let groups = texts(&i["group"]);
    let strata = by_stratum(&counts(&i["yhat"]), &texts(&i["stratum"]), &groups);
    let found = standardise::standardise(&strata, None).expect("support");
    assert_eq!(found.outside, 0.0);
    names(&groups).into_iter().zip(&found.rates).map(|(name, rate)| (name, json!(rate.value))).collect()
}

fn selective(i: &Value) -> Value {
    let mut expected = Map::new();
    let mut rates = Vec::new();
    for (name, figures) in i["counts"].as_object().expect("groups") {
        let n = |key: &str| figures[key].as_u64().expect("a count");
        let found = PartlyLabelled {
            true_positives: n("tp"),
            false_positives: n("fp"),
            false_negatives: n("fn"),
            true_negatives: n("tn"),
            unlabelled_selected: 0,
            unlabelled_unselected: n("u"),
        };
        let ppv = found.bounds("positive-predictive-value").expect("selected rows");
        assert_eq!(ppv.low, ppv.high, "every selected row has a label");
        let figures = json!({
            "tpr": ends(found.bounds("true-positive-rate")), "fpr": ends(found.bounds("false-positive-rate")),
            "npv": ends(found.bounds("negative-predictive-value")), "ppv": ppv.low,
        });
        expected.insert(name.clone(), figures);
        rates.push(found.bounds("true-positive-rate").expect("positives"));
    }
    expected.insert("tpr_difference_b_minus_a".into(), ends(Some(partial::difference(rates[1], rates[0]))));
    expected.into()
}

fn generalized_entropy(i: &Value) -> Value {
    let (labels, decisions, groups) = (counts(&i["y"]), counts(&i["yhat"]), texts(&i["group"]));
    let benefits = |name: &String| {
        let with = |benefit: u64| {
            let rows = (0..labels.len()).filter(|&row| groups[row] == *name);
            rows.filter(|&row| decisions[row] + 1 - labels[row] == benefit).count() as u64
        };
        entropy::Benefits { under: with(0), even: with(1), over: with(2) }
    };
    let groups: Vec<_> = names(&groups).iter().map(benefits).collect();
    let (squared, theil) = (entropy::squared(&groups).expect("benefits"), entropy::theil(&groups).expect("benefits"));
    json!({
        "ge2": squared.total, "ge2_between": squared.between, "ge2_within": squared.within,
        "cv": (2.0 * squared.total).sqrt(), "theil": theil.total, "theil_between": theil.between,
        "mld_between": entropy::log_deviation_between(&groups),
    })
}

/// The share of each group above the pooled median: a share of counts like any other once the median is known.
fn scoring_rate(i: &Value) -> Value {
    let (scores, groups) = (numbers(&i["score"]), texts(&i["group"]));
    let mut sorted = scores.clone();
    sorted.sort_by(f64::total_cmp);
    let median = 0.5 * (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]);
    let above: Vec<u64> = scores.iter().map(|&s| u64::from(s > median)).collect();
    let everywhere = vec![String::new(); scores.len()];
    let trials = &by_stratum(&above, &everywhere, &groups)[0];
    let rates: Vec<f64> = trials.iter().map(|t| t.share().expect("rows")).collect();
    let highest = rates.iter().fold(0.0, |a: f64, &b| a.max(b));
    let named = |of: &dyn Fn(f64) -> f64| -> Value {
        names(&groups).into_iter().zip(&rates).map(|(name, &rate)| (name, json!(of(rate)))).collect()
    };
    json!({ "median": median, "scoring_rate": named(&|r| r), "impact_ratio": named(&|r| r / highest) })
}

fn stratified(i: &Value) -> Value {
    let strata = strata_of(&i["strata"]);
    let (plain, corrected) = (mantel_haenszel::cmh(&strata), mantel_haenszel::cmh_corrected(&strata));
    let (plain, corrected) = (plain.expect("varies"), corrected.expect("varies"));
    let odds = mantel_haenszel::odds_ratio(&strata).expect("defined");
    let same = homogeneity::homogeneity(&strata).expect("comparable");
    json!({
        "chi2": plain.chi2, "p": plain.p, "chi2_corrected": corrected.chi2, "p_corrected": corrected.p,
        "odds_ratio": odds.value, "odds_ratio_log_se": odds.log_se, "odds_ratio_limits": ends(odds.limits(Z)),
        "ratio": mantel_haenszel::ratio(&strata).expect("defined").value,
        "breslow_day": [same.breslow_day.chi2, same.breslow_day.p], "tarone": [same.tarone.chi2, same.tarone.p],
    })
}

fn pooled(i: &Value) -> Value {
    let strata = strata_of(&i["strata"]);
    let (ratio, difference) = (mantel_haenszel::ratio(&strata), mantel_haenszel::difference(&strata));
    let (ratio, difference) = (ratio.expect("defined"), difference.expect("defined"));
    json!({
        "ratio": ratio.value, "ratio_log_se": ratio.log_se, "ratio_limits": ends(ratio.limits(Z)),
        "difference": difference.value, "difference_se": difference.se,
        "difference_limits": ends(difference.limits(Z)),
        "ratio_score": ends(mantel_haenszel::score_ratio(&strata, Z)),
        "difference_score": ends(mantel_haenszel::score_difference(&strata, Z)),
    })
}

fn standardised(i: &Value) -> Value {
    let found = standardise::contrast(&strata_of(&i["strata"]), Some(&counts(&i["standard"])), Z).expect("support");
    json!({
        "focal": [found.focal.value, found.focal.variance],
        "reference": [found.reference.value, found.reference.variance],
        "difference_limits": ends(Some(found.difference_limits)), "ratio_limits": ends(Some(found.ratio_limits)),
        "outside": found.outside,
    })
}

/// What this crate computes for a row; None when nothing here runs the function.
fn run(function: &str, i: &Value) -> Option<Value> {
    Some(match function {
        "chi_squared_sf" => {
            let tails = numbers(&i["x"]).into_iter().zip(numbers(&i["df"])).map(|(x, df)| chi_squared::sf(x, df));
            json!({ "sf": tails.collect::<Vec<f64>>() })
        }
        "contingency_kxr" => contingency(i),
        "cochran_armitage" => cochran_armitage(i),
        "generalized_cmh" => test(general::general_association(&tables_of(&i["tables"])).expect("varies")),
        "separation_test" => separation(i),
        "separation_cmh_vs_omnibus" => opposite_signs(i),
        "direct_standardised_rate" => standardised_rates(i),
        "selective_label_bounds" => selective(i),
        "generalized_entropy" => generalized_entropy(i),
        "ll144_scoring_rate" => scoring_rate(i),
        "stratified" => stratified(i),
        "pooled" => pooled(i),
        "standardised" => standardised(i),
        _ => return None,
    })
}

/// The first place where two values differ by more than the row allows. Tails below 1e-12 have to agree in their digits
/// too: only an exact 0 has an absolute tolerance.
fn difference(at: &str, got: &Value, expected: &Value, rtol: f64) -> Option<String> {
    let close = |got: f64, expected: f64| {
        let allowed = if expected == 0.0 { 1e-12 } else { rtol * expected.abs() };
        (got - expected).abs() <= allowed
    };
    support_oracles::difference(at, got, expected, &[], &close)
}

#[test]
fn tables_and_strata_agree_with_other_libraries() {
    let file: Value = serde_json::from_str(include_str!("oracles/strata.json")).expect("JSON");
    let rows = file["vectors"].as_array().expect("vectors");
    assert!(rows.len() >= 20, "only {} rows", rows.len());
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (id, function) = (row["id"].as_str().expect("id"), row["function"].as_str().expect("function"));
            assert!(!row["source"].is_null(), "{id} has no source");
            let Some(got) = run(function, &row["inputs"]) else {
                return Some(format!("{id}: no runner for {function}"));
            };
            difference(id, &got, &row["expected"], row["rtol"].as_f64().expect("rtol"))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} rows:\n{}", failures.len(), rows.len(), failures.join("\n"));
}

// ---------------------------------------------------------------------------------------------- admissions to Berkeley

/// Admitted and rejected women, admitted and rejected men, for the six largest departments of the University of
/// California at Berkeley in 1973. Source: Bickel, Hammel and O'Connell 1975; counts as in Freedman, Pisani and Purves
/// 1978, and in R's `UCBAdmissions`.
const BERKELEY: [(&str, [u64; 4]); 6] = [
    ("A", [89, 19, 512, 313]),
    ("B", [17, 8, 353, 207]),
    ("C", [202, 391, 120, 205]),
    ("D", [131, 244, 138, 279]),
    ("E", [94, 299, 53, 138]),
    ("F", [24, 317, 22, 351]),
];

/// Women against men.
fn berkeley() -> Vec<Stratum> {
    let stratum = |&(_, [a, b, c, d]): &(&str, [u64; 4])| Stratum {
        focal: Trials { hits: a, of: a + b },
        reference: Trials { hits: c, of: c + d },
    };
    BERKELEY.iter().map(stratum).collect()
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!((got - expected).abs() <= relative * expected.abs(), "got {got:e}, expected {expected:e}");
}

/// The figures printed in R's documentation of `mantelhaen.test`, whose odds ratio is that of men against women.
#[test]
fn berkeley_admissions_as_published() {
    let strata = berkeley();
    let corrected = mantel_haenszel::cmh_corrected(&strata).expect("varies");
    close(corrected.chi2, 1.4269, 5e-5);
    close(corrected.p, 0.2323, 5e-4);
    let men: Vec<Stratum> = strata.iter().map(|s| s.exchanged()).collect();
    let odds = mantel_haenszel::odds_ratio(&men).expect("defined");
    let limits = odds.limits(Z).expect("varies");
    close(odds.value, 0.904_696_8, 1e-7);
    close(limits.low, 0.771_907_4, 1e-7);
    close(limits.high, 1.060_329_8, 1e-7);
    // All rows together say that women are admitted less often, the departments that they are not.
    let found = simpson::directions(&strata).expect("two groups");
    assert!(found.reversed() && !found.reversed_everywhere(), "{found:?}");
    assert_eq!((found.lower, found.equal, found.higher), (2, 0, 4));
    assert!(homogeneity::homogeneity(&strata).expect("comparable").tarone.p < 0.003);
}

/// Every other figure that the shared folder has about these admissions.
/// Woolf's test of homogeneity, by its definition. It is not offered, because it needs half a case added
/// to every cell: `sum w (ln OR - mean)^2` with `w = 1 / (1/a + 1/b + 1/c + 1/d)`, as R's example of mantelhaen.test has
/// it.
fn woolf(strata: &[Stratum]) -> Value {
    let logs: Vec<(f64, f64)> = strata
        .iter()
        .map(|s| {
            let [a, b, c, d] =
                [s.focal.hits, s.focal.of - s.focal.hits, s.reference.hits, s.reference.of - s.reference.hits]
                    .map(|n| n as f64 + 0.5);
            (libm::log(a * d / (b * c)), 1.0 / (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d))
        })
        .collect();
    let weight: f64 = logs.iter().map(|(_, w)| w).sum();
    let mean = logs.iter().map(|(log, w)| log * w).sum::<f64>() / weight;
    let chi2: f64 = logs.iter().map(|(log, w)| w * (log - mean) * (log - mean)).sum();
    json!([chi2, chi_squared::sf(chi2, (strata.len() - 1) as f64)])
}

#[test]
fn berkeley_admissions_as_recomputed() {
    let Some(folder) = shared("decision_tables") else { return };
    let text = std::fs::read_to_string(folder.join("ucb_admissions.csv")).expect("the file");
    let mut freq = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let key = (cells[2].to_owned(), cells[1] == "Male", cells[0] == "Rejected");
        freq.insert(key, cells[3].parse::<u64>().expect("a count"));
    }
    for (name, counts) in BERKELEY {
        let cell = |male, rejected| freq[&(name.to_owned(), male, rejected)];
        assert_eq!([cell(false, false), cell(false, true), cell(true, false), cell(true, true)], counts, "{name}");
    }

    let text = std::fs::read_to_string(folder.join("berkeley.published.json")).expect("the file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let strata = berkeley();
    let men: Vec<Stratum> = strata.iter().map(|s| s.exchanged()).collect();
    let (plain, corrected) = (mantel_haenszel::cmh(&men), mantel_haenszel::cmh_corrected(&men));
    let (plain, corrected) = (plain.expect("varies"), corrected.expect("varies"));
    let odds = mantel_haenszel::odds_ratio(&men).expect("defined");
    let same = homogeneity::homogeneity(&men).expect("comparable");
    let got = json!({
        "CMH_cc": [corrected.chi2, corrected.p], "CMH_nc": [plain.chi2, plain.p],
        "common_or_MH": odds.value, "or_ci95": ends(odds.limits(Z)),
        "breslow_day": [same.breslow_day.chi2, same.breslow_day.p],
        "breslow_day_tarone": [same.tarone.chi2, same.tarone.p],
        "riskratio_pooled_MH": mantel_haenszel::ratio(&men).expect("defined").value,
        "woolf_chi2_p": woolf(&men),
    });
    assert_eq!(difference("recomputed", &got, &file["recomputed_statsmodels"], 1e-9), None);

    for (stratum, (name, _)) in strata.iter().zip(BERKELEY) {
        let of = &file["per_department"][name];
        let (women, men) = (stratum.focal, stratum.reference);
        let got = json!({
            "AIR_female_vs_male": women.share().expect("rows") / men.share().expect("rows"),
            "odds_ratio_male_vs_female": two_by_two::odds_ratio(men, women),
            "fisher_p": hypergeometric::fisher(women, men).two_sided,
            "chi2_p": two_by_two::chi2_pearson(women, men).map(|chi2| chi_squared::sf(chi2, 1.0)),
        });
        let mut expected = of.clone();
        let figures = expected.as_object_mut().expect("figures");
        figures.remove("male").expect("counts");
        figures.remove("female").expect("counts");
        assert_eq!(difference(name, &got, &expected, 1e-9), None);
    }
    let sum = |of: fn(&Stratum) -> Trials| {
        strata.iter().map(of).fold(Trials { hits: 0, of: 0 }, |a, b| Trials { hits: a.hits + b.hits, of: a.of + b.of })
    };
    let (women, men) = (sum(|s| s.focal), sum(|s| s.reference));
    let chi2 = two_by_two::chi2_pearson(women, men).expect("varies");
    let yates = support_oracles::not_offered::chi2_yates(women, men);
    let got = json!({
        "male_rate": men.share(), "female_rate": women.share(), "chi2_nc": chi2, "chi2_yates": yates,
        "AIR": women.share().expect("rows") / men.share().expect("rows"), "p": chi_squared::sf(chi2, 1.0),
    });
    assert_eq!(difference("aggregate", &got, &file["aggregate"], 1e-9), None);
}

fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(SHARED_DATA_VARIABLE)
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(SHARED_DATA), PathBuf::from)
        .join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not tested: there is no folder {}; {SHARED_DATA_VARIABLE} names another", folder.display());
    None
}
