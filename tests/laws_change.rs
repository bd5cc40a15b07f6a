//! Laws of changes: the other way round, against itself, with rows that go together.

use crate::support::{audit_text, policy};
use evenhand::change::shift::{self, Estimate, Harm};
use evenhand::change::{Key, Samples, Side, between, checks, numbers, worsening};
use evenhand::inference::limits::Limits;
use evenhand::result::{BaselineView, Document, NumberChange, Verdict};
use proptest::prelude::*;

fn estimates(from: f64, to: f64) -> impl Strategy<Value = Estimate> {
    prop::collection::vec(from..to, 3).prop_map(|mut v| {
        v.sort_by(f64::total_cmp);
        Estimate { value: v[1], limits: Some(Limits { low: v[0], high: v[2] }) }
    })
}

fn limits(estimate: Estimate) -> Limits {
    estimate.limits.expect("an interval")
}

const HARMS: [Harm; 4] = [Harm::FromOne, Harm::FromZero, Harm::Low, Harm::High];

proptest! {
    #[test]
    fn the_other_way_round_the_limits_are_mirrored(
        a in estimates(0.0, 2.0), b in estimates(0.0, 2.0), r in -1.0..1.0_f64,
    ) {
        let (there, back) = (shift::change(a, b, r), shift::change(b, a, r));
        prop_assert_eq!(there.value, -back.value);
        prop_assert_eq!(limits(there).low, -limits(back).high);
        prop_assert_eq!(limits(there).high, -limits(back).low);
    }

    #[test]
    fn against_itself_nothing_changed(a in estimates(-1.0, 2.0), r in -1.0..1.0_f64) {
        let change = shift::change(a, a, r);
        let found = limits(change);
        prop_assert_eq!(change.value, 0.0);
        prop_assert!((found.low + found.high).abs() <= 1e-15 && found.contains(0.0), "{:?}", found);
    }

    #[test]
    fn estimates_that_go_together_have_a_narrower_change(
        a in estimates(0.0, 2.0), b in estimates(0.0, 2.0), r in 0.01..0.99_f64,
    ) {
        let (apart, together) = (limits(shift::change(a, b, 0.0)), limits(shift::change(a, b, r)));
        prop_assert!(together.low >= apart.low - 1e-12 && together.high <= apart.high + 1e-12, "{:?} {:?}", together, apart);
    }

    #[test]
    fn the_interval_holds_the_estimate(a in estimates(0.0, 3.0), b in estimates(0.0, 3.0), r in -1.0..1.0_f64) {
        for harm in HARMS {
            let worse = shift::worsening(harm, a, b, r);
            prop_assert!(limits(worse).contains(worse.value), "{:?} {:?}", harm, worse);
        }
    }

    #[test]
    fn a_ratio_and_its_reciprocal_are_as_far_away(a in estimates(0.1, 3.0), b in estimates(0.1, 3.0)) {
        let turned = |e: Estimate| Estimate {
            value: 1.0 / e.value,
            limits: e.limits.map(|l| Limits { low: 1.0 / l.high, high: 1.0 / l.low }),
        };
        let (plain, other) = (shift::worsening(Harm::FromOne, a, b, 0.0), shift::worsening(Harm::FromOne, turned(a), b, 0.0));
        prop_assert!((plain.value - other.value).abs() < 1e-12);
        prop_assert!((limits(plain).low - limits(other).low).abs() < 1e-9, "{:?} {:?}", plain, other);
        prop_assert!((limits(plain).high - limits(other).high).abs() < 1e-9, "{:?} {:?}", plain, other);
    }

    #[test]
    fn more_allowed_is_never_worse(a in estimates(0.0, 2.0), b in estimates(0.0, 2.0), most in 0.0..0.5_f64, more in 0.0..0.5_f64) {
        let worse = shift::worsening(Harm::FromOne, a, b, 0.0);
        let p = |most| shift::p_above(worse, most, 0.95).expect("a p-value");
        prop_assert!(p(most) <= p(most + more) + 1e-15);
    }
}

const POLICY: &str = r#"
version = 1
[data]
decision = "got"
favourable = [1]
label = "paid"
positive = [1]
count = "rows"
[[attribute]]
name = "group"
[[check]]
id = "ratio"
metric = "selection-rate"
contrast = "ratio"
within = "4/5"
max_worsening = "0.1"
[[check]]
id = "rates"
metric = "equalized-odds"
contrast = "difference"
max_worsening = "0.1"
[[check]]
id = "gap"
metric = "selection-rate"
contrast = "spread"
within = "0.2"
[[check]]
id = "each"
metric = "true-positive-rate"
contrast = "value"
min = "0.3"
max_worsening = "0.05"
"#;

/// Counts by group, decision and label.
fn counts() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![1 => 0_u64..3, 4 => 5_u64..400], 12)
}

fn csv(counts: &[u64]) -> String {
    let mut text = String::from("group,got,paid,rows\n");
    for (i, rows) in counts.iter().enumerate() {
        let (group, got, paid) = (["a", "b", "c"][i / 4], (i / 2) % 2, i % 2);
        text.push_str(&format!("{group},{got},{paid},{}\n", rows + 1));
    }
    text
}

fn view() -> BaselineView {
    BaselineView {
        kind: "result".to_owned(),
        path: None,
        sha256: None,
        run_id: None,
        as_of: None,
        model_version: None,
        rows: 0,
        rows_only_before: 0,
        rows_only_after: 0,
    }
}

fn changes(before: &Document, after: &Document, samples: Samples) -> Vec<NumberChange> {
    numbers::change_all(&Side::of(before), &Side::of(after), samples)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_result_against_itself_has_not_changed(rows in counts()) {
        let document = audit_text(POLICY, &csv(&rows));
        let change = between(&document, &document, view());
        prop_assert!(change.differences.is_empty(), "{:?}", change.differences);
        prop_assert!(!change.numbers.is_empty() && !change.checks.is_empty());
        for row in &change.checks {
            prop_assert_eq!(row.status.as_str(), "unchanged", "{:?}", row);
        }
        for row in &change.numbers {
            if row.before.is_some() {
                prop_assert_eq!(row.change, Some(0.0), "{:?}", row);
            }
            if let (Some(low), Some(high)) = (row.low, row.high) {
                prop_assert!((low + high).abs() < 1e-11, "{:?}", row);
            }
        }
        // Nothing got worse by more than a little, and nothing is shown to have.
        let (policy, _) = policy(POLICY);
        let side = Side::of(&document);
        for row in worsening::judge(&policy, Some(&side), &side, Samples::Independent) {
            prop_assert!(!row.is_worsening() || row.verdict != Verdict::NotMet, "{:?}", row);
            prop_assert!(row.verdict != Verdict::NotMet || row.id == "gap" || row.known || row.id == "each", "{:?}", row);
        }
    }

    #[test]
    fn swapped_results_have_negated_changes(rows in counts(), others in counts()) {
        let (before, after) = (audit_text(POLICY, &csv(&rows)), audit_text(POLICY, &csv(&others)));
        let there = changes(&before, &after, Samples::Independent);
        let back = changes(&after, &before, Samples::Independent);
        prop_assert_eq!(there.len(), back.len());
        let minus = |v: Option<f64>| v.map(|v| if v == 0.0 { 0.0 } else { -v });
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!(there.change, minus(back.change));
            prop_assert_eq!((there.low, there.high), (minus(back.high), minus(back.low)));
            prop_assert_eq!(there.worsening, minus(back.worsening));
            prop_assert_eq!((there.worsening_low, there.worsening_high), (minus(back.worsening_high), minus(back.worsening_low)));
        }
        let opposite = |status: &str| match status {
            "worsened" => Some("improved"),
            "improved" => Some("worsened"),
            _ => None,
        };
        let status = |before: &Document, after: &Document| checks::change_all(&Side::of(before), &Side::of(after), Samples::Independent);
        for (there, back) in status(&before, &after).iter().zip(&status(&after, &before)) {
            if let Some(opposite) = opposite(&there.status).filter(|_| opposite(&back.status).is_some()) {
                prop_assert_eq!(opposite, back.status.as_str());
            }
        }
    }

    #[test]
    fn the_same_rows_give_narrower_changes(rows in counts(), others in counts()) {
        let (before, after) = (audit_text(POLICY, &csv(&rows)), audit_text(POLICY, &csv(&others)));
        let half = |_: &Key| Some(0.5);
        let apart = changes(&before, &after, Samples::Independent);
        let together = changes(&before, &after, Samples::Paired(&half));
        for (apart, together) in apart.iter().zip(&together) {
            let within = |inner: Option<f64>, outer: Option<f64>| match (inner, outer) {
                (Some(inner), Some(outer)) => inner <= outer + 1e-11,
                (None, None) => true,
                _ => false,
            };
            prop_assert!(within(together.high, apart.high) && within(apart.low, together.low), "{:?} {:?}", apart, together);
        }
    }
}
