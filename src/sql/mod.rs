//! A policy → one statement of SQL that counts cells where the rows are, so that only counts leave the engine.
//!
//! The statement reads the table once, groups it once and gives a table of cells ([`columns`]) that `audit` reads in place of
//! rows. What can be left to whoever reads that table is left to it: values of attributes, decision and label are grouped as
//! texts, and what a text means is decided by the same code as for rows; so are the values of outcomes. In SQL there is what needs
//! rows: filters, numbers, bins, thresholds, scores, weights, people, errors of predictions.

pub mod about;
pub mod columns;
pub mod dialect;
mod inputs;
pub mod outcomes;
mod people;
mod quote;
pub mod refuse;
mod scores;
mod stage;
mod statement;
mod values;
mod weights;

pub use about::About;
pub use dialect::Dialect;

use crate::error::Error;
use crate::policy::Policy;
use inputs::Inputs;
use quote::{NUL, VARIABLE, comment};
use statement::Statement;

/// The table of a statement for which none is named.
pub const YOUR_TABLE: &str = "your_table";

/// The statement that counts the cells of a policy in a table, with a comment at its head; it ends without a semicolon, so
/// that it can stand inside another.
///
/// # Errors
/// The policy asks for what needs rows, or the table has no name.
pub fn print(policy: &Policy, dialect: Dialect, table: &str, tool: &str) -> Result<String, Error> {
    refuse::refuse(policy)?;
    let form = dialect.form();
    let Some(name) = quote::table(form, table) else {
        return Err(Error::usage(format!(
            "`{}` is no name of a table; write it as in SQL, such as sales.offers or \"Sales\".\"offers 2026\"",
            comment(table)
        )));
    };
    let inputs = Inputs::new(policy, form);
    let about = |faults| About::of(policy, dialect, table, tool, faults);
    let statement = Statement { inputs: &inputs, table: name, about: &about }.print()?;
    if statement.contains(NUL) {
        return Err(Error::usage("a name or a value of the policy holds a character that no text in SQL has (NUL)"));
    }
    // Texts are escaped; in a name there is no way to.
    if form.variables && statement.contains(VARIABLE) {
        return Err(Error::usage(format!(
            "a name of a column or of the table holds `{VARIABLE}`, which {} replaces by a setting before it reads the statement; \
             read the column under another name, by a view",
            form.title
        )));
    }
    Ok(format!("{}{statement}{}", head(policy, dialect, table, tool), end(form.settings)))
}

fn end(settings: &str) -> String {
    if settings.is_empty() { String::new() } else { format!("{settings}\n") }
}

/// What it is, for whoever finds it in a warehouse.
fn head(policy: &Policy, dialect: Dialect, table: &str, tool: &str) -> String {
    let path = policy.path.as_deref().unwrap_or("(flags)");
    let mut lines = vec![
        format!("evenhand {tool}: the cells of a policy, counted by {} in one pass over the table", dialect.title()),
        format!("policy {path}, sha256 {}", policy.sha256),
    ];
    if table == YOUR_TABLE {
        lines.push(format!("table {YOUR_TABLE}: put the name of yours here, or print with --table NAME"));
    }
    lines.push(String::new());
    let values = if policy.outcomes.is_empty() { "" } else { ", those of every value of an outcome included," };
    lines.push(format!(
        "The result holds counts of groups{values} and no row. Save all of it as CSV, NDJSON or Parquet, such as"
    ));
    lines.extend(dialect.export().iter().map(|line| format!("  {line}")));
    lines.push("and audit it in place of the rows: evenhand audit FILE -p POLICY".to_owned());
    for (place, grouping) in policy.groupings().enumerate() {
        lines.push(format!("{}: {}", columns::group(place), grouping.name));
    }
    for (place, outcome) in About::outcomes(policy).iter().enumerate() {
        lines.push(format!("{} {}: {}", columns::OUTCOME, place + 1, outcome.name));
    }
    lines.iter().map(|line| format!("-- {}", comment(line)).trim_end().to_owned() + "\n").collect()
}
