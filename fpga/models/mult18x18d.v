// MULT18X18D: our model of the ECP5's multiplier, for simulation of netlists and of designs that have it by name.
//
//   A, B -> input registers -> product -> pipeline register -> output register -> P
//
// Each register is there if its .._CLK parameter names a clock, and has the clock enable and reset that its parameters
// name. Without registers P is combinational. SIGNEDA and SIGNEDB go through registers of the same depth.
//
// Not modelled: the input C and its register, cascades out of other multipliers' B (SRIB with SOURCEB_MODE other than
// B_SHIFT), GSR, MULT_BYPASS, clock dividers.
`timescale 1 ns / 1 ps
// the cell's name; pins and parameters that are not modelled; strings of several lengths
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
/* verilator lint_off WIDTH */

// A register, or a wire where CLOCK is NONE.
module mult18x18d_register #(
    parameter integer WIDTH = 1,
    parameter CLOCK = "NONE",
    parameter ENABLE = "CE0",
    parameter RESET = "RST0",
    parameter integer SYNC = 1
) (
    input  wire [3:0] clk, ce, rst,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    wire c = clk[CLOCK == "CLK1" ? 1 : CLOCK == "CLK2" ? 2 : CLOCK == "CLK3" ? 3 : 0];
    wire e = ce[ENABLE == "CE1" ? 1 : ENABLE == "CE2" ? 2 : ENABLE == "CE3" ? 3 : 0];
    wire r = rst[RESET == "RST1" ? 1 : RESET == "RST2" ? 2 : RESET == "RST3" ? 3 : 0];
    generate
        if (CLOCK == "NONE") begin : none
            assign q = d;
        end else if (SYNC != 0) begin : sync
            reg [WIDTH-1:0] held = {WIDTH{1'b0}};
            always @(posedge c) if (r) held <= {WIDTH{1'b0}}; else if (e) held <= d;
            assign q = held;
        end else begin : async
            reg [WIDTH-1:0] held = {WIDTH{1'b0}};
            always @(posedge c or posedge r) if (r) held <= {WIDTH{1'b0}}; else if (e) held <= d;
            assign q = held;
        end
    endgenerate
endmodule

module MULT18X18D (
    input  A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
    input  B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
    input  C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0,
    input  SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
    input  CLK3, CLK2, CLK1, CLK0, CE3, CE2, CE1, CE0, RST3, RST2, RST1, RST0,
    input  SRIA17, SRIA16, SRIA15, SRIA14, SRIA13, SRIA12, SRIA11, SRIA10, SRIA9, SRIA8, SRIA7, SRIA6, SRIA5,
    SRIA4, SRIA3, SRIA2, SRIA1, SRIA0,
    input  SRIB17, SRIB16, SRIB15, SRIB14, SRIB13, SRIB12, SRIB11, SRIB10, SRIB9, SRIB8, SRIB7, SRIB6, SRIB5,
    SRIB4, SRIB3, SRIB2, SRIB1, SRIB0,
    output SROA17, SROA16, SROA15, SROA14, SROA13, SROA12, SROA11, SROA10, SROA9, SROA8, SROA7, SROA6, SROA5,
    SROA4, SROA3, SROA2, SROA1, SROA0,
    output SROB17, SROB16, SROB15, SROB14, SROB13, SROB12, SROB11, SROB10, SROB9, SROB8, SROB7, SROB6, SROB5,
    SROB4, SROB3, SROB2, SROB1, SROB0,
    output ROA17, ROA16, ROA15, ROA14, ROA13, ROA12, ROA11, ROA10, ROA9, ROA8, ROA7, ROA6, ROA5, ROA4, ROA3,
    ROA2, ROA1, ROA0,
    output ROB17, ROB16, ROB15, ROB14, ROB13, ROB12, ROB11, ROB10, ROB9, ROB8, ROB7, ROB6, ROB5, ROB4, ROB3,
    ROB2, ROB1, ROB0,
    output ROC17, ROC16, ROC15, ROC14, ROC13, ROC12, ROC11, ROC10, ROC9, ROC8, ROC7, ROC6, ROC5, ROC4, ROC3,
    ROC2, ROC1, ROC0,
    output P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16,
    P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0,
    output SIGNEDP
);
    parameter REG_INPUTA_CLK = "NONE";
    parameter REG_INPUTA_CE = "CE0";
    parameter REG_INPUTA_RST = "RST0";
    parameter REG_INPUTB_CLK = "NONE";
    parameter REG_INPUTB_CE = "CE0";
    parameter REG_INPUTB_RST = "RST0";
    parameter REG_INPUTC_CLK = "NONE";
    parameter REG_INPUTC_CE = "CE0";
    parameter REG_INPUTC_RST = "RST0";
    parameter REG_PIPELINE_CLK = "NONE";
    parameter REG_PIPELINE_CE = "CE0";
    parameter REG_PIPELINE_RST = "RST0";
    parameter REG_OUTPUT_CLK = "NONE";
    parameter REG_OUTPUT_CE = "CE0";
    parameter REG_OUTPUT_RST = "RST0";
    parameter CLK0_DIV = "ENABLED";
    parameter CLK1_DIV = "ENABLED";
    parameter CLK2_DIV = "ENABLED";
    parameter CLK3_DIV = "ENABLED";
    parameter HIGHSPEED_CLK = "NONE";
    parameter GSR = "ENABLED";
    parameter CAS_MATCH_REG = "FALSE";
    parameter SOURCEB_MODE = "B_SHIFT";
    parameter MULT_BYPASS = "DISABLED";
    parameter RESETMODE = "SYNC";

    wire [17:0] a = {
        A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0
    };
    wire [17:0] b = {
        B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0
    };
    wire [17:0] sria = {
        SRIA17, SRIA16, SRIA15, SRIA14, SRIA13, SRIA12, SRIA11, SRIA10, SRIA9, SRIA8, SRIA7, SRIA6, SRIA5,
        SRIA4, SRIA3, SRIA2, SRIA1, SRIA0
    };
    wire [17:0] srib = {
        SRIB17, SRIB16, SRIB15, SRIB14, SRIB13, SRIB12, SRIB11, SRIB10, SRIB9, SRIB8, SRIB7, SRIB6, SRIB5,
        SRIB4, SRIB3, SRIB2, SRIB1, SRIB0
    };
    wire [3:0] clk = {CLK3, CLK2, CLK1, CLK0};
    wire [3:0] ce = {CE3, CE2, CE1, CE0};
    wire [3:0] rst = {RST3, RST2, RST1, RST0};

    // signs beside the operands
    wire [18:0] a_held, b_held;
    wire [35:0] product, piped, p;
    mult18x18d_register #(
        .WIDTH(19), .CLOCK(REG_INPUTA_CLK), .ENABLE(REG_INPUTA_CE), .RESET(REG_INPUTA_RST), .SYNC(RESETMODE == "SYNC")
    ) input_a (.clk(clk), .ce(ce), .rst(rst), .d({SIGNEDA, SOURCEA ? sria : a}), .q(a_held));
    mult18x18d_register #(
        .WIDTH(19), .CLOCK(REG_INPUTB_CLK), .ENABLE(REG_INPUTB_CE), .RESET(REG_INPUTB_RST), .SYNC(RESETMODE == "SYNC")
    ) input_b (.clk(clk), .ce(ce), .rst(rst), .d({SIGNEDB, SOURCEB ? srib : b}), .q(b_held));
    // one bit more holds both kinds of numbers
    wire signed [18:0] x = {a_held[18] && a_held[17], a_held[17:0]};
    wire signed [18:0] y = {b_held[18] && b_held[17], b_held[17:0]};
    wire signed [37:0] xy = x * y;
    assign product = xy[35:0];
    mult18x18d_register #(
        .WIDTH(36), .CLOCK(REG_PIPELINE_CLK), .ENABLE(REG_PIPELINE_CE), .RESET(REG_PIPELINE_RST), .SYNC(RESETMODE == "SYNC")
    ) pipeline (.clk(clk), .ce(ce), .rst(rst), .d(product), .q(piped));
    mult18x18d_register #(
        .WIDTH(36), .CLOCK(REG_OUTPUT_CLK), .ENABLE(REG_OUTPUT_CE), .RESET(REG_OUTPUT_RST), .SYNC(RESETMODE == "SYNC")
    ) result (.clk(clk), .ce(ce), .rst(rst), .d(piped), .q(p));
    assign {
        P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16,
        P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
    } = p;
    assign {
        SROA17, SROA16, SROA15, SROA14, SROA13, SROA12, SROA11, SROA10, SROA9, SROA8, SROA7, SROA6, SROA5,
        SROA4, SROA3, SROA2, SROA1, SROA0
    } = a_held[17:0];
    assign {
        SROB17, SROB16, SROB15, SROB14, SROB13, SROB12, SROB11, SROB10, SROB9, SROB8, SROB7, SROB6, SROB5,
        SROB4, SROB3, SROB2, SROB1, SROB0
    } = b_held[17:0];
    assign {
        ROA17, ROA16, ROA15, ROA14, ROA13, ROA12, ROA11, ROA10, ROA9, ROA8, ROA7, ROA6, ROA5, ROA4, ROA3, ROA2,
        ROA1, ROA0
    } = a_held[17:0];
    assign {
        ROB17, ROB16, ROB15, ROB14, ROB13, ROB12, ROB11, ROB10, ROB9, ROB8, ROB7, ROB6, ROB5, ROB4, ROB3, ROB2,
        ROB1, ROB0
    } = b_held[17:0];
    assign {
        ROC17, ROC16, ROC15, ROC14, ROC13, ROC12, ROC11, ROC10, ROC9, ROC8, ROC7, ROC6, ROC5, ROC4, ROC3, ROC2,
        ROC1, ROC0
    } = 18'd0;
    assign SIGNEDP = a_held[18] || b_held[18];
endmodule
