//! The drtp accelerator as rust-hdl blocks, one per file, and its Verilog.
pub mod activity;
pub mod axil;
pub mod control;
pub mod core;
pub mod counter;
pub mod counters;
pub mod drain;
pub mod emit;
pub mod event_builder;
pub mod event_lists;
pub mod fit_check;
pub mod hidden_events;
pub mod lane;
pub mod layer_select;
pub mod leaf;
pub mod num;
pub mod owing;
pub mod ranking;
pub mod sender;
pub mod sequencer;
pub mod settings;
pub mod shadow;
pub mod stages;
pub mod teacher;
pub mod weight_init;
pub mod window;

pub use crate::core::{DrtpCore, TOP};
