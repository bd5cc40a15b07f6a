//! Flags that name a table in a database → what is asked of it.

use clap::Args;

use crate::database::secrets::{Secrets, is_secret};
use crate::database::{Address, BUILT, Request, not_built};
use crate::error::Error;
use crate::sql::Dialect;

/// Options for the driver, `key=value` on a line each.
const OPTIONS: &str = "EVENHAND_ADBC_OPTIONS";

/// A table in a database, in place of files.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rows in a database")]
pub struct DatabaseFlags {
    /// Address of the database, which counts the cells itself: only these come here. Leave the password to the environment
    /// (PGPASSWORD, or options of the driver in EVENHAND_ADBC_OPTIONS, KEY=VALUE on a line each)
    #[arg(long, value_name = "URI", hide = !BUILT)]
    pub source: Option<String>,
    /// Table that holds the rows, as it is written in SQL
    #[arg(long, value_name = "NAME", requires = "source", hide = !BUILT)]
    pub table: Option<String>,
    /// The engine whose SQL is spoken (default: by the address)
    #[arg(long, value_name = "D", requires = "source", hide = !BUILT)]
    pub dialect: Option<Dialect>,
    /// The Arrow driver (ADBC): its name or its file (default: by the address)
    #[arg(long, value_name = "DRIVER", requires = "source", hide = !BUILT)]
    pub driver: Option<String>,
}

impl DatabaseFlags {
    /// What is asked of a database; none when no database is named.
    pub fn request(&self, data: &[String]) -> Result<Option<Request>, Error> {
        let Some(source) = &self.source else { return Ok(None) };
        if !BUILT {
            return Err(not_built());
        }
        if !data.is_empty() {
            return Err(Error::usage("rows come from files or from --source, not from both"));
        }
        let address = Address::parse(source, self.driver.as_deref(), self.dialect)?;
        let Some(table) = self.table.clone() else {
            return Err(Error::usage("which table? --table NAME, as it is written in SQL, such as sales.offers"));
        };
        let options = options(&address)?;
        let mut secrets = Secrets::default();
        address.secrets.iter().for_each(|secret| secrets.add(secret));
        options.iter().filter(|(key, _)| is_secret(key)).for_each(|(_, value)| secrets.add(value));
        secrets.add_environment(environment());
        if address.has_password {
            tell!(
                "the password in --source can be seen by whoever lists the programs of this machine, and stays in the history of \
                 the shell; leave it to the environment"
            );
        }
        Ok(Some(Request { address, table, options, secrets }))
    }
}

fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn options(address: &Address) -> Result<Vec<(String, String)>, Error> {
    let Some(text) = std::env::var_os(OPTIONS) else { return Ok(Vec::new()) };
    let text = text.into_string().map_err(|_| Error::usage(format!("{OPTIONS} is not UTF-8 text")))?;
    pairs(&text, address)
}

/// `KEY=VALUE` on a line each, none of which is what the address says.
fn pairs(text: &str, address: &Address) -> Result<Vec<(String, String)>, Error> {
    // Reports name the database that was asked.
    let is_of_address = |key: &str| {
        ["uri", "path"]
            .into_iter()
            .chain(address.options.iter().map(|(own, _)| *own))
            .any(|own| key.eq_ignore_ascii_case(own))
    };
    let pair = |line: &str| match line.split_once('=').map(|(key, value)| (key.trim(), value)) {
        Some((key, _)) if is_of_address(key) => Err(Error::usage(format!(
            "`{key}` is a part of the address, which stands in --source and not in {OPTIONS}"
        ))),
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(Error::usage(format!("every line of {OPTIONS} is KEY=VALUE, an option of the driver"))),
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_replaces_the_address() {
        let address = |text: &str| Address::parse(text, None, None).expect("understood");
        let (postgres, bigquery) = (address("postgresql://host/db"), address("bigquery://p/d"));
        for (address, line) in [
            (&postgres, "uri=postgresql://other/db"),
            (&postgres, " uri = postgresql://other/db"),
            (&postgres, "\tURI=x"),
            (&postgres, "path=other.duckdb"),
            (&bigquery, " adbc.bigquery.sql.project_id=other"),
            (&bigquery, "adbc.bigquery.sql.dataset_id=other"),
        ] {
            let told = pairs(&format!("a=b\n{line}\n"), address).expect_err(line).to_string();
            assert!(told.contains("stands in --source") && !told.contains("other"), "{told}");
        }
        let given = pairs("\n a.token = b=c \nadbc.bigquery.sql.project_id=other\n", &postgres).expect("options");
        let expected = [("a.token", " b=c "), ("adbc.bigquery.sql.project_id", "other")];
        assert_eq!(given, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert!(pairs("=x", &postgres).is_err() && pairs("x", &postgres).is_err());
    }
}
