// The order of a pass: each group of each layer visits every event of its list once, in order, and the bias behind
// them; a pass begins for a whole frame or a flush only; and it comes to its end: the cycles in which the sequencer
// waits for nobody are bounded, so it is idle again as soon as teacher, lists and drain have done their part.
module sequencer (
    input wire clk, rst, init_wanted, flush_wanted, sample_loaded, sample_accepted, scores_free, hold,
    input wire applied, init_idle, teacher_comes, drain_done, hidden_grows, hidden_closes,
    input wire [7:0] any_next, present_next, input wire owes_0_next, owes_1_next
);
    localparam [6:0] AT_MOST = 7'd80;
    // words of a lane in small.toml
    localparam [7:0] HIDDEN = 8'd10, OUTPUT = 8'd6;

    // any network that the core was generated for
    (* anyconst *) reg [2:0] layers;
    (* anyconst *) reg [7:0] size_0, size_1, size_2;

    // what stands around it: lists, what is owed, the teaching signal
    reg [7:0] any_count = 0, present_count = 0, hidden_count = 0;
    reg owes_0 = 0, owes_1 = 0, hidden_complete = 0, teacher_ready = 0;
    wire pending = owes_0 | owes_1;

    wire init_start, prepare, take, pass_start, layer_start, finish, init_done, flush_done, idle, in_pass;
    wire is_initialised, flush, odd_layer, group_begin, first_group, issue, bias, from_hidden, from_any, layer_owes;
    wire output_layer;
    wire [6:0] group_neurons;
    wire [1:0] at, inputs;
    wire [3:0] base;
    wire [2:0] layer;

    drtp_sequencer dut (
        .clk(clk), .rst(rst), .layers(layers), .size_0(size_0), .size_1(size_1), .size_2(size_2),
        .init_wanted(init_wanted), .flush_wanted(flush_wanted), .sample_loaded(sample_loaded),
        .sample_accepted(sample_accepted), .scores_free(scores_free), .owes_0(owes_0), .owes_1(owes_1),
        .pending(pending), .hold(hold), .applied(applied), .init_idle(init_idle), .teacher_ready(teacher_ready),
        .teacher_soon(teacher_ready | teacher_comes), .drain_done(drain_done), .any_count(any_count),
        .present_count(present_count), .hidden_count(hidden_count), .hidden_complete(hidden_complete),
        .init_start(init_start), .prepare(prepare), .take(take), .pass_start(pass_start),
        .layer_start(layer_start), .finish(finish), .init_done(init_done), .flush_done(flush_done), .idle(idle),
        .in_pass(in_pass), .is_initialised(is_initialised), .flush(flush), .odd_layer(odd_layer),
        .group_neurons(group_neurons), .group_begin(group_begin), .first_group(first_group), .issue(issue),
        .bias(bias), .at(at), .from_hidden(from_hidden), .from_any(from_any), .base(base), .inputs(inputs),
        .layer(layer), .layer_owes(layer_owes), .output_layer(output_layer)
    );

    (* hierconn *) wire [2:0] \dut.phase ;
    (* hierconn *) wire \dut.begun ;
    wire runs = \dut.phase == 3'd5, drains = \dut.phase == 3'd6;

    // the list of the layer that runs
    wire [7:0] of_inputs = layer_owes & ~flush ? any_count : ~flush | layer_owes ? present_count : 8'd0;
    wire [7:0] listed = from_hidden ? hidden_count : of_inputs;
    wire [7:0] neurons = layer == 3'd0 ? size_1 : size_2;
    // cycles in which it is somebody else's turn
    wire waits = (runs & ~\dut.begun & ~teacher_ready) | (drains & ~drain_done) |
        (runs & from_hidden & ~hidden_complete & hidden_count == {6'd0, at});

    // words of the fuller of two lanes; `apply` refuses a network that has more than there are
    function [7:0] words(input [7:0] neurons, input [7:0] of);
        words = neurons <= 8'd2 ? of + 8'd1 : neurons <= 8'd4 ? 2 * (of + 8'd1) : 3 * (of + 8'd1);
    endfunction
    wire fits = layers == 3'd1 ? words(size_1, size_0) <= OUTPUT :
        words(size_1, size_0) <= HIDDEN & words(size_2, size_1) <= OUTPUT;

    reg issued = 1'b0, issued_output = 1'b0;
    reg [7:0] bias_at = 0;
    reg started = 1'b0, was_accepted = 1'b0, could_take = 1'b0, passing = 1'b0;
    reg [6:0] own = 0;
    reg [7:0] events = 0, finished = 0;
    always @(posedge clk) begin
        started <= 1'b1;
        // a pass begins with a sample, whose lists are known then, and with what the one before owes
        if (take) {any_count, present_count} <= {any_next, present_next};
        if (finish) {owes_0, owes_1} <= flush ? 2'd0 : {owes_0_next, owes_1_next};
        if (init_start) {owes_0, owes_1} <= 2'd0;
        teacher_ready <= (teacher_comes | (teacher_ready & ~group_begin)) & ~prepare;
        if (hidden_grows) hidden_count <= hidden_count + 8'd1;
        if (hidden_closes) hidden_complete <= 1'b1;
        if (layer_start & ~odd_layer) {hidden_count, hidden_complete} <= 9'd0;
        could_take <= sample_loaded & scores_free & ~hold & idle;
        own <= ~in_pass ? 7'd0 : own + (waits ? 7'd0 : 7'd1);
        if (issue) events <= bias ? 8'd0 : events + 8'd1;
        if (layer_start) {events, finished} <= 16'd0;
        if (issue & bias) finished <= finished + {1'b0, group_neurons};
        {issued, issued_output, bias_at} <= {issue & ~rst, output_layer, 6'd0, inputs};
        passing <= in_pass;
        was_accepted <= sample_accepted;
        if (rst) {owes_0, owes_1, teacher_ready, own, passing, could_take} <= 12'd0;
    end
    always @* if (!started) assume (rst);
    always @* assume ((layers == 3'd1 | layers == 3'd2) & size_0 != 0 & size_0 <= 8'd3 & size_1 != 0 &
        size_1 <= (layers == 3'd1 ? 8'd5 : 8'd3) & size_2 != 0 & size_2 <= 8'd5);
    always @* assume (any_next <= size_0 & present_next <= any_next);
    // what is ready stays so until it is used; a list that is complete grows no more, and closes behind its last event
    always @* assume (~teacher_comes | ~teacher_ready);
    always @* assume (~hidden_grows | (~hidden_complete & hidden_count < size_1));
    always @* assume (~hidden_closes | ~hidden_grows);
    // a sample is loaded some cycles after it was accepted, and stays both until it is taken
    always @* assume (~sample_loaded | was_accepted);
    // an apply wants an idle core
    always @* assume (~applied | idle);
    always @* if (started & ~rst) begin
        comes_to_its_end: assert (own < AT_MOST);
        if (take) of_a_sample: assert (could_take & ~flush);
        if (in_pass & ~passing) of_sample_or_flush: assert (take | (flush & pending));
        if (issue) in_a_pass: assert (runs & in_pass & is_initialised);
        if (issue & ~bias) in_order: assert (events == {6'd0, at} & events < listed);
        if (issue & bias) all_visited: assert (events == listed & (~from_hidden | hidden_complete));
        if (issue) exists: assert (finished + {1'b0, group_neurons} <= neurons);
        if (drains) all_neurons: assert (finished == neurons);
        if (layer_start & layer != 0) of_layer_before: assert (finished == size_1);
        if (finish) last_layer: assert (layer + 3'd1 == layers);
        if (issued & fits) in_bank: assert ({4'd0, base} + bias_at < (issued_output ? OUTPUT : HIDDEN));
        if (idle) rests: assert (~issue & ~group_begin);
    end
    reg [1:0] passes = 0;
    reg flushed = 1'b0;
    always @(posedge clk) begin
        passes <= passes + (finish & ~flush);
        flushed <= flushed | (finish & flush);
    end
    always @* if (started) begin
        two_layers: cover (passes == 2'd1 & finish & layers == 3'd2 & size_1 == 8'd3 & any_count == 8'd2);
        a_flush: cover (flushed & idle & passes == 2'd1);
        last_word: cover (issued & fits & issued_output & {4'd0, base} + bias_at == OUTPUT - 8'd1 & layers == 3'd2);
        waited: cover (issue & bias & own > 7'd20 & from_hidden & hidden_count == 8'd2);
    end
endmodule
