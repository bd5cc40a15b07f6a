//! The address of a database: which driver and which SQL it means, and what of it may be shown.

use super::secrets::{decoded, is_secret};
use crate::error::Error;
use crate::sql::Dialect;

/// A kind of database that an address can name.
#[derive(Debug)]
pub struct Known {
    pub schemes: &'static [&'static str],
    /// The driver as ADBC calls it.
    pub driver: &'static str,
    /// None where the address does not tell whose SQL is spoken.
    pub dialect: Option<Dialect>,
    /// How the driver is got.
    pub get: &'static str,
    /// The function by which the driver is entered, where it is not named after the driver.
    pub entry: Option<&'static str>,
    /// An address for examples.
    pub example: &'static str,
}

/// The kinds of databases by the start of their address.
pub static KNOWN: &[Known] = &[
    Known {
        schemes: &["postgresql", "postgres"],
        driver: "postgresql",
        dialect: Some(Dialect::Postgres),
        get: "pip install adbc-driver-postgresql, or dbc install postgresql",
        entry: None,
        example: "postgresql://db.example/hr",
    },
    Known {
        schemes: &["duckdb"],
        driver: "duckdb",
        dialect: Some(Dialect::DuckDb),
        get: "libduckdb from duckdb.org (the wheel of duckdb for Python holds no library that others can load), or dbc install duckdb",
        entry: Some("duckdb_adbc_init"),
        example: "duckdb:offers.duckdb",
    },
    Known {
        schemes: &["snowflake"],
        driver: "snowflake",
        dialect: Some(Dialect::Snowflake),
        get: "pip install adbc-driver-snowflake, or dbc install snowflake",
        entry: None,
        example: "snowflake://account/db/schema",
    },
    Known {
        schemes: &["bigquery"],
        driver: "bigquery",
        dialect: Some(Dialect::BigQuery),
        get: "pip install adbc-driver-bigquery, or dbc install bigquery",
        entry: None,
        example: "bigquery://project/dataset",
    },
    Known {
        schemes: &["trino"],
        driver: "trino",
        dialect: Some(Dialect::Trino),
        get: "dbc install trino",
        entry: None,
        example: "trino://db.example:8080/hive",
    },
    Known {
        schemes: &["grpc", "grpc+tls", "grpc+tcp"],
        driver: "flightsql",
        dialect: None,
        get: "pip install adbc-driver-flightsql, or dbc install flightsql",
        entry: None,
        example: "grpc+tls://db.example:32010",
    },
];

/// Options that messages may name, with their values.
const PLAIN: &[&str] = &[
    "host",
    "hostaddr",
    "port",
    "user",
    "dbname",
    "database",
    "schema",
    "catalog",
    "role",
    "warehouse",
    "service",
    "sslmode",
    "connect_timeout",
    "application_name",
    "target_session_attrs",
    "options",
    "source",
];

/// What may be a part of a password and is shorter cannot be taken out of messages: it is a part of too many words.
const LONG_ENOUGH: usize = 4;

/// Where a table is.
#[derive(Debug)]
pub struct Address {
    /// Without user, password and options: what reports and messages show.
    pub shown: String,
    /// The driver: its name, or a path to it.
    pub driver: String,
    pub known: Option<&'static Known>,
    pub dialect: Dialect,
    /// Options of the driver that take the address.
    pub options: Vec<(&'static str, String)>,
    /// The secret parts, as they are written.
    pub secrets: Vec<String>,
    /// Whether a password is written in it.
    pub has_password: bool,
}

impl Address {
    /// Understands an address; a driver and a dialect that are given stand over those that it means.
    ///
    /// # Errors
    /// It is none, nobody knows its driver or dialect, or what of it is secret cannot be told. No message holds the address.
    pub fn parse(text: &str, driver: Option<&str>, dialect: Option<Dialect>) -> Result<Address, Error> {
        let is_mark = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let split = text.split_once(':').filter(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(is_mark));
        let Some((scheme, rest)) = split else {
            return Err(Error::usage(format!("--source is the address of a database, such as {}", examples())));
        };
        let scheme = scheme.to_ascii_lowercase();
        let known = KNOWN.iter().find(|known| known.schemes.contains(&scheme.as_str()));
        let Some(driver) = driver.or(known.map(|known| known.driver)) else {
            return Err(Error::usage(format!(
                "--source starts with `{scheme}:`, for which no driver is known; name one with --driver, or give an address \
                 such as {}",
                examples()
            )));
        };
        let Some(dialect) = dialect.or(known.and_then(|known| known.dialect)) else {
            return Err(Error::usage(format!("which SQL is spoken behind `{scheme}:`? Say so with --dialect")));
        };
        let of_file = known.is_some_and(|known| known.driver == "duckdb");
        let parts = if of_file { file(rest)? } else { Parts::of(&scheme, rest)? };
        let options = match known.map(|known| known.driver) {
            Some("duckdb") => vec![("path", parts.given)],
            // Its driver takes `user:password@account/database`.
            Some("snowflake") => vec![("uri", rest.strip_prefix("//").unwrap_or(rest).to_owned())],
            Some("bigquery") => project(rest)?,
            _ => vec![("uri", text.to_owned())],
        };
        let (shown, secrets, has_password) = (parts.shown, parts.secrets, parts.has_password);
        Ok(Address { shown, driver: driver.to_owned(), known, dialect, options, secrets, has_password })
    }

    /// Whether it names a file, which is then opened for reading alone.
    pub fn is_file(&self) -> bool {
        let inside = |path: &str| matches!(path, "" | ":memory:") || path.starts_with("md:");
        self.options.iter().any(|(key, path)| *key == "path" && !inside(path))
    }
}

/// `//project/dataset` in the options of BigQuery's driver, which knows no addresses.
fn project(rest: &str) -> Result<Vec<(&'static str, String)>, Error> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let names: Vec<&str> = rest.strip_suffix('/').unwrap_or(rest).split('/').collect();
    if rest.contains(['?', '#', ';', '@']) || names.len() > 2 || names.contains(&"") {
        return Err(Error::usage(
            "an address of BigQuery is bigquery://PROJECT or bigquery://PROJECT/DATASET and has nothing else; give options of the \
             driver by the environment, EVENHAND_ADBC_OPTIONS",
        ));
    }
    let keys = ["adbc.bigquery.sql.project_id", "adbc.bigquery.sql.dataset_id"];
    Ok(keys.into_iter().zip(names.into_iter().map(str::to_owned)).collect())
}

fn examples() -> String {
    let shown: Vec<&str> = KNOWN.iter().take(2).map(|known| known.example).collect();
    shown.join(" or ")
}

/// What can be told of an address.
struct Parts {
    shown: String,
    /// What the driver is given.
    given: String,
    secrets: Vec<String>,
    has_password: bool,
}

/// `duckdb:FILE`, `duckdb://FILE`: a file has no password.
fn file(rest: &str) -> Result<Parts, Error> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.contains('?') {
        return Err(Error::usage(
            "an address of DuckDB is a file and has no options (`?`); give them by the environment, EVENHAND_ADBC_OPTIONS",
        ));
    }
    let path = if path.is_empty() { ":memory:" } else { path };
    Ok(Parts { shown: format!("duckdb:{path}"), given: path.to_owned(), secrets: Vec::new(), has_password: false })
}

impl Parts {
    /// `//user:password@host:port/path?options`. Whatever could be a part of a password is where passwords are, or the address
    /// is refused: a password in another place would be shown.
    fn of(scheme: &str, rest: &str) -> Result<Parts, Error> {
        let encode = || {
            Error::usage(
                "the address in --source cannot be taken apart: in user and password every character but letters, digits and \
                 -._~ is written as in addresses of the web (@ is %40, / is %2F, : is %3A). Better leave the password out and \
                 give it by the environment (PGPASSWORD, or EVENHAND_ADBC_OPTIONS)",
            )
        };
        let Some(rest) = rest.strip_prefix("//") else {
            // Opaque: nobody can tell what its parts are.
            let parts = rest.split([':', '/', '@', '?', '&', ';', '=']).filter(|part| part.len() >= LONG_ENOUGH);
            let unknown = parts.filter(|part| !PLAIN.contains(&decoded(part).to_lowercase().as_str()));
            let secrets = std::iter::once(rest).chain(unknown).map(str::to_owned).collect();
            return Ok(Parts { shown: format!("{scheme}:…"), given: String::new(), secrets, has_password: false });
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if tail.contains('@') || authority.matches('@').count() > 1 {
            return Err(encode());
        }
        let (user, host) = authority.split_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        if !host.split(',').all(is_host) {
            return Err(encode());
        }
        let path_end = tail.find(['?', '#', ';']).unwrap_or(tail.len());
        let (path, options) = tail.split_at(path_end);
        let mut secrets = Vec::new();
        let mut has_password = false;
        match user.map(|user| user.split_once(':').ok_or(user)) {
            Some(Ok((_, password))) if !password.is_empty() => {
                secrets.push(password.to_owned());
                has_password = true;
            }
            // A lone name may be a token.
            Some(Err(name)) if name.len() >= 16 => secrets.push(name.to_owned()),
            _ => {}
        }
        let marks: &[char] = if options.starts_with(';') { &[';', '?', '&'] } else { &['?', '&'] };
        for option in options.split(marks).filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let key = decoded(name).to_lowercase();
            if is_secret(&key) && !value.is_empty() {
                secrets.push(value.to_owned());
                has_password |= matches!(key.as_str(), "password" | "passwd" | "pwd" | "token" | "secret");
            } else if !PLAIN.contains(&key.as_str()) {
                // It may be the rest of a password that has in it what parts options.
                let parts = [name, value].into_iter().filter(|part| part.len() >= LONG_ENOUGH);
                secrets.extend(parts.map(str::to_owned));
            }
        }
        if !options.is_empty() && !secrets.is_empty() {
            secrets.push(options.to_owned());
        }
        Ok(Parts { shown: format!("{scheme}://{host}{path}"), given: String::new(), secrets, has_password })
    }
}

/// `host`, `host:5432`, `[::1]:5432`, or an encoded path of a socket.
fn is_host(text: &str) -> bool {
    let after = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, after)) if inside.chars().all(|c| c.is_ascii_hexdigit() || ":.%".contains(c)) => after,
        Some(_) => return false,
        None => text.find(':').map_or("", |place| &text[place..]),
    };
    after.is_empty() || after.strip_prefix(':').is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit()))
}
