//! Hardware that learns: generate, simulate and verify streaming accelerators that classify and train on chip with
//! direct random target projection (DRTP; Frenkel, Lefebvre and Bol 2021).
//!
//! This crate is the whole project behind one name; the parts are crates of their own.
//!
//! ```
//! use drtp::core::Config;
//! use drtp::cosim::{Frame, Lockstep, RustHdlDevice, Stalls, Step};
//!
//! // a 3-4-2 network on two lanes: the golden model and the hardware, cycle by cycle
//! let config = Config::with_layers(2, &[3, 4, 2])?;
//! let mut both = Lockstep::new(&config, RustHdlDevice::new(&config, Stalls::NONE)?);
//! both.run(&[Step::Frame(Frame::learn(&[100, 0, -7], 1)), Step::Frame(Frame::classify(&[90, 3, -7]))])?;
//! assert!(both.finish()?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod carries;
pub mod ceiling;
pub mod coverage;
pub mod drift;
pub mod engine;
pub mod explore;
pub mod faults;
pub mod frames;
pub mod measure;
pub mod package;
pub mod profile;
pub mod report;
pub mod soak;
pub mod suite;
pub mod sweep;
pub mod training;
pub mod vectors;

pub use drtp_board as board;
pub use drtp_core as core;
pub use drtp_cosim as cosim;
pub use drtp_data as data;
pub use drtp_estimate as estimate;
pub use drtp_fast as fast;
pub use drtp_files as files;
pub use drtp_golden as golden;
pub use drtp_hdl as hdl;
pub use drtp_reference as reference;
pub use drtp_synth as synth;
pub use drtp_weights as weights;

/// Version of drtp.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Version of rust-hdl that describes the hardware.
pub const RUST_HDL_VERSION: &str = "0.46";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_rust_hdl_is_the_one_that_is_built() {
        let lock: toml::Table = include_str!("../../../Cargo.lock").parse().unwrap();
        let packages = lock["package"].as_array().unwrap();
        let found: Vec<&str> = packages
            .iter()
            .filter(|p| p["name"].as_str() == Some("rust-hdl"))
            .map(|p| p["version"].as_str().unwrap())
            .collect();
        assert!(matches!(found[..], [one] if one.starts_with(&format!("{RUST_HDL_VERSION}."))), "{found:?}");
    }
    #[test]
    fn the_register_says_the_version_of_the_package() {
        let value = drtp_core::regs::VERSION_VALUE;
        let text = [16, 8, 0].map(|shift| ((value >> shift) & 0xFF).to_string()).join(".");
        assert_eq!(text, VERSION);
    }
}
