//! The drtp accelerator as rust-hdl blocks, one per file, and its Verilog.
//!
//! A block is a struct of ports and registers, what sets them up, and one kernel, which becomes one module. So a block with many
//! ports has a long file ([`core`], `sequencer`, `stages`: a quarter to a half of each is lists of names) though it holds one idea.
//!
//! ```
//! use drtp_core::Config;
//! use rust_hdl::prelude::Block;
//!
//! let mut core = Box::new(drtp_hdl::DrtpCore::new(&Config::with_layers(2, &[3, 4, 2])?));
//! core.connect_all();
//! let verilog = drtp_hdl::emit::verilog(core.as_ref(), drtp_hdl::TOP)?;
//! assert!(verilog.contains("module drtp_core"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
pub mod activity;
mod axil;
#[allow(missing_docs)] // ports and registers, by the names that they have in the Verilog
pub mod board;
#[allow(missing_docs)] // ports and registers, by the names that they have in the Verilog
pub mod bridge;
mod control;
#[allow(missing_docs)] // ports and registers, by the names that they have in the Verilog
pub mod core;
mod counter;
mod counters;
mod drain;
pub mod emit;
mod event_builder;
mod event_lists;
mod fit_check;
mod hidden_events;
#[allow(missing_docs)] // ports and registers, by the names that they have in the Verilog
pub mod lane;
mod layer_select;
#[allow(missing_docs)] // ports and registers, by the names that they have in the Verilog
pub mod leaf;
pub mod mutants;
pub mod num;
mod owing;
mod pair_lane;
mod ranking;
mod sender;
mod sequencer;
mod settings;
mod shadow;
mod stages;
mod teacher;
mod watchdog;
mod weight_init;
mod window;

pub use crate::board::Board;
pub use crate::core::{DrtpCore, TOP};
