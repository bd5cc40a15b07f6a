//! Whether the class that rows are given depends on their group.

use super::groups::{counts_of, why};
use crate::assess::strata::chi_squared;
use crate::inference::classes::spread::spread;
use crate::policy::value::MISSING;
use crate::result::number::twelve_digits;
use crate::result::{ClassesGroup, ClassesSpread};

/// The test of every axis, in the order of the groups; rows without a level take no part.
pub(super) fn of_axes(groups: &[ClassesGroup]) -> Vec<ClassesSpread> {
    let mut found: Vec<ClassesSpread> = Vec::new();
    for one in groups.iter().filter(|one| !one.axes.is_empty()) {
        if !found.iter().any(|known| known.axes == one.axes) {
            found.push(of_axis(groups, &one.axes));
        }
    }
    found
}

fn of_axis(groups: &[ClassesGroup], axes: &[String]) -> ClassesSpread {
    let lacks = |one: &ClassesGroup| one.group.values().any(|level| level == MISSING);
    let own: Vec<&ClassesGroup> = groups.iter().filter(|one| one.axes == axes && !lacks(one) && one.rows > 0).collect();
    let counts: Vec<Vec<u64>> = own.iter().map(|one| counts_of(one).given).collect();
    let tested = spread(&counts);
    let name = |at: usize| own[at].group.clone();
    let known = tested.as_ref().ok();
    ClassesSpread {
        axes: axes.to_vec(),
        groups: own.len() as u64,
        pearson: known.map(|found| chi_squared(found.association.pearson)),
        sparse: known.is_some_and(|found| found.association.is_sparse()),
        strength: known.and_then(|found| found.association.cramer_v_corrected).map(twelve_digits),
        total_variation: known.map(|found| twelve_digits(found.total_variation)),
        jensen_shannon: known.map(|found| twelve_digits(found.jensen_shannon)),
        between: known.map_or_else(Vec::new, |found| vec![name(found.between.0), name(found.between.1)]),
        undefined: tested.err().map(why),
    }
}
