"""`apply` takes the whole set or none of it."""
import cocotb
from bench import APPLY, BAD_CONFIG, CORE, DONE, FLUSH, INIT, OKAY, OTHER, SLVERR, Bench, noise, test
from cocotb.triggers import ClockCycles


def layer(k, what):
    return f"LAYER{k}_{what}"


def misfits():
    """Sets that every register takes and the hardware has no room for: what to write over that of CORE."""
    d = CORE.design
    wide, classes = d["max_width"] + 1, 129
    out = {"init": {layer(1, "INIT_BITS"): d["hidden_bits"] - 1, "LAYERS": 2, layer(2, "SIZE"): 1}}
    if d["output_bits"] < d["hidden_bits"]:
        out["init"] = {layer(1, "INIT_BITS"): d["output_bits"] - 1, "LAYERS": 1}
    size = CORE.registers[layer(1, "SIZE")].fields[0]
    if size.accepts(wide):
        out["inputs"] = {layer(0, "SIZE"): wide}
        out["width"] = {layer(1, "SIZE"): wide, "LAYERS": 2}
    if size.accepts(classes):
        out["classes"] = {layer(1, "SIZE"): classes, "LAYERS": 1, layer(0, "SIZE"): 1}
    lanes, inputs, layers = d["lanes"], d["max_width"], d["max_layers"]
    # every hidden layer as wide as can be
    if (layers - 1) * -(-inputs // lanes) * (inputs + 1) > d["hidden_words"]:
        out["hidden"] = {layer(k, "SIZE"): inputs for k in range(layers)} | {"LAYERS": layers, layer(layers, "SIZE"): 1}
    # one neuron more than the lanes have words for
    neurons = lanes * (d["output_words"] // (inputs + 1)) + 1
    if neurons <= 128:
        out["output"] = {layer(0, "SIZE"): inputs, layer(1, "SIZE"): neurons, "LAYERS": 1}
    return out


MISFITS = misfits()
assert {"hidden", "output", "init"} <= MISFITS.keys(), "designs of this suite can be asked for too much of each"


@test
@cocotb.parametrize(misfit=list(MISFITS))
async def a_set_that_does_not_fit_changes_nothing(dut, misfit):
    b = await Bench(dut).begin()
    sample = noise(CORE.inputs)
    expected = await b.classify(sample)
    await b.settled()
    await b.take_events()
    # all else would fit, and must not come into force either
    for offset, value in OTHER.writes + [(CORE.at(r), v) for r, v in MISFITS[misfit].items()]:
        await b.write(offset, value)
    shown = {r.name: await b.read(r.name) for r in CORE.settings()}
    await b.write("CTRL", APPLY)
    assert await b.take_events() == BAD_CONFIG
    assert await b.read("CTRL") == 0
    assert {r.name: await b.read(r.name) for r in CORE.settings()} == shown, "a read shows what was written"
    assert await b.classify(sample) == expected
    await b.settled()
    # seeds, rule and sizes are the old ones: so are the initial weights and all that is learned from them
    await b.command(INIT)
    assert await b.weights() == CORE.initial
    await b.expect(CORE.frames)
    await b.expect_final(counted=False)
    # the written set is still there: made to fit, it is taken
    for offset, value in OTHER.writes:
        await b.write(offset, value)
    await b.take_events()
    await b.write("CTRL", APPLY)
    assert not await b.take_events() & BAD_CONFIG
    await b.command(INIT)
    b.vectors = OTHER
    assert await b.weights() == OTHER.initial


@test
async def apply_stands_alone(dut):
    """With an init beside it, a set that is refused would cost the weights."""
    b = await Bench(dut).begin()
    for others in range(1, 16):
        await b.refuses_write("CTRL", APPLY | others)
    assert await b.read("CTRL") == 0
    assert await b.read("IRQ_STATUS") & (DONE | BAD_CONFIG) == DONE


@test
async def frames_close_behind_an_apply(dut):
    """The stream waits while it is judged; a beat that was faster has it refused. No frame is lost either way."""
    b = await Bench(dut).begin()
    for offset, value in CORE.writes:
        await b.write(offset, value)
    answers = set()
    for late in range(20):
        apply = b.bus.init_write(CORE.at("CTRL"), APPLY.to_bytes(4, "little"))
        status = b.bus.init_read(CORE.at("STATUS"), 4)
        await ClockCycles(dut.clk, late)
        await b.expect(CORE.frames[:3])
        assert apply.is_set() and status.is_set()
        answers.add(int(apply.data.resp))
        assert int(status.data.resp) == OKAY
        await b.command(FLUSH)
        await b.command(INIT)
    assert answers == {OKAY, SLVERR}, "both sides of the race were seen"
