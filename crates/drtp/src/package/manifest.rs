//! The manifest: which generator, which configuration, and the hash of every other file.
use super::{File, COMMAND};
use crate::{RUST_HDL_VERSION, VERSION};
use drtp_core::Config;
use drtp_hdl::TOP;
use serde_json::{json, Map, Value};
use sha2::{Digest, Sha256};

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";

/// The manifest of `files`.
pub fn manifest(config: &Config, files: &[File]) -> Value {
    let hashes: Map<String, Value> = files.iter().map(|f| (f.name.to_string(), json!(sha256(&f.text)))).collect();
    json!({
        "generator": { "drtp": VERSION, "rust_hdl": RUST_HDL_VERSION },
        "command": COMMAND,
        "top": TOP,
        "configuration": config,
        "sha256": hashes,
    })
}

/// The manifest as a file.
pub fn file(manifest: &Value) -> File {
    File { name: MANIFEST, about: "generator, configuration, SHA-256 of each file", text: format!("{manifest:#}\n") }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_hashed_under_its_name() {
        let config = Config::with_layers(1, &[2, 2]).expect("it fits by construction");
        let files = [("a", "abc"), ("b", "")].map(|(name, text)| File { name, about: "", text: text.into() });
        // FIPS 180-2, appendix B.1; and the hash of nothing
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(manifest(&config, &files)["sha256"], json!({ "a": abc, "b": empty }));
    }
}
