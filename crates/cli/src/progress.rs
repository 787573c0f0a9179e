//! Progress on stderr, where a person can see it.
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::time::Duration;

/// Bars that share the terminal; none are drawn where stderr is no terminal.
pub struct Bars(MultiProgress);

impl Bars {
    pub fn new() -> Self {
        Self(MultiProgress::with_draw_target(ProgressDrawTarget::stderr()))
    }
    /// Something that takes a while, without a measure of how far it is.
    pub fn spin(&self, what: &str) -> ProgressBar {
        let bar = self.0.add(ProgressBar::new_spinner());
        bar.set_message(what.to_string());
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
    /// A bar that counts no samples but a share of the whole.
    pub fn share(&self, what: &str, total: u64) -> ProgressBar {
        let style = ProgressStyle::with_template("{msg:18} {bar:32} {percent:>3} %  {elapsed}  ETA {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.0.add(ProgressBar::new(total).with_style(style));
        bar.set_message(what.to_string());
        bar.enable_steady_tick(Duration::from_millis(500));
        bar
    }
    pub fn add(&self, what: &str, total: u64) -> ProgressBar {
        self.count(what, total, "samples")
    }
    /// So many of `unit` are to be done.
    pub fn count(&self, what: &str, total: u64, unit: &str) -> ProgressBar {
        let template = format!("{{msg:18}} {{bar:32}} {{pos:>7}}/{{len}} {unit}  {{speed:>9}}  ETA {{eta}}");
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key(
            "speed",
            |state: &ProgressState, out: &mut dyn Write| {
                let _ = write!(out, "{:.0}/s", state.per_sec());
            },
        );
        let bar = self.0.add(ProgressBar::new(total).with_style(style));
        bar.set_message(what.to_string());
        bar
    }
}
