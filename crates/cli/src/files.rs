//! Files that are whole or not there.
use crate::error::CliError;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

fn at(path: &Path) -> impl Fn(std::io::Error) -> CliError + '_ {
    |reason| CliError::File { path: path.to_path_buf(), reason }
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(at(path))
}

/// Reads a file to which lines are added; nothing where there is none yet.
pub fn read_lines(path: &Path) -> Result<Vec<u8>, CliError> {
    match fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(vec![]),
        read => read.map_err(at(path)),
    }
}

/// Such a file, to go on behind its first `whole` bytes.
pub fn append(path: &Path, whole: usize) -> Result<File, CliError> {
    drtp::files::append(path, whole).map_err(at(path))
}

/// Adds a line with its end. One call of the system: what is read later is whole lines, and at worst half a line behind
/// them.
pub fn add(file: &mut File, path: &Path, line: &str) -> Result<(), CliError> {
    file.write_all(line.as_bytes()).map_err(at(path))
}

/// Writes the files into `folder`, made if need be; each as [`write`] does.
pub fn write_all<'a, T: AsRef<[u8]>>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'a str, T)>,
) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    files.into_iter().try_for_each(|(name, text)| write(&folder.join(name), text.as_ref()))
}

/// Writes a file: an interrupted run leaves the old one or the new one.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), CliError> {
    drtp::files::put(path, text.as_ref()).map_err(at(path))
}
