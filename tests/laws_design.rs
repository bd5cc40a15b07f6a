//! Laws of shares from clusters, weights and probable members, against sums taken row by row.

use evenhand::cell::Trials;
use evenhand::inference::clustered::{self, Clusters, Shared};
use evenhand::inference::effective::{Effective, welch};
use evenhand::inference::limits::Limits;
use evenhand::inference::linearised::{Linearised, Undefined, Weight};
use evenhand::inference::membership::{Assumption, Cell, Membership, Proxied, joint};
use evenhand::inference::proportion::Proportion;
use evenhand::inference::resample::stream::{Stream, Streams};
use evenhand::inference::{constrained, normal, pair, share, student, weighted};

const Z: f64 = 1.959_963_984_540_054;

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(
        got == expected || (got - expected).abs() <= relative * expected.abs(),
        "got {got:e}, expected {expected:e}"
    );
}

fn stream(seed: u64) -> Stream {
    Streams::new(seed, "laws").replicate(0)
}

#[track_caller]
fn near(got: Limits, expected: Limits, relative: f64) {
    close(got.low, expected.low, relative);
    close(got.high, expected.high, relative);
}

fn effective(hits: u64, of: u64) -> Effective {
    Effective::new(hits as f64 / of as f64, of as f64, f64::INFINITY).expect("a share")
}

/// As many effective rows as rows counted: the same limits and tests.
#[test]
fn an_effective_share_of_whole_rows_is_the_counted_share() {
    let shares = [(0, 1), (1, 1), (0, 30), (3, 30), (15, 30), (29, 30), (30, 30), (7, 10_007), (10_000, 10_007)];
    for (x1, n1) in shares {
        let (a, e) = (Trials { hits: x1, of: n1 }, effective(x1, n1));
        near(share::wilson(e, Z).expect("rows"), share::wilson(a, Z).expect("rows"), 1e-12);
        close(share::score_z(e, 0.3), share::score_z(a, 0.3), 1e-11);
        for (x0, n0) in shares {
            let (b, f) = (Trials { hits: x0, of: n0 }, effective(x0, n0));
            near(pair::score_ratio(e, f, Z).expect("rows"), pair::score_ratio(a, b, Z).expect("rows"), 1e-10);
            let (got, expected) = (pair::score_difference(e, f, Z), pair::score_difference(a, b, Z));
            let (got, expected) = (got.expect("rows"), expected.expect("rows"));
            assert!((got.low - expected.low).abs() < 1e-12 && (got.high - expected.high).abs() < 1e-12);
            let (got, expected) = (pair::z_ratio(e, f, 0.8), pair::z_ratio(a, b, 0.8));
            assert!(got == expected || (got - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{a:?} {b:?}");
            let (got, expected) = (pair::z_difference(e, f, -0.1), pair::z_difference(a, b, -0.1));
            assert!(got == expected || (got - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{a:?} {b:?}");
            let got = constrained::under_ratio(e, f, 0.8).reference;
            assert!((got - constrained::under_ratio(a, b, 0.8).reference).abs() < 1e-12);
        }
    }
}

/// Nothing loops or panics, and every limit is a number around the estimate, for the oddest of effective shares.
#[test]
fn no_effective_share_is_too_odd() {
    let mut odd = Vec::new();
    for p in [0.0, f64::MIN_POSITIVE, 1e-300, 1e-17, 0.3, 1.0 - 1e-16, 1.0] {
        for of in [0.0, 1e-9, 0.5, 1.0, 1.000_001, 7.3, 1e12, 1e20, 1e21] {
            odd.extend(Effective::new(p, of, 2.5));
        }
    }
    assert_eq!(odd.len(), 49);
    for &a in &odd {
        for &b in &odd {
            for z in [0.0, Z, 40.0, f64::INFINITY, f64::NAN] {
                let (r, d) =
                    (pair::score_ratio(a, b, z).expect("rows"), pair::score_difference(a, b, z).expect("rows"));
                assert!(d.low <= d.high && r.low <= r.high, "{a:?} {b:?} {z} {r:?} {d:?}");
            }
            let df = welch(a, b);
            assert!((2.5..=5.0).contains(&df), "{a:?} {b:?} {df}");
        }
        let limits = share::wilson(a, Z).expect("rows");
        assert!(limits.low >= 0.0 && limits.low <= limits.high && limits.high <= 1.0);
    }
    for (p, of, df) in [(-0.1, 1.0, 1.0), (1.1, 1.0, 1.0), (f64::NAN, 1.0, 1.0), (0.5, 0.0, 1.0), (0.5, 1.0, 0.0)] {
        assert_eq!(Effective::new(p, of, df), None);
    }
    assert_eq!(Effective::new(0.5, f64::INFINITY, 1.0), None);
    assert_eq!(Effective::new(0.5, 1.0, f64::NAN), None);
}

#[test]
fn students_t_is_normal_at_infinite_degrees() {
    for level in [0.0, 0.5, 0.9, 0.95, 0.999_999, 1.0] {
        assert_eq!(student::critical(level, f64::INFINITY), normal::critical(level));
    }
    close(student::critical(0.95, 10.0), 2.228_138_851_986_275, 1e-13);
    close(student::two_sided(-2.228_138_851_986_275, 10.0), 0.05, 1e-13);
    close(student::two_sided(3.0, f64::INFINITY), normal::two_sided(3.0), 1e-14);
    assert!(student::critical(0.95, 0.0).is_nan() && student::critical(1.5, 3.0).is_nan());
    let (a, b) = (Effective::new(0.2, 40.0, 9.0).expect("a"), Effective::new(0.4, 60.0, f64::INFINITY).expect("b"));
    // (v1 + v0)^2 / (v1^2 / 9) with v = (x + 1/2)(n - x + 1/2) / ((n + 1)^2 n).
    let (v1, v0) = (8.5 * 32.5 / (41.0 * 41.0 * 40.0), 24.5 * 36.5 / (61.0 * 61.0 * 60.0));
    close(welch(a, b), (v1 + v0) * (v1 + v0) / (v1 * v1 / 9.0), 1e-12);
    assert_eq!(welch(b, b), f64::INFINITY);
}

/// Some clusters: the hits and rows of each.
fn some_clusters(draws: &mut Stream, count: u64, most: f64) -> Vec<(u64, u64)> {
    (0..count)
        .map(|_| {
            let rows = (draws.uniform() * most) as u64;
            let rate = draws.uniform();
            ((0..rows).filter(|_| draws.uniform() < rate).count() as u64, rows)
        })
        .collect()
}

fn gather(clusters: &[(u64, u64)]) -> Clusters {
    let mut all = Clusters::default();
    clusters.iter().for_each(|&(hits, rows)| all.add(hits, rows));
    all
}

fn variance(l: &Linearised) -> f64 {
    l.variance.expect("several units")
}

#[test]
fn clusters_give_the_sums_taken_one_by_one() {
    let mut draws = stream(7);
    for case in 0..200 {
        let clusters = some_clusters(&mut draws, 2 + case % 40, [2.0, 8.0, 50.0][(case % 3) as usize]);
        let all = gather(&clusters);
        let Ok(got) = clustered::share(&all) else {
            assert!(all.clusters < 2);
            continue;
        };
        let n = all.rows as f64;
        let p = all.hits as f64 / n;
        let squares: f64 = clusters.iter().map(|&(x, m)| (x as f64 - p * m as f64).powi(2)).sum();
        let c = all.clusters as f64;
        assert!((variance(&got) - c / (c - 1.0) * squares / (n * n)).abs() <= 1e-12 * variance(&got) + 1e-15);
        close(got.kish, n * n / clusters.iter().map(|&(_, m)| (m * m) as f64).sum::<f64>(), 1e-12);
        let rows = got.effective_rows();
        assert!(rows >= 1.0 && rows <= n, "{rows} of {n}");
        // That they are at least one row is no cut: the variance of clusters never exceeds p(1-p).
        assert!(variance(&got) <= p * (1.0 - p) * (1.0 + 1e-12), "{clusters:?}");
        if variance(&got) > 0.0 {
            close(got.design_effect().expect("spread"), variance(&got) * n / (p * (1.0 - p)), 1e-12);
        }
        // Misses for hits: the same spread to the last digit.
        let turned: Vec<_> = clusters.iter().map(|&(x, m)| (m - x, m)).collect();
        assert_eq!(clustered::share(&gather(&turned)).expect("clusters").variance, got.variance);
        // Every row twice in its cluster says nothing new.
        let doubled: Vec<_> = clusters.iter().map(|&(x, m)| (2 * x, 2 * m)).collect();
        let twice = clustered::share(&gather(&doubled)).expect("clusters");
        close(variance(&twice), variance(&got), 1e-13);
        assert_eq!(twice.effective().expect("clusters").df(), c - 1.0);
    }
}

/// Rows that are their own clusters have n - 1 effective rows; the same as rows of equal weight.
#[test]
fn clusters_of_one_row_are_rows() {
    for (hits, rows) in [(3_u64, 10_u64), (1, 1000), (999, 1000)] {
        let mut all = Clusters::default();
        (0..rows).for_each(|row| all.add(u64::from(row < hits), 1));
        let got = clustered::share(&all).expect("clusters");
        close(got.effective_rows(), rows as f64 - 1.0, 1e-12);
        close(got.kish, rows as f64, 1e-15);
        let weight = |n: u64| Weight { sum: n as f64, squares: n as f64 };
        let weighed = weighted::share(rows, weight(hits), weight(rows - hits)).expect("weights");
        close(variance(&weighed), variance(&got), 1e-13);
        close(weighed.effective_rows(), rows as f64 - 1.0, 1e-12);
    }
}

/// A thousand million rows in two clusters, all hits but one: no digit is lost, though the terms agree in 17 digits.
#[test]
fn nothing_cancels_among_large_clusters() {
    let (n, half) = (1_000_000_000_u64, 500_000_000_u64);
    for clusters in [[(half - 1, half), (half, half)], [(1, half), (0, half)]] {
        let got = clustered::share(&gather(&clusters)).expect("clusters");
        // Residuals are -1/2 and 1/2: 2 * (1/4 + 1/4) / n^2.
        close(variance(&got), 1.0 / (n as f64 * n as f64), 1e-15);
        // 1e-9 (1 - 1e-9) / 1e-18
        close(got.effective_rows(), 999_999_999.0, 1e-15);
    }
    let alike = clustered::share(&gather(&[(300, 1000); 25])).expect("clusters");
    assert_eq!((alike.variance, alike.effective_rows(), alike.design_effect()), (Some(0.0), 25.0, Some(0.0)));
    let all = clustered::share(&gather(&[(1000, 1000); 25])).expect("clusters");
    assert_eq!((all.share, all.complement, all.effective_rows(), all.design_effect()), (1.0, 0.0, 25.0, None));
    assert_eq!(share::wilson(all.effective().expect("clusters"), Z).expect("rows").high, 1.0);
}

#[test]
fn clusters_that_prove_nothing_say_why() {
    let of = |clusters: &[(u64, u64)]| clustered::share(&gather(clusters));
    assert_eq!(of(&[]), Err(Undefined::NoRows));
    assert_eq!(of(&[(0, 0), (0, 0)]), Err(Undefined::NoRows));
    assert_eq!(of(&[(5, 9)]), Err(Undefined::OneCluster));
    assert_eq!(of(&[(5, 9), (0, 0)]), Err(Undefined::OneCluster));
    let fine = gather(&[(5, 9), (2, 3)]);
    assert_eq!(clustered::share(&Clusters { hits_rows: fine.hits_squared - 1, ..fine }), Err(Undefined::Inconsistent));
    assert_eq!(clustered::share(&Clusters { hits: 13, ..fine }), Err(Undefined::Inconsistent));
    assert_eq!(clustered::share(&Clusters { hits_rows: fine.hits_rows + 9, ..fine }), Err(Undefined::Inconsistent));
    assert_eq!(clustered::share(&Clusters { clusters: 13, ..fine }), Err(Undefined::Inconsistent));
    assert_eq!(of(&[(1 << 61, 1 << 62), (1, 3)]), Err(Undefined::OutOfRange));
    assert!(of(&[(1 << 41, 1 << 42), (1, 3)]).is_ok());
    let too_alike = Shared { clusters: 2, hits_hits: 900, ..Shared::default() };
    assert_eq!(clustered::contrast(&fine, &fine, &too_alike), Err(Undefined::Inconsistent));
    let too_many = Shared { clusters: 3, ..Shared::default() };
    assert_eq!(clustered::contrast(&fine, &fine, &too_many), Err(Undefined::Inconsistent));
}

#[test]
fn groups_that_share_clusters_vary_together() {
    let mut draws = stream(11);
    let mut uncut = 0;
    for case in 0..100 {
        let count = 4 + case % 30;
        let (one, zero) = (some_clusters(&mut draws, count, 9.0), some_clusters(&mut draws, count, 6.0));
        let mut shared = Shared::default();
        one.iter().zip(&zero).for_each(|(&a, &b)| shared.add(a, b));
        let (focal, reference) = (gather(&one), gather(&zero));
        let Ok(got) = clustered::contrast(&focal, &reference, &shared) else {
            assert!(focal.clusters < 2 || reference.clusters < 2);
            continue;
        };
        let rate = |c: &Clusters| c.hits as f64 / c.rows as f64;
        let residual = |(x, n): (u64, u64), c: &Clusters| (x as f64 - rate(c) * n as f64) / c.rows as f64;
        let products: f64 = one.iter().zip(&zero).map(|(&a, &b)| residual(a, &focal) * residual(b, &reference)).sum();
        let factor = |c: &Clusters| c.clusters as f64 / (c.clusters - 1) as f64;
        let covariance = (factor(&focal) * factor(&reference)).sqrt() * products;
        assert!((got.covariance - covariance).abs() < 1e-14, "{got:?} {covariance}");
        let all = one.iter().zip(&zero).filter(|(a, b)| a.1 + b.1 > 0).count() as f64;
        assert!(got.df <= all - 1.0 && got.df >= focal.clusters.min(reference.clusters) as f64 - 1.0);
        let (a, b) = got.effective_for_difference().expect("clusters");
        let spread = |p: f64, n: f64| p * (1.0 - p) / n;
        let (p1, p0) = (got.focal.share, got.reference.share);
        // Unless cut at the rows counted, groups of these sizes have the variance of the difference.
        let cut = |l: &Linearised, e: Effective| l.effective_rows() == l.rows || e.of() == l.rows;
        let varied = variance(&got.focal) * variance(&got.reference) > 0.0;
        if varied && !cut(&got.focal, a) && !cut(&got.reference, b) {
            uncut += 1;
            close(spread(p1, a.of()) + spread(p0, b.of()), got.variance(), 1e-9);
        }
        assert!(a.of() <= focal.rows as f64 && b.of() <= reference.rows as f64 && a.df() == got.df);
        let apart = clustered::contrast(&focal, &reference, &Shared::default()).expect("clusters");
        assert_eq!(apart.variance(), variance(&got.focal) + variance(&got.reference));
        assert_eq!(apart.effective_for_ratio(), apart.effective_for_difference());
    }
    assert!(uncut > 50, "{uncut}");
}

/// The same customers in both groups, treated alike: their difference does not vary at all.
#[test]
fn groups_of_the_same_clusters_differ_by_nothing() {
    let same = [(1, 4), (3, 3), (0, 2), (2, 6)];
    let mut shared = Shared::default();
    same.iter().for_each(|&c| shared.add(c, c));
    let all = gather(&same);
    let got = clustered::contrast(&all, &all, &shared).expect("clusters");
    close(got.covariance, variance(&got.focal), 1e-14);
    assert!(got.variance() < 1e-16 && got.df == 3.0);
    let (a, _) = got.effective_for_difference().expect("clusters");
    near(share::wilson(a, Z).expect("rows"), share::wilson(Trials { hits: 6, of: 15 }, Z).expect("rows"), 1e-12);
}

fn weights(rows: &[(f64, bool)]) -> Result<Linearised, Undefined> {
    let [mut hits, mut misses] = [Weight::default(); 2];
    rows.iter().for_each(|&(w, hit)| if hit { hits.add(w) } else { misses.add(w) });
    weighted::share(rows.len() as u64, hits, misses)
}

#[test]
fn weights_give_the_sums_taken_one_by_one() {
    let mut draws = stream(3);
    for case in 0..200_u32 {
        let rows: Vec<_> = (0..1 + case % 60)
            .map(|_| {
                (
                    if case % 2 == 0 { draws.uniform() * 5.0 } else { (draws.uniform() * 30.0 - 25.0).exp() },
                    draws.uniform() < 0.4,
                )
            })
            .collect();
        let got = weights(&rows).expect("weights");
        let (n, sum) = (rows.len() as f64, rows.iter().map(|r| r.0).sum::<f64>());
        let part = |hit: bool| rows.iter().filter(|r| r.1 == hit).map(|r| r.0).sum::<f64>() / sum;
        let (p, q) = (part(true), part(false));
        assert!((got.share - p).abs() < 1e-14 && (got.share + got.complement - 1.0).abs() < 1e-15);
        assert!(got.kish >= 1.0 - 1e-12 && got.kish <= n * (1.0 + 1e-12));
        assert!(weighted::kish_design_effect(&got) >= 1.0);
        let effective = got.kish_effective().expect("weights");
        assert!(share::wilson(effective, Z).expect("rows").contains(got.share));
        match got.variance {
            None => assert_eq!(rows.len(), 1),
            Some(v) => {
                let squares: f64 = rows.iter().map(|&(w, x)| (w * if x { q } else { p }).powi(2)).sum();
                assert!((v - n / (n - 1.0) * squares / (sum * sum)).abs() <= 1e-12 * v + 1e-30);
            }
        }
        // The unit of weight does not matter.
        let heavier: Vec<_> = rows.iter().map(|&(w, x)| (w * 1024.0, x)).collect();
        assert_eq!(weights(&heavier), Ok(got));
    }
    // Equal weights are no weights.
    let equal: Vec<_> = (0..50).map(|row| (3.0, row < 12)).collect();
    let got = share::wilson(weights(&equal).expect("weights").kish_effective().expect("rows"), Z).expect("rows");
    near(got, share::wilson(Trials { hits: 12, of: 50 }, Z).expect("rows"), 1e-14);
}

#[test]
fn weights_that_make_no_sense_say_why() {
    assert_eq!(weights(&[]), Err(Undefined::NoRows));
    assert_eq!(weights(&[(0.0, true), (0.0, false)]), Err(Undefined::NoWeight));
    assert_eq!(weights(&[(1.0, true), (-1.0, false)]), Err(Undefined::NegativeWeight));
    assert_eq!(weights(&[(1.0, true), (-1.0, true)]), Err(Undefined::NegativeWeight));
    assert_eq!(weights(&[(5.0, true), (-4.0, true), (1.0, false)]), Err(Undefined::NegativeWeight));
    assert_eq!(weights(&[(1e200, true), (1.0, false)]), Err(Undefined::OutOfRange));
    assert_eq!(weights(&[(1e-200, true), (1e-200, false)]), Err(Undefined::OutOfRange));
    assert_eq!(weights(&[(f64::NAN, true)]), Err(Undefined::OutOfRange));
    let impossible = Weight { sum: 100.0, squares: 100.0 };
    assert_eq!(weighted::share(3, impossible, Weight::default()), Err(Undefined::Inconsistent));
}

/// Rows of probability and outcome.
fn membership(rows: &[(f64, bool)]) -> Membership {
    let mut all = Membership::default();
    rows.iter().for_each(|&(p, hit)| if hit { all.hits.add(p) } else { all.misses.add(p) });
    all
}

#[test]
fn probable_members_give_the_sums_taken_one_by_one() {
    let mut draws = stream(5);
    for case in 0..200_u32 {
        let rows: Vec<_> = (0..3 + case % 50)
            .map(|_| (if case % 2 == 0 { draws.uniform() } else { draws.uniform().powi(8) }, draws.uniform() < 0.6))
            .collect();
        let all = membership(&rows);
        let (one, zero) = (all.members().expect("members"), all.others().expect("others"));
        let y = |hit: bool| f64::from(u8::from(hit));
        let sum = |f: &dyn Fn(f64, f64) -> f64| rows.iter().map(|&(p, x)| f(p, y(x))).sum::<f64>();
        let (m, o) = (sum(&|p, _| p), sum(&|p, _| 1.0 - p));
        let (p1, p0) = (sum(&|p, x| p * x) / m, sum(&|p, x| (1.0 - p) * x) / o);
        close(one.share, p1, 1e-12);
        close(zero.share, p0, 1e-12);
        close(variance(&one), sum(&|p, x| (p * (x - p1) / m).powi(2)), 1e-11);
        close(variance(&zero), sum(&|p, x| ((1.0 - p) * (x - p0) / o).powi(2)), 1e-9);
        close(one.kish, m * m / sum(&|p, _| p * p), 1e-12);
        let expected = sum(&|p, x| (p * (x - p1) / m - (1.0 - p) * (x - p0) / o).powi(2));
        assert!((all.weighted_variance().expect("rows") - expected).abs() < 1e-11 * (1.0 + expected));
        let n = rows.len() as f64;
        let (mean, hits) = (m / n, sum(&|_, x| x) / n);
        let got = all.disparity().expect("both");
        let spread = sum(&|p, _| (p - mean).powi(2)) / n;
        let slope = sum(&|p, x| (p - mean) * (x - hits)) / n / spread;
        assert!((got.weighted - (p1 - p0)).abs() < 1e-12 && (got.linear - slope).abs() < 1e-8 * (1.0 + slope.abs()));
        assert!(got.weighted.abs() <= got.linear.abs() && got.between.contains(got.weighted));
    }
}

/// Memberships known for certain are counts.
#[test]
fn certain_members_are_counted() {
    let rows: Vec<_> = (0..60).map(|row| (f64::from(u8::from(row < 20)), row % 3 == 0 || row % 5 == 0)).collect();
    let all = membership(&rows);
    let hits = |member: bool| rows.iter().filter(|r| (r.0 > 0.5) == member && r.1).count() as u64;
    let (one, zero) = (all.members().expect("members"), all.others().expect("others"));
    near(
        share::wilson(one.kish_effective().expect("rows"), Z).expect("rows"),
        share::wilson(Trials { hits: hits(true), of: 20 }, Z).expect("rows"),
        1e-13,
    );
    close(zero.share, hits(false) as f64 / 40.0, 1e-14);
    let got = all.disparity().expect("both");
    close(got.linear, got.weighted, 1e-12);
    let certain =
        joint([Cell { rows: 20, hits: hits(true), members: 20.0 }, Cell { rows: 40, hits: hits(false), members: 0.0 }]);
    let bounds = certain.expect("cells").disparity().expect("both");
    close(bounds.low, bounds.high, 1e-14);
    close(bounds.low, got.weighted, 1e-12);
}

#[test]
fn memberships_that_make_no_sense_say_why() {
    let none = Membership::default();
    assert_eq!(none.members(), Err(Undefined::NoRows));
    assert_eq!((none.disparity(), none.weighted_variance()), (None, None));
    let nobody = membership(&[(0.0, true), (0.0, false)]);
    assert_eq!(nobody.members(), Err(Undefined::NoWeight));
    close(nobody.others().expect("others").share, 0.5, 1e-15);
    let everybody = membership(&[(1.0, true), (1.0, false)]);
    assert_eq!((everybody.others(), everybody.disparity()), (Err(Undefined::NoWeight), None));
    assert_eq!(membership(&[(0.3, true), (0.3, false), (0.3, false)]).disparity(), None);
    for (sum, squares) in [(3.0, 3.0), (1.0, 1.5), (1.0, 0.1), (-0.5, 0.2), (f64::NAN, 0.2), (0.5, f64::INFINITY)] {
        let wrong = Membership { hits: Proxied { rows: 2, sum, squares }, ..none };
        assert_eq!(wrong.members(), Err(Undefined::Inconsistent), "{sum} {squares}");
    }
    assert_eq!(joint([]), Err(Undefined::NoRows));
    assert_eq!(joint([Cell { rows: 2, hits: 3, members: 1.0 }]), Err(Undefined::Inconsistent));
    assert_eq!(joint([Cell { rows: 2, hits: 1, members: 2.5 }]), Err(Undefined::Inconsistent));
    assert_eq!(joint([Cell { rows: 2, hits: 1, members: f64::NAN }]), Err(Undefined::Inconsistent));
    let only = joint([Cell { rows: 4, hits: 1, members: 4.0 }]).expect("rows");
    assert_eq!((only.members(), only.others(), only.disparity()), (Some(Limits { low: 0.25, high: 0.25 }), None, None));
}

/// People of known membership in cells of a proxy: the bounds hold the truth, and coarser cells never narrow them.
#[test]
fn bounds_hold_the_truth_and_widen_with_coarser_cells() {
    let mut draws = stream(13);
    for case in 0..300_u32 {
        let pull = [0.0, 0.5, 1.0][(case % 3) as usize];
        let mut cells = Vec::new();
        let [mut members, mut hits_of_members, mut rows, mut hits] = [0_u64; 4];
        for _ in 0..1 + case % 17 {
            let (chance, base) = (draws.uniform().powi((case % 4) as i32), draws.uniform());
            let mut cell = Cell { rows: 1 + (draws.uniform() * 20.0) as u64, hits: 0, members: 0.0 };
            for _ in 0..cell.rows {
                let member = draws.uniform() < chance;
                let hit = draws.uniform() < base * (1.0 - pull * f64::from(u8::from(member)));
                cell.members += f64::from(u8::from(member));
                cell.hits += u64::from(hit);
                members += u64::from(member);
                hits_of_members += u64::from(member && hit);
            }
            rows += cell.rows;
            hits += cell.hits;
            cells.push(cell);
        }
        let bounds = joint(cells.iter().copied()).expect("cells");
        let within =
            |l: Option<Limits>, truth: f64| l.is_none_or(|l| l.low - 1e-12 <= truth && truth <= l.high + 1e-12);
        assert!(within(Some(bounds.hits), hits_of_members as f64));
        let one = Trials { hits: hits_of_members, of: members }.share();
        let zero = Trials { hits: hits - hits_of_members, of: rows - members }.share();
        assert_eq!((bounds.members().is_some(), bounds.others().is_some()), (one.is_some(), zero.is_some()));
        assert!(one.is_none_or(|p| within(bounds.members(), p)) && zero.is_none_or(|p| within(bounds.others(), p)));
        if let (Some(p1), Some(p0)) = (one, zero) {
            assert!(within(bounds.disparity(), p1 - p0));
        }
        // Two cells at a time become one.
        while cells.len() > 1 {
            let finer = joint(cells.iter().copied()).expect("cells");
            let (a, b) = (cells.remove(0), cells.remove(0));
            cells.push(Cell { rows: a.rows + b.rows, hits: a.hits + b.hits, members: a.members + b.members });
            let coarser = joint(cells.iter().copied()).expect("cells");
            for (wide, narrow) in [
                (Some(coarser.hits), Some(finer.hits)),
                (coarser.members(), finer.members()),
                (coarser.others(), finer.others()),
                (coarser.disparity(), finer.disparity()),
            ] {
                if let (Some(wide), Some(narrow)) = (wide, narrow) {
                    assert!(wide.low <= narrow.low + 1e-12 && narrow.high <= wide.high + 1e-12);
                }
            }
        }
    }
}

/// Where outcome depends on membership alone, and in its favour, the truth lies between both estimates; where it
/// depends on the probability alone too.
#[test]
fn the_truth_lies_between_both_estimates_under_the_assumption() {
    for sign in [1.0, -1.0] {
        for by_membership in [true, false] {
            let (mut rows, mut truth) = (Vec::new(), [[0.0; 2]; 2]);
            let mut draws = stream(17);
            for _ in 0..200_000 {
                let p = draws.uniform();
                let member = draws.uniform() < p;
                let pull = if by_membership { f64::from(u8::from(member)) } else { p };
                let hit = draws.uniform() < 0.5 + sign * 0.3 * (pull - 0.5);
                truth[usize::from(member)][usize::from(hit)] += 1.0;
                rows.push((p, hit));
            }
            let rate = |[misses, hits]: [f64; 2]| hits / (misses + hits);
            let truth = rate(truth[1]) - rate(truth[0]);
            let got = membership(&rows).disparity().expect("both");
            let assumption = if sign > 0.0 { Assumption::NeitherNegative } else { Assumption::NeitherPositive };
            assert_eq!(got.assumption, assumption);
            // One of the covariances is 0 here, so the truth is at one end but for chance.
            let end = if by_membership { got.linear } else { got.weighted };
            assert!((truth - end).abs() < 0.01, "{truth} {got:?}");
            assert!(got.between.low - 0.01 < truth && truth < got.between.high + 0.01);
            assert!((got.linear - got.weighted).abs() > 0.1);
        }
    }
}
