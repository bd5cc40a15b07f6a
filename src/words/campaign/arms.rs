//! The arms of a campaign in words: who is contacted, and whether that is as it was planned.

use crate::result::{ArmSizes, CampaignView, Document};
use crate::words::numbers::{apart, count, counted, p_value, percent};
use crate::words::page::Table;
use crate::words::privacy::HIDDEN;
use crate::words::sentences::{group_name, upper_first};
use crate::words::tables::{interval, interval_head, no_value};

/// Groups that are named in a sentence.
const NAMED: usize = 5;

/// That the arms are not as planned, with what follows.
pub(super) fn mismatch(view: &CampaignView) -> Option<String> {
    let wrong: Vec<&ArmSizes> = view.arms.iter().filter(|size| size.mismatch).collect();
    let planned = view.planned_share.filter(|_| !wrong.is_empty())?;
    let mut told: Vec<String> = wrong
        .iter()
        .take(NAMED)
        .filter_map(|size| Some(format!("{} {}", group_name(&size.axes, &size.group), percent(size.share?))))
        .collect();
    if wrong.len() > NAMED {
        told.push(counted((wrong.len() - NAMED) as u64, "more group"));
    }
    Some(format!(
        "The campaign did not run as planned: {} were to be contacted, and chance does not explain what was found ({}). The \
         assignment or its record went wrong, such as rows that were lost in one arm only. Until it is known where, nothing here \
         is what contacting did: association, not effect.",
        percent(planned),
        told.join("; ")
    ))
}

/// That something else than chance had a hand in the arms, where their sizes do not say so or are hidden.
pub(super) fn doubtful(view: &CampaignView) -> Option<String> {
    let told = view.arms.iter().any(|size| size.mismatch);
    if view.assignment != "random" || view.effect || told {
        return None;
    }
    let uneven: Vec<String> = view.balance.iter().filter(|one| one.uneven).map(|one| one.axes.join(" and ")).collect();
    Some(match uneven.as_slice() {
        [] => "The arms are not what chance gives; where is hidden with the small groups.".to_owned(),
        axes => format!(
            "Groups of {} were contacted unequally often, which chance alone does not do: nothing over all is what contacting did.",
            axes.join(", of ")
        ),
    })
}

/// Who is contacted, and what the comparison means.
pub(super) fn meaning(view: &CampaignView) -> String {
    let listed = |values: &[String]| values.iter().map(|v| format!("`{v}`")).collect::<Vec<_>>().join(" or ");
    let others = match view.control.as_slice() {
        [] => "with any other value somebody is not".to_owned(),
        values => format!("not contacted, that it is {}", listed(values)),
    };
    let contacted = format!("Contacted means that `{}` is {}; {others}.", view.treatment, listed(&view.treated));
    let how = if view.effect {
        "Chance decided who was contacted, as the policy says, so the two differ by nothing but the campaign: what their numbers differ by is what \
         contacting changed, as far as the intervals say."
    } else if view.assignment == "random" {
        "Chance was to decide who was contacted, and the arms are not what it gives: what their numbers differ by is association, \
         not effect."
    } else {
        "Something else than chance decided who was contacted, so the two may differ in more than the campaign: what their \
         numbers differ by is association, not effect."
    };
    format!("{contacted} {how}")
}

/// That the arms are as planned, or that nobody can tell.
pub(super) fn planned(view: &CampaignView) -> Option<String> {
    if view.assignment != "random" || !view.effect {
        return None;
    }
    let Some(planned) = view.planned_share else {
        return Some("Whether the arms have the sizes that were planned is not tested: needs `share`.".to_owned());
    };
    let everybody = view.arms.iter().find(|size| size.axes.is_empty())?;
    let p = everybody.p_value.map(|p| format!(", p {}", p_value(p))).unwrap_or_default();
    let found = everybody
        .share
        .map(|share| format!("{} were contacted, planned were {}{p}", percent(share), percent(planned)))?;
    Some(format!("The sizes of the arms give no sign that the assignment went wrong: {found}."))
}

/// Which segments are contacted more often than others.
pub(super) fn balance(view: &CampaignView) -> Option<String> {
    let told: Vec<String> = view
        .balance
        .iter()
        .filter(|one| one.undefined.is_none())
        .map(|one| {
            let p = one.p_value.map(|p| format!(" (p {})", p_value(p))).unwrap_or_default();
            let how =
                if one.uneven { "contacted unequally often" } else { "not shown to be contacted unequally often" };
            format!("the groups of {} are {how}{p}", one.axes.join(" and "))
        })
        .collect();
    let advice = match (view.balance.iter().any(|one| one.uneven), view.assignment.as_str()) {
        (true, "random") => {
            " Chance alone does not do that, and over all, groups are mixed in unequal shares. If it was planned so, look at each group \
             by itself; if not, the assignment went wrong."
        }
        (true, _) => " Whom the campaign reaches is a decision of its own: see who gets it.",
        (false, _) => "",
    };
    (!told.is_empty()).then(|| format!("{}.{advice}", upper_first(&told.join("; "))))
}

/// How many are in each arm, by group.
pub(super) fn sizes(document: &Document, view: &CampaignView) -> Table {
    let neither = view.arms.iter().any(|size| size.left_out.is_some_and(|rows| rows > 0));
    let tested = view.arms.iter().any(|size| size.p_value.is_some());
    let head = interval_head(document);
    let mut heads = vec!["Group", ">Contacted", ">Not contacted"];
    heads.extend(neither.then_some(">In neither arm"));
    heads.extend([">Share contacted", &head, ">Gap of the arms, in standard deviations"]);
    heads.extend(tested.then_some(">p of the planned share"));
    let mut table = Table::new("Who was contacted, by group", &heads);
    for size in &view.arms {
        let hidden = size.undefined.as_deref() == Some("suppressed");
        let rows = |rows: Option<u64>| rows.map_or_else(|| if hidden { HIDDEN } else { "–" }.to_owned(), count);
        let mut cells = vec![group_name(&size.axes, &size.group), rows(size.treated), rows(size.control)];
        cells.extend(neither.then(|| rows(size.left_out)));
        cells.push(size.share.map_or_else(|| no_value(size.undefined.as_deref()), percent));
        cells.push(interval(size.share, size.low, size.high, percent));
        cells.push(size.standardised_gap.map_or_else(|| "–".to_owned(), |gap| apart(gap, &[Some(0.1)])));
        cells.extend(tested.then(|| size.p_value.map_or_else(|| "–".to_owned(), p_value)));
        table.rows.push(cells);
    }
    table
}
