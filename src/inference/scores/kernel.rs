//! The kernel of the smooth calibration error: its values, and what it makes of numbers at nodes.

use crate::inference::scores::sum::sum;
use std::f64::consts::PI;
use std::sync::{Arc, OnceLock};

/// Beyond this many bandwidths the kernel holds less than 1e-13 of its mass.
const REACH: f64 = 7.5;

/// The bandwidths that bisections meet are multiples of one over this.
pub(super) const STEPS: f64 = 1024.0;

/// Kernels by the multiple: every group meets much the same.
static KNOWN: [OnceLock<Arc<Kernel>>; STEPS as usize + 1] = [const { OnceLock::new() }; STEPS as usize + 1];

/// Sums that run side by side.
const LANES: usize = 4;

/// The values of the kernel around its middle, up to where they no longer matter, in the order of the nodes they meet.
pub(super) struct Kernel {
    pub(super) nodes: usize,
    pub(super) points: usize,
    weights: Vec<f64>,
    /// How many nodes the kernel reaches to either side.
    reach: usize,
    /// What one row at a node adds to all points together.
    pub(super) heard: Vec<f64>,
}

impl Kernel {
    /// The kernel of a bandwidth from 1e-4 to 1.
    pub(super) fn of(sigma: f64) -> Arc<Kernel> {
        let step = sigma * STEPS;
        match KNOWN.get(step as usize).filter(|_| step.fract() == 0.0) {
            Some(known) => Arc::clone(known.get_or_init(|| Arc::new(Kernel::new(sigma)))),
            None => Arc::new(Kernel::new(sigma)),
        }
    }

    fn new(sigma: f64) -> Kernel {
        let nodes = ((20.0 / sigma).round_ties_even() as usize).max(2000) / 2 + 1;
        let points = ((10.0 / sigma).round_ties_even() as usize).max(200);
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
        let mut kernel = Kernel { nodes, points, weights, reach, heard: Vec::new() };
        kernel.heard = kernel.hear();
        kernel
    }

    /// The points: the node to the left of each, and how far it lies towards the next.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, f64)> + use<> {
        let (nodes, points) = (self.nodes, self.points);
        let last = (nodes - 1) as f64;
        (0..points).map(move |i| {
            let t = if i + 1 == points { 1.0 } else { i as f64 / (points - 1) as f64 };
            let node = ((t * last) as usize).min(nodes - 2);
            (node, t * last - node as f64)
        })
    }

    /// Where the weights of a node begin among mirrored numbers.
    fn start(&self, node: usize) -> usize {
        node + self.nodes - 1 - self.reach
    }

    fn hear(&self) -> Vec<f64> {
        let mut met = vec![0.0; 3 * self.nodes - 2];
        let mut read = vec![0.0; self.nodes];
        for (node, part) in self.places() {
            read[node] += 1.0 - part;
            read[node + 1] += part;
        }
        for (node, times) in read.iter().enumerate().filter(|(_, times)| **times > 0.0) {
            let met = &mut met[self.start(node)..];
            met.iter_mut().zip(&self.weights).for_each(|(met, weight)| *met += times * weight);
        }
        // A node is met in the middle and as its mirror image at either end.
        let (before, rest) = met.split_at(self.nodes - 1);
        let (inside, after) = rest.split_at(self.nodes);
        let image =
            |images: &[f64], place: Option<usize>| place.and_then(|place| images.get(place)).map_or(0.0, |v| *v);
        let heard = inside.iter().enumerate().map(|(node, own)| {
            let right = (self.nodes - 1).checked_sub(node + 1);
            own + image(before, Some(self.nodes - 1 - node)) + image(after, right)
        });
        heard.collect()
    }

    /// The most that the kernel, summed over points `apart` nodes from each other, changes from one node to the next,
    /// and the most that half of it sums to.
    ///
    /// The change is a curve of four humps at most (the bell's two flanks and two cut ends) under which the area is
    /// twice the kernel's height; points under a hump sum to at most its area over their distance and its top once.
    /// Mirrored, the points at both ends count twice.
    pub(super) fn change(&self, apart: f64) -> (f64, f64) {
        let top = self.weights.iter().copied().fold(0.0, f64::max);
        let padded = || std::iter::once(0.0).chain(self.weights.iter().copied()).chain(std::iter::once(0.0));
        let step = padded().zip(padded().skip(1)).map(|(a, b)| (b - a).abs()).fold(0.0, f64::max);
        (2.0 * top / apart + 6.0 * step, (0.5 * sum(self.weights.iter().copied()) + top) / apart + 2.0 * top)
    }
}

/// Numbers at the nodes of [0, 1], mirrored at both ends: node i is at `i + nodes - 1`.
pub(super) fn mirrored(inside: &[f64]) -> Vec<f64> {
    let mirrored = inside.iter().rev();
    mirrored.clone().take(inside.len() - 1).chain(inside).chain(mirrored.skip(1)).copied().collect()
}

/// The smoothed gaps at nodes; the last is remembered because neighbouring points share a node.
pub(super) struct Smoothed<'a> {
    pub(super) kernel: &'a Kernel,
    /// Mirrored.
    pub(super) gaps: Vec<f64>,
    pub(super) right: Option<(usize, f64)>,
}

impl Smoothed<'_> {
    /// The gaps at a node and at the next.
    pub(super) fn beside(&mut self, node: usize) -> (f64, f64) {
        let (left, right) = match self.right {
            Some((known, left)) if known == node => (left, self.at([node + 1])[0]),
            _ => {
                let [left, right] = self.at([node, node + 1]);
                (left, right)
            }
        };
        self.right = Some((node + 1, right));
        (left, right)
    }

    /// The gaps at some nodes: several sums side by side, because one would wait for itself.
    fn at<const N: usize>(&self, nodes: [usize; N]) -> [f64; N] {
        let count = self.kernel.weights.len();
        let met = nodes.map(|node| {
            let start = self.kernel.start(node);
            self.gaps.get(start..start + count).unwrap_or(&[])
        });
        let (weights, last_weights) = self.kernel.weights.as_chunks::<LANES>();
        let met = met.map(|met| met.as_chunks::<LANES>());
        let mut sums = [[0.0; LANES]; N];
        for (place, weights) in weights.iter().enumerate() {
            for (sums, (met, _)) in sums.iter_mut().zip(&met) {
                let Some(met) = met.get(place) else { continue };
                for lane in 0..LANES {
                    sums[lane] += weights[lane] * met[lane];
                }
            }
        }
        let mut found = sums.map(|sums| sums.iter().sum::<f64>());
        for (found, (_, met)) in found.iter_mut().zip(&met) {
            last_weights.iter().zip(*met).for_each(|(weight, met)| *found += weight * met);
        }
        found
    }
}
