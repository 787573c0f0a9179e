// AXI4-Lite: what the slave answers stays until it is taken, and every request is answered once, however long the
// core takes for it. The core behind it is anything that ends an access at some time.
module axi_lite (
    input wire clk, rst, input wire [11:0] awaddr, input wire awvalid, input wire [31:0] wdata,
    input wire [3:0] wstrb, input wire wvalid, bready, input wire [11:0] araddr, input wire arvalid, rready,
    input wire done, error, input wire [31:0] value
);
    localparam [5:0] PATIENCE = 6'd4, AT_MOST = 6'd40;

    wire awready, wready, bvalid, arready, rvalid, access, claim, write, refused;
    wire [1:0] bresp, rresp;
    wire [31:0] rdata, data;
    wire [11:0] address;

    drtp_axil dut (
        .clk(clk), .rst(rst), .awaddr(awaddr), .awvalid(awvalid), .awready(awready), .wdata(wdata), .wstrb(wstrb),
        .wvalid(wvalid), .wready(wready), .bresp(bresp), .bvalid(bvalid), .bready(bready), .araddr(araddr),
        .arvalid(arvalid), .arready(arready), .rdata(rdata), .rresp(rresp), .rvalid(rvalid), .rready(rready),
        .access(access), .claim(claim), .write(write), .address(address), .data(data), .done(done), .error(error),
        .value(value), .refused(refused)
    );

    // requests that were taken and not answered; accesses that the core was asked for in one request
    reg started = 1'b0, after_rst = 1'b1;
    reg [1:0] addresses = 0, words = 0, reads = 0;
    reg held_b = 0, held_r = 0;
    reg [1:0] resp_b = 0, resp_r = 0;
    reg [31:0] data_r = 0;
    // cycles that the core and the slave have taken
    reg [5:0] core_waits = 0, write_waits = 0, read_waits = 0;
    // the access that runs: the request must be what the master said
    reg [11:0] said_write = 0, said_read = 0;
    reg [31:0] said_data = 0;
    reg said_whole = 0;
    always @(posedge clk) begin
        started <= 1'b1;
        after_rst <= rst;
        addresses <= addresses + (awvalid & awready) - (bvalid & bready);
        words <= words + (wvalid & wready) - (bvalid & bready);
        reads <= reads + (arvalid & arready) - (rvalid & rready);
        {held_b, resp_b} <= {bvalid & ~bready, bresp};
        {held_r, resp_r, data_r} <= {rvalid & ~rready, rresp, rdata};
        core_waits <= access & ~done ? core_waits + 6'd1 : 6'd0;
        write_waits <= bvalid | addresses == 0 | words == 0 ? 6'd0 : write_waits + 6'd1;
        read_waits <= rvalid | reads == 0 ? 6'd0 : read_waits + 6'd1;
        if (awvalid & awready) said_write <= awaddr;
        if (arvalid & arready) said_read <= araddr;
        if (wvalid & wready) {said_data, said_whole} <= {wdata, wstrb == 4'hf};
        if (rst) begin
            {addresses, words, reads} <= 6'd0;
            {held_b, held_r} <= 2'd0;
            {core_waits, write_waits, read_waits} <= 18'd0;
        end
    end
    always @* if (!started) assume (rst);
    // the core is not slower than this; what it is asked for in vain it does not end
    always @* assume (core_waits < PATIENCE | done);
    always @* assume (access | ~done);
    always @* if (started & ~rst) begin
        if (held_b) b_holds: assert (bvalid & bresp == resp_b);
        if (held_r) r_holds: assert (rvalid & rresp == resp_r & rdata == data_r);
        if (bvalid) b_was_asked: assert (addresses != 0 & words != 0);
        if (rvalid) r_was_asked: assert (reads != 0);
        // one that is answered, one that waits: the slave takes no third
        bounded: assert (addresses <= 2'd2 & words <= 2'd2 & reads <= 2'd2);
        write_is_answered: assert (write_waits < AT_MOST);
        read_is_answered: assert (read_waits < AT_MOST);
        if (access & write) as_written: assert (address == said_write & data == said_data & said_whole);
        if (access & ~write) as_asked: assert (address == said_read);
        if (access) aligned: assert (address[1:0] == 2'd0);
    end
    always @* if (started & ~after_rst) begin
        both: cover (bvalid & rvalid & bresp == 2'd2 & rresp == 2'd0);
        two_wait: cover (addresses == 2'd2 & words == 2'd2 & reads == 2'd2);
        slow: cover (read_waits > 6'd20);
    end
endmodule
