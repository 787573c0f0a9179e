"""What Yosys makes of an emitted accelerator on a Lattice ECP5: no latch, one multiplier a lane, memories in block RAM.

Usage: python3 check_ecp5.py [--memories] DIR.., each DIR as `drtp emit --out DIR` wrote it.
With --memories synthesis ends where memories and multipliers have become cells: a quarter of the time, for many designs.
Prints cell counts and, as the last line, VERDICT_OK. Yosys ends the process itself on an error, so callers should look
for that line and not only at the exit status.

Every memory must be block RAM, however small: the Verilog asks for that, and a memory that became flip-flops or
distributed RAM would have a port that block RAM has not.
"""
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

TOP = "drtp_core"
VERDICT_OK = "check_ecp5: ok"
BLOCK_RAM_BITS = 18 * 1024
SHOWN = ["LUT4", "CCU2C", "PFUMX", "L6MUX21", "TRELLIS_FF", "TRELLIS_DPR16X4", "DP16KD", "MULT18X18D"]
# an array of lanes, or a lane alone
BANK = re.compile(r"^\\?lane(?:_0|\[(\d+)\])\.(hidden|output)_bank\.mem\b")


def synthesise(folder, scratch, only_memories):
    """Cell counts by type, (type, name) of each cell, and the names of all memories, of the flat ECP5 netlist."""
    from pyosys import libyosys as ys

    design = ys.Design()

    def run(command):
        ys.run_pass(command, design)

    def cells():
        return [
            (cell.type.str().removeprefix("\\"), cell.name.str())
            for module in design.selected_modules()
            for cell in module.selected_cells()
        ]

    for verilog in sorted(folder.glob("*.v")):
        run(f'read_verilog "{verilog}"')
    run(f"hierarchy -check -top {TOP}")
    run("proc")
    # before optimisation, which may hide undriven wires, loops and two drivers of one wire
    run("check -assert")
    run("select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr t:$_DLATCH*_ t:$_SR*_")
    run(f"synth_ecp5 -top {TOP} -run begin:map_ram")
    memories = [name for kind, name in cells() if kind.startswith("$mem")]
    # what finds no RAM becomes flip-flops behind map_ram, and is nameless then
    run(f"synth_ecp5 -top {TOP} -run map_ram:map_gates")
    in_ram = cells()
    if not only_memories:
        run(f"synth_ecp5 -top {TOP} -run map_gates:")
        run("check -assert")
    statistics = Path(scratch) / "stat.json"
    run(f'tee -q -o "{statistics}" stat -json')
    counts = json.loads(statistics.read_text())["design"]["num_cells_by_type"]
    return counts, in_ram, memories


def stray_memories(cells, memories):
    """Each memory that is not in block RAM alone, as a sentence."""
    for memory in memories:
        kinds = {kind for kind, name in cells if name == memory or name.startswith(f"{memory}.")}
        if kinds != {"DP16KD"}:
            yield f"{memory.removeprefix(chr(92))}: no block RAM, but {', '.join(sorted(kinds)) or 'nothing'}"


def problems(design, counts, cells, memories, only_memories):
    """Everything that contradicts the design of `manifest.json`, as sentences."""
    lanes = design["lanes"]
    if counts.get("MULT18X18D", 0) != lanes:
        yield f"{counts.get('MULT18X18D', 0)} MULT18X18D, expected one for each of {lanes} lanes"
    yield from stray_memories(cells, memories)
    blocks = Counter((int(bank[1] or 0), bank[2]) for kind, name in cells if kind == "DP16KD" and (bank := BANK.match(name)))
    for lane in range(lanes):
        for bank in ("hidden", "output"):
            bits = design[f"{bank}_words"] * design[f"{bank}_bits"]
            least = max(1, -(-bits // BLOCK_RAM_BITS))
            if blocks[lane, bank] < least:
                yield f"lane {lane}: {blocks[lane, bank]} DP16KD for {bits} bits of {bank} weights, at least {least} needed"
    for kind, count in counts.items() if not only_memories else ():
        # whatever the ECP5 has no cell for, latches among them; $scopeinfo only remembers the hierarchy
        if kind.startswith("$") and kind != "$scopeinfo":
            yield f"{count} {kind} left unmapped"


def main(arguments):
    only_memories = "--memories" in arguments
    folders = [Path(a) for a in arguments if a != "--memories"]
    if not folders:
        sys.exit(__doc__)
    failed = False
    for folder in folders:
        design = json.loads((folder / "manifest.json").read_text())["configuration"]["design"]
        with tempfile.TemporaryDirectory() as scratch:
            counts, cells, memories = synthesise(folder, scratch, only_memories)
        found = list(problems(design, counts, cells, memories, only_memories))
        shown = ", ".join(f"{counts[kind]} {kind}" for kind in SHOWN if kind in counts)
        print(f"{folder}: {len(memories)} memories; {shown}")
        for problem in found:
            print(f"{folder}: ERROR: {problem}")
        failed |= bool(found)
    if failed:
        sys.exit(1)
    print(VERDICT_OK, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
