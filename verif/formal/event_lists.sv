// The lists of events: what was appended at a place is what a read of that place gives four cycles later, from each of
// the three lists and from both pages of inputs; nothing else writes there.
module event_lists (
    input wire clk, input_page, append, append_present, hidden_append, hidden_page, read, from_hidden, from_any,
    input wire read_page, input wire [1:0] any_at, present_at, hidden_at, at, input_index, hidden_index,
    input wire [7:0] x, x_previous, y, y_previous
);
    // a flush lasts a whole pass
    (* anyconst *) reg flush;

    wire [1:0] index;
    wire [7:0] present, previous;

    drtp_event_lists dut (
        .clk(clk), .input_page(input_page), .append(append), .append_present(append_present), .any_at(any_at),
        .present_at(present_at), .input_index(input_index), .x(x), .x_previous(x_previous),
        .hidden_append(hidden_append), .hidden_page(hidden_page), .hidden_at(hidden_at),
        .hidden_index(hidden_index), .y(y), .y_previous(y_previous), .read(read), .at(at),
        .from_hidden(from_hidden), .from_any(from_any), .read_page(read_page), .flush(flush), .index(index),
        .present(present), .previous(previous)
    );

    // the watched place of each list
    (* hierconn *) wire [2:0] \dut.any_list.at , \dut.present_list.at ;
    (* hierconn *) wire [1:0] \dut.hidden_list.at ;
    wire [2:0] any_place = \dut.any_list.at ;
    wire [2:0] present_place = \dut.present_list.at ;
    wire [1:0] hidden_place = \dut.hidden_list.at ;

    // what is there: {known, index, previous, present}; an append of the inputs comes to its memory a cycle later
    reg [18:0] any = 0, any_1 = 0, present_1 = 0, present_0 = 0, hidden = 0;
    // what reads must give, as they come nearer
    reg reads_any = 0, reads_present = 0, reads_hidden = 0;
    reg [18:0] due_2 = 0, due_3 = 0, due_4 = 0;
    always @(posedge clk) begin
        if (append & {input_page, any_at} == any_place) any <= {1'b1, input_index, x_previous, x};
        if (append_present & {input_page, present_at} == present_place) present_0 <= {1'b1, input_index, 8'd0, x};
        if (hidden_append & hidden_at == hidden_place) hidden <= {1'b1, hidden_index, y_previous, y};
        {any_1, present_1} <= {any, present_0};
        reads_any <= read & ~from_hidden & from_any & {read_page, at} == any_place;
        reads_present <= read & ~from_hidden & ~from_any & {read_page, at} == present_place;
        reads_hidden <= read & from_hidden & at == hidden_place;
        due_2 <= reads_any ? any_1 : reads_hidden ? hidden : reads_present ? (flush ?
            {present_1[18:16], present_1[7:0], 8'd0} : present_1) : 19'd0;
        {due_3, due_4} <= {due_2, due_3};
    end
    always @* if (due_4[18]) what_was_appended: assert ({index, previous, present} == due_4[17:0]);
    reg [2:0] from = 0, from_2 = 0, from_3 = 0, from_4 = 0;
    always @(posedge clk) {from, from_2, from_3, from_4} <= {{read & ~from_hidden & from_any,
        read & ~from_hidden & ~from_any, read & from_hidden}, from, from_2, from_3};
    always @* begin
        of_any: cover (due_4[18] & from_4[2] & index == 2'd2 & previous == 8'h81 & any_place == 3'd6);
        of_present: cover (due_4[18] & from_4[1] & flush & present == 0 & previous == 8'h07);
        of_hidden: cover (due_4[18] & from_4[0] & present == 8'h7f);
    end
endmodule
