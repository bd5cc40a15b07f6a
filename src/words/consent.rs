//! Whose rows count, whom consent covers, and what those who said no could do to the numbers.

use super::numbers::{apart, count, counted, percent};
use super::page::{Block, Table};
use super::sentences::{group_name, reference_name};
use super::served;
use super::tables::{interval, interval_head};
use super::unknown;
use crate::result::{ConsentView, Coverage, Document, Unknown};

/// Groups that are named in a sentence.
const TOLD: usize = 5;

/// The sentences and tables; none where the policy does not ask for consent.
pub fn consent(document: &Document) -> Vec<Block> {
    let Some(view) = &document.consent else { return Vec::new() };
    let mut blocks = vec![Block::Paragraph(whose(view))];
    blocks.extend(uneven(view));
    if !view.coverage.is_empty() {
        blocks.push(Block::Table(coverage(document, view)));
    }
    if !view.by_answer.is_empty() {
        blocks.push(Block::Table(by_answer(document, view)));
    }
    blocks.extend(balance(view));
    blocks.extend(served::section(document, view));
    blocks.extend(bounds(document, view));
    blocks
}

/// Whose rows count, in one or two sentences.
pub fn whose(view: &ConsentView) -> String {
    let purpose = view.purpose.as_ref().map(|purpose| format!(" for `{purpose}`")).unwrap_or_default();
    let record = match (view.record.as_str(), &view.ledger) {
        ("ledger", Some(ledger)) => format!("the ledger {} says for each `{}`", ledger.path, view.column),
        ("ledger", None) => "a ledger says".to_owned(),
        _ => format!("the column `{}` says", view.column),
    };
    let when = match (view.record.as_str(), &view.at) {
        ("ledger", Some(at)) => format!(" at the time of the decision (`{at}`)"),
        ("ledger", None) => " on the day of the run".to_owned(),
        _ => String::new(),
    };
    let rows = match (view.rows_with, view.rows_without) {
        (Some(with), Some(without)) => {
            let left = match (&view.coverage_reason, view.compared.as_slice()) {
                (None, _) => "nothing else was read of the others".to_owned(),
                (Some(_), []) => "nothing was read of the others but their groups".to_owned(),
                (Some(_), names) => {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    format!("nothing was read of the others but their groups and {}", names.join(", "))
                }
            };
            format!(": {} of {}; {left}", counted(with, "row"), count(with + without))
        }
        _ => String::new(),
    };
    let why = view.coverage_reason.as_ref().filter(|_| view.rows_with.is_some());
    let why = why.map(|why| format!(" They are counted by group for this reason: {why}")).unwrap_or_default();
    let why = if why.is_empty() || why.ends_with(['.', '!', '?']) { why } else { format!("{why}.") };
    format!(
        "The numbers of this report speak of people whose consent{purpose} was in force{when}, as {record}{rows}.{why} Whether \
         people were asked in the right way, these data cannot show."
    )
}

/// The group that consented least often beside the one it is compared with, for the first screen: nothing is known of the others
/// in it, and so of the group as a whole little. Groups with few rows are in the section.
pub fn glance(document: &Document) -> Option<Block> {
    let view = document.consent.as_ref()?;
    let is_behind = |one: &&Coverage| one.clear && one.ratio.is_some_and(|ratio| ratio < 1.0);
    let large = |one: &&Coverage| one.rows >= document.policy.min_group;
    let behind = view.coverage.iter().filter(is_behind).filter(large);
    let one = behind.min_by(|a, b| a.ratio.unwrap_or(1.0).total_cmp(&b.ratio.unwrap_or(1.0)))?;
    let group = group_name(&one.axes, &one.group);
    let reference = one.reference.as_ref().map(|of| reference_name(&one.axes, of)).unwrap_or_default();
    let shown = |value: f64| apart(value, &[Some(1.0)]);
    let said = format!(
        "Consent covers {} of {group}, {} times as often as {reference} ({}).",
        one.share.map_or_else(|| "none".to_owned(), percent),
        one.ratio.map(shown).unwrap_or_default(),
        interval(one.ratio, one.ratio_low, one.ratio_high, shown)
    );
    let of_all = |bound: &&Unknown| bound.contrast == "value" && bound.axes == one.axes && bound.group == one.group;
    let could_be = view.bounds.iter().find(of_all).and_then(|bound| Some((bound, bound.low?, bound.high?)));
    let could_be = could_be.map(|(bound, low, high)| {
        format!(
            " This report speaks of those alone: {} of them got the favourable decision; of all of {group} it could be anything from \
             {} to {}.",
            bound.value.map_or_else(|| "–".to_owned(), percent),
            percent(low),
            percent(high)
        )
    });
    Some(Block::Paragraph(said + &could_be.unwrap_or_default()))
}

/// Groups that consented less or more often than those they are compared with.
fn uneven(view: &ConsentView) -> Vec<Block> {
    let compared: Vec<&Coverage> = view.coverage.iter().filter(|one| one.ratio.is_some()).collect();
    if compared.is_empty() {
        return Vec::new();
    }
    let mut told: Vec<&Coverage> = compared.iter().copied().filter(|one| one.clear).collect();
    if told.is_empty() {
        let words = match &view.without_interval {
            Some(why) => format!("Whether groups differ in how often they consented is not judged: {why}."),
            None => "No group, each looked at alone, is shown to have consented more or less often than the one it is compared \
                     with. That is no proof that all did alike; the intervals say how far they could be apart."
                .to_owned(),
        };
        return vec![Block::Paragraph(words)];
    }
    told.sort_by(|a, b| a.ratio.unwrap_or(1.0).total_cmp(&b.ratio.unwrap_or(1.0)));
    let sentence = |one: &Coverage| {
        let reference = one.reference.as_ref().map(|of| reference_name(&one.axes, of)).unwrap_or_default();
        let shown = |value: f64| apart(value, &[Some(1.0)]);
        format!(
            "{}: consent for {} of {}, {} times as often as {reference} ({}).",
            group_name(&one.axes, &one.group),
            one.share.map_or_else(|| "none".to_owned(), percent),
            counted(one.rows, "row"),
            one.ratio.map(shown).unwrap_or_default(),
            interval(one.ratio, one.ratio_low, one.ratio_high, shown)
        )
    };
    let words = "Consent is not spread evenly, each group looked at alone: among many groups one can be unlike by chance. Where a group says no more often, this report knows less of it, and those who said \
                 yes may be unlike the others of their group: a gap among them can be wider or narrower than among everybody.";
    let mut items: Vec<String> = told.iter().take(TOLD).map(|one| sentence(one)).collect();
    if told.len() > TOLD {
        items.push(format!("In the table: {}.", counted((told.len() - TOLD) as u64, "more group")));
    }
    vec![Block::Paragraph(words.to_owned()), Block::List(items)]
}

fn coverage(document: &Document, view: &ConsentView) -> Table {
    let head = interval_head(document);
    let caption = match &view.without_interval {
        Some(why) => format!("Who consented, by group; without intervals, because {why}"),
        None => "Who consented, by group".to_owned(),
    };
    let heads = ["Group", ">Rows", ">With consent", ">Share", &head, "Compared with", ">Ratio", &head];
    let mut table = Table::new(caption, &heads);
    for one in &view.coverage {
        let ratio = |value: f64| apart(value, &[Some(1.0)]);
        table.rows.push(vec![
            group_name(&one.axes, &one.group),
            count(one.rows),
            count(one.with_consent),
            one.share.map_or_else(|| "–".to_owned(), percent),
            interval(one.share, one.low, one.high, percent),
            one.reference.as_ref().map_or_else(|| "–".to_owned(), |of| reference_name(&one.axes, of)),
            one.ratio.map_or_else(|| "–".to_owned(), ratio),
            interval(one.ratio, one.ratio_low, one.ratio_high, ratio),
        ]);
    }
    table
}

fn by_answer(document: &Document, view: &ConsentView) -> Table {
    let caption = "Who consented, by how they were asked and by what they were told; people without an answer at the time are not in it";
    let heads = ["In the ledger", "Value", ">Rows", ">With consent", ">Share", &interval_head(document)];
    let mut table = Table::new(caption, &heads);
    for one in &view.by_answer {
        table.rows.push(vec![
            format!("`{}`", one.by),
            one.value.clone(),
            count(one.rows),
            count(one.with_consent),
            one.share.map_or_else(|| "–".to_owned(), percent),
            interval(one.share, one.low, one.high, percent),
        ]);
    }
    table
}

/// Consent and what it brings, side by side.
fn balance(view: &ConsentView) -> Vec<Block> {
    if view.balance.is_empty() {
        return Vec::new();
    }
    let right = view.balance.iter().any(|one| one.right.is_some());
    let personal = view.personal.is_some();
    let mut heads = vec!["Group", ">Consented, of all"];
    heads.extend(personal.then_some(">Given something personal, of those"));
    heads.push(">Good decision, of those who consented");
    heads.extend(right.then_some(">Decision as it turned out, of those"));
    heads.push(">Consented and got the good decision, of all");
    let mut table = Table::new("Consent and what it brings", &heads);
    for one in &view.balance {
        let shown = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
        let mut cells = vec![group_name(&one.axes, &one.group), shown(one.consented)];
        cells.extend(personal.then(|| shown(one.personal)));
        cells.push(shown(one.favourable));
        cells.extend(right.then(|| shown(one.right)));
        cells.push(shown(one.reached));
        table.rows.push(cells);
    }
    let words = "What consent brings each group: how many gave it, how many of these got the good decision, and both together. What \
                 people without consent got is not in it, because their decisions were not read.";
    vec![Block::Paragraph(words.to_owned()), Block::Table(table)]
}

fn bounds(document: &Document, view: &ConsentView) -> Vec<Block> {
    let Some(first) = view.bounds.first() else { return Vec::new() };
    let groups = if first.kind == "no-consent-anywhere" {
        " Their groups are not known either, so that each could belong to any; `coverage_by_segment` makes the range narrower."
    } else {
        ""
    };
    let words = format!(
        "What those who said no could do to it: their decisions were not read. Had, in each group, all of them been selected or \
         none, whichever moves the number furthest, the numbers of everybody would lie between the least and the greatest given \
         here.{groups} More rows of the same kind make no such range shorter."
    );
    let all: Vec<&Unknown> = view.bounds.iter().collect();
    let mut blocks = vec![Block::Paragraph(words)];
    blocks.extend(unknown::answers(document, &all));
    blocks.push(Block::Table(unknown::table(&all)));
    blocks
}
