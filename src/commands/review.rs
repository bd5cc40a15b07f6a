//! `review`.

use clap::Args;

use crate::error::Error;

#[derive(Debug, Args)]
pub struct ReviewArguments {}

pub fn run(_arguments: &ReviewArguments) -> Result<u8, Error> {
    Err(Error::usage("`review` is not in this version of evenhand"))
}
