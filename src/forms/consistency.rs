//! Whether tables of one form can be true together: sums, rates and ratios.

use crate::result::{Impact, ImpactRow, ImpactTable};

/// A number of a form that does not fit another: which table, which cell, what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub table: String,
    pub category: String,
    pub says: String,
}

/// As far as two numbers of one fraction may lie apart.
const CLOSE: f64 = 1e-9;

/// Everything in the tables that contradicts itself or another table.
pub fn misfits(impact: &Impact) -> Vec<Misfit> {
    let mut found: Vec<Misfit> = impact.tables.iter().flat_map(within).collect();
    let table = |name: &str| impact.tables.iter().find(|table| table.name == name);
    if let Some(both) = table("both") {
        for marginal in ["sex", "race"].into_iter().filter_map(table) {
            found.extend(marginal.rows.iter().filter_map(|row| against(marginal, row, both)));
        }
    }
    found
}

fn within(table: &ImpactTable) -> Vec<Misfit> {
    let mut found = Vec::new();
    let mut add = |row: &ImpactRow, says: String| {
        found.push(Misfit { table: table.name.clone(), category: row.category.clone(), says });
    };
    for row in &table.rows {
        if row.hits > row.individuals {
            add(row, format!("{} of {} individuals is more than all", row.hits, row.individuals));
        }
        let share = (row.individuals > 0).then(|| row.hits as f64 / row.individuals as f64);
        if row.rate.zip(share).is_some_and(|(rate, share)| (rate - share).abs() > CLOSE) {
            add(row, format!("the rate is not {} divided by {}", row.hits, row.individuals));
        }
        if row.impact_ratio.is_some_and(|ratio| ratio > 1.0 + CLOSE) {
            add(row, "the impact ratio is above 1".to_owned());
        }
        if row.excluded && row.impact_ratio.is_some() {
            add(row, "the category is left out of the ratios and has one".to_owned());
        }
    }
    let highest = table.rows.iter().filter_map(|row| row.impact_ratio.map(|ratio| (ratio, row)));
    if let Some((ratio, row)) = highest.max_by(|a, b| a.0.total_cmp(&b.0))
        && ratio < 1.0 - CLOSE
    {
        add(row, "the highest impact ratio of the table is not 1".to_owned());
    }
    found
}

/// A row of one attribute against the rows of the crossed table that belong to it, and the individuals that these lack.
fn against(marginal: &ImpactTable, row: &ImpactRow, both: &ImpactTable) -> Option<Misfit> {
    let belongs = |other: &&ImpactRow| row.group.iter().all(|(axis, level)| other.group.get(axis) == Some(level));
    let parts: Vec<&ImpactRow> = both.rows.iter().filter(belongs).collect();
    let sum = |of: fn(&ImpactRow) -> u64| parts.iter().map(|part| of(part)).sum::<u64>();
    let (individuals, hits) = (sum(|part| part.individuals), sum(|part| part.hits));
    let lacking = row.unknown_elsewhere;
    let fits = individuals + lacking == row.individuals && hits <= row.hits && row.hits - hits <= lacking;
    (!fits).then(|| Misfit {
        table: marginal.name.clone(),
        category: row.category.clone(),
        says: format!(
            "it is {}/{}, but the intersectional rows give {individuals}/{hits}{}",
            row.individuals,
            row.hits,
            if lacking > 0 { format!(" beside {lacking} of unknown category") } else { String::new() },
        ),
    })
}
