//! Metrics of the score: how high it is, how well it orders people, how far it is from what turned out.

use super::figure::{
    BOTH, FIGURE, POSITIVE, SCORE, UNIT, labelled, negatives, one_class, positives, rarer, reason, value_of,
};
use super::metric::{Figure, Interval, Kind, Metric, Worse};
use crate::cell::Scores;
use crate::inference::scores::{auc, mean, precision};

/// To add a figure of the score: one entry here, and its accessor in `cell/figures.rs` if it is costly.
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
            of: Scores::rows,
            weighs: Some(Scores::rows),
            method: "student-t",
            ..FIGURE
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
            of: positives,
            weighs: Some(positives),
            method: "student-t",
            ..FIGURE
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
            of: negatives,
            weighs: Some(negatives),
            method: "student-t",
            ..FIGURE
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
            of: rarer,
            method: "delong-logit",
            tells: "The scores put a positive label of {group} above a negative one in {value} of all pairs",
            ..FIGURE
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
            of: positives,
            method: "logit-boyd",
            ..FIGURE
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
            weighs: Some(labelled),
            method: "student-t",
            ..FIGURE
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
            weighs: Some(labelled),
            method: "student-t",
            ..FIGURE
        }),
        not_for: "One score of exactly 0 or 1 that is wrong makes it infinite; it is then not defined.",
        cite: &["good-1952"],
    },
];
