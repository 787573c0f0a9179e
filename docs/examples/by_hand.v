// Sample 1 of docs/worked_example.md on the emitted core: weights in over the bus, two samples, what was counted, weights out.
//   drtp emit --config docs/examples/by_hand.toml --out by_hand_core
// Expected: scores 87 155, then 0 writes of 6 reads; scores 110 -258, then 3 writes of 12 reads; weights 1 -1 -13 -5 11 6.
module by_hand;
    localparam [11:0] CTRL = 12'h020, WEIGHT_READS = 12'h138, WEIGHT_WRITES = 12'h140, W_ADDR = 12'h180, W_DATA = 12'h184;
    localparam [31:0] FLUSH = 32'h2, OUTPUT_BANK = 32'h8000_0000;

    reg clk = 0, rst = 1, valid = 0, last = 0, awvalid = 0, wvalid = 0, arvalid = 0;
    reg [7:0] data = 0, user = 0;
    reg [11:0] address = 0;
    reg [31:0] value = 0;
    wire ready, out_valid, out_last, awready, wready, bvalid, arready, rvalid;
    wire [1:0] bresp, rresp;
    wire [7:0] out_user;
    wire [31:0] score, answer;
    always #5 clk = !clk;

    drtp_core core (
        .clk(clk), .rst(rst), .irq(),
        .s_axis_tdata(data), .s_axis_tvalid(valid), .s_axis_tready(ready), .s_axis_tlast(last), .s_axis_tuser(user),
        .m_axis_tdata(score), .m_axis_tvalid(out_valid), .m_axis_tready(1'b1), .m_axis_tlast(out_last),
        .m_axis_tuser(out_user),
        .s_axil_awaddr(address), .s_axil_awprot(3'd0), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
        .s_axil_wdata(value), .s_axil_wstrb(4'hf), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
        .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(1'b1),
        .s_axil_araddr(address), .s_axil_arprot(3'd0), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
        .s_axil_rdata(answer), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(1'b1)
    );

    // Inputs change at the falling edge; what a rising edge finds is taken.
    reg taken, taken_too;
    task write(input [11:0] at, input [31:0] what);
        begin
            @(negedge clk) {address, value, awvalid, wvalid} = {at, what, 2'b11};
            while (awvalid || wvalid) begin
                @(posedge clk) {taken, taken_too} = {awready, wready};
                @(negedge clk) {awvalid, wvalid} = {awvalid && !taken, wvalid && !taken_too};
            end
            while (!bvalid) @(negedge clk);
            if (bresp != 0) $display("write to %h: refused", at);
            @(posedge clk);
        end
    endtask
    task read(input [11:0] at);
        begin
            @(negedge clk) {address, arvalid} = {at, 1'b1};
            while (arvalid) begin
                @(posedge clk) taken = arready;
                @(negedge clk) arvalid = !taken;
            end
            while (!rvalid) @(negedge clk);
            if (rresp == 0) $write("%0d ", $signed(answer));
            else $write("refused ");
            @(posedge clk);
        end
    endtask
    task beat(input [7:0] x, input is_last, input [7:0] beat_user);
        begin
            {valid, data, last, user} <= {1'b1, x, is_last, beat_user};
            @(posedge clk);
            while (!ready) @(posedge clk);
            valid <= 0;
        end
    endtask

    always @(posedge clk) if (out_valid) begin
        $write("%0d ", $signed(score));
        if (out_last) $display("class %0d owes %0d", out_user[6:0], out_user[7]);
    end
    // far longer than a reset, a pass or a flush of so small a core
    task rest;
        repeat (400) @(posedge clk);
    endtask
    task counted;
        begin
            $write("writes and reads: ");
            read(WEIGHT_WRITES);
            read(WEIGHT_READS);
            $display;
        end
    endtask

    integer i;
    initial begin
        repeat (3) @(posedge clk);
        rst <= 0;
        rest;
        write(W_ADDR, OUTPUT_BANK);
        write(W_DATA, 1);
        write(W_DATA, 2);
        write(W_DATA, 3);
        write(W_DATA, -4);
        write(W_DATA, 5);
        write(W_DATA, 6);
        beat(10, 0, 0);
        beat(-20, 1, 8'h80);
        rest;
        counted;
        beat(0, 0, 0);
        beat(30, 1, 8'h81);
        rest;
        counted;
        write(CTRL, FLUSH);
        rest;
        write(W_ADDR, OUTPUT_BANK);
        for (i = 0; i < 6; i = i + 1) read(W_DATA);
        $display;
        $finish;
    end
endmodule
