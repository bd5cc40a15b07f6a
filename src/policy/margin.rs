//! The margins that a run needs: what is kept where the full cross of all groupings is too large.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Policy;
use crate::profiles;

/// Groupings that are crossed with each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Margin {
    /// As places among the groupings of the policy, rising.
    pub groupings: Vec<usize>,
    /// Scores and measured outcomes are kept, not only counts.
    pub scores: bool,
}

impl Margin {
    fn new(groupings: impl IntoIterator<Item = usize>, scores: bool) -> Margin {
        let groupings: BTreeSet<usize> = groupings.into_iter().collect();
        Margin { groupings: groupings.into_iter().collect(), scores }
    }

    /// All groupings: the full cross.
    pub fn cross(policy: &Policy) -> Margin {
        Margin { groupings: (0..policy.groupings().count()).collect(), scores: true }
    }

    /// Whether the groups of these groupings, with scores if wanted, are merges of its own.
    pub fn covers(&self, groupings: &[usize], scores: bool) -> bool {
        (self.scores || !scores) && groupings.iter().all(|grouping| self.groupings.binary_search(grouping).is_ok())
    }

    /// Where some of its groupings stand among all that it has.
    pub fn places(&self, groupings: &[usize]) -> Vec<usize> {
        groupings.iter().filter_map(|grouping| self.groupings.binary_search(grouping).ok()).collect()
    }
}

/// The margins that everything a run asks of its cells is a merge of: each has a grouping that no other has with it.
///
/// Asked for are, with their scores and outcomes, everybody, the groups of every axis, and those of forms (the sex and race that a form
/// names, alone and together); and, counted, the groups of every axis within the strata and by period, and every grouping
/// alone.
pub fn needed(policy: &Policy) -> Vec<Margin> {
    let scored = policy.roles.score.is_some() || !policy.outcomes.is_empty();
    let axes = || policy.axes.iter().filter(|axis| axis.probable.is_none()).map(|axis| &axis.attributes);
    let mut asked = BTreeSet::from([Margin::new([], scored)]);
    for attributes in axes() {
        asked.insert(Margin::new(attributes.iter().copied(), scored));
        asked.insert(Margin::new(attributes.iter().chain(&policy.strata).copied(), false));
        asked.insert(Margin::new(attributes.iter().chain(&policy.period).copied(), false));
    }
    asked.extend((0..policy.groupings().count()).map(|grouping| Margin::new([grouping], false)));
    for of in &policy.profiles {
        let Some(profile) = profiles::find(&of.id) else { continue };
        let named = ["sex", "race"].into_iter().filter_map(|question| profile.answer(&of.answers, question));
        let known = named.filter_map(|name| policy.attributes.iter().position(|attribute| attribute.name == name));
        asked.insert(Margin::new(known, scored));
    }
    widest(asked)
}

/// Those that no other one covers.
pub fn widest(asked: BTreeSet<Margin>) -> Vec<Margin> {
    let covered = |one: &Margin| asked.iter().any(|other| other != one && other.covers(&one.groupings, one.scores));
    asked.iter().filter(|one| !covered(one)).cloned().collect()
}
