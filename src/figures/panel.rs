//! One panel of several under each other: its title, its limits, its grid, and the lines that numbers are held against.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::figure::Limits;
use super::label;
use super::palette::{BAND, GRID, MUTED, TEXT};
use super::rows::WIDTH;
use super::scale::Scale;
use super::spread::spread;

pub const LEFT: f64 = 48.0;
pub const RIGHT: f64 = 704.0;
/// The title above a panel.
pub const TITLE: f64 = 24.0;
pub const SMALL: f64 = 12.0;
/// Words one above the other are this far apart.
pub const APART: f64 = 14.0;

/// The title of a panel that begins at `top`; it has the room to the end of the sheet.
pub fn title(canvas: &mut Canvas, words: &str, top: f64) -> io::Result<()> {
    let words = label::cut(words, label::columns(WIDTH, 14.0));
    canvas.text(&words, (0.0, top + TITLE / 2.0 - 2.0), Pen::new(13.0, TEXT, Side::Start).bold())
}

/// A panel below its title.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub scale: &'a Scale,
    /// Shaded between.
    pub limits: &'a Option<Limits>,
    /// The line that numbers are held against, with its words.
    pub line: &'a Option<(f64, String)>,
    pub top: f64,
    pub height: f64,
    /// How far at the right of the panel the words of lines begin.
    pub words: f64,
}

impl Panel<'_> {
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Where a number stands.
    pub fn y(&self, number: f64) -> f64 {
        self.place(self.scale.place(number).clamp(0.0, 1.0))
    }

    /// Where a place of the scale stands, from 0 at the bottom to 1 at the top.
    pub fn place(&self, place: f64) -> f64 {
        self.top + self.height * (1.0 - place)
    }

    /// The limits, shaded between.
    pub fn band(&self, canvas: &mut Canvas) -> io::Result<()> {
        let Some(limits) = self.limits else { return Ok(()) };
        let high = limits.high.as_ref().map_or(self.top, |(high, _)| self.y(*high));
        let low = limits.low.as_ref().map_or(self.bottom(), |(low, _)| self.y(*low));
        canvas.rectangle((LEFT, high), (RIGHT, low), BAND)
    }

    /// A line for each tick of the scale, with its number.
    pub fn grid(&self, canvas: &mut Canvas) -> io::Result<()> {
        for (tick, words) in &self.scale.ticks {
            let y = self.y(*tick);
            canvas.line((LEFT - 5.0, y), (RIGHT, y), GRID, 1.0)?;
            canvas.text(words, (LEFT - 9.0, y), Pen::new(SMALL, MUTED, Side::End))?;
        }
        Ok(())
    }

    /// The lines that numbers are held against, with their words at the right.
    pub fn lines(&self, canvas: &mut Canvas) -> io::Result<()> {
        let limits = self.limits.iter().flat_map(|limits| [&limits.low, &limits.high]).flatten();
        let held: Vec<(f64, &str)> = limits.chain(self.line).map(|(at, words)| (self.y(*at), words.as_str())).collect();
        let compared = self.line.as_ref().map(|(at, _)| self.y(*at));
        for (y, _) in &held {
            let dash = if Some(*y) == compared { Dash::GUIDE } else { Dash::SOLID };
            canvas.path(&[(LEFT, *y), (RIGHT + 4.0, *y)], MUTED, 1.0, dash)?;
        }
        let wanted: Vec<f64> = held.iter().map(|(y, _)| *y).collect();
        let columns = label::columns(WIDTH - RIGHT - self.words, SMALL);
        for ((_, words), y) in held.iter().zip(spread(&wanted, APART, (self.top, self.bottom()))) {
            canvas.text(&label::cut(words, columns), (RIGHT + self.words, y), Pen::new(SMALL, TEXT, Side::Start))?;
        }
        Ok(())
    }
}
