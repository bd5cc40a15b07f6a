//! Metrics of calibration: whether 0.7 means 0.7.

use super::figure::{ANY, BOTH, FIGURE, POSITIVE, labelled, positives, rarer, reason};
use super::metric::{Beside, Figure, Interval, Kind, Metric, Worse};
use super::undefined::Undefined;
use crate::cell::Scores;
use crate::exact::twelve_digits;
use crate::inference::scores::{debiased, ratio};

/// To add a figure of calibration: one entry here, and its accessor in `cell/figures.rs` if it is costly.
pub static CALIBRATION: &[Metric] = &[
    Metric {
        id: "observed-expected-ratio",
        name: "Observed over expected",
        aliases: &["o-e-ratio", "oe", "calibration-ratio"],
        says: "How many positive labels there were for each one that the scores expected: above 1 the scores are too low, below 1 too high.",
        formula: "positive / sum(score)",
        notation: "sum Y / sum S | A=a",
        did: "",
        worse: Worse::Nobody,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| match (labelled(s), s.expected()) {
                (0, _) => Err(Undefined::ZeroDenominator),
                (_, expected) if expected <= 0.0 => Err(Undefined::ZeroDenominator),
                (_, expected) => Ok(positives(s) as f64 / expected),
            },
            interval: Interval::Of(|s, z| ratio::limits(s.totals(), s.expected(), z)),
            range: POSITIVE,
            method: "log-poisson-binomial",
            tells: "For each positive label that the scores of {group} expected there were {value}",
            ..FIGURE
        }),
        outcome: None,
        not_for: "It looks at the sum only: scores that are too high for some and too low for others may cancel. Look at the slope and the curve.",
        cite: &["debray-2017"],
    },
    Metric {
        id: "calibration-intercept",
        name: "Calibration intercept",
        aliases: &["calibration-in-the-large", "citl"],
        says: "By how much the scores would have to be raised, on the logit scale, to be right on average; 0 is right, above 0 the scores are too low.",
        formula: "a in logit P(label) = a + logit(score)",
        notation: "a: logit P(Y=1 | S, A=a) = a + logit S",
        did: "",
        worse: Worse::Nobody,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.intercept().map(|fit| twelve_digits(fit.intercept.value)).map_err(reason),
            interval: Interval::Fitted {
                limits: |s, z| Some(s.in_the_large(z).ok()?.robust),
                error: |s| Some(s.intercept().ok()?.robust_error),
                root: |s, bound| {
                    let fit = s.intercept().ok()?;
                    Some((fit.intercept.value - bound) / fit.robust_error)
                },
            },
            bounds: Scores::intercept_bounds,
            range: ANY,
            of: rarer,
            method: "sandwich",
            signed: true,
            ..FIGURE
        }),
        outcome: None,
        not_for: "It is on the logit scale, which few people read: observed over expected says the same in plain numbers.",
        cite: &["cox-1958", "van-calster-2019"],
    },
    Metric {
        id: "calibration-slope",
        name: "Calibration slope",
        aliases: &["cox-slope"],
        says: "Whether the scores are too extreme (below 1) or too timid (above 1) for what turned out.",
        formula: "b in logit P(label) = a + b * logit(score)",
        notation: "b: logit P(Y=1 | S, A=a) = a + b logit S",
        did: "",
        worse: Worse::Nobody,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.slope().map(|fit| twelve_digits(fit.value)).map_err(reason),
            interval: Interval::Fitted {
                limits: |s, z| Some(s.line(z).ok()?.slope.profile),
                error: |s| Some(s.slope().ok()?.standard_error),
                root: |s, bound| s.slope_root(bound).ok(),
            },
            bounds: Scores::slope_bounds,
            range: ANY,
            of: rarer,
            method: "profile-likelihood",
            signed: true,
            tells: "The calibration slope of {group} is {value}, where 1 is right and less means that the scores are too extreme",
            ..FIGURE
        }),
        outcome: None,
        not_for: "A slope of 1 with the wrong level is still wrong: read it together with observed over expected.",
        cite: &["cox-1958", "van-calster-2019"],
    },
    Metric {
        id: "calibration-error",
        name: "Calibration error",
        aliases: &["ece", "expected-calibration-error"],
        says: "The average gap between score and observed share over ten bins of equal width, closed on the left, the last on both sides; it is printed beside what chance alone would give.",
        formula: "sum(rows in bin * |mean score - observed share|) / labelled",
        notation: "sum_b n_b/n |s_b - y_b|",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.calibration_error().map(|e| e.mean).ok_or(Undefined::ZeroDenominator),
            beside: Some(|s| {
                Some(Beside {
                    if_calibrated: Some(s.calibration_error()?.mean_if_calibrated),
                    p_value: None,
                    test: None,
                })
            }),
            ..FIGURE
        }),
        outcome: None,
        not_for: "Never compare it between groups of different size: it shrinks as rows are added even if nothing changes. Use the debiased calibration error.",
        cite: &["naeini-2015"],
    },
    Metric {
        id: "calibration-error-debiased",
        name: "Debiased calibration error",
        aliases: &["debiased-calibration-error"],
        says: "The root of the mean squared gap between score and observed share over ten bins of equal width, less what chance alone adds.",
        formula: "sqrt(max(0, sum(rows in bin * (gap^2 - share * (1 - share) / (rows in bin - 1))) / labelled))",
        notation: "sqrt(max(0, sum_b n_b/n [(s_b - y_b)^2 - y_b (1 - y_b)/(n_b - 1)]))",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.calibration_error().map(|e| e.debiased_root()).ok_or(Undefined::ZeroDenominator),
            interval: Interval::Of(|s, z| debiased::limits(s.calibration_bins(), z)),
            method: "noncentral-gap",
            ..FIGURE
        }),
        outcome: None,
        not_for: "A gap inside a bin that changes its sign cancels; the smooth calibration error and the Kuiper test look closer.",
        cite: &["kumar-2019"],
    },
    Metric {
        id: "smooth-calibration-error",
        name: "Smooth calibration error",
        aliases: &["smece"],
        says: "The average gap between score and observed share after smoothing with the width that the gap itself calls for; it needs no bins.",
        formula: "smECE at the bandwidth that equals it",
        notation: "smECE_s* with s* = smECE_s*",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.smooth_error().map(|e| twelve_digits(e.value)).ok_or(Undefined::ZeroDenominator),
            bounds: Scores::smooth_error_bounds,
            ..FIGURE
        }),
        outcome: None,
        not_for: "Chance alone makes it larger in small groups; it is not compared between groups.",
        cite: &["blasiok-2023"],
    },
    Metric {
        id: "kuiper-calibration",
        name: "Cumulative calibration gap",
        aliases: &["ecce-r", "kuiper"],
        says: "The largest sum of gaps between label and score over any stretch of scores, per row of the group; its p-value says whether chance alone would go as far.",
        formula: "max(C) - min(C), C = cumulative sum of (label - score) / labelled, read after each distinct score",
        notation: "max_k C_k - min_k C_k",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.cumulative().map(|c| c.range).ok_or(Undefined::ZeroDenominator),
            bounds: |s| Some(s.cumulative_bounds()?.range),
            // Of scores kept in bins the p-value is the larger end: it never claims more than the data hold.
            beside: Some(|s| {
                let exact = s.cumulative()?.p_range;
                let p = s.cumulative_bounds().map_or(exact, |bounds| bounds.p_range.high.max(exact));
                Some(Beside { if_calibrated: None, p_value: Some(p), test: Some("kuiper-brownian") })
            }),
            ..FIGURE
        }),
        outcome: None,
        not_for: "It is a test more than a size: with many rows it finds gaps that matter to nobody. Read it beside the debiased calibration error.",
        cite: &["arrieta-ibarra-2022"],
    },
    Metric {
        id: "brier-miscalibration",
        name: "Brier miscalibration",
        aliases: &["corp-mcb"],
        says: "The part of the Brier score that the best rising recalibration of the scores would remove.",
        formula: "Brier(score) - Brier(isotonic recalibration)",
        notation: "MCB = S(s) - S(r)",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.brier_parts().map(|p| p.miscalibration).ok_or(Undefined::ZeroDenominator),
            bounds: |s| Some(s.part_bounds()?.miscalibration),
            ..FIGURE
        }),
        outcome: None,
        not_for: "The recalibration fits chance as well, so it is above 0 for a perfect score and larger in small groups; it is not compared between groups.",
        cite: &["dimitriadis-2021"],
    },
    Metric {
        id: "brier-discrimination",
        name: "Brier discrimination",
        aliases: &["corp-dsc"],
        says: "The part of the Brier score that the scores save by telling people apart; higher is better.",
        formula: "Brier(base rate) - Brier(isotonic recalibration)",
        notation: "DSC = S(ybar) - S(r)",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.brier_parts().map(|p| p.discrimination).ok_or(Undefined::ZeroDenominator),
            bounds: |s| Some(s.part_bounds()?.discrimination),
            ..FIGURE
        }),
        outcome: None,
        not_for: "The recalibration fits chance as well, so it is above 0 for a useless score and larger in small groups; it is not compared between groups.",
        cite: &["dimitriadis-2021"],
    },
];
