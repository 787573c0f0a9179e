"""The 64-bit counters; those that golden knows are compared after training."""
import random
import re

from bench import CORE, Bench, coin, never, now, test
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles


@test
async def cycles_and_stalls_are_exact(dut):
    b = await Bench(dut).begin()
    before, waited = await b.counters(), dict(b.waited)
    b.pauses(coin(0.2), coin(0.7))
    await b.expect(CORE.frames[:30])
    b.pauses(never(), never())
    rise = {name: b.waited[name] - waited[name] for name in b.waited}
    assert all(rise.values()), "the streams waited"
    await b.expect_counts(before, **rise)
    if not CORE.has_counters:
        return
    spans = []
    for _ in range(2):
        spans.append((now(), await b.read("CYCLES_LOW")))
        await ClockCycles(dut.clk, random.randrange(1, 300))
    (t0, c0), (t1, c1) = spans
    assert c1 - c0 == t1 - t0


@test
async def work_is_counted_within_its_bounds(dut):
    b = await Bench(dut).begin()
    before = await b.counters()
    await b.expect(CORE.frames)
    after = await b.counters()
    if not after:
        return
    rise = {name: after[name] - before[name] for name in after}
    weights = len(CORE.initial)
    # read once a sample at the most, written at the most as often as read
    assert 0 < rise["WEIGHT_WRITES"] <= rise["WEIGHT_READS"] <= weights * rise["SAMPLES"]
    assert rise["WEIGHT_READS"] <= CORE.design["lanes"] * rise["EVENTS"]
    assert rise["EVENTS"] <= rise["BUSY_CYCLES"] < rise["CYCLES"]


def lower_half_of_cycles(dut):
    """The register itself, however the printer has nested and named it."""
    scopes = [dut]
    while scopes:
        for child in scopes.pop():
            path = child._path.split(".", 1)[1]
            if re.fullmatch(r"counters\w*[._]count(er)?\[0\][.]low(er)?", path):
                return child
            if isinstance(child, HierarchyObject) and path.startswith("counters"):
                scopes.append(child)
    raise AssertionError("no counter found")


@test
async def the_upper_half_is_that_of_the_lower_half_read_before(dut):
    b = await Bench(dut).begin()
    if not CORE.has_counters:
        for name in ("CYCLES", "SAMPLES"):
            assert name + "_LOW" not in CORE.registers
        await b.refuses_read(0x100)
        return
    # no simulation is long enough for an overflow: put the counter before it
    lower_half_of_cycles(dut).value = 0xFFFF_FF00
    await ClockCycles(dut.clk, 2)
    low = await b.read("CYCLES_LOW")
    assert low >= 0xFFFF_FF00
    await ClockCycles(dut.clk, 300)
    # reads of other registers do not disturb what was kept
    await b.read("STATUS")
    await b.read("SEED_INIT")
    assert await b.read("CYCLES_HIGH") == 0
    assert await b.read("CYCLES_LOW") < 1000
    assert await b.read("CYCLES_HIGH") == 1
    # one upper half is kept, whichever counter was read
    await b.read("SAMPLES_LOW")
    assert await b.read("SAMPLES_HIGH") == 0
    await b.read("CYCLES_LOW")
    assert await b.read("CYCLES_HIGH") == 1
