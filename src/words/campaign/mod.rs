//! What a campaign changed: first whether its arms can be compared, then every outcome by segment. Without an assignment by chance,
//! and where the arms are not as planned, every sentence says `association, not effect`.

mod arms;
mod pictures;
mod ranked;
mod sentences;

use self::sentences::{arm, finding, overall_sentence, shift};
use super::numbers::{counted, p_value};
use super::outcomes::spaced;
use super::page::{Block, Table};
use super::sentences::{group_name, reference_name, upper_first};
use super::tables::{self, interval, interval_head, no_value};
use crate::result::{CampaignView, Document, Lift, OutcomeView};

/// Lifts that are told at the top.
const TOLD: usize = 3;
/// Outcomes whose lift over all is told at the top.
const TOLD_OVERALL: usize = 2;
/// What stands before what is no effect.
const ASSOCIATION: &str = "Association, not effect: ";

pub fn heading(document: &Document) -> &'static str {
    match &document.campaign {
        Some(view) if !view.effect => "Campaign: contacted and not contacted, by segment (association, not effect)",
        _ => "Campaign: what contacting changed, by segment",
    }
}

/// The sentences, figures and tables; none where there is no campaign.
pub fn campaign(document: &Document) -> Vec<Block> {
    let Some(view) = &document.campaign else { return Vec::new() };
    let mut blocks: Vec<Block> = arms::mismatch(view).into_iter().map(Block::Paragraph).collect();
    blocks.push(Block::Paragraph(arms::meaning(view)));
    blocks.extend(arms::planned(view).map(Block::Paragraph));
    blocks.extend(arms::balance(view).map(Block::Paragraph));
    blocks.push(Block::Table(arms::sizes(document, view)));
    for outcome in &document.policy.outcomes {
        blocks.extend(of_outcome(document, view, outcome));
    }
    blocks.extend(ranked::ranked(document, view));
    blocks
}

/// What is told at the top: arms that are not as planned, what contacting came to, and for whom it did less.
pub fn findings(document: &Document) -> Vec<Block> {
    let Some(view) = &document.campaign else { return Vec::new() };
    let mut blocks: Vec<Block> = arms::mismatch(view).into_iter().map(Block::Paragraph).collect();
    blocks.extend(arms::doubtful(view).map(Block::Paragraph));
    let overall = view.lifts.iter().filter(|lift| lift.axes.is_empty() && lift.finding.is_none());
    let overall = overall.filter(|lift| lift.lift.is_some()).take(TOLD_OVERALL);
    blocks.extend(overall.map(|lift| Block::Paragraph(overall_sentence(view, lift))));
    let mut found: Vec<&Lift> = view.lifts.iter().filter(|lift| lift.finding.is_some()).collect();
    found.sort_by_key(|lift| match lift.finding.as_deref() {
        Some("harmed") => 0,
        Some("less") => 1,
        _ => 2,
    });
    blocks.extend(found.iter().take(TOLD).map(|lift| Block::Paragraph(finding(view, lift))));
    if found.len() > TOLD {
        let more = counted((found.len() - TOLD) as u64, "more such difference");
        blocks.push(Block::Paragraph(format!("In the section on the campaign: {more}.")));
    }
    blocks
}

fn of_outcome(document: &Document, view: &CampaignView, outcome: &OutcomeView) -> Vec<Block> {
    let own = |lift: &&Lift| lift.outcome == outcome.name;
    let Some(everybody) = view.lifts.iter().filter(own).find(|lift| lift.axes.is_empty()) else { return Vec::new() };
    let mut blocks = Vec::new();
    if everybody.lift.is_some() {
        blocks.push(Block::Paragraph(overall_sentence(view, everybody)));
    }
    blocks.extend(sentences::without_value(everybody).map(Block::Paragraph));
    for axes in document.policy.axes.iter().map(|axis| &axis.axes) {
        let lifts: Vec<&Lift> = view.lifts.iter().filter(own).filter(|lift| lift.axes == *axes).collect();
        if lifts.is_empty() {
            continue;
        }
        if lifts.iter().all(|lift| lift.undefined.as_deref() == Some("suppressed")) {
            let words = format!(
                "{} by {}: hidden, because a small number of people could be worked out from it.",
                upper_first(&spaced(&outcome.name)),
                axes.join(" and ")
            );
            blocks.push(Block::Paragraph(words));
            continue;
        }
        blocks.extend(
            lifts.iter().filter(|lift| lift.finding.is_some()).map(|lift| Block::Paragraph(finding(view, lift))),
        );
        blocks.extend(pictures::forest(document, view, outcome, axes, &lifts).map(Block::Figure));
        blocks.push(Block::Table(lift_table(document, view, outcome, axes, &lifts)));
        let equal = view.equal_lift.iter().find(|one| one.outcome == outcome.name && one.axes == *axes);
        blocks.extend(equal.and_then(|one| sentences::equal_sentence(document, view, one)).map(Block::Paragraph));
    }
    if blocks.is_empty() {
        let words = format!("{}: no lift is shown or defined.", upper_first(&spaced(&outcome.name)));
        blocks.push(Block::Paragraph(words));
    }
    blocks
}

fn lift_table(
    document: &Document,
    view: &CampaignView,
    outcome: &OutcomeView,
    axes: &[String],
    lifts: &[&Lift],
) -> Table {
    let (change, head) = (if view.effect { ">Change" } else { ">Difference" }, interval_head(document));
    let heads =
        ["Group", ">Contacted", ">Not contacted", change, &head, "Compared with", ">Gap to it", &head, ">p of the gap"];
    let tested = lifts.iter().any(|lift| lift.p_value.is_some());
    let heads = &heads[..heads.len() - usize::from(!tested)];
    let how =
        if view.effect { "what contacting changed" } else { "contacted and not contacted; association, not effect" };
    let name = upper_first(&spaced(&outcome.name));
    let mut table = Table::new(format!("{name} by {}: {how}", axes.join(" and ")), heads);
    for lift in lifts {
        let moved = |v: f64| shift(lift, v);
        let why = || no_value(lift.undefined.as_deref());
        let few = if lift.few { " (too few)" } else { "" };
        let mut cells = vec![
            group_name(axes, &lift.group),
            arm(lift, &lift.treated),
            arm(lift, &lift.control),
            lift.lift.map_or_else(why, |v| format!("{}{few}", moved(v))),
            interval(lift.lift, lift.low, lift.high, moved),
            lift.reference.as_ref().map_or_else(|| "–".to_owned(), |of| reference_name(axes, of)),
            lift.difference.map_or_else(|| "–".to_owned(), moved),
            interval(lift.difference, lift.difference_low, lift.difference_high, moved),
        ];
        cells.extend(tested.then(|| lift.p_value.map_or_else(|| "–".to_owned(), p_value)));
        table.rows.push(cells);
    }
    table
}

/// The lift of every outcome for everybody and every group of every attribute.
pub fn at_a_glance(document: &Document) -> Option<Table> {
    let view = document.campaign.as_ref()?;
    let change = if view.effect { ">Change" } else { ">Difference" };
    let caption =
        if view.effect { "What contacting changed" } else { "Contacted and not contacted (association, not effect)" };
    let heads = ["What", "Group", ">Contacted", ">Not contacted", change, &interval_head(document)];
    let mut table = Table::new(caption, &heads);
    for lift in view.lifts.iter().filter(|lift| lift.axes.len() < 2) {
        let moved = |v: f64| shift(lift, v);
        table.rows.push(vec![
            upper_first(&spaced(&lift.outcome)),
            group_name(&lift.axes, &lift.group),
            arm(lift, &lift.treated),
            arm(lift, &lift.control),
            lift.lift.map_or_else(|| no_value(lift.undefined.as_deref()), moved),
            interval(lift.lift, lift.low, lift.high, moved),
        ]);
    }
    tables::at_a_glance(table)
}
