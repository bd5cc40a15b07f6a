//! evenhand measures what a model did to which groups, with honest intervals, and judges it against a policy.
//!
//! The data flow is the layout: each module uses only what stands before it in this list.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`policy`] | text and flags | a [`policy::Policy`], or every mistake in it |
//! | [`input`] | files | batches of the needed columns, each file read once |
//! | [`tally`] | batches | [`tally::Cells`]: mergeable counts of every finest group |
//! | [`assess`] | cells | measurements, comparisons, spreads |
//! | [`judge`] | those, policy | check rows with verdicts, diagnostics, the exit code |
//! | [`change`] | two results | what changed, with the interval of each change |
//! | [`result`] | all of it | [`result::Document`], the one source of every report |
//! | [`release`] | document, audience | [`release::Release`]: the document as its audience may see it |
//! | [`figures`] | rows, limits and words of a picture | the picture as SVG |
//! | [`words`] | release | a [`words::Page`] of sentences and tables |
//! | [`render`] | page or release | bytes |
//!
//! # Glossary
//!
//! - **row**: one line of the data; with a `count` column it stands for several.
//! - **role**: what a column is for: decision, label, score, count, attribute.
//! - **attribute**: a column by whose values people are grouped; its values are **levels**.
//! - **axis**: one way of grouping: an attribute, or an intersection of several.
//! - **group**: the people at one level of each attribute of an axis.
//! - **cell**: the counts of a group by decision and label, and its scores.
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
//! - **verdict**: `met`, `not_met`, `inconclusive`, `not_applicable`.
//! - **diagnostic**: something worth saying that is no number, with a code and a place.

pub mod cores;
pub mod diagnostic;
pub mod error;
pub mod exact;
pub mod inference;
pub mod cell;
pub mod metrics;
pub mod policy;
pub mod input;
pub mod tally;
pub mod result;
pub mod assess;
pub mod judge;
pub mod change;
pub mod report;
pub mod release;
pub mod figures;
pub mod words;
pub mod render;
pub mod explain;
pub mod commands;

use assess::{
    AxisGroups, Earlier, between, compare, curve, earlier, inequality, measure, omnibus, prepare, sequence, spread,
    strata, sweep, unknown,
};
use diagnostic::Diagnostic;
use error::Error;
use input::Source;
use input::hash::Progress;
use judge::{adjusted, diagnose, rows};
use policy::Policy;
use report::Findings;
use result::Document;

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

/// The whole flow after earlier reviews, whose stored results are given: their counts are added to the evidence over time,
/// and to nothing else.
///
/// # Errors
/// As [`audit`]; or counts of an earlier result must not be added to these.
pub fn audit_after(
    policy: &Policy,
    mut warnings: Vec<Diagnostic>,
    sources: &[Source],
    earlier: &[Earlier],
    as_of: &str,
    progress: &Progress,
) -> Result<Document, Error> {
    if earlier.is_empty() && !policy.statistics.earlier.is_empty() {
        return Err(Error::usage("the policy names `earlier` results, and none was given"));
    }
    warnings.extend(earlier::check(policy, earlier, as_of)?);
    let (cells, read) = report::count(policy, sources, progress)?;
    diagnose::check_values(policy, &cells)?;
    let overall = cells.overall();
    let axes = cores::each(&policy.axes, |axis| AxisGroups::new(&cells, &overall, policy, axis));
    prepare::prepare(policy, &overall, &axes);
    let measurements = measure::measure_all(policy, &overall, &axes);
    let comparisons = compare::compare_all(policy, &axes);
    let spreads = spread::spread_all(policy, &axes);
    let sequences = sequence::follow_all(policy, &cells, &axes, earlier, as_of);
    let mut checks = rows::judge_all(policy, &overall, &axes, &sequences);
    let (waivers, of_waivers) = judge::waivers::waive(policy, &mut checks, as_of);
    warnings.extend(of_waivers);
    warnings.extend(earlier::diagnose(policy, earlier, &axes, &read));
    let left_out = measure::left_out(policy, &overall, &axes);
    let curves = curve::curve_all(policy, &overall, &axes);
    let score_comparisons = between::compare_scores(policy, &axes);
    let sweeps = sweep::sweep_all(policy, &overall, &axes);
    let omnibus = omnibus::test_all(policy, &axes);
    let inequality = inequality::spread_benefits(policy, &overall, &axes);
    let adjusted = strata::adjust_all(policy, &axes);
    let diagnostics = warnings
        .into_iter()
        .chain(diagnose::diagnose(policy, &cells, &overall, &axes))
        .chain(adjusted::diagnose(policy, &adjusted, &checks))
        .collect();
    let mut unknown = unknown::bound_all(policy, &cells, &axes);
    judge::unknown::hold(&mut unknown, &checks);
    let findings = Findings {
        measurements,
        comparisons,
        spreads,
        curves,
        score_comparisons,
        sweeps,
        omnibus,
        inequality,
        adjusted,
        unknown,
        sequences,
        checks,
        change: None,
        waivers,
        forms: Vec::new(),
        diagnostics,
        left_out,
    };
    Ok(report::document(policy, &cells, read, findings, earlier, as_of))
}
