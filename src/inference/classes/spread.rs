//! Are groups given the classes equally often, and found equally often?

use crate::inference::measured::undefined::Undefined;
use crate::inference::table::information::{jensen_shannon, total_variation};
use crate::inference::table::{Association, Unvaried, association};
use crate::inference::trials::Trials;

/// How the distribution of classes depends on the group.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The tests of all groups by class.
    pub association: Association,
    /// The largest total variation between any two groups, with their places: the share of cases of one that would have to be
    /// given another class to match the other.
    pub total_variation: f64,
    /// Of the same two groups, in nats.
    pub jensen_shannon: f64,
    pub between: (usize, usize),
}

/// Does the class that cases are given depend on their group? From counts by group (rows) and class (columns).
///
/// Undefined without cases, with cases of one group only, and where all are given one class.
pub fn spread<R: AsRef<[u64]>>(groups: &[R]) -> Result<Spread, Undefined> {
    let association = association(groups).map_err(|reason| match reason {
        Unvaried::NoRows => Undefined::NoRows,
        Unvaried::OneGroup => Undefined::OneGroup,
        Unvaried::OneOutcome => Undefined::NoVariance,
        Unvaried::NoScore => Undefined::Inconsistent,
    })?;
    let mut widest: Option<(f64, usize, usize)> = None;
    for first in 0..groups.len() {
        for second in first + 1..groups.len() {
            let apart = total_variation(groups[first].as_ref(), groups[second].as_ref());
            // The first of equal ones, so that the order of groups alone decides.
            if let Some(apart) = apart.filter(|apart| widest.is_none_or(|(most, ..)| *apart > most)) {
                widest = Some((apart, first, second));
            }
        }
    }
    let (total_variation, first, second) = widest.ok_or(Undefined::OneGroup)?;
    let jensen_shannon = jensen_shannon(groups[first].as_ref(), groups[second].as_ref()).ok_or(Undefined::NoRows)?;
    Ok(Spread { association, total_variation, jensen_shannon, between: (first, second) })
}

/// The class whose shares of two groups are farthest apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Widest {
    pub class: usize,
    /// The focal share less the reference's.
    pub difference: f64,
    /// Classes for which both groups have a share.
    pub compared: u64,
}

/// The class for which one rate of two groups (recall, say) differs most; the first of several.
///
/// Undefined where no class has the rate in both groups.
pub fn widest(focal: &[Trials], reference: &[Trials]) -> Result<Widest, Undefined> {
    let gaps: Vec<(usize, f64)> = focal
        .iter()
        .zip(reference)
        .enumerate()
        .filter_map(|(class, (a, b))| Some((class, a.share()? - b.share()?)))
        .collect();
    let compared = gaps.len() as u64;
    let most = gaps.into_iter().reduce(|most, next| if next.1.abs() > most.1.abs() { next } else { most });
    let (class, difference) = most.ok_or(Undefined::NoRows)?;
    Ok(Widest { class, difference, compared })
}
