//! The policy by which rows are counted by their groups and by one yes or no that is no column of the data: whether consent was in
//! force, whether a row is in an arm.

use super::types::{DecisionRole, Policy};
use super::value::Values;

impl Policy {
    /// The same groups, and nothing else is read of a row; `decision` is what is counted as `true`.
    pub(super) fn by_groups_alone(&self, decision: &str) -> Policy {
        let mut policy = self.clone();
        let yes = Values::new(vec!["true".to_owned()]);
        let roles = &mut policy.roles;
        roles.decision = DecisionRole::Column(decision.to_owned());
        (roles.favourable, roles.selected, roles.positive) = (yes.clone(), yes, Values::default());
        (roles.label, roles.score, roles.threshold, roles.count) = (None, None, None, None);
        (roles.weight, roles.unit) = (None, None);
        (roles.previous_decision, roles.previous_score) = (None, None);
        roles.filter.clear();
        (policy.consent, policy.campaign, policy.human, policy.funnel) = (None, None, None, None);
        policy.classes = None;
        policy.budget = None;
        policy.outcomes.clear();
        policy.grounds.clear();
        policy.strata.clear();
        policy.period = None;
        policy.probable.clear();
        policy.axes.retain(|axis| axis.probable.is_none());
        policy.checks.clear();
        policy.statistics.posterior = false;
        policy
    }
}
