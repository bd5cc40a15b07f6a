//! Whether a number may be seen, by what it rests on.

use super::groups::Groups;
use super::table::Shown;
use super::thin::Thin;
use crate::metrics;
use crate::result::{Group, ReferenceView};

/// What a metric needs to be shown of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The counts of the group at this level.
    Counts(Shown),
    /// More than counts: everything of every group of the axis.
    Axis,
    /// It is never shown.
    Never,
}

/// What the eyes of an audience may see.
pub struct Eyes<'a> {
    pub groups: &'a Groups,
    pub thin: Thin,
}

impl Eyes<'_> {
    fn needs(&self, metric: &str, axes: &[String]) -> Needs {
        let bundle = || Needs::Counts(Shown::Everything);
        match metrics::find(metric) {
            _ if metric == "base-rate" && self.groups.labels_apart => Needs::Never,
            Some(_) if self.thin.hides(metric, axes) => Needs::Never,
            Some(found) if found.needs.score || found.needs.outcome => Needs::Axis,
            Some(found) if !found.needs.label => Needs::Counts(Shown::Outcomes),
            _ => bundle(),
        }
    }

    /// Whether the number of a group is shown.
    pub fn group(&self, metric: &str, axes: &[String], group: &Group) -> bool {
        match self.needs(metric, axes) {
            Needs::Never => false,
            Needs::Counts(level) => self.groups.shows(level, axes, group),
            Needs::Axis => self.groups.shows_axis(Shown::Everything, axes),
        }
    }

    /// Whether the numbers of all groups of an axis are shown.
    pub fn axis(&self, metric: &str, axes: &[String]) -> bool {
        match self.needs(metric, axes) {
            Needs::Never => false,
            Needs::Counts(level) => self.groups.shows_axis(level, axes),
            Needs::Axis => self.groups.shows_axis(Shown::Everything, axes),
        }
    }

    /// Whether a group may be held against its reference.
    pub fn pair(&self, metric: &str, axes: &[String], group: &Group, reference: &ReferenceView) -> bool {
        self.group(metric, axes, group) && self.reference(metric, axes, reference)
    }

    fn reference(&self, metric: &str, axes: &[String], reference: &ReferenceView) -> bool {
        match reference.kind.as_str() {
            "overall" => self.group(metric, &[], &Group::new()),
            // Everybody else on the axis is everybody less those without a level.
            "rest" => self.group(metric, &[], &Group::new()) && self.missing(metric, axes),
            // Who has the highest rate says that nobody else has a higher one.
            "highest-rate" => self.axis(metric, axes),
            _ => self.group(metric, axes, &reference.group),
        }
    }

    fn missing(&self, metric: &str, axes: &[String]) -> bool {
        match self.needs(metric, axes) {
            Needs::Counts(level) => self.groups.shows_missing(level, axes),
            _ => self.axis(metric, axes),
        }
    }

    /// Whether a reference may be named: whom the data chose is not told where it is hidden, and the one group that has no
    /// row would tell.
    pub fn names(&self, metric: &str, axes: &[String], reference: &ReferenceView) -> bool {
        let chosen = matches!(reference.kind.as_str(), "largest" | "highest-rate");
        !chosen || self.reference(metric, axes, reference)
    }
}
