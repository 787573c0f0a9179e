// In place of the core's multiplier: a product may be anything. What is proved with it does not hang on arithmetic.
module drtp_multiplier #(
    parameter integer A_BITS = 1,
    parameter integer B_BITS = 1,
    parameter integer P_BITS = 1
) (
    input  wire clk, rst, input  wire [A_BITS-1:0] a, input  wire [B_BITS-1:0] b, output wire [P_BITS-1:0] p
);
    (* anyseq *) wire [P_BITS-1:0] anything;
    assign p = anything;
endmodule
