// C entry points to one Verilated core. `design.h`, generated beside it, says what is particular to the design: sizes,
// and where the spied signals are. The structs are those of `pins.rs` and `ffi.rs`, field for field.
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>
#include "Vdrtp.h"
#include "Vdrtp___024root.h"
#include "design.h"
#define TRACED (TRACE_VCD || TRACE_FST)
#if TRACE_VCD
#include "verilated_vcd_c.h"
using Waveform = VerilatedVcdC;
#elif TRACE_FST
#include "verilated_fst_c.h"
using Waveform = VerilatedFstC;
#endif

#if COVERAGE
#include "verilated_cov.h"
#endif

#define API extern "C" __attribute__((visibility("default")))

namespace {

struct Inputs {
    uint32_t s_axis_tdata, s_axil_awaddr, s_axil_wdata, s_axil_araddr;
    uint8_t rst, s_axis_tvalid, s_axis_tlast, s_axis_tuser, m_axis_tready, s_axil_awvalid, s_axil_wvalid, s_axil_wstrb,
        s_axil_bready, s_axil_arvalid, s_axil_rready;
};
struct Outputs {
    uint32_t m_axis_tdata, s_axil_rdata;
    uint8_t s_axis_tready, m_axis_tvalid, m_axis_tlast, m_axis_tuser, s_axil_awready, s_axil_wready, s_axil_bresp,
        s_axil_bvalid, s_axil_arready, s_axil_rresp, s_axil_rvalid, irq, bad_frame, bad_target;
};
struct Beat {
    uint32_t data;
    uint8_t last, user;
};
struct ScoreBeat {
    int32_t data;
    uint8_t last, user;
};
struct RawWrite {
    uint64_t cycle, classified;
    uint32_t word;
    int32_t before, after;
    uint16_t lane;
    uint8_t output;
};
// Room for what is appended: `length` of `room` elements are there.
template <typename T>
struct Buffer {
    T* at;
    uint64_t length, room;
    void push(const T& value) { at[length++] = value; }
    bool lacks(uint64_t more) const { return room - length < more; }
};
struct Log {
    Buffer<RawWrite> writes;
    uint64_t weight_reads, events;
};
struct Stream {
    const Beat* beats;
    uint64_t beat_count;
    // pauses, one for each cycle; null: none at all
    const uint8_t *source, *sink;
    uint64_t cycles, patience, taken, packets, accepted, still, offered;
    Buffer<uint64_t> begins;
    Buffer<uint8_t> verdicts;
    Buffer<ScoreBeat> scores;
};
struct Hazard {
    uint32_t kind, output, lane, word;
    uint64_t cycle;
};
static_assert(sizeof(Inputs) == 28 && sizeof(Outputs) == 24 && sizeof(Beat) == 8 && sizeof(ScoreBeat) == 8, "pins.rs");
static_assert(sizeof(RawWrite) == 32, "pins.rs");
static_assert(sizeof(Log) == 40 && sizeof(Stream) == 160 && sizeof(Hazard) == 24, "ffi.rs");

constexpr uint32_t HAZARD_MEETS = 1, HAZARD_RANGE = 2, HAZARD_PORT = 3;

using Root = Vdrtp___024root;
template <typename T>
using Element = std::remove_const_t<std::remove_reference_t<T>>;
#if PAIRS
using Word = Element<decltype(MEMORY(std::declval<Root&>(), 0)[0])>;
#else
using Hidden = Element<decltype(HIDDEN_MEMORY(std::declval<Root&>(), 0)[0])>;
using Output = Element<decltype(OUTPUT_MEMORY(std::declval<Root&>(), 0)[0])>;
#endif

#ifdef EACH_SITE
// A bit that flips when the given cycle begins.
struct Fault {
    uint64_t cycle;
    uint32_t site, word, bit;
};
template <typename T>
void flip(T& value, uint32_t, uint32_t bit) {
    value = static_cast<T>(value ^ static_cast<T>(T{1} << bit));
}
template <std::size_t WORDS>
void flip(VlWide<WORDS>& value, uint32_t, uint32_t bit) {
    value[bit / 32] ^= 1U << (bit % 32);
}
template <typename T, std::size_t DEPTH>
void flip(VlUnpacked<T, DEPTH>& value, uint32_t word, uint32_t bit) {
    flip(value[word % DEPTH], 0, bit);
}
#endif

// The low `BITS` of `value`, as a signed number.
template <int BITS>
int32_t sign(uint32_t value) {
    return static_cast<int32_t>(value << (32 - BITS)) >> (32 - BITS);
}

struct Model {
    // in this order: the context must outlive what is made in it
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vdrtp> top;
    Root* root;
#if PAIRS
    const Word* pair[MULTIPLIERS];
#else
    const Hidden* hidden[LANES];
    const Output* output[LANES];
#endif
    std::vector<uint8_t> existing[2];
    uint64_t cycles = 0, classified = 0;
    Hazard hazard{};
#ifdef EACH_SITE
    std::vector<Fault> faults;
#endif
#if TRACED
    std::unique_ptr<Waveform> waveform;
#endif

    explicit Model(uint32_t seed) : context{new VerilatedContext} {
        // registers begin as the Verilog says; memories as power leaves them
        context->randReset(2);
        context->randSeed(static_cast<int>(seed));
        // one thread; else each model would keep idle ones
        context->threads(1);
        enter();
#if TRACED
        context->traceEverOn(true);
#endif
        top.reset(new Vdrtp{context.get(), "TOP"});
        root = top->rootp;
#if PAIRS
#define LANE(i) pair[i] = &MEMORY(*root, i)[0];
#else
#define LANE(i)                              \
    hidden[i] = &HIDDEN_MEMORY(*root, i)[0]; \
    output[i] = &OUTPUT_MEMORY(*root, i)[0];
#endif
        EACH_LANE(LANE)
#undef LANE
    }
    // HAZARD: Verilator's library looks for the context of the thread, also where a model is taken down: without this it
    // may find that of another model, which may be gone.
    void enter() const { Verilated::threadContextp(context.get()); }
    ~Model() {
        enter();
#if TRACED
        if (waveform) waveform->close();
#endif
        top->final();
    }
    // A word as its bank holds it; pairs of lanes hold two hidden weights in a word, output weights at its top.
    int32_t word(bool is_output, uint32_t lane, uint32_t at) const {
#if PAIRS
        const uint32_t second = lane & 1;
        const auto whole = pair[lane / 2];
        if (is_output) return sign<OUTPUT_BITS>(whole[OUTPUT_BASE | second << HALF_BIT | at] >> (16 - OUTPUT_BITS));
        return sign<HIDDEN_BITS>(whole[at] >> (8 * second + 8 - HIDDEN_BITS));
#else
        return is_output ? sign<OUTPUT_BITS>(output[lane][at]) : sign<HIDDEN_BITS>(hidden[lane][at]);
#endif
    }
    void found(uint32_t kind, bool is_output, uint32_t lane, uint32_t at) {
        // a reset may cut an access in two; all that it leaves in the memories is overwritten
        if (hazard.kind == 0 && !top->rst) hazard = {kind, is_output, lane, at, cycles};
    }
    // Bits beyond a port would upset the model; flags are 0 or 1 already.
    void apply(const Inputs& in) {
        top->rst = in.rst;
        top->s_axis_tdata = in.s_axis_tdata;
        top->s_axis_tvalid = in.s_axis_tvalid;
        top->s_axis_tlast = in.s_axis_tlast;
        top->s_axis_tuser = in.s_axis_tuser;
        top->m_axis_tready = in.m_axis_tready;
        top->s_axil_awaddr = in.s_axil_awaddr & 0xFFF;
        top->s_axil_awvalid = in.s_axil_awvalid;
        top->s_axil_wdata = in.s_axil_wdata;
        top->s_axil_wstrb = in.s_axil_wstrb & 0xF;
        top->s_axil_wvalid = in.s_axil_wvalid;
        top->s_axil_bready = in.s_axil_bready;
        top->s_axil_araddr = in.s_axil_araddr & 0xFFF;
        top->s_axil_arvalid = in.s_axil_arvalid;
        top->s_axil_rready = in.s_axil_rready;
    }
    Outputs outputs() const {
        Outputs o;
        o.m_axis_tdata = top->m_axis_tdata;
        o.s_axil_rdata = top->s_axil_rdata;
        o.s_axis_tready = top->s_axis_tready;
        o.m_axis_tvalid = top->m_axis_tvalid;
        o.m_axis_tlast = top->m_axis_tlast;
        o.m_axis_tuser = top->m_axis_tuser;
        o.s_axil_awready = top->s_axil_awready;
        o.s_axil_wready = top->s_axil_wready;
        o.s_axil_bresp = top->s_axil_bresp;
        o.s_axil_bvalid = top->s_axil_bvalid;
        o.s_axil_arready = top->s_axil_arready;
        o.s_axil_rresp = top->s_axil_rresp;
        o.s_axil_rvalid = top->s_axil_rvalid;
        o.irq = top->irq;
        o.bad_frame = BAD_FRAME(*root);
        o.bad_target = BAD_TARGET(*root);
        return o;
    }
    // Reads and writes of the banks in the cycle that is about to end.
    void spy(Log& log) {
        Root& r = *root;
        const bool read_output = READ_OUTPUT(r), reads = read_output || READ_HIDDEN(r);
        const uint32_t read = READ_WORD(r);
#if PAIRS
        // an event reads twice, or once for both neurons: it counts with the first
        const bool counts = !READ_SECOND(r);
        if (reads && CLOSES(r, 0)) found(HAZARD_PORT, read_output, 0, read);
#else
        const bool counts = true;
#endif
        if (reads && counts && !WINDOW(r)) {
            log.events += 1;
            if (read < existing[read_output].size()) log.weight_reads += existing[read_output][read];
        }
        if (reads && read >= words(read_output)) found(HAZARD_RANGE, read_output, 0, read);
#if PAIRS
        const bool is_output = WRITE_OUTPUT(r);
        const uint32_t write = WRITE_WORD(r);
#define LANE(i) | CHANGED(r, i)
        if (0 EACH_LANE(LANE)) {
#undef LANE
#define LANE(i) \
    if (CHANGED(r, i)) changed(log, 2 * i + WRITE_SECOND(r), is_output, write, UPDATED(r, i), false);
            if (write >= words(is_output)) {
                found(HAZARD_RANGE, is_output, 0, write);
            } else {
                EACH_LANE(LANE)
            }
        }
#else
#define LANE(i) | CHANGED_HIDDEN(r, i) | CHANGED_OUTPUT(r, i) << 1
        if (const int banks = 0 EACH_LANE(LANE)) {
            const bool is_output = banks & 2;
            const uint32_t write = WRITE_WORD(r);
            const bool meets = reads && read_output == is_output && read == write;
            if (write >= words(is_output)) {
                found(HAZARD_RANGE, is_output, 0, write);
            } else {
#undef LANE
#define LANE(i) \
    if (CHANGED_HIDDEN(r, i) || CHANGED_OUTPUT(r, i)) changed(log, i, is_output, write, UPDATED(r, i), meets);
                EACH_LANE(LANE)
            }
        }
#endif
#undef LANE
        classified += CLASSIFIED(r);
        stored = stored << 1 | STORE(r);
    }
    // Single weights under way: bit n, n + 1 cycles ago.
    uint32_t stored = 0;
    static constexpr int STORE_TO_WRITE = 3;
    static uint32_t words(bool is_output) { return is_output ? OUTPUT_WORDS : HIDDEN_WORDS; }
    void changed(Log& log, uint32_t lane, bool is_output, uint32_t at, uint32_t value, bool meets) {
        if (meets) found(HAZARD_MEETS, is_output, lane, at);
        // an initial weight, or the window's, takes the same way; lanes hold weights moved up to the widest one's top bit
        if (stored >> STORE_TO_WRITE & 1) return;
        const int32_t after =
            is_output ? sign<OUTPUT_BITS>(value >> OUTPUT_GAP) : sign<HIDDEN_BITS>(value >> HIDDEN_GAP);
        const auto number = static_cast<uint16_t>(lane);
        log.writes.push({cycles, classified, at, word(is_output, lane, at), after, number, is_output});
    }
    void fall() {
#ifdef EACH_SITE
        for (const Fault& fault : faults) {
            if (cycles != fault.cycle) continue;
            switch (fault.site) {
#define SITE(i, it) \
    case i: flip(it, fault.word, fault.bit); break;
                EACH_SITE(SITE, *root)
#undef SITE
            }
        }
#endif
        top->clk = 0;
        top->eval();
#if TRACED
        if (waveform) waveform->dump(10 * cycles);
#endif
    }
    void rise() {
        top->clk = 1;
        top->eval();
#if TRACED
        if (waveform) waveform->dump(10 * cycles + 5);
#endif
        cycles += 1;
    }
};

}  // namespace

// Null if there is no memory for it.
API Model* drtp_new(uint32_t seed) {
    try {
        return new Model{seed};
    } catch (...) {
        return nullptr;
    }
}
API void drtp_free(Model* m) { delete m; }
API uint64_t drtp_cycles(const Model* m) { return m->cycles; }
API uint32_t drtp_noise(const Model* m) { return NOISE(*m->root); }
API Hazard drtp_hazard(const Model* m) { return m->hazard; }
API int32_t drtp_word(const Model* m, uint32_t is_output, uint32_t lane, uint32_t at) {
    if (lane >= LANES || at >= (is_output ? OUTPUT_WORDS : HIDDEN_WORDS)) return 0;
    return m->word(is_output, lane, at);
}
// How many neurons exist at each word of a bank.
API void drtp_existing(Model* m, uint32_t is_output, const uint8_t* counts, uint64_t words) {
    m->existing[is_output != 0].assign(counts, counts + words);
}
// Whether the waveform could be opened.
API uint8_t drtp_trace(Model* m, const char* path) {
#if TRACED
    m->enter();
    m->waveform.reset(new Waveform);
    m->top->trace(m->waveform.get(), 99);
    m->waveform->open(path);
    return m->waveform->isOpen();
#else
    (void)m, (void)path;
    return 0;
#endif
}
// Writes how often each line and bit was active; whether this model counts it.
API uint8_t drtp_coverage(Model* m, const char* path) {
#if COVERAGE
    m->enter();
    m->context->coveragep()->write(path);
    return 1;
#else
    (void)m, (void)path;
    return 0;
#endif
}
// A bit is to flip when a cycle begins, beside those that were asked for before; whether this model can.
API uint8_t drtp_fault(Model* m, uint64_t cycle, uint32_t site, uint32_t word, uint32_t bit) {
#ifdef EACH_SITE
    m->faults.push_back({cycle, site, word, bit});
    return 1;
#else
    (void)m, (void)cycle, (void)site, (void)word, (void)bit;
    return 0;
#endif
}
API void drtp_cycle(Model* m, const Inputs* in, Outputs* out, Log* log) {
    m->enter();
    m->apply(*in);
    m->fall();
    *out = m->outputs();
    m->spy(*log);
    m->rise();
}
// `StreamRun::by_cycles` of `stream.rs`, for at most `cycles` cycles; how many there were. Ends early when all is done,
// when nothing moved for too long, or when a buffer could overflow in the next cycle.
API uint64_t drtp_stream(Model* m, Stream* run, Log* log) {
    Stream s = *run;
    Log l = *log;
    m->enter();
    m->apply(Inputs{});
    Vdrtp* const top = m->top.get();
    uint64_t n = 0;
    for (; n < s.cycles; n++) {
        if (s.taken == s.beat_count && s.packets == s.accepted) break;
        if (s.still > s.patience || l.writes.lacks(LANES)) break;
        if (s.begins.lacks(1) || s.verdicts.lacks(1) || s.scores.lacks(1)) break;
        s.offered = s.taken < s.beat_count && (s.offered || !(s.source && s.source[n]));
        const bool takes = !(s.sink && s.sink[n]);
        const Beat beat = s.offered ? s.beats[s.taken] : Beat{};
        top->s_axis_tvalid = s.offered;
        top->s_axis_tdata = beat.data;
        top->s_axis_tlast = beat.last;
        top->s_axis_tuser = beat.user;
        top->m_axis_tready = takes;
        m->fall();
        s.still += 1;
        if (s.offered && top->s_axis_tready) {
            s.still = 0;
            s.offered = 0;
            if (s.taken == 0 || s.beats[s.taken - 1].last) s.begins.push(m->cycles);
            if (beat.last) {
                const uint8_t verdict = BAD_FRAME(*m->root) ? 2 : BAD_TARGET(*m->root) ? 1 : 0;
                s.verdicts.push(verdict);
                s.accepted += verdict == 0;
            }
            s.taken += 1;
        }
        if (takes && top->m_axis_tvalid) {
            s.still = 0;
            s.scores.push({static_cast<int32_t>(top->m_axis_tdata), top->m_axis_tlast, top->m_axis_tuser});
            s.packets += top->m_axis_tlast;
        }
        m->spy(l);
        m->rise();
    }
    *run = s;
    *log = l;
    return n;
}
