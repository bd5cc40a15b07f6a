//! The counts of a share period by period: those of earlier results, then those of the data.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::earlier::{Earlier, is_missing};
use crate::cell::Trials;
use crate::metrics::Metric;
use crate::policy::{Axis, Evidence, Policy};
use crate::result::Group;
use crate::tally::Cells;

const NONE: Trials = Trials { hits: 0, of: 0 };

/// The periods of a run, oldest first.
pub struct Periods<'a> {
    policy: &'a Policy,
    cells: &'a Cells,
    /// From the oldest; the order in which they are listed does not matter.
    earlier: Vec<&'a Earlier>,
    pub names: Vec<String>,
    /// The place among `names` of each level of the period, by level; none for rows without one.
    places: Vec<Option<usize>>,
}

/// The counts of a share by the groups of an axis, one of each period.
pub struct Counted {
    everybody: Vec<Trials>,
    groups: BTreeMap<Group, Vec<Trials>>,
}

impl<'a> Periods<'a> {
    /// None where there is neither a column of periods nor an earlier result, nor a check that waits for one. Without a
    /// column all rows are one period, named after the day of the run.
    pub fn new(policy: &'a Policy, cells: &'a Cells, earlier: &'a [Earlier], as_of: &str) -> Option<Periods<'a>> {
        let awaited = policy.checks.iter().any(|check| check.evidence == Evidence::Sequential);
        let mut earlier: Vec<&Earlier> = earlier.iter().collect();
        earlier.sort_by(|a, b| a.document.run.as_of.cmp(&b.document.run.as_of));
        let mut names: Vec<String> = earlier.iter().map(|stored| stored.document.run.as_of.clone()).collect();
        let places = match policy.period.map(|period| &cells.levels[period]) {
            Some(levels) => {
                let mut order: Vec<usize> =
                    (0..levels.names.len()).filter(|level| levels.missing != Some(*level)).collect();
                in_time(&mut order, &levels.names);
                let mut places = vec![None; levels.names.len()];
                for level in order {
                    places[level] = Some(names.len());
                    names.push(levels.names[level].clone());
                }
                places
            }
            None if earlier.is_empty() && !awaited => return None,
            None => {
                names.push(as_of.to_owned());
                Vec::new()
            }
        };
        Some(Periods { policy, cells, earlier, names, places })
    }

    /// The place of a level of the period; where there is none, all rows are of the last.
    fn place(&self, period: &[usize]) -> Option<usize> {
        match period {
            [level, ..] => self.places[*level],
            [] => Some(self.names.len() - 1),
        }
    }

    /// The counts of a share in every period. Shares of several groups add up, because both their counts do.
    pub fn count(&self, metric: &Metric, axis: &Axis) -> Counted {
        let axes = self.policy.axis_attributes(axis);
        let mut counted = Counted { everybody: vec![NONE; self.names.len()], groups: BTreeMap::new() };
        for (place, stored) in self.earlier.iter().enumerate() {
            for trials in stored.counts(metric, &[]).values() {
                add(&mut counted.everybody[place], *trials);
            }
            for (group, trials) in stored.counts(metric, &axes) {
                add(&mut counted.of_group(group.clone())[place], trials);
            }
        }
        // The groups of the axis, by period where there is one.
        let along: Vec<usize> = axis.attributes.iter().chain(&self.policy.period).copied().collect();
        for (key, cell) in &self.cells.counted_along(&along) {
            let (own, period) = key.split_at(axis.attributes.len());
            let (Some(place), Some(trials)) = (self.place(period), metric.trials(cell)) else { continue };
            add(&mut counted.everybody[place], trials);
            let level = |(attribute, level): (&usize, &usize)| self.cells.levels[*attribute].names[*level].clone();
            let group: Group = axes.iter().cloned().zip(axis.attributes.iter().zip(own).map(level)).collect();
            add(&mut counted.of_group(group)[place], trials);
        }
        counted
    }
}

impl Counted {
    fn of_group(&mut self, group: Group) -> &mut Vec<Trials> {
        let periods = self.everybody.len();
        self.groups.entry(group).or_insert_with(|| vec![NONE; periods])
    }

    /// A group in every period.
    pub fn group(&self, group: &Group) -> Vec<Trials> {
        self.groups.get(group).cloned().unwrap_or_else(|| vec![NONE; self.everybody.len()])
    }

    /// Everybody else on the axis whose group is known.
    pub fn rest(&self, group: &Group) -> Vec<Trials> {
        let mut rest = vec![NONE; self.everybody.len()];
        for (_, other) in self.groups.iter().filter(|(other, _)| *other != group && !is_missing(other)) {
            rest.iter_mut().zip(other).for_each(|(sum, trials)| add(sum, *trials));
        }
        rest
    }

    /// Everybody else at all.
    pub fn others(&self, group: &Group) -> Vec<Trials> {
        let without = |(all, own): (&Trials, Trials)| Trials {
            hits: all.hits.saturating_sub(own.hits),
            of: all.of.saturating_sub(own.of),
        };
        self.everybody.iter().zip(self.group(group)).map(without).collect()
    }
}

/// The sum of counts.
pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Trials>) -> Trials {
    let mut sum = NONE;
    parts.into_iter().for_each(|part| add(&mut sum, *part));
    sum
}

fn add(sum: &mut Trials, more: Trials) {
    sum.hits = sum.hits.saturating_add(more.hits);
    sum.of = sum.of.saturating_add(more.of);
}

/// Puts periods in their order: as numbers where all are numbers, else as text.
fn in_time(order: &mut [usize], names: &[String]) {
    let plain = |name: &str| name.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
    let number = |name: &str| name.trim().parse::<f64>().ok().filter(|n| n.is_finite() && plain(name.trim()));
    let numbers: Option<Vec<f64>> = order.iter().map(|level| number(&names[*level])).collect();
    let by_text = |a: &usize, b: &usize| names[*a].cmp(&names[*b]);
    match numbers {
        Some(_) => {
            let value = |level: &usize| number(&names[*level]).unwrap_or(0.0);
            order
                .sort_by(|a, b| value(a).partial_cmp(&value(b)).unwrap_or(Ordering::Equal).then_with(|| by_text(a, b)));
        }
        None => order.sort_by(by_text),
    }
}
