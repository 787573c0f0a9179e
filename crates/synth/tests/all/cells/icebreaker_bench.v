// Pins of the iCEBreaker: lock after 8 cycles, reset 18 cycles behind it, and again while the button is pressed.
`timescale 1 ns / 1 ps
module bench;
    reg clk = 0, button_n = 1;
    wire [3:0] led;
    wire tx, red_n, green_n;
    icebreaker top (.clk_12mhz(clk), .rx(1'b1), .tx(tx), .button_n(button_n), .led(led), .red_n(red_n), .green_n(green_n));
    integer i, bad = 0;
    initial begin
        for (i = 0; i < 200; i = i + 1) begin
            if (i == 100) button_n = 0;
            if (i == 120) button_n = 1;
            #40 clk = 1;
            #40 clk = 0;
            if (green_n !== (i < 7)) bad = bad + 1;
            if (red_n !== ((i >= 25 && i < 102) || i >= 137)) begin bad = bad + 1; $display("cycle %0d: %b", i, red_n); end
        end
        if (bad == 0) $display("EQUAL"); else $display("DIFFERENT %0d", bad);
        $finish;
    end
endmodule
