// icebreaker: drtp on the iCEBreaker. The PLL makes the core's clock of the board's 12 MHz; reset ends when it has
// settled.
//
//   clk_12mhz -> SB_PLL40_PAD -> clk --+--> reset ends 16 cycles after lock
//   rx -----------------------------> drtp_board -> tx, led
//
// Dividers come from `drtp synth`, which computes them from board.toml.
`default_nettype none

module icebreaker #(
    parameter [3:0] DIVR = 4'd0,
    parameter [6:0] DIVF = 7'd47,
    parameter [2:0] DIVQ = 3'd4,
    parameter [2:0] FILTER_RANGE = 3'd1
) (
    input  wire clk_12mhz,
    input  wire rx,
    output wire tx,
    input  wire button_n,
    output wire [3:0] led,
    output wire red_n, green_n
);
    wire clk, locked;
    // its frequency is clk_12mhz * (DIVF + 1) / (2^DIVQ * (DIVR + 1))
    SB_PLL40_PAD #(
        .FEEDBACK_PATH("SIMPLE"),
        .DIVR(DIVR),
        .DIVF(DIVF),
        .DIVQ(DIVQ),
        .FILTER_RANGE(FILTER_RANGE)
    ) pll (
        .PACKAGEPIN(clk_12mhz),
        .PLLOUTGLOBAL(clk),
        .LOCK(locked),
        .RESETB(1'b1),
        .BYPASS(1'b0)
    );

    wire rst;
    drtp_reset reset (.clk(clk), .ready(locked && button_n), .rst(rst));

    drtp_board board (.clk(clk), .rst(rst), .uart_rx(rx), .uart_tx(tx), .led(led));

    // they light at zero: red while the core is held in reset, green while the clock has settled
    assign red_n = !rst;
    assign green_n = !locked;
endmodule

`default_nettype wire
