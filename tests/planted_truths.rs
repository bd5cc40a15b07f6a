//! Whether the reports find what was planted: the synthetic datasets drawn again with many seeds, each audited as the program does.
//!
//! `cargo test --release --test suite planted_truths:: -- --ignored` draws 1,000 seeds of each and writes
//! `reports/planted_truths.md`.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::{self, comparison, group, measurement};
use evenhand::render::{Colour, text};
use evenhand::result::{Coverage, Document, FunnelGap, HumanGap, Lift, Unknown};
use evenhand::words;
use serde_json::Value;

/// The generator of the datasets: what is drawn here is what it writes, but for the seed.
#[path = "../datasets/generate.rs"]
#[allow(dead_code, reason = "what writes the files is not called here")]
mod generate;

use generate::{campaign_uplift, offers_and_consent, support_tickets};

/// Seeds of the table, and of what every run of the tests draws.
const SEEDS: u64 = 1_000;
const FEW: u64 = 20;
/// The least share of seeds in which an interval holds the truth.
const LEAST: f64 = 0.93;
/// Lines of a terminal.
const SCREEN: usize = 24;
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/planted_truths.md");

/// The ends of an interval; none where it has no value, and an end that is not there is unbounded.
type Ends = Option<(Option<f64>, Option<f64>)>;

/// A number whose truth was planted, and where its interval is.
struct Quantity {
    what: String,
    truth: f64,
    find: Box<dyn Fn(&Document) -> Ends + Sync>,
}

/// What the first screen should say: words, and words that follow them in the same sentence or the next.
struct Harm {
    what: &'static str,
    begins: &'static str,
    goes_on: &'static str,
}

/// A dataset, its generator and its planted truths.
struct Set {
    name: &'static str,
    rows: u64,
    draw: fn(u64, u64) -> String,
    truth: fn() -> String,
    quantities: fn(&Value) -> Vec<Quantity>,
    harms: &'static [Harm],
    /// Groups of which nothing was planted, and the words after which a sentence would name them.
    quiet: (&'static [&'static str], &'static str),
}

const SETS: [Set; 3] = [
    Set {
        name: "support_tickets",
        rows: support_tickets::ROWS,
        draw: support_tickets::csv,
        truth: support_tickets::truth,
        quantities: of_tickets,
        harms: &[
            Harm {
                what: "islands waits longer",
                begins: "For segment islands the middle wait was",
                goes_on: "shown to be above the limit",
            },
            Harm {
                what: "islands gets to a human less often",
                begins: "Handed to human was yes for segment islands",
                goes_on: "shown to be below the limit",
            },
            Harm {
                what: "islands answers less often",
                begins: "segment islands answered csat",
                goes_on: "shown to be below the limit",
            },
            Harm {
                what: "... and the answers look alike",
                begins: "segment islands answered csat",
                goes_on: "The answers look alike",
            },
            Harm {
                what: "people turn down more credits of islands",
                begins: "By the model segment islands got the favourable decision",
                goes_on: "people made the gap wider",
            },
        ],
        quiet: (&["segment country", "segment abroad"], ""),
    },
    Set {
        name: "campaign_uplift",
        rows: campaign_uplift::ROWS,
        draw: campaign_uplift::csv,
        truth: campaign_uplift::truth,
        quantities: of_campaign,
        harms: &[
            Harm {
                what: "fewer respond because of it by phone",
                begins: "Contacting did less for segment phone than for segment online: it changed responded",
                goes_on: "the gap is",
            },
            Harm {
                what: "less is spent because of it by phone",
                begins: "Contacting did less for segment phone than for segment online: it changed spend",
                goes_on: "the gap is",
            },
        ],
        // The check that is nearest to its limit may be one of languages.
        quiet: (&["language"], "Contacting changed"),
    },
    Set {
        name: "offers_and_consent",
        rows: offers_and_consent::ROWS,
        draw: offers_and_consent::csv,
        truth: offers_and_consent::truth,
        quantities: of_offers,
        harms: &[
            Harm {
                what: "web is selected less often",
                begins: "channel web got the favourable decision",
                goes_on: "shown to be below the limit",
            },
            Harm {
                what: "the gap at the end of web arises at the stage selected",
                begins: "Of channel web",
                goes_on: "The largest part of the gap arises at \"selected\"",
            },
            Harm {
                what: "store consents less often, and what that leaves open",
                begins: "of channel store,",
                goes_on: "it could be anything from",
            },
        ],
        quiet: (&["language"], ""),
    },
];

fn number(value: &Value) -> f64 {
    let exact = || value["value"].as_f64();
    value.as_f64().or_else(exact).unwrap_or_else(|| panic!("{value} is no number"))
}

/// The one entry of a list in which a key has that value.
fn entry<'a>(truth: &'a Value, list: &str, key: &str, name: &str) -> &'a Value {
    let found = truth[list].as_array().expect("a list").iter().find(|one| one[key] == name);
    found.unwrap_or_else(|| panic!("{list} has no {name}"))
}

fn quantity(what: String, truth: f64, find: impl Fn(&Document) -> Ends + Sync + 'static) -> Quantity {
    Quantity { what, truth, find: Box::new(find) }
}

/// Of a value that is there.
fn ends(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Ends {
    value.filter(|_| low.is_some() || high.is_some()).map(|_| (low, high))
}

/// A number of a group, or of everybody.
fn value(metric: &'static str, of: &[(&str, &str)], truth: f64) -> Quantity {
    let (name, of) = (named(of), group(of));
    quantity(format!("{metric}, {name}"), truth, move |document| {
        let m = measurement(document, metric, &of);
        ends(m.value, m.low, m.high)
    })
}

/// A group held against its reference.
fn compared(metric: &'static str, contrast: &'static str, of: &[(&str, &str)], truth: f64) -> Quantity {
    let (name, of) = (named(of), group(of));
    quantity(format!("{metric}, {contrast} of {name}"), truth, move |document| {
        let c = comparison(document, metric, contrast, &of);
        ends(c.value, c.low, c.high)
    })
}

fn named(of: &[(&str, &str)]) -> String {
    of.first().map_or_else(|| "everybody".to_owned(), |(_, level)| (*level).to_owned())
}

fn of_tickets(truth: &Value) -> Vec<Quantity> {
    let planted = |segment: &str, key: &str| number(&entry(truth, "segments", "segment", segment)[key]);
    let (islands, city) = ([("segment", "islands")], [("segment", "city")]);
    let times = planted("islands", "wait_ratio");
    let mut all = Vec::new();
    for (of, times) in [(city, 1.0), (islands, times)] {
        let segment = of[0].1;
        for (metric, key) in [("wait.median", "median"), ("wait.p90", "p90"), ("wait.mean", "mean")] {
            all.push(value(metric, &of, times * number(&truth["wait"][key])));
        }
        let answers: Vec<f64> = truth["answers_1_to_5"].as_array().expect("shares").iter().map(number).collect();
        let mean: f64 = answers.iter().zip(1..).map(|(share, answer)| share * f64::from(answer)).sum();
        all.push(value("handed_to_human.share-yes", &of, planted(segment, "handed_to_human")));
        all.push(value("csat.answered", &of, planted(segment, "answers")));
        all.push(value("csat.share-from-4", &of, answers[3] + answers[4]));
        all.push(value("csat.mean", &of, mean));
        all.push(value("cost.mean", &of, planted(segment, "mean_cost")));
        all.push(value("resolved.share-yes", &of, number(&truth["resolved"])));
        all.push(value("selection-rate", &of, planted(segment, "credit")));
    }
    let over = |key: &str| planted("islands", key) / planted("city", key);
    let less = |key: &str| planted("islands", key) - planted("city", key);
    for metric in ["wait.median", "wait.p90", "wait.mean"] {
        all.push(compared(metric, "ratio", &islands, times));
    }
    let middle = number(&truth["wait"]["median"]);
    all.push(compared("wait.median", "difference", &islands, (times - 1.0) * middle));
    all.push(compared("handed_to_human.share-yes", "ratio", &islands, over("handed_to_human")));
    all.push(compared("csat.answered", "ratio", &islands, over("answers")));
    all.push(compared("csat.share-from-4", "difference", &islands, 0.0));
    all.push(compared("csat.mean", "difference", &islands, 0.0));
    all.push(compared("cost.mean", "difference", &islands, less("mean_cost")));
    all.push(compared("resolved.share-yes", "ratio", &islands, 1.0));
    all.push(compared("selection-rate", "ratio", &islands, over("credit")));
    all.push(compared("selection-rate", "difference", &islands, less("credit")));
    all.push(quantity("csat: a random answer of islands is more than one of city".to_owned(), 0.5, |document| {
        let of = group(&[("segment", "islands")]);
        let one = document.outcome_comparisons.iter().find(|one| one.outcome == "csat" && one.group == of);
        one.and_then(|one| ends(one.has_more.value, one.has_more.low, one.has_more.high))
    }));
    let (before, after) = (less("bot_credit"), less("credit"));
    let refused = planted("islands", "bot_credit") * planted("islands", "refused");
    let granted = (1.0 - planted("islands", "bot_credit")) * number(&truth["granted"]);
    all.push(human("difference", "how much wider people made the gap", after.abs() - before.abs(), |gap| {
        ends(gap.widening, gap.widening_low, gap.widening_high)
    }));
    all.push(human("difference", "how people changed the difference", after - before, |gap| {
        ends(gap.change, gap.low, gap.high)
    }));
    all.push(human("ratio", "how people changed the ratio", over("credit") - over("bot_credit"), |gap| {
        ends(gap.change, gap.low, gap.high)
    }));
    let step = |document: &Document| {
        let of = group(&[("segment", "islands")]);
        document.human.as_ref().and_then(|view| view.steps.iter().find(|step| step.group == of)).cloned()
    };
    all.push(quantity("credits of islands that people changed".to_owned(), refused + granted, move |document| {
        step(document).and_then(|step| ends(step.share, step.low, step.high))
    }));
    all.push(quantity("by how much people moved the rate of islands".to_owned(), granted - refused, move |document| {
        step(document).and_then(|step| ends(step.change, step.change_low, step.change_high))
    }));
    all
}

/// A number of the gap of islands before people looked and in the end.
fn human(contrast: &'static str, what: &str, truth: f64, of: fn(&HumanGap) -> Ends) -> Quantity {
    quantity(format!("credit of islands: {what}"), truth, move |document| {
        let islands = group(&[("segment", "islands")]);
        let mut gaps = document.human.as_ref().expect("a human step").gaps.iter();
        gaps.find(|gap| gap.contrast == contrast && gap.group == islands).and_then(of)
    })
}

fn of_campaign(truth: &Value) -> Vec<Quantity> {
    let planted = |segment: &str, key: &str| number(&entry(truth, "segments", "segment", segment)[key]);
    let everybody = |key: &str| {
        ["online", "phone"].map(|segment| planted(segment, "share") * planted(segment, key)).iter().sum::<f64>()
    };
    let mut all = Vec::new();
    for (outcome, key) in [("responded", "lift_responded"), ("spend", "lift_spend")] {
        all.push(lift(outcome, &[], "lift", everybody(key), own));
        for segment in ["online", "phone"] {
            all.push(lift(outcome, &[("segment", segment)], "lift", planted(segment, key), own));
        }
        for language in ["de", "fr"] {
            all.push(lift(outcome, &[("language", language)], "lift", everybody(key), own));
        }
        let less = planted("phone", key) - planted("online", key);
        all.push(lift(outcome, &[("segment", "phone")], "difference of lifts", less, beside));
        all.push(lift(outcome, &[("language", "fr")], "difference of lifts", 0.0, beside));
    }
    // Scores are whole hundredths from 1 to 99: about a tenth of everybody has 0.90 and more.
    for (place, part, least) in [(0, "10%", 90_u32), (1, "30%", 70)] {
        let score = f64::from(least + 99) / 200.0;
        let planted = 2.0 * score * everybody("lift_responded");
        all.push(quantity(
            format!("responded: lift among the {part} with the highest scores"),
            planted,
            move |document| {
                let ranked = &document.campaign.as_ref().expect("a campaign").ranked;
                let all = ranked.iter().find(|one| one.axes.is_empty() && one.outcome == "responded");
                all.and_then(|all| ends(all.top[place].lift, all.top[place].low, all.top[place].high))
            },
        ));
    }
    let contacted = number(&truth["contacted"]);
    all.push(value("selection-rate", &[], contacted));
    for of in [[("segment", "phone")], [("language", "fr")]] {
        all.push(compared("selection-rate", "ratio", &of, 1.0));
    }
    for segment in ["online", "phone"] {
        let share = number(&truth["base"]) + contacted * planted(segment, "lift_responded");
        all.push(value("responded.share-yes", &[("segment", segment)], share));
        let spend = share * number(&truth["mean_spend_of_responders"]);
        all.push(value("spend.mean", &[("segment", segment)], spend));
    }
    all
}

fn own(lift: &Lift) -> Ends {
    ends(lift.lift, lift.low, lift.high)
}

fn beside(lift: &Lift) -> Ends {
    ends(lift.difference, lift.difference_low, lift.difference_high)
}

fn lift(outcome: &'static str, of: &[(&str, &str)], what: &str, truth: f64, find: fn(&Lift) -> Ends) -> Quantity {
    let (name, of) = (named(of), group(of));
    quantity(format!("{outcome}: {what}, {name}"), truth, move |document| {
        let lifts = &document.campaign.as_ref().expect("a campaign").lifts;
        lifts.iter().find(|one| one.outcome == outcome && one.group == of).and_then(find)
    })
}

fn of_offers(truth: &Value) -> Vec<Quantity> {
    let channel = |name: &str| entry(truth, "channels", "channel", name);
    let with = |name: &str, key: &str| number(&channel(name)["with_consent"][key]);
    let everybody = |name: &str, key: &str| number(&channel(name)["everybody"][key]);
    let mut all = Vec::new();
    for name in ["app", "web", "store"] {
        let of = [("channel", name)];
        all.push(consenting(name, "share", number(&channel(name)["consent"]), |one| {
            ends(one.share, one.low, one.high)
        }));
        all.push(value("selection-rate", &of, with(name, "selected_of_all")));
        all.push(value("offer_value.mean", &of, with(name, "mean_offer_value")));
        for (place, stage) in ["eligible", "scored", "selected", "contacted", "responded"].into_iter().enumerate() {
            let what = format!("funnel: through \"{stage}\", {name}");
            let of = group(&of);
            all.push(quantity(what, with(name, stage), move |document| {
                let groups = &document.funnel.as_ref().expect("a funnel").groups;
                let stage = groups.iter().find(|one| one.group == of).map(|one| &one.stages[place]);
                stage.and_then(|stage| ends(stage.share, stage.low, stage.high))
            }));
        }
    }
    for name in ["web", "store"] {
        let of = [("channel", name)];
        let consent = number(&channel(name)["consent"]) / number(&channel("app")["consent"]);
        all.push(consenting(name, "ratio", consent, |one| ends(one.ratio, one.ratio_low, one.ratio_high)));
        for (metric, key) in [("selection-rate", "selected_of_all"), ("offer_value.mean", "mean_offer_value")] {
            all.push(compared(metric, "ratio", &of, with(name, key) / with("app", key)));
            all.push(compared(metric, "difference", &of, with(name, key) - with("app", key)));
        }
        let end = with(name, "responded_of_all") - with("app", "responded_of_all");
        all.push(gap(name, "at the end".to_owned(), end, |gap| ends(gap.difference, gap.low, gap.high)));
        for (contrast, planted) in [
            ("value", everybody(name, "selected_of_all")),
            ("ratio", everybody(name, "selected_of_all") / everybody("app", "selected_of_all")),
        ] {
            all.push(bounds(name, contrast, planted));
        }
    }
    let parts = truth["gap_at_the_end"]["parts"].as_object().expect("parts");
    for (place, (stage, planted)) in parts.iter().enumerate() {
        all.push(gap_part(place, format!("part of it at \"{stage}\""), number(planted)));
    }
    let french = [("language", "fr")];
    all.push(compared("selection-rate", "ratio", &french, 1.0));
    all
}

fn consenting(name: &'static str, what: &str, truth: f64, find: fn(&Coverage) -> Ends) -> Quantity {
    let of = group(&[("channel", name)]);
    quantity(format!("consent: {what}, {name}"), truth, move |document| {
        let coverage = &document.consent.as_ref().expect("consent").coverage;
        coverage.iter().find(|one| one.group == of).and_then(find)
    })
}

fn gap(name: &'static str, what: String, truth: f64, find: impl Fn(&FunnelGap) -> Ends + Sync + 'static) -> Quantity {
    let of = group(&[("channel", name)]);
    quantity(format!("funnel: gap of {name}, {what}"), truth, move |document| {
        let gaps = &document.funnel.as_ref().expect("a funnel").gaps;
        gaps.iter().find(|one| one.group == of).and_then(&find)
    })
}

fn gap_part(place: usize, what: String, truth: f64) -> Quantity {
    gap("web", what, truth, move |gap| {
        let part = gap.parts.get(place)?;
        ends(Some(part.difference), part.low, part.high)
    })
}

/// What everybody could have got, those without consent included: no interval of chance, and it holds the truth all the same.
fn bounds(name: &'static str, contrast: &'static str, truth: f64) -> Quantity {
    let of = group(&[("channel", name)]);
    quantity(
        format!("consent: bounds of the selection rate of everybody, {contrast} of {name}"),
        truth,
        move |document| {
            let found = &document.consent.as_ref().expect("consent").bounds;
            let wanted = |one: &&Unknown| one.contrast == contrast && one.group == of;
            found.iter().find(wanted).and_then(|one| ends(one.value, one.low, one.high))
        },
    )
}

/// How often each interval held the truth, there was none, each harm was named, and something was named that was not planted.
#[derive(Clone, Default)]
struct Found {
    held: Vec<u64>,
    without: Vec<u64>,
    named: Vec<u64>,
    beside: u64,
}

impl Found {
    fn none(quantities: usize, harms: usize) -> Found {
        Found { held: vec![0; quantities], without: vec![0; quantities], named: vec![0; harms], beside: 0 }
    }

    fn add(&mut self, other: &Found) {
        let lists =
            [(&mut self.held, &other.held), (&mut self.without, &other.without), (&mut self.named, &other.named)];
        for (mine, theirs) in lists {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.beside += other.beside;
    }
}

/// The lines above the first table that a terminal shows at once.
fn first_screen(document: &Document) -> String {
    let mut out = Vec::new();
    text::render(&words::summarise(&support::internal(document)), Colour::Plain, &mut out).expect("it renders");
    let text = String::from_utf8(out).expect("UTF-8");
    let lines = text.lines().take_while(|line| !line.starts_with("Verdict  ")).take(SCREEN);
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

impl Harm {
    fn is_in(&self, screen: &str) -> bool {
        // Far enough for a sentence and the next one, and not as far as what is said of another group.
        let rest = screen.split_once(self.begins).map(|(_, rest)| rest.chars().take(330).collect::<String>());
        rest.is_some_and(|rest| rest.contains(self.goes_on))
    }
}

impl Set {
    fn quantities(&self) -> Vec<Quantity> {
        (self.quantities)(&serde_json::from_str(&(self.truth)()).expect("the truth is JSON"))
    }

    fn policy(&self) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets").join(self.name).join("evenhand.toml");
        std::fs::read_to_string(path).expect("the policy")
    }

    /// Draws and audits one seed after the other.
    fn audit(&self, quantities: &[Quantity], seeds: impl Iterator<Item = u64>) -> Found {
        let policy = self.policy();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("rows.csv");
        let mut found = Found::none(quantities.len(), self.harms.len());
        for seed in seeds {
            std::fs::write(&file, (self.draw)(seed, self.rows)).expect("written");
            let document = support::audit_files(&policy, std::slice::from_ref(&file));
            for (place, quantity) in quantities.iter().enumerate() {
                match (quantity.find)(&document) {
                    None => found.without[place] += 1,
                    Some((low, high)) => {
                        let holds = low.is_none_or(|low| low <= quantity.truth + TINY)
                            && high.is_none_or(|high| quantity.truth - TINY <= high);
                        found.held[place] += u64::from(holds);
                    }
                }
            }
            let screen = first_screen(&document);
            for (named, harm) in found.named.iter_mut().zip(self.harms) {
                *named += u64::from(harm.is_in(&screen));
            }
            let (groups, after) = self.quiet;
            let told = screen.split_once(after).map_or("", |(_, told)| told);
            found.beside += u64::from(groups.iter().any(|group| told.contains(group)));
        }
        found
    }

    /// The seeds from 1 on, on two threads.
    fn audit_all(&self, quantities: &[Quantity], seeds: u64) -> Found {
        let mut found = Found::none(quantities.len(), self.harms.len());
        std::thread::scope(|scope| {
            let halves = [1, 2].map(|first| scope.spawn(move || self.audit(quantities, (first..=seeds).step_by(2))));
            for half in halves {
                found.add(&half.join().expect("no audit fails"));
            }
        });
        found
    }
}

/// Truths are written with six decimals.
const TINY: f64 = 1e-6;

fn percent(of: u64, seeds: u64) -> String {
    format!("{:.1} %", 100.0 * of as f64 / seeds as f64)
}

fn shown(truth: f64) -> String {
    let text = format!("{truth:.4}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[test]
#[ignore = "3,000 audits; it writes reports/planted_truths.md"]
fn intervals_hold_what_was_planted() {
    let mut out = format!(
        "# Whether the reports find what was planted\n\nThe synthetic datasets drawn {SEEDS} times each, with the seeds from 1 on and \
         as many rows as the dataset has, and audited with its policy. What is planted is told in the README of each dataset. A share \
         of 95 % has a standard error of {:.1} percentage points; bounds are no intervals of chance and hold the truth nearly always.\n\n\
         The first screen is what stands above the first table within {SCREEN} lines. That answers look alike is said where the whole \
         interval of the comparison is near one half, which so few answers of one segment do not always give; a campaign names a \
         segment where its test says so after allowing for the other tests.\n\n\
         Written by `cargo test --release --test suite planted_truths:: -- --ignored`.\n",
        100.0 * (0.95 * 0.05 / SEEDS as f64).sqrt()
    );
    let mut low = Vec::new();
    for set in &SETS {
        let quantities = set.quantities();
        let found = set.audit_all(&quantities, SEEDS);
        let _ = writeln!(out, "\n## {}, {} rows\n", set.name, set.rows);
        out.push_str("| Quantity | Truth | The 95% interval holds it | No interval |\n|---|--:|--:|--:|\n");
        for (place, of) in quantities.iter().enumerate() {
            let (held, without) = (found.held[place], found.without[place]);
            let _ = writeln!(out, "| {} | {} | {} | {without} |", of.what, shown(of.truth), percent(held, SEEDS));
            if (held as f64) < LEAST * SEEDS as f64 {
                low.push(format!("{}: {} of {SEEDS}", of.what, held));
            }
        }
        out.push_str("\n| Planted harm | Named on the first screen |\n|---|--:|\n");
        for (harm, named) in set.harms.iter().zip(&found.named) {
            let _ = writeln!(out, "| {} | {} |", harm.what, percent(*named, SEEDS));
        }
        let _ = writeln!(
            out,
            "| nothing was planted, and named all the same: {} | {} |",
            set.quiet.0.join(", "),
            percent(found.beside, SEEDS)
        );
    }
    std::fs::write(TABLE, out).expect("written");
    assert!(low.is_empty(), "held in less than {LEAST} of the seeds:\n{}", low.join("\n"));
}

#[test]
fn a_few_seeds_show_what_was_planted() {
    for set in &SETS {
        let quantities = set.quantities();
        let found = set.audit_all(&quantities, FEW);
        let all: u64 = found.held.iter().sum();
        let of = FEW * quantities.len() as u64;
        assert!(all as f64 >= LEAST * of as f64, "{}: {all} of {of} intervals hold the truth", set.name);
        for (quantity, held) in quantities.iter().zip(&found.held) {
            assert!(*held >= FEW - 5, "{}, {}: {held} of {FEW}", set.name, quantity.what);
        }
        for (harm, named) in set.harms.iter().zip(&found.named) {
            assert!(*named >= FEW - 5, "{}, {}: named in {named} of {FEW}", set.name, harm.what);
        }
    }
}

#[test]
fn the_table_is_of_these_quantities_and_says_at_least_what_it_must() {
    let table = std::fs::read_to_string(TABLE).expect("reports/planted_truths.md");
    let line = |begins: &str| {
        let found = table.lines().find(|line| line.starts_with(&format!("| {begins} |")));
        found.unwrap_or_else(|| panic!("`{begins}` is not in the table; write it again"))
    };
    for set in &SETS {
        for quantity in set.quantities() {
            let cells: Vec<&str> = line(&quantity.what).split(" | ").collect();
            let share = cells[2].trim_end_matches(" %").parse::<f64>().expect("a share");
            assert!(share >= 100.0 * LEAST, "{}: {share}", quantity.what);
        }
        for harm in set.harms {
            line(harm.what);
        }
    }
}
