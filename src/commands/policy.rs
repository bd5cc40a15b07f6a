//! `policy`.

use clap::Args;

use crate::error::Error;

#[derive(Debug, Args)]
pub struct PolicyArguments {}

pub fn run(_arguments: &PolicyArguments) -> Result<u8, Error> {
    Err(Error::usage("`policy` is not in this version of evenhand"))
}
