//! What a job of continuous integration shows beside the policy file: what gates first, no more of each level than is shown.

use super::compose::importance;
use super::gate::{diagnosed, line, line_of, nothing_judged, subject, told};
use super::numbers::counted;
use crate::result::{CheckRow, DiagnosticView, Document, Gate};

/// How much an annotation matters: what gates, what the policy asks to be warned of, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Error, Level::Warning, Level::Note];

    /// The level of a check row; none for what needs no word.
    pub fn of(row: &CheckRow) -> Option<Level> {
        match row.gate() {
            Gate::NotMet | Gate::Open => Some(Level::Error),
            Gate::Warned | Gate::Unjudged => Some(Level::Warning),
            Gate::Known | Gate::Reported | Gate::Waived => Some(Level::Note),
            Gate::Ignored | Gate::Met => None,
        }
    }

    fn of_diagnostic(diagnostic: &DiagnosticView) -> Level {
        match diagnostic.level.as_str() {
            "error" => Level::Error,
            "warning" => Level::Warning,
            _ => Level::Note,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// One line beside the policy file.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    pub level: Level,
    pub title: String,
    pub message: String,
    /// Line of the policy file, where there is one.
    pub line: Option<u64>,
}

/// The annotations of a result, at most so many of each level; where there are more, the last one says how many.
pub fn annotations(document: &Document, most: usize) -> Vec<Annotation> {
    Level::ALL.into_iter().flat_map(|level| of_level(document, level, most)).collect()
}

fn of_level(document: &Document, level: Level, most: usize) -> Vec<Annotation> {
    let diagnostics: Vec<&DiagnosticView> =
        document.diagnostics.iter().filter(|d| Level::of_diagnostic(d) == level).collect();
    let mut rows: Vec<&CheckRow> = document.checks.iter().filter(|row| Level::of(row) == Some(level)).collect();
    rows.sort_by_key(|row| (row.gate(), importance(row)));
    let about_rows = |row: &CheckRow| Annotation {
        level,
        title: format!("{}: {}", row.id, subject(row)),
        message: told(document, row),
        line: line(document, row),
    };
    let about_diagnostics = |diagnostic: &DiagnosticView| Annotation {
        level,
        title: diagnostic.code.clone(),
        message: diagnosed(document, diagnostic),
        line: line_of(document, diagnostic),
    };
    let nothing = nothing_judged(document).filter(|_| level == Level::Error);
    let nothing = nothing.map(|message| Annotation { level, title: "evenhand".to_owned(), message, line: None });
    let all = usize::from(nothing.is_some()) + diagnostics.len() + rows.len();
    let shown = if all > most { most.saturating_sub(1) } else { all };
    // Broken rules of the policy are few and about everything; after what gates, rows say more than other diagnostics.
    let of_diagnostics = diagnostics.into_iter().map(about_diagnostics);
    let of_rows = rows.into_iter().map(about_rows);
    let mut told: Vec<Annotation> = if level == Level::Error {
        nothing.into_iter().chain(of_diagnostics).chain(of_rows).take(shown).collect()
    } else {
        of_rows.chain(of_diagnostics).take(shown).collect()
    };
    if all > shown && most > 0 {
        let more = counted((all - shown) as u64, &format!("more {}", level.noun()));
        let message = format!("{more} than can be shown here: the job summary and the reports name them.");
        told.push(Annotation { level, title: "evenhand".to_owned(), message, line: None });
    }
    told
}
