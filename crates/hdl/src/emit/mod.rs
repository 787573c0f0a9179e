//! Verilog text of a block.
