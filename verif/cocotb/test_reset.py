"""A reset in any cycle of what a core does: of samples that learn, of commands, of an access to the bus."""
import random

import cocotb
from bench import APPLY, BUSY, CORE, FLUSH, INIT, INIT_DONE, LOADED, LONG, Bench, never, now, test
from cocotb.triggers import ClockCycles

# the first that learn: what one of them owes is applied by the next
FRAMES = CORE.frames[: 1 + next(n for n, f in enumerate(CORE.frames) if f["reply"].get("owes")) + 1]


async def samples(b):
    """From the first beat to the last score, and the update that is owed by the last of FRAMES."""
    for f in FRAMES:
        b.send(f)


async def flush(b):
    """Of what the last of FRAMES owes."""
    await b.write("CTRL", FLUSH)


async def init(b):
    await b.write("CTRL", INIT)


async def apply(b):
    """Of a size that the samples after the reset do not have."""
    await b.command(FLUSH)
    await b.write("LAYER0_SIZE", 1)
    await b.write("CTRL", APPLY)


async def read(b):
    """Its answer is lost, and the master's next read must get its own."""
    cocotb.start_soon(b.bus.read(b.place("STATUS"), 4))


async def write(b):
    cocotb.start_soon(b.bus.write(b.place("LAYER0_SIZE"), b"\x01\0\0\0"))


# what runs, and for how many cycles at most if nothing on the bus tells its end
WORK = {"samples": (samples, None), "flush": (flush, None), "init": (init, None), "apply": (apply, 8), "read": (read, 8),
        "write": (write, 8)}


async def length(b, work, most):
    """Cycles until nothing is under way."""
    if most is not None:
        return most
    await work(b)
    begin = now()
    if work is samples:
        for f in FRAMES:
            if "dropped" not in f["reply"]:
                await b.reply()
    await b.until("STATUS", lambda v: not v & (BUSY | LOADED))
    return now() - begin


@test
@cocotb.parametrize(work=list(WORK))
async def a_reset_in_any_cycle_starts_afresh(dut, work):
    b = await Bench(dut).begin()
    b.pauses(never(), never())
    work, most = WORK[work]
    await b.expect(FRAMES)
    cycles = await length(b, work, most)
    assert cycles > 3
    # of a long work some cycles, others in each run; the suite in Rust takes every one
    step = 1 + cycles // (50 if LONG else 12)
    for cycle in range(random.randrange(step), cycles + 1, step):
        await work(b)
        await ClockCycles(dut.clk, cycle)
        await b.reset()
        assert await b.read("STATUS") == INIT_DONE, f"after {cycle} cycles"
        assert await b.read("NOISE_STATE") == CORE.noise["initial"], f"after {cycle} cycles"
        # as after any reset; and the last of them owes an update when the next one comes
        await b.expect(FRAMES)
    await b.expect(CORE.frames[len(FRAMES) :])
    await b.expect_final()
