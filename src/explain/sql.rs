//! What a printed statement does and what its result holds, printed from the declarations of dialects and columns.

use std::fmt::Write;

use crate::database::BUILT;
use crate::database::address::KNOWN;
use crate::sql::Dialect;
use crate::sql::about::SCHEMA;
use crate::sql::columns::COLUMNS;
use crate::sql::refuse::NEED_ROWS;

pub const NAME: &str = "sql";

pub const SAYS: &str = "The one pass as a statement, for an engine that has the rows: `evenhand sql` prints it, the engine counts, and the \
     exported result is audited or merged in place of rows. The audit of it is the audit of the rows, byte for \
     byte outside `data.sources`, scores and measured outcomes included.";

const HOW: &str = "The statement reads the table once and groups it once; with `unit` it reads it again for people, where the engine does \
     not keep what it has read. Values of attributes, decision and label are grouped as texts, and what a text means is decided by \
     evenhand when it reads the result: `1.0` is `1`, `True` is `true`, values of `missing` are missing. In SQL there is what \
     needs rows: `where`, numbers, bins with exact edges, the threshold, scores, weights, people and the errors of predictions. Whatever is added up is a \
     whole number, so that no order of addition can show. Names and values of the policy are quoted; no value of the data is in \
     the statement. It ends without a semicolon, so that it can stand inside another.";

const SCORES: &str = "A cell and label with at most 65,536 distinct scores gives a line for each; one with more gives narrow bands, none of \
     which lies across an edge of the bins that a pass over rows has, with the exact sum of the scores of each. So the engine \
     decides as a local run does. Scores of columns of single precision are read as those of a file are. A result whose scores \
     have lost digits on their way is refused: export as Parquet where the engine's CSV rounds (Snowflake).";

const OUTCOMES: &str = "Every row counts once for its cell and once for each [[outcome]], by the text of its value, and by what `ended` says of it. \
     evenhand reads these texts with the code that reads rows: numbers, mm:ss and hh:mm:ss, answers, yes or no, what is missing. So \
     no value is rounded, and the engine forms no sum of them. The result has a line for every distinct value that a group has, and \
     for every distinct error of a prediction: few where amounts end at the cent, and as many as there are rows where every amount \
     has all the digits of a double. Where that is too much, round the column in a view of the table. A group with more than 65,536 \
     distinct values is put into fine bins when the result is read, as it is where rows are. Clock times in columns of \
     intervals are read where the engine writes them as hh:mm:ss, and refused otherwise; a view can give the seconds. \
     Snowflake's texts of floating numbers lose digits: there the number stands beside its text, and a result that somebody rounded \
     on its way is refused. Numbers of single precision are read as those of a file are; the error of a prediction that has one \
     goes as the two numbers. No prediction is kept beside what came, so its tenths (`outcome_calibration`) are not told.";

const TYPES: &str = "The types of the columns are not known when the statement is printed, so every column is cast to text by the engine. What \
     engines write alike (whole numbers, decimals, booleans, dates) is the same level as in a file. Not the same: times, whose \
     text differs from engine to engine, and floating numbers of seven digits and more as groups (Spark and Trino write `1.5E7`, \
     which is read back, so a text of that form is as well). Numbers in columns of text may have blanks around them, and no \
     other white space. Quoted names are those of the table, letter by letter: Snowflake's are in capitals unless they were \
     quoted when the table was made, PostgreSQL's in small letters.";

/// After what is refused.
const FAULTS: &str = "A value that cannot be used in its role is counted by the statement and told of by `audit` (exit code 4) with its column; only \
     rows know which row it was. A result that is not whole, because a console shows its first lines only, is refused.";

const DATABASES: &str = "`evenhand audit --source URI --table NAME` runs the statement itself, through the Arrow driver of the database (ADBC), \
     on a connection that can only read where the engine has such; `tally` does the same and stores the cells. The driver is a \
     library that is loaded then, from ADBC_DRIVER_PATH, the Python environment that is active, ~/.config/adbc/drivers, \
     /etc/adbc/drivers or the library path, or from the file that --driver names. Passwords come from the environment \
     (PGPASSWORD, PGSERVICE, options of the driver in EVENHAND_ADBC_OPTIONS, KEY=VALUE on a line each) and are in no output: \
     reports show the address without user, password and options, and the driver's words are shown without them. Once the statement \
     runs, words are shown only of failures that speak of names, rights and the connection, because others may hold values of \
     the table.";

const CARE: &str = "The result holds no row. It holds the counts of the smallest groups, every score, every value of an outcome, and with `unit` what single people's \
     rows look like together: keep it as you keep the data.";

/// The page of `explain sql`.
pub fn page() -> String {
    let mut out = format!("{NAME} (a command)\n\n{SAYS}\n\n{HOW}\n\n{SCORES}\n\n{OUTCOMES}\n\n{TYPES}\n\n");
    let refused: Vec<String> = NEED_ROWS.iter().map(|(part, why)| format!("{} ({why})", part.key)).collect();
    let _ = writeln!(out, "Refused (exit code 2), because it needs rows: {}. {FAULTS}\n", refused.join(", "));
    let _ = writeln!(out, "Dialects, and how the result gets into a file:");
    for dialect in Dialect::ALL {
        let _ = writeln!(out, "  {} ({})", dialect.id(), dialect.title());
        for line in dialect.export() {
            let _ = writeln!(out, "    {line}");
        }
    }
    if BUILT {
        let _ = writeln!(out, "\n{DATABASES}\n\nAddresses, and how their drivers are got:");
        for known in KNOWN {
            let says = known.dialect.map_or("any --dialect", |dialect| dialect.id());
            let _ = writeln!(out, "  {} ({says})\n    {}", known.example, known.get);
        }
    }
    let _ = writeln!(out, "\nThe result is a table of form `{SCHEMA}`, known by its columns; capitals do not matter:");
    let width = COLUMNS.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, when, says) in COLUMNS {
        let _ = writeln!(out, "  {name:<width$}  {says} ({when})");
    }
    let _ = write!(out, "\n{CARE}\n");
    out
}
