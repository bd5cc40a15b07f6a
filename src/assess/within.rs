//! The groups of an axis within strata: whom each can be held against among people who are alike.

use std::collections::BTreeMap;

use super::groups::GroupCell;
use crate::cell::{Cell, Trials};
use crate::inference::strata::Stratum;
use crate::metrics::Metric;
use crate::policy::{Axis, Policy};
use crate::tally::Cells;

/// The groups of an axis, stratum by stratum. Their scores are not kept.
#[derive(Clone, Debug)]
pub struct Within {
    /// What is held equal: the strata, without those that the axis itself is made of.
    pub names: Vec<String>,
    pub strata: Vec<Level>,
    /// Rows of each group whose stratum is missing, by the place of the group on the axis.
    without: BTreeMap<usize, Cell>,
    /// Groups that take part in comparisons, by place.
    compared: Vec<bool>,
}

/// One stratum.
#[derive(Clone, Debug)]
pub struct Level {
    /// A level for each name.
    pub levels: Vec<String>,
    /// The groups that have rows here, by place on the axis; rows whose group is missing are a group too.
    pub groups: BTreeMap<usize, Cell>,
}

/// Whom a group is held against within strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// The group at this place.
    Group(usize),
    /// All other groups.
    Rest,
}

impl Within {
    /// None without strata, and where the axis is made of all of them: within one nobody is left to compare.
    pub fn new(cells: &Cells, policy: &Policy, axis: &Axis, groups: &[GroupCell]) -> Option<Within> {
        let strata: Vec<usize> = policy.strata.iter().copied().filter(|s| !axis.attributes.contains(s)).collect();
        if strata.is_empty() {
            return None;
        }
        let place_of: BTreeMap<&[String], usize> = groups.iter().map(|g| g.levels.as_slice()).zip(0..).collect();
        let mut levels: BTreeMap<Vec<usize>, Level> = BTreeMap::new();
        let mut without: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
        let along: Vec<usize> = strata.iter().chain(&axis.attributes).copied().collect();
        for (key, cell) in cells.counted_along(&along) {
            let (stratum, group) = (key[..strata.len()].to_vec(), key[strata.len()..].to_vec());
            let names: Vec<String> =
                cells.level_names(&axis.attributes, &group).into_iter().map(str::to_owned).collect();
            let Some(&place) = place_of.get(names.as_slice()) else { continue };
            if cells.is_missing(&strata, &stratum) {
                without.entry(place).or_default().push(cell);
                continue;
            }
            let named = || cells.level_names(&strata, &stratum).into_iter().map(str::to_owned).collect();
            let level = levels.entry(stratum.clone());
            level.or_insert_with(|| Level { levels: named(), groups: BTreeMap::new() }).groups.insert(place, cell);
        }
        let groupings: Vec<&str> = policy.groupings().map(|g| g.name.as_str()).collect();
        Some(Within {
            names: strata.iter().filter_map(|s| groupings.get(*s)).map(|name| (*name).to_owned()).collect(),
            strata: levels.into_values().collect(),
            without: without.into_iter().map(|(place, parts)| (place, Cell::counted(&parts))).collect(),
            compared: groups.iter().map(|g| !g.missing && !g.absent).collect(),
        })
    }

    /// The hits and trials of a group and of whom it is held against, in every stratum.
    pub fn pairs(&self, metric: &Metric, focal: usize, other: Other) -> Vec<Stratum> {
        let pair = |level: &Level| Stratum {
            focal: self.trials(metric, &level.groups, |place| place == focal),
            reference: self.trials(metric, &level.groups, |place| self.is_other(place, focal, other)),
        };
        self.strata.iter().map(pair).collect()
    }

    /// The same of rows whose stratum is missing.
    pub fn without_stratum(&self, metric: &Metric, focal: usize, other: Other) -> Stratum {
        Stratum {
            focal: self.trials(metric, &self.without, |place| place == focal),
            reference: self.trials(metric, &self.without, |place| self.is_other(place, focal, other)),
        }
    }

    /// The trials of everybody in every stratum, whatever the group and where it is missing.
    pub fn everybody(&self, metric: &Metric) -> Vec<u64> {
        self.strata.iter().map(|level| self.trials(metric, &level.groups, |_| true).of).collect()
    }

    /// The groups that take part in comparisons, in every stratum, each at its place.
    pub fn tables(&self, metric: &Metric) -> Vec<Vec<Trials>> {
        let table = |level: &Level| {
            let mut groups = vec![Trials { hits: 0, of: 0 }; self.compared.len()];
            for (place, cell) in level.groups.iter().filter(|(place, _)| self.compared[**place]) {
                groups[*place] = metric.trials(cell).unwrap_or(groups[*place]);
            }
            groups
        };
        self.strata.iter().map(table).collect()
    }

    /// The rows of either side in the strata where both have a trial.
    pub fn comparable(&self, metric: &Metric, focal: usize, other: Other) -> (Cell, Cell) {
        let (mut own, mut theirs): (Vec<&Cell>, Vec<&Cell>) = (Vec::new(), Vec::new());
        for (level, pair) in self.strata.iter().zip(self.pairs(metric, focal, other)) {
            if pair.focal.of > 0 && pair.reference.of > 0 {
                own.extend(level.groups.get(&focal));
                let others = level.groups.iter().filter(|(place, _)| self.is_other(**place, focal, other));
                theirs.extend(others.map(|(_, cell)| cell));
            }
        }
        (Cell::counted(own), Cell::counted(theirs))
    }

    fn is_other(&self, place: usize, focal: usize, other: Other) -> bool {
        match other {
            Other::Group(at) => place == at,
            Other::Rest => place != focal && self.compared.get(place).copied().unwrap_or(false),
        }
    }

    fn trials(&self, metric: &Metric, groups: &BTreeMap<usize, Cell>, of: impl Fn(usize) -> bool) -> Trials {
        let mut sum = Trials { hits: 0, of: 0 };
        for trials in groups.iter().filter(|(place, _)| of(**place)).filter_map(|(_, cell)| metric.trials(cell)) {
            sum.hits += trials.hits;
            sum.of += trials.of;
        }
        sum
    }
}
