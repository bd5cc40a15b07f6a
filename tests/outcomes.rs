//! Measured outcomes through the whole program: how values are read, what is refused, and that every figure is that of a slow
//! reference which looks at one row after the other, whatever the order of rows, the files they are in and how they are kept.

use std::fmt::Write;
use std::path::PathBuf;

use crate::support;
use crate::support::{
    SplitMix64, audit_files, audit_text, bytes_without_sources, close, comparison, group, measurement, try_audit_text,
};
use evenhand::error::Error;
use evenhand::inference::measured::grid::Grid;
use evenhand::inference::measured::quantile as quantiles;
use evenhand::inference::measured::span::of_values;
use evenhand::result::{Document, Verdict};
use polars::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

/// The critical value at 95 %.
const Z: f64 = 1.959_963_984_540_054;
const HEAD: &str = "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\nmissing = [\"\", \"NA\", -99]\n";
const SEGMENT: &str = "[[attribute]]\nname = \"segment\"\n[statistics]\nmin_group = 2\n";

fn with(outcomes: &str) -> String {
    format!("{HEAD}{SEGMENT}{outcomes}")
}

fn outcome(name: &str, kind: &str, more: &str) -> String {
    format!("[[outcome]]\nname = \"{name}\"\nkind = \"{kind}\"\nbetter = \"less\"\n{more}\n")
}

fn value(document: &Document, metric: &str, segment: &str) -> f64 {
    let of = group(&[("segment", segment)]);
    measurement(document, metric, &of).value.unwrap_or_else(|| panic!("{metric} of {segment}"))
}

/// Rows of one segment with one column.
fn column(name: &str, values: &[&str]) -> String {
    values.iter().fold(format!("segment,done,{name}\n"), |csv, value| csv + &format!("a,1,{value}\n"))
}

#[track_caller]
fn refused(text: &str, csv: &str, says: &[&str]) {
    match try_audit_text(text, csv) {
        Ok(_) => panic!("it was audited:\n{csv}"),
        Err(error) => {
            assert_eq!(error.exit_code(), 4, "{error}");
            says.iter().for_each(|word| assert!(error.to_string().contains(word), "{word}: {error}"));
        }
    }
}

// Reading

#[test]
fn numbers_are_read_however_they_are_written() {
    let text = with(&outcome("cost", "amount", ""));
    for (csv, mean) in [
        (column("cost", &["1.5", "-2", "1e1", "+0.5"]), 2.5),
        (column("cost", &["0.5", "NA", "", "NaN", "-99", "1.5"]), 1.0),
        (column("cost", &["0", "-0", "0.0"]), 0.0),
        (
            column("cost", &["1,5", "-2", "10,0", "0,5"])
                .replace(',', ";")
                .replace(";5\n", ",5\n")
                .replace(";0\n", ",0\n"),
            2.5,
        ),
    ] {
        close(value(&audit_text(&text, &csv), "cost.mean", "a"), mean, 1e-12, &csv);
    }
}

#[test]
fn durations_are_read_as_seconds_clocks_and_with_a_decimal_comma() {
    let text = with(&outcome("wait", "duration", ""));
    let csv = column("wait", &["90", "1:30", "0:01:30", "01:30.0", "", "NA"]);
    let document = audit_text(&text, &csv);
    close(value(&document, "wait.mean", "a"), 90.0, 1e-12, "mean");
    let answered = measurement(&document, "wait.answered", &group(&[("segment", "a")]));
    assert_eq!((answered.numerator, answered.denominator), (Some(4), Some(6)));
    // Rows without a value are in the denominator of `answered`, and in nothing else.
    let left_out = |metric: &str| {
        document.data.left_out.iter().find(|left| left.metric == metric && left.axes.is_empty()).map(|left| left.rows)
    };
    assert_eq!([left_out("wait.answered"), left_out("wait.mean"), left_out("wait.median")], [None, Some(2), Some(2)]);
    let csv = "segment;done;wait\na;1;1:30,5\na;1;90,5\na;1;0:01:30,5\n";
    close(value(&audit_text(&text, csv), "wait.mean", "a"), 90.5, 1e-12, "comma");
}

#[test]
fn what_is_no_value_is_refused_with_its_line_and_never_shown() {
    let amount = with(&outcome("cost", "amount", ""));
    for wrong in ["abcd", "inf", "-inf", "1:30", "1e999"] {
        let csv = column("cost", &["1", "2", wrong]);
        refused(&amount, &csv, &[":4", "`cost`", "a number is due here"]);
        let said = try_audit_text(&amount, &csv).map(|_| ()).expect_err("refused").to_string();
        assert!(!said.contains(wrong), "{said}");
    }
    let duration = with(&outcome("wait", "duration", ""));
    for wrong in ["4:60", "soon", "1:2:3:4"] {
        refused(&duration, &column("wait", &["1", wrong]), &[":3", "`wait`", "mm:ss"]);
    }
    refused(&duration, &column("wait", &["1", "-5"]), &[":3", "never below 0"]);
    // What stands in rows that are left out is nobody's mistake.
    let filtered = with(&outcome("wait", "duration", "")).replace("missing", "where = { done = [1] }\nmissing");
    let document = audit_text(&filtered, "segment,done,wait\na,1,5\na,0,soon\na,1,7\n");
    close(value(&document, "wait.mean", "a"), 6.0, 1e-12, "where");
}

#[test]
fn yes_and_no_are_what_the_policy_says() {
    let text = with(&outcome("handed", "yes-no", "yes = [\"yes\", 1]"));
    let document = audit_text(&text, &column("handed", &["yes", "no", "1", "", "maybe", "NA", "0"]));
    let share = measurement(&document, "handed.share-yes", &group(&[("segment", "a")]));
    assert_eq!((share.numerator, share.denominator), (Some(2), Some(5)));
    assert_eq!(value(&document, "handed.answered", "a"), 5.0 / 7.0);
}

fn parquet(folder: &TempDir, columns: Vec<Column>) -> PathBuf {
    let path = folder.path().join("rows.parquet");
    let mut frame = DataFrame::new(columns[0].len(), columns).expect("columns of one length");
    ParquetWriter::new(std::fs::File::create(&path).expect("a file")).finish(&mut frame).expect("written");
    path
}

#[test]
fn durations_and_times_of_parquet_are_seconds() {
    let text = with(&(outcome("wait", "duration", "") + &outcome("at", "duration", "")));
    for (unit, per_second) in
        [(TimeUnit::Milliseconds, 1_000), (TimeUnit::Microseconds, 1_000_000), (TimeUnit::Nanoseconds, 1_000_000_000)]
    {
        let folder = TempDir::new().expect("a folder");
        let seconds = [Some(90), Some(30), None, Some(0)];
        let wait: Vec<Option<i64>> = seconds.iter().map(|s| s.map(|s: i64| s * per_second + per_second / 2)).collect();
        let at: Vec<Option<i64>> = seconds.iter().map(|s| s.map(|s| s * 1_000_000_000)).collect();
        let path = parquet(
            &folder,
            vec![
                Series::new("segment".into(), ["a"; 4]).into_column(),
                Series::new("done".into(), [1; 4]).into_column(),
                Series::new("wait".into(), wait).cast(&DataType::Duration(unit)).expect("durations").into_column(),
                Series::new("at".into(), at).cast(&DataType::Time).expect("times").into_column(),
            ],
        );
        let document = audit_files(&text, &[path]);
        close(value(&document, "wait.mean", "a"), 40.5, 1e-12, "durations");
        close(value(&document, "at.median", "a"), 30.0, 1e-12, "times");
        close(value(&document, "wait.answered", "a"), 0.75, 1e-12, "nulls");
    }
}

#[test]
fn integers_decimals_floats_and_texts_of_parquet_are_numbers() {
    let text = with(&outcome("cost", "amount", ""));
    let numbers = Series::new("cost".into(), [Some(1.0), Some(f64::NAN), None, Some(5.0), Some(-99.0)]);
    for kind in [DataType::Float64, DataType::Float32, DataType::String] {
        let folder = TempDir::new().expect("a folder");
        let cost = numbers.cast(&kind).expect("numbers").into_column();
        let path = parquet(
            &folder,
            vec![
                Series::new("segment".into(), ["a"; 5]).into_column(),
                Series::new("done".into(), [1; 5]).into_column(),
                cost,
            ],
        );
        let document = audit_files(&text, &[path]);
        close(value(&document, "cost.mean", "a"), 3.0, 1e-12, "mean");
        assert_eq!(value(&document, "cost.answered", "a"), 0.4, "{kind}");
    }
}

/// 4.2 and -9.9 are no numbers of single precision: the nearest are 4.19999981 and -9.89999962.
#[test]
fn numbers_of_single_precision_are_those_of_text() {
    let text = with(&outcome("cost", "amount", "bound = 4.2\n")).replace("-99", "-9.9");
    let numbers = Series::new("cost".into(), [Some(4.2), Some(-9.9), Some(4.1), Some(4.3), None]);
    for kind in [DataType::Float64, DataType::Float32, DataType::String] {
        let folder = TempDir::new().expect("a folder");
        let of = |values: Series| values.into_column();
        let path = parquet(
            &folder,
            vec![
                of(Series::new("segment".into(), ["a"; 5])),
                of(Series::new("done".into(), [1; 5])),
                of(numbers.cast(&kind).expect("numbers")),
            ],
        );
        let document = audit_files(&text, &[path]);
        // 4.2 and 4.3 of 4.1, 4.2 and 4.3.
        let share = measurement(&document, "cost.share-from-4.2", &group(&[("segment", "a")]));
        assert_eq!((share.numerator, share.denominator), (Some(2), Some(3)), "{kind}");
        close(value(&document, "cost.mean", "a"), 4.2, 1e-15, "mean");
        assert_eq!(value(&document, "cost.median", "a"), 4.2, "{kind}");
    }
}

#[test]
fn a_value_that_is_yes_and_never_occurs_is_told() {
    let told = |text: &str, csv: &str| -> Vec<String> {
        let found = audit_text(text, csv).diagnostics;
        found.into_iter().filter(|told| told.code == "yes-never-occurs").map(|told| told.message).collect()
    };
    let handed = with(&outcome("handed", "yes-no", "yes = [\"yes\"]"));
    assert!(
        told(&handed, &column("handed", &["Yes", "No", "no"]))[0].contains("`yes` lists occurs in column `handed`")
    );
    assert!(told(&handed, &column("handed", &["yes", "No", "no"])).is_empty());
    // Nobody has answered: nothing is spelled at all.
    assert!(told(&handed, &column("handed", &["", "NA"])).is_empty());
    let wait = with(&outcome("wait", "duration", "ended = \"over\"\nended_values = [\"yes\"]\nbound = 5"));
    let cases = |over: [&str; 2]| format!("segment,done,wait,over\na,1,10,{}\na,1,20,{}\n", over[0], over[1]);
    assert!(told(&wait, &cases(["Y", "N"]))[0].contains("`ended_values` lists occurs in column `over`"));
    assert!(told(&wait, &cases(["yes", "no"])).is_empty());
}

#[test]
fn one_column_may_be_decision_and_several_outcomes_and_another_group_and_outcome() {
    let text = "version = 1\n[data]\ndecision = \"stars\"\nfavourable = [4, 5]\n\
                [[attribute]]\nname = \"age_band\"\ncolumn = \"age\"\nbins = [30]\n[statistics]\nmin_group = 2\n\
                [[outcome]]\nname = \"stars\"\nkind = \"ordinal\"\nbetter = \"more\"\nbound = 4\n\
                [[outcome]]\nname = \"top\"\ncolumn = \"stars\"\nkind = \"yes-no\"\nyes = [5]\nbetter = \"more\"\n\
                [[outcome]]\nname = \"age\"\nkind = \"amount\"\nbetter = \"neither\"\n";
    let csv = "stars,age\n1,20\n2,25\n3,30\n4,40\n5,50\n5,60\n";
    let document = audit_text(text, csv);
    let everybody = group(&[]);
    let share = |metric: &str| measurement(&document, metric, &everybody).value;
    assert_eq!(share("selection-rate"), share("stars.share-from-4"));
    assert_eq!(share("top.share-yes"), Some(0.333_333_333_333_333_3));
    assert_eq!(share("age.mean"), Some(37.5));
    assert_eq!(measurement(&document, "age.mean", &group(&[("age_band", "<30")])).value, Some(22.5));
}

// Figures

const ALL: &str = "[[outcome]]\nname = \"wait\"\nkind = \"duration\"\nbetter = \"less\"\nbound = 60\n\
                   [[outcome]]\nname = \"cost\"\nkind = \"amount\"\nbetter = \"neither\"\nbound = \"0.5\"\n\
                   [[outcome]]\nname = \"stars\"\nkind = \"ordinal\"\nbetter = \"more\"\nbound = 4\n\
                   [[outcome]]\nname = \"handed\"\nkind = \"yes-no\"\nyes = [\"y\"]\nbetter = \"more\"\n";

struct Row {
    segment: &'static str,
    rows: u64,
    kept: bool,
    wait: Option<f64>,
    cost: Option<f64>,
    stars: Option<f64>,
    handed: Option<f64>,
}

fn draw(random: &mut SplitMix64, rows: usize) -> Vec<Row> {
    let segments = ["north", "south", "isles"];
    let draw = |_| {
        let mut maybe = |per_mille: usize, value: f64| random.chance(per_mille).then_some(value);
        let wait = maybe(950, 0.0).is_some();
        let cost = maybe(900, 0.0).is_some();
        let answered = maybe(600, 0.0).is_some();
        let known = maybe(970, 0.0).is_some();
        Row {
            segment: segments[random.below(3)],
            rows: random.below(4) as u64,
            kept: random.chance(900),
            wait: wait.then(|| random.below(40_000) as f64 / 8.0),
            cost: cost.then(|| random.below(400) as f64 / 16.0 - 10.0),
            stars: answered.then(|| 1.0 + random.below(5) as f64),
            handed: known.then(|| f64::from(u8::from(random.chance(200)))),
        }
    };
    (0..rows).map(draw).collect()
}

/// An outcome by name, its value in a row, and the bound at which a share is counted.
type Asked = (&'static str, fn(&Row) -> Option<f64>, f64);

fn csv_of(rows: &[Row]) -> String {
    let mut csv = "segment,done,rows,kept,wait,cost,stars,handed\n".to_owned();
    let shown = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for (place, row) in rows.iter().enumerate() {
        let wait = match row.wait {
            // The same second in all its forms.
            Some(wait) if place % 3 == 0 => format!("{}:{:06.3}", (wait / 60.0).floor(), wait % 60.0),
            other => shown(other),
        };
        let handed = match row.handed {
            Some(1.0) => "y",
            Some(_) => "n",
            None => "NA",
        };
        let (cost, stars) = (shown(row.cost), shown(row.stars));
        let (segment, count, kept) = (row.segment, row.rows, u8::from(row.kept));
        writeln!(csv, "{segment},1,{count},{kept},{wait},{cost},{stars},{handed}").expect("text");
    }
    csv
}

/// The values of a segment, each as often as its row counts, and how many rows have none.
fn values(rows: &[Row], segment: &str, counted: bool, of: impl Fn(&Row) -> Option<f64>) -> (Vec<f64>, u64) {
    let (mut found, mut missing) = (Vec::new(), 0);
    for row in rows.iter().filter(|row| row.segment == segment && (row.kept || !counted)) {
        for _ in 0..if counted { row.rows } else { 1 } {
            match of(row) {
                Some(value) => found.push(value),
                None => missing += 1,
            }
        }
    }
    found.sort_by(f64::total_cmp);
    (found, missing)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn quantile(values: &[f64], p: f64) -> f64 {
    let rank = p * (values.len() - 1) as f64;
    let (low, high) = (values[rank.floor() as usize], values[rank.ceil() as usize]);
    low + (rank - rank.floor()) * (high - low)
}

fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[test]
fn every_figure_is_that_of_the_rows_one_by_one() {
    for (seed, counted) in [(1, false), (2, true), (3, true), (4, false)] {
        let mut random = SplitMix64(seed);
        let count = 60 + random.below(500);
        let rows = draw(&mut random, count);
        let head = if counted {
            HEAD.replace("missing", "count = \"rows\"\nwhere = { kept = [1] }\nmissing")
        } else {
            HEAD.to_owned()
        };
        let document = audit_text(&format!("{head}{SEGMENT}{ALL}"), &csv_of(&rows));
        let mut compared = 0;
        let of: [Asked; 4] = [
            ("wait", |row| row.wait, 60.0),
            ("cost", |row| row.cost, 0.5),
            ("stars", |row| row.stars, 4.0),
            ("handed", |row| row.handed, 1.0),
        ];
        for segment in ["north", "south", "isles"] {
            for (name, of, bound) in of {
                let (values, missing) = values(&rows, segment, counted, of);
                let is = |metric: &str, expected: f64| {
                    let metric = format!("{name}.{metric}");
                    close(
                        value(&document, &metric, segment),
                        expected,
                        1e-11,
                        &format!("{metric} of {segment}, {seed}"),
                    );
                };
                let all = values.len() as u64 + missing;
                is("answered", values.len() as f64 / all as f64);
                let from = values.iter().filter(|value| **value >= bound).count() as f64 / values.len() as f64;
                if name == "handed" {
                    is("share-yes", from);
                    continue;
                }
                is(&format!("share-from-{bound}"), from);
                is("mean", mean(&values));
                is("median", quantile(&values, 0.5));
                if name != "stars" {
                    is("p90", quantile(&values, 0.9));
                    let cut = values.len() / 5;
                    is("trimmed-mean", mean(&values[cut..values.len() - cut]));
                }
                let rest = document.comparisons.iter().find(|c| {
                    c.metric == format!("{name}.mean")
                        && c.contrast == "difference"
                        && c.group == group(&[("segment", segment)])
                });
                if let Some(found) = rest {
                    compared += 1;
                    let other = found.reference.group["segment"].as_str();
                    let (others, _) = self::values(&rows, other, counted, of);
                    close(found.value.expect("a difference"), mean(&values) - mean(&others), 1e-8, "difference");
                }
            }
        }
        assert_eq!(compared, 6, "three numbers of the two segments that are not the reference, {seed}");
    }
}

#[test]
fn the_order_of_rows_and_files_changes_no_byte() {
    let mut random = SplitMix64(9);
    let mut rows = draw(&mut random, 3000);
    let text = format!("{HEAD}{SEGMENT}{ALL}");
    let once = bytes_without_sources(audit_text(&text, &csv_of(&rows)));
    random.shuffle(&mut rows);
    let folder = TempDir::new().expect("a folder");
    let files: Vec<PathBuf> = rows
        .chunks(700)
        .enumerate()
        .map(|(number, part)| {
            let path = folder.path().join(format!("{number}.csv"));
            std::fs::write(&path, csv_of(part)).expect("written");
            path
        })
        .collect();
    assert_eq!(once, bytes_without_sources(audit_files(&text, &files)));
}

/// More distinct waits than are kept.
fn many(rows: u64) -> Vec<(f64, &'static str)> {
    let of = |number: u64| {
        let wait = (number.wrapping_mul(7919) % 1_000_003) as f64 / 64.0;
        (wait, if number.is_multiple_of(4) { "b" } else { "a" })
    };
    (0..rows).map(of).collect()
}

fn waits(rows: &[(f64, &str)]) -> String {
    let mut csv = "segment,done,wait\n".to_owned();
    rows.iter().for_each(|(wait, segment)| writeln!(csv, "{segment},1,{wait}").expect("text"));
    csv
}

#[test]
fn what_is_kept_in_bins_says_how_far_it_may_be_off() {
    let rows = many(88_000);
    let text = with(&outcome("wait", "duration", "bound = 300"));
    let document = audit_text(&text, &waits(&rows));
    let of = |segment: &str| {
        let mut values: Vec<f64> = rows.iter().filter(|(_, s)| *s == segment).map(|(wait, _)| *wait).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    for (segment, binned) in [("a", true), ("b", false)] {
        let values = of(segment);
        let all = group(&[("segment", segment)]);
        for (metric, truth) in [("wait.median", quantile(&values, 0.5)), ("wait.p90", quantile(&values, 0.9))] {
            let found = measurement(&document, metric, &all);
            assert_eq!(found.bounds.is_some(), binned, "{metric} of {segment}");
            let got = found.value.expect("a value");
            close(got, truth, if binned { 1e-3 } else { 1e-12 }, metric);
            if let Some(bounds) = &found.bounds {
                let (low, high) = (bounds.low, bounds.high.expect("an end"));
                assert!(low <= truth && truth <= high, "{metric}: {truth} in {low}..{high}");
            }
        }
        // Limits of quantiles end where the bins of their rows end, and no further out.
        for (metric, p) in [("wait.median", 0.5), ("wait.p90", 0.9)] {
            let spans = of_values(&values).expect("numbers");
            let exact = quantiles::limits(&spans, p, Z).expect("rows");
            let found = measurement(&document, metric, &all);
            for (end, rank) in [(found.low, exact.low), (found.high, exact.high)] {
                let bin = Grid::new(&[300.0]);
                let ends = bin.ends(bin.key(rank).expect("finite")).expect("ends");
                let expected = if !binned {
                    rank
                } else if rank == exact.low {
                    ends.low
                } else {
                    ends.high
                };
                close(end.expect("a limit"), expected, 1e-11, &format!("{metric} of {segment}"));
            }
        }
        // Sums, squares and the share at a declared bound are exact.
        let mean_of = measurement(&document, "wait.mean", &all);
        close(mean_of.value.expect("a mean"), mean(&values), 1e-11, "mean");
        let reach = 1.96 * (variance(&values) / values.len() as f64).sqrt();
        close(mean_of.high.expect("a limit") - mean(&values), reach, 1e-3, "limit");
        let share = measurement(&document, "wait.share-from-300", &all);
        assert_eq!(share.numerator, Some(values.iter().filter(|wait| **wait >= 300.0).count() as u64));
    }
    let mut turned = rows;
    turned.reverse();
    let again = audit_text(&text, &waits(&turned));
    assert_eq!(bytes_without_sources(again), bytes_without_sources(document));
}

/// Two segments whose values lie in one bin, 131,072 to 131,200, most of `a` at its low end and most of `b` at its high end. Of
/// values in a bin only their mean is known, which is not where the middle is.
fn in_one_bin() -> Vec<(f64, &'static str)> {
    let of = |number: u32| {
        let near = f64::from(number) / 65_536.0;
        let far = if number < 55_300 { near } else { 127.0 + f64::from(number - 55_300) / 65_536.0 };
        [(131_072.0 + far, "a"), (131_200.0 - 1.0 / 65_536.0 - far, "b")]
    };
    (0..70_000).flat_map(of).collect()
}

#[test]
fn limits_of_contrasts_hold_the_exact_one_however_values_are_kept() {
    let rows = in_one_bin();
    let of = |segment: &str| {
        let mut values: Vec<f64> = rows.iter().filter(|(_, s)| *s == segment).map(|(wait, _)| *wait).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let trimmed = |values: &[f64]| mean(&values[values.len() / 5..values.len() - values.len() / 5]);
    let (a, b) = (of("a"), of("b"));
    let text =
        with(&outcome("wait", "duration", "")).replace("\"segment\"\n", "\"segment\"\nreference = { group = \"a\" }\n");
    let document = audit_text(&text, &waits(&rows));
    let group = group(&[("segment", "b")]);
    for (metric, own, other) in [
        ("wait.trimmed-mean", trimmed(&b), trimmed(&a)),
        ("wait.median", quantile(&b, 0.5), quantile(&a, 0.5)),
        ("wait.p90", quantile(&b, 0.9), quantile(&a, 0.9)),
    ] {
        let found = |contrast: &str| comparison(&document, metric, contrast, &group);
        for (found, exact) in [(found("difference"), own - other), (found("ratio"), own / other)] {
            let (low, high) = (found.low.expect("a limit"), found.high.expect("a limit"));
            assert!(low <= exact && exact <= high, "{metric} {}: {exact} in {low} to {high}", found.contrast);
        }
    }
    // What this test is about: the estimate itself is far from the exact number.
    let estimate = comparison(&document, "wait.trimmed-mean", "difference", &group).value.expect("a number");
    let exact = trimmed(&b) - trimmed(&a);
    assert!(exact - estimate > 30.0, "{exact} {estimate}");
}

// What cannot be said

fn checked(metric: &str, contrast: &str, kind: &str, more: &str) -> String {
    let limit = if contrast == "ratio" { "\"4/5\"" } else { "1" };
    let check = format!("[[check]]\nmetric = \"{metric}\"\ncontrast = \"{contrast}\"\nwithin = {limit}\n");
    with(&(outcome("v", kind, more) + &check)).replace("\"segment\"\n", "\"segment\"\nreference = { group = \"a\" }\n")
}

#[test]
fn where_nothing_varies_there_is_no_interval_and_the_verdict_says_so() {
    let csv = |values: [&str; 2]| {
        let mut csv = "segment,done,v,guess\n".to_owned();
        (0..40).for_each(|row| writeln!(csv, "{},1,{},7", ["a", "b"][row % 2], values[row % 2]).expect("text"));
        csv
    };
    for (metric, contrast) in [("v.mean", "ratio"), ("v.mean", "difference"), ("v.trimmed-mean", "difference")] {
        let document = audit_text(&checked(metric, contrast, "duration", ""), &csv(["5", "9"]));
        let row = &document.checks[0];
        assert_eq!((row.low, row.high, row.p_value), (None, None, None), "{metric} {contrast}");
        assert_eq!(row.reason.as_deref(), Some("no-interval"), "{metric} {contrast}");
        assert_eq!(row.verdict, Verdict::Inconclusive);
    }
    let text = checked("v.mean", "spread", "duration", "");
    let document = audit_text(&text, &csv(["5", "9"]));
    assert_eq!(document.checks[0].reason.as_deref(), Some("no-interval"), "spread");
}

#[test]
fn a_ratio_of_values_of_both_signs_is_told_only_of_means_above_0() {
    // Profits of both segments: mostly gains, some losses. Their means are above 0, and so are their middles.
    let mut csv = "segment,done,v,guess\n".to_owned();
    for row in 0..200_i32 {
        let value = if row % 5 == 0 { -40 - row % 7 } else { 30 + row % 11 };
        let (segment, value) = if row % 2 == 0 { ("a", value) } else { ("b", 3 * value + 60) };
        writeln!(csv, "{segment},1,{value},{}", value + row % 9 - 2).expect("text");
    }
    let b = group(&[("segment", "b")]);
    for (metric, told) in [
        ("v.mean", true),
        ("v.median", false),
        ("v.trimmed-mean", false),
        ("v.p90", false),
        ("v.bias", false),
        ("v.mean-absolute-error", true),
        ("v.root-mean-squared-error", true),
    ] {
        let document = audit_text(&checked(metric, "ratio", "amount", "prediction = \"guess\""), &csv);
        let found = comparison(&document, metric, "ratio", &b);
        assert_eq!(found.value.is_some(), told, "{metric}");
        assert_eq!(found.undefined.as_deref(), (!told).then_some("not-positive"), "{metric}");
        let row = document.checks.iter().find(|row| row.group == b).expect("a row");
        assert_eq!(row.verdict == Verdict::NotApplicable, !told, "{metric}");
        // Differences are told of all.
        assert!(comparison(&document, metric, "difference", &b).low.is_some(), "{metric}");
        let worst = checked(metric, "worst-ratio", "amount", "prediction = \"guess\"")
            .replace("within = 1", "within = \"4/5\"");
        let row = &audit_text(&worst, &csv).checks[0];
        assert_eq!(row.reason.as_deref() == Some("not-positive"), !told, "{metric}: {row:?}");
    }
}

// Open cases

#[test]
fn open_cases_count_as_long_as_they_were_seen() {
    let text = with(&outcome("wait", "duration", "bound = 4\nended = \"state\"\nended_values = [\"closed\"]"));
    let csv = "segment,done,wait,state\na,1,1,closed\na,1,2,open\na,1,3,closed\na,1,4,closed\na,1,,closed\n\
               b,1,1,open\nb,1,2,\nb,1,3,closed\nb,1,9,waiting\nb,1,9,open\n";
    let document = audit_text(&text, csv);
    close(value(&document, "wait.median-time", "a"), 3.0, 1e-12, "median");
    close(value(&document, "wait.restricted-mean-4", "a"), 2.875, 1e-12, "restricted mean");
    close(value(&document, "wait.restricted-mean-4", "b"), 3.0 + 2.0 / 3.0, 1e-11, "restricted mean");
    assert_eq!(value(&document, "wait.answered", "a"), 0.8);
    let b = measurement(&document, "wait.median-time", &group(&[("segment", "b")]));
    assert_eq!((b.value, b.undefined.as_deref()), (None, Some("not-reached")));
    // What would be wrong is not there.
    for metric in ["wait.mean", "wait.median", "wait.share-from-4"] {
        assert!(document.measurements.iter().all(|m| m.metric != metric), "{metric}");
    }
    let check = "[[check]]\nmetric = \"wait.mean\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";
    let told = support::try_policy(&format!("{text}{check}")).expect_err("it would be wrong");
    assert!(told[0].message.contains("still open") && told[0].message.contains("wait.median-time"), "{told:?}");
}

const BETWEEN: &str = "from = \"opened\"\nto = \"answered\"\n";

fn tickets(rows: &[(&str, &str)]) -> String {
    rows.iter().fold("segment,done,opened,answered\n".to_owned(), |csv, (from, to)| csv + &format!("a,1,{from},{to}\n"))
}

#[test]
fn durations_lie_between_two_times() {
    let text = with(&outcome("wait", "duration", BETWEEN));
    let csv = tickets(&[
        ("2026-11-21T09:00:00", "2026-11-21T09:01:30"),
        ("2026-11-21 09:00", "2026-11-21 09:00:30.5"),
        ("2026-11-21", "2026-11-22"),
        ("2026-11-21", ""),
        ("NA", "2026-11-21"),
        ("2026-11-21T09:00", "2026-11-21T09:00"),
    ]);
    let document = audit_text(&text, &csv);
    close(value(&document, "wait.mean", "a"), (90.0 + 30.5 + 86_400.0) / 4.0, 1e-12, "mean");
    assert_eq!(value(&document, "wait.answered", "a"), 4.0 / 6.0);
    let zoned = tickets(&[("2026-11-21T09:00:00Z", "2026-11-21T10:00:10+01:00")]);
    close(value(&audit_text(&text, &zoned), "wait.mean", "a"), 10.0, 1e-12, "zones");

    let good = ("2026-11-21", "2026-11-22");
    refused(&text, &tickets(&[good, ("2026-11-22", "2026-11-21")]), &[":3", "`answered`", "ended before it began"]);
    refused(&text, &tickets(&[good, ("yesterday", "2026-11-21")]), &[":3", "`opened`", "a time is due"]);
    refused(&text, &tickets(&[good, ("2026-11-21T09:00:00Z", "2026-11-21T10:00:00")]), &[":3", "time zone"]);
}

#[test]
fn what_had_not_ended_at_the_last_look_is_open() {
    let text = with(&outcome("wait", "duration", &format!("{BETWEEN}until = \"2026-11-21T10:00:00\"\nbound = 3600")));
    let csv = tickets(&[
        ("2026-11-21T09:00:00", "2026-11-21T09:10:00"),
        ("2026-11-21T09:00:00", "2026-11-21T09:20:00"),
        ("2026-11-21T09:00:00", ""),
        ("2026-11-21T09:00:00", "2026-11-21T11:00:00"),
        ("", "2026-11-21T09:30:00"),
    ]);
    let document = audit_text(&text, &csv);
    close(value(&document, "wait.median-time", "a"), 1200.0, 1e-12, "median");
    close(value(&document, "wait.restricted-mean-3600", "a"), 2250.0, 1e-12, "restricted mean");
    refused(&text, &tickets(&[("2026-11-21T10:00:01", "")]), &[":2", "after `until`"]);
}

#[test]
fn times_of_parquet_are_times() {
    let text = with(&outcome("wait", "duration", BETWEEN));
    let seconds = |values: [Option<i64>; 3]| Series::new("x".into(), values.map(|s| s.map(|s| s * 1_000_000)));
    let day = DataType::Datetime(TimeUnit::Microseconds, None);
    let times = |name: &str, values| {
        let mut times = seconds(values).cast(&day).expect("times");
        times.rename(name.into());
        times.into_column()
    };
    let folder = TempDir::new().expect("a folder");
    let path = parquet(
        &folder,
        vec![
            Series::new("segment".into(), ["a"; 3]).into_column(),
            Series::new("done".into(), [1; 3]).into_column(),
            times("opened", [Some(1_795_000_000), Some(1_795_000_000), None]),
            times("answered", [Some(1_795_000_090), None, Some(1)]),
        ],
    );
    let document = audit_files(&text, &[path]);
    close(value(&document, "wait.mean", "a"), 90.0, 1e-12, "mean");
    assert_eq!(value(&document, "wait.answered", "a"), 1.0 / 3.0);
}

// Predictions

#[test]
fn the_errors_of_a_prediction_are_measured_beside_the_amount() {
    let oracles: Value = serde_json::from_str(include_str!("oracles/measured.json")).expect("JSON");
    let rows = oracles["vectors"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == "cont.regression_error").expect("a row");
    let of = |name: &str| row["inputs"][name].as_array().expect("values").clone();
    let mut csv = "segment,done,clv,guess\na,1,,5\na,1,5,\n".to_owned();
    of("y").iter().zip(of("yhat")).for_each(|(y, yhat)| writeln!(csv, "a,1,{y},{yhat}").expect("text"));
    let text =
        with(&(outcome("clv", "amount", "prediction = \"guess\"") + &outcome("again", "amount", "column = \"clv\"")));
    let document = audit_text(&text, &csv);
    let expected = |name: &str| row["expected"][name].as_f64().expect("a number");
    for (metric, figure) in
        [("clv.bias", "bias"), ("clv.mean-absolute-error", "mae"), ("clv.root-mean-squared-error", "rmse")]
    {
        close(value(&document, metric, "a"), expected(figure), 1e-10, metric);
        let left_out = document.data.left_out.iter().find(|left| left.metric == metric && left.axes.is_empty());
        assert_eq!(left_out.map(|left| left.rows), Some(2), "{metric}");
    }
    assert_eq!(value(&document, "clv.mean", "a"), value(&document, "again.mean", "a"));
    let errors = document.policy.lower_is_worse("clv.mean-absolute-error");
    assert_eq!((errors, document.policy.lower_is_worse("clv.bias")), (Some(false), None));
}

// Oracles

#[test]
fn the_oracle_figures_come_out_of_files() {
    let oracles: Value = serde_json::from_str(include_str!("oracles/measured.json")).expect("JSON");
    let row = |id: &str| {
        let found = oracles["vectors"].as_array().expect("rows").iter().find(|row| row["id"] == id);
        found.unwrap_or_else(|| panic!("there is no row {id}")).clone()
    };
    let csv = |row: &Value| {
        let mut csv = "segment,done,v\n".to_owned();
        for segment in ["a", "b"] {
            for value in row["inputs"][segment].as_array().expect("values") {
                writeln!(csv, "{segment},1,{value}").expect("text");
            }
        }
        csv
    };
    let text = "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\n[[attribute]]\nname = \"segment\"\n\
                reference = { group = \"a\" }\n[statistics]\nmin_group = 2\n\
                [[outcome]]\nname = \"v\"\nkind = \"amount\"\nbetter = \"more\"\n\
                [[check]]\nmetric = \"v.mean\"\ncontrast = \"difference\"\nwithin = 10\n\
                [[check]]\nmetric = \"v.mean\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";
    let b = group(&[("segment", "b")]);
    let number = |value: &Value| value.as_f64().expect("a number");
    let (welch, means, yuen) = (row("cont.welch"), row("outcome.ratio_of_means"), row("outcome.yuen"));
    let trimmed = |of: &Value| number(&of["trimmed_b"]) - number(&of["trimmed_a"]);
    for (row, metric, contrast, value) in [
        (&welch, "v.mean", "difference", number(&welch["expected"]["diff"])),
        (&means, "v.mean", "ratio", number(&means["expected"]["ratio"])),
        (&yuen, "v.trimmed-mean", "difference", trimmed(&yuen["expected"])),
    ] {
        let document = audit_text(text, &csv(row));
        let (found, limits) = (comparison(&document, metric, contrast, &b), &row["expected"]["ci"]);
        close(found.value.expect("a number"), value, 1e-9, metric);
        close(found.low.expect("a limit"), number(&limits[0]), 1e-9, metric);
        close(found.high.expect("a limit"), number(&limits[1]), 1e-9, metric);
    }
    for p in ["0.5", "0.9"] {
        let row = row(&format!("outcome.quantile.a.{p}"));
        let values = row["inputs"]["values"].as_array().expect("values");
        let csv = values.iter().fold("segment,done,v\n".to_owned(), |csv, value| csv + &format!("a,1,{value}\n"));
        let document = audit_text(text, &csv);
        let metric = if p == "0.5" { "v.median" } else { "v.p90" };
        let (found, limits) = (measurement(&document, metric, &group(&[("segment", "a")])), &row["expected"]["ci"]);
        close(found.value.expect("a number"), number(&row["expected"]["value"]), 1e-9, metric);
        for (end, limit) in [(found.low, &limits[0]), (found.high, &limits[1])] {
            // Where there are too few rows the end is open.
            assert_eq!(end.is_some(), limit.is_number(), "{metric}: {end:?} {limit}");
            close(end.unwrap_or_default(), limit.as_f64().unwrap_or_default(), 1e-9, metric);
        }
    }
}

#[test]
fn an_error_of_data_is_an_error_of_data_only_once() {
    // Every row is wrong; the first one is told.
    let csv = column("wait", &["x"; 5000]);
    match try_audit_text(&with(&outcome("wait", "duration", "")), &csv) {
        Err(Error::Data(told)) => {
            let told = told.to_string();
            assert!(told.contains(":2, column `wait`"), "{told}");
            assert_eq!(told.matches("a duration is due here").count(), 1, "{told}");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was audited"),
    }
}
