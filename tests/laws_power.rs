//! Laws of power, of limits and tests for few rows, and of the posterior of a ratio; beside slow implementations.

use evenhand::cell::Trials;
use evenhand::inference::hypergeometric::fisher;
use evenhand::inference::limits::Limits;
use evenhand::inference::measure::Measure;
use evenhand::inference::pair;
use evenhand::inference::posterior::Posterior;
use evenhand::inference::power::claim::{self, Claim};
use evenhand::inference::power::growth::growth;
use evenhand::inference::power::{Rates, Sizes, notice, share};
use evenhand::inference::{beta, exact_share, family, normal, peak, skew, two_by_two, unconditional};

const Z: f64 = 1.959_963_984_540_054;
const Z90: f64 = 1.644_853_626_951_472_7;

fn t(hits: u64, of: u64) -> Trials {
    Trials { hits, of }
}

fn rate(t: Trials) -> f64 {
    t.hits as f64 / t.of as f64
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(
        got == expected || (got - expected).abs() <= relative * expected.abs(),
        "got {got:e}, expected {expected:e}"
    );
}

fn sizes(focal: f64, reference: f64) -> Sizes {
    Sizes { focal, reference }
}

fn rates(focal: f64, reference: f64) -> Rates {
    Rates { focal, reference }
}

const SHAPES: [Sizes; 6] = [
    Sizes { focal: 100.0, reference: 400.0 },
    Sizes { focal: 400.0, reference: 100.0 },
    Sizes { focal: 60.0, reference: 60.0 },
    Sizes { focal: 10.0, reference: 1e7 },
    Sizes { focal: 1e7, reference: 10.0 },
    Sizes { focal: 2500.0, reference: 30_000.0 },
];

/// The probability of each count of hits, term by term.
fn binomial(n: u64, p: f64) -> Vec<f64> {
    let mut terms = vec![0.0; n as usize + 1];
    terms[0] = 1.0;
    for _ in 0..n {
        for k in (0..terms.len()).rev() {
            terms[k] = terms[k] * (1.0 - p) + if k > 0 { terms[k - 1] * p } else { 0.0 };
        }
    }
    terms
}

/// The probability of all tables that `of` accepts.
fn probability(n1: u64, n0: u64, p1: f64, p0: f64, of: impl Fn(Trials, Trials) -> bool) -> f64 {
    let (b1, b0) = (binomial(n1, p1), binomial(n0, p0));
    let mut total = 0.0;
    for x1 in 0..=n1 {
        for x0 in 0..=n0 {
            if of(t(x1, n1), t(x0, n0)) {
                total += b1[x1 as usize] * b0[x0 as usize];
            }
        }
    }
    total
}

#[test]
fn a_noticeable_rate_is_the_first_with_the_wanted_power() {
    for sizes in SHAPES {
        for p0 in [0.0, 1e-4, 0.05, 0.3, 0.5, 0.9, 1.0] {
            close(
                notice::power(sizes, rates(p0, p0), Z).expect("power"),
                if p0 % 1.0 == 0.0 { 0.0 } else { 0.05 },
                1e-9,
            );
            let power = |p1: f64| notice::power(sizes, rates(p1, p0), Z).expect("power");
            for (found, end) in
                [(notice::detectable_below(sizes, p0, Z, 0.8), 0.0), (notice::detectable_above(sizes, p0, Z, 0.8), 1.0)]
            {
                let Some(found) = found else {
                    assert!(power(end) < 0.8, "{sizes:?} {p0} {end}");
                    continue;
                };
                assert_eq!((found.reference, found.difference() < 0.0), (p0, end == 0.0));
                close(power(found.focal), 0.8, 1e-7);
                // Every rate farther out is found as well, and none nearer.
                for k in 1..50 {
                    let part = f64::from(k) / 50.0;
                    assert!(power(found.focal + part * (end - found.focal)) >= 0.8 - 1e-7, "{sizes:?} {p0} {part}");
                    assert!(power(found.focal + part * (p0 - found.focal)) < 0.8, "{sizes:?} {p0} {part}");
                }
            }
        }
    }
}

#[test]
fn power_is_not_defined_without_rows_or_rates() {
    let fine = sizes(10.0, 10.0);
    for (sizes, rates, z) in [
        (sizes(0.0, 10.0), rates(0.5, 0.5), Z),
        (sizes(10.0, f64::INFINITY), rates(0.5, 0.5), Z),
        (fine, rates(1.5, 0.5), Z),
        (fine, rates(0.5, f64::NAN), Z),
        (fine, rates(0.5, 0.5), f64::NAN),
        (fine, rates(0.5, 0.5), -1.0),
        (fine, rates(0.5, 0.5), f64::INFINITY),
    ] {
        assert_eq!(notice::power(sizes, rates, z), None);
        assert_eq!(claim::power(Claim::above(Measure::Ratio, 0.8), sizes, rates, z), None);
        assert_eq!(claim::power(Claim::above(Measure::Difference, -0.1), sizes, rates, z), None);
    }
    let nan = Claim { measure: Measure::Ratio, within: Limits { low: f64::NAN, high: 1.25 } };
    assert_eq!(claim::power(nan, fine, rates(0.5, 0.5), Z), None);
    assert_eq!(claim::provable_below(Measure::Ratio, f64::NAN, fine, 0.5, Z, 0.8), None);
    assert_eq!(share::power(Limits { low: 0.1, high: 0.9 }, 0.0, 0.5, Z), None);
    assert_eq!(share::provable_above(f64::NAN, 10.0, Z, 0.8), None);
    // A power that is not more than a false alarm has no nearest rate.
    assert_eq!(notice::detectable_below(fine, 0.5, Z, 0.05), None);
    assert_eq!(claim::provable_below(Measure::Ratio, 0.8, fine, 0.5, Z, 0.02), None);
}

/// Farrington and Manning with the constrained rates found by searching the likelihood itself: the closed cubic of the
/// literature is easily misprinted.
#[test]
fn proofs_have_the_power_of_the_likeliest_rates_under_the_bound() {
    let log = |amount: f64, p: f64| if amount == 0.0 { 0.0 } else { amount * p.ln() };
    for (measure, bounds) in [(Measure::Ratio, [0.5, 0.8, 1.25]), (Measure::Difference, [-0.1, -0.02, 0.05])] {
        for bound in bounds {
            for sizes in SHAPES {
                for (p1, p0) in [(0.3, 0.3), (0.1, 0.2), (0.55, 0.5), (0.02, 0.6), (0.5, 0.5)] {
                    let focal_of = |q0: f64| if measure == Measure::Ratio { bound * q0 } else { q0 + bound };
                    let (n1, n0) = (sizes.focal, sizes.reference);
                    let likelihood = |q0: f64| {
                        let q1 = focal_of(q0);
                        log(n1 * p1, q1)
                            + log(n1 * (1.0 - p1), 1.0 - q1)
                            + log(n0 * p0, q0)
                            + log(n0 * (1.0 - p0), 1.0 - q0)
                    };
                    let low = if measure == Measure::Ratio { 0.0 } else { (-bound).max(0.0) };
                    let high = if measure == Measure::Ratio { (1.0 / bound).min(1.0) } else { (1.0 - bound).min(1.0) };
                    let q0 = peak::highest(likelihood, low + 1e-12, high - 1e-12, 80).at;
                    let weight = if measure == Measure::Ratio { bound } else { 1.0 };
                    let spread =
                        |q1: f64, q0: f64| (q1 * (1.0 - q1) / n1 + weight * weight * q0 * (1.0 - q0) / n0).sqrt();
                    let gap = p1 - focal_of(p0);
                    let expected = normal::sf((Z90 * spread(focal_of(q0), q0) - gap) / spread(p1, p0));
                    let got = claim::power(Claim::above(measure, bound), sizes, rates(p1, p0), Z90).expect("power");
                    // A searched peak is known to half the digits; a far tail magnifies what is missing.
                    assert!(
                        (got - expected).abs() <= 1e-6,
                        "{measure:?} {bound} {sizes:?} {p1} {p0}: {got} {expected}"
                    );
                }
            }
        }
    }
}

/// The large-sample figure beside the probability of every table that the test really rejects.
#[test]
fn power_is_near_the_share_of_tables_that_prove() {
    for (n1, n0, p1, p0) in [(60, 60, 0.5, 0.5), (40, 120, 0.3, 0.6), (120, 40, 0.6, 0.45)] {
        let size = sizes(n1 as f64, n0 as f64);
        for (bound, measure) in [(0.8, Measure::Ratio), (-0.15, Measure::Difference)] {
            let z = |a: Trials, b: Trials| {
                if measure == Measure::Ratio { pair::z_ratio(a, b, bound) } else { pair::z_difference(a, b, bound) }
            };
            for (claim, sign) in [(Claim::above(measure, bound), 1.0), (Claim::below(measure, bound), -1.0)] {
                let exact = probability(n1, n0, p1, p0, |a, b| sign * z(a, b) > Z);
                let got = claim::power(claim, size, rates(p1, p0), Z).expect("power");
                assert!((got - exact).abs() < 0.035, "{n1} {n0} {p1} {p0} {claim:?}: {got} {exact}");
            }
        }
        let exact = probability(n1, n0, p1, p0, |a, b| two_by_two::z_pooled(a, b).is_some_and(|z| z.abs() > Z));
        let got = notice::power(size, rates(p1, p0), Z).expect("power");
        assert!((got - exact).abs() < 0.035, "{n1} {n0} {p1} {p0}: {got} {exact}");
    }
}

#[test]
fn on_its_bound_a_claim_is_proved_by_mistake_only() {
    for sizes in SHAPES {
        for p0 in [0.1, 0.5, 0.75] {
            for (measure, bound, p1) in [
                (Measure::Ratio, 0.8, 0.8 * p0),
                (Measure::Ratio, 1.25, 1.25 * p0),
                (Measure::Difference, -0.05, p0 - 0.05),
                (Measure::Difference, 0.2, p0 + 0.2),
            ] {
                for claim in [Claim::above(measure, bound), Claim::below(measure, bound)] {
                    close(claim::power(claim, sizes, rates(p1, p0), Z).expect("power"), 0.025, 1e-6);
                    let needed = claim::rows_needed(claim, 100, 400, rates(p1, p0), Z, 0.8);
                    assert_eq!(needed, None, "no number of rows proves what is not so");
                }
            }
            let within = Limits { low: p0, high: 1.0 };
            close(share::power(within, sizes.focal, p0, Z).expect("power"), 0.025, 1e-9);
            assert_eq!(share::rows_needed(within, 100, p0, Z, 0.8), None);
        }
    }
}

#[test]
fn claims_mirror() {
    for s in SHAPES {
        let turned = sizes(s.reference, s.focal);
        for (p1, p0) in [(0.2, 0.3), (0.45, 0.4), (0.9, 0.99), (0.0, 0.2)] {
            let (truth, back) = (rates(p1, p0), rates(p0, p1));
            let power = |claim: Claim, sizes: Sizes, rates: Rates| claim::power(claim, sizes, rates, Z).expect("power");
            for bound in [0.5, 0.8, 1.25] {
                let a = power(Claim::above(Measure::Ratio, bound), s, truth);
                close(power(Claim::below(Measure::Ratio, 1.0 / bound), turned, back), a, 1e-7);
            }
            for bound in [-0.3, -0.05, 0.1] {
                let a = power(Claim::above(Measure::Difference, bound), s, truth);
                close(power(Claim::below(Measure::Difference, -bound), turned, back), a, 1e-7);
            }
        }
    }
}

#[test]
fn bounds_at_the_ends_bind_nothing() {
    let (s, truth) = (sizes(50.0, 80.0), rates(0.3, 0.4));
    let power =
        |measure, low, high| claim::power(Claim { measure, within: Limits { low, high } }, s, truth, Z).expect("power");
    for (measure, bottom, top, low, high) in
        [(Measure::Ratio, 0.0, f64::INFINITY, 0.4, 1.5), (Measure::Difference, -1.0, 1.0, -0.3, 0.15)]
    {
        assert_eq!(power(measure, bottom, top), 1.0);
        assert_eq!(power(measure, top, top), 0.0);
        assert_eq!(power(measure, bottom, bottom), 0.0);
        let (above, below) = (power(measure, low, top), power(measure, bottom, high));
        assert!(above < 1.0 && below < 1.0 && above + below > 1.0, "{above} {below}");
        close(power(measure, low, high), above + below - 1.0, 1e-12);
        assert_eq!(power(measure, high, low), 0.0);
    }
    let one = |low, high| share::power(Limits { low, high }, 50.0, 0.3, Z).expect("power");
    assert_eq!((one(0.0, 1.0), one(1.0, 1.0), one(0.0, 0.0)), (1.0, 0.0, 0.0));
    close(one(0.15, 0.5), one(0.15, 1.0) + one(0.0, 0.5) - 1.0, 1e-12);
}

/// The nearest provable rate has the wanted power; rates farther out have more, nearer ones less.
#[test]
fn a_provable_rate_is_the_first_with_the_wanted_power() {
    let mut found = 0;
    for sizes in SHAPES {
        for p0 in [0.01, 0.3, 0.5, 0.95] {
            for (measure, bound) in [
                (Measure::Ratio, 0.8),
                (Measure::Ratio, 1.0),
                (Measure::Ratio, 1.25),
                (Measure::Difference, -0.05),
                (Measure::Difference, 0.1),
            ] {
                for (claim, rates, end) in [
                    (Claim::below(measure, bound), claim::provable_below(measure, bound, sizes, p0, Z, 0.8), 0.0),
                    (Claim::above(measure, bound), claim::provable_above(measure, bound, sizes, p0, Z, 0.8), 1.0),
                ] {
                    let power =
                        |p1: f64| claim::power(claim, sizes, Rates { focal: p1, reference: p0 }, Z).expect("power");
                    let Some(Rates { focal, reference }) = rates else {
                        assert!(power(end) < 0.8, "{claim:?} {sizes:?} {p0}");
                        continue;
                    };
                    found += 1;
                    assert_eq!(reference, p0);
                    if power(focal) > 0.8 + 1e-6 {
                        // Where the bound lies beyond every rate, every rate is proved.
                        assert!(focal + end == 1.0, "{claim:?} {sizes:?} {p0} {focal}");
                        continue;
                    }
                    close(power(focal), 0.8, 1e-6);
                    for k in 0..=40 {
                        let p1 = f64::from(k) / 40.0;
                        let farther = (p1 - focal) * (end - focal) > 0.0;
                        assert_eq!(farther, power(p1) > 0.8, "{claim:?} {sizes:?} {p0} {focal} {p1}");
                    }
                }
            }
        }
    }
    assert!(found > 60, "{found}");
}

/// A rate proved below four fifths lies farther from parity than one that is only noticed.
#[test]
fn the_two_smallest_gaps_are_different_questions() {
    let s = sizes(100.0, 400.0);
    let noticed = notice::detectable_below(s, 0.3, Z, 0.8).and_then(Rates::ratio).expect("found");
    let violation = claim::provable_below(Measure::Ratio, 0.8, s, 0.3, Z, 0.8).and_then(Rates::ratio).expect("found");
    close(noticed, 0.552_040_019_506_334, 1e-9);
    assert!(violation < noticed && violation > 0.3, "{violation}");
}

#[test]
fn provable_shares_mirror_and_have_the_wanted_power() {
    for n in [20.0, 300.0, 1e6] {
        for bound in [0.01, 0.3, 0.5, 0.98] {
            let below = share::provable_below(bound, n, Z, 0.8);
            let above = share::provable_above(1.0 - bound, n, Z, 0.8);
            match (below, above) {
                (Some(below), Some(above)) => {
                    assert!(below < bound);
                    close(below, 1.0 - above, 1e-9);
                    if below > 0.0 {
                        close(share::power(Limits { low: 0.0, high: bound }, n, below, Z).expect("power"), 0.8, 1e-7);
                    }
                }
                (below, above) => assert!(below.is_none() && above.is_none() && n * bound < 50.0, "{n} {bound}"),
            }
        }
    }
}

#[test]
fn growth_is_enough_and_one_row_less_is_not() {
    let claims = [
        (Claim::above(Measure::Ratio, 0.8), rates(0.3, 0.3)),
        (Claim::below(Measure::Ratio, 0.8), rates(0.1, 0.3)),
        (Claim::above(Measure::Difference, -0.05), rates(0.5, 0.5)),
        (Claim { measure: Measure::Ratio, within: Limits { low: 0.8, high: 1.25 } }, rates(0.3, 0.3)),
        (Claim { measure: Measure::Difference, within: Limits { low: -0.1, high: 0.1 } }, rates(0.33, 0.3)),
        (Claim::above(Measure::Ratio, 0.8), rates(0.2402, 0.3)),
    ];
    for (claim, truth) in claims {
        for (n1, n0) in [(1, 1), (7, 900), (100, 400)] {
            let found = claim::rows_needed(claim, n1, n0, truth, Z, 0.8).expect("enough rows exist");
            let power = |n: u64| {
                let factor = n as f64 / n1 as f64;
                claim::power(claim, sizes(n as f64, n0 as f64 * factor), truth, Z).expect("power")
            };
            let n = n1 + found.more;
            close(found.factor, n as f64 / n1 as f64, 1e-15);
            assert!(
                power(n) >= 0.8 - 1e-12 && (found.more == 0 || power(n - 1) < 0.8 + 1e-12),
                "{claim:?} {n1} {n0} {found:?}"
            );
        }
        let plenty = claim::rows_needed(claim, 500_000_000, 500_000_000, truth, Z, 0.8).expect("plenty");
        assert_eq!((plenty.factor, plenty.more), (1.0, 0));
    }
    // The opposite of what is so is never proved.
    assert_eq!(claim::rows_needed(Claim::above(Measure::Ratio, 0.8), 100, 400, rates(0.2, 0.3), Z, 0.8), None);
    assert_eq!(claim::rows_needed(Claim::above(Measure::Ratio, 0.8), 0, 400, rates(0.3, 0.3), Z, 0.8), None);
    assert_eq!(growth(3, 0.8, |_| None), None);
    assert_eq!(growth(u64::MAX, 0.8, |_| Some(0.5)), None);
    assert_eq!(
        growth(3, 0.8, |f| Some(if f >= 1e9 / 3.0 { 1.0 } else { 0.0 })).map(|g| g.more),
        Some(1_000_000_000 - 3)
    );
    let found = share::rows_needed(Limits { low: 0.0, high: 0.3 }, 50, 0.25, Z, 0.8).expect("enough");
    let power = |n: u64| share::power(Limits { low: 0.0, high: 0.3 }, n as f64, 0.25, Z).expect("power");
    assert!(power(50 + found.more) >= 0.8 && power(49 + found.more) < 0.8);
}

#[test]
fn exact_limits_have_their_tails() {
    for n in [1, 2, 7, 20] {
        for x in 0..=n {
            let tail = 0.025;
            let cp = exact_share::clopper_pearson(t(x, n), tail).expect("trials");
            let mid = exact_share::mid_p(t(x, n), tail).expect("trials");
            let jeffreys = exact_share::jeffreys(t(x, n), tail).expect("trials");
            let at_least = |p: f64| binomial(n, p)[x as usize..].iter().sum::<f64>();
            let half = |p: f64| 0.5 * binomial(n, p)[x as usize];
            if x > 0 {
                close(at_least(cp.low), tail, 1e-10);
                close(at_least(mid.low) - half(mid.low), tail, 1e-10);
            } else {
                assert_eq!((cp.low, mid.low, jeffreys.low), (0.0, 0.0, 0.0));
            }
            assert!(cp.low <= mid.low && mid.high <= cp.high && cp.low <= jeffreys.low && jeffreys.high <= cp.high);
            for limits in [exact_share::clopper_pearson, exact_share::mid_p, exact_share::jeffreys] {
                let (limit, back) =
                    (limits(t(x, n), tail).expect("trials"), limits(t(n - x, n), tail).expect("trials"));
                assert!(limit.contains(rate(t(x, n))));
                close(1.0 - back.low, limit.high, 1e-12);
            }
        }
    }
    for limits in [exact_share::clopper_pearson, exact_share::mid_p, exact_share::jeffreys] {
        for tail in [0.0, 0.5, 0.7, -0.1, f64::NAN] {
            assert_eq!(limits(t(3, 10), tail), None);
        }
        assert_eq!(limits(t(0, 0), 0.025), None);
        for n in [10_000_000, 1_000_000_000] {
            for x in [1, n / 3, n - 1] {
                let limits = limits(t(x, n), 0.025).expect("trials");
                assert!(limits.contains(rate(t(x, n))) && limits.low > 0.0 && limits.high <= 1.0);
                // Near Wilson wherever there are many of both kinds.
                if x == n / 3 {
                    let wilson = evenhand::inference::share::wilson(t(x, n), Z).expect("trials");
                    close(limits.low, wilson.low, 1e-6);
                }
            }
        }
        // Hits beyond the trials count as all of them.
        assert_eq!(limits(t(12, 10), 0.025), limits(t(10, 10), 0.025));
    }
}

/// The p-value of an unconditional test by the largest of many rates, with no use of the order of tables.
fn slow_unconditional(focal: Trials, reference: Trials, score: impl Fn(Trials, Trials) -> f64) -> f64 {
    let observed = score(focal, reference);
    let extreme = |a: Trials, b: Trials| score(a, b) <= observed + 1e-9 * observed.abs();
    let at = |p: f64| probability(focal.of, reference.of, p, p, extreme);
    (0..=400).map(|k| at(f64::from(k) / 400.0)).fold(0.0, f64::max)
}

#[test]
fn unconditional_tests_are_the_largest_chance_of_all_rates() {
    for (n1, n0) in [(1, 1), (2, 7), (5, 4)] {
        for x1 in 0..=n1 {
            for x0 in 0..=n0 {
                let (a, b) = (t(x1, n1), t(x0, n0));
                let z = |a: Trials, b: Trials| two_by_two::z_pooled(a, b).unwrap_or(0.0);
                let barnard = unconditional::barnard(a, b).expect("few tables");
                let boschloo = unconditional::boschloo(a, b).expect("few tables");
                for (got, slow) in [
                    (barnard.less, slow_unconditional(a, b, z)),
                    (barnard.greater, slow_unconditional(a, b, |a, b| -z(a, b))),
                    (boschloo.less, slow_unconditional(a, b, |a, b| fisher(a, b).less)),
                    (boschloo.greater, slow_unconditional(a, b, |a, b| fisher(a, b).greater)),
                ] {
                    assert!(got >= slow - 1e-12 && got <= slow * 1.0005, "{a:?} {b:?}: {got} {slow}");
                }
                assert!(boschloo.less <= fisher(a, b).less + 1e-12 && boschloo.greater <= fisher(a, b).greater + 1e-12);
                for p in [barnard, boschloo] {
                    assert_eq!(p.two_sided, (2.0 * p.less.min(p.greater)).min(1.0));
                }
                if (x1 + x0) % (n1 + n0) == 0 {
                    assert_eq!((barnard.less, barnard.greater), (1.0, 1.0));
                }
            }
        }
    }
}

#[test]
fn unconditional_tests_hold_their_level_at_every_rate() {
    for (n1, n0) in [(5, 7), (2, 20)] {
        for test in [unconditional::barnard, unconditional::boschloo] {
            let mut rejected = Vec::new();
            for x1 in 0..=n1 {
                for x0 in 0..=n0 {
                    if test(t(x1, n1), t(x0, n0)).is_some_and(|p| p.less <= 0.05) {
                        rejected.push((x1, x0));
                    }
                }
            }
            assert!(!rejected.is_empty());
            for k in 0..=300 {
                let p = f64::from(k) / 300.0;
                let size = probability(n1, n0, p, p, |a, b| rejected.contains(&(a.hits, b.hits)));
                assert!(size <= 0.05 + 1e-9, "{n1} {n0} {p} {size}");
            }
        }
    }
}

#[test]
fn unconditional_tests_at_the_ends_of_their_range() {
    let tables = [(t(0, 0), t(3, 10)), (t(3, 10), t(0, 0)), (t(100, 400), t(3, 400)), (t(1, 2), t(3, u64::MAX))];
    for (a, b) in tables {
        assert_eq!((unconditional::barnard(a, b), unconditional::boschloo(a, b)), (None, None));
    }
    // One in one against none in many: largest at a rate of 1/n, between the first places of an even grid.
    let many = 49_998;
    let p = unconditional::barnard(t(1, 1), t(0, many)).expect("few tables").greater;
    let best = 1.0 / (many as f64 + 1.0);
    close(p, best * (1.0 - best).powf(many as f64), 1e-9);
    // All against none, in a tail that a subtraction from 1 would lose.
    let p = unconditional::boschloo(t(0, 60), t(60, 60)).expect("few tables").less;
    close(p, 0.5_f64.powi(120), 1e-9);
}

/// Laud's statistic written down again: the root of a quadratic, from the constrained rates.
fn slow_skew(focal: Trials, reference: Trials, r: f64) -> Option<f64> {
    let likely = evenhand::inference::constrained::under_ratio(focal, reference, r);
    let (n1, n0) = (focal.of as f64, reference.of as f64);
    let third = |p: f64, n: f64| p * (1.0 - p) * (1.0 - 2.0 * p) / (n * n);
    let v = likely.variance * (n1 + n0) / (n1 + n0 - 1.0);
    let s = (rate(focal) - r * rate(reference)) / v.sqrt();
    let a = (third(likely.focal, n1) - r * r * r * third(likely.reference, n0)) / (6.0 * v * v.sqrt());
    let discriminant = 1.0 + 4.0 * a * (s + a);
    (v > 0.0).then(|| {
        assert!(discriminant > 0.0, "{focal:?} {reference:?} {r}: no real root");
        // Away from a = 0 the textbook form; it loses digits there.
        if a.abs() > 1e-3 { (discriminant.sqrt() - 1.0) / (2.0 * a) } else { s + a - a * s * s }
    })
}

#[test]
fn the_skewness_correction_has_a_root_for_every_table() {
    for (n1, n0) in [(1, 1), (2, 20), (5, 30), (30, 4), (15, 200)] {
        for x1 in 0..=n1 {
            for x0 in 0..=n0 {
                for r in [0.02, 0.3, 0.8, 1.0, 1.25, 4.0, 60.0] {
                    let (a, b) = (t(x1, n1), t(x0, n0));
                    let Some(slow) = slow_skew(a, b, r) else { continue };
                    let got = skew::z_ratio(a, b, r);
                    assert!((got - slow).abs() < 1e-4 * (1.0 + slow.abs()), "{a:?} {b:?} {r}: {got} {slow}");
                }
            }
        }
    }
}

/// Enumerated with the rates of the reference group from .05 to .95: the largest chance to prove compliance by mistake at
/// a ratio of exactly four fifths, at the nominal 5 %.
#[test]
fn the_skewness_correction_keeps_the_level_better() {
    let largest = |z: fn(Trials, Trials, f64) -> f64| {
        let proves: Vec<Vec<bool>> =
            (0..=15).map(|x1| (0..=200).map(|x0| z(t(x1, 15), t(x0, 200), 0.8) > Z90).collect()).collect();
        let accepted = |a: Trials, b: Trials| proves[a.hits as usize][b.hits as usize];
        let size = |p0: f64| probability(15, 200, 0.8 * p0, p0, accepted);
        (10..=190).map(|k| size(f64::from(k) * 0.005)).fold(0.0, f64::max)
    };
    let (plain, corrected) = (largest(pair::z_ratio), largest(skew::z_ratio));
    assert!((plain - 0.081).abs() < 0.0005, "{plain}");
    assert!((corrected - 0.0675).abs() < 0.0005, "{corrected}");
}

#[test]
fn skew_limits_are_where_the_statistic_is_z() {
    let groups =
        [t(0, 3), t(1, 1), t(3, 3), t(2, 15), t(15, 15), t(0, 40), t(30, 200), t(1, 1000), t(5_000_000, 10_000_000)];
    for a in groups {
        for b in groups {
            for z in [Z90, Z, 4.0] {
                let ratio = skew::score_ratio(a, b, z).expect("two groups");
                let back = skew::score_ratio(b, a, z).expect("two groups");
                // With a handful of rows the corrected statistic may stay below z however small the ratio.
                let bounded = b.hits == 0 || skew::z_ratio(a, b, 1e-100) < z;
                assert_eq!(a.hits == 0 || (bounded && ratio.low == 0.0), ratio.low == 0.0, "{a:?} {b:?} {ratio:?}");
                close(back.high, 1.0 / ratio.low, 1e-12);
                for (limit, target) in [(ratio.low, z), (ratio.high, -z)] {
                    if limit > 0.0 && limit.is_finite() {
                        let (before, after) = (limit * (1.0 - 1e-9), limit * (1.0 + 1e-9));
                        assert!(skew::z_ratio(a, b, before) > target - 1e-9, "{a:?} {b:?} {z} {limit}");
                        assert!(skew::z_ratio(a, b, after) < target + 1e-9, "{a:?} {b:?} {z} {limit}");
                    }
                }
                let d = skew::score_difference(a, b, z).expect("two groups");
                let back = skew::score_difference(b, a, z).expect("two groups");
                assert_eq!(d, Limits { low: -back.high, high: -back.low });
                for (limit, target) in [(d.low, z), (d.high, -z)] {
                    assert!(
                        limit.abs() == 1.0 || skew::z_difference(a, b, limit - 1e-9) > target - 1e-9,
                        "{a:?} {b:?} {z} {d:?}"
                    );
                    assert!(
                        limit.abs() == 1.0 || skew::z_difference(a, b, limit + 1e-9) < target + 1e-9,
                        "{a:?} {b:?} {z} {d:?}"
                    );
                }
                if a.hits + b.hits > 0 {
                    assert!(ratio.contains(rate(a) / rate(b)) && d.contains(rate(a) - rate(b)), "{a:?} {b:?}");
                }
            }
        }
    }
    assert_eq!(skew::score_ratio(t(0, 0), t(1, 2), Z), None);
    assert_eq!(skew::score_difference(t(1, 2), t(0, 0), Z), None);
    assert_eq!(skew::z_ratio(t(0, 0), t(1, 2), 0.8), 0.0);
    // Two large groups have no skewness to speak of.
    let (a, b) = (t(3_000_000, 10_000_000), t(4_000_000, 10_000_000));
    close(skew::z_ratio(a, b, 0.7502), pair::z_ratio(a, b, 0.7502), 1e-3);
}

/// mpmath 1.4.1, 40 digits: quad of the beta density on the log-odds of one rate times the regularized incomplete beta
/// function.
#[test]
fn posteriors_of_extreme_counts() {
    for (a, b, tau, below) in [
        (t(0, 10), t(0, 12), 0.8, 0.435_769_876_222_053_65),
        (t(0, 40), t(25, 40), 0.8, 0.999_999_999_581_012_6),
        (t(10, 10), t(12, 12), 0.8, 0.023_106_411_420_822_214),
        (t(10, 10), t(12, 12), 1.25, 0.987_388_062_561_714_6),
        (t(3, 10), t(400, 1000), 1.25, 0.896_427_961_256_374_3),
        (t(900, 1000), t(2, 10), 3.0, 0.255_347_998_293_100_7),
        (t(500, 1000), t(10, 1000), 0.8, 7.703_379_275_230_7e-204),
    ] {
        let posterior = Posterior::jeffreys(a, b).expect("two groups");
        close(posterior.sides(tau).expect("settles").below, below, 1e-11);
    }
}

#[test]
fn posterior_sides_are_complements_and_mirror() {
    let groups = [t(0, 1), t(1, 1), t(3, 10), t(999, 1000), t(4_000_000, 10_000_000), t(0, 10_000_000)];
    for a in groups {
        for b in groups {
            let (there, back) =
                (Posterior::jeffreys(a, b).expect("groups"), Posterior::jeffreys(b, a).expect("groups"));
            for tau in [1e-6, 0.3, 0.8, 1.0, 1.25, 50.0] {
                let sides = there.sides(tau).expect("settles");
                let mirrored = back.sides(1.0 / tau).expect("settles");
                close(sides.below + sides.above, 1.0, 1e-10);
                close(mirrored.above, sides.below, 1e-9);
            }
            let (median, limits) = (there.quantile(0.5).expect("settles"), there.limits(0.95).expect("settles"));
            assert!(limits.low < median && median < limits.high, "{a:?} {b:?} {limits:?} {median}");
            close(there.sides(limits.low).expect("settles").below, 0.025, 1e-7);
            close(there.sides(limits.high).expect("settles").above, 0.025, 1e-7);
            close(back.quantile(0.5).expect("settles"), 1.0 / median, 1e-7);
            close(there.between(limits.low, limits.high).expect("settles"), 0.95, 1e-7);
        }
    }
    assert_eq!(Posterior::jeffreys(t(0, 0), t(1, 2)), None);
    assert_eq!(Posterior::jeffreys(t(1, 2), t(0, 0)), None);
    let posterior = Posterior::jeffreys(t(1, 2), t(1, 2)).expect("groups");
    assert!(posterior.sides(f64::NAN).is_err() && posterior.sides(-1.0).is_err() && posterior.quantile(1.0).is_err());
    assert_eq!(posterior.sides(0.0).map(|s| s.above), Ok(1.0));
    assert_eq!(posterior.sides(f64::INFINITY).map(|s| s.below), Ok(1.0));
}

/// Against ten million rows the other rate is as good as known.
#[test]
fn a_posterior_against_a_known_rate_is_that_of_one_share() {
    let (few, many) = (t(3, 10), t(5_000_000, 10_000_000));
    for tau in [0.5, 0.8, 1.0, 1.3] {
        let expected = beta::ibeta(3.5, 7.5, 0.5 * tau).expect("converges");
        close(Posterior::jeffreys(few, many).expect("groups").sides(tau).expect("settles").below, expected, 1e-6);
        close(Posterior::jeffreys(many, few).expect("groups").sides(1.0 / tau).expect("settles").above, expected, 1e-6);
    }
}

/// The midpoint rule on a fine grid of both rates.
#[test]
fn a_posterior_is_the_share_of_a_fine_grid() {
    let (a, b) = (t(7, 20), t(18, 30));
    let cells = 20_000;
    let steps = (0..cells).map(|k| (f64::from(k) + 0.5) / f64::from(cells));
    for tau in [0.4, 0.8, 1.2] {
        let density = |p: f64| (17.5 * p.ln() + 11.5 * (1.0 - p).ln()).exp();
        let cdf = |p: f64| beta::ibeta(7.5, 13.5, p.min(1.0)).expect("converges");
        let (mut over, mut under) = (0.0, 0.0);
        for p in steps.clone() {
            over += density(p) * cdf(tau * p);
            under += density(p);
        }
        close(Posterior::jeffreys(a, b).expect("groups").sides(tau).expect("settles").below, over / under, 1e-7);
    }
}

#[test]
fn families_of_evidence() {
    let e = [120.0, f64::NAN, 45.0, 0.0, 30.0, f64::INFINITY, 8.0];
    let adjusted = family::e_benjamini_hochberg(&e);
    assert!(adjusted[1].is_nan());
    let members: Vec<f64> = e.iter().copied().filter(|e| !e.is_nan()).collect();
    for bar in [1.0, 5.0, 20.0, 41.0, 100.0] {
        // The definition: the largest k whose k-th largest value times k/m reaches the bar.
        let mut sorted = members.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let reaches = |k: usize| k as f64 * sorted[k - 1] / sorted.len() as f64 >= bar;
        let alarms = (1..=sorted.len()).rev().find(|&k| reaches(k)).unwrap_or(0);
        assert_eq!(adjusted.iter().filter(|&&a| a >= bar).count(), alarms, "{bar}");
    }
    // p-values of 1/e have the same alarms under Benjamini and Hochberg.
    let p: Vec<f64> = e.iter().map(|e| 1.0 / e).collect();
    let bh = family::benjamini_hochberg(&p);
    let by = family::benjamini_yekutieli(&p);
    let price = 1.0 + 1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0 + 1.0 / 5.0 + 1.0 / 6.0;
    for i in (0..e.len()).filter(|&i| !e[i].is_nan()) {
        close(bh[i], (1.0 / adjusted[i]).min(1.0), 1e-12);
        close(by[i], (price * bh[i]).min(1.0), 1e-12);
    }
    assert!(by[1].is_nan());
    assert!(family::e_benjamini_hochberg(&[]).is_empty() && family::benjamini_yekutieli(&[]).is_empty());
}
