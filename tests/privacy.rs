//! What a report hides cannot be worked out from what it shows, and stands in no report.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{SplitMix64, audit_text};
use evenhand::release::table::{Margin, Shown, Table, Unit};
use evenhand::release::{Audience, Release, release};
use evenhand::render::Format;
use evenhand::result::{Document, Group, Verdict};
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, SolveOutcome};
use proptest::prelude::*;

const K: u64 = 11;

/// A table of single cells with their margins, all of which are published.
fn hidden_cells(cells: &[(String, u64)], margins: &[Vec<String>]) -> Vec<String> {
    let unit = |axis: usize, count: u64| Unit {
        axis,
        atoms: Some(vec![count]),
        shown: Shown::Everything,
        known: Shown::Nothing,
        at_most: None,
    };
    let mut units: Vec<Unit> = cells.iter().map(|(_, count)| unit(0, *count)).collect();
    let mut listed = Vec::new();
    for margin in margins {
        let place = |name: &String| cells.iter().position(|(cell, _)| cell == name).expect("a cell of the margin");
        let parts: Vec<usize> = margin.iter().map(place).collect();
        listed.push(Margin { whole: units.len(), parts: parts.clone() });
        units.push(unit(1, parts.iter().map(|at| cells[*at].1).sum()));
    }
    let mut table = Table {
        min_cell: K,
        atoms: 1,
        outcomes: vec![vec![0]],
        total: vec![0],
        units,
        margins: listed,
        whole: vec![false; 2],
        finer: vec![Vec::new(); 2],
        dropped: vec![false; 2],
    };
    table.hide_small();
    table.hide_what_tells();
    let hidden = cells.iter().zip(&table.units).filter(|(_, unit)| unit.shown < Shown::Everything);
    let mut hidden: Vec<String> = hidden.map(|((name, _), _)| name.clone()).collect();
    hidden.sort();
    hidden
}

#[test]
fn published_examples_hide_these_cells() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("oracles/suppression.json")).expect("JSON");
    let cases = oracle["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 2);
    for case in cases {
        let cells = case["cells"].as_object().expect("cells").iter();
        let cells: Vec<(String, u64)> = cells.map(|(name, n)| (name.clone(), n.as_u64().expect("a count"))).collect();
        let texts =
            |value: &serde_json::Value| -> Vec<String> { serde_json::from_value(value.clone()).expect("texts") };
        let margins: Vec<Vec<String>> = case["margins"].as_array().expect("margins").iter().map(texts).collect();
        assert_eq!(hidden_cells(&cells, &margins), texts(&case["hidden"]));
    }
}

/// Rows of all attributes with the counts of decision and label: TP, FP, FN, TN.
type Rows = Vec<(Vec<usize>, [u64; 4])>;

const NAMES: [&str; 3] = ["a", "b", "c"];

fn csv(attributes: usize, rows: &Rows) -> String {
    let mut text = format!("{},got,good,n\n", NAMES[..attributes].join(","));
    for (levels, counts) in rows {
        let levels: Vec<String> = levels.iter().map(|level| format!("l{level}")).collect();
        for ((got, good), n) in [(1, 1), (1, 0), (0, 1), (0, 0)].into_iter().zip(counts) {
            text.push_str(&format!("{},{got},{good},{n}\n", levels.join(",")));
        }
    }
    text
}

fn policy(attributes: usize, sets: &[&[&str]], label: bool, privacy: &str) -> String {
    let sets: Vec<String> = sets.iter().map(|set| format!("{set:?}")).collect();
    let label = if label { "label = \"good\"\npositive = [\"1\"]\n" } else { "" };
    let mut text = format!(
        "version = 1\n[data]\ndecision = \"got\"\nfavourable = [\"1\"]\n{label}count = \"n\"\n\
         [privacy]\n{privacy}\n[intersections]\nsets = [{}]\n",
        sets.join(", ")
    );
    for name in &NAMES[..attributes] {
        text.push_str(&format!("[[attribute]]\nname = \"{name}\"\n"));
    }
    text.push_str("[[check]]\nid = \"ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nmin = \"4/5\"\n");
    text
}

/// Counts that add up to what a share of everybody's and each group's rows is: hits, and all.
const SHARES: &[(&str, &[usize], &[usize])] = &[
    ("selection-rate", &[0, 1], &[0, 1, 2, 3]),
    ("base-rate", &[0, 2], &[0, 1, 2, 3]),
    ("true-positive-rate", &[0], &[0, 2]),
    ("false-positive-rate", &[1], &[1, 3]),
    ("true-negative-rate", &[3], &[1, 3]),
    ("false-negative-rate", &[2], &[0, 2]),
    ("positive-predictive-value", &[0], &[0, 1]),
    ("negative-predictive-value", &[3], &[2, 3]),
    ("false-discovery-rate", &[1], &[0, 1]),
    ("false-omission-rate", &[2], &[2, 3]),
    ("accuracy", &[0, 3], &[0, 1, 2, 3]),
    ("error-rate", &[1, 2], &[0, 1, 2, 3]),
    ("false-negative-share", &[2], &[1, 2]),
];

/// What a reader knows: sums of unknown counts of the finest groups.
struct Reader {
    /// The finest groups that can occur: every part of them is named in the report.
    finest: Vec<Group>,
    known: Vec<(Vec<usize>, u64)>,
}

impl Reader {
    fn new(document: &Document, attributes: usize) -> Reader {
        let names = &NAMES[..attributes];
        let named: BTreeSet<(Vec<String>, Group)> =
            document.measurements.iter().map(|m| (m.axes.clone(), m.group.clone())).collect();
        let mut finest = vec![Group::new()];
        for name in names {
            let levels = named.iter().filter(|(axes, _)| axes.len() == 1).filter_map(|(_, group)| group.get(*name));
            let levels: Vec<&String> = levels.collect();
            finest = finest
                .iter()
                .flat_map(|group| {
                    levels.iter().map(|level| {
                        let mut group = group.clone();
                        group.insert((*name).to_owned(), (*level).clone());
                        group
                    })
                })
                .collect();
        }
        let axes: BTreeSet<Vec<String>> = named.iter().map(|(axes, _)| axes.clone()).collect();
        let part = |group: &Group, axes: &[String]| -> Group {
            group.iter().filter(|(name, _)| axes.contains(name)).map(|(n, l)| (n.clone(), l.clone())).collect()
        };
        finest.retain(|group| axes.iter().all(|axes| named.contains(&(axes.clone(), part(group, axes)))));
        let mut reader = Reader { finest, known: Vec::new() };
        for m in &document.measurements {
            let Some((_, hits, all)) = SHARES.iter().find(|(metric, ..)| *metric == m.metric) else { continue };
            assert_eq!(m.numerator.is_some(), m.undefined.as_deref() != Some("suppressed"), "{m:?}");
            for (count, of) in [(m.numerator, hits), (m.denominator, all)] {
                if let Some(count) = count {
                    reader.known.push((reader.places(&m.group, of), count));
                }
            }
        }
        let everybody = Group::new();
        for rows in [document.data.rows_used, document.data.rows_read].into_iter().filter(|rows| *rows > 0) {
            reader.known.push((reader.places(&everybody, &[0, 1, 2, 3]), rows));
        }
        for attribute in &document.data.attributes {
            for level in &attribute.groups {
                let group = Group::from([(attribute.name.clone(), level.group.clone())]);
                reader.known.push((reader.places(&group, &[0, 1, 2, 3]), level.rows));
            }
        }
        for row in document.checks.iter().filter(|row| row.reason.as_deref() != Some("suppressed")) {
            reader.known.push((reader.places(&row.group, &[0, 1, 2, 3]), row.rows));
        }
        reader.known.sort();
        reader.known.dedup();
        reader
    }

    fn places(&self, group: &Group, atoms: &[usize]) -> Vec<usize> {
        let within = |finest: &Group| group.iter().all(|(name, level)| finest.get(name) == Some(level));
        let groups = self.finest.iter().enumerate().filter(|(_, finest)| within(finest));
        groups.flat_map(|(at, _)| atoms.iter().map(move |atom| 4 * at + atom)).collect()
    }

    /// The least and the largest value of a sum; none is without end.
    fn range(&self, places: &[usize]) -> Option<(f64, f64)> {
        let end = |direction: OptimizationDirection| {
            let mut problem = Problem::new(direction);
            let factor = |place: usize| if places.contains(&place) { 1.0 } else { 0.0 };
            let unknowns: Vec<_> =
                (0..4 * self.finest.len()).map(|place| problem.add_var(factor(place), (0.0, f64::INFINITY))).collect();
            for (places, count) in &self.known {
                let mut sum = LinearExpr::empty();
                places.iter().for_each(|place| sum.add(unknowns[*place], 1.0));
                problem.add_constraint(sum, ComparisonOp::Eq, *count as f64);
            }
            match problem.solve() {
                Ok(SolveOutcome::Solution(solution)) => Some(Some(solution.objective())),
                Ok(SolveOutcome::Interrupted(_)) => panic!("no limit was set"),
                Err(microlp::Error::Unbounded) => Some(None),
                Err(error) => panic!("what is published contradicts itself: {error}"),
            }
        };
        let low = end(OptimizationDirection::Minimize)??;
        let high = end(OptimizationDirection::Maximize)??;
        Some((low, high))
    }
}

/// Holds the promise of a release against a reader who solves for every hidden count.
fn hold(rows: &Rows, attributes: usize, sets: &[&[&str]], label: bool) -> (usize, usize) {
    let text = policy(attributes, sets, label, "round = 1");
    let document = audit_text(&text, &csv(attributes, rows));
    let released = release(document.clone(), Audience::Public, &[]).expect("released");
    let reader = Reader::new(released.document(), attributes);
    let (mut hidden, mut shown) = (0, 0);
    let mut looked_at = BTreeSet::new();
    for (m, exact) in released.document().measurements.iter().zip(&document.measurements) {
        let Some((_, hits, all)) = SHARES.iter().find(|(metric, ..)| *metric == m.metric) else { continue };
        if m.undefined.as_deref() != Some("suppressed") {
            shown += 1;
            let (numerator, denominator) = (m.numerator.expect("shown"), m.denominator.expect("shown"));
            for count in [numerator, denominator, denominator - numerator] {
                assert!(count == 0 || count >= K, "{count} is shown in {m:?}");
            }
            continue;
        }
        hidden += 1;
        let misses: Vec<usize> = all.iter().filter(|atom| !hits.contains(atom)).copied().collect();
        let (numerator, denominator) = (exact.numerator.expect("a share"), exact.denominator.expect("a share"));
        for (atoms, count) in [(hits.to_vec(), numerator), (misses, denominator - numerator)] {
            // A count that is shown elsewhere is at least `min_cell`, and hidden here with its rate.
            let places = reader.places(&m.group, &atoms);
            if count == 0 || !looked_at.insert(places.clone()) || reader.known.iter().any(|(known, _)| *known == places)
            {
                continue;
            }
            if let Some((low, high)) = reader.range(&places) {
                assert!(
                    high - low > K as f64 - 0.01 && low - 0.01 <= count as f64 && count as f64 <= high + 0.01,
                    "{count} of {} {:?} {atoms:?} is known to be {low} to {high}\n{rows:?}",
                    m.metric,
                    m.group
                );
            }
        }
    }
    for c in &released.document().comparisons {
        let is_hidden = |group: &Group| {
            let mut same = released.document().measurements.iter().filter(|m| m.metric == c.metric && m.axes == c.axes);
            same.any(|m| m.group == *group && m.undefined.as_deref() == Some("suppressed"))
        };
        assert!(c.value.is_none() || !(is_hidden(&c.group) || is_hidden(&c.reference.group)), "{c:?}");
    }
    (hidden, shown)
}

fn draw(seed: u64, levels: &[usize]) -> Rows {
    let mut random = SplitMix64(seed);
    let mut rows = vec![Vec::new()];
    for of in levels {
        rows = rows
            .iter()
            .flat_map(|row: &Vec<usize>| (0..*of).map(|level| [row.clone(), vec![level]].concat()))
            .collect();
    }
    let count = |random: &mut SplitMix64| match random.below(8) {
        0 => 0,
        1 => random.below(11) as u64,
        2 | 3 => random.below(40) as u64,
        _ => 20 + random.below(400) as u64,
    };
    let rows: Rows = rows.into_iter().map(|row| (row, std::array::from_fn(|_| count(&mut random)))).collect();
    rows
}

fn any_rows(rows: &Rows) -> bool {
    rows.iter().any(|(_, counts)| counts.iter().sum::<u64>() > 0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_hidden_count_is_known_in_two_attributes(seed: u64, down in 2_usize..5, across in 2_usize..4, label: bool) {
        let rows = draw(seed, &[down, across]);
        prop_assume!(any_rows(&rows));
        hold(&rows, 2, &[&["a", "b"]], label);
    }

    #[test]
    fn no_hidden_count_is_known_in_a_ring_of_three_attributes(seed: u64, of in 2_usize..4, label: bool) {
        let rows = draw(seed, &[of, 2, 3]);
        prop_assume!(any_rows(&rows));
        hold(&rows, 3, &[&["a", "b"], &["b", "c"], &["a", "c"]], label);
    }

    #[test]
    fn no_hidden_count_is_known_in_three_attributes_together(seed: u64, label: bool) {
        let rows = draw(seed, &[2, 2, 2]);
        prop_assume!(any_rows(&rows));
        hold(&rows, 3, &[&["a", "b"], &["a", "b", "c"]], label);
    }
}

#[test]
fn some_tables_hide_and_show() {
    let (hidden, shown) = (1..6)
        .map(|seed| hold(&draw(seed, &[3, 3]), 2, &[&["a", "b"]], true))
        .fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert!(hidden > 20 && shown > 20, "{hidden} hidden, {shown} shown");
}

/// Group l2 is small, and l1 is hidden with it.
fn canary(extra: u64) -> Document {
    let rows =
        vec![(vec![0], [9001, 8111, 7001, 6007]), (vec![1], [1723, 2179, 3989, 2827]), (vec![2], [3, 2, 5, 4 + extra])];
    audit_text(&policy(1, &[], true, ""), &csv(1, &rows))
}

fn everything(release: &Release) -> String {
    let formats = [Format::Text, Format::Html, Format::Markdown, Format::Json, Format::Csv];
    let bytes = formats.into_iter().flat_map(|format| format.to_bytes(release).expect("rendered in memory"));
    String::from_utf8(bytes.collect()).expect("text")
}

#[test]
fn no_report_holds_a_hidden_number() {
    let document = canary(0);
    // What a report could betray: counts, as they are, rounded and with their thousands apart, and rates.
    let mut canaries: Vec<String> = Vec::new();
    let counts = [1723_u64, 2179, 3989, 2827, 3902, 6816, 10718, 5712, 5006];
    for count in counts {
        for count in [count, (count + 2) / 5 * 5] {
            canaries.push(count.to_string());
            canaries.push(format!("{},{:03}", count / 1000, count % 1000));
        }
    }
    for m in document.measurements.iter().filter(|m| m.group.get("a").is_some_and(|level| level != "l0")) {
        canaries.extend(m.value.filter(|v| *v > 0.0 && *v < 1.0).map(|value| format!("{value:.5}")));
    }
    assert!(canaries.len() > 40);
    let plain = everything(&release(document.clone(), Audience::Internal, &[]).expect("released"));
    assert!(plain.contains("10718") && plain.contains("3,902"), "the canaries sing where nothing is hidden");
    let public = everything(&release(document, Audience::Public, &[]).expect("released"));
    let text = policy(1, &[], true, "min_cell = 11");
    let rows = vec![(vec![0], [9001, 8111, 7001, 6007]), (vec![1], [1723, 2179, 3989, 2827]), (vec![2], [3, 2, 5, 4])];
    let internal = audit_text(&text, &csv(1, &rows));
    let internal = everything(&release(internal, Audience::Internal, &[]).expect("released"));
    for (name, out) in [("public", public), ("internal", internal)] {
        for canary in &canaries {
            let mut found = out.match_indices(canary.as_str());
            let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == ',' || c == '.');
            // Coordinates of figures are numbers too.
            let alone = |at: usize| {
                let after = &out[at + canary.len()..];
                !digit(out[..at].chars().next_back()) && !digit(after.chars().next().filter(|c| c.is_ascii_digit()))
            };
            let told =
                found.find(|(at, _)| alone(*at)).map(|(at, _)| &out[at.saturating_sub(40)..(at + 40).min(out.len())]);
            assert!(told.is_none(), "the {name} report holds {canary}: {told:?}");
        }
    }
}

#[test]
fn the_internal_audience_sees_every_byte() {
    let document = canary(0);
    let released = release(document.clone(), Audience::Internal, &[]).expect("released");
    assert_eq!(*released.document(), document);
    let json = serde_json::to_string_pretty(&document).expect("JSON");
    assert_eq!(Format::Json.to_bytes(&released).expect("rendered"), format!("{json}\n").into_bytes());
}

#[test]
fn what_is_hidden_cannot_be_brought_back() {
    let public = release(canary(0), Audience::Public, &[]).expect("released").document().clone();
    assert!(release(public.clone(), Audience::Internal, &[]).is_err());
    let again = release(public.clone(), Audience::Public, &[]).expect("as it is");
    assert_eq!(*again.document(), public);
}

#[test]
fn a_count_that_changed_little_since_it_was_published_is_hidden() {
    let rows = |more: u64| {
        vec![(vec![0], [901, 811, 701, 607]), (vec![1], [172 + more, 217, 198, 202]), (vec![2], [333, 222, 555, 444])]
    };
    let audit = |more: u64, privacy: &str| audit_text(&policy(1, &[], false, privacy), &csv(1, &rows(more)));
    let shown = |release: &Release| -> BTreeMap<String, bool> {
        let of = release.document().measurements.iter().filter(|m| m.metric == "selection-rate" && m.axes.len() == 1);
        of.map(|m| (m.group["a"].clone(), m.numerator.is_some())).collect()
    };
    for privacy in ["round = 1", ""] {
        let published = release(audit(0, privacy), Audience::Public, &[]).expect("released").document().clone();
        let before = std::slice::from_ref(&published);
        let same = release(audit(0, privacy), Audience::Public, before).expect("released");
        assert!(shown(&same).values().all(|shown| *shown), "nothing has changed");
        let few = release(audit(6, privacy), Audience::Public, before).expect("released");
        assert!(!shown(&few)["l1"], "six people can be told apart: {:?}", shown(&few));
        let everybody = few.document().measurements.iter().find(|m| m.axes.is_empty() && m.metric == "selection-rate");
        assert!(everybody.is_some_and(|m| m.numerator.is_none()), "and so is everybody, who changed by as many");
        let many = release(audit(60, privacy), Audience::Public, before).expect("released");
        assert!(shown(&many).values().all(|shown| *shown), "sixty more are no few");
    }
}

/// What an earlier report showed, together with what this one shows, leaves more than one group unknown.
#[test]
fn an_unchanged_count_that_was_published_is_known_still() {
    let audit = |l1: u64| {
        let rows = vec![(vec![0], [260, 0, 240, 0]), (vec![1], [l1 / 2, 0, l1 - l1 / 2, 0]), (vec![2], [3, 0, 4, 0])];
        audit_text(&policy(1, &[], false, "min_cell = 11\nround = 1"), &csv(1, &rows))
    };
    let shown = |document: &Document| -> BTreeSet<String> {
        let of = document.measurements.iter().filter(|m| m.metric == "selection-rate" && m.numerator.is_some());
        of.map(|m| m.group.get("a").cloned().unwrap_or_default()).collect()
    };
    // The smaller of the large groups is hidden with the small one: l1 of 300 then, and by itself l0 of 500 beside 900.
    let then = release(audit(300), Audience::Public, &[]).expect("released").document().clone();
    assert_eq!(shown(&then), BTreeSet::from([String::new(), "l0".to_owned()]));
    let alone = release(audit(900), Audience::Public, &[]).expect("released").document().clone();
    assert_eq!(shown(&alone), BTreeSet::from([String::new(), "l1".to_owned()]));
    let now = release(audit(900), Audience::Public, &[then]).expect("released").document().clone();
    let everybody_and_l1 = BTreeSet::from([String::new(), "l1".to_owned()]);
    assert!(!shown(&now).is_superset(&everybody_and_l1), "with l0 of then, what is left is l2: {:?}", shown(&now));
}

#[test]
fn a_reference_that_the_data_chose_is_not_told_by_the_row_it_lacks() {
    // Everybody but l0 would have a row; l0 is the largest, and hidden with l1.
    let rows = vec![(vec![0], [30, 0, 20, 0]), (vec![1], [3, 0, 4, 0])];
    let text = policy(1, &[], false, "min_cell = 11\nround = 1");
    let document = audit_text(&text, &csv(1, &rows));
    assert!(!document.comparisons.is_empty());
    let public = release(document, Audience::Public, &[]).expect("released").document().clone();
    assert!(public.comparisons.iter().all(|c| c.axes.is_empty()), "{:?}", public.comparisons);
    let hidden: Vec<_> = public.checks.iter().filter(|row| row.axes.len() == 1).collect();
    assert_eq!(hidden.len(), 1);
    assert!(hidden[0].group.is_empty() && hidden[0].reference.as_ref().is_some_and(|of| of.group.is_empty()));
}

/// That a run fails while all that is shown is met would tell of what is hidden.
#[test]
fn the_result_that_is_shown_is_that_of_what_is_shown() {
    let audit = |hits: u64| {
        let rows = vec![
            (vec![0], [9000, 0, 1000, 0]),
            (vec![1], [8900, 0, 1100, 0]),
            (vec![2], [8800, 0, 1300, 0]),
            (vec![3], [hits, 0, 700 - hits, 0]),
        ];
        audit_text(&policy(1, &[], false, "min_cell = 11\nround = 1"), &csv(1, &rows))
    };
    let (bad, good) = (audit(5), audit(630));
    assert_eq!((bad.verdict, bad.exit_code), (Verdict::NotMet, 1));
    assert_eq!((good.verdict, good.exit_code), (Verdict::Met, 0));
    let bad = release(bad, Audience::Public, &[]).expect("released").document().clone();
    assert!(bad.checks.iter().any(|row| row.verdict == Verdict::NotApplicable), "a row is hidden");
    assert!(bad.checks.iter().all(|row| row.verdict != Verdict::NotMet));
    assert_eq!((bad.verdict, bad.exit_code), (Verdict::Inconclusive, 0));
    assert!(!bad.run.id.is_empty());
}

#[test]
fn the_public_sees_no_file_and_no_person() {
    let text = format!("{}[about]\nowner = \"ann@example.org\"\nsystem = \"Offers\"\n", policy(1, &[], true, ""));
    let document = audit_text(&text, &csv(1, &vec![(vec![0], [901, 811, 701, 607]), (vec![1], [172, 217, 198, 202])]));
    let sha256 = document.data.sources[0].sha256.clone();
    let public = everything(&release(document, Audience::Public, &[]).expect("released"));
    for secret in ["ann@example.org", "rows.csv", &sha256, &sha256[..12]] {
        assert!(!public.contains(secret), "the public report holds {secret}");
    }
    assert!(public.contains("Offers"));
}
