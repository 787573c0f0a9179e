//! Files that are whole or not there: the one place from which drtp writes what it leaves to its user.
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::Builder;

/// Taken while a file is written beside its place.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits until no file is half written by [`put`]; none is begun while the value lives. For whoever is about to end the
/// process: nothing of ours then stands beside a file.
pub fn rest() -> MutexGuard<'static, ()> {
    // there is nothing behind the lock that a panic could have spoiled
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes `bytes` to a file beside `path` and moves it there: an interrupted run leaves the old file or the new one. A
/// link stays, and what it leads to is replaced; a device or a pipe, which cannot be replaced, is written to as it is.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("file");
/// drtp_files::put(&path, b"whole")?;
/// assert_eq!(std::fs::read(&path)?, b"whole");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of the file system. The file is then as it was, and nothing stands beside it.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let no_name = || io::Error::new(io::ErrorKind::InvalidInput, "not the name of a file");
    path.file_name().ok_or_else(no_name)?;
    let path = fs::canonicalize(path).map_or(Cow::Borrowed(path), Cow::Owned);
    if fs::metadata(&path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::write(path, bytes);
    }
    let name = path.file_name().ok_or_else(no_name)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(".partial");
    #[cfg(unix)]
    {
        // as for any new file: the user's umask takes away from it
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        builder.permissions(all);
    }
    let _writing = rest();
    let mut partial = builder.tempfile_in(folder)?;
    partial.write_all(bytes)?;
    // the name must not reach the disk before what it stands for
    partial.as_file().sync_all()?;
    partial.persist(&path).map_err(|e| e.error)?;
    Ok(())
}

/// The whole lines of `bytes`, and whether what follows them may be cut off: half a line of a run that was stopped while it
/// wrote, which begins as `begin` as far as it goes. Anything else is not ours.
pub fn whole_lines<'a>(bytes: &'a [u8], begin: &str) -> (&'a [u8], bool) {
    let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
    let (lines, rest) = bytes.split_at(whole);
    (lines, rest.iter().zip(begin.as_bytes()).all(|(a, b)| a == b))
}

/// A file to which whole lines are added behind its first `whole` bytes; what follows them is cut off.
///
/// # Errors
/// Those of the file system.
pub fn append(path: &Path, whole: usize) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path)?;
    if file.metadata()?.len() > whole as u64 {
        file.set_len(whole as u64)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_new_file_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for text in ["the first, which is longer", "the second"] {
            put(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["file"]);
    }
    #[test]
    fn what_cannot_be_placed_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("mine"), "mine").unwrap();
        assert!(put(&taken, b"x").is_err());
        assert_eq!((names(folder.path()), names(&taken)), (vec!["taken".into()], vec!["mine".into()]));
        assert!(put(&folder.path().join("none").join("file"), b"x").is_err());
        assert_eq!(put(Path::new("/"), b"x").unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
    #[test]
    fn half_a_line_is_cut_off_and_nothing_else() {
        for (text, whole) in [("", ""), ("ab1\n", "ab1\n"), ("ab1\na", "ab1\n"), ("ab1\nab2", "ab1\n"), ("ab", "")] {
            assert_eq!(whole_lines(text.as_bytes(), "ab"), (whole.as_bytes(), true), "{text:?}");
        }
        assert_eq!(whole_lines(b"ab1\nx", "ab"), (&b"ab1\n"[..], false));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        append(&path, 0).unwrap().write_all(b"ab1\nab2").unwrap();
        append(&path, 4).unwrap().write_all(b"ab3\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ab1\nab3\n");
    }
    #[cfg(unix)]
    #[test]
    fn a_file_in_use_is_never_changed() {
        use std::io::Read;
        use std::os::unix::fs::{symlink, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&path, "the old").unwrap();
        symlink(&path, &link).unwrap();
        // whoever has the old file open goes on with it: a file that is written in place would change here
        let mut old = fs::File::open(&path).unwrap();
        put(&link, b"the new").unwrap();
        let mut text = String::new();
        old.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), fs::read_to_string(&path).unwrap().as_str()), ("the old", "the new"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        // others may read it where the user lets them: as a file that is made in the usual way
        let usual = folder.path().join("usual");
        fs::write(&usual, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&usual));
    }
    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        put(Path::new("/dev/null"), b"gone").unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}
