//! Evidence over periods: what the flow counts is what the numerics are given, whatever the order of rows, files and
//! results; a bet is worth at most 1 where its claim is true, by enumeration; verdicts follow from the looks.

use std::sync::Arc;

use crate::support::{SplitMix64, audit_files, audit_text, bytes_without_sources, try_audit_text, try_policy};
use evenhand::assess::Earlier;
use evenhand::cell::Trials;
use evenhand::error::Error;
use evenhand::inference::measure::Measure;
use evenhand::inference::sequence::band::{Band, Side};
use evenhand::inference::sequence::hypothesis::{Hypothesis, Relation};
use evenhand::inference::sequence::process::Process;
use evenhand::inference::sequence::{Period, limits};
use evenhand::input::Source;
use evenhand::input::hash::{Progress, hash_bytes};
use evenhand::result::{CheckRow, Document, Sequence, Verdict};
use proptest::prelude::*;

/// Hits and cases of one group in one period.
type Row = (&'static str, &'static str, u64, u64);

const HEAD: &str = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\ncount = \"rows\"\n";
const BY: &str = "[[attribute]]\nname = \"sex\"\n";
const CHECK: &str = "[[check]]\nid = \"c\"\nmetric = \"selection-rate\"\nevidence = \"sequential\"\n";

fn policy(reference: &str, contrast: &str) -> String {
    let (contrast, within) = contrast.split_once(' ').expect("a contrast and a limit");
    format!(
        "{HEAD}period = \"month\"\n{BY}reference = {reference}\n{CHECK}contrast = \"{contrast}\"\nwithin = \"{within}\"\n"
    )
}

fn lines(rows: &[Row]) -> Vec<String> {
    let of =
        |(month, sex, hits, of): &Row| [format!("{month},{sex},1,{hits}"), format!("{month},{sex},0,{}", of - hits)];
    rows.iter().flat_map(of).collect()
}

fn csv(rows: &[Row]) -> String {
    format!("month,sex,got,rows\n{}\n", lines(rows).join("\n"))
}

fn trials(hits: u64, of: u64) -> Trials {
    Trials { hits, of }
}

fn period(x1: u64, n1: u64, x0: u64, n0: u64) -> Period {
    Period { focal: trials(x1, n1), reference: trials(x0, n0) }
}

fn sequence<'a>(document: &'a Document, sex: &str) -> &'a Sequence {
    document.sequences.iter().find(|s| s.group["sex"] == sex).expect("a sequence of the group")
}

fn row<'a>(document: &'a Document, sex: &str) -> &'a CheckRow {
    document.checks.iter().find(|r| r.group.get("sex").is_some_and(|of| of == sex)).expect("a row of the group")
}

#[track_caller]
fn close(got: f64, wanted: f64) {
    assert!((got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{got} is not {wanted}");
}

/// Four months of three groups, one of them small; the last group misses a month.
const HISTORY: [Row; 11] = [
    ("2026-01", "M", 60, 200),
    ("2026-01", "F", 20, 120),
    ("2026-01", "X", 9, 40),
    ("2026-02", "M", 66, 210),
    ("2026-02", "F", 22, 130),
    ("2026-03", "M", 55, 190),
    ("2026-03", "F", 18, 110),
    ("2026-03", "X", 12, 35),
    ("2026-04", "M", 63, 205),
    ("2026-04", "F", 25, 125),
    ("2026-04", "X", 10, 44),
];

fn of(rows: &[Row], month: &str, wanted: impl Fn(&str) -> bool) -> Trials {
    let found = rows.iter().filter(|(m, sex, ..)| *m == month && wanted(sex));
    found.fold(trials(0, 0), |sum, (.., hits, of)| trials(sum.hits + hits, sum.of + of))
}

fn months(rows: &[Row]) -> Vec<&'static str> {
    let mut months: Vec<&str> = rows.iter().map(|(month, ..)| *month).collect();
    months.dedup();
    months
}

#[test]
fn the_flow_gives_the_evidence_of_its_counts() {
    for (reference, other) in [("\"largest\"", "M"), ("{ group = \"X\" }", "X"), ("\"rest\"", "all but the group")] {
        for (contrast, measure, min, max) in
            [("ratio 4/5", Measure::Ratio, 0.8, 1.25), ("difference 0.1", Measure::Difference, -0.1, 0.1)]
        {
            let document = audit_text(&policy(reference, contrast), &csv(&HISTORY));
            for sex in ["F", "X", "M"].into_iter().filter(|sex| *sex != other) {
                let periods: Vec<Period> = months(&HISTORY)
                    .into_iter()
                    .map(|month| Period {
                        focal: of(&HISTORY, month, |s| s == sex),
                        reference: of(&HISTORY, month, |s| if reference == "\"rest\"" { s != sex } else { s == other }),
                    })
                    .collect();
                let log_e = |relation: Relation, bound: f64| {
                    let hypothesis = Hypothesis::new(measure, relation, bound).expect("a bound");
                    Process::over(hypothesis, &periods).evidence()
                };
                let found = sequence(&document, sex);
                let beyond = log_e(Relation::AtLeast, min).log_e() + log_e(Relation::AtMost, max).log_e();
                let within = log_e(Relation::AtMost, min).log_e().min(log_e(Relation::AtLeast, max).log_e());
                close(found.log_e_beyond.expect("evidence"), beyond);
                close(found.log_e_within.expect("evidence"), within);
                let counted: Vec<Period> =
                    found.looks.iter().map(|l| period(l.hits, l.of, l.reference_hits, l.reference_of)).collect();
                assert_eq!(counted, periods, "{reference} {sex}");
                let ends = limits::each_side(measure, &periods, 0.025).expect("limits");
                close(found.low.expect("an end"), ends.low.min(found.value.expect("a value")));
                close(found.high.unwrap_or(f64::INFINITY), ends.high);
                let (own, other) = (found.counts(), found.reference_counts());
                let (own, other) = (own.share().expect("a share"), other.share().expect("a share"));
                close(found.value.expect("a value"), if measure == Measure::Ratio { own / other } else { own - other });
                assert_eq!(row(&document, sex).value, found.value);
                assert_eq!((row(&document, sex).low, row(&document, sex).high), (found.low, found.high));
                assert_eq!(row(&document, sex).rows, found.counts().of);
            }
        }
    }
}

#[test]
fn against_everybody_the_limit_is_carried_to_the_others_of_each_period() {
    let document = audit_text(&policy("\"overall\"", "ratio 4/5"), &csv(&HISTORY));
    let found = sequence(&document, "F");
    let mut band = Band::new(Measure::Ratio);
    for (month, look) in months(&HISTORY).into_iter().zip(&found.looks) {
        let (own, all) = (of(&HISTORY, month, |s| s == "F"), of(&HISTORY, month, |_| true));
        let w = own.of as f64 / all.of as f64;
        // p1 / (w p1 + (1 - w) p0) = b, solved for p1 / p0.
        let carried = |b: f64| b * (1.0 - w) / (1.0 - b * w);
        let others = trials(all.hits - own.hits, all.of - own.of);
        band.observe(Period { focal: own, reference: others }, Some(carried(0.8)), Some(carried(1.25)));
        assert_eq!((look.reference_hits, look.reference_of), (others.hits, others.of));
        close(look.log_e_beyond, band.beyond().log_e());
        close(look.log_e_within, band.within().log_e());
    }
    let everybody = HISTORY.iter().fold(trials(0, 0), |sum, (.., x, n)| trials(sum.hits + x, sum.of + n));
    assert_eq!(found.reference_counts(), everybody);
    close(found.value.expect("a value"), (85.0 / 485.0) / everybody.share().expect("a share"));
    // The end that belongs to the others, carried over.
    let periods: Vec<Period> =
        found.looks.iter().map(|l| period(l.hits, l.of, l.reference_hits, l.reference_of)).collect();
    let ends = limits::each_side(Measure::Ratio, &periods, 0.025).expect("limits");
    let w = 485.0 / everybody.of as f64;
    close(found.high.expect("an end"), ends.high / (w * ends.high + 1.0 - w));
}

#[test]
fn a_group_that_is_nearly_everybody_can_be_shown_to_be_within() {
    // Beside nine in ten of all rows no ratio to everybody reaches 5/4: that side asks for no evidence.
    let rows: Vec<Row> =
        ["1", "2", "3", "4"].into_iter().flat_map(|m| [(m, "M", 300, 900), (m, "F", 34, 100)]).collect();
    let document = audit_text(&policy("\"overall\"", "ratio 4/5"), &csv(&rows));
    assert_eq!(row(&document, "M").verdict, Verdict::Met);
    assert!(sequence(&document, "M").high.is_some_and(|high| high < 1.25));
}

/// What is left of a document when everything that says how it came about is taken away.
fn evidence(document: &Document) -> Vec<Sequence> {
    let without_names = |s: &Sequence| {
        let mut s = s.clone();
        s.looks.iter_mut().for_each(|look| look.period.clear());
        s
    };
    document.sequences.iter().map(without_names).collect()
}

fn history() -> impl Strategy<Value = Vec<Row>> {
    let one = (30_u64..160, 0_u64..1000).prop_map(|(of, part)| (of * part / 1000, of));
    proptest::collection::vec((one.clone(), one.clone(), one, 0..3_u8), 2..6).prop_map(|months| {
        let names = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"];
        let mut rows: Vec<Row> = Vec::new();
        for (name, (m, f, x, which)) in names.into_iter().zip(months) {
            rows.extend([(name, "M", m.0, m.1 + 200), (name, "F", f.0, f.1)]);
            if which > 0 {
                rows.push((name, "X", x.0, x.1));
            }
        }
        // Every group is in the last month, so that a run of it alone knows them all.
        let last = rows[rows.len() - 1].0;
        if !rows.iter().any(|(m, sex, ..)| *m == last && *sex == "X") {
            rows.push((last, "X", 10, 40));
        }
        rows
    })
}

fn run(text: &str, csv: &str, earlier: &[Earlier], as_of: &str) -> Result<Document, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv).expect("written");
    let (policy, warnings) = try_policy(text).map_err(Error::Policy)?;
    let source = Source::File { shown: "rows.csv".to_owned(), path };
    evenhand::audit_after(&policy, warnings, &[source], earlier, as_of, &(Arc::new(|_| {}) as Progress))
}

/// The rows of one month as the result of a review, on the day after which the month is named.
fn review(rows: &[Row], month: &str) -> Earlier {
    let text =
        format!("{HEAD}{BY}{CHECK}contrast = \"ratio\"\nwithin = \"4/5\"\n").replace("\"sequential\"", "\"interval\"");
    let rows: Vec<Row> = rows.iter().filter(|(m, ..)| *m == month).copied().collect();
    let document = run(&text, &csv(&rows), &[], &format!("{month}-28")).expect("a review");
    Earlier { path: format!("{month}/result.json"), sha256: hash_bytes(month.as_bytes()), document }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_and_of_files_does_not_matter(rows in history(), seed in any::<u64>()) {
        let text = policy("\"rest\"", "difference 0.1");
        let whole = audit_text(&text, &csv(&rows));
        let mut shuffled = lines(&rows);
        SplitMix64(seed).shuffle(&mut shuffled);
        let folder = tempfile::tempdir().expect("a folder");
        let halves = shuffled.chunks(shuffled.len().div_ceil(2)).enumerate();
        let paths: Vec<_> = halves.map(|(place, part)| {
            let path = folder.path().join(format!("{place}.csv"));
            std::fs::write(&path, format!("month,sex,got,rows\n{}\n", part.join("\n"))).expect("written");
            path
        }).collect();
        prop_assert_eq!(bytes_without_sources(audit_files(&text, &paths)), bytes_without_sources(whole));
    }

    #[test]
    fn history_in_earlier_results_is_history_in_one_file(rows in history(), cut in 1_usize..5, seed in any::<u64>()) {
        let all = months(&rows);
        let cut = cut.min(all.len() - 1);
        for reference in ["\"largest\"", "\"rest\"", "\"overall\""] {
            let text = policy(reference, "ratio 4/5");
            let whole = audit_text(&text, &csv(&rows));
            let mut earlier: Vec<Earlier> = all[..cut].iter().map(|month| review(&rows, month)).collect();
            SplitMix64(seed).shuffle(&mut earlier);
            let rest: Vec<Row> = rows.iter().filter(|(m, ..)| all[cut..].contains(m)).copied().collect();
            let parts = run(&text, &csv(&rest), &earlier, "2026-12-31").expect("a run after reviews");
            prop_assert_eq!(evidence(&parts), evidence(&whole));
            let names = |d: &Document| d.sequences[0].looks.iter().map(|l| l.period.clone()).collect::<Vec<_>>();
            let named: Vec<String> = all.iter().enumerate()
                .map(|(i, month)| if i < cut { format!("{month}-28") } else { (*month).to_owned() }).collect();
            prop_assert_eq!(names(&parts), named);
            prop_assert_eq!(parts.data.earlier.len(), cut);
            // Nothing but the evidence knows of them.
            let alone = audit_text(&text, &csv(&rest));
            prop_assert_eq!(&parts.measurements, &alone.measurements);
            prop_assert_eq!(&parts.comparisons, &alone.comparisons);
            prop_assert_ne!(&parts.run.id, &alone.run.id);
        }
    }

    #[test]
    fn a_period_without_the_group_changes_nothing(rows in history(), at in 0_usize..4) {
        let text = policy("{ group = \"M\" }", "ratio 4/5");
        let before = audit_text(&text, &csv(&rows));
        let mut more = rows.clone();
        let name = ["2025-12", "2026-01a", "2026-03a", "2026-09"][at];
        more.push((name, "M", 77, 300));
        let after = audit_text(&text, &csv(&more));
        for sex in ["F", "X"] {
            let (before, after) = (sequence(&before, sex), sequence(&after, sex));
            prop_assert_eq!(after.looks.len(), before.looks.len() + 1);
            prop_assert_eq!(before.log_e_beyond, after.log_e_beyond);
            prop_assert_eq!(before.log_e_within, after.log_e_within);
            prop_assert_eq!(before.anytime_p_beyond, after.anytime_p_beyond);
            prop_assert_eq!(before.counts(), after.counts());
        }
    }

    #[test]
    fn looks_verdicts_and_limits_agree(rows in history(), per_mille in 500_usize..999) {
        let text = policy("{ group = \"M\" }", "ratio 4/5")
            + &format!("[statistics]\nlevel = \"0.{per_mille}\"\nadjust = \"none\"\n");
        let document = audit_text(&text, &csv(&rows));
        let needed = -((1.0 - per_mille as f64 / 1000.0) / 2.0).ln();
        for sex in ["F", "X"] {
            let (s, row) = (sequence(&document, sex), row(&document, sex));
            close(s.log_e_needed, needed);
            let highest = s.looks.iter().map(|l| l.log_e_beyond).fold(0.0, f64::max);
            close(s.anytime_p_beyond.expect("a p-value").ln(), -highest);
            for (place, look) in s.looks.iter().enumerate() {
                let so_far = s.looks[..=place].iter().map(|l| l.log_e_beyond).fold(0.0, f64::max);
                let wanted = match () {
                    () if s.looks[..=place].iter().map(|l| l.of).sum::<u64>() < 30 => Verdict::Inconclusive,
                    () if so_far >= needed => Verdict::NotMet,
                    () if look.log_e_within >= needed => Verdict::Met,
                    () => Verdict::Inconclusive,
                };
                prop_assert_eq!(look.verdict, wanted);
            }
            if s.value.is_some() {
                prop_assert_eq!(row.verdict, s.looks.last().expect("a look").verdict);
                prop_assert_eq!(row.p_value, s.anytime_p_beyond);
                prop_assert_eq!(&row.evidence, "sequential");
            }
            // What is refuted now from one side is not inside the limits.
            let (low, high) = (s.low.unwrap_or(0.0), s.high.unwrap_or(f64::INFINITY));
            let value = s.value.unwrap_or(1.0);
            if s.log_e_within.is_some_and(|e| e >= needed) && (0.8..=1.25).contains(&value) {
                prop_assert!(low >= 0.8 && high <= 1.25, "{low} {high}");
            }
            if s.log_e_beyond.is_some_and(|e| e >= needed) && !(0.8..=1.25).contains(&value) && s.low.is_some() {
                prop_assert!(high <= 0.8 || low >= 1.25, "{low} {high} {value}");
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------ what a bet is worth

/// The probability of so many hits, by multiplying.
fn binomial(n: u64, p: f64) -> Vec<f64> {
    (0..=n)
        .map(|k| {
            (0..k).fold(p.powi(k as i32) * (1.0 - p).powi((n - k) as i32), |c, i| c * (n - i) as f64 / (i + 1) as f64)
        })
        .collect()
}

/// The most that a period of 7 and 9 is expected to multiply a stake by, over true rates for which a claim holds.
fn worth(measure: Measure, before: Period, holds: impl Fn(f64, f64) -> bool, log_e: impl Fn(&Band) -> f64) -> f64 {
    let (min, max) = if measure == Measure::Ratio { (0.8, 1.25) } else { (-0.1, 0.1) };
    let mut learnt = Band::new(measure);
    learnt.observe(before, Some(min), Some(max));
    let grown: Vec<Vec<f64>> = (0..=7)
        .map(|x1| {
            (0..=9)
                .map(|x0| {
                    let mut band = learnt;
                    band.observe(period(x1, 7, x0, 9), Some(min), Some(max));
                    log_e(&band).exp()
                })
                .collect()
        })
        .collect();
    let grid = || (0..=40).map(|i| f64::from(i) / 40.0);
    let mut most = 0.0_f64;
    for (p1, p0) in grid().flat_map(|p1| grid().map(move |p0| (p1, p0))).filter(|(p1, p0)| holds(*p1, *p0)) {
        let (b1, b0) = (binomial(7, p1), binomial(9, p0));
        let expected: f64 =
            grown.iter().zip(&b1).map(|(of, p)| p * of.iter().zip(&b0).map(|(e, q)| e * q).sum::<f64>()).sum();
        most = most.max(expected);
    }
    most
}

#[test]
fn no_bet_is_expected_to_grow_while_its_claim_is_true() {
    for measure in [Measure::Ratio, Measure::Difference] {
        let within = |p1: f64, p0: f64| match measure {
            Measure::Ratio => p1 >= 0.8 * p0 && p1 <= 1.25 * p0,
            Measure::Difference => (p1 - p0).abs() <= 0.1,
        };
        let (below, above) = match measure {
            Measure::Ratio => (0.8, 1.25),
            Measure::Difference => (-0.1, 0.1),
        };
        let contrast = |p1: f64, p0: f64, bound: f64| match measure {
            Measure::Ratio => p1 - bound * p0,
            Measure::Difference => p1 - p0 - bound,
        };
        let mut grew = 0.0_f64;
        for before in [
            period(10, 40, 20, 40),
            period(20, 40, 10, 40),
            period(20, 40, 20, 40),
            period(0, 30, 30, 30),
            period(33, 34, 31, 34),
            period(12, 31, 45, 90),
        ] {
            let beyond = |band: &Band| band.beyond().log_e();
            let inside = |band: &Band| band.within().log_e();
            assert!(worth(measure, before, within, beyond) <= 1.0 + 1e-9, "{measure:?} {before:?}");
            for outside in [
                &(|p1: f64, p0: f64| contrast(p1, p0, below) <= 0.0) as &dyn Fn(f64, f64) -> bool,
                &|p1: f64, p0: f64| contrast(p1, p0, above) >= 0.0,
            ] {
                assert!(worth(measure, before, outside, inside) <= 1.0 + 1e-9, "{measure:?} {before:?}");
            }
            // A bet that could never grow would pass the above.
            grew = grew.max(worth(measure, before, |_, _| true, beyond));
        }
        assert!(grew > 2.0, "{measure:?} {grew}");
    }
}

/// The rates on the line of a ratio that are nearest to expected ones, by trying a hundred thousand.
fn nearest(tau: f64, th: (f64, f64), n: (f64, f64)) -> (f64, f64) {
    let likely = |q0: f64| {
        let q1 = tau * q0;
        n.0 * (th.0 * q1.ln() + (1.0 - th.0) * (1.0 - q1).ln())
            + n.1 * (th.1 * q0.ln() + (1.0 - th.1) * (1.0 - q0).ln())
    };
    let most = if tau > 1.0 { 1.0 / tau } else { 1.0 };
    let tried = (1..100_000).map(|i| most * f64::from(i) / 100_000.0);
    let best = tried.max_by(|a, b| likely(*a).total_cmp(&likely(*b))).expect("a rate");
    (tau * best, best)
}

#[test]
fn a_process_is_what_its_definition_says() {
    let periods = [period(36, 200, 182, 600), period(37, 200, 176, 600), period(0, 0, 5, 9), period(36, 150, 180, 700)];
    for (relation, tau, sign) in [(Relation::AtLeast, 0.8, 1.0), (Relation::AtMost, 0.5, -1.0)] {
        let (mut x, mut n, mut log_e) = ((0.0, 0.0), (0.0, 0.0), 0.0);
        for p in periods.iter().filter(|p| p.has_both()) {
            let (x1, n1) = (p.focal.hits as f64, p.focal.of as f64);
            let (x0, n0) = (p.reference.hits as f64, p.reference.of as f64);
            let th = ((x.0 + 0.5) / (n.0 + 1.0), (x.1 + 0.5) / (n.1 + 1.0));
            if f64::min(n.0, n.1) >= 30.0 && sign * (th.0 - tau * th.1) < 0.0 {
                let q = nearest(tau, th, (n1, n0));
                log_e += x1 * (th.0 / q.0).ln() + (n1 - x1) * ((1.0 - th.0) / (1.0 - q.0)).ln();
                log_e += x0 * (th.1 / q.1).ln() + (n0 - x0) * ((1.0 - th.1) / (1.0 - q.1)).ln();
            }
            (x, n) = ((x.0 + x1, x.1 + x0), (n.0 + n1, n.1 + n0));
        }
        let hypothesis = Hypothesis::new(Measure::Ratio, relation, tau).expect("a bound");
        let found = Process::over(hypothesis, &periods).evidence().log_e();
        assert!((found - log_e).abs() < 1e-3 && log_e.abs() > 0.5, "{found} {log_e}");
    }
}

#[test]
fn beyond_its_limits_a_number_is_refuted_and_inside_it_is_not() {
    let periods = [period(36, 200, 182, 600), period(37, 200, 176, 600), period(36, 200, 180, 600)];
    for (measure, values) in [
        (Measure::Ratio, [1e-9, 0.1, 0.3, 0.5, 0.61, 0.7, 0.9, 1.5, 9.0, 1e9]),
        (Measure::Difference, [-0.99, -0.5, -0.3, -0.2, -0.12, -0.1, 0.0, 0.2, 0.5, 0.99]),
    ] {
        for alpha in [0.1, 0.025, 1e-6] {
            let ends = limits::each_side(measure, &periods, alpha).expect("limits");
            for value in values {
                let refuted = [Relation::AtLeast, Relation::AtMost].into_iter().any(|relation| {
                    let hypothesis = Hypothesis::new(measure, relation, value).expect("a bound");
                    Process::over(hypothesis, &periods).evidence().log_e() >= -alpha.ln()
                });
                assert_eq!(refuted, !ends.contains(value), "{measure:?} {alpha} {value} {ends:?}");
            }
            let both = limits::between(measure, &periods, alpha).expect("limits");
            assert!(both.high.is_finite() && both.low >= ends.low - 1e-9 && both.high <= ends.high + 1e-9);
        }
    }
}

#[test]
fn evidence_of_being_beyond_is_one_bet_whichever_limit_it_is_played_against() {
    let mut band = Band::new(Measure::Ratio);
    assert_eq!(band.side(), None);
    // First below the lower limit, then far above the upper one.
    let periods =
        [period(20, 100, 60, 200), period(15, 100, 60, 200), period(190, 200, 20, 200), period(190, 200, 20, 200)];
    let mut both = Vec::new();
    for p in periods {
        band.observe(p, Some(0.8), Some(1.25));
        both.push(band.beyond().log_e());
    }
    let lower = Process::over(Hypothesis::new(Measure::Ratio, Relation::AtLeast, 0.8).expect("a bound"), &periods);
    let upper = Process::over(Hypothesis::new(Measure::Ratio, Relation::AtMost, 1.25).expect("a bound"), &periods);
    close(both[3], lower.evidence().log_e() + upper.evidence().log_e());
    assert!(lower.evidence().log_e() < 0.0 && upper.evidence().log_e() > 0.0);
    assert_eq!(band.side(), Some(Side::Above));
    // Limits that nothing can break are not bet on, and ask for nothing.
    let mut open = Band::new(Measure::Difference);
    periods.iter().for_each(|p| open.observe(*p, Some(-1.0), Some(1.0)));
    assert_eq!((open.beyond().log_e(), open.within().log_e()), (0.0, 0.0));
}

// --------------------------------------------------------------------------------------------------- what is reported

fn months_of(rates: &[(u64, u64)]) -> Vec<Row> {
    let names = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];
    let month = |(name, (f, m)): (&'static str, &(u64, u64))| [(name, "F", *f, 300), (name, "M", *m, 600)];
    names.into_iter().zip(rates).flat_map(month).collect()
}

#[test]
fn no_single_month_shows_what_four_together_do() {
    let rows = months_of(&[(54, 182), (55, 178), (54, 180), (54, 178), (55, 182), (54, 180)]);
    let document = audit_text(&policy("\"largest\"", "ratio 4/5"), &csv(&rows));
    let s = sequence(&document, "F");
    let first = s.looks.iter().position(|look| look.verdict == Verdict::NotMet);
    assert!(first.is_some_and(|place| (1..4).contains(&place)), "{first:?}");
    assert_eq!((row(&document, "F").verdict, s.side.as_deref()), (Verdict::NotMet, Some("below")));
}

#[test]
fn being_within_must_hold_now_and_a_violation_stays_shown() {
    let text = policy("\"largest\"", "ratio 4/5");
    let good = (90, 180);
    let bad = (60, 180);
    // Half a year of equal rates, then two thirds of them.
    let changed = audit_text(&text, &csv(&months_of(&[good, good, good, good, good, good, bad, bad, bad])));
    let s = sequence(&changed, "F");
    assert!(s.looks[..6].iter().any(|look| look.verdict == Verdict::Met));
    assert_ne!(s.looks[8].verdict, Verdict::Met);
    assert_ne!(row(&changed, "F").verdict, Verdict::Met);
    // The other way round: what was shown stays.
    let mended =
        audit_text(&text, &csv(&months_of(&[bad, bad, bad, bad, bad, good, good, good, good, good, good, good])));
    let s = sequence(&mended, "F");
    assert!(s.looks.last().is_some_and(|look| look.log_e_beyond < s.log_e_needed));
    assert_eq!(row(&mended, "F").verdict, Verdict::NotMet);
}

#[test]
fn rows_without_a_period_are_counted_and_left_out() {
    let text = policy("\"largest\"", "ratio 4/5");
    let plain = audit_text(&text, &csv(&HISTORY));
    let more = audit_text(&text, &format!("{},M,1,50\n,F,0,50\n", csv(&HISTORY)));
    assert_eq!(evidence(&plain), evidence(&more));
    let note = more.diagnostics.iter().find(|d| d.code == "without-period").expect("a note");
    assert!(note.message.starts_with("100 rows"), "{}", note.message);
    assert!(plain.diagnostics.iter().all(|d| d.code != "without-period"));
    assert_ne!(plain.measurements, more.measurements);
}

#[test]
fn periods_that_are_numbers_come_in_their_order() {
    for (names, wanted) in [(["9", "10", "11"], ["9", "10", "11"]), (["9", "10", "w11"], ["10", "9", "w11"])] {
        let rows: Vec<Row> = names.into_iter().flat_map(|m| [(m, "F", 20, 60), (m, "M", 30, 90)]).collect();
        let document = audit_text(&policy("\"largest\"", "ratio 4/5"), &csv(&rows));
        let found: Vec<&str> = sequence(&document, "F").looks.iter().map(|look| look.period.as_str()).collect();
        assert_eq!(found, wanted);
    }
}

#[test]
fn what_cannot_be_followed_says_why_and_is_not_judged() {
    let chosen = audit_text(&policy("\"highest-rate\"", "ratio 4/5"), &csv(&HISTORY));
    let text = policy("{ group = \"M\" }", "ratio 4/5");
    let weighted = audit_text(&text.replace("count = \"rows\"", "weight = \"rows\""), &csv(&HISTORY));
    let reviews = months(&HISTORY);
    let mut earlier = review(&HISTORY, reviews[0]);
    earlier.document.policy.unit = Some("person".to_owned());
    let mut estimated = review(&HISTORY, reviews[0]);
    estimated.document.policy.probable = vec!["sex".to_owned()];
    let rest: Vec<Row> = HISTORY.iter().filter(|(m, ..)| *m != reviews[0]).copied().collect();
    let after = |earlier: Earlier| run(&text, &csv(&rest), &[earlier], "2026-12-31").expect("a run");
    for (document, reason) in [
        (chosen, "reference-chosen-by-data"),
        (weighted, "rows-not-independent"),
        (after(earlier), "rows-not-independent"),
        (after(estimated), "rows-not-independent"),
    ] {
        let s = sequence(&document, "F");
        assert_eq!((s.undefined.as_deref(), s.looks.len(), s.log_e_beyond), (Some(reason), 0, None));
        let row = row(&document, "F");
        assert_eq!((row.verdict, row.reason.as_deref()), (Verdict::NotApplicable, Some(reason)));
        assert_eq!((row.value, row.p_value), (None, None));
        assert_eq!(document.exit_code, 3);
    }
}

#[test]
fn few_cases_are_not_judged_however_many_periods_there_are() {
    let rows: Vec<Row> = ["1", "2", "3"].into_iter().flat_map(|m| [(m, "F", 0, 9), (m, "M", 80, 100)]).collect();
    let document = audit_text(&policy("\"largest\"", "ratio 4/5"), &csv(&rows));
    assert_eq!((row(&document, "F").reason.as_deref(), row(&document, "F").rows), (Some("too-few"), 27));
    // A larger minimum of the policy holds as well, at every look.
    let text = policy("\"largest\"", "ratio 4/5") + "[statistics]\nmin_group = 700\n";
    let rows = months_of(&[(54, 182), (55, 178), (54, 180), (54, 178)]);
    let document = audit_text(&text, &csv(&rows));
    let verdicts: Vec<Verdict> = sequence(&document, "F").looks.iter().map(|look| look.verdict).collect();
    assert_eq!(verdicts[..2], [Verdict::Inconclusive; 2]);
    assert_eq!(verdicts[3], Verdict::NotMet);
}

#[test]
fn each_kind_of_evidence_is_a_family_of_its_own() {
    let rows = months_of(&[(54, 182), (55, 178), (54, 180), (54, 178)]);
    let interval = "[[check]]\nid = \"i\"\nmetric = \"selection-rate\"\ncontrast = \"difference\"\nwithin = 0.01\n";
    let more = "[[check]]\nid = \"d\"\nmetric = \"selection-rate\"\ncontrast = \"difference\"\nwithin = 0.01\nevidence = \"sequential\"\n";
    let text = policy("\"largest\"", "ratio 4/5");
    let p = |text: &str| -> Vec<(String, f64, f64)> {
        let document = audit_text(text, &csv(&rows));
        document.checks.iter().map(|r| (r.id.clone(), r.p_value.expect("p"), r.p_adjusted.expect("p"))).collect()
    };
    let alone = p(&text);
    assert_eq!(alone[0].1, alone[0].2);
    let beside = p(&format!("{text}{interval}"));
    assert_eq!(beside[0], alone[0]);
    assert_eq!(beside[1].1, beside[1].2);
    // Two of a kind are allowed for.
    let both = p(&format!("{text}{more}"));
    let smaller = both[0].1.min(both[1].1);
    assert!(both.iter().any(|(_, raw, adjusted)| *raw == smaller && (adjusted / raw - 2.0).abs() < 1e-9), "{both:?}");
}

#[test]
fn results_that_do_not_fit_are_refused_with_their_place() {
    let rest: Vec<Row> = HISTORY.iter().filter(|(m, ..)| *m != "2026-01").copied().collect();
    let text = policy("\"largest\"", "ratio 4/5");
    let refused = |change: fn(&mut Earlier), wanted: &str, code: u8| {
        let mut earlier = review(&HISTORY, "2026-01");
        change(&mut earlier);
        let error = run(&text, &csv(&rest), &[earlier], "2026-12-31").expect_err(wanted);
        let said = error.to_string();
        assert!(said.contains(wanted) && said.contains("2026-01/result.json"), "{said}");
        assert_eq!(error.exit_code(), code, "{said}");
    };
    refused(|e| e.document.policy.decision = Some("other".to_owned()), "`decision` was other", 2);
    refused(|e| e.document.policy.favourable = vec!["2".to_owned()], "`favourable` was [2]", 2);
    refused(|e| e.document.policy.selected = vec!["2".to_owned()], "`selected` was [2]", 2);
    refused(|e| e.document.policy.positive = vec!["2".to_owned()], "`positive` was [2]", 2);
    refused(|e| e.document.policy.label = Some("y".to_owned()), "`label` was y", 2);
    refused(|e| e.document.policy.threshold = Some("0.5".to_owned()), "`threshold` was 0.5", 2);
    refused(|e| e.document.run.exploratory = true, "exploratory", 2);
    refused(|e| e.document.run.as_of = "2027-01-01".to_owned(), "after this run", 2);
    refused(|e| e.document.measurements.clear(), "no selection-rate by sex", 2);
    refused(|e| e.document.measurements[0].numerator = Some(u64::MAX), "numerator", 4);
    let twice = [review(&HISTORY, "2026-01"), review(&HISTORY, "2026-01")];
    let error = run(&text, &csv(&rest), &twice, "2026-12-31").expect_err("the same review twice");
    assert!(error.to_string().contains("earlier-twice"), "{error}");
    // A policy that names results is not run without them.
    let naming = text + "[statistics]\nearlier = [\"a.json\"]\n";
    assert!(try_audit_text(&naming, &csv(&rest)).is_err_and(|e| e.exit_code() == 2));
}

#[test]
fn what_should_be_known_of_earlier_results_is_said() {
    let rest: Vec<Row> = HISTORY.iter().filter(|(m, ..)| *m != "2026-02").copied().collect();
    let text = policy("\"largest\"", "ratio 4/5") + "[about]\nmodel_version = \"2\"\n";
    let mut earlier = review(&HISTORY, "2026-02");
    earlier.document.about.model_version = Some("1".to_owned());
    earlier.document.data.sources[0].sha256 = hash_bytes(csv(&rest).as_bytes());
    let document = run(&text, &csv(&rest), &[earlier], "2026-12-31").expect("a run");
    for code in ["earlier-other-version", "earlier-without-group", "earlier-same-file"] {
        assert!(document.diagnostics.iter().any(|d| d.code == code), "{code}: {:?}", document.diagnostics);
    }
    // In that month nobody of X was there, which is a period without the group.
    assert_eq!(sequence(&document, "X").looks[0].of, 0);
}
