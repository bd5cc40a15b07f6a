//! Every copied oracle row, by function name: a row without a runner, or a figure without a check, fails.
//!
//! The expected numbers come from mpmath, scipy, statsmodels, court opinions and exact rationals; each row names its
//! source.

use crate::support_oracles::{check, defined, ends, not_offered, numbers, trials};
use evenhand::cell::Trials;
use evenhand::inference::{
    beta, brownian, chi_squared, exact_share, family, hypergeometric, mover, normal, pair, practical, share, student,
    two_by_two,
};
use serde_json::{Map, Value, json};

/// Figures of a row that are not compared here, and why. Anything else must be checked.
const ELSEWHERE: [(&str, &str); 1] = [("verdict", "words: decided from these numbers by the judge, and tested there")];

fn kernel(function: &str, i: &Value) -> Option<Value> {
    let f = |key: &str| i[key].as_f64().expect(key);
    let u = |key: &str| i[key].as_u64().expect(key);
    Some(match function {
        "normal_sf" => json!({ "sf": normal::sf(f("z")) }),
        "ibeta_regularized" => json!({ "value": beta::ibeta(f("a"), f("b"), f("x")).expect("converges") }),
        "ibeta_inv" => json!({ "value": beta::ibeta_inv(f("a"), f("b"), f("p")).expect("converges") }),
        "student_t_sf" => json!({ "sf": student::sf(f("t"), f("df")) }),
        "student_t_ppf" => json!({ "value": student::quantile(f("p"), f("df")) }),
        "hypergeom" => {
            let draw =
                hypergeometric::Hypergeometric::new(u("population"), u("successes"), u("draws")).expect("a draw");
            json!({ "pmf": draw.pmf(u("k")), "cdf": draw.cdf(u("k")), "sf": draw.sf(u("k")) })
        }
        "bm_range_sf" => json!({ "sf": brownian::range_sf(f("x")) }),
        "bm_absmax_sf" => json!({ "sf": brownian::absmax_sf(f("x")) }),
        _ => return None,
    })
}

fn two_proportion_tests(focal: Trials, reference: Trials) -> Value {
    let z = two_by_two::z_pooled(focal, reference);
    let g = two_by_two::g_statistic(focal, reference);
    let fisher = hypergeometric::fisher(focal, reference);
    json!({
        "z_pooled": defined(z),
        "p_z_pooled": defined(z.map(normal::two_sided)),
        "chi2_pearson": defined(two_by_two::chi2_pearson(focal, reference)),
        "g_stat": defined(g),
        "p_g": defined(g.map(|g| chi_squared::sf(g, 1.0))),
        "n_minus_1_chi2": defined(two_by_two::chi2_n_minus_1(focal, reference)),
        "chi2_yates": not_offered::chi2_yates(focal, reference),
        "p_yates": not_offered::p_yates(focal, reference),
        "z_unpooled": not_offered::z_unpooled(focal, reference),
        "phi": defined(two_by_two::phi(focal, reference)),
        "cohen_h": defined(two_by_two::cohen_h(focal, reference)),
        "p_fisher_two_sided": fisher.two_sided,
        "p_fisher_less": fisher.less,
        "p_fisher_greater": fisher.greater,
        "p_fisher_mid_two_sided": fisher.mid_two_sided,
        "p_fisher_mid_less": fisher.mid_less,
        "odds_ratio": defined(two_by_two::odds_ratio(focal, reference)),
        "odds_ratio_haldane": two_by_two::haldane_odds_ratio(focal, reference),
    })
}

fn two_proportion_ci(focal: Trials, reference: Trials, z: f64) -> Value {
    let rate = |t: Trials| t.hits as f64 / t.of as f64;
    let (l1, l0) = (share::wilson(focal, z).expect("trials"), share::wilson(reference, z).expect("trials"));
    json!({
        "diff_newcombe": ends(pair::newcombe_difference(focal, reference, z)),
        "diff_mn": ends(pair::score_difference(focal, reference, z)),
        "ratio_mn": ends(pair::score_ratio(focal, reference, z)),
        "ratio_koopman": ends(pair::koopman_ratio(focal, reference, z)),
        "ratio_katz": not_offered::katz(focal, reference, z),
        "ratio_walter": not_offered::walter(focal, reference, z),
        "ratio_mover_wilson": ends(Some(mover::ratio(rate(focal), l1, rate(reference), l0))),
    })
}

fn noninferiority(focal: Trials, reference: Trials, i: &Value) -> Value {
    let f = |key: &str| i[key].as_f64().expect(key);
    let z = pair::z_ratio(focal, reference, f("tau"));
    let z_upper = pair::z_ratio(focal, reference, f("upper"));
    let z_diff = pair::z_difference(focal, reference, -f("diff_margin"));
    let likely = evenhand::inference::constrained::under_ratio(focal, reference, f("tau"));
    json!({
        "z_ni": z, "p_ni": normal::sf(z), "z_viol": z, "p_violation": normal::cdf(z),
        "p_tost": normal::sf(z).max(normal::cdf(z_upper)),
        "ci90_ratio_mn": ends(pair::score_ratio(focal, reference, normal::critical(0.9))),
        "z_diff_margin": z_diff, "p_diff_margin": normal::sf(z_diff),
        "constrained_mle": [likely.focal, likely.reference],
    })
}

fn gate(i: &Value) -> Value {
    let tau = i["tau"].as_f64().expect("tau");
    let counts = i["counts"].as_object().expect("counts");
    let rates = |a: &Value| a[0].as_f64().expect("hits") / a[1].as_f64().expect("rows");
    let highest = counts.values().map(rates).fold(0.0, f64::max);
    let observed: Map<String, Value> = counts.iter().map(|(g, a)| (g.clone(), json!(rates(a) / highest))).collect();
    let (mut pairs, mut keys, mut violation, mut groups) = (Map::new(), Vec::new(), Vec::new(), Map::new());
    for (g, a) in counts {
        let mut worst: f64 = 0.0;
        for (h, b) in counts.iter().filter(|&(h, _)| h != g) {
            let z = pair::z_ratio(trials(&a[0], &a[1]), trials(&b[0], &b[1]), tau);
            pairs.insert(format!("{g}/{h}"), json!(normal::sf(z)));
            keys.push(format!("{g}/{h}"));
            violation.push(normal::cdf(z));
            worst = worst.max(normal::sf(z));
        }
        groups.insert(g.clone(), json!(worst));
    }
    let overall = groups.values().filter_map(Value::as_f64).fold(0.0, f64::max);
    let violated: Map<String, Value> = keys.iter().cloned().zip(violation.iter().map(|p| json!(p))).collect();
    let holm: Map<String, Value> = keys.into_iter().zip(family::holm(&violation)).map(|(k, p)| (k, json!(p))).collect();
    json!({
        "observed_vs_max": observed, "p_ni_pairs": pairs, "p_ni_group_iut": groups, "p_ni_overall_iut": overall,
        "p_violation_pairs": violated, "p_violation_holm": holm,
    })
}

fn practical_significance(focal: Trials, reference: Trials) -> Value {
    json!({
        "swap_to_parity": practical::swap_to_parity(focal, reference),
        "swap_to_four_fifths": practical::swap_to_ratio(focal, reference, 0.8),
        "one_person_reversal": practical::one_person_reversal(focal, reference),
        "shortfall_pooled": practical::shortfall_pooled(focal, reference),
        "shortfall_vs_reference": practical::shortfall_parity(focal, reference),
        "shortfall_four_fifths": practical::shortfall_to_ratio(focal, reference, 0.8),
        "add_only_to_four_fifths": practical::additions_to_ratio(focal, reference, 0.8),
    })
}

fn two_groups(focal: Trials, reference: Trials) -> Value {
    let z = two_by_two::z_pooled(focal, reference);
    let fisher = hypergeometric::fisher(focal, reference).two_sided;
    json!({
        "z_pooled": defined(z), "z": defined(z), "p_z": defined(z.map(normal::two_sided)),
        "fisher_two_sided": fisher, "fisher": fisher,
        "chi2_yates": not_offered::chi2_yates(focal, reference),
        "katz_ci95": not_offered::katz(focal, reference, normal::critical(0.95)),
        "impact_ratio": not_offered::impact_ratio(focal, reference),
        "expected_pooled": not_offered::expected_pooled(focal, reference),
        "after_moving_one": not_offered::after_moving_one(focal, reference),
        "shortfall_pooled": practical::shortfall_pooled(focal, reference),
        "shortfall_parity": practical::shortfall_parity(focal, reference),
        "additional_to_4_5": practical::additions_to_ratio(focal, reference, 0.8),
    })
}

fn one_sample(i: &Value) -> Value {
    let t = trials(&i["x"], &i["n"]);
    let p = i["p"].as_f64().expect("p");
    let n = t.of as f64;
    json!({ "expected": n * p, "sd": (n * p * (1.0 - p)).sqrt(), "z": defined(two_by_two::one_sample_z(t, p)) })
}

/// What this crate computes for a row; None when nothing here runs the function.
fn run(function: &str, i: &Value) -> Option<Value> {
    let pair = || (trials(&i["x1"], &i["n1"]), trials(&i["x0"], &i["n0"]));
    let listed = || (trials(&i["focal"][0], &i["focal"][1]), trials(&i["reference"][0], &i["reference"][1]));
    let z = || normal::critical(1.0 - i["alpha"].as_f64().expect("alpha"));
    Some(match function {
        "proportion_ci" => {
            let (t, tail) = (trials(&i["x"], &i["n"]), 0.5 * i["alpha"].as_f64().expect("alpha"));
            json!({
                "wilson": ends(share::wilson(t, z())),
                "clopper_pearson": ends(exact_share::clopper_pearson(t, tail)),
                "mid_p": ends(exact_share::mid_p(t, tail)),
                "jeffreys": ends(exact_share::jeffreys(t, tail)),
                "agresti_coull": not_offered::agresti_coull(t, z()),
            })
        }
        "two_proportion_ci" => two_proportion_ci(pair().0, pair().1, z()),
        "two_proportion_tests" => two_proportion_tests(pair().0, pair().1),
        "fisher_exact" => {
            let row = |k: usize| {
                let n = |j: usize| i["table"][k][j].as_u64().expect("count");
                Trials { hits: n(0), of: n(0) + n(1) }
            };
            json!({ "two_sided": hypergeometric::fisher(row(0), row(1)).two_sided })
        }
        "impact_ratio_noninferiority" => noninferiority(pair().0, pair().1, i),
        "impact_ratio_gate" => gate(i),
        "practical_significance" => practical_significance(pair().0, pair().1),
        "p_adjust" => {
            let p = numbers(&i["p"]);
            json!({
                "holm": family::holm(&p), "bh": family::benjamini_hochberg(&p), "by": family::benjamini_yekutieli(&p),
                "bonferroni": not_offered::bonferroni(&p), "holm_sidak": not_offered::holm_sidak(&p),
                "hochberg": not_offered::hochberg(&p),
            })
        }
        "e_bh" => {
            let (e, bar) = (numbers(&i["e"]), 1.0 / i["alpha"].as_f64().expect("alpha"));
            let adjusted = family::e_benjamini_hochberg(&e);
            let rejected: Vec<f64> = (0..e.len()).filter(|&k| adjusted[k] >= bar).map(|k| e[k]).collect();
            let threshold = rejected.iter().copied().fold(f64::INFINITY, f64::min);
            json!({ "n_rejected": rejected.len(), "threshold": threshold })
        }
        "two_groups" => two_groups(listed().0, listed().1),
        "one_sample" => one_sample(i),
        _ => return kernel(function, i),
    })
}

#[test]
fn statistics_agree_with_other_libraries() {
    check(include_str!("oracles/statistics.json"), &ELSEWHERE, run);
}

#[test]
fn statistics_agree_with_guidance_and_opinions() {
    check(include_str!("oracles/compliance.json"), &ELSEWHERE, run);
}
