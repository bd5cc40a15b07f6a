use std::io::Write;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::Parser;
use evenhand::commands::{self, arguments::Arguments};
use evenhand::error::exit;

/// Where the last panic was. Its message could hold a value of the data, so only the place is told.
static PLACE: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    panic::set_hook(Box::new(|panic| {
        if let (Some(at), Ok(mut place)) = (panic.location(), PLACE.lock()) {
            *place = at.to_string();
        }
    }));
    match panic::catch_unwind(|| commands::run(Arguments::parse())) {
        Ok(code) => code,
        Err(_) => {
            let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "evenhand {} stopped at {place}.", env!("CARGO_PKG_VERSION"));
            let _ = writeln!(
                std::io::stderr(),
                "This is a bug, not your mistake. Please report it with the command you ran: {}/issues",
                env!("CARGO_PKG_REPOSITORY")
            );
            ExitCode::from(exit::BUG)
        }
    }
}
