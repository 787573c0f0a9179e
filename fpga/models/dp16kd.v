// DP16KD: our model of the ECP5's block RAM, for simulation of netlists and of designs that have it by name.
//
// 1,024 words of 18 bits. A port of width 9 has half words, those of 4, 2 and 1 have parts of the lower 8 bits of each
// half: bit 8 of a half is out of their reach. At width 18 address bits 0 and 1 enable the halves.
//
// What follows from Yosys' description of the cell, and is checked against what Yosys makes of plain memories
// (crates/synth/tests): a read takes one cycle, with the output register two; reset clears the output and blocks a write.
// HAZARD: a word that one port writes while the other reads it comes out old here; on the part that is not promised.
//
// Not modelled: FIFO and ECC modes, chip selects other than 0b000, DI.. and AD.. multiplexers, GSR.
`timescale 1 ns / 1 ps
// the cell's name; pins and parameters that are not modelled; strings of several lengths
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
/* verilator lint_off WIDTH */

// One port without the memory: what it writes, and what it puts out.
module dp16kd_port #(
    parameter integer WIDTH = 18,
    parameter integer OUTPUT_REGISTER = 0,
    parameter integer SYNC = 1,
    parameter MODE = "NORMAL"
) (
    input  wire clk, ce, oce, we, rst,
    input  wire [13:0] ad,
    input  wire [17:0] di,
    // the word at ad
    input  wire [17:0] old,
    output wire [17:0] mask,
    output wire [17:0] data,
    output wire [17:0] q
);
    localparam [17:0] ONES = 18'h3ffff >> (18 - WIDTH);
    // where the part begins in its word
    wire [4:0] half = (WIDTH < 18 && ad[3]) ? 5'd9 : 5'd0;
    wire [4:0] at = half + {2'd0, ad[2:0] & (WIDTH == 4 ? 3'd4 : WIDTH == 2 ? 3'd6 : WIDTH == 1 ? 3'd7 : 3'd0)};
    wire [17:0] halves = {{9{ad[1] || WIDTH != 18}}, {9{ad[0] || WIDTH != 18}}};
    wire writes = ce && we && !(SYNC != 0 && rst);
    assign mask = writes ? (ONES << at) & halves : 18'd0;
    assign data = di << at;

    reg [17:0] read = 18'd0;
    reg [17:0] registered = 18'd0;
    wire [17:0] word = MODE == "WRITETHROUGH" ? (old & ~mask) | (data & mask) : old;
    wire reads = ce && !(MODE == "NORMAL" && we);
    assign q = OUTPUT_REGISTER != 0 ? registered : read;
    generate
        if (SYNC != 0) begin : sync
            always @(posedge clk) begin
                if (rst && OUTPUT_REGISTER == 0) read <= 18'd0;
                else if (reads) read <= (word >> at) & ONES;
                if (rst) registered <= 18'd0;
                else if (oce) registered <= read;
            end
        end else begin : async
            always @(posedge clk or posedge rst) begin
                if (rst) read <= 18'd0;
                else if (reads) read <= (word >> at) & ONES;
            end
            always @(posedge clk or posedge rst) begin
                if (rst) registered <= 18'd0;
                else if (oce) registered <= read;
            end
        end
    endgenerate
endmodule

module DP16KD (
    input  DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3,
    DIA2, DIA1, DIA0,
    input  ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0,
    input  CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
    output DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3,
    DOA2, DOA1, DOA0,
    input  DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3,
    DIB2, DIB1, DIB0,
    input  ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0,
    input  CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
    output DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3,
    DOB2, DOB1, DOB0
);
    parameter DATA_WIDTH_A = 18;
    parameter DATA_WIDTH_B = 18;
    parameter REGMODE_A = "NOREG";
    parameter REGMODE_B = "NOREG";
    parameter RESETMODE = "SYNC";
    parameter ASYNC_RESET_RELEASE = "SYNC";
    parameter CSDECODE_A = "0b000";
    parameter CSDECODE_B = "0b000";
    parameter WRITEMODE_A = "NORMAL";
    parameter WRITEMODE_B = "NORMAL";
    parameter CLKAMUX = "CLKA";
    parameter CLKBMUX = "CLKB";
    parameter GSR = "ENABLED";
    parameter INIT_DATA = "STATIC";
    parameter [319:0] INITVAL_00 = 320'd0;
    parameter [319:0] INITVAL_01 = 320'd0;
    parameter [319:0] INITVAL_02 = 320'd0;
    parameter [319:0] INITVAL_03 = 320'd0;
    parameter [319:0] INITVAL_04 = 320'd0;
    parameter [319:0] INITVAL_05 = 320'd0;
    parameter [319:0] INITVAL_06 = 320'd0;
    parameter [319:0] INITVAL_07 = 320'd0;
    parameter [319:0] INITVAL_08 = 320'd0;
    parameter [319:0] INITVAL_09 = 320'd0;
    parameter [319:0] INITVAL_0A = 320'd0;
    parameter [319:0] INITVAL_0B = 320'd0;
    parameter [319:0] INITVAL_0C = 320'd0;
    parameter [319:0] INITVAL_0D = 320'd0;
    parameter [319:0] INITVAL_0E = 320'd0;
    parameter [319:0] INITVAL_0F = 320'd0;
    parameter [319:0] INITVAL_10 = 320'd0;
    parameter [319:0] INITVAL_11 = 320'd0;
    parameter [319:0] INITVAL_12 = 320'd0;
    parameter [319:0] INITVAL_13 = 320'd0;
    parameter [319:0] INITVAL_14 = 320'd0;
    parameter [319:0] INITVAL_15 = 320'd0;
    parameter [319:0] INITVAL_16 = 320'd0;
    parameter [319:0] INITVAL_17 = 320'd0;
    parameter [319:0] INITVAL_18 = 320'd0;
    parameter [319:0] INITVAL_19 = 320'd0;
    parameter [319:0] INITVAL_1A = 320'd0;
    parameter [319:0] INITVAL_1B = 320'd0;
    parameter [319:0] INITVAL_1C = 320'd0;
    parameter [319:0] INITVAL_1D = 320'd0;
    parameter [319:0] INITVAL_1E = 320'd0;
    parameter [319:0] INITVAL_1F = 320'd0;
    parameter [319:0] INITVAL_20 = 320'd0;
    parameter [319:0] INITVAL_21 = 320'd0;
    parameter [319:0] INITVAL_22 = 320'd0;
    parameter [319:0] INITVAL_23 = 320'd0;
    parameter [319:0] INITVAL_24 = 320'd0;
    parameter [319:0] INITVAL_25 = 320'd0;
    parameter [319:0] INITVAL_26 = 320'd0;
    parameter [319:0] INITVAL_27 = 320'd0;
    parameter [319:0] INITVAL_28 = 320'd0;
    parameter [319:0] INITVAL_29 = 320'd0;
    parameter [319:0] INITVAL_2A = 320'd0;
    parameter [319:0] INITVAL_2B = 320'd0;
    parameter [319:0] INITVAL_2C = 320'd0;
    parameter [319:0] INITVAL_2D = 320'd0;
    parameter [319:0] INITVAL_2E = 320'd0;
    parameter [319:0] INITVAL_2F = 320'd0;
    parameter [319:0] INITVAL_30 = 320'd0;
    parameter [319:0] INITVAL_31 = 320'd0;
    parameter [319:0] INITVAL_32 = 320'd0;
    parameter [319:0] INITVAL_33 = 320'd0;
    parameter [319:0] INITVAL_34 = 320'd0;
    parameter [319:0] INITVAL_35 = 320'd0;
    parameter [319:0] INITVAL_36 = 320'd0;
    parameter [319:0] INITVAL_37 = 320'd0;
    parameter [319:0] INITVAL_38 = 320'd0;
    parameter [319:0] INITVAL_39 = 320'd0;
    parameter [319:0] INITVAL_3A = 320'd0;
    parameter [319:0] INITVAL_3B = 320'd0;
    parameter [319:0] INITVAL_3C = 320'd0;
    parameter [319:0] INITVAL_3D = 320'd0;
    parameter [319:0] INITVAL_3E = 320'd0;
    parameter [319:0] INITVAL_3F = 320'd0;

    // both ports may write in one cycle, each on its clock
    /* verilator lint_off MULTIDRIVEN */
    reg [17:0] memory [0:1023];
    /* verilator lint_on MULTIDRIVEN */

    // sixteen words of each parameter, 20 bits apart
    task fill(input integer first, input [319:0] words);
        integer i;
        for (i = 0; i < 16; i = i + 1) memory[first + i] = words[20 * i +: 18];
    endtask
    initial begin
        fill(0, INITVAL_00); fill(16, INITVAL_01); fill(32, INITVAL_02); fill(48, INITVAL_03);
        fill(64, INITVAL_04); fill(80, INITVAL_05); fill(96, INITVAL_06); fill(112, INITVAL_07);
        fill(128, INITVAL_08); fill(144, INITVAL_09); fill(160, INITVAL_0A); fill(176, INITVAL_0B);
        fill(192, INITVAL_0C); fill(208, INITVAL_0D); fill(224, INITVAL_0E); fill(240, INITVAL_0F);
        fill(256, INITVAL_10); fill(272, INITVAL_11); fill(288, INITVAL_12); fill(304, INITVAL_13);
        fill(320, INITVAL_14); fill(336, INITVAL_15); fill(352, INITVAL_16); fill(368, INITVAL_17);
        fill(384, INITVAL_18); fill(400, INITVAL_19); fill(416, INITVAL_1A); fill(432, INITVAL_1B);
        fill(448, INITVAL_1C); fill(464, INITVAL_1D); fill(480, INITVAL_1E); fill(496, INITVAL_1F);
        fill(512, INITVAL_20); fill(528, INITVAL_21); fill(544, INITVAL_22); fill(560, INITVAL_23);
        fill(576, INITVAL_24); fill(592, INITVAL_25); fill(608, INITVAL_26); fill(624, INITVAL_27);
        fill(640, INITVAL_28); fill(656, INITVAL_29); fill(672, INITVAL_2A); fill(688, INITVAL_2B);
        fill(704, INITVAL_2C); fill(720, INITVAL_2D); fill(736, INITVAL_2E); fill(752, INITVAL_2F);
        fill(768, INITVAL_30); fill(784, INITVAL_31); fill(800, INITVAL_32); fill(816, INITVAL_33);
        fill(832, INITVAL_34); fill(848, INITVAL_35); fill(864, INITVAL_36); fill(880, INITVAL_37);
        fill(896, INITVAL_38); fill(912, INITVAL_39); fill(928, INITVAL_3A); fill(944, INITVAL_3B);
        fill(960, INITVAL_3C); fill(976, INITVAL_3D); fill(992, INITVAL_3E); fill(1008, INITVAL_3F);
    end

    wire [17:0] di_a = {
        DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2,
        DIA1, DIA0
    };
    wire [13:0] ad_a = {
        ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0
    };
    wire clk_a = CLKA ^ (CLKAMUX == "INV");
    wire [17:0] mask_a, data_a, q_a;
    dp16kd_port #(
        .WIDTH(DATA_WIDTH_A),
        .OUTPUT_REGISTER(REGMODE_A == "OUTREG"),
        .SYNC(RESETMODE == "SYNC"),
        .MODE(WRITEMODE_A)
    ) port_a (
        .clk(clk_a), .ce(CEA), .oce(OCEA), .we(WEA), .rst(RSTA), .ad(ad_a), .di(di_a),
        .old(memory[ad_a[13:4]]), .mask(mask_a), .data(data_a), .q(q_a)
    );
    // bit by bit: the ports may write parts of the same word
    integer bit_a;
    always @(posedge clk_a)
        for (bit_a = 0; bit_a < 18; bit_a = bit_a + 1)
            if (mask_a[bit_a]) memory[ad_a[13:4]][bit_a] <= data_a[bit_a];
    assign {
        DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2,
        DOA1, DOA0
    } = q_a;

    wire [17:0] di_b = {
        DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2,
        DIB1, DIB0
    };
    wire [13:0] ad_b = {
        ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0
    };
    wire clk_b = CLKB ^ (CLKBMUX == "INV");
    wire [17:0] mask_b, data_b, q_b;
    dp16kd_port #(
        .WIDTH(DATA_WIDTH_B),
        .OUTPUT_REGISTER(REGMODE_B == "OUTREG"),
        .SYNC(RESETMODE == "SYNC"),
        .MODE(WRITEMODE_B)
    ) port_b (
        .clk(clk_b), .ce(CEB), .oce(OCEB), .we(WEB), .rst(RSTB), .ad(ad_b), .di(di_b),
        .old(memory[ad_b[13:4]]), .mask(mask_b), .data(data_b), .q(q_b)
    );
    // bit by bit: the ports may write parts of the same word
    integer bit_b;
    always @(posedge clk_b)
        for (bit_b = 0; bit_b < 18; bit_b = bit_b + 1)
            if (mask_b[bit_b]) memory[ad_b[13:4]][bit_b] <= data_b[bit_b];
    assign {
        DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2,
        DOB1, DOB0
    } = q_b;
endmodule
