//! Figures of scores: the same on every run, inside their sheet, with words that cover no other words and stay text.

use std::fs;
use std::path::Path;

use evenhand::figures::figure::Limits;
use evenhand::figures::reliability::Words;
use evenhand::figures::{Bin, Curve, Drawing, Estimate, Figure, Measure, Reliability, Scale, Sweep, palette, svg};
use unicode_width::UnicodeWidthStr;

const HOSTILE: &str = "<script>alert(1)</script> and a level with a name that is longer than any panel has room for";

fn estimate(value: f64, half: f64) -> Estimate {
    Estimate { value, low: Some((value - half).max(0.0)), high: Some((value + half).min(1.0)) }
}

/// A group whose observed share is `slope` times as far from a half as its score says.
fn curve(title: &str, slope: f64) -> Curve {
    let bin = |i: u32| {
        let across = 0.03 + 0.1 * f64::from(i);
        Bin { across, up: estimate((0.5 + slope * (across - 0.5)).clamp(0.0, 1.0), 0.02 + 0.012 * f64::from(i)) }
    };
    Curve {
        title: title.to_owned(),
        lines: vec![
            "6,120 people".to_owned(),
            format!("observed/expected {:.2}, slope {slope:.2} (0.91 to 1.20)", 0.5 + slope / 2.0),
        ],
        bins: (0..10).map(bin).collect(),
        empty: String::new(),
        counts: (0..20).map(|i| 12_040 / (i * i + 1)).collect(),
    }
}

fn reliability(curves: Vec<Curve>) -> Figure {
    let drawing = Reliability {
        across: "mean score".to_owned(),
        up: "observed share".to_owned(),
        key: Words {
            dot: "a tenth of the group, 95% interval".to_owned(),
            everybody: "everybody".to_owned(),
            diagonal: "score and share are equal".to_owned(),
            bars: "people per twentieth of the score".to_owned(),
        },
        everybody: (0..10).map(|i| 0.05 + 0.1 * f64::from(i)).map(|x| (x, 0.03 + 0.9 * x)).collect(),
        curves,
        scale: None,
    };
    figure(Drawing::Reliability(drawing))
}

fn figure(drawing: Drawing) -> Figure {
    Figure {
        title: format!("A figure <b> {HOSTILE}"),
        message: "What is to be seen.".to_owned(),
        description: "Every value.".to_owned(),
        drawing,
    }
}

/// Panels of every number there may be, one of them without bins.
fn curves(n: usize) -> Vec<Curve> {
    let names = ["monthly", "yearly", HOSTILE, "prepaid", "东北地区的新客户和老客户以及其他所有人", "family"];
    let mut curves: Vec<Curve> = (0..n).map(|i| curve(names[i % names.len()], [1.0, 0.6, 1.3][i % 3])).collect();
    if n > 2 {
        curves[1].bins.clear();
        curves[1].empty = "Not shown: 17 people are fewer than the 30 that a group needs to be drawn.".to_owned();
        curves[1].lines.truncate(1);
        curves[2].counts.clear();
    }
    curves
}

fn sweep(groups: usize) -> Figure {
    let names = ["monthly", "yearly", HOSTILE, "prepaid", "business", "family"];
    let thresholds: Vec<f64> = (0..=50).map(|i| f64::from(i) / 50.0).collect();
    let line = |group: usize, value: &dyn Fn(f64, f64) -> f64| {
        let at = |(i, x): (usize, &f64)| {
            // One line has a gap, and some end before others.
            let missing = (group == 1 && (20..24).contains(&i)) || i > 50 - 4 * (group / 2);
            let value = value(*x, group as f64 / 5.0);
            (!missing).then_some(Estimate { value, low: Some(value - 0.1 * x), high: Some(value + 0.1 * x) })
        };
        thresholds.iter().enumerate().map(at).collect::<Vec<_>>()
    };
    let measure = |title: &str, scale, value: &dyn Fn(f64, f64) -> f64| Measure {
        title: title.to_owned(),
        scale,
        lines: (0..groups).map(|group| line(group, value)).collect(),
        line: None,
        limits: None,
        empty: String::new(),
    };
    let ratio = Measure {
        line: Some((1.0, "equal".to_owned())),
        limits: Some(Limits { low: Some((0.8, "0.8 (4/5)".to_owned())), high: Some((1.25, "1.25 (5/4)".to_owned())) }),
        ..measure("Impact ratio to everybody else (logarithmic)", Scale::ratios([0.4].into_iter()), &|x, g| {
            1.0 - (0.9 - g) * x * x
        })
    };
    let difference = |title: &str| Measure {
        line: Some((0.0, "no difference".to_owned())),
        ..measure(title, Scale::differences([0.3].into_iter()), &|x, g| (0.7 - 1.4 * g) * x * (1.0 - x))
    };
    let mut last = difference("Difference of false positive rates, in percentage points");
    if groups == 3 {
        last.lines = vec![vec![None; thresholds.len()]; 3];
        last.empty = "Not shown: no group has 30 people who stayed.".to_owned();
    }
    figure(Drawing::Sweep(Sweep {
        across: "threshold: people with at least this score are called".to_owned(),
        groups: names[..groups].iter().map(|name| (*name).to_owned()).collect(),
        ribbon: "95% interval".to_owned(),
        thresholds: thresholds.clone(),
        current: Some((0.5, "in use: 0.5".to_owned())),
        measures: vec![ratio, difference("Difference of true positive rates, in percentage points"), last],
    }))
}

fn figures() -> Vec<(String, Figure)> {
    let panels = [1, 2, 3, 4, 7, 12].map(|n| (format!("reliability {n}"), reliability(curves(n))));
    let sweeps = [1, 2, 3, 6].map(|n| (format!("sweep {n}"), sweep(n)));
    panels.into_iter().chain(sweeps).collect()
}

pub fn drawn(figure: &Figure) -> String {
    svg::render(figure, "figure-1").expect("drawn in memory")
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

fn number(tag: &str, name: &str) -> f64 {
    attribute(tag, name).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {tag}"))
}

/// A text and the box that it takes in a usual font: left, top, right, bottom.
fn boxes(svg: &str) -> Vec<(String, [f64; 4])> {
    let one = |rest: &str| {
        let (tag, text) = rest.split_once('>').expect("a tag ends");
        let tag = format!(" {tag}");
        let text = text.split("</text>").next().unwrap_or_default().replace("&lt;", "<").replace("&gt;", ">");
        let text = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
        let size = number(&tag, "font-size");
        let wide = text.width() as f64 * size * if tag.contains("bold") { 0.6 } else { 0.54 };
        let (x, y) = (number(&tag, "x"), number(&tag, "y"));
        let left = match attribute(&tag, "text-anchor") {
            Some("start") => x,
            Some("middle") => x - wide / 2.0,
            _ => x - wide,
        };
        (text, [left, y - 0.5 * size, left + wide, y + 0.5 * size])
    };
    svg.split("<text").skip(1).map(one).collect()
}

#[test]
fn they_are_drawn_the_same_every_time() {
    for (name, figure) in figures() {
        let first = drawn(&figure);
        assert_eq!(first, drawn(&figure), "{name}");
        let size = first.len();
        assert!(size < 90_000, "{name} has {size} bytes");
        assert!(first.contains("role=\"img\"") && first.contains("<title id=\"figure-1-title\">A figure &lt;b&gt;"));
        assert!(first.contains("<desc id=\"figure-1-desc\">Every value.</desc>"), "{name}");
        assert!(!first.contains("<script") && !first.contains("opacity"), "{name}");
        assert!(first.contains("&lt;script&gt;"), "{name}");
    }
}

/// How high a figure is, in its own points.
pub fn height(svg: &str) -> f64 {
    let view = attribute(svg, "viewBox").and_then(|view| view.split(' ').nth(3)).expect("a sheet");
    view.parse::<f64>().expect("a height") / 2.0
}

#[test]
fn nothing_leaves_the_sheet() {
    figures().iter().for_each(|(name, figure)| stays_on_its_sheet(name, &drawn(figure)));
}

#[track_caller]
pub fn stays_on_its_sheet(name: &str, svg: &str) {
    let view: Vec<f64> =
        attribute(svg, "viewBox").expect("a sheet").split(' ').filter_map(|n| n.parse().ok()).collect();
    let (width, height) = (view[2], view[3]);
    assert_eq!(width, 1680.0);
    let within = |x: f64, y: f64, what: &str| {
        assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{name}: {what} at {x}, {y} of {height}");
    };
    for (text, [left, top, right, bottom]) in boxes(svg) {
        within(left, top, &text);
        within(right, bottom, &text);
    }
    for tag in svg.split('<').skip(1).filter(|tag| !tag.starts_with("text")) {
        let tag = format!(" {tag}");
        if let Some(points) = attribute(&tag, "points") {
            for point in points.split_whitespace() {
                let (x, y) = point.split_once(',').expect("two numbers");
                within(x.parse().expect("x"), y.parse().expect("y"), "a point");
            }
        } else if tag.starts_with(" rect") {
            let (x, y) = (number(&tag, "x"), number(&tag, "y"));
            within(x, y, "a rectangle");
            within(x + number(&tag, "width"), y + number(&tag, "height"), "a rectangle");
        } else if tag.starts_with(" line") {
            within(number(&tag, "x1"), number(&tag, "y1"), "a line");
            within(number(&tag, "x2"), number(&tag, "y2"), "a line");
        }
    }
}

#[test]
fn no_word_covers_another() {
    for (name, figure) in figures() {
        let svg = drawn(&figure);
        assert!(boxes(&svg).len() > 12, "{name}");
        covers_no_word(&name, &svg);
    }
}

#[track_caller]
pub fn covers_no_word(name: &str, svg: &str) {
    let boxes = boxes(svg);
    for (i, (text, a)) in boxes.iter().enumerate() {
        for (other, b) in &boxes[i + 1..] {
            let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
            assert!(apart, "{name}: {text} {a:?} covers {other} {b:?}");
        }
    }
}

#[test]
fn every_colour_has_its_counterpart() {
    figures().iter().for_each(|(name, figure)| has_known_colours(name, &drawn(figure)));
}

#[track_caller]
pub fn has_known_colours(name: &str, svg: &str) {
    let known: Vec<String> = palette::all().map(|ink| format!("#{:06X}", ink.light)).collect();
    for kind in [" fill=\"", " stroke=\""] {
        for colour in svg.split(kind).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(colour == "none" || known.iter().any(|ink| ink == colour), "{name}: {colour}");
        }
    }
}

/// How far a colour stands out from another, as WCAG 2.2 reckons it: from 1 to 21.
fn contrast(one: u32, other: u32) -> f64 {
    let luminance = |colour: u32| {
        let [_, red, green, blue] = colour.to_be_bytes();
        let part = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// axe-core does not judge the colours inside a picture.
#[test]
fn words_and_lines_stand_out_from_their_ground() {
    use palette::{BAND, BEHIND, INCONCLUSIVE, LINES, MET, MUTED, NOT_MET, PAPER, RIBBON, STEPS, TEXT, TOO_FEW};
    // WCAG asks 4.5 of words and 3 of what else has to be seen.
    let words = [TEXT, MUTED, MET, INCONCLUSIVE, NOT_MET, TOO_FEW].into_iter().chain(LINES);
    let on_paper = words.map(|ink| (ink, PAPER, 4.5)).chain([(BEHIND, PAPER, 3.0)]);
    let on_steps = STEPS.into_iter().map(|step| (TEXT, step, 4.5));
    let on_band = LINES.into_iter().chain([MUTED]).map(|ink| (ink, BAND, 3.0));
    for (ink, ground, least) in on_paper.chain(on_steps).chain(on_band).chain([(TEXT, RIBBON, 3.0)]) {
        for (scheme, found) in [("light", contrast(ink.light, ground.light)), ("dark", contrast(ink.dark, ground.dark))]
        {
            assert!(found >= least, "{ink:06X?} on {ground:06X?} in {scheme}: {found:.2}, and {least} is asked");
        }
    }
}

#[test]
fn lines_differ_by_more_than_their_colour() {
    let svg = drawn(&sweep(6));
    let lines: Vec<&str> = svg.split("<polyline").skip(1).collect();
    for (i, letter) in ["A", "B", "C", "D", "E", "F"].iter().enumerate() {
        // In the key and at the end of the line in each of three panels.
        assert_eq!(svg.matches(&format!(">{letter}</text>")).count(), 4, "{letter}");
        let sample = lines[i];
        let same = lines[..6]
            .iter()
            .filter(|other| attribute(other, "stroke-dasharray") == attribute(sample, "stroke-dasharray"));
        assert_eq!(same.count(), 1, "{letter} has a pattern of its own");
    }
    // One group has a ribbon instead of a letter.
    let ribbon = format!("<polygon fill=\"#{:06X}\"", palette::RIBBON.light);
    let alone = drawn(&sweep(1));
    assert!(alone.contains(&ribbon) && !alone.contains(">A</text>") && !svg.contains(&ribbon));
}

#[test]
fn a_missing_value_is_a_gap_and_a_missing_panel_says_why() {
    let count = |svg: &str| svg.matches("<polyline").count();
    let Figure { drawing: Drawing::Sweep(mut whole), .. } = sweep(2) else { panic!("a sweep") };
    let before = count(&drawn(&figure(Drawing::Sweep(whole.clone()))));
    whole.measures[0].lines[0][30] = None;
    assert_eq!(count(&drawn(&figure(Drawing::Sweep(whole)))), before + 1);
    assert!(drawn(&sweep(3)).contains("no group has 30 people"));
    let empty = drawn(&reliability(curves(3)));
    assert!(empty.contains("17 people") && count(&empty) < count(&drawn(&reliability(curves(3).split_off(1)))) + 9);
}

/// For the eye: `cargo test --test suite figures_scores:: -- --ignored`, then open the pages below `target/tmp`.
#[test]
#[ignore = "writes pages to be looked at"]
fn pages_to_look_at() {
    for (name, figure) in figures() {
        let rules: String = palette::all()
            .map(|ink| {
                let (light, dark) = (ink.light, ink.dark);
                format!(
                    "svg [fill=\"#{light:06X}\"]{{fill:#{dark:06X}}}svg [stroke=\"#{light:06X}\"]{{stroke:#{dark:06X}}}"
                )
            })
            .collect();
        let page = format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><style>\
             body{{margin:16px;background:#fff;font-family:system-ui}}svg{{width:840px}}@media (prefers-color-scheme:dark){{\
             body{{background:#14161A}}{rules}}}</style></head><body>{}</body></html>",
            drawn(&figure)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.html", name.replace(' ', "_")));
        fs::write(path, page).expect("a page can be written");
    }
}
