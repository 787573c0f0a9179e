"""Long runs: networks in turn, pauses that change, and a bus that is never quiet while samples learn."""
import random

import cocotb
from bench import BAD_CONFIG, CORE, LONG, OTHER, Bench, bursts, coin, never, now, test
from cocotb.triggers import ClockCycles

ROUNDS = 6 if LONG else 3
PAUSES = [never, lambda: coin(0.3), lambda: coin(0.8), lambda: bursts(30), lambda: bursts(200)]


async def traffic(b, settings, counts):
    """Accesses in no order, none of which may disturb a sample: every register is read, settings are written that no
    `apply` takes, and what is refused is tried."""
    readable = [r for r in b.vectors.registers.values() if not r.quiet_only]
    writable = [r for r in settings if r.access != "RO"]
    while not counts["end"]:
        await ClockCycles(b.dut.clk, random.randrange(12))
        kind = random.randrange(4)
        if kind == 0:
            r = random.choice(readable)
            await b.read(r.name)
        elif kind == 1:
            # a setting and back: it waits for an `apply` that does not come
            r = random.choice(writable)
            before = await b.read(r.name)
            value = next((v for v in random.sample(r.edges(before), len(r.edges(before))) if r.accepts(v)), before)
            await b.write(r.name, value)
            assert await b.read(r.name) == value, r.name
            await b.write(r.name, before)
        elif kind == 2:
            r = random.choice(writable)
            refused = r.refused_edges(await b.read(r.name))
            if refused:
                await b.refuses_write(r.name, random.choice(refused))
        else:
            await b.refuses_read(random.choice((0xFFC, 0xFF8, 0x7FC)))
        counts["accesses"] += 1


@test
async def networks_in_turn_beside_a_busy_bus(dut):
    b = await Bench(dut).begin()
    first = True
    for _ in range(ROUNDS):
        vectors = CORE if first else random.choice((CORE, OTHER))
        if not first:
            b.pauses(never(), never())
            await b.configure(vectors)
        first = False
        b.pauses(random.choice(PAUSES)(), random.choice(PAUSES)())
        counts = {"end": False, "accesses": 0}
        busy = cocotb.start_soon(traffic(b, vectors.settings(), counts))
        await b.expect(vectors.frames)
        counts["end"] = True
        await busy
        assert counts["accesses"] > len(vectors.frames) // 2
        assert not await b.read("IRQ_STATUS") & BAD_CONFIG
        await b.expect_final(counted=False)
    dut._log.info("%d cycles", now())
