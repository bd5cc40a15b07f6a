//! Forms of report: what is asked, what is missing, who is counted where, and when a form is final.

use std::fs;

use crate::support;
use crate::support::{SplitMix64, audit_text, evenhand, policy, try_policy};
use evenhand::render::{html, markdown};
use evenhand::result::{Document, Form, ImpactTable, Signature};
use evenhand::words;

/// Every required answer of the form of Local Law 144 for a tool that selects.
const ANSWERED: &str = "employer = \"E\"\ntool = \"T\"\naudit_date = 2026-01-01\ndistribution_date = 2025-06-01\n\
                        data_source = \"historical\"\ndata_explanation = \"all applicants\"\n";

fn selecting(answers: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\ncount = \"rows\"\n[[attribute]]\nname = \"sex\"\n\
         [[attribute]]\nname = \"race_ethnicity\"\n[[profile]]\nid = \"ll144\"\n[profile.answers]\n{answers}"
    )
}

fn scoring(answers: &str) -> String {
    format!(
        "version = 1\n[data]\nscore = \"p\"\nthreshold = 0.5\nfavourable = [1]\n[[attribute]]\nname = \"sex\"\n\
         [[profile]]\nid = \"ll144\"\n[profile.answers]\ntype = \"scoring\"\n{answers}"
    )
}

/// Two men and two women of each of two categories, and people of whom less is known.
const PEOPLE: &str = "sex,race_ethnicity,got,rows\nMale,White,1,30\nMale,White,0,30\nMale,Asian,1,10\nMale,Asian,0,20\n\
                      Female,White,1,20\nFemale,White,0,40\nFemale,Asian,1,2\nFemale,Asian,0,2\n\
                      Female,,1,3\nFemale,,0,4\n,Asian,0,5\n,,1,1\n";

fn form(document: &Document) -> &Form {
    document.forms.first().expect("a form")
}

fn table<'a>(form: &'a Form, name: &str) -> &'a ImpactTable {
    let tables = &form.impact.as_ref().expect("tables").tables;
    tables.iter().find(|table| table.name == name).expect("the table")
}

fn codes(document: &Document) -> Vec<&str> {
    document.diagnostics.iter().map(|one| one.code.as_str()).collect()
}

fn page(document: &Document, signatures: &[Signature]) -> String {
    let mut bytes = Vec::new();
    markdown::render(&words::form(&support::internal(document), form(document), signatures), &mut bytes)
        .expect("rendered");
    String::from_utf8(bytes).expect("UTF-8")
}

fn signatures(of: &[(&str, &str)]) -> Vec<Signature> {
    let sign = |(role, name): &(&str, &str)| Signature {
        role: (*role).to_owned(),
        name: (*name).to_owned(),
        on: "2026-02-01".to_owned(),
    };
    of.iter().map(sign).collect()
}

#[test]
fn everybody_is_counted_where_their_category_is_known() {
    let document = audit_text(&selecting(ANSWERED), PEOPLE);
    let form = form(&document);
    let impact = form.impact.as_ref().expect("tables");
    assert_eq!(
        (impact.assessed, impact.unknown_sex, impact.unknown_race, impact.unknown_either),
        (167, Some(6), Some(8), 13)
    );
    let counts = |name: &str| -> Vec<(String, u64, u64, u64)> {
        let row = |r: &evenhand::result::ImpactRow| (r.category.clone(), r.individuals, r.hits, r.unknown_elsewhere);
        table(form, name).rows.iter().filter(|row| row.individuals > 0).map(row).collect()
    };
    let row = |name: &str, n, hits, unknown| (name.to_owned(), n, hits, unknown);
    assert_eq!(counts("sex"), [row("Male", 90, 40, 0), row("Female", 71, 25, 7)]);
    assert_eq!(counts("race"), [row("White", 120, 50, 0), row("Asian", 39, 12, 5)]);
    let both = ["White, Male", "Asian, Male", "White, Female", "Asian, Female"];
    assert_eq!(counts("both").iter().map(|row| row.0.as_str()).collect::<Vec<_>>(), both);
    // Seven categories and two, and every one of them crossed, whoever is in it.
    assert_eq!(["sex", "race", "both"].map(|name| table(form, name).rows.len()), [2, 7, 14]);
    assert_eq!(table(form, "both").individuals + impact.unknown_either, impact.assessed);
    // Four women of one category are shown and told of.
    assert!(codes(&document).contains(&"form-small-cells"));
    assert!(!codes(&document).contains(&"table-consistency") && form.missing.is_empty());
    let shown = page(&document, &[]);
    assert!(shown.contains("also used to assess 13 individuals with an unknown sex or race/ethnicity category"));
    assert!(shown.contains("| Asian, Female | 4 | 2 | 50.0% | 1.000 |"));
    assert!(shown.contains("| Native Hawaiian or Pacific Islander | 0 | 0 | – | – |"));
    assert!(
        shown.contains("6 individuals with an unknown sex")
            && shown.contains("8 individuals with an unknown race")
            && shown.contains("13 individuals with either unknown: not in the intersectional table")
    );
}

#[test]
fn a_self_test_says_so_and_judges_nothing() {
    let document = audit_text(&selecting(ANSWERED), PEOPLE);
    let mut bytes = Vec::new();
    html::render(&words::form(&support::internal(&document), form(&document), &[]), &mut bytes).expect("rendered");
    let html = String::from_utf8(bytes).expect("UTF-8");
    let (_, body) = html.split_once("</style>").expect("a style sheet");
    let title = "LL144-format self-test (not an independent bias audit)";
    for page in [page(&document, &[]), body.to_owned()] {
        assert!(page.contains(title));
        // The closing statement speaks of all reports.
        let page = page.replace(title, "").replace(&document.statement, "").to_lowercase();
        let words: Vec<&str> = page.split(|c: char| !c.is_alphanumeric()).collect();
        for word in
            ["pass", "passes", "passed", "fail", "fails", "failed", "verdict", "met", "audit", "violation", "bias"]
        {
            assert!(!words.contains(&word), "a self-test says `{word}`");
        }
        for phrase in ["4/5", "0.8 ", "80%", "four fifths", "four-fifths", "class=\"mark", "<svg"] {
            assert!(!page.contains(phrase), "a self-test says `{phrase}`");
        }
    }
    let independent = format!("{ANSWERED}auditor = \"A\"\nindependence = \"None of the three.\"");
    let document = audit_text(&selecting(&independent), PEOPLE);
    let shown = page(&document, &[]);
    assert!(shown.starts_with("# Summary of the results of the bias audit") && !shown.contains("self-test"));
    assert!(shown.contains("**Date of the bias audit**: 2026-01-01"));
}

#[test]
fn what_nobody_answered_is_missing() {
    let document = audit_text(&selecting("data_source = \"test\"\nauditor = \"A\"\nexclude_small = \"yes\""), PEOPLE);
    let missing = [
        "employer",
        "tool",
        "audit_date",
        "distribution_date",
        "independence",
        "data_explanation",
        "test_reason",
        "test_method",
        "exclude_reason",
    ];
    assert_eq!(form(&document).missing, missing);
    assert!(codes(&document).contains(&"form-incomplete"));
    let shown = page(&document, &signatures(&[("reviewer", "A"), ("accountable owner", "B")]));
    assert!(shown.contains("**DRAFT** — 9 things are missing."), "{shown}");
    assert!(shown.contains("**Distribution date (first use)**: not answered"));
    // The only Asian women are 4 of 154, which is not below 2%; nobody is left out but those who are nobody.
    assert!(shown.contains("| Asian, Female | 4 | 2 | 50.0% | 1.000 |"));
    let one = audit_text(
        &selecting(ANSWERED).replace("name = \"race_ethnicity\"", "name = \"race\"\ncolumn = \"race_ethnicity\""),
        PEOPLE,
    );
    assert_eq!(form(&one).missing, ["the attribute of race"]);
    assert!(page(&one, &[]).contains("This table could not be made."));
    let named = format!("{ANSWERED}race = \"race\"");
    let one = audit_text(
        &selecting(&named).replace("name = \"race_ethnicity\"", "name = \"race\"\ncolumn = \"race_ethnicity\""),
        PEOPLE,
    );
    assert_eq!(form(&one).missing, Vec::<String>::new());
}

#[test]
fn a_form_is_final_when_it_is_answered_and_signed_by_several_people() {
    let document = audit_text(&selecting(ANSWERED), PEOPLE);
    let lacks = |signed: &[(&str, &str)]| form(&document).lacks(false, &signatures(signed)).join("; ");
    assert_eq!(lacks(&[]), "not signed by reviewer and accountable owner");
    assert_eq!(lacks(&[("reviewer", "A")]), "not signed by accountable owner");
    assert_eq!(lacks(&[("reviewer", "A"), ("accountable owner", " ")]), "not signed by accountable owner");
    assert_eq!(lacks(&[("reviewer", "Ann"), ("accountable owner", "ann ")]), "one person signed in two roles");
    assert_eq!(lacks(&[("reviewer", "A"), ("accountable owner", "B")]), "");
    assert!(!form(&document).lacks(true, &signatures(&[("reviewer", "A"), ("accountable owner", "B")])).is_empty());
    let signed = page(&document, &signatures(&[("reviewer", "Ann"), ("accountable owner", "Bo")]));
    assert!(!signed.contains("DRAFT") && signed.contains("**Standing**: final"));
    assert!(signed.contains("| Reviewer | Ann | 2026-02-01 |"));
}

#[test]
fn a_form_without_roles_needs_a_signature_all_the_same() {
    let form = Form::default();
    assert_eq!(form.lacks(false, &[]), ["not signed"]);
    assert_eq!(form.lacks(false, &signatures(&[("owner", "A")])), Vec::<String>::new());
}

#[test]
fn calculations_are_too_old_after_a_year_and_a_day() {
    // The day of every test run is 2026-01-31.
    for (day, old) in [("2025-01-31", false), ("2025-01-30", true)] {
        let answers = ANSWERED.replace("2026-01-01", day);
        let document = audit_text(&selecting(&answers), PEOPLE);
        assert_eq!(codes(&document).contains(&"form-outdated"), old, "{day}");
    }
}

#[test]
fn a_category_that_the_form_does_not_list_is_told_and_kept() {
    let document = audit_text(&selecting(ANSWERED), &PEOPLE.replace("Asian", "asian"));
    let said = document.diagnostics.iter().find(|one| one.code == "form-category").expect("told");
    assert!(said.message.contains("`asian` of race_ethnicity"), "{}", said.message);
    let rows: Vec<&str> = table(form(&document), "race").rows.iter().map(|row| row.category.as_str()).collect();
    assert_eq!(rows, ["White", "asian"]);
}

#[test]
fn people_are_above_the_median_only_strictly() {
    // Scores equal to the median are not above it: of the men one of two is, though both are at least the median.
    let document = audit_text(&scoring(ANSWERED), "sex,p\nMale,0.5\nMale,0.9\nFemale,0.1\nFemale,0.5\n");
    let of = |category: &str, document: &Document| {
        table(form(document), "sex").rows.iter().find(|row| row.category == category).expect("a row").clone()
    };
    assert_eq!(of("Male", &document).rate, Some(0.5));
    // One of four is above: many are equal to it.
    assert!(codes(&document).contains(&"median-ties"));
    // Two of unknown sex have low scores; with them the median is lower, and one more woman is above it.
    let rows = "sex,p\nMale,0.9\nMale,0.1\nFemale,0.8\nFemale,0.7\nFemale,0.5\nFemale,0.2\n,0.15\n,0.15\n";
    let full = audit_text(&scoring(ANSWERED), rows);
    let known = audit_text(&scoring(&format!("{ANSWERED}median = \"known_only\"\n")), rows);
    assert_eq!(of("Male", &full).ratio_printed.as_deref(), Some("0.667"));
    assert_eq!(of("Male", &known).ratio_printed.as_deref(), Some("1.000"));
    for document in [&full, &known] {
        let medians = form(document).impact.as_ref().and_then(|impact| impact.medians.as_ref()).expect("medians");
        let both = [medians.full_sample, medians.known_only].map(|one| one.map(|m| (m * 1e12).round() / 1e12));
        assert_eq!(both, [Some(0.35), Some(0.6)]);
    }
    assert!(!page(&full, &[]).contains("Number selected"), "scoring tables have no such column");
}

#[test]
fn scores_that_are_not_all_kept_give_a_median_within_bounds() {
    let mut rows = String::from("sex,p\n");
    for k in 0..70_000 {
        rows.push_str(&format!("{},{}\n", if k % 2 == 0 { "Male" } else { "Female" }, f64::from(k) / 70_000.0));
    }
    let document = audit_text(&scoring(ANSWERED), &rows);
    let impact = form(&document).impact.as_ref().expect("tables");
    let bounds = impact.medians.as_ref().and_then(|medians| medians.bounds.clone()).expect("bounds");
    assert!(
        impact.tables.is_empty() && bounds.low <= 0.5 && bounds.high.is_some_and(|high| (0.5..=0.52).contains(&high))
    );
    assert!(bounds.low >= 0.48, "{bounds:?}");
    assert!(form(&document).missing.contains(&"the median".to_owned()));
    assert!(page(&document, &[]).contains("too many different scores"));
}

#[test]
fn answers_are_held_against_their_questions() {
    let problems = |answers: &str| -> Vec<String> {
        let found = try_policy(&selecting(answers)).err().unwrap_or_default();
        found.iter().map(|problem| format!("{}: {}", problem.code, problem.message)).collect()
    };
    assert_eq!(problems(ANSWERED), Vec::<String>::new());
    assert_eq!(problems("auditr = \"A\""), ["unknown-question: ll144 does not ask `auditr`; did you mean `auditor`?"]);
    assert_eq!(
        problems("audit_date = \"last week\""),
        ["bad-value: the answer `audit_date` of ll144 should be a day such as 2026-11-21"]
    );
    assert_eq!(
        problems("type = \"both\""),
        ["bad-value: the answer `type` of ll144 should be `selection` or `scoring`"]
    );
    assert_eq!(
        problems("race = \"race\""),
        ["bad-value: the answer `race` of ll144 should be the name of an attribute of this policy"]
    );
    let unknown = try_policy(&selecting("").replace("\"ll144\"", "\"ll114\"")).expect_err("no such form");
    assert_eq!(unknown[0].message, "there is no form `ll114`; did you mean `ll144`?");
    let short = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\n[[attribute]]\nname = \"sex\"\n[[profile]]\n\
                 id = \"periodic-review\"\nanswers = { reasons = \"because\" }";
    let problems = try_policy(short).expect_err("too short");
    assert!(problems[0].message.contains("at least 40 characters"), "{}", problems[0].message);
    // An empty answer is none, of whatever kind.
    assert_eq!(policy(&selecting("audit_date = \"\"")).0.profiles.len(), 1);
}

#[test]
fn a_stored_result_gives_the_same_form_and_the_record_signs_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("data.csv"), PEOPLE).expect("written");
    fs::write(path("evenhand.toml"), selecting(ANSWERED)).expect("written");
    evenhand(folder.path(), &["audit", "data.csv", "-p", "evenhand.toml", "-o", "out", "--as-of", "2026-01-31"]);
    let report = |arguments: &[&str]| {
        let output = evenhand(folder.path(), &[&["report", "out/result.json", "--form", "ll144"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for (format, file) in [("html", "out/ll144.html"), ("markdown", "out/ll144.md")] {
        assert_eq!(report(&["--format", format]), fs::read_to_string(path(file)).expect("written"), "{format}");
    }
    let manifest = fs::read_to_string(path("out/manifest.json")).expect("written");
    assert!(manifest.contains("\"ll144.html\"") && manifest.contains("\"ll144.md\""));
    let stored: Document =
        serde_json::from_str(&fs::read_to_string(path("out/result.json")).expect("written")).expect("a result");
    let record = |history: &str, day: &str, owner: &str, more: &[&str]| {
        let owner = format!("accountable owner={owner}");
        let reason = "Nothing was found that would ask for more than a look next quarter.";
        let said = ["review", "record", "out", "--history", history, "--as-of", day, "--decision", "continue"];
        let signed = ["--reason", reason, "--sign", "reviewer=Ann", "--sign", &owner];
        let output = evenhand(folder.path(), &[&said[..], &signed, more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let signed = |history: &str| report(&["--format", "markdown", "--signed", history]);
    record("draft.jsonl", "2026-02-01", "Bo", &["--draft"]);
    assert!(signed("draft.jsonl").contains("DRAFT"), "a draft of a review signs nothing");
    record("history.jsonl", "2026-02-02", "Cy", &[]);
    let told = signed("history.jsonl");
    assert!(!told.contains("DRAFT") && told.contains("| Accountable owner | Cy | 2026-02-02 |"), "{told}");
    fs::write(
        path("other.json"),
        fs::read_to_string(path("out/result.json")).expect("read").replace(&stored.run.id, "0"),
    )
    .expect("written");
    let other = evenhand(
        folder.path(),
        &["report", "other.json", "--form", "ll144", "--format", "text", "--signed", "history.jsonl"],
    );
    assert!(String::from_utf8_lossy(&other.stdout).contains("DRAFT"), "another run is signed");
    for (arguments, says) in [
        (&["--form", "ll114", "--format", "html"][..], "did you mean `ll144`?"),
        (&["--form", "ll144", "--format", "csv"], "html, markdown or text"),
        (&["--form", "ll144", "--format", "html", "--signed", "none.jsonl"], "cannot be read"),
    ] {
        let output = evenhand(folder.path(), &[&["report", "out/result.json"], arguments].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(says), "{told}");
    }
}

#[test]
fn a_form_that_nobody_looked_up_for_long_is_stale() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("data.csv"), PEOPLE).expect("written");
    fs::write(folder.path().join("evenhand.toml"), selecting(ANSWERED)).expect("written");
    let verified = &evenhand::profiles::find("ll144").expect("the form").verified_on;
    let first: jiff::civil::Date = verified.parse().expect("a day");
    for (days, stale) in [(180, false), (181, true)] {
        let day = first.checked_add(jiff::ToSpan::days(days)).expect("a day").to_string();
        let output = evenhand(folder.path(), &["audit", "data.csv", "-p", "evenhand.toml", "--as-of", &day]);
        let told = String::from_utf8_lossy(&output.stdout).contains("[profile-stale]");
        assert_eq!(told, stale, "{day}");
    }
}

#[test]
fn the_tables_of_any_data_agree_with_each_other() {
    let mut random = SplitMix64(20_261_122);
    let races = ["White", "Asian", "Two or More Races", "Hispanic or Latino", ""];
    for round in 0..40 {
        let mut rows = String::from("sex,race_ethnicity,got,rows\n");
        for sex in ["Male", "Female", ""] {
            for race in races {
                for got in ["1", "0", ""] {
                    if random.chance(800) {
                        let most = if random.chance(300) { 4 } else { 900 };
                        rows.push_str(&format!("{sex},{race},{got},{}\n", random.below(most)));
                    }
                }
            }
        }
        rows.push_str("Male,White,1,1\nFemale,Asian,0,1\n");
        let exclude = ["exclude_small = \"no\"", "exclude_small = \"yes\"\nexclude_reason = \"small\""][round % 2];
        let base = ["table", "all_assessed"][round / 2 % 2];
        let answers = format!("{ANSWERED}{exclude}\nexclude_base = \"{base}\"\n");
        let document = audit_text(&selecting(&answers), &rows);
        let form = form(&document);
        assert!(!codes(&document).contains(&"table-consistency"), "{rows}");
        let impact = form.impact.as_ref().expect("tables");
        for table in &impact.tables {
            let sum: u64 = table.rows.iter().map(|row| row.individuals).sum();
            assert_eq!((sum, sum + table.unknown), (table.individuals, impact.assessed), "{rows}");
            let ratios: Vec<f64> = table.rows.iter().filter_map(|row| row.impact_ratio).collect();
            assert!(ratios.iter().all(|ratio| (0.0..=1.0).contains(ratio)), "{rows}");
            assert!(table.hits == 0 || ratios.contains(&1.0), "{rows}");
            for row in &table.rows {
                // Bounds hold what is known.
                if let (Some(ratio), Some(bounds)) = (row.impact_ratio, &row.bounds) {
                    assert!(bounds.naive.low <= ratio && bounds.naive.high.is_none_or(|high| ratio <= high), "{rows}");
                    let joint = bounds.joint.as_ref().expect("joint bounds");
                    assert!(joint.low <= ratio && joint.high.is_none_or(|high| ratio <= high), "{rows}");
                }
                assert!(!row.excluded || (row.impact_ratio.is_none() && row.rate_printed.is_some()), "{rows}");
            }
        }
    }
}

#[test]
fn answers_and_levels_stay_text() {
    let hostile = "<script>alert(1)</script> | [x](http://evil.example)";
    let answers = ANSWERED.replace("\"T\"", &format!("\"{hostile}\""));
    let document = audit_text(&selecting(&answers), &PEOPLE.replace("Asian", "<img src=x>"));
    let mut bytes = Vec::new();
    html::render_form(&words::form(&support::internal(&document), form(&document), &[]), &mut bytes).expect("rendered");
    let html = String::from_utf8(bytes).expect("UTF-8");
    assert!(!html.contains("<script") && !html.contains("<img") && html.contains("&lt;script&gt;"));
    // Between backticks it is code, which shows tags as they are.
    let markdown = page(&document, &[]).replace("`<img src=x>`", "");
    assert!(!markdown.contains("<script") && !markdown.contains("<img") && !markdown.contains("[x]("));
}
