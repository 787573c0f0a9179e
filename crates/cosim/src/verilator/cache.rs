//! The folder of compiled models: whoever needs one again, in this process or another, finds it there.
use crate::device::DeviceError;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A build that is older than this was interrupted.
const ABANDONED: Duration = Duration::from_secs(3600);

fn at(path: &Path) -> impl Fn(std::io::Error) -> DeviceError + '_ {
    |e| {
        DeviceError::Tool(format!(
            "{}: {e} (compiled models go there; DRTP_CACHE names another folder)",
            path.display()
        ))
    }
}

/// The user's cache.
pub struct Cache(PathBuf);

impl Cache {
    /// Makes the folder, if need be.
    ///
    /// # Errors
    /// It cannot be made, or others could put code into it that would run here.
    pub fn open() -> Result<Self, DeviceError> {
        let folder = drtp_files::cache_folder();
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        own(&folder)?;
        // commands run elsewhere, and must find it
        let folder = fs::canonicalize(&folder).map_err(at(&folder))?;
        Ok(Self(folder))
    }
    /// The entry `name`. If there is none, `make` fills a folder beside its place, which is then moved there: an
    /// interrupted build leaves nothing behind that looks whole, and of two builds at once one wins.
    ///
    /// # Errors
    /// Those of `make`, and of the file system.
    pub fn entry(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<(), DeviceError>,
    ) -> Result<PathBuf, DeviceError> {
        static BUILDS: AtomicU32 = AtomicU32::new(0);
        let entry = self.0.join(name);
        if entry.is_dir() {
            return Ok(entry);
        }
        self.sweep();
        let number = BUILDS.fetch_add(1, Ordering::Relaxed);
        let partial = self.0.join(format!(".{name}.{}.{number}.partial", std::process::id()));
        fs::create_dir(&partial).map_err(at(&partial))?;
        let made = make(&partial).and_then(|()| match fs::rename(&partial, &entry) {
            Err(e) if !entry.is_dir() => Err(at(&entry)(e)),
            _ => Ok(()),
        });
        // gone already if it was moved
        let _ = fs::remove_dir_all(&partial);
        made.map(|()| entry)
    }
    /// Drops an entry that is no use.
    ///
    /// # Errors
    /// It cannot be dropped.
    pub fn forget(&self, name: &str) -> Result<(), DeviceError> {
        let entry = self.0.join(name);
        fs::remove_dir_all(&entry).map_err(at(&entry))
    }
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        for entry in entries.flatten() {
            let old = |m: fs::Metadata| m.modified().ok()?.elapsed().ok().map(|age| age > ABANDONED);
            let partial = entry.file_name().to_string_lossy().ends_with(".partial");
            if partial && entry.metadata().ok().and_then(old).unwrap_or(false) {
                // another process may be faster
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Only this user may write to the folder.
#[cfg(unix)]
fn own(folder: &Path) -> Result<(), DeviceError> {
    use std::os::unix::fs::MetadataExt;
    // of this process and this thread, which may not be alone
    static PROBES: AtomicU32 = AtomicU32::new(0);
    let probe = folder.join(format!(".{}.{}.owner", std::process::id(), PROBES.fetch_add(1, Ordering::Relaxed)));
    fs::write(&probe, "").map_err(at(folder))?;
    let me = fs::metadata(&probe).map(|m| m.uid());
    let _ = fs::remove_file(&probe);
    let owner = fs::metadata(folder).map_err(at(folder))?;
    match owner.uid() == me.map_err(at(folder))? && owner.mode() & 0o002 == 0 {
        true => Ok(()),
        false => Err(at(folder)(std::io::Error::other("other users can write there"))),
    }
}
#[cfg(not(unix))]
fn own(_: &Path) -> Result<(), DeviceError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache(folder.path().into());
        let fails = |at: &Path| {
            fs::write(at.join("half"), "x").unwrap();
            Err(DeviceError::Tool("interrupted".into()))
        };
        assert!(cache.entry("a", fails).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let write = |text: &'static str| move |at: &Path| fs::write(at.join("file"), text).map_err(super::at(at));
        // a second build at the same time: the first to finish wins
        let made = cache.entry("a", |at| {
            cache.entry("a", write("first"))?;
            write("second")(at)
        });
        assert_eq!(fs::read_to_string(made.unwrap().join("file")).unwrap(), "first");
        cache.entry("a", |_| panic!("made again")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        cache.forget("a").unwrap();
        assert!(cache.entry("a", write("third")).is_ok());
    }
}
