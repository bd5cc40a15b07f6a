//! `sql`: the one pass as a statement, for engines that have the rows already.

use std::path::PathBuf;

use clap::Args;

use super::arguments::RoleFlags;
use super::{audit, output};
use crate::error::{Error, exit};
use crate::input::Source;
use crate::report;
use crate::sql::{self, Dialect};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand sql -p evenhand.toml --dialect postgres --table sales.offers -o cells.sql
  psql -X --csv -f cells.sql > cells.csv
  evenhand audit cells.csv -p evenhand.toml")]
pub struct SqlArguments {
    /// Policy file; ./evenhand.toml when no role is given by a flag
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The engine whose SQL is printed
    #[arg(long, value_name = "D")]
    pub dialect: Dialect,
    /// Table that holds the rows, as it is written in SQL
    #[arg(long, value_name = "NAME", default_value = sql::YOUR_TABLE)]
    pub table: String,
    /// File to write; standard output when absent
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub roles: RoleFlags,
}

pub fn run(arguments: &SqlArguments) -> Result<u8, Error> {
    let loaded = audit::load(arguments.policy.as_deref(), &arguments.roles, audit::LockUse::Held)?;
    let statement = sql::print(&loaded.policy, arguments.dialect, &arguments.table, report::VERSION)?;
    match &arguments.output {
        None => audit::write_stdout(statement.as_bytes())?,
        Some(path) => {
            // The statement is of no use where the rows were.
            let data = loaded.sources(&[]).unwrap_or_default();
            output::prepare_file(path, loaded.files().chain(data.iter().filter_map(Source::path)))?;
            output::write(path, statement.as_bytes())?;
        }
    }
    for warning in &loaded.warnings {
        tell!("{warning}");
    }
    Ok(exit::OK)
}
