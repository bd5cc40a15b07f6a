//! The planted truth of `offers_and_consent/`: one channel loses its offers where they are selected; another says yes to the use of
//! its data half as often, and those of it who do are not like the others.
//!
//! A customer goes from stage to stage, and whoever stops at one reaches none after it. The stages are independent draws, so that
//! the share that comes out at the end is the product of the shares that come through.

use std::fmt::Write as _;

use super::{Fraction, ONE, SplitMix64, thousandths};

pub const SEED: u64 = 20_261_125;
pub const ROWS: u64 = 8_000;

struct Channel {
    name: &'static str,
    /// Of 1,000 customers.
    share: u64,
    /// P(says yes), of 1,000.
    consent: u64,
    /// P(the model has a score) of those who are eligible and said yes, and of the eligible who did not.
    scored: (u64, u64),
    /// P(selected) of those with a score: the same for all of them, whatever they said.
    selected: u64,
    /// P(contacted) of those selected.
    contacted: u64,
}

/// In the store a score needs a card, and who has one has mostly said yes.
const CHANNELS: [Channel; 3] = [
    Channel { name: "app", share: 400, consent: 750, scored: (950, 950), selected: 500, contacted: 900 },
    Channel { name: "web", share: 300, consent: 750, scored: (950, 950), selected: 300, contacted: 850 },
    Channel { name: "store", share: 300, consent: 300, scored: (900, 300), selected: 500, contacted: 900 },
];
/// The one with the planted gap, and whom it is compared with.
const GAP: (usize, usize) = (1, 0);
/// It has nothing to do with anything.
const LANGUAGES: [(&str, u64); 2] = [("de", 700), ("fr", 300)];
/// P(eligible), and P(responded) of those contacted: the same everywhere.
const ELIGIBLE: u64 = 900;
const RESPONDED: u64 = 300;
/// Of those who did not say yes, so many of 1,000 said no; the others gave no answer.
const SAID_NO: u64 = 600;
/// An offer is worth so many cents, each amount as often as any other: 10.00 on average. No offer is worth nothing.
const VALUE: (u64, u64) = (500, 1_500);

const STAGES: [&str; 5] = ["eligible", "scored", "selected", "contacted", "responded"];
const SELECTED: usize = 2;

impl Channel {
    /// The shares that come through the stages, of those who said yes or of everybody.
    fn shares(&self, everybody: bool) -> [Fraction; 5] {
        let of = |part: u64| Fraction::new(i128::from(part), i128::from(ONE));
        let (with, without) = self.scored;
        let mixed = self.consent * with + (ONE - self.consent) * without;
        let mixed = Fraction::new(i128::from(mixed), i128::from(ONE * ONE));
        let scored = if everybody { mixed } else { of(with) };
        [of(ELIGIBLE), scored, of(self.selected), of(self.contacted), of(RESPONDED)]
    }
}

/// The share that comes through the first stages.
fn through(shares: &[Fraction]) -> Fraction {
    shares.iter().fold(Fraction::new(1, 1), |all, share| Fraction::new(all.top * share.top, all.bottom * share.bottom))
}

/// How much of the gap at the end arises at a stage: what exchanging its share changes, averaged over all orders in which the stages
/// can be exchanged.
fn part(own: &[Fraction; 5], other: &[Fraction; 5], stage: usize) -> Fraction {
    let factorial = |n: u32| (1..=i128::from(n)).product::<i128>();
    let others: Vec<usize> = (0..STAGES.len()).filter(|at| *at != stage).collect();
    let gap = own[stage].minus(other[stage]);
    let mut whole = Fraction::new(0, 1);
    // Of the other stages, each subset that is exchanged before this one.
    for subset in 0..1_u32 << others.len() {
        let first = subset.count_ones();
        let orders = factorial(first) * factorial(others.len() as u32 - first);
        let rates: Vec<Fraction> =
            others.iter().enumerate().map(|(i, at)| if subset >> i & 1 == 1 { own[*at] } else { other[*at] }).collect();
        let product = through(&rates);
        let weighted = Fraction::new(gap.top * product.top * orders, gap.bottom * product.bottom * 120);
        whole = whole.minus(Fraction::new(-weighted.top, weighted.bottom));
    }
    whole
}

pub fn csv(seed: u64, rows: u64) -> String {
    let mut random = SplitMix64(seed);
    let mut out = String::from("customer,channel,language,consent,");
    writeln!(out, "{},offer_value", STAGES.join(",")).expect("writing to a string");
    for customer in 1..=rows {
        let channel = &CHANNELS[random.pick(CHANNELS.iter().map(|channel| channel.share))];
        let language = LANGUAGES[random.pick(LANGUAGES.iter().map(|language| language.1))].0;
        let yes = random.below(ONE) < channel.consent;
        let no = random.below(ONE) < SAID_NO;
        let consent = match (yes, no) {
            (true, _) => "yes",
            (false, true) => "no",
            (false, false) => "",
        };
        let scored = if yes { channel.scored.0 } else { channel.scored.1 };
        let mut on = true;
        let stages = [ELIGIBLE, scored, channel.selected, channel.contacted, RESPONDED].map(|chance| {
            let through = random.below(ONE) < chance;
            on = on && through;
            on
        });
        let value = VALUE.0 + random.below(VALUE.1 - VALUE.0 + 1);
        let cents = if stages[SELECTED] { value } else { 0 };
        let stages = stages.map(|reached| u8::from(reached).to_string()).join(",");
        let channel = channel.name;
        writeln!(out, "{customer},{channel},{language},{consent},{stages},{}.{:02}", cents / 100, cents % 100)
            .expect("writing to a string");
    }
    out
}

/// What is true of those who said yes, or of everybody.
fn rates(channel: &Channel, everybody: bool) -> String {
    let shares = channel.shares(everybody);
    let selected = through(&shares[..=SELECTED]);
    // Cents to EUR.
    let value = Fraction::new(selected.top * i128::from(VALUE.0 + VALUE.1), selected.bottom * 200);
    let stages = STAGES.iter().zip(shares).map(|(stage, share)| format!("\"{stage}\": {}", share.json()));
    format!(
        "{{{}, \"selected_of_all\": {}, \"responded_of_all\": {}, \"mean_offer_value\": {}}}",
        stages.collect::<Vec<_>>().join(", "),
        selected.json(),
        through(&shares).json(),
        value.json()
    )
}

pub fn truth() -> String {
    let of_channel = |channel: &Channel| {
        format!(
            "    {{\"channel\": \"{}\", \"share\": {}, \"consent\": {},\n     \"with_consent\": {},\n     \"everybody\": {}}}",
            channel.name,
            thousandths(channel.share),
            thousandths(channel.consent),
            rates(channel, false),
            rates(channel, true)
        )
    };
    let channels: Vec<String> = CHANNELS.iter().map(of_channel).collect();
    let (own, other) = (&CHANNELS[GAP.0], &CHANNELS[GAP.1]);
    let (shares, others) = (own.shares(false), other.shares(false));
    let parts: Vec<String> = STAGES
        .iter()
        .enumerate()
        .map(|(at, stage)| format!("\"{stage}\": {}", part(&shares, &others, at).json()))
        .collect();
    format!(
        "{{\n  \"data\": \"offers.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {SEED},\n  \"rows\": {ROWS},\n  \
         \"model\": \"a customer reaches a stage only after all before it, with the share of the channel; offer_value is 5 to 15 EUR \
         of those selected, else 0; of the store, scored depends on consent; language has nothing to do with anything\",\n  \
         \"mean_value_of_an_offer\": {}.{:02},\n  \"channels\": [\n{}\n  ],\n  \
         \"gap_at_the_end\": {{\"group\": \"{}\", \"reference\": \"{}\", \"difference\": {},\n     \"parts\": {{{}}}}}\n}}\n",
        (VALUE.0 + VALUE.1) / 200,
        (VALUE.0 + VALUE.1) / 2 % 100,
        channels.join(",\n"),
        own.name,
        other.name,
        through(&shares).minus(through(&others)).json(),
        parts.join(", ")
    )
}
