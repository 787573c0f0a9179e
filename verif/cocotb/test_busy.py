"""Access while the core is busy or owes an update: what must be quiet is refused and does nothing."""
import random

import cocotb
from bench import (APPLY, BAD_ACCESS, BAD_CONFIG, BUSY, CORE, FLUSH, INIT, INIT_DONE, LOADED, PENDING, Bench, frame,
                   noise, test)
from cocotb.triggers import ClockCycles

QUIET_ONLY = [r for r in CORE.registers.values() if r.quiet_only]
LEARNED = next(f for f in CORE.frames if f["reply"].get("owes"))


async def scores_wait(b):
    """Busy, as the scores cannot leave; nothing owed."""
    b.sink.pause = True
    b.send(frame(noise(CORE.inputs), 0))
    await b.until("STATUS", lambda v: v & BUSY)
    await ClockCycles(b.dut.clk, 300)
    return BUSY | INIT_DONE


async def update_is_owed(b):
    """Not busy, but owing."""
    b.send(LEARNED)
    await b.reply()
    await b.settled()
    return PENDING | INIT_DONE


async def sample_is_loaded(b):
    """A sample waits behind scores that cannot leave: two packets find room, so it is the third."""
    await scores_wait(b)
    b.send(frame(noise(CORE.inputs), 0))
    await b.source.wait()
    await ClockCycles(b.dut.clk, 600)
    b.send(frame(noise(CORE.inputs), 0))
    await b.source.wait()
    return BUSY | LOADED | INIT_DONE


STATES = {"scores": scores_wait, "owed": update_is_owed, "loaded": sample_is_loaded}


async def end(b):
    b.sink.pause = False
    await b.settled()
    await b.command(FLUSH)


@test
@cocotb.parametrize(state=list(STATES))
async def what_must_be_quiet_is_refused(dut, state):
    b = await Bench(dut).begin()
    place = max(CORE.final)
    await b.write("W_ADDR", place)
    shows = await STATES[state](b)
    assert await b.read("STATUS") == shows
    await b.write("IRQ_STATUS", 0x3F)
    for register in QUIET_ONLY:
        await b.refuses_read(register.name)
        for value in (0, 1, random.getrandbits(7)):
            await b.refuses_write(register.name, value)
    await b.refuses_write("CTRL", APPLY)
    assert await b.read("STATUS") == shows
    assert await b.read("IRQ_STATUS") == BAD_ACCESS
    await end(b)
    # neither has W_ADDR moved, nor a weight or the noise changed: all is as if nobody had asked
    assert await b.read("W_ADDR") == place
    seen = (await b.read("NOISE_STATE"), await b.weights())
    await b.reset()
    await STATES[state](b)
    await end(b)
    assert (await b.read("NOISE_STATE"), await b.weights()) == seen


@test
async def no_apply_within_a_frame(dut):
    """With some beats of a sample taken nothing is busy, and yet N_0 must not change."""
    b = await Bench(dut).begin()
    sample = noise(CORE.inputs)
    beats = random.randrange(1, CORE.inputs)
    expected = await b.classify(sample)
    await b.beats(sample[:beats])
    assert await b.read("STATUS") == LOADED | INIT_DONE
    await b.write("LAYER0_SIZE", 1)
    await b.refuses_write("CTRL", APPLY)
    # everything else is free to be used
    weight = await b.read_weights([0])
    await b.write("W_ADDR", 0)
    await b.write("W_DATA", weight[0])
    await b.beats(sample[beats:], 127)
    assert await b.reply() == expected
    await b.settled()
    assert await b.read("IRQ_STATUS") & BAD_CONFIG == 0


@test
async def init_is_busy(dut):
    b = await Bench(dut).begin(wait=False)
    assert await b.read("STATUS") == BUSY
    assert dut.s_axis_tready.value == 0
    await b.until("STATUS", lambda v: v & INIT_DONE)
    # one access for each init: that of a small network takes no more than two
    for register in QUIET_ONLY:
        await b.write("CTRL", INIT)
        await b.refuses_read(register.name)
        await b.until("CTRL", lambda v: v == 0)
    await b.write("CTRL", INIT)
    await b.refuses_write("CTRL", APPLY)
    await b.until("CTRL", lambda v: v == 0)
    assert await b.weights() == CORE.initial
    await b.write("CTRL", INIT)
    assert await b.read("CTRL") == INIT
    await b.until("CTRL", lambda v: v == 0)
    await b.write("CTRL", INIT)
    assert await b.read("STATUS") & BUSY
    await b.until("CTRL", lambda v: v == 0)
    assert await b.read("STATUS") == INIT_DONE
    assert await b.weights() == CORE.initial
