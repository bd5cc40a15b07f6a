//! The rows of sections that have tables of their own: consent, campaigns, people after a model, funnels, classes,
//! budgets.
//!
//! Each is a kind. A metric of a stage or a class has its name in front, as that of an outcome has: `responded.of-all`.

use std::io::{self, Write};

use super::{group, line, number, reference};
use crate::result::{
    ArmValue, BudgetView, CampaignView, ClassRate, ClassesView, ConsentView, Document, FunnelView, Group, HumanView,
    ReferenceView,
};

pub(super) fn render(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    if let Some(view) = &document.consent {
        consent(view, out)?;
    }
    if let Some(view) = &document.campaign {
        campaign(view, out)?;
    }
    if let Some(view) = &document.human {
        human(view, out)?;
    }
    if let Some(view) = &document.funnel {
        funnel(view, out)?;
    }
    if let Some(view) = &document.classes {
        classes(view, out)?;
    }
    document.budgets.iter().try_for_each(|view| budget(view, out))
}

/// Of whom a row is: the kind, the grouping, the group, and whom it is held against.
#[derive(Clone, Copy)]
struct Of<'a> {
    kind: &'a str,
    axes: &'a [String],
    group: &'a Group,
    reference: Option<&'a ReferenceView>,
    undefined: &'a Option<String>,
}

/// What a row says: a number with the ends of its interval, and the counts behind it.
#[derive(Default)]
struct Told {
    estimate: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    counts: Option<[u64; 2]>,
}

impl Told {
    fn plain(estimate: Option<f64>) -> Told {
        Told { estimate, ..Told::default() }
    }

    fn with_ends(estimate: Option<f64>, low: Option<f64>, high: Option<f64>) -> Told {
        Told { estimate, low, high, counts: None }
    }

    fn of(self, hits: u64, of: u64) -> Told {
        Told { counts: Some([hits, of]), ..self }
    }
}

impl Of<'_> {
    fn row(&self, metric: &str, contrast: &str, told: &Told, out: &mut dyn Write) -> io::Result<()> {
        let held = self.reference.map(|of| reference(self.axes, of)).unwrap_or_default();
        let own = group(self.axes, self.group);
        let counts = told.counts.map(|counts| counts.map(|count| count.to_string())).unwrap_or_default();
        let numbers = [told.estimate, told.low, told.high].map(number);
        line(out, &[self.kind, metric, contrast, &self.axes.join(":"), &own, &held], &numbers, &counts, self.undefined)
    }
}

fn consent(view: &ConsentView, out: &mut dyn Write) -> io::Result<()> {
    let everybody = Group::new();
    // Coverage begins with everybody, where it is asked for.
    if let (true, Some((with, without))) = (view.coverage.is_empty(), view.rows_with.zip(view.rows_without)) {
        let of = Of { kind: "consent", axes: &[], group: &everybody, reference: None, undefined: &None };
        let share = Told::with_ends(view.share, view.low, view.high);
        of.row("covered", "value", &share.of(with, with.saturating_add(without)), out)?;
    }
    for one in &view.coverage {
        let of = Of { kind: "consent", axes: &one.axes, group: &one.group, reference: None, undefined: &None };
        let share = Told::with_ends(one.share, one.low, one.high).of(one.with_consent, one.rows);
        of.row("covered", "value", &share, out)?;
        if one.reference.is_some() {
            let ratio = Told::with_ends(one.ratio, one.ratio_low, one.ratio_high);
            Of { reference: one.reference.as_ref(), ..of }.row("covered", "ratio", &ratio, out)?;
        }
    }
    for one in &view.balance {
        let of = Of { kind: "consent", axes: &one.axes, group: &one.group, reference: None, undefined: &None };
        let shares = [
            ("personal", one.personal),
            ("favourable", one.favourable),
            ("right", one.right),
            ("reached", one.reached),
        ];
        for (metric, share) in shares.into_iter().filter(|(_, share)| share.is_some()) {
            of.row(metric, "value", &Told::plain(share), out)?;
        }
    }
    for one in &view.served {
        let of = Of { kind: "consent", axes: &one.axes, group: &one.group, reference: None, undefined: &None };
        of.row(&format!("{}.with-consent", one.metric), "value", &Told::plain(one.with_consent), out)?;
        of.row(&format!("{}.without-consent", one.metric), "value", &Told::plain(one.without_consent), out)?;
        let difference = Told::with_ends(one.difference, one.low, one.high);
        of.row(&format!("{}.without-less-with", one.metric), "difference", &difference, out)?;
    }
    Ok(())
}

fn campaign(view: &CampaignView, out: &mut dyn Write) -> io::Result<()> {
    for one in &view.arms {
        let (axes, group, undefined) = (&one.axes, &one.group, &one.undefined);
        let share = Told::with_ends(one.share, one.low, one.high);
        let share = match one.treated.zip(one.control) {
            Some((treated, control)) => share.of(treated, treated.saturating_add(control)),
            None => share,
        };
        Of { kind: "campaign", axes, group, reference: None, undefined }.row("treated", "value", &share, out)?;
    }
    for one in &view.lifts {
        let (axes, group, undefined) = (&one.axes, &one.group, &one.undefined);
        let of = Of { kind: "campaign", axes, group, reference: None, undefined };
        let arm = |arm: &ArmValue| match arm.yes.zip(arm.valued) {
            Some((yes, valued)) => Told::plain(arm.value).of(yes, valued),
            None => Told::plain(arm.value),
        };
        of.row(&format!("{}.treated", one.outcome), "value", &arm(&one.treated), out)?;
        of.row(&format!("{}.control", one.outcome), "value", &arm(&one.control), out)?;
        let lift = format!("{}.lift", one.outcome);
        of.row(&lift, "value", &Told::with_ends(one.lift, one.low, one.high), out)?;
        if one.reference.is_some() {
            let difference = Told::with_ends(one.difference, one.difference_low, one.difference_high);
            Of { reference: one.reference.as_ref(), ..of }.row(&lift, "difference", &difference, out)?;
        }
    }
    for one in &view.ranked {
        let (axes, group, undefined) = (&one.axes, &one.group, &one.undefined);
        let of = Of { kind: "campaign", axes, group, reference: None, undefined };
        of.row(&format!("{}.qini", one.outcome), "value", &Told::plain(one.qini), out)?;
        of.row(&format!("{}.qini-normalised", one.outcome), "value", &Told::plain(one.qini_normalised), out)?;
        for top in &one.top {
            let metric = format!("{}.lift-top-{}", one.outcome, top.part);
            let lift = Told::with_ends(top.lift, top.low, top.high);
            Of { undefined: &top.undefined, ..of }.row(&metric, "value", &lift, out)?;
        }
    }
    Ok(())
}

fn human(view: &HumanView, out: &mut dyn Write) -> io::Result<()> {
    for step in &view.steps {
        let of = Of { kind: "human", axes: &step.axes, group: &step.group, reference: None, undefined: &None };
        of.row("before", "value", &Told::plain(step.rate_before).of(step.favourable_before, step.rows), out)?;
        of.row("after", "value", &Told::plain(step.rate_after).of(step.favourable_after, step.rows), out)?;
        let changed = Told::with_ends(step.share, step.low, step.high).of(step.changed, step.rows);
        of.row("changed", "value", &changed, out)?;
        of.row("change", "value", &Told::with_ends(step.change, step.change_low, step.change_high), out)?;
    }
    for gap in &view.gaps {
        let reference = gap.reference.as_ref();
        let of = Of { kind: "human", axes: &gap.axes, group: &gap.group, reference, undefined: &gap.undefined };
        let before = Of { reference: gap.reference_before.as_ref().or(reference), ..of };
        before.row("before", &gap.contrast, &Told::plain(gap.before), out)?;
        of.row("after", &gap.contrast, &Told::plain(gap.after), out)?;
        of.row("change", &gap.contrast, &Told::with_ends(gap.change, gap.low, gap.high), out)?;
        let widening = Told::with_ends(gap.widening, gap.widening_low, gap.widening_high);
        of.row("widening", &gap.contrast, &widening, out)?;
    }
    Ok(())
}

fn funnel(view: &FunnelView, out: &mut dyn Write) -> io::Result<()> {
    for one in &view.groups {
        let of = Of { kind: "funnel", axes: &one.axes, group: &one.group, reference: None, undefined: &None };
        let mut before = one.rows;
        for stage in &one.stages {
            let of_all = Told::with_ends(stage.of_all, stage.of_all_low, stage.of_all_high);
            of.row(&format!("{}.of-all", stage.stage), "value", &of_all.of(stage.reached, one.rows), out)?;
            let share = Told::with_ends(stage.share, stage.low, stage.high).of(stage.reached, before);
            of.row(&format!("{}.of-those-before", stage.stage), "value", &share, out)?;
            before = stage.reached;
        }
    }
    let Some(last) = view.stages.last() else { return Ok(()) };
    for gap in &view.gaps {
        let (axes, group, reference) = (&gap.axes, &gap.group, Some(&gap.reference));
        let of = Of { kind: "funnel", axes, group, reference, undefined: &None };
        let all = format!("{}.of-all", last.name);
        of.row(&all, "difference", &Told::with_ends(gap.difference, gap.low, gap.high), out)?;
        let of = Of { undefined: &gap.undefined, ..of };
        of.row(&all, "ratio", &Told::plain(gap.ratio), out)?;
        for part in &gap.parts {
            let difference = Told::with_ends(Some(part.difference), part.low, part.high);
            of.row(&format!("{}.part", part.stage), "difference", &difference, out)?;
            of.row(&format!("{}.of-those-before", part.stage), "ratio", &Told::plain(part.ratio), out)?;
        }
    }
    Ok(())
}

fn classes(view: &ClassesView, out: &mut dyn Write) -> io::Result<()> {
    for one in &view.groups {
        let of = Of { kind: "classes", axes: &one.axes, group: &one.group, reference: None, undefined: &None };
        for given in &one.given {
            let share = Told::with_ends(given.share, given.low, given.high).of(given.rows, one.rows);
            of.row(&format!("{}.share", given.class), "value", &share, out)?;
        }
        let Some(right) = &one.right else { continue };
        let rate = |metric: &str, rate: &ClassRate, out: &mut dyn Write| {
            let told = Told::with_ends(rate.value, rate.low, rate.high).of(rate.hits, rate.of);
            Of { undefined: &rate.undefined, ..of }.row(metric, "value", &told, out)
        };
        for class in &right.classes {
            rate(&format!("{}.true-positive-rate", class.class), &class.true_positive_rate, out)?;
            rate(&format!("{}.false-positive-rate", class.class), &class.false_positive_rate, out)?;
            rate(&format!("{}.precision", class.class), &class.precision, out)?;
        }
        rate("accuracy", &right.accuracy, out)?;
        let harm = Told::with_ends(right.harm.value, right.harm.low, right.harm.high);
        let means = [
            ("macro-recall", Told::plain(right.macro_recall.value), &right.macro_recall.undefined),
            ("macro-precision", Told::plain(right.macro_precision.value), &right.macro_precision.undefined),
            ("macro-f1", Told::plain(right.macro_f1.value), &right.macro_f1.undefined),
            ("kappa", Told::plain(right.kappa), &right.kappa_undefined),
            ("matthews", Told::plain(right.matthews), &right.matthews_undefined),
            ("harm", harm, &right.harm.undefined),
        ];
        for (metric, told, undefined) in means {
            Of { undefined, ..of }.row(metric, "value", &told, out)?;
        }
    }
    for gap in &view.gaps {
        let (axes, group, reference) = (&gap.axes, &gap.group, Some(&gap.reference));
        let of = Of { kind: "classes", axes, group, reference, undefined: &gap.undefined };
        let difference = Told::with_ends(gap.difference, gap.low, gap.high);
        of.row(&format!("{}.{}", gap.class, gap.measure), "difference", &difference, out)?;
    }
    for gap in &view.harm_gaps {
        let (axes, group, reference) = (&gap.axes, &gap.group, Some(&gap.reference));
        let of = Of { kind: "classes", axes, group, reference, undefined: &gap.undefined };
        of.row("harm", "difference", &Told::with_ends(gap.difference, gap.low, gap.high), out)?;
    }
    Ok(())
}

fn budget(view: &BudgetView, out: &mut dyn Write) -> io::Result<()> {
    let metric = format!("reached-top-{}", view.top);
    for one in &view.groups {
        let (axes, group, undefined) = (&one.axes, &one.group, &one.undefined);
        let of = Of { kind: "budget", axes, group, reference: None, undefined };
        of.row(&metric, "value", &Told::with_ends(one.share, one.low, one.high).of(one.reached, one.rows), out)?;
    }
    for gap in &view.gaps {
        let (axes, group, reference) = (&gap.axes, &gap.group, Some(&gap.reference));
        let of = Of { kind: "budget", axes, group, reference, undefined: &gap.undefined };
        of.row(&metric, "ratio", &Told::with_ends(gap.ratio, gap.low, gap.high), out)?;
    }
    Ok(())
}
