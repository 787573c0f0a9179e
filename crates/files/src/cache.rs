//! Where programs of drtp keep what they can make again: compiled models, tools.
use std::ffi::OsString;
use std::path::PathBuf;

/// `$DRTP_CACHE`, else `drtp` in the user's cache, else in the temporary folder.
pub fn cache_folder() -> PathBuf {
    folder(|name| std::env::var_os(name))
}

fn folder(variable: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let set = |name| variable(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("DRTP_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|f| f.join("drtp")))
        .or_else(|| set("HOME").map(|f| f.join(".cache").join("drtp")))
        .unwrap_or_else(|| std::env::temp_dir().join("drtp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let of = |set: &[(&str, &str)]| {
            let set: Vec<_> = set.iter().map(|(k, v)| (k.to_string(), OsString::from(v))).collect();
            folder(move |name| set.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()))
        };
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("DRTP_CACHE", "/d")]), Path::new("/d"));
        assert_eq!(of(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("DRTP_CACHE", "")]), Path::new("/x/drtp"));
        assert_eq!(of(&[("HOME", "/h")]), Path::new("/h/.cache/drtp"));
        assert_eq!(of(&[]), std::env::temp_dir().join("drtp"));
    }
}
