//! Whom a campaign reached: the rows of both arms, counted apart in the one pass, by group, with their outcomes, and for every
//! response with their scores.

mod rows;

use std::collections::BTreeSet;

use super::cells::Cells;
use super::collect::collect;
use super::pass::Tally;
use super::seen::Seen;
use crate::error::Error;
use crate::policy::{Outcome, Policy};

pub use rows::Campaigning;

/// An arm of a campaign, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arm {
    Treated,
    Control,
    /// The value of the row is missing, or listed for no arm.
    Neither,
}

impl Arm {
    pub const ALL: [Arm; 3] = [Arm::Treated, Arm::Control, Arm::Neither];
}

/// What is known of the rows of one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmCells {
    /// By group, with every outcome that both arms are held against each other by.
    pub cells: Cells,
    /// For every response, by group and with scores; none of rows in neither arm.
    pub responses: Vec<Cells>,
}

/// What is known of a campaign after the one pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Campaigned {
    /// In the order of [`Arm::ALL`].
    pub arms: [ArmCells; 3],
    /// Distinct values of the treatment, and those of the listed ones that have appeared.
    pub values: Seen,
    pub met: BTreeSet<String>,
}

impl Campaigned {
    pub fn arm(&self, arm: Arm) -> &ArmCells {
        &self.arms[arm as usize]
    }

    /// A text that two campaigns share exactly when all their counts are equal.
    pub fn fingerprint(&self) -> String {
        let of = |arm: &ArmCells| std::iter::once(&arm.cells).chain(&arm.responses).map(Cells::fingerprint).collect();
        self.arms.iter().map(of).collect::<Vec<String>>().join("|")
    }
}

/// Takes from the workers what they found of the campaign.
///
/// # Errors
/// As [`collect`].
pub(super) fn gather(tallies: &mut [Tally], policy: &Policy) -> Result<Option<Box<Campaigned>>, Error> {
    if policy.campaign.is_none() {
        return Ok(None);
    }
    let mut found = Campaigned::default();
    let mut arms: [Vec<Vec<Tally>>; 3] = Default::default();
    for campaigning in tallies.iter_mut().filter_map(|tally| tally.campaigning.take()) {
        let (counted, classes) = campaigning.into_parts();
        if let Some(classes) = classes {
            found.values.add(classes.seen);
            found.met.extend(classes.met);
        }
        for (arm, counted) in arms.iter_mut().zip(counted) {
            arm.resize_with(counted.len(), Vec::new);
            arm.iter_mut().zip(counted).for_each(|(all, one)| all.push(one));
        }
    }
    let of_arm = policy.of_arm();
    let responses: Vec<Policy> =
        policy.campaign_responses().map(|response: &Outcome| policy.of_responses(response)).collect();
    for (into, counted) in found.arms.iter_mut().zip(arms) {
        let mut counted = counted.into_iter();
        into.cells = collect(counted.next().unwrap_or_default(), &of_arm)?;
        into.responses = counted.zip(&responses).map(|(one, of)| collect(one, of)).collect::<Result<_, _>>()?;
    }
    Ok(Some(Box::new(found)))
}
