//! `compare`.

use clap::Args;

use crate::error::Error;

#[derive(Debug, Args)]
pub struct CompareArguments {}

pub fn run(_arguments: &CompareArguments) -> Result<u8, Error> {
    Err(Error::usage("`compare` is not in this version of evenhand"))
}
