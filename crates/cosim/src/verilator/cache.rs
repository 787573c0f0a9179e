//! The folder of compiled models: whoever needs one again, in this process or another, finds it there.
use crate::device::DeviceError;
use fs4::FileExt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

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

/// Names of what every model shares begin so.
pub const RUNTIME: &str = "runtime-";
/// Bytes that the models may take; those that were not used for longest make room.
const BOUND: u64 = 256 << 20;

/// The user's cache.
pub struct Cache(PathBuf);

/// What the cache of compiled models takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// Where it is.
    pub folder: PathBuf,
    /// Compiled models and parts of them.
    pub models: usize,
    /// What they take.
    pub bytes: u64,
    /// What they may take.
    pub bound: u64,
}

/// A model or a part of one.
struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

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
    /// interrupted build leaves nothing behind that looks whole. Of two that want the same one waits for the other.
    ///
    /// # Errors
    /// Those of `make`, and of the file system.
    pub fn entry(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<(), DeviceError>,
    ) -> Result<PathBuf, DeviceError> {
        let entry = self.0.join(name);
        let used = |entry: PathBuf| {
            // a file system that keeps no time costs a model its place sooner, and no more
            let _ = fs::File::open(&entry).and_then(|folder| folder.set_modified(SystemTime::now()));
            Ok(entry)
        };
        if entry.is_dir() {
            return used(entry);
        }
        let lock = self.0.join(format!(".{name}.lock"));
        let held = fs::File::create(&lock).map_err(at(&lock))?;
        FileExt::lock(&held).map_err(at(&lock))?;
        let found = match entry.is_dir() {
            true => used(entry),
            false => self.made(name, entry, make),
        };
        // whoever waits for it finds the entry, and whoever comes later
        let _ = fs::remove_file(&lock);
        self.evict(BOUND);
        found
    }
    fn made(
        &self,
        name: &str,
        entry: PathBuf,
        make: impl FnOnce(&Path) -> Result<(), DeviceError>,
    ) -> Result<PathBuf, DeviceError> {
        static BUILDS: AtomicU32 = AtomicU32::new(0);
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
        match fs::remove_dir_all(&entry) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
            dropped => dropped.map_err(at(&entry)),
        }
    }
    /// Models and parts of them, the one that was used last at the end.
    fn entries(&self) -> Vec<Entry> {
        let Ok(found) = fs::read_dir(&self.0) else { return vec![] };
        let mut entries: Vec<Entry> = found.flatten().filter_map(Entry::of).collect();
        entries.sort_by_key(|e| e.used);
        entries
    }
    /// Drops what was not used for longest, until the rest is within `bound`. A model that runs stays in memory.
    fn evict(&self, bound: u64) {
        let entries = self.entries();
        let mut bytes: u64 = entries.iter().map(|e| e.bytes).sum();
        for entry in entries {
            if bytes <= bound {
                return;
            }
            // another process may be faster
            let _ = fs::remove_dir_all(&entry.path);
            bytes -= entry.bytes;
        }
    }
    /// What it takes.
    pub fn usage(&self) -> CacheUse {
        let entries = self.entries();
        let bytes = entries.iter().map(|e| e.bytes).sum();
        CacheUse { folder: self.0.clone(), models: entries.len(), bytes, bound: BOUND }
    }
    /// Drops every model; what it took.
    pub fn empty(&self) -> CacheUse {
        let taken = self.usage();
        self.evict(0);
        taken
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

impl Entry {
    /// Other things may lie in the folder: tools, for one.
    fn of(found: fs::DirEntry) -> Option<Self> {
        let name = found.file_name();
        let name = name.to_str()?;
        let hash = name.strip_prefix(RUNTIME).unwrap_or(name);
        let is_one = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let files = is_one.then(|| fs::read_dir(found.path()).ok()).flatten()?;
        let bytes = files.flatten().filter_map(|f| Some(f.metadata().ok()?.len())).sum();
        Some(Self { path: found.path(), bytes, used: found.metadata().ok()?.modified().ok()? })
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
        // of two at the same time one makes it, the other waits
        let made = AtomicU32::new(0);
        let slowly = |at: &Path| {
            std::thread::sleep(Duration::from_millis(50));
            write(["first", "second"][made.fetch_add(1, Ordering::Relaxed) as usize])(at)
        };
        std::thread::scope(|scope| {
            for thread in [scope.spawn(|| cache.entry("a", slowly)), scope.spawn(|| cache.entry("a", slowly))] {
                let entry = thread.join().unwrap().unwrap();
                assert_eq!(fs::read_to_string(entry.join("file")).unwrap(), "first");
            }
        });
        cache.entry("a", |_| panic!("made again")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        cache.forget("a").unwrap();
        assert!(cache.entry("a", write("third")).is_ok());
    }
    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache(folder.path().into());
        let name = |n: u8| format!("{n:064x}");
        let hold = |at: &Path| fs::write(at.join("model"), [0; 1000]).map_err(super::at(at));
        for n in [1, 2, 3, 1] {
            cache.entry(&name(n), hold).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::create_dir(folder.path().join("tools")).unwrap();
        let there = || cache.usage();
        assert_eq!((there().models, there().bytes, there().bound), (3, 3000, BOUND));
        cache.evict(2500);
        assert!(!folder.path().join(name(2)).exists() && there().models == 2);
        assert_eq!((cache.empty().models, there().bytes), (2, 0));
        assert!(folder.path().join("tools").exists(), "what is no model stays");
    }
}
