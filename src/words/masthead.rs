//! What stands at the head of a report: what it is about, and what it was made of.

use super::numbers::{count, counted};
use super::page::Block;
use super::privacy;
use super::sentences::upper_first;
use crate::metrics::outcome::Better;
use crate::result::{Document, short_hash};

/// What the report is called.
pub fn title(document: &Document) -> String {
    let about = &document.about;
    match (&about.system, &about.model_version) {
        (Some(system), Some(version)) => format!("evenhand report: {system}, version {version}"),
        (Some(system), None) => format!("evenhand report: {system}"),
        _ => "evenhand report".to_owned(),
    }
}

/// What the numbers are about, in one line.
pub fn orientation(document: &Document) -> String {
    let sources = document.data.sources.iter().filter(|source| !source.notes.is_empty());
    let notes: String = sources.map(|source| format!(" {}: {}.", source.path, source.notes.join("; "))).collect();
    let good = good_words(document).map(|words| format!("Good for the person: {words}. ")).unwrap_or_default();
    format!("{good}{}.{notes}", upper_first(&data_words(document)))
}

/// Pairs of a name and what it is.
pub fn masthead(document: &Document) -> Vec<(String, String)> {
    let about = &document.about;
    let mut facts = Vec::new();
    let mut fact = |name: &str, what: String| facts.push((name.to_owned(), what));
    for (name, what) in [
        ("System", &about.system),
        ("Model version", &about.model_version),
        ("Purpose", &about.purpose),
        ("Owner", &about.owner),
    ] {
        if let Some(what) = what {
            fact(name, what.clone());
        }
    }
    let policy = &document.policy;
    if let Some(words) = good_words(document) {
        fact("Good for the person", words);
    }
    if let Some(label) = &policy.label {
        fact("What turned out", format!("`{label}`, positive when it is {}", or(&policy.positive)));
    }
    if let Some(score) = &policy.score {
        fact("Score", format!("`{score}`, a probability from 0 to 1"));
    }
    fact("Data", data_words(document));
    for source in &document.data.sources {
        let notes: String = source.notes.iter().map(|note| format!("; {note}")).collect();
        let rows = match source.rows {
            0 if document.privacy.is_some() => String::new(),
            rows => format!("{}, ", counted(rows, "row")),
        };
        fact(
            "Source",
            format!("{} ({}, {rows}sha256 {}{notes})", source.path, source.format, short_hash(&source.sha256)),
        );
    }
    if let Some(ledger) = document.consent.as_ref().and_then(|consent| consent.ledger.as_ref()) {
        let entries = if ledger.rows == 1 { "1 entry".to_owned() } else { format!("{} entries", count(ledger.rows)) };
        let hash = short_hash(&ledger.sha256);
        fact("Consent", format!("{} ({}, {entries}, sha256 {hash})", ledger.path, ledger.format));
    }
    if privacy::is_public(document) {
        fact("Policy", format!("sha256 {}", short_hash(&policy.sha256)));
    } else {
        let policy_name = policy.path.clone().unwrap_or_else(|| "given by flags".to_owned());
        let locked = document.run.lock.as_ref().map(|lock| format!("; recorded no later than {}", lock.time));
        fact("Policy", format!("{policy_name} (sha256 {}{})", short_hash(&policy.sha256), locked.unwrap_or_default()));
    }
    fact("As of", document.run.as_of.clone());
    fact("Run", format!("{} by evenhand {}", short_hash(&document.run.id), document.tool.version));
    facts
}

/// Which decision is good; where nothing is asked about decisions, more or less of what is measured.
fn good_words(document: &Document) -> Option<String> {
    match &document.policy.decision {
        Some(decision) => Some(decision_words(document, decision)),
        None => {
            let outcomes = document.policy.outcomes.iter();
            let sided = outcomes.filter(|outcome| outcome.better != Better::Neither.name());
            let words: Vec<String> = sided.map(|outcome| format!("{} `{}`", outcome.better, outcome.name)).collect();
            (!words.is_empty()).then(|| words.join(", "))
        }
    }
}

fn decision_words(document: &Document, decision: &str) -> String {
    let policy = &document.policy;
    let source = match &policy.threshold {
        Some(threshold) => format!("`{decision}` at or above {threshold} makes the decision 1, which"),
        None => format!("`{decision}`"),
    };
    let burden = match policy.selected_is.as_str() {
        "burden" => format!("; being selected ({}) is a burden", or(&policy.selected)),
        "mixed" => format!("; selected means {}", or(&policy.selected)),
        _ => String::new(),
    };
    match &policy.threshold {
        Some(_) => format!("{source} is good when it is {}{burden}", or(&policy.favourable)),
        None => format!("{source} is {}{burden}", or(&policy.favourable)),
    }
}

fn data_words(document: &Document) -> String {
    let data = &document.data;
    if privacy::hides_everybody(document) {
        return "the number of rows is hidden".to_owned();
    }
    let mut words = format!("{} used", counted(data.rows_used, "row"));
    if data.rows_used != data.rows_read {
        words.push_str(&format!(" of {} read", count(data.rows_read)));
    }
    for excluded in data.excluded.iter().filter(|e| e.rows > 0) {
        words.push_str(&format!("; {} left out by `{}`", count(excluded.rows), excluded.reason));
    }
    words
}

/// What an exploratory run is marked with.
pub fn stamp(document: &Document) -> Vec<Block> {
    if !document.run.exploratory {
        return Vec::new();
    }
    let words = "EXPLORATORY: flags of the command line replaced parts of the policy, or set its lock aside. This run is no evidence for \
         a review.";
    vec![Block::Paragraph(words.to_owned())]
}

fn or(values: &[String]) -> String {
    values.join(" or ")
}
