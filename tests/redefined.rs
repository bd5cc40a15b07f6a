//! What asks something else than before is not taken for the same question: a number of another kind, an outcome of another column,
//! rows of other people.

use crate::support::{audit_text, internal};
use evenhand::change::{Baseline, between, unlike};
use evenhand::history::RowSeen;
use evenhand::render::Format;
use evenhand::result::{Document, SourceView};

const DATA: &str = "version = 1\ndata = { decision = \"sold\", favourable = [1], count = \"rows\" }\nattribute = [{ name = \"sex\" }]\n";

fn baseline(document: Document) -> Baseline {
    Baseline { path: "last.json".to_owned(), sha256: String::new(), document }
}

/// Ratio 0.75 before, and a difference of -10 points now: "before it was 75 points" would be made up.
#[test]
fn a_number_of_another_kind_is_no_number_before() {
    let check = |contrast: &str, limit: &str| {
        format!("{DATA}[[check]]\nid = \"gap\"\nmetric = \"selection-rate\"\ncontrast = \"{contrast}\"\n{limit}\n")
    };
    let csv = "sex,sold,rows\nf,1,300\nf,0,700\nm,1,800\nm,0,1200\n";
    let (ratio, difference) = (check("ratio", "within = \"4/5\""), check("difference", "within = \"0.05\""));
    let now = audit_text(&difference, csv);
    let before = |policy: &str| {
        let before = baseline(audit_text(policy, csv));
        between(&before.document, &now, before.view()).checks[0].value_before
    };
    assert_eq!((before(&ratio), before(&difference)), (None, Some(-0.1)));
}

const WAIT: &str = "[[outcome]]\nname = \"wait\"\nkind = \"duration\"\nbetter = \"less\"\n[[check]]\nid = \"long\"\nmetric = \"wait.mean\"\n\
                    contrast = \"difference\"\nwithin = 20\n";

fn waits(policy: &str) -> Document {
    let rows = "f,1,100,200,1,yes,60\nf,0,130,230,1,no,40\nm,1,60,260,0,yes,60\nm,0,90,290,1,no,40\n";
    audit_text(policy, &format!("sex,sold,wait,other,over,agreed,rows\n{rows}"))
}

#[test]
fn another_column_is_another_outcome() {
    let first = waits(&format!("{DATA}{WAIT}"));
    let definition = |document: &Document| RowSeen::of(document, &document.checks[0]);
    for (key, from, to) in [
        ("column", "kind =", "column = \"other\"\nkind ="),
        ("better", "better = \"less\"", "better = \"more\""),
        ("kind", "kind = \"duration\"", "kind = \"amount\""),
    ] {
        let now = waits(&format!("{DATA}{}", WAIT.replace(from, to)));
        let error = unlike::check_stored(&baseline(first.clone()), &now).expect_err(key).to_string();
        assert!(error.contains(&format!("`{key} of the outcome wait`")), "{key}: {error}");
        assert!(
            !definition(&now).asks_the_same(&definition(&first)),
            "{key}: an action would be closed by another question"
        );
        let before = baseline(first.clone());
        let change = between(&before.document, &now, before.view());
        assert!(change.differences.iter().any(|one| one.what == format!("{key} of wait")), "{:?}", change.differences);
    }
    let again = waits(&format!("{DATA}{WAIT}"));
    assert!(unlike::check_stored(&baseline(first.clone()), &again).is_ok());
    assert!(definition(&again).asks_the_same(&definition(&first)));
}

#[test]
fn rows_of_those_who_agreed_are_other_rows() {
    let all = waits(&format!("{DATA}{WAIT}"));
    let consent = |given: &str| format!("{DATA}{WAIT}[consent]\ncolumn = \"agreed\"\ngiven = [{given}]\n");
    let agreed = waits(&consent("\"yes\""));
    let error = unlike::check_stored(&baseline(all.clone()), &agreed).expect_err("others are left out").to_string();
    assert!(error.contains("`consent` was none") && error.contains("by the column agreed [yes]"), "{error}");
    let definition = |document: &Document| RowSeen::of(document, &document.checks[0]).definition;
    assert_ne!(definition(&all), definition(&agreed));
    assert_ne!(definition(&agreed), definition(&waits(&consent("\"yes\", \"no\""))), "other values say yes");
    assert!(unlike::check_stored(&baseline(agreed.clone()), &waits(&consent("\"yes\""))).is_ok());
}

/// The mean waits differ by (100 * 60 + 130 * 40 - 60 * 60 - 90 * 40) / 100 = 40 seconds.
#[test]
fn what_changed_of_a_duration_is_told_in_seconds() {
    let before = baseline(waits(&format!("{DATA}{WAIT}")));
    let mut now = waits(&format!("{DATA}{WAIT}"));
    now.change = Some(between(&before.document, &now, before.view()));
    let text = String::from_utf8(Format::Markdown.to_bytes(&internal(&now)).expect("rendered")).expect("text");
    let row = text.lines().find(|line| line.starts_with("| unchanged | long |")).unwrap_or_else(|| panic!("{text}"));
    assert!(row.contains("| 40 s | 40 s |") || row.contains("| -40 s | -40 s |"), "{row}");
}

/// A shard stands for the files that it counts.
#[test]
fn rows_of_cells_are_found_in_the_files_that_they_count() {
    let before = baseline(waits(&format!("{DATA}{WAIT}")));
    let file = before.document.data.sources[0].clone();
    let mut now = before.document.clone();
    let cells = SourceView { path: "june.cells".to_owned(), sha256: "other".to_owned(), ..file.clone() };
    now.data.sources = vec![cells.clone()];
    assert!(unlike::same_file_stored(&before, &now).is_none());
    now.data.sources = vec![SourceView { holds: vec![file], ..cells }];
    let told = unlike::same_file_stored(&before, &now).expect("it is the same file");
    assert_eq!(told.code, "baseline-same-file");
}
