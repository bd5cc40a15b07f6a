//! How well a score finds those whom a campaign moves.

use std::collections::BTreeMap;

use super::{InArm, People, why_not};
use crate::cell::{Cell, Trials};
use crate::exact::Exact;
use crate::inference::normal;
use crate::inference::uplift::qini;
use crate::policy::{Campaign, Policy};
use crate::result::number::{limit, twelve_digits};
use crate::result::{Group, RankedLift, TopLift};
use crate::tally::campaign::{Arm, ArmCells, Campaigned};

/// How well the score finds those whom the campaign moves, for everybody and every group.
pub(super) fn rank(policy: &Policy, campaign: &Campaign, people: &People, found: &Campaigned) -> Vec<RankedLift> {
    let z = normal::critical(policy.statistics.level.approximate());
    let mut ranked = Vec::new();
    for (place, outcome) in policy.campaign_responses().enumerate() {
        let of_responses = policy.of_responses(outcome);
        let in_arm = |arm: &ArmCells| arm.responses.get(place).map(|cells| InArm::new(policy, &of_responses, cells));
        let arms = in_arm(found.arm(Arm::Treated)).zip(in_arm(found.arm(Arm::Control)));
        let Some((treated, control)) = arms else { continue };
        let mut add = |axes: &[String], group: &Group| {
            let scored = scored(treated.cell(axes, group), control.cell(axes, group));
            let qini = qini::qini(&scored);
            let top = |part: &Exact| {
                let found = qini::top(&scored, part.approximate(), z);
                TopLift {
                    part: part.text.clone(),
                    rows: found.ok().map(|top| top.rows),
                    lift: found.ok().map(|top| twelve_digits(top.lift.value)),
                    low: found.ok().and_then(|top| limit(top.lift.limits.low)),
                    high: found.ok().and_then(|top| limit(top.lift.limits.high)),
                    undefined: found.err().map(|why| why_not(why).to_owned()),
                }
            };
            ranked.push(RankedLift {
                outcome: outcome.name.clone(),
                axes: axes.to_vec(),
                group: group.clone(),
                rows: scored.iter().map(|at| at.treated.of + at.control.of).sum(),
                qini: qini.ok().map(|qini| twelve_digits(qini.coefficient)),
                qini_normalised: qini.ok().and_then(|qini| qini.normalised).map(twelve_digits),
                top: campaign.top.iter().map(top).collect(),
                undefined: qini.err().map(|why| why_not(why).to_owned()),
            });
        };
        add(&[], &Group::new());
        people.groups().filter(|(_, group)| !group.absent).for_each(|(axis, group)| add(&axis.axes, &group.group));
    }
    ranked
}

/// Both arms at every score, rising; where scores are kept in bins, those of a bin count as one.
fn scored(treated: &Cell, control: &Cell) -> Vec<qini::Scored> {
    let (Some(own), Some(other)) = (treated.scores(), control.scores()) else { return Vec::new() };
    let (own, other) = own.beside(other);
    let mut at: BTreeMap<u64, qini::Scored> = BTreeMap::new();
    // Scores are from 0 to 1, and the bits of such numbers rise as they do.
    let trials = |negatives: u64, positives: u64| Trials { hits: positives, of: negatives + positives };
    for atom in own {
        at.entry(atom.score.to_bits()).or_default().treated = trials(atom.negatives, atom.positives);
    }
    for atom in other {
        at.entry(atom.score.to_bits()).or_default().control = trials(atom.negatives, atom.positives);
    }
    at.into_values().collect()
}
