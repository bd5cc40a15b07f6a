//! Rows that are not alike: several of one person, weighted, or in a group in part. A slow reference beside the real
//! thing, and laws that must hold whatever the rows.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support;
use crate::support::{
    SplitMix64, audit_files, audit_text, bytes_without_sources, close, comparison, group, measurement,
};
use evenhand::inference::effective::Effective;
use evenhand::inference::{pair, student};
use evenhand::result::{Document, Group};

/// A row as a test knows it.
#[derive(Clone)]
struct Row {
    person: usize,
    sex: &'static str,
    offered: bool,
    came: bool,
    weight: f64,
    chance: f64,
}

const SHARES: [&str; 5] =
    ["selection-rate", "base-rate", "true-positive-rate", "false-positive-rate", "positive-predictive-value"];

/// Whether a row counts for a share, and whether it is a hit.
fn counts(metric: &str, row: &Row) -> Option<bool> {
    match metric {
        "selection-rate" => Some(row.offered),
        "base-rate" => Some(row.came),
        "true-positive-rate" => row.came.then_some(row.offered),
        "false-positive-rate" => (!row.came).then_some(row.offered),
        _ => row.offered.then_some(row.came),
    }
}

/// People with one to five rows each, alike within a person; some change their group between rows.
fn draw(seed: u64, people: usize, wander: usize) -> Vec<Row> {
    let mut random = SplitMix64(seed);
    let mut rows = Vec::new();
    for person in 0..people {
        let own = random.pick(&["F", "M", "X"]).to_owned();
        let mood = 200 + random.below(600);
        for _ in 0..1 + random.below(5) {
            let other = random.chance(wander);
            let sex = match (own.as_str(), other) {
                ("F", false) | ("M", true) => "F",
                ("X", _) => "X",
                _ => "M",
            };
            let weight = [0.25, 1.0, 2.5, 7.0][random.below(4)];
            let chance = random.below(1001) as f64 / 1000.0;
            rows.push(Row { person, sex, offered: random.chance(mood), came: random.chance(500), weight, chance });
        }
    }
    rows
}

fn csv(rows: &[Row]) -> String {
    let mut out = String::from("id,sex,offered,came,w,p_a,p_b\n");
    for row in rows {
        let (offered, came) = (u8::from(row.offered), u8::from(row.came));
        let _ = writeln!(
            out,
            "p{},{},{offered},{came},{},{},{}",
            row.person,
            row.sex,
            row.weight,
            row.chance,
            1.0 - row.chance
        );
    }
    out
}

fn policy(more: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\nlabel = \"came\"\npositive = [1]\n{more}\n\
         [[attribute]]\nname = \"sex\"\nreference = {{ group = \"M\" }}\n"
    )
}

/// A share over people by its definition: `C/(C-1) sum (x - p n)^2 / (sum n)^2`.
struct Share {
    p: f64,
    effective: f64,
    people: f64,
    of: BTreeMap<usize, (f64, f64)>,
    n: f64,
    variance: f64,
}

fn share(metric: &str, rows: &[Row], weigh: impl Fn(&Row) -> f64) -> Option<Share> {
    let mut of: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let mut counted = 0.0_f64;
    for row in rows {
        let Some(hit) = counts(metric, row) else { continue };
        let sums = of.entry(row.person).or_default();
        sums.0 += if hit { weigh(row) } else { 0.0 };
        sums.1 += weigh(row);
        counted += 1.0;
    }
    let (x, n) = of.values().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let people = of.len() as f64;
    if people < 2.0 {
        return None;
    }
    let p = x / n;
    let squares: f64 = of.values().map(|(x, n)| (x - p * n) * (x - p * n)).sum();
    let variance = people / (people - 1.0) * squares / (n * n);
    let kish = n * n / of.values().map(|(_, n)| n * n).sum::<f64>();
    let effective = if variance > 1e-12 { p * (1.0 - p) / variance } else { kish };
    Some(Share { p, effective: effective.clamp(1.0, counted), people, of, n, variance })
}

/// Wilson's limits of a share of so many rows, as printed in every textbook.
fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let middle = p + z * z / (2.0 * n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - reach) / (1.0 + z * z / n), (middle + reach) / (1.0 + z * z / n))
}

fn of(rows: &[Row], sex: &str) -> Vec<Row> {
    rows.iter().filter(|row| row.sex == sex).cloned().collect()
}

fn sex(level: &str) -> Group {
    group(&[("sex", level)])
}

#[test]
fn people_are_counted_by_the_definition() {
    let mut crossed = 0;
    for seed in 0..12 {
        let wander = if seed % 3 == 0 { 0 } else { 250 };
        let rows = draw(seed, 40 + 30 * seed as usize, wander);
        let document = audit_text(&policy("unit = \"id\""), &csv(&rows));
        for metric in SHARES {
            for level in ["F", "M", "X"] {
                let Some(slow) = share(metric, &of(&rows, level), |_| 1.0) else { continue };
                let found = measurement(&document, metric, &sex(level));
                let t = student::critical(0.95, slow.people - 1.0);
                let (low, high) = wilson(slow.p, slow.effective, t);
                close(found.value.expect("a value"), slow.p, 1e-12, metric);
                close(found.low.expect("low"), low.max(0.0), 1e-9, metric);
                close(found.high.expect("high"), high.min(1.0), 1e-9, metric);
                assert_eq!(found.people, Some(slow.people as u64));
                close(found.effective_rows.expect("effective rows"), slow.effective, 1e-8, metric);
                assert_eq!(found.method, "wilson-effective");
            }
            let (Some(one), Some(zero)) =
                (share(metric, &of(&rows, "F"), |_| 1.0), share(metric, &of(&rows, "M"), |_| 1.0))
            else {
                continue;
            };
            // People with rows in both groups: sqrt(C1/(C1-1) C0/(C0-1)) sum (x1 - p1 n1)(x0 - p0 n0) / (n1 n0).
            let both = one.of.iter().filter_map(|(person, mine)| zero.of.get(person).map(|theirs| (mine, theirs)));
            let products: Vec<f64> = both.map(|((x1, n1), (x0, n0))| (x1 - one.p * n1) * (x0 - zero.p * n0)).collect();
            crossed += products.len();
            let factor = (one.people / (one.people - 1.0) * zero.people / (zero.people - 1.0)).sqrt();
            let covariance = factor * products.iter().sum::<f64>() / (one.n * zero.n);
            let (v1, v0) = (one.variance, zero.variance);
            let welch = (v1 + v0) * (v1 + v0) / (v1 * v1 / (one.people - 1.0) + v0 * v0 / (zero.people - 1.0));
            let all = one.people + zero.people - products.len() as f64;
            let df = welch.min(all - 1.0);
            let gain = (v1 + v0) / (v1 + v0 - 2.0 * covariance);
            let size = |share: &Share| {
                let rows = rows.iter().filter(|row| share.of.contains_key(&row.person)).count() as f64;
                Effective::new(share.p, (share.effective * gain).min(rows), df).expect("effective")
            };
            if one.effective * gain > one.n || zero.effective * gain > zero.n {
                continue;
            }
            let limits = pair::score_difference(size(&one), size(&zero), student::critical(0.95, df)).expect("limits");
            let found = comparison(&document, metric, "difference", &sex("F"));
            close(found.low.expect("low"), limits.low, 1e-7, metric);
            close(found.high.expect("high"), limits.high, 1e-7, metric);
            assert_eq!(found.method, "miettinen-nurminen-effective");
            assert!(found.details.is_none(), "tests of counts take every row for a person of its own");
        }
    }
    assert!(crossed > 100, "no test of people in two groups");
}

#[test]
fn weights_are_counted_by_the_definition() {
    for seed in 0..6 {
        let rows: Vec<Row> =
            draw(seed, 120, 0).into_iter().enumerate().map(|(i, row)| Row { person: i, ..row }).collect();
        let document = audit_text(&policy("weight = \"w\""), &csv(&rows));
        for metric in SHARES {
            for level in ["F", "M"] {
                let Some(slow) = share(metric, &of(&rows, level), |row| row.weight) else { continue };
                let kish = slow.n * slow.n / slow.of.values().map(|(_, n)| n * n).sum::<f64>();
                let by_spread = slow.p * (1.0 - slow.p) / slow.variance * slow.people / (slow.people - 1.0);
                let effective = if slow.variance > 1e-12 { kish.min(by_spread) } else { kish };
                let (low, high) = wilson(slow.p, effective, 1.959963984540054);
                let found = measurement(&document, metric, &sex(level));
                close(found.value.expect("a value"), slow.p, 1e-9, metric);
                close(found.low.expect("low"), low.max(0.0), 1e-8, metric);
                close(found.high.expect("high"), high.min(1.0), 1e-8, metric);
                close(found.effective_rows.expect("effective rows"), effective, 1e-6, metric);
            }
        }
    }
}

#[test]
fn weights_of_people_are_added_up() {
    let rows = draw(77, 150, 200);
    let document = audit_text(&policy("unit = \"id\"\nweight = \"w\""), &csv(&rows));
    for metric in SHARES {
        for level in ["F", "M"] {
            let Some(slow) = share(metric, &of(&rows, level), |row| row.weight) else { continue };
            let found = measurement(&document, metric, &sex(level));
            close(found.value.expect("a value"), slow.p, 1e-9, metric);
            let (low, high) = wilson(slow.p, slow.effective, student::critical(0.95, slow.people - 1.0));
            close(found.low.expect("low"), low.max(0.0), 1e-7, metric);
            close(found.high.expect("high"), high.min(1.0), 1e-7, metric);
        }
    }
}

#[test]
fn groups_in_part_are_weighted_by_their_probability() {
    let rows: Vec<Row> = draw(5, 150, 0).into_iter().enumerate().map(|(i, row)| Row { person: i, ..row }).collect();
    let text = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\nlabel = \"came\"\npositive = [1]\n\
                [[attribute]]\nname = \"origin\"\nkind = \"probability\"\ncolumns = { a = \"p_a\", b = \"p_b\" }\n\
                reference = { group = \"b\" }\n";
    let document = audit_text(text, &csv(&rows));
    for metric in SHARES {
        for (level, chance) in [("a", (|row: &Row| row.chance) as fn(&Row) -> f64), ("b", |row| 1.0 - row.chance)] {
            let slow = share(metric, &rows, chance).expect("rows");
            let found = measurement(&document, metric, &group(&[("origin", level)]));
            close(found.value.expect("a value"), slow.p, 1e-9, metric);
        }
        let found = comparison(&document, metric, "difference", &group(&[("origin", "a")]));
        let (one, zero) = (share(metric, &rows, |row| row.chance), share(metric, &rows, |row| 1.0 - row.chance));
        let (one, zero) = (one.expect("rows"), zero.expect("rows"));
        close(found.value.expect("a value"), one.p - zero.p, 1e-9, metric);
        // A row is in both groups in part, so that their shares vary together.
        let covariance: f64 = one
            .of
            .iter()
            .map(|(row, (x, n))| {
                let (other_x, other_n) = zero.of[row];
                (x - one.p * n) * (other_x - zero.p * other_n) / (one.n * zero.n)
            })
            .sum();
        let error = (one.variance + zero.variance - 2.0 * covariance).sqrt();
        let reach = (found.high.expect("high") - found.low.expect("low")) / 2.0;
        // Kish's number of rows is a little fewer than the spread alone gives: an interval of about two errors, rather more.
        assert!(reach > 1.9 * error && reach < 2.6 * error, "{metric}: {reach} against {error}");
    }
    // Probabilities gate nothing unless a check names them.
    assert!(document.checks.is_empty(), "{:?}", document.checks);
}

fn is_share(name: &str) -> bool {
    !["f1", "matthews-correlation", "balanced-accuracy"].iter().any(|composite| name.starts_with(composite))
}

/// A name, a value and its limits.
type Told = (String, Option<f64>, Option<f64>, Option<f64>);

/// Numbers, without what counts rows.
fn numbers(document: &Document) -> Vec<Told> {
    let told = |name: String, value: Option<f64>, low: Option<f64>, high: Option<f64>| {
        let round = |n: Option<f64>| n.map(|n| (n * 1e9).round() / 1e9);
        (name, round(value), round(low), round(high))
    };
    let measured =
        document.measurements.iter().map(|m| told(format!("{} {:?}", m.metric, m.group), m.value, m.low, m.high));
    let compared = document
        .comparisons
        .iter()
        .map(|c| told(format!("{} {} {:?}", c.metric, c.contrast, c.group), c.value, c.low, c.high));
    measured.chain(compared).collect()
}

#[test]
fn rows_said_twice_of_the_same_person_change_nothing() {
    // Rows of a person are mostly alike: where they are less alike than chance would have it, the number of rows is all
    // that is believed, and that number grows.
    let alike = |(i, row): (usize, Row)| {
        let (offered, came) = (row.person % 2 == 0, row.person % 3 == 0);
        if i % 6 == 0 { row } else { Row { offered, came, ..row } }
    };
    let rows: Vec<Row> = draw(11, 200, 150).into_iter().enumerate().map(alike).collect();
    let twice: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
    let text = policy("unit = \"id\"");
    let (once, again) = (audit_text(&text, &csv(&rows)), audit_text(&text, &csv(&twice)));
    for (a, b) in numbers(&once).iter().zip(&numbers(&again)) {
        assert_eq!(a.0, b.0);
        for (a_number, b_number) in [(a.1, b.1), (a.2, b.2), (a.3, b.3)] {
            // At rates of 0 and 1 the effective number of people stays, and so do the limits.
            match (a_number, b_number) {
                // Composites add half a row to each count, or take Wilson's limits of all rows, before they are widened.
                (Some(x), Some(y)) if is_share(&a.0) => close(x, y, 1e-6, &a.0),
                (Some(x), Some(y)) => close(x, y, 5e-3, &a.0),
                (x, y) => assert_eq!(x, y, "{}", a.0),
            }
        }
    }
    // Without the unit the same rows twice seem to prove more.
    let wide = |document: &Document| {
        let m = measurement(document, "selection-rate", &sex("F"));
        m.high.expect("high") - m.low.expect("low")
    };
    let naive = audit_text(&policy(""), &csv(&twice));
    assert!(wide(&naive) < 0.8 * wide(&again));
}

#[test]
fn the_unit_of_weight_and_equal_weights_change_nothing() {
    let rows = draw(3, 150, 0);
    let times = |by: f64| rows.iter().map(|row| Row { weight: row.weight * by, ..row.clone() }).collect::<Vec<_>>();
    let text = policy("weight = \"w\"");
    let one = numbers(&audit_text(&text, &csv(&times(1.0))));
    let eight = numbers(&audit_text(&text, &csv(&times(8.0))));
    assert_eq!(one, eight);
    let equal: Vec<Row> = rows.iter().map(|row| Row { weight: 3.0, ..row.clone() }).collect();
    let weighted = audit_text(&text, &csv(&equal));
    let plain = audit_text(&policy(""), &csv(&equal));
    for (a, b) in numbers(&weighted)
        .iter()
        .zip(&numbers(&plain))
        .filter(|(a, _)| SHARES.iter().any(|metric| a.0.starts_with(metric)))
    {
        for (a_number, b_number) in [(a.1, b.1), (a.2, b.2), (a.3, b.3)] {
            if let (Some(x), Some(y)) = (a_number, b_number) {
                close(x, y, 1e-7, &a.0);
            }
        }
    }
}

#[test]
fn neither_order_nor_files_nor_names_of_people_show() {
    let mut rows = draw(21, 300, 150);
    let text = policy("unit = \"id\"\nweight = \"w\"");
    let whole = audit_text(&text, &csv(&rows));
    let renamed: Vec<Row> = rows.iter().map(|row| Row { person: 7919 * (row.person + 1), ..row.clone() }).collect();
    let other = audit_text(&text, &csv(&renamed));
    assert_eq!(bytes_without_sources(whole.clone()), bytes_without_sources(other));
    SplitMix64(9).shuffle(&mut rows);
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<_> = rows
        .chunks(rows.len() / 3 + 1)
        .enumerate()
        .map(|(i, part)| {
            let path = folder.path().join(format!("{i}.csv"));
            std::fs::write(&path, csv(part)).expect("written");
            path
        })
        .collect();
    assert_eq!(bytes_without_sources(whole), bytes_without_sources(audit_files(&text, &files)));
}

#[test]
fn too_few_people_are_too_few_however_many_their_rows() {
    let rows: Vec<Row> = (0..2000)
        .map(|i| Row {
            person: i % 20,
            sex: if i % 2 == 0 { "F" } else { "M" },
            offered: i % 3 == 0,
            came: true,
            weight: 1.0,
            chance: 0.5,
        })
        .collect();
    let text =
        policy("unit = \"id\"") + "[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";
    let document = audit_text(&text, &csv(&rows));
    let row = &document.checks[0];
    assert_eq!(row.reason.as_deref(), Some("too-few"));
    assert_eq!(row.rows, 10);
}

#[test]
fn what_cannot_be_a_weight_or_a_probability_is_told_with_its_row() {
    let ask =
        |text: &str, data: &str| support::try_audit_text(text, data).map(|_| ()).expect_err("a bad value").to_string();
    let weighted = policy("weight = \"w\"");
    for bad in ["-1", "much", "", "inf", "nan"] {
        let told = ask(&weighted, &format!("sex,offered,came,w\nF,1,1,1\nM,0,0,{bad}\n"));
        assert!(told.contains(":3") && told.contains("weight"), "{bad}: {told}");
    }
    let likely = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \"o\"\n\
                  kind = \"probability\"\ncolumns = { a = \"a\", b = \"b\" }\n";
    for (a, b) in [("1.2", "0"), ("0.7", "0.6"), ("-0.1", "0.5"), ("so", "0.5")] {
        let told = ask(likely, &format!("offered,a,b\n1,0.5,0.5\n0,{a},{b}\n"));
        assert!(told.contains(":3"), "{a} {b}: {told}");
    }
    // A value that means missing is missing here too, and the message of another is of probabilities.
    let likely_missing = likely.replace("[[attribute]]", "missing = [\"n/a\", -9.9]\n[[attribute]]");
    let whole = audit_text(&likely_missing, "offered,a,b\n1,0.5,0.5\n0,,0.5\n1,0.25,0.75\n0,1,0\n");
    for none in ["n/a", " n/a ", "-9.9", "-9.90", "nan"] {
        let data = format!("offered,a,b\n1,0.5,0.5\n0,{none},0.5\n1,0.25,0.75\n0,1,0\n");
        let found = audit_text(&likely_missing, &data);
        assert_eq!(support::bytes_without_sources(found), support::bytes_without_sources(whole.clone()), "{none}");
    }
    assert!(ask(&likely_missing, "offered,a,b\n1,0.5,0.5\n0,unknown,0.5\n").contains("a probability from 0 to 1"));
    // A missing probability leaves the row out of the groups, and is no error.
    let document = audit_text(likely, "offered,a,b\n1,0.5,0.5\n0,,0.5\n1,0.25,0.75\n0,1,0\n");
    close(measurement(&document, "selection-rate", &group(&[("o", "b")])).value.expect("a value"), 1.0, 1e-12, "b");
}

#[test]
fn the_truth_lies_within_what_probabilities_leave_open() {
    let text = "version = 1\n[data]\ndecision = \"offered\"\nfavourable = [1]\n[[attribute]]\nname = \"origin\"\n\
                kind = \"probability\"\ncolumns = { a = \"p_a\", b = \"p_b\" }\n";
    for seed in 0..4 {
        let mut random = SplitMix64(seed);
        let mut data = String::from("offered,p_a,p_b\n");
        // Membership follows the probability, and the decision follows membership beyond it.
        let (mut offered, mut members) = (0.0, 0.0);
        let mut others = (0.0, 0.0);
        for _ in 0..20_000 {
            let percent = random.below(101);
            let member = random.below(100) < percent;
            let hit = random.chance(if member { 300 } else { 500 });
            let sums = if member { (&mut offered, &mut members) } else { (&mut others.0, &mut others.1) };
            *sums.0 += f64::from(u8::from(hit));
            *sums.1 += 1.0;
            let _ = writeln!(data, "{},{},{}", u8::from(hit), percent as f64 / 100.0, 1.0 - percent as f64 / 100.0);
        }
        let document = audit_text(text, &data);
        let find = |kind: &str, contrast: &str| {
            let of =
                |u: &&evenhand::result::Unknown| u.kind == kind && u.contrast == contrast && u.group["origin"] == "a";
            document.unknown.iter().find(of).expect("bounds")
        };
        let truth = offered / members - others.0 / others.1;
        let any = find("probability-any", "difference");
        let assumed = find("probability-covariance", "difference");
        let inside = |u: &evenhand::result::Unknown| {
            // Membership is drawn: a hundredth is chance.
            u.low.expect("low") - 0.01 <= truth && truth <= u.high.expect("high") + 0.01
        };
        assert!(inside(any) && inside(assumed), "{truth} {any:?} {assumed:?}");
        // The weighted difference is nearer to 0 than the truth, which is what the assumption says.
        assert!(assumed.value.expect("value").abs() < truth.abs());
        let rate = find("probability-any", "value");
        assert!(rate.low.expect("low") <= offered / members && offered / members <= rate.high.expect("high"));
    }
}

#[test]
fn missing_labels_bound_what_all_rows_would_show() {
    let mut random = SplitMix64(31);
    let (mut partly, mut fully) = (String::from("sex,offered,came\n"), String::from("sex,offered,came\n"));
    for _ in 0..1500 {
        let (sex, offered) = (random.pick(&["F", "M"]), u8::from(random.chance(400)));
        let came = u8::from(random.chance(if offered == 1 { 600 } else { 300 }));
        let seen = if offered == 1 || random.chance(300) { came.to_string() } else { String::new() };
        let _ = writeln!(partly, "{sex},{offered},{seen}");
        let _ = writeln!(fully, "{sex},{offered},{came}");
    }
    let text = policy("");
    let (partly, fully) = (audit_text(&text, &partly), audit_text(&text, &fully));
    assert!(partly.diagnostics.iter().any(|diagnostic| diagnostic.code == "labels-by-decision"));
    let of_labels: Vec<_> = partly.unknown.iter().filter(|unknown| unknown.kind == "missing-label").collect();
    assert!(of_labels.len() >= 8);
    for unknown in of_labels {
        let truth = match &unknown.reference {
            None => measurement(&fully, &unknown.metric, &unknown.group).value,
            Some(_) => comparison(&fully, &unknown.metric, &unknown.contrast, &unknown.group).value,
        };
        let (truth, low) = (truth.expect("a value"), unknown.low.expect("low"));
        assert!(low - 1e-12 <= truth && unknown.high.is_none_or(|high| truth <= high + 1e-12), "{unknown:?} {truth}");
    }
}

/// Rows of published examples, copied with their source.
const MEMBERSHIP: &str = include_str!("oracles/membership.json");

#[test]
fn a_published_example_of_probable_groups_comes_out() {
    let oracles: serde_json::Value = serde_json::from_str(MEMBERSHIP).expect("JSON");
    let example = &oracles[1];
    let mut data = String::from("p_black,p_white,y\n");
    for row in example["inputs"].as_array().expect("rows") {
        let _ = writeln!(data, "{},{},{}", row[0], row[1], row[2]);
    }
    let text = "version = 1\n[data]\ndecision = \"y\"\nfavourable = [1]\n[[attribute]]\nname = \"race\"\nkind = \"probability\"\n\
                columns = { black = \"p_black\", white = \"p_white\" }\nreference = { group = \"white\" }\n";
    let document = audit_text(text, &data);
    let expected = |key: &str| example["expected"][key].as_f64().expect("a number");
    for level in ["black", "white"] {
        let found = measurement(&document, "selection-rate", &group(&[("race", level)]));
        close(found.value.expect("a value"), expected(level), 1e-9, level);
    }
    let ratio = comparison(&document, "selection-rate", "ratio", &group(&[("race", "black")]));
    close(ratio.value.expect("a value"), expected("impact_ratio"), 1e-7, "the ratio, printed with seven digits");
}

/// evenhand takes the probabilities that others have worked out; this holds the published ones to their own formula, so
/// that what `probability` means here is what it means there.
#[test]
fn published_probabilities_are_what_the_field_says_they_are() {
    let oracles: serde_json::Value = serde_json::from_str(MEMBERSHIP).expect("JSON");
    let inputs = &oracles[0]["inputs"];
    let numbers = |value: &serde_json::Value| -> Vec<f64> {
        value.as_array().expect("list").iter().map(|v| v.as_f64().expect("number")).collect()
    };
    let national = numbers(&inputs["national_share_18plus_2010"]);
    for row in inputs["rows"].as_array().expect("rows") {
        let (name, place) = (numbers(&row["name"]), numbers(&row["geo"]));
        let products: Vec<f64> = (0..national.len()).map(|i| name[i] * place[i] / national[i]).collect();
        let all: f64 = products.iter().sum();
        for (product, posterior) in products.iter().zip(numbers(&row["posterior"])) {
            close(product / all, posterior, oracles[0]["tolerance"].as_f64().expect("tolerance"), "posterior");
        }
    }
}

#[test]
fn sweeps_of_people_are_wider_and_their_ratios_the_same() {
    let mut random = SplitMix64(41);
    let mut data = String::from("id,sex,score\n");
    for person in 0..300 {
        let sex = random.pick(&["F", "M"]);
        let score = random.below(100) as f64 / 100.0;
        for _ in 0..4 {
            let _ = writeln!(data, "{person},{sex},{score}");
        }
    }
    let text = |unit: &str| {
        format!(
            "version = 1\n[data]\nscore = \"score\"\nthreshold = \"0.5\"\nfavourable = [1]\n{unit}[[attribute]]\nname = \"sex\"\n"
        )
    };
    let (plain, people) = (audit_text(&text(""), &data), audit_text(&text("unit = \"id\"\n"), &data));
    let mut seen = 0;
    for (a, b) in plain.sweeps[0].points.iter().zip(&people.sweeps[0].points) {
        assert_eq!((a.threshold, a.ratio), (b.threshold, b.ratio));
        if let (Some(low), Some(wider)) = (a.low, b.low) {
            // Four rows of each person say one thing: as wide as a quarter of the rows makes it, and a little more.
            assert!(wider < low && b.high.expect("high") > a.high.expect("high"));
            seen += 1;
        }
    }
    assert!(seen > 10);
}
