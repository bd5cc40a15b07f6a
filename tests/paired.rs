//! Two models on the same rows: joint counts against a slow count, real data against their oracle, and laws.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support;
use crate::support::{AS_OF, SplitMix64, audit_text, close, group, policy, shared_data, try_audit_text};
use evenhand::error::Error;
use evenhand::inference::paired::mcnemar::Turned;
use evenhand::input::Source;
use evenhand::join::Join;
use evenhand::result::{Change, Document, Flips, Group, NumberChange};
use serde_json::Value;

fn join(policy_text: &str, old: &Path, new: &Path, key: &str) -> Result<Document, Error> {
    let (policy, warnings) = policy(policy_text);
    let source = |path: &Path| Source::File { shown: path.display().to_string(), path: path.to_path_buf() };
    let join = Join { old: source(old), new: source(new), key: key.to_owned() };
    evenhand::audit_joined(&policy, warnings, &join, AS_OF, &(Arc::new(|_| {}) as evenhand::input::hash::Progress))
}

fn join_text(policy_text: &str, old: &str, new: &str) -> Result<Document, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: [PathBuf; 2] = ["old.csv", "new.csv"].map(|name| folder.path().join(name));
    std::fs::write(&paths[0], old).expect("written");
    std::fs::write(&paths[1], new).expect("written");
    join(policy_text, &paths[0], &paths[1], "id")
}

fn change(document: &Document) -> &Change {
    document.change.as_ref().expect("a change")
}

#[track_caller]
fn flips<'a>(document: &'a Document, of: &Group) -> &'a Flips {
    let found: Vec<_> = change(document).flips.iter().filter(|row| row.group == *of).collect();
    assert_eq!(found.len(), 1, "{of:?}");
    found[0]
}

#[track_caller]
fn number<'a>(document: &'a Document, metric: &str, contrast: &str, of: &Group) -> &'a NumberChange {
    let wanted = |row: &&NumberChange| row.metric == metric && row.contrast == contrast && row.group == *of;
    let found: Vec<_> = change(document).numbers.iter().filter(wanted).collect();
    assert_eq!(found.len(), 1, "{metric} {contrast} of {of:?}");
    found[0]
}

/// Decisions 0 and 1 with labels and scores; the earlier ones as columns.
const COLUMNS: &str = r#"
version = 1
[data]
decision = "d"
favourable = [1]
label = "y"
positive = [1]
score = "s"
previous_decision = "d0"
previous_score = "s0"
[[attribute]]
name = "g"
"#;

/// A second attribute, and both together.
const BOTH: &str = "[[attribute]]\nname = \"h\"\n[intersections]\nsets = [[\"g\", \"h\"]]\n";

/// The same without the earlier columns.
fn without_columns() -> String {
    COLUMNS.replace("previous_decision = \"d0\"\nprevious_score = \"s0\"\n", "")
}

#[derive(Clone)]
struct Row {
    id: usize,
    g: &'static str,
    h: &'static str,
    y: &'static str,
    d: &'static str,
    d0: &'static str,
    s: Option<u32>,
    s0: Option<u32>,
}

/// Scores are thousandths; a few of everything are missing.
fn rows(seed: u64, count: usize) -> Vec<Row> {
    let mut random = SplitMix64(seed);
    let seldom = |random: &mut SplitMix64, value: &'static str| if random.chance(30) { "" } else { value };
    (0..count)
        .map(|id| {
            let d = if random.chance(400) { "1" } else { "0" };
            let d0 = if random.chance(120) { if d == "1" { "0" } else { "1" } } else { d };
            let s = random.below(1001) as u32;
            let s0 = (s + random.below(200) as u32).min(1000);
            let y = if random.chance(300) { "1" } else { "0" };
            Row {
                id,
                g: random.pick(&["a", "b", "c"]),
                h: random.pick(&["p", "q"]),
                y: seldom(&mut random, y),
                d: seldom(&mut random, d),
                d0: seldom(&mut random, d0),
                s: (!random.chance(20)).then_some(s),
                s0: (!random.chance(20)).then_some(s0),
            }
        })
        .collect()
}

fn thousandths(score: Option<u32>) -> String {
    score.map(|s| format!("{}", f64::from(s) / 1000.0)).unwrap_or_default()
}

fn text(rows: &[Row]) -> String {
    let mut out = "id,g,h,y,d,s,d0,s0\n".to_owned();
    for r in rows {
        let (s, s0) = (thousandths(r.s), thousandths(r.s0));
        writeln!(out, "{},{},{},{},{},{s},{},{s0}", r.id, r.g, r.h, r.y, r.d, r.d0).expect("written");
    }
    out
}

/// What one of two files holds.
fn side(rows: &[Row], before: bool) -> String {
    let mut out = "id,g,h,y,d,s\n".to_owned();
    for r in rows {
        let (d, s) = if before { (r.d0, r.s0) } else { (r.d, r.s) };
        writeln!(out, "row {},{},{},{},{d},{}", r.id, r.g, r.h, r.y, thousandths(s)).expect("written");
    }
    out
}

fn is_told(r: &Row) -> bool {
    !r.d.is_empty() && !r.d0.is_empty() && r.s.is_some() && r.s0.is_some()
}

#[test]
fn flips_are_what_a_slow_count_says() {
    let rows = rows(7, 700);
    let document = audit_text(&format!("{COLUMNS}{BOTH}"), &text(&rows));
    let told: Vec<&Row> = rows.iter().filter(|r| is_told(r)).collect();
    let baseline = &change(&document).baseline;
    assert_eq!(baseline.rows, told.len() as u64);
    let only = |now: bool| {
        let is = |d: &str, s: Option<u32>| !d.is_empty() && s.is_some();
        let wanted = |r: &&Row| is(r.d, r.s) == now && is(r.d0, r.s0) != now;
        rows.iter().filter(wanted).count() as u64
    };
    assert_eq!((baseline.rows_only_before, baseline.rows_only_after), (only(false), only(true)));
    let mut groups: BTreeMap<Vec<(&str, &str)>, Vec<&Row>> = BTreeMap::new();
    for r in told {
        for of in [vec![], vec![("g", r.g)], vec![("h", r.h)], vec![("g", r.g), ("h", r.h)]] {
            groups.entry(of).or_default().push(r);
        }
    }
    assert_eq!(change(&document).flips.len(), groups.len());
    for (of, rows) in groups {
        let found = flips(&document, &group(&of));
        let count = |wanted: &dyn Fn(&Row) -> bool| rows.iter().filter(|r| wanted(r)).count() as u64;
        assert_eq!(found.rows, rows.len() as u64);
        assert_eq!(found.to_selected, count(&|r| r.d0 == "0" && r.d == "1"));
        assert_eq!(found.from_selected, count(&|r| r.d0 == "1" && r.d == "0"));
        let correct = found.correctness.as_ref().expect("labels");
        assert_eq!(correct.right_to_wrong, count(&|r| !r.y.is_empty() && r.d0 == r.y && r.d != r.y));
        assert_eq!(correct.wrong_to_right, count(&|r| !r.y.is_empty() && r.d0 != r.y && r.d == r.y));
        let shifts: Vec<f64> =
            rows.iter().map(|r| f64::from(r.s.unwrap_or(0)) / 1e3 - f64::from(r.s0.unwrap_or(0)) / 1e3).collect();
        let mean = shifts.iter().sum::<f64>() / shifts.len() as f64;
        let shift = found.score_shift.as_ref().expect("scores");
        close(shift.mean, mean, 1e-11, "mean");
        let variance = shifts.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (shifts.len() - 1) as f64;
        let n = shifts.len() as f64;
        let t = evenhand::inference::student::critical(0.95, n - 1.0);
        close(shift.high.expect("a limit"), mean + t * (variance / n).sqrt(), 1e-9, "high");
        close(shift.low.expect("a limit"), mean - t * (variance / n).sqrt(), 1e-9, "low");
    }
}

/// Correlations by influence functions, row by row, are what intervals were made with.
#[test]
fn correlations_are_those_of_influences_row_by_row() {
    ["rest", "overall", "largest"].into_iter().for_each(hold_correlations);
}

fn hold_correlations(reference: &str) {
    use evenhand::change::pairing::Pairing;
    use evenhand::tally::paired::{Paired, Previous, collect_both};
    let rows = rows(11, 400);
    let columns = COLUMNS
        .replace("name = \"g\"", &format!("name = \"g\"\nreference = \"{reference}\""))
        .replace("score = \"s\"\n", "")
        .replace("previous_score = \"s0\"\n", "");
    let (policy, _) = policy(&columns);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, text(&rows)).expect("written");
    let previous = Previous::of(&policy).expect("columns");
    let wanted = evenhand::tally::paired::wanted_columns_of_both(&policy, &previous);
    let source = Source::File { shown: "rows.csv".to_owned(), path };
    let make = |decimal_comma| Paired::new(&policy, &previous, decimal_comma);
    let quiet = Arc::new(|_| {}) as evenhand::input::hash::Progress;
    let (parts, _) = evenhand::tally::read_all(&policy, &[source], &wanted, make, &quiet).expect("read");
    let (_, both) = collect_both(parts, &policy, &previous).expect("collected");
    let document = audit_text(&columns, &text(&rows));
    let pairing = Pairing::new(&policy, &both, &document.comparisons, &document.comparisons);

    let told: Vec<&Row> = rows.iter().filter(|r| !r.d.is_empty() && !r.d0.is_empty()).collect();
    let largest = ["a", "b", "c"].into_iter().max_by_key(|level| told.iter().filter(|r| r.g == *level).count());
    let one = |is: bool| if is { 1.0 } else { 0.0 };
    // Hits and trials of a row by its decision and its label.
    let shares = |metric: &str, d: &str, y: &str| match metric {
        "selection-rate" => (one(d == "1"), 1.0),
        "positive-predictive-value" => (one(d == "1" && y == "1"), one(d == "1" && !y.is_empty())),
        "true-positive-rate" => (one(d == "1" && y == "1"), one(y == "1")),
        _ => (one(!y.is_empty() && d != y), one(!y.is_empty())),
    };
    let axes = vec!["g".to_owned()];
    let mut held = 0;
    for metric in ["selection-rate", "positive-predictive-value", "true-positive-rate", "error-rate"] {
        for level in ["a", "b", "c"].into_iter().filter(|level| reference != "largest" || Some(*level) != largest) {
            let of = group(&[("g", level)]);
            let is_reference = |r: &Row| match reference {
                "overall" => true,
                "rest" => r.g != level,
                _ => Some(r.g) == largest,
            };
            let influences = |before: bool, ratio: bool| -> Vec<f64> {
                let value = |r: &Row| shares(metric, if before { r.d0 } else { r.d }, r.y);
                let sums = |is: &dyn Fn(&Row) -> bool| {
                    let mine = told.iter().filter(|r| is(r));
                    mine.fold((0.0, 0.0), |sum: (f64, f64), r| (sum.0 + value(r).0, sum.1 + value(r).1))
                };
                let sides = [sums(&|r| r.g == level), sums(&is_reference)];
                let part = |r: &Row, (hits, of): (f64, f64)| {
                    let rate = hits / of;
                    let influence = (value(r).0 - rate * value(r).1) / of;
                    if ratio { influence / rate } else { influence }
                };
                let of_row = |r: &&Row| {
                    let own = if r.g == level { part(r, sides[0]) } else { 0.0 };
                    own - if is_reference(r) { part(r, sides[1]) } else { 0.0 }
                };
                told.iter().map(of_row).collect()
            };
            for contrast in ["difference", "ratio"] {
                let (was, is) = (influences(true, contrast == "ratio"), influences(false, contrast == "ratio"));
                let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                let expected = product(&was, &is) / (product(&was, &was) * product(&is, &is)).sqrt();
                let found = pairing.correlation(metric, contrast, &axes, &of).expect("known");
                close(found, expected, 1e-9, &format!("{metric} {contrast} {level} against {reference}"));
                held += 1;
            }
        }
    }
    assert!(held >= 16);
}

/// The derivative by which numbers that are no shares are linear is that of moving one row at a time.
#[test]
fn numbers_that_are_no_shares_go_together_as_their_jackknife_does() {
    use evenhand::cell::{Cell, Decision, Joint, Label};
    use evenhand::change::pairing::of_group;
    let mut random = SplitMix64(31);
    let made = |is: bool| Decision::Made { favourable: is, selected: is };
    let mut rows: BTreeMap<(bool, bool, bool), u64> = BTreeMap::new();
    for _ in 0..4000 {
        let y = random.chance(400);
        let before = random.chance(if y { 700 } else { 200 });
        let after = if random.chance(150) { random.chance(if y { 800 } else { 100 }) } else { before };
        *rows.entry((before, after, y)).or_default() += 1;
    }
    let label = |y: bool| if y { Label::Positive } else { Label::Negative };
    let mut joint = Joint::default();
    rows.iter().for_each(|((before, after, y), n)| joint.push(made(*before), made(*after), label(*y), *n));
    for metric in ["f1", "balanced-accuracy", "matthews-correlation", "accuracy", "false-negative-share"] {
        let metric = evenhand::metrics::find(metric).expect("a metric");
        let value = |after: bool, without: Option<(bool, bool, bool)>| {
            let mut cell = Cell::default();
            for ((was, is, y), n) in &rows {
                let n = n - u64::from(without == Some((*was, *is, *y)));
                cell.push(made(if after { *is } else { *was }), label(*y), n);
            }
            metric.measure(&cell).expect("a value")
        };
        let whole = [value(false, None), value(true, None)];
        let (mut products, mut squares) = (0.0, [0.0; 2]);
        for (kind, n) in &rows {
            let moved = [false, true].map(|after| whole[usize::from(after)] - value(after, Some(*kind)));
            products += *n as f64 * moved[0] * moved[1];
            (0..2).for_each(|side| squares[side] += *n as f64 * moved[side] * moved[side]);
        }
        let found = of_group(metric, &joint).expect("known");
        // Of a share of the same rows it is drawn towards 0 by half a row.
        close(found, products / (squares[0] * squares[1]).sqrt(), 5e-3, metric.id);
    }
}

#[test]
fn numbers_whose_correlation_is_not_known_say_so() {
    let document = audit_text(COLUMNS, &text(&rows(3, 300)));
    let methods: Vec<(&str, &str)> =
        change(&document).numbers.iter().map(|row| (row.metric.as_str(), row.method.as_str())).collect();
    for metric in ["selection-rate", "f1", "matthews-correlation", "balanced-accuracy", "mean-score"] {
        assert!(methods.contains(&(metric, "mover-paired")), "{metric}");
        assert!(!methods.contains(&(metric, "mover-unpaired")), "{metric}");
    }
    for metric in ["auc", "brier"] {
        assert!(methods.contains(&(metric, "mover-unpaired")), "{metric}");
        assert!(!methods.contains(&(metric, "mover-paired")), "{metric}");
    }
}

#[test]
fn the_value_of_a_share_has_newcombes_interval() {
    let rows = rows(5, 300);
    let document = audit_text(COLUMNS, &text(&rows));
    for level in ["a", "b", "c"] {
        let of = group(&[("g", level)]);
        let mut matched = evenhand::inference::paired::proportions::Matched::default();
        for r in rows.iter().filter(|r| is_told(r) && r.g == level) {
            match (r.d, r.d0) {
                ("1", "1") => matched.both += 1,
                ("1", _) => matched.first += 1,
                (_, "1") => matched.second += 1,
                _ => matched.neither += 1,
            }
        }
        let limits = matched.newcombe(1.959_963_984_540_054).expect("rows");
        let found = number(&document, "selection-rate", "value", &of);
        close(found.low.expect("low"), limits.low, 1e-10, level);
        close(found.high.expect("high"), limits.high, 1e-10, level);
    }
}

#[test]
fn the_same_model_twice_has_not_changed() {
    let mut rows = rows(9, 250);
    for r in &mut rows {
        (r.d0, r.s0) = (r.d, r.s);
    }
    let document = audit_text(COLUMNS, &text(&rows));
    assert!(change(&document).numbers.len() > 50);
    for row in &change(&document).flips {
        assert_eq!((row.to_selected, row.from_selected, row.p_value), (0, 0, 1.0));
        let shift = row.score_shift.as_ref().expect("scores");
        assert_eq!((shift.mean, shift.low, shift.high, shift.distance), (0.0, Some(0.0), Some(0.0), Some(0.0)));
    }
    for row in change(&document).numbers.iter().filter(|row| row.undefined.is_none()) {
        assert_eq!(row.change, Some(0.0), "{row:?}");
        if row.method == "mover-paired" {
            assert_eq!((row.low, row.high), (Some(0.0), Some(0.0)), "{row:?}");
        }
    }
    assert!(change(&document).checks.iter().all(|row| row.status == "unchanged"));
}

#[test]
fn the_order_of_rows_and_files_cannot_show() {
    let mut rows = rows(13, 300);
    let first = audit_text(COLUMNS, &text(&rows));
    let joined = join_text(&without_columns(), &side(&rows, true), &side(&rows, false)).expect("joined");
    let turned = rows.clone();
    SplitMix64(1).shuffle(&mut rows);
    let second = audit_text(COLUMNS, &text(&rows));
    assert_eq!(first.change, second.change);
    let again = join_text(&without_columns(), &side(&turned, true), &side(&rows, false)).expect("joined");
    assert_eq!(joined.change.as_ref().map(|c| &c.numbers), again.change.as_ref().map(|c| &c.numbers));
    // Columns of one file and two files joined are the same rows.
    let (columns, files) = (change(&first), change(&joined));
    assert_eq!(columns.numbers, files.numbers);
    assert_eq!(columns.flips, files.flips);
    assert_eq!(columns.checks, files.checks);
    assert_eq!(first.measurements, joined.measurements);
    assert_eq!((columns.baseline.kind.as_str(), files.baseline.kind.as_str()), ("columns", "joined"));
}

#[test]
fn rows_of_one_file_alone_are_counted_and_in_no_number() {
    let rows = rows(17, 250);
    let whole = join_text(&without_columns(), &side(&rows[..150], true), &side(&rows[..150], false)).expect("joined");
    let part = join_text(&without_columns(), &side(&rows, true), &side(&rows[..150], false)).expect("joined");
    assert_eq!(change(&part).numbers, change(&whole).numbers);
    assert_eq!(change(&part).baseline.rows_only_before, change(&whole).baseline.rows_only_before + 100);
    let part = join_text(&without_columns(), &side(&rows[..150], true), &side(&rows, false)).expect("joined");
    assert_eq!(change(&part).numbers, change(&whole).numbers);
    assert_eq!(part.measurements, whole.measurements);
    assert_eq!(change(&part).baseline.rows_only_after, change(&whole).baseline.rows_only_after + 100);
    assert_eq!(part.data.excluded.iter().find(|e| e.reason == "--join").map(|e| e.rows), Some(100));
}

#[test]
fn a_key_that_comes_twice_is_told_by_its_row_and_not_by_its_value() {
    let rows = rows(19, 50);
    let twice = |text: String| format!("{text}{}\n", text.lines().nth(20).expect("a line"));
    let (old, new) = (side(&rows, true), side(&rows, false));
    for (old, new, name) in [(twice(old.clone()), new.clone(), "old.csv"), (old.clone(), twice(new.clone()), "new.csv")]
    {
        let error = join_text(&without_columns(), &old, &new).expect_err("a key twice");
        assert_eq!(error.exit_code(), 4);
        let told = error.to_string();
        assert!(told.contains(&format!("{name}:21")) && !told.contains("row 19"), "{told}");
    }
    // Also where the other file has no such row.
    let only: Vec<String> = old.lines().enumerate().filter(|(i, _)| *i != 20).map(|(_, l)| l.to_owned()).collect();
    let error = join_text(&without_columns(), &(only.join("\n") + "\n"), &twice(new)).expect_err("a key twice");
    assert!(error.to_string().contains("new.csv:21"), "{error}");
}

#[test]
fn other_labels_and_groups_are_told() {
    let rows = rows(23, 200);
    let mut other = rows.clone();
    for r in &mut other[..7] {
        r.g = if r.g == "a" { "b" } else { "a" };
    }
    for r in &mut other[3..8] {
        r.y = if r.y == "1" { "0" } else { "1" };
    }
    let document = join_text(&without_columns(), &side(&other, true), &side(&rows, false)).expect("joined");
    let told: Vec<&str> =
        document.diagnostics.iter().filter(|d| d.code == "rows-differ").map(|d| d.message.as_str()).collect();
    assert_eq!(told.len(), 2);
    assert!(
        told.iter().any(|m| m.contains("5 rows the labels")) && told.iter().any(|m| m.contains("7 rows the groups"))
    );
    let same = join_text(&without_columns(), &side(&rows, true), &side(&rows, false)).expect("joined");
    assert!(!same.diagnostics.iter().any(|d| d.code == "rows-differ"));
    assert_eq!(change(&same).numbers, change(&document).numbers);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    for (instead, message) in [
        ("previous_decision = \"d0\"\nprevious_score = \"s0\"\nunit = \"id\"\n", "unit"),
        ("previous_decision = \"d0\"\nprevious_score = \"s0\"\nweight = \"s\"\n", "weight"),
        ("previous_score = \"s0\"\n", "previous_decision"),
    ] {
        let text = COLUMNS.replace("previous_decision = \"d0\"\nprevious_score = \"s0\"\n", instead);
        let problems = support::try_policy(&text).expect_err("refused");
        assert!(problems.iter().any(|p| p.message.contains(message)), "{problems:?}");
    }
    let none = "id,g,h,y,d,s,d0,s0\n1,a,p,1,1,0.5,,0.5\n";
    assert!(try_audit_text(COLUMNS, none).expect_err("nothing to compare").to_string().contains("earlier model"));
}

/// Where a threshold makes the decision, it makes the earlier one of the earlier score.
#[test]
fn a_threshold_makes_both_decisions() {
    let rows = rows(37, 150);
    let columns =
        COLUMNS.replace("previous_decision = \"d0\"\n", "").replace("decision = \"d\"\n", "threshold = \"0.5\"\n");
    let document = audit_text(&columns, &text(&rows));
    let found = flips(&document, &Group::new());
    let told: Vec<(u32, u32)> = rows.iter().filter_map(|r| r.s0.zip(r.s)).collect();
    assert_eq!(found.rows, told.len() as u64);
    let count = |wanted: fn(&(u32, u32)) -> bool| told.iter().filter(|pair| wanted(pair)).count() as u64;
    assert_eq!(found.to_selected, count(|(was, is)| *was < 500 && *is >= 500));
    assert_eq!(found.from_selected, count(|(was, is)| *was >= 500 && *is < 500));
}

/// An earlier decision without an earlier score: decisions are compared, scores are not.
#[test]
fn a_score_of_now_alone_is_left_alone() {
    let document = audit_text(&COLUMNS.replace("previous_score = \"s0\"\n", ""), &text(&rows(41, 150)));
    assert!(change(&document).flips.iter().all(|row| row.score_shift.is_none()));
    assert!(change(&document).numbers.iter().any(|row| row.metric == "selection-rate"));
    assert!(!change(&document).numbers.iter().any(|row| row.metric == "mean-score"));
}

/// Counts of rows stand for as many rows.
#[test]
fn a_count_is_so_many_rows() {
    let rows = rows(29, 120);
    let mut long = "g,h,y,d,s,d0,s0\n".to_owned();
    let mut short = "g,h,y,d,s,d0,s0,n\n".to_owned();
    for (place, r) in rows.iter().enumerate() {
        let line = format!("{},{},{},{},{},{},{}", r.g, r.h, r.y, r.d, thousandths(r.s), r.d0, thousandths(r.s0));
        (0..place % 4).for_each(|_| writeln!(long, "{line}").expect("written"));
        writeln!(short, "{line},{}", place % 4).expect("written");
    }
    let counted = audit_text(&COLUMNS.replace("previous_decision", "count = \"n\"\nprevious_decision"), &short);
    assert_eq!(counted.change, audit_text(COLUMNS, &long).change);
}

const DATA: [&str; 3] = ["adult", "telco_churn", "bank_marketing"];

#[test]
fn real_updates_are_what_their_oracle_says() {
    let Some(folder) = shared_data() else { return };
    let mut compared = 0;
    for name in DATA {
        let of = folder.join(name);
        let oracle: Value =
            serde_json::from_str(&std::fs::read_to_string(of.join(format!("{name}.oracle.json"))).expect("an oracle"))
                .expect("JSON");
        let groups = oracle["updates"]["lr_v1->lr_v2"].as_object().expect("an update");
        let mut policy =
            "version = 1\n[data]\ndecision = \"prediction\"\nfavourable = [1]\nlabel = \"label\"\npositive = [1]\n\
                          score = \"score\"\n"
                .to_owned();
        for axis in groups.keys().filter(|key| *key != "overall") {
            writeln!(policy, "[[attribute]]\nname = \"{axis}\"").expect("written");
        }
        let file = |version: &str| of.join(format!("{name}.lr_{version}.csv"));
        let document = join(&policy, &file("v1"), &file("v2"), "row_id").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(change(&document).baseline.rows_only_before + change(&document).baseline.rows_only_after, 0);
        for (axis, levels) in groups {
            if axis == "overall" {
                agrees(&document, &Group::new(), levels, name);
                compared += 1;
                continue;
            }
            for (level, expected) in levels.as_object().expect("groups") {
                agrees(&document, &group(&[(axis, level)]), expected, &format!("{name} {axis} {level}"));
                compared += 1;
            }
        }
        narrower(&document, name);
    }
    assert!(compared > 25, "{compared}");
}

fn agrees(document: &Document, of: &Group, expected: &Value, what: &str) {
    let number_of = |key: &str| expected[key].as_f64().unwrap_or_else(|| panic!("{what}: {key}"));
    let found = flips(document, of);
    let turned = Turned { forth: found.to_selected, back: found.from_selected };
    assert_eq!(found.rows as f64, number_of("n"), "{what}");
    assert_eq!(turned.forth as f64, number_of("flips_0_to_1"), "{what}");
    assert_eq!(turned.back as f64, number_of("flips_1_to_0"), "{what}");
    close(turned.exact(), number_of("mcnemar_prediction_exact_p"), 1e-10, what);
    close(turned.mid_p(), found.p_value, 1e-11, what);
    let correct = found.correctness.as_ref().expect("labels");
    assert_eq!(correct.right_to_wrong as f64, number_of("right_to_wrong"), "{what}");
    assert_eq!(correct.wrong_to_right as f64, number_of("wrong_to_right"), "{what}");
    let turned = Turned { forth: correct.wrong_to_right, back: correct.right_to_wrong };
    close(turned.exact(), number_of("mcnemar_correctness_exact_p"), 1e-10, what);
    if let Some(chi2) = expected["mcnemar_correctness_chi2_cc"].as_f64() {
        close(turned.asymptotic_corrected().chi2, chi2, 1e-10, what);
    }
    let change = |metric| number(document, metric, "value", of).change.expect("a change");
    close(change("selection-rate"), number_of("selection_rate_change"), 1e-11, what);
    close(change("accuracy"), number_of("accuracy_change"), 1e-11, what);
    close(change("mean-score"), number_of("mean_score_change"), 1e-11, what);
    let shift = found.score_shift.as_ref().expect("scores");
    close(shift.mean, number_of("mean_score_change"), 1e-11, what);
    close(shift.distance.expect("a distance"), number_of("score_ks_D"), 1e-11, what);
}

/// Intervals of changes of the same rows are narrower than those of independent samples would be.
fn narrower(document: &Document, what: &str) {
    let (mut paired, mut compared) = (0.0, 0);
    for row in change(document).numbers.iter().filter(|row| row.method == "mover-paired") {
        let (Some(low), Some(high), "value") = (row.low, row.high, row.contrast.as_str()) else { continue };
        if row.metric != "selection-rate" && row.metric != "mean-score" {
            continue;
        }
        let now = support::measurement(document, &row.metric, &row.group);
        let (Some(below), Some(above)) = (now.low, now.high) else { continue };
        let independent = (above - below) * std::f64::consts::SQRT_2;
        assert!(high - low < independent, "{what}: {row:?}");
        paired += (high - low) / independent;
        compared += 1;
    }
    eprintln!(
        "{what}: intervals of {compared} changes are on average {:.2} of unpaired ones",
        paired / f64::from(compared)
    );
    assert!(paired / f64::from(compared) < 0.6, "{what}");
}
