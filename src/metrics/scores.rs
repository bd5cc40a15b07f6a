//! Metrics of the score: how well it ranks, and whether 0.7 means 0.7.

use super::metric::{Beside, Figure, Interval, Kind, Metric, Needs, Undefined, Worse};
use crate::cell::Scores;
use crate::exact::twelve_digits;
use crate::inference::limits::Limits;
use crate::inference::scores::mean::{self, Mean};
use crate::inference::scores::{self, auc, debiased, precision, ratio};

const SCORE: Needs = Needs { decision: false, label: false, score: true };
const BOTH: Needs = Needs { decision: false, label: true, score: true };

/// The values that a score, a squared error and a share can have.
const UNIT: (f64, f64) = (0.0, 1.0);
/// Losses and ratios have no upper end.
const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The reason as reports name it.
fn reason(reason: scores::Undefined) -> Undefined {
    match reason {
        scores::Undefined::NoRows | scores::Undefined::NothingExpected => Undefined::ZeroDenominator,
        scores::Undefined::OneClass => Undefined::OneClass,
        scores::Undefined::OneScore | scores::Undefined::NoVariance => Undefined::NoVariance,
        scores::Undefined::Separated | scores::Undefined::Unsettled => Undefined::Separation,
        scores::Undefined::Impossible { .. } => Undefined::Infinite,
    }
}

/// Rows that have a score and a label.
fn labelled(s: &Scores) -> u64 {
    s.totals().rows()
}

fn positives(s: &Scores) -> u64 {
    s.totals().positives
}

fn negatives(s: &Scores) -> u64 {
    s.totals().negatives
}

/// The rows of the rarer label.
fn rarer(s: &Scores) -> u64 {
    positives(s).min(negatives(s))
}

fn one_class(s: &Scores) -> Undefined {
    if labelled(s) == 0 { Undefined::ZeroDenominator } else { Undefined::OneClass }
}

fn value_of(mean: Option<Mean>) -> Result<f64, Undefined> {
    mean.map(|mean| mean.value).ok_or(Undefined::ZeroDenominator)
}

fn none(_: &Scores) -> Option<Limits> {
    None
}

/// To add a figure of the score: one entry here, and its accessor in `cell/scores.rs` if it is costly.
pub static SCORES: &[Metric] = &[
    Metric {
        id: "mean-score",
        name: "Mean score",
        aliases: &["average-score"],
        says: "The average score, whatever turned out.",
        formula: "sum(score) / scored",
        notation: "E[S | A=a]",
        did: "",
        worse: Worse::Nobody,
        needs: SCORE,
        kind: Kind::Figure(Figure {
            value: |s| value_of(s.mean_score()),
            interval: Interval::Of(|s, z| mean::limits(s.mean_score()?, z, Some(UNIT))),
            bounds: none,
            range: UNIT,
            of: Scores::rows,
            weighs: Some(Scores::rows),
            method: "student-t",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "Groups may differ in what the score predicts; then unequal means are no error. Look at calibration as well.",
        cite: &["kleinberg-2017"],
    },
    Metric {
        id: "mean-score-positives",
        name: "Mean score of positives",
        aliases: &["balance-positive-class"],
        says: "The average score of the people whose label is positive.",
        formula: "sum(score | positive) / positive",
        notation: "E[S | Y=1, A=a]",
        did: "",
        worse: Worse::Nobody,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| value_of(s.mean_score_of_positives()),
            interval: Interval::Of(|s, z| mean::limits(s.mean_score_of_positives()?, z, Some(UNIT))),
            bounds: none,
            range: UNIT,
            of: positives,
            weighs: Some(positives),
            method: "student-t",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "Where base rates differ, a calibrated score cannot have it equal in every group unless it predicts without error.",
        cite: &["kleinberg-2017"],
    },
    Metric {
        id: "mean-score-negatives",
        name: "Mean score of negatives",
        aliases: &["balance-negative-class"],
        says: "The average score of the people whose label is negative.",
        formula: "sum(score | negative) / negative",
        notation: "E[S | Y=0, A=a]",
        did: "",
        worse: Worse::Nobody,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| value_of(s.mean_score_of_negatives()),
            interval: Interval::Of(|s, z| mean::limits(s.mean_score_of_negatives()?, z, Some(UNIT))),
            bounds: none,
            range: UNIT,
            of: negatives,
            weighs: Some(negatives),
            method: "student-t",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "Where base rates differ, a calibrated score cannot have it equal in every group unless it predicts without error.",
        cite: &["kleinberg-2017"],
    },
    Metric {
        id: "auc",
        name: "AUC",
        aliases: &["roc-auc", "c-statistic", "concordance"],
        says: "How often a person with a positive label scores higher than one with a negative label of the same group; one half is chance.",
        formula: "P(S of positive > S of negative) + P(equal) / 2",
        notation: "P(S1 > S0 | A=a) + P(S1 = S0 | A=a) / 2",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.auc().map(|auc| auc.value).ok_or_else(|| one_class(s)),
            interval: Interval::Of(|s, z| Some(auc::limits(s.auc()?, z))),
            bounds: Scores::auc_bounds,
            range: UNIT,
            of: rarer,
            weighs: None,
            method: "delong-logit",
            signed: false,
            beside: None,
            tells: "The scores put a positive label of {group} above a negative one in {value} of all pairs",
        }),
        not_for: "It ranks people within a group only, and says nothing of whether the scores are too high or too low, or of the cut-off in use.",
        cite: &["delong-1988", "newcombe-2006"],
    },
    Metric {
        id: "average-precision",
        name: "Average precision",
        aliases: &["pr-auc", "auprc"],
        says: "The share of positive labels among the top of the ranking, averaged over where the top may end.",
        formula: "sum((recall[k] - recall[k-1]) * precision[k])",
        notation: "sum_k (R_k - R_(k-1)) P_k",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.average_precision().ok_or_else(|| one_class(s)),
            interval: Interval::Of(|s, z| Some(precision::limits(s.average_precision()?, positives(s), z))),
            bounds: Scores::average_precision_bounds,
            range: UNIT,
            of: positives,
            weighs: None,
            method: "logit-boyd",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "It moves with the base rate: a group with fewer positive labels has a lower value for the same quality of ranking.",
        cite: &["boyd-2013"],
    },
    Metric {
        id: "brier",
        name: "Brier score",
        aliases: &["brier-score", "mean-squared-error"],
        says: "The average squared difference of score and label; lower is better.",
        formula: "sum((score - label)^2) / labelled",
        notation: "E[(S - Y)^2 | A=a]",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| value_of(s.squared_errors()),
            interval: Interval::Of(|s, z| mean::limits(s.squared_errors()?, z, Some(UNIT))),
            bounds: Scores::brier_bounds,
            range: UNIT,
            of: labelled,
            weighs: Some(labelled),
            method: "student-t",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "It mixes ranking, calibration and how hard the group is to predict: a base rate near one half makes it larger.",
        cite: &["brier-1950"],
    },
    Metric {
        id: "log-loss",
        name: "Log loss",
        aliases: &["cross-entropy", "logloss"],
        says: "The average of minus the logarithm of the probability that the score gave to what happened; lower is better.",
        formula: "-sum(label * ln(score) + (1 - label) * ln(1 - score)) / labelled",
        notation: "-E[ln P(Y | S) | A=a]",
        did: "",
        worse: Worse::Higher,
        needs: BOTH,
        kind: Kind::Figure(Figure {
            value: |s| s.log_losses().map(|mean| mean.value).map_err(reason),
            interval: Interval::Of(|s, z| mean::limits(s.log_losses().ok()?, z, Some(POSITIVE))),
            bounds: Scores::log_loss_bounds,
            range: POSITIVE,
            of: labelled,
            weighs: Some(labelled),
            method: "student-t",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "One score of exactly 0 or 1 that is wrong makes it infinite; it is then not defined.",
        cite: &["good-1952"],
    },
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
            bounds: none,
            range: POSITIVE,
            of: labelled,
            weighs: None,
            method: "log-poisson-binomial",
            signed: false,
            beside: None,
            tells: "For each positive label that the scores of {group} expected there were {value}",
        }),
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
            weighs: None,
            method: "sandwich",
            signed: true,
            beside: None,
            tells: "",
        }),
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
            weighs: None,
            method: "profile-likelihood",
            signed: true,
            beside: None,
            tells: "The calibration slope of {group} is {value}, where 1 is right and less means that the scores are too extreme",
        }),
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
            interval: Interval::None,
            bounds: none,
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "none",
            signed: false,
            beside: Some(|s| {
                Some(Beside {
                    if_calibrated: Some(s.calibration_error()?.mean_if_calibrated),
                    p_value: None,
                    test: None,
                })
            }),
            tells: "",
        }),
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
            bounds: none,
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "noncentral-gap",
            signed: false,
            beside: None,
            tells: "",
        }),
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
            interval: Interval::None,
            bounds: Scores::smooth_error_bounds,
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "none",
            signed: false,
            beside: None,
            tells: "",
        }),
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
            interval: Interval::None,
            bounds: |s| Some(s.cumulative_bounds()?.range),
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "none",
            signed: false,
            // Of scores kept in bins the p-value is the larger end: it never claims more than the data hold.
            beside: Some(|s| {
                let exact = s.cumulative()?.p_range;
                let p = s.cumulative_bounds().map_or(exact, |bounds| bounds.p_range.high.max(exact));
                Some(Beside { if_calibrated: None, p_value: Some(p), test: Some("kuiper-brownian") })
            }),
            tells: "",
        }),
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
            interval: Interval::None,
            bounds: |s| Some(s.part_bounds()?.miscalibration),
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "none",
            signed: false,
            beside: None,
            tells: "",
        }),
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
            interval: Interval::None,
            bounds: |s| Some(s.part_bounds()?.discrimination),
            range: UNIT,
            of: labelled,
            weighs: None,
            method: "none",
            signed: false,
            beside: None,
            tells: "",
        }),
        not_for: "The recalibration fits chance as well, so it is above 0 for a useless score and larger in small groups; it is not compared between groups.",
        cite: &["dimitriadis-2021"],
    },
];
