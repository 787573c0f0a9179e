// SB_PLL40_PAD: our model of the iCE40's PLL at a pin. The clock passes through as it is: a simulation counts cycles of
// the core's clock, and not nanoseconds. Lock comes after 8 of them.
//
// Not modelled: dividers, delays, reset, latch and test pins.
`timescale 1 ns / 1 ps
// the cell's name; pins and parameters that are not modelled; strings of several lengths
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
/* verilator lint_off WIDTH */

module SB_PLL40_PAD (
    input  PACKAGEPIN,
    output PLLOUTCORE,
    output PLLOUTGLOBAL,
    input  EXTFEEDBACK,
    input  [7:0] DYNAMICDELAY,
    output LOCK,
    input  BYPASS,
    input  RESETB,
    input  LATCHINPUTVALUE,
    output SDO,
    input  SDI,
    input  SCLK
);
    parameter FEEDBACK_PATH = "SIMPLE";
    parameter DELAY_ADJUSTMENT_MODE_FEEDBACK = "FIXED";
    parameter DELAY_ADJUSTMENT_MODE_RELATIVE = "FIXED";
    parameter SHIFTREG_DIV_MODE = 1'b0;
    parameter FDA_FEEDBACK = 4'b0000;
    parameter FDA_RELATIVE = 4'b0000;
    parameter PLLOUT_SELECT = "GENCLK";
    parameter DIVR = 4'b0000;
    parameter DIVF = 7'b0000000;
    parameter DIVQ = 3'b000;
    parameter FILTER_RANGE = 3'b000;
    parameter ENABLE_ICEGATE = 1'b0;
    parameter TEST_MODE = 1'b0;
    parameter EXTERNAL_DIVIDE_FACTOR = 1;

    reg [3:0] count = 4'd0;
    always @(posedge PACKAGEPIN) if (!count[3]) count <= count + 4'd1;
    assign PLLOUTCORE = PACKAGEPIN;
    assign PLLOUTGLOBAL = PACKAGEPIN;
    assign LOCK = count[3];
    assign SDO = 1'b0;
endmodule
