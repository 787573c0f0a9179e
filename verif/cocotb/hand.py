"""A bus master that drives each of the five channels by hand: skews, gaps and strobes that no ready-made one does."""
import cocotb
from cocotb.triggers import RisingEdge


class Hand:
    def __init__(self, dut):
        self.dut = dut
        self.pins = {}
        for channel in ("aw", "w", "ar"):
            self.pin(channel + "valid").value = 0
        for channel in ("b", "r"):
            self.pin(channel + "ready").value = 0

    def pin(self, name):
        if name not in self.pins:
            self.pins[name] = getattr(self.dut, "s_axil_" + name)
        return self.pins[name]

    async def put(self, channel, after, **payload):
        """Offers a beat `after` cycles from now, until it is taken."""
        for _ in range(after):
            await RisingEdge(self.dut.clk)
        for name, value in payload.items():
            self.pin(name).value = value
        self.pin(channel + "valid").value = 1
        while True:
            await RisingEdge(self.dut.clk)
            if self.pin(channel + "ready").value == 1:
                break
        self.pin(channel + "valid").value = 0

    async def take(self, channel, after, *names):
        """Is not ready for `after` cycles, then takes a beat."""
        for _ in range(after):
            await RisingEdge(self.dut.clk)
        self.pin(channel + "ready").value = 1
        while True:
            await RisingEdge(self.dut.clk)
            if self.pin(channel + "valid").value == 1:
                break
        self.pin(channel + "ready").value = 0
        return [int(self.pin(name).value) for name in names]

    async def write(self, address, data, strobe=0xF, aw=0, w=0, b=0):
        """The response to a write; its three channels begin after so many cycles."""
        cocotb.start_soon(self.put("aw", aw, awaddr=address))
        cocotb.start_soon(self.put("w", w, wdata=data, wstrb=strobe))
        return (await self.take("b", b, "bresp"))[0]

    async def read(self, address, ar=0, r=0):
        """Response and data of a read."""
        cocotb.start_soon(self.put("ar", ar, araddr=address))
        return tuple(await self.take("r", r, "rresp", "rdata"))
