//! `explain` without a name, and `reports/metrics.md`: everything that has a name.

use std::fmt::Write;

use super::change::CHANGES;
use super::people::PEOPLE;
use super::results::RESULTS;
use super::topics::{EVIDENCE, OVER_TIME, REFERENCES, verdict_page};
use super::{cells, sql};
use crate::diagnostic;
use crate::error::exit;
use crate::metrics::outcome::{OUTCOMES, OutcomeMetric};
use crate::metrics::{self, bundles};
use crate::policy::Contrast;
use crate::profiles;
use crate::render::Format;
use crate::result::Verdict;

/// The catalogue for the terminal.
pub fn catalogue() -> String {
    let mut out = String::from("Everything that `evenhand explain NAME` explains.\n");
    let mut section = |title: &str, rows: Vec<(String, String)>| {
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let _ = writeln!(out, "\n{title}");
        for (name, says) in rows {
            let _ = writeln!(out, "  {name:<width$}  {says}");
        }
    };
    let owned =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(id, says)| ((*id).to_owned(), first_sentence(says))).collect();
    section("Metrics", metrics::all().map(|m| (m.id.to_owned(), m.says.to_owned())).collect());
    section("Metrics of an outcome", OUTCOMES.iter().map(|m| (m.id.to_owned(), m.says.to_owned())).collect());
    section("Bundles", bundles::BUNDLES.iter().map(|b| (b.id.to_owned(), b.says.to_owned())).collect());
    section("Contrasts", Contrast::ALL.iter().map(|c| (c.id().to_owned(), first_sentence(c.says()))).collect());
    section("References", owned(REFERENCES));
    section("Evidence", owned(EVIDENCE));
    section("Over time", owned(OVER_TIME));
    section("Verdicts", Verdict::ALL.iter().map(|v| (v.id().to_owned(), first_sentence(verdict_page(*v)))).collect());
    section(
        "In the result",
        RESULTS.iter().chain(PEOPLE).map(|(id, says)| ((*id).to_owned(), first_sentence(says))).collect(),
    );
    section("Files", vec![(cells::NAME.to_owned(), cells::SAYS.to_owned())]);
    section("Engines", vec![(sql::NAME.to_owned(), sql::SAYS.to_owned())]);
    section("Forms", profiles::all().iter().map(|form| (form.id.clone(), first_sentence(&form.says))).collect());
    section("Since an earlier result", owned(CHANGES));
    section("Diagnostics", diagnostic::CODES.iter().map(|c| (c.id.to_owned(), first_sentence(c.says))).collect());
    section("Formats", Format::all().iter().map(|f| (f.name(), first_sentence(f.says()))).collect());
    section("Exit codes", exit::ALL.iter().map(|(code, says)| (code.to_string(), (*says).to_owned())).collect());
    out
}

/// The metrics as Markdown, for `reports/metrics.md`.
pub fn metrics_page() -> String {
    let mut out = String::from(
        "# Metrics\n\nPrinted from the declarations in `src/metrics/`; `evenhand explain NAME` says more of each.\n\n\
         | id | also called | what it says | formula | needs |\n|---|---|---|---|---|\n",
    );
    for metric in metrics::all().chain(OUTCOMES.iter().map(OutcomeMetric::metric)) {
        let needs = metric.needs.words();
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {needs} |",
            metric.id,
            metric.aliases.join(", "),
            metric.says,
            metric.formula.replace('|', "\\|")
        );
    }
    out.push_str("\n## Bundles\n\n| id | stands for | what it says |\n|---|---|---|\n");
    for bundle in bundles::BUNDLES {
        let _ = writeln!(out, "| `{}` | {} | {} |", bundle.id, bundle.parts.join(", "), bundle.says);
    }
    out.push_str("\n## Sources\n\n");
    for (key, text) in bundles::REFERENCES {
        let _ = writeln!(out, "- `{key}`: {text}");
    }
    out
}

fn first_sentence(text: &str) -> String {
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    text[..end].to_owned()
}
