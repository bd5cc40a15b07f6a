//! Whether people who said no get a worse service, or just a less personal one, in words and as a table.

use super::numbers::{count, in_unit, percent, signed_points, with_sign};
use super::outcomes::Telling;
use super::page::{Block, Table};
use super::sentences::{group_name, upper_first};
use super::tables::{interval, interval_head};
use crate::result::{ConsentView, Document, Served};

/// Groups that are named in a sentence.
const NAMED: usize = 3;

/// The sentences and the table; none where nothing was read of people who said no.
pub fn section(document: &Document, view: &ConsentView) -> Vec<Block> {
    if view.served.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Paragraph(
        "Do people who said no get a worse service, or just a less personal one? What they got stands beside what those got who \
         said yes. Each line is looked at alone: among many, some differ by chance. Those who said no may also be other people, so a gap \
         is a reason to look, and does not say that the answer caused it."
            .to_owned(),
    )];
    blocks.extend(answer(document, view));
    blocks.push(Block::Table(table(document, view)));
    blocks
}

/// The answer to the question, for the first screen: of everybody, else of the first group in which something is worse.
pub fn glance(document: &Document) -> Vec<Block> {
    document.consent.as_ref().map(|view| answer(document, view)).unwrap_or_default()
}

fn answer(document: &Document, view: &ConsentView) -> Vec<Block> {
    let is = |one: &Served, finding: &str| one.finding.as_deref() == Some(finding);
    let of_all = || view.served.iter().filter(|one| one.axes.is_empty());
    let service = || of_all().filter(|one| Some(&one.outcome) != view.personal.as_ref());
    let personal = of_all().find(|one| is(one, "less-personal"));
    let worse: Vec<&Served> = service().filter(|one| is(one, "worse")).collect();
    let of_a_group = || view.served.iter().find(|one| !one.axes.is_empty() && is(one, "worse"));
    if !worse.is_empty() {
        let less = if personal.is_some() { "not only a less personal one" } else { "as far as was compared" };
        let told: Vec<String> = worse.iter().map(|one| told(document, one)).collect();
        let said = format!(
            "People who said no to the use of their data got a worse service, {less}: {}.{} Look at which part of the service goes \
             by the answer, and give it to them as well, or tell people before they answer.",
            told.join("; "),
            where_shown(view)
        );
        return vec![Block::Paragraph(said)];
    }
    if let Some(one) = of_a_group() {
        let said = format!(
            "Over all, no worse service is shown for people who said no; looked at alone, it is for those of {}: {}. Look there \
             first at which part of the service goes by the answer.",
            group_name(&one.axes, &one.group),
            told(document, one)
        );
        return vec![Block::Paragraph(said)];
    }
    if let Some(one) = personal {
        let rest = if service().next().is_some() {
            "that anything else they got was worse is not shown, which is no proof that it was not"
        } else {
            "what else they got was not compared"
        };
        let said = format!("People who said no got a less personal service: {}; {rest}.", told(document, one));
        return vec![Block::Paragraph(said)];
    }
    let said = "Of people who said no, neither a worse nor a less personal service is shown, which is no proof that there is none; \
                the intervals say how far it could go.";
    if of_all().next().is_some() { vec![Block::Paragraph(said.to_owned())] } else { Vec::new() }
}

/// The groups in which something is worse, the first of them by name.
fn where_shown(view: &ConsentView) -> String {
    let worse = view.served.iter().filter(|one| !one.axes.is_empty() && one.finding.as_deref() == Some("worse"));
    let mut names: Vec<String> = worse.map(|one| group_name(&one.axes, &one.group)).collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match (names.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(" By group it is shown for those of {}.", names.join(", ")),
        (false, more) => format!(" By group it is shown for those of {} and {more} more.", names.join(", ")),
    }
}

/// Both numbers in a sentence.
fn told(document: &Document, one: &Served) -> String {
    let shown = |value: f64| shown(one, value);
    let both = one.without_consent.zip(one.with_consent);
    let (no, yes) = both.map_or_else(|| ("–".to_owned(), "–".to_owned()), |(no, yes)| (shown(no), shown(yes)));
    format!(
        "{} is {no} for them and {yes} for those who said yes (difference {}; {} and {} cases)",
        noun(document, one),
        interval(one.difference, one.low, one.high, |value| difference(one, value)),
        count(one.rows_without),
        count(one.rows_with)
    )
}

fn noun(document: &Document, one: &Served) -> String {
    Telling::of(document, &one.metric).map_or_else(|| one.metric.clone(), |telling| telling.noun())
}

/// A share, or a number in its unit.
fn shown(one: &Served, value: f64) -> String {
    if is_share(one) { percent(value) } else { in_unit(one.unit.as_deref(), value, &[]) }
}

fn is_share(one: &Served) -> bool {
    one.metric.contains(".share-")
}

fn difference(one: &Served, value: f64) -> String {
    if is_share(one) {
        return signed_points(value);
    }
    let size = shown(one, value.abs());
    if value < 0.0 { format!("-{size}") } else { with_sign(value, size) }
}

fn table(document: &Document, view: &ConsentView) -> Table {
    let head = interval_head(document);
    let heads =
        ["Group", "What", ">Said yes", ">Cases", ">Said no", ">Cases", ">Difference", &head, "For those who said no"];
    let mut table = Table::new("What people got who said yes, and what those got who said no", &heads);
    for one in &view.served {
        let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| shown(one, value));
        let said = match one.finding.as_deref() {
            Some("worse") => "worse",
            Some("better") => "better",
            Some("differs") => "differs",
            Some("less-personal") => "less personal",
            Some("more-personal") => "more personal",
            _ if one.rows_with.min(one.rows_without) < document.policy.min_group => "too few cases",
            _ => "not shown to differ",
        };
        table.rows.push(vec![
            group_name(&one.axes, &one.group),
            upper_first(&noun(document, one)),
            number(one.with_consent),
            count(one.rows_with),
            number(one.without_consent),
            count(one.rows_without),
            one.difference.map_or_else(|| "–".to_owned(), |value| difference(one, value)),
            interval(one.difference, one.low, one.high, |value| difference(one, value)),
            said.to_owned(),
        ]);
    }
    table
}
