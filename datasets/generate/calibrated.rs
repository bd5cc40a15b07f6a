//! The planted truth of `calibrated/`: a score of leaving that is right in three segments and wrong in the fourth.
//!
//! The data need whole numbers only. The truth of the fourth segment needs square roots; these, like sums and products of
//! 64-bit floating-point numbers, are rounded in the same way on every platform.

use std::fmt::Write as _;

use super::{Fraction, ONE, SplitMix64, thousandths};

const SEED: u64 = 4;
const ROWS: u64 = 12_000;

/// Scores are whole numbers of ten-thousandths, from 1 to 9,999.
const SCORES: u64 = 10_000;
/// Who has at least this score is called.
const THRESHOLD: u64 = 5_000;

/// P(churned) has the same distribution in every segment: the second lowest of six equally likely numbers, about Beta(2, 5).
const DRAWS: u64 = 6;

/// In the segment whose score is off, the odds of churning are 5/4 x the square root of the odds that the score claims:
/// logit P(churned) = ln(5/4) + 1/2 logit(score).
const FACTOR: (u64, u64) = (5, 4);
const INTERCEPT: (&str, &str) = ("ln(5/4)", "0.223144");

struct Segment {
    name: &'static str,
    /// Of 1,000 customers.
    share: u64,
    calibrated: bool,
}

const SEGMENTS: [Segment; 4] = [
    Segment { name: "monthly", share: 350, calibrated: true },
    Segment { name: "prepaid", share: 250, calibrated: false },
    Segment { name: "yearly", share: 200, calibrated: true },
    Segment { name: "family", share: 200, calibrated: true },
];

/// Age has nothing to do with score or churning.
const AGE_BANDS: [(&str, u64); 3] = [("18-34", 350), ("35-54", 400), ("55+", 250)];

impl Segment {
    /// The score of a customer whose P(churned) is `chance`, in ten-thousandths.
    fn score(&self, chance: u64) -> u64 {
        if self.calibrated {
            return chance;
        }
        // odds(score) = (odds(chance) / FACTOR)^2, rounded to ten-thousandths and never 0 or 1.
        let top = (chance * FACTOR.1).pow(2);
        let bottom = top + ((SCORES - chance) * FACTOR.0).pow(2);
        ((2 * SCORES * top + bottom) / (2 * bottom)).clamp(1, SCORES - 1)
    }

    /// Whether somebody with this score churns: exactly as likely as the model above says for the score as it is rounded.
    fn churns(&self, random: &mut SplitMix64, score: u64) -> bool {
        if self.calibrated {
            return random.below(SCORES) < score;
        }
        // With u from 0 to 1: u / (1 - u) < 5/4 sqrt(score / (1 - score)), both sides squared.
        let draw = u128::from(random.below(1 << 32));
        let rest = (1 << 32) - draw;
        let square = |n: u64| u128::from(n * n);
        square(FACTOR.1) * draw * draw * u128::from(SCORES - score) < square(FACTOR.0) * rest * rest * u128::from(score)
    }

    /// P(churned) at a score.
    fn chance(&self, score: u64) -> f64 {
        if self.calibrated {
            return score as f64 / SCORES as f64;
        }
        let odds = FACTOR.0 as f64 / FACTOR.1 as f64 * (score as f64 / (SCORES - score) as f64).sqrt();
        odds / (1.0 + odds)
    }

    fn truth(&self) -> String {
        // Churners and others at each score, as shares of the segment.
        let mut shares = vec![(0.0, 0.0); SCORES as usize];
        for chance in 1..SCORES {
            let score = self.score(chance);
            let (share, churned) = (weight(chance), self.chance(score));
            let at = &mut shares[score as usize];
            *at = (at.0 + share * churned, at.1 + share * (1.0 - churned));
        }
        let (mut churned, mut stayed, mut mean, mut called, mut pairs) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (score, (left, kept)) in shares.iter().enumerate() {
            // A churner beats everybody who stayed with a lower score, and half of those with the same.
            pairs += left * (stayed + kept / 2.0);
            churned += left;
            stayed += kept;
            mean += (left + kept) * score as f64 / SCORES as f64;
            if score as u64 >= THRESHOLD {
                called += left + kept;
            }
        }
        let (intercept, slope) = if self.calibrated { (("0", "0.000000"), (1, 1)) } else { (INTERCEPT, (1, 2)) };
        format!(
            "    {{\"segment\": \"{}\", \"share\": {}, \"calibrated\": {}, \
             \"calibration_intercept\": {{\"exact\": \"{}\", \"value\": {}}}, \"calibration_slope\": {}, \
             \"churned\": {churned:.6}, \"mean_score\": {mean:.6}, \"observed_expected_ratio\": {:.6}, \
             \"auc\": {:.6}, \"selection_rate\": {called:.6}}}",
            self.name,
            thousandths(self.share),
            self.calibrated,
            intercept.0,
            intercept.1,
            Fraction::new(slope.0, slope.1).json(),
            churned / mean,
            pairs / (churned * stayed),
        )
    }
}

/// P(the second lowest of the draws is `chance`).
fn weight(chance: u64) -> f64 {
    let below_second = |n: u64| {
        // None or one of the draws is at most n.
        let low = n as f64 / (SCORES - 1) as f64;
        let high = 1.0 - low;
        let five = high * high * high * high * high;
        five * (high + DRAWS as f64 * low)
    };
    below_second(chance - 1) - below_second(chance)
}

pub fn csv() -> String {
    let mut random = SplitMix64(SEED);
    let mut out = String::from("segment,age_band,p_churn,churned\n");
    for _ in 0..ROWS {
        let segment = &SEGMENTS[random.pick(SEGMENTS.iter().map(|segment| segment.share))];
        let age = AGE_BANDS[random.pick(AGE_BANDS.iter().map(|age| age.1))].0;
        let mut draws: Vec<u64> = (0..DRAWS).map(|_| 1 + random.below(SCORES - 1)).collect();
        draws.sort_unstable();
        let score = segment.score(draws[1]);
        let churned = u8::from(segment.churns(&mut random, score));
        writeln!(out, "{},{age},0.{score:04},{churned}", segment.name).expect("writing to a string");
    }
    out
}

pub fn truth() -> String {
    let segments: Vec<String> = SEGMENTS.iter().map(Segment::truth).collect();
    let ages: Vec<String> = AGE_BANDS
        .iter()
        .map(|(name, share)| format!("    {{\"age_band\": \"{name}\", \"share\": {}}}", thousandths(*share)))
        .collect();
    format!(
        "{{\n  \"data\": \"scores.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {SEED},\n  \"rows\": {ROWS},\n  \
         \"model\": \"logit P(churned) = calibration_intercept + calibration_slope x logit(p_churn); \
         P(churned) is the second lowest of six equally likely numbers in every segment\",\n  \
         \"threshold\": {},\n  \"segments\": [\n{}\n  ],\n  \"age_bands\": [\n{}\n  ]\n}}\n",
        thousandths(THRESHOLD * ONE / SCORES),
        segments.join(",\n"),
        ages.join(",\n"),
    )
}
