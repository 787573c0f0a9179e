// Samples in: each input that is not zero, or was not in the sample before, becomes one event of its list, in ascending
// order and with its values; no frame is lost, none counted twice, and of one that is dropped nothing stays.
module event_builder (
    input wire clk, rst, tvalid, tlast, open, take, cancel, forget, input wire [7:0] tdata, tuser
);
    // a network of 1 to 3 inputs and of some classes; one input is watched
    (* anyconst *) reg [7:0] inputs, classes;
    (* anyconst *) reg [1:0] watched;

    wire tready, loaded, accepted, empty, bad_frame, bad_target, dropped, learn, page, append, append_present;
    wire [6:0] target;
    wire [7:0] any_count, present_count;
    wire [1:0] any_at, present_at, index;
    wire [7:0] x, x_previous;

    drtp_event_builder dut (
        .clk(clk), .rst(rst), .tdata(tdata), .tvalid(tvalid), .tready(tready), .tlast(tlast), .tuser(tuser),
        .open(open), .take(take), .cancel(cancel), .forget(forget), .inputs(inputs), .classes(classes),
        .loaded(loaded), .accepted(accepted), .empty(empty), .bad_frame(bad_frame), .bad_target(bad_target),
        .dropped(dropped), .learn(learn), .target(target), .any_count(any_count), .present_count(present_count),
        .page(page), .append(append), .append_present(append_present), .any_at(any_at), .present_at(present_at),
        .index(index), .x(x), .x_previous(x_previous)
    );

    (* hierconn *) wire [2:0] \dut.xs.at ;

    // the frame that comes in: its beats, the watched input; whether a cancelled one's rest is passed over
    reg [2:0] beats = 0;
    reg [7:0] value = 0, before = 0;
    reg [7:0] user = 0;
    reg skips = 1'b0, some_before = 1'b0;
    // good frames that were taken in and have not begun a pass
    reg waits = 1'b0;
    // the lists of the frame: how long, up to which input, how often and how the watched one is there
    reg [2:0] any = 0, present = 0, next_index = 0;
    reg [1:0] seen = 0, seen_present = 0;
    reg anew = 1'b1, started = 1'b0, settled = 1'b0;
    wire beat = tvalid & tready;
    wire good = beat & tlast & ~skips & beats + 3'd1 == inputs[2:0] & (~tuser[7] | tuser[6:0] < classes);
    wire bad = beat & tlast & ~skips & ~good;
    // what the memory of one word knows: the value before, in samples of the other page
    wire knows = page != \dut.xs.at [2];
    wire [7:0] was = some_before ? before : 8'd0;
    reg was_bad = 1'b0, was_good = 1'b0, frame_bad = 1'b0;
    always @(posedge clk) begin
        started <= 1'b1;
        settled <= started & ~rst;
        {was_bad, was_good} <= {bad, good};
        frame_bad <= beats + 3'd1 != inputs[2:0];
        if (beat) begin
            if (beats == {1'b0, watched} & ~skips) value <= tdata;
            beats <= tlast | skips ? 3'd0 : beats > 3'd3 ? beats : beats + 3'd1;
            if (tlast) skips <= 1'b0;
        end
        if (good) {waits, user} <= {1'b1, tuser};
        if (take) {waits, some_before, before} <= {1'b0, 1'b1, value};
        if (forget) some_before <= 1'b0;
        if (cancel) begin
            {waits, beats} <= 4'd0;
            if (beats != 0) skips <= 1'b1;
        end
        if (append) begin
            any <= any + 3'd1;
            next_index <= index + 3'd1;
            if (index == watched) seen <= seen + 2'd1;
        end
        if (append_present) begin
            present <= present + 3'd1;
            if (index == watched) seen_present <= seen_present + 2'd1;
        end
        anew <= was_bad | take | cancel | rst;
        if (anew) {any, present, next_index, seen, seen_present} <= 13'd0;
        if (rst) {beats, skips, some_before, waits, was_bad, was_good} <= 8'd0;
    end
    always @* if (!started) assume (rst);
    // settings are in force before the core opens; they rest while anything is loaded
    always @* assume (inputs != 0 & inputs <= 8'd3 & classes <= 8'd128 & {6'd0, watched} < inputs);
    always @* assume (~open | (settled & ~rst));
    // the sequencer takes what is loaded, and lets a cancel wait for the pass; an apply wants an empty core
    always @* assume (~take | (loaded & ~cancel & ~rst));
    always @* assume (~forget | (empty & ~take & ~beat));
    always @* assume (\dut.xs.at [1:0] == watched);
    always @* if (started & ~rst) begin
        if (append) in_range: assert (index < inputs & any < inputs & present < inputs);
        if (append) ascends: assert ({1'b0, index} >= next_index);
        if (append) at_end: assert ({1'b0, any_at} == any & {1'b0, present_at} == present);
        if (append_present) present_too: assert (append & x != 0);
        if (append & index == watched) own_value: assert (x == value);
        if (append & index == watched & knows) value_before: assert (x_previous == was);
        if (append) of_some_value: assert ((x | x_previous) != 0);
        once: assert (seen <= 2'd1 & seen_present <= seen);
        if (loaded & ~anew & knows) listed: assert (seen == ((value | was) != 0) & seen_present == (value != 0));
        if (loaded) good_only: assert (waits);
        if (accepted & ~cancel) whole_frame: assert (waits);
        if (waits) blocked: assert (~tready);
        flagged: assert ((bad_frame | bad_target) == was_bad);
        if (was_bad) reason: assert (bad_frame == frame_bad & bad_frame != bad_target & dropped);
        if (was_good) kept: assert (~dropped | cancel);
    end
    reg taken = 1'b0;
    reg [7:0] user_taken = 0;
    reg [2:0] any_taken = 0, present_taken = 0;
    always @(posedge clk) if (take) {taken, user_taken, any_taken, present_taken} <= {1'b1, user, any, present};
    always @* if (started & ~rst & taken) begin
        told: assert ({learn, target} == user_taken);
        counts: assert (any_count == {5'd0, any_taken} & present_count == {5'd0, present_taken});
    end
    reg [1:0] passes = 0, drops = 0;
    always @(posedge clk) {passes, drops} <= rst ? 4'd0 : {passes + take, drops + was_bad};
    always @* if (started) begin
        two_passes: cover (passes == 2'd2 & any_count == 8'd3 & present_count == 8'd1 & knows);
        after_drops: cover (loaded & drops == 2'd2 & skips == 1'b0 & seen == 2'd1 & inputs == 8'd2);
        cancelled: cover (cancel & skips & beats == 0 & passes == 2'd1);
    end
endmodule
