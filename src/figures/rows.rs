//! Rows of a dot and its interval on a common axis, with the numbers at the right.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::figure::{Estimate, Heads, Kind, Panel, Row, Start};
use super::label;
use super::palette::{BAND, BEHIND, GRID, Ink, MUTED, TEXT};

/// Width of every figure of rows.
pub const WIDTH: f64 = 840.0;
const LABEL_COLUMNS: usize = 24;
const PLOT_START: f64 = 196.0;
const PLOT_END: f64 = 458.0;
/// Where the plot ends when no row has a word of its own.
const WIDE_PLOT_END: f64 = 560.0;
const VALUE_GAP: f64 = 20.0;
const CASES_GAP: f64 = 250.0;
const WORD_GAP: f64 = 268.0;

/// Room that the words of two limits need beside each other.
const NEAR: f64 = 44.0;

const TITLE: f64 = 26.0;
const HEAD: f64 = 46.0;
/// Above the rows of a panel that has the heads and the scale of the one above it: room for the words of its line.
const NO_HEAD: f64 = 24.0;
const LINE: f64 = 28.0;
const SECOND_LINE: f64 = 15.0;
const AXIS: f64 = 30.0;
/// Below the rows of a panel whose numbers stand under a later one.
const NO_AXIS: f64 = 8.0;
const GAP: f64 = 16.0;
const SIZE: f64 = 13.0;
const SMALL: f64 = 12.0;
/// Half the height of a bar.
const HALF_BAR: f64 = 5.0;

/// How high the panels are together.
pub fn height(panels: &[Panel]) -> f64 {
    let all: f64 = panels.iter().enumerate().map(|(place, panel)| panel_height(panel, panels.get(place + 1))).sum();
    all + GAP * panels.len().saturating_sub(1) as f64
}

fn panel_height(panel: &Panel, next: Option<&Panel>) -> f64 {
    let title = if panel.title.is_empty() { 0.0 } else { TITLE };
    let axis = if next.is_some_and(goes_on) { NO_AXIS } else { AXIS };
    title + head_height(panel) + panel.rows.iter().map(row_height).sum::<f64>() + axis
}

fn head_height(panel: &Panel) -> f64 {
    if goes_on(panel) { NO_HEAD } else { HEAD }
}

/// A panel without heads has those of the one above it, and its scale.
fn goes_on(panel: &Panel) -> bool {
    panel.heads == Heads::default()
}

fn row_height(row: &Row) -> f64 {
    LINE + SECOND_LINE * label::lines(&row.label, LABEL_COLUMNS).len().saturating_sub(1) as f64
}

pub fn draw(panels: &[Panel], canvas: &mut Canvas) -> io::Result<()> {
    let worded = panels.iter().flat_map(|panel| &panel.rows).any(|row| !row.word.is_empty());
    let end = if worded { PLOT_END } else { WIDE_PLOT_END };
    let mut top = 0.0;
    for (place, panel) in panels.iter().enumerate() {
        let next = panels.get(place + 1);
        Plot { panel, end, top, numbers: !next.is_some_and(goes_on) }.draw(canvas)?;
        top += panel_height(panel, next) + GAP;
    }
    Ok(())
}

struct Plot<'a> {
    panel: &'a Panel,
    end: f64,
    top: f64,
    /// The numbers of the axis stand under it.
    numbers: bool,
}

impl Plot<'_> {
    fn draw(&self, canvas: &mut Canvas) -> io::Result<()> {
        let panel = self.panel;
        let mut y = self.top;
        if !panel.title.is_empty() {
            let title = label::cut(&panel.title, label::columns(WIDTH, 15.0));
            canvas.text(&title, (0.0, y + TITLE / 2.0), Pen::new(14.0, TEXT, Side::Start).bold())?;
            y += TITLE;
        }
        let first = y + head_height(panel);
        let last = first + panel.rows.iter().map(row_height).sum::<f64>();
        self.heads(canvas, y)?;
        self.ground(canvas, first, last)?;
        let mut y = first;
        for row in &panel.rows {
            let height = row_height(row);
            self.row(canvas, row, y + height / 2.0)?;
            y += height;
        }
        Ok(())
    }

    fn heads(&self, canvas: &mut Canvas, y: f64) -> io::Result<()> {
        let heads = &self.panel.heads;
        if goes_on(self.panel) {
            return Ok(());
        }
        let y = y + 10.0;
        let pen = |side| Pen::new(SMALL, MUTED, side);
        canvas.text(&heads.group, (0.0, y), pen(Side::Start))?;
        let middle = (PLOT_START + self.end) / 2.0;
        canvas.text(&label::cut(&heads.axis, 44), (middle, y), pen(Side::Middle))?;
        canvas.text(&heads.value, (self.end + VALUE_GAP, y), pen(Side::Start))?;
        canvas.text(&heads.cases, (self.end + CASES_GAP, y), pen(Side::End))?;
        if !heads.verdict.is_empty() {
            canvas.text(&heads.verdict, (self.end + WORD_GAP, y), pen(Side::Start))?;
        }
        Ok(())
    }

    /// The band of the limits, the grid with its numbers, and the line that is compared with.
    fn ground(&self, canvas: &mut Canvas, first: f64, last: f64) -> io::Result<()> {
        let small = |ink: Ink, side| Pen::new(SMALL, ink, side);
        if let Some(limits) = &self.panel.limits {
            let low = limits.low.as_ref().map_or(PLOT_START, |(low, _)| self.x(*low));
            let high = limits.high.as_ref().map_or(self.end, |(high, _)| self.x(*high));
            canvas.rectangle((low, first), (high, last), BAND)?;
            // Limits that are near to each other have their words outside.
            let near = high - low < NEAR;
            for (limit, side, shift) in [(&limits.low, Side::End, 3.0), (&limits.high, Side::Start, -3.0)] {
                let Some((limit, words)) = limit else { continue };
                let x = self.x(*limit);
                let (side, shift) = if near { (side, shift) } else { (Side::Middle, 0.0) };
                canvas.line((x, first - 4.0), (x, last), MUTED, 1.0)?;
                canvas.text(words, (x + shift, first - 13.0), small(TEXT, side))?;
            }
        }
        for (tick, words) in &self.panel.scale.ticks {
            let x = self.x(*tick);
            canvas.line((x, first), (x, last + 5.0), GRID, 1.0)?;
            if self.numbers {
                canvas.text(words, (x, last + 16.0), small(MUTED, Side::Middle))?;
            }
        }
        if let Some((at, words)) = &self.panel.line {
            let x = self.x(*at);
            canvas.dashed((x, first - 4.0), (x, last), TEXT)?;
            if !words.is_empty() {
                // Words of the line stand on the side with more room.
                let right = x > (PLOT_START + self.end) / 2.0;
                let (room, side) = if right { (4.0, Side::End) } else { (-4.0, Side::Start) };
                canvas.text(words, (x + room, first - 13.0), small(TEXT, side))?;
            }
        }
        Ok(())
    }

    fn row(&self, canvas: &mut Canvas, row: &Row, y: f64) -> io::Result<()> {
        let lines = label::lines(&row.label, LABEL_COLUMNS);
        let first = y - SECOND_LINE * (lines.len() - 1) as f64 / 2.0;
        for (i, line) in lines.iter().enumerate() {
            canvas.text(line, (0.0, first + SECOND_LINE * i as f64), Pen::new(SIZE, TEXT, Side::Start))?;
        }
        if let Some(estimate) = &row.estimate {
            self.start(canvas, row.start, self.x(estimate.value), y)?;
            self.estimate(canvas, estimate, row.kind, y)?;
        }
        canvas.text(&row.value, (self.end + VALUE_GAP, y), Pen::new(SIZE, TEXT, Side::Start))?;
        canvas.text(&row.cases, (self.end + CASES_GAP, y), Pen::new(SIZE, TEXT, Side::End))?;
        if row.word.is_empty() {
            return Ok(());
        }
        let mut x = self.end + WORD_GAP;
        if let Kind::Judged(_) = row.kind {
            canvas.mark(row.kind, (x + 7.0, y))?;
            x += 20.0;
        }
        canvas.text(&row.word, (x, y), Pen::new(SIZE, Ink::of(row.kind), Side::Start))
    }

    /// Where the number at `end` comes from.
    fn start(&self, canvas: &mut Canvas, start: Option<Start>, end: f64, y: f64) -> io::Result<()> {
        match start {
            None => Ok(()),
            Some(Start::Bar(from)) => {
                let (left, right) = (self.x(from).min(end), self.x(from).max(end));
                canvas.rectangle((left, y - HALF_BAR), (right, y + HALF_BAR), BEHIND)
            }
            Some(Start::Before(from)) => {
                canvas.line((self.x(from), y), (end, y), BEHIND, 3.0)?;
                canvas.mark(Kind::Reference, (self.x(from), y))
            }
        }
    }

    fn estimate(&self, canvas: &mut Canvas, estimate: &Estimate, kind: Kind, y: f64) -> io::Result<()> {
        let ink = Ink::of(kind);
        if estimate.low.is_some() || estimate.high.is_some() {
            let low = estimate.low.map_or(f64::NEG_INFINITY, |low| self.panel.scale.place(low));
            let high = estimate.high.map_or(f64::INFINITY, |high| self.panel.scale.place(high));
            canvas.line((self.along(low), y), (self.along(high), y), ink, 2.0)?;
            if low < 0.0 {
                self.arrow(canvas, PLOT_START, -1.0, y, ink)?;
            }
            if high > 1.0 {
                self.arrow(canvas, self.end, 1.0, y, ink)?;
            }
        }
        let place = self.panel.scale.place(estimate.value);
        if (0.0..=1.0).contains(&place) {
            canvas.mark(kind, (self.along(place), y))
        } else {
            // The number itself is beyond the axis: only the arrow points to it.
            let (x, way) = if place < 0.0 { (PLOT_START, -1.0) } else { (self.end, 1.0) };
            self.arrow(canvas, x, way, y, ink)
        }
    }

    fn arrow(&self, canvas: &mut Canvas, x: f64, way: f64, y: f64, ink: Ink) -> io::Result<()> {
        let tip = x + way * 6.0;
        canvas.polygon(&[(tip, y), (tip - way * 9.0, y - 5.0), (tip - way * 9.0, y + 5.0)], ink)
    }

    fn x(&self, number: f64) -> f64 {
        self.along(self.panel.scale.place(number))
    }

    fn along(&self, place: f64) -> f64 {
        PLOT_START + (self.end - PLOT_START) * place.clamp(0.0, 1.0)
    }
}
