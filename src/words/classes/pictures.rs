//! The figures of classes: which share of each group was sent to every class, and how often the right one was found.

use crate::figures::Figure;
use crate::result::{ClassGap, ClassesGroup, ClassesView, Document};
use crate::words::share_panels::{self, FEW, MOST_PANELS, Share, Shares, Words, span};

/// The ways of grouping that are shown.
pub(super) fn axes_of(view: &ClassesView) -> Vec<&[String]> {
    share_panels::axes_of(view.groups.iter().map(|one| &one.axes))
}

/// Of the cases of every group, the share that was sent to each class.
pub(super) fn shares(document: &Document, view: &ClassesView, axes: &[String]) -> Option<Figure> {
    let (places, cut) = drawn(view, axes, "share");
    let part = |place: &usize| {
        let of_group = view.groups.iter().filter(|one| one.axes == axes).filter_map(|one| {
            let given = one.given.get(*place)?;
            Some(Share {
                group: &one.group,
                rows: one.rows,
                value: given.share,
                low: given.low,
                high: given.high,
                undefined: None,
            })
        });
        Shares {
            title: view.classes[*place].clone(),
            everybody: everybody(view).and_then(|one| one.given.get(*place)?.share),
            groups: of_group.collect(),
        }
    };
    let parts: Vec<Shares> = places.iter().map(part).collect();
    let first = parts.first()?;
    let told = span(document, axes, first).map(|span| format!("Sent to \"{}\": {span}.", first.title));
    let message = format!("{}{cut}", told.as_deref().unwrap_or(FEW));
    let title = format!("Share sent to each class, by {}", axes.join(" and "));
    share_panels::figure(document, axes, &parts, Words { title, message, told: vec![0] })
}

/// Of the cases of every group that belonged to a class, the share that was sent there; none where that is not known or hidden.
pub(super) fn found(document: &Document, view: &ClassesView, axes: &[String]) -> Option<Figure> {
    let (places, cut) = drawn(view, axes, "true-positive-rate");
    let part = |place: &usize| {
        let of_group = view.groups.iter().filter(|one| one.axes == axes).filter_map(|one| {
            let found = &one.right.as_ref()?.classes.get(*place)?.true_positive_rate;
            Some(Share {
                group: &one.group,
                rows: found.of,
                value: found.value,
                low: found.low,
                high: found.high,
                undefined: found.undefined.as_deref(),
            })
        });
        Shares {
            title: view.classes[*place].clone(),
            everybody: everybody(view)
                .and_then(|one| one.right.as_ref()?.classes.get(*place)?.true_positive_rate.value),
            groups: of_group.collect(),
        }
    };
    let parts: Vec<Shares> = places.iter().map(part).collect();
    let first = parts.first()?;
    let told = span(document, axes, first)
        .map(|span| format!("Of the cases that belonged to \"{}\", were sent there: {span}.", first.title));
    let message = format!("{}{cut}", told.as_deref().unwrap_or(FEW));
    let title = format!("Share of the cases of each class that was sent there, by {}", axes.join(" and "));
    share_panels::figure(document, axes, &parts, Words { title, message, told: vec![0] })
}

fn everybody(view: &ClassesView) -> Option<&ClassesGroup> {
    view.groups.iter().find(|one| one.axes.is_empty())
}

/// The places of the classes that are drawn: those of which a gap is shown, then those with the most rows; and which these are.
fn drawn(view: &ClassesView, axes: &[String], of: &str) -> (Vec<usize>, String) {
    let all = view.classes.len();
    let told = |class: &str| {
        let own = |gap: &&ClassGap| gap.shown && gap.measure == of && gap.axes == axes && gap.class == class;
        view.gaps.iter().any(|gap| own(&gap))
    };
    let rows = |place: usize| everybody(view).and_then(|one| one.given.get(place)).map_or(0, |given| given.rows);
    let mut places: Vec<usize> = (0..all).collect();
    places.sort_by_key(|place| (!told(&view.classes[*place]), std::cmp::Reverse(rows(*place))));
    places.truncate(MOST_PANELS);
    let cut = if all > MOST_PANELS {
        format!(
            " Of {all} classes, {MOST_PANELS} are drawn: those of which a gap is shown, then those with the most cases; the result \
             has them all."
        )
    } else {
        String::new()
    };
    (places, cut)
}
