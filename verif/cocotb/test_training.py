"""Learning through the bus alone: a network that the core was not generated with, saved and restored."""
import random

from bench import CLEAR, CORE, FLUSH, INIT, LONG, OTHER, Bench, bursts, coin, never, test


@test
async def another_network_learns_through_the_bus_alone(dut):
    b = await Bench(dut).begin()
    await b.configure(OTHER)
    assert await b.weights() == OTHER.initial
    assert await b.read("NOISE_STATE") == OTHER.noise["initial"]
    await b.command(CLEAR)
    b.pauses(coin(0.3), bursts(60))
    await b.expect(OTHER.frames)
    b.pauses(never(), never())
    assert OTHER.counters["SATURATIONS"] > 0, "vectors that saturate nothing prove too little"
    await b.expect_final()


@test
async def init_repeats_and_the_first_network_comes_back(dut):
    b = await Bench(dut).begin()
    for vectors in (OTHER, CORE, OTHER) if LONG else (OTHER, CORE):
        await b.configure(vectors)
        await b.command(CLEAR)
        await b.expect(vectors.frames)
        await b.expect_final()
        # once more from the seeds
        await b.command(INIT | CLEAR)
        assert await b.weights() == vectors.initial
        await b.expect(vectors.frames)
        await b.expect_final()


@test
async def saved_and_restored_it_goes_on_exactly(dut):
    b = await Bench(dut).begin()
    await b.configure(OTHER)
    half = random.randrange(len(OTHER.frames) // 4, 3 * len(OTHER.frames) // 4)
    await b.expect(OTHER.frames[:half])
    await b.command(FLUSH)
    noise, weights = await b.read("NOISE_STATE"), await b.weights()
    await b.reset()
    # other weights and noise first, so that nothing is left by chance
    await b.expect(CORE.frames[:5])
    await b.configure(OTHER)
    follows = None
    for place, weight in sorted(weights.items()):
        if place != follows:
            await b.write("W_ADDR", place)
        await b.write("W_DATA", weight)
        follows = place + 1
    await b.write("NOISE_STATE", noise)
    await b.expect(OTHER.frames[half:])
    await b.expect_final(counted=False)
