//! People in a statement: those who have the same rows are counted together, and nobody's number leaves the engine.

use super::columns::{
    ABOUT, DECISION, FORM, LABEL, PEOPLE, PERSON_LINE, PROFILE, QUANTITY, ROWS, SCORE, SCORE_SUMS, SCORE_TO, VERSION,
    WHAT, group,
};
use super::inputs::Inputs;
use super::stage::Stage;
use super::weights;

/// The stages that follow `cells` where one person may have several rows; `cell` are the columns that make a cell.
pub(super) fn stages(inputs: &Inputs, cell: &[String]) -> Vec<Stage> {
    let (text, cell_list) = (inputs.form.text, cell.join(", "));
    let weighted = inputs.weight.is_some();
    let mut owned = Stage::new("owned", "what each person has in each cell", "cells");
    owned.keep("owner");
    cell.iter().for_each(|column| owned.keep(column));
    let sum = if weighted { weights::quantity(inputs, |part| format!("SUM({part})")) } else { "SUM(n)".to_owned() };
    owned.add(&format!("CAST({sum} AS {text})"), "held");
    owned.after.push("WHERE sort = 'rows' AND owner IS NOT NULL".to_owned());
    owned.after.push(format!("GROUP BY owner, {cell_list}"));

    // With its length before it no text can be taken for another.
    let mut parted = Stage::new("parted", "the same in one text", "owned");
    parted.keep("owner");
    let parts: Vec<String> =
        cell.iter().map(|column| format!("CAST(LENGTH({column}) AS {text}), ':', {column}, ';'")).collect();
    parted.add(&format!("CONCAT({}, held)", parts.join(", ")), "part");

    let mut listed = Stage::new("listed", "all that a person has", "parted");
    listed.keep("owner");
    listed.add(&(inputs.form.joined)("part"), "parts_held");
    listed.after.push("GROUP BY owner".to_owned());

    let mut alike = Stage::new("alike", "how many people have just the same, and one of them", "listed");
    alike.keep("parts_held");
    alike.add(&format!("CAST(COUNT(*) AS {})", inputs.form.whole), "many");
    alike.add("MIN(owner)", "example");
    alike.after.push("GROUP BY parts_held".to_owned());

    let mut numbered = Stage::new("numbered", "a number for each such list, which is nobody's", "alike");
    numbered.keep("many");
    numbered.keep("example");
    numbered.add(&format!("CAST(ROW_NUMBER() OVER (ORDER BY parts_held) AS {})", inputs.form.whole), "list_number");

    let mut alone = Stage::new("alone", "rows that name nobody: each of a person of its own", "cells");
    cell.iter().for_each(|column| alone.keep(column));
    let one = if weighted { weights::quantity(inputs, str::to_owned) } else { "1".to_owned() };
    alone.add(&format!("CAST({one} AS {text})"), "held");
    alone.after.push("WHERE sort = 'rows' AND owner IS NULL".to_owned());
    vec![owned, parted, listed, alike, numbered, alone]
}

/// The lines of people, to be put below those of cells.
pub(super) fn lines(inputs: &Inputs, cell: &[String]) -> Vec<Stage> {
    let whole = inputs.form.whole;
    let mut several = Stage::new("", "", "owned JOIN numbered ON owned.owner = numbered.example");
    line(inputs, &mut several, cell, "owned.", ["list_number", "many"]);
    let mut single = Stage::new("", "", "alone");
    let count = format!("CAST(COUNT(*) AS {whole})");
    let nobody = format!("CAST(0 AS {whole})");
    line(inputs, &mut single, cell, "", [&nobody, &count]);
    single.after.push(format!("GROUP BY {}, held", cell.join(", ")));
    vec![several, single]
}

fn line(inputs: &Inputs, stage: &mut Stage, cell: &[String], of: &str, [number, people]: [&str; 2]) {
    let form = inputs.form;
    let null = |kind: &str| format!("CAST(NULL AS {kind})");
    stage.add(&form.text_of(VERSION), FORM);
    stage.add(&form.text_of(PERSON_LINE), WHAT);
    for (place, level) in cell.iter().take(inputs.groupings.len()).enumerate() {
        stage.add(&format!("{of}{level}"), &group(place));
    }
    stage.add(&format!("{of}decided"), DECISION);
    stage.add(&format!("{of}labelled"), LABEL);
    if inputs.score.is_some() {
        stage.add(&null(form.double), SCORE);
        stage.add(&null(form.double), SCORE_TO);
    }
    stage.add(&format!("CAST(0 AS {})", form.whole), ROWS);
    if inputs.score.is_some() {
        SCORE_SUMS.iter().for_each(|name| stage.add(&format!("CAST(0 AS {})", form.whole), name));
    }
    stage.add(&format!("{of}held"), QUANTITY);
    stage.add(number, PROFILE);
    stage.add(people, PEOPLE);
    stage.add(&null(form.text), ABOUT);
}
