//! The metrics of an outcome, made of the declared ones: `wait.median` of the outcome `wait`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::declared::{OUTCOMES, Of, OutcomeMetric, presence, template};
use super::kind::{Better, OutcomeKind};
use crate::exact::Exact;
use crate::metrics::metric::{Kind, Metric, Needs, Worse};

/// An outcome of a policy as far as its metrics need to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeRole<'a> {
    pub name: &'a str,
    /// Which of the outcomes of the cells it is.
    pub place: usize,
    pub kind: OutcomeKind,
    pub better: Better,
    pub bound: Option<&'a Exact>,
}

/// The metrics of an outcome, in the order in which reports show them.
pub fn metrics_of(role: OutcomeRole) -> impl Iterator<Item = &'static Metric> {
    OUTCOMES
        .iter()
        .filter(move |template| template.kinds.contains(&role.kind) && (role.bound.is_some() || !template.at_bound))
        .map(move |template| made(template, role.name, role.bound.filter(|_| template.at_bound), Some(role)))
}

/// The metric that counts who has a value of an outcome at all.
pub fn presence_of(role: OutcomeRole) -> Option<&'static Metric> {
    let known = presence()?;
    Some(made(known, role.name, None, Some(role)))
}

/// The metric of an outcome that a name such as `wait.median` stands for, without the outcome itself: its words are known, and
/// it measures nothing.
pub fn find(name: &str) -> Option<&'static Metric> {
    // A bound may have a point of its own; the name of an outcome has none.
    let (outcome, id) = name.split_once('.').filter(|(outcome, _)| !outcome.is_empty())?;
    let template = template(id)?;
    let bound = template.bound_of(id);
    (bound.is_some() || !template.at_bound).then(|| made(template, outcome, bound.as_ref(), None))
}

impl OutcomeMetric {
    /// The page of the metric for no outcome in particular.
    pub fn metric(&'static self) -> &'static Metric {
        made(self, "OUTCOME", None, None)
    }
}

/// What a metric of an outcome is told apart by.
type Made = (&'static str, String, Option<String>, Option<(usize, &'static str, &'static str)>);

/// Metrics live as long as the program and are compared by their names, so each is made once for an outcome and kept; there are as
/// many as the policies and results of a run name.
static MADE: Mutex<BTreeMap<Made, &'static Metric>> = Mutex::new(BTreeMap::new());

fn made(
    template: &'static OutcomeMetric,
    outcome: &str,
    bound: Option<&Exact>,
    role: Option<OutcomeRole>,
) -> &'static Metric {
    let apart = role.map(|role| (role.place, role.kind.name(), role.better.name()));
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((template.id, outcome.to_owned(), bound.map(|bound| bound.text.clone()), apart))
        .or_insert_with(|| Box::leak(Box::new(make(template, outcome, bound, role))))
}

fn make(template: &'static OutcomeMetric, outcome: &str, bound: Option<&Exact>, role: Option<OutcomeRole>) -> Metric {
    let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let shown = bound.map_or("the bound", |bound| bound.text.as_str());
    let did = template.did.replace("{outcome}", outcome).replace("{bound}", shown);
    let id = bound.map_or_else(|| template.id.to_owned(), |bound| format!("{}-{}", template.id, bound.text));
    let name = lower_first(template.name).replace("the bound", shown);
    let at = bound.map_or(f64::INFINITY, Exact::approximate);
    Metric {
        id: kept(format!("{outcome}.{id}")),
        name: kept(format!("{outcome}: {name}")),
        aliases: &[],
        says: template.says,
        formula: template.formula,
        notation: template.notation,
        did: kept(did),
        worse: role.map_or(Worse::Nobody, |role| template.worse(role.better)),
        needs: Needs { decision: false, label: false, score: false, outcome: true },
        kind: match template.kind {
            Of::Share(trials) => Kind::Part { trials, bound: at },
            Of::Gauge(gauge) => Kind::Gauge { gauge, bound: at },
        },
        outcome: role.map(|role| role.place),
        not_for: template.not_for,
        cite: template.cite,
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
