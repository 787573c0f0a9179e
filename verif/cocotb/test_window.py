"""The weight window: every word of every bank."""
import random

import cocotb
from bench import BAD_ACCESS, CORE, Bench, noise, signed, test

LANES = CORE.design["lanes"]
BANKS = {
    "hidden": (0, CORE.design["hidden_words"], CORE.design["hidden_bits"]),
    "output": (1, CORE.design["output_words"], CORE.design["output_bits"]),
}


def place(bank, lane, word):
    return BANKS[bank][0] << 31 | lane << 24 | word


@test
@cocotb.parametrize(bank=list(BANKS))
async def words_keep_what_is_written_and_end_with_the_bank(dut, bank):
    b = await Bench(dut).begin()
    _, words, bits = BANKS[bank]
    most = (1 << bits - 1) - 1
    written = {}
    for lane in range(LANES):
        await b.write("W_ADDR", place(bank, lane, 0))
        for word in range(words):
            assert await b.read("W_ADDR") == place(bank, lane, word)
            written[place(bank, lane, word)] = value = random.choice([most, -most, random.randint(-most, most)])
            await b.write("W_DATA", value)
        # behind the last word
        await b.write("IRQ_STATUS", BAD_ACCESS)
        await b.refuses_write("W_DATA", 0)
        await b.refuses_read("W_DATA")
        assert await b.read("IRQ_STATUS") & BAD_ACCESS
    assert await b.read_weights(written) == written
    # a read moves on as well, and stops at the same place
    await b.write("W_ADDR", place(bank, LANES - 1, words - 1))
    assert signed(await b.read("W_DATA")) == written[place(bank, LANES - 1, words - 1)]
    await b.refuses_read("W_DATA")
    for _ in range(20):
        at = random.choice(list(written))
        await b.write("W_ADDR", at)
        assert signed(await b.read("W_DATA")) == written[at]


@test
@cocotb.parametrize(bank=list(BANKS))
async def values_out_of_range_are_refused_and_do_not_move_on(dut, bank):
    b = await Bench(dut).begin()
    _, words, bits = BANKS[bank]
    most = (1 << bits - 1) - 1
    at = place(bank, LANES - 1, words - 1)
    for good in (most, -most, 0, 1, -1):
        await b.write("W_ADDR", at)
        await b.write("W_DATA", good)
        await b.write("W_ADDR", at)
        for bad in (most + 1, -most - 1, 1 << bits, -(1 << bits), 0x7FFF_FFFF, 0x8000_0000, good + (1 << bits)):
            await b.refuses_write("W_DATA", bad & 0xFFFF_FFFF)
            assert await b.read("W_ADDR") == at
        assert signed(await b.read("W_DATA")) == good


@test
async def places_that_do_not_exist_are_refused(dut):
    b = await Bench(dut).begin()
    await b.write("W_ADDR", 0)
    for bank, (_, words, _) in BANKS.items():
        for word in (words, words + 1, 0xFF_FFFF):
            await b.refuses_write("W_ADDR", place(bank, 0, word))
        for lane in (LANES, 0x7F):
            await b.refuses_write("W_ADDR", place(bank, lane, 0))
        await b.write("W_ADDR", place(bank, LANES - 1, words - 1))
        await b.write("W_ADDR", 0)
    assert await b.read("W_ADDR") == 0


@test
async def written_weights_are_those_that_classify(dut):
    """Scores of zero weights are zero; a bias of one weight moves one score alone."""
    b = await Bench(dut).begin()
    for at in CORE.final:
        await b.write("W_ADDR", at)
        await b.write("W_DATA", 0)
    data = noise(CORE.inputs)
    assert (await b.classify(data))["scores"] == [0] * CORE.classes
    await b.settled()
    layers = CORE.network["layers"]
    inputs = layers[-2]["size"] if len(layers) > 1 else CORE.inputs
    weight = 100
    for j in range(CORE.classes):
        at = place("output", j % LANES, j // LANES * (inputs + 1) + inputs)
        await b.write("W_ADDR", at)
        await b.write("W_DATA", weight)
        reply = await b.classify(data)
        scores = [0] * CORE.classes
        scores[j] = weight * 127 >> layers[-1]["wf"]
        assert reply == {"scores": scores, "class": j if scores[j] else 0, "owes": False}
        await b.settled()
        await b.write("W_ADDR", at)
        await b.write("W_DATA", 0)
