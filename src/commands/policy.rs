//! `policy freeze`: locks a policy as it is, so that what a run is judged by is known to be older than the run.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::lock;
use super::{audit, output};
use crate::error::{Error, exit};
use crate::input::hash::short_hash;
use crate::policy::effective;
use crate::policy::lock::{LockFile, differences};
use crate::report::VERSION;

#[derive(Debug, Args)]
pub struct PolicyArguments {
    #[command(subcommand)]
    pub command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Writes the hash of the policy and the time into a lock beside it
    Freeze(FreezeArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  evenhand policy freeze                        evenhand.toml is recorded in evenhand.lock
  evenhand policy freeze -p policies/offers.toml")]
pub struct FreezeArguments {
    /// Policy to lock
    #[arg(short, long, value_name = "FILE", default_value = "evenhand.toml")]
    pub policy: PathBuf,
    /// The time that is written, for tests
    #[arg(long, hide = true, value_name = "TIME")]
    pub time: Option<String>,
}

pub fn run(arguments: &PolicyArguments) -> Result<u8, Error> {
    match &arguments.command {
        PolicyCommand::Freeze(freeze) => freeze_policy(freeze),
    }
}

fn freeze_policy(arguments: &FreezeArguments) -> Result<u8, Error> {
    let time = time(arguments.time.as_deref())?;
    let path = lock::path_of(&arguments.policy)?;
    // A policy with mistakes is no rule that could be held to.
    let (policy, warnings) = audit::read_checked(&arguments.policy)?;
    let name = policy.path.clone().unwrap_or_default();
    let new = LockFile::new(&name, &policy.sha256, &time, VERSION, &effective::rules(&policy));
    let shown = path.display();
    let mut words = String::new();
    match lock::read(&path) {
        Ok(Some(old)) if old.sha256 == new.sha256 => {
            let words =
                format!("{shown} holds this policy already (sha256 {}, {})\n", short_hash(&old.sha256), old.time);
            audit::write_stdout(words.as_bytes())?;
            return Ok(exit::OK);
        }
        Ok(Some(old)) => words = changes(&old, &new),
        Ok(None) => {}
        Err(why) => words = format!("what was in {shown} {why}; it is replaced\n"),
    }
    output::prepare_file(&path, [arguments.policy.as_path()])?;
    output::write(&path, new.to_toml()?.as_bytes())?;
    for warning in warnings {
        tell!("{warning}");
    }
    words.push_str(&format!("locked {name} in {shown} (sha256 {}, {time})\n", short_hash(&new.sha256)));
    if !policy.frozen {
        words.push_str("note: without `frozen = true` in the policy, audit takes it changed as well\n");
    }
    audit::write_stdout(words.as_bytes())?;
    Ok(exit::OK)
}

fn changes(old: &LockFile, new: &LockFile) -> String {
    let mut words = format!(
        "the lock of {} was of sha256 {}; since then the policy has changed:\n",
        old.time,
        short_hash(&old.sha256)
    );
    let lines = differences(&old.rules, &new.rules);
    if lines.is_empty() {
        words.push_str("  no rule; only comments, layout, or the names of files\n");
    }
    for line in lines {
        words.push_str(&format!("  {line}\n"));
    }
    words
}

fn time(given: Option<&str>) -> Result<String, Error> {
    let now = match given {
        None => Timestamp::now(),
        Some(text) => text
            .parse::<Timestamp>()
            .map_err(|_| Error::usage(format!("--time is a time such as 2026-11-21T18:00:00Z, not `{text}`")))?,
    };
    // Whole seconds are enough, and read better.
    Ok(Timestamp::from_second(now.as_second()).unwrap_or(now).to_string())
}
