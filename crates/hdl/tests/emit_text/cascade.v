`default_nettype none

// Two counters in a row: the second counts the wraps of the first.
module cascade (
    input  wire clk,
    input  wire reset,
    output wire [3:0] high,
    output wire [3:0] low
);
    wire first_full;
    wire second_full_unused;

    counter first (
        .clk(clk), .reset(reset),
        // runs all the time
        .enable(1'd1), .count(low), .full(first_full)
    );

    counter second (
        .clk(clk), .reset(reset),
        // a wrap of the first counter
        .enable(first_full & ~reset), .count(high), .full(second_full_unused)
    );
endmodule

// Counts the cycles in which `enable` is set, and wraps.
// `full` is high at the last value.
module counter (
    input  wire clk, reset, enable,
    output reg  [3:0] count = 4'd0,
    output wire full
);
    localparam [3:0] ZERO = 4'd0;

    assign full = count == 4'hf;

    always @(posedge clk) begin
        if (enable) count <= count + 4'd1;
        // the reset wins
        if (reset) count <= ZERO;
    end
endmodule

`default_nettype wire
