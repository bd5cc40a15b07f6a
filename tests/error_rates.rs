//! How often a review is wrong: a simulation of whole judgements, whose table is `reports/error_rates.md`.
//!
//! `cargo test --test suite error_rates:: -- --ignored` runs it and writes the table.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support;
use evenhand::assess::AxisGroups;
use evenhand::cell::{Cell, Decision, Label};
use evenhand::inference::measure::Measure;
use evenhand::inference::resample::binomial::binomial;
use evenhand::inference::resample::stream::{Stream, Streams};
use evenhand::inference::sequence::Period;
use evenhand::inference::sequence::hypothesis::{Hypothesis, Relation};
use evenhand::inference::sequence::process::Process;
use evenhand::inference::trials::Trials;
use evenhand::judge::rows::judge_all;
use evenhand::policy::Policy;
use evenhand::result::Verdict;
use evenhand::tally::{Cells, Levels};

const SEED: u64 = 20_261_122;
const RUNS: u64 = 2000;

/// A policy with one check of the selection rate.
fn policy(reference: &str, contrast: &str, adjust: &str) -> Policy {
    let text = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\n[[attribute]]\nname = \"g\"\nreference = \"{reference}\"\n\
         [statistics]\nadjust = \"{adjust}\"\n[[check]]\nmetric = \"selection-rate\"\ncontrast = \"{contrast}\"\n\
         within = \"4/5\"\n"
    );
    support::policy(&text).0
}

/// Groups of so many rows with these rates.
fn draw(stream: &mut Stream, rows: u64, rates: &[f64]) -> Cells {
    let mut cells = BTreeMap::new();
    for (group, rate) in rates.iter().enumerate() {
        let hits = binomial(stream, rows, *rate);
        let mut cell = Cell::default();
        cell.push(Decision::Made { favourable: true, selected: true }, Label::Missing, hits);
        cell.push(Decision::Made { favourable: false, selected: false }, Label::Missing, rows - hits);
        cells.insert(vec![group], cell);
    }
    let names = (0..rates.len()).map(|group| format!("g{group}")).collect();
    Cells::crossed(vec![Levels { names, missing: None }], cells)
}

/// In what share of runs some row is not met, and in what share every row is met.
fn verdicts(policy: &Policy, name: &str, rows: u64, rates: &[f64]) -> (f64, f64) {
    let streams = Streams::new(SEED, name);
    let (mut not_met, mut met) = (0_u64, 0_u64);
    for run in 0..RUNS {
        let cells = draw(&mut streams.replicate(run), rows, rates);
        let overall = cells.overall();
        let axes: Vec<AxisGroups> =
            policy.axes.iter().map(|axis| AxisGroups::new(&cells, &overall, policy, axis)).collect();
        let judged = judge_all(policy, &overall, &axes, &[]);
        not_met += u64::from(judged.iter().any(|row| row.verdict == Verdict::NotMet));
        met += u64::from(judged.iter().all(|row| row.verdict == Verdict::Met));
    }
    (not_met as f64 / RUNS as f64, met as f64 / RUNS as f64)
}

/// The share of runs in which the point ratio of the smallest to the largest rate is under four fifths.
fn point_rule(rows: u64, rates: &[f64], name: &str) -> f64 {
    let streams = Streams::new(SEED, name);
    let flagged = (0..RUNS).filter(|run| {
        let mut stream = streams.replicate(*run);
        let hits: Vec<u64> = rates.iter().map(|rate| binomial(&mut stream, rows, *rate)).collect();
        let (least, most) = (hits.iter().min().copied().unwrap_or(0), hits.iter().max().copied().unwrap_or(0));
        5 * least < 4 * most
    });
    flagged.count() as f64 / RUNS as f64
}

/// Over 12 looks: how often evidence of a gap beyond four fifths reaches its bound.
fn alarms(name: &str, ratio: f64, drift: f64, sizes: (u64, u64)) -> f64 {
    let streams = Streams::new(SEED, name);
    let hypothesis = Hypothesis::new(Measure::Ratio, Relation::AtLeast, 0.8).expect("a bound");
    let alarmed = (0..RUNS).filter(|run| {
        let mut stream = streams.replicate(*run);
        let mut process = Process::new(hypothesis);
        (0..12).any(|month| {
            let rate = 0.3 * (1.0 + drift * libm::sin(f64::from(month)));
            let mut draw = |of: u64, rate: f64| Trials { hits: binomial(&mut stream, of, rate), of };
            let (focal, reference) = (draw(sizes.0, ratio * rate), draw(sizes.1, rate));
            process.observe(Period { focal, reference });
            process.evidence().refutes(0.05)
        })
    });
    alarmed.count() as f64 / RUNS as f64
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[test]
#[ignore = "a simulation of a few minutes; it writes reports/error_rates.md"]
fn reviews_are_seldom_wrong() {
    let mut out = String::from(
        "# How often a review is wrong\n\nWritten by `cargo test --test suite error_rates:: -- --ignored`; ",
    );
    let _ = writeln!(
        out,
        "{RUNS} draws of each line, seed {SEED}. Checks are of the selection rate within 4/5 at level 0.95.\n"
    );
    out.push_str("## Groups that are treated alike\n\nEvery group has the rate 0.3. The share of reviews in which some row is judged not met; beside it how often the point rule (the smallest rate under four fifths of the largest) flags the same data, and how often every row is shown to be met.\n\n");
    out.push_str("| groups | rows each | ratio to the largest | ratio to the highest rate | worst ratio | point rule | all shown to be met |\n|---|---|---|---|---|---|---|\n");
    for groups in [2_usize, 4, 8] {
        for rows in [50_u64, 200, 1000] {
            let rates = vec![0.3; groups];
            let name = |what: &str| format!("parity {what} {groups} {rows}");
            let mut line = format!("| {groups} | {rows} |");
            let mut shown = 0.0;
            for (reference, contrast) in [("largest", "ratio"), ("highest-rate", "ratio"), ("largest", "worst-ratio")] {
                let policy = policy(reference, contrast, "holm");
                let (not_met, met) = verdicts(&policy, &name("interval"), rows, &rates);
                assert!(not_met <= 0.05, "{groups} groups of {rows}, {contrast} to {reference}: {not_met}");
                let _ = write!(line, " {} |", percent(not_met));
                if (reference, contrast) == ("largest", "ratio") {
                    shown = met;
                }
            }
            let flagged = point_rule(rows, &rates, &name("interval"));
            let _ = writeln!(out, "{line} {} | {} |", percent(flagged), percent(shown));
        }
    }
    out.push_str("\n## A gap just at the limit\n\nOne group has four fifths of the rate 0.5 of all others, which is still within the limit. The share of reviews that judge some row not met.\n\n| groups | rows each | ratio to the largest | worst ratio |\n|---|---|---|---|\n");
    for groups in [2_usize, 4, 8] {
        for rows in [50_u64, 200, 1000] {
            let rates: Vec<f64> = (0..groups).map(|group| if group == 0 { 0.4 } else { 0.5 }).collect();
            let name = format!("limit {groups} {rows}");
            // The first group is the largest by its name where all are as large, so the last one is the one behind.
            let rates: Vec<f64> = rates.into_iter().rev().collect();
            let (ratio, _) = verdicts(&policy("largest", "ratio", "holm"), &name, rows, &rates);
            let (worst, _) = verdicts(&policy("largest", "worst-ratio", "holm"), &name, rows, &rates);
            assert!(ratio <= 0.05 && worst <= 0.05, "{name}: {ratio} {worst}");
            let _ = writeln!(out, "| {groups} | {rows} | {} | {} |", percent(ratio), percent(worst));
        }
    }
    out.push_str("\n## A gap that is there\n\nTwo groups of 1,000, the reference at 0.5.\n\n| true ratio | judged not met |\n|---|---|\n");
    for ratio in [0.75, 0.7, 0.65, 0.6] {
        let name = format!("gap {ratio}");
        let (not_met, _) = verdicts(&policy("largest", "ratio", "holm"), &name, 1000, &[0.5, 0.5 * ratio]);
        if ratio == 0.6 {
            assert!(not_met >= 0.9, "a true ratio of 0.6 was found in {not_met}");
        }
        let _ = writeln!(out, "| {ratio} | {} |", percent(not_met));
    }
    out.push_str("\n## Twelve looks, one a month\n\nThe e-process against four fifths with 150 and 600 rows a month and a reference rate of 0.3, looked at after every month: how often it has alarmed (evidence 20 to 1) within the year.\n\n| true ratio | rates drift by | alarmed |\n|---|---|---|\n");
    for (ratio, drift) in [(1.0, 0.0), (0.8, 0.0), (0.8, 0.3), (0.7, 0.0), (0.6, 0.0)] {
        let alarmed = alarms(&format!("looks {ratio} {drift}"), ratio, drift, (150, 600));
        if ratio >= 0.8 {
            assert!(alarmed <= 0.05, "false alarms: {alarmed}");
        }
        let _ = writeln!(out, "| {ratio} | {} | {} |", percent(drift), percent(alarmed));
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/error_rates.md"), out).expect("written");
}
