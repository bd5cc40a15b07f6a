//! Laws of measured outcomes: ledgers merge in any order, bins bound every figure, and what must mirror or add up does.

use std::sync::Arc;

use evenhand::cell::Trials;
use evenhand::cell::ledger::MOST_EXACT;
use evenhand::cell::measured::sums::ExactSum;
use evenhand::cell::measured::{Arms, Cases, Counts, Ledger, Measured, Turned};
use evenhand::inference::classes::{Classes, harm, spread};
use evenhand::inference::limits::Limits;
use evenhand::inference::measured::grid::{Grid, RELATIVE_WIDTH};
use evenhand::inference::measured::span::{Span, negated, of_values};
use evenhand::inference::measured::{
    Undefined, distance, error, mean, quantile, ranks, ratio, standardised, superiority, tail, trimmed, unequal, welch,
};
use evenhand::inference::survival::{curve, median, restricted};
use evenhand::inference::uplift::qini::{self, Scored};
use evenhand::inference::uplift::{balance, lift};
use evenhand::inference::{exposure, funnel};
use proptest::prelude::*;

const Z: f64 = 1.959_963_984_540_054;
/// Declared bounds of these tests: of either sign, and beside 0.
const BOUNDS: [f64; 4] = [-20.0, 0.0, 99.99, 300.0];

fn grid() -> Arc<Grid> {
    Arc::new(Grid::new(&BOUNDS))
}

/// Amounts of every kind: 0, the declared bounds and their neighbours, cents, crowds in one bin, the very large and small.
fn amount() -> impl Strategy<Value = f64> {
    let declared = prop::sample::select(BOUNDS.to_vec());
    prop_oneof![
        2 => Just(0.0),
        1 => Just(-0.0),
        1 => declared.prop_flat_map(|b| prop::sample::select(vec![b, b.next_up(), b.next_down()])),
        4 => (-2_000_i32..40_000).prop_map(|cents| f64::from(cents) / 100.0),
        3 => (0_u32..3000).prop_map(|k| 300.0 + f64::from(k) * 1e-4),
        1 => (0_u32..3000).prop_map(|k| -0.7 - f64::from(k) * 1e-6),
        1 => (0_u64..2000).prop_map(|k| 1e15 + k as f64 / 8.0),
        1 => (1_u32..1000).prop_map(|k| f64::from(k) * 1e-12),
    ]
}

fn moderate() -> impl Strategy<Value = f64> {
    prop_oneof![2 => Just(0.0), 6 => (0_u32..60_000).prop_map(|cents| f64::from(cents) / 100.0),
        2 => (0_u32..900).prop_map(|k| 250.0 + f64::from(k) * 1e-3)]
}

fn ledger(values: &[f64]) -> Ledger<u64> {
    Ledger::of(values.iter().map(|value| (*value, 1)))
}

fn measured(ledger: Ledger<u64>) -> Measured {
    Measured::new(grid(), ledger, 0)
}

/// The values of these rows, exact and in bins.
fn both(values: &[f64]) -> [Vec<Span>; 2] {
    let exact = ledger(values);
    let binned = exact.clone().at_most(0, &grid());
    [exact, binned].map(|ledger| measured(ledger).spans().to_vec())
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1e-9)
}

fn holds(bounds: Limits, value: f64) -> bool {
    let slack = 1e-12 * value.abs().max(1e-9);
    bounds.low - slack <= value && value <= bounds.high + slack
}

fn merges<C: Counts>(
    rows: &[(f64, C)],
    cuts: &[usize],
    spilled: &[bool],
    order: &[usize],
) -> Result<(), TestCaseError> {
    let grid = grid();
    let whole = Ledger::of(rows.iter().cloned());
    let mut parts: Vec<Ledger<C>> = Vec::new();
    let mut from = 0;
    for (at, cut) in cuts.iter().chain([&rows.len()]).enumerate() {
        let to = (*cut).clamp(from, rows.len());
        let part = Ledger::of(rows[from..to].iter().cloned());
        parts.push(if spilled[at % spilled.len()] { part.at_most(0, &grid) } else { part });
        from = to;
    }
    let bins = parts.iter().any(|part| !part.is_exact());
    let expected = if bins { whole.clone().at_most(0, &grid) } else { whole.clone() };
    // A spilled part without rows has no value to spill; it stays exact.
    let at_once = Ledger::together(&parts.iter().collect::<Vec<_>>(), &grid);
    prop_assert_eq!(&at_once, &expected);
    let one_by_one = order.iter().map(|at| at % parts.len()).fold(Vec::new(), |mut seen: Vec<usize>, at| {
        if !seen.contains(&at) {
            seen.push(at);
        }
        seen
    });
    let mut rest: Vec<usize> = (0..parts.len()).filter(|at| !one_by_one.contains(at)).collect();
    rest.extend(one_by_one);
    let mut sum = parts[rest[0]].clone();
    for at in &rest[1..] {
        sum = Ledger::together(&[&sum, &parts[*at]], &grid);
    }
    prop_assert_eq!(&sum, &expected);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    sum.bytes(&mut a);
    expected.bytes(&mut b);
    prop_assert_eq!(a, b);
    // What is left when a part is taken away has the counts and the sums of the other rows.
    let left = expected.without(&parts[0], &grid);
    let others = Ledger::together(&parts[1..].iter().collect::<Vec<_>>(), &grid);
    prop_assert_eq!(left.bins(&grid), others.bins(&grid));
    if let (Some((low, high)), Some((lowest, highest))) = (left.extremes(), others.extremes()) {
        prop_assert!(low <= lowest && high >= highest);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_higher_value_never_has_a_lower_key(a in amount(), b in amount(), bits: u64) {
        let grid = grid();
        let wild = f64::from_bits(bits);
        for value in [a, b, wild] {
            let Some(key) = grid.key(value) else { prop_assert!(!value.is_finite()); continue };
            let ends = grid.ends(key).expect("a key of a value has ends");
            prop_assert!(ends.low <= value && value <= ends.high);
            prop_assert_eq!((grid.key(ends.low), grid.key(ends.high)), (Some(key), Some(key)));
            prop_assert!(ends.high - ends.low <= RELATIVE_WIDTH * ends.low.abs().max(ends.high.abs()).max(f64::MIN_POSITIVE));
            if let Some(next) = grid.key(ends.high.next_up()) {
                prop_assert!(next > key || ends.high == 0.0 || value == f64::MAX);
            }
        }
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        prop_assert!(grid.key(low) <= grid.key(high));
        for bound in BOUNDS {
            let ends = grid.ends(grid.key(bound).expect("finite")).expect("ends");
            prop_assert!(ends.low == bound && ends.high == bound);
        }
    }

    #[test]
    fn ledgers_merge_in_any_order(
        values in prop::collection::vec((amount(), 1_u64..1000), 1..60),
        cuts in prop::collection::vec(0_usize..60, 0..4),
        spilled in prop::collection::vec(any::<bool>(), 1..4),
        order in prop::collection::vec(0_usize..8, 0..8),
        kind in prop::collection::vec((any::<bool>(), any::<bool>(), amount()), 60),
    ) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        merges(&values, &cuts, &spilled, &order)?;
        let marked = || values.iter().zip(&kind);
        let cases: Vec<(f64, Cases)> = marked().map(|((value, rows), (ended, ..))| {
            (*value, if *ended { Cases::ended(*rows) } else { Cases::open(*rows) })
        }).collect();
        merges(&cases, &cuts, &spilled, &order)?;
        let arms: Vec<(f64, Arms)> = marked().map(|((value, rows), (treated, hit, _))| {
            let one = Trials { hits: if *hit { *rows } else { 0 }, of: *rows };
            (*value, if *treated { Arms { treated: one, ..Arms::default() } } else { Arms { control: one, ..Arms::default() } })
        }).collect();
        merges(&arms, &cuts, &spilled, &order)?;
        let turned: Vec<(f64, Turned)> = marked().map(|((value, rows), (_, _, actual))| {
            (*value, Turned::of(*value, *actual, *rows).expect("finite"))
        }).collect();
        merges(&turned, &cuts, &spilled, &order)?;
    }

    #[test]
    fn sums_are_exact_in_any_order(values in prop::collection::vec((amount(), 1_u64..1_000_000), 1..40), turn in 0_usize..40) {
        let mut sum = ExactSum::default();
        values.iter().for_each(|(value, rows)| { sum.add(*value, *rows); });
        let mut turned = values.clone();
        turned.rotate_left(turn % values.len());
        let mut other = ExactSum::default();
        turned.iter().for_each(|(value, rows)| { other.add(*value, *rows); });
        prop_assert_eq!(&sum, &other);
        other.take(&sum);
        prop_assert_eq!(other.value(), 0.0);
        prop_assert_eq!(&other, &ExactSum::default());
        // In units of 2^-100 every amount here is nearly whole; what is rounded off is below the last digit.
        let plain: f64 = values.iter().map(|(value, rows)| value.abs() * *rows as f64).sum();
        let naive: f64 = values.iter().map(|(value, rows)| value * *rows as f64).sum();
        prop_assert!((sum.value() - naive).abs() <= 1e-13 * plain);
    }

    #[test]
    fn bins_keep_mean_variance_and_shares_beyond_bounds(values in prop::collection::vec(amount(), 1..80)) {
        let [exact, binned] = both(&values);
        let (a, b) = (mean::mean(&exact).expect("rows"), mean::mean(&binned).expect("rows"));
        let scale = values.iter().map(|x| x.abs()).fold(0.0, f64::max).max(1e-9);
        prop_assert!((a.value - b.value).abs() <= 4e-16 * scale, "{} {}", a.value, b.value);
        if let (Some(x), Some(y)) = (a.variance, b.variance) {
            // A mean that is one digit off shifts the variance by its square.
            prop_assert!((x - y).abs() <= 1e-9 * x.max(y) + 1e-30 * scale * scale, "{x} {y}");
        }
        let ledgers = [ledger(&values), ledger(&values).at_most(0, &grid())].map(measured);
        for bound in BOUNDS {
            let at_least = values.iter().filter(|x| **x >= bound).count() as u64;
            let above = values.iter().filter(|x| **x > bound).count() as u64;
            for kept in &ledgers {
                prop_assert_eq!((kept.at_least(bound), kept.above(bound)), (at_least, above));
            }
        }
    }

    #[test]
    fn bins_bound_every_figure(
        x in prop::collection::vec(moderate(), 3..60),
        y in prop::collection::vec(moderate(), 3..60),
        p in 0.05..0.95_f64,
    ) {
        let ([x0, x1], [y0, y1]) = (both(&x), both(&y));
        let q = quantile::quantile(&x0, p).expect("rows").value;
        prop_assert!(holds(quantile::quantile(&x1, p).expect("rows").bounds, q));
        let (narrow, wide) = (quantile::limits(&x0, p, Z).expect("rows"), quantile::limits(&x1, p, Z).expect("rows"));
        prop_assert!(wide.low <= narrow.low && wide.high >= narrow.high);
        // Without chance, at z = 0, what bins leave open is all that there is; it holds the exact contrast, and more than it at any z.
        let between = |z: f64, a: &[Span], b: &[Span]| [
            quantile::difference(a, b, p, z).ok(), quantile::ratio(a, b, p, z).ok(), trimmed::ratio(a, b, 0.2, z).ok(),
        ];
        for z in [0.0, Z] {
            let contrasts = between(z, &x0, &y0).into_iter().zip(between(z, &x1, &y1));
            for (exact, binned) in contrasts.filter_map(|(exact, binned)| exact.zip(binned)) {
                prop_assert!(holds(binned.limits, exact.value), "{z}: {exact:?} {binned:?}");
            }
            let of = |spans: &[Span]| trimmed::trimmed(spans, 0.2).expect("rows");
            let exact = of(&x0).value - of(&y0).value;
            if let Ok(binned) = trimmed::difference(of(&x1), of(&y1), z) {
                prop_assert!(holds(binned.limits, exact), "{z}: {exact} {binned:?}");
            }
            if let Ok(limits) = trimmed::limits(of(&x1), z) {
                prop_assert!(holds(limits, of(&x0).value));
            }
        }
        let [(exact, _), (binned, _)] = [(&x0, &y0), (&x1, &y1)].map(|(a, b)| {
            (quantile::difference(a, b, p, Z).expect("rows").limits, quantile::ratio(a, b, p, Z).ok())
        });
        prop_assert!(binned.low <= exact.low + 1e-9 && exact.high <= binned.high + 1e-9);
        let t = trimmed::trimmed(&x0, 0.2).expect("rows").value;
        prop_assert!(holds(trimmed::trimmed(&x1, 0.2).expect("rows").bounds, t));
        let s = superiority::superiority(&x0, &y0).expect("rows").value;
        prop_assert!(holds(superiority::superiority(&x1, &y1).expect("rows").bounds, s));
        let d = distance::largest_gap(&x0, &y0).expect("rows").distance.value;
        prop_assert!(holds(distance::largest_gap(&x1, &y1).expect("rows").distance.bounds, d));
        let w = distance::wasserstein(&x0, &y0).expect("rows").value;
        let found = distance::wasserstein(&x1, &y1).expect("rows").bounds;
        prop_assert!(found.low <= w * (1.0 + 1e-9) + 1e-9 && w <= found.high * (1.0 + 1e-9) + 1e-9, "{found:?} {w}");
        if x.iter().any(|x| *x > 0.0) {
            let g = unequal::gini(&x0).expect("a total").index.value;
            prop_assert!(holds(unequal::gini(&x1).expect("a total").index.bounds, g));
            let top = unequal::top_share(&x0, p).expect("a total").value;
            prop_assert!(holds(unequal::top_share(&x1, p).expect("a total").bounds, top));
        }
        let least = unequal::lowest_mean(&x0, p).expect("rows").value;
        prop_assert!(holds(unequal::lowest_mean(&x1, p).expect("rows").bounds, least));
        let most = unequal::highest_mean(&x0, p).expect("rows").value;
        prop_assert!(holds(unequal::highest_mean(&x1, p).expect("rows").bounds, most));
    }

    #[test]
    fn bins_bound_durations(
        rows in prop::collection::vec((moderate(), any::<bool>()), 2..60),
        others in prop::collection::vec((moderate(), any::<bool>()), 2..60),
        p in 0.1..0.9_f64,
    ) {
        let case = |(time, ended): &(f64, bool)| (*time, if *ended { Cases::ended(1) } else { Cases::open(1) });
        let curves = |rows: &[(f64, bool)]| {
            let exact = Ledger::of(rows.iter().map(case));
            [exact.clone(), exact.at_most(0, &grid())].map(|ledger| {
                curve::curve(&Measured::new(grid(), ledger, 0).seen()).expect("cases")
            })
        };
        let ([x0, x1], [y0, y1]) = (curves(&rows), curves(&others));
        match [median::ended(&x0, p), median::ended(&x1, p)] {
            [Ok(exact), Ok(binned)] => {
                prop_assert!(holds(binned.bounds, exact.value) && holds(binned.bounds, binned.value));
            }
            // In a bin open cases may hide that the part is reached: they count as if they had lasted as long as it.
            [Ok(_), Err(reason)] => {
                prop_assert_eq!(reason, Undefined::NotReached);
                prop_assert!(x1.steps.iter().any(|step| step.least_open <= (1.0 - p) * (1.0 + 1e-12)));
            }
            reasons => prop_assert_eq!(reasons, [Err(Undefined::NotReached), Err(Undefined::NotReached)]),
        }
        for z in [0.0, Z] {
            let between = |a, b| [median::difference(a, b, p, z).ok(), median::ratio(a, b, p, z).ok()];
            let contrasts = between(&x0, &y0).into_iter().zip(between(&x1, &y1));
            for (exact, binned) in contrasts.filter_map(|(exact, binned)| exact.zip(binned)) {
                prop_assert!(holds(binned.limits, exact.value), "{z}: {exact:?} {binned:?}");
            }
        }
        let longest = |rows: &[(f64, bool)]| rows.iter().map(|(time, _)| *time).fold(0.0, f64::max);
        let until = 0.9 * longest(&rows).min(longest(&others));
        if until > 0.0 {
            let of = |curve| restricted::restricted_mean(curve, until).expect("reached");
            let [[m0, m1], [n0, n1]] = [[of(&x0), of(&x1)], [of(&y0), of(&y1)]];
            let around = |limits: Limits| Limits { low: limits.low - 1e-12 * until, high: limits.high + 1e-12 * until };
            prop_assert!(around(m1.bounds).contains(m0.value) && m1.bounds.contains(m1.value), "{m0:?} {m1:?}");
            for z in [1e-300, Z] {
                if let Ok(found) = restricted::difference(m1, n1, z) {
                    prop_assert!(around(found.limits).contains(m0.value - n0.value), "{found:?}");
                }
                if let (Ok(found), true) = (restricted::ratio(m1, n1, z), n0.value > 0.0) {
                    prop_assert!(holds(found.limits, m0.value / n0.value), "{found:?}");
                }
            }
        }
    }

    #[test]
    fn having_more_mirrors_having_less(
        x in prop::collection::vec(0_u32..30, 2..40), y in prop::collection::vec(0_u32..30, 2..40),
    ) {
        let spans = |values: &[u32]| of_values(&values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>()).expect("numbers");
        let (a, b) = (spans(&x), spans(&y));
        let (more, less) = (superiority::superiority(&a, &b).expect("rows"), superiority::superiority(&b, &a).expect("rows"));
        prop_assert!((more.value + less.value - 1.0).abs() < 1e-15);
        let wins: f64 = x.iter().flat_map(|x| y.iter().map(move |y| if x > y { 1.0 } else if x == y { 0.5 } else { 0.0 })).sum();
        prop_assert!((more.value - wins / (x.len() * y.len()) as f64).abs() < 1e-14);
        let (l, m) = (superiority::limits(more, Z), superiority::limits(less, Z));
        prop_assert!((l.low + m.high - 1.0).abs() < 1e-12 && (l.high + m.low - 1.0).abs() < 1e-12);
        prop_assert!(l.contains(more.value) && l.low >= 0.0 && l.high <= 1.0);
        if let (Ok(t), Ok(u)) = (superiority::brunner_munzel(more), superiority::brunner_munzel(less)) {
            prop_assert!(close(t.t, -u.t, 1e-9) && close(t.p, u.p, 1e-9) && (0.0..=1.0).contains(&t.p));
        }
        // Only the order counts.
        let far = |values: &[u32]| of_values(&values.iter().map(|v| f64::from(*v).exp()).collect::<Vec<_>>()).expect("numbers");
        prop_assert_eq!(superiority::superiority(&far(&x), &far(&y)).expect("rows"), more);
        let (u, v) = (ranks::rank_sum(&a, &b).expect("rows"), ranks::rank_sum(&b, &a).expect("rows"));
        prop_assert_eq!(u.u + v.u, (x.len() * y.len()) as f64);
        prop_assert!(close(u.approximate(true), v.approximate(true), 1e-12));
        let gap = distance::largest_gap(&a, &b).expect("rows");
        prop_assert!((0.0..=1.0).contains(&gap.p) && gap.distance.value <= 1.0);
    }

    #[test]
    fn figures_mirror_and_hold_their_estimates(
        x in prop::collection::vec(1_u32..60_000, 3..40), y in prop::collection::vec(1_u32..60_000, 3..40), p in 0.1..0.9_f64,
    ) {
        let spans = |values: &[u32]| of_values(&values.iter().map(|v| f64::from(*v) / 100.0).collect::<Vec<_>>()).expect("numbers");
        let (a, b) = (spans(&x), spans(&y));
        let (m, n) = (mean::mean(&a).expect("rows"), mean::mean(&b).expect("rows"));
        if let (Ok(d), Ok(e)) = (welch::difference(m, n, Z), welch::difference(n, m, Z)) {
            prop_assert!(close(d.limits.low, -e.limits.high, 1e-9) && d.limits.contains(d.value));
            let zero = d.limits.contains(0.0);
            prop_assert_eq!(zero, d.test.expect("varies").p >= 0.05);
        }
        if let (Ok(r), Ok(s)) = (ratio::ratio(m, n, Z), ratio::ratio(n, m, Z)) {
            prop_assert!(close(r.limits.low, 1.0 / s.limits.high, 1e-9) && r.limits.contains(r.value));
        }
        if let (Ok(g), Ok(h)) = (standardised::gap(m, n, Z), standardised::gap(n, m, Z)) {
            prop_assert!(close(g.limits.low, -h.limits.high, 1e-9) && g.hedges_g.abs() <= g.cohen_d.abs());
        }
        let q = quantile::quantile(&a, p).expect("rows");
        let limits = quantile::limits(&a, p, Z).expect("rows");
        prop_assert!(limits.contains(q.value));
        prop_assert!(quantile::limits(&a, p, 2.6).expect("rows").low <= limits.low);
        let turned = quantile::limits(&negated(&a), 1.0 - p, Z).expect("rows");
        prop_assert!(turned.low == -limits.high && turned.high == -limits.low);
        let d = quantile::difference(&a, &b, p, Z).expect("rows");
        let r = quantile::ratio(&a, &b, p, Z).expect("positive");
        prop_assert!(d.limits.contains(d.value) && r.limits.contains(r.value) && r.limits.low >= 0.0);
        let back = quantile::ratio(&b, &a, p, Z).expect("positive");
        prop_assert!(!(r.limits.low.is_nan() || r.limits.high.is_nan() || back.limits.low.is_nan()));
        if let Ok(t) = tail::tail(&a) {
            let turned = tail::tail(&negated(&a)).expect("varies");
            prop_assert!(close(t.skewness, -turned.skewness, 1e-6) || t.skewness.abs() < 1e-9);
        }
    }

    #[test]
    fn a_funnel_adds_up(
        start in (1_u64..5000, 1_u64..5000), pass in prop::collection::vec((0_u64..=100, 0_u64..=100), 1..6),
    ) {
        let counts = |start: u64, of: &dyn Fn(&(u64, u64)) -> u64| {
            let mut counts = vec![start];
            for step in &pass {
                let last = counts[counts.len() - 1];
                counts.push((last * of(step)).div_ceil(100));
            }
            counts
        };
        let (a, b) = (counts(start.0, &|step| step.0), counts(start.1, &|step| step.1));
        match funnel::funnel(&a, &b, Z) {
            Err(reason) => {
                prop_assert_eq!(reason, Undefined::NoRows);
                let empty = |counts: &[u64]| counts[..counts.len() - 1].contains(&0);
                prop_assert!(empty(&a) || empty(&b));
            }
            Ok(found) => {
                let sum: f64 = found.parts.iter().map(|part| part.difference).sum();
                prop_assert!((sum - found.difference).abs() < 1e-14);
                prop_assert!(found.parts.iter().all(|part| part.limits.contains(part.difference)));
                if let Some(shares) = found.shares() {
                    prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9 / found.difference.abs());
                }
                if let Some(logs) = found.parts.iter().map(|part| part.log_ratio).collect::<Option<Vec<f64>>>() {
                    prop_assert!((logs.iter().sum::<f64>() - (found.focal / found.reference).ln()).abs() < 1e-12);
                }
                let back = funnel::funnel(&b, &a, Z).expect("as before");
                for (one, other) in found.parts.iter().zip(&back.parts) {
                    prop_assert!((one.difference + other.difference).abs() < 1e-14);
                    prop_assert!((one.limits.low + other.limits.high).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn qini_is_bounded_and_knows_no_scale(
        people in prop::collection::vec((0_u32..12, any::<bool>(), any::<bool>()), 4..80), part in 0.01..1.0_f64,
    ) {
        let scored = |of: &dyn Fn(u32) -> f64| {
            let arm = |(score, treated, hit): &(u32, bool, bool)| {
                let one = Trials { hits: u64::from(*hit), of: 1 };
                let arms = if *treated { Arms { treated: one, ..Arms::default() } } else { Arms { control: one, ..Arms::default() } };
                (of(*score), arms)
            };
            Measured::new(grid(), Ledger::of(people.iter().map(arm)), 0).scored()
        };
        let plain = scored(&f64::from);
        let Ok(found) = qini::qini(&plain) else {
            prop_assert!(people.iter().all(|p| p.1) || people.iter().all(|p| !p.1));
            return Ok(());
        };
        prop_assert_eq!(qini::qini(&scored(&|s| f64::from(s).exp())).expect("as before"), found);
        let points = qini::curve(&plain);
        prop_assert_eq!(points.last().expect("points").rows, people.len() as u64);
        // Turned round, the curve ends where it ended.
        let turned: Vec<Scored> = plain.iter().rev().copied().collect();
        let back = qini::curve(&turned);
        prop_assert!((back.last().expect("points").gained - points.last().expect("points").gained).abs() < 1e-9);
        if let Ok(top) = qini::top(&plain, part, Z) {
            prop_assert!(top.rows as f64 >= part * people.len() as f64 - 1e-9);
            prop_assert!(top.lift.limits.contains(top.lift.value));
            prop_assert_eq!(top.rows, top.treated.of + top.control.of);
        }
        // A score that tells nothing finds nobody.
        let flat = qini::qini(&scored(&|_| 1.0)).expect("both arms");
        prop_assert!(flat.coefficient.abs() < 1e-15);
    }

    #[test]
    fn classes_merge_and_their_figures_stay_in_range(cases in prop::collection::vec((0_usize..4, 0_usize..4, 1_u64..50), 1..30), cut in 0_usize..30) {
        let of = |part: &[(usize, usize, u64)]| {
            let mut classes = Classes::empty(4);
            part.iter().for_each(|(truth, given, rows)| classes.push(*truth, *given, *rows));
            classes
        };
        let (whole, cut) = (of(&cases), cut.min(cases.len()));
        let mut sum = of(&cases[cut..]);
        sum.add(&of(&cases[..cut]));
        prop_assert_eq!(&sum, &whole);
        let f1 = whole.macro_f1().expect("classes");
        prop_assert!((0.0..=1.0).contains(&f1.value) && f1.classes + f1.without == 4);
        if let Ok(kappa) = whole.kappa() {
            prop_assert!((-1.0..=1.0 + 1e-12).contains(&kappa));
        }
        // With every wrong class as bad as any other the harm is the share of errors.
        let weights: Vec<Vec<f64>> = (0..4).map(|t| (0..4).map(|g| if t == g { 0.0 } else { 1.0 }).collect()).collect();
        let harm = harm::mean_harm(&whole, &weights).expect("cases").value;
        prop_assert!((harm - (1.0 - whole.right().share().expect("cases"))).abs() < 1e-12);
        let shares: f64 = whole.against_rest().iter().filter_map(|one| one.chosen.share()).sum();
        prop_assert!((shares - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_does_not_exist_has_a_reason() {
    let empty: Vec<Span> = Vec::new();
    let one = of_values(&[5.0]).expect("a number");
    let same = of_values(&[5.0, 5.0, 5.0]).expect("numbers");
    let some = of_values(&[-1.0, 5.0, 7.0]).expect("numbers");
    assert_eq!(of_values(&[f64::NAN]), None);
    assert_eq!(mean::mean(&empty), Err(Undefined::NoRows));
    let of = |spans: &[Span]| mean::mean(spans).expect("rows");
    assert_eq!(mean::limits(of(&one), Z), Err(Undefined::TooFew { rows: 1, needed: 2 }));
    assert_eq!(mean::limits(of(&same), Z), Err(Undefined::NoVariance));
    assert_eq!(welch::difference(of(&same), of(&same), Z), Err(Undefined::NoVariance));
    assert_eq!(ratio::ratio(of(&some), mean::Mean { value: 0.0, ..of(&some) }, Z), Err(Undefined::NotPositive));
    assert_eq!(standardised::gap(of(&same), of(&same), Z), Err(Undefined::NoVariance));
    assert_eq!(quantile::quantile(&some, 1.5), Err(Undefined::OutOfRange));
    assert_eq!(quantile::ratio(&some, &same, 0.5, Z), Err(Undefined::Negative));
    assert_eq!(superiority::superiority(&empty, &some), Err(Undefined::NoRows));
    let alike = superiority::superiority(&same, &same).expect("rows");
    assert_eq!((alike.value, superiority::brunner_munzel(alike)), (0.5, Err(Undefined::NoVariance)));
    assert_eq!(unequal::gini(&some), Err(Undefined::Negative));
    assert_eq!(unequal::gini(&of_values(&[0.0, 0.0]).expect("numbers")), Err(Undefined::NotPositive));
    assert_eq!(tail::tail(&same), Err(Undefined::NoVariance));
    assert_eq!(distance::wasserstein(&empty, &some), Err(Undefined::NoRows));
    assert_eq!(trimmed::trimmed(&some, 0.5), Err(Undefined::OutOfRange));
    assert_eq!(error::calibration(&[], 10, Z), Err(Undefined::NoRows));
    assert_eq!(curve::curve(&[]), Err(Undefined::NoRows));
    let open = [curve::Seen { duration: Span::of_value(9.0, 3), ended: 0, open: 3 }];
    let never = curve::curve(&open).expect("cases");
    assert_eq!(median::ended(&never, 0.5), Err(Undefined::NotReached));
    assert_eq!(median::limits(&never, 0.5, Z), Err(Undefined::NotReached));
    assert_eq!(restricted::restricted_mean(&never, 10.0).map(|of| of.value), Err(Undefined::NotReached));
    assert_eq!(restricted::restricted_mean(&never, 8.0).map(|of| of.value), Ok(8.0));
    let nobody = Trials { hits: 0, of: 0 };
    assert_eq!(lift::of_shares(nobody, Trials { hits: 1, of: 2 }, Z), Err(Undefined::NoRows));
    assert_eq!(lift::equal_lift(&[]), Err(Undefined::NoRows));
    assert_eq!(balance::sample_ratio(&[1, 2], &[1.0, 0.0]), Err(Undefined::NotPositive));
    assert_eq!(balance::of_shares(Trials { hits: 2, of: 2 }, Trials { hits: 0, of: 2 }), Err(Undefined::NoVariance));
    assert_eq!(funnel::funnel(&[10, 11], &[10, 5], Z), Err(Undefined::Inconsistent));
    assert_eq!(funnel::funnel(&[10], &[10], Z), Err(Undefined::OutOfRange));
    assert_eq!(spread::spread(&[[3_u64, 0], [5, 0]]), Err(Undefined::NoVariance));
    assert_eq!(exposure::divergence(&[0, 1], &[1.0, 0.0]), Err(Undefined::NotPositive));
    assert_eq!(qini::top(&[], 0.5, Z), Err(Undefined::NoRows));
}

#[test]
fn inequality_is_0_for_equals_and_nearly_1_where_one_has_all() {
    let equal = of_values(&[7.5; 40]).expect("numbers");
    assert_eq!(unequal::gini(&equal).expect("a total").index.value, 0.0);
    let mut values = [0.0; 40];
    values[3] = 12.0;
    let one = of_values(&values).expect("numbers");
    assert!((unequal::gini(&one).expect("a total").index.value - 39.0 / 40.0).abs() < 1e-15);
    assert!((unequal::top_share(&one, 1.0 / 40.0).expect("a total").value - 1.0).abs() < 1e-15);
}

#[test]
fn a_list_that_keeps_to_its_target_still_diverges() {
    // Ten places of two groups, one half each: by the formulas of Geyik, Ambler and Kenthapadi (KDD 2019) and of Singh and
    // Joachims (KDD 2018).
    let alternating: Vec<usize> = (0..10).map(|place| place % 2).collect();
    let divided: Vec<usize> = (0..10).map(|place| place / 5).collect();
    let far = |list: &[usize]| exposure::divergence(list, &[0.5, 0.5]).expect("targets");
    assert!((far(&alternating) - 0.1617).abs() < 5e-5 && (far(&divided) - 0.4784).abs() < 5e-5);
    assert!((far(&[0; 10]) - std::f64::consts::LN_2).abs() < 1e-15);
    let exposures = exposure::exposure(&divided, 2).expect("members");
    assert!((exposure::exposure_ratio(&exposures).expect("groups") - 0.541).abs() < 5e-4);
}

#[test]
fn cents_of_very_large_amounts_are_kept() {
    let values = [1e15 + 0.25, 1e15 + 0.5, -1e15, -1e15, 0.25];
    let [exact, binned] = both(&values);
    for spans in [exact, binned] {
        assert_eq!(mean::mean(&spans).expect("rows").value, 0.2);
    }
    let close = [1e9 + 0.01, 1e9 + 0.02, 1e9 + 0.03];
    for spans in both(&close) {
        let variance = mean::mean(&spans).expect("rows").variance.expect("several");
        assert!((variance - 1e-4).abs() < 1e-9, "{variance}");
    }
}

#[test]
fn many_distinct_values_are_kept_in_bins_whatever_their_order() {
    let grid = grid();
    let values: Vec<f64> = (0..MOST_EXACT as u32 + 1).map(|k| f64::from(k) / 100.0).collect();
    let few = Ledger::together(&[&ledger(&values[1..]), &ledger(&values[1..9])], &grid);
    assert!(few.is_exact());
    let (first, second) = values.split_at(30_000);
    let many = Ledger::together(&[&ledger(second), &ledger(first)], &grid);
    assert!(!many.is_exact());
    assert_eq!(many, ledger(&values).at_most(MOST_EXACT, &grid));
    assert_eq!(many.extremes(), Some((0.0, 655.36)));
    // The exact half and the whole agree on every figure to the width of a bin.
    let (exact, binned) = (measured(ledger(&values)), measured(many));
    for p in [0.1, 0.5, 0.9] {
        let [a, b] = [&exact, &binned].map(|of| quantile::quantile(of.spans(), p).expect("rows").value);
        assert!((a - b).abs() <= RELATIVE_WIDTH * a, "{a} {b}");
    }
    let (one, other) = exact.beside(&binned);
    assert!(superiority::superiority(&one, &other).expect("of one grid").bounds.contains(0.5));
}

#[test]
fn calibration_of_amounts_by_part() {
    let rows = (1..=1000_u32).map(|k| {
        let predicted = f64::from(k);
        (predicted, Cases::turned(Turned::of(predicted, predicted - 2.0 + f64::from(k % 3), 1).expect("finite")))
    });
    let predicted = Measured::new(grid(), Ledger::of(rows), 0).predicted();
    let parts = error::calibration(&predicted, 10, Z).expect("rows");
    assert_eq!(parts.len(), 10);
    for (index, part) in parts.iter().enumerate() {
        assert_eq!((part.index, part.rows), (index as u32, 100));
        assert!((part.error - 1.0).abs() < 0.02 && part.limits.expect("they vary").contains(1.0));
        assert!((part.predicted - (index as f64 * 100.0 + 50.5)).abs() < 1e-9);
    }
}

#[test]
fn the_error_of_a_gini_coefficient_is_that_of_leaving_out_each_row() {
    let values: Vec<f64> = (1..=200_u32).map(|k| f64::from(k * k % 211) + 1.0).collect();
    let of = |values: &[f64]| unequal::gini(&of_values(values).expect("numbers")).expect("a total");
    let n = values.len() as f64;
    let without: Vec<f64> = (0..values.len())
        .map(|k| {
            let mut rest = values.clone();
            rest.remove(k);
            of(&rest).index.value
        })
        .collect();
    let mean = without.iter().sum::<f64>() / n;
    let jackknife = ((n - 1.0) / n * without.iter().map(|g| (g - mean).powi(2)).sum::<f64>()).sqrt();
    let error = of(&values).error.expect("several rows");
    assert!((error / jackknife - 1.0).abs() < 0.01, "{error} {jackknife}");
    let limits = unequal::limits(of(&values), Z).expect("they vary");
    assert!(limits.contains(of(&values).index.value));
}

#[test]
fn durations_of_two_groups_mirror() {
    let of = |from: u32| {
        let case = |k: u32| {
            let (time, open) = (f64::from(from + k * 37 % 101), k.is_multiple_of(4));
            (time, if open { Cases::open(1) } else { Cases::ended(1) })
        };
        curve::curve(&Measured::new(grid(), Ledger::of((0..100).map(case)), 0).seen()).expect("cases")
    };
    let (a, b) = (of(10), of(4));
    let (d, e) =
        (median::difference(&a, &b, 0.5, Z).expect("reached"), median::difference(&b, &a, 0.5, Z).expect("reached"));
    assert!(d.value == 6.0 && e.value == -6.0 && close(d.limits.low, -e.limits.high, 1e-12) && d.limits.contains(6.0));
    let (r, s) = (median::ratio(&a, &b, 0.5, Z).expect("reached"), median::ratio(&b, &a, 0.5, Z).expect("reached"));
    assert!(close(r.value, 1.0 / s.value, 1e-12) && close(r.limits.low, 1.0 / s.limits.high, 1e-9));
    let [m, n] = [&a, &b].map(|curve| restricted::restricted_mean(curve, 60.0).expect("reached"));
    let (d, e) = (restricted::difference(m, n, Z).expect("vary"), restricted::difference(n, m, Z).expect("vary"));
    assert!(d.value > 0.0 && d.value < 6.0 && close(d.limits.low, -e.limits.high, 1e-12));
    let r = restricted::ratio(m, n, Z).expect("positive");
    assert!(close(r.value, m.value / n.value, 1e-15) && r.limits.contains(r.value));
    let other = restricted::restricted_mean(&b, 50.0).expect("reached");
    assert_eq!(restricted::difference(m, other, Z), Err(Undefined::Inconsistent));
    // Without open cases it is the plain mean, and every share is that of the rows.
    let all = [2.0, 3.0, 3.0, 8.0].map(|time| (time, Cases::ended(1)));
    let all = curve::curve(&Measured::new(grid(), Ledger::of(all), 0).seen()).expect("cases");
    assert_eq!(restricted::restricted_mean(&all, 100.0).expect("all ended").value, 4.0);
    assert_eq!(all.steps.iter().map(|step| step.open).collect::<Vec<_>>(), [0.75, 0.25, 0.0]);
    assert_eq!(median::ended(&all, 0.5).expect("reached").value, 3.0);
}

#[test]
fn lifts_of_segments_compare_by_their_difference() {
    let trials = |hits: u64, of: u64| Trials { hits, of };
    let (a, b) = (
        lift::of_shares(trials(180, 1000), trials(100, 1000), Z).expect("rows"),
        lift::of_shares(trials(120, 1000), trials(100, 1000), Z).expect("rows"),
    );
    let (d, e) = (lift::difference(a, b, Z).expect("vary"), lift::difference(b, a, Z).expect("vary"));
    assert!((d.value - 0.06).abs() < 1e-15 && d.limits.contains(0.06) && !d.limits.contains(0.0) && d.p < 0.01);
    assert!(close(d.limits.low, -e.limits.high, 1e-12) && d.z == -e.z);
    // Of two segments the test of equal lift is the square of their z.
    let equal = lift::equal_lift(&[a, b]).expect("vary");
    assert!(close(equal.test.chi2, d.z * d.z, 1e-12) && close(equal.test.p, d.p, 1e-12));
    let [m, n] = [[3.0, 4.0, 8.0, 9.0], [1.0, 2.0, 2.0, 5.0]]
        .map(|values| mean::mean(&of_values(&values).expect("numbers")).expect("rows"));
    let amounts = lift::of_means(m, n, Z).expect("vary");
    assert_eq!(amounts.limits, welch::difference(m, n, Z).expect("vary").limits);
    // Variances 26/3 and 3, their mean 35/6.
    assert!(close(balance::of_means(m, n).expect("vary"), 3.5 / (35.0_f64 / 6.0).sqrt(), 1e-12));
    let shares = balance::of_shares(trials(30, 100), trials(50, 100)).expect("vary");
    assert!(close(shares, -0.2 / 0.23_f64.sqrt(), 1e-12));
}
