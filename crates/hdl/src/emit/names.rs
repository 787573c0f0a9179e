//! Printed names.

/// `lane$3$x` as it is printed. Not injective: the scope looks for collisions.
pub(super) fn snake(name: &str) -> String {
    name.replace('$', "_")
}

/// `lane$3` -> `lane`: the stem shared by the elements of an array.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('$').filter(|(_, i)| i.bytes().all(|c| c.is_ascii_digit())).map_or(name, |x| x.0)
}

/// `State$DrainAll` -> `STATE_DRAIN_ALL`.
pub(super) fn label(name: &str) -> String {
    let mut out = String::new();
    let mut last = '_';
    for c in snake(name).chars() {
        if c.is_ascii_uppercase() && (last.is_ascii_lowercase() || last.is_ascii_digit()) {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
        last = c;
    }
    out
}

/// Why `name` cannot be printed, if it cannot.
pub(super) fn refusal(name: &str) -> Option<String> {
    let head = name.bytes().next().is_some_and(|c| c.is_ascii_alphabetic() || c == b'_');
    if !head || !name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') {
        return Some(format!("`{name}` is not a Verilog name"));
    }
    is_keyword(name).then(|| format!("`{name}` is a Verilog keyword"))
}

pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.split_ascii_whitespace().any(|k| k == name)
}

/// Of Verilog-2005 and of SystemVerilog: most tools read the one as the other.
const KEYWORDS: &str = "
    accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins
    binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
    constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge
    else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule
    endpackage endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event eventually expect
    export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
    highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input
    inside instance int integer interconnect interface intersect join join_any join_none large let liblist library local
    localparam logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor
    noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority program
    property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase
    randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0
    rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
    signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1
    sync_accept_on sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri
    tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var
    vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn array_elements_share_a_stem() {
        assert_eq!(stem("lane$12"), "lane");
        assert_eq!(stem("lane$x"), "lane$x");
        assert_eq!(stem("lane"), "lane");
    }
    #[test]
    fn labels_become_constants() {
        assert_eq!(label("State$DrainAll"), "STATE_DRAIN_ALL");
        assert_eq!(label("St$Idle"), "ST_IDLE");
    }
    #[test]
    fn keywords_and_foreign_characters_are_refused() {
        assert!(refusal("output").is_some());
        assert!(refusal("r#type").is_some());
        assert!(refusal("3d").is_some());
        assert!(refusal("output_valid").is_none());
    }
}
