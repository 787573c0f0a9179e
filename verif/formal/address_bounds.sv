// Banks are never read or written beyond their last word: by events, by the window, by the initial weights. What is
// assumed of an event here is proved elsewhere: `base` in sequencer.sv, its index in event_builder.sv and
// event_lists.sv.
module address_bounds (
    input wire clk, rst, group_begin, first_group, issue, bias, owes, output_layer, flush, window_place,
    input wire window_start, window_write, start, input wire [3:0] base, shift, input wire [1:0] inputs, index,
    input wire [7:0] present, previous, input wire [31:0] window_data, input wire [16:0] z, input wire [15:0] noise
);
    // words of a lane in small.toml
    localparam [3:0] HIDDEN = 4'd10, OUTPUT = 4'd6;

    wire window_active, window_done, window_issue, window_store, window_output, window_lane;
    wire [3:0] window_word, init_word, read_word, write_word, event_word;
    wire [7:0] window_weight, init_weight;
    wire init_store, init_lane, init_output, init_idle, read_hidden, read_output, storing, edge_output, limit_output;
    wire event_writes, capture;

    drtp_window window (
        .clk(clk), .rst(rst), .place(window_place), .start(window_start), .write(window_write), .data(window_data),
        .address(), .active(window_active), .done(window_done), .error(), .value(), .output_layer(window_output),
        .word(window_word), .lane(window_lane), .issue(window_issue), .capture(capture), .shift(), .z(z),
        .store(window_store), .weight(window_weight)
    );

    // any network that fits, as `apply` checks it
    (* anyconst *) reg [2:0] layers;
    (* anyconst *) reg [7:0] size_0, size_1, size_2;

    drtp_weight_init init (
        .clk(clk), .rst(rst), .start(start), .idle(init_idle), .layers(layers), .size_0(size_0), .size_1(size_1),
        .size_2(size_2), .init_bits_0(5'd2), .init_bits_1(5'd31), .seed_init(32'd1), .seed_noise(32'd2),
        .noise_load(), .noise_value(), .noise_step(), .noise_field(noise), .store(init_store),
        .store_lane(init_lane), .store_word(init_word), .store_weight(init_weight), .output_layer(init_output)
    );

    wire store = init_store | window_store;
    wire [3:0] store_word = window_active ? window_word : init_word;
    wire store_output = window_active ? window_output : init_output;

    drtp_stages stages (
        .clk(clk), .rst(rst), .group_begin(group_begin), .first_group(first_group), .issue(issue), .bias(bias),
        .base(base), .inputs(inputs), .owes(owes), .shift(shift), .output_layer(output_layer), .index(index),
        .present(present), .previous(previous), .flush(flush), .window(window_active),
        .window_issue(window_issue), .window_word(window_word), .window_output(window_output), .store(store),
        .store_lane(window_active ? window_lane : init_lane), .store_word(store_word),
        .store_output(store_output), .store_weight(window_active ? window_weight : init_weight),
        .noise_load(1'b0), .noise_value(32'd0), .noise_step(1'b0), .noise_state(), .noise_field(), .taken(),
        .read_hidden(read_hidden), .read_output(read_output), .read_word(read_word), .load_hidden(), .load_output(),
        .take(), .select_output(), .update(), .blank(), .storing(storing), .storing_lane(), .u(), .moves(),
        .edge_output(edge_output), .limit_output(limit_output), .x(), .write_word(write_word), .capture(capture),
        .clear(), .empties(), .event_writes(event_writes)
    );

    // rows of weights in the fullest of two lanes, and their words
    function [7:0] words(input [7:0] neurons, input [7:0] of);
        words = neurons <= 8'd2 ? of + 8'd1 : neurons <= 8'd4 ? 2 * (of + 8'd1) : 3 * (of + 8'd1);
    endfunction
    wire fits = layers == 3'd1 ? words(size_1, size_0) <= OUTPUT :
        words(size_1, size_0) <= HIDDEN & words(size_2, size_1) <= OUTPUT;

    // events on their way: to their base (1 cycle), to their index (4), to a write (13 behind the issue)
    reg started = 1'b0, issued = 1'b0, issued_output = 1'b0;
    reg [1:0] inputs_1 = 0, inputs_2 = 0, inputs_3 = 0, inputs_4 = 0;
    reg [3:0] listed = 0;
    reg stored = 1'b0, stored_2 = 1'b0, stored_3 = 1'b0, stored_4 = 1'b0;
    reg [2:0] since_bus = 0, since_event = 0;
    reg [6:0] init_takes = 0;
    always @(posedge clk) begin
        started <= 1'b1;
        {issued, issued_output} <= {issue, output_layer};
        {inputs_1, inputs_2, inputs_3, inputs_4} <= {inputs, inputs_1, inputs_2, inputs_3};
        listed <= {listed[2:0], issue & ~bias};
        {stored, stored_2, stored_3, stored_4} <= {storing, stored, stored_2, stored_3};
        since_bus <= window_place | window_start | window_done ? 3'd0 : since_bus == 3'd7 ? 3'd7 : since_bus + 3'd1;
        since_event <= issue ? 3'd0 : since_event == 3'd7 ? 3'd7 : since_event + 3'd1;
        init_takes <= init_idle ? 7'd0 : init_takes + 7'd1;
        if (rst) {issued, listed, since_bus} <= 8'd0;
    end
    always @* if (!started) assume (rst);
    always @* assume ((layers == 3'd1 | layers == 3'd2) & size_0 != 0 & size_0 <= 8'd3 & size_1 != 0 & size_2 != 0 &
        size_1 <= (layers == 3'd1 ? 8'd6 : 8'd3) & size_2 <= 8'd6 & fits);
    // what the sequencer and the lists guarantee
    always @* assume (~issued | {1'b0, base} + {3'd0, inputs_1} < {1'b0, issued_output ? OUTPUT : HIDDEN});
    always @* assume (~listed[3] | index < inputs_4);
    // a bus access takes ten cycles, and the window has the core for itself
    always @* assume (~(window_place | window_start) | (since_bus == 3'd7 & ~window_active));
    always @* assume (~(window_place & window_start));
    always @* assume (~issue | (~window_active & ~window_start));
    always @* assume (~window_start | since_event == 3'd7);
    always @* assume (~start | (init_idle & ~window_active & ~window_start));
    always @* assume (init_idle | ~(window_start | issue));
    always @* if (started & ~rst) begin
        if (read_hidden) hidden_read: assert (read_word < HIDDEN);
        if (read_output) output_read: assert (read_word < OUTPUT);
        if (store) stored_in_range: assert (store_word < (store_output ? OUTPUT : HIDDEN));
        if (window_issue) window_read: assert (window_word < (window_output ? OUTPUT : HIDDEN));
        init_ends: assert (init_takes < 7'd60);
        // a write comes behind an event, or three cycles behind a weight that is stored
        if (event_writes | stored_3) write_in_range: assert (write_word < (limit_output_1 ? OUTPUT : HIDDEN));
    end
    // the bank that is written: the lanes keep the choice of the stage before
    reg limit_output_1 = 1'b0;
    always @(posedge clk) limit_output_1 <= limit_output;
    always @* if (started & ~rst) begin
        event_at_top: cover (event_writes & write_word == HIDDEN - 4'd1 & ~limit_output_1);
        window_at_top: cover (read_output & read_word == OUTPUT - 4'd1 & window_active);
        init_at_top: cover (stored_2 & write_word == HIDDEN - 4'd3 & ~init_idle);
    end
endmodule
