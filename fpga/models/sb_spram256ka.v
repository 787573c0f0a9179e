// SB_SPRAM256KA: our model of the iCE40 UP5K's single-port memory, 16,384 words of 16 bits, for simulation of netlists and
// of designs that have it by name.
//
// In a cycle with CHIPSELECT it reads, or with WREN writes the nibbles that MASKWREN enables. What was read is there in
// the next cycle; after any other cycle DATAOUT is unknown, so that nothing can rely on it. Contents begin unknown.
//
// Not modelled: STANDBY, SLEEP and POWEROFF other than as they are when the memory is in use.
// the cell's name and its unmodelled pins
/* verilator lint_off DECLFILENAME */
/* verilator lint_off UNUSED */
module SB_SPRAM256KA (
    input  wire [13:0] ADDRESS,
    input  wire [15:0] DATAIN,
    input  wire [3:0] MASKWREN,
    input  wire WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output reg  [15:0] DATAOUT
);
    reg [15:0] mem [0:16383];
    wire [15:0] mask = {{4{MASKWREN[3]}}, {4{MASKWREN[2]}}, {4{MASKWREN[1]}}, {4{MASKWREN[0]}}};
    wire [15:0] old = mem[ADDRESS];
    always @(posedge CLOCK) begin
        DATAOUT <= CHIPSELECT && !WREN ? old : 16'hxxxx;
        if (CHIPSELECT && WREN) mem[ADDRESS] <= (old & ~mask) | (DATAIN & mask);
    end
endmodule
