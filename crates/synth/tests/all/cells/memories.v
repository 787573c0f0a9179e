// Memories from which Yosys makes each width of a DP16KD, and each mode of its ports.

// One write and one read port, as the core has them: one cycle, with an enable.
module simple #(parameter WIDTH = 1, parameter BITS = 1) (
    input clk, re, we, input [BITS-1:0] ra, wa, input [WIDTH-1:0] wd, output reg [WIDTH-1:0] rd
);
    (* no_rw_check, ram_style = "block" *) reg [WIDTH-1:0] mem [0:(1<<BITS)-1];
    always @(posedge clk) begin
        if (re) rd <= mem[ra];
        if (we) mem[wa] <= wd;
    end
endmodule

// Two ports that read or write; MODE 0: a write leaves the output alone, 1: the new word, 2: the old one. With a reset.
module both #(parameter WIDTH = 1, parameter BITS = 1, parameter MODE = 0) (
    input clk, ea, wa, eb, wb, rst, input [BITS-1:0] a, b, input [WIDTH-1:0] da, db, output reg [WIDTH-1:0] qa, qb
);
    (* no_rw_check, ram_style = "block" *) reg [WIDTH-1:0] mem [0:(1<<BITS)-1];
    always @(posedge clk) begin
        if (ea) begin
            if (wa) mem[a] <= da;
            if (MODE == 0) begin if (!wa) qa <= mem[a]; end
            else if (MODE == 1 && wa) qa <= da;
            else qa <= mem[a];
        end
        if (eb) begin
            if (wb) mem[b] <= db;
            if (MODE == 0) begin if (!wb) qb <= mem[b]; end
            else if (MODE == 1 && wb) qb <= db;
            else qb <= mem[b];
        end
        if (rst) begin
            qa <= {WIDTH{1'b0}};
            qb <= {WIDTH{1'b0}};
        end
    end
endmodule

// Contents from a file, and halves written apart.
module filled (
    input clk, input [1:0] we, input [9:0] ra, wa, input [17:0] wd, output reg [17:0] rd
);
    (* no_rw_check, ram_style = "block" *) reg [17:0] mem [0:1023];
    initial $readmemh("filled.hex", mem);
    always @(posedge clk) begin
        rd <= mem[ra];
        if (we[0]) mem[wa][8:0] <= wd[8:0];
        if (we[1]) mem[wa][17:9] <= wd[17:9];
    end
endmodule

// The same for narrow words, whose bits lie elsewhere in the cell.
module narrow (input clk, we, input [11:0] ra, wa, input [3:0] wd, output reg [3:0] rd);
    (* no_rw_check, ram_style = "block" *) reg [3:0] mem [0:4095];
    initial $readmemh("narrow.hex", mem);
    always @(posedge clk) begin
        rd <= mem[ra];
        if (we) mem[wa] <= wd;
    end
endmodule

// Products, signed and not, without registers.
module products (input signed [17:0] a, b, input [8:0] c, d, output signed [35:0] p, output [17:0] q);
    assign p = a * b;
    assign q = c * d;
endmodule

module memories (
    input clk, input [7:0] control, input [13:0] a, b, input [17:0] x, y,
    output [31:0] one, output [17:0] two_a, two_b, three_a, three_b, four_a, four_b, output [17:0] f, output [3:0] n,
    output [35:0] p, output [17:0] q
);
    wire r = control[0], w = control[1];
    simple #(.WIDTH(1), .BITS(14)) s1 (.clk(clk), .re(r), .we(w), .ra(a), .wa(b), .wd(x[0]), .rd(one[0]));
    simple #(.WIDTH(2), .BITS(13)) s2 (.clk(clk), .re(r), .we(w), .ra(a[12:0]), .wa(b[12:0]), .wd(x[1:0]), .rd(one[2:1]));
    simple #(.WIDTH(4), .BITS(12)) s4 (.clk(clk), .re(r), .we(w), .ra(a[11:0]), .wa(b[11:0]), .wd(x[3:0]), .rd(one[6:3]));
    simple #(.WIDTH(7), .BITS(11)) s7 (.clk(clk), .re(r), .we(w), .ra(a[10:0]), .wa(b[10:0]), .wd(x[6:0]), .rd(one[13:7]));
    simple #(.WIDTH(18), .BITS(10)) s18 (.clk(clk), .re(r), .we(w), .ra(a[9:0]), .wa(b[9:0]), .wd(x), .rd(one[31:14]));
    both #(.WIDTH(18), .BITS(10), .MODE(0)) b0 (
        .clk(clk), .ea(control[2]), .wa(control[3]), .eb(control[4]), .wb(control[5]), .rst(control[6] && !control[3] && !control[5]),
        .a(a[9:0]), .b(b[9:0]), .da(x), .db(y), .qa(two_a), .qb(two_b));
    both #(.WIDTH(9), .BITS(11), .MODE(1)) b1 (
        .clk(clk), .ea(control[2]), .wa(control[3]), .eb(control[4]), .wb(control[5]), .rst(control[6] && !control[3] && !control[5]),
        .a(a[10:0]), .b(b[10:0]), .da(x[8:0]), .db(y[8:0]), .qa(three_a[8:0]), .qb(three_b[8:0]));
    both #(.WIDTH(4), .BITS(12), .MODE(2)) b2 (
        .clk(clk), .ea(control[2]), .wa(control[3]), .eb(control[4]), .wb(control[5]), .rst(1'b0),
        .a(a[11:0]), .b(b[11:0]), .da(x[3:0]), .db(y[3:0]), .qa(four_a[3:0]), .qb(four_b[3:0]));
    assign three_a[17:9] = 0, three_b[17:9] = 0, four_a[17:4] = 0, four_b[17:4] = 0;
    filled fill (.clk(clk), .we(control[1:0]), .ra(a[9:0]), .wa(b[9:0]), .wd(y), .rd(f));
    narrow thin (.clk(clk), .we(w), .ra(a[11:0]), .wa(b[11:0]), .wd(y[3:0]), .rd(n));
    products mul (.a(x), .b(y), .c(x[8:0]), .d(y[8:0]), .p(p), .q(q));
endmodule
