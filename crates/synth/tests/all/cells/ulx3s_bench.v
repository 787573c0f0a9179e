// Pins of the ULX3S: lock after 8 cycles, reset 18 cycles behind it, and again while the button is pressed.
`timescale 1 ns / 1 ps
module bench;
    reg clk = 0, fire1 = 0;
    wire [7:0] led;
    wire rxd, gpio0;
    ulx3s top (.clk_25mhz(clk), .ftdi_txd(1'b1), .ftdi_rxd(rxd), .fire1(fire1), .led(led), .wifi_gpio0(gpio0));
    integer i, bad = 0;
    initial begin
        for (i = 0; i < 200; i = i + 1) begin
            if (i == 100) fire1 = 1;
            if (i == 120) fire1 = 0;
            #20 clk = 1;
            #20 clk = 0;
            if (gpio0 !== 1'b1 || led[5] !== 1'b0) bad = bad + 1;
            if (led[4] !== ((i >= 25 && i < 102) || i >= 137)) begin bad = bad + 1; $display("cycle %0d: %b", i, led[4]); end
        end
        if (bad == 0) $display("EQUAL"); else $display("DIFFERENT %0d", bad);
        $finish;
    end
endmodule
