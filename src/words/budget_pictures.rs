//! The figure of budgets: which share of each group would be reached with each.

use super::budget::name;
use super::numbers::{count, counted};
use super::share_panels::{self, FEW, MOST_PANELS, Share, Shares, Words, axes_of, span};
use crate::figures::Figure;
use crate::result::{BudgetView, Document};

/// Budgets that are told in the sentence of the figure.
const TOLD: usize = 3;

/// A figure for each way of grouping.
pub(super) fn reached(document: &Document) -> Vec<Figure> {
    let Some(first) = document.budgets.first() else { return Vec::new() };
    let axes = axes_of(first.groups.iter().map(|one| &one.axes));
    axes.into_iter().filter_map(|axes| figure(document, axes)).collect()
}

fn figure(document: &Document, axes: &[String]) -> Option<Figure> {
    // Of a budget that reaches nobody, as where many tie at the cut, there is nothing to see.
    let (reaching, none): (Vec<&BudgetView>, Vec<&BudgetView>) =
        document.budgets.iter().partition(|view| view.reached > 0);
    let views = &reaching[..reaching.len().min(MOST_PANELS)];
    let parts: Vec<Shares> = views.iter().map(|view| of_budget(view, axes)).collect();
    let told: Vec<usize> = (0..parts.len().min(TOLD)).collect();
    let said = |place: &usize| Some(format!("{}: {}", name(views[*place]), span(document, axes, &parts[*place])?));
    let said: Vec<String> = told.iter().filter_map(said).collect();
    let mut message =
        if said.is_empty() { FEW.to_owned() } else { format!("Would be reached with {}.", said.join(". With ")) };
    if !none.is_empty() {
        let names: Vec<String> = none.into_iter().map(name).collect();
        message.push_str(&format!(" With {} nobody.", names.join(" and ")));
    }
    if reaching.len() > views.len() {
        let more =
            format!(" Of {} budgets, the first {} are drawn; the result has them all.", reaching.len(), views.len());
        message.push_str(&more);
    }
    let title = format!("Share that each budget would reach, by {}", axes.join(" and "));
    share_panels::figure(document, axes, &parts, Words { title, message, told })
}

fn of_budget<'a>(view: &'a BudgetView, axes: &[String]) -> Shares<'a> {
    let of_group = view.groups.iter().filter(|one| one.axes == axes).map(|one| Share {
        group: &one.group,
        rows: one.rows,
        value: one.share,
        low: one.low,
        high: one.high,
        undefined: one.undefined.as_deref(),
    });
    Shares {
        title: format!("{}: {} of {} reached", name(view), count(view.reached), counted(view.rows, "row")),
        everybody: view.groups.iter().find(|one| one.axes.is_empty()).and_then(|one| one.share),
        groups: of_group.collect(),
    }
}
