//! A page or the document → bytes in one dialect. Renderers compute nothing.
//!
//! To add a format: a file here, and its line in [`Format`].

pub mod csv;
pub mod forms;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod manifest;
pub mod markdown;
pub mod sarif;
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
    /// A test case for each check row, junit.xml.
    Junit,
    /// A finding for each check row, at its line of the policy, result.sarif.
    Sarif,
    /// Annotations and the job summary of GitHub Actions.
    Github,
}

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
        (Format::Junit, "junit.xml"),
        (Format::Sarif, "result.sarif"),
    ];

    pub fn render(self, release: &Release, colour: Colour, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text::render(&words::summarise(release), colour, out),
            Format::Html => html::render(&words::compose(release), out),
            Format::Markdown => markdown::render(&words::compose(release), out),
            Format::Json => json::render(release, out),
            Format::Csv => csv::render(release, out),
            Format::Junit => junit::render(release, out),
            Format::Sarif => sarif::render(release, out),
            Format::Github => github::render(release, out),
        }
    }

    /// What the format is, for `explain`.
    pub fn says(self) -> &'static str {
        match self {
            Format::Text => text::SAYS,
            Format::Html => html::SAYS,
            Format::Markdown => markdown::SAYS,
            Format::Json => json::SAYS,
            Format::Csv => csv::SAYS,
            Format::Junit => junit::SAYS,
            Format::Sarif => sarif::SAYS,
            Format::Github => github::SAYS,
        }
    }

    /// Every format.
    pub fn all() -> &'static [Format] {
        <Format as clap::ValueEnum>::value_variants()
    }

    /// The name that `--format` takes.
    pub fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub fn to_bytes(self, release: &Release) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.render(release, Colour::Plain, &mut bytes)?;
        Ok(bytes)
    }
}
