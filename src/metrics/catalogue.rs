//! Every metric of this version, and how a name finds one.

use super::metric::Metric;
use super::{bundles, calibration, composites, outcome, rates, scores};

/// All metrics in the order in which reports show them.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    rates::RATES
        .iter()
        .chain(composites::COMPOSITES.iter())
        .chain(scores::SCORES.iter())
        .chain(calibration::CALIBRATION.iter())
}

/// The metric of that id or alias; of an outcome, its words.
pub fn find(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.id == name || metric.aliases.contains(&name)).or_else(|| outcome::find(name))
}

/// Every name that a check may use: ids, aliases and bundles.
pub fn names() -> impl Iterator<Item = &'static str> {
    all()
        .flat_map(|metric| std::iter::once(metric.id).chain(metric.aliases.iter().copied()))
        .chain(bundles::BUNDLES.iter().map(|bundle| bundle.id))
}
