//! Laws of consent: a row without it changes nothing, whatever stands in it; and what is said of whom it leaves out.

use std::fmt::Write;
use std::path::Path;

use crate::support;
use crate::support::{SplitMix64, audit_files, audit_text, bytes_without_sources, comparison, group, internal};
use evenhand::result::{Coverage, Document, Unknown};
use proptest::prelude::*;

/// A policy with everything that could read a row; the rest of [consent] follows.
fn policy(consent: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\nlabel = \"l\"\npositive = [1]\nscore = \"s\"\n\
         missing = [\"\"]\ndecimal = \".\"\n[consent]\n{consent}\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"age\"\n\
         bins = [45]\n[statistics]\nmin_group = 1\n"
    )
}

/// The same without a score, whose metrics take the time.
fn scoreless(consent: &str) -> String {
    policy(consent).replace("score = \"s\"\n", "")
}

const COLUMN: &str = "column = \"consent\"\ngiven = [\"yes\"]";
const COVERED: &str = "coverage_by_segment = true\ncoverage_reason = \"To see whom the report speaks for\"";

fn ledger(folder: &Path, more: &str) -> String {
    let path = folder.join("consents.csv");
    format!("ledger = {:?}\npurpose = \"offers\"\nid = \"who\"\nat = \"when\"\n{more}", path.display().to_string())
}

/// A row of the data: what stands in it beside its consent.
#[derive(Clone, Debug)]
struct Row {
    consent: &'static str,
    who: u64,
    when: &'static str,
    cells: [String; 5],
}

const WHEN: [&str; 5] = ["2026-01-01", "2026-02-01T09:00:00Z", "2026-02-01T12:00:00Z", "2026-03-05", ""];

fn rows(random: &mut SplitMix64, n: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| Row {
        consent: random.pick(&["yes", "yes", "yes", "no", ""]),
        who: random.below(40) as u64,
        when: random.pick(&WHEN),
        cells: [
            random.pick(&["f", "m"]).to_owned(),
            (20 + random.below(50)).to_string(),
            random.pick(&["yes", "no"]).to_owned(),
            random.below(2).to_string(),
            format!("0.{}", 1 + random.below(9)),
        ],
    };
    (0..n).map(|_| row(random)).collect()
}

fn csv(rows: &[Row]) -> String {
    let mut text = "consent,who,when,sex,age,d,l,s\n".to_owned();
    for row in rows {
        let _ = writeln!(text, "{},{},{},{}", row.consent, row.who, row.when, row.cells.join(","));
    }
    text
}

/// Entries for half of the people; some end, some are for something else, some people answer twice.
fn consents(random: &mut SplitMix64) -> String {
    let mut text = "id,purpose,status,given_at,withdrawn_at,method,notice_version\n".to_owned();
    for who in 0..40 {
        let (method, notice) = (random.pick(&["form", "call"]), random.pick(&["v1", "v2"]));
        for _ in 0..random.below(3) {
            let line = match random.below(4) {
                0 => "offers,given,2026-01-01,",
                1 => "offers,withdrawn,2025-11-01T08:00:00Z,2026-02-01T12:00:00Z",
                2 => "offers,refused,2026-02-15,",
                _ => "emails,given,never,",
            };
            let _ = writeln!(text, "{who},{line},{method},{notice}");
        }
    }
    text
}

/// Everything of a row without consent turned into something else, even into what would be an error.
fn turned(rows: &[Row], counts: impl Fn(&Row) -> bool, groups_too: bool) -> Vec<Row> {
    let turn = |row: &Row| {
        let mut row = row.clone();
        if !counts(&row) {
            let [sex, age, d, l, s] = &mut row.cells;
            *d = if d == "yes" { "no" } else { "yes" }.to_owned();
            (*l, *s) = ("not a label".to_owned(), "not a score".to_owned());
            if groups_too {
                (*sex, *age) = ("somebody@example.org".to_owned(), "not a number".to_owned());
            }
        }
        row
    };
    rows.iter().map(turn).collect()
}

/// The result of rows, with the ledger of a text.
fn audit(policy_text: &str, rows: &[Row], folder: &Path) -> Document {
    let path = folder.join("rows.csv");
    std::fs::write(&path, csv(rows)).expect("written");
    audit_files(policy_text, &[path])
}

/// Which rows count by the ledger: every row is a group of its own, and those that are there count.
fn known(consent: &str, rows: &[Row], folder: &Path) -> Vec<bool> {
    let text = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n[consent]\n{consent}\n[[attribute]]\nname = \"sex\"\n"
    );
    let mut marked = rows.to_vec();
    marked.iter_mut().enumerate().for_each(|(place, row)| row.cells[0] = format!("row {place}"));
    let path = folder.join("marked.csv");
    std::fs::write(&path, csv(&marked)).expect("written");
    let there = support::try_audit(&text, &[path]).map(|document| document.data.attributes[0].groups.clone());
    let there = there.unwrap_or_default();
    (0..rows.len()).map(|place| there.iter().any(|group| group.group == format!("row {place}"))).collect()
}

/// Three answers of one day, of which one has no hour: the evening ends what was given by a clock before it, and not the
/// answer of which nobody knows the hour. So everybody's consent is in force afterwards, in whatever order the lines stand.
#[test]
fn the_order_of_a_ledger_changes_nothing() {
    let lines = [
        "offers,withdrawn,2026-03-01T20:00,2026-03-01T22:00",
        "offers,given,2026-03-01,",
        "offers,given,2026-03-01T08:00,",
    ];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = "id,purpose,status,given_at,withdrawn_at\n".to_owned();
    for (who, order) in orders.iter().enumerate() {
        for place in order {
            let _ = writeln!(text, "{who},{}", lines[*place]);
        }
    }
    std::fs::write(folder.path().join("consents.csv"), text).expect("written");
    let mut rows = rows(&mut SplitMix64(1), orders.len());
    rows.iter_mut().enumerate().for_each(|(who, row)| (row.who, row.when) = (who as u64, "2026-03-05"));
    assert_eq!(known(&ledger(folder.path(), ""), &rows, folder.path()), [true; 6]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_without_consent_changes_nothing_whatever_stands_in_it(seed in any::<u64>()) {
        let random = &mut SplitMix64(seed);
        let mut rows = rows(random, 30);
        rows[0].consent = "yes";
        (rows[0].cells[2], rows[0].cells[3]) = ("yes".to_owned(), "1".to_owned());
        let counts = |row: &Row| row.consent == "yes";
        let before = bytes_without_sources(audit_text(&policy(COLUMN), &csv(&rows)));
        let after = bytes_without_sources(audit_text(&policy(COLUMN), &csv(&turned(&rows, counts, true))));
        prop_assert_eq!(&before, &after);
        // Where groups are counted they are all that is read.
        let covered = policy(&format!("{COLUMN}\n{COVERED}"));
        let before = bytes_without_sources(audit_text(&covered, &csv(&rows)));
        let after = bytes_without_sources(audit_text(&covered, &csv(&turned(&rows, counts, false))));
        prop_assert_eq!(&before, &after);
    }

    #[test]
    fn the_same_holds_of_a_ledger(seed in any::<u64>()) {
        let random = &mut SplitMix64(seed);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("consents.csv"), consents(random)).expect("written");
        let (plain, covered) = (policy(&ledger(folder.path(), "")), policy(&ledger(folder.path(), COVERED)));
        let mut rows = rows(random, 40);
        let known = known(&ledger(folder.path(), ""), &rows, folder.path());
        // One row that counts has every value the policy names: a value that never occurs is an error of its own.
        let counted = known.iter().position(|known| *known);
        prop_assume!(counted.is_some());
        counted.into_iter().for_each(|place| {
            (rows[place].cells[2], rows[place].cells[3]) = ("yes".to_owned(), "1".to_owned());
        });
        // Each row is marked by its score, so that the rows can be told apart again.
        rows.iter_mut().enumerate().for_each(|(place, row)| row.cells[4] = format!("0.{}", 1000 + place));
        let place = |row: &Row| row.cells[4][2..].parse::<usize>().map_or(0, |mark| mark - 1000);
        let counts = |row: &Row| known[place(row)];
        let first = audit(&plain, &rows, folder.path());
        let consent = first.consent.clone().expect("asked for");
        prop_assert_eq!(consent.rows_with, Some(known.iter().filter(|known| **known).count() as u64));
        prop_assert_eq!(consent.rows_without, Some(known.iter().filter(|known| !**known).count() as u64));
        let before = bytes_without_sources(first);
        let after = bytes_without_sources(audit(&plain, &turned(&rows, counts, true), folder.path()));
        prop_assert_eq!(&before, &after);
        let before = bytes_without_sources(audit(&covered, &rows, folder.path()));
        let after = bytes_without_sources(audit(&covered, &turned(&rows, counts, false), folder.path()));
        prop_assert_eq!(&before, &after);
    }

    #[test]
    fn what_counts_is_measured_as_if_there_were_nothing_else(seed in any::<u64>()) {
        let random = &mut SplitMix64(seed);
        let mut rows = rows(random, 30);
        rows[0].consent = "yes";
        (rows[0].cells[2], rows[0].cells[3]) = ("yes".to_owned(), "1".to_owned());
        let with: Vec<Row> = rows.iter().filter(|row| row.consent == "yes").cloned().collect();
        let (all, alone) = (audit_text(&scoreless(COLUMN), &csv(&rows)), audit_text(&scoreless(COLUMN), &csv(&with)));
        prop_assert_eq!(&all.measurements, &alone.measurements);
        prop_assert_eq!(&all.comparisons, &alone.comparisons);
        prop_assert_eq!(&all.checks, &alone.checks);
        prop_assert_eq!(all.data.excluded.iter().map(|left| (left.reason.as_str(), left.rows)).collect::<Vec<_>>(),
            vec![("consent", (rows.len() - with.len()) as u64)]);
    }

    #[test]
    fn the_truth_of_everybody_is_within_the_bounds(seed in any::<u64>()) {
        let random = &mut SplitMix64(seed);
        let mut rows = rows(random, 40);
        rows.iter_mut().take(4).zip(["f", "m", "f", "m"]).for_each(|(row, sex)| {
            (row.consent, row.cells[0]) = ("yes", sex.to_owned());
        });
        // Everybody, by the same reference.
        let named = |text: &str| text.replace("name = \"sex\"\n", "name = \"sex\"\nreference = { group = \"m\" }\n");
        let everybody = named(&scoreless("column = \"consent\"\ngiven = [\"yes\"]")).replace("[consent]", "").replace(COLUMN, "");
        let truth = audit_text(&everybody, &csv(&rows));
        let mut held = 0;
        for consent in [COLUMN.to_owned(), format!("{COLUMN}\n{COVERED}")] {
            let seen = audit_text(&named(&scoreless(&consent)), &csv(&rows));
            let bounds = seen.consent.expect("asked for").bounds;
            let of = |contrast: &str| bounds.iter().find(|one| {
                one.contrast == contrast && one.group == group(&[("sex", "f")])
            });
            for contrast in ["ratio", "difference"] {
                let Some(bounds) = of(contrast) else { continue };
                let Some(value) = comparison(&truth, "selection-rate", contrast, &group(&[("sex", "f")])).value else { continue };
                held += 1;
                let (low, high) = (bounds.low.unwrap_or(f64::NEG_INFINITY), bounds.high.unwrap_or(f64::INFINITY));
                prop_assert!(low <= value + 1e-9 && value <= high + 1e-9, "{contrast}: {value} in {low} to {high}");
            }
        }
        prop_assert!(held >= 2 || rows.iter().all(|row| row.consent == "yes"), "{held}");
    }
}

/// People by sex, consent and decision.
fn counted(counts: &[(&str, &str, &str, usize)]) -> String {
    let mut text = "sex,consent,d\n".to_owned();
    for (sex, consent, d, rows) in counts {
        (0..*rows).for_each(|_| {
            let _ = writeln!(text, "{sex},{consent},{d}");
        });
    }
    text
}

fn simple(more: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n[consent]\n{COLUMN}\n{more}\n[[attribute]]\nname = \"sex\"\n\
         reference = {{ group = \"m\" }}\n[[check]]\nid = \"offer\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\n\
         within = \"4/5\"\n"
    )
}

/// Half of everybody gets the offer in both groups. Women who got it consent more often than women who did not, so that those
/// who consented look as if women got it 1.23 times as often.
fn planted() -> String {
    counted(&[
        ("f", "yes", "yes", 401),
        ("f", "yes", "no", 253),
        ("f", "no", "yes", 99),
        ("f", "no", "no", 247),
        ("m", "yes", "yes", 400),
        ("m", "yes", "no", 400),
        ("m", "no", "yes", 100),
        ("m", "no", "no", 100),
    ])
}

#[track_caller]
fn bounds<'a>(document: &'a Document, kind: &str, contrast: &str) -> &'a Unknown {
    let all = &document.consent.as_ref().expect("asked for").bounds;
    let found =
        all.iter().find(|one| one.kind == kind && one.contrast == contrast && one.group == group(&[("sex", "f")]));
    found.unwrap_or_else(|| panic!("{kind} {contrast}: {all:?}"))
}

#[test]
fn the_bounds_hold_the_ratio_that_consent_has_turned() {
    let document = audit_text(&simple(COVERED), &planted());
    let ratio = bounds(&document, "no-consent-in-group", "ratio");
    let near = |value: Option<f64>, wanted: f64| value.is_some_and(|value| (value - wanted).abs() < 0.006);
    assert!(near(ratio.value, 1.226) && near(ratio.low, 0.67) && near(ratio.high, 1.87), "{ratio:?}");
    assert_eq!(ratio.rows, 546);
    // The limits of the check are within the bounds, so that nobody can tell.
    assert_eq!(ratio.check.as_deref(), Some("offer"));
    assert_eq!(serde_json::to_value(ratio.holds).expect("a verdict"), "inconclusive");
    let difference = bounds(&document, "no-consent-in-group", "difference");
    assert!(near(difference.low, 0.401 - 0.6) && near(difference.high, 0.747 - 0.4), "{difference:?}");
    // Whoever may be of any group can do more.
    let anywhere = audit_text(&simple(""), &planted());
    let wider = bounds(&anywhere, "no-consent-anywhere", "ratio");
    assert!(wider.low < ratio.low && wider.high > ratio.high && wider.rows == 546, "{wider:?}");
    assert!(anywhere.consent.as_ref().is_some_and(|consent| consent.coverage.is_empty() && consent.balance.is_empty()));
}

#[test]
fn coverage_is_a_share_with_its_interval_beside_that_of_the_reference() {
    let document = audit_text(&simple(COVERED), &planted());
    let consent = document.consent.as_ref().expect("asked for");
    let of = |sex: &[(&str, &str)]| -> &Coverage {
        consent.coverage.iter().find(|one| one.group == group(sex)).expect("covered")
    };
    let (everybody, women) = (of(&[]), of(&[("sex", "f")]));
    assert_eq!((everybody.rows, everybody.with_consent), (2000, 1454));
    assert_eq!((women.rows, women.with_consent), (1000, 654));
    // Wilson's limits of 654 of 1000; and Miettinen and Nurminen's of 654/1000 over 800/1000, where the score with both shares at
    // their most likely values for the ratio R, found by search over p0 alone and not by the closed form, is 1.959964:
    // 0.773358 and 0.862985.
    let near = |value: Option<f64>, wanted: f64| value.is_some_and(|value| (value - wanted).abs() < 5e-4);
    assert!(near(women.low, 0.62395) && near(women.high, 0.68285), "{women:?}");
    assert!(near(women.ratio, 0.8175), "{women:?}");
    let nearer = |value: Option<f64>, wanted: f64| value.is_some_and(|value| (value - wanted).abs() < 1e-6);
    assert!(nearer(women.ratio_low, 0.773_358_2) && nearer(women.ratio_high, 0.862_984_5), "{women:?}");
    assert!(of(&[("sex", "m")]).reference.is_none());
    let balance = consent.balance.iter().find(|one| one.group == group(&[("sex", "f")])).expect("there");
    assert!(near(balance.consented, 0.654) && near(balance.favourable, 401.0 / 654.0) && near(balance.reached, 0.401));
    assert_eq!(balance.right, None);
}

#[test]
fn a_penalty_on_people_who_said_no_is_not_read() {
    // The same with every decision of those without consent turned against them.
    let penalty = planted().replace("f,no,yes", "f,no,no").replace("m,no,yes", "m,no,no");
    let same = |more: &str| {
        let (before, after) = (audit_text(&simple(more), &planted()), audit_text(&simple(more), &penalty));
        assert_eq!(bytes_without_sources(before), bytes_without_sources(after));
    };
    same("");
    same(COVERED);
}

#[test]
fn counts_and_formats_of_numbers_do_not_matter() {
    // Each row stands for several; the id is a number in one file and a text in the other.
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    write(
        "consents.csv",
        "id,purpose,status,given_at,withdrawn_at\n1,offers,given,2026-01-01,\n2.0,offers,given,2026-01-01,\n",
    );
    let consent = ledger(folder.path(), COVERED);
    let text = |count: &str| {
        format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n{count}\n[consent]\n{consent}\n[[attribute]]\n\
             name = \"sex\"\n[statistics]\nmin_group = 1\n"
        )
    };
    let many = write(
        "many.csv",
        "who,when,sex,d\n1,2026-05-01,f,yes\n1,2026-05-01,f,yes\n2,2026-05-01,m,no\n3,2026-05-01,m,yes\n3,2026-05-01,m,yes\n",
    );
    let few = write(
        "few.ndjson",
        "{\"who\":1,\"when\":\"2026-05-01\",\"sex\":\"f\",\"d\":\"yes\",\"n\":2}\n\
         {\"who\":2,\"when\":\"2026-05-01\",\"sex\":\"m\",\"d\":\"no\",\"n\":1}\n\
         {\"who\":3,\"when\":\"2026-05-01\",\"sex\":\"m\",\"d\":\"yes\",\"n\":2}\n",
    );
    let (many, few) = (audit_files(&text(""), &[many]), audit_files(&text("count = \"n\""), &[few]));
    assert_eq!(many.consent, few.consent);
    assert_eq!(many.measurements, few.measurements);
    let consent = many.consent.expect("asked for");
    assert_eq!((consent.rows_with, consent.rows_without), (Some(3), Some(2)));
}

#[test]
fn where_several_rows_are_of_one_person_shares_have_no_interval() {
    let people: String = planted().lines().enumerate().fold(String::new(), |mut text, (place, line)| {
        let who = if place == 0 { "who".to_owned() } else { (place / 2).to_string() };
        let _ = writeln!(text, "{line},{who}");
        text
    });
    let document = audit_text(&simple(COVERED).replace("[consent]", "unit = \"who\"\n[consent]"), &people);
    let consent = document.consent.expect("asked for");
    assert!(consent.without_interval.is_some());
    assert!(consent.coverage.iter().all(|one| one.share.is_some() && one.low.is_none() && one.ratio_high.is_none()));
    assert!(consent.coverage.iter().any(|one| one.ratio.is_some()));
}

#[test]
fn no_id_is_in_any_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let people = "id,purpose,status,given_at,withdrawn_at\nperson-4711,offers,given,2026-01-01,\nperson-4712,offers,refused,2026-01-01,\n";
    std::fs::write(folder.path().join("consents.csv"), people).expect("written");
    let data = folder.path().join("rows.csv");
    let rows = "who,when,sex,d\nperson-4711,2026-05-01,f,yes\nperson-4712,2026-05-01,m,yes\n";
    std::fs::write(&data, rows).expect("written");
    let text = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n[consent]\n{}\n[[attribute]]\nname = \"sex\"\n",
        ledger(folder.path(), COVERED)
    );
    let release = internal(&audit_files(&text, &[data]));
    for format in evenhand::render::Format::all() {
        let mut bytes = Vec::new();
        if format.render(&release, evenhand::render::Colour::Plain, &mut bytes).is_ok() {
            assert!(!String::from_utf8_lossy(&bytes).contains("person-47"), "{}", format.name());
        }
    }
}
