//! What a policy may ask for and no one statement can count.

use crate::error::Error;
use crate::policy::Policy;
use crate::policy::parts::{self, Needs, Part};

/// All of them: what is refused and what `explain sql` says of it.
pub const NEED_ROWS: [Needs; 9] = [
    (Part::PREVIOUS_DECISION, "which rows an earlier model decided otherwise"),
    (Part::PREVIOUS_SCORE, "how far an earlier model's score of each row lies"),
    (Part::PROBABILITY, "products of the probabilities of a row"),
    (Part::CONSENT, "whose consent was in force when"),
    (Part::CAMPAIGN, "the arms of a campaign"),
    (Part::HUMAN, "which rows a person decided otherwise than the model"),
    (Part::FUNNEL, "how far every row came"),
    (Part::CLASSES, "the class of every row"),
    (
        Part::TIMES,
        "both times of every row, which engines write in different ways; a view of the table can give the seconds between \
         them as one column",
    ),
];

/// # Errors
/// Every part of the policy that has to be counted from rows.
pub(super) fn refuse(policy: &Policy) -> Result<(), Error> {
    parts::refuse(policy, &NEED_ROWS, |asked| {
        format!("the policy asks for {asked}, which no result of a statement holds; audit the rows, or leave it out")
    })
}
