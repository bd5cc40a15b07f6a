//! evenhand measures what a model did to which groups, with honest intervals, and judges it against a policy.
//!
//! The data flow is the layout: each module uses only what stands before it in this list.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`policy`] | text and flags | a [`policy::Policy`], or every mistake in it |
//! | [`input`] | files | batches of the needed columns, each file read once |
//! | [`sql`] | policy | a statement that counts cells where the rows are |
//! | [`tally`] | batches | [`tally::Cells`]: mergeable counts of every finest group |
//! | [`database`] | policy, an address | the cells of a table, counted by its database |
//! | [`assess`] | cells | measurements, comparisons, spreads |
//! | [`judge`] | those, policy | check rows with verdicts, diagnostics, the exit code |
//! | [`change`] | two results | what changed, with the interval of each change |
//! | [`forms`] | cells and answers, [`profiles`] | the forms that a rule or a habit prescribes |
//! | [`join`] | two files | counts of the rows that both have, as both models decided them |
//! | [`result`] | all of it | [`result::Document`], the one source of every report |
//! | [`history`] | results, decisions | the record of reviews, each line chained to the one before it |
//! | [`release`] | document, audience | [`release::Release`]: the document as its audience may see it |
//! | [`figures`] | rows, limits and words of a picture | the picture as SVG |
//! | [`words`] | release | a [`words::Page`] of sentences and tables |
//! | [`render`] | page or release | bytes |
//! | [`verify`] | what was written | what does not agree when it is recomputed |
//!
//! # Glossary
//!
//! - **row**: one line of the data; with a `count` column it stands for several.
//! - **role**: what a column is for: decision, label, score, count, attribute.
//! - **attribute**: a column by whose values people are grouped; its values are **levels**.
//! - **axis**: one way of grouping: an attribute, or an intersection of several.
//! - **group**: the people at one level of each attribute of an axis.
//! - **cell**: the counts of a group by decision and label, and its scores.
//! - **shard**: the cells of one pass, in a file; shards add up.
//! - **score**: a probability from 0 to 1; a **ledger** keeps the scores of one cell and label: every distinct one with its
//!   rows, or fine **bins** once there are too many.
//! - **metric**: a number of a cell, such as the selection rate.
//! - **contrast**: how the numbers of two groups are held against each other.
//! - **reference**: whom a group is compared with.
//! - **measurement**, **comparison**, **spread**: a number of one group, of two, of all.
//! - **check**: a metric, a contrast and limits; a **check row** is a check of one group.
//! - **evidence**: whether the whole interval decides, the estimate alone, or what periods together have shown.
//! - **period**: a month, a quarter, a review; **earlier** results are periods before those of the data.
//! - **sequence**: the evidence on a check row, added up period by period; a **look** is what it had come to after one.
//! - **review**: a result that people looked at, with their decision and sign-off: a line of the **history**.
//! - **action**: what a review asks for, with owner and day; it closes by a retest that is met, or by a waiver.
//! - **verdict**: `met`, `not_met`, `inconclusive`, `not_applicable`.
//! - **diagnostic**: something worth saying that is no number, with a code and a place.

pub mod cores;
pub mod diagnostic;
pub mod error;
pub mod exact;
pub mod inference;
pub mod cell;
pub mod metrics;
pub mod profiles;
pub mod policy;
pub mod input;
pub mod sql;
pub mod tally;
pub mod database;
pub mod result;
pub mod assess;
pub mod judge;
pub mod change;
pub mod forms;
pub mod report;
pub mod join;
pub mod history;
pub mod release;
pub mod figures;
pub mod words;
pub mod render;
pub mod verify;
pub mod explain;
pub mod commands;

use assess::{
    AxisGroups, Earlier, between, campaign, classes, compare, consent, curve, earlier, inequality, measure, omnibus,
    prepare, sequence, spread, strata, sweep, unknown,
};
use change::{Baseline, Models, Samples, Side};
use diagnostic::Diagnostic;
use error::Error;
use input::Source;
use input::hash::Progress;
use join::Join;
use judge::{adjusted, diagnose, rows};
use policy::Policy;
use report::{Counted, Findings, Given};
use result::Document;
use tally::{Most, Previous};

/// The whole flow: reads the sources once, measures, judges, and gives the document that every report is rendered from.
///
/// # Errors
/// The data cannot be read or are invalid for their role, or a value that the policy lists never occurs. A policy that
/// names earlier results needs [`audit_after`].
pub fn audit(
    policy: &Policy,
    warnings: Vec<Diagnostic>,
    sources: &[Source],
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    audit_after(policy, warnings, sources, &[], as_of, progress)
}

/// [`audit`] with other limits of what is kept.
///
/// # Errors
/// As [`audit`].
#[doc(hidden)]
pub fn audit_within(
    policy: &Policy,
    warnings: Vec<Diagnostic>,
    sources: &[Source],
    most: Most,
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    let policy = &*policy.on(as_of);
    let counted = report::count(policy, sources, most, progress)?;
    assess_all(policy, warnings, counted, Given { earlier: &[], baseline: None }, as_of)
}

/// The one pass alone: the cells of the sources, to be stored and added up later.
///
/// # Errors
/// The data cannot be read or are invalid for their role, or the policy asks for what no cells keep.
pub fn tally(policy: &Policy, sources: &[Source], progress: &Progress) -> Result<tally::Shard, Error> {
    tally_within(policy, sources, Most::default(), progress)
}

/// [`tally`] with other limits of what is kept.
#[doc(hidden)]
pub fn tally_within(
    policy: &Policy,
    sources: &[Source],
    most: Most,
    progress: &Progress,
) -> Result<tally::Shard, Error> {
    tally::tally_shard(policy, sources, report::VERSION, |read| report::notes(policy, read), most, progress)
}

/// Adds up files of cells as if one pass had counted all their rows.
///
/// # Errors
/// A file holds no cells or is damaged; or its cells count something else than the others, or rows that these hold already,
/// or rows of people who may have rows in others.
pub fn merge(sources: &[Source], progress: &Progress) -> Result<tally::Shard, Error> {
    merge_within(sources, Most::default(), progress)
}

/// [`merge`] with other limits of what is kept.
#[doc(hidden)]
pub fn merge_within(sources: &[Source], most: Most, progress: &Progress) -> Result<tally::Shard, Error> {
    let mut whole = tally::add_shards(sources, most, progress)?;
    whole.header.tool = report::VERSION.to_owned();
    Ok(whole)
}

/// The whole flow after earlier reviews, whose stored results are given: their counts are added to the evidence over time,
/// and to nothing else.
///
/// # Errors
/// As [`audit`]; or counts of an earlier result must not be added to these. A policy that names a `baseline` needs
/// [`audit_since`].
pub fn audit_after(
    policy: &Policy,
    warnings: Vec<Diagnostic>,
    sources: &[Source],
    earlier: &[Earlier],
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    if policy.baseline.is_some() {
        return Err(Error::usage("the policy names a `baseline`, and none was given"));
    }
    audit_since(policy, warnings, sources, earlier, None, as_of, progress)
}

/// The whole flow, compared with a stored result: what changed since, and whether it got worse than the policy allows.
///
/// # Errors
/// As [`audit_after`]; or the baseline counts something else than the policy does.
pub fn audit_since(
    policy: &Policy,
    warnings: Vec<Diagnostic>,
    sources: &[Source],
    earlier: &[Earlier],
    baseline: Option<&Baseline>,
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    let policy = &*policy.on(as_of);
    let count = || report::count(policy, sources, Most::default(), progress);
    audit_counted(policy, warnings, count, Given { earlier, baseline }, as_of)
}

/// The whole flow over a table that its database counts: only cells come from there.
///
/// # Errors
/// As [`audit_since`] and [`database::count`].
pub fn audit_database(
    policy: &Policy,
    warnings: Vec<Diagnostic>,
    request: &database::Request,
    given: Given,
    as_of: &str,
) -> Result<Document, Error> {
    let count = || report::take(policy, request.shown(), database::count(policy, request, report::VERSION)?);
    audit_counted(policy, warnings, count, given, as_of)
}

/// What can be refused without the data is refused before they are read.
fn audit_counted(
    policy: &Policy,
    mut warnings: Vec<Diagnostic>,
    count: impl FnOnce() -> Result<Counted, Error>,
    given: Given,
    as_of: &str,
) -> Result<Document, Error> {
    let Given { earlier, baseline } = given;
    if let Some(baseline) = baseline {
        if Previous::of(policy).is_some() {
            let message = "a run is compared either with an earlier result (`baseline`) or with the earlier model on the same \
                           rows (`previous_decision`); leave one of the two out";
            return Err(Error::usage(message));
        }
        change::unlike::check(policy, baseline)?;
    }
    if earlier.is_empty() && !policy.statistics.earlier.is_empty() {
        return Err(Error::usage("the policy names `earlier` results, and none was given"));
    }
    warnings.extend(earlier::check(policy, earlier, as_of)?);
    assess_all(policy, warnings, count()?, given, as_of)
}

/// The whole flow over the rows that two files share by a key, as an earlier and a later model decided them.
///
/// # Errors
/// As [`audit`]; or a key comes twice in a file, or no row is in both.
pub fn audit_joined(
    policy: &Policy,
    mut warnings: Vec<Diagnostic>,
    join: &Join,
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    let (counted, told) = join.count(policy, progress)?;
    warnings.extend(told);
    assess_all(policy, warnings, counted, Given { earlier: &[], baseline: None }, as_of)
}

/// From counts to the document.
fn assess_all(
    policy: &Policy,
    mut warnings: Vec<Diagnostic>,
    counted: Counted,
    given: Given,
    as_of: &str,
) -> Result<Document, Error> {
    let Given { earlier, baseline } = given;
    let Counted { cells, read, same_rows, human } = counted;
    diagnose::check_values(policy, &cells)?;
    judge::campaign::check_values(policy, &cells)?;
    classes::check_values(policy, &cells)?;
    if let Some(same) = &same_rows {
        diagnose::check_decisions(&same.previous.policy(policy), &same.both.before)?;
    }
    if let (Some(both), Some(previous)) = (&human, Previous::of_human(policy)) {
        diagnose::check_decisions(&previous.policy(policy), &both.before)?;
    }
    let overall = cells.overall();
    let axes = cores::each(&policy.axes, |axis| AxisGroups::new(&cells, &overall, policy, axis));
    prepare::prepare(policy, &overall, &axes);
    let measurements = measure::measure_all(policy, &overall, &axes);
    let comparisons = compare::compare_all(policy, &axes);
    let spreads = spread::spread_all(policy, &axes);
    let sequences = sequence::follow_all(policy, &cells, &axes, earlier, as_of);
    let adjusted = strata::adjust_all(policy, &axes);
    let checks = rows::judge_all(policy, &overall, &axes, &sequences);
    let outcomes: Vec<_> = policy.outcomes.iter().map(result::OutcomeView::of).collect();
    let after = Side {
        measurements: &measurements,
        comparisons: &comparisons,
        adjusted: &adjusted,
        checks: &checks,
        level: policy.statistics.level.approximate(),
        selected_is: policy.selection().name(),
        outcomes: &outcomes,
    };
    let models = same_rows.map(|same| Models::new(policy, same, &after));
    let mut checks = match &models {
        Some(models) => models.judge(policy, &after),
        None => {
            let before = baseline.map(|baseline| Side::of(&baseline.document));
            change::worsening::judge(policy, before.as_ref(), &after, Samples::Independent)
        }
    };
    let (waivers, of_waivers) = judge::waivers::waive(policy, &mut checks, as_of);
    warnings.extend(of_waivers);
    warnings.extend(earlier::diagnose(policy, earlier, &axes, &read));
    warnings.extend(baseline.and_then(|baseline| change::unlike::same_file(baseline, &read)));
    let change = models.map(|models| models.change());
    let left_out = measure::left_out(policy, &overall, &axes);
    let curves = curve::curve_all(policy, &overall, &axes);
    let score_comparisons = between::compare_scores(policy, &axes);
    let outcome_comparisons = assess::outcomes::compare_outcomes(policy, &axes);
    let outcome_tails = assess::outcomes::weigh_tails(policy, &overall, &axes);
    let outcome_inequality = assess::unequal::spread_outcomes(policy, &overall);
    let outcome_calibration = assess::tenths::calibrate(policy, &overall, &axes);
    let sweeps = sweep::sweep_all(policy, &overall, &axes);
    let omnibus = omnibus::test_all(policy, &axes);
    let inequality = inequality::spread_benefits(policy, &overall, &axes);
    let (forms, of_forms) = forms::fill_all(policy, &cells, as_of);
    let campaign = campaign::measure(policy, &cells, &axes);
    let diagnostics = warnings
        .into_iter()
        .chain(judge::campaign::diagnose(campaign.as_ref()))
        .chain(diagnose::diagnose(policy, &cells, &overall, &axes))
        .chain(adjusted::diagnose(policy, &adjusted, &checks))
        .chain(assess::funnel::diagnose(&cells))
        .chain(classes::diagnose(policy, &cells))
        .chain(of_forms)
        .collect();
    let mut unknown = unknown::bound_all(policy, &cells, &axes);
    judge::unknown::hold(&mut unknown, &checks);
    let mut consent = consent::cover(policy, &cells, &overall, &axes);
    if let Some(consent) = &mut consent {
        judge::unknown::hold(&mut consent.bounds, &checks);
    }
    let human = human.and_then(|both| change::human::follow(policy, &both));
    let funnel = assess::funnel::follow(policy, &cells, &axes);
    let classes = classes::follow(policy, &cells, &axes);
    let budgets = assess::budget::spend_all(policy, &overall, &axes);
    let findings = Findings {
        measurements,
        comparisons,
        spreads,
        curves,
        score_comparisons,
        outcome_comparisons,
        outcome_tails,
        outcome_inequality,
        outcome_calibration,
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        consent,
        campaign,
        human,
        funnel,
        classes,
        budgets,
        sequences,
        checks,
        change,
        waivers,
        forms,
        diagnostics,
        left_out,
    };
    Ok(report::document(policy, &cells, read, findings, given, as_of))
}
