"""What the golden model says: `vectors.json`, as `drtp vectors` writes it."""
import json
from pathlib import Path


class Field:
    def __init__(self, entry):
        self.lsb, self.bits = entry["lsb"], entry["bits"]
        self.least, self.most, self.also = entry["least"], entry["most"], entry["also"]
        self.largest = (1 << self.bits) - 1
        self.mask = self.largest << self.lsb

    def accepts(self, value):
        return self.least <= value <= self.most or value == self.also

    def edges(self):
        """Values on both sides of every limit, as far as the field can hold them."""
        also = [] if self.also is None else [self.also - 1, self.also, self.also + 1]
        near = [0, self.least - 1, self.least, self.most, self.most + 1, self.largest] + also
        return sorted({v for v in near if 0 <= v <= self.largest})

    def put(self, register, value):
        return register & ~self.mask | value << self.lsb


class Register:
    def __init__(self, entry, design):
        self.name, self.offset, self.access = entry["name"], entry["offset"], entry["access"]
        self.quiet_only, self.reset = entry["quiet_only"], entry["reset"]
        self.fields = [Field(f) for f in entry["fields"]]
        self.mask = sum(f.mask for f in self.fields)
        self.design = design

    def accepts(self, value):
        if self.access == "RO" or value & ~self.mask & 0xFFFF_FFFF:
            return False
        if self.name == "CTRL":
            # an apply that fails must not let another command act on the old set
            return not value & 0x10 or value == 0x10
        if self.name == "W_ADDR":
            words = self.design["output_words" if value >> 31 else "hidden_words"]
            if value & 0xFF_FFFF >= words:
                return False
        return all(f.accepts((value & f.mask) >> f.lsb) for f in self.fields)

    def refused_edges(self, base):
        return [v for v in self.edges(base) if not self.accepts(v)]

    def edges(self, base):
        """`base` with each field in turn at its edges, and with each bit that is no field's."""
        out = [f.put(base, v) for f in self.fields for v in f.edges()]
        return out + [base | 1 << b for b in range(32) if not self.mask >> b & 1]


class Vectors:
    def __init__(self, folder):
        data = json.loads((Path(folder) / "vectors.json").read_text())
        self.design, self.network = data["configuration"]["design"], data["configuration"]["network"]
        self.inputs = self.network["inputs"]
        self.classes = self.network["layers"][-1]["size"]
        self.registers = {r["name"]: Register(r, self.design) for r in data["registers"]}
        self.writes = [(w["offset"], w["value"]) for w in data["writes"]]
        self.frames = data["frames"]
        self.initial = {w["w_addr"]: w["initial"] for w in data["weights"]}
        self.final = {w["w_addr"]: w["final"] for w in data["weights"]}
        self.noise = data["noise_state"]
        self.counters = data["counters"]
        self.has_counters = "CYCLES_LOW" in self.registers

    def at(self, name):
        return self.registers[name].offset

    def settings(self):
        """The registers that `apply` takes."""
        names = ("MODE", "LAYER", "SEED_")
        return [r for r in self.registers.values() if r.name.startswith(names)]
