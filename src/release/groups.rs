//! The groups of a document as a table of counts that hang together.

use std::collections::BTreeMap;

use super::Settings;
use super::counts::{Atoms, Counts, counts};
use super::table::{Shown, Table, Unit};
use super::web::{contains, hang_together};
use crate::assess::earlier::is_missing;
use crate::result::{Document, Group};

/// The axes of a group, and the group.
pub type Key = (Vec<String>, Group);

/// What is shown of every group of a document.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    shown: BTreeMap<Key, Shown>,
    /// What is shown of every group of an axis, those without a level included.
    of_axes: BTreeMap<Vec<String>, Shown>,
    /// The same of the groups that lack a level; nothing of axes that have none.
    of_missing: BTreeMap<Vec<String>, Shown>,
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
        self.of_axes.get(axes).is_some_and(|shown| *shown >= level)
    }

    /// Whether those without a level are shown, where an axis has them.
    pub fn shows_missing(&self, level: Shown, axes: &[String]) -> bool {
        self.of_missing.get(axes).is_none_or(|shown| *shown >= level)
    }

    /// Which axes of a table of its own are shown, and which are not: everybody and single attributes, each whole or not at all. Sets of
    /// attributes never are, so what is shown of one axis is not cut finer by another. `tells` says whether a group of an axis has a
    /// small count, or one from which a small one follows.
    pub fn whole_axes<'a>(
        &self,
        axes: impl Iterator<Item = &'a Vec<String>>,
        tells: impl Fn(&[String]) -> bool,
    ) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
        let mut found: Vec<Vec<String>> = Vec::new();
        for of in axes {
            if found.last() != Some(of) && !found.contains(of) {
                found.push(of.clone());
            }
        }
        found.into_iter().partition(|of| {
            let whole = match of.as_slice() {
                [] => self.shows(Shown::Everything, &[], &Group::new()),
                [_] => self.shows_axis(Shown::Everything, of),
                _ => false,
            };
            whole && !tells(of)
        })
    }

    /// Whether everything is shown.
    pub fn hides_nothing(&self) -> bool {
        self.shown.values().all(|shown| *shown == Shown::Everything)
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
        units.push(Unit { axis, atoms: Some(list), shown: Shown::Everything, known: Shown::Nothing, at_most: None });
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
        hide_differences(&mut table, &keys, &counts, earlier, settings, policy.label.is_some());
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
    let shown: BTreeMap<Key, Shown> =
        keys.iter().zip(&table.units).map(|(key, unit)| ((*key).clone(), unit.shown)).collect();
    let (of_axes, of_missing) = (least(&shown, |_| true), least(&shown, |(_, group)| is_missing(group)));
    let labels_apart = policy.label.is_some() && counts.values().any(|c| c.labelled != c.judged());
    Groups { shown, of_axes, of_missing, labels_apart, small, besides }
}

/// What is shown of all groups of each axis that belong.
fn least(shown: &BTreeMap<Key, Shown>, belongs: impl Fn(&Key) -> bool) -> BTreeMap<Vec<String>, Shown> {
    let mut found: BTreeMap<Vec<String>, Shown> = BTreeMap::new();
    for (key, shown) in shown.iter().filter(|(key, _)| belongs(key)) {
        let least = found.entry(key.0.clone()).or_insert(*shown);
        *least = (*least).min(*shown);
    }
    found
}

/// A count that changed by less than `min_cell` since it was published tells of the few it changed by; one that did not
/// change is known, whatever is shown now.
fn hide_differences(
    table: &mut Table,
    keys: &[&Key],
    now: &BTreeMap<Key, Counts>,
    earlier: &Document,
    settings: &Settings,
    labelled: bool,
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
        } else if old.decided() > 0 && outcomes(&new) == outcomes(&old) {
            let all = !labelled || (old.judged() > 0 && four(&new) == four(&old));
            let known = if all { Shown::Everything } else { Shown::Outcomes };
            table.units[at].known = table.units[at].known.max(known);
        }
    }
}

/// Where the others are held against the largest group, nobody is larger.
fn at_most(document: &Document, key: &Key, counts: &BTreeMap<Key, Counts>) -> Option<u64> {
    let of_whom = document.policy.of_whom();
    let compared = document
        .comparisons
        .iter()
        .find(|c| c.metric == of_whom && c.axes == key.0 && c.group == key.1 && c.reference.kind == "largest")?;
    let most = counts.get(&(key.0.clone(), compared.reference.group.clone()))?.decided();
    (counts.get(key)?.decided() <= most).then_some(most)
}
