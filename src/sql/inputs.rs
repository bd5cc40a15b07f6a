//! Which columns of the table are read, and which of their values are faults.

use super::about::{Fault, FaultKind};
use super::dialect::Form;
use super::outcomes::Measure;
use super::values::{Input, Need, literal};
use crate::cell::design::{MOST_ROWS, MOST_WEIGHT};
use crate::policy::Policy;
use crate::policy::value::Values;

/// The columns of a policy, by role.
pub(super) struct Inputs<'a> {
    pub policy: &'a Policy,
    pub form: &'static Form,
    pub filters: Vec<(Input, &'a Values)>,
    pub groupings: Vec<Input>,
    pub decision: Option<Input>,
    pub label: Option<Input>,
    pub score: Option<Input>,
    pub outcomes: Vec<Measure>,
    pub count: Option<Input>,
    pub weight: Option<Input>,
    pub unit: Option<Input>,
}

impl<'a> Inputs<'a> {
    pub fn new(policy: &'a Policy, form: &'static Form) -> Inputs<'a> {
        let roles = &policy.roles;
        let input = |key: &str, column: &str, need| Input { key: key.to_owned(), column: column.to_owned(), need };
        let of = |key: &str, column: &Option<String>, need| column.as_ref().map(|column| input(key, column, need));
        let filter = |(place, (column, values)): (usize, &'a (String, Values))| {
            let need = if values.numbers().is_empty() { Need::Text } else { Need::Number };
            (input(&format!("filter_{}", place + 1), column, need), values)
        };
        let single_matters =
            |edges: &[f64]| edges.iter().chain(roles.missing.numbers()).any(|edge| f64::from(*edge as f32) != *edge);
        let groupings = policy.groupings().enumerate().map(|(place, grouping)| {
            let edges: Vec<f64> = grouping.bins.iter().map(|edge| edge.approximate()).collect();
            let need = match () {
                () if edges.is_empty() => Need::Text,
                () if single_matters(&edges) => Need::Precise,
                () => Need::Measured,
            };
            input(&format!("level_{}", place + 1), &grouping.column, need)
        });
        let decision = roles.decision.held_in().map(|column| input("decision", column, Need::Text));
        let named = if roles.missing.numbers().is_empty() { Need::Text } else { Need::Number };
        Inputs {
            policy,
            form,
            filters: roles.filter.iter().enumerate().map(filter).collect(),
            groupings: groupings.collect(),
            decision,
            label: of("label", &roles.label, Need::Text),
            score: of("score", &roles.score, Need::Precise),
            outcomes: policy.outcomes.iter().enumerate().map(|(place, of)| Measure::new(place, of)).collect(),
            count: of("count", &roles.count, Need::Measured),
            weight: of("weight", &roles.weight, Need::Precise),
            unit: of("unit", &roles.unit, named),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Input> {
        let filters = self.filters.iter().map(|(input, _)| input);
        let others = [&self.decision, &self.label, &self.score, &self.count, &self.weight, &self.unit];
        let measured = self.outcomes.iter().flat_map(Measure::inputs);
        filters.chain(&self.groupings).chain(others.into_iter().flatten()).chain(measured)
    }

    /// Those of which a missing value is no fault, and whether blanks around it say nothing.
    pub fn may_be_missing(&self) -> impl Iterator<Item = (&Input, bool)> {
        let own = self.groupings.iter().filter(|input| input.need.is_number()).chain(&self.score);
        let measured = self.outcomes.iter().filter(|of| of.prediction.is_some()).flat_map(Measure::numbers);
        own.map(|input| (input, false)).chain(measured.map(|input| (input, true)))
    }

    /// Whether the value of a number is missing.
    pub fn is_missing(&self, input: &Input) -> String {
        let mut ways = vec![format!("{} = 1", input.missing())];
        ways.extend(input.missing_number(self.form, &self.policy.roles.missing));
        ways.join(" OR ")
    }

    /// The values that cannot be used: when, and what to call it.
    pub fn faults(&self) -> Vec<(String, Fault)> {
        let fault = |input: &Input, kind: FaultKind| {
            // In the result groupings are called groups.
            let what = format!("{}: {}", input.key.replace("level", "group"), kind.word());
            Fault { what, column: input.column.clone(), kind }
        };
        let mut found = Vec::new();
        if let Some(count) = &self.count {
            let n = count.number();
            let when = format!("{n} IS NULL OR {n} < 0 OR {n} <> FLOOR({n}) OR {n} > {MOST_ROWS}");
            found.push((when, fault(count, FaultKind::NoCount)));
        }
        for (input, _) in self.may_be_missing() {
            let when = format!("{} IS NULL AND {} = 0", input.number(), input.missing());
            found.push((when, fault(input, FaultKind::NoNumber)));
        }
        if let Some(score) = &self.score {
            let outside = format!("{n} < 0 OR {n} > 1", n = score.number());
            let when = match score.missing_number(self.form, &self.policy.roles.missing) {
                Some(missing) => format!("({outside}) AND NOT ({missing})"),
                None => outside,
            };
            found.push((when, fault(score, FaultKind::NoScore)));
        }
        if let Some(weight) = &self.weight {
            let when = format!("{n} IS NULL OR {n} < 0 OR {n} > {MOST_WEIGHT}", n = weight.number());
            found.push((when, fault(weight, FaultKind::NoWeight)));
        }
        found
    }

    /// The name of the bin of a number, or that it is missing.
    pub fn bin(&self, place: usize) -> Vec<(String, String)> {
        let Some((input, grouping)) = self.groupings.get(place).zip(self.policy.groupings().nth(place)) else {
            return Vec::new();
        };
        let names = grouping.bin_names();
        let at_least = |edge: f64| format!("{} >= {}", input.number(), literal(self.form, edge));
        let bins = grouping.bins.iter().zip(names.iter().skip(1)).rev();
        bins.map(|(edge, name)| {
            let edge = edge.approximate();
            let when = input.by_precision(self.form, at_least(f64::from(edge as f32)), at_least(edge));
            (when, self.form.text_of(name))
        })
        .collect()
    }
}
