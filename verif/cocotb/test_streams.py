"""Frames in, scores out: pauses, wrong lengths, bad targets, resets. No setting is written: a core that is only given
samples works."""
import random

import cocotb
from bench import BAD_FRAME, BAD_TARGET, CORE, FLUSH, Bench, bursts, coin, frame, never, noise, test
from cocotb.triggers import ClockCycles

PAUSES = {
    "none": lambda: (never(), never()),
    "source": lambda: (coin(0.6), never()),
    "sink": lambda: (never(), coin(0.8)),
    "both": lambda: (coin(0.4), coin(0.4)),
    "bursts": lambda: (bursts(40), bursts(200)),
}


@test
@cocotb.parametrize(pauses=list(PAUSES))
async def results_do_not_depend_on_pauses(dut, pauses):
    b = await Bench(dut).begin()
    b.pauses(*PAUSES[pauses]())
    await b.expect(CORE.frames)
    b.pauses(never(), never())
    await b.expect_final()


def wrong_lengths():
    return [n for n in range(1, 2 * CORE.inputs + 3) if n != CORE.inputs]


@test
async def each_wrong_length_is_flagged_and_changes_nothing(dut):
    b = await Bench(dut).begin()
    b.pauses(coin(0.2), coin(0.2))
    # something is owed, which no bad frame may apply, lose or repeat
    learned = next(f for f in CORE.frames if f["reply"].get("owes"))
    b.send(learned)
    await b.reply()
    sample = noise(CORE.inputs)
    expected = await b.classify(sample)
    weights = None
    for length in wrong_lengths():
        await b.take_events()
        before = await b.counters()
        b.send(frame(noise(length), 0x80 | random.randrange(CORE.classes)))
        await b.source.wait()
        await b.settled()
        assert await b.take_events() == BAD_FRAME, f"{length} bytes"
        await b.expect_counts(before, DROPPED=1, SAMPLES=0, LEARNED=0, WEIGHT_WRITES=0)
        assert await b.classify(sample) == expected, f"after {length} bytes"
        await b.command(FLUSH)
        got = await b.weights() if length in (1, CORE.inputs - 1, CORE.inputs + 1, 2 * CORE.inputs + 2) else weights
        assert weights is None or got == weights, f"after {length} bytes"
        weights = got


@test
async def wrong_lengths_between_samples_that_learn(dut):
    b = await Bench(dut).begin()
    b.pauses(coin(0.1), coin(0.3))
    mixed, lengths = [], wrong_lengths()
    for n, f in enumerate(CORE.frames):
        mixed += [f, {**frame(noise(lengths[n % len(lengths)]), 0x80), "reply": {"dropped": "bad_frame"}}]
    before = await b.counters()
    await b.expect(mixed)
    dropped = CORE.counters["DROPPED"] + len(CORE.frames)
    await b.expect_counts(before, DROPPED=dropped, SAMPLES=CORE.counters["SAMPLES"])
    await b.expect_final(counted=False)


@test
async def each_bad_target_is_refused_to_learn_and_free_to_classify(dut):
    b = await Bench(dut).begin()
    sample = noise(CORE.inputs)
    expected = await b.classify(sample)
    before = await b.counters()
    targets = range(CORE.classes, 128)
    for target in targets:
        await b.take_events()
        b.send(frame(noise(CORE.inputs), 0x80 | target))
        await b.source.wait()
        await b.settled()
        assert await b.take_events() == BAD_TARGET, f"target {target}"
        assert await b.classify(sample, target) == expected
    await b.expect_counts(before, DROPPED=len(targets), SAMPLES=len(targets), LEARNED=0, WEIGHT_WRITES=0)


@test
async def a_reset_at_any_moment_starts_afresh(dut):
    b = await Bench(dut).begin()
    for _ in range(4):
        b.pauses(coin(0.2), coin(0.2))
        for f in CORE.frames:
            b.send(f)
        await ClockCycles(dut.clk, random.randrange(1, 400))
        await b.reset()
    await b.expect(CORE.frames)
    b.pauses(never(), never())
    await b.expect_final()
