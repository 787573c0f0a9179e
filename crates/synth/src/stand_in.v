// Stand-in of the bridge: pins shifted into the core's ports, its outputs folded into one.
module drtp_board (input wire clk, input wire rst, input wire uart_rx, output reg uart_tx, output wire [3:0] led);
    reg [255:0] in;
    reg [127:0] out;
    wire [127:0] now;
    always @(posedge clk) begin
        in <= {in[254:0], uart_rx};
        out <= in[255] ? now : {out[126:0], 1'b0};
        uart_tx <= out[127];
    end
    assign led = out[3:0];
    assign now[127:90] = 0;
    drtp_core core (
        .clk(clk), .rst(rst),
        .s_axis_tdata(in[7:0]), .s_axis_tvalid(in[8]), .s_axis_tlast(in[9]), .s_axis_tuser(in[17:10]), .s_axis_tready(now[0]),
        .m_axis_tdata(now[32:1]), .m_axis_tvalid(now[33]), .m_axis_tready(in[18]), .m_axis_tlast(now[34]), .m_axis_tuser(now[42:35]),
        .s_axil_awaddr(in[30:19]), .s_axil_awprot(3'd0), .s_axil_awvalid(in[31]), .s_axil_awready(now[43]),
        .s_axil_wdata(in[63:32]), .s_axil_wstrb(in[67:64]), .s_axil_wvalid(in[68]), .s_axil_wready(now[44]),
        .s_axil_bresp(now[46:45]), .s_axil_bvalid(now[47]), .s_axil_bready(in[69]),
        .s_axil_araddr(in[81:70]), .s_axil_arprot(3'd0), .s_axil_arvalid(in[82]), .s_axil_arready(now[48]),
        .s_axil_rdata(now[80:49]), .s_axil_rresp(now[82:81]), .s_axil_rvalid(now[83]), .s_axil_rready(in[83]), .irq(now[84]));
    assign now[89:85] = 0;
endmodule
