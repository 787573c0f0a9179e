// The netlist beside the RTL on drawn inputs. Two ports never meet at a word that one of them writes: the part promises
// nothing there.
`timescale 1 ns / 1 ps
module bench;
    reg clk = 0;
    reg [7:0] control;
    reg [13:0] a, b;
    reg [17:0] x, y;
    wire [159:0] rtl, netlist;
    // qualified by what has been read, so that nothing unknown is compared
    wire [31:0] one_r, one_n;
    memories r (.clk(clk), .control(control), .a(a), .b(b), .x(x), .y(y), .one(one_r), .two_a(rtl[17:0]), .two_b(rtl[35:18]),
        .three_a(rtl[53:36]), .three_b(rtl[71:54]), .four_a(rtl[89:72]), .four_b(rtl[107:90]), .f(rtl[125:108]), .n(rtl[129:126]));
    memories_netlist m (.clk(clk), .control(control), .a(a), .b(b), .x(x), .y(y), .one(one_n), .two_a(netlist[17:0]), .two_b(netlist[35:18]),
        .three_a(netlist[53:36]), .three_b(netlist[71:54]), .four_a(netlist[89:72]), .four_b(netlist[107:90]), .f(netlist[125:108]), .n(netlist[129:126]));
    assign rtl[159:130] = 0, netlist[159:130] = 0;
    integer i, k, bad = 0, known = 0, seed = 1;
    // a bit of the RTL that is not known yet is any value in the netlist
    wire [159:0] differs = (rtl ^ netlist);
    wire [31:0] one_differs = (one_r ^ one_n);
    initial begin
        for (i = 0; i < 8000; i = i + 1) begin
            control = $random(seed); x = $random(seed); y = $random(seed);
            // few addresses, so that words are met again; all bits of them move
            a = {$random(seed)} & 14'h3fff;
            b = {$random(seed)} & 14'h3fff;
            if (i % 4 != 0) begin a = {14{a[0]}} ^ {10'd0, a[4:1]}; b = {14{b[0]}} ^ {10'd0, b[4:1]}; end
            // apart at every width: the narrowest memory has 10 bits of address
            if (a[9:0] == b[9:0]) b[0] = !b[0];
            #1;
            if (r.p !== m.p || r.q !== m.q) bad = bad + 1;
            #1 clk = 1;
            #1;
            for (k = 0; k < 130; k = k + 1) begin
                if (differs[k] === 1'b1) begin bad = bad + 1; if (bad < 10) $display("cycle %0d: bit %0d", i, k); end
                if (differs[k] === 1'b0) known = known + 1;
                if (rtl[k] !== 1'bx && netlist[k] === 1'bx) bad = bad + 1;
            end
            for (k = 0; k < 32; k = k + 1) begin
                if (one_differs[k] === 1'b1) begin bad = bad + 1; if (bad < 10) $display("cycle %0d: one bit %0d", i, k); end
                if (one_differs[k] === 1'b0) known = known + 1;
                if (one_r[k] !== 1'bx && one_n[k] === 1'bx) bad = bad + 1;
            end
            #1 clk = 0;
        end
        if (known < 100000) bad = bad + 1;
        if (bad == 0) $display("EQUAL %0d", known); else $display("DIFFERENT %0d", bad);
        $finish;
    end
endmodule
