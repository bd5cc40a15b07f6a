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
    /// The categories that there are; none of another kind.
    pub categories: &'a [String],
}

/// What of an outcome a metric is at: its bound, or one of its categories, which cells hold as their place in the list.
#[derive(Clone, Copy)]
enum At<'a> {
    Nothing,
    Bound(&'a Exact),
    Category(usize, &'a str),
}

impl<'a> At<'a> {
    fn text(self) -> Option<&'a str> {
        match self {
            At::Nothing => None,
            At::Bound(bound) => Some(&bound.text),
            At::Category(_, name) => Some(name),
        }
    }

    fn number(self) -> f64 {
        match self {
            At::Nothing => f64::INFINITY,
            At::Bound(bound) => bound.approximate(),
            At::Category(place, _) => place as f64,
        }
    }
}

/// The metrics of an outcome, in the order in which reports show them.
pub fn metrics_of(role: OutcomeRole) -> impl Iterator<Item = &'static Metric> {
    let of_kind = OUTCOMES.iter().filter(move |template| template.kinds.contains(&role.kind));
    of_kind.flat_map(move |template| {
        let places: Vec<At> = match role.bound {
            _ if template.is_of_category() => {
                role.categories.iter().enumerate().map(|(place, name)| At::Category(place, name)).collect()
            }
            Some(bound) if template.at_bound => vec![At::Bound(bound)],
            None if template.at_bound => Vec::new(),
            _ => vec![At::Nothing],
        };
        places.into_iter().map(move |at| made(template, role.name, at, Some(role)))
    })
}

/// The metric that counts who has a value of an outcome at all.
pub fn presence_of(role: OutcomeRole) -> Option<&'static Metric> {
    let known = presence()?;
    Some(made(known, role.name, At::Nothing, Some(role)))
}

/// The metric of an outcome that a name such as `wait.median` stands for, without the outcome itself: its words are known, and
/// it measures nothing.
pub fn find(name: &str) -> Option<&'static Metric> {
    // A bound may have a point of its own; the name of an outcome has none.
    let (outcome, id) = name.split_once('.').filter(|(outcome, _)| !outcome.is_empty())?;
    let template = template(id)?;
    let bound = template.bound_of(id);
    let at = match (&bound, template.category_of(id)) {
        (Some(bound), _) => At::Bound(bound),
        // Without the outcome its place is not known, and nothing is measured at it.
        (None, Some(name)) => At::Category(0, name),
        (None, None) if template.at_bound || template.is_of_category() => return None,
        (None, None) => At::Nothing,
    };
    Some(made(template, outcome, at, None))
}

impl OutcomeMetric {
    /// The page of the metric for no outcome in particular.
    pub fn metric(&'static self) -> &'static Metric {
        made(self, "OUTCOME", At::Nothing, None)
    }
}

/// What a metric of an outcome is told apart by.
type Made = (&'static str, String, Option<(String, u64)>, Option<(usize, &'static str, &'static str)>);

/// Metrics live as long as the program and are compared by their names, so each is made once for an outcome and kept; there are as
/// many as the policies and results of a run name.
static MADE: Mutex<BTreeMap<Made, &'static Metric>> = Mutex::new(BTreeMap::new());

fn made(template: &'static OutcomeMetric, outcome: &str, at: At, role: Option<OutcomeRole>) -> &'static Metric {
    let apart = role.map(|role| (role.place, role.kind.name(), role.better.name()));
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let text = at.text().map(|text| (text.to_owned(), at.number().to_bits()));
    made.entry((template.id, outcome.to_owned(), text, apart))
        .or_insert_with(|| Box::leak(Box::new(make(template, outcome, at, role))))
}

fn make(template: &'static OutcomeMetric, outcome: &str, at: At, role: Option<OutcomeRole>) -> Metric {
    let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let nameless = if template.is_of_category() { "the category" } else { "the bound" };
    let shown = at.text().unwrap_or(nameless);
    let did = template.did.replace("{outcome}", outcome).replace("{bound}", shown);
    let id = at.text().map_or_else(|| template.id.to_owned(), |text| format!("{}-{text}", template.id));
    let name = lower_first(template.name).replace("the bound", shown).replace("a category", shown);
    let at = at.number();
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
