//! What a campaign changed: its arms first, then the lift of every outcome by group, and whether all groups have the same.

mod arms;
mod findings;
mod lifts;
mod ranked;

use std::collections::BTreeMap;

use super::groups::{AxisGroups, GroupCell};
use crate::cell::Cell;
use crate::inference::measured;
use crate::metrics::Undefined;
use crate::policy::{Assignment, Campaign, Policy};
use crate::result::{CampaignView, Group};
use crate::tally::Cells;
use crate::tally::campaign::Arm;

/// All that a report says of the campaign; none where there is none.
pub fn measure(policy: &Policy, cells: &Cells, axes: &[AxisGroups]) -> Option<CampaignView> {
    let (campaign, found) = (policy.campaign.as_ref()?, cells.campaign.as_deref()?);
    let people = People::new(axes);
    let of_arm = policy.of_arm();
    let in_arms = Arm::ALL.map(|arm| InArm::new(policy, &of_arm, &found.arm(arm).cells));
    let sizes = arms::sizes(campaign, &people, &in_arms, policy);
    let balance = arms::balance(&people, &sizes);
    let as_planned = !sizes.iter().any(|size| size.mismatch) && !balance.iter().any(|one| one.uneven);
    let (mut told, mut equal_lift) = (Vec::new(), Vec::new());
    for (place, outcome) in policy.campaign_outcomes().enumerate() {
        let (own, tests) = lifts::Measured { policy, outcome, place, arms: &in_arms }.lifts(&people);
        told.extend(own);
        equal_lift.extend(tests);
    }
    Some(CampaignView {
        treatment: campaign.treatment.clone(),
        treated: campaign.treated.texts().to_vec(),
        control: campaign.control.texts().to_vec(),
        assignment: campaign.assignment.name().to_owned(),
        effect: campaign.assignment == Assignment::Random && as_planned,
        planned_share: campaign.share.as_ref().map(|share| share.approximate()),
        balance,
        arms: sizes,
        lifts: findings::decide(policy, told, &mut equal_lift),
        equal_lift,
        ranked: ranked::rank(policy, campaign, &people, found),
    })
}

/// Everybody and the groups of every axis, in the order of reports.
struct People<'a> {
    axes: Vec<&'a AxisGroups>,
}

impl<'a> People<'a> {
    fn new(axes: &'a [AxisGroups]) -> People<'a> {
        // Who belongs to a group in part is in no arm as a whole.
        People { axes: axes.iter().filter(|axis| !axis.in_part).collect() }
    }

    fn groups(&self) -> impl Iterator<Item = (&'a AxisGroups, &'a GroupCell)> {
        self.axes.iter().flat_map(|axis| axis.groups.iter().map(move |group| (*axis, group)))
    }
}

/// The cells of an arm by axes and group.
struct InArm {
    overall: Cell,
    of: BTreeMap<Vec<String>, BTreeMap<Group, Cell>>,
    nobody: Cell,
}

impl InArm {
    fn new(policy: &Policy, of_arm: &Policy, cells: &Cells) -> InArm {
        let overall = cells.overall();
        let mut of = BTreeMap::new();
        for axis in policy.axes.iter().filter(|axis| axis.probable.is_none()) {
            let groups = AxisGroups::new(cells, &overall, of_arm, axis);
            let cells = groups.groups.into_iter().map(|group| (group.group, group.cell)).collect();
            of.insert(groups.axes, cells);
        }
        InArm { overall, of, nobody: Cell::default() }
    }

    /// The cell of a group; of everybody where there is no axis, of nobody where no row of the group is in the arm.
    fn cell(&self, axes: &[String], group: &Group) -> &Cell {
        if axes.is_empty() {
            return &self.overall;
        }
        self.of.get(axes).and_then(|groups| groups.get(group)).unwrap_or(&self.nobody)
    }
}

fn why_not(why: measured::Undefined) -> &'static str {
    match why {
        measured::Undefined::NoRows => Undefined::NoRows.id(),
        other => Undefined::from(other).id(),
    }
}

/// What a reader might expect to find of the campaign, and why it is not there.
pub fn not_tested(policy: &Policy) -> Vec<(String, &'static str)> {
    let Some(campaign) = &policy.campaign else { return Vec::new() };
    let mut found = Vec::new();
    match campaign.assignment {
        Assignment::Observed => found.push((
            "what the campaign itself changed".to_owned(),
            "needs an assignment by chance (`assignment = \"random\"`); without one there is association, not effect",
        )),
        Assignment::Random if campaign.share.is_none() => found.push((
            "whether the arms have their planned sizes".to_owned(),
            "needs the planned share of the treated (`share` of [campaign])",
        )),
        Assignment::Random => {}
    }
    if policy.roles.score.is_none() {
        let why = "needs a column with the score (`score`) and an [[outcome]] of yes or no";
        found.push(("whether a score finds those whom the campaign moves".to_owned(), why));
    }
    for outcome in policy.outcomes.iter().filter(|outcome| !Campaign::measures(outcome)) {
        let what = format!("how the arms differ by {}", outcome.name);
        let why = if outcome.has_open() {
            "it has cases that can be open, and how long these will last is not known"
        } else {
            "categories have no size; declare the one to look at as an [[outcome]] of yes or no"
        };
        found.push((what, why));
    }
    found
}
