//! How often the 95 % intervals of changes between two models on the same rows hold the truth: a simulation, whose table is
//! `reports/coverage_of_paired_changes.md`.
//!
//! `cargo test --test suite coverage_paired:: -- --ignored` runs it and writes the table.

use std::fmt::Write;

use crate::support::SplitMix64;
use evenhand::cell::{Decision, Joint, Label, Trials};
use evenhand::change::pairing::{between_groups, of_group};
use evenhand::change::shift::{self, Estimate, Harm};
use evenhand::inference::limits::Limits;
use evenhand::inference::{normal, pair, share};
use evenhand::metrics::{self, Metric};

const SEED: u64 = 20_261_122;
const DRAWS: u32 = 2000;
/// Rows of the group and of its reference.
const SIZES: [(u32, u32); 4] = [(200, 200), (200, 2000), (500, 1000), (2000, 2000)];
/// Rate of the reference, the same before and after.
const RATES: [f64; 2] = [0.1, 0.4];
/// The true ratio before and after.
const RATIOS: [(f64, f64); 4] = [(1.0, 1.0), (0.8, 0.8), (0.9, 0.7), (0.6, 0.9)];
/// How the decisions of a row go together.
const TOGETHER: [f64; 3] = [0.0, 0.7, 0.95];

/// One interval over all draws: how often it had the truth, and its width beside that of independent samples.
#[derive(Clone, Copy, Default)]
struct Tally {
    held: u32,
    defined: u32,
    narrower: f64,
}

impl Tally {
    fn add(&mut self, paired: Option<Limits>, independent: Option<Limits>, truth: f64) {
        let Some((limits, other)) = paired.zip(independent) else { return };
        self.defined += 1;
        self.held += u32::from(limits.contains(truth));
        if (other.high - other.low).is_finite() {
            self.narrower += (limits.high - limits.low) / (other.high - other.low);
        }
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(self.held) / f64::from(self.defined.max(1))
    }

    fn width(&self) -> f64 {
        self.narrower / f64::from(self.defined.max(1))
    }
}

/// Rows whose decisions before and after have these rates and this correlation, as far as the rates allow it.
fn draw(random: &mut SplitMix64, of: u32, before: f64, after: f64, together: f64) -> Joint {
    let spread = (before * (1.0 - before) * after * (1.0 - after)).sqrt();
    let both = (before * after + together * spread).min(before.min(after));
    let made = |is: bool| Decision::Made { favourable: is, selected: is };
    let mut joint = Joint::default();
    for _ in 0..of {
        let was = random.share() < before;
        let rate = if was { both / before } else { (after - both) / (1.0 - before) };
        joint.push(made(was), made(random.share() < rate), Label::Missing, 1);
    }
    joint
}

/// Hits before and after.
fn trials(joint: &Joint) -> [Trials; 2] {
    let of = joint.rows();
    let is = |decision: Decision| matches!(decision, Decision::Made { favourable: true, .. });
    let (mut was, mut now) = (0, 0);
    for (before, after, _, rows) in joint.entries() {
        was += u64::from(is(before)) * rows;
        now += u64::from(is(after)) * rows;
    }
    [Trials { hits: was, of }, Trials { hits: now, of }]
}

fn estimates(focal: Trials, reference: Trials, z: f64) -> Option<[Estimate; 3]> {
    let (p1, p0) = (focal.share()?, reference.share()?);
    (p0 > 0.0).then(|| {
        [
            Estimate { value: p1, limits: share::wilson(focal, z) },
            Estimate { value: p1 / p0, limits: pair::score_ratio(focal, reference, z) },
            Estimate { value: p1 - p0, limits: pair::score_difference(focal, reference, z) },
        ]
    })
}

/// Changes of the rate, of the ratio and of the difference, and the worsening of the ratio.
fn simulate((n1, n0): (u32, u32), rate: f64, (before, after): (f64, f64), together: f64, seed: u64) -> [Tally; 4] {
    let mut random = SplitMix64(seed);
    let z = normal::critical(0.95);
    let metric: &Metric = metrics::find("selection-rate").expect("a metric");
    let away = |ratio: f64| 1.0 - ratio.min(1.0 / ratio);
    let gap = rate * (after - before);
    let truths = [gap, after - before, gap, away(after) - away(before)];
    let mut tallies = [Tally::default(); 4];
    for _ in 0..DRAWS {
        let focal = draw(&mut random, n1, rate * before, rate * after, together);
        let reference = draw(&mut random, n0, rate, rate, together);
        let ([was, is], [from, to]) = (trials(&focal), trials(&reference));
        let Some((then, now)) = estimates(was, from, z).zip(estimates(is, to, z)) else { continue };
        let known = [
            of_group(metric, &focal),
            between_groups(metric, "ratio", &focal, &reference),
            between_groups(metric, "difference", &focal, &reference),
        ];
        for i in 0..3 {
            let change = |r: f64| shift::change(then[i], now[i], r).limits;
            tallies[i].add(change(known[i].unwrap_or(0.0)), change(0.0), truths[i]);
        }
        let worse = |r: f64| shift::worsening(Harm::FromOne, then[1], now[1], r).limits;
        tallies[3].add(worse(known[1].unwrap_or(0.0)), worse(0.0), truths[3]);
    }
    tallies
}

#[test]
#[ignore = "a simulation of minutes; writes reports/coverage_of_paired_changes.md"]
fn changes_of_the_same_rows_hold_the_truth_as_the_table_says() {
    let mut text = format!(
        "# Coverage of the 95 % intervals of changes on the same rows\n\nHow often, in percent of {DRAWS} draws, the interval of a change \
         between two models on the same rows held the truth, and in brackets how wide it was beside the interval that takes the two for \
         independent samples. Each row of a group and of its reference is decided twice, by decisions with the correlation in the \
         third column (or the largest that the rates allow); the reference has the same rate both times. The rate has Wilson's \
         limits, ratio and difference those of Miettinen and Nurminen; the change is MOVER's with the correlation of the two \
         estimates, taken from the rows themselves. A coverage of 95 % has a standard error of 0.5.\n\nSeed {SEED}. Command: `cargo \
         test --test coverage_paired -- --ignored`.\n\n| Ratio before | after | Correlation | Rate | Rows | Reference | Change of rate | \
         Change of ratio | Change of difference | Worsening of ratio |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    let mut seed = SEED;
    let mut least: f64 = 100.0;
    for ratios in RATIOS {
        for together in TOGETHER {
            for rate in RATES {
                for sizes in SIZES {
                    seed += 1;
                    let tallies = simulate(sizes, rate, ratios, together, seed);
                    let _ = write!(
                        text,
                        "| {} | {} | {together} | {rate} | {} | {} |",
                        ratios.0, ratios.1, sizes.0, sizes.1
                    );
                    for tally in tallies {
                        let _ = write!(text, " {:.1} ({:.2}) |", tally.percent(), tally.width());
                        least = least.min(tally.percent());
                    }
                    text.push('\n');
                }
            }
        }
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/coverage_of_paired_changes.md"), &text)
        .expect("written");
    println!("{text}");
    assert!(least > 90.0, "the least coverage is {least}");
}
