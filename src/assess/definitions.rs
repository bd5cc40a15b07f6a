//! What decisions and labels of a result mean, and where two results mean different things.

use std::collections::BTreeSet;

use crate::exact::Exact;
use crate::policy::Policy;
use crate::result::{ConsentAsked, Document, OutcomeView};

/// What is counted: the decision, what turned out, what was measured, what their values mean, and of whose rows.
#[derive(Clone, Debug)]
pub struct Definitions<'a> {
    decision: Option<&'a str>,
    threshold: Option<&'a str>,
    favourable: &'a [String],
    selected: &'a [String],
    label: Option<&'a str>,
    positive: &'a [String],
    outcomes: Vec<OutcomeView>,
    /// How consent is told, where rows without it are left out.
    consent: Option<String>,
}

/// A key of the policy that meant something else, as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    pub key: String,
    pub was: String,
    pub is: String,
}

impl<'a> Definitions<'a> {
    /// Those of a stored result.
    pub fn stored(document: &'a Document) -> Definitions<'a> {
        let policy = &document.policy;
        Definitions {
            decision: policy.decision.as_deref(),
            threshold: policy.threshold.as_deref(),
            favourable: &policy.favourable,
            selected: &policy.selected,
            label: policy.label.as_deref(),
            positive: &policy.positive,
            outcomes: policy.outcomes.clone(),
            consent: document.consent.as_ref().map(|consent| consent.asked().words()),
        }
    }

    /// Those of a run that is about to be made.
    pub fn given(policy: &'a Policy) -> Definitions<'a> {
        let roles = &policy.roles;
        Definitions {
            decision: roles.decision.column(),
            threshold: roles.decision.threshold().map(|threshold| threshold.text.as_str()),
            favourable: roles.favourable.texts(),
            selected: roles.selected.texts(),
            label: roles.label.as_deref(),
            positive: roles.positive.texts(),
            outcomes: policy.outcomes.iter().map(OutcomeView::of).collect(),
            consent: policy.consent.as_ref().map(|consent| ConsentAsked::of(consent).words()),
        }
    }

    /// Whether a threshold makes the decision in both, whatever it is.
    pub fn both_by_threshold(&self, then: &Definitions) -> bool {
        self.threshold.is_some() && then.threshold.is_some()
    }

    /// What is not as it was then.
    pub fn unlike(&self, then: &Definitions) -> Vec<Unlike> {
        let one = |name: Option<&str>| name.unwrap_or("none").to_owned();
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
        let list = |texts: &[String]| format!("[{}]", texts.join(", "));
        let mut found = Vec::new();
        let mut differ = |key: &str, same: bool, was: String, is: String| {
            if !same {
                found.push(Unlike { key: key.to_owned(), was, is });
            }
        };
        differ("decision", then.decision == self.decision, one(then.decision), one(self.decision));
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
        differ("consent", then.consent == self.consent, one(then.consent.as_deref()), one(self.consent.as_deref()));
        // An outcome that one of the two has not takes part in nothing.
        for now in &self.outcomes {
            let Some(was) = then.outcomes.iter().find(|was| was.name == now.name) else { continue };
            for ((key, was), (_, is)) in meaning(was).into_iter().zip(meaning(now)) {
                let key = format!("{} of the outcome {}", key, now.name);
                differ(&key, was == is, one(was.as_deref()), one(is.as_deref()));
            }
        }
        found
    }
}

/// What makes an outcome what it is, key by key. The bound is part of the names of the metrics that have one.
pub fn meaning(outcome: &OutcomeView) -> [(&'static str, Option<String>); 8] {
    let list = |texts: &[String]| {
        let set: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        (!set.is_empty()).then(|| format!("[{}]", set.into_iter().collect::<Vec<_>>().join(", ")))
    };
    let ended = outcome.ended.as_ref().map(|ended| match list(&ended.values) {
        Some(values) => format!("{} {values}", ended.column),
        None => format!("seen until {}", ended.column),
    });
    [
        ("column", Some(outcome.column.clone())),
        ("kind", Some(outcome.kind.clone())),
        ("unit", outcome.unit.clone()),
        ("better", Some(outcome.better.clone())),
        ("yes", list(&outcome.yes)),
        ("categories", list(&outcome.categories)),
        ("ended", ended),
        ("prediction", outcome.prediction.clone()),
    ]
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
