//! A sheet to draw on: lengths in points of the sheet, colours of the palette, no font of the system.

use std::io;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::dash::Dash;
use super::figure::Kind;
use super::palette::{Ink, PAPER, TEXT};
use crate::result::Mark;

/// plotters draws on whole points; two for each of ours keep shapes fine.
const FINE: f64 = 2.0;
/// plotters divides the size of a font by this.
const FONT: f64 = 1.24;

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Start,
    Middle,
    End,
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    pub size: f64,
    pub ink: Ink,
    pub bold: bool,
    pub side: Side,
}

impl Pen {
    pub fn new(size: f64, ink: Ink, side: Side) -> Pen {
        Pen { size, ink, bold: false, side }
    }

    pub fn bold(self) -> Pen {
        Pen { bold: true, ..self }
    }
}

pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

type Drawn = io::Result<()>;

impl<'a> Canvas<'a> {
    pub fn new(out: &'a mut String, width: f64, height: f64) -> Canvas<'a> {
        Canvas { backend: SVGBackend::with_string(out, (fine(width) as u32, fine(height) as u32)) }
    }

    pub fn finish(mut self) -> Drawn {
        told(self.backend.present())
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) -> Drawn {
        told(self.backend.draw_line(point(from), point(to), &stroke(ink, width)))
    }

    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink) -> Drawn {
        let (dash, gap) = (5.0, 4.0);
        let mut y = from.1;
        while y < to.1 {
            self.line((from.0, y), (from.0, (y + dash).min(to.1)), ink, 1.0)?;
            y += dash + gap;
        }
        Ok(())
    }

    /// A line through several points, in its pattern.
    pub fn path(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dash: Dash) -> Drawn {
        let style = ink.rgb().mix(dash.opacity()).stroke_width(fine(width) as u32);
        told(self.backend.draw_path(points.iter().copied().map(point), &style))
    }

    pub fn dot(&mut self, centre: (f64, f64), radius: f64, ink: Ink) -> Drawn {
        self.circle(centre, radius, ink, true)
    }

    pub fn rectangle(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink) -> Drawn {
        told(self.backend.draw_rect(point(from), point(to), &stroke(ink, 1.0), true))
    }

    pub fn polygon(&mut self, corners: &[(f64, f64)], ink: Ink) -> Drawn {
        told(self.backend.fill_polygon(corners.iter().copied().map(point), &stroke(ink, 1.0)))
    }

    pub fn text(&mut self, text: &str, at: (f64, f64), pen: Pen) -> Drawn {
        let style = if pen.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, FINE * FONT * pen.size, style);
        let side = match pen.side {
            Side::Start => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        let colour = pen.ink.rgb();
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(side, VPos::Center));
        told(self.backend.draw_text(text, &style, point(at)))
    }

    /// The shape of a row: filled, hollow where there is too little to judge, a square where nothing is judged.
    pub fn mark(&mut self, kind: Kind, at: (f64, f64)) -> Drawn {
        self.mark_in(Ink::of(kind), kind, at)
    }

    /// The shape alone, in an ink that stands out from its ground.
    pub fn mark_in(&mut self, ink: Ink, kind: Kind, (x, y): (f64, f64)) -> Drawn {
        match kind {
            Kind::Judged(Mark::Met) => self.circle((x, y), 5.0, ink, true),
            Kind::Judged(Mark::NotMet) => self.polygon(&[(x, y - 6.5), (x + 6.0, y + 4.5), (x - 6.0, y + 4.5)], ink),
            Kind::Judged(Mark::Inconclusive) => {
                self.polygon(&[(x, y - 6.5), (x + 6.5, y), (x, y + 6.5), (x - 6.5, y)], ink)
            }
            Kind::Judged(Mark::TooFew) => {
                self.circle((x, y), 4.5, PAPER, true)?;
                self.circle((x, y), 4.5, ink, false)
            }
            Kind::Judged(Mark::NotTested | Mark::Hidden) => self.line((x - 5.0, y), (x + 5.0, y), ink, 2.0),
            Kind::Plain => self.rectangle((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), TEXT),
            Kind::Reference => self.rectangle((x - 1.5, y - 7.0), (x + 1.5, y + 7.0), TEXT),
        }
    }

    fn circle(&mut self, centre: (f64, f64), radius: f64, ink: Ink, filled: bool) -> Drawn {
        told(self.backend.draw_circle(point(centre), fine(radius) as u32, &stroke(ink, 2.0), filled))
    }
}

fn fine(length: f64) -> i32 {
    (FINE * length).round() as i32
}

fn point((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

fn stroke(ink: Ink, width: f64) -> ShapeStyle {
    ink.rgb().stroke_width(fine(width) as u32)
}

fn told<E: std::error::Error + Send + Sync + 'static>(result: Result<(), E>) -> Drawn {
    result.map_err(io::Error::other)
}
