`default_nettype none

// Two means in a row.
module top (
    input  wire clk,
    input  wire reset,
    input  wire [1:0] go,
    input  wire signed [4:0] x,
    output reg  signed [4:0] first = 5'd0,
    output reg  signed [4:0] second = 5'd0,
    output wire busy,
    output wire signed [4:0] quarter
);
    localparam signed [4:0] BEGIN_0 = 5'sd3, BEGIN_1 = 5'sh1e, TAP_0_ZERO = 5'sd0, TAP_1_ZERO = 5'sd0;
    localparam MODE_HOLD = 1'd0, MODE_MEAN = 1'd1;

    wire tap_0_stays;
    wire signed [4:0] tap_0_sum, tap_1_sum;
    reg tap_0_mode = 1'd0, tap_1_mode = 1'd0;
    wire signed [4:0] tap_0_half_y, tap_1_half_y;
    wire tap_0_half_up, tap_1_half_up;

    assign tap_0_half_up = first < TAP_0_ZERO;
    assign tap_1_half_up = second < TAP_1_ZERO;
    // A running mean.
    assign tap_0_sum = first + x;
    // Half of x, rounded down, or up.
    wire tap_0_half_carry = tap_0_half_up & tap_0_sum[0]; // of the bit that is lost
    wire signed [4:0] tap_0_half_low = tap_0_sum >>> 1;
    assign tap_0_half_y = tap_0_half_low + {4'd0, tap_0_half_carry};
    assign tap_0_stays = tap_0_mode == MODE_HOLD;
    // the second takes what the first has
    assign tap_1_sum = second + first;
    wire tap_1_half_carry = tap_1_half_up & tap_1_sum[0]; // of the bit that is lost
    wire signed [4:0] tap_1_half_low = tap_1_sum >>> 1;
    assign tap_1_half_y = tap_1_half_low + {4'd0, tap_1_half_carry};
    assign busy = ~tap_0_stays;
    // half of the second, always down
    wire last_carry = 1'd0 & second[0]; // of the bit that is lost
    wire signed [4:0] last_low = second >>> 1;
    assign quarter = last_low + {4'd0, last_carry};

    always @(posedge clk) begin
        case (tap_0_mode)
            MODE_HOLD: if (go[0]) tap_0_mode <= MODE_MEAN;
            default: begin
                first <= tap_0_half_y;
                tap_0_mode <= MODE_HOLD;
            end
        endcase
        case (tap_1_mode)
            MODE_HOLD: if (go[1]) tap_1_mode <= MODE_MEAN;
            default: begin
                second <= tap_1_half_y;
                tap_1_mode <= MODE_HOLD;
            end
        endcase
        // the reset wins
        if (reset) begin
            first <= BEGIN_0;
            tap_0_mode <= MODE_HOLD;
            second <= BEGIN_1;
            tap_1_mode <= MODE_HOLD;
        end
    end
endmodule

`default_nettype wire
