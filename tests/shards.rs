//! Shards add up: however rows are split, tallied, stored and merged, the audit of the cells is the audit of the rows.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::support;
use crate::support::cells::{GROUPS, HEAD, OUTCOMES, csv, draw, policies, quiet, source, sources, store, write};
use crate::support::{SplitMix64, audit_files, bytes_without_sources, policy, try_audit};
use evenhand::cell::Values;
use evenhand::cell::measured::{Cases, Counts, Ledger};
use evenhand::diagnostic::Diagnostic;
use evenhand::error::Error;
use evenhand::tally::Shard;
use evenhand::tally::shard::{KEY, columns, holds_cells, read, to_bytes};
use polars::prelude::*;
use tempfile::TempDir;

fn try_tally(text: &str, files: &[PathBuf]) -> Result<Shard, Error> {
    evenhand::tally(&policy(text).0, &sources(files), &quiet())
}

fn try_merge(files: &[PathBuf]) -> Result<Shard, Error> {
    evenhand::merge(&sources(files), &quiet())
}

/// The mistakes of the user that an error tells of.
#[track_caller]
fn problems(error: Error) -> Vec<Diagnostic> {
    match error {
        Error::Policy(problems) => problems,
        other => panic!("{other}"),
    }
}

/// Splits the lines below the header at random, tallies every part, and merges two of the files at a time until one is left.
fn split_tally_merge(folder: &Path, text: &str, csv: &str, random: &mut SplitMix64) -> PathBuf {
    let (header, rows) = csv.split_once('\n').expect("a header");
    let mut parts = vec![format!("{header}\n"); 1 + random.below(5)];
    for row in rows.lines() {
        let part = random.below(parts.len());
        parts[part] += row;
        parts[part].push('\n');
    }
    let mut files = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let path = folder.join(format!("part-{number}.csv"));
        std::fs::write(&path, part).expect("written");
        let shard = try_tally(text, &[path]).unwrap_or_else(|error| panic!("{error}\n{text}"));
        files.push(store(folder, &format!("part-{number}.cells"), &shard));
    }
    let mut merged = 0;
    while files.len() > 1 && random.chance(800) {
        random.shuffle(&mut files);
        let most = files.len();
        let some = files.split_off(most - 2 - random.below(most - 1).min(most - 2));
        merged += 1;
        let whole = try_merge(&some).unwrap_or_else(|error| panic!("{error}"));
        files.push(store(folder, &format!("merged-{merged}.cells"), &whole));
    }
    // What is left is merged here, or by the audit itself.
    if files.len() == 1 {
        return files.remove(0);
    }
    let whole = try_merge(&files).unwrap_or_else(|error| panic!("{error}"));
    store(folder, "whole.cells", &whole)
}

#[track_caller]
fn same_as_rows(text: &str, cells: &[PathBuf], rows: &[PathBuf]) {
    let (of_cells, of_rows) = (try_audit(text, cells), try_audit(text, rows));
    match (of_cells, of_rows) {
        (Ok(cells), Ok(rows)) => {
            assert_eq!(cells.run.id, rows.run.id, "{text}");
            assert_eq!(bytes_without_sources(cells), bytes_without_sources(rows), "{text}");
        }
        (Err(cells), Err(rows)) => {
            // What a value is missing is told of the data, wherever they lie.
            assert_eq!(cells.exit_code(), rows.exit_code(), "{cells}\n{rows}\n{text}");
            assert!(matches!(cells, Error::Policy(_)), "{cells}");
            assert_eq!(cells.to_string(), rows.to_string());
        }
        (cells, rows) => panic!("{:?} and {:?}\n{text}", cells.map(|_| ()), rows.map(|_| ())),
    }
}

#[test]
fn any_parts_in_any_order_add_up_to_the_whole() {
    // Beside no group that is declared.
    let alone = format!(
        "{HEAD}label = \"came\"\npositive = [1]\n[[attribute]]\nname = \"origin\"\nkind = \"probability\"\n\
         columns = {{ here = \"p\", there = \"q\" }}\n[statistics]\nmin_group = 3\n"
    );
    let added = policies().into_iter().filter(|(name, _)| !name.starts_with("people"));
    for (name, text) in added.chain([("probabilities alone", alone)]) {
        for seed in 0..2 {
            let mut random = SplitMix64(seed);
            let folder = TempDir::new().expect("a folder");
            let rows = 30 + random.below(120);
            let csv = csv(&draw(&mut random, rows));
            let whole = folder.path().join("rows.csv");
            std::fs::write(&whole, &csv).expect("written");
            let cells = split_tally_merge(folder.path(), &text, &csv, &mut random);
            eprintln!("{name}, seed {seed}");
            same_as_rows(&text, &[cells], &[whole]);
        }
    }
}

#[test]
fn the_same_cells_are_the_same_bytes_in_whatever_order_they_were_counted() {
    let folder = TempDir::new().expect("a folder");
    let (_, text) = policies().swap_remove(1);
    let mut rows = draw(&mut SplitMix64(5), 200);
    let write = |name: &str, rows: &[String]| write(folder.path(), name, rows);
    let tally = |path: PathBuf| {
        let mut shard = try_tally(&text, &[path]).expect("cells");
        shard.header.sources.clear();
        to_bytes(&shard).expect("cells can be written")
    };
    let one = tally(write("one.csv", &rows));
    rows.reverse();
    assert_eq!(one, tally(write("other.csv", &rows)));
    rows.pop();
    assert_ne!(one, tally(write("fewer.csv", &rows)));
}

/// Splits a file into three and audits their cells; the audit merges them itself.
#[track_caller]
fn in_three(text: &str, csv: &str) -> Vec<Shard> {
    let folder = TempDir::new().expect("a folder");
    let (header, rows) = csv.split_once('\n').expect("a header");
    let whole = folder.path().join("rows.csv");
    std::fs::write(&whole, csv).expect("written");
    let (mut cells, mut shards) = (Vec::new(), Vec::new());
    for part in 0..3 {
        let mut lines = format!("{header}\n");
        rows.lines().skip(part).step_by(3).for_each(|line| lines += &format!("{line}\n"));
        let path = folder.path().join(format!("part-{part}.csv"));
        std::fs::write(&path, lines).expect("written");
        let shard = try_tally(text, &[path]).unwrap_or_else(|error| panic!("{error}"));
        cells.push(store(folder.path(), &format!("{part}.cells"), &shard));
        shards.push(shard);
    }
    same_as_rows(text, &cells, std::slice::from_ref(&whole));
    shards.push(try_tally(text, &[whole]).unwrap_or_else(|error| panic!("{error}")));
    shards
}

#[test]
fn datasets_in_three_shards_are_the_datasets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets");
    let datasets = [
        ("campaign", "offers.csv"),
        ("calibrated", "scores.csv"),
        ("berkeley", "admissions.csv"),
        ("small_groups", "credits.csv"),
    ];
    for (folder, file) in datasets {
        let read = |name: &str| std::fs::read_to_string(root.join(folder).join(name)).expect("a dataset");
        in_three(&read("evenhand.toml"), &read(file));
    }
}

#[test]
fn real_data_in_three_shards_are_the_data() {
    let Some(shared) = support::shared_data() else { return };
    let Ok(csv) = std::fs::read_to_string(shared.join("adult/adult.lr_v1.csv")) else {
        eprintln!("not tested: there is no adult data");
        return;
    };
    in_three(
        "version = 1\n[data]\ndecision = \"prediction\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n\
         score = \"score\"\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"race\"\n[[attribute]]\nname = \"age_band\"\n\
         [intersections]\nsets = [[\"sex\", \"race\"]]\n",
        &csv,
    );
}

const SCORED: &str = "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.317\"\nfavourable = [1]\nlabel = \"came\"\n\
                      positive = [1]\n[[attribute]]\nname = \"sex\"\n[statistics]\nreplicates = 50\npermutations = 50\n";

fn scored(rows: impl Iterator<Item = (u64, &'static str)>) -> String {
    let mut csv = "sex,score,came\n".to_owned();
    let mut random = SplitMix64(77);
    for (number, sex) in rows {
        // Distinct scores that lie apart, each with more digits than a hundredth.
        let score = (number as f64 + 0.25) / 400_000.0;
        writeln!(csv, "{sex},{score},{}", u8::from(random.chance((1000.0 * score) as usize))).expect("text");
    }
    csv
}

#[test]
fn scores_go_into_bins_when_the_whole_has_too_many_though_no_shard_has() {
    // Women have more than 65,536 distinct scores of one label together and fewer in each of three shards; men have few.
    let women = (0..110_000).map(|number| (number, "F"));
    let men = (0..300).map(|number| (number * 1200, "M"));
    let csv = scored(women.chain(men));
    let shards = in_three(SCORED, &csv);
    // Most rows are negatives.
    let exact = |shard: &Shard, sex: &str| {
        let ledgers = &shard.tables[0].counted.ledgers;
        let most = ledgers.iter().filter(|((names, _), _)| names[0] == sex).max_by_key(|(_, ledger)| ledger.rows());
        most.expect("negatives").1.is_exact()
    };
    let (whole, parts) = shards.split_last().expect("the parts and the whole");
    assert!(!exact(whole, "F") && exact(whole, "M"));
    assert!(parts.len() == 3 && parts.iter().all(|part| exact(part, "F") && exact(part, "M")));
}

#[test]
fn a_shard_in_bins_and_one_without_add_up() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, csv: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, csv).expect("written");
        path
    };
    let many = scored((0..120_000).map(|number| (number, "F")));
    let few = scored((0..900).map(|number| (number * 400, if number % 3 == 0 { "F" } else { "M" })));
    let whole = write("whole.csv", &format!("{many}{}", few.split_once('\n').expect("a header").1));
    let many = try_tally(SCORED, &[write("many.csv", &many)]).expect("cells");
    let few = try_tally(SCORED, &[write("few.csv", &few)]).expect("cells");
    let binned = |shard: &Shard| shard.tables[0].counted.ledgers.values().filter(|ledger| !ledger.is_exact()).count();
    assert!(binned(&many) > 0 && binned(&few) == 0);
    let cells = [store(folder.path(), "few.cells", &few), store(folder.path(), "many.cells", &many)];
    same_as_rows(SCORED, &cells, &[whole]);
}

/// So many rows with distinct waits, some of them below zero where `signed`.
fn waits(rows: impl Iterator<Item = (u64, &'static str)>, signed: bool) -> String {
    let mut csv = "sex,offered,wait\n".to_owned();
    for (number, sex) in rows {
        let wait = (number as f64 + 0.25) / 64.0 - if signed { 300.0 } else { 0.0 };
        let wait = if number % 50 == 7 { String::new() } else { wait.to_string() };
        writeln!(csv, "{sex},{},{wait}", number % 2).expect("text");
    }
    csv
}

fn waiting(kind: &str, more: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \"sex\"\n\
         [[outcome]]\nname = \"wait\"\nkind = \"{kind}\"\nbetter = \"less\"\n{more}"
    )
}

#[test]
fn values_go_into_bins_when_the_whole_has_too_many_though_no_shard_has() {
    let women = (0..140_000).map(|number| (number, "F"));
    let men = (0..300).map(|number| (number * 400, "M"));
    let csv = waits(women.chain(men), true);
    let text = waiting("amount", "bound = \"0.1\"\n");
    in_three(&text, &csv);
    let document = support::audit_text(&text, &csv);
    assert!(document.measurements.iter().any(|m| m.metric == "wait.median" && m.bounds.is_some()));
    assert!(document.measurements.iter().any(|m| m.metric == "wait.median" && m.bounds.is_none()));
}

#[test]
fn open_cases_in_bins_add_up() {
    let text = waiting("duration", "bound = 1000\nended = \"offered\"\nended_values = [1]\n");
    let csv = waits((0..100_000).map(|number| (number, if number % 40 == 0 { "M" } else { "F" })), false);
    in_three(&text, &csv);
    let document = support::audit_text(&text, &csv);
    let women = support::group(&[("sex", "F")]);
    let found = support::measurement(&document, "wait.median-time", &women);
    let bounds = found.bounds.as_ref().expect("they are in bins");
    let (low, high, value) = (bounds.low, bounds.high.expect("an end"), found.value.expect("a median"));
    assert!(low <= value && value <= high && high - low < 0.01 * value, "{low} {value} {high}");
}

#[test]
fn outcomes_under_other_rules_are_not_added_and_damaged_ones_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, csv: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, csv).expect("written");
        path
    };
    let january = write("january.csv", &waits((0..60).map(|n| (n, if n % 3 == 0 { "F" } else { "M" })), false));
    let february = write("february.csv", &waits((60..99).map(|n| (n, if n % 3 == 0 { "F" } else { "M" })), false));
    let tally = |text: &str, of: &PathBuf| try_tally(text, std::slice::from_ref(of)).expect("cells");
    let one = store(folder.path(), "one.cells", &tally(&waiting("duration", ""), &january));
    for (other, says) in [
        (waiting("amount", ""), "wait\" amount"),
        (waiting("duration", "bound = 9\n"), "bound 9"),
        (waiting("duration", "column = \"offered\"\n"), "of column"),
    ] {
        let two = store(folder.path(), "two.cells", &tally(&other, &february));
        let told = problems(try_merge(&[one.clone(), two]).expect_err("they count something else"));
        assert_eq!(told[0].code, "cells-unlike");
        assert!(told[0].message.contains(says) && told[0].message.contains("`outcomes`"), "{}", told[0].message);
    }
    let unlike = problems(
        try_audit(&waiting("duration", "bound = 9\n"), std::slice::from_ref(&one)).expect_err("another policy"),
    );
    assert_eq!(unlike[0].code, "cells-unlike");
    // Which side more is better on changes no count.
    let more = waiting("duration", "").replace("less", "more");
    try_audit(&more, std::slice::from_ref(&one)).expect("the same cells");

    let whole = read(std::fs::read(&one).expect("bytes")).expect("cells");
    let refused = |shard: &Shard, says: &str| {
        let path = store(folder.path(), "damaged.cells", shard);
        let error = try_audit(&waiting("duration", ""), &[path]).expect_err("damaged");
        assert!(error.to_string().contains(says), "{error}");
    };
    let mut fewer = whole.clone();
    fewer.tables[0].counted.outcomes.pop_first();
    refused(&fewer, "do not add up");
    let mut twice = whole.clone();
    let (names, values) = twice.tables[0].counted.outcomes.pop_first().expect("values");
    let doubled = evenhand::cell::Values::together(&[&values, &values]).expect("values");
    twice.tables[0].counted.outcomes.insert(names, doubled);
    refused(&twice, "do not add up");
    let mut unnamed = whole;
    unnamed.header.outcomes[0].name = "elapsed".to_owned();
    refused(&unnamed, "does not fit its rules");
}

#[test]
fn values_that_an_outcome_cannot_have_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let rows = folder.path().join("rows.csv");
    std::fs::write(&rows, waits((0..60).map(|n| (n, if n % 3 == 0 { "F" } else { "M" })), false)).expect("written");
    let refused = |text: &str, of: &[(f64, Cases)], says: &str| {
        let mut shard = try_tally(text, std::slice::from_ref(&rows)).expect("cells");
        let (_, values) = shard.tables[0].counted.outcomes.iter_mut().next().expect("values");
        let rest = Cases::ended(values.rows() - of.iter().map(|(_, cases)| cases.rows()).sum::<u64>());
        let ledger = Ledger::of(of.iter().cloned().chain([(1.0, rest)]));
        *values = Values::new(Arc::clone(values.grid()), ledger, values.missing());
        let path = store(folder.path(), "other.cells", &shard);
        match try_audit(text, &[path]) {
            Ok(_) => assert_eq!(says, ""),
            Err(error) => assert!(!says.is_empty() && error.to_string().contains(says), "{error}"),
        }
    };
    let (one, open) = (Cases::ended(1), Cases::open(1));
    let yes_no = waiting("yes-no", "column = \"offered\"\nyes = [1]\n");
    refused(&yes_no, &[(0.0, one.clone())], "");
    for value in [-7.5, 0.5, 2.0] {
        refused(&yes_no, &[(value, one.clone())], "no number that can be");
    }
    refused(&yes_no, &[(0.0, open.clone())], "open cases and no duration");
    let amount = waiting("amount", "");
    refused(&amount, &[(-7.5, one.clone())], "");
    refused(&amount, &[(-7.5, open.clone())], "open cases and no duration");
    let lasted = waiting("duration", "bound = 9\nended = \"offered\"\nended_values = [1]\n");
    refused(&lasted, &[(7.5, open.clone())], "");
    refused(&lasted, &[(-7.5, open.clone())], "no number that can be");
    let mut unknown = try_tally(&amount, std::slice::from_ref(&rows)).expect("cells");
    unknown.header.outcomes[0].kind = "mood".to_owned();
    let path = store(folder.path(), "unknown.cells", &unknown);
    let error = try_audit(&amount, &[path]).expect_err("nobody knows what can be").to_string();
    assert!(error.contains("a kind that is not known") || error.contains("does not fit its rules"), "{error}");
}

#[test]
fn people_are_audited_from_one_file_and_never_added() {
    let folder = TempDir::new().expect("a folder");
    for (weighted, roles) in [(false, "unit = \"person\"\n"), (true, "unit = \"person\"\nweight = \"w\"\n")] {
        let text = format!("{HEAD}label = \"came\"\npositive = [1]\n{roles}{GROUPS}");
        let file = |name: &str, seed: u64| write(folder.path(), name, &draw(&mut SplitMix64(seed), 150));
        let rows = [file("one.csv", 1), file("two.csv", 2)];
        // People who have rows in both files are people still: both are counted in one tally.
        let both = store(folder.path(), "both.cells", &try_tally(&text, &rows).expect("cells"));
        same_as_rows(&text, &[both], &rows);
        let apart = [0, 1].map(|place: usize| {
            let shard = try_tally(&text, &rows[place..=place]).expect("cells");
            assert!(!shard.tables[0].people.is_empty(), "{weighted}");
            store(folder.path(), &format!("{place}.cells"), &shard)
        });
        let told = problems(try_merge(&apart).expect_err("people are not added"));
        assert_eq!(told[0].code, "cells-of-people");
        let told = problems(try_audit(&text, &apart).expect_err("people are not added"));
        assert_eq!(told[0].code, "cells-of-people");
        assert!(told[0].message.contains("one `tally`"), "{}", told[0].message);
        // Nobody may lose or gain a row.
        let mut fewer = read(std::fs::read(&apart[0]).expect("bytes")).expect("cells");
        fewer.tables[0].people.pop();
        let fewer = store(folder.path(), "fewer.cells", &fewer);
        let error = try_audit(&text, &[fewer]).expect_err("people without their rows");
        assert!(error.exit_code() == 4, "{error}");
    }
}

/// Two shards of the same policy, and the folder they are in.
fn two() -> (TempDir, String, [PathBuf; 2], [PathBuf; 2]) {
    let folder = TempDir::new().expect("a folder");
    let (_, text) = policies().swap_remove(1);
    let rows = [1, 2].map(|seed| write(folder.path(), &format!("{seed}.csv"), &draw(&mut SplitMix64(seed), 120)));
    let cells = [0, 1].map(|place: usize| {
        let shard = try_tally(&text, &rows[place..=place]).expect("cells");
        store(folder.path(), &format!("{place}.cells"), &shard)
    });
    (folder, text, rows, cells)
}

#[test]
fn a_shard_of_another_policy_is_refused_by_what_differs() {
    let (folder, text, rows, cells) = two();
    for (changed, key) in [
        (text.replace("favourable = [1]", "favourable = [1, 2]\nselected = [1]"), "`favourable` is [\"1\"]"),
        (text.replace("\"NA\"", "\"NA\", \"none\""), "`missing` is"),
        (text.replace("bins = [30, 50]", "bins = [30, 51]"), "`by` is"),
        (text.replace("label = \"came\"", "label = \"rows\""), "`label` is \"came\""),
        (text.replace("score = \"score\"\n", ""), "`score` is \"score\""),
        (
            text.replace(
                "[[attribute]]\nname = \"sex\"",
                "where = { consent = [\"yes\"] }\n[[attribute]]\nname = \"sex\"",
            ),
            "`where` is",
        ),
    ] {
        assert_ne!(changed, text);
        let other = store(folder.path(), "other.cells", &try_tally(&changed, &rows[1..]).expect("cells"));
        let told = problems(try_merge(&[cells[0].clone(), other.clone()]).expect_err("unlike cells are not added"));
        assert_eq!((told[0].code, told.len()), ("cells-unlike", 1));
        assert!(told[0].place.as_ref().is_some_and(|place| place.file.ends_with("other.cells")));
        let told = problems(try_audit(&text, &[other]).expect_err("cells of another policy are not audited"));
        assert_eq!(told[0].code, "cells-unlike");
        assert!(told[0].message.contains(key.split(" is").next().expect("a key")), "{}", told[0].message);
    }
    // What only judges changes no cell.
    let judged = text
        .replace("min_group = 3", "min_group = 5\nlevel = 0.9")
        .replace("groups = [\"M\", \"F\", \"X\"]", "groups = [\"F\"]\nreference = \"rest\"");
    assert_ne!(judged, text);
    same_as_rows(&judged, &cells, &rows);
}

#[test]
fn no_row_counts_twice() {
    let (folder, text, rows, cells) = two();
    let copy = folder.path().join("copy.cells");
    std::fs::copy(&cells[0], &copy).expect("copied");
    let merged = store(folder.path(), "merged.cells", &try_merge(&cells).expect("cells"));
    for twice in [[cells[0].clone(), copy], [merged.clone(), cells[1].clone()]] {
        for told in [
            problems(try_merge(&twice).expect_err("rows would count twice")),
            problems(try_audit(&text, &twice).expect_err("rows would count twice")),
        ] {
            assert_eq!((told[0].code, told.len()), ("cells-twice", 1));
        }
    }
    same_as_rows(&text, &[merged], &rows);
}

#[test]
fn cells_and_rows_are_not_mixed() {
    let (_folder, text, rows, cells) = two();
    let told = problems(try_audit(&text, &[cells[0].clone(), rows[1].clone()]).expect_err("mixed"));
    assert!(told[0].message.contains("evenhand tally"), "{}", told[0].message);
    let told = problems(try_tally(&text, &cells).expect_err("cells are not tallied"));
    assert!(told[0].message.contains("evenhand merge"), "{}", told[0].message);
    assert_eq!(try_merge(&rows).expect_err("rows are not merged").exit_code(), 4);
}

#[test]
fn cells_are_known_by_what_they_hold() {
    let (folder, text, rows, cells) = two();
    assert!(holds_cells(&cells[0]) && !holds_cells(&rows[0]) && !holds_cells(folder.path()));
    let disguised = folder.path().join("rows.csv");
    std::fs::copy(&cells[0], &disguised).expect("copied");
    same_as_rows(&text, &[disguised], &rows[..1]);
}

/// The table of a file of cells.
fn table(path: &Path) -> DataFrame {
    ParquetReader::new(std::fs::File::open(path).expect("a file")).finish().expect("a table")
}

/// A file with this table and header.
fn file(frame: &mut DataFrame, header: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let metadata = KeyValueMetadata::from_static(vec![(KEY.to_owned(), header.to_owned())]);
    ParquetWriter::new(&mut bytes).with_key_value_metadata(Some(metadata)).finish(frame).expect("memory");
    bytes
}

#[test]
fn the_columns_are_those_that_are_declared() {
    let (folder, text, rows, cells) = two();
    let without = table(&cells[0]);
    let shard = try_tally(&(text + OUTCOMES), &rows[..1]).expect("cells");
    let frame = table(&store(folder.path(), "measured.cells", &shard));
    let names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
    // Those of outcomes come last, and only where there are some.
    let of_outcomes = columns::COLUMNS.iter().position(|(name, ..)| *name == columns::OUTCOME).expect("declared");
    assert!(without.get_column_names().iter().map(|name| name.to_string()).eq(names[..3 + of_outcomes].to_vec()));
    let declared = columns::COLUMNS.iter().map(|(name, ..)| (*name).to_owned());
    let expected: Vec<String> = ["sex", "age_band", "region"].map(str::to_owned).into_iter().chain(declared).collect();
    assert_eq!(names, expected);
    for (name, kind, _) in columns::COLUMNS {
        let expected = match *kind {
            "string" => DataType::String,
            "double" => DataType::Float64,
            "unsigned 64 bits" => DataType::UInt64,
            _ => DataType::Decimal(38, 0),
        };
        assert_eq!(frame.column(name).expect("a column").dtype(), &expected, "{name}");
    }
}

#[test]
fn a_group_may_be_called_like_a_column_of_the_table() {
    let text = "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\n[[attribute]]\nname = \"Rows\"\n[[attribute]]\n\
                name = \"label\"\n[statistics]\nmin_group = 1\n";
    let folder = TempDir::new().expect("a folder");
    let rows = folder.path().join("a.csv");
    std::fs::write(&rows, "Rows,label,d\na,x,1\nb,x,0\na,y,1\nb,y,1\n").expect("written");
    let cells = store(folder.path(), "a.cells", &try_tally(text, std::slice::from_ref(&rows)).expect("cells"));
    assert!(table(&cells).column("Rows_").is_ok() && table(&cells).column("label_").is_ok());
    same_as_rows(text, &[cells], &[rows]);
}

/// A warehouse writes lines in any order, splits counts, knows other types, and seals nothing.
#[test]
fn cells_that_another_program_wrote_are_read() {
    let (folder, text, rows, cells) = two();
    let mut shard = read(std::fs::read(&cells[0]).expect("bytes")).expect("cells");
    shard.header.sha256 = None;
    let header = serde_json::to_string(&shard.header).expect("JSON");
    let frame = table(&cells[0]);
    let mut frame = frame.reverse().vstack(&frame).expect("lines");
    // Every line twice, so every count once more.
    let rows_twice = frame.column("rows").expect("rows").cast(&DataType::Int64).expect("whole");
    frame.with_column(rows_twice).expect("a column");
    let keep = ["sex", "age_band", "region", "what", "decision", "label", "score", "rows"];
    let mut frame = frame.select(keep).expect("columns");
    shard.header.rows_read *= 2;
    let doubled = serde_json::to_string(&shard.header).expect("JSON");
    let wrong = folder.path().join("wrong.cells");
    std::fs::write(&wrong, file(&mut frame, &header)).expect("written");
    let error = try_audit(&text, &[wrong]).expect_err("counts that do not add up");
    assert!(error.exit_code() == 4 && error.to_string().contains("do not add up"), "{error}");
    let right = folder.path().join("right.cells");
    std::fs::write(&right, file(&mut frame, &doubled)).expect("written");
    let copy = folder.path().join("copy.csv");
    std::fs::copy(&rows[0], &copy).expect("copied");
    same_as_rows(&text, &[right], &[rows[0].clone(), copy]);
}

#[test]
fn foreign_and_impossible_cells_are_refused() {
    let (folder, text, _, cells) = two();
    let shard = read(std::fs::read(&cells[0]).expect("bytes")).expect("cells");
    let frame = table(&cells[0]);
    let path = folder.path().join("bad.cells");
    let refused = |frame: &DataFrame, header: String, says: &str| {
        std::fs::write(&path, file(&mut frame.clone(), &header)).expect("written");
        for error in [
            try_audit(&text, std::slice::from_ref(&path)).expect_err(says),
            try_merge(std::slice::from_ref(&path)).expect_err(says),
        ] {
            assert_eq!(error.exit_code(), 4, "{error}");
            assert!(error.to_string().contains(says), "{says}: {error}");
        }
    };
    let header = |change: &dyn Fn(&mut Shard)| {
        let mut changed = shard.clone();
        change(&mut changed);
        serde_json::to_string(&changed.header).expect("JSON")
    };
    let same = header(&|_| {});
    refused(&frame, "{".to_owned(), "header is damaged");
    refused(&frame, "{}".to_owned(), "names no form");
    refused(&frame, "{\"schema\":\"evenhand.cells/1\"}".to_owned(), "not whole");
    refused(&frame, header(&|shard| shard.header.schema = "evenhand.cells/2".to_owned()), "form 2");
    refused(&frame, header(&|shard| shard.header.grid = "evenhand.grid/2".to_owned()), "evenhand.grid/2");
    refused(&frame, header(&|shard| shard.header.rules_sha256 = "0".to_owned()), "hashed");
    refused(&frame, header(&|shard| shard.header.rows_read = u64::MAX), "do not add up");
    refused(&frame, header(&|shard| shard.header.sha256 = Some("0".to_owned())), "changed or damaged");
    let put = |column: Column| {
        let mut changed = frame.clone();
        changed.with_column(column).expect("a column");
        changed
    };
    let lines = frame.height();
    let words = |name: &str, word: &str| Column::new(name.into(), vec![word; lines]);
    refused(&put(words("what", "nothing")), same.clone(), "counts nothing that is known");
    refused(&put(words("label", "perhaps")), same.clone(), "has no `label`");
    refused(&put(Column::new("rows".into(), vec![-1_i64; lines])), same.clone(), "`rows`");
    refused(&put(Column::new("rows".into(), vec![u64::MAX; lines])), same.clone(), "more than can be");
    refused(&put(Column::new("score".into(), vec![1.5_f64; lines])), same.clone(), "0 to 1");
    refused(&put(Column::new("score".into(), vec![f64::NAN; lines])), same.clone(), "0 to 1");
    refused(&put(words("what", "bin")), same.clone(), "`score`");
    for change in [
        |shard: &mut Shard| drop(shard.header.groupings.pop()),
        |shard: &mut Shard| shard.header.threshold = Some("0.5".to_owned()),
    ] {
        std::fs::write(&path, file(&mut frame.clone(), &header(&|shard| change(shard)))).expect("written");
        let error = try_audit(&text, std::slice::from_ref(&path)).expect_err("a header of other rules");
        assert!(error.exit_code() == 4 && error.to_string().contains("does not fit"), "{error}");
    }
    refused(&frame.drop("sex").expect("a column"), same.clone(), "no column `sex`");
    refused(&frame.drop("rows").expect("a column"), same, "no column `rows`");
}

#[test]
fn damaged_cells_are_refused_or_are_what_they_were() {
    let (folder, text, _, cells) = two();
    let bytes = std::fs::read(&cells[0]).expect("bytes");
    let sound = read(bytes.clone()).expect("cells");
    let path = folder.path().join("damaged.cells");
    let (mut good, mut refused) = (0, 0);
    for seed in 0..1500 {
        let mut random = SplitMix64(seed);
        let mut changed = bytes.clone();
        if seed % 5 == 0 {
            changed.truncate(random.below(bytes.len()));
        } else {
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                changed[at] ^= 1 << random.below(8);
            }
        }
        // What is damaged where it says that it holds cells is taken for rows, which have no such columns.
        if seed % 50 < 2 {
            std::fs::write(&path, &changed).expect("written");
            let _ = holds_cells(&path);
            if read(changed.clone()).is_err() {
                let error = try_audit(&text, std::slice::from_ref(&path)).expect_err("damaged cells are not audited");
                assert!([2, 4].contains(&error.exit_code()), "seed {seed}: {error}");
            }
        }
        match read(changed) {
            Ok(shard) => {
                good += 1;
                assert_eq!(shard, sound, "seed {seed}");
            }
            Err(why) => {
                refused += 1;
                assert!(!why.is_empty());
            }
        }
    }
    assert!(good > 0 && refused > 1000, "{good} and {refused}");
}

#[test]
fn an_earlier_result_of_the_same_rows_is_found_behind_cells() {
    let folder = TempDir::new().expect("a folder");
    let text = format!("{HEAD}[[attribute]]\nname = \"sex\"\nreference = {{ group = \"M\" }}\n");
    let check = "[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"1/2\"\n\
                 evidence = \"sequential\"\n[statistics]\nearlier = [\"earlier.json\"]\n";
    let (rules, _) = policy(&format!("{text}{check}"));
    let pair = |seed: u64| {
        let rows = write(folder.path(), &format!("{seed}.csv"), &draw(&mut SplitMix64(seed), 120));
        let shard = try_tally(&text, std::slice::from_ref(&rows)).expect("cells");
        [rows, store(folder.path(), &format!("{seed}.cells"), &shard)]
    };
    let (first, second) = (pair(1), pair(2));
    let found = |before: &PathBuf, now: &PathBuf| {
        let document = audit_files(&text, std::slice::from_ref(before));
        let stored = evenhand::assess::Earlier { path: "earlier.json".to_owned(), sha256: "0".to_owned(), document };
        let document = evenhand::audit_after(&rules, Vec::new(), &[source(now)], &[stored], "2026-02-28", &quiet())
            .unwrap_or_else(|error| panic!("{error}"));
        document.diagnostics.iter().filter(|diagnostic| diagnostic.code == "earlier-same-file").count()
    };
    for before in &first {
        for now in &first {
            assert_eq!(found(before, now), 1, "{} after {}", now.display(), before.display());
        }
        assert_eq!(found(before, &second[1]), 0);
    }
}

#[test]
fn what_cells_do_not_keep_is_not_tallied() {
    let folder = TempDir::new().expect("a folder");
    let rows = write(folder.path(), "a.csv", &draw(&mut SplitMix64(1), 20));
    let text = format!("{HEAD}previous_decision = \"came\"\n{GROUPS}");
    let told = problems(try_tally(&text, &[rows]).expect_err("pairs are not kept"));
    assert!(told[0].message.contains("previous_decision"), "{}", told[0].message);
}

/// The result of a printed statement holds outcomes, open cases and errors of predictions like any other cells.
#[test]
fn outcomes_of_a_statement_add_up_with_those_of_rows() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/sql-outcomes");
    let text = std::fs::read_to_string(case.join("evenhand.toml")).expect("a policy");
    let rows = std::fs::read_to_string(case.join("tickets.csv")).expect("rows");
    let folder = TempDir::new().expect("a folder");
    let (_, body) = rows.split_once('\n').expect("a header");
    let twice = folder.path().join("twice.csv");
    std::fs::write(&twice, format!("{rows}{body}")).expect("written");
    let tallied = try_tally(&text, &[case.join("tickets.csv")]).expect("cells");
    let tallied = store(folder.path(), "rows.cells", &tallied);
    // As an engine gives texts, and as one gives numbers beside them.
    for table in ["cells.csv", "numbers.csv"] {
        let both = try_merge(&[tallied.clone(), case.join(table)]).unwrap_or_else(|error| panic!("{error}"));
        let both = store(folder.path(), &format!("{table}.both.cells"), &both);
        let (mut of_both, mut of_rows) =
            (audit_files(&text, &[both]), audit_files(&text, std::slice::from_ref(&twice)));
        // A statement keeps no prediction beside what came, so nothing of all rows is kept, and that is said.
        assert!(of_both.outcome_calibration.is_empty() && !of_rows.outcome_calibration.is_empty());
        of_rows.outcome_calibration.clear();
        of_rows.run.id.clone_from(&of_both.run.id);
        let (said, before) = (of_both.not_tested.len(), of_rows.not_tested.len());
        of_both.not_tested.retain(|one| !one.what.starts_with("whether predictions of every size"));
        assert_eq!((said, of_both.not_tested.len()), (before + 1, before));
        assert_eq!(bytes_without_sources(of_both), bytes_without_sources(of_rows), "{table}");
    }
}
