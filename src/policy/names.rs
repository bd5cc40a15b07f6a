//! What the name of a column gives away, and what a value does.

/// What a column holds that names or reaches one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    Name,
    Email,
    Phone,
    Address,
    Birth,
    Document,
    Number,
}

impl Identifier {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Identifier::Name => "names",
            Identifier::Email => "e-mail addresses",
            Identifier::Phone => "telephone numbers",
            Identifier::Address => "addresses",
            Identifier::Birth => "dates of birth",
            Identifier::Document => "numbers of accounts or documents",
            Identifier::Number => "identifiers",
        }
    }

    /// What to group by in its place.
    pub fn instead(self) -> &'static str {
        match self {
            Identifier::Number => {
                "group by a column such as a segment, or name it as `unit` if it says whose row it is"
            }
            Identifier::Address => "group by a region or a district",
            Identifier::Birth => "group by an age, with `bins`",
            Identifier::Phone => "group by a country, a network or a plan",
            _ => "group by a column that many people share, such as a segment",
        }
    }
}

const PEOPLE: &[&str] =
    &["customer", "client", "user", "person", "member", "applicant", "account", "household", "subscriber", "patient"];
const OWNERS: &[&str] = &["customerid", "clientid", "userid", "personid", "memberid", "patientid", "accountid", "uuid"];
const KEYS: &[&str] = &["id", "ids", "key", "no", "nr", "number", "hash"];

/// What a column holds, when its name says nothing but that: `customer_name`, `e-mail`, `homeAddress`, `user id`.
///
/// Every part of the name has to belong to it, so that `name_of_product`, `email_opt_in`, `phone_plan`, `address_type` and
/// `id_verified` are not taken for what they tell about.
pub fn identifies(name: &str) -> Option<Identifier> {
    // Parts that say whose, which or how, and nothing of what.
    const BESIDE: &[&str] = &[
        "employee",
        "staff",
        "contact",
        "holder",
        "owner",
        "candidate",
        "student",
        "borrower",
        "guest",
        "personal",
        "full",
        "first",
        "last",
        "given",
        "family",
        "middle",
        "maiden",
        "birth",
        "home",
        "work",
        "billing",
        "shipping",
        "delivery",
        "mailing",
        "postal",
        "private",
        "primary",
        "secondary",
        "main",
        "current",
        "permanent",
        "legal",
        "residential",
        "date",
        "day",
        "of",
        "raw",
        "hashed",
        "num",
        "line",
        "e",
        "mail",
        "mobile",
        "cell",
        "social",
        "security",
        "national",
        "tax",
        "card",
        "credit",
        "passport",
        "licence",
        "license",
        "driver",
        "drivers",
        "bank",
        "ip",
    ];
    const NAMES: &[&str] = &[
        "name",
        "names",
        "surname",
        "firstname",
        "lastname",
        "fullname",
        "forename",
        "givenname",
        "familyname",
        "username",
        "nickname",
        "customername",
    ];
    const EMAILS: &[&str] = &["email", "emails", "emailaddress"];
    const PHONES: &[&str] = &["phone", "telephone", "tel", "phonenumber", "mobilephone", "cellphone", "fax", "msisdn"];
    const ADDRESSES: &[&str] = &["address", "addresses", "street", "streetaddress", "ipaddress"];
    const BIRTHS: &[&str] = &["dob", "birthdate", "birthday", "dateofbirth"];
    const DOCUMENTS: &[&str] = &["iban", "ssn", "nino", "passport", "taxid", "cardnumber"];
    const IDS: &[&str] = &["id", "ids", "guid"];
    let parts = parts(name);
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    let known = [BESIDE, PEOPLE, OWNERS, KEYS, NAMES, EMAILS, PHONES, ADDRESSES, BIRTHS, DOCUMENTS, IDS];
    if parts.is_empty() || !parts.iter().all(|part| known.iter().any(|words| words.contains(&part.as_str()))) {
        return None;
    }
    let numbered = any(KEYS) || any(&["num"]);
    // What is said first is narrower: an e-mail address is no address.
    if any(EMAILS) || any(&["e"]) && any(&["mail"]) {
        Some(Identifier::Email)
    } else if any(PHONES) || any(&["mobile", "cell"]) && numbered {
        Some(Identifier::Phone)
    } else if any(ADDRESSES) || any(&["ip"]) && parts.len() == 1 {
        Some(Identifier::Address)
    } else if any(DOCUMENTS) || any(&["tax", "card", "social", "licence", "license", "bank"]) && numbered {
        Some(Identifier::Document)
    } else if any(NAMES) {
        Some(Identifier::Name)
    } else if any(BIRTHS) || any(&["birth"]) && any(&["date", "day"]) {
        Some(Identifier::Birth)
    } else if any(OWNERS) || any(IDS) || any(PEOPLE) && any(KEYS) {
        Some(Identifier::Number)
    } else {
        None
    }
}

/// What a value of a group looks like that could only be of one person: an e-mail address, or a telephone number that begins
/// like one. Dates, ranges and codes are neither.
pub fn reaches_somebody(value: &str) -> Option<&'static str> {
    let value = value.trim();
    if is_email(value) {
        Some("an e-mail address")
    } else if value.starts_with(['+', '(']) && has_digits_of_a_phone(value) {
        Some("a telephone number")
    } else {
        None
    }
}

/// Whether a text is an e-mail address.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.trim().split_once('@') else { return false };
    let inner = domain.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && !rest.is_empty());
    !local.is_empty() && inner && !domain.contains('@') && !text.trim().contains(char::is_whitespace)
}

/// Whether a text has as many digits as a telephone number, and nothing that such a number has not.
pub fn has_digits_of_a_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (8..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()/".contains(c))
}

/// The words of a name, in lower case and without numbers at their end: `customerID`, `customer_id` and `Customer Id2` are
/// the same two.
pub fn parts(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before: Option<char> = None;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || b.is_uppercase() && chars.peek().is_some_and(|n| n.is_lowercase())
            });
        if starts {
            spaced.push(' ');
        }
        spaced.push(c);
        before = Some(c);
    }
    let word = |part: &str| part.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
    spaced.split(['_', ' ', '-', '.', '/']).map(word).filter(|part| !part.is_empty()).collect()
}

/// Whether a column is named like one that says whose row it is, such as `customer_id`.
pub fn names_people(name: &str) -> bool {
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
    fn what_names_one_person_is_told_from_what_tells_about_it() {
        for (name, what) in [
            ("name", Identifier::Name),
            ("customer_name", Identifier::Name),
            ("lastName", Identifier::Name),
            ("Full Name", Identifier::Name),
            ("surname", Identifier::Name),
            ("e-mail", Identifier::Email),
            ("email2", Identifier::Email),
            ("contact.email", Identifier::Email),
            ("EmailAddress", Identifier::Email),
            ("home_phone", Identifier::Phone),
            ("mobile_number", Identifier::Phone),
            ("street", Identifier::Address),
            ("billing address line 1", Identifier::Address),
            ("date_of_birth", Identifier::Birth),
            ("DOB", Identifier::Birth),
            ("IBAN", Identifier::Document),
            ("social_security_number", Identifier::Document),
            ("passport_no", Identifier::Document),
            ("id", Identifier::Number),
            ("customerID", Identifier::Number),
            ("account number", Identifier::Number),
            ("uuid", Identifier::Number),
        ] {
            assert_eq!(identifies(name), Some(what), "{name}");
        }
        for name in [
            "name_of_product",
            "product_name",
            "email_opt_in",
            "email_domain",
            "phone_plan",
            "address_type",
            "id_verified",
            "has_passport",
            "mobile",
            "contact",
            "first",
            "birth_year",
            "store_id",
            "customer",
            "account",
            "number",
            "mail",
            "sex",
            "age_band",
            "card",
            "day",
            "",
            "_",
        ] {
            assert_eq!(identifies(name), None, "{name}");
        }
    }

    #[test]
    fn addresses_and_numbers_are_told_from_groups() {
        for value in ["a@b.example", " jo.doe+x@mail.example.org ", "+49 30 1234567", "(030) 123-4567", "+493012345678"]
        {
            assert!(reaches_somebody(value).is_some(), "{value}");
        }
        for value in
            ["18-24", "2026-01-31", "65+", "+5", "30 1234567", "team@store", "@a.b", "a b@c.d", "(missing)", "20260131"]
        {
            assert!(reaches_somebody(value).is_none(), "{value}");
        }
    }

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
