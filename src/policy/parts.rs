//! Parts of a policy that not every way of counting knows: each is declared once, and refused where it would be dropped.

use super::types::Policy;
use crate::error::Error;

/// A part of a policy.
#[derive(Clone, Copy)]
pub struct Part {
    /// As the policy calls it.
    pub key: &'static str,
    asks: fn(&Policy) -> bool,
}

impl Part {
    pub const PREVIOUS_DECISION: Part =
        Part { key: "`previous_decision`", asks: |policy| policy.roles.previous_decision.is_some() };
    pub const PREVIOUS_SCORE: Part =
        Part { key: "`previous_score`", asks: |policy| policy.roles.previous_score.is_some() };
    pub const PROBABILITY: Part =
        Part { key: "an attribute of kind = \"probability\"", asks: |policy| !policy.probable.is_empty() };
    pub const CONSENT: Part = Part { key: "[consent]", asks: |policy| policy.consent.is_some() };
    pub const CAMPAIGN: Part = Part { key: "[campaign]", asks: |policy| policy.campaign.is_some() };
    pub const HUMAN: Part = Part { key: "[human]", asks: |policy| policy.human.is_some() };
    pub const FUNNEL: Part = Part { key: "[funnel]", asks: |policy| policy.funnel.is_some() };
    pub const CLASSES: Part = Part { key: "[classes]", asks: |policy| policy.classes.is_some() };
    pub const TIMES: Part = Part {
        key: "an [[outcome]] with `from` and `to`",
        asks: |policy| policy.outcomes.iter().any(|outcome| outcome.times.is_some()),
    };
}

/// A part, and what of the rows would have to be known for it.
pub type Needs = (Part, &'static str);

/// Refuses what the policy asks for and this way of counting does not know; `told` is the message about it.
///
/// # Errors
/// The policy asks for one of them.
pub fn refuse(policy: &Policy, unknown: &[Needs], told: impl FnOnce(String) -> String) -> Result<(), Error> {
    let asked = unknown.iter().filter(|(part, _)| (part.asks)(policy));
    let asked: Vec<String> = asked.map(|(part, why)| format!("{} ({why})", part.key)).collect();
    if asked.is_empty() { Ok(()) } else { Err(Error::usage(told(asked.join(" and ")))) }
}
