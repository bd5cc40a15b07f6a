//! The scorecard takes its numbers from what the result shows, and from nothing that a reader must not see.

use std::fmt::Write;

use crate::support::{SplitMix64, audit_text, try_policy};
use evenhand::release::{Audience, release};
use evenhand::result::{Document, Group, ScorecardRow, Verdict};

const HEAD: &str = "version = 1\n[data]\ndecision = \"got\"\nfavourable = [1]\nlabel = \"good\"\npositive = [1]\n\
                    [[attribute]]\nname = \"segment\"\n[statistics]\nmin_group = 2\n";
const OUTCOMES: &str = "[[outcome]]\nname = \"wait\"\nkind = \"duration\"\nbetter = \"less\"\n\
                        [[outcome]]\nname = \"stars\"\nkind = \"ordinal\"\nbetter = \"more\"\nbound = 4\n\
                        [[outcome]]\nname = \"spent\"\nkind = \"amount\"\nbetter = \"neither\"\n";

/// Rows of segments, each with so many, one of which fares worst in everything.
fn csv(draw: &mut SplitMix64, segments: &[(&str, usize)], worst: &str) -> String {
    let mut csv = "segment,got,good,wait,stars,spent\n".to_owned();
    for (segment, rows) in segments {
        for row in 0..*rows {
            let bad = *segment == worst;
            let got = usize::from(!bad && draw.chance(600));
            let good = draw.below(2);
            let wait = draw.below(60) + if bad { 500 } else { 1 };
            let stars = if bad { 1 } else { 2 + draw.below(4) };
            // Some have no answer, as it is.
            let stars = if row % 7 == 3 { String::new() } else { stars.to_string() };
            writeln!(csv, "{segment},{got},{good},{wait},{stars},{}", draw.below(90)).expect("a text");
        }
    }
    csv
}

fn row<'a>(document: &'a Document, theme: &str) -> &'a ScorecardRow {
    document.scorecard.iter().find(|row| row.theme == theme).unwrap_or_else(|| panic!("no line `{theme}`"))
}

fn worst(row: &ScorecardRow) -> Option<&str> {
    row.worst.as_ref().and_then(|worst| worst.group.get("segment")).map(String::as_str)
}

#[test]
fn one_line_for_each_theme_and_what_is_not_there_is_not_tested() {
    let csv = csv(&mut SplitMix64(5), &[("a", 60), ("b", 50), ("c", 40)], "c");
    let document = audit_text(&format!("{HEAD}{OUTCOMES}"), &csv);
    let themes: Vec<&str> = document.scorecard.iter().map(|row| row.theme.as_str()).collect();
    assert_eq!(
        themes,
        ["satisfaction", "sales", "cost", "speed", "incidents", "spent", "consent", "accuracy", "disparity"]
    );
    let absent: Vec<&str> =
        document.scorecard.iter().filter(|row| row.not_tested.is_some()).map(|row| row.theme.as_str()).collect();
    assert_eq!(absent, ["sales", "cost", "incidents", "consent"]);
    for theme in ["satisfaction", "speed", "disparity"] {
        assert_eq!(worst(row(&document, theme)), Some("c"), "{theme}");
    }
    // An amount that takes no side has no worst segment.
    assert!(row(&document, "spent").worst.is_none() && row(&document, "spent").gap.is_some());
    // Nothing is judged that no check judges.
    assert!(row(&document, "speed").gap.as_ref().is_some_and(|gap| gap.verdict.is_none()));
    // The default checks judge the ratio of decisions.
    let disparity = row(&document, "disparity").gap.as_ref().expect("a gap");
    assert_eq!((disparity.verdict, disparity.check.as_deref()), (Some(Verdict::NotMet), Some("selection-rate-ratio")));
}

#[test]
fn without_an_outcome_there_is_none() {
    let csv = csv(&mut SplitMix64(5), &[("a", 60), ("b", 50)], "b");
    assert!(audit_text(HEAD, &csv).scorecard.is_empty());
}

#[test]
fn the_worst_verdict_stands_for_its_theme() {
    let csv = csv(&mut SplitMix64(9), &[("a", 80), ("b", 70)], "b");
    let check = |metric: &str, limits: &str| format!("[[check]]\nid = \"{metric}\"\nmetric = \"{metric}\"\n{limits}\n");
    let checks = check("wait.answered", "contrast = \"ratio\"\nwithin = \"1/2\"")
        + &check("wait.mean", "contrast = \"ratio\"\nwithin = \"4/5\"")
        + &check("wait.median", "contrast = \"difference\"\nwithin = 100000");
    let document = audit_text(&format!("{HEAD}{OUTCOMES}{checks}"), &csv);
    let speed = row(&document, "speed");
    assert_eq!(speed.metric.as_deref(), Some("wait.mean"));
    let gap = speed.gap.as_ref().expect("a gap");
    assert_eq!((gap.verdict, gap.check.as_deref()), (Some(Verdict::NotMet), Some("wait.mean")));
    let judged = document.checks.iter().find(|row| row.id == "wait.mean").expect("a row");
    assert_eq!((gap.value, gap.low, gap.high), (judged.value, judged.low, judged.high));
}

#[test]
fn outcomes_of_one_theme_share_a_line_and_name_each_other() {
    let csv = csv(&mut SplitMix64(5), &[("a", 60), ("b", 50)], "b");
    let with_theme = |theme: &str| {
        let theme = format!("better = \"neither\"\ntheme = \"{theme}\"");
        format!("{HEAD}{OUTCOMES}").replace("better = \"neither\"", &theme)
    };
    let document = audit_text(&with_theme("satisfaction"), &csv);
    let line = row(&document, "satisfaction");
    assert_eq!(line.metric.as_deref(), Some("stars.share-from-4"));
    assert_eq!(line.also, ["spent"]);
    assert!(document.scorecard.iter().all(|row| row.theme != "spent"));
    assert!(try_policy(&with_theme("quality")).is_err());
}

/// Every number of a line stands elsewhere in the document, of a group that is shown.
#[track_caller]
fn stands_elsewhere(document: &Document) {
    for line in document.scorecard.iter().filter(|line| line.theme == "consent") {
        let shown = document.consent.as_ref().and_then(|consent| consent.share);
        assert_eq!(line.overall.as_ref().and_then(|overall| overall.value), shown);
    }
    for line in document.scorecard.iter().filter(|line| line.metric.is_some()) {
        let metric = line.metric.as_ref().expect("a metric");
        let shown = |axes: &[String], group: &Group| {
            let of = document.measurements.iter().find(|m| m.metric == *metric && m.axes == axes && m.group == *group);
            of.and_then(|m| m.value)
        };
        let overall = line.overall.as_ref().and_then(|overall| overall.value);
        assert_eq!(overall, shown(&[], &Group::new()), "{line:?}");
        if let Some(worst) = &line.worst {
            assert_eq!(shown(&worst.axes, &worst.group), Some(worst.value), "{line:?}");
        }
        if let Some(gap) = line.gap.as_ref().filter(|gap| gap.value.is_some() && !gap.group.is_empty()) {
            let compared = document.comparisons.iter().any(|c| {
                (&c.metric, &c.contrast, &c.axes, &c.group, c.value)
                    == (metric, &gap.contrast, &gap.axes, &gap.group, gap.value)
            });
            let judged = document.checks.iter().any(|row| {
                (&row.metric, &row.contrast, &row.axes, &row.group, row.value)
                    == (metric, &gap.contrast, &gap.axes, &gap.group, gap.value)
            });
            assert!(compared || judged, "{line:?}");
        }
    }
}

#[test]
fn a_hidden_group_is_never_the_worst_segment_in_public() {
    let mut draw = SplitMix64(77);
    let mut hidden = 0;
    for _ in 0..12 {
        let few = 3 + draw.below(6);
        let segments = [("a", 120 + draw.below(50)), ("b", 90 + draw.below(50)), ("c", 60), ("few", few)];
        let csv = csv(&mut draw, &segments, "few");
        let document = audit_text(&format!("{HEAD}{OUTCOMES}"), &csv);
        stands_elsewhere(&document);
        // Who may see everything sees who fares worst.
        for theme in ["satisfaction", "speed", "disparity"] {
            assert_eq!(worst(row(&document, theme)), Some("few"), "{theme}");
        }
        let public = release(document, Audience::Public, &[]).expect("released");
        let public = public.document();
        stands_elsewhere(public);
        for line in &public.scorecard {
            assert_ne!(worst(line), Some("few"), "{line:?}");
            let of_few = line.gap.as_ref().is_some_and(|gap| gap.group.values().any(|level| level == "few"));
            assert!(!of_few || line.gap.as_ref().is_some_and(|gap| gap.value.is_none()), "{line:?}");
            assert!(line.changes.is_empty());
        }
        let disparity = row(public, "disparity");
        assert!(disparity.some_hidden, "{disparity:?}");
        hidden += 1;
    }
    assert_eq!(hidden, 12);
}

#[test]
fn an_outcome_called_like_a_theme_is_of_it_and_none_is_left_out() {
    let csv = csv(&mut SplitMix64(5), &[("a", 60), ("b", 50)], "b");
    // `wait` is of the theme `speed` by its kind.
    let speed = "[[outcome]]\nname = \"speed\"\ncolumn = \"spent\"\nkind = \"amount\"\nbetter = \"more\"\n";
    let document = audit_text(&format!("{HEAD}{OUTCOMES}{speed}"), &csv);
    let line = row(&document, "speed");
    let of = line.metric.as_deref().and_then(|metric| metric.split_once('.')).map(|(name, _)| name);
    let mut names: Vec<&str> = of.into_iter().chain(line.also.iter().map(String::as_str)).collect();
    names.sort_unstable();
    assert_eq!(names, ["speed", "wait"]);
    let themes: Vec<&str> = document.scorecard.iter().map(|row| row.theme.as_str()).collect();
    let mut once = themes.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), themes.len(), "{themes:?}");
    for name in ["consent", "accuracy", "disparity"] {
        let named = format!("{HEAD}{}", speed.replace("\"speed\"", &format!("\"{name}\"")));
        assert!(try_policy(&named).is_err(), "{name}");
        let with_theme = named.replace("better = \"more\"", "better = \"more\"\ntheme = \"sales\"");
        assert!(try_policy(&with_theme).is_ok(), "{name}");
    }
}

/// An area under a curve has no denominator: its rows are those with a decision.
#[test]
fn what_has_no_denominator_has_a_worst_segment_too() {
    let mut draw = SplitMix64(11);
    let mut csv = "segment,got,good,score,wait\n".to_owned();
    for (segment, noise) in [("a", 300), ("b", 900)] {
        for row in 0..200u64 {
            let good = row % 2;
            let score = (good * 500 + draw.below(noise) as u64).min(999);
            writeln!(csv, "{segment},{good},{good},0.{score:03},3").expect("a text");
        }
    }
    let policy = HEAD.replace("label = ", "score = \"score\"\nlabel = ")
        + "[[outcome]]\nname = \"wait\"\nkind = \"duration\"\nbetter = \"less\"\n\
           [[check]]\nid = \"auc\"\nmetric = \"auc\"\ncontrast = \"difference\"\nwithin = 0.01\n";
    let document = audit_text(&policy, &csv);
    let accuracy = row(&document, "accuracy");
    assert_eq!((accuracy.metric.as_deref(), worst(accuracy)), (Some("auc"), Some("b")));
}
