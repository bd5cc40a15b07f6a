//! Laws the score figures must obey whatever the atoms, and the edges: one class, one row, one score, 0 and 1.

use crate::support::draws;

use draws::{Draws, gather};
use evenhand::inference::limits::Limits;
use evenhand::inference::scores::between::{equal_calibration, equal_mass_strata, equal_width_strata};
use evenhand::inference::scores::binned::{calibration_error, equal_mass, equal_width, place};
use evenhand::inference::scores::grid::Grid;
use evenhand::inference::scores::{
    Atom, Span, Undefined, atoms, auc, balance, cumulative, distance, groups, isotonic, precision, proper, ratio,
    recalibration, smooth,
};

const Z: f64 = 1.959_963_984_540_054;

fn below(draws: &mut Draws, n: u64) -> u64 {
    (draws.next() * n as f64) as u64
}

/// Rows of score and label: shapes from rounded to fine, honest to wrong, ends included.
fn rows(case: u64) -> Vec<(f64, bool)> {
    let mut draws = Draws(case.wrapping_mul(977).wrapping_add(13));
    let n = [1, 2, 3, 7, 20, 60, 400][below(&mut draws, 7) as usize];
    let steps = [2.0, 10.0, 100.0, 1e6, 1e15][below(&mut draws, 5) as usize];
    let honest = below(&mut draws, 3);
    let mut row = || {
        let power = [1.0, 0.3, 3.0][honest as usize];
        let score = ((draws.next() * steps).round() / steps).clamp(0.0, 1.0);
        (score, draws.next() < score.powf(power))
    };
    (0..n).map(|_| row()).collect()
}

fn atom(score: f64, negatives: u64, positives: u64) -> Atom {
    Atom { score, negatives, positives }
}

fn spans(atoms: &[Atom], grid: &Grid) -> Vec<Span> {
    let mut spans: Vec<(u32, Span)> = Vec::new();
    for a in atoms {
        let key = grid.key(a.score).expect("a score");
        if spans.last().is_none_or(|(last, _)| *last != key) {
            let (low, high) = grid.bounds(key).expect("a bin");
            spans.push((key, Span { low, high, negatives: 0, positives: 0, negative_sum: 0.0, positive_sum: 0.0 }));
        }
        let (_, span) = spans.last_mut().expect("a span");
        span.negatives += a.negatives;
        span.positives += a.positives;
        span.negative_sum += a.negatives as f64 * a.score;
        span.positive_sum += a.positives as f64 * a.score;
    }
    spans.into_iter().map(|(_, span)| span).collect()
}

/// The atoms with every score moved to the low end of its bin.
fn coarse(atoms: &[Atom], bins: u32) -> Vec<Atom> {
    let moved = atoms.iter().map(|a| Atom { score: f64::from(place(a.score, bins)) / f64::from(bins), ..*a });
    moved.fold(Vec::new(), |all, a| atoms::merge(&all, &[a]))
}

fn cases() -> impl Iterator<Item = Vec<Atom>> {
    (0..400).map(|case| gather(&rows(case)))
}

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance * (1.0 + expected.abs()), "got {got:e}, expected {expected:e}");
}

#[track_caller]
fn inside(limits: Limits, value: f64) {
    let slack = 1e-12 * (1.0 + value.abs());
    assert!(limits.low <= value + slack && value <= limits.high + slack, "{value} is not in {limits:?}");
}

#[test]
fn exchanged_labels_mirror_the_ranking() {
    for all in cases() {
        let mirrored: Vec<Atom> = all.iter().map(|a| atom(a.score, a.positives, a.negatives)).collect();
        let Some(a) = auc::auc(&all) else {
            assert_eq!(auc::auc(&mirrored), None);
            continue;
        };
        let b = auc::auc(&mirrored).expect("both labels");
        close(b.value, 1.0 - a.value, 1e-15);
        assert_eq!(a.variance.is_some(), b.variance.is_some());
        close(b.variance.unwrap_or(0.0), a.variance.unwrap_or(0.0), 1e-14);
        let (l, m) = (auc::limits(a, Z), auc::limits(b, Z));
        close(m.low, 1.0 - l.high, 1e-12);
        close(m.high, 1.0 - l.low, 1e-12);
        assert!(l.contains(a.value) && l.low >= 0.0 && l.high <= 1.0 && l.low < l.high, "{l:?}");
        assert_eq!(auc::limits(a, 0.0), Limits { low: a.value, high: a.value });
    }
}

#[test]
fn delong_is_the_variance_of_pairwise_comparisons() {
    for case in 0..200 {
        let rows = rows(case);
        let all = gather(&rows);
        let Some(got) = auc::auc(&all) else { continue };
        let side = |label: bool| rows.iter().filter(move |r| r.1 == label).map(|r| r.0).collect::<Vec<_>>();
        let (positives, negatives) = (side(true), side(false));
        let wins = |s: f64, t: f64| if s > t { 1.0 } else { 0.5 * f64::from(u8::from(s == t)) };
        let (n1, n0) = (positives.len() as f64, negatives.len() as f64);
        let v10: Vec<f64> =
            positives.iter().map(|s| negatives.iter().map(|t| wins(*s, *t)).sum::<f64>() / n0).collect();
        let v01: Vec<f64> =
            negatives.iter().map(|t| positives.iter().map(|s| wins(*s, *t)).sum::<f64>() / n1).collect();
        let mean = v10.iter().sum::<f64>() / n1;
        close(got.value, mean, 1e-13);
        let spread = |v: &[f64]| v.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (v.len() as f64 - 1.0);
        if let Some(variance) = got.variance {
            close(variance, spread(&v10) / n1 + spread(&v01) / n0, 1e-13);
        }
    }
}

#[test]
fn merged_parts_are_the_whole() {
    for case in 0..200 {
        let rows = rows(case);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let mut draws = Draws(case);
        for row in &rows {
            (if draws.next() < 0.3 { &mut first } else { &mut second }).push(*row);
        }
        let (first, second, whole) = (gather(&first), gather(&second), gather(&rows));
        assert_eq!(atoms::merge(&first, &second), whole);
        assert_eq!(atoms::merge(&second, &first), whole);
        assert_eq!(atoms::merge(&whole, &[]), whole);
    }
}

#[test]
fn empty_atoms_change_nothing() {
    for all in cases().take(100) {
        let none: Vec<Atom> = (0..=40).map(|k| atom(f64::from(k) / 40.0, 0, 0)).collect();
        let padded = atoms::merge(&all, &none);
        assert_eq!(auc::auc(&padded), auc::auc(&all));
        assert_eq!(precision::average_precision(&padded), precision::average_precision(&all));
        assert_eq!(proper::log_loss(&padded), proper::log_loss(&all));
        assert_eq!(isotonic::recalibrate(&padded), isotonic::recalibrate(&all));
        assert_eq!(isotonic::murphy(&padded), isotonic::murphy(&all));
        assert_eq!(equal_mass(&padded, 7), equal_mass(&all, 7));
        assert_eq!(equal_width(&padded, 7), equal_width(&all, 7));
        assert_eq!(smooth::at_bandwidth(&padded, 0.1), smooth::at_bandwidth(&all, 0.1));
        assert_eq!(cumulative::cumulative(&padded), cumulative::cumulative(&all));
        assert_eq!(recalibration::line(&padded, Z), recalibration::line(&all, Z));
        assert_eq!(equal_mass_strata(&padded, &all, 5), equal_mass_strata(&all, &padded, 5));
    }
}

#[test]
fn recalibration_rises_keeps_the_mean_and_is_done_once() {
    for all in cases() {
        let blocks = isotonic::recalibrate(&all);
        assert!(blocks.windows(2).all(|w| w[0].value() < w[1].value() && w[0].high < w[1].low));
        let whole = atoms::totals(&all);
        assert_eq!(blocks.iter().map(|b| b.positives).sum::<u64>(), whole.positives);
        assert_eq!(blocks.iter().map(|b| b.negatives).sum::<u64>(), whole.negatives);
        let again: Vec<Atom> = blocks.iter().map(|b| atom(b.value(), b.negatives, b.positives)).collect();
        let repeated = isotonic::recalibrate(&again);
        assert_eq!(repeated.len(), blocks.len());
        assert!(repeated.iter().zip(&again).all(|(b, a)| b.value() == a.score && b.low == b.high));
        let parts = isotonic::brier_parts(&again).expect("rows");
        close(parts.miscalibration, 0.0, 1e-15);
    }
}

#[test]
fn the_parts_of_a_score_make_the_score() {
    for all in cases() {
        let whole = |d: isotonic::Decomposition| {
            assert!(d.miscalibration >= 0.0 && d.discrimination >= 0.0 && d.uncertainty >= 0.0, "{d:?}");
            close(d.miscalibration - d.discrimination + d.uncertainty, d.score, 1e-13);
        };
        whole(isotonic::brier_parts(&all).expect("rows"));
        whole(isotonic::murphy(&all).expect("rows"));
        match isotonic::log_loss_parts(&all) {
            Ok(parts) => whole(parts),
            Err(reason) => assert_eq!(reason, Undefined::Impossible { rows: proper::impossible(&all) }),
        }
        // No other rising function does better than the best one: not one that moves a tenth of the way to the mean.
        let rate = atoms::totals(&all).base_rate().expect("rows");
        let blocks = isotonic::recalibrate(&all);
        let moved = |share: f64| -> Vec<Atom> {
            let to = |b: &isotonic::Block| b.value() * (1.0 - share) + rate * share;
            blocks.iter().map(|b| atom(to(b), b.negatives, b.positives)).collect()
        };
        let best = proper::brier(&moved(0.0)).expect("rows");
        assert!(best <= proper::brier(&all).expect("rows") + 1e-14);
        assert!(best <= proper::brier(&moved(0.1)).expect("rows") + 1e-14);
    }
}

#[test]
fn bounds_on_bins_contain_the_exact_values() {
    for (case, all) in cases().enumerate() {
        let other = gather(&rows(case as u64 + 1000));
        for bins in [1, 3, 16, 200] {
            let binned = coarse(&all, bins);
            if let Some(a) = auc::auc(&all) {
                inside(auc::bounds(&binned).expect("both labels"), a.value);
            }
            if let Some(ap) = precision::average_precision(&all) {
                inside(precision::bounds(&binned).expect("positives"), ap);
            }
            let exact = distance::kolmogorov_smirnov(&distance::of_groups(&all, &other)).expect("rows");
            let both = distance::of_groups(&binned, &coarse(&other, bins));
            inside(distance::kolmogorov_smirnov_bounds(&both).expect("rows"), exact);
            let moved = distance::wasserstein(&both).expect("rows");
            let true_distance = distance::wasserstein(&distance::of_groups(&all, &other)).expect("rows");
            assert!((moved - true_distance).abs() <= 1.0 / f64::from(bins) + 1e-12);
        }
        let grid = Grid::new(&[0.3, 0.5]);
        let spans = spans(&all, &grid);
        let c = cumulative::cumulative(&all).expect("rows");
        let bounds = cumulative::bounds(&spans).expect("rows");
        inside(bounds.range, c.range);
        inside(bounds.sigma, c.sigma);
        assert!(bounds.p_range.low <= c.p_range + 1e-9 && c.p_range <= bounds.p_range.high + 1e-9);
        inside(proper::brier_bounds(&spans).expect("rows"), proper::brier(&all).expect("rows"));
        if let Ok(loss) = proper::log_loss(&all) {
            inside(proper::log_loss_bounds(&spans).expect("rows"), loss);
        }
        let exact: Vec<Span> = all.iter().map(|&a| Span::from(a)).collect();
        assert_eq!(cumulative::bounds(&exact).expect("rows").range.low, cumulative::bounds(&exact).unwrap().range.high);
        let loss = proper::brier_bounds(&exact).expect("rows");
        close(loss.low, loss.high, 1e-15);
        let narrowed: Vec<Atom> = spans.iter().map(|s| s.as_atom()).collect();
        assert!(narrowed.windows(2).all(|w| w[0].score < w[1].score));
        assert_eq!(atoms::totals(&narrowed), atoms::totals(&all));
        close(atoms::mean_score(&narrowed).expect("rows"), atoms::mean_score(&all).expect("rows"), 1e-13);
    }
}

/// Every arrangement of few rows inside one bin stays within the bounds of average precision, and both ends are met.
#[test]
fn average_precision_bounds_are_met() {
    let above = [atom(0.9, 0, 1), atom(0.95, 1, 0)];
    let within = precision::bounds(&[atom(0.1, 2, 2), above[0], above[1]]).expect("positives");
    let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
    for code in 0..256_u32 {
        // Two negatives and two positives at one of four places each.
        let mut inside: Vec<Atom> = (0..4).map(|k| atom(0.1 + 0.01 * f64::from(k), 0, 0)).collect();
        for row in 0..4 {
            let place = &mut inside[(code >> (2 * row) & 3) as usize];
            *(if row < 2 { &mut place.negatives } else { &mut place.positives }) += 1;
        }
        inside.extend(above);
        let exact = precision::average_precision(&inside).expect("positives");
        lowest = lowest.min(exact);
        highest = highest.max(exact);
    }
    close(within.low, lowest, 1e-15);
    close(within.high, highest, 1e-15);
    // A bin with very many rows is not added up one by one, and stays below the sum.
    let many = precision::bounds(&[atom(0.5, 1_000_000, 1_000_000)]).expect("positives");
    let sum: f64 = (1..=1_000_000).map(|i| f64::from(i) / (f64::from(i) + 1e6)).sum::<f64>() / 1e6;
    assert!(many.low <= sum + 1e-15 && sum - many.low < 1e-12, "{many:?} {sum}");
    assert_eq!(many.high, 1.0);
}

#[test]
fn decimal_scores_fall_into_the_bin_they_start() {
    for bins in [1, 2, 7, 10, 15, 20, 49, 100, 1000] {
        for k in 0..=bins {
            let edge = f64::from(k) / f64::from(bins);
            assert_eq!(place(edge, bins), k.min(bins - 1), "{k}/{bins}");
            if k > 0 {
                assert_eq!(place(edge.next_down(), bins), k - 1, "below {k}/{bins}");
            }
        }
    }
    // 0.29 times 100 is 28.999999999999996.
    assert_eq!(place(0.29, 100), 29);
    assert_eq!((place(0.0, 0), place(f64::NAN, 10), place(-1.0, 10), place(7.0, 10)), (0, 0, 0, 9));
}

#[test]
fn the_grid_is_monotone_and_knows_its_ends() {
    for thresholds in [vec![], vec![0.5], vec![0.3, 0.178, 0.5, 0.3, 1.0, 1e-12, 0.999_999, f64::NAN, -1.0, 2.0, 0.0]] {
        let grid = Grid::new(&thresholds);
        assert!((4100..4200).contains(&grid.keys()), "{}", grid.keys());
        let mut scores: Vec<f64> = thresholds.iter().copied().filter(|t| (0.0..=1.0).contains(t)).collect();
        let mut draws = Draws(5);
        for _ in 0..20_000 {
            let s = draws.next();
            let tiny = s * (0.5_f64).powi(below(&mut draws, 60) as i32);
            scores.extend([s, tiny, 1.0 - tiny, (s * 1000.0).round() / 1000.0]);
        }
        for key in 0..grid.keys() {
            if let Some((low, high)) = grid.bounds(key) {
                scores.extend([low, high, low.next_down().max(0.0), high.next_down().max(0.0)]);
            }
        }
        scores.extend([0.0, f64::from_bits(1), f64::MIN_POSITIVE, 0.5_f64.next_down(), 1.0_f64.next_down(), 1.0]);
        scores.sort_by(f64::total_cmp);
        let mut before = 0;
        for s in scores {
            let key = grid.key(s).expect("a key");
            assert!(key >= before, "{s} has a lower key than a lower score");
            before = key;
            let (low, high) = grid.bounds(key).expect("a bin");
            assert!(low == s || (low < s && s < high), "{s} is not in {low}..{high}");
            for &t in &thresholds {
                assert_eq!(s >= t, low >= t, "the threshold {t} divides the bin of {s}");
            }
            // Fine near both ends: a 64th of the distance to the nearer end, down to 2^-33.
            assert!(high - low <= (s.min(1.0 - low) / 64.0).max(0.5_f64.powi(33)), "{low}..{high}");
        }
        let alone = |s: f64| grid.bounds(grid.key(s).expect("a key"));
        assert_eq!((alone(0.0), alone(1.0)), (Some((0.0, 0.0)), Some((1.0, 1.0))));
        assert_eq!((grid.key(-0.1), grid.key(1.1), grid.key(f64::NAN)), (None, None, None));
        assert_eq!(grid.key(-0.0), grid.key(0.0));
        assert_eq!(grid.bounds(grid.keys()), None);
    }
}

#[test]
fn errors_of_exactly_right_scores_vanish() {
    let right = [atom(0.25, 3, 1), atom(0.5, 4, 4), atom(0.75, 1, 3)];
    let error = calibration_error(&equal_width(&right, 10)).expect("rows");
    assert_eq!((error.mean, error.largest, error.root_mean_square), (0.0, 0.0, 0.0));
    assert!(error.mean_if_calibrated > 0.0 && error.debiased_square < 0.0 && error.debiased_root() == 0.0);
    let line = recalibration::line(&right, Z).expect("a line");
    close(line.intercept, 0.0, 1e-12);
    close(line.slope.value, 1.0, 1e-12);
    let large = recalibration::in_the_large(&right, Z).expect("an intercept");
    close(large.intercept.value, 0.0, 1e-12);
    assert!(large.intercept.wald.contains(0.0) && large.intercept.profile.contains(0.0));
    let r = ratio::observed_expected(&right, Z).expect("a ratio");
    assert_eq!((r.observed, r.expected, r.ratio), (8, 8.0, 1.0));
    assert_eq!(isotonic::brier_parts(&right).expect("rows").miscalibration, 0.0);
    assert_eq!(cumulative::cumulative(&right).map(|c| (c.range, c.p_range)), Some((0.0, 1.0)));
}

#[test]
fn recalibration_undoes_a_known_distortion() {
    // Labels with odds of 3:1, 1:1 and 1:3 at logits that a line maps there: -1 + 2 l.
    let score = |l: f64| 1.0 / (1.0 + (-l).exp());
    let ln3 = 3.0_f64.ln();
    let distorted = [
        atom(score((1.0 - ln3) / 2.0), 3000, 1000),
        atom(score(0.5), 1000, 1000),
        atom(score((1.0 + ln3) / 2.0), 1000, 3000),
    ];
    let line = recalibration::line(&distorted, Z).expect("a line");
    close(line.intercept, -1.0, 1e-12);
    close(line.slope.value, 2.0, 1e-12);
    assert!(line.slope.profile.contains(2.0) && line.likelihood_ratio.1 < 1e-10 && line.clipped == 0);
    let again = recalibration::coefficient_difference(line.slope, line.slope);
    assert_eq!(again, (0.0, 0.0, 1.0));
    // Large groups: both kinds of limits agree.
    close(line.slope.profile.low, line.slope.wald.low, 1e-2);
}

/// The log-likelihood of a slope with the best intercept, found by halving.
fn profile_likelihood(atoms: &[Atom], slope: f64) -> f64 {
    let logit = |s: f64| {
        let s = s.clamp(1e-12, 1.0 - 1e-12);
        (s / (1.0 - s)).ln()
    };
    let (mut low, mut high) = (-2000.0, 2000.0);
    for _ in 0..120 {
        let middle = 0.5 * (low + high);
        let residual = |a: &Atom| {
            let eta: f64 = middle + slope * logit(a.score);
            a.positives as f64 / (1.0 + eta.exp()) - a.negatives as f64 / (1.0 + (-eta).exp())
        };
        *(if atoms.iter().map(residual).sum::<f64>() > 0.0 { &mut low } else { &mut high }) = middle;
    }
    let loss = |a: &Atom| {
        let eta = low + slope * logit(a.score);
        let softplus = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        a.positives as f64 * softplus(-eta) + a.negatives as f64 * softplus(eta)
    };
    -atoms.iter().map(loss).sum::<f64>()
}

#[test]
fn profile_limits_are_where_the_likelihood_says() {
    for all in cases() {
        let Ok(line) = recalibration::line(&all, Z) else { continue };
        let p = line.slope.profile;
        assert!(
            p.low < line.slope.value && line.slope.value < p.high && p.high.is_finite() && p.low.is_finite(),
            "{p:?}"
        );
        assert_eq!(recalibration::line(&all, 0.0).expect("a line").slope.profile.low, line.slope.value);
        if all.len() < 70 {
            let top = profile_likelihood(&all, line.slope.value);
            for limit in [p.low, p.high] {
                close(2.0 * (top - profile_likelihood(&all, limit)), Z * Z, 1e-6);
            }
        }
        let large = recalibration::in_the_large(&all, Z).expect("an intercept").intercept;
        assert!(large.profile.contains(large.value) && large.wald.contains(large.value));
        assert!(recalibration::score_test(&all).expect("a test").chi2 >= 0.0);
    }
}

#[test]
fn what_cannot_be_known_says_why() {
    let line = |atoms: &[Atom]| recalibration::line(atoms, Z).map(|l| l.slope.value);
    let large = |atoms: &[Atom]| recalibration::in_the_large(atoms, Z).map(|l| l.intercept.value);
    assert_eq!(line(&[]), Err(Undefined::NoRows));
    assert_eq!(large(&[atom(0.5, 0, 0)]), Err(Undefined::NoRows));
    for one_class in [[atom(0.2, 5, 0), atom(0.8, 3, 0)], [atom(0.2, 0, 5), atom(0.8, 0, 3)]] {
        assert_eq!(line(&one_class), Err(Undefined::OneClass));
        assert_eq!(large(&one_class), Err(Undefined::OneClass));
        assert_eq!(recalibration::score_test(&one_class).map(|t| t.chi2), Err(Undefined::OneClass));
        assert_eq!(auc::auc(&one_class), None);
        assert_eq!(auc::bounds(&one_class), None);
        assert_eq!(isotonic::brier_parts(&one_class).map(|d| (d.discrimination, d.uncertainty)), Some((0.0, 0.0)));
        assert!(smooth::smooth_error(&one_class).is_some());
        let r = ratio::observed_expected(&one_class, Z).expect("a ratio");
        assert!(r.limits.contains(r.ratio) && r.limits.low < r.limits.high && r.limits.high.is_finite());
    }
    assert_eq!(precision::average_precision(&[atom(0.2, 5, 0)]), None);
    assert_eq!(precision::average_precision(&[atom(0.2, 0, 5)]), Some(1.0));
    // Separated, also in a single shared score and in the wrong direction.
    for apart in [
        vec![atom(0.2, 5, 0), atom(0.8, 0, 3)],
        vec![atom(0.2, 5, 0), atom(0.5, 1, 1), atom(0.8, 0, 3)],
        vec![atom(0.2, 0, 5), atom(0.8, 3, 0)],
    ] {
        assert_eq!(line(&apart), Err(Undefined::Separated));
        assert!(large(&apart).is_ok() && recalibration::score_test(&apart).is_ok());
    }
    // All scores equal, also after scores next to 0 are moved.
    for same in [vec![atom(0.3, 5, 2)], vec![atom(0.0, 5, 2), atom(1e-13, 1, 1)]] {
        assert_eq!(line(&same), Err(Undefined::OneScore));
        assert_eq!(recalibration::score_test(&same).map(|t| t.chi2), Err(Undefined::OneScore));
    }
    let same = [atom(0.3, 5, 2)];
    close(large(&same).expect("an intercept"), (2.0_f64 / 5.0).ln() - (0.3_f64 / 0.7).ln(), 1e-12);
    assert_eq!(auc::auc(&same).map(|a| (a.value, a.variance)), Some((0.5, Some(0.0))));
    let nothing = auc::limits(auc::auc(&same).expect("both labels"), Z);
    assert!(nothing.low > 0.0 && nothing.low < 0.5 && nothing.high < 1.0 && nothing.high > 0.5);
    // No positive label expected, none found; or one found.
    let zero = [atom(0.0, 5, 0)];
    assert_eq!(ratio::observed_expected(&zero, Z), Err(Undefined::NothingExpected));
    assert_eq!(ratio::observed_expected(&[], Z), Err(Undefined::NoRows));
    assert_eq!(smooth::smooth_error(&[]), None);
    assert_eq!(calibration_error(&equal_mass(&[], 10)), None);
    assert_eq!(proper::log_loss(&[]), Err(Undefined::NoRows));
    assert_eq!(balance::moments(&zero, |a| a.positives), None);
    assert_eq!(groups::power_mean(&[]), None);
    assert_eq!(groups::power_mean(&[0.5, 0.0]), None);
}

#[test]
fn scores_of_exactly_0_and_1_are_certain() {
    let right = [atom(0.0, 4, 0), atom(1.0, 0, 6)];
    assert_eq!((proper::brier(&right), proper::log_loss(&right)), (Some(0.0), Ok(0.0)));
    let c = cumulative::cumulative(&right).expect("rows");
    assert_eq!((c.range, c.sigma, c.p_range, c.p_farthest), (0.0, 0.0, 1.0, 1.0));
    assert_eq!(auc::auc(&right).map(|a| a.value), Some(1.0));
    assert_eq!((proper::spiegelhalter(&right), proper::expected_z(&right)), (None, None));
    assert_eq!(smooth::smooth_error(&right).map(|s| s.value), Some(0.0));
    assert_eq!(recalibration::in_the_large(&right, Z).map(|l| l.clipped), Ok(10));

    let wrong = [atom(0.0, 4, 1), atom(1.0, 2, 6)];
    assert_eq!(proper::log_loss(&wrong), Err(Undefined::Impossible { rows: 3 }));
    assert_eq!(isotonic::log_loss_parts(&wrong), Err(Undefined::Impossible { rows: 3 }));
    let c = cumulative::cumulative(&wrong).expect("rows");
    assert!(c.range > 0.0 && c.p_range == 0.0 && c.p_farthest == 0.0);
    let line = recalibration::line(&wrong, Z).expect("a line");
    assert!(line.clipped == 13 && line.slope.value > 0.0 && line.slope.value < 0.1);
    let bounds = proper::log_loss_bounds(&wrong.map(Span::from)).expect("rows");
    assert_eq!(bounds.high, f64::INFINITY);
    let error = calibration_error(&equal_width(&wrong, 10)).expect("rows");
    close(error.largest, 0.25, 1e-15);
}

#[test]
fn one_row_is_enough_for_what_exists() {
    for (score, label) in [(0.0, false), (0.3, true), (1.0, true), (1.0, false), (0.5, false)] {
        let one = gather(&[(score, label)]);
        let y = f64::from(u8::from(label));
        close(proper::brier(&one).expect("a row"), (score - y) * (score - y), 1e-15);
        close(smooth::smooth_error(&one).expect("a row").value, (score - y).abs(), 1e-3);
        let error = calibration_error(&equal_mass(&one, 10)).expect("a row");
        close(error.mean, (score - y).abs(), 1e-15);
        assert_eq!(error.debiased_square, 0.0);
        assert!(cumulative::cumulative(&one).is_some() && isotonic::brier_parts(&one).is_some());
        assert_eq!(auc::auc(&one), None);
        assert_eq!(equal_calibration(&equal_mass_strata(&one, &[], 10)), None);
        let bin = equal_width(&one, 10)[0];
        assert!(bin.limits(Z).contains(bin.rate()));
    }
    // One row of each label: no variance, but limits.
    let pair = auc::auc(&[atom(0.4, 1, 0), atom(0.6, 0, 1)]).expect("both labels");
    assert_eq!((pair.value, pair.variance), (1.0, None));
    let limits = auc::limits(pair, Z);
    assert!(limits.low > 0.0 && limits.low < 0.5 && limits.high == 1.0);
    assert_eq!(auc::difference(pair, pair, Z).test, None);
}

#[test]
fn groups_compared_with_themselves_are_equal() {
    for all in cases() {
        for strata in [equal_mass_strata(&all, &all, 10), equal_width_strata(&all, &all, 10)] {
            let e = equal_calibration(&strata).expect("rows");
            assert_eq!((e.mean_difference, e.range, e.p_range, e.p_cmh, e.excluded), (0.0, 0.0, 1.0, 1.0, 0));
        }
        let both = distance::of_groups(&all, &all);
        assert_eq!((distance::kolmogorov_smirnov(&both), distance::wasserstein(&both)), (Some(0.0), Some(0.0)));
        if let Some(d) = groups::xauc_difference(&all, &all, Z) {
            assert_eq!(d.difference, 0.0);
            assert!(d.limits.contains(0.0));
        }
        if let Some(gap) = auc::auc(&groups::positive_gap(&all, &all)) {
            assert_eq!(gap.value, 0.5);
        }
    }
    // A bin that holds one group only compares nothing.
    let e = equal_calibration(&equal_width_strata(
        &[atom(0.15, 3, 1), atom(0.95, 1, 3)],
        &[atom(0.15, 2, 2), atom(0.55, 5, 5)],
        10,
    ))
    .expect("one common bin");
    assert_eq!((e.excluded, e.rows), (14, 22));
    close(e.mean_difference, -0.25, 1e-15);
}

#[test]
fn equal_mass_bins_keep_equal_scores_together() {
    for all in cases() {
        for bins in [1, 4, 10, 1000] {
            let listed = equal_mass(&all, bins);
            assert_eq!(listed.iter().map(|b| b.rows()).sum::<u64>(), atoms::totals(&all).rows());
            assert!(listed.windows(2).all(|w| w[0].index < w[1].index && w[0].high < w[1].low));
            assert!(listed.iter().all(|b| b.index < bins && b.low <= b.mean_score * (1.0 + 1e-15)));
        }
    }
}

#[test]
fn very_large_counts_do_not_overflow() {
    let many = u64::MAX / 4;
    let huge = [atom(0.2, many, 1), atom(0.5, many / 2, many), atom(0.9, 1, many)];
    let a = auc::auc(&huge).expect("both labels");
    assert!((0.0..=1.0).contains(&a.value));
    assert!(precision::bounds(&huge).is_some() && distance::kolmogorov_smirnov(&distance::of_labels(&huge)).is_some());
    assert!(isotonic::brier_parts(&huge).is_some() && cumulative::cumulative(&huge).is_some());
    assert!(!equal_mass(&huge, 10).is_empty() && smooth::smooth_error(&huge).is_some());
    // Nearly separated: 40-digit arithmetic gives this slope.
    close(recalibration::line(&huge[..], Z).expect("a line").slope.value, 30.814_928_324, 1e-10);
    assert!(equal_calibration(&equal_mass_strata(&huge, &huge, 10)).is_some());
}
