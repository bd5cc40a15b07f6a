//! The smooth calibration error: a calibration error without bins.

use crate::inference::scores::atoms::{Atom, totals};
use crate::inference::scores::sum::sum;
use std::f64::consts::PI;

/// Beyond this many bandwidths the kernel is below the last digit of anything it is added to.
const REACH: f64 = 9.5;

/// Sums that run side by side.
const LANES: usize = 4;

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
    // No gap is larger than the rows it is of, so that a bandwidth of 1 is never too small.
    let (mut high, mut low) = (1.0, 0.0);
    let mut value = at_bandwidth(atoms, high)?;
    for _ in 0..10 {
        let middle = 0.5 * (high + low);
        let reached = at_bandwidth(atoms, middle)?;
        if middle < 0.001 || middle < reached {
            low = middle;
        } else {
            (high, value) = (middle, reached);
        }
    }
    Some(SmoothError { value, bandwidth: high })
}

/// The smooth calibration error at one bandwidth.
///
/// Gaps s - y and rows are shared out to the two nearest of `max(2000, round(20/sigma))/2 + 1` nodes on [0, 1] and
/// smoothed with a Gaussian kernel reflected at the ends; the result is `sum |gap| / sum (rows + 0.0001)` over
/// `max(200, round(10/sigma))` points, interpolated between nodes. None without rows or unless 1e-4 <= sigma <= 1.
pub fn at_bandwidth(atoms: &[Atom], sigma: f64) -> Option<f64> {
    if totals(atoms).rows() == 0 || !(1e-4..=1.0).contains(&sigma) {
        return None;
    }
    let nodes = ((20.0 / sigma).round_ties_even() as usize).max(2000) / 2 + 1;
    let points = ((10.0 / sigma).round_ties_even() as usize).max(200);
    let kernel = Kernel::new(sigma, nodes);
    let mut smoothed = Smoothed { kernel: &kernel, sources: reflected(atoms, nodes), at: None, value: (0.0, 0.0) };
    let (mut gaps, mut rows) = (Vec::with_capacity(points), Vec::with_capacity(points));
    let last = (nodes - 1) as f64;
    for i in 0..points {
        let t = if i + 1 == points { 1.0 } else { i as f64 / (points - 1) as f64 };
        let node = ((t * last) as usize).min(nodes - 2);
        let part = t * last - node as f64;
        let (left, right) = (smoothed.at_node(node), smoothed.at_node(node + 1));
        gaps.push((left.0 * (1.0 - part) + right.0 * part).abs());
        rows.push(left.1 * (1.0 - part) + right.1 * part + 1e-4);
    }
    Some(sum(gaps) / sum(rows))
}

/// The values of the kernel around its middle, up to where they no longer matter, in the order of the nodes they meet.
struct Kernel {
    weights: Vec<f64>,
    /// How many nodes the kernel reaches to either side.
    reach: usize,
}

impl Kernel {
    fn new(sigma: f64, nodes: usize) -> Kernel {
        let last = (nodes - 1) as f64;
        let height = 1.0 / ((2.0 * PI).sqrt() * sigma);
        // Node k of the kernel lies at k/last - 1/2, with an even number of nodes never at 0: the reference reads the
        // middle at node floor(nodes/2) all the same.
        let middle = nodes / 2;
        let reach = ((REACH * sigma * last) as usize + 2).min(middle);
        let weight = |k: usize| {
            let x = (k as f64 / last - 0.5) / sigma;
            height * libm::exp(-0.5 * x * x)
        };
        let (from, to) = (middle - reach, middle + reach);
        // With an even number of nodes the outermost does not exist.
        let weights = (from..=to).rev().map(|k| if k < nodes { weight(k) } else { 0.0 }).collect();
        Kernel { weights, reach }
    }
}

/// Gap and rows at every node, mirrored at both ends: node i of [0, 1] is at `i + nodes - 1`.
fn reflected(atoms: &[Atom], nodes: usize) -> Vec<(f64, f64)> {
    let mut inside = vec![(0.0, 0.0); nodes];
    let last = (nodes - 1) as f64;
    for a in atoms {
        let node = ((a.score * last) as usize).min(nodes - 2);
        let part = a.score * last - node as f64;
        let gap = a.negatives as f64 * a.score - a.positives as f64 * (1.0 - a.score);
        let rows = a.rows() as f64;
        for (to, share) in [(node, 1.0 - part), (node + 1, part)] {
            if let Some(value) = inside.get_mut(to) {
                value.0 += share * gap;
                value.1 += share * rows;
            }
        }
    }
    let mirrored = inside.iter().rev();
    let mut all: Vec<(f64, f64)> = mirrored.clone().take(nodes - 1).copied().collect();
    all.extend(&inside);
    all.extend(mirrored.skip(1));
    all
}

/// The smoothed gap and rows at a node, remembered because neighbouring points share a node.
struct Smoothed<'a> {
    kernel: &'a Kernel,
    sources: Vec<(f64, f64)>,
    at: Option<usize>,
    value: (f64, f64),
}

impl Smoothed<'_> {
    fn at_node(&mut self, node: usize) -> (f64, f64) {
        if self.at != Some(node) {
            self.at = Some(node);
            self.value = self.convolve(node);
        }
        self.value
    }

    fn convolve(&self, node: usize) -> (f64, f64) {
        let nodes = self.sources.len() / 3 + 1;
        // The node is at `node + nodes - 1`; the sources go on for a whole length beyond both ends.
        let start = node + nodes - 1 - self.kernel.reach;
        let met = self.sources.get(start..).unwrap_or(&[]);
        // Several sums side by side, because one would wait for itself.
        let (weights, last_weights) = self.kernel.weights.as_chunks::<LANES>();
        let (chunks, _) = met.as_chunks::<LANES>();
        let (mut gaps, mut rows) = ([0.0; LANES], [0.0; LANES]);
        for (weights, chunk) in weights.iter().zip(chunks) {
            for lane in 0..LANES {
                gaps[lane] += weights[lane] * chunk[lane].0;
                rows[lane] += weights[lane] * chunk[lane].1;
            }
        }
        let mut value = (gaps.iter().sum::<f64>(), rows.iter().sum::<f64>());
        let rest = met.get(self.kernel.weights.len() - last_weights.len()..).unwrap_or(&[]);
        for (weight, s) in last_weights.iter().zip(rest) {
            value.0 += weight * s.0;
            value.1 += weight * s.1;
        }
        value
    }
}
