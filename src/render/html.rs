//! A page as one HTML file: no script, no request, readable without its style sheet, on a small screen, in the dark and on paper.

use std::io::{self, Write};

use crate::figures::svg::{self, escape};
use crate::figures::{Figure, palette};
use crate::words::{Align, Block, Mark, Page, Table};

/// What `explain html` says.
pub const SAYS: &str = "\
The whole report with its figures in one file, report.html: no script, no request, readable without its style \
sheet, on a small screen, in the dark and on paper.";

const STYLE: &str = include_str!("html.css");

/// Signs in a row from which a table is printed smaller.
const WIDE: usize = 110;
/// Rows of a table that stays on one page of paper.
const SHORT: usize = 20;
/// Signs of a cell that may be broken.
const LONG: usize = 34;

pub fn render(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    render_as(page, "", out)
}

/// The same closer together on paper, for a page that is meant to be short.
pub fn render_form(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    render_as(page, " class=\"form\"", out)
}

fn render_as(page: &Page, class: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = escape(&page.title);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>")?;
    writeln!(out, "<style>\n{STYLE}{}</style>\n</head>\n<body{class}>", dark())?;
    writeln!(out, "<a class=\"skip\" href=\"#content\">Skip to the report</a>\n<header>\n<h1>{title}</h1>")?;
    let sections = sections(&page.blocks);
    let mut writer = Writer { out, figures: 0, tables: 0 };
    let (first, rest) = sections.split_first().map_or((&[][..], &[][..]), |(first, rest)| (first.blocks, rest));
    writer.blocks(first)?;
    writeln!(writer.out, "</header>\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>")?;
    for section in rest {
        writeln!(writer.out, "<li><a href=\"#{}\">{}</a></li>", section.id, escape(section.heading))?;
    }
    writeln!(writer.out, "</ol>\n</nav>\n<main id=\"content\">")?;
    for section in rest {
        let (id, heading) = (&section.id, escape(section.heading));
        writeln!(writer.out, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>")?;
        writer.blocks(section.blocks)?;
        writeln!(writer.out, "</section>")?;
    }
    writeln!(writer.out, "</main>\n</body>\n</html>")
}

/// A heading with what follows it; the first section has none.
struct Section<'a> {
    id: String,
    heading: &'a str,
    blocks: &'a [Block],
}

fn sections(blocks: &[Block]) -> Vec<Section<'_>> {
    let starts = blocks.iter().enumerate().filter_map(|(at, block)| match block {
        Block::Heading(heading) => Some((at, heading.as_str())),
        _ => None,
    });
    let starts: Vec<(usize, &str)> = starts.collect();
    let end = |i: usize| starts.get(i).map_or(blocks.len(), |(at, _)| *at);
    let mut sections = vec![Section { id: String::new(), heading: "", blocks: &blocks[..end(0)] }];
    for (i, (at, heading)) in starts.iter().enumerate() {
        sections.push(Section { id: slug(heading), heading, blocks: &blocks[at + 1..end(i + 1)] });
    }
    sections
}

/// The words of a heading before its colon, as a place to link to.
fn slug(heading: &str) -> String {
    let words = heading.split(':').next().unwrap_or_default().to_lowercase();
    words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

struct Writer<'a> {
    out: &'a mut dyn Write,
    figures: usize,
    tables: usize,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> io::Result<()> {
        for block in blocks {
            self.block(block)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> io::Result<()> {
        match block {
            Block::Heading(_) => Ok(()),
            Block::Stamp(word, why) => {
                writeln!(
                    self.out,
                    "<p class=\"stamp\"><strong>{}</strong> <span>{}</span></p>",
                    escape(word),
                    prose(why)
                )
            }
            Block::Paragraph(text) => writeln!(self.out, "<p>{}</p>", prose(text)),
            Block::Facts(facts) => {
                writeln!(self.out, "<dl>")?;
                for (name, what) in facts {
                    writeln!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", prose(name), prose(what))?;
                }
                writeln!(self.out, "</dl>")
            }
            Block::Finding(mark, text) => {
                writeln!(self.out, "<p class=\"finding\">{} <span>{}</span></p>", marked(*mark), prose(text))
            }
            Block::List(items) => {
                writeln!(self.out, "<ul>")?;
                for item in items {
                    writeln!(self.out, "<li>{}</li>", prose(item))?;
                }
                writeln!(self.out, "</ul>")
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
        }
    }

    fn figure(&mut self, figure: &Figure) -> io::Result<()> {
        self.figures += 1;
        let (n, title) = (self.figures, escape(&figure.title));
        let drawn = svg::render(figure, &format!("figure-{n}"))?;
        writeln!(self.out, "<figure>")?;
        writeln!(
            self.out,
            "<figcaption><strong>Figure {n}. {title}.</strong> {}</figcaption>",
            prose(&figure.message)
        )?;
        let label = format!("Figure {n}, scrolls sideways");
        writeln!(self.out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">")?;
        writeln!(self.out, "{}</div>\n</figure>", drawn)
    }

    fn table(&mut self, table: &Table) -> io::Result<()> {
        self.tables += 1;
        let n = self.tables;
        let wide = if columns(table) > WIDE { " class=\"wide\"" } else { "" };
        let short = if table.rows.len() <= SHORT { " short" } else { "" };
        let label = format!("Table {n}, scrolls sideways");
        writeln!(self.out, "<div class=\"scroll{short}\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">")?;
        writeln!(self.out, "<table{wide}>\n<caption><span>Table {n}. {}.</span></caption>", sentence(&table.caption))?;
        writeln!(self.out, "<thead><tr>")?;
        for column in &table.columns {
            writeln!(self.out, "<th scope=\"col\"{}>{}</th>", class(column.align), escape(&column.head))?;
        }
        writeln!(self.out, "</tr></thead>\n<tbody>")?;
        // A row is named by its group or its theme, wherever that stands.
        let name = table.columns.iter().position(|c| c.head == "Group" || c.head == "Theme").unwrap_or(0);
        for row in &table.rows {
            write!(self.out, "<tr>")?;
            for (i, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let class = if cell.chars().count() > LONG { " class=\"long\"" } else { class(column.align) };
                let found = Mark::ALL.into_iter().filter(|_| column.head == "Verdict");
                match found.filter_map(|mark| Some((mark, after_mark(cell, mark)?))).next() {
                    Some((mark, more)) => write!(self.out, "<td>{}{}</td>", marked(mark), escape(more))?,
                    None if i == name => write!(self.out, "<th scope=\"row\">{}</th>", escape(cell))?,
                    None => write!(self.out, "<td{class}>{}</td>", escape(cell))?,
                }
            }
            writeln!(self.out, "</tr>")?;
        }
        writeln!(self.out, "</tbody>\n</table>\n</div>")
    }
}

/// How many signs the longest row of a table has.
fn columns(table: &Table) -> usize {
    table.rows.iter().map(|row| row.iter().map(|cell| cell.chars().count() + 2).sum()).max().unwrap_or(0)
}

/// What a cell says after the mark it begins with; none where it begins with another or with none.
fn after_mark(cell: &str, mark: Mark) -> Option<&str> {
    let more = cell.strip_prefix(mark.shape())?.trim_start().strip_prefix(mark.word())?;
    (more.is_empty() || more.starts_with(',')).then_some(more)
}

/// A caption without the point that is set after it.
fn sentence(caption: &str) -> String {
    prose(caption.trim_end_matches('.'))
}

fn class(align: Align) -> &'static str {
    if align == Align::Right { " class=\"number\"" } else { "" }
}

/// The mark of a verdict: a shape for the eye, a word for everybody.
fn marked(mark: Mark) -> String {
    // What is hidden looks like what was not tested; its word and shape tell them apart.
    let looks = if mark == Mark::Hidden { Mark::NotTested } else { mark };
    let class = looks.word().replace(' ', "-");
    format!("<span class=\"mark {class}\"><span aria-hidden=\"true\">{}</span> {}</span>", mark.shape(), mark.word())
}

/// Our own backticks set names apart; one without its partner is text.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part = |(i, part): (usize, &&str)| {
        let part = escape(part);
        if i % 2 == 1 { format!("<code>{part}</code>") } else { part }
    };
    parts.iter().enumerate().map(part).collect()
}

/// On a dark screen every colour of a figure becomes its counterpart; paper stays light.
fn dark() -> String {
    let rule = |ink: palette::Ink| {
        let (light, dark) = (ink.light, ink.dark);
        format!("svg [fill=\"#{light:06X}\"]{{fill:#{dark:06X}}}svg [stroke=\"#{light:06X}\"]{{stroke:#{dark:06X}}}\n")
    };
    let rules: String = palette::all().map(rule).collect();
    format!("@media screen and (prefers-color-scheme:dark){{\n{rules}}}\n")
}
