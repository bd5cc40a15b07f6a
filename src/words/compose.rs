//! The document → a page: what comes first, what comes after, and the headline.

use std::collections::BTreeMap;

use super::calibration;
use super::change;
use super::inequality;
use super::method;
use super::numbers::{count, counted};
use super::omnibus;
use super::page::{Block, Mark, Page};
use super::power;
use super::privacy;
use super::sections;
use super::sentences::{check_sentence, upper_first};
use super::sequence;
use super::strata;
use super::tables;
use super::threshold;
use super::unknown;
use super::waivers;
use crate::error::exit;
use crate::release::Release;
use crate::result::{CheckRow, Document, Verdict};

/// Findings told as sentences at the top; the others are in the tables.
const TOLD: usize = 5;
/// Metrics named that leave out equally many rows.
const NAMED: usize = 4;

/// The whole report; what is for the public is shorter.
pub fn compose(release: &Release) -> Page {
    let document = release.document();
    if privacy::is_public(document) { for_the_public(document) } else { whole(document) }
}

fn whole(document: &Document) -> Page {
    let mut blocks = vec![Block::Facts(masthead(document))];
    blocks.extend(stamp(document));
    blocks.push(Block::Heading("In one minute".to_owned()));
    blocks.extend(minute(document));
    blocks.extend(headed("What is hidden", privacy::hidden(document)));
    blocks.push(Block::Heading("Checks".to_owned()));
    blocks.extend(tables::checks(document).into_iter().map(Block::Table));
    blocks.extend(adjusted(document));
    blocks.extend(headed("What changed?", change::change(document)));
    blocks.extend(headed("Let through for a time", waivers::waivers(document)));
    blocks.push(Block::Heading("Who is in the data".to_owned()));
    blocks.extend(tables::people(document).into_iter().map(Block::Table));
    blocks.extend(left_out(document));
    blocks.push(Block::Heading("Outcomes: does everyone get the good decision?".to_owned()));
    blocks.extend(sections::outcomes(document));
    blocks.push(Block::Heading("Errors: who bears the mistakes?".to_owned()));
    blocks.extend(sections::errors(document));
    blocks.extend(inequality::inequality(document));
    blocks.push(Block::Heading("Calibration: does 0.7 mean 0.7 for everyone?".to_owned()));
    blocks.extend(calibration::calibration(document));
    blocks.push(Block::Heading("Threshold: is it the model, or the cut-off?".to_owned()));
    blocks.extend(threshold::threshold(document));
    blocks.push(Block::Heading("Intersections: is anyone hidden inside the averages?".to_owned()));
    blocks.extend(sections::intersections(document));
    blocks.extend(headed("Like with like: is the gap there among people who are alike?", strata::strata(document)));
    blocks.extend(headed("Over time: what do the reviews show together?", sequence::sequence(document)));
    blocks.extend(headed("What could this review have seen?", power::power(document)));
    blocks.extend(headed("What is not known: could it change the picture?", unknown::unknown(document)));
    let gaps = Some(tables::gaps(document)).filter(|table| !table.rows.is_empty()).map(Block::Table);
    let gaps = gaps.into_iter().chain(omnibus::omnibus(document)).collect();
    blocks.extend(headed("Gaps between the extremes", gaps));
    blocks.extend(worth_knowing(document));
    blocks.push(Block::Heading("What was not tested".to_owned()));
    blocks.push(Block::List(
        document.not_tested.iter().map(|n| format!("{}: {}.", upper_first(&n.what), n.why)).collect(),
    ));
    blocks.push(Block::Heading("Method".to_owned()));
    blocks.extend(method::method(document));
    blocks.push(Block::Heading("Statement".to_owned()));
    blocks.push(Block::Paragraph(document.statement.clone()));
    Page { title: title(document), blocks }
}

/// The short report for people who do not work with it: what was found, the numbers behind it, what is hidden.
fn for_the_public(document: &Document) -> Page {
    let mut blocks = vec![Block::Facts(masthead(document))];
    blocks.extend(stamp(document));
    blocks.push(Block::Heading("In one minute".to_owned()));
    blocks.extend(minute(document));
    blocks.extend(headed("What is hidden", privacy::hidden(document)));
    blocks.push(Block::Heading("Checks".to_owned()));
    blocks.extend(tables::checks(document).into_iter().map(Block::Table));
    blocks.push(Block::Heading("Who is in the data".to_owned()));
    blocks.extend(tables::people(document).into_iter().map(Block::Table));
    blocks.push(Block::Heading("Outcomes: does everyone get the good decision?".to_owned()));
    blocks.extend(sections::outcomes(document));
    if document.policy.label.is_some() {
        blocks.push(Block::Heading("Errors: who bears the mistakes?".to_owned()));
        blocks.extend(sections::errors(document));
    }
    blocks.push(Block::Heading("What was not tested".to_owned()));
    blocks.push(Block::List(
        document.not_tested.iter().map(|n| format!("{}: {}.", upper_first(&n.what), n.why)).collect(),
    ));
    blocks.push(Block::Heading("Statement".to_owned()));
    blocks.push(Block::Paragraph(document.statement.clone()));
    Page { title: title(document), blocks }
}

/// A section with its heading; nothing where there is nothing to tell.
fn headed(heading: &str, blocks: Vec<Block>) -> Vec<Block> {
    if blocks.is_empty() {
        return blocks;
    }
    std::iter::once(Block::Heading(heading.to_owned())).chain(blocks).collect()
}

/// What is printed on a terminal: the headline, the findings, the tables that matter most.
pub fn summarise(release: &Release) -> Page {
    let document = release.document();
    let mut blocks = stamp(document);
    blocks.push(Block::Paragraph(orientation(document)));
    blocks.extend(minute(document));
    blocks.push(Block::Table(tables::checks_at_a_glance(document)));
    blocks.extend(adjusted(document));
    blocks.extend(waivers::waivers(document));
    blocks.extend(tables::rates_at_a_glance(document).map(Block::Table));
    blocks.extend(headed("What is hidden", privacy::hidden(document)));
    blocks.extend(worth_knowing(document));
    blocks.push(Block::Paragraph(format!("Gate: exit code {} ({}).", document.exit_code, gate(document))));
    Page { title: title(document), blocks }
}

pub(super) fn title(document: &Document) -> String {
    let about = &document.about;
    match (&about.system, &about.model_version) {
        (Some(system), Some(version)) => format!("evenhand report: {system}, version {version}"),
        (Some(system), None) => format!("evenhand report: {system}"),
        _ => "evenhand report".to_owned(),
    }
}

/// What the numbers are about, in one line.
fn orientation(document: &Document) -> String {
    let sources = document.data.sources.iter().filter(|source| !source.notes.is_empty());
    let notes: String = sources.map(|source| format!(" {}: {}.", source.path, source.notes.join("; "))).collect();
    format!("Good for the person: {}. {}.{notes}", decision_words(document), upper_first(&data_words(document)))
}

fn masthead(document: &Document) -> Vec<(String, String)> {
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
    fact("Good for the person", decision_words(document));
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
        fact("Source", format!("{} ({}, {rows}sha256 {}{notes})", source.path, source.format, short(&source.sha256)));
    }
    if privacy::is_public(document) {
        fact("Policy", format!("sha256 {}", short(&policy.sha256)));
    } else {
        let policy_name = policy.path.clone().unwrap_or_else(|| "given by flags".to_owned());
        let locked = document.run.lock.as_ref().map(|lock| format!("; recorded no later than {}", lock.time));
        fact("Policy", format!("{policy_name} (sha256 {}{})", short(&policy.sha256), locked.unwrap_or_default()));
    }
    fact("As of", document.run.as_of.clone());
    fact("Run", format!("{} by evenhand {}", short(&document.run.id), document.tool.version));
    facts
}

fn decision_words(document: &Document) -> String {
    let policy = &document.policy;
    let source = match &policy.threshold {
        Some(threshold) => format!("`{}` at or above {threshold} makes the decision 1, which", policy.decision),
        None => format!("`{}`", policy.decision),
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

pub(super) fn stamp(document: &Document) -> Vec<Block> {
    if !document.run.exploratory {
        return Vec::new();
    }
    let words = "EXPLORATORY: flags of the command line replaced parts of the policy, or set its lock aside. This run is no evidence for \
         a review.";
    vec![Block::Paragraph(words.to_owned())]
}

/// The verdict, the findings that matter most, and how many are not shown.
fn minute(document: &Document) -> Vec<Block> {
    let mut blocks = vec![Block::Finding(Mark::of_run(document.verdict), headline(document))];
    let mut told: Vec<&CheckRow> =
        document.checks.iter().filter(|row| row.verdict != Verdict::Met && !privacy::is_hidden(row)).collect();
    // What gates comes first, then what is shown, was so before or is let through, then what cannot be told.
    told.sort_by_key(|row| {
        let let_be = row.known || row.waived_by.is_some();
        (row.verdict != Verdict::NotMet, let_be, row.on_fail != "error", importance(row))
    });
    for row in told.iter().take(TOLD) {
        blocks.push(Block::Finding(Mark::of(row), check_sentence(document, row)));
    }
    if told.is_empty()
        && let Some(row) =
            document.checks.iter().filter(|row| !privacy::is_hidden(row)).min_by(|a, b| slack(a).total_cmp(&slack(b)))
    {
        blocks.push(Block::Finding(Mark::of(row), format!("Nearest to a limit: {}", check_sentence(document, row))));
    }
    blocks.extend(strata::reversals(document));
    blocks.extend(change::glance(document));
    if told.len() > TOLD {
        let more = counted((told.len() - TOLD) as u64, "more finding");
        blocks.push(Block::Paragraph(format!("In the table of checks: {more}.")));
    }
    blocks
}

/// Why a row that is beyond a limit by itself is not called not met, for each kind of evidence.
fn adjusted(document: &Document) -> Vec<Block> {
    let of_kind = |kind: &str| {
        let of = |row: &CheckRow| if row.worsening.is_some() { "worsening" } else { row.evidence.as_str() }.to_owned();
        let rows = || document.checks.iter().filter(|row| of(row) == kind);
        let doubtful = rows().filter(|row| row.reason.as_deref() == Some("adjustment")).count();
        let judged = rows().filter(|row| row.p_value.is_some()).count();
        let how = match kind {
            "sequential" => " by evidence over time",
            "worsening" => " by how much worse they got",
            _ => "",
        };
        let words = format!(
            "{} beyond a limit when looked at alone; among {judged} rows that were judged{how} this can be chance, so inconclusive \
             is all that is said.",
            if doubtful == 1 {
                "One inconclusive row is".to_owned()
            } else {
                format!("{doubtful} inconclusive rows are")
            }
        );
        (doubtful > 0).then_some(Block::Paragraph(words))
    };
    ["interval", "sequential", "worsening"].into_iter().filter_map(of_kind).collect()
}

/// How much a row that is not met or not judged matters; less comes first.
pub fn importance(row: &CheckRow) -> u8 {
    match Mark::of(row) {
        Mark::NotMet => 0,
        Mark::Inconclusive if row.leaning == Some(Verdict::NotMet) => 1,
        Mark::Inconclusive => 2,
        Mark::TooFew => 3,
        _ => 4,
    }
}

/// How far the interval of a row is from its nearer limit.
fn slack(row: &CheckRow) -> f64 {
    let low = row.low.zip(row.min).map_or(f64::INFINITY, |(low, min)| low - min);
    let high = row.high.zip(row.max).map_or(f64::INFINITY, |(high, max)| max - high);
    low.min(high)
}

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
        return with_hidden(document.verdict, &counts);
    }
    if let Some(words) = headline_with_waivers(document, &counts) {
        return words;
    }
    match (document.verdict, total) {
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

/// The same where some rows are hidden: the verdict is that of all rows.
fn with_hidden(verdict: Verdict, counts: &str) -> String {
    let whole = match verdict {
        Verdict::Met => "All check rows, hidden ones included, are shown to be within their limits",
        Verdict::NotMet => "Of all check rows, hidden ones included, some are beyond the limits",
        _ => "Nothing is beyond the limits, hidden rows included, but not everything could be shown to be within them",
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
        exit::NOT_MET if document.checks.iter().any(privacy::is_hidden) => {
            "a check that gates is beyond its limits, or a rule of the policy is broken; what is hidden was judged as well"
                .to_owned()
        }
        exit::NOT_MET => not_met(document, &open),
        _ => format!("nothing that gates is beyond its limits{but}, but it could not all be judged"),
    }
}

/// Why the exit code is 1: every reason there is.
fn not_met(document: &Document, open: &[&CheckRow]) -> String {
    let errors: Vec<&str> =
        document.diagnostics.iter().filter(|d| d.level == "error").map(|d| d.code.as_str()).collect();
    let mut why = Vec::new();
    if open.iter().any(|row| row.on_fail == "error" && !row.known) {
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

fn left_out(document: &Document) -> Vec<Block> {
    let mut by_rows: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for left in document.data.left_out.iter().filter(|left| left.axes.is_empty()) {
        by_rows.entry(left.rows).or_default().push(&left.metric);
    }
    if by_rows.is_empty() {
        return Vec::new();
    }
    let say = |(rows, metrics): (&u64, &Vec<&str>)| {
        let more = metrics.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} by {}{more}", count(*rows), metrics[..metrics.len().min(NAMED)].join(", "))
    };
    let said: Vec<String> = by_rows.iter().rev().map(say).collect();
    vec![Block::Paragraph(format!(
        "Rows left out because a decision, a label or a score is missing: {}.",
        said.join("; ")
    ))]
}

fn worth_knowing(document: &Document) -> Vec<Block> {
    if document.diagnostics.is_empty() {
        return Vec::new();
    }
    let say = |d: &crate::result::DiagnosticView| {
        let place = d.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        let end = if d.message.ends_with('?') { "" } else { "." };
        format!("{} [{}]{place}: {}{end}", upper_first(&d.level), d.code, d.message)
    };
    vec![Block::Heading("Worth knowing".to_owned()), Block::List(document.diagnostics.iter().map(say).collect())]
}

fn or(values: &[String]) -> String {
    values.join(" or ")
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
