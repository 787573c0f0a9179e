// The whole core: a weight is written for an event of a layer that owes, or by init and the window, and for nothing
// else; so a pass that begins with nothing owed, as an inference after an inference does, writes no weight. What is
// owed changes at the end of a pass only, and only a sample to learn leaves something.
module no_write (
    input wire clk, rst, tvalid, tlast, out_ready, awvalid, wvalid, bready, arvalid, rready,
    input wire [7:0] tdata, tuser, input wire [11:0] awaddr, araddr, input wire [31:0] wdata, input wire [3:0] wstrb
);
    drtp_core core (
        .clk(clk), .rst(rst), .s_axis_tdata(tdata), .s_axis_tvalid(tvalid), .s_axis_tready(), .s_axis_tlast(tlast),
        .s_axis_tuser(tuser), .m_axis_tdata(), .m_axis_tvalid(), .m_axis_tready(out_ready), .m_axis_tlast(),
        .m_axis_tuser(), .s_axil_awaddr(awaddr), .s_axil_awprot(3'd0), .s_axil_awvalid(awvalid), .s_axil_awready(),
        .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(), .s_axil_bresp(),
        .s_axil_bvalid(), .s_axil_bready(bready), .s_axil_araddr(araddr), .s_axil_arprot(3'd0),
        .s_axil_arvalid(arvalid), .s_axil_arready(), .s_axil_rdata(), .s_axil_rresp(), .s_axil_rvalid(),
        .s_axil_rready(rready), .irq()
    );

    (* hierconn *) wire \core.lane_0.hidden_bank.we , \core.lane_0.output_bank.we ;
    (* hierconn *) wire \core.sequencer.issue , \core.sequencer.layer_owes , \core.sequencer.finish ;
    (* hierconn *) wire \core.sequencer.flush , \core.sequencer.take , \core.sequencer.init_start ;
    (* hierconn *) wire [2:0] \core.sequencer.phase ;
    (* hierconn *) wire \core.window_issue ;
    (* hierconn *) wire \core.write_now , \core.owing_pending , \core.builder.learn ;
    wire writes = \core.lane_0.hidden_bank.we | \core.lane_0.output_bank.we ;
    wire event_now = \core.sequencer.issue | \core.window_issue ;
    wire in_pass = \core.sequencer.phase > 3'd1;

    reg started = 1'b0, passing = 1'b0, clean = 1'b0, owed = 1'b0, ended = 1'b0, learned = 1'b0, changed = 1'b0;
    // events of layers that owe, the window's reads too (a write comes 11 cycles behind); single weights (4 cycles)
    reg [11:1] owing_events = 0;
    reg [4:1] single = 0;
    always @(posedge clk) begin
        started <= 1'b1;
        owing_events <= {owing_events[10:1], event_now & \core.sequencer.layer_owes };
        single <= {single[3:1], \core.write_now };
        passing <= in_pass;
        if (in_pass & ~passing) clean <= ~\core.owing_pending ;
        owed <= \core.owing_pending ;
        ended <= \core.sequencer.finish ;
        learned <= \core.builder.learn & ~\core.sequencer.flush ;
        changed <= \core.sequencer.finish | \core.sequencer.init_start | rst;
        // what is on its way at a reset may still be written; init then writes every weight
        if (rst) passing <= 1'd0;
    end
    always @* if (!started) assume (rst);
    wire clean_pass = in_pass & (passing ? clean : ~\core.owing_pending );
    always @* if (started & ~rst) begin
        if (writes) owed_or_single: assert (owing_events[11] | single[4]);
        if (clean_pass) nothing_owed: assert (~\core.owing_pending );
        if (clean_pass) no_event_owes: assert (~(event_now & \core.sequencer.layer_owes ));
        if (\core.owing_pending & ~owed) by_a_sample_to_learn: assert (ended & learned);
        if (\core.owing_pending != owed) at_an_end: assert (changed);
    end
    always @* if (started & ~rst) begin
        init_writes: cover (writes & single[4]);
        clean_event: cover (clean_pass & \core.sequencer.issue );
    end
endmodule

// What the proof speaks of does happen: init, then a pass that owes nothing. The way there takes some ninety cycles, so it
// is laid out for the solver; a pass that owes comes as much later, too late for it (lockstep sees millions of them).
module no_write_reached (input wire clk);
    (* hierconn *) wire \dut.core.builder.beat ;
    reg started = 1'b0, last = 1'b0;
    always @(posedge clk) {started, last} <= {1'b1, last ^ \dut.core.builder.beat };
    no_write dut (
        .clk(clk), .rst(~started), .tvalid(1'b1), .tlast(last), .out_ready(1'b1), .awvalid(1'b0), .wvalid(1'b0),
        .bready(1'b1), .arvalid(1'b0), .rready(1'b1), .tdata(8'h55), .tuser(8'h80), .awaddr(12'd0), .araddr(12'd0),
        .wdata(32'd0), .wstrb(4'd0)
    );
endmodule
