//! Writes every synthetic data file of this folder, the same bytes on every platform.
//!
//! Usage: `cargo run --example generate_datasets [DIR]` (default `datasets`).
//!
//! Each number in the constants below is a planted truth: an exact probability in thousandths, or a share.
//! Only integers are used: a draw is a whole 64-bit number, and an event with probability a/b happens
//! when floor(draw * b / 2^64) < a. The random numbers are `SplitMix64` (Steele, Lea and Flood 2014).
//! `tests/planted_truths.rs` draws the same data with other seeds.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

#[path = "generate/calibrated.rs"]
mod calibrated;
#[path = "generate/campaign_uplift.rs"]
pub mod campaign_uplift;
#[path = "generate/offers_and_consent.rs"]
pub mod offers_and_consent;
#[path = "generate/support_tickets.rs"]
pub mod support_tickets;

/// Probabilities and factors are in thousandths.
const ONE: u64 = 1_000;

// ---------------------------------------------------------------------------------------------------------------
// The planted truth of campaign/: who gets the voucher.
//
// P(offered) = OFFER_IF_REDEEMED or OFFER_IF_NOT  x  age factor  x  sex-and-customer factor  x  region factor

const CAMPAIGN_SEED: u64 = 20_261_121;
const CAMPAIGN_ROWS: u64 = 6_000;

/// P(redeemed = 1): the same for everybody, and the voucher does not change it. So need is equal in all groups.
const REDEEMED: u64 = 300;
const OFFER_IF_REDEEMED: u64 = 700;
const OFFER_IF_NOT: u64 = 500;

struct AgeBand {
    name: &'static str,
    first: u64,
    last: u64,
    /// Of 1,000 customers.
    share: u64,
    factor: u64,
}

const AGE_BANDS: [AgeBand; 4] = [
    AgeBand { name: "18-24", first: 18, last: 24, share: 60, factor: 1_000 },
    AgeBand { name: "25-39", first: 25, last: 39, share: 410, factor: 1_000 },
    AgeBand { name: "40-64", first: 40, last: 64, share: 350, factor: 1_000 },
    AgeBand { name: "65+", first: 65, last: 85, share: 180, factor: 600 },
];

struct Region {
    name: &'static str,
    /// Of `CAMPAIGN_ROWS` customers.
    share: u64,
    factor: u64,
}

const REGIONS: [Region; 5] = [
    Region { name: "North", share: 2_500, factor: 1_000 },
    Region { name: "South", share: 1_900, factor: 1_000 },
    Region { name: "East", share: 1_455, factor: 1_000 },
    Region { name: "West", share: 120, factor: 850 },
    Region { name: "Islands", share: 25, factor: 1_000 },
];

const SEXES: [(&str, u64); 2] = [("Female", 520), ("Male", 480)];
const CUSTOMERS: [(&str, u64); 2] = [("new", 400), ("returning", 600)];
/// `[sex][customer]`. Each sex has the mean 0.4 x new + 0.6 x returning = 1, so the gap does not show by sex alone.
const SEX_CUSTOMER: [[u64; 2]; 2] = [[700, 1_200], [1_300, 800]];
/// Afterwards, in this share of the rows, sex is left empty.
const SEX_MISSING: u64 = 12;

// ---------------------------------------------------------------------------------------------------------------
// The planted truth of small_groups/: every branch and both sexes get the credit equally often.

const SMALL_SEED: u64 = 12;
const CREDITED: u64 = 400;
const FEMALE: u64 = 500;
const BRANCHES: [(&str, u64); 6] =
    [("Harbour", 45), ("Castle", 36), ("Mill", 32), ("Station", 20), ("Garden", 15), ("Bridge", 12)];

// ---------------------------------------------------------------------------------------------------------------

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from 0 to `n - 1`; its probabilities are equal to within n / 2^64.
    fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(n);
        u64::try_from(wide >> 64).expect("the high half of a 128-bit product fits in 64 bits")
    }

    /// The position of one weight, taken with probability weight / sum of the weights.
    fn pick(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (position, weight) in weights.enumerate() {
            if left < weight {
                return position;
            }
            left -= weight;
        }
        unreachable!("the draw is below the sum of the weights")
    }
}

/// One kind of customer: positions in the constants above.
#[derive(Clone, Copy)]
struct Kind {
    age: usize,
    sex: usize,
    customer: usize,
    region: usize,
}

impl Kind {
    /// P(offered) in units of 1 / ONE^4.
    fn offer(self, redeemed: bool) -> u64 {
        let base = if redeemed { OFFER_IF_REDEEMED } else { OFFER_IF_NOT };
        base * AGE_BANDS[self.age].factor * SEX_CUSTOMER[self.sex][self.customer] * REGIONS[self.region].factor
    }

    fn weight(self) -> u64 {
        AGE_BANDS[self.age].share * SEXES[self.sex].1 * CUSTOMERS[self.customer].1 * REGIONS[self.region].share
    }

    fn all() -> impl Iterator<Item = Self> {
        (0..AGE_BANDS.len()).flat_map(|age| {
            (0..SEXES.len()).flat_map(move |sex| {
                (0..CUSTOMERS.len())
                    .flat_map(move |customer| (0..REGIONS.len()).map(move |region| Self { age, sex, customer, region }))
            })
        })
    }
}

fn offers_csv() -> String {
    let mut random = SplitMix64(CAMPAIGN_SEED);
    let mut out = String::from("offered,redeemed,age,sex,region,customer\n");
    for _ in 0..CAMPAIGN_ROWS {
        let age = random.pick(AGE_BANDS.iter().map(|band| band.share));
        let band = &AGE_BANDS[age];
        let years = band.first + random.below(band.last - band.first + 1);
        let sex = random.pick(SEXES.iter().map(|sex| sex.1));
        let customer = random.pick(CUSTOMERS.iter().map(|customer| customer.1));
        let region = random.pick(REGIONS.iter().map(|region| region.share));
        let redeemed = random.below(ONE) < REDEEMED;
        let kind = Kind { age, sex, customer, region };
        let offered = random.below(ONE.pow(4)) < kind.offer(redeemed);
        let sex_name = if random.below(ONE) < SEX_MISSING { "" } else { SEXES[sex].0 };
        let (offered, redeemed) = (u8::from(offered), u8::from(redeemed));
        let (region, customer) = (REGIONS[region].name, CUSTOMERS[customer].0);
        writeln!(out, "{offered},{redeemed},{years},{sex_name},{region},{customer}").expect("writing to a string");
    }
    out
}

fn credits_csv() -> String {
    let mut random = SplitMix64(SMALL_SEED);
    let mut out = String::from("branch,sex,credited\n");
    for (branch, rows) in BRANCHES {
        for _ in 0..rows {
            let sex = if random.below(ONE) < FEMALE { "Female" } else { "Male" };
            let credited = u8::from(random.below(ONE) < CREDITED);
            writeln!(out, "{branch},{sex},{credited}").expect("writing to a string");
        }
    }
    out
}

/// An exact fraction in lowest terms.
#[derive(Clone, Copy)]
struct Fraction {
    top: i128,
    bottom: i128,
}

impl Fraction {
    fn new(top: i128, bottom: i128) -> Self {
        let (mut a, mut b) = (top.abs(), bottom);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self { top: top / a.max(1), bottom: bottom / a.max(1) }
    }

    fn over(self, other: Self) -> Self {
        Self::new(self.top * other.bottom, self.bottom * other.top)
    }

    fn minus(self, other: Self) -> Self {
        Self::new(self.top * other.bottom - other.top * self.bottom, self.bottom * other.bottom)
    }

    /// The fraction and its decimals, rounded half away from zero, as a JSON object.
    fn json(self) -> String {
        let millionths = (self.top.abs() * 2_000_000 + self.bottom) / (2 * self.bottom);
        let sign = if self.top < 0 { "-" } else { "" };
        let (whole, part) = (millionths / 1_000_000, millionths % 1_000_000);
        format!("{{\"exact\": \"{}/{}\", \"value\": {sign}{whole}.{part:06}}}", self.top, self.bottom)
    }
}

/// The planted P(offered) in a group, among those who redeem, those who do not, or all.
fn planted(group: impl Fn(Kind) -> bool, redeemed: Option<bool>) -> Fraction {
    let (mut top, mut bottom) = (0, 0);
    for kind in Kind::all().filter(|kind| group(*kind)) {
        for (outcome, chance) in [(true, REDEEMED), (false, ONE - REDEEMED)] {
            if redeemed.is_none_or(|wanted| wanted == outcome) {
                let weight = i128::from(kind.weight()) * i128::from(chance);
                top += weight * i128::from(kind.offer(outcome));
                bottom += weight * i128::from(ONE.pow(4));
            }
        }
    }
    Fraction::new(top, bottom)
}

/// A number of thousandths as a JSON number.
fn thousandths(value: u64) -> String {
    format!("{}.{:03}", value / ONE, value % ONE)
}

/// One line of the planted contrasts: a group against its reference.
fn contrast(axes: &str, names: (&str, &str), group: impl Fn(Kind) -> bool, reference: impl Fn(Kind) -> bool) -> String {
    let rate = |redeemed| (planted(&group, redeemed), planted(&reference, redeemed));
    let (all, positive, negative) = (rate(None), rate(Some(true)), rate(Some(false)));
    format!(
        "    {{\"axes\": \"{axes}\", \"group\": \"{}\", \"reference\": \"{}\", \"selection_rate_ratio\": {}, \
         \"true_positive_rate_difference\": {}, \"false_positive_rate_difference\": {}}}",
        names.0,
        names.1,
        all.0.over(all.1).json(),
        positive.0.minus(positive.1).json(),
        negative.0.minus(negative.1).json(),
    )
}

fn campaign_truth() -> String {
    let mut contrasts = Vec::new();
    for (age, band) in AGE_BANDS.iter().enumerate().filter(|(_, band)| band.name != "25-39") {
        contrasts.push(contrast("age_band", (band.name, "25-39"), |kind| kind.age == age, |kind| kind.age == 1));
    }
    contrasts.push(contrast("sex", ("Male", "Female"), |kind| kind.sex == 1, |kind| kind.sex == 0));
    for (position, region) in REGIONS.iter().enumerate().skip(1) {
        let names = (region.name, "North");
        contrasts.push(contrast("region", names, |kind| kind.region == position, |kind| kind.region == 0));
    }
    contrasts.push(contrast("customer", ("new", "returning"), |kind| kind.customer == 0, |kind| kind.customer == 1));
    for (sex, customer) in [(0, 0), (1, 0), (1, 1)] {
        let name = format!("{}:{}", SEXES[sex].0, CUSTOMERS[customer].0);
        contrasts.push(contrast(
            "sex:customer",
            (&name, "Female:returning"),
            |kind| kind.sex == sex && kind.customer == customer,
            |kind| kind.sex == 0 && kind.customer == 1,
        ));
    }

    let ages: Vec<String> = AGE_BANDS
        .iter()
        .map(|band| {
            let (share, factor) = (thousandths(band.share), thousandths(band.factor));
            format!("    {{\"age_band\": \"{}\", \"share\": {share}, \"factor\": {factor}}}", band.name)
        })
        .collect();
    let regions: Vec<String> = REGIONS
        .iter()
        .map(|region| {
            let factor = thousandths(region.factor);
            let share = Fraction::new(i128::from(region.share), i128::from(CAMPAIGN_ROWS)).json();
            format!("    {{\"region\": \"{}\", \"share\": {share}, \"factor\": {factor}}}", region.name)
        })
        .collect();
    let mut cells = Vec::new();
    for (sex, factors) in SEXES.iter().zip(SEX_CUSTOMER) {
        for (customer, factor) in CUSTOMERS.iter().zip(factors) {
            let share = Fraction::new(i128::from(sex.1 * customer.1), i128::from(ONE * ONE)).json();
            let factor = thousandths(factor);
            cells.push(format!(
                "    {{\"sex\": \"{}\", \"customer\": \"{}\", \"share\": {share}, \"factor\": {factor}}}",
                sex.0, customer.0
            ));
        }
    }
    format!(
        "{{\n  \"data\": \"offers.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {CAMPAIGN_SEED},\n  \"rows\": {CAMPAIGN_ROWS},\n  \
         \"model\": \"P(offered) = offer_if_redeemed or offer_if_not x the three factors; the offer does not change redeemed\",\n  \
         \"redeemed\": {},\n  \"offer_if_redeemed\": {},\n  \"offer_if_not\": {},\n  \"sex_missing\": {},\n  \
         \"age_bands\": [\n{}\n  ],\n  \"sex_customer\": [\n{}\n  ],\n  \"regions\": [\n{}\n  ],\n  \
         \"planted_contrasts\": [\n{}\n  ]\n}}\n",
        thousandths(REDEEMED),
        thousandths(OFFER_IF_REDEEMED),
        thousandths(OFFER_IF_NOT),
        thousandths(SEX_MISSING),
        ages.join(",\n"),
        cells.join(",\n"),
        regions.join(",\n"),
        contrasts.join(",\n"),
    )
}

fn small_truth() -> String {
    let branches: Vec<String> =
        BRANCHES.iter().map(|(name, rows)| format!("    {{\"branch\": \"{name}\", \"rows\": {rows}}}")).collect();
    format!(
        "{{\n  \"data\": \"credits.csv\",\n  \"synthetic\": true,\n  \"generator\": \"datasets/generate.rs, SplitMix64\",\n  \
         \"seed\": {SMALL_SEED},\n  \"rows\": {},\n  \"model\": \"P(credited) is the same in every branch and for both sexes\",\n  \
         \"credited\": {},\n  \"female\": {},\n  \"branches\": [\n{}\n  ]\n}}\n",
        BRANCHES.iter().map(|branch| branch.1).sum::<u64>(),
        thousandths(CREDITED),
        thousandths(FEMALE),
        branches.join(",\n"),
    )
}

fn write_all(folder: &Path) -> io::Result<()> {
    let files = [
        ("campaign", "offers.csv", offers_csv()),
        ("campaign", "truth.json", campaign_truth()),
        ("small_groups", "credits.csv", credits_csv()),
        ("small_groups", "truth.json", small_truth()),
        ("calibrated", "scores.csv", calibrated::csv()),
        ("calibrated", "truth.json", calibrated::truth()),
        ("support_tickets", "tickets.csv", support_tickets::csv(support_tickets::SEED, support_tickets::ROWS)),
        ("support_tickets", "truth.json", support_tickets::truth()),
        ("campaign_uplift", "customers.csv", campaign_uplift::csv(campaign_uplift::SEED, campaign_uplift::ROWS)),
        ("campaign_uplift", "truth.json", campaign_uplift::truth()),
        (
            "offers_and_consent",
            "offers.csv",
            offers_and_consent::csv(offers_and_consent::SEED, offers_and_consent::ROWS),
        ),
        ("offers_and_consent", "truth.json", offers_and_consent::truth()),
    ];
    for (name, file, text) in files {
        let inside = folder.join(name);
        fs::create_dir_all(&inside)?;
        fs::write(inside.join(file), text)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let folder = match arguments.as_slice() {
        [] => Path::new("datasets"),
        [one] if !one.to_string_lossy().starts_with('-') => Path::new(one),
        _ => {
            eprintln!("usage: generate_datasets [DIR]   (writes the synthetic data files; default DIR: datasets)");
            return ExitCode::from(2);
        }
    };
    match write_all(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write below {}: {error}", folder.display());
            ExitCode::from(4)
        }
    }
}
