//! What `emit` hands over: the Verilog, and beside it what an integrator expects. One file of this folder for each
//! product; none of them reads or writes anything.

mod error;
mod fusesoc;
mod manifest;
mod picture;
mod recording;
mod registers;
mod sample;
mod verilog;
mod wavedrom;

pub use error::PackageError;
pub use manifest::MANIFEST;
pub use sample::SAMPLE;
pub use verilog::{BANKS, VERILOG};

use drtp_core::Config;
use serde_json::Value;

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// All of it.
    pub text: String,
}

/// Files of one generated accelerator.
#[derive(Clone, Debug)]
pub struct Package {
    /// The Verilog first, the manifest last.
    pub files: Vec<File>,
    /// The manifest, as a value.
    pub manifest: Value,
}

impl Package {
    /// Name and text of each file.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|f| (f.name, f.text.as_str()))
    }
}

/// Name of the configuration's file.
pub const CONFIG: &str = "config.toml";

/// The command that makes the files again, from the folder that holds them.
const COMMAND: &str = "drtp emit --config config.toml --out .";

/// Generates the accelerator of `config`. The same configuration and version give the same text.
///
/// # Errors
/// A construct that would not mean in Verilog what it means in simulation, or a simulation that does not end; both
/// are defects of drtp.
///
/// ```
/// let config = drtp::core::Config::with_layers(4, &[8, 5, 3])?;
/// let package = drtp::package::generate(&config)?;
/// assert!(package.files[0].text.contains("module drtp_core ("));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn generate(config: &Config) -> Result<Package, PackageError> {
    let sources = verilog::sources(config)?;
    let fusesoc = fusesoc::core(&sources);
    let mut files = sources;
    files.push(File { name: CONFIG, about: "makes all of this again", text: config.to_toml() });
    files.push(fusesoc);
    files.extend([registers::header(config), registers::page(config), sample::diagram(config)?]);
    let manifest = manifest::manifest(config, &files);
    files.push(manifest::file(&manifest));
    Ok(Package { files, manifest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn same_configuration_gives_the_same_files() {
        let make = || generate(&Config::with_layers(4, &[9, 5, 3]).unwrap()).unwrap();
        let (a, b) = (make(), make());
        assert_eq!(a.files, b.files);
        assert_eq!((a.files[0].name, a.files[a.files.len() - 1].name), (VERILOG, MANIFEST));
        let names: BTreeSet<&str> = a.files.iter().map(|f| f.name).collect();
        assert_eq!(names.len(), a.files.len(), "{names:?}");
        for f in &a.files {
            assert!(f.text.ends_with('\n') && !f.text.ends_with("\n\n") && !f.about.is_empty(), "{}", f.name);
        }
    }
}
