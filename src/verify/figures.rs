//! Every figure that follows from the stored counts, computed again and held against what is stored.

use std::collections::BTreeMap;

use serde::Serialize;

use super::asked::{self, Asked};
use super::classes;
use super::counts::{Stored, is_counted, named};
use super::differ::differ;
use super::people;
use super::scores;
use super::tally::Tallies;
use super::verdicts;
use crate::assess::{AxisGroups, compare, measure, omnibus, sequence, spread};
use crate::cell::Cell;
use crate::judge::rows;
use crate::metrics;
use crate::policy::{Contrast, Policy};
use crate::report::VERSION;
use crate::result::{Comparison, Document, Group, LeftOut, Measurement, Omnibus, Spread};

/// The file that all figures are in.
pub const RESULT: &str = "result.json";
/// Another version may sum up in another order; what it says must still be the same to so much of itself.
const OTHER_VERSION: f64 = 1e-9;

/// Recomputes what follows from counts, and holds the rest against itself.
pub fn figures(document: &Document, given: Option<&Policy>, tallies: &mut Tallies) {
    let apart = if document.tool.version == VERSION { 0.0 } else { OTHER_VERSION };
    let stored = Stored::new(document);
    let again = match asked::out_of_reach(document) {
        Some(why) => {
            tallies.left("figures", why);
            None
        }
        None => match asked::again(document, &stored, given) {
            Ok(asked) => Some(asked),
            Err(contradictions) => {
                for found in contradictions {
                    tallies.wrong("counts", RESULT, found.at, found.why);
                }
                None
            }
        },
    };
    shares(document, tallies);
    if let Some(asked) = &again {
        let held = Again { document, asked, apart, is_given: given.is_some() };
        held.counts(tallies);
        held.measurements(tallies);
        held.comparisons(tallies);
        held.omnibus(tallies);
        held.sequences(tallies);
    }
    scores::hold(document, apart, tallies);
    people::hold(document, apart, tallies);
    classes::hold(document, apart, tallies);
    let judged =
        again.as_ref().map(|asked| rows::judge_each(&asked.policy, &asked.overall, &asked.axes, &document.sequences));
    verdicts::hold(document, again.as_ref().map(|asked| &asked.policy), judged.unwrap_or_default(), apart, tallies);
}

/// A share is its numerator over its denominator, whatever else is stored; weighted rows have none.
fn shares(document: &Document, tallies: &mut Tallies) {
    let weighted = document.policy.weight.is_some();
    for (place, found) in document.measurements.iter().enumerate() {
        let Some((hits, of)) = found.numerator.zip(found.denominator) else { continue };
        if weighted || asked::in_part(document, &found.axes) {
            continue;
        }
        let again = (of > 0).then(|| hits as f64 / of as f64);
        tallies.hold("shares", found.value == again, RESULT, format!("measurements[{place}].value"), || {
            format!(
                "{} of {} is {hits} of {of}, and the value is another",
                found.metric,
                named(&found.axes, &found.group)
            )
        });
    }
}

/// What was put together again, and the document it is held against.
struct Again<'a> {
    document: &'a Document,
    asked: &'a Asked,
    apart: f64,
    /// The policy file is known.
    is_given: bool,
}

static EVERYBODY: Group = Group::new();

/// The key of a number among others of its kind.
type Key<'a> = (&'a str, &'a str, &'a [String], &'a Group);

impl Again<'_> {
    fn held<T: Serialize>(
        &self,
        what: &'static str,
        at: &str,
        label: &str,
        stored: &T,
        again: &T,
        tallies: &mut Tallies,
    ) {
        let differences = differ(at, stored, again, self.apart);
        if differences.is_empty() {
            tallies.agree(what, 1);
        }
        for found in differences {
            let why = format!("{label}: {} is stored, and the counts give {}", found.stored, found.again);
            tallies.wrong(what, RESULT, found.at, why);
        }
    }

    /// Holds lists against each other by key: each number once, none left over.
    fn each<'a, T: Serialize + 'a>(
        &self,
        what: &'static str,
        list: &str,
        stored: impl Iterator<Item = (usize, Key<'a>, &'a T)>,
        again: &'a [T],
        key: impl Fn(&'a T) -> Key<'a>,
        tallies: &mut Tallies,
    ) {
        let mut left: BTreeMap<Key, (usize, &T)> = BTreeMap::new();
        for (place, key, found) in stored {
            if left.insert(key, (place, found)).is_some() {
                tallies.wrong(what, RESULT, format!("{list}[{place}]"), format!("{} is there twice", told(&key)));
            }
        }
        for found in again {
            let key = key(found);
            match left.remove(&key) {
                Some((place, stored)) => {
                    self.held(what, &format!("{list}[{place}]"), &told(&key), stored, found, tallies);
                }
                None => tallies.wrong(
                    what,
                    RESULT,
                    list,
                    format!("{} follows from the counts and is not there", told(&key)),
                ),
            }
        }
        for (key, (place, _)) in left {
            let why = format!("{} is there and does not follow from the counts", told(&key));
            tallies.wrong(what, RESULT, format!("{list}[{place}]"), why);
        }
    }

    /// Groups add up to everybody, and to the rows that the data are said to have.
    fn counts(&self, tallies: &mut Tallies) {
        let data = &self.document.data;
        let counts = |cell: &Cell| {
            let c = cell.confusion();
            let kinds = [c.true_pos, c.false_pos, c.false_neg, c.true_neg];
            let sums = [cell.rows(), cell.decided(), cell.favourable(), cell.labelled(), cell.positives()];
            sums.into_iter().chain(kinds).collect::<Vec<u64>>()
        };
        let overall = counts(&self.asked.overall);
        for axis in &self.asked.axes {
            let sum = counts(&Cell::counted(axis.groups.iter().map(|group| &group.cell)));
            tallies.hold("counts", sum == overall, RESULT, "measurements", || {
                format!("the groups of {} do not add up to everybody", axis.axes.join(":"))
            });
        }
        let rows = self.asked.overall.rows();
        tallies.hold("counts", data.rows_used == rows, RESULT, "data.rows_used", || {
            format!("{} rows are said to be used, and the counts are of {rows}", data.rows_used)
        });
        for (place, attribute) in data.attributes.iter().enumerate() {
            let at = format!("data.attributes[{place}]");
            let sum = attribute.groups.iter().map(|group| group.rows).fold(attribute.missing_rows, u64::saturating_add);
            tallies.hold("counts", sum == data.rows_used, RESULT, at.clone(), || {
                format!("the rows of {} do not add up to those that were used", attribute.name)
            });
            for (i, group) in attribute.groups.iter().enumerate() {
                let share = group.rows as f64 / data.rows_used.max(1) as f64;
                tallies.hold("counts", group.share == share, RESULT, format!("{at}.groups[{i}].share"), || {
                    format!("{} rows are another share", group.rows)
                });
                let cell = self.cell(&attribute.name, &group.group);
                tallies.hold(
                    "counts",
                    cell.is_none_or(|cell| cell.rows() == group.rows),
                    RESULT,
                    format!("{at}.groups[{i}].rows"),
                    || format!("{} {} has other counts in its measurements", attribute.name, group.group),
                );
            }
        }
    }

    fn cell(&self, attribute: &str, level: &str) -> Option<&Cell> {
        let axis: &AxisGroups = self.asked.axes.iter().find(|axis| axis.axes == [attribute])?;
        axis.groups.iter().find(|group| group.levels == [level]).map(|group| &group.cell)
    }

    fn reaches(&self, metric: &str, axes: &[String]) -> bool {
        is_counted(metric) && !asked::in_part(self.document, axes)
    }

    fn measurements(&self, tallies: &mut Tallies) {
        let (policy, overall, axes) = (&self.asked.policy, &self.asked.overall, &self.asked.axes);
        let again = measure::measure_all(policy, overall, axes);
        fn key(m: &Measurement) -> Key<'_> {
            (&m.metric, "value", &m.axes, &m.group)
        }
        let stored = self.document.measurements.iter().enumerate();
        let stored = stored.filter(|(_, m)| self.reaches(&m.metric, &m.axes)).map(|(i, m)| (i, key(m), m));
        self.each("measurements", "measurements", stored, &again, key, tallies);
        fn of_left(left: &LeftOut) -> Key<'_> {
            (&left.metric, "value", &left.axes, &left.group)
        }
        let again = measure::left_out(policy, overall, axes);
        let stored = self.document.data.left_out.iter().enumerate();
        let stored = stored.filter(|(_, m)| self.reaches(&m.metric, &m.axes)).map(|(i, m)| (i, of_left(m), m));
        self.each("rows left out", "data.left_out", stored, &again, of_left, tallies);
    }

    fn comparisons(&self, tallies: &mut Tallies) {
        let (policy, axes) = (&self.asked.policy, &self.asked.axes);
        let mut again = compare::compare_all(policy, axes);
        // A check without rows is not known here, and could ask for another bound or for exact tests.
        let unseen =
            self.document.policy.checks.iter().any(|view| !self.document.checks.iter().any(|r| r.id == view.id));
        fn key(c: &Comparison) -> Key<'_> {
            (&c.metric, &c.contrast, &c.axes, &c.group)
        }
        let stored: BTreeMap<Key, &Comparison> = self.document.comparisons.iter().map(|c| (key(c), c)).collect();
        for found in again.iter_mut().filter(|found| unseen || !self.is_asked(&found.metric)) {
            let theirs = stored.get(&key(found)).and_then(|c| c.details.clone());
            if let Some((details, theirs)) = found.details.as_mut().zip(theirs) {
                details.shortfall.to_bound = theirs.shortfall.to_bound;
                (details.boschloo_p, details.barnard_p) = (theirs.boschloo_p, theirs.barnard_p);
                details.posterior = theirs.posterior;
            }
        }
        let counted = self.document.comparisons.iter().enumerate();
        let counted = counted.filter(|(_, c)| self.reaches(&c.metric, &c.axes)).map(|(i, c)| (i, key(c), c));
        self.each("comparisons", "comparisons", counted, &again, key, tallies);
        fn of_spread(s: &Spread) -> Key<'_> {
            (&s.metric, "spread", &s.axes, &EVERYBODY)
        }
        let again = spread::spread_all(policy, axes);
        let counted = self.document.spreads.iter().enumerate();
        let counted = counted.filter(|(_, s)| self.reaches(&s.metric, &s.axes)).map(|(i, s)| (i, of_spread(s), s));
        self.each("spreads", "spreads", counted, &again, of_spread, tallies);
    }

    /// Whether every row of the metric was put together again, so that what its checks ask is known; or it has none.
    fn is_asked(&self, metric: &str) -> bool {
        let mut of_metric = self.document.checks.iter().filter(|row| row.metric == metric);
        of_metric.all(|row| asked::follows(self.document, row))
    }

    /// Tests of all groups at once, but for what lies within strata; and for what only the policy file tells, without it.
    fn omnibus(&self, tallies: &mut Tallies) {
        fn key(o: &Omnibus) -> Key<'_> {
            (&o.metric, "all groups", &o.axes, &EVERYBODY)
        }
        let stored: BTreeMap<Key, &Omnibus> = self.document.omnibus.iter().map(|o| (key(o), o)).collect();
        let of_again = omnibus::test_all(&self.asked.policy, &self.asked.axes).into_iter().map(|mut found| {
            if let Some(theirs) = stored.get(&key(&found)).copied() {
                found.within_strata.clone_from(&theirs.within_strata);
                if !self.is_given {
                    found.permutation_p = theirs.permutation_p;
                    found.permutation.clone_from(&theirs.permutation);
                    found.trend.clone_from(&theirs.trend);
                }
            }
            found
        });
        let again: Vec<Omnibus> = of_again.collect();
        let of_groups =
            self.document.omnibus.iter().enumerate().filter(|(_, o)| !asked::in_part(self.document, &o.axes));
        self.each("omnibus tests", "omnibus", of_groups.map(|(i, o)| (i, key(o), o)), &again, key, tallies);
    }

    fn sequences(&self, tallies: &mut Tallies) {
        for (place, stored) in self.document.sequences.iter().enumerate() {
            if let Some(again) = sequence::follow_again(&self.asked.policy, &self.asked.axes, stored) {
                let label = format!("{} of {}", stored.id, named(&stored.axes, &stored.group));
                self.held("sequences", &format!("sequences[{place}]"), &label, stored, &again, tallies);
            }
        }
    }
}

fn told((metric, contrast, axes, group): &Key) -> String {
    let name = metrics::find(metric).map_or(*metric, |metric| metric.id);
    let of = if group.is_empty() && !axes.is_empty() { axes.join(":") } else { named(axes, group) };
    match Contrast::find(contrast) {
        Some(Contrast::Value) | None => format!("{name} of {of}"),
        Some(contrast) => format!("{} of {name}, {of}", contrast.id()),
    }
}
