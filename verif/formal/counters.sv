// The 64-bit counters: a count never runs backwards, and the two halves that the bus reads belong to one moment.
module counters (
    input wire clk, rst, clear, busy, sample, learned, correct, dropped, visit, input wire [1:0] neurons,
    input wire changed_0, changed_1, saturated_0, saturated_1, input_stall, output_stall,
    input wire [4:0] select, input wire read
);
    wire [31:0] value;

    drtp_counters dut (
        .clk(clk), .rst(rst), .clear(clear), .busy(busy), .sample(sample), .learned(learned), .correct(correct),
        .dropped(dropped), .visit(visit), .neurons({5'd0, neurons}), .changed_0(changed_0), .changed_1(changed_1),
        .saturated_0(saturated_0), .saturated_1(saturated_1), .input_stall(input_stall),
        .output_stall(output_stall), .select(select), .read(read), .value(value)
    );

    (* hierconn *) wire [31:0] \dut.kept ;
    (* hierconn *) wire [31:0] \dut.count_0_low , \dut.count_0_high ;
    (* hierconn *) wire [31:0] \dut.count_8_low , \dut.count_8_high ;
    (* hierconn *) wire [31:0] \dut.count_11_low , \dut.count_11_high ;
    // one counter stands for all, chosen once: the first, the last, and one that takes steps of more than 1
    (* anyconst *) reg [1:0] which;
    wire [63:0] count = which == 2'd0 ? {\dut.count_0_high , \dut.count_0_low } :
        which == 2'd1 ? {\dut.count_8_high , \dut.count_8_low } : {\dut.count_11_high , \dut.count_11_low };
    wire [4:0] place = which == 2'd0 ? 5'd0 : which == 2'd1 ? 5'd16 : 5'd22;

    reg started = 1'b0, was_clear = 1'b1, was_read = 1'b0;
    reg [63:0] before = 0, before_2 = 0, before_3 = 0;
    reg [4:0] select_1 = 0, select_2 = 0;
    // the bus has a register behind `value`
    reg [31:0] value_1 = 0, shown = 0;
    always @(posedge clk) begin
        started <= 1'b1;
        {before, before_2, before_3} <= {count, before, before_2};
        {select_1, select_2} <= {select, select_1};
        was_clear <= clear | rst;
        was_read <= read & select_2 == place & select[0] == 1'b0 & ~clear & ~rst;
        {value_1, shown} <= {value, value_1};
    end
    // a count of 2^64 takes thousands of years
    always @* assume (count < 64'hffff_ffff_ffff_ff00);
    always @* if (!started) assume (rst);
    always @* if (started) begin
        if (~was_clear) never_backwards: assert (count >= before);
        if (~was_clear) small_steps: assert (count - before <= 64'd2);
        if (was_clear) cleared: assert (count == 64'd0);
        if (was_read) one_moment: assert ({\dut.kept , shown} == before_3);
    end
    always @* if (started) begin
        counts: cover (which == 2'd1 & count == 64'd6);
        cleared_again: cover (was_clear & before == 64'd3);
        read_back: cover (was_read & shown == 32'd4);
    end
endmodule
