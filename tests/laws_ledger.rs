//! Laws of the ledgers of scores: shards equal the whole, and scores kept in bins still bound every figure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support;
use crate::support::slow::{self, Row};
use crate::support::{SplitMix64, audit_files, bytes_without_sources, group, measurement, run_with_threads};
use evenhand::cell::ledger::MOST_EXACT;
use evenhand::cell::scores::grid;
use evenhand::cell::{Cell, Decision, Label, Ledger, Scores};
use evenhand::inference::limits::Limits;
use evenhand::inference::scores::grid::Grid;
use evenhand::inference::scores::{Atom, binned};
use evenhand::metrics;
use evenhand::result::{Document, Group};
use polars::prelude::*;
use proptest::prelude::*;

/// The declared threshold of these tests; no hundredth, no fifteenth.
const THRESHOLD: f64 = 0.618;

fn the_grid() -> Arc<Grid> {
    Arc::new(grid(Some(THRESHOLD)))
}

/// Every distinct score with its rows.
fn exact(rows: &[(f64, u64)]) -> Ledger {
    let mut scores: BTreeMap<u64, u64> = BTreeMap::new();
    rows.iter().for_each(|(score, rows)| *scores.entry(score.to_bits()).or_default() += rows);
    Ledger::Exact(scores.into_iter().map(|(bits, rows)| (f64::from_bits(bits), rows)).collect())
}

/// The same rows in bins, however few they are.
fn binned(rows: &[(f64, u64)], grid: &Grid) -> Ledger {
    exact(rows).at_most(0, grid)
}

/// Scores that are rare elsewhere: ends, edges and their neighbours, crowds within one bin, the very small.
fn score() -> impl Strategy<Value = f64> {
    prop_oneof![
        1 => Just(0.0),
        1 => Just(1.0),
        2 => (1_u32..100).prop_map(|k| f64::from(k) / 100.0),
        1 => (1_u32..100).prop_map(|k| (f64::from(k) / 100.0).next_down()),
        1 => (1_u32..15).prop_map(|k| f64::from(k) / 15.0),
        1 => prop_oneof![Just(THRESHOLD), Just(THRESHOLD.next_down()), Just(THRESHOLD.next_up())],
        3 => (0_u32..2000).prop_map(|k| 0.3 + f64::from(k) * 1e-6),
        3 => (0_u32..2000).prop_map(|k| 0.95 + f64::from(k) * 1e-6),
        1 => (1_u32..1000).prop_map(|k| f64::from(k) * 1e-15),
        4 => 0.0..=1.0_f64,
    ]
}

fn rows(most: usize) -> impl Strategy<Value = Vec<(f64, u64)>> {
    let count = prop_oneof![6 => 1_u64..4, 1 => 1_u64..1_000_000_000];
    proptest::collection::vec((score(), count), 1..most)
}

/// Rows with labels that follow their scores more or less.
fn labelled(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let row = (score(), 0.0..1.0_f64, any::<bool>()).prop_map(|(score, draw, wild)| {
        let label = if wild { draw < 0.5 } else { draw < score };
        Row { score, label }
    });
    proptest::collection::vec(row, 1..most)
}

fn ledgers(rows: &[Row]) -> [Ledger; Label::KINDS] {
    let of = |label: bool| {
        let scores: Vec<(f64, u64)> = slow::scores_with(rows, label).into_iter().map(|score| (score, 1)).collect();
        exact(&scores)
    };
    [of(false), of(true), Ledger::default()]
}

/// The cell of these rows, the scores of each label in bins where `spilled` says so.
fn cell(rows: &[Row], spilled: [bool; 2]) -> Cell {
    let grid = the_grid();
    let [negatives, positives, none] = ledgers(rows);
    let kept = |ledger: Ledger, spilled: bool| if spilled { ledger.at_most(0, &grid) } else { ledger };
    let parts = [kept(negatives, spilled[0]), kept(positives, spilled[1]), none];
    let mut cell = Cell::default();
    for row in rows {
        let label = if row.label { Label::Positive } else { Label::Negative };
        cell.push(Decision::Missing, label, 1);
    }
    cell.keep_scores(Scores::new(Arc::clone(&grid), parts));
    cell
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ledgers_merge_in_any_order(
        parts in proptest::collection::vec((rows(40), any::<bool>()), 3..6),
        seed in any::<u64>(),
    ) {
        let grid = the_grid();
        let keep = |(rows, spilled): &(Vec<(f64, u64)>, bool)| if *spilled { binned(rows, &grid) } else { exact(rows) };
        let all: Vec<Ledger> = parts.iter().map(keep).collect();
        let whole = Ledger::together(&all.iter().collect::<Vec<_>>(), &grid);
        // One by one, from either end, in any order, in pairs.
        let two = |a: &Ledger, b: &Ledger| Ledger::together(&[a, b], &grid);
        let forwards = all.iter().skip(1).fold(all[0].clone(), |sum, part| two(&sum, part));
        let backwards = all.iter().rev().skip(1).fold(all[all.len() - 1].clone(), |sum, part| two(part, &sum));
        let mut order: Vec<&Ledger> = all.iter().collect();
        support::SplitMix64(seed).shuffle(&mut order);
        prop_assert_eq!(&whole, &forwards);
        prop_assert_eq!(&whole, &backwards);
        prop_assert_eq!(&whole, &Ledger::together(&order, &grid));
        prop_assert_eq!(two(&two(&all[0], &all[1]), &all[2]), two(&all[0], &two(&all[1], &all[2])));
        // Shards equal one pass over all rows, in bins as soon as one shard is.
        let together: Vec<(f64, u64)> = parts.iter().flat_map(|(rows, _)| rows.clone()).collect();
        let spilled = parts.iter().any(|(_, spilled)| *spilled);
        prop_assert_eq!(&whole, &if spilled { binned(&together, &grid) } else { exact(&together) });
        prop_assert_eq!(whole.rows(), together.iter().map(|(_, rows)| rows).sum::<u64>());
        let mut hashed = (Vec::new(), Vec::new());
        whole.bytes(&mut hashed.0);
        backwards.bytes(&mut hashed.1);
        prop_assert_eq!(hashed.0, hashed.1);
    }

    #[test]
    fn without_is_the_inverse_of_together(a in rows(60), b in rows(60), spilled in any::<[bool; 2]>()) {
        let grid = the_grid();
        let keep = |rows: &[(f64, u64)], spilled: bool| if spilled { binned(rows, &grid) } else { exact(rows) };
        let (first, second) = (keep(&a, spilled[0]), keep(&b, spilled[1]));
        let whole = Ledger::together(&[&first, &second], &grid);
        if spilled == [false, false] {
            prop_assert_eq!(whole.without(&second, &grid), first);
        } else {
            prop_assert_eq!(whole.without(&second, &grid), binned(&a, &grid));
        }
        let nothing = whole.without(&whole, &grid);
        prop_assert_eq!(nothing.rows(), 0);
        prop_assert_eq!(whole.without(&Ledger::default(), &grid), whole);
    }

    #[test]
    fn sums_do_not_depend_on_the_order(rows in rows(200), seed in any::<u64>()) {
        let grid = the_grid();
        let add = |rows: &[(f64, u64)]| {
            let mut bins: BTreeMap<u32, evenhand::cell::ledger::Bin> = BTreeMap::new();
            for (score, count) in rows {
                let key = grid.key(*score).expect("a score");
                bins.entry(key).or_insert(evenhand::cell::ledger::Bin { key, rows: 0, sum: 0 }).add(*score, *count);
            }
            Ledger::Binned(bins.into_values().collect())
        };
        let mut shuffled = rows.clone();
        support::SplitMix64(seed).shuffle(&mut shuffled);
        prop_assert_eq!(add(&rows), add(&shuffled));
        prop_assert_eq!(add(&rows), binned(&rows, &grid));
        // Each score is rounded down by less than 2^-62, and the sum to a floating number.
        let Ledger::Binned(bins) = add(&rows) else { panic!("in bins") };
        for bin in bins {
            let own = rows.iter().filter(|(score, _)| grid.key(*score) == Some(bin.key));
            let (sum, count) = own.fold((0.0, 0), |(sum, n), (score, rows)| (sum + score * *rows as f64, n + rows));
            prop_assert!((bin.total() - sum).abs() <= 1e-13 * sum + count as f64 * 2.0_f64.powi(-62), "{bin:?} {sum}");
            prop_assert_eq!(bin.rows, count);
        }
    }

    #[test]
    fn thresholds_that_are_edges_divide_no_bin(rows in rows(200)) {
        let grid = the_grid();
        let ledger = binned(&rows, &grid);
        let hundredths = (1..=100).map(|k| f64::from(k) / 100.0);
        let fifteenths = (1..=15).map(|k| f64::from(k) / 15.0);
        for threshold in hundredths.chain(fifteenths).chain([THRESHOLD, 0.0]) {
            let above: u64 = rows.iter().filter(|(score, _)| *score >= threshold).map(|(_, rows)| rows).sum();
            prop_assert_eq!(ledger.at_least(threshold, &grid), above, "{}", threshold);
            prop_assert_eq!(exact(&rows).at_least(threshold, &grid), above, "{}", threshold);
        }
    }

    /// What is counted or summed stays what it is; what lies inside a bin is bounded.
    #[test]
    fn bins_bound_every_figure(rows in labelled(120), spilled in any::<[bool; 2]>()) {
        let kept = cell(&rows, spilled);
        let scores = kept.scores().expect("scores");
        let (negatives, positives) = (slow::scores_with(&rows, false), slow::scores_with(&rows, true));
        let in_bins = spilled[0] && !negatives.is_empty() || spilled[1] && !positives.is_empty();
        prop_assert_eq!(scores.is_exact(), !in_bins);
        let figure = |id: &str| {
            let metric = metrics::all().find(|metric| metric.id == id).expect("a metric");
            (metric.measure(&kept).ok(), metric.bounds(&kept))
        };
        let close = |got: Option<f64>, expected: Option<f64>| match (got, expected) {
            (Some(got), Some(expected)) => (got - expected).abs() <= 1e-12,
            (None, None) => true,
            _ => false,
        };
        // Next to 0 see `bounds_of_the_log_loss_hold_next_to_zero`.
        let tiny = rows.iter().any(|row| row.score > 0.0 && row.score < 1e-3);
        let loss = slow::log_loss(&rows).filter(|loss| loss.is_finite());
        let bounded = [
            ("auc", slow::pairs_won(&positives, &negatives)),
            ("average-precision", slow::average_precision(&rows)),
            ("brier", slow::brier(&rows)),
            ("log-loss", loss),
            ("kuiper-calibration", slow::kuiper(&rows).map(|(range, _)| range)),
        ];
        for (id, truth) in bounded {
            let (value, bounds) = figure(id);
            match (truth, bounds) {
                _ if tiny && id == "log-loss" => {}
                (Some(truth), Some(Limits { low, high })) => {
                    prop_assert!(low - 1e-12 <= truth && truth <= high + 1e-12, "{id}: {truth} in {low} {high}");
                    prop_assert!(value.is_some(), "{id}: no value where there is a truth");
                }
                (truth, None) => prop_assert!(close(value, truth), "{id}: {value:?} and {truth:?}"),
                (None, Some(_)) => prop_assert!(value.is_none(), "{id}: {value:?}"),
            }
            // Bins are there where scores are in bins, and only there.
            prop_assert!(bounds.is_none() || in_bins, "{id}");
            prop_assert!(bounds.is_some() || !in_bins || truth.is_none(), "{id}");
        }
        let average = |scores: &[f64]| {
            (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
        };
        let everyone: Vec<f64> = rows.iter().map(|row| row.score).collect();
        let error = slow::calibration_error(&rows).expect("rows");
        let expected: f64 = everyone.iter().sum();
        for (id, truth) in [
            ("mean-score", average(&everyone)),
            ("calibration-error", Some(error.0)),
            ("calibration-error-debiased", Some(error.2).filter(|root| *root > 1e-5)),
            ("observed-expected-ratio", Some(positives.len() as f64 / expected).filter(|_| expected > 1e-3)),
        ] {
            if let Some(truth) = truth {
                let value = figure(id).0.expect("defined");
                prop_assert!((value - truth).abs() <= 1e-9 * truth.max(1.0), "{id}: {value} and {truth}");
            }
        }
        let fifteen = binned::calibration_error(&binned::equal_width(scores.atoms(), 15)).expect("rows").mean;
        let truth: Vec<Atom> = rows
            .iter()
            .map(|row| Atom { score: row.score, negatives: u64::from(!row.label), positives: u64::from(row.label) })
            .collect();
        let mut by_bin: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for atom in &truth {
            let place = (1..15).filter(|k| f64::from(*k) / 15.0 <= atom.score).count();
            let bin = by_bin.entry(place).or_default();
            bin.0 += atom.score - atom.positives as f64;
        }
        let fifteenths = by_bin.values().map(|bin| bin.0.abs()).sum::<f64>() / rows.len() as f64;
        prop_assert!((fifteen - fifteenths).abs() < 1e-12, "{fifteen} {fifteenths}");
        let mut strips = vec![0; 20];
        scores.atoms().iter().for_each(|atom| strips[binned::place(atom.score, 20) as usize] += atom.rows());
        prop_assert_eq!(strips, slow::histogram(&rows));
    }

    /// The value that is printed beside bounds lies between them, like the truth.
    #[test]
    fn values_lie_between_their_bounds(rows in labelled(60), spilled in any::<[bool; 2]>()) {
        let kept = cell(&rows, spilled);
        for metric in metrics::all() {
            if let (Ok(value), Some(Limits { low, high })) = (metric.measure(&kept), metric.bounds(&kept)) {
                // Values of a search are rounded to twelve digits.
                let last = 1e-12 + 1e-11 * value.abs();
                prop_assert!(low - last <= value && value <= high + last, "{}: {value} in {low} {high}", metric.id);
            }
        }
    }

    /// The ledgers keep the sum of the scores of each label.
    #[test]
    fn mean_scores_of_a_label_are_exact(rows in labelled(60), spilled in any::<[bool; 2]>()) {
        let kept = cell(&rows, spilled);
        for (id, label) in [("mean-score-positives", true), ("mean-score-negatives", false)] {
            let metric = metrics::all().find(|metric| metric.id == id).expect("a metric");
            let own = slow::scores_with(&rows, label);
            match metric.measure(&kept) {
                Ok(value) => {
                    let truth = own.iter().sum::<f64>() / own.len() as f64;
                    prop_assert!((value - truth).abs() <= 1e-12, "{id}: {value} and {truth}");
                }
                Err(_) => prop_assert!(own.is_empty()),
            }
        }
    }

    /// Of shares and of losses that cannot exceed 1 no limit does, whatever the bins leave open.
    #[test]
    fn limits_stay_where_values_can_be(rows in labelled(120), spilled in any::<[bool; 2]>()) {
        let kept = cell(&rows, spilled);
        for id in ["mean-score", "auc", "average-precision", "brier", "calibration-error-debiased"] {
            let metric = metrics::all().find(|metric| metric.id == id).expect("a metric");
            if let (Ok(value), Some(limits)) = (metric.measure(&kept), metric.limits(&kept, 1.96)) {
                prop_assert!(limits.low <= value && value <= limits.high, "{id}: {value} in {limits:?}");
                prop_assert!(limits.low >= 0.0 && limits.high <= 1.0, "{id}: {limits:?}");
            }
        }
    }

    /// Cells of shards make the cell of all rows, and give it back.
    #[test]
    fn cells_with_scores_merge_and_part(a in labelled(60), b in labelled(60), spilled in any::<[bool; 4]>()) {
        let (first, second) = (cell(&a, [spilled[0], spilled[1]]), cell(&b, [spilled[2], spilled[3]]));
        let whole = Cell::together([&first, &second]);
        prop_assert_eq!(&whole, &Cell::together([&second, &first]));
        let all: Vec<Row> = a.iter().chain(&b).copied().collect();
        if spilled == [false; 4] {
            prop_assert_eq!(&whole, &cell(&all, [false, false]));
            prop_assert_eq!(&whole.without(&second), &first);
        }
        prop_assert_eq!(whole.rows(), all.len() as u64);
        prop_assert_eq!(whole.scores().expect("scores").rows(), all.len() as u64);
        let rest = whole.without(&first);
        prop_assert_eq!(rest.scores().expect("scores").totals(), second.scores().expect("scores").totals());
    }
}

/// Scores of exactly 0 and 1 are moved as far in bins as they are without them.
#[test]
fn fits_of_scores_at_the_ends_lie_between_their_bounds() {
    for score in [0.0, 1.0] {
        let rows = [Row { score, label: false }, Row { score, label: true }];
        let kept = cell(&rows, [false, true]);
        let metric = metrics::all().find(|metric| metric.id == "calibration-intercept").expect("a metric");
        let (value, bounds) = (metric.measure(&kept).expect("both labels"), metric.bounds(&kept).expect("bins"));
        // ln((1 - 1e-12) / 1e-12), by which the logit of half and half is away.
        assert!((value.abs() - 27.631_021_115_927_5).abs() < 1e-9, "{value}");
        assert!(bounds.low - 1e-9 <= value && value <= bounds.high + 1e-9, "{score}: {value} in {bounds:?}");
    }
}

/// A wrong score next to 0 costs much, and a finite number: its bound is one as well.
#[test]
fn bounds_of_the_log_loss_hold_next_to_zero() {
    for score in [1e-5, 1e-14, 1e-17, 1e-19, 1e-30] {
        let rows = [Row { score, label: true }, Row { score: 0.4, label: false }, Row { score: 0.6, label: true }];
        let truth = slow::log_loss(&rows).expect("rows");
        let metric = metrics::all().find(|metric| metric.id == "log-loss").expect("a metric");
        let bounds = metric.bounds(&cell(&rows, [true, true])).expect("bins");
        assert!(
            bounds.low.is_finite() && bounds.low <= truth && truth <= bounds.high,
            "{score}: {truth} in {bounds:?}"
        );
    }
}

/// More distinct scores than a ledger keeps go into bins, and one more row of a known score does not matter.
#[test]
fn the_limit_is_in_distinct_scores() {
    let grid = the_grid();
    let scores = |n: usize| -> Vec<(f64, u64)> { (0..n).map(|k| (k as f64 / 100_000.0, 3)).collect() };
    let (full, over) = (exact(&scores(MOST_EXACT)), exact(&scores(MOST_EXACT + 1)));
    assert!(full.clone().at_most(MOST_EXACT, &grid).is_exact());
    assert!(!over.clone().at_most(MOST_EXACT, &grid).is_exact());
    // Shards that are exact each make bins together exactly where the whole has too many.
    let (even, odd): (Vec<_>, Vec<_>) =
        scores(MOST_EXACT + 1).into_iter().partition(|(s, _)| (s * 1e5).round() % 2.0 == 0.0);
    let (even, odd) = (exact(&even), exact(&odd));
    assert!(even.is_exact() && odd.is_exact());
    assert_eq!(Ledger::together(&[&even, &odd], &grid), over.at_most(MOST_EXACT, &grid));
    assert_eq!(Ledger::together(&[&full, &full], &grid).rows(), 2 * full.rows());
    assert!(Ledger::together(&[&full, &full], &grid).is_exact());
}

// ------------------------------------------------------------------------------------------------------ the whole flow

const POLICY: &str = "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\n\
                      score = \"p\"\nthreshold = 0.618\n[[attribute]]\nname = \"g\"\n";

/// A row of the large table: group, score in millionths, label, decision.
type Long = (&'static str, u32, Option<bool>, bool);

/// Rows with distinct scores for the most part: the negatives of group a are more than a ledger keeps, all others fewer.
fn long_table() -> Vec<Long> {
    let random = &mut SplitMix64(77);
    let row = |k: u32| {
        let group = if random.chance(120) { "b" } else { "a" };
        // 1,000,003 is prime: no score comes twice.
        let millionths = (u64::from(k) * 123_457 % 1_000_003) as u32;
        let millionths = match random.below(60) {
            0 => 0,
            1 => 1_000_000,
            2 => 10_000 * (millionths / 10_000),
            _ => millionths.min(1_000_000),
        };
        let raised = random.below(1_000_000) as u32;
        let label = match random.below(50) {
            0 => None,
            // A certain score is never wrong, so that the log loss is finite.
            _ if millionths == 0 || millionths == 1_000_000 => Some(millionths > 0),
            _ => Some(u64::from(raised) * 1_000_000 < u64::from(millionths) * u64::from(millionths)),
        };
        (group, millionths, label, raised.is_multiple_of(3))
    };
    (1..=150_000).map(row).collect()
}

fn text(millionths: u32) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

fn number(millionths: u32) -> f64 {
    text(millionths).parse().expect("a number")
}

fn write_csv(path: &Path, rows: &[Long]) {
    let mut csv = String::from("g,p,y,d\n");
    for (group, millionths, label, decision) in rows {
        let label = label.map_or("", |label| if label { "1" } else { "0" });
        csv += &format!("{group},{},{label},{}\n", text(*millionths), u8::from(*decision));
    }
    std::fs::write(path, csv).expect("written");
}

fn write_parquet(path: &Path, rows: &[Long]) {
    let mut frame = df!(
        "g" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "d" => rows.iter().map(|row| i64::from(row.3)).collect::<Vec<_>>(),
        "y" => rows.iter().map(|row| row.2.map(i64::from)).collect::<Vec<_>>(),
        "p" => rows.iter().map(|row| number(row.1)).collect::<Vec<_>>(),
    )
    .expect("a frame");
    let file = std::fs::File::create(path).expect("a file");
    ParquetWriter::new(file).with_row_group_size(Some(7_000)).finish(&mut frame).expect("Parquet");
}

/// The same rows in several shapes: whole, shuffled, in uneven files, in another format, some of each.
fn shapes(folder: &Path) -> Vec<Vec<PathBuf>> {
    let mut rows = long_table();
    let path = |name: &str| folder.join(name);
    write_csv(&path("whole.csv"), &rows);
    SplitMix64(3).shuffle(&mut rows);
    write_parquet(&path("shuffled.parquet"), &rows);
    write_csv(&path("1.csv"), &rows[..40_000]);
    write_csv(&path("2.csv"), &rows[40_000..40_001]);
    write_csv(&path("3.csv"), &rows[40_001..110_000]);
    write_parquet(&path("4.parquet"), &rows[110_000..]);
    let parts = ["4.parquet", "1.csv", "3.csv", "2.csv"].map(&path);
    vec![vec![path("whole.csv")], vec![path("shuffled.parquet")], parts.to_vec()]
}

/// Each number of threads has a process of its own: this test runs itself.
#[test]
fn what_is_put_into_bins_depends_on_the_scores_alone() {
    const CHILD: &str = "EVENHAND_TEST_SPILL_CHILD";
    if let Some(into) = std::env::var_os(CHILD) {
        let folder = tempfile::tempdir().expect("a folder");
        let found: Vec<String> =
            shapes(folder.path()).iter().map(|files| bytes_without_sources(audit_files(POLICY, files))).collect();
        assert!(found.iter().all(|other| *other == found[0]), "the result depends on files or order");
        std::fs::write(into, &found[0]).expect("written");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let results = ["1", "2"].map(|threads| {
        let test = "laws_ledger::what_is_put_into_bins_depends_on_the_scores_alone";
        run_with_threads(test, threads, CHILD, &folder.path().join(threads))
    });
    assert!(results[0] == results[1], "the result depends on the number of threads");
    let document: Document = serde_json::from_str(&results[0]).expect("a document");
    bounded(&document);
}

/// Every figure against all rows, each looked at.
fn bounded(document: &Document) {
    let table = long_table();
    let rows_of = |wanted: Option<&str>| -> Vec<Row> {
        let own = table.iter().filter(|row| wanted.is_none_or(|wanted| wanted == row.0));
        own.filter_map(|row| Some(Row { score: number(row.1), label: row.2? })).collect()
    };
    let distinct = |rows: &[Row], label: bool| {
        let mut scores = slow::sorted(slow::scores_with(rows, label));
        scores.dedup();
        scores.len()
    };
    for (name, of) in [(None, Group::new()), (Some("a"), group(&[("g", "a")])), (Some("b"), group(&[("g", "b")]))] {
        let rows = rows_of(name);
        let (negatives, positives) = (slow::scores_with(&rows, false), slow::scores_with(&rows, true));
        let in_bins = distinct(&rows, false) > MOST_EXACT || distinct(&rows, true) > MOST_EXACT;
        assert_eq!(in_bins, name != Some("b"), "{name:?}: {}", distinct(&rows, false));
        for (id, truth) in [
            ("auc", slow::places_won(&positives, &negatives).expect("classes")),
            ("average-precision", slow::average_precision(&rows).expect("positives")),
            ("brier", slow::brier(&rows).expect("rows")),
            ("log-loss", slow::log_loss(&rows).expect("rows")),
            ("kuiper-calibration", slow::kuiper(&rows).expect("rows").0),
        ] {
            let found = measurement(document, id, &of);
            let value = found.value.expect("defined");
            match &found.bounds {
                Some(bounds) => {
                    let high = bounds.high.unwrap_or(f64::INFINITY);
                    // Bounds are printed to twelve digits.
                    let inside = bounds.low - 1e-12 <= truth && truth <= high + 1e-12;
                    assert!(in_bins && inside, "{id} of {of:?}: {truth} in {bounds:?}");
                    assert!((value - truth).abs() < 1e-3, "{id} of {of:?}: {value} and {truth}");
                    assert!(id == "log-loss" || high - bounds.low < 0.02, "{id} of {of:?}: {bounds:?}");
                }
                None => assert!(!in_bins && (value - truth).abs() < 1e-12, "{id} of {of:?}: {value} and {truth}"),
            }
        }
        let scored: Vec<f64> =
            table.iter().filter(|row| name.is_none_or(|name| name == row.0)).map(|row| number(row.1)).collect();
        let error = slow::calibration_error(&rows).expect("rows");
        for (id, truth) in [
            ("mean-score", scored.iter().sum::<f64>() / scored.len() as f64),
            ("observed-expected-ratio", slow::observed_over_expected(&rows)),
            ("calibration-error", error.0),
            ("calibration-error-debiased", error.2),
        ] {
            let found = measurement(document, id, &of);
            let value = found.value.expect("defined");
            assert!((value - truth).abs() < 1e-11, "{id} of {of:?}: {value} and {truth}");
            assert_eq!(found.bounds, None, "{id} is what it is");
        }
        let curve = document.curves.iter().find(|curve| curve.group == of).expect("a curve");
        assert_eq!(curve.histogram, slow::histogram(&rows), "{of:?}");
        assert_eq!(curve.bins.iter().map(|bin| bin.rows).sum::<u64>(), rows.len() as u64);
    }
    let [comparison] = document.score_comparisons.as_slice() else { panic!("b against a") };
    let (own, other) = (rows_of(Some("b")), rows_of(Some("a")));
    let all = |rows: &[Row]| rows.iter().map(|row| row.score).collect::<Vec<_>>();
    let distance = slow::distance(&all(&own), &all(&other)).expect("rows");
    let bounds = comparison.distance_bounds.as_ref().expect("bins");
    let high = bounds.high.expect("at most 1");
    assert!(bounds.low - 1e-12 <= distance && distance <= high + 1e-12, "{distance} in {bounds:?}");
    for (ranked, first, second) in [
        (&comparison.background_positive_group_negative, (&other, true), (&own, false)),
        (&comparison.background_negative_group_positive, (&own, true), (&other, false)),
        (&comparison.positives_above, (&own, true), (&other, true)),
        (&comparison.negatives_above, (&own, false), (&other, false)),
    ] {
        let scores = |(rows, label): (&Vec<Row>, bool)| slow::scores_with(rows, label);
        let truth = slow::places_won(&scores(first), &scores(second)).expect("classes");
        assert!(ranked.low.expect("low") < truth && truth < ranked.high.expect("high"), "{truth} in {ranked:?}");
        assert!((ranked.value.expect("defined") - truth).abs() < 1e-3, "{truth} and {ranked:?}");
    }
    // Thresholds are edges: the sweep counts rows as if every score were kept.
    let [sweep] = document.sweeps.as_slice() else { panic!("b against a") };
    assert_eq!(sweep.points.len(), 50);
    assert!(sweep.points.iter().any(|point| point.threshold == 0.618));
    for point in &sweep.points {
        let share = |rows: &[f64]| rows.iter().filter(|s| **s >= point.threshold).count() as f64 / rows.len() as f64;
        let scored =
            |name: &str| -> Vec<f64> { table.iter().filter(|row| row.0 == name).map(|row| number(row.1)).collect() };
        let (b, a) = (scored("b"), scored("a"));
        let both: Vec<f64> = a.iter().chain(&b).copied().collect();
        let rate = |rows: &[Row], label: bool| share(&slow::scores_with(rows, label));
        for (got, truth) in [
            (Some(point.selected), share(&both)),
            (point.ratio, share(&b) / share(&a)),
            (point.true_positive_rate_difference, rate(&own, true) - rate(&other, true)),
            (point.false_positive_rate_difference, rate(&own, false) - rate(&other, false)),
        ] {
            assert!((got.expect("defined") - truth).abs() < 1e-11, "{}: {got:?} and {truth}", point.threshold);
        }
    }
}
