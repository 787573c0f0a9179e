//! The drtp accelerator as rust-hdl blocks, one per file, and its Verilog.
pub mod emit;
pub mod leaf;
pub mod num;
