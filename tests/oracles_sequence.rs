//! Every copied oracle row about evidence and limits that hold at every look: a row without a runner, or a figure
//! without a check, fails.

use crate::support_oracles::{check, ends, trials};
use evenhand::inference::measure::Measure;
use evenhand::inference::normal;
use evenhand::inference::sequence::hypothesis::{Hypothesis, Relation};
use evenhand::inference::sequence::{Period, limits, mean, mixture};
use serde_json::{Value, json};

fn universal(i: &Value) -> Value {
    let counts = Period { focal: trials(&i["x1"], &i["n1"]), reference: trials(&i["x0"], &i["n0"]) };
    let log_e = |relation: Relation, bound: f64| {
        mixture::universal(Hypothesis::new(Measure::Ratio, relation, bound).expect("a bound"), counts)
    };
    let tau = i["tau"].as_f64().expect("tau");
    json!({
        "log_e_violation": log_e(Relation::AtLeast, tau),
        "log_e_compliance": log_e(Relation::AtMost, tau),
        "log_e_equality": log_e(Relation::Exactly, 1.0),
    })
}

fn asymptotic(i: &Value) -> Value {
    let f = |key: &str| i[key].as_f64().expect(key);
    let (n, best) = (i["n"].as_u64().expect("n"), i["n_opt"].as_u64().expect("n_opt"));
    let found = mean::limits(f("mean"), f("sd"), n, f("alpha"), best).expect("limits");
    let twice = -2.0 * f("alpha").ln();
    json!({
        "rho": mean::spread(f("alpha"), best),
        // The usual approximation of rho and the limits for one look: not offered, checked by their formulas.
        "rho_approx": ((twice + (twice + 1.0).ln()) / best as f64).sqrt(),
        "fixed_n_half_width": normal::critical(1.0 - f("alpha")) * f("sd") / (n as f64).sqrt(),
        "half_width": 0.5 * (found.high - found.low),
    })
}

fn run(function: &str, i: &Value) -> Option<Value> {
    Some(match function {
        "ui_e_value_impact_ratio" => universal(i),
        "proportion_confidence_sequence" => {
            json!({ "ci": ends(limits::share(trials(&i["x"], &i["n"]), i["alpha"].as_f64().expect("alpha"))) })
        }
        "asymptotic_confidence_sequence" => asymptotic(i),
        _ => return None,
    })
}

#[test]
fn evidence_over_time_agrees_with_other_libraries() {
    check(include_str!("oracles/sequence.json"), &[], run);
}
