//! Two groups that are held against each other, by their counts.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::groups::{add, counts_of};
use super::{Counted, Pair};
use crate::inference::classes::Classes;
use crate::policy::value::MISSING;
use crate::result::{ClassesGroup, Group};

/// The counts of all groups by their names, and of those on each axis that have a level.
pub(super) struct Sides<'a> {
    groups: BTreeMap<(&'a [String], &'a Group), Counted>,
    together: BTreeMap<&'a [String], Counted>,
    none: Counted,
}

impl<'a> Sides<'a> {
    pub(super) fn new(groups: &'a [ClassesGroup]) -> Sides<'a> {
        let mut sides = Sides { groups: BTreeMap::new(), together: BTreeMap::new(), none: Counted::default() };
        for one in groups {
            let counted = counts_of(one);
            if !one.group.values().any(|level| level == MISSING) {
                add(sides.together.entry(&one.axes).or_default(), counted.clone());
            }
            sides.groups.insert((&one.axes, &one.group), counted);
        }
        sides
    }

    /// The counts of a group, and of whom it is held against: a group, or all others on the axis.
    pub(super) fn of<'s>(&'s self, pair: &'s Pair) -> (&'s Counted, Cow<'s, Counted>) {
        let own = self.named(&pair.axes, &pair.group);
        if pair.reference.group.is_empty() {
            let all = self.together.get(pair.axes.as_slice()).unwrap_or(&self.none);
            return (own, Cow::Owned(without(all, own)));
        }
        (own, Cow::Borrowed(self.named(&pair.axes, &pair.reference.group)))
    }

    fn named<'s>(&'s self, axes: &'s [String], group: &'s Group) -> &'s Counted {
        self.groups.get(&(axes, group)).unwrap_or(&self.none)
    }
}

/// The counts of all without those of some of them.
fn without(all: &Counted, some: &Counted) -> Counted {
    let less = |all: &[u64], some: &[u64]| -> Vec<u64> {
        all.iter().zip(some).map(|(all, some)| all.saturating_sub(*some)).collect()
    };
    let table = |all: &Classes, some: &Classes| {
        let rows = all.counts().iter().zip(some.counts()).map(|(all, some)| less(all, some)).collect();
        Classes::new(rows).unwrap_or_default()
    };
    let both = all.both.as_ref().zip(some.both.as_ref()).map(|(all, some)| table(all, some));
    Counted { given: less(&all.given, &some.given), both }
}
