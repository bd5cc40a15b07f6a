//! Reliability curves: how often the label was positive at each height of the score.

use super::groups::AxisGroups;
use crate::cell::Cell;
use crate::inference::normal;
use crate::inference::scores::binned;
use crate::metrics::designed::reach_of_scores;
use crate::policy::Policy;
use crate::result::number::twelve_digits;
use crate::result::{Curve, CurveBin, Group};

/// Most bins of a curve.
const BINS: u32 = 10;
/// Bins of the histogram.
const STRIPS: u32 = 20;

/// Everybody first, then every group of every axis; nothing without score and label.
pub fn curve_all(policy: &Policy, overall: &Cell, axes: &[AxisGroups]) -> Vec<Curve> {
    if policy.roles.score.is_none() || policy.roles.label.is_none() || policy.roles.weight.is_some() {
        return Vec::new();
    }
    let z = normal::critical(policy.statistics.level.approximate());
    let mut found = vec![curve(&[], &Group::new(), overall, z)];
    for axis in axes.iter().filter(|axis| !axis.in_part) {
        found.extend(axis.groups.iter().map(|group| curve(&axis.axes, &group.group, &group.cell, z)));
    }
    found
}

fn curve(axes: &[String], group: &Group, cell: &Cell, z: f64) -> Curve {
    // Where people have several rows, at worst all of them say the same.
    let z = reach_of_scores(cell, true).map_or(z, |reach| reach.widen(z));
    let atoms = cell.scores().map(|scores| scores.atoms()).unwrap_or_default();
    let bins = binned::equal_mass(atoms, BINS).into_iter().map(|bin| {
        let limits = bin.limits(z);
        CurveBin {
            low: bin.low,
            high: bin.high,
            rows: bin.rows(),
            mean_score: twelve_digits(bin.mean_score),
            observed: bin.rate(),
            observed_low: twelve_digits(limits.low),
            observed_high: twelve_digits(limits.high),
        }
    });
    let mut histogram = vec![0; STRIPS as usize];
    for atom in atoms {
        histogram[binned::place(atom.score, STRIPS) as usize] += atom.rows();
    }
    Curve {
        kind: "reliability".to_owned(),
        axes: axes.to_vec(),
        group: group.clone(),
        rows: cell.scores().map_or(0, |scores| scores.totals().rows()),
        bins: bins.collect(),
        histogram,
    }
}
