//! Numbers of measured outcomes that rest on few people of a group, or on all but a few. Who has a value of an outcome is looked at by
//! itself: groups that are large can have few.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use super::columns;
use super::counts::rounded_share;
use crate::metrics;
use crate::metrics::outcome::{OutcomeMetric, presence, template};
use crate::result::{Document, Group, Measurement};

/// What is hidden of outcomes, each with the axes on which it is: a number whose counts would tell one group is told of none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thin {
    /// Every number of these outcomes.
    outcomes: Places,
    /// These metrics of outcomes alone.
    metrics: Places,
}

type Places = BTreeMap<String, BTreeSet<Vec<String>>>;

fn add(places: &mut Places, name: &str, axes: &[String]) {
    places.entry(name.to_owned()).or_default().insert(axes.to_vec());
}

impl Thin {
    pub fn of(document: &Document, settings: &Settings, published: &[Document]) -> Thin {
        let few = |count: u64| count > 0 && count < settings.min_cell;
        let mut thin = Thin::default();
        let now = counts(document);
        let decided: BTreeMap<(&[String], &Group), u64> = document
            .measurements
            .iter()
            .filter(|m| m.metric == "selection-rate")
            .filter_map(|m| Some(((m.axes.as_slice(), &m.group), m.denominator?)))
            .collect();
        for (of, (has, lacks)) in &now {
            if few(*has) || few(*lacks) {
                // The shares of the other categories would tell the one that is hidden.
                thin.hide(of, of.declared.is_presence() || of.declared.is_of_category());
            }
            // Outcomes are of all rows: beside those with a decision they tell how many have none.
            let rows = Some(has.saturating_add(*lacks)).filter(|_| of.declared.is_presence());
            let undecided = rows.zip(decided.get(&(of.axes, of.group))).map(|(all, decided)| all.abs_diff(*decided));
            if undecided.is_some_and(few) {
                thin.hide(of, true);
            }
        }
        thin.hide_scores(document, &few);
        for (column, axes) in columns::telling(document, published, &few) {
            for outcome in document.policy.outcomes.iter().filter(|outcome| outcome.column == column) {
                add(&mut thin.outcomes, &outcome.name, &axes);
            }
        }
        // An outcome may have another name in another edition; what it tells of its column is the same.
        let mut of_column: BTreeMap<_, Vec<Number>> = BTreeMap::new();
        for of in now.keys() {
            of_column.entry((columns::told(document, of.metric), of.axes, of.group)).or_default().push(*of);
        }
        for earlier in published {
            // What is published is rounded, so the rounded counts are what can be held against each other.
            let round = settings.round.max(earlier.privacy.as_ref().map_or(1, |privacy| privacy.round)).max(1);
            let before = counts(earlier).into_iter().flat_map(|(before, counts)| {
                let same = of_column.get(&(columns::told(earlier, before.metric), before.axes, before.group));
                same.into_iter().flatten().map(move |of| (*of, counts)).collect::<Vec<_>>()
            });
            for (of, (had, lacked)) in before {
                let Some((has, lacks)) = now.get(&of) else { continue };
                let ((had, lacked), (has, lacks)) =
                    (rounded_share(had, lacked, round), rounded_share(*has, *lacks, round));
                // The few by whom a share changed also moved every other number of the outcome.
                if few(had.abs_diff(has)) || few(lacked.abs_diff(lacks)) {
                    thin.hide(&of, of.declared.is_share());
                }
            }
        }
        thin
    }

    fn hide(&mut self, of: &Number, with_the_others: bool) {
        if with_the_others {
            add(&mut self.outcomes, of.outcome, of.axes);
        } else {
            add(&mut self.metrics, of.metric, of.axes);
        }
    }

    /// A check of scores tells on how many rows it rests. Beside those of whom the report is, and those with a label, it tells how many
    /// have no score.
    fn hide_scores(&mut self, document: &Document, few: &impl Fn(u64) -> bool) {
        let left = &document.data.left_out;
        let rows: BTreeMap<(&str, &[String], &Group), u64> =
            left.iter().map(|left| ((left.metric.as_str(), left.axes.as_slice(), &left.group), left.rows)).collect();
        let of_whom = document.policy.of_whom();
        let scores = document.measurements.iter().filter(|m| metrics::find(&m.metric).is_some_and(|of| of.needs.score));
        for m in scores {
            let of = |metric: &str| rows.get(&(metric, m.axes.as_slice(), &m.group)).copied().unwrap_or(0);
            if [of_whom.as_str(), "base-rate"].iter().any(|other| few(of(&m.metric).abs_diff(of(other)))) {
                add(&mut self.metrics, &m.metric, &m.axes);
            }
        }
    }

    /// Whether a metric is hidden of every group of an axis.
    pub fn hides(&self, metric: &str, axes: &[String]) -> bool {
        let at = |places: &Places, name: &str| places.get(name).is_some_and(|of| of.contains(axes));
        at(&self.metrics, metric) || metric.split_once('.').is_some_and(|(outcome, _)| at(&self.outcomes, outcome))
    }

    /// Outcomes, and the score, of which something is hidden, each counted once for every way of grouping.
    pub fn count(&self) -> u64 {
        let own = self.outcomes.iter().flat_map(|(outcome, of)| of.iter().map(move |axes| (outcome.as_str(), axes)));
        let of_metrics = self.metrics.iter();
        let of_metrics =
            of_metrics.map(|(metric, of)| (metric.split_once('.').map_or("score", |(outcome, _)| outcome), of));
        let of_metrics = of_metrics.flat_map(|(outcome, of)| of.iter().map(move |axes| (outcome, axes)));
        own.chain(of_metrics).collect::<BTreeSet<_>>().len() as u64
    }
}

/// A number of an outcome of one group.
#[derive(Clone, Copy)]
struct Number<'a> {
    metric: &'a str,
    outcome: &'a str,
    declared: &'static OutcomeMetric,
    axes: &'a [String],
    group: &'a Group,
}

impl<'a> Number<'a> {
    fn of(m: &'a Measurement) -> Option<Number<'a>> {
        let (outcome, id) = m.metric.split_once('.')?;
        Some(Number { metric: &m.metric, outcome, declared: template(id)?, axes: &m.axes, group: &m.group })
    }

    fn key(&self) -> (&'a str, &'a [String], &'a Group) {
        (self.metric, self.axes, self.group)
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Number<'_> {}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// Of a share, how many of the group have it and how many with a value have it not; of any other number, how many rows it rests on
/// and how many it leaves out. The latter are not known of a result that has hidden something.
fn counts(document: &Document) -> BTreeMap<Number<'_>, (u64, u64)> {
    let numbers = || document.measurements.iter().filter_map(|m| Some((Number::of(m)?, m)));
    let shares = numbers().filter_map(|(of, m)| {
        let (hits, all) = m.numerator.zip(m.denominator)?;
        Some((of, (hits, all.saturating_sub(hits))))
    });
    let mut found: BTreeMap<Number, (u64, u64)> = shares.collect();
    let Some(known) = presence().filter(|_| document.privacy.is_none()) else { return found };
    let rows: BTreeMap<_, u64> = found
        .iter()
        .filter(|(of, _)| of.declared.id == known.id)
        .map(|(of, (has, lacks))| ((of.outcome, of.axes, of.group), has.saturating_add(*lacks)))
        .collect();
    let left_out: BTreeMap<(&str, &[String], &Group), u64> = document
        .data
        .left_out
        .iter()
        .map(|left| ((left.metric.as_str(), left.axes.as_slice(), &left.group), left.rows))
        .collect();
    for (of, m) in numbers().filter(|(_, m)| m.denominator.is_none()) {
        let Some(rows) = rows.get(&(of.outcome, of.axes, of.group)) else { continue };
        let out = left_out.get(&of.key()).copied().unwrap_or(0);
        // Of a group without any row nothing is left out.
        if m.undefined.as_deref() != Some("absent") {
            found.insert(of, (rows.saturating_sub(out), out));
        }
    }
    found
}
