//! Changes against oracles: the change of a share is Newcombe's method 10, from the literature and from statsmodels.

use crate::support_oracles::trials;
use evenhand::change::shift::{self, Estimate, Harm};
use evenhand::inference::limits::Limits;
use evenhand::inference::{mover, normal, share};
use serde_json::Value;

fn estimate(hits: u64, of: u64, z: f64) -> Estimate {
    let share = evenhand::cell::Trials { hits, of };
    Estimate { value: hits as f64 / of as f64, limits: share::wilson(share, z) }
}

fn limits(estimate: Estimate) -> Limits {
    estimate.limits.expect("an interval")
}

/// Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10, 95 %.
#[test]
fn the_change_of_a_share_is_that_of_newcombe() {
    let z = normal::critical(0.95);
    for (after, before, low, high) in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ] {
        let found = limits(shift::change(estimate(before.0, before.1, z), estimate(after.0, after.1, z), 0.0));
        let near = |a: f64, b: f64| (a - b).abs() <= 0.000_05 + 1e-12;
        assert!(near(found.low, low) && near(found.high, high), "{after:?} {before:?}: {found:?}");
    }
}

#[test]
fn the_change_of_a_share_is_that_of_statsmodels() {
    let file: Value = serde_json::from_str(include_str!("oracles/statistics.json")).expect("JSON");
    let rows = file["vectors"].as_array().expect("vectors");
    let mut looked_at = 0;
    for row in rows.iter().filter(|row| row["function"] == "two_proportion_ci") {
        let (inputs, expected) = (&row["inputs"], &row["expected"]["diff_newcombe"]);
        let z = normal::critical(1.0 - inputs["alpha"].as_f64().expect("alpha"));
        let (after, before) = (trials(&inputs["x1"], &inputs["n1"]), trials(&inputs["x0"], &inputs["n0"]));
        let found = limits(shift::change(estimate(before.hits, before.of, z), estimate(after.hits, after.of, z), 0.0));
        for (got, expected) in [(found.low, &expected[0]), (found.high, &expected[1])] {
            let expected = expected.as_f64().expect("a limit");
            assert!((got - expected).abs() <= 1e-10 * expected.abs(), "{}: {got} {expected}", row["id"]);
        }
        looked_at += 1;
    }
    assert!(looked_at >= 4, "{looked_at} rows");
}

/// By hand: with a = 0.1, b = 0.2 and r = 1/2 the lower reach is sqrt(0.01 + 0.04 - 0.02) = sqrt(0.03); with 0.3 and 0.4 the
/// upper one is sqrt(0.09 + 0.16 - 0.12) = sqrt(0.13).
#[test]
fn correlated_estimates_by_hand() {
    let found =
        mover::correlated_difference(0.5, Limits { low: 0.4, high: 0.8 }, 0.5, Limits { low: 0.1, high: 0.7 }, 0.5);
    assert!((found.low + 0.03_f64.sqrt()).abs() < 1e-15 && (found.high - 0.13_f64.sqrt()).abs() < 1e-15, "{found:?}");
}

/// By hand: 0.85 (0.8 to 0.9) is 0.15 (0.1 to 0.2) away from equality and 0.61 (0.55 to 0.67) is 0.39 (0.33 to 0.45) away, so
/// it is 0.24 farther, less sqrt(0.06^2 + 0.05^2) and more by as much.
#[test]
fn a_ratio_that_got_worse_by_hand() {
    let before = Estimate { value: 0.85, limits: Some(Limits { low: 0.8, high: 0.9 }) };
    let after = Estimate { value: 0.61, limits: Some(Limits { low: 0.55, high: 0.67 }) };
    let worse = shift::worsening(Harm::FromOne, before, after, 0.0);
    let reach = (0.06_f64 * 0.06 + 0.05 * 0.05).sqrt();
    let found = limits(worse);
    assert!((worse.value - 0.24).abs() < 1e-15, "{worse:?}");
    assert!((found.low - (0.24 - reach)).abs() < 1e-15 && (found.high - (0.24 + reach)).abs() < 1e-15, "{found:?}");
}

/// By hand: 0.9 (0.8 to 1.1) holds equality, so it is 0.1 (0 to 0.2) away; 1.25 (1 to no end) is 0.2 (0 to 1) away.
#[test]
fn a_ratio_whose_interval_holds_equality_or_has_no_end() {
    let before = Estimate { value: 0.9, limits: Some(Limits { low: 0.8, high: 1.1 }) };
    let after = Estimate { value: 1.25, limits: Some(Limits { low: 1.0, high: f64::INFINITY }) };
    let worse = shift::worsening(Harm::FromOne, before, after, 0.0);
    let found = limits(worse);
    assert!((worse.value - 0.1).abs() < 1e-15, "{worse:?}");
    let (low, high) = (0.1 - (0.2_f64 * 0.2 + 0.1 * 0.1).sqrt(), 0.1 + (0.8_f64 * 0.8 + 0.1 * 0.1).sqrt());
    assert!((found.low - low).abs() < 1e-15 && (found.high - high).abs() < 1e-15, "{found:?}");
    assert_eq!(limits(shift::change(before, after, 0.0)).high, f64::INFINITY);
}

/// The p-value is below half of what the level leaves exactly when the lower limit is above what is allowed.
#[test]
fn the_p_value_agrees_with_the_interval() {
    let z = normal::critical(0.95);
    let worse = shift::worsening(Harm::High, estimate(20, 200, z), estimate(50, 200, z), 0.0);
    let low = limits(worse).low;
    for (most, below) in [(low - 1e-9, true), (low + 1e-9, false), (worse.value + 0.01, false)] {
        let p = shift::p_above(worse, most, 0.95).expect("a p-value");
        assert_eq!(p < 0.025, below, "{most}: {p}");
    }
    assert_eq!(shift::p_above(worse, worse.value, 0.95), Some(0.5));
    // Halfway between the estimate and its lower limit it is the normal tail beyond half of the critical value.
    let p = shift::p_above(worse, 0.5 * (worse.value + low), 0.95).expect("a p-value");
    assert!((p - normal::sf(0.5 * z)).abs() < 1e-12, "{p}");
}
