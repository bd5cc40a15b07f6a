//! The smooth calibration error: a calibration error without bins.

use crate::inference::limits::Limits;
use crate::inference::scores::atoms::{Atom, Span};
use crate::inference::scores::kernel::{Kernel, STEPS, Smoothed, mirrored};
use crate::inference::scores::sum::sum;
use std::cell::RefCell;

/// The smooth calibration error at the bandwidth that equals it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SmoothError {
    pub value: f64,
    /// A multiple of 1/1024.
    pub bandwidth: f64,
}

/// The calibration error after smoothing the gaps of scores and labels with the bandwidth that it itself calls for.
///
/// Ten bisections of [0, 1] for the bandwidth sigma at which [`at_bandwidth`] equals sigma, bandwidths below 0.001
/// counting as too small; the upper end is taken. None without rows. Source: Blasiok and Nakkiran 2023 and their
/// library relplot.
pub fn smooth_error(atoms: &[Atom]) -> Option<SmoothError> {
    bisected(|sigma| at_bandwidth(atoms, sigma))
}

fn bisected(at: impl Fn(f64) -> Option<f64>) -> Option<SmoothError> {
    // No gap is larger than the rows it is of, so that a bandwidth of 1 is never too small.
    let (mut high, mut low, mut value) = (1.0, 0.0, None);
    for _ in 0..10 {
        let middle = 0.5 * (high + low);
        let reached = at(middle)?;
        if middle < 0.001 || middle < reached {
            low = middle;
        } else {
            (high, value) = (middle, Some(reached));
        }
    }
    Some(SmoothError { value: value.or_else(|| at(high))?, bandwidth: high })
}

/// The smooth calibration error at one bandwidth.
///
/// Gaps s - y and rows are shared out to the two nearest of `max(2000, round(20/sigma))/2 + 1` nodes on [0, 1] and
/// smoothed with a Gaussian kernel reflected at the ends; the result is `sum |gap| / sum (rows + 0.0001)` over
/// `max(200, round(10/sigma))` points, interpolated between nodes. None without rows or unless 1e-4 <= sigma <= 1.
pub fn at_bandwidth(atoms: &[Atom], sigma: f64) -> Option<f64> {
    smoothed(&atoms.iter().map(|&a| Mass::from(a)).collect::<Vec<_>>(), sigma).map(|s| s.gaps / s.rows)
}

/// The lowest and the highest smooth calibration error possible when of each bin only the range and the sums are known.
///
/// All gaps and rows of a bin are put at its mean score. The smoothed gaps change by at most what the kernel, summed over
/// all points, changes over the distance to the further end, times the sum of s without and of 1 - s with a positive
/// label; at most about `sqrt(2/pi) / sigma` times the width. The smoothed rows change by as much for every row. The
/// bisections of [`smooth_error`] are followed once as if every error were the lowest and once as if it were the highest
/// possible: the error lies between the lowest possible at the last of the bandwidths, less 1/1024, and that bandwidth.
/// None without rows.
pub fn bounds(spans: &[Span]) -> Option<Limits> {
    with_bounds(spans).map(|(_, bounds)| bounds)
}

/// The smooth calibration error with every row at the mean score of its bin, and its [`bounds`]; cheaper together.
pub fn with_bounds(spans: &[Span]) -> Option<(SmoothError, Limits)> {
    let masses: Vec<Mass> = spans.iter().map(|&s| Mass::from(s)).collect();
    // The three ways down share their first bandwidths.
    type Found = Option<(f64, Limits)>;
    let known: RefCell<Vec<(f64, Found)>> = RefCell::default();
    let compute = |sigma: f64| {
        let s = smoothed(&masses, sigma)?;
        let (gaps, rows) = (s.open(&masses, |m| m.weight), s.open(&masses, |m| m.rows));
        let high = if s.rows > rows { (s.gaps + gaps) / (s.rows - rows) } else { f64::INFINITY };
        Some((s.gaps / s.rows, Limits { low: (s.gaps - gaps).max(0.0) / (s.rows + rows), high }))
    };
    let at = |sigma: f64| {
        let found = known.borrow().iter().find(|(seen, _)| *seen == sigma).map(|(_, found)| *found);
        found.unwrap_or_else(|| {
            let found = compute(sigma);
            known.borrow_mut().push((sigma, found));
            found
        })
    };
    let range = |sigma: f64| at(sigma).map(|(_, range)| range);
    let middle = bisected(|sigma| at(sigma).map(|(value, _)| value))?;
    if masses.iter().all(|m| m.rows == 0.0 || m.reach == 0.0) {
        return Some((middle, Limits { low: middle.value, high: middle.value }));
    }
    let first = bisected(|sigma| range(sigma).map(|r| r.low))?.bandwidth;
    let last = bisected(|sigma| range(sigma).map(|r| r.high))?.bandwidth;
    // The error falls as the bandwidth grows, so that of the bandwidths between the two the last has the lowest; one step
    // of the bisection is more than what points and nodes can add. At its own bandwidth the error is at most it.
    let low = range(last)?.low - 1.0 / STEPS;
    Some((middle, Limits { low: low.clamp(0.0, first), high: last }.around(middle.value)))
}

/// The gaps s - y and the rows of an atom or a bin, at one place.
struct Mass {
    place: f64,
    gap: f64,
    /// The sum of the absolute gaps.
    weight: f64,
    rows: f64,
    /// How far a row may be from the place.
    reach: f64,
}

impl From<Atom> for Mass {
    fn from(a: Atom) -> Mass {
        let (down, up) = (a.negatives as f64 * a.score, a.positives as f64 * (1.0 - a.score));
        Mass { place: a.score, gap: down - up, weight: down + up, rows: a.rows() as f64, reach: 0.0 }
    }
}

impl From<Span> for Mass {
    fn from(s: Span) -> Mass {
        let (down, up) = (s.negative_sum, s.positives as f64 - s.positive_sum);
        let rows = s.negatives.saturating_add(s.positives) as f64;
        let place = s.as_atom().score;
        let reach = (place - s.low).max(s.high - place);
        Mass { place, gap: down - up, weight: down + up, rows, reach }
    }
}

/// The absolute smoothed gaps and the smoothed rows, each summed over the points.
struct Smooth {
    gaps: f64,
    rows: f64,
    /// By how much either can change when a row is moved from one node to the next.
    change: f64,
    /// By how much more next to the ends: a row at an end has no mirror image.
    image: f64,
    /// The last node.
    last: f64,
}

impl Smooth {
    /// By how much a sum can change when all masses are where they can be.
    fn open(&self, masses: &[Mass], amount: impl Fn(&Mass) -> f64) -> f64 {
        sum(masses.iter().filter(|m| m.reach > 0.0).map(|m| {
            let moved = m.reach * self.last;
            let ends =
                [m.place - m.reach, 1.0 - m.place - m.reach].iter().filter(|&&end| end * self.last < 1.0).count();
            amount(m) * (moved * self.change + ends as f64 * moved.min(1.0) * self.image)
        }))
    }
}

fn smoothed(masses: &[Mass], sigma: f64) -> Option<Smooth> {
    if !masses.iter().any(|m| m.rows > 0.0) || !(1e-4..=1.0).contains(&sigma) {
        return None;
    }
    let kernel = Kernel::of(sigma);
    let (last, points) = ((kernel.nodes - 1) as f64, kernel.points);
    let (gaps, rows) = at_nodes(masses, kernel.nodes);
    let mut smoothed = Smoothed { kernel: &kernel, gaps: mirrored(&gaps), right: None };
    let mut found = Vec::with_capacity(points);
    for (node, part) in kernel.places() {
        let (left, right) = smoothed.beside(node);
        found.push((left * (1.0 - part) + right * part).abs());
    }
    // Rows are never negative, so that nothing is lost by summing over the points first.
    let rows = sum(rows.iter().zip(&kernel.heard).map(|(rows, heard)| rows * heard)) + points as f64 * 1e-4;
    let (change, image) = kernel.change(last / (points - 1) as f64);
    Some(Smooth { gaps: sum(found), rows, change, image, last })
}

/// Gap and rows at every node: what lies between two nodes is shared out to both.
fn at_nodes(masses: &[Mass], nodes: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut gaps, mut rows) = (vec![0.0; nodes], vec![0.0; nodes]);
    let last = (nodes - 1) as f64;
    for m in masses {
        let node = ((m.place * last) as usize).min(nodes - 2);
        let part = m.place * last - node as f64;
        for (to, share) in [(node, 1.0 - part), (node + 1, part)] {
            if let (Some(gap), Some(row)) = (gaps.get_mut(to), rows.get_mut(to)) {
                *gap += share * m.gap;
                *row += share * m.rows;
            }
        }
    }
    (gaps, rows)
}
