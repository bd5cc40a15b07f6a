//! The copied oracle rows about scores, with the scores kept in bins: what other libraries say of all rows lies between
//! the bounds that the bins give.

use std::sync::Arc;

use evenhand::cell::scores::grid;
use evenhand::cell::{Cell, Decision, Label, Ledger, Scores};
use evenhand::inference::limits::Limits;
use evenhand::inference::scores::{binned, distance};
use evenhand::metrics;
use serde_json::Value;

struct Oracles(Value);

impl Oracles {
    fn new() -> Oracles {
        Oracles(serde_json::from_str(include_str!("oracles/scores.json")).expect("JSON"))
    }

    #[track_caller]
    fn number(&self, id: &str, path: &str) -> f64 {
        let rows = self.0["vectors"].as_array().expect("vectors");
        let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id}"));
        row["expected"].pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{id}{path}"))
    }

    /// The scores of a sample in bins, of all rows or of one group, each row as often as `times` says.
    fn scores(&self, sample: &str, group: Option<&str>, times: impl Fn(usize) -> u64) -> Scores {
        let sample = &self.0["samples"][sample];
        let list = |key: &str| sample[key].as_array().cloned().unwrap_or_default();
        let (scores, labels, groups) = (list("score"), list("y"), list("group"));
        let grid = Arc::new(grid(None));
        let of = |label: u64| {
            let wanted = |row: &usize| labels[*row] == label && group.is_none_or(|group| groups[*row] == group);
            let mut rows: Vec<(f64, u64)> = (0..scores.len())
                .filter(wanted)
                .map(|row| (scores[row].as_f64().expect("a score"), times(row)))
                .collect();
            rows.sort_by(|a, b| a.0.total_cmp(&b.0));
            rows.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
            let ledger = Ledger::Exact(rows).at_most(0, &grid);
            assert!(!ledger.is_exact());
            ledger
        };
        let ledgers = [of(0), of(1), Ledger::default()];
        Scores::new(grid, ledgers)
    }
}

fn cell(scores: Scores) -> Cell {
    let mut cell = Cell::default();
    cell.push(Decision::Missing, Label::Missing, scores.rows());
    cell.keep_scores(scores);
    cell
}

#[track_caller]
fn inside(limits: Limits, value: f64, what: &str) {
    assert!(limits.low - 1e-12 <= value && value <= limits.high + 1e-12, "{what}: {value} is not in {limits:?}");
}

#[test]
fn bins_hold_what_other_libraries_say() {
    let oracles = Oracles::new();
    let once = |_| 1;
    let mut held = 0;
    for (sample, figures) in [
        (
            "plain",
            &[
                ("auc", "rank.auc_histogram_bounds", "/exact"),
                ("average-precision", "rank.other", "/average_precision"),
                ("log-loss", "rank.other", "/log_loss"),
                ("brier", "rank.other", "/brier"),
                ("brier", "cal.corp_brier", "/brier"),
                ("kuiper-calibration", "cal.ecce_histogram_bounds", "/exact"),
            ][..],
        ),
        (
            "tied",
            &[
                ("auc", "rank.auc_delong_ties", "/auc"),
                ("brier", "cal.corp_brier_ties", "/brier"),
                ("kuiper-calibration", "cal.ecce_ties", "/ecce_range"),
            ],
        ),
    ] {
        let cell = cell(oracles.scores(sample, None, once));
        for (metric, id, path) in figures {
            let metric = metrics::all().find(|m| m.id == *metric).expect("a metric");
            let bounds = metric.bounds(&cell).unwrap_or_else(|| panic!("{} has no bounds", metric.id));
            inside(bounds, oracles.number(id, path), &format!("{id}{path}"));
            // Tied scores of both labels in one bin leave open what came first.
            assert!(sample == "tied" || bounds.high - bounds.low < 0.05, "{}: {bounds:?}", metric.id);
            held += 1;
        }
    }
    let tied = oracles.scores("tied", None, once);
    let bounds = tied.cumulative_bounds().expect("rows");
    inside(bounds.p_range, oracles.number("cal.ecce_ties", "/p_kuiper"), "p of Kuiper");
    inside(bounds.sigma, oracles.number("cal.ecce_ties", "/sigma"), "sigma");
    assert_eq!(held, 9);
}

/// Sums and edges of tenths are kept: the calibration error of bins is that of all rows.
#[test]
fn tenths_are_exact_in_bins() {
    let oracles = Oracles::new();
    let scores = oracles.scores("plain", None, |_| 1);
    let error = scores.calibration_error().expect("rows");
    for (got, key) in [
        (error.mean, "/ece"),
        (error.root_mean_square, "/rmsce"),
        (error.largest, "/max_calibration_error"),
        (error.mean_of_bins, "/average_bin_error"),
        (error.debiased_square, "/debiased_l2_squared"),
        (error.debiased_root(), "/debiased_l2"),
        (error.debiased_mean, "/ece_debiased_normal"),
    ] {
        let expected = oracles.number("cal.equal_width_10", key);
        assert!((got - expected).abs() <= 1e-9 * expected.abs(), "{key}: {got} and {expected}");
    }
    let bins = binned::equal_width(scores.atoms(), 10);
    for (place, bin) in bins.iter().enumerate() {
        let rows = oracles.number("cal.equal_width_10", &format!("/counts/{place}"));
        assert_eq!(bin.rows() as f64, rows);
    }
}

/// The two groups at common bins: `sketch.ks_w1_bounds`.
#[test]
fn the_distance_of_groups_lies_between_its_bounds() {
    let oracles = Oracles::new();
    let group = |name: &str| oracles.scores("plain", Some(name), |_| 1);
    let (focal, reference) = (group("b"), group("a"));
    let (a, b) = focal.beside(&reference);
    let both = distance::of_groups(a, b);
    let bounds = distance::kolmogorov_smirnov_bounds(&both).expect("rows");
    inside(bounds, oracles.number("sketch.ks_w1_bounds", "/ks_exact"), "distance");
    // Finer bins than 16 of equal width leave less open.
    let (low, high) =
        (oracles.number("sketch.ks_w1_bounds", "/ks/b16/0"), oracles.number("sketch.ks_w1_bounds", "/ks/b16/1"));
    assert!(bounds.high - bounds.low < high - low, "{bounds:?}");
    // No score is moved by more than the width of a bin, which is at most a hundredth.
    let transport = distance::wasserstein(&both).expect("rows");
    let exact = oracles.number("sketch.ks_w1_bounds", "/w1_exact");
    assert!((transport - exact).abs() <= 0.01 && transport != exact, "{transport} and {exact}");
}

/// `cal.ecce_weighted`: weights 1, 2, 3, 4, 1, … are counts here, with which the range is the same (its sigma is not: a
/// weight is one row, a count several).
#[test]
fn counts_move_the_cumulative_gap_as_weights_do() {
    let scores = Oracles::new().scores("plain", None, |row| row as u64 % 4 + 1);
    let bounds = scores.cumulative_bounds().expect("rows");
    inside(bounds.range, 0.078_083_804_999_999_96, "range of mcgrad");
}
