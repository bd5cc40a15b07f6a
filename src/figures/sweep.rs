//! A sweep of the threshold: what every threshold would have given, in panels under each other on one axis.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::figure::{Estimate, Limits};
use super::key::{Key, Sample};
use super::label;
use super::palette::{GRID, Ink, LINES, MUTED, PAPER, TEXT};
use super::panel::{self, APART, LEFT, Panel, RIGHT, SMALL, TITLE};
use super::rows::WIDTH;
use super::scale::Scale;
use super::spread::spread;
use super::track;

/// What the panels have in common, and the panels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// The words under the axis of the threshold.
    pub across: String,
    /// The groups that have a line; only the first six are drawn.
    pub groups: Vec<String>,
    /// The words of the ribbon, drawn when there is one group.
    pub ribbon: String,
    /// From 0 to 1, the lowest first.
    pub thresholds: Vec<f64>,
    /// The threshold in use, with its words.
    pub current: Option<(f64, String)>,
    pub measures: Vec<Measure>,
}

/// One panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub title: String,
    pub scale: Scale,
    /// For each group a value at each threshold; a missing one leaves a gap in the line.
    pub lines: Vec<Vec<Option<Estimate>>>,
    /// The line that numbers are held against, with its words.
    pub line: Option<(f64, String)>,
    /// The limits of the check, shaded between.
    pub limits: Option<Limits>,
    /// Why there is no line; shown in its place.
    pub empty: String,
}

/// Letters at the ends of lines, then words of limits.
const LETTERS: f64 = 11.0;
const WORDS: f64 = 26.0;
/// Room for the words of the threshold in use, above the first panel.
const CURRENT: f64 = 20.0;
const PLOT: f64 = 150.0;
const GAP: f64 = 16.0;
const FOOT: f64 = 44.0;

pub fn height(sweep: &Sweep) -> f64 {
    let panels = sweep.measures.len() as f64;
    key(sweep).height() + current(sweep) + (TITLE + PLOT) * panels + GAP * (panels - 1.0).max(0.0) + FOOT
}

fn current(sweep: &Sweep) -> f64 {
    if sweep.current.is_some() { CURRENT } else { 0.0 }
}

fn key(sweep: &Sweep) -> Key {
    let mut key = Key::default();
    let single = sweep.groups.len() == 1;
    for (i, group) in sweep.groups.iter().take(Dash::LINES).enumerate() {
        let sample =
            if single { Sample::Line(Dash::SOLID, TEXT) } else { Sample::Named(Dash::of(i), ink(i), letter(i)) };
        key.add(sample, group);
    }
    if single {
        key.add(Sample::Ribbon, &sweep.ribbon);
    }
    key
}

fn ink(line: usize) -> Ink {
    LINES[line % LINES.len()]
}

fn letter(line: usize) -> char {
    ('A'..='Z').nth(line).unwrap_or('?')
}

pub fn draw(sweep: &Sweep, canvas: &mut Canvas) -> io::Result<()> {
    let key = key(sweep);
    key.draw(canvas)?;
    let mut top = key.height();
    for (i, measure) in sweep.measures.iter().enumerate() {
        panel::title(canvas, &measure.title, top)?;
        top += TITLE;
        if i == 0 {
            top += current(sweep);
        }
        let (scale, limits, line) = (&measure.scale, &measure.limits, &measure.line);
        let panel = Panel { scale, limits, line, top, height: PLOT, words: WORDS };
        let plot = Plot { sweep, measure, panel };
        plot.ground(canvas)?;
        plot.threshold(canvas, i == 0)?;
        panel.lines(canvas)?;
        if measure.lines.iter().flatten().all(Option::is_none) {
            plot.reason(canvas)?;
        } else {
            plot.lines(canvas)?;
        }
        top += PLOT + GAP;
    }
    foot(sweep, canvas, top - GAP)
}

/// The numbers of the threshold, once for all panels.
fn foot(sweep: &Sweep, canvas: &mut Canvas, y: f64) -> io::Result<()> {
    let pen = Pen::new(SMALL, MUTED, Side::Middle);
    for (tick, words) in Scale::probabilities().ticks {
        canvas.text(&words, (across(tick), y + 14.0), pen)?;
    }
    let words = label::cut(&sweep.across, label::columns(RIGHT - LEFT, SMALL));
    canvas.text(&words, ((LEFT + RIGHT) / 2.0, y + 33.0), pen)
}

fn across(threshold: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * threshold.clamp(0.0, 1.0)
}

struct Plot<'a> {
    sweep: &'a Sweep,
    measure: &'a Measure,
    panel: Panel<'a>,
}

impl Plot<'_> {
    /// The band of the limits, the ribbon, and the grid with its numbers.
    fn ground(&self, canvas: &mut Canvas) -> io::Result<()> {
        let panel = &self.panel;
        panel.band(canvas)?;
        if self.sweep.groups.len() == 1 {
            let points = self.measure.lines.first().map(Vec::as_slice).unwrap_or_default();
            track::ribbon(canvas, &self.sweep.thresholds, points, across, |number| panel.y(number))?;
        }
        for (tick, _) in Scale::probabilities().ticks {
            canvas.line((across(tick), panel.top), (across(tick), panel.bottom() + 5.0), GRID, 1.0)?;
        }
        panel.grid(canvas)
    }

    fn threshold(&self, canvas: &mut Canvas, first: bool) -> io::Result<()> {
        let Some((at, words)) = &self.sweep.current else { return Ok(()) };
        let x = across(*at);
        let start = if first { self.panel.top - 4.0 } else { self.panel.top };
        canvas.path(&[(x, start), (x, self.panel.bottom())], TEXT, 1.5, Dash::GUIDE)?;
        if !first {
            return Ok(());
        }
        // The words stand on the side with more room.
        let left = x > (LEFT + RIGHT) / 2.0;
        let (side, room) = if left { (Side::End, x) } else { (Side::Start, WIDTH - x) };
        let words = label::cut(words, label::columns(room, SMALL));
        canvas.text(&words, (if left { x + 3.0 } else { x - 3.0 }, self.panel.top - 13.0), Pen::new(SMALL, TEXT, side))
    }

    fn lines(&self, canvas: &mut Canvas) -> io::Result<()> {
        let mut ends: Vec<(usize, (f64, f64))> = Vec::new();
        for (i, points) in self.measure.lines.iter().take(Dash::LINES).enumerate() {
            let place = |number| self.measure.scale.place(number);
            let whole = |(threshold, place): (f64, f64)| (across(threshold), self.panel.place(place));
            track::line(canvas, &self.sweep.thresholds, points, place, whole, (ink(i), Dash::of(i)))?;
            let last = self.sweep.thresholds.iter().zip(points).rev().find_map(|(x, point)| Some((*x, (*point)?)));
            ends.extend(last.map(|(x, point)| (i, (across(x), self.panel.y(point.value)))));
        }
        if self.sweep.groups.len() > 1 { self.letters(canvas, ends) } else { Ok(()) }
    }

    /// A letter at the end of each line; those of lines that end beside each other are moved apart.
    fn letters(&self, canvas: &mut Canvas, mut ends: Vec<(usize, (f64, f64))>) -> io::Result<()> {
        ends.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
        let limits = (self.panel.top + 7.0, self.panel.bottom() - 7.0);
        let mut rest = ends.as_slice();
        while let Some((_, (first, _))) = rest.first() {
            let near = rest.iter().take_while(|(_, (x, _))| *x < first + APART).count();
            let (together, after) = rest.split_at(near);
            let wanted: Vec<f64> = together.iter().map(|(_, (_, y))| *y).collect();
            let furthest = together.iter().map(|(_, (x, _))| *x).fold(0.0, f64::max);
            for ((i, _), y) in together.iter().zip(spread(&wanted, APART, limits)) {
                let x = furthest + LETTERS;
                canvas.rectangle((x - 6.0, y - 7.0), (x + 6.0, y + 7.0), PAPER)?;
                canvas.text(&letter(*i).to_string(), (x, y), Pen::new(SMALL, ink(*i), Side::Middle).bold())?;
            }
            rest = after;
        }
        Ok(())
    }

    /// Why there is no line.
    fn reason(&self, canvas: &mut Canvas) -> io::Result<()> {
        let words = label::cut(&self.measure.empty, label::columns(RIGHT - LEFT - 24.0, SMALL));
        let (x, y) = ((LEFT + RIGHT) / 2.0, self.panel.top + PLOT / 2.0);
        let half = label::width(&words, SMALL) / 2.0 + 6.0;
        canvas.rectangle((x - half, y - 11.0), (x + half, y + 11.0), PAPER)?;
        canvas.text(&words, (x, y), Pen::new(SMALL, TEXT, Side::Middle))
    }
}
