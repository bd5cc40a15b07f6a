//! Laws the statistics must obey whatever the counts, and figures from papers, tables and exact enumeration.

use evenhand::cell::Trials;
use evenhand::inference::hypergeometric::{Hypergeometric, fisher};
use evenhand::inference::limits::Limits;
use evenhand::inference::pair::{
    koopman_ratio, newcombe_difference, score_difference, score_ratio, z_difference, z_ratio,
};
use evenhand::inference::{
    beta, brownian, chi_squared, composite, constrained, family, invert, mover, normal, practical, share,
};
use evenhand::inference::{saddle, student, two_by_two};

const SIZES: [u64; 7] = [1, 2, 5, 30, 200, 10_007, 1_000_000_000];
const Z: f64 = 1.959_963_984_540_054;

fn t(hits: u64, of: u64) -> Trials {
    Trials { hits, of }
}

fn rate(t: Trials) -> f64 {
    t.hits as f64 / t.of as f64
}

/// Every size with no hit, one, a third, all but one and all.
fn groups() -> Vec<Trials> {
    let mut groups: Vec<Trials> = SIZES.iter().flat_map(|&n| [0, 1, n / 3, n - 1, n].map(|x| t(x.min(n), n))).collect();
    groups.dedup();
    groups
}

fn pairs() -> impl Iterator<Item = (Trials, Trials)> {
    groups().into_iter().flat_map(|a| groups().into_iter().map(move |b| (a, b)))
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(
        got == expected || (got - expected).abs() <= relative * expected.abs(),
        "got {got:e}, expected {expected:e}"
    );
}

#[test]
fn pair_limits_contain_the_estimate_and_mirror() {
    for (a, b) in pairs() {
        let ratio = score_ratio(a, b, Z).expect("two groups");
        let back = score_ratio(b, a, Z).expect("two groups");
        assert!(ratio.low >= 0.0 && ratio.low <= ratio.high, "{a:?} {b:?} {ratio:?}");
        if a.hits + b.hits > 0 {
            assert!(ratio.contains(rate(a) / rate(b)), "{a:?} {b:?} {ratio:?}");
            close(back.high, 1.0 / ratio.low, 1e-15);
        } else {
            assert_eq!(ratio, Limits { low: 0.0, high: f64::INFINITY });
        }
        assert_eq!((a.hits == 0, b.hits == 0), (ratio.low == 0.0, ratio.high.is_infinite()), "{a:?} {b:?}");
        for limits in [score_difference, newcombe_difference] {
            let (d, back) = (limits(a, b, Z).expect("two groups"), limits(b, a, Z).expect("two groups"));
            assert!(d.contains(rate(a) - rate(b)) && d.low >= -1.0 && d.high <= 1.0, "{a:?} {b:?} {d:?}");
            assert_eq!(d, Limits { low: -back.high, high: -back.low });
        }
    }
}

/// A limit is rounded to the digits of a number; the statistic must pass z within the last of them, however steep it
/// is.
#[test]
fn pair_limits_are_where_the_statistic_is_z() {
    const DIGIT: f64 = 50.0 * f64::EPSILON;
    for (a, b) in pairs() {
        for z in [0.5, Z, 5.0] {
            let ratio = score_ratio(a, b, z).expect("two groups");
            for (limit, target) in [(ratio.low, z), (ratio.high, -z)] {
                if limit > 0.0 && limit.is_finite() {
                    let (before, after) = (limit * (1.0 - DIGIT), limit * (1.0 + DIGIT));
                    assert!(z_ratio(a, b, before) > target - 1e-9, "{a:?} {b:?} {z} {limit}");
                    assert!(z_ratio(a, b, after) < target + 1e-9, "{a:?} {b:?} {z} {limit}");
                }
            }
            let d = score_difference(a, b, z).expect("two groups");
            for (limit, target) in [(d.low, z), (d.high, -z)] {
                let (before, after) = (limit - DIGIT * limit.abs(), limit + DIGIT * limit.abs());
                assert!(z_difference(a, b, before) > target - 1e-9, "{a:?} {b:?} {z} {limit}");
                assert!(z_difference(a, b, after) < target + 1e-9, "{a:?} {b:?} {z} {limit}");
            }
        }
    }
}

#[test]
fn limits_widen_with_z() {
    let around = |outer: Limits, inner: Limits| outer.low <= inner.low && inner.high <= outer.high;
    for (a, b) in pairs() {
        let (mut ratio, mut koopman, mut d, mut share) = (
            score_ratio(a, b, 0.0).expect("limits"),
            koopman_ratio(a, b, 0.0).expect("limits"),
            score_difference(a, b, 0.0).expect("limits"),
            share::wilson(a, 0.0).expect("limits"),
        );
        for z in [1e-6, 0.3, 1.0, Z, 3.0, 8.0, 40.0] {
            let wider = score_ratio(a, b, z).expect("limits");
            assert!(around(wider, ratio), "{a:?} {b:?} {z} {wider:?} {ratio:?}");
            ratio = wider;
            let wider = koopman_ratio(a, b, z).expect("limits");
            assert!(around(wider, koopman) && around(ratio, wider), "{a:?} {b:?} {z} {wider:?} {ratio:?}");
            koopman = wider;
            let wider = score_difference(a, b, z).expect("limits");
            assert!(around(wider, d), "{a:?} {b:?} {z} {wider:?} {d:?}");
            d = wider;
            let wider = share::wilson(a, z).expect("limits");
            assert!(around(wider, share), "{a:?} {z}");
            share = wider;
        }
    }
}

#[test]
fn score_statistics_fall() {
    for (a, b) in pairs() {
        let mut before = f64::INFINITY;
        for step in -400..=400 {
            let z = z_ratio(a, b, grid_ratio(f64::from(step) * 0.05));
            assert!(z <= before + 1e-9 * before.abs().min(1e9), "{a:?} {b:?} step {step}: {before} then {z}");
            before = z;
        }
        let mut before = f64::INFINITY;
        for step in -200..=200 {
            let z = z_difference(a, b, f64::from(step) / 200.0);
            assert!(z <= before + 1e-9 * before.abs().min(1e9), "{a:?} {b:?} step {step}: {before} then {z}");
            before = z;
        }
    }
}

/// Only spaces a grid; its digits do not matter.
fn grid_ratio(x: f64) -> f64 {
    x.exp()
}

/// The eight contrasts of Newcombe 1998 (Statistics in Medicine 17:873, table II). The limits come from mpmath 1.3.0 at
/// 40 digits, by bisection on the likelihood equation and then on the statistic, rounded to its four digits.
#[test]
fn score_difference_of_the_contrasts_of_newcombe_1998() {
    let contrasts = [
        ((56, 70, 48, 80), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1700, 0.8406)),
        ((6, 7, 2, 7), (0.0342, 0.8534)),
        ((5, 56, 0, 29), (-0.0326, 0.1933)),
        ((0, 10, 0, 20), (-0.1658, 0.2844)),
        ((0, 10, 0, 10), (-0.2879, 0.2879)),
        ((10, 10, 0, 20), (0.7156, 1.0)),
        ((10, 10, 0, 10), (0.6636, 1.0)),
    ];
    for ((x1, n1, x0, n0), (low, high)) in contrasts {
        let limits = score_difference(t(x1, n1), t(x0, n0), Z).expect("two groups");
        assert!((limits.low - low).abs() < 6e-5 && (limits.high - high).abs() < 6e-5, "{x1}/{n1} {limits:?}");
    }
}

/// No rates that obey the constraint are likelier than the constrained ones.
#[test]
fn constrained_rates_are_the_likeliest() {
    let part = |n: u64, p: f64| if n == 0 { 0.0 } else { n as f64 * p.ln() };
    let likelihood = |a: Trials, b: Trials, p1: f64, p0: f64| {
        part(a.hits, p1) + part(a.of - a.hits, 1.0 - p1) + part(b.hits, p0) + part(b.of - b.hits, 1.0 - p0)
    };
    for (a, b) in pairs().filter(|(a, b)| a.of < 1000 && b.of < 1000) {
        for c in [-0.7, -0.2, 0.0, 0.05, 0.4] {
            let d = constrained::under_difference(a, b, c);
            assert!((d.focal - d.reference - c).abs() < 1e-15);
            let best = likelihood(a, b, d.focal, d.reference);
            let (low, high) = (f64::max(0.0, -c), f64::min(1.0, 1.0 - c));
            for k in 1..200 {
                let p0 = low + (high - low) * f64::from(k) / 200.0;
                assert!(likelihood(a, b, p0 + c, p0) <= best + 1e-9, "{a:?} {b:?} {c} {d:?}");
            }
            let r = 1.0 + c;
            let q = constrained::under_ratio(a, b, r);
            let best = likelihood(a, b, q.focal, q.reference);
            for k in 1..200 {
                let p0 = f64::min(1.0, 1.0 / r) * f64::from(k) / 200.0;
                assert!(likelihood(a, b, r * p0, p0) <= best + 1e-9, "{a:?} {b:?} {r} {q:?}");
            }
        }
    }
}

#[test]
fn variance_zero_is_no_gap_or_an_infinite_one() {
    // Both groups all hits: under r = 1 both rates are 1 and nothing can vary.
    assert_eq!(z_ratio(t(5, 5), t(7, 7), 1.0), 0.0);
    assert_eq!(z_difference(t(5, 5), t(7, 7), 0.0), 0.0);
    assert_eq!(z_difference(t(5, 5), t(7, 7), -1.0), f64::INFINITY);
    assert_eq!(z_difference(t(5, 5), t(0, 7), 1.0), 0.0);
    assert_eq!(share::score_z(t(0, 9), 0.0), 0.0);
    assert_eq!(share::score_z(t(1, 9), 0.0), f64::INFINITY);
    assert_eq!(share::score_z(t(1, 9), 1.0), f64::NEG_INFINITY);
    // Both groups all hits, r < 1: p0~ = 1 and p1~ = r, so z = sqrt(n1 (1 - r)/r (N - 1)/N), here n1 = 5, N = 12.
    close(z_ratio(t(5, 5), t(7, 7), 0.8), (5.0_f64 * 0.25 * 11.0 / 12.0).sqrt(), 1e-14);
}

#[test]
fn empty_groups_prove_nothing() {
    let (none, some) = (t(0, 0), t(3, 9));
    for (a, b) in [(none, some), (some, none), (none, none)] {
        assert_eq!((score_ratio(a, b, Z), score_difference(a, b, Z), newcombe_difference(a, b, Z)), (None, None, None));
        assert_eq!((z_ratio(a, b, 0.8), z_difference(a, b, 0.1)), (0.0, 0.0));
        assert_eq!((two_by_two::z_pooled(a, b), two_by_two::phi(a, b), two_by_two::cohen_h(a, b)), (None, None, None));
        assert_eq!((fisher(a, b).two_sided, fisher(a, b).mid_two_sided), (1.0, 0.5));
        assert_eq!(practical::swap_to_parity(a, b), None);
        assert!(!practical::one_person_reversal(a, b));
    }
    assert_eq!(share::wilson(none, Z), None);
}

/// Absurd counts must end, without a panic and with an answer that is not NaN.
#[test]
fn no_count_is_too_large() {
    let huge = [t(u64::MAX, u64::MAX), t(0, u64::MAX), t(7, 3), t(1 << 52, 1 << 53), t(0, 1), t(1, 1)];
    for a in huge {
        for b in huge {
            for z in [0.0, Z, 40.0, f64::INFINITY, -1.0, f64::NAN] {
                let (r, d) = (score_ratio(a, b, z).expect("limits"), score_difference(a, b, z).expect("limits"));
                assert!(d.low <= d.high && r.low <= r.high, "{a:?} {b:?} {z} {r:?} {d:?}");
            }
            for bound in [0.0, 0.8, 1.0, -1.0, f64::INFINITY, 1e300] {
                assert!(!z_ratio(a, b, bound).is_nan(), "{a:?} {b:?} {bound}");
                assert!(!z_difference(a, b, bound).is_nan(), "{a:?} {b:?} {bound}");
            }
            practical::swap_to_ratio(a, b, 0.123_456_789_012_345_67);
            practical::additions_to_ratio(a, b, 0.8);
            practical::one_person_reversal(a, b);
            assert!(two_by_two::smallest_expected(a, b) >= 0.0);
        }
    }
}

fn choose(n: u64, k: u64) -> u128 {
    (0..k).fold(1, |c, i| c * u128::from(n - i) / u128::from(i + 1))
}

/// Whole-number weights of every table with the same margins; ties are exact here.
#[test]
fn fisher_is_the_exact_enumeration_of_small_tables() {
    for (n1, n0) in [(1, 1), (3, 5), (7, 7), (9, 4), (12, 30)] {
        for (x1, x0) in (0..=n1).flat_map(|x1| (0..=n0).map(move |x0| (x1, x0))) {
            let x = x1 + x0;
            let weight = |k: u64| if k <= n1 && x >= k && x - k <= n0 { choose(n1, k) * choose(n0, x - k) } else { 0 };
            let sum = |keep: &dyn Fn(u64) -> bool| (0..=x).filter(|&k| keep(k)).map(weight).sum::<u128>() as f64;
            let all = sum(&|_| true);
            let got = fisher(t(x1, n1), t(x0, n0));
            close(got.two_sided, sum(&|k| weight(k) <= weight(x1)) / all, 1e-13);
            close(got.less, sum(&|k| k <= x1) / all, 1e-13);
            close(got.greater, sum(&|k| k >= x1) / all, 1e-13);
            let half = 0.5 * weight(x1) as f64 / all;
            close(got.mid_two_sided, sum(&|k| weight(k) <= weight(x1)) / all - half, 1e-13);
            close(got.mid_less, sum(&|k| k < x1) / all + half, 1e-13);
            close(got.mid_greater, sum(&|k| k > x1) / all + half, 1e-13);
            let draw = Hypergeometric::new(n1 + n0, x, n1).expect("a draw");
            assert!((draw.cdf(x1) + draw.sf(x1) - 1.0).abs() < 1e-14);
        }
    }
}

/// With large counts and a moderate gap twice the mid-p is the p-value of the N-1 chi-squared test to several digits.
#[test]
fn fisher_of_large_counts_is_the_normal_test() {
    let (a, b) = (t(40_003_000, 100_000_000), t(40_000_000, 100_000_000));
    let chi2 = two_by_two::chi2_n_minus_1(a, b).expect("margins");
    close(2.0 * fisher(a, b).mid_greater, chi_squared::sf(chi2, 1.0), 1e-6);
    assert_eq!(fisher(a, b).two_sided, fisher(b, a).two_sided);
    assert_eq!(fisher(t(0, 1_000_000), t(1_000_000, 1_000_000)).two_sided, 0.0);
}

/// mpmath 1.3.0, 30 digits: erfinv for the central points, findroot on the logarithm of the tail for the far ones.
#[test]
fn normal_quantiles() {
    for (p, z) in [
        (0.975, 1.959_963_984_540_054),
        (0.95, 1.644_853_626_951_472_3),
        (1e-10, -6.361_340_902_404_056),
        (1e-300, -37.047_096_299_361_2),
        (0.5001, 0.000_250_662_830_088_007_5),
    ] {
        assert!((normal::quantile(p) - z).abs() <= 4e-15 * z.abs().max(0.03), "{p}: {}", normal::quantile(p));
    }
    close(normal::critical(0.95), Z, 1e-15);
    assert_eq!((normal::quantile(0.0), normal::quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert_eq!((normal::quantile(0.5), normal::critical(0.0)), (0.0, 0.0));
    assert!(normal::quantile(1.5).is_nan() && normal::critical(-0.1).is_nan() && normal::sf(f64::NAN).is_nan());
}

/// mpmath 1.3.0, 30 digits, both series of each function.
#[test]
fn brownian_tails() {
    for (x, p) in [
        (0.5, 0.963_945_243_664_875_1),
        (0.9, 0.392_730_707_940_654_3),
        (1.0, 0.269_999_671_677_354_5),
        (1.5, 0.022_217_962_616_525_13),
    ] {
        close(brownian::kolmogorov_sf(x), p, 1e-14);
    }
    for (x, p) in [
        (0.4, 0.999_429_537_979_441_5),
        (0.8, 0.814_758_092_733_377_9),
        (1.0, 0.629_222_570_200_476_1),
        (8.0, 2.488_384_229_708_713_6e-15),
    ] {
        close(brownian::absmax_sf(x), p, 2e-14);
    }
    for tail in [brownian::kolmogorov_sf, brownian::absmax_sf, brownian::range_sf] {
        assert_eq!((tail(0.0), tail(-1.0), tail(1e-9), tail(60.0)), (1.0, 1.0, 1.0, 0.0));
        for switch in [1.0, 1.2_f64] {
            close(tail(switch.next_down()), tail(switch), 1e-12);
        }
    }
}

#[test]
fn beta_and_student_invert() {
    for a in [0.5, 1.0, 3.0, 250.0, 1e5, 1e8] {
        for b in [0.5, 2.0, 1e3, 1e7] {
            for p in [1e-200, 1e-9, 0.025, 0.5, 0.975] {
                let x = beta::ibeta_inv(a, b, p).expect("a quantile");
                assert!((0.0..=1.0).contains(&x));
                // A quantile that rounds near 1 no longer holds the digits of p.
                if x < 0.9 && x > 1e-290 {
                    close(beta::ibeta(a, b, x).expect("a tail"), p, 1e-11);
                }
            }
            let x = a / (a + b);
            let (low, high) = (beta::ibeta_with(a, b, x, 1.0 - x), beta::ibeta_with(b, a, 1.0 - x, x));
            assert!((low.expect("a tail") + high.expect("a tail") - 1.0).abs() < 1e-11);
        }
    }
    // mpmath 1.3.0, 40 digits: quad of the density.
    for (a, b, x, p) in [
        (1.0, 1e7, 3.7e-7, 0.975_276_490_452_912_9),
        (250.0, 1e7, 2.8e-5, 0.967_676_633_595_720_8),
        (0.5, 1e8, 2e-8, 0.954_499_736_913_506_1),
        (1e7, 3e7, 0.2499, 0.072_054_044_129_033_55),
    ] {
        close(beta::ibeta(a, b, x).expect("a tail"), p, 1e-11);
    }
    assert_eq!(beta::ibeta(0.0, 1.0, 0.5), Err(beta::NotConverged));
    assert_eq!(beta::ibeta(1.0, 1.0, f64::NAN), Err(beta::NotConverged));
    for df in [0.1, 0.5, 1.0, 2.5, 30.0, 999.9, 1000.0, 1e6, 1e12, 1e20, f64::INFINITY] {
        for p in [1e-12, 0.01, 0.25, 0.4999, 0.7, 0.99] {
            let q = student::quantile(p, df);
            if q.is_finite() {
                close(student::sf(-q, df), p, 1e-10);
            }
        }
        assert_eq!((student::sf(0.0, df), student::quantile(0.5, df)), (0.5, 0.0));
    }
    // The t distribution with one degree of freedom is Cauchy's: sf(1) = 1/4.
    close(student::sf(1.0, 1.0), 0.25, 1e-14);
    assert!(student::sf(1.0, 0.0).is_nan() && student::quantile(2.0, 5.0).is_nan());
}

/// `inf` where something was observed that was not expected; `expected` where nothing was.
#[test]
fn saddle_pieces_at_the_edges() {
    assert_eq!((saddle::deviance(0.0, 3.0), saddle::deviance(3.0, 3.0)), (3.0, 0.0));
    assert_eq!(saddle::deviance(3.0, 0.0), f64::INFINITY);
    // Gamma(1) = 1: the error is 1 - ln(2 pi)/2.
    close(saddle::stirling_error(1.0), 1.0 - 0.918_938_533_204_672_7, 1e-14);
    close(saddle::stirling_error(10.0), saddle::stirling_error(10.0_f64.next_down()), 1e-12);
}

/// Where an interval has a test, inverting its limits gives the p-value of the test.
#[test]
fn inverted_limits_give_the_p_value_of_the_test() {
    for (x, n, bound) in [(30, 40, 0.5), (30, 40, 0.74), (3, 40, 0.01), (40, 40, 0.9)] {
        let a = t(x, n);
        let p = invert::p_against(|z| share::wilson(a, z).expect("limits").low, bound);
        close(p, normal::sf(share::score_z(a, bound)), 1e-11);
    }
    let p = invert::p_against(|z| share::wilson(t(10, 40), z).expect("limits").high, 0.5);
    close(p, normal::cdf(share::score_z(t(10, 40), 0.5)), 1e-11);
    let (a, b) = (t(88, 200), t(120, 250));
    let p = invert::p_against(|z| score_ratio(a, b, z).expect("limits").low, 0.8);
    close(p, normal::sf(z_ratio(a, b, 0.8)), 1e-11);
    assert_eq!(invert::p_against(|z| 1.0 - z, 1.0), 0.5);
    assert_eq!(invert::p_against(|z| 1.0 - z, 2.0), 1.0);
    assert_eq!(invert::p_against(|z| 1.0 - z, -50.0), 0.0);
    assert_eq!((invert::p_against(|_| 1.0, 0.0), invert::p_against(|_| f64::NAN, 0.0)), (1.0, 1.0));
}

/// Counting one person at a time gives the same numbers.
#[test]
fn practical_numbers_by_counting() {
    let at_least = |x1: u64, n1: u64, x0: u64, n0: u64, fifths: u64| 5 * x1 * n0 >= fifths * x0 * n1;
    for (n1, n0) in [(5, 5), (10, 25), (13, 40)] {
        for (x1, x0) in (0..=n1).flat_map(|x1| (0..=n0).map(move |x0| (x1, x0))) {
            let (a, b) = (t(x1, n1), t(x0, n0));
            for (tau, fifths) in [(0.8, 4), (1.0, 5)] {
                let swap = (0..=x0).find(|&k| at_least(x1 + k, n1, x0 - k, n0, fifths));
                assert_eq!(practical::swap_to_ratio(a, b, tau), swap, "{a:?} {b:?} {tau}");
                let add = (0..).find(|&k| at_least(x1 + k, n1, x0, n0, fifths));
                assert_eq!(practical::additions_to_ratio(a, b, tau), add, "{a:?} {b:?} {tau}");
            }
            let flips = x1 * n0 < x0 * n1 && (x1 + 1) * n0 > (x0 - 1) * n1;
            assert_eq!(practical::one_person_reversal(a, b), flips, "{a:?} {b:?}");
        }
    }
    // 0.8 of 25/25 on 25 is 20 and not one more, though 0.8 is not a binary fraction.
    assert_eq!(practical::additions_to_ratio(t(20, 25), t(25, 25), 0.8), Some(0));
    assert_eq!(practical::shortfall_to_ratio(t(20, 25), t(25, 25), 0.8), Some(0.0));
    // Uniform Guidelines, question 21: 1 of 10 against 3 of 20; one moved gives 20% against 10%.
    assert!(practical::one_person_reversal(t(1, 10), t(3, 20)));
    assert_eq!(practical::swap_to_ratio(t(1, 10), t(3, 20), -0.5), None);
    // (1 + k)/10 >= 30 (20 - k)/20 first holds at k = 19, but only nine of the ten are left.
    assert_eq!(practical::swap_to_ratio(t(1, 10), t(20, 20), 30.0), None);
}

#[test]
fn families_ignore_what_is_not_a_p_value() {
    let adjusted = family::holm(&[0.01, f64::NAN, 0.04]);
    assert_eq!((adjusted[0], adjusted[1].is_nan(), adjusted[2]), (0.02, true, 0.04));
    let adjusted = family::benjamini_hochberg(&[0.04, f64::NAN, 0.01]);
    assert_eq!((adjusted[0], adjusted[1].is_nan(), adjusted[2]), (0.04, true, 0.02));
    assert!(family::holm(&[]).is_empty() && family::benjamini_hochberg(&[]).is_empty());
}

#[test]
fn composite_limits_contain_their_estimate() {
    let counts = [0, 1, 4, 50, 100_000];
    for (tp, fp) in counts.into_iter().flat_map(|tp| counts.map(|fp| (tp, fp))) {
        for (miss, tn) in counts.into_iter().flat_map(|miss| counts.map(|tn| (miss, tn))) {
            let (p, n) = (tp + miss, tn + fp);
            let accuracy = composite::balanced_accuracy(tp, fp, miss, tn, Z);
            assert_eq!(accuracy.is_some(), p > 0 && n > 0);
            if let Some(limits) = accuracy {
                let estimate = (rate(t(tp, p)) + rate(t(tn, n))) / 2.0;
                assert!(limits.contains(estimate) && limits.low >= 0.0 && limits.high <= 1.0, "{limits:?}");
            }
            let f1 = composite::f1(tp, fp, miss, Z);
            assert_eq!(f1.is_some(), tp + fp + miss > 0);
            if let Some(limits) = f1 {
                let estimate = 2.0 * tp as f64 / (2 * tp + fp + miss) as f64;
                assert!(limits.contains(estimate) && limits.low >= 0.0 && limits.high <= 1.0, "{limits:?}");
            }
            let (matthews, estimate) =
                (composite::matthews(tp, fp, miss, tn, Z), composite::matthews_coefficient(tp, fp, miss, tn));
            assert_eq!(matthews.is_some(), p > 0 && n > 0 && tp + fp > 0 && tn + miss > 0);
            if let (Some(limits), Some(estimate)) = (matthews, estimate) {
                assert!(limits.contains(estimate) && limits.low >= -1.0 && limits.high <= 1.0, "{limits:?}");
                // Exchanging the decisions turns the correlation round.
                let turned = composite::matthews(fp, tp, tn, miss, Z).expect("limits");
                assert!((turned.low + limits.high).abs() < 1e-12 && (turned.high + limits.low).abs() < 1e-12);
            }
        }
    }
    // A table without errors has correlation 1, with one half of the rows swapped 0.
    assert_eq!(composite::matthews_coefficient(5, 0, 0, 9), Some(1.0));
    assert_eq!(composite::matthews_coefficient(5, 5, 5, 5), Some(0.0));
}

/// With limits that are the estimate itself nothing is left open; with a lower limit of 0 below, everything above is.
#[test]
fn mover_at_the_edges() {
    let exact = |v: f64| Limits { low: v, high: v };
    assert_eq!(mover::ratio(0.3, exact(0.3), 0.6, exact(0.6)), exact(0.3 / 0.6));
    assert_eq!(mover::difference(0.75, exact(0.75), 0.5, exact(0.5)), exact(0.25));
    assert_eq!(mover::mean_of_two(0.75, exact(0.75), 0.25, exact(0.25)), exact(0.5));
    let open = Limits { low: 0.0, high: 0.5 };
    assert_eq!(mover::ratio(0.0, open, 0.0, open), Limits { low: 0.0, high: f64::INFINITY });
    assert_eq!(mover::ratio(0.2, Limits { low: 0.1, high: 0.3 }, 0.2, open).high, f64::INFINITY);
    assert_eq!(mover::ratio(0.0, open, 0.2, Limits { low: 0.1, high: f64::INFINITY }).low, 0.0);
}
