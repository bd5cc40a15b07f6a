//! What a form of impact ratios shows: the tables as their rule prints them, who is in none, and what leaving out or
//! unknown categories could do.

use super::numbers::{count, counted, percent};
use super::page::{Block, Table};
use crate::result::{Bounds, Impact, ImpactRow, ImpactTable};

pub fn assessed(impact: &Impact) -> Block {
    let what = if impact.scoring { "score" } else { "decision" };
    let left_out = match impact.left_out {
        0 => String::new(),
        rows => format!(" {} without a {what} are in no table.", counted(rows, "row")),
    };
    Block::Paragraph(format!("Assessed: {}.{left_out}", counted(impact.assessed, "individual")))
}

fn table_name(name: &str) -> &'static str {
    match name {
        "sex" => "Sex",
        "race" => "Race and ethnicity",
        _ => "Intersectional",
    }
}

fn or_dash(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "–".to_owned())
}

/// A table as the rule prints it.
pub fn table(impact: &Impact, name: &str) -> Vec<Block> {
    let Some(found) = impact.tables.iter().find(|table| table.name == name) else {
        return vec![Block::Paragraph("This table could not be made.".to_owned())];
    };
    let heads: &[&str] = if impact.scoring {
        &["Category", ">Number of applicants", ">Scoring rate", ">Impact ratio"]
    } else {
        &["Category", ">Number of applicants", ">Number selected", ">Selection rate", ">Impact ratio"]
    };
    let mut table = Table::new(table_name(name), heads);
    for row in &found.rows {
        let mut cells = vec![row.category.clone(), count(row.individuals)];
        if !impact.scoring {
            cells.push(count(row.hits));
        }
        cells.push(row.rate_printed.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{rate}%")));
        cells.push(or_dash(&row.ratio_printed));
        table.rows.push(cells);
    }
    vec![Block::Table(table)]
}

pub fn unknown(impact: &Impact) -> Vec<Block> {
    let (sex, race, either) = (impact.unknown_sex, impact.unknown_race, impact.unknown_either);
    let say =
        |what: &str, n: u64, table: &str| format!("{} with {what}: not in the {table}.", counted(n, "individual"));
    let mut items: Vec<String> = Vec::new();
    items.extend(sex.map(|n| say("an unknown sex", n, "table of sex")));
    items.extend(race.map(|n| say("an unknown race or ethnicity", n, "table of race and ethnicity")));
    if sex.is_some() && race.is_some() {
        items.push(say("either unknown", either, "intersectional table"));
    }
    let mut blocks = vec![Block::List(items)];
    if sex.is_some_and(|n| n < either) || race.is_some_and(|n| n < either) {
        let words = "Individuals of whom one of the two is known are in the table of that one.";
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    blocks
}

fn rows_of(impact: &Impact) -> impl Iterator<Item = (&ImpactTable, &ImpactRow)> {
    impact.tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)))
}

pub fn left_out(impact: &Impact) -> Vec<Block> {
    let mut table = Table::new(
        "Categories that have no impact ratio and are no reference",
        &["Table", "Category", ">Number of applicants", ">Rate"],
    );
    for (of, row) in rows_of(impact).filter(|(_, row)| row.excluded) {
        let rate = row.rate_printed.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{rate}%"));
        table.rows.push(vec![table_name(&of.name).to_owned(), row.category.clone(), count(row.individuals), rate]);
    }
    if !table.rows.is_empty() {
        return vec![Block::Table(table)];
    }
    let words = if impact.excluded_by == "none" {
        "No category was left out of the impact ratios.".to_owned()
    } else {
        format!("No category has a share below {}.", impact.exclude_below)
    };
    vec![Block::Paragraph(words)]
}

pub fn median(impact: &Impact) -> Vec<Block> {
    let Some(medians) = &impact.medians else { return Vec::new() };
    let shown = |value: Option<f64>| value.map_or_else(|| "not known exactly".to_owned(), |value| value.to_string());
    let used = if medians.used == "known_only" {
        "those whose sex and race or ethnicity are known"
    } else {
        "everybody with a score, of known category or not"
    };
    let mut facts = vec![
        ("The tables use the median of".to_owned(), used.to_owned()),
        ("Median of everybody".to_owned(), shown(medians.full_sample)),
        ("Median of known categories".to_owned(), shown(medians.known_only)),
    ];
    if let Some(bounds) = &medians.bounds {
        let words = format!("{}; there are too many different scores to keep each", range(bounds));
        facts.push(("The median lies in".to_owned(), words));
    }
    if let Some(share) = medians.share_above {
        facts.push(("Share strictly above".to_owned(), percent(share)));
    }
    vec![Block::Facts(facts)]
}

fn range(bounds: &Bounds) -> String {
    let high = bounds.high.map_or_else(|| "no end".to_owned(), |high| format!("{high:.3}"));
    format!("{:.3} to {high}", bounds.low)
}

/// The impact ratios with and without small categories, whatever the tables do about them.
pub fn variants(impact: &Impact) -> Vec<Block> {
    let below = &impact.exclude_below;
    let mut blocks = vec![Block::Paragraph(format!(
        "Impact ratios with every category kept, and with those left out whose share is below {below}: of the individuals in the \
         table, or of all {} who were assessed.",
        count(impact.assessed)
    ))];
    for found in &impact.tables {
        let heads = ["Category", ">All kept", ">Small in the table left out", ">Small among all left out"];
        let mut table =
            Table::new(format!("{}: what leaving out small categories does", table_name(&found.name)), &heads);
        for row in found.rows.iter().filter(|row| row.individuals > 0) {
            let ratios = row.variants.iter().map(|variant| match variant.excluded {
                true => "left out".to_owned(),
                false => or_dash(&variant.ratio_printed),
            });
            table.rows.push(std::iter::once(row.category.clone()).chain(ratios).collect());
        }
        blocks.push(Block::Table(table));
    }
    blocks
}

/// How far individuals of unknown category could move the ratios.
pub fn bounds(impact: &Impact) -> Vec<Block> {
    let heads = ["Table", "Category", ">Impact ratio", ">All unknown in it", ">Any way to share them out"];
    let mut table = Table::new("What individuals of unknown category could do to the impact ratios", &heads);
    for (of, row) in rows_of(impact) {
        let Some(bounds) = &row.bounds else { continue };
        table.rows.push(vec![
            table_name(&of.name).to_owned(),
            row.category.clone(),
            or_dash(&row.ratio_printed),
            range(&bounds.naive),
            bounds.joint.as_ref().map_or_else(|| "–".to_owned(), range),
        ]);
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    let words = "Against the category with the highest rate. All unknown in it: each of them belongs to the category, none or all \
                 with the outcome. Any way: each belongs to either category or to neither, with the outcome that it had.";
    vec![Block::Paragraph(words.to_owned()), Block::Table(table)]
}
