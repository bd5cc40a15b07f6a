//! A bar on a terminal for work over a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::input::Source;
use crate::input::hash::Progress;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that is cleared when dropped.
pub struct Bar {
    bar: ProgressBar,
    wanted: bool,
}

impl Bar {
    /// A bar over the bytes of the sources; silent without a terminal.
    pub fn new(sources: &[Source], quiet: bool) -> Bar {
        let size = |source: &Source| match source {
            Source::File { path, .. } => std::fs::metadata(path).ok().map(|m| m.len()),
            Source::Stdin => None,
        };
        let total: Option<u64> = sources.iter().map(size).sum();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = if total.is_some() {
            "{wide_bar} {percent}% of {total_bytes}, {bytes_per_sec}, {eta} left"
        } else {
            "{spinner} {bytes} read, {bytes_per_sec}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Bar { bar, wanted: !quiet && std::io::stderr().is_terminal() }
    }

    /// What readers call with the bytes they have read. The bar appears once the work has lasted a second.
    pub fn progress(&self) -> Progress {
        let bar = self.bar.clone();
        let waiting = AtomicBool::new(self.wanted);
        Arc::new(move |bytes| {
            bar.inc(bytes);
            if waiting.load(Ordering::Relaxed) && bar.elapsed() > PATIENCE && waiting.swap(false, Ordering::Relaxed) {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            }
        })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
