//! How the groups of all axes hang together: every group is the sum of those that divide it.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::Key;
use super::table::{Margin, Shown, Table, Unit};
use crate::result::Group;

/// Combinations of levels that are still gone through where published tables overlap in a ring.
const MOST_JOINT: usize = 3000;

pub fn contains(all: &[String], some: &[String]) -> bool {
    some.iter().all(|name| all.contains(name))
}

/// Adds the margins: every group and those that divide it. Where two axes share attributes, the groups of what they share
/// are part of the arithmetic though nobody publishes them; where axes overlap in a ring, so is every combination.
pub fn hang_together(
    table: &mut Table,
    axes: &mut Vec<Vec<String>>,
    keys: &[&Key],
    probable: impl Fn(&[String]) -> bool,
) {
    let mut groups: Vec<Vec<(Group, usize)>> = vec![Vec::new(); axes.len()];
    for (at, key) in keys.iter().enumerate() {
        groups[table.units[at].axis].push((key.1.clone(), at));
    }
    let mut take_part: Vec<usize> = (0..axes.len()).filter(|axis| !probable(&axes[*axis])).collect();
    let joint = loop {
        let sets: Vec<BTreeSet<String>> = take_part.iter().map(|axis| set(&axes[*axis])).collect();
        let ring = ring(sets);
        if ring.is_empty() {
            break Vec::new();
        }
        let joint = combinations(&ring, &take_part, axes, &groups);
        if let Some(joint) = joint {
            break joint;
        }
        // Too many combinations: the largest axis of the ring is not shown at all.
        let of_ring =
            take_part.iter().copied().filter(|axis| axes[*axis].iter().filter(|name| ring.contains(*name)).count() > 1);
        let Some(largest) = of_ring.max_by_key(|axis| groups[*axis].len()) else { break Vec::new() };
        table.drop_axis(largest);
        take_part.retain(|axis| *axis != largest);
    };
    let mut web = Web { axes, groups, take_part };
    if let Some(first) = joint.first() {
        let of = first.keys().cloned().collect();
        web.add(table, of, joint.into_iter().collect());
    }
    web.share(table);
    web.margins(table);
}

/// Axes that hang together, and their groups with the places of their units.
struct Web<'a> {
    axes: &'a mut Vec<Vec<String>>,
    groups: Vec<Vec<(Group, usize)>>,
    take_part: Vec<usize>,
}

impl Web<'_> {
    /// An axis that only the arithmetic knows.
    fn add(&mut self, table: &mut Table, of: Vec<String>, members: BTreeSet<Group>) {
        let axis = self.axes.len();
        self.axes.push(of);
        table.whole.push(false);
        table.dropped.push(false);
        table.finer.push(Vec::new());
        let mut listed = Vec::new();
        for group in members {
            table.units.push(Unit { axis, atoms: None, shown: Shown::Nothing, known: Shown::Nothing, at_most: None });
            listed.push((group, table.units.len() - 1));
        }
        self.groups.push(listed);
        self.take_part.push(axis);
    }

    /// Adds what pairs of axes share, until nothing is new.
    fn share(&mut self, table: &mut Table) {
        loop {
            let sets: Vec<BTreeSet<String>> = self.take_part.iter().map(|axis| set(&self.axes[*axis])).collect();
            let pairs = sets.iter().enumerate().flat_map(|(i, a)| sets[..i].iter().map(move |b| (i, a & b)));
            let Some((i, new)) = pairs.into_iter().find(|(_, both)| !sets.contains(both)) else { return };
            let finer = self.take_part[i];
            let members = self.groups[finer].iter().map(|(group, _)| part(group, &new)).collect();
            self.add(table, new.into_iter().collect(), members);
        }
    }

    /// The margins of every axis and those next finer.
    fn margins(&self, table: &mut Table) {
        let below =
            |a: usize, b: usize| self.axes[a].len() < self.axes[b].len() && contains(&self.axes[b], &self.axes[a]);
        for coarse in &self.take_part {
            let names = set(&self.axes[*coarse]);
            for fine in self.take_part.iter().filter(|fine| below(*coarse, **fine)) {
                if self.take_part.iter().any(|between| below(*coarse, *between) && below(*between, *fine)) {
                    continue;
                }
                let mut parts: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
                for (group, at) in &self.groups[*fine] {
                    parts.entry(part(group, &names)).or_default().push(*at);
                }
                for (group, whole) in &self.groups[*coarse] {
                    let parts = parts.remove(group).unwrap_or_default();
                    if !parts.is_empty() {
                        table.margins.push(Margin { whole: *whole, parts });
                    }
                }
            }
        }
    }
}

fn set(names: &[String]) -> BTreeSet<String> {
    names.iter().cloned().collect()
}

/// A group by some of its attributes only.
fn part(group: &Group, names: &BTreeSet<String>) -> Group {
    group.iter().filter(|(name, _)| names.contains(*name)).map(|(name, level)| (name.clone(), level.clone())).collect()
}

/// The attributes of axes that overlap in a ring, such as a:b, b:c and a:c; none where they do not (Graham's reduction).
fn ring(mut sets: Vec<BTreeSet<String>>) -> BTreeSet<String> {
    loop {
        let before: usize = sets.iter().map(BTreeSet::len).sum::<usize>() + sets.len();
        let all = sets.clone();
        for set in &mut sets {
            set.retain(|name| all.iter().filter(|other| other.contains(name)).count() > 1);
        }
        let mut kept: Vec<BTreeSet<String>> = Vec::new();
        sets.sort_by_key(|set| std::cmp::Reverse(set.len()));
        for set in sets {
            if !set.is_empty() && !kept.iter().any(|other| set.is_subset(other)) {
                kept.push(set);
            }
        }
        sets = kept;
        if sets.iter().map(BTreeSet::len).sum::<usize>() + sets.len() == before || sets.is_empty() {
            return if sets.len() > 1 { sets.into_iter().flatten().collect() } else { BTreeSet::new() };
        }
    }
}

/// Every combination of levels that may have cases; none where there are too many.
fn combinations(
    ring: &BTreeSet<String>,
    take_part: &[usize],
    axes: &[Vec<String>],
    groups: &[Vec<(Group, usize)>],
) -> Option<Vec<Group>> {
    let within: Vec<usize> =
        take_part.iter().copied().filter(|axis| axes[*axis].iter().all(|n| ring.contains(n))).collect();
    let mut found = vec![Group::new()];
    let mut names: BTreeSet<String> = BTreeSet::new();
    for name in ring {
        names.insert(name.clone());
        let of_axes = take_part.iter().flat_map(|axis| &groups[*axis]);
        let levels: BTreeSet<&String> = of_axes.filter_map(|(group, _)| group.get(name)).collect();
        if found.len() * levels.len() > 20 * MOST_JOINT {
            return None;
        }
        let longer = found.iter().flat_map(|group| {
            levels.iter().map(|level| {
                let mut group = group.clone();
                group.insert(name.clone(), (*level).clone());
                group
            })
        });
        // A group that does not occur has no part that does.
        let occurring: Vec<BTreeSet<Group>> = within
            .iter()
            .filter(|axis| {
                contains(&names.iter().cloned().collect::<Vec<_>>(), &axes[**axis]) && axes[**axis].contains(name)
            })
            .map(|axis| groups[*axis].iter().map(|(group, _)| group.clone()).collect())
            .collect();
        let sets: Vec<BTreeSet<String>> =
            occurring.iter().filter_map(|of| of.first().map(|g| g.keys().cloned().collect())).collect();
        let occurs = |group: &Group| occurring.iter().zip(&sets).all(|(of, names)| of.contains(&part(group, names)));
        found = longer.filter(occurs).collect();
        if found.len() > MOST_JOINT {
            return None;
        }
    }
    Some(found)
}
