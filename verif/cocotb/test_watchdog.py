"""A core that a flipped bit made hang. This module looks inside, so it is not run on netlists."""
from bench import CORE, DONE, LOADED, Bench, never, noise, test
from cocotb.triggers import ClockCycles

RESTARTED = 64
WATCHED = CORE.design["watchdog"]


def forever():
    while True:
        yield True


@test
async def a_core_that_hangs_starts_again_says_so_and_keeps_its_weights(dut):
    b = await Bench(dut).begin()
    if not WATCHED:
        await b.refuses_write("IRQ_ENABLE", RESTARTED)
        return
    for f in CORE.frames:
        b.send(f)
    for f in CORE.frames:
        if "dropped" not in f["reply"]:
            await b.reply()
    await b.command(2)
    weights, probe = await b.read_weights(CORE.final), noise(CORE.inputs)
    before = await b.classify(probe)
    await b.until("STATUS", lambda v: not v & LOADED)
    await b.take_events()
    await b.write("IRQ_ENABLE", RESTARTED)
    # the loader thinks that a frame is whole: no beat comes in any more, and no pass begins
    dut.builder.whole.value = 1
    await ClockCycles(dut.clk, 20)
    assert dut.s_axis_tready.value == 0 and dut.irq.value == 0
    b.send(dict(bytes=probe, user=127))
    await b.until("IRQ_STATUS", lambda v: v & RESTARTED)
    assert dut.irq.value == 1
    # the frame waited at the input, and is the first one afterwards
    assert await b.reply() == before
    assert await b.classify(probe) == before
    await b.write("IRQ_STATUS", RESTARTED)
    assert dut.irq.value == 0 and await b.read("IRQ_STATUS") & (RESTARTED | DONE) == DONE
    await b.command(2)
    assert await b.read_weights(CORE.final) == weights


@test
async def a_core_that_waits_for_its_listener_does_not_hang(dut):
    if not WATCHED:
        return
    b = await Bench(dut).begin()
    b.pauses(never(), forever())
    for f in CORE.frames[:4]:
        b.send(f)
    await ClockCycles(dut.clk, 20_000)
    assert not await b.read("IRQ_STATUS") & RESTARTED
    b.pauses(never(), never())
    for f in CORE.frames[:4]:
        if "dropped" not in f["reply"]:
            await b.reply()
