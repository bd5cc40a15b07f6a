//! What a review could have seen: the printed figures held against the judge's own verdict, table by table; their laws; and
//! what stands beside them in the details of a comparison.

use crate::support::{audit_text, group};
use evenhand::assess::carry::bring_back;
use evenhand::assess::contrast::Pair;
use evenhand::assess::{Against, Contrasted};
use evenhand::cell::{Cell, Decision, Label, Trials};
use evenhand::inference::{normal, skew, unconditional};
use evenhand::metrics::{self, Metric};
use evenhand::policy::types::RatioInterval;
use evenhand::result::{CheckRow, Document, Verdict};
use proptest::prelude::*;

const SIDE: f64 = 0.025;

fn rate() -> &'static Metric {
    metrics::find("selection-rate").expect("a metric")
}

fn decided(hits: u64, of: u64) -> Cell {
    let mut cell = Cell::default();
    cell.push(Decision::Made { favourable: true, selected: true }, Label::Missing, hits);
    cell.push(Decision::Made { favourable: false, selected: false }, Label::Missing, of - hits);
    cell
}

fn pair(x1: u64, n1: u64, x0: u64, n0: u64) -> Pair {
    Pair::new(rate(), &decided(x1, n1), &decided(x0, n0))
}

/// The audit of groups with hits and rows, and these lines of the policy.
fn audit(groups: &[(&str, u64, u64)], statistics: &str, check: &str) -> Document {
    let mut csv = "g,d,rows\n".to_owned();
    for (name, hits, of) in groups {
        csv.push_str(&format!("{name},1,{hits}\n{name},0,{}\n", of - hits));
    }
    let reference = if statistics.contains("reference") { "" } else { "reference = { group = \"b\" }" };
    let (of_attribute, of_statistics): (Vec<&str>, Vec<&str>) =
        statistics.lines().partition(|line| line.starts_with("reference"));
    let policy = format!(
        "version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\ncount = \"rows\"\n[[attribute]]\nname = \"g\"\n{reference}\n{}\n\
         [statistics]\n{}\n{}\n[[check]]\nmetric = \"selection-rate\"\n{check}\n",
        of_attribute.join("\n"),
        if statistics.contains("min_group") { "" } else { "min_group = 1" },
        of_statistics.join("\n")
    );
    audit_text(&policy, &csv)
}

fn row<'a>(document: &'a Document, name: &str) -> &'a CheckRow {
    document.checks.iter().find(|row| row.group == group(&[("g", name)])).expect("a row of the group")
}

/// The probabilities of all numbers of hits, those that could matter.
fn binomial(n: u64, p: f64) -> Vec<(u64, f64)> {
    let ln = |n: u64| libm::lgamma(n as f64 + 1.0);
    let at = |x: u64| {
        let log = |count: u64, p: f64| if count == 0 { 0.0 } else { count as f64 * libm::log(p) };
        (x, libm::exp(ln(n) - ln(x) - ln(n - x) + log(x, p) + log(n - x, 1.0 - p)))
    };
    (0..=n).map(at).filter(|(_, probability)| *probability > 1e-8).collect()
}

/// The probability of a verdict over every table that two groups with these true rates could give.
fn chance(n1: u64, p1: f64, n0: u64, p0: f64, verdict: impl Fn(u64, u64) -> bool) -> f64 {
    let (own, others) = (binomial(n1, p1), binomial(n0, p0));
    let mut total = 0.0;
    for (x1, a) in &own {
        for (x0, b) in &others {
            total += if verdict(*x1, *x0) { a * b } else { 0.0 };
        }
    }
    total
}

#[track_caller]
fn near(found: f64, wanted: f64, within: f64, what: &str) {
    assert!((found - wanted).abs() <= within, "{what}: {found} is not {wanted}");
}

// ------------------------------------------------------------------------------------------------ by the judge's verdict

/// The printed gap is found with the printed chance, and a group at parity shown to be within with its chance, when the
/// judge goes through every table. Large-sample figures are some percent off where numbers are small.
#[test]
fn the_judge_finds_the_smallest_detectable_gap_as_often_as_told() {
    for (n1, n0, x0, power, within) in [
        (200, 300, 150, "0.8", 0.02),
        (400, 400, 200, "0.8", 0.02),
        (150, 900, 270, "0.8", 0.03),
        (400, 400, 120, "0.9", 0.02),
        (57, 60, 30, "0.8", 0.05),
    ] {
        let p0 = x0 as f64 / n0 as f64;
        let statistics = format!("power = {power}");
        let groups = [("a", (n1 * x0) / n0, n1), ("b", x0, n0)];
        for (how, check, min, max) in [
            (Contrasted::Ratio, "contrast = \"ratio\"\nwithin = \"4/5\"", 0.8, 1.25),
            (Contrasted::Difference, "contrast = \"difference\"\nwithin = 0.1", -0.1, 0.1),
        ] {
            let document = audit(&groups, &statistics, check);
            let row = row(&document, "a");
            let smallest = row.smallest_detectable.expect("a gap can be found");
            assert!(smallest < min, "{smallest}");
            let p1 = if how == Contrasted::Ratio { smallest * p0 } else { p0 + smallest };
            let what = format!("{n1} {n0} {x0} {how:?}");
            let found = chance(n1, p1, n0, p0, |x1, x0| pair(x1, n1, x0, n0).p_below(how, min) <= SIDE);
            near(found, power.parse().expect("a number"), within, &what);
            let parity = chance(n1, p0, n0, p0, |x1, x0| {
                let pair = pair(x1, n1, x0, n0);
                pair.p_above(how, min) <= SIDE && pair.p_below(how, max) <= SIDE
            });
            near(row.power_at_parity.expect("a chance"), parity, within, &what);
        }
    }
}

/// One share by itself, below a lower and above an upper limit.
#[test]
fn the_judge_finds_a_share_as_often_as_told() {
    for (check, is_below) in [("min = 0.5", true), ("max = 0.5", false)] {
        let document = audit(&[("a", 100, 200), ("b", 10, 20)], "", &format!("contrast = \"value\"\n{check}"));
        let row = row(&document, "a");
        let smallest = row.smallest_detectable.expect("a share");
        assert_eq!(smallest < 0.5, is_below);
        assert_eq!(row.power_at_parity, None);
        let verdict = |x: u64| {
            let cell = decided(x, 200);
            let p = if is_below { rate().p_below(&cell, 0.5) } else { rate().p_above(&cell, 0.5) };
            p <= SIDE
        };
        let found: f64 = binomial(200, smallest).into_iter().filter(|(x, _)| verdict(*x)).map(|(_, p)| p).sum();
        near(found, 0.8, 0.04, check);
    }
}

/// Against everybody the printed ratio is that to everybody, and against the highest rate each pair has its part of the
/// error.
#[test]
fn everybody_and_the_highest_rate_have_their_own_gap() {
    let how = Contrasted::Ratio;
    let check = "contrast = \"ratio\"\nwithin = \"4/5\"";
    let (n1, n0, x0) = (300, 400, 200);
    let p0 = x0 as f64 / n0 as f64;
    let document = audit(&[("a", 150, n1), ("b", x0, n0)], "reference = \"overall\"", check);
    let smallest = row(&document, "a").smallest_detectable.expect("a gap");
    let weight = n1 as f64 / (n1 + n0) as f64;
    let p1 = bring_back(how, smallest, weight).expect("within reach") * p0;
    let overall = |x1: u64, x0: u64| Against::overall(pair(x1, n1, x0, n0), &decided(x1 + x0, n1 + n0));
    let found = chance(n1, p1, n0, p0, |x1, x0| overall(x1, x0).p_below(how, 0.8) <= SIDE);
    near(found, 0.8, 0.02, "overall");

    let groups = [("a", 100, 250), ("b", 160, 320), ("c", 80, 250)];
    let document = audit(&groups, "reference = \"highest-rate\"", check);
    let smallest = row(&document, "a").smallest_detectable.expect("a gap");
    // Two pairs: each of them errs in half as much.
    let found = chance(250, smallest * 0.5, 320, 0.5, |x1, x0| pair(x1, 250, x0, 320).p_below(how, 0.8) <= SIDE / 2.0);
    near(found, 0.8, 0.02, "highest-rate");
}

/// After so many more cases a row that could not be told is decided with the printed chance, if the estimates are the truth.
#[test]
fn so_many_more_cases_decide() {
    let how = Contrasted::Ratio;
    // Leaning to not met, and to met against one limit.
    for (x1, n1, x0, n0, check, leaning) in [
        (38, 100, 70, 120, "contrast = \"ratio\"\nwithin = \"4/5\"", Verdict::NotMet),
        (54, 100, 70, 120, "contrast = \"ratio\"\nmin = \"4/5\"", Verdict::Met),
    ] {
        let document = audit(&[("a", x1, n1), ("b", x0, n0)], "", check);
        let row = row(&document, "a");
        assert_eq!((row.verdict, row.leaning), (Verdict::Inconclusive, Some(leaning)));
        let needed = row.rows_needed.expect("a number");
        let decided_with = |more: u64| {
            let n1_then = n1 + more;
            let n0_then = (n0 as f64 * n1_then as f64 / n1 as f64).round() as u64;
            chance(n1_then, x1 as f64 / n1 as f64, n0_then, x0 as f64 / n0 as f64, |x1, x0| {
                let pair = pair(x1, n1_then, x0, n0_then);
                let p = if leaning == Verdict::Met { pair.p_above(how, 0.8) } else { pair.p_below(how, 0.8) };
                p <= SIDE
            })
        };
        near(decided_with(needed), 0.8, 0.02, check);
        assert!(decided_with(needed / 2) < 0.75, "half as many are enough");
    }
}

/// Statistics as published: of 100 people against 400 at 30 %, four fifths at 5 % on a side can be shown to be broken from a
/// ratio of 0.552 on, and kept by a group at parity with a chance of 36 %.
#[test]
fn the_published_example() {
    let check = "contrast = \"ratio\"\nmin = \"4/5\"";
    let document = audit(&[("a", 30, 100), ("b", 120, 400)], "level = 0.9", check);
    let row = row(&document, "a");
    near(row.power_at_parity.expect("a chance"), 0.36, 0.005, "parity");
    let smallest = row.smallest_detectable.expect("a gap");
    let found = |x1: u64, x0: u64| pair(x1, 100, x0, 400).p_below(Contrasted::Ratio, 0.8) <= 0.05;
    near(chance(100, smallest * 0.3, 400, 0.3, found), 0.8, 0.03, "the gap beyond four fifths");
    // The gap that a test of equality notices is narrower: 0.552.
    assert!(smallest < 0.552);
    let z = normal::critical(0.95);
    let sizes = evenhand::inference::power::Sizes { focal: 100.0, reference: 400.0 };
    let noticed = evenhand::inference::power::notice::detectable_below(sizes, 0.3, z, 0.8).expect("a rate");
    near(noticed.ratio().expect("a ratio"), 0.552, 0.001, "noticed");
}

// ---------------------------------------------------------------------------------------------------------------- edges

#[test]
fn decided_rows_and_other_numbers_need_nothing() {
    let ratio = "contrast = \"ratio\"\nwithin = \"4/5\"";
    let far = audit(&[("a", 100, 1_000), ("b", 500, 1_000)], "", ratio);
    assert_eq!(row(&far, "a").verdict, Verdict::NotMet);
    assert_eq!(row(&far, "a").rows_needed, None);
    assert!(row(&far, "a").smallest_detectable.is_some());
    // Exactly four fifths: no number of cases is enough.
    let on_the_limit = audit(&[("a", 40, 100), ("b", 50, 100)], "", ratio);
    assert_eq!(row(&on_the_limit, "a").leaning, Some(Verdict::Met));
    assert_eq!(row(&on_the_limit, "a").rows_needed, None);
    // Not even a rate of 0 could have been shown.
    let few = audit(&[("a", 1, 4), ("b", 2, 40)], "", ratio);
    assert_eq!(row(&few, "a").smallest_detectable, None);
    for check in [
        "contrast = \"spread\"\nwithin = 0.1",
        "contrast = \"worst-ratio\"\nwithin = 0.8",
        "contrast = \"ratio\"\nwithin = \"4/5\"\nevidence = \"point\"",
    ] {
        let document = audit(&[("a", 40, 100), ("b", 55, 100)], "", check);
        for row in &document.checks {
            assert_eq!((row.smallest_detectable, row.power_at_parity, row.rows_needed), (None, None, None), "{check}");
        }
    }
    // Too few to be judged.
    let few = audit(&[("a", 10, 20), ("b", 55, 100)], "min_group = 30", ratio);
    let row = row(&few, "a");
    assert_eq!((row.smallest_detectable, row.power_at_parity, row.rows_needed), (None, None, None));
}

/// Where a higher rate is worse, the gap lies above the upper limit; where there is none, below the lower.
#[test]
fn the_side_is_the_one_on_which_the_group_is_worse_off() {
    let csv = "g,d,y,rows\na,1,0,40\na,0,0,160\na,1,1,90\na,0,1,10\nb,1,0,60\nb,0,0,240\nb,1,1,90\nb,0,1,10\n";
    let of = |limits: &str| {
        let policy = format!(
            "version = 1\n[data]\ndecision = \"d\"\nfavourable = [0]\nselected = [1]\nlabel = \"y\"\npositive = [1]\ncount = \"rows\"\n\
             [[attribute]]\nname = \"g\"\nreference = {{ group = \"b\" }}\n[[check]]\nmetric = \"false-positive-rate\"\n\
             contrast = \"difference\"\n{limits}\n"
        );
        audit_text(&policy, csv).checks[0].smallest_detectable.expect("a gap")
    };
    assert!(of("within = 0.1") > 0.1);
    assert!(of("max = 0.1") > 0.1);
    assert!(of("min = -0.1") < -0.1);
}

/// Twice the rows of the same people are the same people: they need as many more people as if each had one row.
#[test]
fn people_are_needed_where_people_are_counted() {
    let csv = |rows_each: usize| {
        let mut csv = "g,d,who\n".to_owned();
        for (name, hits, of) in [("a", 140, 300), ("b", 260, 480)] {
            for person in 0..of {
                let line = format!("{name},{},{name}{person}\n", usize::from(person < hits));
                csv.push_str(&line.repeat(rows_each));
            }
        }
        csv
    };
    let check =
        "[[attribute]]\nname = \"g\"\n[[check]]\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = \"4/5\"\n";
    let with = |unit: &str, rows_each: usize| {
        let policy = format!("version = 1\n[data]\ndecision = \"d\"\nfavourable = [1]\n{unit}\n{check}");
        audit_text(&policy, &csv(rows_each)).checks[0].clone()
    };
    let (plain, people) = (with("", 1), with("unit = \"who\"", 2));
    assert_eq!((plain.rows, people.rows), (300, 300));
    assert_eq!((plain.verdict, people.verdict), (Verdict::Inconclusive, Verdict::Inconclusive));
    let of = |row: &CheckRow| row.rows_needed.expect("a number") as f64;
    near(of(&people) / of(&plain), 1.0, 0.02, "people");
    let gap = |row: &CheckRow| row.smallest_detectable.expect("a gap");
    near(gap(&people), gap(&plain), 0.005, "the gap");
    // Taken for independent, the second row of everybody would seem to be as good as another person.
    near(of(&with("", 2)), of(&plain) - 300.0, 2.0, "rows taken for independent");
}

/// What the number of checks does to a p-value is paid for in cases.
#[test]
fn among_many_checks_more_cases_are_needed() {
    let mut groups = vec![("a", 24, 80), ("b", 200, 400)];
    for name in ["c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        groups.push((name, 60, 120));
    }
    let check = "contrast = \"ratio\"\nwithin = \"4/5\"";
    let of = |adjust: &str| {
        let document = audit(&groups, &format!("adjust = \"{adjust}\""), check);
        row(&document, "a").clone()
    };
    let (alone, among) = (of("none"), of("holm"));
    assert_eq!(among.smallest_detectable, alone.smallest_detectable);
    assert!(among.p_value < Some(0.5) && among.verdict == Verdict::Inconclusive);
    let (few, many) = (alone.rows_needed.unwrap_or(0), among.rows_needed.expect("a number"));
    assert!(many > few + 20, "{few} {many}");
}

// ----------------------------------------------------------------------------------------------------------------- laws

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// More rows see smaller gaps, and a group at parity is cleared more often; so does a smaller power; and a greater power
    /// takes more cases.
    #[test]
    fn more_rows_see_more(n1 in 40_u64..400, n0 in 40_u64..400, p in 2_u64..9, q in 2_u64..9, ratio in any::<bool>()) {
        let check = if ratio { "contrast = \"ratio\"\nwithin = \"4/5\"" } else { "contrast = \"difference\"\nwithin = 0.1" };
        let min = if ratio { 0.8 } else { -0.1 };
        let of = |times: u64, power: &str| {
            // Whole tenths, so that every multiple has the same rates.
            let (n1, n0) = (n1 / 10 * 10 * times, n0 / 10 * 10 * times);
            let document = audit(&[("a", n1 / 10 * p, n1), ("b", n0 / 10 * q, n0)], &format!("power = {power}"), check);
            row(&document, "a").clone()
        };
        let (one, three, sure) = (of(1, "0.7"), of(3, "0.7"), of(1, "0.9"));
        for row in [&one, &three, &sure] {
            prop_assert!(row.smallest_detectable.is_none_or(|found| found < min));
            prop_assert!(row.power_at_parity.is_some_and(|power| (0.0..=1.0).contains(&power)));
            prop_assert!(row.rows_needed.is_none_or(|_| row.verdict == Verdict::Inconclusive));
        }
        prop_assert!(three.smallest_detectable >= one.smallest_detectable, "{:?} {:?}", one, three);
        prop_assert!(one.smallest_detectable >= sure.smallest_detectable);
        prop_assert!(three.power_at_parity >= one.power_at_parity);
        if let (Some(few), Some(many)) = (one.rows_needed, sure.rows_needed) {
            prop_assert!(many > few, "{} {}", few, many);
        }
    }

    /// The corrected interval and its p-value are two sides of one thing, and mirror when groups trade places.
    #[test]
    fn the_corrected_interval_agrees_with_its_test(
        n1 in 1_u64..300, n0 in 1_u64..300, a in 0.0_f64..1.0, b in 0.0_f64..1.0, bound in 0.3_f64..1.7, level in 0.7_f64..0.99,
    ) {
        let (x1, x0) = ((a * n1 as f64) as u64, (b * n0 as f64) as u64);
        let there = pair(x1, n1, x0, n0).with(RatioInterval::Scas);
        let back = pair(x0, n0, x1, n1).with(RatioInterval::Scas);
        let how = Contrasted::Ratio;
        if let Ok(estimate) = there.estimate(how) {
            let side = (1.0 - level) / 2.0;
            let limits = there.limits(how, normal::critical(level)).expect("limits");
            prop_assert!(limits.contains(estimate));
            let (below, above) = (there.p_below(how, bound), there.p_above(how, bound));
            if (limits.high - bound).abs() > 1e-9 {
                prop_assert_eq!(limits.high < bound, below < side, "{:?} {} {}", limits, bound, below);
            }
            if (limits.low - bound).abs() > 1e-9 {
                prop_assert_eq!(limits.low > bound, above < side, "{:?} {} {}", limits, bound, above);
            }
            let mirrored = back.limits(how, normal::critical(level)).expect("limits");
            if limits.low > 0.0 {
                prop_assert!((limits.low * mirrored.high - 1.0).abs() < 1e-9);
            }
        }
    }
}

// -------------------------------------------------------------------------------------------------------------- scas

#[test]
fn the_policy_chooses_the_interval_of_ratios_only() {
    let groups = [("a", 4, 15), ("b", 90, 200), ("c", 30, 80)];
    let check = "contrast = \"ratio\"\nwithin = \"4/5\"";
    for (reference, plain, corrected) in [
        ("reference = { group = \"b\" }", "miettinen-nurminen", "scas"),
        ("reference = \"overall\"", "miettinen-nurminen-from-rest", "scas-from-rest"),
        ("reference = \"highest-rate\"", "miettinen-nurminen-smallest-of-pairs", "scas-smallest-of-pairs"),
    ] {
        let usual = audit(&groups, reference, check);
        let scas = audit(&groups, &format!("{reference}\nratio_interval = \"scas\""), check);
        let mut ratios = 0;
        for (one, other) in usual.comparisons.iter().zip(&scas.comparisons) {
            if one.contrast == "difference" {
                assert_eq!((one.low, one.high, &one.method), (other.low, other.high, &other.method));
                continue;
            }
            ratios += 1;
            assert_eq!((one.method.as_str(), other.method.as_str()), (plain, corrected));
            assert!(one.low != other.low && one.high != other.high && one.value == other.value);
        }
        assert!(ratios >= 2);
    }
    let document = audit(&groups, "ratio_interval = \"scas\"", check);
    let (focal, reference) = (Trials { hits: 4, of: 15 }, Trials { hits: 90, of: 200 });
    let limits = skew::score_ratio(focal, reference, normal::critical(0.95)).expect("limits");
    let row = row(&document, "a");
    near(row.low.expect("a limit"), limits.low, 1e-11, "low");
    near(row.high.expect("a limit"), limits.high, 1e-11, "high");
    let nearer =
        normal::cdf(skew::z_ratio(focal, reference, 0.8)).min(normal::sf(skew::z_ratio(focal, reference, 1.25)));
    near(row.p_value.expect("a p-value"), nearer, 1e-12, "p");
    // The pairs of a worst ratio as well.
    let worst = "contrast = \"worst-ratio\"\nwithin = 0.8";
    let of = |lines: &str| audit(&groups, lines, worst).checks[0].clone();
    assert_ne!(of("").low, of("ratio_interval = \"scas\"").low);
}

// --------------------------------------------------------------------------------------------------------- in the details

/// The probability that p1 < c p0 for two Beta posteriors, by plain sums over a fine grid.
fn slow_below(focal: (u64, u64), reference: (u64, u64), is_below: impl Fn(f64, f64) -> bool) -> f64 {
    const STEPS: usize = 1_500;
    let weights = |(hits, of): (u64, u64)| {
        let (a, b) = (hits as f64 - 0.5, (of - hits) as f64 - 0.5);
        let at = |i: usize| (i as f64 + 0.5) / STEPS as f64;
        let peak = at(((hits as f64 / of as f64) * STEPS as f64) as usize);
        let log = |p: f64| a * libm::log(p) + b * libm::log(1.0 - p);
        let raw: Vec<(f64, f64)> = (0..STEPS).map(|i| (at(i), libm::exp(log(at(i)) - log(peak)))).collect();
        let total: f64 = raw.iter().map(|(_, w)| w).sum();
        let kept = raw.into_iter().map(|(p, w)| (p, w / total)).filter(|(_, w)| *w > 1e-9);
        kept.collect::<Vec<(f64, f64)>>()
    };
    let (own, others) = (weights(focal), weights(reference));
    own.iter().map(|(p, w)| others.iter().filter(|(q, _)| is_below(*p, *q)).map(|(_, v)| w * v).sum::<f64>()).sum()
}

#[test]
fn the_posterior_stands_beside_ratios_when_asked_for() {
    let groups = [("a", 30, 100), ("b", 80, 200)];
    let check = "contrast = \"ratio\"\nmin = 0.7\nmax = 1.2";
    let none = audit(&groups, "", check);
    assert!(none.comparisons.iter().all(|c| c.details.as_ref().is_some_and(|d| d.posterior.is_none())));
    for reference in ["reference = { group = \"b\" }", "reference = \"overall\""] {
        let document = audit(&groups, &format!("{reference}\nposterior = \"yes\""), check);
        let ratio = document.comparisons.iter().find(|c| c.group == group(&[("g", "a")])).expect("a comparison");
        let posterior = ratio.details.clone().and_then(|d| d.posterior).expect("a posterior");
        assert_eq!((posterior.min, posterior.max), (Some(0.7), Some(1.2)));
        near(posterior.below + posterior.within + posterior.above, 1.0, 1e-11, reference);
        let everybody = reference.contains("overall");
        // The part of the group in everybody is taken as known.
        let to = |p: f64, q: f64| if everybody { p / (p / 3.0 + q * 2.0 / 3.0) } else { p / q };
        near(posterior.below, slow_below((30, 100), (80, 200), |p, q| to(p, q) < 0.7), 2e-3, reference);
        near(posterior.above, slow_below((30, 100), (80, 200), |p, q| to(p, q) > 1.2), 2e-3, reference);
        let (median, low, high) = (posterior.median.unwrap_or(0.0), posterior.low.unwrap_or(0.0), posterior.high);
        near(slow_below((30, 100), (80, 200), |p, q| to(p, q) < median), 0.5, 5e-3, "median");
        near(slow_below((30, 100), (80, 200), |p, q| to(p, q) < low), 0.025, 2e-3, "low");
        near(slow_below((30, 100), (80, 200), |p, q| to(p, q) < high.unwrap_or(0.0)), 0.975, 2e-3, "high");
        // It decides nothing.
        let verdicts = |d: &Document| d.checks.iter().map(|row| row.verdict).collect::<Vec<_>>();
        assert_eq!(verdicts(&document), verdicts(&audit(&groups, reference, check)));
    }
    // Without a check of the ratio: four fifths and its inverse. A limit that is not there has nothing beyond it.
    let of = |check: &str| {
        let document = audit(&groups, "posterior = \"yes\"", check);
        document.comparisons[0].details.clone().and_then(|d| d.posterior).expect("a posterior")
    };
    let usual = of("contrast = \"difference\"\nwithin = 0.1");
    assert_eq!((usual.min, usual.max), (Some(0.8), Some(1.25)));
    let lower = of("contrast = \"ratio\"\nmin = 0.7");
    assert_eq!((lower.max, lower.above), (None, 0.0));
}

#[test]
fn exact_tests_stand_beside_small_numbers() {
    let check = "contrast = \"ratio\"\nwithin = \"4/5\"";
    let details = |groups: &[(&str, u64, u64)], statistics: &str| {
        audit(groups, statistics, check).comparisons[0].details.clone().expect("details")
    };
    let small = details(&[("a", 1, 40), ("b", 9, 60)], "");
    let (focal, reference) = (Trials { hits: 1, of: 40 }, Trials { hits: 9, of: 60 });
    let boschloo = unconditional::boschloo(focal, reference).expect("a table").two_sided;
    near(small.boschloo_p.expect("a test"), boschloo, 1e-11, "boschloo");
    let barnard = unconditional::barnard(focal, reference).expect("a table").two_sided;
    near(small.barnard_p.expect("a test"), barnard, 1e-11, "barnard");
    assert!(small.boschloo_p.is_some_and(|p| p <= 2.0 * small.fisher_p) && small.fisher_p <= 0.2);
    // Every expected count is 5 or more; too many cases; a side too small to be judged; nothing that could be a difference.
    for (groups, statistics) in [
        ([("a", 12, 40), ("b", 29, 60)], ""),
        ([("a", 0, 40), ("b", 13, 161)], ""),
        ([("a", 0, 29), ("b", 9, 60)], "min_group = 30"),
        ([("a", 5, 40), ("b", 7, 60)], ""),
    ] {
        let found = details(&groups, statistics);
        assert_eq!((found.boschloo_p, found.barnard_p), (None, None), "{groups:?}");
        assert!((found.fisher_p <= 0.2) == (groups[0].1 != 5), "{groups:?}: each lacks one condition only");
    }
}
