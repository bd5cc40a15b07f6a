//! Funnels: counts against a slow count of single rows, parts that add up and are those of every order, and what is hidden.

use std::fmt::Write as _;

use crate::support::{SplitMix64, audit_text, close, group, try_audit_text, try_policy};
use evenhand::release::{Audience, release};
use evenhand::result::{Document, FunnelGap, FunnelView, Group};
use evenhand::verify::Tallies;
use evenhand::verify::figures::figures;

const STAGES: usize = 3;

/// A row: region, tier, and what each stage says; none where it has no value.
type Row = (&'static str, &'static str, [Option<bool>; STAGES]);

fn policy(more: &str, reference: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"s1\"\nfavourable = [1]\n{more}\n[funnel]\nstages = [\n\
         {{ name = \"eligible\", column = \"s0\", yes = [1] }},\n{{ name = \"selected\", column = \"s1\", yes = [1] }},\n\
         {{ name = \"answered\", column = \"s2\", yes = [1] }},\n]\n[[attribute]]\nname = \"region\"\nreference = {reference}\n\
         [[attribute]]\nname = \"tier\"\n[intersections]\nsets = [[\"region\", \"tier\"]]\n[statistics]\nmin_group = 1\n"
    )
}

fn csv(rows: &[Row]) -> String {
    let word = |value: Option<bool>| value.map_or("", |yes| if yes { "1" } else { "0" });
    let mut text = "region,tier,s0,s1,s2\n".to_owned();
    for (region, tier, stages) in rows {
        let _ = writeln!(text, "{region},{tier},{},{},{}", word(stages[0]), word(stages[1]), word(stages[2]));
    }
    text
}

/// Rows that mostly go from stage to stage; the south is selected less often. Of 1,000, `odd` are out of order or lack a value.
fn rows(random: &mut SplitMix64, n: usize, odd: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let region = random.pick(&["north", "south", "south", "west"]);
        let chances = if region == "south" { [800, 300, 400] } else { [800, 600, 400] };
        let mut on = true;
        let stages = chances.map(|chance| {
            on = on && random.chance(chance);
            if random.chance(odd) { if random.chance(500) { None } else { Some(true) } } else { Some(on) }
        });
        (region, random.pick(&["gold", "plain"]), stages)
    };
    (0..n).map(|_| row(random)).collect()
}

fn funnel(document: &Document) -> &FunnelView {
    document.funnel.as_ref().expect("a funnel")
}

#[track_caller]
fn gap<'a>(document: &'a Document, of: &Group) -> &'a FunnelGap {
    funnel(document).gaps.iter().find(|gap| gap.group == *of).expect("a gap")
}

/// All rows, and those that reached each stage, of the rows that are asked for.
fn reached(rows: &[Row], is: impl Fn(&Row) -> bool) -> [u64; STAGES + 1] {
    let mut counts = [0; STAGES + 1];
    for row in rows.iter().filter(|row| is(row)) {
        let far = row.2.iter().take_while(|stage| **stage == Some(true)).count();
        counts[..=far].iter_mut().for_each(|count| *count += 1);
    }
    counts
}

#[test]
fn stages_are_counted_row_by_row() {
    let mut random = SplitMix64(41);
    for _ in 0..10 {
        let rows = rows(&mut random, 300, 40);
        let document = audit_text(&policy("", "\"largest\""), &csv(&rows));
        for one in &funnel(&document).groups {
            let is = |row: &Row| {
                one.group.iter().all(|(name, level)| *level == if name == "region" { row.0 } else { row.1 })
            };
            let counts: Vec<u64> =
                std::iter::once(one.rows).chain(one.stages.iter().map(|stage| stage.reached)).collect();
            assert_eq!(counts, reached(&rows, is), "{:?}", one.group);
        }
        assert_eq!(funnel(&document).groups.len(), 12);
        let stop = |row: &Row| row.2.iter().position(|stage| *stage != Some(true));
        let late = rows.iter().filter(|row| stop(row).is_some_and(|at| row.2[at..].contains(&Some(true)))).count();
        let unknown = rows.iter().filter(|row| stop(row).is_some_and(|at| row.2[at].is_none())).count();
        assert_eq!(funnel(&document).rows_late, Some(late as u64));
        assert_eq!(funnel(&document).rows_unknown, Some(unknown as u64));
        let told = |code: &str| document.diagnostics.iter().any(|diagnostic| diagnostic.code == code);
        assert_eq!((told("stage-after-no"), told("stage-without-value")), (late > 0, unknown > 0));
        assert!(late > 0 && unknown > 0);
    }
}

/// Every order in which three stages can be exchanged, one after the other.
const ORDERS: [[usize; STAGES]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn parts_are_those_of_every_order_and_add_up() {
    let mut random = SplitMix64(43);
    let mut named = 0;
    for reference in ["{ group = \"north\" }", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let rows = rows(&mut random, 800, 10);
        let document = audit_text(&policy("", reference), &csv(&rows));
        let own = reached(&rows, |row| row.0 == "south");
        let alone = reference.contains("north");
        let other = reached(&rows, |row| if alone { row.0 == "north" } else { row.0 != "south" });
        let gap = gap(&document, &group(&[("region", "south")]));
        let pass = |counts: &[u64; 4], at: usize| counts[at + 1] as f64 / counts[at] as f64;
        let mut parts = [0.0; STAGES];
        for order in ORDERS {
            let mut shares: Vec<f64> = (0..STAGES).map(|at| pass(&other, at)).collect();
            for stage in order {
                let before: f64 = shares.iter().product();
                shares[stage] = pass(&own, stage);
                parts[stage] += (shares.iter().product::<f64>() - before) / ORDERS.len() as f64;
            }
        }
        let whole = own[3] as f64 / own[0] as f64 - other[3] as f64 / other[0] as f64;
        close(gap.difference.expect("a gap"), whole, 1e-11, "gap");
        close(gap.parts.iter().map(|part| part.difference).sum(), whole, 1e-10, "sum");
        close(gap.parts.iter().filter_map(|part| part.part_of_gap).sum(), 1.0, 1e-9, "shares");
        close(gap.parts.iter().filter_map(|part| part.log_ratio).sum(), gap.log_ratio.expect("a ratio"), 1e-10, "logs");
        let ratio = (own[3] as f64 / own[0] as f64) / (other[3] as f64 / other[0] as f64);
        close(gap.ratio.expect("a ratio"), ratio, 1e-10, "ratio");
        for (stage, part) in gap.parts.iter().enumerate() {
            close(part.difference, parts[stage], 1e-11, &part.stage);
            close(part.log_ratio.expect("a ratio"), (pass(&own, stage) / pass(&other, stage)).ln(), 1e-10, &part.stage);
            assert!(part.low.expect("a limit") <= part.difference && part.difference <= part.high.expect("a limit"));
        }
        named += usize::from(gap.largest.as_deref() == Some("selected"));
    }
    // The south was planted to be selected less often.
    assert_eq!(named, 4);
}

#[test]
fn nobody_at_a_stage_is_not_divided() {
    let rows: Vec<Row> = (0..80)
        .map(|i| {
            let south = i % 2 == 0;
            (if south { "south" } else { "north" }, "gold", [Some(!south), Some(!south), Some(i % 4 == 1)])
        })
        .collect();
    let document = audit_text(&policy("", "{ group = \"north\" }"), &csv(&rows));
    let gap = gap(&document, &group(&[("region", "south")]));
    assert_eq!(gap.undefined.as_deref(), Some("zero-denominator"));
    assert!(gap.parts.is_empty() && gap.largest.is_none() && gap.log_ratio.is_none());
    close(gap.difference.expect("a gap"), -0.5, 1e-12, "gap");
}

/// What people changed and how far rows came can be asked of one pass, and many attributes are no matter.
#[test]
fn it_goes_with_people_and_outcomes() {
    let mut random = SplitMix64(47);
    let rows = rows(&mut random, 200, 0);
    let more =
        "[human]\nmodel_decision = \"s0\"\n[[outcome]]\nname = \"s2\"\nkind = \"yes-no\"\nbetter = \"more\"\nyes = [1]";
    let both = audit_text(&policy(more, "\"largest\""), &csv(&rows));
    let alone = audit_text(&policy("", "\"largest\""), &csv(&rows));
    assert_eq!(both.funnel, alone.funnel);
    let step = &both.human.as_ref().expect("a step").steps[0];
    let count = |of: fn(&Row) -> bool| rows.iter().filter(|row| of(row)).count() as u64;
    assert_eq!(step.from_favourable, count(|row| row.2[0] == Some(true) && row.2[1] == Some(false)));
    assert_eq!(step.favourable_after, count(|row| row.2[1] == Some(true)));
    assert!(both.measurements.iter().any(|m| m.metric.starts_with("s2.")));
}

#[test]
fn small_counts_of_stages_are_hidden() {
    let mut random = SplitMix64(53);
    let (mut shown, mut hidden) = (0, 0);
    for round in 0..24 {
        let rows = rows(&mut random, [120, 600, 3000][round % 3], if round % 2 == 0 { 0 } else { 5 });
        let document = audit_text(&policy("", "\"largest\""), &csv(&rows));
        let exact = funnel(&document).clone();
        let made = release(document, Audience::Public, &[]).expect("a release");
        let view = funnel(made.document());
        assert_eq!((view.rows_late, view.rows_unknown), (None, None));
        for one in &view.groups {
            assert!(one.axes.len() < 2);
            let own = exact.groups.iter().find(|own| own.axes == one.axes && own.group == one.group).expect("a group");
            let counts: Vec<u64> =
                std::iter::once(own.rows).chain(own.stages.iter().map(|stage| stage.reached)).collect();
            let steps = counts.windows(2).map(|step| step[0] - step[1]);
            for count in counts.iter().copied().chain(steps) {
                assert!(count == 0 || count >= 11, "{count} of {:?}", own.group);
            }
            assert!(one.rows % 5 == 0 && one.stages.iter().all(|stage| stage.reached % 5 == 0));
            shown += 1;
        }
        let axes: Vec<_> = view.groups.iter().map(|one| &one.axes).collect();
        assert!(view.gaps.iter().all(|gap| axes.contains(&&gap.axes)));
        for gap in &view.gaps {
            close(gap.parts.iter().map(|part| part.difference).sum(), gap.difference.expect("a gap"), 1e-10, "sum");
        }
        hidden += view.hidden.len();
    }
    assert!(shown > 15 && hidden > 15, "{shown} {hidden}");
}

/// A count of rows that a release shows of a group, with the rows it counts.
struct Seen {
    what: String,
    rows: Vec<bool>,
    /// It is of the tables of people or of the funnel.
    own: bool,
}

/// Everything that a release shows of a group, with the rows behind it.
fn seen(document: &Document, rows: &[Row], axes: &[String], of: &Group) -> Vec<Seen> {
    let is = |row: &Row| of.iter().all(|(name, level)| *level == if name == "region" { row.0 } else { row.1 });
    let own: Vec<&Row> = rows.iter().filter(|row| is(row)).collect();
    let mut found = Vec::new();
    let mut add = |what: &str, mine: bool, count: Option<u64>, counts: &dyn Fn(&Row) -> bool| {
        let Some(count) = count else { return };
        let which: Vec<bool> = own.iter().map(|row| counts(row)).collect();
        assert_eq!(count, which.iter().filter(|is| **is).count() as u64, "{what} of {of:?}");
        found.push(Seen { what: what.to_owned(), rows: which, own: mine });
    };
    let yes = |row: &Row, stage: usize| row.2[stage] == Some(true);
    let no = |row: &Row, stage: usize| row.2[stage] == Some(false);
    for m in document.measurements.iter().filter(|m| m.axes == *axes && m.group == *of) {
        let Some((hits, all)) = m.numerator.zip(m.denominator) else { continue };
        let mut share = |stage: usize, base: &dyn Fn(&Row) -> bool| {
            add(&m.metric, false, Some(hits), &|row| base(row) && yes(row, stage));
            add(&m.metric, false, Some(all - hits), &|row| base(row) && no(row, stage));
        };
        match m.metric.as_str() {
            "selection-rate" => share(1, &|_| true),
            "base-rate" => share(2, &|_| true),
            "true-positive-rate" => share(1, &|row| yes(row, 2)),
            "false-positive-rate" => share(1, &|row| no(row, 2)),
            "first.share-yes" => share(0, &|_| true),
            "last.share-yes" => share(2, &|_| true),
            _ => {}
        }
    }
    for step in document.human.iter().flat_map(|human| &human.steps).filter(|s| s.axes == *axes && s.group == *of) {
        let pair = |row: &Row| row.2[0].is_some() && row.2[1].is_some();
        add("pairs", true, Some(step.rows), &pair);
        add("before", true, Some(step.favourable_before), &|row| pair(row) && yes(row, 0));
        add("after", true, Some(step.favourable_after), &|row| pair(row) && yes(row, 1));
        add("to yes", true, Some(step.to_favourable), &|row| no(row, 0) && yes(row, 1));
        add("from yes", true, Some(step.from_favourable), &|row| yes(row, 0) && no(row, 1));
    }
    for one in funnel(document).groups.iter().filter(|one| one.axes == *axes && one.group == *of) {
        add("all rows", true, Some(one.rows), &|_| true);
        for (at, stage) in one.stages.iter().enumerate() {
            add(&stage.stage, true, Some(stage.reached), &|row| (0..=at).all(|stage| yes(row, stage)));
        }
    }
    found
}

/// Whatever stands beside a funnel or beside what people changed, no two counts of which one is among the other differ by few.
#[test]
fn tables_beside_each_other_tell_of_no_few() {
    let people = "[human]\nmodel_decision = \"s0\"\n";
    let outcome = |name: &str, column: &str| {
        format!(
            "[[outcome]]\nname = \"{name}\"\ncolumn = \"{column}\"\nkind = \"yes-no\"\nbetter = \"more\"\nyes = [1]\n"
        )
    };
    let label = "label = \"s2\"\npositive = [1]\n";
    let beside = [
        people.to_owned(),
        outcome("last", "s2"),
        outcome("first", "s0") + people,
        label.to_owned(),
        format!("{label}{people}{}", outcome("first", "s0")),
    ];
    let mut random = SplitMix64(61);
    let (mut funnels, mut steps, mut hidden) = (0, 0, 0);
    for round in 0..24 {
        let rows = rows(&mut random, 2400, [0, 1, 3, 40][round % 4]);
        let more = format!("{}[privacy]\nmin_cell = 11\nround = 1", beside[round % beside.len()]);
        let document = audit_text(&policy(&more, "\"largest\""), &csv(&rows));
        let made = release(document, Audience::Internal, &[]).expect("a release");
        let made = made.document();
        let groups: Vec<(&Vec<String>, &Group)> = made.measurements.iter().map(|m| (&m.axes, &m.group)).collect();
        let mut told = Vec::new();
        for (axes, of) in groups {
            if axes.len() > 1 || told.contains(&(axes, of)) {
                continue;
            }
            told.push((axes, of));
            let seen = seen(made, &rows, axes, of);
            for (at, a) in seen.iter().enumerate() {
                for b in seen[..at].iter().filter(|b| a.own || b.own) {
                    let among = |a: &Seen, b: &Seen| a.rows.iter().zip(&b.rows).all(|(a, b)| !a || *b);
                    let apart = a.rows.iter().zip(&b.rows).filter(|(a, b)| a != b).count();
                    let told = among(a, b) || among(b, a);
                    assert!(!told || apart == 0 || apart >= 11, "{} and {} of {of:?}: {apart}", a.what, b.what);
                }
            }
        }
        funnels += funnel(made).groups.len();
        steps += made.human.as_ref().map_or(0, |human| human.steps.len());
        hidden += funnel(made).hidden.iter().filter(|axes| axes.len() < 2).count();
    }
    assert!(funnels > 20 && steps > 10 && hidden > 10, "{funnels} {steps} {hidden}");
}

/// 560 rows have the model's yes and a final decision, 563 have the model's yes: the 3 without a final decision follow from both.
#[test]
fn few_without_a_decision_are_not_told_by_a_stage() {
    let rows = |without: usize| -> Vec<Row> {
        let all = [
            (300, [Some(true), Some(true), Some(true)]),
            (160, [Some(true), Some(true), Some(false)]),
            (100, [Some(true), Some(false), Some(false)]),
            (without, [Some(true), None, Some(false)]),
            (60, [Some(false), None, Some(false)]),
            (340, [Some(false), Some(false), Some(false)]),
        ];
        let all = all.iter().flat_map(|(rows, stages)| std::iter::repeat_n(*stages, *rows)).enumerate();
        all.map(|(i, stages)| (["north", "south"][i % 2], ["gold", "plain"][i / 2 % 2], stages)).collect()
    };
    let released = |more: &str, rows: &[Row]| {
        let document = audit_text(&policy(more, "\"largest\""), &csv(rows));
        release(document, Audience::Public, &[]).expect("a release").document().clone()
    };
    let people = "[human]\nmodel_decision = \"s0\"";
    let (few, many) = (released(people, &rows(3)), released(people, &rows(60)));
    let shown = |document: &Document| {
        let human = document.human.as_ref().expect("a human step");
        (human.steps.len(), funnel(document).groups.len())
    };
    assert_eq!((shown(&few), shown(&many), shown(&released(people, &rows(0)))), ((5, 0), (5, 5), (5, 5)));
    // A number that is no count can tell a count: of 0 and 1 the mean is the share of yes.
    let amount = "[[outcome]]\nname = \"first\"\ncolumn = \"s0\"\nkind = \"amount\"\nbetter = \"more\"";
    assert!(funnel(&released(amount, &rows(0))).groups.is_empty());
    assert!(!funnel(&released("", &rows(0))).groups.is_empty());
}

#[test]
fn what_cannot_go_with_it_is_refused() {
    for more in ["unit = \"who\"", "weight = \"w\""] {
        assert!(try_policy(&policy(more, "\"largest\"")).is_err());
    }
    let text = policy("", "\"largest\"").replace("column = \"s2\"", "column = \"s9\"");
    assert!(try_audit_text(&text, &csv(&rows(&mut SplitMix64(1), 20, 0))).is_err());
    assert!(
        try_policy(&policy("", "\"largest\"").replace("name = \"tier\"", "name = \"tier\"\ncolumn = \"s0\"")).is_err()
    );
}

/// What follows from the counts is computed again when a result is verified, in what is published too.
#[test]
fn a_figure_that_was_changed_is_found() {
    let document = audit_text(&policy("", "\"rest\""), &csv(&rows(&mut SplitMix64(59), 3000, 0)));
    let made = release(document.clone(), Audience::Public, &[]).expect("a release");
    let found = |document: &Document, at: &str| {
        let mut tallies = Tallies::default();
        figures(document, None, &mut tallies);
        tallies.wrongs().filter(|wrong| wrong.at.starts_with(at)).count()
    };
    for mut document in [document, made.document().clone()] {
        assert_eq!(found(&document, "funnel"), 0);
        document.funnel.as_mut().expect("a funnel").gaps[0].parts[1].difference += 0.01;
        assert_eq!(found(&document, "funnel.gaps[0]"), 1);
    }
}
