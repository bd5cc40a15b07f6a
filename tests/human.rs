//! People after a model: the report's numbers against a slow count of single rows, against published pairs, and laws.

use std::fmt::Write as _;

use crate::support::{SplitMix64, audit_text, close, comparison, group, try_policy};
use evenhand::release::{Audience, release};
use evenhand::render::Format;
use evenhand::result::{Document, Group, HumanGap, HumanStep, HumanView, ReferenceView};
use evenhand::verify::Tallies;
use evenhand::verify::figures::figures;
use serde_json::Value;

/// A row: region, tier, the model's decision and the final one, where there are any.
type Row = (&'static str, &'static str, Option<bool>, Option<bool>);

fn policy(more: &str, reference: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [\"yes\"]\n{more}\n[[attribute]]\nname = \"region\"\n\
         reference = {reference}\n[[attribute]]\nname = \"tier\"\n[intersections]\nsets = [[\"region\", \"tier\"]]\n\
         [statistics]\nmin_group = 1\n"
    )
}

const HUMAN: &str = "[human]\nmodel_decision = \"m\"";

fn csv(rows: &[Row]) -> String {
    let word = |decision: Option<bool>| decision.map_or("", |yes| if yes { "yes" } else { "no" });
    let mut text = "region,tier,m,d\n".to_owned();
    for (region, tier, model, last) in rows {
        let _ = writeln!(text, "{region},{tier},{},{}", word(*model), word(*last));
    }
    text
}

/// Rows whose model says yes more often in the north, and of whom people change some.
fn rows(random: &mut SplitMix64, n: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let region = random.pick(&["north", "south", "south", "west"]);
        let model = random.chance(if region == "north" { 600 } else { 450 });
        let changed = random.chance(if region == "south" && model { 300 } else { 120 });
        let lacks = |random: &mut SplitMix64, value: bool| (!random.chance(30)).then_some(value);
        (region, random.pick(&["gold", "plain"]), lacks(random, model), lacks(random, model != changed))
    };
    (0..n).map(|_| row(random)).collect()
}

fn human(document: &Document) -> &HumanView {
    document.human.as_ref().expect("a human step")
}

#[track_caller]
fn step<'a>(document: &'a Document, of: &Group) -> &'a HumanStep {
    human(document).steps.iter().find(|step| step.group == *of).expect("a step")
}

#[track_caller]
fn gap<'a>(document: &'a Document, contrast: &str, of: &Group) -> &'a HumanGap {
    human(document).gaps.iter().find(|gap| gap.contrast == contrast && gap.group == *of).expect("a gap")
}

/// The rows of a group with both decisions.
fn pairs(rows: &[Row], is: impl Fn(&Row) -> bool) -> Vec<(bool, bool)> {
    rows.iter().filter(|row| is(row)).filter_map(|row| row.2.zip(row.3)).collect()
}

fn rate(pairs: &[(bool, bool)], of: impl Fn(&(bool, bool)) -> bool) -> f64 {
    pairs.iter().filter(|pair| of(pair)).count() as f64 / pairs.len() as f64
}

#[test]
fn steps_are_counted_row_by_row() {
    let mut random = SplitMix64(7);
    for _ in 0..12 {
        let rows = rows(&mut random, 300);
        let document = audit_text(&policy(HUMAN, "\"largest\""), &csv(&rows));
        let mut seen = 0;
        for one in &human(&document).steps {
            let is = |row: &Row| {
                one.group.iter().all(|(name, level)| *level == if name == "region" { row.0 } else { row.1 })
            };
            let own = pairs(&rows, is);
            let count = |of: fn(&(bool, bool)) -> bool| own.iter().filter(|pair| of(pair)).count() as u64;
            assert_eq!(one.rows, own.len() as u64);
            assert_eq!(one.to_favourable, count(|(m, d)| !m && *d));
            assert_eq!(one.from_favourable, count(|(m, d)| *m && !d));
            assert_eq!(one.changed, count(|(m, d)| m != d));
            assert_eq!(one.favourable_before, count(|(m, _)| *m));
            assert_eq!(one.favourable_after, count(|(_, d)| *d));
            close(one.change.expect("a change"), rate(&own, |p| p.1) - rate(&own, |p| p.0), 1e-11, "change");
            seen += 1;
        }
        // Everybody, three regions, two tiers, six of both.
        assert_eq!(seen, 12);
        let without = |is: fn(&Row) -> bool| Some(rows.iter().filter(|row| is(row)).count() as u64);
        assert_eq!(human(&document).rows_without_model, without(|row| row.2.is_none() && row.3.is_some()));
        assert_eq!(human(&document).rows_without_decision, without(|row| row.2.is_some() && row.3.is_none()));
    }
}

/// The interval of a difference of gaps from single rows: each gap's own interval from an audit of its decision alone, and the
/// correlation from what every single row adds to both gaps.
#[test]
fn the_difference_of_gaps_has_the_interval_of_single_rows() {
    let mut random = SplitMix64(11);
    let (mut clear, mut open) = (0, 0);
    for round in 0..12 {
        let rows = rows(&mut random, if round % 2 == 0 { 200 } else { 1500 });
        let both: Vec<Row> = rows.iter().copied().filter(|row| row.2.is_some() && row.3.is_some()).collect();
        let reference = "{ group = \"north\" }";
        let document = audit_text(&policy(HUMAN, reference), &csv(&rows));
        let alone = |column: &str| {
            let text = policy("", reference).replace("decision = \"d\"", &format!("decision = \"{column}\""));
            audit_text(&text, &csv(&both))
        };
        let (model, last) = (alone("m"), alone("d"));
        let north = pairs(&both, |row| row.0 == "north");
        for region in ["south", "west"] {
            let of = group(&[("region", region)]);
            let own = pairs(&both, |row| row.0 == region);
            let gap = gap(&document, "difference", &of);
            let g0 = rate(&own, |p| p.0) - rate(&north, |p| p.0);
            let g1 = rate(&own, |p| p.1) - rate(&north, |p| p.1);
            close(gap.before.expect("a gap"), g0, 1e-11, "before");
            close(gap.after.expect("a gap"), g1, 1e-11, "after");
            close(gap.change.expect("a change"), g1 - g0, 1e-11, "change");
            // What each row adds to the two gaps.
            let (mut v0, mut v1, mut c) = (0.0, 0.0, 0.0);
            for part in [&own, &north] {
                let n = part.len() as f64;
                let (m, h) = (rate(part, |p| p.0), rate(part, |p| p.1));
                for (before, after) in part {
                    let (x, y) = ((f64::from(*before) - m) / n, (f64::from(*after) - h) / n);
                    (v0, v1, c) = (v0 + x * x, v1 + y * y, c + x * y);
                }
            }
            let r = c / (v0 * v1).sqrt();
            let limits = |document: &Document| {
                let row = comparison(document, "selection-rate", "difference", &of);
                (row.low.expect("a limit"), row.high.expect("a limit"))
            };
            let ((l0, h0), (l1, h1)) = (limits(&model), limits(&last));
            let reach = |a: f64, b: f64| (a * a + b * b - 2.0 * r * a * b).sqrt();
            close(gap.low.expect("a limit"), g1 - g0 - reach(g1 - l1, h0 - g0), 1e-9, "low");
            close(gap.high.expect("a limit"), g1 - g0 + reach(h1 - g1, g0 - l0), 1e-9, "high");
            let told = match (gap.widening_low, gap.widening_high) {
                (Some(low), _) if low > 0.0 => "widens",
                (_, Some(high)) if high < 0.0 => "narrows",
                _ => "cannot-tell",
            };
            assert_eq!(gap.effect, told);
            if told == "cannot-tell" { open += 1 } else { clear += 1 }
        }
    }
    assert!(clear > 3 && open > 3, "{clear} {open}");
}

/// A model and the person after it are the same pairs as an earlier model and this one.
#[test]
fn it_is_the_change_of_the_same_rows() {
    let mut random = SplitMix64(3);
    for reference in ["\"largest\"", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let csv = csv(&rows(&mut random, 500));
        let people = audit_text(&policy(HUMAN, reference), &csv);
        let models = audit_text(&policy("previous_decision = \"m\"", reference), &csv);
        assert!(people.change.is_none() && models.human.is_none());
        let numbers = &models.change.as_ref().expect("a change").numbers;
        let mut looked_at = 0;
        for gap in &human(&people).gaps {
            let same = numbers.iter().find(|number| {
                number.metric == "selection-rate"
                    && number.contrast == gap.contrast
                    && number.axes == gap.axes
                    && number.group == gap.group
            });
            let same = same.expect("the same number");
            assert_eq!((gap.before, gap.after, gap.change), (same.before, same.after, same.change));
            assert_eq!((gap.low, gap.high), (same.low, same.high));
            assert_eq!((gap.widening, gap.widening_low), (same.worsening, same.worsening_low));
            looked_at += 1;
        }
        assert!(looked_at > 8, "{looked_at}");
    }
}

/// Published pairs: the share that was changed and the interval of the change are those of the oracle.
#[test]
fn a_step_agrees_with_the_oracle_of_pairs() {
    let oracles: Value = serde_json::from_str(include_str!("oracles/paired.json")).expect("JSON");
    let vectors = oracles["vectors"].as_array().expect("rows");
    let mut looked_at = 0;
    for row in vectors.iter().filter(|row| row["function"] == "paired_proportion_ci" && row["inputs"]["alpha"] == 0.05)
    {
        let mut rows: Vec<Row> = Vec::new();
        // The first side is the final decision.
        for (key, model, last) in [("a", true, true), ("b", false, true), ("c", true, false), ("d", false, false)] {
            let n = row["inputs"][key].as_u64().expect("a count");
            rows.extend(
                (0..n).map(|i| (if i.is_multiple_of(2) { "north" } else { "south" }, "gold", Some(model), Some(last))),
            );
        }
        let document = audit_text(&policy(HUMAN, "\"largest\""), &csv(&rows));
        let (all, expected) = (step(&document, &Group::new()), &row["expected"]);
        for (got, of, what) in [
            (all.share, &expected["flip_rate"], "share"),
            (all.low, &expected["flip_rate_wilson"][0], "low"),
            (all.high, &expected["flip_rate_wilson"][1], "high"),
            (all.change, &expected["diff"], "change"),
            (all.change_low, &expected["newcombe10"][0], "change low"),
            (all.change_high, &expected["newcombe10"][1], "change high"),
        ] {
            close(got.expect("a number"), of.as_f64().expect("a number"), 1e-10, what);
        }
        looked_at += 1;
    }
    assert!(looked_at > 0);
}

#[test]
fn nobody_changed_is_no_change() {
    let mut random = SplitMix64(5);
    let same: Vec<Row> = rows(&mut random, 400).into_iter().map(|(region, tier, m, _)| (region, tier, m, m)).collect();
    let document = audit_text(&policy(HUMAN, "\"largest\""), &csv(&same));
    assert!(human(&document).steps.iter().all(|step| step.direction == "none" && step.changed == 0));
    assert!(human(&document).gaps.iter().all(|gap| gap.effect == "unchanged"));
}

/// Planted: people take from the south alone what the model gave. The interval holds the truth, and the sign is right.
#[test]
fn a_planted_gap_is_told_with_its_sign() {
    let mut random = SplitMix64(17);
    let (mut covered, mut widened, mut narrowed) = (0, 0, 0);
    const RUNS: usize = 150;
    for _ in 0..RUNS {
        let row = |i: usize, random: &mut SplitMix64| {
            let south = i.is_multiple_of(2);
            let model = random.chance(if south { 450 } else { 500 });
            let taken = model && random.chance(if south { 250 } else { 50 });
            let given = !model && random.chance(50);
            (if south { "south" } else { "north" }, "gold", Some(model), Some((model && !taken) || given))
        };
        let rows: Vec<Row> = (0..900).map(|i| row(i, &mut random)).collect();
        let document = audit_text(&policy(HUMAN, "{ group = \"north\" }"), &csv(&rows));
        let gap = gap(&document, "difference", &group(&[("region", "south")]));
        let truth = (0.45 * 0.75 + 0.55 * 0.05) - (0.5 * 0.95 + 0.5 * 0.05) - (0.45 - 0.5);
        covered += usize::from(gap.low.expect("a limit") <= truth && truth <= gap.high.expect("a limit"));
        widened += usize::from(gap.effect == "widens");
        narrowed += usize::from(gap.effect == "narrows");
    }
    assert!(covered * 100 >= 91 * RUNS, "{covered}");
    assert!(widened * 5 >= 4 * RUNS && narrowed == 0, "{widened} {narrowed}");
}

/// People change as many everywhere: the interval of the widening leaves out 0 seldom.
#[test]
fn an_even_hand_is_seldom_told_to_widen() {
    let mut random = SplitMix64(23);
    let mut told = 0;
    const RUNS: usize = 150;
    for _ in 0..RUNS {
        let row = |i: usize, random: &mut SplitMix64| {
            let model = random.chance(if i.is_multiple_of(2) { 400 } else { 550 });
            let changed = random.chance(if model { 120 } else { 100 });
            (if i.is_multiple_of(2) { "south" } else { "north" }, "gold", Some(model), Some(model != changed))
        };
        let rows: Vec<Row> = (0..700).map(|i| row(i, &mut random)).collect();
        // 0.4 * 0.88 + 0.6 * 0.1 and 0.55 * 0.88 + 0.45 * 0.1: the gap shrinks from 0.15 to 0.117.
        let document = audit_text(&policy(HUMAN, "{ group = \"north\" }"), &csv(&rows));
        told += usize::from(gap(&document, "difference", &group(&[("region", "south")])).effect == "widens");
    }
    assert!(told * 100 <= 5 * RUNS, "{told}");
}

/// Rows of a region: the model's decision and the final one, both yes, to yes, away from yes, both no.
fn region(name: &'static str, counts: [usize; 4]) -> Vec<Row> {
    let kinds = [(true, true), (false, true), (true, false), (false, false)];
    let all = kinds.iter().zip(counts).flat_map(|(kind, rows)| std::iter::repeat_n(*kind, rows));
    let tier = |i: usize| if i.is_multiple_of(2) { "gold" } else { "plain" };
    all.enumerate().map(|(i, (model, last))| (name, tier(i), Some(model), Some(last))).collect()
}

/// By the model the north had the highest rate, 70%, and the west 62%; in the end the west has it, 80%. What the south was behind before
/// was behind the north, and is said to be.
#[test]
fn the_highest_rate_may_change_hands() {
    let rows =
        [region("north", [108, 12, 32, 48]), region("west", [112, 48, 12, 28]), region("south", [52, 12, 28, 108])];
    let document = audit_text(&policy(HUMAN, "\"highest-rate\""), &csv(&rows.concat()));
    let south = group(&[("region", "south")]);
    let named = |gap: &HumanGap| {
        let of = |reference: &Option<ReferenceView>| reference.as_ref().expect("a reference").group.clone();
        [of(&gap.reference_before), of(&gap.reference)]
    };
    let hands = [group(&[("region", "north")]), group(&[("region", "west")])];
    for (contrast, before, after) in [("difference", 0.4 - 0.7, 0.32 - 0.8), ("ratio", 0.4 / 0.7, 0.32 / 0.8)] {
        let found = gap(&document, contrast, &south);
        assert_eq!(named(found), hands);
        close(found.before.expect("a gap"), before, 1e-11, "before");
        close(found.after.expect("a gap"), after, 1e-11, "after");
        assert_eq!(found.effect, "widens");
    }
    assert!(human(&document).gaps.iter().all(|gap| gap.axes != ["region"] || gap.group == south));
    let text = |document: Document, audience: Audience| {
        let made = release(document, audience, &[]).expect("a release");
        let text = String::from_utf8(Format::Markdown.to_bytes(&made).expect("rendered")).expect("text");
        (made.document().clone(), text)
    };
    let (_, told) = text(document.clone(), Audience::Internal);
    let words = "30.0 percentage points less often than region north, in the end 48.0 percentage points less often than region west";
    assert!(told.contains(words), "{told}");
    assert!(told.contains("| region north by the model, region west in the end |"), "{told}");
    // From rounded counts of pairs: 80 of 200 less 140 of 200 by the model, 60 of 200 less 160 of 200 in the end.
    let (public, told) = text(document, Audience::Public);
    let found = gap(&public, "difference", &south);
    assert_eq!(named(found), hands);
    assert_eq!((found.before, found.after, found.change), (Some(-0.3), Some(-0.5), Some(-0.2)));
    assert!(told.contains("30.0 percentage points less often than region north, in the end 50.0"), "{told}");
    // A reference that stays is named once.
    let stays = audit_text(&policy(HUMAN, "{ group = \"north\" }"), &csv(&rows.concat()));
    assert!(human(&stays).gaps.iter().all(|gap| gap.reference_before.is_none()));
}

/// What is released holds no small count of pairs, nor two counts whose difference is small.
#[test]
fn small_counts_of_pairs_are_hidden() {
    let mut random = SplitMix64(29);
    let (mut shown, mut hidden) = (0, 0);
    for round in 0..30 {
        let rows = rows(&mut random, [150, 700, 4000][round % 3]);
        let rows: Vec<Row> = if round % 2 == 0 {
            rows.into_iter().filter(|row| row.2.is_some() && row.3.is_some()).collect()
        } else {
            rows
        };
        for (more, audience) in [("[privacy]\nmin_cell = 11\n", Audience::Internal), ("", Audience::Public)] {
            let document = audit_text(&(policy(HUMAN, "\"largest\"") + more), &csv(&rows));
            let exact = human(&document).clone();
            let made = release(document, audience, &[]).expect("a release");
            let view = human(made.document());
            assert_eq!((view.rows_without_model, view.rows_without_decision), (None, None));
            for one in &view.steps {
                assert!(one.axes.len() < 2, "{:?}", one.axes);
                let own =
                    exact.steps.iter().find(|step| step.axes == one.axes && step.group == one.group).expect("a step");
                let both = own.favourable_after - own.to_favourable;
                let neither = own.rows - both - own.changed;
                for count in [own.to_favourable, own.from_favourable, both, neither] {
                    assert!(count == 0 || count >= 11, "{count} of {:?}", own.group);
                }
                if audience == Audience::Public {
                    assert!([one.to_favourable, one.from_favourable, one.rows].iter().all(|count| count % 5 == 0));
                    assert_eq!(one.p_value, None);
                }
                shown += 1;
            }
            let axes: Vec<_> = view.steps.iter().map(|step| &step.axes).collect();
            assert!(view.gaps.iter().all(|gap| axes.contains(&&gap.axes)));
            assert!(exact.steps.iter().all(|step| axes.contains(&&step.axes) || view.hidden.contains(&step.axes)));
            hidden += view.hidden.len();
        }
    }
    assert!(shown > 20 && hidden > 20, "{shown} {hidden}");
}

#[test]
fn what_cannot_go_with_it_is_refused() {
    for more in ["previous_decision = \"e\"", "unit = \"who\"", "weight = \"w\"", "previous_score = \"s\""] {
        let text = policy(&format!("{more}\n{HUMAN}"), "\"largest\"");
        let problems = try_policy(&text).expect_err("refused");
        assert!(!problems.is_empty());
    }
    assert!(try_policy(&policy(HUMAN, "\"largest\"")).is_ok());
    // Both arms of a campaign are not counted where decisions are.
    let campaign = "[campaign]\ntreatment = \"t\"\ntreated = [1]\n[[outcome]]\nname = \"bought\"\nkind = \"yes-no\"\n\
                    better = \"more\"\nyes = [1]";
    assert!(try_policy(&policy(campaign, "\"largest\"")).is_ok());
    let problems = try_policy(&policy(&format!("{HUMAN}\n{campaign}"), "\"largest\"")).expect_err("refused");
    assert!(problems.iter().any(|problem| problem.message.contains("[campaign]")), "{problems:?}");
    let grouped = policy(HUMAN, "\"largest\"") + "[[attribute]]\nname = \"m\"\n";
    let problems = try_policy(&grouped).expect_err("refused");
    assert!(problems.iter().any(|problem| problem.message.contains("people cannot be grouped by it")), "{problems:?}");
}

/// What follows from the counts is computed again when a result is verified, in what is published too.
#[test]
fn a_figure_that_was_changed_is_found() {
    let found = |document: &Document, at: &str| {
        let mut tallies = Tallies::default();
        figures(document, None, &mut tallies);
        tallies.wrongs().filter(|wrong| wrong.at.starts_with(at)).count()
    };
    for reference in ["\"largest\"", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let rows = rows(&mut SplitMix64(31), 4000);
        let rows: Vec<Row> = rows.into_iter().filter(|row| row.2.is_some() && row.3.is_some()).collect();
        let exact = audit_text(&policy(HUMAN, reference), &csv(&rows));
        let made = release(exact.clone(), Audience::Public, &[]).expect("a release");
        let kept = human(made.document());
        assert!(!kept.gaps.is_empty(), "{reference}: {:?}", kept.hidden);
        for document in [&exact, made.document()] {
            assert_eq!(found(document, "human"), 0, "{reference}");
            let changed = |change: fn(&mut HumanGap)| {
                let mut document = document.clone();
                change(&mut document.human.as_mut().expect("a human step").gaps[0]);
                found(&document, "human.gaps[0]")
            };
            assert_eq!(changed(|gap| gap.before = gap.before.map(|before| before + 0.01)), 1);
            assert_eq!(changed(|gap| gap.after = None), usize::from(human(document).gaps[0].undefined.is_none()));
            assert_eq!(changed(|gap| gap.change = Some(0.5)), 1);
        }
        let changed = |change: fn(&mut HumanGap)| {
            let mut document = exact.clone();
            change(&mut document.human.as_mut().expect("a human step").gaps[0]);
            found(&document, "human.gaps[0]")
        };
        assert_eq!(changed(|gap| gap.effect = "unchanged".to_owned()), 1);
        assert_eq!(changed(|gap| gap.widening = gap.widening.map(|by| by + 0.01)), 1);
    }
    let mut document = audit_text(&policy(HUMAN, "\"largest\""), &csv(&rows(&mut SplitMix64(31), 400)));
    document.human.as_mut().expect("a human step").steps[2].change_low = Some(-0.5);
    assert_eq!(found(&document, "human.steps[2]"), 1);
}
