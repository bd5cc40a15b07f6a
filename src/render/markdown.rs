//! A page as Markdown.

use std::io::{self, Write};

use crate::words::{Align, Block, Page, Table};

/// What `explain markdown` says.
pub const SAYS: &str = "\
The whole report as Markdown, report.md. Figures are told in a sentence; the numbers are in the tables.";

pub fn render(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", escape(&page.title))?;
    for block in &page.blocks {
        writeln!(out)?;
        match block {
            Block::Stamp(word, why) => writeln!(out, "> **{}** — {}", escape(word), escape(why))?,
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

/// Values of the data must stay text: no tag, no link, no cell of their own. Our own names in backticks stay code, unless a
/// value has backticks too, so that they do not pair.
fn escape(text: &str) -> String {
    let pairs = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '`' if pairs => {
                code = !code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            c if c.is_control() => out.push(' '),
            _ if code => out.push(c),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '*' | '[' | ']' | '\\' | '`' => {
                out.push('\\');
                out.push(c);
            }
            // Inside a word an underscore is only itself.
            '_' if !(before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric())) => {
                out.push_str("\\_")
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn values_stay_text() {
        assert_eq!(escape("`offered` is <1>"), "`offered` is &lt;1&gt;");
        // A backtick in a value must not switch escaping off.
        for hostile in ["x`<img src=x>", "` <img> ``", "``<img>`", "`a`b` <img>"] {
            assert!(!escape(hostile).contains("<img"), "{hostile}");
        }
        assert_eq!(escape("a\u{1b}[31m|b"), "a \\[31m\\|b");
        assert_eq!(escape("age_band _x_"), "age_band \\_x\\_");
    }
}
