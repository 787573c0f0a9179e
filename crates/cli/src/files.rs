//! Files that are whole or not there.
use crate::error::CliError;
use std::fs;
use std::path::Path;

fn at(path: &Path) -> impl Fn(std::io::Error) -> CliError + '_ {
    |reason| CliError::File { path: path.to_path_buf(), reason }
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(at(path))
}

/// Writes the files into `folder`, made if need be. Each is written beside its place and then moved there, so that an
/// interrupted run leaves the old file or the new one.
pub fn write_all<'a>(folder: &Path, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    for (name, text) in files {
        let path = folder.join(name);
        let partial = folder.join(format!(".{name}.partial"));
        fs::write(&partial, text).map_err(at(&partial))?;
        fs::rename(&partial, &path).map_err(at(&path))?;
    }
    Ok(())
}

/// Writes one file, into a folder that is there.
pub fn write(path: &Path, text: &str) -> Result<(), CliError> {
    fs::write(path, text).map_err(at(path))
}
