//! Emitted Verilog in the hands of other people's tools.
mod boards;
mod cocotb;
mod committed;
mod drawn;
mod emitted;
mod formal;

mod tools;
