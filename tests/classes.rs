//! Several classes: counts against a slow count of single rows, reference figures, gaps, harms, and what is hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{
    SplitMix64, audit_files, audit_text, close, group, shared_data, try_audit, try_audit_text, try_policy,
};
use evenhand::inference::classes::Classes;
use evenhand::inference::family::holm;
use evenhand::release::{Audience, release};
use evenhand::result::{ClassRate, ClassesGroup, ClassesRight, ClassesView, Document, Group};
use evenhand::verify::Tallies;
use evenhand::verify::figures::figures;
use serde_json::Value;

/// A row: region, tier, the class it was given and the right one; none where it has no value.
type Row = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

const TEAMS: [&str; 3] = ["billing", "delivery", "technical"];

fn policy(more: &str, reference: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"done\"\nfavourable = [1]\n{more}\n[[attribute]]\nname = \"region\"\nreference = {reference}\n\
         [[attribute]]\nname = \"tier\"\n[intersections]\nsets = [[\"region\", \"tier\"]]\n[statistics]\nmin_group = 1\n"
    )
}

const BOTH: &str = "[classes]\nchosen = \"team\"\nright = \"right_team\"\n";

fn csv(rows: &[Row]) -> String {
    let mut text = "region,tier,team,right_team,done\n".to_owned();
    for (place, (region, tier, chosen, right)) in rows.iter().enumerate() {
        let _ = writeln!(
            text,
            "{region},{tier},{},{},{}",
            chosen.unwrap_or_default(),
            right.unwrap_or_default(),
            usize::from(place % 3 > 0)
        );
    }
    text
}

/// Rows that are mostly sent where they belong; what belongs to billing is found less often in the south. Of 1,000, `odd` lack
/// a class.
fn rows(random: &mut SplitMix64, n: usize, odd: usize) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let region = random.pick(&["north", "south", "south", "west"]);
        let right = random.pick(&TEAMS);
        let found = if region == "south" && right == "billing" { 500 } else { 850 };
        let chosen = if random.chance(found) { right } else { random.pick(&TEAMS) };
        let known = |random: &mut SplitMix64, class| if random.chance(odd) { None } else { Some(class) };
        (region, random.pick(&["gold", "plain"]), known(random, chosen), known(random, right))
    };
    (0..n).map(|_| row(random)).collect()
}

fn classes(document: &Document) -> &ClassesView {
    document.classes.as_ref().expect("classes")
}

#[track_caller]
fn of_group<'a>(document: &'a Document, axes: &[&str], of: &[(&str, &str)]) -> &'a ClassesGroup {
    let found = classes(document).groups.iter().find(|one| one.axes == axes && one.group == group(of));
    found.unwrap_or_else(|| panic!("{of:?}"))
}

fn right(one: &ClassesGroup) -> &ClassesRight {
    one.right.as_ref().expect("right classes")
}

fn is_in(row: &Row, group: &Group) -> bool {
    group.iter().all(|(name, level)| *level == if name == "region" { row.0 } else { row.1 })
}

fn trials(rate: &ClassRate) -> (u64, u64) {
    (rate.hits, rate.of)
}

#[test]
fn classes_are_counted_row_by_row() {
    let mut random = SplitMix64(61);
    for _ in 0..6 {
        let rows = rows(&mut random, 400, 60);
        let document = audit_text(&policy(BOTH, "\"largest\""), &csv(&rows));
        let view = classes(&document);
        assert_eq!(view.classes, TEAMS);
        assert_eq!(view.groups.len(), 12);
        for one in &view.groups {
            let own: Vec<&Row> = rows.iter().filter(|row| is_in(row, &one.group)).collect();
            let count = |is: &dyn Fn(&Row) -> bool| own.iter().filter(|row| is(row)).count() as u64;
            assert_eq!(one.rows, count(&|row| row.2.is_some()));
            let known = right(one);
            assert_eq!(known.rows, count(&|row| row.2.is_some() && row.3.is_some()));
            let both = |row: &Row| row.2.is_some() && row.3.is_some();
            for (at, team) in TEAMS.iter().enumerate() {
                assert_eq!(one.given[at].rows, count(&|row| row.2 == Some(team)), "{team} of {:?}", one.group);
                for (other, given) in TEAMS.iter().enumerate() {
                    assert_eq!(known.table[at][other], count(&|row| row.3 == Some(team) && row.2 == Some(given)));
                }
                let hits = count(&|row| row.2 == Some(team) && row.3 == Some(team));
                let rates = &known.classes[at];
                let belong = count(&|row| both(row) && row.3 == Some(team));
                let sent = count(&|row| both(row) && row.2 == Some(team));
                assert_eq!(trials(&rates.true_positive_rate), (hits, belong));
                assert_eq!(trials(&rates.precision), (hits, sent));
                assert_eq!(trials(&rates.false_positive_rate), (sent - hits, known.rows - belong));
            }
            assert_eq!(trials(&known.accuracy), (count(&|row| both(row) && row.2 == row.3), known.rows));
        }
        let without = |is: &dyn Fn(&Row) -> bool| Some(rows.iter().filter(|row| is(row)).count() as u64);
        assert_eq!(view.rows_without_chosen, without(&|row| row.2.is_none()));
        assert_eq!(view.rows_without_right, without(&|row| row.2.is_some() && row.3.is_none()));
        assert!(document.diagnostics.iter().filter(|diagnostic| diagnostic.code == "without-class").count() == 2);
    }
}

/// A file of counts is the file of its rows, and who made the decision is no matter.
#[test]
fn counts_stand_for_rows_and_other_sections_change_nothing() {
    let rows = rows(&mut SplitMix64(67), 300, 30);
    let alone = audit_text(&policy(BOTH, "\"largest\""), &csv(&rows));
    let mut counted = BTreeMap::new();
    for line in csv(&rows).lines().skip(1) {
        *counted.entry(line.to_owned()).or_insert(0) += 1;
    }
    let lines: Vec<String> = counted.iter().map(|(line, n)| format!("{line},{n}\n")).collect();
    let text = format!("region,tier,team,right_team,done,n\n{}", lines.concat());
    let with_count = policy(&format!("count = \"n\"\n{BOTH}"), "\"largest\"");
    assert_eq!(audit_text(&with_count, &text).classes, alone.classes);
    let human = format!("{BOTH}[human]\nmodel_decision = \"team\"\nfavourable = [\"billing\"]\n");
    assert_eq!(audit_text(&policy(&human, "\"largest\""), &csv(&rows)).classes, alone.classes);
    let before = policy(&format!("previous_decision = \"right_team\"\n{BOTH}"), "\"largest\"");
    let before = before.replace("\"done\"\nfavourable = [1]", "\"team\"\nfavourable = [\"billing\"]");
    assert_eq!(audit_text(&before, &csv(&rows)).classes, alone.classes);
    let shares = audit_text(&policy("[classes]\nchosen = \"team\"\n", "\"largest\""), &csv(&rows));
    assert!(classes(&shares).groups.iter().all(|one| one.right.is_none()) && classes(&shares).harm_gaps.is_empty());
    assert_eq!(classes(&shares).groups[0].given, classes(&alone).groups[0].given);
}

/// The oracle row `multiclass.by_group`, which scikit-learn made, through the whole program.
#[test]
fn the_oracle_row_agrees() {
    let vectors: Value = serde_json::from_str(include_str!("oracles/measured.json")).expect("JSON");
    let row = vectors["vectors"].as_array().expect("rows").iter().find(|row| row["id"] == "multiclass.by_group");
    let row = row.expect("the row");
    let list = |key: &str| row["inputs"][key].as_array().expect("a list").iter().map(|v| v.as_str().expect("a word"));
    let mut text = "g,y,yhat\n".to_owned();
    for ((y, given), group) in list("y").zip(list("yhat")).zip(list("group")) {
        let _ = writeln!(text, "{group},{y},{given}");
    }
    let policy = "version = 1\n[data]\ndecision = \"yhat\"\nfavourable = [\"x\"]\n[classes]\nchosen = \"yhat\"\nright = \"y\"\n\
                  [[attribute]]\nname = \"g\"\n";
    let document = audit_text(policy, &text);
    let expected = &row["expected"];
    let number = |value: &Value| value.as_f64().expect("a number");
    for of in ["a", "b"] {
        let (one, wanted) = (of_group(&document, &["g"], &[("g", of)]), &expected[of]);
        for (rates, given) in right(one).classes.iter().zip(&one.given) {
            let class = rates.class.as_str();
            close(rates.true_positive_rate.value.expect("recall"), number(&wanted["recall"][class]), 1e-11, class);
            close(rates.precision.value.expect("precision"), number(&wanted["precision"][class]), 1e-11, class);
            close(given.share.expect("a share"), number(&wanted["selection"][class]), 1e-11, class);
        }
        close(right(one).macro_f1.value.expect("f1"), number(&wanted["macro_f1"]), 1e-11, "f1");
        close(right(one).accuracy.value.expect("accuracy"), number(&wanted["accuracy"]), 1e-11, "accuracy");
        close(right(one).kappa.expect("kappa"), number(&wanted["kappa"]), 1e-11, "kappa");
    }
    let view = classes(&document);
    close(view.spreads[0].total_variation.expect("tv"), number(&expected["tv_selection"]), 1e-11, "tv");
    let recalls = view.gaps.iter().filter(|gap| gap.measure == "true-positive-rate");
    let widest = recalls.filter_map(|gap| gap.difference).map(f64::abs).fold(0.0, f64::max);
    close(widest, number(&expected["max_recall_gap"]), 1e-11, "gap");
}

/// Four classes of jobs in ten folds (modeldata's `hpc_cv`), against the figures that fairlearn and scikit-learn give.
#[test]
fn jobs_of_four_classes_have_their_reference_figures() {
    let Some(folder) = shared_data().map(|folder| folder.join("hpc_multiclass")).filter(|folder| folder.is_dir())
    else {
        eprintln!("not tested: there is no folder hpc_multiclass");
        return;
    };
    let policy = "version = 1\n[data]\ndecision = \"pred\"\nfavourable = [\"VF\"]\n[classes]\nchosen = \"pred\"\nright = \"obs\"\n\
                  [[attribute]]\nname = \"Resample\"\n";
    let document = audit_files(policy, &[folder.join("hpc_cv.csv")]);
    let text = std::fs::read_to_string(folder.join("hpc_multiclass.oracle.json")).expect("the figures");
    let oracle: Value = serde_json::from_str(&text).expect("JSON");
    let number = |value: &Value| value.as_f64().expect("a number");
    assert_eq!(classes(&document).classes, ["F", "L", "M", "VF"]);
    let folds = oracle["multiclass"].as_object().expect("folds");
    assert_eq!(folds.len(), 10);
    for (fold, wanted) in folds {
        let one = right(of_group(&document, &["Resample"], &[("Resample", fold)]));
        assert_eq!(Some(one.rows), wanted["n"].as_u64());
        assert_eq!(serde_json::json!(one.table), wanted["confusion[obs][pred] F,L,M,VF"], "{fold}");
        for (found, key) in [
            (one.accuracy.value, "accuracy"),
            (one.macro_recall.value, "macro_recall"),
            (one.macro_precision.value, "macro_precision"),
            (one.matthews, "mcc"),
        ] {
            close(found.expect(key), number(&wanted[key]), 1e-11, key);
        }
    }
    // Over all folds, the farthest apart for the class VF.
    let apart = |of: &dyn Fn(&ClassesGroup) -> Option<f64>| {
        let folds = classes(&document).groups.iter().filter(|one| !one.axes.is_empty());
        let values: Vec<f64> = folds.map(|one| of(one).expect("a rate")).collect();
        values.iter().copied().fold(f64::MIN, f64::max) - values.iter().copied().fold(f64::MAX, f64::min)
    };
    let share = apart(&|one| one.given[3].share);
    let found = apart(&|one| right(one).classes[3].true_positive_rate.value);
    let alarms = apart(&|one| right(one).classes[3].false_positive_rate.value);
    close(share, number(&oracle["demographic_parity_difference"]), 1e-10, "parity");
    close(found, number(&oracle["equal_opportunity_difference"]), 1e-10, "opportunity");
    close(found.max(alarms), number(&oracle["equalized_odds_difference"]), 1e-10, "odds");
}

#[test]
fn gaps_are_those_of_the_counts_and_the_planted_one_is_shown() {
    let mut random = SplitMix64(71);
    for reference in ["{ group = \"north\" }", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let rows = rows(&mut random, 1500, 10);
        let document = audit_text(&policy(BOTH, reference), &csv(&rows));
        let view = classes(&document);
        let alone = reference.contains("north");
        let found = |team: &str, is: &dyn Fn(&Row) -> bool| {
            let own = rows.iter().filter(|row| is(row) && row.3 == Some(team) && row.2.is_some());
            let hits = own.clone().filter(|row| row.2 == row.3).count();
            hits as f64 / own.count() as f64
        };
        for team in TEAMS {
            let mut gaps = view.gaps.iter().filter(|gap| gap.measure == "true-positive-rate" && gap.class == team);
            let gap = gaps.find(|gap| gap.group == group(&[("region", "south")])).expect("a gap");
            let own = found(team, &|row| row.0 == "south");
            let other = found(team, &|row| if alone { row.0 == "north" } else { row.0 != "south" });
            close(gap.difference.expect("a gap"), own - other, 1e-11, team);
            assert!(gap.low <= gap.difference && gap.difference <= gap.high);
            // The south was planted to be found less often in billing.
            assert_eq!(gap.shown, team == "billing", "{team} {:?}", gap.p_adjusted);
        }
        for measure in ["share", "true-positive-rate"] {
            let family: Vec<_> = view.gaps.iter().filter(|gap| gap.measure == measure).collect();
            let p: Vec<f64> = family.iter().map(|gap| gap.p_value.unwrap_or(f64::NAN)).collect();
            for (gap, adjusted) in family.iter().zip(holm(&p)) {
                assert_eq!(gap.p_adjusted.is_none(), adjusted.is_nan());
                close(gap.p_adjusted.unwrap_or(0.0), if adjusted.is_nan() { 0.0 } else { adjusted }, 1e-10, "holm");
            }
        }
    }
}

#[test]
fn harm_is_the_mean_over_cases() {
    let rows = rows(&mut SplitMix64(73), 700, 20);
    let harm = "harm = [{ right = \"billing\", weight = 3 }, { right = \"billing\", chosen = \"technical\", weight = \"7/2\" }, \
                { chosen = [\"delivery\", \"technical\"], right = \"technical\", weight = 0 }]\n";
    let document = audit_text(&policy(&format!("{BOTH}{harm}"), "{ group = \"north\" }"), &csv(&rows));
    let weigh = |row: &Row| match (row.3, row.2) {
        (Some(right), Some(chosen)) if right == chosen => Some(0.0),
        (Some("billing"), Some("technical")) => Some(3.5),
        (Some("billing"), Some(_)) => Some(3.0),
        (Some("technical"), Some("delivery")) => Some(0.0),
        (Some(_), Some(_)) => Some(1.0),
        _ => None,
    };
    let mean = |is: &dyn Fn(&Row) -> bool| {
        let harms: Vec<f64> = rows.iter().filter(|row| is(row)).filter_map(weigh).collect();
        harms.iter().sum::<f64>() / harms.len() as f64
    };
    let (mut with_interval, mut without) = (0, 0);
    for one in &classes(&document).groups {
        let harm = &right(one).harm;
        close(harm.value.expect("a mean"), mean(&|row| is_in(row, &one.group)), 1e-11, "harm");
        // The weights are 1, 3 and 3.5; with fewer than ten cases of one of them there is no interval.
        let own = || rows.iter().filter(|row| is_in(row, &one.group)).filter_map(weigh);
        if [1.0, 3.0, 3.5].iter().all(|weight| own().filter(|harm| harm == weight).count() >= 10) {
            assert!(harm.low < harm.value && harm.value < harm.high && harm.high < Some(3.5));
            with_interval += 1;
        } else {
            assert_eq!((harm.low, harm.high), (None, None));
            without += 1;
        }
    }
    assert!(with_interval > 2 && without > 0, "{with_interval} with an interval, {without} without");
    let gaps = &classes(&document).harm_gaps;
    let gap = gaps.iter().find(|gap| gap.group == group(&[("region", "south")])).expect("a gap");
    let expected = mean(&|row| row.0 == "south") - mean(&|row| row.0 == "north");
    close(gap.difference.expect("a gap"), expected, 1e-11, "gap");
    assert!(gap.shown, "{gap:?}");
}

/// Of two classes the correlation is that of a table of four counts.
#[test]
fn the_correlation_of_two_classes_is_the_plain_one() {
    let mut random = SplitMix64(97);
    for _ in 0..200 {
        let [a, b, c, d] = [0; 4].map(|_| 1 + random.below(1000) as u64);
        let of = Classes::new(vec![vec![a, b], vec![c, d]]).expect("a square");
        let (a, b, c, d) = (a as f64, b as f64, c as f64, d as f64);
        let plain = (a * d - b * c) / ((a + b) * (c + d) * (a + c) * (b + d)).sqrt();
        close(of.matthews().expect("a correlation"), plain, 1e-12, "two classes");
    }
    let all_right = Classes::new(vec![vec![3, 0, 0], vec![0, 2, 0], vec![0, 0, 4]]).expect("a square");
    close(all_right.matthews().expect("a correlation"), 1.0, 1e-12, "all right");
}

#[test]
fn what_does_not_exist_has_a_reason() {
    let text =
        "region,tier,team,right_team,done\nnorth,gold,a,a,1\nnorth,gold,a,a,0\nsouth,gold,,a,1\nsouth,gold,b,,1\n";
    let levels = format!("{BOTH}levels = [\"a\", \"b\", \"c\"]\n");
    let document = audit_text(&policy(&levels, "\"largest\""), text);
    let north = of_group(&document, &["region"], &[("region", "north")]);
    let south = of_group(&document, &["region"], &[("region", "south")]);
    let reason = |of: &Option<String>| of.clone().unwrap_or_default();
    assert_eq!((north.rows, right(north).rows, south.rows, right(south).rows), (2, 2, 1, 0));
    let b = &right(north).classes[1];
    assert_eq!(
        (b.true_positive_rate.value, reason(&b.true_positive_rate.undefined).as_str()),
        (None, "zero-denominator")
    );
    assert_eq!(b.false_positive_rate.value, Some(0.0));
    assert_eq!((right(north).macro_recall.value, right(north).macro_recall.classes), (Some(1.0), 1));
    assert_eq!(reason(&right(north).kappa_undefined), "no-variance");
    assert_eq!(reason(&right(north).matthews_undefined), "no-variance");
    assert_eq!(reason(&right(south).kappa_undefined), "no-rows");
    assert_eq!(reason(&right(south).harm.undefined), "no-rows");
    // None of two cases is wrong: Wilson's upper limit is z^2 / (n + z^2).
    let harm = &right(north).harm;
    assert_eq!((harm.value, harm.low), (Some(0.0), Some(0.0)));
    close(harm.high.expect("a limit"), 3.841_458_820_694 / 5.841_458_820_694, 1e-9, "Wilson");
    let gap = classes(&document).gaps.iter().find(|gap| gap.measure != "share").expect("a gap");
    assert_eq!((gap.difference, reason(&gap.undefined).as_str(), gap.shown), (None, "zero-denominator", false));
}

#[test]
fn small_counts_of_classes_are_hidden() {
    let mut random = SplitMix64(79);
    let (mut tables, mut shares, mut hidden, mut labels) = (0, 0, 0, 0);
    for round in 0..24 {
        let rows = rows(&mut random, [150, 500, 4000][round % 3], if round % 2 == 0 { 0 } else { 5 });
        // The chosen class is the decision too in every other round.
        let text = policy(BOTH, "\"largest\"");
        let text = if round % 4 < 2 {
            text
        } else {
            text.replace("\"done\"\nfavourable = [1]", "\"team\"\nfavourable = [\"billing\"]")
        };
        let labelled = round % 4 == 2;
        let label = "favourable = [\"billing\"]\nlabel = \"right_team\"\npositive = [\"billing\"]";
        let text = if labelled { text.replace("favourable = [\"billing\"]", label) } else { text };
        let document = audit_text(&text, &csv(&rows));
        let exact = classes(&document).clone();
        let made = release(document, Audience::Public, &[]).expect("a release");
        let view = classes(made.document());
        assert_eq!((view.rows_without_chosen, view.rows_without_right), (None, None));
        assert!(!labelled || (view.hidden_right.is_empty() && view.groups.iter().all(|one| one.right.is_some())));
        labels += usize::from(labelled && !view.groups.is_empty());
        let large = |count: u64| assert!(count == 0 || count >= 11, "{count}");
        for one in &view.groups {
            assert!(one.axes.len() < 2);
            let own = exact.groups.iter().find(|own| own.axes == one.axes && own.group == one.group).expect("a group");
            own.given.iter().for_each(|given| large(given.rows));
            assert!(one.given.iter().all(|given| given.rows % 5 == 0));
            shares += 1;
            let Some(told) = &one.right else { continue };
            right(own).table.iter().flatten().for_each(|rows| large(*rows));
            large(own.rows - right(own).rows);
            for (at, given) in own.given.iter().enumerate() {
                large(given.rows - right(own).table.iter().map(|row| row[at]).sum::<u64>());
            }
            assert!(told.table.iter().flatten().all(|rows| rows % 5 == 0));
            assert!(told.classes.iter().all(|class| class.precision.of % 5 == 0));
            tables += 1;
        }
        let axes = |with_right: bool| -> Vec<_> {
            let own = view.groups.iter().filter(|one| !with_right || one.right.is_some());
            own.map(|one| one.axes.clone()).collect()
        };
        assert!(view.gaps.iter().all(|gap| axes(gap.measure != "share").contains(&gap.axes) && gap.p_value.is_none()));
        assert!(view.harm_gaps.iter().all(|gap| axes(true).contains(&gap.axes) && gap.p_adjusted.is_none()));
        assert!(view.spreads.iter().all(|spread| axes(false).contains(&spread.axes) && spread.pearson.is_none()));
        hidden += view.hidden.len() + view.hidden_right.len();
    }
    assert!(tables > 10 && shares > tables && hidden > 15 && labels > 0, "{tables} {shares} {hidden} {labels}");
}

/// Beside another section that counts the same column, nothing is shown; nor is it beside an earlier public result.
#[test]
fn a_column_that_is_counted_elsewhere_is_hidden() {
    let rows = rows(&mut SplitMix64(83), 4000, 0);
    let shown = |more: &str| {
        let document = audit_text(&policy(&format!("{BOTH}{more}"), "\"largest\""), &csv(&rows));
        let made = release(document, Audience::Public, &[]).expect("a release");
        classes(made.document()).groups.len()
    };
    assert_eq!(shown(""), 6);
    assert_eq!(shown("[human]\nmodel_decision = \"team\"\nfavourable = [\"billing\"]\n"), 0);
    let outcome = "[[outcome]]\nname = \"found\"\ncolumn = \"right_team\"\nkind = \"yes-no\"\nbetter = \"more\"\nyes = [\"billing\"]\n";
    assert_eq!(shown(outcome), 0);
    let document = audit_text(&policy(BOTH, "\"largest\""), &csv(&rows));
    let first = release(document.clone(), Audience::Public, &[]).expect("a release");
    let second = release(document, Audience::Public, &[first.document().clone()]).expect("a release");
    assert!(second.document().classes.is_none());
}

#[test]
fn what_cannot_go_with_it_is_refused() {
    for more in ["unit = \"who\"\n", "weight = \"w\"\n"] {
        assert!(try_policy(&policy(&format!("{more}{BOTH}"), "\"largest\"")).is_err());
    }
    let line = |team: usize| format!("north,gold,team{team},team0,1\n");
    let text = |teams: usize| {
        let lines: Vec<String> = (0..teams).map(line).collect();
        format!("region,tier,team,right_team,done\n{}", lines.concat())
    };
    let policy = policy(BOTH, "\"largest\"");
    assert_eq!(classes(&audit_text(&policy, &text(50))).classes.len(), 50);
    let error = try_audit_text(&policy, &text(51)).expect_err("too many classes").to_string();
    assert!(error.contains("more than 50"), "{error}");
    let address = text(2).replace("team1", "jo@shop.example");
    let error = try_audit_text(&policy, &address).expect_err("of one person").to_string();
    assert!(error.contains("[classes]") && !error.contains("jo@"), "{error}");
    let listed = policy.replace(BOTH, &format!("{BOTH}levels = [\"team0\", \"jo@shop.example\"]\n"));
    assert_eq!(classes(&audit_text(&listed, &address)).classes, ["team0", "jo@shop.example"]);
    assert!(try_audit_text(&listed, &text(2)).is_err());
}

/// Workers and files see classes in orders of their own, and none need have seen all.
#[test]
fn files_add_up_whatever_classes_they_have() {
    let rows = rows(&mut SplitMix64(101), 500, 30);
    let whole = audit_text(&policy(BOTH, "\"largest\""), &csv(&rows));
    let text = csv(&rows);
    let (head, lines) = text.split_once('\n').expect("a head");
    let (technical, others): (Vec<&str>, Vec<&str>) = lines.lines().partition(|line| line.contains("technical"));
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, lines: Vec<String>| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).expect("written");
        path
    };
    let own = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let files = [write("a.csv", own(technical)), write("b.csv", own(others))];
    assert_eq!(audit_files(&policy(BOTH, "\"largest\""), &files).classes, whole.classes);
    let line = |team: usize| format!("north,gold,team{team},team0,1");
    let many = [write("c.csv", (0..30).map(line).collect()), write("d.csv", (30..60).map(line).collect())];
    let error = try_audit(&policy(BOTH, "\"largest\""), &many).expect_err("too many classes").to_string();
    assert!(error.contains("more than 50"), "{error}");
}

/// A table of every class by every class for very many groups is refused before it is made.
#[test]
fn too_many_groups_by_class_are_refused() {
    let text = |levels: usize| {
        let line = |at: usize| format!("r{},t{},team{},team{},1\n", at / levels, at % levels, at % 50, at % 7);
        let lines: Vec<String> = (0..levels * levels).map(line).collect();
        format!("region,tier,team,right_team,done\n{}", lines.concat())
    };
    let error = try_audit_text(&policy(BOTH, "\"largest\""), &text(32)).expect_err("too many counts").to_string();
    assert!(error.contains("1088 groups by 50 classes"), "{error}");
    let shares = policy("[classes]\nchosen = \"team\"\n", "\"largest\"");
    assert_eq!(classes(&audit_text(&shares, &text(32))).groups.len(), 1089);
}

/// What follows from the counts is computed again when a result is verified, in what is published too.
#[test]
fn a_figure_that_was_changed_is_found() {
    let harm = format!("{BOTH}harm = [{{ right = \"billing\", weight = 3 }}]\n");
    let document = audit_text(&policy(&harm, "\"rest\""), &csv(&rows(&mut SplitMix64(89), 4000, 0)));
    let made = release(document.clone(), Audience::Public, &[]).expect("a release");
    let found = |document: &Document, at: &str| {
        let mut tallies = Tallies::default();
        figures(document, None, &mut tallies);
        tallies.wrongs().filter(|wrong| wrong.at.starts_with(at)).count()
    };
    for document in [document, made.document().clone()] {
        assert_eq!(found(&document, "classes"), 0);
        let mut changed = document.clone();
        changed.classes.as_mut().expect("classes").gaps[0].difference = Some(0.123);
        assert_eq!(found(&changed, "classes.gaps[0]"), 1);
        let mut changed = document;
        let view = changed.classes.as_mut().expect("classes");
        view.groups[0].right.as_mut().expect("right classes").table[0][1] += 5;
        assert!(found(&changed, "classes.groups[0]") > 0);
    }
}

/// Rows of a region by the class they were given, the right one and how many there are.
fn counted(rows: &[(&str, &str, &str, u32)]) -> String {
    let mut text = "region,team,right_team,answered,n\n".to_owned();
    for (region, chosen, right, n) in rows {
        let _ = writeln!(text, "{region},{chosen},{right},1,{n}");
    }
    text
}

fn of_counts(more: &str, rows: &[(&str, &str, &str, u32)]) -> Document {
    let policy = format!(
        "version = 1\n[data]\ndecision = \"answered\"\nfavourable = [1]\ncount = \"n\"\n{BOTH}{more}[[attribute]]\nname = \"region\"\n"
    );
    audit_text(&policy, &counted(rows))
}

/// Of 40 cases none is wrong, of 3,000 60: by Fisher's test that is chance (p = 1, as the most likely table of these margins).
#[test]
fn a_group_that_met_no_harm_by_chance_is_no_finding() {
    let rows = [
        ("north", "a", "a", 2_930),
        ("north", "b", "a", 50),
        ("north", "c", "c", 10),
        ("north", "a", "c", 10),
        ("south", "a", "a", 39),
        // One row of a class that is as rare as one in a thousand elsewhere.
        ("south", "c", "c", 1),
    ];
    for more in ["", "harm = [{ right = \"c\", weight = 5 }]\n"] {
        let document = of_counts(more, &rows);
        let found = classes(&document);
        assert_eq!(found.harm_gaps.len(), 1);
        assert!(found.harm_gaps.iter().all(|gap| !gap.shown), "{:?}", found.harm_gaps);
        let shown: Vec<_> = found.gaps.iter().filter(|gap| gap.shown).collect();
        assert!(shown.is_empty(), "{shown:?}");
    }
    let plain = of_counts("", &rows);
    close(classes(&plain).harm_gaps[0].p_value.expect("a test"), 1.0, 1e-9, "Fisher");
    // The 40 are too few for a harm of its own weight to be expected among them.
    let weighed = of_counts("harm = [{ right = \"c\", weight = 5 }]\n", &rows);
    assert!(classes(&weighed).harm_gaps[0].too_few && classes(&weighed).harm_gaps[0].low.is_none());
}

#[test]
fn a_gap_of_shares_is_told_where_the_right_class_is_found_alike() {
    let of = |region: &'static str, b: u32, d: u32| {
        [(region, "b", "b", 9 * b), (region, "d", "b", b), (region, "b", "d", d), (region, "d", "d", 9 * d)]
    };
    let document = of_counts("", &[of("north", 70, 30), of("south", 40, 60)].concat());
    let shown: Vec<&str> =
        classes(&document).gaps.iter().filter(|gap| gap.shown).map(|gap| gap.measure.as_str()).collect();
    assert_eq!(shown, ["share", "share"]);
    let words = format!("{:?}", evenhand::words::compose(&crate::support::internal(&document)));
    assert!(words.contains("were sent to") && !words.contains("No gap between groups is shown"), "{words}");
}

#[test]
fn a_result_without_any_class_agrees_with_itself() {
    let document = of_counts("", &[("north", "", "", 200), ("south", "", "", 90)]);
    assert!(classes(&document).classes.is_empty() && !classes(&document).harm_gaps.is_empty());
    let mut tallies = Tallies::default();
    figures(&document, None, &mut tallies);
    assert_eq!(tallies.wrongs().filter(|wrong| wrong.at.starts_with("classes")).count(), 0);
}
