//! Drawn counts follow their distributions, whatever the counts; resampling agrees with doing it by hand.

use evenhand::cell::Trials;
use evenhand::inference::quantile::quantile;
use evenhand::inference::resample::binomial::{binomial, multinomial};
use evenhand::inference::resample::bootstrap::{REPLICATES, Undefined, bca};
use evenhand::inference::resample::hypergeometric::{hypergeometric, multivariate_hypergeometric};
use evenhand::inference::resample::permutation::{DRAWS, Effort, Method, Permutation, permute, permute_within};
use evenhand::inference::resample::stream::{Stream, Streams};
use evenhand::inference::resample::tables::{Tables, chi_squared, difference, studentised_difference};
use evenhand::inference::{hypergeometric as exact, share, two_by_two};

const MANY: usize = 20_000;

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!((got - expected).abs() <= relative * expected.abs(), "got {got:e}, expected {expected:e}");
}

/// The probabilities within 12 standard deviations of the mean, by their ratio: w(k+1)/w(k).
fn by_ratio(mean: f64, variance: f64, highest: u64, rise: impl Fn(f64) -> f64) -> (u64, Vec<f64>) {
    let reach = 12.0 * variance.sqrt() + 30.0;
    let lowest = (mean - reach).max(0.0) as u64;
    let last = ((mean + reach) as u64).min(highest);
    let mode = (mean as u64).clamp(lowest, last);
    let mut weights = vec![0.0; (last - lowest) as usize + 1];
    let at = |k: u64| (k - lowest) as usize;
    weights[at(mode)] = 1.0;
    for k in mode..last {
        weights[at(k + 1)] = weights[at(k)] * rise(k as f64).max(0.0);
    }
    for k in (lowest..mode).rev() {
        let ratio = rise(k as f64);
        weights[at(k)] = if ratio > 0.0 && ratio.is_finite() { weights[at(k + 1)] / ratio } else { 0.0 };
    }
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);
    (lowest, weights)
}

/// Draws, groups them into bins of at least 20 expected, and compares by Pearson's chi-squared, whose normal score must
/// be neither large nor suspiciously small.
fn fits(what: &str, lowest: u64, probabilities: &[f64], mut next: impl FnMut() -> u64) {
    let mut bins = vec![0; probabilities.len()];
    let mut expected = Vec::new();
    let mut mass = 0.0;
    for (k, p) in probabilities.iter().enumerate() {
        bins[k] = expected.len();
        mass += p * MANY as f64;
        if mass >= 20.0_f64.max(MANY as f64 / 60.0) {
            expected.push(mass);
            mass = 0.0;
        }
    }
    match expected.last_mut() {
        Some(last) => *last += mass,
        None => expected.push(mass),
    }
    let mut observed = vec![0.0; expected.len()];
    for _ in 0..MANY {
        let k = next();
        assert!(k >= lowest && k - lowest < bins.len() as u64, "{what}: {k} is out of range");
        observed[bins[(k - lowest) as usize].min(expected.len() - 1)] += 1.0;
    }
    let df = expected.len() as f64 - 1.0;
    if df == 0.0 {
        return;
    }
    let chi2: f64 = observed.iter().zip(&expected).map(|(o, e)| (o - e) * (o - e) / e).sum();
    // Wilson and Hilferty 1931.
    let z = ((chi2 / df).cbrt() - (1.0 - 2.0 / (9.0 * df))) / (2.0 / (9.0 * df)).sqrt();
    assert!(z.abs() < 3.5, "{what}: chi-squared {chi2} with {df} degrees of freedom");
}

fn moments(mut next: impl FnMut() -> u64) -> (f64, f64) {
    let values: Vec<f64> = (0..MANY).map(|_| next() as f64).collect();
    let mean = values.iter().sum::<f64>() / MANY as f64;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (MANY - 1) as f64)
}

fn stream(name: &str) -> Stream {
    Streams::new(20_261_121, name).replicate(0)
}

const BINOMIALS: [(u64, f64); 19] = [
    (1, 0.5),
    (2, 0.3),
    (7, 0.9),
    (20, 0.5),
    (21, 0.5),
    (25, 0.4),
    (40, 0.26),
    (1000, 0.009_9),
    (1000, 0.010_1),
    (1000, 0.5),
    (1000, 0.999),
    (100_000, 0.000_2),
    (1_000_000, 0.2),
    (1_000_000_000, 0.3),
    (1_000_000_000_000, 1e-12),
    (1_000_000_000_000, 3e-11),
    (1_000_000_000_000, 0.5),
    (1_000_000_000_000, 0.999_999_999_99),
    (u64::MAX >> 12, 1e-15),
];

#[test]
fn binomial_counts_follow_their_distribution() {
    for (n, p) in BINOMIALS {
        let (trials, q) = (n as f64, 1.0 - p);
        let (mean, variance) = (trials * p, trials * p * q);
        let what = format!("binomial {n} {p}");
        let mut numbers = stream(&what);
        let (m, v) = moments(|| binomial(&mut numbers, n, p));
        assert!((m - mean).abs() < 4.0 * (variance / MANY as f64).sqrt(), "{what}: mean {m}, not {mean}");
        let kurtosis = 2.0 + 1.0 / variance;
        assert!((v / variance - 1.0).abs() < 4.0 * (kurtosis / MANY as f64).sqrt(), "{what}: variance {v}");
        if variance < 1e7 {
            let (lowest, probabilities) = by_ratio(mean, variance, n, |k| (trials - k) / (k + 1.0) * (p / q));
            fits(&what, lowest, &probabilities, || binomial(&mut numbers, n, p));
        }
    }
}

/// With 10^12 trials the terms are too many to add up: the normal distribution, with its error of 1e-6, stands for them.
#[test]
fn large_binomial_counts_are_nearly_normal() {
    let (n, p) = (1_000_000_000_000_u64, 0.3);
    let (mean, deviation) = (n as f64 * p, (n as f64 * p * 0.7).sqrt());
    let mut numbers = stream("large");
    let bins = 40;
    let mut observed = vec![0_u32; bins];
    for _ in 0..MANY {
        let z = (binomial(&mut numbers, n, p) as f64 - mean) / deviation;
        observed[((evenhand::inference::normal::cdf(z) * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let expected = MANY as f64 / bins as f64;
    let chi2: f64 = observed.iter().map(|&o| (f64::from(o) - expected).powi(2) / expected).sum();
    assert!((10.0..80.0).contains(&chi2), "{chi2}");
}

const HYPERGEOMETRICS: [(u64, u64, u64); 17] = [
    (1, 1, 1),
    (2, 1, 1),
    (10, 3, 9),
    (40, 20, 20),
    (41, 21, 20),
    (50, 30, 35),
    (100, 20, 50),
    (100, 97, 50),
    (1000, 300, 33),
    (1000, 300, 900),
    (1000, 999, 999),
    (100_000, 5, 50_000),
    (1_000_000, 200_000, 77),
    (1_000_000, 999_000, 500_000),
    (100_000_000, 30_000_000, 50_000_000),
    (1_000_000_000_000, 5_000_000, 20_000_000),
    (1_000_000_000_000, 999_999_000_000, 700_000_000_000),
];

#[test]
fn hypergeometric_counts_follow_their_distribution() {
    for (population, successes, draws) in HYPERGEOMETRICS {
        let [all, good, taken] = [population, successes, draws].map(|n| n as f64);
        let mean = taken * good / all;
        let variance = mean * ((all - good) / all) * ((all - taken) / (all - 1.0).max(1.0));
        let what = format!("hypergeometric {population} {successes} {draws}");
        let mut numbers = stream(&what);
        let mut next = || hypergeometric(&mut numbers, population, successes, draws);
        let (m, v) = moments(&mut next);
        assert!((m - mean).abs() <= 4.0 * (variance / MANY as f64).sqrt(), "{what}: mean {m}, not {mean}");
        if variance > 1.0 {
            assert!((v / variance - 1.0).abs() < 4.0 * (3.0 / MANY as f64).sqrt(), "{what}: variance {v}");
        }
        let bad = all - good - taken;
        let highest = successes.min(draws);
        let (lowest, probabilities) =
            by_ratio(mean, variance, highest, |k| (taken - k) * (good - k) / ((k + 1.0) * (bad + k + 1.0)));
        fits(&what, lowest, &probabilities, next);
    }
}

#[test]
fn draws_without_choice_need_no_luck() {
    let mut numbers = stream("none");
    for n in [0, 1, 10, 1_000_000_000_000, u64::MAX] {
        assert_eq!(binomial(&mut numbers, n, 0.0), 0);
        assert_eq!(binomial(&mut numbers, n, 1.0), n);
        assert_eq!(binomial(&mut numbers, n, f64::NAN), 0);
        assert_eq!(binomial(&mut numbers, n, -1.0), 0);
        assert_eq!(binomial(&mut numbers, n, 2.0), n);
        assert_eq!(hypergeometric(&mut numbers, n, n / 3, 0), 0);
        assert_eq!(hypergeometric(&mut numbers, n, n / 3, n), n / 3);
        assert_eq!(hypergeometric(&mut numbers, n, 0, n / 2), 0);
        assert_eq!(hypergeometric(&mut numbers, n, n, n / 2), n / 2);
        assert!(binomial(&mut numbers, n, 0.5) <= n);
        assert!(hypergeometric(&mut numbers, n, n / 2, n / 2) <= n / 2);
        assert!(hypergeometric(&mut numbers, n, u64::MAX, n / 2) == n / 2);
    }
    let mut drawn = [9; 3];
    multinomial(&mut numbers, 5, &[0, 0, 0], &mut drawn);
    assert_eq!(drawn, [0, 0, 0]);
    multinomial(&mut numbers, 5, &[0, 7, 0], &mut drawn);
    assert_eq!(drawn, [0, 5, 0]);
    multivariate_hypergeometric(&mut numbers, &[2, 0, 3], 99, &mut drawn);
    assert_eq!(drawn, [2, 0, 3]);
}

/// All draws are given out, each cell gets its mean, and two cells vary against each other as they must.
#[test]
fn several_cells_share_the_draws() {
    let counts = [5_u64, 0, 60, 900, 35];
    let n = 400_u64;
    for without_replacement in [false, true] {
        let mut numbers = stream(if without_replacement { "without" } else { "with" });
        let (mut sums, mut product) = ([0.0; 5], 0.0);
        let mut drawn = [0; 5];
        for _ in 0..MANY {
            if without_replacement {
                multivariate_hypergeometric(&mut numbers, &counts, n, &mut drawn);
                assert!(drawn.iter().zip(&counts).all(|(d, c)| d <= c));
            } else {
                multinomial(&mut numbers, n, &counts, &mut drawn);
            }
            assert_eq!((drawn.iter().sum::<u64>(), drawn[1]), (n, 0));
            sums.iter_mut().zip(drawn).for_each(|(s, d)| *s += d as f64);
            product += (drawn[2] as f64 - 24.0) * (drawn[3] as f64 - 360.0);
        }
        let shrunk = if without_replacement { 600.0 / 999.0 } else { 1.0 };
        for (sum, count) in sums.iter().zip(counts) {
            let p = count as f64 / 1000.0;
            let error = (400.0 * p * (1.0 - p) * shrunk / MANY as f64).sqrt();
            assert!((sum / MANY as f64 - 400.0 * p).abs() <= 4.0 * error, "{count}: {sum}");
        }
        let covariance = -400.0 * 0.06 * 0.9 * shrunk;
        close(product / MANY as f64, covariance, 0.1);
    }
}

#[test]
fn streams_are_pinned_and_apart() {
    // These four numbers, from a second implementation, may never change: every report with a seed depends on them.
    let mut numbers = Streams::new(20_261_121, "true-positive-rate-difference").replicate(7);
    let first: [u64; 4] = std::array::from_fn(|_| numbers.bits());
    assert_eq!(first, PINNED);
    let family = Streams::new(1, "f1");
    let start = |streams: &Streams, number| streams.replicate(number).bits();
    let others = [
        start(&family, 1),
        start(&family, 1 << 32),
        start(&Streams::new(2, "f1"), 0),
        start(&Streams::new(1 << 32, "f1"), 0),
        start(&Streams::new(1, "f1\0"), 0),
        start(&Streams::new(1, ""), 0),
        start(&Streams::new(1, "0123456789abcdef"), 0),
        start(&Streams::new(1, "0123456789abcdef0"), 0),
    ];
    for (k, other) in others.iter().enumerate() {
        assert_ne!(*other, start(&family, 0), "{k}");
        assert!(!others[..k].contains(other), "{k}");
    }
    let mut numbers = stream("uniform");
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..MANY {
        let u = numbers.uniform();
        assert!(u > 0.0 && u < 1.0);
        sum += u - 0.5;
        squares += (u - 0.5) * (u - 0.5);
    }
    assert!((sum / MANY as f64).abs() < 4.0 / (12.0 * MANY as f64).sqrt());
    close(squares / MANY as f64, 1.0 / 12.0, 0.03);
}

const PINNED: [u64; 4] =
    [12_493_766_909_050_547_279, 8_756_425_318_209_964_095, 12_379_785_870_442_504_649, 7_416_232_263_339_131_833];

/// The draws themselves may never change either.
#[test]
fn draws_are_pinned() {
    let mut numbers = Streams::new(20_261_121, "pinned").replicate(0);
    let binomials = BINOMIALS.map(|(n, p)| binomial(&mut numbers, n, p));
    assert_eq!(binomials, PINNED_BINOMIALS);
    let hypergeometrics = HYPERGEOMETRICS.map(|(n, k, m)| hypergeometric(&mut numbers, n, k, m));
    assert_eq!(hypergeometrics, PINNED_HYPERGEOMETRICS);
}

const PINNED_BINOMIALS: [u64; 19] =
    [0, 1, 7, 9, 15, 14, 9, 7, 6, 497, 999, 22, 200_077, 299_996_305, 0, 22, 499_999_217_486, 999_999_999_990, 3];

const PINNED_HYPERGEOMETRICS: [u64; 17] =
    [1, 1, 3, 10, 9, 21, 11, 48, 11, 275, 998, 4, 10, 499_496, 15_001_607, 101, 699_999_300_046];

#[test]
fn quantiles_are_of_type_seven() {
    let sample = [1.0, 2.0, 4.0, 8.0];
    for (p, expected) in [(0.0, 1.0), (1.0, 8.0), (0.5, 3.0), (0.1, 1.3), (0.9, 6.8), (1.0 / 3.0, 2.0)] {
        close(quantile(&sample, p).expect("a quantile"), expected, 1e-15);
    }
    assert_eq!((quantile(&[], 0.5), quantile(&sample, 1.1), quantile(&sample, f64::NAN)), (None, None, None));
}

fn share_of(counts: &[u64]) -> Option<f64> {
    Trials { hits: counts[0], of: counts[0] + counts[1] }.share()
}

fn gap(counts: &[u64]) -> Option<f64> {
    Some(share_of(&counts[..2])? - share_of(&counts[2..])?)
}

fn f1([tp, fp, miss]: [u64; 3]) -> Option<f64> {
    (tp + fp + miss > 0).then(|| 2.0 * tp as f64 / (2 * tp + fp + miss) as f64)
}

fn f1_of_cells(counts: &[u64]) -> Option<f64> {
    f1([counts[0], counts[1], counts[2]])
}

/// Row by row without cells: the jackknife of Efron on the values themselves.
#[test]
fn acceleration_is_that_of_the_rows() {
    let counts = [40_u64, 25, 11, 90];
    let n: u64 = counts.iter().sum();
    let mut without = Vec::new();
    for cell in 0..4 {
        for _ in 0..counts[cell] {
            let mut less = counts;
            less[cell] -= 1;
            without.push(f1_of_cells(&less).expect("defined"));
        }
    }
    let mean = without.iter().sum::<f64>() / n as f64;
    let cubes: f64 = without.iter().map(|v| (mean - v).powi(3)).sum();
    let squares: f64 = without.iter().map(|v| (mean - v).powi(2)).sum();
    let limits = bca(&counts, &[4], f1_of_cells, &Streams::new(1, "f1"), REPLICATES, 0.95).expect("limits");
    close(limits.acceleration, cubes / (6.0 * squares.powf(1.5)), 1e-10);
    assert_eq!((limits.defined, limits.undefined), (REPLICATES, 0));
    assert!(limits.limits.contains(limits.estimate));
}

/// The limits from the replicates themselves, by the formula of Efron, for a skewed statistic of few rows.
#[test]
fn limits_are_the_adjusted_quantiles_of_the_replicates() {
    use evenhand::inference::normal::{cdf, quantile as point};
    let counts = [4_u64, 9, 1, 16];
    let streams = Streams::new(4, "few");
    let got = bca(&counts, &[4], f1_of_cells, &streams, REPLICATES, 0.9).expect("limits");
    let mut drawn = [0; 4];
    let mut replicate = |number| {
        multinomial(&mut streams.replicate(number), 30, &counts, &mut drawn);
        f1_of_cells(&drawn)
    };
    let mut values: Vec<f64> = (0..REPLICATES).filter_map(&mut replicate).collect();
    assert_eq!(values.len() as u64, got.defined);
    values.sort_by(f64::total_cmp);
    let part = |below: &dyn Fn(f64) -> bool| values.iter().filter(|&&v| below(v)).count() as f64 / values.len() as f64;
    let bias = point(0.5 * (part(&|v| v < got.estimate) + part(&|v| v <= got.estimate)));
    close(got.bias, bias, 1e-12);
    assert!(got.bias.abs() > 0.01 && got.acceleration.abs() > 0.01, "{got:?}");
    let end =
        |z: f64| quantile(&values, cdf(bias + (bias + z) / (1.0 - got.acceleration * (bias + z)))).expect("a value");
    close(got.limits.low, end(point(0.05)), 1e-9);
    close(got.limits.high, end(point(0.95)), 1e-9);
}

/// The limits of one share and of the gap of two lie within a few percent of their width of the score limits.
#[test]
fn bootstrap_limits_of_shares_are_nearly_the_score_limits() {
    let streams = Streams::new(5, "share");
    for scale in [1, 1_000_000_000] {
        let t = Trials { hits: 300 * scale, of: 1000 * scale };
        let got = bca(&[t.hits, t.of - t.hits], &[2], share_of, &streams, 20_000, 0.95).expect("limits").limits;
        let wilson = share::wilson(t, evenhand::inference::normal::critical(0.95)).expect("rows");
        let width = wilson.high - wilson.low;
        assert!((got.low - wilson.low).abs() < 0.03 * width, "{got:?} {wilson:?}");
        assert!((got.high - wilson.high).abs() < 0.03 * width, "{got:?} {wilson:?}");
        let counts = [300 * scale, 700 * scale, 90 * scale, 110 * scale];
        let got = bca(&counts, &[2, 2], gap, &streams, 20_000, 0.95).expect("limits").limits;
        let deviation = ((0.21 / 1000.0 + 0.2475 / 200.0) / scale as f64).sqrt();
        close(got.high - got.low, 2.0 * 1.96 * deviation, 0.03);
        assert!(((got.low + got.high) / 2.0 + 0.15).abs() < 0.06 * deviation, "{got:?}");
    }
}

/// In 1000 samples of 80 rows the 90 % limits of F1 hold the truth about 900 times.
#[test]
fn bootstrap_limits_hold_the_truth_as_often_as_they_say() {
    let truth = [30_u64, 12, 18, 40];
    let mut numbers = stream("samples");
    let (mut held, mut defined) = (0, 0);
    for sample in 0..1000 {
        let mut counts = [0; 4];
        multinomial(&mut numbers, 80, &truth, &mut counts);
        let limits = bca(&counts, &[4], f1_of_cells, &Streams::new(sample, "coverage"), 400, 0.9);
        if let Ok(got) = limits {
            defined += 1;
            held += u32::from(got.limits.contains(f1_of_cells(&truth).expect("defined")));
        }
    }
    assert_eq!(defined, 1000);
    assert!((870..=925).contains(&held), "{held}");
}

#[test]
fn a_bootstrap_that_proves_nothing_says_why() {
    let streams = Streams::new(1, "reasons");
    let of = |counts: &[u64], groups: &[usize]| bca(counts, groups, share_of, &streams, REPLICATES, 0.95);
    assert_eq!(of(&[0, 0], &[2]), Err(Undefined::Statistic));
    assert_eq!(of(&[0, 9], &[2]), Err(Undefined::NoVariation));
    assert_eq!(of(&[1, 0], &[2]), Err(Undefined::NoVariation));
    assert_eq!(of(&[1, 2], &[3]), Err(Undefined::Malformed));
    assert_eq!(bca(&[1, 2], &[2], share_of, &streams, 0, 0.95), Err(Undefined::Malformed));
    assert_eq!(bca(&[1, 2], &[2], share_of, &streams, 10, 1.0), Err(Undefined::Malformed));
    assert_eq!(bca(&[10, 20], &[2], share_of, &streams, 10, 0.95), Err(Undefined::Beyond));
    assert_eq!(bca(&[10, 20], &[2], |_| Some(f64::NAN), &streams, 10, 0.95), Err(Undefined::Statistic));
    // F1 is undefined in the replicates without any of its five rows: (1 - 5/80)^80 = 0.6 % and (1 - 4/80)^80 = 1.7 %.
    let few = |cell: u64| bca(&[cell, 2, 0, 78 - cell], &[4], f1_of_cells, &streams, 10_000, 0.9);
    let defined = few(3).expect("less than 1 % undefined");
    assert!((25..95).contains(&defined.undefined) && defined.defined + defined.undefined == 10_000, "{defined:?}");
    assert!(matches!(few(2), Err(Undefined::Replicates { undefined, of: 10_000 }) if undefined > 120));
    // A ratio whose only hit is taken away has no jackknife.
    let odds = |c: &[u64]| (c[0] > 0).then(|| c[1] as f64 / c[0] as f64);
    assert_eq!(bca(&[1, 1], &[1, 1], odds, &streams, 100, 0.9), Err(Undefined::NoVariation));
    let once = |c: &[u64]| (c[0] + c[1] > 99).then(|| c[0] as f64 / 100.0);
    assert_eq!(bca(&[50, 50], &[2], once, &streams, REPLICATES, 0.9), Err(Undefined::Jackknife));
}

fn table(counts: &[u64]) -> Tables {
    Tables::new(2, 2, counts.to_vec()).expect("tables")
}

fn test(tables: &Tables, statistic: impl Fn(&Tables) -> Option<f64>) -> Permutation {
    permute(tables, statistic, &Streams::new(20_261_121, "permutation"), DRAWS).expect("a statistic")
}

#[test]
fn statistics_of_one_table_are_the_usual_ones() {
    for counts in [[7, 12, 12, 5], [0, 9, 3, 4], [500_000, 1, 400_000, 0]] {
        let (focal, reference) = (
            Trials { hits: counts[0], of: counts[0] + counts[1] },
            Trials { hits: counts[2], of: counts[2] + counts[3] },
        );
        let (p1, p0) = (focal.share().expect("rows"), reference.share().expect("rows"));
        let t = table(&counts);
        close(difference(&t).expect("two groups"), (p1 - p0).abs(), 1e-9);
        close(
            chi_squared(&t).expect("two groups"),
            two_by_two::chi2_pearson(focal, reference).expect("margins"),
            1e-12,
        );
        let variance = p1 * (1.0 - p1) / focal.of as f64 + p0 * (1.0 - p0) / reference.of as f64;
        close(studentised_difference(&t).expect("two groups"), (p1 - p0).abs() / variance.sqrt(), 1e-5);
    }
    assert_eq!(studentised_difference(&table(&[0, 5, 7, 0])), Some(f64::INFINITY));
    assert_eq!(studentised_difference(&table(&[5, 0, 7, 0])), Some(0.0));
    let none = table(&[5, 2, 0, 0]);
    assert_eq!((difference(&none), studentised_difference(&none), chi_squared(&none)), (None, None, None));
    assert_eq!(chi_squared(&table(&[5, 0, 7, 0])), None);
    assert_eq!(permute(&none, difference, &Streams::new(1, ""), DRAWS), None);
    assert_eq!(difference(&Tables::new(3, 2, vec![1; 6]).expect("tables")), None);
    assert!(Tables::new(0, 2, vec![]).is_none() && Tables::new(2, 2, vec![1; 6]).is_none());
    assert!(Tables::new(1, 2, vec![u64::MAX, 1]).is_none());
}

/// For two groups and two outcomes the tables as probable or as far apart are those of Fisher's test.
#[test]
fn two_groups_are_the_hypergeometric_itself() {
    for [x1, f1, x0, f0] in [[7_u64, 12, 12, 5], [3, 27, 200, 170], [0, 5, 9, 3], [1, 1, 1, 1], [40, 60, 450, 450]] {
        let (n1, n0, hits) = (x1 + f1, x0 + f0, x1 + x0);
        let draw = exact::Hypergeometric::new(n1 + n0, hits, n1).expect("a draw");
        let (lowest, probabilities) = draw.probabilities();
        close(probabilities.iter().sum(), 1.0, 1e-12);
        let far = |x: u64| (x * n0).abs_diff((hits - x) * n1);
        let mut p = 0.0;
        for (k, probability) in probabilities.iter().enumerate() {
            let x = lowest + k as u64;
            close(*probability, draw.pmf(x), 1e-11);
            p += if far(x) >= far(x1) { *probability } else { 0.0 };
        }
        let got = test(&table(&[x1, f1, x0, f0]), difference);
        close(got.p, p, 1e-11);
        assert_eq!(got.method, Method::Exact { tables: probabilities.len() as u64 });
    }
}

/// Every way to deal eight rows to three groups, one by one.
#[test]
fn all_tables_are_gone_through() {
    let outcomes = [0, 0, 0, 1, 1, 1, 2, 2];
    let sizes = [3, 3, 2];
    let observed = Tables::new(3, 3, vec![3, 0, 0, 0, 2, 1, 0, 1, 1]).expect("tables");
    let least = chi_squared(&observed).expect("groups") * (1.0 - 1e-9);
    let (mut all, mut extreme) = (0_u32, 0_u32);
    for code in 0..3_u32.pow(8) {
        let groups: [usize; 8] = std::array::from_fn(|row| (code / 3_u32.pow(row as u32) % 3) as usize);
        if (0..3).any(|g| groups.iter().filter(|&&group| group == g).count() != sizes[g]) {
            continue;
        }
        let mut counts = vec![0; 9];
        groups.iter().zip(outcomes).for_each(|(group, outcome)| counts[group * 3 + outcome] += 1);
        all += 1;
        extreme += u32::from(chi_squared(&Tables::new(3, 3, counts).expect("tables")).expect("groups") >= least);
    }
    let got = test(&observed, chi_squared);
    assert!(matches!(got.method, Method::Exact { .. }));
    assert!(extreme > 0 && extreme < all);
    close(got.p, f64::from(extreme) / f64::from(all), 1e-12);
}

/// Strata multiply: the probability of two is the sum over all pairs of tables; strata of one table change nothing.
#[test]
fn strata_are_dealt_apart() {
    let (first, second) = ([5_u64, 3, 2, 8], [4_u64, 9, 1, 6]);
    let both = table(&[first, second].concat());
    let observed = studentised_difference(&both).expect("groups") * (1.0 - 1e-9);
    let tables_of = |t: [u64; 4]| {
        let draw = exact::Hypergeometric::new(t.iter().sum(), t[0] + t[2], t[0] + t[1]).expect("a draw");
        let (lowest, probabilities) = draw.probabilities();
        let of = move |x: u64| [x, t[0] + t[1] - x, t[0] + t[2] - x, t[3] + x - t[0]];
        probabilities.into_iter().enumerate().map(move |(k, p)| (of(lowest + k as u64), p)).collect::<Vec<_>>()
    };
    let mut p = 0.0;
    for (one, p1) in tables_of(first) {
        for (two, p2) in tables_of(second) {
            let value = studentised_difference(&table(&[one, two].concat())).expect("groups");
            p += if value >= observed { p1 * p2 } else { 0.0 };
        }
    }
    close(test(&both, studentised_difference).p, p, 1e-11);
    let mut more = both.clone();
    for _ in 0..5000 {
        more =
            Tables::new(2, 2, [more.strata().flatten().copied().collect(), vec![0, 6, 0, 0]].concat()).expect("tables");
        if more.strata().count() > 20 {
            break;
        }
    }
    close(test(&more, studentised_difference).p, p, 1e-11);
}

/// Tables that tie in whole numbers tie, however their statistics are rounded.
#[test]
fn rounding_breaks_no_tie() {
    let mut apart = 0;
    for observed in 0..5_u64 {
        let strata = [[observed, 4 - observed, 5 - observed, observed], [2, 5, 3, 1], [1, 2, 4, 6]];
        let tables = table(&strata.concat());
        let sizes = strata.map(|t| t.iter().sum::<u64>());
        // sum (x1 n0 - x0 n1) / N over strata, times all N.
        let gap = |t: &Tables| {
            let of = |(h, t): (usize, &[u64])| {
                let others: u64 = (0..3).filter(|&other| other != h).map(|other| sizes[other]).product();
                (t[0] * (t[2] + t[3])) as i64 * others as i64 - (t[2] * (t[0] + t[1])) as i64 * others as i64
            };
            t.strata().enumerate().map(of).sum::<i64>().unsigned_abs()
        };
        let whole = test(&tables, |t| Some(gap(t) as f64));
        close(test(&tables, difference).p, whole.p, 1e-12);
        let least = difference(&tables).expect("groups");
        let rounded = permute(
            &tables,
            |t| Some(f64::from(u8::from(difference(t).expect("groups") >= least))),
            &Streams::new(1, ""),
            DRAWS,
        );
        apart += u32::from((rounded.expect("groups").p - whole.p).abs() > 1e-6);
    }
    // Without the tolerance some p-value would be another.
    assert!(apart > 0);
}

#[test]
fn a_million_tables_are_gone_through_and_one_more_is_not() {
    for (rows, exact) in [(999_999, true), (1_000_000, false)] {
        let tables = table(&[rows, 0, 0, rows]);
        let got = permute(&tables, |_| Some(1.0), &Streams::new(1, ""), 9).expect("a constant");
        let expected = if exact { Method::Exact { tables: 1_000_000 } } else { Method::Random { draws: 9 } };
        assert_eq!((got.method, got.p), (expected, 1.0));
    }
}

/// What is known at once of the number of tables is never more than there are.
#[test]
fn as_many_tables_as_allowed_are_gone_through() {
    let mut numbers = stream("allowed");
    let mut most = 0;
    for _ in 0..200 {
        let counts: Vec<u64> = (0..8).map(|_| binomial(&mut numbers, 6, 0.4)).collect();
        let tables = Tables::new(4, 2, counts.clone()).expect("tables");
        let with = |enumerated: u64| {
            let effort = Effort { draws: 3, enumerated, enough: u64::MAX };
            permute_within(&tables, |_| Some(1.0), &Streams::new(1, ""), effort).expect("a constant").method
        };
        let Method::Exact { tables: all } = with(u64::MAX) else { panic!("{counts:?}") };
        assert_eq!(with(all), Method::Exact { tables: all }, "{counts:?}");
        if all > 1 {
            assert_eq!(with(all - 1), Method::Random { draws: 3 }, "{counts:?}");
        }
        most = most.max(all);
    }
    assert!(most > 100, "{most}");
}

/// Drawing that stops early gives what all draws up to there say, and p-values that hold their level.
#[test]
fn drawing_stops_when_enough_is_known() {
    let alike = Tables::new(3, 2, vec![3000, 3100, 2900, 3000, 3050, 2950]).expect("tables");
    let streams = Streams::new(5, "enough");
    let effort = Effort { draws: 9999, enumerated: 0, enough: 20 };
    let stopped = permute_within(&alike, chi_squared, &streams, effort).expect("groups");
    let Method::Random { draws } = stopped.method else { panic!("{stopped:?}") };
    assert!((20..2000).contains(&draws), "{draws}");
    assert_eq!(stopped.p, 20.0 / draws as f64);
    let whole = permute(&alike, chi_squared, &streams, draws).expect("groups");
    assert_eq!(whole.p, 21.0 / (draws as f64 + 1.0));
    let one_less = permute(&alike, chi_squared, &streams, draws - 1).expect("groups");
    assert_eq!(one_less.p, 20.0 / draws as f64);
    // What is rare is drawn to the end.
    let apart = Tables::new(3, 2, vec![4000, 0, 0, 4000, 3000, 1000]).expect("tables");
    let drawn = permute_within(&apart, chi_squared, &streams, effort).expect("groups");
    assert_eq!((drawn.p, drawn.method), (1e-4, Method::Random { draws: 9999 }));
}

#[test]
fn random_tables_agree_with_all_tables() {
    // 601 tables of 2 groups; with a stratum of 4001 they are too many and are drawn.
    let counts = [270_u64, 330, 330, 270];
    let streams = Streams::new(3, "agree");
    let exact = permute(&table(&counts), difference, &streams, DRAWS).expect("groups");
    assert_eq!(exact.method, Method::Exact { tables: 601 });
    let many = table(&[counts, [2000, 2000, 2000, 2000]].concat());
    let first = |t: &Tables| difference(&table(t.strata().next().expect("a stratum")));
    let drawn = permute(&many, first, &streams, 40_000).expect("groups");
    assert_eq!(drawn.method, Method::Random { draws: 40_000 });
    let error = (exact.p * (1.0 - exact.p) / 40_000.0).sqrt();
    assert!((drawn.p - exact.p).abs() < 4.0 * error, "{drawn:?} {exact:?}");
}

/// Under the hypothesis p-values are at most as often small as their size says; the smallest is 1/(draws + 1).
#[test]
fn permutation_holds_its_level() {
    let mut numbers = stream("level");
    let mut small = 0;
    for sample in 0..400 {
        let mut counts = Vec::new();
        for n in [40, 300, 90] {
            let hits = binomial(&mut numbers, n, 0.2);
            counts.extend([hits, n - hits]);
        }
        let tables = Tables::new(3, 2, counts).expect("tables");
        small +=
            u32::from(permute(&tables, chi_squared, &Streams::new(sample, "level"), 199).expect("groups").p <= 0.1);
    }
    assert!((20..=60).contains(&small), "{small}");
    let apart = Tables::new(3, 2, vec![4000, 0, 0, 4000, 3000, 1000]).expect("tables");
    assert_eq!(test(&apart, chi_squared).p, 1e-4);
    // Without draws nothing is proved.
    assert_eq!(permute(&apart, chi_squared, &Streams::new(1, ""), 0).expect("groups").p, 1.0);
    // An undefined table counts as extreme.
    let only = |t: &Tables| (t.strata().next() == apart.strata().next()).then_some(1.0);
    let got = test(&apart, only);
    assert_eq!((got.p, got.undefined), (1.0, DRAWS));
}

/// Neither many strata nor many groups exhaust the stack, and rows cost nothing.
#[test]
fn large_tables_end() {
    let strata = Tables::new(2, 2, [3, 4, 5, 6].repeat(2000)).expect("tables");
    assert!(matches!(
        permute(&strata, studentised_difference, &Streams::new(1, "s"), 9).expect("p").method,
        Method::Random { .. }
    ));
    let single =
        Tables::new(2, 2, [3, 4, 0, 0].repeat(20_000).into_iter().chain([3, 4, 5, 6]).collect()).expect("tables");
    assert_eq!(test(&single, studentised_difference).method, Method::Exact { tables: 8 });
    let groups = Tables::new(5000, 2, [1, 0].into_iter().chain([0, 1].repeat(4999)).collect()).expect("tables");
    assert_eq!(permute(&groups, chi_squared, &Streams::new(1, "g"), 9).expect("p").p, 1.0);
    let rows = Tables::new(3, 2, [1 << 50, 1 << 51].repeat(3)).expect("tables");
    assert_eq!(permute(&rows, chi_squared, &Streams::new(1, "r"), 99).expect("p").p, 1.0);
}
