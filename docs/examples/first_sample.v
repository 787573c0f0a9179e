// The least bench of a core: three samples to learn and one to classify, no bus. For the core of
//   drtp emit --layers 3,2,2 --lanes 1 --rule drtp --seed 5 --out small_core
// Expected, by `drtp vectors` with the same options:
//   0 0 class 0 owes 1
//   -1 0 class 1 owes 1
//   -1 0 class 1 owes 1
//   -2 1 class 1 owes 0
module first_sample;
    integer packets = 0;
    reg clk = 0, rst = 1, valid = 0, last = 0;
    reg [7:0] data = 0, user = 0;
    wire ready, out_valid, out_last;
    wire [31:0] score;
    wire [7:0] out_user;
    always #5 clk = !clk;

    drtp_core core (
        .clk(clk), .rst(rst), .irq(),
        .s_axis_tdata(data), .s_axis_tvalid(valid), .s_axis_tready(ready), .s_axis_tlast(last), .s_axis_tuser(user),
        .m_axis_tdata(score), .m_axis_tvalid(out_valid), .m_axis_tready(1'b1), .m_axis_tlast(out_last),
        .m_axis_tuser(out_user),
        .s_axil_awaddr(12'd0), .s_axil_awprot(3'd0), .s_axil_awvalid(1'b0), .s_axil_awready(),
        .s_axil_wdata(32'd0), .s_axil_wstrb(4'd0), .s_axil_wvalid(1'b0), .s_axil_wready(),
        .s_axil_bresp(), .s_axil_bvalid(), .s_axil_bready(1'b1),
        .s_axil_araddr(12'd0), .s_axil_arprot(3'd0), .s_axil_arvalid(1'b0), .s_axil_arready(),
        .s_axil_rdata(), .s_axil_rresp(), .s_axil_rvalid(), .s_axil_rready(1'b1)
    );

    // a beat stays until a rising edge finds tready
    task beat(input [7:0] value, input is_last, input [7:0] beat_user);
        begin
            {valid, data, last, user} <= {1'b1, value, is_last, beat_user};
            @(posedge clk);
            while (!ready) @(posedge clk);
            valid <= 0;
        end
    endtask
    task sample(input [7:0] x0, input [7:0] x1, input [7:0] x2, input [7:0] sample_user);
        begin
            beat(x0, 0, 0);
            beat(x1, 0, 0);
            beat(x2, 1, sample_user);
        end
    endtask

    always @(posedge clk) if (out_valid) begin
        $write("%0d ", $signed(score));
        if (out_last) begin
            $display("class %0d owes %0d", out_user[6:0], out_user[7]);
            packets = packets + 1;
            if (packets == 4) $finish;
        end
    end
    initial begin
        repeat (2) @(posedge clk);
        rst <= 0;
        sample(8'd66, 8'd192, 8'd26, 8'h81);   // learn: class 1
        sample(8'd0, 8'd0, 8'd0, 8'h81);
        sample(8'd0, 8'd173, 8'd0, 8'h81);
        sample(8'd0, 8'd0, 8'd9, 8'h01);       // classify
    end
endmodule
