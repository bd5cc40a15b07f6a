//! Laws of evidence and limits that hold at every look, beside enumerations of every outcome.

use evenhand::cell::Trials;
use evenhand::inference::limits::Limits;
use evenhand::inference::measure::Measure;
use evenhand::inference::sequence::hypothesis::{Hypothesis, Relation};
use evenhand::inference::sequence::process::Process;
use evenhand::inference::sequence::share::ShareProcess;
use evenhand::inference::sequence::{Period, limits, mean, mixture};
use proptest::prelude::*;

fn t(hits: u64, of: u64) -> Trials {
    Trials { hits, of }
}

fn period(x1: u64, n1: u64, x0: u64, n0: u64) -> Period {
    Period { focal: t(x1, n1), reference: t(x0, n0) }
}

fn hypothesis(measure: Measure, relation: Relation, bound: f64) -> Hypothesis {
    Hypothesis::new(measure, relation, bound).expect("a bound")
}

#[track_caller]
fn close(got: f64, expected: f64, relative: f64) {
    assert!(
        got == expected || (got - expected).abs() <= relative * expected.abs(),
        "got {got:e}, expected {expected:e}"
    );
}

const RELATIONS: [Relation; 3] = [Relation::AtLeast, Relation::AtMost, Relation::Exactly];

/// What is bet against: four fifths, its inverse, equality, and differences.
const BOUNDS: [(Measure, f64); 8] = [
    (Measure::Ratio, 0.8),
    (Measure::Ratio, 1.0),
    (Measure::Ratio, 1.25),
    (Measure::Ratio, 0.1),
    (Measure::Difference, 0.0),
    (Measure::Difference, -0.1),
    (Measure::Difference, 0.05),
    (Measure::Difference, 0.6),
];

/// Earlier periods from which very different bets follow.
const HISTORIES: [Period; 7] = [
    Period { focal: Trials { hits: 20, of: 40 }, reference: Trials { hits: 35, of: 60 } },
    Period { focal: Trials { hits: 0, of: 30 }, reference: Trials { hits: 30, of: 30 } },
    Period { focal: Trials { hits: 30, of: 30 }, reference: Trials { hits: 0, of: 30 } },
    Period { focal: Trials { hits: 0, of: 1000 }, reference: Trials { hits: 0, of: 30 } },
    Period { focal: Trials { hits: 30, of: 30 }, reference: Trials { hits: 100_000, of: 100_000 } },
    Period { focal: Trials { hits: 3, of: 30 }, reference: Trials { hits: 900, of: 1000 } },
    Period { focal: Trials { hits: 70, of: 100 }, reference: Trials { hits: 30, of: 90 } },
];

/// Sizes of a small period.
const SIZES: [(u64, u64); 4] = [(1, 1), (2, 6), (7, 3), (5, 5)];

/// The rates of a grid of 50 by 50 and its edges for which the hypothesis holds.
fn rates_under(measure: Measure, relation: Relation, bound: f64) -> Vec<(f64, f64)> {
    let mut rates = Vec::new();
    for i in 0..=50 {
        let p0 = f64::from(i) / 50.0;
        let edge = if measure == Measure::Ratio { bound * p0 } else { p0 + bound };
        let inside = |p1: f64| match relation {
            Relation::AtLeast => p1 >= edge,
            Relation::AtMost => p1 <= edge,
            Relation::Exactly => false,
        };
        rates.extend((0..=50).map(|k| f64::from(k) / 50.0).filter(|&p1| inside(p1)).map(|p1| (p1, p0)));
        if (0.0..=1.0).contains(&edge) {
            rates.push((edge, p0));
        }
    }
    rates
}

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

/// The expectation of something about the counts of a period, over every outcome.
fn expectation(n1: u64, n0: u64, p1: f64, p0: f64, value: &[Vec<f64>]) -> f64 {
    let (b1, b0) = (binomial(n1, p1), binomial(n0, p0));
    let inner = |row: &Vec<f64>| row.iter().zip(&b0).map(|(e, w)| e * w).sum::<f64>();
    value.iter().zip(&b1).map(|(row, w)| w * inner(row)).sum()
}

/// No stake is expected to grow under any rates for which the hypothesis holds, whatever was bet: all outcomes of small
/// periods, on a grid of 50 by 50 rates and the edge of the hypothesis.
#[test]
fn no_bet_is_expected_to_win_while_the_hypothesis_is_true() {
    let mut highest: f64 = 0.0;
    for (measure, bound) in BOUNDS {
        for relation in RELATIONS {
            let h = hypothesis(measure, relation, bound);
            let rates = rates_under(measure, relation, bound);
            assert!(rates.len() > 10, "{h:?}");
            for history in HISTORIES {
                let start = Process::over(h, &[history]);
                for (n1, n0) in SIZES {
                    let factor = |x1: u64, x0: u64| {
                        let mut process = start;
                        process.observe(period(x1, n1, x0, n0));
                        process.evidence().log_e().exp()
                    };
                    let factors: Vec<Vec<f64>> =
                        (0..=n1).map(|x1| (0..=n0).map(|x0| factor(x1, x0)).collect()).collect();
                    for &(p1, p0) in &rates {
                        let expected = expectation(n1, n0, p1, p0, &factors);
                        assert!(expected <= 1.0 + 1e-9, "{h:?} {history:?} {n1} {n0} {p1} {p0}: {expected}");
                        highest = highest.max(expected);
                    }
                }
            }
        }
    }
    // On the edge of the hypothesis some bet is fair: the bound of 1 is reached.
    assert!(highest > 1.0 - 1e-9, "{highest}");
}

/// The same bets do win where the earlier rates go on.
#[test]
fn bets_win_when_the_rates_go_on() {
    for (relation, history) in [(Relation::AtLeast, HISTORIES[5]), (Relation::AtMost, HISTORIES[6])] {
        let start = Process::over(hypothesis(Measure::Ratio, relation, 0.8), &[history]);
        let factor = |x1: u64, x0: u64| {
            let mut process = start;
            process.observe(period(x1, 7, x0, 3));
            process.evidence().log_e().exp()
        };
        let factors: Vec<Vec<f64>> = (0..=7).map(|x1| (0..=3).map(|x0| factor(x1, x0)).collect()).collect();
        let rate = |t: Trials| (t.hits as f64 + 0.5) / (t.of as f64 + 1.0);
        assert!(expectation(7, 3, rate(history.focal), rate(history.reference), &factors) > 1.2);
    }
}

#[test]
fn no_bet_on_a_share_is_expected_to_win_while_its_bound_holds() {
    for relation in RELATIONS {
        for bound in [0.05, 0.5, 0.9] {
            for history in [t(0, 30), t(30, 30), t(15, 31), t(2, 500), t(40, 60)] {
                for n in [1, 4, 9] {
                    let factor = |x: u64| {
                        let mut process = ShareProcess::new(relation, bound).expect("a bound");
                        process.observe(history);
                        process.observe(t(x, n));
                        process.evidence().log_e().exp()
                    };
                    let factors: Vec<f64> = (0..=n).map(factor).collect();
                    for k in 0..=100 {
                        let p = match relation {
                            Relation::AtLeast => bound + (1.0 - bound) * f64::from(k) / 100.0,
                            Relation::AtMost => bound * f64::from(k) / 100.0,
                            Relation::Exactly => bound,
                        };
                        let expected: f64 = binomial(n, p).iter().zip(&factors).map(|(w, e)| w * e).sum();
                        assert!(expected <= 1.0 + 1e-9, "{relation:?} {bound} {history:?} {n} {p}: {expected}");
                    }
                    if relation == Relation::Exactly {
                        let expected: f64 = binomial(n, bound).iter().zip(&factors).map(|(w, e)| w * e).sum();
                        close(expected, 1.0, 1e-9);
                    }
                }
            }
        }
    }
    for bound in [0.0, 1.0, -0.5, f64::NAN] {
        assert_eq!(ShareProcess::new(Relation::AtLeast, bound), None);
    }
}

#[test]
fn bounds_that_nothing_refutes_are_no_hypotheses() {
    for bound in [0.0, -1.0, f64::INFINITY, f64::NAN] {
        assert_eq!(Hypothesis::new(Measure::Ratio, Relation::AtLeast, bound), None);
    }
    for bound in [-1.0, 1.0, 2.0, f64::NAN] {
        assert_eq!(Hypothesis::new(Measure::Difference, Relation::AtLeast, bound), None);
    }
}

/// The bet written down again: every row by itself, in the order given, against the nearest rates, which a search over
/// the edge of the hypothesis finds.
fn slow_log_e(measure: Measure, relation: Relation, bound: f64, periods: &[(Vec<bool>, Vec<bool>)]) -> f64 {
    let mut total = 0.0;
    let (mut s1, mut n1, mut s0, mut n0) = (0.0, 0.0, 0.0, 0.0);
    for (focal, reference) in periods {
        if focal.is_empty() || reference.is_empty() {
            continue;
        }
        let (th1, th0) = ((s1 + 0.5) / (n1 + 1.0), (s0 + 0.5) / (n0 + 1.0));
        let edge = |q0: f64| if measure == Measure::Ratio { bound * q0 } else { q0 + bound };
        let holds = match relation {
            Relation::AtLeast => th1 >= edge(th0),
            Relation::AtMost => th1 <= edge(th0),
            Relation::Exactly => false,
        };
        if n1 >= 30.0 && n0 >= 30.0 && !holds {
            let (m1, m0) = (focal.len() as f64, reference.len() as f64);
            let distance = |th: f64, q: f64| th * (th / q).ln() + (1.0 - th) * ((1.0 - th) / (1.0 - q)).ln();
            let far = |q0: f64| m1 * distance(th1, edge(q0)) + m0 * distance(th0, q0);
            let (low, high) = match measure {
                Measure::Ratio => (0.0, (1.0 / bound).min(1.0)),
                Measure::Difference => ((-bound).max(0.0), (1.0 - bound).min(1.0)),
            };
            let (mut low, mut high) = (low + 1e-12, high - 1e-12);
            for _ in 0..200 {
                let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
                if far(a) <= far(b) {
                    high = b;
                } else {
                    low = a;
                }
            }
            let (q1, q0) = (edge(low), low);
            for (rows, th, q) in [(focal, th1, q1), (reference, th0, q0)] {
                for &hit in rows {
                    total += if hit { (th / q).ln() } else { ((1.0 - th) / (1.0 - q)).ln() };
                }
            }
        }
        let hits = |rows: &[bool]| rows.iter().filter(|&&hit| hit).count() as f64;
        s1 += hits(focal);
        n1 += focal.len() as f64;
        s0 += hits(reference);
        n0 += reference.len() as f64;
    }
    total
}

fn counts(rows: &[bool]) -> Trials {
    t(rows.iter().filter(|&&hit| hit).count() as u64, rows.len() as u64)
}

fn any_period() -> impl Strategy<Value = Period> {
    let group = || (0_u64..400).prop_flat_map(|of| (0..=of).prop_map(move |hits| Trials { hits, of }));
    (group(), group()).prop_map(|(focal, reference)| Period { focal, reference })
}

fn any_hypothesis() -> impl Strategy<Value = Hypothesis> {
    (0..BOUNDS.len(), 0..RELATIONS.len()).prop_map(|(bound, relation)| {
        let (measure, bound) = BOUNDS[bound];
        hypothesis(measure, RELATIONS[relation], bound)
    })
}

proptest! {
    #[test]
    fn evidence_is_that_of_the_rows_one_by_one(
        mut rows in prop::collection::vec(
            (prop::collection::vec(any::<bool>(), 0..60), prop::collection::vec(any::<bool>(), 0..60)), 1..6),
        bound in 0..BOUNDS.len(), relation in 0..RELATIONS.len(), by in 0_usize..50,
    ) {
        let ((measure, bound), relation) = (BOUNDS[bound], RELATIONS[relation]);
        let periods: Vec<Period> =
            rows.iter().map(|(a, b)| Period { focal: counts(a), reference: counts(b) }).collect();
        let got = Process::over(hypothesis(measure, relation, bound), &periods).evidence();
        // In another order of rows within the periods.
        for (focal, reference) in &mut rows {
            let (n1, n0) = (focal.len().max(1), reference.len().max(1));
            focal.rotate_left(by % n1);
            reference.reverse();
            reference.rotate_left(by % n0);
        }
        let slow = slow_log_e(measure, relation, bound, &rows);
        prop_assert!((got.log_e() - slow).abs() <= 1e-5 * (1.0 + slow.abs()), "{} {slow}", got.log_e());
    }

    #[test]
    fn evidence_is_the_product_of_its_periods(periods in prop::collection::vec(any_period(), 1..8), h in any_hypothesis()) {
        let mut process = Process::new(h);
        let (mut sum, mut highest) = (0.0, 0.0_f64);
        for (k, &p) in periods.iter().enumerate() {
            // What a period adds to a bet is what it adds to one that begins after the same history.
            let before = Process::over(h, &periods[..k]).evidence().log_e();
            process.observe(p);
            let after = Process::over(h, &periods[..=k]).evidence().log_e();
            sum += after - before;
            highest = highest.max(after);
            prop_assert!((process.evidence().log_e() - sum).abs() <= 1e-9 * (1.0 + sum.abs()));
        }
        let evidence = process.evidence();
        prop_assert_eq!(evidence.highest(), highest);
        prop_assert!((evidence.p_value() - (-highest).exp()).abs() <= 1e-12 && evidence.p_value() <= 1.0);
        for alpha in [0.05, 0.5] {
            prop_assert_eq!(evidence.refutes(alpha), highest >= -f64::ln(alpha));
        }
    }

    #[test]
    fn a_period_without_a_group_changes_nothing(
        periods in prop::collection::vec(any_period(), 1..6), h in any_hypothesis(), lone in any_period(), at in 0_usize..6,
    ) {
        let without = Process::over(h, &periods);
        for gap in [
            Period { focal: t(0, 0), ..lone }, Period { reference: t(0, 0), ..lone }, period(0, 0, 0, 0),
        ] {
            let mut more = periods.clone();
            more.insert(at.min(periods.len()), gap);
            prop_assert_eq!(Process::over(h, &more), without);
        }
    }

    /// One of two opposite bets rests in every period; the bet on equality wins at least as much as the other in sum.
    #[test]
    fn opposite_bets_are_not_placed_together(history in any_period(), next in any_period(), bound in 0..BOUNDS.len()) {
        let (measure, bound) = BOUNDS[bound];
        let gain = |relation| Process::over(hypothesis(measure, relation, bound), &[history, next]).evidence().log_e();
        let (least, most, exactly) = (gain(Relation::AtLeast), gain(Relation::AtMost), gain(Relation::Exactly));
        prop_assert!(least == 0.0 || most == 0.0);
        prop_assert_eq!(least + most, exactly);
    }

    #[test]
    fn nothing_is_bet_on_rates_that_are_hardly_known(
        a in 0_u64..30, b in 0_u64..200, x in 0_u64..30, y in 0_u64..200, next in any_period(), h in any_hypothesis(),
    ) {
        let few = Period { focal: t(x.min(a), a), reference: t(y.min(b), b) };
        let turned = Period { focal: few.reference, reference: few.focal };
        for history in [few, turned] {
            prop_assert_eq!(Process::over(h, &[history, next]).evidence().log_e(), 0.0);
        }
    }

    #[test]
    fn limits_end_where_a_value_is_refuted(periods in prop::collection::vec(any_period(), 1..6), ratio in any::<bool>(), alpha in 0..3_usize) {
        let measure = if ratio { Measure::Ratio } else { Measure::Difference };
        let log_e = |value: f64| {
            Hypothesis::new(measure, Relation::Exactly, value)
                .map(|h| Process::over(h, &periods).evidence().log_e())
        };
        let alpha = [0.05, 0.5, 0.95][alpha];
        let bar = -f64::ln(alpha);
        match limits::between(measure, &periods, alpha) {
            None => {
                for k in -300..=300 {
                    let value = if ratio { (f64::from(k) / 50.0).exp() } else { f64::from(k) / 301.0 };
                    prop_assert!(log_e(value).is_some_and(|e| e >= bar - 1e-9), "{value} is open");
                }
            }
            Some(Limits { low, high }) => {
                prop_assert!(low <= high);
                for end in [low, high] {
                    // Next to -1 and 1 a difference has too few digits for the evidence to settle.
                    if let Some(e) = log_e(end) {
                        prop_assert!((!ratio && end.abs() > 1.0 - 1e-6) || (e - bar).abs() <= 1e-6 * (1.0 + e.abs()), "{end}: {e}");
                    } else {
                        let ends = if ratio { [0.0, f64::INFINITY] } else { [-1.0, 1.0] };
                        prop_assert!(ends.contains(&end), "{end}");
                    }
                }
                for k in -300..=300 {
                    let value = if ratio { (f64::from(k) / 50.0).exp() } else { f64::from(k) / 301.0 };
                    if value < low || value > high {
                        prop_assert!(log_e(value).is_some_and(|e| e >= bar - 1e-6), "{value} is open, {low} {high}");
                    }
                }
            }
        }
    }
}

#[test]
fn limits_of_the_ratio_before_and_after_the_first_bet() {
    let whole = Limits { low: 0.0, high: f64::INFINITY };
    let months = [period(60, 150, 300, 600); 12];
    assert_eq!(limits::between(Measure::Ratio, &[], 0.05), Some(whole));
    assert_eq!(limits::between(Measure::Ratio, &months[..1], 0.05), Some(whole));
    assert_eq!(limits::between(Measure::Difference, &months[..1], 0.05), Some(Limits { low: -1.0, high: 1.0 }));
    let mut width = f64::INFINITY;
    for n in 2..=12 {
        let found = limits::between(Measure::Ratio, &months[..n], 0.05).expect("limits");
        assert!(found.contains(0.8) && found.high - found.low < width, "{n} {found:?}");
        width = found.high - found.low;
        let d = limits::between(Measure::Difference, &months[..n], 0.05).expect("limits");
        assert!(d.contains(-0.1) && d.low > -0.5 && d.high < 0.2, "{n} {d:?}");
    }
    for alpha in [0.0, 1.0, f64::NAN] {
        assert_eq!(limits::between(Measure::Ratio, &months, alpha), None);
    }
    // Rates that go up and down with the sizes of the groups, so that no one ratio fits all periods.
    let unsteady = [
        period(4, 70, 1341, 7347),
        period(188, 1117, 5322, 9110),
        period(217, 250, 5751, 6730),
        period(2862, 5712, 7223, 7686),
        period(1808, 3865, 45, 87),
        period(2013, 2145, 1, 12),
        period(20, 27, 44, 385),
    ];
    assert_eq!(limits::between(Measure::Ratio, &unsteady, 0.05), None);
    assert!(limits::between(Measure::Ratio, &unsteady[..2], 0.05).is_some());
    // Values that are not refuted can lie apart from the others: the limits span both.
    for (apart, periods) in [
        (
            -0.147,
            &[
                period(1009, 1199, 160, 318),
                period(88, 133, 134, 200),
                period(3226, 3486, 41, 90),
                period(7645, 9230, 10, 22),
            ][..],
        ),
        (-0.848, &[period(27, 30, 101, 159), period(11, 17, 389, 515), period(140, 156, 2861, 2951)]),
        (
            -0.145,
            &[
                period(1695, 2012, 332, 400),
                period(50, 399, 54, 179),
                period(1, 159, 1866, 2159),
                period(2746, 3171, 97, 113),
                period(142, 512, 335, 4538),
                period(66, 74, 437, 3199),
            ],
        ),
    ] {
        let at = hypothesis(Measure::Difference, Relation::Exactly, apart);
        assert!(Process::over(at, periods).evidence().log_e() < -f64::ln(0.05), "{apart}");
        let found = limits::between(Measure::Difference, periods, 0.05);
        assert!(found.is_some_and(|l| l.contains(apart)), "{apart} {found:?}");
    }
    // No hits in one group leave its end open.
    let none = [period(0, 100, 50, 100); 4];
    let found = limits::between(Measure::Ratio, &none, 0.05).expect("limits");
    assert!(found.low == 0.0 && found.high < 0.5, "{found:?}");
}

#[test]
fn extremes_give_evidence_or_none() {
    let large = [period(4_000_000, 10_000_000, 6, 10); 6];
    let tiny = [period(1, 1, 1, 1); 40];
    let all = [period(1000, 1000, 1000, 1000); 5];
    let nobody = [period(0, 1000, 0, 10_000_000); 5];
    for periods in [&large[..], &tiny, &all, &nobody] {
        for (measure, bound) in BOUNDS {
            for relation in RELATIONS {
                let h = hypothesis(measure, relation, bound);
                let e = Process::over(h, periods).evidence();
                assert!(e.log_e().is_finite() && (0.0..=1.0).contains(&e.p_value()), "{h:?} {e:?}");
                let sum = periods.iter().fold(period(0, 0, 0, 0), |s, p| {
                    let add = |a: Trials, b: Trials| t(a.hits + b.hits, a.of + b.of);
                    Period { focal: add(s.focal, p.focal), reference: add(s.reference, p.reference) }
                });
                assert!(mixture::universal(h, sum).is_finite(), "{h:?} {sum:?}");
            }
        }
        for measure in [Measure::Ratio, Measure::Difference] {
            let found = limits::between(measure, periods, 0.05).expect("limits");
            assert!(found.low <= found.high, "{found:?}");
        }
    }
    let found = limits::between(Measure::Ratio, &[period(3_000_000, 10_000_000, 4_000_000, 10_000_000); 3], 0.05);
    assert!(found.is_some_and(|l| l.contains(0.75) && l.high - l.low < 0.01), "{found:?}");
}

/// The mixture is a probability of its own: against any one share it is expected to be worth 1, exactly.
#[test]
fn a_mixture_is_fair_against_every_share() {
    for n in [1, 5, 30] {
        for p in [0.01, 0.3, 0.5, 0.99] {
            let weights = binomial(n, p);
            let worth: f64 = (0..=n).map(|x| weights[x as usize] * mixture::log_ratio(t(x, n), p, 1.0 - p).exp()).sum();
            close(worth, 1.0, 1e-11);
        }
    }
    assert_eq!(mixture::log_ratio(t(0, 0), 0.3, 0.7), 0.0);
    assert_eq!(mixture::log_ratio(t(1, 2), 0.0, 1.0), f64::INFINITY);
    assert!(mixture::log_ratio(t(0, 2), 0.0, 1.0) < 0.0);
}

/// The evidence from all counts together is expected to be worth at most 1 under the hypothesis.
#[test]
fn universal_evidence_is_not_expected_to_win_while_the_hypothesis_is_true() {
    for (measure, bound) in BOUNDS {
        for relation in RELATIONS {
            let h = hypothesis(measure, relation, bound);
            for (n1, n0) in [(0, 5), (3, 0), (4, 6), (9, 2)] {
                let worth = |x1: u64, x0: u64| mixture::universal(h, period(x1, n1, x0, n0)).exp();
                let worths: Vec<Vec<f64>> = (0..=n1).map(|x1| (0..=n0).map(|x0| worth(x1, x0)).collect()).collect();
                for (p1, p0) in rates_under(measure, relation, bound) {
                    let expected = expectation(n1, n0, p1, p0, &worths);
                    assert!(expected <= 1.0 + 1e-9, "{h:?} {n1} {n0} {p1} {p0}: {expected}");
                }
            }
        }
    }
}

#[test]
fn limits_of_a_share_are_where_the_mixture_is_worth_it() {
    for of in [1, 7, 40, 1000, 10_000_000] {
        for hits in [0, 1, of / 3, of - 1, of] {
            for alpha in [0.05, 0.001] {
                let found = limits::share(t(hits, of), alpha).expect("trials");
                assert_eq!((found.low == 0.0, found.high == 1.0), (hits == 0, hits == of));
                if hits > 0 {
                    // Against the misses the same limit is an upper one: both ends of every pair are looked at.
                    let worth = mixture::log_ratio(t(hits, of), found.low, 1.0 - found.low);
                    assert!((worth + f64::ln(alpha)).abs() < 1e-6, "{hits} {of} {found:?} {worth}");
                }
                assert!(found.contains(hits as f64 / of as f64));
                let back = limits::share(t(of - hits, of), alpha).expect("trials");
                close(1.0 - back.low, found.high, 1e-12);
            }
        }
    }
    assert_eq!(limits::share(t(0, 0), 0.05), None);
    assert_eq!(limits::share(t(1, 2), 1.0), None);
}

#[test]
fn limits_of_a_mean_are_tightest_where_they_are_told_to_be() {
    let half = |n: u64, tightest: u64| {
        let found = mean::limits(2.0, 3.0, n, 0.05, tightest).expect("limits");
        close(found.low + found.high, 4.0, 1e-12);
        0.5 * (found.high - found.low)
    };
    for n in [10, 500, 1_000_000] {
        for other in [n / 2, n - 1, n + 1, 3 * n] {
            assert!(half(n, n) < half(n, other), "{n} {other}");
        }
    }
    // rho solves its equation: -W e^-W = alpha^2 / e for W = -1 - n rho^2.
    for alpha in [0.5, 0.05, 1e-9] {
        let rho = mean::spread(alpha, 100).expect("rho");
        let w = 1.0 + 100.0 * rho * rho;
        close(w.ln() - w, 2.0 * f64::ln(alpha) - 1.0, 1e-12);
    }
    assert_eq!(mean::limits(2.0, 0.0, 5, 0.05, 100), Some(Limits { low: 2.0, high: 2.0 }));
    assert_eq!(mean::limits(2.0, 1.0, 0, 0.05, 100), None);
    assert_eq!(mean::limits(2.0, -1.0, 5, 0.05, 100), None);
    assert_eq!(mean::limits(f64::NAN, 1.0, 5, 0.05, 100), None);
    assert_eq!((mean::spread(0.05, 0), mean::spread(1.0, 10)), (None, None));
}
