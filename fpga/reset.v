// drtp_reset: holds reset until the clock has been ready for 16 cycles. Every board has one.
`default_nettype none

module drtp_reset (
    input  wire clk,
    input  wire ready,
    output wire rst
);
    // two registers, because `ready` comes at any time
    reg [1:0] seen = 2'd0;
    reg [3:0] count = 4'd0;
    reg done = 1'b0;
    always @(posedge clk) begin
        seen <= {seen[0], ready};
        if (!seen[1]) begin
            count <= 4'd0;
            done <= 1'b0;
        end else begin
            count <= count + 4'd1;
            if (&count) done <= 1'b1;
        end
    end
    assign rst = !done;
endmodule

`default_nettype wire
