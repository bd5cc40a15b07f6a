//! Findings → the document.

use crate::assess::{Earlier, campaign, earlier};
use crate::change::models::SameRows;
use crate::change::vanished::{self, Present};
use crate::change::{Baseline, baseline, between};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::error::{Error, exit};
use crate::input::hash::{Progress, hash_bytes};
use crate::input::names::{names_people, names_weights};
use crate::input::{Origin, Source, SourceRead};
use crate::judge::{Outcome, scorecard};
use crate::policy::{Policy, effective};
use crate::result::{
    AboutView, Adjusted, AttributeView, AxisView, BudgetView, CampaignView, Change, CheckRow, CheckView, ClassesView,
    Comparison, ConsentView, Curve, DataView, DiagnosticView, Document, Excluded, Form, FunnelView, GroupView,
    HumanView, Inequality, LeftOut, LockView, Measurement, NotTested, Omnibus, OutcomeCalibration, OutcomeComparison,
    OutcomeInequality, OutcomeTail, OutcomeView, PolicyView, PrivacyRules, Run, SCHEMA, ScoreComparison, Sequence,
    SourceView, Spread, Sweep, Tool, Unknown, Verdict, WaiverView,
};
use crate::tally::paired::{Both, Paired, Previous, collect_both, wanted_columns_of_both};
use crate::tally::{self, Cells, Most, Shard, wanted_columns};

pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that assessing and judging found.
pub struct Findings {
    pub measurements: Vec<Measurement>,
    pub comparisons: Vec<Comparison>,
    pub spreads: Vec<Spread>,
    pub curves: Vec<Curve>,
    pub score_comparisons: Vec<ScoreComparison>,
    pub outcome_comparisons: Vec<OutcomeComparison>,
    pub outcome_tails: Vec<OutcomeTail>,
    pub outcome_inequality: Vec<OutcomeInequality>,
    pub outcome_calibration: Vec<OutcomeCalibration>,
    pub sweeps: Vec<Sweep>,
    pub omnibus: Vec<Omnibus>,
    pub inequality: Vec<Inequality>,
    pub adjusted: Vec<Adjusted>,
    pub unknown: Vec<Unknown>,
    pub consent: Option<ConsentView>,
    pub campaign: Option<CampaignView>,
    pub human: Option<HumanView>,
    pub funnel: Option<FunnelView>,
    pub classes: Option<ClassesView>,
    pub budgets: Vec<BudgetView>,
    pub sequences: Vec<Sequence>,
    pub checks: Vec<CheckRow>,
    /// What changed since an earlier model on the same rows.
    pub change: Option<Change>,
    pub waivers: Vec<WaiverView>,
    pub forms: Vec<Form>,
    pub diagnostics: Vec<Diagnostic>,
    pub left_out: Vec<LeftOut>,
}

/// What is worth saying of a source that was read.
pub(crate) fn notes(policy: &Policy, source: &SourceRead) -> Vec<String> {
    let unread = unread_roles(policy, &source.columns, &wanted_columns(policy));
    source.notes.iter().cloned().chain(unread).collect()
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
    /// The rows that a model decided before a person did, where the policy asks for it.
    pub human: Option<Both>,
}

/// Reads every source once and counts its rows.
pub fn count(policy: &Policy, sources: &[Source], most: Most, progress: &Progress) -> Result<Counted, Error> {
    let (cells, read, same_rows, human) = match Previous::of(policy).or_else(|| Previous::of_human(policy)) {
        None => {
            let (cells, read) = tally::count(policy, sources, most, progress)?;
            (cells, read, None, None)
        }
        Some(previous) => {
            tally::refuse_cells(sources)?;
            let make = |decimal_comma| Paired::with_most(policy, &previous, decimal_comma, most);
            let wanted = wanted_columns_of_both(policy, &previous);
            let (parts, read) = tally::read_all(policy, sources, &wanted, make, progress)?;
            let (cells, both) =
                collect_both(parts, policy, &previous).map_err(|error| tally::of_sources(error, sources))?;
            if previous.human {
                (cells, read, None, Some(both))
            } else {
                let view = SameRows::view("columns", &both);
                (cells, read, Some(SameRows { both, previous, view }), None)
            }
        }
    };
    check_rows(Counted { cells, read, same_rows, human }, sources)
}

/// Takes cells that were counted elsewhere just now.
pub fn take(policy: &Policy, shown: &str, shard: Shard) -> Result<Counted, Error> {
    let (cells, read) = tally::of_shard(policy, shown, shard)?;
    let place = Place::of_file(shown);
    check_rows_of(Counted { cells, read, same_rows: None, human: None }, place)
}

/// Refuses what holds no row to measure, or none to compare.
pub(crate) fn check_rows(counted: Counted, sources: &[Source]) -> Result<Counted, Error> {
    check_rows_of(counted, sources.first().map(Source::place).unwrap_or_default())
}

fn check_rows_of(counted: Counted, place: Place) -> Result<Counted, Error> {
    let cells = &counted.cells;
    let none = |message: String| Err(Error::data(Diagnostic::new("cannot-read", message).at(place)));
    if cells.is_empty() {
        let without = cells.consent.as_ref().map_or(0, |consent| consent.rows_without);
        return none(if without > 0 {
            format!("none of the {without} rows has consent in force, so there is nothing to measure")
        } else if cells.rows_excluded > 0 {
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
    if counted.human.as_ref().is_some_and(|both| both.joints.is_empty()) {
        return none("no row says both what the model said ([human]) and what was finally done".to_owned());
    }
    Ok(counted)
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
    let mut change = findings.change.as_ref().map(|change| hash_bytes(&serde_json::to_vec(change).unwrap_or_default()));
    if let Some(human) = &findings.human {
        change.get_or_insert_default().push_str(&hash_bytes(&serde_json::to_vec(human).unwrap_or_default()));
    }
    let stored =
        earlier::fingerprint(given.earlier) + &baseline::fingerprint(given.baseline) + &change.unwrap_or_default();
    let identity = format!("{}\n{rules}\n{VERSION}\n{as_of}\n{stored}", cells.fingerprint());
    let statement = statement(&findings.checks);
    let not_tested = not_tested(policy, !findings.outcome_calibration.is_empty());
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
        outcome_comparisons: findings.outcome_comparisons,
        outcome_tails: findings.outcome_tails,
        outcome_inequality: findings.outcome_inequality,
        outcome_calibration: findings.outcome_calibration,
        sweeps: findings.sweeps,
        omnibus: findings.omnibus,
        inequality: findings.inequality,
        adjusted: findings.adjusted,
        unknown: findings.unknown,
        consent: findings.consent,
        campaign: findings.campaign,
        human: findings.human,
        funnel: findings.funnel,
        classes: findings.classes,
        budgets: findings.budgets,
        sequences: findings.sequences,
        scorecard: Vec::new(),
        checks: findings.checks,
        change: findings.change,
        waivers: findings.waivers,
        privacy: None,
        forms: findings.forms,
        diagnostics: Vec::new(),
        not_tested,
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
        document.change = Some(between(&before.document, &document, view));
    }
    let rules_broken = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    let outcome = Outcome::of(&document.checks, rules_broken);
    document.diagnostics = diagnostics.into_iter().map(diagnostic_view).collect();
    (document.verdict, document.exit_code) = (outcome.verdict, outcome.exit_code);
    document.scorecard = scorecard::of(&document);
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
        decision: roles.decision.column().map(str::to_owned),
        threshold: roles.decision.threshold().map(|threshold| threshold.text.clone()),
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
        outcomes: policy.outcomes.iter().map(OutcomeView::of).collect(),
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
    let used = cells.rows();
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
    let held = |origin: Origin| SourceView {
        path: origin.path,
        format: origin.format,
        sha256: origin.sha256,
        rows: origin.rows,
        notes: origin.notes,
        holds: Vec::new(),
    };
    let sources = read.into_iter().map(|source| SourceView {
        notes: notes(policy, &source),
        path: source.path,
        format: source.format.to_owned(),
        sha256: source.sha256,
        rows: source.rows,
        holds: source.holds.into_iter().map(held).collect(),
    });
    let left_out_by = |reason: &str, rows| Excluded { reason: reason.to_owned(), rows };
    let excluded = [
        (!policy.roles.filter.is_empty()).then(|| left_out_by("where", cells.rows_excluded)),
        cells.consent.as_ref().map(|consent| left_out_by("consent", consent.rows_without)),
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
fn not_tested(policy: &Policy, has_tenths: bool) -> Vec<NotTested> {
    let mut found = Vec::new();
    let mut add = |what: &str, why: &str| found.push(NotTested { what: what.to_owned(), why: why.to_owned() });
    if !policy.roles.decision.is_asked() {
        add("what was decided about people", "needs a column with what the system did (`decision`)");
        if policy.roles.score.is_some() {
            let why = "needs a column with what the system did (`decision`), or a `threshold` that makes it";
            add("what other thresholds would do", why);
        }
    }
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
    } else if !policy.roles.decision.is_asked() {
        let why =
            "needs a column with what the system did (`decision`); outcomes are not held against each other by grounds";
        add("differences that legitimate grounds explain", why);
    }
    if weight {
        add("all groups of an attribute at once", "not made for weighted rows in this version of evenhand");
    }
    if policy.period.is_none() && policy.statistics.earlier.is_empty() {
        add("evidence over several reviews", "needs a column with the `period`, or `earlier` results");
    }
    if !has_tenths && policy.outcomes.iter().any(|outcome| outcome.prediction.is_some()) {
        let why =
            "needs rows, or cells that `tally` counted; the result of a statement keeps no prediction beside what came";
        add("whether predictions of every size come true", why);
    }
    for (what, why) in campaign::not_tested(policy) {
        add(&what, why);
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
