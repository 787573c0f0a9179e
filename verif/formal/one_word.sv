// In place of the core's memory: it keeps one word, at an address chosen once and for all, and answers a read of any
// other one with anything. What holds with it holds with the real one, which does less; and a proof has to follow one
// word, not all. The module's ports and parameters are the real one's.
module drtp_memory #(
    parameter integer WIDTH = 1,
    parameter integer DEPTH = 1,
    parameter integer ADDRESS_BITS = 1
) (
    input  wire clk, re, input  wire [ADDRESS_BITS-1:0] ra, input  wire oe,
    output reg  [WIDTH-1:0] rd,
    input  wire we, input  wire [ADDRESS_BITS-1:0] wa, input  wire [WIDTH-1:0] wd
);
    (* anyconst *) reg [ADDRESS_BITS-1:0] at;
    (* anyseq *) reg [WIDTH-1:0] anything;
    reg [WIDTH-1:0] kept;
    reg [WIDTH-1:0] word;
    always @(posedge clk) begin
        if (re) word <= ra == at ? kept : anything;
        if (oe) rd <= word;
        if (we & wa == at) kept <= wd;
    end
endmodule
