//! What can go wrong in the user's world, and the exit code it ends in.

use std::path::Path;

use crate::diagnostic::Diagnostic;

/// The exit codes of the program; scripts build on them.
pub mod exit {
    /// No check that gates is not met, and none is inconclusive where that gates.
    pub const OK: u8 = 0;
    /// A check that gates is not met and not waived, or the policy's own rules are broken.
    pub const NOT_MET: u8 = 1;
    /// The command line, the policy or the roles are wrong.
    pub const USAGE: u8 = 2;
    /// Nothing is not met, but something that gates could not be judged.
    pub const INCONCLUSIVE: u8 = 3;
    /// The data cannot be read, are invalid for their role, or an output cannot be written.
    pub const DATA: u8 = 4;
    /// Evidence is incomplete, altered or overdue.
    pub const INCOMPLETE: u8 = 5;
    /// A bug of evenhand.
    pub const BUG: u8 = 70;

    /// Every code of this version with its meaning, for `explain` and README.
    pub const ALL: &[(u8, &str)] = &[
        (
            OK,
            "no check at `on_fail = \"error\"` is not met, and none is inconclusive under `on_inconclusive = \"error\"`",
        ),
        (
            NOT_MET,
            "a check at `on_fail = \"error\"` is not met and not let through by a waiver, or the policy's own rules are broken: a waiver expired, self-approved, too long or naming an unknown check; a declared group absent from the data; a check or a group of the earlier result (`baseline`) that disappeared",
        ),
        (USAGE, "the command line, the policy or a role is wrong; the message says where"),
        (
            INCONCLUSIVE,
            "nothing is not met, but a check is inconclusive or not applicable under `on_inconclusive = \"error\"`; or there is no check row; or nothing could be judged",
        ),
        (DATA, "the data cannot be read, are invalid for their role, or an output cannot be written"),
        (
            INCOMPLETE,
            "evidence is incomplete, altered or overdue: a review is due, a sign-off is missing, or `verify` found what does not agree",
        ),
        (BUG, "a bug of evenhand; the message says where to report it"),
    ];
}

/// A mistake that the person at the keyboard can mend. A bug is a panic, told apart in `main`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy, the roles or the command line: every mistake that was found.
    #[error("{}", join(.0))]
    Policy(Vec<Diagnostic>),
    /// The data, with the place.
    #[error("{0}")]
    Data(Box<Diagnostic>),
    /// Evidence that is incomplete, altered or overdue.
    #[error("{0}")]
    Incomplete(String),
    /// An output that cannot be written.
    #[error("cannot write {path}: {why}")]
    Output { path: String, why: String },
}

impl Error {
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Policy(_) => exit::USAGE,
            Error::Data(_) | Error::Output { .. } => exit::DATA,
            Error::Incomplete(_) => exit::INCOMPLETE,
        }
    }

    /// Something about the data, with its place.
    pub fn data(diagnostic: Diagnostic) -> Error {
        Error::Data(Box::new(diagnostic))
    }

    /// A mistake of the command line.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::Policy(vec![Diagnostic::error("usage", message)])
    }

    /// An output that cannot be written, in the words of the operating system.
    pub fn output(path: &Path, why: &std::io::Error) -> Error {
        Error::Output { path: path.display().to_string(), why: why.to_string() }
    }
}

fn join(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n")
}
