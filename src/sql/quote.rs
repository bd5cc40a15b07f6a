//! Names and texts of a policy as SQL: the one place where anything from outside gets into a statement.

use super::dialect::{Form, Names, Texts};

/// Why a name or a text cannot be written.
pub(super) const NUL: char = '\0';
/// How the name of a variable begins, which Spark replaces wherever it stands.
pub(super) const VARIABLE: &str = "${";

impl Form {
    /// A name of a column.
    pub fn name(&self, name: &str) -> String {
        match self.names {
            Names::DoubleQuotes => format!("\"{}\"", name.replace('"', "\"\"")),
            Names::Backticks => format!("`{}`", name.replace('`', "``")),
            Names::BackticksWithBackslash => format!("`{}`", escaped(name, '`', false)),
        }
    }

    /// A text.
    pub fn text_of(&self, text: &str) -> String {
        match self.texts {
            Texts::DoubledOrEscaped if text.contains('\\') => format!("E'{}'", escaped(text, '\'', false)),
            Texts::Doubled | Texts::DoubledOrEscaped => format!("'{}'", text.replace('\'', "''")),
            Texts::Backslash => format!("'{}'", escaped(text, '\'', self.variables)),
        }
    }

    /// Texts in parentheses.
    pub fn texts_of<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> String {
        texts.into_iter().map(|text| self.text_of(text)).collect::<Vec<_>>().join(", ")
    }
}

/// `variables`: the engine replaces `${name}` before it reads the statement.
fn escaped(text: &str, quote: char, variables: bool) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '$' if variables && rest.peek() == Some(&'{') => out.push_str("\\u0024"),
            _ if c == quote => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Text in a comment: it ends nowhere but at the end of its line, and names no variable.
pub(super) fn comment(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    line.replace(VARIABLE, "$ {")
}

/// The name of a table as it is typed: words as they are, so that the engine finds them as it always does, and whatever else
/// is in quotes; dots divide, except in quotes of any kind. None when it is no name.
pub(super) fn table(form: &Form, name: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = name.trim();
    loop {
        let (part, after) = match rest.chars().next()? {
            quote @ ('"' | '`') => {
                let (inner, after) = quoted(&rest[1..], quote)?;
                (form.name(&inner), after)
            }
            _ => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (if is_word(word) { word.to_owned() } else { form.name(word) }, after)
            }
        };
        if part.chars().all(|c| matches!(c, '"' | '`')) || part.contains(NUL) {
            return None;
        }
        parts.push(part);
        if after.is_empty() {
            return Some(parts.join("."));
        }
        rest = after.strip_prefix('.')?;
    }
}

/// The text up to the closing quote, doubled quotes being one, and what follows.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut inner = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            inner.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            inner.push(c);
            chars.next();
        } else {
            return Some((inner, &text[at + 1..]));
        }
    }
    None
}

fn is_word(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Dialect;

    /// Reads what stands in quotes as an engine does; gives it, and what follows the closing quote.
    fn read(form: &Form, written: &str, quote: char, doubled: bool, backslash: bool) -> (String, String) {
        let mut chars = written.chars().peekable();
        assert_eq!(chars.next(), Some(quote));
        let mut out = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\\' if backslash => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('r') => out.push('\r'),
                    // ClickHouse has no such escape.
                    Some('u') if form.id == "spark" => {
                        let code: String = chars.by_ref().take(4).collect();
                        out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                    }
                    Some(other) => out.push(other),
                    None => panic!("a backslash at the end of {written}"),
                },
                _ if c == quote && doubled && chars.peek() == Some(&quote) => {
                    chars.next();
                    out.push(quote);
                }
                _ if c == quote => return (out, chars.collect()),
                _ => out.push(c),
            }
        }
        panic!("{written} never ends");
    }

    /// Every text of up to four characters that mean something to a reader of SQL.
    fn nasty() -> Vec<String> {
        let characters = ['\'', '"', '`', '\\', 'a', '$', '{', '\n', '-'];
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..4 {
            last = last.iter().flat_map(|text| characters.map(|c| format!("{text}{c}"))).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn what_is_quoted_is_read_back_and_ends_where_it_should() {
        for dialect in Dialect::ALL {
            let form = dialect.form();
            for text in nasty() {
                let written = form.text_of(&text);
                let (escaped, plain) = match written.strip_prefix('E') {
                    Some(escaped) => (true, escaped),
                    None => (form.texts == Texts::Backslash, written.as_str()),
                };
                // Two quotes beside each other are no quote where a backslash makes one.
                let found = read(form, plain, '\'', form.texts != Texts::Backslash, escaped);
                assert_eq!(found, (text.clone(), String::new()), "{}: {written}", dialect.id());
                let written = form.name(&text);
                let (quote, backslash) = match form.names {
                    Names::DoubleQuotes => ('"', false),
                    Names::Backticks => ('`', false),
                    Names::BackticksWithBackslash => ('`', true),
                };
                let found = read(form, &written, quote, !backslash, backslash);
                assert_eq!(found, (text.clone(), String::new()), "{}: {written}", dialect.id());
                let line = comment(&text);
                assert!(!line.contains(['\n', '\r']) && !line.contains("${"), "{line:?}");
                assert!(form.id != "spark" || !form.text_of(&text).contains("${"), "{text}");
            }
        }
    }

    #[test]
    fn a_table_is_written_as_in_sql() {
        let (postgres, spark) = (Dialect::Postgres.form(), Dialect::Spark.form());
        for (form, name, written) in [
            (postgres, "offers", Some("offers")),
            (postgres, "Sales.Offers", Some("Sales.Offers")),
            (postgres, "sales.\"my \"\"own\"\".table\"", Some("sales.\"my \"\"own\"\".table\"")),
            (postgres, "offers; DROP TABLE offers", Some("\"offers; DROP TABLE offers\"")),
            (postgres, "offers -- x", Some("\"offers -- x\"")),
            (spark, "parquet.`/data/a.parquet`", Some("parquet.`/data/a.parquet`")),
            (spark, "2026-offers", Some("`2026-offers`")),
            (postgres, "", None),
            (postgres, "a..b", None),
            (postgres, "\"a", None),
            (postgres, "\"a\"b", None),
            (postgres, "\"\"", None),
        ] {
            assert_eq!(table(form, name).as_deref(), written, "{name}");
        }
    }
}
