//! JUnit XML: a test case for each check row, for everything that shows test results.

use std::io::{self, Write};

use super::text::plain;
use crate::figures::svg::escape;
use crate::release::Release;
use crate::result::{CheckRow, DiagnosticView, Document, Gate, Verdict};
use crate::words::gate;

/// What `explain junit` says.
pub const SAYS: &str = "\
The check rows as test cases of JUnit XML, which every CI shows. The class is the check; the name is metric, contrast and group.

  not met, and it gates                     failure, of type not_met
  inconclusive or not applicable            error under on_inconclusive = \"error\", else skipped
  not met under on_fail = \"warn\", \"report\"  skipped: it does not gate, so it does not turn the build red
  not met, waived                           skipped, with waiver and last day
  not met as in the baseline, no worse      skipped
  a diagnostic of level error               failure, of the class diagnostics: it gates as well

The message is the sentence of the report. Where nothing could be judged, one error says so. JUnit has no third answer besides \
good and bad, so a run that is skipped is not one that is met: let the exit code decide. Properties hold run, policy with its \
SHA-256, verdict and exit code. Times are 0 and the only date is `as_of`, so that the same rows give the same bytes.";

/// One test case.
struct Case {
    class: String,
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Met(String),
    Failure { kind: String, message: String },
    Error { kind: String, message: String },
    Skipped(String),
}

pub fn render(release: &Release, out: &mut dyn Write) -> io::Result<()> {
    let document = release.document();
    let diagnostics: Vec<Case> =
        document.diagnostics.iter().filter(|d| d.level == "error").map(|d| of_diagnostic(document, d)).collect();
    let nothing = gate::nothing_judged(document).map(of_nothing);
    let of = |wanted: fn(Gate) -> bool| document.checks.iter().filter(|row| wanted(row.gate())).count();
    let tests = document.checks.len() + diagnostics.len() + usize::from(nothing.is_some());
    let failures = of(|gate| gate == Gate::NotMet) + diagnostics.len();
    let errors = of(|gate| gate == Gate::Open) + usize::from(nothing.is_some());
    let skipped = of(|gate| !matches!(gate, Gate::NotMet | Gate::Open | Gate::Met));
    let name = document.about.system.as_deref().unwrap_or("evenhand");
    let counted = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"evenhand\" time=\"0\" {counted}>")?;
    let as_of = escape(&document.run.as_of);
    writeln!(
        out,
        "<testsuite name=\"{}\" time=\"0\" timestamp=\"{as_of}T00:00:00\" {counted} skipped=\"{skipped}\">",
        escape(name)
    )?;
    writeln!(out, "<properties>")?;
    for (name, value) in properties(document) {
        writeln!(out, "<property name=\"{name}\" value=\"{}\"/>", escape(&value))?;
    }
    writeln!(out, "</properties>")?;
    // Rows are composed one by one: there can be very many.
    for row in &document.checks {
        write_case(&of_row(document, row), out)?;
    }
    for case in diagnostics.iter().chain(&nothing) {
        write_case(case, out)?;
    }
    let others = document.diagnostics.iter().filter(|d| d.level != "error");
    let others: Vec<String> =
        others.map(|d| format!("{}[{}]: {}", d.level, d.code, gate::diagnosed(document, d))).collect();
    if !others.is_empty() {
        writeln!(
            out,
            "<system-err>{}</system-err>",
            others.iter().map(|d| escape(&plain(d))).collect::<Vec<_>>().join("\n")
        )?;
    }
    writeln!(out, "</testsuite>\n</testsuites>")
}

fn properties(document: &Document) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("evenhand.version", document.tool.version.clone()),
        ("evenhand.run", document.run.id.clone()),
        ("evenhand.as_of", document.run.as_of.clone()),
        ("evenhand.exploratory", document.run.exploratory.to_string()),
    ];
    properties.extend(document.policy.path.clone().map(|path| ("evenhand.policy", path)));
    properties.push(("evenhand.policy_sha256", document.policy.sha256.clone()));
    properties.push(("evenhand.verdict", document.verdict.id().to_owned()));
    properties.push(("evenhand.exit_code", document.exit_code.to_string()));
    properties
}

/// A broken rule of the policy gates as a row does.
fn of_diagnostic(document: &Document, diagnostic: &DiagnosticView) -> Case {
    Case {
        class: "diagnostics".to_owned(),
        name: format!("{}: {}", diagnostic.code, diagnostic.message),
        outcome: Outcome::Failure { kind: diagnostic.code.clone(), message: gate::diagnosed(document, diagnostic) },
    }
}

fn of_nothing(message: String) -> Case {
    Case {
        class: "evenhand".to_owned(),
        name: "something was judged".to_owned(),
        outcome: Outcome::Error { kind: Verdict::Inconclusive.id().to_owned(), message },
    }
}

fn of_row(document: &Document, row: &CheckRow) -> Case {
    let kind = || row.verdict.id().to_owned();
    // Why a row is skipped comes first: lists of tests cut what is long.
    let skipped = || {
        let why = gate::why(row).map(|why| format!("{why} ")).unwrap_or_default();
        format!("{why}{}", gate::found(document, row))
    };
    let outcome = match row.gate() {
        Gate::Met => Outcome::Met(gate::found(document, row)),
        Gate::NotMet => Outcome::Failure { kind: kind(), message: gate::told(document, row) },
        Gate::Open => Outcome::Error { kind: kind(), message: gate::told(document, row) },
        Gate::Waived => Outcome::Skipped(format!("{}. {}", gate::waived(document, row), gate::found(document, row))),
        Gate::Warned | Gate::Known | Gate::Reported | Gate::Unjudged | Gate::Ignored => Outcome::Skipped(skipped()),
    };
    Case { class: row.id.clone(), name: gate::row_name(row), outcome }
}

fn write_case(case: &Case, out: &mut dyn Write) -> io::Result<()> {
    let text = |words: &str| escape(&plain(words));
    writeln!(out, "<testcase classname=\"{}\" name=\"{}\" time=\"0\">", text(&case.class), text(&case.name))?;
    match &case.outcome {
        Outcome::Met(message) => writeln!(out, "<system-out>{}</system-out>", text(message))?,
        Outcome::Failure { kind, message } => {
            let message = text(message);
            writeln!(out, "<failure type=\"{}\" message=\"{message}\">{message}</failure>", text(kind))?;
        }
        Outcome::Error { kind, message } => {
            let message = text(message);
            writeln!(out, "<error type=\"{}\" message=\"{message}\">{message}</error>", text(kind))?;
        }
        Outcome::Skipped(message) => writeln!(out, "<skipped message=\"{}\"/>", text(message))?,
    }
    writeln!(out, "</testcase>")
}
