"""init, flush, clear and soft reset, at any time."""
import random

import cocotb
from bench import (BAD_FRAME, BUSY, CLASSIFIED, CLEAR, CORE, DONE, FLUSH, INIT, INIT_DONE, LOADED, OTHER, PENDING,
                   SOFT_RESET, UNLABELLED, Bench, frame, noise, now, test)
from cocotb.triggers import ClockCycles

LEARNED = next(f for f in CORE.frames if f["reply"].get("owes"))


@test
async def flush_applies_what_is_owed_and_counts_no_sample(dut):
    b = await Bench(dut).begin()
    b.send(LEARNED)
    assert (await b.reply())["owes"]
    await b.settled()
    assert await b.read("STATUS") == PENDING | INIT_DONE
    before = await b.counters()
    await b.take_events()
    await b.command(FLUSH)
    assert await b.take_events() == DONE
    assert await b.read("STATUS") == INIT_DONE
    assert await b.weights() != CORE.initial
    assert b.sink.empty()
    await b.expect_counts(before, SAMPLES=0, LEARNED=0, DROPPED=0)
    # nothing owed: done at once, and nothing changes
    noise_state, weights = await b.read("NOISE_STATE"), await b.weights()
    await b.command(FLUSH)
    assert await b.take_events() == DONE
    assert (noise_state, weights) == (await b.read("NOISE_STATE"), await b.weights())


@test
@cocotb.parametrize(command=[INIT, FLUSH])
async def commands_act_after_the_frames_before_them(dut, command):
    """At any distance from the last beat of a frame that is taken whole."""
    b = await Bench(dut).begin()
    data = LEARNED["bytes"]
    for late in range(0, 60, 7):
        await b.command(INIT)
        expected = await b.classify(data)
        await b.settled()
        await b.beats(data, LEARNED["user"])
        await ClockCycles(dut.clk, late)
        await b.command(command)
        got = await b.reply()
        assert got["scores"] == expected["scores"]
        await b.settled()
        assert not await b.read("STATUS") & PENDING
        assert (await b.weights() == CORE.initial) == (command == INIT), f"{late} cycles"


@test
async def several_commands_run_in_their_order(dut):
    """clear, soft reset, flush, init."""
    b = await Bench(dut).begin()
    for commands in (INIT | FLUSH, INIT | FLUSH | CLEAR, INIT | SOFT_RESET, 0xF):
        b.send(LEARNED)
        await b.reply()
        await b.settled()
        await b.take_events()
        await b.command(commands)
        assert await b.take_events() == DONE
        assert await b.read("STATUS") == INIT_DONE
        assert await b.weights() == CORE.initial
        assert await b.read("NOISE_STATE") == CORE.noise["initial"]
        if commands & CLEAR:
            assert not any(n for name, n in (await b.counters()).items() if name in ("SAMPLES", "LEARNED", "DROPPED"))


@test
async def soft_reset_drops_a_loaded_frame_and_lets_scores_leave(dut):
    b = await Bench(dut).begin()
    # settings that are written, but not in force, and some that are
    await b.configure(OTHER)
    await b.command(INIT)
    await b.write("SEED_INIT", 77)
    first = next(f for f in OTHER.frames if f["reply"].get("owes"))
    b.sink.pause = True
    # two packets of scores find room, so the third sample waits
    b.send(frame(noise(OTHER.inputs), 0))
    b.send(first)
    await b.until("STATUS", lambda v: v & PENDING)
    before = await b.counters()
    b.send(frame(noise(OTHER.inputs), 0x80))
    await b.source.wait()
    assert await b.read("STATUS") == BUSY | PENDING | LOADED | INIT_DONE
    await b.take_events()
    await b.command(SOFT_RESET)
    assert await b.take_events() == DONE
    assert await b.read("STATUS") == BUSY | INIT_DONE, "scores that have not left"
    await b.expect_counts(before, DROPPED=1, SAMPLES=0)
    b.sink.pause = False
    expected = {**first["reply"], "scores": [0] * OTHER.classes}
    await b.reply()
    got = await b.reply()
    assert got["owes"] == expected["owes"] and len(got["scores"]) == OTHER.classes
    await b.settled()
    assert b.sink.empty()
    # what the first frame taught was kept, and so were the settings
    assert await b.read("SEED_INIT") == 77
    learned = await b.weights()
    await b.command(INIT)
    assert await b.weights() == OTHER.initial
    b.send(first)
    assert await b.reply() == got
    await b.command(FLUSH)
    assert await b.weights() == learned


@test
@cocotb.parametrize(rest=["one", "right", "long"])
async def soft_reset_drops_a_frame_under_way_with_its_rest(dut, rest):
    b = await Bench(dut).begin()
    data = noise(CORE.inputs)
    expected = await b.classify(data)
    await b.settled()
    await b.take_events()
    before = await b.counters()
    begun = random.randrange(1, CORE.inputs)
    await b.beats(data[:begun])
    await b.command(SOFT_RESET)
    await b.expect_counts(before, DROPPED=1, SAMPLES=0)
    assert await b.read("STATUS") == INIT_DONE, "nothing is loaded"
    left = {"one": 1, "right": CORE.inputs - begun, "long": 2 * CORE.inputs}[rest]
    # with a target that would be bad, which nobody looks at
    await b.beats(noise(left), 0x80 | UNLABELLED)
    await ClockCycles(dut.clk, 50)
    assert await b.take_events() == DONE, "no flag for the rest"
    await b.expect_counts(before, DROPPED=1, SAMPLES=0)
    assert await b.classify(data) == expected
    # and a bad frame is one again
    b.send(frame(data[:-1], 0))
    await b.source.wait()
    await b.settled()
    assert await b.take_events() == BAD_FRAME | CLASSIFIED
    await b.expect_counts(before, DROPPED=2, SAMPLES=1)


@test
async def soft_reset_at_any_moment_loses_whole_frames_only(dut):
    """What comes out are replies to some of the frames, in their order; the others are counted as dropped."""
    b = await Bench(dut).begin()
    samples = [noise(CORE.inputs) for _ in range(3)]
    replies = [await b.classify(s) for s in samples]
    for late in range(0, 120, 3):
        await b.settled()
        await b.take_events()
        before = await b.counters()
        for s in samples:
            b.send(frame(s, UNLABELLED))
        await ClockCycles(dut.clk, late + random.randrange(3))
        await b.command(SOFT_RESET)
        await b.source.wait()
        await b.settled()
        got = []
        while not b.sink.empty():
            got.append(await b.reply())
        left = iter(replies)
        assert all(r in left for r in got), f"{late} cycles"
        assert await b.take_events() == DONE | (CLASSIFIED if got else 0), f"{late} cycles"
        await b.expect_counts(before, SAMPLES=len(got), DROPPED=len(samples) - len(got))
    assert await b.classify(samples[0]) == replies[0]


@test
async def clear_takes_effect_at_once_and_on_counters_alone(dut):
    b = await Bench(dut).begin()
    await b.expect(CORE.frames)
    counted = await b.counters()
    begin = now()
    await b.write("CTRL", CLEAR)
    assert await b.read("CTRL") == 0
    after = await b.counters()
    assert not counted or 0 < after.pop("CYCLES") < now() - begin and counted["CYCLES"] > 0
    assert not any(after.values()), after
    await b.expect_final(counted=False)
