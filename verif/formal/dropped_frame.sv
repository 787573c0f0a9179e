// The whole core again, with nothing but frames that are to be dropped: none begins a pass or leaves anything owed, and
// no weight is written but the initial ones.
module dropped_frame (
    input wire clk, rst, tvalid, tlast, out_ready, input wire [7:0] tdata, tuser
);
    wire tready;
    drtp_core core (
        .clk(clk), .rst(rst), .s_axis_tdata(tdata), .s_axis_tvalid(tvalid), .s_axis_tready(tready),
        .s_axis_tlast(tlast), .s_axis_tuser(tuser), .m_axis_tdata(), .m_axis_tvalid(), .m_axis_tready(out_ready),
        .m_axis_tlast(), .m_axis_tuser(), .s_axil_awaddr(12'd0), .s_axil_awprot(3'd0), .s_axil_awvalid(1'b0),
        .s_axil_awready(), .s_axil_wdata(32'd0), .s_axil_wstrb(4'd0), .s_axil_wvalid(1'b0), .s_axil_wready(),
        .s_axil_bresp(), .s_axil_bvalid(), .s_axil_bready(1'b0), .s_axil_araddr(12'd0), .s_axil_arprot(3'd0),
        .s_axil_arvalid(1'b0), .s_axil_arready(), .s_axil_rdata(), .s_axil_rresp(), .s_axil_rvalid(),
        .s_axil_rready(1'b0), .irq()
    );

    (* hierconn *) wire \core.lane_0.hidden_bank.we , \core.lane_0.output_bank.we ;
    (* hierconn *) wire \core.sequencer.take , \core.write_now , \core.owing_pending , \core.builder.dropped ;
    (* hierconn *) wire [2:0] \core.sequencer.phase ;
    wire writes = \core.lane_0.hidden_bank.we | \core.lane_0.output_bank.we ;

    reg started = 1'b0, dropped = 1'b0;
    reg [1:0] beats = 0;
    reg [4:1] single = 0;
    wire whole = beats == 2'd1;
    always @(posedge clk) begin
        started <= 1'b1;
        single <= {single[3:1], \core.write_now };
        if (tvalid & tready) beats <= tlast ? 2'd0 : beats == 2'd3 ? 2'd3 : beats + 2'd1;
        dropped <= dropped | \core.builder.dropped ;
        if (rst) beats <= 2'd0;
    end
    always @* if (!started) assume (rst);
    // of tiny.toml's network, two inputs and two classes: a wrong length, or to be learned for a class that is none
    always @* assume (~tlast | ~whole | (tuser[7] & tuser[6:0] > 7'd1));
    always @* if (started & ~rst) begin
        no_pass: assert (\core.sequencer.phase <= 3'd1 & ~\core.sequencer.take );
        nothing_owed: assert (~\core.owing_pending );
        if (writes) initial_only: assert (single[4]);
    end
    always @* if (started & ~rst) begin
        a_drop: cover (dropped & \core.sequencer.phase == 3'd1);
    end
endmodule
