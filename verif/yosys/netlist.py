"""The netlist that Yosys makes of an emitted accelerator, as Verilog that any simulator reads: all logic in gates of
two inputs and multiplexers, nothing of one vendor's. Registers stay words and memories stay arrays, which a simulator
runs several times as fast as single bits; what becomes of them on a part, the tests of `drtp-board` simulate.

Usage: python3 netlist.py VERILOG NETLIST. Prints VERDICT_OK as the last line (Yosys ends the process itself on an error).
"""
import sys
from pathlib import Path

TOP = "drtp_core"
VERDICT_OK = "netlist: ok"


def main(verilog, netlist):
    from pyosys import libyosys as ys

    design = ys.Design()
    for command in (
        f'read_verilog "{verilog}"',
        f"hierarchy -check -top {TOP}",
        "proc",
        "flatten",
        "check -assert",
        "opt -full",
        "wreduce",
        "alumacc",
        "share",
        "memory -nomap",
        "opt -full",
        # cells that come out of a cell are not selected: sums of products, then sums, then gates
        *["techmap t:* t:$*dff* %d t:$mem* %d"] * 4,
        "opt",
        "abc -g AND,OR,XOR,MUX",
        "opt_clean",
        "check -assert",
        # tables would make an unknown of every input that does not matter; $scopeinfo only remembers the hierarchy
        "select -assert-none t:* t:$_* %d t:$*dff* %d t:$mem* %d t:$scopeinfo %d",
        f'write_verilog -noattr "{netlist}"',
    ):
        ys.run_pass(command, design)
    assert Path(netlist).stat().st_size > 0
    print(VERDICT_OK, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
