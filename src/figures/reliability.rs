//! Reliability of a score: a panel for each group, all on the same axes, with the mean score across and the observed share up.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::dash::Dash;
use super::figure::Estimate;
use super::key::{Key, Sample};
use super::label;
use super::palette::{BEHIND, GRID, MUTED, TEXT};
use super::rows::WIDTH;
use super::scale::Scale;

/// What the panels have in common, and the panels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reliability {
    /// The words under the axis of the mean score.
    pub across: String,
    /// The words above the axis of the observed share.
    pub up: String,
    /// The words of the key; what has none is left out of it.
    pub key: Words,
    /// Mean score and observed share of everybody, from low scores to high ones.
    pub everybody: Vec<(f64, f64)>,
    pub curves: Vec<Curve>,
    /// The axis across and the one up; none where both are of probabilities.
    pub scale: Option<Scale>,
}

/// The words of the key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// A dot and its interval.
    pub dot: String,
    /// The grey curve.
    pub everybody: String,
    /// The broken line from corner to corner.
    pub diagonal: String,
    /// The bars below a panel.
    pub bars: String,
}

/// One panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    pub title: String,
    /// Short lines under the title, such as the number of people.
    pub lines: Vec<String>,
    pub bins: Vec<Bin>,
    /// Why there are no bins; shown in their place.
    pub empty: String,
    /// Rows in equally wide parts of the score, from 0 to 1; usually twenty.
    pub counts: Vec<u64>,
}

/// People of similar scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Their mean score.
    pub across: f64,
    /// Their observed share with its interval.
    pub up: Estimate,
}

const GAP: f64 = 24.0;
/// Room for the numbers at the left of a panel.
const MARGIN: f64 = 48.0;
/// Half a number stands out at the right of a panel.
const OUT: f64 = 8.0;
const WIDEST: f64 = 300.0;
const TITLE: f64 = 18.0;
const TITLE_SIZE: f64 = 14.0;
const LINE: f64 = 16.0;
const SMALL: f64 = 12.0;
const TINY: f64 = 11.0;
/// From the words above the axis to the plot.
const HEAD: f64 = 26.0;
const STRIP_GAP: f64 = 14.0;
const STRIP: f64 = 36.0;
/// Numbers and words under a panel.
const FOOT: f64 = 44.0;

pub fn height(sheet: &Reliability) -> f64 {
    let layout = Layout::new(sheet);
    let rows = layout.rows(sheet);
    layout.key.height() + rows.iter().map(|head| head + layout.below()).sum::<f64>() + GAP * (rows.len() as f64 - 1.0)
}

pub fn draw(sheet: &Reliability, canvas: &mut Canvas) -> io::Result<()> {
    let layout = Layout::new(sheet);
    layout.key.draw(canvas)?;
    let mut top = layout.key.height();
    for (row, head) in sheet.curves.chunks(layout.columns).zip(layout.rows(sheet)) {
        for (i, curve) in row.iter().enumerate() {
            let left = (layout.width + GAP) * i as f64;
            layout.titles(canvas, curve, (left, top))?;
            let scale = sheet.scale.clone().unwrap_or_else(Scale::probabilities);
            let Layout { side, bars, .. } = layout;
            let plot = Plot { sheet, curve, left: left + MARGIN, top: top + head, side, bars, scale };
            plot.draw(canvas, i == 0)?;
        }
        top += head + layout.below() + GAP;
    }
    Ok(())
}

/// How many panels stand beside each other, and how wide they are.
struct Layout {
    key: Key,
    columns: usize,
    width: f64,
    side: f64,
    /// Room for the bars, where there are any.
    bars: f64,
}

impl Layout {
    fn new(sheet: &Reliability) -> Layout {
        let columns = match sheet.curves.len() {
            0 | 1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        let width = (WIDTH - GAP * (columns as f64 - 1.0)) / columns as f64;
        let mut key = Key::default();
        key.add(Sample::Dot, &sheet.key.dot);
        key.add(Sample::Line(Dash::SOLID, BEHIND), &sheet.key.everybody);
        key.add(Sample::Line(Dash::GUIDE, MUTED), &sheet.key.diagonal);
        key.add(Sample::Bar, &sheet.key.bars);
        let bars = sheet.curves.iter().any(|curve| !curve.counts.is_empty());
        let bars = if bars { STRIP_GAP + STRIP } else { 0.0 };
        Layout { key, columns, width, side: (width - MARGIN - OUT).min(WIDEST), bars }
    }

    /// From the top of each row of panels to its plots: as high as its longest words are.
    fn rows(&self, sheet: &Reliability) -> Vec<f64> {
        let head = |curve: &Curve| {
            let (titles, lines) = self.words(curve);
            TITLE * titles.len() as f64 + LINE * lines.len() as f64
        };
        sheet.curves.chunks(self.columns).map(|row| row.iter().map(head).fold(0.0, f64::max) + HEAD).collect()
    }

    /// From the top of a plot to the end of its panel.
    fn below(&self) -> f64 {
        self.side + self.bars + FOOT
    }

    fn words(&self, curve: &Curve) -> (Vec<String>, Vec<String>) {
        // Bold signs are wider.
        let titles = label::lines(&curve.title, label::columns(self.width, TITLE_SIZE * 1.1));
        let columns = label::columns(self.width, SMALL);
        (titles, curve.lines.iter().flat_map(|line| label::lines(line, columns)).collect())
    }

    fn titles(&self, canvas: &mut Canvas, curve: &Curve, (left, top): (f64, f64)) -> io::Result<()> {
        let (titles, lines) = self.words(curve);
        let mut y = top;
        for title in titles {
            canvas.text(&title, (left, y + TITLE / 2.0), Pen::new(TITLE_SIZE, TEXT, Side::Start).bold())?;
            y += TITLE;
        }
        for line in lines {
            canvas.text(&line, (left, y + LINE / 2.0), Pen::new(SMALL, TEXT, Side::Start))?;
            y += LINE;
        }
        Ok(())
    }
}

struct Plot<'a> {
    sheet: &'a Reliability,
    curve: &'a Curve,
    left: f64,
    top: f64,
    side: f64,
    bars: f64,
    scale: Scale,
}

impl Plot<'_> {
    fn draw(&self, canvas: &mut Canvas, first: bool) -> io::Result<()> {
        let muted = |size, side| Pen::new(size, MUTED, side);
        let middle = self.left + self.side / 2.0;
        let columns = label::columns(self.side + MARGIN, SMALL);
        if first {
            let up = label::cut(&self.sheet.up, columns);
            canvas.text(&up, (self.left - MARGIN, self.top - HEAD / 2.0 - 1.0), muted(SMALL, Side::Start))?;
        }
        let foot = self.top + self.side + self.bars;
        for (tick, words) in &self.scale.ticks {
            let (x, y) = self.at(*tick, *tick);
            canvas.line((x, self.top), (x, self.top + self.side), GRID, 1.0)?;
            canvas.line((x, foot), (x, foot + 5.0), GRID, 1.0)?;
            canvas.line((self.left - 5.0, y), (self.left + self.side, y), GRID, 1.0)?;
            canvas.text(words, (x, foot + 14.0), muted(SMALL, Side::Middle))?;
            canvas.text(words, (self.left - 9.0, y), muted(SMALL, Side::End))?;
        }
        canvas.text(&label::cut(&self.sheet.across, columns), (middle, foot + 32.0), muted(SMALL, Side::Middle))?;
        self.strip(canvas, foot)?;
        if self.curve.bins.is_empty() { self.reason(canvas) } else { self.dots(canvas) }
    }

    fn dots(&self, canvas: &mut Canvas) -> io::Result<()> {
        let (start, end) = self.ends();
        canvas.path(&[self.at(start, start), self.at(end, end)], MUTED, 1.0, Dash::GUIDE)?;
        let everybody: Vec<(f64, f64)> = self.sheet.everybody.iter().map(|(x, y)| self.at(*x, *y)).collect();
        if everybody.len() > 1 {
            canvas.path(&everybody, BEHIND, 2.5, Dash::SOLID)?;
        }
        for bin in &self.curve.bins {
            let Estimate { low, high, .. } = bin.up;
            if low.is_some() || high.is_some() {
                let (low, high) = (self.at(bin.across, low.unwrap_or(start)), self.at(bin.across, high.unwrap_or(end)));
                canvas.line(low, high, TEXT, 1.5)?;
            }
        }
        for bin in &self.curve.bins {
            canvas.dot(self.at(bin.across, bin.up.value), 3.5, TEXT)?;
        }
        Ok(())
    }

    /// Why there are no dots.
    fn reason(&self, canvas: &mut Canvas) -> io::Result<()> {
        let lines = label::wrapped(&self.curve.empty, label::columns(self.side - 24.0, SMALL), 5);
        let (x, y) = (self.left + self.side / 2.0, self.top + self.side / 2.0);
        let half = LINE * lines.len() as f64 / 2.0;
        // The words stand on paper, not on lines.
        let wide = lines.iter().map(|line| label::width(line, SMALL)).fold(0.0, f64::max) / 2.0 + 6.0;
        canvas.rectangle((x - wide, y - half - 4.0), (x + wide, y + half + 4.0), super::palette::PAPER)?;
        for (i, line) in lines.iter().enumerate() {
            let y = y - half + LINE * (i as f64 + 0.5);
            canvas.text(line, (x, y), Pen::new(SMALL, TEXT, Side::Middle))?;
        }
        Ok(())
    }

    /// How many people have which score; the number is that of the highest bar.
    fn strip(&self, canvas: &mut Canvas, foot: f64) -> io::Result<()> {
        canvas.line((self.left, foot), (self.left + self.side, foot), GRID, 1.0)?;
        let most = self.curve.counts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return Ok(());
        }
        let width = self.side / self.curve.counts.len() as f64;
        for (i, count) in self.curve.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let x = self.left + width * i as f64;
            // Few people are still to be seen.
            let high = (STRIP * *count as f64 / most as f64).max(1.0);
            canvas.rectangle((x + 0.5, foot - high), (x + width - 0.5, foot), BEHIND)?;
        }
        let y = foot - STRIP;
        canvas.line((self.left - 5.0, y), (self.left, y), BEHIND, 1.0)?;
        canvas.text(&short(most), (self.left - 7.0, y + 4.0), Pen::new(TINY, MUTED, Side::End))
    }

    fn at(&self, across: f64, up: f64) -> (f64, f64) {
        let (across, up) = (self.scale.place(across).clamp(0.0, 1.0), self.scale.place(up).clamp(0.0, 1.0));
        (self.left + self.side * across, self.top + self.side * (1.0 - up))
    }

    /// Where the axes begin and end.
    fn ends(&self) -> (f64, f64) {
        let end = |tick: Option<&(f64, String)>| tick.map_or(0.0, |(number, _)| *number);
        (end(self.scale.ticks.first()), end(self.scale.ticks.last()))
    }
}

/// A count in at most six signs.
fn short(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..100_000 => format!("{},{:03}", n / 1_000, n % 1_000),
        100_000..1_000_000 => format!("{}k", n / 1_000),
        1_000_000..100_000_000 => format!("{}.{}M", n / 1_000_000, n / 100_000 % 10),
        _ => format!("{}M", n / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stay_short() {
        let counts = [7, 999, 12_034, 123_456, 3_210_000, 123_000_000, u64::from(u32::MAX)];
        assert_eq!(counts.map(short), ["7", "999", "12,034", "123k", "3.2M", "123M", "4294M"]);
    }
}
