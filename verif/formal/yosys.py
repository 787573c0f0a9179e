"""Yosys as `sby` calls it (`-ql LOG SCRIPT`), by the native library of package pyosys.

The WebAssembly build that brings `sby` along takes minutes to compile itself on a busy machine.
"""

import sys

from pyosys import libyosys as ys


def main() -> None:
    flags, log, script = sys.argv[1:]
    if flags != "-ql":
        raise SystemExit(f"yosys.py: {flags}: sby says -ql")
    ys.run_pass(f"tee -q -o {log} script {script}")


main()
