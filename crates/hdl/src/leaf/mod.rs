//! Leaves: arithmetic and memory, each a native model beside its Verilog text. Nothing else holds Verilog.
pub mod register;
pub use register::Register;
