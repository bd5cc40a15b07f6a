//! What an `[[outcome]]` is: something measured of every row beside the decision, such as a wait, an amount or an answer.

use super::instant::Instant;
use super::theme::Theme;
use super::value::Values;
use crate::exact::Exact;
use crate::metrics::Metric;
pub use crate::metrics::outcome::{Better, OutcomeKind};
use crate::metrics::outcome::{OutcomeRole, metrics_of, template};

/// What turned out for a row, as a number.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it is called in reports, and what the ids of its metrics begin with: `wait.median`.
    pub name: String,
    pub column: String,
    pub kind: OutcomeKind,
    /// What its numbers are in, such as `EUR` or `seconds`; none where it has none.
    pub unit: Option<String>,
    pub better: Better,
    /// What it is about, where the policy says so.
    pub theme: Option<Theme>,
    /// Which values are yes.
    pub yes: Values,
    /// The categories that there are, in the order of the report; none of another kind.
    pub categories: Vec<String>,
    /// Of a number: the share at or above this is measured; with open cases the mean up to this.
    pub bound: Option<Exact>,
    /// The columns with the times between which a duration lies, in place of `column`.
    pub times: Option<Times>,
    /// The column that says whether a case had ended, and which of its values say that it had.
    pub ended: Option<(String, Values)>,
    /// The column with what was predicted.
    pub prediction: Option<String>,
}

/// A duration from one time to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    pub from: String,
    pub to: String,
    /// When was looked at cases that had no end: they are open.
    pub until: Option<Look>,
}

/// When was looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// As the policy writes it.
    pub text: String,
    pub at: Instant,
}

impl Outcome {
    /// What its numbers are in; durations are in seconds.
    pub fn unit(&self) -> Option<&str> {
        if self.kind == OutcomeKind::Duration { Some("s") } else { self.unit.as_deref() }
    }

    /// Which line of the scorecard it stands in; by its own name where none.
    pub fn theme(&self) -> Option<Theme> {
        self.theme.or_else(|| Theme::of(self.kind))
    }

    /// What its metrics need to know of it, at its place in the policy.
    pub fn role(&self, place: usize) -> OutcomeRole<'_> {
        let kind = if self.has_open() { OutcomeKind::Open } else { self.kind };
        OutcomeRole {
            name: &self.name,
            place,
            kind,
            better: self.better,
            bound: self.bound.as_ref(),
            categories: &self.categories,
        }
    }

    /// What the errors of its prediction are called in cells.
    pub fn error_name(&self) -> String {
        format!("{}.{}", self.name, OutcomeKind::Error.name())
    }

    /// Whether cases can be still open.
    pub fn has_open(&self) -> bool {
        self.ended.is_some() || self.times.as_ref().is_some_and(|times| times.until.is_some())
    }

    /// The columns that it is read from, in order.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = match &self.times {
            Some(times) => vec![times.from.as_str(), times.to.as_str()],
            None => vec![self.column.as_str()],
        };
        columns.extend(self.ended.as_ref().map(|(column, _)| column.as_str()));
        columns.extend(self.prediction.as_deref());
        columns
    }
}

/// The metrics of some outcomes, in the order of the policy.
pub fn metrics(outcomes: &[Outcome]) -> impl Iterator<Item = &'static Metric> {
    let own = outcomes.iter().enumerate().map(|(place, outcome)| outcome.role(place));
    let errors = predicted(outcomes).map(|(place, outcome)| {
        let role = outcome.role(place);
        OutcomeRole { kind: OutcomeKind::Error, bound: None, ..role }
    });
    let mut roles: Vec<OutcomeRole> = own.chain(errors).collect();
    // The errors of a prediction stand beside what was predicted.
    roles.sort_by_key(|role| outcomes.iter().position(|outcome| outcome.name == role.name));
    roles.into_iter().flat_map(metrics_of).collect::<Vec<_>>().into_iter()
}

/// Outcomes with a prediction, each with the place of its errors in cells: after all outcomes.
pub fn predicted(outcomes: &[Outcome]) -> impl Iterator<Item = (usize, &Outcome)> {
    (outcomes.len()..).zip(outcomes.iter().filter(|outcome| outcome.prediction.is_some()))
}

/// The same with the place of what was predicted in cells: after all errors.
pub fn predictions(outcomes: &[Outcome]) -> impl Iterator<Item = (usize, &Outcome)> {
    let errors = predicted(outcomes).count();
    predicted(outcomes).map(move |(place, outcome)| (place + errors, outcome))
}

/// The metric of an outcome of that id; what follows the name of the outcome may be an alias.
pub fn find_metric(outcomes: &[Outcome], name: &str) -> Option<&'static Metric> {
    let (of, id) = name.split_once('.')?;
    let known = template(id)?;
    // Without its bound the name means the one that the outcome has.
    let begins = if known.at_bound && id.strip_prefix(known.id).is_none_or(str::is_empty) { known.id } else { id };
    let exact = if known.aliases.contains(&id) { known.id } else { begins };
    let fits = |metric: &&Metric| {
        let own = metric.id.strip_prefix(of).and_then(|rest| rest.strip_prefix('.'));
        own.is_some_and(|own| own == exact || known.at_bound && exact == known.id && own.starts_with(known.id))
    };
    metrics(outcomes).find(fits)
}
