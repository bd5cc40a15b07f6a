//! How the figures of outcomes are computed: value, limits, what bins leave open, and how two groups are held against each other.

use crate::cell::Values;
use crate::inference::limits::Limits;
use crate::inference::measured::mean::{self, Mean};
use crate::inference::measured::trimmed::Trimmed;
use crate::inference::measured::{self, Span, error, quantile, ratio, trimmed, welch};
use crate::inference::survival::restricted::Restricted;
use crate::inference::survival::{Curve, curve, median, restricted};
use crate::metrics::metric::{Contrasts, Gauge};

pub(super) static MEDIAN: Gauge = of_quantile::<50>();
pub(super) static P90: Gauge = of_quantile::<90>();

/// The quantile of so many percent.
const fn of_quantile<const PERCENT: u32>() -> Gauge {
    Gauge {
        value: |v, _| Ok(quantile::quantile(v.spans(), part(PERCENT))?.value),
        limits: |v, _, z| quantile::limits(v.spans(), part(PERCENT), z).ok(),
        bounds: |v, _| Some(quantile::quantile(v.spans(), part(PERCENT)).ok()?.bounds),
        contrast: Some(Contrasts {
            ratio: |a, b, _, z| Some(quantile::ratio(a.spans(), b.spans(), part(PERCENT), z).ok()?.limits),
            difference: |a, b, _, z| Some(quantile::difference(a.spans(), b.spans(), part(PERCENT), z).ok()?.limits),
            ratio_method: "mover",
            difference_method: "mover",
        }),
        ratio_of_signed: false,
        weighs: false,
        method: "order-statistics",
    }
}

/// The nearest number to so many hundredths.
fn part(percent: u32) -> f64 {
    f64::from(percent) / 100.0
}

pub(super) static MEAN: Gauge = of_mean(true);
// Errors of both signs cancel, and what is left over is no size of which there could be a half.
pub(super) static BIAS: Gauge = of_mean(false);

/// The mean, of which bins lose nothing. A ratio of means of both signs has a meaning where both are above 0, as of profits; else not.
const fn of_mean(ratio_of_signed: bool) -> Gauge {
    Gauge {
        value: |v, _| Ok(mean::mean(v.spans())?.value),
        limits: |v, _, z| mean::limits(mean::mean(v.spans()).ok()?, z).ok(),
        bounds: |_, _| None,
        contrast: Some(Contrasts {
            ratio: |a, b, _, z| ratio_of_means(mean::mean, a, b, z),
            difference: |a, b, _, z| difference_of_means(mean::mean, a, b, z),
            ratio_method: "delta-logarithm",
            difference_method: "welch",
        }),
        ratio_of_signed,
        weighs: true,
        method: "student-t",
    }
}

pub(super) static MEAN_ABSOLUTE_ERROR: Gauge = Gauge {
    value: |v, _| Ok(error::mean_absolute(v.spans())?.value),
    limits: |v, _, z| mean::limits(error::mean_absolute(v.spans()).ok()?, z).ok(),
    bounds: |_, _| None,
    contrast: Some(Contrasts {
        ratio: |a, b, _, z| ratio_of_means(error::mean_absolute, a, b, z),
        difference: |a, b, _, z| difference_of_means(error::mean_absolute, a, b, z),
        ratio_method: "delta-logarithm",
        difference_method: "welch",
    }),
    // The sizes of errors are never below 0.
    ratio_of_signed: true,
    weighs: true,
    method: "student-t",
};

pub(super) static ROOT_MEAN_SQUARED_ERROR: Gauge = Gauge {
    value: |v, _| Ok(error::root_mean_square(v.spans(), 0.0)?.value),
    limits: |v, _, z| error::root_mean_square(v.spans(), z).ok()?.limits,
    bounds: |_, _| None,
    contrast: None,
    // As of their sizes.
    ratio_of_signed: true,
    weighs: false,
    method: "student-t-of-squares",
};

/// What a mean is taken of.
type MeanOf = fn(&[Span]) -> Result<Mean, measured::Undefined>;

fn ratio_of_means(of: MeanOf, a: &Values, b: &Values, z: f64) -> Option<Limits> {
    Some(ratio::ratio(of(a.spans()).ok()?, of(b.spans()).ok()?, z).ok()?.limits)
}

fn difference_of_means(of: MeanOf, a: &Values, b: &Values, z: f64) -> Option<Limits> {
    Some(welch::difference(of(a.spans()).ok()?, of(b.spans()).ok()?, z).ok()?.limits)
}

pub(super) static TRIMMED_MEAN: Gauge = Gauge {
    value: |v, _| Ok(trimmed_of(v)?.value),
    limits: |v, _, z| trimmed::limits(trimmed_of(v).ok()?, z).ok(),
    bounds: |v, _| Some(trimmed_of(v).ok()?.bounds),
    contrast: Some(Contrasts {
        ratio: |a, b, _, z| Some(trimmed::ratio(a.spans(), b.spans(), trimmed::PART, z).ok()?.limits),
        difference: |a, b, _, z| Some(trimmed::difference(trimmed_of(a).ok()?, trimmed_of(b).ok()?, z).ok()?.limits),
        ratio_method: "mover",
        difference_method: "yuen",
    }),
    ratio_of_signed: false,
    weighs: false,
    method: "yuen",
};

pub(super) static MEDIAN_TIME: Gauge = Gauge {
    value: |v, _| Ok(median::ended(&curve_of(v)?, 0.5)?.value),
    limits: |v, _, z| median::limits(&curve_of(v).ok()?, 0.5, z).ok(),
    bounds: |v, _| Some(median::ended(&curve_of(v).ok()?, 0.5).ok()?.bounds),
    contrast: Some(Contrasts {
        ratio: |a, b, _, z| Some(median::ratio(&curve_of(a).ok()?, &curve_of(b).ok()?, 0.5, z).ok()?.limits),
        difference: |a, b, _, z| Some(median::difference(&curve_of(a).ok()?, &curve_of(b).ok()?, 0.5, z).ok()?.limits),
        ratio_method: "mover",
        difference_method: "mover",
    }),
    ratio_of_signed: false,
    weighs: false,
    method: "brookmeyer-crowley",
};

pub(super) static RESTRICTED_MEAN: Gauge = Gauge {
    value: |v, until| Ok(restricted_of(v, until)?.value),
    limits: |v, until, z| restricted::limits(restricted_of(v, until).ok()?, z).ok(),
    bounds: |v, until| Some(restricted_of(v, until).ok()?.bounds),
    contrast: Some(Contrasts {
        ratio: |a, b, until, z| {
            Some(restricted::ratio(restricted_of(a, until).ok()?, restricted_of(b, until).ok()?, z).ok()?.limits)
        },
        difference: |a, b, until, z| {
            Some(restricted::difference(restricted_of(a, until).ok()?, restricted_of(b, until).ok()?, z).ok()?.limits)
        },
        ratio_method: "greenwood-logarithm",
        difference_method: "greenwood",
    }),
    ratio_of_signed: false,
    weighs: false,
    method: "greenwood",
};

fn trimmed_of(values: &Values) -> Result<Trimmed, measured::Undefined> {
    trimmed::trimmed(values.spans(), trimmed::PART)
}

/// The share still open after each duration.
fn curve_of(values: &Values) -> Result<Curve, measured::Undefined> {
    curve::curve(&values.seen())
}

/// The mean up to the bound of the outcome.
fn restricted_of(values: &Values, until: f64) -> Result<Restricted, measured::Undefined> {
    restricted::restricted_mean(&curve_of(values)?, until)
}
