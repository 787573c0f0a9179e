"""A core on the bench: clock, reset, streams, bus, and a watch over the rules of both.

The folders named by the environment hold what `drtp` wrote: DRTP_CORE the core with the vectors of the network it was
generated with, DRTP_OTHER the vectors of another network for the same hardware.
"""
import os
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge
from cocotb.utils import get_sim_time
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource
from vectors import Vectors

CORE = Vectors(os.environ["DRTP_CORE"])
OTHER = Vectors(os.environ["DRTP_OTHER"])

INIT, FLUSH, CLEAR, SOFT_RESET, APPLY = 1, 2, 4, 8, 16
BUSY, PENDING, LOADED, INIT_DONE = 1, 2, 4, 8
BAD_FRAME, BAD_TARGET, BAD_CONFIG, BAD_ACCESS, DONE, CLASSIFIED = 1, 2, 4, 8, 16, 32
OKAY, SLVERR = 0, 2
UNLABELLED = 127
CYCLE_NS = 10
# cycles of a command, of init or of a pass; far more than any of them takes on the small cores of this suite
PATIENCE = 20_000

# the long tier goes through every address and many more moments
LONG = os.environ.get("DRTP_TIER") == "long"

# a core that hangs must not hang the suite: 600,000 cycles
test = cocotb.test(timeout_time=6, timeout_unit="ms")


def now():
    """The present cycle."""
    return int(get_sim_time("ns")) // CYCLE_NS


def signed(word):
    return word - (1 << 32) if word >> 31 else word


def never():
    while True:
        yield False


def coin(chance):
    """Each cycle a pause with this chance."""
    while True:
        yield random.random() < chance


def bursts(longest):
    """Long pauses between long runs."""
    while True:
        for paused in (True, False):
            for _ in range(random.randint(1, longest)):
                yield paused


def noise(count):
    return [random.randrange(256) for _ in range(count)]


def frame(data, user):
    return {"bytes": list(data), "user": user}


class Bench:
    """`by_hand` leaves the bus to the test."""

    def __init__(self, dut, by_hand=False):
        self.dut = dut
        self.vectors = CORE
        self.waited = {"INPUT_STALLS": 0, "OUTPUT_STALLS": 0}
        Clock(dut.clk, CYCLE_NS, unit="ns", impl="gpi").start(start_high=False)
        dut.rst.value = 1
        for name in ("aw", "ar"):
            getattr(dut, f"s_axil_{name}prot").value = 0
        self.source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.clk, dut.rst)
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.clk, dut.rst, byte_lanes=1)
        self.bus = None if by_hand else AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)
        for part in (self.source, self.sink) + (() if by_hand else (self.bus.write_if, self.bus.read_if)):
            part.log.setLevel("WARNING")
        if not by_hand:
            # responses wait for their master now and then
            self.bus.write_if.b_channel.set_pause_generator(coin(0.3))
            self.bus.read_if.r_channel.set_pause_generator(coin(0.3))

    # reset

    async def reset(self, wait=True):
        """Pulls `rst`; what was on its way is lost."""
        self.dut.rst.value = 1
        await ClockCycles(self.dut.clk, 2)
        self.source.clear()
        self.sink.clear()
        await ClockCycles(self.dut.clk, 1)
        self.dut.rst.value = 0
        self.vectors = CORE
        if wait:
            await self.until("STATUS", lambda v: v & INIT_DONE)

    async def begin(self, wait=True):
        await self.reset(wait)
        cocotb.start_soon(self.watch())
        return self

    async def watch(self):
        """What is offered must stand until it is taken. Counts how long the streams wait."""
        dut = self.dut
        channels = {
            "m_axis_t": (dut.m_axis_tdata, dut.m_axis_tlast, dut.m_axis_tuser),
            "s_axil_b": (dut.s_axil_bresp,),
            "s_axil_r": (dut.s_axil_rdata, dut.s_axil_rresp),
        }
        pins = [(n, getattr(dut, n + "valid"), getattr(dut, n + "ready"), data) for n, data in channels.items()]
        clk, rst, offered, taken = dut.clk, dut.rst, dut.s_axis_tvalid, dut.s_axis_tready
        stood = {}
        # each value costs as much as a good part of a simulated cycle: none is read that is not asked for
        while True:
            await RisingEdge(clk)
            if rst.value:
                stood.clear()
                continue
            for name, valid, ready, data in pins:
                is_valid = bool(valid.value)
                if name in stood:
                    assert is_valid, f"{name}valid fell before {name}ready came"
                    assert stood[name] == [str(d.value) for d in data], f"{name}: changed before it was taken"
                    del stood[name]
                if is_valid and not ready.value:
                    stood[name] = [str(d.value) for d in data]
            self.waited["OUTPUT_STALLS"] += "m_axis_t" in stood
            self.waited["INPUT_STALLS"] += bool(offered.value) and not taken.value

    # bus

    def place(self, register):
        return self.vectors.at(register) if isinstance(register, str) else register

    async def try_write(self, register, value):
        answer = await self.bus.write(self.place(register), value.to_bytes(4, "little"))
        return int(answer.resp)

    async def try_read(self, register):
        answer = await self.bus.read(self.place(register), 4)
        return int(answer.resp), int.from_bytes(answer.data, "little")

    async def write(self, register, value):
        answer = await self.try_write(register, value & 0xFFFF_FFFF)
        assert answer == OKAY, f"write of {value:#x} to {register} was refused"

    async def read(self, register):
        answer, value = await self.try_read(register)
        assert answer == OKAY, f"read of {register} was refused"
        return value

    async def refuses_write(self, register, value):
        assert await self.try_write(register, value) == SLVERR, f"write of {value:#x} to {register} was granted"

    async def refuses_read(self, register):
        assert await self.try_read(register) == (SLVERR, 0), f"read of {register} was granted"

    async def until(self, register, done):
        """Polls a register."""
        end = now() + PATIENCE
        while not done(value := await self.read(register)):
            assert now() < end, f"{register} still shows {value:#x}"
        return value

    async def command(self, bits):
        await self.write("CTRL", bits)
        await self.until("CTRL", lambda v: v == 0)

    async def take_events(self):
        """IRQ_STATUS; what was set is cleared."""
        seen = await self.read("IRQ_STATUS")
        await self.write("IRQ_STATUS", seen)
        return seen

    async def configure(self, vectors, init=True):
        """Another network, from whatever came before."""
        await self.command(FLUSH)
        for offset, value in vectors.writes:
            await self.write(offset, value)
        await self.write("IRQ_STATUS", BAD_CONFIG)
        await self.write("CTRL", APPLY)
        assert not await self.read("IRQ_STATUS") & BAD_CONFIG, "a set that fits was refused"
        self.vectors = vectors
        if init:
            await self.command(INIT)

    # streams

    def pauses(self, source, sink):
        self.source.set_pause_generator(source)
        self.sink.set_pause_generator(sink)

    def send(self, frame):
        """Queues a frame. `tuser` means something on the last beat only."""
        beats = len(frame["bytes"])
        self.source.send_nowait(AxiStreamFrame(bytes(frame["bytes"]), tuser=noise(beats - 1) + [frame["user"]]))

    async def beats(self, data, user=None):
        """Part of a frame, without pauses; with `user` its end. Only while no frame is queued."""
        dut = self.dut
        for n, byte in enumerate(data):
            last = user is not None and n + 1 == len(data)
            dut.s_axis_tdata.value = byte
            dut.s_axis_tlast.value = last
            dut.s_axis_tuser.value = user if last else random.randrange(256)
            dut.s_axis_tvalid.value = 1
            while True:
                await RisingEdge(dut.clk)
                if dut.s_axis_tready.value == 1:
                    break
        dut.s_axis_tvalid.value = 0

    async def reply(self):
        """The next packet of scores."""
        packet = await self.sink.recv(compact=False)
        users = packet.tuser
        assert not any(users[:-1]), "tuser before the last beat"
        return {"scores": [signed(s) for s in packet.tdata], "class": users[-1] & 0x7F, "owes": users[-1] >> 7 == 1}

    async def expect(self, frames):
        """Streams frames without a gap of the test's own; the replies must be those of the vectors."""
        for f in frames:
            self.send(f)
        for n, f in enumerate(frames):
            if "dropped" not in f["reply"]:
                got = await self.reply()
                assert got == f["reply"], f"frame {n}: {got}, expected {f['reply']}"
        await self.source.wait()
        await self.settled()

    async def settled(self):
        """Nothing is under way; something may be owed."""
        await self.until("STATUS", lambda v: not v & (BUSY | LOADED))

    async def classify(self, data, user=UNLABELLED):
        self.send(frame(data, user))
        return await self.reply()

    # what was learned

    async def read_weights(self, places):
        out, follows = {}, None
        for place in sorted(places):
            if place != follows:
                await self.write("W_ADDR", place)
            out[place] = signed(await self.read("W_DATA"))
            follows = place + 1
        return out

    async def weights(self):
        """After a flush."""
        return await self.read_weights(self.vectors.final)

    async def counters(self):
        """All of them, or none where the core has none."""
        out = {}
        for name in self.vectors.registers if self.vectors.has_counters else ():
            if name.endswith("_LOW"):
                low = await self.read(name)
                out[name[:-4]] = low | await self.read(name[:-4] + "_HIGH") << 32
        return out

    async def expect_counts(self, before, **rise):
        after = await self.counters()
        got = {name: after[name] - before[name] for name in rise if after}
        assert not after or got == rise, f"counters rose by {got}, expected {rise}"

    async def expect_final(self, counted=True):
        """The core holds what the golden model holds after all frames of the vectors."""
        await self.command(FLUSH)
        v = self.vectors
        assert await self.read("STATUS") & (BUSY | PENDING) == 0
        assert await self.read("NOISE_STATE") == v.noise["final"]
        if counted and v.has_counters:
            seen = await self.counters()
            assert {name: seen[name] for name in v.counters} == v.counters
        got = await self.weights()
        wrong = {hex(p): (got[p], w) for p, w in v.final.items() if got[p] != w}
        assert not wrong, f"weights (got, expected) by W_ADDR: {wrong}"
