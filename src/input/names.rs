//! What the name of a column gives away.

/// Whether a column is named like one that says whose row it is, such as `customer_id`.
pub fn names_people(name: &str) -> bool {
    const OWNERS: &[&str] =
        &["customerid", "clientid", "userid", "personid", "memberid", "patientid", "accountid", "uuid"];
    const PEOPLE: &[&str] = &[
        "customer",
        "client",
        "user",
        "person",
        "member",
        "applicant",
        "account",
        "household",
        "subscriber",
        "patient",
    ];
    // What has a number of its own in every row is no person.
    const EVENTS: &[&str] = &[
        "row",
        "line",
        "record",
        "index",
        "event",
        "order",
        "transaction",
        "ticket",
        "session",
        "case",
        "claim",
        "call",
        "message",
        "offer",
        "invoice",
        "product",
        "item",
        "campaign",
        "store",
        "model",
        "run",
    ];
    const KEYS: &[&str] = &["id", "ids", "key", "no", "nr", "number", "hash"];
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['_', ' ', '-', '.']).collect();
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    any(OWNERS) || any(PEOPLE) && any(KEYS) || any(&["id"]) && !any(EVENTS)
}

/// Whether a column is named like a survey or sampling weight.
pub fn names_weights(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['_', ' ', '-', '.']).collect();
    parts.iter().any(|part| ["weight", "weights", "ipw", "wgt"].contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_rows_and_events() {
        for name in ["customer_id", "id", "ClientID", "user-id", "member no", "account.number", "uuid"] {
            assert!(names_people(name), "{name}");
        }
        for name in ["row_id", "order_id", "ticket id", "age", "number", "customer", "offered", "paid"] {
            assert!(!names_people(name), "{name}");
        }
        assert!(names_weights("sample_weight") && names_weights("IPW") && !names_weights("weighted"));
    }
}
