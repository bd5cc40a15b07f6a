//! Certain bounds hold the exact figure, however the scores lie within their bins; narrow bins leave little open.

use crate::support::draws;

use draws::{Draws, gather};
use evenhand::inference::limits::Limits;
use evenhand::inference::scores::grid::Grid;
use evenhand::inference::scores::{Atom, Span, Undefined, isotonic, recalibration, smooth};

const Z: f64 = 1.959_963_984_540_054;

/// Rows of score and label: from few to many, from timid to extreme, next to 0 and 1 and exactly there.
fn rows(case: u64) -> Vec<(f64, bool)> {
    let mut draws = Draws(case.wrapping_mul(104_729).wrapping_add(17));
    let n = [2, 5, 20, 100, 1000][(case % 5) as usize];
    let shape = case / 5 % 5;
    let power = [1.0, 0.5, 2.0][(case / 25 % 3) as usize];
    let mut row = || {
        let u = draws.next();
        let score = match shape {
            0 => u,
            1 => 0.2 * u * u,
            2 => 1.0 - 0.001 * u,
            3 => (1e-14_f64).powf(u),
            _ => (u * 1000.0).round() / 1000.0,
        };
        (score, draws.next() < 0.05 + 0.9 * score.powf(power))
    };
    (0..n).map(|_| row()).collect()
}

/// The spans of the atoms by a key and the ends of its bin.
fn spans(atoms: &[Atom], bin: impl Fn(f64) -> (u32, f64, f64)) -> Vec<Span> {
    let mut spans: Vec<(u32, Span)> = Vec::new();
    for a in atoms {
        let (key, low, high) = bin(a.score);
        if spans.last().is_none_or(|(last, _)| *last != key) {
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

/// Every case with the spans of the grid, of wide bins and of none.
fn cases() -> impl Iterator<Item = (Vec<Atom>, [Vec<Span>; 4])> {
    let grid = Grid::new(&[0.3, 0.5, 0.999]);
    (0..150).map(move |case| {
        let all = gather(&rows(case));
        let fine = spans(&all, |s| {
            let key = grid.key(s).expect("a score");
            let (low, high) = grid.bounds(key).expect("a bin");
            (key, low, high)
        });
        let equal = |count: f64| {
            spans(&all, move |s| {
                let k = (s * count).floor().min(count - 1.0);
                (k as u32, (k / count).min(s), ((k + 1.0) / count).max(s))
            })
        };
        let none = all.iter().map(|&a| Span::from(a)).collect();
        let wide = [fine, equal(200.0), equal(5.0), none];
        (all, wide)
    })
}

#[track_caller]
fn inside(limits: Limits, value: f64, slack: f64) {
    let slack = slack * (1.0 + value.abs());
    assert!(limits.low <= value + slack && value <= limits.high + slack, "{value} is not in {limits:?}");
}

/// The mean width of the finite bounds of the grid, and that of atoms without width.
#[derive(Default)]
struct Widths([Vec<f64>; 2]);

impl Widths {
    fn note(&mut self, way: usize, limits: Limits) {
        if let Some(widths) = self.0.get_mut([0, 9, 9, 1][way]) {
            widths.push(limits.high - limits.low);
        }
    }

    #[track_caller]
    fn assert(&self, typical: f64, none: f64) {
        let mut fine = self.0[0].clone();
        fine.sort_by(f64::total_cmp);
        let median = fine[fine.len() / 2];
        let widest = self.0[1].iter().copied().fold(0.0, f64::max);
        assert!(median <= typical && widest <= none, "median {median:e}, widest without width {widest:e}");
    }
}

#[test]
fn parts_of_the_brier_score_are_inside() {
    let mut widths = Widths::default();
    for (all, ways) in cases() {
        let exact = isotonic::brier_parts(&all).expect("rows");
        for (way, spans) in ways.iter().enumerate() {
            let b = isotonic::bounds(spans).expect("rows");
            inside(b.miscalibration, exact.miscalibration, 1e-12);
            inside(b.discrimination, exact.discrimination, 1e-12);
            widths.note(way, b.discrimination);
        }
    }
    widths.assert(0.15, 1e-12);
    assert_eq!(isotonic::bounds(&[]), None);
}

#[test]
fn parts_of_the_log_loss_are_inside() {
    for (all, ways) in cases() {
        for spans in &ways {
            let b = isotonic::log_loss_part_bounds(spans).expect("rows");
            match isotonic::log_loss_parts(&all) {
                Ok(exact) => {
                    inside(b.miscalibration, exact.miscalibration, 1e-10);
                    inside(b.discrimination, exact.discrimination, 1e-12);
                }
                Err(reason) => assert!(matches!(reason, Undefined::Impossible { .. })),
            }
        }
    }
}

#[test]
fn recalibrations_are_inside() {
    let (mut large, mut slope, mut open) = (Widths::default(), Widths::default(), 0);
    for (all, ways) in cases() {
        for (way, spans) in ways.iter().enumerate() {
            match (recalibration::in_the_large(&all, Z), recalibration::in_the_large_bounds(spans)) {
                (Ok(exact), Ok(bounds)) => {
                    inside(bounds, exact.intercept.value, 1e-10);
                    large.note(way, bounds);
                }
                (exact, bounds) => assert_eq!(exact.err(), bounds.err()),
            }
            let exact = recalibration::line(&all, Z);
            if let Some(bounds) = recalibration::slope_bounds(spans) {
                match exact {
                    Ok(line) => inside(bounds, line.slope.value, 1e-9),
                    Err(reason) => {
                        assert!(bounds.low.is_infinite() || bounds.high.is_infinite(), "{reason:?} {bounds:?}")
                    }
                }
                slope.note(way, bounds);
            } else if exact.is_ok() {
                assert_ne!(way, 3);
                open += 1;
            }
        }
    }
    large.assert(1e-4, 1e-9);
    slope.assert(1e-2, 1e-6);
    assert!(open < 120, "{open}");
    assert_eq!(recalibration::in_the_large_bounds(&[]), Err(Undefined::NoRows));
    assert_eq!(recalibration::slope_bounds(&[]), None);
}

#[test]
fn smooth_errors_are_inside() {
    let mut widths = Widths::default();
    for (case, (all, ways)) in cases().enumerate().filter(|(case, _)| case % 29 == 4) {
        let exact = smooth::smooth_error(&all).expect("rows");
        for (way, spans) in ways.iter().enumerate() {
            let bounds = smooth::bounds(spans).expect("rows");
            inside(bounds, exact.value, 1e-12);
            assert!(bounds.low >= 0.0 && bounds.high <= 1.0, "case {case}: {bounds:?}");
            widths.note(way, bounds);
        }
    }
    widths.assert(0.02, 1e-12);
    assert_eq!(smooth::bounds(&[]), None);
}
