//! Numbers over reviews: a panel for each, a dot with its interval at each day, joined where they answer the same question.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::figure::{Estimate, Kind, Limits};
use super::palette::{BEHIND, GRID, Ink, MUTED, TEXT};
use super::panel::{self, LEFT, Panel, RIGHT, SMALL, TITLE};
use super::scale::Scale;

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

/// Dots keep off the edges.
const INSET: f64 = 24.0;
const WORDS: f64 = 10.0;
const PLOT: f64 = 120.0;
const GAP: f64 = 18.0;
const FOOT: f64 = 30.0;
/// Days beside each other are this far apart.
const DAY: f64 = 84.0;

pub fn height(trends: &Trends) -> f64 {
    let panels = trends.panels.len() as f64;
    (TITLE + PLOT) * panels + GAP * (panels - 1.0).max(0.0) + FOOT
}

pub fn draw(trends: &Trends, canvas: &mut Canvas) -> io::Result<()> {
    let mut top = 0.0;
    for track in &trends.panels {
        panel::title(canvas, &track.title, top)?;
        top += TITLE;
        let (scale, limits, line) = (&track.scale, &track.limits, &track.line);
        let panel = Panel { scale, limits, line, top, height: PLOT, words: WORDS };
        let plot = Plot { track, panel };
        plot.ground(trends, canvas)?;
        panel.lines(canvas)?;
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
    panel: Panel<'a>,
}

impl Plot<'_> {
    fn ground(&self, trends: &Trends, canvas: &mut Canvas) -> io::Result<()> {
        let (top, bottom) = (self.panel.top, self.panel.bottom());
        self.panel.band(canvas)?;
        self.panel.grid(canvas)?;
        for (at, _) in &trends.days {
            canvas.line((across(*at), bottom), (across(*at), bottom + 5.0), GRID, 1.0)?;
        }
        for at in &self.track.breaks {
            canvas.path(&[(across(*at), top), (across(*at), bottom)], TEXT, 1.5, Dash::GUIDE)?;
        }
        Ok(())
    }

    /// Strokes first, then intervals, then dots on top.
    fn dots(&self, canvas: &mut Canvas) -> io::Result<()> {
        for pair in self.track.points.windows(2) {
            if let (Some(from), Some(to), true) = (pair[0].estimate, pair[1].estimate, pair[1].joined) {
                let ends =
                    [(across(pair[0].at), self.panel.y(from.value)), (across(pair[1].at), self.panel.y(to.value))];
                canvas.path(&ends, BEHIND, 1.5, Dash::SOLID)?;
            }
        }
        for dot in &self.track.points {
            let Some(estimate) = dot.estimate else { continue };
            let (x, ink) = (across(dot.at), Ink::of(dot.kind));
            let low = estimate.low.map_or(self.panel.bottom(), |low| self.panel.y(low));
            let high = estimate.high.map_or(self.panel.top, |high| self.panel.y(high));
            if estimate.low.is_some() || estimate.high.is_some() {
                canvas.line((x, low), (x, high), ink, 2.0)?;
            }
            canvas.mark(dot.kind, (x, self.panel.y(estimate.value)))?;
        }
        Ok(())
    }
}
