"""What Yosys makes of an emitted accelerator on a Lattice ECP5: no latch, one multiplier a lane, weights in block RAM.

Usage: python3 check_ecp5.py DIR, DIR as `drtp emit --out DIR` wrote it.
Prints cell counts and, as the last line, VERDICT_OK. Yosys ends the process itself on an error, so callers should look
for that line and not only at the exit status.
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
BANK = re.compile(r"^\\?lane_(\d+)\.(hidden|output)_bank\.mem\b")


def synthesise(verilog, folder):
    """Cell counts by type, and (type, name) of each cell, of the flat ECP5 netlist."""
    from pyosys import libyosys as ys

    design = ys.Design()

    def run(command):
        ys.run_pass(command, design)

    run(f'read_verilog "{verilog}"')
    run(f"hierarchy -check -top {TOP}")
    run("proc")
    # before optimisation, which may hide undriven wires, loops and two drivers of one wire
    run("check -assert")
    run("select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$sr t:$_DLATCH*_ t:$_SR*_")
    run(f"synth_ecp5 -top {TOP}")
    run("check -assert")
    statistics = Path(folder) / "stat.json"
    run(f'tee -q -o "{statistics}" stat -json')
    counts = json.loads(statistics.read_text())["design"]["num_cells_by_type"]
    cells = [
        (cell.type.str().removeprefix("\\"), cell.name.str())
        for module in design.selected_modules()
        for cell in module.selected_cells()
    ]
    return counts, cells


def problems(design, counts, cells):
    """Everything that contradicts the design of `manifest.json`, as sentences."""
    lanes = design["lanes"]
    if counts.get("MULT18X18D", 0) != lanes:
        yield f"{counts.get('MULT18X18D', 0)} MULT18X18D, expected one for each of {lanes} lanes"
    if counts.get("DP16KD", 0) < 2 * lanes:
        yield f"{counts.get('DP16KD', 0)} DP16KD, expected at least one for each of {2 * lanes} weight banks"
    blocks = Counter()
    for kind, name in cells:
        if bank := BANK.match(name):
            if kind == "DP16KD":
                blocks[int(bank[1]), bank[2]] += 1
            # registers behind a block RAM are named after it too, so they prove nothing; the count of blocks below does
            elif kind == "TRELLIS_DPR16X4":
                yield f"{name}: a weight memory became {kind}"
    for lane in range(lanes):
        for bank in ("hidden", "output"):
            bits = design[f"{bank}_words"] * design[f"{bank}_bits"]
            least = max(1, -(-bits // BLOCK_RAM_BITS))
            if blocks[lane, bank] < least:
                yield f"lane {lane}: {blocks[lane, bank]} DP16KD for {bits} bits of {bank} weights, at least {least} needed"
    for kind, count in counts.items():
        # whatever the ECP5 has no cell for, latches among them; $scopeinfo only remembers the hierarchy
        if kind.startswith("$") and kind != "$scopeinfo":
            yield f"{count} {kind} left unmapped"


def main(folders):
    if not folders:
        sys.exit(__doc__)
    failed = False
    for folder in map(Path, folders):
        design = json.loads((folder / "manifest.json").read_text())["configuration"]["design"]
        with tempfile.TemporaryDirectory() as scratch:
            counts, cells = synthesise(folder / f"{TOP}.v", scratch)
        found = list(problems(design, counts, cells))
        print(f"{folder}: " + ", ".join(f"{counts.get(kind, 0)} {kind}" for kind in SHOWN))
        for problem in found:
            print(f"{folder}: ERROR: {problem}")
        failed |= bool(found)
    if failed:
        sys.exit(1)
    print(VERDICT_OK, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
