//! Laws of tests and intervals for the same rows twice, and of the sums that they rest on.

use evenhand::cell::joint::Moments;
use evenhand::cell::{Decision, Joint, Label, Side};
use evenhand::inference::limits::Limits;
use evenhand::inference::paired::mcnemar::Turned;
use evenhand::inference::paired::proportions::Matched;
use evenhand::inference::paired::shift::Shift;
use evenhand::inference::paired::signed_rank::SignedRanks;
use evenhand::inference::paired::square::{bowker, stuart_maxwell};
use proptest::prelude::*;

const Z: f64 = 1.959_963_984_540_054;

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1e-300) || (a - b).abs() <= 1e-14
}

/// The probability of at most k of n at one half, by adding up.
fn tail(k: u64, n: u64) -> f64 {
    let mut weight = 0.5_f64.powi(n as i32);
    let mut sum = 0.0;
    for i in 0..=k.min(n) {
        sum += weight;
        weight *= (n - i) as f64 / (i + 1) as f64;
    }
    sum
}

fn joint_of(rows: &[(usize, usize, usize, u16, u16)]) -> Joint {
    let mut joint = Joint::default();
    for (before, after, label, s, t) in rows {
        let (was, is, of) = (Decision::from_index(*before), Decision::from_index(*after), Label::from_index(*label));
        joint.push(was, is, of, 1);
        let mut moments = Moments::default();
        moments.push(f64::from(*s) / 1000.0, f64::from(*t) / 1000.0, 1);
        joint.push_scores(of, &moments);
    }
    joint
}

fn some_rows() -> impl Strategy<Value = Vec<(usize, usize, usize, u16, u16)>> {
    prop::collection::vec((0..5_usize, 0..5_usize, 0..3_usize, 0..=1000_u16, 0..=1000_u16), 1..40)
}

proptest! {
    #[test]
    fn mcnemar_is_what_adding_up_gives(forth in 0_u64..60, back in 0_u64..60) {
        let turned = Turned { forth, back };
        let (k, n) = (forth.min(back), forth + back);
        let below = if k == 0 { 0.0 } else { tail(k - 1, n) };
        prop_assert!(near(turned.exact(), (2.0 * tail(k, n)).min(1.0), 1e-12));
        prop_assert!(near(turned.mid_p(), (tail(k, n) + below).min(1.0), 1e-12));
    }

    #[test]
    fn mcnemar_knows_no_direction(forth: u64, back: u64) {
        let (turned, other) = (Turned { forth, back }, Turned { forth: back, back: forth });
        prop_assert_eq!(turned.exact(), other.exact());
        prop_assert_eq!(turned.mid_p(), other.mid_p());
        for p in [turned.exact(), turned.mid_p(), turned.asymptotic().p, turned.asymptotic_corrected().p] {
            prop_assert!((0.0..=1.0).contains(&p), "{p}");
        }
        prop_assert!(turned.mid_p() <= turned.exact() * (1.0 + 1e-12));
    }

    #[test]
    fn differences_mirror_and_hold_their_estimate(both in 0_u64..500, first in 0_u64..80, second in 0_u64..80, neither in 0_u64..500) {
        let matched = Matched { both, first, second, neither };
        let swapped = Matched { first: second, second: first, ..matched };
        let inverted = Matched { both: neither, neither: both, first: second, second: first };
        for limits in [Matched::newcombe, Matched::bonett_price] {
            let Some(found) = limits(matched, Z) else { prop_assert_eq!(matched.rows(), 0); continue };
            let difference = matched.difference().expect("rows");
            prop_assert!(found.contains(difference) && found.low >= -1.0 - 1e-15 && found.high <= 1.0 + 1e-15);
            let mirrored = |other: Limits, sign: f64| {
                let (low, high) = if sign < 0.0 { (-other.high, -other.low) } else { (other.low, other.high) };
                (low - found.low).abs() < 1e-12 && (high - found.high).abs() < 1e-12
            };
            prop_assert!(mirrored(limits(swapped, Z).expect("rows"), -1.0));
            prop_assert!(mirrored(limits(inverted, Z).expect("rows"), -1.0));
            let wider = limits(matched, 2.5758).expect("rows");
            prop_assert!(wider.low <= found.low && wider.high >= found.high);
        }
    }

    #[test]
    fn signed_ranks_are_what_all_signs_give(steps in prop::collection::vec((1_u32..40, any::<bool>()), 1..11)) {
        // Rising distances, so that there are no ties.
        let mut distance = 0.0;
        let differences: Vec<f64> = steps.iter().map(|(step, up)| {
            distance += f64::from(*step);
            if *up { distance } else { -distance }
        }).collect();
        let ranks = SignedRanks::of(&differences).expect("numbers");
        let n = differences.len();
        let sums = (0_u32..1 << n).map(|signs| (0..n).filter(|k| signs >> k & 1 == 1).map(|k| k + 1).sum::<usize>());
        let as_small = sums.filter(|sum| *sum as f64 <= ranks.smaller()).count();
        let expected = (2.0 * as_small as f64 / f64::from(1_u32 << n)).min(1.0);
        prop_assert!(near(ranks.exact().expect("no ties"), expected, 1e-12));
        let turned: Vec<f64> = differences.iter().map(|d| -3.0 * d).collect();
        let other = SignedRanks::of(&turned).expect("numbers");
        prop_assert_eq!((other.above, other.below, other.exact()), (ranks.below, ranks.above, ranks.exact()));
        prop_assert!(ranks.approximate(true) >= ranks.approximate(false));
    }

    #[test]
    fn two_outcomes_are_mcnemars(a in 0_u64..1000, b in 0_u64..1000, c in 0_u64..1000, d in 0_u64..1000) {
        let table = vec![vec![a, b], vec![c, d]];
        let expected = Turned { forth: b, back: c }.asymptotic().chi2;
        match (bowker(&table), stuart_maxwell(&table)) {
            (None, None) => prop_assert_eq!(b + c, 0),
            (Some(symmetry), Some(margins)) => {
                prop_assert!(near(symmetry.chi2, expected, 1e-12) && near(margins.chi2, expected, 1e-12));
                prop_assert_eq!((symmetry.df, margins.df), (1, 1));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn an_outcome_that_nobody_has_changes_nothing(cells in prop::collection::vec(0_u64..50, 9)) {
        let table: Vec<Vec<u64>> = cells.chunks(3).map(<[u64]>::to_vec).collect();
        let mut wider: Vec<Vec<u64>> = table.iter().map(|row| row.iter().copied().chain([0]).collect()).collect();
        wider.push(vec![0; 4]);
        for test in [bowker, stuart_maxwell] {
            prop_assert_eq!(test(&table), test(&wider));
        }
    }

    #[test]
    fn joints_add_up_and_come_apart(mine in some_rows(), theirs in some_rows()) {
        let (a, b) = (joint_of(&mine), joint_of(&theirs));
        let all: Vec<_> = mine.iter().chain(&theirs).copied().collect();
        let whole = Joint::together([&a, &b]);
        prop_assert_eq!(&whole, &joint_of(&all));
        prop_assert_eq!(&whole.without(&b), &a);
        let mut backwards = all.clone();
        backwards.reverse();
        prop_assert_eq!(&whole, &joint_of(&backwards));
        prop_assert_eq!(whole.rows(), all.len() as u64);
    }

    #[test]
    fn moments_are_those_of_the_rows(rows in some_rows()) {
        let moments = joint_of(&rows).moments(|_| true);
        let n = rows.len() as f64;
        let of = |side: Side, row: &(usize, usize, usize, u16, u16)| {
            f64::from(if side == Side::Before { row.3 } else { row.4 }) / 1000.0
        };
        let mean = |side| rows.iter().map(|row| of(side, row)).sum::<f64>() / n;
        for (one, other) in [(Side::Before, Side::Before), (Side::Before, Side::After), (Side::After, Side::After)] {
            let expected = rows.iter().map(|row| (of(one, row) - mean(one)) * (of(other, row) - mean(other))).sum::<f64>() / n;
            prop_assert!((moments.covariance(one, other).expect("rows") - expected).abs() < 1e-11);
            prop_assert!((moments.mean(one).expect("rows") - mean(one)).abs() < 1e-11);
        }
        let differences: Vec<f64> = rows.iter().map(|row| of(Side::After, row) - of(Side::Before, row)).collect();
        let (found, expected) = (moments.shift().expect("rows"), Shift::of(&differences).expect("numbers"));
        prop_assert!((found.mean.value - expected.mean.value).abs() < 1e-13);
        match (found.mean.variance, expected.mean.variance) {
            (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-11),
            (a, b) => prop_assert_eq!(a, b),
        }
    }
}

#[test]
fn nothing_gives_no_number() {
    assert_eq!(Matched::default().newcombe(Z), None);
    assert_eq!(Matched::default().bonett_price(Z), None);
    assert_eq!(Turned::default().exact(), 1.0);
    assert_eq!(Turned::default().mid_p(), 1.0);
    assert_eq!(Turned::default().odds_ratio(), None);
    assert_eq!(SignedRanks::of(&[0.0, f64::NAN]), None);
    assert_eq!(SignedRanks::of(&[0.0]).map(|ranks| (ranks.exact(), ranks.approximate(false))), Some((Some(1.0), 1.0)));
    assert_eq!(Shift::of(&[]), None);
    assert_eq!(bowker(&[vec![1, 2]]), None);
    assert_eq!(stuart_maxwell(&[]), None);
}
