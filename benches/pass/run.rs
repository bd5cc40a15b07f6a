//! Runs a process to its end: wall time, processor time and peak memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took. Processor time and memory are Linux only, elsewhere they are 0.
#[derive(Clone, Copy)]
pub struct Run {
    pub wall: f64,
    pub cpu: f64,
    pub peak_mb: f64,
}

pub fn run(command: &mut Command) -> Run {
    let before = children_ticks();
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_mb = 0.0;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find(|line| line.starts_with("VmHWM"));
            let kb = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<f64>().ok());
            peak_mb = kb.map_or(peak_mb, |kb| f64::max(peak_mb, kb / 1000.0));
        }
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            assert!(matches!(status.code(), Some(0 | 1 | 3)), "{command:?} ended with {status}");
            let wall = start.elapsed().as_secs_f64();
            // A tick is 10 ms on every Linux.
            return Run { wall, cpu: (children_ticks() - before) as f64 / 100.0, peak_mb };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Processor time of all children that have ended.
fn children_ticks() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}
