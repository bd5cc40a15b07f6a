//! What numbers of one column tell beside each other: the rows that one counts and the others do not.

use std::collections::{BTreeMap, BTreeSet};

use crate::exact::Exact;
use crate::metrics::outcome::{OutcomeKind, template};
use crate::result::{Document, Group};

/// What a number of a column asks of its values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asks {
    /// One of these.
    Listed(BTreeSet<String>),
    /// At least the bound, as written.
    From(String),
    /// Something that is no count of values, by what it is called.
    Other(String),
}

/// A column, and what is asked of it: the same in every edition, whatever the outcome is called.
pub(super) type Told = (String, Asks);

/// What a metric tells of which column; none where it is of no one column.
pub(super) fn told(document: &Document, metric: &str) -> Option<Told> {
    let policy = &document.policy;
    let listed = |values: &[String]| Asks::Listed(values.iter().cloned().collect());
    let Some(outcome) = policy.outcome(metric) else {
        return match metric {
            "selection-rate" => Some((policy.decision.clone()?, listed(&policy.favourable))),
            "base-rate" => Some((policy.label.clone()?, listed(&policy.positive))),
            _ => None,
        };
    };
    let (_, id) = metric.split_once('.')?;
    let declared = template(id)?;
    let asks = match (declared.category_of(id), declared.bound_of(id)) {
        (Some(category), _) => listed(&[category.to_owned()]),
        (None, Some(bound)) if declared.is_share() => Asks::From(bound.text),
        _ if declared.is_share() && !declared.is_presence() && outcome.kind == OutcomeKind::YesNo.name() => {
            listed(&outcome.yes)
        }
        _ => Asks::Other(id.to_owned()),
    };
    Some((outcome.column.clone(), asks))
}

impl Asks {
    /// Whether every value that this asks for is one that the other asks for.
    fn is_within(&self, other: &Asks) -> bool {
        match (self, other) {
            (Asks::Listed(own), Asks::Listed(others)) => own.is_subset(others),
            (Asks::Listed(own), Asks::From(bound)) => own.iter().all(|value| reaches(value, bound)),
            (Asks::From(own), Asks::From(bound)) => reaches(own, bound),
            _ => false,
        }
    }

    /// Whether no value is one that both ask for.
    fn is_apart(&self, other: &Asks) -> bool {
        match (self, other) {
            (Asks::Listed(own), Asks::Listed(others)) => own.is_disjoint(others),
            (Asks::Listed(values), Asks::From(bound)) | (Asks::From(bound), Asks::Listed(values)) => {
                values.iter().all(|value| !reaches(value, bound))
            }
            _ => false,
        }
    }
}

fn reaches(value: &str, bound: &str) -> bool {
    Exact::parse(value).zip(Exact::parse(bound)).is_some_and(|(value, bound)| value.value >= bound.value)
}

/// The counts of the values of a column in one group.
#[derive(Default)]
struct Column {
    /// What is asked, with how many rows have it; that of this edition before that of earlier ones.
    sets: Vec<(Asks, u64)>,
    /// Rows with a value.
    all: u64,
}

impl Column {
    fn add(&mut self, asks: Asks, hits: u64) {
        if self.sets.iter().all(|(known, _)| *known != asks) {
            self.sets.push((asks, hits));
        }
    }

    /// Whether several counts beside each other tell a small one: what is left of one without those within it. Where two overlap, more
    /// could be told than is worked out here, so it is taken to be.
    fn tell(&self, few: &impl Fn(u64) -> bool) -> bool {
        if self.sets.len() < 2 {
            return false;
        }
        let within = |a: usize, b: usize| a != b && self.sets[a].0.is_within(&self.sets[b].0);
        let places = 0..self.sets.len();
        let overlap =
            |a: usize, b: usize| a != b && !within(a, b) && !within(b, a) && !self.sets[a].0.is_apart(&self.sets[b].0);
        if places.clone().any(|a| places.clone().any(|b| overlap(a, b))) {
            return true;
        }
        // Of those within a set only the widest are taken away; they are apart from each other.
        let widest = |inside: Vec<usize>| -> u64 {
            let widest = inside.iter().filter(|a| !inside.iter().any(|b| within(**a, *b)));
            widest.map(|place| self.sets[*place].1).fold(0, u64::saturating_add)
        };
        let left = |of: usize| self.sets[of].1.abs_diff(widest(places.clone().filter(|a| within(*a, of)).collect()));
        few(self.all.abs_diff(widest(places.clone().collect()))) || places.clone().any(|of| few(left(of)))
    }
}

/// The columns of which a small count is told by several numbers beside each other, with the axes on which it is.
pub(super) fn telling(
    document: &Document,
    published: &[Document],
    few: &impl Fn(u64) -> bool,
) -> BTreeSet<(String, Vec<String>)> {
    let mut found: BTreeMap<(String, &[String], &Group), Column> = BTreeMap::new();
    for (place, edition) in std::iter::once(document).chain(published).enumerate() {
        for m in &edition.measurements {
            let Some((hits, all)) = m.numerator.zip(m.denominator) else { continue };
            let Some((column, asks)) = told(edition, &m.metric) else { continue };
            if matches!(asks, Asks::Other(_)) {
                continue;
            }
            let counts = found.entry((column, m.axes.as_slice(), &m.group)).or_default();
            counts.add(asks, hits);
            if place == 0 {
                counts.all = counts.all.max(all);
            }
        }
    }
    let telling = found.into_iter().filter(|((..), counts)| counts.tell(few));
    telling.map(|((column, axes, _), _)| (column, axes.to_vec())).collect()
}
