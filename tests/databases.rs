//! Tables in databases: what of an address is shown, and, where the feature `adbc` is built, that a database counts what a pass
//! over the rows counts, says clearly what is wrong, and that no password gets out.
//!
//! `cargo test --features adbc --test databases`. Drivers are looked for in `target/engines` (`.ci/run` puts them there) and
//! where `EVENHAND_DRIVERS` says; a database or a driver that is not here is skipped, with a word.

#[cfg(all(feature = "adbc", unix))]
#[path = "databases/drivers.rs"]
mod drivers;
#[allow(dead_code, reason = "this program uses a part of what the suite shares")]
mod support;

use evenhand::database::Address;
use evenhand::database::secrets::{Secrets, is_secret};
use evenhand::sql::Dialect;
use proptest::prelude::*;

fn shown(text: &str) -> Result<String, String> {
    Address::parse(text, None, None).map(|address| address.shown).map_err(|error| error.to_string())
}

#[test]
fn an_address_is_shown_without_user_password_and_options() {
    for (given, expected) in [
        ("postgresql://db.example/hr", "postgresql://db.example/hr"),
        ("postgresql://reader@db.example:5433/hr?sslmode=require", "postgresql://db.example:5433/hr"),
        ("postgres://reader:s%40crets@db.example,other:5433/hr", "postgres://db.example,other:5433/hr"),
        ("POSTGRESQL:///hr?host=/run/postgresql&password=secrets", "postgresql:///hr"),
        ("postgresql://reader:secrets@[::1]:5432/hr#secrets", "postgresql://[::1]:5432/hr"),
        ("snowflake://reader:secrets@account/db/schema?token=secrets", "snowflake://account/db/schema"),
        ("trino://reader@db.example:8080/hive;password=secrets", "trino://db.example:8080/hive"),
        ("duckdb:offers.duckdb", "duckdb:offers.duckdb"),
        ("duckdb:///data/a@b.duckdb", "duckdb:/data/a@b.duckdb"),
        ("duckdb://", "duckdb::memory:"),
        ("duckdb::memory:", "duckdb::memory:"),
    ] {
        assert_eq!(shown(given).as_deref(), Ok(expected), "{given}");
    }
    let other = |text: &str| Address::parse(text, Some("mysql"), Some(Dialect::Trino)).map(|address| address.shown);
    assert_eq!(other("mysql:reader:secrets@host/db").expect("understood"), "mysql:…");
    assert_eq!(other("mysql://reader:secrets@host/db").expect("understood"), "mysql://host/db");
}

#[test]
fn an_address_whose_parts_cannot_be_told_is_refused_without_being_shown() {
    for given in [
        "postgresql://reader:hun@ter2@db.example/hr",
        "postgresql://reader:hun/ter2@db.example/hr",
        "postgresql://reader:hun?ter2@db.example/hr",
        "postgresql://reader:hun#ter2@db.example/hr",
        "postgresql://reader:1/hunter2@db.example/hr",
        "postgresql://reader:hunter2/hr",
        "postgresql://hr?password=hun@ter2",
        "duckdb:a?motherduck_token=hunter2",
        "host=db.example password=hunter2",
        "hunter2",
    ] {
        let told = shown(given).expect_err(given);
        assert!(!told.contains("hun") && !told.contains("ter2"), "{given}: {told}");
    }
    assert!(shown("mysql://host/db").expect_err("unknown").contains("--driver"));
    assert!(shown("grpc://host").expect_err("no dialect").contains("--dialect"));
    let flight = Address::parse("grpc+tls://host:1", None, Some(Dialect::Spark)).expect("understood");
    assert_eq!((flight.driver.as_str(), flight.dialect), ("flightsql", Dialect::Spark));
    let given = |text: &str| Address::parse(text, None, None).expect("understood").options;
    assert_eq!(given("snowflake://me:word@acc/db"), [("uri", "me:word@acc/db".to_owned())]);
    let names = [("adbc.bigquery.sql.project_id", "p".to_owned()), ("adbc.bigquery.sql.dataset_id", "d".to_owned())];
    assert_eq!(given("bigquery://p/d"), names);
    assert_eq!(given("bigquery://p"), names[..1]);
    // What the driver would not be told is not dropped.
    for more in ["bigquery://p/d?location=EU", "bigquery://p/d/t", "bigquery:///d", "bigquery://", "bigquery://p/d#x"] {
        assert!(shown(more).expect_err(more).contains("EVENHAND_ADBC_OPTIONS"), "{more}");
    }
    assert_eq!(given("duckdb:///a/b"), [("path", "/a/b".to_owned())]);
}

#[test]
fn a_password_is_masked_however_it_is_written() {
    let mut secrets = Secrets::default();
    secrets.add("p%40ss%22w%5Cord");
    for way in ["p%40ss%22w%5Cord", "p%40ss%22w%5cord", "p@ss\"w\\ord", "p@ss\\\"w\\\\ord"] {
        assert_eq!(secrets.mask(&format!("no <{way}>\n here")), "no <***> here");
    }
    let variables =
        [("PGPASSWORD", "hunter22"), ("PWD", "/home/reader"), ("MY_API_KEY", "0123456789"), ("A_TOKEN", "yes")];
    secrets.add_environment(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(secrets.mask("hunter22 /home/reader 0123456789 yes"), "*** /home/reader *** yes");
    assert!(!format!("{secrets:?}").contains("hunter"));
    secrets.add("abc");
    assert!(secrets.mask("xabcx").starts_with("(the words of the driver are not shown"));
    assert!(["password", "PGPASSWORD", "sslkey", "adbc.snowflake.sql.auth_token"].iter().all(|name| is_secret(name)));
}

#[test]
fn parts_of_an_opaque_address_are_masked_one_by_one() {
    let text = "mysql:reader:secrets@host;database=hr?word=more%40secrets";
    let address = Address::parse(text, Some("mysql"), Some(Dialect::Trino)).expect("understood");
    let mut secrets = Secrets::default();
    address.secrets.iter().for_each(|secret| secrets.add(secret));
    let told = secrets.mask("no `secrets` and no more@secrets for reader at hr, database unknown");
    // `host` and `database` are words of the language; `hr` is too short to be told from others.
    assert_eq!(told, "no `***` and no *** for *** at hr, database unknown");
}

proptest! {
    #[test]
    fn no_password_gets_out_of_an_address(password in "[ -~]{4,12}", user in "[a-z]{1,8}", at in 0_usize..3) {
        // Letters that no other part of the address has.
        let secret = format!("ZQ{password}QZ");
        let text = match at {
            0 => format!("postgresql://{user}:{secret}@host/db"),
            1 => format!("postgresql://host/db?user={user}&password={secret}"),
            _ => format!("trino://{user}:{secret}@host:5432/db?source=evenhand"),
        };
        match Address::parse(&text, None, None) {
            Err(error) => prop_assert!(!error.to_string().contains("ZQ") && !error.to_string().contains("QZ")),
            Ok(address) => {
                prop_assert!(!address.shown.contains("ZQ") && !address.shown.contains("QZ"), "{}", address.shown);
                let mut secrets = Secrets::default();
                address.secrets.iter().for_each(|secret| secrets.add(secret));
                let told = secrets.mask(&format!("could not connect to \"{text}\""));
                prop_assert!(!told.contains("ZQ") && !told.contains("QZ"), "{}", told);
            }
        }
    }
}
