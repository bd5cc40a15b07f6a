//! How many cases the numbers of a metric rest on: what is held against `min_group`.

use std::collections::BTreeMap;

use super::side::{Key, Side};
use crate::assess::earlier::is_missing;
use crate::metrics::Metric;
use crate::result::{Group, Measurement, ReferenceView};

/// The cases of every group that a metric was measured for: people where people are counted, what rows are worth where they
/// weigh differently, else the denominator.
///
/// A metric that is no share has no denominator. Its cases are those of a check row of it, else those with a label, or with
/// a decision where it needs no label.
pub struct Cases<'a> {
    of: BTreeMap<(&'a [String], &'a Group), u64>,
    /// Those of all groups of an axis together, but for rows whose group is missing.
    all: BTreeMap<&'a [String], u64>,
}

impl<'a> Cases<'a> {
    pub fn new(side: &Side<'a>, metric: &Metric) -> Cases<'a> {
        let mut of = BTreeMap::new();
        let instead = if metric.needs.label { "base-rate" } else { "selection-rate" };
        let counted_of = |id: &str| {
            let measured = side.measurements.iter().filter(|m| m.metric == id);
            measured.filter_map(|m| Some(((m.axes.as_slice(), &m.group), counted(m)?))).collect::<Vec<_>>()
        };
        let own = counted_of(metric.id);
        if own.is_empty() {
            of.extend(counted_of(instead));
            let rows = side.checks.iter().filter(|row| row.metric == metric.id && !row.is_worsening());
            of.extend(rows.map(|row| ((row.axes.as_slice(), &row.group), row.rows)));
        }
        of.extend(own);
        let mut all: BTreeMap<&[String], u64> = BTreeMap::new();
        for ((axes, group), cases) in &of {
            if !is_missing(group) {
                *all.entry(axes).or_default() += cases;
            }
        }
        Cases { of, all }
    }

    /// The cases of a group; 0 where they are not known.
    pub fn of(&self, key: &Key<'a>) -> u64 {
        self.group(key.axes, key.group)
    }

    /// The cases of a group and, where it has one, of its reference, whichever are fewer.
    pub fn fewest(&self, key: &Key<'a>, reference: Option<&'a ReferenceView>) -> u64 {
        let own = self.of(key);
        let theirs = match reference {
            None => own,
            // Everybody else, against everybody as well: a group shares its own rows with them.
            Some(reference) if reference.group.is_empty() => {
                self.all.get(key.axes).map_or(0, |all| all.saturating_sub(own))
            }
            Some(reference) => self.group(key.axes, &reference.group),
        };
        own.min(theirs)
    }

    fn group(&self, axes: &'a [String], group: &'a Group) -> u64 {
        self.of.get(&(axes, group)).copied().unwrap_or(0)
    }
}

fn counted(m: &Measurement) -> Option<u64> {
    let worth = m.effective_rows.map(|rows| rows as u64);
    Some(m.denominator?.min(m.people.or(worth).unwrap_or(u64::MAX)))
}
