//! Waivers: when one holds, what it covers, what it never changes, and what becomes of one that breaks the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support;
use evenhand::input::Source;
use evenhand::input::hash::Progress;
use evenhand::render::{Colour, Format};
use evenhand::result::{CheckRow, Document, Verdict};
use proptest::prelude::*;

const POLICY: &str = r#"
version = 1
[about]
model_version = "3.2.0"
[data]
files = ["x.csv"]
decision = "offered"
favourable = [1]
count = "rows"
[[attribute]]
name = "age_band"
[[attribute]]
name = "sex"
[intersections]
sets = [["sex", "age_band"]]
[[check]]
id = "offer-ratio"
metric = "selection-rate"
contrast = "ratio"
within = "4/5"
"#;

/// The ratio of 18-24 to 25-39 is exactly 7/10, of each sex and of both together.
const ROWS: &str = "age_band,sex,offered,rows\n18-24,Female,1,350\n18-24,Female,0,650\n18-24,Male,1,350\n18-24,Male,0,650\n\
                    25-39,Female,1,800\n25-39,Female,0,800\n25-39,Male,1,800\n25-39,Male,0,800\n";

/// A waiver of the contract's kind; further lines replace what they name.
fn waiver(lines: &[&str]) -> String {
    let usual = [
        "check = \"offer-ratio\"",
        "group = { age_band = \"18-24\" }",
        "reason = \"Students have their own 25% tariff; see memo 12.\"",
        "owner = \"crm-lead@example.org\"",
        "approved_by = \"dpo@example.org\"",
        "expires = 2027-01-31",
    ];
    let pair = |line: &&str| line.split_once(" = ").map(|(key, value)| (key.to_owned(), value.to_owned()));
    let keys: BTreeMap<String, String> = usual.iter().chain(lines).filter_map(pair).collect();
    let lines: String = keys.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("\n[[waiver]]\n{lines}")
}

fn audit(policy: &str, rows: &str, as_of: &str) -> Document {
    let (policy, warnings) = support::policy(policy);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, rows).expect("written");
    let sources = [Source::File { shown: "rows.csv".to_owned(), path }];
    let quiet: Progress = Arc::new(|_| {});
    evenhand::audit(&policy, warnings, &sources, as_of, &quiet).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn held(lines: &[&str], as_of: &str) -> Document {
    audit(&format!("{POLICY}{}", waiver(lines)), ROWS, as_of)
}

fn codes(document: &Document) -> Vec<(&str, &str)> {
    let of_waivers = document.diagnostics.iter().filter(|d| d.code.starts_with("waiver-"));
    of_waivers.map(|d| (d.code.as_str(), d.level.as_str())).collect()
}

fn waived(document: &Document) -> Vec<&CheckRow> {
    document.checks.iter().filter(|row| row.waived_by.is_some()).collect()
}

#[track_caller]
fn assert_holds(document: &Document) {
    assert_eq!(document.waivers[0].status, "active", "{:?}", document.diagnostics);
    assert_eq!(document.waivers[0].covers, 1);
    assert_eq!(codes(document), [], "{:?}", document.diagnostics);
    let waived = waived(document);
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0].axes, ["age_band"]);
    assert_eq!(waived[0].verdict, Verdict::NotMet, "a waived row keeps its verdict");
    assert_eq!(waived[0].waived_by.as_ref(), Some(&document.waivers[0].id));
}

#[track_caller]
fn assert_covers_nothing(document: &Document, status: &str, said: &[(&str, &str)]) {
    assert_eq!(document.waivers[0].status, status, "{:?}", document.diagnostics);
    assert_eq!(document.waivers[0].covers, 0);
    assert_eq!(codes(document), said, "{:?}", document.diagnostics);
    assert_eq!(waived(document).len(), 0);
    assert_eq!(document.verdict, Verdict::NotMet);
    assert_eq!(document.exit_code, 1);
}

const LAPSED: &[(&str, &str)] = &[("waiver-lapsed", "warning")];
const UNUSED: &[(&str, &str)] = &[("waiver-unused", "warning")];

#[test]
fn a_waiver_holds_on_its_last_day_and_not_on_the_day_after() {
    for (day, left) in [("2026-11-21", 71), ("2027-01-30", 1), ("2027-01-31", 0)] {
        let document = held(&[], day);
        assert_holds(&document);
        assert_eq!(document.waivers[0].days_left, left, "{day}");
    }
    for (day, left) in [("2027-02-01", -1), ("2028-01-31", -365)] {
        let document = held(&["created = 2026-11-03"], day);
        assert_covers_nothing(&document, "expired", &[("waiver-expired", "error")]);
        assert_eq!(document.waivers[0].days_left, left, "{day}");
    }
}

#[test]
fn a_waiver_does_not_cover_groups_inside_its_group() {
    let document = held(&[], "2026-11-21");
    let inside: Vec<&CheckRow> =
        document.checks.iter().filter(|row| row.axes.len() == 2 && row.group["age_band"] == "18-24").collect();
    assert_eq!(inside.len(), 2);
    assert!(inside.iter().all(|row| row.verdict == Verdict::NotMet && row.waived_by.is_none()));
    assert_eq!(document.verdict, Verdict::NotMet);
    assert_eq!(document.exit_code, 1);
    assert!(
        evenhand::words::headline::headline(&document)
            .starts_with("3 of 5 check rows are beyond the limits, 1 of them let through until 2027-01-31 ("),
        "{}",
        evenhand::words::headline::headline(&document)
    );
    // And a waiver of one inside does not cover the group.
    let document = held(&["group = { age_band = \"18-24\", sex = \"Male\" }"], "2026-11-21");
    assert_eq!(waived(&document).len(), 1);
    assert_eq!(waived(&document)[0].axes, ["sex", "age_band"]);
}

#[test]
fn a_value_at_the_bound_is_covered_and_one_just_worse_is_not() {
    for bound in ["\"0.70\"", "\"7/10\"", "0.7", "\"0.6999999\"", "0"] {
        assert_holds(&held(&[&format!("bound = {bound}")], "2026-11-21"));
    }
    for bound in ["\"0.7000001\"", "\"0.75\"", "\"0.8\"", "1"] {
        let document = held(&[&format!("bound = {bound}")], "2026-11-21");
        assert_covers_nothing(&document, "lapsed", LAPSED);
        let said = document.diagnostics.iter().find(|d| d.code == "waiver-lapsed").expect("it is said");
        assert!(said.message.contains(bound.trim_matches('"')) && said.message.contains("0.7"), "{}", said.message);
    }
    // One row fewer in seven hundred is worse than the bound; one more is not.
    for (hits, status) in [(701, "active"), (700, "active"), (699, "lapsed")] {
        let rows =
            format!("age_band,offered,rows\n18-24,1,{hits}\n18-24,0,{}\n25-39,1,1600\n25-39,0,1600\n", 2000 - hits);
        let policy =
            POLICY.replace("[[attribute]]\nname = \"sex\"\n[intersections]\nsets = [[\"sex\", \"age_band\"]]\n", "");
        let document = audit(&format!("{policy}{}", waiver(&["bound = \"0.70\""])), &rows, "2026-11-21");
        assert_eq!(document.waivers[0].status, status, "{hits}");
        assert_eq!(document.exit_code, u8::from(status == "lapsed"), "{hits}");
    }
}

#[test]
fn a_bound_below_does_not_let_through_a_value_above() {
    // 25-39 is the reference for being larger; 18-24 has twice its rate.
    let rows = "age_band,sex,offered,rows\n18-24,F,1,800\n18-24,F,0,200\n25-39,F,1,800\n25-39,F,0,1200\n";
    let with = |bound: &str| {
        let document = audit(&format!("{POLICY}{}", waiver(&[bound])), rows, "2026-11-21");
        (document.waivers[0].status.clone(), document.exit_code)
    };
    assert_eq!(with("bound = \"0.70\"").0, "lapsed");
    assert_eq!(with("bound = \"1.9\"").0, "lapsed");
    assert_eq!(with("bound = \"2\"").0, "active");
    assert_eq!(with("bound = \"2.1\"").0, "active");
}

#[test]
fn another_group_check_or_metric_is_not_covered() {
    for group in ["{ age_band = \"65+\" }", "{}", "{ sex = \"Male\" }", "{ age_band = \"25-39\" }"] {
        assert_covers_nothing(&held(&[&format!("group = {group}")], "2026-11-21"), "unused", UNUSED);
    }
    assert_covers_nothing(&held(&["metric = \"base-rate\""], "2026-11-21"), "unused", UNUSED);
    assert_holds(&held(&["metric = \"selection-rate\""], "2026-11-21"));
    // The same level of another attribute is another group.
    let policy = format!("{POLICY}{}", waiver(&[])).replace("name = \"sex\"", "name = \"band\"\ncolumn = \"age_band\"");
    let policy = policy.replace("[[\"sex\", \"age_band\"]]", "[]");
    let document = audit(&policy, ROWS, "2026-11-21");
    assert_eq!(waived(&document).len(), 1);
    assert_eq!(waived(&document)[0].axes, ["age_band"]);
}

#[test]
fn a_rule_that_is_broken_makes_the_exit_code_one() {
    let broken: &[(&[&str], &str, &str)] = &[
        (&["owner = \" DPO@example.org \""], "self-approved", "waiver-self-approved"),
        (&["check = \"offer-ration\""], "unknown-check", "waiver-unknown-check"),
        // 180 days from 2026-11-21 end on 2027-05-20.
        (&["expires = 2027-05-21"], "too-long", "waiver-too-long"),
        (&["expires = 2027-05-20", "created = 2026-11-20"], "too-long", "waiver-too-long"),
        // A day in the future does not make its life longer.
        (&["expires = 2027-06-30", "created = 2027-06-01"], "too-long", "waiver-too-long"),
    ];
    for (lines, status, code) in broken {
        assert_covers_nothing(&held(lines, "2026-11-21"), status, &[(code, "error")]);
    }
    assert_holds(&held(&["expires = 2027-05-20"], "2026-11-21"));
    assert_holds(&held(&["expires = 2027-05-20", "created = 2026-11-21"], "2026-11-21"));
    let longer = format!("{POLICY}{}\n[waivers]\nmax_days = 181\n", waiver(&["expires = 2027-05-21"]));
    assert_holds(&audit(&longer, ROWS, "2026-11-21"));
    let said = held(&["check = \"offer-ration\""], "2026-11-21").diagnostics;
    assert!(said.iter().any(|d| d.message.contains("did you mean `offer-ratio`?")), "{said:?}");
    // Broken by itself, where every check is met.
    let met = ROWS.replace("1,350", "1,500").replace("0,650", "0,500");
    let document = audit(&format!("{POLICY}{}", waiver(&["owner = \"dpo@example.org\""])), &met, "2026-11-21");
    assert_eq!((document.verdict, document.exit_code), (Verdict::Met, 1));
    // Every rule that is broken is said.
    let document = held(&["owner = \"dpo@example.org\"", "check = \"x\"", "expires = 2026-01-31"], "2026-11-21");
    assert_eq!(codes(&document).len(), 3, "{:?}", document.diagnostics);
}

#[test]
fn a_waiver_is_for_the_versions_it_names() {
    for version in ["3", "3.2", "3.2.0"] {
        assert_holds(&held(&[&format!("model_version = \"{version}\"")], "2026-11-21"));
    }
    for version in ["3.1", "3.20", "3.2.0.1", "2"] {
        let document = held(&[&format!("model_version = \"{version}\"")], "2026-11-21");
        assert_covers_nothing(&document, "other-model", LAPSED);
    }
    let nameless = format!("{POLICY}{}", waiver(&["model_version = \"3\""])).replace("model_version = \"3.2.0\"", "");
    assert_covers_nothing(&audit(&nameless, ROWS, "2026-11-21"), "other-model", LAPSED);
}

#[test]
fn an_unused_waiver_is_a_warning_or_an_error() {
    let met = ROWS.replace("1,350", "1,500").replace("0,650", "0,500");
    let warned = audit(&format!("{POLICY}{}", waiver(&[])), &met, "2026-11-21");
    assert_eq!((warned.exit_code, codes(&warned).as_slice()), (0, UNUSED));
    let policy = format!("{POLICY}{}\n[waivers]\nunused = \"error\"\n", waiver(&[]));
    let failed = audit(&policy, &met, "2026-11-21");
    assert_eq!((failed.exit_code, codes(&failed).as_slice()), (1, [("waiver-unused", "error")].as_slice()));
    assert_eq!(failed.verdict, Verdict::Met);
    // What is used is no error.
    assert_holds(&audit(&policy, ROWS, "2026-11-21"));
    // Two for one row: the first lets it through, and the second does nothing.
    let twice = format!("{POLICY}{}{}", waiver(&[]), waiver(&["id = \"second\""]));
    let document = audit(&twice, ROWS, "2026-11-21");
    assert_eq!(document.waivers.iter().map(|w| w.status.as_str()).collect::<Vec<_>>(), ["active", "unused"]);
}

#[test]
fn rows_without_an_answer_are_covered_where_they_would_gate() {
    let few = "age_band,sex,offered,rows\n18-24,F,1,30\n18-24,F,0,30\n25-39,F,1,40\n25-39,F,0,40\n";
    let plain = POLICY.replace("[intersections]\nsets = [[\"sex\", \"age_band\"]]\n", "");
    let gating = format!("{plain}on_inconclusive = \"error\"\n");
    let without = audit(&gating, few, "2026-11-21");
    assert_eq!((without.verdict, without.exit_code), (Verdict::Inconclusive, 3));
    let with = audit(&format!("{gating}{}", waiver(&["bound = \"0.70\""])), few, "2026-11-21");
    assert_eq!(with.waivers[0].status, "active");
    assert_eq!(waived(&with)[0].verdict, Verdict::Inconclusive);
    assert_eq!(with.exit_code, if with.checks.len() == 1 { 0 } else { 3 });
    // Where it does not gate there is nothing to let through.
    let document = audit(&format!("{plain}{}", waiver(&[])), few, "2026-11-21");
    assert_eq!((document.waivers[0].status.as_str(), document.exit_code), ("unused", 0));
    // A number that is not defined cannot be held against a bound.
    let no_hits = "age_band,sex,offered,rows\n18-24,F,1,30\n18-24,F,0,30\n25-39,F,0,80\n";
    for (bound, status) in [("bound = \"0.70\"", "lapsed"), ("ticket = \"T\"", "active")] {
        let document = audit(&format!("{gating}{}", waiver(&[bound])), no_hits, "2026-11-21");
        assert_eq!(document.waivers[0].status, status, "{:?}", document.checks);
    }
}

#[test]
fn rows_of_a_spread_are_the_group_of_nobody() {
    let spread = "\n[[check]]\nid = \"gap\"\nmetric = \"selection-rate\"\ncontrast = \"spread\"\nacross = [\"age_band\", \"sex\"]\nmax = \"0.05\"\n";
    let plain = POLICY.split("[[check]]").next().expect("the part before the check");
    let gap = waiver(&["check = \"gap\"", "group = {}", "bound = \"0.15\""]);
    let document = audit(&format!("{plain}{spread}{gap}"), ROWS, "2026-11-21");
    assert_eq!(waived(&document).len(), 1, "{:?}", document.diagnostics);
    assert_eq!(waived(&document)[0].axes, ["age_band"]);
    let document = audit(&format!("{plain}{spread}{}", gap.replace("0.15", "0.149")), ROWS, "2026-11-21");
    assert_eq!(document.waivers[0].status, "lapsed");
}

#[test]
fn what_is_let_through_stays_in_sight_in_every_report() {
    let policy = POLICY.replace("[intersections]\nsets = [[\"sex\", \"age_band\"]]\n", "");
    let id = "WV-2026-004";
    let lines = [
        "id = \"WV-2026-004\"",
        "bound = \"0.65\"",
        "compensating = \"A banner shows the tariff.\"",
        "ticket = \"CX-812\"",
    ];
    let document = audit(&format!("{policy}{}", waiver(&lines)), ROWS, "2026-11-21");
    assert_eq!((document.verdict, document.exit_code), (Verdict::Met, 0));
    assert!(document.statement.contains("1 results are under a time-limited exception"));
    let text = |format: Format| {
        let mut bytes = Vec::new();
        format.render(&support::internal(&document), Colour::Plain, &mut bytes).expect("rendered");
        String::from_utf8(bytes).expect("text").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let shown = text(format);
        for words in [
            "1 of 2 check rows is beyond the limits and let through until 2027-01-31; the others are within theirs",
            "Let through until 2027-01-31 by dpo@example.org (waiver WV-2026-004).",
            "not met",
            "Students have their own 25% tariff; see memo 12.",
            "In the meantime: A banner shows the tariff.",
            "crm-lead@example.org",
            "ticket CX-812",
            "71",
            id,
        ] {
            assert!(shown.contains(words), "{format:?} does not say `{words}`");
        }
    }
    assert!(
        text(Format::Text)
            .contains("(nothing that gates is beyond its limits but what is let through until 2027-01-31)")
    );
    assert!(text(Format::Html).contains("</span>, let through</td>"));
    let without = audit(&policy, ROWS, "2026-11-21");
    let bytes = |document: &Document| Format::Csv.to_bytes(&support::internal(document)).expect("rendered");
    assert_eq!(bytes(&document), bytes(&without), "metrics.csv does not know of waivers");
}

#[test]
fn where_every_row_is_let_through_nothing_is_met() {
    let policy =
        POLICY.replace("[[attribute]]\nname = \"sex\"\n[intersections]\nsets = [[\"sex\", \"age_band\"]]\n", "");
    let document = audit(&format!("{policy}{}", waiver(&[])), ROWS, "2026-11-21");
    assert_eq!(document.checks.len(), 1);
    assert_eq!((document.verdict, document.exit_code), (Verdict::Inconclusive, 0));
    assert_eq!(
        evenhand::words::headline::headline(&document),
        "The one check row is beyond its limits and is let through until 2027-01-31."
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// An active waiver changes no number and no verdict: taken out of a result, it leaves the result without it.
    #[test]
    fn a_waiver_changes_no_number_and_no_verdict(counts in proptest::collection::vec(0_u64..400, 8), place in 0_usize..3, bound in 0_u32..100) {
        let mut rows = String::from("age_band,sex,offered,rows\n");
        for (i, count) in counts.iter().enumerate() {
            let (age, sex, offered) = (["18-24", "25-39"][i / 4], ["F", "M"][i / 2 % 2], i % 2);
            rows.push_str(&format!("{age},{sex},{offered},{}\n", count + 1));
        }
        let group = ["{ age_band = \"18-24\" }", "{ sex = \"M\" }", "{ age_band = \"18-24\", sex = \"F\" }"][place];
        let policy = format!("{POLICY}on_inconclusive = \"error\"\n");
        let one = waiver(&[&format!("group = {group}"), &format!("bound = \"0.{bound:02}\"")]);
        let without = audit(&policy, &rows, "2026-11-21");
        let with = audit(&format!("{policy}{one}"), &rows, "2026-11-21");
        // It can only take a row out of the gate.
        prop_assert!(with.exit_code <= without.exit_code || with.exit_code == 3);
        let stripped = Document {
            run: without.run.clone(),
            policy: without.policy.clone(),
            checks: with.checks.iter().map(|row| CheckRow { waived_by: None, ..row.clone() }).collect(),
            waivers: Vec::new(),
            diagnostics: with.diagnostics.iter().filter(|d| !d.code.starts_with("waiver-")).cloned().collect(),
            verdict: without.verdict,
            exit_code: without.exit_code,
            statement: without.statement.clone(),
            ..with.clone()
        };
        prop_assert_eq!(stripped, without);
    }
}
