//! `compare`: what changed between two stored results.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::arguments::RoleFlags;
use super::{audit, compare_rows, output, stored};
use crate::change::{self, Baseline, outcome, unlike, vanished};
use crate::error::Error;
use crate::render::{Colour, Format, html, json, markdown, text};
use crate::report::{VERSION, diagnostic_view};
use crate::result::{CHANGE_SCHEMA, Comparing, Tool};
use crate::words;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand compare last/result.json out/result.json
  evenhand compare last/result.json out/result.json --format html -o changes.html
  evenhand compare v1.csv v2.csv --join customer_id -p evenhand.toml

Two results are taken for independent samples: different rows, as of two months. With --join, OLD and NEW are data that two
models decided: rows with the same key are the same, and intervals of changes allow for it.

Exit codes:
  0  nothing disappeared, and no row that gates is newly beyond its limits, or beyond them and worse
  1  a check or a group disappeared, or such a row is
  2  usage, or the two results count different things
  4  a file cannot be read or written
With --join the exit code is that of `audit` over the rows of NEW that OLD has.")]
pub struct CompareArguments {
    /// The result before; with --join the data before
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The result after; with --join the data after
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How to print it: text, markdown, json or html
    #[arg(long, value_name = "FORMAT", hide_possible_values = true, default_value = "text")]
    pub format: Format,
    /// File to write; standard output when absent
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// OLD and NEW are data: the column that says which row is which. Its values are never printed
    #[arg(long, value_name = "COLUMN")]
    pub join: Option<String>,
    /// Policy file of the data, with --join; ./evenhand.toml when no role is given by a flag
    #[arg(short, long, value_name = "FILE", requires = "join")]
    pub policy: Option<PathBuf>,
    /// The day of the run, with --join (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", requires = "join")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub roles: RoleFlags,
}

pub fn run(arguments: &CompareArguments) -> Result<u8, Error> {
    if !matches!(arguments.format, Format::Text | Format::Markdown | Format::Json | Format::Html) {
        return Err(Error::usage("`compare` prints text, markdown, json or html"));
    }
    if let Some(path) = &arguments.output {
        output::prepare_file(path, [arguments.old.as_path(), &arguments.new])?;
    }
    if let Some(key) = &arguments.join {
        return compare_rows::run(arguments, key);
    }
    if arguments.roles.any() {
        return Err(Error::usage("flags of roles go with data, not with results; is `--join COLUMN` missing?"));
    }
    let comparing = of_results(arguments)?;
    match &arguments.output {
        Some(path) => {
            let bytes = render(&comparing, arguments.format, Colour::Plain).map_err(|e| Error::output(path, &e))?;
            output::write(path, &bytes)?;
        }
        None => {
            let standard_output = std::path::Path::new("(standard output)");
            let colour = audit::colour(arguments.format);
            let bytes = render(&comparing, arguments.format, colour).map_err(|e| Error::output(standard_output, &e))?;
            audit::write_stdout(&bytes)?;
        }
    }
    Ok(comparing.exit_code)
}

/// Two stored results, taken for independent samples.
fn of_results(arguments: &CompareArguments) -> Result<Comparing, Error> {
    let read = |path: &PathBuf| {
        let shown = path.display().to_string();
        // A file that is not there is told by the reading.
        if path.is_file() && !stored::is_result(path) {
            return Err(Error::usage(format!(
                "{shown} is no result that `audit` wrote (result.json); audit the data first, and compare the results"
            )));
        }
        stored::baseline(path, &shown)
    };
    let (before, after) = (read(&arguments.old)?, read(&arguments.new)?);
    unlike::check_stored(&before, &after.document)?;
    Ok(compare(&before, &after))
}

fn compare(before: &Baseline, after: &Baseline) -> Comparing {
    let present = vanished::Present::of(&after.document);
    let mut diagnostics = vanished::diagnose(before, &present);
    diagnostics.extend(unlike::same_file_stored(before, &after.document));
    let change = change::between(&before.document, &after.document, before.view());
    let levels = [before, after].map(|side| side.document.policy.level);
    Comparing {
        schema: CHANGE_SCHEMA.to_owned(),
        tool: Tool { name: "evenhand".to_owned(), version: VERSION.to_owned() },
        after: after.view(),
        level: (levels[0] == levels[1]).then_some(levels[0]),
        exit_code: outcome::exit_code(&change, &after.document.checks, &diagnostics),
        change,
        diagnostics: diagnostics.into_iter().map(diagnostic_view).collect(),
    }
}

/// The page of changes, or the changes themselves.
fn render(comparing: &Comparing, format: Format, colour: Colour) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let page = || words::change::page(comparing);
    match format {
        Format::Json => json::write(comparing, &mut out)?,
        Format::Html => html::render(&page(), &mut out)?,
        Format::Markdown => markdown::render(&page(), &mut out)?,
        _ => text::render(&page(), colour, &mut out)?,
    }
    Ok(out)
}
