"""Yosys check of one emitted core: python3 check_ecp5.py FOLDER LANES

Synthesises FOLDER/drtp_core.v for ECP5 and fails unless
- the netlist is sound (check -assert) and has no latch,
- every lane has exactly one multiplier, and nothing else has one,
- both weight banks of every lane lie in block RAM.
Prints the cell counts.
"""

import json
import pathlib
import sys

from pyosys import libyosys as ys


def main(folder, lanes):
    log = folder / "yosys.log"
    stat = folder / "stat.json"
    design = ys.Design()

    def run(command):
        ys.run_pass(command, design)

    run(f"tee -q -o {log} read_verilog {folder / 'drtp_core.v'}")
    run("tee -q -a %s hierarchy -check -top drtp_core" % log)
    run("tee -q -a %s proc" % log)
    run("tee -q -a %s check -assert" % log)
    run("tee -q -a %s select -assert-none t:$dlatch t:$adlatch t:$dlatchsr" % log)
    # the banks while they still have names: memories of the lanes
    run("tee -q -a %s memory -nomap" % log)
    run("tee -q -a %s select -assert-count 2 hidden_bank/t:$mem_v2 output_bank/t:$mem_v2" % log)
    run("tee -q -a %s synth_ecp5 -top drtp_core -noflatten" % log)
    run(f"tee -q -o {stat} stat -json")
    run("tee -q -a %s check -assert" % log)

    modules = json.loads(stat.read_text())["modules"]
    cells = {name.lstrip("\\"): m["num_cells_by_type"] for name, m in modules.items()}
    faults = []
    for bank in ("hidden_bank", "output_bank"):
        if cells[bank].get("DP16KD", 0) == 0:
            faults.append(f"{bank} is not in block RAM: {cells[bank]}")
    multipliers = {name: c["MULT18X18D"] for name, c in cells.items() if c.get("MULT18X18D")}
    if multipliers != {"multiplier": 1}:
        faults.append(f"multipliers outside the lanes' own: {multipliers}")
    in_lane, in_core = cells["lane"], cells["drtp_core"]
    if (in_lane.get("multiplier"), in_lane.get("hidden_bank"), in_lane.get("output_bank")) != (1, 1, 1):
        faults.append(f"a lane does not hold one multiplier and two banks: {in_lane}")
    if in_core.get("lane") != lanes:
        faults.append(f"{in_core.get('lane')} lanes instead of {lanes}")

    def total(name, kind):
        own = cells.get(name, {})
        return own.get(kind, 0) + sum(n * total(child, kind) for child, n in own.items() if child in cells)

    counts = {k: total("drtp_core", k) for k in ("LUT4", "CCU2C", "TRELLIS_FF", "MULT18X18D", "DP16KD", "TRELLIS_DPR16X4")}
    print(f"{folder.name}: {lanes} lanes: " + ", ".join(f"{k} {v}" for k, v in counts.items()))
    if counts["MULT18X18D"] != lanes:
        faults.append(f"{counts['MULT18X18D']} multipliers for {lanes} lanes")
    for fault in faults:
        print(f"{folder.name}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
