//! A statement as stages, each a SELECT over the one before it, and how they are laid out.

use std::fmt::Write;

use super::quote::comment;

/// A SELECT with a name.
pub(super) struct Stage {
    pub name: &'static str,
    pub says: &'static str,
    pub items: Vec<String>,
    pub from: String,
    /// `WHERE ...`, `GROUP BY ...`
    pub after: Vec<String>,
}

impl Stage {
    pub fn new(name: &'static str, says: &'static str, from: impl Into<String>) -> Stage {
        Stage { name, says, items: Vec::new(), from: from.into(), after: Vec::new() }
    }

    /// A column as it is.
    pub fn keep(&mut self, column: &str) {
        self.items.push(column.to_owned());
    }

    /// A column that is made.
    pub fn add(&mut self, expression: &str, name: &str) {
        self.items.push(format!("{expression} AS {name}"));
    }

    /// The SELECT, moved to the right.
    pub fn select(&self, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let items: Vec<String> = self.items.iter().map(|item| indented(item, indent + 2)).collect();
        let mut out = format!("{pad}SELECT\n{}\n{pad}FROM {}", items.join(",\n"), self.from);
        for line in &self.after {
            let _ = write!(out, "\n{}", indented(line, indent));
        }
        out
    }

    /// `name AS (SELECT ...)`
    pub fn with(&self) -> String {
        format!("{} AS (\n  -- {}\n{}\n)", self.name, comment(self.says), self.select(2))
    }
}

/// A CASE over several lines.
pub(super) fn case(whens: &[(String, String)], otherwise: Option<&str>) -> String {
    let mut out = "CASE".to_owned();
    for (condition, result) in whens {
        let _ = write!(out, "\n  WHEN {} THEN {}", deeper(condition), deeper(result));
    }
    if let Some(otherwise) = otherwise {
        let _ = write!(out, "\n  ELSE {}", deeper(otherwise));
    }
    out + "\nEND"
}

fn deeper(text: &str) -> String {
    text.replace('\n', "\n  ")
}

fn indented(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}
