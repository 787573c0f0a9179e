// Cells by name with registers that Yosys never infers, beside plain Verilog with registers.
`timescale 1 ns / 1 ps

// A multiplier with any choice of registers, which share an enable; the last has a reset.
module multiplier #(parameter INPUT = 0, parameter PIPELINE = 0, parameter OUTPUT = 0) (
    input clk, ce, rst, input [1:0] sign, input [17:0] a, b, output wrong
);
    wire [35:0] p;
    MULT18X18D #(
        .REG_INPUTA_CLK(INPUT ? "CLK1" : "NONE"), .REG_INPUTA_CE("CE2"),
        .REG_INPUTB_CLK(INPUT ? "CLK1" : "NONE"), .REG_INPUTB_CE("CE2"),
        .REG_PIPELINE_CLK(PIPELINE ? "CLK1" : "NONE"), .REG_PIPELINE_CE("CE2"),
        .REG_OUTPUT_CLK(OUTPUT ? "CLK1" : "NONE"), .REG_OUTPUT_CE("CE2"), .REG_OUTPUT_RST("RST3")
    ) cell_ (
        .A0(a[0]), .A1(a[1]), .A2(a[2]), .A3(a[3]), .A4(a[4]), .A5(a[5]), .A6(a[6]), .A7(a[7]), .A8(a[8]), .A9(a[9]),
        .A10(a[10]), .A11(a[11]), .A12(a[12]), .A13(a[13]), .A14(a[14]), .A15(a[15]), .A16(a[16]), .A17(a[17]),
        .B0(b[0]), .B1(b[1]), .B2(b[2]), .B3(b[3]), .B4(b[4]), .B5(b[5]), .B6(b[6]), .B7(b[7]), .B8(b[8]), .B9(b[9]),
        .B10(b[10]), .B11(b[11]), .B12(b[12]), .B13(b[13]), .B14(b[14]), .B15(b[15]), .B16(b[16]), .B17(b[17]),
        .P0(p[0]), .P1(p[1]), .P2(p[2]), .P3(p[3]), .P4(p[4]), .P5(p[5]), .P6(p[6]), .P7(p[7]), .P8(p[8]), .P9(p[9]),
        .P10(p[10]), .P11(p[11]), .P12(p[12]), .P13(p[13]), .P14(p[14]), .P15(p[15]), .P16(p[16]), .P17(p[17]),
        .P18(p[18]), .P19(p[19]), .P20(p[20]), .P21(p[21]), .P22(p[22]), .P23(p[23]), .P24(p[24]), .P25(p[25]),
        .P26(p[26]), .P27(p[27]), .P28(p[28]), .P29(p[29]), .P30(p[30]), .P31(p[31]), .P32(p[32]), .P33(p[33]),
        .P34(p[34]), .P35(p[35]),
        .CLK1(clk), .CE2(ce), .RST0(1'b0), .RST3(rst), .SIGNEDA(sign[0]), .SIGNEDB(sign[1]), .SOURCEA(1'b0), .SOURCEB(1'b0)
    );

    // one bit of sign more makes both kinds of numbers signed
    reg signed [18:0] x0 = 0, y0 = 0;
    reg signed [37:0] xy0 = 0, p0 = 0;
    wire signed [18:0] x = INPUT ? x0 : $signed({sign[0] && a[17], a});
    wire signed [18:0] y = INPUT ? y0 : $signed({sign[1] && b[17], b});
    wire signed [37:0] xy = PIPELINE ? xy0 : x * y;
    always @(posedge clk) begin
        if (ce) begin
            x0 <= {sign[0] && a[17], a};
            y0 <= {sign[1] && b[17], b};
            xy0 <= x * y;
            p0 <= xy;
        end
        if (rst) p0 <= 0;
    end
    wire signed [37:0] expected = OUTPUT ? p0 : xy;
    assign wrong = p !== expected[35:0];
endmodule

// A block RAM written on one port and read on the other, through its output register.
module block #(parameter WIDTH = 18, parameter BITS = 10) (
    input clk, we, re, rst, input [13:0] wa, ra, input [17:0] d, output wrong
);
    // at width 18 the lowest bits enable the halves of a word
    wire [13:0] ada = {wa[BITS-1:0], {14 - BITS{WIDTH == 18}}};
    wire [13:0] adb = {ra[BITS-1:0], {14 - BITS{1'b0}}};
    wire [17:0] q;
    DP16KD #(.DATA_WIDTH_A(WIDTH), .DATA_WIDTH_B(WIDTH), .REGMODE_B("OUTREG")) cell_ (
        .ADA0(ada[0]), .ADA1(ada[1]), .ADA2(ada[2]), .ADA3(ada[3]), .ADA4(ada[4]), .ADA5(ada[5]), .ADA6(ada[6]),
        .ADA7(ada[7]), .ADA8(ada[8]), .ADA9(ada[9]), .ADA10(ada[10]), .ADA11(ada[11]), .ADA12(ada[12]),
        .ADA13(ada[13]),
        .ADB0(adb[0]), .ADB1(adb[1]), .ADB2(adb[2]), .ADB3(adb[3]), .ADB4(adb[4]), .ADB5(adb[5]), .ADB6(adb[6]),
        .ADB7(adb[7]), .ADB8(adb[8]), .ADB9(adb[9]), .ADB10(adb[10]), .ADB11(adb[11]), .ADB12(adb[12]),
        .ADB13(adb[13]),
        .DIA0(d[0]), .DIA1(d[1]), .DIA2(d[2]), .DIA3(d[3]), .DIA4(d[4]), .DIA5(d[5]), .DIA6(d[6]), .DIA7(d[7]),
        .DIA8(d[8]), .DIA9(d[9]), .DIA10(d[10]), .DIA11(d[11]), .DIA12(d[12]), .DIA13(d[13]), .DIA14(d[14]),
        .DIA15(d[15]), .DIA16(d[16]), .DIA17(d[17]),
        .DOB0(q[0]), .DOB1(q[1]), .DOB2(q[2]), .DOB3(q[3]), .DOB4(q[4]), .DOB5(q[5]), .DOB6(q[6]), .DOB7(q[7]),
        .DOB8(q[8]), .DOB9(q[9]), .DOB10(q[10]), .DOB11(q[11]), .DOB12(q[12]), .DOB13(q[13]), .DOB14(q[14]),
        .DOB15(q[15]), .DOB16(q[16]), .DOB17(q[17]),
        .CLKA(clk), .CEA(1'b1), .OCEA(1'b0), .WEA(we), .RSTA(1'b0), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0),
        .CLKB(clk), .CEB(re), .OCEB(1'b1), .WEB(1'b0), .RSTB(rst), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0)
    );

    reg [WIDTH-1:0] mem [0:(1<<BITS)-1];
    reg [WIDTH-1:0] first = 0, second = 0;
    integer i;
    initial for (i = 0; i < (1 << BITS); i = i + 1) mem[i] = 0;
    always @(posedge clk) begin
        if (we) mem[wa[BITS-1:0]] <= d[WIDTH-1:0];
        if (re) first <= mem[ra[BITS-1:0]];
        second <= rst ? 0 : first;
    end
    assign wrong = q[WIDTH-1:0] !== second;
endmodule

module bench;
    reg clk = 0, we = 0, ce = 0, rst = 0;
    reg [1:0] sign = 0;
    reg [17:0] a = 0, b = 0;
    reg [13:0] wa = 0, ra = 0;
    wire [7:0] multipliers;
    wire [4:0] blocks;
    genvar g;
    generate
        for (g = 0; g < 8; g = g + 1) begin : choice
            multiplier #(.INPUT(g & 1), .PIPELINE(g >> 1 & 1), .OUTPUT(g >> 2)) m (
                .clk(clk), .ce(ce), .rst(rst), .sign(sign), .a(a), .b(b), .wrong(multipliers[g]));
        end
        for (g = 0; g < 5; g = g + 1) begin : width
            block #(.WIDTH(g == 4 ? 18 : g == 3 ? 9 : 1 << g), .BITS(14 - g)) m (
                .clk(clk), .we(we), .re(ce), .rst(rst), .wa(wa), .ra(ra), .d(a), .wrong(blocks[g]));
        end
    endgenerate
    integer i, bad = 0;
    initial begin
        for (i = 0; i < 8000; i = i + 1) begin
            a = $random; b = $random; we = $random; ce = $random; sign = $random;
            rst = {$random} % 16 == 0;
            wa = $random; ra = $random;
            // few addresses, so that words are met again
            if (i % 4 != 0) begin wa = {{7{wa[6]}}, 4'd0, wa[2:0]}; ra = {{7{ra[6]}}, 4'd0, ra[2:0]}; end
            if (i % 64 == 0) begin a = 18'h20000; b = 18'h20000; end
            #1;
            if ({multipliers, blocks} != 0) bad = bad + 1;
            #1 clk = 1;
            #1;
            if ({multipliers, blocks} != 0) begin
                bad = bad + 1;
                if (bad < 10) $display("cycle %0d: multipliers %b, blocks %b", i, multipliers, blocks);
            end
            #1 clk = 0;
        end
        if (bad == 0) $display("EQUAL"); else $display("DIFFERENT %0d", bad);
        $finish;
    end
endmodule
