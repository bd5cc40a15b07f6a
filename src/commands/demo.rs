//! `demo`: an example from data to report, without a file of one's own.

use std::path::Path;

use super::arguments::{AuditArguments, DemoArguments};
use super::{audit, output};
use crate::error::{Error, exit};

/// The bundled example.
const FILES: &[(&str, &str)] = &[
    ("offers.csv", include_str!("../../datasets/campaign/offers.csv")),
    ("evenhand.toml", include_str!("../../datasets/campaign/evenhand.toml")),
];

pub fn run(arguments: &DemoArguments) -> Result<u8, Error> {
    let folder = &arguments.folder;
    let out = folder.join("out");
    for (name, _) in FILES {
        refuse_existing(&folder.join(name), arguments.force)?;
    }
    for name in output::names() {
        refuse_existing(&out.join(name), arguments.force)?;
    }
    output::prepare(&out)?;
    for (name, text) in FILES {
        output::write(&folder.join(name), text.as_bytes())?;
    }
    let audited = AuditArguments {
        baseline: None,
        data: Vec::new(),
        policy: Some(folder.join("evenhand.toml")),
        output: Some(out.clone()),
        format: None,
        as_of: None,
        audience: Default::default(),
        dry_run: false,
        unfrozen: false,
        quiet: false,
        database: Default::default(),
        roles: Default::default(),
    };
    audit::run(Box::new(audited))?;
    let shown = folder.display();
    let words = format!(
        "\nThe whole report: {}\nNext: change a limit in {shown}/evenhand.toml and run  evenhand audit -p {shown}/evenhand.toml\n      \
         or start with your own data:  evenhand init YOUR.csv\n",
        out.join("report.html").display()
    );
    audit::write_stdout(words.as_bytes())?;
    // The example is meant to have findings; showing it has succeeded.
    Ok(exit::OK)
}

/// Nothing of the user's is overwritten without being asked for.
pub fn refuse_existing(path: &Path, force: bool) -> Result<(), Error> {
    if path.exists() && !force {
        let why = std::io::Error::other("it is there already; --force overwrites it");
        return Err(Error::output(path, &why));
    }
    Ok(())
}
