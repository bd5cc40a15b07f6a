//! The history of reviews: what may be recorded, what closes an action, when a review is late, and what a trend joins.

use crate::support;
use evenhand::history::{
    Decision, Due, Entry, Line, NewAction, Refused, Request, ResultSeen, Signature, Status, chain, days_between,
    record, trend,
};
use evenhand::render::html;
use evenhand::result::Document;
use evenhand::words;
use proptest::prelude::*;

const POLICY: &str = r#"
version = 1
data = { decision = "got", favourable = [1], count = "n" }
attribute = [{ name = "sex" }]
check = [{ id = "ratio", metric = "selection-rate", contrast = "ratio", within = "4/5" }]
"#;

/// A result in which F is selected so often out of 500, and M 300 times out of 600; the seed makes it a run of its own.
fn result(policy: &str, selected: u64, day: &str) -> Document {
    let rows = format!("sex,got,n\nF,1,{selected}\nF,0,{}\nM,1,300\nM,0,300\n", 500 - selected);
    let mut document = support::audit_text(policy, &rows);
    document.run.id = format!("{selected} {day} {}", document.policy.sha256);
    document.run.as_of = day.to_owned();
    document
}

fn request(day: &str) -> Request {
    let person = |role: &str, name: &str| Signature { role: role.to_owned(), name: name.to_owned() };
    Request {
        day: day.to_owned(),
        decision: Some(Decision::Conditions),
        reason: Some("it goes on while the finding is being worked on by its owner".to_owned()),
        roles: vec!["reviewer".to_owned(), "accountable owner".to_owned()],
        signed: vec![person("reviewer", "Ana"), person("accountable owner", "Ben")],
        ..Request::default()
    }
}

fn recorded(text: &str, document: &Document, request: &Request) -> Result<Entry, Refused> {
    let lines = chain::read(text).expect("a history");
    let seen = ResultSeen {
        path: "out/result.json".to_owned(),
        sha256: "0".repeat(64),
        run: document.run.id.clone(),
        as_of: document.run.as_of.clone(),
    };
    record::record(&lines, document, seen, request)
}

#[track_caller]
fn append(text: &mut String, document: &Document, request: &Request) -> Vec<Line> {
    let entry = recorded(text, document, request).unwrap_or_else(|why| panic!("{why:?}"));
    text.push_str(&chain::write(&entry));
    chain::read(text).expect("a history")
}

fn action(id: &str) -> NewAction {
    NewAction {
        id: id.to_owned(),
        check: "ratio".to_owned(),
        group: None,
        what: "mend it".to_owned(),
        owner: "me".to_owned(),
        due: "2026-12-31".to_owned(),
    }
}

/// A history whose first review opens an action about a gap.
fn begun() -> String {
    let mut text = String::new();
    let open = Request { open: vec![action("A1")], ..request("2026-01-31") };
    append(&mut text, &result(POLICY, 150, "2026-01-31"), &open);
    text
}

#[test]
fn an_action_closes_by_a_retest_that_is_met_or_by_a_waiver() {
    let text = begun();
    let close = |day: &str| Request { close: vec!["A1".to_owned()], ..request(day) };
    let still = recorded(&text, &result(POLICY, 160, "2026-04-30"), &close("2026-04-30"));
    assert!(matches!(still, Err(Refused::Usage(why)) if why.contains("not met")));
    // An interval that straddles the limit shows nothing.
    let open = recorded(&text, &result(POLICY, 205, "2026-04-30"), &close("2026-04-30"));
    assert!(matches!(open, Err(Refused::Usage(why)) if why.contains("inconclusive")));
    let fixed = recorded(&text, &result(POLICY, 250, "2026-04-30"), &close("2026-04-30")).expect("closed");
    assert_eq!(fixed.actions[0].status, Status::Fixed);
    assert_eq!(fixed.actions[0].retest.as_deref(), Some(fixed.result.run.as_str()));
    let mut waived = result(POLICY, 160, "2026-04-30");
    waived.checks[0].waived_by = Some("W1".to_owned());
    let accepted = recorded(&text, &waived, &close("2026-04-30")).expect("closed");
    assert_eq!((accepted.actions[0].status, accepted.actions[0].retest.as_deref()), (Status::Accepted, None));
    // Looser limits are no retest.
    let loose = result(&POLICY.replace("4/5", "1/2"), 160, "2026-04-30");
    assert!(
        matches!(recorded(&text, &loose, &close("2026-04-30")), Err(Refused::Usage(why)) if why.contains("something else"))
    );
    let carried = recorded(&text, &result(POLICY, 160, "2026-04-30"), &request("2026-04-30")).expect("recorded");
    assert_eq!((carried.actions[0].status, carried.findings_left), (Status::Open, 0));
}

#[test]
fn what_is_incomplete_is_told_and_a_draft_is_no_review() {
    let document = result(POLICY, 150, "2026-01-31");
    let same = |name: &str| Signature { role: "accountable owner".to_owned(), name: name.to_owned() };
    let mut twice = request("2026-01-31");
    twice.signed[1] = same(" ANA ");
    for (lacks, words) in [
        (Request { decision: None, ..request("2026-01-31") }, "a decision"),
        (Request { reason: Some("because".to_owned()), ..request("2026-01-31") }, "a reason"),
        (Request { signed: Vec::new(), ..request("2026-01-31") }, "sign-off of the reviewer"),
        (twice, "another person"),
    ] {
        let Err(Refused::Incomplete(missing)) = recorded("", &document, &lacks) else { panic!("{words}") };
        assert!(missing.iter().any(|missing| missing.contains(words)), "{missing:?}");
    }
    let mut text = String::new();
    let draft = Request { draft: true, decision: None, open: vec![action("A1")], ..request("2026-01-31") };
    let lines = append(&mut text, &document, &draft);
    assert!(Due::on("2026-01-31", &lines, 90).is_overdue(90), "a draft is no review");
    // The same run is then reviewed, and counts from there.
    let open = Request { open: vec![action("A1")], ..request("2026-02-01") };
    let lines = append(&mut text, &document, &open);
    assert!(!Due::on("2026-02-01", &lines, 90).is_overdue(90));
    assert_eq!(lines[1].entry.changes, None, "there is no review before it");
    assert!(matches!(recorded(&text, &document, &request("2026-02-02")), Err(Refused::Usage(_))), "twice");
}

#[test]
fn a_review_is_late_after_its_days_and_never_once_the_system_is_retired() {
    let mut text = begun();
    let lines = chain::read(&text).expect("a history");
    for (day, late) in [("2026-04-30", false), ("2026-05-01", false), ("2026-05-02", true)] {
        assert_eq!(days_between("2026-01-31", day).map(|days| days > 90), Some(late), "{day}");
        assert_eq!(Due::on(day, &lines, 90).is_overdue(90), late, "{day}");
    }
    assert_eq!(Due::on("2026-12-31", &lines, 900).overdue_actions.len(), 0);
    assert_eq!(Due::on("2027-01-01", &lines, 900).overdue_actions.len(), 1);
    let retire = Request { decision: Some(Decision::Retire), ..request("2026-04-30") };
    let lines = append(&mut text, &result(POLICY, 150, "2026-04-30"), &retire);
    assert!(!Due::on("2030-01-01", &lines, 90).is_overdue(90));
}

#[test]
fn a_trend_joins_nothing_across_a_change_of_definition() {
    let mut text = begun();
    append(&mut text, &result(POLICY, 180, "2026-04-30"), &request("2026-04-30"));
    // Other limits leave the number what it is; another level, or another decision, does not.
    append(&mut text, &result(&POLICY.replace("4/5", "3/4"), 200, "2026-07-31"), &request("2026-07-31"));
    let other = format!("{POLICY}statistics = {{ level = 0.9 }}\n");
    let lines = append(&mut text, &result(&other, 220, "2026-10-31"), &request("2026-10-31"));
    let trends = trend::trends(&lines);
    assert_eq!(trends.len(), 1);
    let joined: Vec<bool> = trends[0].points.iter().map(|point| point.joined).collect();
    assert_eq!(joined, [false, true, true, false]);
    let redefined = lines[3].entry.changes.as_ref().map(|c| c.checks.iter().filter(|row| row.redefined).count());
    assert_eq!(redefined, Some(1), "another level makes it another question");
    let mut page = Vec::new();
    html::render(&words::history::history(&lines, &trends, Some("2027-01-29")), &mut page).expect("rendered");
    let page = String::from_utf8(page).expect("text");
    assert!(page.contains("<svg") && page.contains("asks something else") && page.contains("2027-01-29"));
    // Two strokes join three dots; the fourth stands apart.
    assert_eq!(page.matches("<figure>").count(), 1);
}

#[test]
fn what_is_no_longer_tested_needs_a_reason() {
    let text = begun();
    let gone = result(&POLICY.replace("id = \"ratio\"", "id = \"other\""), 150, "2026-04-30");
    let Err(Refused::Narrowed(what)) = recorded(&text, &gone, &request("2026-04-30")) else {
        panic!("narrowed in silence")
    };
    assert_eq!(what, ["the check ratio (selection-rate) of sex"]);
    let short = Request { narrowed: Some("because".to_owned()), ..request("2026-04-30") };
    assert!(matches!(recorded(&text, &gone, &short), Err(Refused::Narrowed(_))));
    let why = "the ratio is followed under another name from here on, with the same limits";
    let said = Request { narrowed: Some(why.to_owned()), ..request("2026-04-30") };
    assert!(recorded(&text, &gone, &said).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn days_between_days_add_up(a in 0i64..40_000, b in 0i64..40_000) {
        let day = |n: i64| {
            let first: jiff::civil::Date = "1990-01-01".parse().expect("a day");
            first.checked_add(jiff::Span::new().days(n)).expect("a day").to_string()
        };
        prop_assert_eq!(days_between(&day(a), &day(b)), Some(b - a));
    }
}
