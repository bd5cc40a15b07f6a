//! Every copied oracle row about power, unconditional and skewness-corrected tests and the posterior of a ratio: a row
//! without a runner, or a figure without a check, fails.

use crate::support_oracles::{check, defined, ends, trials};
use evenhand::inference::measure::Measure;
use evenhand::inference::posterior::Posterior;
use evenhand::inference::power::claim::{self, Claim};
use evenhand::inference::power::{Rates, Sizes, notice};
use evenhand::inference::{normal, pair, skew, unconditional};
use serde_json::{Value, json};

fn power(i: &Value) -> Value {
    let f = |key: &str| i[key].as_f64().expect(key);
    let (sizes, p0, alpha, tau) = (Sizes { focal: f("n1"), reference: f("n0") }, f("p0"), f("alpha"), f("tau"));
    let rates = |ratio: f64| Rates { focal: ratio * p0, reference: p0 };
    let (two, one) = (normal::critical(1.0 - alpha), normal::critical(1.0 - 2.0 * alpha));
    let found = notice::detectable_below(sizes, p0, two, f("power"));
    let proof = |claim: Claim, ratio: f64| claim::power(claim, sizes, rates(ratio), one);
    json!({
        "power_at_p1_0p8": defined(notice::power(sizes, rates(0.8), two)),
        "mde_p1": defined(found.map(|r| r.focal)),
        "mde_impact_ratio": defined(found.and_then(Rates::ratio)),
        "ni_power_at_equal": defined(proof(Claim::above(Measure::Ratio, tau), 1.0)),
        "violation_power_at_ratio_0p6": defined(proof(Claim::below(Measure::Ratio, tau), 0.6)),
    })
}

fn run(function: &str, i: &Value) -> Option<Value> {
    let (focal, reference) = (|| trials(&i["x1"], &i["n1"]), || trials(&i["x0"], &i["n0"]));
    Some(match function {
        "power_and_mde" => power(i),
        "boschloo_barnard" => {
            assert_eq!(i["alternative"], "less");
            json!({
                "boschloo": unconditional::boschloo(focal(), reference()).expect("few tables").less,
                "barnard_pooled": unconditional::barnard(focal(), reference()).expect("few tables").less,
            })
        }
        "scas_ratio" => {
            let (tau, alpha) = (i["tau"].as_f64().expect("tau"), i["alpha"].as_f64().expect("alpha"));
            let z = skew::z_ratio(focal(), reference(), tau);
            json!({
                "z_tau": z, "p_ni": normal::sf(z), "p_violation": normal::cdf(z),
                "ci90": ends(skew::score_ratio(focal(), reference(), normal::critical(1.0 - alpha))),
                "z_mn": pair::z_ratio(focal(), reference(), tau),
            })
        }
        "posterior_impact_ratio" => {
            assert_eq!((i["prior_a"].as_f64(), i["prior_b"].as_f64()), (Some(0.5), Some(0.5)));
            let posterior = Posterior::jeffreys(focal(), reference()).expect("two groups");
            let below = |tau: f64| posterior.sides(tau).expect("settles").below;
            json!({ "p_ratio_lt_tau": below(i["tau"].as_f64().expect("tau")), "p_ratio_lt_1": below(1.0) })
        }
        _ => return None,
    })
}

#[test]
fn power_and_small_samples_agree_with_other_libraries() {
    check(include_str!("oracles/power.json"), &[], run);
}
