//! Like with like and all groups at once, through the whole program: published figures, a slow way beside the real one,
//! and laws.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::{SplitMix64, audit_files, audit_text, check_row, close, close_relative, comparison, group};
use evenhand::result::{Adjusted, Document, Estimate, Omnibus, Verdict};
use proptest::prelude::*;

/// 97.5 % of a normal variable lie below it.
const Z: f64 = 1.959_963_984_540_054;

#[track_caller]
fn adjusted<'a>(document: &'a Document, metric: &str, of: &[(&str, &str)]) -> &'a Adjusted {
    let found: Vec<_> = document.adjusted.iter().filter(|a| a.metric == metric && a.group == group(of)).collect();
    assert_eq!(found.len(), 1, "{metric} of {of:?}");
    found[0]
}

#[track_caller]
fn omnibus<'a>(document: &'a Document, metric: &str, axes: &[&str]) -> &'a Omnibus {
    let found: Vec<_> = document.omnibus.iter().filter(|o| o.metric == metric && o.axes == axes).collect();
    assert_eq!(found.len(), 1, "{metric} by {axes:?}");
    found[0]
}

#[track_caller]
fn holds(got: Option<&Estimate>, value: f64, ends: [f64; 2], relative: f64) {
    let got = got.expect("an estimate");
    close_relative(got.value, value, relative, &got.method);
    close_relative(got.low.expect("a lower limit"), ends[0], relative, &got.method);
    close_relative(got.high.expect("an upper limit"), ends[1], relative, &got.method);
}

// ------------------------------------------------------------------------------------------------ admissions to Berkeley

fn berkeley(reference: &str) -> Document {
    let policy = format!(
        "version = 1\n[data]\ndecision = \"Admit\"\nfavourable = [\"Admitted\"]\ncount = \"Freq\"\nstrata = [\"Dept\"]\n\
         [[attribute]]\nname = \"Gender\"\nreference = {reference}\n[[attribute]]\nname = \"Dept\"\n\
         [[check]]\nid = \"alike\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\nstrata = \"adjust\"\n"
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/berkeley/admissions.csv");
    audit_files(&policy, &[file])
}

/// R's `mantelhaen.test(UCBAdmissions)` prints the odds ratio of men against women; the other figures are those of
/// statsmodels 0.15.0 (StratifiedTable), the score limits of mpmath (`own.pooled.berkeley`, `own.standardised.berkeley`).
#[test]
fn berkeley_is_as_published() {
    let document = berkeley("{ group = \"Female\" }");
    let men = adjusted(&document, "selection-rate", &[("Gender", "Male")]);
    holds(men.odds_ratio.as_ref(), 0.904_696_8, [0.771_907_4, 1.060_329_8], 1e-7);
    let odds = men.odds_ratio.as_ref().map(|o| o.value).expect("defined");
    close_relative(odds, 0.904_696_828_258_623, 1e-11, "odds ratio");
    let ratio = men.ratio.as_ref().map(|r| r.value).expect("defined");
    close_relative(ratio, 0.944_905_022_595_929, 1e-11, "ratio");
    let association = men.association.as_ref().expect("a test");
    assert_eq!((format!("{:.4}", association.chi2), association.df), ("1.5246".to_owned(), 1));
    assert_eq!(format!("{:.4}", association.p_value), "0.2169");
    let homogeneity = men.homogeneity.as_ref().expect("a test");
    close_relative(homogeneity.chi2, 18.825_501_252_05, 1e-11, "Tarone");
    close_relative(homogeneity.p_value, 0.002_071_401_397_88, 1e-10, "Tarone");
    assert_eq!(homogeneity.df, 5);

    // Women against men, the largest group.
    let document = berkeley("\"largest\"");
    let women = adjusted(&document, "selection-rate", &[("Gender", "Female")]);
    holds(women.ratio.as_ref(), 1.058_307_423_589_21, [0.970_439_153_254_446, 1.154_131_713_531_93], 1e-11);
    holds(
        women.difference.as_ref(),
        0.018_425_196_190_852_5,
        [-0.010_632_042_964_837_2, 0.047_482_435_346_542_2],
        1e-10,
    );
    let standardised = women.standardised.as_ref().expect("standardised");
    close_relative(standardised.focal, 0.429_955_380_460_725, 1e-11, "focal");
    close_relative(standardised.reference, 0.387_318_582_689_424, 1e-11, "reference");
    assert_eq!((standardised.excluded, standardised.fewest), (0.0, 25));
    holds(
        standardised.ratio.as_ref(),
        standardised.focal / standardised.reference,
        [1.011_857_725_938_185, 1.206_162_141_872_335],
        1e-10,
    );
    holds(
        standardised.difference.as_ref(),
        standardised.focal - standardised.reference,
        [0.004_652_443_897_053_81, 0.079_230_740_342_423_5],
        1e-9,
    );
    // All rows together say that women are admitted less often, within departments they are not.
    close_relative(women.crude_ratio.expect("defined"), (557.0 / 1835.0) / (1198.0 / 2691.0), 1e-12, "crude");
    assert!(women.reversed);
    assert_eq!((women.strata_used, women.strata_lower, women.strata_equal, women.strata_higher), (6, 2, 0, 4));
    assert_eq!((women.rows, women.reference_rows, women.rows_alone, women.rows_without_stratum), (1835, 2691, 0, 0));
    assert_eq!(women.by_stratum.len(), 6);

    // An attribute that is the stratum itself is not looked at within it.
    assert!(document.adjusted.iter().all(|a| a.axes == ["Gender"]));
    assert!(document.checks.iter().all(|row| row.axes == ["Gender"] && row.strata == ["Dept"]));
    let row = check_row(&document, "alike", &group(&[("Gender", "Female")]));
    let ratio = women.ratio.as_ref().expect("defined");
    assert_eq!((row.value, row.low, row.high), (Some(ratio.value), ratio.low, ratio.high));
    assert_eq!((row.verdict, row.rows), (Verdict::Met, 1835));
    assert!(document.diagnostics.iter().any(|d| d.code == "strata-differ"), "{:?}", document.diagnostics);

    // Both groups at once within departments are the same test as the pair.
    let within = omnibus(&document, "selection-rate", &["Gender"]).within_strata.as_ref().expect("a test");
    close(within.chi2, women.association.as_ref().expect("a test").chi2, 1e-11, "general association");
    assert!(omnibus(&document, "selection-rate", &["Dept"]).within_strata.is_none());
}

// ------------------------------------------------------------------------------------------------------- the slow way

/// A row of the synthetic data; an empty text is missing.
#[derive(Clone, Debug)]
struct Row {
    group: &'static str,
    region: &'static str,
    product: &'static str,
    decision: bool,
    label: bool,
}

const GROUPS: [&str; 5] = ["a", "b", "c", "d", ""];

/// Three larger groups and a small one, of which a stratum has one only; regions and products that go with the decision.
fn synthetic(seed: u64, rows: usize) -> Vec<Row> {
    let mut random = SplitMix64(seed);
    let mut found = Vec::new();
    for _ in 0..rows {
        let group = GROUPS[[0, 0, 0, 1, 1, 2, 2, 3, 4][random.below(9)]];
        let region = ["north", "north", "south", "", "islands"][random.below(5)];
        // Nobody but group a lives on the islands.
        let region = if region == "islands" && group != "a" { "south" } else { region };
        let product = ["card", "loan", "loan", ""][random.below(4)];
        let ease = if region == "north" { 250 } else { 450 } + if product == "card" { 300 } else { 0 };
        let decision = random.chance(if group == "b" { ease - 150 } else { ease });
        let label = random.chance(if decision { 650 } else { 350 });
        found.push(Row { group, region, product, decision, label });
    }
    found
}

fn csv(rows: &[Row]) -> String {
    let mut text = String::from("group,region,product,d,y\n");
    for row in rows {
        let Row { group, region, product, decision, label } = row;
        text += &format!("{group},{region},{product},{},{}\n", u8::from(*decision), u8::from(*label));
    }
    text
}

fn policy(reference: &str, more: &str) -> String {
    format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\n\
         strata = [\"region\", \"product\"]\n[[attribute]]\nname = \"group\"\nreference = {reference}\n\
         [statistics]\npermutations = 0\n{more}\n\
         [[check]]\nid = \"odds\"\nmetric = \"equalized-odds\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\nstrata = \"adjust\"\n"
    )
}

/// Who counts for a share, and who of them is a hit.
fn share(metric: &str) -> fn(&Row) -> Option<bool> {
    match metric {
        "selection-rate" => |row| Some(row.decision),
        "true-positive-rate" => |row| row.label.then_some(row.decision),
        "false-positive-rate" => |row| (!row.label).then_some(row.decision),
        _ => |row| (!row.decision).then_some(row.label),
    }
}

#[derive(Clone, Copy, Default)]
struct Counts {
    hits: f64,
    of: f64,
}

impl Counts {
    fn add(&mut self, hit: bool) {
        self.hits += f64::from(u8::from(hit));
        self.of += 1.0;
    }

    fn rate(self) -> f64 {
        self.hits / self.of
    }
}

/// Focal and reference in every stratum that has one of them, and everybody there.
fn by_stratum(
    rows: &[Row],
    metric: &str,
    focal: &dyn Fn(&Row) -> bool,
    reference: &dyn Fn(&Row) -> bool,
) -> BTreeMap<(&'static str, &'static str), (Counts, Counts, f64)> {
    let mut found: BTreeMap<_, (Counts, Counts, f64)> = BTreeMap::new();
    for row in rows {
        let Some(hit) = share(metric)(row) else { continue };
        let entry = found.entry((row.region, row.product)).or_default();
        entry.2 += 1.0;
        if focal(row) {
            entry.0.add(hit);
        } else if reference(row) {
            entry.1.add(hit);
        }
    }
    found
}

fn is_missing(stratum: &(&str, &str)) -> bool {
    stratum.0.is_empty() || stratum.1.is_empty()
}

/// Every figure of one comparison, straight from the formulas as published.
fn hold_slowly(document: &Document, rows: &[Row], metric: &str, name: &str, other: Option<&str>) {
    let focal = |row: &Row| row.group == name;
    let rest = |row: &Row| row.group != name && !row.group.is_empty();
    let reference = |row: &Row| other.map_or_else(|| rest(row), |other| row.group == other);
    let found = by_stratum(rows, metric, &focal, &reference);
    let a = adjusted(document, metric, &[("group", name)]);
    let what = format!("{metric} of {name} against {other:?}");

    let known: Vec<(Counts, Counts, f64)> = found.iter().filter(|(s, _)| !is_missing(s)).map(|(_, c)| *c).collect();
    let both: Vec<(Counts, Counts)> =
        known.iter().filter(|(f, r, _)| f.of > 0.0 && r.of > 0.0).map(|(f, r, _)| (*f, *r)).collect();
    let alone: f64 = known.iter().filter(|(f, r, _)| f.of * r.of == 0.0).map(|(f, r, _)| f.of + r.of).sum();
    let without: f64 = found.iter().filter(|(s, _)| is_missing(s)).map(|(_, (f, r, _))| f.of + r.of).sum();
    assert_eq!((a.rows_alone as f64, a.rows_without_stratum as f64), (alone, without), "{what}");
    assert_eq!(a.strata_used, both.len() as u64, "{what}");
    assert_eq!(a.rows as f64, both.iter().map(|(f, _)| f.of).sum::<f64>(), "{what}");
    assert_eq!(a.reference_rows as f64, both.iter().map(|(_, r)| r.of).sum::<f64>(), "{what}");
    let count = |wanted: fn(f64) -> bool| both.iter().filter(|(f, r)| wanted(f.hits * r.of - r.hits * f.of)).count();
    let ways = [count(|gap| gap < 0.0), count(|gap| gap == 0.0), count(|gap| gap > 0.0)];
    assert_eq!([a.strata_lower, a.strata_equal, a.strata_higher].map(|n| n as usize), ways, "{what}");

    // Crude: every row, with or without a stratum.
    let mut crude = (Counts::default(), Counts::default());
    for row in rows {
        match share(metric)(row) {
            Some(hit) if focal(row) => crude.0.add(hit),
            Some(hit) if reference(row) => crude.1.add(hit),
            _ => {}
        }
    }
    close(a.crude_ratio.expect("defined"), crude.0.rate() / crude.1.rate(), 1e-12, &what);
    close(a.crude_difference.expect("defined"), crude.0.rate() - crude.1.rate(), 1e-12, &what);

    // Mantel and Haenszel; Greenland and Robins; Sato; Robins, Breslow and Greenland.
    let (mut above, mut below, mut spread) = (0.0, 0.0, 0.0);
    let (mut gap, mut weight, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    let (mut r_sum, mut s_sum, mut pr, mut both_ways, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut excess, mut variance) = (0.0, 0.0);
    for (f, r) in &both {
        let (x1, n1, x0, n0) = (f.hits, f.of, r.hits, r.of);
        let (n, x) = (n1 + n0, x1 + x0);
        above += x1 * n0 / n;
        below += x0 * n1 / n;
        spread += (n1 * n0 * x - x1 * x0 * n) / (n * n);
        gap += (x1 * n0 - x0 * n1) / n;
        weight += n1 * n0 / n;
        p += (n1 * n1 * x0 - n0 * n0 * x1 + n1 * n0 * (n0 - n1) / 2.0) / (n * n);
        q += (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2.0 * n);
        let (a, b, c, d) = (x1, n1 - x1, x0, n0 - x0);
        let (agree, cross) = ((a + d) / n, (b + c) / n);
        r_sum += a * d / n;
        s_sum += b * c / n;
        pr += agree * a * d / n;
        both_ways += agree * b * c / n + cross * a * d / n;
        qs += cross * b * c / n;
        if n > 1.0 {
            excess += x1 - n1 * x / n;
            variance += n1 * n0 * x * (n - x) / (n * n * (n - 1.0));
        }
    }
    let ratio = above / below;
    let se = (spread / (above * below)).sqrt();
    holds(a.ratio.as_ref(), ratio, [ratio * (-Z * se).exp(), ratio * (Z * se).exp()], 1e-10);
    let difference = gap / weight;
    let se = ((difference * p + q) / (weight * weight)).sqrt();
    let found_difference = a.difference.as_ref().expect("defined");
    close(found_difference.value, difference, 1e-11, &what);
    close(found_difference.low.expect("a limit"), difference - Z * se, 1e-11, &what);
    close(found_difference.high.expect("a limit"), difference + Z * se, 1e-11, &what);
    let odds = r_sum / s_sum;
    let se = (pr / (2.0 * r_sum * r_sum) + both_ways / (2.0 * r_sum * s_sum) + qs / (2.0 * s_sum * s_sum)).sqrt();
    holds(a.odds_ratio.as_ref(), odds, [odds * (-Z * se).exp(), odds * (Z * se).exp()], 1e-10);
    let association = a.association.as_ref().expect("a test");
    close(association.chi2, excess * excess / variance, 1e-9, &what);
    let crude_gap = crude.0.rate() - crude.1.rate();
    assert_eq!(a.reversed, crude_gap * difference < 0.0, "{what}");

    // Everybody's mixture, over the strata that have both.
    let all: f64 = known.iter().map(|(_, _, n)| n).sum();
    let inside: Vec<_> = known.iter().filter(|(f, r, _)| f.of > 0.0 && r.of > 0.0).collect();
    let kept: f64 = inside.iter().map(|(_, _, n)| n).sum();
    let standardised = a.standardised.as_ref().expect("standardised");
    let rate = |of: fn(&(Counts, Counts, f64)) -> Counts| inside.iter().map(|c| c.2 / kept * of(c).rate()).sum::<f64>();
    close(standardised.focal, rate(|c| c.0), 1e-11, &what);
    close(standardised.reference, rate(|c| c.1), 1e-11, &what);
    close(standardised.excluded, 1.0 - kept / all, 1e-11, &what);

    // The check judges the same numbers.
    if metric != "selection-rate" {
        let row = document.checks.iter().find(|row| row.metric == metric && row.group == group(&[("group", name)]));
        let row = row.expect("a row");
        assert_eq!(row.value, a.ratio.as_ref().map(|r| r.value), "{what}");
        assert_eq!((row.low, row.high), a.ratio.as_ref().map(|r| (r.low, r.high)).expect("a ratio"), "{what}");
        assert_eq!(row.rows, a.rows, "{what}");
        let (low, high) = (row.low.expect("a limit"), row.high.expect("a limit"));
        let z = |bound: f64| (ratio / bound).ln() / (spread / (above * below)).sqrt();
        let p = normal_tail(-z(0.8)).min(normal_tail(z(1.25)));
        if row.rows.min(a.reference_rows) >= 30 {
            close(row.p_value.expect("judged"), p, 1e-7, &what);
            let verdict = if low >= 0.8 && high <= 1.25 {
                Verdict::Met
            } else if (high < 0.8 || low > 1.25) && row.p_adjusted.is_some_and(|p| p <= 0.025) {
                Verdict::NotMet
            } else {
                Verdict::Inconclusive
            };
            assert_eq!(row.verdict, verdict, "{what}");
        } else {
            assert_eq!(row.reason.as_deref(), Some("too-few"), "{what}");
        }
    }
}

/// The probability that a normal variable exceeds z, by the trapezium rule.
fn normal_tail(z: f64) -> f64 {
    let (end, steps) = (z.abs() + 12.0, 20_000);
    let width = (end - z) / f64::from(steps);
    let density = |x: f64| (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let inner: f64 = (1..steps).map(|k| density(z + width * f64::from(k))).sum();
    width * (0.5 * density(z) + inner + 0.5 * density(end))
}

#[test]
fn strata_agree_with_the_slow_way() {
    let rows = synthetic(11, 2400);
    let text = csv(&rows);
    let mut reversed = 0;
    let size = |name: &str| rows.iter().filter(|row| row.group == name).count();
    assert!(size("a") > size("b") && size("b") > size("d"));
    for (reference, other) in
        [("\"largest\"", Some("a")), ("\"rest\"", None), ("\"overall\"", None), ("{ group = \"c\" }", Some("c"))]
    {
        let document = audit_text(&policy(reference, ""), &text);
        for metric in ["selection-rate", "true-positive-rate", "false-positive-rate"] {
            for name in ["a", "b", "c", "d"].into_iter().filter(|name| Some(*name) != other) {
                hold_slowly(&document, &rows, metric, name, other);
                reversed += usize::from(adjusted(&document, metric, &[("group", name)]).reversed);
            }
        }
        assert!(document.adjusted.iter().all(|a| !a.group.values().any(|level| level == "(missing)")));
        let kinds: BTreeSet<&str> = document.adjusted.iter().map(|a| a.reference.kind.as_str()).collect();
        let expected = if other.is_none() {
            "rest"
        } else if other == Some("a") {
            "largest"
        } else {
            "group"
        };
        assert_eq!(kinds, BTreeSet::from([expected]));
    }
    // The group with the highest crude rate, whatever the strata say.
    let document = audit_text(&policy("\"highest-rate\"", ""), &text);
    let highest = &comparison(&document, "selection-rate", "ratio", &group(&[("group", "b")])).reference.group["group"];
    for name in ["a", "b", "c", "d"].into_iter().filter(|name| name != highest) {
        hold_slowly(&document, &rows, "selection-rate", name, Some(highest));
    }
    assert!(reversed > 0, "no comparison turned round");
}

/// Groups by strata in one test, by the covariance matrix and its inverse.
#[test]
fn all_groups_agree_with_the_slow_way() {
    let rows = synthetic(12, 1500);
    let document = audit_text(&policy("\"largest\"", ""), &csv(&rows));
    let names = ["a", "b", "c", "d"];
    for metric in ["selection-rate", "true-positive-rate"] {
        let o = omnibus(&document, metric, &["group"]);
        let mut table = [Counts::default(); 4];
        let mut strata: BTreeMap<(&str, &str), [Counts; 4]> = BTreeMap::new();
        for row in &rows {
            let Some(place) = names.iter().position(|name| *name == row.group) else { continue };
            let Some(hit) = share(metric)(row) else { continue };
            table[place].add(hit);
            if !is_missing(&(row.region, row.product)) {
                strata.entry((row.region, row.product)).or_default()[place].add(hit);
            }
        }
        let pearson = o.pearson.as_ref().expect("a test");
        let chi2 = pearson_of(&table);
        close(pearson.chi2, chi2, 1e-10, metric);
        assert_eq!((pearson.df, o.groups), (3, 4));
        let (n, x): (f64, f64) = (table.iter().map(|t| t.of).sum(), table.iter().map(|t| t.hits).sum());
        let g: f64 = table
            .iter()
            .flat_map(|t| [(t.hits, t.of * x / n), (t.of - t.hits, t.of * (n - x) / n)])
            .map(|(o, e)| if o > 0.0 { 2.0 * o * (o / e).ln() } else { 0.0 })
            .sum();
        close(o.g.as_ref().expect("a test").chi2, g, 1e-10, metric);
        let smallest = table.iter().flat_map(|t| [t.of * x / n, t.of * (n - x) / n]).fold(f64::INFINITY, f64::min);
        close(o.smallest_expected.expect("a table"), smallest, 1e-11, metric);
        // Bergsma's corrected V of a table of four groups and two outcomes.
        let excess = (chi2 / n - 3.0 / (n - 1.0)).max(0.0);
        let columns = 2.0 - 1.0 / (n - 1.0);
        close(o.strength.expect("a table"), (excess / (columns - 1.0)).sqrt(), 1e-10, metric);
        close(o.within_strata.as_ref().expect("a test").chi2, general_association(strata.values()), 1e-9, metric);
    }
    // Equalized odds: the sum over labels; gaps of one sign: both labels as strata.
    let parts: Vec<[Counts; 4]> = [true, false]
        .map(|label| {
            let mut table = [Counts::default(); 4];
            for row in rows.iter().filter(|row| row.label == label) {
                if let Some(place) = names.iter().position(|name| *name == row.group) {
                    table[place].add(row.decision);
                }
            }
            table
        })
        .to_vec();
    let o = omnibus(&document, "equalized-odds", &["group"]);
    let pearson = o.pearson.as_ref().expect("a test");
    close(pearson.chi2, parts.iter().map(pearson_of).sum(), 1e-10, "equalized odds");
    assert_eq!(pearson.df, 6);
    let directional = o.directional.as_ref().expect("a test");
    close(directional.chi2, general_association(parts.iter()), 1e-9, "one sign");
    assert_eq!(directional.df, 3);
    assert_eq!((&o.trend, &o.permutation_p, &o.strength, &o.within_strata), (&None, &None, &None, &None));
    // Predictive parity: what turned out, among those selected and those not.
    let parts: Vec<[Counts; 4]> = [true, false]
        .map(|decision| {
            let mut table = [Counts::default(); 4];
            for row in rows.iter().filter(|row| row.decision == decision) {
                if let Some(place) = names.iter().position(|name| *name == row.group) {
                    table[place].add(row.label);
                }
            }
            table
        })
        .to_vec();
    let o = omnibus(&document, "predictive-parity", &["group"]);
    close(o.pearson.as_ref().expect("a test").chi2, parts.iter().map(pearson_of).sum(), 1e-10, "predictive parity");
    close(o.directional.as_ref().expect("a test").chi2, general_association(parts.iter()), 1e-9, "one sign");
}

fn pearson_of(table: &[Counts; 4]) -> f64 {
    let (n, x): (f64, f64) = (table.iter().map(|t| t.of).sum(), table.iter().map(|t| t.hits).sum());
    let cell = |observed: f64, expected: f64| (observed - expected).powi(2) / expected;
    table.iter().map(|t| cell(t.hits, t.of * x / n) + cell(t.of - t.hits, t.of * (n - x) / n)).sum()
}

/// Landis, Heyman and Koch: `d' V^-1 d` without the last group, by Gaussian elimination.
fn general_association<'a>(strata: impl Iterator<Item = &'a [Counts; 4]>) -> f64 {
    const K: usize = 3;
    let (mut gaps, mut v) = ([0.0; K], [[0.0; K]; K]);
    for table in strata {
        let (n, x): (f64, f64) = (table.iter().map(|t| t.of).sum(), table.iter().map(|t| t.hits).sum());
        if n < 2.0 {
            continue;
        }
        for i in 0..K {
            gaps[i] += table[i].hits - table[i].of * x / n;
            for (j, cell) in v[i].iter_mut().enumerate() {
                let same = if i == j { table[i].of * n } else { 0.0 };
                *cell += x * (n - x) * (same - table[i].of * table[j].of) / (n * n * (n - 1.0));
            }
        }
    }
    let mut solved = gaps;
    for i in 0..K {
        for j in i + 1..K {
            let factor = v[j][i] / v[i][i];
            let row = v[i];
            v[j].iter_mut().zip(row).for_each(|(cell, above)| *cell -= factor * above);
            solved[j] -= factor * solved[i];
        }
    }
    for i in (0..K).rev() {
        let known: f64 = (i + 1..K).map(|j| v[i][j] * solved[j]).sum();
        solved[i] = (solved[i] - known) / v[i][i];
    }
    gaps.iter().zip(solved).map(|(gap, x)| gap * x).sum()
}

// --------------------------------------------------------------------------------------------------------------- laws

/// What is found does not depend on names of strata; only where each stands does.
fn nameless(document: &Document) -> Vec<String> {
    let plain = |a: &Adjusted| {
        let mut views: Vec<String> = a
            .by_stratum
            .iter()
            .map(|s| format!("{:?}", (s.numerator, s.denominator, s.reference_numerator, &s.ratio, &s.difference)))
            .collect();
        views.sort();
        format!("{views:?} {:?}", Adjusted { by_stratum: Vec::new(), ..a.clone() })
    };
    document.adjusted.iter().map(plain).chain(document.omnibus.iter().map(|o| format!("{o:?}"))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_order_and_files_of_strata_do_not_matter(seed in 0_u64..1000, rows in 1_usize..400) {
        let mut data = synthetic(seed, rows);
        // A value that the policy names and that never occurs is an error of its own.
        (data[0].decision, data[0].label) = (true, true);
        let text = policy("\"rest\"", "");
        let before = audit_text(&text, &csv(&data));
        // Other names, which stand in another order.
        let renamed: Vec<Row> = data
            .iter()
            .map(|row| {
                let region = match row.region { "north" => "zone 1", "islands" => "m", "south" => "an end", other => other };
                Row { region, ..row.clone() }
            })
            .collect();
        prop_assert_eq!(nameless(&before), nameless(&audit_text(&text, &csv(&renamed))));
        SplitMix64(seed).shuffle(&mut data);
        let folder = tempfile::tempdir().expect("a folder");
        let mut files: Vec<PathBuf> = Vec::new();
        for (number, part) in data.chunks(data.len().div_ceil(3)).enumerate() {
            let path = folder.path().join(format!("{number}.csv"));
            std::fs::write(&path, csv(part)).expect("written");
            files.push(path);
        }
        let apart = audit_files(&text, &files);
        prop_assert_eq!(&before.adjusted, &apart.adjusted);
        prop_assert_eq!(&before.omnibus, &apart.omnibus);
        prop_assert_eq!(&before.checks, &apart.checks);
    }

    #[test]
    fn one_stratum_is_the_crude_comparison(seed in 0_u64..1000, rows in 60_usize..400) {
        let data: Vec<Row> =
            synthetic(seed, rows).into_iter().map(|row| Row { region: "one", product: "one", ..row }).collect();
        let document = audit_text(&policy("\"largest\"", ""), &csv(&data));
        prop_assume!(!document.adjusted.is_empty());
        for a in &document.adjusted {
            let crude = comparison(&document, &a.metric, "ratio", &a.group);
            prop_assert!(!a.reversed && a.homogeneity.is_none() && a.rows_without_stratum == 0);
            if let (Some(adjusted), Some(crude)) = (&a.ratio, crude.value) {
                close(adjusted.value, crude, 1e-11, "ratio");
                close(a.crude_ratio.expect("defined"), crude, 1e-12, "crude");
                let standard = a.standardised.as_ref().and_then(|s| s.ratio.as_ref()).expect("standardised");
                // With one stratum the standardised limits are those of Miettinen and Nurminen.
                let of = comparison(&document, &a.metric, "ratio", &a.group);
                close(standard.value, crude, 1e-11, "standardised");
                close(standard.low.expect("a limit"), of.low.expect("a limit"), 1e-8, "low");
                prop_assert_eq!(standard.high.is_some(), of.high.is_some());
                if let (Some(own), Some(other)) = (standard.high, of.high) {
                    close(own, other, 1e-8, "high");
                }
                // The pooled limits differ by their method only: both hold the estimate, and overlap.
                if let (Some(low), Some(high), Some(other)) = (adjusted.low, adjusted.high, of.low) {
                    prop_assert!(low <= adjusted.value && adjusted.value <= high && other <= high);
                }
            }
            let difference = comparison(&document, &a.metric, "difference", &a.group);
            if let (Some(adjusted), Some(crude)) = (&a.difference, difference.value) {
                close(adjusted.value, crude, 1e-11, "difference");
            }
            let details = crude.details.as_ref().and_then(|d| d.chi2);
            if let (Some(association), Some(chi2)) = (&a.association, details) {
                close(association.chi2, chi2, 1e-9, "N-1 chi-squared");
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------------ edges of checks

fn table(rows: &[(&str, &str, u64, u64)]) -> String {
    let mut text = String::from("group,region,product,d,y,n\n");
    for (group, region, hits, of) in rows {
        text += &format!("{group},{region},one,1,1,{hits}\n{group},{region},one,0,1,{}\n", of - hits);
    }
    text
}

fn counted(more: &str) -> String {
    policy("\"largest\"", more)
        .replace("strata = [\"region\", \"product\"]", "strata = [\"region\"]\ncount = \"n\"")
        .replace("equalized-odds", "selection-rate")
}

#[test]
fn only_cases_in_common_strata_are_judged() {
    // 40 of b, but 20 of them where nobody of a is.
    let text = table(&[("a", "north", 40, 80), ("b", "north", 10, 20), ("b", "south", 10, 20)]);
    let document = audit_text(&counted(""), &text);
    let row = check_row(&document, "odds", &group(&[("group", "b")]));
    assert_eq!((row.verdict, row.reason.as_deref(), row.rows), (Verdict::Inconclusive, Some("too-few"), 20));
    assert_eq!(row.value, Some(1.0));
    let b = adjusted(&document, "selection-rate", &[("group", "b")]);
    assert_eq!((b.rows_alone, b.strata_used), (20, 1));
    close(b.standardised.as_ref().expect("standardised").excluded, 20.0 / 120.0, 1e-12, "excluded");

    // Nobody is anywhere where the other is.
    let text = table(&[("a", "north", 40, 80), ("b", "south", 20, 40)]);
    let document = audit_text(&counted(""), &text);
    let row = check_row(&document, "odds", &group(&[("group", "b")]));
    assert_eq!((row.verdict, row.reason.as_deref()), (Verdict::NotApplicable, Some("no-common-stratum")));
    let b = adjusted(&document, "selection-rate", &[("group", "b")]);
    assert_eq!(b.undefined.as_deref(), Some("no-common-stratum"));
    assert!(b.ratio.is_none() && b.difference.is_none() && b.standardised.is_none() && !b.reversed);
    assert_eq!(b.crude_ratio, Some(1.0));
}

#[test]
fn a_group_without_a_hit_has_score_limits() {
    let text = table(&[("a", "north", 60, 80), ("a", "south", 30, 60), ("b", "north", 0, 40), ("b", "south", 0, 30)]);
    let document = audit_text(&counted(""), &text);
    let b = adjusted(&document, "selection-rate", &[("group", "b")]);
    let ratio = b.ratio.as_ref().expect("defined");
    assert_eq!((ratio.value, ratio.low, ratio.method.as_str()), (0.0, Some(0.0), "stratified-score"));
    assert!(ratio.high.is_some_and(|high| high < 0.2), "{ratio:?}");
    assert!(b.odds_ratio.is_none());
    let row = check_row(&document, "odds", &group(&[("group", "b")]));
    assert_eq!(row.verdict, Verdict::NotMet);
    assert!(row.p_value.is_some_and(|p| p < 1e-6), "{row:?}");
    // The other way round there is no ratio, and still a difference.
    let document = audit_text(&counted("").replace("\"largest\"", "{ group = \"b\" }"), &text);
    let a = adjusted(&document, "selection-rate", &[("group", "a")]);
    assert_eq!((&a.ratio, a.ratio_undefined.as_deref(), &a.undefined), (&None, Some("infinite"), &None));
    assert!(a.difference.as_ref().is_some_and(|d| d.low.is_some_and(|low| low > 0.4)));
    let row = check_row(&document, "odds", &group(&[("group", "a")]));
    assert_eq!((row.verdict, row.reason.as_deref()), (Verdict::NotApplicable, Some("infinite")));
}

#[test]
fn rows_of_one_person_widen_what_is_adjusted() {
    // Every person has one row, then the same row three times.
    let rows = synthetic(5, 600);
    let text = |times: usize| {
        let mut text = String::from("group,region,product,d,y,who\n");
        for (person, row) in rows.iter().enumerate() {
            let line = csv(std::slice::from_ref(row));
            let line = line.lines().nth(1).expect("a row");
            (0..times).for_each(|_| text += &format!("{line},{person}\n"));
        }
        text
    };
    let people = policy("\"largest\"", "").replace("decision =", "unit = \"who\"\ndecision =");
    let (once, thrice) = (audit_text(&people, &text(1)), audit_text(&people, &text(3)));
    let plain = audit_text(&policy("\"largest\"", ""), &csv(&rows));
    for a in &thrice.adjusted {
        let of: Vec<(&str, &str)> = a.group.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let (single, without) = (adjusted(&once, &a.metric, &of), adjusted(&plain, &a.metric, &of));
        let effect = a.design_effect.expect("people");
        assert!((2.9..3.3).contains(&effect), "{effect}");
        let ends = |a: &Adjusted| {
            let d = a.difference.clone().expect("defined");
            (d.value, d.high.expect("a limit") - d.low.expect("a limit"))
        };
        close(ends(a).0, ends(without).0, 1e-11, "value");
        // Three rows of a person say no more than one: nearly the same width as with one row each.
        close(ends(a).1, ends(single).1, 1e-3, "width");
        close(ends(a).1, ends(without).1, 0.06, "width");
        assert_eq!(a.ratio.as_ref().map(|r| r.method.as_str()), Some("mantel-haenszel-design-effect"));
        let row = thrice.checks.iter().find(|row| row.metric == a.metric && row.group == a.group);
        if let Some(row) = row {
            // Cases are people.
            assert_eq!(row.rows, without.rows, "{}", a.metric);
        }
    }
    let (tripled, single) =
        (omnibus(&thrice, "selection-rate", &["group"]), omnibus(&plain, "selection-rate", &["group"]));
    let chi2 = |o: &Omnibus| o.pearson.as_ref().expect("a test").chi2;
    close_relative(chi2(tripled), chi2(single), 0.05, "chi-squared");
    assert!(tripled.design_effect.is_some_and(|effect| (2.9..3.3).contains(&effect)));
    assert!(tripled.permutation_p.is_none());

    // Weighted rows are neither adjusted nor tested, and the report says so.
    let weighted = people.replace("unit = \"who\"", "weight = \"who\"").replace("strata = \"adjust\"", "");
    let document = audit_text(&weighted, &text(1));
    assert!(document.adjusted.is_empty() && document.omnibus.is_empty());
    let why = |what: &str| document.not_tested.iter().any(|n| n.what.contains(what) && n.why.contains("weighted"));
    assert!(why("legitimate grounds") && why("at once"));
}

// -------------------------------------------------------------------------------------------------- all groups at once

/// `strat.opposite_signs` of the oracles: true and false positive rates differ by as much, with opposite signs.
#[test]
fn gaps_of_opposite_sign_are_seen() {
    let mut text = String::from("group,d,y,n\n");
    for (group, label, hits, misses) in [("a", 1, 60, 40), ("b", 1, 40, 60), ("a", 0, 20, 80), ("b", 0, 40, 60)] {
        text += &format!("{group},1,{label},{hits}\n{group},0,{label},{misses}\n");
    }
    let policy = "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\nlabel = \"y\"\npositive = [1]\ncount = \"n\"\n\
                  [[attribute]]\nname = \"group\"\n";
    let document = audit_text(policy, &text);
    let o = omnibus(&document, "equalized-odds", &["group"]);
    let pearson = o.pearson.as_ref().expect("a test");
    close_relative(pearson.chi2, 17.523_809_523_809_526, 1e-11, "omnibus");
    close_relative(pearson.p_value, 0.000_156_586_065_177_961_56, 1e-10, "omnibus");
    assert_eq!(pearson.df, 2);
    assert!(o.directional.as_ref().is_some_and(|test| test.chi2 < 1e-9 && test.p_value > 0.999));
    assert!(document.adjusted.is_empty(), "there are no strata");
}

/// `table.trend` of the oracles, with the groups named so that their order is not that of their names.
#[test]
fn a_trend_follows_the_order_of_the_bins() {
    let mut text = String::from("age,d,n\n");
    for (age, hits, misses) in [(5, 12, 88), (50, 20, 80), (100, 31, 69), (200, 33, 67)] {
        text += &format!("{age},1,{hits}\n{age},0,{misses}\n");
    }
    let policy = |more: &str| {
        format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\ncount = \"n\"\n[[attribute]]\nname = \"age\"\n{more}"
        )
    };
    let document = audit_text(&policy("bins = [9, 80, 120]\n"), &text);
    let trend = omnibus(&document, "selection-rate", &["age"]).trend.as_ref().expect("bins have an order");
    close_relative(trend.z, 3.874_398_651_698_183_6, 1e-11, "z");
    close_relative(trend.p_value, 0.000_106_888_313_314_845_69, 1e-6, "p");
    let document = audit_text(&policy(""), &text);
    assert!(omnibus(&document, "selection-rate", &["age"]).trend.is_none(), "plain values have no order");
}

#[test]
fn groups_are_exchanged_only_where_the_table_is_thin() {
    let policy = |more: &str| {
        format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\ncount = \"n\"\n[[attribute]]\nname = \"g\"\n\
             [statistics]\n{more}\n"
        )
    };
    let thin = "g,d,n\na,1,3\na,0,1\nb,1,1\nb,0,3\n";
    let document = audit_text(&policy(""), thin);
    let o = omnibus(&document, "selection-rate", &["g"]);
    // All tables with these margins: 1 of 70 each way is further, 16 of 70 each way as far.
    close(o.permutation_p.expect("thin"), 34.0 / 70.0, 1e-11, "exact");
    assert_eq!(o.permutation.as_ref().map(|p| (p.method.as_str(), p.tables)), Some(("exact", 5)));
    assert!(omnibus(&audit_text(&policy("permutations = 0"), thin), "selection-rate", &["g"]).permutation_p.is_none());
    let plain = "g,d,n\na,1,30\na,0,10\nb,1,10\nb,0,30\n";
    assert!(omnibus(&audit_text(&policy(""), plain), "selection-rate", &["g"]).permutation_p.is_none());

    // Many thin groups: drawn, the same for the same seed and other for another, and about what all tables give.
    let mut many = String::from("g,d,n\n");
    for (place, (hits, misses)) in [(4, 9), (1, 12), (7, 3), (0, 4), (5, 6), (2, 7), (8, 9)].into_iter().enumerate() {
        many += &format!("{place},1,{hits}\n{place},0,{misses}\n");
    }
    let of = |more: &str| omnibus(&audit_text(&policy(more), &many), "selection-rate", &["g"]).clone();
    let (one, again, other) = (of("seed = 1"), of("seed = 1"), of("seed = 2"));
    assert_eq!(one, again);
    assert_ne!(one.permutation_p, other.permutation_p);
    let (p, q) = (one.permutation_p.expect("thin"), other.permutation_p.expect("thin"));
    assert!((p - q).abs() < 0.02, "{p} {q}");
    assert!((p - one.pearson.expect("a test").p_value).abs() < 0.05);
    assert!(one.permutation.is_some_and(|p| p.method == "random" && p.tables <= 9999));
}

#[test]
fn what_cannot_be_tested_has_its_reason() {
    let policy = "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\n[[attribute]]\nname = \"g\"\n";
    for (rows, reason) in [("a,1\nb,1\n", "no-variance"), ("a,1\na,0\n", "nothing-to-compare")] {
        let document = audit_text(policy, &format!("g,d\n{rows}"));
        let o = omnibus(&document, "selection-rate", &["g"]);
        assert_eq!((o.undefined.as_deref(), &o.pearson), (Some(reason), &None), "{rows}");
    }
}
