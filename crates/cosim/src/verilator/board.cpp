// C entry points to one Verilated board: bytes of a host become levels of uart_rx, and uart_tx is read as a serial
// receiver reads it. `design.h` says how many cycles a bit has.
#include <cstdint>
#include <memory>
#include <new>
#include "Vdrtp.h"
#include "design.h"

#define API extern "C" __attribute__((visibility("default")))

namespace {

struct Board {
    // in this order: the context must outlive what is made in it
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vdrtp> top;
    uint64_t cycles = 0;
    // what is being sent: levels still to come, lowest first, and cycles left of the first
    uint32_t levels = 0, levels_left = 0, level_cycles = 0;
    // what is being received: bits so far, and cycles until the next one's middle
    uint32_t bits = 0, bits_left = 0, bit_cycles = 0;
    uint8_t before = 1;

    explicit Board(uint32_t seed) : context{new VerilatedContext} {
        context->randReset(2);
        context->randSeed(static_cast<int>(seed));
        context->threads(1);
        enter();
        top.reset(new Vdrtp{context.get(), "TOP"});
        top->uart_rx = 1;
        top->rst = 1;
    }
    void enter() const { Verilated::threadContextp(context.get()); }
    ~Board() {
        enter();
        top->final();
    }
    void cycle() {
        top->clk = 0;
        top->eval();
        top->clk = 1;
        top->eval();
        cycles += 1;
    }
};

}  // namespace

API Board* drtp_board_new(uint32_t seed) {
    try {
        return new Board{seed};
    } catch (...) {
        return nullptr;
    }
}
API void drtp_board_free(Board* b) { delete b; }
API uint64_t drtp_board_cycles(const Board* b) { return b->cycles; }
API uint8_t drtp_board_leds(const Board* b) { return b->top->led; }
// So many cycles of reset, with the line at rest.
API void drtp_board_reset(Board* b, uint64_t cycles) {
    b->enter();
    b->top->rst = 1;
    b->top->uart_rx = 1;
    b->levels_left = b->bits_left = 0;
    b->before = 1;
    for (; cycles > 0; cycles--) b->cycle();
    b->top->rst = 0;
}
// At most `cycles` cycles: sends symbols of ten levels each, lowest first, and receives bytes. Ends early when all was
// sent and `want` symbols have come. A received symbol's bit 8 says that it had no stop bit.
API void drtp_board_run(Board* b, const uint16_t* symbols, uint64_t count, uint64_t* sent, uint16_t* got, uint64_t want,
                        uint64_t room, uint64_t* received, uint64_t cycles) {
    b->enter();
    for (; cycles > 0; cycles--) {
        if (b->levels_left == 0 && *sent < count) {
            b->levels = symbols[(*sent)++];
            b->levels_left = 10;
            b->level_cycles = CLOCKS_PER_BIT;
        }
        if (b->levels_left == 0 && *received >= want) break;
        if (*received >= room) break;
        b->top->uart_rx = b->levels_left ? b->levels & 1 : 1;
        if (b->levels_left && --b->level_cycles == 0) {
            b->levels >>= 1;
            b->levels_left -= 1;
            b->level_cycles = CLOCKS_PER_BIT;
        }
        b->cycle();
        const uint8_t line = b->top->uart_tx;
        if (b->bits_left) {
            if (--b->bit_cycles == 0) {
                b->bit_cycles = CLOCKS_PER_BIT;
                b->bits_left -= 1;
                b->bits |= static_cast<uint32_t>(line) << (9 - b->bits_left);
                // a start bit that is gone in its middle was none
                if (b->bits_left == 9 && line) b->bits_left = 0;
                if (b->bits_left == 0 && !(b->bits & 1))
                    got[(*received)++] = static_cast<uint16_t>((b->bits >> 1 & 0xFF) | (line ? 0 : 0x100));
            }
        } else if (b->before && !line) {
            b->bits = 0;
            b->bits_left = 10;
            b->bit_cycles = CLOCKS_PER_BIT / 2;
        }
        b->before = line;
    }
}
