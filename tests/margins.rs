//! Where the full cross of all groupings is too large, the margins that the run needs take its place: nothing in the result
//! changes but the run id and a note, whatever the order of rows, the files they are in, and the shards they are tallied in.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::support::cells::{GROUPS, HEAD, draw, policies, quiet, sources, store, write};
use crate::support::{AS_OF, SplitMix64, policy};
use evenhand::error::Error;
use evenhand::policy::margin::{Margin, needed};
use evenhand::result::{Document, Measurement, Verdict};
use evenhand::tally::shard::{Kept, read, to_bytes};
use evenhand::tally::{Most, Shard};
use tempfile::TempDir;

fn try_audit(text: &str, files: &[PathBuf], most: Most) -> Result<Document, Error> {
    let (policy, warnings) = policy(text);
    evenhand::audit_within(&policy, warnings, &sources(files), most, AS_OF, &quiet())
}

#[track_caller]
fn audit(text: &str, files: &[PathBuf], most: Most) -> Document {
    try_audit(text, files, most).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[track_caller]
fn tally(text: &str, files: &[PathBuf], most: Most) -> Shard {
    evenhand::tally_within(&policy(text).0, &sources(files), most, &quiet()).unwrap_or_else(|error| panic!("{error}"))
}

fn is_noted(document: &Document) -> bool {
    document.diagnostics.iter().any(|told| told.code == "margins-only")
}

/// The document without the note, the run id and where the rows came from.
fn bytes(mut document: Document) -> String {
    document.diagnostics.retain(|told| told.code != "margins-only");
    document.run.id.clear();
    document.data.sources.clear();
    serde_json::to_string_pretty(&document).expect("a document is JSON")
}

/// So many combinations in the full cross, and no more.
fn few(cells: usize) -> Most {
    Most { cells, ..Most::default() }
}

/// The rows in as many files as come.
fn split(folder: &Path, rows: &[String], random: &mut SplitMix64) -> Vec<PathBuf> {
    let many = 2 + random.below(4);
    let mut parts = vec![Vec::new(); many];
    rows.iter().for_each(|row| parts[random.below(many)].push(row.clone()));
    parts.iter().enumerate().map(|(number, part)| write(folder, &format!("part-{number}.csv"), part)).collect()
}

#[test]
fn margins_say_what_the_full_cross_says() {
    for (name, text) in policies().into_iter().filter(|(name, _)| !["threshold", "where"].contains(name)) {
        let mut random = SplitMix64(1);
        let folder = TempDir::new().expect("a folder");
        let mut rows = draw(&mut random, 120);
        let whole = write(folder.path(), "rows.csv", &rows);
        let cross = audit(&text, std::slice::from_ref(&whole), Most::default());
        assert!(!is_noted(&cross), "{name}");
        // From the first row on, after some rows, and only for all files together.
        let mut ids = Vec::new();
        for most in [1, 40] {
            random.shuffle(&mut rows);
            let files = if most > 1 { split(folder.path(), &rows, &mut random) } else { vec![whole.clone()] };
            let margins = audit(&text, &files, few(most));
            assert!(is_noted(&margins), "{name}, {most}");
            assert_ne!(margins.run.id, cross.run.id, "{name}, {most}");
            ids.push(margins.run.id.clone());
            same(&bytes(margins), &bytes(cross.clone()), &format!("{name}, {most}"));
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{name}: the id depends on how rows came");
    }
}

/// The first lines that differ.
#[track_caller]
fn same(one: &str, other: &str, what: &str) {
    let unlike = one.lines().zip(other.lines()).position(|(a, b)| a != b);
    if let Some(line) = unlike {
        let around = |text: &str| text.lines().skip(line.saturating_sub(12)).take(16).collect::<Vec<_>>().join("\n");
        panic!("{what}, line {line}:\n{}\nand\n{}", around(one), around(other));
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

#[test]
fn too_many_scores_alone_are_enough() {
    let (_, text) = policies().swap_remove(1);
    let mut random = SplitMix64(3);
    let folder = TempDir::new().expect("a folder");
    let rows = draw(&mut random, 300);
    let whole = [write(folder.path(), "rows.csv", &rows)];
    let cross = audit(&text, &whole, Most::default());
    let most = Most { scores: 100, ..Most::default() };
    let margins = audit(&text, &whole, most);
    assert!(is_noted(&margins));
    same(&bytes(margins.clone()), &bytes(cross), "one file");
    let parts = audit(&text, &split(folder.path(), &rows, &mut random), most);
    assert_eq!(parts.run.id, margins.run.id);
    // The same as where the combinations are too many.
    assert_eq!(audit(&text, &whole, few(9)).run.id, margins.run.id);
}

#[test]
fn the_fewest_scores_are_kept_however_early_the_cross_was_given_up() {
    // More than 4,096 distinct scores in a margin, and fewer in each of its cells.
    let mut csv = "sex,region,score,came\n".to_owned();
    for number in 0..12_000 {
        let _ = writeln!(
            csv,
            "{},{},{},{}",
            ["F", "M"][number % 2],
            number % 7,
            (number as f64 + 0.5) / 12_001.0,
            usize::from(number % 5 > 1)
        );
    }
    let text = "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.317\"\nfavourable = [1]\nlabel = \"came\"\n\
                positive = [1]\n[[attribute]]\nname = \"sex\"\n[[attribute]]\nname = \"region\"\n[statistics]\nreplicates = 50\n\
                permutations = 50\n";
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    let audits: Vec<Document> = [few(1), few(20), Most { scores: 9, ..Most::default() }]
        .map(|most| audit(text, std::slice::from_ref(&path), most))
        .into();
    assert!(audits.iter().all(is_noted));
    audits.windows(2).for_each(|pair| {
        assert_eq!(pair[0].run.id, pair[1].run.id);
        same(&bytes(pair[0].clone()), &bytes(pair[1].clone()), "however early");
    });
}

#[test]
fn shards_of_margins_add_up() {
    for (name, text) in policies().into_iter().filter(|(name, _)| !name.starts_with("people")) {
        let most = few(20);
        let mut random = SplitMix64(6);
        let folder = TempDir::new().expect("a folder");
        let rows = draw(&mut random, 150);
        let whole = write(folder.path(), "rows.csv", &rows);
        let of_rows = audit(&text, std::slice::from_ref(&whole), most);
        let one_pass = tally(&text, &[whole], most);
        assert_eq!(one_pass.header.kept, Kept::Margins, "{name}");
        let mut files: Vec<PathBuf> = Vec::new();
        // Some parts have few enough combinations for the full cross.
        for (number, part) in [&rows[..3], &rows[3..90], &rows[90..92], &rows[92..]].iter().enumerate() {
            let path = write(folder.path(), &format!("part-{number}.csv"), part);
            files.push(store(folder.path(), &format!("{number}.cells"), &tally(&text, &[path], most)));
        }
        let of_cells = audit(&text, &files, most);
        assert_eq!(of_cells.run.id, of_rows.run.id, "{name}");
        same(&bytes(of_cells), &bytes(of_rows.clone()), name);
        random.shuffle(&mut files);
        let mut merged = 0;
        while files.len() > 1 {
            let pair = files.split_off(files.len() - 2);
            let shard = evenhand::merge_within(&sources(&pair), most, &quiet()).expect("like cells");
            merged += 1;
            files.insert(0, store(folder.path(), &format!("merged-{merged}.cells"), &shard));
        }
        let mut merged = read(std::fs::read(&files[0]).expect("bytes")).expect("cells");
        merged.header.sources.clone_from(&one_pass.header.sources);
        assert_eq!(
            to_bytes(&merged).expect("bytes"),
            to_bytes(&one_pass).expect("bytes"),
            "{name}: merged cells are not those of one pass"
        );
    }
}

#[test]
fn people_in_margins_are_audited_from_one_file() {
    for (name, text) in policies().into_iter().filter(|(name, _)| name.starts_with("people")) {
        let folder = TempDir::new().expect("a folder");
        let rows = draw(&mut SplitMix64(11), 200);
        let whole = [write(folder.path(), "rows.csv", &rows)];
        let of_rows = audit(&text, &whole, few(30));
        let shard = tally(&text, &whole, few(30));
        assert!(shard.tables.len() > 1 && shard.tables.iter().all(|table| !table.people.is_empty()), "{name}");
        let of_margins = audit(&text, &[store(folder.path(), "margins.cells", &shard)], few(30));
        // A full cross that was stored under a larger limit.
        let cross = store(folder.path(), "cross.cells", &tally(&text, &whole, Most::default()));
        let of_cross = audit(&text, &[cross], few(30));
        for of_cells in [of_margins, of_cross] {
            assert_eq!(of_cells.run.id, of_rows.run.id, "{name}");
            same(&bytes(of_cells), &bytes(of_rows.clone()), name);
        }
    }
}

#[test]
fn margins_serve_a_policy_that_needs_fewer_and_no_other() {
    let folder = TempDir::new().expect("a folder");
    let rows = draw(&mut SplitMix64(8), 200);
    let whole = [write(folder.path(), "rows.csv", &rows)];
    let text = format!("{HEAD}score = \"score\"\n{GROUPS}");
    let cells = store(folder.path(), "all.cells", &tally(&text, &whole, few(20)));
    let fewer = text.replace("[intersections]\nsets = [[\"sex\", \"age_band\"]]\nreference = \"rest\"\n", "");
    let (of_cells, of_rows) = (audit(&fewer, std::slice::from_ref(&cells), few(20)), audit(&fewer, &whole, few(20)));
    assert_eq!(of_cells.run.id, of_rows.run.id);
    same(&bytes(of_cells), &bytes(of_rows), "fewer margins");
    let other = text.replace("[\"sex\", \"age_band\"]", "[\"sex\", \"region\"]");
    match try_audit(&other, std::slice::from_ref(&cells), few(20)) {
        Err(Error::Policy(told)) => {
            assert_eq!(told[0].code, "cells-unlike");
            assert!(told[0].message.contains("not sex by region"), "{}", told[0].message);
        }
        other => panic!("{:?}", other.map(|_| ())),
    }
    // Nor are they added to those of another policy.
    let cells_of_other =
        store(folder.path(), "other.cells", &tally(&other, &[write(folder.path(), "b.csv", &rows[1..])], few(20)));
    match evenhand::merge_within(&sources(&[cells, cells_of_other]), few(20), &quiet()) {
        Err(Error::Policy(told)) => assert_eq!(told[0].code, "cells-unlike"),
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[test]
fn margins_that_do_not_agree_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let whole = [write(folder.path(), "rows.csv", &draw(&mut SplitMix64(8), 200))];
    let mut shard = tally(&policies()[0].1, &whole, few(20));
    let refused = |change: &dyn Fn(&mut Shard), words: &str| {
        let mut changed = shard.clone();
        change(&mut changed);
        let why = read(to_bytes(&changed).expect("bytes")).expect_err(words);
        assert!(why.contains(words), "{why}");
    };
    refused(&|shard| shard.header.margins.clear(), "does not fit its margins");
    refused(&|shard| shard.header.margins[0].groupings.push(7), "does not fit its margins");
    refused(&|shard| shard.header.margins[0].groupings.reverse(), "does not fit its margins");
    refused(&|shard| drop(shard.header.margins.pop()), "belongs to no margin");
    refused(&|shard| drop(shard.tables.pop()), "do not add up");
    // One more favourable decision of those who live in one region, and one less unfavourable.
    let counts = shard.tables[1].counted.counts.values_mut().find(|counts| counts[2] > 0).expect("a cell");
    counts[2] -= 1;
    counts[11] += 1;
    let why = read(to_bytes(&shard).expect("bytes")).expect_err("they do not agree");
    assert!(why.contains("do not agree"), "{why}");
}

#[test]
fn an_intersection_that_is_too_large_itself_is_named() {
    let text = policies().swap_remove(0).1;
    let folder = TempDir::new().expect("a folder");
    let mut random = SplitMix64(4);
    let rows = draw(&mut random, 300);
    // Four ages, with those unknown, of four sexes: more than of the five regions.
    let most = Most { cells: 30, cells_of_margin: 30, ..Most::default() };
    for files in [vec![write(folder.path(), "rows.csv", &rows)], split(folder.path(), &rows, &mut random)] {
        match try_audit(&text, &files, most) {
            Err(Error::Data(told)) => {
                assert_eq!(told.code, "too-many-cells");
                assert_eq!(told.place.and_then(|place| place.column).as_deref(), Some("sex, age"));
            }
            other => panic!("{:?}", other.map(|_| ())),
        }
    }
    let scored = policies().swap_remove(1).1;
    let most = Most { scores: 30, scores_of_margins: 40, ..Most::default() };
    match try_audit(&scored, &[write(folder.path(), "rows.csv", &rows)], most) {
        Err(Error::Data(told)) => {
            assert_eq!(told.code, "too-many-cells");
            assert_eq!(told.place.and_then(|place| place.column).as_deref(), Some("sex, age"));
        }
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[test]
fn what_a_policy_needs_is_everything_it_asks_and_nothing_twice() {
    let of = |text: &str| needed(&policy(text).0);
    let margin = |groupings: &[usize], scores| Margin { groupings: groupings.to_vec(), scores };
    let (sex, age, region, product, month) = (0, 1, 2, 3, 4);
    assert_eq!(of(&format!("{HEAD}{GROUPS}")), [margin(&[sex, age], false), margin(&[region], false)]);
    assert_eq!(
        of(&format!("{HEAD}score = \"score\"\nstrata = [\"product\"]\nperiod = \"month\"\n{GROUPS}")),
        [
            margin(&[sex, age], true),
            margin(&[sex, age, product], false),
            margin(&[sex, age, month], false),
            margin(&[region], true),
            margin(&[region, product], false),
            margin(&[region, month], false),
        ]
    );
    let form = "[[profile]]\nid = \"ll144\"\n[profile.answers]\nsex = \"sex\"\nrace = \"region\"\n";
    assert_eq!(
        of(&format!("{HEAD}score = \"score\"\n{GROUPS}{form}")),
        [margin(&[sex, age], true), margin(&[sex, region], true)]
    );
}

/// The default limit, by the second of its reasons: a key of 22 attributes with 40 levels each has more than 128 bits.
#[test]
fn many_attributes_are_audited() {
    let mut csv = (0..22).map(|k| format!("a{k},")).collect::<String>() + "got\n";
    let mut random = SplitMix64(21);
    let mut of_last: BTreeMap<usize, [u64; 2]> = BTreeMap::new();
    for row in 0..4000 {
        let levels: Vec<usize> = (0..22).map(|k| if row < 40 { (row + k) % 40 } else { random.below(40) }).collect();
        let got = random.below(2);
        of_last.entry(levels[21]).or_default()[got] += 1;
        levels.iter().for_each(|level| csv += &format!("g{level:02},"));
        csv += &format!("{got}\n");
    }
    let mut text = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\n".to_owned();
    (0..22).for_each(|k| text += &format!("[[attribute]]\nname = \"a{k}\"\n"));
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    let document = audit(&text, &[path], Most::default());
    assert!(is_noted(&document));
    let mut seen = 0;
    for row in document.measurements.iter().filter(|row| row.axes == ["a21"] && row.metric == "selection-rate") {
        let level: usize = row.group["a21"][1..].parse().expect("a number");
        let [not, got] = of_last[&level];
        assert_eq!((row.numerator, row.denominator), (Some(got), Some(got + not)));
        seen += 1;
    }
    assert_eq!(seen, 40);
    assert_ne!(document.verdict, Verdict::NotApplicable);
}

/// Twelve attributes of fifty levels: every row is nearly a combination of its own, which are more than the default limit.
#[test]
fn twelve_attributes_of_fifty_levels_are_audited() {
    let mut csv = (0..12).map(|k| format!("a{k},")).collect::<String>() + "got,score\n";
    let mut random = SplitMix64(50);
    // Rows with the decision 0 and 1: of a group, and of a group of the intersection.
    let (mut of_one, mut of_both) = ([0; 2], [0; 2]);
    for _ in 0..200_400 {
        let levels: Vec<usize> = (0..12).map(|_| random.below(50)).collect();
        let got = random.below(2);
        of_one[got] += u64::from(levels[7] == 3);
        of_both[got] += u64::from(levels[..2] == [4, 5]);
        levels.iter().for_each(|level| csv += &format!("g{level:02},"));
        let _ = writeln!(csv, "{got},0.{:02}", random.below(100));
    }
    let mut text = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\nscore = \"score\"\n".to_owned();
    (0..12).for_each(|k| text += &format!("[[attribute]]\nname = \"a{k}\"\n"));
    text += "[intersections]\nsets = [[\"a0\", \"a1\"]]\n[statistics]\nreplicates = 0\npermutations = 0\n";
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    let shard = tally(&text, std::slice::from_ref(&path), few(50_000));
    assert_eq!(shard.rows(), 200_400);
    assert_eq!(shard.tables.len(), 11);
    let cells: Vec<usize> = shard.tables.iter().map(|table| table.counted.counts.len()).collect();
    assert!(cells[0] > 2400 && cells[1..].iter().all(|cells| *cells == 50), "{cells:?}");
    let document = audit(&text, &[path], Most::default());
    assert!(is_noted(&document));
    for (group, [not, got]) in [([("a7", "g03")].as_slice(), of_one), (&[("a0", "g04"), ("a1", "g05")], of_both)] {
        let group = group.iter().map(|(name, level)| ((*name).to_owned(), (*level).to_owned())).collect();
        let of_group = |row: &&Measurement| row.group == group && row.metric == "selection-rate";
        let found: Vec<_> =
            document.measurements.iter().filter(of_group).map(|m| (m.numerator, m.denominator)).collect();
        assert_eq!(found, [(Some(got), Some(got + not))], "{group:?}");
    }
}
