"""IRQ_STATUS, IRQ_ENABLE and the `irq` pin, for each of the six events."""
import cocotb
from bench import (APPLY, BAD_ACCESS, BAD_CONFIG, BAD_FRAME, BAD_TARGET, CLASSIFIED, CORE, DONE, FLUSH, Bench, frame,
                   noise, now, test)
from cocotb.triggers import ClockCycles
from hand import Hand
from test_apply import MISFITS


async def wrong_length(b):
    b.send(frame(noise(CORE.inputs + 1), 0x80))
    await b.source.wait()


async def wrong_target(b):
    b.send(frame(noise(CORE.inputs), 0x80 | CORE.classes))
    await b.source.wait()


async def misfit(b):
    for register, value in MISFITS["hidden"].items():
        await b.write(register, value)
    await b.write("CTRL", APPLY)


async def no_register(b):
    await b.refuses_read(0xFFC)


async def flush(b):
    await b.command(FLUSH)


async def sample(b):
    await b.classify(noise(CORE.inputs))
    await b.settled()


EVENTS = {
    "frame": (BAD_FRAME, wrong_length),
    "target": (BAD_TARGET, wrong_target),
    "config": (BAD_CONFIG, misfit),
    "access": (BAD_ACCESS, no_register),
    "done": (DONE, flush),
    "sample": (CLASSIFIED, sample),
}


async def pin(b):
    await ClockCycles(b.dut.clk, 2)
    return int(b.dut.irq.value)


@test
@cocotb.parametrize(event=list(EVENTS))
async def each_event_raises_its_own_bit_and_the_pin(dut, event):
    bit, cause = EVENTS[event]
    b = await Bench(dut).begin()
    assert await b.read("IRQ_ENABLE") == 0
    await b.write("IRQ_STATUS", 0x3F)
    # not enabled: the bit, but not the pin
    await cause(b)
    await ClockCycles(dut.clk, 20)
    assert await b.read("IRQ_STATUS") == bit and await pin(b) == 0
    # every other one enabled
    await b.write("IRQ_ENABLE", 0x3F ^ bit)
    assert await pin(b) == 0
    await b.write("IRQ_ENABLE", bit)
    assert await pin(b) == 1
    # ones elsewhere and zeros clear nothing
    await b.write("IRQ_STATUS", 0x3F ^ bit)
    await b.write("IRQ_STATUS", 0)
    assert await b.read("IRQ_STATUS") == bit and await pin(b) == 1
    await b.write("IRQ_STATUS", bit)
    assert await b.read("IRQ_STATUS") == 0 and await pin(b) == 0
    # enabled already: the event itself raises the pin, whatever else has happened
    await cause(b)
    await ClockCycles(dut.clk, 20)
    assert await pin(b) == 1
    await b.write("IRQ_ENABLE", 0)
    assert await pin(b) == 0 and await b.read("IRQ_STATUS") == bit
    await b.write("IRQ_ENABLE", 0x3F)
    assert await pin(b) == 1
    await b.reset()
    assert await pin(b) == 0 and await b.read("IRQ_STATUS") == DONE and await b.read("IRQ_ENABLE") == 0


@test
async def all_events_at_once_are_cleared_one_by_one(dut):
    b = await Bench(dut).begin()
    await b.write("IRQ_ENABLE", 0x3F)
    for _, cause in EVENTS.values():
        await cause(b)
    left = 0x3F
    assert await b.read("IRQ_STATUS") == left
    for bit, _ in EVENTS.values():
        assert await pin(b) == 1
        await b.write("IRQ_STATUS", bit)
        left ^= bit
        assert await b.read("IRQ_STATUS") == left
    assert await pin(b) == 0


@test
async def an_event_in_the_cycle_of_its_clear_stays(dut):
    """The last beat of a bad frame, before, in and behind the cycle in which the bit is cleared."""
    b = await Bench(dut, by_hand=True).begin(wait=False)
    hand = Hand(dut)
    status, enable = CORE.at("IRQ_STATUS"), CORE.at("IRQ_ENABLE")
    while (await hand.read(CORE.at("STATUS")))[1] & 9 != 8:
        pass
    await hand.write(enable, BAD_FRAME)

    async def fall():
        """The cycle after the one that cleared the bit."""
        while dut.irq.value == 1:
            await ClockCycles(dut.clk, 1)
        return now()

    data = noise(CORE.inputs + 1)
    await b.beats(data, 0)
    await ClockCycles(dut.clk, 5)
    begin, falling = now(), cocotb.start_soon(fall())
    await hand.write(status, BAD_FRAME)
    clears = await falling - 1 - begin
    seen = set()
    for early in range(-8, 9):
        await b.beats(data[:-1])
        await ClockCycles(dut.clk, 5)
        # the beat comes in the cycle that clears, `early` cycles before or after it
        wait = 10
        begin = now()
        cocotb.start_soon(clear_after(dut, hand, status, wait))
        await ClockCycles(dut.clk, wait + clears - early - 1)
        await b.beats(data[-1:], 0)
        # the event is a cycle behind the beat
        comes = now() - begin + 1
        await ClockCycles(dut.clk, 20)
        stays = comes >= wait + clears
        assert (await hand.read(status))[1] & BAD_FRAME == stays, f"{comes - wait - clears} cycles behind the clear"
        seen.add(comes - wait - clears)
        await hand.write(status, BAD_FRAME)
    assert {-1, 0, 1} <= seen


async def clear_after(dut, hand, status, cycles):
    await ClockCycles(dut.clk, cycles)
    await hand.write(status, BAD_FRAME)
