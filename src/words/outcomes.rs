//! Numbers of measured outcomes as sentences: what a group got, how long it waited, what it answered.

use super::numbers::round_in_unit;
use super::page::{Block, Mark};
use super::sentences::{group_name, reference_name};
use super::tables::{compared, interval};
use crate::metrics::outcome::{OutcomeKind, OutcomeMetric, Told, presence, template};
use crate::result::{CheckRow, Document, OutcomeComparison, OutcomeView};

/// A metric of an outcome with its words.
#[derive(Clone)]
pub struct Telling<'a> {
    pub outcome: &'a OutcomeView,
    pub kind: OutcomeKind,
    declared: &'static OutcomeMetric,
    told: Told,
    /// Or its category.
    bound: String,
}

impl<'a> Telling<'a> {
    /// The words of a metric; none where it is of no outcome.
    pub fn of(document: &'a Document, metric: &str) -> Option<Telling<'a>> {
        let outcome = document.policy.outcome(metric)?;
        let (_, id) = metric.split_once('.')?;
        let declared = template(id)?;
        let kind = OutcomeKind::find(&outcome.kind)?;
        let told = declared.told_of(kind)?;
        let unit = outcome.unit.as_deref();
        let bound = declared.bound_of(id).map(|bound| match unit {
            Some(unit) if kind == OutcomeKind::Duration => round_in_unit(Some(unit), bound.approximate()),
            Some(unit) => format!("{} {unit}", bound.text),
            None => bound.text,
        });
        let category = declared.category_of(id).map(str::to_owned);
        Some(Telling { outcome, kind, declared, told, bound: bound.or(category).unwrap_or_default() })
    }

    /// The name of the outcome as a word of a sentence.
    pub fn name(&self) -> String {
        spaced(&self.outcome.name)
    }

    /// What the number is: `the middle wait`.
    pub fn noun(&self) -> String {
        self.fill(self.told.noun)
    }

    /// The same without its article: `middle wait`.
    pub fn bare_noun(&self) -> String {
        let noun = self.noun();
        noun.strip_prefix("the ").map(str::to_owned).unwrap_or(noun)
    }

    /// The unit of its numbers; a share has none.
    pub fn unit(&self) -> Option<&'a str> {
        self.outcome.unit.as_deref().filter(|_| !self.declared.is_share())
    }

    /// A group held against its reference, `times` being what the one is of the other: `1.7 times as long as`.
    pub fn tells(&self, group: &str, times: &str, reference: &str) -> String {
        let with = self.fill(&self.told.tells.replace("{noun}", self.told.noun));
        with.replace("{group}", group).replace("{times}", times).replace("{reference}", reference)
    }

    /// What stands for a ratio: `1.7 times as long as`.
    pub fn times(&self, ratio: &str) -> String {
        format!("{ratio} times {}", self.as_much())
    }

    /// What stands for no difference.
    pub fn exactly(&self) -> String {
        format!("exactly {}", self.as_much())
    }

    fn as_much(&self) -> &'static str {
        if self.declared.is_share() { OutcomeKind::YesNo } else { self.kind }.comparative().as_much
    }

    /// The words of less and of more, where a difference is told.
    pub fn sides(&self) -> (&'static str, &'static str) {
        let words = if self.declared.is_share() { OutcomeKind::YesNo } else { self.kind }.comparative();
        (words.less, words.more)
    }

    fn fill(&self, words: &str) -> String {
        words.replace("{outcome}", &self.name()).replace("{bound}", &self.bound)
    }
}

/// A name of an outcome, which has no blanks, as words.
pub fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// What is not heard of: answers that look alike while answering does not. Said of the check rows of the outcome, once.
pub fn unheard(document: &Document, row: &CheckRow) -> Option<String> {
    let outcome = document.policy.outcome(&row.metric)?;
    let of_row = |one: &&OutcomeComparison| {
        one.outcome == outcome.name && one.axes == row.axes && one.group == row.group && one.unheard.is_some()
    };
    let one = document.outcome_comparisons.iter().find(of_row)?;
    // Where the row says how many have a value, the sentence does not say it again.
    if presence().is_some_and(|presence| row.metric.ends_with(&format!(".{}", presence.id))) {
        let (what, unknown) = silence(OutcomeKind::find(&outcome.kind)?);
        return Some(format!("{what} look alike; {unknown}."));
    }
    unheard_sentence(document, one)
}

/// The same for outcomes that none of the rows is about.
pub fn unheard_beside(document: &Document, told: &[&CheckRow]) -> Vec<Block> {
    let silent = document.outcome_comparisons.iter().filter(|one| one.unheard.is_some());
    let is_told = |one: &OutcomeComparison| {
        let of = |row: &&CheckRow| document.policy.outcome(&row.metric).map(|outcome| &outcome.name);
        told.iter().any(|row| of(row) == Some(&one.outcome) && row.axes == one.axes && row.group == one.group)
    };
    let sentence = |one| Some(Block::Finding(Mark::Inconclusive, unheard_sentence(document, one)?));
    silent.filter(|one| !is_told(one)).filter_map(sentence).collect()
}

/// What looks alike, and what is not known.
fn silence(kind: OutcomeKind) -> (&'static str, &'static str) {
    match kind {
        OutcomeKind::Ordinal => ("The answers", "the answers of those who did not answer are not known"),
        _ => ("The values", "those that are missing are not known"),
    }
}

fn unheard_sentence(document: &Document, one: &OutcomeComparison) -> Option<String> {
    let metric = format!("{}.{}", one.outcome, presence()?.id);
    let telling = Telling::of(document, &metric)?;
    let (group, reference) = (group_name(&one.axes, &one.group), reference_name(&one.axes, &one.reference));
    let ratio = compared(document, &metric, "ratio", &one.axes, &one.group).filter(|c| c.reference == one.reference);
    let said = match ratio.and_then(|c| c.value.map(|value| (c, value))) {
        Some((c, value)) => {
            let shown = |v: f64| super::pictures::ratio_shown(v);
            let ends = interval(c.value, c.low, c.high, shown);
            format!("{} ({ends})", telling.tells(&group, &telling.times(&shown(value)), &reference))
        }
        None => {
            let (less, more) = telling.sides();
            let word = if one.unheard.as_deref() == Some("group") { less } else { more };
            telling.tells(&group, &format!("{word} than"), &reference)
        }
    };
    let (what, unknown) = silence(telling.kind);
    Some(format!("{what} on {} look alike, but {said}; {unknown}.", telling.name()))
}
