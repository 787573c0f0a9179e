//! Ctrl-C, and a request to end: a file that is being written is finished, then the signal does what it always does.

/// Waits for either signal, in a thread of its own.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::{iterator::Signals, low_level::emulate_default_handler};
    // without it the signals do at once what they always do
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let _no_file_is_half_written = drtp::files::rest();
            let _ = emulate_default_handler(signal);
        }
    });
}

/// There are no such signals: what is being written may stay beside its place.
#[cfg(not(unix))]
pub fn watch() {}
