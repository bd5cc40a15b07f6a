//! A table in a database → its cells, counted by the database: the printed statement runs through the database's own Arrow driver
//! (ADBC), which is loaded when a run names a database, and only counts cross the wire.
//!
//! Built in the feature `adbc` only; it is the one way in which the program reaches anything but files, and never without
//! being asked.

pub mod address;
#[cfg(feature = "adbc")]
mod adbc;
pub mod secrets;

pub use address::Address;

use crate::diagnostic::{Diagnostic, Place};
use crate::error::Error;
use crate::policy::Policy;
use crate::sql;
use crate::tally::Shard;
use secrets::Secrets;

/// Whether this program can talk to databases.
pub const BUILT: bool = cfg!(feature = "adbc");

/// What is asked of which database.
#[derive(Debug)]
pub struct Request {
    pub address: Address,
    /// The table as it is written in SQL.
    pub table: String,
    /// Options of the driver that the environment gives, which stand over those of the address.
    pub options: Vec<(String, String)>,
    /// What no message may show.
    pub secrets: Secrets,
}

impl Request {
    /// What reports call the source: the address without user, password and options.
    pub fn shown(&self) -> &str {
        &self.address.shown
    }

    fn unreadable(&self, why: String) -> Error {
        let place = Place::of_file(self.shown());
        Error::data(Diagnostic::new("cannot-read", why).at(place))
    }
}

/// The answer of a build without the feature.
pub fn not_built() -> Error {
    Error::usage(
        "--source is for tables in databases, and this evenhand was built without the feature `adbc`: cargo install evenhand \
         --features adbc. Or print the statement with `evenhand sql`, run it there and audit its result",
    )
}

/// Runs the statement of a policy in a database and reads its cells.
///
/// # Errors
/// The policy asks for what needs rows; the driver is not here; the database cannot be reached, refuses the login, the table
/// or a column, or ends before the result is whole; the table holds what cannot be used.
#[cfg(feature = "adbc")]
pub fn count(policy: &Policy, request: &Request, tool: &str) -> Result<Shard, Error> {
    let statement = sql::print(policy, request.address.dialect, &request.table, tool)?;
    let columns = adbc::run(request, &statement).map_err(|why| request.unreadable(why))?;
    let place = Place::of_file(request.shown());
    let mut shard = crate::tally::shard::from_columns(&place, columns)?;
    for origin in &mut shard.header.sources {
        origin.path = format!("{} in {}", request.table, request.shown());
    }
    Ok(shard)
}

#[cfg(not(feature = "adbc"))]
pub fn count(policy: &Policy, request: &Request, tool: &str) -> Result<Shard, Error> {
    sql::print(policy, request.address.dialect, &request.table, tool)?;
    Err(request.unreadable(not_built().to_string()))
}
