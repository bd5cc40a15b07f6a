//! What a run as a whole comes to, in one sentence: its verdict, and its exit code.

use super::page::{Block, Mark};
use super::{privacy, waivers};
use crate::error::exit;
use crate::result::{CheckRow, Document, Gate, Verdict};

/// One sentence for the whole run.
pub fn headline(document: &Document) -> String {
    let total = document.checks.len();
    let of = |mark: Mark| document.checks.iter().filter(|row| Mark::of(row) == mark).count();
    let counts: Vec<String> = Mark::ALL
        .into_iter()
        .map(|mark| (of(mark), mark))
        .filter(|(n, _)| *n > 0)
        .map(|(n, mark)| format!("{n} {}", mark.word()))
        .collect();
    let counts = counts.join(", ");
    if of(Mark::Hidden) > 0 {
        return with_hidden(document, &counts);
    }
    if let Some(words) = headline_with_waivers(document, &counts) {
        return words;
    }
    if let Some(words) = headline_with_unnamed(document, &counts) {
        return words;
    }
    match (document.verdict, total) {
        (_, 0) if document.policy.checks.is_empty() => {
            "Nothing was judged: the policy has no [[check]] of what it measures.".to_owned()
        }
        (_, 0) => "Nothing was judged: no check applies to any group.".to_owned(),
        (Verdict::Met, _) => {
            // An estimate alone shows nothing; the interval does.
            let shown = if document.checks.iter().all(|row| row.evidence != "point") { "shown to be " } else { "" };
            match total {
                1 => format!("The one check row is {shown}within its limits."),
                _ => format!("All {total} check rows are {shown}within their limits."),
            }
        }
        (Verdict::NotMet, 1) => "The one check row is beyond its limits.".to_owned(),
        (Verdict::NotMet, _) => {
            let n = of(Mark::NotMet);
            let verb = if n == 1 { "is" } else { "are" };
            format!("{n} of {total} check rows {verb} beyond the limits ({counts}).")
        }
        (_, 1) => "The one check row could not be shown to be within its limits, nor beyond them.".to_owned(),
        _ => format!("Nothing is beyond the limits, but not everything could be shown to be within them ({counts})."),
    }
}

/// The same where some rows are hidden: what the others come to.
fn with_hidden(document: &Document, counts: &str) -> String {
    let any = |wanted: fn(&CheckRow) -> bool| document.checks.iter().any(|row| !privacy::is_hidden(row) && wanted(row));
    let whole = match document.verdict {
        _ if document.checks.iter().all(privacy::is_hidden) => {
            return "The results of all checks are hidden.".to_owned();
        }
        Verdict::NotMet => "Of the check rows that are shown, some are beyond the limits",
        _ if any(|row| row.verdict == Verdict::NotMet) => {
            "Of the check rows that are shown, some are beyond the limits, and a waiver lets them through"
        }
        _ if any(|row| row.verdict != Verdict::Met) => {
            "Of the check rows that are shown, none is beyond the limits, but not all could be shown to be within them"
        }
        _ => "All check rows that are shown are within their limits",
    };
    format!("{whole} ({counts}).")
}

/// The headline where a waiver lets a row through; none where no row is.
fn headline_with_waivers(document: &Document, counts: &str) -> Option<String> {
    let total = document.checks.len();
    let waived: Vec<&CheckRow> = document.checks.iter().filter(|row| row.waived_by.is_some()).collect();
    if waived.is_empty() {
        return None;
    }
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let beyond: Vec<&CheckRow> = waived.iter().copied().filter(|row| row.verdict == Verdict::NotMet).collect();
    let all_beyond = document.checks.iter().filter(|row| row.verdict == Verdict::NotMet).count();
    let open = waived.len() - beyond.len();
    let through = waivers::let_through(document, if beyond.is_empty() { &waived } else { &beyond });
    if total == 1 {
        let what = if open == 0 { "is beyond its limits" } else { "could not be concluded" };
        return Some(format!("The one check row {what} and is {through}."));
    }
    let what = match (beyond.len(), open) {
        _ if document.verdict == Verdict::NotMet && beyond.is_empty() => {
            format!("{all_beyond} of {total} check rows {} beyond the limits", is(all_beyond))
        }
        _ if document.verdict == Verdict::NotMet => format!(
            "{all_beyond} of {total} check rows {} beyond the limits, {} of them {through}",
            is(all_beyond),
            beyond.len()
        ),
        (0, n) => format!("{n} of {total} check rows could not be concluded and {} {through}", is(n)),
        (n, _) => format!("{n} of {total} check rows {} beyond the limits and {through}", is(n)),
    };
    let others = match document.verdict {
        _ if waived.len() == total => "",
        Verdict::NotMet => "",
        Verdict::Met => "; the others are within theirs",
        _ => "; of the others nothing is beyond them, but not everything could be shown to be within",
    };
    Some(format!("{what}{others} ({counts})."))
}

/// The headline for the public, who is told that rows are let through and not by which waiver: the run is better than its rows.
fn headline_with_unnamed(document: &Document, counts: &str) -> Option<String> {
    let total = document.checks.len();
    let of = |wanted: fn(&CheckRow) -> bool| document.checks.iter().filter(|row| wanted(row)).count();
    let beyond = of(|row| row.verdict == Verdict::NotMet);
    let open = of(|row| !matches!(row.verdict, Verdict::Met | Verdict::NotMet));
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let through = "let through for a time";
    let what = match (document.verdict, beyond, open) {
        (Verdict::NotMet, ..) | (_, 0, 0) | (Verdict::Inconclusive | Verdict::NotApplicable, 0, _) => return None,
        _ if total == 1 && beyond == 1 => {
            return Some(format!("The one check row is beyond its limits and is {through}."));
        }
        _ if total == 1 => return Some(format!("The one check row could not be concluded and is {through}.")),
        (Verdict::Met, 0, n) => format!("{n} of {total} check rows could not be concluded and {} {through}", is(n)),
        (Verdict::Met, n, m) if m > 0 => {
            format!(
                "{n} of {total} check rows {} beyond the limits and {m} could not be concluded; all are {through}",
                is(n)
            )
        }
        (_, n, _) => format!("{n} of {total} check rows {} beyond the limits and {through}", is(n)),
    };
    let others = match document.verdict {
        Verdict::Met if beyond + open < total => "; the others are within theirs",
        Verdict::Inconclusive if beyond < total => {
            "; of the others nothing is beyond them, but not everything could be shown to be within"
        }
        _ => "",
    };
    Some(format!("{what}{others} ({counts})."))
}

/// The exit code and why; nothing where rows are hidden, because the exit code is that of all rows, and nothing for the public, who
/// has no gate.
pub fn gate_line(document: &Document) -> Option<Block> {
    let hides = privacy::is_public(document) || document.checks.iter().any(privacy::is_hidden);
    (!hides).then(|| Block::Paragraph(format!("Gate: exit code {} ({}).", document.exit_code, gate(document))))
}

/// What the exit code says.
pub fn gate(document: &Document) -> String {
    let beyond = |row: &&CheckRow| row.verdict == Verdict::NotMet;
    let (waived, open): (Vec<&CheckRow>, Vec<&CheckRow>) =
        document.checks.iter().filter(beyond).partition(|row| row.waived_by.is_some());
    let but = match waived.is_empty() {
        true => String::new(),
        false => format!(" but what is {}", waivers::let_through(document, &waived)),
    };
    match document.exit_code {
        exit::OK if open.iter().any(|row| row.known) => {
            format!(
                "what is beyond the limits was so before, and is not shown to be worse by more than the policy allows{but}"
            )
        }
        exit::OK if !open.is_empty() => {
            let or = if waived.is_empty() { "" } else { ", or a waiver lets it through" };
            format!("what is beyond the limits does not gate: its `on_fail` is not \"error\"{or}")
        }
        exit::OK => format!("nothing that gates is beyond its limits{but}"),
        exit::NOT_MET => not_met(document, &open),
        _ => format!("nothing that gates is beyond its limits{but}, but it could not all be judged"),
    }
}

/// Why the exit code is 1: every reason there is.
fn not_met(document: &Document, open: &[&CheckRow]) -> String {
    let errors: Vec<&str> =
        document.diagnostics.iter().filter(|d| d.level == "error").map(|d| d.code.as_str()).collect();
    let mut why = Vec::new();
    if open.iter().any(|row| row.gate() == Gate::NotMet) {
        why.push("a check that gates is beyond its limits");
    }
    if errors.contains(&"group-absent") {
        why.push("a declared group is absent");
    }
    if errors.iter().any(|code| code.starts_with("waiver-")) {
        why.push("a rule for waivers is broken");
    }
    if errors.iter().any(|code| code.ends_with("-disappeared")) {
        why.push("a check or a group of the earlier result disappeared");
    }
    let told = |code: &str| code == "group-absent" || code.starts_with("waiver-") || code.ends_with("-disappeared");
    if errors.iter().any(|code| !told(code)) {
        why.push("a rule of the policy is broken");
    }
    why.join("; ")
}
