//! People who said no beside those who said yes: only what the policy names is read of them, and only where it says why; what was
//! planted against them is found.

use std::fmt::Write;

use crate::support::{SplitMix64, audit_text, bytes_without_sources, close, comparison, group, internal, try_policy};
use evenhand::release::{Audience, release};
use evenhand::render::{Colour, text};
use evenhand::result::{Document, Served};
use evenhand::words;
use proptest::prelude::*;

const OUTCOMES: &str = "[[outcome]]\nname = \"wait\"\nkind = \"duration\"\nbetter = \"less\"\n[[outcome]]\nname = \"tailored\"\n\
                        kind = \"yes-no\"\nyes = [1]\nbetter = \"neither\"\n[[outcome]]\nname = \"spent\"\nkind = \"amount\"\n\
                        unit = \"EUR\"\nbetter = \"more\"\nprediction = \"guess\"\n";
const REASON: &str = "coverage_by_segment = true\ncoverage_reason = \"To see whether a no makes the service worse.\"\n";
const COMPARE: &str = "compare = [\"wait\", \"tailored\"]\n";

fn policy(more: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"offer\"\nfavourable = [1]\n[consent]\ncolumn = \"consent\"\ngiven = [\"yes\"]\n\
         personal = \"tailored\"\n{more}[[attribute]]\nname = \"region\"\nreference = {{ group = \"north\" }}\n[statistics]\n\
         min_group = 20\n{OUTCOMES}"
    )
}

#[derive(Clone, Debug)]
struct Row {
    region: &'static str,
    consent: &'static str,
    /// Wait, whether it was tailored, what was spent and what was guessed.
    cells: [String; 4],
    offer: &'static str,
}

fn csv(rows: &[Row]) -> String {
    let mut text = "region,consent,wait,tailored,spent,guess,offer\n".to_owned();
    for row in rows {
        writeln!(text, "{},{},{},{}", row.region, row.consent, row.cells.join(","), row.offer).expect("text");
    }
    text
}

/// Waits of about 100 s; `worse` s more for those who said no, who are given something personal less often.
fn rows(random: &mut SplitMix64, n: usize, worse: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let consent = random.pick(&["yes", "yes", "no", ""]);
        let said_yes = consent == "yes";
        let wait = 60 + random.below(80) + if said_yes { 0 } else { worse };
        let tailored = random.chance(if said_yes { 800 } else { 300 });
        let spent = random.below(100);
        Row {
            region: random.pick(&["north", "south"]),
            consent,
            cells: [wait.to_string(), u8::from(tailored).to_string(), spent.to_string(), (spent + 3).to_string()],
            offer: random.pick(&["0", "1"]),
        }
    };
    let mut rows: Vec<Row> = (0..n).map(|_| row(random)).collect();
    // One row that counts has every value the policy names.
    (rows[0].consent, rows[0].offer, rows[0].cells[1]) = ("yes", "1", "1".to_owned());
    rows
}

fn served<'a>(document: &'a Document, outcome: &str, region: &str) -> &'a Served {
    let all = &document.consent.as_ref().expect("asked for").served;
    let is = |one: &&Served| one.outcome == outcome && one.group.get("region").map_or("", String::as_str) == region;
    all.iter().find(is).unwrap_or_else(|| panic!("no {outcome} of `{region}`: {all:?}"))
}

fn page(document: &Document) -> String {
    let mut bytes = Vec::new();
    text::render(&words::summarise(&internal(document)), Colour::Plain, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_penalty_on_people_who_said_no_is_found_where_it_is_looked_for() {
    let rows = rows(&mut SplitMix64(1), 800, 60);
    let document = audit_text(&policy(&format!("{REASON}{COMPARE}")), &csv(&rows));
    let (wait, tailored) = (served(&document, "wait", ""), served(&document, "tailored", ""));
    assert_eq!((wait.metric.as_str(), wait.finding.as_deref()), ("wait.median", Some("worse")));
    assert!(wait.low.is_some_and(|low| low <= 60.0) && wait.high.is_some_and(|high| high >= 60.0), "{wait:?}");
    assert_eq!(tailored.finding.as_deref(), Some("less-personal"));
    assert!(
        tailored.low.is_some_and(|low| low <= -0.5) && tailored.high.is_some_and(|high| high >= -0.5),
        "{tailored:?}"
    );
    let said = page(&document);
    assert!(said.contains("got a worse service, not only a less personal one: the middle wait is"), "{said}");
    // Nobody looks where nobody asked, and the page says nothing of it.
    let unasked = audit_text(&policy(REASON), &csv(&rows));
    assert!(unasked.consent.as_ref().is_some_and(|consent| consent.served.is_empty()));
    assert!(!page(&unasked).contains("worse service"));
    // Rows with consent that were given something personal: counted by hand.
    let yes: Vec<&Row> = rows.iter().filter(|row| row.consent == "yes").collect();
    let share = yes.iter().filter(|row| row.cells[1] == "1").count() as f64 / yes.len() as f64;
    let balance = &unasked.consent.as_ref().expect("asked for").balance[0];
    assert!(balance.personal.is_some_and(|personal| (personal - share).abs() < 1e-9), "{balance:?}");
}

#[test]
fn without_a_penalty_it_is_a_less_personal_service_and_no_more() {
    let rows = rows(&mut SplitMix64(2), 800, 0);
    let document = audit_text(&policy(&format!("{REASON}{COMPARE}")), &csv(&rows));
    assert_eq!(served(&document, "wait", "").finding, None);
    let said = page(&document);
    assert!(said.contains("got a less personal service: ") && said.contains("no proof that it was not"), "{said}");
    assert!(!said.contains("worse service,"), "{said}");
}

/// Whoever has consent is a group like any other: the same rows, compared as an attribute.
#[test]
fn numbers_are_those_of_the_same_rows_compared_as_groups() {
    let rows = rows(&mut SplitMix64(3), 300, 20);
    let document = audit_text(&policy(&format!("{REASON}{COMPARE}")), &csv(&rows));
    for region in ["", "north", "south"] {
        let own: Vec<Row> = rows
            .iter()
            .filter(|row| region.is_empty() || row.region == region)
            .map(|row| Row { consent: if row.consent == "yes" { "yes" } else { "no" }, ..row.clone() })
            .collect();
        let text = format!(
            "version = 1\n[data]\ndecision = \"offer\"\nfavourable = [1]\n[[attribute]]\nname = \"consent\"\n\
             reference = {{ group = \"yes\" }}\n{OUTCOMES}"
        );
        let compared = audit_text(&text, &csv(&own));
        for (outcome, metric) in [("wait", "wait.median"), ("tailored", "tailored.share-yes")] {
            let expected = comparison(&compared, metric, "difference", &group(&[("consent", "no")]));
            let found = served(&document, outcome, region);
            let of = |value: Option<f64>| value.expect("a number");
            close(of(found.difference), of(expected.value), 1e-11, metric);
            assert_eq!((found.low, found.high), (expected.low, expected.high));
            let rows = |yes: bool| own.iter().filter(|row| (row.consent == "yes") == yes).count() as u64;
            assert_eq!((found.rows_with, found.rows_without), (rows(true), rows(false)));
        }
    }
}

/// What stands in the rows of people without consent turned into something else; of `kept` cells it stays.
fn turned(rows: &[Row], kept: &[usize]) -> Vec<Row> {
    let turn = |row: &Row| {
        let mut row = row.clone();
        if row.consent != "yes" {
            row.offer = if row.offer == "1" { "0" } else { "1" };
            (0..4).filter(|cell| !kept.contains(cell)).for_each(|cell| row.cells[cell] = "not a number".to_owned());
        }
        row
    };
    rows.iter().map(turn).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_people_who_said_no_nothing_is_read_but_what_is_named(seed in any::<u64>()) {
        let mut random = SplitMix64(seed);
        let mut rows = rows(&mut random, 80, 10);
        let result = |policy: &str, rows: &[Row]| bytes_without_sources(audit_text(policy, &csv(rows)));
        let compared = policy(&format!("{REASON}{COMPARE}"));
        // The outcomes that are named are read, the decision and the others are not.
        prop_assert_eq!(result(&compared, &rows), result(&compared, &turned(&rows, &[0, 1])));
        for unnamed in [policy(""), policy(REASON)] {
            prop_assert_eq!(result(&unnamed, &rows), result(&unnamed, &turned(&rows, &[])));
        }
        // What they got changes what is said of them, and no number of those who count.
        let mut slower = rows.clone();
        slower.iter_mut().filter(|row| row.consent != "yes").for_each(|row| row.cells[0] = "9000".to_owned());
        let (before, after) = (audit_text(&compared, &csv(&rows)), audit_text(&compared, &csv(&slower)));
        prop_assert_eq!(&before.measurements, &after.measurements);
        prop_assert_eq!(&before.comparisons, &after.comparisons);
        prop_assert_eq!(&before.checks, &after.checks);
        let without = |document: &Document| served(document, "wait", "").without_consent;
        if rows.iter().any(|row| row.consent != "yes") {
            prop_assert_eq!(without(&after), Some(9000.0));
            prop_assert!(before.run.id != after.run.id);
        }
        // In whatever order the rows stand.
        let before = result(&compared, &rows);
        random.shuffle(&mut rows);
        prop_assert_eq!(before, result(&compared, &rows));
    }
}

#[test]
fn a_fault_in_what_is_read_of_them_is_told() {
    let rows = rows(&mut SplitMix64(4), 60, 0);
    let broken = csv(&turned(&rows, &[1]));
    let error = crate::support::try_audit_text(&policy(&format!("{REASON}{COMPARE}")), &broken).expect_err("no number");
    assert!(error.to_string().contains("column `wait`"), "{error}");
}

#[test]
fn few_say_nothing_and_the_public_sees_nothing() {
    let few = rows(&mut SplitMix64(5), 40, 600);
    let text = policy(&format!("{REASON}{COMPARE}")).replace("min_group = 20", "min_group = 200");
    let document = audit_text(&text, &csv(&few));
    assert!(document.consent.as_ref().is_some_and(|consent| consent.served.iter().all(|one| one.finding.is_none())));
    let public = release(document, Audience::Public, &[]).expect("released").document().clone();
    assert!(public.consent.is_some_and(|consent| consent.served.is_empty() && consent.balance.is_empty()));
}

#[test]
fn nobody_has_said_no() {
    let mut rows = rows(&mut SplitMix64(6), 40, 0);
    rows.iter_mut().for_each(|row| row.consent = "yes");
    let document = audit_text(&policy(&format!("{REASON}{COMPARE}")), &csv(&rows));
    let wait = served(&document, "wait", "");
    assert_eq!((wait.rows_with, wait.rows_without, wait.without_consent, wait.difference), (40, 0, None, None));
}

#[test]
fn mistakes_are_told() {
    let told = |more: &str| {
        let problems = try_policy(&policy(more)).err().unwrap_or_default();
        problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told(&format!("{REASON}{COMPARE}")), "");
    assert!(told(COMPARE).contains("needs `coverage_by_segment = true`"), "{}", told(COMPARE));
    let unknown = told(&format!("{REASON}compare = [\"mood\"]\n"));
    assert!(unknown.contains("`compare` names `mood`, and there is no [[outcome]]"), "{unknown}");
    assert!(told(&format!("{REASON}compare = []\n")).contains("lists no outcome"));
    let kind =
        try_policy(&policy("").replace("personal = \"tailored\"", "personal = \"wait\"")).expect_err("a duration");
    assert!(kind.iter().any(|problem| problem.message.contains("of another kind")), "{kind:?}");
}
