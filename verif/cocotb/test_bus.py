"""The bus itself: the whole address space, strobes, skews between channels, reads and writes at once."""
import random

import cocotb
from bench import BAD_ACCESS, CORE, LONG, OKAY, SLVERR, Bench, test
from cocotb.triggers import ClockCycles
from hand import Hand

ADDRESSES = range(1 << 12)
MAPPED = {r.offset: r for r in CORE.registers.values()}
# written by the tests and read back, without effect on anything else before an apply
SCRATCH = ["SEED_INIT", "SEED_PROJECTION", "SEED_NOISE"]


async def begin(dut):
    b = await Bench(dut, by_hand=True).begin(wait=False)
    hand = Hand(dut)
    while (await hand.read(CORE.at("STATUS")))[1] & 9 != 8:
        pass
    return b, hand


async def state(hand):
    """Every register that shows what was written, and NOISE_STATE."""
    return {r.name: await hand.read(r.offset) for r in MAPPED.values() if r.access == "RW" and r.name != "W_DATA"}


async def events(hand):
    return (await hand.read(CORE.at("IRQ_STATUS")))[1]


@test
@cocotb.parametrize(kind=["unmapped", "unaligned"])
async def addresses_without_a_register_are_refused(dut, kind):
    b, hand = await begin(dut)
    before = await state(hand)
    assert await hand.write(CORE.at("IRQ_STATUS"), 0x3F) == OKAY
    step = 1 if LONG or kind == "unmapped" else 5
    for address in ADDRESSES[random.randrange(step) :: step]:
        if kind == "unaligned" and address % 4 == 0 or kind == "unmapped" and (address % 4 or address in MAPPED):
            continue
        assert await hand.read(address) == (SLVERR, 0), f"read of {address:#05x}"
        data = random.choice([0, 1, random.getrandbits(32)])
        assert await hand.write(address, data) == SLVERR, f"write of {data:#x} to {address:#05x}"
    assert await events(hand) == BAD_ACCESS
    assert await state(hand) == before


@test
async def every_register_answers_a_read(dut):
    b, hand = await begin(dut)
    for register in MAPPED.values():
        assert (await hand.read(register.offset))[0] == OKAY, register.name


@test
async def partial_strobes_are_refused_without_effect(dut):
    b, hand = await begin(dut)
    before = await state(hand)
    assert await hand.write(CORE.at("IRQ_STATUS"), 0x3F) == OKAY
    for register in MAPPED.values():
        if register.access == "RO":
            continue
        # a value that would be taken, and other than what is there
        value = next(v for v in reversed(register.edges(register.reset or 0)) if register.accepts(v))
        for strobe in range(0xF):
            assert await hand.write(register.offset, value, strobe) == SLVERR, f"{register.name}, strobe {strobe:#x}"
    # W_ADDR too: a refused access to W_DATA does not advance it
    assert await state(hand) == before
    # no command was carried out, and clearing IRQ_STATUS was refused as well
    assert await events(hand) == BAD_ACCESS
    assert await hand.read(CORE.at("CTRL")) == (OKAY, 0)


@test
async def address_and_data_may_come_in_any_order(dut):
    b, hand = await begin(dut)
    for skew in range(-12, 13):
        for taken in (0, 3, 15):
            value = random.getrandbits(32)
            place = CORE.at(random.choice(SCRATCH))
            assert await hand.write(place, value, aw=max(skew, 0), w=max(-skew, 0), b=taken) == OKAY
            assert await hand.read(place, r=random.randrange(4)) == (OKAY, value), f"skew {skew}"
    # data alone starts nothing
    data = cocotb.start_soon(hand.put("w", 0, wdata=0x1234_5678, wstrb=0xF))
    await ClockCycles(dut.clk, 50)
    assert dut.s_axil_bvalid.value == 0 and data.done()
    before = await hand.read(CORE.at("SEED_INIT"))
    await hand.put("aw", 0, awaddr=CORE.at("SEED_INIT"))
    assert await hand.take("b", 0, "bresp") == [OKAY]
    assert await hand.read(CORE.at("SEED_INIT")) == (OKAY, 0x1234_5678) != before


@test
async def a_response_that_is_not_taken_stops_its_own_kind_only(dut):
    b, hand = await begin(dut)
    one, two = CORE.at("SEED_INIT"), CORE.at("SEED_NOISE")
    write = cocotb.start_soon(hand.write(one, 5, b=200))
    await ClockCycles(dut.clk, 20)
    for _ in range(5):
        assert await hand.read(one) == (OKAY, 5)
    assert not write.done()
    assert await write == OKAY
    read = cocotb.start_soon(hand.read(one, r=200))
    await ClockCycles(dut.clk, 20)
    for value in range(6, 11):
        assert await hand.write(two, value) == OKAY
    assert not read.done()
    assert await read == (OKAY, 5)
    assert await hand.read(two) == (OKAY, 10)


@test
async def reads_and_writes_at_once_see_one_order(dut):
    """A read shows a value that was in force between its begin and its end."""
    b, hand = await begin(dut)
    places = [CORE.at(name) for name in SCRATCH]
    # every value ever offered; how many were offered and how many answered
    offered = {p: [(await hand.read(p))[1]] for p in places}
    answered = dict.fromkeys(places, 0)

    def gap():
        return random.choice([0, 0, 0, 1, 2, 5, 11])

    async def writer():
        for _ in range(300):
            place, value = random.choice(places), random.getrandbits(32)
            good = random.random() < 0.8
            if good:
                offered[place].append(value)
            answer = await hand.write(place, value, 0xF if good else random.randrange(15), gap(), gap(), gap())
            assert answer == (OKAY if good else SLVERR)
            answered[place] = len(offered[place]) - 1

    async def reader():
        for _ in range(300):
            place = random.choice(places)
            oldest = answered[place]
            if random.random() < 0.1:
                assert await hand.read(0xFFC, gap(), gap()) == (SLVERR, 0)
                continue
            answer, value = await hand.read(place, gap(), gap())
            assert answer == OKAY and value in offered[place][oldest:]

    tasks = [cocotb.start_soon(writer()), cocotb.start_soon(reader())]
    for task in tasks:
        await task
    for place in places:
        assert await hand.read(place) == (OKAY, offered[place][-1])
