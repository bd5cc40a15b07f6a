//! `verify`.

use clap::Args;

use crate::error::Error;

#[derive(Debug, Args)]
pub struct VerifyArguments {}

pub fn run(_arguments: &VerifyArguments) -> Result<u8, Error> {
    Err(Error::usage("`verify` is not in this version of evenhand"))
}
