// DP16KD with its output register, in slices as narrow as the depth asks for; one page for each 16,384 words.
localparam integer SLICE = DEPTH <= 1024 ? 18 : DEPTH <= 2048 ? 9 : DEPTH <= 4096 ? 4 : DEPTH <= 8192 ? 2 : 1;
localparam integer PLACE = DEPTH <= 1024 ? 4 : DEPTH <= 2048 ? 3 : DEPTH <= 4096 ? 2 : DEPTH <= 8192 ? 1 : 0;
localparam integer SLICES = (WIDTH + SLICE - 1) / SLICE;
localparam integer PAGES = (DEPTH + 16383) / 16384;
localparam integer PAGE_BITS = PAGES == 1 ? 1 : $clog2(PAGES);
wire [SLICE*SLICES-1:0] in = {{(SLICE*SLICES-WIDTH){1'b0}}, wd};
// the lowest bits are byte enables where a slice has more than one byte
wire [31:0] read_at = {{(32-ADDRESS_BITS){1'b0}}, ra} << PLACE;
wire [31:0] write_at = ({{(32-ADDRESS_BITS){1'b0}}, wa} << PLACE) | (SLICE == 18 ? 32'd3 : 32'd0);
wire [SLICE*SLICES-1:0] page_out [0:PAGES-1];
wire [SLICE*SLICES-1:0] out;
assign rd = out[WIDTH-1:0];
genvar page, slice;
generate
    if (PAGES == 1) begin : one_page
        assign out = page_out[0];
    end else begin : choose_page
        reg [PAGE_BITS-1:0] read_page = 0, shown_page = 0;
        always @(posedge clk) begin
            if (re) read_page <= read_at[14 +: PAGE_BITS];
            if (oe) shown_page <= read_page;
        end
        assign out = page_out[shown_page];
    end
    for (page = 0; page < PAGES; page = page + 1) begin : pages
        for (slice = 0; slice < SLICES; slice = slice + 1) begin : slices
            wire [17:0] d, q;
            assign d = {{(18-SLICE){1'b0}}, in[SLICE*slice +: SLICE]};
            assign page_out[page][SLICE*slice +: SLICE] = q[SLICE-1:0];
            DP16KD #(
                .DATA_WIDTH_A(SLICE), .DATA_WIDTH_B(SLICE), .REGMODE_A("NOREG"), .REGMODE_B("OUTREG"),
                .RESETMODE("SYNC"), .WRITEMODE_A("NORMAL"), .WRITEMODE_B("NORMAL"),
                .CSDECODE_A("0b000"), .CSDECODE_B("0b000"), .GSR("DISABLED")
            ) ram (
                // port A writes
                .CLKA(clk), .CEA(1'b1), .OCEA(1'b0), .RSTA(1'b0), .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0),
                .WEA(we && write_at[31:14] == page),
                .ADA0(write_at[0]), .ADA1(write_at[1]), .ADA2(write_at[2]), .ADA3(write_at[3]),
                .ADA4(write_at[4]), .ADA5(write_at[5]), .ADA6(write_at[6]), .ADA7(write_at[7]),
                .ADA8(write_at[8]), .ADA9(write_at[9]), .ADA10(write_at[10]), .ADA11(write_at[11]),
                .ADA12(write_at[12]), .ADA13(write_at[13]),
                .DIA0(d[0]), .DIA1(d[1]), .DIA2(d[2]), .DIA3(d[3]), .DIA4(d[4]), .DIA5(d[5]), .DIA6(d[6]),
                .DIA7(d[7]), .DIA8(d[8]), .DIA9(d[9]), .DIA10(d[10]), .DIA11(d[11]), .DIA12(d[12]),
                .DIA13(d[13]), .DIA14(d[14]), .DIA15(d[15]), .DIA16(d[16]), .DIA17(d[17]),
                // port B reads: the array with re, its output register with oe
                .CLKB(clk), .CEB(re || oe), .OCEB(oe), .RSTB(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0),
                .WEB(1'b0),
                .ADB0(read_at[0]), .ADB1(read_at[1]), .ADB2(read_at[2]), .ADB3(read_at[3]),
                .ADB4(read_at[4]), .ADB5(read_at[5]), .ADB6(read_at[6]), .ADB7(read_at[7]),
                .ADB8(read_at[8]), .ADB9(read_at[9]), .ADB10(read_at[10]), .ADB11(read_at[11]),
                .ADB12(read_at[12]), .ADB13(read_at[13]),
                .DOB0(q[0]), .DOB1(q[1]), .DOB2(q[2]), .DOB3(q[3]), .DOB4(q[4]), .DOB5(q[5]), .DOB6(q[6]),
                .DOB7(q[7]), .DOB8(q[8]), .DOB9(q[9]), .DOB10(q[10]), .DOB11(q[11]), .DOB12(q[12]),
                .DOB13(q[13]), .DOB14(q[14]), .DOB15(q[15]), .DOB16(q[16]), .DOB17(q[17])
            );
        end
    end
endgenerate
