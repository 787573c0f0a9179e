//! Every integration test of this crate in one binary: it links what they share once.
mod bridge;
mod common;
mod core_replay;
mod core_widths;
mod emit_board;
mod emit_core;
mod emit_expressions;
mod emit_inline;
mod emit_refusals;
mod emit_structure;
mod emit_sweep;
mod emit_text;
mod emit_tidy;
mod lane_end_to_end;
mod leaf_verilog;
mod memories;
mod support;
