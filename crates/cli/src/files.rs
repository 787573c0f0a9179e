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
    files.into_iter().try_for_each(|(name, text)| put(folder, name, text))
}

/// Writes one file in the same way, into a folder that is there.
pub fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let name = path.file_name().and_then(|n| n.to_str());
    let name = name.ok_or_else(|| CliError::Usage(format!("{}: not the name of a file", path.display())))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    put(folder, name, text)
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), CliError> {
    let path = folder.join(name);
    let partial = folder.join(format!(".{name}.partial"));
    fs::write(&partial, text).map_err(at(&partial))?;
    fs::rename(&partial, &path).map_err(at(&path))
}
