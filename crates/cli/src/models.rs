//! Compiled models of one run: many, and of no use to another.
use std::path::PathBuf;

/// A folder for compiled models that no other run will ask for; it goes with the run, unless the user named one.
pub struct Models(Option<PathBuf>);

impl Models {
    /// The folder bears the name of the command.
    pub fn begin(command: &str) -> Self {
        if std::env::var_os("DRTP_CACHE").is_some_and(|v| !v.is_empty()) {
            return Self(None);
        }
        let folder = std::env::temp_dir().join(format!("drtp-{command}-{}", std::process::id()));
        // before any thread begins
        std::env::set_var("DRTP_CACHE", &folder);
        Self(Some(folder))
    }
}

impl Drop for Models {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // only what this run made is in it
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
