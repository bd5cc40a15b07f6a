//! Every copied oracle row about measured outcomes, durations, campaigns, funnels, classes and lists: a row without a
//! runner, or a figure without a check, fails.

use crate::support_oracles::{check, number, numbers};
use evenhand::cell::Trials;
use evenhand::cell::measured::{Arms, Cases, Ledger, Measured};
use evenhand::inference::classes::{Classes, spread};
use evenhand::inference::limits::Limits;
use evenhand::inference::measured::grid::Grid;
use evenhand::inference::measured::ranks::rank_sum;
use evenhand::inference::measured::span::{Span, of_values};
use evenhand::inference::measured::{
    distance, error, mean, quantile, ratio, several, standardised, superiority, tail, trimmed, unequal, welch,
};
use evenhand::inference::survival::{curve, median, restricted};
use evenhand::inference::uplift::lift::{Lift, equal_lift};
use evenhand::inference::uplift::{balance, qini};
use evenhand::inference::{exposure, funnel, normal};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What the rows have beside what is offered here.
const ELSEWHERE: &[(&str, &str)] =
    &[("hedges_j_approx", "the exact factor is offered"), ("p_asymptotic_scipy", "a one-sample law, not the limit")];

fn z() -> f64 {
    normal::critical(0.95)
}

fn spans(value: &Value) -> Vec<Span> {
    of_values(&numbers(value)).expect("numbers")
}

fn mean_of(value: &Value) -> mean::Mean {
    mean::mean(&spans(value)).expect("rows")
}

fn pair(limits: Limits) -> Value {
    json!([number(limits.low), number(limits.high)])
}

fn mean_difference(i: &Value) -> Value {
    let (a, b) = (mean_of(&i["a"]), mean_of(&i["b"]));
    let found = welch::difference(b, a, z()).expect("they vary");
    let test = found.test.expect("they vary");
    let gap = standardised::gap(b, a, z()).expect("they vary");
    json!({
        "diff": found.value, "t": test.t, "df": test.df, "p": test.p, "ci": pair(found.limits),
        "cohen_d": gap.cohen_d, "hedges_g": gap.hedges_g, "hedges_j_exact": gap.correction, "se_d": gap.error,
        "ratio_of_means": ratio::ratio(b, a, z()).expect("positive").value,
        "glass_delta_ref_a": standardised::glass_delta(b, a).expect("it varies"),
    })
}

fn equivalence(i: &Value) -> Value {
    let bound = |key: &str| i[key].as_f64().expect("a bound");
    let found = welch::equivalence(mean_of(&i["b"]), mean_of(&i["a"]), bound("low"), bound("high")).expect("they vary");
    json!({ "t_low": found.t_low, "t_high": found.t_high, "p": found.p })
}

fn mann_whitney(i: &Value) -> Value {
    let (x, y) = (spans(&i["x"]), spans(&i["y"]));
    let ranks = rank_sum(&x, &y).expect("rows");
    let of = superiority::superiority(&x, &y).expect("rows");
    let test = superiority::brunner_munzel(of).expect("they overlap");
    let mut got = json!({
        "u1": ranks.u, "p_cc": ranks.approximate(true), "p_nocc": ranks.approximate(false),
        "common_language": of.value, "cliffs_delta": of.cliff_delta(),
        // Its sign there is that of the other sample.
        "brunner_munzel_stat": -test.t, "brunner_munzel_p": test.p,
    });
    if let Some(exact) = ranks.exact() {
        got["p_two_sided"] = json!(exact.two_sided);
        got["p_less"] = json!(exact.less);
    }
    got
}

fn kolmogorov_smirnov(i: &Value) -> Value {
    let found = distance::largest_gap(&spans(&i["a"]), &spans(&i["b"])).expect("rows");
    json!({ "d": found.distance.value, "p_exact": found.p, "p_kolmogorov_en": found.p_limit })
}

fn several_groups(i: &Value) -> Value {
    let means = ["a", "b", "c"].map(|key| mean_of(&i[key]));
    let (unequal, equal) = (several::welch(&means).expect("vary"), several::classical(&means).expect("vary"));
    let rounded = |key: &str| {
        let values: Vec<f64> = numbers(&i[key]).iter().map(|x| x.round_ties_even()).collect();
        of_values(&values).expect("numbers")
    };
    let ranks = ["a", "b", "c"].map(rounded);
    let kruskal = several::kruskal(&[&ranks[0], &ranks[1], &ranks[2]]).expect("vary");
    let far = ["a", "b"].map(|key| {
        let of = spans(&i[key]);
        let centre = quantile::quantile(&of, 0.5).expect("rows").value;
        mean::mean(&several::distances_from(&of, centre).expect("rows")).expect("rows")
    });
    let spread = several::classical(&far).expect("vary");
    json!({
        "welch_f": unequal.f, "df1": unequal.df1, "df2": unequal.df2, "welch_p": unequal.p, "f_oneway": equal.f,
        "f_p": equal.p, "kruskal_h": kruskal.chi2, "kruskal_p": kruskal.p, "brown_forsythe_ab": spread.f,
        "brown_forsythe_p": spread.p,
    })
}

fn regression(i: &Value) -> Value {
    let (y, predicted) = (numbers(&i["y"]), numbers(&i["yhat"]));
    let errors: Vec<f64> = predicted.iter().zip(&y).map(|(p, y)| p - y).collect();
    let errors = of_values(&errors).expect("numbers");
    let test = error::bias_test(&errors).expect("they vary");
    json!({
        "mae": error::mean_absolute(&errors).expect("rows").value,
        "rmse": error::root_mean_square(&errors, z()).expect("rows").value,
        "bias": mean::mean(&errors).expect("rows").value, "r2": error::explained(&errors, mean_of(&i["y"])).expect("vary"),
        "median_ae": error::median_absolute(&errors).expect("rows"), "bias_t": test.t, "bias_p": test.p,
    })
}

fn yuen(i: &Value) -> Value {
    let part = i["part"].as_f64().expect("a part");
    let [a, b] = ["a", "b"].map(|key| trimmed::trimmed(&spans(&i[key]), part).expect("rows"));
    let found = trimmed::difference(b, a, z()).expect("they vary");
    let test = found.test.expect("they vary");
    json!({
        "t": test.t, "df": test.df, "p": test.p, "trimmed_a": a.value, "trimmed_b": b.value, "ci": pair(found.limits),
        "ci_a": pair(trimmed::limits(a, z()).expect("it varies")),
    })
}

fn ratio_of_means(i: &Value) -> Value {
    let found = ratio::ratio(mean_of(&i["b"]), mean_of(&i["a"]), z()).expect("positive");
    json!({ "ratio": found.value, "ci": pair(found.limits) })
}

fn one_mean(i: &Value) -> Value {
    let of = mean_of(&i["values"]);
    json!({ "value": of.value, "mean": of.value, "variance": of.variance, "ci": pair(mean::limits(of, z()).expect("varies")) })
}

fn one_quantile(i: &Value) -> Value {
    let (of, p) = (spans(&i["values"]), i["p"].as_f64().expect("p"));
    let limits = quantile::limits(&of, p, z()).expect("rows");
    json!({ "value": quantile::quantile(&of, p).expect("rows").value, "ci": pair(limits) })
}

fn one_superiority(i: &Value) -> Value {
    let of = superiority::superiority(&spans(&i["focal"]), &spans(&i["reference"])).expect("rows");
    let test = superiority::brunner_munzel(of).expect("they overlap");
    let limits = superiority::limits(of, z());
    json!({ "value": of.value, "t": test.t, "p": test.p, "df": test.df, "ci": pair(limits) })
}

fn one_distance(i: &Value) -> Value {
    let (a, b) = (spans(&i["focal"]), spans(&i["reference"]));
    let gap = distance::largest_gap(&a, &b).expect("rows");
    json!({
        "wasserstein": distance::wasserstein(&a, &b).expect("rows").value, "ks": gap.distance.value, "p": gap.p,
    })
}

fn one_tail(i: &Value) -> Value {
    let of = tail::tail(&spans(&i["values"])).expect("they vary");
    json!({
        "skewness": of.skewness, "excess_kurtosis": of.excess_kurtosis, "trimmed": of.trimmed, "mean": of.mean,
    })
}

fn inequality(i: &Value) -> Value {
    let of = spans(&i["values"]);
    let share = |part: f64| unequal::top_share(&of, part).expect("a total").value;
    json!({
        "gini": unequal::gini(&of).expect("a total").index.value, "top_1": share(0.01), "top_10": share(0.1),
        "worst_decile": unequal::lowest_mean(&of, 0.1).expect("rows").value,
    })
}

fn survival(i: &Value) -> Value {
    let ended = i["ended"].as_array().expect("a list").iter().map(|e| e.as_u64().expect("0 or 1"));
    let case = |(time, ended): (f64, u64)| (time, Cases { ended, open: 1 - ended, turned: None });
    let ledger = Ledger::of(numbers(&i["durations"]).into_iter().zip(ended).map(case));
    let curve = curve::curve(&Measured::new(Arc::new(Grid::default()), ledger, 0).seen()).expect("cases");
    let until = restricted::restricted_mean(&curve, i["until"].as_f64().expect("a time")).expect("reached");
    let half = median::ended(&curve, 0.5).map_or(f64::INFINITY, |ended| ended.value);
    json!({
        "median": number(half), "ci": pair(median::limits(&curve, 0.5, z()).expect("reached")),
        "restricted_mean": until.value, "variance": until.variance,
        "open": curve.steps.iter().map(|step| step.open).collect::<Vec<_>>(),
    })
}

fn one_qini(i: &Value) -> Value {
    let flags = |key: &str| numbers(&i[key]);
    let arm = |treated: f64, hit: f64| {
        let one = Trials { hits: hit as u64, of: 1 };
        if treated == 1.0 { Arms { treated: one, ..Arms::default() } } else { Arms { control: one, ..Arms::default() } }
    };
    let rows = flags("treated").into_iter().zip(flags("responded")).map(|(treated, hit)| arm(treated, hit));
    let ledger = Ledger::of(flags("score").into_iter().zip(rows));
    let scored = Measured::new(Arc::new(Grid::default()), ledger, 0).scored();
    let (found, curve) = (qini::qini(&scored).expect("both arms"), qini::curve(&scored));
    let top = qini::top(&scored, i["part"].as_f64().expect("a part"), z()).expect("both arms");
    json!({
        "curve_rows": curve.iter().map(|point| point.rows).collect::<Vec<_>>(),
        "curve": curve.iter().map(|point| point.gained).collect::<Vec<_>>(),
        "coefficient": found.coefficient, "normalised": found.normalised, "top_rows": top.rows, "top_lift": top.lift.value,
    })
}

fn lifts(i: &Value) -> Value {
    let limits = Limits { low: f64::NAN, high: f64::NAN };
    let of = numbers(&i["lifts"]).into_iter().zip(numbers(&i["variances"]));
    let lifts: Vec<Lift> = of.map(|(value, variance)| Lift { value, limits, variance }).collect();
    let found = equal_lift(&lifts).expect("they vary");
    json!({ "q": found.test.chi2, "p": found.test.p, "common": found.common, "i2": found.beyond_chance })
}

fn counts(value: &Value) -> Vec<u64> {
    value.as_array().expect("counts").iter().map(|n| n.as_u64().expect("a count")).collect()
}

fn sample_ratio(i: &Value) -> Value {
    let test = balance::sample_ratio(&counts(&i["observed"]), &numbers(&i["planned"])).expect("arms");
    json!({ "chi2": test.chi2, "p": test.p })
}

fn one_funnel(i: &Value) -> Value {
    let found = funnel::funnel(&counts(&i["focal"]), &counts(&i["reference"]), z()).expect("stages");
    json!({
        "parts": found.parts.iter().map(|part| part.difference).collect::<Vec<_>>(), "difference": found.difference,
        "log_ratios": found.parts.iter().map(|part| part.log_ratio).collect::<Vec<_>>(),
    })
}

const CLASSES: [&str; 3] = ["x", "y", "z"];

fn multiclass(i: &Value) -> Value {
    let list = |key: &str| i[key].as_array().expect("a list").iter().map(|v| v.as_str().expect("a word"));
    let place = |word: &str| CLASSES.iter().position(|class| *class == word).expect("a class");
    let of = |group: &str| {
        let mut classes = Classes::empty(3);
        for ((y, given), _) in list("y").zip(list("yhat")).zip(list("group")).filter(|(_, g)| *g == group) {
            classes.push(place(y), place(given), 1);
        }
        classes
    };
    let groups = [of("a"), of("b")];
    let rates = |classes: &Classes, rate: fn(&evenhand::inference::classes::confusion::OneAgainstRest) -> Trials| {
        let shares = classes.against_rest().iter().map(|one| json!(rate(one).share())).collect::<Vec<_>>();
        Value::Object(CLASSES.iter().map(|class| (*class).to_owned()).zip(shares).collect::<Map<_, _>>())
    };
    let figures = |classes: &Classes| {
        json!({
            "recall": rates(classes, |one| one.recall), "precision": rates(classes, |one| one.precision),
            "selection": rates(classes, |one| one.chosen), "macro_f1": classes.macro_f1().expect("classes").value,
            "accuracy": classes.right().share(), "kappa": classes.kappa().expect("classes"),
        })
    };
    let recalls = groups.each_ref().map(|of| of.against_rest().iter().map(|one| one.recall).collect::<Vec<_>>());
    json!({
        "a": figures(&groups[0]), "b": figures(&groups[1]),
        "tv_selection": spread::spread(&groups.each_ref().map(Classes::given)).expect("groups").total_variation,
        "max_recall_gap": spread::widest(&recalls[0], &recalls[1]).expect("classes").difference.abs(),
    })
}

fn ranking(i: &Value) -> Value {
    let target = i["target"].as_object().expect("targets");
    let names: Vec<&String> = target.keys().collect();
    let place =
        |v: &Value| names.iter().position(|name| name.as_str() == v.as_str().expect("a word")).expect("a group");
    let list: Vec<usize> = i["ranking"].as_array().expect("a list").iter().map(place).collect();
    let targets: Vec<f64> = target.values().map(|v| v.as_f64().expect("a share")).collect();
    let (relevance, k) = (numbers(&i["relevance"]), i["k"].as_u64().expect("k") as usize);
    let exposures = exposure::exposure(&list, names.len()).expect("members");
    let by_group = |of: &dyn Fn(usize) -> f64| {
        Value::Object(names.iter().enumerate().map(|(g, name)| ((*name).clone(), json!(of(g)))).collect::<Map<_, _>>())
    };
    let skew = |g: usize, smoothed: bool| exposure::skew(&list, &targets, k, g, smoothed).expect("members");
    let skews: Vec<f64> = (0..names.len()).map(|g| skew(g, false)).collect();
    let all: f64 = relevance.iter().sum();
    let merit = |g: usize| list.iter().zip(&relevance).filter(|(of, _)| **of == g).map(|(_, r)| r).sum::<f64>() / all;
    json!({
        "ndkl": exposure::divergence(&list, &targets).expect("targets"),
        "skew_at_10": by_group(&|g| skew(g, false)), "skew_at_10_laplace": by_group(&|g| skew(g, true)),
        "min_skew_at_10": skews.iter().copied().fold(f64::INFINITY, f64::min),
        "max_skew_at_10": skews.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "mean_exposure": by_group(&|g| exposures[g].mean.expect("members")),
        "exposure_ratio_min_max": exposure::exposure_ratio(&exposures).expect("groups"),
        "attention_share": by_group(&|g| exposures[g].share),
        "awrf_l1": exposure::off_target(&exposures, &targets).expect("targets"),
        "ndcg": exposure::discounted_gain(&relevance, relevance.len()).expect("relevant"),
        "ndcg_at_5": exposure::discounted_gain(&relevance, 5).expect("relevant"),
        "merit_ratio": by_group(&|g| exposures[g].share / merit(g)),
    })
}

#[test]
fn every_row_agrees() {
    check(include_str!("oracles/measured.json"), ELSEWHERE, |function, inputs| {
        Some(match function {
            "mean_difference" => mean_difference(inputs),
            "mean_equivalence" => equivalence(inputs),
            "mann_whitney" => mann_whitney(inputs),
            "ks_two_sample" => kolmogorov_smirnov(inputs),
            "k_group_means" => several_groups(inputs),
            "regression_error" => regression(inputs),
            "multiclass_rates" => multiclass(inputs),
            "ranking_exposure" => ranking(inputs),
            "yuen" => yuen(inputs),
            "ratio_of_means" => ratio_of_means(inputs),
            "mean" => one_mean(inputs),
            "quantile" => one_quantile(inputs),
            "superiority" => one_superiority(inputs),
            "distance" => one_distance(inputs),
            "tail" => one_tail(inputs),
            "inequality" => inequality(inputs),
            "survival" => survival(inputs),
            "qini" => one_qini(inputs),
            "equal_lift" => lifts(inputs),
            "sample_ratio" => sample_ratio(inputs),
            "funnel" => one_funnel(inputs),
            _ => return None,
        })
    });
}
