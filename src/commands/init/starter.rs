//! The policy that `init` writes: what was asked, what a name gave away and somebody has to confirm, and what nobody can guess.

use std::path::Path;

use super::column::{Column, values_of};
use super::questions::{Answers, Measure};
use super::recognise::{ConsentGuess, Guess, Read};
use crate::metrics::outcome::{Better, OutcomeKind};
use crate::policy::theme::Theme;

/// Marks what was taken from the name of a column.
pub const CONFIRM: &str = "CONFIRM";

/// The policy text; what is not known is marked FILL IN and commented out.
pub(super) fn write_policy(data: &str, policy: &Path, columns: &[Column], answers: &Answers) -> String {
    let mut out = String::from(
        "# What evenhand measures and how it judges. `evenhand explain NAME` explains every word.\nversion = 1\n\n",
    );
    out.push_str("[about]                      # printed at the head of every report; all optional\n# system = \"\"\n# model_version = \"\"\n# purpose = \"\"\n# owner = \"\"\n\n[data]\n");
    out.push_str(&format!("files = [{}]\n", quote(&relative(data, policy))));
    roles(&mut out, columns, answers);
    if let Some(consent) = &answers.consent {
        write_consent(&mut out, consent, answers.consent_by_name);
    }
    groups(&mut out, columns, answers);
    for measure in &answers.outcomes {
        outcome(&mut out, measure);
    }
    out.push_str("\n[statistics]\nlevel = 0.95\nmin_group = 30               # smaller groups are measured, not judged\nadjust = \"holm\"              # allows for the number of checks\n");
    checks(&mut out, answers);
    out
}

/// On one line whatever it holds, so that it can stand in a comment.
fn quote(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return toml::Value::String(text.to_owned()).to_string();
    }
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|v| quote(v)).collect::<Vec<_>>().join(", "))
}

/// Words of a comment on one line: what stands in the data could hold a line of its own, which would be a rule.
fn aside(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A line of the policy with what there is to say of it.
fn line(out: &mut String, key_and_value: &str, comment: &str) {
    let comment = aside(comment);
    let line = if comment.is_empty() { key_and_value.to_owned() } else { format!("{key_and_value:<28} # {comment}") };
    out.push_str(line.trim_end());
    out.push('\n');
}

fn decision(out: &mut String, columns: &[Column], answers: &Answers) {
    match &answers.decision {
        Some(decision) => out.push_str(&format!("decision = {}      # what the system did\n", quote(decision))),
        None => out.push_str("# decision = \"\"             # FILL IN: the column that says what the system did\n"),
    }
    if answers.favourable.is_empty() {
        let seen = answers.decision.as_ref().map(|d| values_of(columns, d).join(", ")).unwrap_or_default();
        out.push_str(&format!(
            "# favourable = []            # FILL IN: which of its values are good for the person ({})\n",
            aside(&seen)
        ));
    } else if answers.favourable_by_name {
        let comment = format!("{CONFIRM}: is this good for the person? The name of the column says so");
        line(out, &format!("favourable = {}", list(&answers.favourable)), &comment);
    } else {
        out.push_str(&format!("favourable = {}      # good for the person\n", list(&answers.favourable)));
    }
}

fn roles(out: &mut String, columns: &[Column], answers: &Answers) {
    if answers.decision.is_none() && answers.are_enough() {
        out.push_str("# Nothing is asked about decisions. To ask, name the column (`decision`) and its good values (`favourable`).\n");
    } else {
        decision(out, columns, answers);
    }
    if let Some(label) = &answers.label {
        out.push_str(&format!("label = {}      # what turned out\n", quote(label)));
        if answers.positive.is_empty() {
            out.push_str("# positive = []              # FILL IN: which of its values are positive\n");
        } else {
            out.push_str(&format!("positive = {}\n", list(&answers.positive)));
        }
    }
    if let Some(count) = &answers.count {
        out.push_str(&format!("count = {}      # each row stands for so many\n", quote(count)));
    }
    match &answers.unit {
        Some(unit) if !answers.outcomes.is_empty() => {
            let comment = "whose row it is; it cannot stand beside an [[outcome]] yet, so every row counts by itself";
            line(out, &format!("# unit = {}", quote(unit)), comment);
        }
        Some(unit) => {
            out.push_str(&format!("unit = {}      # whose row it is: intervals count people, not rows\n", quote(unit)))
        }
        None => {}
    }
    out.push_str("missing = [\"\"]               # values that mean: not known\n");
}

/// Whose rows count.
fn write_consent(out: &mut String, consent: &ConsentGuess, by_name: bool) {
    let column = format!("column = {}", quote(&consent.column));
    match &consent.given {
        Some(given) => {
            out.push_str("\n[consent]                    # rows of people who did not agree are left out before anything is read of them\n");
            line(out, &column, "");
            let comment =
                format!("{CONFIRM}: which values say that the person agreed? ({})", consent.values.join(", "));
            let comment = if by_name { comment } else { "which values say that the person agreed".to_owned() };
            line(out, &format!("given = {}", list(std::slice::from_ref(given))), &comment);
            line(
                out,
                "# coverage_by_segment = true",
                "counts by group who did not agree, to say for whom the report speaks;",
            );
            line(out, "# coverage_reason = \"\"", "it needs a reason, in a sentence that is printed");
        }
        None => {
            out.push_str("\n# [consent]                  # FILL IN both lines: rows of people who did not agree are then left out\n");
            line(out, &format!("# {column}"), "");
            line(
                out,
                "# given = []",
                &format!("which values say that the person agreed? ({})", consent.values.join(", ")),
            );
        }
    }
}

fn groups(out: &mut String, columns: &[Column], answers: &Answers) {
    if answers.groups.is_empty() {
        let why = if answers.outcomes.is_empty() { "FILL IN: " } else { "to compare segments: " };
        out.push_str(&format!("\n# [[attribute]]              # {why}columns to group people by\n# name = \"\"\n"));
    }
    for group in &answers.groups {
        out.push_str(&format!("\n[[attribute]]\nname = {}\n", quote(group)));
        match columns.iter().find(|c| c.name == *group) {
            Some(column) if column.is_age_like() || column.is_many() => {
                out.push_str(
                    "bins = [25, 40, 65]          # turns the number into groups; change the edges to yours\n",
                );
            }
            _ => {}
        }
        out.push_str(
            "reference = \"largest\"        # largest | highest-rate | rest | overall | { group = \"...\" }\n",
        );
    }
    if let [first, second, ..] = answers.groups.as_slice() {
        out.push_str(&format!(
            "\n# [intersections]            # people at two levels at once\n# sets = [[{}, {}]]\n",
            quote(first),
            quote(second)
        ));
    }
}

fn outcome(out: &mut String, Measure { guess, confirmed }: &Measure) {
    out.push_str("\n[[outcome]]\n");
    line(out, &format!("name = {}", quote(&guess.name)), "");
    let kind = guess.kind.name();
    match &guess.read {
        Read::Column(column) => {
            if *column != guess.name {
                line(out, &format!("column = {}", quote(column)), "");
            }
            line(out, &format!("kind = {}", quote(kind)), &kind_comment(guess));
        }
        Read::Between { from, to, open } => {
            line(out, &format!("kind = {}", quote(kind)), "");
            line(out, &format!("from = {}", quote(from)), "when it began ...");
            line(out, &format!("to = {}", quote(to)), "... and when it ended");
            if *open {
                let comment = "FILL IN: when was this table made? Cases without an end then count as open, for as long as they \
                               were seen; without this line they are in no number";
                line(out, "# until = \"2026-01-31T18:00:00\"", comment);
            }
        }
    }
    if guess.yes.is_some() {
        let yes: Vec<String> = guess.yes.iter().cloned().collect();
        line(out, &format!("yes = {}", list(&yes)), "");
    }
    if guess.kind == OutcomeKind::Amount {
        match &guess.unit {
            Some(unit) => line(out, &format!("unit = {}", quote(unit)), ""),
            None => line(out, "# unit = \"EUR\"", "FILL IN: what its numbers are in; printed beside them"),
        }
    }
    let better = guess.better.unwrap_or(Better::Neither);
    line(out, &format!("better = {}", quote(better.name())), &better_comment(better, *confirmed));
    match guess.theme {
        Some(theme) => line(out, &format!("theme = {}", quote(theme.name())), "its line of the scorecard"),
        None if matches!(guess.kind, OutcomeKind::Amount | OutcomeKind::YesNo) => {
            let names = Theme::NAMES.join(", ");
            line(out, "# theme = \"\"", &format!("its line of the scorecard, if it is one of: {names}"));
        }
        None => {}
    }
    match guess.bound {
        Some(bound) if *confirmed => {
            line(out, &format!("bound = {bound}"), "from this answer on somebody is content");
        }
        Some(bound) => {
            let comment = format!("{CONFIRM}: from which answer on is somebody content?");
            line(out, &format!("bound = {bound}"), &comment);
        }
        None if guess.kind == OutcomeKind::Duration => {
            let comment = "FILL IN: after how many seconds is it too long? The share of these is then told too";
            line(out, "# bound = 300", comment);
        }
        None => {}
    }
}

fn kind_comment(guess: &Guess) -> String {
    match guess.kind {
        OutcomeKind::Duration if !guess.in_seconds => {
            format!(
                "{CONFIRM}: its numbers are read as seconds; are they minutes? Then write \"amount\" and unit = \"minutes\""
            )
        }
        _ => String::new(),
    }
}

fn better_comment(better: Better, confirmed: bool) -> String {
    match (better, confirmed) {
        (_, true) => "what is good for the person: \"more\", \"less\" or \"neither\"".to_owned(),
        (Better::Neither, false) => format!(
            "{CONFIRM}: is more of it good for the person (\"more\") or bad (\"less\")? While neither, nobody is called worse off"
        ),
        (_, false) => format!("{CONFIRM}: is this what is good for the person? \"more\", \"less\" or \"neither\""),
    }
}

fn checks(out: &mut String, answers: &Answers) {
    let within = quote(&answers.within);
    if answers.decision.is_some() || !answers.are_enough() {
        out.push_str(&format!("\n[[check]]\nid = \"decision-ratio\"\nmetric = \"selection-rate\"\ncontrast = \"ratio\"\nwithin = {within}      # both ways: neither group falls further behind\n"));
    }
    if answers.label.is_some() {
        for (id, metric) in [("true-positives", "true-positive-rate"), ("false-positives", "false-positive-rate")] {
            out.push_str(&format!("\n[[check]]\nid = \"{id}\"\nmetric = \"{metric}\"\ncontrast = \"difference\"\nwithin = \"0.1\"               # at most 10 percentage points apart\n"));
        }
    }
    for Measure { guess, .. } in &answers.outcomes {
        check(out, guess, &within);
    }
}

/// What is good or bad for people is judged; what takes no side is measured.
fn check(out: &mut String, guess: &Guess, within: &str) {
    let name = &guess.name;
    let sided = guess.better.is_some_and(|better| better != Better::Neither);
    let mut add = |id: String, metric: &str, contrast: &str, within: &str, comment: &str| {
        let (id, metric) = (quote(&id), quote(&format!("{name}.{metric}")));
        out.push_str(&format!("\n[[check]]\nid = {id}\nmetric = {metric}\ncontrast = \"{contrast}\"\n"));
        line(out, &format!("within = {within}"), comment);
    };
    let both_ways = "both ways, of the other's number";
    match guess.kind {
        _ if !sided => {}
        OutcomeKind::Duration => add(name.clone(), "median", "ratio", within, both_ways),
        OutcomeKind::YesNo => add(name.clone(), "share-yes", "ratio", within, both_ways),
        OutcomeKind::Ordinal => {
            let points = "at most 10 percentage points apart";
            add(name.clone(), "top-box", "difference", "\"0.1\"", points);
            if guess.missing {
                add(
                    format!("{name}-answers"),
                    "answered",
                    "ratio",
                    within,
                    "does every segment answer about as often?",
                );
            }
        }
        _ if guess.positive => add(name.clone(), "mean", "ratio", within, both_ways),
        _ => {}
    }
}

/// Files of a policy are relative to it.
fn relative(data: &str, policy: &Path) -> String {
    let folder = policy.parent().filter(|f| !f.as_os_str().is_empty());
    match folder {
        None => data.to_owned(),
        Some(folder) => match Path::new(data).strip_prefix(folder) {
            Ok(inside) => inside.to_string_lossy().into_owned(),
            Err(_) => std::path::absolute(data).map_or_else(|_| data.to_owned(), |p| p.to_string_lossy().into_owned()),
        },
    }
}
