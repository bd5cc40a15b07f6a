//! Numbers over reviews: a panel for each, a dot with its interval at each day, joined where they answer the same question.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::figure::{Estimate, Kind, Limits};
use super::label;
use super::palette::{BAND, BEHIND, GRID, Ink, MUTED, TEXT};
use super::rows::WIDTH;
use super::scale::Scale;
use super::spread::spread;

/// Panels under each other on one axis of days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trends {
    /// The days of the reviews as words, each with its place from 0 to 1.
    pub days: Vec<(f64, String)>,
    pub panels: Vec<Track>,
}

/// One number over the reviews.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    pub title: String,
    pub scale: Scale,
    pub points: Vec<Dot>,
    /// The line that numbers are held against, with its words.
    pub line: Option<(f64, String)>,
    /// The limits of the last review, shaded between.
    pub limits: Option<Limits>,
    /// Places where the question became another one, from 0 to 1.
    pub breaks: Vec<f64>,
}

/// What one review found.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// From 0 to 1.
    pub at: f64,
    pub estimate: Option<Estimate>,
    pub kind: Kind,
    /// A stroke leads here from the dot before.
    pub joined: bool,
}

const LEFT: f64 = 48.0;
const RIGHT: f64 = 704.0;
/// Dots keep off the edges.
const INSET: f64 = 24.0;
const WORDS: f64 = 10.0;
const TITLE: f64 = 24.0;
const PLOT: f64 = 120.0;
const GAP: f64 = 18.0;
const FOOT: f64 = 30.0;
const SMALL: f64 = 12.0;
/// Words beside each other, or one above the other, are this far apart.
const DAY: f64 = 84.0;
const APART: f64 = 14.0;

pub fn height(trends: &Trends) -> f64 {
    let panels = trends.panels.len() as f64;
    (TITLE + PLOT) * panels + GAP * (panels - 1.0).max(0.0) + FOOT
}

pub fn draw(trends: &Trends, canvas: &mut Canvas) -> io::Result<()> {
    let mut top = 0.0;
    for track in &trends.panels {
        let title = label::cut(&track.title, label::columns(WIDTH, 14.0));
        canvas.text(&title, (0.0, top + TITLE / 2.0 - 2.0), Pen::new(13.0, TEXT, Side::Start).bold())?;
        top += TITLE;
        let plot = Plot { track, top };
        plot.ground(trends, canvas)?;
        plot.words(canvas)?;
        plot.dots(canvas)?;
        top += PLOT + GAP;
    }
    days(trends, canvas, top - GAP)
}

/// The days under the last panel, as many as have room beside each other.
fn days(trends: &Trends, canvas: &mut Canvas, y: f64) -> io::Result<()> {
    let mut free = f64::NEG_INFINITY;
    for (at, words) in &trends.days {
        let x = across(*at);
        if x >= free {
            canvas.text(words, (x, y + 16.0), Pen::new(SMALL, MUTED, Side::Middle))?;
            free = x + DAY;
        }
    }
    Ok(())
}

fn across(at: f64) -> f64 {
    LEFT + INSET + (RIGHT - LEFT - 2.0 * INSET) * at.clamp(0.0, 1.0)
}

struct Plot<'a> {
    track: &'a Track,
    top: f64,
}

impl Plot<'_> {
    fn ground(&self, trends: &Trends, canvas: &mut Canvas) -> io::Result<()> {
        let bottom = self.top + PLOT;
        if let Some(limits) = &self.track.limits {
            let high = limits.high.as_ref().map_or(self.top, |(high, _)| self.y(*high));
            let low = limits.low.as_ref().map_or(bottom, |(low, _)| self.y(*low));
            canvas.rectangle((LEFT, high), (RIGHT, low), BAND)?;
        }
        for (tick, words) in &self.track.scale.ticks {
            let y = self.y(*tick);
            canvas.line((LEFT - 5.0, y), (RIGHT, y), GRID, 1.0)?;
            canvas.text(words, (LEFT - 9.0, y), Pen::new(SMALL, MUTED, Side::End))?;
        }
        for (at, _) in &trends.days {
            canvas.line((across(*at), bottom), (across(*at), bottom + 5.0), GRID, 1.0)?;
        }
        for at in &self.track.breaks {
            canvas.path(&[(across(*at), self.top), (across(*at), bottom)], TEXT, 1.5, Dash::GUIDE)?;
        }
        Ok(())
    }

    /// The lines that numbers are held against, with their words at the right.
    fn words(&self, canvas: &mut Canvas) -> io::Result<()> {
        let limits = self.track.limits.iter().flat_map(|limits| [&limits.low, &limits.high]).flatten();
        let held: Vec<(f64, &str)> =
            limits.chain(&self.track.line).map(|(at, words)| (self.y(*at), words.as_str())).collect();
        let compared = self.track.line.as_ref().map(|(at, _)| self.y(*at));
        for (y, _) in &held {
            let dash = if Some(*y) == compared { Dash::GUIDE } else { Dash::SOLID };
            canvas.path(&[(LEFT, *y), (RIGHT + 4.0, *y)], MUTED, 1.0, dash)?;
        }
        let wanted: Vec<f64> = held.iter().map(|(y, _)| *y).collect();
        let columns = label::columns(WIDTH - RIGHT - WORDS, SMALL);
        for ((_, words), y) in held.iter().zip(spread(&wanted, APART, (self.top, self.top + PLOT))) {
            canvas.text(&label::cut(words, columns), (RIGHT + WORDS, y), Pen::new(SMALL, TEXT, Side::Start))?;
        }
        Ok(())
    }

    /// Strokes first, then intervals, then dots on top.
    fn dots(&self, canvas: &mut Canvas) -> io::Result<()> {
        for pair in self.track.points.windows(2) {
            if let (Some(from), Some(to), true) = (pair[0].estimate, pair[1].estimate, pair[1].joined) {
                let ends = [(across(pair[0].at), self.y(from.value)), (across(pair[1].at), self.y(to.value))];
                canvas.path(&ends, BEHIND, 1.5, Dash::SOLID)?;
            }
        }
        for dot in &self.track.points {
            let Some(estimate) = dot.estimate else { continue };
            let (x, ink) = (across(dot.at), Ink::of(dot.kind));
            let low = estimate.low.map_or(self.top + PLOT, |low| self.y(low));
            let high = estimate.high.map_or(self.top, |high| self.y(high));
            if estimate.low.is_some() || estimate.high.is_some() {
                canvas.line((x, low), (x, high), ink, 2.0)?;
            }
            canvas.mark(dot.kind, (x, self.y(estimate.value)))?;
        }
        Ok(())
    }

    fn y(&self, number: f64) -> f64 {
        self.top + PLOT * (1.0 - self.track.scale.place(number).clamp(0.0, 1.0))
    }
}
