//! Progress on stderr, where a person can see it.
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Bars that share the terminal; none are drawn where stderr is no terminal.
pub struct Bars(MultiProgress);

impl Bars {
    pub fn new() -> Self {
        Self(MultiProgress::with_draw_target(ProgressDrawTarget::stderr()))
    }
    pub fn add(&self, what: &str, total: u64) -> ProgressBar {
        let style = ProgressStyle::with_template("{msg:24} {bar:32} {pos:>7}/{len} samples  {per_sec}  ETA {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.0.add(ProgressBar::new(total).with_style(style));
        bar.set_message(what.to_string());
        bar
    }
}
