// AXI4-Stream out: a beat that is offered stays as it is until it is taken; a packet has each score once, in class
// order, whatever the receiver's pauses; two pages of scores suffice.
module axi_stream_out (
    input wire clk, rst, score_valid, start, tready, owes, input wire [6:0] score_class, input wire [16:0] score,
    input wire [6:0] best, input wire begins
);
    // classes, a setting that rests while there is anything to send
    (* anyconst *) reg [6:0] last_class;
    // the class and the packets that are watched
    (* anyconst *) reg [6:0] watched;

    wire free, empty, tvalid, tlast;
    wire [31:0] tdata;
    wire [7:0] tuser;

    drtp_sender dut (
        .clk(clk), .rst(rst), .score_valid(score_valid), .score_class(score_class), .score(score), .start(start),
        .last_class(last_class), .best(best), .owes(owes), .free(free), .empty(empty), .tdata(tdata),
        .tvalid(tvalid), .tready(tready), .tlast(tlast), .tuser(tuser)
    );

    (* hierconn *) wire [7:0] \dut.scores.at ;
    (* hierconn *) wire [16:0] \dut.scores.kept , \dut.scores.word ;
    (* hierconn *) wire \dut.fill_page , \dut.send_page , \dut.sending , \dut.waiting , \dut.fetched ;
    (* hierconn *) wire \dut.fetched_last ;
    (* hierconn *) wire [6:0] \dut.read_class , \dut.final_class , \dut.next_final ;
    (* hierconn *) wire [7:0] \dut.user , \dut.next_user ;

    reg started = 1'b0, after_rst = 1'b1, held = 1'b0, filling = 1'b0;
    reg [31:0] data_held = 0;
    reg [8:0] side_held = 0;
    // packets that were handed over and have not left, and the place in the one that leaves
    reg [1:0] packets = 0;
    reg [6:0] place = 0;
    // the watched class's score as it was written last, and as the two packets have it, with the packet's last beat
    reg known = 1'b0, known_next = 1'b0, known_after = 1'b0;
    reg [16:0] now = 0, next = 0, after = 0;
    reg [7:0] user_next = 0, user_after = 0;
    wire taken = tvalid & tready;
    wire left = taken & tlast;
    wire leaving = \dut.sending | \dut.fetched | tvalid;
    wire of_sent = \dut.scores.at [7] == \dut.send_page ;
    wire [1:0] on_way = tvalid + {1'b0, \dut.fetched };
    wire [7:0] behind = {1'b0, place} + on_way;
    always @(posedge clk) begin
        started <= 1'b1;
        after_rst <= rst;
        {held, data_held, side_held} <= {tvalid & ~tready, tdata, tlast, tuser};
        if (begins) {filling, known} <= 2'b10;
        if (score_valid & score_class == watched) {known, now} <= {1'b1, score};
        packets <= packets + start - left;
        if (taken) place <= tlast ? 7'd0 : place + 7'd1;
        if (left) {next, user_next, known_next} <= {after, user_after, known_after};
        if (start) begin
            filling <= 1'b0;
            if (packets == 0 | (packets == 1 & left)) {next, user_next, known_next} <= {now, owes, best, known};
            else {after, user_after, known_after} <= {now, owes, best, known};
        end
        if (rst) {held, filling, packets, place} <= 11'd0;
    end
    always @* if (!started) assume (rst);
    // a pass begins when the page is free; its scores come before it ends, each at most once after its begin
    always @* assume (~begins | (free & ~filling & ~start & ~score_valid));
    always @* assume (~score_valid | (filling & score_class <= last_class & ~start));
    always @* assume (~start | filling);
    always @* assume (\dut.scores.at [6:0] == watched);
    always @* if (started & ~rst) begin
        if (held) holds: assert (tvalid & {tdata, tlast, tuser} == {data_held, side_held});
        if (tvalid) was_handed_over: assert (packets != 0);
        room_for_two: assert (packets <= 2'd2);
        if (tvalid) last_is_last: assert (tlast == (place == last_class));
        if (tvalid & place == watched & known_next & of_sent) right_score:
            assert (tdata == {{15{next[16]}}, next});
        if (tvalid) user_on_last: assert (tuser == (tlast ? user_next : 8'd0));
        // the invariants that make it inductive: where a packet is, and what of it is on its way
        shares: assert (packets == \dut.waiting + {1'b0, leaving});
        if (filling) page_is_free: assert (~\dut.waiting );
        if (leaving) pages: assert (\dut.waiting == (\dut.send_page == \dut.fill_page ));
        if (leaving) whole: assert (\dut.final_class == last_class & \dut.user == user_next);
        else at_begin: assert (place == 7'd0);
        if (\dut.waiting ) same: assert (\dut.next_final == last_class &
            \dut.next_user == (leaving ? user_after : user_next));
        if (\dut.sending ) ahead: assert (\dut.read_class == behind & behind <= last_class);
        if (leaving & ~\dut.sending ) all_read: assert (behind == last_class + 8'd1 & on_way != 0);
        if (\dut.fetched ) fetched: assert (\dut.fetched_last == ~\dut.sending );
        if (tvalid) shown: assert (tlast == ~(\dut.sending | \dut.fetched ));
        if (leaving & of_sent & known_next & behind <= watched & \dut.sending ) stored:
            assert (\dut.scores.kept == next);
        if (\dut.fetched & of_sent & known_next & {1'b0, place} + tvalid == watched) moved: assert (\dut.scores.word == next);
        if (\dut.waiting & \dut.scores.at [7] != \dut.fill_page & (leaving ? known_after : known_next)) waits:
            assert (\dut.scores.kept == (leaving ? after : next));
        if (filling & known & \dut.scores.at [7] == \dut.fill_page ) filled: assert (\dut.scores.kept == now);
    end
    always @* if (started & ~after_rst) begin
        both_pages: cover (packets == 2'd2 & tvalid & place == 7'd1 & last_class == 7'd1);
        two_left: cover (left & packets == 2'd1 & known_next & \dut.send_page & last_class == 7'd2 & tuser == 8'h82);
    end
endmodule
