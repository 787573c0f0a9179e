`default_nettype none

// Two counters in a row: the second counts the wraps of the first.
module cascade (
    input  wire clk,
    input  wire reset,
    output wire [3:0] high,
    output wire [3:0] low
);
    wire [3:0] first_count;
    wire first_full;
    wire [3:0] second_count;
    wire second_full_unused;
    wire second_enable;

    counter first (
        .clk(clk),
        .reset(reset),
        // runs all the time
        .enable(1'd1),
        .count(first_count),
        .full(first_full)
    );

    counter second (
        .clk(clk),
        .reset(reset),
        .enable(second_enable),
        .count(second_count),
        .full(second_full_unused)
    );

    // a wrap of the first counter
    assign second_enable = first_full & (~reset);

    assign high = second_count;
    assign low = first_count;
endmodule

// Counts the cycles in which `enable` is set, and wraps.
// `full` is high at the last value.
module counter (
    input  wire clk,
    input  wire reset,
    input  wire enable,
    output wire [3:0] count,
    output wire full
);
    localparam [3:0] zero = 4'd0;

    reg [3:0] value = 4'd0;

    assign count = value;
    assign full = value == 4'hf;

    always @(posedge clk) begin
        if (enable) begin
            value <= value + 4'd1;
        end
        // the reset wins
        if (reset) begin
            value <= zero;
        end
    end
endmodule

`default_nettype wire
