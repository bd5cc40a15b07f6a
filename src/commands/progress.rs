//! A bar on a terminal for work over a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::input::Source;
use crate::input::hash::Progress;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that is cleared when dropped.
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar over the bytes of the sources; silent without a terminal.
    pub fn new(sources: &[Source], quiet: bool) -> Bar {
        if quiet || !std::io::stderr().is_terminal() {
            return Bar { bar: ProgressBar::hidden() };
        }
        let size = |source: &Source| match source {
            Source::File { path, .. } => std::fs::metadata(path).ok().map(|m| m.len()),
            Source::Stdin => None,
        };
        let total: Option<u64> = sources.iter().map(size).sum();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let template = if total.is_some() {
            "{wide_bar} {percent}% of {total_bytes}, {bytes_per_sec}, {eta} left"
        } else {
            "{spinner} {bytes} read, {bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Bar { bar }
    }

    /// What readers call with the bytes they have read.
    pub fn progress(&self) -> Progress {
        let bar = self.bar.clone();
        Arc::new(move |bytes| {
            if bar.elapsed() > PATIENCE {
                bar.inc(bytes);
            } else {
                // Counted and not drawn: short work shows no bar.
                bar.update(|state| state.set_pos(state.pos() + bytes));
            }
        })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
