//! Findings → the document, and the pass over the data that comes before them.

use std::sync::Arc;

use crate::assess::{Earlier, earlier};
use crate::cell::Cell;
use crate::change::models::SameRows;
use crate::change::vanished::{self, Present};
use crate::change::{Baseline, Samples, baseline, between};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, exit};
use crate::input::accumulate::Pool;
use crate::input::hash::{Progress, hash_bytes};
use crate::input::names::{names_people, names_weights};
use crate::input::read::TextOptions;
use crate::input::{self, Accumulate, Source, SourceRead};
use crate::judge::Outcome;
use crate::policy::{DecisionRole, Policy, effective};
use crate::result::{
    AboutView, Adjusted, AttributeView, AxisView, Change, CheckRow, CheckView, Comparison, Curve, DataView,
    DiagnosticView, Document, Excluded, Form, GroupView, Inequality, LeftOut, LockView, Measurement, NotTested,
    Omnibus, PolicyView, PrivacyRules, Run, SCHEMA, ScoreComparison, Sequence, SourceView, Spread, Sweep, Tool,
    Unknown, Verdict, WaiverView,
};
use crate::tally::paired::{Paired, Previous, collect_both, wanted_columns_of_both};
use crate::tally::{Cells, Tally, collect, wanted_columns};

pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that assessing and judging found.
pub struct Findings {
    pub measurements: Vec<Measurement>,
    pub comparisons: Vec<Comparison>,
    pub spreads: Vec<Spread>,
    pub curves: Vec<Curve>,
    pub score_comparisons: Vec<ScoreComparison>,
    pub sweeps: Vec<Sweep>,
    pub omnibus: Vec<Omnibus>,
    pub inequality: Vec<Inequality>,
    pub adjusted: Vec<Adjusted>,
    pub unknown: Vec<Unknown>,
    pub sequences: Vec<Sequence>,
    pub checks: Vec<CheckRow>,
    /// What changed since an earlier model on the same rows.
    pub change: Option<Change>,
    pub waivers: Vec<WaiverView>,
    pub forms: Vec<Form>,
    pub diagnostics: Vec<Diagnostic>,
    pub left_out: Vec<LeftOut>,
}

/// The stored results that a run was given.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    pub earlier: &'a [Earlier],
    pub baseline: Option<&'a Baseline>,
}

/// What the pass over the data gives.
pub struct Counted {
    pub cells: Cells,
    pub read: Vec<SourceRead>,
    /// The rows that an earlier model decided as well, where there is one.
    pub same_rows: Option<SameRows>,
}

/// Reads every source once and counts its rows.
pub fn count(policy: &Policy, sources: &[Source], progress: &Progress) -> Result<Counted, Error> {
    let (cells, read, same_rows) = match Previous::of(policy) {
        None => {
            let make = |decimal_comma| Tally::new(policy, decimal_comma);
            let (tallies, read) = read_all(policy, sources, &wanted_columns(policy), make, progress)?;
            (collect(tallies, policy).map_err(|error| of_sources(error, sources))?, read, None)
        }
        Some(previous) => {
            let make = |decimal_comma| Paired::new(policy, &previous, decimal_comma);
            let wanted = wanted_columns_of_both(policy, &previous);
            let (parts, read) = read_all(policy, sources, &wanted, make, progress)?;
            let (cells, both) = collect_both(parts, policy, &previous).map_err(|error| of_sources(error, sources))?;
            let view = SameRows::view("columns", &both);
            (cells, read, Some(SameRows { both, previous, view }))
        }
    };
    check_rows(Counted { cells, read, same_rows }, sources)
}

/// Refuses what holds no row to measure, or none to compare.
pub(crate) fn check_rows(counted: Counted, sources: &[Source]) -> Result<Counted, Error> {
    let cells = &counted.cells;
    let none = |message: String| {
        let place = sources.first().map(Source::place).unwrap_or_default();
        Err(Error::data(Diagnostic::new("cannot-read", message).at(place)))
    };
    if cells.cells.is_empty() {
        return none(if cells.rows_excluded > 0 {
            format!("none of the {} rows matches `where`, so there is nothing to measure", cells.rows_excluded)
        } else {
            "there are no rows, so there is nothing to measure".to_owned()
        });
    }
    if counted.same_rows.as_ref().is_some_and(|same| same.both.joints.is_empty()) {
        return none(
            "no row has a decision of the earlier model and of this one, so there is no change to tell".to_owned(),
        );
    }
    Ok(counted)
}

/// Reads every source once into accumulators that `make` makes once it is known whether numbers have a decimal comma.
pub fn read_all<A: Accumulate>(
    policy: &Policy,
    sources: &[Source],
    wanted: &[String],
    make: impl Fn(bool) -> A,
    progress: &Progress,
) -> Result<(Vec<A>, Vec<SourceRead>), Error> {
    let options = TextOptions { delimiter: policy.roles.delimiter, decimal_comma: policy.roles.decimal_comma };
    let mut parts = Vec::new();
    let mut read = Vec::new();
    for source in sources {
        let mut pool: Option<Arc<Pool<A>>> = None;
        let pooled = |decimal_comma| pool.insert(Pool::new(make(decimal_comma))).clone();
        read.push(input::read(source, wanted, options, pooled, progress)?);
        parts.extend(pool.map(|pool| pool.take()).unwrap_or_default());
    }
    Ok((parts, read))
}

/// A fault of all sources together names the only one, or the first and how many more there are.
fn of_sources(error: Error, sources: &[Source]) -> Error {
    let Error::Data(mut diagnostic) = error else { return error };
    if let (Some(place), Some(first)) = (&mut diagnostic.place, sources.first()) {
        place.file = match sources.len() {
            1 => first.shown().to_owned(),
            several => format!("{} and {} more", first.shown(), several - 1),
        };
    }
    Error::Data(diagnostic)
}

/// Puts the document together.
pub fn document(
    policy: &Policy,
    cells: &Cells,
    read: Vec<SourceRead>,
    findings: Findings,
    given: Given,
    as_of: &str,
) -> Document {
    let rules = effective::rules(policy);
    let change = findings.change.as_ref().map(|change| hash_bytes(&serde_json::to_vec(change).unwrap_or_default()));
    let stored =
        earlier::fingerprint(given.earlier) + &baseline::fingerprint(given.baseline) + &change.unwrap_or_default();
    let identity = format!("{}\n{rules}\n{VERSION}\n{as_of}\n{stored}", cells.fingerprint());
    let statement = statement(&findings.checks);
    let document = Document {
        schema: SCHEMA.to_owned(),
        tool: Tool { name: "evenhand".to_owned(), version: VERSION.to_owned() },
        run: Run {
            id: hash_bytes(identity.as_bytes()),
            as_of: as_of.to_owned(),
            exploratory: policy.exploratory,
            lock: policy.lock.as_ref().map(|lock| LockView { sha256: lock.sha256.clone(), time: lock.time.clone() }),
        },
        policy: policy_view(policy),
        about: AboutView {
            system: policy.about.system.clone(),
            model_version: policy.about.model_version.clone(),
            purpose: policy.about.purpose.clone(),
            owner: policy.about.owner.clone(),
        },
        data: data_view(policy, cells, read, given.earlier, findings.left_out),
        measurements: findings.measurements,
        comparisons: findings.comparisons,
        spreads: findings.spreads,
        curves: findings.curves,
        score_comparisons: findings.score_comparisons,
        sweeps: findings.sweeps,
        omnibus: findings.omnibus,
        inequality: findings.inequality,
        adjusted: findings.adjusted,
        unknown: findings.unknown,
        sequences: findings.sequences,
        checks: findings.checks,
        change: findings.change,
        waivers: findings.waivers,
        privacy: None,
        forms: findings.forms,
        diagnostics: Vec::new(),
        not_tested: not_tested(policy),
        verdict: Verdict::Inconclusive,
        exit_code: exit::INCONCLUSIVE,
        statement,
    };
    conclude(document, findings.diagnostics, given.baseline)
}

/// Holds the document against its baseline, and says what the run as a whole comes to.
fn conclude(mut document: Document, mut diagnostics: Vec<Diagnostic>, baseline: Option<&Baseline>) -> Document {
    if let Some(before) = baseline {
        diagnostics.extend(vanished::diagnose(before, &Present::of(&document)));
        let view = before.view();
        document.change = Some(between(&before.document, &document, Samples::Independent, view, Vec::new()));
    }
    let outcome = Outcome::of(&document.checks, &diagnostics);
    document.diagnostics = diagnostics.into_iter().map(diagnostic_view).collect();
    (document.verdict, document.exit_code) = (outcome.verdict, outcome.exit_code);
    document
}

/// Columns that are not read and look as if rows were not alike: whose a row is, and what it weighs.
fn unread_roles(policy: &Policy, columns: &[String], wanted: &[String]) -> Vec<String> {
    let roles = &policy.roles;
    let unread = |looks: fn(&str) -> bool| columns.iter().find(|name| looks(name) && !wanted.contains(name));
    let mut notes = Vec::new();
    if let (None, None, Some(name)) = (&roles.unit, &roles.count, unread(names_people)) {
        notes.push(format!(
            "`{name}` is not read; if one person can have several rows, name it as `unit`, or intervals are too narrow"
        ));
    }
    if let (None, None, Some(name)) = (&roles.weight, &roles.count, unread(names_weights)) {
        notes.push(format!("`{name}` is not read; if rows stand for more or fewer people, name it as `weight`"));
    }
    notes
}

/// The policy as the result shows it.
pub fn policy_view(policy: &Policy) -> PolicyView {
    let roles = &policy.roles;
    let statistics = &policy.statistics;
    let axes = policy
        .axes
        .iter()
        .map(|axis| AxisView { axes: policy.axis_attributes(axis), reference: axis.reference.kind().to_owned() });
    let checks = policy.checks.iter().map(|check| CheckView {
        id: check.id.clone(),
        rationale: check.rationale.clone(),
        line: check.line,
    });
    PolicyView {
        path: policy.path.clone(),
        sha256: policy.sha256.clone(),
        level: statistics.level.approximate(),
        min_group: statistics.min_group,
        adjust: statistics.adjust.name().to_owned(),
        seed: statistics.seed,
        decision: roles.decision.column().to_owned(),
        threshold: match &roles.decision {
            DecisionRole::Threshold { threshold, .. } => Some(threshold.text.clone()),
            DecisionRole::Column(_) => None,
        },
        favourable: roles.favourable.texts().to_vec(),
        selected: roles.selected.texts().to_vec(),
        selected_is: policy.selection().name().to_owned(),
        label: roles.label.clone(),
        positive: roles.positive.texts().to_vec(),
        score: roles.score.clone(),
        count: roles.count.clone(),
        unit: roles.unit.clone(),
        weight: roles.weight.clone(),
        strata: policy
            .strata
            .iter()
            .filter_map(|place| policy.groupings().nth(*place))
            .map(|g| g.name.clone())
            .collect(),
        period: policy.period.and_then(|place| policy.groupings().nth(place)).map(|g| g.name.clone()),
        probable: policy.probable.iter().map(|probable| probable.name.clone()).collect(),
        power: statistics.power.approximate(),
        axes: axes.collect(),
        checks: checks.collect(),
        privacy: privacy_rules(policy),
    }
}

/// What the policy says of privacy; nothing where it says nothing.
fn privacy_rules(policy: &Policy) -> Option<PrivacyRules> {
    let privacy = &policy.privacy;
    let rules = PrivacyRules { min_cell: privacy.min_cell, round: privacy.round };
    (rules != PrivacyRules::default()).then_some(rules)
}

fn data_view(
    policy: &Policy,
    cells: &Cells,
    read: Vec<SourceRead>,
    earlier: &[Earlier],
    left_out: Vec<LeftOut>,
) -> DataView {
    let used: u64 = cells.cells.values().map(Cell::rows).sum();
    let mut attributes = Vec::new();
    for (index, attribute) in policy.attributes.iter().enumerate() {
        let of_level = cells.rows_of(index);
        let levels = &cells.levels[index];
        let rows = |level: usize| of_level[level];
        let shown = (0..levels.names.len()).filter(|level| levels.missing != Some(*level));
        attributes.push(AttributeView {
            name: attribute.name.clone(),
            groups: shown
                .map(|level| GroupView {
                    group: levels.names[level].clone(),
                    rows: rows(level),
                    share: rows(level) as f64 / used.max(1) as f64,
                })
                .collect(),
            missing_rows: levels.missing.map_or(0, rows),
        });
    }
    let wanted = wanted_columns(policy);
    let sources = read.into_iter().map(|source| SourceView {
        notes: source.notes.into_iter().chain(unread_roles(policy, &source.columns, &wanted)).collect(),
        path: source.path,
        format: source.format.to_owned(),
        sha256: source.sha256,
        rows: source.rows,
    });
    let left_out_by = |reason: &str, rows| Excluded { reason: reason.to_owned(), rows };
    let excluded = [
        (!policy.roles.filter.is_empty()).then(|| left_out_by("where", cells.rows_excluded)),
        (cells.rows_unmatched > 0).then(|| left_out_by("--join", cells.rows_unmatched)),
    ];
    DataView {
        sources: sources.collect(),
        rows_read: cells.rows_read + cells.rows_unmatched,
        rows_used: used,
        excluded: excluded.into_iter().flatten().collect(),
        attributes,
        left_out,
        earlier: earlier.iter().map(Earlier::view).collect(),
    }
}

pub fn diagnostic_view(diagnostic: Diagnostic) -> DiagnosticView {
    DiagnosticView {
        code: diagnostic.code.to_owned(),
        level: diagnostic.level.word().to_owned(),
        message: diagnostic.message,
        place: diagnostic.place.map(|place| place.to_string()),
    }
}

/// What a reader might expect to find, and why it is not there.
fn not_tested(policy: &Policy) -> Vec<NotTested> {
    let mut found = Vec::new();
    let mut add = |what: &str, why: &str| found.push(NotTested { what: what.to_owned(), why: why.to_owned() });
    if policy.roles.label.is_none() {
        add("who bears the errors", "needs a column with what turned out (`label`)");
    }
    if policy.attributes.is_empty() {
        add("differences between groups", "needs a column to group by (`[[attribute]]`, or --by)");
    } else if policy.axes.iter().all(|axis| axis.attributes.len() < 2) {
        add("groups hidden inside averages", "needs intersections of attributes (`[intersections]`, or --by a:b)");
    }
    if policy.roles.score.is_none() {
        add(
            "whether the score ranks and is right",
            "needs a column with the score (`score`), a probability from 0 to 1",
        );
    } else if policy.roles.label.is_none() {
        add("whether the score ranks and is right", "needs a column with what turned out (`label`)");
    }
    let (unit, weight) = (policy.roles.unit.is_some(), policy.roles.weight.is_some());
    if !unit {
        let why = "needs the column that says whose row it is (`unit`); every row counts as independent";
        add("whether several rows are of one person", why);
    }
    if weight && policy.roles.score.is_some() {
        add("ranking and calibration of weighted rows", "not in this version of evenhand");
    }
    if unit && policy.roles.score.is_some() && policy.roles.label.is_some() {
        let why = "needs rows that are independent; these tests are not made for several rows of one person";
        add("scores of one group held against those of another", why);
    }
    if policy.strata.is_empty() {
        let why = "needs what people may rightly differ by (`strata`)";
        add("differences that legitimate grounds explain", why);
    } else if weight {
        add("differences that legitimate grounds explain", "not made for weighted rows in this version of evenhand");
    }
    if weight {
        add("all groups of an attribute at once", "not made for weighted rows in this version of evenhand");
    }
    if policy.period.is_none() && policy.statistics.earlier.is_empty() {
        add("evidence over several reviews", "needs a column with the `period`, or `earlier` results");
    }
    add("whether labels and group membership are themselves right", "no test of these data can show it");
    found
}

/// The fixed statement at the end of every report.
pub fn statement(checks: &[CheckRow]) -> String {
    let open = |row: &&CheckRow| matches!(row.verdict, Verdict::Inconclusive | Verdict::NotApplicable);
    let inconclusive = checks.iter().filter(open).count();
    let waived = checks.iter().filter(|row| row.waived_by.is_some()).count();
    format!(
        "This report gives measurements made by evenhand {VERSION} on the data and settings named above. It is evidence for \
         human review. It is not legal advice, not a certification, and not a finding that any law was or was not broken. \
         Whether a difference is lawful depends on facts the tool does not see, such as purpose, business need, alternatives \
         and applicable law. Groups, outcomes and periods not listed were not tested. {inconclusive} checks could not be \
         concluded; {waived} results are under a time-limited exception."
    )
}
