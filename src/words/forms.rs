//! A form as a page: its sections in the order of its file, what of the result stands in each, and the mark of a draft.

use super::compose::headline;
use super::numbers::{apart, count, counted, percent};
use super::page::{Block, Mark, Page, Table};
use super::sentences::{check_sentence, group_name, limits, number, upper_first};
use super::tables::{check_name, interval, interval_head, mark, subject};
use crate::release::Release;
use crate::result::{
    Bounds, CheckChange, CheckRow, Document, Form, FormAnswer, FormSection, Impact, ImpactRow, ImpactTable, Signature,
    Verdict, WaiverView,
};

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
    let run =
        format!("{}, as of {}, by evenhand {}", short(&document.run.id), document.run.as_of, document.tool.version);
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
        "privacy" => privacy(document),
        "waivers" => exceptions(document, form),
        "signatures" => signed(form, signatures),
        "statement" => vec![Block::Paragraph(document.statement.clone())],
        "evidence" => vec![Block::Facts(evidence(document, form))],
        "findings" => list(&form.findings, "About this form"),
        "assessed" => impact.map(assessed).into_iter().collect(),
        "unknown" => impact.map(unknown).unwrap_or_default(),
        "left out" => impact.map(left_out).unwrap_or_default(),
        "median" => impact.map(median).unwrap_or_default(),
        "variants" => impact.map(variants).unwrap_or_default(),
        "bounds" => impact.map(bounds).unwrap_or_default(),
        other => match (impact, other.strip_prefix("table ")) {
            (Some(impact), Some(name)) => table(impact, name),
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
    told.sort_by_key(|row| row.on_fail != "error");
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
    let mut heads = vec!["Verdict", "Check", "Group", ">Cases", ">Value", &interval_head, "Limits"];
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
    for row in rows.iter().take(most(form)) {
        let value = |v: f64| number(row, v);
        let verdict = match &row.waived_by {
            Some(_) => format!("{}, waived", mark(row)),
            None => mark(row),
        };
        let mut cells = vec![
            verdict,
            check_name(document, row),
            subject(row),
            count(row.rows),
            row.value.map_or_else(|| "not defined".to_owned(), value),
            interval(row.value, row.low, row.high, value),
            limits(row),
        ];
        if let Some(change) = &document.change {
            let same = |other: &&CheckChange| {
                (&other.id, &other.metric, &other.contrast, &other.axes, &other.group)
                    == (&row.id, &row.metric, &row.contrast, &row.axes, &row.group)
            };
            let before = change.checks.iter().find(same).and_then(|other| other.value_before);
            cells.insert(4, before.map_or_else(|| "–".to_owned(), value));
        }
        table.rows.push(cells);
    }
    std::iter::once(Block::Table(table)).chain(more(rows.len(), most(form))).collect()
}

fn privacy(document: &Document) -> Vec<Block> {
    let words = match &document.privacy {
        None => "No count is hidden or rounded in this form: it is for internal use. It holds no row of the data."
            .to_owned(),
        Some(privacy) => format!(
            "This form is {}: counts from 1 to {} are hidden, counts are rounded to multiples of {}. It holds no row of the data.",
            privacy.audience,
            privacy.min_cell.saturating_sub(1),
            privacy.round
        ),
    };
    vec![Block::Paragraph(words)]
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
        let soon = form.notice_days.is_some_and(|days| (0..=days).contains(&waiver.days_left));
        let left = if soon { format!(" (in {})", counted(waiver.days_left as u64, "day")) } else { String::new() };
        table.rows.push(vec![
            waiver.id.clone(),
            waiver.owner.clone(),
            waiver.status.replace('-', " "),
            format!("{}{left}", waiver.expires),
            waiver.reason.clone(),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(more(document.waivers.len(), few(form)));
    if let Some(days) = form.notice_days {
        let ends =
            document.waivers.iter().filter(|w| w.status == "active" && (0..=days).contains(&w.days_left)).count();
        blocks.push(Block::Paragraph(format!("Within {days} days {} end.", counted(ends as u64, "waiver in force"))));
    }
    blocks
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

fn assessed(impact: &Impact) -> Block {
    let what = if impact.scoring { "score" } else { "decision" };
    let left_out = match impact.left_out {
        0 => String::new(),
        rows => format!(" {} without a {what} are in no table.", counted(rows, "row")),
    };
    Block::Paragraph(format!("Assessed: {}.{left_out}", counted(impact.assessed, "individual")))
}

fn table_name(name: &str) -> &'static str {
    match name {
        "sex" => "Sex",
        "race" => "Race and ethnicity",
        _ => "Intersectional",
    }
}

fn or_dash(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "–".to_owned())
}

/// A table as the rule prints it.
fn table(impact: &Impact, name: &str) -> Vec<Block> {
    let Some(found) = impact.tables.iter().find(|table| table.name == name) else {
        return vec![Block::Paragraph("This table could not be made.".to_owned())];
    };
    let heads: &[&str] = if impact.scoring {
        &["Category", ">Number of applicants", ">Scoring rate", ">Impact ratio"]
    } else {
        &["Category", ">Number of applicants", ">Number selected", ">Selection rate", ">Impact ratio"]
    };
    let mut table = Table::new(table_name(name), heads);
    for row in &found.rows {
        let mut cells = vec![row.category.clone(), count(row.individuals)];
        if !impact.scoring {
            cells.push(count(row.hits));
        }
        cells.push(row.rate_printed.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{rate}%")));
        cells.push(or_dash(&row.ratio_printed));
        table.rows.push(cells);
    }
    vec![Block::Table(table)]
}

fn unknown(impact: &Impact) -> Vec<Block> {
    let (sex, race, either) = (impact.unknown_sex, impact.unknown_race, impact.unknown_either);
    let say =
        |what: &str, n: u64, table: &str| format!("{} with {what}: not in the {table}.", counted(n, "individual"));
    let mut items: Vec<String> = Vec::new();
    items.extend(sex.map(|n| say("an unknown sex", n, "table of sex")));
    items.extend(race.map(|n| say("an unknown race or ethnicity", n, "table of race and ethnicity")));
    if sex.is_some() && race.is_some() {
        items.push(say("either unknown", either, "intersectional table"));
    }
    let mut blocks = vec![Block::List(items)];
    if sex.is_some_and(|n| n < either) || race.is_some_and(|n| n < either) {
        let words = "Individuals of whom one of the two is known are in the table of that one.";
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    blocks
}

fn rows_of(impact: &Impact) -> impl Iterator<Item = (&ImpactTable, &ImpactRow)> {
    impact.tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)))
}

fn left_out(impact: &Impact) -> Vec<Block> {
    let mut table = Table::new(
        "Categories that have no impact ratio and are no reference",
        &["Table", "Category", ">Number of applicants", ">Rate"],
    );
    for (of, row) in rows_of(impact).filter(|(_, row)| row.excluded) {
        let rate = row.rate_printed.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{rate}%"));
        table.rows.push(vec![table_name(&of.name).to_owned(), row.category.clone(), count(row.individuals), rate]);
    }
    if !table.rows.is_empty() {
        return vec![Block::Table(table)];
    }
    let words = if impact.excluded_by == "none" {
        "No category was left out of the impact ratios.".to_owned()
    } else {
        format!("No category has a share below {}.", impact.exclude_below)
    };
    vec![Block::Paragraph(words)]
}

fn median(impact: &Impact) -> Vec<Block> {
    let Some(medians) = &impact.medians else { return Vec::new() };
    let shown = |value: Option<f64>| value.map_or_else(|| "not known exactly".to_owned(), |value| value.to_string());
    let used = if medians.used == "known_only" {
        "those whose sex and race or ethnicity are known"
    } else {
        "everybody with a score, of known category or not"
    };
    let mut facts = vec![
        ("The tables use the median of".to_owned(), used.to_owned()),
        ("Median of everybody".to_owned(), shown(medians.full_sample)),
        ("Median of known categories".to_owned(), shown(medians.known_only)),
    ];
    if let Some(bounds) = &medians.bounds {
        let words = format!("{}; there are too many different scores to keep each", range(bounds));
        facts.push(("The median lies in".to_owned(), words));
    }
    if let Some(share) = medians.share_above {
        facts.push(("Share strictly above".to_owned(), percent(share)));
    }
    vec![Block::Facts(facts)]
}

fn range(bounds: &Bounds) -> String {
    let high = bounds.high.map_or_else(|| "no end".to_owned(), |high| format!("{high:.3}"));
    format!("{:.3} to {high}", bounds.low)
}

/// The impact ratios with and without small categories, whatever the tables do about them.
fn variants(impact: &Impact) -> Vec<Block> {
    let below = &impact.exclude_below;
    let mut blocks = vec![Block::Paragraph(format!(
        "Impact ratios with every category kept, and with those left out whose share is below {below}: of the individuals in the \
         table, or of all {} who were assessed.",
        count(impact.assessed)
    ))];
    for found in &impact.tables {
        let heads = ["Category", ">All kept", ">Small in the table left out", ">Small among all left out"];
        let mut table =
            Table::new(format!("{}: what leaving out small categories does", table_name(&found.name)), &heads);
        for row in found.rows.iter().filter(|row| row.individuals > 0) {
            let ratios = row.variants.iter().map(|variant| match variant.excluded {
                true => "left out".to_owned(),
                false => or_dash(&variant.ratio_printed),
            });
            table.rows.push(std::iter::once(row.category.clone()).chain(ratios).collect());
        }
        blocks.push(Block::Table(table));
    }
    blocks
}

/// How far individuals of unknown category could move the ratios.
fn bounds(impact: &Impact) -> Vec<Block> {
    let heads = ["Table", "Category", ">Impact ratio", ">All unknown in it", ">Any way to share them out"];
    let mut table = Table::new("What individuals of unknown category could do to the impact ratios", &heads);
    for (of, row) in rows_of(impact) {
        let Some(bounds) = &row.bounds else { continue };
        table.rows.push(vec![
            table_name(&of.name).to_owned(),
            row.category.clone(),
            or_dash(&row.ratio_printed),
            range(&bounds.naive),
            bounds.joint.as_ref().map_or_else(|| "–".to_owned(), range),
        ]);
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    let words = "Against the category with the highest rate. All unknown in it: each of them belongs to the category, none or all \
                 with the outcome. Any way: each belongs to either category or to neither, with the outcome that it had.";
    vec![Block::Paragraph(words.to_owned()), Block::Table(table)]
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
