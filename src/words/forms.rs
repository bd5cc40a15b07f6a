//! A form as a page: its sections in the order of its file, what of the result stands in each, and the mark of a draft.

use super::cases::Cases;
use super::compose::importance;
use super::headline::headline;
use super::impact;
use super::numbers::{apart, count, counted, percent};
use super::page::{Block, Mark, Page, Table};
use super::sentences::{check_sentence, group_name, limits, number, upper_first};
use super::tables::{cases_of, check_names, interval, interval_head, mark, subject};
use super::waivers::status_words;
use crate::release::Release;
use crate::result::{CheckRow, Document, Form, FormAnswer, FormSection, Signature, Verdict, WaiverView, short_hash};

/// Findings told as sentences.
const TOLD: usize = 3;
/// Rows of a table where the form does not say.
const MOST: usize = 40;
/// Rows of its other tables where the form is meant to be short.
const FEW: usize = 8;

/// The page of a form; `signatures` are those recorded for this very run.
pub fn form(release: &Release, form: &Form, signatures: &[Signature]) -> Page {
    let document = release.document();
    let lacks = form.lacks(document.run.exploratory, signatures);
    let mut blocks = Vec::new();
    if !lacks.is_empty() {
        blocks.push(Block::Stamp("DRAFT".to_owned(), format!("{}.", upper_first(&lacks.join("; ")))));
    }
    blocks.push(Block::Facts(head(document, form, lacks.is_empty())));
    for (place, section) in form.sections.iter().enumerate() {
        blocks.push(Block::Heading(format!("{}. {}", place + 1, section.heading)));
        blocks.extend(section.text.iter().map(|text| Block::Paragraph(text.clone())));
        let shown = |name: &String| shows(document, form, signatures, name);
        let (first, last): (Vec<&String>, Vec<&String>) = section.shows.iter().partition(|name| *name != "signatures");
        blocks.extend(first.into_iter().flat_map(shown));
        blocks.extend(answers(section));
        blocks.extend(last.into_iter().flat_map(shown));
    }
    let title = match &document.about.system {
        Some(system) => format!("{}: {system}", form.title),
        None => form.title.clone(),
    };
    Page { title, blocks }
}

fn head(document: &Document, form: &Form, is_final: bool) -> Vec<(String, String)> {
    let applies = form.applies_from.as_ref().map(|day| format!(", applies from {day}")).unwrap_or_default();
    let status = form.status.replace('_', " ");
    let standing = if is_final { "final" } else { "draft" };
    let profile = format!("{}, {} ({status}{applies}; looked up on {})", form.id, form.edition, form.verified_on);
    let mut facts = vec![("Form".to_owned(), profile), ("Standing".to_owned(), standing.to_owned())];
    let model = document.about.model_version.as_ref().map(|version| ("Model version".to_owned(), version.clone()));
    facts.extend(model);
    let run = format!(
        "{}, as of {}, by evenhand {}",
        short_hash(&document.run.id),
        document.run.as_of,
        document.tool.version
    );
    facts.push(("Run".to_owned(), run));
    facts
}

/// Answers as they were given; one of several lines is a list.
fn answers(section: &FormSection) -> Vec<Block> {
    let mut facts = Vec::new();
    let mut blocks = Vec::new();
    let asked = |answer: &&FormAnswer| answer.required || answer.answer.is_some();
    for answer in section.answers.iter().filter(asked) {
        let given = answer.answer.as_deref().unwrap_or("not answered");
        let lines: Vec<&str> = given.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match lines.as_slice() {
            [] | [_] => facts.push((answer.heading.clone(), given.trim().to_owned())),
            several => {
                if answer.heading != section.heading {
                    blocks.push(Block::Paragraph(format!("{}:", answer.heading)));
                }
                blocks.push(Block::List(several.iter().map(|line| (*line).to_owned()).collect()));
            }
        }
    }
    (!facts.is_empty()).then_some(Block::Facts(facts)).into_iter().chain(blocks).collect()
}

/// What of the result a section shows.
fn shows(document: &Document, form: &Form, signatures: &[Signature], name: &str) -> Vec<Block> {
    let impact = form.impact.as_ref();
    match name {
        "purpose" => purpose(document),
        "summary" => summary(document),
        "coverage" => coverage(document),
        "change" => changes(document, form),
        "results" => results(document, form),
        "privacy" => privacy(),
        "waivers" => exceptions(document, form),
        "signatures" => signed(form, signatures),
        "statement" => vec![Block::Paragraph(document.statement.clone())],
        "evidence" => vec![Block::Facts(evidence(document, form))],
        "findings" => list(&form.findings, "About this form"),
        "assessed" => impact.map(impact::assessed).into_iter().collect(),
        "unknown" => impact.map(impact::unknown).unwrap_or_default(),
        "left out" => impact.map(impact::left_out).unwrap_or_default(),
        "median" => impact.map(impact::median).unwrap_or_default(),
        "variants" => impact.map(impact::variants).unwrap_or_default(),
        "bounds" => impact.map(impact::bounds).unwrap_or_default(),
        other => match (impact, other.strip_prefix("table ")) {
            (Some(impact), Some(name)) => impact::table(impact, name),
            _ => Vec::new(),
        },
    }
}

fn purpose(document: &Document) -> Vec<Block> {
    let about = &document.about;
    let facts = [("What it decides", &about.purpose), ("Who answers for it", &about.owner)];
    let facts = facts
        .map(|(name, what)| (name.to_owned(), what.clone().unwrap_or_else(|| "not said in the policy".to_owned())));
    vec![Block::Facts(facts.to_vec())]
}

fn summary(document: &Document) -> Vec<Block> {
    let mut blocks = vec![Block::Finding(Mark::of_run(document.verdict), headline(document))];
    let mut told: Vec<&CheckRow> = document.checks.iter().filter(|row| row.verdict == Verdict::NotMet).collect();
    told.sort_by_key(|row| (row.gate(), importance(row)));
    blocks.extend(told.iter().take(TOLD).map(|row| Block::Finding(Mark::of(row), check_sentence(document, row))));
    if told.len() > TOLD {
        let more = counted((told.len() - TOLD) as u64, "more finding");
        blocks.push(Block::Paragraph(format!("In the table of what was found: {more}.")));
    }
    blocks
}

fn coverage(document: &Document) -> Vec<Block> {
    let data = &document.data;
    let mut words = format!("{} read, {} used.", counted(data.rows_read, "row"), count(data.rows_used));
    for excluded in data.excluded.iter().filter(|excluded| excluded.rows > 0) {
        words.push_str(&format!(" {} left out by `{}`.", counted(excluded.rows, "row"), excluded.reason));
    }
    let unknown = data.attributes.iter().filter(|attribute| attribute.missing_rows > 0);
    let unknown: Vec<String> =
        unknown.map(|attribute| format!("{} of {}", attribute.name, counted(attribute.missing_rows, "row"))).collect();
    if !unknown.is_empty() {
        words.push_str(&format!(" Not known: {}.", unknown.join(", ")));
    }
    let groups = data.attributes.iter().map(|attribute| {
        let groups = attribute.groups.iter().map(|group| format!("{} {}", group.group, percent(group.share)));
        (attribute.name.clone(), groups.collect::<Vec<_>>().join(", "))
    });
    let groups: Vec<(String, String)> = groups.collect();
    let facts = (!groups.is_empty()).then_some(Block::Facts(groups));
    std::iter::once(Block::Paragraph(words)).chain(facts).collect()
}

fn changes(document: &Document, form: &Form) -> Vec<Block> {
    let Some(change) = &document.change else {
        return vec![Block::Paragraph("No earlier result was given to compare with.".to_owned())];
    };
    // The whole section is in the report; here there is room for what differs and the rows that turned.
    let mut blocks = Vec::new();
    if !change.differences.is_empty() {
        let mut table = Table::new("What is not as it was", &["What", "Before", "Now"]);
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
        let rows = change.differences.iter().take(few(form));
        table.rows = rows.map(|one| vec![one.what.clone(), shown(&one.before), shown(&one.after)]).collect();
        blocks.push(Block::Table(table));
        blocks.extend(more(change.differences.len(), few(form)));
    }
    let turned: Vec<_> = change.checks.iter().filter(|row| row.status != "unchanged").collect();
    if !turned.is_empty() {
        let mut table = Table::new("Checks that changed", &["Check", "Group", "What", ">Before", ">Now"]);
        let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| apart(value, &[]));
        table.rows = turned
            .iter()
            .take(few(form))
            .map(|row| {
                let (before, now) = (shown(row.value_before), shown(row.value_after));
                vec![row.id.clone(), group_name(&row.axes, &row.group), row.status.replace('-', " "), before, now]
            })
            .collect();
        blocks.push(Block::Table(table));
        blocks.extend(more(turned.len(), few(form)));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph("Nothing that was compared has changed.".to_owned()));
    }
    blocks
}

fn most(form: &Form) -> usize {
    form.most_rows.map_or(MOST, |most| most as usize)
}

fn few(form: &Form) -> usize {
    form.most_rows.map_or(MOST, |_| FEW)
}

/// How many rows are left out of a table; nothing where it has them all.
fn more(all: usize, shown: usize) -> Option<Block> {
    let more = all.saturating_sub(shown) as u64;
    let verb = if more == 1 { "is" } else { "are" };
    (more > 0).then(|| Block::Paragraph(format!("{} {verb} in the report of the run.", counted(more, "more row"))))
}

fn results(document: &Document, form: &Form) -> Vec<Block> {
    if document.checks.is_empty() {
        return vec![Block::Paragraph("Nothing was judged.".to_owned())];
    }
    let interval_head = interval_head(document);
    let most_cases = Cases::of_most(document);
    let cases = format!(">{}", most_cases.head());
    let mut heads = vec!["Verdict", "Check", "Group", &cases, ">Value", &interval_head, "Limits"];
    if document.change.is_some() {
        heads.insert(4, ">Before");
    }
    let mut table = Table::new("Every check and group, what is beyond its limits first", &heads);
    let mut rows: Vec<&CheckRow> = document.checks.iter().collect();
    rows.sort_by_key(|row| match row.verdict {
        Verdict::NotMet => 0,
        Verdict::Inconclusive => 1,
        Verdict::NotApplicable => 2,
        Verdict::Met => 3,
    });
    let name = check_names(document);
    for row in rows.iter().take(most(form)) {
        let value = |v: f64| number(row, v);
        let mut cells = vec![
            mark(row),
            name(row),
            subject(row),
            cases_of(document, row, most_cases),
            row.value.map_or_else(|| "not defined".to_owned(), value),
            interval(row.value, row.low, row.high, value),
            limits(row),
        ];
        if let Some(change) = &document.change {
            let before = change.of(row).and_then(|other| other.value_before);
            cells.insert(4, before.map_or_else(|| "–".to_owned(), value));
        }
        table.rows.push(cells);
    }
    std::iter::once(Block::Table(table)).chain(more(rows.len(), most(form))).collect()
}

fn privacy() -> Vec<Block> {
    let words = "No count is hidden or rounded in this form: it is for internal use. It holds no row of the data.";
    vec![Block::Paragraph(words.to_owned())]
}

/// Waivers in force, and which of them end soon.
fn exceptions(document: &Document, form: &Form) -> Vec<Block> {
    if document.waivers.is_empty() {
        return vec![Block::Paragraph("There is none.".to_owned())];
    }
    let mut table =
        Table::new("Findings let through for a time", &["Waiver", "Owner", "Standing", "Last day", "Reason"]);
    // What ends first comes first; what does not hold is told all the same.
    let mut sorted: Vec<&WaiverView> = document.waivers.iter().collect();
    sorted.sort_by_key(|waiver| waiver.days_left);
    for waiver in sorted.into_iter().take(few(form)) {
        let soon = ends_soon(form, waiver);
        let left = if soon { format!(" (in {})", counted(waiver.days_left as u64, "day")) } else { String::new() };
        table.rows.push(vec![
            waiver.id.clone(),
            waiver.owner.clone(),
            status_words(&waiver.status).to_owned(),
            format!("{}{left}", waiver.expires),
            waiver.reason.clone(),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(more(document.waivers.len(), few(form)));
    if let Some(days) = form.notice_days {
        let ends = document.waivers.iter().filter(|waiver| ends_soon(form, waiver)).count() as u64;
        let ends = match ends {
            0 => "None of those in force ends".to_owned(),
            1 => "1 of those in force ends".to_owned(),
            more => format!("{more} of those in force end"),
        };
        blocks.push(Block::Paragraph(format!("{ends} within {days} days.")));
    }
    blocks
}

/// Whether a waiver that holds ends within the notice of the form.
fn ends_soon(form: &Form, waiver: &WaiverView) -> bool {
    waiver.status == "active" && form.notice_days.is_some_and(|days| (0..=days).contains(&waiver.days_left))
}

fn signed(form: &Form, signatures: &[Signature]) -> Vec<Block> {
    let mut table = Table::new("Signatures", &["Role", "Name", "Day"]);
    let roles = form.signoff.iter().map(String::as_str);
    let others = signatures.iter().map(|s| s.role.as_str()).filter(|role| !form.signoff.iter().any(|own| own == role));
    for role in roles.chain(others) {
        let signature = signatures.iter().find(|signature| signature.role == role);
        let text = |what: fn(&Signature) -> &String| signature.map_or_else(|| "–".to_owned(), |s| what(s).clone());
        table.rows.push(vec![upper_first(role), text(|s| &s.name), text(|s| &s.on)]);
    }
    if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] }
}

fn evidence(document: &Document, form: &Form) -> Vec<(String, String)> {
    let policy = document.policy.path.clone().unwrap_or_else(|| "given by flags".to_owned());
    let mut facts = vec![
        ("Source of the form".to_owned(), form.source.clone()),
        ("Run".to_owned(), document.run.id.clone()),
        ("Policy".to_owned(), format!("{policy}, sha256 {}", document.policy.sha256)),
    ];
    for source in &document.data.sources {
        let rows = counted(source.rows, "row");
        facts.push(("Data".to_owned(), format!("{} ({rows}), sha256 {}", source.path, source.sha256)));
    }
    facts
}

fn list(items: &[String], heading: &str) -> Vec<Block> {
    if items.is_empty() {
        return Vec::new();
    }
    let items = items.iter().map(|item| format!("{}.", upper_first(item))).collect();
    vec![Block::Paragraph(format!("{heading}:")), Block::List(items)]
}
