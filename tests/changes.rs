//! Runs held against an earlier result: what gates, what is known, what cannot be said, and what disappeared.

use std::sync::Arc;

use crate::support;
use crate::support::{AS_OF, audit_text, group, policy};
use evenhand::change::Baseline;
use evenhand::error::Error;
use evenhand::input::Source;
use evenhand::result::{CheckRow, Document, Verdict};

/// The run of a policy over rows, compared with a stored result.
fn try_since(before: &Document, policy_text: &str, csv: &str) -> Result<Document, Error> {
    let (policy, warnings) = policy(policy_text);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    let sources = [Source::File { shown: "now.csv".to_owned(), path }];
    let baseline = Baseline { path: "before.json".to_owned(), sha256: "0".repeat(64), document: before.clone() };
    let progress = Arc::new(|_| {}) as evenhand::input::hash::Progress;
    evenhand::audit_since(&policy, warnings, &sources, &[], Some(&baseline), AS_OF, &progress)
}

#[track_caller]
fn since(before: &Document, policy_text: &str, csv: &str) -> Document {
    try_since(before, policy_text, csv).unwrap_or_else(|error| panic!("{error}\n{policy_text}"))
}

/// Groups a, b … with so many hits out of so many rows.
fn csv(groups: &[(u64, u64)]) -> String {
    let mut text = String::from("group,got,rows\n");
    for ((hits, of), name) in groups.iter().zip(["a", "b", "c", "d"]) {
        text.push_str(&format!("{name},1,{hits}\n{name},0,{}\n", of - hits));
    }
    text
}

fn with(check: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\ncount = \"rows\"\n\
         [[attribute]]\nname = \"group\"\nreference = {{ group = \"a\" }}\n\
         [[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\n{check}"
    )
}

const RATIO: &str = "contrast = \"ratio\"\nwithin = \"4/5\"\nmax_worsening = \"0.1\"\n";

#[track_caller]
fn row<'a>(document: &'a Document, id: &str, name: &str) -> &'a CheckRow {
    support::check_row(document, id, &group(&[("group", name)]))
}

#[track_caller]
fn status(document: &Document, name: &str) -> String {
    let change = document.change.as_ref().expect("a change");
    let found: Vec<_> = change.checks.iter().filter(|row| row.group == group(&[("group", name)])).collect();
    assert_eq!(found.len(), 1);
    found[0].status.clone()
}

#[test]
fn an_old_gap_does_not_gate_and_the_run_is_not_met_all_the_same() {
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (2400, 10_000)]));
    assert_eq!((before.exit_code, row(&before, "ratio", "b").verdict), (1, Verdict::NotMet));
    let unasked = row(&before, "ratio-worsening", "b");
    assert_eq!((unasked.verdict, unasked.reason.as_deref()), (Verdict::NotApplicable, Some("no-baseline")));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (2390, 10_000)]));
    assert!(row(&now, "ratio", "b").known);
    assert_eq!(row(&now, "ratio-worsening", "b").verdict, Verdict::Met);
    assert_eq!((now.exit_code, now.verdict), (0, Verdict::NotMet));
    assert_eq!(status(&now, "b"), "unchanged");
}

#[test]
fn without_max_worsening_an_old_gap_gates_as_before() {
    let check = with("contrast = \"ratio\"\nwithin = \"4/5\"\n");
    let before = audit_text(&check, &csv(&[(4000, 10_000), (2400, 10_000)]));
    let now = since(&before, &check, &csv(&[(4000, 10_000), (2390, 10_000)]));
    assert!(!row(&now, "ratio", "b").known && now.exit_code == 1);
    assert!(!now.checks.iter().any(|row| row.is_worsening()));
}

#[test]
fn a_worse_gap_gates_by_its_own_row() {
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (2400, 10_000)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (1600, 10_000)]));
    let worse = row(&now, "ratio-worsening", "b");
    assert_eq!((worse.verdict, worse.value), (Verdict::NotMet, Some(0.2)));
    assert!(worse.p_adjusted.is_some_and(|p| p < 0.025) && row(&now, "ratio", "b").known);
    let worsening = worse.worsening.as_ref().expect("before and after");
    assert_eq!((worsening.before, worsening.after, worsening.paired), (Some(0.6), Some(0.4), false));
    assert_eq!((now.exit_code, status(&now, "b").as_str()), (1, "worsened"));
}

#[test]
fn a_new_gap_gates_and_a_closed_one_is_resolved() {
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (3900, 10_000), (2400, 10_000)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (2800, 10_000), (3900, 10_000)]));
    assert!(!row(&now, "ratio", "b").known && now.exit_code == 1);
    assert_eq!((status(&now, "b").as_str(), status(&now, "c").as_str()), ("new", "resolved"));
    assert!(row(&now, "ratio-worsening", "c").high.is_some_and(|high| high < 0.0));
}

#[test]
fn a_gap_to_the_other_side_is_as_far() {
    // 0.8 and 1.25 are both 0.2 away from equality.
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (3200, 10_000)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (5000, 10_000)]));
    assert!(row(&now, "ratio-worsening", "b").value.is_some_and(|value| value.abs() < 1e-11));
    let change = now.change.as_ref().expect("a change");
    assert_eq!(change.checks[0].change, Some(0.45));
}

#[test]
fn few_cases_before_are_too_few() {
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (12, 29)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (1600, 10_000)]));
    let worse = row(&now, "ratio-worsening", "b");
    assert_eq!((worse.verdict, worse.reason.as_deref()), (Verdict::Inconclusive, Some("too-few")));
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (12, 30)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (1600, 10_000)]));
    assert_ne!(row(&now, "ratio-worsening", "b").reason.as_deref(), Some("too-few"));
}

#[test]
fn a_group_that_is_new_has_no_before() {
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (3900, 10_000)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (3900, 10_000), (2400, 10_000)]));
    let worse = row(&now, "ratio-worsening", "c");
    assert_eq!((worse.verdict, worse.reason.as_deref()), (Verdict::NotApplicable, Some("not-in-baseline")));
    assert_eq!((status(&now, "c").as_str(), now.exit_code), ("added", 1));
    let told = now.change.as_ref().is_some_and(|c| c.differences.iter().any(|d| d.what == "group group c"));
    assert!(told, "{:?}", now.change);
}

#[test]
fn another_reference_is_another_number() {
    let largest = with(RATIO).replace("{ group = \"a\" }", "\"largest\"");
    let before = audit_text(&largest, &csv(&[(4000, 10_000), (3900, 9_000), (2400, 8_000)]));
    let now = since(&before, &largest, &csv(&[(4000, 10_000), (3900, 11_000), (2400, 8_000)]));
    let reason = |name: &str| row(&now, "ratio-worsening", name).reason.as_deref();
    assert_eq!((reason("c"), reason("a")), (Some("other-reference"), Some("not-in-baseline")));
    // Whoever has the highest rate, the question is the same.
    let highest = with(RATIO).replace("{ group = \"a\" }", "\"highest-rate\"");
    let before = audit_text(&highest, &csv(&[(4000, 10_000), (3900, 10_000), (2400, 10_000)]));
    let now = since(&before, &highest, &csv(&[(3900, 10_000), (4000, 10_000), (2400, 10_000)]));
    assert_eq!(row(&now, "ratio-worsening", "c").verdict, Verdict::Met);
}

#[test]
fn a_check_without_limits_asks_for_the_worsening_alone() {
    let check = with("contrast = \"difference\"\nmax_worsening = \"0.02\"\n");
    let before = audit_text(&check, &csv(&[(4000, 10_000), (2400, 10_000)]));
    assert!(before.checks.iter().all(|row| row.is_worsening()) && before.checks.len() == 1);
    assert_eq!((before.exit_code, before.verdict), (3, Verdict::Inconclusive));
    let now = since(&before, &check, &csv(&[(4000, 10_000), (2410, 10_000)]));
    assert_eq!((now.exit_code, now.verdict, now.checks.len()), (0, Verdict::Met, 1));
    let now = since(&before, &check, &csv(&[(4000, 10_000), (1900, 10_000)]));
    assert_eq!((now.exit_code, now.verdict), (1, Verdict::NotMet));
}

#[test]
fn rows_of_a_check_without_limits_stand_in_the_order_of_the_policy() {
    let text = with("contrast = \"difference\"\nmax_worsening = \"0.02\"\n")
        + "[[check]]\nid = \"second\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\nmax_worsening = \"0.1\"\n";
    let document = audit_text(&text, &csv(&[(4000, 10_000), (2400, 10_000)]));
    let ids: Vec<&str> = document.checks.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["ratio-worsening", "second", "second-worsening"]);
}

#[test]
fn a_value_gets_worse_in_its_harmful_direction() {
    let check = with("contrast = \"value\"\nmax_worsening = \"0.05\"\n");
    let (a, b) = ((4000, 10_000), (4000, 10_000));
    let before = audit_text(&check, &csv(&[a, b]));
    let now = since(&before, &check, &csv(&[(3000, 10_000), (5000, 10_000)]));
    assert_eq!(row(&now, "ratio-worsening", "a").verdict, Verdict::NotMet);
    assert_eq!(row(&now, "ratio-worsening", "b").verdict, Verdict::Met);
    // Where being selected is a burden, more is worse.
    let burden =
        check.replace("favourable = [1]", "favourable = [0]\nselected = [1]").replace("selection-rate", "error-rate");
    let burden = burden.replace("count = \"rows\"", "count = \"rows\"\nlabel = \"group\"\npositive = [\"a\"]");
    let before = audit_text(&burden, &csv(&[a, b]));
    let now = since(&before, &burden, &csv(&[(3000, 10_000), (5000, 10_000)]));
    let worse = |name| row(&now, "ratio-worsening", name).value;
    assert_eq!((worse("a"), worse("b")), (Some(0.1), Some(0.1)));
}

#[test]
fn the_estimate_alone_decides_exactly() {
    let point = "contrast = \"ratio\"\nwithin = \"4/5\"\nmax_worsening = \"0.05\"\nevidence = \"point\"\n";
    let before = audit_text(&with(point), &csv(&[(200, 400), (170, 400)]));
    // 0.85 and 0.8 are 0.05 apart, which floating point makes a little more.
    let now = since(&before, &with(point), &csv(&[(200, 400), (160, 400)]));
    assert_eq!(row(&now, "ratio-worsening", "b").verdict, Verdict::Met);
    let now = since(&before, &with(point), &csv(&[(200, 400), (159, 400)]));
    assert_eq!(row(&now, "ratio-worsening", "b").verdict, Verdict::NotMet);
}

#[test]
fn a_gap_that_was_within_the_limits_of_today_is_not_known() {
    let strict = with(&RATIO.replace("4/5", "9/10"));
    // 0.85 (0.82 to 0.88) is beyond 0.9 and within 0.8; now it is beyond 0.8 as well, and not shown to be 0.1 worse.
    let before = audit_text(&strict, &csv(&[(4000, 10_000), (3400, 10_000)]));
    assert_eq!(row(&before, "ratio", "b").verdict, Verdict::NotMet);
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (3000, 10_000)]));
    let found = row(&now, "ratio", "b");
    assert_eq!((found.verdict, found.known, now.exit_code), (Verdict::NotMet, false, 1));
}

#[test]
fn what_was_not_judged_is_not_known() {
    let other = with(RATIO) + "[statistics]\nlevel = 0.9\n";
    let before = audit_text(&other, &csv(&[(4000, 10_000), (2400, 10_000)]));
    let now = since(&before, &with(RATIO), &csv(&[(4000, 10_000), (2400, 10_000)]));
    assert_eq!(row(&now, "ratio-worsening", "b").reason.as_deref(), Some("other-level"));
    assert!(!row(&now, "ratio", "b").known && now.exit_code == 1);
    let number = |d: &Document| {
        let numbers = &d.change.as_ref().expect("a change").numbers;
        numbers.iter().map(|n| (n.change, n.low, n.undefined.clone())).collect::<Vec<_>>()
    };
    assert!(
        number(&now)
            .iter()
            .all(|(change, low, why)| change.is_some() && low.is_none() && why.as_deref() == Some("other-level"))
    );
}

#[test]
fn what_disappeared_fails() {
    let text = with(RATIO) + "[[check]]\nmetric = \"selection-rate\"\ncontrast = \"difference\"\nwithin = \"0.5\"\n";
    let rows = csv(&[(4000, 10_000), (3900, 10_000), (3900, 10_000)]);
    let before = audit_text(&text, &rows);
    assert_eq!(before.exit_code, 0);
    let codes = |document: &Document| {
        document.diagnostics.iter().filter(|d| d.level == "error").map(|d| d.code.clone()).collect::<Vec<_>>()
    };
    let same = since(&before, &text, &rows);
    assert_eq!((same.exit_code, codes(&same)), (0, vec![]));
    let fewer = since(&before, &with(RATIO), &rows);
    assert_eq!((fewer.exit_code, codes(&fewer)), (1, vec!["check-disappeared".to_owned()]));
    let gone = since(&before, &text, &csv(&[(4000, 10_000), (3900, 10_000)]));
    assert_eq!((gone.exit_code, codes(&gone)), (1, vec!["group-disappeared".to_owned()]));
    assert_eq!(
        gone.change.as_ref().map(|c| c.checks.iter().filter(|r| r.status == "no-longer-tested").count()),
        Some(2)
    );
}

#[test]
fn unlike_results_are_refused_and_another_threshold_is_told() {
    let scored = |threshold: &str| {
        format!(
            "version = 1\n[data]\nscore = \"p\"\nthreshold = \"{threshold}\"\nfavourable = [1]\n[[attribute]]\nname = \"group\"\n"
        )
    };
    let rows = |shift: usize| {
        let mut text = String::from("group,p\n");
        for i in 0..400 {
            text.push_str(&format!("{},0.{:03}\n", if i % 2 == 0 { "a" } else { "b" }, (i * 2 + shift) % 1000));
        }
        text
    };
    let before = audit_text(&scored("0.5"), &rows(0));
    let now = since(&before, &scored("0.4"), &rows(1));
    let differences = &now.change.as_ref().expect("a change").differences;
    let told = differences.iter().find(|d| d.what == "threshold").expect("the threshold is told");
    assert_eq!((told.before.as_deref(), told.after.as_deref()), (Some("0.5"), Some("0.4")));
    let plain = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (2400, 10_000)]));
    let refused = try_since(&plain, &scored("0.5"), &rows(0)).expect_err("another decision");
    assert_eq!(refused.exit_code(), 2);
    assert!(refused.to_string().contains("baseline-unlike"), "{refused}");
}

#[test]
fn the_run_is_another_one_with_another_baseline() {
    let rows = csv(&[(4000, 10_000), (2400, 10_000)]);
    let before = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (2500, 10_000)]));
    let other = audit_text(&with(RATIO), &csv(&[(4000, 10_000), (2600, 10_000)]));
    let (alone, one, two) =
        (audit_text(&with(RATIO), &rows), since(&before, &with(RATIO), &rows), since(&other, &with(RATIO), &rows));
    assert!(alone.run.id != one.run.id && one.run.id != two.run.id);
    assert_eq!(one.run.id, since(&before, &with(RATIO), &rows).run.id);
    // A number that somebody changed in the stored result is another baseline too.
    let mut edited = before.clone();
    edited.checks[0].verdict = Verdict::Met;
    assert_ne!(one.run.id, since(&edited, &with(RATIO), &rows).run.id);
}

#[test]
fn within_strata_the_adjusted_number_is_compared() {
    let text = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\ncount = \"rows\"\nstrata = [\"s\"]\n\
                [[attribute]]\nname = \"group\"\nreference = { group = \"a\" }\n\
                [[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n\
                strata = \"adjust\"\nmax_worsening = \"0.1\"\n";
    let rows = |hits: u64| {
        let mut out = String::from("group,s,got,rows\n");
        for (group, stratum, hits, of) in
            [("a", "x", 4000, 8000), ("a", "y", 400, 2000), ("b", "x", hits, 2000), ("b", "y", 1600, 8000)]
        {
            out.push_str(&format!("{group},{stratum},1,{hits}\n{group},{stratum},0,{}\n", of - hits));
        }
        out
    };
    let before = audit_text(text, &rows(1000));
    let now = since(&before, text, &rows(600));
    let (own, worse) = (row(&now, "ratio", "b"), row(&now, "ratio-worsening", "b"));
    assert_eq!(worse.strata, ["s"]);
    let worsening = worse.worsening.as_ref().expect("before and after");
    assert_eq!((worsening.before, worsening.after), (row(&before, "ratio", "b").value, own.value));
    assert!(own.value.is_some_and(|value| value < 0.9), "{own:?}");
}

#[test]
fn what_has_no_worsening_is_refused() {
    for (check, says) in [
        ("contrast = \"spread\"\nwithin = \"0.2\"\nmax_worsening = \"0.1\"\n", "group by group"),
        (
            "contrast = \"ratio\"\nwithin = \"4/5\"\nevidence = \"sequential\"\nmax_worsening = \"0.1\"\n",
            "evidence over time",
        ),
        ("contrast = \"ratio\"\nmax_worsening = \"-0.1\"\n", "not negative"),
    ] {
        let problems = support::try_policy(&with(check)).expect_err(says);
        assert!(problems.iter().any(|problem| problem.message.contains(says)), "{problems:?}");
    }
    let base_rate = with("contrast = \"value\"\nmax_worsening = \"0.1\"\n").replace("selection-rate", "base-rate");
    let base_rate = base_rate.replace("count = \"rows\"", "count = \"rows\"\nlabel = \"group\"\npositive = [\"a\"]");
    let problems = support::try_policy(&base_rate).expect_err("takes no side");
    assert!(problems.iter().any(|problem| problem.message.contains("takes no side")), "{problems:?}");
}
