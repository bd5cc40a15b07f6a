//! The human step of a draft: which column says what the model said, and what cannot go with it.

use super::check::Checker;
use super::draft::Draft;
use super::human::Human;
use super::types::Roles;

impl Checker {
    pub(super) fn human(&mut self, draft: &Draft, roles: &Roles) -> Option<Human> {
        let human = draft.human.as_ref()?;
        let data = &draft.data;
        for (key, given) in [("previous_decision", &data.previous_decision), ("previous_score", &data.previous_score)] {
            if let Some(at) = given {
                let message = format!(
                    "[human] and `{key}` both say what was decided before: [human] of the model before a person decided, `{key}` \
                     of an earlier version of the model. Leave one of the two out"
                );
                self.problem("bad-value", Some(&at.place), message);
            }
        }
        self.rows_are_alike(draft, &human.place, "what people changed is counted", true);
        if draft.consent.is_some() {
            let message = "[human] and [consent] cannot stand together: keep the rows that may be used (`where`), or leave one of \
                           the two out";
            self.problem("bad-value", Some(&human.place), message);
        }
        if draft.campaign.is_some() {
            let message = "[human] and [campaign] cannot stand together: audit them apart, each with a policy that leaves out the other";
            self.problem("bad-value", Some(&human.place), message);
        }
        if roles.decision.held_in().is_none() {
            let message = "[human] needs a column with what was finally done (`decision`); a `threshold` is what the model says, \
                           not what a person did";
            self.problem("missing-key", Some(&human.place), message);
        }
        let Some(model) = &human.model_decision else {
            let message = "which column says what the model said? Give `model_decision`";
            self.problem("missing-key", Some(&human.place), message);
            return None;
        };
        let favourable = match &human.favourable {
            None => roles.favourable.clone(),
            given => self.known_values(given, "favourable", &roles.missing),
        };
        Some(Human { model_decision: model.value.clone(), favourable })
    }
}
