//! Every copied oracle row about pairs: a row without a runner, or a figure without a check, fails.

use crate::support_oracles::{check, defined, ends, numbers};
use evenhand::inference::normal;
use evenhand::inference::paired::mcnemar::Turned;
use evenhand::inference::paired::proportions::Matched;
use evenhand::inference::paired::shift::Shift;
use evenhand::inference::paired::signed_rank::SignedRanks;
use evenhand::inference::paired::square::{bowker, stuart_maxwell};
use evenhand::inference::share::wilson;
use serde_json::{Value, json};

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}

fn mcnemar(i: &Value) -> Value {
    let turned = Turned { forth: count(&i["b"]), back: count(&i["c"]) };
    let (plain, corrected) = (turned.asymptotic(), turned.asymptotic_corrected());
    json!({
        "p_exact": turned.exact(), "p_mid": turned.mid_p(), "chi2": plain.chi2, "p_asymptotic": plain.p,
        "chi2_cc": corrected.chi2, "p_cc": corrected.p, "odds_ratio": defined(turned.odds_ratio()),
    })
}

fn paired_proportions(i: &Value) -> Value {
    let [both, first, second, neither] = ["a", "b", "c", "d"].map(|key| count(&i[key]));
    let matched = Matched { both, first, second, neither };
    let z = normal::critical(1.0 - i["alpha"].as_f64().expect("alpha"));
    json!({
        "diff": matched.difference(), "newcombe10": ends(matched.newcombe(z)),
        "bonett_price": ends(matched.bonett_price(z)), "flip_rate": matched.turned().share(),
        "flip_rate_wilson": ends(wilson(matched.turned(), z)),
    })
}

fn signed_rank(i: &Value) -> Value {
    let differences = numbers(&i["d"]);
    let ranks = SignedRanks::of(&differences).expect("numbers");
    let shift = Shift::of(&differences).expect("numbers");
    let test = shift.test().expect("they vary");
    json!({
        "w": ranks.smaller(), "p_exact": defined(ranks.exact()), "p_sign_test": ranks.sign_test(),
        "p_approx": ranks.approximate(false), "p_approx_cc": ranks.approximate(true),
        "mean_shift": shift.mean.value, "t": test.t, "p_t": test.p,
    })
}

fn square(i: &Value) -> Value {
    let rows = i["table"].as_array().expect("rows").iter();
    let table: Vec<Vec<u64>> = rows.map(|row| row.as_array().expect("a row").iter().map(count).collect()).collect();
    let (symmetry, margins) = (bowker(&table).expect("rows moved"), stuart_maxwell(&table).expect("rows moved"));
    json!({
        "bowker": symmetry.chi2, "p_bowker": symmetry.p, "stuart_maxwell": margins.chi2, "p_sm": margins.p,
    })
}

#[test]
fn every_row_agrees() {
    check(include_str!("oracles/paired.json"), &[], |function, inputs| match function {
        "mcnemar" => Some(mcnemar(inputs)),
        "paired_proportion_ci" => Some(paired_proportions(inputs)),
        "wilcoxon_signed_rank" => Some(signed_rank(inputs)),
        "square_table_tests" => Some(square(inputs)),
        _ => None,
    });
}
