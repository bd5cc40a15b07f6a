//! Budgets: held against a slow sort of single rows and against a threshold at the cut, laws, and what is hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{SplitMix64, audit_text, comparison, try_policy};
use evenhand::release::{Audience, release};
use evenhand::result::{BudgetView, Document, Group};
use evenhand::tally::Most;
use evenhand::verify::Tallies;
use evenhand::verify::figures::figures;

/// A row: shop (none where it has no value), tier, score in text (empty where it has none), decision in text.
type Row = (&'static str, &'static str, String, &'static str);

const TOPS: [&str; 6] = ["0.1", "\"1/4\"", "0.6", "1", "37", "100000"];

fn policy(ties: &str, reference: &str, tops: &[&str]) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nscore = \"score\"\n[budget]\ntop = [{}]\nties = \"{ties}\"\n\
         [[attribute]]\nname = \"shop\"\nreference = {reference}\n[[attribute]]\nname = \"tier\"\n\
         [intersections]\nsets = [[\"shop\", \"tier\"]]\n[statistics]\nmin_group = 1\n",
        tops.join(", ")
    )
}

fn csv(rows: &[Row]) -> String {
    let mut text = "shop,tier,score,d\n".to_owned();
    for (shop, tier, score, decision) in rows {
        let _ = writeln!(text, "{shop},{tier},{score},{decision}");
    }
    text
}

/// Rows whose scores have so many values, the south with lower ones.
fn rows(random: &mut SplitMix64, n: usize, values: usize, gaps: bool) -> Vec<Row> {
    let row = |random: &mut SplitMix64| {
        let shop = random.pick(&["north", "south", "south", "west"]);
        let shop = if gaps && random.chance(50) { "" } else { shop };
        let most = if shop == "south" { values * 3 / 4 } else { values };
        let score = random.below(most + 1) as f64 / values as f64;
        let score = if gaps && random.chance(60) { String::new() } else { score.to_string() };
        let decision = if gaps && random.chance(40) { "" } else { random.pick(&["0", "1"]) };
        (shop, random.pick(&["gold", "plain"]), score, decision)
    };
    (0..n).map(|_| row(random)).collect()
}

fn score(row: &Row) -> Option<f64> {
    row.2.parse().ok()
}

/// Who is reached, row by row: sorted by score, the first k, and the tie at the cut put out or in.
fn slowly(rows: &[Row], top: &str, ties: &str) -> Vec<bool> {
    let mut sorted: Vec<f64> = rows.iter().filter_map(score).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let k = match top {
        "0.1" => sorted.len() / 10,
        "\"1/4\"" => sorted.len() / 4,
        "0.6" => sorted.len() * 6 / 10,
        "1" => sorted.len(),
        number => number.parse::<usize>().expect("a number").min(sorted.len()),
    };
    // The first that money does not reach, and the last that it does.
    let (last, next) = (k.checked_sub(1).map(|at| sorted[at]), sorted.get(k).copied());
    let is_reached = |score: f64| match (last, next) {
        (None, _) => false,
        (Some(last), Some(next)) if last == next && ties == "out" => score > last,
        (Some(last), _) => score >= last,
    };
    rows.iter().map(|row| score(row).is_some_and(is_reached)).collect()
}

fn is_of(row: &Row, group: &Group) -> bool {
    let missing = |level: &str| if level.is_empty() { "(missing)".to_owned() } else { level.to_owned() };
    group.iter().all(|(name, level)| *level == missing(if name == "shop" { row.0 } else { row.1 }))
}

/// All that holds of any budget by itself.
#[track_caller]
fn holds(view: &BudgetView) {
    let mut sums: BTreeMap<&Vec<String>, (u64, u64)> = BTreeMap::new();
    for one in &view.groups {
        let sum = sums.entry(&one.axes).or_default();
        *sum = (sum.0 + one.rows, sum.1 + one.reached);
        assert!(one.reached <= one.rows);
    }
    assert!(sums.values().all(|sum| *sum == (view.rows, view.reached)), "{sums:?}");
    let asked = view.asked.min(view.rows);
    match view.ties.as_str() {
        "out" => assert!(view.reached <= asked && (view.tied == 0) == (view.reached == asked)),
        _ => assert!(view.reached >= asked && (view.tied == 0) == (view.reached == asked)),
    }
}

#[test]
fn who_is_reached_is_counted_row_by_row() {
    let mut random = SplitMix64(61);
    let (mut ties_cut, mut none_cut) = (0, 0);
    for round in 0..6 {
        let rows = rows(&mut random, 400, [8, 60, 1000][round % 3], true);
        for ties in ["out", "in"] {
            let document = audit_text(&policy(ties, "\"largest\"", &TOPS), &csv(&rows));
            assert_eq!(document.budgets.len(), TOPS.len());
            for (view, top) in document.budgets.iter().zip(TOPS) {
                let reached = slowly(&rows, top, ties);
                for one in &view.groups {
                    let of = || rows.iter().zip(&reached).filter(|(row, _)| is_of(row, &one.group));
                    let count = |wanted: &dyn Fn(&(&Row, &bool)) -> bool| of().filter(|at| wanted(at)).count() as u64;
                    assert_eq!(one.rows, count(&|at| score(at.0).is_some()), "{top} {:?}", one.group);
                    assert_eq!(one.reached, count(&|at| *at.1), "{top} {ties} {:?}", one.group);
                }
                let lowest = rows.iter().zip(&reached).filter(|at| *at.1).filter_map(|at| score(at.0));
                assert_eq!(view.from, lowest.min_by(f64::total_cmp));
                assert_eq!(view.rows_without_score, rows.iter().filter(|row| score(row).is_none()).count() as u64);
                assert!(view.exact);
                holds(view);
                if view.tied > 0 { ties_cut += 1 } else { none_cut += 1 }
            }
        }
    }
    assert!(ties_cut > 20 && none_cut > 20, "{ties_cut} {none_cut}");
}

#[test]
fn out_reaches_no_more_than_in_and_order_is_no_matter() {
    let mut random = SplitMix64(67);
    for _ in 0..4 {
        let mut rows = rows(&mut random, 300, 20, true);
        let view = |ties: &str, rows: &[Row]| audit_text(&policy(ties, "\"rest\"", &TOPS), &csv(rows)).budgets;
        let (out, within) = (view("out", &rows), view("in", &rows));
        random.shuffle(&mut rows);
        assert_eq!(out, view("out", &rows));
        for (out, within) in out.iter().zip(&within) {
            let asked = out.asked.min(out.rows);
            assert!(out.reached <= asked && asked <= within.reached);
            assert_eq!(within.reached - out.reached, out.tied);
        }
    }
}

/// Where everybody has a score, a budget is a decision by a threshold at the cut: the same ratios, whomever a group is held against.
#[test]
fn it_is_the_selection_rate_at_the_cut() {
    let mut random = SplitMix64(71);
    let mut compared = 0;
    for reference in ["\"largest\"", "{ group = \"west\" }", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let mut rows = rows(&mut random, 500, 40, false);
        let reached = slowly(&rows, "\"1/4\"", "out");
        for (row, reached) in rows.iter_mut().zip(reached) {
            row.3 = if reached { "1" } else { "0" };
        }
        let document = audit_text(&policy("out", reference, &["\"1/4\""]), &csv(&rows));
        for gap in &document.budgets[0].gaps {
            let beside = comparison(&document, "selection-rate", "ratio", &gap.group);
            assert_eq!(gap.reference, beside.reference);
            assert_eq!((gap.ratio, gap.low, gap.high), (beside.value, beside.low, beside.high), "{reference}");
            assert_eq!((&gap.method, &gap.undefined), (&beside.method, &beside.undefined));
            let direction = match (gap.low, gap.high) {
                (_, Some(high)) if high < 1.0 => "fewer",
                (Some(low), _) if low > 1.0 => "more",
                _ => "cannot-tell",
            };
            assert_eq!(gap.direction, direction);
            compared += usize::from(gap.ratio.is_some());
        }
    }
    assert!(compared > 20, "{compared}");
}

/// With more distinct scores than are kept the cut falls inside a bin, which is one tie.
#[test]
fn scores_in_bins_are_cut_between_bins() {
    let mut random = SplitMix64(73);
    let rows = rows(&mut random, 90_000, 100_000_000, false);
    for ties in ["out", "in"] {
        let document = audit_text(&policy(ties, "\"rest\"", &["0.1", "0.6", "1"]), &csv(&rows));
        for view in &document.budgets[..2] {
            holds(view);
            assert!(!view.exact && view.tied > 0 && view.tied < view.rows / 50, "{} rows in a bin", view.tied);
            let from = view.from.expect("somebody is reached");
            let count = rows.iter().filter_map(score).filter(|score| *score >= from).count();
            assert_eq!(count as u64, view.reached);
        }
        assert!(document.budgets[2].exact && document.budgets[2].reached == 90_000);
    }
}

/// Of margins one may keep its scores in bins and another keep every one: groups add up all the same.
#[test]
fn margins_are_cut_at_one_score() {
    let mut random = SplitMix64(89);
    let mut rows = rows(&mut random, 12_000, 100_000_000, true);
    // Few enough in each shop to be kept exactly, too many in each tier.
    for (place, row) in rows.iter_mut().enumerate() {
        row.0 = ["north", "south", "west", "east"][place % 4];
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv(&rows)).expect("written");
    // The set would be the full cross.
    let text = policy("out", "\"rest\"", &TOPS).replace("sets = [[\"shop\", \"tier\"]]\n", "");
    let (policy, _) = crate::support::policy(&text);
    let quiet = crate::support::cells::quiet();
    let audit = |most: Most| {
        let source = crate::support::cells::source(&path);
        evenhand::audit_within(&policy, Vec::new(), &[source], most, crate::support::AS_OF, &quiet).expect("an audit")
    };
    let (whole, margins) = (audit(Most::default()), audit(Most { cells: 4, ..Most::default() }));
    assert!(margins.diagnostics.iter().any(|one| one.code == "margins-only"));
    for (view, exact) in margins.budgets.iter().zip(&whole.budgets) {
        holds(view);
        holds(exact);
        assert!(exact.exact && view.reached <= exact.reached && exact.reached - view.reached < 200);
    }
    assert!(margins.budgets.iter().any(|view| !view.exact), "no margin keeps its scores in bins");
}

#[test]
fn where_nobody_can_be_ranked_there_is_a_reason() {
    let text = "shop,tier,score,d\nnorth,gold,0.5,1\nnorth,plain,0.5,0\nsouth,gold,,1\nsouth,plain,,0\n";
    let document = audit_text(&policy("out", "{ group = \"north\" }", &["0.5", "2"]), text);
    let south = |view: &BudgetView| {
        let of = |group: &Group| group.get("shop").is_some_and(|shop| shop == "south") && group.len() == 1;
        let one = view.groups.iter().find(|one| of(&one.group)).expect("the south").clone();
        (one, view.gaps.iter().find(|gap| of(&gap.group)).expect("a gap").clone())
    };
    for view in &document.budgets {
        let (one, gap) = south(view);
        assert_eq!((one.rows, one.share, one.undefined.as_deref()), (0, None, Some("zero-denominator")));
        assert_eq!((gap.ratio, gap.direction.as_str(), gap.far), (None, "too-few", false));
        assert!(gap.undefined.is_some());
    }
    // Half of two rows is one, and both have the same score.
    assert_eq!((document.budgets[0].reached, document.budgets[0].tied, document.budgets[0].from), (0, 2, None));
    assert_eq!((document.budgets[1].reached, document.budgets[1].tied, document.budgets[1].from), (2, 0, Some(0.5)));
}

#[test]
fn nothing_of_it_is_there_where_counts_are_hidden_or_rounded() {
    let rows = rows(&mut SplitMix64(79), 3000, 1000, false);
    let audit = |more: &str| audit_text(&format!("{}{more}", policy("out", "\"rest\"", &TOPS)), &csv(&rows));
    let left =
        |document: Document, audience| release(document, audience, &[]).expect("a release").document().budgets.len();
    assert_eq!(left(audit(""), Audience::Internal), TOPS.len());
    assert_eq!(left(audit(""), Audience::Public), 0);
    assert_eq!(left(audit("[privacy]\nmin_cell = 0\nround = 1\n"), Audience::Public), 0);
    assert_eq!(left(audit("[privacy]\nmin_cell = 11\n"), Audience::Internal), 0);
    assert_eq!(left(audit("[privacy]\nround = 5\n"), Audience::Internal), 0);
}

/// What follows from the counts is computed again when a result is verified.
#[test]
fn a_figure_that_was_changed_is_found() {
    for reference in ["\"largest\"", "{ group = \"west\" }", "\"rest\"", "\"overall\"", "\"highest-rate\""] {
        let rows = rows(&mut SplitMix64(83), 600, 50, true);
        let mut document = audit_text(&policy("out", reference, &TOPS), &csv(&rows));
        let found = |document: &Document, at: &str| {
            let mut tallies = Tallies::default();
            figures(document, None, &mut tallies);
            tallies.wrongs().filter(|wrong| wrong.at.starts_with(at)).count()
        };
        assert_eq!(found(&document, "budgets"), 0);
        let gap = &mut document.budgets[2].gaps[0];
        gap.ratio = Some(gap.ratio.expect("a ratio") + 0.01);
        document.budgets[1].groups[1].reached += 1;
        assert_eq!(found(&document, "budgets[2].gaps[0].ratio"), 1);
        assert!(found(&document, "budgets[1].groups") > 1);
    }
}

#[test]
fn what_it_cannot_go_with_is_refused() {
    let good = policy("out", "\"largest\"", &["0.1", "2"]);
    assert!(try_policy(&good).is_ok());
    for (old, new, wanted) in [
        ("score = \"score\"\n", "", "names no `score`"),
        ("score = \"score\"\n", "score = \"score\"\nunit = \"who\"\n", "`unit`"),
        ("score = \"score\"\n", "score = \"score\"\nweight = \"w\"\n", "`weight`"),
        ("top = [0.1, 2]", "top = [0.1, 2.5]", "neither"),
        ("top = [0.1, 2]", "top = [0]", "neither"),
        ("top = [0.1, 2]", "top = [2, \"4/2\"]", "twice"),
        ("top = [0.1, 2]", "top = []", "from 1 to"),
        ("ties = \"out\"", "ties = \"half\"", "one of"),
    ] {
        let problems = try_policy(&good.replace(old, new)).expect_err(wanted);
        assert!(problems.iter().any(|problem| problem.message.contains(wanted)), "{wanted}: {problems:?}");
    }
}
