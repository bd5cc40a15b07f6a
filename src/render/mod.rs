//! A page or the document → bytes in one dialect. Renderers compute nothing.
//!
//! To add a format: a file here, and its line in [`Format`].

pub mod csv;
pub mod html;
pub mod json;
pub mod markdown;
pub mod text;

use std::io::{self, Write};

use crate::release::Release;
use crate::words;

/// A format of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A summary for the terminal.
    Text,
    /// The whole report with its figures, one file that opens anywhere, report.html.
    Html,
    /// The whole report as Markdown.
    Markdown,
    /// The document itself, result.json.
    Json,
    /// One number per row, metrics.csv.
    Csv,
}

/// Formats that a later version brings.
pub static LATER: &[&str] = &["junit", "sarif", "github"];

/// Whether colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    Plain,
    Coloured,
}

impl Format {
    /// Formats that `-o DIR` writes, each with the name of its file.
    pub const FILES: &[(Format, &str)] = &[
        (Format::Html, "report.html"),
        (Format::Markdown, "report.md"),
        (Format::Json, "result.json"),
        (Format::Csv, "metrics.csv"),
    ];

    pub fn render(self, release: &Release, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text::render(&words::summarise(release), colour, out),
            Format::Html => html::render(&words::compose(release), out),
            Format::Markdown => markdown::render(&words::compose(release), out),
            Format::Json => json::render(release, out),
            Format::Csv => csv::render(release, out),
        }
    }

    pub fn to_bytes(self, release: &Release) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.render(release, Colour::Plain, &mut bytes)?;
        Ok(bytes)
    }
}
