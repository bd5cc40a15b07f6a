//! Metrics that are no single share: functions of the four counts with an interval of their own.

use num_bigint::BigInt;
use num_rational::BigRational;

use super::metric::{Composite, Kind, Metric, Needs, Worse};
use super::undefined::Undefined;
use crate::cell::Confusion;
use crate::exact::fraction;
use crate::inference::composite;

const BOTH: Needs = Needs { decision: true, label: true, score: false, outcome: false };

fn positives(c: &Confusion) -> u64 {
    c.true_pos + c.false_neg
}

fn negatives(c: &Confusion) -> u64 {
    c.false_pos + c.true_neg
}

pub static COMPOSITES: &[Metric] = &[
    Metric {
        id: "balanced-accuracy",
        name: "Balanced accuracy",
        aliases: &[],
        says: "The mean of the true positive rate and the true negative rate.",
        formula: "(TPR + TNR) / 2",
        notation: "(P(D=1 | Y=1, A=a) + P(D=0 | Y=0, A=a)) / 2",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Composite(Composite {
            value: |c| match (positives(c), negatives(c)) {
                (0, _) | (_, 0) => Err(Undefined::OneClass),
                (p, n) => Ok((c.true_pos as f64 / p as f64 + c.true_neg as f64 / n as f64) / 2.0),
            },
            exact: |c| {
                let sum = fraction(c.true_pos, positives(c))? + fraction(c.true_neg, negatives(c))?;
                Some(sum / BigRational::from_integer(BigInt::from(2)))
            },
            limits: |c, z| composite::balanced_accuracy(c.true_pos, c.false_pos, c.false_neg, c.true_neg, z),
            of: |c| positives(c).min(negatives(c)),
            weighs: None,
            method: "mover-wilson",
            signed: false,
        }),
        outcome: None,
        not_for: "It weighs both kinds of error alike, whatever they cost.",
        cite: &["brodersen-2010"],
    },
    Metric {
        id: "f1",
        name: "F1 score",
        aliases: &["f1-score", "dice"],
        says: "The harmonic mean of the positive predictive value and the true positive rate.",
        formula: "2 TP / (2 TP + FP + FN)",
        notation: "2 PPV TPR / (PPV + TPR)",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Composite(Composite {
            value: |c| match 2 * c.true_pos + c.false_pos + c.false_neg {
                0 => Err(Undefined::ZeroDenominator),
                of => Ok(2.0 * c.true_pos as f64 / of as f64),
            },
            exact: |c| fraction(2 * c.true_pos, 2 * c.true_pos + c.false_pos + c.false_neg),
            limits: |c, z| composite::f1(c.true_pos, c.false_pos, c.false_neg, z),
            of: |c| c.true_pos + c.false_pos + c.false_neg,
            weighs: Some(|c| 2 * c.true_pos + c.false_pos + c.false_neg),
            method: "wilson-jaccard",
            signed: false,
        }),
        outcome: None,
        not_for: "It ignores the true negatives, and moves with the base rate of the group.",
        cite: &["rijsbergen-1979"],
    },
    Metric {
        id: "matthews-correlation",
        name: "Matthews correlation",
        aliases: &["mcc", "phi"],
        says: "The correlation between decision and label: 1 is always right, 0 no better than chance, below 0 inverted.",
        formula: "(TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN))",
        notation: "corr(D, Y | A=a)",
        did: "",
        worse: Worse::Lower,
        needs: BOTH,
        kind: Kind::Composite(Composite {
            value: |c| {
                composite::matthews_coefficient(c.true_pos, c.false_pos, c.false_neg, c.true_neg)
                    .ok_or(Undefined::NoVariance)
            },
            // A square root has no exact fraction; a point verdict compares the floating value.
            exact: |_| None,
            limits: |c, z| composite::matthews(c.true_pos, c.false_pos, c.false_neg, c.true_neg, z),
            of: |c| c.true_pos + c.false_pos + c.false_neg + c.true_neg,
            weighs: None,
            method: "fisher-z-delta",
            signed: true,
        }),
        outcome: None,
        not_for: "A ratio of two correlations has no meaning, since it can be negative: compare by difference.",
        cite: &["matthews-1975"],
    },
];
