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
    const KEYS: &[&str] = &["id", "ids", "key", "no", "nr", "number", "hash"];
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['_', ' ', '-', '.']).collect();
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    any(OWNERS) || any(&["id"]) || any(PEOPLE) && any(KEYS)
}

/// Whether a column is named like a survey or sampling weight.
pub fn names_weights(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(['_', ' ', '-', '.']).collect();
    parts.iter().any(|part| ["weight", "weights", "ipw", "wgt"].contains(part))
}
