//! What a file of cells holds, printed from the declarations of its columns.

use std::fmt::Write;

use crate::tally::shard::columns::{COLUMNS, What};
use crate::tally::shard::{KEY, SCHEMA};

pub const NAME: &str = "cells";

pub const SAYS: &str = "What one pass over rows counted, in a file: `tally` writes it, `merge` adds files of shards, months or machines \
     up, and `audit` takes it in place of rows and gives the same numbers.";

const ADDED: &str = "Only like is added. The header holds what of the policy decides what is counted (`rules`, with their hash): roles, \
     groups, values, `missing`, `where`, `threshold`. Checks, limits, references and statistics can differ, because they change no \
     count. A file that holds rows of a source that another file holds as well is refused. So are cells of people (`unit`): one \
     person may have rows in both files, and cells keep nobody's number; name all files in one `tally`. `audit` reads either cells \
     or rows, not both.\n\n\
     Scores add up exactly: up to 65,536 distinct ones of a cell and label are kept as they are, and more in fine bins whose sums \
     are whole numbers; which of the two depends on the scores alone, not on how they were split. So do the values of every \
     [[outcome]], those of open cases told apart, and the errors of predictions (kind `error`).\n\n\
     Where all groupings crossed with each other make more than 200,000 combinations with decision and label, hold more than \
     16,777,216 distinct scores, or do not fit a key of 128 bits, the file keeps in place of the full cross the margins that its \
     policy needs: of every attribute, of every declared intersection, and of these by strata and by period. So does a merge \
     whose parts are small enough and whose whole is not. Of margins, up to 4,096 distinct scores of a cell and label are kept as \
     they are. Margins serve every policy that needs no others, and are added to those of a policy that needs the same.";

const HEADER: &str = "The header is a JSON text in the key-value metadata of the Parquet file: `schema`, `tool`, `rules` and \
     `rules_sha256` (of the lines `key = value`), `groupings` (the name of each grouping and of its column, and how many bins it \
     has), `kept` (`cross` or `margins`) and `margins` (those that the policy needs: places among the groupings, and whether with \
     scores and values), `outcomes` (the name, kind, bins and bound of each), `grid` and `threshold` \
     (the bins of scores), `rows_read` and `rows_excluded` (by `where`), `decision` and `label` (distinct values while there are at \
     most 20, and those of the policy that appeared), `sources`, `probabilities` (sums of attributes of that kind), and `sha256` of \
     all that the file says, null where another program wrote it.";

const CARE: &str = "Cells hold no row and nothing of a column without a role. They do hold the counts of the smallest groups, and with \
     `unit` what single people's rows look like together: keep them as you keep the data, not as you keep a report.";

/// The page of `explain cells`.
pub fn page() -> String {
    let mut out = format!("{NAME} (a file)\n\n{SAYS}\n\n{ADDED}\n\n");
    let _ = writeln!(
        out,
        "The form is `{SCHEMA}`: a Parquet file with `{KEY}` in its metadata, whatever its name. One column for each grouping \
         (text; null is a missing value; a stroke follows a name that another column has), and:"
    );
    let width = COLUMNS.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, kind, says) in COLUMNS {
        let _ = writeln!(out, "  {name:<width$}  {says} ({kind})");
    }
    out.push_str("\nA line counts, by `what`:\n");
    for what in What::ALL {
        let _ = writeln!(out, "  {:<width$}  {}", what.word(), what.says());
    }
    let _ = write!(out, "\nLines may stand in any order; those of the same cell add up.\n\n{HEADER}\n\n{CARE}\n");
    out
}
