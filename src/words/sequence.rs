//! The section of periods: what do the reviews show together?

use std::collections::BTreeSet;

use super::numbers::{count, counted, percent, short_decimal};
use super::page::{Block, Table};
use super::sentences::{group_name, limits, named_limit, number, reference_name};
use super::tables::interval;
use crate::metrics;
use crate::result::{CheckRow, Document, Look, Sequence, Verdict};

/// Rows told as sentences, of which the most telling come first.
const TOLD: usize = 20;
/// Rows that have a table, where evidence decides and where it decides nothing, and the last periods in it.
const TABLES: usize = 12;
const TABLES_BESIDE: usize = 3;
const PERIODS: usize = 36;

/// The sentences and tables; none where there is nothing to tell.
pub fn sequence(document: &Document) -> Vec<Block> {
    let Some(first) = document.sequences.first() else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(reading(document, first))];
    blocks.extend(earlier(document));
    let mut followed: Vec<&Sequence> = document.sequences.iter().filter(|s| s.undefined.is_none()).collect();
    followed.sort_by(|a, b| telling(document, b).total_cmp(&telling(document, a)));
    let told = followed.iter().take(TOLD).filter_map(|s| Some(sentence(s, &row_of(document, s)?)));
    let mut told: Vec<String> = told.collect();
    if followed.len() > TOLD {
        told.push(format!("{} more stand in result.json.", count((followed.len() - TOLD) as u64)));
    }
    told.extend(undefined(document));
    blocks.push(Block::List(told));
    let deciding = followed.iter().filter(|s| decides(document, s)).count();
    let shown = if deciding > 0 { deciding.min(TABLES) } else { TABLES_BESIDE };
    let tables = followed.iter().take(shown).filter_map(|s| Some(Block::Table(table(s, &row_of(document, s)?))));
    blocks.extend(tables);
    blocks
}

/// How the section is read, in words that need no statistics.
fn reading(document: &Document, first: &Sequence) -> String {
    let needed = odds(first.log_e_needed);
    let chance = needed.split(' ').next().unwrap_or_default().to_owned();
    let mut decided: Vec<&str> =
        document.checks.iter().filter(|row| row.evidence == "sequential").map(|row| row.id.as_str()).collect();
    decided.dedup();
    let decides = match decided.as_slice() {
        [] => "Here it decides nothing: no check has evidence = \"sequential\".".to_owned(),
        [one] => format!("It decides the check {one}; beside other checks it decides nothing."),
        several => format!("It decides the checks {}; beside other checks it decides nothing.", several.join(", ")),
    };
    let single = first.looks.len() == 1;
    let single = if single { " There is one period so far; evidence begins with the second." } else { "" };
    format!(
        "Evidence is what a stake of 1 has grown to that was bet against a claim, period after period, at odds under which it does \
         not grow on average while the claim is true. Before each period the bet follows what the periods before it taught. While a \
         number is within its limits, the evidence of its being beyond ever reaches {needed} with a chance of at most 1 in {chance}, \
         however often one looks; so {needed} is enough. {decides}{single}"
    )
}

/// Which stored results were added.
fn earlier(document: &Document) -> Option<Block> {
    let earlier = &document.data.earlier;
    let named: Vec<String> = earlier.iter().map(|e| format!("{} ({})", e.as_of, e.path)).collect();
    let words = format!(
        "The counts of {} were added to the evidence, each as one period, and to nothing else in this report: {}.",
        counted(earlier.len() as u64, "earlier result"),
        named.join(", ")
    );
    (!earlier.is_empty()).then_some(Block::Paragraph(words))
}

/// What decides a check comes first, then what has most evidence against it.
fn telling(document: &Document, s: &Sequence) -> f64 {
    let decides = decides(document, s);
    let shown = s.looks.last().is_some_and(|look| look.verdict == Verdict::NotMet);
    let evidence = s.log_e_beyond.unwrap_or(f64::NEG_INFINITY).clamp(-1e6, 1e6);
    evidence + if decides { 1e8 } else { 0.0 } + if shown { 1e7 } else { 0.0 }
}

fn decides(document: &Document, s: &Sequence) -> bool {
    document.checks.iter().any(|row| row.id == s.id && row.evidence == "sequential")
}

/// The row of the check, with the number, the limits and the cases of all periods.
fn row_of(document: &Document, s: &Sequence) -> Option<CheckRow> {
    let same = |row: &&CheckRow| row.id == s.id && row.metric == s.metric && row.axes == s.axes && row.group == s.group;
    let row = document.checks.iter().find(same)?;
    Some(CheckRow { value: s.value, low: s.low, high: s.high, rows: s.counts().of, ..row.clone() })
}

fn sentence(s: &Sequence, row: &CheckRow) -> String {
    let shown = |v: f64| number(row, v);
    let metric = metrics::find(&s.metric).map_or(s.metric.as_str(), |metric| metric.name);
    let periods = counted(s.looks.len() as u64, "period");
    let value = s.value.map_or_else(|| "not defined".to_owned(), shown);
    let limits_shown = match (s.value, s.low, s.high) {
        (Some(_), None, None) => format!("no one {} fits all periods", s.contrast),
        _ => format!("{} at every look", interval(s.value, s.low, s.high, shown)),
    };
    let evidence = |log_e: Option<f64>| odds(log_e.unwrap_or(0.0));
    let beyond = match &s.side {
        Some(side) => format!("{side} {}", named_limit(row, side)),
        None => "beyond a limit".to_owned(),
    };
    let mut words = format!(
        "{}: {} of {} against {}, {} over {periods}: {value} ({limits_shown}; {}). Evidence of its being {beyond}: {}; of its being \
         within {}: {}. {}",
        s.id,
        metric,
        group_name(&s.axes, &s.group),
        reference_name(&s.axes, &s.reference),
        s.contrast,
        counted(row.rows, "case"),
        evidence(s.log_e_beyond),
        limits(row),
        evidence(s.log_e_within),
        shown_so_far(s, row)
    );
    if row.reason.as_deref() == Some("adjustment") && row.evidence == "sequential" {
        words.push_str(" Among so many rows that can be chance, so the check stays inconclusive.");
    }
    words
}

/// Since when what is shown.
fn shown_so_far(s: &Sequence, row: &CheckRow) -> String {
    let now = s.looks.last().map_or(Verdict::Inconclusive, |look| look.verdict);
    let since = s.looks.iter().rev().take_while(|look| look.verdict == now).last();
    let since = since.map_or("", |look| look.period.as_str());
    match now {
        Verdict::NotMet if is_within(row) => {
            format!(
                "It was shown to be beyond in {since}. All periods together are within, so it was not so all the time."
            )
        }
        Verdict::NotMet => format!("Shown to be beyond since {since}."),
        Verdict::Met => format!("Shown to be within since {since}."),
        _ => match s.looks.iter().rev().find(|look| look.verdict == Verdict::Met) {
            Some(look) => {
                format!("Up to {} it was shown to be within; the periods after that do not bear it out.", look.period)
            }
            None => "Neither is shown yet.".to_owned(),
        },
    }
}

fn is_within(row: &CheckRow) -> bool {
    let Some(value) = row.value else { return false };
    row.min.is_none_or(|min| value >= min) && row.max.is_none_or(|max| value <= max)
}

/// Why there are rows without evidence, each reason once for a check.
fn undefined(document: &Document) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for s in &document.sequences {
        let reason = metrics::Undefined::ALL.iter().find(|reason| s.undefined.as_deref() == Some(reason.id()));
        let Some(reason) = reason.filter(|reason| told.insert((&s.id, reason.id()))) else { continue };
        found.push(format!("{}: for some rows no evidence is added up, because {}.", s.id, reason.says()));
    }
    found
}

fn table(s: &Sequence, row: &CheckRow) -> Table {
    let group = group_name(&s.axes, &s.group);
    let reference = match s.reference.kind.as_str() {
        // Who is compared must not count on both sides.
        "overall" => "everybody else".to_owned(),
        _ => reference_name(&s.axes, &s.reference),
    };
    let heads = [
        "Period",
        &format!(">{group}"),
        ">Rate",
        &format!(">{reference}"),
        ">Rate",
        ">Evidence of being beyond",
        ">Evidence of being within",
        "Shown so far",
    ];
    let skipped = s.looks.len().saturating_sub(PERIODS);
    let part = if skipped > 0 { format!(", the last {PERIODS} of {} periods", s.looks.len()) } else { String::new() };
    let mut table = Table::new(format!("{}: {group}, limits {}, by period{part}", s.id, limits(row)), &heads);
    for look in &s.looks[skipped..] {
        let rate = |hits: u64, of: u64| if of == 0 { "–".to_owned() } else { percent(hits as f64 / of as f64) };
        table.rows.push(vec![
            look.period.clone(),
            format!("{} of {}", count(look.hits), count(look.of)),
            rate(look.hits, look.of),
            format!("{} of {}", count(look.reference_hits), count(look.reference_of)),
            rate(look.reference_hits, look.reference_of),
            odds(look.log_e_beyond),
            odds(look.log_e_within),
            shown_at(look).to_owned(),
        ]);
    }
    table
}

fn shown_at(look: &Look) -> &'static str {
    match look.verdict {
        Verdict::NotMet => "beyond a limit",
        Verdict::Met => "within the limits",
        _ => "neither yet",
    }
}

/// Evidence in words: `27 to 1`, `1 to 3`. Digits that are not shown are cut off, so that what is not enough is not
/// printed as enough.
pub fn odds(log_e: f64) -> String {
    let times = libm::exp(log_e.abs()) * (1.0 + 1e-9);
    let shown = match times {
        t if t >= 1e6 => "over a million".to_owned(),
        t if t >= 10.0 => count(t as u64),
        t => short_decimal((10.0 * t).floor() / 10.0),
    };
    if log_e >= 0.0 { format!("{shown} to 1") } else { format!("1 to {shown}") }
}

/// What a row that was judged by added-up evidence has come to; none where the verdict has another reason.
pub fn verdict_clause(document: &Document, row: &CheckRow) -> Option<String> {
    let same = |s: &&Sequence| s.id == row.id && s.metric == row.metric && s.axes == row.axes && s.group == row.group;
    let s = document.sequences.iter().find(same).filter(|_| row.evidence == "sequential")?;
    let by = format!("evidence added up over {}", counted(s.looks.len() as u64, "period"));
    match (row.verdict, row.reason.as_deref()) {
        (Verdict::Met, _) => Some(format!("shown to be within the limits, {}, by {by}", limits(row))),
        (Verdict::NotMet, _) => {
            let side = s.side.as_deref().unwrap_or("below");
            let limit = named_limit(row, side);
            Some(if is_within(row) {
                format!("shown to have been {side} {limit} for a time, by {by}")
            } else {
                format!("shown to be {side} {limit} by {by}")
            })
        }
        (_, Some("evidence-too-weak")) => {
            let by = if s.looks.len() == 1 { "one period, on which no evidence can rest yet," } else { &by };
            Some(format!("{by} cannot tell whether it is within the limits, {}", limits(row)))
        }
        _ => None,
    }
}
