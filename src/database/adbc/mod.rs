//! The statement through an ADBC driver: loaded, connected, read.

mod batches;
mod load;
mod told;

use adbc_core::options::{OptionConnection, OptionDatabase, OptionValue};
use adbc_core::{Connection, Database, Driver, Optionable, Statement};
use adbc_driver_manager::{ManagedConnection, ManagedDatabase};

use self::batches::Gather;
use self::told::Doing;
use super::Request;
use crate::sql::Dialect;
use crate::tally::shard::FromColumn;

/// Runs a statement and gives the columns of its result.
///
/// # Errors
/// In words for the person at the keyboard, without secrets.
pub fn run(request: &Request, statement: &str) -> Result<Vec<FromColumn>, String> {
    let mut driver = load::load(request)?;
    let tell = |doing| move |error: adbc_core::error::Error| told::error(request, doing, &error);
    let database: ManagedDatabase = driver.new_database_with_opts(options(request)).map_err(tell(Doing::Connecting))?;
    let mut connection = database.new_connection().map_err(tell(Doing::Connecting))?;
    only_read(request, &mut connection);
    let mut query = connection.new_statement().map_err(tell(Doing::Running))?;
    query.set_sql_query(statement).map_err(tell(Doing::Running))?;
    let result = query.execute().map_err(tell(Doing::Running))?;
    let mut gather = Gather::new(&result.schema());
    for batch in result {
        let batch = batch.map_err(|error| told::broken(request, &error.to_string()))?;
        gather
            .add(&batch)
            .map_err(|why| format!("{} gave what is not read: {why}", request.address.dialect.title()))?;
    }
    Ok(gather.columns)
}

/// What the driver is told of the database: the address, and over it what the environment says.
fn options(request: &Request) -> Vec<(OptionDatabase, OptionValue)> {
    let address = &request.address;
    let mut options = Vec::new();
    let mut add = |key: &str, value: &str| {
        options.push((OptionDatabase::from(key), OptionValue::String(value.to_owned())));
    };
    address.options.iter().for_each(|(key, value)| add(key, value));
    if address.is_file() {
        // Opened for writing, a file that is not there would be made.
        add("access_mode", "READ_ONLY");
    }
    for (key, value) in &request.options {
        add(key, value);
    }
    options
}

/// Asks for a connection that can only read, where the driver or the engine has such a thing; the statement writes nothing
/// anyway.
fn only_read(request: &Request, connection: &mut ManagedConnection) {
    if request.address.dialect == Dialect::Postgres {
        let set = connection.new_statement().and_then(|mut statement| {
            statement.set_sql_query("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")?;
            statement.execute_update()
        });
        let _ = set;
    } else if !request.address.is_file() {
        let _ = connection.set_option(OptionConnection::ReadOnly, OptionValue::String("true".to_owned()));
    }
}
