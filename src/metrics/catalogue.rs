//! Every metric of this version, and how a name finds one.

use super::metric::Metric;
use super::{bundles, composites, rates};

/// All metrics in the order in which reports show them.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    rates::RATES.iter().chain(composites::COMPOSITES.iter())
}

/// The metric of that id or alias.
pub fn find(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.id == name || metric.aliases.contains(&name))
}

/// Every name that a check may use: ids, aliases and bundles.
pub fn names() -> impl Iterator<Item = &'static str> {
    all()
        .flat_map(|metric| std::iter::once(metric.id).chain(metric.aliases.iter().copied()))
        .chain(bundles::BUNDLES.iter().map(|bundle| bundle.id))
}

/// Metrics of contract and plan that a later version brings, so that a policy which names one is told so.
pub static LATER: &[&str] = &[
    "mean-score",
    "auc",
    "average-precision",
    "brier",
    "log-loss",
    "observed-expected-ratio",
    "calibration-intercept",
    "calibration-slope",
    "calibration-error",
    "calibration-error-debiased",
    "smooth-calibration-error",
    "kuiper-calibration",
    "brier-miscalibration",
    "brier-discrimination",
];
