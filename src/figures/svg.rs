//! A figure as SVG that stands in a page: it takes the width it is given, and tells its title and its values.

use std::io;

use super::canvas::Canvas;
use super::figure::{Drawing, Figure};
use super::{dash, heat, reliability, rows, sweep, trend};

/// Draws a figure; `id` is its own on the page.
///
/// # Errors
/// Drawing into memory does not fail; what the drawing library says is passed on.
pub fn render(figure: &Figure, id: &str) -> io::Result<String> {
    let mut drawn = String::new();
    let height = match &figure.drawing {
        Drawing::Panels(panels) => rows::height(panels),
        Drawing::Heat(map) => heat::height(map),
        Drawing::Reliability(curves) => reliability::height(curves),
        Drawing::Sweep(sweep) => sweep::height(sweep),
        Drawing::Trends(trends) => trend::height(trends),
    };
    let mut canvas = Canvas::new(&mut drawn, rows::WIDTH, height);
    match &figure.drawing {
        Drawing::Panels(panels) => rows::draw(panels, &mut canvas)?,
        Drawing::Heat(map) => heat::draw(map, &mut canvas)?,
        Drawing::Reliability(curves) => reliability::draw(curves, &mut canvas)?,
        Drawing::Sweep(sweep) => sweep::draw(sweep, &mut canvas)?,
        Drawing::Trends(trends) => trend::draw(trends, &mut canvas)?,
    }
    canvas.finish()?;
    Ok(named(&drawn, figure, id))
}

/// Replaces the first tag: no fixed size, a role, a title and a description.
fn named(drawn: &str, figure: &Figure, id: &str) -> String {
    let (tag, rest) = drawn.split_once(">\n").unwrap_or(("", drawn));
    let view = tag.split("viewBox=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    // In a text every quote is written as an entity, so these can only be attributes. What they say is the default.
    let rest = rest
        .replace(" opacity=\"1\"", "")
        .replace(" font-family=\"sans-serif\"", "")
        .replace(" stroke=\"none\"", "")
        .replace("\n</text>", "</text>");
    let rest: String = dash::written(rest).split_inclusive('\n').map(joined).collect();
    format!(
        "<svg viewBox=\"{view}\" role=\"img\" font-family=\"sans-serif\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{rest}",
        escape(&figure.title),
        escape(&figure.description)
    )
}

/// The tag of a text and the text on one line, so that no blank stands before it.
fn joined(line: &str) -> &str {
    if line.starts_with("<text") { line.trim_end_matches('\n') } else { line }
}

/// Text that stays text in HTML and XML; signs that neither can hold become blanks.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
