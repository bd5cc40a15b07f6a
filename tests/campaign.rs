//! Campaigns against a reference that counts rows by hand; and what may not change a lift.

use std::fmt::Write;
use std::sync::Arc;

use crate::support;
use crate::support::{SplitMix64, audit_text, close, group, try_audit_text};
use evenhand::cell::Trials;
use evenhand::inference::pair;
use evenhand::input::Source;
use evenhand::release::{self, Audience};
use evenhand::result::{ArmSizes, CampaignView, Document, Group, Lift};
use evenhand::tally::Most;
use proptest::prelude::*;

/// The critical value of 95 %.
const Z: f64 = 1.959_963_984_540_054;

fn policy(campaign: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\nscore = \"s\"\nmissing = [\"\"]\n[[attribute]]\nname = \"shop\"\n\
         reference = {{ group = \"north\" }}\n[[attribute]]\nname = \"tongue\"\nreference = {{ group = \"de\" }}\n[intersections]\n\
         sets = [[\"shop\", \"tongue\"]]\nreference = \"rest\"\n[[outcome]]\nname = \"bought\"\n\
         kind = \"yes-no\"\nyes = [\"1\"]\nbetter = \"more\"\n[[outcome]]\nname = \"spent\"\nkind = \"amount\"\nbetter = \"more\"\n\
         [campaign]\ntreatment = \"mailed\"\ntreated = [\"1\"]\n{campaign}\n[statistics]\nmin_group = 5\npermutations = 0\n"
    )
}

/// The same without a score, whose metrics take the time.
fn scoreless(campaign: &str) -> String {
    policy(campaign).replace("score = \"s\"\n", "").replace("top = [0.2, 1]", "")
}

const RANDOM: &str = "control = [\"0\"]\nassignment = \"random\"\nshare = 0.5\ntop = [0.2, 1]";

/// A row: shop, tongue, the value of the treatment, response, spend, score in hundredths. Empty is missing.
#[derive(Clone, Debug)]
struct Row {
    shop: &'static str,
    tongue: &'static str,
    mailed: &'static str,
    bought: &'static str,
    spent: Option<i64>,
    score: Option<u32>,
}

fn rows(random: &mut SplitMix64, n: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| Row {
        shop: random.pick(&["north", "north", "south", ""]),
        tongue: random.pick(&["de", "fr"]),
        mailed: random.pick(&["1", "1", "1.0", "0", "0", "0", "2", ""]),
        bought: random.pick(&["1", "0", "0", ""]),
        spent: (!random.chance(100)).then(|| random.below(90) as i64 - 10),
        score: (!random.chance(50)).then(|| random.below(12) as u32),
    };
    (0..n).map(|_| row(random)).collect()
}

fn csv(rows: &[Row]) -> String {
    let mut text = "shop,tongue,mailed,bought,spent,s,d\n".to_owned();
    for (place, row) in rows.iter().enumerate() {
        let spent = row.spent.map(|v| v.to_string()).unwrap_or_default();
        let score = row.score.map(|v| format!("0.{v:02}")).unwrap_or_default();
        let d = if place % 3 == 0 { "yes" } else { "no" };
        let _ = writeln!(text, "{},{},{},{},{spent},{score},{d}", row.shop, row.tongue, row.mailed, row.bought);
    }
    text
}

/// The arm of a row: treated, control, or neither.
fn arm(row: &Row) -> usize {
    match row.mailed {
        "1" | "1.0" => 0,
        "0" => 1,
        _ => 2,
    }
}

fn is_in(row: &Row, group: &Group) -> bool {
    group.iter().all(|(axis, level)| {
        let own = if axis == "shop" { row.shop } else { row.tongue };
        own == level || own.is_empty() && level == "(missing)"
    })
}

fn view(document: &Document) -> &CampaignView {
    document.campaign.as_ref().expect("the policy declares a campaign")
}

fn lift<'a>(document: &'a Document, outcome: &str, of: &Group) -> &'a Lift {
    let found: Vec<&Lift> =
        view(document).lifts.iter().filter(|one| one.outcome == outcome && one.group == *of).collect();
    assert_eq!(found.len(), 1, "{outcome} of {of:?}");
    found[0]
}

fn arms<'a>(document: &'a Document, of: &Group) -> &'a ArmSizes {
    view(document).arms.iter().find(|one| one.group == *of).unwrap_or_else(|| panic!("{of:?} has arms"))
}

fn mean_and_square(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0) / n)
}

/// Responses gained per person over treating as many at random, from the definition: rows in falling order, one cut for each
/// distinct score.
fn qini(rows: &[&Row]) -> Option<f64> {
    let scored: Vec<&&Row> =
        rows.iter().filter(|row| row.score.is_some() && !row.bought.is_empty() && arm(row) < 2).collect();
    let n = scored.len() as f64;
    let gained = |least: u32| {
        let count = |of: usize, hits: bool| {
            let inside = |row: &&&&Row| arm(row) == of && row.score >= Some(least) && (!hits || row.bought == "1");
            scored.iter().filter(inside).count() as f64
        };
        let rows = count(0, false) + count(1, false);
        let at_control = if count(1, false) == 0.0 { 0.0 } else { count(1, true) * count(0, false) / count(1, false) };
        (rows, count(0, true) - at_control)
    };
    if [0, 1].iter().any(|of| !scored.iter().any(|row| arm(row) == *of)) {
        return None;
    }
    let mut cuts: Vec<u32> = scored.iter().filter_map(|row| row.score).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let (mut area, mut before) = (0.0, (0.0, 0.0));
    for cut in cuts.into_iter().rev() {
        let now = gained(cut);
        area += (now.0 - before.0) / n * (now.1 + before.1) / 2.0 / n;
        before = now;
    }
    Some(area - before.1 / n / 2.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_what_counting_rows_gives(seed in any::<u64>()) {
        let all = rows(&mut SplitMix64(seed), 240);
        let document = audit_text(&policy(RANDOM), &csv(&all));
        let found = view(&document);
        prop_assert_eq!(found.arms.len(), 1 + 3 + 2 + 6);
        for one in &found.arms {
            let own = |of: usize| all.iter().filter(|row| is_in(row, &one.group) && arm(row) == of).count() as u64;
            prop_assert_eq!([one.treated, one.control, one.left_out], [Some(own(0)), Some(own(1)), Some(own(2))]);
        }
        let mut against_rest = 0;
        for one in &found.lifts {
            let own = |of: usize| all.iter().filter(move |row| is_in(row, &one.group) && arm(row) == of);
            for (of, value) in [&one.treated, &one.control].into_iter().enumerate() {
                prop_assert_eq!(value.rows, Some(own(of).count() as u64));
            }
            if one.outcome == "bought" {
                let trials = |of: usize| Trials {
                    hits: own(of).filter(|row| row.bought == "1").count() as u64,
                    of: own(of).filter(|row| !row.bought.is_empty()).count() as u64,
                };
                let (treated, control) = (trials(0), trials(1));
                prop_assert_eq!((one.treated.yes, one.treated.valued), (Some(treated.hits), Some(treated.of)));
                let Some(limits) = pair::score_difference(treated, control, Z) else {
                    prop_assert_eq!((one.lift, one.undefined.as_deref()), (None, Some("no-rows")));
                    continue;
                };
                let share = |t: Trials| t.hits as f64 / t.of as f64;
                close(one.lift.expect("a lift"), share(treated) - share(control), 1e-11, "lift of bought");
                close(one.low.expect("an end"), limits.low, 1e-9, "low end");
                close(one.high.expect("an end"), limits.high, 1e-9, "high end");
                if let Some(of_rest) = one.reference_lift.filter(|_| one.axes.len() == 2) {
                    let rest = |of: usize| {
                        let others = all.iter().filter(|row| !row.shop.is_empty() && !is_in(row, &one.group));
                        let valued: Vec<&Row> = others.filter(|row| arm(row) == of && !row.bought.is_empty()).collect();
                        valued.iter().filter(|row| row.bought == "1").count() as f64 / valued.len() as f64
                    };
                    close(of_rest, rest(0) - rest(1), 1e-11, "lift of the rest");
                    close(one.difference.expect("a difference"), one.lift.expect("a lift") - of_rest, 1e-10, "difference");
                    against_rest += 1;
                }
                continue;
            }
            let spent = |of: usize| own(of).filter_map(|row| row.spent).map(|v| v as f64).collect::<Vec<f64>>();
            if spent(0).len().min(spent(1).len()) < 2 {
                prop_assert!(one.low.is_none() && one.few);
                continue;
            }
            let ((m1, v1), (m0, v0)) = (mean_and_square(&spent(0)), mean_and_square(&spent(1)));
            close(one.lift.expect("a lift"), m1 - m0, 1e-9, "lift of spent");
            // Welch's interval lies about the difference and is wider than that of a normal with the same error.
            let reach = (one.high.expect("an end") - one.low.expect("an end")) / 2.0;
            let normal = Z * (v1 + v0).sqrt();
            prop_assert!(reach > normal && reach < 7.0 * normal, "{} of {}", reach, normal);
        }
        prop_assert_eq!(against_rest, 4);
        for one in &found.ranked {
            let own: Vec<&Row> = all.iter().filter(|row| is_in(row, &one.group)).collect();
            match (one.qini, qini(&own)) {
                (Some(got), Some(by_hand)) => close(got, by_hand, 1e-9, "qini"),
                (got, by_hand) => prop_assert_eq!(got, by_hand),
            }
            // Everybody is the whole lift of those with a score.
            let top = one.top.last().expect("two parts");
            prop_assert_eq!(top.rows.unwrap_or(one.rows), one.rows);
        }
        prop_assert_eq!(found.ranked.len(), found.arms.len());
    }

    #[test]
    fn neither_the_order_of_rows_nor_another_campaign_changes_a_lift(seed in any::<u64>()) {
        let random = &mut SplitMix64(seed);
        let mut all = rows(random, 160);
        let document = audit_text(&scoreless(RANDOM), &csv(&all));
        // Rows of another campaign: whatever they did, they are in no arm.
        for row in all.iter_mut().filter(|row| arm(row) == 2) {
            row.bought = random.pick(&["1", "0", ""]);
            row.spent = Some(1_000);
        }
        let turned = audit_text(&scoreless(RANDOM), &csv(&all));
        prop_assert_eq!(view(&turned), view(&document));
        random.shuffle(&mut all);
        let shuffled = audit_text(&scoreless(RANDOM), &csv(&all));
        prop_assert_eq!(view(&shuffled), view(&document));
        // Without them only their number goes.
        all.retain(|row| arm(row) < 2);
        let without = audit_text(&scoreless(RANDOM), &csv(&all));
        let mut wanted = view(&document).clone();
        wanted.arms.iter_mut().for_each(|one| one.left_out = Some(0));
        prop_assert_eq!(view(&without), &wanted);
    }

    #[test]
    fn exchanging_the_arms_turns_every_lift_round(seed in any::<u64>()) {
        let all = rows(&mut SplitMix64(seed), 160);
        let document = audit_text(&scoreless("control = [\"0\"]"), &csv(&all));
        let other = scoreless("control = [\"1\"]").replace("treated = [\"1\"]", "treated = [\"0\"]");
        let turned = audit_text(&other, &csv(&all));
        for (one, other) in view(&document).lifts.iter().zip(&view(&turned).lifts) {
            prop_assert_eq!((&one.treated, &one.control), (&other.control, &other.treated));
            for (end, of) in [(one.lift, other.lift), (one.low, other.high), (one.high, other.low)] {
                let (Some(end), Some(of)) = (end, of) else { prop_assert_eq!(end, of); continue };
                close(end, -of, 1e-8, "the other way round");
            }
        }
    }
}

/// People by shop, arm and response.
fn counted(counts: &[(&str, u8, u8, usize)]) -> String {
    let mut text = "shop,mailed,bought,d\n".to_owned();
    for (shop, mailed, bought, rows) in counts {
        (0..*rows).for_each(|_| {
            let _ = writeln!(text, "{shop},{mailed},{bought},yes");
        });
    }
    text
}

fn simple(campaign: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n[[attribute]]\nname = \"shop\"\n[[outcome]]\nname = \"bought\"\n\
         kind = \"yes-no\"\nyes = [1]\nbetter = \"more\"\n[campaign]\ntreatment = \"mailed\"\ntreated = [1]\n{campaign}\n"
    )
}

/// In the north mailing adds 20 points, in the south it takes 20.
fn planted() -> String {
    counted(&[
        ("north", 1, 1, 240),
        ("north", 1, 0, 160),
        ("north", 0, 1, 160),
        ("north", 0, 0, 240),
        ("south", 1, 1, 60),
        ("south", 1, 0, 140),
        ("south", 0, 1, 100),
        ("south", 0, 0, 100),
    ])
}

#[test]
fn whom_it_harms_is_found_and_a_zero_is_not() {
    let document = audit_text(&simple("assignment = \"random\"\nshare = 0.5"), &planted());
    let (north, south) = (group(&[("shop", "north")]), group(&[("shop", "south")]));
    assert_eq!(lift(&document, "bought", &south).finding.as_deref(), Some("harmed"));
    assert_eq!(lift(&document, "bought", &north).finding, None, "it is the reference");
    let south = lift(&document, "bought", &south);
    close(south.difference.expect("a difference"), -0.4, 1e-11, "south less north");
    assert!(south.difference_high.is_some_and(|high| high < -0.2) && south.reference_lift == Some(0.2));
    let test = &view(&document).equal_lift[0];
    assert!(test.differs && test.groups == 2 && test.p_value.is_some_and(|p| p < 1e-6), "{test:?}");
    assert!(view(&document).effect && !arms(&document, &Group::new()).mismatch);
    // The same people, no difference: nothing is found.
    let even = counted(&[
        ("north", 1, 1, 50),
        ("north", 1, 0, 50),
        ("north", 0, 1, 50),
        ("north", 0, 0, 50),
        ("south", 1, 1, 40),
        ("south", 1, 0, 40),
        ("south", 0, 1, 40),
        ("south", 0, 0, 40),
    ]);
    let document = audit_text(&simple("assignment = \"random\""), &even);
    assert!(view(&document).lifts.iter().all(|one| one.finding.is_none() && one.lift == Some(0.0)));
    assert!(document.not_tested.iter().any(|one| one.what == "whether the arms have their planned sizes"));
}

#[test]
fn arms_that_chance_does_not_give_are_told_and_nothing_is_an_effect() {
    let document = audit_text(&simple("assignment = \"random\"\nshare = 0.35"), &planted());
    let codes: Vec<&str> = document.diagnostics.iter().map(|one| one.code.as_str()).collect();
    assert!(codes.contains(&"sample-ratio") && !codes.contains(&"arms-uneven"), "{codes:?}");
    assert!(!view(&document).effect && arms(&document, &Group::new()).mismatch);
    // Over all half is treated, and of each shop by itself not.
    let uneven = counted(&[
        ("north", 1, 1, 300),
        ("north", 1, 0, 100),
        ("north", 0, 1, 100),
        ("north", 0, 0, 100),
        ("south", 1, 1, 100),
        ("south", 1, 0, 100),
        ("south", 0, 1, 300),
        ("south", 0, 0, 100),
    ]);
    let document = audit_text(&simple("assignment = \"random\"\nshare = 0.5"), &uneven);
    let codes: Vec<&str> = document.diagnostics.iter().map(|one| one.code.as_str()).collect();
    assert!(codes.contains(&"sample-ratio") && codes.contains(&"arms-uneven"), "{codes:?}");
    assert!(!arms(&document, &Group::new()).mismatch && arms(&document, &group(&[("shop", "south")])).mismatch);
    assert!(view(&document).balance[0].uneven && !view(&document).effect);
    // What is only observed has no plan to be held against.
    let document = audit_text(&simple(""), &uneven);
    assert!(document.diagnostics.iter().all(|one| one.code != "sample-ratio" && one.code != "arms-uneven"));
    assert!(!view(&document).effect && view(&document).balance[0].uneven);
}

#[test]
fn rows_that_stand_for_several_count_so_often() {
    let each = planted();
    let policy = simple("assignment = \"random\"");
    let document = audit_text(&policy, &each);
    let table = "shop,mailed,bought,d,n\nnorth,1,1,yes,240\nnorth,1,0,yes,160\nnorth,0,1,yes,160\nnorth,0,0,yes,240\n\
                 south,1,1,yes,60\nsouth,1,0,yes,140\nsouth,0,1,yes,100\nsouth,0,0,yes,100\nsouth,7,1,yes,0\n";
    let counts = policy.replace("[[attribute]]", "count = \"n\"\n[[attribute]]");
    assert_eq!(view(&audit_text(&counts, table)), view(&document));
    // The column of the treatment may be that of the decision.
    let same = policy.replace("\"d\"", "\"mailed\"").replace("[\"yes\"]", "[1]");
    assert_eq!(view(&audit_text(&same, &each)), view(&document));
}

#[test]
fn where_only_margins_fit_the_numbers_are_the_same() {
    let all = rows(&mut SplitMix64(7), 200);
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<Source> = all
        .chunks(60)
        .enumerate()
        .map(|(place, rows)| {
            let path = folder.path().join(format!("{place}.csv"));
            std::fs::write(&path, csv(rows)).expect("written");
            Source::File { shown: path.display().to_string(), path }
        })
        .collect();
    // A declared intersection of all attributes would be the full cross again.
    let set = "[intersections]\nsets = [[\"shop\", \"tongue\"]]\nreference = \"rest\"\n";
    let text = policy(RANDOM);
    assert!(text.contains(set));
    let (policy, _) = support::policy(&text.replace(set, ""));
    let quiet = Arc::new(|_| {}) as evenhand::input::hash::Progress;
    let audit = |most: Most| {
        evenhand::audit_within(&policy, Vec::new(), &files, most, support::AS_OF, &quiet).expect("an audit")
    };
    let (whole, margins) = (audit(Most::default()), audit(Most { cells: 4, ..Most::default() }));
    assert!(margins.diagnostics.iter().any(|one| one.code == "margins-only"));
    assert_eq!(view(&margins), view(&whole));
}

#[test]
fn an_arm_without_rows_is_a_reason_and_no_number() {
    let some = counted(&[("north", 1, 1, 40), ("north", 1, 0, 40), ("south", 1, 0, 40), ("south", 0, 1, 40)]);
    let document = audit_text(&simple(""), &some);
    let north = lift(&document, "bought", &group(&[("shop", "north")]));
    assert_eq!((north.lift, north.undefined.as_deref(), north.few), (None, Some("no-rows"), true));
    let wrong = try_audit_text(&simple("control = [3]"), &some).expect_err("3 never occurs").to_string();
    assert!(wrong.contains("value-never-occurs") && wrong.contains("`control` lists `3`"), "{wrong}");
}

#[test]
fn the_public_sees_no_small_arm() {
    let public = |csv: &str, campaign: &str| {
        let document = audit_text(&simple(campaign), csv);
        release::release(document, Audience::Public, &[]).expect("it can be released").document().clone()
    };
    // All counts of both shops are large: shares and lifts are shown, from rounded counts, and no test.
    let shown = public(&planted(), "assignment = \"random\"\nshare = 0.5");
    let south = lift(&shown, "bought", &group(&[("shop", "south")]));
    assert_eq!((south.lift, south.treated.yes, south.p_value), (Some(-0.2), Some(60), None));
    assert!(view(&shown).arms.iter().all(|one| one.p_value.is_none() && one.treated.is_some()));
    // Nine of the south responded among those who were mailed: every number of the shops goes, and nothing tells it.
    let few = planted().replacen("south,1,1,yes\n", "", 51);
    let hidden = public(&few, "assignment = \"random\"\nshare = 0.5");
    for one in view(&hidden).lifts.iter().filter(|one| !one.axes.is_empty()) {
        assert_eq!(one.undefined.as_deref(), Some("suppressed"), "{one:?}");
        let numbers = [one.lift, one.low, one.difference, one.reference_lift, one.treated.value, one.control.value];
        assert!(numbers.iter().all(Option::is_none) && one.treated.yes.is_none() && one.finding.is_none(), "{one:?}");
    }
    assert!(view(&hidden).equal_lift.iter().all(|one| one.chi2.is_none() && one.common.is_none() && !one.differs));
    assert!(lift(&hidden, "bought", &Group::new()).lift.is_some());
    assert!(view(&hidden).ranked.is_empty());
    // Who is in neither arm is the rest of what is shown.
    let other = public(&(planted() + &"south,2,1,yes\n".repeat(40)), "control = [0]");
    assert!(
        view(&other).arms.iter().all(|one| one.undefined.as_deref() == Some("suppressed") && one.treated.is_none())
    );
    let text = serde_json::to_string(&other.campaign).expect("it is JSON");
    assert!(view(&other).arms.iter().all(|one| one.left_out.is_none()), "{text}");
    // And in the words of a report.
    let words = evenhand::words::compose(&release::release(hidden, Audience::Public, &[]).expect("it is so already"));
    assert!(format!("{words:?}").contains("Bought by shop: hidden"), "{words:?}");
}

#[test]
fn without_chance_every_sentence_says_so() {
    let document = audit_text(&simple(""), &planted());
    let page = evenhand::words::compose(&support::internal(&document));
    let mut blocks = page.blocks.iter().skip_while(|block| !format!("{block:?}").starts_with("Heading(\"Campaign"));
    let heading = format!("{:?}", blocks.next());
    assert!(heading.contains("association, not effect"), "{heading}");
    let section: Vec<String> =
        blocks.map(|block| format!("{block:?}")).take_while(|text| !text.starts_with("Heading")).collect();
    let of_lifts = section.iter().filter(|text| text.contains("bought") && text.starts_with("Paragraph"));
    let mut told = 0;
    for text in of_lifts {
        assert!(text.to_lowercase().contains("association, not effect"), "{text}");
        told += 1;
    }
    assert!(told >= 3, "{section:?}");
    for text in &section {
        for word in ["changed", "caused", "did less", "made it worse", "no change"] {
            assert!(!text.contains(word), "`{word}` is in {text}");
        }
    }
}

/// In the north nine tenths are mailed and half buy, in the south one tenth and a tenth do: within each, mailing does nothing.
#[test]
fn groups_that_are_reached_unequally_often_make_no_effect() {
    let uneven = counted(&[
        ("north", 1, 1, 450),
        ("north", 1, 0, 450),
        ("north", 0, 1, 50),
        ("north", 0, 0, 50),
        ("south", 1, 1, 10),
        ("south", 1, 0, 90),
        ("south", 0, 1, 90),
        ("south", 0, 0, 810),
    ]);
    let document = audit_text(&simple("assignment = \"random\""), &uneven);
    close(lift(&document, "bought", &Group::new()).lift.expect("a lift"), 0.46 - 0.14, 1e-11, "over all");
    for shop in ["north", "south"] {
        assert_eq!(lift(&document, "bought", &group(&[("shop", shop)])).lift, Some(0.0));
    }
    assert!(view(&document).balance[0].uneven && !view(&document).effect);
    let words = format!("{:?}", evenhand::words::compose(&support::internal(&document)));
    assert!(!words.contains("Contacting changed") && !words.contains("nothing but the campaign"), "{words}");
    assert!(words.contains("Groups of shop were contacted unequally often"), "{words}");
}

#[test]
fn arms_that_went_wrong_where_nobody_may_look_are_told_without_a_place() {
    // The arms of one shop are not as planned, and the axis has a small arm.
    let counts = [
        ("north", 1, 1, 2000),
        ("north", 1, 0, 2000),
        ("north", 0, 1, 2000),
        ("north", 0, 0, 2000),
        ("south", 1, 1, 30),
        ("south", 1, 0, 30),
        ("south", 0, 1, 5),
        ("south", 0, 0, 4),
    ];
    let document = audit_text(&simple("assignment = \"random\"\nshare = 0.5"), &counted(&counts));
    assert!(arms(&document, &group(&[("shop", "south")])).mismatch && !view(&document).effect);
    let shown = release::release(document, Audience::Public, &[]).expect("it can be released");
    assert!(view(shown.document()).arms.iter().all(|one| !one.mismatch));
    let words = format!("{:?}", evenhand::words::compose(&shown));
    assert!(words.contains("where is hidden with the small groups"), "{words}");
    assert!(!words.contains("give no sign that the assignment went wrong"), "{words}");
}

#[test]
fn the_public_sees_three_digits_of_an_amount_and_whole_sentences() {
    let csv: String = planted()
        .lines()
        .enumerate()
        .map(|(row, line)| if row == 0 { format!("{line},spent\n") } else { format!("{line},{}\n", 100_000 + row * 7) })
        .collect();
    let spent = "[[outcome]]\nname = \"spent\"\nkind = \"amount\"\nbetter = \"more\"\n[campaign]";
    let policy = simple("assignment = \"random\"")
        .replace("[campaign]", spent)
        .replace("name = \"shop\"", "name = \"shop\"\nreference = \"rest\"");
    let exact = audit_text(&policy, &csv);
    let shown = release::release(exact.clone(), Audience::Public, &[]).expect("it can be released");
    let digits =
        |value: f64| format!("{value:e}").split('e').next().map_or(0, |text| text.replace(['.', '-'], "").len());
    let mut amounts = 0;
    for one in view(shown.document()).lifts.iter().filter(|one| one.outcome == "spent") {
        let numbers = [one.treated.value, one.control.value, one.lift, one.low, one.high, one.difference];
        assert!(numbers.into_iter().flatten().all(|value| digits(value) <= 3), "{one:?}");
        amounts += numbers.into_iter().flatten().count();
    }
    assert!(amounts >= 9, "{amounts}");
    let is_long = |one: &Lift| one.outcome == "spent" && one.treated.value.is_some_and(|value| digits(value) > 6);
    assert!(view(&exact).lifts.iter().any(is_long));
    // Of counts that are rounded there is no lift of all others: which way it goes is told, without holes for the numbers.
    let words = format!("{:?}", evenhand::words::compose(&shown));
    assert!(
        words.contains("Contacting made it worse for shop south")
            || words.contains("Contacting did less for shop south")
    );
    assert!(!words.contains("by for") && !words.contains("(–)") && !words.contains("gap is  ("), "{words}");
}
