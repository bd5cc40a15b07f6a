//! `tally` and `merge`: cells into files, and files of cells into one.

use std::path::Path;

use super::arguments::{MergeArguments, TallyArguments};
use super::progress::Bar;
use super::{audit, output};
use crate::database;
use crate::diagnostic::so_many;
use crate::error::{Error, exit};
use crate::input::Source;
use crate::report;
use crate::tally::Shard;
use crate::tally::shard::{Kept, holds_cells, to_bytes};

pub fn tally(arguments: &TallyArguments) -> Result<u8, Error> {
    let loaded = audit::load(arguments.policy.as_deref(), &arguments.roles, audit::LockUse::Held)?;
    let shard = match arguments.database.request(&arguments.data)? {
        Some(request) => {
            prepare(&arguments.output, &[], loaded.files())?;
            database::count(&loaded.policy, &request, report::VERSION)?
        }
        None => {
            let sources = loaded.sources(&arguments.data)?;
            prepare(&arguments.output, &sources, loaded.files())?;
            let bar = Bar::new(&sources, arguments.quiet);
            crate::tally(&loaded.policy, &sources, &bar.progress())?
        }
    };
    for warning in &loaded.warnings {
        tell!("{warning}");
    }
    write(&arguments.output, &shard, arguments.quiet)
}

pub fn merge(arguments: &MergeArguments) -> Result<u8, Error> {
    let sources = Source::resolve(&arguments.cells, Path::new(""))?;
    prepare(&arguments.output, &sources, std::iter::empty())?;
    let shard = {
        let bar = Bar::new(&sources, arguments.quiet);
        crate::merge(&sources, &bar.progress())?
    };
    write(&arguments.output, &shard, arguments.quiet)
}

/// Checks that the file can be written, and that nobody's data are lost by it: neither a file that is read, nor any other that
/// holds no cells, is overwritten.
fn prepare<'a>(path: &Path, sources: &'a [Source], policy: impl Iterator<Item = &'a Path>) -> Result<(), Error> {
    output::prepare_file(path, sources.iter().filter_map(Source::path).chain(policy))?;
    if path.is_file() && !holds_cells(path) {
        let shown = path.display();
        return Err(Error::usage(format!("{shown} is there already and holds no cells; it is not overwritten")));
    }
    Ok(())
}

fn write(path: &Path, shard: &Shard, quiet: bool) -> Result<u8, Error> {
    let bytes = to_bytes(shard).map_err(|why| Error::output(path, &std::io::Error::other(why)))?;
    output::write(path, &bytes)?;
    if !quiet {
        let cells: usize = shard.tables.iter().map(|table| table.counted.counts.len()).sum();
        let mut cells = so_many(cells as u64, "cell");
        if shard.header.kept == Kept::Margins {
            cells += &format!(" of {}", so_many(shard.tables.len() as u64, "margin"));
        }
        tell!("wrote {}: {} in {cells}", path.display(), so_many(shard.rows(), "row"));
    }
    Ok(exit::OK)
}
