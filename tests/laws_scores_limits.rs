//! Laws of the limits of means, of average precision, of the debiased calibration error and of one-sided tests of the
//! recalibration line.

use crate::support::draws;

use draws::{Draws, gather};
use evenhand::inference::limits::Limits;
use evenhand::inference::scores::binned::{calibration_error, equal_mass, equal_width};
use evenhand::inference::scores::{Atom, Undefined, balance, debiased, mean, precision, proper, recalibration};
use evenhand::inference::{normal, student};

const Z: f64 = 1.959_963_984_540_054;

fn rows(case: u64) -> Vec<(f64, bool)> {
    let mut draws = Draws(case.wrapping_mul(7919).wrapping_add(5));
    let n = [1, 2, 3, 9, 30, 200][(case % 6) as usize];
    let steps = [2.0, 10.0, 1e15][(case / 6 % 3) as usize];
    let power = [1.0, 0.4, 2.5][(case / 18 % 3) as usize];
    let mut row = || {
        let score = (draws.next() * steps).round() / steps;
        (score, draws.next() < score.powf(power))
    };
    (0..n).map(|_| row()).collect()
}

fn atom(score: f64, negatives: u64, positives: u64) -> Atom {
    Atom { score, negatives, positives }
}

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance * (1.0 + expected.abs()), "got {got:e}, expected {expected:e}");
}

#[track_caller]
fn nested(inner: Limits, outer: Limits) {
    assert!(outer.low <= inner.low + 1e-12 && inner.high <= outer.high + 1e-12, "{inner:?} is not in {outer:?}");
}

#[test]
fn means_are_those_of_the_rows() {
    for case in 0..300 {
        let rows = rows(case);
        let all = gather(&rows);
        let of = |value: &dyn Fn(f64, bool) -> f64, keep: &dyn Fn(bool) -> bool| {
            let values: Vec<f64> = rows.iter().filter(|r| keep(r.1)).map(|r| value(r.0, r.1)).collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let squares = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
            (!values.is_empty()).then(|| (values.len() as u64, mean, (n > 1.0).then(|| squares / (n - 1.0))))
        };
        let agree = |got: Option<mean::Mean>, expected: Option<(u64, f64, Option<f64>)>| match (got, expected) {
            (Some(got), Some((n, value, variance))) => {
                assert_eq!((got.rows, got.variance.is_some()), (n, variance.is_some()));
                close(got.value, value, 1e-13);
                close(got.variance.unwrap_or(0.0), variance.unwrap_or(0.0), 1e-12);
            }
            (got, expected) => assert_eq!((got, expected), (None, None)),
        };
        agree(mean::of_scores(&all), of(&|s, _| s, &|_| true));
        agree(mean::of_scores_of_negatives(&all), of(&|s, _| s, &|y| !y));
        agree(mean::of_scores_of_positives(&all), of(&|s, _| s, &|y| y));
        agree(mean::of_squared_errors(&all), of(&|s, y| (s - f64::from(u8::from(y))).powi(2), &|_| true));
        close(mean::of_squared_errors(&all).expect("rows").value, proper::brier(&all).expect("rows"), 1e-15);
        match mean::of_log_losses(&all) {
            Ok(got) => {
                agree(Some(got), of(&|s, y| if y { -s.ln() } else { -(1.0 - s).ln() }, &|_| true));
                close(got.value, proper::log_loss(&all).expect("rows"), 1e-15);
            }
            Err(reason) => assert_eq!(proper::log_loss(&all), Err(reason)),
        }
        let positives = balance::moments(&all, |a| a.positives).map(|m| (m.rows, m.mean, m.variance));
        assert_eq!(mean::of_scores_of_positives(&all).map(|m| (m.rows, m.value, m.variance)), positives);
    }
    assert_eq!(mean::of_scores(&[]), None);
    assert_eq!(mean::of_log_losses(&[]), Err(Undefined::NoRows));
    assert_eq!(mean::of_log_losses(&[atom(0.0, 1, 2)]), Err(Undefined::Impossible { rows: 2 }));
}

#[test]
fn limits_of_means_are_students() {
    // scipy.stats.t.interval(0.95, 4, 0.3, sqrt(0.025/5)) for the scores .1 .2 .3 .4 .5
    let five = mean::of_scores(&[0.1, 0.2, 0.3, 0.4, 0.5].map(|s| atom(s, 1, 0))).expect("rows");
    let got = mean::limits(five, Z, None).expect("two rows");
    close(got.low, 0.103_675_683_852_244_4, 1e-14);
    close(got.high, 0.496_324_316_147_755_6, 1e-14);
    for case in 0..300 {
        let Some(m) = mean::of_squared_errors(&gather(&rows(case))) else { continue };
        // One row, or rows that do not vary, tell nothing of how much others would.
        let Some(variance) = m.variance.filter(|variance| variance.sqrt() > 1e-12 * m.value) else {
            assert_eq!(mean::limits(m, Z, None), None);
            continue;
        };
        let (free, cut) = (mean::limits(m, Z, None).expect("two"), mean::limits(m, Z, Some((0.0, 1.0))).expect("two"));
        nested(cut, free);
        assert!(cut.contains(m.value) && cut.low >= 0.0 && cut.high <= 1.0);
        nested(free, mean::limits(m, Z + 0.1, None).expect("two"));
        let t = (free.high - m.value) / (variance / m.rows as f64).sqrt();
        close(student::sf(t, (m.rows - 1) as f64), normal::sf(Z), 1e-10);
        assert_eq!(mean::limits(m, 0.0, None), Some(Limits { low: m.value, high: m.value }));
    }
}

#[test]
fn limits_of_average_precision_hold_it() {
    // logit(0.8) +- 1.96/sqrt(50 * 0.16)
    let got = precision::limits(0.8, 50, 1.96);
    close(got.low, 1.0 / (1.0 + 0.25 * (1.96 / 8.0_f64.sqrt()).exp()), 1e-14);
    close(got.high, 1.0 / (1.0 + 0.25 * (-1.96 / 8.0_f64.sqrt()).exp()), 1e-14);
    for ap in [0.0, 1e-9, 0.01, 0.3, 0.5, 0.95, 1.0 - 1e-9, 1.0] {
        for positives in [0, 1, 2, 5, 50, 1_000_000] {
            let l = precision::limits(ap, positives, Z);
            assert!(l.contains(ap) && l.low >= 0.0 && l.high <= 1.0, "{l:?}");
            assert!(l.high - l.low < 1.0 || positives == 0, "{l:?}");
            nested(l, precision::limits(ap, positives, Z + 0.5));
            let mirrored = precision::limits(1.0 - ap, positives, Z);
            close(l.low, 1.0 - mirrored.high, 1e-12);
        }
    }
    assert_eq!(precision::limits(0.7, 0, Z), Limits { low: 0.0, high: 1.0 });
}

#[test]
fn limits_of_the_debiased_error_hold_it_and_widen_with_z() {
    for case in 0..600 {
        let all = gather(&rows(case));
        for bins in [equal_width(&all, 10), equal_mass(&all, 5)] {
            let estimate = calibration_error(&bins).expect("rows").debiased_root();
            let Some(got) = debiased::limits(&bins, Z) else {
                assert!(bins.iter().all(|b| b.rows() < 2));
                continue;
            };
            assert!(got.contains(estimate) && got.low >= 0.0 && got.high <= 1.0, "{got:?}");
            let mut inner = debiased::limits(&bins, 0.0).expect("limits");
            assert_eq!(inner, Limits { low: estimate, high: estimate });
            for z in [0.1, 0.5, 1.0, 1.6, 2.0, 2.6, 3.3, 5.0, 8.0] {
                let outer = debiased::limits(&bins, z).expect("limits");
                nested(inner, outer);
                inner = outer;
            }
        }
    }
    assert_eq!(debiased::limits(&[], Z), None);
    // Many rows: the limits close in on the gap.
    let all = [atom(0.25, 3_000_000, 3_000_000), atom(0.75, 1_000_000, 3_000_000)];
    let got = debiased::limits(&equal_width(&all, 10), Z).expect("limits");
    let truth = 0.25 * 0.6_f64.sqrt();
    assert!(got.contains(truth) && got.high - got.low < 1e-3, "{got:?}");
    // Certain scores that come true leave no doubt that chance could settle; that come false leave no hope.
    let right = debiased::limits(&equal_width(&[atom(0.0, 50, 0), atom(1.0, 0, 50)], 10), Z).expect("limits");
    assert!(right.low == 0.0 && right.high < 1e-100, "{right:?}");
    let wrong = debiased::limits(&equal_width(&[atom(0.0, 0, 50), atom(1.0, 50, 0)], 10), Z).expect("limits");
    assert!(wrong.low > 0.9 && wrong.high == 1.0, "{wrong:?}");
}

#[test]
fn likelihood_roots_are_z_at_the_profile_limits() {
    let (mut lines, mut larges) = (0, 0);
    for case in 0..400 {
        let all = gather(&rows(case));
        for z in [0.1, 1.0, Z, 4.0] {
            match recalibration::in_the_large(&all, z) {
                Ok(large) => {
                    larges += 1;
                    let root = |bound: f64| recalibration::intercept_root(&all, bound).expect("a root");
                    close(root(large.intercept.profile.low), z, 1e-7);
                    close(root(large.intercept.profile.high), -z, 1e-7);
                    close(root(0.0).powi(2), large.likelihood_ratio.0, 1e-9);
                    assert!(root(large.intercept.value).abs() < 1e-5);
                }
                Err(reason) => assert_eq!(recalibration::intercept_root(&all, 0.3), Err(reason)),
            }
            match recalibration::line(&all, z) {
                Ok(line) => {
                    lines += 1;
                    let root = |bound: f64| recalibration::slope_root(&all, bound).expect("a root");
                    close(root(line.slope.profile.low), z, 1e-7);
                    close(root(line.slope.profile.high), -z, 1e-7);
                    assert!(root(line.slope.value).abs() < 1e-5);
                    assert!(root(1.0).powi(2) <= line.likelihood_ratio.0 + 1e-9);
                }
                Err(reason) => assert_eq!(recalibration::slope_root(&all, 0.3), Err(reason)),
            }
        }
    }
    assert!(lines > 400 && larges > 1000, "{lines} {larges}");
}

#[test]
fn the_robust_error_of_the_intercept_is_the_sandwich() {
    // At intercept 0 both rows of 0.2 and 0.8 fit: residuals and information by hand.
    let all = [atom(0.2, 80, 20), atom(0.8, 20, 80)];
    let large = recalibration::in_the_large(&all, Z).expect("an intercept");
    close(large.intercept.value, 0.0, 1e-12);
    let squares = 2.0 * (80.0 * 0.04 + 20.0 * 0.64);
    close(large.robust_error, (squares * 200.0 / 199.0_f64).sqrt() / 32.0, 1e-12);
    close(large.robust.high, Z * large.robust_error, 1e-12);
    // Scores that are too extreme: the labels vary more than the line at slope 1 says.
    let extreme = [atom(0.01, 70, 30), atom(0.99, 30, 70)];
    let large = recalibration::in_the_large(&extreme, Z).expect("an intercept");
    assert!(large.robust_error > 1.5 * large.intercept.standard_error, "{large:?}");
}
