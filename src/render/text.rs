//! A page for the terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::Colour;
use crate::words::{Align, Block, Mark, Page, Table};

/// What `explain text` says.
pub const SAYS: &str = "\
A summary for the terminal: the verdict, the findings that matter most, the check rows and the rates at a \
glance. It is what `audit` prints when no format is asked for; colours only on a terminal, and not where \
NO_COLOR is set.";

/// Longest line of a sentence.
const WIDTH: usize = 100;

pub fn render(page: &Page, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", paint(&page.title, Style::new().bold(), colour))?;
    let mut after_finding = false;
    for block in &page.blocks {
        if !(after_finding && matches!(block, Block::Finding(..))) {
            writeln!(out)?;
        }
        after_finding = matches!(block, Block::Finding(..));
        match block {
            Block::Stamp(word, why) => write_wrapped(out, &format!("{word}: "), &plain(why))?,
            Block::Heading(text) => writeln!(out, "{}", paint(text, Style::new().bold(), colour))?,
            Block::Paragraph(text) => write_wrapped(out, "", &plain(text))?,
            Block::Facts(facts) => {
                for (name, what) in facts {
                    write_wrapped(out, &format!("{name}: "), &plain(what))?;
                }
            }
            Block::Finding(mark, text) => {
                let label = format!("{} {:<12} ", mark.shape(), mark.word());
                let indent = label.width();
                let lines = wrap(&plain(text), WIDTH - indent);
                for (i, line) in lines.iter().enumerate() {
                    let start = if i == 0 { paint(&label, style(*mark), colour) } else { " ".repeat(indent) };
                    writeln!(out, "{}", format!("{start}{line}").trim_end())?;
                }
            }
            Block::List(items) => {
                for item in items {
                    write_wrapped(out, "- ", &plain(item))?;
                }
            }
            Block::Table(table) => render_table(table, colour, out)?,
            Block::Figure(figure) => write_wrapped(out, "", &plain(&figure.message))?,
        }
    }
    Ok(())
}

fn style(mark: Mark) -> Style {
    let colour = match mark {
        Mark::Met => AnsiColor::Blue,
        Mark::NotMet => AnsiColor::Red,
        Mark::Inconclusive => AnsiColor::Yellow,
        Mark::TooFew | Mark::NotTested | Mark::Hidden => AnsiColor::BrightBlack,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

fn paint(text: &str, style: Style, colour: Colour) -> String {
    match colour {
        Colour::Plain => text.to_owned(),
        Colour::Coloured => format!("{style}{text}{style:#}"),
    }
}

/// Our own backticks set names apart in Markdown; on a terminal quotes do.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '`' {
                '\''
            } else if c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn write_wrapped(out: &mut dyn Write, start: &str, text: &str) -> io::Result<()> {
    for (i, line) in wrap(text, WIDTH - start.width()).iter().enumerate() {
        let start = if i == 0 { start.to_owned() } else { " ".repeat(start.width()) };
        writeln!(out, "{start}{line}")?;
    }
    Ok(())
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn render_table(table: &Table, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
    write_wrapped(out, "", &plain(&table.caption))?;
    let heads: Vec<String> = table.columns.iter().map(|column| column.head.clone()).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|i| rows.iter().map(|row| row[i].width()).chain([heads[i].width()]).max().unwrap_or(0))
        .collect();
    let line = |cells: &[String]| {
        let mut text = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let space = " ".repeat(widths[i].saturating_sub(cell.width()));
            match table.columns[i].align {
                Align::Left => text.push_str(&format!("{cell}{space}")),
                Align::Right => text.push_str(&format!("{space}{cell}")),
            }
            text.push_str("  ");
        }
        text.trim_end().to_owned()
    };
    writeln!(out, "{}", paint(&line(&heads), Style::new().underline(), colour))?;
    for row in &rows {
        let text = line(row);
        let mark = Mark::ALL.into_iter().find(|mark| text.starts_with(&format!("{} {}", mark.shape(), mark.word())));
        match mark {
            Some(mark) => {
                let label = format!("{} {}", mark.shape(), mark.word());
                writeln!(out, "{}{}", paint(&label, style(mark), colour), &text[label.len()..])?;
            }
            None => writeln!(out, "{text}")?,
        }
    }
    Ok(())
}
