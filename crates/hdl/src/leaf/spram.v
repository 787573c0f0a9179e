// One SB_SPRAM256KA. What comes out of it is there for one cycle: a register keeps it.
wire [15:0] out;
always @(posedge clk) if (oe) rd <= out;
SB_SPRAM256KA ram (
    .CLOCK(clk), .CHIPSELECT(re || we), .WREN(we), .ADDRESS(at), .DATAIN(wd),
    .MASKWREN({high, high, low, low}), .DATAOUT(out),
    .STANDBY(1'b0), .SLEEP(1'b0), .POWEROFF(1'b1)
);
