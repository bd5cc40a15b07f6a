//! The document → a page: what comes first, and what comes after.

use std::collections::BTreeMap;

use super::budget;
use super::calibration;
use super::campaign;
use super::change;
use super::classes;
use super::consent;
use super::experience;
use super::funnel;
use super::headline::{gate_line, headline};
use super::human;
use super::inequality;
use super::masthead::{masthead, orientation, stamp, title};
use super::method;
use super::numbers::{count, counted};
use super::omnibus;
use super::outcomes;
use super::page::{Block, Mark, Page};
use super::power;
use super::privacy;
use super::scorecard;
use super::sections;
use super::sentences::{check_sentence, diagnosed, upper_first};
use super::sequence;
use super::served;
use super::strata;
use super::tables;
use super::threshold;
use super::unequal;
use super::unknown;
use super::waivers;
use crate::release::Release;
use crate::result::{CheckRow, Document, Family, LeftOut, Verdict};

const CONSENT: &str = "Consent: whose data is this?";
const OUTCOMES: &str = "Outcomes: does everyone get the good decision?";
const EXPERIENCE: &str = "Experience: what did people get, and how long did it take?";
const HUMAN: &str = "Where people changed what the model said, by segment";
const FUNNEL: &str = "Where the gap arises";
const CLASSES: &str = "Where cases were sent, class by class";
const ERRORS: &str = "Errors: who bears the mistakes?";

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
    let mut blocks = opening(document);
    blocks.extend(adjusted(document));
    blocks.extend(headed("What changed?", change::change(document)));
    blocks.extend(headed("Let through for a time", waivers::waivers(document)));
    blocks.extend(people(document));
    blocks.extend(left_out(document));
    blocks.extend(headed(CONSENT, consent::consent(document)));
    // Where nothing is asked about decisions, sections about them would stand empty before what was asked.
    let decided = document.policy.decision.is_some();
    if decided {
        blocks.extend(headed(OUTCOMES, sections::outcomes(document)));
        let errors = sections::errors(document).into_iter().chain(inequality::inequality(document)).collect();
        blocks.extend(headed(ERRORS, errors));
    }
    if decided || document.policy.score.is_some() {
        blocks.extend(headed("Calibration: does 0.7 mean 0.7 for everyone?", calibration::calibration(document)));
    }
    if decided {
        blocks.extend(headed("Threshold: is it the model, or the cut-off?", threshold::threshold(document)));
    }
    blocks.extend(headed("Budget: who would be reached?", budget::budget(document)));
    if decided {
        let intersections = sections::intersections(document);
        blocks.extend(headed("Intersections: is anyone hidden inside the averages?", intersections));
    }
    blocks.extend(headed(EXPERIENCE, experienced(document)));
    blocks.extend(headed(campaign::heading(document), campaign::campaign(document)));
    blocks.extend(headed(HUMAN, human::human(document)));
    blocks.extend(headed(FUNNEL, funnel::funnel(document)));
    blocks.extend(headed(CLASSES, classes::classes(document)));
    blocks.extend(headed("Like with like: is the gap there among people who are alike?", strata::strata(document)));
    blocks.extend(headed("Over time: what do the reviews show together?", sequence::sequence(document)));
    blocks.extend(headed("What could this review have seen?", power::power(document)));
    blocks.extend(headed("What is not known: could it change the picture?", unknown::unknown(document)));
    let gaps = Some(tables::gaps(document)).filter(|table| !table.rows.is_empty()).map(Block::Table);
    let gaps = gaps.into_iter().chain(omnibus::omnibus(document)).collect();
    blocks.extend(headed("Gaps between the extremes", gaps));
    blocks.extend(worth_knowing(document));
    blocks.extend(not_tested(document));
    blocks.extend(headed("Method", method::method(document)));
    blocks.extend(statement(document));
    Page { title: title(document), blocks }
}

/// The short report for people who do not work with it: what was found, the numbers behind it, what is hidden.
fn for_the_public(document: &Document) -> Page {
    let mut blocks = opening(document);
    blocks.extend(people(document));
    blocks.extend(headed(CONSENT, consent::consent(document)));
    if document.policy.decision.is_some() {
        blocks.extend(headed(OUTCOMES, sections::outcomes(document)));
    }
    if document.policy.decision.is_some() && document.policy.label.is_some() {
        blocks.extend(headed(ERRORS, sections::errors(document)));
    }
    blocks.extend(headed(EXPERIENCE, experienced(document)));
    blocks.extend(headed(campaign::heading(document), campaign::campaign(document)));
    blocks.extend(headed(HUMAN, human::human(document)));
    blocks.extend(headed(FUNNEL, funnel::funnel(document)));
    blocks.extend(headed(CLASSES, classes::classes(document)));
    blocks.extend(not_tested(document));
    blocks.extend(statement(document));
    Page { title: title(document), blocks }
}

/// What every report begins with: what it is about, what was found, and every check.
fn opening(document: &Document) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(masthead(document))];
    blocks.extend(stamp(document));
    blocks.extend(headed("In one minute", minute(document)));
    blocks.extend(headed("Scorecard", scorecard::scorecard(document).map(Block::Table).into_iter().collect()));
    blocks.extend(headed("What is hidden", privacy::hidden(document)));
    blocks.extend(headed("Checks", tables::checks(document).into_iter().map(Block::Table).collect()));
    blocks
}

fn people(document: &Document) -> Vec<Block> {
    headed("Who is in the data", tables::people(document).into_iter().map(Block::Table).collect())
}

fn not_tested(document: &Document) -> Vec<Block> {
    let items = document.not_tested.iter().map(|n| format!("{}: {}.", upper_first(&n.what), n.why));
    headed("What was not tested", vec![Block::List(items.collect())])
}

fn statement(document: &Document) -> Vec<Block> {
    headed("Statement", vec![Block::Paragraph(document.statement.clone())])
}

/// A section with its heading; nothing where there is nothing to tell.
fn headed(heading: &str, blocks: Vec<Block>) -> Vec<Block> {
    if blocks.is_empty() {
        return blocks;
    }
    std::iter::once(Block::Heading(heading.to_owned())).chain(blocks).collect()
}

/// What people got, by group, and how unequally it is spread over all of them.
fn experienced(document: &Document) -> Vec<Block> {
    experience::experience(document).into_iter().chain(unequal::inequality(document)).collect()
}

/// What is printed on a terminal: the headline, the findings, the tables that matter most.
pub fn summarise(release: &Release) -> Page {
    let document = release.document();
    let mut blocks = stamp(document);
    blocks.push(Block::Paragraph(orientation(document)));
    blocks.extend(document.consent.as_ref().map(|view| Block::Paragraph(consent::whose(view))));
    blocks.extend(minute(document));
    blocks.extend(scorecard::scorecard(document).map(Block::Table));
    if !document.checks.is_empty() {
        blocks.push(Block::Table(tables::checks_at_a_glance(document)));
    }
    blocks.extend(adjusted(document));
    blocks.extend(waivers::waivers(document));
    blocks.extend(tables::rates_at_a_glance(document).map(Block::Table));
    blocks.extend(experience::at_a_glance(document).map(Block::Table));
    blocks.extend(campaign::at_a_glance(document).map(Block::Table));
    if document.policy.axes.is_empty() {
        blocks.extend(unequal::table(document).map(Block::Table));
    }
    blocks.extend(headed("What is hidden", privacy::hidden(document)));
    blocks.extend(worth_knowing(document));
    blocks.extend(gate_line(document));
    Page { title: title(document), blocks }
}

/// The verdict, the findings that matter most, and how many are not shown.
fn minute(document: &Document) -> Vec<Block> {
    let mut blocks = vec![Block::Finding(Mark::of_run(document.verdict), headline(document))];
    blocks.extend(unequal::without_segments(document));
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
    let shown: Vec<&CheckRow> = told.iter().take(TOLD).copied().collect();
    blocks.extend(outcomes::unheard_beside(document, &shown));
    blocks.extend(served::glance(document));
    blocks.extend(consent::glance(document));
    blocks.extend(campaign::findings(document));
    blocks.extend(human::glance(document));
    blocks.extend(funnel::glance(document));
    blocks.extend(classes::glance(document));
    blocks.extend(budget::glance(document));
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
    let of_family = |family: Family| {
        let rows = || document.checks.iter().filter(|row| row.family() == family);
        let doubtful = rows().filter(|row| row.reason.as_deref() == Some("adjustment")).count();
        let judged = rows().filter(|row| row.p_value.is_some()).count();
        let how = match family {
            Family::Interval => "",
            Family::Sequential => " by evidence over time",
            Family::Worsening => " by how much worse they got",
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
    Family::ALL.into_iter().filter_map(of_family).collect()
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

fn left_out(document: &Document) -> Vec<Block> {
    let mut by_rows: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    // Of an outcome the share that has a value is told as a number of its own.
    let decided = |left: &&LeftOut| left.axes.is_empty() && document.policy.outcome(&left.metric).is_none();
    for left in document.data.left_out.iter().filter(decided) {
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
    vec![Block::Heading("Worth knowing".to_owned()), Block::List(document.diagnostics.iter().map(diagnosed).collect())]
}
