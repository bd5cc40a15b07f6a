//! A line along an axis: with gaps where it has no value, and cut where it leaves the plot.

use std::io;

use super::canvas::Canvas;
use super::dash::Dash;
use super::figure::Estimate;
use super::palette::{BEHIND, Ink, RIBBON};

/// Draws the parts of a line that are in the plot; a value without neighbours is a dot.
///
/// `place` says where a number stands between 0 and 1, `whole` where that is on the sheet.
pub fn line(
    canvas: &mut Canvas,
    along: &[f64],
    points: &[Option<Estimate>],
    place: impl Fn(f64) -> f64,
    whole: impl Fn((f64, f64)) -> (f64, f64),
    (ink, dash): (Ink, Dash),
) -> io::Result<()> {
    for run in runs(along, points, |point| Some(place(point.value))) {
        if let [(x, y)] = run[..] {
            if (0.0..=1.0).contains(&y) {
                canvas.dot(whole((x, y)), 3.0, ink)?;
            }
            continue;
        }
        for part in inside(&run) {
            let part: Vec<(f64, f64)> = part.into_iter().map(&whole).collect();
            canvas.path(&part, ink, 2.0, dash)?;
        }
    }
    Ok(())
}

/// Draws the surface between the ends of the intervals.
pub fn ribbon(
    canvas: &mut Canvas,
    along: &[f64],
    points: &[Option<Estimate>],
    across: impl Fn(f64) -> f64,
    up: impl Fn(f64) -> f64,
) -> io::Result<()> {
    for run in runs(along, points, |point| Some((up(point.low?), up(point.high?)))) {
        let low: Vec<(f64, f64)> = run.iter().map(|(x, (low, _))| (across(*x), *low)).collect();
        let high: Vec<(f64, f64)> = run.iter().map(|(x, (_, high))| (across(*x), *high)).collect();
        if let ([low], [high]) = (&low[..], &high[..]) {
            canvas.line(*low, *high, BEHIND, 1.5)?;
            continue;
        }
        let around: Vec<(f64, f64)> = low.iter().copied().chain(high.iter().rev().copied()).collect();
        canvas.polygon(&around, RIBBON)?;
        canvas.path(&low, BEHIND, 1.0, Dash::SOLID)?;
        canvas.path(&high, BEHIND, 1.0, Dash::SOLID)?;
    }
    Ok(())
}

/// Values that follow each other without a gap.
fn runs<T>(along: &[f64], points: &[Option<Estimate>], read: impl Fn(&Estimate) -> Option<T>) -> Vec<Vec<(f64, T)>> {
    let mut runs = vec![Vec::new()];
    for (x, point) in along.iter().zip(points) {
        match point.as_ref().and_then(&read) {
            Some(value) => runs.last_mut().expect("there is always a last run").push((*x, value)),
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The parts of a run between 0 and 1.
fn inside(run: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
    for pair in run.windows(2) {
        let Some((from, to)) = cut(pair[0], pair[1]) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// The part of a stroke between 0 and 1.
fn cut(from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    // A logarithm of 0 is infinitely far below: as far as another plot will do.
    let (from, to) = ((from.0, from.1.clamp(-1.0, 2.0)), (to.0, to.1.clamp(-1.0, 2.0)));
    if from.1.max(to.1) < 0.0 || from.1.min(to.1) > 1.0 {
        return None;
    }
    let end = |here: (f64, f64), there: (f64, f64)| {
        let edge = here.1.clamp(0.0, 1.0);
        let x =
            if edge == here.1 { here.0 } else { here.0 + (there.0 - here.0) * (edge - here.1) / (there.1 - here.1) };
        (x, edge)
    };
    Some((end(from, to), end(to, from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_leaves_the_plot() {
        let run = [(0.0, 0.5), (1.0, 1.5), (2.0, 0.5), (3.0, f64::NEG_INFINITY), (4.0, -1.0), (5.0, 1.0)];
        let parts = inside(&run);
        assert_eq!(parts[0], [(0.0, 0.5), (0.5, 1.0)]);
        assert_eq!(parts[1][..2], [(1.5, 1.0), (2.0, 0.5)]);
        assert_eq!(parts[2], [(4.5, 0.0), (5.0, 1.0)]);
        assert!(parts.iter().flatten().all(|(_, y)| (0.0..=1.0).contains(y)));
    }

    #[test]
    fn a_missing_value_is_a_gap() {
        let point = |value| Some(Estimate { value, low: None, high: None });
        let runs = runs(&[0.1, 0.2, 0.3, 0.4], &[point(1.0), None, point(2.0), point(3.0)], |e| Some(e.value));
        assert_eq!(runs, [vec![(0.1, 1.0)], vec![(0.3, 2.0), (0.4, 3.0)]]);
    }
}
