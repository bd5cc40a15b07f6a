//! The map of two attributes: a cell for each pair of levels, coloured by its ratio on a logarithmic scale around 1.

use std::io;

use super::canvas::{Canvas, Pen, Side};
use super::figure::{Cell, HeatMap, Kind};
use super::label;
use super::palette::{GRID, Ink, MUTED, PAPER, STEPS, TEXT};
use super::rows::WIDTH;

/// Ratios between the steps of colour: as far below 1 as above it.
const EDGES: [f64; 6] = [1.0 / 1.5, 1.0 / 1.25, 1.0 / 1.1, 1.1, 1.25, 1.5];
const EDGE_WORDS: [&str; 6] = ["0.67", "0.80", "0.91", "1.10", "1.25", "1.50"];

const SIDE: f64 = 150.0;
const SIDE_COLUMNS: usize = 19;
const WIDEST: f64 = 170.0;
const CELL: f64 = 72.0;
const TOP: f64 = 66.0;
const LEGEND: f64 = 58.0;
const GLYPH: f64 = 7.6;

pub fn height(map: &HeatMap) -> f64 {
    TOP + CELL * map.cells.len() as f64 + LEGEND
}

pub fn draw(map: &HeatMap, canvas: &mut Canvas) -> io::Result<()> {
    let columns = map.across.1.len().max(1) as f64;
    let width = ((WIDTH - SIDE) / columns).min(WIDEST);
    let muted = Pen::new(12.0, MUTED, Side::Start);
    canvas.text(&label::cut(&map.across.0, 60), (SIDE, 10.0), muted)?;
    canvas.text(&label::cut(&map.down.0, SIDE_COLUMNS), (0.0, TOP - 12.0), muted)?;
    for (i, level) in map.across.1.iter().enumerate() {
        let x = SIDE + width * (i as f64 + 0.5);
        levels(canvas, level, (width / GLYPH) as usize, (x, TOP - 22.0), Side::Middle)?;
    }
    for (i, (level, cells)) in map.down.1.iter().zip(&map.cells).enumerate() {
        let y = TOP + CELL * i as f64;
        levels(canvas, level, SIDE_COLUMNS, (0.0, y + CELL / 2.0), Side::Start)?;
        for (j, cell) in cells.iter().enumerate() {
            draw_cell(canvas, cell, (SIDE + width * j as f64, y), width)?;
        }
    }
    legend(canvas, map, TOP + CELL * map.cells.len() as f64 + 14.0)
}

fn levels(canvas: &mut Canvas, text: &str, columns: usize, (x, y): (f64, f64), side: Side) -> io::Result<()> {
    let lines = label::lines(text, columns);
    let first = y - 7.5 * (lines.len() - 1) as f64;
    for (i, line) in lines.iter().enumerate() {
        canvas.text(line, (x, first + 15.0 * i as f64), Pen::new(13.0, TEXT, side))?;
    }
    Ok(())
}

fn draw_cell(canvas: &mut Canvas, cell: &Cell, (x, y): (f64, f64), width: f64) -> io::Result<()> {
    let (from, to) = ((x + 1.0, y + 1.0), (x + width - 1.0, y + CELL - 1.0));
    match cell.ratio {
        Some(ratio) => canvas.rectangle(from, to, STEPS[step(ratio)])?,
        None => hatch(canvas, from, to)?,
    }
    let middle = x + width / 2.0;
    // A narrow cell has narrow words.
    let small = if width < 100.0 { 10.5 } else { 12.0 };
    canvas.text(&cell.value, (middle, y + 17.0), Pen::new(15.0, TEXT, Side::Middle).bold())?;
    canvas.text(&cell.cases, (middle, y + 36.0), Pen::new(small, TEXT, Side::Middle))?;
    if cell.word.is_empty() {
        return Ok(());
    }
    let half = cell.word.chars().count() as f64 * small * 0.27;
    let marked = matches!(cell.kind, Kind::Judged(_));
    if marked {
        canvas.mark_in(TEXT, cell.kind, (middle - half - 4.0, y + 55.0))?;
    }
    let shift = if marked { 7.0 } else { 0.0 };
    canvas.text(&cell.word, (middle + shift, y + 55.0), Pen::new(small, TEXT, Side::Middle))
}

/// Slanted lines, for what has no number or rests on too few.
fn hatch(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64)) -> io::Result<()> {
    canvas.rectangle(from, to, PAPER)?;
    let (width, height) = (to.0 - from.0, to.1 - from.1);
    let mut start = 10.0;
    while start < width + height {
        let left = (from.0 + (start - height).max(0.0), from.1 + start.min(height));
        let right = (from.0 + start.min(width), from.1 + (start - width).max(0.0));
        canvas.line(left, right, GRID, 1.0)?;
        start += 12.0;
    }
    Ok(())
}

/// The step of a ratio; the middle one is around 1.
fn step(ratio: f64) -> usize {
    EDGES.iter().filter(|edge| ratio >= **edge).count()
}

fn legend(canvas: &mut Canvas, map: &HeatMap, y: f64) -> io::Result<()> {
    canvas.text(&map.legend, (0.0, y + 9.0), Pen::new(12.0, MUTED, Side::Start))?;
    let width = 62.0;
    let x = SIDE;
    for (i, ink) in STEPS.into_iter().enumerate() {
        let left = x + width * i as f64;
        swatch(canvas, (left, y), (left + width, y + 18.0), ink)?;
    }
    for (i, words) in EDGE_WORDS.into_iter().enumerate() {
        canvas.text(words, (x + width * (i + 1) as f64, y + 30.0), Pen::new(12.0, MUTED, Side::Middle))?;
    }
    Ok(())
}

fn swatch(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64), ink: Ink) -> io::Result<()> {
    canvas.rectangle(from, to, GRID)?;
    canvas.rectangle((from.0 + 0.5, from.1 + 0.5), (to.0 - 0.5, to.1 - 0.5), ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_as_far_below_1_as_above() {
        assert_eq!([0.1, 0.7, 0.85, 1.0, 1.2, 1.4, 9.0].map(step), [0, 1, 2, 3, 4, 5, 6]);
        for (below, above) in EDGES.iter().zip(EDGES.iter().rev()) {
            assert!((below * above - 1.0).abs() < 1e-12);
        }
    }
}
