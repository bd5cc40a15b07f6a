//! The copied oracle rows for rates, run through the whole flow: rows in, document out.
//!
//! The expected numbers come from scikit-learn, fairlearn, statsmodels, published rules and court opinions; each row of
//! `oracles/rates.json` names its source.

use crate::support::{audit_text, check_row, close, close_relative, comparison, group, measurement, spread};
use evenhand::inference::{chi_squared, normal};
use evenhand::result::{Document, Group, Verdict};
use serde_json::{Map, Value};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

fn oracles() -> Value {
    serde_json::from_str(include_str!("oracles/rates.json")).expect("JSON")
}

fn vector(id: &str) -> Value {
    let all = oracles();
    let found = all["vectors"].as_array().expect("a list").iter().find(|v| v["id"] == id);
    found.unwrap_or_else(|| panic!("{id}")).clone()
}

fn compliance(id: &str) -> Value {
    let all = oracles();
    let found = all["compliance"].as_array().expect("a list").iter().find(|v| v["id"] == id);
    found.unwrap_or_else(|| panic!("{id}"))["expected"].clone()
}

/// A row of the file that no test here reads would be a promise that is not kept.
#[test]
fn every_row_has_a_test() {
    let text = include_str!("oracles_rates.rs");
    let all = oracles();
    let rows = all["vectors"].as_array().expect("a list").iter().chain(all["compliance"].as_array().expect("a list"));
    for row in rows {
        let id = row["id"].as_str().expect("an id");
        assert!(text.contains(&format!("\"{id}\"")), "{id} is not tested");
        assert!(!row["source"].is_null(), "{id} has no source");
    }
}

// ---------------------------------------------------------------------------------------------------- labelled rows

fn labelled(id: &str, reference: &str) -> Document {
    let inputs = vector(id)["inputs"].clone();
    let column = |name: &str| inputs[name].as_array().expect("a list").clone();
    let mut csv = String::from("g,d,y\n");
    for ((group, decision), label) in column("group").iter().zip(column("yhat")).zip(column("y")) {
        csv += &format!("{},{decision},{label}\n", group.as_str().expect("a group"));
    }
    let policy = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\n\
         [[attribute]]\nname = \"g\"\nreference = {reference}\n[statistics]\nmin_group = 1\n"
    );
    audit_text(&policy, &csv)
}

#[test]
fn rates_by_group() {
    const NAMES: [(&str, &str); 15] = [
        ("selection_rate", "selection-rate"),
        ("base_rate", "base-rate"),
        ("tpr", "true-positive-rate"),
        ("fnr", "false-negative-rate"),
        ("fpr", "false-positive-rate"),
        ("tnr", "true-negative-rate"),
        ("ppv", "positive-predictive-value"),
        ("fdr", "false-discovery-rate"),
        ("npv", "negative-predictive-value"),
        ("false_omission", "false-omission-rate"),
        ("accuracy", "accuracy"),
        ("error_rate", "error-rate"),
        ("balanced_accuracy", "balanced-accuracy"),
        ("f1", "f1"),
        ("mcc", "matthews-correlation"),
    ];
    let document = labelled("rates.by_group", "\"largest\"");
    let mut compared = 0;
    for (name, figures) in vector("rates.by_group")["expected"].as_object().expect("groups") {
        let of = group(&[("g", name)]);
        let share = |metric: &str| {
            let found = measurement(&document, metric, &of);
            (found.numerator.expect("a share"), found.denominator.expect("a share"))
        };
        for (key, expected) in figures.as_object().expect("figures") {
            if let Some((_, ours)) = NAMES.iter().find(|(theirs, _)| theirs == key) {
                let value = measurement(&document, ours, &of).value.expect("defined");
                close(value, expected.as_f64().expect("a number"), 1e-12, key);
            } else {
                let count = match key.as_str() {
                    "n" => share("selection-rate").1,
                    "tp" => share("true-positive-rate").0,
                    "fn" => share("false-negative-rate").0,
                    "fp" => share("false-positive-rate").0,
                    "tn" => share("true-negative-rate").0,
                    // FN / FP; ours is FN / (FN + FP), which is defined wherever there is an error.
                    "treatment_ratio_fn_fp" => {
                        let ours = measurement(&document, "false-negative-share", &of).value.expect("defined");
                        close(ours / (1.0 - ours), expected.as_f64().expect("a number"), 1e-12, key);
                        compared += 1;
                        continue;
                    }
                    other => panic!("{other} is not compared"),
                };
                assert_eq!(Some(count), expected.as_u64(), "{key} of {name}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * 21);
}

#[test]
fn impact_ratios() {
    let expected = &vector("rates.impact_ratio")["expected"];
    let ratios = |reference: &str, figures: &Value| {
        let document = labelled("rates.impact_ratio", reference);
        let mut compared = 0;
        for (name, value) in figures.as_object().expect("groups") {
            let of = group(&[("g", name)]);
            let value = value.as_f64().expect("a number");
            let itself = document.comparisons.iter().all(|c| c.metric != "selection-rate" || c.group != of);
            if itself {
                // No row for the reference against itself.
                assert_eq!(value, 1.0);
                continue;
            }
            let found = comparison(&document, "selection-rate", "ratio", &of);
            close(found.value.expect("defined"), value, 1e-12, name);
            compared += 1;
        }
        (document, compared)
    };
    let (document, compared) = ratios("\"highest-rate\"", &expected["vs_max"]);
    assert_eq!(compared, 2);
    let worst = spread(&document, "selection-rate", &["g"]).ratio.expect("defined");
    close(worst, expected["worst_pair"].as_f64().expect("a number"), 1e-12, "worst pair");
    assert_eq!(ratios("{ group = \"a\" }", &expected["vs_ref_a"]).1, 2);
    assert_eq!(ratios("\"overall\"", &expected["vs_overall"]).1, 3);
    assert_eq!(ratios("\"rest\"", &expected["vs_complement"]).1, 3);
}

// ------------------------------------------------------------------------------------------------------ tables of counts

/// Hits and cases of some groups, as a table of counts.
fn counts_csv(groups: &[(String, u64, u64)]) -> String {
    let mut csv = String::from("g,d,n\n");
    for (name, hits, of) in groups {
        csv += &format!("{name},1,{hits}\n{name},0,{}\n", of - hits);
    }
    csv
}

fn counted(groups: &[(String, u64, u64)], reference: &str, checks: &str) -> Document {
    let policy = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\ncount = \"n\"\n[[attribute]]\nname = \"g\"\n\
         reference = {reference}\n{checks}"
    );
    audit_text(&policy, &counts_csv(groups))
}

fn two(focal: &Value, reference: &Value) -> Vec<(String, u64, u64)> {
    let pair = |name: &str, counts: &Value| {
        (name.to_owned(), counts[0].as_u64().expect("hits"), counts[1].as_u64().expect("cases"))
    };
    vec![pair("focal", focal), pair("reference", reference)]
}

/// The gate of statistics §4.5: worst ratio by pairs is what it judges for all groups at once. Its one-sided size is 0.05,
/// which is an interval at level 0.9.
#[test]
fn k_groups_gate() {
    let row = vector("gate.k_groups");
    let (inputs, expected) = (&row["inputs"], &row["expected"]);
    let counts: Vec<(String, u64, u64)> = inputs["counts"]
        .as_object()
        .expect("groups")
        .iter()
        .map(|(name, c)| (name.clone(), c[0].as_u64().expect("hits"), c[1].as_u64().expect("cases")))
        .collect();
    let checks = "[statistics]\nlevel = 0.9\nadjust = \"none\"\n[[check]]\nid = \"worst\"\nmetric = \"selection-rate\"\n\
                  contrast = \"worst-ratio\"\nmin = 0.8\n[[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\n\
                  contrast = \"ratio\"\nmin = 0.8\n";
    let verdict = |word: &str| match word {
        "pass" => Verdict::Met,
        "fail" => Verdict::NotMet,
        _ => Verdict::Inconclusive,
    };
    // Every pair: the group of the oracle passes when its lower limits against all others do.
    let mut all_met = true;
    for (name, word) in expected["verdict"].as_object().expect("groups") {
        let mut met = true;
        for (other, ..) in counts.iter().filter(|(other, ..)| other != name) {
            let document = counted(&counts, &format!("{{ group = {other:?} }}"), checks);
            let row = check_row(&document, "ratio", &group(&[("g", name)]));
            let pair = format!("{name}/{other}");
            let p = expected["p_violation_pairs"][&pair].as_f64().expect("p");
            close_relative(row.p_value.expect("judged"), p, 1e-9, &pair);
            let passes = expected["p_ni_pairs"][&pair].as_f64().expect("p") < 0.05;
            assert_eq!(row.verdict == Verdict::Met, passes, "{pair}");
            met &= passes;
        }
        let expected = verdict(word.as_str().expect("a word"));
        assert_eq!(if met { Verdict::Met } else { Verdict::Inconclusive }, expected, "{name}");
        all_met &= met;
    }
    let document = counted(&counts, "\"largest\"", checks);
    let row = check_row(&document, "worst", &Group::new());
    assert_eq!((row.verdict == Verdict::Met, row.verdict), (all_met, Verdict::Inconclusive));
    let worst = expected["observed_vs_max"].as_object().expect("groups");
    let worst = worst.values().map(|v| v.as_f64().expect("a number")).fold(1.0, f64::min);
    close(row.value.expect("defined"), worst, 1e-12, "worst ratio");
    // Highest rate: the observed ratios.
    let document = counted(&counts, "\"highest-rate\"", checks);
    for (name, value) in expected["observed_vs_max"].as_object().expect("groups").iter().filter(|(n, _)| *n != "a") {
        let found = comparison(&document, "selection-rate", "ratio", &group(&[("g", name)]));
        close(found.value.expect("defined"), value.as_f64().expect("a number"), 1e-12, name);
    }
}

/// Never 0, never 1, never silently dropped: the cases of the oracle row, each with its reason.
#[test]
fn undefined_is_undefined() {
    let row = vector("edge.undefined");
    let checks = "[[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n\
                  [[check]]\nid = \"worst\"\nmetric = \"selection-rate\"\ncontrast = \"worst-ratio\"\nwithin = \"4/5\"\n";
    let labels = |rows: &str, declared: &str| {
        let policy = format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\ncount = \"n\"\n\
             [[attribute]]\nname = \"g\"\n{declared}"
        );
        audit_text(&policy, &format!("g,d,y,n\na,1,1,50\na,0,1,20\na,1,0,10\na,0,0,40\n{rows}"))
    };
    let b = group(&[("g", "b")]);
    let reason = |document: &Document, metric: &str| {
        let found = measurement(document, metric, &b);
        assert_eq!((found.value, found.low, found.high), (None, None, None), "{metric}");
        // Left out of the extremes, which are told to be incomplete.
        let spread = spread(document, metric, &["g"]);
        assert!(!spread.complete, "{metric}");
        assert_eq!(spread.lowest.as_ref().map(|e| &e.group), Some(&group(&[("g", "a")])), "{metric}");
        found.undefined.clone().expect("a reason")
    };
    let mut cases = 0;
    for case in row["inputs"]["cases"].as_array().expect("cases") {
        match case.as_str().expect("text") {
            "impact ratio with max selection rate 0" => {
                // No count of `1` may stand in the data, or the value would never occur: other groups have none, c has.
                let groups = [("a".to_owned(), 0, 60), ("b".to_owned(), 0, 50), ("c".to_owned(), 1, 40)];
                let policy = format!(
                    "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\ncount = \"n\"\nmissing = [\"c\"]\n\
                     [[attribute]]\nname = \"g\"\n{checks}"
                );
                let document = audit_text(&policy, &counts_csv(&groups));
                for found in [check_row(&document, "ratio", &b), check_row(&document, "worst", &Group::new())] {
                    assert_eq!((found.value, found.verdict), (None, Verdict::NotApplicable));
                    assert_eq!(found.reason.as_deref(), Some("both-zero"));
                }
                let found = comparison(&document, "selection-rate", "ratio", &b);
                assert_eq!((found.value, found.undefined.as_deref()), (None, Some("both-zero")));
                assert_eq!(spread(&document, "selection-rate", &["g"]).ratio, None);
            }
            "tpr with no positives" => {
                let document = labels("b,1,0,30\nb,0,0,30\n", "");
                assert_eq!(reason(&document, "true-positive-rate"), "zero-denominator");
                assert_eq!(reason(&document, "balanced-accuracy"), "one-class");
            }
            "ppv with no predicted positives" => {
                let document = labels("b,0,1,30\nb,0,0,30\n", "");
                assert_eq!(reason(&document, "positive-predictive-value"), "zero-denominator");
                assert_eq!(reason(&document, "false-discovery-rate"), "zero-denominator");
            }
            // No such metric in this version.
            "auc with one class" => continue,
            "group n=0" => {
                let document = labels("", "groups = [\"a\", \"b\"]\n");
                assert_eq!(reason(&document, "selection-rate"), "absent");
                assert_eq!(reason(&document, "f1"), "absent");
                // A declared group that disappeared is a finding.
                assert_eq!(document.exit_code, 1);
            }
            "mcc with a zero margin" => {
                let document = labels("b,0,1,30\nb,0,0,30\n", "");
                assert_eq!(reason(&document, "matthews-correlation"), "no-variance");
                // scikit-learn says 0 for F1 too where there is no true positive, no false one and none that was missed.
                let document = labels("b,0,0,30\n", "");
                assert_eq!(reason(&document, "f1"), "zero-denominator");
            }
            other => panic!("{other} is not tested"),
        }
        cases += 1;
    }
    assert_eq!(cases, 5);
}

/// One group without a single hit is the worst ratio there is, 0, and no reason to judge nothing.
#[test]
fn a_rate_of_zero_is_the_worst_ratio() {
    let groups = [("a".to_owned(), 60, 100), ("b".to_owned(), 55, 100), ("c".to_owned(), 0, 100)];
    let checks =
        "[[check]]\nid = \"worst\"\nmetric = \"selection-rate\"\ncontrast = \"worst-ratio\"\nwithin = \"4/5\"\n";
    for evidence in ["interval", "point"] {
        let document = counted(&groups, "\"largest\"", &format!("{checks}evidence = {evidence:?}\n"));
        let row = check_row(&document, "worst", &Group::new());
        assert_eq!((row.value, row.low, row.verdict), (Some(0.0), Some(0.0), Verdict::NotMet), "{evidence}");
        assert_eq!(document.exit_code, 1);
    }
}

// ---------------------------------------------------------------------------------------------------------- compliance

/// The published example of Local Law 144: rates and impact ratios to the printed digits, the exact ones to 1e-12.
#[test]
fn local_law_144_example() {
    let tables = compliance("O1_ll144_rule_selection");
    let mut compared = 0;
    for name in ["sex", "race_ethnicity", "intersectional"] {
        let table = &tables[name];
        let rows = table["rows"].as_array().expect("rows");
        let count = |row: &Value, key: &str| row[key].as_u64().expect("a count");
        let text = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
        let groups: Vec<_> =
            rows.iter().map(|row| (text(row, "group"), count(row, "favourable"), count(row, "n"))).collect();
        let check = "[statistics]\nmin_group = 1\n[[check]]\nid = \"impact\"\nmetric = \"selection-rate\"\ncontrast = \
                     \"ratio\"\nmin = \"4/5\"\nevidence = \"point\"\n";
        let document = counted(&groups, "\"highest-rate\"", check);
        let digits = |key: &str| table["print_digits"][key].as_u64().expect("digits") as usize;
        for row in rows {
            let of = group(&[("g", &text(row, "group"))]);
            let rate = measurement(&document, "selection-rate", &of).value.expect("defined");
            close(rate, row["rate"].as_f64().expect("a rate"), 1e-12, "rate");
            assert_eq!(format!("{:.*}", digits("rate_pct"), 100.0 * rate), text(row, "printed_rate_pct"));
            let expected = row["impact_ratio"].as_f64().expect("a ratio");
            let found = document.comparisons.iter().find(|c| c.group == of && c.contrast == "ratio");
            let Some(found) = found else {
                // The group with the highest rate is the reference.
                assert_eq!(expected, 1.0);
                continue;
            };
            let ratio = found.value.expect("defined");
            close(ratio, expected, 1e-12, "impact ratio");
            assert_eq!(format!("{:.*}", digits("impact_ratio"), ratio), text(row, "printed_impact_ratio"));
            let below = row["below_4_5"].as_bool().expect("a word");
            let verdict = check_row(&document, "impact", &of).verdict;
            assert_eq!(verdict, if below { Verdict::NotMet } else { Verdict::Met }, "{of:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 1 + 6 + 13);
}

/// UGESP questions and answers: 45 of 100 against 60 of 100 is below four fifths, 48 is exactly four fifths and is not.
#[test]
fn the_boundary_of_four_fifths() {
    let expected = compliance("O3_ugesp_qa_boundary");
    let share = |text: &str| {
        let (hits, of) = text.split_once('/').expect("a fraction");
        (hits.parse::<u64>().expect("hits"), of.parse::<u64>().expect("cases"))
    };
    let rates = expected["rates"].as_object().expect("rates");
    let groups: Vec<_> = rates
        .iter()
        .map(|(name, text)| {
            let (hits, of) = share(text.as_str().expect("text"));
            (name.clone(), hits, of)
        })
        .collect();
    let check = |min_group: u64| {
        format!(
            "[statistics]\nmin_group = {min_group}\n[[check]]\nid = \"point\"\nmetric = \"selection-rate\"\n\
             contrast = \"ratio\"\nmin = \"4/5\"\nevidence = \"point\"\n"
        )
    };
    let document = counted(&groups, "\"highest-rate\"", &check(30));
    let below: Vec<&str> =
        expected["below_4_5"].as_array().expect("a list").iter().map(|v| v.as_str().expect("a name")).collect();
    for (name, ratio) in expected["ratios"].as_object().expect("ratios") {
        let row = check_row(&document, "point", &group(&[("g", name)]));
        close(row.value.expect("defined"), ratio.as_f64().expect("a number"), 1e-12, name);
        let verdict = if below.contains(&name.as_str()) { Verdict::NotMet } else { Verdict::Met };
        assert_eq!(row.verdict, verdict, "{name}");
    }
    let trap = &expected["float_trap"];
    assert_eq!((&trap["exact_ratio"], &trap["must_not_flag"]), (&Value::from("4/5"), &Value::from(true)));
    let document = counted(&two(&trap["focal"], &trap["reference"]), "{ group = \"reference\" }", &check(1));
    assert_eq!(check_row(&document, "point", &group(&[("g", "focal")])).verdict, Verdict::Met);
}

#[test]
fn eeoc_example() {
    let expected = compliance("O4_eeoc_80_40");
    let document = counted(&two(&expected["focal"], &expected["reference"]), "{ group = \"reference\" }", "");
    let found = comparison(&document, "selection-rate", "ratio", &group(&[("g", "focal")]));
    let figure = |key: &str| expected[key].as_f64().unwrap_or_else(|| panic!("{key}"));
    let details = found.details.as_ref().expect("two shares");
    close(found.value.expect("defined"), figure("impact_ratio"), 1e-12, "impact ratio");
    close_relative(details.z.expect("varies"), figure("z_pooled"), 1e-11, "z");
    // Printed with six digits.
    close_relative(details.fisher_p, figure("fisher_two_sided"), 5e-6, "fisher");
    close(details.shortfall.pooled, figure("shortfall_pooled"), 1e-11, "shortfall");
    close(details.shortfall.parity, figure("shortfall_parity"), 1e-11, "shortfall");
    assert_eq!(Some(details.shortfall.to_bound), expected["additional_to_4_5"].as_u64());
}

/// Castaneda v. Partida and Hazelwood: an observed count against a known share, in standard deviations. In a document this
/// is the one-sided p-value of a value check.
#[test]
fn supreme_court_examples() {
    let mut rows = vec![compliance("O7_castaneda")];
    rows.extend(compliance("O8_hazelwood").as_array().expect("rows").iter().cloned());
    for row in rows {
        let number = |key: &str| row.get(key).and_then(Value::as_f64).unwrap_or_else(|| panic!("{key}"));
        let (n, p) = (number("n"), number("p"));
        let x = row.get("x").or(row.get("observed")).and_then(Value::as_u64).expect("a count");
        close_relative(n * p, number("expected"), 1e-9, "expected");
        let groups = [("all".to_owned(), x, n as u64)];
        let check = format!(
            "[[check]]\nid = \"share\"\nmetric = \"selection-rate\"\ncontrast = \"value\"\nacross = []\nmin = {p}\n"
        );
        let document = counted(&groups, "\"largest\"", &check);
        let found = check_row(&document, "share", &Group::new());
        let z = number("z");
        // z is printed with six digits; its tail turns a part of z into z^2 parts of p.
        close_relative(found.p_value.expect("judged"), normal::cdf(z), 1e-6 * z * z, "p");
        let verdict = if z < -1.96 { Verdict::NotMet } else { Verdict::Inconclusive };
        assert_eq!(found.verdict, verdict, "{row}");
    }
}

/// The four corners of ratio and significance, on pairs out of the Local Law 144 example.
#[test]
fn ratio_and_significance_are_two_questions() {
    let tables = compliance("O1_ll144_rule_selection");
    let counts = |table: &str, name: &str| {
        let rows = tables[table]["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["group"] == name).unwrap_or_else(|| panic!("{name}"));
        serde_json::json!([row["favourable"], row["n"]])
    };
    let pairs: Map<String, Value> = [
        ("Black vs White (race)", "race_ethnicity", "Black or African American", "White"),
        ("AIAN Female vs White Male", "intersectional", "AIAN Female", "White Male"),
        ("Female vs Male", "sex", "Female", "Male"),
    ]
    .into_iter()
    .map(|(name, table, a, b)| (name.to_owned(), serde_json::json!([counts(table, a), counts(table, b)])))
    .collect();
    let rows = compliance("O9_quadrants_from_O1");
    for row in rows.as_array().expect("rows") {
        let pair = &pairs[row["pair"].as_str().expect("a pair")];
        let document = counted(&two(&pair[0], &pair[1]), "{ group = \"reference\" }", "");
        let focal = group(&[("g", "focal")]);
        let found = comparison(&document, "selection-rate", "ratio", &focal);
        let details = found.details.as_ref().expect("two shares");
        let figure = |key: &str| row[key].as_f64().unwrap_or_else(|| panic!("{key}"));
        // Printed with six digits.
        close_relative(found.value.expect("defined"), figure("impact_ratio"), 1e-6, "impact ratio");
        close_relative(details.fisher_p, figure("fisher"), 5e-6, "fisher");
        if row.get("z").is_some() {
            close_relative(details.z.expect("varies"), figure("z"), 5e-6, "z");
        }
        if row.get("p_z").is_some() {
            close_relative(normal::two_sided(details.z.expect("varies")), figure("p_z"), 5e-6, "p of z");
        }
        let judged = check_row(&document, "selection-rate-ratio", &focal);
        if let Some(n) = row.get("n").and_then(Value::as_u64) {
            // "inconclusive (n<30; not significant)"
            assert_eq!((judged.rows, judged.verdict), (n, Verdict::Inconclusive));
            assert_eq!(judged.reason.as_deref(), Some("too-few"));
        } else {
            assert_ne!(judged.verdict, Verdict::NotMet);
        }
    }
}

// --------------------------------------------------------------------------------------------------------------- statrs

/// statrs as an oracle, by the two functions of it that were found accurate (statistics §1.3).
#[test]
fn normal_quantile_and_chi_squared_tail_are_those_of_statrs() {
    let standard = Normal::standard();
    for exponent in -14..0 {
        for mantissa in [1.0, 2.5, 4.9] {
            let p: f64 = mantissa * 10_f64.powi(exponent);
            let expected = standard.inverse_cdf(p);
            close_relative(normal::quantile(p), expected, 1e-13, &format!("quantile of {p}"));
        }
    }
    for level in [0.5, 0.8, 0.9, 0.95, 0.99, 0.999_999] {
        let expected = standard.inverse_cdf(0.5 + level / 2.0);
        close_relative(normal::critical(level), expected, 1e-11, &format!("critical value of {level}"));
    }
    for df in [1.0, 2.0, 3.0, 7.5, 40.0, 300.0] {
        let distribution = ChiSquared::new(df).expect("degrees of freedom");
        for place in 1..400 {
            let x = 0.1 * f64::from(place) * df.sqrt();
            let what = format!("tail at {x} with {df} degrees of freedom");
            close_relative(chi_squared::sf(x, df), distribution.sf(x), 2e-12, &what);
        }
    }
}
