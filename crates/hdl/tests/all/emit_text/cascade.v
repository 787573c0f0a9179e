`default_nettype none

// Two counters in a row: the second counts the wraps of the first.
module cascade (
    input  wire clk,
    input  wire reset,
    output wire [3:0] high,
    output wire [3:0] low
);
    wire first_full;

    counter first (.clk(clk), .reset(reset), .count(low), .full(first_full));

    counter_2 second (
        .clk(clk), .reset(reset),
        // a wrap of the first counter
        .enable(first_full & ~reset), .count(high)
    );
endmodule

// Counts the cycles in which `enable` is set, and wraps.
// `full` is high at the last value.
module counter (
    input  wire clk, reset,
    output reg  [3:0] count = 4'd0, output wire full
);
    localparam [3:0] ZERO = 4'd0;

    assign full = count == 4'hf;

    always @(posedge clk) begin
        count <= count + 4'd1;
        // the reset wins
        if (reset) count <= ZERO;
    end
endmodule

// Counts the cycles in which `enable` is set, and wraps.
// `full` is high at the last value.
module counter_2 (
    input  wire clk, reset, enable,
    output reg  [3:0] count = 4'd0
);
    localparam [3:0] ZERO = 4'd0;

    always @(posedge clk) begin
        if (enable) count <= count + 4'd1;
        // the reset wins
        if (reset) count <= ZERO;
    end
endmodule

`default_nettype wire
