//! The rows of sections that have tables of their own: people after a model, funnels, classes, budgets.
//!
//! Each is a kind. A metric of a stage or a class has its name in front, as that of an outcome has: `responded.of-all`.

use std::io::{self, Write};

use super::{group, line, number, reference};
use crate::result::{BudgetView, ClassRate, ClassesView, Document, FunnelView, Group, HumanView, ReferenceView};

pub(super) fn render(document: &Document, out: &mut dyn Write) -> io::Result<()> {
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
