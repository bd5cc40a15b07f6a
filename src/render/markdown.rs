//! A page as Markdown.

use std::io::{self, Write};

use crate::words::{Align, Block, Page, Table};

pub fn render(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", escape(&page.title))?;
    for block in &page.blocks {
        writeln!(out)?;
        match block {
            Block::Heading(text) => writeln!(out, "## {}", escape(text))?,
            Block::Paragraph(text) => writeln!(out, "{}", escape(text))?,
            Block::Facts(facts) => {
                for (name, what) in facts {
                    writeln!(out, "- **{}**: {}", escape(name), escape(what))?;
                }
            }
            Block::Finding(mark, text) => writeln!(out, "{} **{}** — {}", mark.shape(), mark.word(), escape(text))?,
            Block::List(items) => {
                for item in items {
                    writeln!(out, "- {}", escape(item))?;
                }
            }
            Block::Table(table) => render_table(table, out)?,
            // The tables have the numbers; what the picture shows is told.
            Block::Figure(figure) => writeln!(out, "{}", escape(&figure.message))?,
        }
    }
    Ok(())
}

fn render_table(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "**{}**\n", escape(&table.caption))?;
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(out, "{}", row(table.columns.iter().map(|column| escape(&column.head)).collect()))?;
    let rule = |align: Align| if align == Align::Right { "---:" } else { "---" };
    writeln!(out, "{}", row(table.columns.iter().map(|column| rule(column.align).to_owned()).collect()))?;
    for cells in &table.rows {
        writeln!(out, "{}", row(cells.iter().map(|cell| escape(cell)).collect()))?;
    }
    Ok(())
}

/// Values of the data must stay text: no tag, no link, no cell of their own. Backticks of our own words stay.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '`' => {
                code = !code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            '\n' | '\r' => out.push(' '),
            '<' if !code => out.push_str("&lt;"),
            '>' if !code => out.push_str("&gt;"),
            '&' if !code => out.push_str("&amp;"),
            '*' | '[' | ']' | '\\' if !code => {
                out.push('\\');
                out.push(c);
            }
            // Inside a word an underscore is only itself.
            '_' if !(code || before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric())) => {
                out.push_str("\\_");
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}
