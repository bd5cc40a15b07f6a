//! Laws of tables, strata and bounds whatever the counts: special cases, mirrors, enumeration, edges.

use std::cmp::Ordering;
use std::f64::consts::LN_2;

use crate::support_oracles::labels::PartlyLabelled;
use evenhand::cell::Trials;
use evenhand::inference::limits::Limits;
use evenhand::inference::partial::{self, membership};
use evenhand::inference::strata::homogeneity::Incomparable;
use evenhand::inference::strata::{
    Stratum, general, homogeneity, mantel_haenszel, omnibus, score, simpson, standardise, support,
};
use evenhand::inference::table::{Unvaried, association, information, trend};
use evenhand::inference::{chi_squared, entropy, normal, pair, two_by_two};
use proptest::prelude::*;

const Z: f64 = 1.959_963_984_540_054;

fn t(hits: u64, of: u64) -> Trials {
    Trials { hits, of }
}

fn s(focal: Trials, reference: Trials) -> Stratum {
    Stratum { focal, reference }
}

fn rate(t: Trials) -> f64 {
    t.hits as f64 / t.of as f64
}

fn near(got: f64, expected: f64, relative: f64) -> bool {
    got == expected || (got - expected).abs() <= relative * expected.abs().max(1e-300)
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(near(got, expected, relative), "got {got:e}, expected {expected:e}");
}

/// Small groups, empty ones and very large ones.
fn trials() -> impl Strategy<Value = Trials> {
    let size = prop_oneof![3 => 0_u64..6, 4 => 0_u64..60, 1 => Just(10_000_000_u64)];
    (size, 0_u64..=1000).prop_map(|(of, part)| t((of * part + 500) / 1000, of))
}

fn present() -> impl Strategy<Value = Trials> {
    trials().prop_filter("present", |t| t.of > 0)
}

fn strata() -> impl Strategy<Value = Vec<Stratum>> {
    prop::collection::vec((trials(), trials()).prop_map(|(a, b)| s(a, b)), 1..6)
}

// -------------------------------------------------------------------------------------------------------- chi-squared

/// With an even number of degrees of freedom the tail is a finite sum: `e^-y sum y^k / k!`.
#[test]
fn even_degrees_of_freedom_have_a_closed_form() {
    for half in 1..60_u32 {
        for place in 1..240 {
            let y = 1.25 * f64::from(place);
            let (mut term, mut sum) = (1.0, 1.0);
            for k in 1..half {
                term *= y / f64::from(k);
                sum += term;
            }
            let expected = sum * libm_exp(-y);
            close(chi_squared::sf(2.0 * y, 2.0 * f64::from(half)), expected, 2e-13);
        }
    }
}

/// With an odd number it is a normal tail and a finite sum:
/// `2 sf(sqrt x) + 2 density(sqrt x) sum x^(k-1/2) / (2k-1)!!`.
#[test]
fn odd_degrees_of_freedom_have_a_closed_form() {
    for half in 0..40_u32 {
        for place in 1..300 {
            let x = f64::from(place);
            let (mut term, mut sum) = (x.sqrt(), 0.0);
            for k in 1..=half {
                sum += term;
                term *= x / f64::from(2 * k + 1);
            }
            let expected = normal::two_sided(x.sqrt()) + 2.0 * normal::density(x.sqrt()) * sum;
            close(chi_squared::sf(x, f64::from(2 * half + 1)), expected, 2e-13);
        }
    }
}

fn libm_exp(x: f64) -> f64 {
    // The density without its constant is an exponential of the crate's own mathematics.
    normal::density((-2.0 * x).sqrt()) / normal::density(0.0)
}

#[test]
fn tails_fall_with_the_statistic_and_rise_with_the_degrees_of_freedom() {
    for df in [0.3, 1.0, 2.0, 9.0, 400.0, 1e6, 1.9e8, 2.1e8, 1e12] {
        let mut before = 1.0;
        for step in 0..200 {
            let x = df + (f64::from(step) - 100.0) * 0.2 * (2.0_f64 * df).sqrt();
            let (tail, more) = (chi_squared::sf(x, df), chi_squared::sf(x, df * 1.01));
            assert!((0.0..=1.0).contains(&tail), "{x} {df} {tail}");
            assert!(tail <= before * (1.0 + 1e-12), "{x} {df}");
            assert!(more >= tail * (1.0 - 1e-12), "{x} {df}");
            before = tail;
        }
    }
    // The two ways to compute it meet.
    for z in [-5.0, -1.0, 0.0, 0.3, 2.0, 6.0] {
        let at = |df: f64| chi_squared::sf(df + z * (2.0 * df).sqrt(), df);
        close(at(2e8 * (1.0 - 1e-9)), at(2e8), 1e-7);
    }
}

#[test]
fn tails_at_the_edges() {
    assert_eq!(chi_squared::sf(0.0, 4.0), 1.0);
    assert_eq!(chi_squared::sf(-1.0, 1.0), 1.0);
    assert_eq!(chi_squared::sf(f64::INFINITY, 4.0), 0.0);
    assert_eq!(chi_squared::sf(1e6, 4.0), 0.0);
    for (x, df) in [(f64::NAN, 1.0), (1.0, 0.0), (1.0, -1.0), (1.0, f64::NAN), (1.0, f64::INFINITY)] {
        assert!(chi_squared::sf(x, df).is_nan(), "{x} {df}");
    }
    assert_eq!(chi_squared::Test::new(1.0, 0), None);
    assert_eq!(chi_squared::Test::new(f64::NAN, 1), None);
}

// -------------------------------------------------------------------------------------------------------------- tables

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_of_two_groups_is_the_two_by_two_table(a in present(), b in present()) {
        let rows = [[a.hits, a.of - a.hits], [b.hits, b.of - b.hits]];
        match two_by_two::chi2_pearson(a, b) {
            None => prop_assert_eq!(association(&rows).err(), Some(Unvaried::OneOutcome)),
            Some(chi2) => {
                let found = association(&rows).expect("varies");
                prop_assert_eq!(found.pearson.df, 1);
                prop_assert!(near(found.pearson.chi2, chi2, 1e-12), "{} {chi2}", found.pearson.chi2);
                let g = two_by_two::g_statistic(a, b).expect("varies");
                prop_assert!((found.likelihood.chi2 - g).abs() <= 1e-9 * (1e-9 + g), "{} {g}", found.likelihood.chi2);
                prop_assert!(near(found.cramer_v, two_by_two::phi(a, b).expect("varies").abs(), 1e-12));
                prop_assert!(near(found.smallest_expected, two_by_two::smallest_expected(a, b), 1e-12));
                let v = found.cramer_v;
                prop_assert!(v <= 1.0 && found.cramer_v_corrected.is_none_or(|corrected| corrected <= v + 1e-12));
            }
        }
    }

    /// Nothing depends on which way round a table stands, on the order of its groups, or on rows and columns without a
    /// count.
    #[test]
    fn a_table_may_be_turned_and_padded(rows in prop::collection::vec(prop::collection::vec(0_u64..40, 3), 1..5)) {
        let turned: Vec<Vec<u64>> = (0..3).map(|k| rows.iter().map(|row| row[k]).collect()).collect();
        let mut padded: Vec<Vec<u64>> = rows.iter().rev().map(|r| vec![r[0], 0, r[1], r[2], 0]).collect();
        padded.insert(1, vec![0; 2]);
        padded.push(vec![]);
        match association(&rows) {
            Err(why) => {
                prop_assert_eq!(association(&padded).err(), Some(why));
                prop_assert!(association(&turned).is_err());
            }
            Ok(found) => {
                for other in [association(&turned).expect("varies"), association(&padded).expect("varies")] {
                    prop_assert_eq!(found.pearson.df, other.pearson.df);
                    prop_assert_eq!(found.below_five, other.below_five);
                    for (a, b) in [
                        (found.pearson.chi2, other.pearson.chi2),
                        (found.likelihood.chi2, other.likelihood.chi2),
                        (found.cramer_v, other.cramer_v),
                        (found.tschuprow_t, other.tschuprow_t),
                        (found.smallest_expected, other.smallest_expected),
                    ] {
                        prop_assert!((a - b).abs() <= 1e-9 * (1.0 + b.abs()), "{a} {b}");
                    }
                }
                let naive = slow_pearson(&rows);
                prop_assert!((found.pearson.chi2 - naive).abs() <= 1e-9 * (1.0 + naive));
                let told = information::information(&rows).expect("varies");
                let n: u64 = rows.iter().flatten().sum();
                prop_assert!((told.mutual * 2.0 * n as f64 - found.likelihood.chi2).abs() < 1e-9);
                prop_assert!((0.0..=1.0).contains(&told.theil_u));
            }
        }
    }

    #[test]
    fn distances_of_outcomes(a in prop::collection::vec(0_u64..30, 0..4), b in prop::collection::vec(0_u64..30, 0..4)) {
        let far = information::total_variation(&a, &b);
        prop_assert_eq!(far, information::total_variation(&b, &a));
        let empty = a.iter().sum::<u64>() == 0 || b.iter().sum::<u64>() == 0;
        prop_assert_eq!(far.is_none(), empty);
        if let Some((far, divergence)) = far.zip(information::jensen_shannon(&a, &b)) {
            prop_assert!((0.0..=1.0).contains(&far) && (-1e-15..=LN_2 + 1e-12).contains(&divergence));
            // Pinsker's bound of each half, and Lin's upper bound.
            prop_assert!(divergence >= 0.5 * far * far - 1e-12 && divergence <= LN_2 * far + 1e-12);
            prop_assert_eq!(information::total_variation(&a, &a), Some(0.0));
        }
    }

    #[test]
    fn a_trend_along_two_groups_is_the_test_of_two(
        a in present(),
        b in present(),
        gap in prop_oneof![-5.0..-0.1, 0.1..5.0_f64],
    ) {
        let found = trend::trend(&[b, a], None);
        match two_by_two::z_pooled(a, b) {
            None => prop_assert_eq!(found.err(), Some(Unvaried::OneOutcome)),
            Some(z) => {
                let found = found.expect("varies");
                prop_assert!((found.z - z).abs() <= 1e-9 * (1.0 + z.abs()), "{} {z}", found.z);
                // Only the order of two scores matters.
                let moved = trend::trend(&[b, a], Some(&[3.0, 3.0 + gap]));
                let moved = moved.expect("two scores").z * f64::signum(gap);
                prop_assert!((moved - z).abs() <= 1e-6 * (1.0 + z.abs()), "{moved} {z}");
            }
        }
    }

    #[test]
    fn a_trend_sees_only_the_spacing_of_the_scores(groups in prop::collection::vec(trials(), 3..6)) {
        let plain: Vec<f64> = (0..groups.len()).map(|k| k as f64).collect();
        let moved: Vec<f64> = plain.iter().map(|x| 7.0 - 0.25 * x).collect();
        let (a, b) = (trend::trend(&groups, None), trend::trend(&groups, Some(&moved)));
        match (a, b) {
            (Ok(a), Ok(b)) => {
                prop_assert!((a.z + b.z).abs() <= 1e-9 * (1.0 + a.z.abs()));
                prop_assert!(a.z_permutation.abs() <= a.z.abs() && a.p_permutation >= a.p);
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
        prop_assert_eq!(trend::trend(&groups, Some(&plain[1..])).err(), Some(Unvaried::NoScore));
    }
}

fn slow_pearson(rows: &[Vec<u64>]) -> f64 {
    let n: f64 = rows.iter().flatten().map(|&c| c as f64).sum();
    let mut sum = 0.0;
    for (g, row) in rows.iter().enumerate() {
        for o in 0..row.len() {
            let group: f64 = rows[g].iter().map(|&c| c as f64).sum();
            let outcome: f64 = rows.iter().map(|r| r[o] as f64).sum();
            if group > 0.0 && outcome > 0.0 {
                let expected = group * outcome / n;
                sum += (row[o] as f64 - expected) * (row[o] as f64 - expected) / expected;
            }
        }
    }
    sum
}

#[test]
fn tables_without_anything_to_compare() {
    let none: [[u64; 2]; 0] = [];
    assert_eq!(association(&none).err(), Some(Unvaried::NoRows));
    assert_eq!(association(&[[0, 0], [0, 0]]).err(), Some(Unvaried::NoRows));
    assert_eq!(association(&[[3, 4], [0, 0]]).err(), Some(Unvaried::OneGroup));
    assert_eq!(association(&[[3, 0], [8, 0]]).err(), Some(Unvaried::OneOutcome));
    assert_eq!(information::information(&[[3, 0], [8, 0]]).err(), Some(Unvaried::OneOutcome));
    assert_eq!(trend::trend(&[], None).err(), Some(Unvaried::NoRows));
    assert_eq!(trend::trend(&[t(1, 2), t(0, 0)], None).err(), Some(Unvaried::OneGroup));
    assert_eq!(trend::trend(&[t(1, 2), t(1, 3)], Some(&[2.0, 2.0])).err(), Some(Unvaried::OneGroup));
    assert_eq!(trend::trend(&[t(0, 2), t(0, 3)], None).err(), Some(Unvaried::OneOutcome));
    assert_eq!(trend::trend(&[t(1, 2), t(1, 3)], Some(&[f64::NAN, 2.0])).err(), Some(Unvaried::NoScore));
    let far = trend::trend(&[t(1, 9), t(5, 9)], Some(&[f64::MIN, f64::MAX])).expect("a trend");
    close(far.z, trend::trend(&[t(1, 9), t(5, 9)], None).expect("a trend").z, 1e-12);
}

/// Expected counts of exactly 5 are not below 5; a group of one row each has no corrected V.
#[test]
fn when_to_distrust_a_table() {
    assert!(!association(&[[5, 5], [5, 5]]).expect("varies").is_sparse());
    assert!(association(&[[5, 5], [5, 4]]).expect("varies").is_sparse());
    // One cell of ten below 5 is fewer than a fifth, unless it is below 1.
    let wide = |rare: u64| association(&[[50, 50, 50, 50, rare], [50, 50, 50, 50, 9 - rare]]).expect("varies");
    assert_eq!(wide(4).below_five, 0.2);
    assert!(!wide(4).is_sparse());
    assert!(association(&[[1, 0], [4000, 4000]]).expect("varies").is_sparse());
    let single = association(&[[1, 0], [0, 1]]).expect("varies");
    assert_eq!((single.cramer_v, single.cramer_v_corrected), (1.0, None));
    let parted = association(&[[1000, 0], [0, 1000]]).expect("varies");
    assert_eq!(parted.cramer_v, 1.0);
    close(parted.cramer_v_corrected.expect("defined"), 1.0, 1e-12);
}

/// Counts near the largest there are give finite figures.
#[test]
fn no_table_is_too_large() {
    let most = u64::MAX;
    let found = association(&[[most, most / 2], [most / 3, most], [1, 2]]).expect("varies");
    assert!(found.pearson.chi2.is_finite() && found.likelihood.chi2.is_finite() && found.cramer_v <= 1.0);
    assert_eq!(found.pearson.p, 0.0);
    let strata = [s(t(most / 2, most), t(most / 3, most)), s(t(1, 2), t(most, most))];
    assert!(mantel_haenszel::cmh(&strata).expect("varies").chi2.is_finite());
    assert!(simpson::directions(&strata).is_some());
    assert!(omnibus::omnibus(&[[t(most / 2, most), t(1, most)]]).expect("varies").chi2.is_finite());
    assert!(trend::trend(&[t(most / 2, most), t(1, most), t(most, most)], None).expect("varies").z.is_finite());
    assert!(standardise::contrast(&strata, None, Z).is_some());
    assert_eq!(support(&strata).rows, 3 * u128::from(most) + 2);
    assert!(membership::difference(t(most, most), t(0, most), t(most, most)).is_some());
}

// -------------------------------------------------------------------------------------------------------------- strata

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// One stratum is the comparison of two groups, by whatever name.
    #[test]
    fn one_stratum_is_two_groups(a in present(), b in present()) {
        let one = [s(a, b)];
        prop_assert_eq!(mantel_haenszel::cmh(&one).is_some(), two_by_two::chi2_n_minus_1(a, b).is_some());
        if let Some((cmh, chi2)) = mantel_haenszel::cmh(&one).zip(two_by_two::chi2_n_minus_1(a, b)) {
            prop_assert!(near(cmh.chi2, chi2, 1e-10), "{} {chi2}", cmh.chi2);
        }
        if let Some(ratio) = mantel_haenszel::ratio(&one) {
            prop_assert!(near(ratio.value, rate(a) / rate(b), 1e-12));
            if a.hits > 0 && b.hits > 0 && a.hits + b.hits < a.of + b.of {
                let katz = |t: Trials| (t.of - t.hits) as f64 / t.hits as f64 / t.of as f64;
                prop_assert!(near(ratio.log_se.expect("varies"), (katz(a) + katz(b)).sqrt(), 1e-12));
            }
        }
        if let Some(odds) = mantel_haenszel::odds_ratio(&one)
            && let Some(se) = odds.log_se
        {
            prop_assert!(near(odds.value, two_by_two::odds_ratio(a, b).expect("defined"), 1e-12));
            let cells = [a.hits, a.of - a.hits, b.hits, b.of - b.hits];
            prop_assert!(near(se, cells.iter().map(|&n| 1.0 / n as f64).sum::<f64>().sqrt(), 1e-12));
        }
        let difference = mantel_haenszel::difference(&one).expect("two groups");
        prop_assert!((difference.value - (rate(a) - rate(b))).abs() <= 1e-12);
        let own = |t: Trials| rate(t) * (1.0 - rate(t)) / t.of as f64;
        prop_assert!((difference.se.unwrap_or(0.0) - (own(a) + own(b)).sqrt()).abs() <= 1e-9, "{difference:?}");
        for z in [0.3, Z, 4.0] {
            let pairs = [
                (mantel_haenszel::score_ratio(&one, z), pair::score_ratio(a, b, z)),
                (mantel_haenszel::score_difference(&one, z), pair::score_difference(a, b, z)),
            ];
            for (got, expected) in pairs {
                let (got, expected) = (got.expect("two groups"), expected.expect("two groups"));
                for (x, y) in [(got.low, expected.low), (got.high, expected.high)] {
                    prop_assert!(near(x, y, 1e-9) || (x - y).abs() < 1e-12, "{got:?} {expected:?}");
                }
            }
        }
    }

    /// The score statistic at no effect is the Cochran-Mantel-Haenszel statistic, for the ratio and for the difference.
    #[test]
    fn the_score_at_no_effect_is_the_test(strata in strata()) {
        let weights = mantel_haenszel::weights(&strata);
        let z = mantel_haenszel::z(&strata).unwrap_or(0.0);
        for score in [score::z_ratio(&strata, &weights, 1.0), score::z_difference(&strata, &weights, 0.0)] {
            prop_assert!((score - z).abs() <= 1e-7 * (1.0 + z.abs()), "{score} {z}");
        }
    }

    /// Test, difference, ratio, odds ratio and the exact sign all point one way.
    #[test]
    fn all_adjusted_figures_point_one_way(strata in strata()) {
        let Some(found) = simpson::directions(&strata) else { return Ok(()) };
        let sign = |x: f64| if x.abs() < 1e-12 { Ordering::Equal } else { x.total_cmp(&0.0) };
        let difference = mantel_haenszel::difference(&strata).expect("comparable").value;
        if difference.abs() > 1e-12 || found.adjusted == Ordering::Equal {
            prop_assert_eq!(sign(difference), found.adjusted);
        }
        for ratio in [mantel_haenszel::ratio(&strata), mantel_haenszel::odds_ratio(&strata)].into_iter().flatten() {
            if (ratio.value - 1.0).abs() > 1e-9 {
                prop_assert_eq!(ratio.value.total_cmp(&1.0), found.adjusted);
            }
        }
        if let Some(z) = mantel_haenszel::z(&strata)
            && z.abs() > 1e-6
        {
            prop_assert_eq!(sign(z), found.adjusted);
        }
        prop_assert_eq!(found.lower + found.equal + found.higher, support(&strata).comparable);
    }

    /// Exchanged groups have mirrored figures; a stratum with one group changes nothing but the support.
    #[test]
    fn strata_mirror_and_lonely_groups_say_nothing(strata in strata(), lonely in trials()) {
        let back: Vec<Stratum> = strata.iter().map(|s| s.exchanged()).collect();
        let mut more = strata.clone();
        more.insert(0, s(lonely, t(0, 0)));
        more.push(s(t(0, 0), lonely));
        prop_assert_eq!(support(&more).rows_alone - support(&strata).rows_alone, 2 * u128::from(lonely.of));
        prop_assert_eq!(mantel_haenszel::cmh(&strata), mantel_haenszel::cmh(&more));
        prop_assert_eq!(mantel_haenszel::ratio(&strata), mantel_haenszel::ratio(&more));
        prop_assert_eq!(mantel_haenszel::odds_ratio(&strata), mantel_haenszel::odds_ratio(&more));
        prop_assert_eq!(mantel_haenszel::difference(&strata), mantel_haenszel::difference(&more));
        prop_assert_eq!(homogeneity::homogeneity(&strata), homogeneity::homogeneity(&more));
        prop_assert_eq!(mantel_haenszel::score_ratio(&strata, Z), mantel_haenszel::score_ratio(&more, Z));
        let both = |of: fn(&[Stratum]) -> Option<mantel_haenszel::PooledRatio>| of(&strata).zip(of(&back));
        for (a, b) in [both(mantel_haenszel::ratio), both(mantel_haenszel::odds_ratio)].into_iter().flatten() {
            prop_assert!(near(a.value, 1.0 / b.value, 1e-12));
            prop_assert_eq!(a.log_se.is_some(), b.log_se.is_some());
            if let Some((x, y)) = a.log_se.zip(b.log_se) {
                prop_assert!(near(x, y, 1e-9), "{x} {y}");
                let p = a.p_above(1.2).expect("positive") + a.p_below(1.2).expect("positive");
                prop_assert!((p - 1.0).abs() < 1e-12);
                prop_assert_eq!(a.p_above(0.0), None);
            }
        }
        if let Some((a, b)) = mantel_haenszel::difference(&strata).zip(mantel_haenszel::difference(&back)) {
            prop_assert!((a.value + b.value).abs() <= 1e-15);
            prop_assert!((a.se.unwrap_or(0.0) - b.se.unwrap_or(0.0)).abs() <= 1e-9);
        }
        if let Ok((a, b)) = homogeneity::homogeneity(&strata).and_then(|a| Ok((a, homogeneity::homogeneity(&back)?))) {
            prop_assert!((a.tarone.chi2 - b.tarone.chi2).abs() <= 1e-6 * (1.0 + a.tarone.chi2), "{a:?} {b:?}");
            prop_assert!(a.tarone.chi2 <= a.breslow_day.chi2);
        }
    }

    /// Limits contain their estimate, widen with z, and are where the statistic is z.
    #[test]
    fn score_limits_are_where_the_statistic_is_z(strata in strata(), standard in any::<bool>()) {
        let weights = if standard {
            strata.iter().map(|s| s.focal.of as f64 + s.reference.of as f64).collect()
        } else {
            mantel_haenszel::weights(&strata)
        };
        prop_assume!(support(&strata).comparable > 0);
        let mut inner: Option<(Limits, Limits)> = None;
        for z in [1e-3, 0.5, Z, 5.0] {
            let ratio = score::ratio_limits(&strata, &weights, z).expect("comparable");
            let difference = score::difference_limits(&strata, &weights, z).expect("comparable");
            prop_assert!(ratio.low >= 0.0 && ratio.low <= ratio.high);
            prop_assert!(difference.low >= -1.0 && difference.low <= difference.high && difference.high <= 1.0);
            for (limit, target) in [(ratio.low, z), (ratio.high, -z)] {
                if limit > 0.0 && limit.is_finite() {
                    let (before, after) = (limit * (1.0 - 1e-9), limit * (1.0 + 1e-9));
                    prop_assert!(score::z_ratio(&strata, &weights, before) > target - 1e-3, "{z} {limit}");
                    prop_assert!(score::z_ratio(&strata, &weights, after) < target + 1e-3, "{z} {limit}");
                }
            }
            // At an end of the range there is no variance, and no further to go.
            let inside = |(limit, _): &(f64, f64)| limit.abs() < 1.0 - 1e-11;
            for (limit, target) in [(difference.low, z), (difference.high, -z)].into_iter().filter(inside) {
                let (before, after) = (limit - 1e-11, limit + 1e-11);
                prop_assert!(score::z_difference(&strata, &weights, before) > target - 1e-3, "{z} {limit}");
                prop_assert!(score::z_difference(&strata, &weights, after) < target + 1e-3, "{z} {limit}");
            }
            if let Some((r, d)) = inner {
                prop_assert!(ratio.low <= r.low && r.high <= ratio.high, "{r:?} {ratio:?}");
                prop_assert!(difference.low <= d.low && d.high <= difference.high, "{d:?} {difference:?}");
            }
            inner = Some((ratio, difference));
        }
    }

    #[test]
    fn the_general_test_of_two_groups_is_the_test_of_two(strata in strata()) {
        let two: Vec<[Trials; 2]> = strata.iter().map(|s| [s.focal, s.reference]).collect();
        let (general, cmh) = (general::general_association(&two), mantel_haenszel::cmh(&strata));
        prop_assert_eq!(general.is_some(), cmh.is_some());
        if let Some((a, b)) = general.zip(cmh) {
            prop_assert!((a.chi2 - b.chi2).abs() <= 1e-9 * (1.0 + b.chi2), "{a:?} {b:?}");
            prop_assert_eq!(a.df, 1);
        }
    }

    /// The order of the groups does not matter, nor one that is nowhere; one stratum is Pearson's test times (N-1)/N.
    #[test]
    fn the_general_test_does_not_see_the_order(
        tables in prop::collection::vec(prop::collection::vec(trials(), 4), 1..4),
    ) {
        let turned: Vec<Vec<Trials>> =
            tables.iter().map(|g| vec![g[2], g[0], t(0, 0), g[3], g[1]]).collect();
        let (a, b) = (general::general_association(&tables), general::general_association(&turned));
        prop_assert_eq!(a.is_some(), b.is_some());
        if let Some((a, b)) = a.zip(b) {
            prop_assert_eq!(a.df, b.df);
            prop_assert!((a.chi2 - b.chi2).abs() <= 1e-7 * (1.0 + b.chi2), "{a:?} {b:?}");
        }
        let first = general::general_association(&tables[..1]);
        let rows: Vec<[u64; 2]> = tables[0].iter().map(|t| [t.hits, t.of - t.hits]).collect();
        let n = rows.iter().flatten().sum::<u64>() as f64;
        prop_assert_eq!(first.is_some(), association(&rows).is_ok());
        if let Some((first, pearson)) = first.zip(association(&rows).ok()) {
            let pearson = pearson.pearson;
            prop_assert_eq!(first.df, pearson.df);
            prop_assert!((first.chi2 - pearson.chi2 * (n - 1.0) / n).abs() <= 1e-8 * (1.0 + pearson.chi2));
        }
        let sums = omnibus::omnibus(&tables);
        let parts: Vec<_> = tables.iter().filter_map(|one| omnibus::omnibus(std::slice::from_ref(one))).collect();
        prop_assert_eq!(sums.map_or(0, |t| t.df), parts.iter().map(|t| t.df).sum::<u64>());
        prop_assert!((sums.map_or(0.0, |t| t.chi2) - parts.iter().map(|t| t.chi2).sum::<f64>()).abs() < 1e-9);
    }

    /// By the definition, and whatever the scale of the standard population.
    #[test]
    fn standardised_rates_are_weighted_rates(strata in strata(), standard in prop::collection::vec(0_u64..50, 6)) {
        let found = standardise::contrast(&strata, Some(&standard), Z);
        let counted = strata.iter().zip(&standard).filter(|(s, w)| s.focal.of > 0 && s.reference.of > 0 && **w > 0);
        let kept: u64 = counted.clone().map(|(_, w)| w).sum();
        prop_assert_eq!(found.is_some(), kept > 0);
        let Some(found) = found else { return Ok(()) };
        let all: u64 = standard[..strata.len()].iter().sum();
        prop_assert!((found.outside - (all - kept) as f64 / all as f64).abs() < 1e-15);
        for (got, of) in [(found.focal, (|s| s.focal) as fn(&Stratum) -> Trials), (found.reference, |s| s.reference)] {
            let value: f64 = counted.clone().map(|(s, &w)| w as f64 / kept as f64 * rate(of(s))).sum();
            let part = |(s, &w): (&Stratum, &u64)| {
                let share = w as f64 / kept as f64;
                share * share * rate(of(s)) * (1.0 - rate(of(s))) / of(s).of as f64
            };
            prop_assert!((got.value - value).abs() < 1e-12);
            prop_assert!((got.variance - counted.clone().map(part).sum::<f64>()).abs() < 1e-12);
        }
        prop_assert!(found.difference_limits.contains(found.difference));
        prop_assert!(found.ratio.is_none_or(|r| found.ratio_limits.contains(r)));
        let tripled: Vec<u64> = standard.iter().map(|w| 3 * w).collect();
        let again = standardise::contrast(&strata, Some(&tripled), Z).expect("the same");
        prop_assert!((again.difference_limits.low - found.difference_limits.low).abs() < 1e-9);
    }

    #[test]
    fn the_adjusted_sign_is_that_of_the_exact_sum(strata in strata()) {
        let strata: Vec<Stratum> = strata.into_iter().filter(|s| s.focal.of + s.reference.of < 200).collect();
        let both: Vec<&Stratum> = strata.iter().filter(|s| s.focal.of > 0 && s.reference.of > 0).collect();
        let all: i128 = both.iter().map(|s| i128::from(s.focal.of + s.reference.of)).product();
        let part = |s: &&Stratum| {
            let gap = i128::from(s.focal.hits * s.reference.of) - i128::from(s.reference.hits * s.focal.of);
            gap * (all / i128::from(s.focal.of + s.reference.of))
        };
        let found = simpson::directions(&strata);
        prop_assert_eq!(found.is_some(), !both.is_empty());
        if let Some(found) = found {
            prop_assert_eq!(found.adjusted, both.iter().map(part).sum::<i128>().cmp(&0));
            let sum = |of: fn(&Stratum) -> u64| strata.iter().map(of).sum::<u64>();
            let (x1, n1) = (sum(|s| s.focal.hits), sum(|s| s.focal.of));
            let (x0, n0) = (sum(|s| s.reference.hits), sum(|s| s.reference.of));
            prop_assert_eq!(found.crude, (x1 * n0).cmp(&(x0 * n1)));
        }
    }
}

/// Better everywhere and worse altogether: the kidney stones of Charig et al. 1986, open surgery against puncture.
#[test]
fn a_paradox_of_simpson() {
    let stones = [s(t(81, 87), t(234, 270)), s(t(192, 263), t(55, 80))];
    let found = simpson::directions(&stones).expect("two groups");
    assert_eq!((found.crude, found.adjusted), (Ordering::Less, Ordering::Greater));
    assert!(found.reversed() && found.reversed_everywhere());
    assert!(mantel_haenszel::difference(&stones).expect("two groups").value > 0.0);
    // Alike within strata: nothing reversed, and no gap left.
    let alike = [s(t(9, 10), t(90, 100)), s(t(10, 100), t(1, 10))];
    let found = simpson::directions(&alike).expect("two groups");
    assert_eq!((found.crude, found.adjusted, found.equal), (Ordering::Less, Ordering::Equal, 2));
    assert!(!found.reversed() && !found.reversed_everywhere());
    assert_eq!(simpson::directions(&[s(t(1, 2), t(0, 0)), s(t(0, 0), t(1, 2))]), None);
    // 1/10 + 2/10 - 3/10 is 0, though not when it is rounded.
    let even = [s(t(1, 1), t(8, 9)), s(t(1, 1), t(7, 9)), s(t(0, 1), t(3, 9))];
    assert_ne!(0.1 + 0.2 - 0.3, 0.0);
    assert_eq!(simpson::directions(&even).expect("two groups").adjusted, Ordering::Equal);
    // Sizes without a common factor pass 128 bits; the sign of the rounded sum decides.
    let primes = [10_007, 10_009, 10_037, 10_039, 10_061, 10_067, 10_069, 10_079, 10_091, 10_093, 10_099, 10_103];
    let many: Vec<Stratum> =
        primes.iter().enumerate().map(|(k, n)| s(t(if k == 0 { 9 } else { 1 }, 10), t(n / 5, n - 10))).collect();
    let found = simpson::directions(&many).expect("two groups");
    assert_eq!((found.adjusted, found.lower, found.higher), (Ordering::Less, 11, 1));
}

/// The migraine trial of SAS/STAT User's Guide, the FREQ procedure, example "Cochran-Mantel-Haenszel Statistics", counts and
/// figures as printed there; the row `own.stratified.migraine` of statsmodels has more digits of them.
#[test]
fn the_migraine_trial_as_published() {
    let trial = [s(t(16, 27), t(5, 25)), s(t(12, 28), t(7, 26))];
    let cmh = mantel_haenszel::cmh(&trial).expect("varies");
    assert_eq!(format!("{:.4} {:.4}", cmh.chi2, cmh.p), "8.3052 0.0040");
    let printed = |ratio: mantel_haenszel::PooledRatio| {
        let limits = ratio.limits(Z).expect("varies");
        format!("{:.4} {:.4} {:.4}", ratio.value, limits.low, limits.high)
    };
    assert_eq!(printed(mantel_haenszel::odds_ratio(&trial).expect("defined")), "3.3132 1.4456 7.5934");
    assert_eq!(printed(mantel_haenszel::ratio(&trial).expect("defined")), "2.1636 1.2336 3.7948");
    let same = homogeneity::homogeneity(&trial).expect("comparable").breslow_day;
    assert_eq!(format!("{:.4} {:.4}", same.chi2, same.p), "1.4929 0.2218");
}

#[test]
fn strata_that_say_nothing() {
    let lonely = [s(t(3, 9), t(0, 0)), s(t(0, 0), t(2, 5))];
    assert_eq!(mantel_haenszel::cmh(&lonely), None);
    assert_eq!(mantel_haenszel::cmh_corrected(&lonely), None);
    assert_eq!((mantel_haenszel::ratio(&lonely), mantel_haenszel::odds_ratio(&lonely)), (None, None));
    assert_eq!(mantel_haenszel::difference(&lonely), None);
    assert_eq!(mantel_haenszel::score_ratio(&lonely, Z), None);
    assert_eq!(mantel_haenszel::score_difference(&lonely, Z), None);
    assert_eq!(standardise::contrast(&lonely, None, Z), None);
    assert_eq!(homogeneity::homogeneity(&lonely), Err(Incomparable::TooFewStrata));
    let nobody: [[Trials; 2]; 0] = [];
    assert_eq!((general::general_association(&nobody), omnibus::omnibus(&nobody)), (None, None));
    assert_eq!(standardise::standardise(&nobody, None), None);
    let found = support(&[lonely[0], lonely[1], s(t(0, 3), t(0, 4)), s(t(1, 3), t(0, 4)), s(t(0, 0), t(0, 0))]);
    assert_eq!((found.strata, found.comparable, found.informative), (4, 2, 1));
    assert_eq!((found.rows, found.rows_alone, found.rows_unvarying), (28, 14, 7));
}

/// Without a hit in one group the ratio is 0 and its upper limit a number; without a hit at all nothing is known.
#[test]
fn no_hit_is_an_answer() {
    let none = [s(t(0, 30), t(9, 40)), s(t(0, 12), t(3, 11))];
    let ratio = mantel_haenszel::ratio(&none).expect("defined");
    assert_eq!((ratio.value, ratio.log_se, ratio.limits(Z), ratio.p_below(0.8)), (0.0, None, None, None));
    let limits = mantel_haenszel::score_ratio(&none, Z).expect("comparable");
    assert!(limits.low == 0.0 && limits.high > 0.1 && limits.high < 1.0, "{limits:?}");
    assert_eq!(homogeneity::homogeneity(&none), Err(Incomparable::NoOddsRatio));
    let back: Vec<Stratum> = none.iter().map(|s| s.exchanged()).collect();
    let limits = mantel_haenszel::score_ratio(&back, Z).expect("comparable");
    assert!(limits.high.is_infinite() && limits.low > 1.0);
    // Everybody against nobody: no variance, and no certainty either.
    let parted = [s(t(7, 7), t(0, 9)), s(t(3, 3), t(0, 1))];
    let difference = mantel_haenszel::difference(&parted).expect("comparable");
    assert_eq!((difference.value, difference.se), (1.0, None));
    assert!(mantel_haenszel::score_difference(&parted, Z).expect("comparable").low < 0.9);
    // Pairs, each a stratum: nothing varies within a group, and yet there is a standard error, that of McNemar's
    // difference with two pairs one way and one the other of four.
    let pairs = [s(t(1, 1), t(0, 1)), s(t(0, 1), t(1, 1)), s(t(1, 1), t(1, 1)), s(t(1, 1), t(0, 1))];
    close(
        mantel_haenszel::difference(&pairs).expect("comparable").se.expect("varies"),
        ((3.0 - 0.25) / 16.0_f64).sqrt(),
        1e-12,
    );
    let nothing = [s(t(0, 30), t(0, 40))];
    assert_eq!(mantel_haenszel::ratio(&nothing), None);
    let all = Some(Limits { low: 0.0, high: f64::INFINITY });
    assert_eq!(mantel_haenszel::score_ratio(&nothing, Z), all);
    assert_eq!(mantel_haenszel::score_ratio(&nothing, 0.0), None);
    let difference = mantel_haenszel::difference(&nothing).expect("comparable");
    assert_eq!((difference.value, difference.se, difference.limits(Z)), (0.0, None, None));
    let limits = mantel_haenszel::score_difference(&nothing, Z).expect("comparable");
    assert!(limits.low < -0.05 && limits.high > 0.05, "{limits:?}");
}

/// Nothing that the statistic accepts lies outside the limits, where it is accepted on both sides of what is rejected: a
/// peak at equality, and a dip on the way to it.
#[test]
fn score_limits_span_all_that_is_accepted() {
    let peaked = [s(t(36, 36), t(2, 6)), s(t(0, 1), t(0, 6))];
    let dipped = [s(t(1, 1), t(301, 780)), s(t(4, 4), t(0, 6)), s(t(30, 30), t(0, 388)), s(t(2, 10), t(19, 37))];
    let mut spanned = 0;
    for strata in [&peaked[..], &dipped[..]] {
        for scale in [1.0, 3.0] {
            let rows = |s: &Stratum| scale * (s.focal.of + s.reference.of) as f64;
            let weights: Vec<f64> =
                if strata.len() == 2 { vec![9.0 * scale, 45.0 * scale] } else { strata.iter().map(rows).collect() };
            let difference = score::difference_limits(strata, &weights, Z).expect("comparable");
            let ratio = score::ratio_limits(strata, &weights, Z).expect("comparable");
            for step in -999..=999 {
                let d = f64::from(step) * 1e-3;
                let r = 1.0 / (0.001 + 1.001 * (d + 1.0));
                for (at, limits, z) in [
                    (d, difference, score::z_difference(strata, &weights, d)),
                    (r, ratio, score::z_ratio(strata, &weights, r)),
                ] {
                    assert!(z.abs() > Z || limits.contains(at), "{strata:?} {at} {z} {limits:?}");
                    spanned += usize::from(z.abs() > Z && limits.contains(at));
                }
            }
        }
    }
    assert!(spanned > 100, "nothing was spanned: {spanned}");
}

/// Strata that share one odds ratio exactly have nothing to report; strata that do not, have.
#[test]
fn equal_odds_ratios_are_homogeneous() {
    // Odds ratio 6 in each.
    let same = [s(t(12, 16), t(10, 30)), s(t(30, 35), t(20, 40)), s(t(6_000_000, 7_000_000), t(10, 20))];
    let found = homogeneity::homogeneity(&same).expect("comparable");
    assert!(found.breslow_day.chi2 < 1e-9 && found.tarone.df == 2, "{found:?}");
    let apart = [s(t(12, 16), t(10, 30)), s(t(10, 30), t(12, 16))];
    assert!(homogeneity::homogeneity(&apart).expect("comparable").tarone.p < 0.001);
    // Where a cell is expected to be all but empty: as from the other side, where that cell is no difference.
    let rare =
        [s(t(10, 10_000_000_010), t(500, 1000)), s(t(20, 10_000_000_020), t(900, 1000)), s(t(1010, 2020), t(10, 10))];
    let back: Vec<Stratum> = rare.iter().map(|s| s.exchanged()).collect();
    let both = homogeneity::homogeneity(&rare).expect("comparable");
    close(both.breslow_day.chi2, homogeneity::homogeneity(&back).expect("comparable").breslow_day.chi2, 1e-7);
    // An empty stratum, or one without a miss, does not count.
    let more = [same[0], same[1], s(t(0, 0), t(4, 9)), s(t(4, 4), t(3, 3))];
    assert_eq!(homogeneity::homogeneity(&more).expect("comparable").tarone.df, 1);
}

/// Gaps of opposite sign cancel in the directional tests and add up in the omnibus; ten million rows against ten.
#[test]
fn opposite_gaps() {
    let tables = [[t(60, 100), t(40, 100)], [t(20, 100), t(40, 100)]];
    assert!(general::general_association(&tables).expect("varies").chi2 < 1e-20);
    assert!(omnibus::omnibus(&tables).expect("varies").p < 0.001);
    let unequal = [s(t(5_000_000, 10_000_000), t(1, 10)), s(t(4, 10), t(4_000_000, 10_000_000))];
    assert!(mantel_haenszel::score_ratio(&unequal, Z).expect("comparable").contains(1.0 / 0.9));
}

// -------------------------------------------------------------------------------------------------------------- bounds

/// The extremes of all values that are defined; none when none is.
fn span(values: impl Iterator<Item = Option<f64>>) -> Option<Limits> {
    values.flatten().fold(None, |all, value| match all {
        None => Some(Limits { low: value, high: value }),
        Some(all) => Some(all.around(value)),
    })
}

fn same(a: Option<Limits>, b: Option<Limits>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => near(a.low, b.low, 1e-14) && near(a.high, b.high, 1e-14),
        _ => false,
    }
}

fn over(hits: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| hits as f64 / of as f64)
}

/// Every label the unlabelled rows may have.
#[test]
fn bounds_of_selective_labels_are_those_of_all_labels() {
    let mut cases = 0;
    for code in 0..4_u64.pow(4) * 9 {
        let digit = |place: u32| code / 4_u64.pow(place) % 4;
        let (u1, u0) = (code / 256 % 3, code / 768 % 3);
        let d = PartlyLabelled {
            true_positives: digit(0),
            false_positives: digit(1),
            false_negatives: digit(2),
            true_negatives: digit(3),
            unlabelled_selected: u1,
            unlabelled_unselected: u0,
        };
        let all = |of: &dyn Fn(u64, u64, u64, u64) -> Option<f64>| {
            let labels = (0..=u1).flat_map(|k| (0..=u0).map(move |l| (k, l)));
            span(labels.map(|(k, l)| {
                of(d.true_positives + k, d.false_positives + u1 - k, d.false_negatives + l, d.true_negatives + u0 - l)
            }))
        };
        let pairs = [
            (d.bounds("true-positive-rate"), all(&|tp, _, fnn, _| over(tp, tp + fnn))),
            (d.bounds("false-negative-rate"), all(&|tp, _, fnn, _| over(fnn, tp + fnn))),
            (d.bounds("false-positive-rate"), all(&|_, fp, _, tn| over(fp, fp + tn))),
            (d.bounds("true-negative-rate"), all(&|_, fp, _, tn| over(tn, fp + tn))),
            (d.bounds("positive-predictive-value"), all(&|tp, fp, _, _| over(tp, tp + fp))),
            (d.bounds("false-discovery-rate"), all(&|tp, fp, _, _| over(fp, tp + fp))),
            (d.bounds("negative-predictive-value"), all(&|_, _, fnn, tn| over(tn, tn + fnn))),
            (d.bounds("false-omission-rate"), all(&|_, _, fnn, tn| over(fnn, tn + fnn))),
            (d.bounds("base-rate"), all(&|tp, fp, fnn, tn| over(tp + fnn, tp + fp + fnn + tn))),
            (d.bounds("accuracy"), all(&|tp, fp, fnn, tn| over(tp + tn, tp + fp + fnn + tn))),
        ];
        for (k, (got, expected)) in pairs.into_iter().enumerate() {
            assert!(same(got, expected), "{d:?} rate {k}: {got:?}, by all labels {expected:?}");
            cases += 1;
        }
    }
    assert_eq!(cases, 23_040);
}

/// Two groups whose labels have nothing to do with each other: all labels of one with all labels of the other.
#[test]
fn bounds_between_groups_are_those_of_all_pairs() {
    let mut groups = Vec::new();
    for code in 0..3_u64.pow(4) {
        let digit = |place: u32| code / 3_u64.pow(place) % 3;
        groups.push(PartlyLabelled {
            true_positives: digit(0),
            false_negatives: digit(1),
            unlabelled_selected: digit(2),
            unlabelled_unselected: digit(3),
            ..PartlyLabelled::default()
        });
    }
    let values = |d: PartlyLabelled| -> Vec<f64> {
        let labels = (0..=d.unlabelled_selected).flat_map(|k| (0..=d.unlabelled_unselected).map(move |l| (k, l)));
        let tp = |k| d.true_positives + k;
        labels.filter_map(|(k, l)| over(tp(k), tp(k) + d.false_negatives + l)).collect()
    };
    for &a in &groups {
        for &b in &groups {
            let Some((x, y)) = a.bounds("true-positive-rate").zip(b.bounds("true-positive-rate")) else { continue };
            let (p, q) = (values(a), values(b));
            let pairs = || p.iter().flat_map(|p| q.iter().map(move |q| (p, q)));
            assert!(same(Some(partial::difference(x, y)), span(pairs().map(|(p, q)| Some(p - q)))), "{a:?} {b:?}");
            let ratio = |(p, q): (&f64, &f64)| (*p > 0.0 || *q > 0.0).then(|| p / q);
            assert!(same(partial::ratio(x, y), span(pairs().map(ratio))), "{a:?} {b:?}");
        }
    }
}

/// Every way to share out the missing rows among focal, reference and neither, and among focal and reference alone.
#[test]
fn bounds_of_unknown_membership_are_those_of_all_memberships() {
    let mut cases = 0;
    let small = || (0..=3_u64).flat_map(|of| (0..=of).map(move |hits| t(hits, of)));
    for focal in small() {
        for reference in small() {
            for missing in (0..=4_u64).flat_map(|of| (0..=of).map(move |hits| t(hits, of))) {
                for neither in [true, false] {
                    let ways = shared_out(focal, reference, missing, neither);
                    let value = |ratio: bool| {
                        span(ways.iter().map(|&(f, r)| {
                            let (p, q) = (f.share()?, r.share()?);
                            if ratio { (f.hits > 0 || r.hits > 0).then(|| p / q) } else { Some(p - q) }
                        }))
                    };
                    let (difference, ratio) = (
                        membership::difference(focal, reference, missing),
                        membership::ratio(focal, reference, missing),
                    );
                    let close = |a: Option<Limits>, b: Option<Limits>| match (a, b) {
                        (Some(a), Some(b)) => {
                            let near = |x: f64, y: f64| x == y || (x - y).abs() < 1e-12;
                            near(a.low, b.low) && near(a.high, b.high)
                        }
                        (a, b) => a == b,
                    };
                    let what = format!("{focal:?} {reference:?} {missing:?} {neither}");
                    assert!(close(difference, value(false)), "{what}: {difference:?}, by all ways {:?}", value(false));
                    assert!(close(ratio, value(true)), "{what}: {ratio:?}, by all ways {:?}", value(true));
                    let rates = span(ways.iter().map(|(f, _)| f.share()));
                    if neither {
                        assert!(close(membership::rate(focal, missing), rates), "{what}");
                    }
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 10 * 10 * 15 * 2);
}

fn shared_out(focal: Trials, reference: Trials, missing: Trials, neither: bool) -> Vec<(Trials, Trials)> {
    let splits = |n: u64| {
        let all = (0..=n).flat_map(move |a| (0..=n - a).map(move |c| (a, c)));
        all.filter(|&(a, c)| neither || a + c == n).collect::<Vec<_>>()
    };
    let mut ways = Vec::new();
    for (a, c) in splits(missing.hits) {
        for (b, d) in splits(missing.of - missing.hits) {
            ways.push((t(focal.hits + a, focal.of + a + b), t(reference.hits + c, reference.of + c + d)));
        }
    }
    ways
}

// ------------------------------------------------------------------------------------------------------------- entropy

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inequality_is_the_sum_of_its_parts(groups in prop::collection::vec((0_u64..20, 0_u64..20, 0_u64..20), 1..5)) {
        let groups: Vec<entropy::Benefits> =
            groups.into_iter().map(|(under, even, over)| entropy::Benefits { under, even, over }).collect();
        let rows: Vec<f64> = groups
            .iter()
            .flat_map(|g| [(g.under, 0.0), (g.even, 1.0), (g.over, 2.0)])
            .flat_map(|(n, b)| std::iter::repeat_n(b, n as usize))
            .collect();
        let n = rows.len() as f64;
        let mean = rows.iter().sum::<f64>() / n;
        let (squared, theil) = (entropy::squared(&groups), entropy::theil(&groups));
        prop_assert_eq!((squared.is_some(), theil.is_some()), (mean > 0.0, mean > 0.0));
        let Some((squared, theil)) = squared.zip(theil) else { return Ok(()) };
        let expected = 0.5 * (rows.iter().map(|b| b / mean * (b / mean)).sum::<f64>() / n - 1.0);
        prop_assert!((squared.total - expected).abs() < 1e-12);
        let expected = rows.iter().filter(|&&b| b > 0.0).map(|b| b / mean * (b / mean).ln()).sum::<f64>() / n;
        prop_assert!((theil.total - expected).abs() < 1e-12);
        for index in [squared, theil] {
            prop_assert!((index.total - index.between - index.within).abs() < 1e-12, "{index:?}");
            prop_assert!(index.between >= 0.0 && index.within >= 0.0);
        }
        if groups.len() == 1 {
            prop_assert_eq!((squared.between, entropy::log_deviation_between(&groups)), (0.0, Some(0.0)));
        }
    }
}

#[test]
fn nobody_benefits() {
    let none = entropy::Benefits { under: 4, even: 0, over: 0 };
    let some = entropy::Benefits { under: 1, even: 5, over: 2 };
    for groups in [vec![], vec![none], vec![entropy::Benefits::default()]] {
        assert_eq!((entropy::squared(&groups), entropy::theil(&groups)), (None, None));
    }
    // One group without benefit: the index of order 0 is infinite, the others are not.
    assert_eq!(entropy::log_deviation_between(&[none, some]), None);
    assert!(entropy::theil(&[none, some]).expect("benefits").between > 0.0);
    assert_eq!(entropy::log_deviation_between(&[some, entropy::Benefits::default()]), Some(0.0));
}
