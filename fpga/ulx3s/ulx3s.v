// ulx3s: drtp on the ULX3S. The PLL makes the core's clock of the board's 25 MHz; reset ends when it has settled.
//
//   clk_25mhz -> EHXPLLL -> clk --+--> reset ends 16 cycles after lock
//   ftdi_txd  -------------------> drtp_board -> ftdi_rxd, led
//
// The serial pins are named from the USB chip: it sends on txd and receives on rxd.
// Dividers come from `drtp synth`, which computes them from board.toml.
`default_nettype none

module ulx3s #(
    parameter integer CLKI_DIV = 1,
    parameter integer CLKFB_DIV = 6,
    parameter integer CLKOP_DIV = 4
) (
    input  wire clk_25mhz,
    input  wire ftdi_txd,
    output wire ftdi_rxd,
    input  wire fire1,
    output wire [7:0] led,
    output wire wifi_gpio0
);
    wire clk, locked;
    // the output itself is fed back, so its frequency is clk_25mhz * CLKFB_DIV / CLKI_DIV. The attributes set the loop's
    // analogue part.
    (* ICP_CURRENT = "12", LPF_RESISTOR = "8", MFG_ENABLE_FILTEROPAMP = "1", MFG_GMCREF_SEL = "2" *)
    EHXPLLL #(
        .CLKI_DIV(CLKI_DIV),
        .CLKFB_DIV(CLKFB_DIV),
        .CLKOP_DIV(CLKOP_DIV),
        .CLKOP_CPHASE(CLKOP_DIV / 2),
        .CLKOP_FPHASE(0),
        .CLKOP_ENABLE("ENABLED"),
        .FEEDBK_PATH("CLKOP"),
        .OUTDIVIDER_MUXA("DIVA"),
        .OUTDIVIDER_MUXB("DIVB"),
        .OUTDIVIDER_MUXC("DIVC"),
        .OUTDIVIDER_MUXD("DIVD"),
        .PLLRST_ENA("DISABLED"),
        .INTFB_WAKE("DISABLED"),
        .STDBY_ENABLE("DISABLED"),
        .DPHASE_SOURCE("DISABLED")
    ) pll (
        .CLKI(clk_25mhz),
        .CLKFB(clk),
        .CLKOP(clk),
        .LOCK(locked),
        .RST(1'b0),
        .STDBY(1'b0),
        .PHASESEL0(1'b0),
        .PHASESEL1(1'b0),
        .PHASEDIR(1'b1),
        .PHASESTEP(1'b1),
        .PHASELOADREG(1'b1),
        .PLLWAKESYNC(1'b0),
        .ENCLKOP(1'b0)
    );

    wire rst;
    drtp_reset reset (.clk(clk), .ready(locked && !fire1), .rst(rst));

    drtp_board board (.clk(clk), .rst(rst), .uart_rx(ftdi_txd), .uart_tx(ftdi_rxd), .led(led[3:0]));

    // about one blink a second or faster: the clock runs
    reg [26:0] beat = 27'd0;
    always @(posedge clk) beat <= beat + 27'd1;

    // the clock has settled, and the core is out of reset
    assign led[4] = !rst;
    // lines rest at one
    assign led[5] = !ftdi_txd;
    assign led[6] = !ftdi_rxd;
    assign led[7] = beat[26];

    // while it is low, the board's ESP32 would take the JTAG pins when it starts
    assign wifi_gpio0 = 1'b1;
endmodule

`default_nettype wire
