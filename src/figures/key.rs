//! The key of a figure: what its dots, lines and surfaces stand for, side by side and in as many lines as it takes.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::label;
use super::palette::{BEHIND, GRID, Ink, MUTED, RIBBON, TEXT};
use super::rows::WIDTH;

const LINE: f64 = 20.0;
const SIZE: f64 = 12.0;
const SAMPLE: f64 = 40.0;
const APART: f64 = 24.0;
const COLUMNS: usize = 52;

/// What is drawn before the words.
#[derive(Clone, Copy, Debug)]
pub enum Sample {
    /// A dot and its interval.
    Dot,
    Line(Dash, Ink),
    /// A line that a letter stands at.
    Named(Dash, Ink, char),
    Bar,
    Ribbon,
}

/// The samples that have words.
#[derive(Default)]
pub struct Key {
    items: Vec<(Sample, String)>,
}

impl Key {
    pub fn add(&mut self, sample: Sample, words: &str) {
        if !words.is_empty() {
            self.items.push((sample, label::cut(words, COLUMNS)));
        }
    }

    pub fn height(&self) -> f64 {
        self.places().last().map_or(0.0, |(_, y)| y + LINE + 10.0)
    }

    /// Where the samples start, from left to right and then in the next line.
    fn places(&self) -> Vec<(f64, f64)> {
        let (mut x, mut y) = (0.0, 0.0);
        let mut places = Vec::new();
        for (_, words) in &self.items {
            let width = SAMPLE + label::width(words, SIZE);
            if x > 0.0 && x + width > WIDTH {
                (x, y) = (0.0, y + LINE);
            }
            places.push((x, y));
            x += width + APART;
        }
        places
    }

    pub fn draw(&self, canvas: &mut Canvas) -> io::Result<()> {
        for ((sample, words), (x, y)) in self.items.iter().zip(self.places()) {
            let y = y + LINE / 2.0;
            draw_sample(canvas, *sample, x, y)?;
            canvas.text(words, (x + SAMPLE, y), Pen::new(SIZE, MUTED, Side::Start))?;
        }
        Ok(())
    }
}

fn draw_sample(canvas: &mut Canvas, sample: Sample, x: f64, y: f64) -> io::Result<()> {
    let end = x + SAMPLE - 8.0;
    match sample {
        Sample::Dot => {
            canvas.line((end - 8.0, y - 8.0), (end - 8.0, y + 8.0), TEXT, 1.5)?;
            canvas.dot((end - 8.0, y), 3.5, TEXT)
        }
        Sample::Line(dash, ink) => canvas.path(&[(x, y), (end, y)], ink, 2.0, dash),
        Sample::Named(dash, ink, letter) => {
            canvas.path(&[(x, y), (end - 14.0, y)], ink, 2.0, dash)?;
            canvas.text(&letter.to_string(), (end - 5.0, y), Pen::new(SIZE, ink, Side::Middle).bold())
        }
        Sample::Bar => canvas.rectangle((end - 14.0, y - 5.0), (end - 2.0, y + 6.0), BEHIND),
        Sample::Ribbon => {
            canvas.rectangle((x, y - 6.0), (end, y + 6.0), RIBBON)?;
            canvas.line((x, y - 6.0), (end, y - 6.0), BEHIND, 1.0)?;
            canvas.line((x, y + 6.0), (end, y + 6.0), BEHIND, 1.0)?;
            canvas.line((x, y), (end, y), GRID, 0.5)
        }
    }
}
