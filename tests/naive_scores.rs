//! A second, slow implementation of everything that is said of scores, row by row and pair by pair, beside the real one:
//! whatever the rows and the format of the file, both say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::slow::{self, Row};
use crate::support::{SplitMix64, audit_files, bytes_without_sources, close, group, measurement};
use evenhand::cell::Trials;
use evenhand::inference::{brownian, normal, pair, share};
use evenhand::result::{Document, Group, Ranked};
use polars::prelude::*;

const TIGHT: f64 = 1e-11;
/// Of fits and of the smooth error, which are searched for.
const SEARCHED: f64 = 1e-8;

/// A row of the table. Scores are in millionths; a row that is not to be looked at has a score that is none.
#[derive(Clone, Debug)]
struct Line {
    colour: Option<&'static str>,
    size: Option<&'static str>,
    label: Option<bool>,
    score: Option<u32>,
    count: u64,
    here: bool,
    yes: bool,
}

/// What a policy says, and its rows.
#[derive(Debug)]
struct Run {
    lines: Vec<Line>,
    counted: bool,
    filtered: bool,
    labelled: bool,
    threshold: Option<&'static str>,
    /// The decision is made by the threshold, not read.
    cut: bool,
    /// Being selected is bad: favourable is what is not selected.
    burden: bool,
    references: [&'static str; 3],
    min_group: usize,
}

impl Run {
    fn policy(&self, decimal: &str) -> String {
        let mut policy = String::from("version = 1\n[data]\nscore = \"p\"\nmissing = [\"\", \"NA\", \"-1\"]\n");
        policy += decimal;
        match (self.cut, self.burden) {
            (true, false) => policy += "favourable = [1]\n",
            (true, true) => policy += "favourable = [0]\nselected = [1]\n",
            (false, false) => policy += "decision = \"d\"\nfavourable = [\"yes\"]\n",
            (false, true) => policy += "decision = \"d\"\nfavourable = [\"no\"]\nselected = [\"yes\"]\n",
        }
        if let Some(threshold) = self.threshold {
            policy += &format!("threshold = {threshold:?}\n");
        }
        if self.labelled {
            policy += "label = \"y\"\npositive = [1]\n";
        }
        if self.counted {
            policy += "count = \"n\"\n";
        }
        if self.filtered {
            policy += "where = { site = [\"here\"] }\n";
        }
        let [colour, size, both] = self.references;
        policy += &format!("[[attribute]]\nname = \"colour\"\nreference = {colour:?}\n");
        policy += &format!("[[attribute]]\nname = \"size\"\nreference = {size:?}\n");
        policy += &format!("[intersections]\nsets = [[\"colour\", \"size\"]]\nreference = {both:?}\n");
        policy + &format!("[statistics]\nmin_group = {}\npermutations = 0\n", self.min_group)
    }

    fn threshold(&self) -> Option<f64> {
        self.threshold.map(|text| match text.split_once('/') {
            Some((over, under)) => over.parse::<f64>().expect("a number") / under.parse::<f64>().expect("a number"),
            None => text.parse().expect("a number"),
        })
    }

    /// Whether a row is looked at.
    fn kept(&self, line: &Line) -> bool {
        (line.here || !self.filtered) && (line.count > 0 || !self.counted)
    }

    /// The rows that are looked at, each as often as it counts.
    fn people(&self) -> Vec<Line> {
        let often = |line: &Line| if self.counted { line.count as usize } else { 1 };
        let kept = self.lines.iter().filter(|line| self.kept(line));
        let mut people: Vec<Line> = kept.flat_map(|line| std::iter::repeat_n(line.clone(), often(line))).collect();
        if !self.labelled {
            people.iter_mut().for_each(|line| line.label = None);
        }
        people
    }
}

fn text(millionths: u32) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

fn number(millionths: u32) -> f64 {
    text(millionths).parse().expect("a number")
}

fn random_run(seed: u64) -> Run {
    let random = &mut SplitMix64(seed);
    let kind = random.below(6);
    let rows = [1, 3, 20, 45, 80][random.below(5)];
    let (counted, filtered) = (random.chance(400), random.chance(400));
    let cut = random.chance(500);
    let thresholds = ["0.5", "0.3", "0.7", "0.123457", "1/3", "0", "1"];
    let threshold = (cut || random.chance(500)).then(|| thresholds[random.below(7)]);
    let same = [0, 300_000, 1_000_000][random.below(3)];
    let one_class = random.chance(150).then(|| random.chance(500));
    let few_scores = random.chance(200);
    let line = |random: &mut SplitMix64| {
        let score = match kind {
            0 => 100_000 * random.below(11) as u32,
            1 => same,
            2 => [0, 500_000, 1_000_000][random.below(3)],
            3 => random.below(1_000_001) as u32,
            4 => [0, 1, 999_999, 1_000_000, random.below(1_000_001) as u32][random.below(5)],
            _ => 10_000 * (40 + random.below(15)) as u32,
        };
        let drawn = random.below(1_000_000) as u32;
        let missing = if few_scores { 800 } else { 80 };
        Line {
            colour: (!random.chance(40)).then(|| ["amber", "blue", "coral"][random.below(4) % 3]),
            size: (!random.chance(40)).then(|| ["L", "S"][random.below(2)]),
            label: (!random.chance(70)).then(|| one_class.unwrap_or(drawn < score / 2 + 250_000)),
            score: (!random.chance(missing)).then_some(score),
            count: random.below(4) as u64,
            here: !random.chance(200),
            yes: random.chance(500),
        }
    };
    let mut lines: Vec<Line> = (0..rows).map(|_| line(random)).collect();
    // Values that the policy lists must occur, whatever was drawn.
    for (label, yes) in [(true, true), (false, false)] {
        lines.push(Line {
            colour: Some("amber"),
            size: Some("L"),
            label: Some(label),
            score: Some(same),
            count: 1,
            here: true,
            yes,
        });
    }
    let references = [0; 3].map(|_| ["largest", "rest", "overall", "highest-rate"][random.below(4)]);
    let (labelled, burden, min_group) = (random.chance(900), random.chance(300), [1, 4, 30][random.below(3)]);
    Run { lines, counted, filtered, labelled, threshold, cut, burden, references, min_group }
}

// --------------------------------------------------------------------------------------------------------------- files

/// The score of a row as text; of one that is not looked at something that no score can be.
fn score_text(run: &Run, place: usize, line: &Line) -> String {
    match line.score {
        _ if !run.kept(line) => ["7.5", "-0.1", "none at all"][place % 3].to_owned(),
        Some(millionths) => text(millionths),
        None => ["", "NA", "-1"][place % 3].to_owned(),
    }
}

fn write_text(path: &Path, run: &Run, delimiter: &str, comma: bool) {
    let mut out = ["colour", "size", "y", "d", "p", "n", "site"].join(delimiter) + "\n";
    for (place, line) in run.lines.iter().enumerate() {
        let score = score_text(run, place, line);
        let fields = [
            line.colour.unwrap_or("").to_owned(),
            line.size.unwrap_or("NA").to_owned(),
            line.label.map_or(String::new(), |label| u8::from(label).to_string()),
            if line.yes { "yes" } else { "no" }.to_owned(),
            if comma { score.replace('.', ",") } else { score },
            line.count.to_string(),
            if line.here { "here" } else { "away" }.to_owned(),
        ];
        out += &(fields.join(delimiter) + "\n");
    }
    std::fs::write(path, out).expect("written");
}

fn write_parquet(path: &Path, run: &Run, single: bool) {
    let lines = &run.lines;
    let scores: Vec<Option<f64>> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| match line.score {
            _ if !run.kept(line) => Some([7.5, -0.1, f64::INFINITY][place % 3]),
            Some(millionths) => Some(number(millionths)),
            None => [None, Some(f64::NAN), Some(-1.0)][place % 3],
        })
        .collect();
    let mut frame = df!(
        "n" => lines.iter().map(|line| line.count as i64).collect::<Vec<_>>(),
        "p" => scores,
        "colour" => lines.iter().map(|line| line.colour).collect::<Vec<_>>(),
        "size" => lines.iter().map(|line| line.size).collect::<Vec<_>>(),
        "y" => lines.iter().map(|line| line.label.map(i64::from)).collect::<Vec<_>>(),
        "d" => lines.iter().map(|line| if line.yes { "yes" } else { "no" }).collect::<Vec<_>>(),
        "site" => lines.iter().map(|line| if line.here { "here" } else { "away" }).collect::<Vec<_>>(),
    )
    .expect("a frame");
    if single {
        let narrow = frame.column("p").expect("p").cast(&DataType::Float32).expect("floats");
        frame.with_column(narrow).expect("a column");
    }
    let file = std::fs::File::create(path).expect("a file");
    ParquetWriter::new(file).with_row_group_size(Some(16)).finish(&mut frame).expect("Parquet");
}

// ----------------------------------------------------------------------------------------------------------- the slow way

fn scored(people: &[Line]) -> Vec<f64> {
    people.iter().filter_map(|line| line.score).map(number).collect()
}

fn labelled(people: &[Line]) -> Vec<Row> {
    people.iter().filter_map(|line| Some(Row { score: number(line.score?), label: line.label? })).collect()
}

fn average(values: &[f64]) -> Result<f64, &'static str> {
    if values.is_empty() { Err("zero-denominator") } else { Ok(values.iter().sum::<f64>() / values.len() as f64) }
}

/// The value of every metric of the score, or why there is none.
fn figures(people: &[Line], has_label: bool) -> Vec<(&'static str, f64, Result<f64, &'static str>)> {
    let (all, rows) = (scored(people), labelled(people));
    let mut found = vec![("mean-score", TIGHT, average(&all))];
    if !has_label {
        return found;
    }
    let (negatives, positives) = (slow::scores_with(&rows, false), slow::scores_with(&rows, true));
    let empty = if rows.is_empty() { "zero-denominator" } else { "one-class" };
    let of_rows = |value: Option<f64>| value.ok_or("zero-denominator");
    let loss = match slow::log_loss(&rows) {
        Some(loss) if loss.is_infinite() => Err("infinite"),
        loss => of_rows(loss),
    };
    let expected: f64 = rows.iter().map(|row| row.score).sum();
    let ratio = if expected > 0.0 { Ok(slow::observed_over_expected(&rows)) } else { Err("zero-denominator") };
    let parts = if rows.is_empty() { None } else { slow::brier_parts(&rows) };
    found.extend([
        ("mean-score-positives", TIGHT, average(&positives)),
        ("mean-score-negatives", TIGHT, average(&negatives)),
        ("auc", TIGHT, slow::pairs_won(&positives, &negatives).ok_or(empty)),
        ("average-precision", TIGHT, slow::average_precision(&rows).ok_or(empty)),
        ("brier", TIGHT, of_rows(slow::brier(&rows))),
        ("log-loss", TIGHT, loss),
        ("observed-expected-ratio", TIGHT, ratio),
        ("calibration-intercept", SEARCHED, slow::intercept(&rows)),
        ("calibration-slope", SEARCHED, slow::slope(&rows)),
        ("calibration-error", TIGHT, of_rows(slow::calibration_error(&rows).map(|e| e.0))),
        ("calibration-error-debiased", SEARCHED, of_rows(slow::calibration_error(&rows).map(|e| e.2))),
        ("smooth-calibration-error", SEARCHED, of_rows(slow::smooth_error(&rows))),
        ("kuiper-calibration", TIGHT, of_rows(slow::kuiper(&rows).map(|k| k.0))),
        ("brier-miscalibration", TIGHT, of_rows(parts.map(|p| p.0))),
        ("brier-discrimination", TIGHT, of_rows(parts.map(|p| p.1))),
    ]);
    found
}

/// A group of an axis: its name, its people, whether it lacks a value.
struct Part {
    levels: Vec<Option<&'static str>>,
    group: Group,
    people: Vec<Line>,
}

impl Part {
    fn missing(&self) -> bool {
        self.levels.contains(&None)
    }
}

fn along(people: &[Line], axis: &[&str]) -> Vec<Part> {
    let levels = |line: &Line| -> Vec<Option<&'static str>> {
        axis.iter().map(|name| if *name == "colour" { line.colour } else { line.size }).collect()
    };
    let all: BTreeSet<_> = people.iter().map(levels).collect();
    let part = |own: Vec<Option<&'static str>>| {
        let named: Vec<(&str, &str)> =
            axis.iter().zip(&own).map(|(name, level)| (*name, level.unwrap_or("(missing)"))).collect();
        let people = people.iter().filter(|line| levels(line) == own).cloned().collect();
        Part { group: group(&named), people, levels: own }
    };
    all.into_iter().map(part).collect()
}

/// Whom a group is compared with by its scores: kind, name, people.
fn reference(kind: &str, own: &Part, parts: &[Part]) -> Option<(&'static str, Group, Vec<Line>)> {
    let judged = || parts.iter().filter(|part| !part.missing());
    if kind == "largest" {
        let largest = judged().max_by(|a, b| a.people.len().cmp(&b.people.len()).then(b.levels.cmp(&a.levels)))?;
        return (largest.levels != own.levels).then(|| ("largest", largest.group.clone(), largest.people.clone()));
    }
    let rest: Vec<Line> =
        judged().filter(|part| part.levels != own.levels).flat_map(|part| part.people.clone()).collect();
    (!rest.is_empty()).then(|| ("rest", Group::new(), rest))
}

// ---------------------------------------------------------------------------------------------------------- comparing

#[derive(Debug, Default)]
struct Tallied {
    values: usize,
    reasons: BTreeSet<&'static str>,
    comparisons: usize,
    points: usize,
    bins: usize,
    left_out: usize,
}

#[track_caller]
fn same(got: Option<f64>, expected: Option<f64>, tolerance: f64, what: &str) {
    match (got, expected) {
        (Some(got), Some(expected)) => close(got, expected, tolerance, what),
        (got, expected) => assert_eq!(got, expected, "{what}"),
    }
}

fn measurements(run: &Run, document: &Document, of: &Group, people: &[Line], tallied: &mut Tallied) {
    let rows = labelled(people);
    for (metric, tolerance, expected) in figures(people, run.labelled) {
        let found = measurement(document, metric, of);
        let what = format!("{metric} of {of:?}");
        assert_eq!(found.undefined.as_deref(), expected.err(), "{what}: {:?} and {expected:?}", found.value);
        same(found.value, expected.ok(), tolerance, &what);
        assert_eq!((found.numerator, found.denominator, &found.bounds), (None, None, &None), "{what}");
        if let (Some(value), Some(low), Some(high)) = (found.value, found.low, found.high) {
            // Limits are printed to twelve digits.
            let rounding = TIGHT * value.abs().max(1.0);
            assert!(low <= value + rounding && value <= high + rounding, "{what}: {value} in {low} {high}");
        }
        if expected.is_err() {
            assert_eq!((found.low, found.high, found.p_value, found.if_calibrated), (None, None, None, None), "{what}");
            tallied.reasons.extend(expected.err());
        }
        let used = if metric == "mean-score" { scored(people).len() } else { rows.len() };
        let told = document.data.left_out.iter().filter(|l| l.metric == metric && l.group == *of).map(|l| l.rows);
        let missing = (people.len() - used) as u64;
        assert_eq!(told.collect::<Vec<_>>(), if missing > 0 { vec![missing] } else { Vec::new() }, "{what}");
        tallied.values += 1;
        tallied.left_out += usize::from(missing > 0);
    }
    if !run.labelled || rows.is_empty() {
        return;
    }
    let chance = slow::calibration_error(&rows).map(|error| error.1);
    same(measurement(document, "calibration-error", of).if_calibrated, chance, TIGHT, "if calibrated");
    let (range, sigma) = slow::kuiper(&rows).expect("rows");
    let p = if sigma > 0.0 { brownian::range_sf(range / sigma) } else { f64::from(u8::from(range == 0.0)) };
    let found = measurement(document, "kuiper-calibration", of);
    same(found.p_value, Some(p), 1e-9, "p of the cumulative gap");
}

fn curve(run: &Run, document: &Document, of: &Group, people: &[Line], tallied: &mut Tallied) {
    let found: Vec<_> = document.curves.iter().filter(|curve| curve.group == *of).collect();
    if !run.labelled {
        assert!(found.is_empty());
        return;
    }
    assert_eq!(found.len(), 1, "{of:?}");
    let rows = labelled(people);
    assert_eq!(found[0].histogram, slow::histogram(&rows), "{of:?}");
    let expected = slow::curve(&rows);
    assert_eq!(found[0].bins.len(), expected.len(), "{of:?}");
    for (bin, (low, high, rows, mean, positives)) in found[0].bins.iter().zip(expected) {
        assert_eq!((bin.low, bin.high, bin.rows), (low, high, rows), "{of:?}");
        close(bin.mean_score, mean, TIGHT, "mean score of a bin");
        close(bin.observed, positives as f64 / rows as f64, TIGHT, "share of a bin");
        let limits = share::wilson(Trials { hits: positives, of: rows }, normal::critical(0.95)).expect("rows");
        close(bin.observed_low, limits.low, TIGHT, "low of a bin");
        close(bin.observed_high, limits.high, TIGHT, "high of a bin");
        tallied.bins += 1;
    }
}

/// Mean difference, range, statistic and rows left out, over ten common bins.
fn equal_calibration(own: &[Row], other: &[Row]) -> Option<(f64, f64, f64, f64, u64)> {
    let all: Vec<Row> = own.iter().chain(other).copied().collect();
    let place = |score: f64| {
        let below = all.iter().filter(|row| row.score < score).count();
        let equal = all.iter().filter(|row| row.score == score).count();
        10 * (2 * below + equal) / (2 * all.len())
    };
    let mut bins: BTreeMap<usize, [f64; 4]> = BTreeMap::new();
    for (side, rows) in [own, other].into_iter().enumerate() {
        for row in rows {
            let bin = bins.entry(place(row.score)).or_default();
            bin[2 * side] += 1.0;
            bin[2 * side + 1] += f64::from(u8::from(row.label));
        }
    }
    let (used, left): (Vec<_>, Vec<_>) = bins.values().partition(|bin| bin[0] > 0.0 && bin[2] > 0.0);
    let weight = |bin: &[f64; 4]| bin[0] * bin[2] / (bin[0] + bin[2]);
    let total: f64 = used.iter().copied().map(weight).sum();
    let (mut path, mut low, mut high, mut variance) = (0.0, 0.0_f64, 0.0_f64, 0.0);
    for bin in &used {
        path += weight(bin) * (bin[1] / bin[0] - bin[3] / bin[2]);
        (low, high) = (low.min(path), high.max(path));
        let n = bin[0] + bin[2];
        let share = (bin[1] + bin[3]) / n;
        variance += weight(bin) * share * (1.0 - share) * n / (n - 1.0);
    }
    let cmh = if path.abs() < 1e-12 { 0.0 } else { path * path / variance };
    let p = if variance > 0.0 { brownian::range_sf((high - low) / variance.sqrt()) } else { 1.0 };
    let excluded = left.iter().map(|bin| bin[0] + bin[2]).sum::<f64>() as u64;
    (!used.is_empty()).then(|| (path / total, (high - low) / total, cmh, p, excluded))
}

fn ranked(found: &Ranked, first: &[f64], second: &[f64], what: &str) {
    same(found.value, slow::pairs_won(first, second), TIGHT, what);
    let reason = match (first.is_empty(), second.is_empty()) {
        (true, true) => Some("no-rows"),
        (false, false) => None,
        _ => Some("one-class"),
    };
    assert_eq!(found.undefined.as_deref(), reason, "{what}");
    assert_eq!((found.low.is_some(), found.high.is_some()), (reason.is_none(), reason.is_none()), "{what}");
}

fn comparisons(run: &Run, document: &Document, people: &[Line], tallied: &mut Tallied) {
    let axes: [(&[&str], &str); 3] =
        [(&["colour"], run.references[0]), (&["size"], run.references[1]), (&["colour", "size"], run.references[2])];
    let (mut compared, mut swept) = (0, 0);
    for (axis, kind) in axes {
        let parts = along(people, axis);
        for own in parts.iter().filter(|part| !part.missing()) {
            let Some((kind, name, others)) = reference(kind, own, &parts) else { continue };
            if run.labelled {
                compared += 1;
                let mut all = document.score_comparisons.iter().filter(|c| c.group == own.group);
                let found = all.next().unwrap_or_else(|| panic!("no comparison of {:?}", own.group));
                assert_eq!((found.reference.kind.as_str(), &found.reference.group), (kind, &name));
                let (a, b) = (labelled(&own.people), labelled(&others));
                let of = slow::scores_with;
                let what = format!("{:?}", own.group);
                ranked(&found.background_positive_group_negative, &of(&b, true), &of(&a, false), &what);
                ranked(&found.background_negative_group_positive, &of(&a, true), &of(&b, false), &what);
                ranked(&found.positives_above, &of(&a, true), &of(&b, true), &what);
                ranked(&found.negatives_above, &of(&a, false), &of(&b, false), &what);
                let all = |rows: &[Row]| rows.iter().map(|row| row.score).collect::<Vec<_>>();
                same(found.distance, slow::distance(&all(&a), &all(&b)), TIGHT, &what);
                same(found.transport, slow::transport(&all(&a), &all(&b)), TIGHT, &what);
                assert_eq!(found.distance_bounds, None);
                let test = found.equal_calibration.as_ref();
                let expected = equal_calibration(&a, &b);
                assert_eq!(test.is_some(), expected.is_some(), "{what}");
                if let Some((test, (difference, range, cmh, p, excluded))) = test.zip(expected) {
                    close(test.mean_difference, difference, TIGHT, &what);
                    close(test.range, range, TIGHT, &what);
                    close(test.cmh, cmh, 1e-9, &what);
                    close(test.p_range, p, 1e-9, &what);
                    close(test.p_cmh, normal::two_sided(cmh.sqrt()), 1e-9, &what);
                    assert_eq!(test.excluded, excluded, "{what}");
                }
                tallied.comparisons += 1;
            }
            // Where a side has no score there is nobody to decide otherwise.
            if axis.len() == 1 && !scored(&own.people).is_empty() && !scored(&others).is_empty() {
                swept += 1;
                sweep(run, document, people, own, (kind, &name, &others), tallied);
            }
        }
    }
    assert_eq!((document.score_comparisons.len(), document.sweeps.len()), (compared, swept));
}

fn sweep(
    run: &Run,
    document: &Document,
    people: &[Line],
    own: &Part,
    (kind, name, others): (&str, &Group, &[Line]),
    tallied: &mut Tallied,
) {
    let found = document.sweeps.iter().find(|sweep| sweep.group == own.group).expect("a sweep");
    assert_eq!((found.reference.kind.as_str(), &found.reference.group), (kind, name));
    assert_eq!(found.current_text.as_deref(), run.threshold);
    let mut thresholds = slow::sorted(scored(people));
    thresholds.dedup();
    if thresholds.len() > 49 {
        thresholds = (1..50).map(|k| f64::from(k) / 50.0).collect();
    }
    thresholds.extend(run.threshold());
    thresholds = slow::sorted(thresholds);
    thresholds.dedup();
    let got: Vec<f64> = found.points.iter().map(|point| point.threshold).collect();
    assert_eq!(got, thresholds, "{:?}", own.group);
    let (a, b) = (scored(&own.people), scored(others));
    let (rows, other_rows) = (labelled(&own.people), labelled(others));
    for point in &found.points {
        let what = format!("{:?} at {}", own.group, point.threshold);
        let above = |scores: &[f64]| scores.iter().filter(|score| **score >= point.threshold).count() as u64;
        let trials = |scores: &[f64]| {
            let (above, of) = (above(scores), scores.len() as u64);
            Trials { hits: if run.burden { of - above } else { above }, of }
        };
        if a.len() + b.len() > 0 {
            close(point.selected, (above(&a) + above(&b)) as f64 / (a.len() + b.len()) as f64, TIGHT, &what);
        }
        let (focal, reference) = (trials(&a), trials(&b));
        let enough = a.len().min(b.len()) >= run.min_group
            && reference.hits > 0
            && focal.hits + reference.hits >= run.min_group as u64;
        let share = |trials: Trials| trials.hits as f64 / trials.of as f64;
        same(point.ratio, enough.then(|| share(focal) / share(reference)), TIGHT, &what);
        let limits = enough.then(|| pair::score_ratio(focal, reference, normal::critical(0.95)).expect("two shares"));
        same(point.low, limits.map(|l| l.low), TIGHT, &what);
        same(point.high, limits.map(|l| l.high).filter(|high| high.is_finite()), TIGHT, &what);
        let gap = |label: bool| {
            let (a, b) = (slow::scores_with(&rows, label), slow::scores_with(&other_rows, label));
            let rate = |scores: &[f64]| above(scores) as f64 / scores.len() as f64;
            (a.len().min(b.len()) >= run.min_group).then(|| rate(&a) - rate(&b))
        };
        same(point.true_positive_rate_difference, gap(true), TIGHT, &what);
        same(point.false_positive_rate_difference, gap(false), TIGHT, &what);
        tallied.points += 1;
    }
}

/// Decisions that the threshold makes: of rows that have a score.
fn decisions(run: &Run, document: &Document, of: &Group, people: &[Line]) {
    if !run.cut {
        return;
    }
    let threshold = run.threshold().expect("a threshold");
    let scores = scored(people);
    let favourable = scores.iter().filter(|score| (**score >= threshold) != run.burden).count() as u64;
    let found = measurement(document, "selection-rate", of);
    assert_eq!((found.numerator, found.denominator), (Some(favourable), Some(scores.len() as u64)), "{of:?}");
}

fn compare_with(run: &Run, document: &Document, tallied: &mut Tallied) {
    let people = run.people();
    let mut all = vec![(Group::new(), people.clone())];
    for axis in [&["colour"][..], &["size"], &["colour", "size"]] {
        all.extend(along(&people, axis).into_iter().map(|part| (part.group, part.people)));
    }
    for (of, people) in &all {
        measurements(run, document, of, people, tallied);
        curve(run, document, of, people, tallied);
        decisions(run, document, of, people);
    }
    let of_scores = figures(&people, run.labelled).len();
    let names: BTreeSet<&str> = figures(&people, true).into_iter().map(|figure| figure.0).collect();
    let told = document.measurements.iter().filter(|m| names.contains(m.metric.as_str())).count();
    assert_eq!(told, of_scores * all.len());
    comparisons(run, document, &people, tallied);
}

fn random_tables(seeds: std::ops::RangeInclusive<u64>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut tallied = Tallied::default();
    for seed in seeds {
        let run = random_run(seed);
        write_text(&path("a.csv"), &run, ",", false);
        write_text(&path("b.csv"), &run, ";", true);
        write_parquet(&path("c.parquet"), &run, false);
        write_parquet(&path("d.parquet"), &run, true);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut own = Tallied::default();
            let document = audit_files(&run.policy(""), &[path("a.csv")]);
            compare_with(&run, &document, &mut own);
            // Another file of the same rows says the same.
            match seed % 3 {
                0 => {
                    let comma = audit_files(&run.policy("decimal = \",\"\n"), &[path("b.csv")]);
                    assert_eq!(document.measurements, comma.measurements);
                    assert_eq!((&document.curves, &document.sweeps), (&comma.curves, &comma.sweeps));
                }
                one => {
                    let file = if one == 1 { "c.parquet" } else { "d.parquet" };
                    let other = bytes_without_sources(audit_files(&run.policy(""), &[path(file)]));
                    assert!(other == bytes_without_sources(document), "{file} gives something else");
                }
            }
            own
        }));
        let Ok(own) = outcome else { panic!("seed {seed} differs; its policy is\n{}{run:?}", run.policy("")) };
        tallied.values += own.values;
        tallied.comparisons += own.comparisons;
        tallied.points += own.points;
        tallied.bins += own.bins;
        tallied.left_out += own.left_out;
        tallied.reasons.extend(own.reasons);
    }
    // Every kind of number and every reason came up, or the comparison shows little.
    let reasons = ["infinite", "no-variance", "one-class", "separation", "zero-denominator"];
    assert_eq!(tallied.reasons.iter().copied().collect::<Vec<_>>(), reasons, "{tallied:?}");
    assert!(tallied.values > 2_000 && tallied.comparisons > 100 && tallied.points > 500, "{tallied:?}");
    assert!(tallied.bins > 300 && tallied.left_out > 500, "{tallied:?}");
}

#[test]
fn scores_of_random_tables_agree_with_the_slow_way() {
    random_tables(1..=20);
}

#[test]
fn scores_of_more_random_tables_agree_with_the_slow_way() {
    random_tables(21..=40);
}
