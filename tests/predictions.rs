//! Predicted amounts held against what came, tenth by tenth: every figure is that of a slow reference that looks at one row after the
//! other, whatever the order of rows, the files and the cells they are in.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support;
use crate::support::{SplitMix64, audit_files, audit_text, bytes_without_sources, close, policy};
use evenhand::cell::measured::sums::ExactSum;
use evenhand::cell::measured::{Cases, Counts, Ledger, Measured, Turned};
use evenhand::inference::limits::Limits;
use evenhand::inference::measured::mean::{self, Mean};
use evenhand::release::{Audience, Settings, release};
use evenhand::result::{Document, OutcomeCalibration, Tenth};
use proptest::prelude::*;
use tempfile::TempDir;

/// The critical value at 95 %.
const Z: f64 = 1.959_963_984_540_054;
const POLICY: &str = "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\n[[attribute]]\nname = \"segment\"\n\
                      [statistics]\nmin_group = 3\n[[outcome]]\nname = \"spent\"\nkind = \"amount\"\nunit = \"EUR\"\n\
                      better = \"more\"\nprediction = \"guess\"\n";

/// A segment, what was predicted and what came; either may be missing.
type Row = (String, Option<f64>, Option<f64>);

fn csv(rows: &[Row]) -> String {
    let cell = |value: &Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut csv = "segment,done,guess,spent\n".to_owned();
    for (segment, guess, spent) in rows {
        writeln!(csv, "{segment},1,{},{}", cell(guess), cell(spent)).expect("text");
    }
    csv
}

fn of<'a>(document: &'a Document, segment: &str) -> &'a OutcomeCalibration {
    let is = |one: &&OutcomeCalibration| one.group.get("segment").map_or("", String::as_str) == segment;
    document.outcome_calibration.iter().find(is).unwrap_or_else(|| panic!("no tenths of `{segment}`"))
}

/// The tenths of some rows, one row after the other.
fn by_hand(rows: &[(f64, f64)]) -> Vec<Tenth> {
    let place = |guess: f64| {
        let below = rows.iter().filter(|(other, _)| *other < guess).count() as u64;
        let alike = rows.iter().filter(|(other, _)| *other == guess).count() as u64;
        // 10 (b + n/2) / N, in whole numbers.
        ((10 * (2 * below + alike)) / (2 * rows.len() as u64)).min(9) as u32
    };
    let mut tenths: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
    rows.iter().for_each(|row| tenths.entry(place(row.0)).or_default().push(*row));
    let tenth = |(place, rows): (u32, Vec<(f64, f64)>)| {
        let n = rows.len() as f64;
        let predicted = rows.iter().map(|row| row.0).sum::<f64>() / n;
        let actual = rows.iter().map(|row| row.1).sum::<f64>() / n;
        let error = predicted - actual;
        let far = rows.iter().map(|(guess, spent)| (guess - spent - error) * (guess - spent - error)).sum::<f64>();
        let variance = (rows.len() > 1).then(|| if far < 1e-9 { 0.0 } else { far / (n - 1.0) });
        let limits: Option<Limits> = mean::limits(Mean { rows: rows.len() as u64, value: error, variance }, Z).ok();
        Tenth {
            tenth: place + 1,
            rows: rows.len() as u64,
            predicted,
            actual,
            low: limits.map(|limits| predicted - limits.high),
            high: limits.map(|limits| predicted - limits.low),
            few: rows.len() < 3,
            off: None,
        }
    };
    tenths.into_iter().map(tenth).collect()
}

fn same(found: &OutcomeCalibration, rows: &[Row], segment: Option<&str>) {
    let both: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| segment.is_none_or(|segment| row.0 == segment))
        .filter_map(|(_, guess, spent)| guess.zip(*spent))
        .collect();
    assert_eq!(found.rows, both.len() as u64);
    let expected = by_hand(&both);
    assert_eq!(found.tenths.len(), expected.len(), "{:?}", found.tenths);
    for (found, expected) in found.tenths.iter().zip(&expected) {
        assert_eq!((found.tenth, found.rows, found.few), (expected.tenth, expected.rows, expected.few));
        close(found.predicted, expected.predicted, 1e-6, "predicted");
        close(found.actual, expected.actual, 1e-6, "actual");
        for (found, expected) in [(found.low, expected.low), (found.high, expected.high)] {
            assert_eq!(found.is_some(), expected.is_some(), "{found:?} {expected:?}");
            close(found.unwrap_or_default(), expected.unwrap_or_default(), 1e-5, "a limit");
        }
        let inside =
            found.low.is_none_or(|low| low <= found.predicted) && found.high.is_none_or(|high| found.predicted <= high);
        assert_eq!(found.off.is_none(), inside || found.few, "{found:?}");
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Whole quarters, so that many predictions are alike and no sum is rounded.
    let quarters = |most: u32| (0..most).prop_map(|n| f64::from(n) / 4.0);
    let some = move |most: u32| prop_oneof![9 => quarters(most).prop_map(Some), 1 => Just(None)];
    let row = (prop::sample::select(vec!["a", "b", "c"]), some(40), some(200));
    prop::collection::vec(row.prop_map(|(segment, guess, spent)| (segment.to_owned(), guess, spent)), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tenths_are_those_of_one_row_after_the_other(rows in rows()) {
        let document = audit_text(POLICY, &csv(&rows));
        same(of(&document, ""), &rows, None);
        for segment in ["a", "b", "c"] {
            if rows.iter().any(|row| row.0 == segment) {
                same(of(&document, segment), &rows, Some(segment));
            }
        }
    }

    #[test]
    fn sums_are_read_as_they_are_written(values in prop::collection::vec((-1e9_f64..1e9, 1_u64..1_000), 0..30)) {
        let mut sum = ExactSum::default();
        values.iter().for_each(|(value, rows)| { sum.add(*value, *rows); });
        prop_assert_eq!(ExactSum::parse(&sum.text()), Some(sum));
    }
}

#[test]
fn what_is_no_sum_is_not_read_as_one() {
    for wrong in ["1", "1:0", "a:1", "1:b", "2:1 1:1", "1:1 1:1", "5000:1", "-1075:1", "1:1,2:1"] {
        assert_eq!(ExactSum::parse(wrong), None, "{wrong}");
    }
    assert_eq!(ExactSum::parse(""), Some(ExactSum::default()));
}

#[test]
fn a_value_never_falls_in_two_tenths() {
    let row = |guess: f64, spent: f64| ("a".to_owned(), Some(guess), Some(spent));
    // All alike: a single tenth, in the middle: 10 (0 + 20/2) / 20 = 5, the sixth.
    let alike: Vec<Row> = (0..20).map(|n| row(7.0, f64::from(n))).collect();
    let document = audit_text(POLICY, &csv(&alike));
    let [only] = of(&document, "a").tenths.as_slice() else { panic!("one tenth") };
    assert_eq!((only.tenth, only.rows, only.predicted, only.actual), (6, 20, 7.0, 9.5));
    // 12 rows at 1 and one each at 2..=9: 12 of 20 have their middle at 6/20, in the fourth tenth (10 * 6 / 20 = 3), and the row
    // at 2 at 12.5/20, in the seventh.
    let ties: Vec<Row> = (0..12).map(|_| row(1.0, 1.0)).chain((2..10).map(|n| row(f64::from(n), 1.0))).collect();
    let document = audit_text(POLICY, &csv(&ties));
    let places: Vec<(u32, u64)> = of(&document, "a").tenths.iter().map(|of| (of.tenth, of.rows)).collect();
    assert_eq!(places, [(4, 12), (7, 2), (8, 2), (9, 2), (10, 2)]);
    // A single row is in the middle as well, and has no interval.
    let document = audit_text(POLICY, &csv(&[row(3.0, 5.0)]));
    let [only] = of(&document, "").tenths.as_slice() else { panic!("one tenth") };
    assert_eq!((only.tenth, only.rows, only.low, only.high, only.few), (6, 1, None, None, true));
}

#[test]
fn without_a_row_that_has_both_there_is_a_reason() {
    let document = audit_text(POLICY, "segment,done,guess,spent\na,1,,5\na,1,5,\nb,1,2,3\n");
    let of_a = of(&document, "a");
    assert_eq!((of_a.rows, of_a.tenths.len(), of_a.undefined.as_deref()), (0, 0, Some("zero-denominator")));
    assert_eq!(of(&document, "b").rows, 1);
    let none = POLICY.replace("prediction = \"guess\"\n", "");
    assert!(audit_text(&none, "segment,done,guess,spent\na,1,1,5\n").outcome_calibration.is_empty());
}

/// Predictions of b are 10 too high in every tenth, those of a right on average: errors of -1 and 1 in turn.
#[test]
fn a_planted_error_is_found_in_its_tenths() {
    let row = |segment: &str, n: u32| {
        let guess = f64::from(20 + n % 100);
        let noise = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        let off = if segment == "b" { 10.0 } else { 0.0 };
        (segment.to_owned(), Some(guess), Some(guess + noise - off))
    };
    let rows: Vec<Row> = ["a", "b"].into_iter().flat_map(|of| (0..400).map(move |n| row(of, n))).collect();
    let document = audit_text(POLICY, &csv(&rows));
    let off =
        |segment: &str| of(&document, segment).tenths.iter().filter(|of| of.off.as_deref() == Some("high")).count();
    assert_eq!((off("a"), off("b")), (0, 10));
    for tenth in &of(&document, "b").tenths {
        assert_eq!(tenth.rows, 40);
        close(tenth.predicted - tenth.actual, 10.0, 1e-9, "the planted error");
    }
}

/// More distinct predictions than are kept one by one.
fn many(random: &mut SplitMix64) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let guess = 10.0 + 500.0 * random.share();
        (random.pick(&["a", "b"]).to_owned(), Some(guess), Some(guess + 20.0 * random.normal()))
    };
    (0..11_000).map(|_| row(random)).collect()
}

#[test]
fn neither_order_nor_files_nor_cells_can_show() {
    let mut random = SplitMix64(7);
    let mut rows = many(&mut random);
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, rows: &[Row]| {
        let path = folder.path().join(name);
        std::fs::write(&path, csv(rows)).expect("written");
        path
    };
    let whole = audit_files(POLICY, &[write("whole.csv", &rows)]);
    random.shuffle(&mut rows);
    let (one, other) = rows.split_at(3_333);
    let parts = [write("one.csv", one), write("other.csv", other)];
    assert_eq!(bytes_without_sources(audit_files(POLICY, &parts)), bytes_without_sources(whole.clone()));
    let cells: Vec<_> = parts
        .iter()
        .map(|path| {
            let sources = support::cells::sources(std::slice::from_ref(path));
            let shard = evenhand::tally(&policy(POLICY).0, &sources, &support::cells::quiet()).expect("cells");
            support::cells::store(folder.path(), &format!("{}.cells", path.display()), &shard)
        })
        .collect();
    let of_cells = audit_files(POLICY, &cells);
    assert_eq!(of_cells.run.id, whole.run.id);
    assert_eq!(bytes_without_sources(of_cells), bytes_without_sources(whole.clone()));
    // Bins are at most 1/1024 of their values wide: each tenth is about as the rows themselves have it.
    let both: Vec<(f64, f64)> = rows.iter().filter_map(|row| row.1.zip(row.2)).collect();
    let (found, exact) = (&of(&whole, "").tenths, by_hand(&both));
    assert_eq!((found.len(), exact.len()), (10, 10));
    for (found, exact) in found.iter().zip(&exact) {
        assert!(found.rows.abs_diff(exact.rows) <= 40, "{found:?} {exact:?}");
        close(found.predicted, exact.predicted, 1.0, "predicted");
        close(found.actual, exact.actual, 2.0, "actual");
    }
    let (sum, n) = found.iter().fold((0.0, 0), |(sum, n), of| (sum + of.actual * of.rows as f64, n + of.rows));
    close(sum / n as f64, both.iter().map(|row| row.1).sum::<f64>() / both.len() as f64, 1e-8, "the mean of all");
}

#[test]
fn predictions_merge_and_part_as_their_rows() {
    let mut random = SplitMix64(3);
    let grid = std::sync::Arc::new(evenhand::inference::measured::grid::Grid::default());
    let case = |random: &mut SplitMix64| {
        let guess = 100.0 * random.share();
        (guess, Cases::turned(Turned::of(guess, guess + random.normal(), 1 + random.below(3) as u64).expect("finite")))
    };
    for most in [50, 9_000] {
        let cases: Vec<(f64, Cases)> = (0..most).map(|_| case(&mut random)).collect();
        let of = |cases: &[(f64, Cases)]| {
            let ledger = Ledger::of(cases.to_vec()).at_most(usize::MAX, &grid);
            Measured::new(std::sync::Arc::clone(&grid), ledger, 0)
        };
        let (one, other) = cases.split_at(most / 3);
        let (one, other, whole) = (of(one), of(other), of(&cases));
        assert_eq!(whole.is_exact(), most == 50);
        let together = Measured::together(&[&other, &one]).expect("two");
        assert_eq!(together, whole);
        let rest = whole.without(&one);
        assert_eq!(rest.ledger().rows(), other.ledger().rows());
        let sum = |of: &Measured<Cases>| of.predicted().iter().map(|one| one.actual).sum::<f64>();
        close(sum(&rest), sum(&other), 1e-6, "what is left");
        let mut bytes = [Vec::new(), Vec::new()];
        together.bytes(&mut bytes[0]);
        whole.bytes(&mut bytes[1]);
        assert_eq!(bytes[0], bytes[1]);
        assert_eq!(Cases::ended(4).rows(), 4);
    }
}

#[test]
fn tenths_of_few_are_shown_to_nobody_who_must_not_see_few() {
    let row = |segment: &str, n: u32| (segment.to_owned(), Some(f64::from(n % 50)), Some(f64::from(n)));
    let released = |small: u32| {
        let rows: Vec<Row> =
            [("a", 400), ("b", small)].into_iter().flat_map(|(of, many)| (0..many).map(move |n| row(of, n))).collect();
        let text = format!("{POLICY}[privacy]\nmin_cell = 10\n");
        let document = audit_text(&text, &csv(&rows));
        assert_eq!(Settings::of(&document, Audience::Internal).min_cell, 10);
        let inside = release(document.clone(), Audience::Internal, &[]).expect("released").document().clone();
        let outside = release(document.clone(), Audience::Public, &[]).expect("released").document().clone();
        assert!(outside.outcome_calibration.is_empty());
        let again = release(document, Audience::Internal, std::slice::from_ref(&outside)).expect("released");
        assert!(again.document().outcome_calibration.is_empty(), "what was published is not held against tenths");
        inside.outcome_calibration.iter().map(|one| one.axes.len()).collect::<Vec<_>>()
    };
    // Tenths of 40 rows and of 10, then some of 9 or fewer: the axis is shown whole or not at all.
    assert_eq!(released(100), [0, 1, 1]);
    assert_eq!(released(80), [0]);
}
