//! What is worth saying of the arms of a campaign: values that never occur, arms that are not as planned.

use super::diagnose::unmet;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::Policy;
use crate::result::{ArmSizes, CampaignView, levels_of};
use crate::tally::Cells;

/// Groups that are named in a message.
const NAMED: usize = 5;

/// A value that the policy lists for an arm and that never occurs while others do is a mistake, and nothing is measured.
pub fn check_values(policy: &Policy, cells: &Cells) -> Result<(), Error> {
    let (Some(campaign), Some(found)) = (&policy.campaign, &cells.campaign) else { return Ok(()) };
    let look = |name: &str, values| unmet(name, &campaign.treatment, values, &found.values, &found.met);
    let problems: Vec<Diagnostic> =
        [look("treated", &campaign.treated), look("control", &campaign.control)].into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Policy(problems)) }
}

/// That chance did not give the arms that it should have.
pub fn diagnose(campaign: Option<&CampaignView>) -> Vec<Diagnostic> {
    let Some(campaign) = campaign else { return Vec::new() };
    let wrong: Vec<&ArmSizes> = campaign.arms.iter().filter(|arm| arm.mismatch).collect();
    let mut found = Vec::new();
    if let Some(planned) = campaign.planned_share.filter(|_| !wrong.is_empty()) {
        let share = |arm: &ArmSizes| format!("{:.1}%", 100.0 * arm.share.unwrap_or_default());
        let mut whom: Vec<String> = wrong
            .iter()
            .map(|arm| match arm.axes.is_empty() {
                true => format!("{} of both arms", share(arm)),
                false => format!("{} of {}", share(arm), levels_of(&arm.axes, &arm.group)),
            })
            .collect();
        if whom.len() > NAMED {
            let more = whom.len() - NAMED;
            whom.truncate(NAMED);
            whom.push(format!("{more} groups more"));
        }
        let who = whom.join(", ");
        let message = format!(
            "the campaign reached {who}, and chance was to reach {:.1}%: the assignment or its record went wrong, and until it is \
             known where, no difference between the arms can be called an effect",
            100.0 * planned
        );
        found.push(Diagnostic::new("sample-ratio", message));
    }
    if campaign.assignment == "random" {
        for one in campaign.balance.iter().filter(|one| one.uneven) {
            let message = format!(
                "the campaign reached the groups of {} unequally often, which chance alone does not do; nothing is called an \
                 effect; if it was planned so, look at each group by itself",
                one.axes.join(" and ")
            );
            found.push(Diagnostic::new("arms-uneven", message));
        }
    }
    found
}
