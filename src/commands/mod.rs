//! The commands: from the words on the command line to an exit code.

/// Writes a line to standard error; that nobody can read it is no reason to stop.
macro_rules! tell {
    ($($words:tt)*) => {
        let _ = std::io::Write::write_fmt(&mut anstream::stderr(), format_args!("{}\n", format_args!($($words)*)));
    };
}

pub mod arguments;
pub mod audit;
pub mod compare;
pub mod compare_rows;
pub mod database;
pub mod policy;
pub mod review;
pub mod reviewed;
pub mod verify;
pub mod demo;
pub mod flags;
pub mod init;
pub mod job;
pub mod lock;
pub mod output;
pub mod print;
pub mod progress;
pub mod shards;
pub mod sql;
pub mod stored;

use std::process::ExitCode;

use arguments::{Arguments, Command};

use crate::error::Error;

/// Runs a command; errors are told on standard error.
pub fn run(arguments: Arguments) -> ExitCode {
    let outcome = match arguments.command {
        Command::Audit(audit) => audit::run(audit),
        Command::Demo(demo) => demo::run(&demo),
        Command::Init(init) => init::run(&init),
        Command::Tally(tally) => shards::tally(&tally),
        Command::Merge(merge) => shards::merge(&merge),
        Command::Sql(sql) => sql::run(&sql),
        Command::Explain(explain) => print::explain(explain.name.as_deref()),
        Command::Report(report) => print::report(&report),
        Command::Compare(compare) => compare::run(&compare),
        Command::Policy(policy) => policy::run(&policy),
        Command::Review(review) => review::run(&review),
        Command::Verify(verify) => verify::run(&verify),
        Command::Schema(schema) => print::schema(schema.of),
        Command::Completions(completions) => print::completions(completions.shell),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => tell(&error),
    }
}

fn tell(error: &Error) -> ExitCode {
    let code = error.exit_code();
    tell!("{error}");
    ExitCode::from(code)
}
