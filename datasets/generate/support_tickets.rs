//! The planted truth of `support_tickets/`: one segment waits longer, sees a human less often, answers the survey half as often
//! with the same answers, and has more of its credits turned down by people than the bot would have.
//!
//! Waits are whole seconds, drawn from a table of quantiles in whole numbers, so that the truth is known exactly: the wait of
//! a slower segment is the wait of the others times a factor, rounded to seconds.

use std::fmt::Write as _;

use super::{Fraction, ONE, SplitMix64, thousandths};

pub const SEED: u64 = 20_261_122;
pub const ROWS: u64 = 6_000;

struct Segment {
    name: &'static str,
    /// Of 1,000 tickets.
    share: u64,
    /// The wait, times that of the others; in thousandths.
    wait: u64,
    /// P(handed to a human), of 1,000.
    handed: u64,
    /// P(answers the survey), of 1,000.
    answers: u64,
    /// P(the bot proposes a credit), of 1,000, and P(an agent turns such a proposal down).
    proposed: u64,
    refused: u64,
}

const SEGMENTS: [Segment; 4] = [
    Segment { name: "city", share: 340, wait: 1_000, handed: 500, answers: 600, proposed: 500, refused: 50 },
    Segment { name: "country", share: 260, wait: 1_000, handed: 500, answers: 600, proposed: 500, refused: 50 },
    Segment { name: "islands", share: 200, wait: 1_600, handed: 300, answers: 300, proposed: 450, refused: 350 },
    Segment { name: "abroad", share: 200, wait: 1_000, handed: 500, answers: 600, proposed: 500, refused: 50 },
];

/// The wait of a segment without a factor: uniform in seconds between two quantiles that stand beside each other, each stretch
/// with its share of 1,000 tickets. Half wait 240 seconds or less, nine in ten 720 or less.
const WAITS: [(u64, u64, u64); 6] =
    [(20, 120, 250), (120, 240, 250), (240, 420, 250), (420, 720, 150), (720, 1_080, 80), (1_080, 2_400, 20)];
/// P(resolved at the first contact): the same everywhere.
const RESOLVED: u64 = 800;
/// P(1), P(2), ... P(5) of those who answer: the same everywhere.
const ANSWERS: [u64; 5] = [60, 90, 200, 380, 270];
/// A contact costs this many cents, as many more where a human takes part, and up to so many more by chance.
const COST: (u64, u64) = (40, 360);
const CENTS_MORE: u64 = 60;
/// P(an agent grants a credit that the bot did not propose), of 1,000: the same everywhere.
const GRANTED: u64 = 100;

impl Segment {
    /// P(gets the credit): what the bot proposes and nobody turns down, and what an agent grants all the same.
    fn credit(&self) -> Fraction {
        let kept = self.proposed * (ONE - self.refused) + (ONE - self.proposed) * GRANTED;
        Fraction::new(i128::from(kept), i128::from(ONE * ONE))
    }
}

/// Up to which wait so many of 1,000 tickets last; a stretch ends there.
fn longest_of(part: u64) -> u64 {
    let mut below = 0;
    for (_, to, share) in WAITS {
        below += share;
        if below == part {
            return to;
        }
    }
    unreachable!("no stretch ends there")
}

pub fn csv(seed: u64, rows: u64) -> String {
    // Credits have draws of their own, so that nothing else depends on them.
    let (mut random, mut of_credits) = (SplitMix64(seed), SplitMix64(!seed));
    let mut out = String::from("ticket,segment,resolved,wait,handed_to_human,csat,cost,bot_credit,credit\n");
    for ticket in 1..=rows {
        let segment = &SEGMENTS[random.pick(SEGMENTS.iter().map(|segment| segment.share))];
        let (from, to, _) = WAITS[random.pick(WAITS.iter().map(|stretch| stretch.2))];
        let plain = from * ONE + random.below((to - from) * ONE);
        let wait = (plain * segment.wait + ONE * ONE / 2) / (ONE * ONE);
        let handed = random.below(ONE) < segment.handed;
        let resolved = u8::from(random.below(ONE) < RESOLVED);
        let answered = random.below(ONE) < segment.answers;
        let answer = 1 + random.pick(ANSWERS.iter().copied());
        let csat = if answered { answer.to_string() } else { String::new() };
        let cents = COST.0 + if handed { COST.1 } else { 0 } + random.below(CENTS_MORE);
        let (minutes, seconds) = (wait / 60, wait % 60);
        let proposed = of_credits.below(ONE) < segment.proposed;
        let agent = of_credits.below(ONE);
        let credit = if proposed { agent >= segment.refused } else { agent < GRANTED };
        let [handed, proposed, credit] = [handed, proposed, credit].map(|is| if is { "yes" } else { "no" });
        writeln!(
            out,
            "{ticket},{},{resolved},{minutes}:{seconds:02},{handed},{csat},{}.{:02},{proposed},{credit}",
            segment.name,
            cents / 100,
            cents % 100
        )
        .expect("writing to a string");
    }
    out
}

pub fn truth() -> String {
    let of_segment = |segment: &Segment| {
        format!(
            "    {{\"segment\": \"{}\", \"share\": {}, \"wait_ratio\": {}, \"handed_to_human\": {}, \"answers\": {}, \
             \"mean_cost\": {}, \"bot_credit\": {}, \"refused\": {}, \"credit\": {}}}",
            segment.name,
            thousandths(segment.share),
            thousandths(segment.wait),
            thousandths(segment.handed),
            thousandths(segment.answers),
            thousandths(10 * COST.0 + segment.handed * COST.1 / 100 + 5 * (CENTS_MORE - 1)),
            thousandths(segment.proposed),
            thousandths(segment.refused),
            segment.credit().json()
        )
    };
    let segments: Vec<String> = SEGMENTS.iter().map(of_segment).collect();
    let answers: Vec<String> = ANSWERS.iter().map(|share| thousandths(*share)).collect();
    format!(
        "{{\n  \"data\": \"tickets.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {SEED},\n  \"rows\": {ROWS},\n  \
         \"model\": \"wait = wait_ratio x a wait whose median is 240 s and whose ninetieth percentile is 720 s; what is answered \
         and what is resolved has nothing to do with the segment; credit = bot_credit less those refused, and granted of the \
         others\",\n  \
         \"wait\": {{\"median\": {}, \"p90\": {}, \"mean\": {}}},\n  \"granted\": {},\n  \"resolved\": {},\n  \"answers_1_to_5\": [{}],\n  \"segments\": [\n{}\n  ]\n}}\n",
        longest_of(500),
        longest_of(900),
        thousandths(WAITS.iter().map(|(from, to, share)| share * (from + to)).sum::<u64>() / 2),
        thousandths(GRANTED),
        thousandths(RESOLVED),
        answers.join(", "),
        segments.join(",\n"),
    )
}
