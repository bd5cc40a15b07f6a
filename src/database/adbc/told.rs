//! What a driver says of a failure → what the person at the keyboard is told: what it means, and the driver's words without
//! secrets, where they can hold no value of the table.
//!
//! Whoever wrote a view or a function decides what an engine says of it, so no list of what to leave out could hold. Words are
//! shown before the statement runs, and after that only of failures that are known to speak of names, rights and connections.

use adbc_core::error::{Error, Status};

use crate::database::Request;

/// What is said in place of words of which that is not known.
const NOT_SHOWN: &str =
    "its words are not shown, because they may hold values of the table; the log of the database has them";
/// What is said of the SQLSTATEs of values (class 22).
const VALUE: &str = "a value of the table cannot be read as the statement or a view needs it";
/// How engines begin to say that where no SQLSTATE comes with it; it is said in place of their words.
const OF_VALUES: &[&str] =
    &["invalid input", "malformed", "conversion error", "could not convert", "value out of range"];
/// How DuckDB, which has no SQLSTATE, begins to say what it finds before it reads a row.
const BEFORE_ROWS: &[&str] = &["Catalog Error:", "Binder Error:", "Parser Error:"];
/// How engines begin to say that the statement or the connection was ended.
const ENDED: &[&str] = &[
    "canceling statement",
    "terminating connection",
    "server closed the connection",
    "no connection to the server",
    "could not receive data from server",
    "could not send data to server",
    "SSL connection has been closed",
    "SSL SYSCALL error",
];
/// After which words of a driver those of the server begin.
const SERVER: &[&str] = &["ERROR:", "FATAL:", "PANIC:", "failed:"];
/// What Arrow's stream puts before the words of the driver.
const PRODUCER: &str = "Producer error: ";

/// What was being done when a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// No row is read yet.
    Connecting,
    Running,
}

/// A failure of a call.
pub fn error(request: &Request, doing: Doing, error: &Error) -> String {
    let state: String =
        error.sqlstate.iter().map(|c| char::from(*c as u8)).filter(char::is_ascii_alphanumeric).collect();
    let did = match doing {
        Doing::Connecting => "gave no connection",
        Doing::Running => "did not run the statement",
    };
    let did = format!("{} {did}", request.address.dialect.title());
    let code = if is_state(&state) { format!(" (SQLSTATE {state})") } else { String::new() };
    let begins_before_rows = || BEFORE_ROWS.iter().any(|start| error.message.starts_with(start));
    match hint(&state, error.status) {
        Some(Hint::Value) => format!("{did}: {VALUE}{code}"),
        Some(Hint::Says(says)) => format!("{did} ({says}): {}", words(request, &error.message)),
        Some(Hint::Shows) => format!("{did}: {}", words(request, &error.message)),
        None if doing == Doing::Connecting || begins_before_rows() => {
            format!("{did}: {}", words(request, &error.message))
        }
        None if is_state(&state) => format!("{did}{code}; {NOT_SHOWN}"),
        None => format!("{did}{}", of_words(request, &error.message)),
    }
}

/// A failure while the result came in, of which nothing but words is known.
pub fn broken(request: &Request, message: &str) -> String {
    let title = request.address.dialect.title();
    let told = format!("the result of {title} ended before it was whole, and nothing was counted");
    let message = message.split_once(PRODUCER).map_or(message, |(_, words)| words);
    format!("{told}{}", of_words(request, message))
}

/// What can be told of a failure of which nothing but words is known.
fn of_words(request: &Request, message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let of_server = SERVER.iter().find_map(|mark| Some(first.split_once(mark)?.1)).unwrap_or(first).trim_start();
    let small = of_server.to_lowercase();
    if ENDED.iter().any(|start| of_server.starts_with(start)) || would_write(of_server.trim_end()) {
        format!(": {}", words(request, of_server))
    } else if OF_VALUES.iter().any(|start| small.starts_with(start)) {
        format!(": {VALUE}")
    } else {
        format!("; {NOT_SHOWN}")
    }
}

/// Whether an engine says that a statement would write, in words that name its kind alone.
fn would_write(words: &str) -> bool {
    let kind = words.strip_prefix("cannot execute ").and_then(|rest| rest.strip_suffix(" in a read-only transaction"));
    kind.is_some_and(|kind| kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' '))
}

/// What is known of a failure; its words are shown but for values.
enum Hint {
    Says(&'static str),
    Shows,
    Value,
}

fn is_state(state: &str) -> bool {
    state.len() == 5 && state != "00000"
}

fn hint(state: &str, status: Status) -> Option<Hint> {
    let says = |says| Some(Hint::Says(says));
    match state {
        "42P01" | "42S02" => return says("there is no such table; --table is written as in SQL"),
        "42703" | "42S22" => return says("the table has no such column; the policy names it"),
        "42501" => return says("the user may not read this table"),
        "57014" => return says("the statement was cancelled"),
        "57P01" | "57P02" | "57P03" => return says("the server ended the connection"),
        "25006" => return says("the connection can only read"),
        _ => {}
    }
    match state.get(..2).filter(|_| is_state(state)) {
        Some("08") => return says("the connection was lost"),
        Some("22") => return Some(Hint::Value),
        Some("28") => return says("the login was refused"),
        Some("3D") => return says("there is no such database"),
        Some("53") => return says("the server has no room left for it"),
        Some("25" | "42" | "57") => return Some(Hint::Shows),
        // The engine knows better than the driver.
        Some(_) => return None,
        None => {}
    }
    match status {
        Status::Unauthenticated => says("the login was refused"),
        Status::Unauthorized => says("the user may not do this"),
        Status::Cancelled => says("the statement was cancelled"),
        Status::Timeout => says("it took too long"),
        _ => None,
    }
}

/// The driver's words without what they quote of the statement, and without secrets.
fn words(request: &Request, message: &str) -> String {
    let quotes = |line: &str| {
        let line = line.trim_start();
        ["LINE ", "DETAIL", "CONTEXT", "QUERY", "STATEMENT", "Query", "^"].iter().any(|start| line.starts_with(start))
    };
    let kept: Vec<&str> = message.lines().take_while(|line| !quotes(line)).take(6).collect();
    let text = request.secrets.mask(&kept.join("\n"));
    match text.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Address;
    use crate::database::secrets::Secrets;

    fn request() -> Request {
        let mut secrets = Secrets::default();
        secrets.add("hunter22");
        Request {
            address: Address::parse("postgresql://db.example/hr", None, None).expect("an address"),
            table: "offers".to_owned(),
            options: Vec::new(),
            secrets,
        }
    }

    fn failure(state: &str, status: Status, message: &str) -> Error {
        let mut error = Error::with_message_and_status(message, status);
        state.bytes().zip(&mut error.sqlstate).for_each(|(from, into)| *into = from as std::ffi::c_char);
        error
    }

    #[test]
    fn words_are_shown_where_they_can_hold_no_value() {
        for (state, message, shown) in [
            ("42P01", "ERROR:  relation \"offers\" does not exist\nLINE 1: zoe", "\"offers\" does not exist"),
            ("42703", "column t.age does not exist", "t.age"),
            ("25006", "cannot execute INSERT in a read-only transaction", "read-only"),
            ("53100", "could not extend file", "extend"),
            ("57014", "canceling statement due to user request\nCONTEXT: zoe", "user request"),
            ("3D000", "database \"hr\" does not exist", "no such database"),
            ("", "Catalog Error: Table with name offers does not exist!", "name offers"),
        ] {
            let told = error(&request(), Doing::Running, &failure(state, Status::Internal, message));
            assert!(told.contains(shown) && !told.contains("zoe") && !told.contains(NOT_SHOWN), "{told}");
        }
        let login = failure("", Status::IO, "FATAL:  password authentication failed for hunter22");
        let told = error(&request(), Doing::Connecting, &login);
        assert!(told.contains("authentication failed for ***"), "{told}");
        let cancelled = error(&request(), Doing::Running, &failure("", Status::Cancelled, "it was stopped"));
        assert!(cancelled.contains("(the statement was cancelled): it was stopped"), "{cancelled}");
    }

    #[test]
    fn no_value_of_the_table_is_shown() {
        for (state, status, message) in [
            // RAISE EXCEPTION in a function of a view, which may say anything.
            ("P0001", Status::Internal, "ERROR:  zoe@example.org has no age"),
            ("P0001", Status::Unauthorized, "ERROR:  zoe@example.org has no age"),
            ("22P02", Status::InvalidArguments, "ERROR:  malformed array literal: \"zoe\""),
            ("23514", Status::Internal, "new row violates check: zoe"),
            ("XX000", Status::Internal, "cache lookup failed for zoe"),
            ("", Status::InvalidArguments, "Conversion Error: Could not convert string 'zoe' to INT32"),
            ("", Status::Internal, "Invalid Input Error: Catalog Error: zoe"),
            ("00000", Status::IO, "row 7: zoe"),
        ] {
            let told = error(&request(), Doing::Running, &failure(state, status, message));
            assert!(!told.contains("zoe") && told.contains("did not run the statement"), "{told}");
            assert!(told.contains(NOT_SHOWN) || told.contains(VALUE), "{told}");
        }
        for message in [
            "Producer error: [libpq] PQgetCopyData() failed: ERROR:  zoe@example.org has no age",
            "Producer error: zoe: canceling statement",
            "zoe",
            "[libpq] PQgetCopyData() failed: ERROR:  zoe: terminating connection",
        ] {
            let told = broken(&request(), message);
            assert!(!told.contains("zoe") && told.contains(NOT_SHOWN), "{told}");
        }
        let told = broken(
            &request(),
            "Producer error: [libpq] PQgetCopyData() failed: ERROR:  invalid input syntax for type bigint: \"zoe\"",
        );
        assert!(!told.contains("zoe") && told.contains(VALUE), "{told}");
    }

    #[test]
    fn an_end_of_the_connection_is_told() {
        for (message, shown) in [
            (
                "Cdata error: Producer error: [libpq] PQgetCopyData() failed: ERROR:  canceling statement due to user request\nzoe",
                ": canceling statement due to user request",
            ),
            ("FATAL:  terminating connection due to administrator command", ": terminating connection due to"),
            (
                "failed: ERROR:  cannot execute INSERT in a read-only transaction",
                ": cannot execute INSERT in a read-only",
            ),
            ("[libpq] PQgetCopyData() failed: server closed the connection unexpectedly", ": server closed"),
        ] {
            let told = broken(&request(), message);
            let call = error(
                &request(),
                Doing::Running,
                &failure("", Status::IO, message.trim_start_matches("Cdata error: ")),
            );
            for told in [told, call] {
                assert!(told.contains(shown) && !told.contains("zoe"), "{told}");
            }
        }
    }
}
