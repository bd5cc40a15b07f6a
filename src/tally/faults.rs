//! What is said of rows that cannot be counted.

use super::columns::Located;
use super::ledgers::MOST_TOGETHER;
use super::meaning::{Fault, MOST_LEVELS};
use super::table::MOST_CELLS;
use crate::input::BadRow;
use crate::policy::classes::MOST_CLASSES;

pub(super) fn too_many_cells(attributes: &str) -> BadRow {
    let message = format!(
        "together the attributes make more than {MOST_CELLS} combinations; audit fewer attributes at a time, or use bins"
    );
    BadRow { code: "too-many-cells", row: None, column: attributes.to_owned(), message }
}

pub(super) fn too_many_scores(attributes: &str) -> BadRow {
    let message = format!(
        "the combinations of the attributes hold more than {MOST_TOGETHER} distinct scores between them; audit fewer \
         attributes at a time, or round the scores"
    );
    BadRow { code: "too-many-cells", row: None, column: attributes.to_owned(), message }
}

pub(super) fn too_many_levels() -> String {
    format!(
        "the column has more than {MOST_LEVELS} different values, which are not groups; use `bins`, or another column"
    )
}

pub(super) fn too_many_classes() -> String {
    format!(
        "the columns of [classes] have more than {MOST_CLASSES} different values, which no table of classes can show; use a \
         column of coarser classes, such as the team in place of the queue"
    )
}

fn identifier_class(what: &str) -> String {
    format!(
        "the value looks like {what}, which is of one person and no class; use a column of classes, or list the values under \
         `levels` of [classes] if they are classes"
    )
}

fn identifier(what: &str) -> String {
    format!(
        "the value looks like {what}, which is of one person and no group; use a column of groups, or list the values under \
         `groups` of the [[attribute]] if they are groups"
    )
}

pub(super) fn bad_row((row, fault): Located, column: &str) -> BadRow {
    let (code, message) = match fault {
        Fault::Row(message) => ("bad-data", message.to_owned()),
        Fault::TooManyLevels => ("too-many-levels", too_many_levels()),
        Fault::Identifier(what) => ("direct-identifier", identifier(what)),
        Fault::TooManyClasses => ("too-many-levels", too_many_classes()),
        Fault::IdentifierClass(what) => ("direct-identifier", identifier_class(what)),
    };
    // Too many levels are no matter of one row.
    let row = row.filter(|_| code != "too-many-levels");
    BadRow { code, row, column: column.to_owned(), message }
}
