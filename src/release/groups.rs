//! The groups of a document as a table of counts that hang together.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use super::table::{Margin, Shown, Table, Unit};
use crate::result::{Document, Group};

/// Combinations of levels that are still gone through where published tables overlap in a ring.
const MOST_JOINT: usize = 3000;

/// The level of people whose value is missing.
pub const MISSING: &str = "(missing)";

type Key = (Vec<String>, Group);

/// What is shown of every group of a document.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    shown: BTreeMap<Key, Shown>,
    /// Rows with a label and those with decision and label are not the same: the base rate would tell them apart.
    pub labels_apart: bool,
    /// Groups hidden because a count of theirs is small, and those from which it could be worked out.
    pub small: u64,
    pub besides: u64,
}

impl Groups {
    pub fn shows(&self, level: Shown, axes: &[String], group: &Group) -> bool {
        self.shown.get(&(axes.to_vec(), group.clone())).is_some_and(|shown| *shown >= level)
    }

    /// Whether every group of an axis is shown, those without a level included.
    pub fn shows_axis(&self, level: Shown, axes: &[String]) -> bool {
        let mut groups = self.shown.iter().filter(|((of, _), _)| of == axes).peekable();
        groups.peek().is_some() && groups.all(|(_, shown)| *shown >= level)
    }

    /// Whether those without a level are shown, where an axis has them.
    pub fn shows_missing(&self, level: Shown, axes: &[String]) -> bool {
        let lacks = |group: &Group| group.values().any(|level| level == MISSING);
        self.shown.iter().filter(|((of, group), _)| of == axes && lacks(group)).all(|(_, shown)| *shown >= level)
    }

    /// Whether everything is shown.
    pub fn hides_nothing(&self) -> bool {
        self.shown.values().all(|shown| *shown == Shown::Everything)
    }
}

/// The counts of a group as measurements have them.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    favourable: u64,
    unfavourable: u64,
    true_pos: u64,
    false_pos: u64,
    false_neg: u64,
    true_neg: u64,
    labelled: u64,
    people: Option<u64>,
}

impl Counts {
    fn decided(&self) -> u64 {
        self.favourable + self.unfavourable
    }

    fn judged(&self) -> u64 {
        self.true_pos + self.false_pos + self.false_neg + self.true_neg
    }

    /// As a reader of numerators and denominators sees them once both are rounded.
    fn rounded(&self, of: u64) -> Counts {
        let share = |hits: u64, misses: u64| {
            let all = to_nearest(hits + misses, of);
            let hits = to_nearest(hits, of).min(all);
            (hits, all - hits)
        };
        let (favourable, unfavourable) = share(self.favourable, self.unfavourable);
        let (true_pos, false_neg) = share(self.true_pos, self.false_neg);
        let (false_pos, true_neg) = share(self.false_pos, self.true_neg);
        Counts { favourable, unfavourable, true_pos, false_pos, false_neg, true_neg, ..*self }
    }
}

fn counts(document: &Document) -> BTreeMap<Key, Counts> {
    let mut found: BTreeMap<Key, Counts> = BTreeMap::new();
    for m in &document.measurements {
        let (Some(hits), Some(of)) = (m.numerator, m.denominator) else { continue };
        let misses = of.saturating_sub(hits);
        let key = || (m.axes.clone(), m.group.clone());
        match m.metric.as_str() {
            "selection-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.favourable, counts.unfavourable, counts.people) = (hits, misses, m.people);
            }
            "true-positive-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.true_pos, counts.false_neg) = (hits, misses);
            }
            "false-positive-rate" => {
                let counts = found.entry(key()).or_default();
                (counts.false_pos, counts.true_neg) = (hits, misses);
            }
            "base-rate" => found.entry(key()).or_default().labelled = of,
            _ => {}
        }
    }
    found
}

/// How the counts of a group add up to who got the favourable decision.
enum Atoms {
    /// Nothing turned out, so far as is known.
    Outcomes,
    /// Selected is favourable: four counts, and who has no label, selected or not.
    Same,
    /// Selected is not favourable, and everybody has a label.
    Opposite,
    /// Selected and favourable are two things.
    Apart,
}

impl Atoms {
    fn of(document: &Document, counts: &BTreeMap<Key, Counts>) -> Atoms {
        let policy = &document.policy;
        if policy.label.is_none() {
            return Atoms::Outcomes;
        }
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
        let adds_up =
            |c: &Counts| c.true_pos + c.false_pos <= c.favourable && c.false_neg + c.true_neg <= c.unfavourable;
        if set(&policy.favourable) == set(&policy.selected) && counts.values().all(adds_up) {
            return Atoms::Same;
        }
        let opposite = |c: &Counts| c.judged() == c.decided() && c.true_pos + c.false_pos == c.unfavourable;
        if policy.selected_is == "burden" && counts.values().all(opposite) { Atoms::Opposite } else { Atoms::Apart }
    }

    fn list(&self, c: &Counts) -> Vec<u64> {
        let four = [c.true_pos, c.false_pos, c.false_neg, c.true_neg];
        let unlabelled = c.decided().saturating_sub(c.judged());
        match self {
            Atoms::Outcomes => vec![c.favourable, c.unfavourable],
            Atoms::Same => {
                let selected = c.favourable - c.true_pos - c.false_pos;
                let others = c.unfavourable - c.false_neg - c.true_neg;
                four.into_iter().chain([selected, others]).collect()
            }
            Atoms::Opposite => four.to_vec(),
            Atoms::Apart => [c.favourable, c.unfavourable].into_iter().chain(four).chain([unlabelled]).collect(),
        }
    }

    fn count(&self) -> usize {
        self.list(&Counts::default()).len()
    }

    fn outcomes(&self) -> Vec<Vec<usize>> {
        match self {
            Atoms::Outcomes | Atoms::Apart => vec![vec![0], vec![1]],
            Atoms::Same => vec![vec![0, 1, 4], vec![2, 3, 5]],
            Atoms::Opposite => vec![vec![2, 3], vec![0, 1]],
        }
    }
}

/// Decides what is shown of every group of a document, given what was published before.
pub fn decide(document: &Document, settings: &Settings, published: &[Document]) -> Groups {
    let counts = counts(document);
    let atoms = Atoms::of(document, &counts);
    let mut axes: Vec<Vec<String>> = vec![Vec::new()];
    for (of, _) in counts.keys() {
        if !axes.contains(of) {
            axes.push(of.clone());
        }
    }
    let probable = |of: &[String]| of.iter().any(|name| document.policy.probable.contains(name));
    let policy = &document.policy;
    // Where numbers are more than their counts, what is known of all groups but one tells that one.
    let all_whole = policy.weight.is_some() || policy.unit.is_some() || matches!(atoms, Atoms::Apart);
    let mut units = Vec::new();
    let keys: Vec<&Key> = counts.keys().collect();
    for key in &keys {
        let axis = axes.iter().position(|of| *of == key.0).unwrap_or(0);
        let list = atoms.list(&counts[*key]);
        units.push(Unit { axis, atoms: Some(list), shown: Shown::Everything, at_most: None });
    }
    let outcomes = atoms.outcomes();
    let mut table = Table {
        min_cell: settings.min_cell,
        atoms: atoms.count(),
        total: outcomes.iter().flatten().copied().collect(),
        outcomes,
        units,
        margins: Vec::new(),
        whole: axes.iter().map(|of| all_whole || probable(of)).collect(),
        finer: Vec::new(),
        dropped: vec![false; axes.len()],
    };
    table.finer = axes
        .iter()
        .map(|of| {
            (0..axes.len()).filter(|other| axes[*other].len() > of.len() && contains(&axes[*other], of)).collect()
        })
        .collect();
    table.hide_small();
    let few = |c: &Counts| c.people.is_some_and(|people| people > 0 && people < settings.min_cell);
    for (at, key) in keys.iter().enumerate() {
        if few(&counts[*key]) {
            table.hide(at, Shown::Nothing);
        }
    }
    for earlier in published {
        hide_differences(&mut table, &keys, &counts, earlier, settings);
    }
    let hidden =
        |table: &Table| table.units[..keys.len()].iter().filter(|u| u.shown < Shown::Everything).count() as u64;
    let small = hidden(&table);
    if small > 0 {
        for (unit, key) in table.units.iter_mut().zip(&keys) {
            unit.at_most = at_most(document, key, &counts);
        }
        hang_together(&mut table, &mut axes, &keys, probable);
        table.hide_what_tells();
    }
    let besides = hidden(&table) - small;
    let shown = keys.iter().zip(&table.units).map(|(key, unit)| ((*key).clone(), unit.shown)).collect();
    let labels_apart = policy.label.is_some() && counts.values().any(|c| c.labelled != c.judged());
    Groups { shown, labels_apart, small, besides }
}

fn contains(all: &[String], some: &[String]) -> bool {
    some.iter().all(|name| all.contains(name))
}

/// A count that changed by less than `min_cell` since it was published tells of the few it changed by.
fn hide_differences(
    table: &mut Table,
    keys: &[&Key],
    now: &BTreeMap<Key, Counts>,
    earlier: &Document,
    settings: &Settings,
) {
    let before = counts(earlier);
    // What is published is rounded, so the rounded counts are what can be held against each other.
    let round = settings.round.max(earlier.privacy.as_ref().map_or(1, |privacy| privacy.round)).max(1);
    let differs = |(a, b): (u64, u64)| {
        let apart = a.abs_diff(b);
        apart > 0 && apart < settings.min_cell
    };
    for (at, key) in keys.iter().enumerate() {
        let (Some(old), Some(new)) = (before.get(*key), now.get(*key)) else { continue };
        let (old, new) = (old.rounded(round), new.rounded(round));
        let outcomes = |c: &Counts| [c.favourable, c.unfavourable, c.decided()];
        let four = |c: &Counts| [c.true_pos, c.false_pos, c.false_neg, c.true_neg];
        if old.decided() > 0 && outcomes(&new).into_iter().zip(outcomes(&old)).any(differs) {
            table.hide(at, Shown::Nothing);
        } else if old.judged() > 0 && four(&new).into_iter().zip(four(&old)).any(differs) {
            table.hide(at, Shown::Outcomes);
        }
    }
}

/// The nearest multiple of a number; halves go up.
pub fn to_nearest(count: u64, of: u64) -> u64 {
    if of < 2 { count } else { count.saturating_add(of / 2) / of * of }
}

/// Where the others are held against the largest group, nobody is larger.
fn at_most(document: &Document, key: &Key, counts: &BTreeMap<Key, Counts>) -> Option<u64> {
    let compared = document.comparisons.iter().find(|c| {
        c.metric == "selection-rate" && c.axes == key.0 && c.group == key.1 && c.reference.kind == "largest"
    })?;
    let most = counts.get(&(key.0.clone(), compared.reference.group.clone()))?.decided();
    (counts.get(key)?.decided() <= most).then_some(most)
}

/// Adds the margins: every group and those that divide it. Where two axes share attributes, the groups of what they share
/// are part of the arithmetic though nobody publishes them; where axes overlap in a ring, so is every combination.
fn hang_together(table: &mut Table, axes: &mut Vec<Vec<String>>, keys: &[&Key], probable: impl Fn(&[String]) -> bool) {
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
            table.units.push(Unit { axis, atoms: None, shown: Shown::Nothing, at_most: None });
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
