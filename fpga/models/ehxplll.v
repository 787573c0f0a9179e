// EHXPLLL: our model of the ECP5's PLL. The clock passes through as it is: a simulation counts cycles of the core's
// clock, and not nanoseconds. Lock comes after 8 of them.
//
// Not modelled: dividers, phases, outputs other than CLKOP, reset and standby.
`timescale 1 ns / 1 ps
// the cell's name; pins and parameters that are not modelled; strings of several lengths
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
/* verilator lint_off WIDTH */

module EHXPLLL (
    input  CLKI, CLKFB, PHASESEL1, PHASESEL0, PHASEDIR, PHASESTEP, PHASELOADREG, STDBY, PLLWAKESYNC, RST,
    input  ENCLKOP, ENCLKOS, ENCLKOS2, ENCLKOS3,
    output CLKOP, CLKOS, CLKOS2, CLKOS3, LOCK, INTLOCK, REFCLK, CLKINTFB
);
    parameter CLKI_DIV = 1;
    parameter CLKFB_DIV = 1;
    parameter CLKOP_DIV = 8;
    parameter CLKOP_CPHASE = 0;
    parameter CLKOP_FPHASE = 0;
    parameter CLKOP_ENABLE = "ENABLED";
    parameter FEEDBK_PATH = "CLKOP";
    parameter OUTDIVIDER_MUXA = "DIVA";
    parameter OUTDIVIDER_MUXB = "DIVB";
    parameter OUTDIVIDER_MUXC = "DIVC";
    parameter OUTDIVIDER_MUXD = "DIVD";
    parameter STDBY_ENABLE = "DISABLED";
    parameter DPHASE_SOURCE = "DISABLED";
    parameter PLLRST_ENA = "DISABLED";
    parameter INTFB_WAKE = "DISABLED";

    reg [3:0] count = 4'd0;
    always @(posedge CLKI) if (!count[3]) count <= count + 4'd1;
    assign CLKOP = CLKI;
    assign LOCK = count[3];
    assign INTLOCK = count[3];
    assign REFCLK = CLKI;
    assign {CLKOS, CLKOS2, CLKOS3, CLKINTFB} = 4'd0;
endmodule
