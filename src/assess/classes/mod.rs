//! Which class each group is given, how often the right one is found, and what wrong ones cost.

mod gaps;
mod groups;
mod sides;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use super::groups::AxisGroups;
use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::inference::classes::Classes;
use crate::inference::normal;
use crate::policy::Policy;
use crate::result::{ClassesGroup, ClassesView, Group, HarmView, ReferenceView};
use crate::tally::{ByClass, Cells, Routed};

pub use groups::{counts_of, weights};

/// Most counts of groups by class that a result holds.
const MOST_COUNTS: usize = 2_000_000;

/// The rows of a group by the class they were given, and where the right class may be told by both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    pub given: Vec<u64>,
    pub both: Option<Classes>,
}

/// By what figures are worked out: the names of the classes, the harm of each by each, and what the policy says of statistics.
pub struct Basis<'a> {
    pub classes: &'a [String],
    pub weights: Vec<Vec<f64>>,
    pub level: f64,
    pub min_group: u64,
}

/// A group and whom it is held against.
struct Pair {
    axes: Vec<String>,
    group: Group,
    reference: ReferenceView,
}

impl Basis<'_> {
    fn z(&self) -> f64 {
        normal::critical(self.level)
    }

    /// Everything that is told of the rows of a group.
    pub fn group(&self, axes: &[String], group: &Group, counted: &Counted) -> ClassesGroup {
        groups::told(self, axes, group, counted)
    }
}

/// A harm that names a class that no row has is a slip of the pen, which would weigh nothing; and a result that holds more counts
/// than anybody reads would fill the memory.
///
/// # Errors
/// There is such a harm, and the policy does not list the classes; or there are too many groups for so many classes.
pub fn check_values(policy: &Policy, cells: &Cells) -> Result<(), Error> {
    let (Some(asked), Some(routed)) = (&policy.classes, &cells.routed) else { return Ok(()) };
    let groups: usize = policy.axes.iter().map(|axis| routed.groups_along(&axis.attributes)).sum();
    let each = routed.classes.len() * if asked.right.is_some() { routed.classes.len() } else { 1 };
    if groups * each > MOST_COUNTS {
        let message = format!(
            "{groups} groups by {} classes make more than {MOST_COUNTS} counts; leave an intersection out, use bins, or a column of \
             coarser classes",
            routed.classes.len()
        );
        let place = Place { column: Some(asked.chosen.clone()), ..Place::default() };
        return Err(Error::data(Diagnostic::new("too-many-cells", message).at(place)));
    }
    let mut unmet: Vec<&String> = asked
        .harm
        .iter()
        .flat_map(|harm| harm.right.iter().chain(&harm.chosen))
        .filter(|class| !routed.classes.contains(class))
        .collect();
    unmet.sort();
    unmet.dedup();
    if unmet.is_empty() || routed.classes.is_empty() {
        return Ok(());
    }
    let listed = |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = format!(
        "`harm` of [classes] names {}, which no row has; the classes are {}. Is it spelt so? A class that can be absent is listed \
         under `levels`",
        listed(&unmet),
        listed(&routed.classes.iter().collect::<Vec<_>>())
    );
    Err(Error::Policy(vec![Diagnostic::new("value-never-occurs", message)]))
}

/// Everything that a report says of classes; none where the policy has none.
pub fn follow(policy: &Policy, cells: &Cells, axes: &[AxisGroups]) -> Option<ClassesView> {
    let (asked, routed) = (policy.classes.as_ref()?, cells.routed.as_ref()?);
    let harm: Vec<HarmView> = asked
        .harm
        .iter()
        .map(|harm| HarmView {
            right: harm.right.clone(),
            chosen: harm.chosen.clone(),
            weight: harm.weight.approximate(),
        })
        .collect();
    let basis = Basis {
        classes: &routed.classes,
        weights: weights(&routed.classes, &harm),
        level: policy.statistics.level.approximate(),
        min_group: policy.statistics.min_group,
    };
    let counted = |of: ByClass| Counted { given: of.given, both: asked.right.as_ref().map(|_| of.both) };
    let all = routed.overall();
    let (without_chosen, without_right) = (all.without_chosen, all.without_right);
    let mut groups = vec![basis.group(&[], &Group::new(), &counted(all))];
    let mut pairs = Vec::new();
    for (axis, declared) in axes.iter().zip(&policy.axes).filter(|(axis, _)| !axis.in_part) {
        let mut of = by_group(cells, routed, &axis.axes, &declared.attributes);
        for group in axis.groups.iter().filter(|group| !group.absent) {
            let own = of.remove(&group.group).map(counted).unwrap_or_else(|| Counted {
                given: vec![0; routed.classes.len()],
                both: asked.right.as_ref().map(|_| Classes::empty(routed.classes.len())),
            });
            groups.push(basis.group(&axis.axes, &group.group, &own));
        }
        for group in axis.judged().filter(|group| !group.absent) {
            let Some((reference, _)) = axis.standing_reference(group) else { continue };
            pairs.push(Pair { axes: axis.axes.clone(), group: group.group.clone(), reference });
        }
    }
    let spreads = spread::of_axes(&groups);
    let (gaps, harm_gaps) = gaps::of(&basis, &groups, &pairs);
    Some(ClassesView {
        chosen: asked.chosen.clone(),
        right: asked.right.clone(),
        classes: routed.classes.clone(),
        harm,
        rows_without_chosen: Some(without_chosen),
        rows_without_right: asked.right.as_ref().map(|_| without_right),
        groups,
        spreads,
        gaps,
        harm_gaps,
        hidden: Vec::new(),
        hidden_right: Vec::new(),
    })
}

/// What is worth saying of rows without a class.
pub fn diagnose(policy: &Policy, cells: &Cells) -> Vec<Diagnostic> {
    let (Some(asked), Some(all)) = (&policy.classes, cells.routed.as_ref().map(Routed::overall)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut note = |rows: u64, what: String| {
        if rows > 0 {
            found.push(Diagnostic::new("without-class", format!("{rows} rows {what}")));
        }
    };
    note(all.without_chosen, format!("were given no class (`{}`) and are in no number about classes", asked.chosen));
    if let Some(right) = &asked.right {
        note(
            all.without_right,
            format!("were given a class and have no right one (`{right}`): they are in the shares of the classes only"),
        );
    }
    found
}

/// The counts of the groups of an axis by their names.
fn by_group(cells: &Cells, routed: &Routed, axes: &[String], attributes: &[usize]) -> BTreeMap<Group, ByClass> {
    let name = |key: &Vec<usize>| -> Group {
        let levels = cells.level_names(attributes, key).into_iter().map(str::to_owned);
        axes.iter().cloned().zip(levels).collect()
    };
    routed.along(attributes).into_iter().map(|(key, of)| (name(&key), of)).collect()
}

/// Works everything out again from the counts that a view holds, as when these were rounded. What was decided from others stays.
pub fn again(view: &ClassesView, level: f64, min_group: u64) -> ClassesView {
    let basis = Basis { classes: &view.classes, weights: weights(&view.classes, &view.harm), level, min_group };
    let groups: Vec<ClassesGroup> =
        view.groups.iter().map(|one| basis.group(&one.axes, &one.group, &counts_of(one))).collect();
    let mut spreads = spread::of_axes(&groups);
    spreads.retain(|new| view.spreads.iter().any(|old| old.axes == new.axes));
    let pairs = pairs_of(view);
    let (gaps, harm_gaps) = gaps::of(&basis, &groups, &pairs);
    ClassesView { groups, spreads, gaps, harm_gaps, ..view.clone() }
}

/// Who is held against whom.
fn pairs_of(view: &ClassesView) -> Vec<Pair> {
    let of_classes = view.gaps.iter().map(|gap| (&gap.axes, &gap.group, &gap.reference));
    let of_harm = view.harm_gaps.iter().map(|gap| (&gap.axes, &gap.group, &gap.reference));
    let mut seen = BTreeSet::new();
    let first = of_classes.chain(of_harm).filter(|(axes, group, _)| seen.insert((*axes, *group)));
    first
        .map(|(axes, group, reference)| Pair { axes: axes.clone(), group: group.clone(), reference: reference.clone() })
        .collect()
}
