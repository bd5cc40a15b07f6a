//! The campaign of a draft: who was treated, and what cannot go with it.

use super::campaign::{Assignment, Campaign};
use super::check::Checker;
use super::draft::{At, Draft};
use super::outcome::Outcome;
use super::value::Values;
use crate::exact::Exact;

/// Shares of the people with the highest scores, each measured for every group.
const MOST_TOP: usize = 10;

impl Checker {
    pub(super) fn campaign(&mut self, draft: &Draft, outcomes: &[Outcome], missing: &Values) -> Option<Campaign> {
        let campaign = draft.campaign.as_ref()?;
        if campaign.treatment.is_none() {
            let message = "which column says whom the campaign reached? Give `treatment`";
            self.problem("missing-key", Some(&campaign.place), message);
        }
        if campaign.treated.is_none() {
            let message =
                "which values of `treatment` mean that the campaign reached somebody? Give `treated`, such as [1]";
            self.problem("missing-key", Some(&campaign.place), message);
        }
        let treated = self.known_values(&campaign.treated, "treated", missing);
        let control = self.known_values(&campaign.control, "control", missing);
        if let (Some(at), Some(text)) =
            (&campaign.control, control.texts().iter().find(|text| !treated.matching(text).is_empty()))
        {
            self.problem("bad-value", Some(&at.place), format!("`treated` and `control` both list `{text}`"));
        }
        let random = campaign.assignment.as_ref().is_some_and(|at| at.value == Assignment::Random.name());
        self.planned_share(campaign.share.as_ref(), random);
        self.top_shares(draft, campaign.top.as_ref(), outcomes);
        if draft.outcomes.is_empty() {
            let message = "what should the campaign have changed? Declare it as an [[outcome]]";
            self.problem("missing-key", Some(&campaign.place), message);
        } else if outcomes.len() == draft.outcomes.len() && !outcomes.iter().any(Campaign::measures) {
            let message = "every [[outcome]] has cases that can be open, and how long these will last is not known, or is a \
                           category, which has no size: a campaign needs one that is neither";
            self.problem("bad-value", Some(&campaign.place), message);
        }
        Some(Campaign {
            treatment: campaign.treatment.as_ref()?.value.clone(),
            treated,
            control,
            assignment: if random { Assignment::Random } else { Assignment::Observed },
            share: campaign.share.as_ref().map(|at| at.value.clone()),
            top: campaign.top.as_ref().map(|at| at.value.clone()).unwrap_or_default(),
        })
    }

    fn planned_share(&mut self, share: Option<&At<Exact>>, random: bool) {
        let Some(at) = share else { return };
        let planned = at.value.approximate();
        if planned <= 0.0 || planned >= 1.0 {
            let message = "`share` is the planned share of the treated, between 0 and 1, such as 0.5";
            self.problem("bad-value", Some(&at.place), message);
        } else if !random {
            let message = "`share` is what chance was to give: write assignment = \"random\", or leave it out";
            self.problem("bad-value", Some(&at.place), message);
        }
    }

    fn top_shares(&mut self, draft: &Draft, top: Option<&At<Vec<Exact>>>, outcomes: &[Outcome]) {
        let Some(at) = top else { return };
        let inside = |share: &Exact| (0.0..=1.0).contains(&share.approximate()) && share.approximate() > 0.0;
        if !at.value.iter().all(inside) {
            let message = "`top` lists shares of the people, above 0 and up to 1, such as [0.1, 0.3]";
            self.problem("bad-value", Some(&at.place), message);
        }
        if at.value.len() > MOST_TOP {
            self.problem("bad-value", Some(&at.place), format!("`top` lists at most {MOST_TOP} shares"));
        }
        if draft.data.score.is_none() {
            let message = "`top` are those with the highest scores, and [data] names no `score`";
            self.problem("check-needs-role", Some(&at.place), message);
        } else if !outcomes.is_empty() && !outcomes.iter().any(Campaign::ranks) {
            let message = "`top` is measured of an [[outcome]] of kind \"yes-no\", and there is none";
            self.problem("bad-value", Some(&at.place), message);
        }
    }
}
