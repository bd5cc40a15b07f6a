//! What decisions and labels of a result mean, and where two results mean different things.

use std::collections::BTreeSet;

use crate::exact::Exact;
use crate::policy::{DecisionRole, Policy};
use crate::result::PolicyView;

/// What is counted: the decision, what turned out, and what their values mean.
#[derive(Clone, Copy, Debug)]
pub struct Definitions<'a> {
    decision: &'a str,
    threshold: Option<&'a str>,
    favourable: &'a [String],
    selected: &'a [String],
    label: Option<&'a str>,
    positive: &'a [String],
}

/// A key of the policy that meant something else, as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    pub key: &'static str,
    pub was: String,
    pub is: String,
}

impl<'a> Definitions<'a> {
    /// Those of a stored result.
    pub fn stored(policy: &'a PolicyView) -> Definitions<'a> {
        Definitions {
            decision: &policy.decision,
            threshold: policy.threshold.as_deref(),
            favourable: &policy.favourable,
            selected: &policy.selected,
            label: policy.label.as_deref(),
            positive: &policy.positive,
        }
    }

    /// Those of a run that is about to be made.
    pub fn given(policy: &'a Policy) -> Definitions<'a> {
        let roles = &policy.roles;
        Definitions {
            decision: roles.decision.column(),
            threshold: match &roles.decision {
                DecisionRole::Threshold { threshold, .. } => Some(&threshold.text),
                DecisionRole::Column(_) => None,
            },
            favourable: roles.favourable.texts(),
            selected: roles.selected.texts(),
            label: roles.label.as_deref(),
            positive: roles.positive.texts(),
        }
    }

    /// Whether a threshold makes the decision in both, whatever it is.
    pub fn both_by_threshold(self, then: Definitions) -> bool {
        self.threshold.is_some() && then.threshold.is_some()
    }

    /// What is not as it was then.
    pub fn unlike(self, then: Definitions) -> Vec<Unlike> {
        let one = |name: Option<&str>| name.unwrap_or("none").to_owned();
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
        let list = |texts: &[String]| format!("[{}]", texts.join(", "));
        let mut found = Vec::new();
        let mut differ = |key: &'static str, same: bool, was: String, is: String| {
            if !same {
                found.push(Unlike { key, was, is });
            }
        };
        differ("decision", then.decision == self.decision, one(Some(then.decision)), one(Some(self.decision)));
        let same = same_number(then.threshold, self.threshold);
        differ("threshold", same, one(then.threshold), one(self.threshold));
        differ("label", then.label == self.label, one(then.label), one(self.label));
        // What is not said apart from the favourable values changed with them.
        let follows = then.selected == then.favourable && self.selected == self.favourable;
        for (key, was, is) in [
            ("favourable", then.favourable, self.favourable),
            ("selected", then.selected, self.selected),
            ("positive", then.positive, self.positive),
        ] {
            differ(key, set(was) == set(is) || (key == "selected" && follows), list(was), list(is));
        }
        found
    }
}

/// Whether two texts are the same number, or the same text.
fn same_number(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            a == b || Exact::parse(a).is_some_and(|a| Exact::parse(b).is_some_and(|b| a.value == b.value))
        }
        (a, b) => a == b,
    }
}
