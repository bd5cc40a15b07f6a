//! Stored results of earlier reviews: whether their counts may be added to these, and what they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::cell::Trials;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::input::SourceRead;
use crate::input::hash::hash_bytes;
use crate::metrics::Metric;
use crate::policy::value::MISSING;
use crate::policy::{Axis, Evidence, Policy};
use crate::result::{Document, EarlierView, Group, SourceView};

use super::definitions::{Definitions, Unlike};
use super::groups::AxisGroups;
use super::sequence::followed;

/// A stored result of an earlier review.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// As the policy names it.
    pub path: String,
    pub sha256: String,
    pub document: Document,
}

/// The counts of a share in an earlier result: of everybody, and of every group of an axis.
pub type Counts<'a> = BTreeMap<&'a Group, Trials>;

impl Earlier {
    /// The counts of a share by the groups of an axis; of no axes, those of everybody. Empty where the result has none.
    pub fn counts(&self, metric: &Metric, axes: &[String]) -> Counts<'_> {
        let measured = self.document.measurements.iter().filter(|m| m.metric == metric.id && m.axes == axes);
        let counts = measured.filter_map(|m| Some((&m.group, Trials { hits: m.numerator?, of: m.denominator? })));
        counts.collect()
    }

    /// Whether every row stood for itself, and belonged to one group of these axes.
    pub fn is_independent(&self, axes: &[String]) -> bool {
        let then = &self.document.policy;
        then.unit.is_none() && then.weight.is_none() && !axes.iter().any(|axis| then.probable.contains(axis))
    }

    pub fn view(&self) -> EarlierView {
        let run = &self.document.run;
        EarlierView {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
            run: run.id.clone(),
            as_of: run.as_of.clone(),
        }
    }

    fn place(&self) -> Place {
        Place::of_file(&self.path)
    }

    fn unlike(&self, message: String) -> Diagnostic {
        Diagnostic::new("earlier-unlike", message).at(self.place())
    }
}

/// Whether the value of an attribute is missing in a group.
pub fn is_missing(group: &Group) -> bool {
    group.values().any(|level| level == MISSING)
}

/// A text that two sets of earlier results share exactly when they are equal, for the id of a run; empty for none.
pub fn fingerprint(earlier: &[Earlier]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for stored in earlier {
        let Document { run, measurements, .. } = &stored.document;
        lines.push(format!("{} {}\n", run.as_of, run.id));
        let counted = measurements.iter().filter(|m| m.denominator.is_some());
        lines.extend(counted.map(|m| {
            let counts = (m.numerator, m.denominator);
            format!("{} {} {:?} {:?} {counts:?}\n", run.id, m.metric, m.axes, m.group)
        }));
    }
    lines.sort();
    if lines.is_empty() { String::new() } else { format!("{}\n", hash_bytes(lines.concat().as_bytes())) }
}

/// Refuses results whose counts must not be added to these: of other definitions, of another time, counted twice or in
/// part. What does not forbid it but should be known is returned.
///
/// # Errors
/// Every mistake at once.
pub fn check(policy: &Policy, earlier: &[Earlier], as_of: &str) -> Result<Vec<Diagnostic>, Error> {
    if let Some(stored) = earlier.iter().find(|stored| !stored.adds_up()) {
        let message = "a numerator in it is larger than its denominator, so it was changed or damaged";
        return Err(Error::data(Diagnostic::new("cannot-read", message).at(stored.place())));
    }
    let mut problems = Vec::new();
    let mut runs: BTreeMap<&str, &str> = BTreeMap::new();
    for stored in earlier {
        if let Some(first) = runs.insert(&stored.document.run.id, &stored.path) {
            let message = format!("it is the same review as {first}, and would count twice; name it once");
            problems.push(Diagnostic::new("earlier-twice", message).at(stored.place()));
        }
        problems.extend(stored.differences(policy));
        problems.extend(stored.gaps(policy));
        let run = &stored.document.run;
        if run.exploratory {
            let message =
                "flags replaced parts of its policy (exploratory), so it is no evidence; leave it out of `earlier`";
            problems.push(stored.unlike(message.to_owned()));
        }
        if run.as_of.as_str() > as_of {
            let message =
                format!("it is of {}, after this run ({as_of}); leave it out of `earlier`, or give --as-of", run.as_of);
            problems.push(stored.unlike(message));
        }
    }
    if !problems.is_empty() {
        return Err(Error::Policy(problems));
    }
    let others = earlier.iter().filter(|stored| {
        let was = &stored.document.about.model_version;
        was.is_some() && policy.about.model_version.is_some() && *was != policy.about.model_version
    });
    let message = "it is of another model version, so evidence speaks of both versions together; to judge this version alone, \
                   leave it out of `earlier`";
    Ok(others.map(|stored| Diagnostic::new("earlier-other-version", message).at(stored.place())).collect())
}

/// What is worth saying once the data are known: groups that an earlier result has not, and a file that both counted.
pub fn diagnose(policy: &Policy, earlier: &[Earlier], axes: &[AxisGroups], read: &[SourceRead]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for stored in earlier {
        let mut told = BTreeSet::new();
        for (_, metric, axis) in
            followed(policy).filter(|(.., axis)| axes[*axis].axes.len() == 1 && !axes[*axis].in_part)
        {
            let counts = stored.counts(metric, &axes[axis].axes);
            let unknown = axes[axis].judged().filter(|group| !group.absent && !counts.contains_key(&group.group));
            let levels: Vec<String> = unknown.map(|group| format!("`{}`", group.levels[0])).collect();
            if !levels.is_empty() && told.insert(axis) {
                let message = format!(
                    "it has no {} {}, which counts as no rows in that period; was the group called otherwise then?",
                    axes[axis].axes[0],
                    levels.join(", ")
                );
                found.push(Diagnostic::new("earlier-without-group", message).at(stored.place()));
            }
        }
        let sources = stored.document.data.sources.iter().flat_map(SourceView::files);
        let hashes: BTreeSet<&str> = sources.map(|source| source.sha256.as_str()).collect();
        let mut files = read.iter().flat_map(SourceRead::files);
        if let Some((path, _)) = files.find(|(_, sha256)| hashes.contains(sha256)) {
            let message = format!(
                "it was made from {path}, which this run reads as well; unless `where` tells the rows apart, they count twice"
            );
            found.push(Diagnostic::new("earlier-same-file", message).at(stored.place()));
        }
    }
    found
}

impl Earlier {
    fn adds_up(&self) -> bool {
        self.document
            .measurements
            .iter()
            .all(|m| m.numerator.is_none_or(|hits| m.denominator.is_some_and(|of| hits <= of)))
    }

    /// What decisions and labels meant then and mean now.
    fn differences(&self, policy: &Policy) -> Vec<Diagnostic> {
        let unlike = Definitions::given(policy).unlike(&Definitions::stored(&self.document));
        let told = unlike.into_iter().map(|Unlike { key, was, is }| {
            self.unlike(format!(
                "`{key}` was {was} in that review and is {is} now, so its counts are of something else and are not added; \
                 leave it out of `earlier`, or audit the data of that review again with this policy"
            ))
        });
        told.collect()
    }

    /// What checks by evidence over time need and the result has not.
    fn gaps(&self, policy: &Policy) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut told: BTreeSet<(&str, usize)> = BTreeSet::new();
        let sequential = followed(policy).filter(|(check, ..)| check.evidence == Evidence::Sequential);
        for (check, metric, place) in sequential {
            let axis: &Axis = &policy.axes[place];
            if axis.probable.is_some() || !told.insert((metric.id, place)) {
                continue;
            }
            let axes = policy.axis_attributes(axis);
            if !self.counts(metric, &axes).keys().any(|group| !is_missing(group)) {
                let message = format!(
                    "it has no {} by {}, which check `{}` adds up; leave it out of `earlier`, or audit the data of that review \
                     again with this policy",
                    metric.id,
                    axes.join(":"),
                    check.id
                );
                found.push(self.unlike(message));
            }
        }
        found
    }
}
