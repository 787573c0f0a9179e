"""Every register of the table: reset value, what it takes and what it refuses."""
import random

from bench import BAD_ACCESS, BUSY, CORE, DONE, INIT_DONE, OTHER, Bench, bursts, coin, test

REGISTERS = list(CORE.registers.values())
# what a read shows after reset and init, where the table leaves it open
AFTER_INIT = {"CTRL": 0, "STATUS": INIT_DONE, "IRQ_STATUS": DONE, "NOISE_STATE": CORE.noise["initial"]}


def stored():
    """Registers that show what was written. W_DATA, whose range follows from the bank, is tested with the window."""
    return [r for r in REGISTERS if r.access == "RW" and r.name != "W_DATA"]


@test
async def reset_values(dut):
    b = await Bench(dut).begin()
    for again in (False, True):
        for register in REGISTERS:
            expected = AFTER_INIT.get(register.name, register.reset)
            if expected is not None:
                assert await b.read(register.name) == expected, register.name
        if not again:
            for register in stored():
                taken = [v for v in register.edges(register.reset or 0) if register.accepts(v) and v != register.reset]
                await b.write(register.name, random.choice(taken or [register.reset]))
            await b.refuses_write("ID", 0)
            await b.reset()


@test
async def read_only_registers_refuse_writes(dut):
    b = await Bench(dut).begin()
    for register in (r for r in REGISTERS if r.access == "RO"):
        before = await b.read(register.name)
        await b.write("IRQ_STATUS", 0x3F)
        for value in (0, 1, 0xFFFF_FFFF, before ^ 1, random.getrandbits(32)):
            await b.refuses_write(register.name, value)
        assert await b.read("IRQ_STATUS") == BAD_ACCESS, register.name
        if "CYCLES" not in register.name:
            assert await b.read(register.name) == before, register.name


@test
async def each_field_at_its_edges_and_each_bit_of_no_field(dut):
    b = await Bench(dut).begin()
    for register in stored():
        base = await b.read(register.name)
        for value in register.edges(base):
            if register.accepts(value):
                await b.write(register.name, value)
                assert await b.read(register.name) == value, register.name
                await b.write(register.name, base)
            else:
                await b.refuses_write(register.name, value)
                assert await b.read(register.name) == base, f"{register.name} after a refused {value:#x}"


@test
async def values_at_random(dut):
    b = await Bench(dut).begin()
    # pauses on all five channels
    for channel in (b.bus.write_if.aw_channel, b.bus.write_if.w_channel, b.bus.write_if.b_channel,
                    b.bus.read_if.ar_channel, b.bus.read_if.r_channel):
        channel.set_pause_generator(random.choice([coin(0.5), bursts(8)]))
    shown = {r.name: await b.read(r.name) for r in stored()}
    taken = refused = 0
    for _ in range(400):
        register = random.choice(stored())
        value = random.getrandbits(32) & random.choice([0xFFFF_FFFF, register.mask, register.mask, 0xF, 0x3F, 0xFF])
        if register.accepts(value):
            await b.write(register.name, value)
            shown[register.name] = value
            taken += 1
        else:
            await b.refuses_write(register.name, value)
            refused += 1
        other = random.choice(stored())
        assert await b.read(other.name) == shown[other.name], other.name
    assert taken > 50 and refused > 50
    assert shown == {r.name: await b.read(r.name) for r in stored()}


@test
async def commands_take_their_bits_only(dut):
    b = await Bench(dut).begin()
    ctrl, events = CORE.registers["CTRL"], CORE.registers["IRQ_STATUS"]
    await b.write("IRQ_STATUS", 0x3F)
    for register in (ctrl, events):
        for value in register.refused_edges(0) + [0x11, 0x12, 0x14, 0x18, 0x1F, 0xFFFF_FFFF]:
            if not register.accepts(value):
                await b.refuses_write(register.name, value)
    # nothing was carried out
    assert await b.read("CTRL") == 0 and not await b.read("STATUS") & BUSY
    assert await b.read("IRQ_STATUS") == BAD_ACCESS
    # no command is one as well
    await b.write("CTRL", 0)
    assert not await b.read("STATUS") & BUSY


@test
async def settings_wait_for_apply(dut):
    """Written and read back while samples are learned, they change nothing."""
    b = await Bench(dut).begin()
    for f in CORE.frames:
        b.send(f)
    b.pauses(coin(0.3), coin(0.3))
    written = {}
    for offset, value in OTHER.writes:
        await b.write(offset, value)
        written[offset] = value
    for f in CORE.frames:
        if "dropped" not in f["reply"]:
            assert await b.reply() == f["reply"]
        for offset in random.sample(list(written), 2):
            assert await b.read(offset) == written[offset]
    await b.source.wait()
    await b.settled()
    await b.expect_final()
