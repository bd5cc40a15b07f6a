//! The page of a form: what it is for, how far it is law, what it asks.

use std::fmt::Write;

use crate::profiles::{self, Kind, Profile, Question};

/// The page of a form; none when no form is called so.
pub fn page(name: &str) -> Option<String> {
    profiles::find(name).map(of_form)
}

fn of_form(form: &Profile) -> String {
    let mut page = format!("{} (form)\n\n{}\n\n", form.id, form.says);
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(page, "  {name:<12} {what}");
    };
    line("title", &form.title);
    if let Some(other) = &form.otherwise {
        line("otherwise", &format!("{}, while `{}` is not answered", other.title, other.unless));
    }
    line("edition", &form.edition);
    let applies = form.applies_from.as_ref().map(|day| format!(", applies from {day}")).unwrap_or_default();
    line("status", &format!("{}{applies}", form.status.id().replace('_', " ")));
    line("looked up", &format!("on {}; stale after {} days", form.verified_on, form.stale_after_days));
    line("source", &form.source);
    page.push_str("\nQuestions, to be answered under `answers` of its [[profile]] in the policy:\n\n");
    let width = form.questions.iter().map(|question| question.id.len()).max().unwrap_or(0);
    for question in &form.questions {
        let _ = writeln!(page, "  {:<width$}  {}", question.id, asked(question));
    }
    page.push_str("\nIt is a draft until every required question is answered and a review of the run is signed.\n");
    page
}

fn asked(question: &Question) -> String {
    let mut notes = Vec::new();
    if question.required {
        notes.push("required".to_owned());
    }
    match (&question.when, &question.is) {
        (Some(when), Some(is)) => notes.push(format!("when {when} is {is}")),
        (Some(when), None) => notes.push(format!("when {when} is answered")),
        _ => {}
    }
    match question.kind {
        Kind::Text => {}
        Kind::Choice => notes.push(format!("{} {}", Kind::Choice.words(), question.choices.join(", "))),
        kind => notes.push(kind.words().to_owned()),
    }
    notes.extend(question.default.as_ref().map(|default| format!("default {default}")));
    if notes.is_empty() { question.asks.clone() } else { format!("{} ({})", question.asks, notes.join("; ")) }
}
