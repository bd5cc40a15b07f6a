//! The planted truth of `campaign_uplift/`: a campaign by chance that does three times as much for one segment as for the other.
//!
//! P(responded) = `BASE`, and for those contacted as much more as the lift of their segment times twice their score: the mean
//! score is exactly one half, so that the lift of a segment is what the constant says, and those with high scores are moved most.

use std::fmt::Write as _;

use super::{ONE, SplitMix64, thousandths};

pub const SEED: u64 = 20_261_123;
pub const ROWS: u64 = 16_000;

struct Segment {
    name: &'static str,
    /// Of 1,000 customers.
    share: u64,
    /// How much P(responded) rises when contacted, in thousandths.
    lift: u64,
}

const SEGMENTS: [Segment; 2] =
    [Segment { name: "online", share: 550, lift: 60 }, Segment { name: "phone", share: 450, lift: 20 }];
/// It has nothing to do with anything.
const LANGUAGES: [(&str, u64); 2] = [("de", 700), ("fr", 300)];
/// P(contacted): the same for everybody.
const CONTACTED: u64 = 500;
/// P(responded) of those who are not contacted, in every segment and at every score.
const BASE: u64 = 80;
/// Whole hundredths from the first to the last, each as often as any other: their mean is one half.
const SCORES: (u64, u64) = (1, 99);
/// Whoever responds spends so many cents, each amount as often as any other: 40.00 on average.
const SPEND: (u64, u64) = (1_000, 7_000);

pub fn csv(seed: u64, rows: u64) -> String {
    let mut random = SplitMix64(seed);
    let mut out = String::from("customer,segment,language,score,contacted,responded,spend\n");
    for customer in 1..=rows {
        let segment = &SEGMENTS[random.pick(SEGMENTS.iter().map(|segment| segment.share))];
        let language = LANGUAGES[random.pick(LANGUAGES.iter().map(|language| language.1))].0;
        let score = SCORES.0 + random.below(SCORES.1 - SCORES.0 + 1);
        let contacted = random.below(ONE) < CONTACTED;
        // In hundredths of thousandths.
        let lift = if contacted { 2 * segment.lift * score } else { 0 };
        let responded = random.below(100 * ONE) < 100 * BASE + lift;
        let spend = SPEND.0 + random.below(SPEND.1 - SPEND.0 + 1);
        let cents = if responded { spend } else { 0 };
        let (contacted, responded) = (u8::from(contacted), u8::from(responded));
        writeln!(
            out,
            "{customer},{},{language},0.{score:02},{contacted},{responded},{}.{:02}",
            segment.name,
            cents / 100,
            cents % 100
        )
        .expect("writing to a string");
    }
    out
}

pub fn truth() -> String {
    let mean_spend = (SPEND.0 + SPEND.1) / 2;
    let of_segment = |segment: &Segment| {
        // Lift in thousandths times cents.
        let euros = segment.lift * mean_spend;
        format!(
            "    {{\"segment\": \"{}\", \"share\": {}, \"lift_responded\": {}, \"lift_spend\": {}.{:05}}}",
            segment.name,
            thousandths(segment.share),
            thousandths(segment.lift),
            euros / 100_000,
            euros % 100_000
        )
    };
    let segments: Vec<String> = SEGMENTS.iter().map(of_segment).collect();
    format!(
        "{{\n  \"data\": \"customers.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {SEED},\n  \"rows\": {ROWS},\n  \
         \"model\": \"P(responded) = base + (contacted) x lift_responded x 2 x score; spend is 10 to 70 EUR of those who respond; who is \
         contacted is chance; language has nothing to do with anything\",\n  \
         \"contacted\": {},\n  \"base\": {},\n  \"mean_spend_of_responders\": {}.{:02},\n  \"segments\": [\n{}\n  ]\n}}\n",
        thousandths(CONTACTED),
        thousandths(BASE),
        mean_spend / 100,
        mean_spend % 100,
        segments.join(",\n"),
    )
}
