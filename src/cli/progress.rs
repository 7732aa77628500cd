//! A progress bar on standard error, with rate and time left.

use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::When;
use super::say;
use crate::analysis::Progress;

/// Work that takes no longer than this needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how many files are done.
pub struct Bar {
    mode: Mode,
    inner: ProgressBar,
    started: Instant,
    is_shown: AtomicBool,
    /// Seconds at which the last line was written, where lines are written in place of a bar.
    last_line: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing is shown.
    Off,
    /// A bar, after this long.
    Bar(Duration),
    /// A line each second: there is no terminal to draw on, but progress was asked for.
    Lines,
}

impl Bar {
    /// A bar over `files` files.
    pub fn new(when: When, files: usize) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let mode = match when {
            When::Auto if is_terminal => Mode::Bar(PATIENCE),
            When::Always if is_terminal => Mode::Bar(Duration::ZERO),
            When::Always => Mode::Lines,
            When::Auto | When::Never => Mode::Off,
        };
        let inner = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} files, {per_sec}, {eta} left");
        inner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let (is_shown, last_line) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { mode, inner, started: Instant::now(), is_shown, last_line }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.inner.finish_and_clear();
    }
}

impl Progress for Bar {
    fn file_done(&self) {
        if self.mode == Mode::Off {
            return;
        }
        self.inner.inc(1);
        let elapsed = self.started.elapsed();
        match self.mode {
            Mode::Bar(patience) if elapsed >= patience && !self.is_shown.swap(true, Ordering::Relaxed) => {
                self.inner.set_draw_target(ProgressDrawTarget::stderr());
            }
            Mode::Lines if self.last_line.fetch_max(elapsed.as_secs(), Ordering::Relaxed) < elapsed.as_secs() => {
                let (done, all) = (self.inner.position(), self.inner.length().unwrap_or(0));
                let (rate, left) = (self.inner.per_sec(), self.inner.eta().as_secs());
                say(&format!("ndalias: {done}/{all} files, {rate:.0}/s, {left} s left"));
            }
            Mode::Off | Mode::Bar(_) | Mode::Lines => {}
        }
    }
}
