//! Labels of any length in the room there is: broken into two lines, then cut with three points.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How wide a sign is on average, in sizes of its font: the browser chooses the font.
const USUAL: f64 = 0.55;
/// How wide it is in wide fonts.
const WIDE: f64 = 0.6;

/// About how wide a text is.
pub fn width(text: &str, size: f64) -> f64 {
    text.width() as f64 * size * USUAL
}

/// How many columns have room in a width, whatever the font.
pub fn columns(width: f64, size: f64) -> usize {
    (width / (size * WIDE)) as usize
}

/// At most two lines of at most `columns` columns.
pub fn lines(text: &str, columns: usize) -> Vec<String> {
    wrapped(text, columns, 2)
}

/// At most `most` lines of at most `columns` columns.
pub fn wrapped(text: &str, columns: usize, most: usize) -> Vec<String> {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut lines, mut rest) = (Vec::new(), clean.as_str());
    while rest.width() > columns && lines.len() + 1 < most {
        let (first, after) = split(rest, columns);
        lines.push(first.trim_end().to_owned());
        rest = after.trim_start();
    }
    lines.push(cut(rest, columns));
    lines
}

/// One line of at most `columns` columns.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    format!("{}…", fitting(text, columns.saturating_sub(1)).trim_end())
}

/// Breaks after the last blank of the columns, or within a word that is longer than the line.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let start = fitting(text, columns);
    let at = match start.rfind(' ') {
        Some(blank) if start.len() < text.len() && !text[start.len()..].starts_with(' ') => blank,
        _ => start.len(),
    };
    text.split_at(at)
}

fn fitting(text: &str, columns: usize) -> &str {
    let mut width = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        width += c.width().unwrap_or(0);
        if width > columns {
            break;
        }
        end = at + c.len_utf8();
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_is_broken_and_then_cut() {
        assert_eq!(lines("new", 8), ["new"]);
        assert_eq!(lines("Female, returning", 10), ["Female,", "returning"]);
        assert_eq!(lines("a very long name of a group", 10), ["a very", "long name…"]);
        assert_eq!(lines("Donaudampfschifffahrtsgesellschaft", 10), ["Donaudampf", "schifffah…"]);
        assert_eq!(lines("东北地区的新客户和老客户", 10), ["东北地区的", "新客户和…"]);
        assert_eq!(lines("two\nlines", 20), ["two lines"]);
        assert_eq!(wrapped("one two three four five six", 9, 3), ["one two", "three", "four fiv…"]);
    }
}
